"""Weights rounded to few values: k-means in one dimension, to its optimum."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.figures.kinds import Figure, Work
from compress.coding.partitions import centres

FEW, MANY = 16, 256


def into_few(size: int) -> Iterator[Work]:
    return clustered(size, FEW)


def into_many(size: int) -> Iterator[Work]:
    return clustered(size, MANY)


def clustered(size: int, levels: int) -> Iterator[Work]:
    values = np.random.default_rng(1).standard_normal(size)
    yield Work(lambda: centres(values, levels))
    from kmeans1d import cluster

    yield Work(lambda: cluster(values, levels))


FIGURES = (
    Figure("k-means", f"the {FEW} values of the least squared error for 400,000 normal weights",
           "", "kmeans1d", into_few, 400_000, 300, "kmeans1d"),
    Figure("k-means 256", f"the {MANY} values of the least for 50,000 normal weights",
           "", "kmeans1d", into_many, 50_000, 600, "kmeans1d"),
)  # fmt: skip
