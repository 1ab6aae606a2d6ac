"""Fractional absolute moments: closed forms, and integrals over the panels of a law."""

import math
from collections.abc import Iterator
from functools import partial

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaln, xlogy

from .characteristic import s0_minus_s1
from .direct import DENSITY
from .integral import nodes_about, power_tails
from .polynomials import Panels, panels
from .zeta import minus_zeta, plus

MIN_ALPHA = 0.02  # of integrals: below, logarithms of densities are not exact everywhere
MAX_DISTANCE = 1e290  # distance of 0 from the law, of scale 1, beside which the law is nothing
SHARP_ORDER = 1e4  # -p, from which on the integral over the Laplace transform is one sharp maximum
MAX_DOUBT = 1e-6  # of a logarithm; beyond, only whether a moment is 0 or infinite is known
MAX_ORDER = 1e12  # of Gaussian moments that are sums: beyond, they are 0 or infinite
FAR_RATE = 400.0  # of Poisson's law


def absolute_moment(p: float, alpha: float, beta: float, scale: float, loc: float) -> float:
    """E|X|^p."""
    if not np.isfinite([p, alpha, beta, scale, loc]).all():
        return np.nan
    if p >= alpha and alpha < 2:
        return np.inf
    shift = float(s0_minus_s1(alpha, beta, scale))
    is_strict = alpha < 2 and (alpha != 1 or beta == 0) and abs(loc - shift) <= 1e-15 * abs(shift)
    with np.errstate(all="ignore"):
        zero = -loc / scale
        if abs(zero) > MAX_DISTANCE and p > -1:
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
    if alpha < MIN_ALPHA:
        return np.nan
    if p <= -1:
        return _laplace_moment(p, alpha, beta, zero)
    return _general_moment(p, panels(alpha, beta), zero)


def _gaussian_moment(p: float, distance: float) -> float:
    """Log of E|X|^p of mean ``distance`` and variance 2.

    X^2 / 2 is of a chi-squared law whose degrees are 1 + 2 k, k of Poisson's law.  Far from 0 the
    integral over the density is smooth, and the trapezoidal rule has all digits.
    """
    rate, half = 0.25 * distance * distance, 0.5 * (1 + p)
    if rate > FAR_RATE:
        centre = math.sqrt(8) * p / (distance + math.sqrt(max(distance * distance + 8 * p, 0.0)))
        t = centre + np.arange(-200, 201) / 20
        logs = p * np.log(distance + math.sqrt(2) * t) - 0.5 * t**2
        return _log_sum(logs) - math.log(20 * math.sqrt(2 * math.pi))
    if p > MAX_ORDER:  # the term of order d is all that tells of the distance
        return p * math.log(2) + float(gammaln(half) - gammaln(0.5)) + distance * math.sqrt(p / 2)
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
    low = high - math.log(2) / alpha
    if -p > SHARP_ORDER:  # so sharp that its place must be known
        terms = log_m - math.log(-p), log_c + math.log(alpha) - math.log(-p)
        slope = partial(_laplace_slope, alpha, terms)
        low = high = brentq(slope, low - 1, high + 1, xtol=1e-14)
    s = np.arange(low - wide + 50 / p, high + wide, step) if wide > 1e-10 else np.array([high])
    logs = -p * s - np.exp(log_m + s) - np.exp(log_c + alpha * s)
    log_moment = _log_sum(logs) + math.log(step) - float(gammaln(-p))
    doubt = 1e-15 * -p * (1 + abs(high) + math.log(-p))  # what rounding of the terms leaves
    is_known = doubt < MAX_DOUBT or abs(log_moment) > 800 + 10 * doubt
    return log_moment if is_known else math.nan


def _laplace_slope(alpha: float, logs: tuple[float, float], s: float) -> float:
    """Derivative of the log integrand, over -p."""
    return 1 - math.exp(logs[0] + s) - math.exp(logs[1] + alpha * s)


def _general_moment(p: float, law: Panels, zero: float) -> float:
    """Log of E|X - zero|^p: at the nodes, in the gaps next to zero, and in the tails."""
    _, log_f, log_weight, distance, gaps, ends = nodes_about(zero, law)
    near = law.log(DENSITY, np.array([zero]))[0]
    inner = [near + (1 + p) * np.log(gap) - np.log1p(p) for gap in gaps]
    logs = p * np.log(abs(distance)) + log_f + log_weight
    return _log_sum(np.concatenate([logs, inner, list(_beyond(p, law, ends))]))


def _beyond(p: float, law: Panels, ends: tuple[float, float]) -> Iterator[float]:
    """Logs of what the power tails beyond the ends add to E|X|^p, of two terms of their series."""
    alpha = law.alpha
    for log_size, log_f, log_tail in power_tails(law, ends):
        second = math.exp(log_f + log_size - log_tail) / alpha - 1  # over the probability
        parts = (1 - second) / (alpha - p) + 2 * second / (2 * alpha - p)
        yield log_tail + p * log_size + math.log(alpha * parts)


def _log_sum(logs: np.ndarray) -> float:
    """Log of a sum of exponentials."""
    top = logs.max()
    return float(top + np.log(np.sum(np.exp(logs - top)))) if np.isfinite(top) else float(top)
