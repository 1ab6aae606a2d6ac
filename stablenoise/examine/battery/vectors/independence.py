"""Independence of coordinates, in pairs and in all, for those that should have it.

Statistics: probability transforms of disjoint pairs are counted in 8 x 8 cells; means of products
of their normal scores, and of the products of their squares; each cell; how often both are extreme;
and how many vectors have two extreme coordinates or more.  Nulls: products take 64 values of
probability 1/64 each (saddlepoint: Lugannani & Rice, 1980); counts are binomial.  Heavy-tailed
coordinates that are independent are never large together.

For isotropic vectors where independent coordinates are meant, a radius or a shock in common, a
correlation, or a copied coordinate.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from ...statistics.blocks import VectorBlock
from ...statistics.bounded_sums import binomial, several, sums_of_scores
from ...statistics.outcomes import Outcome
from ...statistics.pairings import disjoint_pairs, pair_name
from ...statistics.standard_vectors import Factors, independent_factors, row_limit

MOST = 1 << 24
CELLS = 8
EXTREMES = 2.0**-6, 2.0**-10  # probabilities that a coordinate is extreme
SHARES = np.full(CELLS**2, CELLS**-2.0)
SURE = 7.0


class _Test:
    def __init__(self, factors: Factors) -> None:
        self.factors, self.dim = factors, factors.law.dim
        self.pairs = disjoint_pairs(self.dim)
        self.half = self.dim // 2
        self.most, self.n = row_limit(self.dim), 0
        self.edges = np.array([factors.quantile(k / CELLS) for k in range(1, CELLS)])
        self.ends = [
            (factors.quantile(share / 2), factors.quantile(share / 2, upper=True))
            for share in EXTREMES
        ]
        self.tables = np.zeros((len(self.pairs), CELLS**2), np.int64)
        self.both = np.zeros((len(EXTREMES), len(self.pairs)), np.int64)
        self.several = np.zeros(len(EXTREMES), np.int64)

    def add(self, block: VectorBlock) -> None:
        x = self.factors.of(block.standardised, block.values)[: self.most - self.n]
        self.n += len(x)
        first, second = self.pairs.T
        cells = sum((x > edge).astype(np.int64) for edge in self.edges)
        places = cells[:, first] * CELLS + cells[:, second]
        places += np.arange(len(self.pairs)) * CELLS**2
        added = np.bincount(places.ravel(), minlength=self.tables.size)
        self.tables += added.reshape(self.tables.shape)
        for i, (low, high) in enumerate(self.ends):
            extreme = (x < low) | (x > high)
            self.both[i] += (extreme[:, first] & extreme[:, second]).sum(axis=0)
            self.several[i] += np.count_nonzero(extreme.sum(axis=1) > 1)

    def outcomes(self) -> tuple[Outcome, ...]:
        made = []
        for name, scores in _SCORES.items():
            made.append(self._of_pairs(name, scores))
            if self.half > 1:
                made.append(self._of_all(name, scores))
        return *made, self._of_cells(), self._of_both(), self._of_several()

    def _of_pairs(self, name: str, scores: np.ndarray) -> Outcome:
        means = self.tables @ scores / max(self.n, 1)
        p_values = sums_of_scores(means, self.n, scores, SHARES)
        worst = int(np.argmin(p_values))
        told = (
            f"coordinates {pair_name(self.pairs[worst])}: the correlation of {name} is "
            f"{means[worst]:.3g}, where 0 is expected; {_least(self.n):.2g} would have been "
            "detected"
        )
        p_value = several(float(p_values[worst]), len(self.pairs))
        return Outcome(f"independence: {name}", float(means[worst]), p_value, self.n, told)

    def _of_all(self, name: str, scores: np.ndarray) -> Outcome:
        """Pairs of neighbours together: they are independent of each other."""
        terms = self.n * self.half
        mean = float(self.tables[: self.half].sum(axis=0) @ scores) / max(terms, 1)
        p_value = float(sums_of_scores(np.array([mean]), terms, scores, SHARES)[0])
        told = (
            f"over {self.half} pairs of neighbouring coordinates the correlation of {name} is "
            f"{mean:.3g}, where 0 is expected; {_least(terms):.2g} would have been detected"
        )
        return Outcome(f"independence: {name} of neighbours", mean, p_value, self.n, told)

    def _of_cells(self) -> Outcome:
        p_values = binomial(self.tables, self.n, CELLS**-2.0)
        pair, cell = np.unravel_index(np.argmin(p_values), p_values.shape)
        hits = int(self.tables[pair, cell])
        told = (
            f"coordinates {pair_name(self.pairs[pair])} lie in eighths {cell // CELLS + 1} and "
            f"{cell % CELLS + 1} of their laws, counted from below, in {hits:,} of {self.n:,} "
            f"vectors, where {self.n / CELLS**2:,.6g} are expected"
        )
        p_value = several(float(p_values[pair, cell]), p_values.size)
        return Outcome("independence: cells", float(hits), p_value, self.n, told)

    def _of_both(self) -> Outcome:
        expected = np.square(EXTREMES)[:, None]
        p_values = binomial(self.both, self.n, expected)
        i, pair = np.unravel_index(np.argmin(p_values), p_values.shape)
        told = (
            f"coordinates {pair_name(self.pairs[pair])} are both extreme (each with probability "
            f"{EXTREMES[i]:.3g}) in {self.both[i, pair]:,} of {self.n:,} vectors, where "
            f"{self.n * expected[i, 0]:,.4g} are expected"
        )
        p_value = several(float(p_values[i, pair]), p_values.size)
        return Outcome("independence: extremes", float(self.both[i, pair]), p_value, self.n, told)

    def _of_several(self) -> Outcome:
        expected = np.asarray(stats.binom.sf(1, self.dim, EXTREMES))
        p_values = binomial(self.several, self.n, expected)
        i = int(np.argmin(p_values))
        told = (
            f"{self.several[i]:,} of {self.n:,} vectors have two extreme coordinates or more (each "
            f"with probability {EXTREMES[i]:.3g}), where {self.n * expected[i]:,.4g} are expected"
        )
        p_value = several(float(p_values[i]), len(EXTREMES))
        return Outcome("independence: a shock", float(self.several[i]), p_value, self.n, told)


def _least(n: int) -> float:
    """Correlation that would have shown: of scores of mean 0 and variance 1."""
    return SURE / float(np.sqrt(max(n, 1)))


def _normal_scores() -> np.ndarray:
    """Mean of a normal variate in each eighth."""
    edges = stats.norm.ppf(np.arange(CELLS + 1) / CELLS)
    return -np.diff(stats.norm.pdf(edges)) * CELLS


def _products(scores: np.ndarray) -> np.ndarray:
    scores = (scores - scores.mean()) / scores.std()
    return np.outer(scores, scores).ravel()


_SCORES = {"normal scores": _products(_normal_scores()), "sizes": _products(_normal_scores() ** 2)}


def make(law: Any) -> _Test | None:
    """A new test: of independent coordinates, and of spectral measures with independent lines."""
    factors = independent_factors(law)
    return None if factors is None else _Test(factors)
