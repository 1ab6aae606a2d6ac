"""A number with its standard error: what every estimator of this project returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtrit

from .checks import (
    check_all,
    check_callable,
    check_finite,
    check_integer,
    check_not_negative,
    check_number,
    check_share,
    check_truth,
    real_array,
)
from .results import Result
from .values import keep_floats, set_fields


@dataclass(frozen=True, slots=True, repr=False)
class Estimate(Result):
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
    interval : callable, optional
        An interval of its own, a function of the level that returns both ends: one of
        ``stablenoise.intervals``, say.  The default is the one that dof and inverse describe.

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
    interval: Callable[[float], tuple[float, float]] | None = None

    __setstate__ = set_fields  # of versions without an interval, too

    def __post_init__(self) -> None:
        check_finite("value", self.value)
        check_not_negative("stderr", self.stderr)
        object.__setattr__(self, "n", check_integer("n", self.n, 1, 2**64))
        if not check_number("dof", self.dof) > 0:
            raise ValueError(f"dof must be positive, got {self.dof}")
        check_truth("inverse", self.inverse)
        if self.inverse and self.value <= 0:
            raise ValueError(f"value must be positive for its inverse, got {self.value}")
        if self.interval is not None:
            check_callable("interval", self.interval, "the level")
        keep_floats(self, "value", "stderr", "dof")

    def _summary(self) -> str:
        return Result._summary(self).removesuffix(", interval=None")

    @classmethod
    def mean(cls, replicates: ArrayLike) -> Estimate:
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

        Examples
        --------
        >>> Estimate.mean([1.0, 2.0, 3.0])
        Estimate(value=2.0, stderr=0.5773502691896258, n=3, dof=2.0, inverse=False)

        """
        x = real_array("replicates", replicates).ravel()
        if x.size < 2:
            raise ValueError(f"replicates must be 2 or more, for a standard error, got {x.size}")
        check_all(np.isfinite(x), "replicates must be finite", x)
        unit = 2.0 ** (np.frexp(np.max(np.abs(x)))[1] - 1)  # squares in the range of floats
        x = x / unit
        mean, error = float(x.mean()), float(x.std(ddof=1)) / sqrt(x.size)
        return cls(float(unit) * mean, float(unit) * error, x.size, x.size - 1)

    def conf_int(self, level: float = 0.95) -> tuple[float, float]:
        """Two-sided confidence interval, normal or Student's, or the estimate's own.

        Parameters
        ----------
        level : float
            Probability of covering, in (0, 1).

        Returns
        -------
        tuple of float
            (low, high), in the unit of the value; with ``inverse``, or an interval of its own, an
            end may be infinite.

        Raises
        ------
        ValueError
            If level is out of range.

        Examples
        --------
        >>> low, high = Estimate(2.0, 0.5, n=100).conf_int(0.99)
        >>> print(f"{low:.3f} {high:.3f}")
        0.712 3.288

        """
        check_share("level", level)
        if self.interval is not None:
            return self.interval(float(level))
        tail = (1 - float(level)) / 2
        half = -float(ndtri(tail) if self.dof == inf else stdtrit(self.dof, tail)) * self.stderr
        if not self.inverse:
            return self.value - half, self.value + half
        share = half / self.value  # of 1 / value
        return self.value / (1 + share), self.value / (1 - share) if share < 1 else inf
