"""The page and the picture of the scoreboard."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .asking import FUNCTIONS, OURS, STUCK
from .scores import TOLERANCES, Score, in_order, regions_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw", "page"]

NAMES = {
    "pdf": "Density",
    "cdf": "Distribution function",
    "sf": "Tail probability",
    "ppf": "Quantiles",
}
SHADES = "#9ecae1", "#4292c6", "#08306b"  # for more and more digits
TITLE = "Densities of stable laws, scored"
WORDS = """\
Stable laws of {libraries} libraries against {rows} rows of the reference, whose values are
enclosed to 25 digits by ball arithmetic (``benchmarks/reference``). Rows are of many regions, hard
ones over-represented: these are no shares of what users ask. A row is right to a tolerance if its
relative error is at most that, or at most what four ulps of x, alpha or beta make, whichever is
larger. Where a quantile is asked for by 1 - p, its rounding is let pass too. *Failed* are rows on
which a library raised, did not come back within {stuck:g} seconds, or gave no finite number.

Every row has another law, so that a call is of one point; microseconds are medians of calls, on a
machine that others used too. All libraries are asked in the same order, each function for at most
{seconds} seconds, so that slow ones answer fewer rows. A library that is not told has no such
function.

Made by ``python -m benchmarks.scoreboard`` on {day}, on {processor}.

.. image:: scoreboard.png
   :alt: Shares of rows within 1e-4, 1e-8 and 1e-12, by library and function

"""


def page(scores: Sequence[Score], kept: dict[str, dict[str, Any]]) -> str:
    """The page as reStructuredText; ``kept`` has the version and the setting of each library."""
    versions = {name: library["version"] for name, library in kept.items()}
    about = {key: _all_of(kept, key) for key in ("rows", "seconds", "day", "processor")}
    head = f"{TITLE}\n{'=' * len(TITLE)}\n\n"
    parts = [head, WORDS.format(libraries=len(kept), stuck=STUCK, **about)]
    for function in FUNCTIONS:
        some = [s for s in in_order(scores) if s.function == function]
        if some:
            parts += [_title(NAMES[function]), _table(_of_function(some, versions))]
    parts += [_title("Densities by region, share within 1e-8"), _table(_by_region(scores))]
    parts += [_title("Why rows failed"), _table(_reasons(scores))]
    return "".join(parts).rstrip() + "\n"


def _all_of(kept: dict[str, dict[str, Any]], key: str) -> str:
    """What libraries were asked with: one value, or all that there were."""
    values = sorted({library[key] for library in kept.values()})
    return ", ".join(f"{v:,g}" if isinstance(v, int | float) else v for v in values)


def _title(text: str) -> str:
    return f"{text}\n{'-' * len(text)}\n\n"


def _table(rows: list[list[str]]) -> str:
    """A simple table; the first row is its head."""
    lines = [".. list-table::", "   :header-rows: 1", ""]
    for row in rows:
        lines += [f"   {'* -' if i == 0 else '  -'} {cell}".rstrip() for i, cell in enumerate(row)]
    return "\n".join(lines) + "\n\n"


def _of_function(scores: Sequence[Score], versions: dict[str, str]) -> list[list[str]]:
    heads = [f"{t:.0e}".replace("e-0", "e-") for t in TOLERANCES]
    rows = [["library", *heads, "failed", "rows", "microseconds"]]
    for s in scores:
        shares = [f"{100 * w:.2f}%" for w in s.within]
        each = f"{s.microseconds:,.0f}"
        rows.append([versions[s.library], *shares, f"{s.failed:,}", f"{s.rows:,}", each])
    return rows


def _by_region(scores: Sequence[Score]) -> list[list[str]]:
    some = [s for s in in_order(scores) if s.function == "pdf"]
    rows = [["region", *(s.library for s in some)]]
    for region in regions_of(some):
        shares = [s.by_region.get(region, np.nan) for s in some]
        rows.append([region, *("" if np.isnan(w) else f"{100 * w:.0f}%" for w in shares)])
    return rows


def _reasons(scores: Sequence[Score]) -> list[list[str]]:
    rows = [["library", "function", "why, and how often"]]
    for s in scores:
        if s.reasons:
            told = ", ".join(f"{why}: {count:,}" for why, count in sorted(s.reasons.items()))
            rows.append([s.library, s.function, told])
    return rows


def draw(scores: Sequence[Score], path: Path) -> None:
    """A panel for each function, a bar for each library."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 7), layout="constrained")
    for ax, function in zip(figure.subplots(2, 2).ravel(), FUNCTIONS, strict=True):
        _draw_function(ax, [s for s in in_order(scores) if s.function == function][::-1])
        ax.set_title(NAMES[function])
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    figure.savefig(path, dpi=110, metadata={"Software": None})


def _draw_function(ax: Axes, scores: Sequence[Score]) -> None:
    """Bars one over the other, the shortest of most digits in front."""
    most = max((s.rows for s in scores), default=0)
    names = [s.library + (f" ({s.rows} rows)" if s.rows < most / 2 else "") for s in scores]
    for i, (tolerance, shade) in enumerate(zip(TOLERANCES, SHADES, strict=True)):
        label = f"within {tolerance:.0e}".replace("e-0", "e-")
        ax.barh(names, [100 * s.within[i] for s in scores], color=shade, label=label)
    for tick, name in zip(ax.get_yticklabels(), names, strict=False):
        tick.set_fontweight("bold" if name.startswith(OURS) else "normal")
    ax.set(xlim=(0, 100), xlabel="% of rows")
    ax.spines[["top", "right"]].set_visible(False)
