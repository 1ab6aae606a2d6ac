"""R's stabledist, in Nolan's S0 form, its default."""

from __future__ import annotations

import numpy as np

from . import r_worker

__all__ = ["FORM", "NAME", "cdf", "pdf", "ppf", "rvs", "sf", "version"]

NAME = "stabledist"
FORM = "S0"


def version() -> str:
    """That of the installed package."""
    return r_worker.version(NAME)


def pdf(x: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """Density."""
    return r_worker.ask(NAME, r_worker.PDF, alpha, beta, x)


def cdf(x: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """P(X <= x)."""
    return r_worker.ask(NAME, r_worker.CDF, alpha, beta, x)


def sf(x: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """P(X > x)."""
    return r_worker.ask(NAME, r_worker.SF, alpha, beta, x)


def ppf(p: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """Quantiles."""
    return r_worker.ask(NAME, r_worker.PPF, alpha, beta, p)


def rvs(size: int, alpha: float, beta: float, rng: np.random.Generator) -> np.ndarray:
    """Draws, with a seed from rng."""
    return r_worker.ask(NAME, r_worker.RVS, alpha, beta, size, int(rng.integers(2**31)))
