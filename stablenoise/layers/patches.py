"""Convolutions as products of patches and kernels, some images at a time.

The patches of a block of images are copied into one matrix, which the product finds in the cache.
What is made has the channels of a pixel side by side, and patches of such images are copied by
runs of (columns of a kernel) x channels.  Images that lie channel by channel, such as the first
ones, are copied by runs of pixels of a row.
"""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided

from stablenoise.kernels.arrays import Array, array_module

from .images import budget, channels_last, empty_images, padded, steps
from .products import add_product
from .weighted_kinds import Conv

Block = tuple[slice, slice]  # of images, and of rows of what is made of them


def forward(layer: Conv, x: Array, kernels: Array, y: Array) -> None:
    """Fill y with the sums of patches of x times kernels."""
    xp = array_module(x)
    matrix = _matrix(kernels)
    for block, patches in _patches(layer, x, kernels, y.shape):
        sums = channels_last(y)[block]
        if sums.dtype == patches.dtype == matrix.dtype:
            xp.matmul(patches, matrix.T, out=sums.reshape(-1, len(matrix)))
        else:
            sums[...] = (patches @ matrix.T).reshape(sums.shape)


def backward(layer: Conv, dy: Array, x: Array, kernels: Array) -> Array:
    """Gradient with respect to the images: each kernel times its unit's, added where it was."""
    xp = array_module(x)
    (top, below), (left, right) = layer.pads(x.shape[1:], kernels.shape)
    _, channels, height, width = x.shape
    by_pixel = xp.ascontiguousarray(kernels.transpose(2, 3, 0, 1))
    dx = empty_images(x, x.shape, xp.result_type(dy, kernels))
    a_row = by_pixel[:, :, 0].nbytes * dy.shape[3]
    for images in steps(len(x), dy.shape[2] * a_row, budget(x)):
        out = channels_last(dx[images])
        sides = (height + top + below, width + left + right)
        wide = xp.zeros((len(out), *sides, channels), dx.dtype)
        for rows in steps(dy.shape[2], len(out) * a_row, budget(x)):
            seen = wide[:, rows.start * layer.stride :]
            _add_back(layer.stride, channels_last(dy[images])[:, rows], by_pixel, seen)
        out[...] = wide[:, top : top + height, left : left + width]
    return dx


def _add_back(step: int, signal: Array, by_pixel: Array, wide: Array) -> None:
    """Add each kernel times its unit's gradient to the pixels that its patches are made of."""
    high, across, units, channels = by_pixel.shape
    n, rows, columns, _ = signal.shape
    pixels = signal.reshape(-1, units)
    parts = pixels @ by_pixel.reshape(-1, units, channels)
    for i in range(high):
        for j in range(across):
            part = parts[i * across + j].reshape(n, rows, columns, channels)
            wide[:, i::step, j::step][:, :rows, :columns] += part


def kernel_gradient(layer: Conv, dy: Array, x: Array, kernels: Array) -> Array:
    """Gradient of the kernels, shape (units, height, width, channels)."""
    xp = array_module(x)
    units, channels, *sides = kernels.shape
    total = xp.zeros((units, sides[0] * sides[1] * channels), xp.result_type(dy, x))
    for block, patches in _patches(layer, x, kernels, dy.shape):
        signal = channels_last(dy)[block].reshape(-1, units)
        add_product(total, xp.ascontiguousarray(signal), patches, 1.0)
    return total.reshape(units, *sides, channels)


def mean_squares(layer: Conv, x: Array, kernels: Array) -> Array:
    """Mean square of what each entry of a kernel is multiplied with, over all patches, in float64.

    Shape (channels, height, width).
    """
    # In float64, where squares of single precision neither overflow nor vanish.
    squares = x.astype(float) ** 2
    _, channels, *sides = kernels.shape
    shape = (len(x), len(kernels), *layer.outputs(x.shape[1:], kernels.shape)[1:])
    total, count = 0.0, 0
    for _, patches in _patches(layer, squares, kernels, shape):
        total, count = total + patches.sum(axis=0), count + len(patches)
    return (total / count).reshape(*sides, channels).transpose(2, 0, 1)  # type: ignore[attr-defined]


def blocks(layer: Conv, x: Array, kernels: Array) -> Iterator[tuple[Block, Array]]:
    """Yield blocks of images and of rows of places, with their patches, one a row.

    Numbers of a patch lie as those of a kernel do, channel by channel; zeros of the padding are
    among them.  Together patches take 1 MB or so at a time.
    """
    channels, high, wide = kernels.shape[1:]
    shape = (len(x), *layer.outputs(x.shape[1:], kernels.shape))
    for block, patches in _patches(layer, x, kernels, shape):
        by_channel = patches.reshape(-1, high, wide, channels).transpose(0, 3, 1, 2)
        yield block, array_module(x).ascontiguousarray(by_channel).reshape(len(patches), -1)


def _matrix(kernels: Array) -> Array:
    """Kernels as rows, the channels of a pixel side by side."""
    rows = kernels.transpose(0, 2, 3, 1)
    return array_module(kernels).ascontiguousarray(rows).reshape(len(kernels), -1)


def _patches(
    layer: Conv, x: Array, kernels: Array, outputs: tuple[int, ...]
) -> Iterator[tuple[Block, Array]]:
    """Yield blocks of images and rows, with the matrix of their patches, a patch a row."""
    n, _, rows, columns = outputs
    sides, step = kernels.shape[2:], layer.stride
    pads = layer.pads(x.shape[1:], kernels.shape)
    a_row = sides[0] * sides[1] * x.shape[1] * columns * x.dtype.itemsize
    for images in steps(n, rows * a_row, budget(x)):
        wide = padded(x[images], pads)
        for some in steps(rows, len(wide) * a_row, budget(x)):
            part = wide[:, :, some.start * step :]
            shape = (some.stop - some.start, columns)
            yield (images, some), _matrix_of_patches(part, sides, step, shape)


def _matrix_of_patches(
    x: Array, sides: tuple[int, ...], step: int, shape: tuple[int, int]
) -> Array:
    """Patches of images as rows of a matrix, in the order that copies the longest runs."""
    n, channels, (rows, columns) = len(x), x.shape[1], shape
    if array_module(x) is not np:
        return _matrix_by_places(x, sides, step, shape)
    of_n, of_channel, of_row, of_column = x.strides
    view = as_strided(
        x,
        (n, rows, columns, *sides, channels),
        (of_n, of_row * step, of_column * step, of_row, of_column, of_channel),
    )
    if channels > 1 and of_channel == x.itemsize:
        return np.ascontiguousarray(view).reshape(n * rows * columns, -1)
    turned = np.ascontiguousarray(view.transpose(3, 4, 5, 0, 1, 2))
    return turned.reshape(-1, n * rows * columns).T


def _matrix_by_places(x: Array, sides: tuple[int, ...], step: int, shape: tuple[int, int]) -> Array:
    """Patches of images as rows of a matrix, by one copy for each place in a kernel."""
    n, channels, (rows, columns) = len(x), x.shape[1], shape
    patches = array_module(x).empty((n, rows, columns, *sides, channels), x.dtype)
    pixels = channels_last(x)
    for i, j in np.ndindex(*sides):
        patches[:, :, :, i, j] = pixels[:, i::step, j::step][:, :rows, :columns]
    return patches.reshape(n * rows * columns, -1)
