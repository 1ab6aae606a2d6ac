"""Two ternary networks, one trained on a share and one trained on from it by the rest."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from compress.certificates.priors import Split, ternary_from_prior
from compress.certificates.ternary import Configuration, Domain, Layer, training
from compress.certificates.ternary.learners import Learner
from compress.certificates.ternary.products import LANES
from stablenoise.data import load_mnist

CHOSEN = Configuration(
    Domain(28, 28, 10),
    (Layer(5, 3, stride=2, pool=True), Layer(10, 3, pool=True)),
    moments=(24, 14),
    reach=1,
    lift=True,
)
PRIORS = 2**CHOSEN.bits  # it is the record's, chosen after all of MNIST was seen: by its header
SEEN, EPOCHS = 500_000, (12, 400)  # images that the prior is trained by, and passes
ON = training.Training(12, rate=0.02, pull=1e-4, seed=1, views=3)
NEARER = np.float32(0.8)  # latent weights, at most 1, begin so near to where they change


@cache
def data() -> tuple[np.ndarray, np.ndarray]:
    """Images in grey levels, and labels."""
    mnist = load_mnist(standardise=False)
    images = np.rint(mnist.x_train.reshape(-1, 28, 28) * 255).astype(np.uint8)
    return images, mnist.y_train.astype(np.int64)


def learned(
    rows: np.ndarray, how: training.Training, latent: np.ndarray | None = None
) -> np.ndarray:
    """Latent weights after training on some rows; those given pull, and are begun from."""
    images, labels = (part[rows] for part in data())
    seen = training.learnable(CHOSEN, images[:, None])
    size = min(how.size, len(rows) // LANES * LANES)
    how = replace(how, size=size)
    learner = Learner(CHOSEN, size // LANES, how.views)
    state, aim = training.begun(learner, how.seed), training.ZERO
    if latent is not None:
        state.latent[:-1], aim = NEARER * np.clip(latent, -1, 1), training.used(latent)
    for epoch in range(how.epochs):
        training.one_epoch(learner, state, (seen, labels), how, epoch, aim)
    return state.latent[:-1].copy()


def ternary(split: Split, delta: float):
    """Certificate of the second network, coded relative to the first."""
    low, high = EPOCHS
    epochs = min(high, max(low, SEEN // len(split.prior)))
    first = learned(split.prior, training.Training(epochs, views=3))
    second = learned(split.bound, ON, first)
    description, prior = (training.described(CHOSEN, latent) for latent in (second, first))
    return ternary_from_prior(description, prior, data(), split, delta, priors=PRIORS)
