"""Whether doubles have the digits of doubles.

Statistic: how many of the first draws, as they are and with the scale divided out, are floats of
single precision up to two roundings.  Null: binomial, with a probability of at most 2^-25 where the
law is smooth at that fineness.

For draws that were made in single precision and handed out as double.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from ...statistics.blocks import VectorBlock
from ...statistics.bounded_sums import several
from ...statistics.outcomes import Outcome
from ...statistics.standard_vectors import standard

MOST = 1 << 20
NUMBERS = 1 << 18
COLUMNS = 16
CHANCE = 2.0**-25
LARGEST_OFFSET = 2.0**12  # of the location in scales, for the law to be smooth between floats
ROUNDINGS = 2.0**-52


class _Test:
    def __init__(self, columns: np.ndarray) -> None:
        self.columns = columns
        self.n, self.rows, self.hits, self.double = 0, 0, np.zeros(2, np.int64), True

    def add(self, block: VectorBlock) -> None:
        self.double = self.double and block.dtype == np.float64
        rows = (NUMBERS - self.n) // len(self.columns)
        if rows > 0:
            parts = (form[:rows, self.columns] for form in (block.values, block.standardised))
            self.hits += [_singles(part) for part in parts]
            self.rows += min(rows, len(block))
            self.n = self.rows * len(self.columns)

    def outcomes(self) -> tuple[Outcome, ...]:
        hits = int(self.hits.max())
        p_value = float(stats.binom.sf(hits - 1, self.n, CHANCE)) if self.double else 1.0
        told = (
            f"{hits:,} of {self.n:,} numbers have no more digits than float32 has, where at most "
            f"{self.n * CHANCE:.2g} are expected"
        )
        told = told if self.double else "draws are not float64, so that their digits are not asked"
        return (Outcome("digits", float(hits), several(p_value, 2), self.rows, told),)


def _singles(x: np.ndarray) -> int:
    """How many have a mantissa that is one of single precision."""
    mantissa = np.frexp(x)[0]
    rest = np.abs(mantissa - mantissa.astype(np.float32).astype(float))
    return int(np.count_nonzero(rest <= ROUNDINGS))


def make(law: Any) -> _Test | None:
    """A new test: of laws that are about 0, in units of their scale."""
    form = standard(law)
    with np.errstate(over="ignore"):
        offset = np.abs(form.centre / form.units)
    columns = np.flatnonzero(form.live & (offset < LARGEST_OFFSET))[:COLUMNS]
    return _Test(columns) if columns.size else None
