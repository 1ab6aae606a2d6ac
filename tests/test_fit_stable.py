"""Stable laws fitted to samples: right on their own draws, free of units, never stuck or silent."""

import itertools
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stablenoise import Stable, fit, law
from stablenoise.fit import bootstrap, intervals, samples, univariate
from stablenoise.fit.histogram import Histogram
from stablenoise.fit.likelihoods import information, likelihood
from stablenoise.fit.maximum import maximise
from stablenoise.fit.parameters import NAMES

FREE = np.full(4, np.nan)
SAFE = st.floats(1.05, 1.9), st.floats(-0.8, 0.8), st.integers(0, 2**32)


def parameters(result):
    return np.array([getattr(result, name) for name in NAMES])


def deviations(result):
    return np.array([result.bse[name] for name in NAMES])


@pytest.mark.parametrize("alpha", [1.1, 1.5, 1.75, 1.9])
@pytest.mark.parametrize("beta", [0.0, 0.5, -0.8])
def test_the_estimates_are_where_their_errors_say(alpha, beta):
    """Each within 5.3 standard errors of the truth: 48 estimates, false alarm 6e-6."""
    result = fit.stable(Stable(alpha, beta, 3.0, -20.0).rvs(40_000, rng=1))
    off = parameters(result) - [alpha, beta, 3.0, -20.0]
    assert (abs(off) < 5.3 * deviations(result)).all(), result
    assert result.converged and not result.at_bound


@settings(deadline=None, max_examples=15)
@given(*SAFE, st.integers(-1000, 900))
def test_a_power_of_two_changes_nothing_but_the_scale(alpha, beta, seed, exponent):
    """Exactly: all that is done to the sample is done in its own unit."""
    x = Stable(alpha, beta, 1.0, 0.3).rvs(500, rng=seed)
    result, other = fit.stable(x), fit.stable(np.ldexp(x, exponent))
    assert other.alpha == result.alpha and other.beta == result.beta
    assert other.scale == np.ldexp(result.scale, exponent)
    assert other.loc == np.ldexp(result.loc, exponent)
    assert other.llf == pytest.approx(result.llf - 500 * exponent * np.log(2), rel=1e-9)


@settings(deadline=None, max_examples=15)
@given(*SAFE, st.floats(-1e3, 1e3))
def test_a_shift_moves_the_location_alone(alpha, beta, seed, shift):
    """To 1e-4 standard errors: the maximum is found to 3e-6, the shift rounds to 1e-13."""
    x = Stable(alpha, beta).rvs(500, rng=seed)
    result, other = fit.stable(x), fit.stable(x + shift)
    off = parameters(other) - parameters(result) - [0, 0, 0, shift]
    known = ~np.isnan(deviations(result))
    assert (abs(off[known]) < 1e-4 * deviations(result)[known] + 1e-9).all()


@settings(deadline=None, max_examples=15)
@given(*SAFE, st.sampled_from([600, 6000]))
def test_reflection_turns_beta_and_the_location(alpha, beta, seed, n):
    x = Stable(alpha, beta).rvs(n, rng=seed)
    result, other = fit.stable(x), fit.stable(-x)
    off = parameters(other) * [1, -1, 1, -1] - parameters(result)
    known = ~np.isnan(deviations(result))
    assert (abs(off[known]) < 1e-3 * deviations(result)[known] + 1e-9).all()


@settings(deadline=None, max_examples=15)
@given(*SAFE)
def test_the_order_of_the_draws_does_not_matter(alpha, beta, seed):
    x = Stable(alpha, beta).rvs(3000, rng=seed)
    off = parameters(fit.stable(np.sort(x))) - parameters(fit.stable(x))
    assert (abs(off) < 1e-3 * 0.02).all()


@pytest.mark.parametrize("n", [400, 6000])
def test_a_weight_is_a_number_of_times(n):
    """Of few values exactly those of the sample written out; of many to what the bins leave out."""
    rng = np.random.default_rng(1)
    x, times = Stable(1.5, 0.3).rvs(n, rng=2), rng.integers(1, 4, n)
    result, other = fit.stable(x, weights=times), fit.stable(np.repeat(x, times))
    assert result.nobs == other.nobs == times.sum()
    assert (abs(parameters(result) - parameters(other)) < 1e-3 * deviations(other)).all()
    np.testing.assert_allclose(deviations(result), deviations(other), rtol=1e-3)
    assert result.llf == pytest.approx(other.llf, abs=1e-5)


@pytest.mark.parametrize(
    ("alpha", "beta", "n"), [(1.2, 0.5, 20_000), (1.75, 0.0, 50_000), (1.5, -0.7, 200_000)]
)
def test_a_histogram_loses_a_thousandth_of_a_standard_error(alpha, beta, n, monkeypatch):
    x = Stable(alpha, beta, 2.0, 7.0).rvs(n, rng=3)
    binned = fit.stable(x)
    monkeypatch.setattr(samples, "UNBINNED", n)
    plain = fit.stable(x)
    assert plain.problem.points.size == n > 8 * binned.problem.points.size
    assert (abs(parameters(binned) - parameters(plain)) < 1e-3 * deviations(plain)).all()


@pytest.mark.parametrize(("alpha", "beta"), [(1.1, 0.5), (1.5, 0.0), (1.9, -0.5)])
def test_no_point_of_a_grid_is_likelier(alpha, beta):
    """The exact likelihood on a grid of all four parameters about the estimate and the truth."""
    x = Stable(alpha, beta).rvs(200, rng=4)
    result = fit.stable(x)
    best = law.logpdf(x, *parameters(result)).sum()
    assert result.llf == pytest.approx(best, abs=1e-6)
    steps = [-2.0, -0.1, 0.0, 0.1, 2.0]
    for move in itertools.product(steps, repeat=4):
        there = parameters(result) + np.array(move) * np.nan_to_num(deviations(result), nan=0.1)
        there[:2] = np.clip(there[:2], [0.5, -1], [2, 1])
        assert law.logpdf(x, *there).sum() <= best + 1e-7


def test_the_errors_are_those_of_the_information():
    result = fit.stable(Stable(1.5, 0.5, 2.0).rvs(10_000, rng=5))
    known = law.fisher_information(result.alpha, result.beta)
    known[2:] /= result.scale
    known[:, 2:] /= result.scale
    np.testing.assert_allclose(result.cov_params(), np.linalg.inv(known) / 10_000, rtol=1e-6)


@pytest.mark.parametrize(("alpha", "beta"), [(1.5, 0.5), (1.2, 0.0), (1.9, -0.9)])
def test_the_information_by_the_trapezoidal_rule_is_that_by_quadrature(alpha, beta):
    np.testing.assert_allclose(
        information(np.array([alpha, beta, 1.0, 0.0])),
        law.fisher_information(alpha, beta),
        atol=1e-9,
    )


@pytest.mark.parametrize(("alpha", "beta"), [(0.2, 0.5), (0.3, 0.0), (0.3, 0.9), (0.6, -0.9)])
def test_the_information_of_a_narrow_peak_is_that_by_quadrature(alpha, beta):
    """Errors of estimates to 1e-3: the rule leaves 1e-4 of the information on alpha beyond it."""
    known = np.linalg.inv(law.fisher_information(alpha, beta))
    covariance = np.linalg.inv(information(np.array([alpha, beta, 1.0, 0.0])))
    size = np.sqrt(np.diag(known))
    np.testing.assert_allclose(
        covariance / size[:, None] / size, known / size[:, None] / size, atol=1e-3
    )


@pytest.mark.parametrize(("alpha", "beta"), [(1.1, 1.0), (1.6, -1.0)])
def test_the_information_at_the_ends_of_beta_is_a_limit(alpha, beta):
    """About alpha, scale and location: to 1e-3 that of a beta 1e-4 away."""
    there, near = (information(np.array([alpha, b, 1.0, 0.0])) for b in (beta, beta * (1 - 1e-4)))
    some = np.ix_([0, 2, 3], [0, 2, 3])
    np.testing.assert_allclose(there[some], near[some], rtol=5e-3, atol=1e-3)


def test_the_gradient_is_the_slope_of_the_likelihood():
    """Central differences of steps of 1e-5 leave an error of 1e-10 and roundings over 1e-5."""
    points, weights = Stable(1.4, 0.3).rvs(300, rng=6), np.linspace(0.5, 2, 300)
    theta = np.array([1.45, 0.2, 1.1, 0.2])
    here = likelihood(points, weights, theta)
    for i in range(4):
        step = 1e-5 * np.eye(4)[i]
        up, down = (likelihood(points, weights, theta + s * step).value for s in (1, -1))
        assert here.gradient[i] == pytest.approx((up - down) / 2e-5, rel=1e-6, abs=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_held_stays(name):
    truth = dict(zip(NAMES, (1.6, 0.4, 2.0, 5.0), strict=True))
    x = Stable(**truth).rvs(5000, rng=7)
    result = fit.stable(x, **{name: truth[name]})
    assert getattr(result, name) == truth[name] and result.held == (name,)
    assert result.bse[name] == 0.0 and result.conf_int()[name] == (truth[name],) * 2
    assert not result.cov_params()[NAMES.index(name)].any()
    assert result.llf <= fit.stable(x).llf
    whole = fit.stable(x)
    assert all(result.bse[n] <= whole.bse[n] * (1 + 0.2) for n in NAMES)


def test_all_may_be_held():
    x = Stable(1.6, 0.4).rvs(100, rng=7)
    result = fit.stable(x, alpha=1.6, beta=0.4, scale=1.0, loc=0.0)
    assert result.params == Stable(1.6, 0.4)
    assert result.llf == pytest.approx(law.logpdf(x, 1.6, 0.4).sum(), abs=1e-8)


def test_a_sample_of_gauss_is_told_to_be_at_the_end():
    """Held without skewness some half of all are at alpha = 2: this one is."""
    x = np.random.default_rng(2).standard_normal(1000)
    result = fit.stable(x, beta=0.0)
    assert result.at_bound == ("alpha",) and result.alpha == 2.0
    assert result.scale == pytest.approx(x.std() / np.sqrt(2), rel=1e-6)
    assert result.loc == pytest.approx(x.mean(), abs=1e-6)
    assert np.isnan(result.bse["alpha"]) and "alpha" in result.summary().as_text()
    low, high = result.conf_int()["alpha"]
    assert 1.9 < low < 2 and high == 2.0


ENDED = [(1.5, 0.5, 1000), (1.8, 0.0, 1000), (1.2, -0.5, 4000)]


@pytest.mark.parametrize(("alpha", "beta", "n"), ENDED)
def test_a_profile_of_the_scale_ends_where_the_likelihood_has_lost_its_limit(alpha, beta, n):
    """By another search: the loss at the ends is 1.92, the chi-square quantile over 2."""
    result = fit.stable(Stable(alpha, beta).rvs(n, rng=8))
    for end in result.conf_int(method="profile")["scale"]:
        loss = result.llf - fit.stable(result.sample.values, scale=end).llf
        assert loss == pytest.approx(stats.chi2.isf(0.05, 1) / 2, abs=2e-3)


@pytest.mark.parametrize(("alpha", "beta", "n"), ENDED)
def test_a_profile_of_alpha_ends_where_the_score_is_196_of_its_errors(alpha, beta, n):
    """The score as the slope of the profile, its error by quadrature of the information there."""
    result = fit.stable(Stable(alpha, beta).rvs(n, rng=8))
    for end in result.conf_int(method="profile")["alpha"]:
        below, there, above = (
            fit.stable(result.sample.values, alpha=end + step) for step in (-1e-3, 0.0, 1e-3)
        )
        known = law.fisher_information(there.alpha, there.beta)
        error = np.sqrt(np.linalg.inv(known)[0, 0] / n)
        score = (above.llf - below.llf) / 2e-3
        assert abs(score * error) == pytest.approx(stats.norm.isf(0.025), abs=5e-3)


@pytest.mark.parametrize(("estimate", "loss"), [(1.0, 1.0), (-1.0, 1.0), (3.0, 8.0), (-3.0, 5.0)])
def test_beyond_an_end_a_loss_grows_along_a_line(estimate, loss):
    """That of 0 beside the best within the ends, here -1 and 2."""
    best = np.clip(estimate, -1.0, 2.0)
    assert loss == estimate**2 - (estimate - best) ** 2
    assert intervals.scored_loss(estimate, 1.0, 2.0) == loss


def test_far_from_the_ends_intervals_agree():
    result = fit.stable(Stable(1.5, 0.1).rvs(100_000, rng=9))
    wald, profile = result.conf_int(method="wald"), result.conf_int(method="profile")
    for name in NAMES:
        half = 1.96 * result.bse[name]
        assert np.allclose(wald[name], profile[name], atol=0.05 * half)
    assert result.conf_int() == wald


def test_the_bootstrap_agrees_with_the_errors():
    """Of 200 replicates a quantile at 2.5% is off by some 0.19 standard errors: five times that."""
    result = fit.stable(Stable(1.5, 0.3).rvs(2000, rng=10))
    ends = result.conf_int(method="bootstrap", replicates=200, seed=1)
    for name in NAMES:
        middle, half = getattr(result, name), 1.96 * result.bse[name]
        assert np.allclose(ends[name], (middle - half, middle + half), atol=0.5 * half)
    assert ends == result.conf_int(method="bootstrap", replicates=200, seed=1)
    assert ends != result.conf_int(method="bootstrap", replicates=200, seed=2)


@pytest.mark.parametrize(
    ("below", "above"), [(0.0, 3.0), (0.5, 0.5), (1.0, 20.0), (0.1, 2.0), (1e-3, 1e-3)]
)
def test_the_limit_covers_a_normal_estimate_between_ends(below, above):
    """By drawing: 400,000 estimates, so that 0.002 is 5.8 standard errors, false alarm 1e-8."""
    limit = intervals.critical(0.95, below, above)
    z = np.random.default_rng(1).standard_normal(400_000)
    best = np.clip(z, -below, above)  # the loss is that of 0 beside the best within the ends
    loss = z * z - (z - best) ** 2
    assert (loss <= limit).mean() == pytest.approx(0.95, abs=0.002)


def test_far_ends_leave_the_quantile_of_chi_square():
    assert intervals.critical(0.9, 50.0, np.inf) == pytest.approx(stats.chi2.isf(0.1, 1))
    assert intervals.critical(0.95, 0.0, 50.0) == pytest.approx(stats.norm.isf(0.05) ** 2)


def test_a_wider_level_is_a_wider_interval():
    result = fit.stable(Stable(1.9, 0.3).rvs(2000, rng=11))
    for method in ("profile", "wald"):
        ends = [result.conf_int(level, method) for level in (0.5, 0.9, 0.99)]
        for name in NAMES:
            low, high = zip(*(e[name] for e in ends), strict=True)
            assert list(low) == sorted(low, reverse=True) and list(high) == sorted(high)


def test_the_search_does_not_depend_on_where_it_starts():
    x = Stable(1.4, -0.6).rvs(2000, rng=12)
    points, weights = samples.points_of(x, None, samples.unit_of(x))
    tops = [
        maximise(points, weights, np.array(start), FREE)
        for start in [(1.9, 0.8, 3.0, 2.0), (1.05, -0.8, 0.1, -1.0), (1.5, 0.0, 0.5, 0.0)]
    ]
    for top in tops:
        assert top.converged
        np.testing.assert_allclose(top.theta, tops[0].theta, atol=1e-6)


def test_criteria_count_the_free_parameters():
    x = Stable(1.5).rvs(1000, rng=13)
    whole, held = fit.stable(x), fit.stable(x, beta=0.0)
    assert whole.aic == 8 - 2 * whole.llf and held.aic == 6 - 2 * held.llf
    assert held.bic == pytest.approx(3 * np.log(1000) - 2 * held.llf)


def test_a_column_keeps_its_name():
    pandas = pytest.importorskip("pandas")
    column = pandas.Series(Stable(1.5).rvs(200, rng=14), name="returns")
    result = fit.stable(column)
    assert result.name == "returns" and "returns" in result.summary().as_text()
    assert result.params == fit.stable(column.to_numpy()).params


def test_the_summary_has_a_row_for_each_parameter():
    result = fit.stable(Stable(1.5, 0.4).rvs(500, rng=15), beta=0.4)
    text, page = result.summary().as_text(), result.summary(0.9).as_html()
    for name in NAMES:
        assert name in text and name in page
    assert "held" in text and "0.05" in page and "500" in text


def test_a_fit_is_a_result():
    result = fit.stable(Stable(1.5, 0.4).rvs(500, rng=16))
    assert result.to_dict()["conf_int"]["beta"] == list(result.conf_int()["beta"])
    assert pickle.loads(pickle.dumps(result)).params == result.params
    assert "\n" not in repr(result) and "alpha=" in repr(result)
    assert Stable.fit(result.sample.values).params == result.params
    np.testing.assert_array_equal(result.rvs(3, rng=1), result.params.rvs(3, rng=1))


BAD = {
    "finite, got nan in row 3": [0.0, 1.0, 2.0, np.nan, *range(10)],
    "finite, got inf in row 0": [np.inf, *range(12)],
    "masked": np.ma.array(np.arange(20.0), mask=np.arange(20) == 3),
    "must have values that differ, got all 2": np.full(20, 2.0),
    "at least 10 values, got 3": [1.0, 2.0, 3.0],
    "real": ["a"] * 20,
    "real number": np.arange(20).astype("datetime64[D]"),
    "1-d": np.ones((4, 5, 2)),
    "non-empty": [],
    "span": [*range(20), 1e308, 1e-300] + [0.0] * 100,
}


@pytest.mark.parametrize("told", BAD)
def test_what_is_no_sample_is_told(told):
    with pytest.raises(ValueError, match=told) as caught:
        fit.stable(BAD[told] if told != "span" else np.append(np.arange(20) * 1e-300, 1e200))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"alpha": 2.5}, r"alpha must lie in \(0, 2\], got 2.5"),
        ({"alpha": 0.0}, r"alpha must lie in \(0, 2\]"),
        ({"beta": -1.5}, r"beta must lie in \[-1, 1\]"),
        ({"scale": 0.0}, "scale must be positive and finite"),
        ({"loc": np.nan}, "loc must be finite"),
        ({"alpha": "a"}, "alpha must be a real number"),
        ({"method": "guess"}, "method must be one of"),
        ({"weights": np.ones(3)}, "weights must have shape"),
        ({"weights": np.r_[np.ones(99), 0.0]}, "weights must be positive and finite.* in row 99"),
        ({"weights": np.r_[-1.0, np.ones(99)]}, "weights must be positive.* got -1.0 in row 0"),
    ],
)
def test_what_is_out_of_range_is_told(options, told):
    with pytest.raises(ValueError, match=told):
        fit.stable(Stable(1.5).rvs(100, rng=1), **options)


@pytest.mark.parametrize("level", [0.0, 1.0, -1.0, 95, np.nan])
def test_a_level_is_a_share(level):
    with pytest.raises(ValueError, match="level must lie in"):
        fit.stable(Stable(1.5).rvs(100, rng=1)).conf_int(level)


def test_a_profile_is_one_of_a_likelihood():
    result = fit.stable(Stable(1.5).rvs(100, rng=1), method="mcculloch")
    assert result.conf_int() == result.conf_int(method="wald")
    with pytest.raises(ValueError, match="mle"):
        result.conf_int(method="profile")


def test_zeros_and_ties_stop_nothing():
    x = Stable(1.6).rvs(2000, rng=17).round(1)
    assert (x == 0).sum() > 20
    assert fit.stable(x).alpha == pytest.approx(1.6, abs=0.2)


def test_integers_are_numbers():
    x = (100 * Stable(1.6).rvs(500, rng=18)).astype(int)
    assert fit.stable(x).params == fit.stable(x.astype(float)).params


def test_redrawn_samples_do_not_depend_on_threads():
    import numba

    before = numba.get_num_threads()
    means = []
    for threads in (1, min(2, numba.config.NUMBA_NUM_THREADS)):
        numba.set_num_threads(threads)
        means.append(bootstrap.redrawn(Stable(1.5), 20, 50, 1, np.median))
    numba.set_num_threads(before)
    assert means[0] == means[1]


@settings(deadline=None)
@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1), st.sampled_from([4, 12])
)
def test_a_histogram_keeps_numbers_and_places(values, bits):
    """Each point is within a bin of the value it stands for; the weights add up."""
    histogram = Histogram(bits)
    histogram.add(np.array(values))
    points, weights = histogram.points()
    assert weights.sum() == len(values) == histogram.total()
    for value in values:
        width = max(abs(value), 2.0**-1022) * 2.0**-bits
        assert (abs(points / 2 - value / 2) <= width).any()


@settings(deadline=None)
@given(st.lists(st.floats(-1e9, 1e9), min_size=2), st.data())
def test_parts_of_a_histogram_are_the_whole(values, data):
    cut = data.draw(st.integers(0, len(values)))
    whole, left, right = (Histogram(4) for _ in range(3))
    whole.add(np.array(values))
    left.add(np.array(values[:cut]))
    right.add(np.array(values[cut:]))
    left.merge(right)
    assert left.equals(whole)
    for ours, theirs in zip(left.points(), whole.points(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_bin_keeps_mean_and_variance():
    """To what its offsets of 12 bits leave out."""
    x = np.random.default_rng(1).uniform(1.0, 1.0625, 1000)  # one bin of 16 an octave
    histogram = Histogram(4)
    histogram.add(x)
    points, weights = histogram.points()
    assert points.size == 2
    assert weights @ points / 1000 == pytest.approx(x.mean(), abs=1e-6)
    assert np.ptp(points) / 2 == pytest.approx(x.std(), rel=1e-4)


@pytest.mark.parametrize(
    ("weight", "told"),
    [(1e-3, "sum from 10 to 2.53, got the sum 0.1"), (1e307, "sum .* got .* inf")],
)
def test_weights_are_frequencies(weight, told):
    """Shares of 1 are none: errors would be those of one observation."""
    with pytest.raises(ValueError, match=told):
        fit.stable(Stable(1.5).rvs(100, rng=1), weights=np.full(100, weight))


def test_a_bootstrap_has_a_size():
    result = fit.stable(Stable(1.5).rvs(100, rng=1), weights=np.full(100, 1e12))
    with pytest.raises(ValueError, match="a bootstrap must be of 10 to 100,000,000 observations"):
        result.conf_int(method="bootstrap", replicates=2)


@pytest.mark.parametrize("method", ["mle", "ecf", "mcculloch", "kogon"])
def test_held_values_that_make_the_sample_impossible_are_told(method):
    x = Stable(1.5, 0.3).rvs(100, rng=3)
    with pytest.raises(ValueError, match="held values must make x possible, got alpha = 0.5, beta"):
        fit.stable(x, method, alpha=0.5, beta=1.0, scale=1.0, loc=0.0)


@pytest.mark.parametrize("method", list(univariate.METHODS))
@pytest.mark.parametrize("held", [{"scale": 1e200}, {"alpha": 1e-3}, {"loc": 1e100}])
def test_absurd_held_values_are_a_fit_or_one_line(method, held):
    """And no warning."""
    x = Stable(1.5, 0.3).rvs(100, rng=3)
    try:
        result = fit.stable(x, method, beta=0.0, **held)
        assert np.isfinite(parameters(result)).all()
    except ValueError as error:
        assert "must" in str(error) and "\n" not in str(error)


def test_two_values_that_alternate_are_two_points():
    x = np.random.default_rng(1).choice([-1.0, 1.0], 1000)
    result = fit.stable(x)
    assert result.problem.points.size == 2 and result.problem.weights.sum() == 1000


@pytest.mark.parametrize("alpha", [0.1, 0.12, 0.2])
def test_small_indices_have_errors(alpha):
    result = fit.stable(Stable(alpha).rvs(1000, rng=1))
    known = [result.bse[name] for name in NAMES if name not in result.at_bound]
    assert np.isfinite(known).all() and abs(result.alpha - alpha) < 0.03


def test_weights_of_a_matrix_have_its_shape():
    x = Stable(1.5).rvs((50, 2), rng=1)
    weights = np.arange(1.0, 101.0).reshape(50, 2)
    result = fit.stable(x, model="entries", weights=weights)
    assert result.params == fit.stable(x.ravel(), weights=weights.ravel()).params
    with pytest.raises(ValueError, match="weights must have the shape of x"):
        fit.stable(x, model="entries", weights=weights.T)


def test_a_matrix_needs_a_model():
    x = Stable(1.5).rvs((200, 2), rng=1)
    with pytest.raises(ValueError, match="x must be a column, or have a model if it is a matrix"):
        fit.stable(x)
    assert fit.stable(x, model="entries").nobs == 400
    assert fit.stable(x, model="rows").value == pytest.approx(1.5, abs=0.5)
    assert fit.stable(x, model="elliptical").nobs == 200
    with pytest.raises(ValueError, match="model must be entries where"):
        fit.stable(x, model="rows", alpha=1.5)


def test_at_an_end_another_method_has_an_interval():
    """By the bootstrap: its estimate has no standard error there."""
    x = np.random.default_rng(2).standard_normal(300)
    result = fit.stable(x, "mcculloch", beta=0.0)
    assert result.at_bound == ("alpha",) and np.isnan(result.bse["alpha"])
    low, high = result.conf_int(replicates=50)["alpha"]
    assert 1 < low < high == 2.0
