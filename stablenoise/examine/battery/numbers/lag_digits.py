"""Binary digits of the uniforms F(x), compared at many lags.

Three yes-or-no questions are asked of a draw: whether it is above the median, whether it is in the
middle half, and whether exactly one of these is so.  Statistic: for each two questions and each
lag, in how many pairs of draws the answers agree.  Null: fair answers that are independent agree in
half of the pairs, independently, so that the number is binomial, exactly; the least of all p-values
counts as many times as there are comparisons.  Together they are the chi-square of the quarters in
which two draws lie, taken apart (Walsh functions) so that one sees what is amiss.  For dependence
of any kind at lags that computers prefer, periods, and repeats with another sign or scale.
"""

from __future__ import annotations

import numpy as np

from ....stable import Stable
from ...statistics.blocks import LEVELS, Block
from ...statistics.chances import of_count
from ...statistics.kept import Kept
from ...statistics.outcomes import Outcome

MOST = 1 << 21
ORDER = True
LAGS = np.array(
    [
        *(1, 2, 3, 4, 5, 6, 7, 8, 10, 16, 32, 63, 64, 65, 100, 127, 128, 255, 256, 500, 512),
        *(1000, 1023, 1024, 2048, 4096, 8192, 10_000, 16384, 32768, 65536, 100_000),
        *(1 << 17, 1 << 18, 1 << 19),
    ]
)
SIGNS = (
    "above the median",
    "in the middle half",
    "above the median or in the middle half, not both",
)
WORD = 64


def packed(signs: np.ndarray) -> np.ndarray:
    """Booleans, a multiple of 64 of them, as bits of uint64, the first the lowest."""
    return np.packbits(signs, bitorder="little").view(np.dtype("<u8"))


def from_lag(words: np.ndarray, lag: int) -> np.ndarray:
    """Bits from place ``lag`` on: two words fewer than would be complete, or one."""
    whole, rest = divmod(lag, WORD)
    if not rest:
        return words[whole:]
    low, high = words[whole:-1], words[whole + 1 :]
    return (low >> np.uint64(rest)) | (high << np.uint64(WORD - rest))


class _Test:
    def __init__(self) -> None:
        self._levels = Kept()
        self._words = tuple(Kept() for _ in SIGNS)
        self._agreeing = np.zeros((len(LAGS), len(SIGNS), len(SIGNS)), np.int64)
        self._done = np.zeros(len(LAGS), np.int64)  # words of which pairs were counted

    def add(self, block: Block) -> None:
        levels = np.concatenate([self._levels.all(), block.levels]).astype(np.int16)
        ready = len(levels) - len(levels) % WORD
        self._levels = Kept()
        self._levels.add(levels[ready:])
        side, quarter = levels[:ready] >= LEVELS // 2, levels[:ready] // (LEVELS // 4)
        middle = (quarter == 1) | (quarter == 2)
        for kept, signs in zip(self._words, (side, middle, side ^ middle), strict=True):
            kept.add(packed(signs))

    def outcomes(self) -> tuple[Outcome, ...]:
        words = [kept.all() for kept in self._words]
        n = len(words[0]) * WORD
        lags = int(np.searchsorted(LAGS, min(n // 4, n - 2 * WORD), side="right"))
        if not lags:
            few = "there are too few draws to compare them at a lag"
            return (Outcome("digits at lags", 0.0, 1.0, n, few),)
        for place in range(lags):
            self._count(place, words)
        pairs = self._done[:lags, None, None] * WORD
        z = (2 * self._agreeing[:lags] - pairs) / np.sqrt(pairs)
        worst = np.unravel_index(int(np.argmax(abs(z))), z.shape)
        lag, first, second = (int(i) for i in worst)
        size, agreeing = int(pairs[lag, 0, 0]), int(self._agreeing[worst])
        tried = z.size
        p_value = min(1.0, tried * of_count(agreeing, size, 0.5))
        told = (
            f'"{SIGNS[first]}" for a draw and "{SIGNS[second]}" for that {LAGS[lag]:,} draws later'
            f" are both true or both false in {agreeing:,} of {size:,} pairs, where half are"
            f" expected; of {tried} comparisons this is the least likely"
        )
        return (Outcome("digits at lags", float(z[worst]), p_value, n, told),)

    def _count(self, place: int, words: list[np.ndarray]) -> None:
        """Compare the words that were not, at one lag."""
        start = int(self._done[place])
        later = [from_lag(word[start:], int(LAGS[place])) for word in words]
        new = len(later[0])
        for i, word in enumerate(words):
            for j, other in enumerate(later):
                differing = np.bitwise_count(word[start : start + new] ^ other).sum(dtype=np.int64)
                self._agreeing[place, i, j] += WORD * new - int(differing)
        self._done[place] += new


def make(law: Stable) -> _Test:
    """A new test: of every law."""
    return _Test()
