"""Figures of a claim: a line for each judged quantity, and one for each look."""

from dataclasses import replace
from typing import NamedTuple

from ..claim import Finding
from ..evidence import Evidence
from ..summaries import Interval
from . import tracks
from .deciding import control_of, decisive
from .grouping import key_of
from .texts import interval

LINES = 12  # of the figure of a claim: all quantities stand in the table below it


class Line(NamedTuple):
    """A line of a figure: what it is of, its picture, and the numbers."""

    label: str
    svg: str
    numbers: str


def lines(evidence: Evidence) -> list[Line]:
    """The judged quantities, the deciding one first."""
    first = decisive(evidence)
    others = [f for f in evidence.findings if f.verdict and f is not first]
    return [line(evidence, finding) for finding in [first, *others]]


def line(evidence: Evidence, finding: Finding, prefix: str = "q") -> Line:
    """One judged quantity, its control in grey."""
    control = control_of(evidence, finding)
    numbers = interval(finding)
    told = f"{finding.label}: {numbers}, claimed {finding.rule}, {finding.verdict}; "
    told += f"control {interval(control)}"
    id = f"{prefix}-{evidence.name}-{evidence.findings.index(finding)}"
    svg = tracks.track(id, finding, control, paint(evidence, finding), told)
    return Line(finding.label, svg, f"{numbers}, claimed {finding.rule}")


def paint(evidence: Evidence, finding: Finding) -> str:
    """Class of a finding's colour and mark."""
    against = finding.verdict is evidence.verdict and key_of(evidence) == "against"
    return "against" if against else str(finding.verdict)


def of_looks(evidence: Evidence) -> list[Line]:
    """The deciding quantity at each look."""
    finding = decisive(evidence)
    judged = [f for f in evidence.findings if f.verdict]
    at = judged.index(finding)
    return [
        _look(evidence, finding, look.rows, look.seen[at], str(look.verdicts[at]))
        for look in evidence.looks
    ]


def _look(evidence: Evidence, finding: Finding, rows: int, seen: Interval, verdict: str) -> Line:
    numbers = f"{interval(replace(finding, seen=seen))}, {verdict}"
    told = f"{finding.label}, after {rows:,} rows: {numbers}"
    svg = tracks.of_look(f"l-{evidence.name}-{rows}", finding, seen, verdict, told)
    return Line(f"{rows:,} rows", svg, numbers)
