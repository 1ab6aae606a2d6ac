"""Steps of many chains of SGD on least squares, with batches drawn from given rows."""

from typing import NamedTuple

import numpy as np
from numpy import uint32, uint64

from stablenoise.kernels.compiler import jit
from stablenoise.kernels.random_words import double

from .addresses import Stretch, later, moved_in_tiles

uniform, words = double.uniform, double.words


class Recursion(NamedTuple):
    """Rows and numbers of a recursion, as kernels take them."""

    rows: np.ndarray
    residuals: np.ndarray
    batch: int
    replacement: bool
    c: float  # eta / batch


def advanced(x: np.ndarray, recursion: Recursion, stretch: Stretch) -> np.ndarray:
    """States after a stretch of steps from x, which may be written over."""
    return moved_in_tiles(_move_tiles, x, recursion, stretch, recursion.batch)


@jit(nogil=True)
def _move_tiles(out, recursion, where, steps, tile, low, high):
    """Move tiles low to high of the chains by some steps."""
    chains, chosen = np.empty(tile, uint32), np.empty((tile, recursion.batch), np.int64)
    pull, n = np.empty(out.shape[1]), len(recursion.rows)
    for t in range(low, high):
        some = out[t * tile : (t + 1) * tile]
        m = len(some)
        for k in range(m):
            chains[k] = uint32(where.first + uint64(t * tile + k))
        for step in range(steps):
            at = later(where.address, step)
            choose(chosen[:m], chains[:m], n, recursion.replacement, at)
            _descend(some, recursion, chosen, pull)


@jit
def _descend(x, recursion, chosen, pull):
    """Subtract c sum_i a_i (a_i . x - e_i) from each x, over the rows a_i of its batch."""
    m, dim = x.shape
    rows, residuals = recursion.rows, recursion.residuals
    for k in range(m):
        pull[:] = 0.0
        # Indices rather than slices: a slice for each row would cost more than a short sum.
        for y in range(chosen.shape[1]):
            i = chosen[k, y]
            push = -residuals[i]
            for j in range(dim):
                push += rows[i, j] * x[k, j]
            # All rows of the batch see the same x: their pulls are summed before x moves.
            for j in range(dim):
                pull[j] += rows[i, j] * push
        for j in range(dim):
            x[k, j] -= recursion.c * pull[j]


@jit
def choose(chosen, chains, n, replacement, address):
    """Write the batch of each chain: numbers of rows, in [0, n).

    Draw i of a batch is the integer part of n times a uniform of 52 bits, made of block i of the
    noise: no row is favoured by more than n / 2^52.  Without replacement by Floyd's algorithm
    (Bentley & Floyd, 1987, CACM 30, 754-757).
    """
    m, batch = chosen.shape
    one, other, block = np.empty(m, uint64), np.empty(m, uint64), np.empty(m, uint32)
    for i in range(batch):
        block[:] = uint32(i)
        words(one, other, chains, block, address)
        # Floyd draws row i from the first n - batch + i + 1 rows only.
        candidates = n if replacement else n - batch + i + 1
        for k in range(m):
            chosen[k, i] = int(uniform(one[k], other[k])[0] * candidates)
    if not replacement:
        for k in range(m):
            for i in range(1, batch):
                # A row that the batch already has gives way to the last candidate, which was not
                # among those of the draws before.
                taken = False
                for earlier in range(i):
                    taken |= chosen[k, earlier] == chosen[k, i]
                chosen[k, i] = n - batch + i if taken else chosen[k, i]
