"""The command show: what one claim states, what it judges and how."""

import argparse

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .. import index, papers, registry
from ..claim import Claim, NotComputable, Quantity
from ..ids import old_spellings
from ..run import BUDGETS
from ..summaries import Guarantee
from .saying import say
from .switches import names_of

KINDS = {
    "arithmetic": "arithmetic: it follows by computing alone",
    "identity": "identity: only a fault of this code could contradict it; not counted",
}


def add_to(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to the parser of all."""
    parser = subparsers.add_parser("show", help="one claim: statement, source, control")
    told = "its id or name, or a file of your own"
    parser.add_argument("claims", metavar="CLAIM", nargs=1, help=told)
    parser.set_defaults(act=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Print what there is to know of each claim that is meant."""
    names = names_of(options.claims)
    for name in names:
        _show(console, name)
    return int(not registry.broken_claims().keys().isdisjoint(names))


def _show(console: Console, name: str) -> None:
    if name in registry.broken_claims():
        say(console, f"{name} is broken: {registry.broken_claims()[name]}", "red")
    elif name in registry.not_computable():
        _show_rows(console, name, _rows_of_not_computable(registry.not_computable()[name]))
    else:
        _show_rows(console, name, _rows_of(registry.all_claims()[name]))


def _show_rows(console: Console, name: str, rows: list[tuple[str, str]]) -> None:
    title = f"{registry.id_of(name)}  {name}"
    table = Table(box=None, show_header=False, title=title, title_justify="left")
    for word, text in rows:
        table.add_row(word, Text(text))
    console.print(table)


def _rows_of(claim: Claim) -> list[tuple[str, str]]:
    rows = _heading(claim)
    rows += [("kind", KINDS[claim.kind])] if claim.is_computed else []
    rows += [("against", claim.against)] * bool(claim.against)
    rows += [("control", claim.broken), ("budget", _sizes(claim))]
    rows += [("quantity", _told(quantity)) for quantity in claim.quantities]
    return rows + [("refuted by", line) for line in index.refutations(claim)]


def _rows_of_not_computable(claim: NotComputable) -> list[tuple[str, str]]:
    return [*_heading(claim), ("verdict", "not computable"), ("reason", claim.reason)]


def _heading(claim: Claim | NotComputable) -> list[tuple[str, str]]:
    """What it says, and where that is from."""
    paper = papers.paper_of(claim.id)
    rows = [("title", claim.title), ("statement", claim.statement), ("source", claim.source)]
    rows += [("paper", f"{paper.prefix}, {paper.citation or paper.name}")]
    rows += [("link", link) for link in papers.links_of(claim.source, paper)]
    aliases = ", ".join((*claim.aliases, *old_spellings(claim.id)))
    return rows + [("also called", aliases)] * bool(aliases)


def _sizes(claim: Claim) -> str:
    """How many replicates each budget asks for."""
    if claim.is_computed:
        sampled = f"it is always of {claim.full:,} {claim.unit}" if claim.full > 1 else ""
        return f"no budget: {sampled or 'it is computed, not sampled'}"
    sizes = ", ".join(f"{name} {size(claim):,}" for name, size in BUDGETS.items())
    return f"{sizes} {claim.unit}"


def _told(quantity: Quantity) -> str:
    """A quantity, what is claimed of it and how it is summarised."""
    summary = quantity.summary
    how = "computed, not sampled" if summary.guarantee is Guarantee.COMPUTED else summary.name
    return f"{quantity.label}: {quantity.rule or 'reported'} ({how})"
