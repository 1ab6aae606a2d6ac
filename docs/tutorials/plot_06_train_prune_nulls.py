"""
Train with heavy-tailed noise, prune, compare with two nulls
============================================================

After this page you can train a network with stable noise, prune its neurons, and put beside it the
two networks without which a pruned share says little:

- **noise alone**: the same noise on the same initial weights, without any training;
- **Gaussian**: a network trained with Gaussian noise of such a scale that its columns have the same
  median norm.

**The mistake that people make**: they report the share alone.  A large share says that columns
have unequal lengths; only its nulls say whether *training* made them so.

The question is that of `arXiv 2306.08125 <https://arxiv.org/abs/2306.08125>`_: does SGD with
heavy-tailed noise make networks compressible?  Data are the digits of scikit-learn; sizes are ours,
and no number is the paper's.
"""

import matplotlib.pyplot as plt
import numpy as np

from chaos import Network, train
from chaos.training import Settings
from compress.pruning import column
from stablenoise.data import load_digits

# %%
# Train
# -----
#
# Each step adds ``sigma eta^(1/alpha)`` times isotropic stable noise of index 1.75 to the weights
# of the hidden layer.  The output layer is trained without noise, as in the authors' code.

digits = load_digits()
STEPS, SEEDS, SQUARED_ERROR = 300, (1, 2, 3, 4, 5), 0.1


def settings(seed: int, alpha: float = 1.75, sigma: float = 0.02) -> Settings:
    """One run: 64 inputs, 500 hidden neurons, 10 classes."""
    return Settings(
        widths=(64, 500, 10), noise="isotropic", alpha=alpha, sigma=sigma, eta=0.1, batch=100,
        steps=STEPS, evaluate_every=STEPS, seed=seed,
    )  # fmt: skip


trained = {seed: train(settings(seed), digits) for seed in SEEDS}
print(trained[1])

# %%
# Prune
# -----
#
# A column of the papers holds the incoming weights of one hidden neuron.  Here a neuron is a *row*
# of ``weights_1``, hence ``.T``.  ``keep_for_error`` says which share of the columns must stay if a
# tenth of the squared norm may be lost.


def share(hidden: np.ndarray) -> float:
    """Share of neurons that can be pruned."""
    return 1 - column.keep_for_error(hidden.T, SQUARED_ERROR)


def accuracy(hidden: np.ndarray, output: np.ndarray) -> float:
    """Share of test images that are right."""
    return Network(scaling="standard").accuracy((hidden, output), digits.x_test, digits.y_test)


hidden, output = trained[1].weights.values()
smaller = column.prune(hidden.T, keep=1 - share(hidden)).T
print(f"{share(hidden):.0%} of the neurons can go; "
      f"accuracy {accuracy(hidden, output):.3f} -> {accuracy(smaller, output):.3f}")  # fmt: skip

# %%
# The first null: the same noise, no training
# -------------------------------------------
#
# Noise is looked up by its address, so it can be had again, number by number, without the run.


def noise_alone(run: Settings) -> np.ndarray:
    """Hidden weights after the noise of all steps, and nothing else."""
    start = Network(scaling="standard").initial(run.widths, run.seed)[0].astype(np.float32)
    for step in range(run.steps):
        run.field.add_to(start, step, run.sigma * run.eta ** (1 / run.alpha))
    return start


# %%
# The second null: Gaussian noise, columns as long
# ------------------------------------------------
#
# The median squared norm is nearly linear in ``sigma^2``, so two or three trials find the scale.


def median_norm(hidden: np.ndarray) -> float:
    """Median norm of the columns."""
    return float(np.median(np.linalg.norm(hidden, axis=1)))


def gaussian(seed: int, target: float) -> tuple[np.ndarray, ...]:
    """Weights trained with Gaussian noise, of the median norm ``target`` within 1%."""
    square, known = 0.02**2, (0.0, median_norm(noise_alone(settings(seed, 2.0, 0.0))) ** 2)
    for _ in range(6):
        weights = tuple(train(settings(seed, 2.0, square**0.5), digits).weights.values())
        norm = median_norm(weights[0])
        if abs(norm / target - 1) < 0.01:
            return weights
        slope = (norm**2 - known[1]) / (square - known[0])
        known, square = (square, norm**2), square + (target**2 - norm**2) / slope
    raise RuntimeError("no scale was found")


# %%
# All three, seed by seed
# -----------------------

networks = {}
print("seed   trained   noise alone   Gaussian   accuracy: trained, Gaussian")
for seed in SEEDS:
    hidden, output = trained[seed].weights.values()
    control = gaussian(seed, median_norm(hidden))
    networks[seed] = {
        "trained": (hidden, output),
        "noise alone": (noise_alone(settings(seed)), output),
        "Gaussian": control,
    }
    shares = [share(weights[0]) for weights in networks[seed].values()]
    print(f"{seed:4} {shares[0]:9.3f} {shares[1]:13.3f} {shares[2]:10.3f}"
          f"{accuracy(hidden, output):19.3f} {accuracy(*control):9.3f}")  # fmt: skip

# %%
# More neurons of the trained network can go than of the Gaussian one, as the paper says.  But of
# the noise alone, of which no network is made, as many can go: the compressibility is that of the
# noise.  Seeds differ widely, as a single very long column hides many others: report several.

keeps = np.linspace(1, 0.02, 50)
styles = {
    "trained": ("#0072B2", "-"),
    "noise alone": ("#D55E00", "--"),
    "Gaussian": ("#009E73", "-."),
}
figure, (above, below) = plt.subplots(2, figsize=(5.2, 7), sharex=True, layout="constrained")
for name, (colour, line) in styles.items():
    curves = []
    for three in networks.values():
        squares = np.sort(np.linalg.norm(three[name][0].astype(float), axis=1) ** 2)
        lost = np.concatenate([[0], np.cumsum(squares)]) / squares.sum()
        curves.append(lost[np.round((1 - keeps) * 500).astype(int)])
    above.plot(1 - keeps, np.median(curves, axis=0), line, color=colour, label=name, lw=2)
for name in ("trained", "Gaussian"):
    colour, line = styles[name]
    curves = [
        [accuracy(column.prune(hidden.T, keep).T, output) for keep in keeps]
        for hidden, output in (three[name] for three in networks.values())
    ]
    below.plot(1 - keeps, np.median(curves, axis=0), line, color=colour, label=name, lw=2)
above.axhline(SQUARED_ERROR, color="0.5", lw=1)
above.annotate("the rule: 0.1", (0.99, SQUARED_ERROR), ha="right", va="bottom", color="0.35")
above.set(ylabel="squared error of the weights", ylim=(0, 1))
below.set(ylabel="test accuracy", xlabel="share of neurons pruned", ylim=(0, 1), xlim=(0, 1))
above.legend(title=f"medians of {len(SEEDS)} seeds", loc="upper left")
plt.show()

# %%
# Above, the lines of the trained network and of the noise alone are one.  Below is what pruning
# costs: at an equal share of neurons both networks lose about as much accuracy.  Heavy tails make
# the error of the weights smaller, and here that buys nothing.
#
# What the ledger says
# --------------------
#
# Two claims decide this by intervals, on six data sets, in networks of mean-field scaling:
# ``paper-checks run P1-11a P1-11b``.  :claim:`P1-11a`, that a smaller index prunes more than its
# Gaussian control, is consistent; so is :claim:`P1-11b`, that training prunes no more than its
# noise.  What the paper says and what was found of it: :doc:`/papers/wan`; the experiment with all
# types of noise, on five data sets: :doc:`../experiment/index`.
#
# Next: what a small network is worth as a promise about its risk,
# :doc:`plot_07_from_a_network_to_a_certificate`.
