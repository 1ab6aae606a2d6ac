r"""Interacting particles in a few dimensions, driven by stable noise.

.. math:: X^i_{k+1} = X^i_k - \eta\, b(X^i_k, m_k) + \sigma \eta^{1/\alpha} S^i_k, \qquad
          m_k = \frac1n \sum_j g(X^j_k),

the Euler scheme of dX = -b(X, E g(X)) dt + sigma dL for n particles.  Particles see each other by
the mean of a feature g alone, so that a step is one pass over memory: a block of particles moves,
gets its noise and adds its features to the next mean while it is in the cache.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count

import numpy as np

from stablenoise.checks import check_integer, real_array
from stablenoise.field import WORDS, NoiseField
from stablenoise.kernels.compiler import jit
from stablenoise.kernels.threads import in_threads

from .checks import check_particles, noise_scale, not_a_number
from .interactions import Interaction, attraction, check_interaction, drifts

__all__ = ["Interaction", "State", "attraction", "drifts", "trajectory"]

CHUNK = 4096  # particles of one system whose features are summed on their own
BLOCK = 1 << 15  # numbers that a step has in the cache at a time
TILE = 1024  # particles that are given to a drift
ENOUGH = 4  # blocks that make a thread worth its start


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Particles after some steps.

    Parameters
    ----------
    theta : ndarray, shape (n, d) or (systems, n, d)
        The one array of the run: the next step changes it.
    mean : ndarray, float64, shape (features,) or (systems, features)
        Of the features of these particles.
    step : int
        The next one.

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
    """Yield the particles as they are given, and after each step.

    Parameters
    ----------
    theta : ndarray, shape (n, d) or (systems, n, d), n >= 2
        float64 or float32, finite; copied.  Systems are independent of each other.
    interaction : Interaction
    field : NoiseField
        Particle i of system r is particle r stride + i of the field.
    eta : float
        Step size, positive, in units of time.
    sigma : float
        Noise scale, not negative, in units of theta per time^(1/alpha).
    start : int
        First step: a run resumed from a state goes on as before, to the last bit.
    means : ndarray, shape (steps, features) or (steps, systems, features), optional
        What particles see instead of their own mean, for as many steps (``mean_field``).
    stride : int, optional
        At least n, by default n: systems of several sizes with one stride are on one noise.

    Yields
    ------
    State
        Memory: one copy of theta, 4 bytes of address a particle, and blocks in the cache.

    Raises
    ------
    ValueError
        If an argument is out of range, or the drift gives NaN.

    Notes
    -----
    Features are summed in float64 over chunks of 4,096 particles, and then over the chunks, so
    that no bit depends on the number of threads.

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
    rows = _addresses(len(x), x.shape[1], stride)
    seen = None if means is None else _checked_means(means, len(x), interaction.features)
    states = _steps(x, rows, interaction, field, float(eta), scale, start, seen)
    return (State(s.theta.reshape(theta.shape), _plain(s.mean, theta), s.step) for s in states)


def _steps(
    x: np.ndarray,
    rows: np.ndarray,
    interaction: Interaction,
    field: NoiseField,
    eta: float,
    scale: float,
    start: int,
    means: np.ndarray | None,
) -> Iterator[State]:
    move, tally = _kernels(interaction.drift, interaction.feature)
    systems, n, dim = x.shape
    flat, p = x.reshape(-1, dim), interaction.parameters
    chunks = -(-n // CHUNK)
    sums = np.empty((systems * chunks, interaction.features))
    each = max(1, BLOCK // (min(n, CHUNK) * dim))  # chunks of a block
    bad = np.zeros(-(-len(sums) // each), bool)

    def advance(mean: np.ndarray | None, step: int, low: int, high: int) -> None:
        for block in range(low, high):
            first, last = block * each, min((block + 1) * each, len(sums))
            a, b = (c // chunks * n + min(c % chunks * CHUNK, n) for c in (first, last))
            if mean is not None:
                bad[block] = move(flat[a:b], a, n, mean, eta, p)
                if scale:
                    field.add_to(flat[a:b], step, scale, rows[a:b])
            tally(flat, first, last, n, p, sums)

    def over_blocks(mean: np.ndarray | None, step: int) -> np.ndarray:
        in_threads(lambda low, high: advance(mean, step, low, high), len(bad), ENOUGH)
        if bad.any():
            raise not_a_number("theta", step)
        parts = sums.reshape(systems, chunks, -1)
        with np.errstate(over="ignore", invalid="ignore"):
            means = parts.sum(axis=1) / n
            return np.where(np.isfinite(means), means, (parts / n).sum(axis=1))

    mean = over_blocks(None, start)
    yield State(x, mean, start)
    for step in count(start) if means is None else range(start, start + len(means)):
        mean = over_blocks(mean if means is None else means[step - start], step)
        yield State(x, mean, step + 1)


@cache
def _kernels(drift: Callable, feature: Callable) -> tuple[Callable, Callable]:
    """The drift of a block of rows, and the sums of its features."""

    @jit(nogil=True)
    def move(x, row, n, means, eta, parameters):
        """Move rows of systems of n particles, from ``row`` on; whether a drift is NaN."""
        out, bad, i = np.empty((min(TILE, n), x.shape[1]), x.dtype), False, 0
        while i < len(x):
            system = (row + i) // n
            end = min(i + TILE, (system + 1) * n - row, len(x))
            some, drifts = x[i:end], out[: end - i]
            drift(some, means[system], parameters, drifts)
            bad |= _shift(some.reshape(-1), drifts.reshape(-1), x.dtype.type(eta))
            i = end
        return bad

    @jit(nogil=True)
    def tally(x, low, high, n, parameters, sums):
        """Sums of the features of each chunk from low to high."""
        chunks = (n + CHUNK - 1) // CHUNK
        for chunk in range(low, high):
            sums[chunk] = 0
            system, first = chunk // chunks, chunk % chunks * CHUNK
            last = min(first + CHUNK, n)
            feature(x[system * n + first : system * n + last], parameters, sums[chunk])

    return move, tally


@jit
def _shift(x, drift, eta):
    """Subtract eta times the drift; whether that is NaN anywhere."""
    bad = 0
    for i in range(x.size):
        bad |= drift[i] != drift[i]
        x[i] -= eta * drift[i]
    return bad != 0


def _systems(theta: np.ndarray) -> np.ndarray:
    """Copy of theta, shape (systems, n, d)."""
    check_particles("theta", theta, (2, 3))
    if theta.shape[-2] < 2:
        raise ValueError(f"an interacting system must have 2 particles, got shape {theta.shape}")
    return np.array(theta, order="C", ndmin=3)


def _addresses(systems: int, n: int, stride: int | None) -> np.ndarray:
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
    return mean if theta.ndim == 3 else mean[0]
