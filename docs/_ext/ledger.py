"""The ledger in the pages: ``.. ledger:: P1`` is a paper's table, ``:claim:`P1-5``` a link into it.

A table joins three things, each from its one place: the claims of the registry (id, title,
statement, kind, what it is against; nothing is run), the verdicts in the table of
``docs/ledger.md``, and what was seen of each quantity in ``docs/papers/quantities.csv``.  A claim
without a verdict there is shown as not in the last full run.  A paper or a claim that is not
known is a warning, and so fails the build.

Everything above ``class Ledger`` is pure, and ``tests/test_ledger_pages.py`` asks it.
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.roles import XRefRole
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_id

from paper_checks import index, papers
from paper_checks.claim import Claim, NotComputable
from paper_checks.ids import SCHEME, prefix_of

NOT_RUN = "not in the last full run"
ROW = re.compile(rf"\| (?P<id>{SCHEME}) \| (?P<title>.+?) \| (?P<verdict>[^|]+?) \|.*\|$")
MARKED = re.compile(r"<!-- TABLE -->\n(.*?)<!-- end -->", re.DOTALL)
KINDS = {
    "statistical": "",
    "arithmetic": "computed: no chance enters",
    "identity": "identity: only a fault of this code could contradict it",
    index.NOT_COMPUTABLE: "",
}


class Seen(NamedTuple):
    """What was seen of a quantity, and what the claim has."""

    quantity: str
    value: str
    low: str
    high: str
    claimed: str
    decides: bool

    @property
    def text(self) -> str:
        """One line: quantity, estimate with its interval, and the rule."""
        is_exact = self.low == self.value == self.high
        low, high = (end if "inf" not in end else "no end" for end in (self.low, self.high))
        ends = "" if is_exact else f" [{low}, {high}]"
        rule = f"; claimed {self.claimed}" if self.claimed else "; reported"
        return f"{self.quantity}: {self.value}{ends}{rule}"


class Row(NamedTuple):
    """One claim as its table shows it."""

    id: str
    title: str
    verdict: str
    kind: str
    against: str
    reason: str
    statement: str
    source: str
    seen: tuple[Seen, ...]


def verdicts(text: str) -> dict[str, str]:
    """Verdicts of ``docs/ledger.md`` by id, with the date where it gives one."""
    table = MARKED.search(text)
    lines = table.group(1).splitlines() if table else []
    rows = (ROW.match(line.replace(r"\|", "/")) for line in lines)
    return {row["id"]: row["verdict"] for row in rows if row}


def quantities(text: str) -> dict[str, tuple[Seen, ...]]:
    """What was seen, by id, from CSV as ``benchmarks/ledger_table.py quantities`` prints it."""
    seen: dict[str, tuple[Seen, ...]] = {}
    for line in csv.DictReader(text.splitlines()):
        ends = line["seen"], line["low"], line["high"]
        each = Seen(line["quantity"], *ends, line["claimed"], line["decides"] == "yes")
        seen[line["id"]] = (*seen.get(line["id"], ()), each)
    return seen


def members() -> list[Claim | NotComputable]:
    """All claims of this package in their order; those of other packages are not documented."""
    listed = index.members_in_order()
    return [member for name, member in listed if not _distribution(name)]


def _distribution(name: str) -> str:
    return index.registry.place_of(name).distribution


def rows(prefix: str, folder: Path) -> list[Row]:
    """Rows of the table of a paper; none if there is no such paper."""
    found = verdicts((folder / "ledger.md").read_text(encoding="utf-8"))
    seen = quantities((folder / "papers" / "quantities.csv").read_text(encoding="utf-8"))
    of_paper = [member for member in members() if prefix_of(member.id) == prefix]
    return [_row(member, found, seen.get(member.id, ())) for member in of_paper]


def _row(member: Claim | NotComputable, found: dict[str, str], seen: tuple[Seen, ...]) -> Row:
    is_claim = isinstance(member, Claim)
    return Row(
        member.id,
        member.title,
        found.get(member.id, NOT_RUN if is_claim else index.NOT_COMPUTABLE),
        KINDS[index.kind_of(member)],
        getattr(member, "against", ""),
        getattr(member, "reason", ""),
        member.statement,
        member.source,
        seen,
    )


def prefixes_shown(text: str) -> list[str]:
    """Papers whose tables a page has."""
    return re.findall(r"^\.\. ledger:: +(\S+)", text, re.MULTILINE)


def claims_named(text: str) -> list[str]:
    """Ids that a page links to, by the role in reStructuredText or in Markdown."""
    return re.findall(r"(?::claim:|\{claim\})`([^`<>]+)`", text)


def counts(rows: list[Row]) -> str:
    """How many of each verdict, in words."""
    kinds = [row.verdict.partition(",")[0] for row in rows]
    numbers = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    against = sum(bool(row.against) for row in rows)
    parts = [f"{number} {kind}" for kind, number in numbers.items()]
    said = f"; {against} of the statements are against the paper" if against else ""
    return ", ".join(parts) + said


def prefix_lines() -> Iterator[tuple[str, str]]:
    """Prefixes of ids, and what each stands for, in the order of the list."""
    for paper in papers.in_order(member.id for member in members()):
        yield paper.prefix, paper.citation


class Ledger(SphinxDirective):
    """``.. ledger:: P1``: the claims of a paper, their verdicts, and what was seen."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Nodes of the table."""
        prefix = self.arguments[0]
        folder = Path(self.env.srcdir)
        for name in ("ledger.md", "papers/quantities.csv"):
            self.env.note_dependency(str(folder / name))
        found = rows(prefix, folder)
        if not found:
            known = ", ".join(prefix for prefix, _ in prefix_lines())
            message = f"paper must be one of {known}, got {prefix}"
            return [self.state.document.reporter.warning(message, line=self.lineno)]
        paper = papers.PAPERS[prefix]
        said = nodes.paragraph("", f"{counts(found)}. ")
        if paper.link:
            said += nodes.reference("", paper.citation, refuri=paper.link)
        return [said, self._table(found)]

    def _table(self, found: list[Row]) -> nodes.table:
        table, group = nodes.table(classes=["ledger"]), nodes.tgroup(cols=3)
        group += [nodes.colspec(colwidth=width) for width in (14, 58, 28)]
        heads = nodes.row("", *(_entry(_text(word)) for word in ("id", "claim", "verdict")))
        group += nodes.thead("", heads)
        group += nodes.tbody("", *(self._line(row) for row in found))
        table += group
        return table

    def _line(self, row: Row) -> nodes.row:
        target = make_id(self.env, self.state.document, "claim", row.id)
        line = nodes.row(ids=[target], classes=["claim"])
        self.state.document.note_explicit_target(line)
        self.env.domains["std"].note_object("claimid", row.id, target, location=line)
        link = nodes.reference("", row.id, refuri=f"#{target}", classes=["claim-id"])
        line += _entry(nodes.paragraph("", "", link))
        line += [_entry(*_claim_cell(row)), _entry(*_verdict_cell(row))]
        return line


def _claim_cell(row: Row) -> list[nodes.Node]:
    cell: list[nodes.Node] = [_text(row.title, "claim-title")]
    if row.against:
        cell.append(_text(f"Against the paper: {row.against}.", "claim-against"))
    if row.reason:
        cell.append(_text(f"Why not: {row.reason}.", "claim-reason"))
    cell += [_raw(f"<details><summary>What {row.id} says</summary>"), _text(row.statement)]
    cell.append(_text(f"Source: {row.source}.", "claim-source"))
    if row.seen:
        lines = [nodes.list_item("", _text(each.text)) for each in row.seen]
        cell += [_text("Seen:"), nodes.bullet_list("", *lines)]
    return [*cell, _raw("</details>")]


def _verdict_cell(row: Row) -> list[nodes.Node]:
    kind = row.verdict.partition(",")[0].replace(" ", "-")
    cell = [_text(row.verdict, "verdict", f"verdict-{kind}")]
    cell += [_text(row.kind, "claim-kind")] if row.kind else []
    return cell + [_text(each.text, "claim-seen") for each in row.seen if each.decides]


def _text(text: str, *classes: str) -> nodes.paragraph:
    return nodes.paragraph("", text, classes=list(classes))


def _raw(html: str) -> nodes.raw:
    return nodes.raw("", html, format="html")


def _entry(*children: nodes.Node) -> nodes.entry:
    return nodes.entry("", *children)


class Prefixes(SphinxDirective):
    """``.. ledger-prefixes::``: what each prefix of an id stands for."""

    def run(self) -> list[nodes.Node]:
        """Nodes of a list."""
        items = []
        for prefix, citation in prefix_lines():
            said = nodes.paragraph("", "", nodes.literal("", prefix), nodes.Text(f" {citation}"))
            items.append(nodes.list_item("", said))
        return [nodes.bullet_list("", *items)]


def setup(app: Sphinx) -> dict[str, bool | str]:
    """Register directives and role."""
    app.add_directive("ledger", Ledger)
    app.add_directive("ledger-prefixes", Prefixes)
    app.add_object_type("claimid", "claim")
    role = XRefRole(warn_dangling=True, innernodeclass=nodes.inline)
    app.add_role_to_domain("std", "claim", role, override=True)
    app.add_css_file("ledger.css")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
