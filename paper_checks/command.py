"""The command line: list the claims, show one, run them and write the ledger."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from stablenoise.commands.outputs import path_named
from stablenoise.data import files

from . import evidence, report, run, terminal
from .claim import Claim, Quantity, Verdict
from .evidence import Evidence, OutputError
from .run import BUDGETS, MIN_REPLICATES, Settings, one_line
from .summaries import Guarantee

STYLES = {Verdict.CONSISTENT: "green", Verdict.CONTRADICTED: "red", Verdict.UNDECIDED: "yellow"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code.

    0: every claim was run and every control caught, whatever the verdicts (a claim whose data is
    not at hand counts only if it was asked for by its full name); 1: not so, or the ledger could
    not be written, or a claim to be shown is broken; 2: bad usage; 130: interrupted, with
    all finished claims kept.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    terminal.accept_any_text()
    console = Console()
    try:
        names = run.chosen(getattr(options, "claims", []))
    except ValueError as error:
        parser.error(str(error))
    if options.command == "list":
        return _list(console)
    if options.command == "show":
        return _show(console, names)
    if options.out.exists() and not options.out.is_dir():
        parser.error(f"--out must be a folder, got the file {options.out}")
    try:
        # Before the run: hours of work must not end at a folder that cannot be written to.
        files.check_writable(options.out)
    except OSError as error:
        parser.error(f"--out: {error}")
    try:
        return _run(console, names, options)
    except KeyboardInterrupt:
        _say(console, f"interrupted: finished claims are kept in {options.out}; run this again")
        return 130
    except OutputError as error:
        print(f"paper-checks: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("paper-checks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="the claims and what they state")
    show = commands.add_parser("show", help="one claim: statement, source, control")
    show.add_argument("claims", metavar="CLAIM", nargs=1)
    start = commands.add_parser("run", help="check claims and write the ledger")
    start.add_argument(
        "claims",
        metavar="CLAIM",
        nargs="*",
        help="names, ids or their beginnings up to a -; default: all",
    )
    names = ", ".join(BUDGETS)
    start.add_argument(
        "--budget",
        type=_budget,
        default="full",
        help=f"most rows of a claim, {names} or a number: it stops once decided (default: full)",
    )
    start.add_argument(
        "--seed", type=_integer(0, 2**64), default=1, help="in [0, 2^64) (default: 1)"
    )
    start.add_argument(
        "--out",
        type=path_named,
        default=Path("report"),
        help="folder of the ledger (default: report)",
    )
    start.add_argument(
        "--jobs",
        type=_integer(1, 1025),
        default=_cores(),
        help="processes (default: as many as cores)",
    )
    return parser


def _budget(text: str) -> str | int:
    if text in BUDGETS:
        return text
    try:
        return _integer(MIN_REPLICATES, 10**9)(text)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}, or {', '.join(BUDGETS)}") from None


def _integer(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        # ``int`` alone takes signs, spaces, underscores and the digits of other scripts.
        if not (text.isascii() and text.isdigit() and low <= int(text) < high):
            raise argparse.ArgumentTypeError(f"must be an integer in [{low}, {high}), got {text!r}")
        return int(text)

    return parse


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _list(console: Console) -> int:
    rows = [(c.id, name, c.statement) for name, c in run.all_claims().items()]
    rows += [("", name, f"broken: {why}") for name, why in run.broken_claims().items()]
    lengths = [max(len(row[column]) for row in rows) for column in range(2)]
    width = terminal.width_of(console)
    for id, name, text in rows:
        head = f"{id:{lengths[0]}}  {name:{lengths[1]}}"
        for line in terminal.entry(head, text, width, console.encoding):
            _say(console, line)
    return 0


def _show(console: Console, names: list[str]) -> int:
    for name in names:
        if name in run.broken_claims():
            _say(console, f"{name} is broken: {run.broken_claims()[name]}", "red")
        else:
            _show_claim(console, name, run.all_claims()[name])
    return int(not run.broken_claims().keys().isdisjoint(names))


def _show_claim(console: Console, name: str, claim: Claim) -> None:
    title = f"{claim.id}  {name}"
    table = Table(box=None, show_header=False, title=title, title_justify="left")
    rows = [("statement", claim.statement), ("source", claim.source)]
    rows += [("against", claim.against)] * bool(claim.against)
    rows += [("control", claim.broken), ("budget", _sizes(claim))]
    rows += [("quantity", _told(quantity)) for quantity in claim.quantities]
    for word, text in rows:
        table.add_row(word, Text(text))
    console.print(table)


def _sizes(claim: Claim) -> str:
    """How many replicates each budget asks for."""
    if claim.kind == "arithmetic":
        sampled = f"it is always of {claim.full:,} {claim.unit}" if claim.full > 1 else ""
        return f"no budget: {sampled or 'it is computed, not sampled'}"
    sizes = ", ".join(f"{name} {size(claim):,}" for name, size in BUDGETS.items())
    return f"{sizes} {claim.unit}"


def _told(quantity: Quantity) -> str:
    """A quantity, what is claimed of it and how it is summarised."""
    summary = quantity.summary
    how = "computed, not sampled" if summary.guarantee is Guarantee.COMPUTED else summary.name
    return f"{quantity.label}: {quantity.rule or 'reported'} ({how})"


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


def _run(console: Console, names: list[str], options: argparse.Namespace) -> int:
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
            _say(console, f"{id}: not run, {why}", "dim")
        else:
            _check(console, name, ledger)
    except (KeyboardInterrupt, OutputError):
        raise
    except BaseException as error:  # whatever a claim does, the others are run
        ledger.failed[id] = run.broken_claims().get(name) or one_line(error)
        _say(console, f"{id:14} failed       {ledger.failed[id]}", "red")


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
    _say(console, f"{seen.id:14} {seen.verdict:12} {caught}, {time}{told}", _style(seen))


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


def _say(console: Console, text: str, style: str = "") -> None:
    """Print one line as it is, however long."""
    console.print(Text(text, style), soft_wrap=True)


def _summarise(console: Console, out: Path, outcome: report.Outcome) -> None:
    table = Table("claim", "quantities", "deciding estimate", "of", "contradicts", box=None)
    for e in outcome.evidence:
        finding = report.decisive(e)
        cells = report.count(e), report.interval(finding), finding.label, report.contradicted(e)
        table.add_row(e.id, *map(Text, cells))
    console.print(table)
    if outcome.others:
        _say(console, f"{len(outcome.others)} more from earlier runs are on the page, too")
    _say(console, report.sentence(report.together(outcome.shown)))
    _say(console, f"ledger: {out / 'index.html'}, {out / 'results.json'}")
