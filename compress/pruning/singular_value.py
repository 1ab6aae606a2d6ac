"""Keep the largest singular values."""

from collections.abc import Iterable
from math import frexp

from stablenoise.kernels.arrays import Array, array_module

from ..compressibility import norms
from ..networks.containers import Group, Shares, Weights, grouped
from ..networks.ranking import MIN_FLOAT, joined, largest

__all__ = ["keep_for_error", "prune"]


def prune(weights: Weights, keep: Shares, scope: str = "layer") -> Weights:
    """Best approximation of rank ``ceil(keep * min(m, n))``.

    Its error is the norm of the singular values left out, the least for that rank (Eckart & Young),
    and so at most that of ``column.prune`` that keeps as many columns.  It is no selection of
    entries: those that stay are changed, and what is pruned is not zero.

    Parameters
    ----------
    weights : ndarray, shape (m, n), or list, tuple or dict of arrays
        Real and finite, of NumPy or CuPy.  In a container, arrays that are no matrices come back as
        they were.
    keep : float, or container of floats
        Share of the min(m, n) singular values kept, in [0, 1]; with scope "layer" also one for
        each array.
    scope : {"layer", "global"}
        Whether singular values are ranked in each matrix, or over all of them.

    Returns
    -------
    ndarray or container
        Where the weights live, dense: a matrix of rank r is r (m + n) numbers only as its factors.
        Computed in float64 and rounded to the type of the weights; integers become float64.  A
        matrix that keeps all its singular values comes back as it was.

    Raises
    ------
    ValueError
        If keep or scope is out of range, or weights are empty, not finite or no real numbers, or
        no matrix is among them.

    References
    ----------
    Eckart & Young (1936), Psychometrika 1, 211-218; singular-value pruning in Barsbey et al.,
    arXiv 2106.03795.

    Examples
    --------
    >>> import numpy as np
    >>> prune(np.diag([1.0, 5.0, 2.0]), keep=0.5).round(12) + 0.0
    array([[0., 0., 0.],
           [0., 5., 0.],
           [0., 0., 2.]])

    """

    def change(group: Group, share: float) -> Iterable[Array]:
        factors = _factors(group)
        values = [s for _, s, _ in factors]
        kept = norms.count_kept(share, sum(s.size for s in values))
        ranks = [int(mask.sum()) for mask in largest(kept, values)]
        unit = _unit(group)
        return [
            a if r == s.size else _typed(unit * ((u[:, :r] * s[:r]) @ vt[:r]), a)
            for a, r, (u, s, vt) in zip(group.values(), ranks, factors, strict=True)
        ]

    return grouped(weights, scope, ndim=2).changed(keep, change)


def keep_for_error(weights: Weights, squared_error: float, scope: str = "layer") -> Shares:
    """Smallest share of singular values whose loss costs at most ``squared_error``.

    Parameters
    ----------
    weights : ndarray, shape (m, n), or list, tuple or dict of arrays
        Real and finite, of NumPy or CuPy.
    squared_error : float
        Bound on the squared relative error (Frobenius), in [0, 1], of each matrix or of all
        together.
    scope : {"layer", "global"}
        As for ``prune``.

    Returns
    -------
    float, or container of floats
        A ``keep`` for ``prune`` with the same scope.  0 where all weights are zero.

    Raises
    ------
    ValueError
        If squared_error or scope is out of range, or weights are empty, not finite or no real
        numbers, or no matrix is among them.

    Examples
    --------
    >>> import numpy as np
    >>> keep_for_error(np.diag([1.0, 2.0, 2.0, 9.0]), squared_error=0.1)
    0.25

    """

    def share(group: Group) -> float:
        factors = zip(_factors(group), group.values(), strict=True)
        values = joined([_at_least(s, a, _unit(group)) for (_, s, _), a in factors])
        return norms.keep_for_error(values, squared_error, 2)

    return grouped(weights, scope, ndim=2).measured(share)


def _factors(group: Group) -> list[tuple[Array, Array, Array]]:
    """Singular vectors and values of all matrices, in one unit."""
    xp, unit = array_module(*group.values()), _unit(group)
    matrices = [a.astype(float) / unit for a in group.values()]
    return [tuple(xp.linalg.svd(m, full_matrices=False)) for m in matrices]


def _at_least(values: Array, matrix: Array, unit: float) -> Array:
    """Singular values, those that underflowed with entries of the matrix not as 0."""
    entries = matrix.astype(float)
    if not ((entries / unit == 0) & (entries != 0)).any():
        return values
    rank = min(int(entries.any(axis=axis).sum()) for axis in (0, 1))
    xp = array_module(values)
    return xp.maximum(values, xp.where(xp.arange(values.size) < rank, MIN_FLOAT, 0.0))


def _unit(group: Group) -> float:
    """The power of 2 above all entries, so that to divide by it is exact."""
    top = max(float(abs(a.astype(float)).max()) for a in group.values())
    return 2.0 ** max(-1000, min(frexp(top)[1], 1000))


def _typed(result: Array, like: Array) -> Array:
    return result.astype(like.dtype) if like.dtype.kind == "f" else result
