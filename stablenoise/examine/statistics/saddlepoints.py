"""Probabilities of sums of independent terms, right far out: saddlepoints of the exact cgf.

A term takes some values with known probabilities.  K(t) is the logarithm of the mean of exp(t
term), the cumulant generating function (cgf), and K*(m) the largest t m - K(t) over all t: that a
mean of n terms is beyond m has a probability of at most exp(-n K*(m)) (Chernoff).  The probability
itself is that of Lugannani and Rice (1980, Advances in Applied Probability 12, 475-490), in the
form of Barndorff-Nielsen (1991, Biometrika 78, 557-563).  Of the means of several sums 2 n K* has a
chi-square law, to a relative error of 1/n however far out (Robinson, Ronchetti and Young 2003,
Annals of Statistics 31, 1154-1169).
"""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
from scipy.special import chdtrc, ndtr

__all__ = ["joint_tail", "two_sided"]

ITERATIONS = 80
PRECISION = 1e-10
NEAR = 0.02  # of the root to 0, below which it is its own expansion
LEAST_RANK = 1e-7  # of a principal variance to the largest
LARGEST = 50.0  # K*, of which a few draws are impossible
RIDGE = 1e-9  # of a variance, so that a tilt to the end of all terms has a next step


def two_sided(seen: float, values: np.ndarray, probability: np.ndarray, n: int) -> float:
    """Twice the probability that the mean of n terms is as far out on the side where it is.

    ``seen`` is their mean, ``values`` what a term takes, with its ``probability``.
    """
    terms = values - probability @ values
    spread = sqrt(probability @ terms**2)
    if not spread > 0:
        return 1.0
    terms, mean = terms / spread, (seen - probability @ values) / spread
    if mean < 0:
        terms, mean = -terms, -mean
    # The other side is near where the mean is next to 0 and the law is skewed
    upper = _tail(mean, terms, probability, n)
    return min(1.0, 2 * min(upper, 1 - upper))


def _tail(mean: float, terms: np.ndarray, probability: np.ndarray, n: int) -> float:
    """Probability that the mean of n terms, of variance 1 about 0, is ``mean`` > 0 or more."""
    if mean >= terms.max():
        return float(probability[terms >= terms.max()].sum() ** n) if mean == terms.max() else 0.0
    t, cgf, curvature = _saddlepoint(mean, terms, probability)
    root = sqrt(max(2 * n * (t * mean - cgf), 0.0))
    third = float(probability @ terms**3) / (6 * sqrt(n))
    shift = third if root < NEAR else log(t * sqrt(n * curvature) / root) / root
    return min(float(ndtr(-root - shift)), exp(-root * root / 2))


def _saddlepoint(
    mean: float, terms: np.ndarray, probability: np.ndarray
) -> tuple[float, float, float]:
    """The t at which the tilted mean is ``mean``, and K and its second derivative there."""
    low, high, t = 0.0, np.inf, mean
    for _ in range(ITERATIONS):
        top = t * terms.max()
        mass = probability * np.exp(t * terms - top)
        total = mass.sum()
        here = float(mass @ terms / total)
        curvature = float(mass @ (terms - here) ** 2 / total)
        if abs(here - mean) <= PRECISION * mean:
            break
        low, high = (t, high) if here < mean else (low, t)
        step = t + (mean - here) / curvature if curvature > 0 else np.inf
        t = step if low < step < min(high, 4 * t) else (min(2 * t, (low + high) / 2))
    return t, float(np.log(total)) + top, curvature


def joint_tail(
    seen: np.ndarray, values: np.ndarray, probability: np.ndarray, n: int
) -> tuple[float, float, int]:
    """2 n K*, the chi-square probability beyond it, and its degrees of freedom.

    ``seen`` holds the means of several terms, ``values`` a row of values for each of them.
    Directions in which the terms hardly vary are left out.
    """
    terms = values - (values @ probability)[:, None]
    spread = np.sqrt(terms**2 @ probability)
    kept = spread > 0
    if not kept.any():
        return 0.0, 1.0, 0
    terms, mean = (
        terms[kept] / spread[kept, None],
        (seen - values @ probability)[kept] / spread[kept],
    )
    variance, axes = np.linalg.eigh((terms * probability) @ terms.T)
    main = variance > LEAST_RANK * variance[-1]
    turned = (axes[:, main] / np.sqrt(variance[main])).T
    statistic = 2 * n * _legendre(turned @ mean, turned @ terms, probability)
    dof = int(main.sum())
    return statistic, float(chdtrc(dof, statistic)), dof


def _legendre(mean: np.ndarray, terms: np.ndarray, probability: np.ndarray) -> float:
    """K* at a mean, for terms of unit covariance; less where no tilt reaches the mean.

    What a tilt gains is a lower bound of K*, by which a p-value is too large.
    """
    t, best, step = np.zeros(len(mean)), 0.0, mean
    for _ in range(ITERATIONS):
        while not (value := _gain(t + step, mean, terms, probability)) >= best:
            step = step / 2
            if step @ step < PRECISION**2:
                return best
        t, gained, best = t + step, value - best, value
        if gained <= PRECISION * best or best > LARGEST:
            return best
        tilted = t @ terms
        mass = probability * np.exp(tilted - tilted.max())
        mass /= mass.sum()
        here = terms @ mass
        centred = terms - here[:, None]
        curvature = (centred * mass) @ centred.T + RIDGE * np.eye(len(mean))
        step = np.linalg.solve(curvature, mean - here)
    return best


def _gain(t: np.ndarray, mean: np.ndarray, terms: np.ndarray, probability: np.ndarray) -> float:
    """T mean - K(t)."""
    tilted = t @ terms
    top = tilted.max()
    return float(t @ mean - top - np.log(probability @ np.exp(tilted - top)))
