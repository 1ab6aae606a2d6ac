"""The command list: the claims and what they state."""

import argparse

from rich.console import Console

from .. import registry, terminal
from .saying import say


def add_to(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to the parser of all."""
    parser = subparsers.add_parser("list", help="the claims and what they state")
    parser.set_defaults(act=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Print a line for each claim."""
    rows = [(c.id, name, c.statement) for name, c in registry.all_claims().items()]
    for name, claim in registry.not_computable().items():
        rows.append((claim.id, name, f"not computable, {claim.reason}: {claim.statement}"))
    rows += [("", name, f"broken: {why}") for name, why in registry.broken_claims().items()]
    lengths = [max(len(row[column]) for row in rows) for column in range(2)]
    width = terminal.width_of(console)
    for id, name, text in rows:
        head = f"{id:{lengths[0]}}  {name:{lengths[1]}}"
        for line in terminal.entry(head, text, width, console.encoding):
            say(console, line)
    return 0
