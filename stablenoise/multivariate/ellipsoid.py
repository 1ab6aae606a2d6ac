"""Roots of shape matrices whose coordinates may have units far apart, and lengths by them.

A matrix is divided by a power of two for each coordinate, so that its diagonal lies in [1/2, 2): no
digit is lost, and a small coordinate beside a large one is as good as any.  What is then below
rounding is no coordinate but a combination of them, of which the matrix does not tell.
"""

from typing import NamedTuple

import numpy as np

from ..checks import told
from ..kernels.arrays import Array, array_module

ROUNDING = 1e-12  # how far from symmetric, or below 0, rounding may leave a shape matrix


class Root(NamedTuple):
    """Sigma = U axes D^2 axes' U, with U = diag(units), ``axes`` orthonormal, D = diag(lengths)."""

    units: np.ndarray
    axes: np.ndarray
    lengths: np.ndarray

    @property
    def rank(self) -> int:
        """Number of axes along which the ellipsoid has a length."""
        return int(np.count_nonzero(self.lengths))

    @property
    def log_volume(self) -> float:
        """Half the logarithm of det Sigma."""
        return float(np.sum(np.log(self.units)) + np.sum(np.log(self.lengths)))


def root(sigma: np.ndarray) -> Root:
    """Root of a shape matrix, or raise ValueError unless it is symmetric and not indefinite."""
    diagonal = np.diag(sigma)
    diagonal = np.where(diagonal > 0, diagonal, np.max(np.abs(sigma)))
    if sigma.shape[0] != sigma.shape[1] or not _is_symmetric(sigma, np.sqrt(diagonal)):
        seen = told(sigma.tolist())
        raise ValueError(f"shape_matrix must be square and symmetric, got {seen}")
    by = _root(sigma, diagonal)
    if by.lengths[0] < 0:
        smallest = f"the eigenvalue {-(by.lengths[0] ** 2):.6g} in units of the coordinates"
        raise ValueError(f"shape_matrix must be positive semidefinite, got {smallest}")
    return by


def _is_symmetric(sigma: np.ndarray, units: np.ndarray) -> bool:
    """Whether it is to rounding, each element in the units of its own two coordinates."""
    with np.errstate(all="ignore"):
        asymmetry = np.abs(sigma - sigma.T) / units / units[:, None]
    return not bool(np.any(asymmetry > ROUNDING))  # of zeros alone NaN


def _root(sigma: np.ndarray, diagonal: np.ndarray) -> Root:
    """Root for units of about the roots of ``diagonal``; negative lengths if there is none."""
    powers = np.frexp(diagonal)[1] // 2  # diagonal / 4^powers lies in [1/2, 2)
    with np.errstate(over="ignore", under="ignore"):
        scaled = np.ldexp(sigma, -np.add.outer(powers, powers))
    if not np.isfinite(scaled).all():
        return Root(np.ldexp(1.0, powers), np.eye(len(sigma)), np.full(len(sigma), -np.inf))
    values, axes = np.linalg.eigh(scaled)
    if values[0] < -ROUNDING * np.max(np.abs(scaled)):
        return Root(np.ldexp(1.0, powers), axes, np.copysign(np.sqrt(np.abs(values)), values))
    least = len(sigma) * np.finfo(float).eps * values[-1]
    return Root(np.ldexp(1.0, powers), axes, np.sqrt(np.where(values > least, values, 0.0)))


def frequency_length(u: Array, by: Root) -> Array:
    """Root of u' Sigma u."""
    return _length(u, by.units, by.axes * by.lengths)


def mahalanobis_length(x: Array, by: Root) -> Array:
    """Root of x' Sigma^-1 x, for a matrix of full rank."""
    return _length(x, 1 / by.units, by.axes / by.lengths)


def log_mahalanobis_length(x: Array, by: Root) -> Array:
    """Logarithm of ``mahalanobis_length``, also where that is beyond the floats."""
    with np.errstate(all="ignore"):
        unit, moderate = _moderate(x)
        units, matrix = map(array_module(x).asarray, (by.units, by.axes / by.lengths))
        second, moderate = _moderate(moderate / units)
        return np.log(unit) + np.log(second) + log_length(moderate @ matrix)


def log_length(x: Array) -> Array:
    """Logarithm of the Euclidean length, also where that is beyond the floats."""
    with np.errstate(all="ignore"):
        unit, moderate = _moderate(x)
        return np.log(unit) + np.log(np.linalg.norm(moderate, axis=-1))


def length(x: Array) -> Array:
    """Euclidean length, at any size; inf where a coordinate is and none is NaN."""
    with np.errstate(all="ignore"):
        unit, moderate = _moderate(x)
        return np.where(np.isinf(unit), np.inf, unit * np.linalg.norm(moderate, axis=-1))


def _length(x: Array, units: np.ndarray, matrix: np.ndarray) -> Array:
    """Length of (x * units) @ matrix: sizes of x and of the units are taken out, and put back."""
    units, matrix = map(array_module(x).asarray, (units, matrix))
    with np.errstate(all="ignore"):
        unit, moderate = _moderate(x)
        second, moderate = _moderate(moderate * units)
        size = unit * (second * length(moderate @ matrix))
    return np.where(np.isinf(unit), np.inf, size)


def _moderate(x: Array) -> tuple[Array, Array]:
    """Largest size of each vector, 1 if that is 0, and the vector over it."""
    unit = np.max(np.abs(x), axis=-1)
    unit = np.where(unit == 0, 1.0, unit)
    return unit, x / unit[..., None]
