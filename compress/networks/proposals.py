"""Architectures that the arrays of a file may have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isqrt
from typing import Any

from stablenoise.layers.kinds import (
    ACTIVATIONS,
    ORDERS,
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    Layer,
    MaxPool,
    MeanPool,
    Scale,
)
from stablenoise.layers.scales import Scaling
from stablenoise.layers.stack import Architecture

from . import batch_norms
from .containers import Arrays
from .linking import Row
from .structures import Step, Structure, fitting

Shape = tuple[int, ...]
USUAL_SIDES = {1: 28, 3: 32}  # by channels: MNIST and its like, CIFAR
OTHER_SIDES = 28, 32, 64, 96, 128, 224, 227
GRAY, COLOURED = (0.1307, 0.3081), ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
BYTES = 0.0, 1 / 255  # pixels in [0, 255]
COORDINATES = {  # what the arrays do not say, the likeliest first
    "hidden": tuple(ACTIVATIONS),
    "convolved": tuple(ACTIVATIONS),
    "pool": ("max", "mean"),
    "order": ORDERS,
    "scale": ("unit", "centred", "standard", "bytes"),
    "dropout": (1.0, 0.5, 0.8),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What is between the arrays: a structure of convolutions, and what their shapes do not say.

    ``dropout`` is the factor before the last layer of a dropout that is scaled when the network is
    used.
    """

    structure: Structure
    order: str = ORDERS[0]
    hidden: str = "relu"
    convolved: str = "relu"
    pool: str = "max"
    scale: str = "unit"
    dropout: float = 1.0

    @property
    def line(self) -> str:
        """It in words, on one line."""
        parts = [self.structure.line] if self.structure.steps else []
        if self.structure.steps:
            parts += [f"{self.convolved} after kernels", f"{self.pool} pools", self.order]
        parts += [f"{self.hidden} between matrices", f"inputs {self.scale}"]
        return ", ".join(parts + [f"dropout {self.dropout}"] * (self.dropout != 1))


def images(row: Row, inputs: int | None, image: Shape | None) -> Iterator[Shape]:
    """Yield shapes that an input may have, the likeliest first."""
    if image is not None or not row.kernels:
        yield image or (row.matrices[0][1],)
        return
    channels = row.kernels[0][1]
    if inputs is not None:
        side = isqrt(inputs // channels)
        if channels * side * side == inputs:
            yield channels, side, side
        return
    for side in dict.fromkeys([USUAL_SIDES.get(channels, 32), *OTHER_SIDES]):
        yield channels, side, side


def choices(row: Row, image: Shape) -> tuple[list[Choice], int]:
    """What may be between the arrays, the likeliest first, and how many structures fit."""
    order = ORDERS[row.layout.kernels_last]
    if not row.kernels:
        return [Choice(Structure(0.0, ()), order)], 1
    fed = row.matrices[0][1] if row.matrices else None
    structures, count = fitting(row.kernels, (image[1], image[2]), fed)
    return [Choice(structure, order) for structure in structures], count


def built(row: Row, arrays: Arrays, choice: Choice, image: Shape) -> Architecture:
    """The architecture of a choice, with all arrays named."""
    turned = {name: row.layout.turned(a) for name, a in arrays.items()}
    folds = batch_norms.owned_folds(row.paired.norms, row.order, turned)
    norms = {fold.layer: BatchNorm(*_names(fold), fold.epsilon) for fold in folds}
    steps = iter(choice.structure.steps)
    layers: list[Layer] = []
    for number, (name, shape) in enumerate(zip(row.order, row.shapes, strict=True)):
        bias = row.paired.biases.get(name, False)
        last = number + 1 == len(row.order)
        if len(shape) == 4:
            layers += _convolution(name, bias, next(steps), choice, norms.get(number), last)
            if last or len(row.shapes[number + 1]) == 2:
                layers.append(Flatten(choice.order))
        else:
            if last and choice.dropout != 1:
                layers.append(Scale(choice.dropout))
            layers += [Dense(name, bias), *_present(norms.get(number))]
            layers += [] if last else [ACTIVATIONS[choice.hidden]()]
    same = row.layout.matrices_last == row.layout.kernels_last or not row.kernels
    layout = ("units_first", "units_last")[row.layout.matrices_last] if same else None
    shown = image if row.kernels else None
    return Architecture(tuple(layers), shown, _scale(choice, image), "proposed", layout)


def _names(fold: batch_norms.Fold) -> tuple[str | None, str | None, str, str]:
    norm = fold.norm
    return norm.scale, norm.shift, norm.mean, norm.variance


def _present(norm: BatchNorm | None) -> list[Layer]:
    return [] if norm is None else [norm]


def _convolution(
    name: str, bias: str | bool, step: Step, choice: Choice, norm: BatchNorm | None, last: bool
) -> list[Layer]:
    """A convolution with what follows on it."""
    layers: list[Layer] = [Conv(step.stride, step.padding, name, bias), *_present(norm)]
    if not last and choice.convolved != "linear":
        layers.append(ACTIVATIONS[choice.convolved]())
    if step.pools:
        kind = MeanPool if step.whole or choice.pool == "mean" else MaxPool
        layers.append(kind(step.size, None if step.step == step.size else step.step))
    return layers


def _scale(choice: Choice, image: Shape) -> Scaling:
    of_colours = len(image) == 3 and image[0] == 3
    named = {"standard": COLOURED if of_colours else GRAY, "bytes": BYTES}
    return named.get(choice.scale, choice.scale)


def varied(choice: Choice, coordinate: str, row: Row, image: Shape) -> list[Choice]:
    """The choice with other values of a coordinate, where it matters."""
    pools = any(step.pools and not step.whole for step in choice.structure.steps)
    pixels = [shape[1] for shape in row.matrices[:1]] != [shape[0] for shape in row.kernels[-1:]]
    matters = {
        "hidden": len(row.matrices) > 1,
        "convolved": bool(row.kernels),
        "pool": pools,
        "order": bool(row.kernels and row.matrices) and pixels,
        "scale": True,
        "dropout": len(row.order) > 1 and bool(row.matrices),
    }
    if not matters[coordinate]:
        return []
    now = getattr(choice, coordinate)
    others = [value for value in COORDINATES[coordinate] if value != now]
    return [_with(choice, coordinate, value) for value in others]


def _with(choice: Choice, coordinate: str, value: Any) -> Choice:
    changed: Any = {coordinate: value}
    return replace(choice, **changed)
