"""The command ``prune`` on a folder of trainings: the papers' table, printed and saved."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from stablenoise.checks import one_line
from stablenoise.commands.outputs import check_target, tell_files
from stablenoise.data import files

from . import run_tables, trained_folders
from .trained_folders import PrunedRun

TABLE, SUMMARY, CHECKPOINT = "prune.csv", "summary.csv", "checkpoint"
LONGEST = 200  # characters of names that are listed
SQUARED_ERROR = 0.1  # of the papers


def prune(options: Namespace) -> None:
    """Prune the network of a folder, or those of the cells of a sweep."""
    for name, usual in (("scope", "layer"), ("architecture", None)):
        if getattr(options, name) != usual:
            seen = getattr(options, name)
            raise ValueError(f"--{name} must be left out for a folder, got {seen}")
    paths = trained_folders.folders(options.weights)
    table = options.out or options.weights / TABLE
    targets = [table, *(_beside(table, word) for word in ("seeds", "curve"))]
    given = _of_trainings(options.weights, paths)
    for target in targets:
        check_target("--out", target, given)
    method = options.method
    runs: list[PrunedRun] = []
    points: list[PrunedRun] = []
    for path in paths:
        folder = trained_folders.opened(path, options.data, options.data_home, options.inputs)
        if options.keep is None:
            error = SQUARED_ERROR if options.squared_error is None else options.squared_error
            runs.append(trained_folders.pruned(folder, error, method))
        else:
            runs += trained_folders.curve(folder, [1 - options.keep], method)
        if options.curve:
            points += trained_folders.curve(folder, method=method)
    _tell(runs, points, targets)
    if lacking := trained_folders.unfinished(options.weights):
        names = one_line(", ".join(path.name for path in lacking), LONGEST)
        count = f"{len(lacking)} of {len(paths) + len(lacking)} folders"
        print(f"left out, without {trained_folders.WEIGHTS}: {count}: {names}", file=sys.stderr)


def _of_trainings(top: Path, paths: list[Path]) -> list[Path]:
    """Files that trainings have written, and that no table may take the place of."""
    written = [path / name for path in (top, *paths) for name in trained_folders.RUN_FILES]
    states = [file for path in paths for file in (path / CHECKPOINT).glob("*")]
    return [top / SUMMARY, *written, *states]


def _beside(table: Path, word: str) -> Path:
    return table.with_name(f"{table.stem}_{word}{table.suffix}")


def _tell(runs: list[PrunedRun], points: list[PrunedRun], targets: list[Path]) -> None:
    """Print and write the tables that there are."""
    table, seeds, curve = targets
    written = [table]
    print(run_tables.table(runs))
    files.write(table, run_tables.to_csv(run_tables.as_rows(runs)))
    if len(runs) > 1:
        print(f"\nmean +- standard deviation over seeds\n{run_tables.table_over_seeds(runs)}")
        files.write(seeds, run_tables.to_csv(run_tables.over_seeds(runs)))
        written.append(seeds)
    if points:
        if len(runs) == 1:
            print(f"\naccuracy against the pruned share\n{run_tables.table(points)}")
        files.write(curve, run_tables.to_csv(run_tables.as_rows(points)))
        written.append(curve)
    print(run_tables.LEGEND)
    tell_files(*written)
