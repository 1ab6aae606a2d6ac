"""The largest value of each square, or the mean, and gradients through them.

By the pixels of one place in all squares at a time.
"""

from collections.abc import Iterator
from functools import reduce
from typing import Any

from stablenoise.kernels.arrays import Array, array_module

from .images import empty_images
from .pool_kinds import MaxPool, MeanPool, Pool

Kept = Any  # images and their largest values, or the shape of the images


def forward(layer: Pool, x: Array) -> tuple[Array, Kept]:
    """Images of a pixel for each square, and what a gradient needs."""
    xp, views = array_module(x), list(_views(layer, x))
    if isinstance(layer, MaxPool):
        y = reduce(lambda a, b: xp.maximum(a, b, out=a), views[1:], views[0].copy("K"))
        return y, (x, y)
    total = reduce(lambda a, b: xp.add(a, b, out=a), views[1:], views[0].copy("K"))
    total /= len(views)
    return total, x.shape


def backward(layer: Pool, dy: Array, kept: Kept) -> Array:
    """Gradient with respect to the images: the first of the largest has it, or all have shares."""
    if isinstance(layer, MeanPool):
        return _spread(layer, dy, kept)
    xp, (x, y) = array_module(dy), kept
    signal = xp.empty_like(y)
    signal[...] = dy
    dx, left = xp.zeros_like(x), xp.ones_like(y, bool)
    for out, seen in zip(_views(layer, dx), _views(layer, x), strict=True):
        largest = seen == y
        largest &= left
        left ^= largest
        out += signal * largest
    return dx


def _spread(layer: MeanPool, dy: Array, shape: tuple[int, ...]) -> Array:
    dx = empty_images(dy, shape, dy.dtype)
    dx[...] = 0
    share = dy / layer.size**2
    for out in _views(layer, dx):
        out += share
    return dx


def _views(layer: Pool, x: Array) -> Iterator[Array]:
    """Yield the pixels at each place of the squares, row by row."""
    step = layer.step
    rows, columns = ((side - layer.size) // step * step + 1 for side in x.shape[2:])
    for i in range(layer.size):
        for j in range(layer.size):
            yield x[:, :, i : i + rows : step, j : j + columns : step]
