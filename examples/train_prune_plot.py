"""Train with heavy-tailed noise, drop neurons, and draw how the test accuracy follows."""

from pathlib import Path
from tempfile import gettempdir

import matplotlib
import numpy as np

import chaos
from chaos.training import Settings
from compress.pruning import column
from stablenoise.data import load_digits

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402 - after the choice of a backend

digits, network = load_digits(), chaos.Network(scaling="standard")
keeps = np.linspace(0.02, 1.0, 50)
figure, axes = pyplot.subplots()
for alpha in (2.0, 1.75, 1.5):
    settings = Settings(
        widths=(64, 1_000, 10), noise="isotropic", alpha=alpha, sigma=0.005,
        eta=0.05, batch=64, steps=500, seed=1,
    )  # fmt: skip
    hidden, output = chaos.train(settings, digits).weights.values()
    curve = [
        network.accuracy((column.prune(hidden.T, keep).T, output), digits.x_test, digits.y_test)
        for keep in keeps
    ]
    enough = column.keep_for_error(hidden.T, squared_error=0.1)  # a neuron is a column of hidden.T
    at_enough = np.interp(enough, keeps, curve)
    axes.plot(1 - keeps, curve, label=f"alpha {alpha}")
    axes.plot(1 - enough, at_enough, "ko")
    print(f"alpha {alpha}: test accuracy {curve[-1]:.3f}, {at_enough:.3f} "
          f"with {1 - enough:.1%} of the neurons pruned")  # fmt: skip
axes.set(xlabel="share of neurons pruned", ylabel="test accuracy")
axes.legend(title="dots: squared error 0.1")
path = Path(gettempdir()) / "train_prune_plot.png"
figure.savefig(path)
print(path)
