"""Cells of the tails, each with half of what lies from there on: all sizes count the same.

The statistic is the likelihood-ratio chi-square (``counts``) of the numbers of draws between the
quantiles of 1/4, 1/8, 1/16 ... on either side.  So a difference far out weighs as much as one in
the middle, by 1 / (F (1 - F)), as with Anderson and Darling.

For tails that are too light or too heavy, over several powers of ten.
"""

from __future__ import annotations

import numpy as np

from ....stable import Stable
from ...statistics.grouping import compared, tail_groups
from ...statistics.outcomes import Outcome
from ...statistics.tallies import CellTest, Totals

MOST = 1 << 40
EXPECTED = 32  # draws beyond the outer borders, at least


def _outcomes(totals: Totals) -> tuple[Outcome, ...]:
    made = tail_groups(totals.cells, EXPECTED / totals.size)
    seen = compared(made, totals)
    told = (
        f"in {len(made.probability)} cells, each half of the tail beyond it, the likelihood-ratio"
        f" chi-square is {seen.told()}; the cell furthest off,"
        f" {_place(totals, made.at, seen.worst)}, holds {seen.seen:,} draws, where"
        f" {seen.expected:.4g} are expected"
    )
    return (Outcome("tail cells", seen.chi_square, seen.p_value, totals.size, told),)


def _place(totals: Totals, at: np.ndarray, cell: int) -> str:
    """Between which values a cell lies."""
    low = "-inf" if cell == 0 else totals.cells.told(int(at[cell - 1]))
    high = "inf" if cell == len(at) else totals.cells.told(int(at[cell]))
    return f"from {low} to {high}"


def make(law: Stable) -> CellTest:
    """A new test: of every law."""
    return CellTest(_outcomes)
