"""Score tests on counts: each parameter alone, and all together (Rao 1948).

A score is the derivative of the logarithm of the probability of a draw's group.  Its sum over the
draws is a multinomial sum, whose law is exact whatever the derivative is worth (``saddlepoints``).
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from .grouping import groups, slopes
from .outcomes import Outcome
from .saddlepoints import joint_tail, two_sided
from .tallies import Totals

__all__ = ["Scores", "alone", "scores_of", "together"]

EXPECTED = 4.0  # draws in the outer groups
SURE = 7.0  # standard errors that would show: a probability of 1e-12


class Scores(NamedTuple):
    """Scores by the parameter, the groups' probabilities, the shares of draws seen in them."""

    rows: dict[str, np.ndarray]
    probability: np.ndarray
    seen: np.ndarray
    size: int


def scores_of(totals: Totals) -> Scores:
    """Scores of groups with some draws each; without beta where the law does not depend on it."""
    least = EXPECTED / totals.size
    made = groups(totals.cells, least)
    rows = {
        name: slope / made.probability
        for name, slope in slopes(totals.cells, least).items()
        if name != "beta" or totals.cells.law.alpha < 2
    }
    return Scores(rows, made.probability, made.sums(totals.counts) / totals.size, totals.size)


def alone(scores: Scores, name: str) -> Outcome:
    """The test in one parameter, and the shift that it tells if the others are right."""
    row, n = scores.rows[name], scores.size
    information = float(scores.probability @ row**2)
    if not information > 0:
        return Outcome(f"score in {name}", 0.0, 1.0, n, "draws are too coarse to tell")
    p_value = two_sided(float(scores.seen @ row), row, scores.probability, n)
    shift = float((scores.seen - scores.probability) @ row) / information
    error = 1 / sqrt(n * information)
    unit = " scales" if name in ("scale", "loc") else ""
    told = (
        f"{name} is off by {shift:+.3g} +- {error:.2g}{unit} if all else is right;"
        f" {SURE * error:.2g} would have been detected"
    )
    return Outcome(f"score in {name}", shift / error, p_value, n, told)


def together(scores: Scores, test: str) -> Outcome:
    """All parameters at once, and the shifts that explain it best."""
    rows = np.stack(list(scores.rows.values()))
    statistic, p_value, _ = joint_tail(rows @ scores.seen, rows, scores.probability, scores.size)
    spread = np.sqrt(rows**2 @ scores.probability)
    spread = np.where(spread > 0, spread, 1.0)
    unit = rows / spread[:, None]
    correlation = (unit * scores.probability) @ unit.T
    sums = unit @ (scores.seen - scores.probability)
    shifts = np.linalg.pinv(correlation, hermitian=True) @ sums / spread
    told = ", ".join(f"{name} {x:+.3g}" for name, x in zip(scores.rows, shifts, strict=True))
    sentence = f"the law that fits best is off by {told} (scale and loc in units of the scale)"
    return Outcome(test, statistic, p_value, scores.size, sentence)
