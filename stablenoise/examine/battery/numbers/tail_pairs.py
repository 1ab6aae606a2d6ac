"""Large draws next to large ones: whether the tails come in clusters, or avoid each other.

Statistic: of the draws at odd places of a chain i, i + lag, ... that have a neighbour beyond a
quantile, those that are beyond it themselves.  Null: given the even places, a binomial number,
exactly.  Quantiles of |F - 1/2| with 1/4, 1/16, 1/64, 1/256 of the draws beyond; lags 1, 2 and 4,
in words of 64 draws.
For volatility and other dependence of sizes that correlations of the middle do not show.
"""

from __future__ import annotations

import numpy as np

from ....stable import Stable
from ...statistics.blocks import LEVELS, Block
from ...statistics.chances import of_count
from ...statistics.outcomes import Outcome
from .lag_digits import WORD, packed

MOST = 1 << 22
ORDER = True
EVEN = {1: 0x5555555555555555, 2: 0x3333333333333333, 4: 0x0F0F0F0F0F0F0F0F}
"""Bits of a word at even places, for each lag: every other one, or two, or four."""
SHARES = 1 / 4, 1 / 16, 1 / 64, 1 / 256


def hits(words: np.ndarray, lag: int) -> tuple[int, int]:
    """Bits at odd places with a neighbour at a lag that is set, and those that are set, too."""
    even, shift = words & np.uint64(EVEN[lag]), np.uint64(lag)
    beside = ((even << shift) | (even >> shift)) & ~np.uint64(EVEN[lag])
    return _bits(beside), _bits(beside & words)


def _bits(words: np.ndarray) -> int:
    return int(np.bitwise_count(words).sum(dtype=np.int64))


class _Test:
    def __init__(self) -> None:
        self._counts = np.zeros((len(EVEN), len(SHARES), 2), np.int64)
        self._rest = np.empty(0, np.int16)
        self._draws = 0

    def add(self, block: Block) -> None:
        levels = np.concatenate([self._rest, block.levels])
        whole = len(levels) - len(levels) % WORD
        self._rest, self._draws = levels[whole:], self._draws + whole
        sizes = np.abs(2 * levels[:whole] - np.int16(LEVELS - 1)) >> np.int16(1)
        for j, share in enumerate(SHARES):
            words = packed(sizes >= round(LEVELS // 2 * (1 - share)))
            for i, lag in enumerate(EVEN):
                self._counts[i, j] += hits(words, lag)

    def outcomes(self) -> tuple[Outcome, ...]:
        asked = [(i, j) for i in range(len(EVEN)) for j in range(len(SHARES))]
        p_value, z, told = min(self._asked(i, j) for i, j in asked)
        told += f"; of {len(asked)} such counts this is the least likely"
        p_value = min(1.0, len(asked) * p_value)
        return (Outcome("pairs in the tails", z, p_value, self._draws, told),)

    def _asked(self, i: int, j: int) -> tuple[float, float, str]:
        """P-value of one count, its distance from the mean in standard deviations, a sentence."""
        (beside, both), lag, share = self._counts[i, j].tolist(), list(EVEN)[i], SHARES[j]
        z = (both - beside * share) / np.sqrt(max(beside, 1) * share * (1 - share))
        told = (
            f"of {beside:,} draws at a distance of {lag} from one of the {share:.2%} most extreme,"
            f" {both:,} are among these too, where {beside * share:,.0f} are expected"
        )
        return of_count(both, beside, share), float(z), told


def make(law: Stable) -> _Test:
    """A new test: of every law."""
    return _Test()
