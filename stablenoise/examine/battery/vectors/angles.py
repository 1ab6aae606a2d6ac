"""Angles of isotropic vectors in the planes of two coordinates, and of elliptical ones, whitened.

Statistics: the lengths of the sums of exp(i m angle), for several m, over the angles of two
coordinates: of each pair, of disjoint pairs together, and again of the longest vectors alone.
Null: angles of disjoint pairs are uniform, independent of each other and of the length of the
vector, so that each sum is a walk of unit steps in the plane (Greenwood & Durand, 1955).

For directions that favour one side (m = 1), one coordinate of another scale or two that are
correlated (m = 2), directions from a cube, or independent coordinates where isotropic ones are
meant (m = 4), and a direction that depends on the length.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ....multivariate import Isotropic
from ...statistics.blocks import VectorBlock
from ...statistics.bounded_sums import length_of_steps, several
from ...statistics.outcomes import Outcome
from ...statistics.pairings import disjoint_pairs, pair_name
from ...statistics.standard_vectors import isotropic_rank, row_limit

MOST = 1 << 24
WAVES = 1, 2, 3, 4, 6, 8
TOLD = {
    1: "one side is favoured",
    2: "the two differ in scale or are correlated",
    4: "directions near the axes, or between them, are favoured",
}
SHARES = {"1/128": 2.0**-7, "half": 0.5}  # of the vectors, the longest, looked at apart too
LEAST_ALPHA = 0.05


class _Sums(NamedTuple):
    """What the steps of a class of vectors add up to: (waves, pairs); and how many there were."""

    totals: np.ndarray
    steps: list[int]


class _Test:
    def __init__(self, pairs: np.ndarray, thresholds: np.ndarray, dim: int) -> None:
        self.pairs, self.thresholds = pairs, thresholds
        self.half = dim // 2
        self.most, self.n = row_limit(dim), 0
        names = ("", *(f" of the longest {name}" for name in list(SHARES)[: len(thresholds)]))
        self.sums = {
            name: _Sums(np.zeros((len(WAVES), len(pairs)), complex), [0]) for name in names
        }

    def add(self, block: VectorBlock) -> None:
        z = block.whitened[: self.most - self.n]
        self.n += len(z)
        if not len(z):
            return
        turns = _turns(z[:, self.pairs[:, 0]], z[:, self.pairs[:, 1]])
        chosen = [np.ones(len(z), bool)]
        chosen += [block.radii[: len(z)] > threshold for threshold in self.thresholds]
        powers = _powers(turns)
        for sums, among in zip(self.sums.values(), chosen, strict=True):
            sums.steps[0] += int(among.sum())
            for total, power in zip(sums.totals, powers, strict=True):
                total += among.astype(float) @ power

    def outcomes(self) -> tuple[Outcome, ...]:
        made = []
        for name, sums in self.sums.items():
            made.append(self._of_pairs(name, sums))
            if self.half > 1:
                made.append(self._of_all(name, sums))
        return tuple(made)

    def _of_pairs(self, name: str, sums: _Sums) -> Outcome:
        """The pair and the wave that are least likely."""
        n = sums.steps[0]
        lengths = np.abs(sums.totals)
        p_values = length_of_steps(lengths, n)
        wave, pair = np.unravel_index(np.argmin(p_values), p_values.shape)
        m = WAVES[wave]
        mean = float(lengths[wave, pair]) / max(n, 1)
        told = (
            f"coordinates {pair_name(self.pairs[pair])}{_among(name)}: the mean of "
            f"exp({m}i angle) has size {mean:.3g}, and {_least(n):.2g} would have been detected"
            f"{_hint(m)}"
        )
        p_value = several(float(p_values[wave, pair]), p_values.size)
        return Outcome(f"angles: a pair{name}", mean, p_value, n, told)

    def _of_all(self, name: str, sums: _Sums) -> Outcome:
        """Disjoint pairs together."""
        steps = sums.steps[0] * self.half
        lengths = np.abs(sums.totals[:, : self.half].sum(axis=1))
        p_values = length_of_steps(lengths, steps)
        wave = int(np.argmin(p_values))
        mean = float(lengths[wave]) / max(steps, 1)
        told = (
            f"{self.half} pairs of neighbouring coordinates{_among(name)}: the mean of "
            f"exp({WAVES[wave]}i angle) has size {mean:.3g}, and {_least(steps):.2g} would have "
            f"been detected{_hint(WAVES[wave])}"
        )
        p_value = several(float(p_values[wave]), len(WAVES))
        return Outcome(f"angles: all pairs{name}", mean, p_value, sums.steps[0], told)


def _among(name: str) -> str:
    return f"{name} of the vectors" if name else ""


def _hint(m: int) -> str:
    """What it means if such a mean is not 0."""
    return f"; it is 0 unless {TOLD[m]}" if m in TOLD else "; it should be 0"


def _least(n: int) -> float:
    """Mean that would have shown, of unit steps: exp(-n mean^2) = 1e-10."""
    return float(np.sqrt(23.0 / max(n, 1)))


def _turns(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(x + iy) over its length, at any size; 1 where both are 0."""
    largest = np.maximum(np.abs(x), np.abs(y))
    with np.errstate(invalid="ignore", divide="ignore"):
        x, y = x / largest, y / largest
        turns = (x + 1j * y) / np.sqrt(x * x + y * y)
    return np.where(np.isfinite(turns), turns, 1.0)


def _powers(turns: np.ndarray) -> list[np.ndarray]:
    """Powers of unit complex numbers, for each of ``WAVES``."""
    second = turns * turns
    third, fourth = second * turns, second * second
    return [turns, second, third, fourth, third * third, fourth * fourth]


def _long(alpha: float, dim: int) -> np.ndarray:
    """Lengths that are exceeded with about the probabilities ``SHARES``."""
    law = Isotropic(alpha, dim)
    logs = np.linspace(np.log(dim) / 2 - 3, np.log(dim) / 2 + 8 / alpha, 200)
    above = np.asarray(law.radius_sf(np.exp(logs)))
    shares = np.log(list(SHARES.values()))
    return np.exp(np.interp(shares, np.log(np.maximum(above[::-1], 1e-300)), logs[::-1]))


def make(law: Any) -> _Test | None:
    """A new test: of isotropic and elliptical laws of two dimensions or more."""
    rank = isotropic_rank(law)
    if rank < 2:
        return None
    thresholds = _long(law.alpha, rank) if law.alpha >= LEAST_ALPHA else np.empty(0)
    return _Test(disjoint_pairs(rank), thresholds, rank)
