r"""Slopes of log errors against log sizes, with the standard errors that stable errors have.

Of a symmetric stable D with scale s, log \|D\| has finite moments for every alpha,

.. math:: E \log|D| = \log s + \gamma (1/\alpha - 1), \qquad
          \operatorname{Var} \log|D| = \pi^2 \Bigl(\frac{1}{6\alpha^2} + \frac{1}{12}\Bigr),

gamma being Euler's constant, so that a rate is the slope of the means of log \|D\|, with a standard
error known beforehand: 0.017 for seven sizes that double, 400 replicates each, at alpha = 1.5.
Means of \|D\|^p have no variance from p = alpha / 2 on.
"""

from collections.abc import Sequence
from math import pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from statsmodels.regression.linear_model import OLS, WLS, RegressionResults

from stablenoise import Estimate
from stablenoise.checks import check_all, told

from .checks import check_index, finite_array, flat


def log_moments(alpha: float) -> tuple[float, float]:
    """Mean and variance of log abs(S), S standard symmetric stable.

    Parameters
    ----------
    alpha : float
        Stability index, in [1e-100, 2]; at 2 S is Gaussian with variance 2.

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
    check_index(alpha, 0)
    if alpha < 1e-100:
        raise ValueError(f"alpha must be at least 1e-100, got {alpha}")
    return float(np.euler_gamma) * (1 / alpha - 1), pi**2 * (1 / (6 * alpha**2) + 1 / 12)


def log_scale(errors: ArrayLike, alpha: float) -> Estimate:
    """Logarithm of the scale of symmetric stable errors of a known alpha.

    Parameters
    ----------
    errors : array_like, shape (replicates,)
        Independent, none of them 0.
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
    >>> found = log_scale(Stable(1.2, scale=3.0).rvs(10_000, rng=1), alpha=1.2)
    >>> bool(abs(found.value - np.log(3.0)) < 4 * found.stderr)
    True

    """
    mean, variance = log_moments(alpha)
    logs = _logs("errors", flat("errors", errors))
    return Estimate(float(logs.mean()) - mean, sqrt(variance / logs.size), logs.size)


def slope(sizes: ArrayLike, errors: Sequence[ArrayLike], alpha: float) -> Any:
    r"""Weighted fit of mean log errors to log sizes, errors of one size independent of another's.

    Parameters
    ----------
    sizes : array_like, shape (m,)
        Positive, at least two different ones: numbers of particles, or steps.
    errors : sequence of array_like, each of shape (replicates,)
        Symmetric stable errors at each size, as many as were made there.
    alpha : float
        Their stability index, in (0, 2]; 2 for Gaussian ones.

    Returns
    -------
    statsmodels.regression.linear_model.RegressionResults
        Of WLS: ``params[1]`` is the slope, ``bse[1]`` its exact standard error,
        [Var log \|D\| / (replicates S_xx)]^(1/2), estimated from nothing; tests and intervals are
        normal.

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


def paired_slope(sizes: ArrayLike, errors: ArrayLike) -> Any:
    """Mean of the slopes of log errors to log sizes, a row of errors on one noise at a time.

    Parameters
    ----------
    sizes : array_like, shape (m,)
        Positive, at least two different ones.
    errors : array_like, shape (replicates, m)
        Row r: the errors at all sizes on the same noise; rows independent, at least 10 m of them.

    Returns
    -------
    statsmodels.regression.linear_model.RegressionResults
        ``params[1]`` is the slope, the mean of the least-squares slopes of the rows, and ``bse[1]``
        its standard error, their standard deviation over the root of their number: errors of one
        row may depend on each other in any way.  Tests and intervals are Student's, with
        replicates - 1 degrees of freedom.

    Raises
    ------
    ValueError
        If there are fewer than two sizes, too few rows, errors that are 0 or not finite, or all
        rows have one slope.

    Notes
    -----
    As for every mean, an interval covers what it says if the slopes of rows are not too skewed.
    ``python benchmarks/rates.py`` counts: of 95 % intervals from 10 m rows, m = 2, 3, 5 and 8, 94.1
    to 96.0 % hold the slope for partial sums of stable noise with alpha from 1 to 2; with alpha 0.3
    and 0.5, and for slopes of an exponential law (skewness 2), 91.8 to 92.0 % at m = 2, 92.6 to
    95.7 % from m = 3 on, and 94.6 to 95.4 % from 250 rows at m = 5.  A fit weighted by the
    covariance of the rows would be up to a tenth narrower, and hold 78 % at alpha = 0.3, m = 8.

    Examples
    --------
    >>> from stablenoise import Stable
    >>> noise = Stable(1.5).rvs((1000, 3), rng=1)
    >>> fit = paired_slope([1, 10, 100], noise.cumsum(axis=1) / [1, 10, 100])
    >>> bool(fit.bse[1] < 0.02)
    True

    """
    design, table = _design(sizes), finite_array("errors", errors)
    m = len(design)
    if table.ndim != 2 or table.shape[1] != m or len(table) < 10 * m:
        shape = f"(at least {10 * m}, {m})"
        raise ValueError(f"errors must have shape {shape}, got {table.shape}")
    logs = _logs("errors", table)
    lines = logs @ np.linalg.pinv(design).T  # of each row
    slopes = lines[:, 1]
    if np.ptp(slopes) <= 1e-12 * max(1.0, abs(logs).max()):
        raise ValueError("log errors must not determine each other, got one slope in all rows")
    covariance = np.cov(lines, rowvar=False) / len(lines)
    model = OLS(logs.mean(axis=0), design)
    how = {"cov_type": "fixed scale", "use_t": True}
    fit = RegressionResults(model, lines.mean(axis=0), covariance, **how)
    fit.df_resid_inference = len(lines) - 1
    return fit


def _design(sizes: ArrayLike) -> np.ndarray:
    found = flat("sizes", sizes)
    check_all(found > 0, "sizes must be positive", found)
    if np.unique(found).size < 2:
        raise ValueError(f"a slope needs at least 2 different sizes, got {found.tolist()}")
    return np.stack([np.ones(found.size), np.log(found)], axis=1)


def _logs(name: str, values: np.ndarray) -> np.ndarray:
    check_all(values != 0, f"{name} must have no zeros, whose logarithm is infinite", values)
    return np.log(abs(values))
