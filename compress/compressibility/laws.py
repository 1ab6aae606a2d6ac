r"""Laws of the size of one term, as far as limits of errors need them.

In closed form for Gaussian, Laplace, uniform and Pareto laws; by quadrature of the density for a
``Stable`` and for continuous distributions of SciPy.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import exp, gamma, inf, log, pi, sin
from typing import Any

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import gammainc, ndtri

from stablenoise import Stable
from stablenoise.checks import check_callable, check_positive, told

FAR = 60  # octaves beyond the last quantile up to which a density is integrated
LAST = 20  # the cuts of an integral are at tails of 4^-1 to 4^-LAST


@dataclass(frozen=True, slots=True)
class Sizes:
    r"""Law of the size \|X\| of a term, by its quantiles and truncated moments, in any one unit.

    Parameters
    ----------
    quantile : callable
        ``quantile(keep)``, the t with P(\|X\| > t) = keep, for keep in (0, 1).
    truncated : callable
        ``truncated(t, q)``, the moment E[\|X\|^q; \|X\| <= t]; for t = inf the whole, which may be
        inf.
    tail : tuple of float, optional
        (a, c) with P(\|X\| > x) ~ c x^-a, both positive; needed by ``rate_constant``.

    Raises
    ------
    ValueError
        If quantile or truncated cannot be called, or tail is no pair of positive numbers.

    Examples
    --------
    >>> import math
    >>> from compress import limit_error
    >>> exponential = Sizes(  # the first moment
    ...     quantile=lambda keep: -math.log(keep),
    ...     truncated=lambda t, q: 1 - ((1 + t) * math.exp(-t) if t < math.inf else 0),
    ... )
    >>> print(f"{limit_error(exponential, keep=0.5, q=1):.9f}")  # (1 - log 2) / 2
    0.153426410

    """

    quantile: Callable[[float], float]
    truncated: Callable[[float, float], float]
    tail: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        check_callable("quantile", self.quantile)
        check_callable("truncated", self.truncated)
        if self.tail is not None:
            if not (isinstance(self.tail, tuple | list) and len(self.tail) == 2):
                raise ValueError(f"tail must be two numbers, got {told(self.tail)}")
            for number in self.tail:
                check_positive("numbers of tail", number)


def _gaussian(t: float, q: float) -> float:
    return 2 ** (q / 2) * gamma((q + 1) / 2) / pi**0.5 * float(gammainc((q + 1) / 2, t * t / 2))


def _laplace(t: float, q: float) -> float:
    return gamma(q + 1) * float(gammainc(q + 1, t))


def _uniform(t: float, q: float) -> float:
    return min(t, 1.0) ** (q + 1) / (q + 1)


GAUSSIAN = Sizes(lambda keep: -float(ndtri(keep / 2)), _gaussian)
"""Sizes of normal terms of mean 0, in units of their standard deviation."""

LAPLACE = Sizes(lambda keep: -log(keep), _laplace)
"""Sizes of terms of the Laplace law about 0, in units of their mean size."""

UNIFORM = Sizes(lambda keep: 1 - keep, _uniform)
"""Sizes of uniform terms on an interval about 0, in units of the largest."""


def pareto(index: float) -> Sizes:
    """Sizes with P(X > x) = x^-index for x >= 1.

    Parameters
    ----------
    index : float
        Positive and finite.

    Returns
    -------
    Sizes

    Raises
    ------
    ValueError
        If index is out of range.

    Examples
    --------
    >>> from compress import limit_error
    >>> print(f"{limit_error(pareto(3), keep=0.1) ** 2:.6f}")  # 1 - keep^(1 - q / index)
    0.535841

    """
    index = check_positive("index", index)
    return Sizes(lambda keep: keep ** (-1 / index), partial(_pareto, index), (index, 1.0))


def _pareto(index: float, t: float, q: float) -> float:
    """Integral of index x^(q - index - 1) from 1 to t."""
    if t == inf:
        return index / (index - q) if q < index else inf
    power = (q - index) * log(max(t, 1.0))
    return index * log(max(t, 1.0)) * (float(np.expm1(power)) / power if power else 1.0)


@dataclass(frozen=True, slots=True)
class _Line:
    """A law on the line by its functions."""

    logpdf: Callable[[float], Any]
    cdf: Callable[[float], Any]
    sf: Callable[[float], Any]
    ppf: Callable[[float], Any]
    isf: Callable[[float], Any]


_NAMES = ("logpdf", "cdf", "sf", "ppf", "isf"), ("logpdf", "cdf", "ccdf", "icdf", "iccdf")


def sizes_of(law: Any) -> Sizes:
    """The law of the sizes of a term of this law, or ValueError if it is none."""
    if isinstance(law, Sizes):
        return law
    if isinstance(law, Stable):
        return _stable(law)
    for names in _NAMES:
        if all(callable(getattr(law, name, None)) for name in names):
            return _continuous(law, _Line(*(getattr(law, name) for name in names)))
    raise ValueError(f"law must be Sizes, Stable or a continuous distribution, got {told(law)}")


def _stable(law: Stable) -> Sizes:
    """Sizes in units of the scale; symmetric about 0 at alpha = 2, a Gaussian law."""
    if law.shape != ():
        raise ValueError(f"law must have numbers for parameters, got shape {law.shape}")
    unit = Stable(law.alpha, law.beta, 1.0, law.loc / law.scale)
    if law.alpha == 2 and law.loc == 0:
        return GAUSSIAN
    line, a = _Line(unit.logpdf, unit.cdf, unit.sf, unit.ppf, unit.isf), law.alpha
    tail = (a, 2 * gamma(a) * sin(pi * a / 2) / pi) if a < 2 else None

    def truncated(t: float, q: float) -> float:
        return float(unit.moment(q)) if t == inf else _integral(line, 1.0, t, q)

    return Sizes(partial(_upper_size, line), truncated, tail)


def _continuous(law: Any, line: _Line) -> Sizes:
    """Sizes of a law on the line, moments in units of the median size."""
    if np.ndim(line.isf(0.5)):
        raise ValueError(f"law must have numbers for parameters, got {told(law)}")
    unit = _upper_size(line, 0.5)

    def truncated(t: float, q: float) -> float:
        return _integral(line, unit, t, q) if t < inf else _whole(line, unit, q)

    return Sizes(partial(_upper_size, line), truncated)


def _upper_size(line: _Line, keep: float) -> float:
    """The t with P(|X| > t) = keep."""
    high = max(float(line.isf(keep / 2)), -float(line.ppf(keep / 2)))

    def excess(t: float) -> float:
        return float(line.sf(t)) + float(line.cdf(-t)) - keep

    if excess(high) >= 0:  # a symmetric law, but for rounding
        return high
    return float(brentq(excess, 0.0, high, xtol=1e-300, rtol=1e-14, maxiter=2000))


def _edges(line: _Line, unit: float, low: float, high: float) -> np.ndarray:
    """Cuts of an integral from low to high: at quantiles, about 0, and ever farther out."""
    tails = 4.0 ** -np.arange(1, LAST + 1)
    inner = [float(line.ppf(p)) for p in tails] + [float(line.isf(p)) for p in tails]
    inner += [float(line.ppf(0.5)), *(sign * unit / 4.0**j for j in range(12) for sign in (-1, 1))]
    outer = [end * 4.0**j for end in (min(inner), max(inner)) for j in range(1, FAR // 2 + 1)]
    edges = np.array([low, high, 0.0, *inner, *outer])
    return np.unique(edges[(edges >= low) & (edges <= high)])


def _integral(line: _Line, unit: float, t: float, q: float) -> float:
    """E[|X / unit|^q; |X| <= t]."""

    def integrand(x: float) -> float:
        log_f = float(line.logpdf(x))  # at a pole it is inf, where a node rounds to it
        return exp(q * log(abs(x) / unit) + log_f) if x and log_f < inf else 0.0

    # A rule of fixed order sees neither a narrow peak nor a tail that spans many orders: cut the
    # interval so that each piece holds a bounded share of the law.
    edges = _edges(line, unit, -t, t)
    pieces = zip(edges[:-1], edges[1:], strict=True)
    # full_output: pieces that vanish, or nearly, are no reason to warn
    return sum(
        quad(integrand, *piece, epsabs=0.0, epsrel=1e-10, limit=100, full_output=1)[0]
        for piece in pieces
    )


def _whole(line: _Line, unit: float, q: float) -> float:
    """E|X / unit|^q, with tails as powers from far out."""
    # Beyond t the density is taken as a power, so the quadrature may stop there; t is far enough
    # that the slope of the log density has settled, and near enough that moments do not overflow.
    far = max(abs(float(line.isf(4.0**-LAST))), abs(float(line.ppf(4.0**-LAST))), unit)
    t = min(far * 2.0**FAR, unit * 1e100)
    beyond = _beyond(line, unit, t, q) + _beyond(line, unit, -t, q)
    return beyond if beyond == inf else _integral(line, unit, t, q) + beyond


def _beyond(line: _Line, unit: float, t: float, q: float) -> float:
    """What |x / unit| > |t| on the side of t adds, where the density falls as a power."""
    log_f, log_next = float(line.logpdf(t)), float(line.logpdf(2 * t))
    if log_next == -inf:
        return 0.0
    spare = (log_f - log_next) / log(2) - 1 - q
    if spare <= 1e-9 * (1 + q):
        return inf
    return exp((q + 1) * log(abs(t) / unit) + log(unit) + log_f) / spare
