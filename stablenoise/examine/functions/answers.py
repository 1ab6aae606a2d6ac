"""What a function answered, beside what it should have, and the limits of what is let pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...results import Result
from ...stable import Stable
from . import errors
from .calls import Function
from .points import BULK, Points

__all__ = ["Answers", "Limits", "RegionErrors", "answers_of"]

INFORMATIVE = 0.1  # what rounding may make of a relative error where a point still tells something
LEAST_LOG = {"float32": -87.0, "float16": -9.7}  # of values, where a type ends
FAR = 1e3  # times the tolerance: what is let pass in tails below 1e-4
FINE = 1e-4  # times the tolerance: what is surely right in the bulk


@dataclass(frozen=True, slots=True)
class Limits:
    """Relative errors from which on a value is wrong, or is not beyond doubt."""

    tolerance: float

    def grade(self, error: float, bulk: bool) -> str:
        """The grade of an error in the bulk, or in a tail beyond it."""
        unit = self.tolerance if bulk else FAR * self.tolerance
        doubt = FINE * self.tolerance if bulk else self.tolerance
        return "fail" if not error <= unit else "suspicious" if error > doubt else "pass"


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Of one function, that of a law or not: arrays with an element for each point."""

    name: str  # "pdf", "cdf", "sf" or "ppf"
    law: Stable
    points: Points
    function: Function
    values: np.ndarray  # its own
    true_values: np.ndarray  # those of the law
    asked: np.ndarray  # which points were asked
    used: np.ndarray  # which of them tell something, as rounding makes little there
    allowed: np.ndarray  # what rounding makes of the relative error
    signed: np.ndarray  # relative errors, NaN where its value is NaN
    excess: np.ndarray  # their sizes, beyond what rounding makes; inf where its value is NaN

    @property
    def place(self) -> np.ndarray:
        """What the function is of: x, or the probability of a quantile."""
        return self.points.q if self.name == "ppf" else self.points.x

    @property
    def bulk(self) -> np.ndarray:
        """Which points lie in the bulk."""
        return self.points.tail >= BULK * (1 - 1e-9)

    def where(self, i: int) -> str:
        """What a point is, as text: a probability next to 1 by its distance from 1."""
        if self.name != "ppf":
            return f"x = {self.points.x[i]:.9g}"
        return (
            f"q = 1 - {1 - self.points.q[i]:.6g}"
            if self.points.upper[i]
            else (f"q = {self.points.q[i]:.6g}")
        )

    @property
    def eps(self) -> float:
        """Rounding of its type."""
        return float(np.finfo(precision(self.function.dtype)).eps)


@dataclass(frozen=True, slots=True, repr=False)
class RegionErrors(Result):
    """Errors of one function in one region.

    Parameters
    ----------
    function : str
        "pdf", "cdf", "sf" or "ppf".
    region : str
        "centre" (between the quantiles of 1e-2), "near zeta", or a part of a tail by its
        probability, such as "left tail, 1e-4 to 1e-8".
    points : int
        How many were asked there.
    worst, median : float
        Of the relative errors, beyond what rounding makes.
    where : float
        The x, or the probability of a quantile, of the worst.

    Examples
    --------
    >>> RegionErrors("pdf", "centre", 10, 1e-9, 2.0, 1e-12).worst
    1e-09

    """

    function: str
    region: str
    points: int
    worst: float
    where: float
    median: float


def answers_of(name: str, law: Stable, points: Points, function: Function) -> Answers:
    """Ask a function at all points, and compare."""
    place = points.q if name == "ppf" else points.x
    can_ask = np.isfinite(place) & (0 < points.q) & (points.q < 1 if name == "ppf" else True)
    values, asked = np.full(place.shape, np.nan), np.zeros(place.shape, bool)
    values[can_ask], asked[can_ask] = function.all_values(place[can_ask])
    return compared(name, law, points, function, values, asked)


def compared(
    name: str,
    law: Stable,
    points: Points,
    function: Function,
    values: np.ndarray,
    asked: np.ndarray,
) -> Answers:
    """Values with what they should be."""
    eps = float(np.finfo(precision(function.dtype)).eps)
    allowed = errors.allowance(name, law, points, eps)
    signed = errors.relative(name, law, points, values)
    least = LEAST_LOG.get(precision(function.dtype).name, -errors.LARGEST_LOG)
    used = asked & (allowed < INFORMATIVE) & (errors.log_truth(name, law, points) > least)
    excess = np.maximum(np.abs(signed) - allowed, 0.0)
    excess = np.where(np.isnan(signed), np.inf, excess)
    true_values = errors.truth(name, law, points)
    return Answers(
        name, law, points, function, values, true_values, asked, used, allowed, signed, excess
    )


def precision(dtype: np.dtype) -> np.dtype:
    """The type of floats whose rounding values of a type have: float64 for integers."""
    return dtype if dtype.kind == "f" and dtype.itemsize < 8 else np.dtype(float)


def regions_of(answers: Answers) -> list[RegionErrors]:
    """A row for each region where a point tells something."""
    names = np.array(answers.points.regions)
    rows = []
    for region in dict.fromkeys(answers.points.regions):
        some = np.flatnonzero(answers.used & (names == region))
        if some.size:
            worst = some[np.argmax(answers.excess[some])]
            rows.append(
                RegionErrors(
                    answers.name,
                    region,
                    some.size,
                    float(answers.excess[worst]),
                    float(answers.place[worst]),
                    float(np.median(answers.excess[some])),
                )
            )
    return rows
