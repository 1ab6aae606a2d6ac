"""What workers cost: start, overhead of a task, bytes of a task, and two against one.

    python benchmarks/scale_out.py [serial local dask mpi]

Medians of several rounds are shown, and the least and the most.  Processor time of this process,
in which Dask's scheduler runs, does not depend on who else uses the machine.  Two workers and one
are compared within a round, by the wall clock, with as many tasks of about a second of processor
time; the processor time of a task over its wall time says how much of a core it had.
"""

import sys
import time
from collections.abc import Callable
from statistics import median

from stablenoise import executors

ENGINES = "local", "dask"
ROUNDS, EMPTY, WORK = 5, 300, 4  # rounds, and tasks of each kind in one


def nothing(number: int) -> int:
    return number


def work(seconds: float) -> tuple[float, float]:
    """So much processor time in Python's own loops; that and the time of the clock."""
    start, end = time.perf_counter(), time.process_time() + seconds
    total = 0
    while time.process_time() < end:
        total += sum(range(10_000))
    return seconds, time.perf_counter() - start


def wait(seconds: float) -> tuple[float, float]:
    """So many seconds without work: two at once need no second core."""
    time.sleep(seconds)
    return seconds, seconds


def begun(engine: str, count: int) -> tuple[float, float]:
    """Seconds until the first outcome, and a task, of empty tasks."""
    start = time.perf_counter()
    with executors.workers(engine, count) as pool:
        for number in range(count):
            pool.submit(number, nothing, number)
        list(pool.finished())
        first = time.perf_counter() - start
        seconds, processor = [], []
        for _ in range(ROUNDS):
            start, busy = time.perf_counter(), time.process_time()
            for number in range(EMPTY):
                pool.submit(number, nothing, number)
            list(pool.finished())
            seconds.append((time.perf_counter() - start) / EMPTY)
            processor.append((time.process_time() - busy) / EMPTY)
        done = count + ROUNDS * EMPTY
        moved = pool.bytes_sent / done, pool.bytes_received / done
    print(
        f"{engine:8} {count} workers: first outcome after {first:.2f} s,"
        f" {1e3 * median(seconds):.2f}"
        f" ms a task ({1e3 * min(seconds):.2f} to {1e3 * max(seconds):.2f}),"
        f" of them {1e3 * median(processor):.2f} ms of processor time here,"
        f" {moved[0]:.0f} bytes there and {moved[1]:.0f} back",
        flush=True,
    )
    return first, median(seconds)


def finished(pool: object, task: Callable, tasks: int) -> tuple[float, float]:
    """Wall seconds of some tasks of a second, and the share of a core that each had."""
    start = time.perf_counter()
    for number in range(tasks):
        pool.submit(number, task, 1.0)
    shares = [outcome.value[0] / outcome.value[1] for _, outcome in pool.finished()]
    return time.perf_counter() - start, median(shares)


def two_against_one(engine: str, task: Callable) -> float:
    """How many times as fast two workers are as one, with tasks that wait or compute."""
    ratios, shares = [], []
    with executors.workers(engine, 1) as one, executors.workers(engine, 2) as two:
        for pool in one, two:
            finished(pool, wait, 2)  # so that its processes are there
        for _ in range(ROUNDS):
            (alone, share), (together, of_each) = (
                finished(one, task, WORK),
                finished(two, task, WORK),
            )
            ratios.append(alone / together)
            shares.append((share, of_each))
    each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    print(
        f"{engine:8} 2 workers {task.__name__} {WORK} times 1 s {median(ratios):.2f} times"
        f" as fast as 1 ({each}); share of a core a task:"
        f" {median(s for s, _ in shares):.2f} with 1,"
        f" {median(s for _, s in shares):.2f} with 2",
        flush=True,
    )
    return median(ratios)


def main(engines: list[str]) -> None:
    for engine in engines or ENGINES:
        begun(engine, 2)
    for engine in engines or ENGINES:
        for task in (wait, work) if engine != "serial" else ():
            two_against_one(engine, task)


if __name__ == "__main__":
    main(sys.argv[1:])
