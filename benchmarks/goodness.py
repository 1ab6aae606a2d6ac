"""Tests of fit and diagnoses: seconds of 999 samples, false alarms, and what is told of other laws.

STABLENOISE_INTERPRET=never python benchmarks/goodness.py [times] [size] [power]
"""

import sys
import time
from functools import partial
from itertools import product

import numpy as np

from stablenoise import Stable, fit

LAWS = [(1.2, 0.0), (1.5, 0.5), (1.75, 0.0), (1.9, 0.0), (1.98, 0.0), (2.0, 0.0)]
OTHERS = {
    "t(3)": lambda rng, n: rng.standard_t(3, n),
    "t(5)": lambda rng, n: rng.standard_t(5, n),
    "Laplace": lambda rng, n: rng.laplace(size=n),
    "two scales": lambda rng, n: rng.standard_normal(n) * np.where(rng.random(n) < 0.5, 1, 10),
}
NAMES = "tail", "j", "ranks", "sizes", "trend", "drift"


def times() -> None:
    """Processor seconds of ``gof`` with 999 samples, and of a diagnosis."""
    for n in (1_000, 10_000, 100_000):
        result = fit.stable(Stable(1.7, 0.3).rvs(n, rng=1))
        result.gof(40)
        start = time.process_time()
        result.gof()
        took = time.process_time() - start
        start = time.process_time()
        fit.diagnose(result.sample.values)
        print(f"n = {n:7,}: gof {took:6.2f} s, diagnosis {time.process_time() - start:.3f} s")


def shares(draw, n: int, replicates: int) -> str:
    """Shares of samples that a diagnosis calls not stable, not independent, and by which test."""
    found = [diagnosed(draw, n, seed) for seed in range(replicates)]
    by_test = ", ".join(
        f"{name} {np.mean([name in f.refused for f in found]):.4f}" for name in NAMES
    )
    unstable = np.mean([not f.is_stable for f in found])
    dependent = np.mean([not f.is_independent for f in found])
    return f"not stable {unstable:.4f}, not independent {dependent:.4f} ({by_test})"


def drawn(law, rng, n: int):
    return law.rvs(n, rng=rng)


def diagnosed(draw, n: int, seed: int):
    return fit.diagnose(draw(np.random.default_rng(seed), n))


def size(replicates: int = 200) -> None:
    """False alarms of a diagnosis at the default rate of 0.01, and of A^2 at 0.1 and 0.05."""
    for parameters, n in product(LAWS, (500, 5_000)):
        told = shares(partial(drawn, Stable(*parameters)), n, replicates)
        print(f"{parameters}, n = {n:,}: {told}", flush=True)
    law = Stable(1.7, 0.3)
    fits = [fit.stable(law.rvs(1_000, rng=seed)) for seed in range(400)]
    p = np.array([each.gof(39).anderson_darling_pvalue for each in fits])
    at = [f"{np.mean(p <= level):.4f} at {level}" for level in (0.1, 0.05)]
    print(f"A^2, 400 samples of 1,000, refused: {', '.join(at)}")


def power(replicates: int = 100) -> None:
    """Shares of samples of 5,000 that are told, by a diagnosis and by A^2 at 0.05."""
    for name, draw in OTHERS.items():
        print(f"{name}, n = 5,000: {shares(draw, 5_000, replicates)}", flush=True)
        p = [
            fit.stable(draw(np.random.default_rng(seed), 5_000)).gof(39).anderson_darling_pvalue
            for seed in range(replicates)
        ]
        print(f"  A^2 at 0.05: {np.mean(np.array(p) <= 0.05):.3f}", flush=True)


if __name__ == "__main__":
    for part in sys.argv[1:] or ("times", "size", "power"):
        {"times": times, "size": size, "power": power}[part]()
