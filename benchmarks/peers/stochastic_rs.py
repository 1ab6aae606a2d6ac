"""stochastic-rs: draws of its PyAlphaStable, in the S1 form."""

from __future__ import annotations

from importlib.metadata import version as _version

import numpy as np
from stochastic_rs import PyAlphaStable

from .shifts import from_s1

__all__ = ["FORM", "NAME", "cdf", "pdf", "ppf", "rvs", "rvs_s1", "sf", "version"]

NAME = "stochastic-rs"
FORM = "S1"
pdf = cdf = sf = ppf = None


def version() -> str:
    """That of the installed package."""
    return _version(NAME)


def rvs(size: int, alpha: float, beta: float, rng: np.random.Generator) -> np.ndarray:
    """Draws, by those of S1."""
    return rvs_s1(size, alpha, beta, rng) + from_s1(alpha, beta)


def rvs_s1(size: int, alpha: float, beta: float, rng: np.random.Generator) -> np.ndarray:
    """Draws in the S1 form, with a seed from rng."""
    law = PyAlphaStable(alpha, beta, 1.0, 0.0, int(rng.integers(2**63)))
    return law.sample(size)
