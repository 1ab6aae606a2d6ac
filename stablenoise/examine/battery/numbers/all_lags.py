"""The correlation of signs at every lag up to 32,768, over a long stream.

Statistic: for each lag, the number of draws whose sign agrees with that of the draw a lag later,
within blocks of 2^16 draws; of F - 1/2 and of its distance from the middle.  Null: exactly
binomial; the least of all p-values counts as many times as there are lags (``sign_products``).
Of fewer draws than a block, lags up to half of them.

For feedback of any delay, however weak, and blocks that come again in disguise: a correlation r of
signs is seen from about (9 / r)^2 draws on.
"""

from __future__ import annotations

import numpy as np

from ....stable import Stable
from ...statistics.blocks import Block
from ...statistics.kept import Kept
from ...statistics.outcomes import Outcome
from ...statistics.sign_products import SCORES, LagCounts, of_lags, signs

MOST = 1 << 23
ORDER = True
LENGTH = 1 << 16
FEWEST = 8  # draws; fewer are filled up


class _Test:
    def __init__(self) -> None:
        self._waiting = Kept()
        self._counts = LagCounts(LENGTH), LagCounts(LENGTH)

    def add(self, block: Block) -> None:
        self._waiting.add(block.levels)
        levels = self._waiting.all()
        if len(levels) < LENGTH:
            return
        whole = len(levels) // LENGTH * LENGTH
        for part in levels[:whole].reshape(-1, LENGTH):
            _add(self._counts, part)
        self._waiting = Kept()
        self._waiting.add(levels[whole:].copy())

    def outcomes(self) -> tuple[Outcome, ...]:
        counts = self._counts
        if not counts[0].blocks:
            levels = self._waiting.all()
            levels = np.append(levels, np.zeros(max(FEWEST - len(levels), 0), levels.dtype))
            counts = LagCounts(len(levels)), LagCounts(len(levels))
            _add(counts, levels)
        return tuple(
            of_lags(f"all lags of {score}", count, score)
            for score, count in zip(SCORES, counts, strict=True)
        )


def _add(counts: tuple[LagCounts, LagCounts], levels: np.ndarray) -> None:
    for count, block in zip(counts, signs(levels), strict=True):
        count.add(block)


def make(law: Stable) -> _Test:
    """A new test: of every law."""
    return _Test()
