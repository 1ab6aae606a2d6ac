"""What the claims on propagation of chaos share: blocks of systems, interactions, slopes.

A replicate is a block of systems that run at once; sizes of a block are on one noise.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice

import numpy as np
from numpy.typing import ArrayLike

from chaos.particles import Interaction, State, attraction, trajectory
from chaos.solvable import Euler
from stablenoise.field import NoiseField
from stablenoise.kernels.compiler import jit

BLOCK = 400  # systems of a replicate: a step takes hardly longer than that of 50


def slopes(sizes: ArrayLike, logs: np.ndarray) -> np.ndarray:
    """Least-squares slopes in the logarithm of a size.

    Parameters
    ----------
    sizes : array_like, shape (n,)
    logs : ndarray, shape (..., n)
        Logarithms of what depends on the size.

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> print(round(float(slopes([1, 10, 100], np.log([5, 50, 500]))), 12))
    1.0

    """
    x = np.log(sizes)
    x = x - x.mean()
    return logs @ x / (x @ x)


def end(states: Iterator[State], steps: int) -> np.ndarray:
    """Particles after so many steps."""
    return next(islice(states, steps, None)).theta


def linear_gaps(alpha: float, sizes: Sequence[int], seed: int, euler: Euler) -> np.ndarray:
    """A particle drawn to the mean of n, minus its copy drawn to 0.

    Parameters
    ----------
    alpha : float
        Index of the noise.
    sizes : sequence of int
        Numbers of particles, n.
    seed : int
        Seed of the noise.
    euler : Euler
        Step size and number of steps.

    Returns
    -------
    ndarray, shape (len(sizes), BLOCK)
        From 0 with symmetric noise the mean of the limit is 0, at alpha <= 1 its median.

    """
    field, pull, start = NoiseField(alpha, seed), attraction(1.0), np.zeros((BLOCK, max(sizes), 1))
    # One stride: a small system has the noise of the first particles of a large one.
    run = partial(trajectory, interaction=pull, field=field, eta=euler.eta, stride=max(sizes))
    # A system has two particles at least; the first is the copy.
    alone = run(start[:, :2], means=np.zeros((euler.steps, BLOCK, 1)))
    copies = end(alone, euler.steps)[:, 0]
    firsts = [end(run(start[:, :n]), euler.steps)[:, 0] for n in sizes]
    return (np.array(firsts) - copies)[:, :, 0]


def layer(activation: str, x: np.ndarray, y: np.ndarray) -> Interaction:
    """Hidden layer of mean(h(theta . x)) under half the mean squared error.

    Parameters
    ----------
    activation : {"tanh", "relu"}
        h.
    x : ndarray, shape (points, d)
    y : ndarray, shape (points,)
        Targets.

    Returns
    -------
    Interaction
        Its features are the outputs at the points.

    """
    drift, feature = LAYERS[activation]
    return Interaction(drift, feature, len(x), (*x.ravel().tolist(), *y.ravel().tolist()))


def _layer(activation: Callable, slope: Callable) -> tuple[Callable, Callable]:
    @jit
    def drift(theta, outputs, points, out):
        d, rows = theta.shape[1], outputs.size
        for i in range(len(theta)):
            out[i] = 0
            for b in range(rows):
                along = 0.0
                for j in range(d):
                    along += theta[i, j] * points[b * d + j]
                push = (outputs[b] - points[rows * d + b]) / rows * slope(along)
                for j in range(d):
                    out[i, j] += push * points[b * d + j]

    @jit
    def feature(theta, points, sums):
        d = theta.shape[1]
        for i in range(len(theta)):
            for b in range(sums.size):
                along = 0.0
                for j in range(d):
                    along += theta[i, j] * points[b * d + j]
                sums[b] += activation(along)

    return drift, feature


@jit
def _tanh(x):
    return np.tanh(x)


@jit
def _tanh_slope(x):
    return 1 - np.tanh(x) ** 2


@jit
def _relu(x):
    return max(x, 0.0)


@jit
def _relu_slope(x):
    return 1.0 if x > 0 else 0.0


LAYERS = {"tanh": _layer(_tanh, _tanh_slope), "relu": _layer(_relu, _relu_slope)}
