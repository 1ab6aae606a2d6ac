"""The list of all claims for programs: ``index.json``, as ``index.schema.json`` describes it."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib import import_module
from math import isfinite
from pathlib import Path
from typing import Any

from . import evidence, papers, registry
from .claim import Claim, NotComputable, Quantity
from .evidence import Evidence
from .ids import old_spellings, order, prefix_of
from .rules import refuted_by
from .run import BUDGETS, is_current

SCHEMA = 1
NOT_COMPUTABLE = "not computable"
SCHEMA_FILE = Path(__file__).with_name("index.schema.json")
NAME = "index.json"


def of_claims(
    seen: Iterable[Evidence] = (),
    reasons: Mapping[str, str] | None = None,
    stale: Iterable[str] = (),
    paper: str = "",
) -> dict[str, Any]:
    """What ``index.json`` holds.

    Parameters
    ----------
    seen : iterable of Evidence, optional
        What is known of some claims.
    reasons : mapping of str, optional
        Why there is no verdict on others, by id; what is stale of them is not told.
    stale : iterable of str, optional
        Ids of the evidence that an earlier version of the code, its libraries or the data gave.
    paper : str, optional
        Prefix of the only paper that is listed; by default all are.

    Returns
    -------
    dict
        Of JSON values.

    Examples
    --------
    >>> index = of_claims(paper="P4")
    >>> index["counts"]["can_be_contradicted"], index["claims"][0]["id"]
    (4, 'P4-1')

    """
    by_id, reasons, stale = {e.id: e for e in seen}, reasons or {}, set(stale)
    members = [(name, member) for name, member in members_in_order() if _is_of(member, paper)]
    entries = [_entry(name, member) for name, member in members]
    for each in entries:
        each |= _outcome(each, by_id.get(each["id"]), reasons, stale)
    shown = papers.in_order(each["id"] for each in entries)
    return {
        "schema": SCHEMA,
        "version": import_module("stablenoise").__version__,
        "counts": counts(member for _, member in members),
        "papers": [_paper(each, entries) for each in shown],
        "claims": entries,
        "broken": {} if paper else registry.broken_claims(),
    }


def members_in_order() -> list[tuple[str, Claim | NotComputable]]:
    """All that is listed, with names, by paper and then by number."""
    members = registry.all_claims() | registry.not_computable()
    places = [each.prefix for each in papers.in_order(member.id for member in members.values())]

    def key(item: tuple[str, Claim | NotComputable]) -> tuple[int, list[str | int]]:
        id = item[1].id
        return places.index(prefix_of(id)), order(id)

    return sorted(members.items(), key=key)


def counts(members: Iterable[Claim | NotComputable]) -> dict[str, int]:
    """How many there are of each kind.

    Parameters
    ----------
    members : iterable of Claim or NotComputable

    Returns
    -------
    dict of int

    Examples
    --------
    >>> counts([])
    {'listed': 0, 'can_be_contradicted': 0, 'identities': 0, 'not_computable': 0}

    """
    kinds = Counter(kind_of(member) for member in members)
    others = {"identities": kinds["identity"], "not_computable": kinds[NOT_COMPUTABLE]}
    listed = kinds.total()
    counted = listed - sum(others.values())
    return {"listed": listed, "can_be_contradicted": counted} | others


def kind_of(member: Claim | NotComputable) -> str:
    """Kind of a claim, or "not computable"."""
    return member.kind if isinstance(member, Claim) else NOT_COMPUTABLE


def write(
    out: Path, seen: Iterable[Evidence], reasons: Mapping[str, str], stale: Iterable[str]
) -> None:
    """Write ``index.json`` into the folder of a ledger, or raise OutputError."""
    evidence.write(out / NAME, text_of(of_claims(seen, reasons, stale)))


def of_folder(out: Path, paper: str = "") -> dict[str, Any]:
    """The index with the verdicts that a folder of a ledger has."""
    seen = evidence.finished(out)
    return of_claims(seen, stale=[e.id for e in seen if not is_current(e)], paper=paper)


def text_of(index: dict[str, Any]) -> str:
    """As it is written: in ASCII, whatever reads it or prints it."""
    return json.dumps(index, indent=1, allow_nan=False) + "\n"


def refutations(claim: Claim) -> list[str]:
    """What would contradict a claim, a line for each quantity that is judged.

    Parameters
    ----------
    claim : Claim

    Returns
    -------
    list of str

    Examples
    --------
    >>> for line in refutations(registry.all_claims()["zhou_mnist_row"])[:1]:
    ...     print(line)
    printed limit, rounded up, less the least that follows: a number above 0

    """
    judged = [(q, q.rule, q.summary) for q in claim.quantities if q.rule]
    return [
        f"{q.label}: {refuted_by((rule.low, rule.high), how.guarantee, how.name, claim.unit)}"
        for q, rule, how in judged
    ]


def _is_of(member: Claim | NotComputable, paper: str) -> bool:
    return not paper or prefix_of(member.id) == paper


def _paper(paper: papers.Paper, entries: list[dict[str, Any]]) -> dict[str, Any]:
    ids = [each["id"] for each in entries if each["paper"] == paper.prefix]
    told = {"prefix": paper.prefix, "name": paper.name, "citation": paper.citation}
    return told | {"link": paper.link, "claims": ids}


def _entry(name: str, member: Claim | NotComputable) -> dict[str, Any]:
    """What is said of a claim before it is run."""
    paper = papers.paper_of(member.id)
    said = {
        "id": member.id,
        "name": name,
        "aliases": [*member.aliases, *old_spellings(member.id)],
        "title": member.title,
        "paper": paper.prefix,
        "statement": member.statement,
        "source": member.source,
        "links": papers.links_of(member.source, paper),
        "kind": kind_of(member),
        "shipped_by": registry.place_of(name).distribution,
    }
    return said | (_computing(member) if isinstance(member, Claim) else _NOTHING)


_NOTHING: dict[str, Any] = {
    "can_be_contradicted": False,
    "against": "",
    "control": "",
    "unit": "",
    "budgets": {},
    "quantities": [],
    "refuted_by": [],
    "deciding": "",
}


def _computing(claim: Claim) -> dict[str, Any]:
    """What is computed for a claim, and what would contradict it."""
    sizes = {name: claim.full if claim.is_computed else n(claim) for name, n in BUDGETS.items()}
    return {
        "can_be_contradicted": claim.kind != "identity",
        "against": claim.against,
        "control": claim.broken,
        "unit": claim.unit,
        "budgets": sizes,
        "quantities": [_quantity(each) for each in claim.quantities],
        "refuted_by": refutations(claim),
        "deciding": claim.deciding,
    }


def _quantity(quantity: Quantity) -> dict[str, Any]:
    rule = quantity.rule
    ends = [end if isfinite(end) else None for end in (rule.low, rule.high)] if rule else None
    return {
        "label": quantity.label,
        "rule": str(rule) if rule else None,
        "region": ends,
        "summary": quantity.summary.name,
        "guarantee": quantity.summary.guarantee.value,
    }


def _outcome(
    entry: dict[str, Any], seen: Evidence | None, reasons: Mapping[str, str], stale: set[str]
) -> dict[str, Any]:
    """Verdict on a claim if there is one, or else the reason why not."""
    id, name = entry["id"], entry["name"]
    if entry["kind"] == NOT_COMPUTABLE:
        return _said(NOT_COMPUTABLE, reason=registry.not_computable()[name].reason)
    reason = reasons.get(id) or None
    if seen is None or (reason and id in stale):
        return _said(reason=reason)
    return _said(str(seen.verdict), seen.control_caught, id not in stale, reason)


def _said(
    verdict: str | None = None,
    caught: bool | None = None,
    current: bool | None = None,
    reason: str | None = None,
) -> dict[str, Any]:
    return {"verdict": verdict, "control_caught": caught, "is_current": current, "reason": reason}
