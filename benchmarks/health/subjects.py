"""What a folder keeps of libraries: who they are, examinations, and answers to single calls."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

from .calls import Answer
from .laws import Trial

__all__ = ["ABOUT", "SINGLE_CALLS", "Outcome", "Subject", "gravest", "read"]

ABOUT, SINGLE_CALLS = "about-", "calls-"  # how names of files begin
GRADES = "pass", "refuses", "suspicious", "fail"
REFUSAL = re.compile(r"it raised (ValueError|ValidationError)")
"""Errors by which a library says that it has no such law; others are faults."""
PYDANTIC = re.compile(r" \[type=.*")
PLAINEST = "Kolmogorov-Smirnov"  # of the tests: what it says comes first
GRAVITY = "answers", "values", "bulk", "order", "support", "integral", "jumps", "symmetry"


class Outcome(NamedTuple):
    """An examination and its report, as a dict."""

    trial: Trial
    report: dict[str, Any]

    @property
    def grade(self) -> str:
        """That of the report; "refuses" where the library says that it has no such law."""
        if "lost" in self.report:
            return "fail"
        wrong = [f["sentence"] for f in self.report["findings"] if f["grade"] == "fail"]
        refused = wrong and all(REFUSAL.search(sentence) for sentence in wrong)
        return "refuses" if refused else self.report["grade"]

    @property
    def faults(self) -> list[dict[str, Any]]:
        """Findings of a fault, the gravest first."""
        if "lost" in self.report:
            return [{"test": "answers", "sentence": self.report["lost"], "p_value": None}]
        wrong = [f for f in self.report["findings"] if f["grade"] == "fail"]
        if self.trial.kind == "density":
            return sorted(wrong, key=_error, reverse=True)
        return sorted(wrong, key=lambda fault: fault["test"] != PLAINEST)

    @property
    def first(self) -> float:
        """Draws after which a fault showed first; inf where it did not show in draws."""
        return min((f["first"] for f in self.faults if f.get("first")), default=inf)

    @property
    def told(self) -> str:
        """What is wrong, or in doubt, in one sentence."""
        if not self.faults:
            return next((_sentence(f) for f in self.report["findings"] if _is_doubt(f)), "")
        worst = self.faults[0]
        if self.grade == "refuses":
            return PYDANTIC.sub("", worst["sentence"])
        return _sentence(worst)


def _sentence(finding: dict[str, Any]) -> str:
    return f"{finding['test']}: {finding['sentence']}"


def _is_doubt(finding: dict[str, Any]) -> bool:
    return finding["grade"] == "suspicious"


def _error(finding: dict[str, Any]) -> tuple[int, float]:
    """By what the fault is, then the larger error first; None is no number at all."""
    size = finding.get("statistic")
    test = finding["test"].rpartition(": ")[2]
    rank = GRAVITY.index(test) if test in GRAVITY else len(GRAVITY)
    return -rank, inf if size is None else size


class Subject(NamedTuple):
    """A library."""

    library: str
    about: dict[str, str]  # name, form, version, date and processor; or "missing", and why
    outcomes: tuple[Outcome, ...]
    answers: tuple[Answer, ...]

    def of(self, *kinds: str) -> list[Outcome]:
        """Examinations of some kinds."""
        return [outcome for outcome in self.outcomes if outcome.trial.kind in kinds]


def gravest(outcomes: Sequence[Outcome]) -> str:
    """The gravest grade, "none" where nothing was examined; to refuse a law is no fault."""
    grades = [o.grade for o in outcomes if o.grade != "refuses"]
    return max(grades, key=GRADES.index, default="none")


def read(folder: Path) -> list[Subject]:
    """All libraries of which a folder keeps anything, in the order of their names."""
    files = sorted(folder.glob(f"{ABOUT}*.json"))
    return [_subject(file.stem.removeprefix(ABOUT), folder) for file in files]


def _subject(library: str, folder: Path) -> Subject:
    about = json.loads((folder / f"{ABOUT}{library}.json").read_text())
    trials = [Trial(*fields) for fields in about.pop("trials", ())]
    outcomes = [Outcome(t, json.loads((folder / t.file).read_text())) for t in trials]
    calls = folder / f"{SINGLE_CALLS}{library}.json"
    answers = json.loads(calls.read_text()) if calls.exists() else []
    return Subject(library, about, tuple(outcomes), tuple(Answer(*fields) for fields in answers))
