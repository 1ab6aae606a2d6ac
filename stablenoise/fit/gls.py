"""Generalised least squares on the empirical characteristic function: ``method="ecf"``.

The parameters solve D' S^-1 (z - E z) = 0: z are real and imaginary parts of the function at 16 (24
for alpha below 1) frequencies, S their exact covariance under the law and D the derivatives of
their means, all at the parameters themselves.  That is the best that can be made of z (Godambe
1960); n times the covariance is (D' S^-1 D)^-1.  And n (z - E z)' S^-1 (z - E z), made least, is
chi-squared where the law is stable: the test of ``over_identification``.

References
----------
Feuerverger & McDunnough (1981), Journal of the Royal Statistical Society B 43, 20-27, for the
method and its efficiency; Koutrouvelis & Kellermeier (1981), the same 43, 173-176, for the test.

"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import solve_triangular

from . import ladder, peak
from .characteristic import covariance, moments, stacked

LEAST_ALPHA, MOST_ALPHA = 0.1, 2.0
LOW = np.array([LEAST_ALPHA, -1.0, 0.0, -np.inf])
HIGH = np.array([MOST_ALPHA, 1.0, np.inf, np.inf])
COUNT, COUNT_BELOW_1 = 16, 24  # of frequencies
LAST_EXPONENT = 4.0  # of the last frequency: (scale t)^alpha
LAST_AT_MOST = 200.0  # times 1 / scale
# Next to Gauss the moments nearly determine each other, and the least tail would weigh all
REGULAR = np.array([1.985, np.inf, np.inf, np.inf])
TINY = 1e-300
ROUNDS, HALVINGS = 60, 30
LONGEST = 0.4  # of a step, in alpha, beta and parts of the scale
CLOSE = 1e-4  # of a step, in standard deviations


class Empirical(NamedTuple):
    """Frequencies, the empirical function there (stacked), and the size of the sample."""

    t: np.ndarray
    z: np.ndarray
    nobs: float


class Solution(NamedTuple):
    """Parameters and their covariance."""

    theta: np.ndarray
    covariance: np.ndarray


class _Local(NamedTuple):
    """Derivatives and residuals, made uncorrelated by the root of the covariance of these."""

    slopes: np.ndarray
    residuals: np.ndarray
    root: np.ndarray


def estimate(
    x: np.ndarray, weights: np.ndarray | None, held: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Parameters of a stable law from its empirical characteristic function, all at once.

    x are finite values in any unit, shape (n,); weights, None or positive, how often each stands
    for itself; held, shape (4,), has alpha, beta, scale and loc (S0), NaN where one is free.

    Back come the four parameters, those held as they were, and their asymptotic covariance: zero
    for what is held, NaN for what lies at an end of its range.  There alpha is exactly 2 or 0.1,
    or beta exactly 1 or -1, and at alpha = 2 beta is 0: so the caller tells that it is an end.
    """
    start = peak.start(x, weights, held)
    solution = solved(sampled(x, weights, start), start, held)
    return solution.theta, solution.covariance


def sampled(x: np.ndarray, weights: np.ndarray | None, start: np.ndarray) -> Empirical:
    """The empirical function at frequencies that suit a law near ``start``."""
    alpha, _, scale, _ = start
    count = COUNT if alpha >= 1 else COUNT_BELOW_1
    last = min(LAST_EXPONENT ** (1 / alpha), LAST_AT_MOST) / scale
    t, z = ladder.empirical(x, weights, last / ladder.steps(count)[-1], count)
    return Empirical(t, stacked(z), float(x.size if weights is None else weights.sum()))


def solved(sample: Empirical, start: np.ndarray, held: np.ndarray) -> Solution:
    """Gauss-Newton steps, each with the covariance where it begins, within the ends."""
    given = ~np.isnan(held)
    theta = np.where(given, held, np.minimum(start, REGULAR))
    for _ in range(ROUNDS):
        local = _local(sample, theta)
        free = _free(theta, given, local.slopes @ local.residuals)
        step = _step(local, free, theta[2])
        moved = _moved(sample, theta, step, local)
        length = np.linalg.norm((moved - theta) @ local.slopes) * sample.nobs**0.5
        theta = moved
        if length < CLOSE:
            break
    return _solution(sample, theta, given)


def _local(sample: Empirical, theta: np.ndarray) -> _Local:
    """Derivatives and residuals, uncorrelated under the law."""
    value, slopes = moments(sample.t, theta)
    root = np.linalg.cholesky(covariance(sample.t, np.minimum(theta, REGULAR)))
    columns = np.column_stack([slopes.T, sample.z - value])
    white = solve_triangular(root, columns, lower=True, check_finite=False)
    return _Local(white[:, :4].T, white[:, 4], root)


def _free(theta: np.ndarray, given: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """What may move: neither held nor at an end beyond which the fit would be better."""
    beyond = ((theta <= LOW) & (slope < 0)) | ((theta >= HIGH) & (slope > 0))
    return ~given & ~beyond


def _step(local: _Local, free: np.ndarray, scale: float) -> np.ndarray:
    """Least squares in what is free, the shortest where that is not unique."""
    unit = np.array([1.0, 1.0, scale, scale])[free]
    step = np.zeros(4)
    if free.any():
        columns = local.slopes[free].T * unit
        step[free] = unit * np.linalg.lstsq(columns, local.residuals, rcond=1e-12)[0]
    return step


def _moved(sample: Empirical, theta: np.ndarray, step: np.ndarray, local: _Local) -> np.ndarray:
    """The first of the step and its halves that lowers the sum of squares; else no step."""
    least = local.residuals @ local.residuals
    longest = LONGEST * np.array([1, 1, theta[2], theta[2]])
    step = step * min(1.0, 1 / max(abs(step / longest).max(), TINY))
    for _ in range(HALVINGS):
        new = np.clip(theta + step, LOW, HIGH)
        residuals = sample.z - moments(sample.t, new)[0]
        white = solve_triangular(local.root, residuals, lower=True, check_finite=False)
        if white @ white < least:
            return new
        step = step / 2
    return theta


def _solution(sample: Empirical, theta: np.ndarray, given: np.ndarray) -> Solution:
    """Covariance of what is neither held nor at an end."""
    theta = theta.copy()
    gauss = theta[0] == MOST_ALPHA
    if gauss and not given[1]:
        theta[1] = 0.0  # Gauss has no beta
    at_end = ~given & ((theta == LOW) | (theta == HIGH) | np.array([False, gauss, False, False]))
    free = ~given & ~at_end
    matrix = np.zeros((4, 4))
    matrix[np.ix_(free, free)] = _sandwich(sample, theta, free) / sample.nobs
    matrix[at_end] = matrix[:, at_end] = np.nan
    matrix[given] = matrix[:, given] = 0.0
    return Solution(theta, matrix)


def _sandwich(sample: Empirical, theta: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Covariance of the solution, times the size of the sample, whatever the moments' weights."""
    local = _local(sample, theta)
    slopes = local.slopes[free]
    half = np.linalg.solve(slopes @ slopes.T, slopes)
    back = solve_triangular(local.root, half.T, lower=True, trans=1, check_finite=False)
    return back.T @ covariance(sample.t, theta) @ back
