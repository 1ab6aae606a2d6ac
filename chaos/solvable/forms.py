"""Linear forms of the kernels of a scheme, and what is asked of their results."""

from collections.abc import Callable
from math import isfinite
from typing import Any

import numpy as np

from stablenoise.checks import check_all, check_callable

from ..checks import check_index

Kernel = Callable[[float], np.ndarray]
Form = Callable[[Kernel], np.ndarray]


def check_form(form: Any, alpha: Any) -> None:
    """Raise ValueError unless a form is a function, and alpha an index."""
    check_callable("form", form, "a kernel")
    check_index(alpha, 0)


def within_floats(value: float) -> float:
    """Return a number as float, or raise ValueError if it is not finite."""
    if not isfinite(value):
        raise ValueError(f"what a scheme makes of noise must be finite, got {float(value)}")
    return float(value)


def all_within_floats(values: np.ndarray) -> np.ndarray:
    """Return an array, or raise ValueError if a value is not finite."""
    check_all(np.isfinite(values), "what a scheme makes of noise must be finite", values)
    return values


def driven(kernel: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Sum of kernel[K - 1 - l] noise[l] over the K steps l."""
    return np.tensordot(kernel, noise[::-1], axes=1)
