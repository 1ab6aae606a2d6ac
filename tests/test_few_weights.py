"""Layers of few weights have the outputs that all weights give; rows are counted as before."""

from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compress.certificates import sample
from compress.networks.model import recognised
from stablenoise.layers import passes
from stablenoise.layers.architecture import Architecture
from stablenoise.layers.few_weights import MAX_SHARE, FewWeights, sparse
from stablenoise.layers.kinds import Conv, Dense, Flatten, MaxPool
from stablenoise.layers.scales import scaled

some = settings(max_examples=60, deadline=None)
kinds = pytest.mark.parametrize("kind", [np.float32, np.float64])


def few(rng, shape, kind):
    """Integers, of which one in 20 is not zero: sums of them are exact."""
    weights = np.zeros(prod(shape), kind)
    places = rng.permutation(weights.size)[: weights.size // 20]
    weights[places] = rng.integers(1, 9, places.size) * rng.choice([-1, 1], places.size)
    return weights.reshape(shape)


@kinds
@some
@given(
    st.integers(0, 2**32), st.integers(1, 3), st.sampled_from([0, 1, "same"]), st.integers(1, 40)
)
def test_a_convolution_of_few_weights_is_that_of_all(kind, seed, stride, padding, n):
    rng = np.random.default_rng(seed)
    x = rng.integers(-9, 9, (n, 3, 9, 8)).astype(kind)
    weights, bias = few(rng, (6, 3, 4, 3), kind), rng.integers(-9, 9, 6).astype(kind)
    layer = Conv(stride, padding)
    for given_bias in (bias, None):
        whole, _ = passes.forward(layer, x, weights, given_bias)
        found, kept = passes.forward(layer, x, sparse(weights), given_bias)
        np.testing.assert_array_equal(found, whole)
        assert found.dtype == kind and kept is x


@kinds
def test_a_matrix_of_few_weights_is_multiplied_as_one_of_all(kind):
    rng = np.random.default_rng(1)
    x, weights = rng.integers(-9, 9, (50, 40)).astype(kind), few(rng, (30, 40), kind)
    bias = rng.integers(-9, 9, 30).astype(kind)
    found, _ = passes.forward(Dense(), x, sparse(weights), bias)
    np.testing.assert_array_equal(found, x @ weights.T + bias)
    np.testing.assert_array_equal(passes.forward(Dense(), x, sparse(weights))[0], x @ weights.T)


@some
@given(
    st.integers(0, 2**32),
    st.sampled_from([(1, 1), (2, 0), (3, "same"), (1, (0, 2)), (2, (1, 0))]),
    st.sampled_from([(np.float32, float), (float, np.float32), (np.float32, np.int8)]),
    st.booleans(),
)
def test_neither_memory_layout_nor_another_type_of_images_matters(seed, how, kinds, turned):
    """Sums written out, of integers: weights of one type with images of another."""
    rng = np.random.default_rng(seed)
    x, bias = rng.integers(-9, 9, (2, 2, 7, 5)), rng.integers(-9, 9, 3)
    weights = few(rng, (3, 2, 3, 4), float)
    layer = Conv(*how)
    order = np.asfortranarray if turned else np.ascontiguousarray
    kernels = sparse(order(weights.astype(kinds[0])))
    assert isinstance(kernels, FewWeights)
    images = order(x.astype(kinds[1]))
    found, _ = passes.forward(layer, images, kernels, bias.astype(kinds[0]))
    pads = layer.pads(x.shape[1:], weights.shape)
    np.testing.assert_array_equal(found, written_out(x, weights, bias, how[0], pads))
    assert found.dtype == np.result_type(*kinds)


def written_out(x, weights, bias, step, pads):
    """A convolution by its definition: a sum for each image, unit and place."""
    wide = np.pad(x, ((0, 0), (0, 0), *pads))
    units, _, high, broad = weights.shape
    rows, columns = (wide.shape[2] - high) // step + 1, (wide.shape[3] - broad) // step + 1
    out = np.zeros((len(x), units, rows, columns))
    for n, u, r, q in np.ndindex(*out.shape):
        seen = wide[n, :, r * step : r * step + high, q * step : q * step + broad]
        out[n, u, r, q] = (seen * weights[u]).sum() + bias[u]
    return out


def test_only_where_weights_are_few_are_they_taken_so():
    weights = np.zeros((16, 10))
    assert isinstance(sparse(weights), FewWeights) and sparse(weights).values.size == 0
    weights.ravel()[: int(MAX_SHARE * 160)] = 1
    assert isinstance(sparse(weights), FewWeights)
    weights.ravel()[int(MAX_SHARE * 160)] = 1
    assert sparse(weights) is weights
    assert sparse(None) is None and sparse(np.zeros((3, 2), int)).dtype == int


def test_a_network_of_few_weights_has_the_outputs_of_each_image_alone():
    """More images than are taken at a time; integers below 2^24, so that all sums are exact."""
    rng = np.random.default_rng(2)
    arrays = {
        "c": few(rng, (8, 1, 5, 5), np.float32),
        "d": rng.integers(-1, 2, 8).astype(np.float32),
        "w": few(rng, (5, 8 * 4 * 4), np.float32),
    }
    layers = Conv(), MaxPool(), Flatten(), Dense()
    model = recognised(arrays, 144, Architecture(layers))
    x = rng.integers(0, 9, (230, 144)).astype(float)
    outputs = model.logits(arrays, x)
    assert outputs.dtype == np.float32 and outputs.shape == (230, 5)
    for i in (0, 99, 100, 229):
        np.testing.assert_array_equal(outputs[i], by_hand(arrays, x[i]))


def by_hand(arrays, image):
    """One image: sums over all places, biases, the largest of each square, sums."""
    pixels = image.reshape(12, 12)
    sums = np.array(
        [
            [[(pixels[i : i + 5, j : j + 5] * k[0]).sum() for j in range(8)] for i in range(8)]
            for k in arrays["c"]
        ]
    )
    sums = (sums + arrays["d"][:, None, None]).reshape(8, 4, 2, 4, 2).max(axis=(2, 4))
    return arrays["w"] @ sums.ravel()


def test_inputs_are_scaled_in_place_to_the_same_bits():
    x = np.random.default_rng(3).random((7, 12))
    for scale in ("unit", "centred", (0.13, 0.31), ((0.1, 0.2, 0.3), (0.4, 0.5, 0.6))):
        whole, own = scaled(x, scale), x.copy()
        again = scaled(own, scale, overwrite=True)
        np.testing.assert_array_equal(whole, again)
        assert np.shares_memory(own, again)
    assert scaled(np.eye(3, dtype=int), (1.0, 2.0)).dtype == float


@pytest.mark.parametrize("factor", [None, 0, 2**60])
def test_rows_whose_sums_agree_are_told_apart(monkeypatch, factor):
    """With sums that are all alike, or alike for many, as many rows are different."""
    rng = np.random.default_rng(4)
    rows = rng.integers(0, 2, (500, 7)).astype(float)
    rows[::9, 3], rows[::11, 2] = -0.0, np.nan
    if factor is not None:
        sums = sample._sums
        monkeypatch.setattr(sample, "_sums", lambda p: sums(p) * np.uint64(factor))
    for x in (rows, rows[:, ::-1], rows.astype(np.float32), np.nan_to_num(rows).astype(np.uint8)):
        told = {tuple(map(str, np.nan_to_num(row, nan=9.0) + 0.0)) for row in x}
        assert sample.distinct(x) == len(told)
    large = np.array([[2**64 - 1], [2**63], [2**63]], np.uint64)
    assert sample.distinct(large) == 2 and sample.distinct(large[:0]) == 0
