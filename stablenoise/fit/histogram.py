"""Counts in fixed bins over all doubles, of which likelihoods of any number of values are taken.

A bin is the values of one sign and exponent that share the first bits of their mantissa: so its
width is proportional to the values.  It keeps their number and, in integers, the sums of their
offsets and of the squares of these.  Integers add up in any order: parts merged are the whole, to
the bit.  As points a bin is its mean plus and minus its standard deviation: sums of a function over
them differ from those over the values by its fourth derivative times the width to the fourth.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from ..kernels.arrays import GRID, Array, array_module, compile_cuda
from ..kernels.compiler import jit

OCTAVES = 4096  # a sign bit and 11 bits of an exponent
MANTISSA = 52
OFFSET = 12  # bits of an offset in its bin
NO_ROW = -1
CHUNK = 1 << 15  # values that are taken at once, so that copies stay in the cache


@jit(nogil=True)
def tally(words, rows, bits, bins):
    """Count values, given as their bits, in their bins; the number of those that were counted.

    It stops before a value whose octave has no row of bins yet.
    """
    to_bin, to_offset = np.uint64(MANTISSA - bits), np.uint64(MANTISSA - OFFSET - bits)
    last_bin, last_offset = np.uint64((1 << bits) - 1), np.uint64((1 << OFFSET) - 1)
    for i in range(words.size):
        word = words[i]
        row = rows[word >> np.uint64(MANTISSA)]
        if row < 0:
            return i
        bin_of = bins[row, (word >> to_bin) & last_bin]
        offset = np.int64((word >> to_offset) & last_offset)
        bin_of[0] += 1
        bin_of[1] += offset
        bin_of[2] += offset * offset
    return words.size


@jit(nogil=True)
def tally_weighted(words, weights, rows, bits, bins):
    """The same with weights, of which the bins hold sums of floats."""
    to_bin, to_offset = np.uint64(MANTISSA - bits), np.uint64(MANTISSA - OFFSET - bits)
    last_bin, last_offset = np.uint64((1 << bits) - 1), np.uint64((1 << OFFSET) - 1)
    for i in range(words.size):
        word = words[i]
        row = rows[word >> np.uint64(MANTISSA)]
        if row < 0:
            return i
        bin_of = bins[row, (word >> to_bin) & last_bin]
        offset = float((word >> to_offset) & last_offset)
        bin_of[0] += weights[i]
        bin_of[1] += weights[i] * offset
        bin_of[2] += weights[i] * offset * offset
    return words.size


CUDA = (
    f"#define MANTISSA {MANTISSA}\n#define OFFSET {OFFSET}\n"
    + r"""
extern "C" __global__ void tally(const unsigned long long *words, long long n, const int *rows,
                                 int bits, unsigned long long *bins)
{
    const long long threads = (long long)gridDim.x * blockDim.x;
    for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += threads) {
        const unsigned long long word = words[i];
        const unsigned long long offset
            = (word >> (MANTISSA - OFFSET - bits)) & ((1 << OFFSET) - 1);
        const long long row = rows[word >> MANTISSA];
        unsigned long long *bin = bins
            + 3 * ((row << bits) + (long long)((word >> (MANTISSA - bits)) & ((1 << bits) - 1)));
        atomicAdd(bin, 1ULL);
        atomicAdd(bin + 1, offset);
        atomicAdd(bin + 2, offset * offset);
    }
}
"""
)


@cache
def _kernel() -> Any:
    return compile_cuda(CUDA, "tally")


class Histogram:
    """Counts of finite values; an octave has its row of bins from its first value on.

    ``bins[row, bin]`` is (number, sum of offsets, sum of their squares), in integers unless the
    values have weights; ``rows`` says which row an octave has.
    """

    def __init__(self, bits: int, weighted: bool = False) -> None:
        self.bits = bits
        self.rows = np.full(OCTAVES, NO_ROW, np.int32)
        self.bins = np.zeros((0, 1 << bits, 3), float if weighted else np.int64)

    def add(self, values: Array, weights: np.ndarray | None = None) -> None:
        """Count finite values of float64, where they live."""
        if array_module(values) is not np:
            self._add_on_device(values)
            return
        words, start = values.view(np.uint64), 0
        while start < words.size:
            some = words[start:]
            if weights is None:
                start += tally(some, self.rows, self.bits, self.bins)
            else:
                start += tally_weighted(some, weights[start:], self.rows, self.bits, self.bins)
            if start < words.size:
                self._new_row(int(words[start] >> np.uint64(MANTISSA)))

    def merge(self, other: Histogram) -> None:
        """Count what the other has counted."""
        for octave in np.flatnonzero(other.rows != NO_ROW):
            self._new_row(int(octave))
            self.bins[self.rows[octave]] += other.bins[other.rows[octave]]

    def points(self) -> tuple[np.ndarray, np.ndarray]:
        """Two values for each bin, in increasing order, and their weights."""
        used = self.octaves()
        bins = self.bins[self.rows[used]]
        row, place = np.nonzero(bins[..., 0])
        number, offsets, squares = bins[row, place].astype(float).T
        mean = offsets / number
        spread = np.sqrt(np.maximum(squares / number - mean * mean, 0.0))
        exponent, sign = used[row] & 2047, np.where(used[row] & 2048, -1.0, 1.0)
        # The values below 2^-1022 are as far apart as those of the next octave, and begin at 0
        step = sign * np.ldexp(1.0, np.maximum(exponent, 1) - 1023 - self.bits)
        first = np.where(exponent > 0, 1 << self.bits, 0) + place
        ends = (mean + 0.5 + np.array([[-1.0], [1.0]]) * spread) / (1 << OFFSET)
        values = (step * (first + ends)).ravel()
        order = np.argsort(values, kind="stable")
        return values[order], np.tile(number / 2, 2)[order]

    def total(self) -> int:
        """Number of values."""
        return int(self.bins[..., 0].sum())

    def equals(self, other: Histogram) -> bool:
        """Whether the same was counted."""
        mine, theirs = self.octaves(), other.octaves()
        return np.array_equal(mine, theirs) and np.array_equal(
            self.bins[self.rows[mine]], other.bins[other.rows[theirs]]
        )

    def octaves(self) -> np.ndarray:
        """The octaves that have a row, in order, whatever the order of the rows."""
        return np.flatnonzero(self.rows != NO_ROW)

    def _new_row(self, octave: int) -> None:
        if self.rows[octave] != NO_ROW:
            return
        row = int(self.rows.max()) + 1
        if row == len(self.bins):
            more = np.zeros((max(8, row), *self.bins.shape[1:]), self.bins.dtype)
            self.bins = np.concatenate([self.bins, more])
        self.rows[octave] = row

    def _add_on_device(self, values: Array) -> None:
        """The same counts by a kernel on the device that the values are on."""
        xp = array_module(values)
        words = xp.ascontiguousarray(values).view(np.uint64)
        for octave in xp.unique(words >> np.uint64(MANTISSA)).get():
            self._new_row(int(octave))
        bins = xp.zeros(self.bins.shape, np.uint64)
        arguments = words, np.int64(words.size), xp.asarray(self.rows), np.int32(self.bits), bins
        _kernel()((min(-(-words.size // 256), GRID),), (256,), arguments)
        self.bins += bins.get().astype(np.int64)


def chunks(size: int) -> Iterator[slice]:
    """Slices of so many values, one after the other."""
    return (slice(low, low + CHUNK) for low in range(0, size, CHUNK))
