"""What a claim says of a quantity, and what an interval for it says of the claim."""

from dataclasses import dataclass
from enum import StrEnum
from math import inf, isfinite

import numpy as np

from stablenoise.checks import check_number

from .summaries import Guarantee, Interval, proportion


class Verdict(StrEnum):
    """What the numbers say.  They can contradict a claim; they never prove one."""

    CONSISTENT = "consistent"
    CONTRADICTED = "contradicted"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Rule:
    """The quantity lies strictly between ``low`` and ``high``, decided by its interval.

    Parameters
    ----------
    low, high : float
        Ends, which may be infinite; the low one is below the high one.

    Raises
    ------
    ValueError
        If they are not.

    Examples
    --------
    >>> Rule(0, 1)(Interval(0.5, 0.4, 0.6)), Rule(0, 1)(Interval(0.5, 0.4, 1.6)).value
    (<Verdict.CONSISTENT: 'consistent'>, 'undecided')

    """

    low: float
    high: float

    def __post_init__(self) -> None:
        for name, end in ("low", self.low), ("high", self.high):
            check_number(name, end)
        if not self.low < self.high:
            raise ValueError(f"low must be below high, got {self.low} and {self.high}")

    def __call__(self, seen: Interval) -> Verdict:
        """Verdict on an interval: consistent within the region, contradicted outside of it."""
        if self.low < seen.low and seen.high < self.high:
            return Verdict.CONSISTENT
        outside = seen.high < self.low or self.high < seen.low
        return Verdict.CONTRADICTED if outside else Verdict.UNDECIDED

    def of_each(self, column: np.ndarray) -> Verdict:
        """Verdict on what must hold in each row: one that is outside contradicts it."""
        outside = (column < self.low) | (self.high < column)
        if outside.any():
            return Verdict.CONTRADICTED
        return Verdict.CONSISTENT if self._holds(column).all() else Verdict.UNDECIDED

    def limit(self, column: np.ndarray, level: float) -> float:
        """Upper limit of the share of rows that are not inside."""
        return proportion(1.0 - self._holds(column), level).high

    def violating(self, column: np.ndarray) -> tuple[int, int]:
        """How many rows are not inside, and of how many."""
        return int((~self._holds(column)).sum()), column.size

    def _holds(self, column: np.ndarray) -> np.ndarray:
        return (self.low < column) & (column < self.high)

    def caught(self, seen: Interval) -> tuple[float, float]:
        """Ends beyond which an estimate with as wide an interval would have been contradicted."""
        return self.low - (seen.high - seen.value), self.high + (seen.value - seen.low)

    def __str__(self) -> str:
        if self.low == -inf:
            return f"< {self.high:.4g}"
        if self.high == inf:
            return f"> {self.low:.4g}"
        return f"{(self.low + self.high) / 2:.4g} ± {(self.high - self.low) / 2:.2g}"


def equals(target: float, margin: float) -> Rule:
    """Rule that the quantity equals ``target`` up to ``margin``.

    Parameters
    ----------
    target, margin : float
        Both finite, the margin positive.

    Returns
    -------
    Rule

    Raises
    ------
    ValueError
        If one is not a number, or the margin not positive.

    Examples
    --------
    >>> print(equals(1, 0.05))
    1 ± 0.05

    """
    for name, number in ("target", target), ("margin", margin):
        check_number(name, number)
    if not 0 < margin < inf:
        raise ValueError(f"margin must be positive and finite, got {margin}")
    return Rule(target - margin, target + margin)


def above(bound: float) -> Rule:
    """Rule that the quantity is larger than a bound.

    Parameters
    ----------
    bound : float
        What it must exceed.

    Returns
    -------
    Rule

    Raises
    ------
    ValueError
        If it is not a number, or infinite.

    Examples
    --------
    >>> print(above(0.05))
    > 0.05

    """
    check_number("bound", bound)
    return Rule(bound, inf)


def below(bound: float) -> Rule:
    """Rule that the quantity is smaller than a bound.

    Parameters
    ----------
    bound : float
        What it must stay below.

    Returns
    -------
    Rule

    Raises
    ------
    ValueError
        If it is not a number, or infinite.

    Examples
    --------
    >>> print(below(1))
    < 1

    """
    check_number("bound", bound)
    return Rule(-inf, bound)


def refuted_by(
    region: tuple[float, float], guarantee: Guarantee, summary: str = "", unit: str = "rows"
) -> str:
    """What would contradict a rule whose region this is, in words."""
    ends = zip(("below", "above"), region, strict=True)
    where = " or ".join(f"{side} {end:.6g}" for side, end in ends if isfinite(end))
    if guarantee is Guarantee.EACH:
        return f"one of the {unit} {where}"
    if guarantee is Guarantee.COMPUTED:
        return f"a number {where}"
    of_it = f" of its {summary}" if summary else ""  # evidence of version 0.1 does not say it
    return f"an interval{of_it} that is wholly {where}"
