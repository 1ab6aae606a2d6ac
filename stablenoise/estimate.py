"""What every estimator in this project returns."""

from dataclasses import dataclass
from math import inf, isfinite, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtrit

from .checks import check_all, check_integer, check_number, check_share, real_array, told


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
    dof : float
        Degrees of freedom of Student's law for the interval; infinite for the normal one.
    inverse : bool
        Whether it is 1 / value that has nearly this law: the interval is then symmetric in
        1 / value, which must be positive, and its upper end may be infinite.

    Raises
    ------
    ValueError
        If one of them is out of range.

    Notes
    -----
    Hand over a quantity whose sampling law is nearly normal, or whose inverse has one: a tail
    index, a median or a logarithm, not a heavy-tailed mean.

    Examples
    --------
    >>> low, high = Estimate(1.5, 0.1, n=400).conf_int()
    >>> round(low, 3), round(high, 3)
    (1.304, 1.696)
    >>> low, high = Estimate(1.5, 0.1, n=400, inverse=True).conf_int()
    >>> round(low, 3), round(high, 3)
    (1.327, 1.725)

    """

    value: float
    stderr: float
    n: int
    dof: float = inf
    inverse: bool = False

    def __post_init__(self) -> None:
        for name in ("value", "stderr", "dof"):
            check_number(name, getattr(self, name))
            object.__setattr__(self, name, float(getattr(self, name)))
        if not isfinite(self.value):
            raise ValueError(f"value must be finite, got {self.value}")
        if not (0 <= self.stderr and isfinite(self.stderr)):
            raise ValueError(f"stderr must be finite and not negative, got {self.stderr}")
        object.__setattr__(self, "n", check_integer("n", self.n, 1, 2**64))
        if not self.dof > 0:
            raise ValueError(f"dof must be positive, got {self.dof}")
        if not isinstance(self.inverse, bool):
            raise ValueError(f"inverse must be True or False, got {told(self.inverse)}")
        if self.inverse and self.value <= 0:
            raise ValueError(f"value must be positive for its inverse, got {self.value}")

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
            With the standard error sd / sqrt(n), sd with n - 1 in the denominator, which is also
            the number of degrees of freedom.

        Raises
        ------
        ValueError
            If there are fewer than two, or one is not finite.

        """
        x = real_array("replicates", replicates).ravel()
        if x.size < 2:
            raise ValueError(f"a standard error needs at least 2 replicates, got {x.size}")
        check_all(np.isfinite(x), "replicates must be finite", x)
        unit = 2.0 ** (np.frexp(np.max(np.abs(x)))[1] - 1)  # squares in the range of floats
        x = x / unit
        mean, error = float(x.mean()), float(x.std(ddof=1)) / sqrt(x.size)
        return cls(float(unit) * mean, float(unit) * error, x.size, x.size - 1)

    def conf_int(self, level: float = 0.95) -> tuple[float, float]:
        """Two-sided confidence interval, normal or Student's.

        Parameters
        ----------
        level : float
            Probability of covering, in (0, 1).

        Returns
        -------
        tuple of float
            (low, high), in the unit of the value; with ``inverse`` high may be infinite.

        Raises
        ------
        ValueError
            If level is out of range.

        """
        check_share("level", level)
        tail = (1 - float(level)) / 2
        half = -float(ndtri(tail) if self.dof == inf else stdtrit(self.dof, tail)) * self.stderr
        if not self.inverse:
            return self.value - half, self.value + half
        share = half / self.value  # of 1 / value
        return self.value / (1 + share), self.value / (1 - share) if share < 1 else inf
