"""Scores in alpha, beta, scale and loc: the most powerful tests of a small shift.

The statistic is the sum over all draws of the derivative of the logarithm of their group's
probability, for each parameter alone, and for all together (Rao 1948, Proceedings of the Cambridge
Philosophical Society 44, 50-57).  Groups are of cells, some 400, the outer ones with 4 draws
expected or more: so a score is bounded, also at alpha = 2 and beta = 1, where the information is
infinite.  The null is that of a multinomial sum, by its saddlepoint (``saddlepoints``).

For a scale, an index, a skewness or a location that is slightly off.
"""

from __future__ import annotations

from ....stable import Stable
from ...statistics.outcomes import Outcome
from ...statistics.score_tests import alone, scores_of, together
from ...statistics.tallies import CellTest, Totals

MOST = 1 << 40


def _outcomes(totals: Totals) -> tuple[Outcome, ...]:
    """One parameter at a time, and all of them."""
    scores = scores_of(totals)
    each = [alone(scores, name) for name in scores.rows]
    return (*each, together(scores, "scores together"))


def make(law: Stable) -> CellTest:
    """A new test: of every law."""
    return CellTest(_outcomes)
