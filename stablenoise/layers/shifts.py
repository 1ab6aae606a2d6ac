"""Convolutions of stride 1 as one product for each place in a kernel, without patches.

The pixels of an image, row after row with their channels side by side, are one matrix.  Seen from
one place in the kernels, the patches are this matrix shifted; its product with the kernels' values
at that place is added to the sums by a GEMM with beta = 1.  Where a patch would reach over the end
of a row the sums are no pixel's, and are left out.  One image at a time, which stays in the cache.
"""

from collections.abc import Iterator

import numpy as np

from stablenoise.kernels.arrays import Array, array_module

from .images import channels_last, empty_images, padded
from .products import GEMM
from .weighted_kinds import Conv, Pads

LEAST_CHANNELS = 32  # below, patches are as fast: benchmarks/layers.py prints both
LEAST_PRODUCT = 1 << 19  # multiplications of a product; below, calls show
MOST_WASTE = 1.2  # sums made, over pixels


def serves(layer: Conv, x: Array, kernels: Array) -> bool:
    """Whether a convolution is as a rule faster by shifts."""
    units, channels, _, width = kernels.shape
    alike = x.dtype == kernels.dtype and x.dtype in GEMM and array_module(x) is np
    if layer.stride > 1 or not alike or min(units, channels) < LEAST_CHANNELS or not len(x):
        return False
    _, rows, columns = layer.outputs(x.shape[1:], kernels.shape)
    wide = columns + width - 1
    enough = rows * wide * units * channels >= LEAST_PRODUCT
    return enough and wide <= MOST_WASTE * columns


def forward(layer: Conv, x: Array, kernels: Array, y: Array) -> None:
    """Fill y with the sums of patches of x times kernels."""
    units, channels, *sides = kernels.shape
    rows, columns = y.shape[2:]
    by_pixel = np.ascontiguousarray(kernels.transpose(2, 3, 1, 0))
    wide = columns + sides[1] - 1
    sums = np.zeros((rows * wide, units), y.dtype)
    counted = sums[: rows * wide - sides[1] + 1]
    for out, pixels in zip(channels_last(y), _pixels(layer, x, kernels), strict=True):
        for first, place in _places(sides, wide):
            seen = pixels[first : first + len(counted)]
            _add(counted, seen, by_pixel[place], 0.0 if first == 0 else 1.0)
        out[...] = sums.reshape(rows, wide, units)[:, :columns]


def backward(layer: Conv, dy: Array, x: Array, kernels: Array) -> Array:
    """Gradient with respect to the images."""
    units, channels, *sides = kernels.shape
    pads = layer.pads(x.shape[1:], kernels.shape)
    (top, below), (left, right) = pads
    height, width = x.shape[2:]
    wide = width + left + right
    by_pixel = np.ascontiguousarray(kernels.transpose(2, 3, 0, 1))
    dx = empty_images(x, x.shape, x.dtype)
    pixels = np.empty(((height + top + below) * wide, channels), x.dtype)
    for out, signal in zip(channels_last(dx), _signals(dy, sides), strict=True):
        pixels[...] = 0
        for first, place in _places(sides, wide):
            _add(pixels[first : first + len(signal)], signal, by_pixel[place], 1.0)
        image = pixels.reshape(-1, wide, channels)
        out[...] = image[top : top + height, left : left + width]
    return dx


def kernel_gradient(layer: Conv, dy: Array, x: Array, kernels: Array) -> Array:
    """Gradient of the kernels, shape (units, height, width, channels)."""
    units, channels, *sides = kernels.shape
    total = np.zeros((*sides, units, channels), x.dtype)
    wide = dy.shape[3] + sides[1] - 1
    gemm = GEMM[x.dtype]
    for signal, pixels in zip(_signals(dy, sides), _pixels(layer, x, kernels), strict=True):
        for first, place in _places(sides, wide):
            seen = pixels[first : first + len(signal)]
            gemm(1.0, seen.T, signal.T, 1.0, total[place].T, trans_b=1, overwrite_c=1)
    return total.transpose(2, 0, 1, 3)


def _places(sides: list[int], wide: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield each place in a kernel with the first pixel that is seen from it."""
    for i, j in np.ndindex(*sides):
        yield i * wide + j, (i, j)


def _add(total: Array, rows: Array, matrix: Array, beta: float) -> None:
    """``total = beta * total + rows @ matrix`` in place; Fortran's matrices are the transposes."""
    GEMM[total.dtype](1.0, matrix.T, rows.T, beta, total.T, overwrite_c=1)


def _pixels(layer: Conv, x: Array, kernels: Array) -> Iterator[Array]:
    """Yield the pixels of each image with its zeros, a row of channels each."""
    pads: Pads = layer.pads(x.shape[1:], kernels.shape)
    for low in range(len(x)):
        image = channels_last(padded(x[low : low + 1], pads))
        yield np.ascontiguousarray(image).reshape(-1, x.shape[1])


def _signals(dy: Array, sides: list[int]) -> Iterator[Array]:
    """Yield each image of a gradient by pixels, zeros where sums were left out."""
    n, units, rows, columns = dy.shape
    wide = np.zeros((rows, columns + sides[1] - 1, units), dy.dtype)
    counted = wide.reshape(-1, units)[: wide.shape[0] * wide.shape[1] - sides[1] + 1]
    for image in channels_last(dy):
        wide[:, :columns] = image
        yield counted
