"""Batch norm folded into the layer beside it, which then does its work alone."""

from dataclasses import replace
from math import prod
from typing import Any, NamedTuple

import numpy as np

from .binding import Arrays, Names, bound, check_arrays
from .kinds import ORDERS, BatchNorm, Conv, Dense, Flatten, Layer
from .plain import factors_and_terms
from .shapes import Shape
from .stack import Architecture

NO_PADS = ((0, 0), (0, 0))


class _Stage(NamedTuple):
    """A layer with its number in the file, the names of its arrays, and what it is fed."""

    number: int
    layer: Layer
    names: Names
    shape: Shape


class _Norm(NamedTuple):
    """Batch norm as a map of each channel: factor x + term; in float64."""

    factors: np.ndarray
    terms: np.ndarray


def folded(
    architecture: Architecture, inputs: int, arrays: Arrays
) -> tuple[Architecture, dict[str, Any]]:
    """The same network without batch norm, and its arrays.

    A batch norm right after a convolution or a dense layer is folded into that; another one into
    the dense layer right after it, perhaps behind a flatten, or the convolution, unless that has
    padding: the zeros around an image are not shifted with it.

    Parameters
    ----------
    architecture : Architecture
    inputs : int
        Numbers of one input.
    arrays : dict of ndarray
        With units first, as for ``bound``.

    Returns
    -------
    tuple of Architecture and dict of ndarray
        Layers with the names of their arrays.  Products are made in float64 and rounded to the type
        of the weights.  A layer that had no biases and needs some has them right after its weights.

    Raises
    ------
    ValueError
        If a batch norm stands elsewhere, the arrays do not fit the layers, or a product is beyond
        the type of the weights.

    Examples
    --------
    >>> arrays = {"w": np.eye(2), "m": np.zeros(2), "v": np.full(2, 3.0)}
    >>> plan = Architecture((Dense("w"), BatchNorm(mean="m", variance="v", epsilon=1.0)))
    >>> plan, arrays = folded(plan, 2, arrays)
    >>> plan.layers, arrays["w"].tolist(), arrays["w_bias"].tolist()
    ((Dense(weights='w', bias='w_bias'),), [[0.5, 0.0], [0.0, 0.5]], [0.0, 0.0])

    """
    check_arrays(architecture, inputs, arrays)
    left: dict[str, Any] = {name: np.asarray(array) for name, array in arrays.items()}
    stages = _stages(architecture, inputs, left)
    with np.errstate(over="ignore", invalid="ignore"):  # what is beyond the floats is told
        while norms := [i for i, stage in enumerate(stages) if isinstance(stage.layer, BatchNorm)]:
            stages, left = _without(stages, norms[0], left)
    layers = tuple(_named(stage) for stage in stages)
    return replace(architecture, layers=layers), left


def _stages(architecture: Architecture, inputs: int, arrays: Arrays) -> list[_Stage]:
    names = bound(architecture, arrays)
    weights = [np.shape(arrays[each.weights]) for each in names if each.weights]
    fed = architecture.shapes(inputs, weights)[:-1]
    each = zip(architecture.layers, names, fed, strict=True)
    return [_Stage(number, *rest) for number, rest in enumerate(each, 1)]


def _without(
    stages: list[_Stage], place: int, arrays: dict[str, Any]
) -> tuple[list[_Stage], dict[str, Any]]:
    """Stages and arrays with one batch norm folded."""
    stage, norm = stages[place], _norm(stages[place], arrays)
    if place and isinstance(stages[place - 1].layer, Conv | Dense):
        target = place - 1
        weights, bias = _scaled_units(*_arrays(stages[target], arrays), norm)
    else:
        target = _following(stages, place, norm, arrays)
        norm = _spread(norm, stages[place + 1 : target + 1])
        weights, bias = _scaled_inputs(*_arrays(stages[target], arrays), norm)
    kept = {name: a for name, a in arrays.items() if name not in stage.names.norm}
    names, kept = _replaced(stages[target], weights, bias, kept)
    changed = [*stages]
    changed[target] = stages[target]._replace(names=names)
    del changed[place]
    return changed, kept


def _norm(stage: _Stage, arrays: dict[str, Any]) -> _Norm:
    parts = [None if name is None else np.asarray(arrays[name], float) for name in stage.names.norm]
    variance = np.asarray(parts[-1], float)
    epsilon = stage.layer.epsilon  # type: ignore[union-attr]
    if not (variance + epsilon > 0).all():
        rule = f"layer {stage.number}: {stage.names.norm[-1]} must be above -epsilon = {-epsilon}"
        raise ValueError(f"{rule}, got {variance.min()}")
    return _Norm(*factors_and_terms(stage.layer, parts))  # type: ignore[arg-type]


def _following(stages: list[_Stage], place: int, norm: _Norm, arrays: dict[str, Any]) -> int:
    """Place of the layer after a batch norm that it can be folded into."""
    following = [i for i in range(place + 1, len(stages)) if type(stages[i].layer) is not Flatten]
    target = following[0] if following else place
    layer = stages[target].layer
    if isinstance(layer, Dense):
        return target
    if isinstance(layer, Conv) and target == place + 1:
        weights = np.shape(arrays[stages[target].names.weights])  # type: ignore[index]
        if layer.pads(stages[target].shape, weights) == NO_PADS or not norm.terms.any():
            return target
    rule = "batchnorm must come right after a conv or dense layer, or right before a dense layer"
    around = [type(s.layer).__name__.lower() for s in stages[max(0, place - 1) : place + 2]]
    seen = ", ".join(around)
    number = stages[place].number
    raise ValueError(f"layer {number}: {rule} or a conv without padding, to be folded, got {seen}")


def _arrays(stage: _Stage, arrays: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Weights and biases of a layer in float64, zeros where it has none."""
    weights = arrays[stage.names.weights].astype(float)  # type: ignore[index]
    bias = arrays[stage.names.bias] if stage.names.bias else np.zeros(len(weights))
    return weights, np.asarray(bias, float)


def _scaled_units(
    weights: np.ndarray, bias: np.ndarray, norm: _Norm
) -> tuple[np.ndarray, np.ndarray]:
    """Weights and biases of units whose sums are normed."""
    factors = norm.factors.reshape(-1, *(1,) * (weights.ndim - 1))
    return factors * weights, norm.factors * bias + norm.terms


def _scaled_inputs(
    weights: np.ndarray, bias: np.ndarray, norm: _Norm
) -> tuple[np.ndarray, np.ndarray]:
    """Weights and biases of units whose inputs are normed."""
    shape = (-1, *(1,) * (weights.ndim - 2))
    added = weights * norm.terms.reshape(shape)
    return weights * norm.factors.reshape(shape), bias + added.reshape(len(weights), -1).sum(axis=1)


def _spread(norm: _Norm, stages: list[_Stage]) -> _Norm:
    """The map of each number of a row, if an image is flattened before it."""
    flattens = [stage for stage in stages if isinstance(stage.layer, Flatten)]
    if not flattens or len(flattens[0].shape) == 1:
        return norm
    pixels = prod(flattens[0].shape[1:])
    if flattens[0].layer.order == ORDERS[1]:  # type: ignore[union-attr]
        return _Norm(*(np.tile(part, pixels) for part in norm))
    return _Norm(*(np.repeat(part, pixels) for part in norm))


def _replaced(
    stage: _Stage, weights: np.ndarray, bias: np.ndarray, arrays: dict[str, Any]
) -> tuple[Names, dict[str, Any]]:
    """Names and arrays with other weights and biases of a layer, in the type of its weights."""
    names = stage.names
    kind = np.result_type(arrays[names.weights].dtype, np.float32)  # type: ignore[index]
    new = names.bias or _new_name(f"{names.weights}_bias", arrays)
    values = {names.weights: weights.astype(kind), new: bias.astype(kind)}
    if not all(np.isfinite(array).all() for array in values.values()):
        rule = f"layer {stage.number}: {names.weights} must be finite in {kind}"
        raise ValueError(f"{rule} with a batchnorm folded in, got numbers that are not")
    left: dict[str, Any] = {}
    for name, array in arrays.items():
        left[name] = values.get(name, array)
        if name == names.weights:
            left.setdefault(new, values[new])
    return names._replace(bias=new), left | {new: values[new]}


def _new_name(name: str, arrays: dict[str, Any]) -> str:
    while name in arrays:
        name += "_"
    return name


def _named(stage: _Stage) -> Layer:
    """A layer that names its arrays."""
    if not isinstance(stage.layer, Conv | Dense):
        return stage.layer
    return replace(stage.layer, weights=stage.names.weights, bias=stage.names.bias or False)
