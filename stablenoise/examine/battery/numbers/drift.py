"""Whether the law changes on the way: a location, a scale or a shape that drifts or jumps.

Statistic: for each of 64 equal parts of the stream, how far the sum of a score up to there is from
its share of the whole sum; and the sum weighted by time.  Scores are F - 1/2 (location), its
distance from the middle (scale), and the distance of that from its own middle (shape), each
uniform.  Null: these are weighted sums of independent uniform numbers, with 3.178 times the normal
tail at most (``chances.of_sum``); the largest counts as often as there are parts.
For a sampler that warms up, ages, or changes its law after some draws.
"""

from __future__ import annotations

import numpy as np

from ....kernels.compiler import jit
from ....stable import Stable
from ...statistics.blocks import LEVELS, Block
from ...statistics.chances import of_sum
from ...statistics.kept import Kept
from ...statistics.outcomes import Outcome

MOST = 1 << 24
ORDER = True
GRAIN = 64  # draws that are added up at once
PARTS = 64
SCORES = "location", "scale", "shape"
TOLD = "F(x)", "|F(x) - 1/2|", "||F(x) - 1/2| - 1/4|"


def folds(levels: np.ndarray) -> tuple[np.ndarray, ...]:
    """Three scores of draws: odd integers about 0, equally likely, of half as many each time."""
    signed = 2 * levels - np.int16(LEVELS - 1)
    once = 2 * (np.abs(signed) >> np.int16(1)) - np.int16(LEVELS // 2 - 1)
    twice = 2 * (np.abs(once) >> np.int16(1)) - np.int16(LEVELS // 4 - 1)
    return signed, once, twice


@jit(nogil=True)
def add_folds(levels, out):
    """Let ``out`` be the sums of the three scores of each grain."""
    for grain in range(out.shape[1]):
        first = second = third = np.int64(0)
        for i in range(grain * GRAIN, (grain + 1) * GRAIN):
            signed = 2 * np.int64(levels[i]) - (LEVELS - 1)
            once = 2 * (abs(signed) >> 1) - (LEVELS // 2 - 1)
            first += signed
            second += once
            third += 2 * (abs(once) >> 1) - (LEVELS // 4 - 1)
        out[0, grain], out[1, grain], out[2, grain] = first, second, third


def deviations(grains: np.ndarray) -> np.ndarray:
    """Sums up to each part's end less their share, and the trend, in their standard deviations.

    ``grains`` are sums of ``GRAIN`` numbers of variance 1.
    """
    count = len(grains)
    ends = np.arange(1, PARTS) * count // PARTS
    sums = np.cumsum(grains)
    off = sums[ends - 1] - ends / count * sums[-1]
    spread = np.sqrt(GRAIN * ends * (1 - ends / count))
    time = np.arange(count) - (count - 1) / 2
    trend = time @ grains / np.sqrt(GRAIN * (time @ time))
    return np.append(off / spread, trend)


class _Test:
    def __init__(self) -> None:
        self._rest = np.empty(0, np.int16)
        self._grains = tuple(Kept() for _ in SCORES)

    def add(self, block: Block) -> None:
        levels = np.concatenate([self._rest, block.levels])
        whole = len(levels) - len(levels) % GRAIN
        self._rest = levels[whole:]
        sums = np.zeros((len(SCORES), whole // GRAIN), np.int64)
        add_folds(levels[:whole], sums)
        for kept, part in zip(self._grains, sums, strict=True):
            kept.add(part)

    def outcomes(self) -> tuple[Outcome, ...]:
        return tuple(self._outcome(which, kept.all()) for which, kept in enumerate(self._grains))

    def _outcome(self, which: int, grains: np.ndarray) -> Outcome:
        n, name = GRAIN * len(grains), f"drift in {SCORES[which]}"
        if len(grains) < PARTS:
            return Outcome(name, 0.0, 1.0, n, "there are too few draws to see a drift")
        unit = np.sqrt(((LEVELS >> which) ** 2 - 1) / 3)
        z = deviations(grains / unit)
        worst = int(np.argmax(abs(z)))
        p_value = min(1.0, PARTS * float(of_sum(z[worst])))
        end = (worst + 1) * len(grains) // PARTS
        if worst == PARTS - 1:
            told = f"{TOLD[which]} has a trend of {z[worst]:.3g} standard errors along the stream"
        else:
            first, second = grains[:end].mean(), grains[end:].mean()
            shift = (second - first) / (GRAIN * unit)
            told = (
                f"the mean of {TOLD[which]} is {shift:.3g} standard deviations larger after draw"
                f" {GRAIN * end:,} than before; of {PARTS - 1} places this is the least likely"
            )
        return Outcome(name, float(z[worst]), p_value, n, told)


def make(law: Stable) -> _Test:
    """A new test: of every law."""
    return _Test()
