"""The error of pruning trained networks at a fixed share, against their width.

The networks are those of ``paper_checks/experiments/errors_by_width.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, gamma, pi, tan
from typing import NamedTuple

import numpy as np
from scipy.stats import chi2

from paper_checks.experiments.errors_by_width import (
    SIGMA,
    STEPS,
    TIME,
    accuracy,
    after,
    squared_error,
)
from stablenoise import Stable

INDICES, WIDTHS, SEEDS = (1.5, 1.75, 2.0), (100, 316, 1_000, 3_162, 10_000, 31_623, 100_000), 10
MORE_SEEDS = 20  # of heavy tails, whose errors vary
KEEPS, INPUTS = (0.1, 0.5), 64
CONDITION = {100: 5, 316: 1}  # widths at which the paper's step size is run, and seeds of each
DRAWS = 1_000_000  # of the norm of a column, for the constant


class Run(NamedTuple):
    """Index, width, step size ("fixed" or "paper") and seed."""

    alpha: float
    width: int
    step_size: str
    seed: int

    @property
    def steps(self) -> int:
        """Number of steps in the time of the run."""
        return STEPS if self.step_size == "fixed" else steps_of_condition(self.alpha, self.width)


def steps_of_condition(alpha: float, width: int) -> int:
    """Number of steps of the size n^(-alpha/2 - 1), which the paper's theorem is said to ask."""
    return round(TIME * width ** (alpha / 2 + 1))


def all_runs() -> Iterator[Run]:
    """By seed, so that what is there at any time is a whole; the longest last."""
    for seed in range(1, SEEDS + 1):
        yield from (Run(a, width, "fixed", seed) for width in WIDTHS for a in INDICES)
    narrow, *wider = CONDITION
    yield from _by_condition(narrow)
    for seed in range(SEEDS + 1, MORE_SEEDS + 1):
        yield from (Run(a, width, "fixed", seed) for width in WIDTHS for a in INDICES if a < 2)
    for width in wider:
        yield from _by_condition(width)


def _by_condition(width: int) -> Iterator[Run]:
    seeds = range(1, CONDITION[width] + 1)
    return (Run(a, width, "paper", seed) for seed in seeds for a in INDICES)


def row(run: Run) -> dict[str, object]:
    """Errors of the trained network and of its noise on its initial weights, and its accuracy."""
    trained, alone = (
        after(run.alpha, run.width, run.seed, run.steps, gradient) for gradient in (True, False)
    )
    errors = {
        f"{name}_{keep}": f"{squared_error(weights, keep):.6g}"
        for name, weights in (("trained", trained), ("noise", alone))
        for keep in KEEPS
    }
    right = f"{accuracy(trained):.4f}"
    return {**run._asdict(), "steps": run.steps, **errors, "test_accuracy": right}


def constant(alpha: float, keep: float, dim: int = INPUTS) -> float:
    """B of the mean squared error B n^(1 - 2/alpha) of noise on Gaussian initial weights.

    A column is Gaussian of a variance that is 2 scale^2 A plus that of the beginning, A one-sided
    stable of index alpha / 2, so that P(norm > x) has the tail
    (2 scale)^alpha Gamma((d + alpha) / 2) / Gamma(d / 2) / Gamma(1 - alpha / 2) x^-alpha.
    """
    rng, scale = np.random.default_rng(1), SIGMA * TIME ** (1 / alpha)
    # One-sided from 0 on, with Laplace transform exp(-l^(alpha/2)).
    unit = cos(pi * alpha / 4) ** (2 / alpha)
    shared = Stable(alpha / 2, 1.0, unit, unit * tan(pi * alpha / 4)).rvs(DRAWS, rng=rng)
    squares = (2 * scale**2 * shared + 2 / dim) * rng.chisquare(dim, DRAWS)
    short = squares[squares <= np.quantile(squares, 1 - keep)].sum() / DRAWS
    tail = (2 * scale) ** alpha * gamma((dim + alpha) / 2) / gamma(dim / 2)
    return float(short * gamma(1 + 2 / alpha) * tail ** (-2 / alpha))


def gaussian_limit(keep: float, dim: int = INPUTS) -> float:
    """Share of the energy in the shortest columns, of Gaussian ones of any variance."""
    return float(chi2.cdf(chi2.ppf(1 - keep, dim), dim + 2))
