"""The command line: list the claims, show one, run them and write the ledger."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from . import report, run
from .run import BUDGETS, LEAST, Evidence, Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code.

    0: every claim was run and every control caught, whatever the verdicts, where a claim whose
    data is not at hand counts only if it was asked for by its full name; 1: not so; 2: bad usage;
    130: interrupted, with all finished claims kept.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
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
        return _run(console, names, options)
    except KeyboardInterrupt:
        console.print(f"interrupted: finished claims are kept in {options.out}; run this again")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("paper-checks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="the claims, a line each")
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
    start.add_argument("--budget", type=_budget, default="full", help=f"{names} or a number")
    start.add_argument("--seed", type=_integer(0, 2**64), default=1, help="in [0, 2^64)")
    start.add_argument("--out", type=Path, default=Path("report"), help="folder of the ledger")
    start.add_argument("--jobs", type=_integer(1, 1025), default=_cores(), help="processes")
    return parser


def _budget(text: str) -> str | int:
    if text in BUDGETS:
        return text
    try:
        return _integer(LEAST, 10**9)(text)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}, or {', '.join(BUDGETS)}") from None


def _integer(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) < high):
            raise argparse.ArgumentTypeError(f"must be an integer in [{low}, {high}), got {text!r}")
        return int(text)

    return parse


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _list(console: Console) -> int:
    table = Table("id", "name", "statement", box=None)
    for name, claim in run.all_claims().items():
        table.add_row(claim.id, name, claim.statement)
    console.print(table)
    return 0


def _show(console: Console, names: list[str]) -> int:
    for name in names:
        claim = run.all_claims()[name]
        table = Table(
            box=None, show_header=False, title=f"{claim.id}  {name}", title_justify="left"
        )
        table.add_row("statement", claim.statement)
        table.add_row("source", claim.source)
        table.add_row("control", claim.broken)
        sizes = ", ".join(f"{name} {size(claim):,}" for name, size in BUDGETS.items())
        table.add_row("budget", f"{sizes} {claim.unit}")
        for quantity in claim.quantities:
            table.add_row("quantity", f"{quantity.label}: {quantity.rule or 'reported'}")
        console.print(table)
    return 0


def _run(console: Console, names: list[str], options: argparse.Namespace) -> int:
    settings = Settings(options.budget, options.seed, options.jobs)
    missing = {name: run.all_claims()[name].needs() for name in names}
    not_run = {run.all_claims()[name].id: why for name, why in missing.items() if why}
    evidence = [_one(console, name, settings, options.out) for name in names if not missing[name]]
    report.write(evidence, not_run, settings, options.out)
    for id, why in not_run.items():
        console.print(f"{id}: not run, {why}", style="dim", highlight=False)
    _summarise(console, evidence, options.out)
    asked = {word.lower() for word in options.claims}
    refused = asked & {word for name in missing if missing[name] for word in _words(name)}
    return 0 if not refused and all(e.control_caught for e in evidence) else 1


def _words(name: str) -> tuple[str, str]:
    """The two full names of a claim."""
    return name, run.all_claims()[name].id.lower()


def _one(console: Console, name: str, settings: Settings, out: Path) -> Evidence:
    """Evidence on one claim: kept from an earlier run, or new and written at once."""
    evidence = run.kept(name, settings, out)
    if evidence is None:
        columns = (
            TextColumn("{task.description:14}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(
            *columns, console=console, transient=True, disable=not console.is_terminal
        ) as bar:
            task = bar.add_task(run.all_claims()[name].id, total=None)
            evidence = run.check(
                name, settings, lambda done, most: bar.update(task, completed=done, total=most)
            )
        run.keep(evidence, out)
        time = f"{evidence.seconds:.1f} s"
    else:
        time = "kept from an earlier run"
    caught = "control caught" if evidence.control_caught else "CONTROL NOT CAUGHT"
    console.print(f"{evidence.id:14} {evidence.verdict:12} {caught}, {time}", highlight=False)
    return evidence


def _summarise(console: Console, evidence: list[Evidence], out: Path) -> None:
    table = Table("claim", "quantities", "deciding estimate", "of", box=None)
    for e in evidence:
        finding = report.decisive(e)
        table.add_row(e.id, report.count(e), report.interval(finding), finding.label)
    console.print(table)
    console.print(f"ledger: {out / 'index.html'}, {out / 'results.json'}", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
