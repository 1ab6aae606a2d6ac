"""B-18: the more of the labels are random, the more bits a network takes that has learned them."""

from typing import NamedTuple

import numpy as np

from compress.certificates.information import min_bits
from compress.coding.length import code_length
from compress.coding.quantisation import quantise
from paper_checks.claim import Claim, Quantity, above, below
from paper_checks.replicates import by_number, replicate_rng
from paper_checks.summaries import median, worst

EXAMPLES, INPUTS, FEATURES, FRESH = 150, 10, 400, 500
SHARES = (0.0, 0.5, 1.0)  # of the labels that are drawn anew
RIDGE, LEVELS, MAX_ERROR_RATE = 0.3, 8, 0.1
CONTROL_COUNT = 100  # of weights kept in the control
COUNTS = np.unique(np.geomspace(10, FEATURES, 16).astype(int))  # of weights kept
GROWTH = 0.03  # of a logarithm: 0 is seen where the labels are not asked for


class Task(NamedTuple):
    """Random features of training and fresh examples with their labels, 1 or -1."""

    seen: np.ndarray
    labels: np.ndarray
    fresh: np.ndarray
    answers: np.ndarray


def _growth(seed: int, replicate: int, asked: bool = True) -> list[float]:
    """Log ratios of the bits, the bound over them, and both, of one problem at each share."""
    tasks = [_task(replicate_rng(seed, replicate), share) for share in SHARES]
    bits, least = np.array([_learned(task, asked) for task in tasks]).T
    return [*np.diff(np.log(bits)), *(least / bits), *bits, *least]


def _task(rng: np.random.Generator, share: float) -> Task:
    """A half-space, seen through random relu features; only labels differ between shares."""
    features, normal = rng.normal(size=(INPUTS, FEATURES)), rng.normal(size=INPUTS)
    x = rng.normal(size=(EXAMPLES + FRESH, INPUTS))
    anew, coins = rng.uniform(size=len(x)) < share, rng.choice([-1.0, 1.0], size=len(x))
    y = np.where(anew, coins, np.sign(x @ normal))
    seen, fresh = np.split(np.maximum(x @ features, 0), [EXAMPLES])
    return Task(seen, y[:EXAMPLES], fresh, y[EXAMPLES:])


def _learned(task: Task, asked: bool) -> tuple[float, float]:
    """Bits of a network that has learned the labels, and those it must take."""
    order = np.argsort(-abs(_ridge(task.seen, task.labels)))
    weights = _smallest(task, order) if asked else _fitted(task, order[:CONTROL_COUNT])
    seen = _error_rate(weights, task.seen, task.labels)
    # The bound is for b >= a; of few fresh examples fewer may be wrong by chance.
    fresh = max(seen, _error_rate(weights, task.fresh, task.answers))
    return code_length(weights).charged, float(min_bits(seen, fresh, EXAMPLES))


def _smallest(task: Task, order: np.ndarray) -> np.ndarray:
    """The first weights that have learned, of ever more features."""
    for count in COUNTS:
        weights = _fitted(task, order[:count])
        if _error_rate(weights, task.seen, task.labels) <= MAX_ERROR_RATE:
            break
    return weights


def _fitted(task: Task, kept: np.ndarray) -> np.ndarray:
    """Weights of these features alone, by ridge regression and rounded."""
    weights = np.zeros(FEATURES)
    weights[kept] = _ridge(task.seen[:, kept], task.labels)
    return quantise(weights, LEVELS).weights


def _ridge(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Weights; by the smaller of the two systems of equations."""
    n, d = x.shape
    if d < n:
        return np.linalg.solve(x.T @ x + RIDGE * n * np.eye(d), x.T @ y)
    return x.T @ np.linalg.solve(x @ x.T + RIDGE * n * np.eye(n), y)


def _error_rate(weights: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    return float((np.sign(x @ weights) != y).mean())


CLAIM = Claim(
    id="B-18",
    title="Random labels need more bits",
    statement=(
        "Overfitting takes bits: of 400 random relu features, the largest kept so that after "
        "rounding to 8 levels 90% of 150 labels are learned, the weights take more bits where half "
        "of the labels are random than where none is, and more still where all are; and always "
        "more than n kl(a || b) / log 2, a and b the errors on the sample and on fresh examples."
    ),
    source=(
        "Zhou et al., arXiv 1804.05862 (section 6, that overfitting limits compressibility; read); "
        "lower bound derived, compress.certificates.information"
    ),
    quantities=(
        *(
            Quantity(f"log of the bits, share {b:g} over {a:g}", above(GROWTH), median)
            for a, b in zip(SHARES, SHARES[1:], strict=False)
        ),
        *(Quantity(f"lower bound over the bits, share {a:g}", below(1), worst) for a in SHARES),
        *(Quantity(f"bits, share {a:g}", None, median) for a in SHARES),
        *(Quantity(f"lower bound, share {a:g}", None, median) for a in SHARES),
    ),
    experiment=by_number(_growth),
    control=by_number(_growth, asked=False),
    broken="100 weights are kept, learned labels or not",
    unit="random problems",
    smoke=256,
    full=256,
    chunk=16,
)
