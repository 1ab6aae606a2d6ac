"""Rates: log moments by quadrature, fits by hand, coverage of their intervals.

Simulated z-scores are compared at 4: a false alarm of 6e-5 each for another seed; the spread of
many of them at 4 standard errors of a standard deviation, 1 / sqrt(2 count).
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad

from chaos.rates import log_moments, log_scale, paired_slope, slope
from chaos.solvable import Euler, LinearMeanField
from stablenoise import NoiseField, Stable

SIZES = np.array([32, 64, 128, 256, 512])


@pytest.mark.parametrize("alpha", [0.6, 1.0, 1.3, 1.75, 2.0])
def test_log_moments_are_integrals_of_the_density(alpha):
    """Of log x, over which the density times x falls off on both sides."""

    def moment(power):
        def integrand(v):
            return 2 * v**power * math.exp(v + Stable(alpha).logpdf(math.exp(v)))

        return quad(integrand, -60, 120 / alpha, limit=400, epsabs=1e-10)[0]

    mean, variance = log_moments(alpha)
    assert moment(1) == pytest.approx(mean, abs=1e-7)
    assert moment(2) - moment(1) ** 2 == pytest.approx(variance, rel=1e-7)


def test_log_moments_of_cauchy_and_gauss_are_textbook():
    assert log_moments(1.0) == pytest.approx((0.0, math.pi**2 / 4))
    gauss = (-np.euler_gamma / 2, math.pi**2 / 8)  # of variance 2: log 2 cancels
    assert log_moments(2.0) == pytest.approx(gauss)


@given(st.floats(0.3, 2.0), st.integers(1, 50), st.integers(0, 1000), st.floats(0.01, 100))
def test_the_log_scale_is_a_mean_with_a_known_error(alpha, n, seed, scale):
    draws = scale * Stable(alpha).rvs(n, rng=seed)
    found = log_scale(draws, alpha)
    mean = np.mean([math.log(abs(x)) for x in draws]) - np.euler_gamma * (1 / alpha - 1)
    assert found.value == pytest.approx(mean, abs=1e-10)
    variance = math.pi**2 * (1 / (6 * alpha**2) + 1 / 12)
    assert found.stderr == pytest.approx(math.sqrt(variance / n))
    assert found.n == n


@given(st.integers(0, 1000), st.lists(st.integers(1, 30), min_size=3, max_size=3))
def test_a_slope_is_the_weighted_fit_by_hand(seed, counts):
    rng = np.random.default_rng(seed)
    errors = [rng.standard_cauchy(count) for count in counts]
    fit = slope([10, 20, 80], errors, alpha=1.0)
    x = np.log([10, 20, 80])
    y = np.array([np.log(abs(part)).mean() for part in errors])
    w = np.array(counts) / (math.pi**2 / 4)
    centre = (w @ x) / w.sum()
    spread = w @ (x - centre) ** 2
    assert fit.params[1] == pytest.approx(w * (x - centre) @ y / spread, abs=1e-10)
    assert fit.bse[1] == pytest.approx(spread**-0.5)
    assert not fit.use_t


def test_equal_counts_have_the_error_of_the_theory():
    """Particle-systems 3, tolerance logic: sqrt(Var / R / S_xx)."""
    errors = Stable(1.5).rvs((5, 400), rng=1)
    x = np.log(SIZES)
    expected = math.sqrt(log_moments(1.5)[1] / 400 / ((x - x.mean()) ** 2).sum())
    assert slope(SIZES, errors, 1.5).bse[1] == pytest.approx(expected)


@pytest.mark.parametrize("alpha", [0.7, 1.5, 2.0])
def test_slopes_scatter_as_their_standard_errors_say(alpha):
    draws = Stable(alpha).rvs((500, 5, 20), rng=1) / SIZES[:, None] ** 0.3
    fits = [slope(SIZES, errors, alpha) for errors in draws]
    z = np.array([(fit.params[1] + 0.3) / fit.bse[1] for fit in fits])
    assert abs(z.mean()) < 4 / math.sqrt(500)
    assert z.std() == pytest.approx(1, abs=4 / math.sqrt(1000))


@pytest.mark.parametrize("alpha", [1.2, 1.5, 1.75])
def test_the_linear_mean_field_has_its_rate(alpha):
    """-(1 - 1/alpha), by noise of its own for each n and by one noise for all.

    A slope of -1/2, that of bounded interactions, must be seen not to fit: by 8 standard errors at
    1.75, where they are nearest.
    """
    system, euler, runs = LinearMeanField(alpha, 1.3, 1.3), Euler(0.25, 8), 2_000
    sizes = [2, 4, 8, 16, 32, 64]
    field = NoiseField(alpha, 1)
    noise = [field.at(range(runs * 64), k, 1).reshape(runs, 64) for k in range(euler.steps)]
    together = [
        system.difference(np.array([part[:, :n].mean(axis=1) for part in noise]), euler.eta)
        for n in sizes
    ]
    apart = []
    for i, n in enumerate(sizes):
        other = NoiseField(alpha, 2 + i)
        rows = [other.at(range(runs * n), k, 1).reshape(runs, n) for k in range(euler.steps)]
        means = np.array([part.mean(axis=1) for part in rows])
        apart.append(system.difference(means, euler.eta))
    for fit in (slope(sizes, apart, alpha), paired_slope(sizes, np.transpose(together))):
        assert abs(fit.params[1] + 1 - 1 / alpha) < 4 * fit.bse[1]
        assert abs(fit.params[1] + 0.5) > 3 * fit.bse[1]
        if alpha < 1.7:
            assert abs(fit.params[1] + 0.5) > 8 * fit.bse[1]


def walks(count, rows, seed):
    """Log errors on one noise: a random walk over sizes, with slope -1/2."""
    rng = np.random.default_rng(seed)
    logs = rng.normal(size=(count, rows, 5)).cumsum(axis=2) - 0.5 * np.log(SIZES)
    return np.exp(logs) * rng.choice([-1, 1], (count, rows, 5))


def test_paired_slopes_scatter_as_their_standard_errors_say():
    """With 10 rows a size 2 % more, as Student's t does, (49 / 47)^(1/2); with many, as much."""
    for count, rows, more in ((1000, 50, 1.02), (300, 1000, 1.0)):
        fits = [paired_slope(SIZES, errors) for errors in walks(count, rows, 1)]
        z = np.array([(fit.params[1] + 0.5) / fit.bse[1] for fit in fits])
        assert abs(z.mean()) < 4 * more / math.sqrt(count)
        assert z.std() == pytest.approx(more, abs=4 / math.sqrt(2 * count))


def test_a_paired_slope_is_the_mean_of_the_slopes_of_rows_by_hand():
    errors = walks(1, 200, 2)[0]
    slopes = [np.polyfit(np.log(SIZES), row, 1)[0] for row in np.log(abs(errors))]
    fit = paired_slope(SIZES, errors)
    assert fit.params[1] == pytest.approx(np.mean(slopes), rel=1e-10)
    assert fit.bse[1] == pytest.approx(np.std(slopes, ddof=1) / math.sqrt(200), rel=1e-10)
    expected = stats.ttest_1samp(slopes, -0.5)
    assert fit.t_test(([[0, 1]], [-0.5])).pvalue == pytest.approx(expected.pvalue, rel=1e-8)
    for level in (0.5, 0.95):
        exact = expected.confidence_interval(level)
        np.testing.assert_allclose(fit.conf_int(1 - level)[1], exact, rtol=1e-8)
    intercepts = np.log(abs(errors)).mean(axis=1) - np.mean(np.log(SIZES)) * np.array(slopes)
    assert fit.params[0] == pytest.approx(np.mean(intercepts), rel=1e-10)
    assert fit.bse[0] == pytest.approx(stats.sem(intercepts), rel=1e-10)


@pytest.mark.parametrize("alpha, m, rows", [(0.5, 5, 50), (0.5, 3, 30), (0.5, 8, 80), (1.5, 2, 20)])
def test_intervals_of_paired_slopes_hold_the_slope(alpha, m, rows):
    """Sums of 1 to m stable variates, slope 1 / alpha; 1,000 samples.

    Intervals cover 0.935 or more (benchmarks/rates.py): below 0.905 is 4 standard errors, a false
    alarm of 3e-5.  A fit weighted by the covariance of the rows covers 0.855, 0.89 and 0.79 at 0.5.
    """
    draws = Stable(alpha).rvs((1_000, rows, m), rng=4).cumsum(axis=2)
    fits = [paired_slope(range(1, m + 1), errors) for errors in draws]
    low, high = np.transpose([fit.conf_int()[1] for fit in fits])
    assert np.mean((low <= 1 / alpha) & (1 / alpha <= high)) > 0.905


def test_errors_that_are_nearly_one_have_the_slope_of_what_differs():
    """1e-9 apart: their covariance has no inverse in floats, and none is needed."""
    one, other = Stable(1.5).rvs((2, 400), rng=5)
    errors = np.exp(np.log(abs(one))[:, None] + 1e-9 * np.log([1, 2, 4]) * other[:, None])
    fit = paired_slope([1, 2, 4], errors)
    assert fit.params[1] == pytest.approx(1e-9 * other.mean(), rel=1e-4)


def test_treating_one_noise_as_many_understates_or_overstates():
    """The control: independent errors are assumed where all sizes share one noise."""
    fits = [slope(SIZES, errors.T, 2.0) for errors in walks(300, 50, 3)]
    z = np.array([(fit.params[1] + 0.5) / fit.bse[1] for fit in fits])
    assert abs(z.std() - 1) > 0.2


ROWS = Stable(1.5).rvs((100, 2), rng=1)


@pytest.mark.parametrize(
    "call, line",
    [
        (lambda: log_moments(0), r"alpha must lie in \(0, 2\], got 0"),
        (lambda: log_moments(math.nan), r"alpha must lie in \(0, 2\], got nan"),
        (lambda: log_scale([1.0, 0.0], 1.5), "errors must have no zeros, whose logarithm is infin"),
        (lambda: log_scale([1.0, math.inf], 1.5), "errors must be finite, got inf"),
        (lambda: log_scale([], 1.5), "errors must be a non-empty 1-d array, got shape"),
        (
            lambda: slope([1], [[1.0]], 1.5),
            r"sizes must have 2 different values or more, got \[1",
        ),
        (lambda: slope([3, 3], ROWS[:2], 1.5), "sizes must have 2 different values or more, got"),
        (lambda: slope([0, 3], ROWS[:2], 1.5), "sizes must be positive, got 0.0"),
        (lambda: slope([1, math.nan], ROWS[:2], 1.5), "sizes must be finite, got nan"),
        (lambda: slope([1, 2], ROWS[:3], 1.5), "errors must be of 2 sizes, got 3"),
        (lambda: slope([1, 2], [[1.0], [0.0]], 1.5), "errors must have no zeros, whose logarithm"),
        (lambda: slope([1, 2], ROWS[:2], 2.5), r"alpha must lie in \(0, 2\], got 2.5"),
        (
            lambda: paired_slope([1, 2], ROWS[:19]),
            r"errors must have shape \(at least 20, 2\)",
        ),
        (lambda: paired_slope([1, 2, 4], ROWS), r"errors must have shape \(at least 30, 3\), got"),
        (lambda: paired_slope([1, 2], ROWS * math.nan), "errors must be finite, got nan"),
        (lambda: paired_slope([1, 2], ROWS * [1, 0]), "errors must have no zeros, whose logarithm"),
        (
            lambda: paired_slope([1, 2], ROWS[:, [0, 0]]),
            "log errors must not determine each other, got one slope",
        ),
        (
            lambda: paired_slope([1, 2, 4], ROWS[:, :1] * [1, 2, 4]),
            "log errors must not determine each other, got one slope",
        ),
        (lambda: paired_slope(["1", "2"], ROWS), "sizes must be a real number or an array of them"),
        (lambda: paired_slope([1, 2], ROWS.astype(str)), "errors must be a real number or an arr"),
        (
            lambda: paired_slope([1, 2], np.ma.array(ROWS, mask=ROWS > 1)),
            "errors must have no mask",
        ),
        (lambda: slope([1, 2], 3.0, 1.5), "errors must be a sequence of arrays, got 3.0"),
        (lambda: slope([1, 2], ROWS[:2], "a"), "alpha must be a real number, got 'a'"),
    ],
)
def test_what_has_no_slope_is_refused(call, line):
    with pytest.raises(ValueError, match=f"^{line}") as caught:
        call()
    assert "\n" not in str(caught.value)
