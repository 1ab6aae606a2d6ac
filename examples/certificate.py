"""What does a network's code certify about its risk, and what does each charge cost?"""

from itertools import islice

from chaos import Network, minibatch_drift
from chaos.sgd import trajectory
from compress import prune_quantise_encode
from stablenoise import NoiseField
from stablenoise.data import load_digits

digits, network = load_digits(standardise=False), Network(scaling="standard")
weights = network.initial((64, 30, 10), seed=1)
drift = minibatch_drift(network, digits.x_train, digits.y_train, batch=64, seed=1)
path = trajectory(weights, drift, NoiseField(2.0, seed=1), eta=0.1, sigma=0.0)
hidden, output = next(islice(path, 999, None))

encoded = prune_quantise_encode(
    {"hidden": hidden, "output": output}, (digits.x_train, digits.y_train), delta=0.05
)
print(encoded.certificate.table())
tested = network.accuracy(tuple(encoded.arrays.values()), digits.x_test, digits.y_test)
print(f"{len(encoded.payload)} bytes, test error {1 - tested:.3f}")
