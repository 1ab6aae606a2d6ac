"""Maxima, means and rectifiers between products, and their slopes, in one order of operations.

Arrays are (blocks, channels, rows, columns, ``LANES``) as in ``products``.  Loops over lanes are
innermost, so that they are vectorised and no sum runs across examples.
"""

import numpy as np

from stablenoise.kernels import elementary
from stablenoise.kernels.compiler import jit

from .products import LANES

exp = elementary.single.exp
ZERO, ONE = np.float32(0), np.float32(1)


@jit
def activated(raw, out, pads, tall, wide, centred):
    """Fill the inside of ``out`` with relu of maxima of ``tall`` x ``wide`` places."""
    rows, columns = raw.shape[2] // tall, raw.shape[3] // wide
    plane = np.empty((rows, columns, LANES), np.float32)
    for b, u in np.ndindex(raw.shape[:2]):
        largest(raw[b, u], plane, tall, wide)
        if centred:
            centre(plane)
        for r, q in np.ndindex(rows, columns):
            for e in range(LANES):
                out[b, u, r + pads[0], q + pads[1], e] = max(plane[r, q, e], ZERO)


@jit
def largest(raw, plane, tall, wide):
    """Fill a plane with maxima of the raw values."""
    for r, q in np.ndindex(plane.shape[:2]):
        for e in range(LANES):
            plane[r, q, e] = raw[r * tall, q * wide, e]
        for i, j in np.ndindex(tall, wide):
            for e in range(LANES):
                plane[r, q, e] = max(plane[r, q, e], raw[r * tall + i, q * wide + j, e])


@jit
def centre(plane):
    """Take the mean over places away, for each example; it is its own adjoint."""
    rows, columns, _ = plane.shape
    mean = np.zeros(LANES, np.float32)
    for r, q in np.ndindex(rows, columns):
        for e in range(LANES):
            mean[e] += plane[r, q, e]
    share = ONE / np.float32(rows * columns)
    for r, q in np.ndindex(rows, columns):
        for e in range(LANES):
            plane[r, q, e] -= mean[e] * share


@jit
def activated_slopes(raw, out, slope, pads, tall, wide, centred, below):
    """Fill ``below``, slopes in ``raw``, from those in the inside of ``out``.

    Of equal places in a square the first one takes the slope.
    """
    rows, columns = raw.shape[2] // tall, raw.shape[3] // wide
    plane = np.empty((rows, columns, LANES), np.float32)
    for b, u in np.ndindex(raw.shape[:2]):
        for r, q in np.ndindex(rows, columns):
            for e in range(LANES):
                passed = out[b, u, r + pads[0], q + pads[1], e] > ZERO
                plane[r, q, e] = slope[b, u, r, q, e] if passed else ZERO
        if centred:
            centre(plane)
        if tall * wide == 1:
            below[b, u] = plane
        else:
            to_largest(raw[b, u], plane, tall, wide, below[b, u])


@jit
def to_largest(raw, plane, tall, wide, below):
    """Slopes in raw values: that of a maximum goes to its first place."""
    if raw.shape[0] % tall or raw.shape[1] % wide:
        below[:] = ZERO
    best, left = np.empty(LANES, np.float32), np.empty(LANES, np.float32)
    for r, q in np.ndindex(plane.shape[:2]):
        for e in range(LANES):
            best[e] = raw[r * tall, q * wide, e]
            left[e] = plane[r, q, e]
        for i, j in np.ndindex(tall, wide):
            for e in range(LANES):
                best[e] = max(best[e], raw[r * tall + i, q * wide + j, e])
        for i, j in np.ndindex(tall, wide):
            y, z = r * tall + i, q * wide + j
            for e in range(LANES):
                here = raw[y, z, e] == best[e]
                below[y, z, e] = left[e] if here else ZERO
                left[e] = ZERO if here else left[e]


@jit
def placed(values, out, pads, strides):
    """Write values into ``out``, strides apart, from a place on; what lies between stays."""
    for b, u, r, q in np.ndindex(values.shape[:4]):
        y, z = pads[0] + r * strides[0], pads[1] + q * strides[1]
        for e in range(LANES):
            out[b, u, y, z, e] = values[b, u, r, q, e]


@jit
def gathered(images, index, view, out, pads):
    """Write views of images, chosen by an index, into the inside of ``out``.

    ``images`` are (n, channels, rows, columns); a view is how far down and across the image is
    moved, and whether it is mirrored.  What comes in is zero.
    """
    blocks, channels, _, _, _ = out.shape
    rows, columns = images.shape[2:]
    down, right, mirrored = view
    for b, c, r, q in np.ndindex(blocks, channels, rows, columns):
        y, z = r - down, q - right
        inside = 0 <= y < rows and 0 <= z < columns
        if mirrored:
            z = columns - 1 - z
        for e in range(LANES):
            value = images[index[b * LANES + e], c, y, z] if inside else ZERO
            out[b, c, r + pads[0], q + pads[1], e] = value


@jit
def lifted(values, out, pads):
    """Write the four oriented differences of each channel into the inside of ``out``."""
    blocks, channels, rows, columns, _ = values.shape
    for b, c, r, q in np.ndindex(blocks, channels, rows, columns):
        y, z = r + pads[0], q + pads[1]
        for e in range(LANES):
            here = values[b, c, r, q, e]
            right = (values[b, c, r, q + 1, e] if q + 1 < columns else ZERO) - here
            below = (values[b, c, r + 1, q, e] if r + 1 < rows else ZERO) - here
            out[b, 4 * c, y, z, e] = max(right, ZERO)
            out[b, 4 * c + 1, y, z, e] = max(-right, ZERO)
            out[b, 4 * c + 2, y, z, e] = max(below, ZERO)
            out[b, 4 * c + 3, y, z, e] = max(-below, ZERO)


@jit
def summed(values, out):
    """Fill ``out`` with sums of values over views: all blocks of one view, then of the next."""
    blocks = len(out)
    out[:] = values[:blocks]
    for k in range(blocks, len(values)):
        for c, r, q in np.ndindex(out.shape[1:4]):
            for e in range(LANES):
                out[k % blocks, c, r, q, e] += values[k, c, r, q, e]


@jit
def softmax_slopes(scores, labels, sharp, slope, robust):
    """Fill slopes of the mean cross-entropy of ``sharp`` times the scores in the scores.

    A robust one is (1 - p^q) / q, q = 1/2, of the chance p of the label in place of -log(p): its
    slopes are those of the cross-entropy times p^q.  Returns the slope in log(sharp), and the
    number of errors.
    """
    blocks, classes = scores.shape[:2]
    share = ONE / np.float32(blocks * LANES)
    warmth, wrong = ZERO, 0
    chances = np.empty(classes, np.float32)
    for b in range(blocks):
        for e in range(LANES):
            label, best = labels[b * LANES + e], 0
            for k in range(classes):
                if scores[b, k, 0, 0, e] > scores[b, best, 0, 0, e]:
                    best = k
            wrong += label != best
            total = ZERO
            for k in range(classes):
                chances[k] = exp(sharp * (scores[b, k, 0, 0, e] - scores[b, best, 0, 0, e]))
                total += chances[k]
            weight = share * np.sqrt(chances[label] / total) if robust else share
            for k in range(classes):
                part = weight * (chances[k] / total - (ONE if k == label else ZERO)) * sharp
                slope[b, k, 0, 0, e] = part
                warmth += part * scores[b, k, 0, 0, e]
    return warmth, wrong


@jit
def spread(values):
    """Standard deviation of an array, float64."""
    total = square = 0.0
    for value in values.flat:
        total += value
        square += value * value
    mean = total / values.size
    return np.sqrt(max(square / values.size - mean * mean, 0.0))
