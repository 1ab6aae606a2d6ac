"""What the claims on few terms, and on the PQ index, compute is what they say."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from compress.compressibility.norms import least_kept_of, pq_index
from paper_checks.claims import (
    barsbey_pruned_error_vanishes,
    diao_index_axioms,
    diao_index_of_stable_weights,
    diao_least_kept,
    foucart_few_terms,
)
from stablenoise.field import NoiseField


def test_vectors_are_changed_as_the_axioms_say():
    sizes = np.array([1.0, 2.0, 3.0, 10.0])
    scaled, cloned, given, risen, padded, richer = diao_index_axioms.changed(
        sizes, np.random.default_rng(4)
    )
    assert np.ptp(scaled / sizes) < 1e-12 and sorted(cloned)[::3] == sizes.tolist()
    assert given.sum() == pytest.approx(sizes.sum()) and 1 < given[0] and given[-1] < 10
    assert given[0] <= given[-1] and np.ptp(risen - sizes) < 1e-12 and risen[0] > 1
    assert padded.tolist() == [*sizes, 0, 0] and richer[:3].tolist() == [1, 2, 3]
    assert richer[3] > 10 + sizes.sum()
    assert diao_index_axioms.without_size(np.ones(4), 0.5, 1.0) == -3


def test_how_many_must_be_kept_is_counted_one_by_one():
    rng = np.random.default_rng(5)
    for _ in range(200):
        x, p = rng.pareto(1.0, rng.integers(2, 12)) + 0.01, rng.uniform(0.3, 2)
        slack, powers = float(rng.choice([0.0, 0.1, 1.0])), None
        powers = np.sort(x)[::-1] ** p
        fits = [r for r in range(1, x.size + 1) if powers[r:].sum() <= slack * powers[:r].sum()]
        assert diao_least_kept.least(x, slack, p) == fits[0]
        assert least_kept_of(x, slack, p, p + 0.5) <= fits[0] * (1 + 1e-9)
    wrong = diao_least_kept.without_root(np.eye(9)[0], 0.0, 0.5, 1.0)
    assert wrong == pytest.approx(9 * (1 / 9) ** 0.5)


def test_the_index_of_normal_weights_is_a_ratio_of_integrals():
    """E|X|^(1/2) squared over E|X| for the normal law of variance 2, whatever its scale."""
    half, one = (2 * quad(lambda x, p=p: x**p * stats.norm.pdf(x), 0, 40)[0] for p in (0.5, 1))
    assert diao_index_of_stable_weights.LIMITS[2.0] == pytest.approx(1 - half**2 / one, abs=1e-6)
    row = diao_index_of_stable_weights._row(3, 1)
    x = NoiseField(1.8, 3).at([1], step=0, dim=60_000)[0]
    assert row[1] == pq_index(x) and row[3:] == pytest.approx(
        list(diao_index_of_stable_weights.LIMITS.values()), abs=1e-6
    )


@pytest.mark.parametrize("p, q, constant", [(1.0, 2.0, 0.5), (0.5, 2.0, 0.32476)])
def test_errors_of_few_terms_are_sums_over_all_choices(p, q, constant):
    x = np.array([3.0, -1.0, 0.5, 2.0, -0.25])
    for s in (1, 2, 4):
        left = min(sum(abs(x[list(c)]) ** q) for c in combinations(range(5), 5 - s))
        bound = constant * s ** -(1 / p - 1 / q) * sum(abs(x) ** p) ** (1 / p)
        assert foucart_few_terms.ratio(x, s, p, q) == pytest.approx(
            left ** (1 / q) / bound, rel=1e-5
        )


@pytest.mark.parametrize("alpha, n, known", [(1.8, 1_000, 0.699), (2.0, 1_000, 0.851)])
def test_errors_of_pruning_are_those_measured(alpha, n, known):
    """MEASURED medians of 15, which scatter by 0.05 and 0.003 (one standard deviation)."""
    rows = abs(NoiseField(alpha, 9).at(range(400), step=2, dim=n))
    squares = np.sort(rows, axis=1) ** 2
    found = np.median(np.sqrt(squares[:, : -n // 20].sum(axis=1) / squares.sum(axis=1)))
    assert found == pytest.approx(known, abs={1.8: 0.1, 2.0: 0.006}[alpha])
    slope = barsbey_pruned_error_vanishes._slopes(9, 5)
    long = np.sort(NoiseField(2.0, 9).at([5], step=1, dim=50_000)[0] ** 2)
    assert slope[-1] == pytest.approx(np.sqrt(long[:-2_500].sum() / long.sum()), rel=1e-9)


def test_slopes_are_logs_of_ratios_of_lengths():
    row = barsbey_pruned_error_vanishes._slopes(1, 0)
    same = barsbey_pruned_error_vanishes._slopes(1, 0, index=2.0)
    assert row[3] == same[3] == same[0] and row[7] == same[4]
    short, long = (
        NoiseField(1.2, 1).at([0], step=i, dim=n)[0] for i, n in enumerate((1_000, 50_000))
    )
    errors = [np.sqrt((np.sort(x**2)[: -x.size // 20]).sum() / (x**2).sum()) for x in (short, long)]
    assert row[0] == pytest.approx(np.log(errors[1] / errors[0]) / np.log(50), rel=1e-6)
