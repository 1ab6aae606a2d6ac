"""What is asked of numbers and samples at the public border, beyond ``stablenoise.checks``."""

from math import inf

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_all, check_number, check_positive, real_array


def check_finite(name: str, value: float) -> None:
    """Raise ValueError unless ``value`` is a finite number."""
    check_number(name, value)
    if not -inf < value < inf:
        raise ValueError(f"{name} must be finite, got {value}")


def check_index(alpha: float, low: float, why: str = "") -> None:
    """Raise ValueError unless ``alpha`` is a number in (low, 2]."""
    check_number("alpha", alpha)
    if not low < alpha <= 2:
        raise ValueError(f"alpha must lie in ({low}, 2]{why}, got {alpha}")


def finite_array(name: str, values: ArrayLike) -> np.ndarray:
    """``values`` as floats, or ValueError unless they are finite."""
    found = real_array(name, values)
    check_all(np.isfinite(found), f"{name} must be finite", found)
    return found


def flat(name: str, values: ArrayLike) -> np.ndarray:
    """``values`` as a flat array, or ValueError unless it is one of finite numbers."""
    found = finite_array(name, values)
    if found.ndim != 1 or not found.size:
        raise ValueError(f"{name} must be a non-empty 1-d array, got shape {found.shape}")
    return found


def rows(name: str, values: ArrayLike) -> np.ndarray:
    """``values`` as an array of vectors, or ValueError unless it is one of finite ones."""
    found = finite_array(name, values)
    if found.ndim not in (1, 2) or not found.size:
        raise ValueError(f"{name} must be a non-empty 1-d or 2-d array, got shape {found.shape}")
    return found.reshape(len(found), -1)


def check_exponent(exponent: float) -> None:
    """Raise ValueError unless distances to this power have a negative-definite kernel."""
    check_number("exponent", exponent)
    if not 0 < exponent < 2:
        raise ValueError(f"exponent must lie in (0, 2), got {exponent}")


def check_moment(name: str, order: float, alpha: float | None) -> None:
    """Raise ValueError if tails of index ``alpha``, where it is known, have no such moment."""
    if alpha is None:
        return
    check_index(alpha, 0)
    if alpha <= order and alpha < 2:
        raise ValueError(f"{name} must lie below alpha = {alpha}, got {order}: no moment")


def check_scales(eta: float, sigma: float) -> None:
    """Raise ValueError unless step size and noise scale are in range."""
    check_positive("eta", eta)
    check_number("sigma", sigma)
    if not 0 <= sigma < inf:
        raise ValueError(f"sigma must be finite and not negative, got {sigma}")
