"""A stable law fitted to a sample of numbers, by any of the methods."""

from __future__ import annotations

from collections.abc import Callable
from math import log, pi, sqrt, tan
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_choice, real_values, told
from ..estimate import Estimate
from ..law import ppf
from ..stable import Stable
from . import gls, kogon, koutrouvelis, moments, press, quantiles
from .elliptical_fit import EllipticalFit
from .intervals import Problem, covariance_of
from .likelihoods import likelihood
from .maximum import FLOOR, FLOORS, Maximum, maximise
from .parameters import (
    ALPHA,
    BETA,
    HIGHEST,
    LOC,
    NAMES,
    SCALE,
    free_of,
    from_s1,
    held_values,
)
from .peak import start
from .results import StableFit
from .samples import UNBINNED, Sample, Unit, points_of, read_sample, unit_of
from .vectors import of_matrix

MODELS = "entries", "rows", "elliptical"
METHODS: dict[str, Callable | None] = {
    "mle": None,
    "ecf": gls.estimate,
    "kogon": kogon.estimate,
    "koutrouvelis": koutrouvelis.estimate,
    "press": press.estimate,
    "mcculloch": quantiles.estimate,
    "logmoment": moments.estimate,
}
INSIDE = np.array([[0.11, -0.85], [1.95, 0.85]])  # alpha and beta that a search may start from
PEAKED = 0.95  # alpha below which a density has a narrow peak away from its median
TIED = np.array([1.0, 0.0, 0.5, 0.0])  # a start where there are no quartiles
STARTS = (0.4, -0.7), (0.4, 0.7), (0.8, 0.0), (1.2, -0.8), (1.2, 0.8), (1.8, -0.8), (1.8, 0.8)
# Where alpha is 2 the score in alpha is linear in beta, and may point inwards for another beta; two
# lumps have a maximum on each
BESIDE_GAUSS = (1.9, -0.8), (1.9, 0.8), (0.8, -0.9), (0.8, 0.9)
FEW = 256  # values, up to which a likelihood may have several maxima
RUGGED, RUGGED_SIZE = 0.5, 2048  # below this alpha, up to so many
HIGHER = 1e-7  # by how much one must be higher to be another
# A start as wide as the sample, for where a light tail ended before the sample did
SHARE_OF_GAUSS = np.array([0.975, 1.0, 1.0, 1.0])
BEFORE = 0.5  # of a draw of a half line, to be left of the first
PASSES = 2  # of bins about the peak


@overload
def stable(
    x: ArrayLike,
    method: str = ...,
    *,
    alpha: float | None = ...,
    beta: float | None = ...,
    scale: float | None = ...,
    loc: float | None = ...,
    weights: ArrayLike | None = ...,
    model: None = ...,
    name: str | None = ...,
) -> StableFit: ...
@overload
def stable(
    x: ArrayLike,
    method: str = ...,
    *,
    alpha: float | None = ...,
    beta: float | None = ...,
    scale: float | None = ...,
    loc: float | None = ...,
    weights: ArrayLike | None = ...,
    model: str,
    name: str | None = ...,
) -> StableFit | EllipticalFit | Estimate: ...
def stable(
    x: ArrayLike,
    method: str = "mle",
    *,
    alpha: float | None = None,
    beta: float | None = None,
    scale: float | None = None,
    loc: float | None = None,
    weights: ArrayLike | None = None,
    model: str | None = None,
    name: str | None = None,
) -> StableFit | EllipticalFit | Estimate:
    r"""Stable law fitted to a sample.

    Parameters
    ----------
    x : array_like, shape (n,) or (n, d)
        Independent draws, at least ten, in any unit; a column of pandas keeps its name.  A matrix
        needs a model.
    method : {"mle", "ecf", "kogon", "koutrouvelis", "press", "mcculloch", "logmoment"}
        Maximum likelihood; the characteristic function by generalised least squares, by Kogon and
        Williams, by Koutrouvelis, by Press; five quantiles; the moments of log \|x - loc\|, for
        symmetric laws: beta must be held at 0.
    alpha, beta, scale, loc : float, optional
        Values that are held, in the S0 form and the unit of x; the others are estimated.
    weights : array_like, shape (n,), optional
        Positive frequencies: a value of weight 2 is one that was seen twice.
    model : {"entries", "rows", "elliptical"}, optional
        What a matrix is.  Its entries are independent draws of one law; its rows are independent
        draws of a strictly stable vector, of which the index alone is estimated
        (``tails.block``); its rows are elliptical (``fit.elliptical``).  Entries of an elliptical
        matrix taken for independent give an index that is too high by 0.15 to 0.2.
    name : str, optional
        What summaries and pictures call the sample: by default as its column of pandas, or x.

    Returns
    -------
    StableFit
        With alpha in [0.1, 2], or the value held.  Of a matrix by the models of its rows an
        ``Estimate`` or an ``EllipticalFit``.

    Raises
    ------
    ValueError
        If the sample is too short, not finite or all equal, a held value or a weight is out of
        range, the method cannot hold a parameter, or a matrix has no model.

    Notes
    -----
    The likelihood of more than 4,096 values is taken of a histogram of fixed bins about the
    median, of which each keeps the mean and the variance of its values: 1e6 values take some 10
    ms, and the estimates are those of the values themselves to 0.001 standard errors.

    Below alpha = 0.2 the peak of a density is narrower than 1e-7 of its scale: searches may end on
    another of many maxima there, below 0.15, or 0.2 for beta = 1 or -1, most often.  Where many
    values are equal (a tenth at alpha = 0.1) the likelihood has no maximum, and a local one is
    meant.

    References
    ----------
    DuMouchel (1973), Ann. Statist. 1, 948-957; Nolan (2001), in Levy Processes, 379-400.

    Examples
    --------
    >>> from stablenoise import Stable
    >>> result = stable(Stable(1.5).rvs(20_000, rng=1), beta=0.0)
    >>> print(f"{result.alpha:.1f} +- {result.bse['alpha']:.2f}")
    1.5 +- 0.01

    """
    check_choice("method", method, METHODS)
    held = held_values(alpha, beta, scale, loc)
    if model is None:
        if real_values("x", x).ndim == 2:
            raise ValueError(
                f"x must be a column, or have a model if it is a matrix, got {told(x)}"
            )
        return fitted(read_sample(x, weights, name), method, held)
    model = check_choice("model", model, MODELS)
    if weights is not None and np.shape(weights) != np.shape(x):
        raise ValueError(
            f"weights must have the shape of x, {np.shape(x)}, got {np.shape(weights)}"
        )
    if model != "entries" and (method != "mle" or weights is not None or not free_of(held).all()):
        rule = "model must be entries where a method, weights or parameters are given"
        raise ValueError(f"{rule}, got {model}")
    flat = None if weights is None else np.ravel(weights)
    return of_matrix(x, model, lambda x: fitted(read_sample(x, flat, name), method, held))


def fitted(sample: Sample, method: str, held: np.ndarray) -> StableFit:
    """The fit of a checked sample."""
    unit = unit_of(sample.values, sample.weights)
    inside = _inward(held, unit)
    if method == "mle":
        problem = highest(sample, unit, inside)
        covariance = covariance_of(problem.top.theta, inside, sample.nobs)
    else:
        theta, covariance = _by_statistics(sample, unit, method, inside)
        points, weights = points_of(sample.values, sample.weights, unit)
        top = Maximum(theta, likelihood(points, weights, theta), True)
        problem = Problem(points, weights, inside, top)
    theta, value = problem.top.theta, problem.top.likelihood.value
    if not value > -np.inf and (method == "mle" or not free_of(held)[:SCALE].any()):
        raise ValueError(f"held values must make x possible, got {_told(held)}")
    return StableFit(
        params=_law(unit.outward(theta), held),
        method=method,
        nobs=sample.nobs,
        llf=value - sample.nobs * unit.exponent * log(2),
        held=tuple(name for name, value in zip(NAMES, held, strict=True) if not np.isnan(value)),
        at_bound=_bounds(theta, inside),
        converged=problem.top.converged,
        name=sample.name,
        covariance=covariance,
        sample=sample,
        unit=unit,
        problem=problem,
    )


def highest(sample: Sample, unit: Unit, held: np.ndarray) -> Problem:
    """Where the likelihood is largest, from McCulloch's estimate on.

    For a small alpha the density has a narrow peak at the location of the S1 form: there the bins
    must be narrow too.
    """
    points, weights = points_of(sample.values, sample.weights, unit)
    top = maximise(points, weights, first_guess(points, weights, held), held)
    wide = gauss(points, weights, held)
    if not top.likelihood.value >= gauss_likelihood(points, weights, wide):
        top = higher(top, maximise(points, weights, wide * SHARE_OF_GAUSS, held))
    few = RUGGED_SIZE if top.theta[ALPHA] < RUGGED else FEW
    if sample.values.size <= few:
        top = best_of(points, weights, held, top, STARTS)
    if top.theta[ALPHA] == HIGHEST[ALPHA] and np.isnan(held[:SCALE]).all():
        top = best_of(points, weights, held, top, BESIDE_GAUSS)
    if sample.values.size > UNBINNED and top.theta[ALPHA] < PEAKED:
        for _ in range(PASSES):
            near = points_of(sample.values, sample.weights, unit, peak(top.theta))
            other = maximise(*near, on_half_line(near[0], top.theta, held), held)
            if not other.likelihood.value > -np.inf:
                break
            (points, weights), top = near, other
    if top.theta[ALPHA] == HIGHEST[ALPHA] and np.isnan(held[BETA]):
        top.theta[BETA] = 0.0  # a law of Gauss has none
    return Problem(points, weights, held, top)


def best_of(
    points: np.ndarray,
    weights: np.ndarray,
    held: np.ndarray,
    top: Maximum,
    shapes: tuple[tuple[float, float], ...],
) -> Maximum:
    """The highest of the maxima that searches from these alpha and beta lead to."""
    scale = 0.5 + abs(np.nan_to_num(held[LOC]))  # a location that is held may be far off
    for alpha, beta in shapes:
        start = np.array([alpha, beta, scale, 0.0])
        top = higher(top, maximise(points, weights, start, held))
    return top


def higher(top: Maximum, other: Maximum) -> Maximum:
    """The higher of two maxima, the first unless the other is another."""
    return other if other.likelihood.value > top.likelihood.value + HIGHER else top


def first_guess(points: np.ndarray, weights: np.ndarray, held: np.ndarray) -> np.ndarray:
    """An estimate by quantiles, or about the peak, moved inside the ranges.

    What is held must not make the sample impossible: Gauss has the scale of the whole sample, of
    which one far value may be the most, and a law on a half line begins before the sample does.
    """
    five = quantiles.of_sample(points, weights)
    if five[1] < five[3]:
        theta = start(points, weights, held)
    else:  # more than half of the values are one
        theta = np.where(free_of(held), TIED, held)
    inside = np.clip(theta[:SCALE], *INSIDE)
    theta[:SCALE] = np.where(free_of(held)[:SCALE], inside, held[:SCALE])
    if theta[ALPHA] == HIGHEST[ALPHA]:
        return gauss(points, weights, held)
    return on_half_line(points, theta, held)


def gauss(points: np.ndarray, weights: np.ndarray, held: np.ndarray) -> np.ndarray:
    """The likeliest law of alpha = 2."""
    loc = held[LOC] if np.isfinite(held[LOC]) else np.average(points, weights=weights)
    unit = max(float(abs(points - loc).max()), FLOOR)  # so that squares are doubles
    size = unit * sqrt(np.average(((points - loc) / unit) ** 2, weights=weights) / 2)
    return np.where(free_of(held), np.array([2.0, 0.0, size, loc]), held)


def gauss_likelihood(points: np.ndarray, weights: np.ndarray, theta: np.ndarray) -> float:
    """Log likelihood of that law."""
    with np.errstate(over="ignore"):  # a scale that is held may be tiny
        unit = (points - theta[LOC]) / theta[SCALE]
        square = unit * unit / 4
    return -float(weights @ (square + log(2 * theta[SCALE] * sqrt(pi))))


def on_half_line(points: np.ndarray, theta: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Parameters moved, where they are free, so that a law on a half line holds all points."""
    alpha, beta, scale, loc = map(float, theta)
    if alpha >= 1 or abs(beta) < 1:
        return theta
    least = float((beta * points).min())
    edge, reach = beta * peak(theta), tan(pi * alpha / 2)
    if least > edge:
        return theta
    theta = theta.copy()
    if np.isnan(held[LOC]):
        theta[LOC] = beta * (least - scale * ppf(BEFORE / points.size, alpha, 1.0))
    elif np.isnan(held[SCALE]):
        theta[SCALE] = 2 * max((beta * loc - least) / reach, FLOOR)
    return theta


def peak(theta: np.ndarray) -> float:
    """Location of the S1 form."""
    return float(theta[LOC]) - from_s1(theta)


def _by_statistics(
    sample: Sample, unit: Unit, method: str, held: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Parameters by one of the methods that are not maximum likelihood, and their covariance."""
    estimate = METHODS[method]
    assert estimate is not None
    try:
        with np.errstate(all="ignore"):
            theta, covariance = estimate(unit.standardised(sample.values), sample.weights, held)
    except (ArithmeticError, np.linalg.LinAlgError):  # of a law far from that of the sample
        theta = covariance = np.full(4, np.nan)
    if not np.isfinite(theta).all():
        rule = "held values must be near what x has without them"
        raise ValueError(f"{rule}, got {_told(held)}")
    return theta, covariance


def _told(held: np.ndarray) -> str:
    """What is held, as an error names it."""
    known = zip(NAMES, held, strict=True)
    return (
        ", ".join(f"{name} = {value:g}" for name, value in known if not np.isnan(value)) or "none"
    )


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
    at_end = free_of(held) & ((theta >= HIGHEST) | (theta <= FLOORS))
    return tuple(name for name, here in zip(NAMES, at_end, strict=True) if here)
