r"""The limit for what a part of the sample determines that the sample itself prefers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc

from stablenoise.checks import plain
from stablenoise.kernels.arrays import Real

from .binomials import log_pmf
from .divergences import EPS, KL_ERROR, bernoulli_kl, first_good
from .ranges import check_counts, check_deltas, check_nats


def campi_garatti(size: ArrayLike, n: ArrayLike, complexity: ArrayLike, delta: ArrayLike) -> Real:
    r"""Upper limit of the risk of what k examples of n determine, if it is right on all others.

    .. math:: \frac{\delta e^{-C}}{n} \sum_{m=k}^{n-1} \binom{m}{k} \binom{n}{k}^{-1}
              (1 - p)^{m - n} = 1

    has one solution p, the limit.  The k examples must have been chosen by a rule with a
    preference: from any part of the sample that holds them it chooses the same k.

    Parameters
    ----------
    size : array_like
        Examples k that were chosen, integers in [0, n].
    n, complexity, delta : array_like
        As in ``chernoff``; C pays for a choice among several such rules.

    Returns
    -------
    float or ndarray
        In [0, 1], rounded up; 1 if all are chosen.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Proof (derived here).  Let I be a part of the indices 1..n, K a part of I, and R the risk of
    what the examples K determine.  G(K, I) is the law of R on the event that the rule chooses K
    from I.  If it chooses K from I with j added, then it chooses K from I, and j, which came
    independently, is no error: dG(K, I + j) <= (1 - R) dG(K, I).  So, if I has m examples,
    dG(K, I) >= (1 - R)^-(n - m) dG(K, all).  From each I one K is chosen: over K the masses of the
    G(K, I) add up to 1.  The mean of this sum over all I of m examples, and over m < n with weights
    1 / n, says that the left side of the equation at p = R has a mean of at most delta e^-C on the
    event k < n.  It rises with p, and is above 1 where R is above the limit: by Markov's inequality
    with probability delta e^-C at most.  Examples may repeat, and the rule may break ties by their
    order.

    With P(Bin(n, p) = k) the equation is delta e^-C P(Bin(n, p) > k) = n p P(Bin(n, p) = k).

    References
    ----------
    Campi & Garatti (2023), J. Mach. Learn. Res. 24 (339), whose abstract alone was read here; the
    equation is the one that ``tighter_p2l_bound`` of github.com/GRAAL-Research/Bound-to-Disagree,
    ``bounds/p2l_bounds.py``, solves (read).

    Examples
    --------
    >>> round(campi_garatti(100, 60_000, 0.0, 0.05), 6)
    0.002229

    """
    k, n = check_counts(size, n, "size")
    nats = check_nats("complexity", complexity) - np.log(check_deltas(delta))
    k, n, nats = np.broadcast_arrays(k, n, nats)
    held = np.minimum(k, n - 1)  # where all are chosen, numbers that do no harm

    def good(p: np.ndarray) -> np.ndarray:
        p = np.clip(p, 1e-320, 1 - EPS / 2)
        with np.errstate(divide="ignore"):  # no tail: p is far too small
            tail = np.log(betainc(held + 1, n - held, p))
        return tail - log_pmf(held, n, p) - _slack(held, n, p) - np.log(n) - np.log(p) >= nats

    # At k / n half of the law is above k, and the ratio to the term at k is below n p.
    found = first_good(good, np.zeros(k.shape), np.ones(k.shape))
    return plain(np.where(k < n, found, 1.0))


def _slack(k: np.ndarray, n: np.ndarray, p: np.ndarray) -> np.ndarray:
    """What the logarithms may be wrong by: of kl times n, of k / n in it, and of the tail."""
    rates = np.clip(k / n, EPS / 2, 1 - EPS / 2)
    slope = abs(np.log(rates) - np.log(p) + np.log1p(-p) - np.log1p(-rates))
    return 1e-10 + KL_ERROR * n * bernoulli_kl(k / n, p) + EPS * k * slope
