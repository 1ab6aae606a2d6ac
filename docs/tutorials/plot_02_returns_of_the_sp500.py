r"""
Returns of the S&P 500: a fitted law, and what it is worth
==========================================================

After this page you can take prices from a CSV file to a fitted law, ask whether it is the right
one, and put its value at risk beside two others, on days that none of them has seen.

**The mistake that people make**: every estimator of a stable law returns an index, whatever the
data.  An index of 1.6 does not say that returns are stable, and a risk computed from it may be
wrong several times over.
"""

import os
import textwrap
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import binom

from stablenoise import Stable, fit, tails
from stablenoise.data import column

# %%
# From a file to returns
# ----------------------
#
# :func:`stablenoise.data.column` reads one column of a file, and with ``returns=True`` takes
# differences of the logarithms.  Daily prices of the S&P 500 are not part of this library: they
# are read from ``returns/sp500.csv.gz`` in the folder that ``STABLENOISE_DATA`` names.  Where that
# is not at hand, prices are made from a stable law, written to a file, and read like the others.

MADE = Stable(alpha=1.7, beta=-0.1, scale=0.006, loc=0.0003)


def write_made_prices(path):
    prices = 1000 * np.exp(np.cumsum(MADE.rvs(5031, rng=1)))
    rows = (f"{day},{price:.12g}" for day, price in enumerate(prices))
    path.write_text("Day,Close\n" + "\n".join(rows) + "\n")


file = Path(os.environ.get("STABLENOISE_DATA", "."), "returns", "sp500.csv.gz")
is_real = file.is_file()
if is_real:
    returns = column(file, "Close", returns=True)
    print(f"{returns.size:,} daily returns of the S&P 500, 1999 to 2018")
else:
    with TemporaryDirectory() as folder:
        write_made_prices(Path(folder, "prices.csv"))
        returns = column(Path(folder, "prices.csv"), "Close", returns=True)
    print("returns/sp500.csv.gz is not at hand:")
    print(f"{returns.size:,} returns are made from", MADE, sep="\n")

# %%
# A law, and whether it is the right one
# --------------------------------------
#
# The fit alone looks fine, with small errors.  :func:`stablenoise.fit.diagnose` asks three
# questions more: does the far tail fall as that law's does, does the characteristic function fit,
# and are the days independent?

diagnosis = fit.diagnose(returns)
for name in ("alpha", "beta", "scale", "loc"):
    print(f"{name:5} {getattr(diagnosis.fit, name):9.5f} +- {diagnosis.fit.bse[name]:.5f}")
print(textwrap.fill(diagnosis.sentence, 70))

# %%
# **Of the S&P 500 the answer is no, twice**: its largest returns fall with a power of about 3,
# where the fitted law of index 1.5 would show less than 2, and large days come in clusters.  Made
# prices are not refused, as they should not be.
#
# The clusters by hand: count, in each stretch of 252 days, the losses that one day in 100 exceeds.
# Independent days would have 2 or 3, and more than 5 in one stretch of 20.

losses = -returns
stretches = losses[: losses.size // 252 * 252].reshape(-1, 252)
counts = np.sum(stretches > np.quantile(losses, 0.99), axis=1)
print("large losses by stretch:", *counts)

# %%
# **This library has no model of changing volatility**, no GARCH.  What follows is about a day
# drawn at random from the years seen, not about tomorrow.
#
# Three ways to a value at risk
# -----------------------------
#
# The first half of the days is for fitting.  The value at risk is the loss that is exceeded with
# probability p, the expected loss the mean of the losses beyond it.
#
# * *stable*: a quantile of the fitted law, and the mean of its quantiles beyond;
# * *empirical*: of the days themselves, which say nothing of what has not happened yet;
# * *extreme value* (:func:`stablenoise.tails.extremes.quantile`, Weissman's): a power through the
#   k largest losses, with k by :func:`stablenoise.tails.select_k`; it needs no law of the centre.

P = np.array([0.01, 0.001])
seen, held_out = np.split(losses, [losses.size // 2])


def stable(sample):
    law = fit.stable(sample).params
    share = (np.arange(200) + 0.5) / 200  # p share^8 lays most of the quantiles far out
    beyond = law.isf(P[:, None] * share**8) * 8 * share**7
    return law.isf(P), beyond.mean(axis=1)


def empirical(sample):
    values = np.quantile(sample, 1 - P)
    return values, [sample[sample >= value].mean() for value in values]


def extreme_value(sample):
    k = max(tails.select_k(sample, tail="right").k, int(np.ceil(P[0] * sample.size)))
    index = tails.hill.estimate(sample, k, tail="right").value
    values = np.array([tails.extremes.quantile(sample, p, k, tail="right").value for p in P])
    return values, values * (index / (index - 1) if index > 1 else np.inf)


# %%
# Intervals must know of the clusters, or they are too short.  So resample blocks of 50 days and do
# it all again, 100 times, for intervals of 90%.  Then count the days of the second half on which
# each value was exceeded, beside the range that 95 of 100 right values would keep to, were days
# independent.

rng = np.random.default_rng(1)
starts = rng.integers(0, seen.size - 50, (100, seen.size // 50))
again = [seen[(row[:, None] + np.arange(50)).ravel()] for row in starts]
ways = (stable, empirical, extreme_value)
answers = {way.__name__: np.array([way(sample) for sample in (seen, *again)]) for way in ways}
risk, exceeded, ranges = {}, {}, {}
for j, p in enumerate(P):
    low, high = ranges[p] = binom.interval(0.95, held_out.size, p)
    print(f"p = {p}: a right value is exceeded on {low:.0f} to {high:.0f} days")
    print(f"{'':15}{'value at risk, %':>20}{'expected loss, %':>22}{'exceeded':>12}")
    for way, found in answers.items():
        values, ends = (
            100 * found[0, :, j],
            100 * np.quantile(found[1:, :, j], [0.05, 0.95], axis=0),
        )
        risk[way, p], exceeded[way, p] = (values, ends), int(np.sum(held_out > values[0] / 100))
        told = [f"{v:8.1f} [{a:4.1f}, {b:4.1f}]" for v, a, b in zip(values, *ends, strict=True)]
        print(f"{way:13}", *told, f"{exceeded[way, p]:9}")

# %%
# **On the S&P 500** (this script with the file, 2026-11-30; ``tests/test_tutorials.py`` holds these
# words to it) the stable law says 4.5% for one day in 100, where the others say 3.5% and 3.7%, and
# its expected loss is twice theirs.  In the ten years that follow, its value is exceeded on 7 days,
# where 16 to 35 would be right of independent days (of days in clusters the range is wider); the
# others stay within, the extreme-value way just so.  For one day in 1,000 the held-out days cannot
# tell the three apart, as anything from 0 to 6 would be right: the empirical way has two or three
# days to go by, the stable law says 18%, and the extreme-value estimate has at least an interval
# that says how little is known.
#
# **On made prices**, where the law is right, it is the stable way that has the shortest intervals.

figure, (tail, time) = plt.subplots(2, 1, figsize=(5, 7), layout="constrained")
size = np.sort(losses[losses > 0.005])[::-1]
grid = np.geomspace(0.005, 0.4, 100)
k = tails.select_k(losses, tail="right").k
far = np.geomspace(size[k], 0.4, 50)
power = [tails.extremes.probability(losses, x, k, tail="right").value for x in far]
normal = Stable(2.0, scale=losses.std() / 2**0.5, loc=losses.mean())
tail.loglog(size, np.arange(1, size.size + 1) / losses.size, ".", color="0.5", label="all days")
tail.loglog(grid, diagnosis.fit.params.cdf(-grid), color="#D55E00", lw=2, label="stable fit")
tail.loglog(far, power, color="#0072B2", lw=2, ls="--", label=f"power of the {k} largest")
tail.loglog(grid, normal.sf(grid), color="#009E73", lw=2, ls=":", label="Gaussian")
tail.set(xlabel="loss of a day", ylabel="probability beyond it", ylim=(1e-5, 1))
tail.legend()
time.bar(np.arange(1, counts.size + 1), counts, color="#0072B2")
time.axhline(5, color="#D55E00", ls="--", label="one stretch in 20 of independent days has more")
time.set_xticks([1, 5, 10, 15, counts.size])
time.set(
    xlabel="stretch of 252 days", ylabel="losses of one day in 100", ylim=(0, counts.max() + 4)
)
time.legend(loc="upper left")
plt.show()

# %%
# Where to go from here
# ---------------------
#
# * The same two looks on the command line: ``stablenoise fit prices.csv --column Close --returns``
#   and ``stablenoise diagnose prices.csv --column Close --returns``.
# * What a tail estimate hides: :doc:`plot_03_tail_index_without_fooling_yourself`.
# * What else the library does not do: :doc:`/limits`.
