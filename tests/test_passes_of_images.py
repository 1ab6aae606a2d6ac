"""Convolutions, pools and the rest on images: brute force, differences, the adjoint identity."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.signal import correlate

from stablenoise.layers import images, patches, shifts
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
from stablenoise.layers.passes import add_gradient, backward, forward, frees_outputs

seeds = st.integers(0, 2**32 - 1)
some = settings(max_examples=60)
STEP = 1e-6  # of finite differences, as in test_passes
CLOSE = {"rtol": 1e-6, "atol": 1e-8}


def normal(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


def slope(function, x, direction):
    return (function(x + STEP * direction) - function(x - STEP * direction)) / (2 * STEP)


def in_memory(x, order):
    """The same images, channel by channel or with the channels of a pixel side by side."""
    if order == "channels_last":
        return np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    return x if order == "channels_first" else x[:, ::-1].copy()[:, ::-1]


orders = st.sampled_from(["channels_first", "channels_last", "reversed"])


@st.composite
def convolutions(draw, steps=(1, 2, 3)):
    """A layer, shapes of images and kernels that fit, and a block so small that there are many."""
    high, wide = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    same = draw(st.booleans())
    pad = "same" if same else tuple(draw(st.integers(0, side - 1)) for side in (high, wide))
    layer = Conv(draw(st.sampled_from(steps)), pad)
    least = (1, 1) if same else (high, wide)
    sides = [draw(st.integers(low, 9)) for low in least]
    channels, units = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    n = draw(st.integers(1, 4))
    return layer, (n, channels, *sides), (units, channels, high, wide)


def brute(layer, x, kernels):
    """By SciPy's correlation, image by image; then every so many pixels."""
    zeros = layer.pads(x.shape[1:], kernels.shape)
    wide = np.pad(x, ((0, 0), (0, 0), *zeros))
    sums = [
        [sum(correlate(a, b, "valid") for a, b in zip(image, k, strict=True)) for k in kernels]
        for image in wide
    ]
    return np.array(sums)[:, :, :: layer.stride, :: layer.stride]


@some
@given(convolutions(), seeds, orders, st.sampled_from([1, 200, 1000, 10**6]))
def test_a_convolution_is_its_sums_and_its_gradients_are_adjoint(case, seed, order, block):
    """In blocks of an image, of a row of it, or whole, in any memory."""
    layer, image, shape = case
    x, w, b = normal(seed, *image), normal(seed + 1, *shape), normal(seed + 2, shape[0])
    x = in_memory(x, order)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(images.BLOCK_BYTES, "numpy", block)
        y, kept = forward(layer, x, w, b)
        expected = brute(layer, x, w)
        np.testing.assert_allclose(y, expected + b[:, None, None], rtol=1e-11, atol=1e-12)
        assert y.shape[1:] == layer.outputs(image[1:], shape)
        dy = in_memory(normal(seed + 3, *y.shape), order)
        inner = (expected * dy).sum()
        size = np.sqrt((expected**2).sum() * (dy**2).sum())
        dx = backward(layer, dy, kept, w)
        assert dx.shape == x.shape
        # <A x, dy> = <x, A' dy> = <w, W' dy>: the sums are linear in x, and in the kernels
        np.testing.assert_allclose((dx * x).sum(), inner, rtol=0, atol=1e-12 * size)
        moved, bias = w.copy(), b.copy()
        add_gradient(layer, dy, kept, moved, bias, 0.5)
        np.testing.assert_allclose(
            ((moved - w) * w).sum(), 0.5 * inner, rtol=0, atol=1e-11 * (size + (w**2).sum())
        )
        np.testing.assert_allclose(bias - b, 0.5 * dy.sum(axis=(0, 2, 3)), rtol=1e-11, atol=1e-11)


@some
@given(convolutions(), seeds)
def test_gradients_of_a_convolution_are_finite_differences(case, seed):
    layer, image, shape = case
    x, w = normal(seed, *image), normal(seed + 1, *shape)
    y, kept = forward(layer, x, w)
    dy, step = normal(seed + 2, *y.shape), normal(seed + 3, *image)
    found = (backward(layer, dy, kept, w) * step).sum()
    expected = slope(lambda x: (forward(layer, x, w)[0] * dy).sum(), x, step)
    np.testing.assert_allclose(found, expected, **CLOSE)
    moved, step = w.copy(), normal(seed + 4, *shape)
    add_gradient(layer, dy, kept, moved, None, -2.0)
    expected = -2 * slope(lambda w: (forward(layer, x, w)[0] * dy).sum(), w, step)
    np.testing.assert_allclose(((moved - w) * step).sum(), expected, **CLOSE)


@some
@given(convolutions(steps=(1,)), seeds, orders)
def test_shifts_are_patches(case, seed, order):
    layer, image, shape = case
    x, w = in_memory(normal(seed, *image), order), normal(seed + 1, *shape)
    expected, _ = forward(layer, x, w)
    found = np.empty_like(expected)
    shifts.forward(layer, x, w, found)
    close = {"rtol": 1e-11, "atol": 1e-12}
    np.testing.assert_allclose(found, expected, **close)
    dy = in_memory(normal(seed + 2, *found.shape), order)
    for name in "backward", "kernel_gradient":
        one, other = (getattr(module, name)(layer, dy, x, w) for module in (shifts, patches))
        np.testing.assert_allclose(one, other, **close)


@pytest.mark.parametrize(
    ("layer", "image", "kernels", "kind", "shifted"),
    [
        (Conv(padding=1), (64, 16, 16), (64, 64, 3, 3), np.float32, True),
        (Conv(padding=1), (32, 32, 32), (32, 32, 3, 3), np.float64, True),
        (Conv(), (20, 12, 12), (50, 20, 5, 5), np.float32, False),  # few channels
        (Conv(padding=1), (32, 16, 16), (32, 32, 3, 3), np.float32, False),  # small products
        (Conv(), (128, 8, 8), (128, 128, 3, 3), np.float32, False),  # 6 pixels a row of 8
        (Conv(2, 1), (64, 32, 32), (64, 64, 3, 3), np.float32, False),
        (Conv(padding=1), (64, 16, 16), (64, 64, 3, 3), np.float16, False),
    ],
)
def test_the_method_is_chosen_by_its_rule(layer, image, kernels, kind, shifted):
    x, w = np.empty((2, *image), kind), np.empty(kernels, kind)
    assert shifts.serves(layer, x, w) == shifted


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_convolution_by_shifts_goes_through_the_passes(kind):
    x, w = normal(1, 2, 32, 32, 32).astype(kind), normal(2, 32, 32, 3, 3).astype(kind)
    layer = Conv(padding=1)
    y, kept = forward(layer, x, w)
    expected = brute(layer, x.astype(float), w.astype(float))
    # Sums of 288 terms of size 1, each rounded to 6e-8 or 1e-16
    np.testing.assert_allclose(y, expected, rtol=0, atol=1e-4 if kind is np.float32 else 1e-12)
    dy = normal(3, *y.shape).astype(kind)
    dx = backward(layer, dy, kept, w)
    assert y.dtype == dx.dtype == kind
    inner = (expected * dy).sum()
    size = np.sqrt((expected**2).sum() * (dy.astype(float) ** 2).sum())
    np.testing.assert_allclose((dx * x).sum(dtype=float), inner, rtol=0, atol=1e-6 * size)


def test_patches_never_take_more_than_their_budget():
    """A row of patches here is 18 KB; without blocks all of them would be 8.8 MB."""
    import tracemalloc

    x, w = np.zeros((10, 16, 50, 32), np.float32), np.zeros((4, 16, 3, 3), np.float32)
    layer, most = Conv(padding=1), 60_000
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(images.BLOCK_BYTES, "numpy", most)
        y, kept = forward(layer, x, w)
        for call, made in (
            (lambda: forward(layer, x, w), y.nbytes),
            (lambda: backward(layer, y, kept, w), x.nbytes),
            (lambda: add_gradient(layer, y, kept, w, None, 1.0), 3 * w.nbytes),
        ):
            tracemalloc.start()
            call()
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            one_image_with_zeros = 4 * 16 * 52 * 34
            assert peak < made + most + 2 * one_image_with_zeros + 20_000


@st.composite
def pools(draw):
    kind = draw(st.sampled_from([MaxPool, MeanPool]))
    size = draw(st.integers(1, 3))
    layer = kind(size, draw(st.sampled_from([None, 1, 2, 3])))
    shape = [draw(st.integers(1, 3)) for _ in range(2)]
    return layer, (*shape, *(draw(st.integers(size, 8)) for _ in range(2)))


@some
@given(pools(), seeds, orders)
def test_pools_are_those_of_their_squares_and_gradients_their_differences(case, seed, order):
    layer, shape = case
    x = in_memory(normal(seed, *shape), order)
    y, kept = forward(layer, x)
    of_square = np.max if isinstance(layer, MaxPool) else np.mean
    for n, c, i, j in np.ndindex(y.shape):
        top, left = i * layer.step, j * layer.step
        square = x[n, c, top : top + layer.size, left : left + layer.size]
        assert y[n, c, i, j] == pytest.approx(of_square(square), rel=1e-12, abs=1e-15)
    assert y.shape[1:] == layer.outputs(shape[1:])
    close = np.diff(np.sort(x, axis=None))
    assume(not len(close) or close.min() > 1e-5)
    dy, step = normal(seed + 1, *y.shape), normal(seed + 2, *shape)
    found = (backward(layer, dy.copy(), kept) * step).sum()
    expected = slope(lambda x: (forward(layer, x)[0] * dy).sum(), x, step)
    np.testing.assert_allclose(found, expected, **CLOSE)


def test_of_equal_values_the_first_has_the_gradient():
    x = np.zeros((1, 1, 2, 4))
    x[0, 0, 1, 2:] = 3
    y, kept = forward(MaxPool(), x)
    dx = backward(MaxPool(), np.array([[[[5.0, 7.0]]]]), kept)
    np.testing.assert_array_equal(dx, [[[[5, 0, 0, 0], [0, 0, 7, 0]]]])


def test_pools_of_squares_leave_their_inputs_as_they_are():
    for layer in MaxPool(), MeanPool(), MaxPool(1), MeanPool(1):
        x = normal(1, 2, 3, 4, 4)
        before = x.copy()
        y, _ = forward(layer, x)
        y += 1
        np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("order", ["channels_first", "channels_last"])
@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), orders)
def test_flattening_is_an_order_and_its_gradient_undoes_it(order, channels, high, wide, memory):
    x = in_memory(normal(1, 2, channels, high, wide), memory)
    y, kept = forward(Flatten(order), x)
    wanted = x if order == "channels_first" else np.moveaxis(x, 1, -1)
    np.testing.assert_array_equal(y, [[*image.flat] for image in wanted])
    np.testing.assert_array_equal(backward(Flatten(order), y, kept), x)
    rows = normal(2, 3, 5)
    assert forward(Flatten(order), rows)[0].shape == (3, 5)


@pytest.mark.parametrize("shape", [(4, 3, 2, 5), (6, 3)])
@pytest.mark.parametrize("given", [(True, True), (True, False), (False, True), (False, False)])
def test_batch_norm_is_its_formula_and_its_gradient_the_slope(shape, given):
    x, dy = normal(1, *shape), normal(2, *shape)
    scale, shift = (normal(3 + i, 3) if there else None for i, there in enumerate(given))
    mean, variance = normal(5, 3), normal(6, 3) ** 2
    layer = BatchNorm("a", "b", "c", "d", 1e-3)
    y, kept = forward(layer, x, (scale, shift, mean, variance))
    for c in range(3):
        expected = (x[:, c] - mean[c]) / np.sqrt(variance[c] + 1e-3)
        expected = expected * (1 if scale is None else scale[c]) + (
            0 if shift is None else shift[c]
        )
        np.testing.assert_allclose(y[:, c], expected, rtol=1e-12, atol=1e-14)
    found = backward(layer, dy.copy(), kept)
    expected = slope(
        lambda x: forward(layer, x, (scale, shift, mean, variance))[0], x, np.ones_like(x)
    )
    np.testing.assert_allclose(found, dy * expected, **CLOSE)


def test_a_scale_multiplies_outputs_and_gradients():
    x = normal(1, 2, 3)
    before = x.copy()
    y, kept = forward(Scale(0.25), x)
    np.testing.assert_array_equal(y, before / 4)
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(backward(Scale(0.25), x.copy(), kept), before / 4)
    again, _ = forward(Scale(0.25), x, overwrite=True)
    assert again is x
    np.testing.assert_array_equal(x, before / 4)


def test_who_keeps_its_outputs_says_so():
    kept = Relu(), Tanh(), Sigmoid(), Gelu(), Linear(), MaxPool(), Flatten()
    free = Conv(), Dense(), MeanPool(), Scale(0.5), BatchNorm("a", "b", "c", "d")
    assert [frees_outputs(layer) for layer in kept + free] == [False] * 7 + [True] * 5


NETWORKS = [
    (Conv(padding=1), MaxPool(), Relu(), Scale(0.5), Conv(), MeanPool(), Tanh()),
    (Conv(2, "same"), "norm", Sigmoid(), Scale(2.0), MaxPool(2, 1), Linear(), Conv(), Gelu()),
    (Tanh(), Scale(0.5), Tanh(), MeanPool(2, 1), Sigmoid(), Conv(), Scale(3.0), Tanh(), "norm"),
]


@pytest.mark.parametrize("layers", NETWORKS)
@pytest.mark.parametrize("order", ["channels_first", "channels_last"])
@pytest.mark.parametrize("seed", range(3))
def test_whole_networks_in_place_have_the_gradients_of_finite_differences(layers, order, seed):
    """What one layer writes over would be missed by another: all are asked together."""
    norm, shape = BatchNorm("a", "b", "c", "d", 0.1), (2, 6, 6)
    layers = [*(norm if layer == "norm" else layer for layer in layers), Flatten(order), Dense()]
    weights = []
    for i, layer in enumerate(layers):
        kind = {Conv: (2, 2, 2, 2), Dense: (3, shape[0])}.get(type(layer))
        shape = layer.outputs(shape, kind) if kind else layer.outputs(shape)
        w = 0.5 * normal(i, *kind) if kind else None
        weights.append(tuple(normal(9, 4, 2) ** 2) if layer is norm else w)
    x, dy = normal(20 + seed, 3, 2, 6, 6), normal(30 + seed, 3, 3)
    before = x.copy()

    def value(weights, x):
        kept, overwrite = [], False
        for layer, w in zip(layers, weights, strict=True):
            x, seen = forward(layer, x, w, None, overwrite)
            overwrite = frees_outputs(layer)
            kept.append(seen)
        return x, kept

    _, kept = value(weights, x)
    np.testing.assert_array_equal(x, before)
    signal, moved = dy.copy(), [*weights]
    for i in reversed(range(len(layers))):
        above = signal
        signal = backward(layers[i], above, kept[i], weights[i])
        if isinstance(layers[i], Conv | Dense):
            moved[i] = weights[i].copy()
            add_gradient(layers[i], above, kept[i], moved[i], None, 1.0)
    step = normal(40 + seed, *x.shape)
    expected = slope(lambda x: (value(weights, x)[0] * dy).sum(), x, step)
    np.testing.assert_allclose((signal * step).sum(), expected, **CLOSE)
    for i, layer in enumerate(layers):
        if isinstance(layer, Conv | Dense):
            step = normal(50 + i, *weights[i].shape)

            def of_weights(w, i=i):
                return (value([*weights[:i], w, *weights[i + 1 :]], x)[0] * dy).sum()

            expected = slope(of_weights, weights[i], step)
            np.testing.assert_allclose(((moved[i] - weights[i]) * step).sum(), expected, **CLOSE)


@pytest.mark.parametrize("layer", [Conv(), Conv(padding="same"), Conv(2)])
def test_no_images_have_gradients_of_zero(layer):
    x, w, b = np.zeros((0, 2, 5, 5)), np.ones((3, 2, 3, 3)), np.ones(3)
    y, kept = forward(layer, x, w, b)
    assert backward(layer, y, kept, w).shape == x.shape
    add_gradient(layer, y, kept, w, b, 2.0)
    assert (w == 1).all() and (b == 1).all()


def test_images_and_kernels_of_two_types_are_not_multiplied_by_shifts():
    """A product by BLAS in place has one type."""
    x, w = np.empty((2, 64, 16, 16), np.float32), np.empty((64, 64, 3, 3))
    assert not shifts.serves(Conv(padding=1), x, w)
    assert shifts.serves(Conv(padding=1), x, w.astype(np.float32))


def test_mean_squares_are_of_twice_the_digits():
    x = np.full((2, 1, 4, 4), 1e30, np.float32)
    found = patches.mean_squares(Conv(), x, np.ones((3, 1, 2, 2), np.float32))
    np.testing.assert_allclose(found, np.full((1, 2, 2), 1e60), rtol=1e-6)
