"""Claims on estimators of the index: their oracles are right, and they would catch an error."""

from math import asin, log, sqrt

import numpy as np
import pytest
from scipy import integrate

from paper_checks import run
from paper_checks.claim import Verdict, judge
from paper_checks.claims import (
    barsbey_layer_index_without_noise,
    barsbey_one_scale_prunes_no_more,
    hill_bias_grows_near_two,
    hill_danish_fire,
    hill_intervals_are_exact_on_pareto,
    koutrouvelis_only_a_test_sees_misfit,
    mohammadi_block_mean_is_exact,
    stable_intervals_hold_the_index,
    stable_returns_of_the_sp500,
    wan_gaussian_columns_prune,
)
from paper_checks.experiments import block_sums, pruned_networks, real_samples
from stablenoise import NoiseField, Stable
from stablenoise.noises import independent
from stablenoise.tails import block, hill


def contradicted(claim, rows):
    """Labels of what rows contradict."""
    findings = judge(claim.quantities, rows, run.DELTA)
    return {f.label for f in findings if f.verdict is Verdict.CONTRADICTED}


@pytest.mark.parametrize("size", [2, 3, 10, 100])
def test_logarithms_of_normal_sums_have_the_covariance_of_their_correlation(size):
    """arcsin(r)^2 / 2 at correlation r, here 1 / sqrt(m): pi^2 / 8 at r = 1."""
    seen = block_sums.covariance(2.0, size)
    assert seen == pytest.approx(asin(1 / sqrt(size)) ** 2 / 2, rel=1e-8)


@pytest.mark.parametrize(
    "size, deviations",
    [
        (2, (3.21, 5.01, 6.87, 8.15)),
        (10, (2.56, 3.69, 4.83, 5.60)),
        (100, (4.32, 6.04, 7.72, 8.85)),
    ],
)
def test_standard_deviations_of_block_estimates_are_the_derived_ones(size, deviations):
    """a^2 sd(1/a) times the root of the number of draws; correlations there to three digits."""
    alphas = (1.2, 1.5, 1.75, 1.9)
    found = [a**2 * sqrt(block_sums.inverse_variance(a, size, 1)) for a in alphas]
    assert found == pytest.approx(deviations, abs=0.006)


@pytest.mark.parametrize("size", [2, 10])
def test_inverses_of_several_samples_are_those_of_the_estimator(size):
    samples = Stable(1.5).rvs((3, 200), rng=1)
    expected = [1 / block.estimate(x, size).value for x in samples]
    assert block_sums.inverses(samples, size) == pytest.approx(expected, rel=1e-12)


def growth(samples, size):
    """Mean of 1/alpha_hat and its standard error."""
    seen = block_sums.inverses(samples, size)
    return seen.mean(), seen.std() / sqrt(seen.size)


@pytest.mark.parametrize("size", [2, 10, 100])
def test_the_bias_on_t_is_that_of_its_characteristic_function(size):
    """5 standard errors of 2,000 samples; at size 2 by hand."""
    draws = np.random.default_rng(1).standard_t(3, (2_000, 500))
    mean, error = growth(draws, size)
    assert abs(mean - block_sums.student_rate(size)) < 5 * error
    assert block_sums.student_rate(2) == pytest.approx((log(2) - 0.25) / log(2), rel=1e-12)


@pytest.mark.parametrize("size", [10, 100])
def test_the_bias_on_pareto_is_that_of_its_characteristic_function(size):
    rng = np.random.default_rng(2)
    draws = (rng.pareto(1.5, (2_000, 500)) + 1) * rng.choice([-1, 1], (2_000, 500))
    mean, error = growth(draws, size)
    assert abs(mean - block_sums.pareto_rate(size)) < 5 * error


@pytest.mark.parametrize("t", [0.01, 0.7, 3.0, 20.0])
def test_the_characteristic_function_of_pareto_is_an_integral(t):
    found, _ = integrate.quad(lambda x: 1.5 * x**-2.5, 1, np.inf, weight="cos", wvar=t)
    assert block_sums.pareto_cf(t) == pytest.approx(found, abs=1e-7)


def test_readings_of_the_statement_are_the_exact_ones():
    claim, size = mohammadi_block_mean_is_exact.CLAIM, mohammadi_block_mean_is_exact.SIZE
    for rate in (block_sums.student_rate(size), block_sums.pareto_rate(size)):
        assert f"{1 / rate:.3f}" in claim.statement
        assert any(f"{1 / rate:.3f}" in q.label for q in claim.quantities)


@pytest.fixture(scope="module")
def block_rows():
    return mohammadi_block_mean_is_exact.CLAIM.experiment(range(500), 2)


@pytest.mark.parametrize(
    "columns, wrong", [(range(6), 1.05), (range(6, 12), 1.6), ((12, 13), 1.05)]
)
def test_a_plausible_error_of_the_block_estimator_is_contradicted(block_rows, columns, wrong):
    """5% in a mean; a variance without its correlation, which is 1.4 to 2 times as large."""
    claim = mohammadi_block_mean_is_exact.CLAIM
    assert not contradicted(claim, block_rows)
    for column in columns:
        other = block_rows.copy()
        other[:, column] *= wrong
        assert contradicted(claim, other) == {claim.quantities[column].label}


def test_the_share_pruned_is_that_of_columns_of_one_entry():
    share = barsbey_one_scale_prunes_no_more.SHARE
    assert share == pytest.approx(wan_gaussian_columns_prune.gaussian_share(1, 0.01), rel=1e-9)
    assert share == pytest.approx(0.26529, abs=5e-6)


def test_layers_have_one_scale_or_many():
    """Norms of columns of one scale are alike; of a scale each they are not."""
    one, entries, columns = barsbey_one_scale_prunes_no_more._layers(1, 5, 1.5)
    side = barsbey_one_scale_prunes_no_more.SIDE
    assert entries.shape == columns.shape == (side, side)
    spreads = [np.log(np.linalg.norm(x.reshape(side, side), axis=1)).std() for x in (one, columns)]
    assert spreads[0] < 0.1 < 0.4 < spreads[1]


@pytest.mark.parametrize(
    "alpha, constant", [(1.2, 0.451), (1.5, 3.0), (1.75, 13.06), (1.9, 47.81), (1.95, 107.4)]
)
def test_the_constant_of_hills_bias_is_the_derived_one(alpha, constant):
    """And that of the exact bias from the 1e-4 that are largest, an integral over the tail."""
    found = hill_bias_grows_near_two.bias_constant(alpha)
    assert found == pytest.approx(constant, rel=5e-4)
    share = 1e-4
    logs, weights = np.polynomial.laguerre.laggauss(40)
    law = Stable(alpha)
    mean = weights @ np.log(law.isf(share / 2 * np.exp(-logs)) / law.isf(share / 2))
    assert alpha**2 * (1 / alpha - mean) / share == pytest.approx(found, rel=5e-3)


@pytest.mark.parametrize("wrong", [0.7, 1.4])
def test_an_error_of_the_constant_of_hills_bias_is_contradicted(wrong):
    claim = hill_bias_grows_near_two.CLAIM
    rows = claim.experiment(range(128), 2)
    assert not contradicted(claim, rows)
    rows[:, :4] *= wrong
    assert contradicted(claim, rows) == {q.label for q in claim.quantities[:4]}


def test_the_bias_of_hill_is_that_of_the_whole_sample():
    """A row has the draws of its generator in order, index by index."""
    claim = hill_bias_grows_near_two
    x = Stable(1.2).rvs(20_000, np.random.default_rng(7))
    seen = claim._ratio(np.random.default_rng(7), 1.2, 20_000, stable=True)
    tails = np.sort(2 * Stable(1.2).sf(np.abs(x)))[: claim.K + 1]
    pareto = np.log(tails[-1] / tails[:-1]).mean() / 1.2
    excess = pareto - 1 / hill.estimate(x, claim.K).value
    expected = excess * 1.2**2 * 20_001 / 101 / claim.bias_constant(1.2)
    assert seen == pytest.approx(expected, rel=1e-9)


def test_intervals_at_another_level_are_contradicted(monkeypatch):
    claim = hill_intervals_are_exact_on_pareto
    monkeypatch.setattr(claim, "LEVEL", 0.85)
    rows = claim.CLAIM.experiment(range(128), 2)
    labels = {q.label for q in claim.CLAIM.quantities[:4]}
    assert labels <= contradicted(claim.CLAIM, rows)


def test_intervals_that_are_half_as_wide_are_contradicted(monkeypatch):
    """At level 0.67, that of 0.98 standard errors."""
    claim = stable_intervals_hold_the_index
    monkeypatch.setattr(claim, "LEVEL", 0.67)
    rows = claim.CLAIM.experiment(range(128), 2)
    assert contradicted(claim.CLAIM, rows) == {q.label for q in claim.CLAIM.quantities[:3]}


def test_a_statistic_exceeds_its_point_where_the_pvalue_is_below_the_level():
    claim = koutrouvelis_only_a_test_sees_misfit
    x = np.random.default_rng(1).standard_t(3, 3_000)
    centred = (x - np.median(x)) / x.std()
    pvalue = claim.over_identification(centred, None, claim.FREE).pvalue
    assert claim._excess(x, pvalue * 0.99) < 1 < claim._excess(x, pvalue * 1.01)


def test_a_test_that_never_rejects_is_contradicted(monkeypatch):
    claim = koutrouvelis_only_a_test_sees_misfit
    monkeypatch.setattr(claim, "_foreign", claim._stable)
    seen = contradicted(claim.CLAIM, claim.CLAIM.experiment(range(40), 2))
    assert seen == {q.label for q in claim.CLAIM.quantities[3:6]}


def test_layers_are_trained_with_the_noise_that_is_said(monkeypatch):
    """Of eight steps: the noise is most of them where there is one."""
    monkeypatch.setattr(pruned_networks, "STEPS", 16)  # of which half are made
    claim, read = barsbey_layer_index_without_noise, []
    monkeypatch.setattr(claim, "_read", lambda layer: read.append(layer) or [0.0] * 4)
    claim._indices(3)
    claim._indices(3, trains=False)
    quiet, noisy, untrained, _ = read
    field = NoiseField(1.5, 3, independent)
    noise = sum(field.at(range(200), step, 64) for step in range(8))
    assert np.corrcoef((noisy - untrained).ravel(), noise.ravel())[0, 1] > 0.99
    assert 0 < np.abs(quiet - untrained).max() < np.abs(noisy - untrained).max() / 10


def needs_data(claim):
    if claim.needs():
        pytest.skip(claim.needs())


def test_danish_losses_are_those_of_the_file(danish):
    np.testing.assert_array_equal(real_samples.danish_losses(), danish)
    low, high = hill.estimate(danish, hill_danish_fire.TAIL).conf_int()
    assert f"[{low:.3f}, {high:.3f}]" in hill_danish_fire.CLAIM.statement


def test_another_digit_of_an_estimate_is_contradicted():
    """Losses that are larger by 1e-8 of their logarithm."""
    needs_data(hill_danish_fire.CLAIM)
    losses = real_samples.danish_losses() ** (1 + 1e-8)
    label = "largest gap of 12 estimates of 1 / a from those of other code"
    assert label in contradicted(hill_danish_fire.CLAIM, np.array([hill_danish_fire.row(losses)]))


def test_returns_in_another_order_show_no_dependence():
    claim = stable_returns_of_the_sp500
    needs_data(claim.CLAIM)
    returns = np.random.default_rng(1).permutation(real_samples.sp500_returns())
    seen = contradicted(claim.CLAIM, np.array([claim.row(returns)]))
    assert seen == {"index by blocks in order less shuffled"}


def test_a_file_that_is_not_there_is_said_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("STABLENOISE_DATA", str(tmp_path))
    for claim, name in (
        (hill_danish_fire.CLAIM, "danish/danish.csv"),
        (stable_returns_of_the_sp500.CLAIM, "returns/sp500.csv.gz"),
    ):
        rule = f"STABLENOISE_DATA must name a folder with {name}, got none there"
        assert claim.needs() == rule
