r"""Interacting particles in a few dimensions, driven by stable noise.

.. math:: X^i_{k+1} = X^i_k - \eta\, b(X^i_k, m_k) + \sigma \eta^{1/\alpha} S^i_k, \qquad
          m_k = \frac1n \sum_j g(X^j_k),

the Euler scheme of dX = -b(X, E g(X)) dt + sigma dL for n particles.  Particles see each other
through the mean of a feature g alone.  So a step is one pass over memory: a block of particles
moves, gets its noise and adds its features to the next mean while it is in the cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np

from stablenoise.checks import check_integer, check_target, check_truth, real_array
from stablenoise.field import WORDS, NoiseField
from stablenoise.kernels.arrays import Array, array_module
from stablenoise.results import Result

from .checks import check_particles, is_plain_array, noise_scale, not_a_number, told_array
from .interactions import (
    Interaction,
    attraction,
    check_dimension,
    check_interaction,
    check_where,
    drifts,
)
from .steps import Advance, Run, advancer

__all__ = ["Interaction", "State", "attraction", "drifts", "trajectory"]


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

    theta: Array
    mean: Array
    step: int


def trajectory(
    theta: Array,
    interaction: Interaction,
    field: NoiseField,
    eta: float,
    sigma: float = 1.0,
    *,
    start: int = 0,
    means: Array | None = None,
    stride: int | None = None,
    overwrite: bool = False,
) -> Iterator[State]:
    """Yield the particles at the start and after each step.

    Parameters
    ----------
    theta : ndarray, shape (n, d) or (systems, n, d), n >= 2
        float64 or float32, finite; copied unless ``overwrite`` is true.  Systems do not see each
        other.  Of NumPy, or of CuPy: the run is on its device.
    interaction : Interaction
        With its ``cuda`` text if theta is of CuPy.
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
        (``chaos.recorded``).  Of NumPy, or where theta is.
    stride : int, optional
        At least n, by default n.  Systems of several sizes that share a stride share their noise.
    overwrite : bool
        If true, theta itself is moved: a system as large as the memory has room in it.  It must be
        C-contiguous and writeable.

    Yields
    ------
    State
        Memory: one copy of theta unless it is overwritten, an address of 4 bytes for each particle,
        and blocks in the cache; on a device, that copy and 8 bytes for each feature of 4,096
        particles.

    Raises
    ------
    ValueError
        If an argument is out of range; while it runs, if the drift gives NaN.

    Notes
    -----
    Features are summed in float64 over chunks of 4,096 particles, and then over the chunks: no bit
    depends on the number of threads.  On a device particles and means have the bits of the host if
    drift and feature are made of additions, products, quotients, square roots and the functions
    of ``stablenoise.kernels.elementary``; with others, a sine of the device's library, they agree
    as well as the two libraries do.

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
    check_truth("overwrite", overwrite)
    x = _systems(theta, overwrite)
    shape = theta.shape
    check_dimension(interaction, x)
    check_where(interaction, x)
    systems, n, _ = x.shape
    stride = n if stride is None else check_integer("stride", stride, n, WORDS)
    check_integer("particles of all systems", stride * systems - 1, 0, WORDS)
    seen = None if means is None else _checked_means(means, x, interaction.features)
    del theta, means  # the caller's, which a run need not keep in memory
    advance = advancer(Run(x, stride, interaction, field, float(eta), scale))
    states = _steps(advance, x, start, seen)
    return (State(s.theta.reshape(shape), s.mean.reshape(*shape[:-2], -1), s.step) for s in states)


def _steps(advance: Advance, x: Array, start: int, means: Array | None) -> Iterator[State]:
    mean, _ = advance(None, start)
    yield State(x, mean, start)
    for step in count(start) if means is None else range(start, start + len(means)):
        mean, nan_seen = advance(mean if means is None else means[step - start], step)
        if nan_seen:
            raise not_a_number("theta", step)
        yield State(x, mean, step + 1)


def _systems(theta: Array, overwrite: bool) -> Array:
    """Copy of theta, or itself, in shape (systems, n, d)."""
    check_particles("theta", theta, (2, 3))
    if theta.shape[-2] < 2:
        raise ValueError(f"an interacting system must have 2 particles, got shape {theta.shape}")
    if not overwrite:
        return array_module(theta).array(theta, order="C", ndmin=3)
    check_target("theta", theta, theta.ndim)
    return theta.reshape(-1, *theta.shape[-2:])


def _checked_means(means: Array, x: Array, features: int) -> Array:
    """Means of all systems, where the particles are."""
    xp, (systems, _, _) = array_module(x), x.shape
    path = _real_means(means) if array_module(means) is xp else xp.asarray(_on_host(means))
    if path.ndim == 2 and systems == 1:
        path = path[:, None]
    if path.shape[1:] != (systems, features) or not xp.isfinite(path).all():
        shape = f"(steps, {systems}, {features})"
        raise ValueError(f"means must be finite, of shape {shape}, got {path.shape}")
    return xp.ascontiguousarray(path)


def _real_means(means: Array) -> Array:
    """Means as float64."""
    if array_module(means) is np:
        return real_array("means", means)
    if not is_plain_array(means) or means.dtype.kind not in "biuf":
        raise ValueError(f"means must be real numbers, got {told_array(means)}")
    return means.astype(float, copy=False)


def _on_host(means: Array) -> np.ndarray:
    """Means that are to go to a device."""
    if array_module(means) is not np:
        raise ValueError("means must be of NumPy, as theta is, got an array on a device")
    return real_array("means", means)
