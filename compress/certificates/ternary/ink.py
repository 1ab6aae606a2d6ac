"""Images centred, sheared and scaled by the moments of their own ink, in whole numbers.

No label and no other image is looked at.  Centre, slant and size of the ink are fractions of whole
numbers, kept to 2^-20 pixels and rounded down; roots are integer roots; a pixel is kept to 2^-12 of
a grey level of 256.  So the pixels are the same on every processor.

Moments are how handwriting has been normalised since before learning: Casey (1970), Moment
normalization of handprinted characters, IBM J. Res. Dev. 14, 548-557.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt
from typing import NamedTuple

import numpy as np

from stablenoise.kernels.compiler import jit

from .grammar import GREY

FINE = 20  # bits after the point of a coordinate
TENTH = 10  # 1 / a squared pixel's share that is added to variances: about that of one pixel, 1/12


class Frame(NamedTuple):
    """Where the ink is and how large, in 2^-20: centre, steps of a pixel, and slant."""

    row: int
    column: int
    down: int
    across: int
    slant: int


def normalised(images: np.ndarray, moments: tuple[int, int]) -> np.ndarray:
    """Images, int64, in 2^-12 of a grey level, moved until their ink is upright and of one size.

    The standard deviation of the ink's rows becomes a quarter of the first of ``moments``; that of
    its columns is brought there by the power ``moments[1] / 20`` of its ratio to the rows', so that
    a one stays narrower than a zero.  Between pixels values are linear, outside they are zero.
    """
    sums = ink_sums(images).tolist()
    frames = np.array([frame(each, moments) for each in sums], np.int64).reshape(-1, 5)
    return redrawn(images, frames)


@jit(nogil=True)
def ink_sums(images):
    """Sums of the ink of each image: itself, times i, times j, times i i, times i j, times j j."""
    out = np.zeros((len(images), 6), np.int64)
    for n in range(len(images)):
        for i, j in np.ndindex(images.shape[1:]):
            ink = np.int64(images[n, i, j])
            out[n, 0] += ink
            out[n, 1] += ink * i
            out[n, 2] += ink * j
            out[n, 3] += ink * i * i
            out[n, 4] += ink * i * j
            out[n, 5] += ink * j * j
    return out


def frame(sums: Sequence[int], moments: tuple[int, int]) -> Frame:
    """Frame of an image by the six sums of its ink, in Python's integers of any size."""
    (mass, y, x, yy, yx, xx), (quarters, twentieths) = sums, moments
    mass = max(mass, 1)  # of an image without ink
    rows, both, columns = mass * yy - y * y, mass * yx - y * x, mass * xx - x * x
    # Variances are these numbers over mass^2; a tenth of a squared pixel is added to each.
    slant = (both << FINE) // rows if rows else 0
    upright, share = max(columns * rows - both * both, 0) if rows else columns, max(rows, 1)
    unit = TENTH * mass * mass
    tall = ((TENTH * rows + mass * mass) << 2 * FINE) // unit
    wide = ((TENTH * upright + mass * mass * share) << 2 * FINE) // (unit * share)
    down, across = isqrt(tall), mean_root(tall, wide, twentieths)
    scaled = 4 * down // quarters, 4 * across // quarters
    return Frame((y << FINE) // mass, (x << FINE) // mass, *scaled, slant)


def mean_root(tall: int, wide: int, twentieths: int) -> int:
    """Square root, in 2^-20, of tall^(1 - s) wide^s in 2^-40, for s in twentieths."""
    if twentieths <= 20:
        power = tall ** (20 - twentieths) * wide**twentieths
    else:
        power = wide**twentieths // tall ** (twentieths - 20)
    return fifth_root(isqrt(isqrt(isqrt(power))))


def fifth_root(number: int) -> int:
    """Largest integer whose fifth power is at most a positive number, by Newton's method."""
    guess = 1 << -(-number.bit_length() // 5)
    while True:
        better = (4 * guess + number // guess**4) // 5
        if better >= guess:
            return guess
        guess = better


@jit(nogil=True)
def redrawn(images, frames):
    """Images in their frames: between pixels linear, outside zero."""
    out = np.zeros(images.shape, np.int64)
    for n in range(len(images)):
        row, column, down, across, slant = frames[n]
        for i, j in np.ndindex(images.shape[1:]):
            # Twice the distance from the middle is whole; >> rounds down, of negative numbers too.
            y = (2 * i - (images.shape[1] - 1)) * down >> 1
            x = (2 * j - (images.shape[2] - 1)) * across >> 1
            out[n, i, j] = between(images[n], row + y, column + x + (slant * y >> FINE))
    return out


@jit(nogil=True)
def between(image, y, x):
    """Grey level at a place, in 2^-12."""
    one = np.int64(1) << FINE
    a, b, total = y >> FINE, x >> FINE, np.int64(0)
    for p in range(max(a, 0), min(a + 2, image.shape[0])):
        for q in range(max(b, 0), min(b + 2, image.shape[1])):
            share = (one - abs(y - (p << FINE))) * (one - abs(x - (q << FINE)))
            total += np.int64(image[p, q]) * share
    return total >> (2 * FINE - GREY)
