"""Confidence intervals by the profile of a likelihood whose parameters have ends.

Where an end is near, twice the loss of log likelihood is not chi-square: with a normal estimate at
distances a and b of the ends, in standard errors, its law is known, and its quantile is the limit
here (the likelihood-ratio ordering of Feldman and Cousins).  Far from both ends it is that of
chi-square.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, inf, log, sqrt
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from .likelihoods import information
from .maximum import Maximum, maximise
from .parameters import HIGHEST, LOWEST, SCALE, free_of

FAR = 12.0  # standard errors, from which on an end does not matter
STEPS = 40  # of the search for an end of an interval
TINY = 1e-12  # information of which nothing is known
CLOSE = 1e-4  # to the limit, of the root of a loss, which is in standard errors


class Problem(NamedTuple):
    """Standardised points, their weights, the parameters held, and where the likelihood is most."""

    points: np.ndarray
    weights: np.ndarray
    held: np.ndarray
    top: Maximum


def profile(problem: Problem, which: int, level: float) -> tuple[float, float]:
    """The values of one parameter that are not refused, given the best of the others."""
    deviation = deviation_of(problem, which)
    low, high = (_end(problem, which, level, deviation, side) for side in (-1.0, 1.0))
    return low, high


def _end(problem: Problem, which: int, level: float, deviation: float, side: float) -> float:
    """Where the root of the loss meets its limit on one side; the end of the range, if before."""
    best = problem.top.theta[which]
    end = float((HIGHEST if side > 0 else LOWEST)[which])
    theta = problem.top.theta

    def value_at(distance: float) -> float:
        """So many standard errors from the best, the scale by its logarithm."""
        if which == SCALE:
            return float(best * exp(side * distance * deviation / best))
        return float(min(max(best + side * distance * deviation, LOWEST[which]), HIGHEST[which]))

    def excess(value: float) -> float:
        """By how much the root of the loss exceeds its limit; the others start where they were."""
        nonlocal theta
        held = problem.held.copy()
        held[which] = value
        found = maximise(problem.points, problem.weights, theta, held)
        theta = found.theta
        loss = max(0.0, 2 * (problem.top.likelihood.value - found.likelihood.value))
        return sqrt(loss) - sqrt(limit(problem, found.theta, which, level))

    if best == end or (abs(end - best) < FAR * deviation and excess(end) <= 0):
        return end
    theta = problem.top.theta
    inner, outer = 0.0, min(1.96, abs(end - best) / deviation) if deviation else 1.0
    inner_excess, outer_excess = -1.96, excess(value_at(outer))
    while outer_excess < 0 and value_at(outer) != end and outer < 1e6:
        inner, inner_excess = outer, outer_excess
        outer *= 1.5
        outer_excess = excess(value_at(outer))
    distance = _root(lambda d: excess(value_at(d)), (inner, inner_excess), (outer, outer_excess))
    return value_at(distance)


def _root(
    excess: Callable[[float], float], inner: tuple[float, float], outer: tuple[float, float]
) -> float:
    """Where the excess is 0, by the rule of false position with halved ends (Illinois)."""
    (a, at_a), (b, at_b) = inner, outer
    for _ in range(STEPS):
        if abs(at_b) < CLOSE or at_a == at_b:
            break
        middle = b - at_b * (b - a) / (at_b - at_a)
        at_middle = excess(middle)
        if (at_middle > 0) == (at_b > 0):
            at_a /= 2
        else:
            a, at_a = b, at_b
        b, at_b = middle, at_middle
    return b


def deviation_of(problem: Problem, which: int) -> float:
    """Standard error of one parameter at the maximum."""
    covariance = covariance_of(problem.top.theta, problem.held, float(problem.weights.sum()))
    if np.isfinite(covariance[which, which]) and covariance[which, which] > 0:
        return sqrt(covariance[which, which])
    products = problem.top.likelihood.products[which, which]
    return 1 / sqrt(products) if products > 0 else 1.0


def covariance_of(theta: np.ndarray, held: np.ndarray, number: float) -> np.ndarray:
    """Inverse of the information of so many draws: 0 for held parameters, NaN for those at an end.

    NaN also for beta at alpha = 2, of which the draws say nothing.
    """
    known = information(theta)
    free = free_of(held)
    inside = free & (theta < HIGHEST) & (theta > LOWEST) & (np.diag(known) > TINY)
    covariance = np.zeros((4, 4))
    covariance[free & ~inside, :] = covariance[:, free & ~inside] = np.nan
    block = np.ix_(inside, inside)
    size = np.sqrt(np.diag(known)[inside])
    inverse = np.linalg.pinv(known[block] / size[:, None] / size, hermitian=True)
    covariance[block] = inverse / size[:, None] / size / number
    return covariance


def limit(problem: Problem, theta: np.ndarray, which: int, level: float) -> float:
    """The loss up to which a value of a parameter is not refused."""
    below, above = theta[which] - LOWEST[which], HIGHEST[which] - theta[which]
    if min(below, above) == inf:
        return float(ndtri((1 - level) / 2)) ** 2
    held = problem.held.copy()
    others = covariance_of(theta, held, float(problem.weights.sum()))[which, which]
    deviation = sqrt(others) if others > 0 else deviation_of(problem, which)
    return critical(level, below / deviation, above / deviation)


def critical(level: float, below: float, above: float) -> float:
    """Quantile of the loss of a normal estimate with ends so many standard errors away."""
    plain = float(ndtri((1 - level) / 2)) ** 2
    if min(below, above) > FAR:
        return plain

    def reach(c: float, end: float) -> float:
        """The estimate whose loss is c: beyond the end the loss grows along a line."""
        if c <= end * end:
            return sqrt(c)
        return (c + end * end) / (2 * end) if end > 0 else inf

    def excess(c: float) -> float:
        return float(ndtr(reach(c, above)) + ndtr(reach(c, below))) - 1 - level

    if excess(plain) < 0:
        return plain
    smallest = plain * 1e-12
    return smallest if excess(smallest) > 0 else float(brentq(excess, smallest, plain, xtol=1e-10))


def wald(value: float, deviation: float, which: int, level: float) -> tuple[float, float]:
    """The normal interval, of the scale by its logarithm, within the range of the parameter."""
    half = -float(ndtri((1 - level) / 2)) * deviation
    if which == SCALE:
        share = min(half / value, 700.0)
        return value * exp(-share), exp(log(value) + share)
    return max(value - half, float(LOWEST[which])), min(value + half, float(HIGHEST[which]))
