"""Stable laws fitted by maximum likelihood, with their standard errors."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

import numpy as np

from benchmarks.figures.kinds import Figure, Work
from stablenoise import Stable, fit

ALPHA, BETA = 1.5, 0.5


def samples(size: int) -> cycle:
    """Some samples, one after the other: a fit is of another one each time."""
    law = Stable(ALPHA, BETA)
    return cycle([law.rvs(size, rng=seed) for seed in range(4)])


def likelihood(size: int) -> Iterator[Work]:
    drawn, theirs = samples(size), samples(size)
    yield Work(lambda: fit.stable(next(drawn)).bse)
    import levy

    yield Work(lambda: levy.fit(next(theirs)))


def million(size: int) -> Iterator[Work]:
    drawn, theirs = samples(size), samples(size)
    yield Work(lambda: fit.stable(next(drawn)).bse)
    yield Work(lambda: np.sort(next(theirs)))


FIGURES = (
    Figure("fit", "maximum likelihood of 10,000 values, with standard errors", "",
           "levy-stable, without them", likelihood, 10_000, 200, "levy-stable", 5),
    Figure("fit 1e6", "maximum likelihood of a million values, with standard errors", "",
           "NumPy, sorting them alone", million, 1_000_000, 3_000),
)  # fmt: skip
