"""What errors and weights come to: bits and limits by functions that are the same everywhere.

A search compares by them; what it finds is then certified by exact bits and errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

import numpy as np

from stablenoise.kernels import elementary

LOG_2 = 0.6931471805599453
HALVINGS = 45  # of [0, 1], until a limit is known to 3e-14
LETTERS = -1, 0, 1
Counts = Sequence[int]


def log(x: float) -> float:
    """Natural logarithm of a positive number, the same on every processor."""
    return float(elementary.double.log(float(x)))


class Prices(NamedTuple):
    """What does not change while weights do: tables of logarithms, and what is charged besides."""

    n: int
    nats: float
    letters: np.ndarray
    totals: np.ndarray

    def bits(self, counts: Sequence[Counts]) -> int:
        """Bits of a code word, from how often -1, 0 and 1 occur in each table."""
        logs = 0.0
        for table in counts:
            logs += float(self.totals[sum(table)]) - sum(float(self.letters[k]) for k in table)
        return ceil(logs / LOG_2) + 1

    def complexity(self, counts: Sequence[Counts]) -> float:
        """Nats of all charges, an example."""
        return (self.nats + self.bits(counts) * LOG_2) / self.n

    def limit(self, errors: int, counts: Sequence[Counts]) -> float:
        """Chernoff's limit of the risk."""
        q, nats = errors / self.n, self.complexity(counts)
        low, high = q, 1.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (low, middle) if divergence(q, middle) > nats else (middle, high)
        return high

    def lowers(self, errors: int, counts: Sequence[Counts], limit: float) -> bool:
        """Whether these errors and weights have a lower limit."""
        q = errors / self.n
        return q < limit and divergence(q, limit) > self.complexity(counts)


def charged(n: int, header: int, weights: int, delta: float) -> Prices:
    """Prices for n examples, bits of a header, a number of weights, and delta."""
    letters = [0.0]
    totals = [0.0]
    for k in range(weights):
        letters.append(letters[-1] + log(k + 0.5))
        totals.append(totals[-1] + log(k + 1.5))
    return Prices(n, header * LOG_2 - log(delta), np.array(letters), np.array(totals))


def divergence(q: float, p: float) -> float:
    """Kullback-Leibler divergence of coins, 0 <= q < p <= 1."""
    if p >= 1:
        return 0.0 if q >= 1 else float("inf")
    ones = q * log(q / p) if q > 0 else 0.0
    return ones + ((1 - q) * log((1 - q) / (1 - p)) if q < 1 else 0.0)


def counted(weights: np.ndarray) -> list[int]:
    """How often -1, 0 and 1 occur."""
    return [int(np.count_nonzero(weights == letter)) for letter in LETTERS]
