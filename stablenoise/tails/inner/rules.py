"""Rules that choose how many of the largest values are the tail; the public face is ``selection``.

Each takes a ``Sorted`` sample and returns k with what it was chosen by.
"""

from __future__ import annotations

from math import log, sqrt
from typing import Any, NamedTuple

import numpy as np

from ...kernels.compiler import jit
from ..bias_reduced_hill import second_order
from . import resampling

TRIMMED_SHARE = 0.38106710561721
"""Of the k with the least variance of trimmed Hill estimates, for rho = -1: the k of least error.

With b = u k and t = -log u, the lower-trimmed estimate has the bias A (e^(rho t) / (1 - rho) - 1) /
(rho (1 + t)), of variance 0.0069546650 over u, and the covariance gamma^2 / k ((2 + log(v / u)) / v
- 1) / ((1 - log u) (1 - log v)) for u < v, so that its variance over u is 0.5027265494 gamma^2 / k
on average.  Hill's squared error is gamma^2 / k + A^2 / 4.  The minima are as
(0.0069546650 * 4 / 0.5027265494)^(1/3).
"""
LEAST = 20  # exceedances: what is seen of fewer is near 0, or far from it, by chance
LEAST_DRAWN = 10  # of a resample: the largest of fewer are often equal
FINE = 1.02  # ratio of neighbouring k
GUILLOU_HALL = 1.25  # their critical value
DREES_KAUFMANN = 2.5, 0.7  # their factor of the threshold, and their xi
SHRINK = 0.9  # of a threshold that nothing exceeds
CHANCE = 4.0  # times 1 / alpha: thresholds that an exact power exceeds once in 30 samples
PLATEAU = 1.1  # ratio of estimates that differ little
RESAMPLE = 0.9  # power of n that is drawn


class Sorted(NamedTuple):
    """Sizes above 0, falling, their logarithms, and 1 / alpha by Hill for k = 1, 2, ..."""

    sizes: np.ndarray
    logs: np.ndarray
    xi: np.ndarray

    @classmethod
    def of(cls, sizes: np.ndarray) -> Sorted:
        """Of the sizes above 0."""
        falling = np.sort(sizes[sizes > 0])[::-1].copy()
        logs, k = np.log(falling), np.arange(1.0, falling.size)
        return cls(falling, logs, np.cumsum(k * (logs[:-1] - logs[1:])) / k)

    @property
    def n(self) -> int:
        """Number of sizes."""
        return self.logs.size


Choice = tuple[float, dict[str, Any]]


def lower_trimmed(sample: Sorted) -> Choice:
    """Where Hill estimates without their lowest terms depend least on how many are left out."""
    most = sample.xi.size
    steps = max(int(log(most / LEAST) / log(FINE)), 0) + 2
    ks = np.unique(np.minimum(LEAST * FINE ** np.arange(steps), most).astype(int))
    variances = trimmed_variances(sample.logs, ks)
    flattest = int(ks[np.argmin(variances)])
    return round(TRIMMED_SHARE * flattest), {"flattest": flattest}


@jit(interpretable=False)
def trimmed_variances(logs, ks):
    """Variance, over b = 1 ... k, of the Hill estimates from the b largest above the (k + 1)-th."""
    sums, harmonic = np.empty(len(logs)), np.empty(len(logs))
    total, parts = 0.0, 0.0
    for i in range(len(logs)):
        total += logs[i] - logs[0]
        parts += 1.0 / (i + 1.0)
        sums[i], harmonic[i] = total, parts
    variances = np.empty(len(ks))
    for place in range(len(ks)):
        k = ks[place]
        threshold, mean, square = logs[k] - logs[0], 0.0, 0.0
        for b in range(1, k + 1):
            rest = 1.0 + harmonic[k - 1] - harmonic[b - 1]
            value = (sums[b - 1] / b - threshold) / rest
            step = value - mean
            mean += step / b
            square += step * (value - mean)
        variances[place] = square / k
    return variances


def double_bootstrap(sample: Sorted, replicates: int, seed: int) -> Choice:
    """Least error of M2 - 2 M1^2, which is 0 for an exact power, by resamples of two sizes."""
    size = int(sample.n**RESAMPLE)
    sizes = size, max(size**2 // sample.n, 6)
    state, minima = seed, []
    for size in sizes:
        # Near the whole resample the two moments agree by chance: that is no small error
        squares, state = resampling.squares(
            sample.logs, size, replicates, size // 2, np.uint64(state)
        )
        least = min(LEAST_DRAWN, size // 4)
        minima.append(int(np.argmin(squares[least - 1 :])) + least)
    (first, second), most = np.log(minima), log(sizes[0])
    share = (first / (2 * most - first)) ** (2 * (most - first) / most)
    details = {
        "sizes": sizes,
        "minima": tuple(minima),
        "rho": float(first / (2 * first - 2 * most)),
    }
    return float(np.exp(2 * first - second) * share), details


def drees_kaufmann(sample: Sorted) -> Choice:
    """Where Hill estimates begin to differ by more than chance, at two thresholds; rho = -1."""
    xi = float(sample.xi[min(int(2 * sqrt(sample.n)), sample.xi.size) - 1])
    factor, power = DREES_KAUFMANN
    threshold = factor * xi * sample.n**0.25
    while not (first := _first_difference(sample.xi, threshold)) and threshold > CHANCE * xi:
        threshold *= SHRINK
    if not first:  # a power as far as the sample goes
        return sample.xi.size, {"threshold": threshold, "first_differences": None}
    second = _first_difference(sample.xi, threshold**power) or sample.xi.size
    k = (2 * xi**2) ** (1 / 3) / 3 * (second / first**power) ** (1 / (1 - power))
    return k, {"threshold": threshold, "first_differences": (first, second)}


def _first_difference(xi: np.ndarray, threshold: float) -> int:
    """First k whose estimate differs from one before it, times the root of its k, by more."""
    slack = threshold / np.sqrt(np.arange(1.0, xi.size + 1))
    low, high = np.maximum.accumulate(xi - slack), np.minimum.accumulate(xi + slack)
    beyond = (xi < low) | (xi > high)
    return int(np.argmax(beyond)) + 1 if beyond.any() else 0


def guillou_hall(sample: Sorted) -> Choice:
    """First k about which the weighted spacings, of mean 0 for a power, are beyond chance."""
    k = np.arange(1.0, sample.xi.size + 1)
    spacings = k * (sample.logs[:-1] - sample.logs[1:])
    sums, ranked = np.cumsum(spacings), np.cumsum(k * spacings)
    contrast = (k + 1) * sums - 2 * ranked
    scores = np.sqrt(3 / k) * np.divide(contrast, sums, out=np.zeros_like(k), where=sums > 0)
    squares = np.concatenate([[0.0], np.cumsum(scores**2)])
    k = np.arange(min(LEAST, sample.xi.size // 2), 2 * sample.xi.size // 3)
    half = k // 2
    means = (squares[k + half] - squares[k - half - 1]) / (2 * half + 1)
    beyond = np.flatnonzero(means >= GUILLOU_HALL**2)
    at = int(beyond[0]) if beyond.size else k.size - 1
    return int(k[at]), {"statistic": sqrt(means[at])}


def plug_in(sample: Sorted) -> Choice:
    """Least asymptotic error for the estimated second order."""
    law = second_order(sample.sizes)
    if not law.rho * law.beta:
        raise ValueError(f"second order must differ from 0 for a plug-in, got {law}")
    bias = 2 * (log(abs(law.beta)) - np.log1p(-law.rho) + law.rho * log(sample.n))
    k = np.exp((-bias - log(-2 * law.rho)) / (1 - 2 * law.rho))
    return float(k), {"rho": law.rho, "beta": law.beta}


def plateau(sample: Sorted) -> Choice:
    """Upper end of the stretch of k, longest as a ratio, in which estimates differ least."""
    low, high = flattest(sample.xi, PLATEAU)
    return high, {"from": low, "to": high}


@jit(interpretable=False)
def flattest(xi, ratio):
    """First and last k of the longest stretch, by their ratio, with xi within a ratio."""
    least, most = np.empty(len(xi), np.int64), np.empty(len(xi), np.int64)  # queues of places
    least_first, least_end, most_first, most_end = 0, 0, 0, 0
    start, longest, low, high = 1, 0.0, 2, 2
    for i in range(1, len(xi)):  # xi of one value has no error that it could be seen by
        while least_end > least_first and xi[least[least_end - 1]] >= xi[i]:
            least_end -= 1
        while most_end > most_first and xi[most[most_end - 1]] <= xi[i]:
            most_end -= 1
        least[least_end], most[most_end] = i, i
        least_end += 1
        most_end += 1
        while xi[most[most_first]] > ratio * xi[least[least_first]]:
            start += 1
            least_first += least[least_first] < start
            most_first += most[most_first] < start
        if (i + 1.0) / (start + 1.0) > longest:
            longest, low, high = (i + 1.0) / (start + 1.0), start + 1, i + 1
    return low, high


RULES = {
    "lower_trimmed": lower_trimmed,
    "drees_kaufmann": drees_kaufmann,
    "guillou_hall": guillou_hall,
    "plug_in": plug_in,
    "plateau": plateau,
}
