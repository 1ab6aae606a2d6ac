r"""Derivatives of the log density in x, alpha and beta: the angle's integral differentiated.

At a fixed node s of ``angle`` the level has derivatives without cancellation in z, alpha and beta.
With :math:`\lambda = \log g`,

.. math:: \partial_\theta \int g e^{-g} w\,ds = \int g e^{-g} w
          \bigl[(1 - g)\,\partial_\theta\lambda + \partial_\theta \log w\bigr] ds.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_all, check_number, real_array
from ..kernels.compiler import jit, scalar
from ..kernels.threads import in_threads
from .angle import (
    Angles,
    Level,
    crossing,
    exp,
    grid,
    halves,
    level,
    log,
    parts,
    sinpi,
    slot,
    total,
)
from .characteristic import scale_and_loc
from .direct import FARTHEST, LEAST, flattened, law, workspace
from .integral import nodes
from .polynomials import panels
from .shapes import NEAR, shape, tangent
from .units import log_size, standardised
from .zeta import from_zeta

LEAST_ALPHA = 0.15  # of the information
SERIES = 20  # terms about zeta, at most
SERIES_ERROR = 1e-12  # last term over the first derivative times z, up to which the series serves
SETTLED = 1e-16  # of the same, at which no more terms are needed
PER_THREAD = 100  # points that a thread must have to be worth its start
EDGE = 1e-10  # how far inside their ranges alpha = 2 and beta = 1 are moved
FAR_OUT = 1e100  # of z: beyond it the tail is a power
STEEP = 0.9, 10.0  # |beta| from which, and |x| to which, a light side is steep in alpha near 1
SPREAD = 20.0  # of log f over the interpolation, below which f itself can be interpolated
SPAN, NODES_IN_ALPHA = 0.1, 20  # of the interpolation about alpha = 1


class Rates(NamedTuple):
    """Derivatives, in alpha (_a) and in beta (_b), of tau and of what the level is made of.

    That is its power, its ``log_z`` at a fixed z, and the width and the rest of its angles.
    """

    tau_a: float
    tau_b: float
    power_a: float
    log_a: float
    log_b: float
    width_a: float
    width_b: float
    rest_a: float
    rest_b: float


@scalar
def slopes(point, rates, s):
    """Derivatives of the level at s in alpha and beta, z fixed.

    That of alpha p is made of that of rest: where alpha p is nearly 1, the distance is what counts.
    """
    alpha, power = point.angles.alpha, point.power
    p, q, sine_q, sine_p, sine_sum, _ = parts(point.angles, s)
    up, down = halves(s)
    cot_q = math.pi * sinpi(0.5 - q) / sine_q
    cot_p = math.pi * sinpi(0.5 - alpha * p) / sine_p
    cot_sum = math.pi * sinpi(0.5 - (alpha * p + q)) / sine_sum
    logs = point.log_z + log(sine_q / sine_p)
    q_a, q_b = rates.width_a * down, rates.width_b * down
    p_a, p_b = -up * rates.rest_a, -up * rates.rest_b
    in_alpha = rates.power_a * logs + power * (rates.log_a + cot_q * q_a - cot_p * p_a)
    in_beta = power * (rates.log_b + cot_q * q_b - cot_p * p_b)
    in_alpha += cot_sum * (p_a + q_a) - cot_q * q_a
    in_beta += cot_sum * (p_b + q_b) - cot_q * q_b
    return in_alpha, in_beta


@jit
def rates_of(alpha, beta, width, low):
    """The ``Rates`` of a law.

    That of rest in alpha has the factor 1 + beta, and so, where low is small, that of width the
    factor 1 - beta: they are relatively accurate as rest and low are.
    """
    d, t = 1.0 - alpha, tangent(alpha) if alpha < 1.0 else -tangent(alpha)
    tau, t_alpha = beta * t, 0.5 * math.pi * (1.0 + t * t)
    size = 1.0 + tau * tau
    log_a = -tau * beta * t_alpha / size / alpha + 0.5 * math.log(size) / alpha**2
    rest_a, rest_b = -0.5 * (1.0 + beta) * (1.0 + tau * t) / size, -t / size / math.pi
    if alpha < 1.0 and low < width:
        width_a = (low - 0.5 * (1.0 - beta) * (1.0 - tau * t) / size) / alpha
    else:
        width_a = -(width + rest_a) / alpha
    power_a, log_b, width_b = -1.0 / (d * d), -tau * t / size / alpha, -rest_b / alpha
    return Rates(beta * t_alpha, t, power_a, log_a, log_b, width_a, width_b, rest_a, rest_b)


@jit
def slope_about_zeta(z, alpha, low, log_cos):
    r"""Derivative of the log density at zeta + z, and the size of the last term of its series.

    .. math:: f(\zeta + z) = \frac1{\pi\alpha} \sum_n \frac{\Gamma((n + 1)/\alpha)}{n!}
              \sin((n + 1)\pi l)\, c^{n+1} z^n, \qquad c = (\cos\alpha\theta_0)^{1/\alpha},

    l being ``low`` (Zolotarev, 1986, section 2.4): convergent for alpha > 1, else asymptotic.
    """
    value, slope, first, last = 0.0, 0.0, math.lgamma(1.0 / alpha), np.inf
    for n in range(SERIES):
        log_size = math.lgamma((n + 1) / alpha) - math.lgamma(n + 1.0) - first
        size = math.exp(log_size + n * (math.log(z) + log_cos / alpha))
        term = size * math.sin((n + 1) * math.pi * low)
        value += term
        slope += n * term / z
        last = size * n
        if n > 0 and last < SETTLED * abs(slope) * z:
            break  # below alpha = 1 the terms grow again
    return slope / value, last / abs(value)


@jit
def terms(point, rates, s, spread, log_g, mass, in_a, in_b):
    """Weights of the nodes, but for e^-g, and there the derivatives of the level."""
    for i in range(s.size):
        log_g[i], weight = level(point, s[i])
        mass[i] = spread[i] * weight
        in_a[i], in_b[i] = slopes(point, rates, s[i])


@jit
def weigh(log_g, mass, in_a, in_b, least):
    """Multiply all by g e^-g, and the derivatives by 1 - g; the first array becomes that of x."""
    for i in range(log_g.size):
        g = exp(log_g[i])
        mass[i] *= g * exp(least - g)
        used = mass[i] > 0.0  # elsewhere a derivative may be infinite
        moved = mass[i] * (1.0 - g)
        log_g[i] = moved if used else 0.0
        in_a[i] = moved * in_a[i] if used else 0.0
        in_b[i] = moved * in_b[i] if used else 0.0


@jit
def angle_score(z, alpha, beta, work):
    """Derivatives of the log density at zeta + z, z > 0, in x, alpha and beta; not near 1."""
    width, low, rest, log_cos, _ = shape(alpha, beta)
    d, power, rates = 1.0 - alpha, -alpha / (1.0 - alpha), rates_of(alpha, beta, width, low)
    point = Level(Angles(alpha, d, width, low, rest), power, math.log(z) + log_cos / alpha)
    n = grid(point, crossing(point, d > 0.0)[0], work)[0]
    log_g, mass, in_a, in_b = slot(work, 3, n), slot(work, 4, n), slot(work, 5, n), slot(work, 6, n)
    terms(point, rates, slot(work, 1, n), slot(work, 2, n), log_g, mass, in_a, in_b)
    # Both sums are over exp(-least), which a deep light tail does not leave in the range of floats
    least = log_g.min()
    weigh(log_g, mass, in_a, in_b, math.exp(least) if least > 0.0 else 0.0)
    whole = total(mass)
    in_x = (power * total(log_g) / whole - 1.0) / z
    # Next to zeta the two terms of in_x cancel: there the series has what they lose
    if low > 0.0:
        nearer, error = slope_about_zeta(z, alpha, low, log_cos)
        in_x = nearer if error < SERIES_ERROR * abs(nearer) * z else in_x
    # The rest of log f: the width of the angles, alpha and 1 / |1 - alpha|, and zeta, by in_x
    score_a = total(in_a) / whole + rates.width_a / width + 1.0 / alpha + 1.0 / d
    score_b = total(in_b) / whole + rates.width_b / width
    return in_x, score_a + rates.tau_a * in_x, score_b + rates.tau_b * in_x


@jit
def far_score(x, alpha, beta, work):
    """Derivatives in x, alpha and beta, alpha not near 1 and not 2, |beta| < 1 or x far from it."""
    z = from_zeta(x, alpha, beta)
    sign = 1.0 if z >= 0.0 else -1.0
    if shape(alpha, sign * beta).width == 0.0:
        return np.nan, np.nan, np.nan
    size = max(abs(z), LEAST)
    inner = min(size, FAR_OUT)
    in_x, in_a, in_b = angle_score(inner, alpha, sign * beta, work)
    if size > inner:  # a power tail: log f = c(alpha, beta) - (1 + alpha) log z
        in_x, in_a = in_x * inner / size, in_a + math.log(inner / size)
    return sign * in_x, in_a, sign * in_b


@jit
def near_score(x, alpha, beta, work):
    """The same near alpha = 1, interpolated in alpha, in which log f and f are analytic there.

    The scores themselves are, unless x is where a light tail meets a tiny power tail: there it is
    the derivatives of f, which a score becomes when it is multiplied by f over its value at alpha.
    """
    steep = x * beta < 0.0 and abs(x) < STEEP[1] and abs(beta) > STEEP[0]
    here = law(x, alpha, beta, work)[0] if steep else 0.0
    plain, by_f, whole, spread = np.zeros(3), np.zeros(3), 0.0, 0.0
    for j in range(NODES_IN_ALPHA):
        angle = math.pi * (j + 0.5) / NODES_IN_ALPHA
        node = 1.0 + SPAN * math.cos(angle)
        weight = math.sin(angle) / (alpha - node) * (1.0 if j % 2 == 0 else -1.0)
        there = law(x, node, beta, work)[0] if steep else 0.0
        spread = max(spread, abs(there - here))
        whole += weight
        for i, value in enumerate(far_score(x, node, beta, work)):
            plain[i] += weight * value
            by_f[i] += weight * value * math.exp(min(there - here, 700.0))
    found = by_f if spread < SPREAD else plain
    return found[0] / whole, found[1] / whole, by_f[2] / whole


@jit
def inner_score(x, alpha, beta, work):
    """Derivatives in x, alpha and beta inside the range of parameters."""
    if abs(1.0 - alpha) < NEAR:
        return near_score(x, alpha, beta, work)
    return far_score(x, alpha, beta, work)


@jit
def unit_score(x, alpha, beta, work):
    """Derivatives of the log density in x, alpha and beta; one-sided ones at the ends of a range.

    There the density has a derivative, but one without limit over a density that is light: it is
    taken a little inside, and divided by the density at the end itself.
    """
    if not (0.0 < alpha <= 2.0 and abs(beta) <= 1.0 and abs(x) < np.inf):
        return np.nan, np.nan, np.nan
    log_f = law(x, alpha, beta, work)[0]
    if log_f == -np.inf:
        return np.nan, np.nan, np.nan
    inside_a = alpha if alpha < 2.0 else 2.0 - EDGE
    inside_b = beta if abs(beta) < 1.0 else math.copysign(1.0 - EDGE, beta)
    in_x, in_a, in_b = inner_score(x, inside_a, beta, work)
    if abs(beta) == 1.0:
        ratio = math.exp(law(x, inside_a, inside_b, work)[0] - log_f)
        in_b = inner_score(x, inside_a, inside_b, work)[2] * ratio
    if alpha == 2.0:
        in_x, in_b = -0.5 * x, 0.0
        in_a *= math.exp(law(x, inside_a, beta, work)[0] - log_f)
    return in_x, in_a, in_b


@jit(nogil=True)
def scores(x, alpha, beta, out, low, high):
    """Let rows of ``out`` be the three derivatives at points low to high."""
    work = workspace()
    for i in range(low, high):
        out[0, i], out[1, i], out[2, i] = unit_score(x[i], alpha[i], beta[i], work)


def score(
    x: ArrayLike,
    alpha: ArrayLike,
    beta: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    loc: ArrayLike = 0.0,
) -> np.ndarray:
    """Derivatives of the log density in alpha, beta, scale and loc: the gradient of a likelihood.

    Parameters
    ----------
    x : float or array_like
        Points.
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
    in alpha; ``law.table`` has them for 20 nanoseconds.  Within 3e-9, relatively to 1 plus their
    size, also for alpha about 1; on the light side of laws with beta within 1e-3 of 1 or -1, and
    for alpha within 1e-5 of 2, within 1e-5, but for alpha within 0.02 of 1: there within 1e-3
    where the density is above 1e-70, and within some percent below.

    Examples
    --------
    >>> print(score(1.0, alpha=1.0)[2:].round(9))  # Cauchy: (x^2 - 1, 2 x) / (1 + x^2)
    [0. 1.]

    """
    x, alpha, beta = (real_array(*a) for a in (("x", x), ("alpha", alpha), ("beta", beta)))
    scale, loc = scale_and_loc(scale, loc)
    whole = standardised(x, scale, loc)[0]
    far = (abs(whole) > FARTHEST) & np.isfinite(x)
    shape, (unit, *flat) = flattened(
        np.where(far, np.clip(whole, -FARTHEST, FARTHEST), whole), alpha, beta
    )
    out = np.empty((3, unit.size))
    in_threads(lambda low, high: scores(unit, *flat, out, low, high), unit.size, PER_THREAD)
    in_x, in_a, in_b = out.reshape(3, *shape)
    turn = unit.reshape(shape) * in_x
    with np.errstate(all="ignore"):
        in_loc = -in_x / scale
        if far.any():  # a power tail, as in ``far_score``
            in_a = np.where(far, in_a + math.log(FARTHEST) - log_size(x, scale, loc), in_a)
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
    check_all(alpha >= LEAST_ALPHA, f"alpha must be at least {LEAST_ALPHA} here", alpha)
    check_all(abs(beta) < 1, "beta must lie in (-1, 1)", beta)
    made = panels(float(alpha), float(beta))
    x, log_weight, log_f = nodes(made)
    mass = np.exp(log_f + log_weight)
    heavy = mass > 1e-25
    gradient = score(x[heavy], alpha, beta)
    information = (gradient * mass[heavy, None]).T @ gradient
    return 0.5 * (information + information.T)
