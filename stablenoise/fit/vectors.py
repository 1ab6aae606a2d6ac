r"""Elliptical stable laws, and what else a matrix may be, by maximum likelihood.

Where the law is that of mu + L Z, with Z isotropic of scale 1, steps are those of Fisher scoring
for Z: of its location, of a symmetric V in L (I + V) L', and of alpha.  As the direction of Z is
uniform and independent of its length, four expectations over the length make the information
(Lange, Little & Taylor, 1989, section 4, have them for Student's law).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import polygamma

from ..checks import check_all, check_alpha, check_callable, check_choice, check_finite
from ..estimate import Estimate
from ..multivariate import Elliptical
from ..tails import block
from .elliptical_fit import EllipticalFit, Spread, made
from .matrices import (
    check_full_rank,
    check_height,
    column_names,
    finite_matrix,
    power_of_two,
)
from .radial_table import Radial, radial_law, score_in_alpha, score_moments

__all__ = ["elliptical", "of_matrix"]

LEAST_ALPHA = 0.1
START = 0.3, 1.9  # of alpha
LONGEST = 0.2  # step of alpha
WIDEST = 1.0  # change of the logarithm of an axis squared, and of the location in axes
STEPS = 60
DONE = 1e-10  # squared length of a step, in standard errors
SMALL = 1e-6  # the same, from which differences of likelihoods are those of interpolation
COLLAPSED = 20.0  # by how much the logarithm of an axis may have fallen
SINGULAR = 1e-10  # share of the largest axis that is rounding
TINY = 1e-300


Fitted = TypeVar("Fitted")


class State(NamedTuple):
    """A law: alpha, the location, the root L, the table of the radius; and the likelihood."""

    alpha: float
    loc: np.ndarray
    root: np.ndarray
    law: Radial
    llf: float


class Step(NamedTuple):
    """Steps of alpha, of the location and of the shape, at scale 1; their squared length."""

    alpha: float
    loc: np.ndarray
    shape: np.ndarray
    gain: float


def elliptical(X: ArrayLike, *, alpha: float | None = None) -> EllipticalFit:
    r"""Index, shape matrix and location of elliptical stable vectors, by maximum likelihood.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Independent rows, n above d, not all in one plane; coordinates may have any units.  Of a
        table of pandas or polars the names of the columns are kept.
    alpha : float, optional
        In [0.1, 2], if it is known.

    Returns
    -------
    EllipticalFit
        With the law as ``params``.

    Raises
    ------
    ValueError
        If an argument is out of range or not finite, there are fewer than d + 1 rows, they lie in
        one plane, or so many of them do that the likelihood has no maximum.

    Notes
    -----
    It starts from quartiles of coordinates, and of their sums and differences.  The law of the
    length comes from one integral over a stable variance, tabulated for each alpha in some
    milliseconds.  Estimates follow X when it is moved or mapped linearly.  Standard errors are of
    the expected information at the estimates.

    The likelihood has no upper limit where alpha is below d / (n - 1): with few rows it is the
    maximum near the start.

    References
    ----------
    Nolan (2013), Multivariate elliptically contoured stable distributions: theory and estimation,
    Comput. Stat. 28, 2067-2089; Lange, Little & Taylor (1989), JASA 84, 881-896.

    Examples
    --------
    >>> fit = elliptical(Elliptical(1.5, [[2.0, 1.0], [1.0, 2.0]]).rvs(2000, rng=1))
    >>> abs(fit.alpha - 1.5) < 4 * fit.bse["alpha"]
    True

    """
    x, names = finite_matrix("X", X), column_names(X)
    n, d = x.shape
    if alpha is not None:
        alpha = check_finite("alpha", alpha)
        check_alpha(alpha)
        check_all(alpha >= LEAST_ALPHA, f"alpha must be at least {LEAST_ALPHA} here", alpha)
    check_height("X", n, d + 1)
    first = power_of_two(np.abs(x).max(axis=0))
    z = x / first
    _check_cloud(z)
    _check_repeats(z)
    middle = np.median(z, axis=0)
    second = power_of_two(_half_range(z - middle))
    state, converged = _maximum((z - middle) / second, alpha)
    unit = first * second
    spread = _spread(state, n, alpha is None)
    law = Elliptical(
        state.alpha,
        _symmetric((state.root @ state.root.T) * np.outer(unit, unit)),
        first * middle + unit * state.loc,
    )
    llf = state.llf - n * float(np.sum(np.log(first) + np.log(second)))
    return made(law, spread, llf, n, names=names, held=alpha is not None, converged=converged)


def of_matrix(
    X: ArrayLike, model: str, of_entries: Callable[[np.ndarray], Fitted]
) -> Estimate | EllipticalFit | Fitted:
    """The fit of a matrix, by what its user says that it is.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Of finite numbers.
    model : {"rows", "entries", "elliptical"}
        Independent strictly stable rows, of any dependence within them: the index alone, by sums
        over blocks of rows.  Independent entries of one law: ``of_entries`` of them all.
        Independent elliptical rows: ``elliptical``.
    of_entries : callable
        A fit of a sample of shape (n d,).

    Returns
    -------
    Estimate or EllipticalFit or what ``of_entries`` returns

    Raises
    ------
    ValueError
        If model is none of these, or X not what it asks for.

    Notes
    -----
    Entries of an elliptical matrix are not independent: taken as such, they give an index that is
    too high, by 0.15 to 0.20 at alpha = 1.8.  So there is no default.

    Examples
    --------
    >>> from stablenoise.multivariate import Isotropic
    >>> X = Isotropic(1.5, dim=3).rvs(1000, rng=1)
    >>> round(of_matrix(X, "rows", len).value, 1)
    1.5

    """
    check_choice("model", model, ("rows", "entries", "elliptical"))
    check_callable("of_entries", of_entries, "a sample")
    x = finite_matrix("X", X)
    if model == "entries":
        return of_entries(x.ravel())
    return block.estimate(x) if model == "rows" else elliptical(X)


def _check_cloud(z: np.ndarray) -> None:
    """Raise ValueError unless the rows span all dimensions."""
    d = z.shape[1]
    steps = np.diff(z, axis=0)
    for axes in (0, 1):  # units of coordinates, then directions: heavy tails do not hide the rest
        sizes = np.median(np.abs(steps), axis=0) if axes == 0 else np.linalg.norm(steps, axis=1)
        sizes = np.where(sizes > 0, sizes, 1.0)
        steps = steps / (sizes if axes == 0 else sizes[:, None])
    values = np.linalg.svd(steps, compute_uv=False)
    check_full_rank("X", int(np.sum(values > SINGULAR * max(values[0], TINY))), d)


def _check_repeats(z: np.ndarray) -> None:
    """Raise ValueError if a row comes so often that, shrinking to it, the likelihood has no end.

    Of m rows the density grows as c^(-d) when axes shrink by c; of the others it falls as c^alpha.
    """
    n, d = z.shape
    most, limit = int(np.unique(z, axis=0, return_counts=True)[1].max()), 2 * n / (d + 2)
    if most > max(limit, 1):
        rule = f"X must have no row more than 2 n / (d + 2) = {limit:.4g} times"
        raise ValueError(f"{rule}, got one {most} times")


def _half_range(x: np.ndarray) -> np.ndarray:
    """Half the range of the middle half, or where it is 0 the mean size."""
    low, high = np.quantile(x, [0.25, 0.75], axis=0)
    half = (high - low) / 2
    return np.where(half > 0, half, np.mean(np.abs(x), axis=0))


def _symmetric(matrix: np.ndarray) -> np.ndarray:
    return 0.5 * (matrix + matrix.T)


def _start(z: np.ndarray, alpha: float | None) -> State:
    """A law of quartiles of coordinates and of their pairs, and of the spread of log lengths."""
    d = z.shape[1]
    sizes = _half_range(z)
    unit, shape = z / sizes, np.eye(d)
    for i in range(d):
        for j in range(i):
            plus = _half_range(unit[:, i] + unit[:, j]) ** 2
            minus = _half_range(unit[:, i] - unit[:, j]) ** 2
            shape[i, j] = shape[j, i] = (plus - minus) / (plus + minus)
    values, vectors = np.linalg.eigh(shape)
    values = np.maximum(values, 1e-3 * values[-1])
    root = sizes[:, None] * np.linalg.cholesky((vectors * values) @ vectors.T)
    if alpha is None:
        r = np.linalg.norm(np.linalg.solve(root, z.T), axis=0)
        inverse = 6 / math.pi**2 * (np.var(np.log(r[r > 0])) - polygamma(1, d / 2) / 4) + 0.25
        alpha = float(np.clip(max(inverse, 0.1) ** -0.5, *START))
    return _state(z, alpha, np.zeros(d), root, radial_law(alpha, d))


def _log_radii(z: np.ndarray, loc: np.ndarray, root: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows at location 0 and scale 1, and logarithms of their lengths."""
    unit = np.linalg.solve(root, (z - loc).T).T
    return unit, np.log(np.maximum(np.linalg.norm(unit, axis=1), TINY))


def _state(z: np.ndarray, alpha: float, loc: np.ndarray, root: np.ndarray, law: Radial) -> State:
    volume = np.linalg.slogdet(root)[1]
    llf = float(np.sum(law(_log_radii(z, loc, root)[1])) - len(z) * volume)
    return State(alpha, loc, root, law, llf if math.isfinite(llf) else -math.inf)


def _maximum(z: np.ndarray, alpha: float | None) -> tuple[State, bool]:
    """Fisher scoring; whether it came to its end."""
    state = _start(z, alpha)
    deepest = np.linalg.slogdet(state.root)[1] - COLLAPSED * z.shape[1]
    before = math.inf
    for _ in range(STEPS):
        step = scoring_step(z, state, alpha is None)
        if step.gain < DONE or (step.gain < SMALL**1.5 and step.gain > 0.25 * before):
            return state, True
        before = step.gain
        moved = _uphill(z, state, step)
        if moved is None:
            return state, step.gain < SMALL
        state = moved
        if np.linalg.slogdet(state.root)[1] < deepest:
            raise ValueError("X must have a likelihood with a maximum, got one without limit")
    return state, False


def scoring_step(z: np.ndarray, state: State, free: bool) -> Step:
    """The step of Fisher scoring, with alpha or, where that is not free, without it."""
    n, d = z.shape
    unit, t = _log_radii(z, state.loc, state.root)
    weights = np.exp(state.law.log_weights(t))
    mean = weights @ unit / n
    shape = (unit * weights[:, None]).T @ unit / n
    rise = float(np.mean(score_in_alpha(t, state.alpha, d))) if free else 0.0
    if (state.alpha >= 2 and rise >= 0) or (state.alpha <= LEAST_ALPHA and rise <= 0):
        free, rise = False, 0.0
    numbers = _information(state.law, free)
    excess = (np.trace(shape) - d) / 2
    alpha, size = np.linalg.solve(numbers.pair, [rise, excess])
    tilt = (shape - np.trace(shape) / d * np.eye(d)) / numbers.tilt
    shift = mean / numbers.shift
    gain = alpha * rise + size * excess + 0.5 * np.sum(tilt**2) * numbers.tilt + mean @ shift
    return Step(float(alpha), shift, tilt + size * np.eye(d), float(n * gain))


class Information(NamedTuple):
    """Of one row at scale 1, about alpha and size, about a tilt, about the location."""

    pair: np.ndarray
    tilt: float
    shift: float


def _information(law: Radial, free: bool) -> Information:
    """About alpha and V = size I; about V without a trace, over tr V^2 / 2; about the location."""
    moments, d = score_moments(law), law.dim
    size = (moments.squares - d * d) / 4
    pair = np.array([[moments.alpha, moments.cross / 2], [moments.cross / 2, size]])
    if not free or law.alpha == 2:
        pair = np.array([[1.0, 0.0], [0.0, size]])
        if free:  # from 2 down: the information is infinite there, and near 2 a large number
            pair[0, 0] = 1e3
    return Information(pair, moments.squares / (d * (d + 2)), moments.over_squares / d)


def _uphill(z: np.ndarray, state: State, step: Step) -> State | None:
    """The law of a larger likelihood along a step, halved as often as it takes, if any."""
    values, vectors = np.linalg.eigh(step.shape)
    longest = max(
        abs(step.alpha) / LONGEST,
        np.max(np.abs(values)) / WIDEST,
        np.linalg.norm(step.loc) / (2 * WIDEST),
    )
    share, slack = min(1.0, 1.0 / max(longest, TINY)), 0.0
    if step.gain < SMALL:
        slack = 1e-8 * (1 + abs(state.llf))
    for _ in range(30):
        alpha = min(max(state.alpha + share * step.alpha, LEAST_ALPHA), 2.0)
        widened = (vectors * np.exp(share * values / 2)) @ vectors.T
        loc = state.loc + share * (state.root @ step.loc)
        law = state.law if alpha == state.alpha else radial_law(alpha, z.shape[1])
        there = _state(z, alpha, loc, state.root @ widened, law)
        if there.llf >= state.llf + 1e-4 * share * step.gain - slack:
            return there
        share /= 2
    return None


def _spread(state: State, n: int, free: bool) -> Spread:
    """Variances of the estimates at scale 1, and of what is common to the shape and alpha."""
    free = free and LEAST_ALPHA < state.alpha < 2
    numbers, d = _information(state.law, free), state.law.dim
    pair = np.linalg.inv(numbers.pair) / n
    tilt = 1 / (numbers.tilt * n)
    alpha, cross = (pair[0, 0], pair[0, 1]) if free else (math.nan, 0.0)
    return Spread(alpha, cross, tilt, pair[1, 1] - 2 * tilt / d, 1 / (numbers.shift * n))
