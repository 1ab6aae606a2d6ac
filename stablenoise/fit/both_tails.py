"""Logarithms of both tails of a law at many points, for laws that come once: tests of fit.

Inside the table the density is integrated over panels of u = asinh(x), from either end, and the
logarithm of the lesser tail is a cubic on each panel; the other tail is made of it.  That is some
half a millisecond a law, where exact panels of the tails take 5 to 12.  Elsewhere ``law`` is asked.
"""

from __future__ import annotations

import numpy as np

from .. import law
from ..law import table

PANELS_TO_1 = 16  # panels in a unit of u
MOST_ALPHA, MOST_BETA = 2.0, 0.9
END = 36.0  # u of the outer ends; beyond them tails are powers
NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(4)
WIDTH = 1.0 / PANELS_TO_1
EDGES = np.linspace(-END, END, int(2 * END) * PANELS_TO_1 + 1)
INNER = EDGES[:-1, None] + 0.5 * WIDTH * (1.0 + NODES)
POINTS = np.sinh(np.concatenate([EDGES, INNER.ravel()]))
STRETCH = np.sqrt(1.0 + POINTS * POINTS)  # dx / du


def log_tails(x: np.ndarray, alpha: float, beta: float) -> tuple[np.ndarray, np.ndarray]:
    """Logarithms of P(X < x) and of P(X > x), at scale 1 and loc 0; x is a 1-d array of floats.

    Inside the table within 1e-6 of the tails and, where these are above 1e-4, 2e-4 of their
    logarithms; and the two are of one distribution function.
    """
    if not _is_integrable(alpha, beta):
        return law.logcdf(x, alpha, beta), law.logsf(x, alpha, beta)
    cubics, is_lower = _cubics(alpha, beta)
    u = np.arcsinh(x)
    near = np.clip(u, -END, END)
    panel = np.minimum(((near + END) * PANELS_TO_1).astype(np.intp), len(cubics) - 1)
    t = near - EDGES[panel]
    a, b, c, d = cubics.T
    lesser = a[panel] + t * (b[panel] + t * (c[panel] + t * d[panel])) - alpha * abs(u - near)
    greater = np.log1p(-np.exp(lesser))
    lower = is_lower[panel]
    return np.where(lower, lesser, greater), np.where(lower, greater, lesser)


def _is_integrable(alpha: float, beta: float) -> bool:
    """Whether the table has the density, and it is smooth on these panels, with powers as tails."""
    return 1.0 <= alpha < MOST_ALPHA and abs(beta) <= MOST_BETA and table.covers(alpha, beta)


def _cubics(alpha: float, beta: float) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of the log of the lesser tail on each panel, and whether that is the lower."""
    in_u = np.exp(table.logpdf(POINTS, alpha, beta)) * STRETCH
    at_edges, inside = in_u[: EDGES.size], in_u[EDGES.size :].reshape(INNER.shape)
    masses = inside @ (0.5 * WIDTH * NODE_WEIGHTS)
    lower = np.cumsum(np.concatenate([[at_edges[0] / alpha], masses]))
    upper = np.cumsum(np.concatenate([[at_edges[-1] / alpha], masses[::-1]]))[::-1]
    is_lower = lower[1:] < upper[:-1]
    cubics = np.where(
        is_lower, _hermite(lower, at_edges / lower), _hermite(upper, -at_edges / upper)
    )
    return np.ascontiguousarray(cubics.T), is_lower


def _hermite(tail: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """Cubics in the distance from the left edge that have the logs of the tail and their slopes."""
    logs = np.log(tail)
    mean = np.diff(logs) / WIDTH
    left, right = slopes[:-1], slopes[1:]
    square = (3 * mean - 2 * left - right) / WIDTH
    cube = (left + right - 2 * mean) / WIDTH**2
    return np.stack([logs[:-1], left, square, cube])
