r"""The lower tail of the binomial law, as its logarithm."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, gammaln, log1p

from stablenoise.checks import plain
from stablenoise.kernels.arrays import Real

from .ranges import check_counts, check_rates


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
