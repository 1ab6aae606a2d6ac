"""Scores in alpha, beta, scale and loc: the most powerful tests of a small shift.

The statistic is the sum over all draws of the derivative of the logarithm of their group's
probability, for each parameter alone, and for all together (Rao 1948, Proceedings of the Cambridge
Philosophical Society 44, 50-57).  Groups are of cells, some 400, the outer ones with 4 draws
expected or more: so a score is bounded, also at alpha = 2 and beta = 1, where the information is
infinite.  The null is that of a multinomial sum, by its saddlepoint (``saddlepoints``).

For a scale, an index, a skewness or a location that is slightly off.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from ....stable import Stable
from ...groups import groups, slopes
from ...outcomes import Outcome
from ...saddlepoints import joint_tail, two_sided
from ...tallies import CellTest, Totals

MOST = 1 << 40
EXPECTED = 4.0  # draws in the outer groups
SURE = 7.0  # standard errors that would show: a probability of 1e-12
LEAST_SPREAD = 1e-9  # of a score about beta, which at alpha = 2 nothing depends on


def _outcomes(totals: Totals) -> tuple[Outcome, ...]:
    """One parameter at a time, and all of them."""
    least = EXPECTED / totals.size
    made = groups(totals.cells, least)
    seen = made.sums(totals.counts) / totals.size
    scores = {
        name: slope / made.probability
        for name, slope in slopes(totals.cells, least).items()
        if name != "beta" or totals.cells.law.alpha < 2
    }
    alone = [_alone(name, score, made.probability, seen, totals) for name, score in scores.items()]
    return (*alone, _together(scores, made.probability, seen, totals))


def _alone(
    name: str, score: np.ndarray, probability: np.ndarray, seen: np.ndarray, totals: Totals
) -> Outcome:
    """The test in one parameter, and the shift that it tells if the others are right."""
    n = totals.size
    sum_of = float((seen - probability) @ score)
    information = float(probability @ score**2)
    if not information > 0:
        return Outcome(f"score in {name}", 0.0, 1.0, n, "draws are too coarse to tell")
    p_value = two_sided(float(seen @ score), score, probability, n)
    shift, error = sum_of / information, 1 / sqrt(n * information)
    unit = " scales" if name in ("scale", "loc") else ""
    told = (
        f"{name} is off by {shift:+.3g} +- {error:.2g}{unit} if all else is right;"
        f" {SURE * error:.2g} would have shown"
    )
    return Outcome(f"score in {name}", shift / error, p_value, n, told)


def _together(
    scores: dict[str, np.ndarray], probability: np.ndarray, seen: np.ndarray, totals: Totals
) -> Outcome:
    """All parameters at once, and the shifts that explain it best."""
    rows = np.stack(list(scores.values()))
    statistic, p_value, dof = joint_tail(rows @ seen, rows, probability, totals.size)
    spread = np.sqrt(rows**2 @ probability)
    unit = rows / np.where(spread > 0, spread, 1.0)[:, None]
    correlation = (unit * probability) @ unit.T
    shift = np.linalg.pinv(correlation, hermitian=True) @ (unit @ (seen - probability))
    shifts = shift / np.where(spread > 0, spread, 1.0)
    told = ", ".join(f"{name} {x:+.3g}" for name, x in zip(scores, shifts, strict=True))
    sentence = f"the nearest law is off by {told} (scale and loc in scales)"
    return Outcome("scores together", statistic, p_value if dof else 1.0, totals.size, sentence)


def make(law: Stable) -> CellTest:
    """A new test: of every law."""
    return CellTest(_outcomes)
