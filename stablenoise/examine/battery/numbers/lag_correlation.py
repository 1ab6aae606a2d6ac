"""Correlation at a lag of the uniforms F(x), and of their distance from the middle.

Statistic: S, the sum of g(i) g(i + lag) over all i, for g = F - 1/2 (neighbours that resemble or
avoid each other) and g = |2 F - 1| - 1/2 (large ones in clusters), in 12 binary digits.  Null: a
chain i, i + lag, i + 2 lag, ... is split into even and odd members.  Given the even ones, S is a
sum of independent odd ones with known weights, each a sum of signs: so S over its conditional
standard deviation has 3.178 times the normal tail at most, at every size (``chances.of_sum``).
All sums are of integers, and exact.  For the dependence that a filter, a feedback or a shared term
makes: a correlation r is seen from about (7 / r)^2 draws on.
"""

from __future__ import annotations

import numpy as np

from ....kernels.compiler import jit
from ....stable import Stable
from ...statistics.blocks import LEVELS, Block
from ...statistics.chances import of_sum
from ...statistics.kept import Kept
from ...statistics.outcomes import Outcome

MOST = 1 << 20
ORDER = True
LAGS = 1, 2, 3, 4, 8, 64, 256, 1000, 1024
FEWEST = 4  # times the lag, draws that are needed
SCORES = "values", "distances from the middle"
TOLD = "F(x)", "|F(x) - 1/2|"


@jit(nogil=True)
def sums(g, lag, start, stop, out):
    """Add to S and to its conditional variance (in that of g) what draws start to stop bring.

    The variance is that of the odd members' weights, the sums of their two neighbours.
    """
    product, square = np.int64(0), np.int64(0)
    for low in range(start - start % lag, stop, lag):
        is_odd, has_two = (low // lag) % 2 == 1, low >= 2 * lag
        for i in range(max(low, start, lag), min(low + lag, stop)):
            new, before = np.int64(g[i]), np.int64(g[i - lag])
            product += new * before
            if is_odd:
                square += before * before
            elif has_two:
                square += new * (new + 2 * np.int64(g[i - 2 * lag]))
    out[0] += product
    out[1] += square


def correlation(g: np.ndarray, lag: int) -> float:
    """That of a score about its own mean of 0 with the one a lag later: never beyond -1 and 1."""
    before, after = g[:-lag].astype(float), g[lag:].astype(float)
    squares = float(before @ before) * float(after @ after)
    return float(before @ after) / squares**0.5 if squares else 0.0


class _Test:
    def __init__(self) -> None:
        self._scores = Kept(), Kept()
        self._sums = np.zeros((len(SCORES), len(LAGS), 2), np.int64)
        self._done = 0

    def add(self, block: Block) -> None:
        signed = 2 * block.levels - np.int16(LEVELS - 1)
        self._scores[0].add(signed)
        self._scores[1].add(2 * (np.abs(signed) // 2) - np.int16(LEVELS // 2 - 1))

    def outcomes(self) -> tuple[Outcome, ...]:
        told = []
        for which, kept in enumerate(self._scores):
            g = kept.all()
            for place, lag in enumerate(LAGS):
                sums(g, lag, self._done, len(g), self._sums[which, place])
            told.append(self._outcome(which, len(g)))
        self._done = len(g)
        return tuple(told)

    def _outcome(self, which: int, n: int) -> Outcome:
        lags = [lag for lag in LAGS if n >= FEWEST * lag] or LAGS[:1]
        product, square = self._sums[which, : len(lags)].astype(float).T
        variance = ((LEVELS >> which) ** 2 - 1) / 3
        z = product / np.sqrt(np.maximum(square, 1) * variance)
        worst = int(np.argmax(abs(z)))
        p_value = min(1.0, len(lags) * float(of_sum(z[worst])))
        seen = correlation(self._scores[which].all(), lags[worst])
        smallest = 7 / np.sqrt(n)
        told = (
            f"the correlation of {TOLD[which]} with that of the draw {lags[worst]:,} later is"
            f" {seen:.3g}; of {len(lags)} lags this is the least likely, and {smallest:.2g} would"
            " have been detected"
        )
        return Outcome(f"correlation of {SCORES[which]}", float(z[worst]), p_value, n, told)


def make(law: Stable) -> _Test:
    """A new test: of every law."""
    return _Test()
