"""All cells of a sweep, in processes of one thread each."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

from stablenoise.checks import one_line
from stablenoise.data import files

from .cells import CHECKPOINT, Cell, Plan
from .training import SUMMARY_FILE, Outcome, check, finished, table, to_csv
from .training import run as run_cell

# One thread for each process, of whichever library multiplies.  They are read when one begins.
ONE_THREAD = dict.fromkeys(
    (
        *("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"),
        *("VECLIB_MAXIMUM_THREADS", "NUMBA_NUM_THREADS"),
    ),
    "1",
)
LONGEST = 300  # characters of an error in a table
LOOKS = 1.0  # seconds from one look to the next, whether who began a process is there
_TOLD: list[Any] = []  # in a process of the pool: the event that stops it, and who began it
_AT_WORK = threading.Lock()  # held while it trains a cell

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
    context = get_context("spawn")
    stop, count = context.Event(), min(plan.jobs, len(lacking))
    with ProcessPoolExecutor(count, context, _begin, (stop, os.getpid())) as pool:
        with _for_children():
            futures = {pool.submit(_one, plan.cells[number]): number for number in lacking}
        try:
            for future in as_completed(futures):
                number = futures[future]
                outcomes[number] = _came_of(future)
                said = f"{plan.cells[number].name}: {outcomes[number].line}"
                print(f"[{len(outcomes)}/{len(plan.cells)}] {said}", flush=True)
        except KeyboardInterrupt:
            stop.set()  # cells that run write a checkpoint
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _came_of(future: Future) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        return Outcome(error="its process, or another one, was ended from outside")


@contextmanager
def _for_children() -> Iterator[None]:
    """While it lasts, processes begin with one thread, and do not hear Ctrl-C themselves."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        signal.signal(signal.SIGINT, handler)


def _begin(stop: Any, parent: int) -> None:
    """Keep, in a process of the pool, what tells it to stop; ``parent`` is who began it.

    It is told and not asked of the system, as it may be gone when this is called.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _TOLD[:] = [stop, parent]
    threading.Thread(target=_end_if_alone, daemon=True).start()


def _end_if_alone() -> None:
    """End the process once who began it is no more; a cell that is under way stops first."""
    while not _is_alone():
        time.sleep(LOOKS)
    with _AT_WORK:  # else it waits for a cell that nobody sends
        os._exit(1)


def _is_alone() -> bool:
    return os.getppid() != _TOLD[1]


def _one(cell: Cell) -> Outcome:
    """Train a cell in a process of the pool; what it may not do is its outcome, in one line."""
    try:
        with _AT_WORK:
            _watch()
            return run_cell(cell, _watch)
    except KeyboardInterrupt:
        return Outcome(error="interrupted")
    except (ValueError, OSError, ImportError, MemoryError) as error:
        return Outcome(error=one_line(str(error), LONGEST) or "memory does not suffice")


def _watch(moment: Any = None) -> None:
    """Before a cell and after each of its steps: stop if asked to, or if who asks is no more."""
    if _is_alone() or _TOLD[0].is_set():
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
