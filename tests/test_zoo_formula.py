"""A slip in the formula is the right formula times what was forgotten, at every angle."""

from math import atan, pi, tan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablenoise.examine import zoo
from stablenoise.examine.zoo import formula

SLIPS = {f.name: f.draw.keywords["variate"] for f in zoo.cms.members()}
TURN = atan(0.5 * tan(0.75 * pi)) / 1.5  # B of alpha = 1.5 and beta = 0.5
angles = st.floats(-1.5, 1.5).filter(lambda v: abs(v) > 1e-3)
waits = st.floats(1e-3, 30)
OF_SYMMETRIC = {
    "1 - alpha for (1 - alpha) / alpha": lambda v, w: (np.cos(0.5 * v) / w) ** (-1 / 6),
    "cosine not to the power 1 / alpha": lambda v, w: np.cos(v) ** (-1 / 3),
    "cosine for sine": lambda v, w: 1 / np.tan(1.5 * v),
    "exponential variable of mean 2": lambda v, w: 2 ** (1 / 3),
    "logarithm to base 2": lambda v, w: np.log(2) ** (-1 / 3),
    "division of integers in the exponent": lambda v, w: (np.cos(0.5 * v) / w) ** (-2 / 3),
}
OF_SKEWED = {
    "factor S left out": lambda v, w: 1.25 ** (-1 / 3),
    "B left out of the last factor": lambda v, w: (
        np.cos(0.5 * v) / np.cos(v - 1.5 * (v + TURN))
    ) ** (-1 / 3),
}  # fmt: skip
OF_ONE = {  # added, not multiplied
    "no logarithm at alpha = 1": lambda v, w: np.log(
        pi / 2 * w * np.cos(v) / (pi / 2 + 0.5 * v)
    ) / pi,
    "no pi / 2 in the logarithm": lambda v, w: np.log(pi / 2) / pi,
    "no shift by the scale at alpha = 1": lambda v, w: formula.at_one(0.5, v, w),
    "no 2 / pi at alpha = 1": lambda v, w: (pi / 2 - 1) * formula.at_one(0.5, v, w),
}  # fmt: skip


def skewed(v, w):
    return formula.standard(1.5, formula.skewness_constants(1.5, 0.5), v, w)


@pytest.mark.parametrize("name", OF_SYMMETRIC)
@given(angles, waits)
def test_a_slip_of_the_symmetric_formula_is_a_factor(name, v, w):
    right = formula.symmetric(1.5, v, w)
    np.testing.assert_allclose(SLIPS[name](v, w), right * OF_SYMMETRIC[name](v, w), rtol=1e-12)


@pytest.mark.parametrize("name", OF_SKEWED)
@given(angles, waits)
def test_a_slip_of_the_skewed_formula_is_a_factor(name, v, w):
    right = skewed(v, w)
    np.testing.assert_allclose(
        SLIPS[name](v, w), right * OF_SKEWED[name](v, w), rtol=1e-11, atol=1e-12
    )


@pytest.mark.parametrize("name", OF_ONE)
@given(angles, waits)
def test_a_slip_at_index_one_is_a_term(name, v, w):
    right = formula.at_one(0.5, v, w) + OF_ONE[name](v, w)
    np.testing.assert_allclose(SLIPS[name](v, w), right, rtol=1e-12, atol=1e-12)


@given(angles, waits)
def test_slips_of_the_angle_are_the_formula_at_another_angle(v, w):
    mirrored = -formula.standard(1.5, formula.skewness_constants(1.5, 0.5), -v, w)
    np.testing.assert_allclose(SLIPS["tangent of the other sign"](v, w), mirrored, rtol=1e-11)
    shift, size = formula.skewness_constants(1.5, 0.5)
    moved = formula.standard(1.5, (shift * 1.5, size), v, w)
    np.testing.assert_array_equal(SLIPS["B not over alpha"](v, w), moved)
    one = formula.symmetric(1.5, v, -np.log(v / pi + 0.5))
    np.testing.assert_allclose(SLIPS["one uniform for both variables"](v, w), one, rtol=1e-12)
    turned = np.abs(SLIPS["angle from 0 to pi"](v, w))
    complex_one = formula.symmetric(1.5, v + pi / 2 + 0j, w)
    np.testing.assert_allclose(turned, np.abs(complex_one), rtol=1e-9)
