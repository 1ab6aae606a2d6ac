"""Heavy-tailed noise in a loop of PyTorch: each parameter is a layer, known by its name."""

import sys

from chaos.sgd import minibatch
from compress.pruning import column
from stablenoise import NoiseField
from stablenoise.data import load_digits
from stablenoise.noises import isotropic

try:
    import torch
except ImportError:
    print("needs PyTorch: pip install torch")
    sys.exit()

STEPS, BATCH, ETA, SIGMA = 300, 64, 0.1, 0.005
digits = load_digits()
x, x_test = (torch.tensor(part, dtype=torch.float32) for part in (digits.x_train, digits.x_test))
y, y_test = torch.tensor(digits.y_train), torch.tensor(digits.y_test)


def accuracy(network):
    with torch.no_grad():
        return float((network(x_test).argmax(1) == y_test).double().mean())


def trained(alpha):
    torch.manual_seed(1)
    layers = torch.nn.Linear(64, 200), torch.nn.ReLU(), torch.nn.Linear(200, 10)
    network = torch.nn.Sequential(*layers)
    optimiser = torch.optim.SGD(network.parameters(), lr=ETA)
    field = NoiseField(alpha, seed=1, noise=isotropic)
    hidden = {name: p for name, p in network.named_parameters() if name.startswith("0.")}
    for step in range(STEPS):
        rows = torch.from_numpy(minibatch(1, step, len(x), BATCH))
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(network(x[rows]), y[rows]).backward()
        optimiser.step()
        with torch.no_grad():
            field.add_to(hidden, step, scale=SIGMA * ETA ** (1 / alpha))
    return network


for alpha in (2.0, 1.75, 1.5):
    network = trained(alpha)
    before, weight = accuracy(network), network[0].weight.data.numpy()
    keep = column.keep_for_error(weight.T, squared_error=0.1)  # a neuron is a column of it
    weight[...] = column.prune(weight.T, keep).T
    after = accuracy(network)
    print(f"alpha {alpha}: {1 - keep:.1%} pruned, test accuracy {before:.3f} -> {after:.3f}")
