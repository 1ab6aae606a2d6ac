"""What the arguments of the inequalities must be, as arrays of floats."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_all, real_array

COUNTS = 2.0**53  # integers below are floats


def check_rates(name: str, values: ArrayLike) -> np.ndarray:
    """``values`` as floats, or ValueError unless they lie in [0, 1]."""
    x = real_array(name, values)
    check_all((x >= 0) & (x <= 1), f"{name} must lie in [0, 1]", x)
    return x


def check_nats(name: str, values: ArrayLike) -> np.ndarray:
    """``values`` as floats, or ValueError unless they are at least 0; inf is allowed."""
    x = real_array(name, values)
    check_all(x >= 0, f"{name} must not be negative", x)
    return x


def check_deltas(delta: ArrayLike) -> np.ndarray:
    """``delta`` as floats, or ValueError unless they lie in (0, 1)."""
    x = real_array("delta", delta)
    check_all((x > 0) & (x < 1), "delta must lie in (0, 1)", x)
    return x


def check_sizes(n: ArrayLike) -> np.ndarray:
    """``n`` as floats, or ValueError unless they are positive integers below 2^53."""
    x = real_array("n", n)
    check_all((x >= 1) & (x < COUNTS) & (x == np.floor(x)), "n must be an integer in [1, 2^53)", x)
    return x


def check_counts(
    errors: ArrayLike, n: ArrayLike, name: str = "errors"
) -> tuple[np.ndarray, np.ndarray]:
    """Both as floats, or ValueError unless they are integers with 0 <= errors <= n."""
    k, n = np.broadcast_arrays(real_array(name, errors), check_sizes(n))
    check_all((k >= 0) & (k == np.floor(k)) & (k <= n), f"{name} must be an integer in [0, n]", k)
    return k, n
