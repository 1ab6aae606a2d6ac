"""Numbers that the methods need of (alpha, beta), each without cancellation."""

import math
from typing import NamedTuple

from ..kernels.compiler import jit

NEAR_ONE = 0.02  # |1 - alpha| below which the angle's level is written about alpha = 1
AT_ONE = 1e-30  # stands for 1 - alpha = 0, so that one formula serves


class Shape(NamedTuple):
    r"""Constants of the right side, x > zeta, of a law that is not Gaussian.

    Parameters
    ----------
    width, low, rest : float
        In units of pi: length L of the interval of angles, :math:`1/2 - \theta_0/\pi`, which is
        1 - L, and 1 - alpha L.
    log_cos : float
        :math:`\log\cos\alpha\theta_0`.
    minus_zeta : float
        :math:`\beta\tan(\pi\alpha/2)`.

    """

    width: float
    low: float
    rest: float
    log_cos: float
    minus_zeta: float


@jit
def distance_from_one(alpha):
    """1 - alpha, exact, never 0."""
    return 1.0 - alpha if alpha != 1.0 else AT_ONE


@jit
def tangent(alpha):
    """tan(pi alpha / 2) up to its sign: of the nearest distance to 0, 1 or 2, which is exact."""
    if alpha <= 0.5:
        return math.tan(0.5 * math.pi * alpha)
    if alpha >= 1.5:
        return math.tan(0.5 * math.pi * (2.0 - alpha))
    return abs(1.0 / math.tan(0.5 * math.pi * distance_from_one(alpha)))


@jit
def shape(alpha, beta):
    r"""The ``Shape`` of a law.

    Notes
    -----
    The angle alpha L is that of :math:`(1 + i\beta\tan(\pi\alpha/2)) e^{i\pi\alpha/2}`, whose
    imaginary part has the factor 1 + beta: so \|beta\| near 1 costs nothing, and neither does
    alpha near 1 or 2.
    """
    d, t = distance_from_one(alpha), tangent(alpha)
    if beta == 0.0:
        return Shape(0.5, 0.5, 0.5 * (2.0 - alpha), 0.0, 0.0)
    if d > 0.0:
        width = math.atan2((1.0 + beta) * t, 1.0 - beta * t * t) / (math.pi * alpha)
        low = math.atan2((1.0 - beta) * t, 1.0 + beta * t * t) / (math.pi * alpha)
        rest = d + alpha * low
    else:
        rest = math.atan2((1.0 + beta) * t, 1.0 - beta * t * t) / math.pi
        width = math.atan2((1.0 + beta) * t, beta * t * t - 1.0) / (math.pi * alpha)
        low = (rest - d) / alpha
    minus_zeta = beta * t if d > 0.0 else -beta * t
    log_cos = -0.5 * math.log1p(minus_zeta * minus_zeta)
    return Shape(width, low, rest, log_cos, minus_zeta)
