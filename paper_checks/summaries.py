"""Summaries of a column of independent rows: an estimate with an interval valid at every look."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import inf

import numpy as np

from stablenoise.checks import check_integer, check_number, check_positive
from stablenoise.results import Result

from . import sequences

__all__ = [
    "Guarantee",
    "Interval",
    "Summary",
    "bounded",
    "clipped",
    "computed",
    "median",
    "nominal",
    "pooled",
    "proportion",
    "worst",
]

NOMINAL_ROWS = 256  # below as many a nominal interval says nothing


class Guarantee(StrEnum):
    """How far the level of an interval can be relied on."""

    EXACT = "exact"  # by a theorem, for every law and at all looks at once
    NOMINAL = "nominal"  # by the normal law, as rows become many
    EACH = "each row"  # one row that is against the claim contradicts it
    COMPUTED = "computed"  # not sampled: all rows are one number


@dataclass(frozen=True, slots=True, repr=False)
class Interval(Result):
    """An estimate with its two-sided confidence interval.

    Parameters
    ----------
    value : float
        The estimate.
    low, high : float
        Ends, which may be infinite.

    Examples
    --------
    >>> Interval(0.5, 0.4, float("inf"))
    Interval(value=0.5, low=0.4, high=inf)

    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Summary:
    """What is said of a column: ``summary(sample, level)`` is an interval for it.

    Parameters
    ----------
    name : str
        What is estimated, such as "median".
    interval : callable
        (sample of shape (n,), level in (0, 1)) -> Interval.
    guarantee : Guarantee, optional
        How far the level of that interval can be relied on.

    Examples
    --------
    >>> median(np.random.default_rng(1).integers(9, size=400), level=0.95)
    Interval(value=4.0, low=4.0, high=5.0)

    """

    name: str
    interval: Callable[[np.ndarray, float], Interval]
    guarantee: Guarantee = Guarantee.EXACT

    def __call__(self, sample: np.ndarray, level: float) -> Interval:
        """Value of a sample, with its interval at a level in (0, 1)."""
        return self.interval(sample, level)


def _proportion(sample: np.ndarray, level: float) -> Interval:
    if not np.isin(sample, (0, 1)).all():
        odd = sample[~np.isin(sample, (0, 1))][0]
        raise ValueError(f"rows of a proportion must be 0 or 1, got {odd}")
    return Interval(float(sample.mean()), *_ordered(sequences.probability(sample, 1, 1 - level)))


def pooled(trials: int, unit: float = 1.0) -> Summary:
    """Probability from a column of shares, each of so many independent trials; exact.

    Parameters
    ----------
    trials : int
        Trials of each row, in [1, 2^32).
    unit : float, optional
        The column holds shares over this unit, and the probability is told in it.

    Returns
    -------
    Summary
        Raises ValueError where a row is no share of so many trials.

    Raises
    ------
    ValueError
        If trials is not an integer in its range, or unit not positive and finite.

    Examples
    --------
    >>> print(pooled(100)(np.full(50, 0.25), 0.95).value)
    0.25

    """
    check_integer("trials", trials, 1, 2**32)
    check_positive("unit", unit)

    def interval(sample: np.ndarray, level: float) -> Interval:
        counts = _counts(sample * unit, trials)
        ends = sequences.probability(counts, trials, 1 - level)
        return Interval(float(sample.mean()), *_ordered(end / unit for end in ends))

    return Summary("probability" if unit == 1 else f"probability over {unit:g}", interval)


def _counts(shares: np.ndarray, trials: int) -> np.ndarray:
    """Whole numbers in [0, trials], to the rounding of a share."""
    counts = np.rint(shares * trials)
    odd = (abs(counts - shares * trials) > 1e-9 * trials) | (counts < 0) | (counts > trials)
    if odd.any():
        seen = shares[odd][0] * trials
        raise ValueError(f"rows must be shares of {trials} trials each, got {seen:g} / {trials}")
    return counts


def _median(sample: np.ndarray, level: float) -> Interval:
    low, high = _ordered(sequences.median(sample, 1 - level))
    if low == high:  # ties: the values beside it are the ends
        low = float(sample[sample < low].max(initial=-inf))
        high = float(sample[sample > high].min(initial=inf))
    return Interval(float(np.median(sample)), low, high)


def _nominal(sample: np.ndarray, level: float) -> Interval:
    ends = sequences.asymptotic(sample, 1 - level) if sample.size >= NOMINAL_ROWS else (-inf, inf)
    return Interval(float(sample.mean()), *ends)


def _worst(sample: np.ndarray, level: float) -> Interval:
    """No sample bounds what may be larger; its largest row is a lower end."""
    value = float(sample.max())
    return Interval(value, value, inf)


def _computed(sample: np.ndarray, level: float) -> Interval:
    value = float(sample[0])
    if (sample != value).any():
        raise ValueError(f"rows that are computed must be equal, got {value} and others")
    return Interval(value, value, value)


def bounded(low: float, high: float) -> Summary:
    """Mean of a column that lies in [low, high] by its nature; exact, by betting.

    Parameters
    ----------
    low, high : float
        Ends of the range.  The width of the interval follows the spread of the column; the range
        matters only where rows are few.

    Returns
    -------
    Summary
        Raises ValueError where a row is outside.

    Raises
    ------
    ValueError
        Unless both ends are finite numbers and the low one is below the high one.

    Examples
    --------
    >>> bounded(0, 1).name
    'mean of values in [0, 1]'

    """
    _check_range(low, high)

    def interval(sample: np.ndarray, level: float) -> Interval:
        outside = (sample < low) | (sample > high)
        if outside.any():
            raise ValueError(f"rows must lie in [{low}, {high}], got {sample[outside][0]}")
        return _mean_within(sample, level, low, high)

    return Summary(f"mean of values in [{low:g}, {high:g}]", interval)


def clipped(low: float, high: float) -> Summary:
    """Mean of a column after values beyond [low, high] are set to its ends; exact.

    For heavy tails: that mean is another number than the column's own, which may not exist.

    Parameters
    ----------
    low, high : float
        Ends of the range.

    Returns
    -------
    Summary

    Raises
    ------
    ValueError
        Unless both ends are finite numbers and the low one is below the high one.

    Examples
    --------
    >>> clipped(-1, 1)(np.full(100, 7.0), 0.95).high
    1.0

    """
    _check_range(low, high)

    def interval(sample: np.ndarray, level: float) -> Interval:
        return _mean_within(np.clip(sample, low, high), level, low, high)

    return Summary(f"mean of values clipped to [{low:g}, {high:g}]", interval)


def _check_range(low: float, high: float) -> None:
    for name, end in ("low", low), ("high", high):
        check_number(name, end)
    if not -inf < low < high < inf:
        raise ValueError(f"low and high must be finite, low below high, got {low} and {high}")


def _mean_within(sample: np.ndarray, level: float, low: float, high: float) -> Interval:
    # Rounding must not leave [0, 1]: there a wealth could be negative.
    shares = np.clip((sample - low) / (high - low), 0, 1)
    ends = (low + (high - low) * end for end in sequences.bounded(shares, 1 - level))
    return Interval(float(sample.mean()), *_ordered(ends))


def _ordered(ends: Iterable[float]) -> tuple[float, float]:
    """Ends of an interval, in order: those of rows that are not of one law may be crossed."""
    low, high = sorted(ends)
    return low, high


proportion = Summary("proportion", _proportion)
"""Probability of 1 in a column of zeros and ones; exact."""

median = Summary("median", _median)
"""Median; exact, by the signs of the rows.  Ends are rows, infinite where there are too few."""

nominal = Summary("mean", _nominal, Guarantee.NOMINAL)
"""Mean of an unbounded column, for which no level can be guaranteed; needs 256 rows."""

worst = Summary("largest", _worst, Guarantee.EACH)
"""Largest of all rows, for a statement that must hold in each of them."""

computed = Summary("number", _computed, Guarantee.COMPUTED)
"""A number that is computed, not sampled: the same in every row."""
