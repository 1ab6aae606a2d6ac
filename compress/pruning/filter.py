"""Keep the longest filters of convolutions."""

from ..containers import Shares, Weights
from ..ranking import Units

FILTERS = Units(ndim=4, axes=(1, 2, 3))


def prune(weights: Weights, keep: Shares, scope: str = "layer", network: bool = False) -> Weights:
    """Zero all but the ``ceil(keep * out)`` filters of largest norm; ties go to the earlier.

    Parameters
    ----------
    weights : ndarray, shape (out, in, h, w), or list, tuple or dict of arrays
        Of NumPy or CuPy, real and finite: convolution kernels, of which ``weights[i]`` is a
        filter.  In a container, arrays of other dimensions come back as they were.
    keep : float, or container of floats
        Share of the filters kept, in [0, 1]; with scope "layer" also one for each array.
    scope : {"layer", "global"}
        Whether filters are ranked in each array, or over all of them.
    network : bool
        Whether the last array of two or more dimensions is the output layer of a network: if that
        is a convolution too, it comes back as it was.

    Returns
    -------
    ndarray or container
        A pruned copy, where the weights live and of their data types.

    Raises
    ------
    ValueError
        If keep or scope is out of range, or weights are empty, not finite or no real numbers, or
        none is 4-d.

    References
    ----------
    Filter pruning of convolutions in the code of arXiv 2306.08125, by the Euclidean norm.

    Examples
    --------
    >>> import numpy as np
    >>> prune(np.array([1.0, -3.0, 2.0]).reshape(3, 1, 1, 1), keep=0.5).ravel()
    array([ 0., -3.,  2.])

    """
    return FILTERS.prune(weights, keep, scope, network)


def keep_for_error(
    weights: Weights, squared_error: float, scope: str = "layer", network: bool = False
) -> Shares:
    """Smallest share of filters whose loss costs at most ``squared_error`` of the squared norm.

    Parameters
    ----------
    weights : ndarray, shape (out, in, h, w), or list, tuple or dict of arrays
        Of NumPy or CuPy, real and finite.
    squared_error : float
        Bound on the squared relative error, in [0, 1], of each array of kernels or of all
        together.
    scope : {"layer", "global"}
    network : bool
        Whether the last array of two or more dimensions is an output layer, and not counted.

    Returns
    -------
    float, or container of floats
        A ``keep`` for ``prune`` with the same scope; 1 minus it is the largest share that can be
        pruned.  0 where all weights are zero.

    Raises
    ------
    ValueError
        If squared_error or scope is out of range, or weights are empty, not finite or no real
        numbers, or none is 4-d.

    Examples
    --------
    >>> import numpy as np
    >>> keep_for_error(np.array([1.0, 2.0, 2.0, 9.0]).reshape(4, 1, 1, 1), squared_error=0.1)
    0.25

    """
    return FILTERS.keep_for_error(weights, squared_error, scope, network)
