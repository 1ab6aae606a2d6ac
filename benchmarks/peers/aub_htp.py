"""aub-htp, in its default S1 form: asked for S0 its cdf does not follow (see ``defects``)."""

from __future__ import annotations

from importlib.metadata import version as _version
from typing import Any

import numpy as np
from aub_htp import (
    BaseSpectralMeasureSampler,
    DiscreteSampler,
    EllipticSampler,
    IsotropicSampler,
    alpha_stable,
    multivariate_alpha_stable,
)

from stablenoise import Stable
from stablenoise.multivariate import Elliptical, Isotropic

from .shifts import from_s1

__all__ = ["FORM", "NAME", "VECTORS", "cdf", "pdf", "ppf", "rvs", "rvs_s1", "sf", "version"]

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
    return rvs_s1(size, alpha, beta, rng) + from_s1(alpha, beta)


def rvs_s1(size: int, alpha: float, beta: float, rng: np.random.Generator) -> np.ndarray:
    """Draws in the S1 form."""
    return alpha_stable.rvs(alpha, beta, size=size, random_state=rng)


def isotropic(alpha: float) -> tuple[Any, Any]:
    """The isotropic law in the plane, and its sampler."""
    return Isotropic(alpha, 2), _vectors(alpha, IsotropicSampler(2, alpha, 1.0))


def elliptic(alpha: float) -> tuple[Any, Any]:
    """An elliptic law in the plane, and its sampler: its matrix is twice ours."""
    matrix = np.array([[1.0, 0.0], [0.0, 2.0]])
    measure = EllipticSampler(2, alpha, 2 * matrix, mass=1.0)
    return Elliptical(alpha, matrix), _vectors(alpha, measure)


def discrete(alpha: float) -> tuple[Any, Any]:
    """The symmetric law of numbers, and its sampler by the mass that it has at -1 and 1."""
    draws = _vectors(alpha, DiscreteSampler(alpha, [-1.0, 1.0], [0.5, 0.5]))
    return Stable(alpha), lambda size, rng: draws((size, 1), rng)


def _vectors(alpha: float, measure: BaseSpectralMeasureSampler) -> Any:
    rvs = multivariate_alpha_stable.rvs
    return lambda size, rng: rvs(alpha, measure, size=size[0], random_state=rng)


VECTORS = {"isotropic": isotropic, "elliptic": elliptic, "discrete": discrete}
