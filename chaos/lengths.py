"""Distances of all rows of two arrays, where squares and differences may overflow."""

import numpy as np
from scipy.spatial.distance import cdist

SQUARES_FIT = 1e-130, 1e150  # sizes of numbers and their differences whose squares are normal
FAR, NEARER = 1e300, 2.0**-64  # sizes from which on differences may overflow, and what undoes that
NEAR, FARTHER = 1e-290, 2.0**100  # sizes below which lengths lose digits, and what undoes that
COMMON = 300  # octaves from 1 within which squares of distances are in the floats


def away_from_ends(*samples: np.ndarray) -> tuple[tuple[np.ndarray, ...], float]:
    """Samples times a power of two, and the power, so that distances have all their digits."""
    top = max(float(abs(sample).max()) for sample in samples)
    factor = NEARER if top >= FAR else FARTHER if top < NEAR else 1.0
    return tuple(factor * sample for sample in samples), factor


def of_common_size(*samples: np.ndarray) -> tuple[tuple[np.ndarray, ...], int]:
    """Samples over a power of two, 1 but for sizes whose powers may overflow, and its exponent."""
    octaves = int(np.frexp(max(abs(sample).max() for sample in samples))[1])
    if abs(octaves) <= COMMON:
        return samples, 0
    return tuple(np.ldexp(sample, -octaves) for sample in samples), octaves


def lengths(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Distances of the rows of two arrays."""
    if a.shape[1] > 1 and _squares_fit(a) and _squares_fit(b):
        return cdist(a, b, "euclidean")
    total = cdist(a[:, :1], b[:, :1], "cityblock")
    for j in range(1, a.shape[1]):
        np.hypot(total, cdist(a[:, j : j + 1], b[:, j : j + 1], "cityblock"), out=total)
    return total


def _squares_fit(z: np.ndarray) -> bool:
    sizes = abs(z[z != 0])
    low, high = SQUARES_FIT
    return not sizes.size or bool(low < sizes.min() and sizes.max() < high)
