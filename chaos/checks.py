"""What chaos asks of its arguments at the public border, beyond ``stablenoise.checks``."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import (
    check_all,
    check_kind,
    check_not_negative,
    check_number,
    check_positive,
    real_array,
    told,
)
from stablenoise.field import NoiseField
from stablenoise.kernels.arrays import Array, array_module

CHECKED_VALUES = 1 << 24  # of an array at a time


def check_index(alpha: float, low: float, why: str = "") -> float:
    """Return ``alpha`` as a float, or raise ValueError unless it is a number in (low, 2]."""
    index = check_number("alpha", alpha)
    if not low < index <= 2:
        raise ValueError(f"alpha must lie in ({low}, 2]{why}, got {alpha}")
    return index


def finite_array(name: str, values: ArrayLike) -> Array:
    """Return ``values`` as floats, or raise ValueError unless they are finite."""
    array = real_array(name, values)
    check_all(np.isfinite(array), f"{name} must be finite", array)
    return array


def flat(name: str, values: ArrayLike) -> Array:
    """Return ``values`` as a flat array, or raise ValueError unless they are flat and finite."""
    array = finite_array(name, values)
    if array.ndim != 1 or not array.size:
        raise ValueError(f"{name} must be a non-empty 1-d array, got shape {array.shape}")
    return array


def rows(name: str, values: ArrayLike) -> Array:
    """Return finite ``values`` as rows, of one number each if flat, or raise ValueError."""
    array = finite_array(name, values)
    if array.ndim not in (1, 2) or not array.size:
        raise ValueError(f"{name} must be a non-empty 1-d or 2-d array, got shape {array.shape}")
    return array.reshape(len(array), -1)


def check_exponent(exponent: float) -> float:
    """Return ``exponent`` as a float, or raise ValueError unless it lies in (0, 2).

    In this range a power of the distance is a negative-definite kernel.
    """
    power = check_number("exponent", exponent)
    if not 0 < power < 2:
        raise ValueError(f"exponent must lie in (0, 2), got {exponent}")
    return power


def check_moment(name: str, order: float, alpha: float | None) -> None:
    """Raise ValueError if tails of index ``alpha`` have no moment of this order.

    An index of None is unknown, and nothing is asked.
    """
    if alpha is None:
        return
    check_index(alpha, 0)
    if alpha <= order and alpha < 2:
        raise ValueError(f"{name} must lie below alpha = {alpha}, got {order}: no moment")


def check_units(name: str, values: Array, unit: float) -> None:
    """Raise ValueError unless vectors that are divided by ``unit`` have finite lengths."""
    top = float(abs(values).max()) if values.size else 0.0
    # A vector is at most as long as its largest entry times the root of their number.
    columns = values.shape[1] if values.ndim > 1 else 1
    if not top * columns**0.5 / float(unit) < inf:
        raise ValueError(f"{name} must be finite in units of {unit}, got {top:g}")


def noise_scale(field: NoiseField, eta: float, sigma: float) -> float:
    """Return sigma eta^(1/alpha), the scale of the noise of one step, after checks of all three."""
    check_kind("field", field, NoiseField)
    check_positive("eta", eta)
    check_not_negative("sigma", sigma)
    try:
        # A power of Python's floats raises where it overflows; NumPy's would be inf with a warning.
        scale = float(sigma) * float(eta) ** (1 / float(field.alpha))
    except OverflowError:
        scale = inf
    if scale == inf:
        raise ValueError(f"sigma eta^(1/alpha) must be finite, got sigma {sigma} and eta {eta}")
    return scale


def check_particles(name: str, theta: Array, ndims: Sequence[int]) -> None:
    """Raise ValueError unless ``theta`` has finite floats, and one of these numbers of axes."""
    if not is_plain_array(theta) or theta.dtype not in (np.float64, np.float32):
        raise ValueError(f"{name} must be an array of float64 or float32, got {told_array(theta)}")
    if theta.ndim not in ndims or not theta.size:
        shapes = " or ".join(("", "", "(n, d)", "(systems, n, d)")[n] for n in ndims)
        raise ValueError(f"{name} must be of shape {shapes}, got shape {theta.shape}")
    check_all_finite(name, theta)


def check_all_finite(name: str, array: Array) -> None:
    """Raise ValueError, which says how many, if values of an array are not finite."""
    xp = array_module(array)
    # In pieces, which are views: a mask of all values might not fit beside a large array.
    flat = array.reshape(-1) if array.flags.c_contiguous else array
    size = CHECKED_VALUES if flat is not array else max(1, len(array))
    pieces = (flat[i : i + size] for i in range(0, len(flat), size))
    bad = sum(int((~xp.isfinite(piece)).sum()) for piece in pieces)
    if bad:
        raise ValueError(f"{name} must be finite, got {bad} values that are not")


def told_array(value: Any) -> str:
    """Return the words of an error for what should have been an array.

    Masked arrays and matrices are told by their type: their values alone would look right.
    """
    if isinstance(value, np.ma.MaskedArray | np.matrix):
        return f"{type(value).__name__} of shape {value.shape}"
    return told(value)


def is_plain_array(array: Any) -> bool:
    """Return whether it is an array of NumPy or CuPy, and neither masked nor a matrix."""
    kinds = np.ma.MaskedArray | np.matrix
    return isinstance(array, array_module(array).ndarray) and not isinstance(array, kinds)


def check_moves(moves: Any, theta: Array, step: int) -> None:
    """Raise ValueError unless a drift has given real numbers, one for each of ``theta``."""
    alike = array_module(moves) is array_module(theta) and is_plain_array(moves)
    if not alike or moves.shape != theta.shape or moves.dtype.kind not in "biuf":
        rule = f"drift must be an array of real numbers of shape {theta.shape}"
        raise ValueError(f"{rule}, got {told_array(moves)} at step {step}")


def check_moved(name: str, theta: Array, moves: Array, step: int) -> None:
    """Raise ValueError if a step has made a value NaN or infinite."""
    xp = array_module(theta)
    if not xp.isfinite(theta).all():
        raise not_finite(name, theta, bool(xp.isnan(moves).any()), step)


def not_finite(name: str, theta: Array, nan_seen: bool, step: int) -> ValueError:
    """Return the error for values that are NaN or infinite after a step, by a drift or not."""
    if nan_seen:
        return not_a_number(name, step)
    seen = float(theta[~array_module(theta).isfinite(theta)][0])
    return ValueError(f"{name} must stay finite, got {seen} at step {step}")


def not_a_number(name: str, step: int) -> ValueError:
    """Return the error for a drift of NaN, which may also come from too large a step before."""
    why = "eta or sigma is too large, or drift is at fault"
    return ValueError(f"{name} must stay finite, got NaN at step {step}: {why}")


def check_matrices(weights: Sequence[Array]) -> None:
    """Raise ValueError unless ``weights`` is a tuple of real matrices."""
    if not isinstance(weights, tuple | list) or not weights:
        raise ValueError(f"weights must be a tuple of matrices, got {told_array(weights)}")
    for w in weights:
        if not is_plain_array(w) or w.ndim != 2 or w.dtype.kind not in "biuf":
            raise ValueError(f"weights must be a tuple of matrices, got {told_array(w)} among them")
