"""The command; see ``python -m benchmarks.heavy_tailed_training --help``, the docstring."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from time import process_time

if __name__ == "__main__":  # and not for the tests, whose processes have their own threads
    for name in ("NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"

import benchmarks.heavy_tailed_training  # noqa: E402 - after the settings above
from stablenoise.data.files import write  # noqa: E402

from . import cells, figures, kept, tables, width  # noqa: E402
from .problems import PROBLEMS  # noqa: E402

HERE, DOCS = Path(__file__).parent, Path("docs/experiment")


def main(arguments: Sequence[str]) -> None:
    """Do what the first argument says."""
    match list(arguments):
        case ["train", *names]:
            for name in names or PROBLEMS:
                train(name, HERE / "cells.csv")
        case ["width"]:
            widths(HERE / "width.csv")
        case ["draw", *folder]:
            draw(Path(*folder) if folder else DOCS)
        case _:
            sys.exit(benchmarks.heavy_tailed_training.__doc__)


def train(data: str, path: Path) -> None:
    """Do all cells of a data set that are not there yet."""
    rows = kept.read(path)
    there = {key(row) for row in rows}
    for cell in cells.all_cells(data):
        if tuple(map(str, cell)) in there:
            continue
        before = process_time()
        found = list(cells.rows(cell, cells.data_of(data)))
        seconds = round(process_time() - before, 1)
        rows += [told(cell, *part, seconds) for part in found]
        kept.save(path, rows)
        curve = found[0][2]
        print(*cell, f"share {curve.share:.3f}, accuracy {curve.test_accuracy:.3f}", flush=True)


def widths(path: Path) -> None:
    """Do all runs of the error against width that are not there yet."""
    rows = kept.read(path)
    there = {tuple(row[name] for name in width.Run._fields) for row in rows}
    for run in width.all_runs():
        if tuple(map(str, run)) not in there:
            rows.append(width.row(run))
            kept.save(path, rows)
            print(rows[-1], flush=True)


def draw(folder: Path) -> None:
    """Figures and page of the rows that are there, of seeds of which all cells are."""
    rows, sizes = (kept.read(HERE / name) for name in ("cells.csv", "width.csv"))
    rows = whole(rows)
    for name in PROBLEMS:
        here = [row for row in rows if row["data"] == name]
        if here:
            figures.data_set(name, here, folder / f"{name}.svg")
    figures.by_width(sizes, folder / "width.svg")
    write(folder / "index.rst", tables.page(rows, sizes))


def whole(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Rows of the seeds that have all cells of a data set: its medians are of the same seeds."""
    there = {key(row) for row in rows}
    lacking = {
        (cell.data, str(cell.seed))
        for name in PROBLEMS
        for cell in cells.all_cells(name)
        if tuple(map(str, cell)) not in there
    }
    return [row for row in rows if (row["data"], row["seed"]) not in lacking]


def key(row: kept.Row) -> tuple[str, ...]:
    """What tells one cell from another."""
    return tuple(row[name] for name in cells.Cell._fields)


def told(
    cell: cells.Cell, which: str, sigma: float, curve: cells.Curve, seconds: float
) -> dict[str, object]:
    """A row of the file."""
    *facts, errors, accuracies = curve
    named = zip(cells.Curve._fields, facts, strict=False)
    return {
        **cell._asdict(),
        "network": which,
        "sigma": f"{sigma:.6g}",
        **{name: f"{value:.5g}" for name, value in named},
        "squared_errors": kept.numbers(errors),
        "test_accuracies": kept.numbers(accuracies),
        "cell_seconds": seconds,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
