"""Straight lines through the logarithm of the empirical characteristic function.

With log phi(t) = -(scale t)^alpha + i (loc t - beta K(scale t)), log(-log |phi|) is a line in log t
with the slope alpha, and then the argument of phi is linear in loc and beta.  Methods differ in the
frequencies: ``press``, ``kogon`` and ``koutrouvelis``.  Their sets do not matter for the law's own
function, so that the covariance of the estimates, by the derivatives of both lines, is that of the
empirical function at frequencies known beforehand, times these.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .characteristic import covariance, moments

LOW = np.array([0.1, -1.0, 0.0, -np.inf])
HIGH = np.array([2.0, 1.0, np.inf, np.inf])
LEAST, MOST = 1e-300, 1 - 1e-15  # of a modulus


class Points(NamedTuple):
    """Frequencies, the empirical function there, and which of them each of the lines takes."""

    t: np.ndarray
    z: np.ndarray
    of_modulus: np.ndarray
    of_argument: np.ndarray


def solved(points: Points, near: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Parameters, the argument being counted from that of a law near by."""
    alpha, scale = _modulus_line(points, held)
    if not LOW[0] <= alpha <= HIGH[0]:
        alpha = min(max(alpha, LOW[0]), HIGH[0])
        alpha, scale = _modulus_line(points, np.array([alpha, held[1], held[2], held[3]]))
    beta, loc = _argument_line(points, alpha, scale, near, held)
    if abs(beta) > 1:
        beta = float(np.sign(beta))
        given = np.array([alpha, beta, scale, held[3]])
        beta, loc = _argument_line(points, alpha, scale, near, given)
    return np.where(np.isnan(held), np.array([alpha, beta, scale, loc]), held)


def _modulus_line(points: Points, held: np.ndarray) -> tuple[float, float]:
    """Alpha and scale."""
    t, z = points.t[points.of_modulus], points.z[points.of_modulus]
    height = np.log(-np.log(np.clip(abs(z), LEAST, MOST)))
    alpha, scale = float(held[0]), float(held[2])
    if np.isnan(alpha) and np.isnan(scale):
        slope, level = np.linalg.lstsq(_line(t), height, rcond=None)[0]
        return float(slope), float(np.exp(level / slope))
    if np.isnan(alpha):
        across = np.log(scale * t)
        return float(across @ height / (across @ across)), scale
    return alpha, float(np.exp((height - alpha * np.log(t)).mean() / alpha)) if np.isnan(
        scale
    ) else scale


def _line(t: np.ndarray) -> np.ndarray:
    return np.column_stack([np.log(t), np.ones(t.size)])


def _argument_line(
    points: Points, alpha: float, scale: float, near: np.ndarray, held: np.ndarray
) -> tuple[float, float]:
    """Beta and loc; 0 for a beta that nothing depends on."""
    t, z = points.t[points.of_argument], points.z[points.of_argument]
    turn = _turns(t, alpha, scale)[0]
    expected = near[3] * t - near[1] * _turns(t, near[0], near[2])[0]
    argument = expected + np.angle(z * np.exp(-1j * expected))
    # In units of the scale, so that no column is small beside the other
    matrix, theta = np.column_stack([-turn, t * scale]), np.array([held[1], held[3] / scale])
    free = np.isnan(theta)
    if alpha == HIGH[0] and free[0]:
        free, theta = np.array([False, free[1]]), np.array([0.0, theta[1]])
    if free.any():
        rest = argument - matrix[:, ~free] @ theta[~free]
        theta[free] = np.linalg.lstsq(matrix[:, free], rest, rcond=None)[0]
    return float(theta[0]), float(theta[1]) * scale


def _turns(t: np.ndarray, alpha: float, scale: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """K, and its derivatives by alpha and by scale."""
    value, slopes = moments(t, np.array([alpha, 1.0, scale, 0.0]))
    function = value[: t.size] + 1j * value[t.size :]
    by_alpha, by_beta, by_scale, _ = (slopes[:, : t.size] + 1j * slopes[:, t.size :]) / function
    return -by_beta.imag, -by_alpha.imag, -by_scale.imag


def asymptotic(points: Points, theta: np.ndarray, nobs: float, held: np.ndarray) -> np.ndarray:
    """Covariance of the parameters: zero for those held, NaN for those at an end of their range."""
    if not (np.isfinite(theta).all() and np.isfinite(points.t).all()):
        return np.full((4, 4), np.nan)  # of a law far from the sample's, which was held
    given = ~np.isnan(held)
    gauss = theta[0] == HIGH[0]
    at_end = ~given & ((theta <= LOW) | (theta >= HIGH) | np.array([False, gauss, False, False]))
    slopes = _by_function(points, theta, ~given & ~at_end)
    matrix = slopes @ covariance(points.t, theta) @ slopes.T / nobs
    matrix[at_end] = matrix[:, at_end] = np.nan
    matrix[given] = matrix[:, given] = 0.0
    return matrix


def _by_function(points: Points, theta: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Derivatives of the parameters by real and imaginary parts of the empirical function."""
    t, size = points.t, points.t.size
    alpha, beta, scale, _ = theta
    value = moments(t, theta)[0]
    inverse = 1 / (value[:size] + 1j * value[size:])
    log_modulus = np.hstack([np.diag(inverse.real), np.diag(-inverse.imag)])
    argument = np.hstack([np.diag(inverse.imag), np.diag(inverse.real)])
    height = (log_modulus / -((scale * t)[:, None] ** alpha))[points.of_modulus]
    result = np.zeros((4, 2 * size))
    across = np.log(scale * t[points.of_modulus])
    lines = np.column_stack([across, np.full(across.size, alpha)])
    _fill(result, (0, 2), free, lines, height)
    result[2] *= scale
    turn, by_alpha, by_scale = _turns(t[points.of_argument], alpha, scale)
    moved = -beta * (np.outer(by_alpha, result[0]) + np.outer(by_scale, result[2]))
    lines = np.column_stack([-turn, t[points.of_argument] * scale])
    _fill(result, (1, 3), free, lines, argument[points.of_argument] - moved)
    result[3] *= scale
    return result


def _fill(
    result: np.ndarray, rows: tuple[int, int], free: np.ndarray, lines: np.ndarray, by: np.ndarray
) -> None:
    """Let those of the rows that are free solve the least squares."""
    chosen = [row for row in rows if free[row]]
    if chosen:
        columns = [rows.index(row) for row in chosen]
        result[chosen] = np.linalg.pinv(lines[:, columns]) @ by
