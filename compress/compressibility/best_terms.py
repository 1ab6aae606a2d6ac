"""Best approximations of a vector by its largest terms: their errors, and how many terms it takes.

Arrays are of NumPy or CuPy, of any shape and real type; numbers come back, and arrays where the
input lives.
"""

from __future__ import annotations

from math import ceil, floor, frexp, inf, ldexp, log2

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_integer, check_positive, check_share, copied, real_values, told
from stablenoise.kernels.arrays import Array, array_module, on_host

from .power_sums import (
    RANGE,
    finite_size,
    nonzero_terms,
    power_sum,
    real_terms,
)
from .running_sums import all_errors, chosen_errors, scaled_error


def relative_error(x: Array, keep: float, p: float = 2.0) -> float:
    r"""Relative error of the best approximation of ``x`` by ``ceil(keep * size)`` of its terms.

    .. math:: \sigma_k(x)_p / \|x\|_p, \qquad
              \sigma_k(x)_p^p = \sum_{i > k} |x_{(i)}|^p

    Parameters
    ----------
    x : array_like, any shape
        Not all zero, of NumPy or CuPy, in any unit.
    keep : float
        Share of the terms kept, in [0, 1].
    p : float
        Positive and finite; below 1 l_p is no norm, but the error is defined all the same.

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
    p = check_positive("p", p)
    flat, top = nonzero_terms(x)
    sizes = abs(flat.astype(float))
    pruned = sizes.size - count_kept(keep, sizes.size)
    if pruned == 0:
        return 0.0
    # Their sum is asked for and not their order: no sort is needed.
    smallest = array_module(sizes).partition(sizes, pruned - 1)[:pruned]
    most = float(smallest.max())
    if most == 0:
        return 0.0
    unit = top if p * (log2(top) - log2(most)) < RANGE else most  # so that no power vanishes
    lost = power_sum(smallest, unit, p) / power_sum(sizes, top, p)
    return float(scaled_error(np.float64(lost), p, unit, top))


def relative_errors(x: Array, p: float = 2.0, kept: ArrayLike | None = None) -> Array:
    r"""Relative errors of the best approximations of ``x`` by k terms, for all k, by one sort.

    .. math:: \sigma_k(x)_p / \|x\|_p, \qquad
              \sigma_k(x)_p^p = \sum_{i > k} |x_{(i)}|^p

    Parameters
    ----------
    x : array_like, any shape
        n real numbers of NumPy or CuPy, finite and not all zero, in any unit.
    p : float
        Positive and finite; below 1 l_p is no norm, but the error is defined all the same.
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
    p = check_positive("p", p)
    sizes = sorted_sizes(x)
    if not sizes[-1]:
        raise ValueError("x must have a nonzero value, got none")
    if kept is None:
        return all_errors(sizes, p)
    errors = chosen_errors(sizes, p, sizes.size - _counts(kept, sizes.size))
    return array_module(sizes).asarray(errors)


def count_kept(keep: float, size: int) -> int:
    """Return ceil(keep * size), the number of terms that a share stands for.

    Parameters
    ----------
    keep : float
        Share of the terms kept, in [0, 1].
    size : int
        Number of terms, not negative.

    Returns
    -------
    int
        In [0, size]; a keep that was computed as k / size gives k again.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> count_kept(0.5, 5), count_kept(7 / 93, 93)
    (3, 7)

    """
    check_share("keep", keep, "[]")
    size = check_integer("size", size, 0, 2**63)
    return ceil(keep * size * (1 - 2**-50))  # k / size * size may round to just above k


def keep_for_error(energies: Array, squared_error: float, p: float = 1.0) -> float:
    """Smallest share of terms to keep for an error, from their *squares*, the energies.

    The terms left out then hold at most the share ``squared_error`` of the total.

    Parameters
    ----------
    energies : array_like, any shape
        n real numbers of NumPy or CuPy, finite and not negative: squared sizes, in any unit; or the
        sizes themselves with p = 2, as squares may underflow where sizes do not.
    squared_error : float
        What the terms left out may hold of the total, in [0, 1].
    p : {1, 2}
        The total is one of p-th powers.

    Returns
    -------
    float
        k / n; 1 minus it is the largest share that can be pruned.

    Raises
    ------
    ValueError
        If energies are empty, negative, not real or not finite, or squared_error or p is out of
        range.

    Examples
    --------
    >>> keep_for_error([1.0, 4.0, 4.0, 81.0], squared_error=0.1)
    0.25

    """
    check_share("squared_error", squared_error, "[]")
    p = check_positive("p", p)
    terms = _not_negative("energies", energies)
    ordered = array_module(terms).sort(terms)
    return (ordered.size - _within(ordered, squared_error, p)) / ordered.size


def terms_within(sizes: Array, share: float, p: float = 2.0) -> int:
    """Number of the first terms, in the order given, that hold at most a share of all p-th powers.

    Parameters
    ----------
    sizes : array_like, any shape
        Real numbers of NumPy or CuPy, finite and not negative, in any unit.
    share : float
        What the first terms may hold of the total, in [0, 1].
    p : float
        The total is one of p-th powers; positive and finite.

    Returns
    -------
    int
        In [0, n]; zeros that follow are counted.

    Raises
    ------
    ValueError
        If sizes are empty, negative, not real or not finite, or share or p is out of range.

    Examples
    --------
    >>> terms_within([1.0, 2.0, 2.0, 9.0], share=0.1)  # squares 1, 4, 4 and 81
    3

    """
    check_share("share", share, "[]")
    p = check_positive("p", p)
    return _within(_not_negative("sizes", sizes), share, p)


def _not_negative(name: str, values: Array) -> Array:
    """``values`` as a row of finite terms, none of them negative, or ValueError."""
    terms = real_values(name, values).reshape(-1)
    if not terms.size:
        raise ValueError(f"{name} must not be empty, got {told(values)}")
    low, high = float(terms.min()), float(terms.max())
    if not (low >= 0 and high < inf):
        raise ValueError(f"{name} must be finite and not negative, got {low if low < 0 else high}")
    return terms


def _within(sizes: Array, share: float, p: float) -> int:
    xp, sizes = array_module(sizes), sizes.astype(float)
    top, (digits, exponent) = float(sizes.max()), frexp(share)
    if share == 0 or top == 0:
        lost = xp.flatnonzero(sizes)
        return int(lost[0]) if lost.size else sizes.size
    # powers of 2 as units: what is exact stays so
    unit, lower = frexp(top)[1], 0
    sums = xp.cumsum(xp.ldexp(sizes, -unit) ** p)
    total = float(sums[-1])
    if exponent < -RANGE:
        lower = floor(exponent / p)  # in this unit what the share allows does not underflow
        with np.errstate(over="ignore"):  # what overflows is beyond the share
            sums = xp.cumsum(xp.ldexp(sizes, -unit - lower) ** p)
    return int((sums <= ldexp(digits * total, exponent - int(p * lower))).sum())


def sorted_sizes(x: Array) -> Array:
    """Sizes of the terms from the smallest, in float32 or float64."""
    flat = real_terms(x)
    narrow = flat.dtype in (np.float32, np.float16)
    sizes = abs(flat.astype(np.float32 if narrow else np.float64, copy=False))
    sizes.sort()
    finite_size(float(sizes.max()))  # NaN wherever the sort has put it
    return sizes


def _counts(kept: ArrayLike, size: int) -> np.ndarray:
    """``kept`` as an array of integers in [0, size]."""
    counts = copied(on_host(kept))
    if counts.dtype.kind not in "iu":
        raise ValueError(f"kept must be of integers in [0, {size}], got {counts.dtype}")
    if counts.size and not (counts.min() >= 0 and counts.max() <= size):
        seen = counts.min() if counts.min() < 0 else counts.max()
        raise ValueError(f"kept must be of integers in [0, {size}], got {seen}")
    return counts.astype(np.int64)
