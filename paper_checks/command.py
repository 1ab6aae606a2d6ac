"""The command line: list the claims, show one, run them and write the ledger."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from stablenoise.commands.outputs import path_named
from stablenoise.data import files

from . import run, terminal
from .commands import listing, running
from .commands.saying import say
from .evidence import OutputError
from .run import BUDGETS, MIN_REPLICATES


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
        return listing.list_claims(console)
    if options.command == "show":
        return listing.show(console, names)
    if options.out.exists() and not options.out.is_dir():
        parser.error(f"--out must be a folder, got the file {options.out}")
    try:
        # Before the run: hours of work must not end at a folder that cannot be written to.
        files.check_writable(options.out)
    except OSError as error:
        parser.error(f"--out: {error}")
    try:
        return running.run_claims(console, names, options)
    except KeyboardInterrupt:
        say(console, f"interrupted: finished claims are kept in {options.out}; run this again")
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
