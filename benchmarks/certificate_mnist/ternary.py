"""A ternary network of some 1,400 weights, trained from nothing, and the whole of its description.

A description is a configuration, 9 bytes of it for five layers, and a payload: the weights of all
layers as one array.  The classifier is the program here, given those bytes.  Rate, epochs, pull and
seed of the training are not charged for: a decoder does not need them, the bound holds for all
weights at once.  What was fixed before, and what was chosen on the training data, ``__main__``
says.
"""

from dataclasses import dataclass

import numpy as np

from compress.coding.bits import Reader, Writer
from compress.coding.length import decode_payload, encode_payload

from .convolutions import BLOCK, Layer, values
from .normalisation import normalised
from .polish import LEVELS, Problem, polished
from .straight_through import trained

FIELDS = (4, 3, 1, 2, 1)  # bits of outputs - 1, kernel - 1, stride - 1, pad and pool - 1


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a classifier is besides its weights.

    Parameters
    ----------
    layers : tuple of Layer
        At most 7; the last one sees its whole input at once, and has no relu.
    spread, shape : float
        Of ``normalised``: in quarters up to 8, in twentieths below 1.6.
    reach : {0, 1, 2, 3}
        Scores are sums over all shifts of the image by up to so many pixels down and across.

    """

    layers: tuple[Layer, ...]
    spread: float
    shape: float
    reach: int

    @property
    def shapes(self):
        """Shapes of the weights."""
        return [layer.shape for layer in self.layers]

    def to_bytes(self):
        """Numbers of known width, filled up to bytes: where they end, they tell themselves."""
        bits = Writer()
        bits.put(round(4 * self.spread) - 1, 5)
        bits.put(round(20 * self.shape), 5)
        bits.put(self.reach, 2)
        bits.put(len(self.layers), 3)
        for layer in self.layers:
            for number, width in zip(_numbers(layer), FIELDS, strict=True):
                bits.put(number, width)
        return bits.to_bytes()


def _numbers(layer):
    return layer.outputs - 1, layer.kernel - 1, layer.stride - 1, layer.pad, layer.pool - 1


def configuration(bits):
    """Configuration at the beginning of a description, of which the rest is left."""
    layers, inputs = [], 1
    spread, shape, reach = (bits.take(5) + 1) / 4, bits.take(5) / 20, bits.take(2)
    count = bits.take(3)
    for place in range(count):
        outputs, kernel, stride, pad, pool = (bits.take(width) for width in FIELDS)
        relu = place + 1 < count
        layers.append(Layer(inputs, outputs + 1, kernel + 1, stride + 1, pad, pool + 1, relu))
        inputs = outputs + 1
    return Configuration(tuple(layers), spread, shape, reach)


def described(chosen, weights):
    """Bytes of the whole description: configuration and payload."""
    flat = np.concatenate([w.astype(np.int8).ravel() for w in weights])
    return chosen.to_bytes(), encode_payload(flat)


def read(description):
    """Configuration and weights, float32, of a description."""
    bits = Reader(description)
    chosen = configuration(bits)
    sizes = [int(np.prod(shape)) for shape in chosen.shapes]
    flat = decode_payload(bits.rest(), np.zeros(sum(sizes), np.int8))
    parts = np.split(flat.astype(np.float32), np.cumsum(sizes)[:-1])
    return chosen, [w.reshape(shape) for w, shape in zip(parts, chosen.shapes, strict=True)]


def prepared(chosen, data):
    """Normalised images, with their labels."""
    images, labels = data
    return normalised(images, chosen.spread, chosen.shape), labels


def seen(chosen, weights, images):
    """What the last layer is given for each normalised image, summed over shifts; (features, n)."""
    spans = range(-chosen.reach, chosen.reach + 1)
    before = chosen.layers[:-1], weights[:-1]
    return sum(values(*before, shifted(images, down, right)) for down in spans for right in spans)


def shifted(images, down, right):
    """Images moved by whole pixels; what comes in is zero."""
    far = max(abs(down), abs(right))
    height, width = images.shape[1:]
    wide = np.pad(images, ((0, 0), (far, far), (far, far)))
    return wide[:, far - down : far - down + height, far - right : far - right + width]


def mistakes(chosen, weights, data):
    """Number of normalised images whose largest score, the first of equals, is not their label's.

    Blocks of one size: float32 sums, and so near ties, hang on the shapes of matrices.
    """
    images, labels = data
    last = weights[-1].reshape(len(weights[-1]), -1)
    wrong = 0
    for k in range(0, len(images), BLOCK):
        scores = last @ seen(chosen, weights, images[k : k + BLOCK])
        wrong += int((scores.argmax(0) != labels[k : k + BLOCK]).sum())
    return wrong


def errors(description, data):
    """Number of images in [0, 1] that the decoded classifier has wrong."""
    chosen, weights = read(description)
    return mistakes(chosen, weights, prepared(chosen, data))


def learned(chosen, data, training, fixed):
    """Weights by training and by polishing, and their limit; ``fixed`` nats are charged besides."""
    images, labels = data
    rng = np.random.default_rng(training.seed)
    latent = [np.float32(0.7) * rng.standard_normal(s, np.float32) for s in chosen.shapes]
    weights = trained(chosen.layers, latent, [1] * len(latent), data, training)
    weights = [w.astype(np.float32) for w in weights]
    counts = tuple(sum(np.count_nonzero(w == v) for w in weights[:-1]) for v in LEVELS)
    problem = Problem(seen(chosen, weights, images), labels, counts, fixed)
    last = polished(weights[-1].reshape(len(weights[-1]), -1), problem)
    return [*weights[:-1], last.reshape(weights[-1].shape)], problem.limit(last)
