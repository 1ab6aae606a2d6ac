"""Tables of documents on the ledger, from folders of runs: ``python benchmarks/ledger_table.py``.

    python benchmarks/ledger_table.py verdicts FOLDER ...   # of docs/ledger.md: every claim
    python benchmarks/ledger_table.py rows FOLDER ...       # of RESULTS.md: what was run
    python benchmarks/ledger_table.py quantities FOLDER ... # of docs/papers/quantities.csv

Of several folders the first one that has seen a claim tells its verdict.
"""

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from paper_checks import index, papers
from paper_checks.claim import Claim
from paper_checks.evidence import from_record
from paper_checks.ids import prefix_of
from paper_checks.page.deciding import decisive

MARKS = {"arithmetic": "arithmetic", "identity": "identity"}


def records(folders: list[str]) -> dict[str, dict]:
    """Evidence by id."""
    seen: dict[str, dict] = {}
    for folder in reversed(folders):
        content = json.loads((Path(folder) / "results.json").read_text(encoding="utf-8"))
        seen |= {record["id"]: record for record in content["claims"]}
    return seen


def verdicts(seen: dict[str, dict]) -> Iterator[str]:
    """A table for each paper: id, title, verdict, what marks it."""
    members = [member for _, member in index.members_in_order()]
    for paper in papers.in_order(member.id for member in members):
        yield f"\n**{paper.prefix}**, {paper.citation} (<{paper.link}>)\n"
        yield from ("| id | title | verdict | |", "|---|---|---|---|")
        for member in members:
            if prefix_of(member.id) == paper.prefix:
                title = member.title.replace("|", r"\|")
                yield f"| {member.id} | {title} | {_of_member(member, seen)} |"


def _of_member(member, seen: dict[str, dict]) -> str:
    if not isinstance(member, Claim):
        return f"not computable | {member.reason}"
    verdict = seen[member.id]["verdict"] if member.id in seen else "not run"
    against = f"*against the paper*: {member.against}" if member.against else ""
    return f"{verdict} | " + "; ".join(filter(None, (MARKS.get(member.kind), against)))


def rows(seen: dict[str, dict]) -> Iterator[str]:
    """Verdict, rows that were used, error and seconds of each claim that was run."""
    yield from ("| claim | verdict | rows used | error | s |", "|---|---|---|---|---|")
    for _, member in index.members_in_order():
        record = seen.get(member.id)
        if record and isinstance(member, Claim):
            verdict = record["verdict"] + (" (against the paper)" if member.against else "")
            is_sampled = record["kind"] == "statistical"
            used = f"{record['budget']:,} {record['unit']}" if is_sampled else "computed"
            error = f"{record['error']:.0e}" if is_sampled else "none"
            yield f"| {member.id} | {verdict} | {used} | {error} | {record['seconds']:.1f} |"


def quantities(seen: dict[str, dict]) -> Iterator[str]:
    """What was seen of every quantity, as lines of CSV; ``decides`` marks one of each claim."""
    yield _csv_line("id", "quantity", "seen", "low", "high", "claimed", "decides", "rows")
    for _, member in index.members_in_order():
        if member.id in seen:
            evidence = from_record(seen[member.id])
            deciding = decisive(evidence)
            for finding in evidence.findings:
                ends = finding.seen.value, finding.seen.low, finding.seen.high
                shown = (f"{end:.4g}" for end in ends)
                mark = "yes" if finding is deciding else ""
                yield _csv_line(
                    member.id, finding.label, *shown, finding.rule, mark, evidence.budget
                )


def _csv_line(*cells: object) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


if __name__ == "__main__":
    table = {"verdicts": verdicts, "rows": rows, "quantities": quantities}[sys.argv[1]]
    print("\n".join(table(records(sys.argv[2:]))))
