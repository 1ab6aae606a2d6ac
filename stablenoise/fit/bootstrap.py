"""Samples drawn anew from a fitted law, each from a seed of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..checks import check_integer
from ..kernels.threads import in_threads
from ..stable import Stable
from .parameters import NAMES
from .samples import Sample

if TYPE_CHECKING:
    from .results import StableFit

REPLICATES_PER_THREAD = 20  # for a thread to be worth its start
MAX_REPLICATES = 10**7


def redrawn(
    law: Stable, size: int, replicates: int, seed: Any, statistic: Callable[[np.ndarray], Any]
) -> list[Any]:
    """A statistic of so many samples of the law: the same for any number of threads."""
    number = check_integer("replicates", replicates, 2, MAX_REPLICATES)
    seeds = np.random.SeedSequence(seed).spawn(number)
    results: list[Any] = [None] * number

    def work(low: int, high: int) -> None:
        for i in range(low, high):
            results[i] = statistic(law.rvs(size, rng=seeds[i]))

    in_threads(work, number, REPLICATES_PER_THREAD)
    return results


def refits(fit: StableFit, replicates: int, seed: Any) -> np.ndarray:
    """The same fit of samples drawn from the fitted law: a row of parameters for each."""
    from .univariate import fitted

    held = np.array([getattr(fit, name) if name in fit.held else np.nan for name in NAMES])

    def parameters(values: np.ndarray) -> list[float]:
        again = fitted(Sample(values, None, fit.name), fit.method, held)
        return [getattr(again, name) for name in NAMES]

    size = int(round(fit.nobs))
    return np.array(redrawn(fit.params, size, replicates, seed, parameters))
