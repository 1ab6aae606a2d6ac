"""Growth, moments and tail index by simulation, with standard errors."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from math import inf, log, sqrt
from typing import NamedTuple

import numpy as np

from stablenoise.checks import check_integer, check_positive
from stablenoise.estimate import Estimate
from stablenoise.field import WORDS

from .chains import LeastSquares, check_sgd, trajectory
from .index import log_mean, positive_root

GROUPS = 20  # of clones, for a standard error


class Group(NamedTuple):
    """Clones that are resampled among themselves, and the noise that they see."""

    seed: int
    first: int
    clones: int
    steps: int


def estimate_growth(
    sgd: LeastSquares, seed: int, *, chains: int = 100, steps: int = 400
) -> Estimate:
    r"""Estimate the growth rho by that of \|M_k .. M_1 u\|, renormalised every 4 steps.

    Parameters
    ----------
    sgd : GaussianLeastSquares or FiniteLeastSquares
    seed : int
        In [0, 2^64).
    chains : int
        Independent products, at least 2.
    steps : int
        Factors of each product, at least 4.  All are counted, from the direction u = (1, .., 1) on.

    Returns
    -------
    Estimate
        In nats a step, with the standard error over the chains.

    Raises
    ------
    ValueError
        If an argument is out of range, or a chain is mapped to 0.

    Examples
    --------
    >>> from chaos.kesten import GaussianLeastSquares
    >>> sgd = GaussianLeastSquares(0.5, batch=2, dim=3)
    >>> low, high = estimate_growth(sgd, seed=1).conf_int(0.999)
    >>> low < sgd.growth() < high
    True

    """
    of_chains = growths(sgd, seed, chains=chains, steps=steps)
    if not np.isfinite(of_chains).all():
        raise ValueError("growth must be finite, got chains that are mapped to 0")
    return Estimate.mean(of_chains)


def growths(
    sgd: LeastSquares, seed: int, *, chains: int, steps: int = 400, first: int = 0
) -> np.ndarray:
    r"""Growths log(\|M_k .. M_1 u\|) / k of independent products, one for each chain.

    ``estimate_growth`` is their mean.

    Parameters
    ----------
    sgd, seed, chains, steps
        As in ``estimate_growth``.
    first : int
        Number of the first chain.

    Returns
    -------
    ndarray, shape (chains,)
        In nats a step; -inf of a chain that is mapped to 0.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> from chaos.kesten import GaussianLeastSquares
    >>> sgd = GaussianLeastSquares(0.5, batch=2, dim=3)
    >>> ten = growths(sgd, seed=1, chains=10)
    >>> bool((ten[4:] == growths(sgd, seed=1, chains=6, first=4)).all())
    True

    """
    check_sgd(sgd)
    chains = check_integer("chains", chains, 2, WORDS)
    steps = check_integer("steps", steps, 4, WORDS)
    x, total = _directions(chains, sgd.dim), np.zeros(chains)
    path = sgd.without_residuals()
    # Arguments are limited so that products of 4 matrices stay within the floats.
    for start in range(0, steps, 4):
        now = min(4, steps - start)
        x = next(trajectory(path, x, seed, every=now, start=start, first=first))
        size = np.linalg.norm(x, axis=1)
        with np.errstate(divide="ignore"):
            total += np.log(size)
        # A chain that is mapped to 0 stays there; its sum of logarithms is -inf already.
        x /= np.where(size > 0, size, 1.0)[:, None]
    return total / steps


def estimate_moment(
    sgd: LeastSquares, order: float, seed: int, *, clones: int = 1000, steps: int = 50
) -> Estimate:
    """Estimate h(s) by directions that are copied in proportion to the power s of their growth.

    Parameters
    ----------
    sgd : GaussianLeastSquares or FiniteLeastSquares
    order : float
        s, positive.
    seed : int
        In [0, 2^64).
    clones : int
        Directions in a group, at least 2; the bias is of the order of 1 / clones.
    steps : int
        Steps of a group, at least 5; the first fifth is not counted.

    Returns
    -------
    Estimate
        With the standard error over 20 groups.

    Raises
    ------
    ValueError
        If an argument is out of range, all clones of a group are mapped to 0, or h(s) is beyond
        the floats.

    Notes
    -----
    The mean of a power of a long product of matrices is made by few, rare products.  So here each
    step is averaged by itself, over directions that have the law which the power favours.

    Examples
    --------
    >>> from chaos.kesten import GaussianLeastSquares
    >>> sgd = GaussianLeastSquares(0.5, batch=2, dim=3)
    >>> estimate = estimate_moment(sgd, order=1.0, seed=1, clones=200)
    >>> abs(estimate.value - sgd.moment(1.0)) < 4 * estimate.stderr + 0.005
    True

    """
    order = check_positive("order", order)
    logs = [f(order) for f in _groups(sgd, seed, clones, steps)]
    if max(logs) > 700:
        raise ValueError(f"h({order:g}) must be below e^700, got e^{max(logs):.6g}")
    return Estimate.mean(np.exp(logs))


def estimate_tail_index(
    sgd: LeastSquares, seed: int, *, clones: int = 1000, steps: int = 50
) -> Estimate:
    """Estimate the tail index: the order at which ``estimate_moment`` is 1, group by group.

    Parameters
    ----------
    sgd, seed, clones, steps
        As in ``estimate_moment``.

    Returns
    -------
    Estimate
        With the standard error over 20 groups, and a bias of the order of 1 / clones.

    Raises
    ------
    ValueError
        If an argument is out of range, the recursion grows, or its index exceeds 3072.

    Examples
    --------
    >>> from chaos.kesten import GaussianLeastSquares
    >>> sgd = GaussianLeastSquares(0.5, batch=2, dim=2)
    >>> estimate = estimate_tail_index(sgd, seed=1, clones=100, steps=20)
    >>> abs(estimate.value / sgd.tail_index() - 1) < 0.1
    True

    """
    growth = estimate_growth(sgd, seed).value
    return Estimate.mean(
        [positive_root(f, growth, sgd.eta, 1e-4) for f in _groups(sgd, seed, clones, steps)]
    )


def _groups(
    sgd: LeastSquares, seed: int, clones: int, steps: int
) -> list[Callable[[float], float]]:
    """Estimates of log h as functions of the order, each from its own chains."""
    check_sgd(sgd)
    seed = check_integer("seed", seed, 0, 2**64)
    clones = check_integer("clones", clones, 2, WORDS // GROUPS)
    steps = check_integer("steps", steps, 5, WORDS)
    path = sgd.without_residuals()
    groups = [Group(seed, group * clones, clones, steps) for group in range(GROUPS)]
    return [partial(_log_moment, path, group) for group in groups]


def _log_moment(sgd: LeastSquares, group: Group, order: float) -> float:
    """Log h(order) by one group of clones, resampled systematically."""
    clones = group.clones
    # The same random numbers for every order: the search for a root needs one function.
    rng, x = np.random.default_rng([group.seed, group.first]), _directions(clones, sgd.dim)
    means: list[float] = []
    for y in _renewed(sgd, group, x):
        with np.errstate(divide="ignore"):  # a clone that is mapped to 0 has no weight
            logs = order * np.log(np.linalg.norm(y, axis=1))
        if logs.max() == -inf:
            raise ValueError("some clone must grow, got a group that is mapped to 0")
        # Relative to the largest: powers of growths may be beyond the floats.
        weights = np.exp(logs - logs.max())
        means.append(float(logs.max()) + log(weights.mean()))
        # Equally spaced points with one random shift: a clone of weight w is copied n w times,
        # rounded up or down, which is less noise than independent draws make.
        points = (rng.random() + np.arange(clones)) / clones * weights.sum()
        parents = np.searchsorted(np.cumsum(weights), points).clip(0, clones - 1)
        x[:] = y[parents] / np.linalg.norm(y[parents], axis=1)[:, None]
        if len(means) == group.steps:
            break
    # The first directions are still near (1, .., 1), not yet those that the power favours.
    counted = np.array(means[group.steps // 5 :])
    return log_mean(counted, counted.size)


def _renewed(sgd: LeastSquares, group: Group, x: np.ndarray) -> Iterator[np.ndarray]:
    """Yield one step from x, again and again: the caller changes x in between."""
    for step in count():
        yield next(trajectory(sgd, x, group.seed, start=step, first=group.first))


def _directions(chains: int, dim: int) -> np.ndarray:
    """Unit vectors along (1, .., 1), one for each chain."""
    return np.full((chains, dim), 1 / sqrt(dim))
