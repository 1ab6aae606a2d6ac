"""Consecutive draws of a sampler, and what several tests make of them, made once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from ..stable import Stable
from .tallies import Cells, cells_of, tolerated

__all__ = ["LEVELS", "Block", "VectorBlock"]

LEVELS = 4096


class Block:
    """Finite draws that should be those of ``law``, in their order, as float64.

    ``dtype`` is that in which they were drawn.  Values that are not finite were taken out before.
    """

    def __init__(self, values: np.ndarray, law: Stable, dtype: np.dtype) -> None:
        self.values, self.law, self.dtype = values, law, dtype

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def standardised(self) -> np.ndarray:
        """Draws of the law of scale 1 and loc 0."""
        return (self.values - self.law.loc) / self.law.scale

    @cached_property
    def uniforms(self) -> np.ndarray:
        """Values of the distribution function: uniform in [0, 1] if the sampler is right.

        That of draws that are finite in their type, as the others were taken out.
        """
        below = np.asarray(Stable(self.law.alpha, self.law.beta).cdf(self.standardised))
        return tolerated(self.law, self.dtype, below, below)[0]

    @cached_property
    def cells(self) -> Cells:
        """Cells whose probabilities under the law are known."""
        return cells_of(self.law, self.dtype)

    @cached_property
    def tally(self) -> np.ndarray:
        """Number of draws in each of the cells."""
        return self.cells.count(self.values)

    @cached_property
    def levels(self) -> np.ndarray:
        """The first 12 binary digits of the uniforms, as int16: 0 to 4,095, equally likely."""
        return np.minimum((self.uniforms * LEVELS).astype(np.int16), LEVELS - 1)


class VectorBlock:
    """Finite draws of a multivariate law, a row each, in their order, as float64."""

    def __init__(self, values: np.ndarray, law: Any, dtype: np.dtype) -> None:
        self.values, self.law, self.dtype = values, law, dtype

    def __len__(self) -> int:
        return len(self.values)
