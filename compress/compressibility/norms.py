"""How unequal the terms of a vector are: norms, weak norms, and indices of sparsity.

Errors of the best approximations by some terms are in ``best_terms`` and can be had here too.
Arrays are of NumPy or CuPy, of any shape and real type; numbers come back.
"""

from math import exp, inf, log

from stablenoise.checks import (
    check_integer,
    check_not_negative,
    check_number,
    check_positive,
    check_share,
)
from stablenoise.kernels.arrays import Array, array_module
from stablenoise.moved import renamed_keywords

from .best_terms import (
    count_kept,
    keep_for_error,
    relative_error,
    relative_errors,
    sorted_sizes,
    terms_within,
)
from .power_sums import (
    BLOCK,
    ORDERS,
    check_orders,
    flat_terms,
    nonzero_terms,
    power_sum,
    root_of,
    scaled_powers,
)
from .term_bounds import term_constant, term_error_bound

__all__ = [
    "check_orders",
    "count_kept",
    "keep_for_error",
    "least_kept",
    "least_kept_of",
    "norm",
    "pq_index",
    "relative_error",
    "relative_errors",
    "term_constant",
    "term_error_bound",
    "terms_within",
    "weak_norm",
]


def norm(x: Array, p: float = 2.0) -> float:
    r"""The l_p norm, a quasi-norm for p below 1, with no overflow on the way.

    .. math:: \|x\|_p = \bigl({\textstyle\sum} |x_i|^p\bigr)^{1/p}, \qquad
              \|x\|_\infty = \max |x_i|

    Parameters
    ----------
    x : array_like, any shape
        Real numbers of NumPy or CuPy, finite.
    p : float
        Positive; infinity is allowed.

    Returns
    -------
    float
        In the unit of x; inf where it is beyond the range of floats, as n^(1/p) may be.

    Raises
    ------
    ValueError
        If x is empty, not real or not finite, or p is not positive.

    Examples
    --------
    >>> print(f"{norm([3e200, -4e200]):.12g}")
    5e+200
    >>> norm([1.0, 1.0, 1.0], p=0.5)
    9.0

    """
    p = check_number("p", p)
    if not p > 0:
        raise ValueError(f"p must be positive, got {p}")
    flat, top = flat_terms(x)
    if p == inf or top == 0:
        return top
    return root_of(top, power_sum(flat, top, p), p)


def weak_norm(x: Array, p: float = 1.0) -> float:
    r"""The weak l_p quasi-norm: the least C with ``|x|_(k) <= C k^(-1/p)`` for all k.

    .. math:: \|x\|_{p,\infty} = \max_k k^{1/p} |x_{(k)}| \le \|x\|_p

    Parameters
    ----------
    x : array_like, any shape
        Real numbers of NumPy or CuPy, finite.
    p : float
        Positive and finite.

    Returns
    -------
    float
        In the unit of x; inf where it is beyond the range of floats.

    Raises
    ------
    ValueError
        If x is empty, not real or not finite, or p is out of range.

    References
    ----------
    Foucart & Rauhut (2013), A mathematical introduction to compressive sensing, definition 2.4.

    Examples
    --------
    >>> weak_norm([6.0, 3.0, -2.0], p=1)  # sizes 6 / k
    6.0

    """
    p = check_positive("p", p)
    sizes = sorted_sizes(x)
    top, largest, n = float(sizes[-1]), 0.0, sizes.size
    if top == 0:
        return 0.0
    xp = array_module(sizes)
    for start in range(0, n, BLOCK):
        powers = scaled_powers(sizes[start : start + BLOCK], top, p)
        powers *= n - start - xp.arange(powers.size)
        largest = max(largest, float(powers.max()))
    return root_of(top, largest, p)


def pq_index(x: Array, p: float = 0.5, q: float = 1.0) -> float:
    r"""PQ index of sparsity, 0 for equal sizes and near 1 for a single term.

    .. math:: I_{p,q}(x) = 1 - d^{1/q - 1/p} \|x\|_p / \|x\|_q

    Parameters
    ----------
    x : array_like, any shape
        d real numbers of NumPy or CuPy, finite and not all zero, in any unit.
    p, q : float
        Orders, 0 < p < q, finite.

    Returns
    -------
    float
        In [0, 1 - d^(1/q - 1/p)].

    Raises
    ------
    ValueError
        If x is empty, all zero, not real or not finite, or p and q are out of range.

    Notes
    -----
    It does not change with the scale of x, nor when x is cloned; it falls when the rich give to the
    poor or all get the same; it rises with zeros and with the largest term, from some size on.

    References
    ----------
    Diao et al. (2023), Pruning deep neural networks from a sparsity perspective (the index as in
    their code).  Hurley & Rickard (2009), IEEE Trans. Inf. Theory 55, 4723-4741 (the axioms).

    Examples
    --------
    >>> pq_index([1.0, -1.0, 1.0])
    0.0
    >>> pq_index([1.0] + 99 * [0.0])  # 1 - 1 / d
    0.99

    """
    p, q = check_orders(p, q)
    flat, top = nonzero_terms(x)
    means = [power_sum(flat, top, order) / flat.size for order in (p, q)]
    roots = means[0] ** (1 / p), means[1] ** (1 / q)
    if roots[1] < 2.0**-ORDERS:  # both may vanish
        roots = exp(log(means[0]) / p - log(means[1]) / q), 1.0
    return max(0.0, 1 - roots[0] / roots[1])


@renamed_keywords(eta="slack")
def least_kept(
    size: int, index: float, slack: float = 0.0, p: float = 0.5, q: float = 1.0
) -> float:
    r"""Lower bound of how many terms must be kept, given the PQ index of all.

    If the r largest of d terms have :math:`\sum_{rest} |x|^p \le \eta \sum_{top} |x|^p`, then

    .. math:: r \ge d\, (1 + \eta)^{-q/(q-p)} (1 - I_{p,q}(x))^{pq/(q-p)}

    Parameters
    ----------
    size : int
        d, positive.
    index : float
        ``pq_index`` of the terms, in [0, 1].
    slack : float
        eta of the paper, not negative: what is lost over what is kept, in p-th powers.
    p, q : float
        The orders of the index, 0 < p < q, finite.

    Returns
    -------
    float
        In [0, d]; equal to r for d equal sizes and slack = 0.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Diao et al. (2023), the bound of SAP as in their code; derived anew: by Hoelder's inequality the
    sum of p-th powers of r terms is at most r^(1 - p/q) times that of q-th powers to the p/q, and
    it is at least 1 / (1 + eta) of the whole.

    Examples
    --------
    >>> least_kept(100, pq_index([1.0] * 20 + [0.0] * 80))
    20.0...

    """
    size = check_integer("size", size, 1, 2**63)
    p, q = check_orders(p, q)
    check_share("index", index, "[]")
    slack = check_not_negative("slack", slack)
    return size * ((1 - index) ** p / (1 + slack)) ** (q / (q - p))


@renamed_keywords(eta="slack")
def least_kept_of(x: Array, slack: float = 0.0, p: float = 0.5, q: float = 1.0) -> float:
    r"""Lower bound of how many terms of ``x`` must be kept: ``least_kept`` of its own PQ index.

    Without the index, which is 1 to rounding where few of many terms hold nearly all:

    .. math:: (1 - I_{p,q}(x))^p = \overline{|x|^p} / \overline{|x|^q}^{\,p/q}

    Parameters
    ----------
    x : array_like, any shape
        Real numbers of NumPy or CuPy, finite and not all zero, in any unit.
    slack, p, q : float
        As for ``least_kept``.

    Returns
    -------
    float
        In [1 / (1 + slack)^(q / (q - p)), d], but for rounding.

    Raises
    ------
    ValueError
        If x is empty, all zero, not real or not finite, or another argument is out of range.

    Examples
    --------
    >>> round(least_kept_of([1.0] + 99 * [1e-300], p=0.1), 12)  # the index is 1 to rounding
    1.0

    """
    p, q = check_orders(p, q)
    slack = check_not_negative("slack", slack)
    flat, top = nonzero_terms(x)
    low, high = (power_sum(flat, top, order) / flat.size for order in (p, q))
    return flat.size * (low / high ** (p / q) / (1 + slack)) ** (q / (q - p))
