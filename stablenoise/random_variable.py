"""Stable laws among SciPy's random variables: ``scipy.stats.make_distribution``, SciPy 1.16 on."""

from collections.abc import Callable
from math import factorial, inf, nan
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from . import law
from .stable import Stable


def _method(function: Callable) -> Callable:
    """A bound method for SciPy, which makes it an attribute of a class of its own."""
    return lambda self, *points, **parameters: function(*points, **parameters)


def _lowest(*, alpha: Any, beta: Any, **_: Any) -> np.ndarray:
    """lower end"""  # noqa: D403 - SciPy prints it in an interval
    return np.asarray(law.ppf(0.0, alpha, beta))


def _highest(*, alpha: Any, beta: Any, **_: Any) -> np.ndarray:
    """upper end"""  # noqa: D403
    return np.asarray(law.isf(0.0, alpha, beta))


class StableVariable:
    """What ``scipy.stats.make_distribution`` asks of a distribution with parameters alpha and beta.

    They are those of Nolan's S0 form; scale and location come from SciPy's arithmetic.  The
    support is the real line but for alpha < 1 and beta = 1 or -1, where it has one end.  With
    ``X = make_distribution(StableVariable())(alpha=1.5, beta=0.5)`` the sum ``2 * X + 1`` has all
    that a law of SciPy has.  Nothing of SciPy is imported here.

    Examples
    --------
    >>> StableVariable().sample((3,), alpha=1.5, beta=0.5, rng=1).shape
    (3,)
    >>> float(StableVariable().moment(2, "central", alpha=1.5, beta=0.5))
    inf

    """

    __make_distribution_version__ = "1.16.0"
    parameters = {
        "alpha": {"endpoints": (0, 2), "inclusive": (False, True), "typical": (0.5, 2)},
        "beta": {"endpoints": (-1, 1), "inclusive": (True, True), "typical": (-1, 1)},
    }
    support = {"endpoints": (_lowest, _highest), "inclusive": (False, False)}

    pdf, logpdf = _method(law.pdf), _method(law.logpdf)
    cdf, logcdf = _method(law.cdf), _method(law.logcdf)
    ccdf, logccdf = _method(law.sf), _method(law.logsf)
    icdf, iccdf = _method(law.ppf), _method(law.isf)
    median, mode, entropy = _method(law.median), _method(law.mode), _method(law.entropy)

    def sample(self, shape: tuple[int, ...], *, alpha: Any, beta: Any, rng: Any = None) -> Any:
        """Independent draws of this full shape, to which the parameters broadcast."""
        refused = np.isnan(alpha) | np.isnan(beta)  # what SciPy makes of parameters out of range
        alpha, beta = np.where(refused, 2.0, alpha), np.where(refused, 0.0, beta)
        drawn = Stable(*(x.item() if x.size == 1 else x for x in (alpha, beta)))
        x = drawn.rvs(shape, rng)
        return np.where(refused, np.nan, x) if np.any(refused) else np.asarray(x)

    def moment(self, order: int, kind: str, *, alpha: ArrayLike, beta: ArrayLike) -> np.ndarray:
        """Moment of some order, inf or NaN where it is infinite or does not exist.

        Parameters
        ----------
        order : int
            Not negative.
        kind : {"raw", "central", "standardized"}
        alpha, beta : array_like

        Returns
        -------
        ndarray

        """
        moments = {"raw": _raw, "central": _central, "standardized": _standardized}
        moment, (alphas, betas) = moments[kind], np.broadcast_arrays(alpha, beta)
        pairs = zip(alphas.ravel().tolist(), betas.ravel().tolist(), strict=True)
        return np.array([moment(int(order), a, b) for a, b in pairs]).reshape(alphas.shape)


def _raw(order: int, alpha: float, beta: float) -> float:
    """E X^order: infinite from alpha on, on the sides where the tail is heavy."""
    if order == 0:
        return 1.0
    if alpha == 2:  # Gaussian with variance 2
        try:
            return 0.0 if order % 2 else float(factorial(order) // factorial(order // 2))
        except OverflowError:
            return inf
    if order == 1:
        return float(law.mean(alpha, beta))
    if order % 2 == 0:
        return inf
    return beta * inf if abs(beta) == 1 else nan


def _central(order: int, alpha: float, beta: float) -> float:
    """E (X - E X)^order; without a mean there is none."""
    if order == 0:
        return 1.0
    if alpha <= 1:
        return nan
    return 0.0 if order == 1 else _raw(order, alpha, beta)


def _standardized(order: int, alpha: float, beta: float) -> float:
    """Central moment over the power of the standard deviation; only Gaussian laws have one."""
    if order == 0:
        return 1.0
    if alpha < 2:
        return nan
    try:  # of the standard normal law, 1 x 3 x 5 x ...
        halves = factorial(order // 2) << (order // 2)
        return 0.0 if order % 2 else float(factorial(order) // halves)
    except OverflowError:
        return inf
