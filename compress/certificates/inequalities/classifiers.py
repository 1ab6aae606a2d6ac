r"""Limits for a classifier that has a prior mass, and so after choosing among many."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from stablenoise.checks import plain
from stablenoise.kernels.arrays import Real

from .binomials import log_cdf
from .divergences import EPS, first_good, inverse
from .ranges import check_counts, check_deltas, check_nats, check_rates, check_sizes

ROUNDING = 16 * EPS  # of closed forms in nats for each example, at most 8 EPS against mpmath


def hoeffding(q: ArrayLike, n: ArrayLike, complexity: ArrayLike, delta: ArrayLike) -> Real:
    r"""Upper limit of the risk of a classifier, by Hoeffding's inequality.

    .. math:: q + \sqrt{(C + \log(1 / \delta)) / (2 n)}

    Parameters
    ----------
    q, n, complexity, delta : array_like
        As in ``chernoff``.

    Returns
    -------
    float or ndarray
        In [q, 1], rounded up.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> round(hoeffding(0.1, 1000, 20.0, 0.05), 6)
    0.207228

    """
    return plain(pinsker(*rates_and_nats(q, n, complexity, delta)))


def chernoff(q: ArrayLike, n: ArrayLike, complexity: ArrayLike, delta: ArrayLike) -> Real:
    r"""Upper limit of the risk of a classifier, by Chernoff's inequality.

    .. math:: \max\{p : kl(q \| p) \le (C + \log(1 / \delta)) / n\}

    Parameters
    ----------
    q : array_like
        Error rates on the sample, in [0, 1].
    n : array_like
        Examples, positive integers.
    complexity : array_like
        Negative log of the prior mass of the classifier, in nats, at least 0.
    delta : array_like
        In (0, 1).

    Returns
    -------
    float or ndarray
        In [q, 1].

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    It is also the infimum over lambda of Catoni's bound without a union over lambda
    (``catoni_at``): classifiers of a prior mass each do not need the union.

    References
    ----------
    Langford (2005), J. Mach. Learn. Res. 6, 273-306, for the union over classifiers.

    Examples
    --------
    >>> round(chernoff(0.1, 1000, 20.0, 0.05), 6)
    0.176239

    """
    return plain(inverse(*rates_and_nats(q, n, complexity, delta), 1.0))


def binomial_tail(errors: ArrayLike, n: ArrayLike, complexity: ArrayLike, delta: ArrayLike) -> Real:
    r"""Upper limit of the risk of a classifier, by the exact binomial law: the tightest of all.

    .. math:: \max\{p : P(\mathrm{Bin}(n, p) \le k) \ge \delta e^{-C}\}

    Parameters
    ----------
    errors : array_like
        Errors k on the sample, integers in [0, n].
    n, complexity, delta : array_like
        As in ``chernoff``.

    Returns
    -------
    float or ndarray
        In [0, 1], rounded up and at most ``chernoff``.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Langford (2005), J. Mach. Learn. Res. 6, 273-306.

    Examples
    --------
    >>> round(binomial_tail(100, 1000, 20.0, 0.05), 6)
    0.171542

    """
    k, n = check_counts(errors, n)
    q, c = rates_and_nats(k / n, n, complexity, delta)
    k, n, c = np.broadcast_arrays(k, n, c)
    # Chernoff's limit is never below the exact one: the search may end there.
    ceiling = inverse(np.broadcast_to(q, c.shape), c, 1.0)
    # The tail is known to some ulps of log n!: less this slack it is certainly below delta e^-C,
    # and the limit is rounded upwards.
    slack = 1e-10 + 8 * EPS * gammaln(n + 1)  # of the log of the tail

    def improbable(p: np.ndarray) -> np.ndarray:
        return log_cdf(k, n, p) + slack <= -n * c

    return plain(first_good(improbable, np.zeros(c.shape), ceiling))


def rates_and_nats(
    q: ArrayLike, n: ArrayLike, complexity: ArrayLike, delta: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """Error rates, and nats for each example."""
    nats = check_nats("complexity", complexity) - np.log(check_deltas(delta))
    return check_rates("q", q), nats / check_sizes(n)


def pinsker(q: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Return q + sqrt(c / 2), rounded up."""
    return np.minimum(1.0, np.nextafter(q + np.sqrt(c / 2) * (1 + ROUNDING), np.inf))
