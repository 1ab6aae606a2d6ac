"""Stochastic gradient descent driven by heavy-tailed noise, as a generator of weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from math import isfinite
from typing import Any

import numpy as np
from numpy import uint64

from stablenoise.checks import check_callable, check_integer, check_kind, check_truth, told
from stablenoise.field import WORDS, Lane, NoiseField
from stablenoise.kernels.addresses import address
from stablenoise.kernels.arrays import Array, array_module
from stablenoise.kernels.compiler import jit
from stablenoise.kernels.random_words import double, philox

from .checks import (
    check_all_finite,
    check_matrices,
    check_moved,
    check_moves,
    is_plain_array,
    noise_scale,
    told_array,
)
from .network import Network, Weights

__all__ = ["Drift", "minibatch", "minibatch_drift", "trajectory"]

pair, uniform = double.pair, double.uniform

Drift = Callable[[Weights, int], tuple[Array | None, ...]]


def trajectory(
    weights: Weights,
    drift: Drift,
    field: NoiseField,
    eta: float,
    sigma: float = 1.0,
    start: int = 0,
) -> Iterator[Weights]:
    r"""Yield the weights after each step of heavy-tailed SGD, forever.

    .. math:: w_{k+1} = w_k - \eta\, b(w_k, k) + \sigma \eta^{1/\alpha} S_k,

    the Euler scheme of dw = -b dt + sigma dL with step size eta.  The noise of neuron i at step k
    is ``field`` at (i, k), whatever the width; that of layer l is ``field.layer(l)``.

    Parameters
    ----------
    weights : tuple of ndarray, each of shape (neurons, inputs)
        NumPy arrays, or CuPy arrays to work on a GPU.  All layers but the output layer get noise;
        in a network of one layer that layer does.
    drift : callable
        (weights, k) -> a tuple of arrays shaped as the weights, with None for a layer that stays
        as it is.  ``minibatch_drift`` makes one.
    field : NoiseField
    eta : float
        Step size, positive, in units of time.
    sigma : float
        Noise scale, not negative, in units of weight per time^(1/alpha).
    start : int
        First step: given k and the weights after k steps, a run goes on as if not stopped.

    Yields
    ------
    tuple of ndarray
        New arrays; but a layer without drift and noise is the array that was given.  Layers with
        noise are float32 if their weights are, else float64.

    Raises
    ------
    ValueError
        If an argument is out of range or of another kind, or the weights are not finite.  While
        it runs, if the drift is NaN or of other shapes, or weights become infinite.

    References
    ----------
    Wan et al., arXiv 2306.08125.

    Examples
    --------
    >>> from itertools import islice
    >>> import numpy as np
    >>> path = trajectory((np.zeros((3, 2)),), lambda w, k: w, NoiseField(1.5, seed=1), eta=0.1)
    >>> [w.shape for (w,) in islice(path, 2)]
    [(3, 2), (3, 2)]

    """
    scale = noise_scale(field, eta, sigma)
    start = check_integer("start", start, 0, WORDS)
    check_matrices(weights)
    for w in weights:
        check_all_finite("weights", w)
    check_callable("drift", drift, "weights and step")
    return _steps(tuple(weights), drift, field, float(eta), scale, start)


def _steps(
    weights: Weights, drift: Drift, field: NoiseField, eta: float, scale: float, start: int
) -> Iterator[Weights]:
    noisy = max(len(weights) - 1, 1) if scale else 0
    fields = [field.layer(layer) for layer in range(noisy)]
    for step in count(start):
        with np.errstate(over="ignore", invalid="ignore"):  # the checks below say it in one line
            moves = _checked_moves(drift(weights, step), weights, step)
            moved = [_moved(w, b, eta) for w, b in zip(weights, moves, strict=True)]
        # Before the noise is added, so that the error can say which of the two is at fault.
        for new, b in zip(moved, moves, strict=True):
            if b is not None:
                check_moved("weights", new, b, step)
        for layer, noise in enumerate(fields):
            unmoved = moves[layer] is None  # still the caller's array, not to be written into
            kind = "float32" if weights[layer].dtype == "float32" else "float64"
            moved[layer] = moved[layer].astype(kind, order="C", copy=unmoved)
            noise.add_to(moved[layer], step, scale)
            _check_noise(moved[layer], step)
        weights = tuple(moved)
        yield weights


def _check_noise(w: Array, step: int) -> None:
    """Raise ValueError unless weights are still finite."""
    # The extremes of an array are finite if all of it is, and need no array of truths.
    if w.size and not (isfinite(w.max()) and isfinite(w.min())):
        seen = float(w[~array_module(w).isfinite(w)][0])
        raise ValueError(f"weights must stay finite, got {seen} by the noise of step {step}")


def _moved(w: Array, b: Array | None, eta: float) -> Array:
    """Return w - eta b; one new array is made, not two."""
    if b is None:
        return w
    step = eta * b
    fits = step.dtype == array_module(w).result_type(w, step)
    return array_module(w).subtract(w, step, out=step if fits else None)


def _checked_moves(moves: Any, weights: Weights, step: int) -> tuple[Array | None, ...]:
    if not isinstance(moves, tuple | list) or len(moves) != len(weights):
        count = len(moves) if isinstance(moves, tuple | list) else told(moves)
        raise ValueError(f"drift must be a tuple of {len(weights)} arrays, got {count}")
    for b, w in zip(moves, weights, strict=True):
        if b is not None:
            check_moves(b, w, step)
    return tuple(moves)


def minibatch_drift(
    network: Network,
    x: Array,
    y: Array,
    *,
    batch: int | None = None,
    seed: int = 0,
    train_output: bool = True,
    seen: Callable[[Array, int], Array] | None = None,
) -> Drift:
    """Make the drift of SGD: the gradient of a network's loss on a minibatch, times its factors.

    The factors are ``Network.step_factors``.

    Parameters
    ----------
    network : Network
    x : ndarray, shape (n, inputs)
    y : ndarray, shape (n,) or (n, outputs)
        Labels or targets, as ``Network.value`` takes them.
    batch : int, optional
        Rows drawn with replacement at each step, in [1, n].  Default: all rows, each once.
    seed : int
        In [0, 2^64).  The rows of a step depend on (seed, step) alone: networks of any width,
        step size and noise see the same ones.
    train_output : bool
        If false the output layer stays as it is.
    seen : callable, optional
        (outputs, step) -> the outputs at which the derivative of the loss is taken:
        ``chaos.record`` and ``chaos.replay`` make one.

    Returns
    -------
    callable
        The ``drift`` of ``trajectory``.

    Raises
    ------
    ValueError
        If x or y has a value that is not finite or no real number, the lengths differ, or an
        argument is out of range.  When the drift is called, as ``Network.gradient``.

    Examples
    --------
    >>> from itertools import islice
    >>> import numpy as np
    >>> x, y = np.eye(4), np.array([0, 1, 0, 1])
    >>> network = Network()
    >>> weights = network.initial((4, 100, 2), seed=1)
    >>> drift = minibatch_drift(network, x, y, batch=2, seed=1)
    >>> path = trajectory(weights, drift, NoiseField(1.8, seed=1), eta=0.1, sigma=0.01)
    >>> *_, trained = islice(path, 100)
    >>> network.value(trained, x, y) < network.value(weights, x, y)
    True

    """
    check_kind("network", network, Network)
    if seen is not None:
        check_callable("seen", seen, "outputs and step")
    _check_data(network, x, y)
    check_truth("train_output", train_output)
    if batch is not None:
        batch = check_integer("batch", batch, 1, len(x) + 1)
    seed = check_integer("seed", seed, 0, 2**64)

    def drift(weights: Weights, step: int) -> tuple[Array | None, ...]:
        inputs, targets = x, y
        if batch is not None:
            # Drawn by the CPU even if x is on a GPU: both train on the same rows.
            rows = array_module(x).asarray(minibatch(seed, step, len(x), batch))
            inputs, targets = x[rows], y[rows]
        at_step = (lambda outputs: seen(outputs, step)) if seen else None
        gradients = network.gradient(weights, inputs, targets, at_step)
        for factor, gradient in zip(network.step_factors(weights), gradients, strict=True):
            if factor > 1:
                with np.errstate(over="ignore"):
                    gradient *= factor
        return (*gradients[:-1], gradients[-1] if train_output else None)

    return drift


def _check_data(network: Network, x: Array, y: Array) -> None:
    """Raise ValueError unless x and y are finite rows and as many labels or targets."""
    for name, array in (("x", x), ("y", y)):
        if not is_plain_array(array) or not array.size or array.dtype.kind not in "biuf":
            raise ValueError(
                f"{name} must be a non-empty array of numbers, got {told_array(array)}"
            )
        check_all_finite(name, array)
    if not y.ndim:
        raise ValueError(f"y must be of shape (n,) or (n, outputs), got {told(y)}")
    if x.ndim != 2:
        raise ValueError(f"x must be of shape (n, inputs), got {told(x)}")
    if len(x) != len(y):
        raise ValueError(f"x and y must have equal lengths, got {len(x)} and {len(y)}")
    if network.loss == "cross_entropy":
        check_integer("the smallest label", int(y.min()), 0, WORDS)


def minibatch(seed: int, step: int, n: int, size: int) -> np.ndarray:
    """Numbers of the rows of a minibatch, drawn with replacement by (seed, step) alone.

    Parameters
    ----------
    seed, step : int
        In [0, 2^64) and [0, 2^32).
    n : int
        Number of rows to draw from, in [1, 2^32).
    size : int
        Number of rows drawn, in [1, 2^32).  A smaller batch is the beginning of a larger one.

    Returns
    -------
    ndarray of int64, shape (size,)
        Each in [0, n).

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> rows = minibatch(seed=1, step=0, n=1000, size=5)
    >>> bool((rows[:3] == minibatch(seed=1, step=0, n=1000, size=3)).all())
    True

    """
    seed, step = check_integer("seed", seed, 0, 2**64), check_integer("step", step, 0, WORDS)
    n = check_integer("n", n, 1, WORDS)
    rows = np.empty(check_integer("size", size, 1, WORDS), dtype=np.int64)
    _draw_rows(rows, n, address(seed, step, Lane.MINIBATCH))
    return rows


@jit
def _draw_rows(rows, n, address):
    """Integer parts of n times a uniform of 52 bits: no row is favoured by more than n / 2^52."""
    k0, k1 = uint64(address.k0), uint64(address.k1)
    step, lane = uint64(address.step), uint64(address.lane)
    for i in range(rows.size):
        first, second = pair(philox(k0, k1, uint64(i), step, uint64(0), lane), 0)
        rows[i] = int(uniform(first, second)[0] * n)
