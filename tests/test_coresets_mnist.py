"""CoreNet and its baselines on 784-300-100-10 networks trained on MNIST for three epochs.

The network of the theory's table, trained here by the package's own SGD, and by Adam: what beats
what depends on that.  Seeds are fixed; errors are means over SEEDS.
"""

import os
from itertools import islice
from math import log

import numpy as np
import pytest

from chaos.network import Network
from chaos.sgd import minibatch_drift, trajectory
from compress.coresets import (
    Budget,
    ReluNetwork,
    baselines,
    corenet,
    corenet_plus_plus,
    diagnostics,
)
from compress.coresets.network import outputs
from stablenoise.data.datasets import load_mnist
from stablenoise.field import NoiseField

WIDTHS, BATCH, STEPS = (784, 300, 100, 10), 64, 2_812  # three epochs
NETWORK = Network(scaling="standard", bias=True)
KEEPS, SEEDS = (0.1, 0.2, 0.4), (1, 2, 3)
SEEN = 189  # what the theorem asks for if the input is not among the widths
NORMS = ("l1", "l2", "hybrid")


@pytest.fixture(scope="session")
def mnist():
    """Ink in [0, 1] in single precision: 60,000 training and 2,000 test images, and labels."""
    if not os.environ.get("STABLENOISE_DATA"):
        pytest.skip("the environment variable STABLENOISE_DATA names no folder of official files")
    data = load_mnist(standardise=False)
    x, test = (images.astype(np.float32) for images in (data.x_train, data.x_test[:2_000]))
    return x, data.y_train, test, data.y_test[:2_000]


@pytest.fixture(scope="session")
def trained(mnist):
    """By SGD."""
    drift = minibatch_drift(NETWORK, *mnist[:2], batch=BATCH, seed=1)
    path = trajectory(start(), drift, NoiseField(2.0, seed=1), eta=0.1, sigma=0.0)
    return as_relu(next(islice(path, STEPS - 1, None)))


@pytest.fixture(scope="session")
def trained_by_adam(mnist):
    """By Adam with step 0.001 and its usual rates, 0.9 and 0.999."""
    drift, weights = minibatch_drift(NETWORK, *mnist[:2], batch=BATCH, seed=1), start()
    mean, square = ([np.zeros_like(w) for w in weights] for _ in range(2))
    for step in range(STEPS):
        gradients = drift(weights, step)
        mean = [0.9 * m + 0.1 * g for m, g in zip(mean, gradients, strict=True)]
        square = [0.999 * v + 0.001 * g * g for v, g in zip(square, gradients, strict=True)]
        unbiased = 1 - 0.9 ** (step + 1), 1 - 0.999 ** (step + 1)
        weights = tuple(
            w - 0.001 * (m / unbiased[0]) / (np.sqrt(v / unbiased[1]) + 1e-8)
            for w, m, v in zip(weights, mean, square, strict=True)
        )
    return as_relu(weights)


def start():
    """Of variance 1 / (3 inputs), as of uniform weights in +- inputs^(-1/2)."""
    return tuple((w / 6**0.5).astype(np.float32) for w in NETWORK.initial(WIDTHS, seed=1))


def as_relu(weights):
    return ReluNetwork([w[:, :-1] for w in weights], [w[:, -1] for w in weights])


def outcome(network, weights, mnist, exact):
    """Relative l1 error of the outputs, and drop of the accuracy, on the test images."""
    found = outputs(weights, network.biases, mnist[2])
    right = [(f.argmax(axis=1) == mnist[3]).mean() for f in (exact, found)]
    return abs(found - exact).sum() / abs(exact).sum(), right[0] - right[1]


def compared(network, mnist, keep):
    """Mean error and drop of each method, at CoreNet's share of each layer."""
    found: dict[str, list] = {}
    exact = network(mnist[2])
    for seed in SEEDS:
        for name, weights in chosen(network, mnist[0][: 2 * SEEN], keep, seed).items():
            found.setdefault(name, []).append(outcome(network, weights, mnist, exact))
    return {name: np.mean(pairs, axis=0) for name, pairs in found.items()}


def chosen(network, images, keep, seed):
    """Weights by each method; the second half of the images is held out from S."""
    seen, held_out = np.split(images, 2)
    coreset = corenet(network, seen, Budget(keep), seed)
    best = corenet_plus_plus(network, seen, Budget(keep), seed, held_out)
    layers = [(p.layer.weights, p.expected / p.layer.size) for p in coreset.plans]
    found = {"corenet": coreset.weights, "corenet++": best.weights}
    for sample in (baselines.uniform, baselines.l1, baselines.l2, baselines.hybrid):
        found[sample.__name__] = [sample(w, k, seed, i) for i, (w, k) in enumerate(layers)]
    found["poisson"] = without_replacement(coreset, seed)
    found["magnitude"] = [baselines.top_magnitude(w, k) for w, k in layers]
    return found


def without_replacement(coreset, seed):
    found = []
    for i, plan in enumerate(coreset.plans):
        w, s, share = plan.layer.weights, plan.layer.sensitivities, plan.expected / plan.layer.size
        found.append(baselines.poisson(w, s, share, seed, i))
    return found


@pytest.fixture(scope="session")
def table(trained, mnist):
    """Of the network trained by SGD: errors and drops at each share."""
    return {keep: compared(trained, mnist, keep) for keep in KEEPS}


@pytest.fixture(scope="session")
def table_by_adam(trained_by_adam, mnist):
    return {keep: compared(trained_by_adam, mnist, keep) for keep in KEEPS}


def test_the_networks_have_learned(trained, trained_by_adam, mnist):
    for network in (trained, trained_by_adam):
        assert (network(mnist[2]).argmax(axis=1) == mnist[3]).mean() > 0.95


def test_coreset_comes_before_the_norms_and_uniform_last(table, table_by_adam):
    """CN-10; by SGD at 0.2 l2 has the same error as CoreNet within noise, 0.39."""
    for rows, near in ((table, 0.2), (table_by_adam, None)):
        for keep, found in rows.items():
            norms = [found[name][0] for name in NORMS]
            assert max(norms) < found["uniform"][0], (keep, found)
            assert found["corenet"][0] < min(norms) * (1.1 if keep == near else 1), (keep, found)


def test_the_largest_weights_cost_less_accuracy_than_any_draws(table, table_by_adam):
    """CN-11, whatever the training.

    The best of eight draws comes near: at 0.1 of a network by Adam it cost 0.137, the largest
    weights 0.144.  Rounding makes each training a network of its own; a mean of three accuracies
    on 2,000 images has a standard error of 0.006.
    """
    for rows in (table, table_by_adam):
        for keep, found in rows.items():
            drops = {name: drop for name, (_, drop) in found.items()}
            largest, best = drops.pop("magnitude"), drops.pop("corenet++")
            assert largest < min(drops.values()) + 0.006, (keep, found)
            assert largest < best + 4 * 0.006, (keep, found)


def test_whether_the_largest_weights_have_the_smaller_error_depends_on_the_training(
    table, table_by_adam
):
    """CN-11: by SGD they beat all plain draws with replacement, by Adam they lose to CoreNet."""
    for keep in KEEPS:
        by_sgd, by_adam = table[keep], table_by_adam[keep]
        others = [by_sgd[name][0] for name in ("corenet", *NORMS, "uniform")]
        assert by_sgd["magnitude"][0] < min(others), (keep, by_sgd)
        assert by_adam["magnitude"][0] > by_adam["corenet"][0], (keep, by_adam)


def test_the_best_of_eight_has_a_smaller_error_on_images_of_its_own(table, table_by_adam):
    """CN-16, a network of both signs."""
    for rows in (table, table_by_adam):
        for keep, found in rows.items():
            assert found["corenet++"][0] < 0.9 * found["corenet"][0], (keep, found)


def test_sampling_without_replacement_pays_when_much_is_kept(table, table_by_adam):
    """CN-20: with one c for the network, worse at 0.1, and the smallest error of all at 0.4."""
    for rows in (table, table_by_adam):
        assert rows[0.1]["poisson"][0] > rows[0.1]["corenet"][0]
        rest = [error for name, (error, _) in rows[0.4].items() if name != "poisson"]
        assert rows[0.4]["poisson"][0] < 0.8 * min(rest), rows[0.4]


def test_with_equal_shares_of_all_layers_it_is_mixed(trained, mnist):
    """CN-20 as in the theory: one c a layer; worse at 0.2, better at 0.4."""
    gaps, exact = [], trained(mnist[2])
    for keep in (0.2, 0.4):
        errors = []
        for seed in range(6):
            coreset = corenet(trained, mnist[0][:SEEN], Budget(keep, "layer"), seed)
            pair = coreset.weights, without_replacement(coreset, seed)
            errors.append([outcome(trained, weights, mnist, exact)[0] for weights in pair])
        gaps.append(float(np.diff(np.mean(errors, axis=0))[0]))
    assert gaps[0] > 0 > gaps[1], gaps


def test_fresh_images_exceed_sensitivities_by_far_in_the_first_layer(trained, mnist):
    """CN-14: the assumed constant log(eta eta*) is exceeded by some 2% of sides there.

    Of the later layers by none or next to none of 100,000 and 20,000, depending on the training.
    """
    coreset = corenet(trained, mnist[0][:SEEN], Budget(0.4), seed=1)
    first, *later = (c.growth[c.growth > 0] for c in diagnostics.coverage(coreset, mnist[2][:500]))
    assumed = log(410 * 784)
    assert 0.8 < np.median(first) < 1.1 and 0.005 < (first > assumed).mean() < 0.05
    assert np.quantile(first, 0.99) > assumed and first.max() > 100
    for growth in later:
        assert np.quantile(growth, 0.99) < 2.5 and (growth > assumed).mean() < 1e-3


def test_inverted_images_are_not_what_was_learned(trained, trained_by_adam, mnist):
    """CN-18; how much the error of the outputs rises is a matter of the network."""
    for network, factor in ((trained, 1.1), (trained_by_adam, 2)):
        coreset = corenet(network, mnist[0][:SEEN], Budget(0.4), seed=1)
        both = mnist[2][:500], 1 - mnist[2][:500]
        here, there = (diagnostics.coverage(coreset, x)[0] for x in both)
        assert here.zero_mass.mean() < 0.005 and there.zero_mass.mean() > 0.2
        assert np.median(there.growth) > 5 * np.median(here.growth)
        errors = [diagnostics.output_change(coreset, x) for x in both]
        assert errors[1] > factor * errors[0], errors
