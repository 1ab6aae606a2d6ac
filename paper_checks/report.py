"""The ledger as files: results.json for programs, index.html for people."""

import json
import platform
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

import jinja2
import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stablenoise import files

from .claim import Finding, Verdict
from .run import SCHEMA, Evidence, Settings, all_claims, code_stamp, to_record, versions

COLOURS = {
    Verdict.CONSISTENT: "#1b7f4b",
    Verdict.CONTRADICTED: "#b3261e",
    Verdict.UNDECIDED: "#8a6d00",
}


def write(
    evidence: list[Evidence], not_run: dict[str, str], settings: Settings, out: Path
) -> dict[str, Any]:
    """Write ``results.json`` and ``index.html`` into ``out``; return what the first holds."""
    results = {
        "schema": SCHEMA,
        "budget": settings.budget,
        "seed": settings.seed,
        "versions": versions(),
        "host": {"name": platform.node(), "system": platform.platform()},
        "commit": commit(),
        "code": code_stamp(),
        "claims": [to_record(e) for e in evidence],
        "not_run": not_run,
    }
    files.write(out / "results.json", json.dumps(results, indent=1, allow_nan=False) + "\n")
    files.write(out / "index.html", page(evidence, results))
    return results


def page(evidence: list[Evidence], results: dict[str, Any]) -> str:
    """One self-contained HTML page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["interval"] = interval
    template = environment.get_template("report.html")
    figures = {e.name: figure(e) for e in evidence}
    return template.render(
        evidence=evidence,
        results=results,
        figures=figures,
        decisive=decisive,
        count=count,
        again=again,
    )


def decisive(evidence: Evidence) -> Finding:
    """The first finding that has the verdict of the whole."""
    return next(f for f in evidence.findings if f.verdict is evidence.verdict)


def count(evidence: Evidence) -> str:
    """How many of the judged quantities have the verdict of the whole."""
    verdicts = [f.verdict for f in evidence.findings if f.verdict]
    return f"{verdicts.count(evidence.verdict)} of {len(verdicts)} {evidence.verdict}"


def interval(finding: Finding) -> str:
    """Estimate and interval with digits to match its width."""
    seen = finding.seen
    width = seen.high - seen.low
    fine = np.isfinite(width) and width > 0
    places = min(max(1 - int(np.floor(np.log10(width))), 0), 6) if fine else 4
    if width == 0:
        return f"{seen.value:.2g}"
    return f"{seen.value:.{places}f} [{seen.low:.{places}f}, {seen.high:.{places}f}]"


def again(evidence: Evidence) -> str:
    """Command that runs the claim again."""
    return f"paper-checks run {evidence.name} --budget {evidence.cap} --seed {evidence.seed}"


def figure(evidence: Evidence) -> str:
    """SVG of the judged findings: interval, the rule's region, and the control in grey."""
    rules = [q.rule for q in all_claims()[evidence.name].quantities]
    rows = [
        (finding, control, rule)
        for finding, control, rule in zip(evidence.findings, evidence.control, rules, strict=True)
        if rule
    ]
    style: Any = {"svg.hashsalt": evidence.name, "svg.fonttype": "none", "font.size": 8}
    with matplotlib.rc_context(style):
        sheet = Figure(figsize=(7.2, 0.7 + 0.2 * len(rows)), layout="constrained")
        axes = sheet.add_subplot()
        for y, (finding, control, _) in enumerate(rows):
            _draw(axes, y, finding, control)
        low, high = axes.get_xlim()
        for y, (_, _, rule) in enumerate(rows):
            region = max(rule.low, low), min(rule.high, high)
            axes.fill_betweenx([y - 0.38, y + 0.38], *region, color="#1b7f4b", alpha=0.16, lw=0)
        axes.set_xlim(low, high)
        axes.set_yticks(range(len(rows)), [finding.label for finding, _, _ in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
        text = StringIO()
        sheet.savefig(text, format="svg", metadata={"Date": None}, transparent=True)
    svg = text.getvalue()
    return svg[svg.index("<svg") :]


def _draw(axes: Axes, y: int, finding: Finding, control: Finding) -> None:
    for seen, colour, shift in (
        (control.seen, "#9a9a9a", 0.16),
        (finding.seen, COLOURS[finding.verdict or Verdict.UNDECIDED], -0.1),
    ):
        ends = np.clip([seen.low, seen.high], seen.value - 1e3, seen.value + 1e3)
        axes.plot(ends, [y + shift] * 2, color=colour, lw=1.6)
        axes.plot(seen.value, y + shift, "o", color=colour, ms=3.2)


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
