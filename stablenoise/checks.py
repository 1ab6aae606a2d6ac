"""What is asked of an argument at the public border: one clear line if it does not hold."""

from operator import index

import numpy as np
from numpy.typing import ArrayLike


def check_alpha(alpha: float) -> None:
    """Raise ValueError unless ``alpha`` is a stability index."""
    if not 0 < alpha <= 2:
        raise ValueError(f"alpha must lie in (0, 2], got {alpha}")


def check_integer(name: str, value: int, low: int, high: int) -> int:
    """Return ``value`` as a Python int, or raise ValueError unless it is one in [low, high)."""
    try:
        found = index(value)
    except TypeError:
        found = low - 1
    if not low <= found < high:
        raise ValueError(f"{name} must be an integer in [{low}, {_spelled(high)}), got {value!r}")
    return found


def finite_sample(sample: ArrayLike, ndim: int = 1) -> np.ndarray:
    """Return ``sample`` as floats, or raise ValueError unless it is real, finite and not empty."""
    x = np.asarray(sample)
    if np.iscomplexobj(x):
        raise ValueError(f"sample must be real, got {x.dtype}")
    x = x.astype(float, copy=False)
    if x.ndim != ndim or not x.size:
        raise ValueError(f"sample must be a non-empty {ndim}-d array, got shape {x.shape}")
    if not np.isfinite(x).all():
        raise ValueError(f"sample must be finite, got {x.size - np.isfinite(x).sum()} that are not")
    return x


def log_sizes(sizes: np.ndarray) -> np.ndarray:
    """Return log |x|, or raise ValueError if a value is zero."""
    if not sizes.all():
        raise ValueError(f"sample must have no zeros, got {sizes.size - np.count_nonzero(sizes)}")
    return np.log(np.abs(sizes))


def _spelled(bound: int) -> str:
    """2^32, 2^32 - 1 and 2^64 as such, other numbers in digits."""
    for power in (32, 64):
        if bound in (2**power, 2**power - 1):
            return f"2^{power}" + (" - 1" if bound % 2 else "")
    return str(bound)
