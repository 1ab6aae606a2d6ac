"""Time of a log-likelihood and of its gradient at laws that do not come again.

python benchmarks/law_table.py [POINTS]     # 10,000 by default

Each call is at an alpha and beta of its own.  The peers are ``law.logpdf``, which makes panels of
each law, and ``law.score``, on fewer points since it takes long.  One thread.
"""

import os
import sys
from statistics import median
from time import perf_counter

os.environ["NUMBA_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 - after the number of threads

from stablenoise import Stable, law
from stablenoise.law import table

ROUNDS, FEWER = 25, 20


def milliseconds(task, laws):
    """Median over the laws, less a first call that compiles and reads."""
    found = []
    for alpha, beta in laws:
        start = perf_counter()
        task(alpha, beta)
        found.append(1e3 * (perf_counter() - start))
    return median(found[1:])


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    x, rng = Stable(1.5, beta=0.3).rvs(n, rng=1), np.random.default_rng(2)
    few = x[: max(1, n // FEWER)]
    tasks = {
        "the table at one law": (lambda a, b: table.panels(a, abs(b)), 1.0),
        "log-likelihood, table": (lambda a, b: table.logpdf(x, a, b).sum(), 1.0),
        "its gradient, table": (lambda a, b: table.score(x, a, b).sum(axis=0), 1.0),
        "log-likelihood, law.logpdf": (lambda a, b: law.logpdf(x, a, b).sum(), 1.0),
        "its gradient, law.score": (lambda a, b: law.score(few, a, b).sum(axis=0), n / few.size),
    }
    print(f"{n} points                        ms")
    for name, (task, times) in tasks.items():
        laws = zip(rng.uniform(1.1, 1.9, ROUNDS), rng.uniform(-0.9, 0.9, ROUNDS), strict=True)
        print(f"{name:28s} {times * milliseconds(task, laws):8.3f}")


if __name__ == "__main__":
    main()
