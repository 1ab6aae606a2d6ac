"""The largest and the smallest of all draws: whether they are too large, too small, or repeated.

Of n draws the largest has the law F^n, exactly; for many draws of a heavy tail it is near that of
Frechet, exp(-n P(X > x)).  Given the largest, how many others are equal to it is binomial, with the
probability of one number of the sampler's type.  Both are asked of the smallest, too.

For draws clipped at a number, and for tails that end too soon.  Gumbel (1958), Statistics of
Extremes, 2.1.1.
"""

from __future__ import annotations

from math import exp, log1p, pi, tan

import numpy as np

from ....stable import Stable
from ...statistics.blocks import Block
from ...statistics.counts import at_least
from ...statistics.outcomes import Outcome
from ...statistics.tallies import precision, within_reach

MOST = 1 << 40
ULPS = 4.0  # of a number, by which a sampler may be off
CERTAIN = 1 - 1e-16  # a probability that is as good as 1, and has a logarithm of its complement


class _Extreme:
    """The largest of all draws, or the smallest: ``sign`` is 1 or -1."""

    def __init__(self, law: Stable, sign: int) -> None:
        self.law, self.sign = law, sign
        self.word = "largest" if sign > 0 else "smallest"
        self.value, self.times, self.size = -np.inf * sign, 0, 0
        self.dtype = np.dtype(float)

    def add(self, block: Block) -> None:
        """Look whether a block has one further out."""
        end = float(block.values.max() if self.sign > 0 else block.values.min())
        self.size, self.dtype = self.size + len(block), block.dtype
        if self.sign * end >= self.sign * self.value:
            times = int(np.count_nonzero(block.values == end))
            self.times = times + (self.times if end == self.value else 0)
            self.value = end

    def outcomes(self) -> tuple[Outcome, ...]:
        """Against its law, and whether others are equal to it, as clipped draws are."""
        inner, outer = self._beyond(-ULPS), self._beyond(ULPS)
        as_far = -float(np.expm1(self.size * log1p(-min(inner, CERTAIN))))
        within = exp(self.size * log1p(-min(outer, CERTAIN)))
        told = (
            f"the {self.word} of {self.size:,} draws is {self.value:.6g}: {self.size * outer:.4g}"
            f" draws are expected beyond it, and none with probability {within:.3g}"
        )
        at = min(1.0, 2 * min(as_far, within))
        equal = min(max((inner - outer) / (1 - outer), 0.0), 1.0) if outer < 1 else 1.0
        repeated = at_least(self.times - 1, self.size - 1, equal)
        counted = f"{self.times:,} of {self.size:,} draws equal the {self.word}, {self.value:.8g}"
        return (
            Outcome(self.word, self.value, at, self.size, told),
            Outcome(f"repeated {self.word}", self.times, repeated, self.size, counted),
        )

    def _beyond(self, ulps: float) -> float:
        """Probability of a draw beyond the largest, moved outwards by so many steps."""
        law, info = self.law, precision(self.dtype)
        alpha, beta = float(law.alpha), float(law.beta)
        zeta = abs(beta * tan(pi * alpha / 2)) if alpha < 1 else 0.0  # where such laws crowd
        size = max(abs(self.value), abs(float(law.loc)), float(law.scale) * zeta)
        step = max(float(info.eps) * size, float(info.smallest_subnormal))
        largest = float(np.finfo(float).max)
        x = min(max(self.value + self.sign * ulps * step, -largest), largest)
        below, above = within_reach(law, self.dtype, np.array(law.cdf(x)), np.array(law.sf(x)))
        return float(above if self.sign > 0 else below)


class _Test:
    def __init__(self, law: Stable) -> None:
        self.ends = _Extreme(law, 1), _Extreme(law, -1)

    def add(self, block: Block) -> None:
        for end in self.ends:
            end.add(block)

    def outcomes(self) -> tuple[Outcome, ...]:
        return tuple(outcome for end in self.ends for outcome in end.outcomes() if end.size)


def make(law: Stable) -> _Test:
    """A new test: of every law."""
    return _Test(law)
