"""Coresets of networks: sensitivities, draws, rules, baselines and diagnostics.

Seeds are fixed; where a statistic is compared, its false-alarm rate is that over seeds.
"""

from dataclasses import replace
from itertools import product
from math import factorial

import numba as nb
import numpy as np
import pytest
from array_libraries import doubled
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from scipy.sparse import csr_array

from compress.coresets import (
    Budget,
    Guarantee,
    ReluNetwork,
    baselines,
    bounds,
    cancellations,
    compacted,
    corenet,
    corenet_plus,
    corenet_plus_plus,
    diagnostics,
    sensitivities,
    sparsify,
)
from compress.coresets.multinomials import BATCH, EMPTY, SAMPLED, SUPPORT, WHOLE
from compress.coresets.plan import measured, settled, within
from compress.coresets.sampling import (
    LANE,
    draw,
    side_sums,
    split_draws,
)
from compress.coresets.trials import Trials, within_budget
from stablenoise.data.rows import subset
from stablenoise.field import Lane

everywhere = doubled("sensitivities", "cancellations", autouse=False)
on_both = pytest.mark.usefixtures("everywhere")
SAMPLERS = [baselines.uniform, baselines.l1, baselines.l2, baselines.hybrid]
FIXTURE = np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, 1.0, 1.0], [3.0, 0.0, 1.0]])

sizes = st.floats(-9, 9).map(lambda x: x if abs(x) > 1e-100 else 0.0)
layers = st.tuples(st.integers(1, 7), st.integers(1, 9), st.integers(1, 11)).flatmap(
    lambda n: st.tuples(
        arrays(float, n[:2], elements=sizes),
        arrays(float, (n[2], n[1]), elements=sizes),
    )
)


def by_the_definition(weights, inputs):
    """Sensitivities a neuron, a side and a point at a time."""
    found = np.zeros(weights.shape)
    parts = [np.maximum(inputs, 0), np.maximum(-inputs, 0)]
    points = [a / (a.max() or 1) for a in np.concatenate(parts).astype(float)]
    for i, row in enumerate(weights.astype(float)):
        row = row / (abs(row).max() or 1)  # so that no product is lost
        for sign, a in product((1, -1), points):
            flow = np.maximum(sign * row, 0) * a
            if flow.sum() > 0:
                found[i] = np.maximum(found[i], flow / flow.sum())
    return found


def random_network(widths, seed, biases=False, kind=float):
    rng = np.random.default_rng(seed)
    pairs = list(zip(widths[:-1], widths[1:], strict=True))
    weights = [(rng.normal(size=(n, m)) / np.sqrt(m)).astype(kind) for m, n in pairs]
    return ReluNetwork(weights, [rng.normal(size=n) / 2 for _, n in pairs] if biases else None)


def positive_points(n, dim, seed):
    return np.maximum(np.random.default_rng(seed).normal(size=(n, dim)), 0)


# Sensitivities


@on_both
def test_the_exact_fixture():
    s = sensitivities(*FIXTURE)
    np.testing.assert_allclose(s, [[1 / 2, 1 / 3, 1 / 2]], rtol=1e-15)
    total = side_sums(FIXTURE[0], s).totals[0, 0]
    np.testing.assert_allclose(s / total, [[3 / 8, 1 / 4, 3 / 8]], rtol=1e-15)


@on_both
@given(layers)
def test_the_identity_is_the_definition(layer):
    """Within 32 roundings: sums of at most 9 terms, a reciprocal and two products."""
    found, exact = sensitivities(*layer), by_the_definition(*layer)
    np.testing.assert_allclose(found, exact, rtol=32 * 2**-53, atol=1e-290)


@on_both
@pytest.mark.parametrize("shape", [(3, 1), (5, 511), (2, 2048), (9, 2049), (7, 4100)])
@pytest.mark.parametrize("points", [1, 3, 4, 6])
def test_tiles_and_passes_have_no_seams(shape, points):
    rng = np.random.default_rng(1)
    weights, inputs = rng.normal(size=shape), rng.normal(size=(points, shape[1]))
    exact = by_the_definition(weights, inputs)
    np.testing.assert_allclose(sensitivities(weights, inputs), exact, rtol=1e-12)


@on_both
def test_single_precision_has_its_own_kernel_and_its_sums_are_double():
    rng = np.random.default_rng(2)
    weights, inputs = rng.normal(size=(30, 200)), positive_points(40, 200, 3)
    w, a = weights.astype(np.float32), inputs.astype(np.float32)
    found = sensitivities(w, a)
    assert found.dtype == np.float32 and found.max() <= 1
    np.testing.assert_allclose(found, by_the_definition(w, a), rtol=3e-6)
    totals = side_sums(w, found).totals
    assert totals.dtype == np.float64
    exact = np.where(w > 0, found.astype(float), 0).sum(axis=1)
    np.testing.assert_allclose(totals[:, 0], exact, rtol=1e-14)


@on_both
def test_a_share_is_never_above_one():
    rng = np.random.default_rng(3)
    one = np.zeros((500, 40), np.float32)
    one[np.arange(500), rng.integers(40, size=500)] = rng.lognormal(size=500)
    assert sensitivities(one, positive_points(60, 40, 4).astype(np.float32)).max() == 1


@on_both
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_sensitivities_have_no_unit(kind):
    """Powers of two move exponents only, however far."""
    rng = np.random.default_rng(4)
    weights = rng.normal(size=(6, 20)).astype(kind)
    inputs = positive_points(9, 20, 5).astype(kind)
    far = kind(2.0 ** (np.finfo(kind).maxexp - 28))
    plain = sensitivities(weights, inputs)
    for factor in (far, 1 / far):
        np.testing.assert_array_equal(sensitivities(weights * factor, inputs), plain)
        np.testing.assert_array_equal(sensitivities(weights, inputs * factor), plain)


@on_both
def test_points_where_nothing_flows_count_for_nothing():
    weights, inputs = np.array([[1.0, -1.0], [0.0, 2.0]]), np.array([[0.0, 0.0], [0.0, 3.0]])
    np.testing.assert_array_equal(sensitivities(weights, inputs), [[0, 1], [0, 1]])


@on_both
def test_a_point_with_negative_inputs_is_its_two_parts():
    rng = np.random.default_rng(5)
    weights, inputs = rng.normal(size=(4, 12)), rng.normal(size=(7, 12))
    parts = np.concatenate([np.maximum(inputs, 0), np.maximum(-inputs, 0)])
    np.testing.assert_array_equal(sensitivities(weights, inputs), sensitivities(weights, parts))


@on_both
@given(layers)
def test_the_sum_of_a_side_is_at_least_one_and_at_most_its_edges_or_points(layer):
    weights, inputs = layer[0], abs(layer[1])
    sides = side_sums(weights, sensitivities(weights, inputs))
    some = sides.totals > 0
    rounding = 1 + 1e-13
    assert (sides.totals[some] * rounding >= 1).all()
    assert (sides.totals <= np.minimum(sides.support, len(inputs)) * rounding).all()


@pytest.mark.parametrize("biases", [False, True])
def test_the_number_of_threads_changes_nothing(biases):
    network = random_network((30, 300, 200, 10), 6, biases)
    points = positive_points(40, 30, 7)
    threads = nb.get_num_threads()
    try:
        found = []
        for n in (1, threads):
            nb.set_num_threads(n)
            found.append(corenet(network, points, Budget(0.3), 8))
    finally:
        nb.set_num_threads(threads)
    one, many = found
    for a, b in zip(one.weights + one.counts, many.weights + many.counts, strict=True):
        np.testing.assert_array_equal(a.toarray(), b.toarray())


# Draws


def outcomes(weights, mass, draws, rows=40_000):
    """Every table of counts that came up in as many neurons, its weights and how often it did."""
    drawn = sparsify(np.tile(weights, (rows, 1)), np.tile(mass, (rows, 1)), draws, seed=9)
    counts, first, often = np.unique(
        drawn.counts.toarray(), axis=0, return_index=True, return_counts=True
    )
    return counts, drawn.weights.toarray()[first], often


def multinomial_pmf(counts, q):
    m = int(counts[0].sum())
    ways = [factorial(m) / np.prod([factorial(c) for c in row]) for row in counts]
    return ways * np.prod(np.asarray(q) ** counts, axis=1)


WEIGHTS, MASS = np.array([1.5, 0.5, 2.0, 1.0]), np.array([0.5, 0.3, 0.7, 0.5])


def test_counts_have_the_multinomial_law():
    """Chi-squared over all 20 tables at level 1e-4."""
    counts, _, often = outcomes(WEIGHTS, MASS, 3)
    assert len(counts) == 20
    pmf = multinomial_pmf(counts, MASS / MASS.sum())
    assert pmf.sum() == pytest.approx(1, abs=1e-14)
    assert stats.chisquare(often, pmf * often.sum()).pvalue > 1e-4


def test_the_mean_over_all_outcomes_is_the_weight():
    counts, weights, _ = outcomes(WEIGHTS, MASS, 3)
    mean = multinomial_pmf(counts, MASS / MASS.sum()) @ weights
    np.testing.assert_allclose(mean, WEIGHTS, atol=1e-14, rtol=0)


def test_the_variance_formula_is_exact():
    """At a fresh point, for edges of both signs, over all outcomes of both sides."""
    network = ReluNetwork([[[1.5, 0.5, 2.0, 1.0, -1.0, -3.0, -0.7, -2.0]]])
    seen = np.random.default_rng(10).uniform(0.1, 1, size=(3, 8))
    coreset = corenet(network, seen, Budget(0.5), seed=1)
    (plan,), x = coreset.plans, np.arange(1.0, 9.0)
    assert (plan.fates == SAMPLED).all() and (plan.draws > 1).all()
    total = 0.0
    for side in range(2):
        part = slice(4 * side, 4 * side + 4)
        w, s = abs(network.weights[0][0, part]), plan.layer.sensitivities[0, part]
        counts, drawn, _ = outcomes(w, s, [plan.draws[0, side], 0])
        pmf = multinomial_pmf(counts, s / s.sum())
        assert pmf.sum() == pytest.approx(1, abs=1e-13)
        z = drawn @ x[part]
        total += pmf @ z**2 - (pmf @ z) ** 2
    assert diagnostics.variances(coreset, [x])[0][0, 0] == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("draws", [1, 50, BATCH - 1, BATCH, BATCH + 1, 3 * BATCH + 7])
def test_counts_add_up_and_merge_whatever_the_batches(draws):
    drawn = sparsify(np.ones((70, 20)), np.full((70, 20), 0.3), draws, seed=11)
    np.testing.assert_array_equal(drawn.counts.sum(axis=1), draws)
    assert drawn.counts.has_canonical_format and (np.diff(drawn.weights.indptr) <= draws).all()
    np.testing.assert_array_equal(drawn.counts.indices, drawn.weights.indices)
    exact = drawn.counts.toarray() * 20 / draws
    np.testing.assert_allclose(drawn.weights.toarray(), exact, rtol=1e-14)
    spread = stats.chisquare(drawn.counts.sum(axis=0)).pvalue
    assert spread > 1e-4


def test_draws_of_several_batches_are_one_multinomial():
    """Variances of 400 neurons' counts: chi-squared at level 1e-4, both ends."""
    mass, draws = np.array([0.2, 0.3, 0.5]), 2 * BATCH + 100
    tiled = np.tile(mass, (400, 1))
    counts = sparsify(np.ones((400, 3)), tiled, draws, seed=12).counts.toarray()
    expected = draws * mass
    statistic = ((counts - expected) ** 2 / expected).sum()
    assert 1e-4 < stats.chi2(2 * 400).cdf(statistic) < 1 - 1e-4


def test_no_draw_lands_where_there_is_no_mass():
    """Not at the end either, which takes the rounding of the sums."""
    mass = np.tile([0.0, 0.1, 0.2, 0.0, 0.3, 1e-300, 0.0], (3, 1))
    drawn = sparsify(np.ones(mass.shape), mass, 3_000_000, seed=13)
    assert np.isfinite(drawn.weights.data).all()
    assert not drawn.counts.toarray()[:, [0, 3, 5, 6]].any()


def test_a_neuron_is_drawn_from_a_stream_of_its_own():
    rng = np.random.default_rng(14)
    weights, mass = rng.normal(size=(130, 40)), rng.random((130, 40))
    whole = sparsify(weights, mass, 15, seed=15).counts.toarray()
    part = sparsify(weights[:7], mass[:7], 15, seed=15).counts.toarray()
    np.testing.assert_array_equal(whole[:7], part)


def test_streams_of_seeds_layers_neurons_and_sides_differ():
    weights, mass = np.tile([1.0, -1.0], (2, 60)), np.ones((2, 120))

    def counts(**where):
        drawn = sparsify(weights, mass, 40, **{"seed": 1, "layer": 0} | where)
        return drawn.counts.toarray()

    base = counts()
    found = [base[0, ::2], base[0, 1::2], base[1, ::2], base[1, 1::2]]
    others = counts(seed=2), counts(layer=1), counts(seed=1 + 2**32)
    found += [c[0, ::2] for c in others]
    assert len({c.tobytes() for c in found}) == len(found)


def test_expected_edges_are_those_found():
    """20,000 neurons; |z| < 4 has a false-alarm rate of 6e-5."""
    s = np.random.default_rng(16).lognormal(0, 2, size=(5, 200))
    weights = np.where(np.arange(200) < 140, 1.0, -1.0)[None]
    draws = np.array([[90.0, 25.0]])
    layer = measured(weights, s)
    expected = settled(layer, draws).expected
    tiled = np.tile(weights, (20_000, 1)), np.tile(layer.sensitivities, (20_000, 1))
    found = np.diff(sparsify(*tiled, draws, seed=17).weights.indptr)
    assert abs(found.mean() - expected) < 4 * found.std() / np.sqrt(found.size)


@pytest.mark.parametrize("draws", [1e25, 2.0**63, 2.0**32, np.inf, np.nan])
def test_more_draws_than_can_be_counted_are_refused(draws):
    with pytest.raises(ValueError, match="draws of a side must be fewer than 2.32"):
        sparsify(np.ones((1, 2)), np.ones((1, 2)), draws, seed=1)


@pytest.mark.parametrize("draws", [-1, 2.5])
def test_draws_are_whole_numbers(draws):
    with pytest.raises(ValueError, match="draws must be whole"):
        sparsify(np.ones((1, 2)), np.ones((1, 2)), draws, seed=1)


def test_a_subset_is_uniform_and_without_replacement():
    """Each of 20 points in 6 of 20 places over 3,000 seeds; chi-squared at level 1e-4."""
    often = np.zeros(20)
    for seed in range(3_000):
        chosen = subset(20, 6, seed)
        assert len(set(chosen)) == 6
        often[chosen] += 1
    statistic = ((often - 900) ** 2 / 900).sum() / (14 / 20)
    assert 1e-4 < stats.chi2(19).cdf(statistic) < 1 - 1e-4
    np.testing.assert_array_equal(subset(5, 9, 1), np.arange(5))


# Fates, settled before anything is drawn


def test_fates_follow_from_the_number_of_draws():
    weights = np.array([[1.0, 1.0, 1.0, 1.0, -1.0, 0.0]])
    layer = measured(weights, np.array([[1.0, 1.0, 0.0, 0.0, 0.0, 5.0]]))

    def fates(draws):
        return settled(layer, np.full((1, 2), draws)).fates.tolist()[0]

    assert [fates(m) for m in (0.0, 1.0, 2.0, 3.0, 4.0, np.inf)] == [
        [EMPTY, EMPTY],
        [SAMPLED, EMPTY],
        [SUPPORT, EMPTY],
        [SUPPORT, EMPTY],
        [WHOLE, EMPTY],
        [WHOLE, EMPTY],
    ]


def test_a_rule_that_looks_at_the_outcome_is_biased_and_ours_does_not():
    """Two edges, two draws, q = (0.8, 0.2): keep the row if both were drawn, as some code does."""
    q, mean = np.array([0.8, 0.2]), np.zeros(2)
    for sequence in product((0, 1), repeat=2):
        c = np.bincount(sequence, minlength=2)
        mean += q[list(sequence)].prod() * (np.ones(2) if c.all() else c / (2 * q))
    np.testing.assert_allclose(mean, [1.12, 0.52])
    layer = measured(np.ones((1, 2)), np.array([[0.8, 0.2], [0.2, 0.05]]))
    assert settled(layer, np.array([[2.0, 0.0]])).fates[0, 0] == WHOLE
    assert settled(layer, np.array([[1.0, 0.0]])).fates[0, 0] == SAMPLED


def test_sides_that_never_carry_anything_become_zeros():
    network = ReluNetwork([[[1.0, 0.0], [-1.0, 0.0], [0.0, 0.0], [-1.0, 2.0]]])
    coreset = corenet(network, [[0.0, 1.0]], Budget(1.0), seed=1)
    np.testing.assert_array_equal(coreset.dense()[0], [[0, 0], [0, 0], [0, 0], [0, 2]])


# CoreNet


def test_a_layer_is_unbiased_where_something_was_carried():
    """Mean of 4,000 coresets, an edge at a time: the largest of 108 |z| is below 5, 6e-5."""
    rng = np.random.default_rng(18)
    weights, points = rng.normal(size=(6, 20)), positive_points(15, 20, 19)
    points[:, :2] = 0
    points[:, 2] *= 1e-3
    layer = measured(weights, points)
    plan = settled(layer, np.full((6, 2), 4.0))
    tiled, mass = np.tile(weights, (4_000, 1)), np.tile(layer.sensitivities, (4_000, 1))
    drawn = sparsify(tiled, mass, 4, seed=20).weights.toarray().reshape(4_000, 6, 20)
    reached = layer.sensitivities > 0
    assert not drawn[:, ~reached].any() and not reached[:, :2].any()
    assert (plan.fates != EMPTY).all()
    often = np.where(reached, (drawn != 0).sum(axis=0), 0) > 200  # where the mean is near normal
    z = (drawn.mean(axis=0) - weights) / (drawn.std(axis=0) / np.sqrt(4_000) + 1e-300)
    assert abs(z[often]).max() < 5 and often.sum() > 80


@pytest.mark.parametrize("shares", ["network", "layer"])
@pytest.mark.parametrize("embed", [False, True])
@pytest.mark.parametrize("keep", [0.15, 0.4, 0.8])
def test_a_budget_is_met_in_expectation_and_nearly_used(keep, shares, embed):
    network = random_network((40, 120, 60, 10), 21, biases=True)
    network = ReluNetwork(network.weights, network.biases, embed)
    coreset = corenet(network, positive_points(50, 40, 22), Budget(keep, shares), seed=1)
    groups = [coreset.plans] if shares == "network" else [(p,) for p in coreset.plans]
    for plans in groups:
        expected, edges = sum(p.expected for p in plans), sum(p.layer.size for p in plans)
        assert 0.9 * keep * edges < expected <= keep * edges * (1 + 1e-9)
    found = [w.nnz + (embed and np.count_nonzero(b)) for w, b in _pairs(coreset)]
    expected = sum(p.expected for p in coreset.plans)
    assert abs(sum(found) - expected) < 4 * np.sqrt(expected)  # counts are negatively dependent


def _pairs(coreset):
    return zip(coreset.weights, coreset.biases, strict=True)


def test_one_c_gives_all_sides_of_a_network_draws_in_proportion():
    network = random_network((40, 120, 60, 10), 23)
    plans = corenet(network, positive_points(50, 40, 24), Budget(0.3), seed=1).plans
    sums = np.concatenate([p.layer.sides.totals.ravel() for p in plans])
    draws = np.concatenate([p.draws.ravel() for p in plans])
    low, high = ((draws - 1) / sums).max(), (draws / sums).min()
    assert low < high * (1 + 1e-12)  # the c of which all draws are the ceiling lie between


def test_keeping_all_is_the_network():
    network = random_network((20, 30, 10), 25, biases=True)
    points = positive_points(50, 20, 26)
    coreset = corenet(network, points, Budget(1), seed=1)
    for a, b in zip(coreset.dense(), network.weights, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not any(c.data.any() for c in coreset.counts) and coreset.keep == 1
    np.testing.assert_allclose(coreset(points), network(points), rtol=1e-12, atol=1e-12)


def test_embedding_a_bias_is_a_constant_input_and_keeping_it_is_exact():
    plain = random_network((20, 30, 10), 27, biases=True)
    points = positive_points(50, 20, 28)
    kept = corenet(plain, points, Budget(0.4), seed=1)
    for a, b in zip(kept.biases, plain.biases, strict=True):
        np.testing.assert_array_equal(a, b)
    embedded = ReluNetwork(plain.weights, plain.biases, embed=True)
    np.testing.assert_array_equal(embedded(points), plain(points))
    found = corenet(embedded, points, Budget(0.4), seed=1)
    first = found.plans[0]
    widened = np.column_stack([points, np.ones(50)])
    matrix = np.column_stack([plain.weights[0], plain.biases[0]])
    np.testing.assert_array_equal(first.layer.sensitivities, sensitivities(matrix, widened))
    assert found.biases[0].any() and (found.biases[0] != plain.biases[0]).any()


def test_sensitivities_are_those_of_the_original_activations():
    network = random_network((20, 30, 10), 29, biases=True)
    points = positive_points(50, 20, 30)
    hidden = np.maximum(points @ network.weights[0].T + network.biases[0], 0)
    plans = corenet(network, points, Budget(0.2), seed=1).plans
    found = sensitivities(network.weights[1], hidden)
    np.testing.assert_allclose(plans[1].layer.sensitivities, found, rtol=1e-12)


def test_single_precision_goes_through():
    network = random_network((20, 30, 10), 31, kind=np.float32)
    coreset = corenet(network, positive_points(50, 20, 32), Budget(0.4), seed=1)
    assert all(w.dtype == np.float32 for w in coreset.weights)
    assert coreset(positive_points(5, 20, 33)).shape == (5, 10)


def test_seeds_give_other_coresets_and_the_same_seed_the_same():
    network, points = random_network((20, 30, 10), 34), positive_points(50, 20, 35)
    one, same, other = (corenet(network, points, Budget(0.4), s).dense()[0] for s in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


# CoreNet+ and neurons that do nothing


def dying_network(biases=True):
    """With hidden neurons 0 and 1 of the first layer silent on positive points."""
    network = random_network((20, 30, 15, 10), 36, biases)
    network.weights[0][:2] = -abs(network.weights[0][:2])
    if biases:
        network.biases[0][:2] = -0.5
    return network


def test_silent_neurons_are_dropped_and_cost_nothing_on_the_points():
    network, points = dying_network(), positive_points(60, 20, 37)
    coreset = corenet_plus(network, points, Budget(1), seed=1)
    assert coreset.silent[0][:2].all()
    assert not coreset.dense()[0][:2].any() and not coreset.dense()[1][:, :2].any()
    assert not coreset.biases[0][:2].any()
    np.testing.assert_allclose(coreset(points), network(points), rtol=1e-12, atol=1e-12)
    assert any("fired at no point of S" in line for line in coreset.messages)
    assert len(coreset.silent) == 2 and coreset.weights[-1].shape == (10, 15)


def test_edges_saved_by_dropping_are_spent_on_the_others():
    network, points = dying_network(), positive_points(60, 20, 38)
    plain, plus = (f(network, points, Budget(0.3), 1) for f in (corenet, corenet_plus))
    share = sum(p.layer.size for p in plus.plans) / sum(p.layer.size for p in plain.plans)
    assert share < 1
    assert plus.plans[0].draws[:2].sum() == 0 < plain.plans[0].draws[:2].sum()


def test_the_caller_keeps_his_network():
    network, points = dying_network(), positive_points(60, 20, 39)
    before = [w.copy() for w in network.weights]
    corenet_plus_plus(network, points[:40], Budget(0.3), 1, points[40:], trials=2)
    for a, b in zip(before, network.weights, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("biases", [False, True])
@pytest.mark.parametrize("embed", [False, True])
def test_taking_neurons_out_changes_no_output(biases, embed):
    network = dying_network(biases)
    network = ReluNetwork(network.weights, network.biases, embed)
    coreset = corenet_plus(network, positive_points(60, 20, 40), Budget(0.15), seed=1)
    small, fresh = coreset.compact(), positive_points(25, 20, 41)
    assert len(small.kept[0]) <= 28 and small.weights[0].shape[0] == len(small.kept[0])
    assert small.weights[-1].shape[0] == 10
    np.testing.assert_allclose(small(fresh), coreset(fresh), rtol=1e-12, atol=1e-12)


def test_a_neuron_without_edges_is_a_constant_that_goes_into_the_next_bias():
    weights = [np.array([[0.0], [0.0], [1.0]]), np.array([[2.0, 5.0, 1.0]])]
    biases = [np.array([3.0, -4.0, 0.0]), np.array([1.0])]
    small = compacted(weights, biases)
    assert small.weights[0].shape == (1, 1) and small.biases[1] == [7.0]
    np.testing.assert_array_equal(small.kept[0], [2])
    np.testing.assert_array_equal(small([[10.0]]), [[17.0]])


def test_taking_out_goes_on_until_nothing_is_left_to_take():
    """Nothing leaves the last hidden layer: no neuron stays, and the outputs are their biases."""
    weights = [np.eye(2), np.eye(2), np.zeros((1, 2))]
    small = compacted(weights, [np.ones(2), np.ones(2), np.array([4.0])])
    assert [w.shape for w in small.weights] == [(0, 2), (0, 0), (1, 0)]
    np.testing.assert_array_equal(small([[1.0, 2.0]]), [[4.0]])
    plain = compacted([csr_array(w) for w in weights])
    assert plain.biases is None
    np.testing.assert_array_equal(plain([[1.0, 2.0]]), [[0.0]])


# CoreNet++


def test_the_best_of_several_coresets_is_the_best_with_as_many_edges():
    """Of all 4^3 choices of a row for each neuron none of so many edges or fewer errs less."""
    network = random_network((40, 3), 42)
    points = positive_points(90, 40, 43)
    plain = corenet_plus(network, points[:50], Budget(0.4), 1)
    p, test = plain.plans[0], points[50:]
    fixed = p.layer.weights, p.layer.sensitivities, p.draws, p.fates, p.scale
    tried = [draw(*fixed, (1, 0, trial)).weights.toarray() for trial in range(4)]
    np.testing.assert_array_equal(tried[0], plain.dense()[0])
    exact = network(test)
    errors = np.array([abs(test @ w.T - exact).mean(axis=0) for w in tried])
    errors /= errors.mean(axis=0)
    edges = np.array([(w != 0).sum(axis=1) for w in tried])
    chosen = corenet_plus_plus(network, points[:50], Budget(0.4), 1, test, trials=4)
    rows = [[(w[i] == chosen.dense()[0][i]).all() for w in tried].index(True) for i in range(3)]
    cost = sum(errors[t, i] for i, t in enumerate(rows))
    assert chosen.edges == sum(edges[t, i] for i, t in enumerate(rows)) <= p.expected
    for other in product(range(4), repeat=3):
        if sum(edges[t, i] for i, t in enumerate(other)) <= chosen.edges:
            assert sum(errors[t, i] for i, t in enumerate(other)) >= cost * (1 - 1e-12)
    np.testing.assert_array_equal(chosen.counts[0].sum(axis=1), plain.counts[0].sum(axis=1))
    first = corenet_plus_plus(network, points[:50], Budget(0.4), 1, test, trials=1)
    np.testing.assert_array_equal(first.dense()[0], plain.dense()[0])
    assert first.unbiased and not chosen.unbiased
    assert any("best of 4 coresets on 40 points: not unbiased" in line for line in chosen.messages)


def test_the_price_of_an_edge_is_in_units_of_each_neuron():
    """A neuron whose sums are 1,024 times as large chooses the same, and so do the others."""
    rng = np.random.default_rng(4)
    weights, points = rng.normal(size=(30, 40)), positive_points(90, 40, 43)
    scales = 2.0 ** rng.integers(-10, 11, (30, 1))
    one, other = (
        corenet_plus_plus(ReluNetwork([w]), points[:50], Budget(0.3), 1, points[50:])
        for w in (weights, weights * scales)
    )
    np.testing.assert_array_equal(one.dense()[0] * scales, other.dense()[0])


def test_without_a_budget_to_keep_the_nearest_is_chosen():
    """Where the budget leaves room, as it does for edges without a price."""
    rng = np.random.default_rng(3)
    tried = [Trials([], rng.random((4, 7)), rng.integers(1, 9, (4, 7))) for _ in range(2)]
    for t, choice in zip(tried, within_budget(tried, 1e9), strict=True):
        np.testing.assert_array_equal(choice, t.errors.argmin(axis=0))


@pytest.mark.parametrize("shares", ["network", "layer"])
@pytest.mark.parametrize("keep", [0.15, 0.2, 0.4])
def test_the_best_of_several_coresets_keeps_its_share(keep, shares):
    """Just within what is expected, as it is the least price: without one 5% more."""
    network = random_network((40, 120, 60, 10), 21, biases=True)
    points = positive_points(90, 40, 22)
    rule = Budget(keep, shares)
    found = corenet_plus_plus(network, points[:50], rule, 1, points[50:])
    groups = [slice(0, 3)] if shares == "network" else [slice(i, i + 1) for i in range(3)]
    for group in groups:
        edges = sum(w.nnz for w in found.weights[group])
        expected = sum(p.expected for p in found.plans[group])
        assert 0.97 * expected < edges <= expected
    assert 0.97 * keep < found.keep <= keep


@pytest.mark.parametrize("trials", [1, 8, 11])
def test_a_guarantee_of_the_best_of_several_fails_as_often_as_all_of_them_together(trials):
    network, points = random_network((20, 10), 47), positive_points(90, 20, 48)
    rule, given = Guarantee(0.5, 0.1), (network, points[:60])
    one = corenet_plus(*given, rule, 1).certificate
    found = corenet_plus_plus(*given, rule, 1, points[60:], trials)
    assert one.delta == one.constants.delta == 0.1
    assert found.certificate == replace(one, trials=trials)
    assert found.certificate.delta == min(1.0, trials * 0.1)
    told = [line for line in found.messages if "the guarantee fails with probability" in line]
    assert len(told) == (trials > 1)
    if trials == 8:
        assert "probability 0.8 at most, 8 times the 0.1 of one coreset" in told[0]


def test_amplification_helps_at_fresh_points():
    """A neuron of positive weights: fresh errors do not grow with trials, within 2 s.e."""
    rng = np.random.default_rng(44)
    network = ReluNetwork([rng.lognormal(size=(400, 60))])
    data = rng.lognormal(size=(500, 60))
    found = [
        corenet_plus_plus(network, data[:60], Budget(0.3), 1, data[60:160], trials=t)
        for t in (1, 4, 16)
    ]
    exact = network(data[160:])
    errors = np.array([(abs(c(data[160:]) - exact) / exact).mean(axis=0) for c in found])
    for fewer, more in zip(errors[:-1], errors[1:], strict=True):
        gain = fewer - more
        assert gain.mean() > -2 * gain.std() / np.sqrt(gain.size)
    assert errors[-1].mean() < errors[0].mean()


# Baselines


def test_whole_matrix_sampling_is_unbiased():
    """Mean over 1,500 seeds; the largest of 45 |z| in each of 4 methods is below 5, 1e-4."""
    weights = np.random.default_rng(45).normal(size=(5, 9))
    for sample in SAMPLERS:
        found = np.array([sample(weights, 0.5, seed).toarray() for seed in range(1_500)])
        z = (found.mean(axis=0) - weights) / (found.std(axis=0) / np.sqrt(1_500) + 1e-300)
        often = (found != 0).sum(axis=0) > 100
        assert abs(z[often]).max() < 5 and often.sum() > 25, sample.__name__


def test_whole_matrix_sampling_has_its_probabilities():
    """Counts of one matrix of 500 entries and about 10^5 draws: chi-squared at level 1e-4."""
    weights = np.random.default_rng(46).normal(size=(20, 25)) + 3
    for sample, p in zip(SAMPLERS, probabilities(weights), strict=True):
        found = sample(weights, 0.9999, seed=47).toarray()
        c = found * p / weights  # in units of draws
        m = np.round(1 / np.diff(np.unique(c.round(12))).min())  # some counts are neighbours
        np.testing.assert_allclose(c * m, np.round(c * m), atol=1e-6 * m)
        assert c.sum() == pytest.approx(1, abs=1e-9)
        expected = m * p
        statistic = ((c * m - expected) ** 2 / expected)[expected > 5].sum()
        assert stats.chi2((expected > 5).sum()).sf(statistic) > 1e-4, sample.__name__


def probabilities(weights):
    sizes, squares = abs(weights), weights**2
    ones = np.ones(weights.shape)
    p1, p2 = sizes / sizes.sum(), squares / squares.sum()
    return ones / ones.size, p1, p2, (p1 + p2) / 2


@pytest.mark.parametrize("sample", SAMPLERS, ids=lambda f: f.__name__)
def test_samplers_keep_their_share(sample):
    weights = np.random.default_rng(48).normal(size=(60, 90))
    weights[:, 5] = 0
    edges = np.count_nonzero(weights)
    for keep in (0.1, 0.4, 0.8):
        found = sample(weights, keep, seed=49)
        assert abs(found.nnz - keep * edges) < 4 * np.sqrt(keep * edges) + 1
        assert not found.toarray()[:, 5].any()
    np.testing.assert_array_equal(sample(weights, 1, seed=1).toarray(), weights)


def test_a_split_of_draws_over_rows_is_multinomial():
    mass = np.array([[0.1, 0.0], [0.2, 0.7]])
    counts = split_draws(mass, 100_000, seed=50, layer=0)
    assert counts.sum() == 100_000 and counts[0, 1] == 0
    kept = mass > 0
    assert stats.chisquare(counts[kept], 100_000 * mass[kept]).pvalue > 1e-4


def test_factors_are_the_best_of_their_rank():
    weights = np.random.default_rng(51).normal(size=(30, 20))
    found = baselines.svd(weights, 0.5)
    assert found.stored == 6 * 50 <= 0.5 * weights.size < 7 * 50
    rest = np.linalg.svd(weights, compute_uv=False)[6:]
    error = np.linalg.norm(weights - found.left @ found.right)
    assert error == pytest.approx(np.sqrt((rest**2).sum()))
    assert baselines.svd(weights, 0.01).stored == 0


def test_the_top_entries_are_kept_as_they_are():
    weights, s = np.array([[1.0, -5.0, 0.0, 2.0]]), np.array([[0.9, 0.1, 0.8, 0.5]])
    top = baselines.top_magnitude(weights, 2 / 3)
    np.testing.assert_array_equal(top, [[0, -5, 0, 2]])
    top = baselines.top_sensitivity(weights, s, 2 / 3)
    np.testing.assert_array_equal(top, [[1, 0, 0, 2]])
    np.testing.assert_array_equal(baselines.top_sensitivity(weights, s, 1), weights)
    ones, few = np.ones((1, 4)), np.array([[1, 0.5, 0, 0]])  # of edges, not of sensitivities
    for keep, left in ((0.25, [1, 0, 0, 0]), (0.5, [1, 1, 0, 0]), (0.75, [1, 1, 1, 0])):
        np.testing.assert_array_equal(baselines.top_sensitivity(ones, few, keep), [left])
    weights, s = np.array([[0.0, 1.0, 1.0, 1.0]]), np.array([[0.0, 0.0, 0.0, 1.0]])
    np.testing.assert_array_equal(baselines.top_sensitivity(weights, s, 2 / 3), [[0, 1, 0, 1]])
    np.testing.assert_array_equal(baselines.top_magnitude(weights, 1), weights)


# Poisson sampling: CN-20


SIGNED = np.array([1.5, -0.5, 2.0, 1.0, -3.0])
CARRIED = np.array([0.5, 0.3, 0.7, 0.2, 0.9])


def choices(rows=20_000):
    """Every set of edges that came up in as many equal neurons, how often, and the chances."""
    tiled = np.tile(SIGNED, (rows, 1)), np.tile(CARRIED, (rows, 1)), 0.6
    found = np.unique(baselines.poisson(*tiled, seed=9).toarray(), axis=0, return_counts=True)
    return *found, baselines.inclusions(*tiled)[0]


def bernoulli_pmf(found, chances):
    return np.where(found != 0, chances, 1 - chances).prod(axis=1)


def test_kept_edges_have_the_law_of_independent_choices():
    """Chi-squared over all 16 tables of the four edges that are not certain, at level 1e-4."""
    found, often, chances = choices()
    assert len(found) == 16 and chances[4] == 1
    np.testing.assert_allclose(chances[:4], CARRIED[:4] * 2 / 1.7, rtol=1e-12)
    pmf = bernoulli_pmf(found, chances)
    assert pmf.sum() == pytest.approx(1, abs=1e-14)
    assert stats.chisquare(often, pmf * often.sum()).pvalue > 1e-4


def test_the_mean_over_all_choices_is_the_weight_and_the_variance_its_formula():
    (found, _, chances), x = choices(), np.arange(1.0, 6.0)
    pmf = bernoulli_pmf(found, chances)
    np.testing.assert_allclose(pmf @ found, SIGNED, atol=1e-14, rtol=0)
    z = found @ x
    exact = (SIGNED**2 * x**2 * (1 / chances - 1)).sum()
    assert pmf @ z**2 - (pmf @ z) ** 2 == pytest.approx(exact, rel=1e-12)


def test_choices_of_neighbours_seeds_layers_and_rows_are_independent():
    """Correlations of 40,000 choices of chance 1/2: |z| < 5, 6e-7 each."""
    ones = np.ones((200, 201))

    def kept(**where):
        drawn = baselines.poisson(ones, ones, 0.5, **{"seed": 1} | where)
        return (drawn.toarray() != 0) - 0.5

    base = kept()
    others = [kept(seed=2), kept(layer=1), kept(seed=1 + 2**32)]
    others += [np.roll(base, step, axis) for axis in (0, 1) for step in (1, 2)]
    for other in others:
        assert abs(4 * (base * other).sum()) < 5 * np.sqrt(base.size)
    np.testing.assert_array_equal(base[:7], kept()[:7])


def test_choices_have_words_of_their_own():
    """Between the lanes of the package's noises and those of CoreNet's draws."""
    assert max(Lane) < 2**16 < baselines.POISSON_LANE < LANE


@given(layers, st.floats(0.01, 0.99))
def test_chances_add_up_to_the_budget_and_are_in_proportion_or_one(layer, keep):
    weights, s = layer[0], sensitivities(*layer)
    if not s.any():
        return
    chances = baselines.inclusions(weights, s, keep)
    budget = keep * np.count_nonzero(weights)
    some, open_ = s > 0, (chances > 0) & (chances < 1)
    assert chances.sum() == pytest.approx(min(budget, some.sum()), rel=1e-12)
    assert (chances[~some] == 0).all() and (chances <= 1).all()
    if open_.any():
        c = (chances[open_] / s[open_]).max()
        np.testing.assert_allclose(chances, np.minimum(1, c * s), rtol=1e-12)


def test_a_budget_of_all_edges_that_carry_something_keeps_them_as_they_are():
    weights, s = np.array([[1.0, -5.0, 0.0, 2.0]]), np.array([[0.9, 0.1, 0.8, 0.0]])
    for keep, exact in ((2 / 3, [[1, -5, 0, 0]]), (0.9, [[1, -5, 0, 0]]), (1, weights)):
        np.testing.assert_array_equal(baselines.poisson(weights, s, keep, 1).toarray(), exact)
    single = baselines.poisson(weights.astype(np.float32), s, 0.5, 1)
    assert single.dtype == np.float32


def test_a_chance_of_equal_shares_has_the_variance_of_a_random_number_of_edges():
    """Each share is 1 / n: n draws of m are exact, and Poisson's sum is its number over m."""
    network = ReluNetwork([np.ones((1, 50))])
    coreset = corenet(network, np.ones((1, 50)), Budget(0.3), seed=1)
    assert diagnostics.variances(coreset, np.ones((1, 50)))[0][0, 0] == pytest.approx(0, abs=1e-9)
    chances = baselines.inclusions(network.weights[0], np.full((1, 50), 0.02), 0.3)
    assert (1 / chances - 1).sum() / 50**2 == pytest.approx((1 - 0.3) / 15)


# Points from all of the range of floats


WARNED = "ignore:S has"  # a guarantee is void with so few points, which does not matter here


@pytest.mark.filterwarnings(WARNED)
@pytest.mark.parametrize("unit", [2.0**-900, 2.0**500, 2.0**1020])
@pytest.mark.parametrize("rule", [Budget(0.6), Guarantee(0.5, 0.1)])
@pytest.mark.parametrize("method", [corenet, corenet_plus, corenet_plus_plus])
def test_points_of_any_unit_give_one_coreset_and_no_warning(unit, rule, method):
    """No layer sums beyond the range: the weights of the first are small enough."""
    rng = np.random.default_rng(70)
    network = ReluNetwork([rng.normal(size=(12, 9)) / 64, rng.normal(size=(5, 12)) / 64])
    data = rng.normal(size=(60, 9))
    found = []
    for points in (data, data * unit):
        held = {"held_out": points[30:]} if method is corenet_plus_plus else {}
        found.append(method(network, points[:30], rule, 1, **held))
    for one, other in zip(*(c.dense() for c in found), strict=True):
        np.testing.assert_array_equal(one, other)
    if found[0].certificate:
        assert found[0].certificate == found[1].certificate
    for one, other in zip(*(diagnostics.errors(c, data) for c in found[:1] * 2), strict=True):
        assert one == other
    before = diagnostics.errors(found[0], data)
    for one, other in zip(before, diagnostics.errors(found[1], data * unit), strict=True):
        assert other.predicted == pytest.approx(one.predicted * unit, rel=1e-12)
        assert other.observed == pytest.approx(one.observed * unit, rel=1e-12)
        assert other.relative == pytest.approx(one.relative, rel=1e-12)
    pairs = zip(
        *(diagnostics.variances(c, data * u) for c, u in zip(found, (1, unit), strict=True)),
        strict=True,
    )
    with np.errstate(over="ignore"):
        for one, other in pairs:
            np.testing.assert_allclose(other, one * unit * unit, rtol=1e-9)
    error = diagnostics.output_change(found[1], data * unit)
    assert error == pytest.approx(diagnostics.output_change(found[0], data), rel=1e-12)
    for one, other in zip(
        *(diagnostics.coverage(c, data * u) for c, u in zip(found, (1, unit), strict=True)),
        strict=True,
    ):
        np.testing.assert_allclose(one.growth, other.growth, rtol=1e-12)
        np.testing.assert_allclose(one.zero_mass, other.zero_mass, rtol=1e-12)


@pytest.mark.parametrize("embed", [False, True])
@pytest.mark.parametrize("method", [corenet, corenet_plus])
def test_sums_beyond_the_range_of_floats_are_refused(embed, method):
    network = ReluNetwork([np.full((3, 4), 0.5), np.ones((2, 3))], [np.ones(3), np.ones(2)], embed)
    points = np.full((5, 4), 1.7e308)
    line = r"^sums of weights\[0\] must be finite, got some that overflow$"
    for call in (lambda: method(network, points, Budget(0.9), 1), lambda: network(points)):
        with pytest.raises(ValueError, match=line):
            call()


@on_both
def test_cancellations_have_no_unit():
    w = np.array([[1.0, -2.0], [1.0, 1.0]])
    x = np.array([[3.0, 1.0], [0.0, 0.0], [2.0, 1.0], [1.0, 3.0]])
    plain = cancellations(w, x, np.array([0.0, 1.0]))
    for a, b in ((2.0**1020, 2.0**3), (2.0**3, 2.0**1020), (2.0**-1000, 2.0**-70)):
        found = cancellations(w * a, x * b, np.array([0.0, 1.0]) * a * b if a * b < np.inf else 0.0)
        rows = slice(None) if a * b < np.inf and a * b > 0 else np.array([1])
        if a * b < np.inf:
            np.testing.assert_array_equal(found[rows], plain[rows])
        else:
            np.testing.assert_array_equal(found, cancellations(w, x))


def test_values_of_other_orders_of_bytes_and_masks():
    w = np.arange(6.0).reshape(2, 3)
    assert ReluNetwork([w.astype(">f4")]).weights[0].dtype == np.float32
    assert ReluNetwork([w.astype(">f8")]).weights[0].dtype == np.float64
    masked = np.ma.array(w, mask=w > 4)
    calls = {
        r"weights\[0\]": lambda: ReluNetwork([masked]),
        r"biases\[0\]": lambda: ReluNetwork([w], [np.ma.array([1.0, 2.0], mask=[0, 1])]),
        "points": lambda: corenet(ReluNetwork([w]), masked, Budget(1), 1),
        "held_out": lambda: corenet_plus_plus(ReluNetwork([w]), w + 1, Budget(1), 1, masked),
        "weights": lambda: baselines.l1(masked, 0.5, 1),
        "sensitivities": lambda: baselines.poisson(w, masked, 0.5, 1),
        "inputs": lambda: cancellations(w, masked),
        "total": lambda: bounds.sample_size(masked, 0.5, 0.1),
        "mass": lambda: sparsify(w, masked, 3, 1),
        "draws": lambda: sparsify(w, w, np.ma.array([3, 3], mask=[0, 1]), 1),
    }
    for name, call in calls.items():
        with pytest.raises(ValueError, match=f"^{name} must have no masked values, got 1$"):
            call()
    with pytest.raises(ValueError, match="^inputs must have no masked values, got 1$"):
        sensitivities(w, masked)
    with pytest.raises(ValueError, match="^points must have no masked values, got 1$"):
        compacted([w])(masked)


# Diagnostics


def test_coverage_on_the_points_themselves():
    network = random_network((20, 30, 10), 52, biases=True)
    points = positive_points(40, 20, 53)
    points[:, :3] = 0
    coreset = corenet(network, points, Budget(0.4), seed=1)
    assert diagnostics.zero_shares(coreset)[0] == pytest.approx(3 / 20)
    for found in diagnostics.coverage(coreset, points):
        assert not found.zero_mass.any()
        assert found.growth.max() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_coverage_is_its_definition(shift):
    rng = np.random.default_rng(54)
    weights, points = rng.normal(size=(4, 9)), positive_points(5, 9, 55)
    points[:, :2] = 0
    coreset = corenet(ReluNetwork([weights]), points, Budget(1), seed=1)
    fresh = rng.normal(size=(7, 9)) if shift else positive_points(7, 9, 56)
    (found,) = diagnostics.coverage(coreset, fresh)
    s = coreset.plans[0].layer.sensitivities
    for x, i, side in product(range(7), range(4), range(2)):
        w = np.maximum(-weights[i] if side else weights[i], 0)
        flow, growth = w * abs(fresh[x]), 0.0
        for a in (np.maximum(fresh[x], 0), np.maximum(-fresh[x], 0)):
            if (w * a).sum():
                share = w * a / (w * a).sum()
                growth = max(growth, (share[s[i] > 0] / s[i][s[i] > 0]).max())
        assert found.growth[x, i, side] == pytest.approx(growth, rel=1e-12)
        mass = flow[s[i] == 0].sum() / (flow.sum() or 1)
        assert found.zero_mass[x, i, side] == pytest.approx(mass, rel=1e-12)


def test_predicted_errors_are_those_observed():
    """Mean square over 300 coresets against the exact one, bias of lost edges included."""
    network = random_network((20, 15, 10), 57, biases=True)
    points, fresh = positive_points(8, 20, 58), positive_points(20, 20, 59)
    points[:, :2] = 0
    for embed in (False, True):
        whole = ReluNetwork(network.weights, network.biases, embed)
        found = [
            diagnostics.errors(corenet(whole, points, Budget(0.3), seed), fresh)
            for seed in range(300)
        ]
        for layer in range(2):
            squares = np.array([f[layer].observed ** 2 for f in found])
            z = (squares.mean() - found[0][layer].predicted ** 2) / (squares.std() / np.sqrt(300))
            assert abs(z) < 4


def test_a_copied_side_has_no_variance_and_no_error():
    network = random_network((20, 15, 10), 60)
    points = positive_points(8, 20, 61)
    coreset = corenet(network, points, Budget(1), seed=1)
    assert not any(v.any() for v in diagnostics.variances(coreset, points))
    assert all(e.observed < 1e-12 for e in diagnostics.errors(coreset, points))
    assert diagnostics.output_change(coreset, points) < 1e-12


def test_the_relative_error_is_of_what_flows():
    network = ReluNetwork([[[1.0, 2.0, 3.0, -1.0]]])
    coreset = corenet(network, [[1.0, 1.0, 1.0, 1.0]], Budget(0.5), seed=3)
    x = np.array([[1.0, 0.0, 0.0, 1.0]])  # z is 0
    off = abs(coreset.dense()[0] @ x[0])[0]
    (found,) = diagnostics.errors(coreset, x)
    assert found.relative == pytest.approx(off / 2)


# Networks and what is refused


@on_both
def test_cancellations_by_hand():
    w = np.array([[1.0, -2.0], [1.0, 1.0]])
    x = np.array([[3.0, 1.0], [0.0, 0.0], [2.0, 1.0], [1.0, 3.0]])
    found = cancellations(w, x, np.array([0.0, 1.0]))
    np.testing.assert_array_equal(found, [[5, 4 / 5], [1, 1], [np.inf, 3 / 4], [7 / 5, 4 / 5]])


POINTS = np.ones((5, 2))
ONE = ReluNetwork([np.ones((3, 2))])
FOUND = bounds.constants([(2, 3)], 0.5, 0.1)
REFUSED = {
    "weights must hold at least one array": lambda: ReluNetwork([]),
    r"weights\[0\] must be a non-empty 2-d": lambda: ReluNetwork([[1.0]]),
    r"weights\[0\] must be a real number or an array": lambda: ReluNetwork([[[1.0], [1.0, 2.0]]]),
    r"weights\[0\] must be finite": lambda: ReluNetwork([[[np.nan]]]),
    r"weights\[1\] must have 3 columns": lambda: ReluNetwork([np.ones((3, 2)), np.ones((1, 2))]),
    r"weights\[1\] must have a nonzero": lambda: ReluNetwork([np.ones((3, 2)), np.zeros((1, 3))]),
    "biases must be as many": lambda: ReluNetwork([np.ones((3, 2))], [np.ones(3), np.ones(3)]),
    r"biases\[0\] must have 3": lambda: ReluNetwork([np.ones((3, 2))], [np.ones(2)]),
    r"biases\[0\] must be finite": lambda: ReluNetwork([np.ones((1, 2))], [[np.inf]]),
    r"points must have shape \(n, 2\)": lambda: corenet(ONE, np.ones((5, 3)), Budget(1), 1),
    "points must have shape": lambda: ONE(np.ones((0, 2))),
    "points must be finite": lambda: corenet(ONE, POINTS * np.inf, Budget(1), 1),
    "seed must be an integer": lambda: corenet(ONE, POINTS, Budget(1), -1),
    "epsilon must lie in": lambda: Guarantee(1.0, 0.1),
    "epsilon must lie in .*nan": lambda: Guarantee(np.nan, 0.1),
    "delta must lie in": lambda: Guarantee(0.5, 0.0),
    "delta must be a real number": lambda: Guarantee(0.5, "0.1"),
    "keep must lie in": lambda: Budget(0.0),
    "keep must lie in .*1.1": lambda: Budget(1.1),
    "shares must be one of network, layer": lambda: Budget(0.5, "neuron"),
    "keep must leave an edge .* 3 edges": lambda: corenet(ONE, POINTS, Budget(0.1), 1),
    "points must make some edge carry": lambda: corenet(ONE, 0 * POINTS, Budget(0.5), 1),
    "held_out must share no row .*2 that": lambda: corenet_plus_plus(
        ONE, [[1.0, 0.0], [0.0, 1.0]], Budget(1), 1, [[1.0, -0.0], [2.0, 2.0], [0.0, 1.0]]
    ),
    "held_out must have shape": lambda: corenet_plus_plus(ONE, POINTS, Budget(1), 1, [[2.0]]),
    "trials must be an integer": lambda: corenet_plus_plus(ONE, POINTS, Budget(1), 1, [[2, 2]], 0),
    r"a neuron of weights\[0\] must fire": lambda: corenet_plus(
        ReluNetwork([[[-1.0]], [[1.0]]]), [[1.0]], Budget(1), 1
    ),
    "weights must be a matrix that is not all zero": lambda: baselines.l1(np.zeros((2, 2)), 0.5, 1),
    "weights must be finite": lambda: baselines.svd(np.full((2, 2), np.nan), 0.5),
    "keep must lie": lambda: baselines.uniform(POINTS, 0, 1),
    "sensitivities must have shape": lambda: baselines.top_sensitivity(POINTS, POINTS.T, 0.5),
    "sensitivities must be a matrix that": lambda: baselines.poisson(POINTS, 0 * POINTS, 0.5, 1),
    "sensitivities must not be negative, got -1": lambda: baselines.inclusions(
        POINTS, -POINTS, 0.5
    ),
    r"layer must be an integer in \[0, 2\^32\)": lambda: baselines.poisson(
        POINTS, POINTS, 0.5, 1, -1
    ),
    "draws of a side must be fewer": lambda: baselines.l2(np.array([[1.0, 1e-9]]), 0.9, 1),
}


REFUSED |= {
    "rule must be a Guarantee or a Budget, got 0.5": lambda: corenet(ONE, POINTS, 0.5, 1),
    "weights must be a sequence of arrays, got None": lambda: ReluNetwork(None),
    "biases must be a sequence of arrays, got 3": lambda: ReluNetwork([[[1.0]]], 3),
    "shares must be one of network, layer, got 3": lambda: Budget(0.5, 3),
    "keep must be a real number, got 'a'": lambda: Budget("a"),
    "weights and mass must be matrices of one shape": lambda: sparsify(POINTS, POINTS[0], 1, 1),
    "mass must not be negative, got -1": lambda: sparsify(POINTS, -POINTS, 1, 1),
    "mass must be finite": lambda: sparsify(POINTS, POINTS * np.nan, 1, 1),
    "weights and inputs must be matrices of as": lambda: sensitivities(POINTS, POINTS.T),
    r"weights and inputs .* shapes \(2,\) and \(5, 2\)": lambda: cancellations(POINTS[0], POINTS),
    "inputs must be finite": lambda: sensitivities(POINTS, POINTS * np.inf),
    r"layer must be an integer in .* got -1": lambda: baselines.uniform(POINTS, 0.5, 1, -1),
    r"layer must be an integer in .* got 'a'": lambda: baselines.l1(POINTS, 0.5, 1, "a"),
    r"neurons must be an integer in": lambda: bounds.sample_size(1.0, 0.5, 0.1, neurons=0),
    r"sides must be an integer in \[1, 3\), got 3": lambda: bounds.sample_size(
        1.0, 0.5, 0.1, sides=3
    ),
    "k must be positive and finite, got 0": lambda: bounds.sample_size(1.0, 0.5, 0.1, k=0),
    "k must be positive and finite, got -1": lambda: bounds.tight_sample_size(1.0, 0.5, 0.1, -1),
    "total must be positive and finite, got 0": lambda: bounds.tight_sample_size(0, 0.5, 0.1),
    "epsilon must be a real number, got 'a'": lambda: bounds.sample_size(1.0, "a", 0.1),
    "shapes must be pairs, one for each matrix, got 3": lambda: bounds.constants(3, 0.5, 0.1),
    r"shapes must be pairs, one for each matrix, got \[\]": lambda: bounds.constants([], 0.5, 0.1),
    r"growth must be one for each of 1 matrices, got \[\]": lambda: FOUND.layer_epsilons([]),
    "growth must be a real number, got 'a'": lambda: FOUND.layer_epsilons(["a"]),
    "totals must be one for each of 1 matrices, got None": lambda: bounds.size_bound(
        FOUND, [1.0], None, 9
    ),
    "edges must be an integer in": lambda: bounds.size_bound(FOUND, [1.0], [[2.0]], 0),
    "growth must be one for each of 1 matrices": lambda: bounds.generalization_bound(
        FOUND, [1.0, 1.0], [[2.0]], 1.0, 1.0, 9
    ),
    "margin must be positive and finite, got inf": lambda: bounds.generalization_bound(
        FOUND, [1.0], [[2.0]], 1.0, np.inf, 9
    ),
    "largest_output must be a real number": lambda: bounds.generalization_bound(
        FOUND, [1.0], [[2.0]], "a", 1.0, 9
    ),
}


@pytest.mark.parametrize("line", REFUSED)
def test_bad_input_is_refused_in_one_line(line):
    with pytest.raises(ValueError, match=line) as refused:
        REFUSED[line]()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("keep", [0.1, 0.3, 0.6, 0.9])
def test_no_larger_plan_fits(keep):
    """The next c at which a side gets a draw more, of all sides: too many edges are expected."""
    rng = np.random.default_rng(3)
    layers = [measured(rng.normal(size=(6, n)), abs(rng.normal(size=(9, n)))) for n in (20, 50)]
    budget = keep * 6 * 70
    found = within(layers, budget)
    # Draws are ceil(c S): they are others from the least of their quotients on.
    c = min((p.draws / p.layer.sides.totals).min() for p in found) * (1 + 1e-12)
    more = [settled(layer, np.ceil(c * layer.sides.totals)) for layer in layers]
    assert sum(p.expected for p in found) <= budget < sum(p.expected for p in more)
