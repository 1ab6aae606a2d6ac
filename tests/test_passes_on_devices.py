"""Layers on CuPy, or on the stand-in for it, are those on NumPy."""

import numpy as np
import pytest
from array_libraries import host

from stablenoise.layers import images, products
from stablenoise.layers.kinds import (
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    Gelu,
    Linear,
    MaxPool,
    MeanPool,
    Relu,
    Scale,
    Sigmoid,
    Tanh,
)
from stablenoise.layers.passes import add_gradient, backward, forward, outputs

CASES = [  # a layer, the shape of its inputs, and shapes of its weights and biases
    (Dense(), (6, 5), (4, 5), (4,)),
    (Dense(), (6, 5), (4, 5), None),
    (Conv(), (3, 2, 7, 6), (5, 2, 3, 2), (5,)),
    (Conv(2, 1), (3, 2, 7, 6), (5, 2, 3, 3), None),
    (Conv(padding="same"), (3, 1, 7, 6), (5, 1, 3, 4), (5,)),
    *((layer, (3, 2, 5, 4), None, None) for layer in (Relu(), Tanh(), Sigmoid(), Linear())),
    *((layer, (3, 2, 5, 4), None, None) for layer in (Gelu(), Gelu("tanh"), Scale(0.5))),
    *((layer, (3, 2, 5, 4), None, None) for layer in (MaxPool(), MaxPool(3, 1), MeanPool(2, 1))),
    *((layer, (3, 2, 5, 4), None, None) for layer in (Flatten(), Flatten("channels_last"))),
]


def normal(seed, kind, *shape):
    return np.random.default_rng(seed).normal(size=shape).astype(kind)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_layer_on_the_device_is_that_on_the_host(cupy, case, kind, monkeypatch):
    monkeypatch.setattr(images, "GPU_BLOCK_BYTES", 500)
    layer, shape, *of_weights = case
    x = normal(1, kind, *shape)
    arrays = [None if s is None else normal(2 + i, kind, *s) for i, s in enumerate(of_weights)]
    there = [None if a is None else cupy.asarray(a) for a in arrays]
    close = {"rtol": 1e-12, "atol": 1e-12} if kind is np.float64 else {"rtol": 1e-4, "atol": 1e-5}
    expected, kept = forward(layer, x.copy(), *arrays)
    found, seen = forward(layer, cupy.asarray(x), *there)
    assert isinstance(found, cupy.ndarray) and found.dtype == kind
    np.testing.assert_allclose(host(found), expected, **close)
    dy = normal(5, kind, *expected.shape)
    dx = backward(layer, dy.copy(), kept, arrays[0])
    np.testing.assert_allclose(host(backward(layer, cupy.asarray(dy), seen, there[0])), dx, **close)
    if of_weights[0]:
        add_gradient(layer, dy, kept, *arrays, 0.5)
        add_gradient(layer, cupy.asarray(dy), seen, *there, 0.5)
        for one, other in zip(arrays, there, strict=True):
            if one is not None:
                np.testing.assert_allclose(host(other), one, **close)


def test_batch_norm_on_the_device_is_that_on_the_host(cupy):
    layer = BatchNorm("a", "b", "c", "d")
    x, arrays = normal(1, float, 3, 2, 4, 5), [normal(2 + i, float, 2) ** 2 for i in range(4)]
    expected, kept = forward(layer, x, tuple(arrays))
    found, seen = forward(layer, cupy.asarray(x), tuple(map(cupy.asarray, arrays)))
    np.testing.assert_allclose(host(found), expected, rtol=1e-12)
    dy = normal(9, float, *x.shape)
    there = host(backward(layer, cupy.asarray(dy), seen))
    np.testing.assert_allclose(there, backward(layer, dy, kept), rtol=1e-12)


@pytest.mark.parametrize("vendor", [True, False])
@pytest.mark.parametrize("part", [True, False])
def test_gradients_are_added_in_place_on_the_device(cupy, vendor, part, monkeypatch):
    """By the vendor's product where it is there; beside a column of biases by blocks."""
    monkeypatch.setattr(products, "BLOCK_BYTES", 100)
    if not vendor:
        monkeypatch.setattr(products, "_cublas", lambda library: None)
    left, right, start = (normal(i, float, *s) for i, s in enumerate([(7, 5), (7, 3), (5, 4)]))
    holder = cupy.asarray(start if part else start[:, :3].copy())
    products.add_product(holder[:, :3], cupy.asarray(left), cupy.asarray(right), -0.5)
    expected = start[:, :3] - 0.5 * left.T @ right
    np.testing.assert_allclose(host(holder)[:, :3], expected, rtol=1e-12, atol=1e-12)


def test_a_network_goes_through_on_the_device(cupy):
    layers = (Conv(), Relu(), MaxPool(), Flatten("channels_last"), Dense(), Sigmoid(), Dense())
    shapes = {0: (4, 2, 3, 3), 4: (6, 36), 6: (3, 6)}
    x = normal(1, float, 5, 2, 8, 8)
    parts = [(normal(i, float, *shapes[i]) if i in shapes else None, None) for i in range(7)]
    there = [(None if w is None else cupy.asarray(w), None) for w, _ in parts]
    found = outputs(layers, there, cupy.asarray(x))
    np.testing.assert_allclose(host(found), outputs(layers, parts, x), rtol=1e-12)
