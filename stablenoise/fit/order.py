"""Whether values depend on those before them, or on their place: by ranks, whatever their law.

Ranks have moments where values have none.  Under independence their autocorrelations are nearly
normal with variance 1 / n, and their correlation with time is Student's.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import chdtrc, stdtr

MOST_LAGS = 10
VALUES_PER_LAG = 40  # at least: with fewer the sum of squares is too often far out


class OrderTests(NamedTuple):
    """p-values of independence against four kinds of order.

    ``ranks`` and ``sizes`` are of autocorrelation (Ljung and Box) of the ranks of values and of
    their distances from the median, of which clusters of large values are made; ``trend`` and
    ``drift`` of the correlation of these two with time (Spearman).
    """

    ranks: float
    sizes: float
    trend: float
    drift: float


def order_tests(x: np.ndarray) -> OrderTests:
    """The four p-values of values in the order in which they came."""
    of_values, of_sizes = ranks(x), ranks(sizes_of(x))
    return OrderTests(
        ljung_box(of_values), ljung_box(of_sizes), with_time(of_values), with_time(of_sizes)
    )


def sizes_of(x: np.ndarray) -> np.ndarray:
    """Distances from the median."""
    return np.abs(x - np.median(x))


def ranks(x: np.ndarray) -> np.ndarray:
    """Ranks from 1 on; equal values share the mean of theirs."""
    _, place, counts = np.unique(x, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - 0.5 * (counts - 1))[place]


def lags_of(n: int) -> int:
    """How many lags are looked at."""
    return max(1, min(MOST_LAGS, n // VALUES_PER_LAG))


def autocorrelations(x: np.ndarray, lags: int) -> np.ndarray:
    """At lags 1 to ``lags``; 0 of equal values."""
    centred = x - x.mean()
    total = centred @ centred
    if total == 0:
        return np.zeros(lags)
    return np.array([centred[j:] @ centred[:-j] for j in range(1, lags + 1)]) / total


def ljung_box(x: np.ndarray) -> float:
    """p-value of no autocorrelation, by the sum of squares over the lags (Biometrika 65, 1978)."""
    n, lags = x.size, lags_of(x.size)
    squares = autocorrelations(x, lags) ** 2
    statistic = n * (n + 2) * np.sum(squares / (n - np.arange(1, lags + 1)))
    return float(chdtrc(lags, statistic))


def with_time(x: np.ndarray) -> float:
    """p-value of no correlation with the place in the sample."""
    n = x.size
    centred = x - x.mean()
    place = np.arange(n) - 0.5 * (n - 1)
    total = (centred @ centred) * (place @ place)
    r = centred @ place / np.sqrt(total) if total > 0 else 0.0
    t = abs(r) * np.sqrt((n - 2) / max(1 - r * r, 1e-300))
    return float(2 * stdtr(n - 2, -t))
