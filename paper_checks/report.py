"""The ledger as files: results.json for programs, index.html for people."""

import json
import platform
import subprocess
from dataclasses import dataclass, field
from functools import cache
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import Any

import jinja2
import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stablenoise.results import Result

from . import family, registry
from .claim import COMPUTED, Finding, Verdict
from .evidence import SCHEMA, Evidence, code_stamp, finished, to_record, versions, write
from .ids import order
from .page.deciding import decisive
from .page.texts import (
    again,
    amount,
    count,
    interval,
    is_against,
    marks,
    power,
    sentence,
    short,
)
from .page.texts import (
    contradicted as contradicted,
)
from .run import DELTA, Settings, is_current
from .summaries import Guarantee

COLOURS = {
    Verdict.CONSISTENT: "#1b7f4b",
    Verdict.CONTRADICTED: "#b3261e",
    Verdict.UNDECIDED: "#8a6d00",
}
AGAINST = "#6a3fa0"  # of a consistent statement that is against a paper
CONTROL, REGION = "#9a9a9a", "#1b7f4b"


@dataclass(frozen=True, slots=True, repr=False)
class Outcome(Result):
    """What there is of the claims that were asked for, and of others in the same folder.

    Parameters
    ----------
    evidence : list of Evidence
        Evidence on the claims that were asked for.
    not_run, failed : dict of str
        Reasons by id.
    pending : list of str
        Ids of what was asked for and has not been seen yet.
    others : list of Evidence, optional
        Evidence of earlier runs, on claims that are not among ``evidence``.

    """

    evidence: list[Evidence]
    not_run: dict[str, str]
    failed: dict[str, str]
    pending: list[str]
    others: list[Evidence] = field(default_factory=list)

    def _summary(self) -> str:
        undone = f"{len(self.not_run)} not run, {len(self.failed)} failed"
        return f"{self.progress} claims checked, {undone}, {len(self.others)} of earlier runs"

    @property
    def shown(self) -> list[Evidence]:
        """All evidence, in the order of the ids."""
        return sorted([*self.evidence, *self.others], key=lambda e: order(e.id))

    @property
    def progress(self) -> str:
        """How many claims have been checked, such as "7 of 42"."""
        others = len(self.not_run) + len(self.failed) + len(self.pending)
        return f"{len(self.evidence)} of {len(self.evidence) + others}"


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
        Folder that gets ``results.json`` and ``index.html``.

    Returns
    -------
    dict
        What ``results.json`` holds.

    Raises
    ------
    OutputError
        If one cannot be written.

    """
    adjusted = family.adjusted(outcome.shown, family_size())
    results = {
        "schema": SCHEMA,
        "budget": settings.budget,
        "seed": settings.seed,
        "versions": versions(),
        "host": {"name": platform.node(), "system": platform.platform()},
        "commit": commit(),
        "code": code_stamp(),
        "checked": outcome.progress,
        "claims": [to_record(e) for e in outcome.shown],
        "of_earlier_runs": [e.id for e in outcome.others],
        "of_an_earlier_version": [e.id for e in outcome.others if not is_current(e)],
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
    return results


def page(outcome: Outcome, results: dict[str, Any]) -> str:
    """One self-contained HTML page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {f.__name__: f for f in (interval, power, short, sentence)}
    functions = (decisive, count, again, amount, marks, figure, together, is_against)
    return environment.get_template("report.html").render(
        outcome=outcome, results=results, **{f.__name__: f for f in functions}
    )


def together(evidence: list[Evidence]) -> str:
    """The level of the whole ledger, in a sentence."""
    adjusted = family.adjusted(evidence, family_size())
    computed = sum(e.kind in COMPUTED for e in evidence)
    if evidence and computed == len(evidence):
        return "arithmetic only: no probability enters"
    if not adjusted:
        return "no verdict of the family is decided"
    nominal = [e.id for e in evidence if e.id in adjusted and family.is_nominal(e)]
    text = f"{_verdicts(len(adjusted), computed)} right, but for a probability of at most "
    text += f"{short(max(adjusted.values()))} (Holm, of {family_size()} sampled claims)"
    return text + (f"; nominal only: {', '.join(nominal)}" if nominal else "")


def family_size() -> int:
    """Number of claims of the ledger that are sampled, run or not."""
    return sum(not claim.is_computed for claim in registry.all_claims().values())


def _verdicts(sampled: int, computed: int) -> str:
    """Subject and verb of a sentence on the verdicts of the family."""
    others = f" ({computed} {'is' if computed == 1 else 'are'} arithmetic)"
    which = f" that {'rest' if sampled > 1 else 'rests'} on samples{others}" if computed else ""
    if sampled == 1:
        return f"the verdict{which} is"
    return f"{'both' if sampled == 2 else f'all {sampled}'} verdicts{which} are"


@cache
def figure(evidence: Evidence) -> str:
    """SVG of the judged findings: interval, the rule's region, and the control in grey."""
    pairs = zip(evidence.findings, evidence.control, strict=True)
    rows = [(finding, control) for finding, control in pairs if finding.verdict]
    # A salt, and no date below: the same evidence is drawn in the same bytes.
    style: Any = {"svg.hashsalt": evidence.name, "svg.fonttype": "none", "font.size": 8}
    with matplotlib.rc_context(style):
        sheet = Figure(figsize=(7.2, 0.7 + 0.2 * len(rows)), layout="constrained")
        axes = sheet.add_subplot()
        axes.set_xlim(*limits(rows))
        for y, row in enumerate(rows):
            _draw(axes, y, row, is_against(evidence))
        axes.set_yticks(range(len(rows)), [finding.label for finding, _ in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
        text = StringIO()
        sheet.savefig(text, format="svg", metadata={"Date": None}, transparent=True)
    svg = text.getvalue()
    return svg[svg.index("<svg") :]


def limits(rows: list[tuple[Finding, Finding]]) -> tuple[float, float]:
    """Ends of the axis: all that is finite of what is drawn, and a little more."""
    drawn: list[float] = []
    for finding, control in rows:
        drawn += finding.region
        drawn += [x for f in (finding, control) for x in (f.seen.value, f.seen.low, f.seen.high)]
    finite = [x for x in drawn if isfinite(x)]
    low, high = min(finite), max(finite)
    margin = 0.05 * (high - low) or max(abs(low), 1.0)
    return low - margin, high + margin


def _draw(axes: Axes, y: int, row: tuple[Finding, Finding], against: bool) -> None:
    finding, control = row
    ends = axes.get_xlim()
    region = np.clip(finding.region, *ends)
    axes.fill_betweenx([y - 0.38, y + 0.38], *region, color=REGION, alpha=0.16, lw=0)
    colour = AGAINST if against else COLOURS[finding.verdict or Verdict.UNDECIDED]
    for f, paint, shift in ((control, CONTROL, 0.16), (finding, colour, -0.1)):
        if f.guarantee is not Guarantee.EACH:
            span = np.clip([f.seen.low, f.seen.high], *ends)
            axes.plot(span, [y + shift] * 2, color=paint, lw=1.6)
        axes.plot(f.seen.value, y + shift, "o", color=paint, ms=3.2)


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
