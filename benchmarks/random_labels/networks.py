"""One network: its bits, the bits its errors call for, and limits of its risk by several counts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import log, log2
from time import process_time
from typing import NamedTuple

import numpy as np

from compress.certificates.inequalities import chernoff
from paper_checks.experiments.random_labels import (
    ACCURACY,
    Sizes,
    Weights,
    coded,
    error_rate,
    with_random_labels,
)
from paper_checks.experiments.small_images import mnist
from stablenoise.data.datasets import Dataset

SHARES, SEEDS, IMAGES = (0.0, 0.25, 0.5, 0.75, 1.0), (1, 2, 3, 4, 5), 2_000
MORE_IMAGES = (2_000, 10_000, 50_000)  # with the labels as they are
DELTA, SINGLE, HALF = 0.05, 32, 16  # bits of a number


class Run(NamedTuple):
    """Share of random labels, images and seed."""

    share: float
    images: int
    seed: int


def all_runs() -> list[Run]:
    """Those of the figure."""
    return [Run(share, IMAGES, seed) for seed in SEEDS for share in SHARES]


def larger_runs() -> list[Run]:
    """Those of the table of limits."""
    return [Run(0.0, images, 1) for images in MORE_IMAGES]


def sizes_of(images: int) -> Sizes:
    """Sizes of a network for so many images."""
    return Sizes(
        examples=images,
        hidden=100,
        batch=100,
        eta=0.03,
        steps=12_000,
        again=2_500,
        fall=0.8,
        every=50,
        levels=(2, 4, 8, 16),
    )


@cache
def _data() -> Dataset:
    return mnist()


def row(run: Run) -> dict[str, object]:
    """All that is kept of a network."""
    before, sizes = process_time(), sizes_of(run.images)
    data = with_random_labels(_data(), run.share, run.images, run.seed)
    found = coded(data, run.share, sizes, run.seed)
    least, weaker = found.least(run.images)
    numbers, thin_error = thin(found.trained, data)
    seen = error_rate(found.trained, data.x_train, data.y_train)
    count = sum(w.size for w in found.trained)
    left = [int(np.count_nonzero(w)) for w in found.weights]
    counted = {
        "parameters": (count * SINGLE, seen),
        "thin": (numbers * HALF + log2(sum(found.trained[0].shape)), thin_error),
        "ours": (found.bits, found.train_error),
    }
    limits = {f"limit_{name}": limit(*pair, run.images) for name, pair in counted.items()}
    return {
        **run._asdict(),
        "bits": found.bits,
        "least_bits": round(least, 1),
        "theorem_6_1_bits": round(weaker, 1),
        "train_error": round(found.train_error, 5),
        "fresh_error": round(found.test_error, 5),
        "weights": sum(left),
        "parameters": count,
        "thin_numbers": numbers,
        **{name: f"{value:.6f}" for name, value in limits.items()},
        "seconds": round(process_time() - before, 1),
    }


def limit(bits: float, error_rate: float, images: int) -> float:
    """Of the risk, by Occam's bound in the form of kl."""
    return float(chernoff(error_rate, images, bits * log(2), DELTA))


def thin(weights: Weights, data: Dataset) -> tuple[int, float]:
    """Numbers of half precision in the thinnest two factors of the first layer that have learned.

    Theorem 2.1 of Arora et al. (2018), read, has q numbers of r values each; the other layer is
    kept in half precision.
    """
    first, *others = weights
    u, s, v = np.linalg.svd(first.astype(float), full_matrices=False)
    for rank in range(1, s.size + 1):
        factors = _halves([u[:, :rank] * np.sqrt(s[:rank]), np.sqrt(s[:rank])[:, None] * v[:rank]])
        network = factors[0] @ factors[1], *_halves(others)
        error = error_rate(network, data.x_train, data.y_train)
        if error <= 1 - ACCURACY:
            break
    return sum(f.size for f in factors) + sum(w.size for w in others), error


def _halves(arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
    """As half precision has them."""
    return [a.astype(np.float16).astype(float) for a in arrays]
