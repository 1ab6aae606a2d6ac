"""The smallest certificate of a network over settings of pruning and quantising."""

from __future__ import annotations

import lzma
from collections.abc import Iterator
from itertools import product

import numpy as np
from scipy import stats
from scipy.cluster.vq import kmeans2

from benchmarks.figures.kinds import Figure, Work
from compress import prune_quantise_encode

KEEPS, LEVELS = (0.1, 0.2, 0.4), (4, 8, 16)
DELTA, EXAMPLES, INPUTS, CLASSES = 0.05, 2_000, 64, 10


def teacher(width: int) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """A network with tails, inputs, and the labels that the network gives them."""
    rng = np.random.default_rng(1)
    hidden, output = rng.standard_cauchy((width, INPUTS)), rng.standard_cauchy((CLASSES, width))
    x = rng.random((EXAMPLES, INPUTS))
    return {"hidden": hidden, "output": output}, x, labels({"h": hidden, "o": output}, x)


def labels(weights: dict[str, np.ndarray], x: np.ndarray) -> np.ndarray:
    hidden, output = weights.values()
    return (np.maximum(x @ hidden.T, 0) @ output.T).argmax(axis=1)


def searched(width: int) -> Iterator[Work]:
    weights, x, y = teacher(width)
    grid = {"keeps": KEEPS, "levels": LEVELS, "rounds": 0, "delta": DELTA}
    yield Work(lambda: prune_quantise_encode(weights, (x, y), **grid))
    yield Work(lambda: by_hand(weights, x, y))


def by_hand(weights: dict[str, np.ndarray], x: np.ndarray, y: np.ndarray) -> float:
    """The least limit over the same grid: largest weights, k-means, lzma, the exact binomial."""
    limits = []
    for keep, levels in product(KEEPS, LEVELS):
        small = {name: rounded(w, keep, levels) for name, w in weights.items()}
        bits = sum(
            8 * len(lzma.compress(codes.tobytes()) + book.tobytes())
            for codes, book in small.values()
        )
        values = {name: book[codes] for name, (codes, book) in small.items()}
        wrong = int((labels(values, x) != y).sum())
        log_delta = np.log(DELTA) - bits * np.log(2)
        limits.append(stats.beta.isf(np.exp(max(log_delta, -700)), wrong + 1, len(y) - wrong))
    return min(limits)


def rounded(weights: np.ndarray, keep: float, levels: int) -> tuple[np.ndarray, np.ndarray]:
    """Codes of the weights that are kept, and their codebook, of which the first value is 0."""
    kept = abs(weights) >= np.quantile(abs(weights), 1 - keep)
    centres, codes = kmeans2(weights[kept], levels - 1, iter=20, minit="++", rng=1)
    whole = np.zeros(weights.shape, np.uint8)
    whole[kept] = codes + 1
    return whole, np.concatenate([[0.0], centres]).astype(np.float32)


FIGURES = (
    Figure("certificate", "the smallest certificate of 9 settings, 64-100-10, 2,000 examples",
           "", "SciPy's `kmeans2` and binomial, lzma, by hand", searched, 100, 5),
)  # fmt: skip
