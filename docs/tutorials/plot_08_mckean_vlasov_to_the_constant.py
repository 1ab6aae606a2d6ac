r"""
A McKean-Vlasov limit, checked to the constant
==============================================

After this page you can run interacting particles beside copies of their limit on the *same* noise,
measure how fast the two come together, and hold not only the slope but also the constant against a
closed form.

**The mistake that people make**: they take root mean squares of a gap that is stable, which have
no limit below alpha = 2; or they compare systems on independent noise, whose distance does not
fall.

Particles that see each other through a mean alone become independent as their number n grows: that
is propagation of chaos.  With stable noise its rate depends on the drift.  It is :math:`n^{-1/2}`
where the drift is bounded, and :math:`n^{-(1 - 1/\alpha)}` where a linear force draws particles to
their mean.
"""

from itertools import islice

import matplotlib.pyplot as plt
import numpy as np

from chaos import Network, attraction, minibatch_drift, sgd, step_sizes
from chaos.particles import Interaction, trajectory
from chaos.rates import log_scale, paired_slope
from chaos.solvable import BoundedDrift, Euler, LinearMeanField, OrnsteinUhlenbeck
from stablenoise import NoiseField
from stablenoise.data import load_digits
from stablenoise.kernels import jit

SYSTEMS, SIZES, INDICES = 4_000, np.array([8, 32, 128, 512]), (1.3, 1.75)
EULER = Euler(eta=0.1, steps=10)  # the closed forms below are those of this chain

# %%
# Couple a system with its limit
# ------------------------------
#
# A copy of the limit is a particle that is shown the mean of the limit in place of that of the
# others.  Noise is looked up by its address, so the copy has that of the particle it belongs to,
# and ``stride`` gives systems of all sizes the noise of one large one.


def gaps(alpha: float, interaction: Interaction, limit_means: np.ndarray) -> np.ndarray:
    """First particle of n minus its copy, shape (SYSTEMS, sizes)."""
    field = NoiseField(alpha, seed=1)

    def first(n: int, means: np.ndarray | None) -> np.ndarray:
        start = np.zeros((SYSTEMS, n, 1))
        run = trajectory(start, interaction, field, EULER.eta, means=means, stride=SIZES.max())
        return next(islice(run, EULER.steps, None)).theta[:, 0, 0]

    shown = np.broadcast_to(limit_means[:, None, None], (EULER.steps, SYSTEMS, 1))
    copy = first(2, shown)
    return np.stack([first(n, None) - copy for n in SIZES], axis=1)


# %%
# Gaps under a linear force are symmetric stable: no variance, for alpha near 1 hardly a mean.
# Means of *logarithms* are sound for every alpha.  ``log_scale`` makes an interval of them for the
# scale, and ``paired_slope`` one for the rate, where all sizes are on one noise.

results = {}


def compare(name: str, x: np.ndarray, errors: np.ndarray, index: float, exact: list, rate: float):
    """Print scales over the exact ones and the slope in x, all with intervals of 95%."""
    logs = [log_scale(column, index) for column in errors.T]
    ends = np.exp([log.conf_int() for log in logs])
    slope = paired_slope(x, errors)
    low, high = slope.conf_int(0.05)[1]
    ratios = "  ".join(f"{a:.2f}-{b:.2f}" for a, b in ends / np.array(exact)[:, None])
    print(f"{name:24} {slope.params[1]:.3f} [{low:.3f}, {high:.3f}], exact {rate:.3f}\n"
          f"{'':8}measured scale over the exact one: {ratios}")  # fmt: skip
    values = np.exp([log.value for log in logs])
    results[name] = values, ends, np.array(exact), (low, rate, high)


# %%
# A linear force: n^(-(1 - 1/alpha))
# ----------------------------------
#
# Particles start at 0 and the noise is symmetric, so the mean of the limit is 0.

for alpha in INDICES:
    system = LinearMeanField(alpha, rate=1.0, pull=1.0)
    exact = [system.difference_scale(int(n), EULER) for n in SIZES]
    errors = gaps(alpha, attraction(1.0), np.zeros(EULER.steps))
    compare(f"linear, index {alpha}", SIZES, errors, alpha, exact, -(1 - 1 / alpha))

# %%
# A bounded drift: n^(-1/2) for every alpha
# -----------------------------------------
#
# Particles move along the mean of cos(X).  Drift and feature are compiled functions of your own.
# The limit is at A(t) + L(t), where cos has the mean exp(-t) cos A(t); the gap is nearly Gaussian.


@jit
def along(x, mean, parameters, out):
    """Minus the mean: a particle moves against its drift."""
    out[:] = -mean[0]


@jit
def cosine(x, parameters, sums):
    """A bounded feature."""
    for i in range(len(x)):
        sums[0] += np.cos(x[i, 0])


place, means = 0.0, []
for time in EULER.eta * np.arange(EULER.steps):
    means.append(np.exp(-time) * np.cos(place))
    place += EULER.eta * means[-1]
for alpha in INDICES:
    exact = (BoundedDrift(alpha).variance(EULER) / SIZES / 2) ** 0.5  # a variance is 2 scale^2
    errors = gaps(alpha, Interaction(along, cosine), np.array(means))
    compare(f"bounded, index {alpha}", SIZES, errors, 2.0, exact, -0.5)

# %%
# An interval of ratios that holds 1 agrees with the constant, and not only with the rate.  One in
# twenty may miss it.
#
# The order of Euler's scheme
# ---------------------------
#
# ``step_sizes`` runs the step sizes eta, 2 eta, 4 eta, ... on one noise in one pass.  At its own
# times a chain errs by the order eta.  Half a step later its path still stands where it was, while
# the noise went on: order :math:`\eta^{1/\alpha}`.

ALPHA, RATE, FINEST, PARTS = 1.3, 0.1, 256, np.array([8, 16, 32])  # steps per unit of time; parts
process = OrnsteinUhlenbeck(ALPHA, RATE)
field, start = NoiseField(ALPHA, seed=2), np.zeros((SYSTEMS, 1))
states = islice(
    step_sizes(start, lambda x, _: RATE * x, field, 1 / FINEST, levels=6), FINEST - 1, None
)
fine, _, _, *coarse = (x[:, 0].copy() for x in next(states).thetas)
later = [state.thetas[0][:, 0].copy() for state in islice(states, PARTS[-1] // 2)]
chains = [Euler(parts / FINEST, int(FINEST // parts)) for parts in PARTS]
exact = [process.refinement_scale(c, int(p)) for c, p in zip(chains, PARTS, strict=True)]
# What is measured is the distance from the finest chain, which is proportional to parts - 1.
compare("Euler, at its times", PARTS - 1, np.stack(coarse, 1) - fine[:, None], ALPHA, exact, 1.0)
exact = [process.euler_error_scale(c, after=c.eta / 2) for c in chains]
off = np.stack([later[p // 2 - 1] - x for p, x in zip(PARTS, coarse, strict=True)], axis=1)
compare("Euler, half a step later", PARTS, off, ALPHA, exact, 1 / ALPHA)

# %%
COLOURS = ("#0072B2", "#D55E00", "#56B4E9", "#E69F00")
figure, both = plt.subplots(2, figsize=(5.2, 8), layout="constrained")
looks = zip(results.items(), COLOURS + COLOURS[:2], "osD^os", strict=True)
for (name, (values, ends, exact, _)), colour, mark in looks:
    axes, x = (both[1], PARTS / FINEST) if name.startswith("Euler") else (both[0], SIZES)
    axes.errorbar(x, values, abs(ends.T - values), fmt=mark, color=colour, mfc="white", capsize=3)
    axes.plot(x, exact, "-" if mark in "os" else "--", color=colour, label=name)
both[0].set(xlabel="particles n", ylabel="scale of the gap, units of X")
both[0].set_title("Points measured, lines exact")
both[1].set(xlabel="step size, in units of time", ylabel="scale of the error, units of X")
for axes, ticks in zip(both, (SIZES, ["1/32", "1/16", "1/8"]), strict=True):
    axes.set(xscale="log", yscale="log")
    axes.set_xticks(SIZES if axes is both[0] else PARTS / FINEST, ticks)
    axes.minorticks_off()
    axes.legend(fontsize=9)
plt.show()

# %%
# A network is such a system
# --------------------------
#
# A neuron of a wide network sees the others through the output alone.  Neuron i starts alike and
# has the same noise at every width: how far is it from itself among 800?

digits, network = load_digits(), Network(activation="tanh")


def hidden(neurons: int) -> np.ndarray:
    """Hidden weights after 50 steps."""
    drift = minibatch_drift(
        network, digits.x_train, digits.y_train, batch=50, seed=1, train_output=False
    )
    weights = network.initial((64, neurons, 10), seed=1)
    run = sgd.trajectory(weights, drift, NoiseField(1.75, seed=1), eta=0.05, sigma=0.02)
    return next(islice(run, 49, None))[0]


widest, apart = hidden(800), {}
for neurons in (25, 100, 400):
    apart[neurons] = np.median(np.linalg.norm(hidden(neurons) - widest[:neurons], axis=1))
    print(f"{neurons:4} neurons: median distance from the same neuron of 800: {apart[neurons]:.4f}")

# %%
# Next: turn such a comparison into a claim that others can run, with a control that must be caught:
# :doc:`plot_09_add_a_claim`.  Particle systems in full: :doc:`/guide/particles`.  The ledger has
# these rates as :claim:`P1-3`, :claim:`P1-4` and :claim:`P1-7`, and those of networks as
# :claim:`P1-5` and :claim:`P1-13`.
