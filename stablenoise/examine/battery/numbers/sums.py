"""Sums of 2, 16 and 256 consecutive draws, scaled: they have the law of one draw.

That is what stability means: S / m^(1/alpha), shifted by what the S0 form asks for
(Nolan 2020, Univariate Stable Distributions, 1.4), is a draw of the law itself.  Two questions are
asked of the sums: whether a law with other parameters fits them better (``score_tests``), and
whether they fill cells of equal probability equally, by the likelihood-ratio chi-square
(``counts``).

For draws that depend on their neighbours, which no test of single draws sees.
"""

from __future__ import annotations

from collections.abc import Callable
from math import expm1, log, pi, sqrt, tan

import numpy as np

from ....stable import Stable
from ...statistics.blocks import Block
from ...statistics.counts import likelihood_ratio
from ...statistics.grouping import equal_groups
from ...statistics.outcomes import Outcome
from ...statistics.score_tests import scores_of, together
from ...statistics.tallies import CellTest, Totals, grain, kept_share

MOST = 1 << 28
ORDER = True
TERMS = 2, 16, 256  # powers of 2
FEWEST = 64  # sums of which something is asked
CELLS, EXPECTED = 64, 32  # cells at most, and draws in one at least
COARSE = 0.01  # steps of the numbers, in scales, whose sums are no longer those of a density
LOST = 1e-3  # draws left out in all, above which sums have another law


class _Test:
    def __init__(self, law: Stable) -> None:
        self.unit = Stable(float(law.alpha), float(law.beta))
        self.tests = [CellTest(_asker(terms)) for terms in TERMS]
        self.size, self.lost, self.coarse = 0, 0.0, False

    def add(self, block: Block) -> None:
        self.size += len(block)
        self.lost = 1 - kept_share(block.law, block.dtype)
        self.coarse = grain(block.law, block.dtype) > COARSE
        sums, terms = block.standardised, 1
        for test, wanted in zip(self.tests, TERMS, strict=True):
            while terms < wanted:
                even = len(sums) // 2 * 2
                with np.errstate(over="ignore", invalid="ignore"):  # of draws of no law
                    sums, terms = sums[:even:2] + sums[1:even:2], 2 * terms
            test.add(Block(made_single(sums, self.unit, terms), self.unit, np.dtype(float)))

    def outcomes(self) -> tuple[Outcome, ...]:
        if self.coarse or self.lost * self.size > LOST:
            return ()
        return tuple(outcome for test in self.tests for outcome in test.outcomes())


def made_single(sums: np.ndarray, law: Stable, terms: int) -> np.ndarray:
    """Sums of some draws of a law of scale 1 and loc 0, made draws of it again."""
    alpha, beta = float(law.alpha), float(law.beta)
    if alpha == 1:
        shift = -beta * 2 / pi * log(terms)
    else:
        shift = beta * expm1((1 - 1 / alpha) * log(terms)) / tan(pi * (1 - alpha) / 2)
    return sums * terms ** (-1 / alpha) + shift


def _asker(terms: int) -> Callable[[Totals], tuple[Outcome, ...]]:
    def ask(totals: Totals) -> tuple[Outcome, ...]:
        if totals.size < FEWEST:
            return ()
        scores = together(scores_of(totals), f"scores of sums of {terms}")
        return scores._replace(size=totals.size * terms), _shape(totals, terms)

    return ask


def _shape(totals: Totals, terms: int) -> Outcome:
    """G over cells of equal probability."""
    n = totals.size
    made = equal_groups(totals.cells, min(CELLS, n // EXPECTED))
    counts, expected = made.sums(totals.counts), made.probability * n
    g, dof, p_value = likelihood_ratio(counts[None], expected[None], np.array([n]))
    told = (
        f"{n:,} sums of {terms} draws, scaled to the law of one, in {len(counts)} cells have a"
        f" likelihood-ratio chi-square of {g:.4g}, where {dof} +- {sqrt(2 * dof):.3g} is expected"
    )
    return Outcome(f"sums of {terms}", g, p_value, n * terms, told)


def make(law: Stable) -> _Test:
    """A new test: of every law."""
    return _Test(law)
