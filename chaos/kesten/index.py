"""The tail index as a root of log h, and the second moment that it allows."""

from collections.abc import Callable
from math import log

import numpy as np
from scipy.optimize import brentq

MAX_INDEX = 3072.0  # of tails; nodes of its quadrature take 100 MB, of one below 10, 20 MB


def positive_root(
    log_moment: Callable[[float], float], growth: float, eta: float, xtol: float = 1e-13
) -> float:
    """Positive root of log h, which is convex and 0 at 0.

    So log h(s) / s increases, from the growth at s = 0, and its root is the only one.
    """
    if growth >= 0:
        raise ValueError(
            f"a stationary law needs negative growth, got rho = {growth:.4g} at eta = {eta}"
        )
    low, high = 0.0, 0.75  # not at 2: there the root may be
    while log_moment(high) <= 0:
        low, high = high, 2 * high
        if high > MAX_INDEX:
            raise ValueError(
                f"the tail index must be at most {MAX_INDEX:g}, got more at eta = {eta}"
            )

    def ratio(s: float) -> float:
        return log_moment(s) / s if s else growth

    return float(brentq(ratio, low, high, xtol=xtol, rtol=1e-13))


def log_mean(logs: np.ndarray, count: int) -> float:
    """Logarithm of the sum of exp(logs), divided by ``count``."""
    top = float(logs.max())
    return top + log(float(np.sum(np.exp(logs - top))) / count)


def check_second_moment(eta: float, critical: float) -> None:
    """Raise ValueError unless the step size is below the critical one."""
    if eta >= critical:
        raise ValueError(
            f"a second moment needs eta below the critical step, {critical:.6g}, got {eta}"
        )
