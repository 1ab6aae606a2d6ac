"""Nodes and weights of integrals over the line, as fine as the panels of a law."""

import numpy as np

from .panels import ABOUT_ZETA, Panels

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_GRADES = 2.0 ** -np.arange(1, 27)  # of the distances of cuts from a singular point


def nodes(
    law: Panels, singular: float | None = None
) -> tuple[np.ndarray, np.ndarray, tuple[float, float]]:
    """Points x and the logarithms of their weights in an integral over x, scale 1.

    The pieces are the panels that have polynomials: what is beyond has a density below exp(-740).
    They are cut ever smaller towards a point where the integrand is singular; between the two
    numbers returned last, 2^-26 of a panel about it, there are none.
    """
    points, weights, gap = [], [], (0.0, 0.0)
    for sign, part in law.sides():
        half = 1 / law.stretch[part]
        edges = np.append(law.middle[part] - half, law.middle[part[-1]] + half[-1])
        low, high = edges[:-1], edges[1:]
        u = law.u(singular, sign) if singular is not None else -np.inf
        if edges[0] < u < edges[-1]:
            edges = _cut(edges, u)
            at = np.searchsorted(edges, u)
            low, high = np.delete(edges[:-1], [at - 1, at]), np.delete(edges[1:], [at - 1, at])
            gap = law.x(edges[at - 1], sign), law.x(edges[at + 1], sign)
        half = 0.5 * (high - low)[:, None]
        u = low[:, None] + half * (1 + _NODES)
        slope = u if law.alpha <= ABOUT_ZETA else np.logaddexp(u, -u) - np.log(2)
        points.append(law.x(u, sign).ravel())
        weights.append((np.log(half * _WEIGHTS) + slope).ravel())
    return np.concatenate(points), np.concatenate(weights), (min(gap), max(gap))


def _cut(edges: np.ndarray, u: float) -> np.ndarray:
    """The edges, u, and more of them about u."""
    i = np.searchsorted(edges, u)
    width = min(edges[min(i + 1, edges.size - 1)] - u, u - edges[max(i - 2, 0)])
    return np.unique(np.concatenate([edges, u + width * np.concatenate([-_GRADES, [0], _GRADES])]))
