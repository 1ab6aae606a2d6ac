"""Cells have the probabilities of the law, and sums over them the tails that their laws have."""

import numpy as np
import pytest
from battery_draws import DOUBLE, LAWS, SINGLE, drawn
from scipy import stats
from scipy.special import gammaln

from stablenoise import Stable
from stablenoise.examine.statistics.blocks import Block
from stablenoise.examine.statistics.counts import at_least, at_most, binomial, likelihood_ratio
from stablenoise.examine.statistics.grouping import equal_groups, groups, slopes, tail_groups
from stablenoise.examine.statistics.limit_laws import anderson_darling_tails, kolmogorov_tail
from stablenoise.examine.statistics.saddlepoints import joint_tail, two_sided
from stablenoise.examine.statistics.tallies import cells_of, reach_of

# Cells


@pytest.mark.parametrize(
    ("law", "oracle"),
    [
        (Stable(1.0, 0.0, 2.0, 3.0), stats.cauchy(3.0, 2.0)),
        (Stable(2.0, 0.0, 2.0, 3.0), stats.norm(3.0, 2.0 * 2**0.5)),
        (Stable(0.5, 1.0), stats.levy(-1.0)),
    ],
)
@pytest.mark.parametrize("dtype", [DOUBLE, SINGLE])
def test_cells_have_the_probabilities_of_closed_forms(law, oracle, dtype):
    cells = cells_of(law, dtype)
    x = law.loc + law.scale * cells.borders
    # The border is within a step of float32 of where the cells divide, and probabilities are those
    # at the border: to 1e-10; Levy's law has 4e-20 beyond what 32 bits hold
    np.testing.assert_allclose(cells.below, oracle.cdf(x), rtol=1e-10, atol=1e-19)
    np.testing.assert_allclose(cells.above, oracle.sf(x), rtol=1e-10, atol=1e-19)
    expected = np.where(x[1:] < law.median(), np.diff(oracle.cdf(x)), -np.diff(oracle.sf(x)))
    np.testing.assert_allclose(cells.probabilities()[1:-1], expected, rtol=1e-7, atol=1e-19)
    assert cells.probabilities().sum() == pytest.approx(1.0, abs=1e-13)


@pytest.mark.parametrize("law", LAWS, ids=str)
@pytest.mark.parametrize("dtype", [DOUBLE, SINGLE])
def test_a_draw_is_counted_between_its_borders(law, dtype):
    if dtype == SINGLE and not 1e-30 < law.scale < 1e30:
        return
    cells = cells_of(law, dtype)
    values = drawn(law, 4000, 1, dtype).astype(float)
    values = values[np.isfinite(values)]
    counts = cells.count(values)
    unit = (values - law.loc) / law.scale
    below = np.searchsorted(np.sort(unit), cells.borders)
    np.testing.assert_array_equal(np.cumsum(counts)[:-1], below)
    assert counts.sum() == len(values)


def test_a_border_is_where_rounding_decides():
    law = Stable(1.5, 0.5, 1.0, 1e6)  # floats of 32 bits are 1/16 apart there
    cells = cells_of(law, SINGLE)
    steps = cells.borders[abs(cells.borders) < 100] * 32
    np.testing.assert_array_equal(steps, np.round(steps))
    assert (np.round(steps) % 2 == 1).all()  # the middle of two of them
    assert cells_of(law, DOUBLE).borders[1000] != cells.borders[1000]


def test_probabilities_are_those_of_finite_draws():
    law = Stable(0.3, 0.5, 1e300)
    reach = reach_of(law, DOUBLE)
    assert reach == np.finfo(float).max / 256
    lost = law.cdf(-reach), law.sf(reach)
    assert lost[1] > 1e-3
    cells = cells_of(law, DOUBLE)
    at = len(cells.above) - int(np.searchsorted(cells.above[::-1], 0.2))
    x = cells.borders[at] * 1e300
    assert cells.above[at] == pytest.approx(
        (law.sf(x) - lost[1]) / (1 - sum(lost)), rel=1e-9, abs=0
    )
    block = Block(np.array([x, reach * 1.01, -reach * 1.01]), law, DOUBLE)
    np.testing.assert_array_equal(block.values, [x])
    assert block.uniforms[0] == pytest.approx(
        (law.cdf(x) - lost[0]) / (1 - sum(lost)), rel=1e-9, abs=0
    )
    assert reach_of(Stable(1.5), DOUBLE) == np.inf
    assert reach_of(Stable(0.3), DOUBLE) == np.inf > reach_of(Stable(0.3), SINGLE)


def test_cells_lie_about_where_a_law_of_small_index_crowds():
    for law in (Stable(0.3, 0.5), Stable(0.05, -1.0, 2.0, 3.0)):
        cells = cells_of(law, DOUBLE)
        zeta = (law.to_s1()[3] - law.loc) / law.scale  # 0 in S1
        assert cells.origin == pytest.approx(zeta, rel=1e-12, abs=0)
        # No finer than doubles are there, by much: the middle of two of them is none
        assert abs(cells.borders - cells.origin).min() > 2.0**-33 * abs(zeta)
    assert cells_of(Stable(0.3), DOUBLE).origin == cells_of(Stable(0.9, 1.0), DOUBLE).origin == 0


@pytest.mark.parametrize("law", LAWS[:9], ids=str)
def test_groups_hold_what_they_say(law):
    cells = cells_of(law, DOUBLE)
    mass = cells.probabilities()
    for made in (groups(cells, 1e-6), equal_groups(cells, 32), tail_groups(cells, 1e-6)):
        np.testing.assert_allclose(made.sums(mass), made.probability, rtol=1e-8, atol=1e-16)
        assert made.probability.sum() == pytest.approx(1.0, abs=1e-13)
    inner = groups(cells, 1e-6).probability
    assert inner.min() > 1e-8 and 60 < len(inner) < 700
    tails = np.minimum(np.cumsum(inner), np.cumsum(inner[::-1])[::-1])
    largest = mass.max()
    assert (inner <= np.maximum(1.5 / 256, tails / 6) + largest).all()
    assert len(inner) > 128 or largest > 0.004
    halves = tail_groups(cells, 1e-4).probability
    assert np.sum(halves < 4e-4) >= 1 and len(halves) < 28
    even = equal_groups(cells, 32).probability
    assert even.min() > 0.9 / 32 / 2


def test_slopes_are_the_scores_of_the_law():
    law = Stable(1.5, 0.3)
    cells = cells_of(law, DOUBLE)
    made, slope = groups(cells, 1e-4), slopes(cells, 1e-4)
    ends = cells.borders[made.at]
    some = np.arange(0, len(ends) - 1, 20)
    exact = law.score((ends[some] + ends[some + 1]) / 2).T
    for row, name in zip(exact, ("alpha", "beta", "scale", "loc"), strict=True):
        ours = (slope[name] / made.probability)[1:-1][some]
        # Groups are narrow: a score in the middle is that of the group to some thousandths
        np.testing.assert_allclose(ours, row, atol=0.02 * abs(row).max())


# P-values, against sums over all outcomes


def multinomials(n, probability):
    """All counts of three cells, and their probabilities."""
    first, second = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
    inside = first + second <= n
    counts = np.stack([first[inside], second[inside], n - (first + second)[inside]])
    logs = gammaln(n + 1) - gammaln(counts + 1).sum(axis=0) + np.log(probability) @ counts
    return counts, np.exp(logs)


CASES = [
    ((0.02, 0.5, 0.48), (3.1, 0.37, -1.0)),
    ((0.004, 0.496, 0.5), (17.0, 0.7, -1.1)),
    ((0.3, 0.3, 0.4), (1.0, 0.1, -0.77)),
]


@pytest.mark.parametrize(("probability", "values"), CASES)
@pytest.mark.parametrize("deviation", [0.3, 1.0, 3.0, 5.0, 7.0, -1.0, -4.0, -7.0])
def test_a_sum_has_the_tail_of_its_law(probability, values, deviation):
    probability, values, n = np.array(probability), np.array(values), 1024
    counts, mass = multinomials(n, probability)
    mean = values @ counts / n
    spread = np.sqrt(probability @ (values - probability @ values) ** 2 / n)
    order = np.argsort(mean)
    at = int(np.searchsorted(mean[order], probability @ values + deviation * spread))
    side = order[at:] if deviation > 0 else order[: at + 1]
    exact = min(1.0, 2 * mass[side].sum())
    seen = two_sided(float(mean[order[at]]), values, probability, n)
    # A few values that a sum takes hold a tenth of a tail
    assert seen == pytest.approx(exact, rel=0.2, abs=0)
    assert seen > 1e-25


def test_a_sum_beyond_all_is_impossible_and_one_at_the_end_is_not():
    values, probability = np.array([-1.0, 0.0, 2.0]), np.array([0.3, 0.4, 0.3])
    assert two_sided(2.1, values, probability, 50) == 0
    assert two_sided(2.0, values, probability, 50) == pytest.approx(2 * 0.3**50, rel=1e-6, abs=0)
    assert two_sided(5.0, np.ones(3), probability, 50) == 1  # of no variance: nothing is asked


@pytest.mark.parametrize("probability", [case[0] for case in CASES])
@pytest.mark.parametrize("level", [0.3, 1e-2, 1e-5, 1e-10])
def test_several_sums_and_ratios_have_the_tails_of_their_laws(probability, level):
    probability, n = np.array(probability), 1024
    counts, mass = multinomials(n, probability)
    expected = n * probability[:, None]
    g = 2 * np.where(counts > 0, counts * np.log(np.maximum(counts, 1) / expected), 0).sum(axis=0)
    order = np.argsort(-g)
    tail = np.cumsum(mass[order])
    at = int(np.searchsorted(tail, level))
    seen = counts[:, order[at]]
    values = np.array([[1.0, 0.0, 0.0], [0.3, 1.0, -1.0]])
    statistic, p_value, dof = joint_tail(values @ seen / n, values, probability, n)
    # Two sums of three counts tell them all: the ratio of likelihoods
    assert statistic == pytest.approx(g[order[at]], rel=1e-6, abs=0)
    assert dof == 2
    assert 0.5 < p_value / tail[at] < 2
    ratio = likelihood_ratio(seen[None], expected.T, np.array([n]))
    assert ratio[:2] == (pytest.approx(g[order[at]]), 2)
    assert 0.5 < ratio[2] / min(1.0, 2 * tail[at]) < 3


def test_ratios_that_are_too_small_are_seen():
    expected, n = np.full((1, 64), 32.0), np.array([64 * 32])
    even = np.full((1, 64), 32)
    assert likelihood_ratio(even, expected, n)[2] < 1e-12
    near = even + np.where(np.arange(64) % 2, 1, -1)
    assert likelihood_ratio(near, expected, n)[2] < 1e-9
    assert likelihood_ratio(even[:, :1], expected[:, :1], n)[1:] == (0, 1.0)


def test_the_ratio_of_many_cells_has_its_tail_by_simulation():
    rng = np.random.default_rng(5)
    counts = rng.multinomial(1024, np.full(32, 1 / 32), size=20_000)
    expected, n = np.full((1, 32), 32.0), np.array([1024])
    p_values = [likelihood_ratio(row[None], expected, n)[2] for row in counts]
    for level in (0.5, 0.1, 0.01, 0.001):
        seen = int(np.sum(np.array(p_values) <= level))
        assert min(at_least(seen, 20_000, level), at_most(seen, 20_000, 0.8 * level)) > 1e-6


def test_binomial_p_values_are_exact():
    law = stats.binom(1000, 0.003)
    for count in (0, 1, 3, 8, 20, 40):
        expected = min(1.0, 2 * min(law.cdf(count), law.sf(count - 1)))
        assert binomial(count, 1000, 0.003) == pytest.approx(expected, rel=1e-9, abs=0)
    assert binomial(0, 10, 0.0) == binomial(10, 10, 1.0) == 1
    assert binomial(1, 10, 0.0) == binomial(9, 10, 1.0) == 0
    assert at_least(0, 10, 0.5) == 1 and binomial(0, 0, 0.5) == 1
    assert at_most(10, 10, 0.5) == 1 and at_most(9, 10, 0.5) == pytest.approx(1 - 2.0**-10)
    far = stats.norm.sf(10)  # of many draws, 10 standard deviations out: the law is normal
    n, share = 1 << 40, 0.25
    count = n // 4 + round(10 * (n * share * (1 - share)) ** 0.5)
    assert at_least(count, n, share) == pytest.approx(far, rel=0.01, abs=0)
    assert at_most(n // 2 - count, n, share) == pytest.approx(far, rel=0.01, abs=0)


@pytest.mark.parametrize(
    ("x", "upper"),
    [  # Anderson & Darling (1954), table 1
        (1.933, 0.10),
        (2.492, 0.05),
        (3.857, 0.01),
    ],
)
def test_anderson_and_darlings_law_has_its_published_quantiles(x, upper):
    lower, tail = anderson_darling_tails(x, 10**15)
    assert tail == pytest.approx(upper, rel=0.025, abs=0)  # of three digits
    assert lower + tail == pytest.approx(1.0, abs=1e-9)


def test_anderson_and_darlings_law_has_its_tails():
    # The pole at 1 has the residue of prod (1 - 2 / (j (j + 1))) = 1/3 over j >= 2
    for x in (20.0, 40.0, 80.0, 500.0):
        first = np.sqrt(3 / np.pi / x) * np.exp(-x)
        assert anderson_darling_tails(x, 10**15)[1] == pytest.approx(
            first, rel=0.25 / x + 1e-9, abs=0
        )
    assert anderson_darling_tails(30.0, 1024)[1] == pytest.approx(
        anderson_darling_tails(30.0, 10**15)[1] * np.exp(900 / 1024), rel=1e-6, abs=0
    )
    rng = np.random.default_rng(8)
    j = np.arange(1, 60)
    sums = (rng.standard_normal((40_000, 59)) ** 2 / (j * (j + 1))).sum(axis=1) + 1 / 60
    for x in (0.25, 0.5, 1.0, 3.0):
        assert binomial(int(np.sum(sums <= x)), 40_000, anderson_darling_tails(x, 10**15)[0]) > 1e-6
    assert anderson_darling_tails(0.0, 1024)[0] < 1e-20
    # Two ways of computing it meet in the middle
    left, right = (anderson_darling_tails(x, 10**15) for x in (1 - 1e-12, 1 + 1e-12))
    assert left == pytest.approx(right, rel=1e-10, abs=0)
    assert anderson_darling_tails(1e9, 10**15)[1] < 1e-200


def test_kolmogorovs_law_is_that_of_scipy_or_a_bound_next_to_it():
    assert kolmogorov_tail(0.02, 2000) == stats.kstwo.sf(0.02, 2000)
    for scaled in (1.0, 2.0, 3.5):
        exact = stats.kstwo.sf(scaled / 2**8.5, 1 << 17)
        assert 1 - 1e-9 < kolmogorov_tail(scaled / 2**8.5, 1 << 17) / exact < 1.02
    assert kolmogorov_tail(1.0 / 2**20, 1 << 40) == pytest.approx(0.27, abs=0.001)
