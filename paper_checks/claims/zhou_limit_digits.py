"""B-4-digits: a limit of the risk from a compressed size says something, on the digits."""

from functools import cache
from math import log2

import numpy as np

from compress.certificates.certificate import occam
from compress.coding.length import code_length
from compress.coding.quantisation import quantise
from compress.pruning import magnitude
from paper_checks.claim import Claim, Quantity, below
from paper_checks.replicates import by_rng
from paper_checks.summaries import median, worst
from stablenoise.data.datasets import DIGITS_TRAIN, load_digits

KEEP, LEVELS = 0.2, 4
OPTIONS = log2(6 * 3)  # shares and levels among which these were chosen, by their limits
STEPS, ETA, DECAY = 150, 1.0, 1e-4  # of gradient descent, before and after pruning
CLASSES, DELTA = 10, 0.05
# A limit that says something: guessing errs in 0.9.
MAX_LIMIT = 0.6


def _limits(rng: np.random.Generator, random: bool = False) -> list[float]:
    """Limit, test error above it, errors and bits, of one split of the digits."""
    x, y = _digits()
    order = rng.permutation(len(x))
    labels = rng.permutation(y) if random else y[order]
    return _row(x[order], labels)


@cache
def _digits() -> tuple[np.ndarray, np.ndarray]:
    """Both parts of the data set, together; float32 has its sixteenths as they are."""
    data = load_digits(standardise=False)
    x = np.concatenate([data.x_train, data.x_test]).astype(np.float32)
    return x, np.concatenate([data.y_train, data.y_test])


def _row(x: np.ndarray, labels: np.ndarray) -> list[float]:
    """Row of one split; errors are those of the weights as they were decoded."""
    n = DIGITS_TRAIN
    code = code_length(_compressed(x[:n], labels[:n]))
    assert isinstance(code.decoded, np.ndarray)
    wrong = (x @ code.decoded.T).argmax(axis=1) != labels
    errors, fresh = int(wrong[:n].sum()), float(wrong[n:].mean())
    limit = occam(errors, n, code.charged, DELTA, options=OPTIONS, prefix=None).value
    return [limit, fresh - limit, errors / n, fresh, code.charged]


def _compressed(x: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Softmax regression trained, pruned, trained again and rounded."""
    pruned = magnitude.prune(_trained(np.zeros((CLASSES, x.shape[1]), x.dtype), x, labels), KEEP)
    return quantise(_trained(pruned, x, labels, pruned != 0), LEVELS).weights


def _trained(
    weights: np.ndarray, x: np.ndarray, labels: np.ndarray, free: np.ndarray | float = 1.0
) -> np.ndarray:
    """Weights after gradient descent, of which only the free ones move."""
    ones = np.eye(CLASSES, dtype=x.dtype)[labels]
    for _ in range(STEPS):
        scores = np.exp(x @ weights.T)
        excess = scores / scores.sum(axis=1, keepdims=True) - ones
        weights = weights - ETA * free * (excess.T @ x / len(x) + DECAY * weights)
    return weights


CLAIM = Claim(
    id="B-4-digits",
    title="Digits: 1/5 of the weights has a limit of risk below 60%",
    statement=(
        "A limit of the risk from a compressed size says something: softmax regression on the "
        "digits, a fifth of its weights kept and rounded to 4 levels, errs in less than 60% of all "
        "cases at confidence 95%, by a code that was decoded, its errors on 1,437 digits and "
        "nothing else; guessing errs in 90%. Its test error is below the limit."
    ),
    source="Zhou et al., arXiv 1804.05862, theorem 4.1 and table 1 (read); on other data here",
    quantities=(
        Quantity("limit of the risk", below(MAX_LIMIT), worst),
        Quantity("test error less the limit", below(0), worst),
        Quantity("training error", None, median),
        Quantity("test error", None, median),
        Quantity("bits of the code", None, median),
    ),
    experiment=by_rng(_limits),
    control=by_rng(_limits, random=True),
    broken="labels are random: the network compresses as well and has learned nothing",
    unit="splits of the digits",
    smoke=24,
    full=96,
    chunk=4,
)
