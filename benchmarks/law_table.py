"""Time of a log-likelihood and of its gradient at laws that do not come again.

python benchmarks/law_table.py [POINTS]     # 10,000 by default

Each call is at an alpha and beta of its own.  The peers are ``law.logpdf``, which makes panels of
each law, and ``law.score``, on fewer points since it takes long.  Then all parts of the table, with
points left to the exact functions where it has none.  One thread.
"""

import os
import sys
from statistics import median
from time import process_time

os.environ["NUMBA_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 - after the number of threads

from stablenoise import Stable, law
from stablenoise.law import table

ROUNDS, FEWER = 25, 20
BANDS = {  # of alpha and of abs(beta)
    "0.15-0.3": (0.15, 0.3, 0.0, 1.0),
    "0.3-0.5": (0.3, 0.5, 0.0, 1.0),
    "0.5-1": (0.5, 1.0, 0.0, 1.0),
    "1-1.96": (1.0, 1.96, 0.0, 0.9),
    "1-1.96, beta > 0.9": (1.0, 1.96, 0.9, 1.0),
    "1.96-2": (1.96, 2.0, 0.0, 1.0),
}


def milliseconds(task, laws):
    """Median over the laws, less a first call that compiles and reads."""
    found = []
    for alpha, beta in laws:
        start = process_time()
        task(alpha, beta)
        found.append(1e3 * (process_time() - start))
    return median(found[1:])


def laws_of(band, rng):
    low_a, high_a, low_b, high_b = band
    return list(
        zip(rng.uniform(low_a, high_a, ROUNDS), rng.uniform(low_b, high_b, ROUNDS), strict=True)
    )


def peers(x, few, rng):
    """The table and the exact functions, in the first of its bands."""
    tasks = {
        "log-likelihood, table": (lambda a, b: table.logpdf(x, a, b).sum(), 1.0),
        "its gradient, table": (lambda a, b: table.score(x, a, b).sum(axis=0), 1.0),
        "both in one pass": (lambda a, b: table.log_and_score_sums(x, a, b), 1.0),
        "log-likelihood, law.logpdf": (lambda a, b: law.logpdf(x, a, b).sum(), 1.0),
        "its gradient, law.score": (
            lambda a, b: law.score(few, a, b).sum(axis=0),
            x.size / few.size,
        ),
    }
    print(f"{x.size} points                        ms")
    for name, (task, times) in tasks.items():
        laws = laws_of((1.1, 1.9, -0.9, 0.9), rng)
        print(f"{name:28s} {times * milliseconds(task, laws):8.3f}")


def bands(n, rng):
    """One law, and log f with its score a point, of draws of a law in the middle of each band."""
    print("\nalpha                   us a law    ns a point")
    for name, band in BANDS.items():
        low_a, high_a, low_b, high_b = band
        x = Stable((low_a + high_a) / 2, beta=(low_b + high_b) / 2).rvs(n, rng=1)
        laws = laws_of(band, rng)
        for alpha, beta in laws:
            table.law_at(alpha, beta)  # each region is read once
        one = milliseconds(table.law_at, laws)
        whole = milliseconds(lambda a, b, x=x: table.log_and_score_sums(x, a, b), laws)
        print(f"{name:22s} {1e3 * one:9.0f} {1e6 * (whole - one) / n:13.1f}")


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    x, rng = Stable(1.5, beta=0.3).rvs(n, rng=1), np.random.default_rng(2)
    peers(x, x[: max(1, n // FEWER)], rng)
    bands(n, rng)


if __name__ == "__main__":
    main()
