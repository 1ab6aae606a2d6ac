"""The kernel estimator of Groeneboom, Lopuhaä and de Wolf."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_integer
from ..estimate import Estimate
from ..intervals import Score
from .order_statistics import (
    IndexPath,
    check_power,
    chosen_ks,
    log_excesses,
    log_spacings,
    of_inverses,
    positive,
    quotient,
    sizes,
)

__all__ = ["estimate", "path"]

POWER = 0.6  # the a of the weights v^a, above 1/2
OF_SQUARE, OF_BOTH, OF_REST = 10 / 7, 0.47568710359407967, 1.2715848243023657
"""Integrals of K^2, K G and G^2, G the derivative of v^a K over the integral of v^(a - 1) K."""


def estimate(sample: ArrayLike, k: int | None = None, *, tail: str = "both") -> Estimate:
    r"""Kernel estimate of the tail index: smooth in k, and it sees where there is no power tail.

    .. math:: \hat\xi = \sum_{i \le k} \frac i k K(\tfrac i k) D_i - 1
              + \frac{\sum_i G(i / k) D_i}{\sum_i (i / k)^a K(i / k) D_i}, \qquad
              D_i = \log \frac{x_{(i)}}{x_{(i+1)}}, \qquad \hat\alpha = 1 / \hat\xi,

    with K(v) = 15/8 (1 - v^2)^2, a = 0.6 and G the derivative of v^(a + 1) K(v).

    Parameters
    ----------
    sample : array_like, shape (n,)
        Independent draws, at least three, in any unit; the estimate is scale free but not shift
        free.
    k : int, optional
        Number of exceedances, in [2, n - 1]: the bandwidth k / n.  Default: n // 20, at least 2.
    tail : str
        "both" for the sizes, "right" or "left" for the draws of one sign alone.

    Returns
    -------
    Estimate
        Dimensionless, with n = k and the asymptotic standard error of xi by the delta method: k Var
        is 1.4286 xi^2 + 0.9514 xi + 1.2716 for these K and a.  The interval takes
        the variance at each end: the upper one is infinite where it holds xi = 0, and the lower one
        0 for levels too high for k.

    Raises
    ------
    ValueError
        If the sample is not finite, k is out of range, the (k + 1)-th largest value is zero, the
        k + 1 largest are all equal, or xi is not positive, so that no power tail shows.

    Notes
    -----
    The variance is derived for xi > 0 from the independence of i D_i: their weights are
    xi K + (v^a K)' / integral of v^(a - 1) K, of v = i / k.

    Of the intervals at 95%, so many hold alpha, and so many samples are refused
    (``benchmarks/tail_coverage.py`` of 2,000 samples, at the default k):

    ===========  ============  ============  ========
    law, alpha   n = 100       1,000         10,000
    ===========  ============  ============  ========
    Pareto 1.5   1.000, 0.441  0.943, 0.007  0.958, 0
    stable 1.2   1.000, 0.386  0.934, 0      0.950, 0
    stable 1.5   1.000, 0.446  0.942, 0.005  0.958, 0
    stable 1.75  1.000, 0.485  0.956, 0.007  0.977, 0
    stable 1.9   1.000, 0.583  0.923, 0.044  0.780, 0
    ===========  ============  ============  ========

    References
    ----------
    Groeneboom, Lopuhaä & de Wolf (2003), Ann. Statist. 31, 1956-1995.

    Examples
    --------
    >>> from stablenoise import Stable
    >>> low, high = estimate(Stable(1.2).rvs(100_000, rng=1)).conf_int(0.999)
    >>> low < 1.2 < high
    True

    """
    x = sizes(sample, tail, least=3)
    k = check_integer("k", max(x.size // 20, 2) if k is None else k, 2, x.size)
    log_excesses(x, k)  # which refuses what has no spacings
    ks = np.array([k])
    xi = check_power(float(_xi(log_spacings(x, ks), ks)[0]))
    interval = Score(xi, k, (OF_REST, 2 * OF_BOTH, OF_SQUARE))
    return Estimate(1 / xi, sqrt(_variance(xi) / k) / xi**2, k, interval=interval)


def path(sample: ArrayLike, ks: ArrayLike | None = None, *, tail: str = "both") -> IndexPath:
    """Kernel estimates for many numbers of exceedances, from one sorting.

    Parameters
    ----------
    sample : array_like, shape (n,)
        As for ``estimate``.
    ks : array_like of int, optional
        Numbers of exceedances.  Default: all from 2 to the number of nonzero draws, less 1.
    tail : str
        As for ``estimate``.

    Returns
    -------
    IndexPath
        NaN where no power tail shows.  Memory is about 20 arrays like the sample.

    Raises
    ------
    ValueError
        If the sample is not finite, or ks are out of range.

    Examples
    --------
    >>> from stablenoise import Stable
    >>> path(Stable(1.2).rvs(100_000, rng=1), ks=[1_000, 2_000, 5_000]).values.round(1).tolist()
    [1.2, 1.2, 1.2]

    """
    x = sizes(sample, tail, least=3)
    ks = chosen_ks(ks, x, 2)
    xi = positive(_xi(log_spacings(x, ks), ks))
    return of_inverses(ks, xi, _variance(xi) / xi**2)


def _xi(spacings: np.ndarray, ks: np.ndarray) -> np.ndarray:
    """Estimates of xi: the weights are polynomials, so that running sums serve all k."""
    i = np.arange(1, spacings.size + 1.0)

    def moment(power: float) -> np.ndarray:
        """Sum over i <= k of (i / k)^power D_i."""
        return np.cumsum(i**power * spacings)[ks - 1] / ks**power

    a = POWER
    weighted = 15 / 8 * (moment(1.0) - 2 * moment(3.0) + moment(5.0))
    low, middle, high = moment(a), moment(a + 2), moment(a + 4)
    slope = (a + 1) * low - 2 * (a + 3) * middle + (a + 5) * high
    return weighted - 1 + quotient(slope, low - 2 * middle + high)


def _variance(xi: np.ndarray | float) -> np.ndarray | float:
    """Asymptotic variance of sqrt(k) times the error of xi."""
    return OF_SQUARE * xi**2 + 2 * OF_BOTH * xi + OF_REST
