r"""
Estimate a tail index without fooling yourself
==============================================

After this page you can read a Hill plot, tell when its interval means nothing, say how many draws
would be needed, and ask what the estimator would have read if your hypothesis were true.

**The mistake that people make**: one estimator, one k, one narrow interval.  An index near 3 from
10,000 draws is no evidence against infinite variance.
"""

import textwrap
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats
from scipy.optimize import brentq

from stablenoise import Stable, examine, fit, tails

# %%
# Three laws with a known index
# -----------------------------
#
# A tail has the index alpha if P(size > x) falls like x^-alpha *in the end*.  Pareto's law is a
# power from its beginning on.  A stable law of alpha = 1.9 looks like a Gaussian one until far
# out. Burr's law, P(X > x) = (1 + x^0.375)^-4, has the index 1.5 and comes near a power very
# slowly.

N, K = 10_000, 100
LAWS = {
    "Pareto": (stats.pareto(1.5), 1.5),
    "stable": (Stable(1.9), 1.9),
    "Burr": (stats.burr12(c=0.375, d=4), 1.5),
}
samples = {
    "Pareto": LAWS["Pareto"][0].rvs(N, random_state=1),
    "stable": LAWS["stable"][0].rvs(N, rng=1),
    "Burr": LAWS["Burr"][0].rvs(N, random_state=2),
}

# %%
# Ask several estimators, and several rules for k
# -----------------------------------------------
#
# Estimators of the tail alone (Hill's, that less its leading bias, the moment estimator, the
# generalised Pareto law of excesses) are no independent witnesses: they see the same 100 draws.

TAILS = {
    m.__name__.split(".")[-1]: partial(m.estimate, k=K)
    for m in (tails.hill, tails.bias_reduced_hill, tails.moment, tails.pareto)
}
RULES = "lower_trimmed", "double_bootstrap", "drees_kaufmann", "guillou_hall", "plug_in", "plateau"
chosen = {}
for name, x in samples.items():
    print(f"{name}: the index is {LAWS[name][1]}")
    for what, estimate in TAILS.items():
        low, high = estimate(x).conf_int()
        print(f"  {what:18} k = {K:5}: {estimate(x).value:.2f} [{low:.2f}, {high:.2f}]")
    chosen[name] = [tails.select_k(x, rule, seed=1) for rule in RULES]
    for choice in chosen[name]:
        print(f"  {choice.method:18} k = {choice.k:5}: Hill {choice.estimate.value:.2f}")

# %%
# Look at the path
# ----------------
#
# Hill's estimate over k, with its 95% interval at each.  The dashed line is the truth; the dotted
# one is what Hill reads of the same share k / n of *endless* draws: its bias, without noise.  On
# Pareto's law there is none.  On the other two a stretch that looks flat is flat at a wrong
# height, and most of the rules for k (crosses) sit on it.


def reading(beyond, share):
    """Hill's index of a share of endless draws, whose sizes have the quantiles ``beyond``."""
    v = (np.arange(300) + 0.5) / 300
    return 1 / float(np.mean(2 * v * np.log(beyond(share * v**2) / beyond(share))))


def stable_sizes(alpha):
    return lambda share: Stable(alpha).isf(share / 2)


figure, panels = plt.subplots(3, 1, figsize=(5, 9), sharex=True, layout="constrained")
shares = np.geomspace(1e-3, 0.5, 30)
for panel, (name, x) in zip(panels, samples.items(), strict=True):
    law, truth = LAWS[name]
    beyond = stable_sizes(truth) if name == "stable" else law.isf
    tails.plots.hill(x, np.unique(np.geomspace(5, N / 2, 200).astype(int)), ax=panel)
    panel.plot(shares * N, [reading(beyond, q) for q in shares], "k:", lw=2, label="endless draws")
    panel.axhline(truth, color="#D55E00", ls="--", lw=2, label="the truth")
    rules = np.array([(c.k, c.estimate.value) for c in chosen[name] if c.k < N / 2]).T
    panel.plot(*rules, "x", color="#009E73", ms=9, mew=2.5, label="rules for k")
    panel.set(title=f"{name}, index {truth}", xscale="log", ylim=(0, 5), xlabel="k of 10,000")
panels[0].legend(ncols=3, fontsize=9)
plt.show()

# %%
# What an interval of 95% covers
# ------------------------------
#
# 200 samples of 10,000 draws from each law, with a fixed seed, and the share of the intervals that
# hold the truth (its standard error is at most 0.036).  :func:`stablenoise.examine.estimator` does
# this with any estimator and any law that you can draw from.

coverage = {}
print(f"{'law':8}{'estimator':20}{'mean':>6}{'truth':>7}{'covered':>9}")
for name, (law, truth) in LAWS.items():
    for what in ("hill", "bias_reduced_hill", "moment"):
        report = examine.estimator(TAILS[what], law, N, 200, 1, true_value=truth)
        coverage[name, what] = covered = report.coverage.value
        print(f"{name:8}{what:20}{truth + report.bias.value:6.2f}{truth:7}{covered:9.3f}")

# %%
# Hill's interval of 95% holds the truth in one sample of seven; it is narrow about the wrong
# number. Those of the moment estimator are several times as wide, which saves them on the stable
# law and not on Burr's.
#
# How many draws would be enough
# ------------------------------
#
# A standard error of 5% takes k = 400, and a bias below 5% a share k / n so small that endless
# draws would be read within 5%.  For stable laws that share can be worked out.


def excess_bias(log_share, alpha):
    return reading(stable_sizes(alpha), np.exp(log_share)) / alpha - 1.05


needed = {}
for alpha in (1.5, 1.8, 1.9, 1.95, 1.99):
    share = np.exp(brentq(excess_bias, -14, -3, args=(alpha,)))
    needed[alpha] = 400 / share
    print(f"alpha = {alpha:4}: largest share {share:7.3%}, draws needed {needed[alpha]:9,.0f}")

# %%
# Ask the null
# ------------
#
# You do not have so many draws.  So turn the question round: *would* Hill read this, were the data
# stable?  :func:`stablenoise.fit.diagnose` draws samples of your size from the fitted law and
# reads them at your k.  A stable law and Student's law with 3 degrees of freedom (index 3, finite
# variance) give Hill nearly the same reading here; the null tells them apart.

answers = {}
for name, x in (
    ("stable 1.9", samples["stable"]),
    ("Student 3", stats.t(3).rvs(N, random_state=1)),
):
    answers[name] = found = fit.diagnose(x, k=K)
    whole = [module.estimate(x).value for module in (tails.log_moment, tails.block)]
    print(f"{name}: estimators that suppose a stable law say {whole[0]:.2f} and {whole[1]:.2f}.")
    print(textwrap.fill(found.sentence, 70), end="\n\n")

# %%
# The rule
# --------
#
# 1. Look at the path, not at one k.
# 2. Ask several estimators, some that suppose the law and some that see the tail alone.  If the
#    two kinds disagree, the law is wrong or the tail is not in sight: you do not know which.
# 3. Ask the null: what would be read at your n and your k if your hypothesis were true?
#
# Where to go from here: :doc:`plot_02_returns_of_the_sp500` does this with real data,
# :doc:`plot_04_examine_your_sampler` examines more than estimators, and :mod:`stablenoise.tails`
# lists all estimators.
