"""
Heavy tails from light-tailed data
==================================

Plain SGD on least squares, Gaussian data, no noise added: at a large step the iterates settle to a
law with a power tail, and of infinite variance. No datum is heavy-tailed; products of random
factors are. The index of the tail follows from the step, the batch and the dimension, and
:class:`~chaos.kesten.GaussianLeastSquares` computes it by quadrature.
"""

# %%
# Chains against the computed index
# ---------------------------------
#
# One dimension, batch 1: 200,000 chains for each step size, after 120 steps. The dashed lines have
# the computed slopes. The smaller the step, the steeper the tail: at 0.3 the variance is finite, at
# the two larger steps it is not. Hill's estimate from the 400 largest values is printed beside the
# index; at step 0.3 its interval leaves the index out, as the power law begins only beyond them.

import matplotlib.pyplot as plt
import numpy as np

from chaos.kesten import GaussianLeastSquares, trajectory
from stablenoise.tails import hill

plt.rcParams.update({"font.size": 12, "figure.figsize": (6.4, 5.0)})
CHAINS, STEPS = 200_000, 120
COLOURS, STYLES = ("#009E73", "#0072B2", "#D55E00"), ("-.", "-", (0, (5, 1, 1, 1)))

figure, axes = plt.subplots(layout="constrained")
for eta, colour, style in zip((0.3, 0.75, 1.0), COLOURS, STYLES, strict=True):
    sgd = GaussianLeastSquares(eta, batch=1, dim=1)
    index = sgd.tail_index()
    x = next(trajectory(sgd, np.zeros((CHAINS, 1)), seed=1, every=STEPS))
    sizes = np.sort(np.abs(x[:, 0]))[::-1]
    share = np.arange(1, CHAINS + 1) / CHAINS
    seen = hill.estimate(sizes, 400)
    low, high = seen.conf_int()
    read = f"{seen.value:.2f} [{low:.2f}, {high:.2f}]"
    print(f"step {eta}: index {index:.3f}, Hill of 400 values {read}")
    label = f"step {eta}: index {index:.2f}"
    axes.loglog(sizes[5:], share[5:], color=colour, ls=style, lw=2.4, label=label)
    ends = np.array([sizes[2000], sizes[5]])
    axes.loglog(ends, share[2000] * (ends / ends[0]) ** -index, "--", color="black", lw=1.2)
axes.set(xlim=(0.05, None), xlabel="distance x from the solution", ylabel="P(distance > x)")
axes.set_title("Stationary SGD, Gaussian data")
axes.legend(title="dashed: computed slope")

# %%
# How large a step makes the variance infinite?
# ---------------------------------------------
#
# Above the critical step, 2 b / (d + b + 1) for rows of unit variance, the index is below 2; above
# the largest step there is no stationary law at all. The window between them is wide in one
# dimension. In a hundred it is so narrow that hardly a grid of steps hits it by chance: **an index
# below 2 that is read off a simulation there is mostly that of a chain that has not settled, or
# never will** (:claim:`P3-7`, :claim:`P3-8`).

dims = np.array([1, 2, 3, 5, 10, 20, 50, 100])
figure, axes = plt.subplots(figsize=(6.4, 4.6), layout="constrained")
for batch, colour, mark in ((1, "#D55E00", "o"), (5, "#0072B2", "s"), (20, "#009E73", "^")):
    laws = [GaussianLeastSquares(1.0, batch, int(dim)) for dim in dims]
    width = np.array([law.largest_step() / law.critical_step() for law in laws]) - 1
    axes.loglog(dims, width, mark + "-", color=colour, lw=2, ms=7, label=f"batch {batch}")
    print(f"batch {batch}: largest step over critical step {1 + width[0]:.3f} in 1 dimension, "
          f"{1 + width[-1]:.4f} in 100")  # fmt: skip
axes.set(xlabel="dimension", ylabel="largest over critical step, less 1")
axes.set_title("Width of the window of infinite variance")
axes.legend()

plt.show()

# %%
# Where these numbers come from, and what of the paper they check: :doc:`/papers/gurbuzbalaban`.
