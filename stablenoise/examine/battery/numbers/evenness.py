"""Whether blocks of draws differ as much as they should: neither too even nor too uneven.

Statistic: the sum over blocks of (K - size / 2)^2, K the number of draws of a block above the
median, or outside the quartiles.  Null: K is binomial, so that the mean of exp(-c (K - size / 2)^2)
is a finite sum, from which Chernoff's inequality bounds the probability that the sum is so small.
That it is so large is bounded as if K were normal (``chances.of_power``).
Blocks of 16 draws to 65,536.  For stratified and quasi-random uniforms, whose goodness of fit is
too good, for draws that balance each other, and for a law that wanders from block to block.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from scipy.stats import binom

from ....stable import Stable
from ...statistics.blocks import LEVELS, Block
from ...statistics.chances import of_power
from ...statistics.kept import Kept
from ...statistics.outcomes import Outcome

MOST = 1 << 22
ORDER = True
GRAIN = 16
SIZES = tuple(GRAIN << k for k in range(0, 13, 2))  # draws of a block
FEWEST = 8  # blocks
SIGNS = "sides", "distances"
TILTS = np.geomspace(1e-4, 64.0, 64)
"""Of the bound below, where the statistic of a block is half a squared normal number."""
FAR = 12  # standard deviations beyond which a binomial number counts by a bound


@lru_cache(maxsize=32)
def log_tilted(size: int) -> np.ndarray:
    """Log of E exp(-c (K - size / 2)^2 / (size / 2)) for each tilt c, from above."""
    most = min(size // 2, int(FAR * np.sqrt(size / 4)))
    off = np.arange(-most, most + 1)  # sizes are even
    logs = binom.logpmf(size // 2 + off, size, 0.5)
    tilted = np.exp(logs - TILTS[:, None] * off**2 / (size / 2)).sum(axis=1)
    return np.log(tilted + 2 * np.exp(-(FAR**2) / 2))  # Hoeffding's bound of what is beyond


def bound(total: float, blocks: int, size: int) -> float:
    """Probability, at most, of a sum of scaled squares as far from ``blocks`` on either side."""
    fewer = np.exp((blocks * log_tilted(size) + TILTS / 2 * total).min())
    return float(min(1.0, 2 * min(fewer, of_power(total, blocks))))


class _Test:
    def __init__(self) -> None:
        self._rest = np.empty(0, np.int16)
        self._grains = tuple(Kept() for _ in SIGNS)

    def add(self, block: Block) -> None:
        levels = np.concatenate([self._rest, block.levels])
        whole = len(levels) - len(levels) % GRAIN
        self._rest = levels[whole:]
        is_above = levels[:whole] >= LEVELS // 2
        is_outside = is_above ^ ((levels[:whole] & (LEVELS // 4)) == 0)
        for kept, signs in zip(self._grains, (is_above, is_outside), strict=True):
            kept.add(np.bitwise_count(np.packbits(signs).view(np.uint16)))

    def outcomes(self) -> tuple[Outcome, ...]:
        return tuple(self._outcome(which, kept.all()) for which, kept in enumerate(self._grains))

    def _outcome(self, which: int, grains: np.ndarray) -> Outcome:
        n = GRAIN * len(grains)
        sizes = [size for size in SIZES if n >= FEWEST * size]
        worst = min(_of_sizes(grains, sizes), default=None)
        name = f"evenness of {SIGNS[which]}"
        if worst is None:
            return Outcome(name, 1.0, 1.0, n, "there are too few draws to see how even they are")
        p_value, ratio, size = worst
        what = "above the median" if which == 0 else "outside the quartiles"
        told = (
            f"over blocks of {size:,} draws the number of those {what} has {ratio:.4g} times the"
            f" variance that chance gives it; of {len(sizes)} sizes of blocks this is the least"
            " likely"
        )
        return Outcome(name, ratio, min(1.0, len(sizes) * p_value), n, told)


def _of_sizes(counts: np.ndarray, sizes: list[int]) -> Iterator[tuple[float, float, int]]:
    """For each size of blocks: bound of the p-value, ratio of variances, size."""
    before = GRAIN
    for size in sizes:
        each = size // before
        blocks = len(counts) // each
        counts = counts[: blocks * each].reshape(blocks, each).sum(axis=1, dtype=np.int64)
        total = float(((counts - size / 2) ** 2).sum() / (size / 4))
        yield bound(total, blocks, size), total / blocks, size
        before = size


def make(law: Stable) -> _Test:
    """A new test: of every law."""
    return _Test()
