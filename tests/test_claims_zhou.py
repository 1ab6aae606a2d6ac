"""What the claims on arXiv 1804.05862 compute is what they say."""

import os
from pathlib import Path

import numpy as np
import pytest

from compress.certificates.inequalities import binomial_tail, chernoff
from compress.certificates.information import jensen_shannon_bits
from compress.certificates.posterior import Noise, uniform_divergence
from compress.networks import archive
from paper_checks.claims import (
    zhou_bits_exceed_divergence,
    zhou_heavy_tails_need_fewer_bits,
    zhou_limit_digits,
    zhou_limit_mnist,
    zhou_mnist_row,
    zhou_noise_gain_exchanged,
    zhou_random_labels_need_bits,
)
from paper_checks.experiments import softmax_limits
from paper_checks.replicates import replicate_rng


@pytest.fixture
def home():
    return Path(os.environ.get("STABLENOISE_DATA") or pytest.skip("needs STABLENOISE_DATA"))


@pytest.mark.parametrize("classes", [2, 10])
def test_labels_learned_by_heart_take_all_that_the_bound_allows(classes):
    """One label of k: error 0 seen and 1 - 1/k elsewhere, log k = kl(0 || 1 - 1/k) nats."""
    losses, chances = 1 - np.eye(classes), np.full(classes, 1 / classes)
    found = zhou_bits_exceed_divergence.ratios(losses, chances, 1)
    assert found[0] == pytest.approx(1, rel=1e-12) and max(found[1:]) < 1


def test_three_samples_of_a_coin_are_enumerated():
    """Learned is the majority: it errs in 3/4 of a toss in three, and in 1/2 elsewhere."""
    losses, chances = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0.5, 0.5])
    _, pinsker, weaker = zhou_bits_exceed_divergence.ratios(losses, chances, 3)
    assert pinsker == pytest.approx(6 * (0.5 - 0.25) ** 2 / np.log(2), rel=1e-12)
    assert weaker == pytest.approx(jensen_shannon_bits(0.25, 0.5, 3), rel=1e-12)
    copies = zhou_bits_exceed_divergence.ratios(losses, chances, 3, copies=True)
    assert copies[0] == pytest.approx(3, rel=1e-12)  # one toss, learned by heart, counted thrice


def test_a_tie_goes_to_the_first_classifier_and_what_tells_nothing_is_no_bound():
    same = zhou_bits_exceed_divergence.ratios(np.ones((3, 2)), np.array([0.3, 0.7]), 2)
    assert same == [0.0] * 3


def test_the_released_network_is_that_of_the_file(home):
    """Codewords to half a unit of their last digit, all multiples of one distance."""
    arrays = archive.load(home / zhou_limit_mnist.FILE)
    names = "conv2_weights", "fc1_weights", "fc2_weights"
    for name, layer in zip(names, zhou_noise_gain_exchanged.released(), strict=True):
        words, counts = np.unique(arrays[name][arrays[name] != 0], return_counts=True)
        np.testing.assert_allclose(layer.words, words, atol=1e-4)
        np.testing.assert_array_equal(layer.counts, counts)


def test_gains_of_the_released_network_are_those_of_the_statement():
    found = zhou_noise_gain_exchanged.of_released(0.05)
    assert np.round(found).tolist() == [85, 841, 1453]
    row = zhou_noise_gain_exchanged.CLAIM.experiment(range(1), 1)[0]
    np.testing.assert_array_equal(row[2:], found)


def test_gains_are_the_largest_of_theorem_4_3():
    """Against a grid of scales of 1%, and the sum of the theorem over all weights."""
    layer = zhou_noise_gain_exchanged.released()[0]
    words, counts, noise = layer
    codes, unit = np.repeat(np.arange(words.size), counts), np.log(2)

    def saved(posterior, prior):
        full = counts.sum() * np.ceil(np.log2(words.size))
        return full - uniform_divergence(codes, words, Noise(posterior, prior)) / unit

    scales = noise * np.exp(np.linspace(-1, 2, 301))
    assert layer.right() == pytest.approx(max(saved(noise, s) for s in scales), rel=1e-3)
    other, at = layer.exchanged(0.1)
    assert other == pytest.approx(max(saved(s, 0.1) for s in scales), rel=1e-3)
    assert other == pytest.approx(saved(0.1 * at, 0.1), rel=1e-9)


def test_noise_is_a_share_of_the_range_of_the_sizes():
    layer = zhou_noise_gain_exchanged.layer(np.array([-0.5, 0.1, 0.4]), np.ones(3), 0.05)
    assert layer.noise == pytest.approx(0.02)


@pytest.mark.parametrize(
    "printed, follow",
    [(zhou_mnist_row.MNIST, (0.48661, 0.46979)), (zhou_mnist_row.IMAGENET, (0.96539, 0.89028))],
)
def test_limits_that_follow_are_those_of_the_printed_figures(printed, follow):
    """By the inverse of kl; 0.48659 and 0.96539 to ten digits at 0.5896 and 1.5512 nats."""
    *gaps, limit, quiet, needed, first = zhou_mnist_row.row(printed)
    nats = printed.size[0] * 8192 * np.log(2)
    assert (limit, quiet) == pytest.approx(follow, abs=6e-6)
    assert chernoff(needed, printed.n, nats, 0.05) == pytest.approx(printed.limits[0][0], abs=1e-9)
    assert first == pytest.approx(chernoff(0.005, printed.n, nats, 0.05), rel=1e-12)
    assert (np.array(gaps) < 0).tolist() == [printed is zhou_mnist_row.MNIST] * 2


def test_a_printed_limit_is_compared_with_the_least_that_figures_so_printed_have():
    """100 draws of figures that round to the printed ones, and their lower ends."""
    printed, rng = zhou_mnist_row.MNIST, np.random.default_rng(1)
    (size, half), errors = printed.size, printed.error_rates
    gaps = zhou_mnist_row.row(printed)[:2]
    for gap, (stated, more), (error, some) in zip(gaps, printed.limits, errors, strict=True):
        least = stated + more - gap
        nats = (size + rng.uniform(-half, half, 100)) * 8192 * np.log(2)
        drawn = chernoff(error + rng.uniform(-some, some, 100), printed.n, nats, 0.05)
        assert (drawn >= least).all()
        end = chernoff(error - some, printed.n, (size - half) * 8192 * np.log(2), 0.05)
        assert least == pytest.approx(end, rel=1e-12)


@pytest.mark.parametrize("count", [5, 40])
def test_both_systems_of_ridge_regression_have_one_solution(count):
    """The gradient of the penalised squared error is 0."""
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(20, count)), rng.normal(size=20)
    w = zhou_random_labels_need_bits._ridge(x, y)
    penalty = 20 * zhou_random_labels_need_bits.RIDGE
    np.testing.assert_allclose(x.T @ (y - x @ w), penalty * w, atol=1e-10)


def test_only_labels_differ_between_shares_and_so_many_are_drawn_anew():
    """Half of 650 labels are coins, so a quarter differ: 6 standard deviations are 0.11."""
    tasks = [
        zhou_random_labels_need_bits._task(replicate_rng(3, 4), share) for share in (0.0, 0.5, 1.0)
    ]
    none, half, every = (np.concatenate([t.labels, t.answers]) for t in tasks)
    for task in tasks:
        np.testing.assert_array_equal(task.seen, tasks[0].seen)
        np.testing.assert_array_equal(task.fresh, tasks[0].fresh)
    assert (none != half).mean() == pytest.approx(0.25, abs=0.11)
    assert (none != every).mean() == pytest.approx(0.5, abs=0.12)


def test_the_network_has_learned_random_labels_and_the_one_before_has_not():
    task = zhou_random_labels_need_bits._task(replicate_rng(3, 4), 1.0)
    order = np.argsort(-abs(zhou_random_labels_need_bits._ridge(task.seen, task.labels)))
    found = zhou_random_labels_need_bits._smallest(task, order)
    count = list(zhou_random_labels_need_bits.COUNTS).index(np.count_nonzero(found))
    fewer = order[: zhou_random_labels_need_bits.COUNTS[count - 1]]
    less = zhou_random_labels_need_bits._fitted(task, fewer)
    errors = [
        zhou_random_labels_need_bits._error_rate(w, task.seen, task.labels) for w in (found, less)
    ]
    assert errors[0] <= zhou_random_labels_need_bits.MAX_ERROR_RATE < errors[1]


def test_ranks_keep_signs_and_order_and_nothing_else():
    matrix = np.array([[3.0, -100.0], [0.5, -0.25]])
    found = zhou_heavy_tails_need_fewer_bits._ranked(matrix)
    np.testing.assert_allclose(found, np.array([[3, -4], [2, -1]]) / 4)


def test_bits_have_no_unit():
    matrix = np.random.default_rng(5).standard_cauchy(size=(30, 20))
    assert len({zhou_heavy_tails_need_fewer_bits._bits(s * matrix) for s in (2.0**-40, 1, 8)}) == 1


def test_a_limit_is_of_the_training_errors_the_bits_and_what_was_tried():
    limit, gap, error, fresh, bits = zhou_limit_digits.CLAIM.experiment(range(1), 7)[0]
    digits = softmax_limits.digits()
    shuffled = digits.part(np.random.default_rng([7, 0]).permutation(1797))
    x, labels, *_ = shuffled
    weights = softmax_limits.compressed(shuffled.part(np.s_[:1437]))
    wrong = (x @ weights.T).argmax(axis=1) != labels
    assert (error, fresh) == pytest.approx((wrong[:1437].mean(), wrong[1437:].mean()))
    nats, errors = (bits + np.log2(18)) * np.log(2), wrong[:1437].sum()
    assert limit == pytest.approx(binomial_tail(errors, 1437, nats, 0.05), rel=1e-9)
    assert gap == pytest.approx(fresh - limit, abs=1e-12) and bits % 8 == 0


def test_what_is_missing_for_mnist_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("STABLENOISE_DATA", str(tmp_path))
    assert zhou_limit_mnist.FILE in zhou_limit_mnist.CLAIM.needs()


def test_blurred_weights_are_few_percent_off_and_hardly_ever_alike():
    """Of 1,000 times 0.3, some 120 halves of float16 lie within 5%."""
    array = np.where(np.arange(2_000) % 2, np.float32(0.3), np.float32(0))
    found = zhou_limit_mnist.blurred(array)
    np.testing.assert_array_equal(found[::2], 0)
    assert abs(found[1::2] / 0.3 - 1).max() < 0.051 and found.dtype == np.float32
    assert np.unique(found[1::2]).size > 100


@pytest.mark.slow
def test_the_certificate_of_the_released_network_is_that_of_its_decoded_code(home):
    """470 and 231 errors, as counted by others; no more bits than with the dead units."""
    limit, errors, bits, fresh, _ = zhou_limit_mnist._certified()
    assert (errors, round(fresh * 10_000), bits % 8) == (470, 231, 0) and bits < 50_952
    assert chernoff(470 / 60_000, 60_000, bits * np.log(2), 0.05) - 0.002 < limit < 0.35
    row = zhou_limit_mnist.CLAIM.experiment(range(1), 1)[0]
    assert row.tolist() == [limit, fresh - limit, errors / 60_000, fresh, bits]
    more = zhou_limit_mnist.CLAIM.control(range(1), 1)[0]
    assert more[4] > 2 * bits and chernoff(more[2], 60_000, more[4] * np.log(2), 0.05) > more[0]


def test_what_must_hold_always_is_the_bound_over_the_bits():
    rows = zhou_random_labels_need_bits.CLAIM.experiment(range(2), 3)
    labels = [quantity.label for quantity in zhou_random_labels_need_bits.CLAIM.quantities]
    first = labels.index("lower bound over the bits, share 0")
    ratios, bits, least = rows[:, first:].reshape(2, 3, 3).swapaxes(0, 1)
    np.testing.assert_allclose(ratios, least / bits, rtol=1e-12)
    np.testing.assert_allclose(rows[:, :first], np.diff(np.log(bits), axis=1), rtol=1e-12)


@pytest.mark.parametrize(
    "claim, told",
    [
        (zhou_mnist_row.CLAIM, {"48.7%": 0.487, "47.0%": 0.47, "0.42%": 0.0042, "46.2%": 0.462}),
        (zhou_noise_gain_exchanged.CLAIM, {"85 B": 85, "841 B": 841, "1,453 B": 1453}),
        (zhou_limit_digits.CLAIM, {"60%": 0.6}),
        (zhou_limit_mnist.CLAIM, {"40%": 0.4}),
    ],
)
def test_numbers_of_a_sentence_are_judged(claim, told):
    judged = [(q.rule.low, q.rule.high) for q in claim.quantities if q.rule]
    for words, value in told.items():
        assert words in claim.statement
        assert any(value in (low, high, pytest.approx((low + high) / 2)) for low, high in judged)
