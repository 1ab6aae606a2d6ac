"""Keep the longest filters of convolutions."""

from stablenoise.checks import check_integer

from ..networks.containers import Shares, Weights, leaves
from ..networks.ranking import Units

__all__ = ["keep_for_error", "prune"]

LARGEST_SIDE = 11  # of the windows of published image networks; a longer one is most often a layout


def prune(
    weights: Weights,
    keep: Shares,
    scope: str = "layer",
    network: bool = False,
    axis: int | None = None,
) -> Weights:
    """Zero all but the ``ceil(keep * out)`` filters of largest norm; ties go to the earlier.

    Parameters
    ----------
    weights : ndarray, shape (out, in, h, w), or list, tuple or dict of arrays
        Real and finite, of NumPy or CuPy: convolution kernels, of which ``weights[i]`` is a
        filter, or another slice along ``axis``.  In a container, arrays of other dimensions come
        back as they were.
    keep : float, or container of floats
        Share of the filters kept, in [0, 1]; with scope "layer" also one for each array.
    scope : {"layer", "global"}
        Whether filters are ranked in each array, or over all of them.
    network : bool
        Whether the last array of two or more dimensions is the output layer of a network: if that
        is a convolution too, it comes back as it was.
    axis : int, optional
        That of the filters, in [-4, 4): 0 for kernels of shape (out, in, h, w), as PyTorch has
        them, 3 for (h, w, in, out), as TensorFlow and JAX do.  By default 0, but a shape that looks
        like the other layout is refused: one square in its first two axes that is not in the last
        two, or there has a side above 11, which the first two have not.

    Returns
    -------
    ndarray or container
        A pruned copy, where the weights live and of their data types.

    Raises
    ------
    ValueError
        If keep, scope or axis is out of range, or weights are empty, not finite or no real numbers,
        or none is 4-d, or the layout is in doubt.

    References
    ----------
    Filter pruning of convolutions in the code of arXiv 2306.08125, by the Euclidean norm.

    Examples
    --------
    >>> import numpy as np
    >>> prune(np.array([1.0, -3.0, 2.0]).reshape(3, 1, 1, 1), keep=0.5).ravel()
    array([ 0., -3.,  2.])
    >>> prune(np.array([1.0, -3.0, 2.0]).reshape(1, 1, 1, 3), keep=0.5, axis=3).ravel()
    array([ 0., -3.,  2.])

    """
    return _filters(weights, axis).prune(weights, keep, scope, network)


def keep_for_error(
    weights: Weights,
    squared_error: float,
    scope: str = "layer",
    network: bool = False,
    axis: int | None = None,
) -> Shares:
    """Smallest share of filters whose loss costs at most ``squared_error`` of the squared norm.

    Parameters
    ----------
    weights : ndarray, shape (out, in, h, w), or list, tuple or dict of arrays
        Real and finite, of NumPy or CuPy.
    squared_error : float
        Bound on the squared relative error, in [0, 1], of each array of kernels or of all
        together.
    scope : {"layer", "global"}
        As for ``prune``.
    network : bool
        Whether the last array of two or more dimensions is an output layer, and not counted.
    axis : int, optional
        As for ``prune``.

    Returns
    -------
    float, or container of floats
        A ``keep`` for ``prune`` with the same scope and axis; 1 minus it is the largest share that
        can be pruned.  0 where all weights are zero.

    Raises
    ------
    ValueError
        If squared_error, scope or axis is out of range, or weights are empty, not finite or no real
        numbers, or none is 4-d, or the layout is in doubt.

    Examples
    --------
    >>> import numpy as np
    >>> keep_for_error(np.array([1.0, 2.0, 2.0, 9.0]).reshape(4, 1, 1, 1), squared_error=0.1)
    0.25

    """
    return _filters(weights, axis).keep_for_error(weights, squared_error, scope, network)


def _filters(weights: Weights, axis: int | None) -> Units:
    """Filters along an axis: the first, unless another is said or a shape makes it doubtful."""
    if axis is None:
        _check_layout(weights)
    chosen = 0 if axis is None else check_integer("axis", axis, -4, 4) % 4
    return Units(ndim=4, axes=tuple(other for other in range(4) if other != chosen))


def _check_layout(weights: Weights) -> None:
    for name, array in leaves(weights):
        shape = getattr(array, "shape", ())
        if len(shape) == 4 and _units_last(*shape):
            rule = (
                "must have shape (out, in, h, w), or come with axis=0, or axis=3 for filters last"
            )
            raise ValueError(f"{name} {rule}, got shape {shape}")


def _units_last(*shape: int) -> bool:
    first, second, third, last = shape
    return first == second and (third != last or third > LARGEST_SIDE >= first)
