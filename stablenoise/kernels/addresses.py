"""The loop over addresses (particle, step, coordinate), on CPU and GPU.

Coordinates of a particle share blocks of random words: coordinate j is variate j % y of block
j // y, where y is how many variates a block yields in the law and format at hand.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy import float32, float64, int32, uint32

from . import cms, random_words
from .arrays import GRID, Array, array_module, compile_cuda
from .cms import Law
from .compiler import fma, jit
from .threads import in_threads

TILE = 512  # blocks: what is made of them stays in the first level of the cache
TILES_PER_THREAD = 128  # about 0.3 ms of work: fewer are not worth the start of a thread


class Address(NamedTuple):
    """Where a call looks its random words up, but for particles and blocks: it runs over those.

    ``k0`` and ``k1`` are the lower and the upper word of the seed, Philox's key; ``step`` and
    ``lane`` are words of its counter.
    """

    k0: uint32
    k1: uint32
    step: uint32
    lane: uint32


def address(seed: int, step: int, lane: int) -> Address:
    """Address of the words of a seed, a step and a lane.

    Parameters
    ----------
    seed : int
        In [0, 2^64), not checked here.
    step, lane : int
        In [0, 2^32), not checked here.

    Returns
    -------
    Address

    Examples
    --------
    >>> tuple(map(int, address(2**32 + 5, step=7, lane=1)))
    (5, 1, 7, 1)

    """
    high, low = divmod(int(seed), 2**32)
    return Address(uint32(low), uint32(high), uint32(step), uint32(lane))


def over_addresses(shared: Law, own: Law, shared_block: int = 0) -> Callable[..., None]:
    """Loop over addresses of noise shared x own, run where its output lives.

    Parameters
    ----------
    shared : Law
        The factor that the coordinates of a particle have in common, the first variate of block
        ``shared_block``.
    own : Law
        The factor that each coordinate has for itself.
    shared_block : int
        In [0, 2^32), one that no coordinate uses.

    Returns
    -------
    callable
        ``fill(out, alpha, beta, address, particles, scale=1, loc=0, add=False)``: with ``add``,
        scale times the noise is added to ``out``, in one rounding; else ``out`` becomes
        loc + scale x noise.  ``out``, float64 or float32 of shape (n, dim), and the n
        ``particles``, uint32, must be C-contiguous; ``address`` is an ``Address``.  Nothing is
        checked.

    Examples
    --------
    >>> fill = over_addresses(shared=cms.one, own=cms.stable)
    >>> out, particles = np.empty((2, 3)), np.arange(2, dtype=uint32)
    >>> fill(out, 1.5, 0.0, address(seed=7, step=0, lane=1), particles)
    >>> from stablenoise import NoiseField
    >>> bool((out == NoiseField(1.5, seed=7).at(range(2), step=0, dim=3)).all())
    True

    """
    loops = {real: _loop(real, shared, own) for real in (float64, float32)}
    kernel = cache(lambda real: compile_cuda(_cuda(real, shared, own), "fill"))

    def fill(
        out: Array, alpha: float, beta: float, address: Address, particles: Array,
        scale: float = 1.0, loc: float = 0.0, add: bool = False,
    ) -> None:  # fmt: skip
        real = out.dtype.type
        constants = [cms.constants(law, real, alpha, beta) for law in (shared, own)]
        if array_module(out) is np:
            loop, tiles = loops[real]
            where: tuple = address, particles, uint32(shared_block)
            arguments = out, real(scale), real(loc), bool(add), *constants, *where
            in_threads(lambda *part: loop(*arguments, *part), tiles(*out.shape), TILES_PER_THREAD)
        else:
            by_value = [cms.as_struct(real, k) for k in constants]
            where = address.k0, address.k1, particles, address.step, address.lane
            arguments = out, real(scale), real(loc), int32(add), *by_value, *where
            arguments = *arguments, uint32(shared_block), *out.shape
            kernel(real)((min(out.size // 256 + 1, GRID),), (256,), arguments)

    fill.laws = cms.Laws(shared, own, shared_block)  # type: ignore[attr-defined]  # for kernels that make the noise themselves
    return fill


def _loop(real: type, shared: Law, own: Law) -> tuple[Callable, Callable[[int, int], int]]:
    """The loop for one format over tiles low to high, and how many tiles an array has.

    A tile is some whole rows of blocks, or a part of one row: a block holds the words of ``each``
    neighbouring coordinates.  Words, variates and results of a tile are made one after the other,
    each by a loop that LLVM vectorises, over buffers that stay in the first level of the cache.
    """
    uniforms = random_words.double if real is float64 else random_words.single
    words, row_words, word, pairs = (
        uniforms.words,
        uniforms.row_words,
        uniforms.word,
        uniforms.pairs,
    )
    fill_shared, fill_own = shared.fill[real], own.fill[real]
    has_shared, has_own, each = shared is not cms.one, own is not cms.one, pairs * own.draws

    @jit
    def grid(n, dim):
        """Rows and columns of a tile, blocks in a row of the array, and tiles across a row."""
        width = (dim + each - 1) // each
        columns = max(1, min(width, TILE))
        return TILE // columns, columns, width, (width + columns - 1) // columns

    @jit
    def tiles(n, dim):
        """Number of tiles of an array."""
        rows, _, _, across = grid(n, dim)
        return (n + rows - 1) // rows * across

    @jit(alone=True)
    def write(out, common, values, count, scale, loc):
        """Let ``out`` be loc + scale x common x values, ``count`` blocks to a row."""
        n, dim = out.shape
        m, whole = n * count, dim // each
        for i in range(n):
            for t in range(whole):
                # Draw y of all m blocks lies together: so the loop that made it was vectorised.
                for y in range(each):
                    noise = common[i] * values[y * m + i * count + t]
                    out[i, each * t + y] = fma(scale, noise, loc)
            # The last block of a row may have more variates than coordinates are left.
            for y in range(dim - each * whole):
                noise = common[i] * values[y * m + i * count + whole]
                out[i, each * whole + y] = fma(scale, noise, loc)

    @jit(alone=True)
    def increase(out, common, values, count, scale):
        """Add scale x common x values to ``out``, walking as ``write`` does."""
        n, dim = out.shape
        m, whole = n * count, dim // each
        for i in range(n):
            for t in range(whole):
                for y in range(each):
                    noise, j = common[i] * values[y * m + i * count + t], each * t + y
                    out[i, j] = fma(scale, noise, out[i, j])
            for y in range(dim - each * whole):
                noise, j = common[i] * values[y * m + i * count + whole], each * whole + y
                out[i, j] = fma(scale, noise, out[i, j])

    @jit
    def list_blocks(who, blocks, particles, count):
        """Particle and number of each block in a tile of whole rows."""
        for i in range(len(particles)):
            for t in range(count):
                who[i * count + t] = particles[i]
                blocks[i * count + t] = uint32(t)

    @jit(nogil=True)
    def loop(
        out, scale, loc, add, shared_constants, own_constants,
        address, particles, shared_block, low, high,
    ):  # fmt: skip
        n, dim = out.shape
        rows, columns, width, across = grid(n, dim)
        who, blocks = np.empty(TILE, uint32), np.empty(TILE, uint32)
        first, second = np.empty(TILE * pairs, word), np.empty(TILE * pairs, word)
        parts, values = np.empty((3, TILE * pairs), real), np.ones(TILE * each, real)
        common = np.ones(TILE, real)
        for tile in range(low, high):
            # Along a row first: a thread's tiles are neighbours in ``out``.
            row, left = tile // across * rows, tile % across * columns
            some = particles[row : row + rows]
            r, count = len(some), min(columns, width - left)
            if has_shared:
                # One block for each particle, of which the first pair makes the one variate.
                blocks[:r] = shared_block
                words(first[: r * pairs], second[: r * pairs], some, blocks, address)
                fill_shared(shared_constants, first[:r], second[:r], parts, common[:r])
            m = r * count
            if has_own:
                a, b = first[: m * pairs], second[: m * pairs]
                if r == 1:  # one particle, and blocks in turn: there is nothing to list
                    row_words(a, b, some[0], left, address)
                else:
                    list_blocks(who, blocks, some, count)
                    words(a, b, who, blocks, address)
                fill_own(own_constants, a, b, parts, values[: m * each])
            part = out[row : row + r, each * left : each * (left + count)]
            if add:
                increase(part, common, values, count, scale)
            else:
                write(part, common, values, count, scale, loc)

    return loop, tiles


def _cuda(real: type, shared: Law, own: Law) -> str:
    """CUDA text of the loop for one format."""
    return cms.Laws(shared, own, 0).cuda(real) + CUDA


CUDA = r"""
extern "C" __global__ void fill(real *out, real scale, real loc, int add, constants shared,
                                constants own, unsigned k0, unsigned k1, const unsigned *particles,
                                unsigned step, unsigned lane, unsigned shared_block,
                                long long n, long long dim)
{
    const int each = PAIRS * DRAWS;
    const long long width = (dim + each - 1) / each, threads = (long long)gridDim.x * blockDim.x;
    for (long long q = (long long)blockIdx.x * blockDim.x + threadIdx.x; q < n * width;
         q += threads) {
        const long long row = q / width, block = q - row * width, asked = dim - block * each;
        const unsigned particle = particles[row];
        real values[each];
        const real common = shared_factor(shared, k0, k1, particle, step, lane, shared_block);
        own_factors(own, k0, k1, particle, step, lane, block, asked, values);
        for (int y = 0; y < each && y < asked; ++y) {
            real *target = out + row * dim + block * each + y;
            *target = fma_(scale, common * values[y], add ? *target : loc);
        }
    }
}
"""
