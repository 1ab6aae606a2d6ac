"""Nanoseconds a variate of NoiseField in one thread: written, and added in place.

python benchmarks/noise.py [MILLIONS]     # 4 by default

Beside each: how many times as long NumPy takes to make independent noise of this size by its own
transform (written), or to do so and add it (added), in the same run.
"""

import os
import sys
from statistics import median
from time import process_time

os.environ["NUMBA_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 - after the number of threads

from stablenoise import NoiseField
from stablenoise.noises import common, independent, isotropic

ALPHA, ROUNDS = 1.5, 5


def numpy_cms(shape, rng):
    """Chambers, Mallows & Stuck (1976) in array code."""
    v = np.pi * (rng.random(shape) - 0.5)
    w = rng.standard_exponential(shape)
    tilt = (np.cos((1 - ALPHA) * v) / w) ** ((1 - ALPHA) / ALPHA)
    return np.sin(ALPHA * v) / np.cos(v) ** (1 / ALPHA) * tilt


def numpy_add(theta, rng):
    theta += 0.1 * numpy_cms(theta.shape, rng)


def contestants(theta):
    rng = np.random.default_rng(1)
    yield "NumPy, written", lambda: numpy_cms(theta.shape, rng)
    yield "NumPy, added", lambda: numpy_add(theta, rng)
    for noise in (common, independent, isotropic):
        field, name = NoiseField(ALPHA, 1, noise), noise.__name__.split(".")[-1]
        yield f"{name}, written", lambda field=field: field.fill(theta, 0)
        yield f"{name}, added", lambda field=field: field.add_to(theta, 0, 0.1)


def measure(tasks, n):
    rows = {name: [] for name in tasks}
    for turn in range(ROUNDS + 1):  # the first turn compiles and is not counted
        for name, task in tasks.items():
            start = process_time()
            task()
            if turn:
                rows[name].append((process_time() - start) / n * 1e9)
    return rows


def main():
    n = int(float(sys.argv[1]) * 1e6) if len(sys.argv) > 1 else 4_000_000
    print("format   dim  noise                   ns  NumPy / it")
    for real in (np.float64, np.float32):
        for dim in (1, 10, 1000):
            theta = np.zeros((n // dim, dim), real)
            rows = measure(dict(contestants(theta)), theta.size)
            for name, found in rows.items():
                peer = rows["NumPy, " + name.split(", ")[1]]
                ratio = median(a / b for a, b in zip(peer, found, strict=True))
                print(f"{real.__name__} {dim:4d}  {name:21s} {median(found):6.2f} {ratio:11.1f}")


if __name__ == "__main__":
    main()
