"""A picture for a library: p-values by number of draws, and errors of its functions by region."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .subjects import Outcome, Subject

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw"]

SMALLEST_SHOWN = 1e-12
DOTS_PER_INCH = 72
LEAST, MOST = 1e-17, 10.0  # errors that are shown
DECADES = 1.0
FARTHEST = 1e-20  # probability of a tail that is shown
COLOURS = 64


def draw(subject: Subject, file: Path) -> bool:
    """Write it; False where there is nothing to draw."""
    from matplotlib.figure import Figure

    draws = [o for o in subject.of("sampler", "vectors") if o.report.get("draws")]
    functions = [o for o in subject.of("density") if o.report.get("names")]
    parts = [(_p_values, draws)] * bool(draws) + [(_errors, functions)] * bool(functions)
    if not parts:
        return False
    figure = Figure(figsize=(5.2 * len(parts), 3.6), layout="constrained")
    axes = figure.subplots(1, len(parts), squeeze=False)[0]
    for ax, (part, outcomes) in zip(axes, parts, strict=True):
        part(ax, outcomes)
    _write(figure, file)
    return True


def _write(figure: Figure, file: Path) -> None:
    """As PNG of few colours, which is a third of the size."""
    from PIL import Image

    whole = BytesIO()
    figure.savefig(whole, dpi=DOTS_PER_INCH, format="png")
    Image.open(whole).convert("RGB").quantize(COLOURS).save(file, optimize=True)


def _p_values(ax: Axes, outcomes: list[Outcome]) -> None:
    """The least p-value so far, of all tests, in units of those that are faults."""
    for outcome in outcomes:
        r = outcome.report
        ratios = np.array(r["p_values"], dtype=float) / np.array(r["levels"], dtype=float)
        sizes = np.array(r["sizes"])
        some = (sizes > 0) & ~np.isnan(ratios).all(axis=1)
        so_far = np.minimum.accumulate(np.nanmin(ratios[some], axis=1))
        least = np.maximum(so_far, SMALLEST_SHOWN)
        ax.plot(sizes[some], least, marker=".", label=outcome.trial.about)
    ax.axhline(1.0, color="black", linestyle="--")
    ax.set(xscale="log", yscale="log", xlabel="draws", title="draws: below the line is a fault")
    ax.set_ylabel("least p-value over the one that is a fault")
    ax.legend(fontsize=7)


def _errors(ax: Axes, outcomes: list[Outcome]) -> None:
    """The worst relative error of each function of each law, by the probability of the tail."""
    shapes = dict(zip(("pdf", "cdf", "sf", "ppf"), "o+x.", strict=True))
    for name, shape in shapes.items():
        worst = [point for outcome in outcomes for point in _worst(outcome.report, name)]
        if worst:
            ax.plot(*zip(*worst, strict=True), shape, ms=4, label=name, alpha=0.6)
    ax.set(xscale="log", yscale="log", title="functions, all laws")
    ax.set(xlim=(FARTHEST, 1.0), ylim=(LEAST / 2, 2 * MOST))
    ax.set(xlabel="probability of the smaller tail", ylabel="worst relative error")
    ax.legend(fontsize=7)


def _worst(report: dict[str, Any], name: str) -> Iterator[tuple[float, float]]:
    """A point for each factor of DECADES of the probability: an error that is no number is 10."""
    some = np.array(report["names"]) == name
    tail = np.abs(np.array(report["tail"], dtype=float)[some])
    error = np.nan_to_num(np.array(report["error"], dtype=float)[some], nan=MOST, posinf=MOST)
    bins = np.ceil(np.log10(tail) / DECADES)
    for one in np.unique(bins):
        yield 10.0 ** (DECADES * one), float(np.clip(error[bins == one].max(), LEAST, MOST))
