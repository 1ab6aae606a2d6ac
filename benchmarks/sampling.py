"""Stable variates: nanoseconds each, in one thread, and how many times a peer takes as long.

python benchmarks/sampling.py [MILLIONS]     # 10 by default

The peers, in the same run and in turn: SciPy's levy_stable.rvs, vectorised NumPy, and Pyro (torch)
where it is installed.  Then two threads against one, and the kernels against a build of them with
fastmath, in processes of their own.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from statistics import median
from time import perf_counter, process_time

if __name__ == "__main__":
    os.environ["NUMBA_NUM_THREADS"] = "2" if "threads" in sys.argv else "1"

if "fastmath" in sys.argv:  # the whole package with all that the compiler could be allowed
    import numba

    njit = numba.njit
    numba.njit = lambda *args, **options: njit(*args, **options | {"fastmath": True})

import numpy as np  # noqa: E402 - after the settings above
from numpy import cos, float32, float64, log, pi, sin, tan  # noqa: E402
from scipy.stats import levy_stable  # noqa: E402

from stablenoise import Stable

ROUNDS = 5
LAWS = {  # alpha and beta in Nolan's S0 form
    "symmetric": (1.5, 0.0),
    "skewed": (1.5, 0.5),
    "alpha = 1": (1.0, 0.5),
    "one-sided": (0.75, 1.0),
}


def numpy_cms(alpha, beta, n, rng):
    """Chambers, Mallows & Stuck (1976) in array code, as one writes it, with their S1 form."""
    v, w = pi * (rng.random(n) - 0.5), rng.standard_exponential(n)
    if beta == 0:
        return sin(alpha * v) / cos(v) ** (1 / alpha) * (cos(v - alpha * v) / w) ** (1 / alpha - 1)
    if alpha == 1:
        b = pi / 2 + beta * v
        return 2 / pi * (b * tan(v) - beta * log(pi / 2 * w * cos(v) / b))
    t = beta * tan(pi * alpha / 2)
    turned = alpha * v + np.arctan(t)
    size = (1 + t * t) ** (1 / (2 * alpha)) * sin(turned) / cos(v) ** (1 / alpha)
    return size * (cos(v - turned) / w) ** (1 / alpha - 1)


def pyro_sampler(alpha, beta, n, dtype):
    import torch
    from pyro.distributions import Stable as PyroStable

    torch.set_num_threads(1)
    kind = getattr(torch, dtype)
    law = PyroStable(*(torch.tensor(float(x), dtype=kind) for x in (alpha, beta)))
    return lambda: law.sample((n,))


def contestants(alpha, beta, n, rng):
    yield "SciPy", lambda: levy_stable.rvs(alpha, beta, size=n, random_state=rng)
    yield "NumPy", lambda: numpy_cms(alpha, beta, n, rng)
    law = Stable(alpha, beta)
    for real in (float64, float32):
        out = np.empty(n, real)
        yield f"rvs {real.__name__}", lambda out=out: law.rvs(rng=1, out=out)
        if find_spec("pyro"):
            yield f"Pyro {real.__name__}", pyro_sampler(alpha, beta, n, real.__name__)


def times(tasks, clock, n):
    """Nanoseconds a variate of each task, a row a round; a first round compiles."""
    rows = {name: [] for name in tasks}
    for turn in range(ROUNDS + 1):
        for name, task in tasks.items():
            start = clock()
            task()
            if turn:
                rows[name].append((clock() - start) / n * 1e9)
    return rows


def ratio(a, b):
    return median(x / y for x, y in zip(a, b, strict=True))


def compare(n):
    print("law        format       ns  SciPy / it  NumPy / it  Pyro / it")
    for name, (alpha, beta) in LAWS.items():
        rows = times(dict(contestants(alpha, beta, n, np.random.default_rng(1))), process_time, n)
        for real in ("float64", "float32"):
            ours = rows[f"rvs {real}"]
            ratios = [ratio(rows[peer], ours) for peer in ("SciPy", "NumPy")]
            pyro = ratio(rows[f"Pyro {real}"], ours) if f"Pyro {real}" in rows else float("nan")
            print(
                f"{name:10s} {real} {median(ours):7.2f} {ratios[0]:11.1f} {ratios[1]:11.1f}"
                f" {pyro:10.1f}"
            )


def print_times(n, clock):
    """Nanoseconds of each law and format, on one line, for a parent process."""
    for alpha, beta in LAWS.values():
        for real in (float64, float32):
            out, law = np.empty(n, real), Stable(alpha, beta)
            rows = times({"": lambda law=law, out=out: law.rvs(rng=1, out=out)}, clock, n)
            print(median(rows[""]), end=" ")


def in_child(*arguments):
    found = subprocess.run(
        [sys.executable, __file__, *arguments], check=True, capture_output=True, text=True
    )
    return [float(x) for x in found.stdout.split()]


def against_variants(n):
    millions = str(n / 1e6)
    rows = [
        [in_child(millions, "child", variant) for variant in ("plain", "fastmath", "threads")]
        for _ in range(3)
    ]
    print("\nlaw        format   it / fastmath   1 thread / 2 threads")
    for i, (name, real) in enumerate((law, r) for law in LAWS for r in ("float64", "float32")):
        fast = median(plain[i] / fastmath[i] for plain, fastmath, _ in rows)
        threads = median(plain[i] / two[i] for plain, _, two in rows)
        print(f"{name:10s} {real} {fast:15.2f} {threads:22.2f}")


def main():
    n = int(float(sys.argv[1]) * 1e6) if len(sys.argv) > 1 else 10_000_000
    if "child" in sys.argv:
        print_times(n, perf_counter)
    else:
        compare(n)
        against_variants(n)


if __name__ == "__main__":
    main()
