"""How many rows of the reference a function has right, to four, eight and twelve digits.

A row counts as right to a tolerance if its relative error is at most that, or at most what four
ulps of x, alpha or beta make, whichever is larger: no function of doubles can do better.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from benchmarks.reference import table

from .asking import FUNCTIONS, Answers, Rows

__all__ = ["TOLERANCES", "Score", "chosen", "points_of", "score"]

TOLERANCES = 1e-4, 1e-8, 1e-12
LEAST_UPPER = 1e-8  # probability above a quantile that is asked for by 1 - p, which is rounded
HALF_ULP = 2.0**-53  # of a probability next to 1


class Score(NamedTuple):
    """What a function of a library reached."""

    library: str
    function: str
    rows: int  # that were asked
    within: tuple[float, ...]  # shares of them, by tolerance
    failed: int  # rows without a finite number
    reasons: dict[str, int]
    microseconds: float  # a row, in the median
    by_region: dict[str, float]  # share within the second tolerance


def chosen(rows: Rows, count: int, seed: int) -> Rows:
    """Some rows, in an order of their own."""
    order = np.random.default_rng(seed).permutation(len(rows["x"]))[:count]
    return table.some(rows, order)


def points_of(rows: Rows, function: str) -> tuple[Rows, np.ndarray, np.ndarray]:
    """What is asked of a function, the true values, and what rounding may make of them."""
    allowed = table.allowed(rows)["quantile" if function == "ppf" else function]
    if function != "ppf":
        return {k: rows[k] for k in ("x", "alpha", "beta", "region")}, rows[function], allowed
    upper, size = rows["side"] == "upper", rows["pdf"] * np.abs(rows["quantile"])
    with np.errstate(all="ignore"):
        allowed = np.where(upper, np.maximum(allowed, HALF_ULP / size), allowed)
    kept = ~upper | (rows["p"] >= LEAST_UPPER)
    q = np.where(upper, 1 - rows["p"], rows["p"])
    points = {"x": q, **{k: rows[k] for k in ("alpha", "beta", "region")}}
    return table.some(points, kept), rows["quantile"][kept], allowed[kept]


def score(name: str, function: str, rows: Rows, answers: Answers) -> Score:
    """Compare answers with the reference."""
    points, true, allowed = points_of(rows, function)
    asked = answers.asked
    true, allowed, regions = true[asked], allowed[asked], points["region"][asked]
    error = np.abs(answers.values - true) / np.where(true == 0, 1.0, np.abs(true))
    error = np.where(np.isnan(error), np.inf, error)
    within = [error <= np.maximum(tolerance, allowed) for tolerance in TOLERANCES]
    by_region = {r: float(np.mean(within[1][regions == r])) for r in np.unique(regions).tolist()}
    return Score(
        name,
        function,
        len(asked),
        tuple(float(np.mean(w)) if len(asked) else np.nan for w in within),
        int(np.sum(~np.isfinite(answers.values))),
        answers.reasons,
        float(np.median(answers.seconds)) * 1e6 if len(asked) else np.nan,
        by_region,
    )


def regions_of(scores: Sequence[Score]) -> list[str]:
    """All regions, by name."""
    return sorted({region for s in scores for region in s.by_region})


def in_order(scores: Sequence[Score]) -> list[Score]:
    """The functions one after the other, the best library first."""
    return sorted(scores, key=lambda s: (FUNCTIONS.index(s.function), -sum(s.within)))
