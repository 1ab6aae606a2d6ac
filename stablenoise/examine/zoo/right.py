"""Samplers that are right, in other ways than ours: none of them may be called wrong."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from ...field import NoiseField
from ...multivariate import Isotropic
from ...stable import Stable
from . import formula
from .entry import Fault
from .vectors import isotropic

__all__ = ["members"]

SYMMETRIC, SKEWED, AT_ONE = Stable(1.5), Stable(1.5, 0.5), Stable(1.0, 0.5)
LEVY = Stable.from_s1(0.5, 1.0)


def _ours(size: Any, rng: np.random.Generator, law: Any, dtype: Any) -> np.ndarray:
    return law.rvs(size if isinstance(size, int) else size[0], rng=rng, dtype=dtype)


def _symmetric(size: int, rng: np.random.Generator) -> np.ndarray:
    rng = np.random.default_rng(rng)
    v = formula.angle(rng.random(size))
    return formula.symmetric(SYMMETRIC.alpha, v, rng.standard_exponential(size))


def _skewed(size: int, rng: np.random.Generator) -> np.ndarray:
    rng = np.random.default_rng(rng)
    v, constants = formula.angle(rng.random(size)), formula.skewness_constants(1.5, 0.5)
    s1 = formula.standard(1.5, constants, v, rng.standard_exponential(size))
    return formula.to_s0(SKEWED, s1)


def _at_one(size: int, rng: np.random.Generator) -> np.ndarray:
    rng = np.random.default_rng(rng)
    return formula.at_one(0.5, formula.angle(rng.random(size)), rng.standard_exponential(size))


def _levy(size: int, rng: np.random.Generator) -> np.ndarray:
    """Levy's law: a normal variable to the power -2."""
    return np.random.default_rng(rng).standard_normal(size) ** -2.0


def _cauchy(size: int, rng: np.random.Generator) -> np.ndarray:
    return np.random.default_rng(rng).standard_cauchy(size)


def _field(size: int, rng: np.random.Generator) -> np.ndarray:
    """Noise by address, each call with a seed of its own."""
    seed = int(np.random.default_rng(rng).integers(2**63))
    return NoiseField(SYMMETRIC.alpha, seed).at([0], 0, size)[0]


def members() -> tuple[Fault, ...]:
    """Samplers without a fault."""
    double, single = partial(_ours, dtype=np.float64), partial(_ours, dtype=np.float32)
    plane = Isotropic(1.7, dim=3)
    own = partial(isotropic, alpha=plane.alpha)
    return (
        Fault("ours", SKEWED, partial(double, law=SKEWED), False),
        Fault("ours in float32", SYMMETRIC, partial(single, law=SYMMETRIC), False),
        Fault("the formula, symmetric", SYMMETRIC, _symmetric, False),
        Fault("the formula, skewed", SKEWED, _skewed, False),
        Fault("the formula at alpha = 1", AT_ONE, _at_one, False),
        Fault("a normal variable to the power -2", LEVY, _levy, False),
        Fault("a quotient of normal variables", Stable(1.0), _cauchy, False),
        Fault("noise by address", SYMMETRIC, _field, False),
        Fault("isotropic, ours", plane, partial(double, law=plane), False),
        Fault("isotropic, as it is defined", plane, own, False),
    )
