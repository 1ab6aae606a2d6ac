"""Examinations of somebody's functions, as a child process does them: report after report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from .. import examine
from ..examine.samplers import reports

__all__ = ["DENSITIES", "DensityTask", "EstimatorTask", "SamplerTask"]

DENSITIES = "--density", "--cdf", "--ppf", "--sf"
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
    stop_at_fault: bool = False

    def run(self, functions: Functions, so_far: SoFar) -> Any:
        """The last report."""
        (draw,) = functions.values()
        report, given = None, (self.law, self.budget, self.seed, self.level, self.seconds)
        for report in reports(draw, *given, stop_at_fault=self.stop_at_fault):
            so_far(report)
        return report


@dataclass(frozen=True)
class DensityTask:
    """Densities, distribution functions and quantile functions, by the names of their options."""

    names: dict[str, str]
    law: Any
    seconds: float

    def run(self, functions: Functions, so_far: SoFar) -> Any:
        """The report."""
        pdf, cdf, ppf, sf = map(functions.get, DENSITIES)
        return examine.density(self.law, pdf, cdf, ppf, sf=sf, seconds=self.seconds)


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
        numbers, *more = pieces(self.replicates)
        report = self._piece(function, numbers)
        for numbers in more:
            if report.interrupted:
                break
            so_far(report)
            report = report.merge(self._piece(function, numbers))
        return replace(report, asked=self.replicates)

    def _piece(self, function: Callable, numbers: range) -> examine.EstimatorReport:
        given = self.law, self.n, numbers, self.seed, self.level, self.parameter
        return examine.estimator(function, *given)


def pieces(replicates: int) -> list[range]:
    """Replicates in pieces: each doubles what is there, and none is of one alone."""
    ends, end = [0], FIRST_PIECE
    while end < replicates - 1:
        ends.append(end)
        end *= 2
    return [range(start, stop) for start, stop in pairwise([*ends, replicates])]
