"""Where a function of a law is asked: from its centre down to tails of 1e-300, and next to zeta.

Points lie at Chebyshev's nodes of panels in the logarithm of the smaller tail's probability, so
that sums over a panel are integrals over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

import numpy as np

from ...law.characteristic import s0_minus_s1
from ...stable import Stable

__all__ = ["BULK", "INTEGRATED", "NODES", "PANELS", "Points", "WEIGHTS", "ZETA", "points_of"]

CENTRE = 0.5, 0.3, 0.1, 0.03, 0.01
TAILS = 1e-4, 1e-6, 1e-8, 1e-10, 1e-12, 1e-14, 1e-16, 1e-32, 1e-64, 1e-128, 1e-300
PANELS = tuple(zip((*CENTRE, *TAILS), (*CENTRE[1:], *TAILS), strict=False))
"""Probabilities between which a panel lies, on either side, from the middle outwards."""
INTEGRATED = 11  # panels from the middle, of two decades or less, over which sums are integrals
BULK = 1e-4  # probability of a tail down to which points belong to the bulk
DECADES = 1e-2, 1e-4, 1e-8, 1e-16, 1e-32, 1e-64, 1e-128, 1e-300  # ends of regions of a tail
NODES = 17  # of a panel; nine of them, every other one, make a coarser sum
ZETA_OFFSETS = np.geomspace(1e-12, 0.3, 24)  # from zeta, in the unit of the scale
ZETA = "near zeta"
LARGEST = 1e300  # of a point


def _weights(nodes: int) -> np.ndarray:
    """Of Clenshaw and Curtis: the sum over cos(pi j / (nodes - 1)) is the integral on [-1, 1]."""
    angles = np.pi * np.arange(nodes) / (nodes - 1)
    degrees = np.arange(nodes)
    moments = np.where(degrees % 2, 0.0, 2 / (1 - np.square(degrees, dtype=float) + degrees % 2))
    return np.linalg.solve(np.cos(np.outer(degrees, angles)), moments)


def _both_weights() -> np.ndarray:
    """Weights of all nodes of a panel, and of every other one, with 0 between them."""
    coarse = np.zeros(NODES)
    coarse[::2] = _weights(NODES // 2 + 1)
    return np.stack([_weights(NODES), coarse])


WEIGHTS = _both_weights()


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Points and what they are for; the first half of the panels' lies below the median."""

    x: np.ndarray  # NaN where a point would be beyond the floats
    q: np.ndarray  # P(X <= x) as a float, what quantiles are asked at
    tail: np.ndarray  # probability of the smaller tail: exact at nodes, but for the rounding of x
    upper: np.ndarray  # whether that is the tail above
    regions: tuple[str, ...]  # names of their regions
    in_panels: int  # how many are nodes of panels: the first ones

    def by_panel(self, values: np.ndarray) -> np.ndarray:
        """Values at the nodes, of shape (2, panels, nodes): below and above the median."""
        return values[: self.in_panels].reshape(2, len(PANELS), NODES)


def points_of(law: Stable) -> Points:
    """Nodes of all panels, and points next to zeta if that lies in the bulk."""
    angles = np.cos(np.pi * np.arange(NODES) / (NODES - 1))
    ends = np.log(np.array(PANELS))
    half, middle = (ends[:, :1] - ends[:, 1:]) / 2, (ends[:, :1] + ends[:, 1:]) / 2
    tail = np.exp(middle + half * angles)
    with np.errstate(all="ignore"):
        x = np.concatenate([law.ppf(tail.ravel()), law.isf(tail.ravel())])
    x[~(np.abs(x) <= LARGEST)] = np.nan
    upper = np.repeat([False, True], tail.size)
    names = [_name(law, side, *panel) for side in (False, True) for panel in PANELS]
    regions = tuple(np.repeat(names, NODES).tolist())
    more = _next_to_zeta(law)
    below, above = law.cdf(more), law.sf(more)
    tail = np.concatenate([tail.ravel(), tail.ravel(), np.minimum(below, above)])
    upper = np.append(upper, above < below)
    return Points(
        np.append(x, more),
        np.where(upper, 1 - tail, tail),
        tail,
        upper,
        regions + (ZETA,) * len(more),
        len(x),
    )


def zeta_of(law: Stable) -> float | None:
    """The location in S1, at which the S0 form has its end of support or its cusp."""
    if law.alpha == 1 and law.beta:
        return None
    return float(law.loc - s0_minus_s1(law.alpha, law.beta, law.scale))


def _next_to_zeta(law: Stable) -> np.ndarray:
    zeta = zeta_of(law)
    if zeta is None:
        return np.empty(0)
    offsets = law.scale * ZETA_OFFSETS
    x = np.unique(np.concatenate([zeta - offsets, [zeta], zeta + offsets]))
    return x[(law.cdf(x) > BULK) & (law.sf(x) > BULK)]


def is_light(law: Stable, upper: bool) -> bool:
    """Whether a tail falls faster than any power."""
    return law.alpha == 2 or law.beta == (-1 if upper else 1)


def _name(law: Stable, upper: bool, high: float, low: float) -> str:
    """Of the region of a panel: the centre, or a part of a tail."""
    if high > CENTRE[-1]:
        return "centre"
    last = next(end for end in DECADES if high > end >= low or end <= low)
    first = DECADES[DECADES.index(last) - 1]
    kind = " light" if is_light(law, upper) else ""
    side = "right" if upper else "left"
    return f"{side}{kind} tail, 1e{round(log10(first))} to 1e{round(log10(last))}"
