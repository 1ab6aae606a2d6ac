"""The table of one law for likelihoods: against the integrals that it was made from."""

import hashlib
import math
import zipfile
from io import BytesIO

import numba
import numpy as np
import pytest
from numpy.polynomial import chebyshev

from stablenoise import law
from stablenoise.law import log_bands, make_table, table
from stablenoise.law.direct import direct_logs
from stablenoise.law.log_bands import ALPHAS, BETAS, LAST_EDGE

LOG_F = 1e-10  # three times the error measured by make_table
SCORE = 1.5e-8  # likewise
OUTSIDE = [(0.149, 0.2), (0.1, -1.0), (0.12, 0.99)]


def random_laws(n, seed):
    """Laws of the whole domain, those between which bands change, and both signs of beta."""
    rng = np.random.default_rng(seed)
    inner = [(rng.uniform(1, 1.96), rng.uniform(-0.9, 0.9)) for _ in range(n)]
    alphas = [*ALPHAS, *(math.nextafter(a, 0) for a in ALPHAS[1:])]
    betas = [*BETAS, *(math.nextafter(b, 0) for b in BETAS[1:])]
    edge = [(a, sign * b) for a in alphas for b in betas for sign in (-1.0, 1.0)]
    return inner + edge


def points(n, seed):
    rng = np.random.default_rng(seed)
    return np.sinh(rng.uniform(-1, 1, n) * rng.choice([2, 5, LAST_EDGE], n))


def test_log_densities_are_those_of_the_integral():
    for i, (alpha, beta) in enumerate(random_laws(100, 1)):
        x = points(100, i)
        off = table.logpdf(x, alpha, beta) - direct_logs(x, alpha, beta)[0]
        assert abs(off).max() < LOG_F, (alpha, beta)


def test_scores_are_those_of_the_integral():
    for i, (alpha, beta) in enumerate(random_laws(60, 2)):
        x = points(40, i)
        if alpha > 1.02:  # law.score is less accurate than the table nearer to 1
            off = table.score(x, alpha, beta) - law.score(x, alpha, beta)
            assert abs(off).max() < SCORE, (alpha, beta)


@pytest.mark.parametrize("alpha", [1.0, 1 + 1e-8, 1.0003, 1.005, 1.02])
@pytest.mark.parametrize("beta", [0.0, 0.5, -0.9])
def test_the_score_in_alpha_is_the_derivative_of_the_density_near_alpha_one(alpha, beta):
    """The oracle is the polynomial through 20 points in alpha about it, exact to some 2e-9."""
    x, half, n = points(100, 3), 0.1, 20
    t = np.cos((np.arange(n) + 0.5) * np.pi / n)
    values = direct_logs(x, (alpha + half * t)[:, None], beta)[0]
    slope = chebyshev.chebval(0, chebyshev.chebder(chebyshev.chebfit(t, values, n - 1))) / half
    np.testing.assert_allclose(table.score(x, alpha, beta)[:, 0], slope, rtol=0, atol=SCORE)


@pytest.mark.parametrize("law_of", [(1.05, 0.3), (1.5, -0.3), (1.93, 0.8), (1.75, -0.85)])
def test_the_score_is_the_gradient_of_the_log_density(law_of):
    x, at, step = 5 + 2 * points(300, 4), np.array([*law_of, 2.0, 5.0]), 1e-3
    found = table.score(x, *at.tolist())
    for k, shift in enumerate(step * np.eye(4)):
        nearby = [table.logpdf(x, *(at + m * shift).tolist()) for m in (-2, -1, 1, 2)]
        slope = np.array([1, -8, 8, -1]) @ nearby / (12 * step)
        np.testing.assert_allclose(found[:, k], slope, rtol=0, atol=1e-6)  # 1e-10 / step, and h^4


@pytest.mark.parametrize("law_of", [(1.5, 0.3), (1.05, -0.7), (0.7, 0.1)])
def test_scale_and_loc_are_those_of_the_other_functions(law_of):
    x = points(200, 5)
    ours, theirs = (module.logpdf(x, *law_of, 3.0, -2.0) for module in (table, law))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=LOG_F)
    ours, theirs = (module.score(x[:40], *law_of, 3.0, -2.0) for module in (table, law))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=SCORE)


@pytest.mark.parametrize("edge", ALPHAS[1:-1])
def test_it_is_continuous_between_bands_of_alpha(edge):
    x, below = points(300, 6), math.nextafter(edge, 0)
    for beta in (-0.8, 0.0, 0.3):
        assert abs(table.logpdf(x, edge, beta) - table.logpdf(x, below, beta)).max() < LOG_F
        assert abs(table.score(x, edge, beta) - table.score(x, below, beta)).max() < SCORE


@pytest.mark.parametrize("edge", [0.0, 0.5, -0.5])
def test_it_is_continuous_between_bands_of_beta(edge):
    x, below = points(300, 7), edge - 1e-15
    for alpha in (1.0, 1.3, 1.7, 1.96):
        assert abs(table.logpdf(x, alpha, edge) - table.logpdf(x, alpha, below)).max() < LOG_F
        assert abs(table.score(x, alpha, edge) - table.score(x, alpha, below)).max() < SCORE


@pytest.mark.parametrize("law_of", OUTSIDE)
def test_laws_outside_are_left_to_the_other_functions(law_of):
    x = points(30, 8)
    np.testing.assert_array_equal(table.logpdf(x, *law_of), law.logpdf(x, *law_of))
    np.testing.assert_array_equal(table.score(x, *law_of), law.score(x, *law_of))


@pytest.mark.parametrize("beta", [0.4, -0.4])
def test_points_outside_are_left_to_the_other_functions(beta):
    end = np.sinh(LAST_EDGE)
    x = np.array([1e18, -1e18, end * (1 + 1e-9), -end * (1 + 1e-9), 1e300, np.inf, -np.inf, np.nan])
    mixed = np.insert(x, [0, 3, 8], [1.0, -4.0, 2.0])
    outside = np.isin(mixed, x) | np.isnan(mixed)
    np.testing.assert_array_equal(table.logpdf(mixed, 1.5, beta, 2.0)[-2], np.nan)
    for function, tolerance in ((table.logpdf, 1e-11), (table.score, 0.0)):
        theirs = getattr(law, function.__name__)(mixed, 1.5, beta, 1.0)
        ours = function(mixed, 1.5, beta, 1.0)
        np.testing.assert_allclose(ours[outside], theirs[outside], rtol=0, atol=tolerance)
        np.testing.assert_allclose(ours[~outside], theirs[~outside], rtol=0, atol=SCORE)


@pytest.mark.parametrize("bad", [{"alpha": 2.5}, {"alpha": np.nan}, {"beta": -1.1}, {"scale": 0.0}])
def test_a_parameter_out_of_range_gives_nan(bad):
    arguments = {"alpha": 1.5, "beta": 0.3} | bad
    assert np.isnan(table.logpdf([0.0, 1.0], **arguments)).all()
    assert np.isnan(table.score([0.0, 1.0], **arguments)).all()
    assert np.isnan(table.logpdf([0.0, 1.0], 1.5, 0.3, loc=np.inf)).all()


@pytest.mark.parametrize("function", [table.logpdf, table.score])
@pytest.mark.parametrize("name", ["x", "alpha", "beta", "scale", "loc"])
@pytest.mark.parametrize("value", [1j, "1", None, [0.1, 0.2]])
def test_what_is_not_a_number_is_refused_in_one_line(function, name, value):
    arguments = {"x": 0.0, "alpha": 1.5, "beta": 0.1, "scale": 1.0, "loc": 0.0} | {name: value}
    if name == "x" and value == [0.1, 0.2]:
        assert function(**arguments).shape[0] == 2
    else:
        with pytest.raises(ValueError, match=rf"^{name} must be a real number[^\n]*$"):
            function(**arguments)


def test_shapes_and_types():
    x = np.asfortranarray(points(12, 9).reshape(3, 4))
    assert type(table.logpdf(1, 1.5)) is np.float64
    assert table.score(1.0, 1.5).shape == (4,)
    assert table.logpdf([], 1.5).shape == (0,)
    assert table.score([], 1.5).shape == (0, 4)
    for function in (table.logpdf, table.score):
        one_by_one = [[function(value, 1.5, -0.2) for value in row] for row in x]
        np.testing.assert_array_equal(function(x, 1.5, -0.2), one_by_one)
        np.testing.assert_array_equal(
            function(x[::2, ::-1], 1.5, -0.2), np.array(one_by_one)[::2, ::-1]
        )
        single = np.float32(1.3)
        np.testing.assert_array_equal(function(x, single), function(x, float(single)))


def test_threads_change_nothing():
    x = points(120_001, 10)
    for function in (table.logpdf, table.score):
        parts = [function(part, 1.5, 0.4) for part in np.array_split(x, 5)]
        np.testing.assert_array_equal(function(x, 1.5, 0.4), np.concatenate(parts))


ONE_PASS = [(1.5, 0.4), (1.0, 0.0), (1.3, -0.7), (0.7, -0.2), (1.98, 0.1), (1.4, -0.97), (0.1, 0.2)]


@pytest.mark.parametrize("law_of", ONE_PASS)
def test_one_pass_has_the_bits_of_both_functions(law_of):
    x = np.append(points(300, 14), [1e18, -1e300, np.inf, np.nan])
    logs, scores = np.empty(x.size), np.empty((x.size, 4))
    table.log_and_score(x, *law_of, logs, scores)
    np.testing.assert_array_equal(logs, table.logpdf(x, *law_of))
    np.testing.assert_array_equal(scores, table.score(x, *law_of))


@pytest.mark.parametrize("law_of", ONE_PASS)
def test_sums_are_those_of_the_points(law_of):
    x = np.append(points(1500 if law_of[0] > 0.1 else 100, 15), [1e18, -2e18])
    weights = np.random.default_rng(16).uniform(0, 2, x.size)
    logs, scores = table.logpdf(x, *law_of), table.score(x, *law_of)
    for given, heavy in ((weights, weights), (None, np.ones(x.size))):
        found = table.log_and_score_sums(x, *law_of, given, with_products=True)
        np.testing.assert_allclose(found.log, heavy @ logs, rtol=1e-12)
        size = heavy @ abs(scores)  # of the terms: 1500 roundings of 1e-16
        assert (abs(found.score - heavy @ scores) < 1e-12 * size).all()
        expected, size = (scores.T * heavy) @ scores, (abs(scores).T * heavy) @ abs(scores)
        assert (abs(found.products - expected) < 1e-12 * size).all()
        less = table.log_and_score_sums(x, *law_of, given)
        assert less.products is None and less.log == found.log
        np.testing.assert_array_equal(less.score, found.score)


def test_sums_do_not_depend_on_the_number_of_threads():
    x, before = points(110_001, 17), numba.get_num_threads()
    x[5] = 1e18
    weights, found = np.random.default_rng(18).uniform(0, 2, x.size), []
    for threads in (1, 2):
        numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
        found.append(table.log_and_score_sums(x, 1.6, -0.3, weights, True))
    numba.set_num_threads(before)
    for one, two in zip(*found, strict=True):
        np.testing.assert_array_equal(one, two)


def test_a_law_is_contracted_to_polynomials_that_are_finite_up_to_the_limit():
    for alpha, beta in random_laws(5, 11):
        found = log_bands.panels(alpha, abs(beta))
        inside = found.middle[np.isfinite(found.powers[0, :, 0])]
        assert inside.size == np.isfinite(found.edges).sum() - 1
        assert np.isfinite(found.edges).sum() < found.edges.size
    assert table.LIMITS["x"][1] == pytest.approx(math.sinh(LAST_EDGE))


def test_the_file_is_the_one_of_the_constant():
    assert hashlib.sha256(log_bands.FILE.read_bytes()).hexdigest() == log_bands.SHA256


def test_a_file_that_was_changed_is_refused(tmp_path, monkeypatch):
    content = bytearray(log_bands.FILE.read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "table.npz").write_bytes(content)
    monkeypatch.setattr(log_bands, "FILE", tmp_path / "table.npz")
    with pytest.raises(ValueError, match=r"^[^\n]*must have the sha256[^\n]*$"):
        log_bands.bands.__wrapped__()


@pytest.mark.parametrize("place", [(1, 0)])
def test_a_band_made_anew_is_the_one_of_the_file(place):
    """To the rounding of the densities, which the sums multiply, and what SMALL leaves out."""
    shipped = log_bands.bands()[place]
    edges = shipped.edges[np.isfinite(shipped.edges)]
    made = make_table.band(*place, edges)
    np.testing.assert_array_equal(made.middle, shipped.middle)
    np.testing.assert_array_equal(made.stretch, shipped.stretch)
    assert abs(made.coefficients.size - shipped.coefficients.size) < 0.01 * made.coefficients.size
    x, (i, j) = points(500, 12), place
    for alpha, beta in [(1.1, 0.0), (1.17, 0.2), (1.23, 0.47), (1.3, 0.5)]:
        ends = ALPHAS[i : i + 2], BETAS[j : j + 2]
        new, old = (log_bands.contracted(b, alpha, beta, *ends).log(0, x) for b in (made, shipped))
        np.testing.assert_allclose(new, old, rtol=0, atol=1e-11)


def test_panels_of_a_band_are_as_wide_as_they_may_be(monkeypatch):
    monkeypatch.setattr(make_table, "GRID", 3)
    monkeypatch.setattr(make_table, "LAST_EDGE", 1.0)
    edges = make_table.panel_edges(5, 1)
    assert edges[0] == -1.0 and edges[-1] == 1.0 and (np.diff(edges) > 0).all()
    grid = np.linspace(-1, 1, 3)
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        cut = [
            make_table.cut_off(low, end, *make_table.laws(5, 1, grid, grid))
            for end in (high, high + 1 / 16)
        ]
        assert cut[0] <= make_table.TOLERANCE
        assert high == 1.0 or cut[1] > make_table.TOLERANCE


def test_the_file_carries_no_date_and_comes_back_as_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr(make_table, "panel_edges", lambda i, j: None)
    monkeypatch.setattr(make_table, "band", lambda i, j, _: log_bands.bands()[i, j])
    content = make_table.written()
    dates = {entry.date_time for entry in zipfile.ZipFile(BytesIO(content)).infolist()}
    assert dates == {(1980, 1, 1, 0, 0, 0)}
    make_table.replace(tmp_path / "table.npz", content)
    assert [path.name for path in tmp_path.iterdir()] == ["table.npz"]
    for place, band in log_bands.read((tmp_path / "table.npz").read_bytes()).items():
        np.testing.assert_array_equal(band.coefficients, log_bands.bands()[place].coefficients)
        np.testing.assert_array_equal(band.terms, log_bands.bands()[place].terms)


def test_errors_are_small_in_a_band_as_make_table_measures_them(monkeypatch):
    monkeypatch.setattr(make_table, "LAWS", 2)
    found = make_table.errors(log_bands.bands()[3, 1], 3, 1, np.random.default_rng(13))
    assert 0 < found[0] < LOG_F and (found[1:] > 0).all() and (found[1:] < SCORE).all()


def test_the_table_in_use_is_never_written_over(capsys):
    before = log_bands.FILE.read_bytes()
    for arguments, status in ((["--help"], 0), (["--out", str(log_bands.FILE)], 2)):
        with pytest.raises(SystemExit) as ended:
            make_table.main(arguments)
        assert ended.value.code == status
    assert "--out must not be the table that is in use" in capsys.readouterr().err
    assert log_bands.FILE.read_bytes() == before
