"""A step of SGD on a wide network, against a loop written out for it: time and memory.

python benchmarks/sgd.py [WIDTH [BATCH ...]]     # 5000, batches 100 and 5000 by default

784 inputs, relu, mean-field scaling, 10 classes, stable noise on the hidden layer by
``NoiseField.add_to`` in both.  Both see one minibatch; processor time of one thread, medians of
rounds in turn; memory by tracemalloc, in arrays of (batch, width), beyond what was there before.
"""

import os
import sys
import tracemalloc
from itertools import islice
from statistics import median
from time import process_time

if __name__ == "__main__":
    for name in ("NUMBA", "OPENBLAS", "OMP", "MKL"):
        os.environ[f"{name}_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 - after the settings above

from chaos.network import Network  # noqa: E402
from chaos.sgd import minibatch, minibatch_drift, trajectory  # noqa: E402
from stablenoise import NoiseField  # noqa: E402

ALPHA, ETA, SIGMA, SEED = 1.8, 1e-3, 1e-3, 1
ROWS, INPUTS, CLASSES, ROUNDS = 10_000, 784, 10, 9


def data():
    rng = np.random.default_rng(SEED)
    return rng.normal(size=(ROWS, INPUTS)), rng.integers(0, CLASSES, ROWS)


def ours(x, y, weights, batch):
    drift = minibatch_drift(Network(), x, y, batch=batch, seed=SEED)
    return trajectory(weights, drift, NoiseField(ALPHA, SEED), ETA, SIGMA)


def plain(x, y, weights, batch):
    """The same by hand: two arrays of (batch, width), the second for the way back."""
    field, (hidden, output) = NoiseField(ALPHA, SEED), (w.copy() for w in weights)
    width, scale = len(hidden), SIGMA * ETA ** (1 / ALPHA)
    for step in range(2**32):
        rows = minibatch(SEED, step, len(x), batch)
        inputs, labels = x[rows], y[rows]
        neurons = inputs @ hidden.T
        np.maximum(neurons, 0, out=neurons)
        logits = neurons @ output.T / width
        signal = np.exp(logits - logits.max(axis=1)[:, None])
        signal /= signal.sum(axis=1)[:, None]
        signal[np.arange(batch), labels] -= 1
        signal /= batch * width
        back = signal @ output
        for low in range(0, batch, 26):  # a megabyte at a time
            back[low : low + 26] *= neurons[low : low + 26] > 0
        output -= ETA * width * (signal.T @ neurons)
        hidden -= ETA * width * (back.T @ inputs)
        del neurons, back
        field.add_to(hidden, step, scale)
        yield hidden, output


def seconds(paths):
    """Medians of a step of each, in turn; a first one compiles."""
    spent = {name: [] for name in paths}
    for _ in range(ROUNDS + 1):
        for name, path in paths.items():
            start = process_time()
            next(path)
            spent[name].append(process_time() - start)
    return {name: median(times[1:]) for name, times in spent.items()}


def activations(make, *arguments):
    """Most memory of the second step, in arrays of (batch, width)."""
    *_, weights, batch = arguments
    path = make(*arguments)
    next(path)
    tracemalloc.start()
    next(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / (batch * len(weights[0]) * 8)


def gap(width, batch, x, y, weights):
    """Largest relative distance of the two after three steps: rounding."""
    runs = (next(islice(make(x, y, weights, batch), 2, None)) for make in (ours, plain))
    return max(abs(a - b).max() / abs(b).max() for a, b in zip(*runs, strict=True))


def main():
    width, *batches = [int(text) for text in sys.argv[1:]] or [5_000]
    x, y = data()
    weights = Network().initial((INPUTS, width, CLASSES), SEED)
    for batch in batches or (100, 5_000):
        makes = {"chaos": ours, "by hand": plain}
        times = seconds({name: make(x, y, weights, batch) for name, make in makes.items()})
        memory = {name: activations(make, x, y, weights, batch) for name, make in makes.items()}
        each = "; ".join(f"{n} {times[n]:.3f} s, {memory[n]:.2f} activations" for n in makes)
        ratio = times["chaos"] / times["by hand"]
        print(f"width {width:,}, batch {batch:,}: {each}; ratio {ratio:.3f}; ", end="")
        print(f"apart by {gap(width, batch, x, y, weights):.1e}", flush=True)


if __name__ == "__main__":
    main()
