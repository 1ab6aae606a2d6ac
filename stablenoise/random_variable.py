"""Stable laws among SciPy's random variables: ``scipy.stats.make_distribution``, SciPy 1.16 on."""

from __future__ import annotations

from collections.abc import Callable
from math import factorial, inf, nan
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from . import law
from .checks import check_all, check_choice, check_not_negative, real_array
from .kernels.arrays import Real
from .sampling import Rng
from .stable import Stable

POINTS = """
x : array_like
    Points."""
PROBABILITIES = """
p : array_like
    Probabilities, in [0, 1]."""
DOCSTRING = """{what}: ``law.{name}`` with scale 1 and loc 0.

Parameters
----------{argument}
alpha, beta : array_like
    As in ``Stable``.

Returns
-------
float or ndarray

Raises
------
ValueError
    If an argument is not of real numbers, or shapes do not broadcast.

Examples
--------
>>> bool(StableVariable().{own}({value}alpha=1.5, beta=0.5) == law.{name}({value}1.5, 0.5))
True
"""


def _method(own: str, function: Callable, what: str, argument: str = "") -> Callable:
    """A method that calls a function of ``law`` with scale 1 and loc 0."""

    def method(self: Any, *points: ArrayLike, alpha: ArrayLike, beta: ArrayLike) -> Real:
        return function(*points, alpha, beta)

    value = "0.25, " if argument else ""
    method.__name__, method.__qualname__ = own, f"StableVariable.{own}"
    method.__doc__ = DOCSTRING.format(
        own=own, name=function.__name__, what=what, argument=argument, value=value
    )
    return method


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

    pdf = _method("pdf", law.pdf, "Density", POINTS)
    logpdf = _method("logpdf", law.logpdf, "Logarithm of the density", POINTS)
    cdf = _method("cdf", law.cdf, "P(X <= x)", POINTS)
    logcdf = _method("logcdf", law.logcdf, "Logarithm of P(X <= x)", POINTS)
    ccdf = _method("ccdf", law.sf, "P(X > x)", POINTS)
    logccdf = _method("logccdf", law.logsf, "Logarithm of P(X > x)", POINTS)
    icdf = _method("icdf", law.ppf, "The x for which P(X <= x) = p", PROBABILITIES)
    iccdf = _method("iccdf", law.isf, "The x for which P(X > x) = p", PROBABILITIES)
    median = _method("median", law.median, "Median")
    mode = _method("mode", law.mode, "Mode")
    entropy = _method("entropy", law.entropy, "Differential entropy, in nats")

    def sample(
        self, shape: tuple[int, ...], *, alpha: ArrayLike, beta: ArrayLike, rng: Rng = None
    ) -> np.ndarray:
        """Independent draws.

        Parameters
        ----------
        shape : tuple of int
            Of the sample, to which the parameters broadcast.
        alpha, beta : array_like
            As in ``Stable``; draws are NaN where one is NaN.
        rng : {None, int, array_like, numpy.random.Generator, ...}
            What ``numpy.random.default_rng`` takes.

        Returns
        -------
        ndarray

        Raises
        ------
        ValueError
            If an argument is none of these.

        Examples
        --------
        >>> StableVariable().sample((3,), alpha=1.5, beta=0.5, rng=1).shape
        (3,)

        """
        alpha, beta = real_array("alpha", alpha), real_array("beta", beta)
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
            Not negative; SciPy hands it over as a float.
        kind : {"raw", "central", "standardized"}
            About 0, about the mean, or that over a power of the standard deviation.
        alpha, beta : array_like
            As in ``Stable``.

        Returns
        -------
        ndarray

        Raises
        ------
        ValueError
            If an argument is none of these.

        Examples
        --------
        >>> float(StableVariable().moment(2, "raw", alpha=2.0, beta=0.0))
        2.0

        """
        check_choice("kind", kind, MOMENTS)
        check_not_negative("order", order)
        check_all(order % 1 == 0, "order must be an integer", order)
        alphas, betas = np.broadcast_arrays(real_array("alpha", alpha), real_array("beta", beta))
        moment = MOMENTS[kind]
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


MOMENTS = {"raw": _raw, "central": _central, "standardized": _standardized}
