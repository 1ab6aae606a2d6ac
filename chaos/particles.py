r"""Interacting particles in a few dimensions, driven by stable noise.

.. math:: X^i_{k+1} = X^i_k - \eta\, b(X^i_k, m_k) + \sigma \eta^{1/\alpha} S^i_k, \qquad
          m_k = \frac1n \sum_j g(X^j_k),

the Euler scheme of dX = -b(X, E g(X)) dt + sigma dL for n particles.  Particles see each other
through the mean of a feature g alone.  So a step is one pass over memory: a block of particles
moves, gets its noise and adds its features to the next mean while it is in the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import NamedTuple

import numpy as np

from stablenoise.checks import check_integer, real_array
from stablenoise.field import WORDS, NoiseField
from stablenoise.kernels.compiler import jit
from stablenoise.kernels.threads import in_threads
from stablenoise.results import Result

from .checks import check_particles, noise_scale, not_a_number
from .interactions import Interaction, attraction, check_dimension, check_interaction, drifts

__all__ = ["Interaction", "State", "attraction", "drifts", "trajectory"]

CHUNK_PARTICLES = 4096  # of one system whose features are summed on their own
BLOCK_VALUES = 1 << 15  # that a step has in the cache at a time
DRIFT_PARTICLES = 1024  # that are given to a drift at a time
BLOCKS_PER_THREAD = 4  # at least, to make a thread worth its start


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class State(Result):
    """Particles before a step, and the mean that they see.

    Parameters
    ----------
    theta : ndarray, shape (n, d) or (systems, n, d)
        The only array of the run: the next step changes it, so copy what you keep.
    mean : ndarray, float64, shape (features,) or (systems, features)
        Mean of the features of these particles.
    step : int
        The next one, which is the number of steps made so far.

    Examples
    --------
    >>> next(trajectory(np.ones((5, 1)), attraction(1.0), NoiseField(1.5, seed=1), eta=0.1))
    State(theta=<float64 of shape (5, 1)>, mean=<float64 of shape (1,)>, step=0)

    """

    theta: np.ndarray
    mean: np.ndarray
    step: int


def trajectory(
    theta: np.ndarray,
    interaction: Interaction,
    field: NoiseField,
    eta: float,
    sigma: float = 1.0,
    *,
    start: int = 0,
    means: np.ndarray | None = None,
    stride: int | None = None,
) -> Iterator[State]:
    """Yield the particles at the start and after each step.

    Parameters
    ----------
    theta : ndarray, shape (n, d) or (systems, n, d), n >= 2
        float64 or float32, finite; copied.  Systems do not see each other.
    interaction : Interaction
    field : NoiseField
        Particle i of system r is particle r stride + i of the field.
    eta : float
        Step size, positive, in units of time.
    sigma : float
        Noise scale, not negative, in units of theta per time^(1/alpha).
    start : int
        First step.  A run resumed from a state has the same bits as one that was not stopped.
    means : ndarray, shape (steps, features) or (steps, systems, features), optional
        What particles see instead of their own mean; the run is then so many steps long
        (``chaos.recorded``).
    stride : int, optional
        At least n, by default n.  Systems of several sizes that share a stride share their noise.

    Yields
    ------
    State
        Memory: one copy of theta, an address of 4 bytes for each particle, and blocks in the cache.

    Raises
    ------
    ValueError
        If an argument is out of range; while it runs, if the drift gives NaN.

    Notes
    -----
    Features are summed in float64 over chunks of 4,096 particles, and then over the chunks: no bit
    depends on the number of threads.

    Examples
    --------
    >>> from itertools import islice
    >>> path = trajectory(np.zeros((1000, 1)), attraction(1.0), NoiseField(1.5, seed=1), eta=0.1)
    >>> [state.step for state in islice(path, 3)]
    [0, 1, 2]

    """
    scale = noise_scale(field, eta, sigma)
    check_interaction(interaction)
    start = check_integer("start", start, 0, WORDS)
    x = _systems(theta)
    check_dimension(interaction, x)
    rows = _addresses(len(x), x.shape[1], stride)
    seen = None if means is None else _checked_means(means, len(x), interaction.features)
    states = _steps(_Run(x, rows, interaction, field, float(eta), scale), start, seen)
    return (State(s.theta.reshape(theta.shape), _plain(s.mean, theta), s.step) for s in states)


class _Run(NamedTuple):
    """Particles, and all that moves them."""

    x: np.ndarray  # (systems, n, d)
    rows: np.ndarray  # of each particle in the field
    interaction: Interaction
    field: NoiseField
    eta: float
    scale: float


class _Blocks(NamedTuple):
    """Division of the particles into blocks of whole chunks, and what is seen of each."""

    chunks: int  # of a system
    chunks_per_block: int
    sums: np.ndarray  # of the features of each chunk, (systems * chunks, features)
    nan_seen: np.ndarray  # in the drifts of each block


def _steps(run: _Run, start: int, means: np.ndarray | None) -> Iterator[State]:
    blocks = _blocks(run)
    mean = _over_blocks(run, blocks, None, start)
    yield State(run.x, mean, start)
    for step in count(start) if means is None else range(start, start + len(means)):
        mean = _over_blocks(run, blocks, mean if means is None else means[step - start], step)
        yield State(run.x, mean, step + 1)


def _blocks(run: _Run) -> _Blocks:
    systems, n, dim = run.x.shape
    chunks = -(-n // CHUNK_PARTICLES)
    sums = np.empty((systems * chunks, run.interaction.features))
    chunks_per_block = max(1, BLOCK_VALUES // (min(n, CHUNK_PARTICLES) * dim))
    return _Blocks(
        chunks, chunks_per_block, sums, np.zeros(-(-len(sums) // chunks_per_block), bool)
    )


def _over_blocks(run: _Run, blocks: _Blocks, mean: np.ndarray | None, step: int) -> np.ndarray:
    """Mean of the features of all particles, which move first if they are shown a mean."""

    def advance(low: int, high: int) -> None:
        for block in range(low, high):
            _advance(run, blocks, block, mean, step)

    in_threads(advance, len(blocks.nan_seen), BLOCKS_PER_THREAD)
    if blocks.nan_seen.any():
        raise not_a_number("theta", step)
    systems, n, _ = run.x.shape
    parts = blocks.sums.reshape(systems, blocks.chunks, -1)
    with np.errstate(over="ignore", invalid="ignore"):
        means = parts.sum(axis=1) / n
        # Where the sum overflows although the mean does not, each part is divided first.
        return np.where(np.isfinite(means), means, (parts / n).sum(axis=1))


def _advance(run: _Run, blocks: _Blocks, block: int, mean: np.ndarray | None, step: int) -> None:
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
            run.field.add_to(flat[a:b], step, run.scale, run.rows[a:b])
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


def _systems(theta: np.ndarray) -> np.ndarray:
    """Copy of theta in shape (systems, n, d)."""
    check_particles("theta", theta, (2, 3))
    if theta.shape[-2] < 2:
        raise ValueError(f"an interacting system must have 2 particles, got shape {theta.shape}")
    return np.array(theta, order="C", ndmin=3)


def _addresses(systems: int, n: int, stride: int | None) -> np.ndarray:
    """Number of each particle in the field, system by system."""
    stride = n if stride is None else check_integer("stride", stride, n, WORDS)
    check_integer("particles of all systems", stride * systems - 1, 0, WORDS)
    rows = np.arange(systems, dtype=np.uint32)[:, None] * np.uint32(stride)
    return (rows + np.arange(n, dtype=np.uint32)).ravel()


def _checked_means(means: np.ndarray, systems: int, features: int) -> np.ndarray:
    path = real_array("means", means)
    if path.ndim == 2 and systems == 1:
        path = path[:, None]
    if path.shape[1:] != (systems, features) or not np.isfinite(path).all():
        shape = f"(steps, {systems}, {features})"
        raise ValueError(f"means must be finite, of shape {shape}, got {path.shape}")
    return np.ascontiguousarray(path)


def _plain(mean: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """Mean without the axis of systems, if theta has none."""
    return mean if theta.ndim == 3 else mean[0]
