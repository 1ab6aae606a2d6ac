"""Measuring: ours and the peer's in turn, by the processor's time and by the clock."""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence
from math import ceil, isfinite
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter, process_time
from typing import NamedTuple

from .kinds import Figure, Work

__all__ = ["Measured", "measured"]

LEAST_SECONDS = (
    0.03  # of a turn, in which a short call is repeated: 1 ms of the clock's noise is 3%
)


class Measured(NamedTuple):
    """What a figure came to: seconds a unit of each turn, ours and the peer's, or two numbers."""

    processor: list[list[float]]
    wall: list[list[float]]
    numbers: list[float | None]  # None where a number is infinite or NaN
    load: float  # of the machine, when it began


def measured(figure: Figure, tiny: bool = False) -> Measured:
    """Measure a figure, without its peer where that is not installed."""
    load = os.getloadavg()[0]
    making = figure.make(figure.tiny if tiny else figure.size)
    try:
        both = [next(making) for _ in range(1 + figure.has_peer)]
        if figure.is_number:
            numbers = [float(x) if isfinite(x) else None for x in both]
            return Measured([], [], numbers, load)
        return Measured(*in_turn(both, 1 if tiny else figure.rounds, tiny), [], load)
    finally:
        making.close()


def in_turn(
    works: Sequence[Work], rounds: int, tiny: bool
) -> tuple[list[list[float]], list[list[float]]]:
    """Seconds a unit of each work in each round, processor's and clock's; who is first changes.

    A first call compiles and is not counted, nor is a second one, which says how many calls fill
    the least time.
    """
    calls = [1 if tiny else calls_of(work) for work in works]
    processor: list[list[float]] = [[] for _ in works]
    wall: list[list[float]] = [[] for _ in works]
    for turn in range(rounds):
        order = range(len(works)) if turn % 2 == 0 else reversed(range(len(works)))
        for i in order:
            spent, passed = timed(works[i], calls[i])
            processor[i].append(spent)
            wall[i].append(passed)
    return processor, wall


def calls_of(work: Work) -> int:
    """How many calls take the least time; the first one compiles."""
    work.run()
    seconds = timed(work, 1)[1] * work.count
    return max(1, ceil(LEAST_SECONDS / max(seconds, 1e-9)))


def timed(work: Work, calls: int) -> tuple[float, float]:
    """Seconds a unit, the processor's and the clock's, without rounds of the garbage collector."""
    gc.collect()
    gc.disable()
    try:
        spent, passed = processor_time(), perf_counter()
        for _ in range(calls):
            work.run()
        spent, passed = processor_time() - spent, perf_counter() - passed
    finally:
        gc.enable()
    units = calls * work.count
    return spent / units, passed / units


def processor_time() -> float:
    """Of this process, and of children that have ended and were waited for."""
    children = getrusage(RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime
