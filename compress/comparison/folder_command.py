"""Folders of trainings: ``prune`` makes the papers' table, other commands take the network."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from stablenoise.checks import check_choice, one_line
from stablenoise.commands.outputs import check_target, tell_files
from stablenoise.data import files

from ..networks import loading
from . import run_tables, trained_folders
from .trained_folders import PrunedRun

TABLE, SUMMARY, CHECKPOINT = "prune.csv", "summary.csv", "checkpoint"
LONGEST = 200  # characters of names that are listed
SQUARED_ERROR = 0.1  # of the papers
NEED_DATA = "report", "certify", "coreset"  # of the commands that take the network of a folder


def take_network(options: Namespace) -> None:
    """Put what lies in a folder in its place: weights, architecture, data and scale of inputs."""
    folder = getattr(options, "weights", None)
    if options.command == "prune" or folder is None or not folder.is_dir():
        return
    options.weights = folder / trained_folders.WEIGHTS
    if not options.weights.is_file():
        rule = f"weights must be a file, or a folder with {trained_folders.WEIGHTS}"
        raise ValueError(f"{rule}, got the folder {folder}")
    architecture = folder / trained_folders.ARCHITECTURE
    if hasattr(options, "architecture") and options.architecture is None:
        options.architecture = str(architecture) if architecture.is_file() else None
    if options.command in NEED_DATA and options.data is None:
        options.data = trained_folders.data_of(folder)
    if hasattr(options, "inputs") and options.inputs is None:
        options.inputs = _scale(folder, options.command)


def tell_other_accuracy(options: Namespace, seen: float) -> None:
    """Tell if a folder's network had another accuracy on the test part as its training ended."""
    if options.weights.name == trained_folders.WEIGHTS:
        folder = options.weights.parent
        line = trained_folders.surprise(folder, seen, options.data, options.inputs)
        if line:
            print(line, file=sys.stderr)


def _scale(folder: Path, command: str) -> str | None:
    """What the folder says of its inputs, if the command can take it."""
    scale = trained_folders.scale_of_inputs(folder)
    if scale == "standardised" and command == "certify":
        rule = f"inputs of {folder} must be unit or centred for certify"
        raise ValueError(f"{rule}, as a certificate would be charged for means, got standardised")
    return scale if scale is None else check_choice("inputs", scale, loading.SCALES)


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
        if surprise := trained_folders.other_accuracy(folder):
            print(surprise, file=sys.stderr)
        if options.keep is None:
            error = SQUARED_ERROR if options.squared_error is None else options.squared_error
            runs.append(trained_folders.pruned(folder, error, method))
        else:
            runs += trained_folders.curve(folder, [1 - options.keep], method)
        if options.curve:
            points += trained_folders.curve(folder, method=method)
    _tell(runs, points, targets)
    _tell_left_out(options.weights, len(paths))


def _tell_left_out(top: Path, pruned: int) -> None:
    """Folders in the one that was given that are not in the tables, and why."""
    lacking = trained_folders.unfinished(top)
    deeper = trained_folders.sweeps(top)
    count = pruned + len(lacking) + len(deeper)
    for why, left in ((f"without {trained_folders.WEIGHTS}", lacking), ("of sweeps", deeper)):
        if left:
            names = one_line(", ".join(path.name for path in left), LONGEST)
            print(f"left out, {why}: {len(left)} of {count} folders: {names}", file=sys.stderr)


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
        else:
            print(f"\naccuracy against the pruned share of {len(runs)} runs: in {curve}")
        files.write(curve, run_tables.to_csv(run_tables.as_rows(points)))
        written.append(curve)
    print(run_tables.LEGEND)
    tell_files(*written)
