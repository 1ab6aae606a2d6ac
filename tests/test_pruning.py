"""Laws every pruning method obeys; a new module in compress/pruning is asked them too."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from members import each_member

from compress import norms, pruning
from compress.pruning import column, magnitude

each_method = each_member(pruning)
shapes = st.tuples(st.integers(1, 8), st.integers(1, 8))
entries = st.one_of(st.integers(-3, 3).map(float), st.floats(-1e6, 1e6))
matrices = arrays(float, shapes, elements=entries)
shares = st.floats(0.0, 1.0)


def squared_error(weights, pruned):
    """Squared relative error; 0 if nothing is there to lose."""
    scaled, kept = (w / (np.abs(weights).max() or 1.0) for w in (weights, pruned))
    return ((scaled - kept) ** 2).sum() / ((scaled**2).sum() or 1.0)


@each_method
@given(matrices, shares)
def test_survivors_are_unchanged_and_few_enough(member, weights, keep):
    pruned = member.prune(weights, keep)
    kept = pruned != 0
    np.testing.assert_array_equal(pruned[kept], weights[kept])
    units = kept.any(axis=0) if member is column else kept
    assert units.sum() <= np.ceil(keep * units.size)


@each_method
@given(matrices, shares)
def test_pruning_twice_is_pruning_once(member, weights, keep):
    once = member.prune(weights, keep)
    np.testing.assert_array_equal(member.prune(once, keep), once)


@each_method
@given(matrices)
def test_keeping_all_or_nothing_is_that(member, weights):
    np.testing.assert_array_equal(member.prune(weights, 1.0), weights)
    assert not member.prune(weights, 0.0).any()


@each_method
@given(matrices, shares)
def test_the_caller_keeps_his_weights_whatever_their_layout(member, weights, keep):
    before = weights.copy()
    pruned = member.prune(weights, keep)
    np.testing.assert_array_equal(weights, before)
    np.testing.assert_array_equal(member.prune(np.asfortranarray(weights), keep), pruned)
    padded = np.zeros((weights.shape[0], 2 * weights.shape[1]))
    padded[:, ::2] = weights
    np.testing.assert_array_equal(member.prune(padded[:, ::2], keep), pruned)


@each_method
@given(matrices, shares)
def test_the_share_for_an_error_keeps_it_and_a_smaller_one_does_not(member, weights, bound):
    keep = member.keep_for_error(weights, bound)
    units = weights.shape[1] if member is column else weights.size
    rounding = 8 * weights.size * np.finfo(float).eps  # of sums of at most 64 terms
    assert squared_error(weights, member.prune(weights, keep)) <= bound + rounding
    fewer = round(keep * units) - 1
    if fewer >= 0:
        assert squared_error(weights, member.prune(weights, fewer / units)) > bound - rounding


@each_method
@given(matrices, st.floats(1e-100, 1e100))
def test_pruning_has_no_unit(member, weights, unit):
    weights = np.rint(weights)  # so that the unit makes no entry vanish
    unit = 2.0 ** round(np.log2(unit))
    assert member.keep_for_error(unit * weights, 0.1) == member.keep_for_error(weights, 0.1)


def test_of_equal_columns_the_earlier_stay():
    weights = np.array([[1.0, 2.0, 2.0, 2.0]])
    np.testing.assert_array_equal(column.prune(weights, 0.5), [[0, 2, 2, 0]])
    np.testing.assert_array_equal(magnitude.prune(weights, 0.5), [[0, 2, 2, 0]])


def test_the_bound_is_on_the_squared_error():
    """Columns of energies 1, 2, 97: shares 0.01 and 0.03 lost, so 0.01 takes one and 0.03 two."""
    weights = np.sqrt(np.array([[97.0, 1.0, 2.0]]))
    kept = [column.keep_for_error(weights, bound) for bound in (0.0099, 0.0101, 0.0301)]
    assert kept == [1.0, 2 / 3, 1 / 3]


@given(st.integers(1, 10**6), st.data())
def test_a_share_computed_as_k_of_n_keeps_k(n, data):
    k = data.draw(st.integers(0, n))
    assert norms.count_kept(k / n, n) == k


@pytest.mark.parametrize("p", [0.5, 1.0, 2.0, 3.0])
@given(arrays(float, st.integers(1, 30), elements=st.floats(-1e3, 1e3)), shares)
def test_the_relative_error_is_its_definition(p, x, keep):
    if not x.any():
        return
    sizes = np.sort(np.abs(x) / np.abs(x).max())[::-1] ** p
    k = norms.count_kept(keep, x.size)
    expected = (sizes[k:].sum() / sizes.sum()) ** (1 / p)
    # partial sums in another order: n roundings, whose root is p times as large where it is small
    assert norms.relative_error(x, keep, p) ** p == pytest.approx(
        expected**p, rel=1e-12, abs=1e-300
    )


def test_the_relative_error_survives_extreme_sizes():
    for unit in (1e-200, 1e200):
        assert norms.relative_error(unit * np.array([3.0, 4.0]), 0.5) == pytest.approx(
            0.6, rel=1e-15
        )


@pytest.mark.parametrize(
    "call, line",
    [
        (lambda w: magnitude.prune(w, 1.1), r"keep must lie in \[0, 1\], got 1.1"),
        (lambda w: column.prune(w, -0.1), r"keep must lie in \[0, 1\], got -0.1"),
        (lambda w: column.prune(w, np.nan), r"keep must lie in \[0, 1\], got nan"),
        (lambda w: column.keep_for_error(w, 1.5), r"squared_error must lie in \[0, 1\], got 1.5"),
        (lambda w: magnitude.keep_for_error(w, -1), r"squared_error must lie in \[0, 1\], got -1"),
        (lambda w: magnitude.prune(w * np.nan, 0.5), "weights must be finite, got nan"),
        (lambda w: column.prune(w * np.inf, 0.5), "weights must be finite, got inf"),
        (lambda w: column.prune(w[0], 0.5), r"weights must be a matrix, got shape \(3,\)"),
        (lambda w: magnitude.prune(w[:0], 0.5), "weights must not be empty, got shape"),
        (lambda w: norms.relative_error(w, 0.5, 0.0), "p must be positive and finite, got 0.0"),
        (lambda w: norms.relative_error(0 * w, 0.5), "x must have a nonzero value, got none"),
        (lambda w: norms.relative_error(w, 2.0), r"keep must lie in \[0, 1\], got 2.0"),
    ],
)
def test_what_cannot_be_pruned_is_refused(call, line):
    with pytest.raises(ValueError, match=f"^{line}"):
        call(np.ones((2, 3)))


@each_method
def test_of_many_equals_the_earlier_stay(member):
    """Of 1,000, since sorts of a few are stable whatever their kind: 333 are 2, the rest 1."""
    weights = np.resize([1.0, 2.0, 1.0], (1, 1_000))
    expected = np.where(weights == 2, weights, 0)
    expected[:, np.flatnonzero(weights == 1)[: 500 - 333]] = 1
    np.testing.assert_array_equal(member.prune(weights, 0.5), expected)


@each_method
@given(st.sampled_from([1, 2, 8, 128]), st.data())
def test_an_error_of_exactly_the_bound_is_allowed(member, n, data):
    """Of n equal terms, n a power of two, so that nothing is rounded."""
    pruned = data.draw(st.integers(0, n))
    assert member.keep_for_error(np.ones((1, n)), pruned / n) == 1 - pruned / n
    assert member.keep_for_error(np.zeros((1, n)), 0.0) == 0.0


@given(st.permutations(range(1, 301)), st.integers(0, 300))
def test_the_smallest_terms_are_lost_first(sizes, kept):
    """Of 1 to n in any order, k are left out: their sum is k (k + 1) / 2, and exact."""
    lost = 300 - kept
    found = norms.relative_error(np.array(sizes, dtype=float), kept / 300, p=1.0)
    assert found == pytest.approx(lost * (lost + 1) / (300 * 301), rel=1e-15)


def test_integers_and_single_precision_are_counted_in_double():
    assert magnitude.prune(np.array([-128, 3], dtype=np.int8), 0.5).tolist() == [-128, 0]
    ones = np.ones((1, 2**25), dtype=np.float32)  # a running sum in single precision stops at 2^24
    assert column.keep_for_error(ones, 0.75) == 0.25


def test_the_relative_error_keeps_its_digits_where_powers_vanish():
    assert norms.relative_error([1.0, 1e-170, 1e-180], 1 / 3) == pytest.approx(1e-170, rel=1e-14)
    assert norms.relative_error([4.0, 3.0], 0.5, p=5_000) == pytest.approx(0.75, rel=1e-12)
