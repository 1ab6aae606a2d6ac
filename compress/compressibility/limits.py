r"""Limits of best-k-term errors for many independent terms, and how soon they are reached.

With k = keep n of n i.i.d. terms kept, t the upper keep-quantile of \|X\|,

.. math:: \sigma_k(x)_q / \|x\|_q \to G_q(keep) = (E[|X|^q; |X| \le t] / E|X|^q)^{1/q}

almost surely if the moment is finite, and to 0 if it is not; with k = o(n) and a finite moment, to
1 (Gribonval, Cevher & Davies, 2012, proposition 1, as summarised; the limits derived from the law
of large numbers).  A law is a ``Sizes``, a ``Stable``, or a continuous distribution of SciPy.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import exp, gamma, inf, isfinite, log, pi, sin
from typing import Any

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import gammainc, ndtri
from scipy.stats import chi2

from stablenoise import NoiseField, Stable
from stablenoise.checks import check_integer, check_number, check_positive, check_share, told

from . import norms

BLOCK = 1 << 20  # variates of a simulation at a time
FAR = 60  # octaves beyond the last quantile up to which a density is integrated
LAST = 20  # the cuts of an integral are at tails of 4^-1 to 4^-LAST


@dataclass(frozen=True, slots=True)
class Sizes:
    r"""The law of \|X\|, as far as limits need it; in any one unit.

    Parameters
    ----------
    quantile : callable
        ``quantile(keep)``, the t with P(\|X\| > t) = keep, for keep in (0, 1).
    truncated : callable
        ``truncated(t, q)``, the moment E[\|X\|^q; \|X\| <= t]; for t = inf the whole, which may be
        inf.
    tail : tuple of float, optional
        (a, c) with P(\|X\| > x) ~ c x^-a; needed by ``rate_constant``.

    Examples
    --------
    >>> import math
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


def _gaussian(t: float, q: float) -> float:
    return 2 ** (q / 2) * gamma((q + 1) / 2) / pi**0.5 * float(gammainc((q + 1) / 2, t * t / 2))


def _laplace(t: float, q: float) -> float:
    return gamma(q + 1) * float(gammainc(q + 1, t))


def _uniform(t: float, q: float) -> float:
    return min(t, 1.0) ** (q + 1) / (q + 1)


GAUSSIAN = Sizes(lambda keep: -float(ndtri(keep / 2)), _gaussian)
LAPLACE = Sizes(lambda keep: -log(keep), _laplace)
UNIFORM = Sizes(lambda keep: 1 - keep, _uniform)


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
    >>> print(f"{limit_error(pareto(3), keep=0.1) ** 2:.6f}")  # 1 - keep^(1 - q / index)
    0.535841

    """
    check_positive("index", index)
    return Sizes(lambda keep: keep ** (-1 / index), partial(_pareto, index), (index, 1.0))


def _pareto(index: float, t: float, q: float) -> float:
    """Integral of index x^(q - index - 1) from 1 to t."""
    if t == inf:
        return index / (index - q) if q < index else inf
    power = (q - index) * log(max(t, 1.0))
    return index * log(max(t, 1.0)) * (float(np.expm1(power)) / power if power else 1.0)


def limit_error(law: Any, keep: float, q: float = 2.0) -> float:
    r"""G_q(keep), the limit of the relative l_q error with a share of the terms kept.

    .. math:: G_q(\kappa)^q = E[|X|^q; |X| \le t] / E|X|^q, \qquad P(|X| > t) = \kappa

    Parameters
    ----------
    law : Sizes, Stable or distribution
        Of one term: ``GAUSSIAN``, ``LAPLACE``, ``UNIFORM``, ``pareto(index)``; a stable law with
        numbers for parameters; a continuous distribution of SciPy, frozen or of the newer kind;
        or a ``Sizes`` of yours.
    keep : float
        Share of the terms kept, in [0, 1].
    q : float
        Positive and finite, and so small that moments do not overflow (about 100).

    Returns
    -------
    float
        In [0, 1]; not its q-th power.  It is 0 where E\|X\|^q is infinite; 1 at keep = 0: of no
        terms, and, if the moment is finite, of o(n) of them as well.

    Raises
    ------
    ValueError
        If law is none of these, or keep or q is out of range, or a moment is NaN.

    Notes
    -----
    The unit of X does not matter.  Gaussian, Laplace, uniform and Pareto laws are in closed form,
    other laws by quadrature of the density, within about 1e-9; 1e-7 where the density has a pole
    other than at 0.  The moment of a distribution of
    SciPy is infinite if the slope of its log density some 2^60 beyond its 1e-12-quantile is at
    least -1 - q; a tail that is neither a power nor lighter than all powers there (logarithmic
    factors, a log-normal law of sigma above 4) needs a ``Sizes``.

    References
    ----------
    Gribonval, Cevher & Davies (2012), proposition 1, as summarised; the limit and its closed forms
    are DERIVED.

    Examples
    --------
    >>> print(f"{limit_error(GAUSSIAN, keep=0.1) ** 2:.6f}")
    0.560714
    >>> limit_error(Stable(1.5), keep=0.1)
    0.0
    >>> print(f"{limit_error(Stable(1.5), keep=0.1, q=1):.6f}")
    0.531064

    """
    check_share("keep", keep, "[]")
    check_positive("q", q)
    sizes = _sizes(law)
    if keep in (0, 1):
        return 1.0 - keep
    try:
        whole, part = sizes.truncated(inf, q), sizes.truncated(sizes.quantile(keep), q)
    except OverflowError:
        raise ValueError(f"moments of order q must be floats, got q = {q}") from None
    if not (isfinite(part) and whole > 0):
        raise ValueError(f"moments of order q = {q} must be positive floats, got {part} of {whole}")
    return min(1.0, (part / whole) ** (1 / q))


def rate_constant(law: Any, keep: float) -> float:
    r"""B of the rate at which the mean squared l_2 error of terms of infinite variance vanishes.

    .. math:: E \epsilon_n^2 \sim B\, n^{1 - 2/a}, \qquad
              B = m\, \Gamma(1 + 2/a)\, (c\, \Gamma(1 - a/2))^{-2/a}, \qquad
              m = E[X^2; |X| \le t]

    for :math:`P(|X| > x) \sim c x^{-a}`, 0 < a < 2, and t the upper keep-quantile of \|X\|.

    Parameters
    ----------
    law : Stable or Sizes
        Of one term: a stable law of alpha below 2 with numbers for parameters, or a ``Sizes`` with
        its ``tail``.
    keep : float
        Share of the terms kept, in (0, 1].

    Returns
    -------
    float
        Dimensionless, not negative; m is by quadrature of the density, within about 1e-9.

    Raises
    ------
    ValueError
        If keep is out of range, or law has no power tail with an index below 2.

    Notes
    -----
    DERIVED: what is left out is n m in the limit; the sum of all squares over n^(2/a) tends to a
    positive a/2-stable V with :math:`E e^{-l V} = \exp(-c \Gamma(1 - a/2) l^{a/2})`, and
    :math:`E 1/V` is the integral of that over l.  Also eps_n^2 n^(2/a - 1) tends to m / V in law.
    A stable law has c = 2 Gamma(a) sin(pi a / 2) / pi scale^a, both tails together.  The relative
    gap at n is itself of the order of n^(1 - 2/a): for symmetric laws small (1 % at n = 1e4), for
    one whose location is several scales it is not.

    Examples
    --------
    >>> print(f"{rate_constant(Stable(1.5), keep=0.1):.3f}")
    1.023

    """
    check_share("keep", keep, "(]")
    sizes = _sizes(law)
    if sizes.tail is None or not 0 < sizes.tail[0] < 2:
        raise ValueError(f"law must have a power tail with an index below 2, got {law}")
    a, c = sizes.tail
    m = 0.0 if keep == 1 else sizes.truncated(sizes.quantile(keep), 2.0)
    return m * gamma(1 + 2 / a) * (c * gamma(1 - a / 2)) ** (-2 / a)


def width_for_error(error: float, keep: float, alpha: float) -> float:
    r"""How many symmetric stable terms it takes for a mean squared relative l_2 error.

    .. math:: n = (B / error)^{\alpha / (2 - \alpha)}

    **It is a float because it is seldom a size that exists**: at error 0.01 (a relative error of
    0.1) and keep 0.1 about 1e6 for alpha = 1.5, 1e13 for 1.75 and 1e34 for 1.9.  That an error
    "tends to 0" cannot be seen there; the rate and its constant can be tested.

    Parameters
    ----------
    error : float
        Mean of the squared relative error, in (0, 1].
    keep : float
        Share of the terms kept, in (0, 1].
    alpha : float
        Stability index, in (0, 2); at 2 the error does not vanish, see ``limit_error``.

    Returns
    -------
    float
        At least 1; inf beyond the range of floats.  From the asymptotic rate: good to a few per
        cent where it is above some thousands.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    DERIVED, from ``rate_constant``, B.

    Examples
    --------
    >>> [f"{width_for_error(0.01, 0.1, alpha):.0e}" for alpha in (1.5, 1.75, 1.9)]
    ['1e+06', '1e+13', '9e+33']

    """
    check_share("error", error, "(]")
    check_number("alpha", alpha)
    if not 0 < alpha < 2:
        raise ValueError(f"alpha must lie in (0, 2), got {alpha}")
    constant = rate_constant(Stable(alpha), keep)
    orders = alpha / (2 - alpha) * log(constant / error) if constant > error else 0.0
    return exp(orders) if orders < 709 else inf


def gaussian_pruned_share(dim: int, squared_error: float = 0.1) -> float:
    r"""Share of many i.i.d. Gaussian columns that can be pruned at a squared relative error.

    .. math:: F_d(F_{d+2}^{-1}(error)), \qquad F_d \text{ the chi-squared law with d degrees}

    Parameters
    ----------
    dim : int
        d, entries of a column, positive.
    squared_error : float
        Bound on the squared relative error (Frobenius), in [0, 1].

    Returns
    -------
    float
        In [0, 1], for columns of any one variance: what a wide network without heavy tails shows.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    DERIVED: columns with squared norms below x hold the share F_{d+2}(x) of all squares.

    Examples
    --------
    >>> [round(gaussian_pruned_share(dim), 4) for dim in (1, 2, 10, 784)]
    [0.5554, 0.4125, 0.2109, 0.1093]

    """
    dim = check_integer("dim", dim, 1, 2**53)
    check_share("squared_error", squared_error, "[]")
    return float(chi2.cdf(chi2.ppf(squared_error, dim + 2), dim))


def pruned_shares(
    field: NoiseField, shape: tuple[int, int], replicates: int, squared_error: float = 0.1
) -> np.ndarray:
    """Shares of columns of pure noise that can be pruned: a null for those of trained networks.

    Parameters
    ----------
    field : NoiseField
        Its noise is ``noises.common`` (type I), ``independent`` (II) or ``isotropic`` (III); its
        seed makes the result reproducible.
    shape : tuple of int
        (d, n), entries of a column and columns, as of the weights of ``pruning.column``.  The
        share of type I does not depend on d.
    replicates : int
        Number of matrices, in [1, 2^32); matrix r is the noise of n particles at step r.
    squared_error : float
        Bound on the squared relative error (Frobenius), in [0, 1].

    Returns
    -------
    ndarray, shape (replicates,)
        In [0, 1].  Take quantiles: the law has a long tail towards 1, so that a few seeds do not
        separate neighbouring alphas.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Memory is that of a million variates and n norms.  For large d types II and III share a limit:
    squared norms become positive alpha/2-stable up to scale (DERIVED).

    Examples
    --------
    >>> from stablenoise.noises import common
    >>> shares = pruned_shares(NoiseField(1.5, seed=1, noise=common), (1, 2000), 200)
    >>> low, middle, high = np.quantile(shares, [0.1, 0.5, 0.9])
    >>> bool(0.78 < low < 0.86 and 0.91 < middle < 0.95 and high > 0.98)
    True

    """
    if not (isinstance(shape, tuple | list) and len(shape) == 2):
        raise ValueError(f"shape must be two numbers, entries and columns, got {told(shape)}")
    dim, columns = (check_integer("entries of shape", part, 1, 2**32 - 1) for part in shape)
    replicates = check_integer("replicates", replicates, 1, 2**32)
    check_share("squared_error", squared_error, "[]")
    lengths = (_lengths(field, dim, columns, step) for step in range(replicates))
    keeps = [norms.keep_for_error(x, squared_error, 2) for x in lengths]
    return 1 - np.array(keeps)


def pq_index_limit(law: Any, p: float = 0.5, q: float = 1.0) -> float:
    r"""Limit of the PQ index of many independent terms.

    .. math:: I_{p,q} \to 1 - (E|X|^p)^{1/p} / (E|X|^q)^{1/q}

    Parameters
    ----------
    law : Stable, Sizes or distribution
        As in ``limit_error``.
    p, q : float
        Orders, 0 < p < q, finite.

    Returns
    -------
    float
        In [0, 1]; 1 where E\|X\|^q is infinite.

    Raises
    ------
    ValueError
        If law is of another kind, or p and q are out of range, or a moment is NaN.

    Notes
    -----
    DERIVED.  For symmetric stable laws of scale 1 the moments are
    2^p Gamma((1 + p) / 2) Gamma(1 - p / alpha) / (sqrt(pi) Gamma(1 - p / 2)).

    Examples
    --------
    >>> [round(pq_index_limit(Stable(alpha)), 6) for alpha in (1.5, 1.8, 2.0)]
    [0.315537, 0.198043, 0.152787]

    """
    norms.check_orders(p, q)
    sizes = _sizes(law)
    try:
        low, high = (sizes.truncated(inf, order) for order in (p, q))
    except OverflowError:
        rule = "moments of orders p and q must be floats"
        raise ValueError(f"{rule}, got p = {p}, q = {q}") from None
    if not (low > 0 and high > 0):
        raise ValueError(f"moments of orders p, q must be positive floats, got {low}, {high}")
    return max(0.0, 1 - low ** (1 / p) / high ** (1 / q)) if high < inf else 1.0


def _lengths(field: NoiseField, dim: int, columns: int, step: int) -> np.ndarray:
    """Norms of the noise of some particles at a step, made of as many as a block holds."""
    lengths, rows = np.empty(columns), max(1, BLOCK // dim)
    for start in range(0, columns, rows):
        stop = min(start + rows, columns)
        noise = field.at(range(start, stop), step, dim)
        top = abs(noise).max(axis=1)
        noise /= np.where(top > 0, top, 1.0)[:, None]  # so that no square overflows
        lengths[start:stop] = top * np.sqrt(np.einsum("ij,ij->i", noise, noise))
    return lengths


@dataclass(frozen=True, slots=True)
class _Line:
    """A law on the line by its functions."""

    logpdf: Callable[[float], Any]
    cdf: Callable[[float], Any]
    sf: Callable[[float], Any]
    ppf: Callable[[float], Any]
    isf: Callable[[float], Any]


_NAMES = ("logpdf", "cdf", "sf", "ppf", "isf"), ("logpdf", "cdf", "ccdf", "icdf", "iccdf")


def _sizes(law: Any) -> Sizes:
    """``law`` as the law of sizes."""
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

    edges = _edges(line, unit, -t, t)
    pieces = zip(edges[:-1], edges[1:], strict=True)
    # full_output: pieces that vanish, or nearly, are no reason to warn
    return sum(
        quad(integrand, *piece, epsabs=0.0, epsrel=1e-10, limit=100, full_output=1)[0]
        for piece in pieces
    )


def _whole(line: _Line, unit: float, q: float) -> float:
    """E|X / unit|^q, with tails as powers from far out."""
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
