"""What is trained: layers, shapes of their arrays, how they begin, and which of them get noise."""

from __future__ import annotations

from dataclasses import replace
from math import isqrt, prod, sqrt
from typing import NamedTuple

import numpy as np

from stablenoise.checks import check_shape
from stablenoise.field import Lane, NoiseField
from stablenoise.layers import Architecture, Conv, Dense, Relu, load_architecture, weight_shapes
from stablenoise.layers.kinds import ACTIVATIONS, Layer, Scale, Shape

from .arrays import Arrays
from .settings import Settings, check_noise_first

BLOCK_VALUES = 1 << 16  # initial weights made at a time
COLOURS = (1, 3)  # channels of an image that an architecture does not say


class Blueprint(NamedTuple):
    """A network without its arrays."""

    layers: tuple[Layer, ...]
    numbers: tuple[int | None, ...]  # of each layer among those with weights
    shapes: tuple[Shape, ...]  # of an input before each layer, and of the outputs
    weights: tuple[Shape, ...]
    biased: tuple[bool, ...]
    factors: tuple[float, ...]  # of the gradients, as ``Network.step_factors``
    deviations: tuple[float, ...]  # of initial weights
    noisy: tuple[int, ...]  # numbers of layers that get noise
    trained: tuple[int, ...]

    @property
    def parts(self) -> tuple[tuple[Layer, int | None], ...]:
        """Layers with their numbers."""
        return tuple(zip(self.layers, self.numbers, strict=True))

    @property
    def named_shapes(self) -> dict[str, Shape]:
        """Shapes of weights and biases, layer by layer, by the names of ``Arrays.named``."""
        named = {}
        for number, (shape, has) in enumerate(zip(self.weights, self.biased, strict=True), 1):
            named[f"weights_{number}"] = shape
            if has:
                named[f"bias_{number}"] = shape[:1]
        return named

    @property
    def architecture(self) -> Architecture:
        """Layers as a file says them, with the names of their arrays."""
        named = [_named(layer, number, self) for layer, number in self.parts]
        image = self.shapes[0] if len(self.shapes[0]) == 3 else None
        return Architecture(tuple(named), image, layout="units_first")


def blueprint(settings: Settings, inputs: int, classes: int) -> Blueprint:
    """Network of settings for data with so many inputs and classes."""
    if settings.widths is not None:
        return _perceptron(settings, inputs, classes)
    said = load_architecture(settings.architecture or "")
    shapes, weights = _sizes(said, inputs, classes)
    gain = 2.0 if any(isinstance(layer, Relu) for layer in said.layers) else 1.0
    deviations = tuple(sqrt(gain / prod(shape[1:])) for shape in weights)
    return _complete(settings, said.layers, shapes, weights, (1.0,) * len(weights), deviations)


def _perceptron(settings: Settings, inputs: int, classes: int) -> Blueprint:
    widths = settings.widths or ()
    if widths[0] != inputs:
        raise ValueError(f"widths must begin with {inputs}, the inputs of data, got {widths[0]}")
    if widths[-1] < classes:
        rule = f"widths must end with {classes} classes or more, got {widths[-1]}"
        raise ValueError(f"{rule}: labels count from 0, and reach {classes - 1}")
    mean_field, hidden = settings.scaling == "mean_field", len(widths) - 2
    layers: list[Layer] = []
    for number, fed in enumerate(widths[:-1]):
        layers.append(Dense())
        if mean_field and number:
            layers.append(Scale(1 / fed))
        if number < hidden:
            layers.append(ACTIVATIONS[settings.activation]())
    weights = tuple((n, fed) for fed, n in zip(widths[:-1], widths[1:], strict=True))
    gain = 2.0 if settings.activation == "relu" else 1.0
    averaged = [mean_field and number > 0 for number in range(hidden + 1)]
    spread = (1.0 if a else sqrt(gain / w[1]) for a, w in zip(averaged, weights, strict=True))
    inner = (1, *widths[1:-1], 1)
    pairs = zip(inner[:-1], inner[1:], strict=True)
    factors = tuple(float(a * b) if mean_field else 1.0 for a, b in pairs)
    shapes = tuple(Architecture(tuple(layers)).shapes(inputs, list(weights)))
    return _complete(settings, tuple(layers), shapes, weights, factors, tuple(spread))


def _complete(
    settings: Settings, layers: tuple[Layer, ...], shapes: tuple[Shape, ...],
    weights: tuple[Shape, ...], factors: tuple[float, ...], deviations: tuple[float, ...],
) -> Blueprint:  # fmt: skip
    weighted = [isinstance(layer, Conv | Dense) for layer in layers]
    numbers = tuple(sum(weighted[:i]) if has else None for i, has in enumerate(weighted))
    biased = tuple(
        settings.bias and layer.bias is not False
        for layer in layers
        if isinstance(layer, Conv | Dense)
    )
    count = len(weights)
    check_noise_first(settings.noise_first, layers)
    first = 0 if settings.noise_first else 1
    noisy = range(first, max(count - 1, 1)) if settings.noise != "none" else ()
    trained = range(count if settings.train_output else count - 1)
    for shape in weights:
        check_shape(shape)
    return Blueprint(
        layers, numbers, shapes, weights, biased, factors, deviations, tuple(noisy), tuple(trained)
    )


def _sizes(
    said: Architecture, inputs: int, classes: int
) -> tuple[tuple[Shape, ...], tuple[Shape, ...]]:
    """Shapes before each layer and of the outputs, and of weights: as layers say their units."""
    last = [layer for layer in said.layers if isinstance(layer, Conv | Dense)][-1:]
    outputs = classes if last and last[0].units is None else None
    weights = weight_shapes(said, said.image or _image(said, inputs), outputs)
    shapes = said.shapes(inputs, weights)
    if shapes[-1][0] < classes:
        rule = f"layers must end in {classes} outputs or more, got shape {shapes[-1]}"
        raise ValueError(f"{rule}: labels count from 0, and reach {classes - 1}")
    return tuple(shapes), tuple(weights)


def _image(said: Architecture, inputs: int) -> Shape:
    if all(isinstance(layer, Dense) or not hasattr(layer, "size") for layer in said.layers):
        return (inputs,)
    for channels in COLOURS:
        side = isqrt(inputs // channels)
        if channels * side**2 == inputs:
            return channels, side, side
    raise ValueError(f"image must be said where inputs are no square image, got {inputs} inputs")


def _named(layer: Layer, number: int | None, net: Blueprint) -> Layer:
    if number is None or not isinstance(layer, Conv | Dense):
        return layer
    bias = f"bias_{number + 1}" if net.biased[number] else False
    return replace(layer, weights=f"weights_{number + 1}", bias=bias)


def initial(net: Blueprint, seed: int, dtype: str) -> Arrays:
    """Gaussian weights, those of ``Network.initial`` rounded to the type, and biases of 0."""
    normal = NoiseField(2.0, seed, lane=Lane.INITIAL)
    weights = []
    for number, shape in enumerate(net.weights):
        array = np.empty(shape, dtype)
        rows, dim = array.reshape(len(array), -1), prod(shape[1:])
        # Stable noise of index 2 has variance 2, which the scale halves.
        deviation = sqrt(net.deviations[number] ** 2 / 2)
        count = max(1, BLOCK_VALUES // dim)
        for low in range(0, len(rows), count):
            units = range(low, min(low + count, len(rows)))
            rows[low : low + count] = deviation * normal.layer(number).at(units, 0, dim)
        weights.append(array)
    pairs = zip(net.weights, net.biased, strict=True)
    biases = (np.zeros(shape[0], dtype) if has else None for shape, has in pairs)
    return Arrays(tuple(weights), tuple(biases))
