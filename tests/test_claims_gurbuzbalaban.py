"""What the claims on arXiv 2006.04740 compute is what they say, and they would catch an error."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from chaos.kesten import GaussianLeastSquares, growths, trajectory
from paper_checks import run
from paper_checks.claim import judge, overall
from paper_checks.claims import (
    gurbuzbalaban_contraction,
    gurbuzbalaban_critical_step,
    gurbuzbalaban_growth_moments,
    gurbuzbalaban_monotone_index,
    gurbuzbalaban_published_grid,
    gurbuzbalaban_second_moment,
    gurbuzbalaban_tail_index,
)
from paper_checks.experiments import stationary_chains
from stablenoise.tails import hill


def verdict(claim, rows):
    return overall(judge(claim.quantities, rows, run.DELTA))


def test_mean_powers_are_those_of_a_step_from_a_unit_vector():
    """E|M u|^2 and E|M u|^4 from other chains than the first: 6 standard errors."""
    sgd = GaussianLeastSquares(0.5, 2, 3)
    for order in (2, 4):
        spread = sgd.moment(2.0 * order) - sgd.moment(order) ** 2
        seen = stationary_chains.mean_power(sgd, order, (3, 10**6, 200_000))
        assert abs(seen - sgd.closed_moment(order)) < 6 * (spread / 200_000) ** 0.5


def test_mean_powers_are_of_the_chains_of_their_block():
    sgd = GaussianLeastSquares(0.5, 2, 3)
    whole = stationary_chains.mean_power(sgd, 2, (3, 7, 20))
    halves = [stationary_chains.mean_power(sgd, 2, (3, first, 10)) for first in (7, 17)]
    assert whole == pytest.approx(np.mean(halves), rel=1e-12)
    assert halves[0] != halves[1]


def test_a_tail_index_is_that_of_all_snapshots_of_the_chains_of_a_replicate():
    """After 40, 50, ..., 120 steps, by stepping through all of them."""
    sgd, chains = GaussianLeastSquares(0.75, 1, 2), stationary_chains.CHAINS
    path = trajectory(sgd, np.zeros((chains, 2)), 5, first=3 * chains)
    states = [x for step, x in enumerate(islice(path, 120), 1) if step >= 40 and step % 10 == 0]
    norms = np.linalg.norm(np.concatenate(states), axis=1)
    assert norms.size == 9_000
    expected = hill.estimate(norms, 180).value
    assert stationary_chains.tail_index(sgd, 5, 3, 40) == pytest.approx(expected, rel=1e-12)


def test_standard_deviations_of_means_are_what_margins_rest_on():
    """Relative, by quadrature: of a power s, (h(2 s) / h(s)^2)^k - 1, over the chains."""

    def spread(sgd, order, steps=1):
        ratio = sgd.moment(2.0 * order) / sgd.moment(order) ** 2
        return (ratio**steps - 1) ** 0.5

    for eta, b, d in gurbuzbalaban_growth_moments.CELLS:
        found = [spread(GaussianLeastSquares(eta, b, d), s) / 50_000**0.5 for s in (2, 4)]
        assert found[0] < 0.006 and found[1] < 0.032
    for eta, b, d, p in gurbuzbalaban_contraction.CELLS:
        assert spread(GaussianLeastSquares(eta, b, d), p, 8) / 20_000**0.5 < 0.013
    for cell in gurbuzbalaban_critical_step.CELLS:
        law = gurbuzbalaban_critical_step._law(*cell, 3.0)
        assert spread(law, 2) / 50_000**0.5 < 0.013
    rows = gurbuzbalaban_second_moment.CLAIM.experiment(range(12), 1)
    assert (rows.std(axis=0, ddof=1) < 0.04).all()  # 0.02, and twice that in 1e-6 of samples


def test_a_law_at_the_critical_step_is_at_the_critical_step():
    for cell in gurbuzbalaban_critical_step.CELLS:
        law = gurbuzbalaban_critical_step._law(*cell, 3.0)
        assert law.eta == pytest.approx(law.critical_step(), rel=1e-15)
        assert gurbuzbalaban_critical_step._law(*cell, 2.0).eta > 1.1 * law.eta


def test_random_laws_keep_an_index_of_at_least_one_after_each_change():
    """Of 20, and of the corners: those that are nearest to the end of the window."""
    laws = [gurbuzbalaban_monotone_index._law(np.random.default_rng([1, r])) for r in range(20)]
    for b in (1, 3):
        wider = GaussianLeastSquares(1.0, b, 4)
        laws.append(replace(wider, eta=1.1 * wider.critical_step(), dim=3))
    for law in laws:
        changed = replace(law, eta=1.15 * law.eta), replace(law, dim=law.dim + 1)
        indices = [each.tail_index() for each in (law, *changed)]
        assert min(indices) >= 1 and max(indices[1:]) < indices[0]


@pytest.mark.parametrize("scaled", [False, True])
def test_changes_of_the_index_are_of_step_dimension_and_batch(scaled):
    claim = gurbuzbalaban_monotone_index
    row = claim._changes(6, 2, scaled)
    law = claim._law(np.random.default_rng([6, 2]))
    step = law.eta * (law.batch + 1) / law.batch if scaled else law.eta
    laws = (
        law,
        replace(law, eta=1.15 * law.eta),
        replace(law, dim=law.dim + 1),
        replace(law, eta=step, batch=law.batch + 1),
    )
    logs = np.log([stationary_chains.tail_index(each, 6, 2, 120) for each in laws])
    expected = [logs[1] - logs[0], logs[2] - logs[0], logs[0] - logs[3]]
    np.testing.assert_allclose(row, expected, rtol=1e-12)


def test_the_index_depends_on_the_product_of_step_and_variance_alone():
    sgd = GaussianLeastSquares(0.5, 2, 2, variance=1.5)
    other = replace(sgd, eta=0.75, variance=1.0)
    assert other.tail_index() == pytest.approx(sgd.tail_index(), rel=1e-10)
    seen = [stationary_chains.tail_index(law, 1, 0, 40) for law in (sgd, other)]
    assert seen[0] == pytest.approx(seen[1], rel=1e-9)


def test_the_grid_has_the_cells_of_the_statement():
    grid = gurbuzbalaban_published_grid
    assert [len(cells) for cells in (grid.CELLS, grid.ABOVE, grid.BELOW, grid.OTHERS)] == [
        70,
        41,
        29,
        28,
    ]
    assert grid.NEAREST in grid.BELOW and set(grid.PRODUCTS) <= {
        (c.eta, c.batch) for c in grid.CELLS
    }
    assert max(grid.PRODUCTS.values()) <= grid.CHAINS  # replicates have chains of their own
    least = min(grid.OTHERS, key=lambda cell: -cell.eta / cell.critical_step())
    assert least.moment(20.0) < 1  # so that its index is above 20


def test_growth_of_cells_is_the_least_and_the_largest(monkeypatch):
    """Two cells that grow and two that do not, with their chains."""
    grid = gurbuzbalaban_published_grid
    monkeypatch.setattr(grid, "ABOVE", grid.ABOVE[:2])
    monkeypatch.setattr(grid, "BELOW", (grid.BELOW[3], grid.NEAREST))
    monkeypatch.setattr(grid, "OTHERS", grid.OTHERS[:2])
    least, most, power, *_ = grid._growth(4, 2)

    def growth(cell):
        chains = {(0.02, 1): 1_600, (0.18, 10): 600}.get((cell.eta, cell.batch), 4)
        return growths(cell, 4, chains=chains, steps=24, first=3_200).mean()

    assert least == pytest.approx(min(map(growth, grid.ABOVE)), rel=1e-12)
    assert most == pytest.approx(max(map(growth, grid.BELOW)), rel=1e-12)
    means = [stationary_chains.mean_power(cell, 20, (4, 3_200, 200)) for cell in grid.OTHERS]
    assert power == pytest.approx(np.log(max(means)), rel=1e-12)


@pytest.mark.parametrize(
    "claim, wrong, columns",
    [
        (gurbuzbalaban_growth_moments.CLAIM, 1.12, [0, 2]),  # d + b in h(2): 1.2 and 1.24
        (gurbuzbalaban_second_moment.CLAIM, 1.1, [0, 1, 2]),  # d + b in the moment: 1.11 to 1.16
        (gurbuzbalaban_contraction.CLAIM, 1.02**8, [0, 1, 2]),  # 2% in the rate
    ],
)
def test_a_plausible_error_is_contradicted(claim, wrong, columns):
    rows = claim.experiment(range(32), 2)
    assert verdict(claim, rows) != "contradicted"
    for column in columns:
        other = rows.copy()
        other[:, column] *= wrong
        assert verdict(claim, other) == "contradicted"


def test_indices_of_the_statement_are_those_judged():
    claim = gurbuzbalaban_tail_index.CLAIM
    for eta, b, d, index, _ in gurbuzbalaban_tail_index.CELLS:
        assert f"{index}" in claim.statement
        solved = GaussianLeastSquares(eta, b, d).tail_index()
        assert solved == pytest.approx(index, abs=6e-4)
    row = claim.experiment(range(1), 1)[0]
    seen = [
        stationary_chains.tail_index(GaussianLeastSquares(eta, b, d), 1, 0, steps)
        for eta, b, d, _, steps in gurbuzbalaban_tail_index.CELLS
    ]
    np.testing.assert_allclose(row[:3] * seen, [1.698, 1.066, 1.515], rtol=1e-12)
