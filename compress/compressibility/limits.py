r"""Limits of best-k-term errors for many independent terms, and how soon they are reached.

With k = keep n of n i.i.d. terms kept, t the upper keep-quantile of \|X\|,

.. math:: \sigma_k(x)_q / \|x\|_q \to G_q(keep) = (E[|X|^q; |X| \le t] / E|X|^q)^{1/q}

almost surely if the moment is finite, and to 0 if it is not; with k = o(n) and a finite moment, to
1 (Gribonval, Cevher & Davies, 2012, proposition 1, as summarised; the limits derived from the law
of large numbers).  A law is a ``Sizes``, a ``Stable``, or a continuous distribution of SciPy.
"""

from math import exp, gamma, inf, isfinite, log
from typing import Any

from stablenoise import Stable
from stablenoise.checks import check_number, check_positive, check_share
from stablenoise.moved import renamed_keywords

from .laws import GAUSSIAN, LAPLACE, UNIFORM, Sizes, pareto, sizes_of
from .power_sums import check_orders
from .pruned_columns import gaussian_pruned_share, pruned_shares

LOG_LARGEST = 709.0  # exp of more is beyond the range of floats

__all__ = [
    "GAUSSIAN",
    "LAPLACE",
    "UNIFORM",
    "Sizes",
    "gaussian_pruned_share",
    "limit_error",
    "pareto",
    "pq_index_limit",
    "pruned_shares",
    "rate_constant",
    "width_for_error",
]


def limit_error(law: Any, keep: float, q: float = 2.0) -> float:
    r"""G_q(keep), the limit of the relative l_q error with a share of the terms kept.

    .. math:: G_q(\kappa)^q = E[|X|^q; |X| \le t] / E|X|^q, \qquad P(|X| > t) = \kappa

    Parameters
    ----------
    law : Sizes, Stable or distribution
        Law of one term: ``limits.GAUSSIAN``, ``limits.LAPLACE``, ``limits.UNIFORM`` of
        ``compress.compressibility``; ``pareto(index)``; a stable law with numbers for parameters; a
        continuous distribution of SciPy, frozen or of the newer kind; or a ``Sizes`` of yours.
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
    q = check_positive("q", q)
    sizes = sizes_of(law)
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
    r"""Constant of the rate at which mean squared l_2 errors vanish, for infinite variance.

    .. math:: E \epsilon_n^2 \sim B\, n^{1 - 2/a}, \qquad
              B = m\, \Gamma(1 + 2/a)\, (c\, \Gamma(1 - a/2))^{-2/a}, \qquad
              m = E[X^2; |X| \le t]

    for :math:`P(|X| > x) \sim c x^{-a}`, 0 < a < 2, and t the upper keep-quantile of \|X\|.

    Parameters
    ----------
    law : Stable or Sizes
        Law of one term: a stable law of alpha below 2 with numbers for parameters, or a ``Sizes``
        with its ``tail``.
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
    sizes = sizes_of(law)
    if sizes.tail is None or not 0 < sizes.tail[0] < 2:
        raise ValueError(f"law must have a power tail with an index below 2, got {law}")
    a, c = sizes.tail
    m = 0.0 if keep == 1 else sizes.truncated(sizes.quantile(keep), 2.0)
    return m * gamma(1 + 2 / a) * (c * gamma(1 - a / 2)) ** (-2 / a)


@renamed_keywords(error="squared_error")
def width_for_error(squared_error: float, keep: float, alpha: float) -> float:
    r"""How many symmetric stable terms it takes for a mean squared relative l_2 error.

    .. math:: n = (B / \epsilon^2)^{\alpha / (2 - \alpha)}

    **It is a float because it is seldom a size that exists**: at a squared error of 0.01 and keep
    0.1 about 1e6 for alpha = 1.5, 1e13 for 1.75 and 1e34 for 1.9.  That an error "tends to 0"
    cannot be seen there; the rate and its constant can be tested.

    Parameters
    ----------
    squared_error : float
        Mean of the squared relative error :math:`\epsilon^2`, in (0, 1].
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
    check_share("squared_error", squared_error, "(]")
    alpha = check_number("alpha", alpha)
    if not 0 < alpha < 2:
        raise ValueError(f"alpha must lie in (0, 2), got {alpha}")
    constant = rate_constant(Stable(alpha), keep)
    if constant <= squared_error:
        return 1.0
    orders = alpha / (2 - alpha) * log(constant / squared_error)
    return exp(orders) if orders < LOG_LARGEST else inf


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
    p, q = check_orders(p, q)
    sizes = sizes_of(law)
    try:
        low, high = (sizes.truncated(inf, order) for order in (p, q))
    except OverflowError:
        rule = "moments of orders p and q must be floats"
        raise ValueError(f"{rule}, got p = {p}, q = {q}") from None
    if not (low > 0 and high > 0):
        raise ValueError(f"moments of orders p, q must be positive floats, got {low}, {high}")
    return max(0.0, 1 - low ** (1 / p) / high ** (1 / q)) if high < inf else 1.0
