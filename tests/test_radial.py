"""Densities of isotropic and elliptical laws, and the law of their length, in any dimension."""

import math
import re

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from stablenoise import law
from stablenoise.law import radial
from stablenoise.law.direct import DENSITY, LOWER, UPPER
from stablenoise.law.radial import POINT
from stablenoise.multivariate import Elliptical, Isotropic

ALPHAS = [0.2, 0.5, 0.9, 1.0, 1.3, 1.79, 1.81, 1.9, 1.959, 1.961, 1.99, 1.9999, 1.999999, 2.0]
SIGMA = np.array([[2.0, 1.0, 0.0], [1.0, 2.0, 0.3], [0.0, 0.3, 0.5]])
LOC = np.array([0.1, -0.2, 0.3])
each_alpha = pytest.mark.parametrize("alpha", ALPHAS)
# The panels of A are built to 2e-12 in the logarithm, and a sum of positive terms keeps that
CLOSE = 1e-11


def on_axis(r, dim):
    """Points at these distances from 0."""
    x = np.zeros((*np.shape(r), dim))
    x[..., -1] = r
    return x


def series_at_zero(kind, r, alpha, dim):
    """Power series in r (Nolan, 2013), and its relative change by rounding; for alpha > 1."""
    alpha, k, y = mp.mpf(alpha), mp.mpf(dim) / 2, mp.mpf(r) ** 2 / 4
    total, largest, j = mp.mpf(0), mp.mpf(0), 0
    while True:
        term = (-y) ** j * mp.gamma((dim + 2 * j) / alpha) / (mp.gamma(k + j) * mp.factorial(j))
        term /= dim + 2 * j if kind == LOWER else 1
        total, largest, j = total + term, max(largest, abs(term)), j + 1
        if j > 5 and abs(term) < abs(total) * mp.mpf(10) ** -20:
            break
    factor = {
        POINT: 2 / alpha / (4 * mp.pi) ** k,
        DENSITY: 2 * y**k / (alpha * mp.gamma(k)),
        LOWER: 4 * y**k / (alpha * mp.gamma(k)),
    }
    return factor[kind] * total, largest / abs(total) * mp.eps


def series_at_infinity(kind, r, alpha, dim):
    """Series in r^-alpha (Nolan, 2013), and its relative change by rounding; for alpha < 1."""
    rho, k, y = mp.mpf(alpha) / 2, mp.mpf(dim) / 2, mp.mpf(r) ** 2 / 4
    total, largest, j = mp.mpf(0), mp.mpf(0), 1
    while True:
        size = mp.gamma(1 + j * rho) / mp.factorial(j) * mp.gamma(k + j * rho) * y ** (-j * rho)
        size /= j * rho if kind == UPPER else 1
        total -= (-1) ** j * mp.sin(mp.pi * j * rho) * size
        largest, j = max(largest, size), j + 1
        if size < abs(total) * mp.mpf(10) ** -20:
            break
    factor = (mp.pi * mp.mpf(r) ** 2) ** -k if kind == POINT else 1 / mp.gamma(k)
    return factor * total / mp.pi, largest / abs(total) * mp.eps


def gauss_legendre(edges, n=20):
    """Nodes and weights of panels between the edges."""
    nodes, weights = np.polynomial.legendre.leggauss(n)
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half * (nodes + 1)).ravel(), (half * weights).ravel()


@each_alpha
def test_in_one_dimension_it_is_the_stable_law(alpha):
    r = np.concatenate([[0.0], 10.0 ** np.linspace(-10, 4, 120), 10.0 ** np.arange(5, 101, 5.0)])
    x = np.concatenate([r, -r])
    found = Isotropic(alpha, 1, 2.0, 0.5)
    with np.errstate(under="ignore"):
        exact = law.pdf(x, alpha, 0.0, 2.0, 0.5)
    seen = exact > 1e-300
    np.testing.assert_allclose(found.pdf(x[:, None])[seen], exact[seen], rtol=1e-10)
    log_exact = law.logpdf(x, alpha, 0.0, 2.0, 0.5)
    np.testing.assert_allclose(found.logpdf(x[:, None]), log_exact, rtol=1e-12, atol=CLOSE)
    np.testing.assert_allclose(found.radius_sf(r), 2 * law.sf(r, alpha, 0.0, 2.0), rtol=1e-10)


@pytest.mark.parametrize("dim", [1, 2, 3, 10, 100, 1000, 30_000])
def test_at_index_one_the_integral_is_the_closed_form(dim):
    """Terms of size dim log r cancel where a logarithm is small: some 1e-16 of those."""
    r = np.concatenate([10.0 ** np.linspace(-12, 14, 27), math.sqrt(dim) * np.linspace(0.2, 5, 13)])
    k, close = dim / 2, CLOSE + 1e-14 * dim
    exact = special.gammaln(k + 0.5) - (k + 0.5) * (math.log(math.pi) + np.log1p(r * r))
    np.testing.assert_allclose(radial.integrals(POINT, r, 1.0, dim), exact, rtol=1e-14, atol=close)
    np.testing.assert_allclose(Isotropic(1.0, dim).logpdf(on_axis(r, dim)), exact, rtol=2e-14)
    length = (
        exact + math.log(2) + k * math.log(math.pi) - special.gammaln(k) + (dim - 1) * np.log(r)
    )
    found = radial.log_length_density(r, 1.0, dim)
    np.testing.assert_allclose(found, length, rtol=1e-13, atol=close)
    found = radial.integrals(DENSITY, r, 1.0, dim) + math.log(2) - np.log(r)
    np.testing.assert_allclose(found, length, rtol=1e-13, atol=close)
    lower, upper = radial.length_tails(r, 1.0, dim)
    inside = special.betainc(k, 0.5, r * r / (1 + r * r))  # of these the one that is not near 1
    beyond = special.betainc(0.5, k, 1 / (1 + r * r))
    np.testing.assert_allclose(upper, np.where(r > 1, beyond, 1 - inside), rtol=1e-10)
    exact = np.where(r > 1, 1 - beyond, inside)
    seen = (exact > 1e-6) | (r < 1)
    np.testing.assert_allclose(lower[seen], exact[seen], rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize("dim", [1, 2, 7, 1000])
def test_at_index_two_it_is_gaussian_with_variance_two(dim):
    x = np.random.default_rng(dim).normal(scale=2.0, size=(20, dim))
    r = np.linalg.norm(x, axis=1)
    found = Isotropic(2.0, dim)
    exact = stats.norm.logpdf(x, scale=math.sqrt(2)).sum(axis=1)
    np.testing.assert_allclose(found.logpdf(x), exact, rtol=1e-13)
    chi = stats.chi(dim, scale=math.sqrt(2))
    for ours, theirs in ((found.radius_cdf, chi.cdf), (found.radius_sf, chi.sf)):
        np.testing.assert_allclose(ours(r), theirs(r), rtol=1e-10)
    np.testing.assert_allclose(found.radius_pdf(r), chi.pdf(r), rtol=1e-10)


@pytest.mark.parametrize("dim", [1, 3, 30])
def test_near_index_two_it_is_nearly_gaussian(dim):
    """The laws differ by some dim (2 - alpha) where the Gaussian density is not small."""
    r = math.sqrt(2 * dim) * np.linspace(0.05, 1.5, 30)
    for kind in (POINT, DENSITY, LOWER):
        found = radial.integrals(kind, r, 2 - 1e-14, dim)
        tails = special.gammainc(dim / 2, r * r / 4)
        exact = {
            POINT: radial.log_density(r, 2.0, dim),
            DENSITY: radial.log_length_density(r, 2.0, dim) + np.log(r / 2),
            LOWER: np.log(tails),
        }
        np.testing.assert_allclose(found, exact[kind], atol=CLOSE)


@pytest.mark.parametrize("alpha", [1.6, 1.79, 1.81, 1.9, 1.97, 1.9999, 1.999999])
@pytest.mark.parametrize("dim", [2, 3, 100])
def test_the_middle_is_the_series_in_powers_of_r(alpha, dim):
    for share in (0.01, 0.3, 1.0):
        r = share * math.sqrt(2 * dim)
        for kind in (POINT, DENSITY, LOWER):
            with mp.workdps(60):
                while (exact := series_at_zero(kind, r, alpha, dim))[1] > 1e-15:
                    mp.mp.dps *= 3
                wanted = float(mp.log(exact[0]))
            found = radial.integrals(kind, np.array([r]), alpha, dim)[0]
            assert found == pytest.approx(wanted, rel=1e-14, abs=CLOSE)


@pytest.mark.parametrize("alpha", [0.2, 0.5, 0.7])
@pytest.mark.parametrize("dim", [2, 3, 100])
def test_the_middle_is_the_series_in_powers_of_1_over_r(alpha, dim):
    for share in (1.0, 30.0, 1e4):
        r = share * math.sqrt(4 * dim)
        for kind in (POINT, DENSITY, UPPER):
            with mp.workdps(60):
                while (exact := series_at_infinity(kind, r, alpha, dim))[1] > 1e-15:
                    mp.mp.dps *= 3
                wanted = float(mp.log(exact[0]))
            found = radial.integrals(kind, np.array([r]), alpha, dim)[0]
            assert found == pytest.approx(wanted, rel=1e-14, abs=CLOSE)


@each_alpha
@pytest.mark.parametrize("dim", [2, 3, 10, 1000])
def test_the_density_at_zero_is_a_ratio_of_gammas(alpha, dim):
    """The integral of exp(-|u|^alpha) / (2 pi)^dim in polar coordinates; also just beside it."""
    sphere = math.log(2) + dim / 2 * math.log(math.pi) - math.lgamma(dim / 2)
    exact = sphere + math.lgamma(dim / alpha) - math.log(alpha) - dim * math.log(2 * math.pi)
    beside = math.exp(-80 - (dim / alpha if alpha < 1 else 0))
    x = on_axis(np.array([0.0, beside, 1e-300]), dim)
    np.testing.assert_allclose(Isotropic(alpha, dim).logpdf(x), exact, rtol=1e-14, atol=CLOSE)


@pytest.mark.parametrize("alpha", ALPHAS[:-1])
@pytest.mark.parametrize("dim", [1, 2, 50, 1000])
def test_the_tail_is_a_power_with_the_published_constant(alpha, dim):
    """Nolan (2013): f(r) r^(dim + alpha) tends to alpha 2^(alpha-1) sin(pi alpha/2) ..."""
    r = np.array([1e100, 1e200, 1e300])
    log_k = (
        math.log(alpha) + (alpha - 1) * math.log(2) + math.log(math.sin(math.pi * (2 - alpha) / 2))
    )
    log_k += math.lgamma((dim + alpha) / 2) + math.lgamma(alpha / 2)
    log_k -= (dim / 2 + 1) * math.log(math.pi)
    found = Isotropic(alpha, dim)
    wanted = log_k - (dim + alpha) * np.log(r)
    np.testing.assert_allclose(found.logpdf(on_axis(r, dim)), wanted, rtol=1e-14, atol=1e-10)
    log_sf = wanted + math.log(2 / alpha) + dim / 2 * math.log(math.pi) - math.lgamma(dim / 2)
    log_sf += dim * np.log(r)
    seen = log_sf > -700
    np.testing.assert_allclose(np.log(found.radius_sf(r[seen])), log_sf[seen], rtol=1e-12)
    assert np.all(found.radius_cdf(r) == 1 - found.radius_sf(r))


@pytest.mark.parametrize("alpha", [0.3, 0.8, 1.2, 1.85, 1.97, 1.9999, 1.999999])
@pytest.mark.parametrize("dim", [1, 2, 200])
def test_two_dimensions_more_are_a_derivative(alpha, dim):
    """f(r) in dim is the integral of 2 pi s f(s) in dim + 2 from r on."""
    for radius in math.sqrt(dim) * np.array([0.8, 2.5, 6.0]):
        u, weight = gauss_legendre(np.concatenate([np.linspace(0, 2, 21), np.arange(3.0, 60.0)]))
        s = radius * np.exp(u)
        logs = radial.log_density(s, alpha, dim + 2) + 2 * np.log(s)
        exact = radial.log_density(np.array(radius), alpha, dim)
        rest = np.exp(-(dim + alpha) * 59)  # share of a power beyond
        total = 2 * math.pi * np.sum(weight * np.exp(logs - exact))
        assert total == pytest.approx(1, abs=1e-10 + rest)


@pytest.mark.parametrize("alpha", [0.5, 1.3, 1.79, 1.85, 1.99, 1.997, 1.9999, 1.999999])
@pytest.mark.parametrize("dim", [1, 2, 9, 300])
def test_both_tails_are_integrals_and_they_add_up_to_one(alpha, dim):
    r = math.sqrt(dim) * np.exp(np.linspace(-1, 3, 40))
    lower, upper = (radial.integrals(kind, r, alpha, dim) for kind in (LOWER, UPPER))
    np.testing.assert_allclose(np.exp(lower) + np.exp(upper), 1, rtol=CLOSE)
    cdf, sf = radial.length_tails(r, alpha, dim)
    assert np.all((cdf == 1 - sf) | (sf == 1 - cdf))


@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.5, 1.9, 1.999999, 2.0])
@pytest.mark.parametrize("dim", [1, 3, 30])
def test_the_distribution_function_is_the_integral_of_the_density(alpha, dim):
    """From the sphere's area as well: the density of X integrates to 1."""
    found = Isotropic(alpha, dim, 3.0)
    edges = 3.0 * math.sqrt(dim) * np.exp(np.linspace(-1.5, 4, 80))
    r, weight = gauss_legendre(edges)
    mass = (weight * found.radius_pdf(r)).reshape(79, -1).sum(axis=1)
    cdf, sf = found.radius_cdf(edges), found.radius_sf(edges)
    np.testing.assert_allclose(cdf[0] + np.cumsum(mass), cdf[1:], rtol=1e-10, atol=1e-300)
    rising = np.cumsum(mass[::-1])[::-1] + sf[-1]
    seen = sf[:-1] > 1e-30  # else it falls by much in one panel
    np.testing.assert_allclose(rising[seen], sf[:-1][seen], rtol=1e-10)
    np.testing.assert_allclose(cdf + sf, 1, rtol=1e-14)
    area = math.log(2) + dim / 2 * math.log(math.pi) - math.lgamma(dim / 2)
    density = np.exp(found.logpdf(on_axis(r, dim)) + area + (dim - 1) * np.log(r))
    assert cdf[0] + np.sum(weight * density) + sf[-1] == pytest.approx(1, rel=1e-10)


@pytest.mark.parametrize("alpha", [0.4, 1.0, 1.5, 1.99, 2.0])
@pytest.mark.parametrize("dim", [1, 3, 40])
def test_a_sample_has_the_length_of_its_law(alpha, dim):
    """Kolmogorov's statistic times sqrt(n) is above 2.694 with probability 1e-6 a case."""
    n, found = 3000, Isotropic(alpha, dim, 2.0, np.arange(dim))
    length = np.sort(np.linalg.norm(found.rvs(n, 5) - found.loc, axis=1))
    ranks = np.arange(n + 1) / n
    cdf, other = found.radius_cdf(length), Isotropic(alpha, dim, 6.0).radius_cdf(length)
    assert max(np.max(ranks[1:] - cdf), np.max(cdf - ranks[:-1])) * math.sqrt(n) < 2.694
    assert np.max(abs(ranks[1:] - other)) * math.sqrt(n) > 2.694  # of another scale


@settings(deadline=None, max_examples=60)
@given(st.floats(0.2, 2.0), st.integers(1, 50), st.floats(-30, 30), st.floats(1e-6, 1.0))
def test_density_and_tail_fall_with_distance(alpha, dim, log_r, more):
    r = np.exp([log_r, log_r + more])
    found = Isotropic(alpha, dim)
    logs = found.logpdf(on_axis(r, dim))
    assert logs[1] <= logs[0] + CLOSE * max(1, abs(logs[0]))
    assert found.radius_cdf(r[1]) >= found.radius_cdf(r[0]) * (1 - CLOSE)
    assert found.radius_sf(r[1]) <= found.radius_sf(r[0]) * (1 + CLOSE)
    assert 0 <= found.radius_cdf(r[0]) <= 1 and 0 <= found.radius_sf(r[0]) <= 1


@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.7, 1.95, 2.0])
def test_an_elliptical_density_is_the_isotropic_one_in_other_coordinates(alpha):
    root = np.linalg.cholesky(SIGMA)
    z = np.random.default_rng(2).normal(size=(4, 6, 3)) * np.exp(np.arange(6))[:, None]
    found = Elliptical(alpha, SIGMA, LOC).logpdf(z @ root.T + LOC)
    exact = Isotropic(alpha, 3).logpdf(z) - np.sum(np.log(np.diag(root)))
    np.testing.assert_allclose(found, exact, rtol=1e-11, atol=CLOSE)
    same = Elliptical(alpha, 4.0 * np.eye(3), LOC).pdf(z)
    np.testing.assert_allclose(same, Isotropic(alpha, 3, 2.0, LOC).pdf(z), rtol=1e-10)


@pytest.mark.parametrize("unit", [1e-100, 1e-20, 1e20, 1e100])
def test_units_move_the_logarithm_only(unit):
    x = np.random.default_rng(3).normal(size=(5, 3))
    for here, there in (
        (Elliptical(1.3, SIGMA), Elliptical(1.3, unit**2 * SIGMA)),
        (Isotropic(1.3, 3), Isotropic(1.3, 3, unit)),
    ):
        moved = there.logpdf(unit * x) + 3 * math.log(unit)
        np.testing.assert_allclose(moved, here.logpdf(x), rtol=1e-12)


@pytest.mark.parametrize(
    "sigma", [np.zeros((2, 2)), np.ones((2, 2)), np.outer([1.0, 1e9], [1.0, 1e9])]
)
def test_a_singular_shape_matrix_has_no_density(sigma):
    line = f"shape_matrix must have full rank, 2, for a density, got {int(sigma.any())}"
    for density in (Elliptical(1.5, sigma).pdf, Elliptical(1.5, sigma).logpdf):
        with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
            density([0.0, 0.0])


@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.9, 2.0])
def test_lists_and_read_only_arrays_of_any_shape_are_points(alpha):
    for found in (Isotropic(alpha, 2), Elliptical(alpha, [[2.0, 1.0], [1.0, 2.0]])):
        one = found.pdf([1, 2])
        assert isinstance(one, float) and isinstance(found.logpdf([1, 2]), float)
        x = np.array([[1.0, 2.0], [3.0, 4.0]])[:, ::-1]
        x.flags.writeable = False
        assert found.pdf(x).shape == (2,) and found.pdf(x[None]).shape == (1, 2)
        assert found.pdf(np.empty((0, 2))).shape == (0,)
        np.testing.assert_array_equal(found.pdf(x.tolist()), found.pdf(x))
        np.testing.assert_array_equal(found.pdf(x[1]), found.pdf(x)[1])
    radii = np.array([0.5, 2.0])
    radii.flags.writeable = False
    for method in ("radius_pdf", "radius_cdf", "radius_sf"):
        one = getattr(Isotropic(alpha, 2), method)
        assert isinstance(one(1), float) and one([]).shape == (0,)
        assert one(radii).shape == (2,) and one([[0.5], [2.0]]).shape == (2, 1)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.9, 2.0])
def test_ends_and_nan(alpha):
    inf, nan = np.inf, np.nan
    x = [[nan, 1.0], [1.0, nan], [inf, nan], [inf, 0.0], [0.0, -inf], [inf, -inf]]
    for found in (Isotropic(alpha, 2), Elliptical(alpha, [[2.0, 1.0], [1.0, 2.0]])):
        np.testing.assert_array_equal(found.pdf(x), [nan, nan, nan, 0, 0, 0])
        np.testing.assert_array_equal(found.logpdf(x), [nan, nan, nan, -inf, -inf, -inf])
    ends, found = [nan, -inf, -1.0, 0.0, inf], Isotropic(alpha, 2)
    np.testing.assert_array_equal(found.radius_cdf(ends), [nan, 0, 0, 0, 1])
    np.testing.assert_array_equal(found.radius_sf(ends), [nan, 1, 1, 1, 0])
    np.testing.assert_array_equal(found.radius_pdf(ends), [nan, 0, 0, 0, 0])
    line = Isotropic(alpha, 1, 3.0)
    assert line.radius_pdf(0.0) == pytest.approx(2 * line.pdf([0.0]), rel=1e-14)
    assert line.radius_pdf(-1.0) == 0


def test_a_tiny_index_is_right_or_not_a_number():
    """Log A beyond the floats: the series serves far out, as in the univariate law."""
    r = 10.0 ** np.array([-200.0, -3.0, 0.0, 3.0, 100.0, 140.0, 200.0, 300.0])
    for alpha in (0.02, 0.03):
        found = Isotropic(alpha, 1).logpdf(r[:, None])
        np.testing.assert_allclose(found, law.logpdf(r, alpha), rtol=1e-12)
        total = Isotropic(alpha, 3).radius_cdf(r) + Isotropic(alpha, 3).radius_sf(r)
        np.testing.assert_allclose(total, 1, rtol=1e-14)
    assert np.isnan(Isotropic(0.01, 3).pdf([1.0, 0.0, 0.0]))
    assert np.isnan(Isotropic(0.01, 3).radius_sf(1.0))


@pytest.mark.parametrize("found", [Isotropic(1.5, 3), Elliptical(1.5, SIGMA)])
@pytest.mark.parametrize(
    "x, line",
    [
        (1.0, "x must have shape (..., 3), got ()"),
        ([1.0, 2.0], "x must have shape (..., 3), got (2,)"),
        (np.zeros((3, 1)), "x must have shape (..., 3), got (3, 1)"),
        ([1j, 0, 0], "x must be a real number or an array of them, got "),
        ([[1.0], [1.0, 2.0]], "x must be a real number or an array of them, got "),
    ],
)
def test_what_is_no_point_is_named(found, x, line):
    for density in (found.pdf, found.logpdf):
        with pytest.raises(ValueError, match=f"^{re.escape(line)}"):
            density(x)


def test_what_is_no_radius_is_named():
    for method in ("radius_pdf", "radius_cdf", "radius_sf"):
        with pytest.raises(ValueError, match=r"^r must be a real number or an array of them, got "):
            getattr(Isotropic(1.5, 2), method)("far")


@pytest.mark.parametrize(
    "found, expected",
    [
        (lambda: Isotropic(1.5, 1, 1e-10).logpdf([1e308]), -1808.7359186059823),
        (lambda: Isotropic(1.5, 1, 1e-100).logpdf([1e250]), -1785.710067676042),
        (lambda: Elliptical(1.5, [[1e-200]]).logpdf([1e250]), -1785.710067676042),
        (lambda: Isotropic(0.05, 1, 1e-300).radius_sf(1e308), 3.8716070840104103e-31),
        (lambda: Isotropic(0.5, 1, 1e-100).radius_sf(1e250), 7.978845608028e-176),
    ],
)
def test_beyond_the_floats_the_tail_goes_on(found, expected):
    """In one dimension: of the symmetric law, whose tail is 2 Gamma(a) sin(pi a / 2) / pi r^-a."""
    assert found() == pytest.approx(expected, rel=1e-11, abs=0)


@pytest.mark.parametrize("alpha", [0.3, 1.0, 1.7])
@pytest.mark.parametrize("dim", [1, 2, 5])
def test_beyond_the_floats_radial_laws_are_powers_of_the_distance(alpha, dim):
    """Twenty octaves further the tail is 2^(-20 alpha) of what it was, the density that of it."""
    near, far = Isotropic(alpha, dim, 1e-14), Isotropic(alpha, dim, np.ldexp(1e-14, -20))
    r, x = 1e294, on_axis(np.array([1e294]), dim)
    assert far.radius_sf(r) == pytest.approx(
        near.radius_sf(r) * 2 ** (-20 * alpha), rel=1e-12, abs=0
    )
    assert far.radius_cdf(r) == pytest.approx(1.0, rel=1e-12, abs=0)
    step = -20 * alpha * math.log(2)
    np.testing.assert_allclose(far.logpdf(x), near.logpdf(x) + step, rtol=1e-12)
    ellipsoid = Elliptical(alpha, far.scale**2 * np.diag(np.arange(1.0, dim + 1)))
    along = near.logpdf(x / math.sqrt(dim)) + step - 0.5 * math.lgamma(dim + 1)
    np.testing.assert_allclose(ellipsoid.logpdf(x), along, rtol=1e-12)
    densities = [Isotropic(alpha, dim, s).radius_pdf(1e10) for s in (1e-290, 1e-300)]
    if densities[1] > 1e-300:
        assert densities[1] == pytest.approx(densities[0] * 1e-10**alpha, rel=1e-11, abs=0)


def test_small_indices_have_their_law_beyond_the_floats_too():
    """There |X|^-alpha is exponential: P(|X| <= r) = exp(-r^-alpha) but for terms of alpha."""
    law = Isotropic(1e-5, 2, 1e-300)
    assert law.radius_cdf(1e10) == pytest.approx(math.exp(-math.exp(-1e-5 * 310 * math.log(10))),
                                                 rel=2e-5, abs=0)  # fmt: skip
    assert law.radius_sf(1e10) + law.radius_cdf(1e10) == pytest.approx(1.0, rel=1e-15, abs=0)
    assert law.radius_sf(math.inf) == 0.0 and law.radius_cdf(math.inf) == 1.0
    assert Isotropic(2.0, 1, 1e-300).logpdf([1e10]) == -math.inf
    assert Isotropic(2.0, 1, 1e-300).radius_sf(1e10) == 0.0
