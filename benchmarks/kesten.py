"""Chains of SGD on least squares: nanoseconds a chain, coordinate and step, in one thread.

python benchmarks/kesten.py [MILLIONS]     # of Gaussian variates a measurement, 20 by default

Beside each: how many times as long a loop over steps in NumPy takes for the same chains, rows and
residuals of which are drawn by its own generator, in the same run.
"""

import os
import sys
from statistics import median
from time import process_time

for name in ("NUMBA", "OPENBLAS", "OMP", "MKL"):
    os.environ[f"{name}_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 - after the number of threads

from chaos.kesten import FiniteLeastSquares, GaussianLeastSquares, trajectory  # noqa: E402

ROUNDS, ETA, DATA = 5, 0.1, 10_000


def numpy_gaussian(x, b, steps, rng):
    n, d = x.shape
    for _ in range(steps):
        rows, residuals = rng.standard_normal((n, b, d)), rng.standard_normal((n, b))
        error = np.einsum("nbd,nd->nb", rows, x) - residuals
        x = x - ETA / b * np.einsum("nbd,nb->nd", rows, error)
    return x


def numpy_finite(x, b, steps, rng, data):
    rows, residuals = data
    for _ in range(steps):
        chosen = rng.integers(len(rows), size=(len(x), b))
        error = np.einsum("nbd,nd->nb", rows[chosen], x) - residuals[chosen]
        x = x - ETA / b * np.einsum("nbd,nb->nd", rows[chosen], error)
    return x


def contestants(b, d, x, steps):
    rng = np.random.default_rng(1)
    gaussian = GaussianLeastSquares(ETA, b, d)
    rows, targets = rng.standard_normal((DATA, d)), rng.standard_normal(DATA)
    finite = FiniteLeastSquares(rows, targets, ETA, b, replacement=True)
    data = finite.rows, finite.targets - finite.rows @ finite.solution
    yield "NumPy, new rows", lambda: numpy_gaussian(x, b, steps, rng)
    yield "chaos, new rows", lambda: next(trajectory(gaussian, x, 1, every=steps))
    yield "NumPy, given rows", lambda: numpy_finite(x, b, steps, rng, data)
    yield "chaos, given rows", lambda: next(trajectory(finite, x, 1, every=steps))


def measure(tasks):
    """Seconds of each task in each round; the first round compiles and is not counted."""
    seconds = {name: [] for name in tasks}
    for turn in range(ROUNDS + 1):
        for name, task in tasks.items():
            start = process_time()
            task()
            if turn:
                seconds[name].append(process_time() - start)
    return seconds


def main():
    variates = 1e6 * float(sys.argv[1] if len(sys.argv) > 1 else 20)
    print("  b    d  chains  rows          ns  NumPy / it")
    for b, d, chains in ((1, 1, 20_000), (1, 5, 20_000), (5, 5, 5_000), (10, 100, 256)):
        steps, x = max(1, round(variates / (chains * b * (d + 1)))), np.zeros((chains, d))
        seconds = measure(dict(contestants(b, d, x, steps)))
        for kind in ("new rows", "given rows"):
            ours, theirs = seconds[f"chaos, {kind}"], seconds[f"NumPy, {kind}"]
            ratio = median(a / c for a, c in zip(theirs, ours, strict=True))
            each = 1e9 * median(ours) / (x.size * steps)
            print(f"{b:3d}  {d:3d}  {chains:6d}  {kind:10s}  {each:6.1f}  {ratio:10.1f}")


if __name__ == "__main__":
    main()
