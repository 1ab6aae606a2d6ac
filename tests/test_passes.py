"""Layers forward and backward: against sums, finite differences and the adjoint identity."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import erf

from stablenoise.layers import activations, products
from stablenoise.layers.kinds import Dense, Gelu, Linear, Relu, Sigmoid, Tanh
from stablenoise.layers.passes import add_gradient, backward, forward, frees_outputs
from stablenoise.layers.scales import scaled

ACTIVATIONS = Relu(), Tanh(), Sigmoid(), Gelu(), Gelu("tanh"), Linear()
seeds = st.integers(0, 2**32 - 1)
STEP = 1e-6  # of finite differences: their error is 1e-12 by the cube, 1e-10 by rounding
CLOSE = {"rtol": 1e-6, "atol": 1e-8}


def normal(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


def slope(function, x, direction):
    """Derivative of a function of an array in a direction, by a central difference."""
    return (function(x + STEP * direction) - function(x - STEP * direction)) / (2 * STEP)


def weighted_sum(layer, dy, *arrays):
    """Of the outputs: its gradient with respect to the outputs is ``dy``."""
    return (forward(layer, *arrays)[0] * dy).sum()


@given(seeds, st.integers(1, 6), st.integers(1, 7), st.integers(1, 5), st.booleans())
def test_dense_gradients_are_finite_differences(seed, n, inputs, units, biased):
    x, w, dy = normal(seed, n, inputs), normal(seed + 1, units, inputs), normal(seed + 2, n, units)
    b = normal(seed + 3, units) if biased else None
    y, kept = forward(Dense(), x, w, b)
    np.testing.assert_allclose(
        y, [[r @ u + (b[i] if biased else 0) for i, u in enumerate(w)] for r in x], rtol=1e-12
    )
    dx = backward(Dense(), dy.copy(), kept, w)
    step = normal(seed + 4, n, inputs)
    expected = slope(lambda x: weighted_sum(Dense(), dy, x, w, b), x, step)
    np.testing.assert_allclose((dx * step).sum(), expected, **CLOSE)
    moved, bias = w.copy(), b.copy() if biased else None
    add_gradient(Dense(), dy, kept, moved, bias, -0.5)
    step = normal(seed + 5, units, inputs)
    expected = -0.5 * slope(lambda w: weighted_sum(Dense(), dy, x, w, b), w, step)
    np.testing.assert_allclose(((moved - w) * step).sum(), expected, **CLOSE)
    if biased:
        np.testing.assert_allclose(bias - b, -0.5 * dy.sum(axis=0), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("size", [(3, 5, 7), (1, 1, 1), (0, 2, 3), (64, 30, 40)])
def test_gradients_are_added_in_place_whatever_the_memory(kind, size, monkeypatch):
    """Whole matrices by one GEMM; with a column of biases, transposed or of two types by blocks."""
    k, m, n = size
    monkeypatch.setattr(products, "BLOCK_BYTES", 300)
    left, right = normal(1, k, m).astype(kind), normal(2, k, n).astype(kind)
    start = normal(3, m, n + 1).astype(kind)
    expected = start[:, :n] - 0.25 * (left.astype(float).T @ right)
    close = {"rtol": 1e-12, "atol": 1e-12} if kind is np.float64 else {"rtol": 3e-5, "atol": 3e-5}
    for memory in "whole", "part", "turned", "mixed":
        holder = start.copy() if memory == "part" else start[:, :n].copy()
        total = holder[:, :n] if memory != "turned" else np.asfortranarray(holder)
        factors = (left.astype(float), right) if memory == "mixed" else (left, right)
        products.add_product(total, *factors, -0.25)
        np.testing.assert_allclose(total, expected, **close)
        assert total.dtype == kind
        if memory == "part":
            np.testing.assert_array_equal(holder[:, n], start[:, n])


def test_a_whole_matrix_is_updated_without_another_of_its_size(monkeypatch):
    """A copy that Fortran's order asked for, or a product, would be seen as memory."""
    import tracemalloc

    w, x, dy = (np.zeros(s, np.float32) for s in ((2000, 800), (10, 800), (10, 2000)))
    for total in w, np.zeros((2000, 801), np.float32)[:, :800]:
        tracemalloc.start()
        products.add_product(total, dy, x, 0.5)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < (1000 if total is w else 2.2 * products.BLOCK_BYTES)
    assert w.nbytes > 3 * products.BLOCK_BYTES


def test_outputs_and_signals_of_dense_layers_may_go_into_arrays_that_are_there():
    x, w, b, dy = normal(1, 6, 4), normal(2, 3, 4), normal(3, 3), normal(4, 6, 3)
    expected, kept = forward(Dense(), x, w, b)
    y, dx = np.full((6, 3), np.nan), np.full((6, 4), np.nan)
    found, _ = forward(Dense(), x, w, b, out=y)
    assert found is y and backward(Dense(), dy, kept, w, dx) is dx
    np.testing.assert_allclose(y, expected, rtol=1e-12)
    np.testing.assert_allclose(dx, dy @ w, rtol=1e-12)


REFERENCE = {
    Relu(): lambda x: np.where(x > 0, x, 0),
    Tanh(): lambda x: np.sinh(x) / np.cosh(x),
    Sigmoid(): lambda x: 1 / (1 + np.exp(-x)),
    Gelu(): lambda x: x / 2 * (1 + erf(x / np.sqrt(2))),
    Gelu("tanh"): lambda x: x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
    Linear(): lambda x: x,
}


@pytest.mark.parametrize("layer", ACTIVATIONS, ids=repr)
def test_activations_are_their_formulas_and_gradients_their_slopes(layer):
    x, dy = 2 * normal(1, 40, 9), normal(2, 40, 9)
    before = x.copy()
    y, kept = forward(layer, x)
    np.testing.assert_array_equal(x, before)
    np.testing.assert_allclose(y, REFERENCE[layer](x), rtol=1e-12, atol=1e-15)
    found = backward(layer, dy.copy(), kept)
    expected = dy * slope(lambda x: forward(layer, x)[0], x, np.ones_like(x))
    np.testing.assert_allclose(found, expected, **CLOSE)


@pytest.mark.parametrize("layer", ACTIVATIONS, ids=repr)
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_in_place_and_in_blocks_activations_are_the_same(layer, kind, monkeypatch):
    x, dy = normal(1, 3, 4, 5, 2).astype(kind), normal(2, 3, 4, 5, 2).astype(kind)
    y, kept = forward(layer, x.copy())
    dx = backward(layer, dy.copy(), kept)
    monkeypatch.setattr(activations, "BLOCK_VALUES", 50)
    signal, given = x.copy(), dy.copy()
    again, kept = forward(layer, signal, overwrite=True)
    found = backward(layer, given, kept)
    assert found is given and (again is signal or isinstance(layer, Gelu))
    np.testing.assert_array_equal(again, y)
    np.testing.assert_array_equal(found, dx)
    assert y.dtype == dx.dtype == kind


@pytest.mark.parametrize("layer", ACTIVATIONS, ids=repr)
@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_slopes_far_out_are_finite(layer, kind):
    """At the ends of the floats a cube is infinite, and 0 times it was no number."""
    x = np.array([[-3e38, -1e15, -40, 0, 40, 1e15, 3e38]], kind)
    y, kept = forward(layer, x)
    dx = backward(layer, np.ones_like(x), kept)
    assert np.isfinite(y).all() and np.isfinite(dx).all()
    beyond = {Relu: (0, 1), Tanh: (0, 0), Sigmoid: (0, 0), Gelu: (0, 1), Linear: (1, 1)}
    np.testing.assert_array_equal(dx[0, [0, -1]], beyond[type(layer)])


def test_activations_alone_keep_their_outputs():
    assert frees_outputs(Dense()) and not frees_outputs(Relu())


@given(seeds, st.sampled_from(ACTIVATIONS), st.sampled_from(ACTIVATIONS))
def test_a_network_in_place_has_the_gradient_of_finite_differences(seed, first, second):
    """Two dense layers, each with an activation, and one of nothing."""
    layers = Dense(), first, Dense(), second
    shapes = (5, 4), (3, 5)
    x, dy = normal(seed, 6, 4), normal(seed + 1, 6, 3)
    weights = [normal(seed + 2 + i, *shape) for i, shape in enumerate(shapes)]
    arrays = [weights[0], None, weights[1], None]

    def outputs(x, kept=None):
        before = None
        for layer, w in zip(layers, arrays, strict=True):
            x, seen = forward(layer, x, w, overwrite=before is not None and frees_outputs(before))
            before = layer
            if isinstance(layer, Dense):
                near_a_kink.append(abs(x).min() < 1e-4)
            if kept is not None:
                kept.append(seen)
        return x

    kept, near_a_kink = [], []
    outputs(x, kept)
    assume(not any(near_a_kink))
    signal = dy.copy()
    for layer, w in zip(reversed(layers), reversed(arrays), strict=True):
        signal = backward(layer, signal, kept.pop(), w)
    step = normal(seed + 9, 6, 4)
    expected = slope(lambda x: (outputs(x) * dy).sum(), x, step)
    np.testing.assert_allclose((signal * step).sum(), expected, **CLOSE)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("approximate", ["none", "tanh"])
def test_gelu_of_infinity_is_its_limit(kind, approximate):
    x = np.array([-np.inf, -1e30, np.inf, 1e30], kind)
    y, kept = forward(Gelu(approximate), x)
    np.testing.assert_array_equal(y, [0, 0, np.inf, kind(1e30)])
    np.testing.assert_array_equal(backward(Gelu(approximate), np.ones_like(x), kept), [0, 0, 1, 1])


def test_no_rows_are_scaled():
    for scale in ("centred", (0.5, 2.0), ((0.1, 0.2), (1.0, 2.0))):
        assert scaled(np.zeros((0, 8)), scale).shape == (0, 8)
