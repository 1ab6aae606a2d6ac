"""Draws counted in cells of known probability, and what the counts say of parameters.

The score of a parameter, the derivative of a log probability, is most powerful for a small error of
it; of cells it is bounded, so that the law of its mean is known far out (``bounded_sums``).  Counts
beyond each edge are binomial.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from .bounded_sums import binomial, several, sums_of_scores
from .outcomes import Outcome

__all__ = ["Cells", "Counts", "cells", "edge_targets"]

Tails = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Points -> P(X <= x) and P(X > x), each relatively accurate where it is small."""

MIDDLE = 32  # cells of equal probability
DEEPEST = 23  # the last edge is exceeded with probability 2^-23
SHALLOWEST = 6
SCORED = 2.0**-8  # cells further out have the score of what is beyond this
SURE = 7.0  # standard deviations at which a shift is seen


class Cells(NamedTuple):
    """Edges of cells and their probabilities; scores, a row a parameter, each of mean 0.

    ``beyond`` has the probability of what is beyond each edge, on the side where it is small.
    """

    edges: np.ndarray
    shares: np.ndarray
    beyond: np.ndarray
    names: tuple[str, ...]
    scores: np.ndarray


def edge_targets() -> tuple[np.ndarray, np.ndarray]:
    """Probabilities below edges of the lower half, rising; above those of the upper, falling."""
    deep = 2.0 ** -np.arange(DEEPEST, SHALLOWEST - 1, -1)
    middle = np.arange(1, MIDDLE // 2) / MIDDLE
    return np.concatenate([deep, middle, [0.5]]), np.concatenate([middle[::-1], deep[::-1]])


def cells(
    edges: np.ndarray, tails: Tails, shifted: Mapping[str, tuple[Tails, Tails, float]]
) -> Cells:
    """Cells of a law; ``shifted`` has it with a parameter lower, higher, and by how much in all."""
    low, high = tails(edges)
    shares = _shares(low, high)
    scores = []
    for less, more, step in shifted.values():
        change = (_shares(*more(edges)) - _shares(*less(edges))) / step
        scores.append(_flattened(change, shares, low, high))
    return Cells(edges, shares, np.minimum(low, high), tuple(shifted), np.array(scores))


def _shares(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Probabilities of cells, from the tail that is the smaller one."""
    lower = np.diff(low, prepend=0.0, append=1.0)
    upper = -np.diff(high, prepend=1.0, append=0.0)
    return np.where(np.append(low, 1.0) <= 0.5, lower, upper)


def _flattened(
    change: np.ndarray, shares: np.ndarray, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """Change over probability, with far cells of either side taken as one; of mean 0."""
    score = change / shares
    for far in (np.append(low, 1.0) <= SCORED, np.insert(high, 0, 1.0) <= SCORED):
        score[far] = change[far].sum() / shares[far].sum()
    return score - shares @ score


class Counts:
    """How many values of each of several columns fell into each cell."""

    def __init__(self, law: Cells, columns: int) -> None:
        self.cells, self.n = law, 0
        self.counts = np.zeros((columns, law.shares.size), dtype=np.int64)

    def add(self, values: np.ndarray) -> None:
        """Values of shape (n, columns)."""
        size = self.cells.shares.size
        place = np.searchsorted(self.cells.edges, values)
        place += np.arange(values.shape[1]) * size
        added = np.bincount(place.ravel(), minlength=self.counts.size)
        self.counts += added.reshape(self.counts.shape)
        self.n += len(values)

    def mean_scores(self, i: int) -> np.ndarray:
        """Mean score in the i-th parameter, column by column."""
        return self.counts @ self.cells.scores[i] / self.n

    def p_values(self, i: int) -> np.ndarray:
        """Of the score in the i-th parameter, column by column."""
        return sums_of_scores(self.mean_scores(i), self.n, self.cells.scores[i], self.cells.shares)

    def information(self, i: int) -> float:
        """Of one draw about the i-th parameter."""
        return float(self.cells.shares @ self.cells.scores[i] ** 2)

    def smallest(self, i: int) -> float:
        """The smallest shift that would have been seen."""
        return SURE / float(np.sqrt(self.n * self.information(i)))

    def beyond(self) -> tuple[np.ndarray, np.ndarray]:
        """Counts beyond each edge, on its side, and their p-values: (columns, edges)."""
        below = np.cumsum(self.counts, axis=1)[:, :-1]
        lower = np.arange(self.cells.edges.size) < len(edge_targets()[0])
        hits = np.where(lower, below, self.n - below)
        return hits, binomial(hits, self.n, self.cells.beyond)

    def middle(self, column: int) -> float:
        """The empirical median, between edges."""
        below = np.cumsum(self.counts[column])[:-1] / self.n
        return float(np.interp(0.5, below, self.cells.edges))


def worst_beyond(counts: Counts, test: str, names: Callable[[int], str]) -> Outcome:
    """The count beyond an edge that is least likely, of all edges and columns."""
    hits, p_values = counts.beyond()
    column, edge = np.unravel_index(np.argmin(p_values), p_values.shape)
    expected = counts.n * counts.cells.beyond[edge]
    side = "below" if edge < len(edge_targets()[0]) else "above"
    told = (
        f"{hits[column, edge]:,} of {counts.n:,} {names(int(column))} are {side} "
        f"{counts.cells.edges[edge]:.4g} times the scale, where {expected:,.4g} are expected"
    )
    p_value = several(float(p_values[column, edge]), p_values.size)
    return Outcome(test, float(hits[column, edge]), p_value, counts.n, told)
