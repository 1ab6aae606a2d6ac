"""McKean-Vlasov copies: particles that see a recorded system and not each other.

In the limit of many particles all interaction passes through averages: the features of
``chaos.particles``, or the outputs of a network with one hidden layer.  The path of these averages
in a large system, steps x features or steps x batch x outputs, drives copies of single particles
that are independent of each other, and on the noise of the large system's particles if they have
their addresses.  No trajectory is stored.

For particles record the means and give them back::

    means = recorded(trajectory(theta, interaction, field, eta), steps=100)
    copies = trajectory(theta[:10], interaction, field, eta, means=means)

and for a network, with an array for the path of its outputs::

    outputs = np.empty((steps, batch, classes))
    large = minibatch_drift(network, x, y, batch=batch, seed=seed, seen=record(outputs))
    copies = minibatch_drift(network, x, y, batch=batch, seed=seed, seen=replay(outputs))
"""

from collections.abc import Callable, Iterable
from itertools import islice

import numpy as np

from stablenoise.checks import check_integer, told
from stablenoise.field import WORDS
from stablenoise.kernels.arrays import Array, array_module

from .checks import is_plain_array, told_array
from .particles import State

Seen = Callable[[Array, int], Array]


def recorded(states: Iterable[State], steps: int) -> np.ndarray:
    """Means of the features of a system before each of its first steps.

    Parameters
    ----------
    states : iterable of State
        As ``particles.trajectory`` gives them; as many as ``steps`` are used.
    steps : int
        At least 1.

    Returns
    -------
    ndarray, float64, shape (steps, features) or (steps, systems, features)

    Raises
    ------
    ValueError
        If steps is out of range or there are fewer states.

    Examples
    --------
    >>> from chaos.particles import attraction, trajectory
    >>> from stablenoise import NoiseField
    >>> states = trajectory(np.ones((5, 1)), attraction(1.0), NoiseField(1.5, seed=1), eta=0.1)
    >>> recorded(states, steps=3).shape
    (3, 1)

    """
    steps = check_integer("steps", steps, 1, WORDS)
    if not isinstance(states, Iterable):
        raise ValueError(f"states must be those of a trajectory, got {told(states)}")
    means = [_mean(state) for state in islice(states, steps)]
    if len(means) < steps:
        raise ValueError(f"states must be at least {steps}, got {len(means)}")
    return np.array(means)


def _mean(state: State) -> np.ndarray:
    if not isinstance(state, State):
        raise ValueError(f"states must be those of a trajectory, got {told(state)}")
    return state.mean


def record(path: Array, start: int = 0) -> Seen:
    """Hook for ``sgd.minibatch_drift`` that writes the outputs of each step to an array.

    Parameters
    ----------
    path : ndarray, shape (steps, batch, outputs)
        Where the network lives; on the CPU a memory map serves.  Written in place.
    start : int
        Step of ``path[0]``.

    Returns
    -------
    callable
        It gives the network its own outputs back.

    Raises
    ------
    ValueError
        If an argument is of another kind; later, if a step is not in the path.

    """
    _check_path(path, start)
    if not getattr(path.flags, "writeable", True):  # an array of CuPy always is
        raise ValueError("path must be writeable, got a read-only array")

    def see(outputs: Array, step: int) -> Array:
        _place(path, start, outputs, step)[...] = outputs
        return outputs

    return see


def replay(path: Array, start: int = 0) -> Seen:
    """Hook for ``sgd.minibatch_drift`` by which particles see the outputs of a recorded network.

    A step of a network with one hidden layer depends on its particles, and on the outputs.  With
    those of the path each particle, its weights into and out of the hidden layer, moves on its own.

    Parameters
    ----------
    path : ndarray, shape (steps, batch, outputs)
        As ``record`` wrote it, of the same minibatches.
    start : int
        Step of ``path[0]``.

    Returns
    -------
    callable

    Raises
    ------
    ValueError
        As for ``record``.

    """
    _check_path(path, start)
    return lambda outputs, step: _place(path, start, outputs, step)


def _check_path(path: Array, start: int) -> None:
    if not is_plain_array(path) or path.ndim != 3 or path.dtype.kind != "f":
        rule = "path must be an array of floats of shape (steps, batch, outputs)"
        raise ValueError(f"{rule}, got {told_array(path)}")
    check_integer("start", start, 0, WORDS)


def _place(path: Array, start: int, outputs: Array, step: int) -> Array:
    """Outputs of one step in the path."""
    if not start <= check_integer("step", step, 0, WORDS) < start + len(path):
        raise ValueError(f"step must lie in [{start}, {start + len(path)}), got {step}")
    alike = array_module(outputs) is array_module(path) and is_plain_array(outputs)
    if not alike or outputs.shape != path.shape[1:]:
        raise ValueError(f"outputs must have shape {path.shape[1:]}, got {told_array(outputs)}")
    return path[step - start]
