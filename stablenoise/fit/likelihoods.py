"""The likelihood of weighted points, its gradient and its information, at one law."""

from __future__ import annotations

from math import exp, lgamma, pi, tan
from typing import NamedTuple

import numpy as np

from ..law import table
from .parameters import SCALE

GRID = np.sinh(np.arange(1 - 640, 640) / 16)  # within the table, which ends at sinh(40)
GRID_WEIGHT = np.sqrt(1.0 + GRID * GRID) / 16
LIGHT = -60.0  # of the logarithm of a probability that adds nothing
NARROW = 0.65  # alpha below which the grid is about the peak, and as narrow
SPAN = 15.0  # of it, over alpha: what is beyond is 1e-4 of the information on alpha
MAX_SPAN = 700.0  # of asinh, among the doubles: enough from alpha = 0.1 on


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
    """Fisher information of one draw, by the trapezoidal rule."""
    alpha, beta, scale, _ = map(float, theta)
    points, weights = GRID, GRID_WEIGHT
    if alpha < NARROW:
        points, weights = about_peak(alpha, beta)
    # Scores outside the table take long
    with np.errstate(divide="ignore"):  # weights below the doubles, of an alpha that is held
        heavy = table.logpdf(points, alpha, beta) + np.log(weights) > LIGHT
    points, weights = points[heavy], weights[heavy]
    logs, scores = np.empty(points.size), np.empty((points.size, 4))
    table.log_and_score(points, alpha, beta, logs, scores)
    scores[:, SCALE:] /= scale
    with np.errstate(all="ignore"):  # about an end of a range it may have no limit
        return (scores * (np.exp(logs) * weights)[:, None]).T @ scores


def about_peak(alpha: float, beta: float) -> tuple[np.ndarray, np.ndarray]:
    """Points and weights of the rule in asinh of the distance from the peak over its width."""
    width = exp(0.5 * (lgamma(1 / alpha) - lgamma(3 / alpha)))
    count = int(16 * min(SPAN / alpha, MAX_SPAN))
    steps = np.arange(-count, count + 1) / 16
    return width * np.sinh(steps) - beta * tan(0.5 * pi * alpha), width * np.cosh(steps) / 16
