"""Exceedances: how many draws lie beyond extreme quantiles, on either side and on both.

The statistic is a count among all draws, at levels of 1e-2, 1e-3, ... down to one draw expected,
with its exact binomial law.  Where the law has no probability at all, no draw may lie.

For tails that are clipped, folded, too light, too heavy, or on the wrong side.
"""

from __future__ import annotations

from math import log, sqrt

import numpy as np

from ....stable import Stable
from ...statistics.counts import binomial
from ...statistics.outcomes import Outcome
from ...statistics.tallies import CellTest, Totals

MOST = 1 << 40
LEVELS = tuple(10.0**-k for k in range(2, 13))
SURE = 7.0  # standard deviations that would show: a probability of 1e-12
LEAST = 1e-300


def _outcomes(totals: Totals) -> tuple[Outcome, ...]:
    levels = [level for level in LEVELS if level * totals.size >= 1]
    beyond = [_at(totals, level) for level in levels]
    return (*(outcome for three in beyond for outcome in three), *_impossible(totals))


def _at(totals: Totals, level: float) -> tuple[Outcome, ...]:
    """Below, above and beyond either of two borders."""
    cells = totals.cells
    low, high = nearest(cells.below, level), nearest(cells.above, level)
    below, above = int(totals.counts[: low + 1].sum()), int(totals.counts[high + 1 :].sum())
    share, other = float(cells.below[low]), float(cells.above[high])
    both = (below + above, share + other) if low < high else (totals.size, 1.0)  # all, if coarse
    x = cells.told(low), cells.told(high)
    return (
        _counted(f"below {level:g}", f"below {x[0]}", below, share, totals.size),
        _counted(f"above {level:g}", f"above {x[1]}", above, other, totals.size),
        _counted(f"beyond {level:g}", f"beyond {x[0]} or {x[1]}", *both, totals.size),
    )


def _counted(test: str, where: str, count: int, probability: float, n: int) -> Outcome:
    """A count and what was expected, with the smallest change of its mean that would have shown."""
    expected = n * probability
    told = f"{count:,} of {n:,} draws are {where}, where {expected:.5g} are expected"
    if expected > SURE**2:
        told += f"; {100 * SURE / sqrt(expected):.2g}% more or fewer would have been detected"
    return Outcome(f"exceedances {test}", count, binomial(count, n, probability), n, told)


def nearest(tails: np.ndarray, level: float) -> int:
    """The border whose tail is nearest to a level, in its logarithm."""
    return int(np.argmin(abs(np.log(np.maximum(tails, LEAST)) - log(level))))


def _impossible(totals: Totals) -> tuple[Outcome, ...]:
    """Draws where there can be none, if there is such a place."""
    nowhere = totals.cells.probabilities() == 0
    if not nowhere.any():
        return ()
    count = int(totals.counts[nowhere].sum())
    told = f"{count:,} of {totals.size:,} draws lie where the law has probability 0"
    return (Outcome("outside the support", count, float(count == 0), totals.size, told),)


def make(law: Stable) -> CellTest:
    """A new test: of every law."""
    return CellTest(_outcomes)
