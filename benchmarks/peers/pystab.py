"""pystab, which is imported as stab: C code for draws in the S1 form.

Its generator cannot be seeded from Python: the draws are those of one stream, whatever rng is.
"""

from __future__ import annotations

from importlib.metadata import version as _version

import numpy as np
import stab

from . import STREAM
from .shifts import from_s1

__all__ = ["FORM", "NAME", "cdf", "pdf", "ppf", "rvs", "rvs_s1", "sf", "version"]

NAME = "pystab"
FORM = "S1"
pdf = cdf = sf = ppf = None


def version() -> str:
    """That of the installed package."""
    return _version(NAME)


def rvs(size: int, alpha: float, beta: float, rng: np.random.Generator) -> np.ndarray:
    """Draws, by those of S1."""
    return rvs_s1(size, alpha, beta, rng) + from_s1(alpha, beta)


def rvs_s1(size: int, alpha: float, beta: float, rng: np.random.Generator) -> np.ndarray:
    """Draws in the S1 form."""
    with STREAM:
        return stab.stables(alpha, beta, size)
