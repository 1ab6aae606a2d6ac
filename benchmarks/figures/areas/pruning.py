"""What the largest weights hold, and what a coreset has to know of every weight."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks import coresets as timing
from benchmarks.figures.kinds import Figure, Work
from compress.compressibility import norms
from compress.coresets import sensitivities
from stablenoise import Stable

SHARES = np.arange(1, 10) / 10
POINTS = 512


def errors_of_best_terms(size: int) -> Iterator[Work]:
    x = Stable(1.9).rvs(size, rng=1, dtype=np.float32)
    counts = (SHARES * size).astype(int)
    yield Work(lambda: norms.relative_errors(x, 2.0, counts), size)
    yield Work(lambda: by_sorting(x, counts), size)


def by_sorting(x: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Relative l2 errors of the largest terms, by sorted squares and their sums."""
    squares = np.sort(x.astype(float) ** 2)
    below = np.cumsum(squares)
    return np.sqrt(below[-counts - 1] / below[-1])


def sensitivity(width: int) -> Iterator[Work]:
    rng = np.random.default_rng(1)
    weights = rng.standard_normal((width, width)).astype(np.float32)
    inputs = np.maximum(rng.standard_normal((POINTS, width)), 0).astype(np.float32)
    yield Work(lambda: sensitivities(weights, inputs))
    yield Work(lambda: timing.factored(weights, inputs))


FIGURES = (
    Figure("best terms", "errors of keeping the largest 10%, ... 90% of 4 million weights",
           "weight", "NumPy, a sort and its sums", errors_of_best_terms, 4_000_000, 100),
    Figure("coreset", "sensitivities of a layer of 1,024 x 1,024 at 512 points", "",
           "NumPy, two products and a maximum", sensitivity, 1_024, 8),
)  # fmt: skip
