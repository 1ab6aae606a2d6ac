"""The command run: claims are checked, one line each, and the ledger is written as they end."""

import argparse
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from .. import evidence, report, run
from ..claim import Verdict
from ..evidence import Evidence, OutputError
from ..run import Settings, one_line
from .saying import say

STYLES = {Verdict.CONSISTENT: "green", Verdict.CONTRADICTED: "red", Verdict.UNDECIDED: "yellow"}


@dataclass(frozen=True, slots=True)
class Ledger:
    """What has been seen so far of the claims that were asked for."""

    names: list[str]
    settings: Settings
    out: Path
    done: list[Evidence] = field(default_factory=list)
    not_run: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def write(self) -> report.Outcome:
        """Write the page and the record of what there is, and of what is missing."""
        seen = {e.id for e in self.done} | self.not_run.keys() | self.failed.keys()
        pending = [id for name in self.names if (id := run.id_of(name)) not in seen]
        others = report.others(self.done, self.out)
        outcome = report.Outcome(self.done, self.not_run, self.failed, pending, others)
        report.publish(outcome, self.settings, self.out)
        return outcome


def run_claims(console: Console, names: list[str], options: argparse.Namespace) -> int:
    ledger = Ledger(names, Settings(options.budget, options.seed, options.jobs), options.out)
    outcome = ledger.write()
    try:
        for name in names:
            _one(console, name, ledger)
            outcome = ledger.write()
    except KeyboardInterrupt:  # perhaps between the evidence and its page
        ledger.write()
        raise
    _summarise(console, ledger.out, outcome)
    asked = {word.lower() for word in options.claims}
    not_run = [name for name in names if run.id_of(name) in ledger.not_run]
    refused = any(not asked.isdisjoint(_words(name)) for name in not_run)
    caught = all(e.control_caught for e in ledger.done)
    return 0 if caught and not refused and not ledger.failed else 1


def _one(console: Console, name: str, ledger: Ledger) -> None:
    """Add one claim to the ledger, or the line by which it failed."""
    id = run.id_of(name)
    try:
        if why := _missing(name):
            ledger.not_run[id] = why
            say(console, f"{id}: not run, {why}", "dim")
        else:
            _check(console, name, ledger)
    except (KeyboardInterrupt, OutputError):
        raise
    except BaseException as error:  # whatever a claim does, the others are run
        ledger.failed[id] = run.broken_claims().get(name) or one_line(error)
        say(console, f"{id:14} failed       {ledger.failed[id]}", "red")


def _words(name: str) -> tuple[str, str]:
    """The two full names of a claim."""
    return name, run.id_of(name).lower()


def _missing(name: str) -> str:
    """Why a claim cannot be run, in one line, or an empty string."""
    try:
        return str(run.all_claims()[name].needs() or "")
    except OSError as error:  # a folder that may not be read, say
        return one_line(error)


def _check(console: Console, name: str, ledger: Ledger) -> None:
    """Add the evidence on one claim to the ledger."""
    seen, time = _evidence(console, name, ledger.settings, ledger.out)
    evidence.keep(seen, ledger.out)
    ledger.done.append(seen)
    caught = "control caught" if seen.control_caught else "CONTROL NOT CAUGHT"
    told = "".join(f", {mark}" for mark in report.marks(seen))
    say(console, f"{seen.id:14} {seen.verdict:12} {caught}, {time}{told}", _style(seen))


def _style(seen: Evidence) -> str:
    if not seen.control_caught:
        return "red"
    return "magenta" if report.is_against(seen) else STYLES[seen.verdict]


def _evidence(console: Console, name: str, settings: Settings, out: Path) -> tuple[Evidence, str]:
    """Evidence on one claim, kept from an earlier run or new, and how long it took."""
    known = evidence.kept(name, run.fingerprint_of(name, settings), out)
    if known:
        return known, "kept from an earlier run"
    columns = TextColumn("{task.description:14}"), BarColumn(), MofNCompleteColumn()
    shown = console.is_terminal
    with Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True, disable=not shown
    ) as bar:
        task = bar.add_task(run.all_claims()[name].id, total=None)
        seen = run.check(
            name, settings, lambda done, most: bar.update(task, completed=done, total=most), out
        )
    return seen, f"{seen.seconds:.1f} s"


def _summarise(console: Console, out: Path, outcome: report.Outcome) -> None:
    table = Table("claim", "quantities", "deciding estimate", "of", "contradicts", box=None)
    for e in outcome.evidence:
        finding = report.decisive(e)
        cells = report.count(e), report.interval(finding), finding.label, report.contradicted(e)
        table.add_row(e.id, *map(Text, cells))
    console.print(table)
    if outcome.others:
        say(console, f"{len(outcome.others)} more from earlier runs are on the page, too")
    say(console, report.sentence(report.together(outcome.shown)))
    say(console, f"ledger: {out / 'index.html'}, {out / 'results.json'}")
