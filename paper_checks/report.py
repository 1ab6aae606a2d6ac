"""The ledger as files: results.json for programs, index.html for people."""

import json
import platform
import subprocess
from dataclasses import dataclass
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

from . import family
from .claim import Finding, Verdict
from .evidence import SCHEMA, Evidence, code_stamp, to_record, versions, write
from .run import ERROR, Settings
from .summaries import Guarantee

COLOURS = {
    Verdict.CONSISTENT: "#1b7f4b",
    Verdict.CONTRADICTED: "#b3261e",
    Verdict.UNDECIDED: "#8a6d00",
}
AGAINST = "#6a3fa0"  # of a consistent statement that is against a paper
CONTROL, REGION = "#9a9a9a", "#1b7f4b"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What there is of the claims that were asked for: ids with a reason, or pending ones."""

    evidence: list[Evidence]
    not_run: dict[str, str]
    failed: dict[str, str]
    pending: list[str]

    @property
    def progress(self) -> str:
        """How many claims have been checked, such as "7 of 42"."""
        others = len(self.not_run) + len(self.failed) + len(self.pending)
        return f"{len(self.evidence)} of {len(self.evidence) + others}"


def publish(outcome: Outcome, settings: Settings, out: Path) -> dict[str, Any]:
    """Write ``results.json`` and ``index.html`` into ``out``; return what the first holds."""
    adjusted = family.adjusted(outcome.evidence)
    results = {
        "schema": SCHEMA,
        "budget": settings.budget,
        "seed": settings.seed,
        "versions": versions(),
        "host": {"name": platform.node(), "system": platform.platform()},
        "commit": commit(),
        "code": code_stamp(),
        "checked": outcome.progress,
        "claims": [to_record(e) for e in outcome.evidence],
        "family": {"method": "Holm", "error_of_a_claim": ERROR, "adjusted": adjusted},
        "not_run": outcome.not_run,
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
    environment.filters |= {"interval": interval, "power": power, "short": short}
    functions = (decisive, count, again, marks, figure, together, is_against)
    return environment.get_template("report.html").render(
        outcome=outcome, results=results, **{f.__name__: f for f in functions}
    )


def decisive(evidence: Evidence) -> Finding:
    """The first finding that has the verdict of the whole."""
    return next(f for f in evidence.findings if f.verdict is evidence.verdict)


def count(evidence: Evidence) -> str:
    """How many of the judged quantities have the verdict of the whole."""
    verdicts = [f.verdict for f in evidence.findings if f.verdict]
    return f"{verdicts.count(evidence.verdict)} of {len(verdicts)} {evidence.verdict}"


def is_against(evidence: Evidence) -> bool:
    """Whether what was seen is against a paper, by our statement rather than by its failing."""
    return bool(evidence.against) and evidence.verdict is Verdict.CONSISTENT


def marks(evidence: Evidence) -> list[str]:
    """Words that belong beside the verdict."""
    words = {
        "against the paper": is_against(evidence),
        "arithmetic": evidence.kind == "arithmetic",
        "nominal level": family.is_nominal(evidence),
    }
    return [word for word, holds in words.items() if holds]


def together(evidence: list[Evidence]) -> str:
    """The level of the whole ledger, in a sentence."""
    adjusted = family.adjusted(evidence)
    if not adjusted:
        return "no verdict of the family is decided"
    nominal = [e.id for e in evidence if e.id in adjusted and family.is_nominal(e)]
    all_right = f"all {len(adjusted)} verdicts are" if len(adjusted) > 1 else "the verdict is"
    text = f"{all_right} right, but for a probability of at most {short(max(adjusted.values()))}"
    text += " (Holm)"
    return text + (f"; nominal only: {', '.join(nominal)}" if nominal else "")


def short(x: float) -> str:
    """A number with two digits."""
    return f"{x:.2g}"


def interval(finding: Finding) -> str:
    """Estimate and interval with digits to match its width."""
    seen = finding.seen
    width = seen.high - seen.low
    if finding.guarantee is Guarantee.EACH:
        some = finding.violations
        return f"{seen.value:.3g}" + ("" if some is None else f", violated in at most {some:.2%}")
    if width == 0:
        return f"{seen.value:.6g}"
    places = min(max(1 - int(np.floor(np.log10(width))), 0), 6) if isfinite(width) else 4
    text = f"{seen.value:.{places}f} [{seen.low:.{places}f}, {seen.high:.{places}f}]"
    return text + (" nominal" if finding.guarantee is Guarantee.NOMINAL else "")


def power(finding: Finding) -> str:
    """The smallest departures that would have been caught, with an interval as wide as this."""
    if finding.guarantee is Guarantee.EACH:
        return "any row"
    ends = zip("<>", finding.caught, strict=True)
    return " or ".join(f"{sign} {end:.4g}" for sign, end in ends if isfinite(end)) or "nothing yet"


def again(evidence: Evidence) -> str:
    """Command that runs the claim again."""
    return f"paper-checks run {evidence.name} --budget {evidence.cap} --seed {evidence.seed}"


@cache
def figure(evidence: Evidence) -> str:
    """SVG of the judged findings: interval, the rule's region, and the control in grey."""
    pairs = zip(evidence.findings, evidence.control, strict=True)
    rows = [(finding, control) for finding, control in pairs if finding.verdict]
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
