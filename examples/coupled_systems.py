"""Does a neuron care how many others there are?  Two widths on one noise, in one line."""

from itertools import islice

import numpy as np

from chaos import Network, minibatch_drift
from chaos.sgd import trajectory
from stablenoise import NoiseField
from stablenoise.data import load_digits
from stablenoise.noises import isotropic

STEPS, ALPHA = 100, 1.75
digits = load_digits()
network = Network(activation="tanh")
field = NoiseField(ALPHA, seed=1, noise=isotropic)


def train(neurons):
    """Hidden weights after STEPS steps; neuron i starts and is driven alike at every width."""
    weights = network.initial((64, neurons, 10), seed=1)
    drift = minibatch_drift(
        network, digits.x_train, digits.y_train, batch=50, seed=1, train_output=False
    )
    path = trajectory(weights, drift, field, eta=0.05, sigma=0.02)
    return next(islice(path, STEPS - 1, None))[0]


widest = train(1_600)
for neurons in (25, 100, 400):
    distances = np.linalg.norm(train(neurons) - widest[:neurons], axis=1)
    print(f"{neurons:4d} neurons: median distance to the same neuron of 1600: "
          f"{np.median(distances):.4f}")  # fmt: skip
