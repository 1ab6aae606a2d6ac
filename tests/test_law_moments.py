"""Moments, mode and entropy, each from a formula of its own."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import integrate

from stablenoise import Stable, law
from stablenoise.law.direct import about_zeta, far_logs, workspace
from stablenoise.law.fractional import _general_moment, _strict_moment
from stablenoise.law.polynomials import panels

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


@pytest.mark.parametrize("alpha", [0.02, 0.03, 0.05])
@pytest.mark.parametrize("beta", [0.0, 0.5, 1.0, -1.0])
def test_entropies_at_a_small_index_are_integrals_of_which_doubles_see_a_part(alpha, beta):
    """In v = log|x - zeta|, beyond v = 709 too: by the law about zeta and far out."""
    v, work = np.linspace(-600.0, 60 / alpha, 30_001), workspace()
    whole, far = 0.0, v > 700
    for sign in (-1.0, 1.0):
        log_f = [about_zeta(sign * math.exp(t), alpha, beta, work)[0] for t in v[~far]]
        log_f += far_logs(v[far], np.array(sign), alpha, beta)[0].tolist()
        some = np.array(log_f) > -np.inf
        log_f, mass = np.array(log_f)[some], np.exp(np.array(log_f)[some] + v[some])
        whole += np.sum(-log_f * mass) * (v[1] - v[0])
    assert law.entropy(alpha, beta) == pytest.approx(whole, abs=1e-10)


def test_an_entropy_below_the_range_is_no_number():
    assert np.isnan(law.entropy([0.001, 0.019, 1e-300], [1.0, 0.0, -1.0])).all()
    assert law.entropy(0.05, 1.0) == pytest.approx(15.6, abs=0.1)  # 15.9 +- 0.2 by simulation


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


# Where the integral is difficult: p near alpha and near -1, a location near 0, negative p.

HARD_POWERS = [-0.999, -0.99, -0.9, -0.7, -0.5, -0.3, 0.3, 0.9, 0.99, 0.999, 0.99999]
LOCATIONS = [5e-324, 1e-17, 1e-12, 1e-9, 1e-8, 1e-6, 1e-3, 0.1, 1.0, 7.0, 1e5, 1e9, 1e15]


@pytest.mark.parametrize("p", HARD_POWERS)
def test_moments_of_a_moved_cauchy_law_are_closed_forms(p):
    """The real part of a mean value: (1 + m^2)^(p/2) cos(p atan m) / cos(pi p / 2)."""
    for m in LOCATIONS:
        exact = (1 + m * m) ** (p / 2) * math.cos(p * math.atan(m)) / math.cos(math.pi * p / 2)
        found = law.moment(p, 1.0, 0.0, [1.0, 1e-3], [m, -1e-3 * m]) / [1, 1e-3**p]
        assert found == pytest.approx([exact, exact], rel=2e-11)


@pytest.mark.parametrize(
    "alpha, beta", [(1.5, 0.5), (1.2, -1.0), (0.95, 0.3), (1.0, 0.7), (0.3, 0)]
)
@pytest.mark.parametrize("p", [-0.99, -0.9, -0.5, -0.3])
def test_moments_are_continuous_in_a_location_near_zero(alpha, beta, p):
    """They are smooth in it: for these laws their slope is below 30 times the moment."""
    at_zero = law.moment(p, alpha, beta, 1.0, 0.0)
    for m in (1e-300, 1e-17, 1e-15, 1e-12, 1e-10, 1e-8):
        found = law.moment(p, alpha, beta, 1.0, [m, -m])
        assert found == pytest.approx([at_zero, at_zero], rel=2e-11 + 30 * m)


def test_a_location_that_is_nearly_zero_is_seen_from_both_sides():
    assert law.moment(-0.9, 1.5, 0.0, 1.0, 1e-17) == pytest.approx(5.938820951546866, rel=1e-12)


@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.5, 0.9, 0.95, 1.3, 1.7, 1.99])
@pytest.mark.parametrize("share", [0.5, 0.99, 0.9999])
def test_the_integral_has_its_tails_whole_and_its_middle_too(alpha, share):
    """Against the closed form at location 0, where the integral is not otherwise used."""
    law = panels(alpha, 0.0)
    for p in (share * alpha, -share):
        exact = _strict_moment(p, alpha, 0.0, 0.0)
        assert _general_moment(p, law, 0.0) == pytest.approx(exact, abs=2e-11)


def of_levy(p, edge):
    """E|Y - edge|^p for Levy's law Y > 0, by quadrature in log|y - edge|."""
    with mpmath.workdps(25):

        def integrand(v, sign):
            size = mpmath.exp(v)
            y = edge + sign * size
            density = y ** mpmath.mpf(-1.5) * mpmath.exp(-0.5 / y) if y > 0 else 0
            return size ** (1 + p) * density / mpmath.sqrt(2 * mpmath.pi)

        bend = mpmath.log(abs(edge))
        near = [bend - 10.0**k for k in (1.5, 1, 0.5, 0, -0.5, -1, -1.5, -2, -4)]
        far = [max(-3000, -120 / (1 + p)), -60, -30, -15, -8, *range(-5, 6), 8, 12, 20, 40, 80, 160]
        cuts = sorted({*far, 200 / (0.5 - p), *near, *(2 * bend - v for v in near)})
        if edge < 0:
            above = sorted({bend, *(v for v in cuts if v > bend)})
            return mpmath.quad(lambda v: integrand(v, 1), above)
        below = [v for v in cuts if v < bend] + [bend]
        right, left = (mpmath.quad(lambda v, s=s: integrand(v, s), c) for s, c in
                       ((1, cuts), (-1, below)))  # fmt: skip
        return right + left


@pytest.mark.parametrize("edge", [-5.0, -1e-3, -1e-9, 1e-3, 4.0])
@pytest.mark.parametrize("p", [-0.9, 0.2, 0.49])
def test_moments_of_a_moved_levy_law_are_integrals(p, edge):
    exact = float(of_levy(p, edge))
    loc = 1.0 - edge  # rounded: 1e-16, where the law is flat or distant
    assert law.moment(p, 0.5, 1.0, 1.0, loc) == pytest.approx(exact, rel=2e-10)
    assert law.moment(p, 0.5, -1.0, 3.0, -3 * loc) == pytest.approx(3**p * exact, rel=2e-10)


# Laws on one side of 0 have moments of every negative p.


@given(st.floats(-20.0, 0.999), st.floats(0.3, 0.99), st.sampled_from([-1.0, 1.0]), scales)
@example(-1.0, 0.5, 1.0, 1.0)
@example(-2.0, 0.5, -1.0, 1.0)
def test_moments_of_a_positive_law_are_gamma_functions(share, alpha, beta, scale):
    """E X^p of E exp(-tX) = exp(-t^alpha / cos(pi alpha / 2)) (Zolotarev, 1986, section 2.6)."""
    p = share * alpha if share > 0 else share
    log_size = math.lgamma(1 - p / alpha) - math.lgamma(1 - p)
    log_size += p * math.log(scale) - p / alpha * math.log(math.cos(math.pi * alpha / 2))
    found = Stable.from_s1(alpha, beta, scale).moment(p)
    assert found == pytest.approx(math.exp(log_size), rel=1e-9 * (1 + abs(p / alpha)))


def test_the_inverse_of_levys_law_has_the_mean_one():
    assert law.moment(-1.0, 0.5, 1.0, 1.0, 1.0) == pytest.approx(1.0, rel=1e-14)
    assert law.moment(-2.0, 0.5, -1.0, 1.0, -1.0) == pytest.approx(3.0, rel=1e-14)


@pytest.mark.parametrize("p", [-1.0, -1.5, -3.0, -40.0])
@pytest.mark.parametrize("edge", [5.0, 0.3, 1e-3, 1e-9])
def test_negative_moments_of_a_levy_law_beyond_zero_are_integrals(p, edge):
    """With y = 1 / n^2: E (edge + y)^p over a normal n."""

    def integrand(n):
        return 2 * mpmath.npdf(n) * (n * n / (1 + edge * n * n)) ** -p

    exact = float(mpmath.quad(integrand, [0, 0.1, 0.5, 1, 2, 3, 5, 8, 12, 20, 40]))
    loc = 1.0 + edge  # rounded: by 1e-7 of the smallest edge
    found = law.moment(p, 0.5, 1.0, 1.0, loc)
    assert found == pytest.approx(exact, rel=1e-6 if edge < 1e-6 else 1e-10)
    assert law.moment(p, 0.5, -1.0, 1.0, -loc) == found


@pytest.mark.parametrize("alpha, m", [(0.3, 0.5), (0.7, 2.0), (0.9, 0.1)])
def test_negative_moments_on_both_sides_of_minus_one_are_of_one_function(alpha, m):
    """The integral over panels above -1, that over the Laplace transform below: log-convex in p."""
    edge = math.tan(math.pi * alpha / 2)
    p = -1 + np.array([-2e-4, -1e-4, 1e-4, 2e-4])
    logs = np.log(law.moment(p, alpha, 1.0, 1.0, edge + m))
    assert logs[1] - logs[0] == pytest.approx(logs[3] - logs[2], rel=5e-3)
    assert (logs[2] - logs[1]) / 2 == pytest.approx((logs[3] - logs[0]) / 4, rel=1e-6)


def test_a_law_on_both_sides_of_zero_has_no_moment_of_minus_one():
    for parameters in [
        (0.5, 1.0, 1.0, 0.9),
        (0.5, 0.9, 1.0, 0.9),
        (1.0, 1.0),
        (0.5, -1.0, 1.0, 2.0),
    ]:
        assert np.isnan(law.moment(-1.0, *parameters))


# Gaussian laws and ends of the range of doubles.


@pytest.mark.parametrize("p", [-0.99, -0.5, 1.0, 3.3, 40.0, 1000.0])
@pytest.mark.parametrize("m", [0.0, 1e-200, 0.1, 2.0, 39.9, 40.1, 150.0])
def test_moments_of_a_moved_gaussian_law_are_hypergeometric(p, m):
    scale = 1.0 if p < 100 else 0.01
    with mpmath.workdps(60):
        size = (2 * mpmath.mpf(scale)) ** p * mpmath.gamma((1 + mpmath.mpf(p)) / 2)
        kummer = mpmath.hyp1f1(-mpmath.mpf(p) / 2, 0.5, -(mpmath.mpf(m) ** 2) / 4)
        exact = float(size / mpmath.sqrt(mpmath.pi) * kummer)
    assert law.moment(p, 2.0, 0.7, scale, -m * scale) == pytest.approx(exact, rel=1e-11)


def test_moments_beyond_the_doubles_are_infinite_and_others_are_not_lost_on_the_way():
    assert law.moment([300.0, 400.0], 2.0) == pytest.approx(
        [math.exp(300 * math.log(2) + math.lgamma(150.5)) / math.sqrt(math.pi)
         if 300 * math.log(2) + math.lgamma(150.5) < 709 else math.inf, math.inf]
    )  # fmt: skip
    assert law.moment(1.4, 1.5, 0.0, 1e300) == math.inf
    assert law.moment(0.5, 1.5, 0.0, 1e-200, 1e200) == pytest.approx(1e100, rel=1e-12)
    assert law.moment(1.4, 1.5, 0.0, 1e-200, 1e200) == pytest.approx(1e280, rel=1e-12)
    assert law.moment(-0.9, 1.5, 0.3, 1e308, 1.0) == pytest.approx(
        1e308**-0.9 * law.moment(-0.9, 1.5, 0.3), rel=1e-11
    )


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


@pytest.mark.parametrize("alpha, beta", [(0.005, 1.0), (0.005, -1.0), (0.001, -1.0), (0.001, 1.0)])
def test_the_mode_next_to_alpha_zero_is_at_the_end_of_the_law(alpha, beta):
    """Nearer than any float there: the end is zeta = -beta tan(pi alpha / 2)."""
    assert law.mode(alpha, beta) == pytest.approx(-beta * math.tan(math.pi * alpha / 2), rel=1e-13)


def test_a_narrow_law_far_from_zero_has_no_moment_of_negative_order_either():
    """It has a density on both sides of 0, however small: E|X|^-1.5 is none."""
    assert np.isnan(law.moment(-1.5, 1.5, 0.0, 1e-300, 1.0))


def test_a_mean_within_the_floats_may_be_of_two_parts_of_which_one_is_not():
    """-1e308 - 1e305 tan(1.0003 pi / 2), by mpmath."""
    with mpmath.workdps(30):
        lean = mpmath.tan(mpmath.mpf(1.0003) * mpmath.pi / 2)
        exact = float(mpmath.mpf(-1e308) - mpmath.mpf(1e305) * lean)
    assert exact == pytest.approx(1.12206575081e308, rel=1e-11)
    assert law.mean(1.0003, 1.0, 1e305, -1e308) == pytest.approx(exact, rel=1e-10)
