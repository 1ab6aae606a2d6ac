"""Laws that a power law is compared with, fitted to its tail by maximum likelihood.

Densities are those of log(x / xmin), which has no unit, for continuous laws, and probabilities for
discrete ones.  Each law returns the logarithms of its density at the points, and its parameters.
"""

from collections.abc import Callable
from math import inf, log, pi, sqrt
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import erfcx, log_ndtr

from . import zeta


class Tail(NamedTuple):
    """Distinct values from the threshold on, how often each occurs, and log(points / xmin)."""

    points: np.ndarray
    counts: np.ndarray
    logs: np.ndarray
    xmin: float
    discrete: bool

    def mean(self, values: np.ndarray) -> float:
        return float(np.average(values, weights=self.counts))

    @property
    def shares(self) -> np.ndarray:
        """Points over the largest of them."""
        return self.points / self.points[-1]


Fitted = tuple[np.ndarray, dict[str, float]]
NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
FLAT = 1e3  # -mu / sigma of a lognormal beyond which its tail is that of a power law
BENT = 10.0  # the same, where the search of a discrete one starts at the latest
WIDEST = 1e4  # sigma of a discrete one: beyond it is a rounded power law to all digits
TERMS = 2_000  # of sums, before they go on as integrals


def power_law(tail: Tail, alpha: float) -> np.ndarray:
    """Log density of the power law itself, for the tail index ``alpha``."""
    if tail.discrete:
        return -(alpha + 1) * tail.logs - log(zeta.sums(alpha + 1, tail.xmin)[0])
    return log(alpha) - alpha * tail.logs


def exponential(tail: Tail, alpha: float) -> Fitted:
    """Exponential law of the excess over xmin, geometric if discrete."""
    largest = float(tail.points[-1])
    excess = tail.shares - tail.xmin / largest
    mean = tail.mean(excess)
    if tail.discrete:
        rate = np.log1p(1 / (mean * largest))
        density = np.log(-np.expm1(-rate)) - rate * largest * excess
        return density, {"rate": float(rate)}
    return tail.logs - tail.logs[-1] - log(mean) - excess / mean, {"rate": 1 / mean / largest}


def lognormal(tail: Tail, alpha: float) -> Fitted:
    """Lognormal law cut off below xmin.

    Where log(x / xmin) varies as much as it is long, or more, no such law is the likeliest: the
    nearer to the power law the likelier (del Castillo, 1994, of the truncated normal law).
    """
    mean = tail.mean(tail.logs)
    spread = tail.mean(tail.logs**2) / mean**2
    if tail.discrete:
        start = _root(min(spread, _moments(BENT)[1]))
        return _rounded_lognormal(tail, start, mean / _moments(start)[0])
    if spread >= _moments(FLAT)[1]:
        return power_law(tail, alpha), {"mu": -inf, "sigma": inf}
    start = _root(spread)
    sigma = mean / _moments(start)[0]
    mu = log(tail.xmin) - start * sigma
    return _truncated_normal(tail.logs / sigma, start) - log(sigma), {"mu": mu, "sigma": sigma}


def _root(spread: float) -> float:
    """Value of h at which ``_moments`` has this second value."""
    return brentq(lambda h: _moments(h)[1] - spread, -1e8, FLAT, xtol=1e-12)


def _moments(h: float) -> tuple[float, float]:
    """Mean of a standard normal variate less h, given that it exceeds h; its square's over that's.

    The second rises in h, from 1 to 2.
    """
    hazard = sqrt(2 / pi) / erfcx(h / sqrt(2)) if h > -30 else 0.0
    mean = hazard - h
    return mean, (1 - h * mean) / mean**2 if h > -30 else 1 + h**-2


def _truncated_normal(y: np.ndarray, h: float) -> np.ndarray:
    """Log density at y of a standard normal variate less h, given that it exceeds h."""
    if h < -30:
        return -((y + h) ** 2) / 2 - log(2 * pi) / 2 - log_ndtr(-h)
    return -(y**2) / 2 - h * y - log(sqrt(pi / 2) * erfcx(h / sqrt(2)))


def _rounded_lognormal(tail: Tail, start: float, sigma: float) -> Fitted:
    """Lognormal law rounded to integers, from xmin on."""
    low, high = np.log1p(-0.5 / tail.points), np.log1p(0.5 / tail.points)

    def density(parameters: np.ndarray) -> np.ndarray:
        slope, width = parameters[0], min(np.exp(parameters[1]), WIDEST)  # h / sigma and sigma
        ends = [(tail.logs + end) / width + slope * width for end in (low, high)]
        return _log_normal_mass(*ends) - log_ndtr(-ends[0][0])

    best = _likeliest(tail, density, np.array([start / sigma, log(sigma)]))
    slope, width = float(best[0]), min(float(np.exp(best[1])), WIDEST)
    return density(best), {"mu": log(tail.xmin) - slope * width**2, "sigma": width}


def _log_normal_mass(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Logarithm of the normal law's probability between two points, far out too."""
    flip = low + high < 0
    low, high = np.where(flip, -high, low), np.where(flip, -low, high)
    above = log_ndtr(-low)
    with np.errstate(divide="ignore"):
        mass = above + np.log(-np.expm1(log_ndtr(-high) - above))
        narrow = -((low + high) ** 2) / 8 - log(2 * pi) / 2 + np.log(high - low)
    return np.where(high - low < 1e-6, narrow, mass)


def truncated_power_law(tail: Tail, alpha: float) -> Fitted:
    """Power law times an exponential cutoff: x^-exponent e^(-rate x) from xmin on."""
    largest = float(tail.points[-1])
    unit = tail.xmin / largest
    if alpha > 1 and _mean_of_power_law(tail, alpha) * unit <= tail.mean(tail.shares):
        # Where the mean exceeds that of the power law a cutoff makes it less likely
        return power_law(tail, alpha), {"exponent": alpha + 1, "rate": 0.0}
    longest = float(tail.logs[-1])
    excess = tail.shares - unit
    normaliser = _log_sum if tail.discrete else _log_integral

    def density(parameters: np.ndarray) -> np.ndarray:
        slope, rate = parameters[0], np.exp(parameters[1])  # per largest value
        norm = normaliser(slope, rate, longest, tail.xmin)
        return -(slope + tail.discrete) * tail.logs - rate * excess - norm

    best = _likeliest(tail, density, np.array([alpha, 0.0]))
    rate = float(np.exp(best[1])) / largest
    return density(best), {"exponent": float(best[0]) + 1, "rate": rate}


def _mean_of_power_law(tail: Tail, alpha: float) -> float:
    """Mean of x / xmin, for an index above 1."""
    if not tail.discrete:
        return alpha / (alpha - 1)
    return zeta.sums(alpha, tail.xmin)[0] / zeta.sums(alpha + 1, tail.xmin)[0]


def _log_integral(slope: float, rate: float, longest: float, xmin: float) -> float:
    """Logarithm of the integral of exp(-slope y - rate (e^y - 1) / e^longest) over y > 0."""
    cutoff = longest - log(rate)
    end = cutoff + log(1_000 + 20 * abs(slope))
    fall = slope + rate * np.exp(-longest)  # at 0, and faster later
    if fall > 0:
        end = min(745 / fall, end) if end > 0 else 745 / fall
    bend = min(max(cutoff - 40, 0.0), end)
    edges = np.concatenate([np.linspace(0, bend, 33)[:-1], np.linspace(bend, end, 65)])
    half = np.diff(edges) / 2
    y = (edges[:-1] + half)[:, None] + half[:, None] * NODES
    height = -slope * y - rate * (np.exp(y - longest) - np.exp(-longest))
    top = float(height.max())
    return top + log(float(half @ (np.exp(height - top) @ WEIGHTS)))


def _log_sum(slope: float, rate: float, longest: float, xmin: float) -> float:
    """Logarithm of the sum of (x / xmin)^-(slope + 1) e^(-rate (x - xmin) / largest) from xmin."""
    rate = rate * np.exp(-longest) / xmin  # per integer
    k = np.arange(TERMS)
    terms = -(slope + 1) * np.log1p(k / xmin) - rate * k
    start = xmin + TERMS
    height = -(slope + 1) * log(start / xmin) - rate * TERMS
    # Euler and Maclaurin: the next term is below (slope / start)^3 / 720 of the first one left out
    rest = _log_integral(slope, rate * start, 0.0, start) + log(start)
    ends = log(0.5 + ((slope + 1) / start + rate) / 12) + height
    return float(np.logaddexp.reduce([*terms, rest + height, ends]))


def _likeliest(tail: Tail, density: Callable, start: np.ndarray) -> np.ndarray:
    """Parameters of the greatest likelihood, by a simplex."""
    options: Any = {"xatol": 1e-9, "fatol": 1e-13, "maxiter": 2_000, "maxfev": 4_000}

    def cost(parameters: np.ndarray) -> float:
        return -tail.mean(density(parameters))

    return minimize(cost, start, method="Nelder-Mead", options=options).x


RIVALS = {
    "lognormal": lognormal,
    "exponential": exponential,
    "truncated_power_law": truncated_power_law,
}
