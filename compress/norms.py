"""How much of a vector its largest terms hold."""

from math import ceil

from stablenoise.arrays import Array, array_module


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
    if not 0 < p < float("inf"):
        raise ValueError(f"p must be positive and finite, got {p}")
    sizes = relative_sizes(x).ravel()
    pruned = sizes.size - count_kept(keep, sizes.size)
    if not sizes.any():
        raise ValueError("x must have a nonzero value, got none")
    if pruned == 0:
        return 0.0
    smallest = array_module(sizes).partition(sizes, pruned - 1)[:pruned]
    top = float(smallest.max())  # taken out of the power, which might vanish
    if top == 0:
        return 0.0
    return top * float(((smallest / top) ** p).sum() / (sizes**p).sum()) ** (1 / p)


def count_kept(keep: float, size: int) -> int:
    """Return ceil(keep * size), where a keep computed as k / size gives k again."""
    if not 0 <= keep <= 1:
        raise ValueError(f"keep must lie in [0, 1], got {keep}")
    return ceil(keep * size * (1 - 2**-50))  # k / size * size may round to just above k


def relative_sizes(x: Array) -> Array:
    """Return |x| / max |x| in float64, so that powers do not overflow; zeros for all zeros."""
    sizes = abs(array_module(x).asarray(x, dtype=float))
    if not sizes.size:
        raise ValueError(f"weights must not be empty, got shape {sizes.shape}")
    top = float(sizes.max())
    if not top < float("inf"):  # also where top is NaN
        raise ValueError(f"weights must be finite, got {top}")
    return sizes / (top or 1.0)


def keep_for_error(energies: Array, squared_error: float) -> float:
    """Smallest share of terms to keep so that the rest hold at most a share of the total.

    Parameters
    ----------
    energies : ndarray, shape (n,)
        Not negative: squared sizes, in any unit.
    squared_error : float
        The share, in [0, 1].

    Returns
    -------
    float
        k / n; 1 minus it is the largest share that can be pruned.

    Raises
    ------
    ValueError
        If squared_error is out of range.

    """
    if not 0 <= squared_error <= 1:
        raise ValueError(f"squared_error must lie in [0, 1], got {squared_error}")
    xp = array_module(energies)
    lost = xp.cumsum(xp.sort(energies))
    pruned = int((lost <= squared_error * lost[-1]).sum())
    return (energies.size - pruned) / energies.size
