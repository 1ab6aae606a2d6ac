"""The generalised Pareto law of excesses over a threshold, by profile likelihood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, inf, isnan, log, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import expit

from ..checks import check_finite, check_integer
from ..estimate import Estimate
from ..intervals import Profile
from ..results import Result
from .order_statistics import IndexPath, check_power, integers, signed

__all__ = ["ParetoFit", "estimate", "fit", "path"]

GRID = 60  # points of log theta at which the likelihood is first looked at
STEP = 0.4  # between roots of the profile, in standard deviations of a normal law
FARTHEST = 8.3  # root of the largest level below 1


@dataclass(frozen=True, slots=True, repr=False)
class ParetoFit(Result):
    """A generalised Pareto law of excesses: P(Y > y) = (1 + xi y / scale)^(-1 / xi).

    Parameters
    ----------
    xi : float
        Shape, positive: 1 / alpha.
    scale : float
        In the unit of the sample.
    threshold : float
        Above which the excesses are, of the draws turned so that the tail is the right one.
    n : int
        Number of excesses.
    interval : Profile
        Of xi, by its profile likelihood.

    Examples
    --------
    >>> import numpy as np
    >>> law = fit(np.random.default_rng(1).pareto(2, 10_000), threshold=1.0, tail="right")
    >>> round(law.xi, 1), round(law.scale, 1)
    (0.5, 1.0)

    """

    xi: float
    scale: float
    threshold: float
    n: int
    interval: Profile


def fit(
    sample: ArrayLike,
    k: int | None = None,
    *,
    threshold: float | None = None,
    tail: str = "both",
) -> ParetoFit:
    r"""Maximum likelihood fit of a generalised Pareto law with xi > 0 to excesses.

    With theta = xi / scale, xi(theta) = mean log (1 + theta y) is the best for a theta, and one
    number is left to search.

    Parameters
    ----------
    sample : array_like, shape (n,)
        Independent draws, at least three, in any unit.
    k : int, optional
        Number of excesses over the (k + 1)-th largest draw, in [2, n - 1].  Default:
        n // 20, at least 2.
    threshold : float, optional
        Takes the place of k: the excesses are of the draws above it, at least two.
    tail : str
        "both" for the sizes, "right" for the draws as they are, "left" for them with their signs
        turned: a threshold may be negative.

    Returns
    -------
    ParetoFit
        xi, scale, threshold and the profile of xi.

    Raises
    ------
    ValueError
        If the sample is not finite, k and threshold are both given or out of range, the excesses
        are fewer than two, or the likelihood is largest at xi <= 0, so that no power tail shows.

    References
    ----------
    Smith (1987), Ann. Statist. 15, 1174-1207; the profile: Davison & Smith (1990), J. R. Statist.
    Soc. B 52, 393-442.

    Examples
    --------
    >>> import numpy as np
    >>> law = fit(np.random.default_rng(1).standard_t(2, 10_000), k=500)
    >>> low, high = law.interval(0.99)
    >>> low < 0.5 < high
    True

    """
    x = signed(sample, tail, least=3)
    excesses, level = _excesses(x, k, threshold)
    unit = float(np.median(np.log(excesses)))
    return _fitted(np.log(excesses) - unit, unit, level)


def estimate(
    sample: ArrayLike,
    k: int | None = None,
    *,
    threshold: float | None = None,
    tail: str = "both",
) -> Estimate:
    r"""Tail index 1 / xi of the generalised Pareto law of excesses, free of shift and scale.

    .. math:: P(X - u > y \mid X > u) \approx (1 + \xi y / \sigma)^{-1/\xi}, \qquad
              \hat\alpha = 1 / \hat\xi

    Parameters
    ----------
    sample : array_like, shape (n,)
        Independent draws, at least three, in any unit.
    k : int, optional
        Number of excesses over the (k + 1)-th largest draw, in [2, n - 1].  Default:
        n // 20, at least 2.
    threshold : float, optional
        Takes the place of k: the excesses are of the draws above it, at least two.
    tail : str
        "both" for the sizes, "right" for the draws as they are, "left" for them with their signs
        turned: a threshold may be negative.

    Returns
    -------
    Estimate
        Dimensionless, with n the number of excesses and the asymptotic standard error
        (1 + xi) / sqrt(n) of xi by the delta method.  The interval is that of the profile
        likelihood: its upper end is infinite where it holds xi = 0.

    Raises
    ------
    ValueError
        As ``fit``.

    Notes
    -----
    With "both" a symmetric law has one tail of sizes; the shift that it is free of is then that of
    the sizes, not of the draws.

    Of the intervals at 95%, so many hold alpha, and so many samples are refused
    (``benchmarks/tail_coverage.py`` of 2,000 samples, at the default k):

    ===========  ============  ============  ========
    law, alpha   n = 100       1,000         10,000
    ===========  ============  ============  ========
    Pareto 1.5   0.980, 0.550  0.944, 0.006  0.951, 0
    stable 1.2   0.976, 0.473  0.947, 0.002  0.946, 0
    stable 1.5   0.979, 0.541  0.948, 0.008  0.947, 0
    stable 1.75  0.971, 0.566  0.944, 0.007  0.902, 0
    stable 1.9   0.980, 0.651  0.928, 0.037  0.824, 0
    ===========  ============  ============  ========

    References
    ----------
    Smith (1987), Ann. Statist. 15, 1174-1207.

    Examples
    --------
    >>> import numpy as np
    >>> found = estimate(np.random.default_rng(1).standard_t(2, 10_000), k=500)
    >>> low, high = found.conf_int(0.99)
    >>> low < 2 < high
    True

    """
    law = fit(sample, k, threshold=threshold, tail=tail)
    xi, profile = law.xi, law.interval
    interval = Profile(profile.values, profile.roots, inverse=True)
    return Estimate(1 / xi, (1 + xi) / xi**2 / sqrt(law.n), law.n, interval=interval)


def path(sample: ArrayLike, ks: ArrayLike | None = None, *, tail: str = "both") -> IndexPath:
    """Estimates for several numbers of excesses: each is a fit of its own, after one sorting.

    Parameters
    ----------
    sample : array_like, shape (n,)
        As for ``estimate``.
    ks : array_like of int, optional
        Numbers of excesses, in [2, n - 1].  Default: about 50 in geometric order, from 10 on.
    tail : str
        As for ``estimate``.

    Returns
    -------
    IndexPath
        NaN where no power tail shows.  A fit takes about 70 passes over its excesses.

    Raises
    ------
    ValueError
        If the sample is not finite, or ks are out of range.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(1).standard_t(2, 10_000)
    >>> path(x, ks=[500, 1_000]).values.round(1).tolist()
    [1.8, 2.0]

    """
    x = np.sort(signed(sample, tail, least=3))[::-1]
    if ks is None:
        ks = np.unique(np.geomspace(min(10, x.size - 1), x.size - 1, 50).astype(int))
    ks = integers(ks, 2, x.size)
    xi = np.array([_xi_of(_above(x[:k], float(x[k]))) for k in ks.tolist()])
    alpha = 1 / np.where(xi > 0, xi, np.nan)
    return IndexPath(ks, alpha, alpha**2 * (1 + 1 / alpha) / np.sqrt(ks))


def _excesses(x: np.ndarray, k: int | None, threshold: float | None) -> tuple[np.ndarray, float]:
    """Positive excesses and the threshold."""
    if threshold is None:
        k = check_integer("k", max(x.size // 20, 2) if k is None else k, 2, x.size)
        top = np.partition(x, x.size - k - 1)[x.size - k - 1 :]
        level = float(top[0])
    elif k is not None:
        raise ValueError(f"k must be None where there is a threshold, got {k}")
    else:
        level, top = check_finite("threshold", threshold), x
    excesses = _above(top, level)
    if excesses.size < 2:
        raise ValueError(f"sample must have 2 excesses over {level:.6g}, got {excesses.size}")
    return excesses, level


def _above(x: np.ndarray, level: float) -> np.ndarray:
    """Positive excesses."""
    above = x[x > level]
    with np.errstate(over="ignore"):
        excesses = above - level
    if not np.isfinite(excesses).all():
        raise ValueError(f"excesses must be below 1.8e308, got inf over {level:.3g}")
    return excesses


def _xi_of(excesses: np.ndarray) -> float:
    """Shape of the best law, NaN where it is not positive."""
    if excesses.size < 2:
        return np.nan
    logs = np.log(excesses)
    theta = _best(logs)
    return nan if isnan(theta) else _xi(theta, logs)


def _fitted(logs: np.ndarray, unit: float, threshold: float) -> ParetoFit:
    """The best law of excesses exp(unit + logs)."""
    theta = _best(logs)
    xi = check_power(_not_positive(logs) if isnan(theta) else _xi(theta, logs))
    scale = exp(log(xi) - theta + unit)
    return ParetoFit(xi, scale, threshold, logs.size, _profile(logs, theta))


def _xi(theta: float, logs: np.ndarray) -> float:
    """Best shape for exp(theta), a rate in the unit of the logs."""
    return float(np.logaddexp(0.0, theta + logs).mean())


def _loss(theta: float, logs: np.ndarray) -> float:
    """Negative log-likelihood of an excess, its scale at its best, but for 1."""
    xi = _xi(theta, logs)
    return log(xi) - theta + xi


def _slope(theta: float, logs: np.ndarray) -> float:
    """Derivative of the loss."""
    share, xi = float(expit(theta + logs).mean()), _xi(theta, logs)
    return share / xi - 1 + share


def _best(logs: np.ndarray) -> float:
    """Logarithm of theta where the likelihood is largest; NaN if that is at 0."""
    grid = np.linspace(-8 - logs.max(), 12 - logs.min(), GRID)
    losses = [_loss(theta, logs) for theta in grid]
    i = int(np.argmin(losses))
    if i == 0 or losses[i] >= _exponential_loss(logs) or i == GRID - 1:
        return nan
    return float(brentq(_slope, grid[i - 1], grid[i + 1], (logs,), xtol=1e-14, rtol=1e-14))


def _exponential_loss(logs: np.ndarray) -> float:
    """Loss of the limit xi = 0."""
    largest = logs.max()
    return float(largest + np.log(np.exp(logs - largest).mean()))


def _not_positive(logs: np.ndarray) -> float:
    """Shape where the likelihood is largest below 0, to three digits or so; at least -1/2."""
    y = np.exp(logs - logs.max())
    rates = -np.geomspace(1e-4, 1 - 1e-9, 200)
    xi = np.array([np.log1p(rate * y).mean() for rate in rates])
    losses = np.where(xi > -0.5, np.log(xi / rates) + xi, inf)
    return float(xi[np.argmin(losses)])


def _profile(logs: np.ndarray, theta: float) -> Profile:
    """Signed roots of the likelihood's fall, on both sides of the best theta."""
    least = _loss(theta, logs)
    below = list(_side(logs, theta, least, -1.0))[::-1]
    nodes = [*below, (_xi(theta, logs), 0.0), *_side(logs, theta, least, 1.0)]
    values, roots = np.array(nodes).T
    return Profile(tuple(values.tolist()), tuple(roots.tolist()))


def _side(logs: np.ndarray, theta: float, least: float, side: float) -> Iterator[tuple]:
    """Shapes on one side, from the best outwards, with their roots.

    Where theta is the best for a shape, xi / (1 + xi) is the mean of theta y / (1 + theta y): so
    theta is walked, and the shape follows.  Of few excesses the likelihood may rise again: such
    shapes are left out.
    """
    step, before = 1 / sqrt(logs.size), 0.0
    for _ in range(200):
        theta += side * step
        share = float(expit(theta + logs).mean())
        if share < 1e-9 or share == 1:
            return
        xi, mean = share / (1 - share), _xi(theta, logs)
        loss = log(xi) - theta + (1 + 1 / xi) * mean
        root = sqrt(max(2 * logs.size * (loss - least - 1), 0.0))
        if root > before + 1e-6:
            yield xi, side * root
        if root > FARTHEST:
            return
        step *= min(max(STEP / max(root - before, 1e-3), 0.5), 3.0)
        before = max(root, before)
