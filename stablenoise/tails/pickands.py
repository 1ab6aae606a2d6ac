"""The Pickands estimator."""

from __future__ import annotations

from math import log, log2, sqrt

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_integer, finite_sample
from ..estimate import Estimate

__all__ = ["estimate"]


def estimate(sample: ArrayLike, k: int | None = None) -> Estimate:
    r"""Pickands estimate of the tail index of ``abs(sample)``, free of scale and of shift.

    .. math:: \hat\xi = \log_2 \frac{x_{(k)} - x_{(2k)}}{x_{(2k)} - x_{(4k)}},
              \qquad \hat\alpha = 1/\hat\xi

    Parameters
    ----------
    sample : array_like, shape (n,)
        Independent draws, at least four, in any unit.
    k : int, optional
        In [1, n // 4].  Default: n // 64, at least 1.

    Returns
    -------
    Estimate
        Dimensionless, with n = k and the asymptotic standard error of xi,
        xi sqrt(2^(2 xi + 1) + 1) / (2 (2^xi - 1) log 2 sqrt(k)), by the delta method.  The
        interval is symmetric in xi = 1 / alpha: its upper end is infinite where it holds xi = 0.

    Raises
    ------
    ValueError
        If the sample is not finite, k is out of range, or the spacings do not grow, so that no
        power tail shows.

    Notes
    -----
    It needs long samples.  Of the intervals at 95%, so many hold alpha, and so many samples are
    refused as their spacings do not grow (``benchmarks/tail_coverage.py``):

    ===========  ============  ============  ============
    law, alpha   n = 100       1,000         10,000
    ===========  ============  ============  ============
    Pareto 0.5   1.000, 0.233  0.946, 0.001  0.948, 0
    Pareto 1     1.000, 0.319  0.986, 0.034  0.945, 0
    Pareto 1.5   1.000, 0.368  0.997, 0.102  0.945, 0
    Pareto 2     1.000, 0.398  0.997, 0.163  0.946, 0.001
    stable 1.2   1.000, 0.342  0.995, 0.059  0.947, 0
    stable 1.5   1.000, 0.371  0.996, 0.099  0.950, 0
    stable 1.75  1.000, 0.373  0.995, 0.127  0.950, 0
    stable 1.9   1.000, 0.401  1.000, 0.336  0.365, 0.135
    ===========  ============  ============  ============

    References
    ----------
    Pickands (1975), Ann. Statist. 3, 119-131; the variance: Dekkers & de Haan (1989),
    Ann. Statist. 17, 1795-1832.

    Examples
    --------
    >>> estimate([1.0, 2.0, 3.0, 11.0], k=1).value
    0.5

    """
    x = np.abs(finite_sample(sample, least=4))
    k = max(x.size // 64, 1) if k is None else k
    k = check_integer("k", k, 1, x.size // 4 + 1)
    ranks = [x.size - 4 * k, x.size - 2 * k, x.size - k]
    low, middle, high = np.partition(x, ranks)[ranks]
    xi = log2(high - middle) - log2(middle - low) if 0 < middle - low else 0.0
    if not xi > 0:
        seen = f"{high - middle:.3g} above {middle - low:.3g}"
        raise ValueError(f"spacings must grow for a power tail, got {seen}")
    spread = xi * sqrt(2 + 4**-xi) / (2 * (1 - 2**-xi) * log(2))
    return Estimate(1 / xi, spread / xi**2 / sqrt(k), k, inverse=True)
