"""The command report: what changed between two runs of the ledger."""

import argparse
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from stablenoise.commands.outputs import path_named

from ..comparison import Comparison, Ledger, compare, read
from .saying import BadUsage, say

STYLES = {"verdict": "red", "control": "red", "gone": "red", "estimate": "yellow"}


def add_to(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to the parser of all."""
    parser = subparsers.add_parser("report", help="what changed between two runs of the ledger")
    told = "folders of two ledgers, or their results.json: say what changed, claim by claim"
    parser.add_argument(
        "--compare", type=path_named, nargs=2, required=True, metavar=("OLD", "NEW"), help=told
    )
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    parser.set_defaults(act=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Print what changed; 1 if a verdict or a control is not what it was."""
    comparison = compare(*(_ledger(path) for path in options.compare))
    if options.json:
        print(json.dumps(_record(comparison), indent=1))
    else:
        _show(console, comparison)
    return int(bool(comparison.of_verdicts))


def _ledger(path: Path) -> Ledger:
    try:
        return read(path)
    except OSError as error:
        raise BadUsage(f"{error.filename or path} could not be read: {error.strerror}") from None
    except ValueError as error:
        raise BadUsage(str(error)) from None


def _record(comparison: Comparison) -> dict:
    return {"verdicts_changed": len(comparison.of_verdicts), **comparison.to_dict()}


def _show(console: Console, comparison: Comparison) -> None:
    if comparison.changes:
        table = Table("claim", "what", "of", "was", "is", box=None)
        for change in comparison.changes:
            cells = change.id or "(run)", change.kind, change.subject, change.old, change.new
            table.add_row(*map(Text, cells), style=STYLES.get(change.kind, ""))
        console.print(table)
    verdicts, others = len(comparison.of_verdicts), len(comparison.changes)
    others -= verdicts
    say(
        console,
        f"{verdicts} changes of verdicts and controls, {others} others; "
        f"{comparison.same} claims seen in both are as they were",
        "red" if verdicts else "green",
    )
