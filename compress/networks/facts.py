"""Facts about a network: what is not zero, what is dense, whether units may be dropped."""

from dataclasses import replace

import numpy as np

from stablenoise.checks import check_kind, check_share, check_unmasked, real_array, told
from stablenoise.layers.kinds import Conv, Dense, Flatten, Layer
from stablenoise.layers.stack import LAYOUTS, Architecture

from .containers import layers_of
from .model import Arrays, Model


def nonzeros(arrays: Arrays) -> int:
    """Number of weights, biases apart, that are not zero.

    Parameters
    ----------
    arrays : dict of ndarray
        Those of one dimension are biases.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If arrays are no dict of arrays, or an entry is masked.

    Examples
    --------
    >>> nonzeros({"weight": np.eye(3), "bias": np.ones(3)})
    3

    """
    if not isinstance(arrays, dict) or not all(isinstance(a, np.ndarray) for a in arrays.values()):
        raise ValueError(f"arrays must be a dict of arrays of NumPy, got {told(arrays)}")
    for name, array in arrays.items():
        check_unmasked(name, array)
    return sum(int(np.count_nonzero(a)) for a in arrays.values() if a.ndim > 1)


def entries_share(weights: np.ndarray, keep: float) -> float:
    """Share of all entries that equals the share ``keep`` of the nonzero ones.

    Parameters
    ----------
    weights : ndarray
        Not empty.
    keep : float
        In [0, 1].

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> entries_share(np.eye(4), keep=0.5)
    0.125

    """
    check_kind("weights", weights, np.ndarray)
    real_array("weights", weights)
    check_share("keep", keep, "[]")
    if not weights.size:
        raise ValueError(f"weights must not be empty, got shape {weights.shape}")
    return float(keep * np.count_nonzero(weights) / weights.size)


def matrices(model: Model) -> Arrays:
    """Weights of the dense layers, by name.

    Parameters
    ----------
    model : Model

    Returns
    -------
    dict of ndarray

    Raises
    ------
    ValueError
        If model is no ``Model``.

    Examples
    --------
    >>> from compress.networks import recognised
    >>> list(matrices(recognised({"w": np.ones((4, 3)), "b": np.ones(4)}, inputs=3)))
    ['w']

    """
    check_kind("model", model, Model)
    return {name: w for name, w in model.weights.items() if w.ndim == 2}


def dense_layers(model: Model) -> Arrays:
    """Matrices of a network and their biases, whatever is between them."""
    dense = matrices(model)
    if not dense:
        raise ValueError(f"a network must have dense layers, got {model.line}")
    names = list(model.arrays)
    return {name: model.arrays[name] for name in names[names.index(next(iter(dense))) :]}


def named_architecture(model: Model) -> Architecture:
    """Architecture of a network with what else is known: names of arrays, layout, image's shape.

    Parameters
    ----------
    model : Model

    Returns
    -------
    Architecture
        Of its arrays as they are in the file.

    Raises
    ------
    ValueError
        If model is no ``Model``.

    Examples
    --------
    >>> from compress.networks import recognised
    >>> named_architecture(recognised({"w": np.ones((4, 3)), "b": np.ones(4)}, inputs=3)).layers
    (Dense(weights='w', bias='b'),)

    """
    check_kind("model", model, Model)
    names, plan = iter(layers_of(model.arrays)), model.architecture
    layers: list[Layer] = []
    for layer in plan.layers:
        if isinstance(layer, Conv | Dense):
            weights, bias = next(names)
            layers.append(replace(layer, weights=weights, bias=bias or False))
        else:
            layers.append(layer)
    shapes = [a.shape for a in model.weights.values()]
    image = plan.input_shape(model.inputs, shapes) if plan.of_images else plan.image
    return replace(plan, layers=tuple(layers), image=image, layout=LAYOUTS[model.units_last])


def between_matrices(model: Model) -> tuple[tuple[Layer, ...], ...]:
    """For each matrix the layers after it: activations and scales."""
    after: list[list[Layer]] = []
    for layer in model.architecture.layers:
        if isinstance(layer, Dense):
            after.append([])
        elif after and not isinstance(layer, Flatten):
            after[-1].append(layer)
    return tuple(map(tuple, after))


def after_convolutions(model: Model) -> Arrays:
    """Matrices of a network and their biases.

    Parameters
    ----------
    model : Model

    Returns
    -------
    dict of ndarray

    Raises
    ------
    ValueError
        If there is anything but relu between the dense layers.

    Examples
    --------
    >>> from compress.networks import recognised
    >>> list(after_convolutions(recognised({"w": np.ones((4, 3)), "b": np.ones(4)}, inputs=3)))
    ['w', 'b']

    """
    check_rectified(model)
    return dense_layers(model)


def check_rectified(model: Model) -> None:
    """Raise ValueError unless relu is between the dense layers: other units differ when dead.

    Parameters
    ----------
    model : Model

    Raises
    ------
    ValueError
        If there is something else, or model is no ``Model``.

    Examples
    --------
    >>> from compress.networks import recognised
    >>> check_rectified(recognised({"w": np.ones((4, 3))}, inputs=3))

    """
    check_kind("model", model, Model)
    if not model.architecture.rectified:
        rule = "dense layers must have relu between them and nothing after the last"
        seen = [", ".join(map(repr, layers)) or "nothing" for layers in between_matrices(model)]
        raise ValueError(f"{rule}, got after each {'; '.join(seen) or 'none'}")
