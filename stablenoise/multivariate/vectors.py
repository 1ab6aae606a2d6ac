"""What multivariate laws share: vectors as arguments, lengths, waves, and linear maps of draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .. import sampling
from ..checks import check_all, check_unmasked, copied, real_array
from ..kernels.arrays import Array, Complex, Real, array_module
from ..stable import Stable
from ..values import read_only

Length = Callable[[Array], Array]


def one_law(law: Stable) -> Stable:
    """Return ``law``, or raise ValueError unless its parameters are numbers."""
    if law.shape:
        raise ValueError(f"alpha and scale must be numbers, got shape {law.shape}")
    return law


def finite_values(name: str, array: ArrayLike, ndim: int) -> np.ndarray:
    """Return ``array`` as floats of its own, read-only, not empty, real and finite."""
    check_unmasked(name, array)
    own = copied(array)
    if own.dtype.kind not in "iuf" or own.ndim != ndim or not own.size:
        kind = f"{own.dtype} of shape {own.shape}"
        raise ValueError(f"{name} must be a non-empty {ndim}-d array of real numbers, got {kind}")
    with np.errstate(over="ignore"):
        own = own.astype(float)
    check_all(np.isfinite(own), f"{name} must be finite", own)
    return read_only(own)


def location(loc: ArrayLike, dim: int) -> float | np.ndarray:
    """Return a number as such, or a vector."""
    check_unmasked("loc", loc)
    number = copied(loc).ndim == 0
    values = vector("loc", loc, 1 if number else dim)
    return float(values[0]) if number else values


def points(name: str, array: ArrayLike, dim: int) -> np.ndarray:
    """Return ``array`` as floats, or raise ValueError unless its last axis has the length dim."""
    floats = real_array(name, array)
    if floats.shape[-1:] != (dim,):
        raise ValueError(f"{name} must have shape (..., {dim}), got {floats.shape}")
    return floats


def lengths_about(x: Array, loc: Real, measure: Length, log_measure: Length) -> tuple[Array, Array]:
    """``measure`` of x - loc, or of halves where that is out of range; its log, where it is."""
    loc = array_module(x).asarray(loc)
    with np.errstate(all="ignore"):
        length = measure(x - loc)
        if not np.isinf(length).any():
            return length, np.zeros_like(length)
        half = x / 2 - loc / 2
        return np.where(np.isinf(length), 2 * measure(half), length), np.log(2) + log_measure(half)


def wave(u: np.ndarray, length: np.ndarray, law: Any) -> Complex:
    """Value exp(-length^alpha + i u.loc)."""
    with np.errstate(all="ignore"):
        return turned(np.exp(-(length**law.alpha)), u, law.loc)


def turned(centred: np.ndarray, u: np.ndarray, loc: Real) -> Complex:
    """Characteristic function of the law about 0 times exp(i u.loc): 0 x exp(i inf) is 0."""
    with np.errstate(all="ignore"):
        turned = centred * np.exp(1j * np.sum(u * loc, axis=-1))
    return np.where(centred == 0, 0.0, turned)[()]


def mapped(
    drawn: np.ndarray, matrix: np.ndarray, loc: Real, units: np.ndarray | None = None
) -> np.ndarray:
    """Return drawn @ matrix, times units, plus loc, in the type of what was drawn."""
    out = _product(drawn, matrix, units)
    sampling.move(out, loc, lambda: _product(drawn, matrix / 2, units))
    return out


def _product(drawn: np.ndarray, matrix: np.ndarray, units: np.ndarray | None) -> np.ndarray:
    with np.errstate(invalid="ignore", over="ignore", under="ignore"):
        out = drawn @ matrix.astype(drawn.dtype)
        if units is not None:
            out *= units
    return out


def vector(name: str, values: ArrayLike, length: int) -> np.ndarray:
    """Return a number or an array as a vector."""
    check_unmasked(name, values)
    own = copied(values)
    own = finite_values(name, own if own.ndim else np.full(length, own), 1)
    if len(own) != length:
        raise ValueError(f"{name} must be a number or of length {length}, got {len(own)}")
    return own
