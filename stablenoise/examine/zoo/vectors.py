"""Vectors whose directions, radii or coordinates are wrong, or depend on one another wrongly."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import sqrt
from typing import Any

import numpy as np

from ...multivariate import DiscreteSpectral, Elliptical, Independent, Isotropic
from ...stable import Stable
from .entry import Fault
from .parameters import of

__all__ = ["members", "radii"]

PLANE, SPACE, SMALL = Isotropic(1.5, dim=2), Isotropic(1.5, dim=3), Isotropic(0.8, dim=2)
APART = Independent(1.5, dim=2)
ROOT = np.array([[1.0, 0.0], [0.8, 0.6]])
SHAPE = np.array([[2.0, 0.9], [0.9, 0.5]])
TILTED, OBLONG = Elliptical(1.5, ROOT @ ROOT.T), Elliptical(1.5, SHAPE)
CORNERS = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]])
SPECTRAL = DiscreteSpectral(1.5, CORNERS, [1.0, 0.5, 0.25])
Size = tuple[int, int]
Drawn = np.ndarray


def radii(size: int, rng: np.random.Generator, alpha: float) -> Drawn:
    """The root of 2 A, A positive stable of index alpha / 2 with Laplace transform exp(-s^..)."""
    positive = Stable.from_s1(alpha / 2, 1.0, np.cos(np.pi * alpha / 4) ** (2 / alpha))
    # What is positive is so but for rounding next to 0.
    return np.sqrt(2 * np.abs(positive.rvs(size, rng=rng)))[:, None]


def isotropic(size: Size, rng: np.random.Generator, alpha: float) -> Drawn:
    """Isotropic vectors as they are defined: a normal vector times a radius."""
    normal = np.random.default_rng(rng).standard_normal(size)
    return radii(size[0], rng, alpha) * normal


def _no_factor_two(size: Size, rng: np.random.Generator) -> Drawn:
    return isotropic(size, rng, PLANE.alpha) / sqrt(2)


def _radius_of_alpha(size: Size, rng: np.random.Generator) -> Drawn:
    return isotropic(size, rng, 2 * SMALL.alpha)


def _normal(size: Size, rng: np.random.Generator) -> Drawn:
    """No radius at all: normal coordinates of the right middle."""
    return sqrt(2) * np.random.default_rng(rng).standard_normal(size)


def _cube(size: Size, rng: np.random.Generator) -> Drawn:
    """Directions are those of points of a cube; lengths are right."""
    x, corner = SPACE.rvs(size[0], rng=rng), np.random.default_rng(rng).uniform(-1, 1, size)
    return _length(x) * corner / _length(corner)


def _length(x: Drawn) -> Drawn:
    return np.sqrt(np.einsum("ij,ij->i", x, x))[:, None]


def _last_is_first(size: Size, rng: np.random.Generator) -> Drawn:
    x = SPACE.rvs(size[0], rng=rng)
    x[:, -1] = x[:, 0]
    return x


def _positive(size: Size, rng: np.random.Generator) -> Drawn:
    return np.abs(PLANE.rvs(size[0], rng=rng))


def _signs_alike(size: Size, rng: np.random.Generator) -> Drawn:
    """The last sign is the product of the others: any two coordinates are right, three are not."""
    x = SPACE.rvs(size[0], rng=rng)
    x[:, 2] = np.copysign(x[:, 2], x[:, 0]) * np.sign(x[:, 1])
    return x


def _radius_twice(size: Size, rng: np.random.Generator) -> Drawn:
    """Two vectors that follow each other have one radius."""
    n = -(-size[0] // 2)
    normal = np.random.default_rng(rng).standard_normal(size)
    return np.repeat(radii(n, rng, PLANE.alpha), 2, axis=0)[: size[0]] * normal


def _directions_again(size: Size, rng: np.random.Generator) -> Drawn:
    """1,000 directions, used again and again within a call."""
    n = min(size[0], 1000)
    normal = np.random.default_rng(rng).standard_normal((n, size[1]))
    return radii(size[0], rng, PLANE.alpha) * np.resize(normal, size)


def _long_along_axis(size: Size, rng: np.random.Generator) -> Drawn:
    """Vectors longer than 20 lie along the first axis; their lengths are right."""
    x = PLANE.rvs(size[0], rng=rng)
    far = np.flatnonzero(_length(x)[:, 0] > 20)
    x[far] = np.copysign(_length(x[far]), x[far]) * [1.0, 0.0]
    return x


def _changed(size: Size, rng: np.random.Generator, law: Any, change: Callable) -> Drawn:
    return change(law.rvs(size[0], rng=rng))


def _stretched(x: Drawn) -> Drawn:
    x[:, 0] *= 1.01
    return x


def _read_along_columns(x: Drawn) -> Drawn:
    return np.ravel(x).reshape(x.shape[::-1]).T.copy()


def _clipped(x: Drawn) -> Drawn:
    """Lengths are at most 1,000."""
    length = _length(x)
    return x * (np.minimum(length, 1e3) / length)


def _single(x: Drawn) -> Drawn:
    return x.astype(np.float32).astype(np.float64)


def _through(matrix: Any, size: Size, rng: np.random.Generator) -> Drawn:
    return PLANE.rvs(size[0], rng=rng) @ np.asarray(matrix).T


def _sphere_of_normal_sign(size: Size, rng: np.random.Generator) -> Drawn:
    """Independent coordinates for a law of independent ones, at times negated together."""
    x = np.abs(APART.rvs(size[0], rng=rng))
    sign = np.random.default_rng(rng).integers(2, size=(size[0], 1)) * 2 - 1
    return x * sign


def _vector(name: str, law: Any, drawn: Any, coarse: bool = True, told: str | None = None) -> Fault:
    """A sampler that draws from another law."""
    return Fault(name, law, partial(_from, law=drawn), coarse, told)


def _from(size: Size, rng: np.random.Generator, law: Any) -> Drawn:
    return of(size[0], rng, law)


def members() -> tuple[Fault, ...]:
    """The faults of this file."""
    changed = partial(partial, _changed)
    correlated = Elliptical(1.5, [[1.0, 0.01], [0.01, 1.0]])
    swapped = DiscreteSpectral(1.5, CORNERS, [0.5, 1.0, 0.25])
    return (
        Fault("radius without its factor 2", PLANE, _no_factor_two, True, "factor 2"),
        Fault("radius of index alpha", SMALL, _radius_of_alpha, True, "alpha"),
        Fault("no radius", PLANE, _normal, True),
        _vector("independent for isotropic", PLANE, APART),
        _vector("isotropic for independent", APART, PLANE),
        _vector("a correlation of 0.01", PLANE, correlated, False),
        _vector("weights of a spectral measure swapped", SPECTRAL, swapped),
        _vector("vectors of alpha larger by 0.01", PLANE, Isotropic(1.51, dim=2), False, "alpha"),
        _vector("vectors of a scale larger by 1%", PLANE, Isotropic(1.5, 2, 1.01), False, "scale"),
        Fault("directions of a cube", SPACE, _cube, True),
        Fault("last coordinate is the first", SPACE, _last_is_first, True),
        Fault("all coordinates positive", PLANE, _positive, True),
        Fault("last sign is the product of the others", SPACE, _signs_alike, True),
        Fault("signs of coordinates are one", APART, _sphere_of_normal_sign, True),
        Fault("two vectors have one radius", PLANE, _radius_twice, True),
        Fault("a thousand directions", PLANE, _directions_again, True),
        Fault("long vectors along an axis", PLANE, _long_along_axis, True),
        Fault("one coordinate larger by 1%", PLANE, changed(law=PLANE, change=_stretched), False),
        Fault("rows read as columns", PLANE, changed(law=PLANE, change=_read_along_columns), True),
        Fault(
            "lengths clipped at 1000", PLANE, changed(law=PLANE, change=_clipped), False, "clipped"
        ),
        Fault("vectors of float32", PLANE, changed(law=PLANE, change=_single), True),
        Fault("a root transposed", TILTED, partial(_through, ROOT.T), True),
        Fault("Sigma for its root", OBLONG, partial(_through, SHAPE), True),
    )
