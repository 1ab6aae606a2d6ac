"""Samples drawn anew from a fitted law, each from a seed of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import get_num_threads

from ..checks import check_integer
from ..kernels.threads import in_threads
from ..stable import Stable
from .parameters import NAMES
from .samples import MIN_VALUES, Sample, Unit, unit_of

if TYPE_CHECKING:
    from .results import StableFit

REPLICATES_PER_THREAD = 20  # for a thread to be worth its start
MAX_REPLICATES = 10**7
MAX_SIZE = 10**8  # observations of a sample, 800 MB


def redrawn(
    law: Stable,
    size: int,
    replicates: int,
    seed: Any,
    statistic: Callable[[np.ndarray], Any],
    progress: Callable[[int, int], object] = lambda done, total: None,
) -> list[Any]:
    """A statistic of so many samples of the law: the same for any number of threads.

    They are made by rounds, after each of which ``progress`` is told how many there are, and an
    interrupt is heard.
    """
    number = check_integer("replicates", replicates, 2, MAX_REPLICATES)
    seeds = np.random.SeedSequence(seed).spawn(number)
    results: list[Any] = [None] * number
    length = 2 * REPLICATES_PER_THREAD * get_num_threads()
    for first in range(0, number, length):

        def work(low: int, high: int, first: int = first) -> None:
            for i in range(first + low, first + high):
                results[i] = statistic(law.rvs(size, rng=seeds[i]))

        done = min(first + length, number)
        in_threads(work, done - first, REPLICATES_PER_THREAD)
        progress(done, number)
    return results


def refits(fit: StableFit, replicates: int, seed: Any) -> np.ndarray:
    """The same fit of samples drawn from the fitted law: a row of parameters for each."""
    held, size = held_of(fit), round(fit.nobs)
    if not MIN_VALUES <= size <= MAX_SIZE:
        rule = f"a bootstrap must be of {MIN_VALUES} to {MAX_SIZE:,} observations"
        raise ValueError(f"{rule}, got {fit.nobs:g}")

    def parameters(values: np.ndarray) -> np.ndarray:
        unit, theta = refitted(Sample(values, None, fit.name), fit.method, held)
        return np.where(np.isnan(held), unit.outward(theta), held)

    return np.array(redrawn(fit.params, size, replicates, seed, parameters))


def held_of(fit: StableFit) -> np.ndarray:
    """What was held of a fit, NaN for what was free."""
    return np.array([getattr(fit, name) if name in fit.held else np.nan for name in NAMES])


def refitted(sample: Sample, method: str, held: np.ndarray) -> tuple[Unit, np.ndarray]:
    """The unit of a sample and, in it, the parameters that a method gives: no errors, no value."""
    from .univariate import METHODS, highest

    unit = unit_of(sample.values, sample.weights)
    inside = unit.inward(held)
    estimate = METHODS[method]
    if estimate is None:
        return unit, highest(sample, unit, inside).top.theta
    return unit, estimate(unit.standardised(sample.values), sample.weights, inside)[0]
