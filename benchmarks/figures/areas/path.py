"""Paths: a stable sum split into its halves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks import path as timing
from benchmarks.figures.kinds import Figure, Work
from stablenoise import Lane, Stable
from stablenoise.bridges import bridge, keys
from stablenoise.kernels.addresses import address

ALPHA = 1.5


def midpoints(size: int) -> Iterator[Work]:
    zeros = np.zeros(size, np.uint32)
    where = keys(address(1, 0, Lane.SPLIT), np.arange(size, dtype=np.uint32), zeros)
    found, root, whole = bridge(ALPHA, 0.0), np.zeros(1, np.uint64), np.ones(1, np.uint64)
    values = found.draw(root, where)
    yield Work(lambda: found.halve(values, whole, where), size)
    rng, log_f = np.random.default_rng(1), timing.log_density(ALPHA)
    sums = 2 ** (1 / ALPHA) * Stable(ALPHA).rvs(size, rng)
    yield Work(lambda: timing.numpy_halves(sums, ALPHA, log_f, rng), size)


FIGURES = (
    Figure("path", "200,000 midpoints of a stable path", "midpoint",
           "NumPy, the same rejection", midpoints, 200_000, 50),
)  # fmt: skip
