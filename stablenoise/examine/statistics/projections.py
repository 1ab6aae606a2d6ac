"""Stable vectors seen along a direction: the exact law of v.X, as a ``Stable``.

A direction v of an isotropic or elliptical law gives a symmetric law of scale sqrt(v' Sigma v).
Sums of independent stable terms c_j Z_j of one index have scale gamma, gamma^alpha the sum of |c_j
s_j|^alpha, and the skewness that these powers weight.  In the S0 form their location is the sum of
those of the terms and a shift, which is written without cancellation next to alpha = 1 and has its
limit there.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import numpy as np

from ...multivariate import DiscreteSpectral, Elliptical, Independent, Isotropic, ellipsoid
from ...stable import Stable

__all__ = ["directions", "projected", "term_sum"]

RANDOM = 2  # directions that are none of a coordinate system
SEED = 0
LEAST_LEFT = 1e-6  # of what cancels
SMALLEST_DUAL_ALPHA = 0.7  # below, what cancels in a dual direction is beyond the digits


def projected(law: Any, v: np.ndarray) -> Stable:
    """The law of v.X, four numbers, for a direction of any length.

    ValueError if v.X has no stable law: of independent coordinates whose indices differ, of a
    direction in which the law is flat, or if the law is not within the floats.  Samorodnitsky &
    Taqqu (1994), properties 1.2.1 and 1.2.3 and example 2.3.4.

    >>> projected(Isotropic(1.5, dim=2), np.array([3.0, 4.0]))
    Stable(alpha=1.5, beta=0.0, scale=5.0, loc=0.0)
    """
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return _projected(law, np.asarray(v, dtype=float))


@singledispatch
def _projected(law: Any, v: np.ndarray) -> Stable:
    raise ValueError(f"law must be a multivariate stable law, got {law!r}")


@_projected.register
def _of_isotropic(law: Isotropic, v: np.ndarray) -> Stable:
    return Stable(law.alpha, 0.0, law.scale * float(ellipsoid.length(v)), _dot(v, law.loc))


@_projected.register
def _of_elliptical(law: Elliptical, v: np.ndarray) -> Stable:
    scale = float(ellipsoid.frequency_length(v, law._root))
    return Stable(law.alpha, 0.0, scale, _dot(v, law.loc))


@_projected.register
def _of_independent(law: Independent, v: np.ndarray) -> Stable:
    alpha, beta, scale, loc = (
        np.broadcast_to(x, law.dim) for x in (law.alpha, law.beta, law.scale, law.loc)
    )
    used = np.flatnonzero(v)
    if np.ptp(alpha[used]) > 0:
        seen = sorted(set(alpha[used].tolist()))[:3]
        raise ValueError(f"coordinates must have one alpha for a stable projection, got {seen}")
    terms = term_sum(float(alpha[used[0]]), beta[used], v[used] * scale[used])
    return Stable(terms.alpha, terms.beta, terms.scale, terms.loc + _dot(v, loc))


@_projected.register
def _of_spectral(law: DiscreteSpectral, v: np.ndarray) -> Stable:
    factors = law._factors
    shift = law.loc + np.broadcast_to(factors.loc, len(law.weights)) @ law.directions
    terms = term_sum(law.alpha, np.ones(len(law.weights)), law.directions @ v * factors.scale)
    return Stable(terms.alpha, terms.beta, terms.scale, terms.loc + _dot(v, shift))


def term_sum(alpha: float, beta: np.ndarray, coefficients: np.ndarray) -> Stable:
    """Law of the sum of c_j Z_j, with Z_j of scale 1, loc 0 and skewness beta_j."""
    sizes = np.abs(coefficients)
    largest = np.max(sizes)
    if not largest > 0:
        raise ValueError(f"direction must have a law that is not flat, got scale {largest}")
    powers = (sizes / largest) ** alpha
    total = np.sum(powers)
    kept = powers > 0
    shares = powers[kept] / total
    skew = (np.sign(coefficients) * beta)[kept]
    scale = float(largest * total ** (1 / alpha))
    shift = scale * float(np.sum(skew * _moved(alpha, shares)))
    symmetry = float(np.clip(np.sum(skew * shares), -1.0, 1.0))
    return Stable(alpha, symmetry, scale, shift)


def _moved(alpha: float, shares: np.ndarray) -> np.ndarray:
    """(p - p^(1 / alpha)) tan(pi alpha / 2): how far S0 terms of shares p move their sum."""
    d, logs = 1 - alpha, np.log(shares)
    if d == 0:
        return -2 / np.pi * shares * logs
    if alpha == 2:
        return np.zeros_like(shares)
    return -shares * np.expm1(d / alpha * logs) / np.tan(np.pi * d / 2)


def _dot(v: np.ndarray, loc: Any) -> float:
    """v.loc, a number standing for a vector of equal ones."""
    return float(np.sum(v * loc))


def directions(law: Any) -> list[tuple[str, np.ndarray]]:
    """At most eight unit vectors along which a vector law is stable, with their names.

    First, last and a middle coordinate, the diagonal, and directions drawn once for all; of
    independent coordinates with several indices more coordinates; of a spectral measure whose atoms
    are linearly independent those that see one atom alone.

    >>> [name for name, _ in directions(Isotropic(1.5, dim=2))][1:4]
    ['coordinate 2', 'the diagonal', 'random direction 1']
    """
    dim = dimension(law)
    candidates = _axes(dim, (0, dim - 1, dim // 2))
    if dim > 1:
        rng = np.random.default_rng(SEED)
        candidates.append(("the diagonal", np.full(dim, dim**-0.5)))
        for i in range(RANDOM):
            v = rng.standard_normal(dim)
            candidates.append((f"random direction {i + 1}", v / np.linalg.norm(v)))
        candidates += _own_directions(law, dim)
    return [(name, v) for name, v in candidates if _is_stable(law, v)][:8]


def dimension(law: Any) -> int:
    """Number of coordinates."""
    if isinstance(law, DiscreteSpectral):
        return law.directions.shape[1]
    return len(law.shape_matrix) if isinstance(law, Elliptical) else law.dim


def _axes(dim: int, places: Any) -> list[tuple[str, np.ndarray]]:
    ordered = dict.fromkeys(int(place) for place in places)
    return [(f"coordinate {j + 1}", np.eye(1, dim, j)[0]) for j in ordered]


def _own_directions(law: Any, dim: int) -> list[tuple[str, np.ndarray]]:
    """Directions that are telling for one kind of law alone."""
    if isinstance(law, DiscreteSpectral):
        return _duals(law)
    if isinstance(law, Independent) and np.ptp(law.alpha) > 0:
        first = {0, dim - 1, dim // 2}
        rest = [j for j in np.linspace(0, dim - 1, 8).astype(int) if j not in first]
        return _axes(dim, rest)
    return []


def _duals(law: DiscreteSpectral) -> list[tuple[str, np.ndarray]]:
    """Directions at right angles to all atoms but one, and its opposite."""
    lines = distinct_lines(law.directions)
    if law.alpha < SMALLEST_DUAL_ALPHA or np.linalg.matrix_rank(lines) < len(lines):
        return []
    duals = np.linalg.pinv(lines).T
    units = duals / np.linalg.norm(duals, axis=1, keepdims=True)
    return [(f"what sees atom {j + 1} alone", v) for j, v in enumerate(units[:4])]


def distinct_lines(atoms: np.ndarray) -> np.ndarray:
    """Unit vectors of which none is another one or its opposite."""
    kept: list[np.ndarray] = []
    for atom in atoms:
        if all(abs(float(atom @ other)) < 1 - 1e-12 for other in kept):
            kept.append(atom)
    return np.array(kept)


def _is_stable(law: Any, v: np.ndarray) -> bool:
    if loses_digits(law, v):
        return False
    try:
        projected(law, v)
    except ValueError:
        return False
    return True


def loses_digits(law: Any, v: np.ndarray) -> bool:
    """Whether what v.X is made of cancels, so that its digits are those of rounding.

    At a small alpha it is enough that one atom is at a right angle to v without being in other
    coordinates: its factor is so often so much larger than the others that its rounding is too.
    """
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        if isinstance(law, Elliptical):
            most = np.sum(np.abs(v) * np.sqrt(np.abs(np.diag(law.shape_matrix))))
            return bool(ellipsoid.frequency_length(v, law._root) < LEAST_LEFT * most)
        if not isinstance(law, DiscreteSpectral):
            return False
        most = np.abs(law.directions) @ np.abs(v)
        left = np.abs(law.directions @ v)
        lost = (left < LEAST_LEFT * most) & (most > 0)
    seen = left >= LEAST_LEFT * most
    return bool(lost.any() and (law.alpha < SMALLEST_DUAL_ALPHA or not (seen & (most > 0)).any()))
