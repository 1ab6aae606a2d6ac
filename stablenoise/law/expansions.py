r"""A function of (alpha, beta, u) as Chebyshev polynomials in a and b and panels of u; one law.

It is a sum of products :math:`T_i(a)\,T_j(b)\,p_{ij}(u)`, p a polynomial on each panel; a and b
are in [-1, 1].  For one law the sum is contracted to panels of u.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..kernels.compiler import jit
from .lookup import TERMS, cells_of
from .one_pass import IN_ALPHA, IN_BETA, IN_U, LOG_F


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """A function in one band of alpha and one of beta.

    A pair is the degrees in a and in b.  Of panel k and pair p there are ``terms[k, p]``
    coefficients, of powers from the lowest on; they follow each other pair by pair, panel by panel.
    ``edges``, ``middle`` and ``stretch`` are those of ``Panels``; the panel before the first edge
    and that after the last have no polynomials.  ``cells`` are made of the edges, and in no file.
    """

    pairs: np.ndarray
    terms: np.ndarray
    coefficients: np.ndarray
    edges: np.ndarray
    middle: np.ndarray
    stretch: np.ndarray
    cells: np.ndarray


def banded(
    pairs: np.ndarray, terms: np.ndarray, coefficients: np.ndarray, *sizes: np.ndarray
) -> Band:
    """A band from what the file has of it: its edges still without the NaN at their end."""
    edges, middle, stretch = sizes
    edges = np.append(edges, np.nan)
    return Band(pairs, terms, coefficients, edges, middle, stretch, cells_of(edges))


def padded(edges: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Edges, middles and inverse half widths as ``Panels`` has them, with a panel at each end."""
    size = 1 << edges.size.bit_length()
    left, middle, stretch = np.full(size, np.inf), np.zeros(size), np.ones(size)
    left[1 : 1 + edges.size] = edges
    middle[1 : edges.size] = 0.5 * (edges[:-1] + edges[1:])
    stretch[1 : edges.size] = 2 / np.diff(edges)
    return left, middle, stretch


def contraction(band: Band, a: float, b: float, a_slope: float, b_slope: float) -> np.ndarray:
    """Powers of one law, (polynomial, panel, term): the function, and its slopes.

    Those in alpha and beta are the slopes in a and b times these numbers; the last is that in u.
    """
    powers = np.full((4, band.middle.size, TERMS), np.nan)
    known = slice(1, 1 + len(band.terms))
    sums = powers[:, known]
    sums[:] = 0.0
    _contract(a, b, band.pairs, band.terms, band.coefficients, sums)
    sums[IN_ALPHA] *= a_slope
    sums[IN_BETA] *= b_slope
    stretch = band.stretch[known, None]
    sums[IN_U, :, :-1] = sums[LOG_F, :, 1:] * (stretch * np.arange(1, TERMS))
    return powers


def scaled(value: float, low: float, high: float) -> tuple[float, float]:
    """A value between two others as a number in [-1, 1], and its slope in the value."""
    slope = 2 / (high - low)
    return float(slope * (value - low) - 1), float(slope)


@jit
def _chebyshev(t, values, slopes):
    """Let these be the Chebyshev polynomials at t and their derivatives."""
    values[0], values[1], slopes[0], slopes[1] = 1.0, t, 0.0, 1.0
    for i in range(2, values.size):
        values[i] = 2.0 * t * values[i - 1] - values[i - 2]
        slopes[i] = 2.0 * (values[i - 1] + t * slopes[i - 1]) - slopes[i - 2]


@jit
def _contract(a, b, pairs, terms, coefficients, out):
    """Add to ``out`` the polynomials of the function and of its derivatives in a and b."""
    # A pair (i, j) stands for T_i(a) T_j(b); most have few coefficients in u, which are packed
    in_a, slope_a, in_b, slope_b = np.empty((4, pairs.max() + 2))
    _chebyshev(a, in_a, slope_a)
    _chebyshev(b, in_b, slope_b)
    first = 0  # of the coefficients of a panel and a pair, which are one after the other
    for panel in range(terms.shape[0]):
        for p in range(terms.shape[1]):
            i, j = pairs[p]
            w, w_a, w_b = in_a[i] * in_b[j], slope_a[i] * in_b[j], in_a[i] * slope_b[j]
            for k in range(terms[panel, p]):
                out[0, panel, k] += w * coefficients[first + k]
                out[1, panel, k] += w_a * coefficients[first + k]
                out[2, panel, k] += w_b * coefficients[first + k]
            first += terms[panel, p]
