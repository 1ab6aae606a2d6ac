"""What is found of an estimator: figures with their errors, verdicts, and all estimates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..checks import check_kind
from ..estimate import Estimate
from ..results import Result
from ..values import by_content, read_only
from . import pages
from .estimates import figures, questions
from .estimates.replicates import PROBES, Replicates
from .findings import Finding, with_faults, worst

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["EstimatorReport", "Setting", "report_of"]

FIGURES = "bias", "sd", "rmse", "efficiency", "coverage", "width"
NORMAL_WIDTHS = 4.0  # of the bound, to either side of the true value, that are drawn
NUMBER = re.compile(r"[-+]?\d[\d.,e+-]*|\bnan\b|\binf\b")
SHOWN_QUANTILES = 0.005, 0.995  # between which the estimates of a histogram lie


@dataclass(frozen=True, slots=True, repr=False)
class Setting(Result):
    """What was asked for."""

    parameter: str
    true_value: float
    law: str
    n: int
    seed: int
    level: float
    known: tuple[str, ...]
    bound: float | None
    no_bound: str
    asks_scale: bool


@by_content
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class EstimatorReport(Result):
    """What was found of an estimator.

    Parameters
    ----------
    setting : Setting
        ``parameter``, ``true_value``, ``law``, ``n``, ``seed``, ``level``, ``known``, and the
        ``bound`` of Cramer and Rao on the standard deviation, or None and ``no_bound``, the reason.
    grade : str
        "pass", "suspicious" or "fail": the gravest of those of the findings.
    findings : tuple of Finding
        What was asked, and the answers.
    bias, sd, rmse : Estimate or None
        In the unit of the parameter; None if there are fewer than two estimates.
    efficiency : Estimate or None
        Squared bound over mean squared error; None without a bound.
    coverage, width : Estimate or None
        Share of the intervals that hold the true value, and mean width of those that are finite;
        None without intervals.
    unbounded : int
        Intervals with an infinite end.
    asked : int
        Replicates that were to be run.
    interrupted : bool
        Whether Ctrl-C ended the run before that.
    failures : dict
        Number of failures by message; messages that differ in numbers alone are one, told as it
        was the first time.
    failed : dict
        Message of each replicate without an estimate, by its number.
    numbers, values, low, high, rescaled : ndarray
        A row for each estimate: its replicate, the estimate, the ends of its interval and the
        estimate from the sample in another unit; NaN where there is none.

    Examples
    --------
    >>> from stablenoise import Stable, examine
    >>> from stablenoise.tails import hill
    >>> report = examine.estimator(hill.estimate, Stable(1.9), n=1000, replicates=50, seed=1)
    >>> report
    EstimatorReport(fail: bias, coverage; alpha of Stable(alpha=1.9, ...), n = 1000, 50 replicates)
    >>> [finding.question for finding in report.findings if finding.grade == "fail"]
    ['bias', 'coverage']

    """

    setting: Setting
    grade: str
    findings: tuple[Finding, ...]
    bias: Estimate | None
    sd: Estimate | None
    rmse: Estimate | None
    efficiency: Estimate | None
    coverage: Estimate | None
    width: Estimate | None
    unbounded: int
    asked: int
    interrupted: bool
    failures: dict[str, int]
    failed: dict[int, str]
    numbers: np.ndarray
    values: np.ndarray
    low: np.ndarray
    high: np.ndarray
    rescaled: np.ndarray

    def _summary(self) -> str:
        told = with_faults(self.grade, self.findings, most=len(self.findings))
        law = re.sub(r"(\(alpha=[^,]*), .*\)$", r"\1, ...)", self.setting.law)
        of = f"{self.setting.parameter} of {law}, n = {self.setting.n}"
        return f"{told}; {of}, {len(self.values)} replicates"

    def summary(self) -> str:
        """The report as text.

        Returns
        -------
        str
            Lines: what was run, each figure with its Monte-Carlo error, each finding.

        Examples
        --------
        >>> from stablenoise import Stable, examine
        >>> from stablenoise.tails import hill
        >>> report = examine.estimator(hill.estimate, Stable(1.2), n=100, replicates=50, seed=1)
        >>> print(report.summary().splitlines()[0])
        pass: estimator of alpha = 1.2 of Stable(alpha=1.2, beta=0.0, scale=1.0, loc=0.0)

        """
        s = self.setting
        told = ", ".join(s.known)
        done = len(self.values) + len(self.failed)
        cut = f" of {self.asked:,}, interrupted" if self.interrupted else ""
        title = f"{self.grade}: estimator of {s.parameter} = {s.true_value:g} of {s.law}"
        lines = [
            f"n = {s.n:,}, {done:,} replicates{cut}, seed {s.seed}, level {s.level:g}"
            + (f", told {told}" if told else ""),
            f"least standard deviation {s.bound:.4g}" if s.bound else f"no bound: {s.no_bound}",
            "",
        ]
        lines += [_line(name, getattr(self, name)) for name in FIGURES if getattr(self, name)]
        if self.unbounded:
            lines.append(f"{'':12}{self.unbounded:,} intervals have an infinite end")
        failed = [f"{'':12}{count:,} times: {text}" for text, count in self.failures.items()]
        return "\n".join([pages.text(title, lines, self.findings), *failed])

    def merge(self, other: EstimatorReport) -> EstimatorReport:
        """The report of the replicates of two reports together.

        Parameters
        ----------
        other : EstimatorReport
            Of the same estimator in the same setting, and of other replicates.

        Returns
        -------
        EstimatorReport
            The same as that of a run of them all.

        Raises
        ------
        ValueError
            If it is no such report.

        Examples
        --------
        >>> from stablenoise import Stable, examine
        >>> from stablenoise.tails import hill
        >>> def part(numbers):
        ...     return examine.estimator(hill.estimate, Stable(1.5), 100, numbers, seed=1)
        >>> part(range(0, 10)).merge(part(range(10, 20))) == part(20)
        True

        """
        check_kind("other", other, EstimatorReport)
        if other.setting != self.setting:
            raise ValueError(f"other must have the same setting, got {other.setting}")
        both = _ran(self) & _ran(other)
        if both:
            raise ValueError(f"other must have other replicates, got {min(both)} in both")
        rows = {n: np.append(getattr(self, n), getattr(other, n)) for n in COLUMNS}
        order = np.argsort(rows["numbers"])
        lists = {name: column[order].tolist() for name, column in rows.items()}
        failed = dict(sorted((self.failed | other.failed).items()))
        seen = Replicates(**lists, failed=failed, interrupted=self.interrupted or other.interrupted)
        return report_of(self.setting, self.asked + other.asked, seen)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Histogram of the estimates, with the true value and the law that the bound allows.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            By default those of a new figure.

        Returns
        -------
        matplotlib Axes

        Raises
        ------
        ValueError
            If there are fewer than two estimates, or ax is no axes.

        Examples
        --------
        >>> from matplotlib.figure import Figure
        >>> from stablenoise import Stable, examine
        >>> from stablenoise.tails import hill
        >>> report = examine.estimator(hill.estimate, Stable(1.5), n=100, replicates=50, seed=1)
        >>> report.plot(Figure().subplots()).get_xlabel()
        'estimate of alpha'

        """
        if len(self.values) < 2:
            raise ValueError(f"estimates must be 2 or more to be drawn, got {len(self.values)}")
        ax = pages.axes_of(ax)
        s, (low, high) = self.setting, np.quantile(self.values, SHOWN_QUANTILES)
        inside = self.values[(self.values >= low) & (self.values <= high)]
        ax.hist(inside, bins="auto", density=True, alpha=0.5, label="estimates, but 1% far out")
        ax.axvline(s.true_value, color="black", label="true value")
        if s.bound:
            z = np.linspace(-NORMAL_WIDTHS, NORMAL_WIDTHS, 200)
            curve = np.exp(-(z**2) / 2) / (s.bound * np.sqrt(2 * np.pi))
            ax.plot(s.true_value + z * s.bound, curve, label="the least spread")
        ax.set(xlabel=f"estimate of {s.parameter}", ylabel="density", title=f"n = {s.n:,}")
        ax.legend()
        return ax


COLUMNS = "numbers", "values", "low", "high", "rescaled"


def report_of(setting: Setting, asked: int, seen: Replicates) -> EstimatorReport:
    """Figures and findings from what the replicates answered."""
    rows = {name: read_only(np.array(getattr(seen, name), dtype=float)) for name in COLUMNS[1:]}
    rows["numbers"] = read_only(np.array(seen.numbers, dtype=np.int64))
    failures = _counted(seen.failed)
    done = len(seen.numbers) + len(seen.failed)
    findings = [questions.about_answers(failures, done)]
    told: dict[str, Any] = dict.fromkeys(FIGURES)
    if len(seen.numbers) > 1:
        more, told = _asked_of(setting, rows)
        findings += more
    return EstimatorReport(
        setting,
        worst(tuple(findings)),
        tuple(findings),
        **told,
        unbounded=int((np.isinf(rows["low"]) | np.isinf(rows["high"])).sum()),
        asked=asked,
        interrupted=seen.interrupted,
        failures=failures,
        failed=dict(seen.failed),
        **rows,
    )


def _asked_of(
    setting: Setting, rows: Mapping[str, np.ndarray]
) -> tuple[list[Finding], dict[str, Estimate | None]]:
    """All findings on two estimates or more, and their figures."""
    values, errors = rows["values"], rows["values"] - setting.true_value
    bias, sd, rmse = Estimate.mean(errors), figures.spread(values), figures.error(errors)
    findings = [questions.about_bias(bias, sd), questions.about_spread(sd, values[0])]
    told: dict[str, Estimate | None] = dict.fromkeys(FIGURES)
    told |= {"bias": bias, "sd": sd, "rmse": rmse}
    if setting.bound and (reached := figures.efficiency(errors, setting.bound)):
        told["efficiency"] = reached
        findings.append(questions.about_efficiency(reached, len(values)))
    has = ~np.isnan(rows["low"])
    if has.any():
        low, high = rows["low"][has], rows["high"][has]
        held = (low <= setting.true_value) & (setting.true_value <= high)
        share = figures.coverage(held)
        told |= {"coverage": share, "width": figures.width(low, high)}
        findings.append(questions.about_coverage(share, setting.level))
    findings.append(_of_scale(setting, rows, sd))
    return [finding for finding in findings if finding], told


def _of_scale(setting: Setting, rows: Mapping[str, np.ndarray], sd: Estimate) -> Finding | None:
    probed = rows["numbers"] < PROBES
    if not setting.asks_scale or probed.sum() < 2:
        return None
    unit = "estimates" if setting.parameter in ("alpha", "beta") else "estimates times 1,024"
    return questions.about_scale(rows["values"][probed], rows["rescaled"][probed], sd, unit)


def _counted(failed: Mapping[int, str]) -> dict[str, int]:
    """How often each message came; those that differ in numbers alone are one."""
    first: dict[str, str] = {}
    patterns = [(NUMBER.sub("#", text), text) for text in failed.values()]
    for pattern, text in patterns:
        first.setdefault(pattern, text)
    return {first[pattern]: count for pattern, count in Counter(p for p, _ in patterns).items()}


def _ran(report: EstimatorReport) -> set[int]:
    return {*report.numbers.tolist(), *report.failed}


def _line(name: str, figure: Estimate) -> str:
    return f"{name:12}{figure.value:12.5g}  +- {figure.stderr:.2g}"
