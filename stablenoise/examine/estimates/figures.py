"""What estimates of one number are worth, each figure with its Monte-Carlo standard error.

The errors come from the delta method and from moments of the estimates themselves, so that nothing
is drawn anew.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from ...estimate import Estimate

__all__ = ["coverage", "efficiency", "error", "spread", "width"]


def spread(values: np.ndarray) -> Estimate:
    """Standard deviation: its error is se(s^2) / (2 s), with Var s^2 = (m4 - s^4) / R."""
    unit = _unit(values)
    around = values / unit - np.mean(values / unit)
    variance = float(around.var(ddof=1))
    of_variance = sqrt(max(float(np.mean(around**4)) - variance**2, 0.0) / len(values))
    return _root(variance, of_variance, unit, len(values))


def error(errors: np.ndarray) -> Estimate:
    """Root of the mean squared error: its error is that of the mean over twice the root."""
    unit = _unit(errors)
    squares = Estimate.mean((errors / unit) ** 2)
    return _root(squares.value, squares.stderr, unit, len(errors))


def efficiency(errors: np.ndarray, bound: float) -> Estimate | None:
    """Squared bound over mean squared error; None if there is no error at all."""
    unit = _unit(errors)
    squares = Estimate.mean((errors / unit) ** 2)
    if squares.value == 0:
        return None
    value = (bound / unit) ** 2 / squares.value
    return Estimate(value, value * squares.stderr / squares.value, len(errors))


def coverage(held: np.ndarray) -> Estimate:
    """Share of intervals that hold the true value, with its binomial error."""
    share = float(held.mean())
    return Estimate(share, sqrt(share * (1 - share) / len(held)), len(held))


def width(low: np.ndarray, high: np.ndarray) -> Estimate | None:
    """Mean width of the intervals that are finite; None if fewer than two are."""
    with np.errstate(over="ignore"):
        wide = high - low
    finite = wide[np.isfinite(wide)]
    return Estimate.mean(finite) if len(finite) > 1 else None


def _root(square: float, of_square: float, unit: float, count: int) -> Estimate:
    """The root of a square with an error, in a unit."""
    root = sqrt(square)
    return Estimate(unit * root, unit * of_square / (2 * root) if root else 0.0, count)


def _unit(values: np.ndarray) -> float:
    """A power of two in which squares are within the floats."""
    largest = float(np.max(np.abs(values)))
    return float(2.0 ** (np.frexp(largest)[1] - 1)) if largest else 1.0
