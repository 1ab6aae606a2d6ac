"""Limits of best-k-term errors, the rate at which they are reached, and nulls of pruned shares.

Simulated means are compared at 4 standard errors: a false alarm of 6e-5 each for another seed, were
they normal; medians and quantiles by the binomial law of the draws below them, at 1e-6.
"""

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from compress.compressibility import limits, norms, pruned_columns
from compress.compressibility.limits import (
    GAUSSIAN,
    LAPLACE,
    UNIFORM,
    Sizes,
    limit_error,
    pareto,
    rate_constant,
)
from stablenoise import NoiseField, Stable
from stablenoise.noises import common, independent, isotropic

SHARES = (0.1, 0.25, 0.5)
CLOSED = [GAUSSIAN, LAPLACE, UNIFORM, pareto(3.0), pareto(5.0)]
SCIPY = [stats.norm(), stats.laplace(), stats.uniform(-1, 2), stats.pareto(3), stats.pareto(5)]
NAMES = ["gaussian", "laplace", "uniform", "pareto3", "pareto5"]
shares = st.floats(0.0, 1.0)
orders = st.sampled_from([0.3, 1.0, 1.7, 2.0, 2.9])


@pytest.mark.parametrize(
    "law, squares",
    [
        (GAUSSIAN, (0.560714, 0.276393, 0.071326)),
        (LAPLACE, (0.404647, 0.163200, 0.033313)),
        (pareto(3.0), (0.535841, 0.370039, 0.206299)),
        (UNIFORM, (0.729, 0.421875, 0.125)),
    ],
    ids=["gaussian", "laplace", "pareto3", "uniform"],
)
def test_closed_forms_have_their_known_values(law, squares):
    """Of heavy-tailed-sgd section 4, to the digits given."""
    found = [limit_error(law, keep) ** 2 for keep in SHARES]
    np.testing.assert_allclose(found, squares, rtol=0, atol=5.1e-7)


def textbook(keep):
    """G_2^2 of the first four closed laws as written by hand."""
    z, log_keep = stats.norm.isf(keep / 2), math.log(1 / keep)
    return [
        1 - keep - 2 * z * stats.norm.pdf(z),
        1 - keep * (1 + log_keep + log_keep**2 / 2),
        (1 - keep) ** 3,
        1 - keep ** (1 / 3),
    ]


@given(st.floats(1e-6, 0.999))
def test_closed_forms_are_those_by_hand(keep):
    found = [limit_error(law, keep) ** 2 for law in CLOSED[:4]]
    np.testing.assert_allclose(found, textbook(keep), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("closed, law", list(zip(CLOSED, SCIPY, strict=True)), ids=NAMES)
@pytest.mark.parametrize("keep, q", [(0.001, 1.0), (0.1, 2.0), (0.5, 0.3), (0.9, 2.5)])
def test_quadrature_agrees_with_closed_forms(closed, law, keep, q):
    """The quadrature asks for 1e-10."""
    assert limit_error(law, keep, q) == pytest.approx(limit_error(closed, keep, q), rel=1e-9)


def test_quadrature_has_no_unit_and_knows_both_kinds_of_distribution():
    one = limit_error(GAUSSIAN, 0.1)
    for law in (stats.norm(scale=1e-150), stats.norm(scale=1e150), Stable(2.0, scale=7.0)):
        assert limit_error(law, 0.1) == pytest.approx(one, rel=1e-9)
    if hasattr(stats, "Normal"):  # of SciPy 1.15 on
        assert limit_error(stats.Normal(sigma=3.0), 0.1) == pytest.approx(one, rel=1e-9)


def test_a_moment_that_hardly_exists_lies_in_the_tail():
    """Of Pareto(2.01) half of E X^2 is beyond the last node, 1e24."""
    for keep in SHARES:
        expected = limit_error(pareto(2.01), keep)
        assert limit_error(stats.pareto(2.01), keep) == pytest.approx(expected, rel=1e-9)


def student(t, q):
    """Second moment of Student's t with 3 degrees, cut at t, by its primitive."""
    assert q == 2
    angle = math.pi / 2 if t == math.inf else math.atan(t / 3**0.5)
    return 6 / math.pi * (angle - math.sin(angle) * math.cos(angle))


def test_a_law_of_two_functions_is_enough():
    """Student's t with 3 degrees, by its primitive and by quadrature."""
    law = Sizes(lambda keep: float(stats.t(3).isf(keep / 2)), student)
    for keep in SHARES:
        assert limit_error(law, keep) == pytest.approx(limit_error(stats.t(3), keep), rel=1e-9)


def test_quadrature_sees_poles_and_far_peaks():
    """The arcsine law has poles at both ends of its support; of equal terms the rest is 1 - k."""
    arcsine = Sizes(
        lambda keep: math.cos(math.pi / 2 * keep) ** 2,
        lambda t, q: 0.375 * float(stats.beta(2.5, 0.5).cdf(min(t, 1.0))),  # E X^2 = 3 / 8
    )
    found = limit_error(stats.beta(0.5, 0.5), 0.1)
    assert found == pytest.approx(limit_error(arcsine, 0.1), rel=1e-7)
    for law in (stats.norm(loc=1e6), Stable(2.0, loc=-1e6), Stable(1.9, 0.5, loc=1e6)):
        assert limit_error(law, 0.36, q=1.0) == pytest.approx(0.64, rel=1e-4)


@given(st.sampled_from(CLOSED), shares, shares, orders)
def test_limits_fall_from_one_to_nothing_as_more_is_kept(law, keep, other, q):
    less, more = sorted((keep, other))
    found = [limit_error(law, k, q) for k in (0, less, more, 1)]
    assert found[0] == 1 and found[-1] == 0
    # where a share lost is 1e-16, so is what its quantile knows of it
    assert found[1] >= found[2] - 1e-12


def test_limits_of_stable_laws_fall_and_have_no_unit():
    for beta, loc in ((0.0, 0.0), (0.7, 1.0)):
        law = Stable(1.5, beta, 1.0, loc)
        found = [limit_error(law, keep, 1.0) for keep in (0.0, 1e-6, 0.1, 0.5, 0.999, 1.0)]
        assert found[0] == 1 and found[-1] == 0 and (np.diff(found) < 0).all()
        scaled = Stable(1.5, -beta, 1e100, -1e100 * loc)
        assert limit_error(scaled, 0.1, 1.0) == pytest.approx(found[2], rel=1e-9)


def drawn(law, n, rng):
    return law.rvs(size=n, random_state=rng)


@pytest.mark.parametrize(
    "law, closed", list(zip(SCIPY[:3], CLOSED[:3], strict=True)), ids=NAMES[:3]
)
def test_errors_of_a_million_terms_are_at_their_limit(law, closed):
    """P4-1 at 1e6: the share lost is, to first order, a mean of (min(x^2, t^2) - G^2 x^2) / E X^2.

    The quantile's own fluctuation makes the minimum.  The standard error is up to 1e-3.
    """
    x = drawn(law, 10**6, 1)
    errors = norms.relative_errors(x, 2.0, [int(k * 10**6) for k in SHARES])
    for keep, error in zip(SHARES, errors, strict=True):
        share = limit_error(closed, keep) ** 2
        terms = np.minimum(x * x, closed.quantile(keep) ** 2) - share * x * x
        assert abs(error**2 - share) < 4 * terms.std() / np.mean(x * x) / 1e3


def test_errors_of_pareto_terms_are_at_their_limit():
    """P4-1 for Pareto(3), whose squares have infinite variance: the errors in l_1 within 2e-3.

    The sum has a standard deviation of 0.87 / sqrt(n), relatively 6e-4, so that is 4 of them on
    G_1 <= .79.  In l_2 the median of 41 vectors lies in [0.9, 1.1] times the limit: the sum of
    squares over n is 3 + n^(-1/3) S, S stable of index 1.5, whose median at n = 1e5 is 2 % low.
    """
    x = stats.pareto(3).rvs(size=(41, 100_000), random_state=1)
    for keep in SHARES:
        first = norms.relative_errors(x.ravel()[: 10**6], 1.0, int(keep * 10**6))
        assert first == pytest.approx(limit_error(pareto(3.0), keep, 1.0), abs=2e-3)
        squares = [norms.relative_error(row, keep) ** 2 for row in x]
        assert 0.9 < np.median(squares) / limit_error(pareto(3.0), keep) ** 2 < 1.1


@pytest.mark.parametrize("alpha, q", [(1.5, 0.5), (1.2, 0.5), (0.8, 0.3), (1.9, 0.9)])
@pytest.mark.parametrize("beta, loc", [(0.0, 0.0), (1.0, 2.0), (-0.5, -1.0)])
def test_errors_of_stable_terms_are_at_their_limit(alpha, beta, loc, q):
    """E|X|^2q is finite, so means over 40 vectors have a standard error; the bias is O(1/n)."""
    law = Stable(alpha, beta, 1.0, loc)
    x = law.rvs((40, 10_000), rng=1)
    powers = np.array([norms.relative_errors(row, q, 1_000) ** q for row in x])
    z = (powers.mean() - limit_error(law, 0.1, q) ** q) / (powers.std(ddof=1) / 40**0.5)
    assert abs(z) < 4


def test_the_moment_decides():
    """The dichotomy: 0 from the tail index on, below it not, in closed form and by quadrature."""
    for law in (pareto(1.5), stats.pareto(1.5), Stable(1.5), stats.t(1.5), stats.lomax(1.5)):
        assert limit_error(law, 0.1, 1.5) == limit_error(law, 0.1, 2.0) == 0
        assert 0 < limit_error(law, 0.1, 1.49) < 0.2 < limit_error(law, 0.1, 0.5)
    for light in (stats.lognorm(1), stats.gamma(0.2), stats.weibull_min(0.5)):
        assert limit_error(light, 0.1, 6.0) > 0


def test_pareto_terms_obey_the_dichotomy():
    """P2-1, Pareto(1.5): for p = 1 G is 1 - keep^(1/3), for p = 2 the rate is n^(-1/3) times B."""
    for keep in SHARES:
        assert limit_error(pareto(1.5), keep, 1.0) == pytest.approx(1 - keep ** (1 / 3), rel=1e-12)
    rng, n, reps = np.random.default_rng(1), 10_000, 400
    x = rng.pareto(1.5, (reps, n)) + 1
    squares = np.array([norms.relative_errors(row, 2.0, n // 10) for row in x]) ** 2
    z = standard_errors(squares * n ** (1 / 3), rate_constant(pareto(1.5), 0.1))
    assert abs(z) < 4
    # a sum of Pareto(1.5) is stable of index 1.5 about its mean, skewed: sums are low by 3 % or so
    first = np.median([norms.relative_errors(row, 1.0, n // 10) for row in x])
    assert first == pytest.approx(1 - 0.1 ** (1 / 3), rel=0.06)


def test_with_few_terms_kept_the_error_is_one():
    """P4-3: sqrt(n) of n normal terms; G_2^2 at keep = n^(-1/2) is 1 - keep (z^2 + 2 + ...)."""
    rng, before = np.random.default_rng(1), 0.0
    for n in (10**2, 10**4, 10**6):
        error = norms.relative_errors(rng.standard_normal(n), 2.0, round(n**0.5))
        assert error > before
        # the terms kept fluctuate by sqrt(k) z^2 / n: 4 of that, relatively
        keep = n**-0.5
        assert error == pytest.approx(limit_error(GAUSSIAN, keep), abs=4 * 12 * keep**1.5)
        before = error
    assert before > 0.993
    assert limit_error(GAUSSIAN, 1e-12) == pytest.approx(1, abs=1e-10)
    assert limit_error(GAUSSIAN, 0) == limit_error(Stable(1.5), 0) == 1


def test_gaussian_errors_do_not_vanish():
    """P1-9: the slope of the squared error in log10 n is below 0.002, 4 of its standard errors."""
    rng, means = np.random.default_rng(1), []
    for n, reps in ((10_000, 300), (100_000, 30)):
        rows = rng.standard_normal((reps, n))
        squares = [norms.relative_error(row, 0.1) ** 2 for row in rows]
        means.append(np.mean(squares))
        assert means[-1] == pytest.approx(0.560714, abs=0.002)
    assert abs(means[1] - means[0]) < 0.002


def standard_errors(values, expected):
    return (np.mean(values) - expected) / (np.std(values, ddof=1) / len(values) ** 0.5)


@pytest.mark.parametrize(
    "alpha, keep, expected",
    [
        (1.2, 0.1, 2.122),
        (1.5, 0.1, 1.023),
        (1.75, 0.1, 0.7162),
        (1.75, 0.5, 0.0845),
        (1.9, 0.1, 0.6124),
        (1.9, 0.5, 0.0757),
    ],
)
def test_the_constant_has_its_known_values(alpha, keep, expected):
    """Known by a simulated m_k, to 0.2 % at two standard errors: 0.4 % is four."""
    assert rate_constant(Stable(alpha), keep) == pytest.approx(expected, rel=0.004)


@settings(max_examples=50)
@given(st.floats(0.001, 0.999), st.floats(1e-100, 1e100))
def test_the_constant_of_cauchy_terms_is_in_closed_form(keep, scale):
    """E[X^2; |X| <= t] = 2 (t - atan t) / pi, c = 2 / pi, Gamma(1/2) = sqrt(pi): B = m pi / 2."""
    angle = math.pi / 2 * (1 - keep)
    expected = math.tan(angle) - angle
    # tan and angle cancel where little is pruned: 1e-15 / angle^2 of rounding
    found = rate_constant(Stable(1.0, scale=scale), keep)
    assert found == pytest.approx(expected, rel=1e-9 + 1e-14 / angle**2)


@pytest.mark.parametrize("alpha", [0.8, 1.2, 1.5, 1.75])
@pytest.mark.parametrize("keep", [0.1, 0.5])
def test_squared_errors_fall_at_the_rate_with_its_constant(alpha, keep):
    """P1-8 and P4-2: the mean of eps_n^2 n^(2/alpha - 1) is B; its bias at 1e4 is below 1 %."""
    n, reps = 10_000, 300
    x = Stable(alpha).rvs((reps, n), rng=1)
    squares = np.array([norms.relative_errors(row, 2.0, round(keep * n)) for row in x]) ** 2
    z = standard_errors(squares * n ** (2 / alpha - 1), rate_constant(Stable(alpha), keep))
    assert abs(z) < 4


def test_skewed_terms_have_a_constant_too():
    """Both tails together weigh as much whatever the skewness, m does not.

    The bias is 3 %, half a standard error.
    """
    law, n, reps = Stable(1.2, 1.0, 2.0), 10_000, 300
    x = law.rvs((reps, n), rng=1)
    squares = np.array([norms.relative_errors(row, 2.0, n // 2) for row in x]) ** 2
    assert abs(standard_errors(squares * n ** (2 / 3), rate_constant(law, 0.5))) < 4
    assert rate_constant(law, 0.5) > 1.1 * rate_constant(Stable(1.2), 0.5)


@settings(max_examples=25)
@given(st.floats(0.3, 1.95), st.sampled_from([0.1, 0.5]), st.floats(1e-4, 0.5))
def test_the_width_has_the_error_by_the_rate(alpha, keep, error):
    width = limits.width_for_error(error, keep, alpha)
    constant = rate_constant(Stable(alpha), keep)
    if width in (1, math.inf):
        assert constant <= error or alpha > 1.9
    else:
        assert constant * width ** (1 - 2 / alpha) == pytest.approx(error, rel=1e-10)


def test_widths_are_soon_out_of_reach():
    """Section 1.4: 10^6, 10^13, 10^34 for keep = .1 and 10^3.1, 10^6.5, 10^16.7 for keep = .5."""
    found = [
        [math.log10(limits.width_for_error(0.01, keep, alpha)) for alpha in (1.5, 1.75, 1.9)]
        for keep in (0.1, 0.5)
    ]
    np.testing.assert_allclose(found, [[6, 13, 34], [3.1, 6.5, 16.7]], atol=0.06)
    assert limits.width_for_error(0.01, 0.1, 1.99999) == math.inf
    assert limits.width_for_error(1.0, 0.5, 1.5) == limits.width_for_error(0.1, 1.0, 1.5) == 1


def test_the_width_is_the_width():
    """20,000 terms of alpha = 1.2 and then the error that it is for: z within 4."""
    target = rate_constant(Stable(1.2), 0.1) * 20_000 ** (1 - 2 / 1.2)
    n = round(limits.width_for_error(target, 0.1, 1.2))
    assert n == 20_000
    x = Stable(1.2).rvs((200, n), rng=3)
    assert abs(standard_errors([norms.relative_error(row, 0.1) ** 2 for row in x], target)) < 4


def test_gaussian_columns_have_their_known_shares():
    """Section 1.3, to the digits given; in one dimension also 2 Phi(z) - 1 by G_2."""
    known = {1: 0.5554, 2: 0.4125, 10: 0.2109, 140: 0.1232, 784: 0.1093, 3072: 0.1046}
    for dim, share in known.items():
        assert limits.gaussian_pruned_share(dim) == pytest.approx(share, abs=5.1e-5)
    assert limit_error(GAUSSIAN, 1 - limits.gaussian_pruned_share(1)) ** 2 == pytest.approx(0.1)
    # 2 columns' entries are exponential: their share by -log
    part = limits.gaussian_pruned_share(2, 0.3)
    assert part + (1 - part) * math.log1p(-part) == pytest.approx(0.3, rel=1e-12)
    assert [limits.gaussian_pruned_share(7, bound) for bound in (0, 1)] == [0, 1]
    # entries of columns with more and more of them have equal norms
    assert limits.gaussian_pruned_share(10**8) == pytest.approx(0.1, abs=1e-4)


@pytest.mark.parametrize("noise", [common, independent, isotropic])
def test_simulated_gaussian_columns_have_the_closed_share(noise):
    dim = 1 if noise is common else 10
    found = limits.pruned_shares(NoiseField(2.0, 1, noise), (10, 2_000), 40)
    # shares of 2,000 columns are biased by 1e-4
    assert abs(standard_errors(found - 1e-4, limits.gaussian_pruned_share(dim))) < 4


def outside(draws, value, share):
    """Whether so many draws lie below the value as do at 1e-6 if it is no quantile of theirs."""
    below = int((draws < value).sum())
    return stats.binomtest(below, len(draws), share).pvalue < 1e-6


@pytest.mark.parametrize(
    "noise, alpha, shape, known",
    [
        (common, 1.5, (1, 2_000), (0.826, 0.934, 0.998)),
        (common, 1.75, (1, 2_000), (0.652, 0.715, 0.876)),
        (common, 1.75, (1, 10_000), (0.694, 0.755, 0.955)),
        (common, 1.9, (1, 2_000), (0.579, 0.604, 0.703)),
        (isotropic, 1.75, (784, 2_000), (0.284, 0.377, 0.784)),
        (isotropic, 1.9, (784, 2_000), (0.154, 0.175, 0.282)),
    ],
)
def test_pure_noise_has_its_known_shares(noise, alpha, shape, known):
    """Section 1.3, types I and III: medians and quantiles, themselves simulated, of 60 or 200."""
    reps = 200 if noise is common else 60
    found = limits.pruned_shares(NoiseField(alpha, 1, noise), shape, reps)
    for value, share in zip(known, (0.1, 0.5, 0.9), strict=True):
        assert not outside(found, value, share)


def test_types_two_and_three_are_equal_in_many_dimensions_and_type_one_is_not():
    """P1-12: Kolmogorov-Smirnov of 80 shares each; of equal laws p < 1e-4 in one of 1e4 seeds."""
    kinds = enumerate((common, independent, isotropic))
    one, two, three = (
        limits.pruned_shares(NoiseField(1.75, 5 + seed, kind), (784, 1_000), 80)
        for seed, kind in kinds
    )
    assert stats.ks_2samp(two, three).pvalue > 1e-4
    assert stats.ks_2samp(one, three).pvalue < 1e-10


@given(st.integers(0, 2**64 - 1), st.floats(0.3, 2.0), st.integers(1, 4))
def test_simulated_shares_are_those_of_their_matrices_and_reproducible(seed, alpha, dim):
    from compress.pruning import column

    field = NoiseField(alpha, seed, independent)
    found = limits.pruned_shares(field, (dim, 50), 2, 0.2)
    assert found.shape == (2,)
    for step in range(2):
        matrix = field.at(range(50), step, dim).T
        # of an error next to the bound either may be right
        loose, tight = (1 - column.keep_for_error(matrix, 0.2 + d) for d in (1e-12, -1e-12))
        assert tight <= found[step] <= loose
    np.testing.assert_array_equal(limits.pruned_shares(field, (dim, 50), 2, 0.2), found)


def test_blocks_of_a_simulation_do_not_show(monkeypatch):
    field = NoiseField(1.5, 1, isotropic)
    whole = limits.pruned_shares(field, (5, 1_000), 3)
    monkeypatch.setattr(pruned_columns, "BLOCK", 7 * 5)
    np.testing.assert_array_equal(limits.pruned_shares(field, (5, 1_000), 3), whole)


def test_the_index_of_stable_terms_has_its_known_limits():
    """B25."""
    for alpha, known in ((1.2, 0.580162), (1.5, 0.315537), (1.8, 0.198043), (2.0, 0.152787)):
        assert limits.pq_index_limit(Stable(alpha)) == pytest.approx(known, abs=5.1e-7)
    for p, q in ((0.5, 1.5), (0.5, 2.0), (1.5, 2.0), (1.7, 1.9)):
        assert limits.pq_index_limit(Stable(1.5), p, q) == 1


@pytest.mark.parametrize(
    "law, p, q",
    [
        (Stable(1.5), 0.25, 0.5),
        (Stable(1.8), 0.5, 0.8),
        (Stable(2.0, loc=3.0), 0.5, 1.0),
        (stats.gamma(0.5), 0.5, 2.0),
        (UNIFORM, 1.0, 2.0),
    ],
    ids=["stable1.5", "stable1.8", "gaussian3", "gamma", "uniform"],
)
def test_the_index_of_many_terms_is_near_its_limit(law, p, q):
    """Orders below alpha / 2, so that 40 indices of 1e4 terms have a variance; bias O(1/n)."""
    draw = {Stable: partial(getattr(law, "rvs", int), rng=1)}.get(
        type(law), partial(getattr(law, "rvs", int), random_state=1)
    )
    x = np.random.default_rng(1).random((40, 10_000)) if law is UNIFORM else draw(size=(40, 10_000))
    found = [norms.pq_index(row, p, q) for row in x]
    assert abs(standard_errors(found, limits.pq_index_limit(law, p, q))) < 4


@pytest.mark.parametrize("alpha", [1.5, 1.8, 2.0])
def test_the_index_of_a_large_stable_vector_is_about_its_limit(alpha):
    """B25 at orders (.5, 1), where E|X|^2 is infinite.

    A sum of d sizes is d E|X| + d^(1/alpha) S, S of mean 0 and skewness 1 with the same tails, so
    the median of the index is the one at the median of S.
    """
    d, s = 100_000, Stable(alpha, 1.0, 1.0, math.tan(math.pi * alpha / 2))
    found = np.array([norms.pq_index(row) for row in Stable(alpha).rvs((40, d), rng=1)])
    first = Stable(alpha).moment(1.0)
    middle = first + d ** (1 / alpha - 1) * s.median()
    limit = limits.pq_index_limit(Stable(alpha))
    assert not outside(found, 1 - (1 - limit) * first / middle, 0.5)
    assert outside(found, limit - 0.03, 0.5)  # the lower end is a sharp one


FIELD = NoiseField(1.5, 1)


@pytest.mark.parametrize(
    "call, line",
    [
        (lambda: limit_error(GAUSSIAN, -0.1), r"keep must lie in \[0, 1\], got -0.1"),
        (lambda: limit_error(GAUSSIAN, 1.1), r"keep must lie in \[0, 1\], got 1.1"),
        (lambda: limit_error(GAUSSIAN, math.nan), r"keep must lie in \[0, 1\], got nan"),
        (lambda: limit_error(GAUSSIAN, 0.1, 0), "q must be positive and finite, got 0"),
        (lambda: limit_error(GAUSSIAN, 0.1, math.inf), "q must be positive and finite, got inf"),
        (lambda: limit_error(GAUSSIAN, 0.1, math.nan), "q must be positive and finite, got nan"),
        (lambda: limit_error("norm", 0.1), "law must be Sizes, Stable or .*, got 'norm'"),
        (lambda: limit_error(stats.poisson(1), 0.1), "law must be Sizes, Stable or .*, got <scipy"),
        (lambda: limit_error(Stable([1.5, 2]), 0.1), r"law must have numbers .* shape \(2,\)"),
        (lambda: limit_error(stats.norm(scale=[1, 2]), 0.1), "law must have numbers for param"),
        (lambda: limit_error(Sizes(float, lambda t, q: math.nan), 0.1), "moments of order q = 2"),
        (lambda: pareto(0), "index must be positive and finite, got 0"),
        (lambda: rate_constant(Stable(1.5), 0), r"keep must lie in \(0, 1\], got 0"),
        (lambda: rate_constant(Stable(1.5), math.nan), r"keep must lie in \(0, 1\], got nan"),
        (lambda: rate_constant(Stable(2.0), 0.1), "law must have a power tail with an index below"),
        (lambda: rate_constant(Stable(2.0, loc=1.0), 0.1), "law must have a power tail with an"),
        (lambda: rate_constant(pareto(2), 0.1), "law must have a power tail with an index below 2"),
        (lambda: limits.width_for_error(0, 0.1, 1.5), r"squared_error must lie in \(0, 1\], got 0"),
        (lambda: limits.width_for_error(2, 0.1, 1.5), r"squared_error must lie in \(0, 1\], got 2"),
        (lambda: limits.width_for_error(0.1, 0.1, 2.0), r"alpha must lie in \(0, 2\), got 2.0"),
        (lambda: limits.width_for_error(0.1, 0.1, math.nan), r"alpha must lie in \(0, 2\), got n"),
        (lambda: limits.width_for_error(0.1, -0.1, 1.5), r"keep must lie in \(0, 1\], got -0.1"),
        (lambda: limits.width_for_error(0.1, 0.1, [1.5]), r"alpha must be a real number, got \["),
        (lambda: limits.gaussian_pruned_share(0), "dim must be an integer in .*, got 0"),
        (lambda: limits.gaussian_pruned_share(2, 1.5), r"squared_error must lie in \[0, 1\], got"),
        (lambda: limits.pruned_shares(FIELD, (0, 5), 1), "entries of shape must be an integer in"),
        (lambda: limits.pruned_shares(FIELD, (1, 5), 0), "replicates must be an integer in"),
        (lambda: limits.pruned_shares(FIELD, (1, 5), 1, -1), r"squared_error must lie in \[0, 1\]"),
        (lambda: limits.pq_index_limit(GAUSSIAN, 1, 1), "p and q must have 0 < p < q < inf, got p"),
        (lambda: limits.pq_index_limit(GAUSSIAN, 2, 1), "p and q must have 0 < p < q < inf, got p"),
        (lambda: limits.pq_index_limit(5), "law must be Sizes, Stable or a continuous .*, got 5"),
    ],
)
def test_what_has_no_limit_is_refused(call, line):
    with pytest.raises(ValueError, match=f"^{line}"):
        call()


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda: limits.rate_constant(Stable(1.5), "a"), "keep must be a real number, got 'a'"),
        (lambda: limits.rate_constant(Stable(1.5), 0.0), r"keep must lie in \(0, 1\], got 0.0"),
        (
            lambda: limits.width_for_error("a", 0.1, 1.5),
            "squared_error must be a real number, got 'a'",
        ),
        (
            lambda: limits.width_for_error(0.0, 0.1, 1.5),
            r"squared_error must lie in \(0, 1\], got 0.0",
        ),
        (
            lambda: limits.width_for_error(0.1, [0.5], 1.5),
            r"keep must be a real number, got \[0.5\]",
        ),
        (lambda: limits.width_for_error(0.1, 0.1, "a"), "alpha must be a real number, got 'a'"),
        (lambda: limits.limit_error(limits.GAUSSIAN, "a"), "keep must be a real number, got 'a'"),
        (
            lambda: limits.limit_error(limits.GAUSSIAN, 0.5, 400.0),
            "moments of order q must be floats, got q = 400.0",
        ),
        (
            lambda: limits.pq_index_limit(limits.GAUSSIAN, 1.0, 400.0),
            "moments of orders p and q must be floats, got p = 1.0, q = 400.0",
        ),
        (lambda: limits.pq_index_limit(limits.GAUSSIAN, "a"), "p must be a real number, got 'a'"),
        (
            lambda: limits.pruned_shares(NoiseField(1.5, 1), 5, 2),
            "shape must be two numbers, entries and columns, got 5",
        ),
        (
            lambda: limits.pruned_shares(NoiseField(1.5, 1), (1, 2, 3), 2),
            r"shape must be two numbers, entries and columns, got \(1, 2, 3\)",
        ),
        (
            lambda: limits.pruned_shares(NoiseField(1.5, 1), (1, 2), 2, "a"),
            "squared_error must be a real number, got 'a'",
        ),
    ],
)
def test_what_is_no_number_is_refused_in_one_line(call, line):
    with pytest.raises(ValueError, match=f"^{line}$"):
        call()
