"""Fits of vectors: elliptical laws by the radius, spectral measures by characteristic functions."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import binom

from stablenoise import Stable
from stablenoise.fit.radial_table import radial_law, score_in_alpha, score_moments
from stablenoise.fit.spectral_measure import evenly_spread, per_mass, solved, spectral
from stablenoise.fit.vectors import elliptical, of_matrix
from stablenoise.law import fisher_information, radial
from stablenoise.multivariate import DiscreteSpectral, Elliptical, Independent, Isotropic

SHAPE = np.array([[2.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 1.0]])
LOC = np.array([1.0, -2.0, 3.0])
NEAR = 2e-3  # of standard errors: steps end at 1e-6 or at the rounding of tables


def vectors(n, alpha=1.5, seed=1):
    return Elliptical(alpha, SHAPE, LOC).rvs(n, rng=[2026, seed])


# The table of the radius


@pytest.mark.parametrize("alpha", [0.3, 1.0, 1.6, 1.8, 1.95, 1.999, 2.0])
@pytest.mark.parametrize("dim", [1, 3, 20])
def test_the_table_is_the_density_and_its_slope(alpha, dim):
    """Interpolation: likelihoods of 1e5 rows are right to a tenth."""
    law = radial_law(alpha, dim)
    last = 8 / alpha if alpha < 2 else 1.5
    t = np.random.default_rng(1).uniform(-6, last, 200) + 0.5 * math.log(dim)
    np.testing.assert_allclose(law(t), radial.log_density(np.exp(t), alpha, dim), atol=2e-6)
    weights, step = np.exp(law.log_weights(t)), 1e-4
    slope = (law(t + step) - law(t - step)) / (2 * step)
    np.testing.assert_allclose(np.exp(2 * t) * weights, -slope, rtol=1e-4, atol=2e-4)


@pytest.mark.parametrize("alpha", [0.3, 0.8, 1.5, 1.7, 1.9, 1.98])
def test_in_one_dimension_its_information_is_that_of_the_law(alpha):
    whole, moments = fisher_information(alpha), score_moments(radial_law(alpha, 1))
    found = [moments.alpha, moments.cross, moments.squares - 1, moments.over_squares]
    wanted = [whole[0, 0], whole[0, 2], whole[2, 2], whole[3, 3]]
    np.testing.assert_allclose(found, wanted, rtol=1e-3)


@pytest.mark.parametrize("dim", [1, 2, 5, 40])
def test_cauchy_and_gauss_have_closed_moments(dim):
    """Of Student's law with 1 degree of freedom r^2 / (1 + r^2) is beta, and psi = (d + 1) of it.

    E psi^2 = d (d + 1) (d + 2) / (d + 3), E psi^2 / r^2 = d (d + 1) / (d + 3): Lange et al. (1989).
    """
    cauchy, gauss = (score_moments(radial_law(alpha, dim)) for alpha in (1.0, 2.0))
    d = dim
    assert cauchy.squares == pytest.approx(d * (d + 1) * (d + 2) / (d + 3), rel=1e-7)
    assert cauchy.over_squares == pytest.approx(d * (d + 1) / (d + 3), rel=1e-7)
    assert gauss.squares == pytest.approx(d * (d + 2), rel=1e-6)
    assert gauss.over_squares == pytest.approx(d / 2, rel=1e-6)


def test_the_score_in_alpha_has_mean_zero():
    for alpha in (0.5, 1.5, 1.9):
        law = radial_law(alpha, 2)
        t = np.arange(law.ends[0], 36 / alpha, 0.02)
        mass = 2 * math.pi * np.exp(2 * t + law(t)) * 0.02
        assert abs(mass @ score_in_alpha(t, alpha, 2)) < 1e-4
        assert mass.sum() == pytest.approx(1, abs=1e-6)


# Elliptical laws


def deviations(fit, law):
    """All numbers of a fit less the truth, in standard errors."""
    upper = np.triu_indices(len(fit.names))
    parts = [
        np.atleast_1d((fit.alpha - law.alpha) / fit.bse["alpha"]),
        ((fit.shape_matrix - law.shape_matrix) / fit.bse["shape_matrix"])[upper],
        (fit.loc - law.loc) / fit.bse["loc"],
    ]
    return np.concatenate(parts)


@pytest.mark.parametrize("alpha", [0.6, 1.0, 1.4, 1.8, 1.95])
def test_the_law_of_a_sample_is_found(alpha):
    """Ten numbers within 5.4 standard errors: each is beyond by chance with 7e-8."""
    fit = elliptical(vectors(1000, alpha))
    assert fit.converged and fit.at_bound == ()
    assert np.abs(deviations(fit, Elliptical(alpha, SHAPE, LOC))).max() < 5.4


@pytest.fixture(scope="module")
def many():
    """Deviations in standard errors, of 60 samples of 300 rows, at alpha = 1.5."""
    law = Elliptical(1.5, SHAPE[:2, :2], LOC[:2])
    return np.array([deviations(elliptical(law.rvs(300, rng=[7, s])), law) for s in range(60)])


@pytest.mark.slow
def test_intervals_cover(many):
    """Of each number within the binomial quantiles at 5e-7 and 1 - 5e-7, less 2 for n = 300."""
    low, high = binom.ppf([5e-7, 1 - 5e-7], 60, 0.95)
    covered = np.sum(np.abs(many) < 1.96, axis=0)
    assert low - 2 <= covered.min() and covered.max() <= high
    spread = np.mean(many**2)  # of 360 nearly normal numbers, in groups that depend
    assert 0.6 < spread < 1.5


def test_no_law_beside_the_estimate_is_better():
    """Of the density itself, not of the table; another optimiser comes back to it."""
    x = vectors(150)[:, :2]
    fit = elliptical(x)

    def loss(theta):
        root = np.array([[math.exp(theta[1]), 0.0], [theta[2], math.exp(theta[3])]])
        return -np.sum(Elliptical(theta[0], root @ root.T, theta[4:]).logpdf(x))

    root = np.linalg.cholesky(fit.shape_matrix)
    at = np.array([fit.alpha, math.log(root[0, 0]), root[1, 0], math.log(root[1, 1]), *fit.loc])
    assert fit.llf == pytest.approx(-loss(at), abs=1e-4)
    best = minimize(loss, at + 0.05, method="Nelder-Mead", options={"maxiter": 300, "fatol": 1e-9})
    assert -best.fun < fit.llf + 1e-5
    assert abs(best.x[0] - fit.alpha) < 0.05 * fit.bse["alpha"]


def test_at_alpha_2_it_is_the_normal_law():
    x = np.random.default_rng(1).normal(size=(200, 3)) @ np.linalg.cholesky(SHAPE).T
    fit, n = elliptical(x, alpha=2), 200
    np.testing.assert_allclose(fit.shape_matrix, np.cov(x.T, bias=True) / 2, rtol=1e-8)
    np.testing.assert_allclose(fit.loc, x.mean(axis=0), rtol=1e-8)
    s = fit.shape_matrix
    wishart = (np.outer(np.diag(s), np.diag(s)) + s**2) / n
    np.testing.assert_allclose(fit.bse["shape_matrix"] ** 2, wishart, rtol=1e-5)
    np.testing.assert_allclose(fit.bse["loc"] ** 2, 2 * np.diag(s) / n, rtol=1e-5)
    assert fit.bse["alpha"] == 0 and fit.aic == pytest.approx(2 * 9 - 2 * fit.llf)


def test_in_one_dimension_it_is_the_symmetric_law():
    x = Stable(1.6, 0.0, 2.0, 5.0).rvs(500, rng=1)
    fit = elliptical(x[:, None])
    law = Stable(fit.alpha, 0.0, math.sqrt(fit.shape_matrix[0, 0]), fit.loc[0])
    assert fit.llf == pytest.approx(np.sum(law.logpdf(x)), abs=1e-4)
    inverse = np.linalg.inv(fisher_information(fit.alpha)[np.ix_([0, 2, 3], [0, 2, 3])]) / 500
    assert fit.bse["alpha"] == pytest.approx(math.sqrt(inverse[0, 0]), rel=1e-3)
    assert fit.bse["loc"][0] == pytest.approx(math.sqrt(inverse[2, 2]) * law.scale, rel=1e-3)


@settings(max_examples=2, derandomize=True)
@given(
    st.lists(st.floats(-3, 3), min_size=9, max_size=9),
    st.integers(-300, 300),
    st.integers(0, 30),
)
def test_it_moves_with_affine_maps(entries, power, seed):
    """Of any invertible matrix, and of units far apart."""
    x = vectors(120, seed=seed)
    fit = elliptical(x)
    mix = np.reshape(entries, (3, 3)) + 10 * np.eye(3)
    mix = mix * [2.0**power, 1.0, 2.0**-9]
    moved = elliptical((x + LOC) @ mix)
    assert abs(moved.alpha - fit.alpha) < NEAR * fit.bse["alpha"]
    back = np.linalg.inv(mix)
    gap = np.abs((moved.loc @ back - LOC) - fit.loc)
    assert (gap < NEAR * fit.bse["loc"]).all()
    shape = back.T @ moved.shape_matrix @ back
    assert (np.abs(shape - fit.shape_matrix) < NEAR * fit.bse["shape_matrix"]).all()
    assert np.linalg.eigvalsh(fit.shape_matrix)[0] > 0


def test_the_order_of_rows_and_of_columns_does_not_matter():
    x = vectors(100)
    fit, other = elliptical(x), elliptical(x[::-1, [2, 0, 1]])
    assert abs(other.alpha - fit.alpha) < NEAR * fit.bse["alpha"]
    np.testing.assert_allclose(other.loc, fit.loc[[2, 0, 1]], atol=1e-4)


def test_its_covariance_is_one_matrix():
    fit = elliptical(vectors(200))
    whole = fit.cov_params()
    upper = np.triu_indices(3)
    errors = [[fit.bse["alpha"]], fit.bse["shape_matrix"][upper], fit.bse["loc"]]
    np.testing.assert_allclose(np.sqrt(np.diag(whole)), np.concatenate(errors))
    assert np.linalg.eigvalsh(whole / np.sqrt(np.outer(np.diag(whole), np.diag(whole))))[0] > 0
    low, high = fit.conf_int(0.9)["shape_matrix"]
    np.testing.assert_allclose((high - low) / fit.bse["shape_matrix"], 2 * 1.6448536, rtol=1e-6)
    held = elliptical(vectors(200), alpha=1.5)
    assert (held.cov_params()[0] == 0).all() and held.alpha == 1.5


def test_a_normal_sample_may_end_at_the_bound_and_says_so():
    fit = elliptical(np.random.default_rng(2).uniform(-1, 1, (100, 2)))
    assert (fit.alpha, fit.at_bound) == (2.0, ("alpha",))
    assert "alpha is at the bound 2" in fit.summary().as_text()
    assert fit.to_dict()["bse"]["alpha"] is None


# Spectral measures


@pytest.mark.parametrize("alpha", [0.5, 0.99, 1.0, 1.01, 1.5, 1.8])
@pytest.mark.parametrize("dim", [1, 2, 3, 4])
def test_of_the_exact_characteristic_function_masses_are_exact(alpha, dim):
    rng = np.random.default_rng([dim, int(100 * alpha)])
    atoms = evenly_spread(16 if dim < 3 else 12 * dim, dim)
    masses = np.where(rng.random(len(atoms)) < 0.4, rng.exponential(size=len(atoms)), 0.0)
    masses[0], loc = 1.0, rng.normal(size=dim)
    law = DiscreteSpectral(alpha, atoms, masses, loc)
    ways = evenly_spread(40, dim)[: 20 if dim > 1 else 1]
    t = np.concatenate([radius * ways for radius in (0.2, 0.5, 0.9)])
    steps = np.linspace(0, 1, 300)[1:]
    angles = [np.unwrap(np.angle(law.cf(steps[:, None] * one)))[-1] for one in t]
    logs = -np.log(np.abs(law.cf(t))) - 1j * np.array(angles)
    found, shift = solved(logs, t, alpha, atoms, np.ones(len(t)))
    np.testing.assert_allclose(found, masses, atol=1e-10)
    tangent = math.tan(math.pi * alpha / 2) if alpha != 1 else 0.0
    np.testing.assert_allclose(shift - tangent * (masses @ atoms), loc, atol=1e-9)


def test_the_term_of_a_mass_is_continuous_about_alpha_1():
    u = np.array([-3.0, -0.2, 0.0, 0.5, 2.0])
    np.testing.assert_allclose(per_mass(u, 1 + 1e-9), per_mass(u, 1.0), atol=1e-8)
    t = Stable(1.4, 1.0).cf(u)
    np.testing.assert_allclose(np.exp(-per_mass(u, 1.4)), t, rtol=1e-12)


@pytest.mark.parametrize("dim", [2, 3, 4, 6])
def test_directions_are_spread_and_have_opposites(dim):
    ways = evenly_spread(12 * dim, dim)
    np.testing.assert_allclose(np.linalg.norm(ways, axis=1), 1)
    np.testing.assert_array_equal(ways[: 6 * dim], -ways[6 * dim :])
    near = np.sort(ways @ ways.T - 2 * np.eye(len(ways)), axis=1)[:, -1]
    assert near.max() < 0.999 and np.linalg.svd(ways)[1].min() > 1


LAW = DiscreteSpectral(1.5, [[1.0, 0.0], [0.0, 1.0], [-0.6, 0.8]], [1.0, 2.0, 0.5], [3.0, -4.0])


@pytest.mark.parametrize("unit", [2.0**-500, 1.0, 2.0**500])
def test_masses_of_a_sample_are_found(unit):
    """Bounds: 7 standard deviations of 20 samples of this size, 0.02, 0.014 and 0.04."""
    fit = spectral(unit * LAW.rvs(20000, rng=5), directions=[[1, 0], [0, 1], [-3, 4], [-1, 0]])
    assert abs(fit.alpha - 1.5) < 5.4 * fit.bse["alpha"] < 0.1
    np.testing.assert_allclose(fit.masses / unit**fit.alpha, [1, 2, 0.5, 0], atol=0.15)
    np.testing.assert_allclose(fit.loc / unit, [3, -4], atol=0.3)
    assert isinstance(fit.params, DiscreteSpectral) and (fit.params.weights > 0).all()


def test_a_fitted_law_has_the_characteristic_function_of_the_sample():
    """Of 24 directions, none those of the law: within 5.5 standard errors of an empirical one."""
    sample, fit = LAW.rvs(10000, rng=6), spectral(LAW.rvs(10000, rng=6))
    t = np.random.default_rng(1).normal(size=(40, 2)) * 0.4
    empirical = np.exp(1j * sample @ t.T).mean(axis=0)
    assert np.abs(fit.params.cf(t) - empirical).max() < 5.5 / math.sqrt(10000)
    assert np.abs(fit.params.cf(t) - LAW.cf(t)).max() < 5.5 / math.sqrt(10000)


@pytest.mark.parametrize("alpha", [0.7, 1.0, 1.8])
def test_the_index_is_within_its_errors(alpha):
    """Of 40 samples: each deviation below 5.4, their mean square within chi-square at 1e-6."""
    law = Independent(alpha, 2, [1.0, 2.0], 0.0, [0.5, -0.5])
    fits = [spectral(law.rvs(1000, rng=[int(10 * alpha), s])) for s in range(40)]
    ratios = np.array([(fit.alpha - alpha) / fit.bse["alpha"] for fit in fits])
    assert np.abs(ratios).max() < 5.4 and 0.25 < np.mean(ratios**2) < 2.6
    low, high = fits[0].conf_int()["alpha"]
    assert low < fits[0].alpha < high


def test_at_alpha_1_the_location_moves_with_the_unit():
    """In S1, by 2 / pi b log b times the sum of masses and directions."""
    law = DiscreteSpectral(1.0, LAW.directions, LAW.weights, [3.0, -4.0])
    fits = [spectral(unit * law.rvs(20000, rng=1), alpha=1.0) for unit in (1.0, 8.0)]
    small, large = fits
    np.testing.assert_allclose(large.masses, 8 * small.masses, rtol=1e-9)
    moment = small.masses @ small.directions
    moved = 8 * small.loc - 16 / math.pi * math.log(8) * moment
    np.testing.assert_allclose(large.loc, moved, rtol=1e-9)
    assert np.abs(small.loc - [3, -4]).max() < 0.4


def test_results_print_and_become_json():
    for fit, word in ((elliptical(vectors(60)), "shape[x1, x2]"), (spectral(vectors(60)), "mass")):
        page = fit.summary(0.9)
        assert word in page.as_text() and "<table" in page.as_html() and "[0.05" in page.as_text()
        told = json.loads(json.dumps(fit.to_dict()))
        assert told["nobs"] == 60 and told["alpha"] == fit.alpha
        assert "\n" not in repr(fit) and repr(fit).startswith(type(fit).__name__)


def test_columns_of_a_table_are_named():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(vectors(60), columns=["a", "b", "c"])
    assert elliptical(table).names == ("a", "b", "c") == spectral(table).names
    assert "shape[a, c]" in elliptical(table).summary().as_text()


# What a matrix is


def test_a_matrix_is_rows_entries_or_elliptical():
    x = Isotropic(1.8, 10).rvs(1000, rng=1)
    seen = []
    assert of_matrix(x, "entries", lambda sample: seen.append(sample) or 7) == 7
    np.testing.assert_array_equal(seen[0], x.ravel())
    rows = of_matrix(x, "rows", len)
    assert abs(rows.value - 1.8) < 5.5 * rows.stderr
    fit = of_matrix(x, "elliptical", len)
    assert abs(fit.alpha - 1.8) < 5.4 * fit.bse["alpha"]


CLOUD = vectors(20)


@pytest.mark.parametrize("function", [elliptical, spectral])
@pytest.mark.parametrize(
    ("x", "message"),
    [
        (CLOUD[:, 0], "X must be a non-empty 2-d array, got shape (20,)"),
        (CLOUD[:3], "X must have at least 4 rows, got 3"),
        (np.where(np.arange(60).reshape(20, 3) == 16, np.nan, CLOUD), "X must be finite, got nan"),
        (CLOUD.astype(str), "X must be a real number or an array of them, got"),
        (np.ma.masked_less(CLOUD, 0.0), "X must have no masked values, got"),
        (np.ones((5, 3)), "X must "),
    ],
)
def test_what_cannot_be_fitted_is_told_in_one_line(function, x, message):
    with pytest.raises(ValueError) as told:
        function(x)
    assert str(told.value).startswith(message) and "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: elliptical(CLOUD @ np.diag([1.0, 1.0, 0.0])), "X must have full column rank, 3"),
        (lambda: elliptical(CLOUD[:, [0, 1, 1]] + LOC), "X must have full column rank, 3"),
        (lambda: elliptical(CLOUD, alpha=2.1), "alpha must lie in (0, 2], got 2.1"),
        (lambda: elliptical(CLOUD, alpha=0.05), "alpha must be at least 0.1 here, got 0.05"),
        (lambda: spectral(CLOUD, alpha=2.0), "alpha must lie in [0.1, 2), got 2.0"),
        (lambda: spectral(CLOUD, directions=7), "directions must be even, with their opposites"),
        (lambda: spectral(CLOUD, directions=[[1, 2]]), "directions must be of shape (m, 3), got"),
        (lambda: spectral(CLOUD, directions=[[0, 0, 0]]), "directions must have a length, got 0"),
        (lambda: spectral(CLOUD * 1e250, alpha=1.9), "X must be in a unit whose power alpha is in"),
        (lambda: of_matrix(CLOUD, "matrix", len), "model must be one of rows, entries, elliptical"),
        (lambda: elliptical(CLOUD).conf_int(1.0), "level must lie in (0, 1), got 1.0"),
    ],
)
def test_what_is_out_of_range_is_told(call, message):
    with pytest.raises(ValueError) as told:
        call()
    assert str(told.value).startswith(message) and "\n" not in str(told.value)
    assert "row 5" in str(pytest.raises(ValueError, elliptical, CLOUD * NOT_A_NUMBER).value)


NOT_A_NUMBER = np.where(np.arange(20) == 5, np.nan, 1.0)[:, None]


def test_a_row_that_comes_too_often_is_told():
    """At 2 n / (d + 2) = 25 of 50 the likelihood has a limit for no alpha, before that for some."""
    others = np.random.default_rng(1).normal(size=(24, 2))
    x = np.concatenate([np.zeros((26, 2)), others])
    with pytest.raises(ValueError, match=r"^X must have no row more than 2 n / .* 26 times$"):
        elliptical(x)
    assert np.isfinite(elliptical(np.concatenate([x[:3], others]), alpha=1.5).llf)


@pytest.mark.parametrize(("alpha", "free"), [(None, 6), (1.5, 5)])
def test_criteria_of_an_elliptical_fit_count_what_is_free(alpha, free):
    """An index, three numbers of the shape and two of the location."""
    fit = elliptical(Elliptical(1.5, [[2.0, 1.0], [1.0, 2.0]]).rvs(60, rng=1), alpha=alpha)
    assert fit.aic == pytest.approx(2 * free - 2 * fit.llf)
    assert fit.bic == pytest.approx(free * np.log(60) - 2 * fit.llf)
