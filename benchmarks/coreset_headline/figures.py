"""One figure for each data set: loss of accuracy and relative error against the kept share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .cells import KEEPS, PROBLEMS, SHAPES

Rows = Sequence[dict[str, str]]
STYLES = {
    "corenet": ("CoreNet", "C0", "-o"),
    "corenet_plus": ("CoreNet+", "C9", "--^"),
    "corenet_plus_plus": ("CoreNet++", "C2", "-s"),
    "uniform": ("uniform", "0.55", ":o"),
    "l1": ("l1", "C1", ":s"),
    "l2": ("l2", "C3", ":^"),
    "hybrid": ("(l1 + l2) / 2", "C6", ":D"),
    "svd": ("SVD", "C5", "-.v"),
    "magnitude": ("largest weights", "k", "-x"),
}
LEAST_LOSS = 1e-3  # below it losses are those of a few images, and some are gains
WORST_LOSS = 1.0


class Curve(NamedTuple):
    """Medians over seeds at each of KEEPS."""

    stored: np.ndarray
    change: np.ndarray
    loss: np.ndarray


def curve(rows: Rows, shape: str, method: str) -> Curve:
    """Curve of one method on networks of one shape."""
    columns = [medians(rows, shape, method, keep) for keep in KEEPS]
    return Curve(*np.array(columns).T)


def medians(rows: Rows, shape: str, method: str, keep: float) -> tuple[float, float, float]:
    """Share stored, relative error and loss of accuracy: medians over seeds."""
    whole = {row["seed"]: float(row["accuracy"]) for row in rows if is_of(row, shape, "whole", 1.0)}
    here = [row for row in rows if is_of(row, shape, method, keep)]
    seen = [
        (float(r["stored"]), float(r["change"]), whole[r["seed"]] - float(r["accuracy"]))
        for r in here
    ]
    stored, change, loss = np.median(seen, axis=0)
    return float(stored), float(change), float(loss)


def is_of(row: dict[str, str], shape: str, method: str, keep: float) -> bool:
    """Whether a row is of a shape, a method and a share."""
    return (row["shape"], row["method"], float(row["keep"])) == (shape, method, keep)


def shapes(rows: Rows) -> list[str]:
    """Shapes of which there are rows."""
    return [shape for shape in SHAPES if any(row["shape"] == shape for row in rows)]


def data_set(name: str, rows: Rows, path: Path) -> None:
    """A column for each shape: loss of accuracy above, relative error below."""
    from matplotlib.figure import Figure

    here = shapes(rows)
    figure = Figure(figsize=(4.6 * len(here) + 1.8, 7), layout="constrained")
    panels = figure.subplots(2, len(here), sharex=True, sharey="row", squeeze=False)
    for column, shape in zip(panels.T, here, strict=True):
        _panels(column, rows, shape, PROBLEMS[name].headline)
    panels[0, 0].set_ylabel("loss of test accuracy")
    panels[1, 0].set_ylabel("relative l1 error of the outputs")
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside right center")
    figure.suptitle(f"{PROBLEMS[name].title}: medians over networks")
    _save(figure, path)


def _panels(column: np.ndarray, rows: Rows, shape: str, headline: float) -> None:
    for method, (label, colour, style) in STYLES.items():
        line = curve(rows, shape, method)
        look = {"color": colour, "ms": 4, "lw": 1.2, "mfc": "none", "label": label}
        column[0].plot(line.stored, np.maximum(line.loss, LEAST_LOSS), style, **look)
        column[1].plot(line.stored, line.change, style, **look)
    for axes in column:
        axes.axvline(headline, color="0.8", lw=6, zorder=0)
        axes.set(xscale="log", yscale="log")
        axes.set_xticks(KEEPS, [f"{keep:.0%}" for keep in KEEPS], fontsize=7, minor=False)
        axes.minorticks_off()
    column[0].set_ylim(LEAST_LOSS * 0.9, WORST_LOSS)
    column[0].axhline(0.02, color="0.7", lw=0.8, ls="--")
    networks = sum(is_of(row, shape, "whole", 1.0) for row in rows)
    column[0].set_title(f"hidden layers {shape}, networks: {networks}", fontsize=10)
    column[1].set_xlabel("numbers stored, over the edges")


def _save(figure: Any, path: Path) -> None:
    """As SVG whose bytes depend on the figure alone."""
    from matplotlib import rc_context

    path.parent.mkdir(parents=True, exist_ok=True)
    with rc_context({"svg.hashsalt": "coreset headline", "svg.fonttype": "none"}):
        figure.savefig(path, metadata={"Date": None})
