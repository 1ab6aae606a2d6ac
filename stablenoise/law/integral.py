"""Nodes and weights of integrals over the line, as fine as the panels of a law."""

import numpy as np

from .panels import ABOUT_ZETA, Panels

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_GRADES = 2.0 ** -np.arange(1, 27)  # of the distances of cuts from a singular point
NEAREST = 1 + (1 + _NODES[0]) / 2  # distance of the nearest node over that of its piece


def nodes(law: Panels, origin: float = np.inf) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points x, logarithms of their weights in an integral over x of scale 1, and x - origin.

    The pieces are the panels that have polynomials: what is beyond has a density below exp(-740).
    They are cut ever smaller towards ``origin``, where the integrand may be singular; the last two
    pieces are left out, where x is nearer to it than the nearest node over ``NEAREST``.
    """
    points, weights, distances = [], [], []
    for sign, part in law.sides():
        half = 1 / law.stretch[part]
        edges = np.append(law.middle[part] - half, law.middle[part[-1]] + half[-1])
        low, high = edges[:-1], edges[1:]
        u = law.u(origin, sign)
        if edges[0] < u < edges[-1]:
            edges = _cut(edges, u)
            at = int(np.searchsorted(edges, u))
            low, high = np.delete(edges[:-1], [at - 1, at]), np.delete(edges[1:], [at - 1, at])
        half = 0.5 * (high - low)[:, None]
        u = low[:, None] + half * (1 + _NODES)
        slope = u if law.alpha <= ABOUT_ZETA else np.logaddexp(u, -u) - np.log(2)
        points.append(law.x(u, sign).ravel())
        distances.append(law.distance(u, sign, origin).ravel())
        weights.append((np.log(half * _WEIGHTS) + slope).ravel())
    return np.concatenate(points), np.concatenate(weights), np.concatenate(distances)


def _cut(edges: np.ndarray, u: float) -> np.ndarray:
    """The edges, u, and more of them about u."""
    i = int(np.searchsorted(edges, u))
    width = min(edges[min(i + 1, edges.size - 1)] - u, u - edges[max(i - 2, 0)])
    return np.unique(np.concatenate([edges, u + width * np.concatenate([-_GRADES, [0], _GRADES])]))
