r"""The table of the density where log f is no polynomial: ``densities.npz``.

There u = asinh(y), y = (x - centre) / width, and what is expanded is G in

.. math:: f(x) = \frac{G(u)}{w}(1 + y^2)^{-(1 + \alpha)/2}, \qquad
          f(x) = \varphi(x) + (2 - \alpha)\,G(u)\,(1 + y^2)^{-(1 + \alpha)/2},

the second for alpha from 1.96 to 2, phi being the density at alpha = 2.  G is analytic in alpha and
in beta up to beta = 1 and alpha = 2 themselves, so that a and b are linear in alpha and beta.  Its
errors are absolute: where G is small, as it is on the light side of beta = 1, nothing is known.
``make_densities`` writes the file.
"""

from __future__ import annotations

import math
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.polynomial.chebyshev import cheb2poly
from scipy.special import psi

from .expansions import Band, banded, contraction, padded, scaled
from .log_bands import checked
from .lookup import TERMS
from .one_pass import GAUSS, POWER, Law, Place

FILE = Path(__file__).with_name("densities.npz")
SHA256 = "0beff69790768ec955d26e09ff1e9b27b7b3ca0c34fa312d97a84af8692ae4a5"
STEP = 2.0**-45  # of which the coefficients in the file are multiples
KINDS = "int8", "int16", "int32", "float64"  # of coefficients, by their size; the last unrounded
KIND_BASE = 16  # in the file a count of terms has its kind times this added
_POWERS = np.zeros((TERMS, TERMS))
for _k in range(TERMS):
    _POWERS[: _k + 1, _k] = cheb2poly(np.eye(TERMS)[_k][: _k + 1])


class Region(NamedTuple):
    r"""A band, and its u: it ends at ``reach``, in multiples of 1/16.

    The centre is :math:`-\beta(k + m\tan(\pi\alpha/2))`, k and m being ``steady`` and ``moving``.
    The width is ``share`` times that of the density about zeta, or 1 if ``share`` is 0.
    """

    alphas: tuple[float, float]
    betas: tuple[float, float]
    kind: int
    steady: float
    moving: float
    share: float
    reach: float


REGIONS = (
    Region((0.15, 0.2), (0.0, 1.0), POWER, 0.0, 1.0, 0.3, 100.0),
    Region((0.2, 0.3), (0.0, 1.0), POWER, 0.0, 1.0, 0.3, 80.0),
    Region((0.3, 0.4), (0.0, 1.0), POWER, 0.0, 1.0, 0.3, 70.0),
    Region((0.4, 0.5), (0.0, 1.0), POWER, 0.0, 1.0, 0.3, 60.0),
    Region((0.5, 0.6), (0.0, 1.0), POWER, 0.2, 0.7, 0.4, 50.0),
    Region((0.6, 0.7), (0.0, 1.0), POWER, 0.3, 0.7, 0.4, 50.0),
    Region((0.7, 0.8), (0.0, 1.0), POWER, 1.45, 0.0, 1.0, 45.0),
    Region((0.8, 0.9), (0.0, 1.0), POWER, 1.3, 0.0, 1.0, 45.0),
    Region((0.9, 1.0), (0.0, 1.0), POWER, 1.5, 0.0, 1.0, 45.0),
    Region((1.0, 1.1), (0.9, 1.0), POWER, 0.0, 0.0, 0.0, 40.0),
    Region((1.1, 1.3), (0.9, 1.0), POWER, 0.0, 0.0, 0.0, 40.0),
    Region((1.3, 1.6), (0.9, 1.0), POWER, 0.0, 0.0, 0.0, 40.0),
    Region((1.6, 1.96), (0.9, 1.0), POWER, 0.0, 0.0, 0.0, 40.0),
    Region((1.96, 2.0), (0.0, 1.0), GAUSS, 0.0, 0.0, 0.0, 40.0),
)


def region_of(alpha: float, beta: float) -> int | None:
    """Number of the region of a law, beta >= 0; None if there is none."""
    for i, region in enumerate(REGIONS):
        (low_a, high_a), (low_b, high_b) = region.alphas, region.betas
        if low_a <= alpha <= high_a and low_b <= beta <= high_b:
            return i
    return None


def place_of(region: Region, alpha: float, beta: float) -> Place:
    """Centre and width of one law."""
    tangent = math.tan(0.5 * math.pi * alpha)
    size = region.steady + region.moving * tangent
    moved = region.moving * 0.5 * math.pi * (1.0 + tangent * tangent)
    width, width_a = 1.0, 0.0
    if region.share:
        width = region.share * math.exp(0.5 * (math.lgamma(1 / alpha) - math.lgamma(3 / alpha)))
        width_a = width * 0.5 * float(3 * psi(3 / alpha) - psi(1 / alpha)) / alpha**2
    shape = region.kind, 1.0 + alpha, 2.0 - alpha
    return Place(-beta * size, width, -beta * moved, -size, width_a, *shape)


def law_at(alpha: float, beta: float) -> Law:
    """What the kernels read of one law, beta >= 0, of a region."""
    number = region_of(alpha, beta)
    assert number is not None
    return contracted(band_of(number), REGIONS[number], alpha, beta)


def contracted(band: Band, region: Region, alpha: float, beta: float) -> Law:
    """The same of the band of its region."""
    a, a_slope = scaled(alpha, *region.alphas)
    b, b_slope = scaled(beta, *region.betas)
    powers = contraction(band, a, b, a_slope, b_slope).transpose(1, 2, 0)
    sizes = band.edges, band.cells, band.middle, band.stretch
    return Law(place_of(region, alpha, beta), *sizes, np.ascontiguousarray(powers))


@cache
def content() -> bytes:
    """The file; ValueError if it is not that of ``SHA256``."""
    return checked(FILE, SHA256)


@cache
def band_of(number: int) -> Band:
    """The band of a region, read at the first call."""
    return read(content(), number)


def read(content: bytes, number: int) -> Band:
    """The band of a region from the bytes of a file."""
    with np.load(BytesIO(content), allow_pickle=False) as file:
        pairs, packed, edges = (file[f"{name}_{number}"] for name in ("pairs", "terms", "edges"))
        parts = [file[f"{kind}_{number}"] for kind in KINDS]
    terms = packed % KIND_BASE
    coefficients = in_powers(unpacked(packed, parts), terms)
    return banded(pairs.astype(np.int64), terms, coefficients, *padded(edges))


def unpacked(packed: np.ndarray, parts: list[np.ndarray]) -> np.ndarray:
    """Chebyshev coefficients in the order of a band, from those of each kind."""
    kinds = np.repeat(packed.ravel() // KIND_BASE, packed.ravel() % KIND_BASE)
    out = np.empty(kinds.size)
    for kind, part in enumerate(parts):
        out[kinds == kind] = part * (STEP if part.dtype.kind == "i" else 1.0)
    return out


def in_powers(coefficients: np.ndarray, terms: np.ndarray) -> np.ndarray:
    """Coefficients of powers, as many as those of Chebyshev polynomials."""
    whole = np.zeros((terms.size, TERMS))
    used = np.arange(TERMS) < terms.reshape(-1, 1)
    whole[used] = coefficients
    # Not by a matrix product, whose bits are those of a library
    return np.einsum("ij,gj->gi", _POWERS, whole, optimize=False)[used]
