"""A claim of a paper, the experiment that could contradict it, and how the numbers decide."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf
from pathlib import Path
from typing import Literal

import numpy as np

from .summaries import Guarantee, Interval, Summary, proportion


class Verdict(StrEnum):
    """What the numbers say.  They can contradict a claim; they never prove one."""

    CONSISTENT = "consistent"
    CONTRADICTED = "contradicted"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Rule:
    """The quantity lies strictly between ``low`` and ``high``, decided by its interval."""

    low: float
    high: float

    def __call__(self, seen: Interval) -> Verdict:
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
        """Below and above which an estimate with this width would have been contradicted."""
        return self.low - (seen.high - seen.value), self.high + (seen.value - seen.low)

    def __str__(self) -> str:
        if self.low == -inf:
            return f"< {self.high:.4g}"
        if self.high == inf:
            return f"> {self.low:.4g}"
        return f"{(self.low + self.high) / 2:.4g} ± {(self.high - self.low) / 2:.2g}"


def equals(target: float, margin: float) -> Rule:
    """Rule that the quantity equals ``target`` up to ``margin``."""
    return Rule(target - margin, target + margin)


def above(bound: float) -> Rule:
    """Rule that the quantity is larger than ``bound``."""
    return Rule(bound, inf)


def below(bound: float) -> Rule:
    """Rule that the quantity is smaller than ``bound``."""
    return Rule(-inf, bound)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One column of what an experiment returns; without a rule it is reported, not judged."""

    label: str
    rule: Rule | None
    summary: Summary


@dataclass(frozen=True, slots=True)
class Claim:
    """One checkable statement.

    Parameters
    ----------
    id : str
        As in the lists of the theory, such as "P1-2".
    statement, source : str
        The claim in our words, and where it is made.
    quantities : tuple of Quantity
        The columns of what ``experiment`` returns.
    experiment, control : callable
        (replicates, seed) -> array of shape (len(replicates), len(quantities)).  Rows are
        independent and row r depends on (r, seed) alone.  The control breaks one hypothesis, so
        its verdict must be "contradicted", or the check has no teeth.
    broken : str
        What the control breaks.
    unit : str
        What one replicate is.
    smoke, full : int
        Largest number of replicates of a quick and of a full check, at least 20.
    chunk : int
        Replicates computed in one task.
    needs : callable, optional
        Returns what is missing for the claim to be run, or an empty string.
    data : callable, optional
        Returns paths of the files that rows depend on, but for those that
        ``stablenoise.data.datasets`` reads, which have a known sha256.
    kind : str, optional
        "arithmetic" for what follows by computing alone, so that rows add nothing; else
        "statistical".
    against : str, optional
        What of a paper the statement contradicts, if it is consistent, such as "the rate of
        theorem 2"; empty for a statement of the paper itself.

    """

    id: str
    statement: str
    source: str
    quantities: tuple[Quantity, ...]
    experiment: Callable[[range, int], np.ndarray]
    control: Callable[[range, int], np.ndarray]
    broken: str
    unit: str
    smoke: int
    full: int
    chunk: int = 1
    needs: Callable[[], str] = str
    data: Callable[[], Iterable[Path]] = tuple
    kind: Literal["statistical", "arithmetic"] = "statistical"
    against: str = ""

    def __post_init__(self) -> None:
        if not any(quantity.rule for quantity in self.quantities):
            raise ValueError(f"{self.id} must judge at least one quantity, got none")


@dataclass(frozen=True, slots=True)
class Finding:
    """One quantity as it was seen, and what it says.

    Parameters
    ----------
    label, rule : str
        As of the quantity; the rule is empty if it is not judged.
    seen : Interval
    verdict : Verdict or None
        None if it is not judged.
    region : tuple of float, optional
        Where the rule would have it.
    summary : str, optional
        What was estimated, such as "median".
    guarantee : Guarantee, optional
    violations : float or None, optional
        Of what must hold in each row: upper limit of the share of rows in which it does not.
    violating : tuple of int or None, optional
        Of what must hold in each row: number of rows in which it does not, and of all rows.
    caught : tuple of float, optional
        Power: an estimate below the first or above the second, with an interval as wide as this
        one, would have contradicted the claim.

    """

    label: str
    seen: Interval
    rule: str
    verdict: Verdict | None
    region: tuple[float, float] = (-inf, inf)
    summary: str = ""
    guarantee: Guarantee = Guarantee.EXACT
    violations: float | None = None
    violating: tuple[int, int] | None = None
    caught: tuple[float, float] = (-inf, inf)


def judge(quantities: Iterable[Quantity], rows: np.ndarray, delta: float) -> tuple[Finding, ...]:
    """Judge each column of ``rows``; the judged ones share ``delta``, for all looks together."""
    quantities = tuple(quantities)
    judged = sum(q.rule is not None for q in quantities)
    level = 1 - delta / judged
    return tuple(_finding(*pair, level) for pair in zip(quantities, rows.T, strict=True))


def _finding(quantity: Quantity, column: np.ndarray, level: float) -> Finding:
    rule, summary = quantity.rule, quantity.summary
    seen = summary(column, level)
    told = Finding(
        quantity.label,
        seen,
        str(rule or ""),
        None,
        summary=summary.name,
        guarantee=summary.guarantee,
    )
    if rule is None:
        return told
    told = replace(told, region=(rule.low, rule.high))
    if summary.guarantee is Guarantee.EACH:
        told = replace(told, violations=rule.limit(column, level))
        return replace(told, verdict=rule.of_each(column), violating=rule.violating(column))
    return replace(told, verdict=rule(seen), caught=rule.caught(seen))


def overall(findings: Iterable[Finding]) -> Verdict:
    """Contradicted if any finding is, consistent if all are, else undecided."""
    verdicts = {finding.verdict for finding in findings} - {None}
    if Verdict.CONTRADICTED in verdicts:
        return Verdict.CONTRADICTED
    return Verdict.CONSISTENT if verdicts == {Verdict.CONSISTENT} else Verdict.UNDECIDED
