"""Weights changed one or two at a time wherever the limit of the risk falls.

Errors are counted in float32; of changes before the last layer on those examples that are nearest
to the border between two classes: the others are taken to stay as they are, until all are counted
anew.  What is found replaces what was given only if its exact limit is lower.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_integer, check_kind, check_share, check_truth

from ..certificate import occam
from .borders import all_scores, errors_with, flat, margins, rivals, wrong
from .descriptions import Description, shaped
from .learners import Learner, views
from .networks import predictions
from .prices import LETTERS, Prices, charged, counted
from .products import LANES
from .training import check_notes, checked_examples, learnable, random_words

BLOCKS = 8  # at a time when all examples are counted
LOOKS = 4  # at all examples, while a layer before the last is gone through
ORDER = 16  # what random words are for; those of trainings are below
Rival = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True, slots=True)
class Polishing:
    """How weights are polished; a decoder need not know.

    Parameters
    ----------
    rounds : int
        How often all layers are gone through at most, from the last one to the first.
    near : int
        How many examples, nearest to a border, errors of hidden layers are counted on; a multiple
        of 32.
    hidden : bool
        Whether layers before the last one are polished too, which takes most of the time.
    pairs : bool
        Whether two weights of a class are changed at once, too.
    seed : int
        In [0, 2^32), for the order in which weights are tried.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> Polishing(hidden=False)
    Polishing(rounds=2, near=4096, hidden=False, pairs=True, seed=0)

    """

    rounds: int = 2
    near: int = 4096
    hidden: bool = True
    pairs: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        check_integer("rounds", self.rounds, 0, 2**20)
        check_integer("near", self.near, LANES, 2**20)
        check_integer("seed", self.seed, 0, 2**32)
        for name in ("hidden", "pairs"):
            check_truth(name, getattr(self, name))
        if self.near % LANES:
            raise ValueError(f"near must be a multiple of {LANES}, got {self.near}")


def polished(
    description: Description,
    images: np.ndarray,
    labels: ArrayLike,
    delta: float = 0.05,
    *,
    polishing: Polishing | None = None,
    report: Callable[[str], object] | None = None,
) -> Description:
    """Description whose limit is at most as high, after single changes of its weights.

    Parameters
    ----------
    description : Description
    images : ndarray of uint8
        At least 32, as for ``scores``.
    labels : array_like of int, shape (n,)
    delta : float
        Probability with which the certificate may fail, in (0, 1).
    polishing : Polishing, optional
        ``Polishing()`` by default.
    report : callable, optional
        Told in a line what each pass through a layer has come to.

    Returns
    -------
    Description
        The same bytes on every processor.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> from compress.certificates.ternary import Configuration, Domain
    >>> images = np.random.default_rng(1).integers(0, 256, (2000, 1, 2), np.uint8)
    >>> given = Description(Configuration(Domain(1, 2, 2)), [np.zeros((2, 1, 1, 2))])
    >>> found = polished(given, images, images[:, 0].argmax(1))
    >>> w = found.weights[0].reshape(2, 2)
    >>> (w[0] - w[1]).tolist() in ([1, -1], [2, -2])
    True

    """
    check_kind("description", description, Description)
    polishing = Polishing() if polishing is None else polishing
    check_kind("polishing", polishing, Polishing)
    check_share("delta", delta)
    check_notes(None, report)
    images, labels = checked_examples(description.configuration, images, labels)
    last = len(description.weights) - 1
    bench = _Bench(description, (images, labels), delta, polishing)
    for k in range(polishing.rounds):
        before = bench.weights.copy()
        for layer in reversed(range(0 if polishing.hidden else last, last + 1)):
            bench.go_through(layer, k)
            if report is not None:
                report(bench.line(layer))
        if np.array_equal(before, bench.weights):
            break
    configuration = description.configuration
    changed = Description(configuration, shaped(bench.weights, configuration.shapes))
    # Of equal limits the first, the one that was given.
    return min(description, changed, key=lambda each: exact_limit(each, images, labels, delta))


def exact_limit(
    description: Description, images: np.ndarray, labels: np.ndarray, delta: float
) -> float:
    """Limit of the risk from exact bits and errors."""
    wrong = int(np.count_nonzero(predictions(description, images) != labels))
    return float(occam(wrong, len(labels), description.bits, delta, prefix=None).value)


class _Bench:
    """Weights that change, and what is known of the examples under them."""

    def __init__(
        self,
        description: Description,
        data: tuple[np.ndarray, np.ndarray],
        delta: float,
        polishing: Polishing,
    ) -> None:
        chosen = description.configuration
        images, self.labels = data
        self.chosen, self.polishing = chosen, polishing
        self.images = learnable(chosen, images)
        self.views = views(chosen)
        self.weights = np.concatenate([w.ravel() for w in description.weights])
        near = min(polishing.near, (len(self.labels) + LANES - 1) // LANES * LANES)
        self.learner = Learner(chosen, near // LANES, len(self.views))
        self.gains = self.learner.gains
        self.prices = charged(len(self.labels), description.header_bits, self.weights.size, delta)
        self.look()

    def look(self) -> None:
        """Count all errors, and find the examples that are nearest to a border."""
        self.all_seen = self.all_features()
        margin = margins(self.last(), self.all_seen, self.labels)
        near = self.learner.blocks * LANES
        order = np.argsort(np.abs(margin), kind="stable")[:near]
        self.index = np.sort(order)
        self.errors = int(np.count_nonzero(margin <= 0))
        self.outside = self.errors - int(np.count_nonzero(margin[self.index] <= 0))
        filled = np.resize(self.index, near)  # some examples twice where there are too few
        self.learner.see(self.images, filled, self.views)
        self.features(0)
        self.near = self.labels[self.index]

    def features(self, start: int) -> np.ndarray:
        """What the last layer sees of the near examples, (features, examples)."""
        total = self.learner.features(self.gains * self.weights.astype(np.float32), start)
        return flat(total)[:, : len(self.index)]

    def all_features(self) -> np.ndarray:
        """What the last layer sees of all examples."""
        learner = Learner(self.chosen, BLOCKS, len(self.views))
        scaled = self.gains * self.weights.astype(np.float32)
        n, step = len(self.labels), BLOCKS * LANES
        parts = []
        for k in range(0, n, step):
            index = np.arange(k, k + step) % n
            learner.see(self.images, index, self.views)
            parts.append(flat(learner.features(scaled))[:, : min(step, n - k)])
        return np.concatenate(parts, 1)

    def last(self) -> np.ndarray:
        """Weights of the last layer, (classes, features), float32."""
        part = self.weights[self.learner.parts[-1]].astype(np.float32)
        return part.reshape(self.chosen.domain.classes, -1)

    def counts(self) -> list[list[int]]:
        """How often each weight occurs, in each table."""
        tables = self.learner.parts if self.chosen.tables else [slice(None)]
        return [counted(self.weights[part]) for part in tables]

    def limit(self) -> float:
        return self.prices.limit(self.errors, self.counts())

    def line(self, layer: int) -> str:
        """What there is now."""
        bits = self.prices.bits(self.counts())
        return f"layer {layer}: {self.errors} errors, {bits} bits, limit {self.limit():.5f}"

    def go_through(self, layer: int, k: int) -> None:
        """Try changes of all weights of a layer, once; nothing stays that raises the limit."""
        part = self.learner.parts[layer]
        if layer == len(self.learner.parts) - 1:
            self.polish_last(k)
            self.look()
            return
        order = part.start + self.order(part.stop - part.start, k, layer)
        for places in np.array_split(order, LOOKS):
            before, limit = self.weights.copy(), self.limit()
            self.polish_hidden(layer, places.tolist())
            self.look()
            if self.limit() > limit:
                self.weights = before
                self.look()

    def order(self, size: int, k: int, part: int) -> np.ndarray:
        """Numbers below ``size`` in an order of their own for each round and part."""
        words = random_words(self.polishing.seed, ORDER + part, k, size)
        return np.argsort(words, kind="stable")

    def polish_hidden(self, layer: int, places: list[int]) -> None:
        """Try changes of some weights before the last layer."""
        limit, last, counts = self.limit(), self.last(), self.counts()
        table = counts[layer if self.chosen.tables else 0]
        for place in places:
            kept = int(self.weights[place])
            for new in LETTERS:
                if new == kept:
                    continue
                self.weights[place] = new
                _move(table, kept, new)
                errors = self.outside + wrong(last, self.features(layer), self.near)
                if self.prices.lowers(errors, counts, limit):
                    kept, self.errors = new, errors
                    limit = self.prices.limit(errors, counts)
                else:
                    _move(table, new, kept)
            self.weights[place] = kept

    def polish_last(self, k: int) -> None:
        last, counts = self.last(), self.counts()
        classes, features = last.shape
        singles = np.stack([np.arange(features)] * 2, 1)
        pairs = np.argwhere(np.tri(features, dtype=bool).T) if self.polishing.pairs else singles
        state = _Last(last, self.all_seen, self.labels, counts, self.prices)
        for row in self.order(classes, k, 32).tolist():
            state.polish_row(row, pairs[self.order(len(pairs), k, 64 + row)])
        self.weights[self.learner.parts[-1]] = state.last.astype(np.int8).ravel()


class _Last:
    """The last layer while it is polished; counts of its table are the last of all."""

    def __init__(
        self,
        last: np.ndarray,
        seen: np.ndarray,
        labels: np.ndarray,
        counts: list[list[int]],
        prices: Prices,
    ) -> None:
        self.last, self.seen, self.labels = last, seen, labels
        self.counts, self.table, self.prices = counts, counts[-1], prices
        errors = wrong(last, seen, labels)
        self.limit = prices.limit(errors, counts)

    def polish_row(self, row: int, pairs: np.ndarray) -> None:
        """Try changes of one or two weights of a class; a pair of one place is a single weight."""
        scores = all_scores(self.last, self.seen)
        rival = rivals(scores, self.labels, row)
        own = scores[row].copy()
        for i, j in pairs.tolist():
            self._try(row, own, rival, i, j)

    def _try(self, row: int, own: np.ndarray, rival: Rival, i: int, j: int) -> None:
        first, second = int(self.last[row, i]), int(self.last[row, j])
        for a in LETTERS:
            for b in LETTERS if i != j else (second,):
                if a == first or (i != j and b == second):
                    continue
                steps = np.float32(a - first), np.float32(b - second)
                errors = errors_with(own, *steps, self.seen[i], self.seen[j], *rival)
                self._count(first, a, second, b, i != j)
                if self.prices.lowers(errors, self.counts, self.limit):
                    self.limit = self.prices.limit(errors, self.counts)
                    self.last[row, i] = a
                    own += steps[0] * self.seen[i]
                    if i != j:
                        self.last[row, j] = b
                        own += steps[1] * self.seen[j]
                    return
                self._count(a, first, b, second, i != j)

    def _count(self, first: int, a: int, second: int, b: int, both: bool) -> None:
        _move(self.table, first, a)
        if both:
            _move(self.table, second, b)


def _move(table: list[int], old: int, new: int) -> None:
    table[old + 1] -= 1
    table[new + 1] += 1
