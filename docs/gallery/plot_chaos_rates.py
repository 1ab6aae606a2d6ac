"""
How fast do interacting particles forget each other?
====================================================

In a system of n particles that meet through a mean, each particle nears an independent copy as n
grows: chaos propagates. How fast depends on what the particles see of each other. If that is
bounded, the distance falls like n^(-1/2) for every index of the noise. If it is linear, the rate is
n^(-(1 - 1/alpha)), and at alpha = 1.3 that is n^(-0.23): **a hundred times more particles are three
times nearer, not ten times**.
"""

# %%
# Particles and their copies
# --------------------------
#
# All particles start at 0, and the noise is symmetric, so that in the limit the mean is 0. A copy
# is therefore the same particle on the same noise with 0 for the mean. The drift pulls to the mean
# of a feature: of x itself, or of sin(x). Each size has 4,000 systems, and larger systems begin
# with the particles of the smaller ones.

from itertools import islice

import matplotlib.pyplot as plt
import numpy as np

from chaos.particles import Interaction, attraction, trajectory
from chaos.rates import paired_slope
from stablenoise import NoiseField
from stablenoise.kernels import jit

plt.rcParams.update({"font.size": 12, "figure.figsize": (6.4, 5.4)})
ALPHA, ETA, STEPS, SYSTEMS = 1.3, 0.1, 10, 4_000
SIZES = np.array([8, 16, 32, 64, 128])


@jit
def sine(x, parameters, sums):
    """A bounded feature."""
    for i in range(len(x)):
        sums[0] += np.sin(x[i, 0])


def distances(interaction: Interaction, n: int) -> np.ndarray:
    """Of the first particle of each system from its copy."""
    theta, field = np.zeros((SYSTEMS, n, 1)), NoiseField(ALPHA, seed=1)
    mean_of_the_limit = np.zeros((STEPS, SYSTEMS, 1))
    paths = (
        trajectory(theta, interaction, field, ETA, means=means, stride=SIZES[-1])
        for means in (None, mean_of_the_limit)
    )
    particle, copy = (next(islice(path, STEPS, None)).theta[:, 0, 0] for path in paths)
    return np.abs(particle - copy)


linear = attraction(1.0)
bounded = Interaction(linear.drift, sine, 1, (1.0,))

# %%
# Medians, with intervals at 95%
# ------------------------------
#
# Of linear particles the mean distance has an infinite variance: medians say more. The interval of
# a median is that of two ordered values, by the binomial law, whatever the law of the distances is.
# The dashed lines have the slopes of theory, and pass through the first point.

LOW, HIGH = SYSTEMS // 2 - 62, SYSTEMS // 2 + 62  # 1.96 sqrt(n) / 2 ranks to either side
figure, axes = plt.subplots(layout="constrained")
for name, interaction, theory, colour, mark in (
    ("linear", linear, -(1 - 1 / ALPHA), "#D55E00", "o"),
    ("bounded (sine)", bounded, -0.5, "#0072B2", "s"),
):
    errors = np.array([distances(interaction, n) for n in SIZES]).T
    ordered = np.sort(errors, axis=0)
    medians = np.median(errors, axis=0)
    ends = np.abs(ordered[[LOW, HIGH - 1]] - medians)
    fit = paired_slope(SIZES, errors)
    low, high = fit.conf_int()[1]
    print(
        f"{name}: slope {fit.params[1]:.3f}, interval [{low:.3f}, {high:.3f}], theory {theory:.3f}"
    )
    label = f"{name}: slope {fit.params[1]:.2f} [{low:.2f}, {high:.2f}]"
    axes.errorbar(SIZES, medians, ends, fmt=mark, color=colour, capsize=4, ms=7, label=label)
    theory_line = medians[0] * (SIZES / SIZES[0]) ** theory
    axes.plot(SIZES, theory_line, "--", color=colour, label=f"theory: {theory:.2f}")
axes.set(xscale="log", yscale="log", xlabel="particles n", ylabel="median distance from the copy")
axes.set_xticks(SIZES, [str(n) for n in SIZES])
axes.set_yticks([0.02, 0.05, 0.1, 0.2], ["0.02", "0.05", "0.1", "0.2"])
axes.minorticks_off()
axes.set_title("Index 1.3: two rates of chaos")
figure.legend(loc="outside lower center", fontsize=11)

plt.show()

# %%
# **A warning**: a slope over five sizes is no theorem. Here there is one beside it, and the ledger
# checks the constants as well: :claim:`P1-3` (linear), :claim:`P1-4` and :claim:`P1-5` (bounded),
# :claim:`P1-13` (tanh and relu networks). What the paper says of the rate: :doc:`/papers/wan`.
