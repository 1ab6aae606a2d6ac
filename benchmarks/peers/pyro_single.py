"""pyro-ppl's Stable on single-precision tensors, PyTorch's default format."""

from __future__ import annotations

import numpy as np
import torch

from .pyro_double import draws, version

__all__ = ["FORM", "NAME", "cdf", "pdf", "ppf", "rvs", "sf", "version"]

NAME = "pyro-ppl (float32)"
FORM = "S0"
pdf = cdf = sf = ppf = None  # its densities are worked out in double precision: pyro_double


def rvs(size: int, alpha: float, beta: float, rng: np.random.Generator) -> np.ndarray:
    """Draws, as float32."""
    return draws(size, alpha, beta, rng, torch.float32)
