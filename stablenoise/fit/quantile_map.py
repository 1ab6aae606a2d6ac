"""What the five quantiles of a law say of it: the map of McCulloch (1986), exact, and its slopes.

Polynomials of (alpha, beta) from ``make_quantile_map``, not his printed tables: these are off by up
to .004 in their values and, interpolated linearly, by .010 in alpha.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.polynomial.chebyshev import chebder, chebvander

FILE = Path(__file__).parent / "quantile_map.npz"
PROBABILITIES = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
EDGES = (0.1, 0.2, 0.45, 1.0, 2.0)  # of the bands of alpha, one set of polynomials each
LEAST_ALPHA = EDGES[0]
ROWS_A_BAND, COLUMNS = 40, 129  # of the lattice from which a search starts


class Shape(NamedTuple):
    """What does not change with scale and location, and two numbers that give these.

    With d for the distance of the quartiles: ``spread`` is the logarithm of the 5% to 95% range
    over d, ``skew`` that of the upper part of the range over the lower part, divided by 2 - alpha,
    ``log_d`` is log d at scale 1, and ``median`` the median at scale 1 and location 0, over d.
    """

    spread: np.ndarray
    skew: np.ndarray
    log_d: np.ndarray
    median: np.ndarray


class Lattice(NamedTuple):
    """Spread and skew (not divided) at the rows of alpha and the columns of beta."""

    alpha: np.ndarray
    beta: np.ndarray
    spread: np.ndarray
    skew: np.ndarray


@cache
def coefficients() -> np.ndarray:
    """Chebyshev coefficients: band of alpha, one of the four of ``Shape``, degrees in both."""
    with np.load(FILE) as file:
        return file["coefficients"].astype(float)


@cache
def slopes() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Those of the polynomials, and of their derivatives by alpha and by beta."""
    plain = coefficients()
    by_alpha, by_beta = np.zeros_like(plain), np.zeros_like(plain)
    width = np.diff(EDGES)[:, None, None, None]
    by_alpha[:, :, :-1] = chebder(plain, axis=2) * 2 / width
    by_beta[..., :-1] = chebder(plain, axis=3) * 2
    return plain, by_alpha, by_beta


def at(alpha: float, beta: float) -> tuple[Shape, Shape, Shape]:
    """Values at a beta of [0, 1], their derivatives by alpha, and those by beta."""
    band = min(max(int(np.searchsorted(EDGES, alpha)) - 1, 0), len(EDGES) - 2)
    low, high = EDGES[band : band + 2]
    _, _, rows, columns = coefficients().shape
    in_alpha = chebyshev((2 * alpha - low - high) / (high - low), rows)
    in_beta = chebyshev(2 * beta - 1, columns)
    sums = [in_alpha @ (table[band] @ in_beta).T for table in slopes()]
    return Shape(*sums[0]), Shape(*sums[1]), Shape(*sums[2])


def chebyshev(x: float, terms: int) -> np.ndarray:
    """Values of so many Chebyshev polynomials at a point of [-1, 1]."""
    return np.cos(np.arange(terms) * np.arccos(min(max(x, -1.0), 1.0)))


@cache
def lattice() -> Lattice:
    """Values from which a search starts."""
    _, _, rows, columns = coefficients().shape
    along = np.linspace(-1, 1, ROWS_A_BAND)
    in_alpha, in_beta = (
        chebvander(along, rows - 1),
        chebvander(np.linspace(-1, 1, COLUMNS), columns - 1),
    )
    values = np.einsum("ai,fkij,bj->kfab", in_alpha, coefficients()[:, :2], in_beta, optimize=True)
    spread, skew = values.reshape(2, -1, COLUMNS)
    ends = np.array(EDGES)
    alpha = (ends[:-1, None] + np.diff(ends)[:, None] * (1 + along) / 2).ravel()
    keep = np.append(True, np.diff(alpha) > 1e-9)  # an edge belongs to two bands
    alpha = alpha[keep]
    skew = skew[keep] * (2 - alpha)[:, None]
    return Lattice(alpha, np.linspace(0, 1, COLUMNS), spread[keep], skew)
