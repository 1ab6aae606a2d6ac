"""The Hill estimator without the largest draws, which may be errors."""

from __future__ import annotations

from math import sqrt

from numpy.typing import ArrayLike

from ..checks import check_integer
from ..estimate import Estimate
from ..intervals import ChiSquare
from .order_statistics import (
    IndexPath,
    chosen_ks,
    log_excesses,
    log_spacings,
    of_inverses,
    power_sums,
    sizes,
)

__all__ = ["estimate", "path"]


def estimate(
    sample: ArrayLike, k: int | None = None, trim: int = 1, *, tail: str = "both"
) -> Estimate:
    r"""Hill estimate of the tail index that does not look at the t = ``trim`` largest draws.

    .. math:: 1/\hat\alpha = \frac{1}{k - t} \Bigl[ t \log \frac{x_{(t+1)}}{x_{(k+1)}}
              + \sum_{i=t+1}^k \log \frac{x_{(i)}}{x_{(k+1)}} \Bigr]

    Parameters
    ----------
    sample : array_like, shape (n,)
        Independent draws, at least ``trim`` + 2, in any unit; the estimate is scale free but not
        shift free.
    k : int, optional
        Number of exceedances with those that are left out, in [trim + 1, n - 1].  Default:
        floor(sqrt(n)), at least trim + 1.
    trim : int
        Number t of the largest draws that may be anything above the next, at least 0.
    tail : str
        "both" for the sizes, "right" or "left" for the draws of one sign alone.

    Returns
    -------
    Estimate
        Dimensionless, with the standard error alpha / sqrt(k - trim) and n = k - trim.  The
        interval is exact for Pareto tails, of which 2 (k - trim) alpha / estimate has the law chi2
        of 2 (k - trim): among weighted means of the log spacings that are left it is the best.

    Raises
    ------
    ValueError
        If the sample is not finite, k or trim is out of range, the (k + 1)-th largest value is
        zero, or those from trim + 1 to k + 1 are all equal.

    Notes
    -----
    With trim = 0 it is ``hill``, whose bias on stable laws it has.

    Of the intervals at 95%, so many hold alpha, and the estimates are so much too large in the mean
    (``benchmarks/tail_coverage.py`` of 2,000 samples, at the default k):

    ===========  ============  ============  ============
    law, alpha   n = 100       1,000         10,000
    ===========  ============  ============  ============
    stable 1.2   0.949, +0.19  0.947, +0.06  0.947, +0.02
    stable 1.5   0.923, +0.50  0.929, +0.16  0.944, +0.05
    stable 1.75  0.804, +1.24  0.753, +0.56  0.873, +0.17
    stable 1.9   0.620, +2.14  0.131, +1.85  0.156, +0.77
    ===========  ============  ============  ============

    References
    ----------
    Bhattacharya, Kallitsis & Stoev (2019), Data-adaptive trimming of the Hill estimator and
    detection of outliers in the extremes of heavy-tailed data, Electron. J. Statist. 13,
    1872-1925.

    Examples
    --------
    >>> errors = estimate([1e9, 4.0, 2.0, 1.0], k=3, trim=1)
    >>> errors.value == estimate([8.0, 4.0, 2.0, 1.0], k=3, trim=1).value
    True
    >>> round(errors.value, 3)
    0.577

    """
    trim = check_integer("trim", trim, 0, 2**63)
    x = sizes(sample, tail, least=trim + 2)
    k = max(int(sqrt(x.size)), trim + 1) if k is None else k
    k = check_integer("k", k, trim + 1, x.size)
    excesses = log_excesses(x, k)[trim:]
    total = float(trim * excesses[0] + excesses.sum())
    if total == 0:
        raise ValueError(f"values from {trim + 1} to {k + 1} must differ, got all equal")
    left, alpha = k - trim, (k - trim) / total
    return Estimate(alpha, alpha / sqrt(left), left, interval=ChiSquare(alpha, 2 * left))


def path(
    sample: ArrayLike, ks: ArrayLike | None = None, trim: int = 1, *, tail: str = "both"
) -> IndexPath:
    """Trimmed Hill estimates for many numbers of exceedances, from one sorting.

    Parameters
    ----------
    sample : array_like, shape (n,)
        As for ``estimate``.
    ks : array_like of int, optional
        Numbers of exceedances, those that are left out among them.  Default: all from trim + 1 to
        the number of nonzero draws, less 1.
    trim : int
        As for ``estimate``.
    tail : str
        As for ``estimate``.

    Returns
    -------
    IndexPath
        NaN where those that are left are all equal.  Memory is about 10 arrays like the sample.

    Raises
    ------
    ValueError
        If the sample is not finite, or ks or trim are out of range.

    Examples
    --------
    >>> path([8.0, 4.0, 2.0, 1.0]).values.round(3).tolist()
    [0.721, 0.577]

    """
    trim = check_integer("trim", trim, 0, 2**63)
    x = sizes(sample, tail, least=trim + 2)
    ks = chosen_ks(ks, x, trim + 1)
    spacings = log_spacings(x, ks)
    spacings[:trim] = 0.0
    left = ks - trim
    return of_inverses(ks, power_sums(spacings, 1)[0][ks - 1] / left, ks / left)
