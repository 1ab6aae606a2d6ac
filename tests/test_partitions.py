"""k-means in one dimension: the least squared error, in exact fractions and beside others."""

import warnings
from fractions import Fraction
from itertools import pairwise
from time import process_time

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.cluster.vq import kmeans2

from compress.coding import partitions
from compress.coding.partitions import best_partition, centres
from compress.coding.quantisation import quantise

some = settings(max_examples=150, deadline=None)
integers = st.lists(st.integers(-9, 9), min_size=1, max_size=11)
floats = st.lists(st.floats(-6e4, 6e4), min_size=1, max_size=11)


def error_of(values, bounds):
    """Squared error of intervals of sorted values, as a fraction."""
    total = Fraction(0)
    for a, b in pairwise(map(int, bounds)):
        part = [Fraction(float(x)) for x in values[a:b]]
        total += sum(x * x for x in part) - sum(part) ** 2 / len(part)
    return total


def least_error(values, levels):
    """By the recursion over the number of intervals, in fractions."""
    exact, size = [Fraction(float(x)) for x in values], len(values)
    sums, squares = [Fraction(0)], [Fraction(0)]
    for x in exact:
        sums.append(sums[-1] + x)
        squares.append(squares[-1] + x * x)
    best = [Fraction(0)] + [None] * size
    for _ in range(min(levels, size)):
        before, best = best, [None] * (size + 1)
        for j in range(1, size + 1):
            ways = (
                before[i] + squares[j] - squares[i] - (sums[j] - sums[i]) ** 2 / (j - i)
                for i in range(j)
                if before[i] is not None
            )
            best[j] = min(ways, default=None)
    return best[size]


def error(values, book):
    """Squared error of values that go to the nearest of a codebook."""
    book = np.sort(np.asarray(book, float).ravel())
    edges = (book[1:] + book[:-1]) / 2
    return float(((values - book[np.searchsorted(edges, values)]) ** 2).sum())


def parted(values, levels):
    """Bounds in the sorted values, each of which is there once for every time it occurs."""
    different, counts = np.unique(values, return_counts=True)
    bounds = best_partition(partitions._running(different, counts), levels).bounds
    return np.concatenate([[0], np.cumsum(counts)])[bounds]


@some
@given(integers, st.integers(1, 9))
@example([0, 1, 2, 3, 4, 5, 6, 7], 5)  # pairs all cost the same: no penalty gives 5 intervals
@example([-9, -8, -8, -8, 0, 1, 9], 4)
def test_no_partition_of_integers_has_a_smaller_error(values, levels):
    values = np.sort(np.array(values, float))
    bounds = parted(values, levels)
    assert len(bounds) - 1 == min(levels, np.unique(values).size) and (np.diff(bounds) > 0).all()
    assert error_of(values, bounds) == least_error(values, levels)


@some
@given(floats, st.integers(1, 9))
@example([1.0, 1.0 + 2**-52, 1.0 + 2**-51, -1.0, -1.0 - 2**-52, 3.0], 5)
@example([1e4, 1e4 + 1e-10, 1e4 + 4e-10, 1e4 + 5e-10], 2)
def test_no_partition_of_floats_has_a_smaller_error_but_for_rounding(values, levels):
    """Some ten roundings of 2^-53 each; running sums have 2^-104 of the sum of the squares."""
    values = np.sort(np.array(values))
    found, least = error_of(values, parted(values, levels)), least_error(values, levels)
    slack = least / 10**14 + sum(Fraction(x) ** 2 for x in values.tolist()) / 2**96
    assert least <= found <= least + slack


@pytest.mark.parametrize("law", ["normal", "cauchy", "uniform", "clusters"])
@pytest.mark.parametrize("levels", [2, 9])
def test_no_start_of_lloyds_algorithm_ends_lower(law, levels):
    """Of 15 by ``kmeans2`` and 15 by scikit-learn; neither may be below the least.

    But by the rounding of the sums here, of some hundred squares: 1e-12.
    """
    from sklearn.cluster import KMeans

    rng = np.random.default_rng(levels)
    values = {
        "normal": rng.standard_normal(300),
        "cauchy": rng.standard_cauchy(300),
        "uniform": rng.random(300),
        "clusters": rng.integers(0, 9, 300) + 0.01 * rng.standard_normal(300),
    }[law]
    least = error(values, centres(values, levels))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of clusters that lost all of their values
        for seed in range(15):
            found = kmeans2(values, levels, minit="++", rng=seed)[0]
            assert least <= error(values, found) * (1 + 1e-12)
        other = KMeans(levels, n_init=15, tol=0, random_state=1).fit(values[:, None])
    assert least <= error(values, other.cluster_centers_) * (1 + 1e-12)


@some
@given(floats, st.integers(1, 9), st.integers(-30, 30), st.randoms())
def test_order_and_unit_do_not_matter(values, levels, power, random):
    values = np.array(values)
    book, unit = centres(values, levels), 2.0**power
    order = random.sample(range(values.size), values.size)
    np.testing.assert_array_equal(centres(values[order], levels), book)
    np.testing.assert_array_equal(centres(values * unit, levels), book * unit)


@some
@given(integers, st.integers(1, 9))
def test_a_reflection_has_the_same_error(values, levels):
    """Where several partitions are as good, another one may be taken."""
    values = np.sort(np.array(values, float))
    mirrored = -values[::-1]
    assert error_of(values, parted(values, levels)) == error_of(mirrored, parted(mirrored, levels))


@some
@given(st.lists(st.integers(-9, 9), min_size=1, max_size=30), st.integers(1, 9))
def test_a_value_counts_as_often_as_it_occurs(values, levels):
    values = np.sort(np.array(values, float))
    assert error_of(values, parted(values, levels)) == least_error(values, levels)


@pytest.mark.parametrize("levels", [1, 3, 16, 300, 999, 1_000, 4_096])
def test_any_number_of_intervals_is_met_and_few_have_the_error_of_the_recursion(levels):
    """Gaps between the values are integers, so that many partitions are as good."""
    values = np.sort(np.random.default_rng(1).permutation(10_000)[:1_000]).astype(float)
    bounds = parted(values, levels)
    assert len(bounds) - 1 == min(levels, 1_000) and (np.diff(bounds) > 0).all()
    means = np.add.reduceat(values, bounds[:-1]) / np.diff(bounds)
    np.testing.assert_allclose(centres(values, levels), means, rtol=1e-15)
    if levels <= 16:
        assert error(values, means) == pytest.approx(recursion(values, levels), rel=1e-10)


def recursion(values, levels):
    """The least error by the recursion over all beginnings, a matrix for each interval more.

    The squares of 1,000 integers below 10^4 sum to less than 2^53: nothing is lost.
    """
    sums = np.concatenate([[0.0], np.cumsum(values)])
    squares = np.concatenate([[0.0], np.cumsum(values**2)])
    i, j = np.ogrid[: sums.size, : sums.size]
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = squares[j] - squares[i] - (sums[j] - sums[i]) ** 2 / (j - i)
    cost[i >= j] = np.inf
    best = cost[0]
    for _ in range(levels - 1):
        best = (best[:, None] + cost).min(axis=0)
    return best[-1]


def test_neighbours_that_only_the_last_digits_tell_apart_are_told_apart():
    """In plain running sums of squares the distances, 1e-9 at 1e4, would be lost: 1e-18 of 1e8."""
    groups = np.array([1e4, 1e4 + 1e-9, -1e4, -1e4 - 1e-9])
    values = (groups[:, None] + np.array([0.0, 2e-12, 4e-12])).ravel()
    assert np.unique(values).size == 12
    bounds = parted(np.sort(values), 4)
    np.testing.assert_array_equal(bounds, [0, 3, 6, 9, 12])


def test_the_rest_of_a_partition_between_two_is_used():
    """Pairs of evenly spaced values all cost the same: no penalty gives 4 or 5 intervals of 6."""
    few, many = np.array([0, 2, 4, 6]), np.arange(7)
    for levels in (4, 5):
        between = partitions._between(few, many, levels)
        assert len(between) - 1 == levels and error_of(np.arange(6), between) == Fraction(
            6 - levels, 2
        )


def test_squares_of_values_neither_overflow_nor_vanish():
    """Of 1e300 and of 1e-300."""
    large = np.array([1e300, 3e300, -1e300, 1.5e300])
    np.testing.assert_allclose(centres(large, 3), [-1e300, 1.25e300, 3e300], rtol=1e-15)
    np.testing.assert_allclose(
        centres(np.array([1e-300, 2e-300, 9e-300]), 2), [1.5e-300, 9e-300], rtol=1e-15
    )


def test_more_clusters_never_cost_more():
    weights = np.random.default_rng(3).standard_t(2, 5_000)
    errors = [error(weights, centres(weights, k)) for k in range(1, 60)]
    assert all(b < a for a, b in pairwise(errors))
    falls = -np.diff(errors)
    assert (falls[1:] <= falls[:-1] * (1 + 1e-12)).all()  # convex: each one more gains less


def test_quantised_weights_are_within_the_rounding_of_the_least_error():
    """Each value is rounded by 2^-11 of itself at most, and the weights go to the nearest."""
    weights = np.random.default_rng(4).standard_normal(3_000)
    for levels in (2, 5, 16):
        least = error(weights, centres(weights, levels))
        found = ((quantise(weights, levels).weights - weights) ** 2).sum()
        assert least <= found <= least + (2**-11 * weights**2).sum() * 2**-11 * 1.01


@pytest.mark.slow
def test_four_hundred_thousand_weights_take_a_fraction_of_a_second():
    weights = np.random.default_rng(5).standard_cauchy(400_000)
    centres(weights[:100], 3)  # compiles
    for levels in (16, 256, 4_096):
        start = process_time()
        assert centres(weights, levels).size == levels
        assert process_time() - start < 2
