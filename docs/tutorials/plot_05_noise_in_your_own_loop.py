r"""
Heavy-tailed noise in your own training loop
============================================

After this page you can add stable noise to a loop of your own, in NumPy or PyTorch, so that a run
can be stopped, resumed, split and repeated with the same bits.

**The mistake that people make**: the shape of an array is no part of the noise's address.  Two
layers of one shape get the *same* noise from one field, unless each asks for a layer of its own.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np

from stablenoise import NoiseField, fit
from stablenoise.noises import isotropic

# %%
# Noise that is looked up
# -----------------------
#
# A :class:`stablenoise.NoiseField` is a function of (seed, lane, particle, step, coordinate), not
# a stream.  Rows of an array are particles; ``isotropic`` noise turns no direction of a row into a
# special one.  Neither the order of calls nor how many rows there are matters.

field = NoiseField(alpha=1.5, seed=7, noise=isotropic)
many = field.at(range(1000), step=3, dim=4)
print("row 17 alone is row 17 of many:", np.array_equal(field.at([17], step=3, dim=4)[0], many[17]))

# %%
# One field, two layers: what goes wrong
# --------------------------------------
#
# Two layers of one shape, the same noise; then ``field.layer``, by number or name.

shape = (50, 20)
naive = [field.at(range(shape[0]), 0, shape[1]) for _ in ("first", "second")]
apart = [field.layer(name).at(range(shape[0]), 0, shape[1]) for name in ("first", "second")]
same = [float(np.mean(a == b)) for a, b in (naive, apart)]
print(f"entries that are equal: {same[0]:.0%} from one field, {same[1]:.0%} from layers")

# %%
# A loop in plain NumPy
# ---------------------
#
# A network of two hidden layers of one shape learns y = sin(3 x).  ``add_to`` takes a dict: each
# array is then the layer of its name.  Noise is added in place; no array of noise is made.

WIDTH, SIGMA, ETA = 32, 0.02, 0.05
inputs = np.random.default_rng(0).uniform(-1, 1, (256, 1))
targets = np.sin(3 * inputs)


def start():
    rng = np.random.default_rng(1)
    shapes = {"in": (1, WIDTH), "one": (WIDTH, WIDTH), "two": (WIDTH, WIDTH), "out": (WIDTH, 1)}
    return {name: rng.normal(0, shape[0] ** -0.5, shape) for name, shape in shapes.items()}


def descend(weights):
    """A step of gradient descent, in place; returns the loss before it."""
    layers = [inputs]
    for name in ("in", "one", "two"):
        layers.append(np.tanh(layers[-1] @ weights[name]))
    error = layers[-1] @ weights["out"] - targets
    back = 2 * error / len(inputs)
    for name, below in zip(reversed(weights), reversed(layers), strict=True):
        gradient = below.T @ back
        back = back @ weights[name].T * (1 - below**2)
        weights[name] -= ETA * gradient
    return float(np.mean(error**2))


def train(weights, steps, alpha):
    """Changes the weights, and returns the losses; the steps are numbers, not a count."""
    field, losses = NoiseField(alpha, seed=7, noise=isotropic), []
    for step in steps:
        losses.append(descend(weights))
        hidden = {name: weights[name] for name in ("one", "two")}
        field.add_to(hidden, step, scale=SIGMA * ETA ** (1 / alpha))
    return losses


weights = start()
curves = {1.5: train(weights, range(1000), 1.5), 2.0: train(start(), range(1000), 2.0)}
for alpha, curve in curves.items():
    print(f"alpha = {alpha}: squared error {curve[0]:.3f}, after 1,000 steps {curve[-1]:.4f}")

# %%
# Stopped, resumed, split
# -----------------------
#
# What is kept of a run is its weights and the number of the next step; there is no state of a
# generator to save.  A layer that two processes share gets its noise in two parts, each told which
# rows it holds.

with TemporaryDirectory() as folder:
    file = Path(folder, "weights.npz")
    first = start()
    train(first, range(600), 1.5)
    np.savez(file, **first)
    with np.load(file) as kept:
        resumed = dict(kept)
    train(resumed, range(600, 1000), 1.5)
resumed_is_whole = all(np.array_equal(weights[name], resumed[name]) for name in weights)

together, parts = np.zeros((WIDTH, WIDTH)), np.zeros((WIDTH, WIDTH))
field.add_to(together, step=5, scale=0.1)
for rows in (range(20, WIDTH), range(20)):  # in any order
    field.add_to(parts[rows.start : rows.stop], step=5, scale=0.1, particles=rows)
split_is_whole = np.array_equal(together, parts)
print("the same bits, resumed and split:", resumed_is_whole, split_is_whole)

# %%
# The scale is sigma eta^(1/alpha)
# --------------------------------
#
# Over a time of 1 there are 1 / eta steps.  The sum of so many stable draws has the scale
# eta^(-1/alpha), not eta^(-1/2): with the square root, which is right for Gaussian noise, a
# smaller step size means more noise.  Here is the scale, fitted to 4,000 such sums, which should
# be 1.

walk = NoiseField(alpha=1.5, seed=11)
scales = {}
for eta in (0.1, 0.01, 0.001):
    total = np.zeros((4000, 1))
    for step in range(round(1 / eta)):
        walk.add_to(total, step, scale=1.0)
    summed = fit.stable(total[:, 0]).scale
    scales[eta] = eta ** (1 / 1.5) * summed, eta**0.5 * summed
    print(f"eta = {eta:5}: {scales[eta][0]:.3f} by eta^(1/alpha), {scales[eta][1]:.3f} by the root")

figure, (top, bottom) = plt.subplots(2, 1, figsize=(5, 6.5), layout="constrained")
for (alpha, curve), color in zip(curves.items(), ("#D55E00", "#0072B2"), strict=True):
    top.semilogy(curve, color=color, label=f"alpha = {alpha}")
top.set(xlabel="step", ylabel="squared error")
top.legend()
for which, style, rule in ((0, "o-", "eta^(1/alpha)"), (1, "s--", "eta^(1/2)")):
    bottom.semilogx(list(scales), [pair[which] for pair in scales.values()], style, label=rule)
bottom.set(xlabel="step size eta", ylabel="scale of the noise over a time of 1", ylim=(0, 3.5))
bottom.legend()
plt.show()

# %%
# In PyTorch
# ----------
#
# Between a step of the optimiser and the next forward pass, on the memory of the parameters
# themselves; each parameter is the layer of its name.
#
# .. code-block:: python
#
#     field = NoiseField(alpha, seed=1, noise=isotropic)
#     hidden = {n: p for n, p in model.named_parameters() if n.startswith("0.")}
#     for step in range(steps):
#         rows = torch.from_numpy(minibatch(1, step, len(x), 64))  # of chaos.sgd: by step, too
#         optimiser.zero_grad()
#         loss(model(x[rows]), y[rows]).backward()
#         optimiser.step()
#         with torch.no_grad():
#             field.add_to(hidden, step, scale=sigma * eta ** (1 / alpha))
#
# Arrays of JAX and TensorFlow cannot be changed in place and are refused in a line; there, add
# ``field.layer(name).at(range(len(theta)), step, theta.shape[1:])``.
#
# Where to go from here
# ---------------------
#
# * :func:`chaos.train` is such a loop, for networks of any width, with folders that resume.
# * What the noise does to what can be pruned: :doc:`/auto_gallery/index`.
# * Is your own noise right?  :doc:`plot_04_examine_your_sampler`.
