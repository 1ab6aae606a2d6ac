"""The law where x - loc, scale times a quantile or x / scale exceed the doubles; no warnings."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stablenoise import Stable, law
from stablenoise.law import table

MAX, LEAST = np.finfo(float).max, 5e-324
LAWS = [(1.5, 0.0), (1.5, 0.4), (0.5, 1.0), (1.0, 0.0), (1.0, -0.5), (1.01, 0.2), (0.3, -0.5)]
each_law = pytest.mark.parametrize("alpha, beta", LAWS)
each_size = pytest.mark.parametrize("size", [1, 2000])  # one by one, and by panels
LOGS = law.logpdf, law.logcdf, law.logsf


@each_law
@each_size
@pytest.mark.parametrize("x, loc", [(MAX, -MAX), (1e308, -1e308), (-1.5e308, 1e308)])
def test_the_distance_from_the_location_may_exceed_the_doubles(alpha, beta, x, loc, size):
    """At scale 1e308; to the bit, since all is divided by a power of 2."""
    scale, points = 1e308, np.full(size, x)
    for function in LOGS:
        near = function(points / 4, alpha, beta, scale / 4, loc / 4)
        shift = math.log(4) if function is law.logpdf else 0.0
        np.testing.assert_allclose(
            function(points, alpha, beta, scale, loc), near - shift, rtol=1e-15
        )
    for function in (law.cdf, law.sf):
        far = function(points, alpha, beta, scale, loc)
        np.testing.assert_array_equal(far, function(points / 4, alpha, beta, scale / 4, loc / 4))
    far = law.score(points[:3], alpha, beta, scale, loc)
    near = law.score(points[:3] / 4, alpha, beta, scale / 4, loc / 4)
    np.testing.assert_allclose(far, near / [1, 1, 4, 4], rtol=1e-14, atol=4 * LEAST)


def test_the_table_too_takes_points_whose_distance_exceeds_the_doubles():
    for function in (table.logpdf, table.score):
        far = function([1e308, 1.5e308], 1.5, -0.3, 1e307, -1e308)
        near = function([1e307, 1.5e307], 1.5, -0.3, 1e306, -1e307)
        shift = math.log(10) if function is table.logpdf else 0
        units = 1 if function is table.logpdf else np.array([1, 1, 10, 10])
        np.testing.assert_allclose(far, near / units - shift, rtol=1e-13)


@each_law
@each_size
def test_a_quantile_times_the_scale_may_exceed_the_doubles(alpha, beta, size):
    q = np.full(size, 0.9 if beta >= 0 else 0.95)
    for function, sign in ((law.ppf, 1), (law.isf, -1)):
        scale = 1.2e308 / max(1.5, abs(function(q[0], alpha, beta)))
        far = function(q, alpha, beta, 2 * scale, -sign * 1e308)
        near = function(q, alpha, beta, scale / 2, -sign * 2.5e307)
        np.testing.assert_allclose(far, 4 * near, rtol=1e-14)


def test_the_two_cases_first_seen():
    assert law.logsf(1e308, 1.5, 0.0, 1e308, -1e308) == law.logsf(2.0, 1.5)
    found = law.ppf(0.9, 1.5, 0.0, 1e308, -1e308)
    assert found == pytest.approx((law.ppf(0.9, 1.5) - 1) * 1e308, rel=1e-14)
    assert Stable(1.5, 0.0, 1e308, -1e308).logsf(1e308) == law.logsf(2.0, 1.5)


@each_law
@each_size
@pytest.mark.parametrize("scale", [1e-200, 1e-308, LEAST])
def test_far_beyond_the_doubles_the_law_is_a_power(alpha, beta, scale, size):
    """At 1e200 / scale, up to 1e523: that at 1e200 carried on; the second term is 1e-60 of it."""
    points, log_more = np.full(size, 1e200), -math.log(scale)
    for x, log_tail in ((points, law.logsf), (-points, law.logcdf)):
        near = log_tail(x, alpha, beta)
        np.testing.assert_allclose(log_tail(x, alpha, beta, scale), near - alpha * log_more,
                                   rtol=1e-14)  # fmt: skip
        near = law.logpdf(x, alpha, beta)
        far = law.logpdf(x, alpha, beta, scale)
        np.testing.assert_allclose(far, near - alpha * log_more, rtol=1e-14)
    assert np.all(law.logcdf(points, alpha, beta, scale) <= 0)


@pytest.mark.parametrize("alpha, beta", [(1.5, 0.4), (1.0, 0.0), (1.0, 0.5), (0.3, -0.5)])
@pytest.mark.parametrize("x, scale", [(1e200, 1e-200), (-1e-10, LEAST), (1e308, 1e-5)])
def test_far_beyond_the_doubles_the_score_is_that_of_a_power(alpha, beta, x, scale):
    """Log f = c(alpha, beta) - (1 + alpha) log|x| + alpha log scale."""
    found, near = law.score(x, alpha, beta, scale), law.score(math.copysign(1e280, x), alpha, beta)
    more = math.log(abs(x)) - math.log(scale) - math.log(1e280)
    expected = [near[0] - more, near[1], alpha / scale, (1 + alpha) / x]
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8)
    if 1 <= alpha <= 1.96 and abs(beta) <= 0.9:
        np.testing.assert_allclose(table.score([x], alpha, beta, scale)[0], found, rtol=1e-14)
        assert table.logpdf(x, alpha, beta, scale) == law.logpdf(x, alpha, beta, scale)


@pytest.mark.parametrize("alpha, beta", [(0.3, 0.0), (0.2, 0.5), (0.1, 1.0), (0.5, -0.2)])
@each_size
def test_a_quantile_beyond_the_doubles_comes_back_with_a_small_scale(alpha, beta, size):
    """About 1e450 at scale 1, and 1e150 at scale 1e-300, with all of its probability."""
    log_p, p = -450 * alpha * math.log(10), np.full(size, 10 ** (-450 * alpha))
    for function, log_tail in ((law.isf, law.logsf), (law.ppf, law.logcdf)):
        if function is law.isf or beta < 1:  # else there is no tail
            assert np.all(np.isinf(function(p, alpha, beta)))
            x = function(p, alpha, beta, 1e-300)
            np.testing.assert_allclose(log_tail(x, alpha, beta, 1e-300), log_p, rtol=1e-13)


def test_a_density_is_right_where_that_at_scale_one_is_no_double():
    """At alpha = 2 the density at 60 is e^-900 at scale 1; at 0 and alpha = .004 it is e^1084."""
    for scale in (1e-150, 1e-300):
        expected = math.exp(-900 - math.log(2 * math.sqrt(math.pi)) - math.log(scale))
        assert law.pdf(60 * scale, 2.0, 0.0, scale) == pytest.approx(expected, rel=1e-12)
    log_f = math.lgamma(251) - math.log(math.pi)
    expected = math.exp(log_f - math.log(1e250))
    assert law.pdf(0.0, 0.004, 0.0, 1e250) == pytest.approx(expected, rel=1e-12)


# Intervals.


@settings(deadline=None)
@given(
    st.floats(0, 1) | st.floats(0, 1e-12),
    st.floats(0.2, 2.0),
    st.floats(-1, 1),
    st.sampled_from([1.0, 1e-300, 1e308]),
    st.floats(-1e3, 1e3),
)
@example(0.0, 1.5, 0.4, 1.0, 0.0)
def test_the_lower_end_of_an_interval_is_not_above_the_upper_one(level, alpha, beta, scale, loc):
    low, high = law.interval(level, alpha, beta, scale, loc)
    assert low <= high
    if level == 0:
        assert low == high == law.median(alpha, beta, scale, loc)


def test_intervals_of_level_zero_are_points_in_arrays_too():
    level, beta = np.linspace(0, 1e-15, 3000), np.linspace(-1, 1, 7)[:, None]
    low, high = law.interval(level, 1.3, beta)
    assert np.all(low <= high) and np.all(low[:, 0] == high[:, 0])


# Warnings.

VALUES = [0.0, LEAST, -1e-308, 1.0, -1e160, MAX, -MAX, math.inf, -math.inf, math.nan]
alphas = st.sampled_from([1e-300, 0.02, 0.1, 0.5, 1 - 1e-12, 1.0, 1.5, 2 - 1e-12, 2.0, math.nan])
betas = st.sampled_from([-1.0, 0.0, 0.3, 1 - 1e-16, 1.0])
scales = st.sampled_from([LEAST, 1e-308, 1e-160, 1.0, 1e160, MAX, math.nan])
locs = st.sampled_from(VALUES)
parameters = st.tuples(alphas, betas, scales, locs)
POINTWISE = ["pdf", "logpdf", "cdf", "sf", "logcdf", "logsf", "score", "cf"]
NUMBERS = ["mean", "var", "skewness", "kurtosis", "median", "mode", "entropy"]


@settings(deadline=None, max_examples=60)
@given(parameters)
@example((2.0, 0.3, MAX, MAX))
@example((1e-300, 1.0, 1e160, 1.0))
@example((0.05, 1.0, 1.0, 0.0))
def test_nothing_warns_over_all_doubles(parameters):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in POINTWISE:
            getattr(law, name)(VALUES, *parameters)
        for name in ("logpdf", "score"):
            getattr(table, name)(VALUES, *parameters)
        for name in ("ppf", "isf", "interval"):
            getattr(law, name)([0.0, LEAST, 0.5, 1 - 1e-16, 1.0, -1.0, math.nan], *parameters)
        for name in NUMBERS:
            getattr(law, name)(*parameters)
        law.moment([-1e3, -1.0, -0.999, 0.0, 0.3, 2.0, 300.0, 1e6, math.nan], *parameters)


def test_parameters_as_large_as_doubles_have_a_mean_a_mode_and_a_variance():
    assert law.mean(2.0, 0.3, MAX, MAX) == MAX
    assert law.mean(1.5, 0.5, MAX, -MAX) == pytest.approx(-0.5 * MAX, rel=1e-15)
    assert law.mode(1.5, 0.5, MAX, 1e308) == pytest.approx(
        4 * law.mode(1.5, 0.5, MAX / 4, 1e308 / 4), rel=1e-14
    )
    assert law.var(2.0, 0.0, 1e200) == math.inf and law.var(2.0, 0.3, MAX, MAX) == math.inf
    assert law.skewness(2.0, 0.3, MAX, MAX) == 0.0 == law.kurtosis(2.0, 1.0, MAX, MAX)
