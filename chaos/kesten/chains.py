"""States of many chains of SGD on least squares, at every step or at some."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_all, check_integer, real_array, told
from stablenoise.field import WORDS
from stablenoise.kernels.arrays import Array, array_module

from ..checks import check_all_finite, told_array
from .addresses import Stretch
from .finite import FiniteLeastSquares
from .gaussian import GaussianLeastSquares

LeastSquares = GaussianLeastSquares | FiniteLeastSquares


def trajectory(
    sgd: LeastSquares,
    states: ArrayLike,
    seed: int,
    *,
    every: int = 1,
    start: int = 0,
    first: int = 0,
) -> Iterator[Array]:
    """Yield the states of many chains after each ``every`` steps.

    What a chain sees at a step is a function of (seed, number of the chain, step) alone: not of how
    many chains or threads there are, nor of where a run is interrupted.  Two runs with one seed see
    the same rows: chains of the same number are coupled.

    Parameters
    ----------
    sgd : GaussianLeastSquares or FiniteLeastSquares
    states : array_like, shape (chains, dim)
        Where the chains are at step ``start``, as distances from the solution.  An array of CuPy
        has its chains moved on its device, to the same bits.
    seed : int
        In [0, 2^64).
    every : int
        Steps from one state to the next, at least 1.
    start : int
        Steps made before: given k and the states after k steps, a run goes on as if not stopped.
    first : int
        Number of the chain in row 0.

    Yields
    ------
    ndarray, shape (chains, dim)
        New arrays, until step 2^32; inf or NaN where a recursion that grows has left the floats.
        Memory: one more copy, and in each thread 0.5 MB, or 128 b (d + 1) bytes if that is more
        (128 b bytes with given rows); on a device, two copies and at most 256 MB.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    With Gaussian rows, row i of a batch is d coordinates of the noise of (chain, step), from
    i (d + 1) on, and its residual is the coordinate after them.

    Examples
    --------
    >>> from itertools import islice
    >>> sgd = GaussianLeastSquares(0.5, batch=2, dim=3)
    >>> path = trajectory(sgd, np.zeros((4, 3)), seed=1, every=10)
    >>> [x.shape for x in islice(path, 2)]
    [(4, 3), (4, 3)]

    """
    check_sgd(sgd)
    x = _checked_states(states, sgd.dim)
    seed = check_integer("seed", seed, 0, 2**64)
    every = check_integer("every", every, 1, WORDS)
    start = check_integer("start", start, 0, WORDS)
    first = check_integer("first", first, 0, WORDS - len(x) + 1)
    return _states(sgd, x, Stretch(seed, first, start, every))


def check_sgd(sgd: LeastSquares) -> None:
    """Raise ValueError unless it is one of the two kinds of least squares."""
    if not isinstance(sgd, LeastSquares):
        raise ValueError(f"sgd must be least squares on Gaussian or given rows, got {told(sgd)}")


def _checked_states(states: ArrayLike, dim: int) -> Array:
    """States as float64, where they are, or ValueError unless they are of that dimension."""
    on_host = array_module(states) is np
    x = real_array("states", states) if on_host else _real_on_device(states)
    if x.ndim != 2 or x.shape[1] != dim:
        raise ValueError(f"states must have shape (chains, {dim}), got {x.shape}")
    if on_host:
        check_all(np.isfinite(x), "states must be finite", x)
    else:
        check_all_finite("states", x)
    return x


def _real_on_device(states: Array) -> Array:
    if states.dtype.kind not in "biuf":
        raise ValueError(f"states must be real numbers, got {told_array(states)}")
    return states.astype(float, copy=False)


def _states(sgd: LeastSquares, x: Array, stretch: Stretch) -> Iterator[Array]:
    """Yield the states after this stretch, after the next one of the same length, and so on."""
    advance: Callable[..., Array] = sgd._advance
    recursion = sgd._recursion(array_module(x))
    for step in range(stretch.start, WORDS - stretch.steps + 1, stretch.steps):
        x = advance(x.copy(), recursion, stretch._replace(start=step))
        # A copy: the caller may write into it, and the run goes on from x.
        yield x.copy()
