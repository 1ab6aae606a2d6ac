"""Tails of SGD on least squares as its own chains show them: P3-2, P3-3 and P3-4."""

from itertools import islice

import numpy as np

from chaos.kesten import GaussianLeastSquares, trajectory
from stablenoise.tails import hill

CHAINS, SNAPSHOTS, SHARE = 1_000, 9, 0.02  # of a sample, and of its norms that are its tail


def tail_index(sgd: GaussianLeastSquares, seed: int, replicate: int, steps: int) -> float:
    """Hill's estimate, from chains that start at the solution.

    Parameters
    ----------
    sgd : GaussianLeastSquares
        Law of the chains.
    seed, replicate : int
        Each replicate has chains of its own.
    steps : int
        Steps before the first of SNAPSHOTS, and a quarter as many between two: snapshots of one
        chain depend on each other, which makes estimates less precise, and no less right.

    Returns
    -------
    float

    """
    start, first = np.zeros((CHAINS, sgd.dim)), replicate * CHAINS
    x = next(trajectory(sgd, start, seed, every=steps, first=first))
    later = trajectory(sgd, x, seed, every=steps // 4, start=steps, first=first)
    norms = [np.linalg.norm(y, axis=1) for y in (x, *islice(later, SNAPSHOTS - 1))]
    return hill.estimate(np.concatenate(norms), round(SHARE * CHAINS * SNAPSHOTS)).value


def mean_power(sgd: GaussianLeastSquares, order: float, block: tuple[int, int, int]) -> float:
    """Mean of the growth of a step to the power ``order``.

    Parameters
    ----------
    sgd : GaussianLeastSquares
        Law of the step.
    order : float
        Power.
    block : tuple of int
        Seed, first chain, and number of chains.

    Returns
    -------
    float

    """
    seed, first, chains = block
    # Gaussian rows prefer no direction: one unit vector stands for all.
    unit = np.full((chains, sgd.dim), sgd.dim**-0.5)
    grown = next(trajectory(sgd.without_residuals(), unit, seed, first=first))
    return float(np.mean((grown**2).sum(axis=1) ** (order / 2)))
