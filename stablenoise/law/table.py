r"""Log density and score from one table over (alpha, beta, x): likelihoods with new parameters.

``table.npz`` holds, for 6 x 2 bands of alpha and beta, log f as a sum of products
:math:`T_i(a)\,T_j(b)\,p_{ij}(u)` of Chebyshev polynomials in a, linear in log(2 - alpha), and in b,
linear in sqrt(1 - beta), and of polynomials on panels of u = asinh(x).  For one (alpha, beta) the
sum is contracted to panels of one law; the derivatives in alpha and beta are those of the
expansions, and that in x is that of the panels.  ``make_table`` writes the file.
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_number, real_array
from ..kernels.arrays import Real
from ..kernels.compiler import jit
from ..kernels.threads import in_threads
from . import evaluate
from .characteristic import scale_and_loc
from .direct import DENSITY
from .lookup import BLOCK, POINTS_PER_THREAD, TERMS, cells_of
from .one_pass import (
    IN_ALPHA,
    IN_BETA,
    IN_U,
    LOG_F,
    SUMS,
    Law,
    Place,
    Sums,
    add_rows,
    rows_of_points,
    sums_from,
    sums_of_blocks,
)
from .polynomials import Panels
from .scores import score as exact_score
from .units import standardised

__all__ = ["LIMITS", "logpdf", "score"]

FILE = Path(__file__).with_name("table.npz")
SHA256 = "9dd1443c41a17df5a49f894d1d4d0432bb90613a96ee6993b8ca75da28ad34fd"
ALPHAS = (1.0, 1.1, 1.3, 1.6, 1.8, 1.9, 1.96)  # edges of the bands
BETAS = (0.0, 0.5, 0.9)  # those of abs(beta)
LAST_EDGE = 40.0  # u of the last edges
LIMITS = {
    "alpha": (ALPHAS[0], ALPHAS[-1]),
    "beta": (-BETAS[-1], BETAS[-1]),
    "x": (-math.sinh(LAST_EDGE), math.sinh(LAST_EDGE)),  # at scale 1 and loc 0
}


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """Log f in one band of alpha and one of beta.

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


IN_FILE = tuple(field.name for field in fields(Band))[:-1]


def logpdf(
    x: ArrayLike, alpha: float, beta: float = 0.0, scale: float = 1.0, loc: float = 0.0
) -> Real:
    """Logarithm of the density, for many points of a law that will not come again.

    Parameters
    ----------
    x : float or array_like
        Points, in the units of scale and loc.
    alpha, beta, scale, loc : float
        As in ``Stable``, but numbers; NaN comes of those out of range.

    Returns
    -------
    float or ndarray
        Of the density in inverse units of x.

    Raises
    ------
    ValueError
        If x is not of real numbers, a parameter is not a real number, or the table is not the one
        that this code was made with.

    Notes
    -----
    For alpha in [1, 1.96], beta in [-0.9, 0.9] and standardised points below sinh(40) = 1.2e17 in
    size the error was at most 3e-11 at 96,000 random points (``make_table`` prints it); the rest is
    left to ``law.logpdf``.  Some 40 microseconds for a law and 10 nanoseconds for a point
    (``benchmarks/law_table.py``); the first call reads the table.

    References
    ----------
    Trefethen (2013), Approximation Theory and Approximation Practice, chapters 3 and 4.

    Examples
    --------
    >>> print(f"{logpdf(1.0, alpha=1.5, beta=0.3):.8f}")
    -1.61137908

    """
    alpha, beta = _numbers(alpha=alpha, beta=beta, scale=scale, loc=loc)[:2]
    if not _is_inside(alpha, beta):
        return evaluate.logpdf(x, alpha, beta, scale, loc)
    unit, far, _, spread = _standardised(x, beta, scale, loc)
    logs = panels(alpha, abs(beta)).log(DENSITY, unit.ravel()).reshape(unit.shape)
    logs = np.asarray(logs - np.log(spread))
    if far.any():
        logs[far] = evaluate.logpdf(real_array("x", x)[far], alpha, beta, scale, loc)
    return logs[()]


def score(
    x: ArrayLike, alpha: float, beta: float = 0.0, scale: float = 1.0, loc: float = 0.0
) -> np.ndarray:
    """Derivatives of the log density in alpha, beta, scale and loc, as ``logpdf`` makes it.

    Parameters
    ----------
    x : float or array_like
        Points, in the units of scale and loc.
    alpha, beta, scale, loc : float
        As in ``Stable``, but numbers; NaN comes of those out of range.

    Returns
    -------
    ndarray
        Of the shape of x and a last axis of length 4, in inverse units of the parameters.

    Raises
    ------
    ValueError
        As ``logpdf`` does.

    Notes
    -----
    At scale 1 and in the ranges of ``logpdf`` at most 6e-9 from ``law.score`` at 96,000 random
    points (``make_table`` prints it).  The rest is left to ``law.score``.  Some 20 nanoseconds
    a point.

    References
    ----------
    Trefethen (2013), Approximation Theory and Approximation Practice, chapters 3 and 4.

    Examples
    --------
    >>> print(score(1.0, alpha=1.5, beta=0.3).round(6))
    [ 0.290212 -0.03153  -0.369696  0.630304]

    """
    alpha, beta = _numbers(alpha=alpha, beta=beta, scale=scale, loc=loc)[:2]
    if not _is_inside(alpha, beta):
        return exact_score(x, alpha, beta, scale, loc)
    unit, _, sign, spread = _standardised(x, beta, scale, loc)
    flat, found = unit.ravel(), law_at(alpha, abs(beta))
    logs, out = np.empty(flat.size), np.empty((flat.size, 4))

    def work(low: int, high: int) -> None:
        rows_of_points(flat[low:high], 1.0, found, logs[low:high], out[low:high])

    in_threads(work, flat.size, POINTS_PER_THREAD)
    out /= (1.0, sign, spread, sign * spread)
    rest = np.flatnonzero(np.isnan(out[:, 0]))
    if rest.size:
        out[rest] = exact_score(real_array("x", x).ravel()[rest], alpha, beta, scale, loc)
    return out.reshape(*unit.shape, 4)


def log_and_score(
    x: np.ndarray, alpha: float, beta: float, logs: np.ndarray, scores: np.ndarray
) -> None:
    """Fill ``logs`` with log f and the rows of ``scores`` with its score, at scale 1 and loc 0.

    For the inner loop of a likelihood: x is a contiguous array of doubles, the parameters are
    floats in range, and nothing is checked.  What is outside the table is left to ``law.logpdf``
    and ``law.score``.
    """
    if not _is_inside(alpha, beta):
        logs[:] = evaluate.logpdf(x, alpha, beta)
        scores[:] = exact_score(x, alpha, beta)
        return
    sign, law = math.copysign(1.0, beta), law_at(alpha, abs(beta))

    def work(low: int, high: int) -> None:
        rows_of_points(x[low:high], sign, law, logs[low:high], scores[low:high])

    in_threads(work, x.size, POINTS_PER_THREAD)
    rest = np.flatnonzero(np.isnan(logs))
    if rest.size:
        logs[rest] = evaluate.logpdf(x[rest], alpha, beta)
        scores[rest] = exact_score(x[rest], alpha, beta)


def log_and_score_sums(
    x: np.ndarray,
    alpha: float,
    beta: float,
    weights: np.ndarray | None = None,
    with_products: bool = False,
) -> Sums:
    """Weighted sums over x of what ``log_and_score`` gives, the same for any number of threads.

    Without weights each point has the weight 1.  Nothing is checked either.
    """
    blocks = -(-x.size // BLOCK)
    totals, missing = np.zeros((blocks + 1, SUMS)), np.zeros(x.size, bool)
    heavy = np.empty(0) if weights is None else weights
    if _is_inside(alpha, beta):
        arguments = x, heavy, math.copysign(1.0, beta), law_at(alpha, abs(beta)), with_products
        in_threads(
            lambda low, high: sums_of_blocks(*arguments, totals, missing, low, high),
            blocks,
            POINTS_PER_THREAD // BLOCK,
        )
    else:
        missing[:] = True
    rest = np.flatnonzero(missing)
    if rest.size:
        logs = evaluate.logpdf(x[rest], alpha, beta)
        scores = exact_score(x[rest], alpha, beta)
        add_rows(logs, scores, heavy[rest] if heavy.size else heavy, with_products, totals[-1])
    return sums_from(totals.sum(axis=0), with_products)


def law_at(alpha: float, beta: float) -> Law:
    """What the kernels read of one law, beta >= 0."""
    return kernel_law(panels(alpha, beta))


def kernel_law(found: Panels) -> Law:
    """The same of its panels."""
    powers = np.ascontiguousarray(found.powers.transpose(1, 2, 0))
    return Law(Place(), found.edges, found.cells, found.middle, found.stretch, powers)


def panels(alpha: float, beta: float) -> Panels:
    """Panels of one law, beta >= 0: log f and its derivatives in alpha, beta and u."""
    i, j = _band(ALPHAS, alpha), _band(BETAS, beta)
    return contracted(bands()[i, j], alpha, beta, ALPHAS[i : i + 2], BETAS[j : j + 2])


@cache
def bands() -> dict[tuple[int, int], Band]:
    """The table, read at the first call; ValueError if it is not the file of ``SHA256``."""
    content = FILE.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256:
        raise ValueError(f"{FILE} must have the sha256 {SHA256}, got {digest}")
    return read(content)


def read(content: bytes) -> dict[tuple[int, int], Band]:
    """Bands by their numbers among those of alpha and of beta."""
    with np.load(BytesIO(content), allow_pickle=False) as file:
        return {
            (i, j): banded(*(file[f"{name}_{i}_{j}"] for name in IN_FILE))
            for i in range(len(ALPHAS) - 1)
            for j in range(len(BETAS) - 1)
        }


def banded(
    pairs: np.ndarray, terms: np.ndarray, coefficients: np.ndarray, *sizes: np.ndarray
) -> Band:
    """A band from what the file has of it: its edges still without the NaN at their end."""
    edges, middle, stretch = sizes
    edges = np.append(edges, np.nan)
    return Band(pairs, terms, coefficients, edges, middle, stretch, cells_of(edges))


def of_alpha(alpha: Real) -> Real:
    """The variable that a is linear in: near alpha = 2 the tails are proportional to 2 - alpha."""
    return np.log(2 - alpha)


def of_beta(beta: Real) -> Real:
    """The variable that b is linear in: beta, log(1 - beta) and artanh(beta) need more terms."""
    return np.sqrt(1 - beta)


def contracted(
    band: Band, alpha: float, beta: float, alphas: tuple[float, ...], betas: tuple[float, ...]
) -> Panels:
    """Panels of one law of a band, which lies between these values."""
    a, a_slope = _scaled(of_alpha, alpha, alphas)
    b, b_slope = _scaled(of_beta, beta, betas)
    powers = np.full((4, band.middle.size, TERMS), np.nan)
    known = slice(1, 1 + len(band.terms))
    sums = powers[:, known]
    sums[:] = 0.0
    _contract(a, b, band.pairs, band.terms, band.coefficients, sums)
    sums[IN_ALPHA] *= -a_slope / (2 - alpha)
    sums[IN_BETA] *= -0.5 * b_slope / math.sqrt(1 - beta)
    stretch = band.stretch[known, None]
    sums[IN_U, :, :-1] = sums[LOG_F, :, 1:] * (stretch * np.arange(1, TERMS))
    flat = band.edges, band.cells, band.middle, band.stretch
    return Panels(alpha, beta, (0.0, 0.0), *flat, powers)


def _scaled(variable: Callable, value: float, ends: tuple[float, ...]) -> tuple[float, float]:
    """A value between two others as a number in [-1, 1], and its slope in the variable."""
    low, high = variable(ends[0]), variable(ends[1])
    slope = 2 / (high - low)
    return float(slope * (variable(value) - low) - 1), float(slope)


@jit
def _chebyshev(t, values, slopes):
    """Let these be the Chebyshev polynomials at t and their derivatives."""
    values[0], values[1], slopes[0], slopes[1] = 1.0, t, 0.0, 1.0
    for i in range(2, values.size):
        values[i] = 2.0 * t * values[i - 1] - values[i - 2]
        slopes[i] = 2.0 * (values[i - 1] + t * slopes[i - 1]) - slopes[i - 2]


@jit
def _contract(a, b, pairs, terms, coefficients, out):
    """Add to ``out`` the polynomials of log f and of its derivatives in a and b."""
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


def _numbers(**parameters: float) -> list[float]:
    """The parameters as floats, or ValueError unless they are real numbers."""
    for name, value in parameters.items():
        check_number(name, value)
    return [float(value) for value in parameters.values()]


def _is_inside(alpha: float, beta: float) -> bool:
    return ALPHAS[0] <= alpha <= ALPHAS[-1] and abs(beta) <= BETAS[-1]


def _standardised(
    x: ArrayLike, beta: float, scale: float, loc: float
) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Points at scale 1, loc 0 and beta >= 0, which exceed doubles, the sign of beta, the scale."""
    spread, centre = (float(value) for value in scale_and_loc(scale, loc))
    sign = -1.0 if beta < 0 else 1.0
    unit, far = standardised(real_array("x", x), sign * spread, centre)
    return np.asarray(unit), far, sign, spread


def _band(edges: tuple[float, ...], value: float) -> int:
    """Number of the band that a value lies in; the last edge is in the last."""
    return min(bisect(edges, value), len(edges) - 1) - 1
