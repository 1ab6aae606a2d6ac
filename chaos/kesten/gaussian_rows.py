"""Steps of many chains of SGD on least squares, with new Gaussian rows at each step."""

from typing import NamedTuple

import numpy as np
from numpy import float64, uint32, uint64

from stablenoise.kernels import cms
from stablenoise.kernels.compiler import jit
from stablenoise.kernels.random_words import double

from .addresses import Stretch, later, moved_in_tiles

words = double.words
fill_normal, normal_constants = cms.normal.fill[float64], cms.normal.constants[float64](2.0, 0.0)


class Recursion(NamedTuple):
    """Numbers of a recursion, as kernels take them."""

    batch: int
    c: float  # eta variance / batch
    noise_ratio: float  # of the residuals' standard deviation to that of an entry of a row


def advanced(x: np.ndarray, recursion: Recursion, stretch: Stretch) -> np.ndarray:
    """States after a stretch of steps from x, which may be written over."""
    return moved_in_tiles(_move_tiles, x, recursion, stretch, recursion.batch * (x.shape[1] + 1))


@jit(nogil=True)
def _move_tiles(out, recursion, where, steps, tile, low, high):
    """Move tiles low to high of the chains by some steps."""
    n, dim = out.shape
    width = recursion.batch * (dim + 1)  # normal variates of a chain in a step
    flat = np.empty((width + 1) * tile)
    one, other, parts = np.empty(tile, uint64), np.empty(tile, uint64), np.empty((3, tile))
    chains, block = np.empty(tile, uint32), np.empty(tile, uint32)
    for t in range(low, high):
        rows = out[t * tile : (t + 1) * tile]
        m = len(rows)
        # One more row than needed: normal variates come in pairs, and the width may be odd.
        z = flat[: (width + 1) * m].reshape(width + 1, m)
        for i in range(m):
            chains[i] = uint32(where.first + uint64(t * tile + i))
        # Chains lie side by side, a coordinate a row: the loops over chains are vectorised.
        x, pull, push = rows.T.copy(), np.empty((dim, m)), np.empty(m)
        for step in range(steps):
            at = later(where.address, step)
            for j in range((width + 1) // 2):
                # A block of random words makes two variates, which are rows 2j and 2j + 1 of z.
                block[:m] = uint32(j)
                words(one[:m], other[:m], chains[:m], block[:m], at)
                pair = flat[2 * j * m : 2 * (j + 1) * m]
                fill_normal(normal_constants, one[:m], other[:m], parts[:, :m], pair)
            _move(x, z, pull, push, recursion)
        rows[:] = x.T


@jit
def _move(x, z, pull, push, recursion):
    """Subtract c sum_i z_i (z_i . x - ratio e_i) from x, for chains side by side."""
    dim, m = x.shape
    pull[:] = 0.0
    for i in range(recursion.batch):
        # Row i of the batch is dim rows of z, and its residual is the one after them.
        first = i * (dim + 1)
        residual = z[first + dim]
        # What the row says is wrong with x: z_i . x less the residual.
        for k in range(m):
            push[k] = -recursion.noise_ratio * residual[k]
        for j in range(dim):
            entry, coordinate = z[first + j], x[j]
            for k in range(m):
                push[k] += entry[k] * coordinate[k]
        # All rows of the batch see the same x: their pulls are summed before x moves.
        for j in range(dim):
            entry, total = z[first + j], pull[j]
            for k in range(m):
                total[k] += entry[k] * push[k]
    for j in range(dim):
        coordinate, total = x[j], pull[j]
        for k in range(m):
            coordinate[k] -= recursion.c * total[k]
