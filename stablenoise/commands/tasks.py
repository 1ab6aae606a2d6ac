"""Examinations of somebody's functions, as a child process does them: report after report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .. import examine
from ..examine.samplers import reports

__all__ = ["DensityTask", "EstimatorTask", "SamplerTask"]

FIRST_PIECE = 25  # replicates of an estimator after which there is a first report

Functions = Mapping[str, Callable]
SoFar = Callable[[Any], object]


@dataclass(frozen=True)
class SamplerTask:
    """A sampler, looked at until its budget ends."""

    names: dict[str, str]
    law: Any
    budget: str | int
    seed: int
    level: float
    seconds: float | None

    def run(self, functions: Functions, so_far: SoFar) -> Any:
        """The last report."""
        (draw,) = functions.values()
        given = self.law, self.budget, self.seed, self.level, self.seconds
        for report in reports(draw, *given):
            so_far(report)
        return report


@dataclass(frozen=True)
class DensityTask:
    """Densities, distribution functions and quantile functions, by the names of their options."""

    names: dict[str, str]
    law: Any

    def run(self, functions: Functions, so_far: SoFar) -> Any:
        """The report."""
        named = {option.removeprefix("--"): f for option, f in functions.items()}
        named["pdf"] = named.pop("density", None)
        return examine.density(self.law, **named)


@dataclass(frozen=True)
class EstimatorTask:
    """An estimator, whose replicates are run by and by."""

    names: dict[str, str]
    law: Any
    n: int
    replicates: int
    seed: int
    level: float
    parameter: str

    def run(self, functions: Functions, so_far: SoFar) -> Any:
        """The report of all replicates together, or of those until it was stopped."""
        (function,) = functions.values()
        report, done = None, 0
        for stop in pieces(self.replicates):
            numbers = range(done, stop)
            given = self.law, self.n, numbers, self.seed, self.level, self.parameter
            piece = examine.estimator(function, *given)
            report, done = piece if report is None else report.merge(piece), stop
            if piece.interrupted:
                break
            so_far(report)
        return replace(report, asked=self.replicates)


def pieces(replicates: int) -> list[int]:
    """Where pieces of replicates end: each doubles what is there, and none is of one alone."""
    ends, end = [], FIRST_PIECE
    while end < replicates - 1:
        ends.append(end)
        end *= 2
    return [*ends, replicates]
