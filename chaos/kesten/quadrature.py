"""Quadrature over the growth R of a step of SGD on Gaussian rows.

R = (1 - cX)^2 + c^2 X Y with X and Y chi-squared, of b and of d - 1 degrees of freedom.
"""

from dataclasses import dataclass
from math import ceil, exp, lgamma, log, sqrt

import numpy as np

from .index import log_mean

ABSCISSAE, WEIGHTS = np.polynomial.legendre.leggauss(16)
EQUAL = 2.0**-40  # relative distance of edges that count as one, 4096 roundings: the first node of
# a panel is 1/188 of its length from its edge, and could not be told from it on a shorter panel


@dataclass(frozen=True, slots=True)
class GrowthNodes:
    """Nodes of an integral over the law of R: log R, and logarithms of weights that sum to 1."""

    log_r: np.ndarray
    log_weight: np.ndarray

    def log_moment(self, order: float) -> float:
        """Logarithm of h(order) = E R^(order / 2)."""
        return log_mean(0.5 * order * self.log_r + self.log_weight, 1)

    def growth(self) -> float:
        """E log(R) / 2."""
        return 0.5 * float(np.sum(self.log_r * np.exp(self.log_weight)))


def growth_nodes(c: float, batch: int, dim: int, max_order: float) -> GrowthNodes:
    """Nodes over t = sqrt(X) and v = sqrt(Y) for moments of R^(1/2) up to an order.

    log R has a pole at v = 0, t = 1/sqrt(c), and for large c v another one next to t = 0: panels
    shrink by 4 towards all three.  R^(s/2) times the density is largest below sqrt(2 s + b) and
    sqrt(s + d), and falls beyond like a Gaussian of variance at most 1: exp(-50) is left out.
    """
    pole, last = 1 / sqrt(c), sqrt(2 * max_order + batch) + 10
    # Edges are counted from the pole, so that those next to it keep their digits.
    graded = 4.0 ** -np.arange(21.0)
    sides = [graded, -graded, graded[:13] - pole, [-pole, 0.0, last - pole]]
    whole = np.arange(ceil(-pole), last - pole)
    gap, weight = _panels(np.concatenate([*sides, whole]), -pole, last - pole)
    t = gap + pole
    log_t = weight + _log_chi(t, batch)
    v, log_v = np.zeros(1), np.zeros(1)  # in one dimension there is no Y
    if dim > 1:
        end = sqrt(max_order + dim) + 10
        v, weight = _panels(np.concatenate([graded, np.arange(0.0, end), [end]]), 0.0, end)
        log_v = weight + _log_chi(v, dim - 1)
    # 1 - c t^2 = -c (t - pole) (t + pole), without cancellation next to the pole.
    r = (c * gap * (t + pole))[:, None] ** 2 + (c * np.multiply.outer(t, v)) ** 2
    log_weight = np.add.outer(log_t - log_mean(log_t, 1), log_v - log_mean(log_v, 1))
    return GrowthNodes(np.log(r), log_weight)


def _panels(edges: np.ndarray, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes of Gauss and Legendre between the edges in [low, high], and log weights.

    Edges that differ by some roundings are one: nodes between them would equal the edges.
    """
    cuts = np.unique(edges[(edges >= low) & (edges <= high)])
    cuts = cuts[np.diff(cuts, prepend=-np.inf) > EQUAL * np.abs(cuts)]
    half, middle = np.diff(cuts)[:, None] / 2, (cuts[1:] + cuts[:-1])[:, None] / 2
    return (middle + half * ABSCISSAE).ravel(), np.log(half * WEIGHTS).ravel()


def _log_chi(t: np.ndarray, degrees: int) -> np.ndarray:
    """Log density of the chi law, less that at its mode m.

    log(t / m) is log1p(t / m - 1) except near 0: degrees times its error stays small.
    """
    m = sqrt(max(degrees - 1, 1))
    log_ratio = np.log1p(np.maximum(t - m, -m / 2) / m) + np.log(np.minimum(2 * t / m, 1.0))
    return (degrees - 1) * log_ratio - (t - m) * (t + m) / 2


def chi_moment(degrees: int, order: float) -> float:
    """Mean of a power of the chi law."""
    return exp(order / 2 * log(2) + lgamma((degrees + order) / 2) - lgamma(degrees / 2))
