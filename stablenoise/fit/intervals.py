"""Confidence intervals by the profile of a likelihood whose parameters have ends.

Where an end is near, twice the loss of log likelihood is not chi-square: with a normal estimate at
distances a and b of the ends, in standard errors, its law is known, and its quantile is the limit
here (the likelihood-ratio ordering of Feldman and Cousins).  Far from both ends it is that of
chi-square.

Next to Gauss a few values tell beta, and the loss holds the truth too rarely: three in one tail and
none in the other lose 4.16 at beta = 0, but are one sample in four.  Of alpha and beta the loss is
therefore that of the normal estimate whose score is seen (Rao's test, with the information of the
law that is asked), as Wilson's interval is for a share.
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
STEPS = 16  # of the search for an end of an interval
TINY = 1e-12  # information of which nothing is known
SURE = 16.0  # a loss of log likelihood, twice, that no score outweighs
MAX_LOSS = 1e6  # that is told from a larger one
NORMAL = 1.96  # standard errors at which the search for an end begins
CLOSE = 1e-4  # to the limit, of the root of a loss, which is in standard errors


class Problem(NamedTuple):
    """Standardised points, their weights, the parameters held, and where the likelihood is most."""

    points: np.ndarray
    weights: np.ndarray
    held: np.ndarray
    top: Maximum


def profile(problem: Problem, which: int, level: float) -> tuple[float, float]:
    """The values of one parameter that are not refused, given the best of the others."""
    low, high = (_end(problem, which, level, side) for side in (-1.0, 1.0))
    return low, high


def refusal(
    problem: Problem, which: int, value: float, level: float, start: np.ndarray | None = None
) -> tuple[float, np.ndarray]:
    """By how much the root of the loss at a value exceeds its limit, and the best of the others.

    The value is in the interval of that level if this is not positive.
    """
    held = problem.held.copy()
    held[which] = value
    start = problem.top.theta if start is None else start
    there = maximise(problem.points, problem.weights, start, held)
    loss = max(0.0, 2 * (problem.top.likelihood.value - there.likelihood.value))
    kept = there.theta if loss < MAX_LOSS else start
    deviation, below, above = _distances(problem, there.theta, which)
    if which < SCALE and deviation is not None and loss < SURE:
        loss = scored_loss(there.likelihood.gradient[which] * deviation, below, above)
    excess = sqrt(min(loss, MAX_LOSS)) - sqrt(critical(level, below, above))
    return excess, kept


def scored_loss(estimate: float, below: float, above: float) -> float:
    """The loss of a normal estimate, so many standard errors away, with ends at these distances."""
    end, size = above if estimate > 0 else below, abs(estimate)
    return size * size if size <= end else end * (2 * size - end)


def _end(problem: Problem, which: int, level: float, side: float) -> float:
    """Where the root of the loss meets its limit on one side; the end of the range, if before."""
    best, deviation = problem.top.theta[which], deviation_of(problem, which)
    end = float((HIGHEST if side > 0 else LOWEST)[which]) if which < SCALE else side * inf

    theta = problem.top.theta

    def value_at(distance: float) -> float:
        """So many standard errors from the best, the scale by its logarithm."""
        if which == SCALE:
            return float(best * exp(side * distance * deviation / best))
        return float(np.clip(best + side * distance * deviation, LOWEST[which], HIGHEST[which]))

    def excess(value: float) -> float:
        """The refusal of a value; the search for the others starts from those of the last."""
        nonlocal theta
        refused, theta = refusal(problem, which, value, level, theta)
        return refused

    if best == end or (abs(end - best) < FAR * deviation and excess(end) <= 0):
        return end
    theta = problem.top.theta
    inner, at_inner = 0.0, -NORMAL
    outer = min(NORMAL, abs(end - best) / deviation)
    at_outer = excess(value_at(outer))
    while at_outer < 0 and value_at(outer) != end and outer < MAX_LOSS:
        inner, at_inner, outer = outer, at_outer, 1.5 * outer
        at_outer = excess(value_at(outer))
    return value_at(_root(lambda d: excess(value_at(d)), (inner, at_inner), (outer, at_outer)))


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
    informed = (np.diag(known) > TINY) & np.isfinite(np.diag(known))
    inside = free & (theta < HIGHEST) & (theta > LOWEST) & informed
    covariance = np.zeros((4, 4))
    covariance[free & ~inside, :] = covariance[:, free & ~inside] = np.nan
    block = np.ix_(inside, inside)
    size = np.sqrt(np.diag(known)[inside])
    inverse = np.linalg.pinv(known[block] / size[:, None] / size, hermitian=True)
    covariance[block] = inverse / size[:, None] / size / number
    return covariance


def _distances(
    problem: Problem, theta: np.ndarray, which: int
) -> tuple[float | None, float, float]:
    """Standard error of a parameter, None if it is unknown, and the ends of its range in it."""
    below, above = theta[which] - LOWEST[which], HIGHEST[which] - theta[which]
    if min(below, above) == inf:
        return None, inf, inf
    number = float(problem.weights.sum())
    variance = covariance_of(theta, problem.held, number)[which, which]
    if variance > 0:
        return sqrt(variance), below / sqrt(variance), above / sqrt(variance)
    deviation = deviation_of(problem, which)
    return None, below / deviation, above / deviation


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
