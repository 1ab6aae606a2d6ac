"""Bridges of stable paths: nanoseconds a midpoint, in one thread, and those of the same in NumPy.

python benchmarks/path.py [THOUSANDS]     # of midpoints, 500 by default

The NumPy version is the same rejection: proposals by Chambers, Mallows & Stuck (1976), the log
density by linear interpolation in asinh(x), with the power law beyond.  Both split the same sums.
"""

import os
import sys
from statistics import median
from time import process_time

if __name__ == "__main__":
    os.environ["NUMBA_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 - after the setting above

from stablenoise import Lane, Stable, StablePath, law
from stablenoise.bridges import bridge, keys
from stablenoise.kernels.addresses import address
from stablenoise.noises import isotropic

ROUNDS = 5
EDGE = 20.0  # of the table, in asinh(x)


def log_density(alpha):
    """Interpolated log density of the symmetric law, for arrays."""
    u = np.linspace(-EDGE, EDGE, 40_001)
    table = law.logpdf(np.sinh(u), alpha)

    def found(x):
        v = np.arcsinh(x)
        return np.interp(v, u, table) - (1 + alpha) * np.maximum(abs(v) - EDGE, 0)

    return found


def numpy_halves(sums, alpha, log_f, rng):
    """Left halves, and the number of proposals."""
    left, active, proposals = np.empty(sums.size), np.arange(sums.size), 0
    middle = log_f(sums / 2)
    while active.size:
        s, n = sums[active], active.size
        v, w = np.pi * (rng.random(n) - 0.5), rng.standard_exponential(n)
        power = (np.cos(v - alpha * v) / w) ** (1 / alpha - 1)
        x = np.sin(alpha * v) / np.cos(v) ** (1 / alpha) * power
        x = np.where(rng.random(n) < 0.5, x, s - x)
        a, b = log_f(x), log_f(s - x)
        accept = np.log(2.0) + a + b - np.logaddexp(a, b) - middle[active]
        good = np.log(rng.random(n)) <= accept
        left[active[good]] = x[good]
        active, proposals = active[~good], proposals + n
    return left, proposals


def nanoseconds(task, n):
    """Median of ROUNDS, after one that compiles."""
    seconds = []
    for _ in range(ROUNDS + 1):
        start = process_time()
        task()
        seconds.append(process_time() - start)
    return 1e9 * median(seconds[1:]) / n


def of_one_law(alpha, beta, n):
    where = keys(address(1, 0, Lane.SPLIT), np.arange(n, dtype=np.uint32), np.zeros(n, np.uint32))
    found, root, whole = bridge(alpha, beta), np.zeros(1, np.uint64), np.ones(1, np.uint64)
    values = found.draw(root, where)
    ours = nanoseconds(lambda: found.halve(values, whole, where), n)
    proposals = found.halve(values, whole, where)[1] / n
    line = f"alpha {alpha}, beta {beta}: {ours:6.1f} ns, {proposals:.3f} proposals"
    if beta == 0:
        rng, log_f = np.random.default_rng(1), log_density(alpha)
        sums = 2 ** (1 / alpha) * Stable(alpha).rvs(n, rng)
        theirs = nanoseconds(lambda: numpy_halves(sums, alpha, log_f, rng), n)
        count = numpy_halves(sums, alpha, log_f, rng)[1] / n
        line += (
            f"; NumPy {theirs:6.1f} ns, {count:.3f} proposals, {theirs / ours:.1f} times as long"
        )
    return line


def of_paths(n):
    """Whole paths, one increment after the other, and one far down the tree."""
    for name, path in (
        ("independent", StablePath(1.5, 1)),
        ("isotropic, 10 coordinates", StablePath(1.5, 1, noise=isotropic)),
        ("Brownian, 10 coordinates", StablePath(2.0, 1)),
    ):
        dim = 1 if name == "independent" else 10
        rows = range(max(n // 1024 // dim, 1))
        each = nanoseconds(lambda p=path, r=rows, d=dim: p.increments(10, r, d), 1)
        yield f"{name}: {each / (1024 * len(rows) * dim):6.1f} ns an increment of 1024"
    path = StablePath(1.5, 1)
    one = nanoseconds(lambda: path(0.5, 0.5 + 2.0**-40, [0], 1), 1)
    yield f"one increment at level 40, of one particle: {one / 1e3:.0f} microseconds"


if __name__ == "__main__":
    n = 1_000 * int(sys.argv[1] if len(sys.argv) > 1 else 500)
    for parameters in ((0.6, 0.0), (1.0, 0.0), (1.5, 0.0), (1.9, 0.0), (1.5, 0.5), (0.75, 1.0)):
        print(of_one_law(*parameters, n))
    print(*of_paths(n), sep="\n")
