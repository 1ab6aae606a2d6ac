"""All that is kept of a library: who it is, its examinations, and its answers to single calls."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from math import inf
from pathlib import Path
from platform import machine, system
from types import ModuleType
from typing import Any, NamedTuple

from benchmarks.peers import peer
from stablenoise.data.files import write

from .calls import CALLS, Answer, Call, answer
from .laws import Trial, trials_of
from .trials import kept

__all__ = ["GRADES", "Outcome", "Subject", "collected", "gravest"]

GRADES = "pass", "refuses", "suspicious", "fail"
REFUSAL = re.compile(r"it raised (ValueError|ValidationError)")
"""Errors by which a library says that it has no such law; others are faults."""


class Outcome(NamedTuple):
    """An examination and its report, as a dict."""

    trial: Trial
    report: dict[str, Any]

    @property
    def grade(self) -> str:
        """That of the report; "refuses" where the library says that it has no such law."""
        if "lost" in self.report:
            return "fail"
        first = self.report["findings"][0]
        all_refused = self.trial.kind != "density" and not self.report["draws"]
        if all_refused and REFUSAL.match(first["sentence"]):
            return "refuses"
        return self.report["grade"]

    @property
    def faults(self) -> list[dict[str, Any]]:
        """Findings of a fault, the gravest first."""
        if "lost" in self.report:
            return [{"test": "answers", "sentence": self.report["lost"], "p_value": None}]
        wrong = [f for f in self.report["findings"] if f["grade"] == "fail"]
        return wrong if self.trial.kind != "density" else sorted(wrong, key=_error, reverse=True)

    @property
    def first(self) -> float:
        """Draws after which a fault showed first; inf where it did not show in draws."""
        return min((f["first"] for f in self.faults if f.get("first")), default=inf)

    @property
    def told(self) -> str:
        """What is wrong, in one sentence."""
        if self.grade == "refuses":
            return self.report["findings"][0]["sentence"]
        if not self.faults:
            return ""
        worst = self.faults[0]
        return self.report.get("diagnosis") or f"{worst['test']}: {worst['sentence']}"


def _error(finding: dict[str, Any]) -> tuple[bool, float]:
    """The bulk before the tails, the larger error first; None is no number at all."""
    size = finding.get("statistic")
    is_tail = "tail" in finding["test"] or "power" in finding["test"]
    return not is_tail, inf if size is None else size


class Subject(NamedTuple):
    """A library."""

    library: str
    about: dict[str, str]  # its name, form and version; date and processor of its examination
    outcomes: tuple[Outcome, ...]
    answers: tuple[tuple[Call, Answer], ...]

    def of(self, *kinds: str) -> list[Outcome]:
        """Examinations of some kinds."""
        return [outcome for outcome in self.outcomes if outcome.trial.kind in kinds]


def gravest(outcomes: Sequence[Outcome]) -> str:
    """The gravest grade, "none" where nothing was examined; to refuse a law is no fault."""
    grades = [o.grade for o in outcomes if o.grade != "refuses"]
    return max(grades, key=GRADES.index, default="none")


def collected(library: str, folder: Path) -> Subject:
    """All of a library, examined now as far as the folder does not have it."""
    module = peer(library)
    about = _about(library, module, folder)
    outcomes = tuple(Outcome(trial, kept(trial, folder)) for trial in trials_of(library, module))
    return Subject(library, about, outcomes, tuple(_answers(library, folder)))


def _about(library: str, module: ModuleType, folder: Path) -> dict[str, str]:
    file = folder / f"about-{library}.json"
    if not file.exists():
        about = {
            "name": module.NAME,
            "form": module.FORM,
            "version": module.version(),
            "date": date.today().isoformat(),
            "processor": processor(),
        }
        write(file, json.dumps(about))
    return json.loads(file.read_text())


def processor() -> str:
    """Name of the processor and of the system."""
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    name = re.search(r"model name\s*: (.*)", text)
    return f"{name[1] if name else machine()}, {system()}"


def _answers(library: str, folder: Path) -> Iterator[tuple[Call, Answer]]:
    for number, call in enumerate(c for c in CALLS if c.library == library):
        file = folder / f"call-{library}-{number}.json"
        if not file.exists():
            write(file, json.dumps(answer(call)))
        seen, true, is_right = json.loads(file.read_text())
        yield call, Answer(seen, tuple(true), is_right)
