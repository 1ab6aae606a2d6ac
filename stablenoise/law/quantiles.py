"""Quantiles: where a tail of a law has a given probability, by Newton's method in log P.

The public functions take their arguments as those of ``evaluate`` do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..checks import real_array
from ..kernels.arrays import Array, Real, array_module, on_host
from .characteristic import scale_and_loc
from .direct import LOWER, UPPER
from .evaluate import by_law, of_one_law, result
from .inversion import direct_quantiles, far_log_quantiles, panel_quantiles
from .polynomials import panels
from .units import restored, restored_log


def ppf(
    q: ArrayLike,
    alpha: ArrayLike,
    beta: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    loc: ArrayLike = 0.0,
) -> Real:
    """Quantile: the x for which P(X <= x) = q.

    Parameters
    ----------
    q : float or array_like
        Probabilities, in [0, 1]; of CuPy if the parameters are numbers.
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``.

    Returns
    -------
    float or ndarray
        In the units of scale and loc; at 0 and 1 the ends of the support.

    Raises
    ------
    ValueError
        If an argument is not of real numbers, or shapes do not broadcast.

    Notes
    -----
    The probability of the point, by ``cdf`` or ``sf``, is q to the accuracy of these, which is
    1.1e-12 against a table of 700 rows of 20 digits, and to the rounding of the point.  So it is
    for a q of 1e-300 too.

    Examples
    --------
    >>> print(f"{ppf(1e-9, alpha=1.5):.3f}")
    -341392.033

    """
    q = real_array("q", q)
    return _quantile(q, np.greater(q, 0.5), alpha, beta, scale, loc)


def isf(
    q: ArrayLike,
    alpha: ArrayLike,
    beta: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    loc: ArrayLike = 0.0,
) -> Real:
    """Upper quantile: the x for which P(X > x) = q.

    Parameters
    ----------
    q : float or array_like
        Probabilities, in [0, 1]; of CuPy if the parameters are numbers.
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``.

    Returns
    -------
    float or ndarray
        In the units of scale and loc; at 0 and 1 the ends of the support.

    Raises
    ------
    ValueError
        If an argument is not of real numbers, or shapes do not broadcast.

    Examples
    --------
    >>> bool(isf(0.25, alpha=1.0) == -ppf(0.25, alpha=1.0))
    True

    """
    q = real_array("q", q)
    return _quantile(q, np.less(q, 0.5), alpha, beta, scale, loc, upper=True)


def median(
    alpha: ArrayLike, beta: ArrayLike = 0.0, scale: ArrayLike = 1.0, loc: ArrayLike = 0.0
) -> Real:
    """Median.

    Parameters
    ----------
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``.

    Returns
    -------
    float or ndarray
        In the units of scale and loc.

    Raises
    ------
    ValueError
        If an argument is not of real numbers, or shapes do not broadcast.

    Examples
    --------
    >>> float(median(1.5, 0.0, loc=3.0))
    3.0

    """
    return ppf(0.5, alpha, beta, scale, loc)


def interval(
    level: ArrayLike,
    alpha: ArrayLike,
    beta: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    loc: ArrayLike = 0.0,
) -> tuple[Real, Real]:
    """Ends of the interval that holds a variate with probability ``level``, with equal tails.

    Parameters
    ----------
    level : float or array_like
        In [0, 1].
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``.

    Returns
    -------
    tuple of float or ndarray
        In the units of scale and loc.

    Raises
    ------
    ValueError
        If an argument is not of real numbers, or shapes do not broadcast.

    Examples
    --------
    >>> low, high = interval(0.5, alpha=1.0)
    >>> print(f"{low:.12f} {high:.12f}")
    -1.000000000000 1.000000000000

    """
    level = real_array("level", level)
    tail = np.where((level >= 0) & (level <= 1), 0.5 - 0.5 * level, np.nan)
    low, high = ppf(tail, alpha, beta, scale, loc), isf(tail, alpha, beta, scale, loc)
    # The ends come from different tails, so that next to the median their last bits may cross.
    return low, np.maximum(low, high)


def _quantile(
    q: Array,
    far: Array,
    alpha: ArrayLike,
    beta: ArrayLike,
    scale: ArrayLike,
    loc: ArrayLike,
    upper: bool = False,
) -> Real:
    """Quantile from the smaller tail: the upper one where ``far``."""
    alpha, beta = real_array("alpha", alpha), real_array("beta", beta)
    scale, loc = (parameter[()] for parameter in scale_and_loc(scale, loc))
    with np.errstate(all="ignore"):
        smaller = np.where(far != upper, 1 - q, q)
        log_p = np.where((q >= 0) & (q <= 1), np.log(smaller), np.nan)
        signed = np.where(far, -log_p, log_p)  # one array that holds the tail too: 0 is neither
        unit = _unit_quantiles(signed, alpha, beta)
        x = restored(unit, scale, loc)
        beyond_doubles = (unit * signed == np.inf) & np.isfinite(signed)
        if beyond_doubles.any():
            here = on_host(beyond_doubles)
            given = on_host(signed), alpha, beta, scale, loc
            far_out = _far(*(np.broadcast_to(a, here.shape)[here] for a in given))
            x[beyond_doubles] = array_module(q).asarray(far_out)
        return result(x)


def _unit_quantiles(signed: Array, alpha: np.ndarray, beta: np.ndarray) -> Array:
    """Quantiles of scale 1 and loc 0."""
    if array_module(signed) is not np:
        return of_one_law(_many_quantiles, signed, alpha, beta)
    return by_law(_many_quantiles, _few_quantiles, signed, alpha, beta)


def _far(
    signed: np.ndarray, alpha: np.ndarray, beta: np.ndarray, scale: Real, loc: Real
) -> np.ndarray:
    """Quantiles that are beyond the doubles at scale 1."""
    sign = np.where(signed > 0, 1.0, -1.0)
    return restored_log(far_log_quantiles(-abs(signed), alpha, sign * beta), sign, scale, loc)


def _many_quantiles(law: tuple[float, float], signed: Array) -> Array:
    """Quantiles of one law by its panels, and one by one beyond those, on the host."""
    xp = array_module(signed)
    out, log_p, far = xp.empty(signed.shape), -abs(signed), signed > 0
    for kind, here in ((UPPER, far), (LOWER, ~far)):
        out[here] = panel_quantiles(panels(*law), log_p[here], kind)
    rest = np.isnan(out)
    left = direct_quantiles(on_host(log_p[rest]), on_host(far[rest]), *law)
    out[rest] = xp.asarray(left)
    return out


def _few_quantiles(signed: np.ndarray, alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    return direct_quantiles(-abs(signed), signed > 0, alpha, beta)
