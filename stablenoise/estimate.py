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
        """Mean over independent replicates, at least two, of finite variance."""
        x = np.asarray(replicates, dtype=float)
        if x.size < 2:
            raise ValueError(f"a standard error needs at least 2 replicates, got {x.size}")
        return cls(float(x.mean()), float(x.std(ddof=1) / sqrt(x.size)), x.size)

    def conf_int(self, level: float = 0.95) -> tuple[float, float]:
        """Two-sided normal confidence interval (low, high) at ``level`` in (0, 1)."""
        if not 0 < level < 1:
            raise ValueError(f"level must lie in (0, 1), got {level}")
        half = -float(ndtri((1 - level) / 2)) * self.stderr
        return self.value - half, self.value + half


def finite_sample(sample: ArrayLike, ndim: int = 1) -> np.ndarray:
    """Return ``sample`` as floats, or raise ValueError unless all of it is finite."""
    x = np.asarray(sample, dtype=float)
    if x.ndim != ndim or not x.size:
        raise ValueError(f"sample must be a non-empty {ndim}-d array, got shape {x.shape}")
    if not np.isfinite(x).all():
        raise ValueError(f"sample must be finite, got {x.size - np.isfinite(x).sum()} that are not")
    return x


def log_sizes(sizes: np.ndarray) -> np.ndarray:
    """Return log |x|, or raise ValueError if a value is zero."""
    if not sizes.all():
        raise ValueError(f"sample must have no zeros, got {sizes.size - np.count_nonzero(sizes)}")
    return np.log(np.abs(sizes))
