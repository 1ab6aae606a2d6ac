"""How often intervals of ``chaos.rates.paired_slope`` hold the slope, for laws where it is known.

python benchmarks/rates.py [SAMPLES]     # 4,000 by default; a share is known to 0.0034 or less

Errors of one row are on one noise: partial sums of stable variates, sizes 1 to m or doubling, whose
logarithms have slopes of 1/alpha; a Gaussian random walk of logarithms; and n^E with exponential E,
where a row of errors is one number.  Beside them the coverage of the fit that is weighted by the
covariance of the rows, with normal intervals; for n^E that covariance has no inverse.
"""

import sys

import numpy as np
from scipy import stats

from chaos.rates import paired_slope
from stablenoise import Stable

COUNTS = 2, 3, 5, 8
GLS_FACTOR = stats.norm.ppf(0.975)


def sums(alpha, sizes):
    """Log errors of sums of so many stable variates, slope 1 / alpha."""
    parts = np.diff(sizes, prepend=0) ** (1 / alpha)

    def draw(rows, rng):
        steps = Stable(alpha).rvs((rows, len(sizes)), rng=rng)
        return np.log(abs((steps * parts).cumsum(axis=1)))

    return draw, 1 / alpha


def walk(sizes):
    return lambda rows, rng: rng.normal(size=(rows, len(sizes))).cumsum(axis=1), 0.0


def powers(sizes):
    return lambda rows, rng: rng.exponential(size=(rows, 1)) * np.log(sizes), 1.0


def weighted(sizes, logs):
    """Slope and standard error by generalised least squares (Rao, 1967)."""
    rows, m = logs.shape
    left, spent = rows - 1, m - 2
    charge = left * (left - 1) / ((left - spent) * (left - 1 - spent))
    inverse = np.linalg.pinv(charge * np.cov(logs.T) / rows, hermitian=True)
    design = np.stack([np.ones(m), np.log(sizes)], axis=1)
    covariance = np.linalg.pinv(design.T @ inverse @ design)
    return (covariance @ design.T @ inverse @ logs.mean(axis=0))[1], covariance[1, 1] ** 0.5


def coverage(case, sizes, rows, samples):
    """Shares of samples whose interval holds the slope: Student's over rows, and the weighted."""
    (draw, slope), rng, held = case, np.random.default_rng(1), np.zeros(2)
    for _ in range(samples):
        logs = draw(rows, rng)
        low, high = paired_slope(sizes, np.exp(logs - logs.mean())).conf_int()[1]
        found, error = weighted(sizes, logs)
        held += low <= slope <= high, abs(found - slope) <= GLS_FACTOR * error
    return held / samples


def main():
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else 4_000
    for m in COUNTS:
        line, doubling = np.arange(1, m + 1), 2 ** np.arange(m)
        cases = {f"sums of 1 to m, alpha {a}": (sums(a, line), line) for a in (0.3, 0.5, 1, 1.5, 2)}
        cases |= {f"doubling sums, alpha {a}": (sums(a, doubling), doubling) for a in (0.5, 1.5)}
        cases |= {"Gaussian walk": (walk(doubling), doubling), "n^E": (powers(doubling), doubling)}
        for name, (case, sizes) in cases.items():
            for rows in (10 * m, 50 * m) if m == 5 else (10 * m,):
                ours, other = coverage(case, sizes, rows, samples)
                beside = "" if name == "n^E" else f", weighted {other:.3f}"
                print(f"m = {m}, {rows} rows, {name}: {ours:.3f}{beside}", flush=True)


if __name__ == "__main__":
    main()
