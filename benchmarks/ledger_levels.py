"""How often the ledger's intervals miss the truth at some look, beside how often they say so.

python benchmarks/ledger_levels.py [RUNS]     # 100,000 by default

Each run is one column of 600 rows; a miss is an interval that leaves the truth out after any
number of rows.  An interval leaves it out when the process behind it, at the truth, has reached
1/delta: so one pass over the rows serves all levels, and the summaries themselves are asked about
the first runs, to see that they agree.  "Student" is the mean as the ledger had it before, with
Student's interval at four looks, each with a quarter of the error.  "Wealth" is the mean of the
process behind an exact summary after 5 rows: by its theorem 1 at most (tests count it out exactly).
"""

import sys
from math import exp, log, sqrt

import numpy as np
from scipy import special, stats

from paper_checks import sequences, summaries
from stablenoise.kernels.compiler import jit

ROWS, EARLY, BLOCK, CHECKED = 600, 5, 2_000, 20
LEVELS = (0.05, 1e-2, 1e-3, 1e-4)
LOOKS = (75, 150, 300, 600)  # of Student's interval


def lognormal_clipped(high):
    normal = special.ndtr(log(high))
    return exp(0.5) * special.ndtr(log(high) - 1) + high * (1 - normal)


LAWS = {  # how it is drawn; mean, or None if there is nothing to know; median; where it is clipped
    "exponential": (lambda rng, n: rng.exponential(size=n), 1.0, log(2), (0, 8, 1 - exp(-8))),
    "lognormal": (
        lambda rng, n: rng.lognormal(size=n),
        exp(0.5),
        1.0,
        (0, 50, lognormal_clipped(50)),
    ),
    "Bernoulli(.9)": (lambda rng, n: (rng.uniform(size=n) < 0.9) * 1.0, 0.9, None, (0, 1, 0.9)),
    "Bernoulli(.999)": (
        lambda rng, n: (rng.uniform(size=n) < 0.999) * 1.0,
        0.999,
        None,
        (0, 1, 0.999),
    ),
    "t(3)": (lambda rng, n: rng.standard_t(3, size=n), 0.0, 0.0, (-20, 20, 0.0)),
}


@jit
def betting(shares, mean):
    """Log of the largest wealth on either side, and the wealth on one side after EARLY rows."""
    largest, early = np.empty(len(shares)), np.empty(len(shares))
    for i in range(len(shares)):
        up = sequences.wealth(shares[i], mean, np.inf)[0]
        down = sequences.wealth(1.0 - shares[i], 1.0 - mean, np.inf)[0]
        largest[i] = np.log(max(up, down) / 2.0)
        early[i] = sequences.wealth(shares[i][:EARLY], mean, np.inf)[1]
    return largest, early


def clipped(rows, low, high, mean):
    shares = (np.clip(rows, low, high) - low) / (high - low)
    return betting(shares, (mean - low) / (high - low))


def proportion(rows, p):
    ones, n = rows.cumsum(axis=1), np.arange(1, ROWS + 1)
    ratio = sequences.log_mixed(ones, n) - ones * log(p) - (n - ones) * np.log1p(-p)
    return ratio.max(axis=1), np.exp(ratio[:, EARLY - 1])


def median(rows, target):
    n = np.arange(1, ROWS + 1)
    above, below = (rows > target).cumsum(axis=1), (rows < target).cumsum(axis=1)
    with np.errstate(divide="ignore"):  # no wealth at all where few are above
        table = sequences.log_sign_wealth(np.arange(ROWS + 1.0)[:, None], n)
    largest = np.maximum(table[above, n - 1].max(axis=1), table[below, n - 1].max(axis=1))
    return largest - log(2), np.exp(table[above[:, EARLY - 1], EARLY - 1])


def moments(rows):
    """Means and standard deviations after every number of rows."""
    n = np.arange(1, ROWS + 1)
    means = rows.cumsum(axis=1) / n
    squares = (rows**2).cumsum(axis=1) - n * means**2
    return means, np.sqrt(np.maximum(squares, 0) / np.maximum(n - 1, 1))


def nominal(rows, mean):
    n = np.arange(summaries.NOMINAL_ROWS, ROWS + 1)
    means, spreads = (x[:, n - 1] for x in moments(rows))
    rate = sequences._mixing_variance() * n
    with np.errstate(divide="ignore", invalid="ignore"):  # no spread: no interval yet
        squared = n * ((means - mean) / spreads) ** 2
    reached = np.nan_to_num(squared, nan=0, posinf=0) * rate / (rate + 1) - np.log(rate + 1)
    return reached.max(axis=1) / 2, None


def student(rows, mean):
    """Log of one over the smallest level at which a look misses, looks counted."""
    means, spreads = moments(rows)
    smallest = np.ones(len(rows))
    for n in LOOKS:
        with np.errstate(divide="ignore", invalid="ignore"):  # all rows equal: a sure miss
            t = abs(means[:, n - 1] - mean) / spreads[:, n - 1] * sqrt(n)
        smallest = np.minimum(smallest, len(LOOKS) * 2 * stats.t.sf(t, n - 1))
    with np.errstate(divide="ignore"):
        return -np.log(smallest), None


def tasks(law):
    _, mean, middle, (low, high, cut) = LAWS[law]
    if low == 0 and high == 1:
        yield "proportion", lambda rows: proportion(rows, mean), summaries.proportion, mean
        yield "bounded(0, 1)", lambda rows: clipped(rows, 0, 1, mean), summaries.bounded(0, 1), mean
    else:
        name = f"clipped({low}, {high})"
        summary = summaries.clipped(low, high)
        yield name, lambda rows: clipped(rows, low, high, cut), summary, cut
        yield "median", lambda rows: median(rows, middle), summaries.median, middle
    yield "nominal", lambda rows: nominal(rows, mean), None, mean
    yield "Student", lambda rows: student(rows, mean), None, mean


def check(summary, rows, target, reached):
    """Ask the summary itself about the first runs."""
    for sample, log_wealth in zip(rows[:CHECKED], reached, strict=False):
        for delta in (0.5, 0.05):
            seen = summary(sample, 1 - delta)
            missed = not seen.low <= target <= seen.high
            assert missed == (log_wealth >= -log(delta)), (summary.name, seen, log_wealth)


def table(law, runs):
    rng = np.random.default_rng(1)
    kinds = list(tasks(law))
    misses = np.zeros((len(kinds), len(LEVELS)))
    sums = np.zeros((len(kinds), 2))
    for start in range(0, runs, BLOCK):
        rows = LAWS[law][0](rng, (min(BLOCK, runs - start), ROWS))
        for i, (_, process, summary, target) in enumerate(kinds):
            reached, early = process(rows)
            misses[i] += [(reached >= -log(delta)).sum() for delta in LEVELS]
            if early is not None:
                sums[i] += early.sum(), (early**2).sum()
            if summary and start == 0:
                check(summary, rows, target, reached)
    for (name, *_), missed, (first, second) in zip(kinds, misses, sums, strict=True):
        cells = " | ".join(f"{x / runs:.2g}" for x in missed)
        mean = first / runs
        error = sqrt(max(second / runs - mean**2, 0) / runs)
        wealth = f"{mean:.3f} ± {error:.3f}" if first else ""
        print(f"| {law} | {name} | {cells} | {wealth} |", flush=True)


if __name__ == "__main__":
    RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(f"{RUNS:,} runs of {ROWS} rows; share of runs in which some look misses, at each level")
    print("\n| law | summary | " + " | ".join(f"{x:g}" for x in LEVELS) + " | wealth |")
    print("|---" * (3 + len(LEVELS)) + "|")
    for name in LAWS:
        table(name, RUNS)
