"""Which method serves where: density and both tails of one law at one point.

| where | method |
|---|---|
| alpha = 2; (1, 0); (1/2, +-1) | closed forms |
| x = zeta, x infinite | closed forms |
| far out on a heavy side, alpha not near 1 | ``tail``: the series |
| x beyond the doubles, known by its logarithm | ``tail`` or ``angle``; near 1 a power |
| alpha near 1, and the angle nearly determines the variate | ``ray``: the Fourier integral |
| elsewhere | ``angle``: Nolan's integral; near alpha = 1 with its level written about 1 |
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from ..kernels.compiler import jit
from ..kernels.threads import in_threads
from .angle import WORK, angle_law, near_angle, near_angle_law
from .closed import cauchy, gauss, levy
from .ray import ray_law
from .shapes import NEAR_ONE, shape
from .tail import is_tail, tail_law
from .zeta import from_zeta

MAX_LOSS = 300.0  # in units of rounding, from which on the ray is preferred to the angle
POINTS_PER_THREAD = 200  # points that a thread must have to be worth its start
LIGHT_TAIL_X = 1e100
POWER_X = 1e300  # from where on the laws near alpha = 1 are powers
FLAT_Z = 1e-250  # of z; the law is flat there
DENSITY, UPPER, LOWER = range(3)  # the logarithms of a law, in this order


@jit
def workspace():
    """Memory for one thread's evaluations, 230 kB."""
    return np.empty(WORK)


@jit(alone=True)
def law(x, alpha, beta, work):
    """Log density, log P(X > x), log P(X < x) of the S0 law of scale 1 at one point.

    All are NaN where a parameter is out of its range or an argument is NaN.
    """
    if not (0.0 < alpha <= 2.0 and abs(beta) <= 1.0) or math.isnan(x):
        return np.nan, np.nan, np.nan
    if math.isinf(x):
        return (-np.inf, -np.inf, 0.0) if x > 0.0 else (-np.inf, 0.0, -np.inf)
    if alpha == 2.0:
        return gauss(x)
    if alpha == 1.0 and beta == 0.0:
        return cauchy(x)
    if abs(1.0 - alpha) < NEAR_ONE:
        return _near_one(x, alpha, beta, work)
    return about_zeta(from_zeta(x, alpha, beta), alpha, beta, work)


@jit
def about_zeta(z, alpha, beta, work):
    """The law at zeta + z, alpha not near 1 and not 2."""
    if z < 0.0:
        log_f, lower, upper = _right_of_zeta(-z, alpha, -beta, work)
    else:
        log_f, upper, lower = _right_of_zeta(z, alpha, beta, work)
    return log_f, upper, lower


@jit
def _right_of_zeta(z, alpha, beta, work):
    """The law at zeta + z, z >= 0, alpha not near 1."""
    width, low, rest, log_cos, _ = shape(alpha, beta)
    if z < FLAT_Z:
        log_f = math.lgamma(1.0 + 1.0 / alpha) + log_cos / alpha - math.log(math.pi)
        return log_f + log(math.sin(math.pi * min(width, low))), log(width), log(low)
    if width == 0.0:
        return -np.inf, -np.inf, 0.0
    if alpha == 0.5 and beta == 1.0:
        return levy(z)
    return _at_log(math.log(z), alpha, width, low, rest, log_cos, work)


@jit
def _at_log(log_z, alpha, width, low, rest, log_cos, work):
    """The same from log z, where there is no closed form."""
    log_y = -alpha * log_z - log_cos
    if is_tail(log_y, rest):
        return tail_law(log_z, log_y, alpha, width, rest)
    return completed(angle_law(log_z, alpha, width, low, rest, log_cos, work))


@jit
def beyond(log_x, alpha, beta, work):
    """The law at an x > POWER_X that is given by its logarithm: beside it zeta is nothing."""
    if not (0.0 < alpha <= 2.0 and abs(beta) <= 1.0) or math.isnan(log_x):
        return np.nan, np.nan, np.nan
    width, low, rest, log_cos, _ = shape(alpha, beta)
    if alpha == 2.0 or width == 0.0 or rest == 0.0:
        return -np.inf, -np.inf, 0.0
    if abs(1.0 - alpha) >= NEAR_ONE:
        return _at_log(log_x, alpha, width, low, rest, log_cos, work)
    log_f, upper, lower = law(POWER_X, alpha, beta, work)
    more = log_x - math.log(POWER_X)
    return log_f - (1.0 + alpha) * more, upper - alpha * more, lower


@jit
def _near_one(x, alpha, beta, work):
    """The law near alpha = 1."""
    # The angle's integral is that of the side of zeta where x lies: a reflection makes it the right
    flip = x + shape(alpha, beta).minus_zeta < 0.0
    side = (-x, alpha, -beta) if flip else (x, alpha, beta)
    point, s, loss = near_angle(*side)
    angles = point.angles
    beyond = angles.d < 0.0 and angles.rest == 0.0 and side[0] > LIGHT_TAIL_X  # in a light tail
    if angles.width == 0.0 or beyond:  # at the latter, or outside the support, nothing is left
        log_f, upper, lower = -np.inf, -np.inf, 0.0
    elif loss < MAX_LOSS:
        log_f, upper, lower = completed(near_angle_law(point, s, work))
    else:  # the ray knows nothing of zeta: it is reflected about 0
        flip = x < 0.0
        side = (-x, alpha, -beta) if flip else (x, alpha, beta)
        log_f, upper, lower = ray_law(*side, work)
    return (log_f, lower, upper) if flip else (log_f, upper, lower)


@jit
def completed(logs):
    """The same, the larger of the two probabilities as 1 minus the smaller one."""
    log_f, upper, lower = logs
    if upper > lower:
        return log_f, math.log1p(-math.exp(lower)), lower
    return log_f, upper, math.log1p(-math.exp(upper))


@jit
def log(x):
    """Logarithm, -inf of 0."""
    return math.log(x) if x > 0.0 else -np.inf


@jit(nogil=True)
def _laws(x, alpha, beta, out, low, high):
    """Let rows of ``out`` be the three logarithms at points low to high."""
    work = workspace()
    for i in range(low, high):
        out[0, i], out[1, i], out[2, i] = law(x[i], alpha[i], beta[i], work)


@jit(nogil=True)
def _far_laws(log_x, sign, alpha, beta, out, low, high):
    """As ``_laws``, at points beyond POWER_X: the logarithms of their sizes, and their signs."""
    work = workspace()
    for i in range(low, high):
        log_f, outer, inner = beyond(log_x[i], alpha[i], sign[i] * beta[i], work)
        out[0, i], out[1, i], out[2, i] = log_f, outer, inner
        if sign[i] < 0.0:
            out[1, i], out[2, i] = inner, outer


def far_logs(log_x: np.ndarray, sign: np.ndarray, alpha: ArrayLike, beta: ArrayLike) -> np.ndarray:
    """``direct_logs`` at points whose size exceeds the doubles, or nearly."""
    shape, flat = flattened(log_x, sign, alpha, beta)
    out = np.empty((3, flat[0].size))
    in_threads(lambda low, high: _far_laws(*flat, out, low, high), out.shape[1], POINTS_PER_THREAD)
    return out.reshape(3, *shape)


def direct_logs(x: np.ndarray, alpha: ArrayLike, beta: ArrayLike) -> np.ndarray:
    """Log density, log P(X > x) and log P(X < x) at points of any shape, stacked."""
    shape, flat = flattened(x, alpha, beta)
    out = np.empty((3, flat[0].size))
    in_threads(lambda low, high: _laws(*flat, out, low, high), out.shape[1], POINTS_PER_THREAD)
    return out.reshape(3, *shape)


def flattened(*arrays: ArrayLike) -> tuple[tuple[int, ...], list[np.ndarray]]:
    """Common shape of the arrays, and a flat copy of each in it, which kernels can read."""
    shape = np.broadcast_shapes(*map(np.shape, arrays))
    return shape, [np.array(np.broadcast_to(a, shape), dtype=float).ravel() for a in arrays]
