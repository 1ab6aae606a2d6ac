"""Probabilities of what a right sampler hardly ever does: exact, or bounds that hold far out.

No normal approximation, which is wrong where it matters here, and no simulation.
"""

from __future__ import annotations

import numpy as np
from scipy.special import bdtr, bdtrc, ndtr

__all__ = ["of_count", "of_count_and_more", "of_power", "of_repeats", "of_sum"]

BENTKUS = 1 / (4 * ndtr(-np.sqrt(2)))  # 3.178


def of_sum(z: np.ndarray | float) -> np.ndarray:
    """Probability, at most, of a weighted sum as many standard deviations from 0, on either side.

    Of independent signs, or of what is itself a sum of signs, as a uniform number about 0 is
    (its binary digits).  Weights are fixed, or known before the signs.

    References
    ----------
    Bentkus and Dzindzalieta (2015), Bernoulli 21, 1162-1183: 3.178 times the normal tail.
    """
    return np.minimum(1.0, 2 * BENTKUS * ndtr(-np.abs(z)))


def of_count(count: int, n: int, share: float) -> float:
    """Twice the probability of as many, or of as few, of n draws with this share."""
    fewer = float(bdtr(count, n, share))
    return min(1.0, 2 * min(fewer, of_count_and_more(count, n, share)))


def of_count_and_more(count: int, n: int, share: float) -> float:
    """Probability of as many, or more."""
    return float(bdtrc(count - 1, n, share)) if count else 1.0


def of_power(power: np.ndarray | float, size: np.ndarray | int) -> np.ndarray:
    """Probability, at most, of a squared length as large, in so many orthonormal directions.

    Of a vector of independent numbers that are 1 in variance and no wilder than normal ones
    (E exp(t X) <= exp(t^2 / 2), as of signs and of uniform numbers): Chernoff's bound of
    chi-square.
    """
    ratio = np.maximum(np.asarray(power) / size, 1.0)
    return np.exp(-0.5 * size * (ratio - 1 - np.log(ratio)))


def of_repeats(count: int, mean: float) -> float:
    """Probability, at most, that as many draws were there before, where ``mean`` bounds the mean.

    Given those before, a draw is one of them with a probability; these add up to ``mean`` at most.
    So the number is no wilder than a Poisson one, and this is Chernoff's bound of that.
    """
    if count <= mean:
        return 1.0
    if mean == 0:
        return 0.0
    return float(np.exp(count - mean - count * np.log(count / mean)))
