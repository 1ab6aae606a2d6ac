r"""Statistics of all values of a long run, from one pass over blocks and of fixed size.

A ``Summary`` holds counts of magnitudes, sums of logarithms and of the empirical characteristic
function, and the largest values: some 130 KB however many values it has seen, so that nothing of
size steps x particles is ever held.  Counts and largest values are the same for any division of
the values into blocks; sums differ by rounding.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_integer, check_number, check_positive, told
from stablenoise.estimate import Estimate
from stablenoise.tails import hill
from stablenoise.values import by_content, read_only

from .checks import check_units, finite_array
from .distances import BLOCK
from .turns import law_cf, turns, weighted

SHIFT = 49  # bits of a double below its sign, exponent and three bits of the mantissa
BINS = 1 << (63 - SHIFT)


@by_content
@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    r"""What is kept of all values seen; ``summary`` makes an empty one.

    Parameters
    ----------
    histogram : ndarray, int64
        Counts of \|x\| in eighths of octaves, bins of a double's exponent and three bits more.
    log_sums : ndarray, shape (3,)
        Number of the values that are not zero, the sum of their log \|x\|, and the sum of squares
        of its distances from its mean: squares of logarithms themselves would lose what is small
        beside the mean.
    turns : ndarray, complex, shape (40,)
        Sums of exp(i k x / (10 unit)), k = 1 .. 40.
    largest : ndarray
        Largest \|x\| in descending order.
    most : int
        How many of them are kept.
    unit : float
        The length on which differences of laws matter.

    """

    histogram: np.ndarray
    log_sums: np.ndarray
    turns: np.ndarray
    largest: np.ndarray
    most: int
    unit: float

    def __post_init__(self) -> None:
        for array in (self.histogram, self.log_sums, self.turns, self.largest):
            read_only(array)

    @property
    def count(self) -> int:
        """Number of values."""
        return int(self.histogram.sum())

    def add(self, x: ArrayLike) -> "Summary":
        """Summary of these values and those.

        Parameters
        ----------
        x : array_like
            Of any shape, finite.

        Returns
        -------
        Summary

        Raises
        ------
        ValueError
            If a value is not finite, in units too, or no real number.

        """
        total, flat = self, finite_array("x", x).ravel()
        check_units("x", flat, self.unit)
        for low in range(0, flat.size, BLOCK):
            total = total.merge(_of(flat[low : low + BLOCK], self.most, self.unit))
        return total

    def merge(self, other: "Summary") -> "Summary":
        """Summary of the values of both, which must keep as much and have the same unit."""
        _check_summary("other", other)
        if (self.most, self.unit) != (other.most, other.unit):
            kept = f"{other.most} largest and unit {other.unit:g}"
            raise ValueError(f"other must keep {self.most}, unit {self.unit:g}, got {kept}")
        both = np.sort(np.concatenate([self.largest, other.largest]))[::-1]
        return Summary(
            self.histogram + other.histogram,
            _together(self.log_sums, other.log_sums),
            self.turns + other.turns,
            both[: self.most],
            self.most,
            self.unit,
        )

    def quantile(self, level: float) -> tuple[float, float]:
        r"""Bounds of a quantile of \|x\|: the edges of its bin, an eighth of an octave apart.

        Parameters
        ----------
        level : float
            In (0, 1].

        Returns
        -------
        tuple of float
            The value of rank ceil(level n) lies in [low, high).

        Raises
        ------
        ValueError
            If level is out of range or nothing was seen.

        """
        check_number("level", level)
        if not 0 < level <= 1:
            raise ValueError(f"level must lie in (0, 1], got {level}")
        self._check_seen()
        place = int(np.searchsorted(self.histogram.cumsum(), level * self.count))
        low, high = np.array([place, place + 1], dtype=np.int64) << SHIFT
        return float(low.view(np.float64)), float(high.view(np.float64))

    def mean_log(self) -> Estimate:
        r"""Mean of log \|x\| over the values that are not zero, finite for every stable law.

        Returns
        -------
        Estimate
            With its standard error, for independent values.

        Raises
        ------
        ValueError
            If fewer than two values are not zero.

        """
        n, total, squares = int(self.log_sums[0]), *map(float, self.log_sums[1:])
        if n < 2:
            raise ValueError(f"2 values that are not zero must have been seen, got {n}")
        return Estimate(total / n, sqrt(squares / n / (n - 1)), n)

    def distance(self, law: Any) -> float:
        """Distance of characteristic functions from a law, or from another summary.

        Parameters
        ----------
        law : Summary, or a law with ``cf``

        Returns
        -------
        float
            As ``distances.ecf``.

        Raises
        ------
        ValueError
            If nothing was seen, the units differ, or it is no law of one variable.

        """
        self._check_seen()
        ours = self.turns / self.count
        if hasattr(law, "cf"):
            return sqrt(weighted(ours - law_cf(law, self.unit)))
        _check_summary("law", law)
        law._check_seen()
        if law.unit != self.unit:
            raise ValueError(f"law must have unit {self.unit:g}, got {law.unit:g}")
        return sqrt(weighted(ours - law.turns / law.count))

    def tail_index(self, k: int) -> Estimate:
        """Hill estimate of the tail index from the k + 1 largest values.

        Parameters
        ----------
        k : int
            In [1, most - 1].

        Returns
        -------
        Estimate

        Raises
        ------
        ValueError
            If k is out of range, or as ``stablenoise.tails.hill``.

        """
        if len(self.largest) < 2:
            raise ValueError(f"a tail index needs at least 2 values, got {len(self.largest)}")
        check_integer("k", k, 1, len(self.largest))
        return hill.estimate(self.largest, k)

    def _check_seen(self) -> None:
        if not self.count:
            raise ValueError("a value must have been seen, got none")


def summary(most: int = 1000, unit: float = 1.0) -> Summary:
    """Summary of nothing yet.

    Parameters
    ----------
    most : int
        How many of the largest values are kept, at least 1.
    unit : float
        Positive: the length on which differences of laws matter, in the unit of the values.

    Returns
    -------
    Summary

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> from stablenoise import Stable
    >>> x = Stable(1.5).rvs(10_000, rng=1)
    >>> found = summary().add(x[:4_000]).add(x[4_000:])
    >>> found.count, found.distance(Stable(1.5)) < 0.02, found.tail_index(200).conf_int()[1] > 1.5
    (10000, True, True)

    """
    check_positive("unit", unit)
    return _of(np.empty(0), check_integer("most", most, 1, 2**40), float(unit))


def _of(x: np.ndarray, most: int, unit: float) -> Summary:
    sizes = np.abs(x) + 0.0
    bins = (sizes.view(np.int64) >> SHIFT) if sizes.size else np.empty(0, np.int64)
    logs = np.log(sizes[sizes > 0])
    mean = logs.sum() / max(logs.size, 1)
    kept = sizes if sizes.size <= most else np.partition(sizes, sizes.size - most)[-most:]
    return Summary(
        np.bincount(bins, minlength=BINS),
        np.array([logs.size, logs.sum(), ((logs - mean) ** 2).sum()]),
        turns(x / unit),
        np.sort(kept)[::-1],
        most,
        unit,
    )


def _together(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Number, sum, and squares about the mean of two parts (Chan, Golub & LeVeque, 1983)."""
    sums = one + other
    if one[0] and other[0]:
        gap = one[1] / one[0] - other[1] / other[0]
        sums[2] += gap**2 * (one[0] * (other[0] / sums[0]))
    return sums


def _check_summary(name: str, summary: Any) -> None:
    if not isinstance(summary, Summary):
        raise ValueError(f"{name} must be a summary, or a law with cf, got {told(summary)}")
