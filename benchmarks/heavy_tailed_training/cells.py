"""A cell of the experiment: a network trained with a noise, and its two nulls, paired by seed.

Beside each trained network stand the same noise on the same initial weights without any gradient,
and a network trained with Gaussian noise of that kind whose columns have the same median norm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from math import sqrt
from types import ModuleType
from typing import NamedTuple

import numpy as np

from chaos.network import Network, Weights
from chaos.sgd import minibatch_drift, trajectory
from compress.compressibility.norms import keep_for_error
from stablenoise import NoiseField
from stablenoise.noises import common, independent, isotropic

from .problems import PROBLEMS, Data

# As in the authors' code: no factor 1 / n, and the output layer is trained without noise.
NETWORK = Network(activation="relu", scaling="standard")
WIDTH, BATCH, STEPS, ETA, SQUARED_ERROR = 500, 100, 500, 0.1, 0.1
NOISES: dict[str, ModuleType] = {"I": common, "II": independent, "III": isotropic}
INDICES, GAUSSIAN, SEEDS = (1.75, 1.8, 1.9, 2.0), 2.0, 5
SHARES = np.array([*np.arange(0, 0.96, 0.05), 0.98, 0.99])  # pruned, of the curves
MATCHED, CORRECTIONS = 0.01, 4  # relative difference of median norms, and attempts to reach it


class Cell(NamedTuple):
    """Data set, kind of noise ("none" without), index (0 without) and seed."""

    data: str
    noise: str
    alpha: float
    seed: int


def all_cells(data: str) -> Iterator[Cell]:
    """Cells of a data set, seed by seed."""
    for seed in range(1, SEEDS + 1):
        yield Cell(data, "none", 0.0, seed)
        for noise in NOISES:
            yield from (Cell(data, noise, alpha, seed) for alpha in INDICES)


class Curve(NamedTuple):
    """What pruning does to a network."""

    median_norm: float
    share: float  # pruned at the squared error
    train_accuracy: float
    test_accuracy: float
    pruned_accuracy: float  # on the test part, at that share
    errors: list[float]  # squared, at each of SHARES
    accuracies: list[float]


def rows(cell: Cell, data: Data) -> Iterator[tuple[str, float, Curve]]:
    """Which network, its noise scale, and its curve: the trained one and its nulls."""
    sigma = PROBLEMS[cell.data].sigma if cell.alpha else 0.0
    trained = after(cell, data, cell.alpha or GAUSSIAN, sigma)
    yield "trained", sigma, curve(trained, data)
    yield "noise alone", sigma, curve(after(cell, data, cell.alpha or GAUSSIAN, sigma, 0), data)
    if 0 < cell.alpha < GAUSSIAN:
        scale, control = matched(cell, data, median_norm(trained))
        yield "gaussian", scale, curve(control, data)


def after(cell: Cell, data: Data, alpha: float, sigma: float, gradient: float = 1) -> Weights:
    """Weights after all steps of SGD, or of the noise alone where the gradient is 0."""
    field = NoiseField(alpha, cell.seed, NOISES.get(cell.noise, isotropic))
    gradients = minibatch_drift(NETWORK, data.x, data.y, batch=BATCH, seed=cell.seed)
    drift = gradients if gradient else lambda weights, step: (None, None)
    path = trajectory(start(cell.seed, data.widths), drift, field, ETA, sigma)
    return next(islice(path, STEPS - 1, None))


@lru_cache(1)
def start(seed: int, widths: tuple[int, int]) -> Weights:
    """Weights as they begin, in float32."""
    weights = NETWORK.initial((widths[0], WIDTH, widths[1]), seed)
    return tuple(w.astype(np.float32) for w in weights)


def matched(cell: Cell, data: Data, target: float) -> tuple[float, Weights]:
    """Noise scale and weights of the Gaussian control of a median norm.

    The median squared norm is nearly linear in the squared scale, and is known at 0 and at the
    scale of the cell; secants from there on.
    """
    low, high = 0.0, PROBLEMS[cell.data].sigma ** 2
    known = [base_norm(cell._replace(alpha=0.0), s) ** 2 for s in (low, high)]
    for _ in range(CORRECTIONS):
        slope = (known[1] - known[0]) / (high - low)
        low, high = high, max(high + (target**2 - known[1]) / slope, high / 16)
        weights = after(cell, data, GAUSSIAN, sqrt(high))
        known = [known[1], median_norm(weights) ** 2]
        if abs(sqrt(known[1]) / target - 1) < MATCHED:
            break
    return sqrt(high), weights


@lru_cache(16)
def base_norm(cell: Cell, square: float) -> float:
    """Median norm with Gaussian noise of a squared scale: the same for all indices."""
    data = data_of(cell.data)
    return median_norm(after(cell, data, GAUSSIAN, sqrt(square)))


@lru_cache(1)
def data_of(name: str) -> Data:
    """A data set, of which one is kept."""
    return PROBLEMS[name].data()


def norms(weights: Weights) -> np.ndarray:
    """Norms of the columns of the papers: incoming weights of the hidden neurons."""
    return np.linalg.norm(weights[0].astype(float), axis=1)


def median_norm(weights: Weights) -> float:
    """Median norm of the columns."""
    return float(np.median(norms(weights)))


def curve(weights: Weights, data: Data) -> Curve:
    """Errors and accuracies of a network as its shortest columns go."""
    sizes = norms(weights)
    share = 1 - keep_for_error(sizes**2, SQUARED_ERROR)
    by_size, energies = np.argsort(sizes), np.sort(sizes**2)
    hidden = np.maximum(data.x_test @ weights[0].T, 0)[:, by_size]
    output = weights[1][:, by_size]

    def accuracy(pruned: float) -> float:
        first = round(pruned * WIDTH)
        return correct(hidden[:, first:] @ output[:, first:].T, data.y_test)

    lost = np.concatenate([[0.0], np.cumsum(energies)]) / energies.sum()
    return Curve(
        float(np.median(sizes)),
        share,
        correct(NETWORK.forward(weights, data.x), data.y),
        accuracy(0.0),
        accuracy(share),
        [float(lost[round(s * WIDTH)]) for s in SHARES],
        [accuracy(s) for s in SHARES],
    )


def correct(outputs: np.ndarray, labels: Sequence[int] | np.ndarray) -> float:
    """Share of rows whose largest output is that of their label."""
    return float(np.mean(outputs.argmax(axis=1) == labels))
