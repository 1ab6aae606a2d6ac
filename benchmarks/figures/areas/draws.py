"""Draws from stable laws by a generator."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks import sampling
from benchmarks.figures.kinds import Figure, Work
from benchmarks.peers import scipy_law
from stablenoise import Stable

ALPHA, BETA = 1.5, 0.5
FEWER = 4  # times as few draws for a peer


def ours(size: int, kind: type) -> Work:
    law, out = Stable(ALPHA, BETA), np.empty(size, kind)
    return Work(lambda: law.rvs(rng=1, out=out), size)


def by_scipy(size: int) -> Work:
    rng, few = np.random.default_rng(1), -(-size // FEWER)
    return Work(lambda: scipy_law.rvs(few, ALPHA, BETA, rng), few)


def in_double(size: int) -> Iterator[Work]:
    yield ours(size, np.float64)
    yield by_scipy(size)


def in_single(size: int) -> Iterator[Work]:
    yield ours(size, np.float32)
    yield by_scipy(size)


def against_numpy(size: int) -> Iterator[Work]:
    rng, few = np.random.default_rng(1), -(-size // FEWER)
    yield ours(size, np.float64)
    yield Work(lambda: sampling.numpy_cms(ALPHA, BETA, few, rng), few)


FIGURES = (
    Figure("rvs", "4 million draws of a skewed law, float64", "draw", "SciPy, 1 million",
           in_double, 4_000_000, 100),
    Figure("rvs float32", "4 million draws of a skewed law, float32", "draw",
           "SciPy, 1 million, float64", in_single, 4_000_000, 100),
    Figure("rvs NumPy", "4 million draws of a skewed law, float64", "draw",
           "NumPy, the same transform, 1 million", against_numpy, 4_000_000, 100),
)  # fmt: skip
