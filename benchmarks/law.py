"""The law: microseconds a point in one thread, and how many times as long SciPy takes.

python benchmarks/law.py

All in one run and in turn; SciPy has fewer points where it is slow.  "Panels made" includes making
them: the panels of a law are forgotten before each round.
"""

import os
from statistics import median
from time import process_time

if __name__ == "__main__":
    os.environ["NUMBA_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 - after the setting above
from scipy.stats import levy_stable  # noqa: E402

from stablenoise import Stable, law
from stablenoise.law.polynomials import panels

ROUNDS = 5
LAWS = [(1.5, 0.0), (1.5, 0.5), (1.1, 0.5), (0.7, 0.3), (1.9, 0.5)]  # SciPy's piecewise method


def fresh(function, *arguments):
    panels.cache_clear()
    return function(*arguments)


def times(tasks):
    """Microseconds a point of each task, the median of some rounds; a first round compiles."""
    rows = {name: [] for name in tasks}
    for turn in range(ROUNDS + 1):
        for name, (n, task) in tasks.items():
            start = process_time()
            task()
            if turn:
                rows[name].append(1e6 * (process_time() - start) / n)
    return {name: median(row) for name, row in rows.items()}


def table(title, tasks, peer="SciPy"):
    found = times(tasks)
    print(f"\n{title}\n{'':32}{'us a point':>12}{'SciPy over it':>15}")
    for name, micros in found.items():
        print(f"{name:32}{micros:12.4f}{found[peer] / micros:15.0f}")


def density(alpha, beta):
    x = Stable(alpha, beta).rvs(1_000_000, rng=1)
    some, few = x[:10_000], x[:300]
    table(
        f"pdf, alpha = {alpha}, beta = {beta}",
        {
            "SciPy": (few.size, lambda: levy_stable.pdf(few, alpha, beta)),
            "1e4 points, panels made": (some.size, lambda: fresh(law.pdf, some, alpha, beta)),
            "1e4 points, panels kept": (some.size, lambda: law.pdf(some, alpha, beta)),
            "1e6 points, panels made": (x.size, lambda: fresh(law.pdf, x, alpha, beta)),
            "1e6 points, panels kept": (x.size, lambda: law.pdf(x, alpha, beta)),
        },
    )


def varying():
    random = np.random.default_rng(1)
    n = 20_000
    alpha, beta = random.uniform(0.5, 2, n), random.uniform(-1, 1, n)
    x = Stable(alpha, beta).rvs(rng=1)
    few = slice(0, 200)

    def scipy_both():
        levy_stable.pdf(x[few], alpha[few], beta[few])
        levy_stable.cdf(x[few], alpha[few], beta[few])

    table(
        "pdf and cdf, other parameters at every point (alpha from 0.5)",
        {
            "SciPy": (200, scipy_both),
            "both": (n, lambda: (law.pdf(x, alpha, beta), law.cdf(x, alpha, beta))),
        },
    )


def quantiles(alpha, beta):
    p = 10 ** np.random.default_rng(1).uniform(-12, 0, 100_000)
    few, some = np.exp(np.linspace(np.log(0.01), np.log(0.99), 10)), p[:10_000]
    table(
        f"ppf from 1e-12 to 1, alpha = {alpha}, beta = {beta}",
        {
            "SciPy (from 0.01)": (few.size, lambda: levy_stable.ppf(few, alpha, beta)),
            "1e4 points, panels made": (some.size, lambda: fresh(law.ppf, some, alpha, beta)),
            "1e5 points, panels made": (p.size, lambda: fresh(law.ppf, p, alpha, beta)),
            "100 points, one by one": (100, lambda: law.ppf(p[:100], alpha, beta)),
        },
        peer="SciPy (from 0.01)",
    )
    back = law.cdf(law.ppf(p, alpha, beta), alpha, beta)
    print(f"worst relative error of the probability at a quantile: {np.max(abs(back / p - 1)):.1e}")


if __name__ == "__main__":
    levy_stable.parameterization = "S0"
    for pair in LAWS:
        density(*pair)
    varying()
    for pair in LAWS[1::2]:
        quantiles(*pair)
