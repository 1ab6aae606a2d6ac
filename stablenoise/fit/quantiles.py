"""McCulloch's method: the law whose quantiles at 5, 25, 50, 75 and 95% have the sample's shape.

Where no law has it, as between a sample of Gauss and a rounder one, the estimate lies at the end of
the parameters that is nearest: alpha is exactly 2, or the size of beta exactly 1, for the caller to
tell.  Alpha is not below 0.1.  For alpha below 1/2 and the size of beta above 0.85 or so, the 5%
quantile lies in the peak of the density and says little of beta.

References
----------
McCulloch (1986), Communications in Statistics: Simulation 15, 1109-1136, for the method; the map
from quantiles to parameters is ours (``quantile_map``).

"""

from __future__ import annotations

from math import copysign, exp, hypot, log, nan

import numpy as np

from ..law import pdf, ppf
from .quantile_map import EDGES, LEAST_ALPHA, PROBABILITIES, at, lattice

STEPS = 12  # of Newton's method: from the lattice, four are usual
CLOSE = 1e-10  # in spread and skew
NEAR = 0.1  # that Newton's method may leave the point where it started by
ENDS = LEAST_ALPHA, EDGES[-1]
FAR_SKEW = 700.0  # for a quantile equal to the median


def estimate(
    x: np.ndarray, weights: np.ndarray | None, held: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Parameters of a stable law from five quantiles of a sample.

    Arguments and results are those of ``gls.estimate``.

    ValueError if the quartiles are equal.
    """
    nobs = float(x.size if weights is None else weights.sum())
    return from_quantiles(of_sample(x, weights), nobs, held)


def of_sample(
    x: np.ndarray, weights: np.ndarray | None, probabilities: np.ndarray = PROBABILITIES
) -> np.ndarray:
    """Quantiles between order statistics, of which the i-th of n is that of (i - 1/2) / n.

    A value of weight w counts as w equal ones.
    """
    if weights is None:
        return np.quantile(x, probabilities, method="hazen")
    order = np.argsort(x)
    ranks = np.cumsum(weights[order])
    rank = np.clip(probabilities * ranks[-1] + 0.5, 1, max(ranks[-1], 1))
    below = np.floor(rank)
    lower, upper = (np.searchsorted(ranks, r * (1 - 1e-14)) for r in (below, below + 1))
    low, high = (x[order[np.minimum(i, x.size - 1)]] for i in (lower, upper))
    return low + (rank - below) * (high - low)


def from_quantiles(
    quantiles: np.ndarray, nobs: float, held: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """As ``estimate``, from the five quantiles of a sample of that size."""
    theta = parameters(quantiles, held)
    return theta, _covariance(theta, nobs, held)


def parameters(quantiles: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Those of the law whose five quantiles have this shape: about 0.15 ms."""
    low, lower, middle, upper, high = map(float, quantiles)
    quartiles = upper - lower
    if not quartiles > 0:
        raise ValueError(f"quartiles must differ, got {lower} and {upper}")
    spread = log((high - low) / quartiles)
    skew = _log_ratio(high - middle, middle - low)
    sign = copysign(1.0, skew if np.isnan(held[1]) else held[1])
    alpha, beta = _shape_of(spread, sign * skew, held[0], sign * held[1])
    values = at(alpha, beta)[0]
    scale = quartiles * exp(-values.log_d) if np.isnan(held[2]) else held[2]
    median = sign * values.median * exp(values.log_d) * scale
    theta = np.array([alpha, sign * beta, scale, middle - median])
    return np.where(np.isnan(held), theta, held)


def _log_ratio(above: float, below: float) -> float:
    """Logarithm of a quotient of two sizes, one of which may be 0."""
    return log(above / below) if above > 0 and below > 0 else copysign(FAR_SKEW, above - below)


def _shape_of(spread: float, skew: float, alpha: float, beta: float) -> tuple[float, float]:
    """Alpha and the size of beta (NaN unless held): from a lattice, then exact."""
    if not np.isnan(alpha) and not np.isnan(beta):
        return alpha, beta
    start = _nearest(spread, skew, alpha, beta)
    free = np.isnan(alpha), np.isnan(beta)
    return _polished(spread, skew, start, free)


def _nearest(spread: float, skew: float, alpha: float, beta: float) -> tuple[float, float]:
    """Where interpolation in the lattice has both: the nearest end where none of its points has."""
    rows = lattice()
    if np.isnan(alpha):
        alphas, skews = _along_columns(spread)
    else:
        alphas = np.full(rows.beta.size, alpha)
        skews = np.array([np.interp(alpha, rows.alpha, column) for column in rows.skew.T])
    if not np.isnan(beta):
        return float(np.interp(beta, rows.beta, alphas)), beta
    if alphas.min() == EDGES[-1]:
        return EDGES[-1], 0.0  # Gauss: no beta
    beta = _crossing(rows.beta, skews, skew)
    return float(np.interp(beta, rows.beta, alphas)), beta


def _along_columns(spread: float) -> tuple[np.ndarray, np.ndarray]:
    """For each beta the alpha of this spread, cut off at its ends, and the skew there."""
    rows = lattice()
    above = np.clip((rows.spread > spread).sum(axis=0), 1, rows.alpha.size - 1)
    columns = np.arange(above.size)
    first, second = rows.spread[above - 1, columns], rows.spread[above, columns]
    share = np.clip((spread - first) / (second - first), 0, 1)
    alphas = (1 - share) * rows.alpha[above - 1] + share * rows.alpha[above]
    skews = (1 - share) * rows.skew[above - 1, columns] + share * rows.skew[above, columns]
    return alphas, skews


def _crossing(betas: np.ndarray, skews: np.ndarray, skew: float) -> float:
    """The first beta whose skew is that of the sample, or 1."""
    reached = skews >= skew
    if not reached.any():
        return 1.0
    i = max(int(reached.argmax()), 1)
    rise = skews[i] - skews[i - 1]
    share = (skew - skews[i - 1]) / rise if rise > 0 else 0.0
    return float(betas[i - 1] + min(max(share, 0.0), 1.0) * (betas[i] - betas[i - 1]))


def _polished(
    spread: float, skew: float, start: tuple[float, float], free: tuple[bool, bool]
) -> tuple[float, float]:
    """Newton's method within the ends; the start where it leaves its neighbourhood."""
    alpha, beta = start
    if alpha == EDGES[-1]:
        return start
    for _ in range(STEPS):
        value, by_alpha, by_beta = _shape_and_slopes(alpha, beta)
        missing = np.array([spread, skew]) - value
        step = _step(missing, by_alpha, by_beta, free, beta)
        alpha = min(max(alpha + step[0], LEAST_ALPHA), EDGES[-1])
        beta = min(max(beta + step[1], 0.0), 1.0)
        if hypot(*step) < CLOSE:
            break
    moved = hypot(alpha - start[0], beta - start[1])
    return (alpha, beta) if moved < NEAR else start


def _shape_and_slopes(alpha: float, beta: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Spread and skew, and their derivatives by alpha and by beta."""
    value, by_alpha, by_beta = at(alpha, beta)
    rest = 2 - alpha
    return (
        np.array([value.spread, rest * value.skew]),
        np.array([by_alpha.spread, rest * by_alpha.skew - value.skew]),
        np.array([by_beta.spread, rest * by_beta.skew]),
    )


def _step(
    missing: np.ndarray,
    by_alpha: np.ndarray,
    by_beta: np.ndarray,
    free: tuple[bool, bool],
    beta: float,
) -> tuple[float, float]:
    """Newton's step in what is free; alpha alone where beta would leave its range at an end."""
    if free == (True, False):
        return missing[0] / by_alpha[0], 0.0
    if free == (False, True):
        return 0.0, missing[1] / by_beta[1]
    area = by_alpha[0] * by_beta[1] - by_alpha[1] * by_beta[0]
    if area == 0:
        return missing[0] / by_alpha[0], 0.0
    in_alpha = (missing[0] * by_beta[1] - missing[1] * by_beta[0]) / area
    in_beta = (missing[1] * by_alpha[0] - missing[0] * by_alpha[1]) / area
    leaves = (beta == 1 and in_beta > 0) or (beta == 0 and in_beta < 0)
    return (missing[0] / by_alpha[0], 0.0) if leaves else (in_alpha, in_beta)


def _covariance(theta: np.ndarray, nobs: float, held: np.ndarray) -> np.ndarray:
    """From the joint normal law of the quantiles, by the derivatives of the parameters."""
    alpha, beta, scale, _ = theta
    given = ~np.isnan(held)
    at_end = np.array([alpha in ENDS, abs(beta) == 1 or alpha == EDGES[-1], False, False]) & ~given
    free = ~given & ~at_end
    points = ppf(PROBABILITIES, alpha, beta)
    by_quantiles, by_parameters = _slopes_by_quantiles(points), _slopes_by_parameters(alpha, beta)
    covariance = np.zeros((4, 4))
    if free.any():
        matrix = np.linalg.solve(by_parameters[np.ix_(free, free)], by_quantiles[free])
        rows = np.flatnonzero(free)
        covariance[np.ix_(rows, rows)] = (
            matrix @ _covariance_of_quantiles(pdf(points, alpha, beta)) @ matrix.T
        )
    covariance[at_end] = covariance[:, at_end] = nan
    covariance[given] = covariance[:, given] = 0.0
    unit = np.array([1, 1, scale, scale])
    return covariance * np.outer(unit, unit) / nobs


def _slopes_by_quantiles(points: np.ndarray) -> np.ndarray:
    """Derivatives of spread, skew, log distance of the quartiles, and median, by the quantiles."""
    low, lower, middle, upper, high = points
    quartiles = np.array([0, -1, 0, 1, 0]) / (upper - lower)
    outside = np.array([-1, 0, 0, 0, 1]) / (high - low)
    above, below = np.array([0, 0, -1, 0, 1]), np.array([-1, 0, 1, 0, 0])
    skew = above / (high - middle) - below / (middle - low)
    return np.stack([outside - quartiles, skew, quartiles, np.array([0, 0, 1, 0, 0])])


def _slopes_by_parameters(alpha: float, beta: float) -> np.ndarray:
    """Derivatives of the same four by the parameters, at scale 1."""
    sign, rest = copysign(1.0, beta), 2 - alpha
    value, by_alpha, by_beta = at(alpha, abs(beta))
    distance = exp(value.log_d)
    turns = [
        distance * (slope.median + value.median * slope.log_d) for slope in (by_alpha, by_beta)
    ]
    return np.array(
        [
            [by_alpha.spread, sign * by_beta.spread, 0, 0],
            [sign * (rest * by_alpha.skew - value.skew), rest * by_beta.skew, 0, 0],
            [by_alpha.log_d, sign * by_beta.log_d, 1, 0],
            [sign * turns[0], turns[1], sign * value.median * distance, 1],
        ]
    )


def _covariance_of_quantiles(densities: np.ndarray) -> np.ndarray:
    """Covariance, times the size of the sample, of its five sample quantiles."""
    below = np.minimum.outer(PROBABILITIES, PROBABILITIES)
    above = 1 - np.maximum.outer(PROBABILITIES, PROBABILITIES)
    return below * above / np.outer(densities, densities)
