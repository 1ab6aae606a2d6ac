"""Bounds of the errors of best approximations by terms, from a norm alone."""

from math import exp, log, log2

from scipy.special import xlog1py, xlogy

from stablenoise.checks import check_integer
from stablenoise.kernels.arrays import Array

from .power_sums import check_orders, flat_terms, power_sum, root_of


def term_constant(p: float, q: float) -> float:
    r"""The constant of the bound of s-term errors in l_q by the l_p quasi-norm.

    .. math:: c_{p,q} = \bigl[(p/q)^{p/q} (1 - p/q)^{1 - p/q}\bigr]^{1/p} \le 1

    Parameters
    ----------
    p, q : float
        0 < p < q, finite.

    Returns
    -------
    float
        In (0, 1].

    Raises
    ------
    ValueError
        If p and q are out of range.

    References
    ----------
    Foucart & Rauhut (2013), theorem 2.5.

    Examples
    --------
    >>> round(term_constant(1, 2), 6), round(term_constant(0.5, 2), 6)
    (0.5, 0.32476)

    """
    return exp(_log_term_constant(p, q))


def term_error_bound(x: Array, kept: int, p: float = 1.0, q: float = 2.0) -> float:
    r"""Bound of the l_q error of the best approximation of ``x`` by its s largest terms.

    .. math:: \sigma_s(x)_q \le c_{p,q}\, s^{-(1/p - 1/q)} \|x\|_p

    Parameters
    ----------
    x : array_like, any shape
        n real numbers of NumPy or CuPy, finite.
    kept : int
        s, in [1, n].
    p, q : float
        0 < p < q, finite.

    Returns
    -------
    float
        In the unit of x.

    Raises
    ------
    ValueError
        If x is empty, not real or not finite, or kept, p or q is out of range.

    References
    ----------
    Foucart & Rauhut (2013), theorem 2.5; c is ``term_constant``.

    Examples
    --------
    >>> term_error_bound([1.0, 1.0, 1.0, 1.0], kept=2) >= 2**0.5  # which the flat vector attains
    True

    """
    p, q = check_orders(p, q)
    constant = _log_term_constant(p, q)
    flat, top = flat_terms(x)
    kept = check_integer("kept", kept, 1, flat.size + 1)
    if top == 0:
        return 0.0
    fewer = (1 / p - 1 / q) * log2(kept) if kept > 1 else 0.0
    return root_of(top, power_sum(flat, top, p), p, constant / log(2) - fewer)


def _log_term_constant(p: float, q: float) -> float:
    p, q = check_orders(p, q)
    share = p / q
    return (float(xlogy(share, share)) + float(xlog1py(1 - share, -share))) / p
