"""What every estimator in this project returns."""

from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its standard error.

    Parameters
    ----------
    value : float
        Finite, in the unit of the quantity.
    stderr : float
        Standard error, finite and not negative, in the same unit.
    n : int
        Number of observations that it rests on, at least 1.

    Raises
    ------
    ValueError
        If one of the three is out of range.

    Notes
    -----
    The interval is the normal one, so hand over a quantity whose sampling law is nearly normal:
    a tail index, a median or a logarithm, not a heavy-tailed mean.

    Examples
    --------
    >>> low, high = Estimate(1.5, 0.1, n=400).conf_int()
    >>> round(low, 3), round(high, 3)
    (1.304, 1.696)

    """

    value: float
    stderr: float
    n: int

    def __post_init__(self) -> None:
        if not isfinite(self.value):
            raise ValueError(f"value must be finite, got {self.value}")
        if not (0 <= self.stderr and isfinite(self.stderr)):
            raise ValueError(f"stderr must be finite and not negative, got {self.stderr}")
        if self.n < 1:
            raise ValueError(f"n must be at least 1, got {self.n}")

    @classmethod
    def mean(cls, replicates: ArrayLike) -> "Estimate":
        """Mean over independent replicates of finite variance.

        Parameters
        ----------
        replicates : array_like
            At least two numbers, in the unit of the quantity.

        Returns
        -------
        Estimate
            With the standard error sd / sqrt(n), sd with n - 1 in the denominator.

        Raises
        ------
        ValueError
            If there are fewer than two, or one is not finite.

        """
        x = np.asarray(replicates, dtype=float)
        if x.size < 2:
            raise ValueError(f"a standard error needs at least 2 replicates, got {x.size}")
        return cls(float(x.mean()), float(x.std(ddof=1) / sqrt(x.size)), x.size)

    def conf_int(self, level: float = 0.95) -> tuple[float, float]:
        """Two-sided normal confidence interval.

        Parameters
        ----------
        level : float
            Probability of covering, in (0, 1).

        Returns
        -------
        tuple of float
            (low, high), in the unit of the value.

        Raises
        ------
        ValueError
            If level is out of range.

        """
        if not 0 < level < 1:
            raise ValueError(f"level must lie in (0, 1), got {level}")
        half = -float(ndtri((1 - level) / 2)) * self.stderr
        return self.value - half, self.value + half
