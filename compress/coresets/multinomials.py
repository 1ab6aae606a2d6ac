"""Kernels that count draws: multinomial counts of the sides of neurons, and rows made of them.

Draws come sorted: partial sums of exponentials over their total are sorted uniforms, and one walk
along the cumulative masses counts them.  Larger numbers of draws are sums of independent batches.
"""

import numpy as np
from numpy import int64, uint32, uint64

from stablenoise.kernels.addresses import Address
from stablenoise.kernels.compiler import jit
from stablenoise.kernels.elementary import double as elementary
from stablenoise.kernels.random_words import double as uniforms

EMPTY, SAMPLED, SUPPORT, WHOLE = range(4)  # fates of a side: no edge, some, those with mass, all
BATCH = 4094  # draws; with the exponential after the last they take 2048 blocks of words
BLOCKS = 2048

minus_log, row_words, uniform = elementary.minus_log, uniforms.row_words, uniforms.uniform


@jit(nogil=True)
def close_up(source, target, start, used):
    """Copy the entries of all rows, which begin at ``start``, without the gaps between them."""
    for i in range(len(used) - 1):
        for t in range(used[i + 1] - used[i]):
            target[used[i] + t] = source[start[i] + t]


@jit(nogil=True)
def add_sides(weights, mass, edges, support, totals):
    """Add up the edges of both sides of each neuron, those with mass, and their mass."""
    for i in range(len(weights)):
        for j in range(weights.shape[1]):
            w, s = weights[i, j], np.float64(mass[i, j])
            above, below = w > 0, w < 0
            edges[i, 0] += above
            edges[i, 1] += below
            support[i, 0] += above & (s > 0)
            support[i, 1] += below & (s > 0)
            totals[i, 0] += s if above else 0.0
            totals[i, 1] += s if below else 0.0


@jit
def batch_buffers():
    """Two of words and one of exponentials, for one batch."""
    return np.empty(BLOCKS, uint64), np.empty(BLOCKS, uint64), np.empty(2 * BLOCKS)


@jit
def _exponentials(words, out):
    """Standard exponentials from random words."""
    for t in range(len(words)):
        u, rest = uniform(words[t], uint64(0))
        out[t] = minus_log(u, rest)


@jit(nogil=True)
def add_multinomial(tally, cumulative, draws, neuron, address, first, second, spacings):
    """Add to ``tally`` the counts of draws from masses whose partial sums are ``cumulative``."""
    last = len(cumulative) - 1
    # Counts of independent batches add up to those of all draws, and a batch fits its buffers.
    for batch in range((draws + BATCH - 1) // BATCH):
        size = min(BATCH, draws - batch * BATCH)
        m = (size + 2) // 2  # blocks for size + 1 exponentials
        row_words(first[:m], second[:m], neuron, uint32(batch * BLOCKS), address)
        _exponentials(first[:m], spacings[:m])
        _exponentials(second[:m], spacings[m : 2 * m])
        # Partial sums of size + 1 exponentials over their total are size sorted uniforms: so the
        # masses are walked once, with no search and no sort.
        total = 0.0
        for k in range(size + 1):
            total += spacings[k]
        unit, partial, t = cumulative[last] / total, 0.0, 0
        for k in range(size):
            partial += spacings[k]
            # never past the last edge: partial sums may round above the total
            while t < last and cumulative[t] <= partial * unit:
                t += 1
            tally[t] += 1


@jit
def _select(where, cumulative, weights, mass, side):
    """Indices and partial sums of the edges of a side that have mass; returns how many."""
    k, partial = 0, 0.0
    # Stored in every step, and kept only where k moves on: no branch that random signs mislead.
    for j in range(len(weights)):
        s = np.float64(mass[j])
        partial += s if (weights[j] < 0 if side else weights[j] > 0) else 0.0
        where[k], cumulative[k] = j, partial
        k += (s > 0) & (weights[j] < 0 if side else weights[j] > 0)
    return k


@jit
def _mark(times, weights, mass, side, whole):
    """Copy the edges of a side: all of them, or those with mass."""
    for j in range(len(weights)):
        ours = weights[j] < 0 if side else weights[j] > 0
        times[j] = 0 if ours & (whole | (mass[j] > 0)) else times[j]


@jit
def _store(times, weights, mass, scale, columns, counts, values):
    """Entries of one row; returns how many."""
    k = 0
    for j in range(len(weights)):
        if times[j] >= 0:
            w = np.float64(weights[j])
            factor = scale[1 if w < 0 else 0] * times[j] / mass[j] if times[j] else 1.0
            columns[k], counts[k], values[k] = j, times[j], w * factor
            k += 1
    return k


@jit(nogil=True)
def fill_rows(
    weights, mass, draws, fates, scale, start, positive,
    columns, counts, values, lengths, low, high,
):  # fmt: skip
    """Rows low to high: ``times`` is -1 for no edge, 0 for one copied, or its count."""
    n = weights.shape[1]
    where, cumulative = np.empty(n + 1, int64), np.empty(n + 1)
    times, tally = np.empty(n, int64), np.empty(n, int64)  # once for all rows of a thread
    first, second, spacings = batch_buffers()
    negative = Address(positive.k0, positive.k1, positive.step, uint32(positive.lane + 1))
    addresses = positive, negative  # of the two sides of a neuron
    for i in range(low, high):
        times[:] = -1
        for side in range(2):
            if fates[i, side] >= SUPPORT:
                _mark(times, weights[i], mass[i], side, fates[i, side] == WHOLE)
            if fates[i, side] == SAMPLED:
                # only edges with mass are walked over: the others could take a draw by rounding
                k = _select(where, cumulative, weights[i], mass[i], side)
                tally[:k] = 0
                # the neuron and the side are in the address: threads may take rows in any order
                add_multinomial(
                    tally[:k], cumulative[:k], draws[i, side], uint32(i), addresses[side],
                    first, second, spacings,
                )  # fmt: skip
                for t in range(k):
                    times[where[t]] = tally[t] if tally[t] else -1
        # a row has room for the most entries that it may have; gaps are closed when all are done
        a, b = start[i], start[i + 1]
        lengths[i] = _store(
            times, weights[i], mass[i], scale[i], columns[a:b], counts[a:b], values[a:b]
        )
