"""Nanoseconds a variate: NoiseField against SciPy and a vectorised NumPy transform.

python benchmarks/noise.py [MILLIONS]
"""

import os
import sys
from statistics import median
from time import process_time

os.environ["NUMBA_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 - after the number of threads
from scipy.stats import levy_stable  # noqa: E402

from stablenoise import NoiseField  # noqa: E402
from stablenoise.noises import common, independent, isotropic  # noqa: E402

ALPHA, ROUNDS = 1.5, 5


def numpy_cms(n, rng):
    """Chambers, Mallows & Stuck (1976) in array code."""
    v = np.pi * (rng.random(n) - 0.5)
    w = rng.standard_exponential(n)
    tilt = (np.cos((1 - ALPHA) * v) / w) ** ((1 - ALPHA) / ALPHA)
    return np.sin(ALPHA * v) / np.cos(v) ** (1 / ALPHA) * tilt


def contestants(n):
    rng = np.random.default_rng(1)
    yield "scipy levy_stable.rvs", lambda: levy_stable.rvs(ALPHA, 0.0, size=n, random_state=rng)
    yield "NumPy array code", lambda: numpy_cms(n, rng)
    for noise in (common, independent, isotropic):
        for dim in (1, 64):
            field = NoiseField(ALPHA, seed=1, noise=noise)
            name = f"{noise.__name__.split('.')[-1]}, dim {dim}"
            yield name, lambda field=field, dim=dim: field.at(range(n // dim), step=0, dim=dim)


def main():
    n = int(float(sys.argv[1]) * 1e6) if len(sys.argv) > 1 else 1_000_000
    tasks = dict(contestants(n))
    times = {name: [] for name in tasks}
    for turn in range(ROUNDS + 1):  # the first turn compiles and is not counted
        for name, task in tasks.items():
            start = process_time()
            task()
            if turn:
                times[name].append((process_time() - start) / n * 1e9)
    peer = times["scipy levy_stable.rvs"]
    print(f"{'float64, alpha 1.5, 1 thread':28s} {'ns':>8s} {'scipy / it':>11s}")
    for name, found in times.items():
        ratio = median(a / b for a, b in zip(peer, found, strict=True))
        print(f"{name:28s} {median(found):8.1f} {ratio:11.1f}")


if __name__ == "__main__":
    main()
