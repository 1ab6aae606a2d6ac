"""P1-18-mnist: beyond the theory: filters of a convolutional network prune as its noise does."""

from dataclasses import replace
from functools import cache, partial

import numpy as np

from chaos.training import Settings, Trained, train
from compress.pruning import filter as by_filter
from paper_checks.claim import Claim, Quantity, above
from paper_checks.experiments.pruned_networks import (
    GAUSSIAN,
    HEAVY,
    SQUARED_ERROR,
    missing,
)
from paper_checks.experiments.small_images import mnist
from paper_checks.replicates import by_seed
from paper_checks.summaries import median, proportion
from stablenoise.data.datasets import Dataset
from stablenoise.layers import Architecture
from stablenoise.layers.kinds import Conv, Dense, Flatten, MaxPool, Relu

# Of the second convolution, whose filters are judged; its layer in the noise.
FILTERS, SECOND, LAYER = 40, "weights_2", 1
CLIP = 1.0  # norm of gradients: without it a network that a large jump has hit may diverge
STILL = 1e-12  # a step size with which nothing moves
LAYERS = (
    Conv(units=8, size=(3, 3), padding=1, bias=False),
    Relu(),
    MaxPool(),
    Conv(units=FILTERS, size=(3, 3), padding=1, bias=False),
    Relu(),
    MaxPool(),
    Flatten(),
    Dense(units=10, bias=False),
)
# SIGMA was chosen from 0.02, 0.05 and 0.1 after a look at five seeds.
ETA, STEPS, BATCH, SIGMA, TRAINING_ROWS, TEST_ROWS = 0.1, 60, 16, 0.05, 5_000, 500


def _compare(seed: int, exchanged: bool = False) -> list[float]:
    """Two trained networks on one seed, and the heavy noise alone on their initial weights."""
    data, indices = _data(), (HEAVY, GAUSSIAN)
    heavy, gaussian = (_trained(data, seed, a) for a in indices[:: -1 if exchanged else 1])
    alone = _noise_alone(data, seed)
    shares = [_share(w) for w in (heavy.weights[SECOND], gaussian.weights[SECOND], alone)]
    ours, control, noise = shares
    guess = np.bincount(data.y_test).max() / data.y_test.size
    accuracies = heavy.test_accuracy, gaussian.test_accuracy
    return [
        accuracies[0] - 1.5 * guess,
        ours - control,
        float(ours - noise < 1.5 / FILTERS),
        *shares,
        *accuracies,
    ]


def _settings(seed: int, alpha: float) -> Settings:
    return Settings(
        architecture=Architecture(LAYERS, image=(1, 14, 14)),
        noise="isotropic",
        noise_unit="filter",
        alpha=alpha,
        sigma=SIGMA,
        eta=ETA,
        clip=CLIP,
        steps=STEPS,
        batch=BATCH,
        seed=seed,
        dtype="float32",
    )


def _trained(data: Dataset, seed: int, alpha: float) -> Trained:
    return train(_settings(seed, alpha), data)


def _noise_alone(data: Dataset, seed: int) -> np.ndarray:
    """Filters as they begin, with the noise of all steps."""
    settings = _settings(seed, HEAVY)
    # One step that is next to none: the weights of the beginning.
    begun = train(replace(settings, noise="none", eta=STILL, steps=1), data).weights[SECOND]
    filters, field = begun.reshape(FILTERS, -1).copy(), settings.field.layer(LAYER)
    for step in range(STEPS):
        field.add_to(filters, step, SIGMA * ETA ** (1 / HEAVY))
    return filters.reshape(begun.shape)


def _share(kernels: np.ndarray) -> float:
    return 1 - by_filter.keep_for_error(kernels, SQUARED_ERROR)


@cache
def _data() -> Dataset:
    data = mnist()
    every = slice(None, None, len(data.y_test) // TEST_ROWS)
    return Dataset(
        data.name,
        data.x_train[:TRAINING_ROWS].copy(),
        data.y_train[:TRAINING_ROWS].copy(),
        data.x_test[every].copy(),
        data.y_test[every].copy(),
    )


CLAIM = Claim(
    id="P1-18-mnist",
    title="Filters of a convolution prune as their noise: MNIST",
    deciding="seeds with at most one more than by noise alone",
    statement=(
        "Beyond the theory: a network of two convolutions trained on MNIST (pixels averaged to "
        "14 x 14) with isotropic noise of index 1.5 over filters, gradients clipped, has more "
        "filters of the second convolution that can be pruned at squared error 0.1 than with "
        "Gaussian noise of the same scale, and in most networks at most one more than the noise "
        "alone gives to the same initial filters."
    ),
    source=(
        "Wan et al., arXiv 2306.08125 (convolutional networks, filters with noise of their own: "
        "its code, read); the null is of this ledger"
    ),
    quantities=(
        Quantity("test accuracy at 1.5, above 1.5 times a guess", above(0), median),
        Quantity("share of filters pruned, 1.5 minus Gaussian", above(0), median),
        # The shares of most seeds are equal, so that a median of differences has no interval.
        Quantity("seeds with at most one more than by noise alone", above(0.5), proportion),
        Quantity("share of filters pruned, trained at 1.5", None, median),
        Quantity("share of filters pruned, Gaussian", None, median),
        Quantity("share of filters pruned, noise alone", None, median),
        Quantity("test accuracy at 1.5", None, median),
        Quantity("test accuracy, Gaussian", None, median),
    ),
    experiment=by_seed(_compare),
    control=by_seed(_compare, exchanged=True),
    broken="the indices are exchanged",
    unit="paired seeds",
    smoke=80,
    full=192,
    chunk=2,
    needs=partial(missing, mnist),
)
