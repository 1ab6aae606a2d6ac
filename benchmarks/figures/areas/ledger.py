"""Tasks of the ledger: what one costs the process that gives it out."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from benchmarks.figures.kinds import Figure, Work
from benchmarks.scale_out import nothing
from stablenoise import executors

WORKERS = 2


def tasks(size: int) -> Iterator[Work]:
    """Processor time of the main process alone: workers have not ended while it is measured."""
    spawned = multiprocessing.get_context("spawn")
    with executors.workers("local", WORKERS) as pool:
        yield Work(lambda: through(pool, size), size)
        with ProcessPoolExecutor(WORKERS, spawned) as peer:
            yield Work(lambda: list(peer.map(nothing, range(size))), size)


def through(pool: executors.Pool, size: int) -> None:
    for number in range(size):
        pool.submit(number, nothing, number)
    list(pool.finished())


FIGURES = (
    Figure("tasks", "1,000 empty tasks for 2 processes, main process alone", "task",
           "`ProcessPoolExecutor.map`", tasks, 1_000, 4),
)  # fmt: skip
