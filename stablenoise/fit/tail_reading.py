"""What Hill's estimator reads on samples of a stable law: its bias near alpha = 2 and its scatter.

The largest k + 1 of n sizes are quantiles of the law of abs(X - loc) at the first k + 1 of n
uniform order statistics, which are sums of exponential draws over their total: no sample is made.
"""

from __future__ import annotations

import numpy as np

from .. import law

FIRST, LAST = -20.0, 700.0  # logarithms of sizes at scale 1
DEPTH = 60.0  # of -log P(size > t) at the last
GRID = 3000  # sizes: more than from which on ``law`` uses panels
DRAWS_AT_ONCE = 1 << 21


def readings(alpha: float, beta: float, n: int, k: int, replicates: int, seed: int) -> np.ndarray:
    """Hill's estimates from the k largest of n draws of the law, of so many samples."""
    rng = np.random.default_rng(seed)
    depths, log_sizes = quantile_grid(alpha, beta)
    at_once = max(1, DRAWS_AT_ONCE // (k + 1))
    parts = []
    for first in range(0, replicates, at_once):
        number = min(at_once, replicates - first)
        logs = np.interp(_depths_of_largest(rng, number, n, k), depths, log_sizes)
        parts.append(1 / (logs[:, :k].mean(axis=1) - logs[:, k]))
    return np.concatenate(parts)


def paths(
    alpha: float, beta: float, n: int, ks: np.ndarray, replicates: int, seed: int
) -> np.ndarray:
    """The same for many k of the same samples: a row for each sample."""
    rng = np.random.default_rng(seed)
    depths, log_sizes = quantile_grid(alpha, beta)
    logs = np.interp(_depths_of_largest(rng, replicates, n, int(ks[-1])), depths, log_sizes)
    means = np.cumsum(logs, axis=1)[:, ks - 1] / ks
    return 1 / (means - logs[:, ks])


def quantile_grid(alpha: float, beta: float) -> tuple[np.ndarray, np.ndarray]:
    """-log P(abs(X - loc) > t), increasing, and log t, at scale 1."""
    log_sizes = np.linspace(FIRST, min(LAST, DEPTH / alpha), GRID)
    t = np.exp(log_sizes)
    with np.errstate(over="ignore"):
        depths = -np.logaddexp(law.logsf(t, alpha, beta), law.logcdf(-t, alpha, beta))
    return np.maximum.accumulate(depths), log_sizes


def _depths_of_largest(rng: np.random.Generator, replicates: int, n: int, k: int) -> np.ndarray:
    """-log of the first k + 1 of n uniform order statistics, a row for each sample."""
    sums = np.cumsum(rng.standard_exponential((replicates, k + 1)), axis=1)
    total = sums[:, -1:] + rng.standard_gamma(n - k, (replicates, 1))
    return np.log(total) - np.log(sums)
