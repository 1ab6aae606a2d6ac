"""Vector laws about 0 with coordinates of unit scale, and vectors made isotropic or independent.

What is asked of a vector must not depend on its units, which may be anything from 1e-300 to 1e300,
or on a location that hides the digits.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np

from ...multivariate import DiscreteSpectral, Elliptical, Independent, Isotropic
from ...stable import Stable
from .projections import SMALLEST_DUAL_ALPHA, dimension, distinct_lines, term_sum

__all__ = [
    "Standard",
    "is_fine",
    "isotropic_rank",
    "row_limit",
    "standard",
    "standardised",
    "whitened",
]

NUMBERS = 1 << 24  # coordinates that a costly test looks at, of the first vectors
FEWEST = 1 << 14  # vectors, however many coordinates they have
COARSE = 1e-5  # steps of rounding, in scales, that tests see
SMALLEST = 1e6  # scale in smallest numbers of full precision
NOTHING = 1e-13  # probability that is never seen
LEAST_LENGTH = 1e-5  # of an axis over the longest, below which float32 leaves nothing of it


class Standard(NamedTuple):
    """(X - centre) / units: the laws of its coordinates, and its characteristic function.

    ``live`` says which coordinates have a law; the others are constant.
    """

    centre: np.ndarray
    units: np.ndarray
    coordinates: Stable
    live: np.ndarray
    cf: Callable[[np.ndarray], np.ndarray]


def row_limit(dim: int) -> int:
    """How many vectors a test looks at whose cost grows with their coordinates."""
    return max(FEWEST, NUMBERS // dim)


@lru_cache(maxsize=64)
def is_fine(law: Any, dtype: np.dtype) -> bool:
    """Whether the type has all numbers that the coordinates of a law take, and fine enough."""
    form = standard(law)
    kind = np.finfo(dtype if dtype.kind == "f" else float)
    with np.errstate(over="ignore", invalid="ignore"):
        grain = float(kind.eps) * np.abs(form.centre / form.units)[form.live]
        room = float(kind.max) / 8 / form.units[form.live]
    alpha = np.broadcast_to(form.coordinates.alpha, form.live.shape)[form.live]
    lost = np.where(alpha < 2, room**-alpha, 0.0)
    is_small = form.units[form.live] < SMALLEST * float(kind.tiny)
    return bool(np.all(grain < COARSE) and np.sum(lost) < NOTHING and not np.any(is_small))


def standardised(values: np.ndarray, law: Any) -> np.ndarray:
    """Draws in their standard form; those beyond the floats are infinite."""
    form = standard(law)
    with np.errstate(over="ignore", under="ignore"):
        return (values - form.centre) / form.units


@lru_cache(maxsize=16)
def standard(law: Any) -> Standard:
    """The standard form of a vector law."""
    dim = dimension(law)
    make = _FORMS[type(law)]
    scale, coordinates, live, cf = make(law)
    centre = np.broadcast_to(_centre(law), dim)
    return Standard(centre, np.broadcast_to(scale, dim), coordinates, live, cf)


def _centre(law: Any) -> np.ndarray:
    if isinstance(law, DiscreteSpectral):  # of the factors in S0, near which their sum stays
        return law.loc + np.broadcast_to(law._factors.loc, len(law.weights)) @ law.directions
    return np.asarray(law.loc)


def _of_isotropic(law: Isotropic) -> tuple:
    coordinates = Stable(np.full(law.dim, law.alpha))
    return law.scale, coordinates, np.ones(law.dim, bool), Isotropic(law.alpha, law.dim).cf


def _of_elliptical(law: Elliptical) -> tuple:
    dim = len(law.shape_matrix)
    variances = np.diag(law.shape_matrix)
    units = np.where(variances > 0, np.sqrt(variances), 1.0)
    cf = partial(_scaled_cf, Elliptical(law.alpha, law.shape_matrix).cf, units)
    return units, Stable(np.full(dim, law.alpha)), variances > 0, cf


def _of_independent(law: Independent) -> tuple:
    alpha, beta = (np.broadcast_to(x, law.dim) for x in (law.alpha, law.beta))
    cf = Independent(law.alpha, law.dim, 1.0, 0.0, law.beta).cf
    return law.scale, Stable(alpha, beta), np.ones(law.dim, bool), cf


def _of_spectral(law: DiscreteSpectral) -> tuple:
    factors = Stable(law.alpha, 1.0, law._factors.scale)
    live = np.any(law.directions != 0, axis=0)
    one = np.ones(len(law.weights))
    flat = Stable(law.alpha)
    laws = [
        term_sum(law.alpha, one, column * factors.scale) if alive else flat
        for column, alive in zip(law.directions.T, live, strict=True)
    ]
    units = np.array([each.scale for each in laws])
    beta, loc = (np.array([getattr(each, name) for each in laws]) for name in ("beta", "loc"))
    coordinates = Stable(law.alpha, beta, 1.0, loc / units)
    cf = partial(_factor_cf, factors, law.directions, units)
    return units, coordinates, live, cf


_FORMS: dict[type, Callable[[Any], tuple]] = {
    Isotropic: _of_isotropic,
    Elliptical: _of_elliptical,
    Independent: _of_independent,
    DiscreteSpectral: _of_spectral,
}


def _scaled_cf(cf: Callable[[np.ndarray], np.ndarray], units: np.ndarray, u: np.ndarray) -> Any:
    return cf(u / units)


def _factor_cf(factors: Stable, atoms: np.ndarray, units: np.ndarray, u: np.ndarray) -> Any:
    return np.prod(factors.cf((u / units) @ atoms.T), axis=-1)


def isotropic_rank(law: Any) -> int:
    """Dimension of the isotropic vectors that ``whitened`` makes; 0 of other laws."""
    if isinstance(law, Isotropic):
        return law.dim
    return int(np.sum(_long_axes(law))) if isinstance(law, Elliptical) else 0


def _long_axes(law: Elliptical) -> np.ndarray:
    lengths = law._root.lengths
    return lengths > LEAST_LENGTH * np.max(lengths)


def whitened(values: np.ndarray, law: Any) -> np.ndarray:
    """Isotropic vectors of scale 1, of an isotropic or elliptical law."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        if isinstance(law, Isotropic):
            return (values - law.loc) / law.scale
        root, kept = law._root, _long_axes(law)
        return (values - law.loc) / root.units @ (root.axes[:, kept] / root.lengths[kept])


class Factors(NamedTuple):
    """Coordinates that are independent: ``(values - centre) @ matrix``, or those of the vector.

    ``law`` is theirs; of scale 1 and loc 0 where they are those of the vector, standardised.
    """

    law: Independent
    matrix: np.ndarray | None = None
    centre: np.ndarray | None = None

    def of(self, standardised: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Independent coordinates of draws."""
        return standardised if self.matrix is None else (values - self.centre) @ self.matrix

    def quantile(self, share: float, upper: bool = False) -> np.ndarray:
        """The point below which each has a share, or above which."""
        laws = self.law._laws
        point = laws.isf(share) if upper else laws.ppf(share)
        return np.broadcast_to(point, self.law.dim)


def independent_factors(law: Any) -> Factors | None:
    """Independent coordinates of a law, or None: of a spectral measure, one for each line."""
    if isinstance(law, Independent):
        own = Independent(law.alpha, law.dim, 1.0, 0.0, law.beta)
        return Factors(own) if law.dim > 1 else None
    if not isinstance(law, DiscreteSpectral) or law.alpha < SMALLEST_DUAL_ALPHA:
        return None
    lines = distinct_lines(law.directions)
    if len(lines) < 2 or np.linalg.matrix_rank(lines) < len(lines):
        return None
    return Factors(_line_laws(law, lines), np.linalg.pinv(lines), _centre(law))


def _line_laws(law: DiscreteSpectral, lines: np.ndarray) -> Independent:
    """The law of each line's factor, about the centre of the standard form."""
    factors = law._factors
    cosines = law.directions @ lines.T
    laws = []
    for cosine in cosines.T:
        on_it = np.abs(cosine) > 1 - 1e-12
        signs = np.sign(cosine[on_it])
        laws.append(term_sum(law.alpha, np.ones(len(signs)), signs * factors.scale[on_it]))
    beta, scale, loc = (
        np.array([getattr(each, name) for each in laws]) for name in ("beta", "scale", "loc")
    )
    return Independent(law.alpha, len(lines), scale, loc, beta)
