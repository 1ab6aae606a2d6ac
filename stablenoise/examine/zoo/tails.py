"""Tails that are cut, folded, thinned or too heavy, around a middle that is right."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from math import inf

import numpy as np

from ...stable import Stable
from .entry import Fault

__all__ = ["members"]

LAW, WIDE, SKEWED = Stable(1.5), Stable(0.8), Stable(1.5, 0.5)
RARE = 1e-7  # probability beyond the quantile at which extremes are cut
Chosen = Callable[[np.ndarray, np.random.Generator], np.ndarray]


@cache
def beyond(law: Stable, probability: float) -> float:
    """The value that draws exceed with a probability."""
    return float(law.isf(probability))


def _clipped(
    size: int, rng: np.random.Generator, law: Stable, low: float, high: float
) -> np.ndarray:
    return np.clip(law.rvs(size, rng=rng), low, high)


def _clipped_at_quantile(size: int, rng: np.random.Generator, probability: float) -> np.ndarray:
    end = beyond(LAW, probability)
    return np.clip(LAW.rvs(size, rng=rng), -end, end)


def _folded(size: int, rng: np.random.Generator, end: float) -> np.ndarray:
    """Draws beyond the end are taken modulo it."""
    x = LAW.rvs(size, rng=rng)
    far = np.abs(x) > end
    x[far] = np.fmod(x[far], end)
    return x


def _drawn_again(size: int, rng: np.random.Generator, law: Stable, refused: Chosen) -> np.ndarray:
    """Draws of which some are refused and drawn anew until none is."""
    rng = np.random.default_rng(rng)
    x = law.rvs(size, rng=rng)
    left = np.flatnonzero(refused(x, rng))
    while left.size:
        x[left] = law.rvs(left.size, rng=rng)
        left = left[refused(x[left], rng)]
    return x


def _beyond_end(x: np.ndarray, rng: np.random.Generator, end: float) -> np.ndarray:
    return np.abs(x) > end


def _tempered(x: np.ndarray, rng: np.random.Generator, unit: float) -> np.ndarray:
    """Refused with probability 1 - exp(-size / unit); below unit / 10^5 never."""
    far = np.flatnonzero(np.abs(x) > 1e-5 * unit)
    refused = np.zeros(len(x), bool)
    refused[far] = rng.standard_exponential(far.size) < np.abs(x[far]) / unit
    return refused


def _pareto_tail(size: int, rng: np.random.Generator, heavier: float) -> np.ndarray:
    """Beyond the quantile of 1% a power law, its constant too large by a share."""
    rng = np.random.default_rng(rng)
    x, start = LAW.rvs(size, rng=rng), beyond(LAW, 0.01)
    far = np.flatnonzero(np.abs(x) > start)
    x[far] *= (1 + heavier) ** (1 / LAW.alpha)
    return x


def _negated(size: int, rng: np.random.Generator, share: float) -> np.ndarray:
    """A share of the draws beyond the quantile of 1% changes its sign."""
    rng = np.random.default_rng(rng)
    x = LAW.rvs(size, rng=rng)
    far = np.flatnonzero(x > beyond(LAW, 0.01))
    x[far[rng.random(far.size) < share]] *= -1
    return x


def _contaminated(size: int, rng: np.random.Generator, share: float, factor: float) -> np.ndarray:
    """A share of the draws is of a scale that many times as large."""
    rng = np.random.default_rng(rng)
    x = LAW.rvs(size, rng=rng)
    x[np.flatnonzero(rng.random(size) < share)] *= factor
    return x


def _power(size: int, rng: np.random.Generator, exponent: float) -> np.ndarray:
    """Sizes beyond the quantile of 1% grow with another power: a tail index of its own."""
    x, start = LAW.rvs(size, rng=rng), beyond(LAW, 0.01)
    far = np.flatnonzero(np.abs(x) > start)
    x[far] *= (np.abs(x[far]) / start) ** (exponent - 1)
    return x


def members() -> tuple[Fault, ...]:
    """The faults of this file."""
    clip = "clipped"
    far = partial(_drawn_again, law=LAW, refused=partial(_beyond_end, end=1e3))
    tempered = partial(_drawn_again, law=WIDE, refused=partial(_tempered, unit=1e5))
    return (
        Fault("clipped at 100", LAW, partial(_clipped, law=LAW, low=-100, high=100), True, clip),
        Fault("clipped at 1e4", LAW, partial(_clipped, law=LAW, low=-1e4, high=1e4), False, clip),
        Fault(
            "clipped below at -1000",
            SKEWED,
            partial(_clipped, law=SKEWED, low=-1e3, high=inf),
            False,
            clip,
        ),
        Fault(
            "clipped at the quantile of 1e-7",
            LAW,
            partial(_clipped_at_quantile, probability=RARE),
            False,
            clip,
        ),
        Fault("taken modulo 100 beyond 100", LAW, partial(_folded, end=100.0), True),
        Fault("drawn again beyond 1000", LAW, far, False),
        Fault("tempered from 1e5", WIDE, tempered, False),
        Fault("tails 2% too heavy", LAW, partial(_pareto_tail, heavier=0.02), False),
        Fault("1% of one tail negated", LAW, partial(_negated, share=0.01), False),
        Fault("all of one tail negated", LAW, partial(_negated, share=1.0), True),
        Fault(
            "0.1% of ten times the scale",
            LAW,
            partial(_contaminated, share=1e-3, factor=10.0),
            False,
        ),
        Fault("tail index smaller by 5% beyond 1%", LAW, partial(_power, exponent=1.05), False),
    )
