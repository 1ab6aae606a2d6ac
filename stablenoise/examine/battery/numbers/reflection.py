"""Reflection: on which side draws of each size lie, with probabilities known at every size.

Given how many draws are so far from the origin (loc, or zeta where the law crowds about it), those
on its right are binomial.  Three questions are asked of all draws: what share is on the right; how
left and right compare at some distances, by the likelihood-ratio chi-square (``counts``), which is
too small where draws come with their mirror images; and how the tails are divided, whose ratio
tends to (1 + beta) / (1 - beta).

For the sign of beta, sides that differ where beta is 0, and antithetic draws.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from ....stable import Stable
from ...statistics.counts import binomial, likelihood_ratio
from ...statistics.outcomes import Outcome
from ...statistics.tallies import CellTest, Totals

MOST = 1 << 40
SIZES = 64
EXPECTED = 32  # draws on the lighter side of a size, about
LEVELS = tuple(10.0**-k for k in range(2, 10))


class _Sides(NamedTuple):
    """Counts and probabilities on the left and on the right, a row each, by increasing size."""

    counts: np.ndarray
    probability: np.ndarray


def _sides(totals: Totals) -> _Sides:
    """All cells but that about the origin, folded."""
    middle, probability = totals.cells.half - 1, totals.cells.probabilities()
    return _Sides(
        *(
            np.stack([values[:middle][::-1], values[middle + 1 :]])
            for values in (totals.counts, probability)
        )
    )


def _outcomes(totals: Totals) -> tuple[Outcome, ...]:
    sides = _sides(totals)
    inside = sides.probability.sum() > 0 and sides.probability.sum(axis=1).min() > 0
    if not inside:  # draws are too coarse, or all on one side
        return ()
    tails = [_tails(totals, sides, level) for level in LEVELS if level * totals.size >= EXPECTED]
    return (_share(totals, sides), *_by_size(totals, sides), *tails)


def _share(totals: Totals, sides: _Sides) -> Outcome:
    left, right = sides.counts.sum(axis=1).tolist()
    low, high = sides.probability.sum(axis=1)
    share = float(high / (low + high))
    told = (
        f"{right:,} of {left + right:,} draws are to the right of the origin,"
        f" where {share * (left + right):.6g} are expected"
    )
    return Outcome("side", right, binomial(right, left + right, share), totals.size, told)


def _by_size(totals: Totals, sides: _Sides) -> tuple[Outcome, ...]:
    """Both sides of some sizes of draws, in groups that tell about the same."""
    low, high = sides.probability
    told = np.cumsum(low * high / np.maximum(low + high, 1e-300))
    number = int(min(SIZES, totals.size * told[-1] / EXPECTED))
    if number < 2:
        return ()
    steps = np.minimum(np.floor(told / told[-1] * number), number - 1)
    starts = np.r_[0, np.flatnonzero(np.diff(steps) > 0) + 1]
    counts = np.add.reduceat(sides.counts, starts, axis=1).T
    probability = np.add.reduceat(sides.probability, starts, axis=1).T
    sums = counts.sum(axis=1)
    kept = (sums > 0) & (probability.min(axis=1) > 0)
    shares = probability[kept] / probability[kept].sum(axis=1)[:, None]
    expected = shares * sums[kept, None]
    g, dof, p_value = likelihood_ratio(counts[kept], expected, sums[kept])
    said = (
        f"left and right compared at {dof} distances from the origin, the likelihood-ratio"
        f" chi-square is {g:.4g}, where {dof} +- {sqrt(2 * dof):.3g} is expected"
    )
    return (Outcome("sides by size", g, p_value, totals.size, said),)


def _tails(totals: Totals, sides: _Sides, level: float) -> Outcome:
    """How the draws beyond a size are divided."""
    beyond = np.cumsum(sides.probability.sum(axis=0)[::-1])[::-1]
    first = int(np.argmin(abs(np.log(np.maximum(beyond, 1e-300) / level))))
    left, right = sides.counts[:, first:].sum(axis=1).tolist()
    low, high = sides.probability[:, first:].sum(axis=1)
    share = float(high / (low + high))
    p_value = binomial(right, left + right, share)
    told = (
        f"of the draws furthest out (probability {level:g}) {left:,} are on the left and"
        f" {right:,} on the right, where a share of {share:.5g} is expected on the right"
    )
    return Outcome(f"sides beyond {level:g}", right, p_value, totals.size, told)


def make(law: Stable) -> CellTest | None:
    """A new test: of laws with two sides."""
    return None if law.alpha < 1 and abs(law.beta) == 1 else CellTest(_outcomes)
