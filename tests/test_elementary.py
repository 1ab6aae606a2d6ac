"""The elementary functions are within the ulps they promise, with mpmath as the oracle."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stablenoise import elementary
from stablenoise.elementary import cospi, exp, exprel, log, sinpi, sinpi_over

EXACT = {
    "log": mpmath.log,
    "exp": mpmath.exp,
    "exprel": lambda x: mpmath.expm1(x) / x if x else mpmath.mpf(1),
    "sinpi": mpmath.sinpi,
    "sinpi_over": lambda t: mpmath.sinpi(t) / t if t else +mpmath.pi,
    "cospi": mpmath.cospi,
}
ULPS = dict.fromkeys(EXACT, 2) | {"exprel": 3}  # as the module states

positive_normal = st.one_of(
    st.floats(np.finfo(float).tiny, np.finfo(float).max), st.floats(0.5, 2.0)
)
near_one = st.integers(-(2**30), 2**30).map(lambda k: 1.0 + k * 2.0**-53)
exponents = st.one_of(st.floats(-708.0, 709.7), st.floats(-1.0, 1.0), st.floats(-1e-3, 1e-3))
half_turns = st.one_of(st.floats(-0.5, 0.5), st.floats(-1e-300, 1e-300))
turns = st.one_of(st.floats(0.0, 1.0), st.floats(0.49, 0.51))
compiled = settings(deadline=None)  # the first example compiles


def ulps(name, x):
    """Error in units in the last place of the double nearest the exact value."""
    with mpmath.workdps(50):
        exact = EXACT[name](mpmath.mpf(x))
        error = abs(mpmath.mpf(float(getattr(elementary, name)(x))) - exact)
        return float(error / mpmath.mpf(float(np.spacing(abs(float(exact))))))


def grid(low, high, n=2000):
    """Points of an interval, its ends among them, none of them round."""
    return np.r_[low, np.random.default_rng(1).uniform(low, high, n), high].tolist()


GRIDS = {
    "log": [*np.exp(grid(-708.0, 709.0)).tolist(), *grid(0.5, 2.0)],
    "exp": [*grid(-708.0, 709.7), *grid(-0.4, 0.4)],
    "exprel": [*grid(-708.0, 709.7), *grid(-0.4, 0.4), *grid(-1e-8, 1e-8)],
    "sinpi": [*grid(-0.5, 0.5), *grid(-1e-12, 1e-12)],
    "sinpi_over": [*grid(-0.5, 0.5), *grid(-1e-12, 1e-12)],
    "cospi": [*grid(0.0, 1.0), *grid(0.5 - 1e-9, 0.5 + 1e-9)],
}


@pytest.mark.parametrize("name", GRIDS)
def test_a_grid_of_its_range_keeps_the_promise(name):
    worst = max(GRIDS[name], key=lambda x: ulps(name, x))
    assert ulps(name, worst) <= ULPS[name], worst


@compiled
@given(st.one_of(positive_normal, near_one))
@example(1.0)
@example(2.0**-53)
@example(1 - 2.0**-53)
@example(1 + 2.0**-52)
@example(math.sqrt(0.5))
@example(math.nextafter(math.sqrt(0.5), 0.0))
@example(math.sqrt(2.0))
@example(np.finfo(float).tiny.item())
@example(np.finfo(float).max.item())
def test_the_logarithm_is_within_two_ulps(x):
    assert ulps("log", x) <= 2


@compiled
@given(exponents)
@example(0.0)
@example(-708.0)
@example(709.7)
@example(math.log(2) / 2)
@example(-math.log(2) / 2)
def test_the_exponential_is_within_two_ulps(x):
    assert ulps("exp", x) <= 2


@compiled
@given(exponents)
@example(math.log(2) / 2)
@example(-math.log(2) / 2)
@example(math.nextafter(math.log(2) / 2, 1.0))
@example(math.nextafter(-math.log(2) / 2, -1.0))
@example(5e-324)
def test_the_relative_exponential_is_within_three_ulps(x):
    assert ulps("exprel", x) <= 3


@compiled
@given(half_turns.filter(lambda t: abs(t) >= 1e-300 or t == 0))  # below, pi t is a subnormal
@example(0.5)
@example(-0.5)
@example(2.0**-54)
def test_the_sine_and_its_quotient_are_within_two_ulps(t):
    assert ulps("sinpi", t) <= 2
    assert ulps("sinpi_over", t) <= 2


@compiled
@given(turns)
@example(math.nextafter(0.5, 0.0))
@example(math.nextafter(0.5, 1.0))
@example(0.0)
@example(1.0)
def test_the_cosine_is_within_two_ulps(t):
    assert ulps("cospi", t) <= 2


@compiled
@given(half_turns)
def test_the_sine_is_odd_and_its_quotient_even(t):
    assert sinpi(-t) == -sinpi(t)
    assert sinpi_over(-t) == sinpi_over(t)


@compiled
@given(st.integers(-1022, 1023))
def test_a_power_of_two_splits_into_exponent_and_nothing(k):
    assert log(2.0**k) == pytest.approx(k * math.log(2), rel=2**-52, abs=0)


def test_the_logarithm_of_zero_is_finite():
    assert log(0.0) == pytest.approx(-709, abs=1)
    assert 0.0 * log(0.0) == 0


def test_values_that_are_exact_are_returned_exactly():
    assert log(1.0) == 0
    assert exp(0.0) == 1
    assert exprel(0.0) == 1
    assert sinpi(0.0) == 0
    assert sinpi_over(0.0) == math.pi
    assert cospi(0.5) == 0


@pytest.mark.parametrize("x", [-746.0, -1e6, -1e308, -math.inf])
def test_the_exponential_vanishes_below_the_range_of_doubles(x):
    assert exp(x) == 0


@pytest.mark.parametrize("x", [709.8, 760.0, 1e6, 1e308, math.inf])
def test_the_exponential_is_infinite_above_the_range_of_doubles(x):
    assert exp(x) == math.inf


@compiled
@given(st.floats(-745.0, -708.4))
def test_a_subnormal_exponential_is_within_two_units_of_the_smallest_double(x):
    with mpmath.workdps(50):
        assert abs(mpmath.mpf(exp(x)) - mpmath.exp(x)) <= 2 * 2.0**-1074
