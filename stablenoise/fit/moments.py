"""Logarithmic moments of a symmetric law: ``method="logmoment"``.

Mean and variance of log |x - loc| are closed forms in alpha and the scale, of any alpha; the
location is held, or the median.

References
----------
Zolotarev (1986), One-dimensional Stable Distributions, section 4.1; Ma & Nikias (1995), IEEE
Transactions on Signal Processing 43, 2669-2684.  Cumulants from E |X|^s, Nolan (2020), section 3.7.

"""

from __future__ import annotations

from math import exp, gamma, inf, pi

import numpy as np

from .quantiles import of_sample

EULER, ZETA_3 = 0.5772156649015329, 1.2020569031595943
LEAST_ALPHA, MOST_ALPHA = 0.1, 2.0
LEAST_VALUES = 2


def estimate(
    x: np.ndarray, weights: np.ndarray | None, held: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Parameters of a symmetric stable law from the mean and variance of log sizes.

    Arguments and results are those of ``gls.estimate``.

    Values equal to the location have no log size, and are left out.  ValueError if beta is not
    held at 0, or fewer than two values are left.
    """
    if held[1] != 0:
        raise ValueError(f"beta must be held at 0 for log moments, got {_told(held[1])}")
    loc = held[3] if not np.isnan(held[3]) else of_sample(x, weights, np.array([0.5]))[0]
    mean, variance, nobs = _log_moments(x - loc, weights)
    alpha = _alpha(variance) if np.isnan(held[0]) else float(held[0])
    scale = exp(mean - EULER * (1 / alpha - 1)) if np.isnan(held[2]) else float(held[2])
    theta = np.array([alpha, 0.0, scale, loc])
    return theta, _covariance(theta, held) / nobs


def _told(beta: float) -> str:
    return "a free beta" if np.isnan(beta) else str(beta)


def _log_moments(x: np.ndarray, weights: np.ndarray | None) -> tuple[float, float, float]:
    """Mean and variance of log sizes, and how many there are."""
    weights = np.ones(x.size) if weights is None else weights
    kept = x != 0
    y, weights = np.log(abs(x[kept])), weights[kept]
    if y.size < LEAST_VALUES:
        raise ValueError(f"{LEAST_VALUES} values must differ from the location, got {y.size}")
    total = float(weights.sum())
    mean = float(weights @ y) / total
    return mean, float(weights @ (y - mean) ** 2) / total, total


def _alpha(variance: float) -> float:
    """Of Var log |X| = (pi^2 / 6) (1 / alpha^2 + 1/2), or the nearest end."""
    excess = variance * 6 / pi**2 - 0.5
    return min(max(excess**-0.5 if excess > 0 else inf, LEAST_ALPHA), MOST_ALPHA)


def _covariance(theta: np.ndarray, held: np.ndarray) -> np.ndarray:
    """That of the estimates, times the size of the sample: the median's own, the others' joint."""
    alpha, _, scale, _ = theta
    moments = _covariance_of_moments(alpha)
    by_alpha = np.array([0.0, -3 * alpha**3 / pi**2])  # by mean and variance
    at_end = np.isnan(held[0]) and alpha in (LEAST_ALPHA, MOST_ALPHA)
    if at_end or not np.isnan(held[0]):
        by_alpha *= 0
    by_scale = scale * (np.array([1.0, 0.0]) + EULER / alpha**2 * by_alpha)
    slopes = np.zeros((4, 2))
    slopes[0], slopes[2] = by_alpha, by_scale * np.isnan(held[2])
    matrix = slopes @ moments @ slopes.T
    density = gamma(1 + 1 / alpha) / (pi * scale)
    matrix[3, 3] = np.isnan(held[3]) / (4 * density**2)
    if at_end:
        matrix[0] = matrix[:, 0] = np.nan
    return matrix


def _covariance_of_moments(alpha: float) -> np.ndarray:
    """That of mean and variance of log sizes: their cumulants of order 2, 3 and 4."""
    second = pi**2 / 6 * (1 / alpha**2 + 0.5)
    third = 2 * ZETA_3 * (alpha**-3 - 1)
    fourth = pi**4 * (7 / 120 + 1 / (15 * alpha**4))
    return np.array([[second, third], [third, fourth + 2 * second**2]])
