"""How often intervals of the tail estimators hold the index, and how many samples are refused.

python -m benchmarks.tail_coverage [SAMPLES]     # 4,000 by default

Pareto and symmetric stable samples of several sizes, intervals at 95%.  Shares are of the samples
that are not refused; of 4,000 they are within 0.011 of what they estimate (three standard errors).
"""

import sys
from collections.abc import Callable
from functools import partial

import numpy as np

from stablenoise import Stable
from stablenoise.tails import block, hill, log_moment, pickands

HILL_SIZES = (1, 2, 5, 10, 50)


def pareto(alpha: float, samples: int, n: int) -> np.ndarray:
    return np.random.default_rng(1).pareto(alpha, (samples, n)) + 1


def stable(alpha: float, samples: int, n: int) -> np.ndarray:
    return Stable(alpha).rvs((samples, n), rng=1)


def shares(estimate: Callable, alpha: float, rows: np.ndarray) -> tuple[float, float]:
    """Share of the intervals that hold alpha, and of the samples that are refused."""
    covered = []
    for row in rows:
        try:
            low, high = estimate(row).conf_int(0.95)
        except ValueError:
            continue
        covered.append(low <= alpha <= high)
    return float(np.mean(covered)), 1 - len(covered) / len(rows)


def cases() -> list[tuple[str, Callable, Callable, list[float], list[int]]]:
    """Name, estimator, law, indices and sizes of samples."""
    hills = [
        (f"hill, k = {k}", partial(hill.estimate, k=k), pareto, [1.5], [100]) for k in HILL_SIZES
    ]
    return [
        *hills,
        ("hill", hill.estimate, stable, [1.2, 1.5, 1.75, 1.9], [1_000, 10_000]),
        ("pickands", pickands.estimate, pareto, [0.5, 1.0, 1.5, 2.0], [100, 1_000, 10_000]),
        ("pickands", pickands.estimate, stable, [1.2, 1.5, 1.75, 1.9], [100, 1_000, 10_000]),
        ("block of 10", block.estimate, stable, [0.8, 1.5, 1.9, 2.0], [20, 50, 100, 200, 1_000]),
        ("block of 2", partial(block.estimate, block=2), stable, [0.8, 1.5, 1.9], [10, 20, 100]),
        ("log_moment", log_moment.estimate, stable, [0.5, 1.0, 1.5, 1.9, 2.0], [10, 20, 100, 500]),
    ]


def main(samples: int) -> None:
    """Print the table, a row for each estimator, law, index and size."""
    print(f"| estimator | law | index | n | covered | refused |\n|{'---|' * 6}")
    for name, estimate, law, indices, sizes in cases():
        for alpha in indices:
            for n in sizes:
                covered, refused = shares(estimate, alpha, law(alpha, samples, n))
                told = f"| {name} | {law.__name__} | {alpha} | {n} |"
                print(f"{told} {covered:.3f} | {refused:.3f} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4_000)
