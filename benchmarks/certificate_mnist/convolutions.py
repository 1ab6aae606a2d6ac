"""Convolutions, maxima, rectifiers and their slopes: arrays are (channels, rows, columns, n)."""

from dataclasses import dataclass

import numpy as np

from stablenoise.kernels.compiler import jit

BLOCK = 500  # images at a time wherever errors are counted: near ties hang on the order of sums


@dataclass(frozen=True, slots=True)
class Layer:
    """Square convolution, maximum of each ``pool`` x ``pool`` square, then relu or nothing.

    Parameters
    ----------
    inputs, outputs : int
        Channels.
    kernel, stride, pad : int
        Side of the kernel, step between its places, zeros around the image; pixels.
    pool : {1, 2}
    relu : bool

    """

    inputs: int
    outputs: int
    kernel: int
    stride: int = 1
    pad: int = 0
    pool: int = 1
    relu: bool = True

    @property
    def shape(self):
        """Shape of its weights."""
        return self.outputs, self.inputs, self.kernel, self.kernel


@jit
def unfolded(x, kernel, stride, pad):
    """Patches of x, shape (channels, kernel, kernel, rows, columns, n), zero outside."""
    channels, height, width, n = x.shape
    rows = (height + 2 * pad - kernel) // stride + 1
    columns = (width + 2 * pad - kernel) // stride + 1
    out = np.zeros((channels, kernel, kernel, rows, columns, n), x.dtype)
    for c, i, j, r, q in np.ndindex(out.shape[:5]):
        y, z = r * stride + i - pad, q * stride + j - pad
        if 0 <= y < height and 0 <= z < width:
            out[c, i, j, r, q] = x[c, y, z]
    return out


@jit
def folded(patches, height, width, stride, pad):
    """Adjoint of ``unfolded``: patches added up where they came from."""
    channels, _, _, _, _, n = patches.shape
    out = np.zeros((channels, height, width, n), patches.dtype)
    for c, i, j, r, q in np.ndindex(patches.shape[:5]):
        y, z = r * stride + i - pad, q * stride + j - pad
        if 0 <= y < height and 0 <= z < width:
            for e in range(n):
                out[c, y, z, e] += patches[c, i, j, r, q, e]
    return out


def forward(layers, weights, x, biases=None):
    """Last layer's values, and for each layer its patches and its values before and after pool."""
    tape = []
    for k, (layer, w) in enumerate(zip(layers, weights, strict=True)):
        patches = unfolded(x, layer.kernel, layer.stride, layer.pad)
        raw = w.reshape(len(w), -1) @ patches.reshape(w[0].size, -1)
        raw = raw.reshape(len(w), *patches.shape[3:])
        if biases is not None:
            raw += biases[k][:, None, None, None]
        pooled = _squares(raw).max((2, 4)) if layer.pool == 2 else raw
        tape.append((patches, raw, pooled))
        x = np.maximum(pooled, 0) if layer.relu else pooled
    return x, tape


def backward(layers, weights, tape, slope):
    """Slopes in the weights, given those in the last layer's values."""
    slopes = [None] * len(layers)
    for k in range(len(layers) - 1, -1, -1):
        layer, (patches, raw, pooled) = layers[k], tape[k]
        if layer.relu:
            slope = slope * (pooled > 0)
        slope = _before_pool(layer, raw, pooled, slope).reshape(layer.outputs, -1)
        slopes[k] = (slope @ patches.reshape(-1, slope.shape[1]).T).reshape(layer.shape)
        if k:
            down = weights[k].reshape(layer.outputs, -1).T @ slope
            sides = tape[k - 1][2].shape[1:3]
            slope = folded(down.reshape(patches.shape), *sides, layer.stride, layer.pad)
    return slopes


def _before_pool(layer, raw, pooled, slope):
    """Slope before the maximum: it goes where the maximum was, to each of several."""
    if layer.pool == 1:
        return slope
    here = _squares(raw) == pooled[:, :, None, :, None]
    return (here * slope[:, :, None, :, None]).reshape(raw.shape)


def _squares(x):
    """View in squares of 2 x 2, axes 2 and 4."""
    c, h, w, n = x.shape
    return x.reshape(c, h // 2, 2, w // 2, 2, n)


def examples_last(images):
    """Images of shape (n, rows, columns) as one channel, examples last."""
    return np.ascontiguousarray(images.transpose(1, 2, 0)[None])


def values(layers, weights, images, biases=None):
    """What the last layer gives for each image, shape (units, n), a block at a time."""
    blocks = [images[k : k + BLOCK] for k in range(0, len(images), BLOCK)]
    scores = [forward(layers, weights, examples_last(block), biases)[0] for block in blocks]
    return np.concatenate(scores, -1).reshape(-1, len(images))


def mistakes(layers, weights, data, biases=None):
    """Number of images whose largest score, the first of equals, is not their label's."""
    images, labels = data
    return int((values(layers, weights, images, biases).argmax(0) != labels).sum())


def softmax_slope(scores, labels):
    """Slope of the mean cross-entropy in the scores, shape (classes, n)."""
    p = np.exp(scores - scores.max(0))
    p /= p.sum(0)
    p[labels, np.arange(len(labels))] -= 1
    return p / scores.dtype.type(len(labels))
