"""What the command ``examine`` tells: a bar, a report whatever happened, and files of it."""

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from typing import Any

from ..checks import one_line
from ..data import files
from ..examine import Finding, pages
from ..examine.findings import worst
from ..fit import progress
from ..results import Result, as_plain
from . import outputs, pictures
from .children import FAULT, STOPPED, Ending
from .confined import DONE, INTERRUPTED, REFUSED

LINES, WIDTH = 12, 160  # of what somebody's code has printed
FATAL, MODULES = "Fatal Python error", "Extension modules"
GRADES = "pass ", "suspicious ", "fail "  # with which the line of a finding begins


@dataclass(frozen=True, slots=True, repr=False)
class NoReport(Result):
    """What is said of a function that has ended its process before anything could be asked."""

    grade: str
    findings: tuple[Finding, ...]

    def summary(self) -> str:
        """The report as text."""
        return pages.text(f"{self.grade}: nothing could be asked", [], self.findings)


def report_of(ending: Ending) -> Any:
    """The last report, with how the process has ended among its findings."""
    kind, sentence, report, drawn, _ = ending
    is_empty = report is None or not report.findings
    if kind == REFUSED:
        raise ValueError(sentence)
    if kind == INTERRUPTED and is_empty:
        raise KeyboardInterrupt
    if kind == STOPPED and is_empty:
        seen = f"got none after {drawn:,} values"
        raise ValueError(f"--limit must be longer for a first report, {seen}: {sentence}")
    if kind in (DONE, INTERRUPTED):
        return report
    grade = "fail" if kind == FAULT else "pass"
    return _with(report, Finding("process", grade, sentence, None, drawn))


def _with(report: Any, finding: Finding) -> Any:
    """A report with one finding more, the first, and the grade that it then has."""
    if report is None:
        return NoReport(finding.grade, (finding,))
    found = (finding, *report.findings)
    changed: dict[str, Any] = {"findings": found, "grade": worst(found)}
    has = {field.name for field in fields(report)}
    if finding.grade == "fail" and "diagnosis" in has:
        changed |= {"diagnosis": finding.sentence, "ended": "refusal"}
    return replace(report, **changed)


def write(options: Namespace, name: str, report: Any) -> None:
    """The files that are asked for, each made before the first is written."""
    contents: dict[str, str | bytes] = {}
    if options.json:
        numbers = as_plain({"examined": name} | report.to_dict())
        contents["json"] = json.dumps(numbers, indent=1, allow_nan=False) + "\n"
    if options.html:
        contents["html"] = page(report)
    if options.plot:
        contents["plot"] = _picture(options, report)
    for switch, content in contents.items():
        if content:
            files.write(getattr(options, switch), content)
            outputs.tell_files(getattr(options, switch))


def page(report: Any) -> str:
    """A report as HTML."""
    if hasattr(report, "to_html"):
        return report.to_html()
    title, *lines = report.summary().splitlines()
    about = [line for line in lines if not line.startswith(GRADES)]
    return pages.html(title, about, report.findings)


def _picture(options: Namespace, report: Any) -> bytes:
    """What is drawn of a report: nothing if it holds too little, which is told."""
    figure = pictures.panel()
    try:
        if not hasattr(report, "plot"):
            raise ValueError("a report must hold numbers to be drawn, got none")
        report.plot(figure.subplots())
    except ValueError as error:
        print(f"stablenoise: --plot: {error}", file=sys.stderr)
        return b""
    return outputs.drawn(figure, options.plot)


def tell_printed(printed: str) -> None:
    """The end of what somebody's code has printed, on standard error."""
    every = [line for line in printed.splitlines() if line.strip()]
    lines = [line for line in every if not line.startswith(MODULES)]
    fatal = [place for place, line in enumerate(lines) if line.startswith(FATAL)]
    shown = lines[fatal[0] :][:LINES] if fatal else lines[-LINES:]
    if shown:
        print("stablenoise: it printed, at the end:", file=sys.stderr)
    for line in shown:
        print(f"  {one_line(line, WIDTH)}", file=sys.stderr)


@contextmanager
def bar(asked: int | None) -> Iterator[Callable[[int, Any], None] | None]:
    """What is told how far an examination is, where standard error is a terminal."""
    if asked is None or sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    width = 0

    def tell(done: int, report: Any) -> None:
        nonlocal width
        so_far = f", {report.grade} so far" if report else ""
        line = f"{progress.bar(done, asked)} {done:,} of {asked:,}{so_far}"
        sys.stderr.write(f"\r{line:{width}}")
        sys.stderr.flush()
        width = len(line)

    try:
        yield tell
    finally:
        sys.stderr.write(f"\r{'':{width}}\r")
        sys.stderr.flush()
