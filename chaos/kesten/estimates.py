"""Growth, moments and tail index by simulation, with standard errors."""

from collections.abc import Callable, Iterator
from functools import partial
from math import inf, log, sqrt

import numpy as np

from stablenoise.checks import check_integer, check_positive
from stablenoise.estimate import Estimate
from stablenoise.field import WORDS

from .chains import LeastSquares, check_sgd, trajectory
from .index import log_mean, positive_root

GROUPS = 20  # of clones, for a standard error


def estimate_growth(
    sgd: LeastSquares, seed: int, *, chains: int = 100, steps: int = 400
) -> Estimate:
    r"""Estimate rho by the growth of \|M_k .. M_1 u\|, renormalised every 4 steps.

    Parameters
    ----------
    sgd : GaussianLeastSquares or FiniteLeastSquares
    seed : int
        In [0, 2^64).
    chains : int
        Independent products, at least 2.
    steps : int
        Factors of each, at least 4; those of the direction u, (1, .., 1), are not discarded.

    Returns
    -------
    Estimate
        In nats a step, with the standard error over the chains.

    Raises
    ------
    ValueError
        If an argument is out of range, or a chain is mapped to 0.

    """
    found = growths(sgd, seed, chains=chains, steps=steps)
    if not np.isfinite(found).all():
        raise ValueError("growth must be finite, got chains that are mapped to 0")
    return Estimate.mean(found)


def growths(
    sgd: LeastSquares, seed: int, *, chains: int, steps: int = 400, first: int = 0
) -> np.ndarray:
    r"""log(\|M_k .. M_1 u\|) / k of independent products: ``estimate_growth`` is their mean.

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

    """
    check_sgd(sgd)
    chains = check_integer("chains", chains, 2, WORDS)
    steps = check_integer("steps", steps, 4, WORDS)
    x, total = _directions(chains, sgd.dim), np.zeros(chains)
    path = sgd.without_residuals()
    for start in range(0, steps, 4):
        now = min(4, steps - start)
        x = next(trajectory(path, x, seed, every=now, start=start, first=first))
        size = np.linalg.norm(x, axis=1)
        with np.errstate(divide="ignore"):
            total += np.log(size)
        x /= np.where(size > 0, size, 1.0)[:, None]
    return total / steps


def estimate_moment(
    sgd: LeastSquares, order: float, seed: int, *, clones: int = 1000, steps: int = 50
) -> Estimate:
    """Estimate h(s) from directions that are copied in proportion to their growth.

    Parameters
    ----------
    sgd : GaussianLeastSquares or FiniteLeastSquares
    order : float
        s, positive.
    seed : int
        In [0, 2^64).
    clones : int
        Directions of a group, at least 2; the bias is of the order of 1 / clones.
    steps : int
        Steps of a group, at least 5, of which the first fifth is not counted.

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
    A power of a product of many matrices is a mean that few products carry; here each step is
    averaged by itself, over directions of the law that the power favours.

    """
    check_positive("order", order)
    logs = [f(order) for f in _groups(sgd, seed, clones, steps)]
    if max(logs) > 700:
        raise ValueError(f"h({order:g}) must be below e^700, got e^{max(logs):.6g}")
    return Estimate.mean(np.exp(logs))


def estimate_tail_index(
    sgd: LeastSquares, seed: int, *, clones: int = 1000, steps: int = 50
) -> Estimate:
    """Estimate the tail index: where ``estimate_moment`` is 1, group by group.

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
    return [partial(_cloned, path, (seed, g * clones, clones, steps)) for g in range(GROUPS)]


def _cloned(sgd: LeastSquares, group: tuple[int, int, int, int], order: float) -> float:
    """Log h(order) by one group of clones, resampled systematically."""
    seed, first, clones, steps = group
    rng, x = np.random.default_rng([seed, first]), _directions(clones, sgd.dim)
    means: list[float] = []
    for y in _renewed(sgd, seed, first, x):
        with np.errstate(divide="ignore"):  # a clone that is mapped to 0 has no weight
            logs = order * np.log(np.linalg.norm(y, axis=1))
        if logs.max() == -inf:
            raise ValueError("some clone must grow, got a group that is mapped to 0")
        weights = np.exp(logs - logs.max())
        means.append(float(logs.max()) + log(weights.mean()))
        places = (rng.random() + np.arange(clones)) / clones * weights.sum()
        pick = np.searchsorted(np.cumsum(weights), places).clip(0, clones - 1)
        x[:] = y[pick] / np.linalg.norm(y[pick], axis=1)[:, None]
        if len(means) == steps:
            break
    counted = np.array(means[steps // 5 :])
    return log_mean(counted, counted.size)


def _renewed(sgd: LeastSquares, seed: int, first: int, x: np.ndarray) -> Iterator[np.ndarray]:
    """One step from what the caller has made of x, step after step."""
    step = 0
    while True:
        yield next(trajectory(sgd, x, seed, start=step, first=first))
        step += 1


def _directions(chains: int, dim: int) -> np.ndarray:
    return np.full((chains, dim), 1 / sqrt(dim))
