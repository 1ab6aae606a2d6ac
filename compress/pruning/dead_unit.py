"""Drop the hidden units that do nothing: the function of a relu network stays."""

from itertools import pairwise

from stablenoise.checks import check_share, check_truth
from stablenoise.kernels.arrays import Array

from ..networks.containers import Weights, check_scope, checked_leaves, rebuilt

__all__ = ["keep_for_error", "prune"]

Layer = tuple[Array, Array | None]  # weights of shape (units, inputs), biases of shape (units,)


def prune(weights: Weights, keep: float = 1.0, scope: str = "layer", fold: bool = True) -> Weights:
    """Network of the same function, with the weights of dead hidden units set to zero.

    Dead are a unit with no outgoing weight, and one with no incoming weight: with a bias b <= 0 it
    is 0, with b > 0 the constant b, which is folded into the biases of the next layer.  What a dead
    unit was joined to may be dead then: it goes too, until none is left.  The rows of the last
    matrix are outputs and are never dropped.  ``compress.comparison.without_dead_units`` makes
    smaller arrays.

    Parameters
    ----------
    weights : list, tuple or dict of arrays
        A network: matrices of shape (units, inputs), each followed by its biases of shape (units,)
        or not, as ``[(w, b), ...]``, ``[w, ...]`` or ``{"fc.weight": w, "fc.bias": b, ...}``.
        Hidden units are relu.  Real and finite, of NumPy or CuPy.
    keep : float
        In [0, 1]; it has no effect, as what is dropped costs nothing and nothing else can go.
    scope : {"layer", "global"}
        It has no effect: a network is pruned as a whole.
    fold : bool
        Whether constant units are dropped, where the next layer has biases of a float type.

    Returns
    -------
    container
        A copy, where the weights live, of their data types, shapes and memory layouts.  A fold
        changes a bias to b + W c, summed in float64 and rounded once to the type of b.  Without
        folds the sums lose terms +0 and -0 alone, and are equal wherever they are exact; a library
        of linear algebra may take the other terms in another order, and then differ in rounding.

    Raises
    ------
    ValueError
        If the arrays do not fit together as a network, are empty, not finite or no real numbers, or
        keep or scope is out of range.

    References
    ----------
    Dead units occur: in the published LeNet-5 of Zhou et al., arXiv 1804.05862, 1,886 of the 4,727
    weights of the first dense layer feed units with no outgoing weight (counted by the tests).

    Examples
    --------
    >>> import numpy as np
    >>> hidden, output = np.array([[1.0], [0.0], [2.0]]), np.array([[5.0, 1.0, 0.0]])
    >>> for w in prune([hidden, output]):
    ...     print(w.tolist())
    [[1.0], [0.0], [0.0]]
    [[5.0, 0.0, 0.0]]

    """
    check_scope(scope)
    check_share("keep", keep, "[]")
    check_truth("fold", fold)
    layers = [(w.copy("K"), b if b is None else b.copy()) for w, b in network(weights)]
    # Forwards first, as a unit without inputs may leave the next layer's without inputs; then
    # backwards, as one without outputs may leave the layer before's without outputs.
    for layer, following in pairwise(layers):
        _drop_idle(layer, following, fold)
    for layer, following in reversed(list(pairwise(layers))):
        _zero_rows(layer, ~following[0].any(axis=0))
    return rebuilt(weights, [a for layer in layers for a in layer if a is not None])


def keep_for_error(
    weights: Weights, squared_error: float, scope: str = "layer", fold: bool = True
) -> float:
    """Share of the hidden units that are not dead.

    Parameters
    ----------
    weights : list, tuple or dict of arrays
        A network, as for ``prune``.
    squared_error : float
        In [0, 1]; it has no effect, as the error is that of rounding.
    scope : {"layer", "global"}
        It has no effect.
    fold : bool
        As for ``prune``.

    Returns
    -------
    float
        1 where there are no hidden units.

    Raises
    ------
    ValueError
        If the arrays do not fit together as a network, are empty, not finite or no real numbers, or
        squared_error or scope is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> keep_for_error([np.array([[1.0], [0.0]]), np.array([[5.0, 1.0]])], squared_error=0.0)
    0.5

    """
    check_scope(scope)
    check_share("squared_error", squared_error, "[]")
    masks = alive(prune(weights, scope=scope, fold=fold))
    units = sum(mask.size for mask in masks)
    return sum(int(mask.sum()) for mask in masks) / units if units else 1.0


def alive(weights: Weights) -> list[Array]:
    """Mask of each hidden layer of a pruned network: the units with an outgoing weight."""
    return [w.any(axis=0) for w, _ in network(weights)[1:]]


def network(weights: Weights) -> list[Layer]:
    """Layers of a network, or ValueError unless the arrays fit together."""
    layers: list[Layer] = []
    for name, array in checked_leaves(weights):
        if array.ndim == 2:
            _check_inputs(name, array, layers)
            layers.append((array, None))
        elif array.ndim == 1 and layers and layers[-1][1] is None:
            _check_biases(name, array, layers)
            layers[-1] = layers[-1][0], array
        else:
            rule = "must be a matrix, or the biases of the one before"
            raise ValueError(f"{name} {rule}, got shape {array.shape}")
    return layers


def _check_inputs(name: str, array: Array, layers: list[Layer]) -> None:
    if layers and array.shape[1] != len(layers[-1][0]):
        rule = f"must have {len(layers[-1][0])} columns, one for each unit of the layer before"
        raise ValueError(f"{name} {rule}, got shape {array.shape}")


def _check_biases(name: str, array: Array, layers: list[Layer]) -> None:
    units = len(layers[-1][0])
    if array.size != units:
        raise ValueError(f"{name} must have shape ({units},), one a unit, got shape {array.shape}")


def _drop_idle(layer: Layer, following: Layer, fold: bool) -> None:
    """Drop the units with no incoming weight, in place: those that are not 0 by a fold, if any."""
    (rows, biases), (outgoing, shifted) = layer, following
    idle = ~rows.any(axis=1)
    if biases is not None:
        constant = idle & (biases > 0)
        if fold and shifted is not None and shifted.dtype.kind == "f":
            _fold(outgoing[:, constant], biases[constant], shifted)
        else:
            # A constant that no bias can take must stay: it is part of the function.
            idle &= ~constant
    _zero_rows(layer, idle)
    outgoing[:, idle] = 0


def _fold(outgoing: Array, constants: Array, biases: Array) -> None:
    if constants.size:
        biases[:] = biases.astype(float) + outgoing.astype(float) @ constants.astype(float)


def _zero_rows(layer: Layer, dead: Array) -> None:
    for array in layer:
        if array is not None:
            array[dead] = 0
