"""Koutrouvelis's regression, iterated: frequencies in steps of pi / 50 over the scale.

How many is by his tables, of alpha and the size of the sample.  Least squares are ordinary, as in
1980; each round takes scale, location and numbers of points of the round before, and two rounds
that agree to 1e-3 in alpha end it, or three.

References
----------
Koutrouvelis (1980), Journal of the American Statistical Association 75, 918-928; the numbers of his
tables 1 and 2 as libstable has them.

"""

from __future__ import annotations

from math import pi

import numpy as np

from . import ladder, peak
from .lines import Points, asymptotic, solved

UNIT = pi / 50  # over the scale
SIZES = np.array([200, 800, 1600])
ALPHAS = np.array([0.3, 0.5, 0.7, 0.9, 1.1, 1.3, 1.5, 1.9])
POINTS_OF_MODULUS = np.array(
    [
        [134, 124, 118],
        [86, 68, 56],
        [30, 24, 20],
        [28, 22, 18],
        [24, 18, 15],
        [22, 16, 14],
        [11, 11, 11],
        [9, 9, 9],
    ]
)
ALPHAS_OF_ARGUMENT = np.array([0.3, 0.5, 0.7, 0.9, 1.1, 1.5, 1.9])
POINTS_OF_ARGUMENT = np.array(
    [
        [70, 68, 66],
        [40, 38, 36],
        [24, 16, 16],
        [14, 14, 14],
        [16, 18, 17],
        [12, 14, 15],
        [9, 10, 11],
    ]
)
ROUNDS = 3  # with more, small samples of small alpha wander: their last frequencies are noise
CLOSE = 1e-3  # in alpha


def estimate(
    x: np.ndarray, weights: np.ndarray | None, held: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Parameters of a stable law by iterated regression on its characteristic function.

    Arguments and results are those of ``gls.estimate``.
    """
    nobs = float(x.size if weights is None else weights.sum())
    theta = peak.start(x, weights, held)
    for _ in range(ROUNDS):
        points = _points(x, weights, nobs, theta)
        before, theta = theta, solved(points, theta, held)
        if abs(theta[0] - before[0]) < CLOSE:
            break
    return theta, asymptotic(points, theta, nobs, held)


def _points(x: np.ndarray, weights: np.ndarray | None, nobs: float, theta: np.ndarray) -> Points:
    """The empirical function at the frequencies of this alpha, size of the sample and scale."""
    of_modulus = _between(ALPHAS, POINTS_OF_MODULUS, theta[0], nobs)
    of_argument = _between(ALPHAS_OF_ARGUMENT, POINTS_OF_ARGUMENT, theta[0], nobs)
    unit, count = UNIT / theta[2], max(2 * of_modulus, of_argument)
    z = ladder.empirical_evenly(x, weights, unit, count)
    needed = np.union1d(2 * np.arange(1, of_modulus + 1), np.arange(1, of_argument + 1))
    places = [np.flatnonzero(needed % 2 == 0)[:of_modulus], np.arange(of_argument)]
    return Points(unit * needed, z[needed - 1], *places)


def _between(alphas: np.ndarray, table: np.ndarray, alpha: float, nobs: float) -> int:
    """The number of points, interpolated linearly and cut off at the ends of the table."""
    rows = [np.interp(nobs, SIZES, row) for row in table]
    return round(float(np.interp(alpha, alphas, rows)))
