"""Claims on columns, particles, terms and laws: right numbers, margins and plausible errors."""

from math import gamma

import numpy as np
import pytest
from scipy import integrate, stats
from statsmodels.stats.diagnostic import anderson_statistic

from paper_checks import registry, run
from paper_checks.claim import Verdict, judge, overall
from paper_checks.claims import (
    barsbey_svd_beats_columns,
    gribonval_limits,
    nolan_sums,
    wan_activation_sets_chaos_rate,
    wan_bounded_drift_chaos,
    wan_compressibility_rate,
    wan_gaussian_columns_prune,
    wan_step_condition_is_off_grid,
    wan_trained_columns_are_copies,
)
from paper_checks.experiments import pruned_networks, uniform_values
from paper_checks.ids import order
from paper_checks.replicates import by_number
from stablenoise import NoiseField, Stable
from stablenoise.data.datasets import load_digits, load_ecg5000
from stablenoise.noises import isotropic

DIGITS = load_digits


def verdicts(claim, rows):
    findings = judge(claim.quantities, rows, 1e-4)
    return overall(findings), {f.label: f.verdict for f in findings}


@pytest.mark.parametrize(
    "asked, id, meant",
    [
        ("P1-11", "P1-11a-mnist", True),
        ("p1-11A", "P1-11a-mnist", True),
        ("P1-11a", "P1-11b", False),
        ("P1-11a-mnist", "P1-11a", False),
        ("P1-1", "P1-11a", False),
        ("P1", "P1-1", True),
        ("P", "P1-1", False),
        ("C", "CN-1", False),
        ("P1-11a-m", "P1-11a-mnist", False),
    ],
)
def test_an_id_stands_for_its_parts_and_no_other_number(asked, id, meant):
    assert registry._is_meant(registry._spelled(asked), id) == meant


def test_parts_of_a_claim_come_after_one_another_and_before_the_next_number():
    ids = ["CN-3", "P1-2", "P1-11a", "P1-11a-mnist", "P1-11b", "P1-12"]
    assert sorted(reversed(ids), key=order) == ids


@pytest.fixture
def short_training(monkeypatch):
    monkeypatch.setattr(pruned_networks, "STEPS", 8)
    monkeypatch.setattr(pruned_networks, "NEURONS", 30)


def told(name):
    """First row of a claim on the digits, by label."""
    claim = registry.all_claims()[f"{name}_prunes_more_digits"]
    first, again = (claim.experiment(range(3, 4), 1) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    return dict(zip((q.label for q in claim.quantities), first[0], strict=True))


def test_a_row_of_indices_is_made_of_its_parts(short_training):
    row = told("wan_smaller_index")
    heavy, less, control = (
        row[f"share pruned, {name}"]
        for name in ("trained at 1.5", "trained at 1.75", "Gaussian control")
    )
    assert row["share pruned, trained at 1.5 minus Gaussian control"] == heavy - control
    assert row["share pruned, trained at 1.5 minus trained at 1.75"] == heavy - less
    assert row["median column norm, Gaussian control over 1.5"] == pytest.approx(1, abs=0.02)
    above = row[pruned_networks.LEARNED.label]
    assert above == pytest.approx(row["test accuracy, trained at 1.5"] - 0.5611, abs=5e-5)


def test_a_row_of_noise_is_made_of_its_parts(short_training):
    row = told("wan_noise_alone")
    gap = row["share pruned, trained"] - row["share pruned, noise alone"]
    assert row["share pruned, trained minus noise alone"] == gap
    assert row["seeds in which it has fewer to prune"] == (gap < 0)
    assert row["share pruned, trained"] == told("wan_smaller_index")["share pruned, trained at 1.5"]


def test_labels_of_the_control_are_those_of_other_examples():
    data = pruned_networks._data(DIGITS)
    other = pruned_networks.mislabelled(data, 1)
    np.testing.assert_array_equal(np.sort(other.y_train), np.sort(data.y_train))
    assert (other.y_train == data.y_train).mean() < 0.2
    assert other.x_train is data.x_train and other.y_test is data.y_test


def reversed_gradient(*args, **options):
    drift = minibatch_drift(*args, **options)
    return lambda weights, step: (-drift(weights, step)[0], None)


def test_the_control_of_the_null_contradicts_all_that_is_judged():
    claim = registry.all_claims()["wan_noise_alone_prunes_more_digits"]
    findings = judge(claim.quantities, claim.control(range(claim.smoke), 3), run.DELTA)
    assert {f.verdict for f in findings} == {None, Verdict.CONTRADICTED}


minibatch_drift = pruned_networks.minibatch_drift
BROKEN = {
    "no gradient": lambda *args, **options: lambda weights, step: (None, None),
    "reversed gradient": reversed_gradient,
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_training_that_is_broken_contradicts_both_claims_by_what_was_not_learned(
    broken, monkeypatch
):
    monkeypatch.setattr(pruned_networks, "minibatch_drift", BROKEN[broken])
    claim = registry.all_claims()["wan_noise_alone_prunes_more_digits"]
    verdict, each = verdicts(claim, claim.experiment(range(claim.smoke), 1))
    assert verdict is each[pruned_networks.LEARNED.label] is Verdict.CONTRADICTED
    other = registry.all_claims()["wan_smaller_index_prunes_more_digits"]
    assert claim.quantities[0] is other.quantities[0] is pruned_networks.LEARNED


def test_exchanged_indices_contradict_the_claim_of_the_paper(monkeypatch):
    """The Gaussian control, which has no part in the quantity, is the noise alone: not trained."""

    def untrained(data, seed, target, sizes):
        return pruned_networks._noise_alone(data, seed, pruned_networks.GAUSSIAN, sizes)

    monkeypatch.setattr(pruned_networks, "_matched_control", untrained)
    claim = registry.all_claims()["wan_smaller_index_prunes_more_digits"]
    _, each = verdicts(claim, claim.control(range(claim.smoke), 1))
    label = "share pruned, trained at 1.5 minus trained at 1.75"
    assert each[label] is Verdict.CONTRADICTED


def test_pruned_shares_and_norms_are_those_of_neurons():
    """Three neurons (rows) of squared norms 1, 1, 98: two are 2% of the energy."""
    weights = (np.array([[1.0, 0.0], [0.0, 1.0], [7.0, 7.0]]), np.ones((1, 3)))
    assert pruned_networks._share(weights) == pytest.approx(2 / 3)
    assert pruned_networks._median_norm(weights) == 1.0


@pytest.mark.parametrize("key", [1, 2])
def test_networks_are_trained_on_the_noise_of_their_key(short_training, key):
    """Of eight steps: the noise alone is their sum, and heavy noise hides the gradient."""
    data = pruned_networks._data(DIGITS)
    field = NoiseField(1.5, key, isotropic)
    noise = sum(field.at(range(30), step, 64) for step in range(8))
    start = pruned_networks.NETWORK.initial((64, 30, 10), key)
    trained = pruned_networks._train(data, key, 1.5, sigma=1e3)
    scale = pruned_networks.SIGMA * pruned_networks.ETA ** (1 / 1.5)
    np.testing.assert_array_equal(trained[1], start[1])  # the output layer is not trained
    assert np.corrcoef(trained[0].ravel(), noise.ravel())[0, 1] > 0.999
    alone, _ = pruned_networks._noise_alone(data, key, 1.5)
    np.testing.assert_allclose(alone, start[0] + scale * noise, rtol=1e-10, atol=1e-12)


def test_large_data_is_cut_to_its_first_rows_and_tested_evenly(monkeypatch):
    monkeypatch.setattr(pruned_networks, "TRAINING_ROWS", 100)
    monkeypatch.setattr(pruned_networks, "TEST_ROWS", 100)
    whole, cut = DIGITS(), pruned_networks._data.__wrapped__(DIGITS)
    assert cut.x_train.base is None  # a copy, so that the rest is freed
    np.testing.assert_array_equal(cut.x_train, whole.x_train[:100])
    np.testing.assert_array_equal(cut.y_train, whole.y_train[:100])
    np.testing.assert_array_equal(cut.x_test, whole.x_test[::3])
    np.testing.assert_array_equal(cut.y_test, whole.y_test[::3])


def test_guesses_are_those_of_the_commonest_class():
    """ECG5000's test is sorted by class: all of it is used."""
    claim = registry.all_claims()["wan_noise_alone_prunes_more_ecg5000"]
    if claim.needs():
        pytest.skip(claim.needs())
    data = pruned_networks._data(load_ecg5000)
    assert pruned_networks._part_way(data) == pytest.approx((1 + 0.58378) / 2, abs=1e-5)


def rule_of(name, label):
    (rule,) = {q.rule for q in registry.all_claims()[name].quantities if q.label == label}
    return rule


@pytest.mark.parametrize(
    "name, label, right, rivals",
    [
        ("activation_sets_chaos_rate", "slope, tanh, a = 1.75", -1 / 2, [1 / 1.75 - 1, 0]),
        ("activation_sets_chaos_rate", "slope, tanh, a = 1.3", -1 / 2, [1 / 1.3 - 1, 0]),
        ("activation_sets_chaos_rate", "slope, relu, a = 1.3", 1 / 1.3 - 1, [-1 / 2, 0]),
        ("activation_sets_chaos_rate", "slope, relu, a = 1.75", 1 / 1.75 - 1, [-1 / 2]),
        (
            "step_condition_is_off_grid",
            "slope between grid times, eta = 4 n^(-1/2 - 1/a)",
            -1 / 9,
            [0, -1 / 2],
        ),
        (
            "step_condition_is_off_grid",
            "slope at grid times, eta = 4 n^(-1/2 - 1/a)",
            -1 / 2,
            [-1 / 9, 0],
        ),
        ("bounded_drift_chaos", "slope of log D in log n, a = 1.75", -1 / 2, [1 / 1.75 - 1]),
        ("linear_chaos", "slope in log n, a = 1.75", 1 / 1.75 - 1, [-1 / 2]),
        ("no_chaos_at_index_one", "slope in log n, a = 1", 0, [0.25, -1 / 2]),
        ("euler_error", "order in the time since the last one, a = 1.75", 1 / 1.75, [1, 1 / 2]),
        ("gaussian_columns_prune", "pruned share, d = 784", 0.1093, [0.1]),
    ],
)
def test_a_margin_holds_one_theory_of_those_it_decides_between(name, label, right, rivals):
    rule = rule_of(f"wan_{name}", label)
    assert rule.low < right < rule.high
    assert not any(rule.low < rival < rule.high for rival in rivals)


def test_the_gap_of_the_rates_is_halved():
    assert wan_activation_sets_chaos_rate.half_the_gap(1.75) == pytest.approx(0.0357, abs=5e-5)


def test_the_slope_between_grid_times_is_that_of_the_largest_of_n():
    """(n eta)^(1/a) with eta of the order n^(-1/2 - 1/a) is n^(-1/9) at a = 1.5."""
    claim = wan_step_condition_is_off_grid
    assert (1 + claim.LARGE_POWER) / claim.ALPHA == pytest.approx(-1 / 9)


def test_copies_that_do_not_see_the_network_are_contradicted():
    claim = wan_trained_columns_are_copies.CLAIM
    rows = by_number(wan_trained_columns_are_copies._compare, interacting=False)(range(48), 1)
    verdict, each = verdicts(claim, rows)
    label = "mean p-value of Kolmogorov-Smirnov, trained against copies"
    assert verdict is each[label] is Verdict.CONTRADICTED


def test_a_part_that_all_columns_have_in_common_is_seen():
    """Normal columns of variance 1 with a common part of variance 1/9: a correlation of 0.1."""
    rng = np.random.default_rng(1)
    x, y = 0.01 * rng.normal(size=(2, 500, 40))  # so short that the map changes nothing
    common = 0.01 * rng.normal(size=(400, 1, 40)) / 3
    claim = wan_trained_columns_are_copies
    assert claim.common_part(x, y) == pytest.approx(0, abs=5 / 500)
    seen = np.mean([claim.common_part(x + c, y) for c in common])
    assert seen == pytest.approx((1 / 9) / (2 + 1 / 9), rel=0.1)


def test_neighbours_with_a_common_length_are_dependent():
    columns = NoiseField(1.5, 1).at(range(200), 0, 6)
    lengths = np.repeat(np.exp(np.random.default_rng(1).normal(size=100)), 2)[:, None]
    claim = wan_trained_columns_are_copies
    assert claim.neighbours_pvalue(columns, 1) > 0.02
    assert claim.neighbours_pvalue(lengths * columns, 1) == 0.01


def test_paired_noise_is_that_of_the_field_at_half_the_places(monkeypatch):
    claim = wan_trained_columns_are_copies
    monkeypatch.setattr(claim, "STEPS", 3)
    start = claim.NETWORK.initial((claim.DIM, 8, 1), 5)[0]
    trained = claim._trained(8, 5, lambda weights, step: (0 * weights[0], None), paired=True)
    field = NoiseField(claim.ALPHA, 5, isotropic)
    noise = sum(field.at(range(4), step, claim.DIM) for step in range(3))
    expected = start + claim.SIGMA * claim.ETA ** (1 / claim.ALPHA) * np.repeat(noise, 2, axis=0)
    np.testing.assert_allclose(trained, expected, atol=1e-12)


def test_pruned_shares_of_gaussian_columns_are_the_derived_ones():
    found = [wan_gaussian_columns_prune.gaussian_share(d, 0.1) for d in (1, 2, 10, 140, 784, 3072)]
    assert found == pytest.approx([0.5554, 0.4125, 0.2109, 0.1232, 0.1093, 0.1046], abs=5e-5)


def test_clipping_takes_a_thousandth_of_the_mean_of_the_limit():
    """1 / S over its mean Gamma(1 + 2/a), S positive and stable of index a/2 (Kanter, 1975)."""
    b = 0.6  # a = 1.2
    middles = (np.arange(2_000) + 0.5) / 2_000
    u, e = np.pi * middles, -np.log(middles)[:, None]
    angle = np.sin((1 - b) * u) * np.sin(b * u) ** (b / (1 - b)) / np.sin(u) ** (1 / (1 - b))
    ratios = (e / angle) ** ((1 - b) / b) / gamma(1 + 1 / b)
    assert ratios.mean() == pytest.approx(1, abs=1e-3)
    taken = np.maximum(ratios - wan_compressibility_rate.CLIP, 0).mean()
    assert taken == pytest.approx(0.00096, abs=5e-5)


def test_mean_squares_of_a_block_have_the_median_of_as_many_normal_values():
    squares = np.random.default_rng(1).normal(size=(40_000, 400)) ** 2
    below = (squares.mean(axis=1) < wan_bounded_drift_chaos.MEDIAN).mean()
    assert below == pytest.approx(0.5, abs=5 * 0.0025)


@pytest.mark.parametrize(
    "law, values",
    [
        ("gaussian", (0.560714, 0.276393, 0.071326)),
        ("laplace", (0.404647, 0.163200, 0.033313)),
        ("pareto", (0.535841, 0.370039, 0.206299)),
        ("uniform", (0.729, 0.421875, 0.125)),
    ],
)
def test_limits_are_the_derived_ones(law, values):
    found = [getattr(gribonval_limits, law)(k) for k in (0.1, 0.25, 0.5)]
    assert found == pytest.approx(values, abs=5e-7)


def test_terms_ranked_by_their_values_leave_the_lowest(monkeypatch):
    monkeypatch.setattr(gribonval_limits, "SIZE", 4)
    x = np.array([3.0, -4.0, 1.0, 2.0])
    assert gribonval_limits._squared_error_by_sign(x, 0.5) == pytest.approx(17 / 30)
    assert gribonval_limits._squared_error(x, 0.5) == pytest.approx(5 / 30)


def test_a_rank_of_one_too_few_contradicts_that_it_beats_columns(monkeypatch):
    claim, prune = barsbey_svd_beats_columns, barsbey_svd_beats_columns.singular_value.prune

    def one_too_few(matrix, keep):
        return prune(matrix, max(np.ceil(keep * matrix.shape[1]) - 1, 0) / matrix.shape[1])

    field = NoiseField(0.8, 1)
    assert max(claim._excess(field, r) for r in range(10)) < 1e-10
    monkeypatch.setattr(claim.singular_value, "prune", one_too_few)
    assert max(claim._excess(field, r) for r in range(10)) > 1e-3


@pytest.fixture
def transform():
    """Both tails at 500 uniform values in increasing order."""
    u = np.sort(np.random.default_rng(1).uniform(size=500))
    return u, 1 - u


def test_distances_from_uniform_are_those_of_the_libraries(transform):
    distance, squared, *_ = uniform_values.uniformity(*transform)
    found = stats.ks_1samp(transform[0], stats.uniform.cdf).statistic
    assert distance == pytest.approx(np.sqrt(500) * found, rel=1e-12)
    found = anderson_statistic(transform[0], stats.uniform, fit=False)
    assert squared == pytest.approx(found, rel=1e-9)  # a difference of sums near n


def test_the_upper_tail_is_not_taken_from_the_lower(transform):
    lower, upper = transform
    tails = np.array([1 - 1e-20, 1.0]), np.array([1e-20, 1e-30])
    seen = uniform_values.uniformity(*map(np.append, (lower, upper), tails))
    other = uniform_values.uniformity(upper[::-1], lower[::-1])
    assert np.isfinite(seen).all() and seen[2] > 1.15  # two of 502 far out: 45 and 68
    there = uniform_values.uniformity(*transform)
    assert other == pytest.approx([*there[:3], -there[3]], rel=1e-9)


def middles(n):
    return np.array([(r.low + r.high) / 2 for r in uniform_values.rules(n).values()])


def test_half_of_uniform_samples_lie_below_what_is_expected():
    """Of 4,000 samples of 100, within 5 standard errors."""
    samples = np.sort(np.random.default_rng(1).uniform(size=(4_000, 100)))
    seen = np.array([uniform_values.uniformity(u, 1 - u) for u in samples])
    assert (seen < middles(100)).mean(axis=0) == pytest.approx(0.5, abs=5 * 0.5 / 4_000**0.5)


def test_the_median_of_the_squared_distance_is_that_of_its_limit():
    """By Gil-Pelaez's integral; of the factors beyond the 2,000th the means alone are taken."""
    t, j = np.linspace(1e-6, 150, 6_001), np.arange(1, 2_001)
    weights = 1 / (j * (j + 1))
    logs = np.array([-0.5 * np.log(1 - 2j * s * weights).sum() for s in t])
    wave = np.exp(logs + 1j * t / 2_001 - 1j * t * uniform_values.MEDIAN_OF_SQUARES)
    below = 0.5 - integrate.simpson(wave.imag / t, x=t) / np.pi
    assert below == pytest.approx(0.5, abs=5e-4)  # 0.774 to three digits; the density there is 0.8


@pytest.mark.parametrize("alpha", [0.5, 0.999, 1.0, 1.001, 1.3, 2.0])
def test_a_sum_has_the_square_of_the_characteristic_function(alpha):
    t, loc = np.linspace(-3, 3, 13), nolan_sums.location_of_sum(alpha, 0.7)
    found = Stable(alpha, 0.7, 2 ** (1 / alpha), loc).cf(t)
    np.testing.assert_allclose(found, Stable(alpha, 0.7).cf(t) ** 2, rtol=0, atol=1e-12)
