"""Laws every pruning method obeys; a new module in compress/pruning is asked them too.

A method is excused from a law by name, where it is asked another one of its own instead: singular
values are no entries, rounds of SAP are not to be repeated in vain, dead units are those of a
network, and what is random depends on the place in a container.
"""

import os
from collections import OrderedDict, defaultdict, namedtuple
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from pathlib import Path

import numpy as np
import pytest
from array_libraries import doubled
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from members import each_member
from scipy import stats

from compress import pruning
from compress.compressibility import norms
from compress.networks import containers
from compress.pruning import column, dead_unit, filter, magnitude, random, sap, singular_value

MEMBERS = [member.values[0] for member in each_member(pruning).args[1]]
METHODS = "prune", "keep_for_error"
NAMES = [m.__name__.split(".")[-1] for m in MEMBERS]
everywhere = doubled(
    *(f"pruning.{name}.{method}" for name in NAMES for method in METHODS), autouse=False
)
some = settings(max_examples=40, deadline=None)  # the first call may compile
many = settings(deadline=None)
shapes = st.tuples(st.integers(1, 8), st.integers(1, 8))
entries = st.one_of(st.integers(-3, 3).map(float), st.floats(-1e6, 1e6))
matrices = arrays(float, shapes, elements=entries)
several = st.lists(matrices, min_size=1, max_size=3)
shares = st.floats(0.0, 1.0)
seeds = st.integers(0, 2**32 - 1)
EPS = np.finfo(float).eps


def every(*excused):
    """Parametrise a test over the methods but some, on NumPy and on the device."""
    asked = [m for m in MEMBERS if m not in excused]
    names = [m.__name__.split(".")[-1] for m in asked]
    each = pytest.mark.parametrize("member", asked, ids=names)
    return lambda test: pytest.mark.usefixtures("everywhere")(each(test))


def suited(member, matrix):
    """The same numbers in an array that the method prunes: columns become filters."""
    return np.ascontiguousarray(matrix.T[:, :, None, None]) if member is filter else matrix


def units(member, weights):
    """Which units are there: entries, columns, filters, singular values."""
    if member is singular_value:
        return np.arange(min(weights.shape)) < np.linalg.matrix_rank(weights)
    axes = {column: (0,), filter: (1, 2, 3)}.get(member, ())
    return (weights != 0).any(axis=axes)


def squared_error(weights, pruned):
    """Squared relative error; 0 if nothing is there to lose."""
    scaled, kept = (w / (np.abs(weights).max() or 1.0) for w in (weights, pruned))
    return ((scaled - kept) ** 2).sum() / ((scaled**2).sum() or 1.0)


def normal(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


@every(singular_value, dead_unit)
@many
@given(matrices, shares)
def test_survivors_are_unchanged_and_few_enough(member, weights, keep):
    weights = suited(member, weights)
    pruned = member.prune(weights, keep)
    kept = pruned != 0
    np.testing.assert_array_equal(pruned[kept], weights[kept])
    found = units(member, pruned)
    assert found.sum() <= np.ceil(keep * found.size)


@every(singular_value, sap)
@many
@given(matrices, shares)
def test_pruning_twice_is_pruning_once(member, weights, keep):
    once = member.prune(suited(member, weights), keep)
    np.testing.assert_array_equal(member.prune(once, keep), once)


@every(sap)
@some
@given(matrices)
def test_keeping_all_is_that(member, weights):
    weights = suited(member, weights)
    np.testing.assert_array_equal(member.prune(weights, 1.0), weights)


@every(dead_unit)
@some
@given(matrices)
def test_keeping_nothing_is_that(member, weights):
    assert not member.prune(suited(member, weights), 0.0).any()


@every()
@some
@given(matrices, shares)
def test_the_caller_keeps_his_weights_whatever_their_layout(member, weights, keep):
    weights = suited(member, weights)
    before = weights.copy()
    pruned = member.prune(weights, keep)
    np.testing.assert_array_equal(weights, before)
    assert not np.shares_memory(weights, pruned)
    np.testing.assert_array_equal(member.prune(np.asfortranarray(weights), keep), pruned)
    padded = np.zeros((weights.shape[0], 2 * weights.shape[1], *weights.shape[2:]))
    padded[:, ::2] = weights
    np.testing.assert_array_equal(member.prune(padded[:, ::2], keep), pruned)


@every()
def test_the_order_of_a_sum_does_not_hang_on_the_layout(member):
    """Columns of the same 3,000 terms in other orders: roundings of sums decide their ranks."""
    rng = np.random.default_rng(1)
    weights = suited(member, np.array([rng.permutation(normal(1, 3_000)) for _ in range(10)]).T)
    for keep in (0.1, 0.5, 0.9):
        pruned = member.prune(weights, keep)
        np.testing.assert_array_equal(member.prune(np.asfortranarray(weights), keep), pruned)
        fortran = member.keep_for_error(np.asfortranarray(weights), keep)
        assert fortran == member.keep_for_error(weights, keep)


@every(sap, dead_unit)
@many
@given(matrices, shares)
def test_the_share_for_an_error_keeps_it_and_a_smaller_one_does_not(member, weights, bound):
    weights = suited(member, weights)
    keep = member.keep_for_error(weights, bound)
    count = units(member, weights).size
    rounding = 8 * weights.size * EPS  # of sums of at most 64 terms
    assert squared_error(weights, member.prune(weights, keep)) <= bound + rounding
    fewer = round(keep * count) - 1
    if fewer >= 0:
        assert squared_error(weights, member.prune(weights, fewer / count)) > bound - rounding


@every()
@some
@given(matrices, st.floats(1e-100, 1e100), shares)
def test_pruning_has_no_unit(member, weights, unit, keep):
    weights = suited(member, np.rint(weights))  # so that the unit makes no entry vanish
    unit = 2.0 ** round(np.log2(unit))
    assert member.keep_for_error(unit * weights, 0.1) == member.keep_for_error(weights, 0.1)
    np.testing.assert_array_equal(
        member.prune(unit * weights, keep), unit * member.prune(weights, keep)
    )


@every()
@some
@given(matrices, shares)
def test_one_array_is_a_container_of_one(member, weights, keep):
    weights = suited(member, weights)
    pruned, share = member.prune(weights, keep), member.keep_for_error(weights, keep)
    for scope in ("layer", "global"):
        for make in (lambda w: [w], lambda w: (w,), lambda w: {"w": w}, lambda w: [{"w": (w,)}]):
            found = member.prune(make(weights), keep, scope)
            assert type(found) is type(make(weights))
            np.testing.assert_equal(found, make(pruned))
            shared = member.keep_for_error(make(weights), keep, scope)
            assert shared == (
                make(share) if scope == "layer" and member is not dead_unit else share
            )


@every(random, dead_unit)
@some
@given(several, shares)
def test_a_layer_is_pruned_as_if_alone(member, weights, keep):
    weights = [suited(member, w) for w in weights]
    alone = [member.prune(w, keep) for w in weights]
    np.testing.assert_equal(member.prune(weights, keep), alone)
    np.testing.assert_equal(member.prune(tuple(weights), keep), tuple(alone))
    shares = member.keep_for_error(weights, keep)
    assert shares == [member.keep_for_error(w, keep) for w in weights]
    by_share = [member.prune(w, share) for w, share in zip(weights, shares, strict=True)]
    np.testing.assert_equal(member.prune(weights, shares), by_share)


@every(dead_unit)
@some
@given(seeds, shares)
def test_one_ranking_over_all_arrays_keeps_its_share_of_all_units(member, seed, keep):
    """Of normal weights, none zero, and of the widths 1, 3 and 9: so layers are not alike."""
    weights = [suited(member, scale * normal(seed, 5, 4)) for scale in (1, 3, 9)]
    pruned = member.prune(weights, keep, "global")
    found = np.concatenate([units(member, w).ravel() for w in pruned])
    allowed = norms.count_kept(keep, found.size)
    assert found.sum() <= allowed if member is sap else found.sum() == allowed


@every(random, dead_unit)
@some
@given(several, shares)
def test_the_error_of_one_ranking_is_that_of_all_arrays_together(member, weights, bound):
    weights = [suited(member, w) for w in weights]
    keep = member.keep_for_error(weights, bound, "global")
    if member is sap:
        assert keep == magnitude.keep_for_error(weights, bound, "global")
        return
    pruned = member.prune(weights, keep, "global")
    before, after = (np.concatenate([w.ravel() for w in part]) for part in (weights, pruned))
    rounding = 8 * before.size * EPS
    assert squared_error(before, after) <= bound + rounding
    count = sum(units(member, w).size for w in weights)
    fewer = round(keep * count) - 1
    if fewer >= 0:
        pruned = member.prune(weights, fewer / count, "global")
        after = np.concatenate([w.ravel() for w in pruned])
        assert squared_error(before, after) > bound - rounding


@many
@given(several, shares)
def test_one_ranking_of_entries_is_that_of_one_long_array(weights, keep):
    joined = np.concatenate([w.ravel() for w in weights])
    pruned = magnitude.prune(dict(enumerate(weights)), keep, "global")
    found = np.concatenate([pruned[i].ravel() for i in range(len(weights))])
    np.testing.assert_array_equal(found, magnitude.prune(joined, keep))


@many
@given(
    arrays(float, st.integers(1, 30), elements=st.floats(allow_nan=False, allow_infinity=False)),
    shares,
)
def test_the_largest_stay_however_far_apart(x, keep):
    order = sorted(range(x.size), key=lambda i: (-abs(x[i]), i))[: norms.count_kept(keep, x.size)]
    expected = np.where(np.isin(np.arange(x.size), order), x, 0.0)
    np.testing.assert_array_equal(magnitude.prune(x, keep), expected)


def test_lengths_neither_overflow_nor_vanish():
    for unit in (1e-250, 3.5e307):
        weights = unit * np.array([[3.0, 5.0, 4.0, 0.0], [4.0, 0.5, 4.0, 0.0]])
        for keep, kept in ((0.25, [2]), (0.5, [1, 2]), (0.75, [0, 1, 2])):
            assert np.flatnonzero(column.prune(weights, keep).any(axis=0)).tolist() == kept
        assert column.keep_for_error(weights, 0.0) == 0.75
    least = 5e-324 * np.array([[1.0, 1.0], [1.0, 0.0]])  # energies 2 and 1
    assert [column.keep_for_error(least, bound) for bound in (0.3, 0.34)] == [1.0, 0.5]
    far = np.array([[0.0, 1e200, 1e-90]])
    np.testing.assert_array_equal(column.prune(far, 2 / 3), far)


@every()
@some
@given(st.sampled_from([np.float64, np.float32, np.float16]), matrices, shares)
def test_the_type_of_the_weights_stays(member, real, weights, keep):
    weights = suited(member, np.rint(weights % 100).astype(real))
    for part in (weights, [weights, weights.T] if member is not filter else [weights]):
        for found in (
            np.atleast_1d(member.prune(part, keep)) if part is weights else member.prune(part, keep)
        ):
            assert found.dtype == real


@pytest.mark.parametrize("p", [0.5, 1.0, 2.0])
@many
@given(matrices, shares)
def test_what_magnitudes_leave_out_is_the_error_of_the_best_terms(p, weights, keep):
    """P2-1 is a claim about this number."""
    weights = np.rint(weights)  # so that no power vanishes
    if weights.any():
        sizes = np.abs(weights) / np.abs(weights).max()
        lost = sizes[magnitude.prune(weights, keep) == 0]
        expected = (lost**p).sum() / (sizes**p).sum()
        found = norms.relative_error(weights, keep, p) ** p
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-300)  # sums in another order


@every(singular_value)
def test_integers_stay_integers(member):
    weights = suited(member, np.array([[-128, 3], [2, 1]], dtype=np.int8))
    assert member.prune(weights, 0.5).dtype == np.int8


@every()
def test_of_zeros_zeros_remain(member):
    weights = suited(member, np.zeros((3, 4)))
    for keep in (0.0, 0.5, 1.0):
        assert not np.any(member.prune([weights], keep, "global")[0])
    assert member.keep_for_error(weights, 0.0) == (1.0 if member is dead_unit else 0.0)


Point = namedtuple("Point", "kernel bias")


@every()
def test_containers_come_back_as_they_were(member):
    w = suited(member, normal(1, 4, 4))
    weights = OrderedDict(b=Point(w, None), a=[w, (w,)], c=defaultdict(list, x=w))
    for scope in ("layer", "global"):
        pruned = member.prune(weights, 0.5, scope)
        assert list(pruned) == ["b", "a", "c"] and type(pruned) is OrderedDict
        assert type(pruned["b"]) is Point and pruned["b"].bias is None
        assert type(pruned["a"][1]) is tuple and type(pruned["c"]) is defaultdict
        assert pruned["c"].default_factory is list and weights["c"]["x"] is w
        again = member.prune([w, w, w, w], 0.5, scope)
        found = [pruned["b"].kernel, pruned["a"][0], pruned["a"][1][0], pruned["c"]["x"]]
        np.testing.assert_equal(found, again)


def test_what_a_method_does_not_prune_comes_back():
    weights = {
        "kernel": normal(1, 4, 2, 3, 3),
        "kernel.bias": normal(2, 4),
        "dense": normal(3, 6, 4),
        "scale": np.array(5.0),
        "count": np.array(7),
    }
    for member, pruned in ((column, ["dense"]), (singular_value, ["dense"]), (filter, ["kernel"])):
        for scope in ("layer", "global"):
            found = member.prune(weights, 0.5, scope)
            for name, array in weights.items():
                assert (found[name] != array).any() == (name in pruned)
                assert not np.shares_memory(found[name], array)
        shares = member.keep_for_error(weights, 0.3)
        assert {name for name, share in shares.items() if share < 1} == set(pruned)
        again = member.prune(weights, shares)
        np.testing.assert_equal(again, member.prune(weights, shares[pruned[0]]))
        backwards = dict(reversed(shares.items()))
        np.testing.assert_equal(member.prune(weights, backwards), again)
    assert all(not w.any() for w in magnitude.prune(weights, 0.0).values())


@pytest.mark.parametrize("scope", ["layer", "global"])
def test_the_output_layer_of_a_network_is_not_pruned(scope):
    dense = [
        normal(1, 6, 5),
        normal(2, 5),
        normal(3, 5, 4),
        normal(4, 4),
        normal(5, 4, 3),
        normal(6, 3),
    ]
    found = column.prune(dense, 0.25, scope, network=True)
    np.testing.assert_equal(found[:-2:2], column.prune(dense[:-2:2], 0.25, scope))
    np.testing.assert_equal(found[-2], dense[-2])
    shares = column.keep_for_error(dense, 0.3, scope, network=True)
    np.testing.assert_equal(column.prune(dense, shares, scope, network=True)[-2], dense[-2])
    expected = column.keep_for_error(dense[:-2], 0.3, scope)
    assert shares == (expected if scope == "global" else [*expected, 1.0, 1.0])
    kernels = [normal(1, 4, 3, 2, 2), normal(2, 6, 4, 2, 2)]
    found = filter.prune(kernels, 0.5, scope, network=True)
    np.testing.assert_equal(found, [filter.prune(kernels[0], 0.5), kernels[1]])
    found = filter.prune([*kernels, normal(3, 10, 6)], 0.5, scope, network=True)
    np.testing.assert_equal(found[:2], filter.prune(kernels, 0.5, scope))


KINDS = [f"{order}{kind}" for order in "<>" for kind in ("f8", "f4", "f2", "i2", "u4", "i8")]


@pytest.mark.on_host  # a device has one order of bytes
@every()
@pytest.mark.parametrize("kind", [*KINDS, "i1", "bool"])
@pytest.mark.parametrize("scope", ["layer", "global"])
def test_types_and_orders_of_bytes_come_back(member, kind, scope):
    """Integers whose singular values are cut become float64, as documented."""
    values = np.arange(24.0).reshape(4, 6) % 7
    native = {"a": suited(member, values.astype(np.dtype(kind).newbyteorder("=")))}
    native["b"] = [native["a"][::2, :4] if member is not filter else native["a"]]
    given = {"a": native["a"].astype(kind), "b": [native["b"][0].astype(kind)]}
    found, plain = (member.prune(w, 0.5, scope) for w in (given, native))
    for new, old, same in zip(*(containers.leaves(w) for w in (found, given, plain)), strict=True):
        expected = np.dtype(kind)
        if member is singular_value and expected.kind != "f" and (new[1] != old[1]).any():
            expected = np.dtype(float)
        assert new[1].dtype == expected and new[1].dtype.byteorder == expected.byteorder
        assert new[1].flags.f_contiguous == old[1].flags.f_contiguous
        np.testing.assert_array_equal(new[1], same[1])
    assert member.keep_for_error(given, 0.1, scope) == member.keep_for_error(native, 0.1, scope)


@every(dead_unit)
@pytest.mark.parametrize("scope", ["layer", "global"])
def test_what_underflows_is_not_nothing(member, scope):
    """Terms of 1e200, 1e-200 and 0: to lose nothing the first two must stay."""
    weights = suited(member, np.diag([1e200, 1e-200, 0.0]))
    shares = {magnitude: 2 / 9, sap: 2 / 9}.get(member, 2 / 3)
    for seed in range(9) if member is random else [0]:
        options = {"seed": seed} if member is random else {}
        keep = member.keep_for_error([weights], 0.0, scope, **options)
        keep = keep if scope == "global" else keep[0]
        if member is random:
            kept = random.prune([weights], keep, scope, seed)[0] != 0
            assert kept.sum() == 2
        else:
            assert keep == pytest.approx(shares, rel=1e-15)
            assert member.keep_for_error(weights, 1e-300) < keep
    assert member.keep_for_error(suited(member, np.diag([1e-162, 1e-162, 1.0])), 1e-320) < shares


@many
@given(
    arrays(float, st.integers(1, 20), elements=st.floats(-1.7e308, 1.7e308)),
    st.one_of(st.just(0.0), st.floats(0.0, 1.0), st.floats(0.0, 1e-290)),
)
def test_the_share_is_the_smallest_over_the_range_of_floats(x, bound):
    """In fractions; sums are of at most 20 terms, so that a bound is met within 20 roundings."""
    squares = sorted(Fraction(float(v)) ** 2 for v in x)
    for member in (magnitude, column, random):
        keep = member.keep_for_error(x[None], bound)
        pruned = x.size - norms.count_kept(keep, x.size)
        ordered = squares
        if member is random:
            later = [k for k in range(x.size + 1)]
            gone = [random.prune(np.ones((1, x.size)), k / x.size)[0] == 0 for k in later]
            lost = [sum((Fraction(float(v)) ** 2 for v in x[g]), Fraction(0)) for g in gone[::-1]]
        else:
            lost = [sum(ordered[:k], Fraction(0)) for k in range(x.size + 1)]
        limit, room = Fraction(bound) * sum(squares), Fraction(1, 2**46)
        assert lost[pruned] <= limit * (1 + room)
        assert pruned == x.size or lost[pruned + 1] > limit * (1 - room)


def test_lengths_of_the_range_of_floats_are_ranked():
    w = np.array([[1.7e308, 0.0, 5e-324, 1e-323], [1.7e308, 0.0, 0.0, 0.0]])
    found = column.prune(w, 0.75)
    np.testing.assert_array_equal(found, w)
    np.testing.assert_array_equal(column.prune(w[:, :3], 2 / 3), w[:, :3])
    tall = np.zeros((2**12, 3))
    tall[:, 0], tall[7, 2] = 1.7e308, 5e-324
    np.testing.assert_array_equal(column.prune(tall, 2 / 3), tall)
    assert column.keep_for_error(tall, 0.0) == 2 / 3
    near = np.array([[1.7e308, 1e-300, 5e-300, 0.0]])
    np.testing.assert_array_equal(column.prune(near, 0.5), [[1.7e308, 0, 5e-300, 0]])
    assert singular_value.keep_for_error(np.array([[1e200, 1e-200], [0.0, 0.0]]), 0.0) == 0.5
    assert singular_value.keep_for_error(np.array([[1e200, 0.0], [1e-200, 0.0]]), 0.0) == 0.5


@pytest.mark.on_host  # what comes home is in C order
@every()
def test_the_layout_in_memory_comes_back(member):
    for order in "CF":
        weights = np.asarray(suited(member, normal(1, 5, 6)), order=order)
        found = member.prune([weights], 0.5)[0]
        if member is not singular_value:
            assert found.flags.f_contiguous == weights.flags.f_contiguous
            assert found.flags.c_contiguous == weights.flags.c_contiguous
        np.testing.assert_array_equal(found, member.prune([weights.copy()], 0.5)[0])


def test_filters_are_where_the_user_says():
    kernel = normal(1, 3, 3, 16, 32)
    turned = kernel.transpose(3, 2, 0, 1)
    for axis in (3, -1):
        found = filter.prune({"k": kernel}, 0.25, axis=axis)["k"]
        np.testing.assert_array_equal(found.transpose(3, 2, 0, 1), filter.prune(turned, 0.25))
        share = filter.keep_for_error(kernel, 0.3, axis=axis)
        assert share == filter.keep_for_error(turned, 0.3) < 1
    first = filter.prune(kernel, 0.5, axis=0)
    assert first.any(axis=(1, 2, 3)).sum() == 2
    assert filter.keep_for_error(kernel, 0.5, axis=0) == 2 / 3


@pytest.mark.parametrize("shape", [(3, 3, 16, 32), (5, 5, 1, 20), (1, 1, 8, 4), (3, 3, 64, 64)])
def test_a_layout_in_doubt_is_refused(shape):
    line = (
        "weights[1] must have shape (out, in, h, w), or come with axis=0, or axis=3 for filters "
        f"last, got shape {shape}"
    )
    weights = [normal(1, 6, 1, 5, 5), normal(1, *shape)]
    for call in (filter.prune, filter.keep_for_error):
        with pytest.raises(ValueError) as error:
            call(weights, 0.5)
        assert str(error.value) == line
        call(weights, 0.5, axis=0)
        with pytest.raises(ValueError, match=r"^axis must be an integer in \[-4, 4\), got 4$"):
            call(weights, 0.5, axis=4)


@pytest.mark.parametrize(
    "shape", [(8, 3, 3, 3), (3, 3, 5, 5), (1, 1, 11, 11), (16, 3, 1, 3), (12, 12, 13, 13)]
)
def test_the_layout_of_pytorch_needs_no_word(shape):
    kernel = normal(1, *shape)
    np.testing.assert_array_equal(filter.prune(kernel, 0.5), filter.prune(kernel, 0.5, axis=0))


def test_a_round_of_sap_over_a_wide_range_keeps_what_its_bound_says():
    """Of 1e200 and 100 times 1e-125 the index for p = 0.1 is 1 - 101^-9, and the bound is 1."""
    x = np.array([1e200] + [1e-125] * 100)
    found = sap.prune(x, p=0.1, slack=0.0, gamma=1.0, beta=1.0)
    np.testing.assert_array_equal(found, np.where(x == 1e200, x, 0))


@pytest.mark.parametrize("name", ["gamma", "beta", "p", "q", "slack"])
def test_options_of_sap_are_numbers(name):
    with pytest.raises(ValueError, match=f"^{name} must be a real number, got 'a'$"):
        sap.prune(np.ones(3), **{name: "a"})
    with pytest.raises(ValueError, match="^gamma must be positive and finite, got inf$"):
        sap.prune(np.ones(3), gamma=np.inf)


def test_of_equal_columns_the_earlier_stay():
    weights = np.array([[1.0, 2.0, 2.0, 2.0]])
    np.testing.assert_array_equal(column.prune(weights, 0.5), [[0, 2, 2, 0]])
    np.testing.assert_array_equal(magnitude.prune(weights, 0.5), [[0, 2, 2, 0]])


def test_the_bound_is_on_the_squared_error():
    """Columns of energies 1, 2, 97: shares 0.01 and 0.03 lost, so 0.01 takes one and 0.03 two."""
    weights = np.sqrt(np.array([[97.0, 1.0, 2.0]]))
    kept = [column.keep_for_error(weights, bound) for bound in (0.0099, 0.0101, 0.0301)]
    assert kept == [1.0, 2 / 3, 1 / 3]


@many
@given(st.integers(1, 10**6), st.data())
def test_a_share_computed_as_k_of_n_keeps_k(n, data):
    k = data.draw(st.integers(0, n))
    assert norms.count_kept(k / n, n) == k


@pytest.mark.parametrize("p", [0.5, 1.0, 2.0, 3.0])
@many
@example(x=np.array([4.0, 2.22507386e-313]), keep=0.5)
@given(arrays(float, st.integers(1, 30), elements=st.floats(-1e3, 1e3)), shares)
def test_the_relative_error_is_its_definition(p, x, keep):
    if not x.any():
        return
    shift = 300 - np.frexp(np.abs(x).max())[1]  # a quotient that is subnormal would lose digits
    sizes = np.ldexp(np.sort(np.abs(x))[::-1], shift) ** p
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


@every(random, singular_value, dead_unit)
def test_of_many_equals_the_earlier_stay(member):
    """Of 1,000, since sorts of a few are stable whatever their kind: 333 are 2, the rest 1."""
    weights = np.resize([1.0, 2.0, 1.0], (1, 1_000))
    expected = np.where(weights == 2, weights, 0)
    expected[:, np.flatnonzero(weights == 1)[: 500 - 333]] = 1
    pruned = member.prune(suited(member, weights), 0.5)
    np.testing.assert_array_equal(pruned, suited(member, expected))


@every(singular_value, dead_unit)
@many
@given(st.sampled_from([1, 2, 8, 128]), st.data())
def test_an_error_of_exactly_the_bound_is_allowed(member, n, data):
    """Of n equal terms, n a power of two, so that nothing is rounded."""
    pruned = data.draw(st.integers(0, n))
    assert member.keep_for_error(suited(member, np.ones((1, n))), pruned / n) == 1 - pruned / n
    assert member.keep_for_error(suited(member, np.zeros((1, n))), 0.0) == 0.0


@many
@given(matrices, st.integers(0, 8))
def test_singular_values_left_out_are_the_error(weights, rank):
    """Eckart & Young; and never more than that of as many columns (P2-2)."""
    weights = weights / (np.abs(weights).max() or 1.0)  # so that no square vanishes that counts
    rank = min(rank, *weights.shape)
    pruned = singular_value.prune(weights, rank / min(weights.shape))
    values = np.linalg.svd(weights, compute_uv=False)
    rounding = 128 * EPS * values[0]  # p(m, n) eps, p modest (LAPACK Users' Guide, 4.9): m n twice
    error = np.linalg.norm(weights - pruned)
    assert error == pytest.approx(np.linalg.norm(values[rank:]), abs=rounding)
    assert (np.linalg.svd(pruned, compute_uv=False)[rank:] <= rounding).all()
    again = singular_value.prune(pruned, rank / min(weights.shape))
    np.testing.assert_allclose(again, pruned, rtol=0, atol=rounding)
    by_column = column.prune(weights, rank / weights.shape[1])
    assert error <= np.linalg.norm(weights - by_column) + rounding


@some
@given(seeds, st.integers(0, 12))
def test_one_ranking_of_singular_values_is_that_of_a_block_diagonal_matrix(seed, rank):
    """Errors agree: matrices do only as far as the value kept last is from that left out first."""
    weights = [normal(seed, 5, 7), 2 * normal(seed + 1, 7, 7)]
    values = np.sort(np.concatenate([np.linalg.svd(w, compute_uv=False) for w in weights]))[::-1]
    found = singular_value.prune(weights, rank / 12, "global")
    error = np.sqrt(sum(np.linalg.norm(w - f) ** 2 for w, f in zip(weights, found, strict=True)))
    assert error == pytest.approx(np.linalg.norm(values[rank:]), abs=128 * EPS * values[0])
    assert sum(units(singular_value, f).sum() for f in found) == rank


def test_singular_values_of_integers_and_of_extreme_sizes():
    assert singular_value.prune(np.array([[3, 0], [0, 1]]), 0.5).dtype == np.float64
    for unit in (1e-300, 1e300):
        found = singular_value.prune(unit * np.diag([3.0, 2.0, 1.0]), 2 / 3)
        np.testing.assert_allclose(found / unit, np.diag([3.0, 2.0, 0.0]), rtol=0, atol=1e-14)
    huge = np.outer([1.5e308, 1e308], [1.0, 1.0, 1.0, 1.0])  # its singular value is no double
    np.testing.assert_allclose(singular_value.prune(huge, 0.5), huge, rtol=1e-14)
    assert singular_value.keep_for_error(huge, 0.1) == 0.5


@some
@given(seeds, st.integers(1, 200), st.floats(0.1, 3), st.floats(0.1, 1), st.floats(0, 1))
def test_a_round_of_sap_is_its_formula(seed, n, gamma, beta, eta):
    """With p = 1/2, q = 1 the bound is (sum of roots)^2 / sum / (1 + eta)^2, whatever d is."""
    x = normal(seed, n) ** 3 * (normal(seed + 1, n) > -1)
    sizes = np.abs(x[x != 0])
    d = sizes.size
    bound = np.sqrt(sizes).sum() ** 2 / (sizes.sum() or 1.0) / (1 + eta) ** 2
    m = min(ceil(bound * (1 - 1e-12)), d)  # so that an integer does not become the next
    pruned = floor(min(gamma * (d - m), beta * d) * (1 + 1e-15))
    found = sap.prune(x, slack=eta, gamma=gamma, beta=beta)
    np.testing.assert_array_equal(found, magnitude.prune(x, (d - pruned) / x.size))
    np.testing.assert_array_equal(
        sap.prune(x, 0.3, slack=eta, gamma=gamma, beta=beta), magnitude.prune(found, 0.3)
    )


def test_sap_leaves_equal_sizes_and_goes_on_round_by_round():
    equal = np.resize([2.0, -2.0, 2.0], 30)
    np.testing.assert_array_equal(sap.prune(equal, slack=0.0), equal)
    rounds = [normal(1, 40, 50)]
    for _ in range(4):
        rounds.append(sap.prune(rounds[-1]))
    counts = [np.count_nonzero(w) for w in rounds]
    assert all(after < before for before, after in pairwise(counts))
    padded = sap.prune(np.concatenate([rounds[0].ravel(), np.zeros(10_000)]))
    assert np.count_nonzero(padded) == counts[1]  # zeros are weights pruned before
    assert np.count_nonzero(sap.prune(rounds[0], gamma=100, beta=0.7)) == 600
    for n in range(1, 100):  # the bound is n, however it is rounded
        exact = np.append(np.linspace(1, 1 + 1e-9, n), 1e-60)
        assert np.count_nonzero(sap.prune(exact, slack=0.0, gamma=1.0)) == n
        assert np.count_nonzero(sap.prune(normal(n, 100), gamma=200, beta=n / 100)) == 100 - n


@some
@given(seeds)
def test_one_round_of_sap_over_all_arrays_has_one_index(seed):
    first, second = normal(seed, 30), 10 * normal(seed + 1, 5, 9)
    expected = sap.prune(np.concatenate([first, second.ravel()]))
    found = sap.prune([first, second], 1.0, "global")
    np.testing.assert_array_equal(np.concatenate([w.ravel() for w in found]), expected)


@many
@given(shares, shares, seeds)
def test_a_random_choice_is_nested_and_hangs_on_place_and_seed_alone(a, b, seed):
    low, high = sorted((a, b))
    weights = np.ones((20, 10))
    few, many = (random.prune(weights, keep, seed=seed) for keep in (low, high))
    assert (few <= many).all() and few.sum() == norms.count_kept(low, 200)
    np.testing.assert_array_equal(random.prune(normal(1, 20, 10), low, seed=seed) != 0, few != 0)
    np.testing.assert_array_equal(random.prune([weights, weights], low, seed=seed)[0], few)
    flat = random.prune(np.ones(200), low, seed=seed)
    np.testing.assert_array_equal(flat, few.ravel())


def test_a_random_choice_differs_between_seeds_and_layers():
    """Two of the choices of 500 of 1,000 agree with probability below 1e-299."""
    first, second = random.prune([np.ones(1_000)] * 2, 0.5, seed=1)
    other = random.prune(np.ones(1_000), 0.5, seed=2)
    assert (first != second).any() and (first != other).any()
    known = random.prune(np.ones(12), 0.5, seed=1)  # as it was in the first version
    assert np.flatnonzero(known).tolist() == [0, 1, 3, 5, 6, 11]


def test_a_random_choice_is_fair():
    """Each of 20 entries in 600 of 2,000 choices of 6: chi-squared with 19 degrees of freedom.

    The counts have variance 2,000 0.3 0.7 and covariances that sum to none, so the statistic is
    multiplied by 19 / 20 / 0.7.  False alarm 1e-6.
    """
    counts = sum((random.prune(np.ones(20), 0.3, seed=s) for s in range(2_000)), np.zeros(20))
    statistic = ((counts - 600) ** 2).sum() / 600 * 19 / (20 * 0.7)
    assert stats.chi2(19).sf(statistic) > 1e-6


@some
@given(matrices, shares, seeds)
def test_the_random_error_is_that_of_the_same_seed(weights, bound, seed):
    keep = random.keep_for_error([weights, weights], bound, "global", seed)
    pruned = random.prune([weights, weights], keep, "global", seed)
    assert squared_error(np.array([weights] * 2), np.array(pruned)) <= bound + 1e-13


def published_layers():
    home = os.environ.get("STABLENOISE_DATA") or pytest.skip("needs STABLENOISE_DATA")
    path = Path(home) / "weights" / "lenet5_zhou2018_compressed.npz"
    if not path.exists():
        pytest.skip("needs weights/lenet5_zhou2018_compressed.npz of STABLENOISE_DATA")
    with np.load(path) as held:
        return [held[f"{n}_{kind}"].T for n in ("fc1", "fc2") for kind in ("weights", "bias")]


def relu_outputs(layers, x):
    """Outputs of a network, by the products of the library."""
    for i, (w, b) in enumerate(layers):
        x = x @ w.T if b is None else x @ w.T + b
        x = np.maximum(x, 0) if i + 1 < len(layers) else x
    return x


def whole(arrays, most=3):
    """Whole numbers in place of other values, up to a size and with the same signs and zeros.

    Sums of them are exact as long as they fit, in whatever order a library of linear algebra takes
    its terms: that order depends on the processor, on shapes and on memory layout.
    """
    return np.sign(arrays) * (1 + np.floor(np.abs(arrays) * 2**20) % most)


def whole_network(layers):
    return [(whole(w), None if b is None else whole(b)) for w, b in layers]


def sparse_network(seed, density, biases=True, constants=True, real=float):
    """Layers of widths 5, 7, 6, 4 and 3 of few weights, some rows and biases zero."""
    rng = np.random.default_rng(seed)
    layers = []
    for n, d in pairwise((3, 4, 6, 7, 5)[::-1]):
        w = rng.normal(size=(d, n)) * (rng.random((d, n)) < density)
        b = rng.normal(size=d) * (rng.random(d) < 0.7)
        b = b if constants else -np.abs(b)
        layers.append((w.astype(real), b.astype(real) if biases else None))
    return layers


def pruned_one_by_one(layers):
    """The same elimination of units that are 0 or not used, one at a time in any order."""
    layers = [(w.copy(), b.copy()) for w, b in layers]
    changed = True
    while changed:
        changed = False
        for (w, b), (following, _) in pairwise(layers):
            for j in range(len(w)):
                dead = not following[:, j].any() or (not w[j].any() and b[j] <= 0)
                if dead and (w[j].any() or b[j] or following[:, j].any()):
                    w[j], b[j], following[:, j], changed = 0, 0, 0, True
    return layers


densities = st.sampled_from([0.1, 0.2, 0.4])


@many
@given(seeds, densities, st.sampled_from([np.float64, np.float32]))
def test_dead_units_go_and_the_exact_outputs_do_not_change(seed, density, real):
    """Whole numbers up to 3: outputs of these widths are below 3^5 * 5 * 7 * 6 * 4 < 2^24."""
    layers = whole_network(sparse_network(seed, density, constants=False, real=real))
    pruned = dead_unit.prune(layers)
    np.testing.assert_equal(pruned, pruned_one_by_one(layers))
    x = whole(normal(seed, 20, 5)).astype(real)
    assert relu_outputs(layers, x).dtype == real
    np.testing.assert_array_equal(relu_outputs(pruned, x), relu_outputs(layers, x))


@many
@given(seeds, densities)
def test_without_a_fold_constants_stay_and_with_one_the_exact_outputs(seed, density):
    layers = sparse_network(seed, density)
    x = normal(seed, 20, 5)
    pruned = dead_unit.prune(layers, fold=False)
    np.testing.assert_equal(pruned, pruned_one_by_one(layers))
    given = whole_network(layers), whole(x)
    for fold in (False, True):
        found = relu_outputs(dead_unit.prune(given[0], fold=fold), given[1])
        np.testing.assert_array_equal(found, relu_outputs(*given))
    folded = dead_unit.prune(layers)
    # sums of at most 7 terms in 4 layers, of sizes that the absolute values bound
    sizes = relu_outputs([(np.abs(w), np.abs(b)) for w, b in layers], np.abs(x))
    gap = np.abs(relu_outputs(folded, x) - relu_outputs(layers, x))
    assert (gap <= 4 * 9 * EPS * sizes).all()
    for (w, b), (following, _) in pairwise(folded):
        used, fed = following.any(axis=0), w.any(axis=1)
        np.testing.assert_array_equal(used, fed)
        assert not b[~used].any()
    np.testing.assert_equal(dead_unit.prune(folded), folded)
    units = [len(w) for w, _ in layers[:-1]]
    left = sum(int(w.any(axis=1).sum()) for w, _ in folded[:-1])
    assert dead_unit.keep_for_error(layers, 0.5) == left / sum(units)


@some
@given(seeds, densities)
def test_a_network_without_biases_has_no_constants(seed, density):
    layers = sparse_network(seed, density, biases=False)
    matrices = [w for w, _ in layers]
    expected = pruned_one_by_one([(w, np.zeros(len(w))) for w in matrices])
    np.testing.assert_equal(dead_unit.prune(matrices), [w for w, _ in expected])
    np.testing.assert_equal(dead_unit.prune(layers), [(w, None) for w, _ in expected])


def test_a_constant_is_folded_and_rounded_once():
    hidden = np.array([[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]), np.array([0.0, 3.0, 2.0**-60])
    output = np.array([[1.0, 2.0, 1.0], [1.0, 0.0, 5.0]]), np.array([-6.0, 1.0])
    (w, b), (v, c) = dead_unit.prune([hidden, output])
    assert w.tolist() == [[1, 1], [0, 0], [0, 0]] and b.tolist() == [0, 0, 0]
    assert v.tolist() == [[1, 0, 0], [1, 0, 0]] and c.tolist() == [0.0, 1.0]
    assert output[1].tolist() == [-6.0, 1.0]
    (w, b), (v, c) = dead_unit.prune([hidden, (output[0], None)])
    assert b.tolist() == [0, 3, 2.0**-60] and v.tolist() == output[0].tolist() and c is None
    single = [tuple(a.astype(np.float32) for a in pair) for pair in (hidden, output)]
    single[0][1][:] = 0, 1, 2.0**-25
    single[1][0][0], single[1][1][0] = (1, 1, 1), 2.0**-24
    # 2^-24 + 1 + 2^-25 is above the middle of two floats, which roundings one by one do not see
    assert dead_unit.prune(single)[1][1][0] == np.float32(1 + 2.0**-23)
    whole = [hidden, (np.ones((1, 3), dtype=int), np.array([1]))]
    np.testing.assert_equal(dead_unit.prune(whole), whole)  # no bias of integers holds 3 + 2^-60


def test_a_fold_may_kill_the_unit_that_it_feeds():
    """Layer 2 is fed by a constant alone: -4 + 3 < 0, so it is 0; with -2 it is the constant 1."""
    for bias, expected in ((-4.0, 10.0), (-2.0, 17.0)):
        layers = [
            (np.array([[0.0]]), np.array([3.0])),
            (np.array([[1.0]]), np.array([bias])),
            (np.array([[7.0]]), np.array([10.0])),
        ]
        pruned = dead_unit.prune(layers)
        assert [w.item() for w, _ in pruned] == [0, 0, 0]
        assert [b.item() for _, b in pruned] == [0, 0, expected]


@some
@given(seeds)
def test_a_network_may_be_written_in_any_container(seed):
    layers = sparse_network(seed, 0.3)
    expected = [a for pair in dead_unit.prune(layers) for a in pair]
    flat = [a for pair in layers for a in pair]
    np.testing.assert_equal(dead_unit.prune(flat), expected)
    named = {f"layer{i // 2}.{('weight', 'bias')[i % 2]}": a for i, a in enumerate(flat)}
    found = dead_unit.prune(named)
    assert list(found) == list(named)
    np.testing.assert_equal(list(found.values()), expected)


def test_a_published_checkpoint_has_weights_that_feed_nothing():
    """1,886 of them and 3 biases: the fully connected part of the LeNet-5 of arXiv 1804.05862."""
    layers = published_layers()
    pruned = dead_unit.prune(layers, fold=False)
    counts = [[np.count_nonzero(a) for a in network] for network in (layers, pruned)]
    assert np.subtract(*counts).tolist() == [1886, 3, 0, 0]
    x = np.maximum(whole(normal(1, 100, 800)), 0)
    exact = [whole_network([(n[0], n[1]), (n[2], n[3])]) for n in (layers, pruned)]
    sizes = relu_outputs([(np.abs(w), np.abs(b)) for w, b in exact[0]], x)
    assert sizes.max() < 2**53  # so that no sum on the way is rounded
    np.testing.assert_array_equal(*(relu_outputs(network, x) for network in exact))


@every()
def test_what_no_method_can_prune_is_refused(member):
    w = suited(member, np.ones((3, 3)))
    bad = {
        "weights must hold an array, got []": [],
        "weights must hold an array, got {}": {},
        "weights must be an array of NumPy or CuPy, got int": 3,
        "weights must be an array of NumPy or CuPy, got str": "weights",
        "weights[0][1] must be an array of NumPy or CuPy, got float": [[w, 1.0], [w]],
        "weights[0] must be an array of NumPy or CuPy, got MaskedArray": [np.ma.array(w)],
        "weights['a'] must be finite, got nan": {"b": w, "a": np.where(w > 0, np.nan, w)},
        "weights[1] must be finite, got -inf": (w, -np.inf * w),
        "weights[1] must not be empty, got shape (0, 3)": [w, np.ones((0, 3))],
        "weights must be of integers or float64, float32, float16, got complex128": w * 1j,
        "weights must be of integers or float64, float32, float16, got object": w.astype(object),
    }
    for line, weights in bad.items():
        for call in (member.prune, member.keep_for_error):
            with pytest.raises(ValueError) as error:
                call(weights, 0.5)
            assert str(error.value) == line
    for call in (member.prune, member.keep_for_error):
        with pytest.raises(ValueError, match="^scope must be 'layer' or 'global', got 'all'$"):
            call(w, 0.5, scope="all")
    for share in (-0.1, 1.1, np.nan):
        with pytest.raises(ValueError, match=rf"^keep must lie in \[0, 1\], got {share}$"):
            member.prune(w, share)
        with pytest.raises(ValueError, match=rf"^squared_error must lie in .*, got {share}$"):
            member.keep_for_error(w, share)
    with pytest.raises(ValueError, match="^keep must be a real number, got 'all'$"):
        member.prune(w, "all")


@pytest.mark.parametrize(
    "call, line",
    [
        (
            lambda w: column.prune([w[0], w[1]], 0.5),
            "weights must hold a matrix, got shapes (3,), (3,)",
        ),
        (
            lambda w: column.prune([w], 0.5, network=True),
            "weights must hold a matrix before the output layer, got shapes (2, 3)",
        ),
        (lambda w: singular_value.prune(w[0], 0.5), "weights must be a matrix, got shape (3,)"),
        (lambda w: filter.prune(w, 0.5), "weights must be a 4-d array, got shape (2, 3)"),
        (
            lambda w: filter.keep_for_error({"a": w}, 0.5),
            "weights must hold a 4-d array, got shapes (2, 3)",
        ),
        (
            lambda w: magnitude.prune([w, w], [0.5]),
            "keep must be a number, or laid out like weights, got [0.5]",
        ),
        (
            lambda w: magnitude.prune(w, [0.5]),
            "keep must be a number, or laid out like weights, got [0.5]",
        ),
        (lambda w: magnitude.prune([w], [0.5], "global"), "keep must be a number, got [0.5]"),
        (lambda w: magnitude.prune([w], ["a"]), "keep[0] must be a real number, got 'a'"),
        (lambda w: magnitude.prune([w], [2.0]), "keep must lie in [0, 1], got 2.0"),
        (lambda w: sap.prune(w, gamma=0.0), "gamma must be positive and finite, got 0.0"),
        (lambda w: sap.prune(w, gamma=np.nan), "gamma must be positive and finite, got nan"),
        (lambda w: sap.prune(w, beta=1.5), "beta must lie in [0, 1], got 1.5"),
        (lambda w: random.prune(w, 0.5, seed=-1), "seed must be an integer in [0, 2^64), got -1"),
        (
            lambda w: dead_unit.prune([w, w]),
            "weights[1] must have 2 columns, one for each unit of the layer before, "
            "got shape (2, 3)",
        ),
        (
            lambda w: dead_unit.prune([w, w[0]]),
            "weights[1] must have shape (2,), one a unit, got shape (3,)",
        ),
        (
            lambda w: dead_unit.prune([w[0], w]),
            "weights[0] must be a matrix, or the biases of the one before, got shape (3,)",
        ),
        (
            lambda w: dead_unit.prune([w, w[:, 0], w[:, 0]]),
            "weights[2] must be a matrix, or the biases of the one before, got shape (2,)",
        ),
        (
            lambda w: dead_unit.prune({"k": w[None]}),
            "weights['k'] must be a matrix, or the biases of the one before, got shape (1, 2, 3)",
        ),
    ],
)
def test_what_one_method_cannot_prune_is_refused(call, line):
    with pytest.raises(ValueError) as error:
        call(np.ones((2, 3)))
    assert str(error.value) == line


@many
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


def test_arrays_taken_apart_are_told_apart_by_identity_and_stay_the_callers():
    """They are the caller's own, so neither read-only nor a value."""
    weights = {"w": np.ones((2, 3))}
    one, other = containers.grouped(weights), containers.grouped(weights)
    assert one == one and one != other and len({one, other}) == 2
    assert weights["w"].flags.writeable


def test_a_share_is_one_of_all_entries_zeros_among_them():
    half = np.array([0.0, 5.0, 0.0, 4.0, 0.0, 3.0, 0.0, 2.0, 0.0, 1.0])
    assert np.count_nonzero(magnitude.prune(half, keep=0.4)) == 4
    assert np.count_nonzero(random.prune(np.ones(10), keep=0.4)) == 4
