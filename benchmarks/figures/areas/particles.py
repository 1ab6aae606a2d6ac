"""A linear mean field of particles."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks import particles as timing
from benchmarks.figures.kinds import Figure, Work

DIM = 10


def against_numpy(size: int) -> Iterator[Work]:
    at, units = (size, DIM, np.float64), size * DIM * timing.STEPS
    yield Work(timing.ours(*at), units)
    yield Work(timing.numpy_loop(*at), units)


def against_torch(size: int) -> Iterator[Work]:
    at, units = (size, DIM, np.float32), size * DIM * timing.STEPS
    yield Work(timing.ours(*at), units)
    yield Work(timing.torch_loop(*at), units)


FIGURES = (
    Figure("particles", "a step of 20,000 particles in 10 dimensions, float64", "coordinate",
           "NumPy, a loop", against_numpy, 20_000, 20),
    Figure("particles torch", "a step of 20,000 particles in 10 dimensions, float32", "coordinate",
           "PyTorch on the CPU, a loop", against_torch, 20_000, 20, "torch"),
)  # fmt: skip
