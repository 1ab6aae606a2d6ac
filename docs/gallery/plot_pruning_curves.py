"""
Does training make networks compressible, or does its noise?
============================================================

A network trained with heavy-tailed noise can be pruned further than one with Gaussian noise. Is it
training that made it so? The question needs two nulls beside the network: the same noise on the
same initial weights **without any training**, and training with Gaussian noise of such a size that
columns have the same median length.
"""

# %%
# Three networks for each seed
# ----------------------------
#
# 200 relu neurons on the digits of scikit-learn, 150 steps, isotropic noise of index 1.5, ten
# seeds. A neuron's incoming weights are a column, and the shortest columns go first.

from itertools import islice

import matplotlib.pyplot as plt
import numpy as np

from chaos import Network, minibatch_drift
from chaos.sgd import trajectory
from compress.pruning import column, magnitude, random, singular_value
from stablenoise import NoiseField
from stablenoise.data import load_digits
from stablenoise.noises import isotropic

plt.rcParams.update({"font.size": 12, "figure.figsize": (6.4, 5.2), "lines.linewidth": 2.2})
ALPHA, SIGMA, ETA, STEPS, NEURONS, SEEDS = 1.5, 0.1, 0.1, 150, 200, range(10)
digits, network = load_digits(), Network()


def trained(seed: int, alpha: float, sigma: float, *, learn: bool = True) -> tuple:
    """Weights of both layers after all steps; without a gradient if it does not learn."""
    weights = network.initial((64, NEURONS, 10), seed)
    drift = minibatch_drift(network, digits.x_train, digits.y_train, batch=64, seed=seed)
    path = trajectory(
        weights,
        drift if learn else lambda weights, step: (None, None),
        NoiseField(alpha, seed, isotropic),
        eta=ETA,
        sigma=sigma,
    )
    return next(islice(path, STEPS - 1, None))


def lengths(weights: tuple) -> np.ndarray:
    """Of the columns, one a neuron."""
    return np.linalg.norm(weights[0], axis=1)


def gaussian_control(seed: int, target: float) -> tuple:
    """Trained with the Gaussian noise that gives columns of this median length."""
    sigma = 1.55 * SIGMA
    for _ in range(3):
        weights = trained(seed, 2.0, sigma)
        sigma *= target / np.median(lengths(weights))
    return trained(seed, 2.0, sigma)


networks = {"trained": [], "noise alone": [], "Gaussian": []}
for seed in SEEDS:
    heavy = trained(seed, ALPHA, SIGMA)
    networks["trained"].append(heavy)
    networks["noise alone"].append(trained(seed, ALPHA, SIGMA, learn=False))
    networks["Gaussian"].append(gaussian_control(seed, float(np.median(lengths(heavy)))))

# %%
# Error against the share pruned
# ------------------------------
#
# The thick lines are medians over seeds, the bands go from the smallest to the largest. The dotted
# line is the squared error 0.1, at which the share pruned is read. In the median the trained
# networks err a little more than their noise alone: **training takes nothing off the error**.

COLOURS = {"trained": "#0072B2", "noise alone": "#E69F00", "Gaussian": "#000000"}
STYLES = {"trained": "-", "noise alone": "--", "Gaussian": "-."}
figure, axes = plt.subplots(layout="constrained")
pruned = np.arange(1, NEURONS) / NEURONS
for name, members in networks.items():
    squares = np.array([np.sort(lengths(weights)) ** 2 for weights in members])
    error = np.cumsum(squares, axis=1)[:, :-1] / squares.sum(axis=1, keepdims=True)
    axes.fill_between(pruned, error.min(axis=0), error.max(axis=0), color=COLOURS[name], alpha=0.15)
    middle = np.median(error, axis=0)
    axes.plot(pruned, middle, STYLES[name], color=COLOURS[name], label=name)
axes.axhline(0.1, color="black", ls=":", lw=1.2)
axes.set(yscale="log", ylim=(1e-4, 1), xlabel="share of neurons pruned", ylabel="squared error")
axes.set_title("200 neurons on the digits, index 1.5")
axes.legend(loc="lower right")

# %%
# Seed by seed
# ------------
#
# Each dot is a seed: the share pruned at squared error 0.1. Below the diagonal training took
# something away. The shares of different seeds are far apart, which is why five seeds do not tell
# neighbouring indices from each other.

shares = {
    name: np.array([1 - column.keep_for_error(weights[0].T, 0.1) for weights in members])
    for name, members in networks.items()
}
for name, values in shares.items():
    span = f"{values.min():.2f} to {values.max():.2f}"
    print(f"{name}: median share pruned {np.median(values):.3f}, {span}")
below = np.sum(shares["trained"] < shares["noise alone"])
print(f"trained below its noise in {below} of {len(SEEDS)} seeds")

figure, axes = plt.subplots(layout="constrained")
axes.plot([0, 1], [0, 1], color="black", lw=1)
axes.plot(shares["noise alone"], shares["trained"], "o", color="#0072B2", ms=9, label="trained")
axes.plot(shares["noise alone"], shares["Gaussian"], "s", color="#000000", ms=7, label="Gaussian")
axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xlabel="share pruned, noise alone")
axes.set_ylabel("share pruned, after training")
axes.set_title("At squared error 0.1, one dot a seed")
axes.legend(loc="upper left")

# %%
# What pruning costs, by method
# -----------------------------
#
# The error of the weights is no accuracy. Here are test accuracies of the first network, pruned by
# four methods at equal shares. It is one network without an interval: a picture, not a comparison.

figure, axes = plt.subplots(layout="constrained")
hidden, output = networks["trained"][0]
keeps = np.linspace(0.02, 1, 25)
METHODS = (
    ("largest weights", lambda w, keep: magnitude.prune(w, keep), "#0072B2", "-"),
    ("longest columns", lambda w, keep: column.prune(w.T, keep).T, "#D55E00", "--"),
    ("singular values", lambda w, keep: singular_value.prune(w, keep), "#009E73", "-."),
    ("at random", lambda w, keep: random.prune(w, keep, seed=1), "#000000", ":"),
)
for name, prune, colour, style in METHODS:
    weights = [prune(hidden, keep) for keep in keeps]
    scores = [network.accuracy((w, output), digits.x_test, digits.y_test) for w in weights]
    axes.plot(1 - keeps, scores, style, color=colour, label=name)
axes.set(xlabel="share pruned", ylabel="test accuracy", ylim=(0, 1))
axes.set_title("One network, four methods")
axes.legend(loc="lower left")

plt.show()

# %%
# The ledger has this with intervals, on six data sets: :claim:`P1-11a` (a smaller index, more
# pruned), :claim:`P1-11b` (no more than the noise alone). See :doc:`/papers/wan`.
