"""The four parameters as arrays: their order, ranges, and which of them are held."""

from __future__ import annotations

from math import pi, tan

import numpy as np

from ..checks import check_all, check_finite, check_number, check_positive

NAMES = ("alpha", "beta", "scale", "loc")
ALPHA, BETA, SCALE, LOC = range(4)
MIN_ALPHA = 0.1  # of an estimate; held values may be less
LOWEST = np.array([MIN_ALPHA, -1.0, 0.0, -np.inf])
HIGHEST = np.array([2.0, 1.0, np.inf, np.inf])


def held_values(
    alpha: float | None, beta: float | None, scale: float | None, loc: float | None
) -> np.ndarray:
    """The values that are held, NaN for the free ones; ValueError if one is out of range."""
    values = dict(zip(NAMES, (alpha, beta, scale, loc), strict=True))
    held = np.full(4, np.nan)
    for i, (name, value) in enumerate(values.items()):
        if value is not None:
            held[i] = _checked(name, value)
    return held


def _checked(name: str, value: float) -> float:
    number = check_number(name, value)
    if name == "alpha":
        check_all(0 < number <= 2, "alpha must lie in (0, 2]", number)
    elif name == "beta":
        check_all(-1 <= number <= 1, "beta must lie in [-1, 1]", number)
    elif name == "scale":
        check_positive(name, number)
    else:
        check_finite(name, number)
    return number


def free_of(held: np.ndarray) -> np.ndarray:
    """Which parameters are free."""
    return np.isnan(held)


def from_s1(theta: np.ndarray) -> float:
    """Location in S0 less that in S1, where a small alpha has its peak."""
    alpha, beta, scale, _ = map(float, theta)
    return scale * beta * tan(0.5 * pi * alpha)
