"""Cells of equal probability, some and many: any shape that is not the law's.

The statistic is the likelihood-ratio chi-square of the counts, twice the logarithm of their
likelihood ratio, called G; its law is chi-square, scaled to the mean that G has (``counts``).  Too
large a G is another shape, too small a one is draws that are evener than chance.  Sokal and Rohlf
(1981), Biometry, 17.2.

For a wrong shape that nobody has named, and for points that are no random ones.
"""

from __future__ import annotations

from ....stable import Stable
from ...statistics.grouping import compared, equal_groups
from ...statistics.outcomes import Outcome
from ...statistics.tallies import CellTest, Totals

MOST = 1 << 40
SOME, MANY = 32, 512
EXPECTED = 32  # draws in a cell, at least


def _outcomes(totals: Totals) -> tuple[Outcome, ...]:
    """Some cells, and many once there are draws for more."""
    many = min(MANY, totals.size // EXPECTED)
    return tuple(_asked(totals, number) for number in ((SOME, many) if many > SOME else (SOME,)))


def _asked(totals: Totals, number: int) -> Outcome:
    made = equal_groups(totals.cells, number)
    seen = compared(made, totals)
    told = (
        f"in {len(made.probability)} cells of about equal probability the likelihood-ratio"
        f" chi-square is {seen.told()}; the cell furthest off holds"
        f" {seen.seen:,} draws, where {seen.expected:.4g} are expected"
    )
    kind = "some" if number == SOME else "many"
    return Outcome(f"{kind} cells", seen.chi_square, seen.p_value, totals.size, told)


def make(law: Stable) -> CellTest:
    """A new test: of every law."""
    return CellTest(_outcomes)
