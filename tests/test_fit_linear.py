"""Linear regression with stable errors: least squares, Cauchy, coverage, efficiency, any units."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize
from scipy.stats import binom, chi2

from stablenoise import Stable
from stablenoise.fit.linear_summary import others
from stablenoise.fit.regression import linear
from stablenoise.law import fisher_information

NEAR = 1e-5  # of standard errors: steps end at 1e-6 of them


def sample(n, alpha=1.5, beta=0.0, seed=1, coefficients=(1.0, -2.0, 0.5)):
    """A response, and its design with a constant."""
    rng = np.random.default_rng([2026, seed])
    design = np.column_stack([np.ones(n), rng.normal(size=(n, len(coefficients) - 1))])
    return design @ coefficients + Stable(alpha, beta, 0.7).rvs(n, rng), design


def assert_same(found, wanted, errors, share=NEAR):
    """Within a share of standard errors, the same everywhere."""
    np.testing.assert_array_less(np.abs(np.asarray(found) - wanted), share * np.asarray(errors))


def test_at_alpha_2_it_is_least_squares():
    from statsmodels.api import OLS

    y, X = sample(60, 2.0)
    fit, ols = linear(y, X, alpha=2), OLS(y, X).fit()
    for name in ("params", "bse", "tvalues", "pvalues", "resid", "fittedvalues"):
        np.testing.assert_allclose(getattr(fit, name), getattr(ols, name), rtol=1e-8, atol=1e-11)
    np.testing.assert_allclose(fit.conf_int(0.9), ols.conf_int(0.1), rtol=1e-8)
    np.testing.assert_allclose(fit.cov_params(), ols.cov_params(), rtol=1e-8, atol=1e-14)
    np.testing.assert_allclose(fit.llf, ols.llf, rtol=1e-12)
    sigma = np.sqrt(np.mean(ols.resid**2))
    np.testing.assert_allclose(fit.errors.scale, sigma / np.sqrt(2), rtol=1e-8)
    assert (fit.nobs, fit.df_resid, fit.errors_bse["alpha"]) == (60, ols.df_resid, 0.0)
    assert fit.aic == pytest.approx(ols.aic + 2)  # sigma is one more


def test_with_cauchy_errors_another_optimiser_finds_no_more():
    y, X = sample(80, 1.0)
    fit = linear(y, X, alpha=1, beta=0)

    def loss(theta):
        return -np.sum(stats.cauchy.logpdf(y - X @ theta[:3], scale=np.exp(theta[3])))

    start = np.append(np.asarray(fit.params) + 0.1, 0.1)
    best = minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-12})
    assert fit.llf == pytest.approx(-best.fun, abs=1e-9)
    assert_same(fit.params, best.x[:3], fit.bse)
    assert fit.errors.scale == pytest.approx(np.exp(best.x[3]), rel=1e-6)
    root = np.sqrt(2 * np.diag(np.linalg.inv(X.T @ X))) * fit.errors.scale  # I_mm = 1/2
    np.testing.assert_allclose(fit.bse, root * np.sqrt(80 / 77), rtol=1e-6)


@pytest.mark.parametrize(("alpha", "beta"), [(0.6, 0.0), (1.3, 0.7), (1.7, -0.5), (1.9, 0.0)])
def test_no_point_beside_the_estimate_is_better_and_truth_is_near(alpha, beta):
    """An estimate that is 5.5 standard errors off has a chance of 4e-8, one of 6 in 4 samples."""
    y, X = sample(400, alpha, beta)
    fit = linear(y, X)
    law = fit.errors

    def value(params, **changed):
        other = {"alpha": law.alpha, "beta": law.beta, "scale": law.scale} | changed
        return float(np.sum(Stable(**other).logpdf(y - X @ params)))

    assert fit.converged and fit.llf == pytest.approx(value(np.asarray(fit.params)), abs=1e-6)
    for step in (-0.05, 0.05):
        for i in range(3):
            moved = np.array(fit.params)
            moved[i] += step * fit.bse[i]
            assert value(moved) < fit.llf
        for name, error in fit.errors_bse.items():
            changed = {name: getattr(law, name) + step * error}
            assert value(np.asarray(fit.params), **changed) < fit.llf
    assert_same(fit.params, [1.0, -2.0, 0.5], fit.bse, 5.5)
    truth = Stable(alpha, beta, 0.7)
    for name, error in fit.errors_bse.items():
        assert abs(getattr(law, name) - getattr(truth, name)) < 5.5 * error, name


def test_standard_errors_are_those_of_the_joint_information():
    """Written out as one matrix, with rows of all parameters: another way to the same numbers."""
    y, X = sample(300, 1.5, 0.6)
    fit = linear(y, X)
    law = fisher_information(fit.errors.alpha, fit.errors.beta)
    scale = fit.errors.scale
    jacobians = [np.zeros((4, 6)) for _ in X]
    for row, jacobian in zip(X, jacobians, strict=True):
        jacobian[[0, 1], [0, 1]], jacobian[2, 2], jacobian[3, 3:] = 1.0, 1 / scale, row / scale
    whole = np.linalg.inv(sum(j.T @ law @ j for j in jacobians))
    errors = np.sqrt(np.diag(whole))
    np.testing.assert_allclose(list(fit.errors_bse.values()), errors[:3], rtol=1e-7)
    np.testing.assert_allclose(fit.bse, errors[3:] * np.sqrt(300 / 297), rtol=1e-7)


REPLICATES, ROWS = 300, 150


@pytest.fixture(scope="module")
def replicates():
    """Errors of coefficients over standard errors, and by three methods, at alpha = 1.5."""
    fits = []
    for seed in range(REPLICATES):
        y, X = sample(ROWS, 1.5, seed=seed, coefficients=(1.0, -2.0))
        fit = linear(y, X, beta=0)
        truth = np.array([1.0, -2.0])
        covered = [low <= b <= high for b, (low, high) in zip(truth, fit.conf_int(), strict=True)]
        squares, absolute = others(fit)
        errors = [m - truth for m in (fit.params, squares.params, absolute.params)]
        fits.append((covered, errors, (fit.params - truth) / fit.bse))
    return [np.array(column) for column in zip(*fits, strict=True)]


def test_intervals_cover_as_often_as_they_say(replicates):
    """Each count is within the quantiles of its binomial law at 5e-7 and 1 - 5e-7."""
    low, high = binom.ppf([5e-7, 1 - 5e-7], REPLICATES, 0.95)
    for covered in replicates[0].T:
        assert low <= covered.sum() <= high


def test_it_is_as_efficient_as_theory_says(replicates):
    """Mean squares against those of LAD: their logarithm is 5 standard deviations below the bound.

    I_mm = 0.428 and 4 f(0)^2 = 0.330 make a ratio of 0.771; of 600 pairs of errors, of correlation
    0.88, its logarithm has a standard deviation of 0.04.  Of OLS the variance is infinite.  Squares
    over standard errors are nearly chi-square, at 1e-6; a tenth is for n = 150.
    """
    _, errors, ratios = replicates
    stable, squares, absolute = (errors[:, i].ravel() for i in range(3))
    assert np.mean(stable**2) < 0.95 * np.mean(absolute**2)
    assert np.mean(stable**2) < 0.3 * np.mean(squares**2)
    low, high = chi2.ppf([5e-7, 1 - 5e-7], ratios.size) / ratios.size
    assert 0.9 * low < np.mean(ratios**2) < 1.1 * high


finite = st.floats(-3, 3)


@settings(max_examples=10, derandomize=True)
@given(st.tuples(finite, finite, finite), st.integers(-60, 60), st.integers(0, 20))
def test_it_moves_with_y_and_x(shift, power, seed):
    """By y + X b, by y 2^k, which is exact, and by X A."""
    y, X = sample(90, 1.4, seed=seed)
    fit, factor = linear(y, X, beta=0), 2.0**power
    moved = linear(y + X @ shift, X, beta=0)
    assert_same(moved.params, fit.params + np.array(shift), fit.bse)
    scaled = linear(y * factor, X * factor**2, beta=0)
    np.testing.assert_array_equal(scaled.params, fit.params / factor)
    np.testing.assert_array_equal(scaled.bse, fit.bse / factor)
    assert scaled.errors.scale == fit.errors.scale * factor
    assert scaled.llf == pytest.approx(fit.llf - 90 * power * np.log(2), abs=1e-9)
    mix = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, -1.0], [0.0, 0.5, 3.0]])
    mixed = linear(y, X @ mix, beta=0)
    assert_same(mix @ mixed.params, fit.params, fit.bse)
    assert mixed.llf == pytest.approx(fit.llf, abs=1e-9)


@settings(max_examples=10, derandomize=True)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_and_a_mirror_turns_the_skewness(random):
    y, X = sample(120, 1.5, 0.4)
    order = list(range(120))
    random.shuffle(order)
    fit, permuted, mirrored = linear(y, X), linear(y[order], X[order]), linear(-y, X)
    for other, sign in ((permuted, 1), (mirrored, -1)):
        assert_same(sign * other.params, fit.params, fit.bse)
        assert other.errors.beta == pytest.approx(sign * fit.errors.beta, abs=1e-5)
        assert other.llf == pytest.approx(fit.llf, abs=1e-8)


@pytest.mark.parametrize("unit", [1e-290, 1e-8, 1e8, 1e290])
def test_units_of_y_and_of_columns_may_be_far_apart(unit):
    y, X = sample(100, 1.5)
    plain, columns = linear(y, X, beta=0), np.array([1.0, 1e-8, 1e8])
    fit = linear(unit * y, X * columns, beta=0)
    assert_same(fit.params / unit * columns, plain.params, plain.bse)
    np.testing.assert_allclose(fit.bse / unit * columns, plain.bse, rtol=1e-6)
    assert np.isfinite(fit.conf_int()).all()
    assert_same(others(fit)[0].params / unit * columns, others(plain)[0].params, plain.bse)


def test_what_is_held_stays_and_has_no_error():
    y, X = sample(100, 1.5)
    fit = linear(y, X, alpha=1.4, beta=0.2, scale=0.6)
    assert (fit.errors.alpha, fit.errors.beta) == (1.4, 0.2)
    assert fit.errors.scale == pytest.approx(0.6, rel=1e-14)
    assert set(fit.errors_bse.values()) == {0.0}
    assert fit.aic == pytest.approx(2 * 3 - 2 * fit.llf)
    assert linear(y, X).llf > linear(y, X, beta=0).llf > linear(y, X, beta=0, alpha=1.9).llf


def test_an_estimate_at_its_bound_is_told():
    rng = np.random.default_rng(3)
    X = np.column_stack([np.ones(100), np.arange(100.0)])
    fit = linear(X @ [1.0, 2.0] + rng.uniform(-1, 1, 100), X)
    assert (fit.errors.alpha, fit.at_bound) == (2.0, ("alpha",))
    assert np.isnan(fit.errors_bse["alpha"])
    text = fit.summary().as_text()
    assert "alpha is at the bound 2" in text and "at bound" in text
    assert fit.to_dict()["errors_bse"]["alpha"] is None


def test_a_summary_has_the_other_methods_beside_it():
    from statsmodels.api import OLS, QuantReg

    y, X = sample(100, 1.5)
    fit, ols, lad = linear(y, X), OLS(y, X).fit(), QuantReg(y, X).fit()
    squares, absolute = others(fit)
    np.testing.assert_allclose(squares.params, ols.params, rtol=1e-9)
    np.testing.assert_allclose(squares.bse, ols.bse, rtol=1e-9)
    assert_same(absolute.params, lad.params, fit.bse, 1e-3)  # it stops at 1e-6 of a scale
    page = fit.summary(0.9)
    assert all(word in page.as_text() for word in ("OLS", "LAD", "alpha", "x3", "[0.05", "S0"))
    assert "<table" in page.as_html()
    assert f"{fit.params[2]:.6g}" in page.as_text()


def test_tables_of_pandas_come_back_named():
    pandas = pytest.importorskip("pandas")
    y, X = sample(50, 1.5)
    plain = linear(y, X, beta=0)
    table = pandas.DataFrame(X, columns=["const", "a", "b"], index=range(100, 150))
    fit = linear(pandas.Series(y, index=table.index), table, beta=0)
    assert fit.names == ("const", "a", "b")
    for name in ("params", "bse", "tvalues", "pvalues"):
        assert list(getattr(fit, name).index) == ["const", "a", "b"]
        np.testing.assert_array_equal(getattr(fit, name), getattr(plain, name))
    assert list(fit.resid.index) == list(table.index)
    assert fit.conf_int().loc["a", 0] == plain.conf_int()[1, 0]
    assert fit.cov_params().loc["a", "b"] == plain.cov_params()[1, 2]
    turned = table[["b", "const", "a"]]
    np.testing.assert_allclose(fit.predict(turned), fit.fittedvalues, rtol=1e-12)
    assert list(fit.predict(turned).index) == list(table.index)
    with pytest.raises(ValueError, match=r"^X must have the columns .*, got \['a', 'b'\]$"):
        fit.predict(table[["a", "b"]])
    assert "const" in fit.summary().as_text()
    assert json.loads(json.dumps(fit.to_dict()))["params"]["a"] == plain.params[1]
    table.iloc[3, 1] = np.nan
    with pytest.raises(ValueError, match=r"^X must be finite, got nan in row 3$"):
        linear(y, table)


def test_what_it_gives_fits_together():
    y, X = sample(50, 1.5)
    fit = linear(y, X, beta=0)
    np.testing.assert_allclose(fit.fittedvalues + fit.resid, y, rtol=1e-14, atol=1e-14)
    np.testing.assert_allclose(fit.predict(X[:5]), fit.fittedvalues[:5])
    np.testing.assert_allclose(np.diag(fit.cov_params()), fit.bse**2)
    assert fit.bic - fit.aic == pytest.approx(5 * (np.log(50) - 2))
    low, high = fit.conf_int(0.5).T
    assert (fit.conf_int(0.99)[:, 0] < low).all() and (low < fit.params).all()
    assert "LinearFit(x1=" in repr(fit) and "\n" not in repr(fit)
    assert not fit.params.flags.writeable
    told = json.loads(json.dumps(fit.to_dict()))
    assert told["conf_int"]["x2"] == fit.conf_int()[1].tolist()


Y, DESIGN = sample(20, 1.5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": Y[:-1]}, "y must have as many rows as X, 20, got 19"),
        ({"y": np.where(np.arange(20) == 7, np.nan, Y)}, "y must be finite, got nan in row 7"),
        ({"y": np.where(np.arange(20) == 7, -np.inf, Y)}, "y must be finite, got -inf in row 7"),
        ({"y": np.full(20, 3.0)}, "y must not be constant, got 3.0"),
        ({"y": DESIGN @ [1.0, 2.0, 3.0]}, "y must not be fitted exactly by X, got 20 of 20 rows"),
        ({"X": DESIGN[:, [0, 1, 1]]}, "X must have full column rank, 3, got rank 2"),
        ({"X": DESIGN * [1.0, 0.0, 1.0]}, "X must have full column rank, 3, got rank 2"),
        ({"X": DESIGN[:3], "y": Y[:3]}, "X must have at least 4 rows, got 3"),
        ({"X": DESIGN[:, 0]}, "X must be a non-empty 2-d array, got shape (20,)"),
        ({"y": DESIGN}, "y must be a non-empty 1-d array, got shape (20, 3)"),
        ({"alpha": 2.5}, "alpha must lie in (0, 2], got 2.5"),
        ({"alpha": 0.05}, "alpha must be at least 0.1 here, got 0.05"),
        ({"beta": -1.5}, "beta must lie in [-1, 1], got -1.5"),
        ({"scale": 0.0}, "scale must be positive and finite, got 0.0"),
        ({"y": list("abcdefghijklmnopqrst")}, "y must be a real number or an array of them, got"),
        ({"y": np.ma.masked_less(Y, 0.0)}, "y must have no masked values, got"),
    ],
)
def test_what_cannot_be_fitted_is_told_in_one_line(change, message):
    with pytest.raises(ValueError) as told:
        linear(**({"y": Y, "X": DESIGN} | change))
    assert str(told.value).startswith(message) and "\n" not in str(told.value)


def test_more_than_half_of_the_rows_exact_is_told_and_fewer_are_not():
    y, errors = DESIGN @ [1.0, 2.0, 3.0], np.random.default_rng(1).normal(size=20)
    some = y + np.where(np.arange(20) < 6, errors, 0.0)
    with pytest.raises(ValueError, match=r"^y must not be fitted exactly by X, got 1[34] of 20"):
        linear(some, DESIGN)
    mixed = y + np.where(np.arange(20) < 14, errors, 0.0)
    assert np.isfinite(linear(mixed, DESIGN, alpha=1.5).llf)


def test_one_column_as_a_matrix_is_a_response():
    assert linear(Y[:, None], DESIGN, beta=0).llf == linear(Y, DESIGN, beta=0).llf


def test_rows_of_pandas_must_be_the_same():
    pandas = pytest.importorskip("pandas")
    X = pandas.DataFrame({"const": 1.0, "x": np.arange(30.0)})
    y = pandas.Series(np.arange(30.0) + Stable(1.5).rvs(30, rng=1))
    assert linear(y, X).nobs == 30
    with pytest.raises(ValueError, match="y and X must have the same index"):
        linear(y.sample(frac=1, random_state=1), X)


@pytest.mark.parametrize("scale", [None, 2.0])
def test_least_squares_are_found_among_far_residuals(scale):
    """Residuals some thousand scales out, where the law of Gauss is 0 to the doubles."""
    rng = np.random.default_rng(0)
    X = np.column_stack([np.ones(150), rng.normal(size=(150, 2))])
    y = X @ [1.0, 2.0, -1.0] + rng.standard_t(1, 150) * 10
    y[7] = 1e6
    result = linear(y, X, alpha=2, scale=scale)
    exact, rest = np.linalg.lstsq(X, y)[:2]
    np.testing.assert_allclose(result.params, exact, rtol=1e-9)
    size = np.sqrt(rest[0] / 300) if scale is None else scale
    assert result.errors.scale == pytest.approx(size) and result.converged
    assert result.llf == pytest.approx(stats.norm.logpdf(y - X @ exact, 0, 2**0.5 * size).sum())
