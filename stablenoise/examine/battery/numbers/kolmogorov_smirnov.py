"""Kolmogorov and Smirnov: the largest distance of the empirical from the exact distribution.

The statistic of all draws, at the borders of cells, where it is at most that of all points, and so
near it that its exact null law serves (Simard and L'Ecuyer 2011, Journal of Statistical Software
39 (11); ``limit_laws``): a p-value is too large by some percent of it.

For a location that is off, and for coarse faults of the middle.
"""

from __future__ import annotations

import numpy as np

from ....stable import Stable
from ...statistics.limit_laws import kolmogorov_tail
from ...statistics.outcomes import Outcome
from ...statistics.tallies import CellTest, Totals

MOST = 1 << 40
SURE = 3.8  # roots of n times the distance that would show: a probability of 1e-12


def _outcomes(totals: Totals) -> tuple[Outcome, ...]:
    cells, n = totals.cells, totals.size
    lower = cells.below < cells.above
    seen = np.cumsum(totals.counts)[:-1] / n
    off = np.where(lower, seen - cells.below, cells.above - (1 - seen))
    worst = int(np.argmax(abs(off)))
    distance = float(abs(off[worst]))
    told = (
        f"a share of {seen[worst]:.5g} of the draws lies below {cells.told(worst)}, where"
        f" {cells.below[worst]:.5g} is expected: no other place is further off, and"
        f" {SURE / n**0.5:.2g} would have been detected"
    )
    p_value = kolmogorov_tail(distance, n)
    return (Outcome("Kolmogorov-Smirnov", distance, p_value, n, told),)


def make(law: Stable) -> CellTest:
    """A new test: of every law."""
    return CellTest(_outcomes)
