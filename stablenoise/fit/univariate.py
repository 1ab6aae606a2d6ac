"""A stable law fitted to a sample of numbers, by any of the methods."""

from __future__ import annotations

from collections.abc import Callable
from math import log

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_choice
from ..law import table
from ..stable import Stable
from . import quantiles
from .histogram import chunks
from .intervals import Problem, covariance_of
from .likelihoods import likelihood
from .maximum import FLOOR, Maximum, maximise
from .parameters import ALPHA, BETA, HIGHEST, LOC, LOWEST, NAMES, SCALE, free_of, held_values
from .results import StableFit
from .samples import Sample, Unit, points_of, read_sample, unit_of

METHODS: dict[str, Callable | None] = {"mle": None, "mcculloch": quantiles.estimate}
INSIDE = np.array([[0.3, -0.85], [1.95, 0.85]])  # alpha and beta that a search may start from


def stable(
    x: ArrayLike,
    method: str = "mle",
    *,
    alpha: float | None = None,
    beta: float | None = None,
    scale: float | None = None,
    loc: float | None = None,
    weights: ArrayLike | None = None,
) -> StableFit:
    r"""Stable law fitted to a sample.

    Parameters
    ----------
    x : array_like, shape (n,)
        Independent draws, at least ten, in any unit; a column of pandas keeps its name.
    method : {"mle", "mcculloch"}
        Maximum likelihood; five quantiles.
    alpha, beta, scale, loc : float, optional
        Values that are held, in the S0 form and the unit of x; the others are estimated.
    weights : array_like, shape (n,), optional
        Positive frequencies: a value of weight 2 is one that was seen twice.

    Returns
    -------
    StableFit
        With alpha in [0.1, 2], or the value held.

    Raises
    ------
    ValueError
        If the sample is too short, not finite or all equal, a held value or a weight is out of
        range, or the method cannot hold a parameter.

    Notes
    -----
    The likelihood of more than 4,096 values is taken of a histogram of fixed bins about the
    median, of which each keeps the mean and the variance of its values: 1e6 values take some 10
    ms, and the estimates are those of the values themselves to 0.001 standard errors.

    References
    ----------
    DuMouchel (1973), Ann. Statist. 1, 948-957; Nolan (2001), in Levy Processes, 379-400.

    Examples
    --------
    >>> from stablenoise import Stable
    >>> result = stable(Stable(1.5).rvs(20_000, rng=1), beta=0.0)
    >>> print(f"{result.alpha:.2f} +- {result.bse['alpha']:.2f}")
    1.50 +- 0.01

    """
    check_choice("method", method, METHODS)
    held = held_values(alpha, beta, scale, loc)
    return fitted(read_sample(x, weights), method, held)


def fitted(sample: Sample, method: str, held: np.ndarray) -> StableFit:
    """The fit of a checked sample."""
    unit = unit_of(sample.values, sample.weights)
    inside = _inward(held, unit)
    points, weights = points_of(sample.values, sample.weights, unit)
    if method == "mle":
        top = highest(points, weights, inside)
        covariance = covariance_of(top.theta, inside, sample.nobs)
    else:
        theta, covariance = _by_statistics(sample, unit, method, inside)
        top = Maximum(theta, likelihood(points, weights, theta), True)
    return StableFit(
        params=_law(unit.outward(top.theta), held),
        method=method,
        nobs=sample.nobs,
        llf=log_likelihood(sample, unit, top.theta),
        held=tuple(name for name, value in zip(NAMES, held, strict=True) if not np.isnan(value)),
        at_bound=_bounds(top.theta, inside),
        converged=top.converged,
        name=sample.name,
        covariance=covariance,
        sample=sample,
        unit=unit,
        problem=Problem(points, weights, inside, top),
    )


def highest(points: np.ndarray, weights: np.ndarray, held: np.ndarray) -> Maximum:
    """The maximum of the likelihood of standardised points, from McCulloch's estimate."""
    start = quantiles.parameters(quantiles.of_sample(points, weights), held)
    start[:SCALE] = np.clip(start[:SCALE], *INSIDE)
    top = maximise(points, weights, start, held)
    if top.theta[ALPHA] == HIGHEST[ALPHA] and np.isnan(held[BETA]):
        top.theta[BETA] = 0.0  # a law of Gauss has none
    return top


def log_likelihood(sample: Sample, unit: Unit, theta: np.ndarray) -> float:
    """Of the values themselves, in their unit."""
    alpha, beta, scale, loc = map(float, theta)
    total = 0.0
    for part in chunks(sample.values.size):
        logs = table.logpdf(unit.standardised(sample.values[part]), alpha, beta, scale, loc)
        total += float(logs.sum() if sample.weights is None else sample.weights[part] @ logs)
    return total - sample.nobs * unit.exponent * log(2)


def _by_statistics(
    sample: Sample, unit: Unit, method: str, held: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Parameters by one of the methods that are not maximum likelihood, and their covariance."""
    estimate = METHODS[method]
    assert estimate is not None
    return estimate(unit.standardised(sample.values), sample.weights, held)


def _inward(held: np.ndarray, unit: Unit) -> np.ndarray:
    """Held values in the unit of the sample's spread."""
    inside = unit.inward(held)
    if not (inside[SCALE] > 0 or np.isnan(inside[SCALE])) or np.isinf(inside).any():
        rule = "held values must be within 1e300 of the sample's spread"
        raise ValueError(f"{rule}, got scale {held[SCALE]} and loc {held[LOC]}")
    return inside


def _law(theta: np.ndarray, held: np.ndarray) -> Stable:
    """The law of the estimates, and of what was held as it was given."""
    return Stable(*map(float, np.where(free_of(held), theta, held)))


def _bounds(theta: np.ndarray, held: np.ndarray) -> tuple[str, ...]:
    """Names of the free parameters that are at an end of their range."""
    lowest = LOWEST.copy()
    lowest[SCALE] = FLOOR
    at_end = free_of(held) & ((theta >= HIGHEST) | (theta <= lowest))
    return tuple(name for name, here in zip(NAMES, at_end, strict=True) if here)
