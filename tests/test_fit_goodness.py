"""Tests of a fitted law: statistics by their formulas, null laws by the fit itself."""

import numba as nb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from stablenoise import Stable, fit, law
from stablenoise.fit import goodness, stability
from stablenoise.fit.both_tails import log_tails
from stablenoise.fit.grouping import cells_of
from stablenoise.fit.samples import Sample

REGULAR = Stable(1.6, 0.3, 2.0, 5.0)


def tails_at(x, alpha=1.6, beta=0.3):
    return law.logcdf(x, alpha, beta), law.logsf(x, alpha, beta)


def test_the_statistic_is_the_integral_of_its_definition():
    x = np.sort(Stable(1.6, 0.3).rvs(9, rng=1))
    edges = np.concatenate([[0.0], law.cdf(x, 1.6, 0.3), [1.0]])
    parts = [
        quad(lambda p, c=c: (c / 9 - p) ** 2 / (p * (1 - p)), low, high)[0]
        for c, (low, high) in enumerate(zip(edges[:-1], edges[1:], strict=True))
    ]
    found = goodness.anderson_darling(*tails_at(x))
    assert found == pytest.approx(9 * sum(parts), rel=1e-7)  # that of quad


@given(st.floats(1.0, 1.999), st.floats(-1.0, 1.0), st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_both_tails_are_those_of_the_law(alpha, beta, seed):
    rng = np.random.default_rng(seed)
    x = np.sinh(np.concatenate([rng.uniform(-6, 6, 200), rng.uniform(-300, 300, 20)]))
    for found, exact in zip(log_tails(x, alpha, beta), tails_at(x, alpha, beta), strict=True):
        np.testing.assert_allclose(np.exp(found), np.exp(exact), rtol=0, atol=2e-6)
        likely = exact > np.log(1e-4)
        np.testing.assert_allclose(found[likely], exact[likely], rtol=0, atol=4e-4)
        seen = np.isfinite(exact)
        np.testing.assert_allclose(found[seen], exact[seen], rtol=1e-3, atol=0.02)
        assert not np.isnan(found).any() and (abs(beta) > 0.9 or np.isfinite(found).all())


def test_groups_narrow_enough_have_the_statistic_of_the_values():
    """A million midpoints of the rule: its error is that of the cells that hold the ends."""
    x = np.sort(Stable(1.6, 0.3).rvs(200, rng=2))
    borders = law.ppf(np.arange(1, 200_000) / 200_000, 1.6, 0.3)
    below = np.searchsorted(x, borders) / x.size
    found = goodness.grouped(below, x.size, *tails_at(borders))
    assert found == pytest.approx(goodness.anderson_darling(*tails_at(x)), rel=2e-3)


def test_values_stand_for_cells_where_they_have_weights_or_are_mostly_equal():
    x = np.array([1.0, 2.0, 2.0, 4.0])
    assert cells_of(Sample(np.arange(4.0), None, "x")) is None
    assert cells_of(Sample(x, None, "x")) is None
    cells = cells_of(Sample(np.array([4.0, 1.0, 2.0, 2.0]), np.array([3.0, 1.0, 1.0, 1.0]), "x"))
    assert cells.sample.values.tolist() == [1.0, 2.0, 4.0]
    assert cells.sample.weights.tolist() == [1.0, 2.0, 3.0]
    assert cells.borders.tolist() == [1.5, 3.0]
    counted = cells.counted(np.array([-9.0, 1.4, 3.1, 99.0]))
    assert counted.values.tolist() == [1.0, 4.0] and counted.weights.tolist() == [2.0, 2.0]
    assert cells.below(counted).tolist() == [0.5, 0.5]
    assert cells.below(cells.sample).tolist() == [1 / 6, 0.5]


def test_weights_are_repetition():
    values, counts = np.unique(np.round(REGULAR.rvs(500, rng=3)), return_counts=True)
    by_weights = fit.stable(values, weights=counts).gof(19)
    by_values = fit.stable(np.repeat(values, counts)).gof(19)
    assert by_weights.anderson_darling == pytest.approx(by_values.anderson_darling, rel=1e-5)
    assert by_weights.j == pytest.approx(by_values.j, rel=1e-5)  # two roads to one maximum


@pytest.mark.parametrize("factor", [2.0**-990, 2.0**960])
def test_the_unit_does_not_matter(factor):
    x = REGULAR.rvs(100, rng=4)
    one, other = fit.stable(x).gof(9), fit.stable(factor * x).gof(9)
    assert one.anderson_darling == other.anderson_darling
    assert one.j == pytest.approx(other.j, rel=1e-9)
    np.testing.assert_allclose(one.drawn, other.drawn, rtol=1e-6)


def test_reflection_changes_nothing_of_the_sample():
    x = REGULAR.rvs(300, rng=5)
    one, other = fit.stable(x).gof(2), fit.stable(-x).gof(2)
    assert one.anderson_darling == pytest.approx(other.anderson_darling, abs=1e-5)
    assert one.j == pytest.approx(other.j, rel=1e-4)


def test_the_same_for_any_number_of_threads_and_another_for_another_seed():
    result = fit.stable(REGULAR.rvs(600, rng=6))
    threads = nb.get_num_threads()
    many = result.gof(60, seed=7)
    nb.set_num_threads(1)
    try:
        one = result.gof(60, seed=7)
    finally:
        nb.set_num_threads(threads)
    np.testing.assert_array_equal(one.drawn, many.drawn)
    assert result.gof(60, seed=8).drawn[0] != one.drawn[0]


def test_the_p_value_counts_samples_that_are_as_far_out():
    found = fit.stable(REGULAR.rvs(600, rng=9)).gof(29)
    beyond = np.count_nonzero(found.drawn >= found.anderson_darling)
    assert found.anderson_darling_pvalue == (1 + beyond) / 30
    assert (found.replicates, found.size, found.seed, found.drawn.shape) == (29, 600, 0, (29,))


def test_what_was_held_is_held_in_samples_that_are_drawn():
    """Fewer parameters fit less closely: the law of A^2 is larger, its mean by a half and more."""
    x = REGULAR.rvs(600, rng=10)
    free = fit.stable(x).gof(40)
    known = fit.stable(x, alpha=1.6, beta=0.3, scale=2.0, loc=5.0)
    assert known.gof(40).drawn.mean() > 1.5 * free.drawn.mean()


@pytest.mark.parametrize("method", ["mcculloch", "ecf", "kogon"])
def test_other_methods_are_drawn_by_themselves(method):
    found = fit.stable(REGULAR.rvs(200, rng=11), method).gof(19)
    assert found.anderson_darling_pvalue > 0.05


def test_over_identification_is_that_of_the_fit():
    result = fit.stable(REGULAR.rvs(300, rng=12))
    z = result.unit.standardised(result.sample.values)
    test = stability.of_fit(z, None, result.problem.top.theta, np.full(4, np.nan))
    found = result.gof(2)
    assert (found.j, found.j_dof, found.j_pvalue) == (test.statistic, test.dof, test.pvalue)


def test_counts_of_an_accumulator_are_tested_as_the_values_are():
    x = REGULAR.rvs(20_000, rng=13)
    of_counts = fit.Accumulator().update(x).fit().gof(2)
    of_values = fit.stable(x).gof(2)
    assert of_counts.anderson_darling == pytest.approx(of_values.anderson_darling, abs=0.02)
    assert of_counts.j == pytest.approx(of_values.j, rel=1e-3)


def test_a_value_outside_the_support_is_infinitely_far():
    lower, upper = log_tails(np.array([-2.0, 1.0]), 0.5, 1.0)
    assert goodness.anderson_darling(lower, upper) == np.inf


def test_progress_is_told_and_an_interrupt_is_heard(capsys):
    result = fit.stable(REGULAR.rvs(600, rng=14))
    told = []
    result.gof(100, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (100, 100) and told == sorted(told)
    result.gof(3, progress=True)
    assert capsys.readouterr().err.endswith("3 of 3 samples\n")

    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        result.gof(100, progress=interrupt)


def test_a_large_sample_is_tested_with_smaller_ones():
    assert goodness._size(fit.stable(REGULAR.rvs(100_001, rng=15)), None) == 100_000


def test_samples_of_the_law_are_refused_as_often_as_said():
    """Of 40 p-values about a tenth is at most a tenth: more than 16 with probability 5e-7."""
    samples = (REGULAR.rvs(600, rng=seed) for seed in range(40))
    p = np.array([fit.stable(x).gof(19, seed=1).anderson_darling_pvalue for x in samples])
    assert np.count_nonzero(p <= 0.1) <= 16
    assert abs(p.mean() - 0.525) < 4.9 * 0.29 / np.sqrt(40)


def test_laws_that_are_not_stable_are_refused():
    """A^2 has little power against t(3); the J test, which looks at its tail, has more."""
    rng = np.random.default_rng(16)
    scales = np.where(rng.random(5000) < 0.5, 1.0, 10.0)
    for x in rng.laplace(size=5000), scales * rng.standard_normal(5000):
        found = fit.stable(x).gof(99)
        assert found.anderson_darling_pvalue == 0.01 and found.j_pvalue < 1e-9
    found = fit.stable(rng.standard_t(3, 5000)).gof(99)
    assert found.anderson_darling_pvalue < 0.1 and found.j_pvalue < 0.01


def test_a_distance_by_borders_is_a_sum_by_its_definition():
    """Uneven borders, written out: each stands for half way to its neighbours."""
    probability, below, nobs = np.array([0.1, 0.3, 0.9]), np.array([0.2, 0.25, 0.8]), 50.0
    widths = [(0.3 - 0.0) / 2, (0.9 - 0.1) / 2, (1.0 - 0.3) / 2]
    exact = nobs * sum(
        w * (b - p) ** 2 / (p * (1 - p)) for w, b, p in zip(widths, below, probability, strict=True)
    )
    seen = goodness.grouped(below, nobs, np.log(probability), np.log1p(-probability))
    assert seen == pytest.approx(exact, rel=1e-12)
