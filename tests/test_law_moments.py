"""Moments, mode and entropy, each from a formula of its own."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import integrate

from stablenoise import Stable, law

quick = settings(deadline=None, max_examples=20)  # panels are made for each law
alphas = st.floats(0.1, 2.0) | st.sampled_from([0.5, 1.0, 1.5, 2.0])
betas = st.floats(-1.0, 1.0) | st.sampled_from([-1.0, 0.0, 1.0])
scales, locs = st.floats(0.01, 100.0), st.floats(-100.0, 100.0)
LAWS = [(1.5, 0.5), (1.0, 1.0), (0.5, 0.3), (0.8, -0.9), (1.9, -1.0), (0.95, 0.2)]
each_law = pytest.mark.parametrize("alpha, beta", LAWS)


# Integer moments.


@given(st.floats(1.01, 2.0), betas, scales, locs)
def test_the_mean_is_the_location_of_the_s1_form(alpha, beta, scale, loc):
    stable = Stable(alpha, beta, scale, loc)
    size = abs(loc) + scale / (alpha - 1)
    assert stable.mean() == pytest.approx(stable.to_s1()[3], abs=1e-14 * size)


def test_where_there_is_no_mean_it_is_infinite_or_not_a_number():
    means = law.mean([0.5, 1.0, 0.5, 1.0, 0.9], [1.0, -1.0, 0.3, 0.0, -1.0], 2.0, 3.0)
    np.testing.assert_equal(means, [np.inf, -np.inf, np.nan, np.nan, -np.inf])


def test_only_gaussian_laws_have_finite_higher_moments():
    np.testing.assert_equal(law.var([2.0, 1.9, 1.0, 0.5], 0.3, 3.0), [18.0, np.inf, np.nan, np.nan])
    np.testing.assert_equal(law.skewness([2.0, 1.9, 0.5], 0.3), [0.0, np.nan, np.nan])
    np.testing.assert_equal(law.kurtosis([2.0, 1.9, 0.5]), [0.0, np.nan, np.nan])


@pytest.mark.parametrize("name", ["mean", "var", "skewness", "kurtosis", "mode", "entropy"])
def test_a_parameter_out_of_range_gives_no_number(name):
    function = getattr(law, name)
    bad = [(2.1, 0, 1, 0), (0, 0, 1, 0), (np.nan, 0, 1, 0), (2, 1.1, 1, 0), (2, 0, 0, 0)]
    for parameters in [*bad, (2, 0, np.inf, 0), (2, 0, 1, np.inf), (2, 0, -1, 0)]:
        assert np.isnan(function(*parameters))
    assert function(np.empty((0, 2))).shape == (0, 2)
    assert function([[1.5], [1.2]], [0.1, 0.2, 0.3]).shape == (2, 3)
    with pytest.raises(ValueError, match="^alpha must be a real number or an array of them, got"):
        function("large")


# Median and mode.


@quick
@given(alphas, betas, scales, locs)
def test_half_of_a_law_is_below_its_median(alpha, beta, scale, loc):
    """Where the density is steep the median is rounded, and the loss by loc is told apart."""
    stable = Stable(alpha, beta, scale)
    assert stable.cdf(stable.median()) == pytest.approx(0.5, rel=1e-9)
    moved = Stable(alpha, beta, scale, loc).median()
    assert moved == pytest.approx(loc + stable.median(), abs=1e-13 * (abs(loc) + abs(moved)))


@quick
@given(st.floats(0.3, 1.99) | st.just(1.0), betas)
@example(0.5, 1e-25)
def test_the_density_falls_on_both_sides_of_the_mode(alpha, beta):
    """At shares of its width at which it falls by some 1e-6, far more than its error, 1e-12."""
    mode = law.mode(alpha, beta)
    step = 1e-3 / (math.pi * law.pdf(mode, alpha, beta))
    around = law.logpdf(mode + step * np.array([-2.0, -1.0, 0.0, 1.0, 2.0]), alpha, beta)
    assert around[0] < around[1] < around[2] > around[3] > around[4]


def test_modes_known_in_closed_form_are_found():
    assert law.mode(0.5, 1.0) == pytest.approx(-2 / 3, abs=1e-10)  # of 1 / N^2, at 1/3, less 1
    assert law.mode(0.5, -1.0, 3.0, 1.0) == pytest.approx(3.0, abs=1e-9)
    np.testing.assert_equal(law.mode([0.3, 1.0, 1.7, 2.0], [0, 0, 0, 0.7], 2.0, 5.0), 5.0)


# Entropy.


def test_entropies_known_in_closed_form_are_found():
    levy = (1 + 3 * np.euler_gamma + math.log(16 * math.pi)) / 2
    assert law.entropy(2.0, 0.0, 3.0) == pytest.approx(math.log(18 * 2 * math.pi * math.e) / 2)
    assert law.entropy(1.0) == pytest.approx(math.log(4 * math.pi), rel=1e-13)
    assert law.entropy([0.5, 0.5], [1.0, -1.0]) == pytest.approx([levy, levy], rel=1e-12)
    assert law.entropy(1.0, 0.0, 7.0, 3.0) == pytest.approx(math.log(28 * math.pi), rel=1e-13)


@each_law
def test_the_entropy_is_the_mean_over_quantiles(alpha, beta):
    """With p = 1 / (1 + e^-t) the integral over p is one of a smooth function that decays."""
    t = np.linspace(-60.0, 60.0, 4001)
    log_odds = np.where(t < 0, law.ppf(1 / (1 + np.exp(-t)), alpha, beta), 0)
    x = np.where(t < 0, log_odds, law.isf(1 / (1 + np.exp(t)), alpha, beta))
    weight = np.exp(-abs(t)) / (1 + np.exp(-abs(t))) ** 2
    found = np.sum(-law.logpdf(x, alpha, beta) * weight) * (t[1] - t[0])
    assert law.entropy(alpha, beta) == pytest.approx(found, rel=1e-8)


@pytest.mark.parametrize("alpha, beta", [(0.2, 0.5), (0.1, -0.3), (0.7, 0.9)])
def test_the_entropy_is_the_integral_over_the_distance_from_zeta(alpha, beta):
    """By the trapezoidal rule in its logarithm: all but 1e-10 of it is in this interval."""
    v = np.linspace(-40.0, 40.0 / alpha, 20_001)
    x = -beta * math.tan(math.pi * alpha / 2) + np.exp(v) * np.array([[-1], [1]])
    log_f = law.logpdf(x, alpha, beta)
    found = np.sum(-log_f * np.exp(log_f + v)) * (v[1] - v[0])
    assert law.entropy(alpha, beta) == pytest.approx(found, rel=1e-9)


# Fractional absolute moments.

powers = st.floats(-0.95, 1.95)


@given(powers, scales)
def test_moments_of_a_cauchy_law_are_secants(p, scale):
    exact = scale**p / math.cos(math.pi * p / 2) if p < 1 else math.inf
    assert law.moment(p, 1.0, 0.0, scale) == pytest.approx(exact, rel=1e-11)


@given(st.floats(-0.95, 6.0), scales)
def test_moments_of_a_gaussian_law_are_gamma_functions(p, scale):
    exact = (2 * scale) ** p * math.gamma((p + 1) / 2) / math.sqrt(math.pi)
    assert law.moment(p, 2.0, 0.3, scale) == pytest.approx(exact, rel=1e-8)


@given(st.floats(-0.95, 0.49), st.sampled_from([-1.0, 1.0]), scales)
def test_moments_of_levys_law_are_those_of_the_inverse_square_of_a_gaussian(p, beta, scale):
    exact = scale**p * 2**-p * math.gamma(0.5 - p) / math.sqrt(math.pi)
    assert Stable.from_s1(0.5, beta, scale).moment(p) == pytest.approx(exact, rel=1e-11)


def by_characteristic_function(p, stable):
    """(2 / pi) Gamma(p) sin(pi p / 2) times the integral of -Re cf'(t) t^-p over t > 0."""
    with mpmath.workdps(20):
        alpha, beta, scale, loc = map(mpmath.mpf, stable.to_s1())
        tau = beta * mpmath.tan(mpmath.pi * alpha / 2)

        def integrand(t):
            power = (scale * t) ** alpha
            turn = mpmath.mpc(power, -power * tau - t * loc)
            slope = mpmath.mpc(alpha * power / t, -alpha * power / t * tau - loc)
            return mpmath.re(slope * mpmath.exp(-turn)) * t**-p

        whole = mpmath.quad(lambda s: integrand(mpmath.exp(s)) * mpmath.exp(s), [-90, -20, 0, 2, 5])
        return float(2 / mpmath.pi * mpmath.gamma(p) * mpmath.sin(mpmath.pi * p / 2) * whole)


@pytest.mark.parametrize("p", [-0.6, 0.4, 1.1])
@pytest.mark.parametrize(
    "stable", [Stable(1.5, 0.5, 1.0, 0.7), Stable(1.3, -1.0, 2.0), Stable(1.8, 0.2, 1.0, -3.0)]
)
def test_moments_about_any_point_are_integrals_of_the_characteristic_function(p, stable):
    assert stable.moment(p) == pytest.approx(by_characteristic_function(p, stable), rel=1e-7)


@pytest.mark.parametrize("alpha, beta, loc", [(0.5, 0.3, 2.0), (1.0, 0.7, -1.0), (0.9, 1.0, 0.0)])
@pytest.mark.parametrize("p", [-0.5, 0.3])
def test_moments_about_any_point_are_integrals_over_the_density(alpha, beta, loc, p):
    """By quadrature in log|x| on either side of 0."""

    def integrand(v, sign):
        size = math.exp(v)
        return size ** (1 + p) * law.pdf(sign * size, alpha, beta, 1.0, loc)

    cuts = sorted({-60.0, -3.0, 0.0, 1.0, 2.0, 3.0, 5.0, 12.0, 120.0})
    whole = sum(
        integrate.quad(integrand, a, b, (sign,), epsabs=1e-12, epsrel=1e-10, limit=400)[0]
        for sign in (-1, 1)
        for a, b in zip(cuts[:-1], cuts[1:], strict=True)
    )
    assert law.moment(p, alpha, beta, 1.0, loc) == pytest.approx(whole, rel=1e-7)


@quick
@given(st.floats(0.2, 1.99), betas, st.floats(0.05, 0.9))
def test_a_strict_law_is_the_limit_of_others(alpha, beta, share):
    """What the closed form gives at location 0 in S1 the integral gives a hair beside it."""
    if 0.95 < alpha < 1.05:
        return  # there S1 is far from S0
    strict, p = Stable.from_s1(alpha, beta), share * alpha
    beside = Stable(alpha, beta, 1.0, strict.loc + 1e-13 * (1 + abs(strict.loc)))
    assert beside.moment(p) == pytest.approx(strict.moment(p), rel=1e-5)


def test_moments_from_alpha_on_are_infinite_and_those_up_to_minus_one_are_none():
    found = law.moment([1.5, 3.0, -1.0, -2.0, 0.0], 1.5, 0.3)
    np.testing.assert_equal(found[:4], [np.inf, np.inf, np.nan, np.nan])
    assert found[4] == pytest.approx(1.0, rel=1e-12)
    assert law.moment(2.0, 2.0, 0.0, 3.0, 4.0) == pytest.approx(34.0, rel=1e-12)
    assert np.isnan(law.moment(0.5, 2.5)) and np.isnan(law.moment(np.nan, 1.5))
    assert law.moment([[0.1], [0.2]], [1.2, 1.5, 1.8]).shape == (2, 3)


# The characteristic function is tested with Stable; here that the functions broadcast.


def test_a_characteristic_function_out_of_range_is_no_number():
    assert np.isnan(law.cf(1.0, [2.1, 0.0, np.nan])).all()
    assert np.isnan(law.cf(1.0, 1.5, 2.0)) and np.isnan(law.cf(1.0, 1.5, 0.0, -1.0))
    assert law.cf([[0.0], [1.0]], [1.0, 1.5]).shape == (2, 2)
