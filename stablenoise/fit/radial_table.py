r"""The density of isotropic stable vectors as a function of log r: likelihoods of many vectors.

The score of a length r is that of a mixture of Gaussian laws: its weight is

.. math:: w(r) = -h'(r) / (r\,h(r)) = 2\pi\,h_{d+2}(r) / h_d(r),

h being the density in d dimensions, so that no derivative is taken.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.interpolate import make_interp_spline

from ..law import radial

__all__: list[str] = []

COARSE, FINE = 0.1, 0.0125  # steps of log r; the fine one where Gauss turns into a power
FINE_FROM = 1.7  # alpha from which it turns so soon
FINE_SPAN = 0.2, 0.35, 2.65  # of log r less half the log of dim: where it begins, goes on, ends
SHARP = 10.0  # dimension from which steps are shorter, as h changes so much faster
FLAT = 1e-14  # of log h, how much it changes below the least log r
FAR = 12.0  # over alpha: beyond that log r, h is a power
DEGREE = 5
STEP = 0.02  # of log r in expectations
TAIL = 36.0  # mass left out of them is exp(-TAIL)
LEAST_STEP_SHARE = 30.0  # of 2 - alpha, what a difference in alpha is taken over
ALPHA_STEP = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Radial:
    """Log density and log weight at scale 1 as functions of log r, in ``dim`` dimensions."""

    alpha: float
    dim: int
    log_density: Any
    log_weight: Any
    ends: tuple[float, float]

    def __call__(self, t: np.ndarray) -> np.ndarray:
        """Log density at log r."""
        if self.alpha == 2:
            return -0.5 * self.dim * math.log(4 * math.pi) - 0.25 * np.exp(2 * t)
        beyond = np.maximum(t - self.ends[1], 0.0)
        return self.log_density(np.clip(t, *self.ends)) - (self.dim + self.alpha) * beyond

    def log_weights(self, t: np.ndarray) -> np.ndarray:
        """Log w at log r."""
        if self.alpha == 2:
            return np.full(np.shape(t), -math.log(2))
        beyond = np.maximum(t - self.ends[1], 0.0)
        return self.log_weight(np.clip(t, *self.ends)) - 2.0 * beyond


@lru_cache(maxsize=16)  # a step asks twice for those beside its alpha
def radial_law(alpha: float, dim: int, weighted: bool = True) -> Radial:
    """The table of one law; without weights where the density alone is asked."""
    t = _grid(alpha, dim)
    if alpha == 2:
        return Radial(alpha, dim, None, None, (float(t[0]), float(t[-1])))
    r = np.exp(t)
    logs = radial.log_density(r, alpha, dim)
    density = make_interp_spline(t, logs, k=DEGREE)
    weight: Any = None
    if weighted:
        other = radial.log_density(r, alpha, dim + 2)
        weight = make_interp_spline(t, math.log(2 * math.pi) + other - logs, k=DEGREE)
    return Radial(alpha, dim, density, weight, (float(t[0]), float(t[-1])))


def _grid(alpha: float, dim: int) -> np.ndarray:
    """Values of log r, from where h is flat to where it is a power."""
    k, rho = 0.5 * dim, 0.5 * alpha
    slope = math.lgamma(1 + (k + 1) / rho) - math.lgamma(1 + k / rho) - math.log(4 * (k + 1))
    low = 0.5 * (math.log(FLAT) - slope)
    centre, share = 0.5 * math.log(dim), min(1.0, SHARP / dim)
    high = centre + (FAR / alpha if alpha < 2 else sum(FINE_SPAN))
    if alpha < FINE_FROM:
        return np.arange(low, high + COARSE, share**0.5 * COARSE)
    first, least, most = FINE_SPAN
    end = centre + least + min(most, 6.0 / math.sqrt(dim))
    fine = np.arange(centre + first, end, share * FINE)
    before, after = np.arange(low, fine[0], COARSE), np.arange(fine[-1], high, COARSE)[1:]
    return np.concatenate([before, fine, after])


def score_in_alpha(t: np.ndarray, alpha: float, dim: int) -> np.ndarray:
    """Derivative in alpha of log h at log r, by a difference; from below at alpha = 2."""
    if alpha == 2:
        low, high = 2 - ALPHA_STEP, 2.0
    else:
        step = min(ALPHA_STEP, (2 - alpha) / LEAST_STEP_SHARE)
        low, high = alpha - step, alpha + step
    over, under = (radial_law(end, dim, weighted=False)(t) for end in (high, low))
    return (over - under) / (high - low)


@dataclass(frozen=True, slots=True)
class Moments:
    """Expectations of a vector's scores: what its Fisher information is made of.

    With psi = w r^2 and the score s in alpha: E psi^2, E psi^2 / r^2, E s psi and E s^2.
    """

    squares: float
    over_squares: float
    cross: float
    alpha: float


def score_moments(law: Radial) -> Moments:
    """The expectations under the law itself, by sums over log r."""
    dim, alpha = law.dim, law.alpha
    high = law.ends[1] if alpha == 2 else 0.5 * math.log(dim) + TAIL / alpha
    t = np.arange(law.ends[0] - TAIL / dim, high, STEP)
    surface = math.log(2) + 0.5 * dim * math.log(math.pi) - math.lgamma(0.5 * dim)
    mass = np.exp(surface + dim * t + law(t)) * STEP
    psi = np.exp(law.log_weights(t) + 2 * t)
    cross, own = 0.0, math.inf
    if alpha < 2:
        score = score_in_alpha(t, alpha, dim)
        cross, own = float(mass @ (score * psi)), float(mass @ score**2)
    over = np.exp(2 * law.log_weights(t) + 2 * t)
    return Moments(float(mass @ psi**2), float(mass @ over), cross, own)
