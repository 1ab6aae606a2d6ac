"""Keep the longest columns."""

from stablenoise.arrays import Array, array_module

from .. import norms


def prune(weights: Array, keep: float) -> Array:
    """Zero all but the ``ceil(keep * n)`` columns of largest norm; ties go to the earlier.

    Parameters
    ----------
    weights : ndarray, shape (d, n)
        Of NumPy or CuPy, finite.  In the papers a column holds the incoming weights of a hidden
        neuron.
    keep : float
        Share of the columns kept, in [0, 1].

    Returns
    -------
    ndarray, shape (d, n)
        A pruned copy, where the weights live.

    Raises
    ------
    ValueError
        If keep is out of range, or the weights are empty, not finite or no matrix.

    Examples
    --------
    >>> import numpy as np
    >>> prune(np.array([[1.0, 2.0], [1.0, 0.0]]), keep=0.5)
    array([[0., 2.],
           [0., 0.]])

    """
    energies = column_energies(weights)
    kept = norms.count_kept(keep, energies.size)
    chosen = array_module(weights).argsort(-energies, kind="stable")[:kept]
    pruned = array_module(weights).zeros_like(weights)
    pruned[:, chosen] = weights[:, chosen]
    return pruned


def keep_for_error(weights: Array, squared_error: float) -> float:
    """Smallest share of columns whose loss costs at most ``squared_error`` of the squared norm.

    Parameters
    ----------
    weights : ndarray, shape (d, n)
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
        If squared_error is out of range, or the weights are empty, not finite or no matrix.

    References
    ----------
    The rule of the code of arXiv 2306.08125, whose bound 0.1 is on the squared error.

    Examples
    --------
    >>> import numpy as np
    >>> keep_for_error(np.diag([1.0, 2.0, 2.0, 9.0]), squared_error=0.1)
    0.25

    """
    return norms.keep_for_error(column_energies(weights), squared_error)


def column_energies(weights: Array) -> Array:
    """Squared norms of the columns, in units of the largest entry squared."""
    if weights.ndim != 2:
        raise ValueError(f"weights must be a matrix, got shape {weights.shape}")
    return (norms.relative_sizes(weights) ** 2).sum(axis=0)
