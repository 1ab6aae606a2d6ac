"""The periodogram of the uniforms.

Statistics: the largest ordinate of the periodogram of F - 1/2 and of its distance from the middle
(a period); and its sum over the lowest and the highest 2^k frequencies (slow and fast waves).
Null: an ordinate, or a sum of them, is the squared length of a vector of sums of signs, no wilder
than normal (``chances.of_power``).  All are taken together by the number of them.  For periods, and
laws that wander.
"""

from __future__ import annotations

import numpy as np
from scipy import fft

from ....stable import Stable
from ...statistics.blocks import LEVELS, Block
from ...statistics.chances import of_power
from ...statistics.kept import Kept
from ...statistics.outcomes import Outcome
from ...statistics.sign_products import SCORES
from .drift import folds

MOST = 1 << 16
ORDER = True
FEWEST = 8  # draws; fewer are filled up
TOLD = "F(x)", "|F(x) - 1/2|"


def ordinates(score: np.ndarray) -> np.ndarray:
    """Squared lengths at the frequencies 1, 2, ... below n / 2 turns, of numbers of variance 1.

    Each is a sum of two squares with variance 1.
    """
    n = len(score)
    return 2 / n * np.abs(fft.rfft(score)[1 : (n + 1) // 2]) ** 2


class _Test:
    def __init__(self) -> None:
        self._levels = Kept()

    def add(self, block: Block) -> None:
        self._levels.add(block.levels)

    def outcomes(self) -> tuple[Outcome, ...]:
        told = []
        for which, score in enumerate(folds(self._levels.all())[:2]):
            unit = np.sqrt(((LEVELS >> which) ** 2 - 1) / 3)
            told.append(_of_waves(which, score / unit))
        return tuple(told)


def _of_waves(which: int, score: np.ndarray) -> Outcome:
    power = ordinates(np.append(score, np.zeros(max(FEWEST - len(score), 0))))
    bands = [1 << k for k in range(len(power).bit_length())]
    sums = np.cumsum(power)
    low = [(float(of_power(sums[size - 1], 2 * size)), size, 1) for size in bands]
    high = [(float(of_power(power[-size:].sum(), 2 * size)), size, -1) for size in bands]
    peak = int(np.argmax(power))
    alone = float(of_power(power[peak], 2))
    p_band, size, side = min(low + high)
    n = len(score)
    if len(power) * alone < 2 * len(bands) * p_band:
        period = n / (peak + 1)
        told = (
            f"the wave of period {period:.6g} draws has {power[peak] / 2:.3g} times the mean power"
        )
        p_value, statistic = 2 * len(power) * alone, power[peak] / 2
    else:
        statistic = (sums[size - 1] if side > 0 else power[-size:].sum()) / (2 * size)
        which_ones = "slowest" if side > 0 else "fastest"
        waves = f"{size:,} {which_ones} waves have" if size > 1 else f"{which_ones} wave has"
        told = f"the {waves} {statistic:.4g} times the mean power"
        p_value = 4 * len(bands) * p_band
    told = f"in the spectrum of {TOLD[which]}, {told}; of all waves this is the least likely"
    return Outcome(f"spectrum of {SCORES[which]}", float(statistic), min(1.0, p_value), n, told)


def make(law: Stable) -> _Test:
    """A new test: of every law."""
    return _Test()
