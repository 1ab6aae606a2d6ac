"""Regression of log(rank - 1/2) on the logarithm of the draws."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from ..estimate import Estimate
from ..intervals import ChiSquare
from .order_statistics import IndexPath, differing_excesses, log_drops, quotient

__all__ = ["estimate", "path"]


def estimate(sample: ArrayLike, k: int | None = None, *, tail: str = "both") -> Estimate:
    r"""Least-squares slope -alpha of log (i - 1/2) against log x_(i), i = 1 to k.

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
    The shift 1/2 takes away the leading bias of the regression on Pareto draws.  Its residuals are
    dependent: the standard error that a regression prints would be far too small.

    Of the intervals at 95%, so many hold alpha, and the estimates are so much too large in the mean
    (``benchmarks/tail_coverage.py`` of 2,000 samples, at the default k):

    ===========  ============  ============  ============
    law, alpha   n = 100       1,000         10,000
    ===========  ============  ============  ============
    Pareto 1.5   0.968, +0.20  0.957, +0.04  0.944, -0.00
    stable 1.2   0.966, +0.17  0.962, +0.05  0.955, +0.01
    stable 1.5   0.963, +0.40  0.959, +0.11  0.951, +0.02
    stable 1.75  0.921, +1.10  0.924, +0.32  0.936, +0.08
    stable 1.9   0.829, +2.26  0.676, +1.13  0.804, +0.33
    ===========  ============  ============  ============

    References
    ----------
    Gabaix & Ibragimov (2011), J. Bus. Econ. Stat. 29, 24-39.

    Examples
    --------
    >>> round(estimate([8.0, 4.0, 2.0, 1.0], k=2).value, 3)
    1.585

    """
    k, excesses = differing_excesses(sample, k, tail)
    excesses = excesses - excesses.mean()
    slope = float(np.log(np.arange(1, k + 1) - 0.5) @ excesses) / float(excesses @ excesses)
    return Estimate(-slope, -slope * sqrt(2 / k), k, interval=ChiSquare(-slope, k))


def path(sample: ArrayLike, ks: ArrayLike | None = None, *, tail: str = "both") -> IndexPath:
    """Estimates by the regression for many numbers of exceedances, from one sorting.

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
    [1.585, 1.161]

    """
    ks, drops = log_drops(sample, ks, tail)
    ranks = np.log(np.arange(1, drops.size + 1) - 0.5)
    total, rank, both, square = (
        np.cumsum(values)[ks - 1] / ks for values in (drops, ranks, drops * ranks, drops**2)
    )
    alpha = quotient(both - total * rank, np.where(total > 0, square - total**2, 0.0))
    return IndexPath(ks, alpha, alpha * np.sqrt(2 / ks))
