"""What the claims on statements of the four papers compute, that had none before, is right."""

from itertools import pairwise
from math import exp, gamma, inf, log

import numpy as np
import pytest
from scipy.integrate import quad

from chaos.kesten import GaussianLeastSquares, trajectory
from compress.compressibility.limits import GAUSSIAN, LAPLACE, limit_error, rate_constant
from paper_checks import run
from paper_checks.claim import judge, overall
from paper_checks.claims import (
    amini_terms_needed,
    armacki_rates_are_apart,
    barsbey_three_prunings_vanish,
    gurbuzbalaban_bounded_rows,
    gurbuzbalaban_moment_bounds,
    gurbuzbalaban_narrow_window,
    gurbuzbalaban_sums_are_stable,
    jiao_bounds_from_two_moments,
    pavasovic_no_tail_on_few_rows,
    wan_distance_of_matrices,
    wan_few_columns_hold_most,
    wan_gaussian_controls_differ,
    wan_step_of_the_readme,
    wan_two_rules_of_pruning,
)
from stablenoise import Stable
from stablenoise.field import NoiseField
from stablenoise.noises import isotropic

CELLS_OF_MOMENTS = gurbuzbalaban_moment_bounds.CELLS


def test_matrices_differ_by_what_the_means_moved_them():
    """Frobenius norms written out, one system."""
    module = wan_distance_of_matrices
    field = NoiseField(1.2, 4)
    found = module._logs(field, 64, 0.3)
    logs = []
    for r in range(module.SYSTEMS):
        x = copies = np.zeros(64)
        for step in range(3):
            noise = (1 / 3) ** (1 / 1.2) * field.at(range(64 * r, 64 * r + 64), step, 1)[:, 0]
            x, copies = x + np.cos(x).mean() / 3 + noise, copies + 0.1 + noise
        gap, whole = np.linalg.norm(x - copies), np.linalg.norm(copies)
        logs.append((log(gap), log(gap / whole)))
    np.testing.assert_allclose(found, np.mean(logs, axis=0), rtol=1e-9)


def test_the_step_of_the_readme_and_the_widths():
    """The width is (B / e^2)^(a / (2 - a)), B by its formula."""
    ratio, *logs = wan_step_of_the_readme._numbers()
    assert ratio == pytest.approx(0.01 * 5_000 ** (1.75 / 2 + 1), rel=1e-12)
    assert f"{1e-5 * 0.01 / ratio * 1e5:.1e}" == "1.2e-07"
    b = rate_constant(Stable(1.75), 0.1)
    assert b == pytest.approx(0.7162, rel=3e-3)  # section 1.4 of the theory: 0.2%
    assert logs[1] == pytest.approx(7 * np.log10(b / 0.01), rel=1e-9)


def test_squares_of_shares_are_those_of_a_stable_subordinator():
    """E sum V^2 = int l E[J^2 e^(-l J)] e^(-l^b) dl over the jumps J of a subordinator, b = a/2."""
    for a in wan_few_columns_hold_most.INDICES:
        b = a / 2
        rate = b / gamma(1 - b)  # of jumps: rate x^(-1 - b) dx, and E e^(-l S) = exp(-l^b)
        integrand = lambda w, b=b, rate=rate: rate * gamma(2 - b) / b * exp(-w)  # noqa: E731
        assert quad(integrand, 0, inf)[0] == pytest.approx(1 - b, rel=1e-9)
    found = wan_few_columns_hold_most._of_index(1.2, 3)
    norms = np.linalg.norm(NoiseField(1.2, 3, isotropic).at(range(2_000), 0, 4), axis=1)
    assert found == pytest.approx((norms**4).sum() / (norms**2).sum() ** 2, rel=1e-12)


def test_type_three_at_index_two_is_no_number_by_its_sign():
    """Of 40 samples: the mean ratio of medians to 6 standard errors, 0.1."""
    ratios, shares = wan_gaussian_controls_differ.CLAIM.experiment(range(40), 1).T
    assert abs(ratios.mean() - 2**0.5) < 0.1 and shares.min() > 0.8
    assert wan_gaussian_controls_differ._noises(np.random.default_rng(1), 1.9)[1] == 0


def test_orders_of_pruning_are_of_terms_and_of_columns():
    module = barsbey_three_prunings_vanish
    assert module.order(1.5, 2) == 2 * module.order(1.5, 1) == pytest.approx(-2 / 3)
    row = module._orders(5)
    few, many = (NoiseField(1.2, 5).at(range(n), step, n) for step, n in enumerate((20, 120)))

    def left(sizes, keep):
        return np.sort(sizes)[: sizes.size - keep].sum() / sizes.sum()

    terms = left(many.ravel() ** 2, 1_440) / left(few.ravel() ** 2, 40)
    columns = left((many**2).sum(axis=0), 12) / left((few**2).sum(axis=0), 2)
    np.testing.assert_allclose(row[:2], np.log([terms, columns]) / log(6), rtol=1e-12)
    assert row[2] == row[0] - row[1] and row[5] == row[3] - row[4]


def test_sums_of_iterates_are_those_of_the_recursion():
    """One chain at a time, on the noise of the claim; the variance by a stable sample."""
    module = gurbuzbalaban_sums_are_stable
    draws = np.random.default_rng(3)
    steps = [draws.standard_normal((2, module.CHAINS)) for _ in range(850)]
    for chain in (0, 399):
        x, path = 0.0, []
        for rows, noises in steps:
            x -= 0.7 * rows[chain] * (rows[chain] * x - noises[chain])
            path.append(x)
        expected = sum(path[50:150]), sum(path[50:])
        found = module.sums(np.random.default_rng(3), 0.7)[:, chain]
        np.testing.assert_allclose(found, expected, rtol=1e-9)
    logs = np.log(abs(NoiseField(1.2, 4).at(range(100_000), 0, 1)))
    assert logs.var() == pytest.approx(module.variance_of_logs(1.2), rel=0.04)  # 6 s.d.
    assert module.INDEX == pytest.approx(1.091, abs=1e-3)
    assert f"k^{1 / module.INDEX:.2f}" in module.CLAIM.statement


def test_the_index_on_uniform_rows_is_a_root():
    """By 10^6 rows: h(index) = 1 within 6 standard errors."""
    module, a = gurbuzbalaban_bounded_rows, np.random.default_rng(2).uniform(-1, 1, 1_000_000)
    for eta, index in module.INDICES.items():
        powers = abs(1 - eta * 3 * a**2) ** index
        assert abs(powers.mean() - 1) < 6 * powers.std() / 1_000
    assert module.INDICES[1.6] < module.INDICES[1.2] < 2


@pytest.mark.parametrize("eta, of_two_values", [(1.2, False), (1.6, False), (1.6, True)])
def test_chains_on_uniform_rows_are_those_of_least_squares(eta, of_two_values):
    """One chain at a time: x - eta a (a x - e), e on [-1, 1]; Hill's mean of 80 logarithms."""
    module, rng = gurbuzbalaban_bounded_rows, np.random.default_rng(3)
    ends = 3**0.5, 1
    draws = np.array([[rng.uniform(-b, b, 1_000) for b in ends] for _ in range(320)])
    states = []
    for chain in range(1_000):
        x = 0.0
        for step, (a, e) in enumerate(draws[:, :, chain].tolist(), 1):
            a = (1 if a > 0 else -1) if of_two_values else a
            x = (1 - eta * a * a) * x + eta * a * e
            if step in (80, 160, 240, 320):
                states.append(abs(x))
    logs = np.log(np.sort(states)[::-1][:81])
    expected = 1 / (logs[:80] - logs[80]).mean()
    found = module.hill_index(np.random.default_rng(3), eta, of_two_values)
    assert found == pytest.approx(expected, rel=1e-6)


def test_the_window_is_that_of_the_theory_and_of_one_dimension():
    ratios = gurbuzbalaban_narrow_window._ratios()
    assert all(x < y for x, y in pairwise(ratios))
    assert gurbuzbalaban_narrow_window._ratios(dim=1)[0] == pytest.approx(3.63, abs=0.01)


def test_moments_and_their_bound_are_of_one_law():
    """E|q|^p of the bound by 10^6 draws of one row: q = eta a e; 6 standard errors."""
    eta, b, d, power = gurbuzbalaban_moment_bounds.CELLS[0]
    sgd = GaussianLeastSquares(eta, b, d)
    kicks = (
        abs(eta * np.prod(np.random.default_rng(4).normal(size=(2, 1_000_000)), axis=0)) ** power
    )
    expected = sgd.moment_bound(power) * (1 - sgd.moment(power))
    assert abs(kicks.mean() - expected) < 6 * kicks.std() / 1_000
    x = next(trajectory(sgd, np.zeros((500, 1)), 7, every=60, first=1_000))
    found = gurbuzbalaban_moment_bounds._ratios(7, 2)[0]
    mean = (abs(x[:, 0]) ** power).mean()
    assert found == pytest.approx(mean / sgd.moment_bound(power), rel=1e-12)
    assert all(p < GaussianLeastSquares(*law).tail_index() / 2 for *law, p in CELLS_OF_MOMENTS)


def test_two_rules_prune_what_sorted_squares_say():
    module = wan_two_rules_of_pruning
    for error in (module.OF_SQUARES, module.OF_NORMS):
        squares = np.sort(np.random.default_rng(5).normal(size=1_000_000) ** 2)
        share = np.searchsorted(squares.cumsum(), error * squares.sum()) / squares.size
        assert module.pruned_share(error) == pytest.approx(share, abs=0.003)
        assert f"{module.pruned_share(error):.1%}" in module.CLAIM.statement
    assert module.OF_NORMS == pytest.approx(module.OF_SQUARES**2)
    squares = np.sort(NoiseField(1.75, 3).at(range(4_000), 0, 1)[:, 0] ** 2)
    pruned = [(squares.cumsum() <= e * squares.sum()).mean() for e in (0.1, 0.01)]
    np.testing.assert_allclose(module._shares(3)[2:], pruned, atol=1e-9)


def test_terms_that_are_needed_are_counted_one_by_one():
    module, x = amini_terms_needed, np.random.default_rng(3).normal(size=500)
    sizes = np.sort(x**2)[::-1]
    count = next(k for k in range(500) if sizes[k:].sum() <= 0.25 * sizes.sum())
    assert module._count(x) == count
    for law in (GAUSSIAN, LAPLACE):
        assert limit_error(law, module.share(law)) ** 2 == pytest.approx(0.25, rel=1e-9)


@pytest.mark.parametrize(
    "module, column, wrong, rows",
    [
        (wan_few_columns_hold_most, 1, lambda x: x / 2, 384),  # 1 - a/2 of a = 1.6
        (wan_distance_of_matrices, 1, lambda x: 0.6 * x, 192),  # -1/2 for -1/a
        (gurbuzbalaban_bounded_rows, 0, lambda x: 1.5 * x, 48),
        (gurbuzbalaban_moment_bounds, 0, lambda x: x / 2.5, 96),
        (gurbuzbalaban_sums_are_stable, 0, lambda x: x - 0.2, 48),
        (amini_terms_needed, 0, lambda x: x + 1 / 3, 512),  # n^(1/3)
        (barsbey_three_prunings_vanish, 0, lambda x: x / 2, 768),  # the unsquared error
        (barsbey_three_prunings_vanish, 2, lambda x: x + 2 / 3, 768),  # one rate of both
    ],
)
def test_a_plausible_error_is_contradicted(module, column, wrong, rows):
    claim = module.CLAIM
    rows = claim.experiment(range(rows), 2)
    other = rows.copy()
    other[:, column] = wrong(other[:, column])
    verdicts = [overall(judge(claim.quantities, each, run.DELTA)) for each in (rows, other)]
    assert verdicts[0] != "contradicted" and verdicts[1] == "contradicted"


@pytest.mark.parametrize(
    "claim, told",
    [
        (wan_step_of_the_readme.CLAIM, {"86,000": (85_500, 86_500), "10^6": (5.8, 6.2)}),
        (wan_step_of_the_readme.CLAIM, {"10^13": (12.8, 13.2), "10^34": (33.8, 34.2)}),
        (gurbuzbalaban_moment_bounds.CLAIM, {"more than a fifth": (0.2, 1)}),
        (gurbuzbalaban_bounded_rows.CLAIM, {"its index is": (0.85, 1.15)}),
        (amini_terms_needed.CLAIM, {"does not grow with n": (-0.15, 0.15)}),
        (wan_gaussian_controls_differ.CLAIM, {"more often than not": (0.5, inf)}),
        (jiao_bounds_from_two_moments.CLAIM, {"within a fifth": (0.8, inf), "twice": (0.45, inf)}),
        (jiao_bounds_from_two_moments.CLAIM, {"at 4 more": (3.5, 4.5), "above 4": (4, inf)}),
        (armacki_rates_are_apart.CLAIM, {"no power of log t": (3, inf), "b is 0.8": (0.8, 0.8)}),
        (pavasovic_no_tail_on_few_rows.CLAIM, {"on most sets": (0.855, inf)}),
    ],
)
def test_numbers_of_a_sentence_are_judged(claim, told):
    judged = [(q.rule.low, q.rule.high) for q in claim.quantities if q.rule]
    for words, ends in told.items():
        assert words in claim.statement
        assert any(region == pytest.approx(ends, abs=1e-8) for region in judged)
