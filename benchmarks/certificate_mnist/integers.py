"""The ternary network in whole numbers: the same errors on every processor.

The program is that of ``ternary`` with images and sums in integers.  Centre, slant and size of the
ink are fractions of whole numbers, kept to 2^-20 pixels; roots are integer roots; a pixel of the
normalised image is kept to 2^-12 of a grey level of 256.  From there on all is sums, differences,
maxima and comparisons of integers.  No float, no library of linear algebra, no logarithm.
"""

from math import isqrt

import numpy as np

from stablenoise.kernels.compiler import jit

from .ternary import read, shifted

BLOCK = 250  # images at a time: what a layer holds of them stays in the cache
FINE = 20  # bits after the point of a coordinate
GREY = 12  # bits after the point of a grey level
TENTH = 10  # 1 / PIXEL of ``normalisation``


def errors(description, images, labels):
    """Number of images, uint8 of shape (n, rows, columns), that are classified wrongly."""
    chosen, weights = read(description)
    weights = [w.astype(np.int64) for w in weights]
    wrong = 0
    for k in range(0, len(images), BLOCK):
        block = normalised(
            images[k : k + BLOCK], round(4 * chosen.spread), round(20 * chosen.shape)
        )
        scores = scored(chosen, weights, block)
        wrong += int((scores.argmax(0) != labels[k : k + BLOCK]).sum())
    return wrong


def scored(chosen, weights, images):
    """Scores of normalised images, shape (classes, n): sums over all shifts."""
    spans = range(-chosen.reach, chosen.reach + 1)
    before = list(zip(chosen.layers[:-1], weights[:-1], strict=True))
    seen = 0
    for down in spans:
        for right in spans:
            x = np.ascontiguousarray(shifted(images, down, right).transpose(1, 2, 0)[None])
            for layer, w in before:
                x = applied(layer, w, x)
            seen = seen + x
    last, w = chosen.layers[-1], weights[-1]
    return sums(seen, w, last.stride, last.pad).reshape(len(w), -1)


def applied(layer, weights, x):
    """Convolution, maximum of squares, relu."""
    x = sums(x, weights, layer.stride, layer.pad)
    if layer.pool == 2:
        units, rows, columns, n = x.shape
        x = x.reshape(units, rows // 2, 2, columns // 2, 2, n).max((2, 4))
    return np.maximum(x, 0) if layer.relu else x


@jit
def sums(x, weights, stride, pad):
    """Sums of patches with weights -1, 0 and 1; arrays are (channels, rows, columns, n)."""
    units, channels, side, _ = weights.shape
    rows = (x.shape[1] + 2 * pad - side) // stride + 1
    columns = (x.shape[2] + 2 * pad - side) // stride + 1
    out = np.zeros((units, rows, columns, x.shape[3]), np.int64)
    for u, c, i, j in np.ndindex(units, channels, side, side):
        weight = weights[u, c, i, j]
        if weight == 0:
            continue
        for r, q in np.ndindex(rows, columns):
            y, z = r * stride + i - pad, q * stride + j - pad
            if 0 <= y < x.shape[1] and 0 <= z < x.shape[2]:
                for e in range(x.shape[3]):
                    out[u, r, q, e] += weight * x[c, y, z, e]
    return out


def normalised(images, spread, shape):
    """Images, int64, as ``normalisation.normalised`` makes them; quarters, and twentieths."""
    frames = np.array([frame(image, spread, shape) for image in images.astype(np.int64)])
    return redrawn(images.astype(np.int64), frames)


def frame(image, spread, shape):
    """Row and column of the ink's centre, steps down and across, and slant; in 2^-20."""
    i, j = np.indices(image.shape)
    mass, y, x = (int((image * k).sum()) for k in (1, i, j))
    if not mass:
        mass = 1
    rows, both, columns = (
        mass * int((image * a * b).sum()) - c * d
        for a, b, c, d in ((i, i, y, y), (i, j, y, x), (j, j, x, x))
    )
    # Variances are these numbers over mass^2; a tenth of a squared pixel is added to each.
    slant = (both << FINE) // rows if rows else 0
    upright = max(columns * rows - both * both, 0) if rows else columns
    unit = TENTH * mass * mass
    tall = ((TENTH * rows + mass * mass) << 2 * FINE) // unit
    wide = ((TENTH * upright + mass * mass * (rows or 1)) << 2 * FINE) // (unit * (rows or 1))
    across = root(tall, wide, shape)
    return (
        *((y << FINE) // mass, (x << FINE) // mass),
        *(4 * isqrt(tall) // spread, 4 * across // spread, slant),
    )


def root(tall, wide, shape):
    """Square root, in 2^-20, of tall^(1 - s) wide^s in 2^-40; s is in twentieths."""
    if shape <= 20:
        power = tall ** (20 - shape) * wide**shape
    else:
        power = wide**shape // tall ** (shape - 20)
    return fifth_root(isqrt(isqrt(isqrt(power))))


def fifth_root(number):
    """Largest integer whose fifth power is at most a positive number, by Newton's method."""
    guess = 1 << -(-number.bit_length() // 5)
    while True:
        better = (4 * guess + number // guess**4) // 5
        if better >= guess:
            return guess
        guess = better


@jit
def redrawn(images, frames):
    """Images in their frames: between pixels linear, outside zero."""
    out = np.zeros(images.shape, np.int64)
    for n in range(len(images)):
        row, column, down, across, slant = frames[n]
        for i, j in np.ndindex(images.shape[1:]):
            y = (2 * i - (images.shape[1] - 1)) * down >> 1
            x = (2 * j - (images.shape[2] - 1)) * across >> 1
            out[n, i, j] = between(images[n], row + y, column + x + (slant * y >> FINE))
    return out


@jit
def between(image, y, x):
    """Grey level at a place, in 2^-12."""
    one = np.int64(1) << FINE
    a, b, total = y >> FINE, x >> FINE, np.int64(0)
    for p in range(max(a, 0), min(a + 2, image.shape[0])):
        for q in range(max(b, 0), min(b + 2, image.shape[1])):
            total += image[p, q] * (one - abs(y - (p << FINE))) * (one - abs(x - (q << FINE)))
    return total >> (2 * FINE - GREY)
