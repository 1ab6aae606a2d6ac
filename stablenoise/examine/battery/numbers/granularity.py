"""Draws that are coarser than their type: rounded, or made of uniforms with few bits.

Statistics: how many draws are multiples of a decimal or a binary step; how many float64 have a
mantissa that ends with zeros (a float32, or a float16, in disguise); and how many uniforms F(x) lie
next to a multiple of 2^-k.  Null: binomial, with bounds of the probabilities (``spacings``), and
exact ones for the uniforms; only more than expected counts, and each as often as there are.
For rounding to 3 decimals, integers, float32 within float64, and inversion of uniforms with 8, 16,
24 or 32 bits.  Uniforms with few bits inside another transform are seen by ``repeats``.
"""

from __future__ import annotations

from math import log

import numpy as np

from ....stable import Stable
from ...statistics.blocks import Block
from ...statistics.chances import of_count_and_more
from ...statistics.fineness import FINE, spacings
from ...statistics.outcomes import Outcome

MOST = 1 << 17
STEPS = {"1": 1.0} | {f"1e-{k}": 10.0**-k for k in range(1, 10)}
STEPS |= {f"2^-{k}": 2.0**-k for k in (10, 16, 20, 24)}
ZEROS = 16, 24, 29, 42
BITS = 8, 12, 16, 24, 32  # of uniforms
NEAR = {4: 2e-7, 8: 5e-13}  # how exact F(x) is at least, by the bytes of the draws
COMMON = 1 / 64  # share from which on a count says little


class _Test:
    def __init__(self, law: Stable) -> None:
        self._law = law
        self._size = 0
        self._dtype = np.dtype(np.float64)
        self._counts: dict[str, int] = {}
        self._shares: dict[str, float] = {}

    def add(self, block: Block) -> None:
        self._size += len(block)
        if block.dtype.kind == "f":
            self._dtype = block.dtype
        self._of_steps(np.abs(block.values))
        if self._dtype.itemsize >= 8:
            self._of_zeros(block.values)
        self._of_uniforms(block.dithered)

    def _count(self, name: str, share: float, which: np.ndarray) -> None:
        self._shares[name] = share
        self._counts[name] = self._counts.get(name, 0) + int(np.count_nonzero(which))

    def _of_steps(self, sizes: np.ndarray) -> None:
        known = spacings(self._law, self._dtype)
        eps = float(np.finfo(self._dtype).eps)
        for name, step in STEPS.items():
            share = known.multiples(step)
            if 0 < share < COMMON:
                # floats here are at most as far apart as ``multiples`` has them
                x = sizes[sizes < FINE * step / eps]
                inverse = round(1 / step)
                whole = np.rint(x * inverse)
                self._count(f"multiples of {name}", share, whole / inverse == x)

    def _of_zeros(self, values: np.ndarray) -> None:
        words = values.view(np.uint64)
        for count in ZEROS:
            share = spacings(self._law, self._dtype).zero_bits(count)
            if share < COMMON:
                mask = np.uint64((1 << count) - 1)
                name = f"floats with {count} bits of 0 at the end"
                self._count(name, share, words & mask == 0)

    def _of_uniforms(self, uniforms: np.ndarray) -> None:
        exact = NEAR[min(8, max(4, self._dtype.itemsize))]
        one = spacings(self._law, self._dtype).pairs()[1]  # a float may stand at a multiple
        for bits in BITS:
            cells = 2.0 ** (bits + 1)  # so that the middles of cells count, too
            share = 2 * exact * cells + one
            if share < COMMON:
                scaled = uniforms * cells
                near = np.abs(scaled - np.rint(scaled)) < exact * cells
                self._count(f"uniforms of {bits} bits", share, near)

    def outcomes(self) -> tuple[Outcome, ...]:
        told = [
            (of_count_and_more(count, self._size, self._shares[name]), -self._weight(name), name)
            for name, count in self._counts.items()
        ]
        if not told:
            quiet = "the floats are too coarse for this law to see any rounding"
            return (Outcome("granularity", 0.0, 1.0, self._size, quiet),)
        p_value, _, name = min(told)
        count = self._counts[name]
        made = "as if made of " if name.startswith("uniforms") else ""
        sentence = (
            f"{count:,} of {self._size:,} draws are {made}{name}, where at most"
            f" {self._size * self._shares[name]:.2g} are expected;"
            f" of {len(told)} such counts this is the least likely"
        )
        p_value = min(1.0, len(told) * p_value)
        return (Outcome("granularity", float(count), p_value, self._size, sentence),)

    def _weight(self, name: str) -> float:
        """How much a count tells: which of several p-values of 0 is the least."""
        count = self._counts[name]
        return count * log(count / (self._size * self._shares[name])) if count else 0.0


def make(law: Stable) -> _Test:
    """A new test: of every law."""
    return _Test(law)
