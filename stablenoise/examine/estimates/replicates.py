"""One replicate of an examination: a sample, and what the estimator says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import nan
from typing import Any, NamedTuple

import numpy as np

from ...checks import one_line, told
from . import answers

__all__ = ["Replicates", "Task", "run"]

PROBES = 25  # replicates, the first, of which the sample is also given in another unit
UNIT = 1024.0  # a power of two: times it, or over it, a sample has the same digits
LARGEST = 2.0**1000  # of a sample that may be multiplied
TOLD = 160  # characters of an error


class Task(NamedTuple):
    """What is run: its estimates of ``parameter`` go up by unit^power when the sample does."""

    estimator: Callable[[np.ndarray], Any]
    law: Any
    n: int
    seed: int
    level: float
    parameter: str
    power: int | None  # None where it is not asked

    def sample(self, replicate: int) -> np.ndarray:
        """The draws of a replicate, which depend on its number and the seed alone."""
        rng = np.random.default_rng([self.seed, replicate])
        drawn = np.asarray(self.law.rvs(self.n, rng))
        if drawn.shape != (self.n,) or drawn.dtype.kind not in "iuf":
            raise ValueError(f"law must draw {self.n} numbers, got {told(drawn)}")
        return np.array(drawn, dtype=float)  # a copy, which estimators may write into

    def answer(self, sample: np.ndarray) -> answers.Answer:
        """What the estimator says of a sample."""
        return answers.read(self.estimator(sample), self.parameter, self.level)


@dataclass(slots=True)
class Replicates:
    """What has been answered so far: estimates and ends of intervals, or why there is none."""

    numbers: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    rescaled: list[float] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)
    interrupted: bool = False

    def add(self, task: Task, replicate: int) -> None:
        """Run one replicate, and the same sample in another unit."""
        sample = task.sample(replicate)
        other = _probed(task, replicate, sample)
        seen = _attempt(task, sample)
        if isinstance(seen, str):
            self.failed[replicate] = seen
            return
        rescaled = other()
        self.numbers.append(replicate)
        self.values.append(seen.value)
        self.low.append(seen.low)
        self.high.append(seen.high)
        self.rescaled.append(rescaled)


def run(task: Task, numbers: Iterable[int], tell: Callable[[int, int], object]) -> Replicates:
    """All replicates of these numbers, or those until Ctrl-C."""
    seen, asked = Replicates(), list(numbers)
    try:
        for done, replicate in enumerate(asked, 1):
            seen.add(task, replicate)
            tell(done, len(asked))
    except KeyboardInterrupt:
        seen.interrupted = True
    return seen


def _attempt(task: Task, sample: np.ndarray) -> answers.Answer | str:
    """An answer, or in one line why there is none."""
    try:
        return task.answer(sample)
    except (Exception, SystemExit) as error:  # some libraries end the process
        return one_line(f"{type(error).__name__}: {error}", TOLD)


def _probed(task: Task, replicate: int, sample: np.ndarray) -> Callable[[], float]:
    """What to call for the estimate in the sample's unit from the sample in another unit."""
    power = task.power
    if replicate >= PROBES or power is None:
        return lambda: nan
    unit = UNIT if np.max(np.abs(sample)) < LARGEST else 1 / UNIT
    rescaled = sample * unit  # before the estimator may write into the sample

    def ask() -> float:
        seen = _attempt(task, rescaled)
        return nan if isinstance(seen, str) else seen.value / unit**power

    return ask
