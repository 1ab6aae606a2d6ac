"""What is found of a sampler: a grade, what was asked and how it was answered, look by look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..checks import check_truth
from ..results import Result
from ..values import by_content, read_only
from . import pages
from .budgets import FIRST_LOOK
from .diagnoses import diagnosis
from .findings import Finding, with_faults, worst
from .looks import Examination

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["SamplerReport", "SamplerSetting", "report_of"]

ENDS = {
    "running": "it goes on",
    "budget": "all are drawn",
    "seconds": "the time is over",
    "fault": "a fault is found",
    "refusal": "the sampler cannot be drawn from",
    "interrupted": "it was interrupted",
}
SMALLEST_SHOWN = 1e-40  # p-value of a picture; smaller ones are drawn there
TESTS_NAMED = 6  # in a picture
BEFORE_ALL = 512  # draws at which a picture has the tests of seeds and sizes, before the first look
MOST_TOLD = 8  # findings of a short summary


@dataclass(frozen=True, slots=True, repr=False)
class SamplerSetting(Result):
    """What was asked for."""

    law: str
    budget: int  # draws
    seed: int | None  # None for draws made elsewhere
    level: float


@by_content
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SamplerReport(Result):
    """What was found of a sampler, as ``examine.sampler`` and ``examine.sample`` return it.

    Parameters
    ----------
    setting : SamplerSetting
        ``law``, ``budget`` in draws, ``seed`` (None for draws made elsewhere), ``level``.
    grade : str
        "pass", "suspicious" or "fail": the gravest of those of the findings.
    findings : tuple of Finding
        A test each, the gravest first.  Of a test that found a fault, or nearly, the look at which
        it was most certain; of the others the last.
    diagnosis : str or None
        What is wrong, in one sentence, where it is a mistake that is known.
    draws : int
        How many were drawn.
    ended : str
        Why no more were: "budget", "seconds", "fault", "refusal" or "interrupted".
    tests : tuple of str
        The columns of what follows.
    sizes : ndarray, shape (looks,)
        Draws at each look; 0 for tests that call the sampler with seeds and sizes of their own.
    p_values, levels : ndarray, shape (looks, tests)
        P-values, and those below which they are faults; NaN where a test was not asked.

    Examples
    --------
    >>> from stablenoise import Stable, examine
    >>> law = Stable(1.5)
    >>> examine.sample(2 * law.rvs(10_000, rng=1), law).diagnosis
    'the scale is wrong by the factor 2: a factor too many'

    """

    setting: SamplerSetting
    grade: str
    findings: tuple[Finding, ...]
    diagnosis: str | None
    draws: int
    ended: str
    tests: tuple[str, ...]
    sizes: np.ndarray
    p_values: np.ndarray
    levels: np.ndarray

    def _summary(self) -> str:
        told = with_faults(self.grade, self.findings, most=3)
        return f"{told}; {self.draws:,} draws of {self.setting.law}"

    def summary(self, *, whole: bool = False) -> str:
        """The report as text.

        Parameters
        ----------
        whole : bool
            Whether all tests are told, a line each.

        Returns
        -------
        str
            Lines: the grade, what was asked for, the diagnosis, how many tests passed, and the
            gravest findings with their p-values.

        Raises
        ------
        ValueError
            If whole is not True or False.

        Examples
        --------
        >>> from stablenoise import Stable, examine
        >>> law = Stable(1.5)
        >>> print(examine.sample(law.rvs(2000, rng=1), law).summary())  # doctest: +ELLIPSIS
        pass: draws of Stable(alpha=1.5, beta=0.0, scale=1.0, loc=0.0)
        2,000 of 2,000 draws, level 1e-06; all are drawn
        ... tests pass: the smallest of their p-values is ..., of "...", below ... it is a fault

        """
        check_truth("whole", whole)
        passed = [finding for finding in self.findings if finding.grade == "pass"]
        wrong = [finding for finding in self.findings if finding.grade != "pass"]
        follow = _that_may_follow(wrong)
        told = [finding for finding in wrong if finding not in follow]
        shown = self.findings if whole else told[:MOST_TOLD]
        lines = [*self._lines(), *_of_passes(passed)]
        if not whole:
            lines += _of_others(told[MOST_TOLD:], follow)
        return pages.text(self._title(), lines, [_with_p_value(finding) for finding in shown])

    def to_html(self) -> str:
        """The report as one page of HTML with a picture, which needs matplotlib.

        Returns
        -------
        str

        Examples
        --------
        >>> from stablenoise import Stable, examine
        >>> law = Stable(1.5)
        >>> examine.sample(law.rvs(1000, rng=1), law).to_html()[:15]
        '<!DOCTYPE html>'

        """
        picture = pages.picture(self.plot)
        return pages.html(self._title(), self._lines(), self.findings, picture)

    def plot(self, ax: Axes | None = None) -> Axes:
        """P-values by number of draws, in units of those below which they are faults.

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
            If ax is no axes.

        Examples
        --------
        >>> from matplotlib.figure import Figure
        >>> from stablenoise import Stable, examine
        >>> law = Stable(1.5)
        >>> report = examine.sample(law.rvs(1000, rng=1), law)
        >>> report.plot(Figure().subplots()).get_xlabel()
        'draws'

        """
        ax = pages.axes_of(ax)
        named = [f.test for f in self.findings if f.grade != "pass" and not f.supposes_law]
        sizes = np.where(self.sizes > 0, self.sizes, BEFORE_ALL)
        for test, ratios in zip(self.tests, (self.p_values / self.levels).T, strict=True):
            asked = ~np.isnan(ratios)
            heights = np.maximum(ratios[asked], SMALLEST_SHOWN)
            is_named = test in named[:TESTS_NAMED]
            colour, label = (None, test) if is_named else ("0.8", None)
            ax.plot(sizes[asked], heights, marker=".", color=colour, label=label)
        ax.axhline(1.0, color="black", linestyle="--", label="below: a fault")
        ax.set(xscale="log", yscale="log", xlabel="draws", title=self._title())
        ax.set_ylabel("p-value / p-value that is a fault")
        ax.legend()
        return ax

    def _title(self) -> str:
        what = "draws" if self.setting.seed is None else "sampler"
        return f"{self.grade}: {what} of {self.setting.law}"

    def _lines(self) -> list[str]:
        s = self.setting
        seed = "" if s.seed is None else f", seed {s.seed}"
        drawn = f"{self.draws:,} of {s.budget:,} draws{seed}, level {s.level:g}"
        told = [f"diagnosis: {self.diagnosis}"] if self.diagnosis else []
        if self.draws < FIRST_LOOK:
            told.append(f"below {FIRST_LOOK:,} draws only coarse faults are seen")
        firsts = [(finding.first, finding.test) for finding in self.findings if finding.first]
        if firsts:
            told.append("first seen after {:,} draws, by {}".format(*min(firsts)))
        return [f"{drawn}; {ENDS[self.ended]}", *told]


def _that_may_follow(wrong: Sequence[Finding]) -> list[Finding]:
    """Faults of dependence that suppose the law, where the law is wrong too."""
    follow = [finding for finding in wrong if finding.supposes_law]
    return follow if any(f.grade == "fail" for f in wrong if not f.supposes_law) else []


def _of_others(others: Sequence[Finding], follow: Sequence[Finding]) -> list[str]:
    """How many findings are not told one by one."""
    told = []
    if others:
        told.append(f"{len(others)} more are not told here: summary(whole=True) does")
    if follow:
        told.append(
            f"{len(follow)} of dependence suppose the law, and may follow from what is wrong"
        )
    return told


def _of_passes(passed: Sequence[Finding]) -> list[str]:
    """How many tests pass, and how near to a fault the nearest is."""
    if not passed:
        return []
    nearest = min(passed, key=lambda f: f.p_value / f.level)  # type: ignore[operator]
    told = f'{nearest.p_value:.2g}, of "{nearest.test}", below {nearest.level:.2g} it is a fault'
    return [f"{len(passed)} tests pass: the smallest of their p-values is {told}"]


def _with_p_value(finding: Finding) -> Finding:
    """A finding whose sentence tells its p-value, and when it showed first."""
    if finding.p_value is None:
        return finding
    first = f", first at {finding.first:,}" if finding.first else ""
    told = f"{finding.sentence} (p = {finding.p_value:.2g}, {finding.size:,} draws{first})"
    return replace(finding, sentence=told)


def report_of(
    setting: SamplerSetting, examination: Examination, ended: str, remarks: Sequence[str] = ()
) -> SamplerReport:
    """The report of what was drawn and asked so far; a remark is suspicious."""
    told = [Finding("calls", "suspicious", text, None, examination.draws) for text in remarks]
    faults = examination.findings()
    wrong = sum(finding.grade == "fail" for finding in faults)
    findings = (*faults[:wrong], *told, *faults[wrong:])
    sizes, tests, p_values, levels = _table(examination)
    return SamplerReport(
        setting, worst(findings), findings,
        diagnosis(examination.law, examination.kept.drawn(), findings),
        examination.draws, ended, tests, sizes, p_values, levels,
    )  # fmt: skip


def _table(examination: Examination) -> tuple[np.ndarray, tuple[str, ...], np.ndarray, np.ndarray]:
    """P-values and their levels: a row for each look, a column for each test."""
    tests = tuple(dict.fromkeys(o.test for look in examination.looks for o, *_ in look.asked))
    columns = {test: column for column, test in enumerate(tests)}
    rows = np.full((2, len(examination.looks), len(tests)), np.nan)
    for row, look in enumerate(examination.looks):
        for outcome, level, _ in look.asked:
            rows[:, row, columns[outcome.test]] = outcome.p_value, level
    sizes = np.array([look.size for look in examination.looks], dtype=np.int64)
    return read_only(sizes), tests, read_only(rows[0]), read_only(rows[1])
