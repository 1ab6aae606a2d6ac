"""Weights of few integers by Adam over latent real ones, straight through the rounding.

Layers have no biases and no scales: all is positively homogeneous, so that the predicted class is
a function of the integers alone, and their code describes the classifier.
"""

from dataclasses import dataclass

import numpy as np

from .convolutions import backward, examples_last, forward, softmax_slope


@dataclass(frozen=True, slots=True)
class Training:
    """How integers are found; a decoder need not know, so that no bound charges for it.

    Parameters
    ----------
    epochs, size : int
        Passes, and images in a batch.
    rate : float
        Of Adam, constant for a fifth of the training, then falling to 0 in a line.
    l1 : float
        Pull of latent weights to zero, which shortens the code; it grows over the first half.
    seed : int
    spread : float
        Standard deviation of the scores at first, by their temperature; 0 leaves them as they are.

    """

    epochs: int
    rate: float
    l1: float
    seed: int = 0
    size: int = 100
    spread: float = 0.0


class Adam:
    """Steps of Kingma & Ba (2015), arXiv 1412.6980, algorithm 1, for arrays changed in place."""

    def __init__(self, arrays):
        self.mean = [np.zeros_like(a) for a in arrays]
        self.square = [np.zeros_like(a) for a in arrays]
        self.count = 0

    def step(self, arrays, slopes, rate):
        """Move the arrays against their slopes."""
        self.count += 1
        bias = np.sqrt(1 - 0.999**self.count) / (1 - 0.9**self.count)
        for a, g, m, v in zip(arrays, slopes, self.mean, self.square, strict=True):
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            a -= np.float32(rate * bias) * m / (np.sqrt(v) + np.float32(1e-8))


def rounded(latent, top):
    """The nearest integer of -top, ..., top."""
    return np.rint(np.clip(latent, -top, top))


def trained(layers, latent, tops, data, training):
    """Integers after training from these latent weights; those that are 0 at first stay 0."""
    images, labels = data
    latent, alive = [w.copy() for w in latent], [w != 0 for w in latent]
    warmth = _warmth(layers, latent, tops, images[: training.size], training.spread)
    adam = Adam([*latent, warmth])
    for index, left in _batches(len(images), training):
        batch = examples_last(images[index]), labels[index]
        pulls = slopes(layers, latent, warmth, tops, batch)
        strength = np.float32(training.l1 * min(1, 2 * (1 - left)))
        for g, w, there in zip(pulls[:-1], latent, alive, strict=True):
            g += strength * np.sign(w)
            g *= there
        adam.step([*latent, warmth], pulls, training.rate * min(1, 1.25 * left))
        for w, top in zip(latent, tops, strict=True):
            np.clip(w, -top - 0.49, top + 0.49, out=w)
    return [rounded(w, top).astype(np.int8) for w, top in zip(latent, tops, strict=True)]


def slopes(layers, latent, warmth, tops, batch):
    """Slopes of the mean cross-entropy in the latent weights and in the log inverse temperature.

    The rounding passes them unchanged: the straight-through estimator of Bengio, Leonard &
    Courville (2013), arXiv 1308.3432.  The temperature is forgotten in the end, as it changes no
    prediction.
    """
    x, labels = batch
    gains = _gains(latent)
    weights = _used(latent, tops)
    out, tape = forward(layers, weights, x)
    sharp = np.exp(warmth)
    scores = sharp * out.reshape(len(out), -1)
    slope = softmax_slope(scores, labels)
    slopes = backward(layers, weights, tape, (sharp * slope).reshape(out.shape))
    return [g * d for g, d in zip(gains, slopes, strict=True)] + [np.sum(slope * scores)[None]]


def _gains(latent):
    """Scales that keep the size of what passes through relu: He et al. (2015), arXiv 1502.01852."""
    return [w.dtype.type(np.sqrt(2 / w[0].size)) for w in latent]


def _used(latent, tops):
    return [g * rounded(w, top) for g, w, top in zip(_gains(latent), latent, tops, strict=True)]


def _warmth(layers, latent, tops, images, spread):
    """Log inverse temperature at which the scores of these images have this spread."""
    if not spread:
        return np.zeros(1, np.float32)
    scores = forward(layers, _used(latent, tops), examples_last(images))[0]
    return np.log(np.float32(spread) / scores.std()).reshape(1)


def _batches(n, training):
    """Index sets of minibatches, each with the share of the training then left, in (0, 1]."""
    rng = np.random.default_rng(training.seed)
    each = n // training.size
    for epoch in range(training.epochs):
        order = rng.permutation(n)[: each * training.size].reshape(each, training.size)
        for k, index in enumerate(order):
            yield index, 1 - (epoch * each + k) / (training.epochs * each)
