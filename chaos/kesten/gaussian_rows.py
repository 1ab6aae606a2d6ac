"""Steps of many chains of SGD on least squares, with new Gaussian rows at each step."""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy import float64, int64, uint32, uint64

from stablenoise.kernels import cms
from stablenoise.kernels.arrays import Array, array_module, compile_cuda
from stablenoise.kernels.compiler import jit
from stablenoise.kernels.random_words import double

from .addresses import LOCAL_DIM, Stretch, later, moved_in_tiles, moved_on_device

words = double.words
fill_normal, normal_constants = cms.normal.fill[float64], cms.normal.constants[float64](2.0, 0.0)


class Recursion(NamedTuple):
    """Numbers of a recursion, as kernels take them."""

    batch: int
    c: float  # eta variance / batch
    noise_ratio: float  # of the residuals' standard deviation to that of an entry of a row


def advanced(x: Array, recursion: Recursion, stretch: Stretch) -> Array:
    """States after a stretch of steps from x, which may be written over."""
    dim = x.shape[1]
    if array_module(x) is not np:
        numbers = int64(recursion.batch), float64(recursion.c), float64(recursion.noise_ratio)
        held = 0 if dim <= LOCAL_DIM else 3 * dim
        return moved_on_device(_kernel(dim), x, numbers, stretch, held)
    return moved_in_tiles(_move_tiles, x, recursion, stretch, recursion.batch * (dim + 1))


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


@cache
def _kernel(dim: int) -> Any:
    return compile_cuda(cuda(dim), "gaussian_rows")


def cuda(dim: int) -> str:
    """CUDA text of the loop over chains of some dimension."""
    sizes = f"#define DIM {dim}LL\n#define LOCAL {LOCAL_DIM}LL\n"
    return cms.Laws(cms.one, cms.normal, 0).cuda(float64) + sizes + CUDA


CUDA = r"""
// Normal variate of a chain at a step; the two of a block are made together, the even one first.
__device__ double variate(long long number, double pair[2], unsigned k0, unsigned k1,
                          unsigned chain, unsigned step, unsigned lane)
{
    const constants none = {};
    if (number % 2 == 0) own_factors(none, k0, k1, chain, step, lane, number / 2, PAIRS, pair);
    return pair[number % 2];
}
extern "C" __global__ void gaussian_rows(double *states, long long n, long long first_chain,
                                         long long steps, long long batch, double c,
                                         double noise_ratio, unsigned k0, unsigned k1,
                                         unsigned first_step, unsigned lane, double *room)
{
    const long long threads = (long long)gridDim.x * blockDim.x;
    const long long thread = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    const long long pitch = DIM <= LOCAL ? 1 : threads;
    double held[DIM <= LOCAL ? 3 * DIM : 1], *x = DIM <= LOCAL ? held : room + thread;
    double *pull = x + DIM * pitch, *row = pull + DIM * pitch;
    for (long long q = thread; q < n; q += threads) {
        const unsigned chain = (unsigned)(first_chain + q);
        for (long long j = 0; j < DIM; ++j) x[j * pitch] = states[q * DIM + j];
        for (long long k = 0; k < steps; ++k) {
            const unsigned step = first_step + (unsigned)k;
            long long number = 0;
            double pair[2];
            for (long long j = 0; j < DIM; ++j) pull[j * pitch] = 0.0;
            for (long long i = 0; i < batch; ++i) {
                for (long long j = 0; j < DIM; ++j)
                    row[j * pitch] = variate(number++, pair, k0, k1, chain, step, lane);
                double push = -noise_ratio * variate(number++, pair, k0, k1, chain, step, lane);
                for (long long j = 0; j < DIM; ++j) push += row[j * pitch] * x[j * pitch];
                for (long long j = 0; j < DIM; ++j) pull[j * pitch] += row[j * pitch] * push;
            }
            for (long long j = 0; j < DIM; ++j) x[j * pitch] -= c * pull[j * pitch];
        }
        for (long long j = 0; j < DIM; ++j) states[q * DIM + j] = x[j * pitch];
    }
}
"""
