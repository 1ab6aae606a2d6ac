"""Sheets as reStructuredText: one for a library, and the table of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf

from .calls import Answer
from .libraries import ABSENT, NOTES
from .subjects import Outcome, Subject, gravest

__all__ = ["index", "sheet"]

MOST_TOLD = 10  # faults of one examination
LONGEST = 160  # characters of what is told in the table of all
INTRODUCTION = """\
Stable laws of other libraries, as ``stablenoise.examine`` sees them. What is graded is Nolan's S0
form of scale 1 and loc 0, or the S1 form where a library has that alone. *Draws*: "fail" is a fault
that a right sampler shows at most once in a million examinations, "suspicious" once in a thousand.
*Functions*: density, distribution function, tail and quantiles beside ours; from which errors on
they fail stands with ``examine.density``. A law that a library says it does not have is no fault.

Each examination is repeated by the command beside it, from the folder of this repository, with the
libraries of ``benchmarks/peers/requirements.txt``. All sheets are made anew by
``python -m benchmarks.health run FOLDER`` and ``write FOLDER``.
"""


def index(subjects: Sequence[Subject]) -> str:
    """The table of all libraries."""
    rows = [("Library", "Version", "Draws", "Functions", "The worst")]
    examined = [subject for subject in subjects if "missing" not in subject.about]
    rows += [_row(subject) for subject in examined]
    hidden = "\n".join(f"   {subject.library}" for subject in examined)
    missing = [(s.about["name"], s.about["missing"]) for s in subjects if "missing" in s.about]
    absent = "\n".join(f"* {escaped(f'{name}: {why}')}." for name, why in (*missing, *ABSENT))
    return "\n".join([
        title("Health sheets of stable laws", "="), "", INTRODUCTION,
        table(rows, (18, 14, 10, 10, 48)),
        title("Not examined", "-"), "", absent, "",
        ".. toctree::", "   :hidden:", "", hidden, "",
    ])  # fmt: skip


def _row(subject: Subject) -> tuple[str, ...]:
    about = subject.about
    draws, functions = subject.of("sampler", "vectors"), subject.of("density")
    worst = [told for told in (_first_seen(draws), _largest(functions)) if told]
    if not functions:
        worst += [_called(answer) for answer in subject.answers[:1] if not answer.is_right]
    name = f":doc:`{about['name']} <{subject.library}>`"
    grades = gravest(draws), gravest(functions)
    return name, escaped(about["version"]), *grades, escaped("; ".join(worst))


def _first_seen(outcomes: Sequence[Outcome]) -> str:
    """The fault of the draws that shows earliest."""
    wrong = [outcome for outcome in outcomes if outcome.grade == "fail"]
    if not wrong:
        return ""
    worst = min(wrong, key=lambda outcome: outcome.first)
    return f"draws of {worst.trial.about}: {_short(worst.told)}{_from(worst)}"


def _from(outcome: Outcome) -> str:
    return "" if outcome.first == inf else f", from {outcome.first:,} draws on"


def _largest(outcomes: Sequence[Outcome]) -> str:
    """The fault of the functions that comes first: of the first law that has one in the bulk."""
    wrong = [outcome for outcome in outcomes if outcome.grade == "fail" and outcome.faults]
    if not wrong:
        return ""
    worst = min(wrong, key=lambda outcome: "bulk" not in outcome.faults[0]["test"])
    return f"functions of {worst.trial.about}: {_short(worst.told)}"


def _called(answer: Answer) -> str:
    true = " ".join(f"{number:.6g}" for number in answer.true)
    return f"{answer.subject}: it is {answer.seen} in place of {true}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 4].rpartition(' ')[0]} ..."


def sheet(subject: Subject, picture: str | None) -> str:
    """All that is known of a library."""
    about = subject.about
    parts = [
        title(about["name"], "="), "",
        f":version: {escaped(about['version'])}",
        f":form: {about['form']}",
        f":examined: {about['date']}, {escaped(about['processor'])}",
        f":draws: {gravest(subject.of('sampler', 'vectors'))}",
        f":functions: {gravest(subject.of('density'))}", "",
        escaped(NOTES.get(subject.library, "")), "",
    ]  # fmt: skip
    if picture:
        parts += [f".. image:: {picture}", "   :alt: p-values by number of draws, and errors", ""]
    parts += _examinations("Draws", subject.of("sampler", "vectors"))
    parts += _examinations("Functions", subject.of("density"))
    parts += _calls(subject)
    return "\n".join(parts).rstrip() + "\n"


def _examinations(name: str, outcomes: Sequence[Outcome]) -> list[str]:
    """A table of the laws, and what was found of each."""
    if not outcomes:
        return []
    is_draws = name == "Draws"
    rows = [("Law", "Grade", "First seen at" if is_draws else "Points", "What is wrong")]
    rows += [
        (o.trial.about, o.grade, _size(o), escaped(_short(o.told))) for o in outcomes
    ]  # fmt: skip
    parts = [title(name, "-"), "", table(rows, (22, 10, 12, 56))]
    parts += _passed([outcome for outcome in outcomes if not outcome.faults])
    for outcome in outcomes:
        if outcome.faults:
            parts += _findings(outcome)
    return parts


def _passed(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The commands of examinations that found no fault."""
    if outcomes:
        yield from ("No fault was found by::", "")
        yield from (f"    {outcome.trial.command}" for outcome in outcomes)
        yield ""


def _size(outcome: Outcome) -> str:
    """Draws after which a fault showed, or points that were asked."""
    if outcome.trial.kind != "density":
        return "" if outcome.first == inf else f"{outcome.first:,}"
    return f"{len(outcome.report.get('x', ()))}"


def _findings(outcome: Outcome) -> Iterator[str]:
    """The command that repeats an examination, and its faults."""
    yield from (title(outcome.trial.about, "~"), "", "::", "", f"    {outcome.trial.command}", "")
    if outcome.grade == "refuses":
        yield from (f"The library has no such law: {escaped(outcome.told)}.", "")
        return
    if outcome.report.get("ended") in ("seconds", "time", "stuck"):
        yield from ("The time ended it: what it saw may differ from run to run.", "")
    if diagnosis := outcome.report.get("diagnosis"):
        yield from (f"Diagnosis: {escaped(diagnosis)}.", "")
    faults = outcome.faults
    yield from (f"* {escaped(_fault(fault))}." for fault in faults[:MOST_TOLD])
    if len(faults) > MOST_TOLD:
        yield f"* and {len(faults) - MOST_TOLD} more."
    yield ""


def _fault(fault: dict) -> str:
    told = f"{fault['test']}: {fault['sentence']}"
    if fault.get("p_value") is None:
        return told
    first = f", first at {fault['first']:,}" if fault.get("first") else ""
    return f"{told} (p = {fault['p_value']:.2g} of {fault['size']:,}{first})"


def _calls(subject: Subject) -> Iterator[str]:
    """Single calls that are wrong."""
    wrong = [answer for answer in subject.answers if not answer.is_right]
    if not wrong:
        return
    yield from (title("Single calls", "-"), "")
    for answer in wrong:
        true = " ".join(f"{number:.6g}" for number in answer.true)
        yield from (f"{escaped(answer.subject)}::", "", f"    {answer.command}", "")
        yield from (f"* it prints: {escaped(answer.seen)}", f"* true: {true}", "")


def title(text: str, line: str) -> str:
    """A heading."""
    return f"{escaped(text)}\n{line * len(escaped(text))}"


def table(rows: Iterable[Sequence[str]], widths: Sequence[int]) -> str:
    """A table whose first row are headings."""
    lines = [".. list-table::", "   :header-rows: 1"]
    lines += [f"   :widths: {' '.join(map(str, widths))}", ""]
    for row in rows:
        lines += [f"   {'*' if not i else ' '} - {cell}".rstrip() for i, cell in enumerate(row)]
    return "\n".join([*lines, ""])


def escaped(text: str) -> str:
    """Text without markup."""
    for sign in "\\*`_|":
        text = text.replace(sign, f"\\{sign}")
    return text
