"""Every control is caught, every claim is decided at a small budget, and the numbers are right."""

import numpy as np
import pytest
from members import each_member
from scipy import stats
from statsmodels.stats.diagnostic import anderson_statistic

from chaos.datasets import load_digits
from compress.coresets import baselines, sensitivities, sparsify
from paper_checks import claims, pruned_networks, run, trained_coresets, uniformity
from paper_checks.claim import (
    Verdict,
    overall,
)
from paper_checks.claims import (
    baykal_coreset_deviation,
    baykal_failure_rate,
    gribonval_limits,
    nolan_sums,
    nolan_tail_exceedances,
    wan_gaussian_columns_prune,
)
from paper_checks.run import Settings
from stablenoise import NoiseField, Stable
from stablenoise.noises import isotropic

each_claim = each_member(claims)
SEED = 20  # not that of the ledger: what is said there must not hang on its seed
TRAINED = "wan_smaller_index_prunes_more"


def name_of(member):
    return member.__name__.rpartition(".")[2]


@each_claim
def test_the_control_is_caught(member):
    if member.CLAIM.kind == "arithmetic" and member.CLAIM.needs():
        pytest.skip(member.CLAIM.needs())  # its control is computed of the same files
    _, findings = run._decide(name_of(member), "control", Settings("smoke", SEED), lambda n: None)
    assert overall(findings) is Verdict.CONTRADICTED


@each_claim
def test_the_claim_is_decided_as_the_ledger_says(member):
    if TRAINED in member.__name__:
        pytest.skip("trains networks; its verdict is the ledger's, run by .ci/run")
    if member.CLAIM.needs():
        pytest.skip(member.CLAIM.needs())
    _, findings = run._decide(
        name_of(member), "experiment", Settings("smoke", SEED), lambda n: None
    )
    assert overall(findings) is Verdict.CONSISTENT


@each_claim
def test_a_row_depends_on_its_replicate_and_the_seed_alone(member):
    if member.CLAIM.needs():
        pytest.skip(member.CLAIM.needs())
    for role in ("experiment", "control"):
        if role == "experiment" and TRAINED in member.__name__:
            continue  # the next test asks it of a short training
        rows = getattr(member.CLAIM, role)
        four = rows(range(4), 5)
        np.testing.assert_array_equal(rows(range(2, 4), 5), four[2:])
        if member.CLAIM.kind != "arithmetic":
            assert len(np.unique(four, axis=0)) == 4  # no two replicates share their draws
            assert not np.array_equal(rows(range(2), 6), four[:2])


@each_claim
def test_ids_and_bounds_are_of_their_kind(member):
    claim = member.CLAIM
    least = 1 if claim.kind == "arithmetic" else run.LEAST
    assert least <= claim.smoke <= claim.full and claim.chunk >= 1
    assert claim.experiment is not claim.control and any(q.rule for q in claim.quantities)
    assert len({q.label for q in claim.quantities}) == len(claim.quantities)


@pytest.fixture
def short_training(monkeypatch):
    monkeypatch.setattr(pruned_networks, "STEPS", 8)
    monkeypatch.setattr(pruned_networks, "NEURONS", 30)


def test_a_row_of_the_trained_networks_is_made_of_its_parts(short_training):
    claim = run.all_claims()[f"{TRAINED}_digits"]
    first, again = (claim.experiment(range(3, 4), 1) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    row = dict(zip((q.label for q in claim.quantities), first[0], strict=True))
    shares = [v for label, v in row.items() if label.startswith("share pruned")]
    gaps, (heavy, less, control, noise) = shares[:3], shares[3:]
    assert gaps == pytest.approx([heavy - control, heavy - noise, heavy - less])
    assert row["median column norm, Gaussian control over 1.5"] == pytest.approx(1, abs=0.02)


def test_pruned_shares_of_gaussian_columns_are_the_derived_ones():
    found = [wan_gaussian_columns_prune.gaussian_share(d, 0.1) for d in (1, 2, 10, 140, 784, 3072)]
    assert found == pytest.approx([0.5554, 0.4125, 0.2109, 0.1232, 0.1093, 0.1046], abs=5e-5)


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


def test_seeds_of_replicates_do_not_repeat():
    keys = {pruned_networks._key(seed, r) for seed in range(50) for r in range(1_000)}
    assert len(keys) == 50_000


def test_pruned_shares_and_norms_are_those_of_neurons():
    """Three neurons (rows) of squared norms 1, 1, 98: two are 2% of the energy."""
    weights = (np.array([[1.0, 0.0], [0.0, 1.0], [7.0, 7.0]]), np.ones((1, 3)))
    assert pruned_networks._share(weights) == pytest.approx(2 / 3)
    assert pruned_networks._median_norm(weights) == 1.0


@pytest.mark.parametrize("key", [1, 2])
def test_networks_are_trained_on_the_noise_of_their_key(short_training, key):
    """Of eight steps: pure noise is their sum, and heavy noise hides what the gradient adds."""
    data = pruned_networks._data(load_digits)
    field = NoiseField(1.5, key, isotropic)
    noise = sum(field.at(range(30), step, 64) for step in range(8))
    start = pruned_networks.NETWORK.initial((64, 30, 10), key)
    trained = pruned_networks._train(data, key, 1.5, sigma=1e3)
    scale = pruned_networks.SIGMA * pruned_networks.ETA ** (1 / 1.5)
    np.testing.assert_array_equal(trained[1], start[1])  # the output layer is not trained
    assert np.corrcoef(trained[0].ravel(), noise.ravel())[0, 1] > 0.999
    pure, _ = pruned_networks._pure_noise(key, 1.5, start)
    np.testing.assert_allclose(pure, scale * noise, rtol=1e-10, atol=1e-12)


def test_large_data_is_cut_to_its_first_rows(monkeypatch):
    monkeypatch.setattr(pruned_networks, "TRAINING_ROWS", 100)
    whole, cut = load_digits(), pruned_networks._data.__wrapped__(load_digits)
    assert cut.x_train.base is None  # a copy, so that the rest is freed
    np.testing.assert_array_equal(cut.x_train, whole.x_train[:100])
    np.testing.assert_array_equal(cut.y_train, whole.y_train[:100])
    np.testing.assert_array_equal(cut.x_test, whole.x_test)


@pytest.fixture
def transform():
    """Both tails at 500 uniform values in increasing order."""
    u = np.sort(np.random.default_rng(1).uniform(size=500))
    return u, 1 - u


def test_distances_from_uniform_are_those_of_the_libraries(transform):
    distance, squared, *_ = uniformity.uniformity(*transform)
    found = stats.ks_1samp(transform[0], stats.uniform.cdf).statistic
    assert distance == pytest.approx(np.sqrt(500) * found, rel=1e-12)
    found = anderson_statistic(transform[0], stats.uniform, fit=False)
    assert squared == pytest.approx(found, rel=1e-9)  # a difference of sums near n


def test_the_upper_tail_is_not_taken_from_the_lower(transform):
    lower, upper = transform
    tails = np.array([1 - 1e-20, 1.0]), np.array([1e-20, 1e-30])
    seen = uniformity.uniformity(*map(np.append, (lower, upper), tails))
    other = uniformity.uniformity(upper[::-1], lower[::-1])
    assert np.isfinite(seen).all() and seen[2] > 1.15  # two of 502 far out: 45 and 68
    there = uniformity.uniformity(*transform)
    assert other == pytest.approx([*there[:3], -there[3]], rel=1e-9)


def test_what_is_expected_of_uniform_values_is_seen_in_them():
    """Means over 4,000 samples of 100, each within 5 standard errors."""
    samples = np.sort(np.random.default_rng(1).uniform(size=(4_000, 100)))
    seen = np.array([uniformity.uniformity(u, 1 - u) for u in samples])
    targets = [(r.low + r.high) / 2 for r in uniformity.rules(100).values()]
    assert (abs(seen.mean(axis=0) - targets) < 5 * stats.sem(seen)).all()


def test_the_expected_distance_is_that_of_the_exact_law():
    rule = uniformity.rules(1_000)["Kolmogorov-Smirnov"]
    exact = np.sqrt(1_000) * stats.kstwo.mean(1_000)
    assert (rule.low + rule.high) / 2 == pytest.approx(exact, abs=1e-4)


@pytest.mark.parametrize("alpha", [0.5, 0.999, 1.0, 1.001, 1.3, 2.0])
def test_a_sum_has_the_square_of_the_characteristic_function(alpha):
    t, loc = np.linspace(-3, 3, 13), nolan_sums.location_of_sum(alpha, 0.7)
    found = Stable(alpha, 0.7, 2 ** (1 / alpha), loc).cf(t)
    np.testing.assert_allclose(found, Stable(alpha, 0.7).cf(t) ** 2, rtol=0, atol=1e-12)


@pytest.mark.parametrize("counts", [[0, 0], [7, 12]])
def test_exceedances_have_the_interval_of_the_binomial_law(counts):
    """Ends by the beta quantiles of Clopper and Pearson."""
    tail, draws, k = 1e-5, 2 * nolan_tail_exceedances.DRAWS, sum(counts)
    seen = nolan_tail_exceedances.pooled(np.array(counts) / (draws / 2 * tail), 0.99, tail)
    low = stats.beta.ppf(0.005, k, draws - k + 1) if k else 0.0
    high = stats.beta.isf(0.005, k + 1, draws - k)
    found = seen.value, seen.low, seen.high  # SciPy's ends are within 2e-12, before the division
    assert found == pytest.approx((k / 20, low / tail, high / tail), abs=1e-6)


@pytest.fixture(scope="module")
def trained():
    return trained_coresets.digits(1)


def test_networks_trained_for_coresets_have_learned_the_digits(trained):
    error, accuracy = trained.outcome(trained.network.weights)
    assert error < 1e-12 and accuracy > 0.95


def test_other_units_change_no_output_and_no_coreset_but_the_largest_weights(trained):
    other = trained_coresets.in_other_units(trained, 1)
    np.testing.assert_allclose(other.network(other.test), trained.network(trained.test), atol=1e-9)
    pair = [problem.coreset(0.4, 1) for problem in (trained, other)]
    for a, b in zip(pair[0].counts, pair[1].counts, strict=True):
        np.testing.assert_array_equal(a.toarray(), b.toarray())
    kept = [[w != 0 for w in trained_coresets.thresholded(coreset)] for coreset in pair]
    assert all((a != b).any() for a, b in zip(*kept, strict=True))


def test_methods_are_compared_at_equal_shares_of_each_layer(trained):
    """Numbers of sampled edges: 6 standard deviations of a binomial law at most."""
    coreset = trained.coreset(0.3, 1)
    most = trained_coresets.thresholded(coreset)
    without = trained_coresets.without_replacement(coreset, 1)
    uniform = trained_coresets.sampled(coreset, baselines.uniform, 1)
    for plan, top, *drawn in zip(coreset.plans, most, without, uniform, strict=True):
        assert abs(plan.expected - np.count_nonzero(top)) <= 1
        for weights in drawn:
            assert abs(weights.nnz - plan.expected) < 6 * np.sqrt(plan.layer.size / 4)


def test_keys_of_replicates_do_not_repeat():
    keys = {trained_coresets.key(seed, r) for seed in range(20) for r in range(500)}
    assert len(keys) == 10_000


def test_the_deviation_of_a_sample_is_its_formula():
    """Draws of q with 30 of 100 edges expected, rounded; 4 standard errors and the rounding."""
    rng = np.random.default_rng(1)
    w, x = rng.lognormal(size=100), rng.uniform(0.5, 1.5, size=(1, 100))
    q = w / w.sum()
    found = baykal_coreset_deviation._deviation(w, x, q)
    m = next(m for m in range(1, 1_000) if -np.expm1(m * np.log1p(-q)).sum() > 30)
    tiled = np.tile(w, (20_000, 1)), np.tile(q, (20_000, 1))
    sums = sparsify(*tiled, m, seed=1).weights @ x[0] / (w @ x[0])
    assert found == pytest.approx(sums.std(), rel=4 / np.sqrt(40_000) + 1 / m)


def test_the_draws_that_are_needed_miss_as_often_as_they_may():
    """A normal law for the sum of some 100 draws: the share that misses is near 0.1."""
    rng = np.random.default_rng(2)
    w, x = rng.lognormal(size=500), np.maximum(rng.normal(size=(60, 500)), 0)
    s = sensitivities(w[None], x)
    m = baykal_failure_rate._needed(w, s[0], x[0])
    tiled = np.tile(w, (20_000, 1)), np.tile(s, (20_000, 1))
    sums = sparsify(*tiled, float(round(m)), seed=1).weights @ x[0] / (w @ x[0])
    assert (abs(sums - 1) > baykal_failure_rate.EPSILON).mean() == pytest.approx(0.1, abs=0.02)
