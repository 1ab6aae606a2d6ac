"""The ledger as files: results.json for programs, index.html for people."""

import json
import platform
import subprocess
from pathlib import Path
from typing import Any

from . import index, registry
from .evidence import SCHEMA, Evidence, finished, to_record, write
from .page import levels
from .page.deciding import decisive
from .page.levels import family_size, together
from .page.outcomes import Outcome
from .page.rendering import page
from .page.texts import contradicted, count, interval, is_against, marks, sentence
from .run import DELTA, Settings, is_current
from .stamps import code_stamp, versions

__all__ = [
    "Outcome",
    "commit",
    "contradicted",
    "count",
    "decisive",
    "interval",
    "is_known",
    "is_against",
    "marks",
    "not_looked_at",
    "others",
    "page",
    "publish",
    "sentence",
    "stale_in",
    "together",
]


def others(evidence: list[Evidence], out: Path) -> list[Evidence]:
    """What lies in the folder on claims that are not among ``evidence``, one of each id."""
    by_id = {e.id: e for e in sorted(finished(out), key=lambda e: e.name in registry.all_claims())}
    known = {e.id for e in evidence}
    return [e for id, e in by_id.items() if id not in known]


def publish(outcome: Outcome, settings: Settings, out: Path) -> dict[str, Any]:
    """Write the ledger.

    Parameters
    ----------
    outcome : Outcome
        What was seen, and what was not.
    settings : Settings
        What this run was asked for.
    out : Path
        Folder that gets ``results.json``, ``index.html`` and ``index.json``.

    Returns
    -------
    dict
        What ``results.json`` holds.

    Raises
    ------
    OutputError
        If one cannot be written.

    """
    stale, unseen = stale_in(outcome), not_looked_at(outcome)
    adjusted = levels.adjusted(outcome.standing([*stale, *unseen]))
    results = {
        "schema": SCHEMA,
        "budget": settings.budget,
        "seed": settings.seed,
        "versions": versions(),
        "host": {"name": platform.node(), "system": platform.platform()},
        "peak_memory": max((e.peak_memory for e in outcome.shown), default=0),
        "commit": commit(),
        "code": code_stamp(),
        "checked": outcome.progress,
        "claims": [to_record(e) for e in outcome.shown],
        "of_earlier_runs": [e.id for e in outcome.others],
        "of_an_earlier_version": stale,
        "not_looked_at": unseen,
        "family": {
            "method": "Holm",
            "size": family_size(),
            "error_of_a_claim": DELTA,
            "adjusted": adjusted,
        },
        "not_run": outcome.not_run,
        "not_computable": {each.id: each.reason for each in registry.not_computable().values()},
        "failed": outcome.failed,
        "pending": outcome.pending,
    }
    write(out / "results.json", json.dumps(results, indent=1, allow_nan=False) + "\n")
    write(out / "index.html", page(outcome, results))
    told = [e for e in outcome.shown if e.id not in outcome.failed]
    index.write(out, told, outcome.not_run | outcome.failed, [*stale, *unseen])
    return results


def stale_in(outcome: Outcome) -> list[str]:
    """Ids of the evidence that an earlier version of the code, its libraries or the data gave."""
    return [e.id for e in outcome.others if is_known(e) and not is_current(e)]


def not_looked_at(outcome: Outcome) -> list[str]:
    """Ids of the evidence on claims that this run does not know, as of a file not asked for."""
    return [e.id for e in outcome.others if not is_known(e)]


def is_known(seen: Evidence) -> bool:
    """Whether there is a claim of this name, be it a broken one: whether its code is at hand."""
    known = registry.all_claims(), registry.broken_claims(), registry.not_computable()
    return any(seen.name in names for names in known)


def commit(here: Path | None = None) -> str | None:
    """Commit of the checkout with this very code, "+" if uncommitted; None where there is none."""
    for root in (here or Path.cwd(), Path(__file__).parents[1]):
        # An installed package may lie within a repository of something else.
        if code_stamp(root) == code_stamp() and _git(root, "ls-files", "paper_checks/run.py"):
            changed = _git(root, "status", "--porcelain", "*.py")
            return _git(root, "rev-parse", "HEAD") + ("+" if changed else "")
    return None


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", "-C", root, *words], capture_output=True, text=True)
    except FileNotFoundError:  # no git here
        return ""
    return done.stdout.strip()
