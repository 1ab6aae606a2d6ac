"""One figure for each data set, and that of the error against width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from . import width
from .cells import INDICES, NOISES, SHARES, SQUARED_ERROR
from .kept import listed
from .problems import PROBLEMS

Rows = Sequence[dict[str, str]]
COLOURS = {"1.5": "C3", "1.75": "C3", "1.8": "C1", "1.9": "C2", "2.0": "C0", "0.0": "0.5"}
MARKS = {"trained": "o", "noise alone": "x", "gaussian": "_"}
NAMES = {
    "trained": "trained",
    "noise alone": "noise alone",
    "gaussian": "Gaussian noise, equal median norm",
}


def data_set(name: str, rows: Rows, path: Path) -> None:
    """Accuracy against pruned share, and share at squared error 0.1, of each type of noise."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 6.4), layout="constrained")
    axes = figure.subplots(2, 3, sharey="row")
    for column, noise in enumerate(NOISES):
        of_noise = [row for row in rows if row["noise"] == noise]
        _curves(axes[0, column], [*of_noise, *(r for r in rows if r["noise"] == "none")])
        _shares(axes[1, column], of_noise)
        axes[0, column].set_title(f"type {noise}, {NOISES[noise].__name__.rpartition('.')[2]}")
    axes[0, 0].set_ylabel("test accuracy, median over seeds")
    axes[1, 0].set_ylabel(f"share pruned at squared error {SQUARED_ERROR}")
    axes[0, 2].legend(fontsize=7, loc="lower left")
    axes[1, 2].legend(fontsize=7, loc="upper right")
    figure.suptitle(f"{PROBLEMS[name].title}: {_seeds(rows)}")
    save(figure, path)


def _seeds(rows: Rows) -> str:
    return f"{len({row['seed'] for row in rows})} seeds"


def _curves(axes: Any, rows: Rows) -> None:
    """Median accuracies as the shortest columns go."""
    for alpha in ("0.0", *map(str, INDICES)):
        for network, style in ("trained", "-"), ("gaussian", ":"):
            curves = [
                listed(row["test_accuracies"])
                for row in rows
                if row["alpha"] == alpha and row["network"] == network
            ]
            if curves:
                label = "no noise" if alpha == "0.0" else f"index {alpha}"
                label += ", its Gaussian control" if network == "gaussian" else ""
                middle = np.median(curves, axis=0)
                axes.plot(SHARES, middle, style, color=COLOURS[alpha], label=label, lw=1.2)
    axes.set_xlabel("share of columns pruned")


def _shares(axes: Any, rows: Rows) -> None:
    """Every seed, beside its nulls."""
    for shift, network in zip((-0.015, 0, 0.015), MARKS, strict=True):
        here = [row for row in rows if row["network"] == network]
        x = [float(row["alpha"]) + shift for row in here]
        y = [float(row["share"]) for row in here]
        axes.plot(x, y, MARKS[network], ms=5, label=NAMES[network], mfc="none")
    axes.set_xlabel("index of the noise")
    axes.set_ylim(0, 1.04)  # a marker at 1 is not cut
    axes.set_xticks(INDICES)


def by_width(rows: Rows, path: Path) -> None:
    """Squared error against width, trained and by noise alone, with the theory of the noise."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 5), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for axes, keep in zip(panels, width.KEEPS, strict=True):
        for alpha in width.INDICES:
            _errors(axes, [row for row in rows if row["alpha"] == str(alpha)], alpha, keep)
        axes.set(xscale="log", yscale="log", xlabel="width")
        axes.set_title(f"the longest {keep:.0%} of the columns kept")
    panels[0].set_ylabel("squared relative error, mean over seeds")
    named = panels[0].get_legend_handles_labels()
    figure.legend(*named, loc="outside lower center", ncols=len(width.INDICES), fontsize=7)
    figure.suptitle(f"Digits, up to {_seeds(rows)}: pruned error against width")
    save(figure, path)


def _errors(axes: Any, rows: Rows, alpha: float, keep: float) -> None:
    colour = COLOURS[str(alpha)] if alpha != 1.5 else "C1"
    for column, mark in ("trained", "o"), ("noise", "x"):
        sizes, errors = means(rows, "fixed", f"{column}_{keep}")
        label = f"index {alpha}, {'trained' if column == 'trained' else 'noise alone'}"
        axes.plot(sizes, errors, mark, color=colour, mfc="none", ms=7, label=label)
    sizes, errors = means(rows, "paper", f"trained_{keep}")
    label = f"index {alpha}, trained by the paper's step size"
    axes.plot(sizes, errors, "+", color=colour, ms=11, label=label)
    x = np.array([min(width.WIDTHS), max(width.WIDTHS)], float)
    if alpha < 2:
        theory = width.constant(alpha, keep) * x ** (1 - 2 / alpha)
    else:
        theory = np.full(2, width.gaussian_limit(keep))
    axes.plot(x, theory, color=colour, lw=0.8, label=f"index {alpha}, theory of the noise alone")


def means(rows: Rows, step_size: str, column: str) -> tuple[np.ndarray, np.ndarray]:
    """Widths, and means over seeds."""
    here = [row for row in rows if row["step_size"] == step_size]
    sizes = sorted({int(row["width"]) for row in here})
    errors = [np.mean(list(_values(here, size, column))) for size in sizes]
    return np.array(sizes), np.array(errors)


def _values(rows: Rows, size: int, column: str) -> Iterator[float]:
    return (float(row[column]) for row in rows if int(row["width"]) == size)


def save(figure: Any, path: Path) -> None:
    """As SVG whose bytes depend on the figure alone."""
    from matplotlib import rc_context

    path.parent.mkdir(parents=True, exist_ok=True)
    with rc_context({"svg.hashsalt": "heavy-tailed training", "svg.fonttype": "none"}):
        figure.savefig(path, metadata={"Date": None})
