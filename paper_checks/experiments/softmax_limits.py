"""Small linear classifiers: limits by their bits and by picked examples, beside hold-outs."""

from functools import cache
from math import log2
from typing import NamedTuple

import numpy as np

from compress.certificates import Picked, holdout, occam, pick_to_learn
from compress.coding.length import code_length
from compress.coding.quantisation import quantise
from compress.pruning import magnitude
from paper_checks.claim import Quantity, below
from paper_checks.summaries import median, worst
from stablenoise.data.datasets import Dataset, load_digits, load_ecg5000

KEEP, LEVELS = 0.2, 4
OPTIONS = log2(6 * 3)  # shares and levels among which these were chosen, by their limits
STEPS, DECAY = 150, 1e-4  # of gradient descent, before and after pruning
DELTA = 0.05
RIDGE = 1.0  # of the least squares that make a network of picked examples
LOOKS = 64  # at most


class Problem(NamedTuple):
    """Inputs and labels, step of the gradient descent, and how many examples are picked at once."""

    x: np.ndarray
    labels: np.ndarray
    step: float
    batch: int

    @property
    def classes(self) -> int:
        """Number of labels."""
        return int(self.labels.max()) + 1

    def part(self, of: slice | np.ndarray) -> "Problem":
        """Some of the examples, in an order."""
        return self._replace(x=self.x[of], labels=self.labels[of])

    def errors(self, weights: np.ndarray) -> int:
        """Labels that are not those of the largest output."""
        return int(np.count_nonzero((self.x @ weights.T).argmax(axis=1) != self.labels))


@cache
def digits() -> Problem:
    """All 1,797 digits; float32 has their sixteenths as they are."""
    return _whole(load_digits(standardise=False), 1.0, 10)


@cache
def beats() -> Problem:
    """All 5,000 heartbeats of ECG5000, normal or not."""
    return _whole(load_ecg5000(standardise=False), 0.05, 5)


def missing_beats() -> str:
    """What is not there of ECG5000, or an empty string."""
    try:
        beats()
    except (FileNotFoundError, ValueError) as error:  # not there, or damaged
        return str(error)
    return ""


def _whole(data: Dataset, step: float, batch: int) -> Problem:
    x = np.concatenate([data.x_train, data.x_test]).astype(np.float32)
    return Problem(x, np.concatenate([data.y_train, data.y_test]), step, batch)


def limits(rng: np.random.Generator, problem: Problem, n: int, random: bool = False) -> list[float]:
    """Hold-out limit, by how much that of a code is larger, that of picked examples, and more.

    The sample is n of all examples, in a random order; the hold-out is of its second half.
    """
    shuffled = problem.part(rng.permutation(len(problem.x)))
    if random:
        shuffled = shuffled._replace(labels=rng.permutation(shuffled.labels))
    sample, half = shuffled.part(np.s_[:n]), n // 2
    unseen = sample.part(np.s_[half:])
    null = holdout(unseen.errors(trained(sample.part(np.s_[:half]))), n - half, DELTA).value
    code = code_length(compressed(sample))
    errors = sample.errors(code.decoded)
    coded = occam(errors, n, code.charged, DELTA, options=OPTIONS, prefix=None).value
    picked = picks(sample)
    assert picked.null is not None
    of_picked, held = picked.certificate.value, picked.null.value
    gaps = [null, null - coded, held - of_picked]
    return [*gaps, coded, code.charged, errors / n, of_picked, len(picked.indices), held]


def trained(problem: Problem, weights: np.ndarray | None = None) -> np.ndarray:
    """Weights of softmax regression; of those given only the nonzero ones move."""
    x, ones = problem.x, np.eye(problem.classes, dtype=problem.x.dtype)[problem.labels]
    free = True if weights is None else weights != 0
    weights = np.zeros((problem.classes, x.shape[1]), x.dtype) if weights is None else weights
    for _ in range(STEPS):
        scores = np.exp(x @ weights.T)
        excess = scores / scores.sum(axis=1, keepdims=True) - ones
        weights = weights - problem.step * free * (excess.T @ x / len(x) + DECAY * weights)
    return weights


def compressed(problem: Problem) -> np.ndarray:
    """Softmax regression trained, pruned, trained again and rounded."""
    pruned = magnitude.prune(trained(problem), KEEP)
    return quantise(trained(problem, pruned), LEVELS).weights


def picks(problem: Problem) -> Picked:
    """Least squares of picked examples."""

    def fit(x: np.ndarray, labels: np.ndarray) -> np.ndarray:
        rows = _with_ones(x)
        squares = rows.T @ rows + RIDGE * np.eye(rows.shape[1])
        return np.linalg.solve(squares, rows.T @ np.eye(problem.classes)[labels])

    def predict(weights: np.ndarray, x: np.ndarray) -> np.ndarray:
        return _with_ones(x) @ weights

    data, batch = (problem.x, problem.labels), problem.batch
    return pick_to_learn(fit, predict, data, DELTA, batch=batch, steps=LOOKS, repeats="drawn")


def _with_ones(x: np.ndarray) -> np.ndarray:
    return np.concatenate([x.astype(float), np.ones((len(x), 1))], axis=1)


def quantities(most: float, code: float, picked: float) -> tuple[Quantity, ...]:
    """Of ``limits``: the hold-out is at most so large, and the others so much larger."""
    return (
        Quantity("hold-out limit", below(most), worst),
        Quantity("hold-out limit less that of the code", below(-code), worst),
        Quantity("hold-out limit less that of picked examples", below(-picked), worst),
        Quantity("limit of the code", None, median),
        Quantity("bits of the code", None, median),
        Quantity("training error of the code", None, median),
        Quantity("limit of picked examples", None, median),
        Quantity("picked examples", None, median),
        Quantity("hold-out limit of least squares", None, median),
    )
