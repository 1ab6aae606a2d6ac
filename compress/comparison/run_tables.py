"""Tables of pruned networks of folders: a row for each, and for all seeds of a cell."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from itertools import groupby
from statistics import mean, stdev
from typing import Any

from stablenoise.checks import one_line
from stablenoise.text_table import aligned

from .trained_folders import NUMBERS, SETTINGS_TOLD, PrunedRun

UNSEEN = "seed", "checkpoint_every", "memory"  # they set no runs apart but as repetitions
LONGEST = 40  # characters of a setting in a table
LEGEND = (
    "train, test: accuracy before and after pruning; pruned share: of the columns (incoming\n"
    "weights of a neuron) or filters of all layers but the output layer; squared error: relative,\n"
    "of their weights"
)


def table(runs: Sequence[PrunedRun]) -> str:
    """Rows of text: one for each run; settings only where they differ, and always alpha."""
    told = _varying(runs)
    names = [*told, "seed", *NUMBERS]
    lines = [[_cell(_value(run, name)) for name in names] for run in runs]
    return aligned([[name.replace("_", " ") for name in names], *lines], words=0)


def over_seeds(runs: Sequence[PrunedRun]) -> list[dict[str, Any]]:
    """A row for each group of runs that differ in the seed alone: means and spreads.

    Data sets and all settings are compared, but those of ``UNSEEN``.  Of runs that are equal in
    the seed too the first one counts.

    Parameters
    ----------
    runs : sequence of PrunedRun

    Returns
    -------
    list of dict
        Settings, "seeds" (how many there are), and for each number its mean, and its standard
        deviation under the name with "_sd", which is None of one seed.
    """
    rows, names, told = [], _names(runs), _told(runs)

    def place(run: PrunedRun) -> list[Any]:
        return [_ordered(run.setting(name)) for name in names]

    for _, group in groupby(sorted(runs, key=place), key=place):
        by_seed: dict[Any, PrunedRun] = {}
        for run in group:
            by_seed.setdefault(run.setting("seed"), run)
        same = list(by_seed.values())
        row = {name: same[0].setting(name) for name in told} | {"seeds": len(same)}
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
    told = *_told(runs), "seed"
    return [
        {"folder": run.folder}
        | {name: run.setting(name) for name in told}
        | {name: getattr(run, name) for name in NUMBERS}
        for run in runs
    ]


def _names(runs: Sequence[PrunedRun]) -> list[str]:
    """Settings by which runs are told apart: all but the seed, and what changes no weight."""
    others = {name for run in runs for name in run.settings}
    return [*SETTINGS_TOLD, *sorted(others.difference(SETTINGS_TOLD, UNSEEN))]


def _told(runs: Sequence[PrunedRun]) -> list[str]:
    """Settings that are told of each run, and others that differ."""
    varying = _varying(runs)
    return [name for name in _names(runs) if name in SETTINGS_TOLD or name in varying]


def _varying(runs: Sequence[PrunedRun]) -> list[str]:
    """Settings that differ among runs, and always the index of the noise."""
    return [
        name
        for name in _names(runs)
        if name == "alpha" or len({run.setting(name) for run in runs}) > 1
    ]


def _ordered(value: Any) -> tuple[int, float, str]:
    """A setting, as it is ordered: numbers by their size, then others."""
    return (0, value, "") if isinstance(value, int | float) else (1, 0.0, str(value))


def _value(run: PrunedRun, name: str) -> Any:
    return getattr(run, name) if name in NUMBERS else run.setting(name)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else one_line(str(value), LONGEST)


def _spread(middle: float, deviation: float | None) -> str:
    return f"{middle:.4f}" if deviation is None else f"{middle:.4f} +- {deviation:.4f}"
