"""Where a likelihood is largest: scoring by the products of scores, within the ranges."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .likelihoods import Likelihood, likelihood
from .parameters import HIGHEST, LOC, LOWEST, SCALE, free_of

MAX_STEPS = 200
TINY_GAIN = 1e-11  # of twice the log likelihood: 3e-6 standard errors from the maximum
FIRST_DAMPING = 1e-3  # of the diagonal, after a step that did not gain
MIN_SHARE = 1e-4  # of what a step promises, that it must gain
REACH = np.array([0.3, 0.5, 1.0, 2.0])  # of a step in alpha, beta, log scale and loc / scale
FLOOR = 2.0**-40  # of the scale, in units of half an interquartile range
ROUNDING = 1e-13  # of a log likelihood, relatively


class Maximum(NamedTuple):
    """The parameters, the likelihood there, and whether no step gains."""

    theta: np.ndarray
    likelihood: Likelihood
    converged: bool


def maximise(
    points: np.ndarray, weights: np.ndarray, start: np.ndarray, held: np.ndarray
) -> Maximum:
    """Follow the scores uphill from a start; parameters that are held stay.

    A step solves (products of scores + damping) step = score for the parameters that are free to
    move: those at the end of their range whose score points out of it are not.
    """
    free = free_of(held)
    theta = within(np.where(free, start, held), free)
    here, damping = likelihood(points, weights, theta), 0.0
    for _ in range(MAX_STEPS):
        gradient, products = in_units(here, theta[SCALE])
        moving = free & ~stopped(theta, gradient)
        step, gain = damped_step(gradient, products, moving, damping)
        if not gain > TINY_GAIN + ROUNDING * abs(here.value):
            return Maximum(theta, here, True)
        there_theta = moved(theta, step, free)
        there = likelihood(points, weights, there_theta)
        promised = gradient[free] @ in_steps(theta, there_theta)[free]
        least = here.value + MIN_SHARE * promised - ROUNDING * abs(here.value)
        if there.value >= least and np.isfinite(there.products[np.ix_(free, free)]).all():
            theta, here, damping = there_theta, there, damping / 10 if damping > 1e-6 else 0.0
        else:
            damping = max(10 * damping, FIRST_DAMPING)
            if damping > 1e12:
                return Maximum(theta, here, False)
    return Maximum(theta, here, False)


def in_units(here: Likelihood, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Gradient and products in alpha, beta, log scale and loc / scale."""
    units = np.array([1.0, 1.0, scale, scale])
    return here.gradient * units, here.products * units[:, None] * units


def in_steps(theta: np.ndarray, there: np.ndarray) -> np.ndarray:
    """A move as one in alpha, beta, log scale and loc / scale."""
    step = there - theta
    step[SCALE] = np.log(there[SCALE] / theta[SCALE])
    step[LOC] /= theta[SCALE]
    return step


def damped_step(
    gradient: np.ndarray, products: np.ndarray, moving: np.ndarray, damping: float
) -> tuple[np.ndarray, float]:
    """The step of the parameters that move, and what it promises for twice the log likelihood."""
    step = np.zeros(4)
    if not moving.any():
        return step, 0.0
    size = np.sqrt(np.diag(products)[moving])
    size[size == 0.0] = 1.0
    matrix = products[np.ix_(moving, moving)] / size[:, None] / size
    matrix += (damping + 1e-12) * np.eye(size.size)
    slope = gradient[moving] / size
    direction = np.linalg.lstsq(matrix, slope, rcond=None)[0]
    step[moving] = direction / size
    return step, float(slope @ direction)


def moved(theta: np.ndarray, step: np.ndarray, free: np.ndarray) -> np.ndarray:
    """The parameters after a step, which is shortened to a reach."""
    step = step * min(1.0, float((REACH / np.maximum(abs(step), 1e-300)).min()))
    there = theta + step * np.array([1.0, 1.0, 0.0, theta[SCALE]])
    there[SCALE] = theta[SCALE] * np.exp(step[SCALE])
    return within(there, free)


def within(theta: np.ndarray, free: np.ndarray) -> np.ndarray:
    """The free parameters moved into their ranges."""
    lowest = LOWEST.copy()
    lowest[SCALE] = FLOOR
    return np.where(free, np.clip(theta, lowest, HIGHEST), theta)


def stopped(theta: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Which parameters are at the end of their range, with the score pointing out of it."""
    return ((theta >= HIGHEST) & (gradient >= 0)) | ((theta <= LOWEST) & (gradient <= 0))
