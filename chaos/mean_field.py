"""McKean-Vlasov copies: particles that see a recorded system, and not each other.

Particles interact through averages alone: the mean features of ``chaos.particles``, or the outputs
of a network with one hidden layer.  Record these averages in a large system, an array of shape
(steps, features) or (steps, batch, outputs), and show them to single particles: these copies are
independent of each other.  Copies with the addresses of particles of the large system have their
noise.  No trajectory is stored.

For particles, record the means and give them back::

    means = recorded(trajectory(theta, interaction, field, eta), steps=100)
    copies = trajectory(theta[:10], interaction, field, eta, means=means)

For a network, make an array for the path of its outputs::

    outputs = np.empty((steps, batch, classes))
    large = minibatch_drift(network, x, y, batch=batch, seed=seed, seen=record(outputs))
    copies = minibatch_drift(network, x, y, batch=batch, seed=seed, seen=replay(outputs))
"""

from collections.abc import Callable, Iterable
from itertools import islice

from stablenoise.checks import check_integer, told
from stablenoise.field import WORDS
from stablenoise.kernels.arrays import Array, array_module

from .checks import is_plain_array, told_array
from .particles import State

__all__ = ["Seen", "record", "recorded", "replay"]

Seen = Callable[[Array, int], Array]


def recorded(states: Iterable[State], steps: int) -> Array:
    """Means of the features of a system, before each of its first steps.

    Parameters
    ----------
    states : iterable of State
        As ``particles.trajectory`` yields them; the first ``steps`` are used.
    steps : int
        At least 1.

    Returns
    -------
    ndarray, float64, shape (steps, features) or (steps, systems, features)
        Where the means are, which is where the particles are.

    Raises
    ------
    ValueError
        If steps is out of range, or there are fewer states.

    Examples
    --------
    >>> import numpy as np
    >>> from chaos.particles import attraction, trajectory
    >>> from stablenoise import NoiseField
    >>> states = trajectory(np.ones((5, 1)), attraction(1.0), NoiseField(1.5, seed=1), eta=0.1)
    >>> recorded(states, steps=3).shape
    (3, 1)

    """
    steps = check_integer("steps", steps, 1, WORDS)
    if not isinstance(states, Iterable) or getattr(states, "ndim", 1) == 0:
        raise ValueError(f"states must be those of a trajectory, got {told(states)}")
    means = [_mean(state) for state in islice(states, steps)]
    if len(means) < steps:
        raise ValueError(f"states must be at least {steps}, got {len(means)}")
    return array_module(*means).stack(means)


def _mean(state: State) -> Array:
    if not isinstance(state, State):
        raise ValueError(f"states must be those of a trajectory, got {told(state)}")
    return state.mean


def record(path: Array, start: int = 0) -> Seen:
    """Hook for ``sgd.minibatch_drift`` that writes the outputs of each step into an array.

    Parameters
    ----------
    path : ndarray, shape (steps, batch, outputs)
        Written in place; of NumPy, which may be a memory map, or of CuPy, as the network is.
    start : int
        Step of ``path[0]``, in [0, 2^32).

    Returns
    -------
    callable
        (outputs, step) -> the same outputs.

    Raises
    ------
    ValueError
        If an argument is of another kind; when it is called, if the step is not in the path.

    Examples
    --------
    >>> import numpy as np
    >>> path = np.empty((2, 3, 1))
    >>> seen = record(path)
    >>> bool((seen(np.ones((3, 1)), 1) == 1).all()), path[1].tolist()
    (True, [[1.0], [1.0], [1.0]])

    """
    _check_path(path, start)
    if not getattr(path.flags, "writeable", True):  # an array of CuPy always is
        raise ValueError("path must be writeable, got a read-only array")

    def see(outputs: Array, step: int) -> Array:
        _at_step(path, start, outputs, step)[...] = outputs
        return outputs

    return see


def replay(path: Array, start: int = 0) -> Seen:
    """Hook for ``sgd.minibatch_drift`` that shows particles the outputs of a recorded network.

    In a network with one hidden layer a particle is a neuron: its weights into and out of the
    hidden layer.  Its step depends on itself and on the outputs of the network.  With the outputs
    of the path each particle moves on its own.

    Parameters
    ----------
    path : ndarray, shape (steps, batch, outputs)
        As ``record`` wrote it, of the same minibatches.
    start : int
        Step of ``path[0]``, in [0, 2^32).

    Returns
    -------
    callable
        (outputs, step) -> the outputs of that step in the path.

    Raises
    ------
    ValueError
        As for ``record``.

    Examples
    --------
    >>> import numpy as np
    >>> seen = replay(np.full((2, 3, 1), 7.0))
    >>> seen(np.ones((3, 1)), 1).tolist()
    [[7.0], [7.0], [7.0]]

    """
    _check_path(path, start)
    return lambda outputs, step: _at_step(path, start, outputs, step)


def _check_path(path: Array, start: int) -> None:
    if not is_plain_array(path) or path.ndim != 3 or path.dtype.kind != "f":
        rule = "path must be an array of floats of shape (steps, batch, outputs)"
        raise ValueError(f"{rule}, got {told_array(path)}")
    check_integer("start", start, 0, WORDS)


def _at_step(path: Array, start: int, outputs: Array, step: int) -> Array:
    """Outputs of one step in the path, or ValueError if it has none of this shape."""
    if not start <= check_integer("step", step, 0, WORDS) < start + len(path):
        raise ValueError(f"step must lie in [{start}, {start + len(path)}), got {step}")
    alike = array_module(outputs) is array_module(path) and is_plain_array(outputs)
    if not alike or outputs.shape != path.shape[1:]:
        raise ValueError(f"outputs must have shape {path.shape[1:]}, got {told_array(outputs)}")
    return path[step - start]
