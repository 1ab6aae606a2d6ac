r"""Systems of several sizes and step sizes on one noise.

Sizes need nothing: noise is looked up by particle, so that a small system is the beginning of a
large one (``particles.trajectory`` with one ``stride``, ``sgd.trajectory`` as it is).  For step
sizes the noise of a coarse step is the sum of that of its fine ones:

.. math:: \eta_l^{1/\alpha} S^l_k = \sum_{j} \eta_0^{1/\alpha} S_j,
          \qquad \eta_l = 2^l \eta_0, \quad 2^l k \le j < 2^l (k + 1).

All levels run in one pass, with one draw a finest step and one array of sums a level.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from stablenoise.arrays import Array, array_module
from stablenoise.checks import check_integer
from stablenoise.field import NoiseField

from .checks import check_scales
from .particles import Interaction, drifts

Drift = Callable[[Array, int], Array]


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Particles of all levels after some finest steps.

    Parameters
    ----------
    thetas : tuple of ndarray
        Finest level first; level l has the value at its last grid time, the largest multiple of
        2^l steps, and is an array of the run: the next step may change it.
    step : int
        Finest steps made.

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
    """Yield systems with step sizes eta, 2 eta, 4 eta, ... on one noise after each finest step.

    Between its grid times a coarse system stays where it is: compare levels l and m at multiples of
    2^max(l, m) steps for the error at grid times, which is of order eta, and elsewhere for that of
    the piecewise constant path, of order eta^(1/alpha).  The largest error over all times does not
    fall: the coarse path makes the largest jump too late.

    Parameters
    ----------
    theta : ndarray, shape (n, d) or (systems, n, d)
        Copied once for each level; of NumPy, or of CuPy with a drift in array code.
    drift : Interaction or callable
        Or (theta, step) -> b(theta), an array like theta; the step is counted in finest steps.
    field : NoiseField
        Of the finest steps.
    eta : float
        Finest step size, positive.
    sigma : float
    levels : int
        In [2, 30].

    Yields
    ------
    Levels
        Memory: two arrays a level and one of noise.

    Raises
    ------
    ValueError
        If an argument is out of range, or a drift gives NaN.

    Examples
    --------
    >>> from itertools import islice
    >>> import numpy as np
    >>> from chaos.particles import attraction
    >>> runs = step_sizes(np.zeros((3, 1)), attraction(1.0), NoiseField(1.5, seed=1), eta=0.1)
    >>> [found.step for found in islice(runs, 2)]
    [1, 2]

    """
    check_scales(eta, sigma)
    check_integer("levels", levels, 2, 31)
    move = drifts(drift) if isinstance(drift, Interaction) else drift
    return _steps(theta, move, field, eta, sigma * eta ** (1 / field.alpha), levels)


def _steps(
    theta: Array, drift: Drift, field: NoiseField, eta: float, scale: float, levels: int
) -> Iterator[Levels]:
    xp = array_module(theta)
    thetas = [xp.array(theta, dtype=theta.dtype, order="C") for _ in range(levels)]
    sums = [xp.zeros_like(x) for x in thetas]
    noise = xp.empty((theta.size // theta.shape[-1], theta.shape[-1]), theta.dtype)
    for step in count():
        field.fill(noise, step)
        sums[0] += scale * noise.reshape(theta.shape)
        for level, x in enumerate(thetas):
            length = 1 << level
            if (step + 1) % length:
                break
            x += sums[level] - length * eta * _checked(drift(x, step + 1 - length), step)
            if level + 1 < levels:
                sums[level + 1] += sums[level]
            sums[level][...] = 0
        yield Levels(tuple(thetas), step + 1)


def _checked(moves: Array, step: int) -> Array:
    if array_module(moves).isnan(moves).any():
        raise ValueError(f"drift must be a number, got NaN at step {step}")
    return moves
