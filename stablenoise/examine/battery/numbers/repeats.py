"""Values that come again: at any distance, with any sign.

Statistic: the number of draws whose size |x| was there before, among all of the first 2^18 draws;
then among those whose bits, hashed, begin with so many zeros that 2^18 at most are kept, so that a
value and its repetitions are kept or dropped together.  Null: a bound of the probability that two
draws are equal once they are rounded to their type (``spacings``), with which the number is no
wilder than a Poisson one (``chances.of_repeats``).
For blocks that are repeated, generators with a short period or few states (16 bits in two uniforms,
24 in one), draws with the sign of earlier ones turned (where loc is 0), rounding, and values that
are stuck.  Of float32 equal draws are expected, of float64 hardly any.
"""

from __future__ import annotations

import numpy as np

from ....stable import Stable
from ...blocks import Block
from ...chances import of_repeats
from ...kept import Kept
from ...outcomes import Outcome
from ...spacings import spacings

MOST = 1 << 40
KEPT = 1 << 18
MOST_ZEROS = 60
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: Fibonacci hashing
HALF = np.uint64(32)
CLEAR = 1e-6  # p-value below which it is told where the repetitions are


def hashes(sizes: np.ndarray) -> np.ndarray:
    """64 mixed bits for each float64, the first ones most mixed."""
    word = sizes.view(np.uint64)
    word = (word ^ (word >> HALF)) * MULTIPLIER
    return (word ^ (word >> HALF)) * MULTIPLIER


class _Test:
    def __init__(self, law: Stable) -> None:
        self._law = law
        self._dtype = np.dtype(np.float64)
        self._sizes, self._places = Kept(), Kept()
        self._kept = self._draws = 0
        self._zeros = 0  # that the hash of a value that is kept begins with

    def add(self, block: Block) -> None:
        if block.dtype.kind == "f" and block.dtype.itemsize < self._dtype.itemsize:
            self._dtype = block.dtype
        self._keep(np.abs(block.values), self._draws + np.arange(len(block)))
        self._draws += len(block)
        while self._kept > KEPT and self._zeros < MOST_ZEROS:
            self._zeros += 1
            sizes, places = self._sizes.all(), self._places.all()
            self._sizes, self._places, self._kept = Kept(), Kept(), 0
            self._keep(sizes, places)

    def _keep(self, sizes: np.ndarray, places: np.ndarray) -> None:
        """Keep the sizes whose hash begins with enough zeros."""
        if self._zeros:
            chosen = np.flatnonzero(hashes(sizes) >> np.uint64(64 - self._zeros) == 0)
            sizes, places = sizes[chosen], places[chosen]
        self._sizes.add(sizes)
        self._places.add(places)
        self._kept += len(sizes)

    def outcomes(self) -> tuple[Outcome, ...]:
        ordered = np.sort(self._sizes.all())
        repeated = int(np.count_nonzero(ordered[1:] == ordered[:-1]))
        mean = self._most_expected()
        p_value = of_repeats(repeated, mean)
        told = f"{repeated:,} of {len(ordered):,} draws have a size that was there before"
        told += f", and up to {mean:.2g} are expected of {self._dtype}"
        if p_value < CLEAR:
            told += self._where()
        return (Outcome("repeats", float(repeated), p_value, self._draws, told),)

    def _most_expected(self) -> float:
        """Bound of the mean: pairs, by the chance that two are equal and that both are kept."""
        equal, one = spacings(self._law, self._dtype).pairs()
        if self._zeros:  # with a value of a large share, by chance, among those kept
            equal = min(equal, 2 * equal * 2.0**-self._zeros + 40 * one**2)
        return self._draws**2 / 2 * equal

    def _where(self) -> str:
        """The commonest distance between a draw and the next of its size."""
        order = np.argsort(self._sizes.all(), kind="stable")
        sizes, places = self._sizes.all()[order], self._places.all()[order]
        distances = np.diff(places)[sizes[1:] == sizes[:-1]]
        seen, counts = np.unique(distances, return_counts=True)
        most = int(np.argmax(counts))
        return f"; {counts[most]:,} of them came {seen[most]:,} draws before"


def make(law: Stable) -> _Test:
    """A new test: of every law."""
    return _Test(law)
