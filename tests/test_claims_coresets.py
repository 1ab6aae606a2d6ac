"""What the claims on coresets of one neuron compute is what they say: exact enumeration."""

from itertools import product
from math import e, inf, log, sqrt

import numpy as np
import pytest
from scipy import stats

from compress.coresets import Guarantee, ReluNetwork, bounds, cancellations
from compress.coresets.diagnostics import variances
from paper_checks.claims import (
    baykal_amplification,
    baykal_conservative_draws,
    baykal_dropped_neurons,
    baykal_expected_edges,
    baykal_generalization_bound_is_vacuous,
    baykal_keep_rule_biases,
    baykal_other_images,
    baykal_signed_propagation,
    baykal_unbiased,
    baykal_variance_bound,
)
from paper_checks.experiments import sampled_neurons, trained_coresets
from paper_checks.experiments.sampled_neurons import Neuron, enumerated
from paper_checks.replicates import replicate_seed

MISS = 1e-6  # chance of a false alarm of each test of randomness
FIXTURE = Neuron(
    np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, 1.0, 1.0], [3.0, 0.0, 1.0]]), np.ones((1, 3))
)


def test_the_fixture_of_the_theory_has_its_numbers():
    np.testing.assert_allclose(FIXTURE.sensitivities, [1 / 2, 1 / 3, 1 / 2])
    np.testing.assert_allclose(FIXTURE.chances, [3 / 8, 1 / 4, 3 / 8])
    assert sampled_neurons.theorem_draws(4 / 3, 0.5) == 187
    for draws in 1, 2:
        coreset = sampled_neurons.coreset_of(FIXTURE, draws, 1)
        found = variances(coreset, FIXTURE.fresh)[0][0, 0]
        assert draws * found / 6**2 == pytest.approx(5 / 27, rel=1e-12)


@pytest.mark.parametrize("draws", [1, 2, 4])
def test_sequences_have_the_probabilities_of_a_multinomial_law(draws):
    q = np.array([0.5, 0.2, 0.3])
    chances, counts = enumerated(q, draws)
    assert len(chances) == 3**draws and chances.sum() == pytest.approx(1)
    for count in np.unique(counts, axis=0):
        of_count = chances[(counts == count).all(axis=1)].sum()
        assert of_count == pytest.approx(stats.multinomial.pmf(count, draws, q), rel=1e-12)


def test_draws_without_return_are_of_the_others():
    q = np.array([0.5, 0.2, 0.3])
    chances, counts = enumerated(q, 2, again=False)
    of_pair = {
        frozenset(np.flatnonzero(c)): chances[(counts == c).all(axis=1)].sum() for c in counts
    }
    for a, b in [(0, 1), (0, 2), (1, 2)]:
        expected = q[a] * q[b] / (1 - q[a]) + q[b] * q[a] / (1 - q[b])
        assert of_pair[frozenset((a, b))] == pytest.approx(expected, rel=1e-12)
    assert (enumerated(q, 3, again=False)[1] == 1).all()


def test_a_draw_adds_the_weight_over_its_chance_and_the_draws():
    neuron = sampled_neurons.fed_neuron(np.random.default_rng(1), 5, 4)
    value = sampled_neurons.value_of_draws(neuron, 3, 7)
    np.testing.assert_allclose(value, neuron.weights[0] / (3 * neuron.chances), rtol=1e-12)
    weights, counts = (x.toarray() for x in sampled_neurons.drawn(neuron, 3, 50, 7))
    np.testing.assert_allclose(weights, counts * value, rtol=1e-12)


def test_identities_hold_to_rounding_and_their_controls_do_not():
    for claim, least in ((baykal_unbiased.CLAIM, 0.01), (baykal_variance_bound.CLAIM, 0.01)):
        assert claim.experiment(range(20), 5)[:, 0].max() < 1e-9
        assert claim.control(range(20), 5)[:, 0].max() > least


def test_the_expected_number_of_edges_is_that_of_all_sequences():
    neuron = sampled_neurons.fed_neuron(np.random.default_rng(2), 4, 3)
    chances, counts = enumerated(neuron.chances, 3)
    expected = sampled_neurons.coreset_of(neuron, 3, 1).plans[0].expected
    assert expected == pytest.approx(chances @ np.count_nonzero(counts, axis=1), rel=1e-12)
    excess, same = baykal_expected_edges._excess(4, 0)
    assert abs(excess) < 0.05 and same > 1


def test_misses_are_as_often_as_all_sequences_say():
    """2,000 coresets of 6 draws of 3 edges, against the exact probability: Clopper and Pearson."""
    neuron = FIXTURE._replace(fresh=np.array([[6.0, 1.0, 0.2]]))
    chances, counts = enumerated(neuron.chances, 6)
    values = counts * neuron.weights[0] / (6 * neuron.chances)
    z = neuron.weights[0] @ neuron.fresh[0]
    exact = chances[abs(values @ neuron.fresh[0] / z - 1) > sampled_neurons.EPSILON].sum()
    found = np.mean([sampled_neurons.rates(neuron, 6, seed)[1] for seed in range(20)])
    ends = stats.binomtest(round(found * 2_000), 2_000).proportion_ci(1 - MISS, "exact")
    assert 0.02 < ends.low < exact < ends.high


def test_silent_inputs_make_both_kinds_of_draws_fail():
    for tight in (False, True):
        right = sampled_neurons.failures(3, 0, tight)
        wrong = sampled_neurons.failures(3, 0, tight, sampled_neurons.EDGES // 2)
        assert right[1] < 0.01 < 0.9 < wrong[1]
        assert right[2] > (15 if not tight else 3)


def test_the_smallest_number_of_draws_misses_as_often_as_it_may():
    """20,000 coresets at it; by its bisection it is off by the rounding of 400 trials: 0.06."""
    neuron = sampled_neurons.random_neuron(np.random.default_rng(3), 100)
    least = baykal_conservative_draws._smallest(neuron, 0.3, 5)
    x = neuron.seen[0]
    sums = sampled_neurons.drawn(neuron, round(least), 20_000, 6).weights @ x
    share = (abs(sums / (neuron.weights[0] @ x) - 1) > 0.3).mean()
    assert abs(share - sampled_neurons.DELTA) < 0.06


def test_an_error_over_its_limit_is_that_written_out():
    w, x, fed = np.array([2.0, 1.0, -1.0]), np.array([[1.0, 2.0, 1.0]]), np.array([[1.1, 1.8, 1.0]])
    other, g = np.array([2.2, 1.0, -0.7]), 0.1
    delta = cancellations(w[None], x)[:, 0]
    assert delta[0] == pytest.approx(5 / 3)
    up = abs((2.2 * 1.1 + 1.8) / (2 * 1.1 + 1.8) - 1)
    err = max(up, 0.3)
    expected = abs(2.2 * 1.1 + 1.8 - 0.7 - 3) / ((g + err + g * err) * 5)
    found = baykal_signed_propagation._over(w, x, fed, other, g, delta)
    assert found == pytest.approx(expected, rel=1e-12)


def test_the_worst_errors_come_near_their_limit():
    rows = baykal_signed_propagation.CLAIM.experiment(range(200), 2)
    assert -0.1 < rows[:, 1].max() <= 1e-9 and rows[:, 0].max() < rows[:, 1].max()


def test_the_risk_of_dropping_is_the_largest_of_all_chances():
    grid = np.linspace(1e-5, 0.5, 200_000)
    for n, known in ((200, 0.0018348), (baykal_dropped_neurons.POINTS, None)):
        risk = (grid * (1 - grid) ** n).max()
        assert risk == pytest.approx(bounds.dropping_risk(n), rel=1e-6)
        assert risk < 1 / (e * n) and (known is None or risk == pytest.approx(known, rel=1e-4))


def test_neurons_are_dropped_and_fire_as_often_as_their_chances_say():
    """That is p (1 - p)^n over 1 / (e n); 60 networks of 32 neurons, 5 standard errors."""
    claim = baykal_dropped_neurons
    rows = claim.CLAIM.experiment(range(60), 8)
    p = np.array(claim.FACTORS) / (claim.POINTS + 1)
    expected = p * (1 - p) ** claim.POINTS * e * claim.POINTS
    errors = rows.std(axis=0) / sqrt(len(rows))
    assert (abs(rows.mean(axis=0) - expected) < 5 * errors).all()
    assert (claim._network(p).biases[0] == [1.0, *(p - 1)]).all()


def test_the_best_of_one_is_the_first_and_points_to_choose_by_can_be_dark():
    claim = baykal_amplification
    dark = claim._dark(np.ones((2, 40)))
    assert dark.sum() == 2 and (dark[:, claim.INPUT] == 1).all()
    neuron = sampled_neurons.random_neuron(np.random.default_rng(4), claim.EDGES, claim.POINTS)
    first, best = claim._logs(claim._copies(neuron), True, 9)
    assert -0.25 < best - first < 0
    assert len(trained_coresets.held_out(30)) == 30
    seen = {x.tobytes() for x in trained_coresets.digits(2).seen}
    assert not seen & {x.tobytes() for x in trained_coresets.held_out(30)}


def test_the_generalisation_bound_is_its_formula():
    rng = np.random.default_rng(6)
    network = ReluNetwork([rng.normal(size=(4, 6)), rng.normal(size=(2, 4))])
    rule = Guarantee(0.5, 0.1)
    points = rng.uniform(size=(rule.constants(network).points, 6))
    plans, certificate = rule.plans(network, points)
    sums = [plan.layer.sides.totals.sum() for plan in plans]
    a, b = certificate.growth
    largest = max(sqrt((row**2).sum()) for row in network(points))
    expected = largest * 3 * sqrt(((a * b) ** 2 * sums[0] + b**2 * sums[1]) / 1_000)
    found = baykal_generalization_bound_is_vacuous._row(network, points, 1_000)
    assert found[0] == pytest.approx(-log(expected) / log(10), rel=1e-9)
    assert found[0] < found[1]


def test_the_second_half_of_the_test_images_is_inverted():
    seed = replicate_seed(3, 0)
    row = baykal_other_images.CLAIM.experiment(range(1), 3)[0]
    control = baykal_other_images.CLAIM.control(range(1), 3)[0]
    problem = trained_coresets.digits(seed)
    coreset = problem.coreset(baykal_other_images.KEEP, seed)
    changes = []
    for x in (problem.test[::2], 1 - problem.test[1::2], problem.test[1::2]):
        exact = problem.network(x)
        changes.append(abs(coreset(x) - exact).sum() / abs(exact).sum())
    assert row[3:5] == pytest.approx(changes[:2], rel=1e-6)
    assert control[4] == pytest.approx(changes[2], rel=1e-6)
    assert row[0] == pytest.approx(log(changes[1] / changes[0]), rel=1e-6)


def test_a_rule_that_looks_at_the_draws_biases_by_its_closed_form():
    """Of two weights the first has the mean q (3 - 2 q): all pairs of draws written out."""
    for q in (0.8, 0.5, 0.3):
        chances = np.array([q, 1 - q])
        found = baykal_keep_rule_biases._mean(chances, 2, after=True)
        np.testing.assert_allclose(found, [c * (3 - 2 * c) for c in chances], rtol=1e-12)
        before = baykal_keep_rule_biases._mean(chances, 2, after=False)
        np.testing.assert_allclose(before, 1, rtol=1e-12)
    by_hand = sum(
        0.8 ** [a, b].count(0) * 0.2 ** [a, b].count(1)
        * (1 if {a, b} == {0, 1} else [a, b].count(0) / (2 * 0.8))
        for a, b in product(range(2), repeat=2)
    )  # fmt: skip
    assert by_hand == pytest.approx(baykal_keep_rule_biases.EXACT[0])


@pytest.mark.parametrize(
    "claim, told",
    [
        (baykal_conservative_draws.CLAIM, {"15 to 45 times": (15, 45)}),
        (
            baykal_amplification.CLAIM,
            {"more than 10%": (-inf, -0.1), "less than 20%": (-0.19, -0.01)},
        ),
        (baykal_other_images.CLAIM, {"three times": (log(3), inf), "more than 5%": (0.05, inf)}),
        (baykal_other_images.CLAIM, {"has a larger relative error": (0.1, inf)}),
        (baykal_keep_rule_biases.CLAIM, {"more than 2%": (0.02, inf)}),
        (baykal_keep_rule_biases.CLAIM, {"1.12": (1.12, 1.12), "0.52": (0.52, 0.52)}),
        (baykal_generalization_bound_is_vacuous.CLAIM, {"more than 10^3": (-inf, -3)}),
        (baykal_expected_edges.CLAIM, {"is the sum": (-0.005, 0.005)}),
    ],
)
def test_numbers_of_a_sentence_are_judged(claim, told):
    judged = [(q.rule.low, q.rule.high) for q in claim.quantities if q.rule]
    for words, ends in told.items():
        assert words in claim.statement
        assert any(region == pytest.approx(ends, abs=1e-8) for region in judged)
