"""All cells of a sweep, by workers of one thread each."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

from stablenoise.checks import one_line
from stablenoise.data import files
from stablenoise.executors import asked_to_stop, ends_itself, workers

from .cells import CHECKPOINT, Cell, Plan
from .training import SUMMARY_FILE, Outcome, check, finished, table, to_csv
from .training import run as run_cell

LONGEST = 300  # characters of an error in a table

Outcomes = dict[int, Outcome]


def run(plan: Plan) -> int:
    """Train all cells that are not done; 1 if one of them failed."""
    outcomes: Outcomes = {}
    for number, cell in enumerate(plan.cells):
        if known := finished(cell):
            outcomes[number] = known
    if outcomes:
        print(f"{len(outcomes)} of {len(plan.cells)} cells are done already")
    lacking = [number for number in range(len(plan.cells)) if number not in outcomes]
    check([plan.cells[number] for number in lacking])
    try:
        if lacking:
            _train(plan, lacking, outcomes)
    except KeyboardInterrupt:
        _summarise(plan, outcomes)
        if any((cell.out / CHECKPOINT).is_dir() for cell in plan.cells):
            print("the same command goes on from the checkpoints", file=sys.stderr)
        raise
    _summarise(plan, outcomes)
    failed = [outcome for outcome in outcomes.values() if outcome.error]
    if failed:
        print(f"chaos: {len(failed)} of {len(plan.cells)} cells failed", file=sys.stderr)
    return int(bool(failed))


def _train(plan: Plan, lacking: list[int], outcomes: Outcomes) -> None:
    """Add the outcomes of some cells as they come."""
    with workers(plan.executor, min(plan.jobs, len(lacking)), plan.scheduler) as pool:
        for number in lacking:
            pool.submit(number, _one, _anywhere(plan.cells[number]))
        for number, came in pool.finished():
            outcomes[number] = came.value or Outcome(error=one_line(str(came.error), LONGEST))
            said = f"{plan.cells[number].name}: {outcomes[number].line}"
            print(f"[{len(outcomes)}/{len(plan.cells)}] {said}", flush=True)


def _anywhere(cell: Cell) -> Cell:
    """A cell for a worker, which may have another current folder."""
    return replace(
        cell, out=cell.out.absolute(), data_home=cell.data_home and cell.data_home.absolute()
    )


def _one(cell: Cell) -> Outcome:
    """Train a cell as a task; what it may not do is its outcome, in one line."""
    try:
        with ends_itself():
            _watch()
            return run_cell(cell, _watch)
    except KeyboardInterrupt:
        if not asked_to_stop():  # Ctrl-C, where the task is done by this process
            raise
        return Outcome(error="interrupted")
    except (ValueError, OSError, ImportError, MemoryError) as error:
        return Outcome(error=one_line(str(error), LONGEST) or "memory does not suffice")


def _watch(moment: Any = None) -> None:
    """Before a cell and after each of its steps: stop, with a checkpoint, if asked to."""
    if asked_to_stop():
        raise KeyboardInterrupt


def _summarise(plan: Plan, outcomes: Outcomes) -> None:
    """Print the table of all cells that have an outcome, and write it."""
    pairs = [(plan.cells[number], outcomes[number]) for number in sorted(outcomes)]
    if not pairs:
        return
    print(table(pairs))
    path = plan.out / SUMMARY_FILE
    files.write(path, to_csv(pairs))
    print(f"{path}: {len(pairs)} of {len(plan.cells)} cells")
