"""Moments, mode and entropy."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..checks import real_array
from ..kernels.arrays import Real
from .characteristic import s0_minus_s1, scale_and_loc
from .direct import DENSITY
from .fractional import MIN_ALPHA, absolute_moment
from .integral import nodes_about, power_tails
from .polynomials import Panels, panels
from .units import restored


def mean(
    alpha: ArrayLike, beta: ArrayLike = 0.0, scale: ArrayLike = 1.0, loc: ArrayLike = 0.0
) -> Real:
    """Mean: loc - beta scale tan(pi alpha / 2) for alpha > 1.

    Parameters
    ----------
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``; NaN comes of those out of range.

    Returns
    -------
    float or ndarray
        In the units of scale and loc.  For alpha <= 1 it is infinite if beta is 1 or -1, where one
        tail is light, and NaN otherwise.

    Raises
    ------
    ValueError
        If an argument is not of real numbers, or shapes do not broadcast.

    Examples
    --------
    >>> print(f"{mean(1.5, 0.5):.12f}")
    0.500000000000

    """
    alpha, beta, scale, loc = _checked(alpha, beta, scale, loc)
    bad = _nan_where_bad(alpha, beta, scale, loc)
    with np.errstate(all="ignore"):
        finite = loc - s0_minus_s1(alpha, beta, scale)
        halves = 0.5 * loc - s0_minus_s1(alpha, beta, 0.5 * scale)  # doubles where that is none
        finite = np.where(np.isfinite(finite), finite, 2 * halves)
        infinite = np.where(abs(beta) == 1, beta * np.inf, np.nan)
    return (np.where(alpha > 1, np.where(alpha == 2, loc, finite), infinite) + bad)[()]


def var(
    alpha: ArrayLike, beta: ArrayLike = 0.0, scale: ArrayLike = 1.0, loc: ArrayLike = 0.0
) -> Real:
    """Variance: 2 scale^2 at alpha = 2, infinite for 1 < alpha < 2.

    Parameters
    ----------
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``; NaN comes of those out of range.

    Returns
    -------
    float or ndarray
        In squared units of scale; NaN for alpha <= 1, where there is no finite mean.

    Raises
    ------
    ValueError
        If an argument is not of real numbers, or shapes do not broadcast.

    Examples
    --------
    >>> float(var(2.0, scale=3.0))
    18.0

    """
    alpha, beta, scale, loc = _checked(alpha, beta, scale, loc)
    with np.errstate(all="ignore"):
        square = 2 * scale**2
    value = np.where(alpha == 2, square, np.where(alpha > 1, np.inf, np.nan))
    return (value + _nan_where_bad(alpha, beta, scale, loc))[()]


def skewness(
    alpha: ArrayLike, beta: ArrayLike = 0.0, scale: ArrayLike = 1.0, loc: ArrayLike = 0.0
) -> Real:
    """Standardised third moment: 0 at alpha = 2, else NaN, for there is no finite variance.

    Parameters
    ----------
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If an argument is not of real numbers, or shapes do not broadcast.

    Examples
    --------
    >>> float(skewness(2.0))
    0.0

    """
    alpha, beta, scale, loc = _checked(alpha, beta, scale, loc)
    return (np.where(alpha == 2, 0.0, np.nan) + _nan_where_bad(alpha, beta, scale, loc))[()]


def kurtosis(
    alpha: ArrayLike, beta: ArrayLike = 0.0, scale: ArrayLike = 1.0, loc: ArrayLike = 0.0
) -> Real:
    """Standardised fourth moment minus 3: 0 at alpha = 2, else NaN, as for ``skewness``.

    Parameters
    ----------
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If an argument is not of real numbers, or shapes do not broadcast.

    Examples
    --------
    >>> float(kurtosis(1.5))
    nan

    """
    return skewness(alpha, beta, scale, loc)


def mode(
    alpha: ArrayLike, beta: ArrayLike = 0.0, scale: ArrayLike = 1.0, loc: ArrayLike = 0.0
) -> Real:
    """Mode; stable laws have one (Yamazato, 1978).

    Parameters
    ----------
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``; NaN comes of those out of range.

    Returns
    -------
    float or ndarray
        In the units of scale and loc; within about 1e-8 scale.

    Raises
    ------
    ValueError
        If an argument is not of real numbers, or shapes do not broadcast.

    Notes
    -----
    Panels are made for every pair of alpha and beta (some 5 ms).

    Examples
    --------
    >>> print(f"{mode(1.0, 1.0):.6f}")
    -0.429315

    """
    alpha, beta, scale, loc = _checked(alpha, beta, scale, loc)
    return restored(_for_each_law(_unit_mode, alpha, beta), scale, loc)[()]


def entropy(
    alpha: ArrayLike, beta: ArrayLike = 0.0, scale: ArrayLike = 1.0, loc: ArrayLike = 0.0
) -> Real:
    """Differential entropy -E log f(X), in nats.

    Parameters
    ----------
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``; NaN comes of those out of range.

    Returns
    -------
    float or ndarray
        Relative to the unit of x; within 1e-10 for alpha from 0.02, NaN below.

    Raises
    ------
    ValueError
        If an argument is not of real numbers, or shapes do not broadcast.

    Notes
    -----
    Panels are made for every pair of alpha and beta (some 5 ms).

    Examples
    --------
    >>> bool(abs(entropy(1.0) - np.log(4 * np.pi)) < 1e-10)
    True

    """
    alpha, beta, scale, loc = _checked(alpha, beta, scale, loc)
    return (np.log(scale) + 0 * loc + _for_each_law(_unit_entropy, alpha, beta))[()]


def moment(
    p: ArrayLike,
    alpha: ArrayLike,
    beta: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    loc: ArrayLike = 0.0,
) -> Real:
    r"""Fractional absolute moment :math:`E|X|^p`.

    Parameters
    ----------
    p : float or array_like
        Above -1, but for laws on one side of 0, which have moments of all p < alpha.  The moment
        is infinite from alpha on, if that is below 2.
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``; NaN comes of those out of range, as of p <= -1 where the law has a
        density on both sides of 0.

    Returns
    -------
    float or ndarray
        In units of scale to the power p.

    Raises
    ------
    ValueError
        If an argument is not of real numbers, or shapes do not broadcast.

    Notes
    -----
    For a strictly stable law, whose location in S1 is 0, it is

    .. math:: \sigma^p\, \Gamma(1 - p/\alpha)\, \Gamma(1 + p)\, \frac{\sin(\pi p/2)}{\pi p/2}\,
              (1 + \tau^2)^{p/2\alpha} \cos\bigl(\tfrac p\alpha \arctan \tau\bigr), \qquad
              \tau = \beta\tan\tfrac{\pi\alpha}2

    (Hardin, 1984; Zolotarev, 1986, section 2.6), on the half line
    :math:`\sigma^p\, \Gamma(1 - p/\alpha) / \Gamma(1 - p)\, (1 + \tau^2)^{p/2\alpha}`.  That is
    taken where loc is within 1e-15, relatively, of the location that S1 calls 0.  For others it is
    an integral: over panels, for p <= -1 over the Laplace transform, and at alpha = 2 a sum over
    Poisson's law.  Within 1e-11, relatively, for alpha from 0.1 and orders of moderate size, whose
    multiples of rounding count; NaN for alpha < 0.02, and for orders below about -1e7 unless the
    moment is 0 or infinite.

    Examples
    --------
    >>> print(f"{moment(1.0, alpha=1.5):.9f}")  # 2 Gamma(1/3) / pi
    1.705...

    """
    p = real_array("p", p)
    alpha, beta, scale, loc = _checked(alpha, beta, scale, loc)
    parts = [np.broadcast_to(a, np.broadcast(p, alpha, beta, scale, loc).shape) for a in
             (p, alpha, beta, scale, loc)]  # fmt: skip
    values = [
        absolute_moment(*map(float, each)) for each in zip(*(a.ravel() for a in parts), strict=True)
    ]
    return np.array(values).reshape(parts[0].shape)[()]


def _checked(*parameters: ArrayLike) -> tuple[np.ndarray, ...]:
    """The four parameters as floats, NaN where one is out of its range."""
    alpha, beta = real_array("alpha", parameters[0]), real_array("beta", parameters[1])
    alpha = np.where((alpha > 0) & (alpha <= 2), alpha, np.nan)
    beta = np.where(abs(beta) <= 1, beta, np.nan)
    return alpha, beta, *scale_and_loc(*parameters[2:])


def _nan_where_bad(*parameters: np.ndarray) -> Any:
    """0, and NaN where one of the parameters is NaN."""
    return sum(0 * parameter for parameter in parameters)


def _for_each_law(value: Callable, alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """``value(panels)`` for each pair of alpha and beta."""
    pairs = np.broadcast(alpha, beta)
    known = {(a, b): value(panels(float(a), float(b))) for a, b in set(pairs) if a + b == a + b}
    pairs.reset()
    return np.array([known.get(pair, np.nan) for pair in pairs]).reshape(pairs.shape)


def _unit_mode(law: Panels) -> float:
    """Where the polynomials of log f are largest."""
    if law.beta == 0 or law.alpha == 2:
        return 0.0
    best, where = -np.inf, -law.shift[0]  # where the law is narrower than its panels: zeta
    for sign, part in law.sides():
        highest = np.argmax(law.powers[DENSITY, part].sum(axis=1))  # at the right ends
        for i in part[highest : highest + 2]:
            log_f = np.polynomial.Polynomial(law.powers[DENSITY, i])
            roots = log_f.deriv().roots()
            for t in roots.real[(roots.imag == 0) & (abs(roots.real) <= 1 + 1e-6)]:
                if log_f(t) > best:
                    best = log_f(t)
                    where = float(law.x(law.middle[i] + t / law.stretch[i], sign))
    return where


def _unit_entropy(law: Panels) -> float:
    """Integral of -f log f."""
    if law.alpha < MIN_ALPHA:
        return np.nan
    _, log_f, log_weight, *_, ends = nodes_about(np.inf, law)
    seen = log_f > -np.inf
    inside = np.sum(-log_f[seen] * np.exp(log_f[seen] + log_weight[seen]))
    return float(inside + sum(_entropy_beyond(law, ends)))


def _entropy_beyond(law: Panels, ends: tuple[float, float]) -> Iterator[float]:
    """What the power tails beyond the ends add to an entropy: as Pareto laws."""
    for _, log_f, log_tail in power_tails(law, ends):
        yield math.exp(log_tail) * (1 + 1 / law.alpha - log_f)
