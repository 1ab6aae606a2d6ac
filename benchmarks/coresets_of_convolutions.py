"""Accuracy against share kept of networks with convolutions: coresets, magnitude, filters, units.

python -m benchmarks.coresets_of_convolutions WEIGHTS ARCHITECTURE [DATA]    # mnist by default

``WEIGHTS`` and ``ARCHITECTURE`` are as for ``compress``: the released LeNet-5 with
``lenet5-zhou``, or ``weights.npz`` and ``architecture.toml`` of ``chaos train``.  Accuracies are
those of the first 2,000 test examples, standard error at most 0.011, or - where the share is less
than an edge for each side of each neuron; 200 examples are S, 200 others choose among coresets.
Seconds are processor time of a coreset of 200 points, the second of two, as the first compiles.
"""

import sys
import warnings
from dataclasses import replace
from time import process_time

import numpy as np

from compress.comparison import losses, methods
from compress.comparison.methods import Task
from compress.coresets import Budget, Guarantee, corenet
from compress.networks import load_model_and_data, two_samples
from stablenoise.text_table import aligned

KEEPS = 0.1, 0.2, 0.3, 0.4, 0.6, 0.8
METHODS = (
    *("corenet", "corenet_plus_plus", "top_sensitivity", "poisson", "uniform"),
    *("magnitude", "filter", "corenet_units"),
)
POINTS, EXAMPLES = 200, 2_000


def task_of(weights: str, architecture: str, data: str) -> Task:
    """The network with S, the points that choose, and the examples to judge by."""
    model, examples = load_model_and_data(weights, data, architecture=architecture)
    x, y = examples.x_test[:EXAMPLES], examples.y_test[:EXAMPLES]
    examples = replace(examples, x_test=x, y_test=y)
    return Task(model, *two_samples(examples, POINTS, seed=1), x, y)


def table(task: Task) -> str:
    """Accuracy of each method at each share, and the share of the weights that it stores."""
    every = methods.available(task.model)
    rows = [["method", *map(str, KEEPS)]]
    for name in METHODS:
        found = losses.outcomes(task, KEEPS, {name: every[name]})
        shown = (f"{o.accuracy:.3f} ({o.stored:.2f})" if o.stored > 0 else "-" for o in found)
        rows.append([name, *shown])
    return aligned(rows)


def seconds(task: Task) -> float:
    """Processor time of a coreset of S, once all is compiled."""
    network = methods.relu_network(task.model)
    points = methods.network_points(task.model, task.points)
    spent = []
    for _ in range(2):
        start = process_time()
        corenet(network, points, Budget(0.4), seed=1)
        spent.append(process_time() - start)
    return spent[-1]


def theorem(task: Task) -> str:
    """What a guarantee asks for."""
    network = methods.relu_network(task.model)
    points = methods.network_points(task.model, task.points)
    lines = []
    for name in "corenet", "corenet_units":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that 200 points are too few for it
            made = methods.CORESETS[name](task, Guarantee(0.5, 0.1))
        lines.append(f"{name}: {made.certificate}")
    needed = Guarantee(0.5, 0.1).constants(network).points
    return "\n".join([*lines, f"S has {len(points)} points, {needed} are needed"])


def main() -> None:
    """Print all three."""
    weights, architecture, *data = sys.argv[1:]
    task = task_of(weights, architecture, *(data or ["mnist"]))
    whole = losses.accuracy(task.model.logits(task.model.arrays, task.x), task.labels)
    edges = sum(np.count_nonzero(w) for w in task.model.weights.values())
    print(f"{task.model.line}\naccuracy {whole:.4f}, {edges:,} edges")
    print(f"accuracy (share of the weights stored) at a share kept of every layer\n{table(task)}")
    print(f"corenet of {POINTS} points: {seconds(task):.2f} s\n{theorem(task)}")


if __name__ == "__main__":
    main()
