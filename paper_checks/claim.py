"""A claim of a paper, the experiment that could contradict it, and how the numbers decide."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import inf, isnan, sqrt
from typing import Any

import numpy as np
from scipy import stats


class Verdict(StrEnum):
    """What the numbers say.  They can contradict a claim; they never prove one."""

    CONSISTENT = "consistent"
    CONTRADICTED = "contradicted"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its two-sided confidence interval, whose ends may be infinite."""

    value: float
    low: float
    high: float


Summary = Callable[[np.ndarray, float], Interval]


def mean(sample: np.ndarray, level: float) -> Interval:
    """Mean of independent replicates, with Student's interval."""
    stderr = sample.std(ddof=1) / sqrt(sample.size)
    value = float(sample.mean())
    half = float(stats.t.isf((1 - level) / 2, sample.size - 1) * stderr)
    return Interval(value, value - half, value + half)


def median(sample: np.ndarray, level: float) -> Interval:
    """Median of independent replicates, with the exact interval of the sign test."""
    ends: Any = stats.quantile_test(sample, q=0.0, p=0.5).confidence_interval(level)
    low, high = map(float, ends)  # NaN where so few replicates cannot bound the median
    low, high = -inf if isnan(low) else low, inf if isnan(high) else high
    return Interval(float(np.median(sample)), low, high)


def worst(sample: np.ndarray, level: float) -> Interval:
    """Largest of all replicates, for a statement that must hold in each; level has no part."""
    value = float(sample.max())
    return Interval(value, value, value)


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
    rule: Rule | None = None
    summary: Summary = mean


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

    def __post_init__(self) -> None:
        if not any(quantity.rule for quantity in self.quantities):
            raise ValueError(f"{self.id} must judge at least one quantity, got none")


@dataclass(frozen=True, slots=True)
class Finding:
    """One quantity as it was seen, and what it says; the verdict is None if it is not judged."""

    label: str
    seen: Interval
    rule: str
    verdict: Verdict | None


def judge(quantities: Iterable[Quantity], rows: np.ndarray, error: float) -> tuple[Finding, ...]:
    """Judge each column of ``rows``; the judged ones share ``error``."""
    quantities = tuple(quantities)
    judged = sum(q.rule is not None for q in quantities)
    findings = []
    for quantity, column in zip(quantities, rows.T, strict=True):
        seen = quantity.summary(column, 1 - error / judged)
        verdict = quantity.rule(seen) if quantity.rule else None
        findings.append(Finding(quantity.label, seen, str(quantity.rule or ""), verdict))
    return tuple(findings)


def overall(findings: Iterable[Finding]) -> Verdict:
    """Contradicted if any finding is, consistent if all are, else undecided."""
    verdicts = {finding.verdict for finding in findings} - {None}
    if Verdict.CONTRADICTED in verdicts:
        return Verdict.CONTRADICTED
    return Verdict.CONSISTENT if verdicts == {Verdict.CONSISTENT} else Verdict.UNDECIDED
