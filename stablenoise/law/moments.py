"""Moments, mode and entropy."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, xlogy

from ..checks import real_array
from .characteristic import s0_minus_s1, scale_and_loc
from .integral import nodes
from .panels import DENSITY, LOWER, UPPER, Panels, panels
from .zeta import minus_zeta, plus

LEAST_ALPHA = 0.02  # of an entropy: below, logarithms of densities are not exact everywhere
FARTHEST = 1e290  # distance of 0 from the law, of scale 1, beside which the law is nothing
FAR_RATE = 400.0  # of Poisson's law


def mean(
    alpha: ArrayLike, beta: ArrayLike = 0.0, scale: ArrayLike = 1.0, loc: ArrayLike = 0.0
) -> Any:
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

    Examples
    --------
    >>> print(f"{mean(1.5, 0.5):.12f}")
    0.500000000000

    """
    alpha, beta, scale, loc = _checked(alpha, beta, scale, loc)
    with np.errstate(all="ignore"):
        finite = loc - s0_minus_s1(alpha, beta, scale)
        infinite = np.where(abs(beta) == 1, beta * np.inf, np.nan) + 0 * (alpha + scale + loc)
    return np.where(alpha > 1, np.where(alpha == 2, loc + 0 * finite, finite), infinite)[()]


def var(
    alpha: ArrayLike, beta: ArrayLike = 0.0, scale: ArrayLike = 1.0, loc: ArrayLike = 0.0
) -> Any:
    """Variance: 2 scale^2 at alpha = 2, infinite for 1 < alpha < 2.

    Parameters
    ----------
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``; NaN comes of those out of range.

    Returns
    -------
    float or ndarray
        In squared units of scale; NaN for alpha <= 1, where there is no finite mean.

    Examples
    --------
    >>> float(var(2.0, scale=3.0))
    18.0

    """
    alpha, beta, scale, loc = _checked(alpha, beta, scale, loc)
    value = np.where(alpha == 2, 2 * scale**2, np.where(alpha > 1, np.inf, np.nan))
    return (value + 0 * (alpha + beta + scale + loc))[()]


def skewness(
    alpha: ArrayLike, beta: ArrayLike = 0.0, scale: ArrayLike = 1.0, loc: ArrayLike = 0.0
) -> Any:
    """Standardised third moment: 0 at alpha = 2, else NaN, for there is no finite variance.

    Parameters
    ----------
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``.

    Returns
    -------
    float or ndarray

    Examples
    --------
    >>> float(skewness(2.0))
    0.0

    """
    alpha, beta, scale, loc = _checked(alpha, beta, scale, loc)
    return (np.where(alpha == 2, 0.0, np.nan) + 0 * (beta + scale + loc))[()]


def kurtosis(
    alpha: ArrayLike, beta: ArrayLike = 0.0, scale: ArrayLike = 1.0, loc: ArrayLike = 0.0
) -> Any:
    """Standardised fourth moment minus 3: 0 at alpha = 2, else NaN, as for ``skewness``.

    Parameters
    ----------
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``.

    Returns
    -------
    float or ndarray

    Examples
    --------
    >>> float(kurtosis(1.5))
    nan

    """
    return skewness(alpha, beta, scale, loc)


def mode(
    alpha: ArrayLike, beta: ArrayLike = 0.0, scale: ArrayLike = 1.0, loc: ArrayLike = 0.0
) -> Any:
    """Mode; stable laws have one (Yamazato, 1978).

    Parameters
    ----------
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``; NaN comes of those out of range.

    Returns
    -------
    float or ndarray
        In the units of scale and loc; within about 1e-8 scale.

    Notes
    -----
    Panels are made for every pair of alpha and beta (some 5 ms).

    Examples
    --------
    >>> print(f"{mode(1.0, 1.0):.6f}")
    -0.429315

    """
    alpha, beta, scale, loc = _checked(alpha, beta, scale, loc)
    return (loc + scale * _for_each_law(_unit_mode, alpha, beta))[()]


def entropy(
    alpha: ArrayLike, beta: ArrayLike = 0.0, scale: ArrayLike = 1.0, loc: ArrayLike = 0.0
) -> Any:
    """Differential entropy -E log f(X), in nats.

    Parameters
    ----------
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``; NaN comes of those out of range.

    Returns
    -------
    float or ndarray
        Relative to the unit of x; within about 1e-10 for alpha from 0.1.

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
) -> Any:
    r"""Fractional absolute moment :math:`E|X|^p`, p > -1.

    Parameters
    ----------
    p : float or array_like
        Above -1; the moment is infinite from alpha on, if that is below 2.
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``; NaN comes of those out of range, as of p <= -1.

    Returns
    -------
    float or ndarray
        In units of scale to the power p.

    Notes
    -----
    For a strictly stable law, whose location in S1 is 0, it is

    .. math:: \sigma^p\, \Gamma(1 - p/\alpha)\, \Gamma(1 + p)\, \frac{\sin(\pi p/2)}{\pi p/2}\,
              (1 + \tau^2)^{p/2\alpha} \cos\bigl(\tfrac p\alpha \arctan \tau\bigr), \qquad
              \tau = \beta\tan\tfrac{\pi\alpha}2

    (Hardin, 1984; Zolotarev, 1986, section 2.6); for others an integral over
    panels, within about 1e-8.

    Examples
    --------
    >>> print(f"{moment(1.0, alpha=1.5):.9f}")  # 2 Gamma(1/3) / pi
    1.705...

    """
    p = real_array("p", p)
    alpha, beta, scale, loc = _checked(alpha, beta, scale, loc)
    parts = [np.broadcast_to(a, np.broadcast(p, alpha, beta, scale, loc).shape) for a in
             (p, alpha, beta, scale, loc)]  # fmt: skip
    values = [_moment(*map(float, each)) for each in zip(*(a.ravel() for a in parts), strict=True)]
    return np.array(values).reshape(parts[0].shape)[()]


def _checked(*parameters: ArrayLike) -> tuple[np.ndarray, ...]:
    """The four parameters as floats, NaN where one is out of its range."""
    alpha, beta = real_array("alpha", parameters[0]), real_array("beta", parameters[1])
    alpha = np.where((alpha > 0) & (alpha <= 2), alpha, np.nan)
    beta = np.where(abs(beta) <= 1, beta, np.nan)
    return alpha, beta, *scale_and_loc(*parameters[2:])


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
    best, where = -np.inf, 0.0
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
    if law.alpha < LEAST_ALPHA:
        return np.nan
    _, log_f, log_weight, *_, ends = nodes(law)
    seen = log_f > -np.inf
    inside = np.sum(-log_f[seen] * np.exp(log_f[seen] + log_weight[seen]))
    return float(inside + sum(_entropy_beyond(law, ends)))


def _power_tails(law: Panels, ends: tuple[float, float]) -> Iterator[tuple[float, float, float]]:
    """Of the power tails beyond the ends: log abs(end), log f there, log of the probability."""
    for end, kind, lean in zip(ends, (LOWER, UPPER), (-law.beta, law.beta), strict=True):
        if law.alpha < 2 and lean > -1:
            log_f, log_tail = (law.log(k, np.array([end]))[0] for k in (DENSITY, kind))
            yield math.log(abs(end)), float(log_f), float(log_tail)


def _entropy_beyond(law: Panels, ends: tuple[float, float]) -> Iterator[float]:
    """What the power tails beyond the ends add to an entropy: as Pareto laws."""
    for _, log_f, log_tail in _power_tails(law, ends):
        yield math.exp(log_tail) * (1 + 1 / law.alpha - log_f)


def _moment(p: float, alpha: float, beta: float, scale: float, loc: float) -> float:
    """E|X|^p."""
    if not np.isfinite([p, alpha, beta, scale, loc]).all():
        return np.nan
    if p >= alpha and alpha < 2:
        return np.inf
    shift = float(s0_minus_s1(alpha, beta, scale))
    is_strict = alpha < 2 and (alpha != 1 or beta == 0) and abs(loc - shift) <= 1e-15 * abs(shift)
    with np.errstate(all="ignore"):
        zero = -loc / scale
        if abs(zero) > FARTHEST and p > -1:
            return float(np.exp(p * np.log(abs(loc))))
        log_moment = _strict_moment if is_strict else _shifted_moment
        return float(np.exp(p * np.log(scale) + log_moment(p, alpha, beta, zero)))


def _strict_moment(p: float, alpha: float, beta: float, _: float) -> float:
    """Log of E|X|^p for location 0 in S1, of scale 1."""
    tau = abs(float(s0_minus_s1(alpha, beta, 1.0)))
    size = gammaln((alpha - p) / alpha) + p / alpha * math.log(math.hypot(1.0, tau))
    if alpha < 1 and abs(beta) == 1:  # of one sign
        return float(size - gammaln(1 - p))
    if p <= -1:
        return np.nan
    waves = np.sinc(p / 2) * np.cos(p / alpha * np.arctan(tau))
    return float(size + gammaln(1 + p) + np.log(waves))


def _shifted_moment(p: float, alpha: float, beta: float, zero: float) -> float:
    """Log of E|X - zero|^p for scale 1."""
    if alpha == 2:
        return _gaussian_moment(p, abs(zero)) if p > -1 else np.nan
    if p <= -1:
        return _laplace_moment(p, alpha, beta, zero)
    return _general_moment(p, panels(alpha, beta), zero)


def _gaussian_moment(p: float, distance: float) -> float:
    """Log of E|X|^p of mean ``distance`` and variance 2.

    X^2 / 2 is of a chi-squared law whose degrees are 1 + 2 k, k of Poisson's law.  Far from 0 the
    integral over the density is smooth, and the trapezoidal rule has all digits.
    """
    rate, half = 0.25 * distance**2, 0.5 * (1 + p)
    if rate > FAR_RATE:
        centre = math.sqrt(8) * p / (distance + math.sqrt(max(distance**2 + 8 * p, 0.0)))
        t = centre + np.arange(-200, 201) / 20
        logs = p * np.log(distance + math.sqrt(2) * t) - 0.5 * t**2
        return _log_sum(logs) - math.log(20 * math.sqrt(2 * math.pi))
    middle = rate - 1.5
    peak = max(0.0, 0.5 * (middle + math.sqrt(max(middle**2 + 4 * rate * half, 0.0))))
    reach = 12 * math.sqrt(1 + peak) + 60
    k = np.arange(max(0, math.floor(peak - reach)), math.ceil(peak + reach))
    poisson = xlogy(k, rate) - rate - gammaln(k + 1)
    return p * math.log(2) + _log_sum(poisson + gammaln(k + half) - gammaln(k + 0.5))


def _laplace_moment(p: float, alpha: float, beta: float, zero: float) -> float:
    r"""Log of E|X - zero|^p, p <= -1, of a law that lies on one side of zero; NaN of others.

    .. math:: E (Y + m)^p = \Gamma(-p)^{-1} \int_0^\infty t^{-p-1} e^{-mt} E e^{-tY} dt

    with :math:`E e^{-tY} = e^{-ct^\alpha}, c = 1/\cos\tfrac{\pi\alpha}2` (Samorodnitsky & Taqqu,
    1994, proposition 1.2.12), over log t by the trapezoidal rule.
    """
    from_edge = -beta * plus((zero, 0.0), minus_zeta(alpha, beta))[0] if alpha < 1 else np.nan
    if not (abs(beta) == 1 and from_edge > 0):
        return np.nan
    log_m, log_c = math.log(from_edge), -math.log(math.cos(0.5 * math.pi * alpha))
    # Of the log integrand -p s - m e^s - c e^(alpha s) the maximum is where the last terms' slopes
    # add up to p, within log(2) / alpha of ``high``; its curvature is alpha |p| or more.
    high = min(math.log(-p) - log_m, (math.log(-p / alpha) - log_c) / alpha)
    wide, step = math.sqrt(150 / (-p * alpha)), 0.3 / math.sqrt(1 - p)
    s = np.arange(high - math.log(2) / alpha - wide + 50 / p, high + wide, step)
    logs = -p * s - np.exp(log_m + s) - np.exp(log_c + alpha * s)
    return _log_sum(logs) + math.log(step) - float(gammaln(-p))


def _general_moment(p: float, law: Panels, zero: float) -> float:
    """Log of E|X - zero|^p: at the nodes, in the gaps next to zero, and in the tails."""
    _, log_f, log_weight, distance, gaps, ends = nodes(law, zero)
    near = law.log(DENSITY, np.array([zero]))[0]
    inner = [near + (1 + p) * np.log(gap) - np.log1p(p) for gap in gaps]
    logs = p * np.log(abs(distance)) + log_f + log_weight
    return _log_sum(np.concatenate([logs, inner, list(_beyond(p, law, ends))]))


def _beyond(p: float, law: Panels, ends: tuple[float, float]) -> Iterator[float]:
    """Logs of what the power tails beyond the ends add to E|X|^p, of two terms of their series."""
    alpha = law.alpha
    for log_size, log_f, log_tail in _power_tails(law, ends):
        second = math.exp(log_f + log_size - log_tail) / alpha - 1  # over the probability
        parts = (1 - second) / (alpha - p) + 2 * second / (2 * alpha - p)
        yield log_tail + p * log_size + math.log(alpha * parts)


def _log_sum(logs: np.ndarray) -> float:
    """Log of a sum of exponentials."""
    top = logs.max()
    return float(top + np.log(np.sum(np.exp(logs - top)))) if np.isfinite(top) else float(top)
