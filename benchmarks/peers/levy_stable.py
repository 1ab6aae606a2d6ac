"""levy-stable, which is imported as levy: tables for alpha in [0.5, 2], in Nolan's S0 form."""

from __future__ import annotations

from importlib.metadata import version as _version

import levy
import numpy as np

from . import STREAM

__all__ = ["FORM", "NAME", "cdf", "pdf", "ppf", "rvs", "sf", "version"]

NAME = "levy-stable"
FORM = "S0"
sf = ppf = None


def version() -> str:
    """That of the installed package."""
    return _version(NAME)


def pdf(x: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """Density."""
    return np.asarray(levy.pdf(np.asarray(x), alpha=alpha, beta=beta))


def cdf(x: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """P(X <= x)."""
    return np.asarray(levy.cdf(np.asarray(x), alpha=alpha, beta=beta))


def rvs(size: int, alpha: float, beta: float, rng: np.random.Generator) -> np.ndarray:
    """Draws, with a seed taken from rng: it takes whole numbers alone."""
    seed = int(rng.integers(2**32))
    with STREAM:
        return np.asarray(levy.rvs(alpha=alpha, beta=beta, size=size, random_state=seed))
