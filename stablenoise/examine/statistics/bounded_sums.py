r"""Probabilities of sums of independent bounded terms, right far out where normal ones are not.

For n terms with cumulant generating function K and mean m, at the s with K'(s) = m,

.. math:: P(\text{mean} \ge m) \approx \Phi(-w) + \varphi(w) (1/u - 1/w),\quad
          w = \operatorname{sign}(s) \sqrt{2 n (s m - K(s))},\ u = s \sqrt{n K''(s)}

(Lugannani & Rice, 1980), whose *relative* error is of order 1/n however far m is.  K is exact:
terms take few values, by cells with known probabilities, or are cosines, of which K is a series of
Bessel functions in values of a characteristic function.  What is counted is binomial, and exact.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special, stats

__all__ = ["binomial", "cosine_sums", "length_of_steps", "several", "sums_of_scores"]

STEPS = 60  # halvings, if all are: from the widest tilt to the last digits
PRECISION = 1e-10  # of a tilt; its error enters the exponent squared
WIDEST = 60.0  # of the tilt of a term whose size is 1
NEAR_CENTRE = 1e-2  # of w, where 1/u - 1/w loses digits and its limit serves
WAVES = 96  # Bessel functions: those of an argument of 60 are below 1e-16 from here on

Cumulants = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]]


def several(p_value: float, count: int) -> float:
    """p-value of the least of ``count`` ones, however they depend on each other."""
    return float(min(1.0, p_value * count))


def binomial(hits: np.ndarray, n: np.ndarray | int, share: np.ndarray | float) -> np.ndarray:
    """Two-sided p-values of binomial counts."""
    low, high = stats.binom.cdf(hits, n, share), stats.binom.sf(np.subtract(hits, 1), n, share)
    return np.minimum(1.0, 2 * np.minimum(low, high))


def length_of_steps(length: np.ndarray, n: np.ndarray | int) -> np.ndarray:
    """P(a walk of n steps of length 1 in independent uniform directions of a plane ends further).

    Greenwood & Durand (1955), as Zar (1999), section 27.1, puts it; exp(-length^2 / n) but for
    terms of order 1/n.
    """
    n = np.maximum(n, 1)
    inside = 1.0 + 4.0 * n + 4.0 * (n + length) * np.maximum(n - length, 0.0)
    # As one fraction: the root and 1 + 2 n cancel.
    return np.exp(-4.0 * np.square(length) / (np.sqrt(inside) + 1.0 + 2.0 * n))


def sums_of_scores(means: np.ndarray, n: int, scores: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Two-sided p-values of means of n terms that are scores[c] with probability shares[c]."""
    centre = float(shares @ scores)
    reach = float(np.max(np.abs(scores - centre)))
    terms = (scores - centre) / reach

    def cumulants(s: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        exponents = s[..., None] * terms
        highest = exponents.max(axis=-1)
        tilted = shares * np.exp(exponents - highest[..., None])
        total = tilted.sum(axis=-1)
        mean = tilted @ terms / total
        return highest + np.log(total), mean, tilted @ terms**2 / total - mean**2

    third = float(shares @ terms**3) / float(shares @ terms**2) ** 1.5
    return _two_sided((np.asarray(means, float) - centre) / reach, n, cumulants, third)


def cosine_sums(means: np.ndarray, n: int, moments: np.ndarray) -> np.ndarray:
    """Two-sided p-values of means of n cosines, with moments[..., k] = E cos(k times the angle)."""
    steps = [_extended(moments)]
    for _ in range(3):  # multiplied by the cosine: the neighbours' mean
        steps.append((steps[-1][..., 2:] + steps[-1][..., :-2]) / 2)
    waves = [step[..., _centre(step) :][..., :WAVES] for step in steps]
    orders = np.arange(WAVES)
    doubled = np.where(orders > 0, 2.0, 1.0)

    def cumulants(s: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        bessel = special.ive(orders, s[..., None]) * doubled
        total, first, second = (np.sum(bessel * wave, axis=-1) for wave in waves[:3])
        mean = first / total
        return np.log(total) + np.abs(s), mean, second / total - mean**2

    mean, square, cube = (wave[..., 0] for wave in waves[1:])
    spread = square - mean**2
    third = (cube - 3 * mean * square + 2 * mean**3) / spread**1.5
    return _two_sided(np.asarray(means, float), n, cumulants, third)


def _extended(moments: np.ndarray) -> np.ndarray:
    """From order -WAVES - 2 to WAVES + 2; the moments are even in their order."""
    one_side = moments[..., : WAVES + 3]
    return np.concatenate([one_side[..., :0:-1], one_side], axis=-1)


def _centre(step: np.ndarray) -> int:
    return (step.shape[-1] - 1) // 2


def _two_sided(
    means: np.ndarray, n: int, cumulants: Cumulants, third: np.ndarray | float
) -> np.ndarray:
    tilt = _tilts(means, cumulants)
    log_total, mean, variance = cumulants(tilt)
    exponent = n * (tilt * means - log_total)
    w = np.sign(tilt) * np.sqrt(2 * np.maximum(exponent, 0.0))
    u = tilt * np.sqrt(n * np.maximum(variance, 1e-300))
    near = np.abs(w) < NEAR_CENTRE
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        excess = np.where(near, -third / (6 * np.sqrt(n)), 1 / u - 1 / w)
    bell = np.exp(-np.square(w) / 2) / np.sqrt(2 * np.pi)
    high = special.ndtr(-w) + bell * excess
    low = special.ndtr(w) - bell * excess
    p_values = np.clip(2 * np.minimum(high, low), 0.0, 1.0)
    # Beyond the widest tilt the bound of Chernoff holds, whatever the tilt.
    beyond = np.abs(tilt) > WIDEST * (1 - 1e-6)
    return np.where(beyond, np.exp(-np.maximum(exponent, 0.0)) * 2, p_values).clip(0.0, 1.0)


def _tilts(means: np.ndarray, cumulants: Cumulants) -> np.ndarray:
    """Where the tilted mean is the one seen, or the widest tilt: Newton's steps within brackets."""
    low, high = np.full(means.shape, -WIDEST), np.full(means.shape, WIDEST)
    tilt = np.zeros(means.shape)
    for _ in range(STEPS):
        _, mean, variance = cumulants(tilt)
        low, high = np.where(mean < means, tilt, low), np.where(mean < means, high, tilt)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            newton = tilt + (means - mean) / variance
        inside = (newton > low) & (newton < high)
        moved = np.where(inside, newton, (low + high) / 2)
        done = np.abs(moved - tilt) <= PRECISION * (np.abs(tilt) + 0.01)
        tilt = moved
        if done.all():
            break
    return tilt
