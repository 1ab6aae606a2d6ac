"""Stable laws among SciPy's random variables."""

from math import factorial

import numpy as np
import pytest
from scipy import stats

from stablenoise import Stable
from stablenoise.random_variable import StableVariable

pytestmark = pytest.mark.skipif(
    not hasattr(stats, "make_distribution"), reason="needs random variables of SciPy"
)


@pytest.fixture(scope="module")
def variable():
    return stats.make_distribution(StableVariable())


def test_arithmetic_scales_and_moves_the_sample(variable):
    x = (2 * variable(alpha=1.5, beta=0.5) + 1).sample((3, 4), rng=1)
    np.testing.assert_allclose(x, 2 * Stable(1.5, 0.5).rvs((3, 4), 1) + 1, rtol=1e-15)


def test_parameters_broadcast(variable):
    both = variable(alpha=[1.2, 1.8], beta=[[0.0], [0.5], [1.0]])
    assert both.sample(5, rng=1).shape == (5, 3, 2)
    assert both.mean().shape == (3, 2)


@pytest.mark.parametrize("alpha, beta", [(1.5, 0.0), (1.2, -0.7), (1.9, 1.0)])
def test_without_a_variance_scipy_reports_none(variable, alpha, beta):
    law = variable(alpha=alpha, beta=beta)
    moved = 2 * law + 1
    *_, mean = Stable(alpha, beta).to_s1()
    assert moved.mean() == pytest.approx(2 * mean + 1, rel=1e-14)
    assert moved.variance() == law.variance() == law.moment(4, "raw") == np.inf
    assert np.isnan(moved.skewness()) and np.isnan(moved.kurtosis())


@pytest.mark.parametrize("beta, mean", [(1.0, np.inf), (-1.0, -np.inf), (0.3, np.nan)])
def test_without_a_mean_scipy_reports_none(variable, beta, mean):
    law = variable(alpha=0.8, beta=beta)
    np.testing.assert_equal(float(law.mean()), mean)
    assert np.isnan(law.variance())
    assert law.moment(2, "raw") == np.inf


def test_at_index_two_moments_are_gaussian(variable):
    law = variable(alpha=2.0, beta=0.4)
    gauss = stats.norm(scale=np.sqrt(2))
    for order in range(7):
        assert law.moment(order, "raw") == pytest.approx(gauss.moment(order), abs=1e-12)
        assert law.moment(order, "central") == pytest.approx(gauss.moment(order), abs=1e-12)
        even = factorial(order) / factorial(order // 2) / 2 ** (order // 2)
        standardized = law.moment(order, "standardized")
        assert standardized == pytest.approx(0 if order % 2 else even, abs=1e-12)


@pytest.mark.parametrize("side", [-1, 1])
def test_near_alpha_one_the_mean_keeps_its_digits(variable, side):
    """Of alpha - 1 itself, exact: the mean is 2 beta / (pi (alpha - 1)) to (alpha - 1)^2."""
    alpha = 1 + 1e-12
    mean = variable(alpha=alpha, beta=0.5 * side).mean()
    assert mean == pytest.approx(side / (np.pi * (alpha - 1)), rel=1e-14)


def test_parameters_out_of_range_give_draws_that_are_nan(variable):
    x = variable(alpha=[1.5, 2.5], beta=0.0).sample(4, rng=1)
    np.testing.assert_array_equal(np.isnan(x), [[False, True]] * 4)


@pytest.mark.parametrize("parameters", [(2.1, 0.0), (0.0, 0.0), (1.5, 1.1), (1.5, -1.1)])
def test_parameters_out_of_range_give_nan(variable, parameters):
    """As SciPy's random variables do."""
    alpha, beta = parameters
    law = variable(alpha=alpha, beta=beta)
    assert np.isnan(law.mean())
    assert np.isnan(law.moment(2, "raw"))


@pytest.mark.parametrize("kind", ["raw", "central", "standardized"])
@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.5, 2.0])
def test_the_moment_of_order_zero_is_one(alpha, kind):
    assert StableVariable().moment(0, kind, alpha=alpha, beta=0.5) == 1


@pytest.mark.parametrize("alpha", [1.1, 1.5, 2.0])
def test_the_first_moment_about_the_mean_is_zero(alpha):
    assert StableVariable().moment(1, "central", alpha=alpha, beta=0.5) == 0


def test_moments_from_alpha_on_are_infinite_or_none():
    """The tails are those of x^-alpha: at order alpha the integral is that of 1 / x."""
    means = StableVariable().moment(1, "raw", alpha=1.0, beta=[-1.0, 0.0, 0.5, 1.0])
    np.testing.assert_equal(means, [-np.inf, np.nan, np.nan, np.inf])
    thirds = StableVariable().moment(3, "raw", alpha=1.5, beta=[-1.0, 0.0, 0.5, 1.0])
    np.testing.assert_equal(thirds, [-np.inf, np.nan, np.nan, np.inf])
    assert np.isnan(StableVariable().moment(2, "central", alpha=1.0, beta=0.5))


@pytest.mark.parametrize("alpha, beta", [(1.5, 0.5), (0.7, -0.3), (1.0, 1.0), (2.0, 0.0)])
def test_scipy_has_the_law_with_its_own_scale_and_location(variable, alpha, beta):
    ours, theirs = Stable(alpha, beta, 2.0, 1.0), 2 * variable(alpha=alpha, beta=beta) + 1
    x, p = np.array([-30.0, 0.3, 2.0, 1e6]), np.array([1e-12, 0.3, 0.999])
    same = {"pdf": "pdf", "logpdf": "logpdf", "cdf": "cdf", "logcdf": "logcdf"}
    for name, their_name in (same | {"sf": "ccdf", "logsf": "logccdf"}).items():
        np.testing.assert_allclose(getattr(theirs, their_name)(x), getattr(ours, name)(x), 1e-13)
    for name, their_name in {"ppf": "icdf", "isf": "iccdf"}.items():
        np.testing.assert_allclose(getattr(theirs, their_name)(p), getattr(ours, name)(p), 1e-13)
    for name in ("median", "mode", "entropy"):
        assert getattr(theirs, name)() == pytest.approx(getattr(ours, name)(), rel=1e-13)


def test_parameters_of_a_density_broadcast(variable):
    both = variable(alpha=[1.2, 1.8], beta=[[0.0], [0.5]])
    assert both.pdf(0.2).shape == both.mode().shape == (2, 2)


ONE_SIDED = [(0.5, 1.0), (0.5, -1.0), (0.9, 1.0), (0.2, -1.0)]
TWO_SIDED = [(0.5, 0.9), (1.0, 1.0), (1.5, -1.0), (2.0, 0.0), (0.3, 0.0)]


@pytest.mark.parametrize("alpha, beta", ONE_SIDED)
def test_the_support_of_a_one_sided_law_ends_at_zeta(variable, alpha, beta):
    """Nolan's zeta = -beta tan(pi alpha / 2): -1 for the Levy law."""
    x, zeta = variable(alpha=alpha, beta=beta), -beta * np.tan(np.pi * alpha / 2)
    low, high = x.support()
    end, other, q = (low, high, 0.0) if beta > 0 else (high, low, 1.0)
    assert end == pytest.approx(zeta, rel=1e-13) and other == beta * np.inf
    assert x.icdf(q) == end == x.iccdf(1 - q) and x.icdf(1 - q) == other
    beyond = end - beta * np.array([0.0, 1e-3, 1.0, 1e300])
    np.testing.assert_array_equal(x.pdf(beyond), 0)
    np.testing.assert_array_equal(x.logpdf(beyond), -np.inf)
    np.testing.assert_array_equal(x.cdf(beyond), q)
    np.testing.assert_array_equal(x.ccdf(beyond), 1 - q)
    inside = end + beta * np.array([0.5, 3.0])
    np.testing.assert_allclose(x.pdf(inside), Stable(alpha, beta).pdf(inside), rtol=1e-13)
    low, high = (2 * x + 1).support()
    assert (low if beta > 0 else high) == pytest.approx(2 * zeta + 1, rel=1e-13)


@pytest.mark.parametrize("alpha, beta", TWO_SIDED)
def test_the_support_of_other_laws_is_the_line(variable, alpha, beta):
    x = variable(alpha=alpha, beta=beta)
    assert x.support() == (-np.inf, np.inf)
    assert (x.icdf(0.0), x.icdf(1.0)) == (-np.inf, np.inf)
    assert (x.iccdf(0.0), x.iccdf(1.0)) == (np.inf, -np.inf)


def test_ends_of_supports_broadcast_and_are_none_without_a_law(variable):
    low, high = variable(alpha=[[0.5], [1.5], [2.5]], beta=[1.0, -1.0]).support()
    np.testing.assert_allclose(low, [[-1, -np.inf], [-np.inf] * 2, [np.nan] * 2], rtol=1e-13)
    np.testing.assert_allclose(high, [[np.inf, 1], [np.inf] * 2, [np.nan] * 2], rtol=1e-13)
    assert "(lower end, upper end)" in type(variable(alpha=1.5, beta=0.0)).__doc__


def test_a_truncated_law_has_its_part_of_the_probability(variable):
    """Between -1 and 1: (F(1/2) - F(-1)) / (F(1) - F(-1)), by the law's own functions."""
    part = stats.truncate(variable(alpha=1.5, beta=0.0), -1, 1).cdf(0.5)
    assert part == pytest.approx(0.77191, abs=5e-6)
    low, x, high = Stable(0.5, 1.0).cdf([-0.9, 0.5, 2.0])
    one_sided = stats.truncate(variable(alpha=0.5, beta=1.0), -0.9, 2.0)
    assert one_sided.cdf(0.5) == pytest.approx((x - low) / (high - low), rel=1e-12)
