"""Slips in the formula of Chambers, Mallows and Stuck, and what is left of it next to alpha = 1."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import atan, log, pi, tan

import numpy as np

from ...stable import Stable
from . import formula
from .entry import Fault

__all__ = ["members"]

SYMMETRIC, SKEWED = Stable(1.5), Stable.from_s1(1.5, 0.5)
AT_ONE, WIDE = Stable(1.0, 0.5), Stable.from_s1(1.0, 0.5, 2.0)
NEXT_TO_ONE = Stable(1 + 1e-9, 0.5)
Draws = np.ndarray
Slip = Callable[[Draws, Draws], Draws]


def by_formula(size: int, rng: np.random.Generator, variate: Slip) -> Draws:
    """Variates from angles and exponential variables."""
    rng = np.random.default_rng(rng)
    return variate(formula.angle(rng.random(size)), rng.standard_exponential(size))


def _power_without_index(v: Draws, w: Draws) -> Draws:
    last = (np.cos(0.5 * v) / w) ** -0.5  # 1 - alpha for (1 - alpha) / alpha
    return np.sin(1.5 * v) / np.cos(v) ** (1 / 1.5) * last


def _cosine_without_index(v: Draws, w: Draws) -> Draws:
    return np.sin(1.5 * v) / np.cos(v) * (np.cos(0.5 * v) / w) ** (-1 / 3)


def _angle_from_zero(v: Draws, w: Draws) -> Draws:
    shifted = v + pi / 2  # in [0, pi): a cosine that is negative is made positive
    last = (np.abs(np.cos(0.5 * shifted)) / w) ** (-1 / 3)
    return np.sin(1.5 * shifted) / np.abs(np.cos(shifted)) ** (1 / 1.5) * last


def _sine_for_cosine(v: Draws, w: Draws) -> Draws:
    return np.cos(1.5 * v) / np.cos(v) ** (1 / 1.5) * (np.cos(0.5 * v) / w) ** (-1 / 3)


def _mean_of_two(v: Draws, w: Draws) -> Draws:
    return formula.symmetric(1.5, v, 2 * w)


def _base_two(v: Draws, w: Draws) -> Draws:
    return formula.symmetric(1.5, v, w / log(2))


def _one_uniform(v: Draws, w: Draws) -> Draws:
    return formula.symmetric(1.5, v, -np.log(0.5 + v / pi))


def _integer_division(v: Draws, w: Draws) -> Draws:
    # (1 - alpha) // alpha is -1 in integers
    return np.sin(1.5 * v) / np.cos(v) ** (1 / 1.5) * (np.cos(0.5 * v) / w) ** -1


def _tangent_of_other_sign(v: Draws, w: Draws) -> Draws:
    return formula.standard(1.5, formula.skewness_constants(1.5, -0.5), v, w)


def _size_left_out(v: Draws, w: Draws) -> Draws:
    return formula.standard(1.5, (formula.skewness_constants(1.5, 0.5)[0], 1.0), v, w)


def _shift_without_index(v: Draws, w: Draws) -> Draws:
    shift, size = formula.skewness_constants(1.5, 0.5)
    return formula.standard(1.5, (1.5 * shift, size), v, w)


def _turned_once(v: Draws, w: Draws) -> Draws:
    shift, size = formula.skewness_constants(1.5, 0.5)
    last = (np.cos(v - 1.5 * v) / w) ** (-1 / 3)  # the angle without B in the last factor
    return size * np.sin(1.5 * (v + shift)) / np.cos(v) ** (1 / 1.5) * last


def _no_logarithm(v: Draws, w: Draws) -> Draws:
    return 2 / pi * (pi / 2 + 0.5 * v) * np.tan(v)


def _no_half_pi(v: Draws, w: Draws) -> Draws:
    slope = pi / 2 + 0.5 * v
    return 2 / pi * (slope * np.tan(v) - 0.5 * np.log(w * np.cos(v) / slope))


def _no_two_over_pi(v: Draws, w: Draws) -> Draws:
    return pi / 2 * formula.at_one(0.5, v, w)


def _scaled_only(v: Draws, w: Draws) -> Draws:
    return 2 * formula.at_one(0.5, v, w)  # without S1's beta scale (2 / pi) log(scale)


def _as_in_scipy(v: Draws, w: Draws) -> Draws:
    """S1 by tangents, which are 1e9 here, and then moved to S0: no digit is left (SciPy 1.17)."""
    alpha, tangent = NEXT_TO_ONE.alpha, 0.5 * tan(pi * NEXT_TO_ONE.alpha / 2)
    turned = alpha * v
    outer = w / (np.cos(v) / np.tan(turned + atan(tangent)) + np.sin(v))
    inner = np.cos(turned) + np.sin(turned) * np.tan(v)
    inner = inner - tangent * (np.sin(turned) - np.cos(turned) * np.tan(v))
    return outer * (np.abs(inner) / w) ** (1 / alpha) - tangent


def _slip(
    name: str, law: Stable, variate: Slip, coarse: bool = True, told: str | None = None
) -> Fault:
    return Fault(name, law, partial(by_formula, variate=variate), coarse, told)


def members() -> tuple[Fault, ...]:
    """The faults of this file."""
    return (
        _slip("1 - alpha for (1 - alpha) / alpha", SYMMETRIC, _power_without_index),
        _slip("cosine not to the power 1 / alpha", SYMMETRIC, _cosine_without_index),
        _slip("angle from 0 to pi", SYMMETRIC, _angle_from_zero),
        _slip("cosine for sine", SYMMETRIC, _sine_for_cosine),
        _slip("exponential variable of mean 2", SYMMETRIC, _mean_of_two, told="scale"),
        _slip("logarithm to base 2", SYMMETRIC, _base_two, told="scale"),
        _slip("one uniform for both variables", SYMMETRIC, _one_uniform),
        _slip("division of integers in the exponent", SYMMETRIC, _integer_division),
        _slip("tangent of the other sign", SKEWED, _tangent_of_other_sign, told="sign"),
        _slip("factor S left out", SKEWED, _size_left_out, told="scale"),
        _slip("B not over alpha", SKEWED, _shift_without_index),
        _slip("B left out of the last factor", SKEWED, _turned_once),
        _slip("no logarithm at alpha = 1", AT_ONE, _no_logarithm),
        _slip("no pi / 2 in the logarithm", AT_ONE, _no_half_pi, told="loc"),
        _slip("no 2 / pi at alpha = 1", AT_ONE, _no_two_over_pi, told="scale"),
        _slip("no shift by the scale at alpha = 1", WIDE, _scaled_only, told="S1"),
        _slip("S1 by tangents next to alpha = 1", NEXT_TO_ONE, _as_in_scipy),
    )
