"""The characteristic function, and the location that S0 and S1 differ by."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..checks import real_array
from ..kernels.arrays import Complex, Real


def cf(
    t: ArrayLike,
    alpha: ArrayLike,
    beta: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    loc: ArrayLike = 0.0,
) -> Complex:
    r"""Characteristic function E exp(itX).

    Parameters
    ----------
    t : float or array_like
        Frequencies, in inverse units of loc and scale.
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``; NaN comes of those out of range.

    Returns
    -------
    complex or ndarray of complex

    Raises
    ------
    ValueError
        If an argument is not of real numbers, or shapes do not broadcast.

    References
    ----------
    Nolan (2020), Univariate Stable Distributions, section 1.3.

    Examples
    --------
    >>> print(f"{cf(1.0, alpha=2.0):.9f}")
    0.367879441+0.000000000j

    """
    t, alpha, beta = real_array("t", t), real_array("alpha", alpha), real_array("beta", beta)
    scale, loc = scale_and_loc(scale, loc)
    with np.errstate(all="ignore"):  # what is not finite below is not chosen
        good = (alpha > 0) & (alpha <= 2) & (abs(beta) <= 1)
        alpha = np.where(good, alpha, np.nan)
        size, d = abs(t) * scale, 1 - alpha
        log = np.log(np.where(size > 0, size, 1.0))
        power = size**alpha
        grown = np.where(d * log > 0, -size * np.expm1(-d * log), power * np.expm1(d * log))
        skew = np.where(d == 0, 2 / np.pi * power * log, grown / np.tan(np.pi * d / 2))
        turn = t * loc - beta * np.sign(t) * skew
        value = np.where(np.exp(-power) == 0, 0, np.exp(-power + 1j * turn))
    return value[()]


def s0_minus_s1(alpha: Any, beta: Any, scale: Any) -> Real:
    """Location in S0 minus location in S1: Nolan (2020), section 1.3."""
    unit = np.asarray(beta * scale)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        elsewhere = unit / np.tan(np.pi * (1 - np.asarray(alpha)) / 2)
        return np.where(alpha == 1, unit * np.log(scale) * 2 / np.pi, elsewhere)


def scale_and_loc(scale: ArrayLike, loc: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Both as floats, NaN where out of range."""
    scale, loc = real_array("scale", scale), real_array("loc", loc)
    good = (scale > 0) & np.isfinite(scale)
    return np.where(good, scale, np.nan), np.where(np.isfinite(loc), loc, np.nan)
