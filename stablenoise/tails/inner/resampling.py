"""Resamples of the largest values, as counts over the sorted sample: nothing is sorted again.

A resample of m draws from n sorted values is how often each rank is drawn; its order statistics
are the ranks in turn, each so often.  Only ranks that can be among the largest k + 1 are looked at.
"""

import numpy as np

from ...kernels.compiler import jit, scalar

HALF, LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST, SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
SHIFTS = np.uint64(30), np.uint64(27), np.uint64(31)


@scalar
def word(state):
    """64 random bits of a counter: SplitMix64 (Steele, Lea and Flood, 2014)."""
    z = (state ^ (state >> SHIFTS[0])) * FIRST
    z = (z ^ (z >> SHIFTS[1])) * SECOND
    return z ^ (z >> SHIFTS[2])


@jit(interpretable=False)
def draw(times, size, state):
    """Count of each rank among so many draws, and the counter after them."""
    # Scaled products of 32 bits: probabilities differ from 1 / n by less than 2^-32
    count = np.uint64(len(times))
    for i in range(len(times)):
        times[i] = 0
    for _pair in range(size // 2):
        state += GOLDEN
        bits = word(state)
        times[((bits & LOW) * count) >> HALF] += 1
        times[((bits >> HALF) * count) >> HALF] += 1
    if size % 2:
        state += GOLDEN
        times[((word(state) & LOW) * count) >> HALF] += 1
    return state


@jit(interpretable=False)
def largest(times, logs, values, most):
    """Write the most + 1 largest values of a resample, given how often each is drawn."""
    filled = 0
    for i in range(len(logs)):
        often, here = times[i], logs[i]
        # Written three times whatever the count: a jump would be guessed wrong half the time
        values[filled] = here
        values[filled + 1] = here
        values[filled + 2] = here
        for extra in range(3, often):
            values[filled + extra] = here
        filled += often
        if filled > most:
            return


@jit(interpretable=False, alone=True)
def power_sums(values, first, second):
    """Write k M1 and k M2 for each k, of means of powers of log(X(i) / X(k + 1)) over i <= k."""
    total, square, k = 0.0, 0.0, 0.0
    for i in range(len(first)):
        k += 1.0
        step = values[i] - values[i + 1]
        square += step * (2.0 * total + k * step)  # every term is positive
        total += k * step
        first[i] = total
        second[i] = square


@jit(interpretable=False, alone=True)
def add_gaps(first, second, shares, sums):
    """Add the square of M2 - 2 M1^2 for each k, given k M1 and k M2, and 1 / k."""
    for i in range(len(sums)):
        mean = first[i] * shares[i]
        gap = second[i] * shares[i] - 2.0 * mean * mean
        sums[i] += gap * gap


@jit(interpretable=False)
def squares(logs, size, resamples, most, state):
    """Means over resamples of the square of M2 - 2 M1^2, for k = 1 ... ``most``, and the counter.

    ``logs`` fall; ``most`` is below the size of a resample.
    """
    times, values = np.empty(len(logs), np.int16), np.empty(size + 4)
    first, second, sums = np.empty(most), np.empty(most), np.zeros(most)
    shares = 1.0 / np.arange(1.0, most + 1.0)
    for _resample in range(resamples):
        state = draw(times, size, state)
        largest(times, logs, values, most)
        power_sums(values, first, second)
        add_gaps(first, second, shares, sums)
    return sums / resamples, state
