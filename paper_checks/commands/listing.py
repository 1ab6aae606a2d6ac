"""The commands list and show: the claims, what they state and what they judge."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .. import run, terminal
from ..claim import Claim, Quantity
from ..run import BUDGETS
from ..summaries import Guarantee
from .saying import say


def list_claims(console: Console) -> int:
    rows = [(c.id, name, c.statement) for name, c in run.all_claims().items()]
    rows += [("", name, f"broken: {why}") for name, why in run.broken_claims().items()]
    lengths = [max(len(row[column]) for row in rows) for column in range(2)]
    width = terminal.width_of(console)
    for id, name, text in rows:
        head = f"{id:{lengths[0]}}  {name:{lengths[1]}}"
        for line in terminal.entry(head, text, width, console.encoding):
            say(console, line)
    return 0


def show(console: Console, names: list[str]) -> int:
    for name in names:
        if name in run.broken_claims():
            say(console, f"{name} is broken: {run.broken_claims()[name]}", "red")
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
