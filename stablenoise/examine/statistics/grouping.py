"""Cells put together: equal shares of the law in its middle, a share of what is left in its tails.

On either side the groups end where few draws are expected beyond: so no statistic is ruled by a
few rare draws.
"""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from typing import NamedTuple

import numpy as np

from ...stable import Stable
from .counts import likelihood_ratio
from .tallies import KEPT, Cells, Totals, between

__all__ = ["Groups", "compared", "equal_groups", "groups", "slopes", "tail_groups"]

MIDDLE = 256  # groups of the middle, were it all
TAIL = 8.0  # a group of a tail holds one in so many of what lies from there on
STEP = 1e-3  # in alpha and beta, of a difference quotient


class Groups(NamedTuple):
    """Groups of consecutive cells: the borders after which they begin, and their probabilities."""

    at: np.ndarray
    probability: np.ndarray

    def sums(self, counts: np.ndarray) -> np.ndarray:
        """Draws in each group, from those in each cell."""
        return np.add.reduceat(counts, np.r_[0, self.at + 1])


def groups(cells: Cells, least: float) -> Groups:
    """Groups of which the outer ones have at least some probability."""
    at = _finest(cells)
    return _from(cells, at[np.minimum(cells.below, cells.above)[at] >= least])


def equal_groups(cells: Cells, number: int) -> Groups:
    """So many groups of nearly equal probability, none of less; fewer where cells are large."""
    at, last, share = [], 0.0, 1 / number
    while last + share <= 1 - share / 2:
        border = int(np.searchsorted(cells.below, last + share))
        if border == len(cells.below):
            break
        at.append(border)
        last = float(cells.below[border])
    if at and cells.above[at[-1]] < share / 2:
        at.pop()
    return _from(cells, np.array(at, int))


def tail_groups(cells: Cells, least: float) -> Groups:
    """Groups that hold half of what lies from there on, on either side of the median."""
    tails = np.minimum(cells.below, cells.above)
    halves = -np.log2(np.maximum(tails, least))
    number = np.floor(np.where(cells.below < cells.above, -halves, halves - 2))
    at = np.flatnonzero(np.diff(number, prepend=number[0]) > 0)
    return _from(cells, at[tails[at] >= least])


def slopes(cells: Cells, least: float) -> dict[str, np.ndarray]:
    """Derivatives of the groups' probabilities in alpha, beta, scale and loc, near enough.

    For scale 1.  A test of their sums is exact however near they are, as it is by probabilities.
    """
    tails = np.minimum(cells.below, cells.above)[_finest(cells)]
    inner = _slopes(cells)[:, tails >= least]
    return dict(
        zip(("alpha", "beta", "scale", "loc"), np.diff(inner, prepend=0, append=0), strict=True)
    )


@lru_cache(KEPT)
def _finest(cells: Cells) -> np.ndarray:
    """Borders at which the number of groups from either end on reaches an integer."""
    middle = _number(np.array(0.5))
    here = _number(np.minimum(cells.below, cells.above))
    number = np.floor(np.where(cells.below < cells.above, here, 2 * middle - here))
    return np.flatnonzero(np.diff(number, prepend=number[0]) > 0)


def _number(tail: np.ndarray) -> np.ndarray:
    """How many groups lie between a point of this tail and that from which on they are equal."""
    edge = TAIL / MIDDLE
    far = np.log(np.maximum(np.minimum(tail, edge), 1e-300) / edge)
    return np.where(tail > edge, MIDDLE * (tail - edge), TAIL * far)


@lru_cache(KEPT)
def _slopes(cells: Cells) -> np.ndarray:
    """Derivatives, a row each, of the distribution function at the finest groups' borders."""
    law, at = cells.law, _finest(cells)
    alpha, beta, x = float(law.alpha), float(law.beta), cells.borders[at]
    lower = cells.below[at] < cells.above[at]

    def below(alpha: float, beta: float) -> np.ndarray:
        """The distribution function, from the nearer tail, less 1 in the upper half."""
        unit = Stable(alpha, beta)
        return np.where(lower, unit.cdf(x), -unit.sf(x))

    step = STEP * min(alpha, 1.0)
    high, low = min(alpha + step, 2.0), alpha - step
    in_alpha = (below(high, beta) - below(low, beta)) / (high - low)
    right, left = min(beta + STEP, 1.0), max(beta - STEP, -1.0)
    in_beta = (below(alpha, right) - below(alpha, left)) / (right - left)
    density = Stable(alpha, beta).pdf(x)
    return np.nan_to_num(np.stack([in_alpha, in_beta, -density * x, -density]))


def _from(cells: Cells, at: np.ndarray) -> Groups:
    """Groups that begin after some borders."""
    return Groups(at, between(cells.below[at], cells.above[at]))


class Comparison(NamedTuple):
    """Counts in groups against what is expected, and the group that is furthest off."""

    chi_square: float
    dof: int
    p_value: float
    worst: int
    seen: int
    expected: float

    def told(self) -> str:
        """The likelihood-ratio chi-square, and what chance makes of it."""
        chance = f"where {self.dof} +- {sqrt(2 * self.dof):.3g} is expected"
        return f"{self.chi_square:.4g}, {chance}"


def compared(made: Groups, totals: Totals) -> Comparison:
    """The likelihood ratio of the counts in groups."""
    counts, expected = made.sums(totals.counts), made.probability * totals.size
    ratio = likelihood_ratio(counts[None], expected[None], np.array([totals.size]))
    worst = int(np.argmax(abs((counts - expected) / np.sqrt(expected))))
    return Comparison(*ratio, worst, int(counts[worst]), float(expected[worst]))
