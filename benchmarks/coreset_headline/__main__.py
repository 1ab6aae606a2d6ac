"""The command; see ``python -m benchmarks.coreset_headline --help``, the docstring."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from time import process_time

if __name__ == "__main__":  # and not for the tests, whose processes have their own threads
    for name in ("NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"

import benchmarks.coreset_headline  # noqa: E402 - after the settings above
from benchmarks.heavy_tailed_training import kept  # noqa: E402
from stablenoise.data.files import write  # noqa: E402

from . import cells, figures, tables  # noqa: E402

HERE, DOCS = Path(__file__).parent, Path("docs/coresets")


def main(arguments: Sequence[str]) -> None:
    """Do what the first argument says."""
    match list(arguments):
        case ["run", *names]:
            for name in names or cells.PROBLEMS:
                run(name, HERE / "cells.csv")
        case ["draw", *folder]:
            draw(Path(*folder) if folder else DOCS)
        case _:
            sys.exit(benchmarks.coreset_headline.__doc__)


def run(data: str, path: Path) -> None:
    """Do all cells of a data set that are not there yet."""
    rows = kept.read(path)
    there = {key(row) for row in rows}
    for cell in cells.all_cells(data):
        if tuple(map(str, cell)) in there:
            continue
        before = process_time()
        found = list(cells.rows(cell))
        seconds = round(process_time() - before, 1)
        rows += [told(cell, *part, seconds) for part in found]
        kept.save(path, rows)
        print(*cell, f"accuracy {found[0][2].accuracy:.4f}, {seconds} s", flush=True)


def draw(folder: Path) -> None:
    """Figures and page of the rows that are there."""
    rows = kept.read(HERE / "cells.csv")
    for name in cells.PROBLEMS:
        here = [row for row in rows if row["data"] == name]
        if here:
            figures.data_set(name, here, folder / f"{name}.svg")
    write(folder / "index.md", tables.page(rows))


def key(row: kept.Row) -> tuple[str, ...]:
    """What tells one cell from another."""
    return tuple(row[name] for name in cells.Cell._fields)


def told(
    cell: cells.Cell, method: str, keep: float, outcome: cells.Outcome, seconds: float
) -> dict[str, object]:
    """A row of the file."""
    numbers = {name: f"{value:.5g}" for name, value in outcome._asdict().items()}
    return {
        **cell._asdict(),
        "method": method,
        "keep": keep,
        **numbers,
        "cell_seconds": seconds,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
