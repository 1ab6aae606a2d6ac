"""The likelihood of weighted points, its gradient and its information, at one law."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..law import table
from .parameters import SCALE

GRID = np.sinh(np.arange(-40.0, 40.0 + 1e-9, 1 / 16))
GRID_WEIGHT = np.sqrt(1.0 + GRID * GRID) / 16
LIGHT = -60.0  # of a log density that adds nothing


class Likelihood(NamedTuple):
    """Sums over points of log f, of its derivatives in the parameters, and of their products."""

    value: float
    gradient: np.ndarray
    products: np.ndarray


def likelihood(points: np.ndarray, weights: np.ndarray, theta: np.ndarray) -> Likelihood:
    """The sums at the parameters ``theta``."""
    alpha, beta, scale, loc = map(float, theta)
    unit = (points - loc) / scale
    units = np.array([1.0, 1.0, 1 / scale, 1 / scale])
    with np.errstate(all="ignore"):  # where a density vanishes its score has no limit
        sums = table.log_and_score_sums(unit, alpha, beta, weights, with_products=True)
        return Likelihood(
            float(sums.log - weights.sum() * np.log(scale)),
            sums.score * units,
            sums.products * units[:, None] * units,
        )


def information(theta: np.ndarray) -> np.ndarray:
    """Fisher information of one draw, by the trapezoidal rule in asinh(x)."""
    alpha, beta, scale, _ = map(float, theta)
    logs, scores = np.empty(GRID.size), np.empty((GRID.size, 4))
    table.log_and_score(GRID, alpha, beta, logs, scores)
    scores[:, SCALE:] /= scale
    heavy = logs > LIGHT
    some = scores[heavy]
    with np.errstate(all="ignore"):  # about an end of a range it may have no limit
        return (some * (np.exp(logs[heavy]) * GRID_WEIGHT[heavy])[:, None]).T @ some
