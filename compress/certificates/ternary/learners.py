"""A network of the family in float32: its values for blocks of examples, and its weights' slopes.

What the order of scores does not depend on is left out: where values are centred they are not
multiplied by the number of places; and weights are scaled layer by layer, so that values keep
their size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod

import numpy as np

from .grammar import Configuration, Layer, Shape
from .passes import activated, activated_slopes, gathered, lifted, placed, summed
from .products import LANES, multiplied, slopes

Pair = tuple[int, int]
View = tuple[int, int, bool]


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """What is known of a layer before its weights: sizes, and where its taps lie."""

    shape: Shape
    inputs: int
    sides: Pair
    places: Pair
    strides: Pair
    pads: Pair
    squares: Pair
    centred: bool
    gain: np.float32
    mask: np.ndarray | None

    @property
    def size(self) -> int:
        """Number of weights."""
        return prod(self.shape)

    @property
    def wide(self) -> Pair:
        """Rows and columns of its padded input."""
        return self.sides[0] + 2 * self.pads[0], self.sides[1] + 2 * self.pads[1]

    @property
    def around(self) -> Pair:
        """Rows and columns of its output's slopes with zeros between and around them."""
        return self.sides[0] + self.shape[2] - 1, self.sides[1] + self.shape[3] - 1

    def dense(self, weights: np.ndarray) -> np.ndarray:
        """Weights as a matrix, (outputs, inputs * rows * columns)."""
        if self.mask is None:
            return weights.reshape(self.shape[0], -1)
        full = np.zeros(self.mask.shape, np.float32)
        full[self.mask] = weights.ravel()
        return full

    def own(self, matrix: np.ndarray) -> np.ndarray:
        """Those entries of such a matrix that are weights."""
        return (matrix if self.mask is None else matrix[self.mask]).ravel()


def stages(chosen: Configuration) -> list[Stage]:
    """Stages of all layers, the last one included."""
    last = Layer(1, 1)
    pairs = zip((*chosen.layers, None), chosen.seen, chosen.shapes, strict=True)
    return [_stage(layer or last, seen, shape, chosen.is_series) for layer, seen, shape in pairs]


def _stage(layer: Layer, seen: Shape, shape: Shape, series: bool) -> Stage:
    inputs, *sides = seen
    strides = 1 if series else layer.stride, layer.stride
    pads = 0 if series else layer.pad, layer.pad
    places = tuple(
        (side + 2 * pad - kernel) // stride + 1
        for side, pad, kernel, stride in zip(sides, pads, shape[2:], strides, strict=True)
    )
    squares = (1 if series else 2, 2) if layer.pool else (1, 1)
    gain = np.sqrt(np.float32(2) / np.float32(prod(shape[1:])))
    mask = _mask(shape, inputs) if shape[1] < inputs else None
    return Stage(
        shape, inputs, (sides[0], sides[1]), (places[0], places[1]), strides, pads, squares,
        layer.centred, gain, mask,
    )  # fmt: skip


def _mask(shape: Shape, inputs: int) -> np.ndarray:
    """Where the weights of a layer, each of whose outputs sees one input, are in its matrix."""
    seen = np.arange(shape[0])[:, None] % inputs == np.arange(inputs)
    return np.repeat(seen, prod(shape[2:]), axis=1)


def taps(channels: int, wide: Pair, kernel: Shape) -> np.ndarray:
    """Places in memory of what a kernel sees, from its corner on."""
    c, i, j = np.indices((channels, *kernel))
    return (((c * wide[0] + i) * wide[1] + j) * LANES).ravel().astype(np.int64)


class Learner:
    """Arrays that hold what each layer sees and makes of some blocks, and their slopes.

    Blocks are seen in several views, all blocks in one and then in the next; what the last layer
    sees is the sum over them.
    """

    def __init__(self, chosen: Configuration, blocks: int, views: int = 1) -> None:
        self.chosen, self.blocks, self.views = chosen, blocks, views
        self.stages = stages(chosen)
        ends = np.cumsum([0, *(stage.size for stage in self.stages)]).tolist()
        self.parts = [slice(*pair) for pair in pairwise(ends)]
        self.size = ends[-1]
        each = [blocks * views] * (len(self.stages) - 1) + [blocks]
        self.image = _zeros(
            blocks, chosen.domain.channels, (chosen.domain.rows, chosen.domain.columns)
        )
        self.seen = [_zeros(blocks * views, s.inputs, s.wide) for s in self.stages]
        self.total = _zeros(blocks, self.stages[-1].inputs, self.stages[-1].wide)
        made = list(zip(each, self.stages, strict=True))
        self.raw = [_zeros(n, s.shape[0], s.places) for n, s in made]
        self.below = [_zeros(n, s.shape[0], s.places) for n, s in made]
        self.around = [_zeros(n, s.shape[0], s.around) for n, s in made]
        self.slopes = [_zeros(n, s.inputs, s.sides) for n, s in made]
        self.taps = [taps(s.inputs, s.wide, s.shape[2:]) for s in self.stages]
        self.taps_back = [taps(s.shape[0], s.around, s.shape[2:]) for s in self.stages]

    @property
    def gains(self) -> np.ndarray:
        """Scales of the weights that keep the size of what passes through relu.

        He et al. (2015), arXiv 1502.01852.
        """
        return np.concatenate([np.full(s.size, s.gain) for s in self.stages])

    def see(self, images: np.ndarray, index: np.ndarray, seen: Sequence[View]) -> None:
        """Set what the first layer sees: so many blocks of images, float32, in each view."""
        pads = self.stages[0].pads
        for k, view in enumerate(seen):
            into = self.seen[0][k * self.blocks : (k + 1) * self.blocks]
            if self.chosen.lift:
                gathered(images, index, view, self.image, (0, 0))
                lifted(self.image, into, pads)
            else:
                gathered(images, index, view, into, pads)

    def features(self, weights: np.ndarray, start: int = 0) -> np.ndarray:
        """What the last layer sees, (blocks, channels, rows, columns, LANES), from a layer on."""
        for k in range(start, len(self.stages) - 1):
            stage = self.stages[k]
            self._product(k, weights, self.seen[k])
            pads = self.stages[k + 1].pads
            activated(self.raw[k], self.seen[k + 1], pads, *stage.squares, stage.centred)
        summed(self.seen[-1], self.total)
        return self.total

    def forward(self, weights: np.ndarray) -> np.ndarray:
        """Scores, (blocks, classes, 1, 1, LANES)."""
        self._product(len(self.stages) - 1, weights, self.features(weights))
        return self.raw[-1]

    def _product(self, k: int, weights: np.ndarray, seen: np.ndarray) -> None:
        stage = self.stages[k]
        matrix = np.ascontiguousarray(stage.dense(weights[self.parts[k]]))
        multiplied(self.raw[k], matrix, seen, self.taps[k], stage.strides[1])

    def backward(self, weights: np.ndarray, slope: np.ndarray) -> np.ndarray:
        """Slopes in the weights from those in the scores, after ``forward``."""
        out = np.empty(self.size, np.float32)
        seen = [*self.seen[:-1], self.total]
        for k in range(len(self.stages) - 1, -1, -1):
            stage = self.stages[k]
            matrix = slopes(slope, seen[k], self.taps[k], stage.strides[1])
            out[self.parts[k]] = stage.own(matrix)
            if k:
                self._slopes_seen(k, weights, slope)
                slope = self._slopes_raw(k - 1)
        return out

    def _slopes_seen(self, k: int, weights: np.ndarray, slope: np.ndarray) -> None:
        """Slopes in what layer k sees: the adjoint is a product with its kernels turned around."""
        stage = self.stages[k]
        outputs, _, *kernel = stage.shape
        pads = kernel[0] - 1 - stage.pads[0], kernel[1] - 1 - stage.pads[1]
        placed(slope, self.around[k], pads, stage.strides)
        full = stage.dense(weights[self.parts[k]]).reshape(outputs, stage.inputs, *kernel)
        turned = np.ascontiguousarray(full[:, :, ::-1, ::-1].transpose(1, 0, 2, 3))
        matrix = turned.reshape(stage.inputs, -1)
        multiplied(self.slopes[k], matrix, self.around[k], self.taps_back[k], 1)

    def _slopes_raw(self, k: int) -> np.ndarray:
        stage, pads, above = self.stages[k], self.stages[k + 1].pads, self.slopes[k + 1]
        if len(above) < len(self.raw[k]):  # of the sum over views: each view has the same
            above = np.concatenate([above] * self.views)
        given = self.raw[k], self.seen[k + 1], above
        activated_slopes(*given, pads, *stage.squares, stage.centred, self.below[k])
        return self.below[k]


def views(chosen: Configuration) -> list[View]:
    """All views that scores are sums over, the image as it is first."""
    across = range(-chosen.reach, chosen.reach + 1)
    down = (0,) if chosen.is_series else across
    each = [(y, z, m) for m in (False, True)[: 1 + chosen.mirror] for y in down for z in across]
    return sorted(each, key=lambda view: view != (0, 0, False))


def _zeros(blocks: int, channels: int, sides: Pair) -> np.ndarray:
    return np.zeros((blocks, channels, *sides, LANES), np.float32)
