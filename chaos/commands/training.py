"""The command ``train``: one run, or all cells of a sweep, and a table of what came of them."""

from __future__ import annotations

import csv
import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

from stablenoise.data import by_name, files
from stablenoise.data.datasets import Dataset
from stablenoise.layers.scales import scaled
from stablenoise.text_table import aligned

from ..training import train as train_network
from ..training.descent import problem
from ..training.trained import Trained
from .cells import CHECKPOINT, Cell, planned

RESULT_FILE, SUMMARY_FILE = "result.json", "summary.csv"
COLUMNS = "data", "noise", "alpha", "sigma", "eta", "batch", "widths", "seed"  # of the settings
FOUND = "step", "reason", "train_accuracy", "test_accuracy", "seconds"


@dataclass(frozen=True)
class Outcome:
    """What came of a run: why it ended, or what went wrong, and where it is."""

    step: int | None = None
    reason: str = ""
    train_accuracy: float | None = None
    test_accuracy: float | None = None
    seconds: float | None = None
    error: str = ""

    @property
    def line(self) -> str:
        """It in words."""
        if self.error:
            return f"failed: {self.error}"
        shares = f"train {self.train_accuracy:.4f}, test {self.test_accuracy:.4f}"
        return f"{self.step:,} steps, ended by {self.reason}: {shares}"


def train(options: Namespace) -> int:
    """Train what is asked for; 1 if a cell of a sweep failed."""
    plan = planned(options)
    files.check_writable(plan.out)
    if plan.is_sweep:
        from . import sweeps  # here and not above: it runs this module's cells

        return sweeps.run(plan)
    (cell,) = plan.cells
    shown = sys.stderr.isatty()
    try:
        outcome = run(cell, shown)
    except BaseException as error:
        if shown:
            print(file=sys.stderr)  # what is told next has a line of its own
        if isinstance(error, KeyboardInterrupt) and (cell.out / CHECKPOINT).is_dir():
            print(f"the same command goes on from the checkpoint in {cell.out}", file=sys.stderr)
        raise
    print(table([(cell, outcome)]))
    for name in ("weights.npz", "architecture.toml", "settings.json", "history.csv"):
        path = cell.out / name
        print(f"{path}: {path.stat().st_size:,} bytes")
    return 0


def run(cell: Cell, progress: Any) -> Outcome:
    """Train one cell, or take up what was trained before.

    Parameters
    ----------
    cell : Cell
    progress : bool or callable
        As for ``chaos.train``.

    Returns
    -------
    Outcome
    """
    known = finished(cell)
    if known:
        return known
    data = _data(cell.data, cell.inputs, cell.data_home)
    problem(cell.settings, data)  # before the folder is made: what is refused leaves none
    cell.check_folder()
    outcome = _outcome(train_network(cell.settings, data, cell.out, progress=progress))
    kept = {"settings": cell.settings.to_dict(), **cell.known_by, **asdict(outcome)}
    files.write(cell.out / RESULT_FILE, json.dumps(kept, indent=1) + "\n")
    return outcome


def check(cells: Sequence[Cell]) -> None:
    """Raise what a run would raise of its data and its settings together, before any is begun."""
    for cell in cells:
        problem(cell.settings, _data(cell.data, cell.inputs, cell.data_home))
    _data.cache_clear()  # of a process that does not train


def finished(cell: Cell) -> Outcome | None:
    """What came of the same run before, if it was trained to its end and its weights are there."""
    path = cell.out / RESULT_FILE
    if not (path.is_file() and (cell.out / "weights.npz").is_file()):
        return None
    kept = files.read_json(path)
    if not set(FOUND) <= kept.keys():
        return None
    asked = json.loads(json.dumps({"settings": cell.settings.to_dict(), **cell.known_by}))
    if {name: kept.get(name) for name in asked} != asked:
        return None
    step, reason, train_accuracy, test_accuracy, seconds = (kept[name] for name in FOUND)
    return Outcome(step, reason, train_accuracy, test_accuracy, seconds)


def _outcome(trained: Trained) -> Outcome:
    shares = trained.train_accuracy, trained.test_accuracy
    return Outcome(trained.step, trained.reason, *shares, float(trained.history["seconds"][-1]))


@lru_cache(1)
def _data(name: str, inputs: str, home: Path | None) -> Dataset:
    """A data set, kept for the next cell of the process."""
    data = by_name.load(name, home, inputs == "standardised")
    if inputs == "centred":
        x_train, x_test = (scaled(x, inputs) for x in (data.x_train, data.x_test))
        data = replace(data, x_train=x_train, x_test=x_test)
    return data


def rows(outcomes: Sequence[tuple[Cell, Outcome]]) -> list[dict[str, Any]]:
    """A row for each run: its settings, and what came of it."""
    made = []
    for cell, outcome in outcomes:
        settings = cell.settings.to_dict() | {"data": cell.data}
        network = settings["widths"] or settings["architecture"]
        settings["widths"] = ",".join(map(str, network)) if type(network) is list else network
        if settings["noise"] == "none":
            settings["alpha"] = settings["sigma"] = None
        row = {name: settings[name] for name in COLUMNS} | asdict(outcome)
        made.append({"folder": str(cell.out)} | row)
    return made


def table(outcomes: Sequence[tuple[Cell, Outcome]]) -> str:
    """Rows of text, a line for each run; step size and batch where a sweep varies them."""
    varying = [name for name in ("eta", "batch") if name in outcomes[0][0].place]
    names = ("alpha", "noise", "sigma", *varying, "widths", "seed", *FOUND)
    lines = [[_cell(row[name]) for name in names] for row in rows(outcomes)]
    return aligned([[name.replace("_", " ") for name in names], *lines], words=0)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def to_csv(outcomes: Sequence[tuple[Cell, Outcome]]) -> str:
    """The same as a file of numbers, with all their digits."""
    made, text = rows(outcomes), StringIO()
    writer = csv.DictWriter(text, list(made[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(made)
    return text.getvalue()
