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

import numpy as np

from stablenoise.checks import check_fits, check_integer, told
from stablenoise.field import NoiseField
from stablenoise.kernels.arrays import Array, array_module
from stablenoise.results import Result

from .checks import check_moved, check_moves, check_particles, noise_scale
from .interactions import Interaction, check_dimension, drifts

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
        float64 or float32, finite; at least one particle, two with an interaction.  A NumPy array,
        or a CuPy array if the drift is array code.  Copied once for each level.
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
        Memory: two arrays for each level, and one of noise.

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
    return _steps(theta, _array_drift(drift, theta), field, float(eta), scale, levels)


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
