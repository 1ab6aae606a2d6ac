"""stabpy: draws and a distribution function in the S1 form."""

from __future__ import annotations

from importlib.metadata import version as _version

import numpy as np
from stabpy.stable import stabcdf, stabrnd

from . import STREAM
from .shifts import from_s1

__all__ = ["FORM", "NAME", "cdf", "pdf", "ppf", "rvs", "rvs_s1", "sf", "version"]

NAME = "stabpy"
FORM = "S1"
BLOCK = 256  # points: it makes a matrix of them and its 2,000 nodes
pdf = sf = ppf = None


def version() -> str:
    """That of the installed package."""
    return _version(NAME)


def cdf(x: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """P(X <= x), by that of S1."""
    shifted = np.atleast_1d(x) - from_s1(alpha, beta)
    parts = [shifted[i : i + BLOCK] for i in range(0, len(shifted), BLOCK)]
    return np.concatenate([stabcdf(part, alpha, 1.0, beta) for part in parts])


def rvs(size: int, alpha: float, beta: float, rng: np.random.Generator) -> np.ndarray:
    """Draws, by those of S1."""
    return rvs_s1(size, alpha, beta, rng) + from_s1(alpha, beta)


def rvs_s1(size: int, alpha: float, beta: float, rng: np.random.Generator) -> np.ndarray:
    """Draws in the S1 form, from NumPy's global stream, seeded from rng."""
    with STREAM:
        np.random.seed(int(rng.integers(2**32)))  # noqa: NPY002 - there is no other way
        return stabrnd(alpha, beta, 1, size)[0]
