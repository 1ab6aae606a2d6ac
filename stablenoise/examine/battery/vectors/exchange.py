"""Which coordinate of a vector is the largest, or the smallest, where all have one law.

Statistics: how often it is each, exactly binomial with probability 1 / dim; the least likely count,
its p-value times their number.  Null: coordinates may be exchanged, those of isotropic vectors
(elliptical ones are whitened) and independent ones of one law.

For coordinates that are sorted, or of which one is larger than the others.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ....multivariate import Independent
from ...statistics.blocks import VectorBlock
from ...statistics.bounded_sums import binomial, several
from ...statistics.outcomes import Outcome
from ...statistics.standard_vectors import isotropic_rank, row_limit

MOST = 1 << 24
KINDS = "the largest", "the smallest", "the largest in size"


class _Test:
    def __init__(self, dim: int, white: bool) -> None:
        self.white, self.dim = white, dim
        self.most, self.n = row_limit(dim), 0
        self.counts = np.zeros((len(KINDS), dim), np.int64)

    def add(self, block: VectorBlock) -> None:
        x = (block.whitened if self.white else block.standardised)[: self.most - self.n]
        self.n += len(x)
        places = x.argmax(axis=1), x.argmin(axis=1), np.abs(x).argmax(axis=1)
        self.counts += [np.bincount(place, minlength=self.dim) for place in places]

    def outcomes(self) -> tuple[Outcome, ...]:
        p_values = binomial(self.counts, self.n, 1 / self.dim)
        kind, place = np.unravel_index(np.argmin(p_values), p_values.shape)
        hits = int(self.counts[kind, place])
        told = (
            f"coordinate {place + 1} is {KINDS[kind]} of its vector {hits:,} of {self.n:,} times, "
            f"where {self.n / self.dim:,.6g} are expected"
        )
        p_value = several(float(p_values[kind, place]), p_values.size)
        return (Outcome("exchange", float(hits), p_value, self.n, told),)


def make(law: Any) -> _Test | None:
    """A new test: of laws whose coordinates may be exchanged, of two dimensions or more."""
    if isinstance(law, Independent):
        same = all(np.ptp(x) == 0 for x in (law.alpha, law.beta))
        return _Test(law.dim, False) if same and law.dim > 1 else None
    rank = isotropic_rank(law)
    return _Test(rank, True) if rank > 1 else None
