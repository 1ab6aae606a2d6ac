"""The slope of the Pareto quantile plot: logarithms of draws against those of their ranks."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from ..estimate import Estimate
from ..intervals import ChiSquare
from .order_statistics import IndexPath, differing_excesses, log_drops, of_inverses, quotient

__all__ = ["estimate", "path"]


def estimate(sample: ArrayLike, k: int | None = None, *, tail: str = "both") -> Estimate:
    r"""Least-squares slope 1 / alpha of log x_(i) against -log (i / (k + 1)), i = 1 to k.

    Parameters
    ----------
    sample : array_like, shape (n,)
        Independent draws, at least three, in any unit; the estimate is scale free but not shift
        free.
    k : int, optional
        Number of exceedances, in [2, n - 1].  Default: floor(sqrt(n)), at least 2.
    tail : str
        "both" for the sizes, "right" or "left" for the draws of one sign alone.

    Returns
    -------
    Estimate
        Dimensionless, with the asymptotic standard error alpha sqrt(2 / k) and n = k.  The
        interval takes k alpha / estimate for chi2 of k, which has the same two moments.

    Raises
    ------
    ValueError
        If the sample is not finite, k is out of range, the (k + 1)-th largest value is zero, or
        the k largest are all equal.

    Notes
    -----
    The residuals are dependent: the standard error of the regression itself would be far too
    small.  For short samples the slope is too large, by 10% at k = 20; ``rank`` is nearer.

    Of the intervals at 95%, so many hold alpha, and the estimates are so much too large in the mean
    (``benchmarks/tail_coverage.py`` of 2,000 samples, at the default k):

    ===========  ============  ============  ============
    law, alpha   n = 100       1,000         10,000
    ===========  ============  ============  ============
    Pareto 1.5   0.940, -0.02  0.946, -0.07  0.936, -0.06
    stable 1.2   0.941, -0.00  0.943, -0.04  0.944, -0.03
    stable 1.5   0.949, +0.16  0.950, -0.01  0.949, -0.03
    stable 1.75  0.943, +0.74  0.948, +0.18  0.952, +0.02
    stable 1.9   0.893, +1.75  0.741, +0.99  0.861, +0.28
    ===========  ============  ============  ============

    References
    ----------
    Kratz & Resnick (1996), Comm. Statist. Stochastic Models 12, 699-724.

    Examples
    --------
    >>> round(estimate([8.0, 4.0, 2.0, 1.0], k=2).value, 3)
    1.0

    """
    k, excesses = differing_excesses(sample, k, tail)
    ranks = np.log(np.arange(1, k + 1))
    ranks -= ranks.mean()
    alpha = -float(ranks @ ranks) / float(ranks @ excesses)
    return Estimate(alpha, alpha * sqrt(2 / k), k, interval=ChiSquare(alpha, k))


def path(sample: ArrayLike, ks: ArrayLike | None = None, *, tail: str = "both") -> IndexPath:
    """Estimates by the slope for many numbers of exceedances, from one sorting.

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
        NaN where the k largest are all equal.  Memory is about 12 arrays like the sample.

    Raises
    ------
    ValueError
        If the sample is not finite, or ks are out of range.

    Examples
    --------
    >>> path([8.0, 4.0, 2.0, 1.0]).values.round(3).tolist()
    [1.0, 0.811]

    """
    ks, drops = log_drops(sample, ks, tail)
    ranks = np.log(np.arange(1, drops.size + 1))
    total, rank, both, square = (
        np.cumsum(values)[ks - 1] / ks for values in (drops, ranks, drops * ranks, ranks**2)
    )
    return of_inverses(ks, quotient(both - total * rank, square - rank**2), 2.0)
