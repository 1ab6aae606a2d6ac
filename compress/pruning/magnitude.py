"""Keep the largest weights."""

from stablenoise.arrays import Array, array_module

from .. import norms


def prune(weights: Array, keep: float) -> Array:
    """Zero all but the ``ceil(keep * size)`` weights of largest magnitude; ties go to the earlier.

    Parameters
    ----------
    weights : ndarray, any shape
        Of NumPy or CuPy, finite.
    keep : float
        Share of the entries kept, in [0, 1].

    Returns
    -------
    ndarray
        A pruned copy, where the weights live.

    Raises
    ------
    ValueError
        If keep is out of range, or the weights are empty or not finite.

    Examples
    --------
    >>> import numpy as np
    >>> prune(np.array([1.0, -3.0, 2.0]), keep=0.5)
    array([ 0., -3.,  2.])

    """
    kept = norms.count_kept(keep, weights.size)
    sizes = norms.relative_sizes(weights).ravel()
    chosen = array_module(weights).argsort(-sizes, kind="stable")[:kept]
    pruned = array_module(weights).zeros_like(weights, order="C")  # so that ravel is a view
    pruned.ravel()[chosen] = weights.ravel()[chosen]
    return pruned


def keep_for_error(weights: Array, squared_error: float) -> float:
    """Smallest share of entries whose loss costs at most ``squared_error`` of the squared norm.

    Parameters
    ----------
    weights : ndarray, any shape
        Of NumPy or CuPy, finite.
    squared_error : float
        Bound on the squared relative error (Frobenius), in [0, 1].

    Returns
    -------
    float
        A ``keep`` for ``prune``; 1 minus it is the largest share that can be pruned.  0 where
        all weights are zero.

    Raises
    ------
    ValueError
        If squared_error is out of range, or the weights are empty or not finite.

    Examples
    --------
    >>> import numpy as np
    >>> keep_for_error(np.array([1.0, 2.0, 2.0, 9.0]), squared_error=0.1)
    0.25

    """
    return norms.keep_for_error(norms.relative_sizes(weights).ravel() ** 2, squared_error)
