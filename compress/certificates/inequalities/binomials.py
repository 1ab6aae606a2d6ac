r"""The binomial law in logarithms: its lower tail, its terms, and the numbers of choices."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, gammaln, log1p, xlogy

from stablenoise.checks import plain
from stablenoise.kernels.arrays import Real

from .divergences import bernoulli_kl
from .ranges import check_counts, check_rates

LARGE = 16  # from here on Stirling's series, to 2e-14; below, the difference itself
HALF_LOG_2PI = 0.5 * np.log(2 * np.pi)


def binomial_log_cdf(errors: ArrayLike, n: ArrayLike, p: ArrayLike) -> Real:
    r"""Log of the probability of at most so many errors among n, each with probability p.

    Parameters
    ----------
    errors : array_like
        Integers in [0, n].
    n : array_like
        Positive integers.
    p : array_like
        Probabilities, in [0, 1].

    Returns
    -------
    float or ndarray
        In nats, at most 0; finite also where the probability is below all floats.  Its error is
        some ulps of log(n!).

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Below 1e-280 by the continued fraction of the incomplete beta function, DLMF 8.17.22.

    Examples
    --------
    >>> round(binomial_log_cdf(470, 60_000, 0.35), 3)
    -23394.543

    """
    k, n = check_counts(errors, n)
    return plain(log_cdf(k, n, check_rates("p", p)))


def log_cdf(k: np.ndarray, n: np.ndarray, p: np.ndarray) -> np.ndarray:
    """``binomial_log_cdf`` of arrays of floats that are in range."""
    # At the ends the answer is known; numbers that do no harm stand in for them, so that no NaN is
    # made and thrown away.
    inside = (p > 0) & (p < 1) & (k < n)
    outside = np.where((p < 1) | (k >= n), 0.0, -np.inf)
    k, n, x = np.broadcast_arrays(np.where(inside, k, 0.0), n, 1 - np.where(inside, p, 0.5))
    cdf = np.atleast_1d(betainc(n - k, k + 1, x))
    # Towards the end of the floats betainc loses its digits, and then all of them.
    deep = cdf < 1e-280
    logs = np.log(np.where(deep, 1.0, cdf))
    logs[deep] = _deep_log_cdf(*(np.atleast_1d(part)[deep] for part in (k, n, 1 - x)))
    return np.where(inside, logs.reshape(x.shape), outside)


def _deep_log_cdf(k: np.ndarray, n: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Log of a probability that may be below all floats."""
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    log_term = ways + (k + 1) * np.log(p) + (n - k) * log1p(-p)
    return log_term - np.log(_fraction(n - k, k + 1, 1 - p))


def _fraction(a: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """1 + d_1 / (1 + d_2 / (1 + ...)) of DLMF 8.17.22, by Lentz's method, to 1e-13."""
    # Lentz keeps the ratios of successive numerators and of successive denominators: these
    # themselves would leave the floats.
    value, upper, lower, m = np.ones(x.shape), np.ones(x.shape), np.zeros(x.shape), 0
    change = np.full(x.shape, np.inf)
    while (abs(change - 1) > 1e-13).any():  # it converges fast, and may then waver by some ulps
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        m += 1
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        change = np.ones(x.shape)
        for d in (odd, even):
            lower, upper = 1 / (1 + d * lower), 1 + d / upper
            change = change * lower * upper
        value = value * change
    return value


def log_choices(k: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Log of the number of ways to choose k of n, within 4 ulps and 1e-13: nothing cancels."""
    k, rest = np.minimum(k, n - k), np.maximum(k, n - k)
    entropy = xlogy(k, n / np.where(k > 0, k, 1.0)) - rest * log1p(-k / n)
    return np.where(k > 0, entropy + _beyond_entropy(k, n), 0.0)


def log_pmf(k: np.ndarray, n: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Log of the probability of k errors among n, for p in (0, 1); -inf for none."""
    inside = (k > 0) & (k < n)
    return -n * bernoulli_kl(k / n, p) + np.where(inside, _beyond_entropy(k, n), 0.0)


def _beyond_entropy(k: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Log of the number of choices, less n times the entropy of k / n."""
    k = np.clip(k, 1, np.maximum(n - 1, 1))  # elsewhere it is 0, and not asked
    rest = np.maximum(n - k, 1)
    spread = -HALF_LOG_2PI - 0.5 * (np.log(k) + np.log(rest / n))
    return spread + _stirling_error(n) - _stirling_error(k) - _stirling_error(rest)


def _stirling_error(x: np.ndarray) -> np.ndarray:
    """Log of x! less Stirling's formula, for x >= 1."""
    square = 1 / (x * x)
    series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / x
    small = np.minimum(x, LARGE)
    exact = gammaln(small + 1) - (small + 0.5) * np.log(small) + small - HALF_LOG_2PI
    return np.where(x < LARGE, exact, series)
