"""Consecutive draws of a sampler, and what several tests make of them, made once."""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np

from ...multivariate import ellipsoid
from ...stable import Stable
from . import standard_vectors
from .fineness import spacings
from .tallies import Cells, cells_of, reach_of, within_reach

__all__ = ["LEVELS", "Block", "VectorBlock"]

LEVELS = 4096
LARGEST = np.finfo(float).max
COARSE = 1e-5  # bound of the probability of one float, above which uniforms have gaps
BLIND = 2.0  # the same, 8 times what it is: above it the last digit of a sampler's sum decides


class Block:
    """Finite draws that should be those of ``law``, in their order, as float64.

    ``dtype`` is that in which they were drawn.  Values that are not finite were taken out before;
    if the law goes on beyond the largest number of the type, those next to that are left out, too.
    """

    def __init__(self, values: np.ndarray, law: Stable, dtype: np.dtype) -> None:
        reach = reach_of(law, dtype)
        if reach < np.inf:
            values = values[abs(values) <= reach]
        self.values, self.law, self.dtype = values, law, dtype

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def standardised(self) -> np.ndarray:
        """Draws of the law of scale 1 and loc 0, finite ones."""
        with np.errstate(over="ignore"):
            unit = (self.values - self.law.loc) / self.law.scale
        return np.clip(unit, -LARGEST, LARGEST)

    @cached_property
    def uniforms(self) -> np.ndarray:
        """Values of the distribution function: uniform in [0, 1] if the sampler is right.

        That of draws that are not left out.
        """
        below = np.asarray(Stable(self.law.alpha, self.law.beta).cdf(self.standardised))
        return within_reach(self.law, self.dtype, below, below)[0]

    @cached_property
    def cells(self) -> Cells:
        """Cells whose probabilities under the law are known."""
        return cells_of(self.law, self.dtype)

    @cached_property
    def tally(self) -> np.ndarray:
        """Number of draws in each of the cells."""
        return self.cells.count(self.values)

    @cached_property
    def dithered(self) -> np.ndarray:
        """The uniforms of draws before they were rounded to their type.

        Where one number of the type stands for much of the law: a uniform number in what is rounded
        to the draw, made from the draws themselves; anywhere, if draws tell next to nothing.
        """
        one = spacings(self.law, self.dtype).pairs()[1]
        if one < COARSE or not len(self):
            return self.uniforms
        kind = self.dtype if self.dtype.kind == "f" else np.dtype(float)
        digest = sha256(self.values.tobytes()).digest()  # a few coarse draws come again
        rng = np.random.default_rng(int.from_bytes(digest))
        if one > BLIND:
            return rng.random(len(self))
        half = np.spacing(np.abs(self.values).astype(kind)).astype(float) / 2
        ends = np.asarray(self.law.cdf([self.values - half, self.values + half]))
        low, high = within_reach(self.law, self.dtype, ends, ends)[0]
        return low + rng.random(len(self)) * (high - low)

    @cached_property
    def levels(self) -> np.ndarray:
        """The first 12 binary digits of the uniforms, as int16: 0 to 4,095, equally likely."""
        return np.minimum((self.dithered * LEVELS).astype(np.int16), LEVELS - 1)


class VectorBlock:
    """Finite draws of a multivariate law, a row each, in their order, as float64.

    There are none if a coordinate is coarse in its type, or goes on beyond it: then numbers along
    the axes alone are asked, which know of that.
    """

    def __init__(self, values: np.ndarray, law: Any, dtype: np.dtype) -> None:
        if not standard_vectors.is_fine(law, dtype):
            values = values[:0]
        self.values, self.law, self.dtype = values, law, dtype

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def standardised(self) -> np.ndarray:
        """Draws about 0, with coordinates of unit scale: ``standard_vectors``."""
        return standard_vectors.standardised(self.values, self.law)

    @cached_property
    def whitened(self) -> np.ndarray:
        """Isotropic vectors of scale 1, made of isotropic or elliptical draws."""
        return standard_vectors.whitened(self.values, self.law)

    @cached_property
    def radii(self) -> np.ndarray:
        """Lengths of the whitened draws."""
        return ellipsoid.length(self.whitened)
