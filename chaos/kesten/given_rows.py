"""Steps of many chains of SGD on least squares, with batches drawn from given rows."""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy import float64, int32, int64, uint32, uint64

from stablenoise.kernels import cms
from stablenoise.kernels.arrays import Array, array_module, compile_cuda
from stablenoise.kernels.compiler import jit
from stablenoise.kernels.random_words import double

from .addresses import LOCAL_DIM, Stretch, later, moved_in_tiles, moved_on_device

uniform, words = double.uniform, double.words


class Recursion(NamedTuple):
    """Rows and numbers of a recursion, as kernels take them: rows where the chains are."""

    rows: Array
    residuals: Array
    batch: int
    replacement: bool
    c: float  # eta / batch


def advanced(x: Array, recursion: Recursion, stretch: Stretch) -> Array:
    """States after a stretch of steps from x, which may be written over."""
    if array_module(x) is not np:
        return _advanced_on_device(x, recursion, stretch)
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


def _advanced_on_device(x: Array, recursion: Recursion, stretch: Stretch) -> Array:
    rows, residuals, batch, replacement, c = recursion
    drawn = int64(len(rows)), int64(batch), int32(replacement), float64(c)
    dim = x.shape[1]
    # Two vectors, and the rows drawn so far where none may be drawn twice.
    held = (0 if dim <= LOCAL_DIM else 2 * dim) + (0 if replacement else batch)
    return moved_on_device(_kernel(dim), x, (rows, residuals, *drawn), stretch, held)


@cache
def _kernel(dim: int) -> Any:
    return compile_cuda(cuda(dim), "given_rows")


def cuda(dim: int) -> str:
    """CUDA text of the loop over chains of some dimension."""
    sizes = f"#define DIM {dim}LL\n#define LOCAL {LOCAL_DIM}LL\n"
    return cms.Laws(cms.one, cms.one, 0).cuda(float64) + sizes + CUDA


CUDA = r"""
extern "C" __global__ void given_rows(double *states, long long n, long long first_chain,
                                      long long steps, const double *rows,
                                      const double *residuals, long long count, long long batch,
                                      int replacement, double c, unsigned k0, unsigned k1,
                                      unsigned first_step, unsigned lane, double *room)
{
    const long long threads = (long long)gridDim.x * blockDim.x;
    const long long thread = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    const long long pitch = DIM <= LOCAL ? 1 : threads;
    double held[DIM <= LOCAL ? 2 * DIM : 1], *x = DIM <= LOCAL ? held : room + thread;
    double *pull = x + DIM * pitch;
    double *chosen = room + thread + (DIM <= LOCAL ? 0 : 2 * DIM * threads);
    for (long long q = thread; q < n; q += threads) {
        const unsigned chain = (unsigned)(first_chain + q);
        for (long long j = 0; j < DIM; ++j) x[j * pitch] = states[q * DIM + j];
        for (long long k = 0; k < steps; ++k) {
            for (long long j = 0; j < DIM; ++j) pull[j * pitch] = 0.0;
            for (long long i = 0; i < batch; ++i) {
                word one[PAIRS], other[PAIRS];
                double u, rest;
                words_at(k0, k1, chain, first_step + (unsigned)k, (unsigned)i, lane, one, other);
                uniform(one[0], other[0], u, rest);
                // Floyd's algorithm, as ``choose``: a row drawn before gives way to the last one.
                const long long last = replacement ? count - 1 : count - batch + i;
                long long drawn = (long long)(u * (double)(last + 1));
                if (!replacement) {
                    bool taken = false;
                    for (long long e = 0; e < i; ++e) taken |= chosen[e * threads] == drawn;
                    drawn = taken ? last : drawn;
                    chosen[i * threads] = (double)drawn;
                }
                const double *row = rows + drawn * DIM;
                double push = -residuals[drawn];
                for (long long j = 0; j < DIM; ++j) push += row[j] * x[j * pitch];
                for (long long j = 0; j < DIM; ++j) pull[j * pitch] += row[j] * push;
            }
            for (long long j = 0; j < DIM; ++j) x[j * pitch] -= c * pull[j * pitch];
        }
        for (long long j = 0; j < DIM; ++j) states[q * DIM + j] = x[j * pitch];
    }
}
"""
