"""pyro-ppl's Stable on double tensors, in Nolan's S0 form, its default."""

from __future__ import annotations

import numpy as np
import pyro
import torch
from pyro.distributions import Stable

from . import STREAM

__all__ = ["FORM", "NAME", "cdf", "pdf", "ppf", "rvs", "sf", "version"]

NAME = "pyro-ppl"
FORM = "S0"
cdf = sf = ppf = None


def version() -> str:
    """That of the installed package and of PyTorch."""
    return f"{pyro.__version__} (torch {torch.__version__})"


def _law(alpha: float, beta: float, dtype: torch.dtype) -> Stable:
    return Stable(torch.tensor(alpha, dtype=dtype), torch.tensor(beta, dtype=dtype))


def pdf(x: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """Density, from log_prob."""
    points = torch.as_tensor(np.asarray(x, dtype=float))
    return _law(alpha, beta, torch.float64).log_prob(points).exp().numpy()


def rvs(size: int, alpha: float, beta: float, rng: np.random.Generator) -> np.ndarray:
    """Draws, with a seed of PyTorch's generator taken from rng."""
    return draws(size, alpha, beta, rng, torch.float64)


def draws(
    size: int, alpha: float, beta: float, rng: np.random.Generator, dtype: torch.dtype
) -> np.ndarray:
    """Draws in a format."""
    with STREAM:
        torch.manual_seed(int(rng.integers(2**63)))
        return _law(alpha, beta, dtype).sample((size,)).numpy()
