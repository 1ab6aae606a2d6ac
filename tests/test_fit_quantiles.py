"""Quantiles, log moments and the peak give back the parameters they are made from."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stablenoise import Stable, law
from stablenoise.fit import make_quantile_map, moments, peak, quantile_map, quantiles
from stablenoise.fit.quantile_map import PROBABILITIES

FREE = np.full(4, np.nan)
SYMMETRIC = np.array([np.nan, 0.0, np.nan, np.nan])
FALSE_ALARM = 1e-6


def of_law(alpha, beta, scale=1.0, loc=0.0):
    return law.ppf(PROBABILITIES, alpha, beta, scale, loc)


def within_chance(ratios, replicates):
    """Whether ratios of variances to those claimed are ones that chance explains."""
    low, high = stats.chi2.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], replicates - 1)
    return (low / (replicates - 1) < ratios) & (ratios < high / (replicates - 1))


@settings(deadline=None, max_examples=150)
@given(alpha=st.floats(0.1, 1.99), beta=st.floats(-1, 1))
def test_exact_quantiles_give_the_law_back(alpha, beta):
    """Polynomials are within 4e-4 of the map, and within 1e-6 from alpha 1 on."""
    beta = beta if alpha > 0.5 else 0.8 * beta  # beyond, the 5% quantile is in the peak
    found = quantiles.parameters(of_law(alpha, beta, 2.0, 3.0), FREE)
    assert found[0] == pytest.approx(alpha, abs=1e-4)
    assert found[1] == pytest.approx(beta, abs=2e-3)
    assert found[2] == pytest.approx(2.0, rel=5e-3)


@pytest.mark.parametrize(
    ("alpha", "nu"),
    [(1.2, 4.45085), (1.5, 3.14980), (1.75, 2.66988), (1.9, 2.51282), (1.95, 2.47334)],
)
def test_the_map_at_beta_0_has_the_values_of_other_computations(alpha, nu):
    """To the last printed digit; McCulloch's own table is off by up to .004."""
    assert np.exp(quantile_map.at(alpha, 0.0)[0].spread) == pytest.approx(nu, abs=6e-6)


def test_the_shipped_map_is_what_the_script_makes():
    made = make_quantile_map.band(*quantile_map.EDGES[2:4])
    np.testing.assert_allclose(quantile_map.coefficients()[2], made, rtol=1e-6, atol=1e-7)


def test_the_script_does_not_write_over_the_map(capsys):
    with pytest.raises(SystemExit):
        make_quantile_map.main(["--out", str(Path(quantile_map.FILE))])
    assert "--out must not be the map that is in use" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("alpha", "deviation"), [(1.2, 1.60), (1.5, 1.96), (1.75, 2.81), (1.9, 3.73)]
)
def test_covariance_has_the_published_deviations(alpha, deviation):
    covariance = quantiles.from_quantiles(of_law(alpha, 0.0), 1.0, FREE)[1]
    assert np.sqrt(covariance[0, 0]) == pytest.approx(deviation, abs=0.006)


@pytest.mark.parametrize(("alpha", "beta"), [(0.6, 0.5), (1.2, -0.4), (1.6, 0.0)])
def test_covariance_is_that_of_estimates(alpha, beta):
    """Variances of 300 estimates, at a false-alarm rate of 1e-6 each, and 10% for n = 4000."""
    samples = Stable(alpha, beta, 2.0, 1.0).rvs((300, 4000), np.random.default_rng(1))
    found = np.array([quantiles.estimate(x, None, FREE)[0] for x in samples])
    claimed = np.diag(quantiles.from_quantiles(of_law(alpha, beta, 2.0, 1.0), 4000, FREE)[1])
    ratio = found.var(axis=0, ddof=1) / claimed
    assert (within_chance(ratio / 1.1, 300) | within_chance(ratio * 1.1, 300)).all()
    z = (found.mean(axis=0) - [alpha, beta, 2.0, 1.0]) / np.sqrt(claimed / 300)
    assert (abs(z) < 6).all()


def test_a_rounder_sample_than_gauss_is_told_by_alpha_2():
    theta, covariance = quantiles.estimate(np.linspace(-1, 1, 1001), None, FREE)
    assert theta[0] == 2 and theta[1] == 0
    assert np.isnan(covariance[0]).all() and np.isnan(covariance[1]).all()
    assert covariance[2, 2] > 0 and covariance[3, 3] > 0


def test_a_sample_more_skewed_than_any_law_is_told_by_beta_1():
    shape = np.array([-0.05, 0.0, 0.5, 1.0, 3.45])
    theta, covariance = quantiles.from_quantiles(shape, 1000, FREE)
    assert theta[1] == 1 and np.isnan(covariance[1, 1]) and covariance[0, 0] > 0
    assert quantiles.parameters(-shape[::-1], FREE)[1] == -1


def test_equal_quartiles_are_refused():
    with pytest.raises(ValueError, match=r"quartiles must differ, got 0.0 and 0.0"):
        quantiles.estimate(np.zeros(10), None, FREE)


@pytest.mark.parametrize("p", [0.01, 0.3, 0.5, 0.999])
def test_weights_are_repetitions_in_quantiles(p):
    rng = np.random.default_rng(1)
    x, weights = rng.standard_cauchy(57), rng.integers(1, 6, 57).astype(float)
    repeated = np.repeat(x, weights.astype(int))
    expected = np.quantile(repeated, p, method="hazen")
    assert quantiles.of_sample(x, weights, np.array([p]))[0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("alpha", "deviation"), [(1.2, 2.136), (1.5, 3.523), (1.75, 5.170), (1.9, 6.408)]
)
def test_log_moments_have_the_published_deviations(alpha, deviation):
    matrix = moments._covariance(np.array([alpha, 0.0, 1.0, 0.0]), SYMMETRIC)
    assert np.sqrt(matrix[0, 0]) == pytest.approx(deviation, abs=6e-4)


def test_covariance_of_log_moments_is_that_of_estimates():
    """400 estimates at alpha 0.8; at larger ones the estimate may sit at 2."""
    samples = Stable(0.8, 0.0, 3.0, -1.0).rvs((400, 4000), np.random.default_rng(2))
    pairs = [moments.estimate(x, None, SYMMETRIC) for x in samples]
    found, claimed = np.array([p[0] for p in pairs]), pairs[0][1]
    truth = moments._covariance(np.array([0.8, 0.0, 3.0, -1.0]), SYMMETRIC) / 4000
    ratio = found[:, [0, 2, 3]].var(axis=0, ddof=1) / np.diag(truth)[[0, 2, 3]]
    assert within_chance(ratio, 400).all()
    correlation = np.corrcoef(found[:, 0], found[:, 2])[0, 1]
    expected = truth[0, 2] / np.sqrt(truth[0, 0] * truth[2, 2])
    # Fisher's z has a deviation of 0.05 here
    assert abs(np.arctanh(correlation) - np.arctanh(expected)) < 5 * 0.05
    assert claimed[1].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(("beta", "told"), [(np.nan, "a free beta"), (0.5, "0.5")])
def test_log_moments_ask_for_symmetry(beta, told):
    with pytest.raises(ValueError, match=f"beta must be held at 0 for log moments, got {told}"):
        moments.estimate(np.arange(9.0), None, np.array([np.nan, beta, np.nan, np.nan]))


def test_values_at_the_location_are_left_out_of_log_moments():
    held = np.array([np.nan, 0.0, np.nan, 0.0])
    x = np.random.default_rng(1).standard_cauchy(100)
    with_zeros = moments.estimate(np.append(x, [0.0, 0.0]), None, held)
    np.testing.assert_array_equal(with_zeros[0], moments.estimate(x, None, held)[0])
    with pytest.raises(ValueError, match="2 values must differ from the location, got 1"):
        moments.estimate(np.array([0.0, 1.0]), None, held)


def test_log_moments_beyond_gauss_are_told_by_alpha_2():
    theta, covariance = moments.estimate(np.linspace(1, 2, 50), None, np.array([*SYMMETRIC[:3], 0]))
    assert theta[0] == 2 and np.isnan(covariance[0, 0]) and covariance[2, 2] > 0


@pytest.mark.parametrize(("alpha", "beta"), [(0.1, 0.95), (0.2, -0.5), (0.3, 0.5)])
def test_the_peak_starts_laws_of_small_alpha(alpha, beta):
    """Within 0.05 nats of the law itself, where quantiles lose 0.3 to infinitely many."""
    x = Stable(alpha, beta).rvs(5000, np.random.default_rng(3))
    start = peak.start(x, None, FREE)
    loss = law.logpdf(x, alpha, beta).mean() - law.logpdf(x, *start).mean()
    assert loss < 0.05
    by_quantiles = quantiles.parameters(quantiles.of_sample(x, None), FREE)
    assert not law.logpdf(x, alpha, beta).mean() - law.logpdf(x, *by_quantiles).mean() < loss


@pytest.mark.parametrize("find", [peak.parameters, peak.start])
def test_starts_know_weights_and_reflection(find):
    rng = np.random.default_rng(4)
    x, weights = Stable(0.3, 0.5).rvs(400, rng), rng.integers(1, 4, 400).astype(float)
    repeated = np.repeat(x, weights.astype(int))
    np.testing.assert_allclose(find(x, weights, FREE), find(repeated, None, FREE), rtol=1e-9)
    mirrored = find(-x, weights, FREE) * [1, -1, 1, -1]
    np.testing.assert_allclose(mirrored, find(x, weights, FREE), rtol=1e-9)
