"""How well proposals of an architecture do on examples, and a search for the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from stablenoise.layers.scales import scaled
from stablenoise.layers.stack import Architecture

from .containers import Arrays
from .model import recognised
from .proposals import COORDINATES, Choice, Place, built, varied

ROUNDS = 3  # in which each coordinate is varied
GOOD = 0.9  # share of labels above which a proposal is taken for nearly right
BEST = 3  # structures that are tried with all activations where none is good
CLEAR = 2.0  # standard errors
FACTORS = np.exp(np.linspace(-2, 2, 17))  # of outputs, of which the best is taken
MAX_LOSS = 1e6  # in place of what is beyond the floats


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """Labels that a network gets right, which those are, and the -log of each one's softmax.

    Outputs are taken times the factor that makes the mean of it least: dropout, and how far a
    network was trained, change their unit alone.
    """

    which: np.ndarray
    losses: np.ndarray

    @property
    def right(self) -> int:
        """How many labels it gets right."""
        return int(self.which.sum())

    @property
    def key(self) -> tuple[int, float]:
        """What scores are sorted by: labels first."""
        return self.right, -float(self.losses.mean())

    def clearly_above(self, other: Score) -> bool:
        """Whether more labels are right, by two deviations of a coin where they differ."""
        gained = int((self.which & ~other.which).sum())
        lost = int((other.which & ~self.which).sum())
        return gained - lost > CLEAR * sqrt(gained + lost)

    def better_than(self, other: Score) -> bool:
        """Whether clearly more labels are right, or not clearly fewer with clearly less loss."""
        if self.clearly_above(other):
            return True
        gains = other.losses - self.losses
        less = gains.mean() > CLEAR * gains.std() / sqrt(len(gains))
        return bool(less) and not other.clearly_above(self)


def scored(arrays: Arrays, plan: Architecture, x: np.ndarray, labels: np.ndarray) -> Score:
    """How an architecture does on examples with inputs in [0, 1], scaled as it says."""
    model = recognised(arrays, x.shape[1], plan)
    if labels.max() >= model.outputs:
        rule = f"labels must be below {model.outputs}, the number of outputs"
        raise ValueError(f"{rule}, got {labels.max()}")
    logits = model.logits(model.arrays, scaled(x, plan.scale)).astype(float)
    which = (logits.argmax(axis=1) == labels) & ~np.isnan(logits).any(axis=1)
    every = (_losses(logits * factor, labels) for factor in FACTORS)
    return Score(which, min(every, key=np.mean))


def _losses(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """-log of the softmax of each label."""
    with np.errstate(over="ignore", invalid="ignore"):
        shifted = logits - logits.max(axis=1, keepdims=True)
        logs = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels]
    return np.minimum(np.nan_to_num(logs, nan=MAX_LOSS), MAX_LOSS)


class Measured:
    """Scores of choices on examples, each computed once."""

    def __init__(
        self, arrays: Arrays, places: Sequence[Place], x: np.ndarray, labels: np.ndarray
    ) -> None:
        self._arrays, self._places = arrays, places
        self._data = x, labels
        self.scores: dict[Choice, Score] = {}

    def score(self, choice: Choice) -> Score:
        if choice not in self.scores:
            plan = built(self._arrays, self._places, choice)
            self.scores[choice] = scored(self._arrays, plan, *self._data)
        return self.scores[choice]

    def share(self, choice: Choice) -> float:
        """Share of the labels that it gets right."""
        return self.score(choice).right / len(self._data[1])

    def searched(self, every: list[Choice]) -> list[Choice]:
        """All that was tried, the best first: structures, then what they leave open in turn.

        Where no structure is good with relu, other activations are tried with the best of them,
        and scales of inputs with them.
        """
        best = self._best(every)
        if self.score(best).right < GOOD * len(self._data[1]):
            ranked = sorted(every, key=lambda c: self.score(c).key, reverse=True)
            every = [ranked[0], *self._varied(ranked[0], ("scale", "hidden", "convolved"))]
            for choice in ranked[: max(BEST, len(self._places))]:
                every += self._varied(choice, ("hidden", "convolved", "order"))
                every += self._others(choice, "pool")
            best = self._best([best, *every])
        for _ in range(ROUNDS):
            before = best
            for coordinate in COORDINATES:
                best = self._better(best, coordinate)
            if best == before:
                break
        others = sorted(self.scores, key=lambda c: self.scores[c].key, reverse=True)
        return [best, *(c for c in others if c != best)]

    def _best(self, every: list[Choice]) -> Choice:
        """The first, unless a later one is clearly better."""
        best = every[0]
        for choice in every[1:]:
            best = choice if self.score(choice).better_than(self.score(best)) else best
        return best

    def _varied(self, choice: Choice, coordinates: Sequence[str]) -> list[Choice]:
        """A choice with all values of some coordinates together."""
        every = [choice]
        for coordinate in coordinates:
            every += [other for one in every for other in self._others(one, coordinate)]
        return every

    def _others(self, choice: Choice, coordinate: str) -> list[Choice]:
        return varied(choice, coordinate, self._places[choice.reading].row)

    def _better(self, best: Choice, coordinate: str) -> Choice:
        for choice in self._others(best, coordinate):
            new, old = self.score(choice), self.score(best)
            # A factor before the last layer is one of the outputs, but for the last biases.
            by_labels = coordinate == "dropout"
            better = new.clearly_above(old) if by_labels else new.better_than(old)
            best = choice if better else best
        return best
