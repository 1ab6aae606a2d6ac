"""What is found of a sampler: a grade, what was asked and how it was answered, look by look."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..results import Result
from ..values import by_content, read_only
from .diagnoses import diagnosis
from .findings import Finding, worst
from .looks import Examination

__all__ = ["SamplerReport", "SamplerSetting", "report_of"]

ENDS = {
    "running": "it goes on",
    "budget": "the budget was drawn",
    "seconds": "the time was over",
    "fault": "a fault was found",
    "refusal": "the sampler could not be drawn from",
    "interrupted": "it was interrupted",
}


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
    """What was found of a sampler."""

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
        bad = [f.test for f in self.findings if f.grade == self.grade != "pass"]
        told = f": {', '.join(bad[:3])}{', ...' if len(bad) > 3 else ''}" if bad else ""
        return f"{self.grade}{told}; {self.draws:,} draws of {self.setting.law}"

    def summary(self) -> str:
        """The report as text."""
        s = self.setting
        seed = "" if s.seed is None else f", seed {s.seed}"
        lines = [
            f"{self.grade}: sampler of {s.law}",
            f"{self.draws:,} of {s.budget:,} draws{seed}, level {s.level:g}; {ENDS[self.ended]}",
        ]
        if self.diagnosis:
            lines.append(f"diagnosis: {self.diagnosis}")
        lines.append("")
        for f in self.findings:
            first = f", first at {f.first:,}" if f.first else ""
            p = "" if f.p_value is None else f" (p = {f.p_value:.2g} of {f.size:,}{first})"
            lines.append(f"{f.grade:12}{f.test}: {f.sentence}{p}")
        return "\n".join(lines)


def report_of(setting: SamplerSetting, examination: Examination, ended: str) -> SamplerReport:
    """The report of what was drawn and asked so far."""
    findings = examination.findings()
    sizes, tests, p_values, levels = _table(examination)
    return SamplerReport(
        setting, worst(findings), findings,
        diagnosis(examination.law, examination.kept.values(), findings),
        examination.draws, ended, tests, sizes, p_values, levels,
    )  # fmt: skip


def _table(examination: Examination) -> tuple[np.ndarray, tuple[str, ...], np.ndarray, np.ndarray]:
    """P-values and their levels: a row for each look, a column for each test."""
    tests = tuple(dict.fromkeys(o.test for look in examination.looks for o, _ in look.asked))
    columns = {test: column for column, test in enumerate(tests)}
    rows = np.full((2, len(examination.looks), len(tests)), np.nan)
    for row, look in enumerate(examination.looks):
        for outcome, level in look.asked:
            rows[:, row, columns[outcome.test]] = outcome.p_value, level
    sizes = np.array([look.size for look in examination.looks], dtype=np.int64)
    return read_only(sizes), tests, read_only(rows[0]), read_only(rows[1])
