"""A picture for a library: p-values by number of draws, and errors of its functions by region."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .subjects import Outcome, Subject

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw"]

SMALLEST_SHOWN = 1e-12
DOTS_PER_INCH = 72


def draw(subject: Subject, file: Path) -> bool:
    """Write it; False where there is nothing to draw."""
    from matplotlib.figure import Figure

    draws = [o for o in subject.of("sampler", "vectors") if o.report.get("sizes")]
    functions = [o for o in subject.of("density") if o.report.get("errors")]
    parts = [(_p_values, draws)] * bool(draws) + [(_errors, functions)] * bool(functions)
    if not parts:
        return False
    figure = Figure(figsize=(5.2 * len(parts), 3.6), layout="constrained")
    for ax, (part, outcomes) in zip(figure.subplots(1, len(parts), squeeze=False)[0], parts):
        part(ax, outcomes)
    figure.savefig(file, dpi=DOTS_PER_INCH, metadata={"Software": None})
    return True


def _p_values(ax: Axes, outcomes: list[Outcome]) -> None:
    """The smallest p-value of all tests in units of those that are faults, look by look."""
    for outcome in outcomes:
        r = outcome.report
        ratios = np.array(r["p_values"], dtype=float) / np.array(r["levels"], dtype=float)
        sizes = np.array(r["sizes"])
        some = (sizes > 0) & ~np.isnan(ratios).all(axis=1)
        least = np.maximum(np.nanmin(ratios[some], axis=1), SMALLEST_SHOWN)
        ax.plot(sizes[some], least, marker=".", label=outcome.trial.about)
    ax.axhline(1.0, color="black", linestyle="--")
    ax.set(xscale="log", yscale="log", xlabel="draws", title="draws: below the line is a fault")
    ax.set_ylabel("least p-value over the one that is a fault")
    ax.legend(fontsize=7)


def _errors(ax: Axes, outcomes: list[Outcome]) -> None:
    """The worst relative error of each function in each region."""
    raise NotImplementedError
