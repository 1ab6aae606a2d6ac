"""Architectures that the arrays of a file may have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isqrt
from typing import Any, NamedTuple

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

from .batch_norms import Owned, owned
from .containers import Arrays
from .linking import Row
from .structures import KEPT, Step, Structure, fitting

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
    used; ``reading`` the number of the row that arrays are put in.
    """

    structure: Structure
    order: str = ORDERS[0]
    hidden: str = "relu"
    convolved: str = "relu"
    pool: str = "max"
    scale: str = "unit"
    dropout: float = 1.0
    reading: int = 0

    @property
    def line(self) -> str:
        """It in words, on one line."""
        parts = [self.structure.line] if self.structure.steps else []
        if self.structure.steps:
            parts += [f"{self.convolved} after kernels", f"{self.pool} pools", self.order]
        parts += [f"{self.hidden} between matrices", f"inputs {self.scale}"]
        return ", ".join(parts + [f"dropout {self.dropout}"] * (self.dropout != 1))


class Place(NamedTuple):
    """Arrays in a row, and the shape of an input."""

    row: Row
    image: Shape


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


def choices(places: Sequence[Place]) -> tuple[list[Choice], int]:
    """What may be between the arrays, the likeliest first, and how many structures fit.

    Of several rows no more are tried than of one.
    """
    every: list[Choice] = []
    total = 0
    for number, place in enumerate(places):
        found, count = _structures(*place)
        order = ORDERS[place.row.layout.kernels_last]
        every += [Choice(structure, order, reading=number) for structure in found]
        total += count
    return sorted(every, key=lambda choice: choice.structure.cost)[:KEPT], total


def _structures(row: Row, image: Shape) -> tuple[list[Structure], int]:
    if not row.kernels:
        return [Structure(0.0, ())], 1
    fed = row.matrices[0][1] if row.matrices else None
    return fitting(row.kernels, (image[1], image[2]), fed)


def norms_of(row: Row, arrays: Arrays) -> Owned:
    """Where batch norms stand in a row, or ValueError where that is in doubt."""
    turned = {name: row.layout.turned(arrays[name]) for name in row.order}
    return owned(row.paired.norms, row.order, arrays | turned)


def built(arrays: Arrays, places: Sequence[Place], choice: Choice) -> Architecture:
    """The architecture of a choice, with all arrays named."""
    row, image = places[choice.reading]
    norms = norms_of(row, arrays)
    steps = iter(choice.structure.steps)
    layers: list[Layer] = []
    for number, (name, shape) in enumerate(zip(row.order, row.shapes, strict=True)):
        bias = row.biases.get(name, False)
        last = number + 1 == len(row.order)
        if len(shape) == 4:
            layers += _present(norms.before.get(name))
            layers += _convolution(name, bias, next(steps), choice, norms.after.get(name), last)
            if last or len(row.shapes[number + 1]) == 2:
                layers.append(Flatten(choice.order))
        else:
            if last and choice.dropout != 1:
                layers.append(Scale(choice.dropout))
            layers += _present(norms.before.get(name))
            layers += [Dense(name, bias), *_present(norms.after.get(name))]
            layers += [] if last else [ACTIVATIONS[choice.hidden]()]
    same = row.layout.matrices_last == row.layout.kernels_last or not row.kernels
    layout = ("units_first", "units_last")[row.layout.matrices_last] if same else None
    shown = image if row.kernels else None
    return Architecture(tuple(layers), shown, _scale(choice, image), "proposed", layout)


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


def varied(choice: Choice, coordinate: str, row: Row) -> list[Choice]:
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
