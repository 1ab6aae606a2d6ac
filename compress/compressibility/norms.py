"""How much of a vector its largest terms hold: errors for every number of terms, norms, indices.

Arrays are of NumPy or CuPy, of any shape and real type; numbers come back, and arrays where the
input lives.  Sums are in float64 over blocks, so that float32 input needs no float64 copy, and
powers are of sizes over a largest one, so that none overflows and those that vanish do not matter.
For small p a power matters where the size over the largest one would vanish: it is taken apart.
"""

from collections.abc import Iterator
from math import ceil, exp, floor, frexp, inf, isfinite, ldexp, log, log2

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlog1py, xlogy

from stablenoise.checks import check_integer, check_number, check_positive, check_share, real_values
from stablenoise.kernels.arrays import Array, array_module

BLOCK = 1 << 17  # terms of a sum at a time: 1 MB, which stays in cache
RANGE = 900.0  # binary orders that p-th powers may span before they get a new unit
ORDERS = 1000  # binary orders below the largest size where a ratio is taken without underflow
LIMIT = 10_000.0  # binary orders beyond which all is 0 or infinite
LIFT = 1100  # binary orders by which smaller sizes are lifted first, from 2^-2098 at least


def relative_error(x: Array, keep: float, p: float = 2.0) -> float:
    r"""Relative error of the best approximation of ``x`` by ``ceil(keep * size)`` of its terms.

    .. math:: \sigma_k(x)_p / \|x\|_p, \qquad
              \sigma_k(x)_p^p = \sum_{i > k} |x_{(i)}|^p

    Parameters
    ----------
    x : array_like, any shape
        Of NumPy or CuPy, not all zero, in any unit.
    keep : float
        Share of the terms kept, in [0, 1].
    p : float
        Positive and finite; below 1 the l_p "norm" is none, the error is defined all the same.

    Returns
    -------
    float
        In [0, 1]; not its p-th power.

    Raises
    ------
    ValueError
        If x is empty, all zero or not finite, or keep or p is out of range.

    References
    ----------
    Gribonval, Cevher & Davies (2012), Compressible distributions for high-dimensional statistics.

    Examples
    --------
    >>> relative_error([3.0, 1.0], keep=0.5, p=1)
    0.25

    """
    check_positive("p", p)
    flat, top = _nonzero(x)
    sizes = abs(flat.astype(float))
    pruned = sizes.size - count_kept(keep, sizes.size)
    if pruned == 0:
        return 0.0
    smallest = array_module(sizes).partition(sizes, pruned - 1)[:pruned]
    most = float(smallest.max())
    if most == 0:
        return 0.0
    unit = top if p * (log2(top) - log2(most)) < RANGE else most  # so that no power vanishes
    lost = _power_sum(smallest, unit, p) / _power_sum(sizes, top, p)
    return float(_error(np.float64(lost), p, unit, top))


def count_kept(keep: float, size: int) -> int:
    """Return ceil(keep * size), where a keep computed as k / size gives k again."""
    check_share("keep", keep, "[]")
    return ceil(keep * size * (1 - 2**-50))  # k / size * size may round to just above k


def keep_for_error(energies: Array, squared_error: float, p: float = 1.0) -> float:
    """Smallest share of terms to keep so that the rest hold at most a share of the total.

    Parameters
    ----------
    energies : ndarray, shape (n,)
        Not negative: squared sizes, in any unit, or the sizes themselves with p = 2: squares of
        those may underflow, which are not 0.
    squared_error : float
        The share, in [0, 1].
    p : {1, 2}
        The share is one of p-th powers.

    Returns
    -------
    float
        k / n; 1 minus it is the largest share that can be pruned.

    Raises
    ------
    ValueError
        If squared_error is out of range.

    """
    check_share("squared_error", squared_error, "[]")
    ordered = array_module(energies).sort(energies)
    return (ordered.size - terms_within(ordered, squared_error, p)) / ordered.size


def terms_within(sizes: Array, share: float, p: float = 2.0) -> int:
    """How many of the first terms, as they stand, hold at most a share of all p-th powers.

    Powers are taken in a unit in which those that the share allows do not underflow, a power of 2,
    so that what is exact stays so.
    """
    xp, sizes = array_module(sizes), sizes.astype(float)
    top, (digits, exponent) = _finite(float(sizes.max())), frexp(share)
    if share == 0 or top == 0:
        lost = xp.flatnonzero(sizes)
        return int(lost[0]) if lost.size else sizes.size
    unit, lower = frexp(top)[1], 0
    sums = xp.cumsum(xp.ldexp(sizes, -unit) ** p)
    total = float(sums[-1])
    if exponent < -RANGE:
        lower = floor(exponent / p)
        with np.errstate(over="ignore"):  # what overflows is beyond the share
            sums = xp.cumsum(xp.ldexp(sizes, -unit - lower) ** p)
    return int((sums <= ldexp(digits * total, exponent - int(p * lower))).sum())


def relative_errors(x: Array, p: float = 2.0, kept: ArrayLike | None = None) -> Array:
    r"""Relative errors of the best approximations of ``x`` by k terms, for all k, by one sort.

    .. math:: \sigma_k(x)_p / \|x\|_p, \qquad
              \sigma_k(x)_p^p = \sum_{i > k} |x_{(i)}|^p

    Parameters
    ----------
    x : array_like, any shape
        n real numbers of NumPy or CuPy, finite and not all zero, in any unit.
    p : float
        Positive and finite; below 1 the l_p "norm" is none, the error is defined all the same.
    kept : array_like of int, optional
        The k that are wanted, in [0, n], in any order and shape; by default all of them.

    Returns
    -------
    ndarray, shape (n + 1,), or that of ``kept``
        float64 in [0, 1], not its p-th power, where x lives: 1 at k = 0, 0 at k = n.

    Raises
    ------
    ValueError
        If x is empty, all zero, not real or not finite, or p or kept is out of range.

    Notes
    -----
    One sorted copy is made, in float32 if x is; beyond it and the result, memory is some megabytes.
    Errors keep their digits where powers vanish: where sizes span more than 2^(900 / p), sums go
    on in another unit.

    References
    ----------
    Gribonval, Cevher & Davies (2012), Compressible distributions for high-dimensional statistics.

    Examples
    --------
    >>> relative_errors([3.0, -1.0], p=1)
    array([1.  , 0.25, 0.  ])
    >>> float(relative_errors([3.0, -1.0], p=1, kept=1))
    0.25

    """
    check_positive("p", p)
    sizes = _sorted_sizes(x)
    if not sizes[-1]:
        raise ValueError("x must have a nonzero value, got none")
    if kept is None:
        return _all_errors(sizes, p)
    errors = _chosen_errors(sizes, p, sizes.size - _counts(kept, sizes.size))
    return array_module(sizes).asarray(errors)


def norm(x: Array, p: float = 2.0) -> float:
    r"""The l_p norm, a quasi-norm for p below 1, with no overflow on the way.

    .. math:: \|x\|_p = \bigl(\textstyle\sum |x_i|^p\bigr)^{1/p}, \qquad
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
    check_number("p", p)
    if not p > 0:
        raise ValueError(f"p must be positive, got {p}")
    flat, top = _flat(x)
    if p == inf or top == 0:
        return top
    return _root(top, _power_sum(flat, top, p), p)


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
    check_positive("p", p)
    sizes = _sorted_sizes(x)
    top, largest, n = float(sizes[-1]), 0.0, sizes.size
    if top == 0:
        return 0.0
    xp = array_module(sizes)
    for start in range(0, n, BLOCK):
        powers = _powers(sizes[start : start + BLOCK], top, p)
        powers *= n - start - xp.arange(powers.size)
        largest = max(largest, float(powers.max()))
    return _root(top, largest, p)


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
    check_orders(p, q)
    flat, top = _nonzero(x)
    means = [_power_sum(flat, top, order) / flat.size for order in (p, q)]
    roots = means[0] ** (1 / p), means[1] ** (1 / q)
    if roots[1] < 2.0**-ORDERS:  # both may vanish
        roots = exp(log(means[0]) / p - log(means[1]) / q), 1.0
    return max(0.0, 1 - roots[0] / roots[1])


def least_kept(size: int, index: float, eta: float = 0.0, p: float = 0.5, q: float = 1.0) -> float:
    r"""Lower bound of how many terms must be kept, given the PQ index of all.

    If the r largest of d terms have :math:`\sum_{rest} |x|^p \le \eta \sum_{top} |x|^p`, then

    .. math:: r \ge d\, (1 + \eta)^{-q/(q-p)} (1 - I_{p,q}(x))^{pq/(q-p)}

    Parameters
    ----------
    size : int
        d, positive.
    index : float
        ``pq_index`` of the terms, in [0, 1].
    eta : float
        Not negative: what is lost over what is kept, in p-th powers.
    p, q : float
        The orders of the index, 0 < p < q, finite.

    Returns
    -------
    float
        In [0, d]; equal to r for d equal sizes and eta = 0.

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
    check_orders(p, q)
    check_share("index", index, "[]")
    check_eta(eta)
    return size * ((1 - index) ** p / (1 + eta)) ** (q / (q - p))


def least_kept_of(x: Array, eta: float = 0.0, p: float = 0.5, q: float = 1.0) -> float:
    r"""Lower bound of how many terms of ``x`` must be kept: ``least_kept`` of its own PQ index.

    Without the index, which is 1 to rounding where few of many terms hold nearly all:

    .. math:: (1 - I_{p,q}(x))^p = \overline{|x|^p} / \overline{|x|^q}^{\,p/q}

    Parameters
    ----------
    x : array_like, any shape
        Real numbers of NumPy or CuPy, finite and not all zero, in any unit.
    eta, p, q : float
        As for ``least_kept``.

    Returns
    -------
    float
        In [1 / (1 + eta)^(q / (q - p)), d], but for rounding.

    Raises
    ------
    ValueError
        If x is empty, all zero, not real or not finite, or another argument is out of range.

    Examples
    --------
    >>> round(least_kept_of([1.0] + 99 * [1e-300], p=0.1), 12)  # the index is 1 to rounding
    1.0

    """
    check_orders(p, q)
    check_eta(eta)
    flat, top = _nonzero(x)
    low, high = (_power_sum(flat, top, order) / flat.size for order in (p, q))
    return flat.size * (low / high ** (p / q) / (1 + eta)) ** (q / (q - p))


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
    constant = _log_term_constant(p, q)
    flat, top = _flat(x)
    kept = check_integer("kept", kept, 1, flat.size + 1)
    if top == 0:
        return 0.0
    fewer = (1 / p - 1 / q) * log2(kept) if kept > 1 else 0.0
    return _root(top, _power_sum(flat, top, p), p, constant / log(2) - fewer)


def _log_term_constant(p: float, q: float) -> float:
    check_orders(p, q)
    share = p / q
    return (float(xlogy(share, share)) + float(xlog1py(1 - share, -share))) / p


def check_orders(p: float, q: float) -> None:
    """Raise ValueError unless 0 < p < q < inf."""
    check_number("p", p)
    check_number("q", q)
    if not 0 < p < q < inf:
        raise ValueError(f"p and q must have 0 < p < q < inf, got p = {p}, q = {q}")


def check_eta(eta: float) -> None:
    """Raise ValueError unless 0 <= eta < inf."""
    check_number("eta", eta)
    if not 0 <= eta < inf:
        raise ValueError(f"eta must be finite and not negative, got {eta}")


def _real(x: Array) -> Array:
    """``x`` as a 1-d array, not empty, with no copy of one that is contiguous."""
    x = real_values("x", x)
    if not x.size:
        raise ValueError(f"x must not be empty, got shape {x.shape}")
    return x.reshape(-1)


def _flat(x: Array) -> tuple[Array, float]:
    """``x`` as a 1-d array, and the largest of its sizes."""
    flat = _real(x)
    return flat, _finite(max(float(flat.max()), -float(flat.min()), key=abs))


def _nonzero(x: Array) -> tuple[Array, float]:
    """``x`` as a 1-d array, and the largest of its sizes, which is not 0."""
    flat, top = _flat(x)
    if top == 0:
        raise ValueError("x must have a nonzero value, got none")
    return flat, top


def _finite(top: float) -> float:
    if not isfinite(top):
        raise ValueError(f"x must be finite, got {top}")
    return abs(top)


def _sorted_sizes(x: Array) -> Array:
    """Sizes of the terms from the smallest, in float32 or float64."""
    flat = _real(x)
    narrow = flat.dtype in (np.float32, np.float16)
    sizes = abs(flat.astype(np.float32 if narrow else np.float64, copy=False))
    sizes.sort()
    _finite(float(sizes.max()))  # NaN wherever the sort has put it
    return sizes


def _counts(kept: ArrayLike, size: int) -> np.ndarray:
    """``kept`` as an array of integers in [0, size]."""
    counts = np.asarray(kept)
    if counts.dtype.kind not in "iu":
        raise ValueError(f"kept must be of integers in [0, {size}], got {counts.dtype}")
    if counts.size and not (counts.min() >= 0 and counts.max() <= size):
        seen = counts.min() if counts.min() < 0 else counts.max()
        raise ValueError(f"kept must be of integers in [0, {size}], got {seen}")
    return counts.astype(np.int64)


def _powers(block: Array, top: float, p: float) -> Array:
    """Return (|x| / top)^p in float64, also where the ratio underflows and its power does not."""
    powers = abs(block.astype(np.float64))
    small = _small(powers, top, p)
    powers /= top
    powers **= p
    if small is not None:
        places, sizes = small
        digits, exponent = frexp(top)
        lifted = array_module(sizes).ldexp(sizes, LIFT - exponent) / digits
        powers[places] = lifted**p * 2.0 ** (-LIFT * p)
    return powers


def _small(sizes: Array, top: float, p: float) -> tuple[Array, Array] | None:
    """Sizes below 2^-1000 of the largest, and where; None where no power of them counts."""
    if p * ORDERS > RANGE:
        return None
    places = array_module(sizes).flatnonzero((sizes > 0) & (sizes < top * 2.0**-ORDERS))
    return (places, sizes[places]) if places.size else None


def _power_sum(flat: Array, top: float, p: float) -> float:
    starts = range(0, flat.size, BLOCK)
    return sum(float(_powers(flat[i : i + BLOCK], top, p).sum()) for i in starts)


def _root(top: float, total: float, p: float, extra: float = 0.0) -> float:
    """Return top * total^(1/p) * 2^extra, finite wherever that is."""
    orders = log2(total) / p
    with np.errstate(over="ignore"):
        if abs(orders) + abs(extra) < ORDERS:
            return float(top * np.float64(total ** (1 / p) * 2.0**extra))
        orders = max(-LIMIT, min(orders + extra, LIMIT))
        whole, (digits, exponent) = floor(orders), frexp(top)
        return float(np.ldexp(digits * 2.0 ** (orders - whole), whole + exponent))


def _error(lost: Array, p: float, unit: float, top: float) -> Array:
    """Return lost^(1/p) * unit / top, where unit / top may underflow and the product does not."""
    (low, lower), (high, higher) = frexp(unit), frexp(top)
    return array_module(lost).ldexp(lost ** (1 / p) * (low / high), lower - higher)


def _runs(sizes: Array, p: float) -> list[tuple[int, int, float]]:
    """Start, stop and unit of runs of the sorted sizes, without zeros, whose powers do not vanish.

    Cut from the top, where the unit is the largest of all: p has to be above 0.4 for a second one.
    """
    zeros, stop, runs = _place(sizes, 0.0, "right"), sizes.size, []
    while stop > zeros:
        unit = float(sizes[stop - 1])
        start = max(zeros, _place(sizes[:stop], unit * 2.0 ** (-RANGE / p), "left"))
        runs.append((start, stop, unit))
        stop = start
    return runs[::-1]


def _place(sizes: Array, size: float, side: str) -> int:
    """Index of ``size`` among sizes, in their type: NumPy would copy them all to another."""
    xp = array_module(sizes)
    return int(xp.searchsorted(sizes, xp.asarray([size], dtype=sizes.dtype), side=side)[0])


def _sums(sizes: Array, p: float) -> Iterator[tuple[int, int, float, Array]]:
    """Blocks from the smallest: start, stop, unit, sums of all powers up to each, in that unit."""
    xp, total, before = array_module(sizes), 0.0, 0.0
    for first, last, unit in _runs(sizes, p):
        total *= (before / unit) ** p
        before = unit
        for start in range(first, last, BLOCK):
            stop = min(start + BLOCK, last)
            sums = xp.cumsum(_powers(sizes[start:stop], unit, p))
            sums += total
            total = float(sums[-1])
            yield start, stop, unit, sums


def _all_errors(sizes: Array, p: float) -> Array:
    """Errors for 0 to n terms kept; the sums are written where the errors shall be."""
    n, places, total = sizes.size, [], 1.0
    errors = array_module(sizes).zeros(n + 1)
    for start, stop, unit, sums in _sums(sizes, p):
        errors[n - stop : n - start] = sums[::-1]
        places.append((n - stop, n - start, unit))
        total = float(sums[-1])
    for start, stop, unit in places:
        block = errors[start:stop]
        block /= total
        block[:] = _error(block, p, unit, float(sizes[-1]))
    return errors


def _chosen_errors(sizes: Array, p: float, pruned: np.ndarray) -> np.ndarray:
    """Errors for so many of the smallest terms left out, on the host."""
    errors, places, total = np.zeros(pruned.shape), [], 1.0
    for start, stop, unit, sums in _sums(sizes, p):
        here = (start < pruned) & (pruned <= stop)
        chosen = sums[array_module(sizes).asarray(pruned[here] - start - 1)]
        errors[here] = chosen if isinstance(chosen, np.ndarray) else chosen.get()
        total = float(sums[-1])
        places.append((here, unit))
    for here, unit in places:
        errors[here] = _error(errors[here] / total, p, unit, float(sizes[-1]))
    return errors
