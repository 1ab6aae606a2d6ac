"""Networks that have learned labels of which a share is random, in as few bits as are found.

All are trained to one accuracy, pruned and trained again in turn, rounded to few values, and coded;
the shortest code counts whose decoded network has one accuracy.  ``benchmarks/random_labels`` does
it at the size of MNIST, the claim B-18-mnist in a quarter of its pixels.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from chaos import training
from chaos.training.arrays import Arrays
from chaos.training.descent import State
from compress.certificates.information import jensen_shannon_bits, min_bits
from compress.coding.length import code_length
from compress.coding.quantisation import quantise
from compress.pruning import magnitude
from stablenoise.data.datasets import Dataset

CLASSES = 10
LEARNED, ACCURACY = 0.98, 0.95  # on the training set: before rounding, and of what was decoded
FIXED_SHARE = 0.1  # of the weights, where labels are not asked for
Weights = tuple[np.ndarray, ...]


class Sizes(NamedTuple):
    """Of a network, of its sample and of its training."""

    examples: int
    hidden: int
    batch: int
    eta: float
    steps: int  # at most, of the first training
    again: int  # at most, of each one after a pruning
    fall: float  # share of the weights that is kept from one pruning to the next
    every: int  # steps between two looks at the accuracy
    levels: tuple[int, ...] = (2, 4, 8)  # values of a rounded array beside zero


class Coded(NamedTuple):
    """A network that was decoded: its bits, errors and weights."""

    bits: int
    train_error: float
    test_error: float  # on examples with as many random labels, in the mean over these
    weights: Weights
    trained: Weights  # before pruning

    def least(self, n: int) -> tuple[float, float]:
        """Bits that the errors call for, by kl and by theorem 6.1."""
        fresh = max(self.train_error, self.test_error)
        pair = min_bits(self.train_error, fresh, n), jensen_shannon_bits(self.train_error, fresh, n)
        return float(pair[0]), float(pair[1])


def with_random_labels(data: Dataset, share: float, examples: int, seed: int) -> Dataset:
    """So many training examples, a share of whose labels is drawn anew; only labels differ.

    Parameters
    ----------
    data : Dataset
    share : float
        In [0, 1].
    examples : int
    seed : int
        Of the examples, of which labels are drawn, and of what is drawn.

    Returns
    -------
    Dataset
        The test part keeps its labels.

    """
    rng = np.random.default_rng(seed)
    rows = rng.choice(len(data.y_train), examples, replace=False)
    anew, drawn = rng.uniform(size=examples) < share, rng.integers(CLASSES, size=examples)
    labels = np.where(anew, drawn, data.y_train[rows])
    return replace(data, x_train=data.x_train[rows], y_train=labels)


def coded(data: Dataset, share: float, sizes: Sizes, seed: int) -> Coded:
    """The shortest code that is found of a network which has learned the training labels.

    Parameters
    ----------
    data : Dataset
        As ``with_random_labels`` makes it.
    share : float
        Of random labels, for the error on fresh examples: one of them is wrong in nine of ten.
    sizes : Sizes
    seed : int
        Of the initial weights and of the minibatches.

    Returns
    -------
    Coded

    Raises
    ------
    ValueError
        If no network that was found has the accuracy that is asked for.

    """
    first: Weights = ()
    smallest: dict[int, Weights] = {}
    for weights in pruned(data, sizes, seed):
        first = first or weights
        # Fewer weights of as many values take fewer bits: the last that has learned counts.
        smallest |= learned_values(weights, data, sizes.levels)
    if not smallest:
        raise ValueError(f"training must reach an accuracy of {ACCURACY}, got less at {sizes}")
    return _measured(list(smallest.values()), first, data, share)


def at_fixed_share(data: Dataset, share: float, sizes: Sizes, seed: int) -> Coded:
    """Code of a tenth of the weights in the fewest values, whether it has learned or not.

    Parameters
    ----------
    data, share, sizes, seed
        As for ``coded``.

    Returns
    -------
    Coded

    """
    first = next(pruned(data, sizes, seed))
    left = [magnitude.prune(w, FIXED_SHARE) for w in first]
    return _measured([tuple(quantise(left, min(sizes.levels)).weights)], first, data, share)


def _measured(found: list[Weights], first: Weights, data: Dataset, share: float) -> Coded:
    """The shortest code of several networks, and the errors of what was decoded."""
    code = min((code_length(list(values)) for values in found), key=attrgetter("charged"))
    decoded = tuple(code.decoded)
    clean = error_rate(decoded, data.x_test, data.y_test)
    fresh = (1 - share) * clean + share * (1 - 1 / CLASSES)
    seen = error_rate(decoded, data.x_train, data.y_train)
    return Coded(code.charged, seen, fresh, decoded, first)


def pruned(data: Dataset, sizes: Sizes, seed: int) -> Iterator[Weights]:
    """Yield networks of ever fewer weights, trained again after each pruning, while they learn."""
    widths = data.x_train.shape[1], sizes.hidden, CLASSES
    settings = training.Settings(
        widths=widths,
        noise="none",
        eta=sizes.eta,
        momentum=0.9,
        batch=sizes.batch,
        steps=sizes.steps,
        seed=seed,
        stop_accuracy=LEARNED,
        evaluate_every=sizes.every,
    )
    trained = training.train(settings, data)
    weights, keep = tuple(trained.weights.values()), 1.0
    learned = trained.reason == "accuracy"
    while learned and keep * weights[0].size > 1:  # to one weight, for labels that are all alike
        yield tuple(w.copy() for w in weights)
        keep *= sizes.fall
        weights = tuple(magnitude.prune(w, keep) for w in weights)
        if sizes.again:
            learned = _trained_again(replace(settings, steps=sizes.again), data, weights)
        else:
            learned = error_rate(weights, data.x_train, data.y_train) <= 1 - ACCURACY


def _trained_again(settings: training.Settings, data: Dataset, weights: Weights) -> bool:
    """Train the weights that are not zero, in place; whether they learned."""
    masks = [w != 0 for w in weights]
    none = (None,) * len(weights)
    velocity = Arrays(tuple(np.zeros_like(w) for w in weights), none)
    start = State(0, Arrays(weights, none), velocity)
    for state in training.steps(settings, data, start):
        for w, mask in zip(state.weights.weights, masks, strict=True):
            w *= mask
        if state.step % settings.evaluate_every == 0:
            if error_rate(weights, data.x_train, data.y_train) <= 1 - LEARNED:
                return True
            if state.step >= settings.steps:
                return False
    return False


def learned_values(weights: Weights, data: Dataset, levels: tuple[int, ...]) -> dict[int, Weights]:
    """Weights rounded to so many values, by their number, where they still have learned."""
    values = {n: tuple(quantise(list(weights), n).weights) for n in levels}
    least = 1 - ACCURACY
    return {n: w for n, w in values.items() if error_rate(w, data.x_train, data.y_train) <= least}


def error_rate(weights: Iterable[np.ndarray], x: np.ndarray, y: np.ndarray) -> float:
    """Of a relu network without biases."""
    *hidden, last = weights
    for w in hidden:
        x = np.maximum(x @ w.T, 0)
    return float(((x @ last.T).argmax(axis=1) != y).mean())
