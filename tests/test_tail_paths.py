"""Estimators by the k largest: their paths, identities, and what they do not look at."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from members import each_member
from scipy import stats
from scipy.integrate import quad

from stablenoise import tails
from stablenoise.tails import (
    bias_reduced_hill,
    de_vries,
    harmonic,
    hill,
    kernel,
    moment,
    pareto,
    pickands,
    qq,
    rank,
    ratio,
    trimmed_hill,
)

each_path = each_member(tails, having="path")
seeds = st.integers(0, 2**32)
few = settings(deadline=None, max_examples=20)
PIVOTAL = hill, de_vries, qq, rank, trimmed_hill  # functions of log spacings, of degree -1


def draws(seed, n=400, alpha=1.5):
    """Pareto draws of both signs."""
    rng = np.random.default_rng(seed)
    return (rng.pareto(alpha, n) + 1) * rng.choice([-1.0, 1.0], n)


def test_danish_fire_losses_have_the_published_indices(danish):
    """Of the theory: measured from R's evir data; McNeil (1997) prints 0.497 and 6.98 at u = 10."""
    for k, gamma in [
        *((50, 0.5360508319), (100, 0.6246392512), (109, 0.6312180586)),
        *((200, 0.7342060288), (500, 0.7038363137), (1000, 0.7173999465)),
    ]:
        assert 1 / hill.estimate(danish, k).value == pytest.approx(gamma, abs=1e-10)
    for module, k, xi in [
        *((moment, 100, 0.5379240333), (moment, 500, 0.6654946719)),
        *((de_vries, 100, 0.5784790979), (qq, 100, 0.6183191382)),
        *((pickands, 500, 0.6645385918), (rank, 100, 1 / 1.6882332116)),
    ]:
        assert 1 / module.estimate(danish, k).value == pytest.approx(xi, abs=1e-10)
    for u, count, xi, scale in [
        *((10, 109, 0.49698, 6.97545), (5, 254, 0.63154, 3.80910), (20, 36, 0.68415, 9.63510))
    ]:
        law = pareto.fit(danish, threshold=u)
        assert law.n == count
        assert (law.xi, law.scale) == pytest.approx((xi, scale), abs=4e-5)
    law = bias_reduced_hill.second_order(danish)
    assert (law.rho, law.beta) == pytest.approx((-1.26878, 0.34996), abs=6e-6)


@each_path
@few
@given(seed=seeds)
def test_a_path_is_what_each_k_gives(member, seed):
    """Running sums against the formula for one k; xi near 0 is what is left of numbers of size 1.

    The fit of a generalised Pareto law is flat there: its error is 2e-16 alpha^2, and so more.
    """
    x = draws(seed)
    ks = np.array([5, 17, 60, 99, 100])
    path = member.path(x, ks)
    np.testing.assert_array_equal(path.ks, ks)
    for k, value, stderr in zip(ks.tolist(), path.values, path.stderrs, strict=True):
        try:
            found = member.estimate(x, k)
        except ValueError:
            assert np.isnan(value) and np.isnan(stderr)
            continue
        close = 1e-9 + 1e-14 * found.value**2
        assert (value, stderr) == pytest.approx((found.value, found.stderr), rel=close)


@each_path
def test_a_path_has_all_k_by_default_and_is_a_value(member):
    x = draws(1)
    path = member.path(x)
    last = {pickands: 100}.get(member, 399)
    assert path.ks[-1] == last and (np.diff(path.ks) > 0).all()
    assert member is pareto or path.ks.size > last - 3
    assert pickle.loads(pickle.dumps(path)) == path == member.path(x, path.ks)
    assert member.path(-x, tail="right") == member.path(x, tail="left")
    with pytest.raises(ValueError, match="read-only"):
        path.values[0] = 1.0


@each_path
@pytest.mark.parametrize("ks", [[0], [400], [2.5], [], 3, [[3]], "3", [True]])
def test_what_are_no_numbers_of_exceedances_is_refused(member, ks):
    with pytest.raises(ValueError, match=r"^ks must .*, got [^\n]+$"):
        member.path(draws(1), ks)


@few
@given(seed=seeds)
def test_the_hill_path_is_the_mean_of_scaled_spacings(seed):
    """Renyi: the estimate of 1 / alpha is the mean of i log(x(i) / x(i + 1)), i = 1 to k."""
    logs = np.log(np.sort(np.abs(draws(seed)))[::-1])
    scaled = np.arange(1, 400) * -np.diff(logs)
    means = np.cumsum(scaled) / np.arange(1, 400)
    np.testing.assert_allclose(1 / hill.path(draws(seed)).values, means, rtol=1e-10)


@pytest.mark.parametrize("member", PIVOTAL)
@few
@given(seed=seeds, power=st.floats(0.1, 5))
def test_a_power_of_the_draws_divides_the_index(member, seed, power):
    x = np.abs(draws(seed))
    found = member.estimate(x**power).value
    assert found == pytest.approx(member.estimate(x).value / power, rel=1e-9)


@few
@given(seed=seeds, power=st.floats(0.1, 5))
def test_a_power_of_the_draws_is_one_of_the_harmonic_moment(seed, power):
    x = np.abs(draws(seed))
    found = harmonic.estimate(x**power, power=2 / power).value
    assert found == pytest.approx(harmonic.estimate(x, power=2).value / power, rel=1e-9)


def test_a_small_power_of_the_harmonic_moment_is_the_hill_estimator():
    x = draws(1)
    found = harmonic.estimate(x, 50, power=1e-7)
    assert found.value == pytest.approx(hill.estimate(x, 50).value, rel=1e-5)
    assert found.stderr == pytest.approx(hill.estimate(x, 50).stderr, rel=1e-5)


@each_member(tails, having="path", but=["bias_reduced_hill"])
@few
@given(seed=seeds)
def test_draws_below_the_threshold_do_not_matter(member, seed):
    """But for the second order, which bias reduction takes from all."""
    x = np.sort(np.abs(draws(seed)))[::-1]
    k = 60
    short = np.concatenate([x[: 4 * k + 1], np.full(159, x[4 * k] / 2)])
    try:
        expected = member.estimate(x, k).value
    except ValueError:
        return
    assert member.estimate(short, k).value == pytest.approx(expected, rel=1e-12)


@few
@given(seed=seeds, trim=st.integers(1, 20))
def test_the_trimmed_draws_may_be_anything_above_the_next(seed, trim):
    x = np.sort(np.abs(draws(seed)))
    wild = x.copy()
    wild[-trim:] *= 1e30
    expected = trimmed_hill.estimate(x, 40, trim).value
    assert trimmed_hill.estimate(wild, 40, trim).value == pytest.approx(expected, rel=1e-12)
    assert trimmed_hill.estimate(x, 40, 0).value == pytest.approx(hill.estimate(x, 40).value)


def test_the_kernel_estimate_is_its_sum_over_spacings():
    """With the derivative of v^(a + 1) K(v) by central differences."""
    x = draws(3, 5_000)
    spacings = -np.diff(np.log(np.sort(np.abs(x))[::-1]))[:300]
    v, step = np.arange(1, 301) / 300, 1e-6

    def shape(v):
        return 15 / 8 * (1 - v**2) ** 2

    slope = ((v + step) ** 1.6 * shape(v + step) - (v - step) ** 1.6 * shape(v - step)) / (2 * step)
    below = (v**0.6 * shape(v)) @ spacings
    xi = (v * shape(v)) @ spacings - 1 + slope @ spacings / below
    assert 1 / kernel.estimate(x, 300).value == pytest.approx(xi, rel=1e-8)


def test_the_variance_of_the_kernel_estimate_is_made_of_its_integrals():
    def shape(v):
        return 15 / 8 * (1 - v**2) ** 2

    def slope(v):  # of v^a K over the integral of v^(a - 1) K
        return (0.6 * v**-0.4 * shape(v) - v**0.6 * 7.5 * v * (1 - v**2)) / below

    below = quad(lambda v: v**-0.4 * shape(v), 0, 1)[0]
    integrals = [
        quad(f, 0, 1, epsabs=1e-10, limit=200)[0]
        for f in (lambda v: shape(v) ** 2, lambda v: shape(v) * slope(v), lambda v: slope(v) ** 2)
    ]
    constants = kernel.OF_SQUARE, kernel.OF_BOTH, kernel.OF_REST
    assert constants == pytest.approx(tuple(integrals), rel=1e-7)


@pytest.mark.parametrize("member", [moment, kernel, pareto])
def test_draws_without_a_power_tail_are_told_so(member):
    """Of uniform draws xi is -1, at k = 200 by 10 standard errors."""
    for seed in range(40):
        x = np.random.default_rng(seed).uniform(-1, 1, 2_000)
        line = "^xi must be positive for a power tail to show, got -[0-9.e-]+$"
        with pytest.raises(ValueError, match=line):
            member.estimate(x, 200)


@each_path
def test_a_tail_is_that_of_one_sign(member):
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.pareto(1.0, 2_000) + 1, -(rng.pareto(3.0, 2_000) + 1)])
    right, left = (member.estimate(x, 100, tail=tail) for tail in ("right", "left"))
    assert right.conf_int(1 - 1e-6)[0] < 1 < right.conf_int(1 - 1e-6)[1]
    assert member.estimate(-x, 100, tail="left") == right != left
    assert member.estimate(x[:2_000], 100, tail="right").value == pytest.approx(
        member.estimate(x[:2_000], 100).value, rel=1e-12
    )
    with pytest.raises(ValueError, match="^tail must be one of both, right, left, got 'up'$"):
        member.estimate(x, tail="up")


@pytest.mark.parametrize("member", [hill, moment, kernel, qq, rank, de_vries, harmonic, ratio])
def test_a_tail_without_draws_is_told(member):
    with pytest.raises(ValueError, match=r"nonzero value|values in the tail"):
        member.estimate(-np.arange(1.0, 101.0), tail="right")


@pytest.mark.parametrize("member", [*PIVOTAL, moment, harmonic, kernel, bias_reduced_hill, pareto])
def test_draws_as_far_apart_as_doubles_are_have_an_index(member):
    """Of index 0.01, in logarithms: no quotient is taken."""
    rng = np.random.default_rng(1)
    x = np.concatenate([[5e-324, 1.7e308], np.exp(rng.uniform(-700, 700, 400))])
    found = member.estimate(x, 100)
    assert 0 < found.value < 1 and np.isfinite(found.stderr)
    assert np.isfinite(found.conf_int()).all()


@each_path
def test_integers_zeros_and_ties_are_draws(member):
    rng = np.random.default_rng(2)
    whole = np.floor(rng.pareto(1.2, 4_000) * 3)
    assert (whole == 0).any() and np.unique(whole).size < 1_000
    found = member.estimate(whole.astype(np.int64), 300)
    assert found == member.estimate(whole, 300)
    if member is not bias_reduced_hill:  # which takes the steps of the body for a second order
        low, high = found.conf_int(1 - 1e-6)
        assert low < 1.2 < high
    assert member.path(whole.astype(np.int64), [300]).values == pytest.approx(found.value)


def test_excesses_have_the_law_that_scipy_fits(danish):
    for threshold in (5, 10):
        excesses = danish[danish > threshold] - threshold
        xi, _, scale = stats.genpareto.fit(excesses, floc=0)
        law = pareto.fit(danish, threshold=threshold)
        assert (law.xi, law.scale) == pytest.approx((xi, scale), abs=2e-3)
        ours, theirs = (
            stats.genpareto.logpdf(excesses, x, scale=s).sum()
            for x, s in ((law.xi, law.scale), (xi, scale))
        )
        assert ours >= theirs - 1e-9


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_ends_of_the_profile_are_where_the_likelihood_has_fallen_by_half_a_quantile(danish, level):
    """The scale at its best for the shape by a search of SciPy's."""
    from scipy.optimize import minimize_scalar

    law = pareto.fit(danish, threshold=10.0)
    excesses = danish[danish > 10] - 10

    def best(xi):
        def loss(log_scale):
            return -stats.genpareto.logpdf(excesses, xi, scale=np.exp(log_scale)).sum()

        return -minimize_scalar(loss, bracket=(1, 2), tol=1e-12).fun

    fall = stats.chi2(1).ppf(level) / 2
    for end in law.interval(level):
        assert best(law.xi) - best(end) == pytest.approx(fall, rel=2e-3)
    low, high = pareto.estimate(danish, threshold=10.0).conf_int(level)
    assert (1 / high, 1 / low) == pytest.approx(law.interval(level), rel=1e-12)


def test_a_generalised_pareto_law_has_no_place():
    x = draws(5, 2_000)
    found = pareto.estimate(x, 200, tail="right").value
    assert pareto.estimate(x + 7, 200, tail="right").value == pytest.approx(found, rel=1e-6)
    assert pickands.estimate(x + 7, 50, tail="right").value == pytest.approx(
        pickands.estimate(x, 50, tail="right").value, rel=1e-9
    )


@pytest.mark.parametrize(
    "call, line",
    [
        (lambda x: pareto.fit(x, 9, threshold=2.0), "k must be None where there is a threshold"),
        (lambda x: pareto.fit(x, threshold=1e9), "sample must have 2 excesses over 1e.09, got 0"),
        (lambda x: harmonic.estimate(x, 9, power=0), "power must be positive and finite, got 0"),
        (lambda x: trimmed_hill.estimate(x, 5, 5), r"k must be an integer in \[6, 400\), got 5"),
        (
            lambda x: trimmed_hill.estimate([9.0, 5, 5, 5, 5], 3, 1),
            "values from 2 to 4 must differ",
        ),
        (lambda x: qq.estimate([9.0, 9.0, 5.0], 2), "the k = 2 largest values must differ"),
        (lambda x: rank.estimate([9.0, 9.0, 5.0], 2), "the k = 2 largest values must differ"),
        (lambda x: moment.estimate([9.0, 9.0, 5.0], 2), "xi must be positive .*, got -inf"),
        (lambda x: ratio.estimate([1.0, 2, 2, 4], 2), "ratios of blocks must differ, got all 0.5"),
        (lambda x: ratio.estimate([0.0, 0, 2, 4], 2), "blocks must have a nonzero value, got 1"),
        (lambda x: bias_reduced_hill.estimate([1.0, 2, 3]), "sample must have 4 values in the ta"),
        (lambda x: pareto.fit([1.0, 1.0, 1.0]), "sample must have 2 excesses over 1, got 0"),
    ],
)
def test_what_has_no_index_is_refused(call, line):
    with pytest.raises(ValueError, match=f"^{line}"):
        call(draws(1))
