"""How many hidden neurons can be dropped from a network trained with heavy-tailed noise?"""

from itertools import islice

from chaos import Network, minibatch_drift
from chaos.sgd import trajectory
from compress.pruning import column
from stablenoise import NoiseField
from stablenoise.data import load_digits
from stablenoise.noises import isotropic

digits = load_digits()
network = Network()
for alpha in (2.0, 1.75, 1.5):
    weights = network.initial((64, 200, 10), seed=1)
    drift = minibatch_drift(network, digits.x_train, digits.y_train, batch=64, seed=1)
    field = NoiseField(alpha, seed=1, noise=isotropic)
    path = trajectory(weights, drift, field, eta=0.05, sigma=0.1)
    hidden, output = next(islice(path, 299, None))
    keep = column.keep_for_error(hidden.T, squared_error=0.1)  # a neuron is a column of hidden.T
    pruned = column.prune(hidden.T, keep).T
    before, after = (
        network.accuracy((w, output), digits.x_test, digits.y_test) for w in (hidden, pruned)
    )
    print(f"alpha {alpha}: {1 - keep:.1%} pruned, test accuracy {before:.3f} -> {after:.3f}")
