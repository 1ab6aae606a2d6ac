"""SciPy's levy_stable, in its S0 form."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import scipy
from scipy.stats._levy_stable import levy_stable_gen

__all__ = ["FORM", "NAME", "cdf", "pdf", "ppf", "rvs", "sf", "version"]

NAME = "scipy"
FORM = "S0"


def version() -> str:
    """That of the installed package."""
    return scipy.__version__


@cache
def _law() -> Any:
    """An instance of its own: the form is a switch of the whole distribution."""
    law = levy_stable_gen(name="levy_stable")
    law.parameterization = "S0"
    return law


def pdf(x: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """Density."""
    return np.asarray(_law().pdf(x, alpha, beta))


def cdf(x: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """P(X <= x)."""
    return np.asarray(_law().cdf(x, alpha, beta))


def sf(x: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """P(X > x)."""
    return np.asarray(_law().sf(x, alpha, beta))


def ppf(p: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """Quantiles."""
    return np.asarray(_law().ppf(p, alpha, beta))


def rvs(size: int, alpha: float, beta: float, rng: np.random.Generator) -> np.ndarray:
    """Draws."""
    return _law().rvs(alpha, beta, size=size, random_state=rng)
