r"""The formula of Chambers, Mallows & Stuck (1976) in NumPy, in parts that can be got wrong.

With the angle V, uniform in :math:`(-\pi/2, \pi/2)`, and the exponential variable W, a standard
variate of the S1 form is

.. math:: S \frac{\sin(\alpha (V + B))}{\cos(V)^{1/\alpha}}
          \Bigl(\frac{\cos(V - \alpha (V + B))}{W}\Bigr)^{(1 - \alpha)/\alpha}

with :math:`B = \arctan(\beta \tan(\pi\alpha/2)) / \alpha` and
:math:`S = (1 + \beta^2 \tan^2(\pi\alpha/2))^{1/(2\alpha)}`.
"""

from __future__ import annotations

from math import atan, pi, tan

import numpy as np

from ...stable import Stable

__all__ = ["angle", "at_one", "skewness_constants", "standard", "symmetric", "to_s0"]


def angle(u: np.ndarray) -> np.ndarray:
    """The angle V from uniforms."""
    return pi * (u - 0.5)


def symmetric(alpha: float, v: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Standard symmetric variates from angles and exponential variables."""
    power = (1 - alpha) / alpha
    return np.sin(alpha * v) / np.cos(v) ** (1 / alpha) * (np.cos((1 - alpha) * v) / w) ** power


def skewness_constants(alpha: float, beta: float) -> tuple[float, float]:
    """B and S, for alpha other than 1."""
    tangent = beta * tan(pi * alpha / 2)
    return atan(tangent) / alpha, (1 + tangent**2) ** (0.5 / alpha)


def standard(
    alpha: float, constants: tuple[float, float], v: np.ndarray, w: np.ndarray
) -> np.ndarray:
    """Standard S1 variates from B and S, for alpha other than 1."""
    shift, size = constants
    turned, power = alpha * (v + shift), (1 - alpha) / alpha
    return size * np.sin(turned) / np.cos(v) ** (1 / alpha) * (np.cos(v - turned) / w) ** power


def at_one(beta: float, v: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Standard variates for alpha = 1, where S0 and S1 are the same."""
    slope = pi / 2 + beta * v
    return 2 / pi * (slope * np.tan(v) - beta * np.log(pi / 2 * w * np.cos(v) / slope))


def to_s0(law: Stable, s1: np.ndarray) -> np.ndarray:
    """Draws of a law in S0, for alpha other than 1, from standard draws in S1."""
    shift = law.beta * tan(pi * law.alpha / 2)
    return law.loc + law.scale * (s1 - shift)
