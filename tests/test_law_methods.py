"""The methods behind the law of one variable: each against its formula, and where two meet."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mpmath import mpf

from stablenoise.kernels.compiler import jit
from stablenoise.law import angle, closed, inversion, lookup, polynomials, ray, tail, zeta
from stablenoise.law.direct import (
    FLAT_Z,
    LOWER,
    MAX_LOSS,
    UPPER,
    about_zeta,
    completed,
    direct_logs,
    workspace,
)
from stablenoise.law.lookup import cells_of
from stablenoise.law.polynomials import panels
from stablenoise.law.shapes import NEAR_ONE, distance_from_one, shape, tangent

EPS = np.finfo(float).eps
WORK = workspace()

signs = st.sampled_from([-1.0, 1.0])
small = st.floats(0, 16).map(lambda k: 10.0**-k)
betas = (
    st.floats(-1, 1)
    | st.builds(lambda sign, h: sign * h, signs, small)
    | st.builds(lambda sign, h: sign * (1 - h), signs, small)
    | st.sampled_from([-1.0, 0.0, 1.0])
)
near_alphas = st.builds(lambda sign, h: 1 + sign * h, signs, st.floats(1e-12, 0.0199) | small)
near_alphas = near_alphas.filter(lambda a: 0 < abs(a - 1) < NEAR_ONE)
low_alphas = st.floats(0.1, 1 - NEAR_ONE) | st.sampled_from([0.5, 0.9])
high_alphas = st.floats(1 + NEAR_ONE, 1.99) | small.map(lambda h: 2 - h * 0.9 - EPS)
far_alphas = low_alphas | high_alphas
alphas = far_alphas | near_alphas | st.sampled_from([1.0, 2.0])
compiled = settings(deadline=None)  # the first example compiles
many = settings(deadline=None, max_examples=200)
few = settings(deadline=None, max_examples=60)


def relative(value, exact):
    return float(abs(mpf(value) / exact - 1)) if exact else abs(value)


def rounding(alpha, log_p):
    """As in the tests of the law: the least level, and its factor alpha / (1 - alpha)."""
    return 1e-13 + 4 * EPS * abs(log_p) * (1 + alpha / max(NEAR_ONE, abs(1 - alpha)))


def agree(some, other, alpha):
    """Whether three logarithms are equal but for what rounding does to the level."""
    for a, b in zip(some, other, strict=True):
        assert abs(a - b) <= 2 * rounding(alpha, b) or a == b, (some, other)


# Constants of a law.


@many
@given(far_alphas | near_alphas, betas)
@example(0.5, 1.0)
@example(1.5, -1.0)
@example(math.nextafter(1.0, 0.0), 0.3)
@example(math.nextafter(2.0, 0.0), 1e-8)
def test_constants_of_a_law_lose_no_digit(alpha, beta):
    with mpmath.workdps(60):
        slope = mpf(beta) * mpmath.tan(mpmath.pi * mpf(alpha) / 2)
        middle = mpmath.atan(slope) / mpf(alpha) / mpmath.pi
        low = mpf(1) / 2 - middle if alpha >= 1 or beta != 1 else mpf(0)
        width = mpf(1) / 2 + middle if alpha >= 1 or beta != -1 else mpf(0)
        rest = 1 - mpf(alpha) * width if alpha <= 1 or beta != -1 else mpf(0)
        log_cos = -mpmath.log1p(slope * slope) / 2
        found = shape(alpha, beta)
        for value, exact in zip(found[1:], (low, rest, log_cos, slope), strict=True):
            assert relative(value, exact) < 6 * EPS or abs(exact) < 1e-300
        # for alpha > 1 and beta near 1 it is a difference; the side is then one of the ray
        assert abs(found[0] - width) <= 2 * EPS * (1 if alpha > 1 else float(width))
        size = 1 if alpha <= 1.5 else -1
        assert relative(tangent(alpha), abs(mpmath.tan(mpmath.pi * mpf(alpha) / 2))) < 4 * EPS
        assert size * found[4] * beta * math.copysign(1, 1 - alpha) * size >= 0


def test_index_one_is_a_limit():
    assert distance_from_one(1.0) != 0
    for alpha in (0.7, 1 - 1e-15, 1 + 1e-15, 1.7):
        assert Fraction(distance_from_one(alpha)) == 1 - Fraction(alpha)
    for beta in (-1.0, -0.3, 0.0, 1e-9, 1.0):
        width, low, rest, _, minus_zeta = shape(1.0, beta)
        d = distance_from_one(1.0)
        assert width + low == pytest.approx(1, rel=EPS)
        assert minus_zeta * d == pytest.approx(2 * beta / math.pi, rel=4 * EPS)
        assert rest == pytest.approx(d + low, rel=4 * EPS)


words = st.tuples(st.floats(1e-3, 1e3), signs, st.floats(-0.5, 0.5)).map(
    lambda w: (w[0] * w[1], w[2] * np.spacing(w[0]))
)


@many
@given(words, words)
def test_numbers_of_two_words_have_twice_the_digits(a, b):
    """Within 2^-100 of the terms, each of 53 and 53 bits but for a few roundings."""
    exact_a, exact_b = (Fraction(high) + Fraction(float(low)) for high, low in (a, b))
    cases = {
        zeta.plus: (exact_a + exact_b, abs(exact_a) + abs(exact_b)),
        zeta.times: (exact_a * exact_b, abs(exact_a * exact_b)),
        zeta.over: (exact_a / exact_b, abs(exact_a / exact_b)),
    }
    for operation, (exact, size) in cases.items():
        high, low = operation(a, tuple(map(float, b)))
        assert abs(Fraction(high) + Fraction(low) - exact) <= size / 2**100
        assert abs(low) <= np.spacing(abs(high))


@many
@given(low_alphas | near_alphas.filter(lambda a: a < 1), betas)
@example(0.5, 0.3)
@example(math.nextafter(0.5, 1.0), 1.0)
def test_zeta_has_twice_the_digits(alpha, beta):
    high, low = zeta.minus_zeta(alpha, beta)
    with mpmath.workdps(60):
        exact = mpf(beta) * mpmath.tan(mpmath.pi * mpf(alpha) / 2)
        assert abs(mpf(high) + mpf(low) - exact) <= 1e-29 * abs(exact) + 1e-320
        assert abs(low) <= np.spacing(abs(high))
        for k in (0, 1, -3, 40):
            x = -high + k * float(np.spacing(high)) / 4 if k else -high
            distance = mpf(x) + exact
            found = zeta.from_zeta(x, alpha, beta)
            assert abs(found - distance) <= 2 * EPS * abs(distance) + 1e-29 * abs(exact) + 1e-320


# The level.


def nolans_level(alpha, beta, x, s):
    """Log of Nolan's V(theta) (x - zeta)^(alpha / (alpha - 1)), and the weight, in 60 digits."""
    with mpmath.workdps(60):
        alpha, beta, x, s = map(mpf, (alpha, beta, x, s))
        slope = beta * mpmath.tan(mpmath.pi * alpha / 2)
        start = mpmath.atan(slope) / alpha
        z, length = x + slope, mpmath.pi / 2 + start
        share = 1 / (1 + mpmath.exp(-s))
        theta = -start + length * share
        cosine = mpmath.sin(length * (1 - share))
        level = (
            mpmath.log(mpmath.cos(alpha * start)) / (alpha - 1)
            + alpha / (alpha - 1) * mpmath.log(z * cosine / mpmath.sin(alpha * (start + theta)))
            + mpmath.log(mpmath.cos(alpha * start + (alpha - 1) * theta) / cosine)
        )
        return level, length * share * (1 - share) / mpmath.pi


@many
@given(far_alphas, betas.filter(lambda b: abs(b) < 1), st.floats(-30, 30), st.floats(-6, 6))
def test_the_level_is_nolans(alpha, beta, s, log_z):
    width, low, rest, log_cos, minus_zeta = shape(alpha, beta)
    d, z = 1 - alpha, 10.0**log_z
    log_z = math.log(z) + log_cos / alpha
    point = angle.Level(angle.Angles(alpha, d, width, low, rest), -alpha / d, log_z)
    found, weight = angle.level(point, s)
    with mpmath.workdps(60):
        slope = mpf(beta) * mpmath.tan(mpmath.pi * mpf(alpha) / 2)
        exact, spread = nolans_level(alpha, beta, mpf(z) - slope, s)
    terms = abs(alpha / d) * (abs(math.log(z)) + abs(log_cos / alpha) + abs(s) + 2) + abs(s) + 2
    assert abs(found - exact) <= 8 * EPS * terms
    assert relative(weight, spread) < 8 * EPS * (1 + 1 / width)


@many
@given(near_alphas, betas.filter(lambda b: abs(b) < 1), st.floats(-20, 20), st.floats(-4, 4))
def test_the_level_about_index_one_is_nolans(alpha, beta, s, log_x):
    """Its terms have the size of the level over (x - m) / P; the ray serves where that loses."""
    x = 10.0**log_x
    point, _, loss = angle.near_angle(x, alpha, beta)
    if loss >= MAX_LOSS or d_x_of(point) <= 0:
        return
    found, weight = angle.near_level(point, s)
    exact, spread = nolans_level(alpha, beta, x, s)
    assert relative(weight, spread) < 8 * EPS * (1 + 1 / point.angles.width)
    assert abs(found - exact) <= 16 * EPS * (abs(exact) + MAX_LOSS) or abs(exact) > 600


@compiled
@given(st.floats(-700, 700))
def test_two_halves_are_accurate_on_both_sides(s):
    up, down = angle.halves(s)
    with mpmath.workdps(400):
        assert relative(up, 1 / (1 + mpmath.exp(-mpf(s)))) < 6 * EPS
        assert relative(down, 1 / (1 + mpmath.exp(mpf(s)))) < 6 * EPS


@many
@given(far_alphas, betas, st.floats(-8, 8))
def test_a_crossing_is_where_the_level_is_about_zero(alpha, beta, log_z):
    width, low, rest, log_cos, _ = shape(alpha, beta)
    if width == 0:
        return
    d = 1 - alpha
    log_z = log_z * math.log(10) + log_cos / alpha
    point = angle.Level(angle.Angles(alpha, d, width, low, rest), -alpha / d, log_z)
    s, somewhere = angle.crossing(point, d > 0)
    ends = [angle.level(point, end)[0] for end in (-angle.FAR_END, angle.FAR_END)]
    assert somewhere == (min(ends) < 0 < max(ends))
    assert not somewhere or abs(angle.level(point, s)[0]) < 1
    assert (ends[0] < ends[1]) == (d > 0)


# The integrals.


def points_of(alpha, beta):
    """Distances from zeta on the right side, outside the series."""
    return 10.0 ** np.arange(-9, 5.5, 0.75)


@many
@given(far_alphas, betas)
@example(0.1, 0.0)
@example(1.9999, 0.5)
@example(0.3, 1 - 1e-9)
def test_the_two_sides_of_a_point_have_the_mass_one_though_each_is_an_integral(alpha, beta):
    """Before one is replaced by 1 minus the other: nothing is left out at the ends."""
    width, low, rest, log_cos, _ = shape(alpha, beta)
    if width == 0:
        return
    for z in points_of(alpha, beta):
        logs = angle.angle_law(math.log(z), alpha, width, low, rest, log_cos, WORK)
        assert np.exp(logs[1]) + np.exp(logs[2]) == pytest.approx(1, abs=2e-14), z


@many
@given(near_alphas, betas)
@example(1 - 1e-3, 1.0)
@example(1 + 1e-3, -1.0)
def test_the_two_sides_of_a_point_have_the_mass_one_about_index_one(alpha, beta):
    for x in np.r_[-(10.0 ** np.arange(-2, 2, 0.5)), 10.0 ** np.arange(-2, 3, 0.5)]:
        point, s, loss = angle.near_angle(x, alpha, beta)
        if point.angles.width > 0 and loss < MAX_LOSS and d_x_of(point) > 0:
            logs = angle.near_angle_law(point, s, WORK)
            assert np.exp(logs[1]) + np.exp(logs[2]) == pytest.approx(1, abs=2e-13), x


def d_x_of(point):
    """The distance from zeta, times the size of 1 - alpha; the side is the right one if > 0."""
    d = point.angles.d
    return math.copysign(1.0, d) * (d * point.x + point.tau)


@many
@given(far_alphas, st.floats(0, 3), betas)
@example(0.1, 0.0, 1.0)
@example(1.999, 0.0, 0.0)
@example(1.02, 2.0, -0.99)
def test_the_series_of_the_tail_is_the_integral_within_its_region(alpha, further, beta):
    width, low, rest, log_cos, _ = shape(alpha, beta)
    log_y = math.log(tail.MAX_Y) - 1e-9 - further
    log_z = -(log_y + log_cos) / alpha
    if rest <= 0 or width == 0:
        assert not tail.is_tail(log_y, rest) or rest > 0
        return
    assert tail.is_tail(log_y, rest) and not tail.is_tail(log_y + further + 1e-6, rest)
    series = tail.tail_law(log_z, log_y, alpha, width, rest)
    whole = completed(angle.angle_law(log_z, alpha, width, low, rest, log_cos, WORK))
    # the level is large, -log y / (1 - alpha), where the integrands are
    error = 1e-13 + 8 * EPS * (abs(log_z) + 10) * alpha / abs(1 - alpha)
    np.testing.assert_allclose(series, whole, rtol=0, atol=error)


@many
@given(far_alphas, betas.filter(lambda b: b > -1), st.floats(4, 40))
def test_the_series_of_the_tail_is_summed_to_the_last_digit(alpha, beta, depth):
    """Bergstrom's series, 30 terms in 60 digits: those beyond the 8th are below 1e-16."""
    width, _, rest, log_cos, _ = shape(alpha, beta)
    log_y = -depth * math.log(10)
    log_z = -(log_y + log_cos) / alpha
    found = tail.tail_law(log_z, log_y, alpha, width, rest)
    with mpmath.workdps(60):
        a, y = mpf(alpha), mpmath.exp(mpf(log_y))
        slope = mpf(beta) * mpmath.tan(mpmath.pi * a / 2)
        turn = mpmath.pi - a * (mpmath.pi / 2 + mpmath.atan(slope) / a)
        terms = [
            mpmath.gamma(a * k) / mpmath.factorial(k) * mpmath.sin(k * turn) * y**k
            for k in range(1, 31)
        ]
        upper = mpmath.fsum(terms) / mpmath.pi
        density = a * mpmath.fsum(k * t for k, t in enumerate(terms, 1)) / mpmath.pi
        exact = [mpmath.log(density) - mpf(log_z), mpmath.log(upper), mpmath.log1p(-upper)]
        for value, log in zip(found, exact, strict=True):
            assert abs(value - log) <= 4 * EPS * (abs(log) + 4) + 1e-15


@many
@given(st.floats(0.004, 0.06), signs, betas, st.floats(-5, 30))
@example(NEAR_ONE, 1.0, 0.5, 1.0)
@example(NEAR_ONE, -1.0, -0.5, 1.0)
def test_the_level_about_index_one_and_the_other_one_give_the_same_law(h, sign, beta, x):
    """At distances from 1 about the one where one hands over to the other."""
    alpha = 1 + sign * h
    width, low, rest, log_cos, minus_zeta = shape(alpha, beta)
    z = float(Fraction(x) + Fraction(minus_zeta))
    point, s, loss = angle.near_angle(x, alpha, beta)
    if z < 1e-3 or loss > MAX_LOSS or width == 0:
        return
    far = completed(angle.angle_law(math.log(z), alpha, width, low, rest, log_cos, WORK))
    near = completed(angle.near_angle_law(point, s, WORK))
    # the level of the first is that of z, which is x but for a rounding of zeta
    least = abs(minus_zeta / z) * 4 * EPS
    for a, b in zip(far, near, strict=True):
        if b > -600:
            error = (1 + abs(b)) * (least * alpha / h + 8 * EPS * (1 + alpha / h)) + 2e-13
            assert abs(a - b) <= error + 16 * EPS * loss


@many
@given(near_alphas, betas, st.floats(-2, 6))
@example(1 - 1e-3, 0.01, 1.0)
@example(1 + 1e-6, 1e-3, 0.0)
@example(1.015, 0.3, 2.0)
def test_the_angle_and_the_ray_give_the_same_law(alpha, beta, log_x):
    """The angle loses digits in proportion to its loss, the ray none at x > 0 where it serves."""
    x = 10.0**log_x
    point, s, loss = angle.near_angle(x, alpha, beta)
    if not MAX_LOSS <= loss < 1e5 or d_x_of(point) <= 0:
        return
    by_angle = completed(angle.near_angle_law(point, s, WORK))
    by_ray = ray.ray_law(x, alpha, beta, WORK)
    np.testing.assert_allclose(by_angle, by_ray, rtol=0, atol=1e-13 + 4 * EPS * loss)


@many
@given(near_alphas | st.just(1.0), betas.map(lambda b: b / 100))
def test_the_two_paths_of_the_ray_give_the_same_law(alpha, beta):
    """At x = 1, where they hand over: there the ray serves if beta is small."""
    before = ray.ray_law(math.nextafter(1.0, 0.0), alpha, beta, WORK)
    after = ray.ray_law(1.0, alpha, beta, WORK)
    np.testing.assert_allclose(before, after, rtol=0, atol=1e-14 + 4 * EPS)


def least_level(alpha, x):
    """The limit of the level at the end where a law with all skewness has a light tail."""
    beta, end = (1.0, -angle.FAR_END) if alpha < 1 else (-1.0, angle.FAR_END)
    if abs(1 - alpha) < NEAR_ONE:
        return angle.near_level(angle.near_angle(x, alpha, beta)[0], end)[0]
    d, (width, low, rest, log_cos, minus_zeta) = 1 - alpha, shape(alpha, beta)
    log_z = math.log(x + minus_zeta) + log_cos / alpha
    point = angle.Level(angle.Angles(alpha, d, width, low, rest), -alpha / d, log_z)
    return angle.level(point, end)[0]


@pytest.mark.parametrize("alpha", [*np.linspace(0.1, 1.99, 40), 0.985, 1.0152, 1.999999999])
def test_a_law_is_smooth_where_its_least_level_is_zero_but_for_rounding(alpha):
    """Within 400 doubles the logarithms change by less than 1e-12; the median is about there."""
    # a crossing found far out, by rounding, is too far for 128 panels to come back from
    beta = 1.0 if alpha < 1 else -1.0
    edge = -shape(alpha, beta)[4]
    low, high = (-5.0 if abs(1 - alpha) < NEAR_ONE else edge + 1e-9 * abs(edge)), 4.0
    rises = least_level(alpha, high) > 0
    assert rises != (least_level(alpha, low) > 0)
    for _ in range(100):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if (least_level(alpha, middle) > 0) == rises else (middle, high)
    x = low + np.arange(-200, 201) * np.spacing(low)
    logs = direct_logs(x, alpha, beta)
    allowed = 1e-12 + 4 * rounding(alpha, 1.0) + 1e-13 / alpha**2
    assert np.all(abs(logs - np.median(logs, axis=1)[:, None]) < allowed)


# Closed forms.


@compiled
@given(st.floats(-30, 60))
@example(25.0)
@example(math.nextafter(25.0, 0.0))
@example(26.0)
@example(1e100)
def test_the_logarithm_of_the_error_function_keeps_its_digits(x):
    with mpmath.workdps(400):
        exact = mpmath.log(mpmath.erfc(mpf(x))) if x < 100 else -(mpf(x) ** 2)
        if x >= 100:
            exact -= mpmath.log(mpf(x) * mpmath.sqrt(mpmath.pi))
        assert abs(closed.log_erfc(x) - exact) <= 4 * EPS * (abs(exact) + 1)


@pytest.mark.parametrize(
    "x", [0.0, 1e-9, 0.3, 2.5, 1e7, 1e8, math.nextafter(1e8, 1e9), 1e30, 1e150]
)
def test_closed_forms_are_the_formulas(x):
    with mpmath.workdps(250):
        pi, u = mpmath.pi, mpf(x)
        upper, lower = [mpmath.erfc(v / 2) / 2 if x < 1e9 else mpf(1) for v in (u, -u)]
        gauss = [-u * u / 4 - mpmath.log(2 * mpmath.sqrt(pi))]
        gauss += [mpmath.log(v) if x < 1e3 else None for v in (upper, lower)]
        size = mpmath.atan2(1, u) / pi
        cauchy = -mpmath.log(pi * (1 + u * u)), mpmath.log(size), mpmath.log(1 - size)
        for law, exact in ((closed.gauss, gauss), (closed.cauchy, cauchy)):
            for sign in (1, -1):
                found = law(sign * x)
                found = found if sign == 1 else (found[0], found[2], found[1])
                for value, log in zip(found, exact, strict=True):
                    assert log is None or abs(value - log) <= 4 * EPS * (abs(log) + 1)
        if x > 1e-3:
            root = 1 / mpmath.sqrt(2 * u)
            logs = -1 / (2 * u) - mpf(3) / 2 * mpmath.log(u) - mpmath.log(2 * pi) / 2
            levy = logs, mpmath.log(mpmath.erf(root)), mpmath.log(mpmath.erfc(root))
            for value, log in zip(closed.levy(x), levy, strict=True):
                assert abs(value - log) <= 8 * EPS * (abs(log) + 1)


@pytest.mark.parametrize(
    "alpha, beta, neighbours",
    [
        (2.0, 0.0, [(math.nextafter(2.0, 0.0), 0.0), (2 - 1e-14, 0.7), (2.0, -1.0)]),
        (1.0, 0.0, [(1.0, 1e-16), (1.0, -1e-300), (1 + EPS, 0.0), (1 - EPS / 2, 0.0)]),
        (0.5, 1.0, [(math.nextafter(0.5, 1.0), 1.0), (math.nextafter(0.5, 0.0), 1.0)]),
    ],
)
def test_closed_forms_are_met_by_the_laws_next_to_them(alpha, beta, neighbours):
    """To 1e-12: the parameters are within 1e-14, which tells more in tails, of the normal law."""
    x = np.r_[np.linspace(-0.9, 3, 40), 0.0]
    x = np.unique(np.r_[x, -x] if beta == 0 else x)
    exact = direct_logs(x, alpha, beta)
    for law in neighbours:
        np.testing.assert_allclose(direct_logs(x, *law), exact, rtol=1e-12, atol=5e-13)


@many
@given(low_alphas, betas)
def test_the_law_is_flat_next_to_zeta(alpha, beta):
    """By the value at zeta within 1e-250 of it, and by the integral at 1e-100."""
    width, low, rest, log_cos, _ = shape(alpha, beta)
    if min(width, low) < 1e-3:
        return
    at = about_zeta(FLAT_Z / 2, alpha, beta, WORK)
    near = about_zeta(1e-100, alpha, beta, WORK)
    np.testing.assert_allclose(at, about_zeta(-FLAT_Z / 2, alpha, beta, WORK), rtol=1e-14)
    np.testing.assert_allclose(at, near, rtol=0, atol=1e-13 + 300 * EPS * alpha / (1 - alpha))


# Panels.

RANGE = np.r_[0.0, 10.0 ** np.arange(-300, 301, 20.0), 10.0 ** np.arange(-12, 12, 0.5)]
RANGE = np.unique(np.r_[-RANGE, RANGE, np.linspace(-9, 9, 181)])


def about(alpha, beta):
    """Points of the line, and near zeta where that is on it."""
    edge = -shape(alpha, beta)[4] if alpha < 2 else 0.0
    if abs(edge) > 1e6:
        return RANGE
    near = np.r_[-1, 1][:, None] * 10.0 ** np.arange(-17, 1, 0.5) * max(1.0, abs(edge))
    return np.r_[RANGE, edge, (edge + near).ravel()]


@few
@given(alphas, betas)
@example(0.9, 1.0)
@example(math.nextafter(0.9, 1.0), 1.0)
@example(0.1, -1.0)
@example(0.02, 0.3)
@example(1.0, 1.0)
@example(2.0, 0.0)
@example(1 - NEAR_ONE, 0.5)
def test_panels_agree_with_the_methods(alpha, beta):
    """To 1e-11, and to the rounding of the level where a light tail is far down."""
    x = about(alpha, beta)
    found, exact = panels(alpha, beta), direct_logs(x, alpha, beta)
    for kind in range(3):
        logs = found.log(kind, x)
        assert np.array_equal(np.isinf(logs), np.isinf(exact[kind]))
        here = np.isfinite(logs) & (exact[0] > -700)
        error = 1e-11 + 2 * rounding(alpha, exact[kind][here])
        assert np.all(abs(logs[here] - exact[kind][here]) <= error)


@few
@given(alphas, betas)
def test_panels_join_and_cover_the_line(alpha, beta):
    found = panels(alpha, beta)
    sides = 2 if alpha <= polynomials.ABOUT_ZETA else 1
    n = found.edges.size // sides
    assert n & (n - 1) == 0 and found.powers.shape == (3, sides * n, lookup.TERMS)
    for side in range(sides):
        part = slice(side * n, (side + 1) * n)
        edges, middle, half = found.edges[part], found.middle[part], 1 / found.stretch[part]
        used = np.isfinite(edges).sum() + 1  # the first and the last have no polynomials
        assert not np.isfinite(edges[0]) and used <= min(n, polynomials.MAX_PANELS + 2)
        inner = slice(1, used - 1)
        np.testing.assert_allclose((middle - half)[inner], edges[inner], rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose((middle + half)[inner], edges[2:used], rtol=1e-12, atol=1e-12)
        assert edges[1] == -709 and edges[used - 1] == 709
        beyond = found.powers[:, part][:, [0, *range(used - 1, n)]]
        assert np.isnan(beyond).all()
        left, right = (found.powers[:, part][:, inner] @ (v ** np.arange(14)) for v in (-1.0, 1.0))
        gap = abs(right[:, :-1] - left[:, 1:])
        size = 1e-11 + 2 * rounding(alpha, left[:, 1:])
        assert np.all((gap <= size) | np.isnan(gap))


@jit
def halved(u, edges, size, start):
    """Panels by halving, without the cells: ``start`` is the panel 0 of each point's side."""
    step = size >> 1
    while step:
        for i in range(u.size):
            ahead = start[i] + step
            start[i] = ahead if edges[ahead] <= u[i] else start[i]
        step >>= 1


def difficult_places(edges, random):
    """Points of u: edges and ends of cells, all with their neighbours, and points between."""
    ends = np.r_[edges[np.isfinite(edges)], np.arange(-1030, 1030) / lookup.CELLS_TO_1]
    between = random.choice([-1, 1], 5000) * 10 ** random.uniform(-300, 2.86, 5000)
    special = [-np.inf, np.nan, 0.0, -0.0, 5e-324, -5e-324, 1e300, -1e300]
    near = np.nextafter(ends, -np.inf), ends, np.nextafter(ends, np.inf)
    return np.concatenate([*near, between, random.uniform(-70, 70, 5000), special])


@few
@given(alphas, betas)
@example(1.5, 0.5)
@example(0.5, 1.0)
def test_the_panel_that_holds_a_point_is_the_one_found_by_halving(alpha, beta):
    law, random = panels(alpha, beta), np.random.default_rng(1)
    sides = 2 if alpha <= polynomials.ABOUT_ZETA else 1
    size = law.edges.size // sides
    edges = np.where(np.isnan(law.edges), np.inf, law.edges)
    u = difficult_places(law.edges, random)
    for side in range(sides):
        expected, found = (np.full(u.size, side * n) for n in (size, lookup.CELLS))
        halved(u, edges, size, expected)
        lookup.search(u, law.edges, law.cells, found)
        np.testing.assert_array_equal(found, expected)


def test_places_are_logarithms_of_distances():
    x = np.r_[-RANGE, 1e8, math.nextafter(1e8, 0)]
    u = np.empty(x.size)
    lookup.to_u(x, u)
    np.testing.assert_allclose(u, np.arcsinh(x), rtol=4 * EPS, atol=4 * EPS)
    start = np.empty(x.size, np.int64)
    shift = zeta.minus_zeta(0.3, 0.5)
    lookup.to_u_about(x, shift, u, start)
    with mpmath.workdps(50):
        exact = [mpf(float(v)) + mpf(shift[0]) + mpf(shift[1]) for v in x]
        logs = [float(mpmath.log(abs(v))) for v in exact]
    np.testing.assert_allclose(u, logs, rtol=4 * EPS, atol=4 * EPS)
    np.testing.assert_array_equal(start, [lookup.CELLS if v > 0 else 0 for v in exact])


@pytest.mark.parametrize("size", [1, 2, 8, 64])
def test_a_search_finds_the_panel_that_holds_a_point(size):
    """On either side of two, the other one of which would be read if the end were missed."""
    inner = np.sort(np.random.default_rng(size).normal(size=size))
    u = np.r_[-9.0, 9.0, np.inf, np.random.default_rng(1).normal(size=99), inner]
    side = np.r_[np.nan, inner, np.nan]
    edges, cells = np.r_[side, side], np.r_[cells_of(side), side.size + cells_of(side)]
    for begin, panel in ((0, 0), (lookup.CELLS, side.size)):
        found = np.full(u.size, begin, np.int64)
        lookup.search(u, edges, cells, found)
        np.testing.assert_array_equal(found - panel, np.searchsorted(inner, u, side="right"))


@pytest.mark.parametrize("alpha, beta", [(0.4, 1.0), (1.0, 1.0), (1.7, -1.0)])
def test_points_without_panels_are_left_to_the_methods(alpha, beta):
    """Where a light tail is far below e^-740, or the line ends."""
    edge = -beta * math.tan(math.pi * alpha / 2) if alpha != 1 else 0.0
    x = edge - beta * np.linspace(0, 60, 400) if alpha >= 1 else edge + np.geomspace(1e-9, 1, 400)
    found, exact = panels(alpha, beta), direct_logs(x, alpha, beta)
    deep = (exact[0] < -3000) & np.isfinite(exact[0])
    assert deep.sum() > 5
    for kind in range(3):
        np.testing.assert_allclose(found.log(kind, x[deep]), exact[kind][deep], rtol=1e-13)
        np.testing.assert_array_equal(
            found.log(kind, np.array([np.nan, np.inf, -np.inf])),
            [np.nan, *direct_logs(np.array([np.inf, -np.inf]), alpha, beta)[kind]],
        )


# Quantiles.


@few
@given(alphas, betas)
@example(0.146484375, 1.0)  # whose slope falls below the doubles: there nothing can be asked
def test_quantiles_of_panels_are_those_one_by_one(alpha, beta):
    """Relative to what an error of 1e-11 of the probability does to the point."""
    log_p = np.r_[-np.geomspace(0.7, 600, 60)]
    found = panels(alpha, beta)
    for kind in (UPPER, LOWER):
        x = inversion.panel_quantiles(found, log_p, kind)
        y = inversion.direct_quantiles(log_p, np.full(60, kind == UPPER), alpha, beta)
        here = np.isfinite(x)
        assert alpha < 0.9 or here.sum() > 5
        logs = direct_logs(x[here], alpha, beta)
        slope = np.exp(logs[0] - log_p[here])  # about alpha over x: a double
        edge = abs(shape(alpha, beta)[4]) if alpha <= polynomials.ABOUT_ZETA else 0.0
        with np.errstate(divide="ignore"):
            error = (1e-11 + 2 * rounding(alpha, log_p[here])) / slope
        error += 4 * EPS * (abs(x[here]) + edge) * (2 + abs(np.log(abs(x[here]) + 1e-300)))
        assert np.all(abs(x - y)[here] <= error)


@compiled
@given(st.integers(0, 10_000), signs)
def test_a_monotone_polynomial_is_solved(seed, sign):
    rng = np.random.default_rng(seed)
    powers = np.zeros((3, lookup.TERMS))
    powers[:, 0], powers[:, 1] = rng.normal(size=3), sign * rng.uniform(2, 3, 3)
    powers[:, 2:] = rng.uniform(-1, 1, (3, 12)) / np.arange(2, 14) / 12
    t = rng.uniform(-1, 1, 50)
    which = rng.integers(0, 3, 50)
    target = np.sum(powers[which] * t[:, None] ** np.arange(14), axis=1)
    found = np.empty(50)
    inversion.solve(powers, which, target, found, 0, 50)
    np.testing.assert_allclose(found, t, rtol=0, atol=8 * EPS)
