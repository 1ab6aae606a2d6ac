r"""Anderson and Darling: the squared distance of the distributions, weighted towards the tails.

The statistic of all draws is :math:`A^2 = n \int (F_n - F)^2 / (F (1 - F)) dF`, by the midpoint
rule over the cells, with both tails of the exact distribution.  Its null is the limit law, that of
:math:`\sum_j Z_j^2 / (j (j + 1))`, by a Fourier inversion that is right far out (``limit_laws``);
the law of n draws differs by terms of 1/n there, for which the p-value is raised.  Anderson &
Darling (1952), Annals of Mathematical Statistics 23, 193-212.

For faults of the middle and of the near tails together; a statistic that is too small is one of
points that are evener than chance.
"""

from __future__ import annotations

import numpy as np

from ....stable import Stable
from ...statistics.limit_laws import LARGEST, anderson_darling_tails
from ...statistics.outcomes import Outcome
from ...statistics.tallies import CellTest, Totals

MOST = 1 << 40
COARSE = 0.05  # probability of a cell, from which on the sum is no integral


def _outcomes(totals: Totals) -> tuple[Outcome, ...]:
    cells, n = totals.cells, totals.size
    below, above = cells.below, cells.above
    ranks = np.cumsum(totals.counts)[:-1]
    off = np.where(below < above, ranks / n - below, above - (n - ranks) / n)
    mass = cells.probabilities()
    width = (mass[1:] + mass[:-1]) / 2
    told_apart = (below > 0) & (above > 0)
    squares = np.divide(off**2, below * above, out=np.zeros(len(off)), where=told_apart)
    statistic = float(n * (squares @ width))
    lower, upper = anderson_darling_tails(statistic, n)
    bound = "less than " if statistic > LARGEST else ""
    told = (
        f"Anderson and Darling's A^2, a squared distance from the law, is {statistic:.4g}, where 1"
        f" is expected; right draws exceed it with probability {bound}{upper:.3g}"
    )
    p_value = min(1.0, 2 * min(lower, upper)) if mass.max() < COARSE else 1.0
    return (Outcome("Anderson-Darling", statistic, p_value, n, told),)


def make(law: Stable) -> CellTest:
    """A new test: of every law."""
    return CellTest(_outcomes)
