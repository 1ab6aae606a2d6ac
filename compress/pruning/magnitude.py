"""Keep the largest weights."""

from ..networks.containers import Shares, Weights
from ..networks.ranking import Units

__all__ = ["keep_for_error", "prune"]

ENTRIES = Units()


def prune(weights: Weights, keep: Shares, scope: str = "layer") -> Weights:
    """Zero all but the ``ceil(keep * size)`` weights of largest magnitude; ties go to the earlier.

    Parameters
    ----------
    weights : ndarray, any shape, or list, tuple or dict of such
        Real and finite, of NumPy or CuPy.  All arrays are pruned: leave out what is not to be.
    keep : float, or container of floats
        Share kept of all entries, zeros among them, in [0, 1]; with scope "layer" also one for
        each array.  (``compress.comparison.prune_to`` and the command line take one of the nonzero
        entries.)
    scope : {"layer", "global"}
        Whether entries are ranked in each array, or over all of them.

    Returns
    -------
    ndarray or container
        A pruned copy, where the weights live and of their data types.

    Raises
    ------
    ValueError
        If keep or scope is out of range, or weights are empty, not finite or no real numbers.

    Examples
    --------
    >>> import numpy as np
    >>> prune(np.array([1.0, -3.0, 2.0]), keep=0.5)
    array([ 0., -3.,  2.])
    >>> prune({"a": np.array([1.0, 2.0]), "b": np.array([5.0, 9.0])}, 0.5, scope="global")
    {'a': array([0., 0.]), 'b': array([5., 9.])}

    """
    return ENTRIES.prune(weights, keep, scope)


def keep_for_error(weights: Weights, squared_error: float, scope: str = "layer") -> Shares:
    """Smallest share of entries whose loss costs at most ``squared_error`` of the squared norm.

    Parameters
    ----------
    weights : ndarray, any shape, or list, tuple or dict of such
        Real and finite, of NumPy or CuPy.
    squared_error : float
        Bound on the squared relative error (Frobenius), in [0, 1], of each array or of all
        together.
    scope : {"layer", "global"}
        As for ``prune``.

    Returns
    -------
    float, or container of floats
        A ``keep`` for ``prune`` with the same scope; 1 minus it is the largest share that can be
        pruned.  0 where all weights are zero.

    Raises
    ------
    ValueError
        If squared_error or scope is out of range, or weights are empty, not finite or no real
        numbers.

    Examples
    --------
    >>> import numpy as np
    >>> keep_for_error(np.array([1.0, 2.0, 2.0, 9.0]), squared_error=0.1)
    0.25

    """
    return ENTRIES.keep_for_error(weights, squared_error, scope)
