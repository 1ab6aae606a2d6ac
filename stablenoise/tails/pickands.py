"""The Pickands estimator."""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_integer
from ..estimate import Estimate
from .order_statistics import IndexPath, integers, signed

__all__ = ["estimate", "path"]


def estimate(sample: ArrayLike, k: int | None = None, *, tail: str = "both") -> Estimate:
    r"""Pickands estimate of the tail index, free of scale and, of one tail, of shift.

    .. math:: \hat\xi = \log_2 \frac{x_{(k)} - x_{(2k)}}{x_{(2k)} - x_{(4k)}},
              \qquad \hat\alpha = 1/\hat\xi

    Parameters
    ----------
    sample : array_like, shape (n,)
        Independent draws, at least four, in any unit.
    k : int, optional
        In [1, n // 4].  Default: n // 64, at least 1.
    tail : str
        "both" for the sizes, "right" for the draws as they are, "left" for them with their signs
        turned.

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
    x = signed(sample, tail, least=4)
    k = check_integer("k", max(x.size // 64, 1) if k is None else k, 1, x.size // 4 + 1)
    ranks = [x.size - 4 * k, x.size - 2 * k, x.size - k]
    low, middle, high = np.partition(x, ranks)[ranks]
    above, below = _gap(high, middle), _gap(middle, low)
    xi = float(_xi(above, below))
    if not xi > 0:
        seen = f"{high - middle:.3g} above {middle - low:.3g}"
        raise ValueError(f"spacings must grow for a power tail, got {seen}")
    return Estimate(1 / xi, float(_spread(xi)) / xi**2 / k**0.5, k, inverse=True)


def path(sample: ArrayLike, ks: ArrayLike | None = None, *, tail: str = "both") -> IndexPath:
    """Pickands estimates for many k, from one sorting.

    Parameters
    ----------
    sample : array_like, shape (n,)
        As for ``estimate``.
    ks : array_like of int, optional
        In [1, n // 4].  Default: all of them.
    tail : str
        As for ``estimate``.

    Returns
    -------
    IndexPath
        NaN where the spacings do not grow.  Memory is about 4 arrays like the sample.

    Raises
    ------
    ValueError
        If the sample is not finite, or ks are out of range.

    Examples
    --------
    >>> path([1.0, 2.0, 3.0, 11.0]).values.tolist()
    [0.5]

    """
    x = np.sort(signed(sample, tail, least=4))[::-1]
    ks = integers(ks, 1, x.size // 4 + 1)
    low, middle, high = (x[times * ks - 1] for times in (4, 2, 1))
    xi = _xi(_gap(high, middle), _gap(middle, low))
    xi = np.where(xi > 0, xi, np.nan)
    return IndexPath(ks, 1 / xi, _spread(xi) / xi**2 / np.sqrt(ks))


def _gap(high: np.ndarray, low: np.ndarray) -> np.ndarray:
    """Logarithms to base 2 of differences, minus infinity of 0: of halves where they overflow."""
    with np.errstate(over="ignore", divide="ignore"):
        gap = high - low
        return np.where(gap < np.inf, np.log2(gap), 1 + np.log2(high / 2 - low / 2))


def _xi(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """By how much logarithms of spacings grow; 0 where one is of no spacing."""
    none = np.isinf(above) | np.isinf(below)
    return np.where(none, 0.0, above - np.where(none, 0.0, below))


def _spread(xi: np.ndarray | float) -> np.ndarray | float:
    """Asymptotic standard deviation of sqrt(k) times the error of xi."""
    return xi * np.sqrt(2 + 4.0**-xi) / (2 * (1 - 2.0**-xi) * log(2))
