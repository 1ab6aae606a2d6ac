"""What layers make of their inputs, with the arrays of a network."""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from stablenoise.layers import passes
from stablenoise.layers.kinds import Conv, Dense, Layer

from .containers import Arrays

Pair = tuple[np.ndarray, np.ndarray]


def layer_arrays(arrays: Arrays) -> Iterator[Pair]:
    """Yield weights with their biases, zeros where there are none, all in one type."""
    kind = np.result_type(np.float32, *(a.dtype for a in arrays.values()))
    parts = [*(a.astype(kind, copy=False) for a in arrays.values()), np.zeros((0, 0))]
    for array, following in zip(parts[:-1], parts[1:], strict=True):
        if array.ndim > 1:
            yield array, following if following.ndim == 1 else np.zeros(len(array), array.dtype)


def applied(layer: Layer, signal: np.ndarray, left: Iterator[Pair]) -> np.ndarray:
    """What a layer makes of its inputs, images (n, channels, height, width) or rows."""
    if isinstance(layer, Conv | Dense):
        return passes.forward(layer, signal, *next(left))[0]
    return passes.forward(layer, signal)[0]


def mean_square(weights: np.ndarray, layer: Layer, fed: np.ndarray) -> np.ndarray:
    """Mean square of the inputs of a matrix, or of each entry of a kernel over all patches."""
    # In float64, where squares of single precision neither overflow nor vanish.
    squares = fed.astype(float) ** 2
    if isinstance(layer, Conv):
        return _patches(layer, weights, squares).mean(axis=(0, 2, 3))
    return squares.mean(axis=0)


def _patches(layer: Conv, kernels: np.ndarray, images: np.ndarray) -> np.ndarray:
    """View of shape (n, channels, rows, columns, height, width), the last two of a kernel."""
    pads = layer.pads(images.shape[1:], kernels.shape)
    wide = np.pad(images, ((0, 0), (0, 0), *pads))
    step = layer.stride
    return sliding_window_view(wide, kernels.shape[2:], axis=(2, 3))[:, :, ::step, ::step]
