"""Nodes and weights of integrals over the line, as fine as the panels of a law."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from .direct import DENSITY, LOWER, UPPER
from .polynomials import ABOUT_ZETA, Panels
from .zeta import plus

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
LONGEST = 10.0  # piece of u: in one, powers of x are exponentials that 20 nodes integrate
NEAREST = 2.0**-40  # of u: no piece is nearer to a singular point
BESIDE = 2.0  # longest piece next to where a singular point is pi away in the complex plane


class Nodes(NamedTuple):
    """Nodes of an integral over x.

    ``x``, ``log_f`` and ``log_weight`` are points and logarithms of the density and of the weights
    there; ``distance`` is x - origin, without loss where that is small.  ``gaps`` are the lengths
    next to the origin that have no nodes; ``ends`` are the lowest and the highest point that the
    nodes stand for.
    """

    x: np.ndarray
    log_f: np.ndarray
    log_weight: np.ndarray
    distance: np.ndarray
    gaps: tuple[float, ...]
    ends: tuple[float, float]


class _Place(NamedTuple):
    """The origin as one side sees it.

    It is at u = ``centre`` if it is on this side; ``bends`` are the u, less ``centre``, beside
    which powers of x - origin have singular points in the complex plane.
    """

    sign: float
    origin: float
    centre: float
    is_here: bool
    bends: tuple[float, ...]


def nodes(law: Panels) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points, logarithms of their weights and log densities there."""
    made = nodes_about(np.inf, law)
    return made.x, made.log_weight, made.log_f


def nodes_about(origin: float, law: Panels) -> Nodes:
    """Nodes for scale 1, on the panels that have polynomials: beyond, f is below exp(-740).

    The pieces are parts of panels, ever smaller towards ``origin``, where the integrand may be
    singular.  What lies between the origin and the nearest piece is a gap.
    """
    shifted = plus((origin, 0.0), law.shift)[0] if math.isfinite(origin) else np.inf
    parts = [_side(law, part, _place(law, sign, shifted)) for sign, part in law.sides()]
    x, log_f, log_weight, distance = (
        np.concatenate(arrays)
        for arrays in (
            [part.x for part in parts],
            [part.log_f for part in parts],
            [part.log_weight for part in parts],
            [part.distance for part in parts],
        )
    )
    gaps = tuple(gap for part in parts for gap in part.gaps)
    ends = _range(np.concatenate([part.ends for part in parts]))
    return Nodes(x, log_f, log_weight, distance, gaps, ends)


def _range(x: np.ndarray) -> tuple[float, float]:
    return float(x.min()), float(x.max())


def _place(law: Panels, sign: float, origin: float) -> _Place:
    """The origin, which is measured from zeta where u is, as one side sees it."""
    if not math.isfinite(origin) or (law.alpha <= ABOUT_ZETA and origin == 0.0):
        return _Place(sign, origin, 0.0, False, ())
    if law.alpha > ABOUT_ZETA:  # sinh(u) is the origin's at its u + 2 pi i and -u + pi i
        u = math.asinh(origin)
        return _Place(sign, origin, u, True, (-2.0 * u,))
    u = math.log(abs(origin))
    is_here = (origin > 0.0) == (sign > 0.0)
    return _Place(sign, origin, u if is_here else 0.0, is_here, () if is_here else (u,))


def _side(law: Panels, part: np.ndarray, place: _Place) -> Nodes:
    """Nodes on the panels of one side, made in t = u - centre."""
    about, half = law.alpha <= ABOUT_ZETA, 1 / law.stretch[part]
    edges = np.append(law.middle[part] - half, law.middle[part[-1]] + half[-1])
    low, high, gaps = _pieces(edges - place.centre, place)
    half = 0.5 * (high - low)[:, None]
    t = (low[:, None] + half * (1 + _NODES)).ravel()
    u = place.centre + t
    slope = u if about else np.logaddexp(u, -u) - math.log(2.0)
    log_weight, ends = np.log(half * _WEIGHTS).ravel() + slope, law.x(edges[[0, -1]], place.sign)
    if about and place.origin == 0.0:
        gaps = edges[:1]  # the origin is at u = -inf
    lengths = tuple(abs(_distance(about, gaps, place)).tolist())
    x, log_f = law.x(u, place.sign), law.log_density(u, place.sign)
    return Nodes(x, log_f, log_weight, _distance(about, t, place), lengths, _range(ends))


def _distance(about: bool, t: np.ndarray, place: _Place) -> np.ndarray:
    """How far points are from the origin, to all digits."""
    if not place.is_here:
        return place.sign * np.exp(t) - place.origin if about else np.full(t.shape, -np.inf)
    if not about:
        return 2.0 * np.sinh(0.5 * t) * np.cosh(place.centre + 0.5 * t)
    near, far = np.exp(place.centre) * np.expm1(np.minimum(t, 1.0)), np.exp(place.centre + t)
    return place.sign * np.where(t > 1.0, far - np.exp(place.centre), near)


def _pieces(edges: np.ndarray, place: _Place) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ends of pieces of t, none longer than its distance from 0, and of the gaps about 0."""
    if place.is_here and edges[0] < 0.0 < edges[-1]:
        edges = np.unique(np.append(edges, 0.0))
    low, high = edges[:-1], edges[1:]
    while True:
        long = high - low > 1.001 * _room(low, high, place)
        if not long.any():
            break
        middle = 0.5 * (low + high)[long]
        low = np.concatenate([low[~long], low[long], middle])
        high = np.concatenate([high[~long], middle, high[long]])
    gap = place.is_here & (np.maximum(abs(low), abs(high)) <= 2.0 * NEAREST)
    gaps = np.array([low[gap].min(initial=0.0), high[gap].max(initial=0.0)])
    return low[~gap], high[~gap], gaps[gaps != 0.0]


def _room(low: np.ndarray, high: np.ndarray, place: _Place) -> np.ndarray:
    """How long pieces may be."""
    points = [(0.0, NEAREST)] * place.is_here + [(bend, BESIDE) for bend in place.bends]
    rooms = [np.maximum(np.maximum(low - t, t - high), least) for t, least in points]
    return np.minimum.reduce([np.full(low.shape, LONGEST), *rooms])


def power_tails(law: Panels, ends: tuple[float, float]) -> Iterator[tuple[float, float, float]]:
    """Of the power tails beyond the ends: log abs(end), log f there, log of the probability."""
    for end, kind, lean in zip(ends, (LOWER, UPPER), (-law.beta, law.beta), strict=True):
        if law.alpha < 2 and lean > -1:
            log_f, log_tail = (law.log(k, np.array([end]))[0] for k in (DENSITY, kind))
            yield math.log(abs(end)), float(log_f), float(log_tail)
