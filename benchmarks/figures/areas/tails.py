"""Tail indices: the threshold of a power law, the k of Hill's estimator."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks import tails as timing
from benchmarks.figures.kinds import Figure, Work
from stablenoise.tails import power_law
from stablenoise.tails.selection import select_k

RESAMPLES = 500


def pareto(size: int) -> np.ndarray:
    return np.random.default_rng(1).pareto(1.5, size) + 1


def thresholds(size: int) -> Iterator[Work]:
    x = pareto(size)
    yield Work(lambda: power_law.fit(x))
    yield Work(lambda: timing.by_powerlaw(x))


def double_bootstrap(size: int) -> Iterator[Work]:
    x, resamples = pareto(size), min(RESAMPLES, size)
    yield Work(lambda: select_k(x, "double_bootstrap", replicates=resamples))
    from tailestim import HillEstimator

    yield Work(lambda: HillEstimator(r_bootstrap=resamples).fit(x))


FIGURES = (
    Figure("power law", "a power law with its threshold, each of 10,000 values tried", "",
           "powerlaw", thresholds, 10_000, 200, "powerlaw", 3),
    Figure("Hill", "Hill's k of 10,000 values by the double bootstrap, 500 resamples", "",
           "tailestim", double_bootstrap, 10_000, 200, "tailestim"),
)  # fmt: skip
