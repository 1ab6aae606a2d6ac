"""The largest of 256 consecutive draws, and the smallest: their law is F^256.

The statistic is Kolmogorov's distance over all such blocks, at the borders of cells, where it is no
larger than elsewhere; so its exact null law serves (``limit_laws``).

For extremes that come together, and for tails that are too light or too heavy.  Gumbel (1958),
Statistics of Extremes, 2.1.1.
"""

from __future__ import annotations

import numpy as np

from ....stable import Stable
from ...statistics.blocks import Block
from ...statistics.limit_laws import kolmogorov_tail
from ...statistics.outcomes import Outcome
from ...statistics.tallies import Cells

MOST = 1 << 40
ORDER = True
TOGETHER = 256


class _Test:
    def __init__(self) -> None:
        self.cells: Cells | None = None
        self.largest: np.ndarray | int = 0
        self.smallest: np.ndarray | int = 0
        self.size = 0

    def add(self, block: Block) -> None:
        whole = len(block) // TOGETHER
        parts = block.values[: whole * TOGETHER].reshape(whole, TOGETHER)
        self.cells, self.size = block.cells, self.size + whole
        self.largest = self.largest + block.cells.count(parts.max(axis=1))
        self.smallest = self.smallest + block.cells.count(parts.min(axis=1))

    def outcomes(self) -> tuple[Outcome, ...]:
        if self.cells is None or not self.size:
            return ()
        largest = self.size - np.cumsum(self.largest)[:-1]
        smallest = np.cumsum(self.smallest)[:-1]
        return (
            self._outcome("largest", largest, self.cells.above, self.cells),
            self._outcome("smallest", smallest, self.cells.below, self.cells),
        )

    def _outcome(self, word: str, beyond: np.ndarray, tail: np.ndarray, cells: Cells) -> Outcome:
        """How many of the extremes are beyond each border, against the law of one of 256."""
        with np.errstate(divide="ignore"):
            expected = -np.expm1(TOGETHER * np.log1p(-tail))
        off = beyond / self.size - expected
        worst = int(np.argmax(abs(off)))
        distance = float(abs(off[worst]))
        told = (
            f"in {beyond[worst]:,} of {self.size:,} blocks of {TOGETHER} draws the {word} lies"
            f" beyond {cells.told(worst)}, where {self.size * expected[worst]:.5g} are expected"
        )
        p_value = kolmogorov_tail(distance, self.size)
        return Outcome(f"{word} of {TOGETHER}", distance, p_value, self.size * TOGETHER, told)


def make(law: Stable) -> _Test:
    """A new test: of every law."""
    return _Test()
