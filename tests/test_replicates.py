"""Rows depend on (seed, replicate) alone, and on nothing else than before."""

import numpy as np
import pytest

from paper_checks.replicates import by_number, by_rng, by_seed, replicate_rng, replicate_seed


def test_seeds_of_replicates_do_not_repeat():
    seeds = {replicate_seed(seed, r) for seed in range(20) for r in range(500)}
    assert len(seeds) == 10_000


@pytest.mark.parametrize("seed, replicate", [(3, 17), (2**64 - 1, 0)])
def test_replicates_draw_what_they_drew_in_every_ledger_before(seed, replicate):
    """By NumPy's own words, so that rows that were kept stand for those that would be drawn."""
    assert (
        replicate_rng(seed, replicate).random() == np.random.default_rng([seed, replicate]).random()
    )
    (word,) = np.random.SeedSequence([seed, replicate]).generate_state(1, np.uint64)
    assert replicate_seed(seed, replicate) == int(word)
    known = 7434755675892716031, 12467808127879573787
    assert (replicate_seed(1, 0), replicate_seed(3, 0)) == known


@pytest.mark.parametrize("make", [replicate_rng, replicate_seed])
@pytest.mark.parametrize(
    "seed, replicate, line",
    [
        (-1, 0, r"seed must be an integer in \[0, 2\^64\), got -1"),
        (1.5, 0, r"seed must be an integer in \[0, 2\^64\), got 1.5"),
        (1, "a", r"replicate must be an integer in \[0, 2\^64\), got 'a'"),
    ],
)
def test_what_is_no_seed_or_replicate_is_refused(make, seed, replicate, line):
    with pytest.raises(ValueError, match=f"^{line}$"):
        make(seed, replicate)


def test_rows_are_made_one_by_one_from_what_they_draw_from():
    """The same options go to each; a replicate has the same row in every range."""

    def row(*drawn, times=1):
        return [times * float(np.sum(getattr(drawn[0], "random", lambda: drawn)()))]

    for make, first in (
        (by_rng, lambda r: replicate_rng(5, r).random()),
        (by_seed, lambda r: float(replicate_seed(5, r))),
        (by_number, lambda r: 5.0 + r),
    ):
        rows = make(row, times=3)(range(4, 9), 5)
        np.testing.assert_array_equal(rows, [[3 * first(r)] for r in range(4, 9)])
