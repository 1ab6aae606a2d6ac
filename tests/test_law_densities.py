"""The table where log f is no polynomial: against the integrals, closed forms, its own slopes."""

import hashlib
import math

import numpy as np
import pytest

from stablenoise import Stable, law
from stablenoise.law import densities, log_bands, make_densities, table
from stablenoise.law.densities import REGIONS
from stablenoise.law.direct import direct_logs
from stablenoise.law.one_pass import GAUSS, LEAST

LOG_F = 1e-8  # where the function is LEAST, and thousand times smaller where it is 0.1
SCORE = 2e-6  # over 1 and the size of the score, likewise
SMALL_SCORE = 2e-5  # below alpha = 0.3
NUMBERS = range(len(REGIONS))


def law_of(number, rng):
    """A random law of a region, with either sign of beta, and points all over it."""
    region = REGIONS[number]
    alpha, beta = rng.uniform(*region.alphas), rng.uniform(*region.betas)
    place, sign = densities.place_of(region, alpha, beta), rng.choice([-1.0, 1.0])
    u = rng.uniform(-1, 1, 60) * rng.choice([3, 8, region.reach], 60)
    return alpha, sign * beta, sign * (place.centre + place.width * np.sinh(u))


def allowed(alpha):
    return SCORE if alpha > 0.3 else SMALL_SCORE


@pytest.mark.parametrize("number", NUMBERS)
def test_log_densities_are_those_of_the_integral(number):
    rng = np.random.default_rng(number)
    for _ in range(12):
        alpha, beta, x = law_of(number, rng)
        exact = direct_logs(x, alpha, beta)[0]
        found = table.logpdf(x, alpha, beta)
        np.testing.assert_allclose(found, exact, rtol=1e-13, atol=LOG_F)


@pytest.mark.parametrize("number", NUMBERS)
def test_scores_are_those_of_the_integral(number):
    rng = np.random.default_rng(100 + number)
    for _ in range(6):
        alpha, beta, x = law_of(number, rng)
        x = x if abs(alpha - 1) > 0.02 else x[:4]  # there the integral takes long
        found, exact = table.score(x, alpha, beta), law.score(x, alpha, beta)
        known = np.isfinite(exact)
        assert (abs(found - exact) <= allowed(alpha) * (1 + abs(exact)))[known].all()


def test_all_of_the_space_is_covered():
    rng = np.random.default_rng(1)
    low, high = table.LIMITS["alpha"]
    for _ in range(60):
        alpha, beta = rng.uniform(low, high), rng.uniform(-1, 1)
        assert table.covers(alpha, beta)
        x = Stable(alpha, beta).rvs(50, rng)
        off = table.logpdf(x, alpha, beta) - direct_logs(x, alpha, beta)[0]
        assert abs(off).max() < LOG_F
        assert abs(off.mean()) < 1e-9  # a likelihood: where the table errs there are few points
    for corner in [(low, 1.0), (low, -1.0), (1.0, 1.0), (2.0, 0.0), (2.0, -1.0), (1.96, 0.9)]:
        assert table.covers(*corner)
    for outside in [(low - 1e-9, 0.0), (2.1, 0.0), (1.5, 1.1), (math.nan, 0.0), (1.5, math.nan)]:
        assert not table.covers(*outside)


@pytest.mark.parametrize("beta", [0.0, 0.4, -1.0])
def test_at_alpha_two_the_law_is_gaussian(beta):
    x = np.array([0.0, 0.3, -2.0, 7.0, -30.0, 49.0, -70.0])  # the last is left to the exact law
    found = table.score(x, 2.0, beta)
    expected = -0.25 * x * x - math.log(2 * math.sqrt(math.pi))
    np.testing.assert_allclose(table.logpdf(x, 2.0, beta), expected, rtol=1e-13)
    np.testing.assert_allclose(found[:, 1:], np.array([0 * x, x * x / 2 - 1, x / 2]).T, rtol=1e-13)
    exact = law.score(x, 2.0, beta)[:, 0]
    np.testing.assert_allclose(found[:, 0], exact, rtol=1e-5)  # law.score is within that there


def test_at_alpha_one_half_and_beta_one_the_law_is_that_of_levy():
    z = np.array([0.08, 0.2, 1 / 3, 1.0, 5.0, 1e3, 1e15])
    x = z - 1.0
    z = x + 1.0
    expected = -0.5 * np.log(2 * math.pi) - 1.5 * np.log(z) - 0.5 / z
    np.testing.assert_allclose(table.logpdf(x, 0.5, 1.0), expected, rtol=0, atol=LOG_F)
    in_x = -1.5 / z + 0.5 / (z * z)
    found = table.score(x, 0.5, 1.0)
    np.testing.assert_allclose(found[:, 3], -in_x, rtol=SCORE, atol=SCORE)
    np.testing.assert_allclose(found[:, 2], -1 - x * in_x, rtol=SCORE, atol=SCORE)
    assert (table.logpdf([-1.0, -1.5, -1e9], 0.5, 1.0) == -np.inf).all()


def test_just_below_alpha_one_the_law_is_nearly_that_of_cauchy():
    x, alpha = np.sinh(np.linspace(-30, 30, 41)), math.nextafter(1.0, 0.0)
    expected = -np.log(math.pi) - 2 * np.log(np.hypot(1, x))
    np.testing.assert_allclose(table.logpdf(x, alpha, 0.0), expected, rtol=0, atol=1e-9)
    expected = np.column_stack([(x - 1) * (x + 1), 2 * x]) / (1 + x * x)[:, None]
    found = table.score(x, alpha, 0.0)[:, 2:]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-7)


GRADIENTS = [
    *((0.17, 0.3), (0.25, -0.6), (0.35, 0.95), (0.45, 0.2), (0.55, -0.8), (0.65, 0.5)),
    *((0.75, 0.9), (0.85, -0.3), (0.95, 0.7), (1.05, 0.95), (1.2, -0.97), (1.45, 0.93)),
    *((1.8, -0.96), (1.98, 0.4), (1.975, -0.9)),
]


@pytest.mark.parametrize("pair", GRADIENTS)
def test_the_score_is_the_gradient_of_the_log_density(pair):
    """Central differences: h^4 of their error, and 1e-9 / h of that of the log density."""
    at = np.array([*pair, 2.0, 5.0])
    x = 5 + 2 * Stable(*pair).rvs(300, 4)
    x = x[np.exp(law.logpdf(x, *at)) > 1e-3 / (1 + abs(x - 5))]
    found, step = table.score(x, *at.tolist()), 5e-4 * min(1.0, pair[0])
    zeta = -pair[1] * math.tan(math.pi * pair[0] / 2)
    x_far = abs((x - 5) / 2 - zeta) > 0.05  # nearer, at small alpha, f varies within a step
    for k, shift in enumerate(step * np.eye(4)):
        nearby = [table.logpdf(x, *(at + m * shift).tolist()) for m in (-2, -1, 1, 2)]
        slope = np.array([1, -8, 8, -1]) @ nearby / (12 * step)
        off = abs(found[:, k] - slope) / (1 + abs(slope))
        assert off[x_far].max() < 1e-5, k


def edges():
    """Pairs of laws, neighbours of each other, in two bands."""
    for alpha in sorted({end for region in REGIONS for end in region.alphas} - {0.15, 2.0}):
        for beta in (0.0, 0.3, -0.8, 0.95, -0.99):
            yield (math.nextafter(alpha, 0), beta), (alpha, beta), (math.nextafter(alpha, 3), beta)
    for alpha in (0.2, 0.45, 0.65, 0.85, 0.97, 1.98):
        yield (alpha, -1e-15), (alpha, 0.0), (alpha, 1e-15)
    for alpha in (1.0, 1.05, 1.2, 1.5, 1.9, 1.96):
        for sign in (1, -1):
            ends = math.nextafter(0.9, 0), 0.9, math.nextafter(0.9, 1)
            yield tuple((alpha, sign * beta) for beta in ends)


@pytest.mark.parametrize("laws", list(edges()))
def test_it_is_continuous_between_bands(laws):
    rng = np.random.default_rng(6)
    x = np.concatenate([Stable(*laws[1]).rvs(200, 6), np.sinh(rng.uniform(-30, 30, 40))])
    logs = [table.logpdf(x, *one) for one in laws]
    scores = [table.score(x, *one) for one in laws]
    for other in (0, 2):
        assert abs(logs[other] - logs[1]).max() < LOG_F
        off = abs(scores[other] - scores[1]) / (1 + abs(scores[1]))
        assert off.max() < allowed(laws[1][0])


@pytest.mark.parametrize("pair", [(0.7, 1.0), (1.3, 1.0), (1.97, 1.0), (1.6, 0.99)])
def test_a_light_side_is_left_to_the_other_functions(pair):
    x = np.array([-15.0, -9.0, -6.0])
    np.testing.assert_allclose(table.logpdf(x, *pair), law.logpdf(x, *pair), rtol=1e-9)
    exact = law.score(x, *pair)
    np.testing.assert_allclose(table.score(x, *pair), exact, rtol=SCORE, atol=SCORE)


@pytest.mark.parametrize("pair", [(0.4, 0.8), (0.95, 0.2), (1.4, 0.96), (1.99, 0.5)])
def test_a_law_is_the_mirror_image_of_that_of_minus_beta(pair):
    x, (alpha, beta) = np.sinh(np.linspace(-20, 20, 101)), pair
    np.testing.assert_array_equal(table.logpdf(x, alpha, beta), table.logpdf(-x, alpha, -beta))
    there = table.score(-x, alpha, -beta) * [1, -1, 1, -1]
    np.testing.assert_array_equal(table.score(x, alpha, beta), there)


def test_threads_change_nothing():
    x = Stable(0.7, 0.4).rvs(110_001, 10)
    for function in (table.logpdf, table.score):
        parts = [function(part, 0.7, 0.4) for part in np.array_split(x, 5)]
        np.testing.assert_array_equal(function(x, 0.7, 0.4), np.concatenate(parts))


def test_a_likelihood_is_that_of_the_exact_law():
    for pair in [(0.6, 0.3), (0.97, -0.95), (1.99, 0.0)]:
        x = Stable(*pair).rvs(1000, 11)
        found = table.log_and_score_sums(x, *pair)
        assert abs(found.log - direct_logs(x, *pair)[0].sum()) < 1e-7
        if abs(pair[0] - 1) > 0.05:
            exact = law.score(x, *pair)
            assert (abs(found.score - exact.sum(axis=0)) < 1e-7 * abs(exact).sum(axis=0)).all()


def test_the_file_is_the_one_of_the_constant_and_both_are_small():
    assert hashlib.sha256(densities.FILE.read_bytes()).hexdigest() == densities.SHA256
    assert densities.FILE.stat().st_size + log_bands.FILE.stat().st_size < 3.57e6


@pytest.mark.parametrize("number", [3, len(REGIONS) - 1])
def test_a_region_made_anew_is_the_one_of_the_file(number):
    """To the rounding of the densities, which the sums multiply, and what is left out."""
    shipped, region = densities.band_of(number), REGIONS[number]
    edges = shipped.edges[np.isfinite(shipped.edges)]
    made = make_densities.arrays(region, edges)
    terms, pairs = made["terms"] % densities.KIND_BASE, made["pairs"]
    assert abs(int(terms.sum()) - shipped.coefficients.size) < 0.02 * shipped.coefficients.size
    packed = densities.unpacked(made["terms"], [made[kind] for kind in densities.KINDS])
    sizes = shipped.edges[:-1], shipped.middle, shipped.stretch
    new = densities.banded(
        pairs.astype(np.int64), terms, densities.in_powers(packed, terms), *sizes
    )
    alpha, beta, x = law_of(number, np.random.default_rng(12))
    logs = []
    for band in (new, shipped):
        found = densities.contracted(band, region, alpha, abs(beta))
        logs.append(table._rows(x, math.copysign(1.0, beta), found)[0])
    np.testing.assert_allclose(*logs, rtol=0, atol=LOG_F / 10)


def test_panels_are_as_wide_as_they_may_be():
    region = REGIONS[-1]._replace(reach=1.0)
    edges = make_densities.panel_edges(region)
    assert edges[0] == -1.0 and edges[-1] == 1.0 and (np.diff(edges) > 0).all()
    grid = make_densities.GRID_END * np.linspace(-1, 1, make_densities.GRID)
    laws = make_densities.laws(region, grid, grid)
    allowed_here = make_densities.TOLERANCE * make_densities.loss(region)
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        ends = (high, high + 1 / make_densities.STEPS)
        cut = [make_densities.cut_off(region, low, end, *laws) for end in ends]
        assert cut[0] <= allowed_here
        assert high == 1.0 or cut[1] > allowed_here


def test_coefficients_come_back_as_they_were_packed():
    rng = np.random.default_rng(13)
    terms = rng.integers(0, 15, (5, 8))
    rows = rng.normal(size=(40, 14)) * 10.0 ** rng.uniform(-14, 0, (40, 1))
    made = make_densities.packed(rows, terms)
    assert all(made[kind].size for kind in densities.KINDS)
    found = densities.unpacked(made["terms"], [made[kind] for kind in densities.KINDS])
    used = np.arange(14) < terms.reshape(-1, 1)
    assert abs(found - rows[used]).max() <= densities.STEP / 2
    powers = densities.in_powers(found, terms)
    t, first = np.linspace(-1, 1, 9), 0
    for count in terms.ravel():
        some = slice(first, first + count)
        chebyshev = np.polynomial.chebyshev.chebval(t, found[some]) if count else 0 * t
        plain = np.polynomial.polynomial.polyval(t, powers[some]) if count else 0 * t
        np.testing.assert_allclose(plain, chebyshev, rtol=0, atol=1e-12)
        first += count


def test_errors_are_small_in_a_region_as_make_densities_measures_them(monkeypatch):
    monkeypatch.setattr(make_densities, "LAWS", 2)
    found = make_densities.errors(densities.band_of(5), REGIONS[5], np.random.default_rng(14))
    assert 0 < found[0] < LOG_F and (found[1:5] > 0).all() and (found[1:5] < SCORE).all()
    assert found[5] < 0.05


def test_the_table_in_use_is_never_written_over(capsys):
    before = densities.FILE.read_bytes()
    for arguments, status in ((["--help"], 0), (["--out", str(densities.FILE)], 2)):
        with pytest.raises(SystemExit) as ended:
            make_densities.main(arguments)
        assert ended.value.code == status
    assert "--out must not be the table that is in use" in capsys.readouterr().err
    assert densities.FILE.read_bytes() == before


def test_only_points_of_small_functions_are_left_out():
    """In a draw of any law they are about LEAST of it."""
    rng = np.random.default_rng(15)
    for number in NUMBERS:
        alpha, beta, _ = law_of(number, rng)
        x = Stable(alpha, beta).rvs(20_000, rng)
        rows = table._rows(x, math.copysign(1.0, beta), table.law_at(alpha, abs(beta)))[0]
        most = 50 * LEAST if REGIONS[number].kind != GAUSS else LEAST
        assert np.isnan(rows).mean() < most, REGIONS[number]
