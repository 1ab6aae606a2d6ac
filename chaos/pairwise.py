"""Distances of all rows of two arrays, also where squares and differences would overflow."""

import numpy as np
from scipy.spatial.distance import cdist

from stablenoise.kernels.arrays import Array, array_module

SQUARES_FIT = 1e-130, 1e150  # sizes of numbers and their differences whose squares are normal
FAR_SIZE, SHRINKING = 1e300, 2.0**-64  # from there differences may overflow; a factor against it
NEAR_SIZE, STRETCHING = 1e-290, 2.0**100  # below it distances lose digits; a factor against it
COMMON_OCTAVES = 300  # from 1, within which squares of distances are in the floats


def away_from_ends(*samples: np.ndarray) -> tuple[tuple[np.ndarray, ...], float]:
    """Samples times a power of two, which is 1 for usual sizes, and that power.

    Distances of the scaled samples have all their digits.
    """
    top = max(float(abs(sample).max()) for sample in samples)
    factor = SHRINKING if top >= FAR_SIZE else STRETCHING if top < NEAR_SIZE else 1.0
    return tuple(factor * sample for sample in samples), factor


def of_common_size(*samples: Array) -> tuple[tuple[Array, ...], int]:
    """Samples over a power of two, which is 1 for usual sizes, and the exponent of that power.

    Powers of distances of the scaled samples do not overflow.
    """
    octaves = int(np.frexp(max(float(abs(sample).max()) for sample in samples))[1])
    if abs(octaves) <= COMMON_OCTAVES:
        return samples, 0
    return tuple(np.ldexp(sample, -octaves) for sample in samples), octaves


def row_distances(a: Array, b: Array) -> Array:
    """Euclidean distance of each row of ``a`` from each row of ``b``."""
    on_device = array_module(a) is not np
    if not on_device and a.shape[1] > 1 and _squares_fit(a) and _squares_fit(b):
        return cdist(a, b, "euclidean")
    # By hypot, a coordinate at a time: slower, but no square overflows or underflows.
    gaps = _gaps_on_device if on_device else _gaps
    distances = gaps(a, b, 0)
    for j in range(1, a.shape[1]):
        np.hypot(distances, gaps(a, b, j), out=distances)
    return distances


def _gaps(a: np.ndarray, b: np.ndarray, j: int) -> np.ndarray:
    """Distances along one coordinate."""
    return cdist(a[:, j : j + 1], b[:, j : j + 1], "cityblock")


def _gaps_on_device(a: Array, b: Array, j: int) -> Array:
    return abs(a[:, j, None] - b[:, j])


def _squares_fit(array: np.ndarray) -> bool:
    sizes = abs(array[array != 0])
    low, high = SQUARES_FIT
    return not sizes.size or bool(low < sizes.min() and sizes.max() < high)
