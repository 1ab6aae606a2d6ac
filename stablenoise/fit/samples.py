"""A sample as every method of fitting takes it: checked, and in units of its own spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_kind, check_rows, finite_sample, real_array, told
from .histogram import Histogram, chunks
from .parameters import LOC, SCALE

MIN_VALUES = 10
MAX_COUNT = 2.0**53  # observations: more are no integers among the doubles
MAX_EXPONENT = 1000  # of the largest value in units of the spread
SPREADS = 0.25, 0.1, 0.025, 0.0  # probabilities of quantiles: the first that differ serve
SUBSAMPLE = 1 << 14  # values that are sorted to find the unit: it need not be exact
UNBINNED = 1 << 12  # values up to which a likelihood is taken of the values themselves
BITS = 4  # 16 bins an octave: 1e-7 of a standard error at a million values


@dataclass(frozen=True)
class Sample:
    """Finite values and their frequencies; ``name`` is that of the column that they came from."""

    values: np.ndarray
    weights: np.ndarray | None
    name: str

    @property
    def nobs(self) -> float:
        """Number of observations: the sum of the frequencies."""
        if self.weights is None:
            return float(self.values.size)
        return float(self.weights.sum())


@dataclass(frozen=True)
class Unit:
    """x = centre + 2^exponent z: z has about median 0 and half interquartile range 1."""

    centre: float
    exponent: int

    def standardised(self, values: np.ndarray) -> np.ndarray:
        """Values in this unit; exact but for the subtraction."""
        with np.errstate(over="ignore"):
            return np.ldexp(values, -self.exponent) - np.ldexp(self.centre, -self.exponent)

    def inward(self, theta: np.ndarray) -> np.ndarray:
        """Parameters in this unit."""
        inside = theta.copy()
        inside[SCALE] = np.ldexp(theta[SCALE], -self.exponent)
        inside[LOC] = self.standardised(theta[LOC])
        return inside

    def outward(self, theta: np.ndarray) -> np.ndarray:
        """Parameters in the unit of the sample."""
        outside = theta.copy()
        outside[SCALE] = np.ldexp(theta[SCALE], self.exponent)
        outside[LOC] = np.ldexp(theta[LOC], self.exponent) + self.centre
        return outside

    @property
    def steps(self) -> np.ndarray:
        """What a unit of each parameter is, in the unit of the sample."""
        return np.array([1.0, 1.0, np.ldexp(1.0, self.exponent), np.ldexp(1.0, self.exponent)])


def read_sample(x: Any, weights: ArrayLike | None = None, name: str | None = None) -> Sample:
    """Checked values of positive frequencies; a pandas column keeps its name."""
    values = finite_sample(x, least=MIN_VALUES, name="x")
    if name is None:
        name = getattr(x, "name", None)
        name = name if isinstance(name, str) else "x"
    check_kind("name", name, str)
    return Sample(
        np.ascontiguousarray(values),
        None if weights is None else read_weights(weights, values.size),
        name,
    )


def read_weights(weights: ArrayLike, size: int) -> np.ndarray:
    """Positive finite frequencies, or ValueError that names the first row that is not."""
    frequencies = real_array("weights", weights)
    if frequencies.shape != (size,):
        raise ValueError(f"weights must have shape ({size},), got {told(frequencies)}")
    good = (frequencies > 0) & np.isfinite(frequencies)
    check_rows("weights must be positive and finite", frequencies, good)
    with np.errstate(over="ignore"):
        total = float(frequencies.sum())
    if not MIN_VALUES <= total <= MAX_COUNT:
        rule = f"weights must be frequencies, of a sum from {MIN_VALUES} to 2^53"
        raise ValueError(f"{rule}, got the sum {total:.6g}")
    return np.ascontiguousarray(frequencies)


def unit_of(values: np.ndarray, weights: np.ndarray | None = None) -> Unit:
    """Median and a power of two next to half the interquartile range.

    Of many values it is that of some of them, evenly spaced.  Where more than half are equal, wider
    quantiles serve; ValueError if all are equal.
    """
    step = -(-values.size // SUBSAMPLE)
    some = values[::step]
    order = np.argsort(some, kind="stable")
    ordered = some[order]
    shares = np.ones(some.size) if weights is None else weights[::step][order]
    reached = np.cumsum(shares) - shares / 2
    reached /= shares.sum()

    def quantile(p: float) -> float:
        return float(np.interp(p, reached, ordered))

    for p in SPREADS:
        low, high = (quantile(p), quantile(1 - p)) if p else (values.min(), values.max())
        half = float(high / 2 - low / 2)
        if half > 0:
            unit = Unit(quantile(0.5), int(np.frexp(half)[1]))
            break
    else:
        raise ValueError(f"x must have values that differ, got all {values[0]:.6g}")
    largest = max(abs(float(values.min())), abs(float(values.max())))
    if np.frexp(largest)[1] - unit.exponent > MAX_EXPONENT:
        rule = f"x must span fewer than 2^{MAX_EXPONENT} times its interquartile range"
        raise ValueError(f"{rule}, got {largest:.3g} beside {half:.3g}")
    return unit


def points_of(
    values: np.ndarray, weights: np.ndarray | None, unit: Unit, about: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Standardised points and their weights: of few values these, of many those of a histogram.

    They are in order, and equal ones are one of their weight.

    Its bins are narrowest about a standardised value.
    """
    if values.size <= UNBINNED:
        ones = np.ones(values.size) if weights is None else weights
        points, places = np.unique(unit.standardised(values), return_inverse=True)
        return points, np.bincount(places, ones)
    histogram = Histogram(BITS, weighted=weights is not None)
    for part in chunks(values.size):
        some = None if weights is None else weights[part]
        histogram.add(unit.standardised(values[part]) - about, some)
    points, weights = histogram.points()
    return points + about, weights
