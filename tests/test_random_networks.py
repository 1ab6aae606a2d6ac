"""Networks of random architectures: what is recognised, pruned to nothing less and taken apart.

The oracle is a pass written out here: a product for each place of a kernel, and nothing of ours.
"""

from dataclasses import fields, replace
from math import erf, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compress.coresets import Budget, ReluNetwork, corenet, corenet_units
from compress.networks.model import recognised
from stablenoise.layers import (
    Architecture,
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    Gelu,
    Linear,
    MaxPool,
    MeanPool,
    Relu,
    Sigmoid,
    Tanh,
    parsed,
    to_toml,
)

some = settings(max_examples=60, deadline=None)
seeds = st.integers(0, 2**32)
RECTIFIERS = Relu, Tanh, Sigmoid, Gelu, Linear
PADDINGS = 0, 0, 1, "same", (1, 0), (0, 2)


class Drawn:
    """Layers drawn one after the other, each of which fits what comes before it."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        image = tuple(int(n) for n in self.rng.integers((1, 3, 3), (4, 9, 9)))
        flat = self.rng.random() < 0.25
        self.image = None if flat else image
        self.shape = (prod(image) % 12 + 2,) if flat else image
        self.inputs = prod(self.shape)
        self.layers, self.arrays = [], {}
        for _ in range(self.rng.integers(1, 9)):
            self.add(self.pick((self.conv, self.pool, self.rectifier, self.dense, self.norm)))
        if len(self.shape) == 3:
            self.layers.append(Flatten(self.pick(("channels_first", "channels_last"))))
            self.shape = (prod(self.shape),)
        self.dense(3)
        self.plan = Architecture(tuple(self.layers), self.image)

    def pick(self, things):
        return things[self.rng.integers(len(things))]

    def add(self, kind):
        try:
            kind()
        except ValueError:  # of a layer that does not fit here
            return

    def weighted(self, kind, shape, **how):
        name, bias = f"{len(self.layers)}.weight", f"{len(self.layers)}.bias"
        layer = kind(**how, weights=name, bias=bias if self.rng.random() < 0.6 else False)
        self.shape = layer.outputs(self.shape, shape)
        self.layers.append(layer)
        self.arrays[name] = self.rng.normal(size=shape)
        if layer.bias:
            self.arrays[bias] = self.rng.normal(size=shape[0])

    def conv(self):
        if len(self.shape) == 3:
            units, high, wide = (int(n) for n in self.rng.integers(1, 5, 3))
            how = {"stride": self.pick((1, 1, 2, 3)), "padding": self.pick(PADDINGS)}
            self.weighted(Conv, (units, self.shape[0], high, wide), **how)

    def dense(self, units=None):
        if len(self.shape) == 1:
            self.weighted(Dense, (units or int(self.rng.integers(1, 7)), self.shape[0]))

    def pool(self):
        if len(self.shape) == 3:
            layer = self.pick((MaxPool, MeanPool))(self.pick((1, 2, 3)), self.pick((None, 1, 2)))
            self.shape = layer.outputs(self.shape)
            self.layers.append(layer)

    def rectifier(self):
        self.layers.append(self.pick(RECTIFIERS)())

    def norm(self):
        if self.layers and isinstance(self.layers[-1], Conv | Dense):
            names = [f"{len(self.layers)}.{part}" for part in ("gain", "shift", "mean", "var")]
            self.layers.append(BatchNorm(*names, epsilon=0.1))
            for name in names:
                numbers = self.rng.normal(size=self.shape[0])
                self.arrays[name] = numbers**2 if name.endswith("var") else numbers


def written_out(drawn, arrays, x):
    """Outputs of rows, a layer at a time."""
    a = x.reshape(len(x), *drawn.image) if drawn.image else x
    for layer in drawn.layers:
        a = after(layer, arrays, a)
    return a


def after(layer, arrays, a):
    if isinstance(layer, Conv):
        return convolved(layer, arrays[layer.weights], a) + (
            arrays[layer.bias][:, None, None] if layer.bias else 0
        )
    if isinstance(layer, Dense):
        return a @ arrays[layer.weights].T + (arrays[layer.bias] if layer.bias else 0)
    if isinstance(layer, MaxPool | MeanPool):
        largest = isinstance(layer, MaxPool)
        squares = windows(a, (layer.size,) * 2, layer.stride or layer.size)
        return squares.max((-2, -1)) if largest else squares.mean((-2, -1))
    if isinstance(layer, Flatten):
        channels_last = layer.order == "channels_last" and a.ndim == 4
        return (a.transpose(0, 2, 3, 1) if channels_last else a).reshape(len(a), -1)
    if isinstance(layer, BatchNorm):
        names = layer.mean, layer.variance, layer.scale, layer.shift
        mean, var, gain, shift = (arrays[n].reshape(-1, *[1] * (a.ndim - 2)) for n in names)
        return (a - mean) / np.sqrt(var + layer.epsilon) * gain + shift
    functions = {
        Relu: lambda z: np.maximum(z, 0),
        Tanh: np.tanh,
        Sigmoid: lambda z: (1 + np.tanh(z / 2)) / 2,
        Gelu: lambda z: z * (1 + np.vectorize(erf)(z / np.sqrt(2))) / 2,
        Linear: lambda z: z,
    }
    return functions[type(layer)](a)


def windows(a, size, stride):
    """What is seen from each place: (n, channels, rows, columns, height, width)."""
    high, wide = size
    rows = range(0, a.shape[2] - high + 1, stride)
    columns = range(0, a.shape[3] - wide + 1, stride)
    return np.stack(
        [np.stack([a[:, :, r : r + high, q : q + wide] for q in columns], 2) for r in rows], 2
    )


def convolved(layer, kernels, a):
    pads = layer.pads(a.shape[1:], kernels.shape)
    padded = np.pad(a, ((0, 0), (0, 0), *pads))
    seen = windows(padded, kernels.shape[2:], layer.stride)
    return np.einsum("ncrqij,ucij->nurq", seen, kernels)


def assert_close(found, right):
    """Sums of some hundred products, a dozen layers: 1e-9 of the largest."""
    np.testing.assert_allclose(found, right, rtol=0, atol=1e-9 * (1 + abs(right).max()))


@some
@given(seeds)
def test_a_network_is_its_pass_in_any_order_of_its_arrays_and_of_memory(seed):
    drawn = Drawn(seed)
    x = drawn.rng.normal(size=(3, drawn.inputs))
    right = written_out(drawn, drawn.arrays, x)
    names = drawn.rng.permutation(list(drawn.arrays)).tolist()
    for arrays in drawn.arrays, {name: np.asfortranarray(drawn.arrays[name]) for name in names}:
        model = recognised(arrays, drawn.inputs, drawn.plan)
        assert_close(model.logits(model.arrays, np.asfortranarray(x)), right)
        for name, array in model.as_in_file(model.arrays).items():
            assert array.shape == np.shape(arrays.get(name, array))


@some
@given(seeds)
def test_few_weights_have_their_sums(seed):
    drawn = Drawn(seed)
    few = {
        name: a * (drawn.rng.random(a.shape) < 0.05) if a.ndim > 1 else a
        for name, a in drawn.arrays.items()
    }
    x = drawn.rng.normal(size=(3, drawn.inputs))
    model = recognised(few, drawn.inputs, drawn.plan)
    assert_close(model.logits(model.arrays, x), written_out(drawn, few, x))


def without_names(layer):
    if not isinstance(layer, Conv | Dense):
        return layer
    return replace(layer, weights=None, bias=None)


@some
@given(seeds)
def test_names_need_not_be_said(seed):
    """Each array of weights before its biases, in the order of the file."""
    drawn = Drawn(seed)
    x = drawn.rng.normal(size=(3, drawn.inputs))
    plan = replace(drawn.plan, layers=tuple(map(without_names, drawn.plan.layers)))
    model = recognised(drawn.arrays, drawn.inputs, plan)
    assert_close(model.logits(model.arrays, x), written_out(drawn, drawn.arrays, x))


@some
@given(seeds)
def test_an_architecture_comes_back_from_its_text(seed):
    plan = Drawn(seed).plan
    again = parsed(to_toml(plan).encode())
    for field in fields(plan):
        assert field.name == "name" or getattr(again, field.name) == getattr(plan, field.name)


@pytest.mark.parametrize("embed", [False, True])
@some
@given(seeds)
def test_coresets_of_all_are_the_network_and_compact_ones_what_they_were(embed, seed):
    drawn = Drawn(seed)
    model = recognised(drawn.arrays, drawn.inputs, drawn.plan)
    weights = [a for a in model.arrays.values() if a.ndim > 1]
    said = [layer for layer in model.architecture.layers if isinstance(layer, Conv | Dense)]
    biases = [
        model.arrays[layer.bias] if layer.bias else np.zeros(len(w))
        for layer, w in zip(said, weights, strict=True)
    ]
    plan = replace(model.architecture, image=drawn.image)
    network = ReluNetwork(weights, biases, embed, architecture=plan)
    x = drawn.rng.normal(size=(8, drawn.inputs))
    right = written_out(drawn, drawn.arrays, x)
    assert_close(network(x), right)
    assert_close(corenet(network, x, Budget(1.0), seed=1)(x), right)
    if len(weights) > 1:
        assert_close(corenet_units(network, x, Budget(1.0), seed=1)(x), right)
        units = sum(map(len, weights[:-1]))
        if 0.7 * units >= len(weights) - 1:
            coreset = corenet_units(network, x, Budget(0.7), seed=1)
            assert_close(coreset.compact()(x), coreset(x))
