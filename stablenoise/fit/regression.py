r"""Linear regression with stable errors, by maximum likelihood.

With columns of unit length, :math:`X = QR`, the coefficients of Q are found by Fisher scoring
together with alpha, beta and log scale: the scores of a residual r at row q are those of the law,
and q times that of its location.  Their information, as the rows do not tell the residuals, is made
of the mean product F of scores of the law:

.. math:: n \begin{pmatrix} F_{LL} & F_{Lm} \bar q' \\ \bar q F_{mL} & F_{mm} I \end{pmatrix},

positive definite, of p + 3 rows, and at alpha = 2 that of the normal equations.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import solve_triangular

from ..checks import check_all, check_alpha, check_finite, check_positive
from ..law import fisher_information, table
from ..stable import Stable
from .linear_fit import LinearFit, made
from .matrices import (
    check_aligned,
    check_full_rank,
    check_height,
    column_names,
    finite_column,
    finite_matrix,
    power_of_two,
)

__all__ = ["linear"]

LEAST_ALPHA = 0.1
LAW = slice(0, 3)  # of the parameters: alpha, beta and log scale; the coefficients follow
LONGEST = np.array([0.3, 0.5, 1.0])  # steps of these
LONGEST_SHIFT = 3.0  # step of a coefficient of unit rows, in scales
STEPS = 200
LAD_STEPS = 50
SMALL = 1e-6  # squared length of a step, in standard errors, from which likelihoods are rounding
DONE = 1e-20
FLAT = 0.9  # share of the squared length before, from which steps are rounding
SAME = 1e-12  # of y, what is left of it where it is fitted exactly
INFORMATION_FROM = 0.15  # alpha from which the law tells its Fisher information
NEAR_END = 1e-9  # from beta = 1 and -1, where the information of the others has its limit


class Problem(NamedTuple):
    """Rows of unit mean square, what they explain, and what of the law is held (else NaN)."""

    rows: np.ndarray
    target: np.ndarray
    centre: np.ndarray
    held: np.ndarray


class Found(NamedTuple):
    """Parameters, with log scale for scale, where the likelihood is largest; whether it is."""

    theta: np.ndarray
    llf: float
    converged: bool


def linear(
    y: ArrayLike,
    X: ArrayLike,
    *,
    alpha: float | None = None,
    beta: float | None = None,
    scale: float | None = None,
) -> LinearFit:
    r"""Linear regression with stable errors, by maximum likelihood.

    Parameters
    ----------
    y : array_like, shape (n,)
        What is explained; not constant.
    X : array_like, shape (n, p)
        What explains it, of rank p below n, with no constant but one that is a column: add it, as
        with ``OLS`` of statsmodels.  Columns may have any units.  Of a table of pandas or polars
        the names of the columns are kept, and results for one of pandas are of pandas.
    alpha, beta, scale : float, optional
        What is known of the errors, of law ``Stable(alpha, beta, scale, 0)`` in the S0 form; what
        is left out is estimated.  ``beta=0`` for errors that are symmetric about 0.

    Returns
    -------
    LinearFit
        With the names that ``OLS`` of statsmodels gives to results.

    Raises
    ------
    ValueError
        If an argument is out of range or not finite, lengths differ, there are as many columns as
        rows, X has not full rank, or y is constant or fitted exactly.

    Notes
    -----
    It starts from least absolute deviations.  The likelihood has no upper limit where alpha is
    below p / (n - p) and the scale tends to 0: the maximum is one near that start.

    With ``alpha=2`` it is ordinary least squares, the scale being that of the residuals over the
    root of 2.  Standard errors are of the expected information at the estimates, and have n - p
    in place of n, as those of ``OLS``; so do quantiles of Student's law.  Where a skewed law is
    fitted and the errors have a mean, it is not 0, and goes into the constant.

    References
    ----------
    DuMouchel (1973), Annals of Statistics 1, 948-957; Nolan & Ojeda-Revah (2013), Linear and
    nonlinear regression with stable errors, Journal of Econometrics 172, 186-194.

    Examples
    --------
    >>> from stablenoise import Stable
    >>> rng = np.random.default_rng(1)
    >>> X = np.column_stack([np.ones(500), rng.normal(size=500)])
    >>> fit = linear(X @ [1.0, 2.0] + Stable(1.5).rvs(500, rng), X, beta=0)
    >>> print(fit.params.round(1))
    [1.  2.1]

    """
    target, design = finite_column("y", y), finite_matrix("X", X)
    if len(target) != len(design):
        raise ValueError(f"y must have as many rows as X, {len(design)}, got {len(target)}")
    check_aligned(y, X)
    check_height("X", len(design), design.shape[1] + 1)
    held = _held(alpha, beta, scale)
    if np.ptp(target) == 0:
        raise ValueError(f"y must not be constant, got {target[0]}")
    columns = power_of_two(np.abs(design).max(axis=0))
    rows, root = _rows_and_root(design / columns)
    first = power_of_two(np.abs(target).max())
    shift, spread = _least_absolute(rows, target / first)
    unit = first * power_of_two(spread)
    held[2] -= np.log(unit)
    problem = Problem(rows, target / unit, rows.mean(axis=0), held)
    found = _maximum(problem, shift / power_of_two(spread))
    back = solve_triangular(root, np.eye(len(root))) / columns[:, None]
    return _result(found, problem, back, float(unit), (y, X, target, design))


def _held(alpha: float | None, beta: float | None, scale: float | None) -> np.ndarray:
    """Parameters of the law that are held, scale as its logarithm; NaN for those that are not."""
    held = np.full(3, np.nan)
    if alpha is not None:
        held[0] = check_finite("alpha", alpha)
        check_alpha(alpha)
        check_all(held[0] >= LEAST_ALPHA, f"alpha must be at least {LEAST_ALPHA} here", held[0])
    if beta is not None:
        held[1] = check_finite("beta", beta)
        check_all(abs(held[1]) <= 1, "beta must lie in [-1, 1]", held[1])
    if scale is not None:
        held[2] = np.log(check_positive("scale", scale))
    if held[0] == 2:
        held[1] = 0.0 if beta is None else held[1]  # it does not matter there
    return held


def _rows_and_root(design: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Orthogonal columns of mean square 1, and the root by which the design is made of them."""
    n, p = design.shape
    lengths = np.linalg.norm(design, axis=0)
    basis, root = np.linalg.qr(design / np.where(lengths > 0, lengths, 1))
    values = np.linalg.svd(root, compute_uv=False)
    rank = int(np.sum(values > max(n, p) * np.finfo(float).eps * values[0]))
    check_full_rank("X", rank, p)
    return basis * np.sqrt(n), root * lengths / np.sqrt(n)


def _least_absolute(rows: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, float]:
    """Coefficients of nearly least absolute deviations, and the middle size of residuals."""
    low, middle, high = np.quantile(target, [0.25, 0.5, 0.75])
    far = 50 * (high - low) or np.ptp(target)
    shift = rows.T @ np.clip(target, middle - far, middle + far) / len(rows)
    for _ in range(LAD_STEPS):
        sizes = np.abs(target - rows @ shift)
        spread = float(np.median(sizes))
        weighted = rows / np.maximum(sizes, 1e-3 * spread + 1e-300)[:, None]
        before, shift = shift, np.linalg.solve(weighted.T @ rows, weighted.T @ target)
        collapsing = spread < 1e-3 * np.quantile(sizes, 0.75)  # as where most rows are exact
        if np.max(np.abs(shift - before)) < 1e-3 * spread and not collapsing:
            break
    sizes = np.abs(target - rows @ shift)
    exact = sizes <= SAME * np.abs(target)
    if 2 * np.sum(exact) > len(rows):
        told = f"{np.sum(exact)} of {len(rows)} rows that are"
        raise ValueError(f"y must not be fitted exactly by X, got {told}")
    return shift, float(np.median(sizes))


def _maximum(problem: Problem, shift: np.ndarray) -> Found:
    """Fisher scoring from least absolute deviations; least squares where alpha is held at 2."""
    if problem.held[0] == 2:
        theta = _gauss(problem)
        return Found(theta, log_likelihood(theta, problem), True)
    theta = _start(problem, shift)
    llf, before = log_likelihood(theta, problem), np.inf
    for _ in range(STEPS):
        step, gain = scoring_step(theta, problem)
        if gain < DONE or (gain < SMALL**2 and gain > FLAT * before):
            return Found(theta, llf, True)
        before = gain
        moved = _uphill(theta, llf, step, gain, problem)
        if moved is None:
            return Found(theta, llf, gain < SMALL)
        theta, llf = moved
    return Found(theta, llf, False)


def _gauss(problem: Problem) -> np.ndarray:
    """The maximum at alpha = 2, which Fisher scoring need not find where residuals are far out."""
    shift = np.linalg.lstsq(problem.rows, problem.target, rcond=None)[0]
    rest = problem.target - problem.rows @ shift
    law = np.array([2.0, 0.0, 0.5 * np.log(np.mean(rest * rest) / 2)])
    return np.concatenate([np.where(np.isnan(problem.held), law, problem.held), shift])


def _start(problem: Problem, shift: np.ndarray) -> np.ndarray:
    """Parameters to start from: a first guess of the law of the residuals, and what is held."""
    rest = problem.target - problem.rows @ shift
    low, middle, high = np.quantile(rest, [0.05, 0.5, 0.95])
    spread = float(np.quantile(rest, 0.75) - np.quantile(rest, 0.25)) / 2 or 1.0
    near, far = (abs(np.mean(np.exp(1j * t * rest / spread))) for t in (0.2, 0.8))
    ratio = np.log(np.clip(far, 1e-3, 0.999)) / np.log(np.clip(near, 1e-3, 0.999))
    alpha = np.clip(np.log(np.maximum(ratio, 1.0)) / np.log(4), 0.4, 1.9)
    beta = np.clip((high + low - 2 * middle) / (high - low), -0.8, 0.8)
    guess = np.array([alpha, beta, np.log(spread)])
    return np.concatenate([np.where(np.isnan(problem.held), guess, problem.held), shift])


def log_likelihood(theta: np.ndarray, problem: Problem) -> float:
    """The sum of log densities of residuals; -inf where it is none."""
    rest = problem.target - problem.rows @ theta[3:]
    total = np.sum(table.logpdf(rest, theta[0], theta[1], float(np.exp(theta[2]))))
    return float(total) if np.isfinite(total) else -np.inf


def scoring_step(theta: np.ndarray, problem: Problem) -> tuple[np.ndarray, float]:
    """The step of Fisher scoring, and its squared length in standard errors."""
    scale = float(np.exp(theta[2]))
    rest = problem.target - problem.rows @ theta[3:]
    scores = table.score(rest, theta[0], theta[1], scale)
    scores[:, 2] *= scale  # that of log scale
    gradient = np.concatenate([scores[:, LAW].sum(axis=0), problem.rows.T @ scores[:, 3]])
    outer = scores.T @ scores / len(scores)
    free = np.flatnonzero(_is_free(theta, gradient, problem.held))
    inverse = inverse_information(outer, problem.centre, free)
    step = np.zeros(theta.size)
    step[free] = inverse @ gradient[free] / len(scores)
    return step, float(gradient @ step)


def _is_free(theta: np.ndarray, gradient: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Which parameters move: not those held, nor at the end to which the likelihood rises."""
    free = np.ones(theta.size, dtype=bool)
    low, high = np.array([LEAST_ALPHA, -1.0]), np.array([2.0, 1.0])
    pair, rise = theta[:2], gradient[:2]
    free[LAW] = np.isnan(held)
    free[:2] &= ~((pair >= high) & (rise >= 0)) & ~((pair <= low) & (rise <= 0))
    free[1] &= bool(theta[0] < 2)
    return free


def inverse_information(outer: np.ndarray, centre: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Inverse of the information of a row about the free parameters, the law's first.

    ``outer`` is that about the law and its location; the rows have the mean square I.
    """
    size = 3 + centre.size
    whole = np.zeros((size, size))
    whole[LAW, LAW] = outer[LAW, LAW]
    whole[LAW, 3:] = np.outer(outer[LAW, 3], centre)
    whole[3:, LAW] = whole[LAW, 3:].T
    whole[3:, 3:] = outer[3, 3] * np.eye(centre.size)
    part = whole[np.ix_(free, free)]
    units = np.sqrt(np.diag(part))
    units[units == 0] = 1.0
    scaled = part / np.outer(units, units) + 1e-12 * np.eye(len(part))
    return np.linalg.inv(scaled) / np.outer(units, units)


def _uphill(
    theta: np.ndarray, llf: float, step: np.ndarray, gain: float, problem: Problem
) -> tuple[np.ndarray, float] | None:
    """Parameters of a larger likelihood along a step, halved as often as it takes, if any."""
    scale = np.exp(theta[2])
    longest = np.concatenate([LONGEST, np.full(theta.size - 3, LONGEST_SHIFT * scale)])
    share = min(1.0, 1.0 / max(np.max(np.abs(step) / longest), 1e-300))
    slack = 1e-11 * (1 + abs(llf)) if gain < SMALL else 0.0
    for _ in range(40):
        there = theta + share * step
        there[0] = min(max(there[0], min(theta[0], LEAST_ALPHA)), 2.0)
        there[1] = min(max(there[1], -1.0), 1.0)
        value = log_likelihood(there, problem)
        if value >= llf + 1e-4 * share * gain - slack:
            return there, value
        share /= 2
    return None


def law_information(alpha: float, beta: float, rest: np.ndarray) -> np.ndarray:
    """Information of a draw about alpha, beta, scale and loc at scale 1, where these are free."""
    if alpha == 2:
        return np.diag([np.inf, 0.0, 2.0, 0.5])
    if alpha < INFORMATION_FROM:
        scores = table.score(rest, alpha, beta)
        return scores.T @ scores / len(scores)
    return fisher_information(alpha, float(np.clip(beta, NEAR_END - 1, 1 - NEAR_END)))


def _result(
    found: Found, problem: Problem, back: np.ndarray, unit: float, given: tuple
) -> LinearFit:
    """The fit in the units of y and X: ``back`` leads from coefficients of rows to those of X."""
    theta, scale = found.theta, float(np.exp(found.theta[2]))
    ends = (LEAST_ALPHA, 2.0), (-1.0, 1.0)
    at_bound = tuple(
        name
        for name, value, end, held in zip(
            ("alpha", "beta"), theta, ends, problem.held, strict=False
        )
        if np.isnan(held) and value in end
    )
    errors = Stable(theta[0], 0.0 if theta[0] == 2 else theta[1], scale * unit)
    rest = (problem.target - problem.rows @ theta[3:]) / scale
    covariance = _covariance(theta, rest, problem, at_bound)
    n, p = problem.rows.shape
    shares = np.sqrt(np.diag(covariance)[LAW]) * [1.0, 1.0, scale * unit]
    units = np.linalg.norm(back, axis=1)
    moderate = back / units[:, None]
    of_coefficients = (moderate @ covariance[3:, 3:] @ moderate.T) * (n / (n - p))
    y, X, target, design = given
    return made(
        unit * (back @ theta[3:]), of_coefficients, unit * units, errors, shares,
        free=int(np.sum(np.isnan(problem.held))), at_bound=at_bound,
        llf=found.llf - n * float(np.log(unit)), converged=found.converged,
        names=column_names(X), given=(y, X, target, design),
    )  # fmt: skip


def _covariance(
    theta: np.ndarray, rest: np.ndarray, problem: Problem, at_bound: tuple[str, ...]
) -> np.ndarray:
    """Covariance of alpha, beta, scale over itself, and coefficients of rows; NaN if unknown."""
    outer = law_information(float(theta[0]), float(theta[1]), rest)
    free = np.ones(theta.size, dtype=bool)
    free[LAW] = np.isnan(problem.held)
    free[:2] &= [name not in at_bound for name in ("alpha", "beta")]
    free[1] &= bool(theta[0] < 2)
    outer[np.isinf(outer)] = 0.0  # about alpha at 2, which is not free
    scales = np.array([1.0, 1.0, 1.0, np.exp(-theta[2])])
    kept = np.flatnonzero(free)
    whole = np.zeros((theta.size, theta.size))
    inverse = inverse_information(outer * np.outer(scales, scales), problem.centre, kept)
    whole[np.ix_(kept, kept)] = inverse / len(problem.rows)
    unknown = ~free[LAW] & np.isnan(problem.held)
    whole[np.arange(3)[unknown], np.arange(3)[unknown]] = np.nan
    return whole
