r"""Rates: slopes of log errors against log sizes, with standard errors valid for stable errors.

For a symmetric stable D of scale s, log \|D\| has finite moments whatever alpha is,

.. math:: E \log|D| = \log s + \gamma (1/\alpha - 1), \qquad
          \operatorname{Var} \log|D| = \pi^2 \Bigl(\frac{1}{6\alpha^2} + \frac{1}{12}\Bigr),

gamma being Euler's constant.  So a rate is the slope of the means of log \|D\|, and its standard
error is known beforehand: 0.017 for seven sizes that double, 400 replicates each, at alpha = 1.5.
Means of \|D\|^p, p >= alpha / 2, have no variance.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import pi, sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from stablenoise import Estimate
from stablenoise.checks import check_all, told

from .checks import check_index, finite_array, flat

if TYPE_CHECKING:  # statsmodels takes a second to import: functions that fit wait for it
    from statsmodels.regression.linear_model import RegressionResults

__all__ = ["log_moments", "log_scale", "paired_slope", "slope"]


def log_moments(alpha: float) -> tuple[float, float]:
    """Mean and variance of log abs(S) for a standard symmetric stable S.

    Parameters
    ----------
    alpha : float
        Stability index, in [1e-100, 2]; for 2, S is Gaussian with variance 2.

    Returns
    -------
    tuple of float
        (mean, variance), in nats and their square.

    Raises
    ------
    ValueError
        If alpha is out of range.

    References
    ----------
    Ma & Nikias (1995), IEEE Trans. Signal Process. 43, 2669-2684.

    Examples
    --------
    >>> log_moments(1.0)
    (0.0, 2.4674011002723395)

    """
    alpha = check_index(alpha, 0)
    if alpha < 1e-100:
        raise ValueError(f"alpha must be at least 1e-100, got {alpha}")
    return float(np.euler_gamma) * (1 / alpha - 1), pi**2 * (1 / (6 * alpha**2) + 1 / 12)


def log_scale(errors: ArrayLike, alpha: float) -> Estimate:
    """Logarithm of the scale of symmetric stable errors of a known alpha.

    Parameters
    ----------
    errors : array_like, shape (replicates,)
        Independent; none may be 0.
    alpha : float
        Stability index, in (0, 2]; 2 for Gaussian errors, whose scale is sd / sqrt(2).

    Returns
    -------
    Estimate
        In nats, unbiased, with the exact standard error.

    Raises
    ------
    ValueError
        If an error is not finite or 0, or alpha is out of range.

    Examples
    --------
    >>> from stablenoise import Stable
    >>> scale = log_scale(Stable(1.2, scale=3.0).rvs(10_000, rng=1), alpha=1.2)
    >>> bool(abs(scale.value - np.log(3.0)) < 4 * scale.stderr)
    True

    """
    mean, variance = log_moments(alpha)
    logs = _logs("errors", flat("errors", errors))
    return Estimate(float(logs.mean()) - mean, sqrt(variance / logs.size), logs.size)


def slope(sizes: ArrayLike, errors: Sequence[ArrayLike], alpha: float) -> RegressionResults:
    r"""Weighted fit of mean log errors to log sizes, for errors that are all independent.

    Parameters
    ----------
    sizes : array_like, shape (m,)
        Positive, at least two different ones: numbers of particles, say, or step sizes.
    errors : sequence of array_like, each of shape (replicates,)
        Symmetric stable errors at each size; numbers of replicates may differ.
    alpha : float
        Their stability index, in (0, 2]; 2 for Gaussian ones.

    Returns
    -------
    statsmodels.regression.linear_model.RegressionResults
        Of WLS: ``params[1]`` is the slope, ``bse[1]`` its standard error, which is exact,
        [Var log \|D\| / (replicates S_xx)]^(1/2), and not estimated from the errors; tests and
        intervals are normal.

    Raises
    ------
    ValueError
        If there are fewer than two sizes, or an argument is out of range or not finite.

    Examples
    --------
    >>> from stablenoise import Stable
    >>> sizes = [10, 100, 1000]
    >>> errors = [Stable(1.5, scale=n**-0.5).rvs(1000, rng=n) for n in sizes]
    >>> fit = slope(sizes, errors, alpha=1.5)
    >>> print(f"{fit.params[1]:.2f} +- {fit.bse[1]:.2f}")
    -0.51 +- 0.01

    """
    from statsmodels.regression.linear_model import WLS

    _, variance = log_moments(alpha)
    design = _design(sizes)
    if not np.iterable(errors):
        raise ValueError(f"errors must be a sequence of arrays, got {told(errors)}")
    logs = [_logs("errors", flat("errors", part)) for part in errors]
    if len(logs) != len(design):
        raise ValueError(f"errors must be of {len(design)} sizes, got {len(logs)}")
    weights = np.array([part.size / variance for part in logs])
    fit = WLS([part.mean() for part in logs], design, weights)
    return fit.fit(cov_type="fixed scale", use_t=False)


def paired_slope(sizes: ArrayLike, errors: ArrayLike) -> RegressionResults:
    """Mean slope of log errors to log sizes, where each row of errors was made on one noise.

    Parameters
    ----------
    sizes : array_like, shape (m,)
        Positive, at least two different ones.
    errors : array_like, shape (replicates, m)
        Row r has the errors at all sizes on one noise; rows are independent, at least 10 m.

    Returns
    -------
    statsmodels.regression.linear_model.RegressionResults
        ``params[1]`` is the mean of the least-squares slopes of the rows, and ``bse[1]`` its
        standard error, the standard deviation of these slopes over the root of their number: so
        errors of one row may depend on each other in any way.  Tests and intervals are Student's,
        with replicates - 1 degrees of freedom.

    Raises
    ------
    ValueError
        If there are fewer than two sizes or too few rows, an error is 0 or not finite, or all
        rows have the same slope.

    Notes
    -----
    As for every mean, intervals are right if the slopes of the rows are not too skewed.
    ``python benchmarks/rates.py`` counts how many of the 95 % intervals from 10 m rows,
    m = 2, 3, 5 and 8, hold the slope.  For partial sums of stable noise with alpha from 1 to 2
    it is 94.1 to 96.0 %.  For alpha 0.3 and 0.5, and for slopes of an exponential law
    (skewness 2), it is 91.8 to 92.0 % at m = 2, 92.6 to 95.7 % from m = 3 on, and 94.6 to 95.4 %
    from 250 rows at m = 5.  A fit weighted by the covariance of the rows would have intervals up
    to a tenth narrower, of which 78 % hold the slope at alpha = 0.3, m = 8.

    Examples
    --------
    >>> from stablenoise import Stable
    >>> noise = Stable(1.5).rvs((1000, 3), rng=1)
    >>> fit = paired_slope([1, 10, 100], noise.cumsum(axis=1) / [1, 10, 100])
    >>> bool(fit.bse[1] < 0.02)
    True

    """
    from statsmodels.regression.linear_model import OLS, RegressionResults

    design, table = _design(sizes), finite_array("errors", errors)
    m = len(design)
    if table.ndim != 2 or table.shape[1] != m or len(table) < 10 * m:
        shape = f"(at least {10 * m}, {m})"
        raise ValueError(f"errors must have shape {shape}, got {table.shape}")
    logs = _logs("errors", table)
    lines = logs @ np.linalg.pinv(design).T  # intercept and slope of each row
    slopes = lines[:, 1]
    # Slopes that agree to rounding would have a standard error of 0, and an interval of no width.
    if np.ptp(slopes) <= 1e-12 * max(1.0, abs(logs).max()):
        raise ValueError("log errors must not determine each other, got one slope in all rows")
    covariance = np.cov(lines, rowvar=False) / len(lines)
    model = OLS(logs.mean(axis=0), design)
    options = {"cov_type": "fixed scale", "use_t": True}
    fit = RegressionResults(model, lines.mean(axis=0), covariance, **options)
    # The slope is a mean over rows: Student's degrees of freedom are theirs, not the model's m - 2.
    fit.df_resid_inference = len(lines) - 1
    return fit


def _design(sizes: ArrayLike) -> np.ndarray:
    """Design matrix of a line: a column of ones, and the logarithms of the sizes."""
    x = flat("sizes", sizes)
    check_all(x > 0, "sizes must be positive", x)
    if np.unique(x).size < 2:
        raise ValueError(f"sizes must have 2 different values or more, got {x.tolist()}")
    return np.stack([np.ones(x.size), np.log(x)], axis=1)


def _logs(name: str, values: np.ndarray) -> np.ndarray:
    """Logarithms of the sizes of errors, or ValueError if one is 0."""
    check_all(values != 0, f"{name} must have no zeros, whose logarithm is infinite", values)
    return np.log(abs(values))
