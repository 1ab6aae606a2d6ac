"""Pictures of a tail, drawn by Matplotlib: each function returns the axes that it drew on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, gammainccinv, gammaincinv, ndtri

from ..checks import check_kind, check_share
from . import hill as hill_estimator
from .order_statistics import IndexPath, default_k, log_excesses, sizes
from .power_law import PowerLaw

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["alternative_hill", "hill", "mean_excess", "quantile_quantile", "zipf"]

SHOWN = 1_000  # ranks at equal ratios, which a picture cannot tell from all of them
SHADE = 0.25  # opacity of intervals


def hill(
    sample: ArrayLike,
    ks: ArrayLike | None = None,
    *,
    tail: str = "both",
    level: float = 0.95,
    ax: Axes | None = None,
) -> Axes:
    """Hill plot: estimates of the tail index over the number of exceedances.

    Parameters
    ----------
    sample : array_like, shape (n,)
        Independent draws, with two different sizes in the tail.
    ks : array_like of int, optional
        Numbers of exceedances.  Default: all.
    tail : str
        "both" for the sizes, "right" or "left" for the draws of one sign alone.
    level : float
        Of the shaded intervals, exact for a Pareto tail, in (0, 1).
    ax : Axes, optional
        Axes of Matplotlib; by default those of a new figure.

    Returns
    -------
    Axes
        What was drawn on.

    Raises
    ------
    ValueError
        If the sample is not finite or another argument is out of range.

    References
    ----------
    Drees, de Haan & Resnick (2000), Ann. Statist. 28, 254-274.

    Examples
    --------
    >>> import numpy as np
    >>> hill(np.random.default_rng(1).standard_t(2, 1_000)).get_xlabel()
    'k'

    """
    path = hill_estimator.path(sample, ks, tail=tail)
    axes = _axes(ax)
    _draw_path(axes, path.ks, path, level)
    axes.set_xlabel("k")
    return axes


def alternative_hill(
    sample: ArrayLike,
    ks: ArrayLike | None = None,
    *,
    tail: str = "both",
    level: float = 0.95,
    ax: Axes | None = None,
) -> Axes:
    """Alternative Hill plot: the same over log k / log n, which shows the far tail at large.

    Parameters
    ----------
    sample : array_like, shape (n,)
        As for ``hill``.
    ks : array_like of int, optional
        As for ``hill``.
    tail : str
        As for ``hill``.
    level : float
        As for ``hill``.
    ax : Axes, optional
        Axes of Matplotlib; by default those of a new figure.

    Returns
    -------
    Axes
        What was drawn on.

    Raises
    ------
    ValueError
        If the sample is not finite or another argument is out of range.

    References
    ----------
    Drees, de Haan & Resnick (2000), Ann. Statist. 28, 254-274.

    Examples
    --------
    >>> import numpy as np
    >>> alternative_hill(np.random.default_rng(1).standard_t(2, 1_000)).get_xlabel()
    'log k / log n'

    """
    path = hill_estimator.path(sample, ks, tail=tail)
    axes = _axes(ax)
    _draw_path(axes, np.log(path.ks) / np.log(np.size(sample)), path, level)
    axes.set_xlabel("log k / log n")
    return axes


def _draw_path(axes: Axes, places: np.ndarray, path: IndexPath, level: float) -> None:
    """Estimates with the chi-square interval of each."""
    tail = (1 - check_share("level", level)) / 2
    ks, alpha = path.ks, path.values
    low, high = gammaincinv(ks, tail) / ks, gammainccinv(ks, tail) / ks
    axes.plot(places, alpha)
    axes.fill_between(places, alpha * low, alpha * high, alpha=SHADE)
    typical = alpha[np.isfinite(alpha) & (ks >= min(10, ks[-1]))]
    if typical.size:
        axes.set_ylim(0, 1.5 * float(typical.max()))
    axes.set_ylabel("tail index")


def zipf(
    sample: ArrayLike,
    law: PowerLaw | None = None,
    *,
    tail: str = "both",
    level: float = 0.95,
    ax: Axes | None = None,
) -> Axes:
    """Zipf plot: share of the draws from each size on, both on logarithmic axes.

    Parameters
    ----------
    sample : array_like, shape (n,)
        Independent draws, with two sizes in the tail that are not 0.
    law : PowerLaw, optional
        A fit to the sample, which is drawn as a line from its threshold on.
    tail : str
        "both" for the sizes, "right" or "left" for the draws of one sign alone.
    level : float
        Of the shaded intervals, each by itself, exact for any continuous law, in (0, 1).
    ax : Axes, optional
        Axes of Matplotlib; by default those of a new figure.

    Returns
    -------
    Axes
        What was drawn on.

    Raises
    ------
    ValueError
        If the sample is not finite or another argument is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(1).pareto(1.5, 1_000) + 1
    >>> from stablenoise.tails import power_law
    >>> zipf(x, power_law.fit(x)).get_xscale()
    'log'

    """
    x, edge = _falling(sample, tail), (1 - check_share("level", level)) / 2
    n, ranks = np.size(sample), _ranks(x.size)
    axes = _axes(ax)
    axes.loglog(x[ranks - 1], ranks / n, ".")
    # The probability beyond the i-th largest of n draws has the law Beta(i, n + 1 - i)
    low, high = (betaincinv(ranks, n + 1 - ranks, q) for q in (edge, 1 - edge))
    axes.fill_between(x[ranks - 1], low, high, alpha=SHADE)
    if law is not None:
        check_kind("law", law, PowerLaw)
        ends = np.array([law.xmin, x[0]])
        fall = np.exp(-law.alpha * (np.log(ends) - np.log(law.xmin)))
        axes.plot(ends, law.n_tail / law.n * fall, "k--")
    axes.set_xlabel("size")
    axes.set_ylabel("share from the size on")
    return axes


def mean_excess(
    sample: ArrayLike, *, tail: str = "both", level: float = 0.95, ax: Axes | None = None
) -> Axes:
    """Mean excess plot: mean of what exceeds a threshold, over the threshold.

    Parameters
    ----------
    sample : array_like, shape (n,)
        Independent draws, with three sizes in the tail that are not 0.
    tail : str
        "both" for the sizes, "right" or "left" for the draws of one sign alone.
    level : float
        Of the shaded intervals, in (0, 1): normal, so that they mean little for alpha below 2.
    ax : Axes, optional
        Axes of Matplotlib; by default those of a new figure.

    Returns
    -------
    Axes
        What was drawn on: a power tail is a line with the slope 1 / (alpha - 1), an exponential one
        is level.  For alpha up to 1 there is no mean.

    Raises
    ------
    ValueError
        If the sample is not finite or another argument is out of range.

    References
    ----------
    Davison & Smith (1990), J. R. Stat. Soc. B 52, 393-442.

    Examples
    --------
    >>> import numpy as np
    >>> mean_excess(np.random.default_rng(1).standard_t(3, 1_000)).get_ylabel()
    'mean excess'

    """
    x = _falling(sample, tail, 3)
    width = -float(ndtri((1 - check_share("level", level)) / 2))
    unit, k = x[0], np.arange(1.0, x.size)
    shares = x / unit
    # Sums of powers of excesses, of which every term is positive
    steps = k * (shares[:-1] - shares[1:])
    sums = np.cumsum(steps)
    squares = np.cumsum((shares[:-1] - shares[1:]) * (2 * (sums - steps) + steps))
    mean = sums / k
    spread = np.sqrt(np.maximum(squares / k - mean**2, 0) / k)
    shown = _ranks(k.size)[1:] - 1  # one excess has no spread
    axes = _axes(ax)
    u, mean, half = x[1:][shown], unit * mean[shown], unit * (width * spread[shown])
    axes.plot(u, mean, ".")
    axes.fill_between(u, mean - half, mean + half, alpha=SHADE)
    axes.set_xlabel("threshold")
    axes.set_ylabel("mean excess")
    return axes


def quantile_quantile(
    sample: ArrayLike,
    k: int | None = None,
    *,
    tail: str = "both",
    level: float = 0.95,
    ax: Axes | None = None,
) -> Axes:
    """Pareto quantile plot: logarithms of the k largest sizes over exponential quantiles.

    Parameters
    ----------
    sample : array_like, shape (n,)
        Independent draws, at least two, in any unit.
    k : int, optional
        Number of exceedances, in [1, n - 1].  Default: floor(sqrt(n)).
    tail : str
        "both" for the sizes, "right" or "left" for the draws of one sign alone.
    level : float
        Of the shaded intervals, each by itself, about the line of Hill's estimate, in (0, 1).
    ax : Axes, optional
        Axes of Matplotlib; by default those of a new figure.

    Returns
    -------
    Axes
        What was drawn on: a power tail is a line with the slope 1 / alpha.

    Raises
    ------
    ValueError
        If the sample is not finite, another argument is out of range, the (k + 1)-th largest value
        is zero, or the k + 1 largest are all equal.

    References
    ----------
    Beirlant, Vynckier & Teugels (1996), JASA 91, 1659-1667.

    Examples
    --------
    >>> import numpy as np
    >>> quantile_quantile(np.random.default_rng(1).standard_t(2, 1_000)).get_ylabel()
    'log(size / threshold)'

    """
    edge = (1 - check_share("level", level)) / 2
    x = sizes(sample, tail)
    k = default_k(k, x.size)
    excesses, ranks = log_excesses(x, k), _ranks(k)
    expected, xi = -np.log(ranks / (k + 1)), float(excesses.mean())
    low, high = (-xi * np.log(betaincinv(ranks, k + 1 - ranks, q)) for q in (1 - edge, edge))
    axes = _axes(ax)
    axes.plot(expected, excesses[ranks - 1], ".")
    axes.plot(expected, xi * expected, "k--")
    axes.fill_between(expected, low, high, alpha=SHADE)
    axes.set_xlabel("exponential quantile")
    axes.set_ylabel("log(size / threshold)")
    return axes


def _falling(sample: ArrayLike, tail: str, least: int = 2) -> np.ndarray:
    """Sizes above 0 in a tail, the largest first."""
    x = sizes(sample, tail)
    x = np.sort(x[x > 0])[::-1]
    if x.size < least:
        raise ValueError(f"sample must have {least} values in the tail, got {x.size}")
    return x


def _ranks(count: int) -> np.ndarray:
    """Ranks from 1 to a count: all, or so many as a picture shows."""
    if count <= SHOWN:
        return np.arange(1, count + 1)
    return np.unique(np.round(np.geomspace(1, count, SHOWN)).astype(np.int64))


def _axes(ax: Axes | None) -> Axes:
    """Axes to draw on, of a new figure by default."""
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    if ax is None:
        return Figure(layout="constrained").subplots()
    check_kind("ax", ax, Axes)
    return ax
