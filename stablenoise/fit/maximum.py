"""Where a likelihood is largest: scoring by the products of scores, within the ranges."""

from __future__ import annotations

from math import exp, log, pi, tan
from typing import NamedTuple

import numpy as np

from .likelihoods import Likelihood, likelihood
from .parameters import ALPHA, HIGHEST, LOC, LOWEST, SCALE, free_of, from_s1

FOLLOWED = 0.6  # alpha below which a search follows the peak
MAX_STEPS = 100
TINY_GAIN = 1e-11  # of twice the log likelihood: 3e-6 standard errors from the maximum
FIRST_DAMPING = 1e-3  # of the diagonal, after a step that did not gain
MIN_SHARE = 1e-4  # of what a step promises, that it must gain
FAR_GAIN = 1.0  # of twice the log likelihood, above which products of scores are the curvature
SMALL_GAIN = 1e-6  # with which a search that can go no further has converged
STEEP = 1e100  # products of scores of a density that vanishes
MAX_DAMPING = 1e12
MIN_CURVATURE = 1e-3  # of what was thought, for the curvature to follow
REACH = np.array([0.3, 0.5, 1.0, 2.0])  # of a step in alpha, beta, log scale and loc / scale
FLOOR = 2.0**-40  # of the scale, in units of half an interquartile range
FLOORS = np.where(np.arange(4) == SCALE, FLOOR, LOWEST)  # of what a search reaches
ROUNDING = 1e-13  # of a log likelihood, relatively


class Maximum(NamedTuple):
    """The parameters, the likelihood there, and whether no step gains."""

    theta: np.ndarray
    likelihood: Likelihood
    converged: bool


@np.errstate(all="ignore")
def maximise(
    points: np.ndarray, weights: np.ndarray, start: np.ndarray, held: np.ndarray
) -> Maximum:
    """Follow the scores uphill from a start; parameters that are held stay.

    A step solves (curvature + damping) step = score for the parameters that are free to move: those
    at the end of their range whose score points out of it are not.  The curvature is the sum of
    products of scores until a step promises less than a nat, and follows the scores from there on
    (Broyden, Fletcher, Goldfarb and Shanno).
    """
    free = free_of(held)
    theta = within(np.where(free, start, held), free)
    here, damping = likelihood(points, weights, theta), 0.0
    if not is_usable(here, free):
        return Maximum(theta, here._replace(value=-np.inf), False)
    peaked = bool(free[LOC]) and theta[ALPHA] < FOLLOWED
    gradient, curvature = in_coordinates(here, theta, free, peaked)
    for _ in range(MAX_STEPS):
        moving = free & ~stopped(theta, gradient)
        step, gain = damped_step(gradient, curvature, moving, damping)
        rounding = ROUNDING * abs(here.value)
        if not gain > TINY_GAIN + rounding:
            return Maximum(theta, here, True)
        there_theta = moved(theta, step, free, peaked)
        there = likelihood(points, weights, there_theta)
        taken = coordinates(there_theta, peaked) - coordinates(theta, peaked)
        promised = gradient[free] @ taken[free]
        if there.value >= here.value + MIN_SHARE * promised - rounding and is_usable(there, free):
            new_gradient, products = in_coordinates(there, there_theta, free, peaked)
            if gain > FAR_GAIN:
                curvature = products
            else:
                curvature = updated(curvature, taken, gradient - new_gradient)
            theta, here, gradient = there_theta, there, new_gradient
            damping = damping / 10 if damping > 1e-6 else 0.0
        elif damping > MAX_DAMPING:
            break
        else:
            damping = max(10 * damping, FIRST_DAMPING)
    return Maximum(theta, here, gain < SMALL_GAIN)


def updated(curvature: np.ndarray, step: np.ndarray, change: np.ndarray) -> np.ndarray:
    """The curvature that takes the step to the change of the gradient, and is still positive."""
    along, seen = curvature @ step, float(step @ change)
    if not seen > MIN_CURVATURE * float(step @ along):
        return curvature
    before = np.outer(along, along) / float(step @ along)
    after = curvature - before + np.outer(change, change) / seen
    return after if np.isfinite(after).all() and (np.diag(after) >= 0).all() else curvature


def is_usable(here: Likelihood, free: np.ndarray) -> bool:
    """Whether there is a way uphill: next to an end a density may vanish, and its score grow."""
    steep = abs(here.products[np.ix_(free, free)])
    return bool((steep < STEEP).all() and np.isfinite(here.value))


def coordinates(theta: np.ndarray, peaked: bool) -> np.ndarray:
    """Alpha, beta, log scale and location: that of S1 for a small alpha, whose peak is there."""
    alpha, beta, scale, loc = map(float, theta)
    return np.array([alpha, beta, log(scale), loc - from_s1(theta) if peaked else loc])


def in_coordinates(
    here: Likelihood, theta: np.ndarray, free: np.ndarray, peaked: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Gradient and products in the coordinates of a search; 0 where they are held.

    There they may be infinite, as that of beta is where a law on a half line is left.
    """
    alpha, beta, scale, _ = map(float, theta)
    slopes = np.diag([1.0, 1.0, scale, 1.0])  # of the parameters in the coordinates
    if peaked:
        twist = tan(0.5 * pi * alpha)
        in_alpha = scale * beta * 0.5 * pi * (1 + twist * twist)
        slopes[LOC, :LOC] = in_alpha, scale * twist, scale * beta * twist
    slopes = slopes[np.ix_(free, free)]
    block = np.ix_(free, free)
    gradient, products = np.zeros(4), np.zeros((4, 4))
    gradient[free] = here.gradient[free] @ slopes
    products[block] = slopes.T @ here.products[block] @ slopes
    return gradient, products


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
    if not np.isfinite(matrix).all():
        matrix = np.eye(size.size)
    direction = np.linalg.lstsq(matrix, slope, rcond=None)[0]
    step[moving] = direction / size
    return step, float(slope @ direction)


def moved(theta: np.ndarray, step: np.ndarray, free: np.ndarray, peaked: bool) -> np.ndarray:
    """The parameters after a step, which is shortened to a reach."""
    reach = REACH * np.array([1.0, 1.0, 1.0, theta[SCALE]])
    step = step * min(1.0, float((reach / np.maximum(abs(step), 1e-300)).min()))
    there = coordinates(theta, peaked) + step
    there[SCALE] = theta[SCALE] * exp(step[SCALE])
    there = within(there, free)
    if peaked:
        there[LOC] += from_s1(there)
    return there


def within(theta: np.ndarray, free: np.ndarray) -> np.ndarray:
    """The free parameters moved into their ranges."""
    return np.where(free, np.clip(theta, FLOORS, HIGHEST), theta)


def stopped(theta: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Which parameters are at the end of their range, with the score pointing out of it."""
    return ((theta >= HIGHEST) & (gradient >= 0)) | ((theta <= LOWEST) & (gradient <= 0))
