"""The LeNet-5 released with arXiv 1804.05862: as it is, with fewer weights, and trained on.

A description is three bytes, the widths of the hidden layers and whether weights are integers
without biases, and a payload.  Sizes of LeNet-5, the input in [-1, 1], the codec and the program
were fixed by others or before; what any search found is in the bytes, whatever the search was.
"""

from dataclasses import dataclass
from math import isqrt

import numpy as np

from compress.certificates.certificate import occam
from compress.coding.bits import Reader, Writer
from compress.coding.length import code_length, decode_payload, encode_payload
from compress.coding.quantisation import quantise

from .convolutions import Layer, backward, examples_last, forward, mistakes, softmax_slope
from .straight_through import trained

SIDES = 5, 5, 4, 1
POOLS = 2, 2, 1, 1
RELUS = False, False, True, False
WIDTHS = {20: 5, 50: 6, 500: 9}  # most units of each hidden layer, and bits for their number
LEVELS = 12  # the released weights are multiples, up to 6 and down to -6, of one step an array
SOFTER = 4  # divides the scores, as the Fisher information of a fitted network is nearly zero
BATCH = 50  # of images, for the Fisher information
SAMPLE = 4000  # images of a step, for the Fisher information
STEP = 80  # weights that go at a time
CHECKED = 12_000  # images by which a step is judged


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Weights of shape (units, inputs, side, side) and biases, or None, of the four layers."""

    weights: list[np.ndarray]
    biases: list[np.ndarray] | None = None

    @property
    def layers(self):
        """What is applied in turn."""
        each = zip(self.weights, POOLS, RELUS, strict=True)
        return [Layer(w.shape[1], *w.shape[::2], pool=p, relu=r) for w, p, r in each]

    @property
    def arrays(self):
        """What is encoded."""
        return [*self.weights, *(self.biases or [])]

    def mistakes(self, data):
        """Number of images of a wrong class."""
        weights = [w.astype(np.float32) for w in self.weights]
        return mistakes(self.layers, weights, data, self.biases)


def released(model):
    """The network of a ``Model``, each array in steps that float16 holds."""
    arrays = quantise(model.arrays, LEVELS, "uniform").weights.values()
    weights, inputs = [], 1
    for w in (a for a in arrays if a.ndim > 1):
        side = isqrt(w[0].size // inputs)
        weights.append(w.reshape(len(w), inputs, side, side))
        inputs = len(w)
    return without_dead(Network(weights, [a for a in arrays if a.ndim == 1]))


def without_dead(network):
    """Smaller network of the same function, without units that are always 0 or feed nothing."""
    weights = list(network.weights)
    biases = network.biases or [np.zeros(len(w), np.float32) for w in weights]
    for k in (0, 1, 2, 1, 0):
        fed = weights[k].any((1, 2, 3)) | (biases[k] != 0)
        used = fed & weights[k + 1].any((0, 2, 3))
        weights[k], weights[k + 1] = weights[k][used], weights[k + 1][:, used]
        biases = [b[used] if place == k else b for place, b in enumerate(biases)]
    return Network(weights, biases if network.biases else None)


def described(network):
    """Bytes of the whole description: head and payload."""
    head = Writer()
    head.put(int(network.biases is None), 1)
    for layer, width in zip(network.layers[:-1], WIDTHS.values(), strict=True):
        head.put(layer.outputs, width)
    return head.to_bytes(), encode_payload(network.arrays)


def read(description):
    """Network of a description."""
    head = Reader(description)
    bare = head.take(1)
    widths = [1, *(head.take(width) for width in WIDTHS.values()), 10]
    kind = np.int8 if bare else np.float32
    shapes = [(b, a, s, s) for a, b, s in zip(widths[:-1], widths[1:], SIDES, strict=True)]
    shapes += [] if bare else [(b,) for b in widths[1:]]
    arrays = decode_payload(head.rest(), [np.zeros(shape, kind) for shape in shapes])
    return Network(arrays[:4], None if bare else arrays[4:])


def centred(data):
    """Images in [-1, 1], as the released network wants them."""
    images, labels = data
    return 2 * images - 1, labels


def errors(description, data):
    """Number of images in [0, 1] that the decoded network has wrong."""
    return read(description).mistakes(centred(data))


def saliencies(network, images, rng):
    """Loss that each weight's removal is expected to cost, Fisher information times w^2 / 2.

    Up to a factor common to all.  LeCun, Denker & Solla (1990), Optimal brain damage, with the
    information, by labels that the network draws itself, in place of the second derivative.
    """
    squares = [np.zeros(w.shape) for w in network.weights]
    for k in range(0, len(images), BATCH):
        for each, d in zip(squares, _pulls(network, images[k : k + BATCH], rng), strict=True):
            each += d * d * BATCH**2 / len(images)
    return [s * w * w / 2 for s, w in zip(squares, network.weights, strict=True)]


def _pulls(network, images, rng):
    """Slopes of the mean loss of a batch with labels drawn by the network, scores made softer."""
    out, tape = forward(network.layers, network.weights, examples_last(images), network.biases)
    scores = out.reshape(len(out), -1) / np.float32(SOFTER)
    slope = softmax_slope(scores, _drawn(scores, rng)).reshape(out.shape)
    return backward(network.layers, network.weights, tape, slope)


def _drawn(scores, rng):
    """A class for each column, with the chances of softmax: by the Gumbel maximum."""
    return (scores + rng.gumbel(size=scores.shape)).argmax(0)


def thinner(network, images, count, rng):
    """Network without the weights, ``count`` or a few more, of least loss for each bit."""
    losses = saliencies(network, images, rng)
    parts = code_length(network.arrays).parts
    cost = [p.total / np.count_nonzero(w) for p, w in zip(parts, network.weights, strict=False)]
    each = zip(losses, network.weights, cost, strict=True)
    ratios = [np.where(w != 0, loss / bits, np.inf) for loss, w, bits in each]
    limit = np.partition(np.concatenate([r.ravel() for r in ratios]), count - 1)[count - 1]
    kept = [np.where(r > limit, w, 0) for r, w in zip(ratios, network.weights, strict=True)]
    return without_dead(Network([w.astype(np.float32) for w in kept], network.biases))


def pruned(network, data, delta):
    """Network of the least limit among all that steps of ``STEP`` weights lead to.

    On the way the limit is judged by the first images; the way ends where it is 0.01 above the
    least.
    """
    images, labels = data
    rng = np.random.default_rng(0)
    first = images[:CHECKED], labels[:CHECKED]
    best, least, now = network, np.inf, 0.0
    while now < least + 0.01:
        now = _limit(network, first, len(images), delta)
        best, least = (network, now) if now < least else (best, least)
        some = rng.choice(len(images), min(SAMPLE, len(images)), replace=False)
        network = thinner(network, images[some], STEP, rng)
    return best


def _limit(network, some, n, delta):
    """Limit of the risk if the error rate of all n were that of some."""
    wrong = round(network.mistakes(some) * n / len(some[1]))
    return occam(wrong, n, 8 * sum(map(len, described(network))), delta, prefix=None).value


def tuned(network, data, trainings):
    """Integers trained from the network's, without biases; what is 0 stays 0."""
    tops = [1, LEVELS // 2, LEVELS // 2, LEVELS // 2]
    each = zip(network.weights, tops, strict=True)
    network = Network([np.rint(w / abs(w).max() * top).astype(np.int8) for w, top in each])
    for training in trainings:
        network = without_dead(network)
        latent = [w.astype(np.float32) for w in network.weights]
        network = Network(trained(network.layers, latent, tops, data, training))
    return without_dead(network)
