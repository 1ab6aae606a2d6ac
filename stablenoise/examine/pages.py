"""Reports as pages: plain text, and HTML that stands alone; axes and pictures for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from importlib import import_module
from io import StringIO
from typing import TYPE_CHECKING

from ..checks import check_kind
from .findings import Finding

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["axes_of", "columns", "html", "picture", "text"]

GRADE_WIDTH = 12  # characters of the column of grades
GAP = "  "  # between columns
STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; max-width: 62em; margin: 2em auto; padding: 0 1em }
pre { overflow-x: auto; background: #f6f6f6; padding: .7em }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3em .6em; border-bottom: 1px solid #ddd }
.pass { color: #1b7f3b } .suspicious { color: #a86400 } .fail { color: #b3261e; font-weight: 600 }
svg { max-width: 100%; height: auto }
"""
HEADINGS = "grade", "test", "what was seen", "p-value", "of", "first seen at"
LEGEND = """
p-value: the probability of what was seen, or of worse, had there been no fault; none where nothing
is left to chance. of: draws, points or replicates that the answer rests on. first seen at: draws
after which the fault showed first. F(x): the claimed distribution function at a draw.
"""


def text(title: str, lines: Sequence[str], findings: Sequence[Finding]) -> str:
    """A report as plain text: its title, lines about it, and a line for each finding."""
    told = [f"{f.grade:{GRADE_WIDTH}}{f.test}: {f.sentence}" for f in findings]
    return "\n".join([title, *lines, *(["", *told] if told else [])])


def html(
    title: str,
    lines: Sequence[str],
    findings: Sequence[Finding],
    picture_svg: str | None = None,
) -> str:
    """The same as one page of HTML; the picture, which is not escaped, is from ``picture``."""
    version = import_module("stablenoise").__version__
    rows = "\n".join(map(_row, findings))
    heads = "".join(f"<th>{name}</th>" for name in HEADINGS)
    table = f"<table>\n<tr>{heads}</tr>\n{rows}\n</table>\n" if rows else ""
    legend = f"<p>{LEGEND.strip()} Made by stablenoise {version}.</p>\n" if rows else ""
    said = f"<pre>{escape(chr(10).join(lines))}</pre>\n" if lines else ""
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n{said}{picture_svg or ''}\n{table}{legend}</body>\n</html>\n"
    )


def _row(finding: Finding) -> str:
    p_value = "" if finding.p_value is None else f"{finding.p_value:.3g}"
    first = "" if finding.first is None else f"{finding.first:,}"
    cells = finding.test, finding.sentence, p_value, f"{finding.size:,}", first
    told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr><td class="{finding.grade}">{finding.grade}</td>{told}</tr>'


def columns(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table: the first column to the left, the others to the right."""
    cells = [list(headings), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    aligned = [[row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in cells]
    return [GAP.join(row).rstrip() for row in aligned]


def axes_of(ax: Axes | None) -> Axes:
    """The axes that were given, or those of a new figure."""
    # Here and not above: without a picture matplotlib is not needed.
    from matplotlib import axes, pyplot

    if ax is None:
        return pyplot.subplots()[1]
    check_kind("ax", ax, axes.Axes)
    return ax


def picture(draw: Callable[[Axes], object]) -> str:
    """What is drawn on axes, as SVG for a page: the same drawing has the same text."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "stablenoise", "svg.fonttype": "none"}):
        figure = Figure(figsize=(8, 4.5), layout="constrained")
        draw(figure.subplots())
        written = StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None})
    svg = written.getvalue()
    return svg[svg.index("<svg") :]
