"""The command run: claims are checked, one line each, and the ledger is written as they end."""

import argparse
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from stablenoise.commands.outputs import path_named
from stablenoise.data import files

from .. import evidence, registry, report
from .. import run as runs
from ..claim import Verdict
from ..evidence import Evidence, OutputError
from ..registry import one_line
from ..run import BUDGETS, Settings
from . import switches
from .saying import BadUsage, say

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
        pending = [id for name in self.names if (id := registry.id_of(name)) not in seen]
        others = report.others(self.done, self.out)
        outcome = report.Outcome(self.done, self.not_run, self.failed, pending, others)
        report.publish(outcome, self.settings, self.out)
        return outcome


def add_to(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to the parser of all."""
    parser = subparsers.add_parser("run", help="check claims and write the ledger")
    told = "names, ids or their beginnings up to a -; default: all"
    parser.add_argument("claims", metavar="CLAIM", nargs="*", help=told)
    told = f"most rows of a claim, {', '.join(BUDGETS)} or a number: it stops once decided"
    parser.add_argument(
        "--budget", type=switches.budget, default="full", help=f"{told} (default: full)"
    )
    told = "in [0, 2^64) (default: 1)"
    parser.add_argument("--seed", type=switches.integer(0, 2**64), default=1, help=told)
    told = "folder of the ledger (default: report)"
    parser.add_argument("--out", type=path_named, default=Path("report"), help=told)
    told = "processes (default: as many as cores)"
    parser.add_argument(
        "--jobs", type=switches.integer(1, 1025), default=switches.cores(), help=told
    )
    parser.set_defaults(act=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Check the claims that are meant, and write the ledger."""
    names = switches.names_of(options.claims)
    if options.out.exists() and not options.out.is_dir():
        raise BadUsage(f"--out must be a folder, got the file {options.out}")
    try:
        # Before the run: hours of work must not end at a folder that cannot be written to.
        files.check_writable(options.out)
    except OSError as error:
        raise BadUsage(f"--out: {error}") from None
    try:
        return run_claims(console, names, options)
    except KeyboardInterrupt:
        say(console, f"interrupted: finished claims are kept in {options.out}; run this again")
        return 130


def run_claims(console: Console, names: list[str], options: argparse.Namespace) -> int:
    names = _without_what_is_not_computable(console, names)
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
    not_run = [name for name in names if registry.id_of(name) in ledger.not_run]
    refused = any(not asked.isdisjoint(_words(name)) for name in not_run)
    caught = all(e.control_caught for e in ledger.done)
    return 0 if caught and not refused and not ledger.failed else 1


def _without_what_is_not_computable(console: Console, names: list[str]) -> list[str]:
    """Names of the claims that can be run; a line on each of the others."""
    others = registry.not_computable()
    for name in names:
        if name in others:
            say(console, f"{others[name].id:14} not computable, {others[name].reason}", "dim")
    return [name for name in names if name not in others]


def _one(console: Console, name: str, ledger: Ledger) -> None:
    """Add one claim to the ledger, or the line by which it failed."""
    id = registry.id_of(name)
    try:
        if why := _missing(name):
            ledger.not_run[id] = why
            say(console, f"{id}: not run, {why}", "dim")
        else:
            _check(console, name, ledger)
    except (KeyboardInterrupt, OutputError):
        raise
    except BaseException as error:  # whatever a claim does, the others are run
        ledger.failed[id] = registry.broken_claims().get(name) or one_line(error)
        say(console, f"{id:14} failed       {ledger.failed[id]}", "red")


def _words(name: str) -> tuple[str, str]:
    """The two full names of a claim."""
    return name, registry.id_of(name).lower()


def _missing(name: str) -> str:
    """Why a claim cannot be run, in one line, or an empty string."""
    try:
        return str(registry.all_claims()[name].needs() or "")
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
    known = evidence.kept(name, runs.fingerprint_of(name, settings), out)
    if known:
        return known, "kept from an earlier run"
    columns = TextColumn("{task.description:14}"), BarColumn(), MofNCompleteColumn()
    shown = console.is_terminal
    with Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True, disable=not shown
    ) as bar:
        task = bar.add_task(registry.all_claims()[name].id, total=None)
        seen = runs.check(
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
