"""Density, distribution function and tails for arrays of points and of parameters."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .direct import direct_logs
from .panels import panels

DENSITY, UPPER, LOWER = range(3)
WORTH = 1500  # points of one law from which on its panels are made


def logpdf(
    x: ArrayLike,
    alpha: ArrayLike,
    beta: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    loc: ArrayLike = 0.0,
) -> Any:
    """Logarithm of the density, also where the density itself is too small for a float."""
    logs, scale = _logs(DENSITY, x, alpha, beta, scale, loc)
    return _result(logs - np.log(scale))


def pdf(
    x: ArrayLike,
    alpha: ArrayLike,
    beta: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    loc: ArrayLike = 0.0,
) -> Any:
    logs, scale = _logs(DENSITY, x, alpha, beta, scale, loc)
    with np.errstate(under="ignore", over="ignore"):
        return _result(np.exp(logs) / scale)


def cdf(
    x: ArrayLike,
    alpha: ArrayLike,
    beta: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    loc: ArrayLike = 0.0,
) -> Any:
    return _probability(LOWER, x, alpha, beta, scale, loc)


def sf(
    x: ArrayLike,
    alpha: ArrayLike,
    beta: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    loc: ArrayLike = 0.0,
) -> Any:
    return _probability(UPPER, x, alpha, beta, scale, loc)


def logcdf(
    x: ArrayLike,
    alpha: ArrayLike,
    beta: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    loc: ArrayLike = 0.0,
) -> Any:
    return _log_probability(LOWER, x, alpha, beta, scale, loc)


def logsf(
    x: ArrayLike,
    alpha: ArrayLike,
    beta: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    loc: ArrayLike = 0.0,
) -> Any:
    return _log_probability(UPPER, x, alpha, beta, scale, loc)


def standard(*arguments: ArrayLike) -> tuple[np.ndarray, ...]:
    """Arguments as floats; scale and loc, the last two, are NaN where they are out of range."""
    *others, scale, loc = (np.asarray(a, dtype=float) for a in arguments)
    scale = np.where((scale > 0) & (scale < np.inf), scale, np.nan)
    return *others, scale, np.where(np.isfinite(loc), loc, np.nan)
