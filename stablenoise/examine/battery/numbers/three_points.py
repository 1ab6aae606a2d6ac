"""Signs of three draws at the distances of well-known shift-register generators.

A generalised feedback shift register makes word n of words n - p and n - q, bit by bit (R250: p =
250, q = 103; Kirkpatrick and Stoll 1981, J. Comput. Phys. 40, 517-526), and of those twice, four
times as far, too.  All pairs of its words are independent; three are not (Ferrenberg, Landau and
Wong 1992, Phys. Rev. Lett. 69, 3382-3384).  Statistic: for each p and q, and p and p - q, how often
the product of three signs is 1; of signs above the median and outside of the quartiles.  Null: each
product has a sign that no earlier one has, so that the number is binomial, exactly; the least
likely counts as often as there are.

For shift registers and lagged Fibonacci generators, whatever the number of their bits.
"""

from __future__ import annotations

import numpy as np

from ....stable import Stable
from ...statistics.blocks import LEVELS, Block
from ...statistics.chances import of_count
from ...statistics.kept import Kept
from ...statistics.outcomes import Outcome
from .lag_digits import WORD, from_lag, packed

MOST = 1 << 20
ORDER = True
TAPS = (
    *((17, 5), (31, 3), (31, 13), (55, 24), (89, 38), (98, 27), (127, 63), (250, 103), (521, 32)),
    *((521, 168), (607, 273), (1279, 216), (1279, 418), (2281, 715), (4423, 2098), (9689, 4187)),
)
PAIRS = tuple(dict.fromkeys(pair for p, q in TAPS for pair in ((p, q), (p, p - q))))
SIGNS = "above the median", "outside of the quartiles"


class _Test:
    def __init__(self) -> None:
        self._levels = Kept()
        self._words = Kept(), Kept()

    def add(self, block: Block) -> None:
        levels = np.concatenate([self._levels.all(), block.levels]).astype(np.int16)
        ready = len(levels) - len(levels) % WORD
        self._levels = Kept()
        self._levels.add(levels[ready:])
        quarter = levels[:ready] // (LEVELS // 4)
        self._words[0].add(packed(quarter >= 2))
        self._words[1].add(packed((quarter == 0) | (quarter == 3)))

    def outcomes(self) -> tuple[Outcome, ...]:
        signs = [words.all() for words in self._words]
        n = len(signs[0]) * WORD
        asked = [
            (*pair, which) for pair in PAIRS if 2 * pair[0] + 2 * WORD <= n for which in (0, 1)
        ]
        if not asked:
            few = "there are too few draws to compare three of them"
            return (Outcome("three points", 0.0, 1.0, n, few),)
        counts = np.array([counted(signs[which], p, q) for p, q, which in asked])
        z = (2 * counts[:, 0] - counts[:, 1]) / np.sqrt(counts[:, 1])
        worst = int(np.argmax(abs(z)))
        (even, size), (p, q, which) = (int(i) for i in counts[worst]), asked[worst]
        p_value = min(1.0, len(asked) * of_count(even, size, 0.5))
        told = (
            f"of a draw and those {q:,} and {p:,} before, an even number is {SIGNS[which]} in"
            f" {even:,} of {size:,} cases, where half are expected; of {len(asked)} such counts"
            " this is the least likely"
        )
        return (Outcome("three points", float(z[worst]), p_value, n, told),)


def counted(words: np.ndarray, p: int, q: int) -> tuple[int, int]:
    """Places at which an even number of bits n, n - q and n - p are 1; and all places."""
    newest = from_lag(words, p)
    odd = newest ^ from_lag(words, p - q)[: len(newest)] ^ words[: len(newest)]
    size = WORD * len(newest)
    return size - int(np.bitwise_count(odd).sum(dtype=np.int64)), size


def make(law: Stable) -> _Test:
    """A new test: of every law."""
    return _Test()
