"""Draws counted in cells whose probabilities under the law are known, tails and all.

A cell is the values of one sign and exponent that share the first bits of their mantissa, about an
origin near which the law may crowd.  Counting takes 2 nanoseconds a draw, is done once for all
tests, and loses nothing that matters: cells hold a thousandth of the law or less, or a hundredth of
their distance.  The counts are multinomial: what a test makes of them has an exact null.

Numbers are rounded to their type: the border of two cells is where rounding decides, in the middle
of two neighbours of that type.  Where the law goes on beyond the largest of them, draws near that
are left out, as infinite ones are, and probabilities are those of a draw that is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import frexp, tan
from math import pi as PI
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...kernels.compiler import bits, jit
from ...stable import Stable
from .outcomes import Outcome

if TYPE_CHECKING:
    from .blocks import Block

__all__ = [
    "CellTest",
    "Cells",
    "Totals",
    "between",
    "cells_of",
    "grain",
    "kept_share",
    "precision",
    "reach_of",
    "tally",
    "within_reach",
]

MANTISSA = 52
SIZE = 2**63 - 1  # all bits but the sign
MOST_BITS, LEAST_BITS = 8, 3  # of the mantissa that a cell keeps
CELLS = 1 << 13  # on either side of the origin, at most
CENTRE = 2.0**-11  # probability of the cell about the origin, about
BEYOND = 2.0**-40  # probability beyond the last border, about
CROWDED = 0.6  # index below which a skewed law crowds about zeta
ROOM = 2.0**-8  # of the largest number of a type
NOTHING = 1e-13  # a probability that no number of draws shows
STEPS = 8  # neighbours among which a border is searched
FLOATS = "float16", "float32"  # and others are doubles, or are taken for such
KEPT = 32  # laws whose cells are kept


@jit(nogil=True)
def tally(values, loc, scale, origin, shift, first, counts):
    """Count values in cells: of sizes (bits >> shift) - first, the negative ones mirrored."""
    half = counts.size // 2
    for i in range(values.size):
        word = bits((values[i] - loc) / scale - origin)
        place = min(max(((word & SIZE) >> shift) - first, 0), half - 1)
        counts[half + place if word >= 0 else half - 1 - place] += 1


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of a law, in increasing order, the one about the origin whole.

    ``below`` and ``above`` are the probabilities on either side of each border.
    """

    law: Stable
    origin: float
    shift: int
    first: int
    half: int
    borders: np.ndarray  # of scale 1 and loc 0, between the cells
    below: np.ndarray
    above: np.ndarray

    def count(self, values: np.ndarray) -> np.ndarray:
        """Number of draws in each cell."""
        counts = np.zeros(2 * self.half, np.int64)
        law = float(self.law.loc), float(self.law.scale)
        tally(np.ascontiguousarray(values), *law, self.origin, self.shift, self.first, counts)
        counts[self.half] += counts[self.half - 1]
        return np.delete(counts, self.half - 1)

    def told(self, border: int) -> str:
        """A border in the units of the law."""
        x = float(self.law.loc) + float(self.law.scale) * float(self.borders[border])
        return f"{x:.4g}"

    def probabilities(self) -> np.ndarray:
        """Of each cell, from the nearer tail."""
        return between(self.below, self.above)


def between(below: np.ndarray, above: np.ndarray) -> np.ndarray:
    """Probabilities between borders and beyond the outer ones, from both tails at the borders."""
    low, high = np.r_[0.0, below, 1.0], np.r_[1.0, above, 0.0]
    nearer = low[1:] < high[:-1]
    return np.maximum(np.where(nearer, np.diff(low), -np.diff(high)), 0.0)


def cells_of(law: Stable, dtype: np.dtype) -> Cells:
    """The cells of a law whose draws come in a type; the last few are kept."""
    numbers = (float(law.alpha), float(law.beta), float(law.scale), float(law.loc))
    return _cells(*numbers, precision(dtype).dtype.name)


@lru_cache(KEPT)
def _cells(alpha: float, beta: float, scale: float, loc: float, dtype: str) -> Cells:
    law, unit, kind = Stable(alpha, beta, scale, loc), Stable(alpha, beta), np.dtype(dtype)
    zeta = -beta * tan(PI * alpha / 2) if alpha < CROWDED else 0.0
    low, high = _octaves(law, zeta, kind)
    kept = MOST_BITS
    while kept > LEAST_BITS and (high - low) << kept >= CELLS:
        kept -= 1
    shift, first, half = MANTISSA - kept, (low + 1023) << kept, ((high - low) << kept) + 1
    sizes = (np.arange(first + 1, first + half) << shift).view(float)
    borders = _rounded(np.r_[-sizes[::-1], sizes], zeta, law, kind)
    below, above = within_reach(law, kind, unit.cdf(borders), unit.sf(borders))
    return Cells(law, zeta, shift, first, half, borders, below, above)


def _octaves(law: Stable, origin: float, dtype: np.dtype) -> tuple[int, int]:
    """Exponents between which the law lies, but for a little, and the draws can tell."""
    unit = Stable(law.alpha, law.beta)
    exponents = np.arange(-1000, 1023)
    sizes = np.ldexp(1.0, exponents)
    lower, upper = unit.cdf(origin - sizes), unit.sf(origin + sizes)
    inside = unit.cdf(origin + sizes) - lower
    low = int(exponents[np.argmax(inside >= CENTRE)])
    far = np.maximum(lower, upper) <= BEYOND
    high = int(exponents[np.argmax(far)]) if far.any() else 1022
    # Draws about the origin are no finer than the numbers there; next to zeta doubles fail to hold
    # the middle of two of them
    away = abs(float(law.loc) / float(law.scale)) + abs(origin)
    steps = max(away * float(np.finfo(dtype).eps) * 2.0**6, abs(origin) * 2.0**-32)
    if steps > 0:
        low = max(low, frexp(min(steps, 2.0**1000))[1])
    return low, max(high, low + 1)


def _rounded(borders: np.ndarray, origin: float, law: Stable, dtype: np.dtype) -> np.ndarray:
    """Where rounding to the type decides on which side of a border a draw is counted.

    The first number of the type that is counted above is searched; the border is in the middle of
    it and the one before.
    """
    scale, loc = float(law.scale), float(law.loc)

    def unit(x: np.ndarray) -> np.ndarray:
        return (x.astype(float) - loc) / scale

    def is_above(x: np.ndarray) -> np.ndarray:
        seen = unit(x) - origin
        return np.where(borders < 0, seen > borders, seen >= borders)

    with np.errstate(over="ignore", invalid="ignore"):
        x = (loc + scale * (borders + origin)).astype(dtype)
        x = np.clip(x, -np.finfo(dtype).max, np.finfo(dtype).max)
        for _ in range(STEPS):
            x = np.where(is_above(x), x, np.nextafter(x, dtype.type(np.inf)))
        for _ in range(STEPS):
            before = np.nextafter(x, dtype.type(-np.inf))
            x = np.where(is_above(before), before, x)
        before = np.nextafter(x, dtype.type(-np.inf))
        middle = unit(before) / 2 + unit(x) / 2
    exact = np.isfinite(middle) & (abs(middle - (borders + origin)) > 0)
    return np.where(exact, middle, borders + origin)


def precision(dtype: np.dtype) -> np.finfo:
    """What floats of a type can hold; of doubles for integers."""
    name = np.dtype(dtype).name
    return np.finfo(name if name in FLOATS else "float64")


def reach_of(law: Stable, dtype: np.dtype) -> float:
    """Size beyond which draws are left out: infinite unless the law goes on beyond the type.

    Just below the largest number of a type samplers give infinity for what lies between.
    """
    return _left_out(law, dtype).reach


def kept_share(law: Stable, dtype: np.dtype) -> float:
    """Probability of a draw that is not left out."""
    lost = _left_out(law, dtype)
    return 1 - lost.below - lost.above


class _LeftOut(NamedTuple):
    """Draws beyond a size, and their probabilities on either side."""

    reach: float
    below: float
    above: float


def _left_out(law: Stable, dtype: np.dtype) -> _LeftOut:
    numbers = (float(law.alpha), float(law.beta), float(law.scale), float(law.loc))
    return _left_out_of(*numbers, precision(dtype).dtype.name)


@lru_cache(KEPT)
def _left_out_of(alpha: float, beta: float, scale: float, loc: float, dtype: str) -> _LeftOut:
    law, reach = Stable(alpha, beta, scale, loc), float(np.finfo(dtype).max) * ROOM
    lost = _LeftOut(reach, float(law.cdf(-reach)), float(law.sf(reach)))
    return lost if lost.below + lost.above > NOTHING else _LeftOut(np.inf, 0.0, 0.0)


def grain(law: Stable, dtype: np.dtype) -> float:
    """Distance of neighbouring numbers of the type about loc, in scales."""
    return float(precision(dtype).eps) * abs(float(law.loc)) / float(law.scale)


def within_reach(
    law: Stable, dtype: np.dtype, below: np.ndarray, above: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of a draw that is not left out, from those of any draw."""
    lost, whole = _left_out(law, dtype), kept_share(law, dtype)
    low, high = (below - lost.below) / whole, (above - lost.above) / whole
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)


class Totals(NamedTuple):
    """Cells and how many of all draws so far are in each."""

    cells: Cells
    counts: np.ndarray
    size: int


class CellTest:
    """A test to which counts are all that matters: ``ask`` makes its outcomes of ``Totals``."""

    def __init__(self, ask: Callable[[Totals], tuple[Outcome, ...]]) -> None:
        self.ask = ask
        self.totals: Totals | None = None

    def add(self, block: Block) -> None:
        """Count a block."""
        counts, size = block.tally, len(block)
        if self.totals is not None:
            counts, size = counts + self.totals.counts, size + self.totals.size
        self.totals = Totals(block.cells, counts, size)

    def outcomes(self) -> tuple[Outcome, ...]:
        """What the counts say."""
        return self.ask(self.totals) if self.totals else ()
