"""Layers forward and backward against their bare products of matrices: python benchmarks/layers.py.

Convolutions in float32, one thread, batch 100: patches in blocks, shifts, and compiled patches
(Numba, all images at once), each over the product alone; a star is what the rule of
``stablenoise/layers/shifts.py`` chooses.  Then whole networks, and gradients added in place against
the product that they are.  Processor time, medians of rounds in turn.
"""

import os
from functools import partial
from statistics import median
from time import process_time

for name in ("NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402 - after the settings above
from numba import njit  # noqa: E402

from stablenoise.layers import load_architecture, passes, patches, shifts, weight_shapes  # noqa: E402
from stablenoise.layers.kinds import Conv, Dense  # noqa: E402
from stablenoise.layers.products import add_product  # noqa: E402

BATCH, ROUNDS = 100, 9
SHAPES = [  # channels, side of an image with its zeros, units, side of a kernel
    *((1, 28, 20, 5), (20, 12, 50, 5), (32, 16, 32, 3), (32, 34, 32, 3), (64, 18, 64, 3)),
    *((64, 34, 64, 3), (128, 10, 128, 3), (128, 18, 128, 3)),
]


def normal(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def milliseconds(*calls):
    """Medians of rounds in which the calls take turns."""
    for call in calls:
        call()
    rounds = [[timed(call) for call in calls] for _ in range(ROUNDS)]
    return [1e3 * median(times) for times in zip(*rounds, strict=True)]


def timed(call):
    before = process_time()
    call()
    return process_time() - before


@njit
def filled(x, patches):
    """Patches of all images, a place in a kernel a row."""
    channels, high, wide, n, rows, columns = patches.shape
    for c in range(channels):
        for i in range(high):
            for j in range(wide):
                for m in range(n):
                    for row in range(rows):
                        for column in range(columns):
                            patches[c, i, j, m, row, column] = x[m, c, row + i, column + j]


def convolution(channels, side, units, kernel):
    """A line for a shape: forward, back to the images, and to the kernels."""
    out, layer = side - kernel + 1, Conv()
    first, w = normal(1, BATCH, channels, side, side), normal(2, units, channels, kernel, kernel)
    x = np.ascontiguousarray(first.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    y = passes.forward(layer, x, w)[0]
    matrix, kernels = normal(3, BATCH * out**2, w[0].size), w.reshape(units, -1)
    signal = y.transpose(0, 2, 3, 1).reshape(-1, units)
    room = normal(4, channels, kernel, kernel, BATCH, out, out)

    def compiled():
        filled(first, room)
        return kernels @ room.reshape(kernels.shape[1], -1)

    forward = milliseconds(
        lambda: matrix @ kernels.T,
        *(partial(method.forward, layer, x, w, y) for method in METHODS),
        compiled,
    )
    back = milliseconds(
        lambda: signal @ kernels,
        *(partial(method.backward, layer, y, x, w) for method in METHODS),
    )
    gradient = milliseconds(
        lambda: signal.T @ matrix,
        *(partial(method.kernel_gradient, layer, y, x, w) for method in METHODS),
    )
    chosen = "*" if shifts.serves(layer, x, w) else " "
    parts = " | ".join(told(*times) for times in (forward, back, gradient))
    print(f"{channels:4} x {side:2}, {units:3}, {kernel} {chosen} {parts}", flush=True)


METHODS = patches, shifts


def told(bare, *ours):
    return f"{bare:6.2f} ms: " + " ".join(f"{time / bare:.2f}" for time in ours)


class Network:
    """A network by its name with a batch, and the products that it cannot do without."""

    def __init__(self, name, image):
        self.layers = load_architecture(name).layers
        shapes = iter(weight_shapes(load_architecture(name), image, 10))
        weighted = [isinstance(layer, Conv | Dense) for layer in self.layers]
        weights = [0.1 * normal(i, *next(shapes)) if w else None for i, w in enumerate(weighted)]
        self.parts = [(w, None if w is None else np.zeros(len(w), np.float32)) for w in weights]
        self.x = normal(1, BATCH, *image)
        self.products, fed = [], passes.signals(self.layers, self.parts, self.x)
        for (layer, x), (w, _) in zip(fed, self.parts, strict=False):
            if w is not None:
                y, _ = passes.forward(layer, x, w)
                rows = y.size // len(w)
                pair = normal(1, rows, w[0].size), normal(2, rows, len(w))
                self.products.append((*pair, w.reshape(len(w), -1), bool(self.products)))

    def step(self):
        """Forward, backward, and gradients added to the weights."""
        kept, before, x = [], None, self.x
        for layer, part in zip(self.layers, self.parts, strict=True):
            overwrite = before is not None and passes.frees_outputs(before)
            x, seen = passes.forward(layer, x, *part, overwrite)
            kept.append(seen)
            before = layer
        signal = 1e-9 * x
        stages = list(zip(self.layers, self.parts, kept, strict=True))
        for number, (layer, (w, b), seen) in reversed(list(enumerate(stages))):
            above = signal
            if number:  # nothing is asked of the gradient of the images
                signal = passes.backward(layer, above, seen, w)
            if w is not None:
                passes.add_gradient(layer, above, seen, w, b, -1e-9)

    def bare(self):
        for x, y, w, has_layers_before in self.products:
            x @ w.T
            y.T @ x
            if has_layers_before:
                y @ w


def networks():
    print("\nforward and backward, batch 100, over bare products")
    for name, image in ("lenet5", (1, 28, 28)), ("vgg-small", (3, 32, 32)):
        network = Network(name, image)
        ours, bare = milliseconds(network.step, network.bare)
        print(f"{name}: {ours:.1f} ms, products {bare:.1f} ms, ratio {ours / bare:.2f}")


def gradients(batch):
    """A line for a batch."""
    x, dy, w = normal(1, batch, 784), normal(2, batch, 5000), normal(3, 5000, 785)
    whole = w[:, :784].copy()
    bare, ours, blocks = milliseconds(
        lambda: dy.T @ x,
        lambda: add_product(whole, dy, x, 1e-9),
        lambda: add_product(w[:, :784], dy, x, 1e-9),
    )
    print(f"batch {batch}: {bare:.1f} ms, in place {ours / bare:.2f}, {blocks / bare:.2f}")


if __name__ == "__main__":
    print("conv (channels x side, units, kernel): over the bare product; patches, shifts, compiled")
    for shape in SHAPES:
        convolution(*shape)
    networks()
    print("\nweights += factor x gradient, 784-5000, over the product; beside biases by blocks")
    for batch in 100, 5000:
        gradients(batch)
