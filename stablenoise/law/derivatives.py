r"""Derivatives of the log density in x, alpha and beta: the angle's integral differentiated.

At a fixed node s of ``angle`` the level has derivatives without cancellation in z, alpha and beta.
With :math:`\lambda = \log g`,

.. math:: \partial_\theta \int g e^{-g} w\,ds = \int g e^{-g} w
          \bigl[(1 - g)\,\partial_\theta\lambda + \partial_\theta \log w\bigr] ds.
"""

import math
from typing import NamedTuple

import numpy as np

from ..kernels.compiler import jit, scalar
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
from .shapes import shape, tangent

MAX_TERMS = 20  # of the series about zeta
SERIES_ERROR = 1e-12  # last term over the first derivative times z, up to which the series serves
LAST_TERM = 1e-16  # of the same, at which no more terms are needed


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
def _slopes(point, rates, s):
    """Derivatives of the level at s in alpha and beta, z fixed.

    That of alpha p is made of that of rest: where alpha p is nearly 1, the distance is what counts.
    """
    alpha, power = point.angles.alpha, point.power
    p, q, sine_q, sine_p, sine_sum, _ = parts(point.angles, s)
    up, down = halves(s)
    # The level is made of logarithms of three sines: their derivatives are cotangents, times those
    # of the angles q, alpha p and alpha p + q
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
def _rates_of(alpha, beta, width, low):
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
def _slope_about_zeta(z, alpha, low, log_cos):
    r"""Derivative of the log density at zeta + z, and the size of the last term of its series.

    .. math:: f(\zeta + z) = \frac1{\pi\alpha} \sum_n \frac{\Gamma((n + 1)/\alpha)}{n!}
              \sin((n + 1)\pi l)\, c^{n+1} z^n, \qquad c = (\cos\alpha\theta_0)^{1/\alpha},

    l being ``low`` (Zolotarev, 1986, section 2.4): convergent for alpha > 1, else asymptotic.
    """
    # All terms over Gamma(1 / alpha), which is not in the range of floats at small alpha
    value, slope, first, last = 0.0, 0.0, math.lgamma(1.0 / alpha), np.inf
    for n in range(MAX_TERMS):
        log_size = math.lgamma((n + 1) / alpha) - math.lgamma(n + 1.0) - first
        size = math.exp(log_size + n * (math.log(z) + log_cos / alpha))
        term = size * math.sin((n + 1) * math.pi * low)
        value += term
        slope += n * term / z
        last = size * n
        if n > 0 and last < LAST_TERM * abs(slope) * z:
            break  # below alpha = 1 the terms grow again
    return slope / value, last / abs(value)


@jit(alone=True)
def _terms(point, rates, s, spread, log_g, mass, in_a, in_b):
    """Weights of the nodes, but for e^-g, and there the derivatives of the level."""
    for i in range(s.size):
        log_g[i], weight = level(point, s[i])
        mass[i] = spread[i] * weight
        in_a[i], in_b[i] = _slopes(point, rates, s[i])


@jit(alone=True)
def _weigh(log_g, mass, in_a, in_b, least):
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
    d, power, rates = 1.0 - alpha, -alpha / (1.0 - alpha), _rates_of(alpha, beta, width, low)
    point = Level(Angles(alpha, d, width, low, rest), power, math.log(z) + log_cos / alpha)
    n = grid(point, crossing(point, d > 0.0)[0], work)[0]
    log_g, mass, in_a, in_b = slot(work, 3, n), slot(work, 4, n), slot(work, 5, n), slot(work, 6, n)
    _terms(point, rates, slot(work, 1, n), slot(work, 2, n), log_g, mass, in_a, in_b)
    # Both sums are over exp(-least), which a deep light tail does not leave in the range of floats
    least = log_g.min()
    _weigh(log_g, mass, in_a, in_b, math.exp(least) if least > 0.0 else 0.0)
    whole = total(mass)
    in_x = (power * total(log_g) / whole - 1.0) / z
    # Next to zeta the two terms of in_x cancel: there the series has what they lose
    if low > 0.0:
        nearer, error = _slope_about_zeta(z, alpha, low, log_cos)
        is_right = error < SERIES_ERROR * abs(nearer) * z and abs(nearer) < np.inf
        in_x = nearer if is_right else in_x
    # The rest of log f: the width of the angles, alpha and 1 / |1 - alpha|, and zeta, by in_x
    score_a = total(in_a) / whole + rates.width_a / width + 1.0 / alpha + 1.0 / d
    score_b = total(in_b) / whole + rates.width_b / width
    return in_x, score_a + rates.tau_a * in_x, score_b + rates.tau_b * in_x
