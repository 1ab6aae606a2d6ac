"""The harmonic moment estimator, of which the t-Hill estimator is one."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_positive
from ..estimate import Estimate
from ..intervals import Odds
from .order_statistics import (
    IndexPath,
    chosen_ks,
    default_k,
    log_excesses,
    log_spacings,
    of_inverses,
    sizes,
)

__all__ = ["estimate", "path"]


def estimate(
    sample: ArrayLike, k: int | None = None, power: float = 1.0, *, tail: str = "both"
) -> Estimate:
    r"""Harmonic moment estimate of the tail index, of bounded influence; t-Hill at power 1.

    .. math:: \hat\alpha = \frac{p W}{1 - W}, \qquad
              W = k^{-1} \sum_{i \le k} (x_{(k+1)} / x_{(i)})^p

    Parameters
    ----------
    sample : array_like, shape (n,)
        Independent draws, at least two, in any unit; the estimate is scale free but not shift
        free.
    k : int, optional
        Number of exceedances, in [1, n - 1].  Default: floor(sqrt(n)).
    power : float
        Positive p; the smaller it is, the nearer is the Hill estimator.
    tail : str
        "both" for the sizes, "right" or "left" for the draws of one sign alone.

    Returns
    -------
    Estimate
        Dimensionless, with n = k and the asymptotic standard error
        (alpha + p) / sqrt(k (1 + 2 p / alpha)).  The interval is that of the mean W of draws of
        known variance, brought to alpha.

    Raises
    ------
    ValueError
        If the sample is not finite, k or power is out of range, the (k + 1)-th largest value is
        zero, or the k + 1 largest are equal, or nearly so.

    Notes
    -----
    One draw changes W by 1 / k at most, whatever its size.  The price is a variance that is
    (1 + p / alpha)^2 / (1 + 2 p / alpha) times that of the Hill estimator.

    Of the intervals at 95%, so many hold alpha, and the estimates are so much too large in the mean
    (``benchmarks/tail_coverage.py`` of 2,000 samples, at the default k):

    ===========  ============  ============  ============
    law, alpha   n = 100       1,000         10,000
    ===========  ============  ============  ============
    Pareto 1.5   0.921, +0.14  0.947, +0.04  0.952, +0.01
    stable 1.2   0.918, +0.13  0.944, +0.04  0.939, +0.02
    stable 1.5   0.853, +0.43  0.901, +0.16  0.939, +0.05
    stable 1.75  0.670, +1.11  0.639, +0.61  0.823, +0.19
    stable 1.9   0.393, +1.99  0.054, +1.93  0.065, +0.92
    ===========  ============  ============  ============

    References
    ----------
    Henry (2009), J. Statist. Plann. Inference 139, 3361-3376; Beran, Schell & Stehlík (2014),
    Ann. Inst. Statist. Math. 66, 193-220; t-Hill: Stehlík, Potocký, Waldl & Fabián (2010),
    Comput. Statist. 25, 485-503.

    Examples
    --------
    >>> round(estimate([8.0, 4.0, 2.0, 1.0], k=2).value, 3)
    0.6

    """
    power = check_positive("power", power)
    x = sizes(sample, tail)
    k = default_k(k, x.size)
    falls = power * log_excesses(x, k)
    mean, rest = float(np.exp(-falls).mean()), float(-np.expm1(-falls).mean())
    alpha = power * mean / rest if rest else 0.0
    if not alpha > 0:
        raise ValueError(f"power must leave a mean in (0, 1), got mean {mean:.3g} of power {power}")
    spread = sqrt(mean * rest**2 / (1 + rest) / k)
    return Estimate(alpha, spread * power / rest**2, k, interval=Odds(mean, spread, factor=power))


def path(
    sample: ArrayLike,
    ks: ArrayLike | None = None,
    power: float = 1.0,
    *,
    tail: str = "both",
) -> IndexPath:
    """Harmonic moment estimates for many numbers of exceedances, from one sorting.

    Parameters
    ----------
    sample : array_like, shape (n,)
        As for ``estimate``.
    ks : array_like of int, optional
        Numbers of exceedances.  Default: all from 1 to the number of nonzero draws, less 1.
    power : float
        As for ``estimate``.
    tail : str
        As for ``estimate``.

    Returns
    -------
    IndexPath
        NaN where the k + 1 largest are all equal.  Memory is about 10 arrays like the sample.

    Raises
    ------
    ValueError
        If the sample is not finite, or ks or power are out of range.

    Examples
    --------
    >>> path([8.0, 4.0, 2.0, 1.0]).values.round(3).tolist()
    [1.0, 0.6, 0.412]

    """
    power = check_positive("power", power)
    x = sizes(sample, tail)
    ks = chosen_ks(ks, x)
    falls = power * np.cumsum(log_spacings(x, ks))
    largest = np.concatenate([[0.0], falls[:-1]])
    logs = np.logaddexp.accumulate(largest)[ks - 1] - falls[ks - 1] - np.log(ks)
    xi = np.expm1(-logs) / power
    with np.errstate(over="ignore"):  # of draws beyond all others: an infinite error
        variance = (1 + power * xi) * ((1 + power * xi) / (1 + 2 * power * xi))
    return of_inverses(ks, xi, variance)
