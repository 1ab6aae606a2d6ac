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

from stablenoise.checks import check_integer
from stablenoise.field import WORDS, NoiseField
from stablenoise.jit import jit
from stablenoise.threads import in_threads

from .checks import check_scales

CHUNK = 4096  # particles of one system whose features are summed on their own
BLOCK = 1 << 15  # numbers that a step has in the cache at a time
TILE = 1024  # particles that are given to a drift
ENOUGH = 4  # blocks that make a thread worth its start


@dataclass(frozen=True, slots=True)
class Interaction:
    """A drift that sees the other particles by the mean of a feature.

    Parameters
    ----------
    drift : callable
        ``drift(x, mean, parameters, out)``, compiled by ``stablenoise.jit.jit`` or Numba: writes
        b(x, mean) to ``out`` for some particles x of one system, both of shape (m, d); ``mean`` is
        float64 of shape (features,).
    feature : callable
        ``feature(x, parameters, sums)``, compiled: adds g(x) of the particles to ``sums``, float64
        of shape (features,).
    features : int
        At least 1.
    parameters : tuple of float
        Given to both: other values need no other machine code.

    Raises
    ------
    ValueError
        If a function is not compiled or the number is out of range.

    """

    drift: Callable
    feature: Callable
    features: int = 1
    parameters: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for name in ("drift", "feature"):
            if not hasattr(getattr(self, name), "py_func"):
                raise ValueError(f"{name} must be compiled by jit, got {getattr(self, name)!r}")
        check_integer("features", self.features, 1, 2**16)


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
        float64 or float32; copied.  Systems are independent of each other.
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
    check_scales(eta, sigma)
    start = check_integer("start", start, 0, WORDS)
    x = _systems(theta)
    rows = _addresses(len(x), x.shape[1], stride)
    seen = None if means is None else _checked_means(means, len(x), interaction.features)
    scale = sigma * eta ** (1 / field.alpha)
    states = _steps(x, rows, interaction, field, eta, scale, start, seen)
    return (State(s.theta.reshape(theta.shape), _plain(s.mean, theta), s.step) for s in states)


def drifts(interaction: Interaction) -> Callable[[np.ndarray, int], np.ndarray]:
    """Drift of an interaction as array code: (theta, step) -> b(theta, m), an array like theta.

    Examples
    --------
    >>> drifts(attraction(2.0))(np.array([[0.0], [2.0]]), 0)
    array([[-2.],
           [ 2.]])

    """
    whole = _whole(interaction.drift, interaction.feature)

    def drift(theta: np.ndarray, step: int) -> np.ndarray:
        out = np.empty_like(theta)
        x, moved = (a.reshape(-1, *theta.shape[-2:]) for a in (theta, out))
        whole(x, np.zeros(interaction.features), interaction.parameters, moved)
        return out

    return drift


def attraction(rate: float, dim: int = 1) -> Interaction:
    """Linear mean field: b(x, m) = rate (x - m), with m the mean of the particles.

    Examples
    --------
    >>> attraction(2.0).parameters
    (2.0,)

    """
    return Interaction(_to_the_mean, _itself, dim, (float(rate),))


@jit
def _to_the_mean(x, mean, parameters, out):
    if x.shape[1] == 1:  # a loop that is vectorised
        line, moved = x.reshape(-1), out.reshape(-1)
        rate, middle = line.dtype.type(parameters[0]), line.dtype.type(mean[0])
        for i in range(line.size):
            moved[i] = rate * (line[i] - middle)
        return
    for i in range(len(x)):
        for j in range(x.shape[1]):
            out[i, j] = parameters[0] * (x[i, j] - mean[j])


@jit
def _itself(x, parameters, sums):
    if x.shape[1] == 1:
        sums[0] += _sum(x.reshape(-1))
        return
    for i in range(len(x)):
        for j in range(x.shape[1]):
            sums[j] += x[i, j]


@jit
def _sum(x):
    """Sum of a line in four parts, so that additions do not wait for each other."""
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    whole = x.size // 4 * 4
    for i in range(0, whole, 4):
        a, b, c, d = a + x[i], b + x[i + 1], c + x[i + 2], d + x[i + 3]
    for i in range(whole, x.size):
        a += x[i]
    return (a + b) + (c + d)


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
            raise ValueError(f"drift must be a number, got NaN at step {step}")
        return sums.reshape(systems, chunks, -1).sum(axis=1) / n

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


@cache
def _whole(drift: Callable, feature: Callable) -> Callable:
    """The drifts of all systems."""

    @jit
    def whole(x, mean, parameters, out):
        for system in range(len(x)):
            mean[:] = 0
            feature(x[system], parameters, mean)
            mean /= x.shape[1]
            drift(x[system], mean, parameters, out[system])

    return whole


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
    if theta.ndim not in (2, 3) or theta.dtype not in (np.float64, np.float32):
        rule = "theta must be float64 or float32 of shape (n, d) or (systems, n, d)"
        raise ValueError(f"{rule}, got {theta.dtype} of shape {theta.shape}")
    if theta.shape[-2] < 2 or not theta.size:
        raise ValueError(f"an interacting system must have 2 particles, got shape {theta.shape}")
    if not np.isfinite(theta).all():
        raise ValueError(f"theta must be finite, got {np.count_nonzero(~np.isfinite(theta))} not")
    return np.array(theta, order="C", ndmin=3)


def _addresses(systems: int, n: int, stride: int | None) -> np.ndarray:
    stride = n if stride is None else check_integer("stride", stride, n, WORDS)
    check_integer("particles of all systems", stride * systems - 1, 0, WORDS)
    rows = np.arange(systems, dtype=np.uint32)[:, None] * np.uint32(stride)
    return (rows + np.arange(n, dtype=np.uint32)).ravel()


def _checked_means(means: np.ndarray, systems: int, features: int) -> np.ndarray:
    shape = (systems, features)
    found = np.asarray(means, dtype=float)
    if found.ndim == 2 and systems == 1:
        found = found[:, None]
    if found.shape[1:] != shape or not np.isfinite(found).all():
        raise ValueError(f"means must be finite, of shape (steps, {shape}), got {found.shape}")
    return np.ascontiguousarray(found)


def _plain(mean: np.ndarray, theta: np.ndarray) -> np.ndarray:
    return mean if theta.ndim == 3 else mean[0]
