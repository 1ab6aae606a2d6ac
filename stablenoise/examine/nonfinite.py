"""Draws that are no numbers, or beyond the floats."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import bdtr, bdtrc

from ..stable import Stable
from .statistics.counts import binomial
from .statistics.outcomes import Outcome
from .statistics.tallies import kept_share, reach_of

__all__ = ["NonFinite"]

LOST = 256.0
"""How far below the largest float a draw may be infinite, as a product on its way is."""


class NonFinite:
    """Counts of NaN and of infinities, and what they mean.

    NaN is never right.  An infinity is, where the law has such tails that a draw lies beyond the
    largest float: their number has a binomial law.  So has, there, the number of draws beyond a
    size near that, which other tests leave out (``tallies.reach_of``).
    """

    def __init__(self, law: Any) -> None:
        self._law = law
        self._nan = self._inf = self._draws = self._left_out = 0
        self._dtype = np.dtype(float)
        self._largest = float(np.finfo(np.float64).max)

    def without(self, drawn: np.ndarray) -> np.ndarray:
        """The finite draws, as float64."""
        with np.errstate(over="ignore"):
            values = drawn.astype(np.float64)
        if drawn.dtype.kind == "f":
            self._largest = min(self._largest, float(np.finfo(drawn.dtype).max))
            self._dtype = drawn.dtype
        self._draws += len(values)
        if self._reach() < np.inf:
            self._left_out += int(np.count_nonzero(np.abs(values) > self._reach()))
        good = np.isfinite(values) if values.ndim == 1 else np.isfinite(values).all(axis=1)
        if good.all():
            return values
        bad = values[~good]
        is_nan = np.isnan(bad) if bad.ndim == 1 else np.isnan(bad).any(axis=1)
        self._nan += int(is_nan.sum())
        self._inf += int(len(bad) - is_nan.sum())
        return values[good]

    def outcomes(self) -> tuple[Outcome, ...]:
        """Whether there are NaN, and more infinities than the law has."""
        nan = f"{self._nan:,} of {self._draws:,} draws are NaN"
        inf = f"{self._inf:,} of {self._draws:,} draws are infinite"
        return (
            Outcome("NaN", self._nan, float(not self._nan), self._draws, nan),
            Outcome("infinite", self._inf, self._p_value(), self._draws, inf),
            *self._of_left_out(),
        )

    def _reach(self) -> float:
        return reach_of(self._law, self._dtype) if isinstance(self._law, Stable) else np.inf

    def _of_left_out(self) -> tuple[Outcome, ...]:
        if self._reach() == np.inf:
            return ()
        share = 1 - kept_share(self._law, self._dtype)
        p_value = binomial(self._left_out, self._draws, share)
        told = f"{self._left_out:,} of {self._draws:,} draws are infinite or not far from it"
        told += f", where {share * self._draws:.4g} are expected"
        return (Outcome("next to infinite", self._left_out, p_value, self._draws, told),)

    def _p_value(self) -> float:
        """Too few beyond the largest float, or too many beyond where one may be infinite."""
        if not isinstance(self._law, Stable):
            return float(not self._inf)
        fewer = bdtr(self._inf, self._draws, self._beyond(self._largest))
        near = self._beyond(self._largest / LOST)
        more = bdtrc(self._inf - 1, self._draws, near) if self._inf else 1.0
        return float(min(1.0, 2 * min(fewer, more)))

    def _beyond(self, end: float) -> float:
        return float(self._law.sf(end) + self._law.cdf(-end))
