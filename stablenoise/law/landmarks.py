"""Landmarks of a density: whether 1/f is convex, its largest value, the end of its light tail."""

import math

import numpy as np

from .direct import direct_logs
from .polynomials import ABOUT_ZETA, Panels


def has_convex_reciprocal(alpha: float, beta: float) -> bool:
    """Whether 1/f is known to be convex: MEASURED on a grid, in a region that leaves a margin."""
    special = beta in (-1, 0, 1) and 0.4 <= alpha
    return alpha <= 1.95 and (special or (abs(beta) <= 0.5 and 0.6 <= alpha))


def log_largest(density: Panels) -> float:
    """Log of a bound of the density, 1e-6 above its largest value."""
    alpha, beta = density.alpha, density.beta
    zeta = -beta * math.tan(0.5 * math.pi * alpha) if alpha <= ABOUT_ZETA else 0.0
    x = zeta + np.sinh(np.linspace(-40.0, 40.0, 4001))
    for _ in range(12):  # a unimodal density is largest next to the largest of the grid
        best = int(np.argmax(density.log(0, x)))
        x = np.linspace(x[max(best - 1, 0)], x[min(best + 1, x.size - 1)], 101)
    return float(density.log(0, x).max()) + 1e-6


def light_end(alpha: float, beta: float) -> tuple[float, float]:
    """Side of the light tail, or 0, and where the log density falls to -700, by bisection."""
    if abs(beta) != 1:
        return 0.0, 0.0
    near, far = 0.0, -1000.0 * beta
    for _ in range(60):
        middle = 0.5 * (near + far)
        deep = direct_logs(np.array(middle), alpha, beta)[0] < -700
        near, far = (near, middle) if deep else (middle, far)
    return -beta, far
