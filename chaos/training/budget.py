"""How many rows, and how many units of a wide layer, go through a network at a time.

What a row needs is counted from shapes: the row, what each layer makes of it and keeps, and the
signals of two layers on the way back.
"""

from __future__ import annotations

from itertools import pairwise
from math import prod
from typing import NamedTuple

from stablenoise.layers.kinds import Activation, Conv, Dense, Flatten, Gelu, Relu, Sigmoid, Tanh

from .blueprints import Blueprint
from .settings import Settings

# Evaluated at a time: more are no faster, fewer rows make slow products.
EVALUATED, EVALUATED_ROWS = 1 << 26, 256  # bytes, and rows if that is more
FEWEST_UNITS = 64  # of a block: products of fewer waste their time
IN_PLACE = Relu | Tanh | Sigmoid  # they take no array of their own, but directly after the data


class Budget(NamedTuple):
    """Rows of a chunk; units of a block of the first layer, or None if all go at once."""

    rows: int
    units: int | None = None


def training(net: Blueprint, settings: Settings, rows: int, buffered: bool) -> Budget:
    """How a batch of so many rows is trained on; ``buffered`` if gradients have an array anyway."""
    size, memory = _size(settings), settings.memory
    each = size * _values(net)
    if rows * each <= memory:
        return Budget(rows)
    if not buffered and (units := _units(net, memory // (size * rows))) is not None:
        return Budget(rows, units)
    return Budget(_chunk("a row of a batch", memory, each))


def evaluation(net: Blueprint, settings: Settings) -> int:
    """Rows that are evaluated at a time."""
    shapes = enumerate(pairwise(net.shapes))
    each = sum(prod(made) + _patches(net, place) for place, (_, made) in shapes)
    bytes_of_a_row = _size(settings) * (each + prod(net.shapes[0]))
    enough = max(EVALUATED, EVALUATED_ROWS * bytes_of_a_row)
    return _chunk("a row that is evaluated", min(settings.memory, enough), bytes_of_a_row)


def _chunk(what: str, memory: int, each: int) -> int:
    if memory < each:
        raise ValueError(f"memory must hold {what}, {each} bytes, got {memory}")
    return memory // each


def _size(settings: Settings) -> int:
    return 4 if settings.dtype == "float32" else 8


def _values(net: Blueprint) -> int:
    """Numbers that a row needs, forward and back."""
    kept = sum(_made(net, place) for place in range(len(net.layers)))
    patches = max(_patches(net, place) for place in range(len(net.layers)))
    return prod(net.shapes[0]) + kept + patches + _signals(net)


def _signals(net: Blueprint) -> int:
    """Numbers of a row on the way back: dense layers use two arrays in turn, others make theirs."""
    first = net.numbers.index(0)
    fed = [
        prod(net.shapes[place])
        for place, layer in enumerate(net.layers)
        if isinstance(layer, Dense) and place > first
    ][::-1]
    others = [
        prod(net.shapes[place]) + prod(net.shapes[place + 1])
        for place, layer in enumerate(net.layers)
        if not isinstance(layer, Activation | Dense)
    ]
    own = max(others, default=0) + prod(net.shapes[-1])
    return max(fed[::2], default=0) + max(fed[1::2], default=0) + own


def _made(net: Blueprint, place: int) -> int:
    """Numbers of a row that a layer makes an array for."""
    layer, values = net.layers[place], prod(net.shapes[place + 1])
    free = place > 0 and not isinstance(net.layers[place - 1], Activation)
    if isinstance(layer, IN_PLACE) and free:
        return 0
    return values


def _patches(net: Blueprint, place: int) -> int:
    """Numbers of the patches that a convolution takes from a row."""
    layer, number = net.layers[place], net.numbers[place]
    if not isinstance(layer, Conv) or number is None:
        return 0
    return prod(net.weights[number][1:]) * prod(net.shapes[place + 1][1:])


def _units(net: Blueprint, values: int) -> int | None:
    """Units of the first layer at a time, of so many numbers a row; None where that cannot be."""
    seconds = [i for i, number in enumerate(net.numbers) if number == 1]
    if not seconds or not _splits(net, seconds[0]):
        return None
    second = seconds[0]
    rest = sum(prod(shape) for shape in net.shapes[second + 1 :])
    fixed = prod(net.shapes[0]) + 3 * rest
    units = (values - fixed) // _a_unit(net, second)
    return min(units, net.weights[0][0]) if units >= FEWEST_UNITS else None


def _splits(net: Blueprint, second: int) -> bool:
    """Whether two dense layers come first, with activations alone before and between them."""
    before = [layer for layer in net.layers[:second] if not isinstance(layer, Flatten)]
    ends = isinstance(before[0], Dense) and isinstance(net.layers[second], Dense)
    return ends and all(isinstance(layer, Activation) for layer in before[1:])


def _a_unit(net: Blueprint, second: int) -> int:
    """Numbers of a row for one unit: its value, kept and on its way, and the signal back."""
    return 3 + 2 * any(isinstance(layer, Gelu) for layer in net.layers[:second])
