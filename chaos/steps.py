"""One step of particles that meet through the mean of a feature, on CPU and GPU.

The two do the same operations in the same order, so that a run has one result: drifts and shifts
are rounded as IEEE has it, noise is looked up, and features are summed in float64 over chunks of
4,096 particles.  The sums of the chunks are added up on the host, by one line for both.  What a
drift or a feature asks of a math library, a sine say, is as good as that library.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from stablenoise.checks import check_fits
from stablenoise.field import NoiseField
from stablenoise.kernels import cms, elementary
from stablenoise.kernels.addresses import address
from stablenoise.kernels.arrays import GRID, Array, array_module, compile_cuda
from stablenoise.kernels.compiler import jit
from stablenoise.kernels.threads import in_threads

CHUNK_PARTICLES = 4096  # of one system whose features are summed on their own
BLOCK_VALUES = 1 << 15  # that a step has in the cache at a time
DRIFT_PARTICLES = 1024  # that are given to a drift at a time
BLOCKS_PER_THREAD = 4  # at least, to make a thread worth its start
LOCAL_VALUES = 64  # of a drift that a CUDA thread holds itself; more of them are in a room
ROOM_BYTES = 1 << 28  # for the drifts of all CUDA threads


Interacting = Any  # an ``Interaction``, whose module uses this one


class Run(NamedTuple):
    """Particles, and all that moves them."""

    x: Array  # (systems, n, d)
    stride: int  # from the address of a system's first particle to that of the next system's
    interaction: Interacting
    field: NoiseField
    eta: float
    scale: float


Advance = Callable[[Array | None, int], tuple[Array, bool]]


def advancer(run: Run) -> Advance:
    """Function of a mean and a step that moves the particles where they live.

    It returns the mean of their features afterwards, and whether a drift was NaN.  Without a mean
    nothing moves.
    """
    return (_on_host if array_module(run.x) is np else _on_device)(run)


def mean_features(interaction: Interacting, x: Array) -> Array:
    """Mean features of systems of particles, as a step has them."""
    run = Run(x, x.shape[1], interaction, NoiseField(2.0, 0), 0.0, 0.0)
    return advancer(run)(None, 0)[0]


def all_drifts(interaction: Interacting, x: Array, means: Array) -> Array:
    """Drifts of systems of particles that see these means."""
    if array_module(x) is not np:
        return _drifts_on_device(interaction, x, means)
    out = np.empty_like(x)
    _whole(interaction.drift)(x, means, interaction.parameters, out)
    return out


def _over_chunks(sums: np.ndarray, systems: int, n: int) -> np.ndarray:
    """Mean features of each system from the sums of its chunks."""
    parts = sums.reshape(systems, _chunks(n), -1)
    with np.errstate(over="ignore", invalid="ignore"):
        means = parts.sum(axis=1) / n
        # Where the sum overflows although the mean does not, each part is divided first.
        return np.where(np.isfinite(means), means, (parts / n).sum(axis=1))


def _chunks(n: int) -> int:
    return -(-n // CHUNK_PARTICLES)


def addresses(systems: int, n: int, stride: int) -> np.ndarray:
    """Number of each particle in the field, system by system."""
    rows = np.arange(systems, dtype=np.uint32)[:, None] * np.uint32(stride)
    return (rows + np.arange(n, dtype=np.uint32)).ravel()


# On the host: a block of particles moves, gets its noise and adds its features to the next mean
# while it is in the cache.


class _Blocks(NamedTuple):
    """Division of the particles into blocks of whole chunks, and what is seen of each."""

    chunks: int  # of a system
    chunks_per_block: int
    rows: np.ndarray  # of each particle in the field
    sums: np.ndarray  # of the features of each chunk, (systems * chunks, features)
    nan_seen: np.ndarray  # in the drifts of each block


def _on_host(run: Run) -> Advance:
    systems, n, dim = run.x.shape
    sums = np.empty((systems * _chunks(n), run.interaction.features))
    size = max(1, BLOCK_VALUES // (min(n, CHUNK_PARTICLES) * dim))
    nan_seen = np.zeros(-(-len(sums) // size), bool)
    blocks = _Blocks(_chunks(n), size, addresses(systems, n, run.stride), sums, nan_seen)

    def advance(mean: np.ndarray | None, step: int) -> tuple[np.ndarray, bool]:
        def some(low: int, high: int) -> None:
            for block in range(low, high):
                _advance(run, blocks, block, mean, step)

        in_threads(some, len(nan_seen), BLOCKS_PER_THREAD)
        return _over_chunks(sums, systems, n), bool(nan_seen.any())

    return advance


def _advance(run: Run, blocks: _Blocks, block: int, mean: np.ndarray | None, step: int) -> None:
    """Move the particles of a block, add their noise and sum their features."""
    move, tally = _kernels(run.interaction.drift, run.interaction.feature)
    _, n, dim = run.x.shape
    flat, parameters = run.x.reshape(-1, dim), run.interaction.parameters
    first = block * blocks.chunks_per_block
    last = min(first + blocks.chunks_per_block, len(blocks.sums))
    # Particles from a to b: the last chunk of a system may be shorter than the others.
    a, b = (
        chunk // blocks.chunks * n + min(chunk % blocks.chunks * CHUNK_PARTICLES, n)
        for chunk in (first, last)
    )
    if mean is not None:
        blocks.nan_seen[block] = move(flat[a:b], a, n, mean, run.eta, parameters)
        if run.scale:
            run.field.add_to(flat[a:b], step, run.scale, blocks.rows[a:b])
    tally(flat, first, last, n, parameters, blocks.sums)


@cache
def _kernels(drift: Callable, feature: Callable) -> tuple[Callable, Callable]:
    """Compile the loops of a drift and a feature: one moves rows, the other sums features."""

    @jit(nogil=True)
    def move(x, row, n, means, eta, parameters):
        """Move rows of systems of n particles, from ``row`` on; return whether a drift is NaN."""
        out, nan_seen, i = np.empty((min(DRIFT_PARTICLES, n), x.shape[1]), x.dtype), False, 0
        while i < len(x):
            # A drift gets particles of one system, and few enough that its output stays in the
            # first cache between being written and being subtracted.
            system = (row + i) // n
            end = min(i + DRIFT_PARTICLES, (system + 1) * n - row, len(x))
            some, drifts = x[i:end], out[: end - i]
            drift(some, means[system], parameters, drifts)
            # The step size has the particles' format: float32 is not widened in the loop.
            nan_seen |= _shift(some.reshape(-1), drifts.reshape(-1), x.dtype.type(eta))
            i = end
        return nan_seen

    @jit(nogil=True)
    def tally(x, low, high, n, parameters, sums):
        """Sum the features of each chunk from low to high."""
        chunks = (n + CHUNK_PARTICLES - 1) // CHUNK_PARTICLES
        for chunk in range(low, high):
            sums[chunk] = 0
            system, first = chunk // chunks, chunk % chunks * CHUNK_PARTICLES
            last = min(first + CHUNK_PARTICLES, n)
            feature(x[system * n + first : system * n + last], parameters, sums[chunk])

    return move, tally


@jit
def _shift(x, drift, eta):
    """Subtract eta times the drift from x; return whether the drift is NaN anywhere."""
    # An integer: a branch would keep the loop from being vectorised.
    nan_seen = 0
    for i in range(x.size):
        nan_seen |= drift[i] != drift[i]
        x[i] -= eta * drift[i]
    return nan_seen != 0


@cache
def _whole(drift: Callable) -> Callable:
    """Compile a function that writes the drifts of all systems."""

    @jit
    def whole(x, means, parameters, out):
        for system in range(len(x)):
            drift(x[system], means[system], parameters, out[system])

    return whole


# On a device: all particles move and get their noise in one kernel, a second one sums features.
# What comes to the host in a step are the sums of the chunks, and whether a drift was NaN.


def _on_device(run: Run) -> Advance:
    xp, (systems, n, dim), real = array_module(run.x), run.x.shape, run.x.dtype.type
    check_fits("sigma eta^(1/alpha)", run.scale, run.x.dtype)
    made_of = getattr(run.field.noise.fill, "laws", None)
    fused, laws = bool(run.scale) and made_of is not None, made_of or NO_NOISE
    move, tally = (kernel_of(run.interaction, real, dim, laws, name) for name in ("move", "tally"))
    sizes, parameters = (np.int64(n), np.int64(systems)), parameters_of(run.interaction, xp)
    sums = xp.zeros(systems * _chunks(n) * run.interaction.features + 1)  # and the mark of a NaN
    blocks, room = room_of(xp, systems * n, dim, real)
    structs = [cms.as_struct(real, k) for k in laws.constants(real, run.field.alpha, 0.0)]
    # A noise that is not made of laws, one of somebody's own, is added by itself.
    alone = bool(run.scale) and not fused
    rows = xp.asarray(addresses(systems, n, run.stride)) if alone else None

    def advance(mean: Array | None, step: int) -> tuple[Array, bool]:
        if mean is not None:
            where = run.x, *sizes, np.int64(run.stride), xp.ascontiguousarray(mean), parameters
            noise = real(run.eta), real(run.scale), np.int32(fused), *structs
            place = *address(run.field.seed, step, run.field.lane), np.uint32(laws.shared_block)
            move((blocks,), (256,), (*where, *noise, *place, room, sums[-1:]))
            if alone:
                run.field.add_to(run.x.reshape(-1, dim), step, run.scale, rows)
        tally((_blocks(sums.size - 1),), (256,), (run.x, *sizes, parameters, sums))
        seen = sums.get()
        return xp.asarray(_over_chunks(seen[:-1], systems, n)), bool(seen[-1])

    return advance


def _drifts_on_device(interaction: Interacting, x: Array, means: Array) -> Array:
    xp, (systems, n, dim), real = array_module(x), x.shape, x.dtype.type
    out = xp.empty_like(x)
    kernel = kernel_of(interaction, real, dim, NO_NOISE, "drifts")
    arguments = x, np.int64(n), np.int64(systems), means, parameters_of(interaction, xp), out
    kernel((_blocks(systems * n),), (256,), arguments)
    return out


def parameters_of(interaction: Interacting, xp: Any) -> Array:
    """Parameters where a kernel has them."""
    return xp.asarray(np.array(interaction.parameters or (0.0,), float))


def _blocks(threads: int) -> int:
    return min(-(-threads // 256), GRID)


def room_of(xp: Any, particles: int, dim: int, real: type) -> tuple[int, Array]:
    """Blocks of threads, and where each thread holds a drift too long for its registers."""
    blocks = _blocks(particles)
    if dim <= LOCAL_VALUES:
        return blocks, xp.empty(1, real)
    bytes_per_block = 256 * dim * real().itemsize
    blocks = max(1, min(blocks, ROOM_BYTES // bytes_per_block))
    return blocks, xp.empty(blocks * 256 * dim, real)


def kernel_of(
    interaction: Interacting, real: type, dim: int, laws: cms.Laws, name: str, text: str = ""
) -> Any:
    """Kernel of this name for an interaction: one of ``KERNELS``, or of another text."""
    made_of = str(interaction.cuda), interaction.features, real, dim, laws
    return _compiled(cuda(*made_of, text or KERNELS[name]), name)


@cache
def _compiled(text: str, name: str) -> Any:
    kernel = compile_cuda(text, name)
    try:
        kernel.compile()
    except Exception as error:  # of CuPy, which is not imported here
        if "Compile" not in type(error).__name__:
            raise
        said = next((line for line in str(error).splitlines() if "error" in line), error)
        raise ValueError(f"cuda must be a text that compiles, got {said}") from error
    return kernel


def cuda(snippet: str, features: int, real: type, dim: int, laws: cms.Laws, text: str) -> str:
    """CUDA text of a kernel, and of all that it calls, for one format."""
    sizes = {"DIM": dim, "FEATURES": features, "CHUNK": CHUNK_PARTICLES, "LOCAL": LOCAL_VALUES}
    lines = [f"#define {size} {value}LL\n" for size, value in sizes.items()]
    head = laws.cuda(real) if "shared_factor" in text else elementary.cuda(real)
    # A namespace, so that functions of the snippet may have any name.
    return "".join([head, *lines, f"namespace interaction {{\n{snippet}\n}}\n", text])


NO_NOISE = cms.Laws(cms.one, cms.one, 0)
MOVE = r"""
extern "C" __global__ void move(real *x, long long n, long long systems, long long stride,
                                const double *means, const double *parameters, real eta,
                                real scale, int noisy, constants shared, constants own,
                                unsigned k0, unsigned k1, unsigned step, unsigned lane,
                                unsigned shared_block, real *room, double *nan_seen)
{
    const int each = PAIRS * DRAWS;
    const long long threads = (long long)gridDim.x * blockDim.x;
    const long long thread = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    real held[DIM <= LOCAL ? DIM : 1], *moves = DIM <= LOCAL ? held : room + thread * DIM;
    for (long long i = thread; i < systems * n; i += threads) {
        const long long system = i / n;
        real *mine = x + i * DIM;
        interaction::drift(mine, means + system * FEATURES, parameters, moves);
        for (long long j = 0; j < DIM; ++j) {
            if (moves[j] != moves[j]) *nan_seen = 1.0;  // by any thread: all of them write the same
            mine[j] -= eta * moves[j];
        }
        if (!noisy) continue;
        const unsigned particle = (unsigned)(system * stride + (i - system * n));
        const real common = shared_factor(shared, k0, k1, particle, step, lane, shared_block);
        for (long long first = 0; first < DIM; first += each) {
            real values[each];
            own_factors(own, k0, k1, particle, step, lane, first / each, DIM - first, values);
            for (int y = 0; y < each && first + y < DIM; ++y)
                mine[first + y] = fma_(scale, common * values[y], mine[first + y]);
        }
    }
}
"""
TALLY = r"""
extern "C" __global__ void tally(const real *x, long long n, long long systems,
                                 const double *parameters, double *sums)
{
    const long long chunks = (n + CHUNK - 1) / CHUNK, threads = (long long)gridDim.x * blockDim.x;
    // A thread sums one feature of one chunk, from its first particle to its last.
    for (long long q = (long long)blockIdx.x * blockDim.x + threadIdx.x;
         q < systems * chunks * FEATURES; q += threads) {
        const long long chunk = q / FEATURES, system = chunk / chunks;
        const long long first = (chunk - system * chunks) * CHUNK;
        const long long count = n - first < CHUNK ? n - first : CHUNK;
        const real *some = x + (system * n + first) * DIM;
        sums[q] = 0.0 + interaction::feature(some, count, (int)(q - chunk * FEATURES), parameters);
    }
}
"""
DRIFTS = r"""
extern "C" __global__ void drifts(const real *x, long long n, long long systems,
                                  const double *means, const double *parameters, real *out)
{
    const long long threads = (long long)gridDim.x * blockDim.x;
    for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < systems * n;
         i += threads)
        interaction::drift(x + i * DIM, means + i / n * FEATURES, parameters, out + i * DIM);
}
"""
KERNELS = {"move": MOVE, "tally": TALLY, "drifts": DRIFTS}
