"""The command line: its parser, and how it ends."""

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console

from stablenoise import __version__

from . import terminal
from .commands import calibrating, comparing, drafting, listing, running, showing
from .commands.saying import BadUsage
from .evidence import OutputError

COMMANDS = listing, showing, running, calibrating, comparing, drafting


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code.

    0: every claim was run and every control caught, whatever the verdicts (a claim whose data is
    not at hand counts only if it was asked for by its full name); 1: not so, or the ledger could
    not be written, a claim to be shown is broken, a calibration names one, or verdicts of two runs
    differ; 2: bad usage; 130: interrupted, with
    all finished claims kept.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    terminal.accept_any_text()
    try:
        return options.act(options, Console())
    except BadUsage as error:
        parser.error(str(error))
    except OutputError as error:
        print(f"paper-checks: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "paper-checks", description="List the claims, show one, run them and write the ledger."
    )
    parser.add_argument(
        "--version", action="version", version=f"paper-checks of stablenoise {__version__}"
    )
    subparsers = parser.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        command.add_to(subparsers)
    return parser
