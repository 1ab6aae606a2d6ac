"""A start for alpha below about 1/2: the peak of the density, then signs and log sizes about it.

A law of small alpha has a peak that is narrow by any quantile's measure, at loc - beta scale
tan(pi alpha / 2), its location in S1: a location that quantiles give may be a million widths off.
About the peak the law is strictly stable, and its log sizes and signs are closed forms.

References
----------
Kuruoglu (2001), IEEE Transactions on Signal Processing 49, 2192-2201, for the moments; Robertson &
Cryer (1974), Journal of the American Statistical Association 69, 1012-1016, for the half-sample
mode.

"""

from __future__ import annotations

from math import atan, cos, exp, log, pi, tan

import numpy as np

from . import quantiles
from .moments import EULER

BELOW = 0.45  # is the alpha of quantiles for which the peak is asked
LEAST_ALPHA, MOST_ALPHA = 0.1, 0.9  # of the start: at 1 there is no strictly stable law


def start(x: np.ndarray, weights: np.ndarray | None, held: np.ndarray) -> np.ndarray:
    """Where a search for parameters begins: by quantiles, or about the peak for a small alpha."""
    theta = quantiles.parameters(quantiles.of_sample(x, weights), held)
    return theta if theta[0] >= BELOW else parameters(x, weights, held)


def parameters(x: np.ndarray, weights: np.ndarray | None, held: np.ndarray) -> np.ndarray:
    """Parameters of a law of small alpha, those held as they are: for the start of a search."""
    weights = np.ones(x.size) if weights is None else weights
    distance = x - mode(x, weights)
    kept = distance != 0
    total = float(weights[kept].sum())
    signs = float(weights @ np.sign(distance)) / total
    y = np.log(abs(distance[kept]))
    mean = float(weights[kept] @ y) / total
    variance = float(weights[kept] @ (y - mean) ** 2) / total
    alpha, beta = _shape(variance, signs, held)
    twist = beta * tan(pi * alpha / 2)
    scale = exp(mean - EULER * (1 / alpha - 1) + log(cos(atan(twist))) / alpha)
    scale = scale if np.isnan(held[2]) else float(held[2])
    loc = float(mode(x, weights)) + twist * scale
    return np.where(np.isnan(held), np.array([alpha, beta, scale, loc]), held)


def _shape(variance: float, signs: float, held: np.ndarray) -> tuple[float, float]:
    """Alpha and beta: P(X > 0) is 1/2 + q / pi, and the variance pi^2 (1/a^2 + 1/2) / 6 - q^2."""
    angle = pi * signs / 2
    excess = 6 * (variance + angle**2) / pi**2 - 0.5
    alpha = excess**-0.5 if excess > MOST_ALPHA**-2 else MOST_ALPHA
    alpha = max(alpha, LEAST_ALPHA) if np.isnan(held[0]) else min(float(held[0]), MOST_ALPHA)
    most = pi * alpha / 2
    beta = tan(min(max(alpha * angle, -most), most)) / tan(most)
    return alpha, min(max(beta, -1.0), 1.0) if np.isnan(held[1]) else float(held[1])


def mode(x: np.ndarray, weights: np.ndarray) -> float:
    """Half-sample mode: the shortest half, and of it the shortest half, to the last two values."""
    x, places = np.unique(x, return_inverse=True)
    weights = np.bincount(places, weights)  # so that equal values are one of their weight
    while x.size > 2 and x[-1] > x[0]:
        ends = np.cumsum(weights)
        starts = ends - weights
        last = np.searchsorted(ends, starts + ends[-1] / 2 * (1 - 1e-12))
        inside = np.flatnonzero(last < x.size)
        widths = x[last[inside]] - x[inside]
        first = inside[int(widths.argmin())]
        if last[first] - first + 1 == x.size:
            break
        x, weights = x[first : last[first] + 1], weights[first : last[first] + 1]
    return float(0.5 * x[0] + 0.5 * x[-1])
