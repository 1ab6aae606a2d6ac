"""How often signs agree with those a lag later: at every lag, summed over blocks of a stream.

Signs that are fair and independent have products over pairs at a lag that are fair and independent
too: the number that agree is binomial, exactly, however many blocks are added up.
"""

from __future__ import annotations

import numpy as np
from scipy import fft

from .blocks import LEVELS
from .chances import of_count
from .outcomes import Outcome

__all__ = ["SCORES", "LagCounts", "of_lags", "signs"]

SCORES = "values", "distances from the middle"
AGREE = "on the same side of the median", "both in the middle half or both outside it"
SAME = dict(zip(SCORES, AGREE, strict=True))
QUARTERS = np.arange(LEVELS) // (LEVELS // 4)
SIDES = (
    np.where(QUARTERS >= 2, 1.0, -1.0),
    np.where((QUARTERS == 0) | (QUARTERS == 3), 1.0, -1.0),
)


def signs(levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each score -1 or 1: above the median; outside of the quartiles."""
    return SIDES[0][levels], SIDES[1][levels]


class LagCounts:
    """Agreements within blocks of one length, at the lags 1, 2, ... up to half of it."""

    def __init__(self, length: int) -> None:
        self.length, self.blocks = length, 0
        self._lags = np.arange(1, length // 2 + 1)
        self._size = fft.next_fast_len(length + length // 2, real=True)
        self._power = np.zeros(self._size // 2 + 1)

    def add(self, block: np.ndarray) -> None:
        """Count a block of signs."""
        waves = fft.rfft(block, self._size)
        self._power += waves.real**2 + waves.imag**2
        self.blocks += 1

    def pairs(self) -> np.ndarray:
        """Number of pairs at each lag."""
        return self.blocks * (self.length - self._lags)

    def agreeing(self) -> np.ndarray:
        """How many of them agree; the sums are exact once they are rounded."""
        products = fft.irfft(self._power, self._size)[self._lags]
        return np.rint((products + self.pairs()) / 2).astype(np.int64)


def of_lags(name: str, counts: LagCounts, score: str) -> Outcome:
    """The lag of the least likely number, taken as many times as there are lags."""
    agreeing, pairs = counts.agreeing(), counts.pairs()
    z = (2 * agreeing - pairs) / np.sqrt(pairs)
    worst = int(np.argmax(abs(z)))
    p_value = min(1.0, len(z) * of_count(int(agreeing[worst]), int(pairs[worst]), 0.5))
    told = (
        f"draws and those {worst + 1:,} draws later are {SAME[score]} in {agreeing[worst]:,} of"
        f" {pairs[worst]:,} pairs, where half are expected; of all lags this is the least likely"
    )
    return Outcome(name, float(z[worst]), p_value, counts.blocks * counts.length, told)
