"""The empirical characteristic function at 1, 2, 3, 4, 6, 8, 12, 16, ... times a unit, or at all.

One sine and cosine a value: those of twice the angle are a square of a complex number, and two
chains of squares, from 1 and from 3, reach all frequencies of the ladder; those evenly spaced are
products.  Some 9 ns a value for 16 of them.

The angle is x times the unit, to twice the digits, less its whole turns: it is right while that
product is below 2^53 turns, and that of a neighbour of x beyond.  From 2^104 turns on, where
neighbours of x are whole turns apart, a value counts as 0, the mean of a phase without information.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi

import numpy as np
from numpy import floor

from ..kernels.compiler import fma, jit, scalar
from ..kernels.elementary import double

sinpi = double.sinpi
BLOCK = 256  # values whose stages share buffers in the nearest cache
MOST_TURNS = 2.0**104


def steps(count: int) -> np.ndarray:
    """Frequencies of a ladder, in its unit."""
    doubled = 2.0 ** np.arange(count)
    return np.sort(np.concatenate([doubled, 1.5 * doubled[1:]]))[:count]


def empirical(
    x: np.ndarray, weights: np.ndarray | None, unit: float, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies and the mean of exp(i t x) at them; the same on any number of threads."""
    return unit * steps(count), _means(add, x, weights, unit, count)


def empirical_evenly(
    x: np.ndarray, weights: np.ndarray | None, unit: float, count: int
) -> np.ndarray:
    """The mean of exp(i t x) at t = 1, 2, ..., ``count`` times the unit."""
    return _means(add_evenly, x, weights, unit, count)


def _means(
    kernel: Callable, x: np.ndarray, weights: np.ndarray | None, unit: float, count: int
) -> np.ndarray:
    sums = np.zeros((count, 2, BLOCK))
    kernel(x, np.empty(0) if weights is None else weights, unit / (2 * pi), sums)
    total = x.size if weights is None else weights.sum()
    cosine, sine = sums.sum(axis=2).T / total
    return cosine + 1j * sine


@scalar
def fraction(x, turns):
    """What x times ``turns`` is beyond whole turns, in [-1/2, 1/2]."""
    high = x * turns
    low = fma(x, turns, -high)
    rest = (high - floor(high + 0.5)) + low  # the first difference is exact
    return rest - floor(rest + 0.5)


@scalar
def circle(angle):
    """Cosine and sine of pi times an angle in [-1, 1]."""
    size = abs(angle)
    sine = sinpi(min(size, 1.0 - size))
    return sinpi(0.5 - size), sine if angle > 0.0 else -sine


@jit(alone=True)
def begin(x, turns, cosine, sine):
    """Cosine and sine of the angles, 0 where they are unknown."""
    for i in range(x.size):
        known = 1.0 if abs(x[i] * turns) < MOST_TURNS else 0.0
        c, s = circle(2.0 * fraction(x[i] * known, turns))
        cosine[i] = c * known
        sine[i] = s * known


@jit(alone=True)
def square(cosine, sine):
    """Twice the angle, in place."""
    for i in range(cosine.size):
        c, s = cosine[i], sine[i]
        cosine[i] = (c - s) * (c + s)
        sine[i] = 2.0 * c * s


@jit(alone=True)
def multiply(cosine, sine, other_cosine, other_sine):
    """Let the second pair be their product: the sum of both angles."""
    for i in range(cosine.size):
        c, s = other_cosine[i], other_sine[i]
        other_cosine[i] = cosine[i] * c - sine[i] * s
        other_sine[i] = cosine[i] * s + sine[i] * c


@jit(alone=True)
def accumulate(weights, values, sums):
    """Add weighted values, each to the sum of its place in the block."""
    for i in range(values.size):
        sums[i] += weights[i] * values[i]


@jit(alone=True)
def copy(values, out):
    """Let ``out`` be the values."""
    for i in range(values.size):
        out[i] = values[i]


@jit(nogil=True)
def add(x, weights, turns, sums):
    """Add cos and sin of each value's angles to the sums: frequency, part, place in the block."""
    one = np.ones(BLOCK)
    parts = np.empty((4, BLOCK))
    for low in range(0, x.size, BLOCK):
        some = x[low : low + BLOCK]
        n = some.size
        by = weights[low : low + BLOCK] if weights.size else one[:n]
        cosine, sine, cosine3, sine3 = parts[0, :n], parts[1, :n], parts[2, :n], parts[3, :n]
        begin(some, turns, cosine, sine)
        copy(cosine, cosine3)
        copy(sine, sine3)
        for k in range(sums.shape[0]):
            if k == 2:
                multiply(cosine, sine, cosine3, sine3)
            elif k % 2:
                square(cosine, sine)
            elif k > 2:
                square(cosine3, sine3)
            if k % 2 or k == 0:
                accumulate(by, cosine, sums[k, 0, :n])
                accumulate(by, sine, sums[k, 1, :n])
            else:
                accumulate(by, cosine3, sums[k, 0, :n])
                accumulate(by, sine3, sums[k, 1, :n])


@jit(nogil=True)
def add_evenly(x, weights, turns, sums):
    """As ``add``, at all multiples."""
    one = np.ones(BLOCK)
    parts = np.empty((4, BLOCK))
    for low in range(0, x.size, BLOCK):
        some = x[low : low + BLOCK]
        n = some.size
        by = weights[low : low + BLOCK] if weights.size else one[:n]
        cosine, sine, of_one, sine_of_one = parts[0, :n], parts[1, :n], parts[2, :n], parts[3, :n]
        begin(some, turns, cosine, sine)
        copy(cosine, of_one)
        copy(sine, sine_of_one)
        for k in range(sums.shape[0]):
            if k > 0:
                multiply(of_one, sine_of_one, cosine, sine)
            accumulate(by, cosine, sums[k, 0, :n])
            accumulate(by, sine, sums[k, 1, :n])
