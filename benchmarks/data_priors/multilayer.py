"""A network of 100 hidden units trained by SGD in float32, and certificates relative to it."""

from __future__ import annotations

from functools import cache

import numpy as np

from compress.certificates.priors import Split, Training, from_prior, trained_from_prior
from stablenoise.data import load_mnist

WIDTHS = 784, 100, 10
NAMES = "hidden", "hidden bias", "output", "output bias"
RATE, MOMENTUM, DECAY, BATCH = np.float32(0.1), np.float32(0.9), np.float32(1e-4), 100
STEPS, EPOCHS = 12_000, (10, 60)  # of a share: about so many steps, within these passes
ON = 5, np.float32(0.03)  # passes by all images, and their rate
BY_BOUND = Training(epochs=6, least=0.1)


@cache
def data() -> tuple[np.ndarray, np.ndarray]:
    """Images as rows in [0, 1], float32, and labels."""
    mnist = load_mnist(standardise=False)
    return mnist.x_train.astype(np.float32), mnist.y_train


def begun(seed: int = 0) -> list[np.ndarray]:
    """Weights of the size of He et al. (2015), arXiv 1502.01852; biases of 0."""
    rng, arrays = np.random.default_rng(seed), []
    for fan, units in zip(WIDTHS[:-1], WIDTHS[1:], strict=True):
        weights = rng.standard_normal((units, fan)) * np.sqrt(2 / fan)
        arrays += [weights.astype(np.float32), np.zeros(units, np.float32)]
    return arrays


def descended(
    arrays: list[np.ndarray], rows: np.ndarray, epochs: int, rate: np.float32
) -> list[np.ndarray]:
    """Arrays after SGD with momentum on some rows; the rate falls to 0 in a line."""
    (x, labels), rng = data(), np.random.default_rng(1)
    arrays, speeds = [a.copy() for a in arrays], [np.zeros_like(a) for a in arrays]
    batch = min(BATCH, len(rows))
    each = len(rows) // batch
    for epoch in range(epochs):
        order = rng.permutation(rows)[: each * batch].reshape(each, batch)
        for step, chosen in enumerate(order):
            left = np.float32(1 - (epoch * each + step) / (epochs * each))
            slopes = gradients(arrays, x[chosen], labels[chosen])
            for a, speed, slope in zip(arrays, speeds, slopes, strict=True):
                speed *= MOMENTUM
                speed += slope + DECAY * a
                a -= rate * left * speed
    return arrays


def gradients(arrays: list[np.ndarray], x: np.ndarray, labels: np.ndarray) -> list[np.ndarray]:
    """Slopes of the mean cross-entropy."""
    w, b, v, c = arrays
    hidden = np.maximum(x @ w.T + b, 0)
    scores = hidden @ v.T + c
    slope = np.exp(scores - scores.max(axis=1, keepdims=True))
    slope /= slope.sum(axis=1, keepdims=True)
    slope[np.arange(len(labels)), labels] -= 1
    slope /= np.float32(len(labels))
    back = (slope @ v) * (hidden > 0)
    return [back.T @ x, back.sum(axis=0), slope.T @ hidden, slope.sum(axis=0)]


@cache
def prior(split: Split) -> dict[str, np.ndarray]:
    """Network of a share alone."""
    low, high = EPOCHS
    epochs = min(high, max(low, STEPS * BATCH // len(split.prior)))
    return dict(zip(NAMES, descended(begun(), split.prior, epochs, RATE), strict=True))


def coded(split: Split, delta: float):
    """Certificate of a network trained on by all images, coded relative to that of the share."""
    rows = np.arange(len(data()[0]))
    arrays = descended(list(prior(split).values()), rows, *ON)
    weights = dict(zip(NAMES, arrays, strict=True))
    return from_prior(weights, prior(split), data(), split, delta, rounds=1, examples=5000)


def gaussian(split: Split, delta: float):
    """Certificate of Gaussian weights about the network of the share."""
    return trained_from_prior(prior(split), data(), split, delta, training=BY_BOUND)
