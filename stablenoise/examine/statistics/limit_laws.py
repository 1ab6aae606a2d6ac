r"""Laws of distances of distribution functions, in their tails as far out as doubles go.

Kolmogorov's distance of n draws has the law that SciPy computes, which takes long far out; there
Massart's bound serves (1990, Annals of Probability 18, 1269-1283), which is near it.

Anderson and Darling's statistic has a limit law whose generating function is
:math:`M(s) = E e^{s A^2} = \sqrt{-2 \pi s / \cos(\pi/2 \sqrt{1 + 8 s})}` (Anderson & Darling
1952), with branch points at 1, 3, 6, 10 ...  P(A^2 > x) is a sum of integrals of M(s) e^(-s x) / s
over every second interval of these (Smirnov 1936), with signs in turn; P(A^2 < x) is one along a
line that crosses the real axis to the left of 0: where it goes through the saddlepoint the
integrand does not cancel, and the trapezoidal rule is right to many digits.
"""

from __future__ import annotations

from math import cos, exp, log, log1p, pi, sqrt

import numpy as np
from scipy.stats import kstwo

__all__ = ["LARGEST", "anderson_darling_tails", "kolmogorov_tail"]

MANY = 1 << 14  # draws, from which on the bound serves far out
LARGEST_SIZE = 1 << 30  # of a sample, for which SciPy has the law
FAR = 1.9  # of roots of n times the distance

STEPS = 1000
REACH = 9.0  # 4,000 widths of the saddle, to which the line is followed
NODES = 400
CUTS = (1, 3), (6, 10), (15, 21), (28, 36)  # of which the next adds less than exp(-45 x)
MIDDLE = 1.0  # of the law, on whose sides its tails are computed in their own ways
LEAST, LARGEST = 0.02, 600.0  # beyond which both tails are those there


def kolmogorov_tail(distance: float, n: int) -> float:
    """Probability that Kolmogorov's distance of n draws is at least so large, or a little more."""
    scaled = sqrt(n) * distance
    if n > MANY and scaled > FAR:
        return min(1.0, 2 * exp(-2 * scaled * scaled))
    size = min(n, LARGEST_SIZE)
    return float(kstwo.sf(scaled / sqrt(size), size))


def anderson_darling_tails(statistic: float, n: int) -> tuple[float, float]:
    """P(A^2 <= x) and P(A^2 >= x) for n draws, neither too small.

    x is not negative; the upper tail is the limit's times exp(x^2 / n).
    """
    x = min(max(statistic, LEAST), LARGEST)
    upper = _upper(x) if x > MIDDLE else 1 - _lower(x)
    lower = _lower(x) if x < MIDDLE else 1 - upper
    return min(1.0, lower), min(1.0, upper * exp(min(x * x / n, 700.0)))


def _upper(x: float) -> float:
    """P(A^2 > x), on the cuts between poles, whose ends Gauss and Chebyshev's nodes take up."""
    turn = np.cos(pi * (np.arange(NODES) + 0.5) / NODES)
    total = 0.0
    for k, (low, high) in enumerate(CUTS):
        s = (low + high) / 2 - (high - low) / 2 * turn
        generating = np.sqrt(2 * pi * s / abs(np.cos(pi / 2 * np.sqrt(1 + 8 * s))))
        values = generating / s * np.exp(-s * x) * np.sqrt((s - low) * (high - s))
        total += (-1) ** k * float(values.mean())
    return total


def _lower(x: float) -> float:
    """P(A^2 < x), on a line through the saddlepoint to the left of 0."""
    saddle = _saddle(x)
    step = 1e-3 * abs(saddle)
    bend = (_value(saddle + step, x) - 2 * _value(saddle, x) + _value(saddle - step, x)) / step**2
    # Widths of the saddle, even about it, so that the trapezoidal rule converges at once
    steps, step = np.linspace(0.0, REACH, STEPS + 1, retstep=True)
    s = saddle + 1j * np.sinh(steps) / sqrt(bend)
    values = np.real(np.exp(_log_generating(s) - s * x) / s) * np.cosh(steps) / sqrt(bend)
    return -float((values.sum() - values[0] / 2) * step) / pi


def _value(c: float, x: float) -> float:
    """Logarithm of the integrand's size on the real axis, to the left of 0."""
    w = pi / 2 * sqrt(abs(1 + 8 * c))
    log_cos = log(cos(w)) if 1 + 8 * c >= 0 else w + log1p(exp(-2 * w)) - log(2)
    return (log(2 * pi * abs(c)) - log_cos) / 2 - c * x - log(abs(c))


def _saddle(x: float) -> float:
    """Where the integrand is least on the real axis, to the left of 0."""
    low, high = -1e5, -1e-9
    golden = (sqrt(5) - 1) / 2
    for _ in range(80):
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if _value(left, x) < _value(right, x) else (left, high)
    return (low + high) / 2


def _log_generating(s: np.ndarray) -> np.ndarray:
    """Logarithm of M, continuous in the upper half of the plane and its border."""
    w = pi / 2 * np.sqrt(1 + 8 * s)
    log_cos = -1j * w + np.log1p(np.exp(2j * w)) - log(2)
    return (log(2 * pi) + np.log(s) - 1j * pi - log_cos) / 2
