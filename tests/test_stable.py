"""The two parametrizations of a stable law, and the bounds of its parameters."""

import re
from math import isclose, log, pi, tan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri
from scipy.stats import levy_stable

from stablenoise import Estimate, NoiseField, Stable

alphas = st.floats(0.1, 2.0)
betas = st.floats(-1.0, 1.0)
scales = st.floats(1e-3, 1e3)
locs = st.floats(-1e3, 1e3)


@given(alphas, betas, scales, locs)
def test_s1_and_back_is_the_same_law(alpha, beta, scale, loc):
    law = Stable.from_s1(alpha, beta, scale, loc)
    back = law.to_s1()
    assert back[:3] == (alpha, beta, scale)
    # loc + shift - shift loses at most two roundings of the larger of the three
    assert abs(back[3] - loc) <= 2 * np.spacing(max(abs(loc), abs(law.loc)))


@pytest.mark.parametrize("alpha, beta", [(0.5, 1.0), (1.5, 0.5), (1.9, -1.0), (1.0, 0.5)])
def test_the_shift_is_nolans(alpha, beta):
    scale = 3.0
    shift = scale * beta * (tan(pi * alpha / 2) if alpha != 1 else 2 / pi * log(scale))
    assert isclose(Stable.from_s1(alpha, beta, scale, 1.0).loc, 1.0 + shift, rel_tol=1e-14)


def test_s0_is_scipys_s0():
    """The density of SciPy's S1 law, moved by our shift, is that of its S0 law."""
    alpha, beta, scale, loc = 1.5, 0.5, 2.0, 1.0
    _, _, _, s1_loc = Stable(alpha, beta, scale, loc).to_s1()
    law = levy_stable(alpha, beta, scale=scale, loc=s1_loc)
    frozen_median = law.ppf(0.5)
    s0 = levy_stable.__class__(name="s0")
    s0.parameterization = "S0"
    assert isclose(s0.ppf(0.5, alpha, beta, scale=scale, loc=loc), frozen_median, rel_tol=1e-8)


@pytest.mark.parametrize("t", [0.0, 5e-324, 2.3e-313, 1e-300, 1e-10, 1e200, np.inf, -np.inf])
@pytest.mark.parametrize("alpha, beta", [(2.0, 0.0), (1.99, 0.5), (1.0, 1.0), (0.1, -1.0)])
@pytest.mark.parametrize("scale", [1e-10, 1.0, 1e300])
def test_a_characteristic_function_is_finite_and_at_most_one(t, alpha, beta, scale):
    value = Stable(alpha, beta, scale).cf(t)
    assert abs(value) <= 1 + 1e-15
    with np.errstate(over="ignore"):
        assert abs(value) == pytest.approx(np.exp(-((abs(np.float64(t)) * scale) ** alpha)))


def test_an_s1_location_near_the_end_of_doubles_is_refused_without_a_warning():
    with pytest.raises(ValueError, match="^loc must be finite"):
        Stable.from_s1(1.0, 1.0, 1.7e308)


@pytest.mark.parametrize(
    "arguments, line",
    [
        ((2.5,), r"alpha must lie in \(0, 2\], got 2.5"),
        ((0.0,), r"alpha must lie in \(0, 2\], got 0.0"),
        ((np.nan,), r"alpha must lie in \(0, 2\], got nan"),
        ((1.5, 1.1), r"beta must lie in \[-1, 1\], got 1.1"),
        ((1.5, 0.0, -1.0), "scale must be positive and finite, got -1.0"),
        ((1.5, 0.0, 0.0), "scale must be positive and finite, got 0.0"),
        ((1.5, 0.0, np.inf), "scale must be positive and finite, got inf"),
        ((1.5, 0.0, 1.0, np.nan), "loc must be finite, got nan"),
    ],
)
@pytest.mark.parametrize("make", [Stable, Stable.from_s1])
def test_a_parameter_out_of_range_is_named(make, arguments, line):
    with pytest.raises(ValueError, match=f"^{line}$"):
        make(*arguments)


def test_a_law_is_a_value():
    law = Stable(1.5)
    assert law == Stable(1.5, 0.0, 1.0, 0.0) and hash(law) == hash(Stable(1.5))
    with pytest.raises(AttributeError):
        law.alpha = 1.0


@given(st.floats(-10, 10), st.floats(0, 10), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_an_interval_holds_the_value_and_widens_with_its_level(value, stderr, a, b):
    estimate = Estimate(value, stderr, 10)
    (low, high), (wide_low, wide_high) = map(estimate.conf_int, sorted([a, b]))
    assert wide_low <= low <= value <= high <= wide_high


def test_a_normal_interval_is_the_tables():
    low, high = Estimate(0.0, 1.0, 1).conf_int(0.95)
    assert (low, high) == pytest.approx((-1.959963984540054, 1.959963984540054), abs=1e-14)


def test_a_students_interval_is_the_tables():
    """One degree of freedom: the Cauchy law's tan(0.475 pi); two: 0.95 sqrt(2 / (1 - 0.95^2))."""
    for dof, quantile in ((1, np.tan(0.475 * pi)), (2, 0.95 * (2 / (1 - 0.95**2)) ** 0.5)):
        low, high = Estimate(3.0, 2.0, 5, dof=dof).conf_int()
        assert (low, high) == pytest.approx((3 - 2 * quantile, 3 + 2 * quantile), rel=1e-12)
    assert Estimate.mean([1.0, 2.0, 3.0]).dof == 2


def test_an_inverse_interval_is_that_of_the_inverse():
    low, high = Estimate(2.0, 0.4, 5, inverse=True).conf_int()  # 1 / value has 0.4 / 4
    half = 0.1959963984540054
    assert (1 / low, 1 / high) == pytest.approx((0.5 + half, 0.5 - half), rel=1e-14)
    assert Estimate(2.0, 3.0, 5, inverse=True).conf_int()[1] == np.inf
    quartile = -ndtri(0.25)  # the half width of 1 / value is then 1 / value itself
    assert Estimate(quartile, 1.0, 5, inverse=True).conf_int(0.5)[1] == np.inf


def test_an_estimate_holds_plain_numbers_and_is_a_value():
    given = Estimate(np.float32(1.5), np.array(2), np.int64(3))
    assert given == Estimate(1.5, 2.0, 3) and hash(given) == hash(Estimate(1.5, 2.0, 3))
    assert [type(x) for x in (given.value, given.stderr, given.n)] == [float, float, int]
    assert Estimate(1.5, 2.0, 3, dof=2) != given != Estimate(1.5, 2.0, 3, inverse=True)


@pytest.mark.parametrize("unit", [2.0**-1000, 2.0**1000])
def test_the_mean_of_replicates_has_their_unit(unit):
    found, moved = (Estimate.mean(np.array([1.0, 2.0, 4.0]) * u) for u in (1.0, unit))
    assert (moved.value, moved.stderr) == (found.value * unit, found.stderr * unit)
    assert Estimate.mean([1.5e308, 1.7e308]).value == 1.6e308


def test_the_mean_of_replicates_has_their_standard_error():
    found = Estimate.mean([1.0, 2.0, 3.0, 4.0])
    assert (found.value, found.n) == (2.5, 4)
    assert isclose(found.stderr, (5 / 3 / 4) ** 0.5, rel_tol=1e-15)


@pytest.mark.parametrize(
    "make, line",
    [
        (lambda: Estimate(np.nan, 1.0, 1), "value must be finite, got nan"),
        (lambda: Estimate(1.0, -1.0, 1), "stderr must be finite and not negative, got -1.0"),
        (lambda: Estimate(1.0, 1.0, 0), r"n must be an integer in \[1, 2\^64\), got 0"),
        (lambda: Estimate(1.0, 0.1, n=2.5), r"n must be an integer in \[1, 2\^64\), got 2.5"),
        (lambda: Estimate(1.0, 0.1, n=True), r"n must be an integer in \[1, 2\^64\), got True"),
        (lambda: Estimate("a", 1, 2), "value must be a real number, got 'a'"),
        (lambda: Estimate(1.0, [1.0], 2), r"stderr must be a real number, got \[1.0\]"),
        (lambda: Estimate(1.0, np.ma.masked, 2), "stderr must have no masked values, got 1"),
        (lambda: Estimate(1.0, 1.0, 2, dof=0), "dof must be positive, got 0"),
        (lambda: Estimate(1.0, 1.0, 2, dof=np.nan), "dof must be positive, got nan"),
        (
            lambda: Estimate(0.0, 1.0, 2, inverse=True),
            "value must be positive for its inverse, got 0.0",
        ),
        (lambda: Estimate.mean(["1", "2"]), r"replicates must be a real number or an array .*"),
        (lambda: Estimate.mean([1.0, np.inf]), "replicates must be finite, got inf"),
        (
            lambda: Estimate.mean(np.ma.array([1.0, 2.0, 3.0], mask=[0, 0, 1])),
            "replicates must have no masked values, got 1",
        ),
        (lambda: Estimate(1.0, 1.0, 1).conf_int("a"), "level must be a real number, got 'a'"),
        (lambda: Estimate(1.0, 1.0, 1).conf_int(0), r"level must lie in \(0, 1\), got 0"),
        (lambda: Estimate.mean([1.0]), "replicates must be 2 or more, for a standard error, got 1"),
        (lambda: Estimate(1.0, 1.0, 1).conf_int(1.0), r"level must lie in \(0, 1\), got 1.0"),
    ],
)
def test_an_estimate_refuses_what_is_none(make, line):
    with pytest.raises(ValueError, match=f"^{line}$"):
        make()


@pytest.mark.parametrize("gap", [1e-3, 1e-6, 1e-9, -1e-9, -1e-6, -1e-3])
def test_the_shift_near_alpha_one_is_nolans_too(gap):
    """tan(pi alpha / 2) = -1 / tan(pi gap / 2), of the gap that the double alpha has: exact."""
    alpha = 1 + gap
    shift = -6.0 / tan(pi * (alpha - 1) / 2)
    assert isclose(Stable.from_s1(alpha, 1.0, 6.0, 0.0).loc, shift, rel_tol=1e-14)


def test_a_standard_error_that_is_infinite_is_refused():
    with pytest.raises(ValueError, match="^stderr must be finite and not negative, got inf$"):
        Estimate(1.0, np.inf, 1)


@pytest.mark.parametrize("alpha", [np.nextafter(1, 0), [1.5, np.nextafter(1, 0)]])
def test_a_location_that_s1_has_not_is_named(alpha):
    law = Stable(alpha, 1.0, 1e300)
    line = "loc must be finite in S1, got "
    with pytest.raises(ValueError, match=f"^{re.escape(line)}"):
        law.to_s1()
    with pytest.raises(ValueError, match="^loc must be finite, got -?inf$"):
        Stable.from_s1(alpha, 1.0, 1e300)


@pytest.mark.parametrize("gap", [1e-6, 1e-9, 1e-12, -1e-12, -1e-9, -1e-6])
@pytest.mark.parametrize("t", [1e-3, 0.2, 1.5, 5.0])
def test_the_characteristic_function_is_continuous_through_alpha_one(gap, t):
    """Its derivative in alpha is below |t log t| + beta |t| log(t)^2 / pi < 15 here."""
    beside, at_one = (Stable(alpha, 1.0).cf(t) for alpha in (1 + gap, 1.0))
    assert abs(beside - at_one) < 15 * abs(gap) + 1e-15


@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.5])
def test_at_small_frequencies_the_characteristic_function_is_its_expansion(alpha):
    """1 - |t|^alpha (1 + i beta skew), to its square; |t|^1.5 is below a rounding of 1."""
    t, beta = 1e-11, 0.5
    skew = 2 / pi * log(t) if alpha == 1 else (t ** (1 - alpha) - 1) * tan(pi * alpha / 2)
    value = Stable(alpha, beta).cf(t)
    assert isinstance(value, complex)
    assert value.imag == pytest.approx(-(t**alpha) * beta * skew, rel=2e-5)
    assert 1 - value.real == pytest.approx(t**alpha, rel=2e-5, abs=2e-16)


@pytest.mark.parametrize("alpha", ["1.5", True, None, 1.5 + 0j, [1.5]])
def test_an_index_of_a_field_that_is_no_number_is_named(alpha):
    line = f"alpha must be a real number, got {alpha!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
        NoiseField(alpha, 1)
