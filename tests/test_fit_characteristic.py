"""Methods on the characteristic function: exact on exact values, as precise as they say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stablenoise import Stable, law
from stablenoise.fit import (
    characteristic,
    gls,
    kogon,
    koutrouvelis,
    ladder,
    lines,
    moments,
    press,
    quantiles,
    stability,
)

FREE = np.full(4, np.nan)
FALSE_ALARM = 1e-6
METHODS = (press, kogon, koutrouvelis, gls)
each_method = pytest.mark.parametrize("method", METHODS, ids=lambda m: m.__name__[16:])
ALL = (*METHODS, quantiles, moments)
each_of_all = pytest.mark.parametrize("method", ALL, ids=lambda m: m.__name__[16:])


def held_for(method, **given):
    held = dict(alpha=np.nan, beta=0.0 if method is moments else np.nan, scale=np.nan, loc=np.nan)
    return np.array(list((held | given).values()))


def random_law(data):
    alpha = data.draw(st.floats(0.3, 1.97))
    return np.array([alpha, data.draw(st.floats(-1, 1)), 1.3, -0.2])


def within_chance(ratios, replicates):
    """Whether ratios of variances to those claimed are ones that chance explains."""
    low, high = stats.chi2.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], replicates - 1)
    return (low / (replicates - 1) < ratios) & (ratios < high / (replicates - 1))


# The empirical function


@pytest.mark.parametrize("count", [1, 2, 3, 16, 24])
def test_the_ladder_is_the_mean_of_waves(count):
    rng = np.random.default_rng(1)
    x, weights = 5 * rng.standard_cauchy(1001), rng.uniform(0.5, 3, 1001)
    t, z = ladder.empirical(x, weights, 0.03, count)
    assert t[:6].tolist() == (0.03 * np.array([1, 2, 3, 4, 6, 8]))[:count].tolist()
    waves = weights @ np.exp(1j * np.outer(x, t)) / weights.sum()
    # A wave of frequency t and value x is known to eps t x
    assert abs(z - waves).max() < 1e-16 * abs(x).max() * t[-1]
    even = ladder.empirical_evenly(x, None, 0.03, count)
    waves = np.exp(0.03j * np.outer(x, np.arange(1, count + 1))).mean(axis=0)
    assert abs(even - waves).max() < 1e-15 * abs(x).max() * 0.03 * count


def test_weights_of_1_are_none():
    x = np.random.default_rng(2).standard_cauchy(700)
    for weigh in ladder.empirical, ladder.empirical_evenly:
        plain, weighted = weigh(x, None, 0.1, 9), weigh(x, np.ones(700), 0.1, 9)
        np.testing.assert_array_equal(plain[-1], weighted[-1])


def test_values_without_a_phase_count_as_0():
    x = np.array([1e40, -1e300, np.finfo(float).max])
    assert not ladder.empirical(x, None, 0.7, 12)[1].any()


def test_a_large_angle_is_reduced_exactly():
    """A quarter turn beyond 2^50 turns, the unit being a quarter turn a unit of x."""
    x = np.array([2.0**52 + 1])
    z = ladder.empirical(x, None, np.pi / 2, 3)[1]
    np.testing.assert_allclose(z, [1j, -1, -1j], atol=1e-15)


# The model


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_the_model_is_the_characteristic_function(data):
    theta, t = random_law(data), ladder.steps(14) * 0.02
    value, slopes = characteristic.moments(t, theta)
    np.testing.assert_allclose(value, characteristic.stacked(law.cf(t, *theta)), atol=1e-12)
    for j, slope in enumerate(slopes):
        step = np.zeros(4)
        step[j] = 1e-5
        up, down = (characteristic.moments(t, theta + s * step)[0] for s in (1, -1))
        np.testing.assert_allclose(slope, (up - down) / 2e-5, atol=1e-7)


@pytest.mark.parametrize("distance", [0.0, 1e-12, 1e-6, 0.01, 0.013])
def test_there_is_no_seam_at_alpha_1(distance):
    """Values and slopes left and right of 1 differ by their slopes times the distance."""
    t = ladder.steps(12) * 0.1
    below, above = (
        np.vstack(characteristic.moments(t, np.array([1 + s * distance, 0.7, 1.0, 0.0])))
        for s in (-1, 1)
    )
    assert abs(below - above).max() <= 20 * distance + 1e-13


@settings(deadline=None, max_examples=20)
@given(st.data())
def test_the_covariance_is_that_of_waves(data):
    """By E cos and E sin of sums and differences, written out anew with ``law.cf``."""
    theta, t = random_law(data), np.array([0.1, 0.35, 0.8, 1.7])
    signs = np.concatenate([t, -t])
    # e^{itx} of t and -t: a cosine is half their sum, a sine their difference over 2i
    second = law.cf(signs[:, None] + signs, *theta) - np.outer(*[law.cf(signs, *theta)] * 2)
    half = np.eye(4) / 2
    to_real = np.block([[half, half], [-1j * half, 1j * half]])
    expected = to_real @ second @ to_real.T
    np.testing.assert_allclose(characteristic.covariance(t, theta), expected.real, atol=1e-12)
    assert abs(expected.imag).max() < 1e-12


# Exact values give exact parameters


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_regression_on_exact_values_is_exact(data):
    theta, t = random_law(data), np.arange(1, 9) / 10
    points = lines.Points(t, law.cf(t, *theta), np.arange(8), np.arange(6))
    near = theta + [0.1 if theta[0] < 1.8 else -0.1, 0, 0.1, 0.05]
    found = lines.solved(points, near, FREE)
    np.testing.assert_allclose(found, theta, atol=1e-7)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_least_squares_on_exact_values_are_exact(data):
    theta = random_law(data)
    t = ladder.steps(16) * 4 ** (1 / theta[0]) / 256 / theta[2]
    sample = gls.Empirical(t, characteristic.stacked(law.cf(t, *theta)), 1e4)
    start = theta + np.array([0.05 if theta[0] < 1.5 else -0.05, -0.1 * np.sign(theta[1]), 0.1, 0])
    found = gls.solved(sample, start, FREE).theta
    assert np.abs(found - theta).max() < 1e-5


# Precision


@pytest.mark.parametrize(
    ("alpha", "efficiency"), [(1.2, 0.902), (1.5, 0.980), (1.75, 0.990), (1.9, 0.993)]
)
def test_eight_frequencies_have_the_published_efficiency(alpha, efficiency):
    theta = np.array([alpha, 0.0, 1.0, 0.0])
    t = np.array([0.05, 0.1, 0.2, 0.35, 0.55, 0.8, 1.1, 1.5])
    slopes = characteristic.moments(t, theta)[1]
    information = slopes @ np.linalg.solve(characteristic.covariance(t, theta), slopes.T)
    bound = np.linalg.inv(law.fisher_information(alpha, 0.0))[0, 0]
    assert bound / np.linalg.inv(information)[0, 0] == pytest.approx(efficiency, abs=6e-4)


@pytest.mark.parametrize("alpha", [1.2, 1.5, 1.75, 1.9, 1.98])
def test_least_squares_reach_the_bound(alpha):
    """No parameter has more than 1.05 times the least deviation, where 1.10 is asked."""
    theta = np.array([alpha, 0.0, 1.0, 0.0])
    t = ladder.steps(gls.COUNT) / 256 * gls.LAST_EXPONENT ** (1 / alpha)
    sample = gls.Empirical(t, characteristic.stacked(law.cf(t, *theta)), 1.0)
    covariance = gls.solved(sample, theta, FREE).covariance
    bound = np.linalg.inv(law.fisher_information(alpha, 0.0))
    ratio = np.sqrt(np.diag(covariance) / np.diag(bound))
    assert (ratio > 1 - 1e-6).all() and (ratio < 1.05).all()


PUBLISHED = {  # sqrt(n) times the deviation of alpha, by the frequencies of the theory
    "press": ([0.2, 0.8], [1.86, 1.89, 1.68, 1.25]),
    "kogon": (np.arange(1, 11) / 10, [1.64, 1.83, 1.76, 1.36]),
    "koutrouvelis 9": (np.arange(1, 10) * np.pi / 25, [1.57, 1.71, 1.60, 1.24]),
    "koutrouvelis 11": (np.arange(1, 12) * np.pi / 25, [1.48, 1.61, 1.53, 1.24]),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_regressions_have_the_published_deviations(name):
    t, deviations = PUBLISHED[name]
    every = np.arange(len(t))
    for alpha, deviation in zip([1.2, 1.5, 1.75, 1.9], deviations, strict=True):
        theta = np.array([alpha, 0.0, 1.0, 0.0])
        points = lines.Points(np.array(t), law.cf(t, *theta), every, every)
        covariance = lines.asymptotic(points, theta, 1.0, FREE)
        assert np.sqrt(covariance[0, 0]) == pytest.approx(deviation, abs=0.0055)


@pytest.mark.parametrize("given", [(), (0,), (1,), (2,), (3,), (0, 3), (1, 2)])
@pytest.mark.parametrize("alpha", [0.7, 1.0, 1.6])
def test_slopes_of_both_lines_are_those_of_their_solution(alpha, given):
    """By differences of the parameters as each part of the function moves."""
    theta, t = np.array([alpha, 0.6, 1.3, -0.2]), np.arange(1, 7) / 8
    z, held, step = law.cf(t, *theta), FREE.copy(), 1e-6
    held[list(given)] = theta[list(given)]

    def solved(moved):
        points = lines.Points(t, z + moved, np.array([1, 2, 4]), np.arange(6))
        return lines.solved(points, theta, held)

    moves = np.concatenate([np.eye(6), 1j * np.eye(6)]) * step
    slopes = np.array([(solved(m) - solved(-m)) / (2 * step) for m in moves]).T
    points = lines.Points(t, z, np.array([1, 2, 4]), np.arange(6))
    found = lines._by_function(points, theta, np.isnan(held))
    np.testing.assert_allclose(found, slopes, atol=1e-6 * abs(slopes).max())


@each_method
@pytest.mark.parametrize(("alpha", "beta"), [(0.7, 0.5), (1.0, -0.4), (1.5, 0.3)])
def test_covariance_is_that_of_estimates(method, alpha, beta):
    """Variances of 200 estimates, at 1e-6 each, and 15% for what n = 4000 adds."""
    samples = Stable(alpha, beta, 2.0, 1.0).rvs((200, 4000), np.random.default_rng(3))
    pairs = [method.estimate(x, None, FREE) for x in samples]
    found = np.array([theta for theta, _ in pairs])
    claimed = np.median([np.diag(covariance) for _, covariance in pairs], axis=0)
    ratio = found.var(axis=0, ddof=1) / claimed
    assert (within_chance(ratio / 1.15, 200) | within_chance(ratio * 1.15, 200)).all()
    z = (found.mean(axis=0) - [alpha, beta, 2.0, 1.0]) / np.sqrt(claimed / 200)
    assert (abs(z) < 6.5).all()  # 4.9 for chance, the rest for bias at this n


# What every method must do


@each_of_all
def test_held_parameters_stay_and_have_no_variance(method):
    x = Stable(1.4, 0.0, 2.0, 0.5).rvs(2000, np.random.default_rng(4))
    truth = dict(alpha=1.4, beta=0.0, scale=2.0, loc=0.5)
    for name in truth:
        for others in ((), ("scale",), ("alpha", "loc"), tuple(truth)):
            given = {key: truth[key] for key in (*others, name)}
            held = held_for(method, **given)
            theta, covariance = method.estimate(x, None, held)
            fixed = ~np.isnan(held)
            np.testing.assert_array_equal(theta[fixed], held[fixed])
            assert not covariance[fixed].any() and not covariance[:, fixed].any()
            assert (np.diag(covariance)[~fixed] > 0).all()
            np.testing.assert_allclose(theta, list(truth.values()), atol=0.45)


@each_of_all
@settings(deadline=None, max_examples=10)
@given(power=st.integers(-400, 400), seed=st.integers(0, 1000))
def test_a_power_of_2_is_a_unit(method, power, seed):
    x = Stable(1.3, 0.4).rvs(300, np.random.default_rng(seed))
    held, unit = held_for(method), 2.0**power
    theta, covariance = method.estimate(x, None, held)
    scaled, covariance_of_scaled = method.estimate(x * unit, None, held)
    np.testing.assert_allclose(scaled, theta * [1, 1, unit, unit], rtol=1e-9)
    shape = np.s_[:2, :2]
    np.testing.assert_allclose(covariance_of_scaled[shape], covariance[shape], rtol=1e-7)


@each_of_all
@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 1000), alpha=st.sampled_from([0.4, 0.8, 1.0, 1.6, 1.95]))
def test_reflection_turns_beta_and_loc(method, seed, alpha):
    x, held = Stable(alpha, 0.4).rvs(400, np.random.default_rng(seed)), held_for(method)
    theta, covariance = method.estimate(x, None, held)
    mirrored, covariance_of_mirrored = method.estimate(-x, None, held)
    sign = np.array([1, -1, 1, -1])
    np.testing.assert_allclose(mirrored * sign, theta, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(
        covariance_of_mirrored * np.outer(sign, sign), covariance, rtol=1e-4, atol=1e-9
    )


@each_of_all
@pytest.mark.parametrize("alpha", [0.35, 1.4])
def test_weights_are_repetitions_and_order_is_nothing(method, alpha):
    rng = np.random.default_rng(6)
    x, weights = Stable(alpha, 0.4).rvs(500, rng), rng.integers(1, 5, 500).astype(float)
    order, held = rng.permutation(500), held_for(method)
    repeated = np.repeat(x, weights.astype(int))
    rng.shuffle(repeated)
    weighted = method.estimate(x[order], weights[order], held)
    for one, other in zip(weighted, method.estimate(repeated, None, held), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-9)


@each_method
def test_a_sample_rounder_than_gauss_is_told_by_alpha_2(method):
    theta, covariance = method.estimate(np.linspace(-1, 1, 1001), None, FREE)
    assert theta[0] == 2 and theta[1] == 0
    assert np.isnan(covariance[0, 0]) and np.isnan(covariance[1, 1])
    assert covariance[2, 2] > 0 and covariance[3, 3] > 0


@each_method
def test_a_sample_more_skewed_than_any_law_is_told_by_beta_1(method):
    x = np.random.default_rng(7).exponential(size=2000)
    theta, covariance = method.estimate(x, None, FREE)
    assert theta[1] == 1 and np.isnan(covariance[1]).all() and covariance[0, 0] > 0


@pytest.mark.parametrize("size", [2, 3, 5, 20])
@each_method
def test_few_values_give_finite_parameters(method, size):
    for seed in range(20):
        x = np.random.default_rng(seed).standard_cauchy(size)
        assert np.isfinite(method.estimate(x, None, FREE)[0]).all()


@pytest.mark.parametrize("alpha", [0.6, 1.2, 1.5, 1.9])
def test_the_root_does_not_depend_on_the_start(alpha):
    """Within 1e-3 standard deviations: a step of 1e-4 ends the search."""
    x = Stable(alpha, 0.2).rvs(3000, np.random.default_rng(8))
    start = gls.estimate(x, None, FREE)[0]
    sample = gls.sampled(x, None, start)
    one = gls.solved(sample, start, FREE)
    other = gls.solved(sample, start + [-0.15, 0.1, 0.1, -0.1], FREE)
    deviations = np.sqrt(np.where(np.isnan(d := np.diag(one.covariance)), 1e-2, d))
    assert (abs(one.theta - other.theta) < 2e-3 * deviations).all()


# Whether the data are stable


def rejections(samples, level=0.05):
    pvalues = [stability.over_identification(x, None, FREE).pvalue for x in samples]
    return int((np.array(pvalues) < level).sum())


@pytest.mark.parametrize(("alpha", "beta"), [(1.2, 0.0), (1.5, 0.5), (1.9, 0.0), (2.0, 0.0)])
def test_stable_samples_pass(alpha, beta):
    """400 samples of 500: no more than chance at 1e-6 lets a true size of 0.06 reject at 5%."""
    samples = Stable(alpha, beta).rvs((400, 500), np.random.default_rng(9))
    count = rejections(samples)
    assert count <= stats.binom.isf(FALSE_ALARM, 400, 0.06)
    assert count >= (stats.binom.ppf(FALSE_ALARM, 400, 0.04) if alpha < 2 else 0)


@pytest.mark.parametrize("name", ["t3", "laplace", "two Gaussians"])
def test_what_is_not_stable_is_found(name):
    """With a power of .99, fewer than 32 of 40 samples of 5000 have a chance below 1e-6."""
    rng, shape = np.random.default_rng(10), (40, 5000)
    samples = {
        "t3": lambda: rng.standard_t(3, shape),
        "laplace": lambda: rng.laplace(size=shape),
        "two Gaussians": lambda: rng.normal(size=shape) * rng.choice([1, 10], shape),
    }[name]()
    assert rejections(samples) >= 40 - int(stats.binom.isf(FALSE_ALARM, 40, 0.01))


def test_held_parameters_are_not_fitted():
    x = Stable(1.5, 0.0).rvs(2000, np.random.default_rng(11))
    every = stability.over_identification(x, None, np.array([1.5, 0.0, 1.0, 0.0]))
    some = stability.over_identification(x, None, np.array([1.5, 0.0, np.nan, np.nan]))
    free = stability.over_identification(x, None, FREE)
    assert every.dof == some.dof + 2 == free.dof + 4
    assert every.statistic >= some.statistic >= 0
    wrong = stability.over_identification(x, None, np.array([1.5, 0.0, 2.0, 0.0]))
    assert wrong.pvalue < 1e-10


def test_the_test_takes_the_parameters_of_other_estimates():
    x = Stable(1.5, 0.3).rvs(20_000, np.random.default_rng(12))
    best = stability.over_identification(x, None, FREE)
    other = stability.of_fit(x, None, kogon.estimate(x, None, FREE)[0], FREE)
    assert other.statistic == pytest.approx(best.statistic, rel=0.1)


def test_weights_are_repetitions_in_the_test():
    x = Stable(1.5, 0.3).rvs(500, np.random.default_rng(13))
    weights = np.full(500, 3.0)
    weighted = stability.over_identification(x, weights, FREE)
    repeated = stability.over_identification(np.repeat(x, 3), None, FREE)
    assert weighted.dof == repeated.dof
    assert weighted.statistic == pytest.approx(repeated.statistic, rel=1e-6)
