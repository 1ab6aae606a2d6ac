"""What layers make of their inputs, with the arrays of a network."""

from collections.abc import Iterator
from functools import reduce

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from stablenoise.layers.kinds import ORDERS, Conv, Flatten, Layer, MaxPool, Relu

from .containers import Arrays


def layer_arrays(arrays: Arrays) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield weights with their biases, zeros where there are none, all in one type."""
    kind = np.result_type(np.float32, *(a.dtype for a in arrays.values()))
    parts = [*(a.astype(kind, copy=False) for a in arrays.values()), np.zeros((0, 0))]
    for array, following in zip(parts[:-1], parts[1:], strict=True):
        if array.ndim > 1:
            yield array, following if following.ndim == 1 else np.zeros(len(array), array.dtype)


def applied(
    layer: Layer, signal: np.ndarray, left: Iterator[tuple[np.ndarray, np.ndarray]]
) -> np.ndarray:
    """What a layer makes of its inputs, images (n, channels, height, width) or rows."""
    if isinstance(layer, Relu):
        return np.maximum(signal, 0)
    if isinstance(layer, MaxPool):
        return _pooled(layer, signal)
    if isinstance(layer, Flatten):
        images_last = layer.order == ORDERS[1] and signal.ndim == 4
        turned = signal.transpose(0, 2, 3, 1) if images_last else signal
        return turned.reshape(len(signal), -1)
    weights, biases = next(left)
    if isinstance(layer, Conv):
        sums = np.tensordot(_patches(layer, weights, signal), weights, ((1, 4, 5), (1, 2, 3)))
        return sums.transpose(0, 3, 1, 2) + biases[:, None, None]
    return signal @ weights.T + biases


def mean_square(weights: np.ndarray, layer: Layer, fed: np.ndarray) -> np.ndarray:
    """Mean square of the inputs of a matrix, or of each entry of a kernel over all patches."""
    # In float64, where squares of single precision neither overflow nor vanish.
    squares = fed.astype(float) ** 2
    if isinstance(layer, Conv):
        return _patches(layer, weights, squares).mean(axis=(0, 2, 3))
    return squares.mean(axis=0)


def _patches(layer: Conv, kernels: np.ndarray, images: np.ndarray) -> np.ndarray:
    """View of shape (n, channels, rows, columns, height, width), the last two of a kernel."""
    pad, step = layer.padding, layer.stride
    wide = np.pad(images, ((0, 0), (0, 0), (pad, pad), (pad, pad))) if pad else images
    return sliding_window_view(wide, kernels.shape[2:], axis=(2, 3))[:, :, ::step, ::step]


def _pooled(layer: MaxPool, images: np.ndarray) -> np.ndarray:
    """Maximum of each square, by the pixels of one place in all squares at a time."""
    rows, columns = ((side - layer.size) // layer.step * layer.step for side in images.shape[2:])
    pixels = [
        images[:, :, i : i + rows + 1 : layer.step, j : j + columns + 1 : layer.step]
        for i, j in np.ndindex(layer.size, layer.size)
    ]
    return reduce(np.maximum, pixels)
