"""De Vries' estimator: the second moment of log excesses over twice the first."""

from __future__ import annotations

from math import sqrt

from numpy.typing import ArrayLike

from ..estimate import Estimate
from ..intervals import ChiSquare
from .order_statistics import (
    IndexPath,
    chosen_ks,
    default_k,
    log_excesses,
    log_spacings,
    of_inverses,
    power_sums,
    quotient,
    sizes,
)

__all__ = ["estimate", "path"]


def estimate(sample: ArrayLike, k: int | None = None, *, tail: str = "both") -> Estimate:
    r"""De Vries' estimate of the tail index, of half the bias of Hill's at rho = -1.

    .. math:: 1/\hat\alpha = \frac{M_2}{2 M_1}, \qquad
              M_j = k^{-1} \sum_{i \le k} \log^j (x_{(i)} / x_{(k+1)})

    Parameters
    ----------
    sample : array_like, shape (n,)
        Independent draws, at least two, in any unit; the estimate is scale free but not shift
        free.
    k : int, optional
        Number of exceedances, in [1, n - 1].  Default: floor(sqrt(n)).
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
        the k + 1 largest are all equal.

    Notes
    -----
    With the second-order function A and rho < 0 of the tail, 1 / alpha is too large by
    A / (1 - rho)^2, where Hill's is by A / (1 - rho).

    Of the intervals at 95%, so many hold alpha, and the estimates are so much too large in the mean
    (``benchmarks/tail_coverage.py`` of 2,000 samples, at the default k):

    ===========  ============  ============  ============
    law, alpha   n = 100       1,000         10,000
    ===========  ============  ============  ============
    Pareto 1.5   0.983, +0.44  0.964, +0.14  0.956, +0.04
    stable 1.2   0.979, +0.36  0.969, +0.13  0.958, +0.04
    stable 1.5   0.968, +0.68  0.958, +0.21  0.953, +0.07
    stable 1.75  0.897, +1.48  0.894, +0.46  0.929, +0.13
    stable 1.9   0.756, +2.78  0.608, +1.33  0.766, +0.38
    ===========  ============  ============  ============

    References
    ----------
    De Haan & Peng (1998), Statist. Neerlandica 52, 60-70, who name de Vries.

    Examples
    --------
    >>> round(estimate([8.0, 4.0, 2.0, 1.0], k=2).value, 3)
    1.731

    """
    x = sizes(sample, tail)
    k = default_k(k, x.size)
    excesses = log_excesses(x, k)
    alpha = 2 * float(excesses.mean()) / float((excesses**2).mean())
    return Estimate(alpha, alpha * sqrt(2 / k), k, interval=ChiSquare(alpha, k))


def path(sample: ArrayLike, ks: ArrayLike | None = None, *, tail: str = "both") -> IndexPath:
    """De Vries' estimates for many numbers of exceedances, from one sorting.

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
        NaN where the k + 1 largest are all equal.  Memory is about 10 arrays like the sample.

    Raises
    ------
    ValueError
        If the sample is not finite, or ks are out of range.

    Examples
    --------
    >>> path([8.0, 4.0, 2.0, 1.0], ks=[2, 3]).values.round(3).tolist()
    [1.731, 1.237]

    """
    x = sizes(sample, tail)
    ks = chosen_ks(ks, x)
    first, second = (total[ks - 1] for total in power_sums(log_spacings(x, ks), 2))
    return of_inverses(ks, quotient(second, 2 * first), 2.0)
