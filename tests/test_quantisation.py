"""Quantised weights: few values that float16 holds, zeros that stay, and the error it takes."""

import copy
import pickle
from itertools import combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from compress.coding.length import code_length
from compress.coding.quantisation import METHODS, quantise

both = pytest.mark.parametrize("method", METHODS)
some = settings(max_examples=80, deadline=None)
kinds = st.sampled_from([np.float64, np.float32, np.float16])
entries = st.one_of(st.just(0.0), st.floats(-6e4, 6e4, width=16))
matrices = kinds.flatmap(lambda k: arrays(k, st.tuples(*[st.integers(0, 9)] * 2), elements=entries))


def quantised(weights, levels, method, groups=None):
    return quantise(weights, None if method == "ternary" else levels, method, groups)


@both
@some
@given(matrices, st.integers(2, 9))
def test_a_weight_is_a_value_of_a_small_codebook(method, weights, levels):
    found = quantised(weights, levels, method)
    assert found.weights.dtype == weights.dtype and found.weights.shape == weights.shape
    assert found.codebook.dtype == np.float16 and found.codebook.size <= levels
    assert (np.diff(found.codebook.astype(float)) > 0).all() and found.codebook.all()
    assert np.isfinite(found.codebook).all()
    assert (
        not found.weights[weights == 0].any() and not np.signbit(found.weights[weights == 0]).any()
    )
    book = np.concatenate([[np.float16(0)], found.codebook])
    np.testing.assert_array_equal(book[found.codes].astype(weights.dtype), found.weights)


@both
@some
@given(matrices, st.integers(2, 9))
def test_quantised_weights_are_coded_without_loss(method, weights, levels):
    found = quantised([weights], levels, method).weights
    (decoded,) = code_length(found).decoded
    np.testing.assert_array_equal(decoded, found[0])


@both
@some
@given(matrices, st.integers(2, 9))
def test_no_other_value_of_the_codebook_is_nearer(method, weights, levels):
    """But for zeros, which stay; within the rounding of a step or a value to float16, 2^-11."""
    found = quantised(weights, levels, method)
    there = weights != 0
    if found.codebook.size:
        book = found.codebook.astype(float)
        book = np.concatenate([book, [0.0]]) if method != "kmeans" else book
        gap = abs(weights[there].astype(float)[:, None] - book).min(axis=1)
        taken = abs(weights[there].astype(float) - found.weights[there])
        assert (taken <= gap + 2**-10 * abs(weights).max() + 6e-8).all()


@some
@example(seed=2500, levels=4, size=126)
@given(st.integers(0, 2**32), st.integers(2, 9), st.integers(20, 200))
def test_each_value_of_kmeans_is_the_mean_of_its_weights(seed, levels, size):
    """No weight is nearer to another value, each value is a mean.

    Values are rounded to float16, by 2^-11: weights as near to the edge between two values may be
    of either, and the value is the mean with some of them.
    """
    weights = np.random.default_rng(seed).standard_t(3, size)
    found = quantise(weights, levels)
    book = found.codebook.astype(float)
    assert found.codes.min() >= 1 and book.size > 1
    rounding = 2**-11 * abs(book) + 2**-25
    edges = (book[1:] + book[:-1]) / 2
    at_edge = abs(weights[:, None] - edges) <= (rounding[1:] + rounding[:-1]) / 2
    for code, value in enumerate(book, 1):
        own, nearby = found.codes == code, at_edge[:, max(code - 2, 0) : code].any(axis=1)
        sure, either = weights[own & ~nearby], weights[nearby]
        assert own.any() and either.size <= 8
        means = [
            np.mean([*sure, *some_of_them])
            for k in range(either.size + 1)
            for some_of_them in combinations(either, k)
            if sure.size + k
        ]
        assert min(abs(np.array(means) - value)) <= rounding[code - 1]
    once = weights - found.weights
    assert (once**2).sum() <= ((weights - weights.mean()) ** 2).sum()


@some
@given(matrices.filter(lambda w: w.any()), st.integers(2, 9))
def test_quantising_twice_is_quantising_once(weights, levels):
    once = quantise(weights, levels)
    twice = quantise(once.weights, levels)
    np.testing.assert_array_equal(once.weights, twice.weights)
    np.testing.assert_array_equal(once.codebook, twice.codebook)
    np.testing.assert_array_equal(once.codes, twice.codes)


def test_byte_order_is_kept():
    found = quantise(np.array([0.0, 1.0, 1.5, -3.0], ">f4"), levels=2)
    assert found.weights.dtype == np.dtype(">f4")
    np.testing.assert_array_equal(found.weights, [0.0, 1.25, 1.25, -3.0])


def test_one_level_is_the_mean():
    weights = np.array([0.0, 1.0, 2.0, 6.0, 0.0])
    np.testing.assert_array_equal(quantise(weights, 1).weights, [0, 3, 3, 3, 0])


def test_two_clusters_are_found():
    """Between 1 and 9 is the widest gap: 0.5 around 1 and 9 is the least error, by hand."""
    found = quantise(np.array([0.5, 1.0, 1.5, 8.5, 9.5]), 2)
    assert found.codebook.tolist() == [1.0, 9.0] and found.codes.tolist() == [1, 1, 1, 2, 2]


def test_no_more_values_than_levels_are_rounded_and_no_more():
    weights = np.array([0.1, -0.2, 0.1, 0.0, 7.0])
    np.testing.assert_array_equal(quantise(weights, 3).weights, weights.astype(np.float16))
    uneven = np.array([1.0] * 100 + [2.0, 3.0])
    np.testing.assert_array_equal(quantise(uneven, 3).weights, uneven)


def test_a_grid_is_the_largest_weight_and_its_shares():
    found = quantise(np.array([-4.0, 3.4, 0.4, 0.6, 0.0]), 9, "uniform")
    assert found.weights.tolist() == [-4.0, 3.0, 0.0, 1.0, 0.0]
    assert found.codebook.tolist() == [-4.0, 1.0, 3.0]
    assert quantise(found.weights, 9, "uniform").weights.tolist() == found.weights.tolist()


@pytest.mark.parametrize("levels", [2, 3, 255, 4_096])
@pytest.mark.parametrize("largest", [65_504.0, 1e-7, 1e-9, 3.0])
def test_a_grid_is_finite_and_as_near_as_its_step(levels, largest):
    """Half a step, and the step's rounding, to 2^-11 of it or to 2^-24, as often as it counts."""
    weights = np.linspace(-1, 1, 1_001) * largest
    found = quantise(weights, levels, "uniform")
    step = largest / (levels // 2)
    lost = max(2**-11 * step, 2**-24) * (levels // 2)
    assert abs(found.weights - weights).max() <= step / 2 + 2 * lost
    assert found.codebook.size <= levels


def test_a_grid_costs_less_to_send_and_more_in_error():
    weights = np.random.default_rng(1).standard_normal((200, 100))
    parts, errors = [], []
    for method in ("kmeans", "uniform"):
        found = quantise(weights, 16, method).weights
        parts.append(code_length(found).parts[0].codebook)
        errors.append(((found - weights) ** 2).sum())
    assert parts[1] < 80 < 16 * 16 < parts[0] and errors[0] < errors[1]


def test_more_levels_are_less_error():
    weights = np.random.default_rng(2).standard_normal(5_000)
    errors = [((quantise(weights, n).weights - weights) ** 2).sum() for n in (2, 4, 8, 16, 32)]
    assert all(b < 0.5 * a for a, b in pairwise(errors))  # a doubling is 1 bit, or nearly 6 dB


@some
@given(arrays(float, st.integers(1, 7), elements=st.one_of(st.just(0.0), st.floats(-9, 9))))
def test_no_ternary_code_has_a_smaller_error(weights):
    """Of all codes, each with its best scale; the scale is rounded to float16, by 2^-11 of it."""
    codes = np.array(list(product([-1, 0, 1], repeat=weights.size)))
    counts = np.maximum((codes**2).sum(axis=1), 1)
    least = ((weights**2).sum() - (codes @ weights) ** 2 / counts).min()
    found = quantise(weights, method="ternary")
    assert set(np.unique(abs(found.weights))) <= {0.0, *abs(found.codebook.astype(float))}
    assert np.unique(abs(found.codebook)).size <= 1
    error = ((weights - found.weights) ** 2).sum()
    rounding = weights.size * (2**-11 * abs(weights).max() + 2**-25) ** 2
    assert least - 1e-12 <= error <= least + rounding + 1e-12


def test_a_ternary_array_by_hand():
    """Sizes 9, 8, 7, 1: means 9, 8.5, 8, 6.25; 3 x 8^2 = 192 is more than 81, 144.5 and 156.25."""
    found = quantise(np.array([7.0, -9.0, 1.0, 8.0, 0.0]), 2, "ternary")
    np.testing.assert_array_equal(found.weights, [8, -8, 0, 8, 0])
    np.testing.assert_array_equal(found.codes, [2, 1, 0, 2, 0])
    assert found.codebook.tolist() == [-8, 8]


@both
@pytest.mark.parametrize("groups", ["channel", 8, 16])
def test_each_group_is_quantised_as_if_it_were_alone(method, groups):
    rng = np.random.default_rng(5)
    weights = rng.standard_t(3, (6, 5, 4)).astype(np.float32) * rng.random((6, 5, 4)).round()
    weights[2] = 0
    found = quantised(weights, 3, method, groups)
    size = 20 if groups == "channel" else groups
    flat, values, codes = (a.ravel() for a in (weights, found.weights, found.codes))
    assert len(found.codebook) == -(-flat.size // size)
    for i, row in enumerate(found.codebook):
        part = slice(i * size, (i + 1) * size)
        alone = quantised(flat[part], 3, method)
        np.testing.assert_array_equal(values[part], alone.weights)
        np.testing.assert_array_equal(codes[part], alone.codes)
        np.testing.assert_array_equal(row[row != 0], alone.codebook)
        np.testing.assert_array_equal(np.r_[np.float16(0), row][codes[part]], values[part])


def test_vectors_and_groups_of_all_are_one_group():
    weights = np.arange(1.0, 8.0)
    for groups in (None, "channel", 8):
        assert quantise(weights, 2, groups=groups) == quantise(weights, 2)
    for method in METHODS:
        found = quantised(np.zeros((3, 0)), 2, method, "channel")
        assert found.weights.shape == (3, 0) and found.codebook.size == 0
        assert not quantised(np.zeros((3, 2)), 2, method, "channel").weights.any()


normal = st.one_of(st.just(0.0), st.floats(0.01, 9), st.floats(-9, -0.01))


@both
@some
@given(arrays(float, st.tuples(*[st.integers(1, 9)] * 2), elements=normal), st.integers(0, 99))
def test_layout_unit_and_order_of_channels_do_not_matter(method, weights, seed):
    """Units are powers of 2 within the floats: float16 then rounds alike."""
    for groups in (None, "channel", 8):
        found = quantised(weights, 3, method, groups).weights
        for same in np.asfortranarray(weights), np.repeat(weights, 2, 1)[:, ::2]:
            np.testing.assert_array_equal(quantised(same, 3, method, groups).weights, found)
        halved = quantised(weights / 8, 3, method, groups).weights
        np.testing.assert_array_equal(halved * 8, found)
        if method != "kmeans":  # of which several may be as good, and the first is taken
            np.testing.assert_array_equal(quantised(-weights, 3, method, groups).weights, -found)
        if groups != 8:
            order = np.random.default_rng(seed).permutation(len(weights))
            moved = quantised(weights[order], 3, method, groups).weights
            np.testing.assert_array_equal(moved, found[order])


def test_channels_of_their_own_scale_have_less_error():
    weights = np.random.default_rng(6).standard_normal((50, 40)) * np.logspace(-2, 0, 50)[:, None]
    for method in METHODS:
        whole, own = (quantised(weights, 4, method, g).weights for g in (None, "channel"))
        assert ((own - weights) ** 2).sum() < 0.7 * ((whole - weights) ** 2).sum()


@both
def test_containers_are_kept(method):
    weights = {"a": [np.ones((2, 3)), None], "b": (np.zeros(4, np.float32), np.zeros((0, 2)))}
    found = quantised(weights, 4, method)
    assert found.codes["a"][0].tolist() == [[1] * 3] * 2 and found.codes["a"][1] is None
    assert found.weights["b"][0].dtype == np.float32 and found.codebook["b"][0].size == 0
    assert found.weights["b"][1].shape == (0, 2)


@pytest.mark.parametrize(
    ("line", "call"),
    [
        ("levels must be an integer in \\[1, 4097\\), got 0", lambda: quantise(np.ones(2), 0)),
        ("levels must be an integer in \\[2, ", lambda: quantise(np.ones(2), 1, "uniform")),
        ("levels must be an integer", lambda: quantise(np.ones(2), 2.5)),
        ("levels must be an integer", lambda: quantise(np.ones(2), 5_000)),
        ("levels must be an integer .*, got None", lambda: quantise(np.ones(2))),
        ("levels of ternary must be", lambda: quantise(np.ones(2), 3, "ternary")),
        ("groups must be None, 'channel' or a power", lambda: quantise(np.ones(2), 3, groups=12)),
        ("groups must be .*, got True", lambda: quantise(np.ones(2), 3, groups=True)),
        ("groups must be .*, got 4", lambda: quantise(np.ones(2), 3, groups=4)),
        ("groups must be .*, got 8.0", lambda: quantise(np.ones(2), 3, groups=8.0)),
        ("groups must be .*, got 2097152", lambda: quantise(np.ones(2), 3, groups=2**21)),
        ("groups must be .*, got 'row'", lambda: quantise(np.ones(2), 3, groups="row")),
        ("groups must be .*, got ", lambda: quantise(np.ones(2), 3, groups=[8, 8])),
        (
            "method must be one of kmeans, uniform, ternary, got 'x'",
            lambda: quantise(np.ones(2), 2, "x"),
        ),
        (r"weights\[0\] must be of floats, got int64", lambda: quantise([np.arange(3)], 2)),
        ("must be finite in float16, got 70000.0", lambda: quantise(np.array([7e4]), 2)),
        ("must be finite, got nan", lambda: quantise(np.array([np.nan]), 2)),
        ("must be an array of NumPy or CuPy", lambda: quantise([[1.0]], 2)),
    ],
)
def test_bad_input_is_refused_in_one_line(line, call):
    with pytest.raises(ValueError, match=line) as caught:
        call()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_what_was_quantised_is_a_value(copied):
    weights = {"a": [np.arange(6.0).reshape(2, 3)], "b": np.float32([1.0, -2.0, 0.0])}
    found = quantise(weights, 2)
    twin = copied(found)
    assert twin == found == quantise(weights, 2) and hash(twin) == hash(found)
    assert found != quantise(weights, 3) and found != quantise(weights | {"b": np.ones(3)}, 2)
    for one in (found, twin):
        for container in (one.codebook, one.codes, one.weights):
            for array in (container["a"][0], container["b"]):
                with pytest.raises(ValueError, match="read-only"):
                    array[0] = 7
    assert weights["b"].flags.writeable
