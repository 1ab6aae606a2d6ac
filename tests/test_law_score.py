"""Scores against the oracle, against differences of the log density, and by their own laws."""

import math
from pathlib import Path

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stablenoise import Stable, law
from stablenoise.law.integral import nodes
from stablenoise.law.polynomials import panels
from stablenoise.law.shapes import NEAR_ONE

ORACLE = np.genfromtxt(
    Path(__file__).parent / "data" / "law_oracle.csv", delimiter=",", names=True
)  # alpha, beta, x, pdf, cdf, sf, dx, dalpha, dbeta: NaN where a derivative was not computed
ENDS = [  # alpha, beta, x, derivatives in alpha and beta: enclosed, see benchmarks/reference
    (0.9211299415435755, -0.9999999999999998, 1.086681093853806, 0.06220827433, -0.47663232934),
    (
        1.222336299667961,
        0.9999999999999994,
        4.66433197623224e-06,
        0.1123271798165,
        -0.1301809619017,
    ),
    (1.9995990656738138, 0.9999999999999967, -0.0961, -0.0174747111517, 3.814251545703e-06),
    (0.10687624550775997, -1.0, 0.1694759173485628, -11693151.144126, 1226362.90967643),
    (1.5, 1.0, -1.5, 0.423380725210636, 0.04756440754428137),
    (1.0, 1.0, 0.5, 0.4021891332180439, -0.08927928964832867),
    (1.999999999999999, -0.051778244267159365, -0.5402953966369857, 0.030015678148778, 0.0),
    (1.9999999999999631, 1.0, 1.0491880322009735, 0.1384435505237849, 0.0),
    (
        0.02052534977970681,
        -0.6186549271415138,
        -3.673837214109791e129,
        -249.528181157,
        -0.617799153,
    ),
    (0.01, 0.3, -1e200, -356.50122126561416, -1.428573876772553),
]
quick = settings(deadline=None, max_examples=30)


def oracle_errors(rows):
    """Largest error of a row over 1 plus the size of the derivative."""
    found = law.score(rows["x"], rows["alpha"], rows["beta"])
    ours = np.stack([-found[:, 3], found[:, 0], found[:, 1]])
    exact = np.stack([rows["dx"], rows["dalpha"], rows["dbeta"]])
    return np.nanmax(abs(ours - exact) / (1 + abs(exact)), axis=0)


def near(rows):
    return abs(rows["alpha"] - 1) < NEAR_ONE


def close_to_a_light_tail(rows):
    """Laws next to one with a light tail, whose scores are steep there: these are bounded apart."""
    share = 1 - abs(rows["beta"])
    on_light_side = rows["x"] * rows["beta"] < 0
    near_beta = (share > 0) & (share < 1.5e-3)
    gauss = (rows["alpha"] < 2) & (rows["alpha"] > 2 - 1e-5)
    return (near_beta | (near(rows) & (share == 0))) & on_light_side | gauss


def test_scores_are_those_of_the_oracle():
    """Measured: 4e-10 (1e-7 near alpha = 1), at points where a score is a small difference."""
    rows = ORACLE[(ORACLE["alpha"] < 2) & ~close_to_a_light_tail(ORACLE)]
    assert len(rows) > 450
    assert oracle_errors(rows[~near(rows)]).max() < 2e-9
    assert oracle_errors(rows[near(rows)]).max() < 5e-7


def test_scores_next_to_a_law_with_a_light_tail_are_right_to_some_digits():
    """Measured: 9e-7, and 2.4e-3 where they are interpolated near alpha = 1."""
    rows = ORACLE[(ORACLE["alpha"] < 2) & close_to_a_light_tail(ORACLE)]
    far = rows[~near(rows)]
    assert oracle_errors(far).max() < 5e-6
    assert np.median(oracle_errors(far)) < 1e-9
    assert oracle_errors(rows[near(rows)]).max() < 5e-3
    assert np.median(oracle_errors(rows[near(rows)])) < 1e-7


def test_the_gaussian_law_has_its_own_derivative_in_x():
    rows = ORACLE[ORACLE["alpha"] == 2]
    found = law.score(rows["x"], 2.0, rows["beta"])
    np.testing.assert_allclose(-found[:, 3], rows["dx"], rtol=1e-14)
    assert not found[:, 1].any()


def difference(function, at, step):
    """Derivative by eight points: the error is of order step^8."""
    weights = {1: 4 / 5, 2: -1 / 5, 3: 4 / 105, 4: -1 / 280}
    return sum(
        w * (function(at + k * step) - function(at - k * step)) / step for k, w in weights.items()
    )


alphas = st.floats(0.3, 0.95) | st.floats(1.05, 1.9) | st.floats(0.97, 1.03)
betas, places = st.floats(-0.9, 0.9), st.floats(-5.0, 5.0)


@quick
@given(alphas, betas, places)
def test_a_score_is_the_derivative_of_the_log_density(alpha, beta, u):
    """At a fixed distance from zeta, on whose scale the law varies; then in x."""
    minus_zeta = lambda a, b: b * math.tan(math.pi * a / 2)  # noqa: E731
    far = alpha < 0.9  # elsewhere the law varies on the scale 1, and x is fixed
    x = math.sinh(u)
    z = x + minus_zeta(alpha, beta)
    if far and abs(z) < 1e-3:
        return

    def log_f(a, b):
        return law.logpdf(z - minus_zeta(a, b) if far else x, a, b)

    in_a, in_b, in_scale, in_loc = law.score(x, alpha, beta)
    tangent_a = beta * math.pi / 2 / math.cos(math.pi * alpha / 2) ** 2 if far else 0.0
    tangent_b = math.tan(math.pi * alpha / 2) if far else 0.0
    assert in_scale == pytest.approx(-1 + x * in_loc, rel=1e-12, abs=1e-12)
    step = 1e-3 * (abs(z) if far else math.hypot(1, x))
    slope = difference(lambda y: law.logpdf(y, alpha, beta), x, step)
    assert -in_loc == pytest.approx(slope, rel=1e-6, abs=1e-7 / step * 1e-3)
    size = 1e-6 * (1 + abs(in_loc) * (1 + abs(tangent_a) + abs(tangent_b)))
    found = difference(lambda a: log_f(a, beta), alpha, 2e-3)
    assert in_a + tangent_a * in_loc == pytest.approx(found, rel=1e-6, abs=size)
    found = difference(lambda b: log_f(alpha, b), beta, 2e-3)
    assert in_b + tangent_b * in_loc == pytest.approx(found, rel=1e-6, abs=size)


@quick
@given(alphas, st.floats(-0.99, 0.99), places)
def test_a_reflected_law_has_the_reflected_score(alpha, beta, x):
    ours, theirs = law.score(x, alpha, beta), law.score(-x, alpha, -beta)
    np.testing.assert_allclose(ours, theirs * [1, -1, 1, -1], rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("alpha, beta", [(1.5, 0.5), (0.6, 0.3), (1.0, 0.7), (1.95, -0.2)])
def test_the_mean_of_a_score_is_zero(alpha, beta):
    made = panels(alpha, beta)
    x, log_weight, _ = nodes(made)
    mass = np.exp(made.log(0, x) + log_weight)
    some = mass > 1e-20
    assert mass.sum() == pytest.approx(1.0, rel=1e-12)
    np.testing.assert_allclose(mass[some] @ law.score(x[some], alpha, beta), 0.0, atol=1e-7)


@pytest.mark.parametrize("x", [-3.0, 0.2, 2.5, 8.0])
def test_at_the_ends_of_a_range_derivatives_are_one_sided(x):
    """Of the density, which is smooth there, over its value: differences of 1e-6 lose 1e-5."""
    h = 1e-6
    slope = (law.pdf(x, 2.0) - law.pdf(x, 2.0 - h)) / h / law.pdf(x, 2.0)
    assert law.score(x, 2.0)[0] == pytest.approx(slope, rel=1e-3, abs=1e-5)
    for alpha in (0.7, 1.0, 1.5):
        for beta in (1.0, -1.0):
            if law.pdf(x, alpha, beta) < 1e-200:
                continue
            inside = law.pdf(x, alpha, beta * (1 - h))
            slope = (law.pdf(x, alpha, beta) - inside) / (beta * h) / law.pdf(x, alpha, beta)
            assert law.score(x, alpha, beta)[1] == pytest.approx(slope, rel=1e-3, abs=1e-5)


def test_scores_of_far_tails_are_those_of_a_power():
    """Log f = c(alpha, beta) - (1 + alpha) log z."""
    near, far = law.score(1e90, 1.5, 0.3), law.score(1e200, 1.5, 0.3)
    assert far[0] - near[0] == pytest.approx(-math.log(1e110), rel=1e-12)
    assert far[1] == pytest.approx(near[1], rel=1e-12)
    assert far[2] == pytest.approx(1.5, rel=1e-12)
    assert far[3] == pytest.approx(2.5e-200, rel=1e-12)


def test_scale_and_location_give_the_units():
    moved = Stable(1.5, 0.5, 2.0, 3.0).score([1.0, 7.0])
    plain = Stable(1.5, 0.5).score([-1.0, 2.0])
    np.testing.assert_allclose(moved, plain / [1, 1, 2, 2], rtol=1e-13)


def test_what_is_out_of_range_has_no_score():
    assert law.score(np.zeros((0, 3)), 1.5).shape == (0, 3, 4)
    assert law.score([[1.0], [2.0]], [1.2, 1.5, 1.7]).shape == (2, 3, 4)
    for x, alpha, beta, scale in [(1, 2.1, 0, 1), (1, 1.5, 1.1, 1), (np.nan, 1.5, 0, 1)]:
        assert np.isnan(law.score(x, alpha, beta, scale)).all()
    assert np.isnan(law.score(np.inf, 1.5)).all()
    assert np.isnan(law.score(-2.0, 0.5, 1.0)).all()  # beyond the end of the support
    assert np.isnan(law.score(1.0, 1.5, 0.0, [-1.0, 0.0, np.inf])[:, 2:]).all()
    with pytest.raises(ValueError, match="^x must be a real number or an array of them, got 'a'$"):
        law.score("a", 1.5)


# Fisher information.


def test_the_information_of_a_cauchy_law_is_known():
    """1/2 about scale and location; by symmetry alpha and scale know nothing of beta and loc."""
    found = law.fisher_information(1.0)
    np.testing.assert_allclose(found[2:, 2:], [[0.5, 0], [0, 0.5]], atol=1e-9)
    np.testing.assert_allclose(found[[0, 0, 2, 2], [1, 3, 1, 3]], 0, atol=1e-8)
    # about alpha and scale: by quadrature of d log f / d alpha = Re int -t log(t) e^(itx - t)
    v = np.linspace(-40, 40, 8001)
    x, mass = np.sinh(v), 0.01 / (np.pi * np.cosh(v))
    t = 1 / (1 - 1j * x)  # int t log t e^(-t/c) = c^2 (digamma(2) + log c), digamma(2) = 1 - gamma
    in_alpha = -np.real(t**2 * (1 - np.euler_gamma + np.log(t))) * (1 + x**2)
    assert found[0, 0] == pytest.approx(np.sum(mass * in_alpha**2), rel=1e-6)
    in_scale = (x**2 - 1) / (x**2 + 1)
    assert found[0, 2] == pytest.approx(np.sum(mass * in_alpha * in_scale), rel=1e-6)


def test_near_gaussian_laws_the_information_about_scale_and_location_is_gaussian():
    found = law.fisher_information(2 - 1e-7)[2:, 2:]
    np.testing.assert_allclose(found, [[2, 0], [0, 0.5]], atol=1e-4)


def test_information_has_the_units_of_the_scale():
    unit = law.fisher_information(1.3, 0.5)
    found = Stable(1.3, 0.5, 4.0, 7.0).fisher_information()
    np.testing.assert_allclose(found[:2, :2], unit[:2, :2], rtol=1e-15)
    np.testing.assert_allclose(found[:2, 2:], unit[:2, 2:] / 4, rtol=1e-15)
    np.testing.assert_allclose(found[2:, 2:], unit[2:, 2:] / 16, rtol=1e-15)
    with pytest.raises(ValueError, match="^alpha must be a real number, got"):
        Stable([1.2, 1.5]).fisher_information()
    with pytest.raises(ValueError, match="^scale must be a real number, got"):
        Stable(1.2, scale=[1.0, 2.0]).fisher_information()


@quick
@given(st.floats(0.3, 1.95), st.floats(-0.95, 0.95))
def test_information_is_positive_definite_and_reflects(alpha, beta):
    found, mirrored = law.fisher_information(alpha, beta), law.fisher_information(alpha, -beta)
    assert np.linalg.eigvalsh(found)[0] > 0
    sign = np.array([1, -1, 1, -1])
    scale = np.sqrt(np.outer(np.diag(found), np.diag(found)))
    np.testing.assert_allclose(found / scale, mirrored * sign * sign[:, None] / scale, atol=1e-6)


@pytest.mark.parametrize("beta", [0.0, 0.5, -0.9, 0.9999, 1 - 1e-8])
@pytest.mark.parametrize("alpha", [0.15, 0.2, 1.0, 1.99])
def test_information_is_symmetric_and_positive_definite_to_the_ends_of_its_range(alpha, beta):
    found = law.fisher_information(alpha, beta)
    roots = np.sqrt(np.diag(found))
    np.testing.assert_array_equal(found, found.T)
    assert np.linalg.eigvalsh(found / np.outer(roots, roots))[0] > 1e-11
    assert np.linalg.eigvalsh(found)[0] > 0


@pytest.mark.parametrize(
    "alpha, beta, message",
    [
        (2.0, 0.0, "alpha must lie in (0, 2), got 2.0"),
        (1.5, -1.0, "beta must lie in (-1, 1), got -1.0"),
        ([1.5], 0.0, "alpha must be a real number, got [1.5]"),
        (math.nan, 0.0, "alpha must lie in (0, 2), got nan"),
        (0.1, 0.0, "alpha must be at least 0.15 here, got 0.1"),
        (0.1499, 0.9, "alpha must be at least 0.15 here, got 0.1499"),
    ],
)
def test_information_at_the_ends_of_a_range_is_refused(alpha, beta, message):
    with pytest.raises(ValueError) as error:
        law.fisher_information(alpha, beta)
    assert str(error.value) == message


def by_fourier(x, alpha, beta):
    """Derivatives in alpha, beta and x of the log density, of its integral over frequencies."""
    with mpmath.workdps(22):
        d = 1 - mpmath.mpf(alpha)
        turn = 1 / mpmath.tan(mpmath.pi * d / 2) if d else 0
        slope = mpmath.pi / 2 * (1 + turn**2)

        def parts(t):
            log_t = mpmath.log(t)
            power, skew = t**alpha, 2 / mpmath.pi * t * log_t
            in_alpha, bend = -power * log_t, t * log_t**2 / mpmath.pi
            if d:
                skew = turn * (t - power)
                bend = slope * (t - power) - turn * power * log_t
            kernel = mpmath.exp(-power - 1j * (beta * skew + t * x))
            factors = 1, in_alpha - 1j * beta * bend, -1j * skew, -1j * t
            return [mpmath.re(kernel * factor) for factor in factors]

        cuts = [0, 0.01, 0.1, 0.5, 1, 2, 3, 5, 8, 12, 20, 30, 50]
        whole = [mpmath.quad(lambda t, i=i: parts(t)[i], cuts) for i in range(4)]
        return [float(part / whole[0]) for part in whole[1:]]


@pytest.mark.parametrize("alpha", [0.9999, 1.0, 1.005, 1.019])
@pytest.mark.parametrize("x, beta", [(0.0107, 0.0), (-0.0022, 0.0), (0.07, 0.3), (-2.1, 0.85)])
def test_about_index_one_a_score_has_nine_digits(alpha, x, beta):
    """Next to zeta, where x is small, the derivative in beta is 100 times one in x."""
    found = law.score(x, alpha, beta)[[0, 1, 3]] * [1, 1, -1]
    np.testing.assert_allclose(found, by_fourier(x, alpha, beta), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("alpha", "beta", "x", "in_alpha", "in_beta"), ENDS)
def test_scores_keep_their_digits_next_to_the_ends_of_the_parameters(
    alpha, beta, x, in_alpha, in_beta
):
    """Within 1e-8 of 1 plus their size: they were off by 3e-4 to 1e-2 before."""
    seen = law.score(x, alpha, beta)
    np.testing.assert_allclose(seen[:2], [in_alpha, in_beta], rtol=1e-8, atol=1e-8)
