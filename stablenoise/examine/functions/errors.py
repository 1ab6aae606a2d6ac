"""How far somebody's values are from a law's, relatively, and how far rounding alone could be.

A distribution function is compared in the smaller tail: with P(X <= x) below the median, and its
difference from 1 with P(X > x) above.  A quantile is compared by the probability of the point that
comes back: that of the smaller tail there over the one that was asked for, minus 1.
"""

from __future__ import annotations

import numpy as np

from ...stable import Stable
from .points import Points, zeta_of

__all__ = ["FUNCTIONS", "allowance", "log_truth", "relative", "truth"]

FUNCTIONS = {
    "pdf": "density",
    "cdf": "distribution function",
    "sf": "tail probability",
    "ppf": "quantile",
}
ROUNDINGS = 4.0  # of x, or of a probability, that a function may make
LARGEST_LOG = 690.0


def relative(name: str, law: Stable, points: Points, values: np.ndarray) -> np.ndarray:
    """Signed relative errors of values, NaN where a value is NaN."""
    with np.errstate(all="ignore"):
        if name == "pdf":
            log = law.logpdf(points.x)
            return np.where(np.isneginf(log) & (values == 0), 0.0, values * np.exp(-log) - 1)
        if name == "ppf":
            return _ratio(_log_tail(law, values, points.upper), _log_asked(points))
        own_side = points.upper == (name == "sf")
        small = np.exp(_log_tail(law, points.x, points.upper))
        own = np.where(own_side, values, 1 - values)
        return np.where((small == 0) & (own == 0), 0.0, (own - small) / small)


def allowance(name: str, law: Stable, points: Points, eps: float) -> np.ndarray:
    """What some roundings of x and of the value make of the relative error."""
    with np.errstate(all="ignore"):
        x = points.x  # of a quantile too, whose probability may be rounded
        zeta = zeta_of(law)
        far = np.abs(law.loc if zeta is None else zeta)
        shift = ROUNDINGS * eps * (np.abs(x) + abs(law.loc) + far)
        log = law.logpdf if name == "pdf" else lambda at: _log_tail(law, at, points.upper)
        centre = log(x)
        moved = [np.abs(_ratio(log(x + d), centre)) for d in (-shift, shift)]
        return np.fmax(*moved) + ROUNDINGS * eps + _of_value(name, points, eps)


def _of_value(name: str, points: Points, eps: float) -> np.ndarray:
    """The share of the tail that a rounding of a value next to 1 is."""
    if name == "pdf":
        return np.zeros(points.x.shape)
    if name == "ppf":  # 1 - q is exact, for the q that was asked for
        return np.where(points.upper, 0.0, eps)
    return np.where(points.upper == (name == "sf"), 0.0, ROUNDINGS * eps / 2 / points.tail)


def truth(name: str, law: Stable, points: Points) -> np.ndarray:
    """The law's own values."""
    with np.errstate(all="ignore"):
        return np.asarray(getattr(law, name)(points.q if name == "ppf" else points.x))


def log_truth(name: str, law: Stable, points: Points) -> np.ndarray:
    """Logarithm of what relative errors are relative to."""
    with np.errstate(all="ignore"):
        if name == "pdf":
            return np.asarray(law.logpdf(points.x))
        if name == "ppf":
            return _log_asked(points)
        return _log_tail(law, points.x, points.upper)


def _log_asked(points: Points) -> np.ndarray:
    return np.log(np.where(points.upper, 1 - points.q, points.q))


def _log_tail(law: Stable, x: np.ndarray, upper: np.ndarray) -> np.ndarray:
    return np.where(upper, np.asarray(law.logsf(x)), np.asarray(law.logcdf(x)))


def _ratio(log: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Of two logarithms, minus 1: as large as a float allows."""
    return np.expm1(np.clip(log - of, -LARGEST_LOG, LARGEST_LOG))
