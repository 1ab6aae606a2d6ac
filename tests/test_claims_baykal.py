"""What the claims on arXiv 1804.05345 compute is what they say."""

import numpy as np
import pytest

from compress.coresets import Guarantee, ReluNetwork, bounds, corenet, sensitivities, sparsify
from paper_checks.claims import (
    baykal_cancellations_have_no_mean,
    baykal_size_bound_is_vacuous,
    baykal_without_replacement,
)
from paper_checks.experiments import sampled_neurons, trained_coresets
from paper_checks.replicates import replicate_seed


@pytest.fixture(scope="module")
def coreset():
    return trained_coresets.digits(2).coreset(0.4, 2, "layer")


def test_trials_of_one_plan_begin_with_the_coreset_and_differ(coreset):
    first, second = (trained_coresets.redrawn(coreset, 2, trial) for trial in (0, 1))
    for own, same, other in zip(coreset.weights, first, second, strict=True):
        np.testing.assert_array_equal(own.toarray(), same.toarray())
        assert (own.toarray() != other.toarray()).mean() > 0.1
    draws = [weights.toarray() != 0 for weights in second]
    for plan, kept in zip(coreset.plans, draws, strict=True):
        assert abs(kept.sum() - plan.expected) < 6 * np.sqrt(plan.layer.size / 4)


def test_no_two_layers_of_any_trials_are_drawn_by_the_same_words(coreset):
    """Uniform chances, so that kept are the words below the share: 6 standard deviations."""
    trials = [trained_coresets.without_replacement(coreset, 2, False, t) for t in (0, 1)]
    kept = [w.toarray()[:10, :48] != 0 for trial in trials for w in trial]
    for a in range(len(kept)):
        for b in range(a):
            agree = (kept[a] == kept[b]).mean()
            assert abs(agree - 0.4**2 - 0.6**2) < 6 * 0.5 / 480**0.5


def test_a_row_without_replacement_has_mean_logarithms_of_its_trials():
    """Of 4 trials at both shares; ratios and errors are of the same numbers."""
    seed = replicate_seed(3, 0)
    row = baykal_without_replacement.CLAIM.experiment(range(1), 3)[0]
    problem = trained_coresets.digits(seed)
    coreset = problem.coreset(0.2, seed, "layer")
    logs = [
        np.log(problem.outcome(weights)[0])
        for trial in range(4)
        for weights in (
            trained_coresets.redrawn(coreset, seed, trial),
            trained_coresets.without_replacement(coreset, seed, trial=trial),
        )
    ]
    ours, other = np.reshape(logs, (4, 2)).mean(axis=0)
    assert row[0] == pytest.approx(other - ours, rel=1e-9)
    assert row[2:4] == pytest.approx(np.exp([ours, other]), rel=1e-9)
    assert row[1] == pytest.approx(np.log(row[5] / row[4]), rel=1e-9)


def test_the_size_of_the_theorem_is_the_certificates():
    """Edges over the bound; and with factors of 1, the sum of the sizes by their formula."""
    rng = np.random.default_rng(4)
    network = ReluNetwork([rng.normal(size=(4, 6)), rng.normal(size=(2, 4))])
    rule = Guarantee(0.5, 0.1)
    points = rng.uniform(size=(rule.constants(network).points, 6))
    whole, bare, free = baykal_size_bound_is_vacuous._row(network, points, 1)
    found = corenet(network, points, rule, 1)
    assert whole == pytest.approx(-np.log10(found.certificate.size.ratio), rel=1e-12)
    constants = found.certificate.constants
    epsilon = constants.layer_epsilons([1.0, 1.0])
    total = sum(
        (
            np.ceil(bounds.sample_size(s, e, constants.delta, constants.neurons, constants.k)) + 1
        ).sum()
        for s, e in zip(
            (plan.layer.sides.totals.sum(axis=1) for plan in found.plans), epsilon, strict=True
        )
    )
    assert free == pytest.approx(-np.log10(total / 32), rel=1e-6)
    assert whole < bare < free


def test_failures_are_counted_at_the_worst_seen_point_and_over_fresh_ones():
    rng = np.random.default_rng(5)
    w = rng.lognormal(size=(1, 50))
    seen, fresh = (np.maximum(rng.normal(size=(7, 50)), 0) for _ in range(2))
    s = sensitivities(w, seen)
    found = sampled_neurons.rates(sampled_neurons.Neuron(w, seen, fresh), 30.0, 11)
    trials = sampled_neurons.TRIALS
    tiled = np.tile(w, (trials, 1)), np.tile(s, (trials, 1))
    drawn = sparsify(*tiled, 30.0, 11).weights.toarray()
    misses = [
        [[abs(row @ x / (w[0] @ x) - 1) > 0.3 for x in points] for row in drawn]
        for points in (seen, fresh)
    ]
    assert found == [np.mean(misses[0], axis=0).max(), np.mean(misses[1])]
    assert 0 < min(found) and max(found) < 1


def test_images_have_each_pixel_times_a_factor_of_its_own():
    problem = trained_coresets.digits(2)
    claim = baykal_cancellations_have_no_mean
    images = claim._images(problem, np.random.default_rng(6))
    chosen = problem.test[np.random.default_rng(6).integers(len(problem.test), size=len(images))]
    ratio = images[chosen > 0] / chosen[chosen > 0]
    assert (images[chosen == 0] == 0).all()
    assert 0.5 <= ratio.min() < 0.51 and 1.49 < ratio.max() <= 1.5


def test_nine_in_ten_weights_are_made_positive():
    found = baykal_cancellations_have_no_mean._lopsided(np.array([[-1.0, 2, -3] * 7]))
    assert np.flatnonzero(found[0] < 0).tolist() == [0, 10, 20]
    np.testing.assert_array_equal(abs(found[0]), [1, 2, 3] * 7)
