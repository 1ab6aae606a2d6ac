"""Noise by address, written and added in place."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks import noise as timing
from benchmarks.figures.kinds import Figure, Work
from stablenoise import NoiseField
from stablenoise.noises import independent

DIM = 1000


def written(size: int) -> Iterator[Work]:
    theta, rng = np.zeros((size, DIM)), np.random.default_rng(1)
    field = NoiseField(timing.ALPHA, 1, independent)
    yield Work(lambda: field.fill(theta, 0), theta.size)
    yield Work(lambda: timing.numpy_cms(theta.shape, rng), theta.size)


def added(size: int) -> Iterator[Work]:
    theta, rng = np.zeros((size, DIM), np.float32), np.random.default_rng(1)
    field = NoiseField(timing.ALPHA, 1, independent)
    yield Work(lambda: field.add_to(theta, 0, 0.1), theta.size)
    yield Work(lambda: timing.numpy_add(theta, rng), theta.size)


FIGURES = (
    Figure("noise", "noise by address of 1,000 particles of 1,000 coordinates, float64", "variate",
           "NumPy, the same transform", written, 1000, 2),
    Figure("noise added", "noise by address added to an array of 1,000 x 1,000, float32", "variate",
           "NumPy, the same transform, added", added, 1000, 2),
)  # fmt: skip
