"""Quantiles: where a tail of a law has a given probability, by Newton's method in log P.

The public functions take their arguments as those of ``evaluate`` do.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from ..checks import real_array
from ..kernels.arrays import Real
from ..kernels.compiler import jit
from ..kernels.threads import in_threads
from .characteristic import scale_and_loc
from .direct import LOWER, POINTS_PER_THREAD, UPPER, beyond, flattened, log, workspace
from .evaluate import by_law, result
from .lookup import LOG_2, TERMS
from .polynomials import ABOUT_ZETA, Panels, at, panels
from .shapes import shape
from .units import restored, restored_log
from .zeta import minus_zeta

ITERATIONS = 200
MAX_LOG_X = math.log(np.finfo(float).max)


def panel_quantiles(law: Panels, log_p: np.ndarray, kind: int) -> np.ndarray:
    """Where log P(X > x) or log P(X < x) is ``log_p``, shape (n,); NaN beyond the panels."""
    x = np.full(log_p.size, np.nan)
    for side, part in law.sides():
        powers = law.powers[kind, part]
        ends = powers @ (-1.0) ** np.arange(TERMS)
        rising = (kind == LOWER) == (side > 0)
        low, high = sorted((ends[0], powers[-1].sum()))
        here = np.flatnonzero((log_p >= low) & (log_p <= high) & np.isnan(x))
        order = ends if rising else -ends
        which = np.searchsorted(order, log_p[here] if rising else -log_p[here], side="right") - 1
        t = np.empty(here.size)
        solve(powers, which, log_p[here], t)
        u = law.middle[part[which]] + t / law.stretch[part[which]]
        x[here] = law.x(u, side)
    return x


@jit(nogil=True)
def solve(powers, which, target, t):
    """Where in [-1, 1] the polynomials have the target values: monotone ones, which hold them."""
    for i in range(t.size):
        p = powers[which[i]]
        a, b = -1.0, 1.0
        rising = p[1] > 0.0
        guess = 0.0
        for _ in range(60):
            # Horner's scheme for the value and, from the same numbers, the slope
            value, slope = p[TERMS - 1], 0.0
            for k in range(TERMS - 2, -1, -1):
                slope = slope * guess + value
                value = value * guess + p[k]
            if (value < target[i]) == rising:
                a = guess
            else:
                b = guess
            # Newton's step, or a halving where it leaves what is known to hold the root
            ahead = guess - (value - target[i]) / slope
            if not a <= ahead <= b:
                ahead = 0.5 * (a + b)
            moved = abs(ahead - guess)
            guess = ahead
            if moved < 1e-15:
                break
        t[i] = guess


@jit
def _unit_quantile(log_p, upper, alpha, beta, work):
    """Where log P(X > x), or log P(X < x), is ``log_p``, at most log(1/2)."""
    if math.isnan(log_p) or not (0.0 < alpha <= 2.0 and abs(beta) <= 1.0):
        return np.nan
    about, side, shift = alpha <= ABOUT_ZETA, 1.0, 0.0
    if about:  # the probabilities beyond zeta, which have closed forms, say on which side it is
        shift = minus_zeta(alpha, beta)[0]
        width, low, _, _, _ = shape(alpha, beta)
        side = 1.0 if (log_p <= log(width) if upper else log_p > log(low)) else -1.0
    if log_p == -np.inf:
        bounded = alpha < 1.0 and beta == (-1.0 if upper else 1.0)
        edge = -minus_zeta(alpha, beta)[0] if bounded else np.inf
        return edge if bounded or upper else -edge
    # With u it is the lower tail that rises on the right of zeta, and the upper one on the left
    rising = (side > 0.0) != upper
    top = MAX_LOG_X if about else MAX_LOG_X + LOG_2  # at which x is the largest double
    a, b, u = -600.0 if about else -top, top, 0.0
    before = b - a
    for _ in range(ITERATIONS):
        log_f, log_upper, log_lower = at(u, side, alpha, beta, work)
        value = log_upper if upper else log_lower
        if value == log_p:
            break
        if (value < log_p) == rising:
            a = u
        else:
            b = u
        # Newton in u, where log P is nearly linear far out; a halving where that leaves the bracket
        # or where steps do not get shorter by half
        log_jacobian = u if about else math.log(math.cosh(u))
        slope = math.exp(log_f - value + log_jacobian) * (1.0 if rising else -1.0)
        ahead = u - (value - log_p) / slope
        if not a < ahead < b or 2.0 * abs(ahead - u) > before:
            ahead = 0.5 * (a + b)
        before = abs(ahead - u)
        u = ahead
        if before <= 4e-16 * max(1.0, abs(u)):
            break
    if abs(u) > top - 1e-12:
        return side * math.copysign(np.inf, u)
    return side * math.exp(u) - shift if about else math.sinh(u)


@jit
def _far_quantile(log_p, alpha, beta, work):
    """Log of the x beyond the doubles where log P(X > x) is ``log_p``, by Newton in log x."""
    log_x = MAX_LOG_X
    for _ in range(ITERATIONS):
        log_f, log_tail, _ = beyond(log_x, alpha, beta, work)
        step = (log_tail - log_p) / math.exp(log_f + log_x - log_tail)
        log_x += step
        if not abs(step) > 4e-16 * log_x:
            break
    return log_x


@jit(nogil=True)
def _unit_quantiles(log_p, upper, alpha, beta, out, low, high):
    """The quantiles low to high."""
    work = workspace()
    for i in range(low, high):
        out[i] = _unit_quantile(log_p[i], upper[i], alpha[i], beta[i], work)


def direct_quantiles(
    log_p: np.ndarray, upper: np.ndarray, alpha: ArrayLike, beta: ArrayLike
) -> np.ndarray:
    """``_unit_quantile`` for arrays of any shape."""
    shape, flat = flattened(log_p, alpha, beta)
    tails = np.array(np.broadcast_to(upper, shape)).ravel()
    out = np.empty(tails.size)
    work = flat[0], tails, *flat[1:], out
    in_threads(
        lambda low, high: _unit_quantiles(*work, low, high), out.size, POINTS_PER_THREAD // 4
    )
    return out.reshape(shape)


@jit(nogil=True)
def _far_quantiles(log_p, alpha, beta, out):
    """``_far_quantile`` for arrays."""
    work = workspace()
    for i in range(out.size):
        out[i] = _far_quantile(log_p[i], alpha[i], beta[i], work)


def ppf(
    q: ArrayLike,
    alpha: ArrayLike,
    beta: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    loc: ArrayLike = 0.0,
) -> Real:
    """Quantile: the x for which P(X <= x) = q.

    Parameters
    ----------
    q : float or array_like
        Probabilities, in [0, 1].
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``.

    Returns
    -------
    float or ndarray
        In the units of scale and loc; at 0 and 1 the ends of the support.

    Raises
    ------
    ValueError
        If an argument is not of real numbers, or shapes do not broadcast.

    Examples
    --------
    >>> print(f"{ppf(1e-9, alpha=1.5):.3f}")
    -341392.033

    """
    q = real_array("q", q)
    return _quantile(q, np.asarray(q > 0.5), alpha, beta, scale, loc)


def isf(
    q: ArrayLike,
    alpha: ArrayLike,
    beta: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    loc: ArrayLike = 0.0,
) -> Real:
    """Upper quantile: the x for which P(X > x) = q.

    Parameters
    ----------
    q : float or array_like
        Probabilities, in [0, 1].
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``.

    Returns
    -------
    float or ndarray
        In the units of scale and loc; at 0 and 1 the ends of the support.

    Raises
    ------
    ValueError
        If an argument is not of real numbers, or shapes do not broadcast.

    Examples
    --------
    >>> bool(isf(0.25, alpha=1.0) == -ppf(0.25, alpha=1.0))
    True

    """
    q = real_array("q", q)
    return _quantile(q, np.asarray(q < 0.5), alpha, beta, scale, loc, upper=True)


def median(
    alpha: ArrayLike, beta: ArrayLike = 0.0, scale: ArrayLike = 1.0, loc: ArrayLike = 0.0
) -> Real:
    """Median.

    Parameters
    ----------
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``.

    Returns
    -------
    float or ndarray
        In the units of scale and loc.

    Examples
    --------
    >>> float(median(1.5, 0.0, loc=3.0))
    3.0

    """
    return ppf(0.5, alpha, beta, scale, loc)


def interval(
    level: ArrayLike,
    alpha: ArrayLike,
    beta: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    loc: ArrayLike = 0.0,
) -> tuple[Real, Real]:
    """Ends of the interval that holds a variate with probability ``level``, with equal tails.

    Parameters
    ----------
    level : float or array_like
        In [0, 1].
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``.

    Returns
    -------
    tuple of float or ndarray
        In the units of scale and loc.

    Examples
    --------
    >>> low, high = interval(0.5, alpha=1.0)
    >>> print(f"{low:.12f} {high:.12f}")
    -1.000000000000 1.000000000000

    """
    level = real_array("level", level)
    tail = np.where((level >= 0) & (level <= 1), 0.5 - 0.5 * level, np.nan)
    low, high = ppf(tail, alpha, beta, scale, loc), isf(tail, alpha, beta, scale, loc)
    # The ends come from different tails, so that next to the median their last bits may cross.
    return low, np.maximum(low, high)


def _quantile(
    q: np.ndarray,
    far: np.ndarray,
    alpha: ArrayLike,
    beta: ArrayLike,
    scale: ArrayLike,
    loc: ArrayLike,
    upper: bool = False,
) -> Real:
    """Quantile from the smaller tail: the upper one where ``far``."""
    alpha, beta = real_array("alpha", alpha), real_array("beta", beta)
    scale, loc = scale_and_loc(scale, loc)
    with np.errstate(all="ignore"):
        smaller = np.where(far != upper, 1 - q, q)
        log_p = np.where((q >= 0) & (q <= 1), np.log(smaller), np.nan)
        signed = np.where(far, -log_p, log_p)  # one array that holds the tail too: 0 is neither
        unit = by_law(_many_quantiles, _few_quantiles, signed, alpha, beta)
        x = restored(unit, scale, loc)
        beyond_doubles = (unit * signed == np.inf) & np.isfinite(signed)
        if beyond_doubles.any():
            x = np.where(beyond_doubles, _far(signed, alpha, beta, scale, loc), x)
        return result(x)


def _far(
    signed: np.ndarray, alpha: np.ndarray, beta: np.ndarray, scale: Real, loc: Real
) -> np.ndarray:
    """Quantiles that are beyond the doubles at scale 1; elsewhere anything."""
    sign = np.where(signed > 0, 1.0, -1.0)
    shape, flat = flattened(-abs(signed), alpha, sign * beta)
    log_unit = np.empty(flat[0].size)
    _far_quantiles(*flat, log_unit)
    return restored_log(log_unit.reshape(shape), sign, scale, loc)


def _many_quantiles(law: tuple[float, float], signed: np.ndarray) -> np.ndarray:
    """Quantiles of one law by its panels, and one by one beyond those."""
    out, log_p, far = np.empty(signed.shape), -abs(signed), signed > 0
    for kind, here in ((UPPER, far), (LOWER, ~far)):
        out[here] = panel_quantiles(panels(*law), log_p[here], kind)
    rest = np.isnan(out)
    out[rest] = direct_quantiles(log_p[rest], far[rest], *law)
    return out


def _few_quantiles(signed: np.ndarray, alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    return direct_quantiles(-abs(signed), signed > 0, alpha, beta)
