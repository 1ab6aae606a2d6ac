"""Vectors, and numbers of different vectors, that are the same to the last bit.

Statistics: how many of the first draws are equal to an earlier one, in up to four coordinates; and
how many numbers are, by their size, of laws whose coordinates differ.  Null: a Poisson law with
at least the mean of the number of such pairs, as a float near x has a probability of at most
eps |x| f(x), and |x| f(x) < 1 for a stable law about 0 of scale 1.

For repeated blocks, few seeds, antithetic vectors, and copied coordinates.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from ....multivariate import Independent, Isotropic
from ...statistics.blocks import VectorBlock
from ...statistics.outcomes import Outcome
from ...statistics.projections import dimension
from ...statistics.standard_vectors import standard

MOST = 1 << 20
COORDINATES = 4
NUMBERS = 1 << 20
HASH = 2.0**-64  # probability that two vectors have one hash
ODD = np.uint64(0x9E3779B97F4A7C15)  # the golden ratio, as for multiplicative hashing


class _Test:
    def __init__(self, law: Any) -> None:
        form = standard(law)
        self.columns = np.flatnonzero(form.live)[:COORDINATES]
        self.differ = isinstance(law, Isotropic | Independent)
        with np.errstate(over="ignore"):
            self.offset = 1 + float(np.max(np.abs(form.centre / form.units)[form.live]))
        self.size, self.eps = 0, float(np.finfo(float).eps)
        self.hashes: list[np.ndarray] = []
        self.numbers: list[np.ndarray] = []
        self.kept = 0

    def add(self, block: VectorBlock) -> None:
        self.eps = float(np.finfo(block.dtype).eps) if block.dtype.kind == "f" else 1.0
        x = block.values[:, self.columns]
        self.hashes.append(_hash(x))
        self.size += len(x)
        if self.differ and self.kept < NUMBERS:
            self.numbers.append(np.abs(x.ravel()))
            self.kept += x.size

    def outcomes(self) -> tuple[Outcome, ...]:
        depth = len(self.columns) if self.differ else 1
        made = [self._of("vectors", np.concatenate(self.hashes), depth)]
        if self.differ:
            made.append(self._of("numbers, up to their signs,", np.concatenate(self.numbers), 1))
        return tuple(made)

    def _of(self, what: str, items: np.ndarray, depth: int) -> Outcome:
        ordered = np.sort(items)
        repeats = int(np.count_nonzero(ordered[1:] == ordered[:-1]))
        chance = min(1.0, 2 * self.eps * self.offset) ** depth + HASH
        expected = len(items) ** 2 / 2 * chance
        p_value = float(stats.poisson.sf(repeats - 1, expected)) if repeats else 1.0
        told = (
            f"{repeats:,} of {len(items):,} {what} are equal to an earlier one, where at most "
            f"{expected:.2g} are expected"
        )
        return Outcome(f"repeats: {what.split(',')[0]}", float(repeats), p_value, self.size, told)


def _hash(x: np.ndarray) -> np.ndarray:
    """A 64-bit number of each row."""
    words = np.ascontiguousarray(x + 0.0).view(np.uint64)  # -0 is 0
    mixed = np.zeros(len(x), np.uint64)
    for column in words.T:
        mixed = (mixed ^ column) * ODD
        mixed ^= mixed >> np.uint64(29)
    return mixed


def make(law: Any) -> _Test | None:
    """A new test: of every law of two dimensions or more that is not a point."""
    return _Test(law) if dimension(law) > 1 and standard(law).live.any() else None
