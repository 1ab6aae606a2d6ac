"""The moment estimator of Dekkers, Einmahl and de Haan."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from ..estimate import Estimate
from ..intervals import Score
from .order_statistics import (
    IndexPath,
    check_power,
    chosen_ks,
    default_k,
    log_excesses,
    log_spacings,
    of_inverses,
    positive,
    power_sums,
    sizes,
)

__all__ = ["estimate", "path"]


def estimate(sample: ArrayLike, k: int | None = None, *, tail: str = "both") -> Estimate:
    r"""Moment estimate of the tail index, which sees where there is no power tail.

    .. math:: \hat\xi = M_1 + 1 - \frac{1}{2 (1 - M_1^2 / M_2)}, \qquad
              M_j = k^{-1} \sum_{i \le k} \log^j (x_{(i)} / x_{(k+1)}), \qquad
              \hat\alpha = 1 / \hat\xi

    Parameters
    ----------
    sample : array_like, shape (n,)
        Independent draws, at least two, in any unit; the estimate is scale free but not shift
        free.
    k : int, optional
        Number of exceedances, in [1, n - 1].  Default: floor(sqrt(n)).  With one no index shows.
    tail : str
        "both" for the sizes, "right" or "left" for the draws of one sign alone.

    Returns
    -------
    Estimate
        Dimensionless, with n = k and the asymptotic standard error sqrt((1 + xi^2) / k) of xi, by
        the delta method.  The interval takes the variance at each end: the upper one is infinite
        where it holds xi = 0, and the lower one 0 for levels too high for k.

    Raises
    ------
    ValueError
        If the sample is not finite, k is out of range, the (k + 1)-th largest value is zero, the
        k + 1 largest are all equal, or xi is not positive, so that no power tail shows: it is 0
        or negative for normal draws, most often.

    Notes
    -----
    Of the intervals at 95%, so many hold alpha, and so many samples are refused
    (``benchmarks/tail_coverage.py`` of 2,000 samples, at the default k):

    ===========  ============  ============  ========
    law, alpha   n = 100       1,000         10,000
    ===========  ============  ============  ========
    Pareto 1.5   0.997, 0.171  0.930, 0.010  0.943, 0
    stable 1.2   0.986, 0.116  0.931, 0.004  0.944, 0
    stable 1.5   0.999, 0.172  0.927, 0.013  0.936, 0
    stable 1.75  1.000, 0.284  0.949, 0.016  0.941, 0
    stable 1.9   1.000, 0.476  0.936, 0.041  0.970, 0
    ===========  ============  ============  ========

    References
    ----------
    Dekkers, Einmahl & de Haan (1989), Ann. Statist. 17, 1833-1855.

    Examples
    --------
    >>> round(estimate([64.0, 4.0, 2.0, 1.0], k=3).value, 3)
    0.619

    """
    x = sizes(sample, tail)
    k = default_k(k, x.size)
    excesses = log_excesses(x, k)
    xi = check_power(float(_xi(excesses.mean(), (excesses**2).mean())))
    interval = Score(xi, k, (1.0, 0.0, 1.0))
    return Estimate(1 / xi, sqrt((1 + xi**2) / k) / xi**2, k, interval=interval)


def path(sample: ArrayLike, ks: ArrayLike | None = None, *, tail: str = "both") -> IndexPath:
    """Moment estimates for many numbers of exceedances, from one sorting.

    Parameters
    ----------
    sample : array_like, shape (n,)
        As for ``estimate``.
    ks : array_like of int, optional
        Numbers of exceedances.  Default: all from 1 to the number of nonzero draws, less 1.
    tail : str
        As for ``estimate``.

    Returns
    -------
    IndexPath
        NaN where no power tail shows.  Memory is about 10 arrays like the sample.

    Raises
    ------
    ValueError
        If the sample is not finite, or ks are out of range.

    Examples
    --------
    >>> path([64.0, 4.0, 2.0, 1.0], ks=[2, 3]).values.round(3).tolist()
    [0.688, 0.619]

    """
    x = sizes(sample, tail)
    ks = chosen_ks(ks, x)
    first, second = (total[ks - 1] / ks for total in power_sums(log_spacings(x, ks), 2))
    xi = positive(_xi(first, second))
    return of_inverses(ks, xi, (1 + xi**2) / xi**2)


def _xi(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Estimate of xi from the first two moments; minus infinity where they are those of one value.

    Of one value the difference is a rounding of 0.
    """
    variance = second - first**2
    spread = np.where(variance > 1e-15 * second, variance, np.nan)
    xi = first + 1 - second / (2 * spread)
    return np.where(np.isnan(spread), -np.inf, xi)
