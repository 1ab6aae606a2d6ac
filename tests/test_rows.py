"""Rows of a data set: chosen by a seed, and in one part only."""

import numpy as np
import pytest

from stablenoise.data.rows import check_disjoint, subset


def test_rows_are_chosen_without_replacement_in_order():
    chosen = subset(1000, 100, seed=3)
    assert (np.diff(chosen) > 0).all() and chosen.size == 100
    assert 0 <= chosen[0] and chosen[-1] < 1000
    np.testing.assert_array_equal(subset(5, 9, seed=1), np.arange(5))
    np.testing.assert_array_equal(subset(5, 2**64 - 1, seed=1), np.arange(5))
    assert subset(5, 0, seed=1).size == 0 and subset(0, 0, seed=1).size == 0


def test_a_row_is_chosen_by_the_seed_alone_as_before():
    """Coresets by a guarantee, samples of certificates and of the command line rest on it."""
    assert subset(20, 6, seed=1).tolist() == [4, 7, 8, 9, 10, 19]
    assert subset(20, 6, seed=2**64 - 1).tolist() == [5, 6, 7, 10, 11, 12]


def test_a_row_in_two_parts_is_told_and_a_zero_has_no_sign():
    one = np.array([[0.0, 1.0], [2.0, 3.0]])
    check_disjoint(points=one, held_out=one + 5, evaluation=one - 5)
    with pytest.raises(
        ValueError, match="^held_out must share no row with points, got 1 that are in both$"
    ):
        check_disjoint(points=one, held_out=np.array([[-0.0, 1.0], [9.0, 9.0]]))


@pytest.mark.parametrize(
    "call, line",
    [
        (lambda: subset("a", 1, 1), "size must be an integer in"),
        (lambda: subset(3, -1, 1), "count must be an integer in"),
        (lambda: subset(3, 1, 2**64), "seed must be an integer in"),
        (lambda: subset(3, 5, "a"), "seed must be an integer in"),
        (lambda: check_disjoint(points="a"), "points must be a real number or an array of them"),
        (lambda: check_disjoint(points=1.0), "points must be an array of rows, got a number"),
    ],
)
def test_what_is_no_number_of_rows_is_refused(call, line):
    with pytest.raises(ValueError, match=f"^{line}"):
        call()
