"""Extreme quantiles and tail probabilities beyond the data, by a power tail (Weissman)."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from ..checks import check_positive, check_share
from ..estimate import Estimate
from ..results import Result
from .order_statistics import default_k, log_excesses, sizes

__all__ = ["probability", "quantile"]


@dataclass(frozen=True, slots=True, repr=False)
class _LogNormal(Result):
    """Interval of exp(center) where the center is normal, cut off at a most."""

    center: float
    stderr: float
    most: float = inf

    def __call__(self, level: float) -> tuple[float, float]:
        """Ends at the same ratio from the estimate."""
        half = -float(ndtri((1 - level) / 2)) * self.stderr
        low, high = _exp(self.center - half), _exp(self.center + half)
        return low, min(high, self.most)


def quantile(sample: ArrayLike, p: float, k: int | None = None, *, tail: str = "both") -> Estimate:
    r"""Size q with P(size > q) = ``p``, beyond the data too.

    .. math:: \hat q = x_{(k+1)} \Bigl( \frac{k}{n p} \Bigr)^{1 / \hat\alpha}

    Parameters
    ----------
    sample : array_like, shape (n,)
        Independent draws, at least two, in any unit.
    p : float
        Probability of exceeding, in (0, k / n], not the level that ``numpy.quantile`` takes: 0.01
        for a value at risk at 99%.  Below 1 / n it is beyond the data; for one above k / n raise k.
    k : int, optional
        Number of exceedances of Hill's estimate, in [1, n - 1].  Default: floor(sqrt(n));
        ``select_k`` chooses others.
    tail : str
        "both" for the sizes \|x\|, "right" or "left" for the draws of one sign alone, as a loss is
        among returns: p is then the probability among all draws, and the quantile of the left tail
        is that of -x, positive.

    Returns
    -------
    Estimate
        In the unit of the sample, with n = k.  The interval is normal for its logarithm, of which
        the standard error is sqrt(1 + log(k / (n p))^2) / (alpha sqrt(k)) for a quantile, not a
        sample's.

    Raises
    ------
    ValueError
        If the sample is not finite, p or k is out of range, the (k + 1)-th largest value is zero,
        the k + 1 largest are all equal, or the quantile is beyond the floats.

    Notes
    -----
    The threshold adds 1 / k to the relative variance of alpha log(q), Hill's estimate the rest; the
    two are independent for an exact Pareto tail (Renyi).  A tail that is not yet a power adds a
    bias that the interval does not know of.

    References
    ----------
    Weissman (1978), JASA 73, 812-815; de Haan & Ferreira (2006), Extreme Value Theory, 4.3.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(1).pareto(2, 10_000) + 1
    >>> low, high = quantile(x, 1e-6, k=1_000).conf_int(0.99)  # 1e-6^(-1/2)
    >>> low < 1_000 < high
    True

    """
    x = sizes(sample, tail)
    k = default_k(k, x.size)
    share = k / x.size
    if not check_share("p", p) <= share:
        rule = "p, the probability of exceeding, must lie in (0, k / n]"
        raise ValueError(f"{rule} = (0, {share:.6g}] at k = {k}, got {p}")
    xi, threshold = _hill(x, k)
    steps = log(share / p)
    center, stderr = log(threshold) + xi * steps, xi * sqrt((1 + steps**2) / k)
    value = _exp(center)
    if not 0 < value < inf:
        raise ValueError(f"quantile must lie within the floats, got its logarithm {center:.6g}")
    return Estimate(value, _within(value * stderr), k, interval=_LogNormal(center, stderr))


def probability(
    sample: ArrayLike, x: float, k: int | None = None, *, tail: str = "both"
) -> Estimate:
    r"""Probability that a draw exceeds the size ``x``, beyond the data too.

    .. math:: \hat p = \frac kn \Bigl( \frac{x}{x_{(k+1)}} \Bigr)^{-\hat\alpha}

    Parameters
    ----------
    sample : array_like, shape (n,)
        Independent draws, at least two, in any unit.
    x : float
        Positive size, in the same unit, at least the (k + 1)-th largest.
    k : int, optional
        Number of exceedances of Hill's estimate, in [1, n - 1].  Default: floor(sqrt(n));
        ``select_k`` chooses others.
    tail : str
        "both" for the sizes, "right" or "left" for the draws of one sign alone: for the left tail
        it is the probability of a draw below -x.

    Returns
    -------
    Estimate
        In (0, k / n], with n = k.  The interval is normal for its logarithm, of which the standard
        error is sqrt((1 + (alpha log(x / x_(k+1)))^2) / k), and ends at 1.

    Raises
    ------
    ValueError
        If the sample is not finite, x or k is out of range, the (k + 1)-th largest value is zero,
        or the k + 1 largest are all equal.

    Notes
    -----
    As for ``quantile``, which this undoes: the quantile of this probability is x.

    References
    ----------
    Weissman (1978), JASA 73, 812-815; de Haan & Ferreira (2006), Extreme Value Theory, 4.4.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(1).pareto(2, 10_000) + 1
    >>> low, high = probability(x, 1_000.0, k=1_000).conf_int(0.99)
    >>> low < 1e-6 < high
    True

    """
    seen = sizes(sample, tail)
    k = default_k(k, seen.size)
    size = check_positive("x", x)
    xi, threshold = _hill(seen, k)
    if size < threshold:
        raise ValueError(f"x must be at least the (k + 1)-th largest size {threshold:.6g}, got {x}")
    steps = (log(size) - log(threshold)) / xi
    center, stderr = log(k / seen.size) - steps, sqrt((1 + steps**2) / k)
    value = _exp(center)
    return Estimate(value, value * stderr, k, interval=_LogNormal(center, stderr, 1.0))


def _hill(x: np.ndarray, k: int) -> tuple[float, float]:
    """Return 1 / alpha by Hill, and the (k + 1)-th largest size."""
    return float(log_excesses(x, k).mean()), float(np.partition(x, x.size - k - 1)[x.size - k - 1])


def _exp(x: float) -> float:
    """e^x, infinite beyond the floats."""
    return exp(x) if x < 709.78 else inf


def _within(x: float) -> float:
    """The largest float instead of infinity."""
    return min(x, float(np.finfo(float).max))
