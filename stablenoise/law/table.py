"""Log density and score from tables over (alpha, beta, x): likelihoods with new parameters.

Both are sums of Chebyshev polynomials in alpha and beta and of polynomials on panels of x
(``expansions``): of log f for alpha in [1, 1.96] and abs(beta) to 0.9 (``log_bands``), elsewhere of
a function that the density is made of (``densities``).  For one (alpha, beta) the sums are
contracted to panels of one law, and derivatives are those of the expansions.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_number, real_array
from ..kernels.arrays import Array, Real, array_module, on_host
from ..kernels.threads import in_threads
from . import densities, evaluate, log_bands
from .characteristic import scale_and_loc
from .direct import DENSITY
from .lookup import BLOCK, POINTS_PER_THREAD
from .one_pass import SUMS, Law, Sums, add_rows, fill_rows, sums_from, sums_of_blocks
from .scores import score as exact_score
from .units import standardised

__all__ = ["LIMITS", "logpdf", "score"]

LIMITS = {  # at scale 1 and loc 0
    "alpha": (densities.REGIONS[0].alphas[0], 2.0),
    "beta": (-1.0, 1.0),
    "x": (-math.sinh(log_bands.LAST_EDGE), math.sinh(log_bands.LAST_EDGE)),
}


def covers(alpha: float, beta: float) -> bool:
    """Whether laws of this alpha and beta are in the table: nearly all of their points are."""
    size = abs(beta)
    return log_bands.covers(alpha, size) or densities.region_of(alpha, size) is not None


def logpdf(
    x: ArrayLike, alpha: float, beta: float = 0.0, scale: float = 1.0, loc: float = 0.0
) -> Real:
    """Logarithm of the density, for many points of a law that will not come again.

    Parameters
    ----------
    x : float or array_like
        Points, in the units of scale and loc; of CuPy too.
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
    size the error was at most 3e-11 at 96,000 random points (``make_table`` prints it).  Elsewhere
    in ``LIMITS`` it is about 1e-13 over G, the density in units of a power of the distance (see
    ``densities``): at most 3e-9 at 112,000 random points, and below 1e-11 where most draws
    are.  Points where G is below 1e-4, some one of 10,000 draws, or nearly all of those on the
    light side of laws with abs(beta) next to 1, and all that lies outside ``LIMITS``, are left to
    ``law.logpdf``.  Some 40 microseconds for a law and 10 nanoseconds for a point, outside the
    first ranges 25 to 50 and 30 (``benchmarks/law_table.py``); the first call reads the tables.

    References
    ----------
    Trefethen (2013), Approximation Theory and Approximation Practice, chapters 3 and 4.

    Examples
    --------
    >>> print(f"{logpdf(1.0, alpha=1.5, beta=0.3):.8f}")
    -1.61137908

    """
    alpha, beta = _numbers(alpha=alpha, beta=beta, scale=scale, loc=loc)[:2]
    if not covers(alpha, beta):
        return evaluate.logpdf(x, alpha, beta, scale, loc)
    unit, far, _, spread = _standardised(x, beta, scale, loc)
    logs = _logs(unit.ravel(), alpha, abs(beta)).reshape(unit.shape)
    logs = array_module(unit).asarray(logs - np.log(spread))
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
        Points, in the units of scale and loc; of CuPy too.
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
    For alpha in [1, 1.96] and beta in [-0.9, 0.9], at scale 1, at most 6e-9 from ``law.score`` at
    96,000 random points (``make_table`` prints it).  Elsewhere in ``LIMITS`` at most 2e-6 (6e-5
    for alpha below 0.3), relatively to 1 plus its size, where G is 1e-4, and 1e-8 where it is 0.1
    (``make_densities`` prints it).  The rest is left to ``law.score``.  Some 30 nanoseconds a
    point; ``log_and_score_sums`` takes 20 to 30 for log f and score together.

    References
    ----------
    Trefethen (2013), Approximation Theory and Approximation Practice, chapters 3 and 4.

    Examples
    --------
    >>> print(score(1.0, alpha=1.5, beta=0.3).round(6))
    [ 0.290212 -0.03153  -0.369696  0.630304]

    """
    alpha, beta = _numbers(alpha=alpha, beta=beta, scale=scale, loc=loc)[:2]
    if not covers(alpha, beta):
        return exact_score(x, alpha, beta, scale, loc)
    unit, _, sign, spread = _standardised(x, beta, scale, loc)
    out = _rows(unit.ravel(), 1.0, law_at(alpha, abs(beta)))[1]
    with np.errstate(all="ignore"):  # the smallest scales make infinite scores
        out /= array_module(out).asarray((1.0, sign, spread, sign * spread))
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
    if not covers(alpha, beta):
        logs[:] = evaluate.logpdf(x, alpha, beta)
        scores[:] = exact_score(x, alpha, beta)
        return
    fill_rows(x, _sign(beta), law_at(alpha, abs(beta)), logs, scores)
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

    Without weights each point has the weight 1.  Nothing is checked either.  Of points on a device
    the sums are the device's, in another order, and come to the host.
    """
    if array_module(x) is not np:
        return _sums_on_device(x, alpha, beta, weights, with_products)
    blocks = -(-x.size // BLOCK)
    totals, missing = np.zeros((blocks + 1, SUMS)), np.zeros(x.size, bool)
    heavy = np.empty(0) if weights is None else weights
    if covers(alpha, beta):
        arguments = x, heavy, _sign(beta), law_at(alpha, abs(beta)), with_products
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


def _sums_on_device(
    x: Array, alpha: float, beta: float, weights: Array | None, with_products: bool
) -> Sums:
    xp = array_module(x)
    logs, scores = xp.empty(x.size), xp.empty((x.size, 4))
    log_and_score(x, alpha, beta, logs, scores)
    weighed = scores if weights is None else scores * weights[:, None]
    total = logs.sum() if weights is None else (logs * weights).sum()
    products = on_host(weighed.T @ scores) if with_products else None
    return Sums(float(total), on_host(weighed.sum(axis=0)), products)


def law_at(alpha: float, beta: float) -> Law:
    """What the kernels read of one law that is covered, beta >= 0."""
    bands = log_bands if log_bands.covers(alpha, beta) else densities
    return bands.law_at(alpha, beta)


def _logs(x: Array, alpha: float, beta: float) -> Array:
    """Log density at standardised points of a law that is covered, beta >= 0."""
    if log_bands.covers(alpha, beta):
        return log_bands.panels(alpha, beta).log(DENSITY, x)
    logs = _rows(x, 1.0, law_at(alpha, beta))[0]
    rest = np.flatnonzero(np.isnan(logs))
    logs[rest] = evaluate.logpdf(x[rest], alpha, beta)
    return logs


def _rows(x: Array, sign: float, law: Law) -> tuple[Array, Array]:
    """Log density and scores at standardised points; NaN at those that are not in the table."""
    xp = array_module(x)
    logs, scores = xp.empty(x.size), xp.empty((x.size, 4))
    fill_rows(x, sign, law, logs, scores)
    return logs, scores


def _numbers(**parameters: float) -> list[float]:
    """The parameters as floats, or ValueError unless they are real numbers."""
    for name, value in parameters.items():
        check_number(name, value)
    return [float(value) for value in parameters.values()]


def _standardised(
    x: ArrayLike, beta: float, scale: float, loc: float
) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Points at scale 1, loc 0 and beta >= 0, which exceed doubles, the sign of beta, the scale."""
    spread, centre = (float(value) for value in scale_and_loc(scale, loc))
    sign = _sign(beta)
    unit, far = standardised(real_array("x", x), sign * spread, centre)
    return array_module(unit).asarray(unit), far, sign, spread


def _sign(beta: float) -> float:
    return -1.0 if beta < 0 else 1.0
