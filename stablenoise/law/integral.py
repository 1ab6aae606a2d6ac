"""Nodes and weights of integrals over the line, as fine as the panels of a law."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from .direct import DENSITY, LOWER, UPPER
from .polynomials import ABOUT_ZETA, Panels
from .zeta import plus

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
MAX_PIECE = 10.0  # piece of u: in one, powers of x are exponentials that 20 nodes integrate
MIN_PIECE = 2.0**-40  # of u: no piece is nearer to a singular point
MAX_PIECE_BESIDE = 2.0  # likewise, next to a singular point pi away in the complex plane


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


class _Origin(NamedTuple):
    """The origin as one side sees it.

    It is at u = ``centre`` if it is on this side; ``bends`` are the u, less ``centre``, beside
    which powers of x - origin have singular points in the complex plane.
    """

    sign: float
    at: float
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
    # From here on the origin is measured from zeta where u is
    shifted = plus((origin, 0.0), law.shift)[0] if math.isfinite(origin) else np.inf
    parts = [_side(law, part, _origin_on(law, sign, shifted)) for sign, part in law.sides()]
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


def _origin_on(law: Panels, sign: float, at: float) -> _Origin:
    """The origin, which is measured from zeta where u is, as one side sees it."""
    if not math.isfinite(at) or (law.alpha <= ABOUT_ZETA and at == 0.0):
        return _Origin(sign, at, 0.0, False, ())
    if law.alpha > ABOUT_ZETA:  # sinh(u) is the origin's at its u + 2 pi i and -u + pi i
        u = math.asinh(at)
        return _Origin(sign, at, u, True, (-2.0 * u,))
    u = math.log(abs(at))
    is_here = (at > 0.0) == (sign > 0.0)
    return _Origin(sign, at, u if is_here else 0.0, is_here, () if is_here else (u,))


def _side(law: Panels, part: np.ndarray, origin: _Origin) -> Nodes:
    """Nodes on the panels of one side, made in t = u - centre."""
    about, half = law.alpha <= ABOUT_ZETA, 1 / law.stretch[part]
    edges = np.append(law.middle[part] - half, law.middle[part[-1]] + half[-1])
    low, high, gaps = _pieces(edges - origin.centre, origin)
    half = 0.5 * (high - low)[:, None]
    t = (low[:, None] + half * (1 + _NODES)).ravel()
    u = origin.centre + t
    slope = u if about else np.logaddexp(u, -u) - math.log(2.0)
    log_weight, ends = np.log(half * _WEIGHTS).ravel() + slope, law.x(edges[[0, -1]], origin.sign)
    if about and origin.at == 0.0:
        gaps = edges[:1]  # the origin is at u = -inf
    lengths = tuple(abs(_distance(about, gaps, origin)).tolist())
    x, log_f = law.x(u, origin.sign), law.log_density(u, origin.sign)
    return Nodes(x, log_f, log_weight, _distance(about, t, origin), lengths, _range(ends))


def _distance(about: bool, t: np.ndarray, origin: _Origin) -> np.ndarray:
    """How far points are from the origin, to all digits."""
    if not origin.is_here:
        return origin.sign * np.exp(t) - origin.at if about else np.full(t.shape, -np.inf)
    if not about:
        return 2.0 * np.sinh(0.5 * t) * np.cosh(origin.centre + 0.5 * t)
    near, far = np.exp(origin.centre) * np.expm1(np.minimum(t, 1.0)), np.exp(origin.centre + t)
    return origin.sign * np.where(t > 1.0, far - np.exp(origin.centre), near)


def _pieces(edges: np.ndarray, origin: _Origin) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ends of pieces of t, none longer than its distance from 0, and of the gaps about 0."""
    if origin.is_here and edges[0] < 0.0 < edges[-1]:
        edges = np.unique(np.append(edges, 0.0))
    low, high = edges[:-1], edges[1:]
    while True:
        long = high - low > 1.001 * _longest(low, high, origin)
        if not long.any():
            break
        middle = 0.5 * (low + high)[long]
        low = np.concatenate([low[~long], low[long], middle])
        high = np.concatenate([high[~long], middle, high[long]])
    gap = origin.is_here & (np.maximum(abs(low), abs(high)) <= 2.0 * MIN_PIECE)
    gaps = np.array([low[gap].min(initial=0.0), high[gap].max(initial=0.0)])
    return low[~gap], high[~gap], gaps[gaps != 0.0]


def _longest(low: np.ndarray, high: np.ndarray, origin: _Origin) -> np.ndarray:
    """How long pieces may be."""
    points = [(0.0, MIN_PIECE)] * origin.is_here + [
        (bend, MAX_PIECE_BESIDE) for bend in origin.bends
    ]
    limits = [np.maximum(np.maximum(low - t, t - high), least) for t, least in points]
    return np.minimum.reduce([np.full(low.shape, MAX_PIECE), *limits])


def power_tails(law: Panels, ends: tuple[float, float]) -> Iterator[tuple[float, float, float]]:
    """Of the power tails beyond the ends: log abs(end), log f there, log of the probability."""
    for end, kind, lean in zip(ends, (LOWER, UPPER), (-law.beta, law.beta), strict=True):
        if law.alpha < 2 and lean > -1:
            log_f, log_tail = (law.log(k, np.array([end]))[0] for k in (DENSITY, kind))
            yield math.log(abs(end)), float(log_f), float(log_tail)
