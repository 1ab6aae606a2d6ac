"""Derivatives of the log density in the four parameters: scores and Fisher information."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_all, check_number, real_array
from ..kernels.arrays import Real, by_host
from ..kernels.compiler import jit
from ..kernels.threads import in_threads
from .characteristic import scale_and_loc
from .derivatives import angle_score
from .direct import DENSITY, FLAT_Z, POWER_X, flattened, law, workspace
from .integral import nodes
from .polynomials import panels
from .shapes import NEAR_ONE, shape
from .units import log_size, standardised
from .zeta import from_zeta

MIN_ALPHA = 0.15  # of the information
POINTS_PER_THREAD = 100  # for a thread to be worth its start
EDGE_STEP = 2e-4  # from an end of its range within which a parameter is extrapolated
EDGE_NODES = 6
OF_ZETA = 0.01  # of its distance from a point, that a step of beta moves zeta at most
POWER_Z, SLOW_ALPHA = 1e100, 0.3  # beyond it the tail is a power, but of a smaller alpha later
STEEP_BETA, STEEP_X = 0.9, 10.0  # |beta| from which, and |x| to which, a light side is steep
MAX_SPREAD = 20.0  # of log f over the interpolation, below which f itself can be interpolated
SPAN, NODES_IN_ALPHA = 0.1, 20  # of the interpolation about alpha = 1


@jit
def _far_score(x, alpha, beta, work):
    """Derivatives in x, alpha and beta, alpha not near 1 and not 2, |beta| < 1 or x far from it."""
    z = from_zeta(x, alpha, beta)
    sign = 1.0 if z >= 0.0 else -1.0
    if shape(alpha, sign * beta).width == 0.0:
        return np.nan, np.nan, np.nan
    size = max(abs(z), FLAT_Z)
    inner = min(size, POWER_Z ** min(3.0, max(1.0, SLOW_ALPHA / alpha)))
    in_x, in_a, in_b = angle_score(inner, alpha, sign * beta, work)
    if size > inner:  # a power tail: log f = c(alpha, beta) - (1 + alpha) log z
        in_x, in_a = in_x * inner / size, in_a + math.log(inner / size)
    return sign * in_x, in_a, sign * in_b


@jit
def _near_score(x, alpha, beta, work):
    """The same near alpha = 1, interpolated in alpha, in which log f and f are analytic there.

    The scores themselves are, unless x is where a light tail meets a tiny power tail: there it is
    the derivatives of f, which a score becomes when it is multiplied by f over its value at alpha.
    """
    steep = x * beta < 0.0 and abs(x) < STEEP_X and abs(beta) > STEEP_BETA
    here = law(x, alpha, beta, work)[DENSITY] if steep else 0.0
    plain, by_f, whole, spread = np.zeros(3), np.zeros(3), 0.0, 0.0
    # Barycentric interpolation at Chebyshev points of the first kind, none of which is within 0.007
    # of alpha = 1, where the scores themselves would lose their digits
    for j in range(NODES_IN_ALPHA):
        angle = math.pi * (j + 0.5) / NODES_IN_ALPHA
        node = 1.0 + SPAN * math.cos(angle)
        weight = math.sin(angle) / (alpha - node) * (1.0 if j % 2 == 0 else -1.0)
        there = law(x, node, beta, work)[DENSITY] if steep else 0.0
        spread = max(spread, abs(there - here))
        whole += weight
        for i, value in enumerate(_far_score(x, node, beta, work)):
            plain[i] += weight * value
            by_f[i] += weight * value * math.exp(min(there - here, 700.0))
    # Over a larger spread the density at one node is all that the sum holds
    best = by_f if spread < MAX_SPREAD else plain
    return best[0] / whole, best[1] / whole, by_f[2] / whole


@jit
def _inner_score(x, alpha, beta, work):
    """Derivatives in x, alpha and beta inside the range of parameters."""
    if abs(1.0 - alpha) < NEAR_ONE:
        return _near_score(x, alpha, beta, work)
    return _far_score(x, alpha, beta, work)


@jit
def _beta_step(x, alpha, beta):
    """A step of beta over which the density at x is nearly a polynomial."""
    z = abs(from_zeta(x, alpha, beta))
    moved = abs(from_zeta(x, alpha, beta) - x)  # zeta, by all of beta
    return EDGE_STEP if z > moved or not moved < np.inf else min(EDGE_STEP, OF_ZETA * z / moved)


@jit
def _at_edge(x, alpha, beta, log_f, gap, step, is_alpha, work):
    """Derivative in alpha or beta, whose distance from the end of its range is ``gap``.

    There the integrals that give it lose the digits that a gap has less than a parameter.  The
    derivative of the density is analytic across the end, and extrapolated from steps inside.
    """
    total = 0.0
    for j in range(1, EDGE_NODES + 1):
        weight = 1.0
        for k in range(1, EDGE_NODES + 1):
            if k != j:
                weight *= (gap / step - k) / (j - k)
        a = 2.0 - j * step if is_alpha else alpha
        b = beta if is_alpha else math.copysign(1.0 - j * step, beta)
        there = law(x, a, b, work)[DENSITY]
        value = _inner_score(x, a, b, work)[1 if is_alpha else 2]
        total += weight * value * math.exp(there - log_f)
    return total


@jit
def _unit_score(x, alpha, beta, work):
    """Derivatives of the log density in x, alpha and beta; one-sided at the ends of a range."""
    if not (0.0 < alpha <= 2.0 and abs(beta) <= 1.0 and abs(x) < np.inf):
        return np.nan, np.nan, np.nan
    log_f = law(x, alpha, beta, work)[DENSITY]
    if log_f == -np.inf:
        return np.nan, np.nan, np.nan
    of_alpha, of_beta = 2.0 - alpha, 1.0 - abs(beta)
    inside = alpha if alpha < 2.0 else 2.0 - EDGE_STEP
    in_x, in_a, in_b = _inner_score(x, inside, beta, work)
    step = _beta_step(x, inside, beta)
    if of_beta < step:
        in_b = _at_edge(x, inside, beta, log_f, of_beta, step, False, work)
    if of_alpha < EDGE_STEP:
        in_a = _at_edge(x, alpha, beta, log_f, of_alpha, EDGE_STEP, True, work)
    if alpha == 2.0:
        in_x, in_b = -0.5 * x, 0.0
    return in_x, in_a, in_b


@jit(nogil=True)
def _scores(x, alpha, beta, out, low, high):
    """Let rows of ``out`` be the three derivatives at points low to high."""
    work = workspace()
    for i in range(low, high):
        out[0, i], out[1, i], out[2, i] = _unit_score(x[i], alpha[i], beta[i], work)


def score(
    x: ArrayLike,
    alpha: ArrayLike,
    beta: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    loc: ArrayLike = 0.0,
) -> np.ndarray:
    r"""Derivatives of the log density in alpha, beta, scale and loc: the gradient of a likelihood.

    Parameters
    ----------
    x : float or array_like
        Points.  Those of CuPy travel to the host, and their scores back: ``law.table`` makes them
        on a device.
    alpha, beta, scale, loc : float or array_like
        As in ``Stable``; NaN comes of those out of range.

    Returns
    -------
    ndarray
        Of the broadcast shape and a last axis of length 4, in inverse units of the parameters; that
        in x is minus the last.  At alpha = 2, beta = -1 and beta = 1 the derivatives are one-sided.
        NaN outside the support and where x is infinite.

    Raises
    ------
    ValueError
        If an argument is not of real numbers, or shapes do not broadcast.

    Notes
    -----
    About 10 microseconds a point, and 200 for alpha within 0.02 of 1, where they are interpolated
    in alpha; seven times that for alpha or \|beta\| within 2e-4 of their ends, where they are
    extrapolated from inside.  ``law.table`` has them for 20 nanoseconds.  Within 3e-9, relatively
    to 1 plus their size; on the light side of laws with alpha within 0.02 of 1 and beta within 1e-3
    of 1 or -1 within 1e-3 where the density is above 1e-70, and within some percent below.

    Examples
    --------
    >>> print(score(1.0, alpha=1.0)[2:].round(9))  # Cauchy: (x^2 - 1, 2 x) / (1 + x^2)
    [0. 1.]

    """
    x, alpha, beta = (real_array(*a) for a in (("x", x), ("alpha", alpha), ("beta", beta)))
    return _score(x, alpha, beta, *scale_and_loc(scale, loc))


@by_host
def _score(
    x: np.ndarray, alpha: np.ndarray, beta: np.ndarray, scale: Real, loc: Real
) -> np.ndarray:
    whole = standardised(x, scale, loc)[0]
    far = (abs(whole) > POWER_X) & np.isfinite(x)
    shape, (unit, *flat) = flattened(
        np.where(far, np.clip(whole, -POWER_X, POWER_X), whole), alpha, beta
    )
    out = np.empty((3, unit.size))
    in_threads(lambda low, high: _scores(unit, *flat, out, low, high), unit.size, POINTS_PER_THREAD)
    in_x, in_a, in_b = out.reshape(3, *shape)
    turn = unit.reshape(shape) * in_x
    with np.errstate(all="ignore"):
        in_loc = -in_x / scale
        if far.any():  # a power tail, as in ``_far_score``
            in_a = np.where(far, in_a + math.log(POWER_X) - log_size(x, scale, loc), in_a)
            in_loc = np.where(far, -0.5 * turn / (0.5 * x - 0.5 * loc), in_loc)
        return np.stack([in_a, in_b, -(1 + turn) / scale, in_loc], axis=-1)


def fisher_information(alpha: float, beta: float = 0.0) -> np.ndarray:
    """Fisher information of one draw about (alpha, beta, scale, loc), at scale 1.

    Parameters
    ----------
    alpha : float
        In [0.15, 2): at 2 the information about alpha is infinite (Nolan, 2001); below 0.15, where
        nearly all of it is about zeta, the matrix is singular to double precision.
    beta : float
        In (-1, 1): at the ends it is infinite about beta.

    Returns
    -------
    ndarray, shape (4, 4)
        Symmetric and positive definite: divided by the roots of its diagonal from both sides, its
        eigenvalues are above 1e-11.  (Its own may span more than double precision has digits,
        where beta is within 1e-12 of 1 or -1.)  For another scale, divide rows and columns of
        scale and loc by it; the location does not matter.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Notes
    -----
    The integral of the product of scores over the density, on the pieces of its panels.

    References
    ----------
    DuMouchel (1975), Journal of the American Statistical Association 70, 386-393.

    Examples
    --------
    >>> print(fisher_information(1.0)[2:, 2:].round(6))  # Cauchy: 1/2 and 1/2
    [[0.5 0. ]
     [0.  0.5]]

    """
    for name, value in (("alpha", alpha), ("beta", beta)):
        check_number(name, value)
    check_all(0 < alpha < 2, "alpha must lie in (0, 2)", alpha)
    check_all(alpha >= MIN_ALPHA, f"alpha must be at least {MIN_ALPHA} here", alpha)
    check_all(abs(beta) < 1, "beta must lie in (-1, 1)", beta)
    made = panels(float(alpha), float(beta))
    x, log_weight, log_f = nodes(made)
    mass = np.exp(log_f + log_weight)
    heavy = mass > 1e-25
    gradient = score(x[heavy], alpha, beta)
    information = (gradient * mass[heavy, None]).T @ gradient
    return 0.5 * (information + information.T)
