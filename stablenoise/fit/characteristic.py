"""The characteristic function of a law, its derivatives, and the covariance of the empirical one.

All in Nolan's S0 form, without a seam at alpha = 1.  With u = scale t for t > 0 its logarithm is

    -u^alpha + i (loc t - beta K(u)),    K(u) = (u - u^alpha) cot(pi (1 - alpha) / 2),

and K(u) = (2 / pi) u log u at alpha = 1.  Complex numbers are stacked: real parts, then imaginary.
"""

from __future__ import annotations

from math import pi, sin, tan

import numpy as np
from numpy import floor

from ..kernels.compiler import jit, scalar
from ..kernels.elementary import double
from .ladder import circle

log, exp, expm1 = double.log, double.exp, double.expm1
NEAR = 0.02  # below which series stand for quotients that lose digits
PER_PI = 1 / pi


def moments(t: np.ndarray, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Function at positive frequencies, and its derivatives by the parameters, a row each."""
    value, slopes = np.empty(2 * t.size), np.empty((4, 2 * t.size))
    fill_moments(t, _numbers(theta), value, slopes)
    return value, slopes


def covariance(t: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """Covariance of (cos t_1 x, ..., cos t_m x, sin t_1 x, ..., sin t_m x) under the law.

    Of products of cosines and sines by those of sums and differences of frequencies.
    """
    matrix = np.empty((2 * t.size, 2 * t.size))
    fill_covariance(t, _numbers(theta), np.empty((2, t.size)), matrix)
    return matrix


def stacked(z: np.ndarray) -> np.ndarray:
    """Real parts, then imaginary ones, along the last axis."""
    return np.concatenate([z.real, z.imag], axis=-1)


def _numbers(theta: np.ndarray) -> np.ndarray:
    """Parameters, then d cot(pi d / 2) at d = 1 - alpha, 2 / pi at d = 0, and its derivative."""
    alpha = float(theta[0])
    d, w = 1 - alpha, pi * (1 - alpha) / 2
    if abs(w) < NEAR:
        square = w * w
        value = (1 - square * (1 / 3 + square * (1 / 45 + square * 2 / 945))) * 2 / pi
        slope = -w * (2 / 3 + square * (4 / 45 + square * 4 / 315))
    else:
        value, slope = d / tan(w), 1 / tan(w) - w / sin(w) ** 2
    return np.array([*theta, value, slope])


@scalar
def mean_power(y):
    """The function (e^y - 1) / y, 1 at y = 0, and its derivative."""
    small = abs(y) < NEAR
    divisor = 1.0 if small else y
    series = 1.0 + y * (0.5 + y * (1 / 6 + y * (1 / 24 + y * (1 / 120 + y * (1 / 720)))))
    value = series if small else expm1(y) / divisor
    slope = 0.5 + y * (1 / 3 + y * (1 / 8 + y * (1 / 30 + y * (1 / 144 + y * (1 / 840)))))
    return value, slope if small else (exp(y) - value) / divisor


@scalar
def at(t, numbers):
    """Real and imaginary part of the function at a frequency of any sign."""
    size = abs(t)
    log_u = log(numbers[2] * size if size > 0.0 else 1.0)
    power = exp(numbers[0] * log_u)
    grown = power * log_u * mean_power((1.0 - numbers[0]) * log_u)[0] * numbers[4]
    turns = (numbers[3] * size - numbers[1] * grown) * PER_PI
    cosine, sine = circle(turns - 2.0 * floor(0.5 * turns + 0.5))
    modulus = exp(-power)
    sine = modulus * (sine if t > 0.0 else -sine)
    return (modulus * cosine, sine) if size > 0.0 else (1.0, 0.0)


@jit
def fill_moments(t, numbers, value, slopes):
    """Function and derivatives at positive frequencies."""
    alpha, beta, scale = numbers[0], numbers[1], numbers[2]
    cotangent, cotangent_slope = numbers[4], numbers[5]
    for i in range(t.size):
        real, imaginary = at(t[i], numbers)
        value[i], value[t.size + i] = real, imaginary
        u = scale * t[i]
        log_u = log(u)
        power = exp(alpha * log_u)
        mean, mean_slope = mean_power((1.0 - alpha) * log_u)
        turn = power * log_u * mean * cotangent
        by_cotangent = mean * cotangent_slope + log_u * mean_slope * cotangent
        turn_by_alpha = log_u * turn - power * log_u * by_cotangent
        turn_by_log_scale = alpha * turn + u * cotangent
        # Derivatives of the logarithm are (a + i b), and those of the function that times it
        for j, a, b in (
            (0, -power * log_u, -beta * turn_by_alpha),
            (1, 0.0, -turn),
            (2, -alpha * power / scale, -beta * turn_by_log_scale / scale),
            (3, 0.0, t[i]),
        ):
            slopes[j, i] = a * real - b * imaginary
            slopes[j, t.size + i] = a * imaginary + b * real


@jit
def fill_covariance(t, numbers, mean, matrix):
    """Covariances at positive frequencies."""
    n = t.size
    for i in range(n):
        mean[0, i], mean[1, i] = at(t[i], numbers)
    for i in range(n):
        for j in range(i + 1):
            plus_real, plus_imaginary = at(t[i] + t[j], numbers)
            minus_real, minus_imaginary = at(t[i] - t[j], numbers)
            cosines = 0.5 * (minus_real + plus_real) - mean[0, i] * mean[0, j]
            sines = 0.5 * (minus_real - plus_real) - mean[1, i] * mean[1, j]
            mixed = 0.5 * (plus_imaginary - minus_imaginary) - mean[0, i] * mean[1, j]
            other = 0.5 * (plus_imaginary + minus_imaginary) - mean[0, j] * mean[1, i]
            matrix[i, j] = matrix[j, i] = cosines
            matrix[n + i, n + j] = matrix[n + j, n + i] = sines
            matrix[i, n + j] = matrix[n + j, i] = mixed
            matrix[j, n + i] = matrix[n + i, j] = other
