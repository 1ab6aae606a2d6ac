"""Consecutive draws of a sampler, and what several tests make of them, made once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from ..multivariate import ellipsoid
from ..stable import Stable
from . import standard_vectors

__all__ = ["Block", "VectorBlock"]


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
        """Values of the distribution function: uniform in [0, 1] if the sampler is right."""
        return np.asarray(Stable(self.law.alpha, self.law.beta).cdf(self.standardised))


class VectorBlock:
    """Finite draws of a multivariate law, a row each, in their order, as float64."""

    def __init__(self, values: np.ndarray, law: Any, dtype: np.dtype) -> None:
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
