"""What the layers of a network are fed: rows, or all patches of images, some at a time.

A convolution is a dense layer of a neuron for each unit and each place, whose weights are shared by
the places.  So its edges are the entries of a kernel, channel by channel, and its rows are all
patches of all points, zeros of the padding among them.  These are never there at once: blocks of
1 MB or so are made of the images, which are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from stablenoise.layers import passes, patches
from stablenoise.layers.kinds import ORDERS, Conv, Dense, Flatten, Layer

Matrix = Any  # an ndarray, or a csr_array of SciPy: the two share no base class
Block = tuple[slice, slice]  # of points, and of rows of places


class Stages(NamedTuple):
    """Layers before the first weights, those with weights, and for each what comes after it."""

    before: tuple[Layer, ...]
    weighted: tuple[Conv | Dense, ...]
    after: tuple[tuple[Layer, ...], ...]


def stages_of(layers: Sequence[Layer]) -> Stages:
    """The layers of an architecture by the weights that they follow."""
    before: list[Layer] = []
    weighted: list[Conv | Dense] = []
    after: list[list[Layer]] = []
    for layer in layers:
        if isinstance(layer, Conv | Dense):
            weighted.append(layer)
            after.append([])
        else:
            (after[-1] if after else before).append(layer)
    return Stages(tuple(before), tuple(weighted), tuple(map(tuple, after)))


def activations(
    stages: Stages,
    weights: Sequence[Matrix],
    biases: Sequence[np.ndarray] | None,
    points: np.ndarray,
) -> Iterator[np.ndarray]:
    """Yield what each layer with weights is fed, and the outputs.

    Raises ValueError where a sum is beyond the range of floats.
    """
    a = after_all(stages.before, points)
    for number, (layer, after) in enumerate(zip(stages.weighted, stages.after, strict=True)):
        yield a
        a = _sums(layer, a, weights[number], None if biases is None else biases[number])
        if not np.isfinite(a).all():
            raise ValueError(f"sums of weights[{number}] must be finite, got some that overflow")
        a = after_all(after, a)
    yield a


def after_all(layers: Sequence[Layer], a: np.ndarray) -> np.ndarray:
    """What layers without weights make of their inputs, one after the other."""
    for layer in layers:
        a = passes.forward(layer, a)[0]
    return a


def _sums(
    layer: Conv | Dense, a: np.ndarray, weights: Matrix, bias: np.ndarray | None
) -> np.ndarray:
    with np.errstate(over="ignore", invalid="ignore"):
        if isinstance(layer, Conv):
            return passes.forward(layer, a, weights, bias)[0]
        sums = a @ weights.T
        return sums if bias is None else sums + bias


def by_unit(columns: np.ndarray, stages: Stages, layer: int, units: int) -> np.ndarray:
    """Columns of the layer after another by the unit that they come from: (rows, units, pixels).

    ``columns`` are what the later layer is fed, or its weights: then a view of them, as weights are
    contiguous.
    """
    if pixel_by_pixel(stages, layer):
        return columns.reshape(len(columns), -1, units).transpose(0, 2, 1)
    return columns.reshape(len(columns), units, -1)


def pixel_by_pixel(stages: Stages, layer: int) -> bool:
    """Whether images that a layer makes are flattened with the channels of a pixel together."""
    orders = [x.order for x in stages.after[layer] if isinstance(x, Flatten)]
    return isinstance(stages.weighted[layer], Conv) and orders[:1] == [ORDERS[1]]


@dataclass(frozen=True, slots=True, eq=False)
class Fed:
    """What one layer is fed at n points, and a constant 1 where it has embedded biases."""

    layer: Conv | Dense
    inputs: np.ndarray  # shape (n, inputs) or (n, channels, height, width), of the weights' type
    weights: np.ndarray  # a matrix, or kernels
    constant: bool

    @property
    def places(self) -> tuple[int, int]:
        """Rows and columns of the places of a kernel: one of a matrix."""
        if not isinstance(self.layer, Conv):
            return 1, 1
        _, high, wide = self.layer.outputs(self.inputs.shape[1:], self.weights.shape)
        return high, wide

    @property
    def negative(self) -> bool:
        """Whether some input is negative."""
        return bool((self.inputs < 0).any())

    def blocks(self) -> Iterator[tuple[Block, np.ndarray]]:
        """Yield blocks of points and places with their rows, (points x places, columns)."""
        if not isinstance(self.layer, Conv):
            rows = np.ascontiguousarray(self.inputs)
            yield (slice(0, len(rows)), slice(0, 1)), self._with_constant(rows)
            return
        for block, rows in patches.blocks(self.layer, self.inputs, self.weights):
            yield block, self._with_constant(rows)

    def rows(self) -> np.ndarray:
        """All rows at once, shape (n x places, columns)."""
        return self.each(lambda rows: rows)

    def each(self, function: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """What a function makes of each row, (n x places, ...), from blocks of them."""
        result, shape = np.empty(0), (len(self.inputs), *self.places)
        for block, rows in self.blocks():
            part = function(rows)
            if not result.size:
                result = np.empty((*shape, *part.shape[1:]), part.dtype)
            result[block] = part.reshape(result[block].shape)
        return result.reshape(-1, *result.shape[3:])

    def mean(self, function: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Mean over points of what a function makes of each row: (places, ...)."""
        total: Any = None
        high, wide = self.places
        for (points, some), rows in self.blocks():
            part = function(rows)
            tail = part.shape[1:]
            sums = part.reshape(points.stop - points.start, -1, wide, *tail).sum(axis=0)
            total = np.zeros((high, wide, *tail), part.dtype) if total is None else total
            total[some] += sums
        return total.reshape(high * wide, *total.shape[2:]) / len(self.inputs)

    def _with_constant(self, rows: np.ndarray) -> np.ndarray:
        return np.column_stack([rows, np.ones(len(rows), rows.dtype)]) if self.constant else rows
