"""Laws of other families, and sums and series that are near the law and stopped too soon."""

from __future__ import annotations

from functools import cache, partial
from math import gamma, pi, sin, sqrt

import numpy as np
from scipy.stats import t as student

from ...stable import Stable
from .entry import Fault

__all__ = ["members"]

LAW, NEAR_NORMAL, NORMAL, CAUCHY = Stable(1.5), Stable(1.99), Stable(2.0), Stable(1.0)
ZIGGURAT_END = 3.442619855899  # where the tail begins of Marsaglia & Tsang (2000), 128 layers


@cache
def _quartile() -> float:
    return float(LAW.isf(0.25))


def _student(size: int, rng: np.random.Generator) -> np.ndarray:
    """Student's t with alpha degrees of freedom, of the same quartiles."""
    scale = _quartile() / float(student.isf(0.25, LAW.alpha))
    return scale * np.random.default_rng(rng).standard_t(LAW.alpha, size)


def _normal(size: int, rng: np.random.Generator) -> np.ndarray:
    return sqrt(2) * np.random.default_rng(rng).standard_normal(size)


def _linnik(size: int, rng: np.random.Generator) -> np.ndarray:
    """Linnik's law, of cf 1 / (1 + |t|^alpha): a stable law over an exponential time."""
    w = np.random.default_rng(rng).standard_exponential(size)
    return w ** (1 / LAW.alpha) * LAW.rvs(size, rng=rng)


def _laplace(size: int, rng: np.random.Generator) -> np.ndarray:
    return np.random.default_rng(rng).laplace(scale=_quartile() / np.log(2), size=size)


def _half_of_each(size: int, rng: np.random.Generator) -> np.ndarray:
    """Normal or Cauchy by a coin: ends of the range of alpha, and no stable law."""
    rng = np.random.default_rng(rng)
    wide = CAUCHY.rvs(size, rng=rng)
    return np.where(rng.random(size) < 0.5, _normal(size, rng), wide)


def _unit(alpha: float) -> float:
    """Sizes beyond which Pareto variables have the tails of the symmetric law."""
    return (2 * gamma(alpha) * sin(pi * alpha / 2) / pi) ** (1 / alpha)


def _two_sided_pareto(size: int, rng: np.random.Generator) -> np.ndarray:
    """Lomax sizes: the right tails to first order, and a peak in the middle."""
    rng = np.random.default_rng(rng)
    return _signed(_unit(LAW.alpha) * rng.pareto(LAW.alpha, size), rng)


def _signed(sizes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.where(rng.integers(2, size=sizes.size, dtype=bool), sizes, -sizes)


def _absolute(size: int, rng: np.random.Generator) -> np.ndarray:
    return np.abs(LAW.rvs(size, rng=rng))


def _sum_of_paretos(size: int, rng: np.random.Generator, terms: int) -> np.ndarray:
    """Sum of so many Pareto variables of either sign, normed as in the limit theorem."""
    rng, total = np.random.default_rng(rng), np.zeros(size)
    for _ in range(terms):
        total += _signed(1 + rng.pareto(LAW.alpha, size), rng)
    return total * (_unit(LAW.alpha) * terms ** (-1 / LAW.alpha))


def _series(size: int, rng: np.random.Generator, law: Stable, terms: int) -> np.ndarray:
    """The series of LePage, stopped after so many terms."""
    rng = np.random.default_rng(rng)
    times, total = np.zeros(size), np.zeros(size)
    for _ in range(terms):
        times += rng.standard_exponential(size)
        total += _signed(times ** (-1 / law.alpha), rng)
    return _unit(law.alpha) * total


def _twelve_uniforms(size: int, rng: np.random.Generator) -> np.ndarray:
    """A sum of twelve uniforms for a normal variable."""
    return sqrt(2) * (np.random.default_rng(rng).random((size, 12)).sum(axis=1) - 6)


def _ziggurat_without_tail(size: int, rng: np.random.Generator) -> np.ndarray:
    """Normal variables that are drawn again where the last layer of the ziggurat ends."""
    rng = np.random.default_rng(rng)
    z = rng.standard_normal(size)
    while (far := np.flatnonzero(np.abs(z) > ZIGGURAT_END)).size:
        z[far] = rng.standard_normal(far.size)
    return sqrt(2) * z


def members() -> tuple[Fault, ...]:
    """The faults of this file."""
    return (
        Fault("Student's t", LAW, _student, True),
        Fault("normal for alpha = 1.99", NEAR_NORMAL, _normal, False),
        Fault("Linnik's law", LAW, _linnik, True),
        Fault("Laplace's law", LAW, _laplace, True),
        Fault("half normal, half Cauchy", LAW, _half_of_each, True),
        Fault("Pareto of both signs", LAW, _two_sided_pareto, True),
        Fault("sizes without signs", LAW, _absolute, True),
        Fault("sum of 16 Pareto variables", LAW, partial(_sum_of_paretos, terms=16), True),
        Fault("10 terms of a series", LAW, partial(_series, law=LAW, terms=10), True),
        Fault("30 terms of a series", CAUCHY, partial(_series, law=CAUCHY, terms=30), False),
        Fault("sum of twelve uniforms", NORMAL, _twelve_uniforms, False),
        Fault("normal without its tail", NORMAL, _ziggurat_without_tail, True),
    )
