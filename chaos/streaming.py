r"""Statistics of all values of a long run: one pass over blocks, and memory of fixed size.

A ``Summary`` holds counts of magnitudes, sums of logarithms and of the empirical characteristic
function, and the largest values.  It takes some 130 KB however many values it has seen, so that no
array of steps x particles is needed.  Counts and largest values do not depend on how the values
are divided into blocks; sums differ by rounding.  Values of CuPy are counted on their device, and
what a summary holds comes to the host.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_integer, check_kind, check_positive, check_share, told
from stablenoise.estimate import Estimate
from stablenoise.kernels.arrays import Array, array_module, on_host
from stablenoise.moved import renamed_keywords
from stablenoise.results import Result
from stablenoise.tails import hill
from stablenoise.values import by_content, read_only

from .checks import check_units, finite_array
from .distances import BLOCK_VALUES
from .frequencies import Law, law_cf, turn_sums, weighted_square

__all__ = ["Summary", "summary"]

DROPPED_BITS = 49  # of a double: what is left is its sign, exponent and three bits of mantissa
BINS = 1 << (63 - DROPPED_BITS)
BLOCKS_AT_ONCE = 64  # on a device, where a block alone would wait longer than it works


@renamed_keywords(most="kept")
@by_content
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Summary(Result):
    r"""Statistics of all values seen so far; ``summary()`` makes an empty one.

    Parameters
    ----------
    histogram : ndarray, int64
        Counts of \|x\| in eighths of octaves: a bin is a double's exponent and three bits more.
    log_sums : ndarray, shape (3,)
        For the values that are not zero: their number, the sum of their log \|x\|, and the sum of
        the squared distances of log \|x\| from its mean.  (A sum of squares of log \|x\| itself
        would lose a small variance beside a large mean.)
    turns : ndarray, complex, shape (40,)
        Sums of exp(i k x / (10 unit)), k = 1 .. 40.
    largest : ndarray
        The largest \|x\|, in descending order.
    kept : int
        How many of the largest \|x\| are kept.
    unit : float
        The length on which differences of laws matter.

    Examples
    --------
    >>> summary(kept=3).add([1.0, -4.0, 2.0, 0.5])
    Summary(4 values, largest 4.0, unit 1.0)

    """

    histogram: np.ndarray
    log_sums: np.ndarray
    turns: np.ndarray
    largest: np.ndarray
    kept: int
    unit: float

    def __post_init__(self) -> None:
        for array in (self.histogram, self.log_sums, self.turns, self.largest):
            read_only(array)

    def _summary(self) -> str:
        largest = f"largest {self.largest[0]}, " if self.count else ""
        return f"{self.count:,} values, {largest}unit {self.unit}"

    @property
    def count(self) -> int:
        """Number of values.

        Returns
        -------
        int

        Examples
        --------
        >>> summary().add([[1.0, 2.0], [0.0, 3.0]]).count
        4

        """
        return int(self.histogram.sum())

    def add(self, x: ArrayLike) -> Summary:
        """Summary of the values seen so far and of more.

        Parameters
        ----------
        x : array_like
            Finite, of any shape, of NumPy or CuPy.

        Returns
        -------
        Summary
            A new one; this one stays as it is.

        Raises
        ------
        ValueError
            If a value is not a finite real number, or not finite when divided by the unit.

        Examples
        --------
        >>> summary().add([1.0, 2.0]).add(np.ones((3, 2)))
        Summary(8 values, largest 2.0, unit 1.0)

        """
        total, flat = self, finite_array("x", x).ravel()
        check_units("x", flat, self.unit)
        block = BLOCK_VALUES if array_module(flat) is np else BLOCK_VALUES * BLOCKS_AT_ONCE
        for low in range(0, flat.size, block):
            total = total.merge(_of_block(flat[low : low + block], self.kept, self.unit))
        return total

    def merge(self, other: Summary) -> Summary:
        """Summary of the values of both, as for two processes that have seen a part each.

        Parameters
        ----------
        other : Summary
            With the same unit, and as many of the largest values kept.

        Returns
        -------
        Summary

        Raises
        ------
        ValueError
            If ``other`` is no summary, or has another unit or number of largest values.

        Examples
        --------
        >>> one, other = summary().add([1.0, 2.0]), summary().add([3.0])
        >>> one.merge(other)
        Summary(3 values, largest 3.0, unit 1.0)

        """
        check_kind("other", other, Summary)
        if (self.kept, self.unit) != (other.kept, other.unit):
            seen = f"{other.kept} largest and unit {other.unit:g}"
            raise ValueError(f"other must keep {self.kept}, unit {self.unit:g}, got {seen}")
        both = np.sort(np.concatenate([self.largest, other.largest]))[::-1]
        return Summary(
            self.histogram + other.histogram,
            _merged_log_sums(self.log_sums, other.log_sums),
            self.turns + other.turns,
            both[: self.kept],
            self.kept,
            self.unit,
        )

    @renamed_keywords(level="q")
    def quantile(self, q: float) -> tuple[float, float]:
        r"""Lower and upper bound of a quantile of \|x\|, an eighth of an octave apart.

        Parameters
        ----------
        q : float
            Probability, in (0, 1].

        Returns
        -------
        tuple of float
            (low, high): the value of rank ceil(q n) lies in [low, high).

        Raises
        ------
        ValueError
            If q is out of range or no value was seen.

        Examples
        --------
        >>> summary().add(np.arange(1.0, 101.0)).quantile(0.5)
        (48.0, 52.0)

        """
        check_share("q", q, "(]")
        self._check_seen()
        index = int(np.searchsorted(self.histogram.cumsum(), q * self.count))
        low, high = np.array([index, index + 1], dtype=np.int64) << DROPPED_BITS
        return float(low.view(np.float64)), float(high.view(np.float64))

    def mean_log(self) -> Estimate:
        r"""Mean of log \|x\| over the values that are not zero, finite for every stable law.

        Returns
        -------
        Estimate
            In nats, with its standard error for independent values.

        Raises
        ------
        ValueError
            If fewer than two values are not zero.

        Examples
        --------
        >>> summary().add([1.0, -np.exp(2.0), 0.0]).mean_log().value
        1.0

        """
        n, total, squares = int(self.log_sums[0]), *map(float, self.log_sums[1:])
        if n < 2:
            raise ValueError(f"2 values that are not zero must have been seen, got {n}")
        return Estimate(total / n, sqrt(squares / n / (n - 1)), n)

    def distance(self, law: Summary | Law) -> float:
        """Distance of characteristic functions from a law, or from another summary.

        Parameters
        ----------
        law : Summary, or a law with ``cf``
            As ``Stable``, with numbers for parameters.

        Returns
        -------
        float
            As ``distances.ecf`` of all values.

        Raises
        ------
        ValueError
            If no value was seen, the units differ, or it is no law of one variable.

        Examples
        --------
        >>> from stablenoise import Stable
        >>> normal = summary().add(Stable(2.0).rvs(10_000, rng=1))
        >>> normal.distance(Stable(2.0)) < 0.01 < 0.1 < normal.distance(Stable(1.0))
        True

        """
        self._check_seen()
        ours = self.turns / self.count
        if not isinstance(law, Summary):
            if not hasattr(law, "cf"):
                raise ValueError(f"law must be a summary, or a law with cf, got {told(law)}")
            return sqrt(weighted_square(ours - law_cf(law, self.unit)))
        law._check_seen()
        if law.unit != self.unit:
            raise ValueError(f"law must have unit {self.unit:g}, got {law.unit:g}")
        return sqrt(weighted_square(ours - law.turns / law.count))

    def tail_index(self, k: int) -> Estimate:
        """Hill estimate of the tail index from the k + 1 largest values.

        Parameters
        ----------
        k : int
            In [1, kept - 1].

        Returns
        -------
        Estimate
            Dimensionless, as ``stablenoise.tails.hill``.

        Raises
        ------
        ValueError
            If k is out of range, or as ``stablenoise.tails.hill``.

        Examples
        --------
        >>> from stablenoise import Stable
        >>> low, high = summary().add(Stable(1.5).rvs(100_000, rng=1)).tail_index(500).conf_int()
        >>> low < 1.5 < high
        True

        """
        if len(self.largest) < 2:
            raise ValueError(f"a tail index needs at least 2 values, got {len(self.largest)}")
        check_integer("k", k, 1, len(self.largest))
        return hill.estimate(self.largest, k)

    def _check_seen(self) -> None:
        if not self.count:
            raise ValueError("a value must have been seen, got none")


@renamed_keywords(most="kept")
def summary(kept: int = 1000, unit: float = 1.0) -> Summary:
    """Summary of no values: give it some by ``add``.

    Parameters
    ----------
    kept : int
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
    >>> run = summary().add(x[:4_000]).add(x[4_000:])
    >>> run.count, run.distance(Stable(1.5)) < 0.02, run.tail_index(200).conf_int()[1] > 1.5
    (10000, True, True)

    """
    unit = check_positive("unit", unit)
    return _of_block(np.empty(0), check_integer("kept", kept, 1, 2**40), float(unit))


def _of_block(x: Array, kept: int, unit: float) -> Summary:
    """Summary of the values of one block, made where they are."""
    xp, sizes = array_module(x), np.abs(x) + 0.0
    # Doubles from 0 on are ordered as their bits are, read as integers: a shift makes bins.
    bins = (sizes.view(np.int64) >> DROPPED_BITS) if sizes.size else xp.empty(0, np.int64)
    logs = np.log(sizes[sizes > 0])
    total = float(logs.sum())
    squares = float(((logs - total / max(logs.size, 1)) ** 2).sum())
    largest = sizes if sizes.size <= kept else np.partition(sizes, sizes.size - kept)[-kept:]
    return Summary(
        on_host(np.bincount(bins, minlength=BINS)),
        np.array([logs.size, total, squares]),
        turn_sums(x / unit),
        on_host(np.sort(largest)[::-1]),
        kept,
        unit,
    )


def _merged_log_sums(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Number, sum, and squares about the mean of two parts (Chan, Golub & LeVeque, 1983)."""
    sums = one + other
    if one[0] and other[0]:
        gap = one[1] / one[0] - other[1] / other[0]
        sums[2] += gap**2 * (one[0] * (other[0] / sums[0]))
    return sums
