"""What is stored of pruned weights, and what it takes."""

from itertools import pairwise
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from compress.comparison import sizes
from compress.pruning import dead_unit, magnitude

seeds, densities = st.integers(0, 2**32 - 1), st.sampled_from([0.05, 0.2, 0.5])
WIDTHS = 5, 8, 7, 3
some = settings(max_examples=40, deadline=None)  # the first call may compile


def network(seed, density, bias_share=0.7, real=float):
    """Pairs of few weights and of biases, by widths."""
    rng = np.random.default_rng(seed)
    return [
        (
            (rng.normal(size=(n, d)) * (rng.random((n, d)) < density)).astype(real),
            (rng.normal(size=n) * (rng.random(n) < bias_share)).astype(real),
        )
        for d, n in pairwise(WIDTHS)
    ]


def outputs_in_order(layers, x):
    """Sums over units one after the other, so that a term 0 that is left out changes no bit."""
    for i, (w, b) in enumerate(layers):
        total = np.zeros((len(x), len(w)))
        for j in range(w.shape[1]):
            total += x[:, j, None] * w[:, j]
        x = total + b
        x = np.maximum(x, 0) if i + 1 < len(layers) else x
    return x


@given(seeds, densities, st.sampled_from([np.float64, np.float32, np.int8]))
def test_sparse_matrices_hold_the_weights_and_no_zeros(seed, density, real):
    rng = np.random.default_rng(seed)
    weights = (rng.integers(-9, 10, (6, 7)) * (rng.random((6, 7)) < density)).astype(real)
    matrix = sizes.to_csr(weights)
    assert isinstance(matrix, csr_array) and matrix.dtype == real
    np.testing.assert_array_equal(matrix.toarray(), weights)
    assert matrix.nnz == np.count_nonzero(weights)
    assert matrix.indices.dtype == matrix.indptr.dtype == np.int32
    np.testing.assert_array_equal(sizes.to_csr(np.asfortranarray(weights)).toarray(), weights)


def test_containers_keep_their_keys_and_biases_stay_arrays():
    kernel, bias = np.arange(24.0).reshape(2, 3, 2, 2), np.array([0.0, 1.0])
    weights = {"conv": (kernel, bias), "half": np.ones((2, 2), dtype=np.float16), "none": None}
    found = sizes.to_csr(weights)
    assert list(found) == ["conv", "half", "none"] and type(found["conv"]) is tuple
    matrix, biases = found["conv"]
    np.testing.assert_array_equal(matrix.toarray(), kernel.reshape(2, 12))
    np.testing.assert_array_equal(biases, bias)
    assert not np.shares_memory(biases, bias)
    assert found["half"].dtype == np.float32 and found["none"] is None


@given(seeds, densities)
def test_a_network_without_its_dead_units_has_the_same_bits(seed, density):
    layers = network(seed, density)
    small = sizes.without_dead_units(layers)
    x = np.random.default_rng(seed).normal(size=(10, WIDTHS[0]))
    zeroed = dead_unit.prune(layers)
    np.testing.assert_array_equal(outputs_in_order(small, x), outputs_in_order(zeroed, x))
    unfolded = sizes.without_dead_units(layers, fold=False)
    np.testing.assert_array_equal(outputs_in_order(unfolded, x), outputs_in_order(layers, x))
    for (w, b), (following, _) in pairwise(small):
        assert len(w) == len(b) == following.shape[1]
        assert w.any(axis=1).all() and following.any(axis=0).all()
    assert small[0][0].shape[1] == WIDTHS[0] and len(small[-1][0]) == WIDTHS[-1]
    alive = sum(len(w) for w, _ in small[:-1])
    assert alive / sum(WIDTHS[1:-1]) == dead_unit.keep_for_error(layers, 0.0)


@some
@given(seeds, st.sampled_from([np.float64, np.float32]))
def test_smaller_networks_keep_containers_and_types(seed, real):
    layers = network(seed, 0.3, real=real)
    small = sizes.without_dead_units(layers)
    names = [f"{kind}{i}" for i in range(len(layers)) for kind in ("w", "b")]
    named = dict(zip(names, (a for pair in layers for a in pair), strict=True))
    found = sizes.without_dead_units(named)
    assert list(found) == names and all(a.dtype == real for a in found.values())
    np.testing.assert_equal(list(found.values()), [a for pair in small for a in pair])
    matrices = sizes.without_dead_units(tuple(w for w, _ in layers))
    assert type(matrices) is tuple and len(matrices) == len(layers)
    assert named["w0"].shape == (WIDTHS[1], WIDTHS[0])


def test_a_layer_may_be_left_without_units():
    layers = [(np.zeros((4, 2)), np.full(4, -1.0)), (np.ones((3, 4)), np.arange(3.0))]
    small = sizes.without_dead_units(layers)
    assert [w.shape for w, _ in small] == [(0, 2), (3, 0)]
    np.testing.assert_array_equal(
        np.ones(2) @ small[0][0].T @ small[1][0].T + small[1][1], [0, 1, 2]
    )
    assert [w.shape for w, _ in sizes.to_csr(small)] == [(0, 2), (3, 0)]
    report = sizes.size_report(layers, small)
    assert report.total.dropped_bytes == 8 * (8 + 4 + 12) and report.total.nonzeros == 2


@given(seeds, densities, st.sampled_from([np.float64, np.float32, np.float16]))
def test_the_report_is_what_the_arrays_take(seed, density, real):
    layers = network(seed, density, real=real)
    layers.append((np.ones((4, 2, 3, 3), dtype=real), None))
    pruned = [*sizes.without_dead_units(layers[:-1]), magnitude.prune(layers[-1], 0.3)]
    report = sizes.size_report(layers, pruned)
    before, after, stored = (
        [a for pair in part for a in pair if a is not None]
        for part in (layers, pruned, sizes.to_csr(pruned))
    )
    for size, old, new, csr in zip(report.arrays, before, after, stored, strict=True):
        assert size.shape == old.shape and size.kept_shape == new.shape
        assert size.dense_bytes == old.nbytes
        assert size.dropped_bytes == old.nbytes - new.nbytes
        assert size.nonzeros == np.count_nonzero(new)
        if old.ndim == 1:
            assert size.csr_bytes == csr.nbytes
            assert size.multiply_adds == size.kept_multiply_adds == 0
        else:
            assert size.csr_bytes == csr.data.nbytes + csr.indices.nbytes + csr.indptr.nbytes
            assert size.multiply_adds == prod(old.shape)
            assert size.kept_multiply_adds == csr.nnz
    for field in ("dense_bytes", "csr_bytes", "multiply_adds", "kept_multiply_adds"):
        assert getattr(report.total, field) == sum(getattr(a, field) for a in report.arrays)


def test_the_table_has_a_line_for_each_array_and_one_for_all():
    weights = {"w": np.ones((100, 300), dtype=np.float32), "b": np.zeros(100, dtype=np.float32)}
    report = sizes.size_report(weights, magnitude.prune(weights, 0.1))
    lines = report.table().splitlines()
    assert [line.split()[0] for line in lines] == ["array", "weights['w']", "weights['b']", "total"]
    assert lines[1].split()[-6:] == ["3,000", "120,000", "0", "24,404", "30,000", "3,000"]
    assert lines[3].split()[1:] == ["3,000", "120,400", "0", "24,804", "30,000", "3,000"]
    assert len({len(line) for line in lines}) == 1
    with pytest.raises(AttributeError):
        report.arrays = ()


@pytest.mark.parametrize(
    "call, line",
    [
        (
            lambda w: sizes.to_csr([w, 1.0]),
            "weights[1] must be an array of NumPy or CuPy, got float",
        ),
        (lambda w: sizes.to_csr({}), "weights must hold an array, got {}"),
        (lambda w: sizes.to_csr(np.nan * w), "weights must be finite, got nan"),
        (
            lambda w: sizes.without_dead_units([w, w]),
            "weights[1] must have 2 columns, one for each unit of the layer before, "
            "got shape (2, 3)",
        ),
        (
            lambda w: sizes.without_dead_units([w[:0]]),
            "weights[0] must not be empty, got shape (0, 3)",
        ),
        (lambda w: sizes.size_report(w, w * np.inf), "pruned must be finite, got inf"),
        (lambda w: sizes.size_report([w], w), "pruned must be laid out like weights, got pruned"),
        (
            lambda w: sizes.size_report({"a": w}, {"b": w}),
            "pruned must be laid out like weights, got pruned['b']",
        ),
        (
            lambda w: sizes.size_report(w, w.T),
            "pruned must not grow: weights of shape (2, 3), got (3, 2)",
        ),
        (
            lambda w: sizes.size_report(w, w[0]),
            "pruned must not grow: weights of shape (2, 3), got (3,)",
        ),
    ],
)
def test_what_cannot_be_stored_or_counted_is_refused(call, line):
    with pytest.raises(ValueError) as error:
        call(np.ones((2, 3)))
    assert str(error.value) == line


@pytest.mark.parametrize("kind", ["f8", "f4", "f2", "i4"])
def test_sparse_matrices_are_in_the_order_of_bytes_of_the_machine(kind):
    weights = np.array([[0, 2, 0], [3, 0, 1]], dtype=f">{kind}")
    matrix = sizes.to_csr(weights)
    assert matrix.dtype == ("<f4" if kind == "f2" else f"<{kind}")
    np.testing.assert_array_equal(matrix.toarray(), weights)
    hidden, output = np.diag([1, 0, 2]).astype(f">{kind}"), np.ones((1, 3), dtype=f">{kind}")
    small = sizes.without_dead_units([hidden, output])
    assert [w.dtype.str for w in small] == [np.dtype(f">{kind}").str] * 2
    assert small[0].tolist() == [[1, 0, 0], [0, 0, 2]] and small[1].tolist() == [[1, 1]]
