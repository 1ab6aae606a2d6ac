"""Tables of pruned networks of folders: a row for each, and for all seeds of a cell."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from itertools import groupby
from statistics import mean, stdev
from typing import Any

from ..table import aligned
from .trained_folders import NUMBERS, SETTINGS_TOLD, PrunedRun

LEGEND = (
    "train, test: accuracy before and after pruning; pruned share: of the columns (incoming\n"
    "weights of a neuron) or filters of all layers but the output layer; squared error: relative,\n"
    "of their weights"
)


def table(runs: Sequence[PrunedRun]) -> str:
    """Rows of text: one for each run; a column of settings only where they differ, but alpha."""
    told = _varying(runs)
    names = [*told, "seed", *NUMBERS]
    lines = [[_cell(_value(run, name)) for name in names] for run in runs]
    return aligned([[name.replace("_", " ") for name in names], *lines], words=0)


def over_seeds(runs: Sequence[PrunedRun]) -> list[dict[str, Any]]:
    """A row for each group of runs that differ in the seed alone: means and spreads.

    Parameters
    ----------
    runs : sequence of PrunedRun

    Returns
    -------
    list of dict
        Settings, "seeds" (how many), and for each number its mean, and its standard deviation
        under the name with "_sd", which is None of one seed.
    """
    rows = []
    ordered = sorted(runs, key=_group)
    for _, group in groupby(ordered, key=_group):
        same = list(group)
        row = dict(same[0].told) | {"seeds": len(same)}
        for name in NUMBERS:
            numbers = [getattr(run, name) for run in same]
            row[name] = mean(numbers)
            row[f"{name}_sd"] = stdev(numbers) if len(numbers) > 1 else None
        rows.append(row)
    return rows


def table_over_seeds(runs: Sequence[PrunedRun]) -> str:
    """The same as rows of text."""
    told, rows = _varying(runs), over_seeds(runs)
    head = [*told, "seeds", *NUMBERS]
    lines = []
    for row in rows:
        cells = [_cell(row[name]) for name in (*told, "seeds")]
        lines.append([*cells, *(_spread(row[name], row[f"{name}_sd"]) for name in NUMBERS)])
    return aligned([[name.replace("_", " ") for name in head], *lines], words=0)


def to_csv(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as a file of numbers, with all their digits."""
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_rows(runs: Sequence[PrunedRun]) -> list[dict[str, Any]]:
    """A row for each run: its folder, its settings, its numbers."""
    return [
        {"folder": run.folder, **run.told, "seed": run.settings.get("seed")}
        | {name: getattr(run, name) for name in NUMBERS}
        for run in runs
    ]


def _varying(runs: Sequence[PrunedRun]) -> list[str]:
    """Settings that differ among runs, and always the index of the noise."""
    return [n for n in SETTINGS_TOLD if n == "alpha" or len({run.told[n] for run in runs}) > 1]


def _group(run: PrunedRun) -> list[tuple[int, float, str]]:
    """What is the same in runs that differ in the seed alone; numbers are in their order."""
    values = run.told.values()
    return [(0, v, "") if isinstance(v, int | float) else (1, 0.0, str(v)) for v in values]


def _value(run: PrunedRun, name: str) -> Any:
    if name in NUMBERS:
        return getattr(run, name)
    return run.settings.get("seed") if name == "seed" else run.told[name]


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _spread(middle: float, deviation: float | None) -> str:
    return f"{middle:.4f}" if deviation is None else f"{middle:.4f} +- {deviation:.4f}"
