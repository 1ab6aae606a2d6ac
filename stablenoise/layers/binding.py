"""Which arrays of a file belong to which layer."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from stablenoise.checks import told

from .kinds import BatchNorm, Conv, Dense, Layer
from .stack import Architecture

Arrays = Mapping[str, Any]  # arrays by their names


class Names(NamedTuple):
    """Names of the arrays of one layer: None for what it does not have."""

    weights: str | None = None
    bias: str | None = None
    norm: tuple[str | None, ...] = ()  # scale, shift, mean and variance of batch norm


def bound(architecture: Architecture, arrays: Arrays) -> tuple[Names, ...]:
    """Names of the arrays of each layer.

    Arrays that layers name are theirs, in whatever order they come.  The others are taken in their
    order: those of two or more dimensions by the layers that name no weights, vectors by the
    layers that say nothing of a bias, all of them or none.

    Parameters
    ----------
    architecture : Architecture
    arrays : dict of ndarray
        Of a file; numbers without a dimension are passed over.

    Returns
    -------
    tuple of Names
        (weights, bias, norm) of each layer: names, or None for what it does not have; ``norm`` are
        those of batch norm: scale, shift, mean and variance.

    Raises
    ------
    ValueError
        If a layer names an array that is not there, or arrays are too few or too many.

    Examples
    --------
    >>> from stablenoise.layers import Dense, Relu
    >>> plan = Architecture((Dense("first"), Relu(), Dense(bias=False)))
    >>> for names in bound(plan, {"b": np.ones(4), "w": np.ones((2, 4)), "first": np.ones((4, 3))}):
    ...     print(names.weights, names.bias)
    first b
    None None
    w None

    """
    _check(architecture, arrays)
    layers, said = architecture.layers, architecture.names
    for number, key, name in said:
        if name not in arrays:
            rule = f"layer {number}: {key} must be one of the arrays {', '.join(arrays)}"
            raise ValueError(f"{rule}, got {told(name)}")
    taken = {name for _, _, name in said}
    free = {name: np.ndim(a) for name, a in arrays.items() if name not in taken}
    weighted = [layer for layer in layers if isinstance(layer, Conv | Dense)]
    matrices = [name for name, ndim in free.items() if ndim > 1]
    vectors = [name for name, ndim in free.items() if ndim == 1]
    _check_number("weights", matrices, sum(layer.weights is None for layer in weighted))
    if vectors:
        _check_number("biases", vectors, sum(layer.bias is None for layer in weighted))
    left = iter(matrices), iter(vectors)
    return tuple(_names(layer, *left) for layer in layers)


def parts(architecture: Architecture, arrays: Arrays) -> list[tuple[Any, Any]]:
    """Arrays of each layer, as ``passes.forward`` takes them: weights, and biases or None.

    Parameters
    ----------
    architecture, arrays
        As for ``bound``.

    Returns
    -------
    list of tuple
        The weights of batch norm are its four arrays, None for one that it does not have.

    Raises
    ------
    ValueError
        As for ``bound``.

    Examples
    --------
    >>> from stablenoise.layers import Dense
    >>> parts(Architecture((Dense(),)), {"w": np.eye(2)})
    [(array([[1., 0.],
           [0., 1.]]), None)]

    """
    every = bound(architecture, arrays)
    return [
        (_weights(names, arrays), arrays[names.bias] if names.bias else None) for names in every
    ]


def check_arrays(architecture: Architecture, inputs: int, arrays: Arrays) -> None:
    """Raise ValueError unless the arrays fit the layers and each other.

    Parameters
    ----------
    architecture, arrays
        As for ``bound``; arrays have units first.
    inputs : int
        Numbers of one input.

    Raises
    ------
    ValueError
        If the weights do not chain from the inputs, or biases or batch norm have other numbers
        than there are units or channels.

    Examples
    --------
    >>> from stablenoise.layers import Dense
    >>> check_arrays(Architecture((Dense(),)), 2, {"w": np.eye(2), "b": np.ones(2)})

    """
    every = bound(architecture, arrays)
    weights = [np.shape(arrays[names.weights]) for names in every if names.weights]
    shapes = architecture.shapes(inputs, weights)
    for number, (names, shape) in enumerate(zip(every, shapes[1:], strict=True), 1):
        for name in (names.bias, *names.norm):
            if name is not None and np.shape(arrays[name]) != shape[:1]:
                rule = f"layer {number}: {name} must have {shape[0]} numbers"
                raise ValueError(f"{rule}, got shape {np.shape(arrays[name])}")


def _names(layer: Layer, matrices: Any, vectors: Any) -> Names:
    if isinstance(layer, BatchNorm):
        return Names(norm=(layer.scale, layer.shift, layer.mean, layer.variance))
    if not isinstance(layer, Conv | Dense):
        return Names()
    weights = next(matrices) if layer.weights is None else layer.weights
    bias = next(vectors, None) if layer.bias is None else layer.bias
    return Names(weights, bias or None)  # type: ignore[arg-type]


def _weights(names: Names, arrays: Arrays) -> Any:
    if names.norm:
        return tuple(None if name is None else arrays[name] for name in names.norm)
    return arrays[names.weights] if names.weights else None


def _check(architecture: Any, arrays: Any) -> None:
    if type(architecture) is not Architecture:
        raise ValueError(f"architecture must be an Architecture, got {told(architecture)}")
    if not isinstance(arrays, Mapping) or not all(isinstance(name, str) for name in arrays):
        raise ValueError(f"arrays must be a dict of arrays by names, got {told(arrays)}")


def _check_number(what: str, names: list[str], wanted: int) -> None:
    if len(names) != wanted:
        rule = f"{what} that no layer names must be {wanted} arrays, one for each such layer"
        raise ValueError(f"{rule}, got {', '.join(names) or 'none'}")
