"""Claims on trained networks: many at once are one by one, and rows are what they say."""

import numpy as np
import pytest

from chaos.sgd import minibatch_drift
from compress.pruning import column
from paper_checks.claims import barsbey_index_follows_step_over_batch as over_settings
from paper_checks.claims import wan_filters_prune_by_the_noise_mnist as on_filters
from paper_checks.claims import (
    wan_noise_costs_little_digits,
    wan_noise_costs_little_ecg5000,
    wan_noise_costs_little_mnist,
    wan_pruning_costs_little_digits,
    wan_pruning_costs_little_ecg5000,
    wan_pruning_costs_little_mnist,
)
from paper_checks.experiments import (
    costs_of_noise,
    errors_by_width,
    indices_compared,
    pruned_networks,
    small_images,
)
from paper_checks.experiments import many_networks as many
from stablenoise.data.datasets import Dataset, load_digits, standardised
from stablenoise.field import NoiseField
from stablenoise.noises import common, isotropic


@pytest.fixture(scope="module")
def digits():
    return many.data_of(load_digits)


@pytest.fixture
def few(monkeypatch):
    for name, value in {"NETWORKS": 6, "NEURONS": 5, "STEPS": 3, "WIDE": 40}.items():
        monkeypatch.setattr(many, name, value)


def test_networks_trained_at_once_have_the_gradients_of_networks_alone(digits, few):
    """Float32: 3e-6 of the largest; sums of 32 rows in other orders."""
    hidden, output = many._start(digits, 30, seed=3)
    (together,) = many._drift(digits, output, seed=4)((hidden,), 2)
    for network, rows in enumerate(together.reshape(6, 5, -1)):
        weights = hidden[5 * network : 5 * network + 5], output[network]
        options = {"batch": many.BATCH, "seed": 4, "train_output": False}
        alone = minibatch_drift(many.NETWORK, digits.x_train, digits.y_train, **options)
        expected, _ = alone(weights, 2)
        np.testing.assert_allclose(rows, expected, atol=3e-6 * abs(expected).max())


@pytest.mark.parametrize("paired", [False, True])
def test_networks_have_noise_of_their_own_but_for_pairs(digits, few, monkeypatch, paired):
    """Without gradients, weights are where they began and the noise of three steps."""
    monkeypatch.setattr(many, "_drift", lambda *a: lambda w, k: (np.zeros_like(w[0]),))
    field, neurons = NoiseField(many.ALPHA, 3, isotropic), np.arange(30)
    who = neurons // 2 if paired else neurons
    noise = sum(field.at(who, k, 64, dtype=np.float32) for k in range(3))
    moved = many.trained(digits, 3, 4, paired=paired).hidden.reshape(30, 64)
    scale = many.SIGMA * many.ETA ** (1 / many.ALPHA)
    expected = many._start(digits, 30, 3)[0] + scale * noise
    np.testing.assert_allclose(moved, expected, rtol=1e-4, atol=1e-5)


def test_copies_driven_by_a_network_of_themselves_are_its_columns(digits, few, monkeypatch):
    """A wide network of the width and seed of the copies records what they would have made."""
    monkeypatch.setattr(many, "WIDE", 30)
    ours = many.copies(digits, seed=5, batches=6, wide=5).hidden.reshape(30, 64)
    alone = many._alone(digits, 6, 30, 5, seen=lambda outputs, step: outputs)
    np.testing.assert_array_equal(ours, alone)
    other = many.copies(digits, seed=5, batches=6, wide=7).hidden.reshape(30, 64)
    assert not np.array_equal(other, ours)


def test_independence_is_seen_over_networks(digits):
    """Coordinates of isotropic noise depend on each other, columns do not: p-values of 40."""
    columns = NoiseField(1.2, 8, isotropic).at(range(400), 0, 4).reshape(100, 4, 4)
    apart = [many.independence(part[:, :1], part[:, 1:2], 1) for part in np.split(columns, 2)]
    together = many.independence(columns[:, :1, :2], columns[:, :1, 2:], 1)
    assert min(apart) > 0.01 and together == 0.01


def test_noise_of_type_one_moves_all_inputs_of_a_neuron_alike(digits, few, monkeypatch):
    monkeypatch.setattr(many, "_drift", lambda *a: lambda w, k: (np.zeros_like(w[0]),))
    moved = many.trained(digits, 3, 4, common).hidden.reshape(30, 64)
    steps = moved - many._start(digits, 30, 3)[0]
    np.testing.assert_allclose(steps, steps[:, :1] * np.ones(64), atol=1e-5 * abs(steps).max())


def test_images_are_averaged_over_squares_of_each_channel():
    image = np.arange(2 * 4 * 4.0).reshape(1, -1)
    data = Dataset("two", np.r_[image, 2 * image], np.array([0, 1]), image, np.array([0]))
    small = small_images.averaged(data, (2, 4, 4), 2)
    by_hand = image.reshape(2, 2, 2, 2, 2).mean(axis=(2, 4)).reshape(1, -1)
    expected = standardised(
        Dataset("two", np.r_[by_hand, 2 * by_hand], data.y_train, by_hand, data.y_test)
    )
    assert small.x_train.dtype == np.float32 and small.x_train.shape == (2, 8)
    np.testing.assert_allclose(small.x_train, expected.x_train, rtol=1e-6)
    np.testing.assert_allclose(small.x_test, expected.x_test, rtol=1e-6)


def test_what_goes_are_the_shortest_columns_or_as_many_of_the_longest():
    rng = np.random.default_rng(1)
    weights = rng.normal(size=(50, 4)) * rng.pareto(1.5, size=(50, 1)), np.ones((2, 50))
    kept = costs_of_noise._without(weights, 0.1, 1)[0]
    keep = column.keep_for_error(weights[0].T, 0.1)
    np.testing.assert_array_equal(kept, column.prune(weights[0].T, keep).T)
    longest = costs_of_noise._without(weights, 0.1, -1)[0]
    norms = np.linalg.norm(weights[0], axis=1)
    gone, gone_too = ((w == 0).all(axis=1) for w in (longest, kept))
    assert gone.sum() == gone_too.sum() > 0
    assert norms[gone].min() > norms[~gone].max() and norms[gone_too].max() < norms[gone].max()


def test_a_row_of_losses_is_made_of_its_parts():
    data, sizes = pruned_networks._data(load_digits), pruned_networks.Sizes(20, 8, 0.1)
    learned, less, heavy, *over, quiet = costs_of_noise.losses(data, 3, sizes)
    assert learned == pytest.approx(quiet - pruned_networks._part_way(data))
    noisy = pruned_networks._train(data, 3, 1.5, pruned_networks.SIGMA, sizes)
    assert heavy == quiet - pruned_networks._accuracy(noisy, data)
    assert over == [float(less > 0.05), float(heavy > 0.05)]


def test_findings_at_a_threshold_of_ours_are_against_no_paper():
    """A slight loss, and networks that stand pruning, have no number where they are said."""
    for module in (
        *(wan_noise_costs_little_digits, wan_noise_costs_little_ecg5000),
        *(wan_noise_costs_little_mnist, wan_pruning_costs_little_digits),
        *(wan_pruning_costs_little_ecg5000, wan_pruning_costs_little_mnist),
    ):
        assert module.CLAIM.against == "" and "our threshold" in module.CLAIM.statement


def test_a_control_of_losses_has_noise_that_costs_more():
    """A program without noise would lose nothing in either, and the control would tell."""
    claim = costs_of_noise.loss_claim("P1-16", load_digits, "digits", None, "")
    ours, broken = (np.array(role(range(4), 1)) for role in (claim.experiment, claim.control))
    np.testing.assert_array_equal(ours[:, [0, 5]], broken[:, [0, 5]])  # without noise
    assert np.median(ours[:, 1]) < 0.05 < 0.3 < np.median(broken[:, 1])


def test_the_control_of_the_paper_s_claim_exchanges_the_indices():
    """A program that forgets the index finds no difference in either, and the control tells."""
    claim = indices_compared.papers_claim("P1-11a", load_digits, "digits", (4, 8), short_training)
    ours, other = (role(range(1), 1)[0] for role in (claim.experiment, claim.control))
    assert ours[2] == -other[2] != 0 and ours[4] == other[5] and ours[5] == other[4]


def short_training():
    return pruned_networks.SMALL._replace(steps=30)


def test_settings_of_a_control_are_drawn_at_random(monkeypatch):
    """What is not called by a setting is as it was."""
    monkeypatch.setattr(over_settings, "TIME", 1.0)
    ours, other = (over_settings._correlations(1, shuffled) for shuffled in (False, True))
    assert ours[0] == other[0] and ours[5:] == other[5:] and ours[5] < ours[6]
    assert all(a != b for a, b in zip(ours[1:4], other[1:4], strict=True))


def test_the_control_of_filters_exchanges_the_indices(monkeypatch):
    if on_filters.CLAIM.needs():
        pytest.skip(on_filters.CLAIM.needs())
    monkeypatch.setattr(on_filters, "STEPS", 3)
    monkeypatch.setattr(on_filters, "SIGMA", 0.5)  # so that few steps tell the indices apart
    ours, other = (on_filters._compare(1, exchanged) for exchanged in (False, True))
    assert ours[1] == -other[1] > 0 and ours[5] == other[5]
    assert ours[3:5] == other[4:2:-1] and ours[6:] == other[:5:-1]


def test_narrow_networks_begin_as_wide_ones_and_their_noise_is_the_same():
    narrow, wide = (errors_by_width.after(1.5, n, 2, gradient=False)[0] for n in (20, 60))
    np.testing.assert_array_equal(narrow, wide[:20])
    small = errors_by_width.after(1.5, 20, 2, steps=1_000, gradient=False)[0]
    assert small.dtype == np.float64 and wide.dtype == np.float32


def test_pruned_errors_are_those_of_columns():
    weights = (np.array([[3.0, 4.0], [0.0, 1.0], [1.0, 0.0], [0.0, 2.0]]), np.ones((1, 4)))
    assert errors_by_width.squared_error(weights, keep=0.25) == pytest.approx(6 / 31)


def test_filters_that_only_have_noise_begin_as_those_that_are_trained(monkeypatch):
    if on_filters.CLAIM.needs():
        pytest.skip(on_filters.CLAIM.needs())
    monkeypatch.setattr(on_filters, "STEPS", 1)
    data = on_filters._data()
    alone = on_filters._noise_alone(data, 3)
    monkeypatch.setattr(on_filters, "ETA", 1e-9)  # next to no gradient
    still = on_filters._trained(data, 3, 1.5).weights[on_filters.SECOND]
    field = NoiseField(1.5, 3, isotropic).layer(1)
    noise = field.at(range(on_filters.FILTERS), 0, 72, dtype=np.float32).reshape(alone.shape)
    scale = on_filters.SIGMA * (0.1 ** (1 / 1.5))
    np.testing.assert_allclose(alone - still, scale * noise, rtol=1e-2, atol=1e-4)


def test_weights_on_a_grid_are_read_though_their_blocks_may_sum_to_nothing():
    """Normal weights, rounded: of 4,800 pairs some are w and -w about the median."""
    weights = np.random.default_rng(1).normal(size=(100, 96)).round(2).astype(np.float32)
    index, share = over_settings._read((weights,))
    assert index == pytest.approx(2, abs=0.1) and 0 < share < 1  # its deviation is 0.03
