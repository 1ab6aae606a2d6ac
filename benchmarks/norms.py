"""Errors for all numbers of terms kept, and norms: seconds and memory of float32 weights.

python benchmarks/norms.py [MILLIONS]     # 100 by default

One thread, one round of each: a process of its own, whose peak memory is that of the call, the
weights and the interpreter.
"""

import os
import resource
import subprocess
import sys
from time import perf_counter

os.environ["OMP_NUM_THREADS"] = os.environ["NUMBA_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 - after the setting above

from compress.compressibility import limits, norms
from stablenoise import Stable

TASKS = {
    "weights alone": lambda x: None,
    "relative_errors, p = 2": lambda x: norms.relative_errors(x, 2.0),
    "relative_errors, p = 1": lambda x: norms.relative_errors(x, 1.0),
    "relative_errors, p = 1.5": lambda x: norms.relative_errors(x, 1.5),
    "relative_errors, 9 of all k": lambda x: norms.relative_errors(x, 2.0, SHARES * x.size // 10),
    "relative_error, one k": lambda x: norms.relative_error(x, 0.1),
    "norm, p = 2": norms.norm,
    "weak_norm, p = 1": norms.weak_norm,
    "pq_index": norms.pq_index,
}
SHARES = np.arange(1, 10)
LAWS = {
    "limit_error, Stable(1.5), q = 1": lambda: limits.limit_error(Stable(1.5), 0.1, 1.0),
    "rate_constant, Stable(1.5)": lambda: limits.rate_constant(Stable(1.5), 0.1),
    "width_for_error, alpha = 1.9": lambda: limits.width_for_error(0.01, 0.1, 1.9),
}


def measure(name, n):
    """Seconds of one task, and GB of the process at its peak."""
    x = Stable(1.9).rvs(n, rng=1, dtype=np.float32)
    start = perf_counter()
    TASKS[name](x)
    seconds = perf_counter() - start
    print(f"{name:32}{seconds:8.2f}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:8.2f}")


def main():
    millions = sys.argv[1] if len(sys.argv) > 1 else "100"
    print(f"{millions}e6 float32 weights{'':10}{'s':>8}{'GB':>8}", flush=True)
    for name in TASKS:
        subprocess.run([sys.executable, __file__, millions, name], check=True)
    for name, task in LAWS.items():
        task()
        start = perf_counter()
        task()
        print(f"{name:32}{1e3 * (perf_counter() - start):8.1f} ms")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        measure(sys.argv[2], int(float(sys.argv[1]) * 1e6))
    else:
        main()
