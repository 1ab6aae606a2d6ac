"""Images in memory: blocks of them, zeros around them, channels last."""

from collections.abc import Iterator

import numpy as np

from stablenoise.kernels.arrays import Array, array_module

from .weighted_kinds import Pads

BLOCK_BYTES = {"numpy": 1 << 20}  # of what is made of images at a time: half of a core's cache
GPU_BLOCK_BYTES = 1 << 28  # where many are needed to fill the device


def budget(x: Array) -> int:
    """Bytes that may be made of images at a time, where they are."""
    return BLOCK_BYTES.get(array_module(x).__name__, GPU_BLOCK_BYTES)


def channels_last(x: Array) -> Array:
    """View of shape (n, height, width, channels)."""
    return x.transpose(0, 2, 3, 1)


def empty_images(like: Array, shape: tuple[int, ...], kind: np.dtype) -> Array:
    """Images of shape (n, channels, height, width) whose channels lie side by side in memory."""
    n, channels, height, width = shape
    return array_module(like).empty((n, height, width, channels), kind).transpose(0, 3, 1, 2)


def padded(x: Array, pads: Pads) -> Array:
    """Images with zeros around them, channels side by side; themselves where none are asked for."""
    if pads == ((0, 0), (0, 0)):
        return x
    (top, below), (left, right) = pads
    n, channels, height, width = x.shape
    sides = (height + top + below, width + left + right)
    wide = empty_images(x, (n, channels, *sides), x.dtype)
    wide[...] = 0
    wide[:, :, top : top + height, left : left + width] = x
    return wide


def steps(count: int, bytes_of_each: int, most: int) -> Iterator[slice]:
    """Yield slices of ``count`` things, of so many bytes at most, or of one thing."""
    step = max(1, most // max(1, bytes_of_each))
    for low in range(0, count, step):
        yield slice(low, min(count, low + step))
