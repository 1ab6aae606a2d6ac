"""How finely numbers of a type divide a law: bounds of how often draws are equal, or coarse.

Floats between two powers of 2 are equally far apart.  So a bound is a sum over such intervals, from
the probability of each, the largest density in it, and the distance of its floats.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ...stable import Stable

__all__ = ["Spacings", "spacings"]

LOST = 4.0
"""A sampler may lose two bits: a cell of draws that are equal is as many times as wide at most."""
MOST_ZETA = 10.0  # between S0 and S1, that a sampler may add and take away again
FINE = 2.0**-20  # of the distance of coarse numbers, that of floats


class Spacings(NamedTuple):
    """Intervals between powers of 2: probability, largest density, distance of draws, far end."""

    share: np.ndarray
    density: np.ndarray
    distance: np.ndarray
    ends: np.ndarray
    eps: float

    def pairs(self) -> tuple[float, float]:
        """Bounds of the probability that two draws are equal in size, and of one value's share."""
        each = np.minimum(self.density * self.distance, self.share)
        # The sizes of two signs may be equal: (p + q)^2 <= 2 p^2 + 2 q^2
        return 2 * LOST * float(self.share @ each), 2 * LOST * float(each.max())

    def multiples(self, step: float) -> float:
        """Bound of the probability to be a multiple of ``step``, among floats much finer.

        A density with one peak, summed over the multiples, is its integral over ``step`` at most,
        and its largest value.
        """
        fine = (self.distance <= FINE * step) & (self.ends >= step)
        each = self.share * self.distance / step + self.density * self.distance
        return min(1.0, LOST * float(np.minimum(each, self.share)[fine].sum()))

    def zero_bits(self, count: int) -> float:
        """Bound of the probability that so many last bits of the mantissa are zero."""
        # Where a sum is small, zeros at its end come by cancellation: as many more are asked for
        lost = np.log2(self.distance) - np.log2(self.ends) - np.log2(self.eps / 2)
        each = self.share * 2.0 ** np.minimum(lost - count, 0) + self.density * self.distance
        return min(1.0, LOST * float(np.minimum(each, self.share).sum()))


@lru_cache(maxsize=64)
def spacings(law: Stable, dtype: np.dtype) -> Spacings:
    """Those of a law and a type of floats; integers count as float64."""
    info = np.finfo(dtype if dtype.kind == "f" and dtype.itemsize <= 8 else np.float64)
    ends = 2.0 ** np.arange(info.minexp, info.maxexp)
    below, above = np.asarray(law.cdf(-ends)), np.asarray(law.sf(ends))
    near = max(float(law.cdf(ends[0]) - law.cdf(-ends[0])), 0.0)
    share = np.r_[-np.diff(below), near, -np.diff(above)]
    density = _largest(law, np.r_[-ends[::-1], ends])
    middle = len(ends) - 1
    density = np.r_[density[:middle][::-1], density[middle], density[middle + 1 :]]
    far = np.r_[ends[1:], ends[0], ends[1:]]
    eps = float(info.eps)
    distance = np.maximum(eps * far / 2, float(info.smallest_subnormal))
    distance = np.maximum(distance, eps * _added(law))
    return Spacings(np.maximum(share, 0.0), density, distance, far, eps)


def _added(law: Stable) -> float:
    """Size of what a sampler adds to get a draw: where the sum is small, its steps are those."""
    zeta = abs(float(law.beta) * np.tan(np.pi * float(law.alpha) / 2)) if law.alpha != 1 else 0.0
    return abs(float(law.loc)) + float(law.scale) * min(zeta, MOST_ZETA)


def _largest(law: Stable, ends: np.ndarray) -> np.ndarray:
    """Largest density between consecutive points: at one of them, or at the peak."""
    peak, most = _peak(law)
    at = np.asarray(law.pdf(ends))
    largest = np.maximum(at[:-1], at[1:])
    return np.where((ends[:-1] <= peak[1]) & (peak[0] <= ends[1:]), most, largest)


def _peak(law: Stable) -> tuple[tuple[float, float], float]:
    """An interval that has the peak of a density, and a bound of the density, a little above it."""
    standard = Stable(law.alpha, law.beta)
    zeta = -law.beta * np.tan(np.pi * law.alpha / 2) if law.alpha < 0.75 else 0.0
    x = zeta + np.sinh(np.linspace(-40.0, 40.0, 4001))
    for _ in range(12):  # one peak: next to the largest of the grid
        best = int(np.argmax(standard.pdf(x)))
        low, high = x[max(best - 1, 0)], x[min(best + 1, x.size - 1)]
        x = np.linspace(low, high, 101)
    most = float(np.max(standard.pdf(x))) * (1 + 1e-6) / float(law.scale)
    margin = 1e-6 * (1 + abs(low) + abs(high))
    ends = float(low - margin), float(high + margin)
    return (law.loc + law.scale * ends[0], law.loc + law.scale * ends[1]), most
