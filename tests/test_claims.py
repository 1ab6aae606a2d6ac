"""Every control is caught, every claim is decided at a small budget, and the numbers are right."""

from importlib import import_module

import numpy as np
import pytest
from members import each_member, members

from compress.coresets import baselines, sensitivities, sparsify
from paper_checks import claims, run
from paper_checks.claim import NotComputable, Verdict, overall
from paper_checks.claims import baykal_coreset_deviation
from paper_checks.experiments import sampled_neurons, trained_coresets
from paper_checks.replicates import SharedRows
from paper_checks.run import Settings

LISTED = tuple(  # and never run
    name
    for name in members(claims)
    if isinstance(import_module(f"{claims.__name__}.{name}").CLAIM, NotComputable)
)
each_claim = each_member(claims, but=LISTED)
SEED = 20  # not that of the ledger: what is said there must not hang on its seed
SLOW = (
    "prunes_more_mnist",
    "prunes_more_ecg5000",
    "prunes_more_ecg5000_shuffled",
    "prunes_more_fashion_mnist",
    "prunes_more_cifar10",
    "costs_little_ecg5000",
    "costs_little_mnist",
    "are_copies_mnist",
    "by_the_noise_mnist",
    "prune_alike_mnist",
    "fresh_shares_mnist",
    "enough_mnist",
    "enough_fashion",
    "enough_cifar10",
    "of_samplers_mnist",
    "of_samplers_fashion",
    "of_samplers_cifar10",
    "largest_weights_mnist",
    "largest_weights_fashion",
)
COSTLY = (  # 5 s of processor time or more until the claim is decided
    "barsbey_index_follows_step_over_batch",
    "barsbey_layer_index_without_noise",
    "baykal_amplification",
    "baykal_conservative_draws",
    "baykal_without_replacement",
    "gribonval_limits",
    "gurbuzbalaban_critical_step",
    "gurbuzbalaban_published_grid",
    "koutrouvelis_only_a_test_sees_misfit",
    "nolan_probability_transform",
    "nolan_sums",
    "stable_intervals_hold_the_index",
    "wan_activation_sets_chaos_rate",
    "wan_bounded_drift_chaos",
    "wan_compressibility_rate",
    "wan_euler_error",
    "wan_filters_prune_by_the_noise_mnist",
    "wan_noise_costs_little_digits",
    "wan_pruning_costs_little_digits",
    "wan_smaller_index_prunes_more_digits",
    "wan_step_condition_is_off_grid",
    "wan_trained_columns_are_copies",
    "wan_trained_columns_are_copies_ecg5000",
    "wan_trained_error_falls_with_width_digits",
    "zhou_limit_beside_holdout_digits",
    "zhou_limit_beside_holdout_ecg5000",
    "zhou_random_labels_need_bits_mnist",
)


def name_of(member):
    return member.__name__.rpartition(".")[2]


def is_slow(member):
    return name_of(member).endswith(SLOW)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where rows that claims share are kept, so that they are computed once, as in a run."""
    return tmp_path_factory.mktemp("rows")


def decided(member, role, folder):
    """Verdict of a quick check, and its rows; skipped where the data is not at hand."""
    if is_slow(member):
        pytest.skip("trained as on other data; the ledger, run by .ci/run, checks it")
    if member.CLAIM.needs():
        pytest.skip(member.CLAIM.needs())
    kept = folder if isinstance(getattr(member.CLAIM, role), SharedRows) else None
    stream = run.decided(name_of(member), role, Settings("smoke", SEED), kept)
    return overall(stream.course.findings), stream.rows


LOOKED_AT = set()  # names and roles of which the following has been asked


def assert_rows_depend_on_replicate_and_seed_alone(member, role, rows):
    """The fourth is computed again alone, or with the third where tasks are of one row."""
    claim, four = member.CLAIM, rows[:4]
    some = range(len(four))[-2:] if claim.chunk == 1 else range(len(four))[-1:]
    again = run.rows_of(name_of(member), role, SEED, some)
    np.testing.assert_array_equal(again, four[some.start :])
    if not claim.is_computed:
        assert len(np.unique(four, axis=0)) == 4  # no two replicates share their draws
        other = run.rows_of(name_of(member), role, SEED + 1, some[-1:])
        assert not np.array_equal(other, four[3:])
    LOOKED_AT.add((name_of(member), role))


@each_member(claims, slow=COSTLY, but=LISTED)
def test_the_control_is_caught_by_rows_of_their_own(member, folder):
    verdict, rows = decided(member, "control", folder)
    assert verdict is Verdict.CONTRADICTED
    assert_rows_depend_on_replicate_and_seed_alone(member, "control", rows)


@each_member(claims, slow=COSTLY, but=LISTED)
def test_the_claim_is_decided_as_the_ledger_says_by_rows_of_their_own(member, folder):
    verdict, rows = decided(member, "experiment", folder)
    assert verdict is Verdict.CONSISTENT
    assert_rows_depend_on_replicate_and_seed_alone(member, "experiment", rows)


@pytest.mark.parametrize("role", ["experiment", "control"])
@pytest.mark.parametrize("name", COSTLY)
def test_a_costly_claim_has_rows_of_their_own_too(name, role):
    """As the tests above ask of the others; whether it is decided and caught, .ci/run asks."""
    member = import_module(f"{claims.__name__}.{name}")
    if is_slow(member) or member.CLAIM.needs():
        pytest.skip(member.CLAIM.needs() or "trained as on other data")
    if (name, role) in LOOKED_AT:
        pytest.skip("asked of the same rows when the claim was decided")
    rows = run.rows_of(name, role, SEED, range(4))
    assert_rows_depend_on_replicate_and_seed_alone(member, role, rows)


@each_claim
def test_ids_and_bounds_are_of_their_kind(member):
    claim = member.CLAIM
    least = 1 if claim.is_computed else run.MIN_REPLICATES
    assert least <= claim.smoke <= claim.full and claim.chunk >= 1
    assert claim.experiment is not claim.control and any(q.rule for q in claim.quantities)
    assert len({q.label for q in claim.quantities}) == len(claim.quantities)


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
    m = sampled_neurons.draws_needed(sampled_neurons.Neuron(w[None], x, x))
    tiled = np.tile(w, (20_000, 1)), np.tile(s, (20_000, 1))
    sums = sparsify(*tiled, float(round(m)), seed=1).weights @ x[0] / (w @ x[0])
    assert (abs(sums - 1) > sampled_neurons.EPSILON).mean() == pytest.approx(0.1, abs=0.02)
