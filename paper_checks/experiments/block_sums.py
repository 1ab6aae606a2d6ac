"""What the block estimator of the index is expected to give: P2-3.

1/alpha_hat = (mean log|S_m| - mean log|X|) / log m over blocks of m draws X with sums S_m.  The
formulas are derived from log|x| = int_0^inf (exp(-t) - cos(t x)) dt / t.
"""

from collections.abc import Callable
from math import exp, factorial, inf, log, pi, sqrt

import numpy as np
from scipy.integrate import quad
from scipy.special import fresnel

PARETO_INDEX = 1.5  # at which its characteristic function has a closed form


def inverses(samples: np.ndarray, block: int) -> np.ndarray:
    """1/alpha_hat of each of several samples.

    Parameters
    ----------
    samples : ndarray, shape (samples, draws)
        Nonzero draws, so many that blocks of them are whole.
    block : int
        Size of a block.

    Returns
    -------
    ndarray, shape (samples,)

    """
    sums = samples.reshape(len(samples), -1, block).sum(axis=2)
    growth = np.log(np.abs(sums)).mean(axis=1) - np.log(np.abs(samples)).mean(axis=1)
    return growth / log(block)


def inverse_variance(alpha: float, block: int, draws: int) -> float:
    """Variance of 1/alpha_hat for symmetric stable draws, exact in any number of whole blocks.

    Parameters
    ----------
    alpha : float
        Index of the draws, in (0, 2].
    block : int
        Size m of a block, at least 2.
    draws : int
        Number of draws, a multiple of m.

    Returns
    -------
    float
        m / n Var(log|S_m| - mean of log|X| over the block) / log(m)^2.

    """
    single = pi**2 / 6 * (alpha**-2 + 0.5)
    one = (block + 1) * single - 2 * block * covariance(alpha, block)
    return one / (draws * log(block) ** 2)


def covariance(alpha: float, block: int) -> float:
    """Covariance of log|S_m| and log|X_1|, X_1 one of the m symmetric stable terms of S_m.

    The double integral of Cov(cos(s S), cos(t X)) / (s t) is one of Frullani's along rays t = y s:
    what is left is one over y.
    """

    def along_ray(y: float) -> float:
        apart = log(block + y**alpha)
        together = log(block - 1 + (1 + y) ** alpha) + log(block - 1 + abs(1 - y) ** alpha)
        return (apart - together / 2) / y

    return _integral(along_ray, (0, 1, 2, inf)) / alpha  # with a kink at 1


def student_rate(block: int) -> float:
    """Mean of 1/alpha_hat for draws of Student's t(3), whose index is 3.

    Its characteristic function is (1 + u) exp(-u), u = sqrt(3) t, so that the integral of
    (cf - cf^m) / t is a sum.
    """
    powers = sum(
        factorial(block) / (factorial(block - j) * j * block**j) for j in range(1, block + 1)
    )
    return (log(block) + 1 - powers) / log(block)


def pareto_rate(block: int) -> float:
    """Mean of 1/alpha_hat for symmetric Pareto draws of index 1.5, for blocks of ten or more."""

    def integrand(t: float) -> float:
        return (exp(-t) - pareto_cf(t) ** block) / t

    mean_log_sum = _integral(integrand, (1e-14, 0.01, 0.1, 1, 3, 10, 60))
    return (mean_log_sum - 1 / PARETO_INDEX) / log(block)


def pareto_cf(t: float) -> float:
    """Characteristic function of +-X, P(X > x) = x^-1.5 from 1 on, by Fresnel's integral."""
    rest = 0.5 - fresnel(sqrt(2 * t / pi))[1]
    return float(np.cos(t) - 2 * t * np.sin(t) - 4 * t * t * sqrt(pi / (2 * t)) * rest)


def _integral(integrand: Callable[[float], float], ends: tuple[float, ...]) -> float:
    """Over consecutive pieces."""
    pieces = zip(ends, ends[1:], strict=False)
    return sum(quad(integrand, a, b, epsabs=1e-11, limit=400)[0] for a, b in pieces)
