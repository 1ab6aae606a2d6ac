"""Intervals that an ``Estimate`` may carry: small frozen values, asked for a level.

Each is a dataclass of numbers, so that it is compared, pickled and written as JSON by what it
holds, and is called with a level in (0, 1), which ``Estimate.conf_int`` has looked at.
"""

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from scipy.special import gammainccinv, gammaincinv, ndtri, stdtrit

from .results import Result


@dataclass(frozen=True, slots=True, repr=False)
class ChiSquare(Result):
    """Interval of a parameter of which dof times parameter / value has the law chi2 of dof."""

    value: float
    dof: float

    def __call__(self, level: float) -> tuple[float, float]:
        """Ends with the same probability beyond each."""
        shape, tail = self.dof / 2, (1 - level) / 2
        unit = self.value / shape
        return unit * float(gammaincinv(shape, tail)), unit * float(gammainccinv(shape, tail))


@dataclass(frozen=True, slots=True, repr=False)
class Odds(Result):
    """Interval of factor * mean / (1 - mean) from that of a mean in (0, 1), Student's."""

    mean: float
    stderr: float
    dof: float = inf
    factor: float = 1.0

    def __call__(self, level: float) -> tuple[float, float]:
        """Ends in [0, inf], where those of the mean leave [0, 1]."""
        tail = (1 - level) / 2
        half = -float(ndtri(tail) if self.dof == inf else stdtrit(self.dof, tail)) * self.stderr
        low, high = max(self.mean - half, 0.0), self.mean + half
        return self.factor * low / (1 - low), self.factor * high / (1 - high) if high < 1 else inf


@dataclass(frozen=True, slots=True, repr=False)
class Score(Result):
    """Interval of 1 / xi, of whose estimate n Var is a polynomial of degree 2 in xi.

    The variance is that at each end, not at the estimate (as Wilson has it for shares).
    ``variance`` holds its coefficients, the constant one first.
    """

    xi: float
    n: int
    variance: tuple[float, float, float]

    def __call__(self, level: float) -> tuple[float, float]:
        """Ends in [0, inf]; both of them where n is too small for the level."""
        square = float(ndtri((1 - level) / 2)) ** 2 / self.n
        constant, linear, quadratic = (square * c for c in self.variance)
        above, middle = 1 - quadratic, self.xi + linear / 2
        if above <= 0:
            return 0.0, inf
        half = sqrt(middle**2 - above * (self.xi**2 - constant))
        return above / (middle + half), above / (middle - half) if middle > half else inf


@dataclass(frozen=True, slots=True, repr=False)
class Profile(Result):
    """Interval by a profile likelihood: signed roots of twice its fall, at values of a parameter.

    Both are in increasing order.  Beyond the ends of the roots the interval has no end.  With
    ``inverse`` it is that of 1 / parameter, which is positive.
    """

    values: tuple[float, ...]
    roots: tuple[float, ...]
    inverse: bool = False

    def __call__(self, level: float) -> tuple[float, float]:
        """Where the root is that of a normal law at this level."""
        root = -float(ndtri((1 - level) / 2))
        low, high = self._at(-root, -inf), self._at(root, inf)
        if not self.inverse:
            return low, high
        return 1 / high, 1 / low if low > 0 else inf

    def _at(self, root: float, beyond: float) -> float:
        """Value of the parameter with this root: monotone cubics between those that are kept."""
        from scipy.interpolate import PchipInterpolator

        if not self.roots[0] <= root <= self.roots[-1]:
            return beyond
        return float(PchipInterpolator(np.array(self.roots), np.array(self.values))(root))
