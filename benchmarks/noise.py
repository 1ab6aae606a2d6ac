"""Nanoseconds a variate of NoiseField in one thread: written, and added in place.

python benchmarks/noise.py [MILLIONS]     # 4 by default

Beside each: how many times as long NumPy takes to make independent noise of this size by its own
transform (written), or to do so and add it (added), in the same run.

Below: the same array laid out by columns, and as every other column of a larger one; and
microseconds of a call that adds to little, alone, in a list of 100 and in a dict of 100.
"""

import os
import sys
from statistics import median
from time import process_time

if __name__ == "__main__":
    os.environ["NUMBA_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 - after the number of threads

from stablenoise import NoiseField
from stablenoise.noises import common, independent, isotropic

ALPHA, ROUNDS, CALLS = 1.5, 5, 100


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


def layouts(n, real):
    """Tasks that add to arrays of one shape, contiguous or not."""
    shape, field = (n // 1000, 1000), NoiseField(ALPHA, 1)
    arrays = {
        "contiguous": np.zeros(shape, real),
        "by columns": np.zeros(shape[::-1], real).T,
        "every other column": np.zeros((shape[0], 2000), real)[:, ::2],
    }
    for name, theta in arrays.items():
        yield name, lambda theta=theta: field.add_to(theta, 0, 0.1)


def little_calls():
    """Tasks of many calls, or of many arrays in one call; 10 x 10 each."""
    field, many = NoiseField(ALPHA, 1), [np.zeros((10, 10), np.float32) for _ in range(CALLS)]
    named = {f"layer{i}.weight": theta for i, theta in enumerate(many)}
    yield "calls", lambda: [field.add_to(theta, 0, 0.1) for theta in many]
    yield "in a list", lambda: field.add_to(many, 0, 0.1)
    yield "in a dict", lambda: field.add_to(named, 0, 0.1)


def print_others(n):
    print("\nformat   layout                  ns  it / contiguous")
    for real in (np.float64, np.float32):
        rows = measure(dict(layouts(n, real)), n)
        for name, times in rows.items():
            ratio = median(a / b for a, b in zip(times, rows["contiguous"], strict=True))
            print(f"{real.__name__} {name:21s} {median(times):6.2f} {ratio:15.2f}")
    print("\n10 x 10 arrays, microseconds each")
    for name, times in measure(dict(little_calls()), CALLS * 1e3).items():
        print(f"{name:21s} {median(times):6.1f}")


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
    print_others(n)


if __name__ == "__main__":
    main()
