"""
Four samples that Hill's estimator reads
========================================

Hill's estimator reads the index of a tail off the k largest values. It is exact where the tail is a
power law from a threshold on, and wrong elsewhere, and its interval does not know which. The
pictures show its estimates for every k, with intervals at 95%, for four samples of 10,000 values
whose tails are known.
"""

# %%
# The truth is the dashed line
# ----------------------------
#
# - *Pareto 1.5*: a power law throughout. Every k is right, and the interval narrows.
# - *Stable 1.5*: a power law far out. Small k are right.
# - *Stable 1.9*: the same, but so far out that 10,000 values hardly reach it. At most k the
#   estimate lies above 2, where the variance would be finite, and the interval excludes the truth.
# - *Student 3*: variance finite, index 3. The path falls through 2 at large k: whoever is free to
#   choose k may report a finite variance or an infinite one.

import matplotlib.pyplot as plt
import numpy as np

from stablenoise import Stable
from stablenoise.tails import hill

plt.rcParams.update({"font.size": 12, "figure.figsize": (6.4, 9.0)})
N = 10_000
rng = np.random.default_rng(1)
SAMPLES = (
    ("Pareto 1.5", rng.pareto(1.5, N) + 1, 1.5),
    ("stable 1.5", Stable(1.5).rvs(N, rng=rng), 1.5),
    ("stable 1.9", Stable(1.9).rvs(N, rng=rng), 1.9),
    ("Student 3", rng.standard_t(3, N), 3.0),
)

figure, panels = plt.subplots(4, 1, sharex=True, layout="constrained")
for axes, (name, sample, truth) in zip(panels, SAMPLES, strict=True):
    path = hill.path(sample, np.arange(20, 4001))
    half = 1.96 * path.stderrs
    axes.fill_between(path.ks, path.values - half, path.values + half, color="#56B4E9", alpha=0.5)
    axes.plot(path.ks, path.values, color="#0072B2", lw=2)
    axes.axhline(truth, color="#D55E00", ls="--", lw=2)
    axes.axhline(2, color="black", lw=0.8)
    axes.text(20, 2.05, "variance finite above", fontsize=10, va="bottom")
    axes.set(title=name, ylabel="index", ylim=(0, 4.5), xscale="log")
    reads = [f"{hill.estimate(sample, k).value:.2f} at {k}" for k in (100, 500, 2000, 4000)]
    print(f"{name} (truth {truth}), by k: {', '.join(reads)}")
panels[-1].set_xlabel("number k of the largest values that are used")

# %%
# How often is the interval right?
# --------------------------------
#
# One sample proves nothing, so here are 400 of each law, each with 5% of its values. Where the tail
# is a power law the interval holds the truth as often as it says. Of stable samples it does so the
# less often the nearer the index is to 2 (:claim:`E-1`, :claim:`E-2`, :claim:`E-3`).

figure, axes = plt.subplots(figsize=(6.4, 4.2), layout="constrained")
LAWS = ("Pareto 1.5", 1.5), ("stable 1.2", 1.2), ("stable 1.5", 1.5), ("stable 1.75", 1.75)
covered = []
for name, truth in LAWS:
    samples = (
        rng.pareto(truth, (400, N)) + 1
        if name.startswith("Pareto")
        else Stable(truth).rvs((400, N), rng=rng)
    )
    ends = [hill.estimate(sample, N // 20).conf_int() for sample in samples]
    covered.append(float(np.mean([low < truth < high for low, high in ends])))
    print(f"{name}: {covered[-1]:.1%} of 400 intervals at 95% hold the index")
bars = axes.barh([name for name, _ in LAWS], covered, color="#56B4E9")
axes.bar_label(bars, [f"{share:.0%}" for share in covered], padding=4)
axes.axvline(0.95, color="#D55E00", ls="--", lw=2, label="95%, as stated")
axes.set(xlabel="share of intervals that hold the truth", xlim=(0, 1.1), title="Hill, k = 5% of n")
axes.invert_yaxis()
axes.legend(loc="lower right")

plt.show()

# %%
# What to do instead: :func:`~stablenoise.tails.select_k` chooses k by a rule, likelihood fits the
# whole law where it is stable, and a test of fit says whether it is. See :doc:`/limits`.
