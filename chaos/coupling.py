r"""Systems of several sizes and step sizes on one noise.

For several sizes nothing is needed: noise is looked up by particle, so that a small system is the
beginning of a large one (``particles.trajectory`` with one ``stride``; ``sgd.trajectory`` as it
is).  For several step sizes, the noise of a coarse step is the sum of the noise of its fine steps:

.. math:: \eta_l^{1/\alpha} S^l_k = \sum_{j} \eta_0^{1/\alpha} S_j,
          \qquad \eta_l = 2^l \eta_0, \quad 2^l k \le j < 2^l (k + 1).

All levels run in one pass, with one noise for each finest step and one array of sums a level.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

import numpy as np

from stablenoise.checks import check_fits, check_integer, told
from stablenoise.field import NoiseField
from stablenoise.kernels.addresses import address
from stablenoise.kernels.arrays import Array, array_module
from stablenoise.kernels.cms import Laws, as_struct
from stablenoise.results import Result

from .checks import check_moved, check_moves, check_particles, noise_scale, not_finite
from .interactions import Interaction, check_dimension, check_where, drifts
from .steps import Run, advancer, kernel_of, parameters_of, room_of

__all__ = ["Levels", "step_sizes"]

Drift = Callable[[Array, int], Array]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Levels(Result):
    """Particles of all levels after some of the finest steps.

    Parameters
    ----------
    thetas : tuple of ndarray
        Finest level first.  Level l is as it was at its last grid time, the largest multiple of
        2^l steps.  These are the arrays of the run: the next step may change them.
    step : int
        Number of finest steps made.

    Examples
    --------
    >>> import numpy as np
    >>> next(step_sizes(np.zeros((3, 1)), lambda x, k: x, NoiseField(1.5, seed=1), eta=0.1))
    Levels(thetas=(<float64 of shape (3, 1)>, <float64 of shape (3, 1)>), step=1)

    """

    thetas: tuple[Array, ...]
    step: int


def step_sizes(
    theta: Array,
    drift: Interaction | Drift,
    field: NoiseField,
    eta: float,
    sigma: float = 1.0,
    *,
    levels: int = 2,
) -> Iterator[Levels]:
    """Yield systems with step sizes eta, 2 eta, 4 eta, ... on one noise, after each finest step.

    Between its grid times a coarse system stays where it is.  At multiples of 2^max(l, m) steps
    levels l and m differ by the error at grid times, which is of order eta; elsewhere they differ
    by the error of a piecewise constant path, of order eta^(1/alpha).  The largest error over all
    times does not fall with eta: the coarse path makes the largest jump too late.

    Parameters
    ----------
    theta : ndarray, shape (n, d) or (systems, n, d)
        float64 or float32, finite; at least one particle, two with an interaction.  Of NumPy or of
        CuPy; an interaction then needs its ``cuda`` text.  Copied once for each level.
    drift : Interaction or callable
        A callable is (theta, step) -> b(theta), an array like theta; the step is counted in finest
        steps.
    field : NoiseField
        Noise of the finest steps.
    eta : float
        Finest step size, positive, in units of time.
    sigma : float
        Noise scale, not negative, in units of theta per time^(1/alpha).
    levels : int
        In [2, 30].

    Yields
    ------
    Levels
        Memory: two arrays for each level, and one of noise.  On a device, with an interaction,
        noise is made where it is used, and the finest level has one array.

    Raises
    ------
    ValueError
        If an argument is out of range or of another kind; while it runs, if a drift is NaN or of
        another shape, or a particle becomes infinite.

    Examples
    --------
    >>> from itertools import islice
    >>> import numpy as np
    >>> from chaos.particles import attraction
    >>> runs = step_sizes(np.zeros((3, 1)), attraction(1.0), NoiseField(1.5, seed=1), eta=0.1)
    >>> [systems.step for systems in islice(runs, 2)]
    [1, 2]

    """
    scale = noise_scale(field, eta, sigma)
    levels = check_integer("levels", levels, 2, 31)
    check_particles("theta", theta, (2, 3))
    check_fits("sigma eta^(1/alpha)", scale, theta.dtype)
    array_drift, made_of = _array_drift(drift, theta), getattr(field.noise.fill, "laws", None)
    on_device = array_module(theta) is not np
    if on_device and isinstance(drift, Interaction) and made_of is not None:
        check_where(drift, theta)
        run = _Run(drift, field, made_of, float(eta), scale)
        return _steps_on_device(theta, run, levels)
    return _steps(theta, array_drift, field, float(eta), scale, levels)


def _array_drift(drift: Interaction | Drift, theta: Array) -> Drift:
    """Drift as a function of particles and step."""
    if not isinstance(drift, Interaction):
        if not callable(drift):
            raise ValueError(f"drift must be an Interaction or a function, got {told(drift)}")
        return drift
    if theta.shape[-2] < 2:
        raise ValueError(f"an interacting system must have 2 particles, got shape {theta.shape}")
    check_dimension(drift, theta)
    return drifts(drift)


def _steps(
    theta: Array, drift: Drift, field: NoiseField, eta: float, scale: float, levels: int
) -> Iterator[Levels]:
    xp = array_module(theta)
    thetas = [xp.array(theta, dtype=theta.dtype, order="C") for _ in range(levels)]
    sums = [xp.zeros_like(x) for x in thetas]
    noise = xp.empty((theta.size // theta.shape[-1], theta.shape[-1]), theta.dtype)
    for step in count():
        field.fill(noise, step)
        with np.errstate(over="ignore"):
            sums[0] += scale * noise.reshape(theta.shape)
        # Finest level first: a coarser one moves by noise that the finer ones have added up.
        for level, x in enumerate(thetas):
            length = 1 << level
            # A step that ends at no grid time of this level ends at none of a coarser one.
            if (step + 1) % length:
                break
            # Euler's drift is that of the beginning of the step, ``length`` finest steps ago.
            _move(x, sums[level], drift, step + 1 - length, length * eta)
            if level + 1 < levels:  # the noise of a step of this level is part of a coarser one
                sums[level + 1] += sums[level]
            sums[level][...] = 0
        yield Levels(tuple(thetas), step + 1)


def _move(x: Array, noise: Array, drift: Drift, step: int, eta: float) -> None:
    """Move particles by one step of size ``eta``, which begins at the finest step ``step``."""
    with np.errstate(over="ignore", invalid="ignore"):  # the checks say it in one line
        moves = drift(x, step)
        check_moves(moves, x, step)
        x += noise - eta * moves
    check_moved("theta", x, moves, step)


# On a device: a kernel moves a level, makes its noise if it is the finest, and adds the noise to
# the sums of the level above; it does what ``_steps`` does, in the same order.


class _Run(NamedTuple):
    """What moves all levels."""

    interaction: Interaction
    field: NoiseField
    laws: Laws
    eta: float
    scale: float


def _steps_on_device(theta: Array, run: _Run, levels: int) -> Iterator[Levels]:
    xp = array_module(theta)
    thetas = [xp.array(theta, dtype=theta.dtype, order="C") for _ in range(levels)]
    # Level l adds to sums[l] what level l + 1 moves by.
    sums = [xp.zeros_like(x) for x in thetas[1:]]
    moves = [_mover(run, x, level, sums) for level, x in enumerate(thetas)]
    for step in count():
        for level, move in enumerate(moves):
            if (step + 1) % (1 << level):
                break
            move(step)
        yield Levels(tuple(thetas), step + 1)


def _mover(run: _Run, theta: Array, level: int, sums: list[Array]) -> Callable[[int], None]:
    """Function of the finest step that ends a step of a level, which moves it."""
    x = theta.reshape(-1, *theta.shape[-2:])
    xp, (systems, n, dim), real = array_module(x), x.shape, x.dtype.type
    see = advancer(Run(x, n, run.interaction, run.field, 0.0, 0.0))
    kernel = kernel_of(run.interaction, real, dim, run.laws, "couple", COUPLE)
    blocks, room = room_of(xp, systems * n, dim, real)
    structs = [as_struct(real, k) for k in run.laws.constants(real, run.field.alpha, 0.0)]
    # The coarsest level adds to its own sums, which it then clears.
    pushed, added = sums[max(level - 1, 0)], sums[min(level, len(sums) - 1)]
    arrays = x, pushed, added, np.int32(level == 0), np.int64(n), np.int64(systems)
    marks, length = xp.zeros(2), 1 << level
    factors = parameters_of(run.interaction, xp), real(length * run.eta), real(run.scale), *structs

    def move(step: int) -> None:
        place = *address(run.field.seed, step, run.field.lane), np.uint32(run.laws.shared_block)
        means = see(None, step)[0]
        kernel((blocks,), (256,), (*arrays, means, *factors, *place, room, marks))
        lost, nan_seen = marks.get()
        if lost:
            raise not_finite("theta", theta, bool(nan_seen), step + 1 - length)

    return move


COUPLE = r"""
extern "C" __global__ void couple(real *x, real *pushed, real *added, int finest,
                                  long long n, long long systems, const double *means,
                                  const double *parameters, real eta, real scale,
                                  constants shared, constants own, unsigned k0, unsigned k1,
                                  unsigned step, unsigned lane, unsigned shared_block,
                                  real *room, double *marks)
{
    const int each = PAIRS * DRAWS;
    const long long threads = (long long)gridDim.x * blockDim.x;
    const long long thread = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    real held[DIM <= LOCAL ? DIM : 1], *moves = DIM <= LOCAL ? held : room + thread * DIM;
    for (long long i = thread; i < systems * n; i += threads) {
        real *mine = x + i * DIM, values[each];
        interaction::drift(mine, means + i / n * FEATURES, parameters, moves);
        const unsigned particle = (unsigned)i;
        real common = ONE;
        if (finest) common = shared_factor(shared, k0, k1, particle, step, lane, shared_block);
        for (long long j = 0; j < DIM; ++j) {
            const int y = (int)(j % each);
            if (finest && y == 0)
                own_factors(own, k0, k1, particle, step, lane, j / each, DIM - j, values);
            // What the level moves by: noise that is made here, or that finer levels have added up.
            const real push = finest ? ZERO + scale * (common * values[y]) : pushed[i * DIM + j];
            mine[j] += push - eta * moves[j];
            added[i * DIM + j] += push;
            if (!finest) pushed[i * DIM + j] = ZERO;
            if (mine[j] - mine[j] != ZERO) marks[0] = 1.0;  // infinite, or NaN
            if (moves[j] != moves[j]) marks[1] = 1.0;
        }
    }
}
"""
