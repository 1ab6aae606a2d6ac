"""R's stable, by Lindsey & Lambert: its own parameters, made from the S1 form by its sd2s.

At alpha = 1 its family has no skewed stable law of Nolan's.
"""

from __future__ import annotations

import numpy as np

from . import r_worker
from .shifts import from_s1

__all__ = ["FORM", "NAME", "cdf", "pdf", "ppf", "rvs", "rvs_s1", "sf", "version"]

NAME = "stable"
FORM = "S1"
sf = None


def version() -> str:
    """That of the installed package."""
    return r_worker.version(NAME)


def pdf(x: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """Density."""
    return _ask(r_worker.PDF, alpha, beta, np.asarray(x) - from_s1(alpha, beta))


def cdf(x: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """P(X <= x)."""
    return _ask(r_worker.CDF, alpha, beta, np.asarray(x) - from_s1(alpha, beta))


def ppf(p: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """Quantiles."""
    return _ask(r_worker.PPF, alpha, beta, p) + from_s1(alpha, beta)


def rvs(size: int, alpha: float, beta: float, rng: np.random.Generator) -> np.ndarray:
    """Draws, by those of S1."""
    return rvs_s1(size, alpha, beta, rng) + from_s1(alpha, beta)


def rvs_s1(size: int, alpha: float, beta: float, rng: np.random.Generator) -> np.ndarray:
    """Draws in the S1 form, with a seed from rng."""
    return _ask(r_worker.RVS, alpha, beta, size, int(rng.integers(2**31)))


def _ask(
    what: int, alpha: float, beta: float, numbers: np.ndarray | int, seed: int = 0
) -> np.ndarray:
    if alpha == 1 and beta != 0:
        raise ValueError("its parameters have no skewed law at alpha = 1")
    return r_worker.ask(NAME, what, alpha, beta, numbers, seed)
