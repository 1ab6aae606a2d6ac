"""The error of pruning trained networks at a fixed share, against their width.

Networks of one hidden layer with mean-field scaling, relu, on the digits of scikit-learn, with
isotropic noise; a narrow network has the noise and weights of the first neurons of a wide one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice
from math import cos, gamma, pi, tan
from typing import NamedTuple

import numpy as np

from chaos.network import Network, Weights
from chaos.sgd import minibatch_drift, trajectory
from compress.compressibility.norms import relative_error
from stablenoise import NoiseField, Stable
from stablenoise.data.datasets import Dataset, load_digits
from stablenoise.noises import isotropic

NETWORK = Network(activation="relu", scaling="mean_field")
INDICES, WIDTHS, SEEDS = (1.5, 1.75, 2.0), (100, 316, 1_000, 3_162, 10_000, 31_623, 100_000), 10
BATCH, TIME, ETA, SIGMA, KEEPS = 32, 2.0, 0.1, 0.35, (0.1, 0.5)
CONDITION = {100: 5, 316: 3}  # widths at which the paper's step size is run, and seeds of each
DRAWS = 1_000_000  # of the norm of a column, for the constant


class Run(NamedTuple):
    """Index, width, step size ("fixed" or "paper") and seed."""

    alpha: float
    width: int
    step_size: str
    seed: int

    @property
    def steps(self) -> int:
        """Number of steps in the time of the run."""
        condition = self.width ** (-self.alpha / 2 - 1)
        return round(TIME / (ETA if self.step_size == "fixed" else condition))


def all_runs() -> Iterator[Run]:
    """By seed, so that what is there at any time is a whole; small steps last."""
    for seed in range(1, SEEDS + 1):
        yield from (Run(a, width, "fixed", seed) for width in WIDTHS for a in INDICES)
    for width, seeds in CONDITION.items():
        yield from (Run(a, width, "paper", s + 1) for s in range(seeds) for a in INDICES)


def row(run: Run) -> dict[str, object]:
    """Errors of the trained network and of its noise on its initial weights, and accuracies."""
    data = _digits()
    trained = _after(run, data, gradient=True)
    alone = _after(run, data, gradient=False)
    errors = {
        f"{name}_{keep}": f"{relative_error(_norms(w), keep) ** 2:.6g}"
        for name, w in (("trained", trained), ("noise", alone))
        for keep in KEEPS
    }
    accuracy = NETWORK.accuracy(trained, data.x_test, data.y_test)
    return {**run._asdict(), "steps": run.steps, **errors, "test_accuracy": f"{accuracy:.4f}"}


@cache
def _digits() -> Dataset:
    return load_digits()


def _after(run: Run, data: Dataset, gradient: bool) -> Weights:
    # Steps as small as the paper's would be lost in the rounding of float32.
    kind = np.float32 if run.step_size == "fixed" else np.float64
    weights = NETWORK.initial((data.x_train.shape[1], run.width, data.classes), run.seed)
    start = tuple(w.astype(kind) for w in weights)
    x, kept = data.x_train.astype(kind), {"batch": BATCH, "seed": run.seed, "train_output": False}
    sgd = minibatch_drift(NETWORK, x, data.y_train, **kept)
    drift = sgd if gradient else lambda weights, step: (None, None)
    field = NoiseField(run.alpha, run.seed, isotropic)
    path = trajectory(start, drift, field, TIME / run.steps, SIGMA)
    return next(islice(path, run.steps - 1, None))


def _norms(weights: Weights) -> np.ndarray:
    return np.linalg.norm(weights[0].astype(float), axis=1)


def constant(alpha: float, keep: float, dim: int = 64) -> float:
    """B of the mean squared error B n^(1 - 2/alpha) of noise on Gaussian initial weights.

    A column is Gaussian of a variance that is 2 scale^2 A plus that of the beginning, A one-sided
    stable of index alpha / 2, so that P(norm > x) has the tail
    (2 scale)^alpha Gamma((d + alpha) / 2) / Gamma(d / 2) / Gamma(1 - alpha / 2) x^-alpha.
    """
    rng, scale = np.random.default_rng(1), SIGMA * TIME ** (1 / alpha)
    # One-sided from 0 on, with Laplace transform exp(-l^(alpha/2)).
    unit = cos(pi * alpha / 4) ** (2 / alpha)
    shared = Stable(alpha / 2, 1.0, unit, unit * tan(pi * alpha / 4)).rvs(DRAWS, rng=rng)
    squares = (2 * scale**2 * shared + 2 / dim) * rng.chisquare(dim, DRAWS)
    short = squares[squares <= np.quantile(squares, 1 - keep)].sum() / DRAWS
    tail = (2 * scale) ** alpha * gamma((dim + alpha) / 2) / gamma(dim / 2)
    return float(short * gamma(1 + 2 / alpha) * tail ** (-2 / alpha))


def gaussian_limit(keep: float, dim: int = 64) -> float:
    """Share of the energy in the shortest columns, of Gaussian ones of any variance."""
    from scipy.stats import chi2

    return float(chi2.cdf(chi2.ppf(1 - keep, dim), dim + 2))
