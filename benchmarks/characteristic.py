"""Methods on quantiles and on the characteristic function: time, and what of the bound they reach.

python benchmarks/characteristic.py [replicates]: half a minute with 200.

One thread, processor time, the best of five.  Root mean square errors are over the Cramer-Rao
deviations of alpha, beta, scale and loc, all four free; their own error is 1 / sqrt(2 replicates).
The size of the test of stability is at 5%, its power against laws that stable estimators fall for.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import sys
from time import process_time

import numpy as np

from stablenoise import Stable, law
from stablenoise.fit import gls, kogon, koutrouvelis, moments, press, quantiles, stability

FREE = np.full(4, np.nan)
SYMMETRIC = np.array([np.nan, 0.0, np.nan, np.nan])
METHODS = {
    "mcculloch": quantiles,
    "press": press,
    "kogon": kogon,
    "koutrouvelis": koutrouvelis,
    "ecf": gls,
    "logmoment": moments,
}


def held_for(name):
    return SYMMETRIC if name == "logmoment" else FREE


def seconds(name, x):
    """Processor time of an estimate, once what it compiles is there."""
    method, held = METHODS[name], held_for(name)
    method.estimate(x, None, held)
    times = []
    for _ in range(5):
        start = process_time()
        method.estimate(x, None, held)
        times.append(process_time() - start)
    return min(times)


def print_times():
    print("milliseconds of processor time, alpha 1.5, beta 0 and four free parameters")
    for n in 1_000, 10_000, 1_000_000:
        x = Stable(1.5).rvs(n, np.random.default_rng(1))
        cells = [f"{name} {1e3 * seconds(name, x):.2f}" for name in METHODS]
        print(f"{n:9,d}: " + ", ".join(cells))


def print_errors(replicates, n=10_000):
    print(f"\nerror / Cramer-Rao of alpha, beta, scale, loc: {replicates} samples of {n:,}")
    for alpha in 0.6, 0.9, 1.2, 1.5, 1.75, 1.9:
        for beta in 0.0, 0.5, 0.9:
            samples = Stable(alpha, beta).rvs((replicates, n), np.random.default_rng(2))
            bound = np.sqrt(np.diag(np.linalg.inv(law.fisher_information(alpha, beta))) / n)
            for name in "mcculloch", "kogon", "koutrouvelis", "ecf":
                found = [METHODS[name].estimate(x, None, FREE)[0] for x in samples]
                error = np.sqrt(np.mean((found - np.array([alpha, beta, 1, 0])) ** 2, axis=0))
                print(f"{alpha:5.2f} {beta:4.1f} {name:13s}", *(f"{r:6.2f}" for r in error / bound))


def share_rejected(samples):
    pvalues = [stability.over_identification(x, None, FREE).pvalue for x in samples]
    return np.mean(np.array(pvalues) < 0.05)


def print_test(replicates):
    print(f"\ntest of stability, share rejected at 5%, {replicates} samples")
    for n in 500, 5_000, 50_000:
        cells = []
        for alpha, beta in (1.2, 0), (1.2, 0.5), (1.5, 0), (1.5, 0.5), (1.75, 0), (1.9, 0), (2, 0):
            samples = Stable(alpha, beta).rvs((replicates, n), np.random.default_rng(3))
            cells.append(f"({alpha}, {beta}) {share_rejected(samples):.3f}")
        print(f"{n:7,d}: " + ", ".join(cells))
    rng, shape = np.random.default_rng(4), (replicates, 5_000)
    normal = rng.normal(size=shape)
    others = {
        "t(3)": rng.standard_t(3, shape),
        "Laplace": rng.laplace(size=shape),
        "two Gaussians, 1 and 10": normal * rng.choice([1, 10], shape),
    }
    print("  5,000: " + ", ".join(f"{k} {share_rejected(x):.3f}" for k, x in others.items()))


if __name__ == "__main__":
    REPLICATES = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    print_times()
    print_errors(REPLICATES)
    print_test(REPLICATES)
