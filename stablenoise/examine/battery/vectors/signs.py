"""On which sides of their medians the coordinates of a vector are.

Statistics: how often each coordinate is above its median, how often each two are on one side,
how often vectors are in each of the orthants of the first six coordinates, and how many neighbours
agree in all.  Null: fair coins, independent of each other, whatever the lengths, for coordinates of
isotropic vectors (elliptical ones are whitened), and for independent ones; so counts are binomial.

For coordinates that are copied, correlated, or of one sign.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...statistics.blocks import VectorBlock
from ...statistics.bounded_sums import binomial, several
from ...statistics.outcomes import Outcome
from ...statistics.pairings import pair_name
from ...statistics.standard_vectors import Factors, independent_factors, isotropic_rank, row_limit

MOST = 1 << 24
ORTHANTS = 6  # coordinates whose signs are seen together
PRODUCTS = 1 << 31  # of signs, for all pairs
EXACT = 1 << 23  # float32 counts up to here


class _Test:
    def __init__(self, dim: int, factors: Factors | None) -> None:
        self.dim, self.factors = dim, factors
        self.most, self.n = row_limit(dim), 0
        self.pairs_most, self.pairs_n = min(EXACT, max(1 << 12, PRODUCTS // dim**2)), 0
        self.above, self.agree = np.zeros(dim, np.int64), np.zeros((dim, dim), np.int64)
        self.corners = np.zeros(2 ** min(dim, ORTHANTS), np.int64)
        self.neighbours = 0
        self.medians = None if factors is None else factors.quantile(0.5)

    def add(self, block: VectorBlock) -> None:
        above = self._sides(block)[: self.most - self.n]
        self.n += len(above)
        self.above += above.sum(axis=0)
        self.neighbours += int(np.count_nonzero(above[:, 1:] == above[:, :-1]))
        places = above[:, :ORTHANTS] @ (1 << np.arange(min(self.dim, ORTHANTS)))
        self.corners += np.bincount(places, minlength=self.corners.size)
        signs = above[: self.pairs_most - self.pairs_n].astype(np.float32) * 2 - 1
        self.pairs_n += len(signs)
        products = np.rint(signs.T @ signs).astype(np.int64)
        self.agree += (products + len(signs)) // 2

    def _sides(self, block: VectorBlock) -> np.ndarray:
        """Which coordinates are above their medians, as truths."""
        if self.factors is None:
            return block.whitened > 0
        return self.factors.of(block.standardised, block.values) > self.medians

    def outcomes(self) -> tuple[Outcome, ...]:
        return self._of_one(), self._of_pairs(), self._of_orthants(), self._of_neighbours()

    def _of_one(self) -> Outcome:
        p_values = binomial(self.above, self.n, 0.5)
        j = int(np.argmin(p_values))
        told = f"coordinate {j + 1} is above its median in {self.above[j]:,} of {self.n:,} vectors"
        told += ", where half are expected"
        p_value = several(float(p_values[j]), self.dim)
        return Outcome("signs: medians", float(self.above[j]), p_value, self.n, told)

    def _of_pairs(self) -> Outcome:
        rows, columns = np.triu_indices(self.dim, 1)
        hits = self.agree[rows, columns]
        worst = int(np.argmax(np.abs(2 * hits - self.pairs_n)))  # all have one law
        pair = np.array([rows[worst], columns[worst]])
        told = (
            f"coordinates {pair_name(pair)} are on the same side of their medians in "
            f"{hits[worst]:,} of {self.pairs_n:,} vectors, where half are expected"
        )
        p_value = several(float(binomial(hits[worst], self.pairs_n, 0.5)), hits.size)
        return Outcome("signs: pairs", float(hits[worst]), p_value, self.pairs_n, told)

    def _of_orthants(self) -> Outcome:
        count = self.corners.size
        p_values = binomial(self.corners, self.n, 1 / count)
        worst = int(np.argmin(p_values))
        signs = "".join("-+"[worst >> j & 1] for j in range(min(self.dim, ORTHANTS)))
        told = (
            f"in {self.corners[worst]:,} of {self.n:,} vectors the first coordinates lie above (+) "
            f"or below (-) their medians as {signs}, where {self.n / count:,.6g} are expected"
        )
        p_value = several(float(p_values[worst]), count)
        return Outcome("signs: orthants", float(self.corners[worst]), p_value, self.n, told)

    def _of_neighbours(self) -> Outcome:
        total = self.n * (self.dim - 1)
        p_value = float(binomial(np.array(self.neighbours), total, 0.5))
        share = self.neighbours / max(total, 1)
        told = (
            f"neighbouring coordinates are on the same side of their medians in a share of "
            f"{share:.6g} of {total:,} pairs, where half are expected; "
            f"{0.5 + 3.5 / np.sqrt(max(total, 1)):.6g} would have been detected"
        )
        return Outcome("signs: neighbours", share, p_value, self.n, told)


def make(law: Any) -> _Test | None:
    """A new test: of isotropic, elliptical and independent laws, and of independent factors."""
    factors = independent_factors(law)
    dim = isotropic_rank(law) if factors is None else factors.law.dim
    return _Test(dim, factors) if dim > 1 else None
