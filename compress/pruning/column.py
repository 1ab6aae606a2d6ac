"""Keep the longest columns."""

from ..networks.containers import Shares, Weights
from ..networks.ranking import Units

__all__ = ["keep_for_error", "prune"]

COLUMNS = Units(ndim=2, axes=(0,))


def prune(weights: Weights, keep: Shares, scope: str = "layer", network: bool = False) -> Weights:
    """Zero all but the ``ceil(keep * n)`` columns of largest norm; ties go to the earlier.

    Parameters
    ----------
    weights : ndarray, shape (d, n), or list, tuple or dict of arrays
        Real and finite, of NumPy or CuPy.  In the papers a column holds the incoming weights of a
        hidden neuron.  In a container, arrays that are no matrices come back as they were.
    keep : float, or container of floats
        Share of the columns kept, in [0, 1]; with scope "layer" also one for each array.
    scope : {"layer", "global"}
        Whether columns are ranked in each matrix, or over all of them.
    network : bool
        Whether the last matrix is the output layer of a network: it comes back as it was.

    Returns
    -------
    ndarray or container
        A pruned copy, where the weights live and of their data types.

    Raises
    ------
    ValueError
        If keep or scope is out of range, or weights are empty, not finite or no real numbers, or
        no matrix is among them.

    Examples
    --------
    >>> import numpy as np
    >>> prune(np.array([[1.0, 2.0], [1.0, 0.0]]), keep=0.5)
    array([[0., 2.],
           [0., 0.]])
    >>> prune([np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]])], 0.5, network=True)
    [array([[0., 2.]]), array([[3., 4.]])]

    """
    return COLUMNS.prune(weights, keep, scope, network)


def keep_for_error(
    weights: Weights, squared_error: float, scope: str = "layer", network: bool = False
) -> Shares:
    """Smallest share of columns whose loss costs at most ``squared_error`` of the squared norm.

    Parameters
    ----------
    weights : ndarray, shape (d, n), or list, tuple or dict of arrays
        Real and finite, of NumPy or CuPy.
    squared_error : float
        Bound on the squared relative error (Frobenius), in [0, 1], of each matrix or of all
        together.
    scope : {"layer", "global"}
        As for ``prune``.
    network : bool
        Whether the last matrix is the output layer of a network, and not counted.

    Returns
    -------
    float, or container of floats
        A ``keep`` for ``prune`` with the same scope; 1 minus it is the largest share that can be
        pruned.  0 where all weights are zero.

    Raises
    ------
    ValueError
        If squared_error or scope is out of range, or weights are empty, not finite or no real
        numbers, or no matrix is among them.

    References
    ----------
    The rule of the code of arXiv 2306.08125, whose bound 0.1 is on the squared error.

    Examples
    --------
    >>> import numpy as np
    >>> keep_for_error(np.diag([1.0, 2.0, 2.0, 9.0]), squared_error=0.1)
    0.25

    """
    return COLUMNS.keep_for_error(weights, squared_error, scope, network)
