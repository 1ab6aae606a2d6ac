"""The shipped errata of Nolan's table: what is in it, and five rows by independent draws."""

import numpy as np
import pytest

from paper_checks.claims.nolan_errata import WRONG_BY_INDEX, errata, row

# alpha, beta, x, p of the table, then four million draws of an independent formula: their share and
# its standard error
DRAWN = [
    (0.1, 1.0, -0.1576169, 0.03, 0.13877, 0.00017),
    (0.1, 1.0, -0.15723, 0.045, 0.15038, 0.00018),
    (1.0, 0.6, 72.178, 0.993, 0.9927888, 0.000042),
]


def test_every_row_is_wrong_by_more_than_its_rounding():
    alpha, beta, p, low, middle, high, *ends = errata().T
    assert len(alpha) == sum(WRONG_BY_INDEX.values()) == 430
    assert np.all((low < middle) & (middle < high))
    assert np.all((ends[0] < ends[1]) & (ends[1] < ends[2]))
    assert np.all(np.maximum(low - p, p - high) > 1e-4)
    assert np.all(beta[alpha == 1] > 0)


@pytest.mark.parametrize("alpha, beta, x, p, drawn, error", DRAWN)
def test_independent_draws_side_with_the_enclosures(alpha, beta, x, p, drawn, error):
    rows = errata()
    same = (rows[:, 0] == alpha) & (rows[:, 1] == beta) & (rows[:, 2] == p)
    (found,) = rows[same & (abs(rows[:, 7] / x - 1) < 1e-4)]
    assert abs(found[4] - drawn) < 5 * error  # 6e-7 each
    assert abs(p - drawn) > 5 * error


def test_a_table_without_errors_would_be_seen():
    assert row(errata()[:, 4])[:4] == [0, 0, 0, 0]


def test_ours_and_the_enclosures_are_one_and_the_table_another():
    *counts, least, gap, largest = row(errata()[:, 2])
    assert counts == list(WRONG_BY_INDEX.values())
    assert 1e-4 < least < 1.1e-4 and gap < 1e-13
    assert largest == pytest.approx(0.1088, abs=1e-3)  # 0.139 for 0.03
