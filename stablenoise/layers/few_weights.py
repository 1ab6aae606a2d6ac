"""Layers most of whose weights are zero: sums over the others, each for many images at once.

The images lie side by side, pixel by pixel.  A weight is then multiplied with a whole row of pixels
of all images, one run of memory, and nothing is copied or multiplied for weights that are zero:
none of them meets inf and makes a NaN, as it would where weights are not few.  Sums are made in the
order of the weights, the same on every machine.
"""

from typing import Any, NamedTuple

import numpy as np

from stablenoise.kernels.arrays import Array
from stablenoise.kernels.compiler import jit

from .images import padded
from .weighted_kinds import Conv

MAX_SHARE = 1 / 16  # of weights that are not zero; with more of them products are faster
KINDS = np.dtype(np.float32), np.dtype(np.float64)


class FewWeights(NamedTuple):
    """Kernels or a matrix, as the weights that are not zero."""

    shape: tuple[int, ...]
    starts: np.ndarray  # of the weights of each unit among all, and their number
    places: np.ndarray  # channel, row and column of each
    values: np.ndarray


def sparse(weights: Any) -> Any:
    """Weights as ``FewWeights`` if that is faster; else as they are."""
    if not isinstance(weights, np.ndarray) or weights.dtype not in KINDS:
        return weights
    if not weights.size or np.count_nonzero(weights) > MAX_SHARE * weights.size:
        return weights
    kernels = weights.reshape(*weights.shape[:2], *(weights.shape[2:] or (1, 1)))
    units, *places = np.nonzero(kernels)
    starts = np.searchsorted(units, np.arange(len(weights) + 1))
    values = kernels[(units, *places)]
    return FewWeights(weights.shape, starts, np.stack(places, axis=1), values)


def convolved(layer: Conv, x: Array, weights: FewWeights, bias: Array | None) -> Array:
    """Images of shape (n, units, rows, columns) that lie side by side."""
    shape = layer.outputs(x.shape[1:], weights.shape)
    wide = padded(x, layer.pads(x.shape[1:], weights.shape))
    return _summed(wide, weights, bias, shape, layer.stride)


def multiplied(x: Array, weights: FewWeights, bias: Array | None) -> Array:
    """Rows of shape (n, units), which lie side by side."""
    pixels = x.reshape(*x.shape, 1, 1)
    return _summed(pixels, weights, bias, (weights.shape[0], 1, 1), 1)[:, :, 0, 0]


def _summed(
    x: Array, weights: FewWeights, bias: Array | None, shape: tuple[int, ...], step: int
) -> Array:
    kind = np.result_type(x, weights.values)
    by_pixel = np.ascontiguousarray(x.transpose(1, 2, 3, 0), kind)
    sums = np.zeros((*shape, len(x)), kind)
    _add(weights.starts, weights.places, weights.values.astype(kind), by_pixel, sums, step)
    if bias is not None:
        sums += bias[:, None, None, None]
    return sums.transpose(3, 0, 1, 2)


@jit(nogil=True)
def _add(starts, places, values, x, sums, step):
    """Add each weight times the pixels that it sees to the sums of its unit."""
    units, rows, columns, images = sums.shape
    for unit in range(units):
        for row in range(rows):
            # The sums of a row stay in the nearest cache for all weights of the unit.
            for k in range(starts[unit], starts[unit + 1]):
                channel, down, across = places[k, 0], places[k, 1], places[k, 2]
                seen = x[channel, row * step + down]
                if step == 1:
                    run = seen[across : across + columns].reshape(columns * images)
                    _add_run(sums[unit, row].reshape(columns * images), run, values[k])
                else:
                    for column in range(columns):
                        _add_run(sums[unit, row, column], seen[column * step + across], values[k])


@jit(nogil=True)
def _add_run(sums, run, weight):
    for i in range(sums.size):
        sums[i] += weight * run[i]
