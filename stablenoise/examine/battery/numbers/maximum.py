"""The largest and the smallest: of all draws, and of blocks of consecutive ones.

Of n draws the largest has the law F^n, exactly; for many draws of a heavy tail it is near that of
Frechet, exp(-n P(X > x)).  Three questions: whether the largest is too large or too small for that;
whether it came more than once, which given it is binomial with the probability of one number of the
sampler's type; whether the largest of 256 consecutive draws have the law F^256, by Kolmogorov's
distance at the borders of cells, where it is no larger than elsewhere; and the same
of the smallest.

For draws clipped at a number, and for tails that end too soon.  Gumbel (1958), Statistics of
Extremes, 2.1.1 and 8.1.
"""

from __future__ import annotations

from math import exp, log1p

import numpy as np

from ....stable import Stable
from ...blocks import Block
from ...counts import at_least
from ...limit_laws import kolmogorov_tail
from ...outcomes import Outcome
from ...tallies import Cells, precision, tolerated

MOST = 1 << 40
TOGETHER = 256  # consecutive draws of which the largest is taken
ULPS = 4.0  # of a number, by which a sampler may be off


class _Extreme:
    """The largest of all draws, or the smallest: ``sign`` is 1 or -1."""

    def __init__(self, law: Stable, sign: int) -> None:
        self.law, self.sign = law, sign
        self.value, self.times, self.size = -np.inf, 0, 0  # of sign times a draw
        self.cells: Cells | None = None
        self.counts: np.ndarray | int = 0  # of the largest of blocks
        self.dtype = np.dtype(float)

    def add(self, block: Block) -> None:
        values = block.values
        parts = values[: len(values) // TOGETHER * TOGETHER].reshape(-1, TOGETHER)
        tops = parts.max(axis=1) if self.sign > 0 else parts.min(axis=1)
        ends = values[len(parts) * TOGETHER :]
        top = float((self.sign * np.r_[tops, ends]).max(initial=-np.inf))
        if top >= self.value:
            times = int(np.count_nonzero(values == self.sign * top))
            self.times = times + (self.times if top == self.value else 0)
            self.value = top
        self.size += len(values)
        self.cells, self.dtype = block.cells, block.dtype
        self.counts = self.counts + block.cells.count(tops)

    def outcomes(self) -> tuple[Outcome, ...]:
        if self.cells is None:
            return ()
        return self._of_all(), self._repeated(), self._of_blocks(self.cells)

    def _tail(self, ulps: float) -> float:
        """Probability of a draw beyond the largest, moved outwards by so many of its steps."""
        x = self.sign * self.value
        away = max(abs(x), abs(float(self.law.loc)), float(self.law.scale) * self._zeta())
        info = precision(self.dtype)
        x = x + self.sign * ulps * max(float(info.eps) * away, float(info.smallest_subnormal))
        x = min(max(x, -np.finfo(float).max), np.finfo(float).max)
        below, above = np.array(self.law.cdf(x)), np.array(self.law.sf(x))
        below, above = tolerated(self.law, self.dtype, below, above)
        return float(above if self.sign > 0 else below)

    def _zeta(self) -> float:
        """Distance from loc to where a law of a small index crowds, in scales."""
        alpha = float(self.law.alpha)
        return abs(float(self.law.beta) * np.tan(np.pi * alpha / 2)) if alpha < 1 else 0.0

    def _of_all(self) -> Outcome:
        """Against the law of the largest."""
        inner, outer = self._tail(-ULPS), self._tail(ULPS)
        beyond = -np.expm1(self.size * log1p(-min(inner, 1 - 1e-16)))  # one as large, or larger
        within = exp(self.size * log1p(-min(outer, 1 - 1e-16)))
        p_value = min(1.0, 2 * min(float(beyond), within))
        told = (
            f"the {self._word()} of {self.size:,} draws is {self.sign * self.value:.6g}:"
            f" so far out lie {self.size * outer:.4g} by the law, and chance keeps all within it"
            f" with probability {within:.3g}"
        )
        return Outcome(self._word(), self.sign * self.value, p_value, self.size, told)

    def _repeated(self) -> Outcome:
        """Whether others are equal to it: clipped draws are."""
        inner, outer = self._tail(-ULPS), self._tail(ULPS)
        equal = (inner - outer) / (1 - outer) if outer < 1 else 1.0
        p_value = at_least(self.times - 1, self.size - 1, min(max(equal, 0.0), 1.0))
        told = f"{self.times:,} draws are the {self._word()}, {self.sign * self.value:.8g}"
        return Outcome(f"repeated {self._word()}", self.times, p_value, self.size, told)

    def _of_blocks(self, cells: Cells) -> Outcome:
        """Against the law of the largest of some."""
        number, name = int(np.sum(self.counts)), f"{self._word()} of {TOGETHER}"
        if not number:
            return Outcome(name, 0.0, 1.0, self.size, "no blocks were whole")
        tail = cells.above if self.sign > 0 else cells.below
        expected = -np.expm1(TOGETHER * np.log1p(-np.minimum(tail, 1 - 1e-16)))
        ranks = np.cumsum(self.counts)[:-1] / number
        off = (1 - ranks if self.sign > 0 else ranks) - expected
        worst = int(np.argmax(abs(off)))
        x = float(self.law.loc + self.law.scale * cells.borders[worst])
        told = (
            f"of {number:,} blocks of {TOGETHER} draws a share of"
            f" {expected[worst] + off[worst]:.4g} has its {self._word()} beyond {x:.4g},"
            f" where {expected[worst]:.4g} are expected"
        )
        distance = float(abs(off[worst]))
        return Outcome(name, distance, kolmogorov_tail(distance, number), self.size, told)

    def _word(self) -> str:
        return "largest" if self.sign > 0 else "smallest"


class _Test:
    def __init__(self, law: Stable) -> None:
        self.ends = _Extreme(law, 1), _Extreme(law, -1)

    def add(self, block: Block) -> None:
        for end in self.ends:
            end.add(block)

    def outcomes(self) -> tuple[Outcome, ...]:
        return tuple(outcome for end in self.ends for outcome in end.outcomes())


def make(law: Stable) -> _Test:
    """A new test: of every law."""
    return _Test(law)
