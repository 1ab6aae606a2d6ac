"""Whether a sample is stable at all: the test of over-identification.

The empirical characteristic function has more values than a law has parameters, and what is left
of them once the parameters are fitted is chi-squared where the law is stable.  Every estimator of a
stable law reads a number from any data; this is what tells that the data are not stable.

References
----------
Koutrouvelis & Kellermeier (1981), Journal of the Royal Statistical Society B 43, 173-176; Hansen
(1982), Econometrica 50, 1029-1054.  What the parameters could have fitted is projected out (Neyman
1959), so that any estimator serves whose error falls as 1 / sqrt(n).

"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import gammaincc

from ..results import Result
from . import gls, ladder
from .characteristic import covariance, moments, stacked

# The lowest frequency sees some tens of values: with fewer, the test rejects too often.  Size at
# 5%, alpha 1.9: 0.05 with 7 / sqrt(n), 0.12 with half as much and 500 values
FIRST, LEAST_FIRST, MOST_FIRST = 7.0, 0.02, 0.3  # over sqrt(n), and its ends, times 1 / scale
LAST = 2.5  # times 1 / scale; frequencies double, as more of them only dilute
CUT = 1e-3  # smallest eigenvalue of the correlations of values that are tested
UNSEEN = 1e-9  # of slopes


@dataclass(frozen=True, slots=True, repr=False)
class OverIdentification(Result):
    """Result of the test: ``pvalue`` is small where the data are not stable.

    ``statistic`` is chi-squared with ``dof`` degrees of freedom under a stable law.
    """

    statistic: float
    dof: int
    pvalue: float


def over_identification(
    x: np.ndarray, weights: np.ndarray | None, held: np.ndarray
) -> OverIdentification:
    """Test of stability at the estimate of ``gls``, whose arguments these are.

    Next to alpha = 2 the test rejects too seldom: 3% instead of 5% of samples of Gauss.
    """
    return of_fit(x, weights, gls.estimate(x, weights, held)[0], held)


def of_fit(
    x: np.ndarray, weights: np.ndarray | None, theta: np.ndarray, held: np.ndarray
) -> OverIdentification:
    """The same at parameters of another estimator, ``held`` telling which were not fitted."""
    nobs = float(x.size if weights is None else weights.sum())
    unit = min(max(FIRST / sqrt(nobs), LEAST_FIRST), MOST_FIRST)
    steps = ladder.steps(32)
    t, z = ladder.empirical(x, weights, unit / theta[2], int((unit * steps <= LAST).sum()))
    doubled = np.log2(steps[: t.size]) % 1 == 0
    statistic, dof = statistic_at(t[doubled], stacked(z[doubled]), theta, np.isnan(held))
    statistic *= nobs
    return OverIdentification(statistic, dof, float(gammaincc(dof / 2, statistic / 2)))


def statistic_at(
    t: np.ndarray, z: np.ndarray, theta: np.ndarray, free: np.ndarray
) -> tuple[float, int]:
    """Square of what is left of z without what the free parameters can fit, and its dimension."""
    value, slopes = moments(t, theta)
    matrix = covariance(t, theta)
    size = np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    variances, directions = np.linalg.eigh(matrix / np.outer(size, size))
    kept = variances > CUT
    whitener = directions[:, kept] / size[:, None] / np.sqrt(variances[kept])
    residuals, fitted = (z - value) @ whitener, (slopes[free] @ whitener).T
    if free.any():
        basis, sizes, _ = np.linalg.svd(fitted, full_matrices=False)
        basis = basis[:, sizes > UNSEEN * sizes[0]]
        residuals = residuals - basis @ (basis.T @ residuals)
        return float(residuals @ residuals), int(kept.sum()) - basis.shape[1]
    return float(residuals @ residuals), int(kept.sum())
