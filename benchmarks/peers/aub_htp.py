"""aub-htp, in its default S1 form: asked for S0 its cdf does not follow (see ``defects``)."""

from __future__ import annotations

from importlib.metadata import version as _version

import numpy as np
from aub_htp import IsotropicSampler, alpha_stable, multivariate_alpha_stable

from .shifts import from_s1

__all__ = ["FORM", "NAME", "cdf", "isotropic", "pdf", "ppf", "rvs", "sf", "version"]

NAME = "aub-htp"
FORM = "S1"


def version() -> str:
    """That of the installed package."""
    return _version(NAME)


def pdf(x: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """Density, by that of S1."""
    return np.asarray(alpha_stable.pdf(x - from_s1(alpha, beta), alpha, beta))


def cdf(x: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """P(X <= x), by that of S1."""
    return np.asarray(alpha_stable.cdf(x - from_s1(alpha, beta), alpha, beta))


def sf(x: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """P(X > x), by that of S1."""
    return np.asarray(alpha_stable.sf(x - from_s1(alpha, beta), alpha, beta))


def ppf(p: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """Quantiles, by those of S1."""
    return np.asarray(alpha_stable.ppf(p, alpha, beta)) + from_s1(alpha, beta)


def rvs(size: int, alpha: float, beta: float, rng: np.random.Generator) -> np.ndarray:
    """Draws, by those of S1."""
    return alpha_stable.rvs(alpha, beta, size=size, random_state=rng) + from_s1(alpha, beta)


def isotropic(size: tuple[int, int], alpha: float, rng: np.random.Generator) -> np.ndarray:
    """Draws of the isotropic law whose coordinates have scale 1."""
    count, dim = size
    measure = IsotropicSampler(dim, alpha, 1.0)
    return multivariate_alpha_stable.rvs(alpha, measure, size=count, random_state=rng)
