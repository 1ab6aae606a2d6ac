"""Stable variates equal their formulas, and have the laws that they are named after."""

import math
from fractions import Fraction
from functools import partial

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mpmath import mpf
from numpy import float32, float64
from scipy.stats import binomtest

from stablenoise.kernels import cms, random_words

LAWS = {float64: cms.double, float32: cms.single}
UNIFORMS = {float64: random_words.double, float32: random_words.single}
EPS = {real: float(np.finfo(real).eps) for real in LAWS}
DIGITS = 60  # the S1 form loses 16 of them to its shift near alpha = 1

each_format = pytest.mark.parametrize("real", LAWS, ids=["double", "single"])
compiled = settings(deadline=None, max_examples=300)
reals = st.sampled_from(list(LAWS))


def constants(real, law, alpha, beta):
    return tuple(map(real, getattr(LAWS[real], f"{law}_constants")(alpha, beta)))


def variate(real, law, alpha, beta, s, e, f, w):
    """Call a law at numbers of its format."""
    numbers = map(real, (s, e, f, w))
    return getattr(LAWS[real], law)(constants(real, law, alpha, beta), *numbers)


# Formulas: x, p and log G of the factor G^p, at the angle V and exponential w.


def turn(s, e, f):
    """Angle V = s pi (1/2 - e), from that of e and f = 1/2 - e which is not rounded."""
    return s * mpmath.pi * (mpf("0.5") - e if e < f else mpf(f))


def phi(alpha, beta):
    """In units of pi, tan(pi phi) = beta tan(pi alpha / 2); exact at beta = -1 and 1."""
    if abs(beta) == 1:
        return beta * (alpha / 2 if alpha <= 1 else alpha / 2 - 1)
    return mpmath.atan(beta * mpmath.tan(mpmath.pi * alpha / 2)) / mpmath.pi if beta else mpf(0)


def exact_stable(alpha, beta, v, w):
    """Chambers, Mallows & Stuck (1976), S1, without the factor that makes the scale 1."""
    if alpha == 1 and abs(beta) == 1:  # 0^0
        return mpf(beta), mpf(0), mpf(0)
    alpha, w = mpf(alpha), mpf(w)
    shift, p = mpmath.pi * phi(alpha, mpf(beta)), (1 - alpha) / alpha
    log_g = mpmath.log(mpmath.cos((1 - alpha) * v - shift) / (w * mpmath.cos(v)))
    return mpmath.sin(alpha * v + shift) / mpmath.cos(v) * mpmath.exp(p * log_g), p, log_g


def exact_near_one(alpha, beta, v, w):
    """The same at scale 1 less beta tan(pi alpha / 2); at alpha = 1 their log form."""
    beta, w = mpf(beta), mpf(w)
    if alpha == 1:
        b = mpmath.pi / 2 + beta * v
        log_g = mpmath.log(mpmath.pi / 2 * w * mpmath.cos(v) / b)
        return 2 / mpmath.pi * (b * mpmath.tan(v) - beta * log_g), mpf(0), mpf(0)
    shift = beta * mpmath.tan(mpmath.pi * mpf(alpha) / 2)
    x, p, log_g = exact_stable(alpha, beta, v, w)
    return (1 + shift**2) ** (1 / (2 * mpf(alpha))) * x - shift, p, log_g


EXACT = {"stable": exact_stable, "near_one": exact_near_one}


def beyond(real, x, p, log_g):
    """Whether the variate or its factor G^p is outside the normal numbers of the format."""
    limit = math.log(np.finfo(real).max) - 1
    return abs(p * log_g) > limit or (x != 0 and abs(mpmath.log(abs(x))) > limit)


def moved(law, v, w, angle, eps):
    """Change of the exact variate as v moves by ``angle`` and w by one eps."""
    x = law(v, w)[0]
    angles = [law(v + change, w)[0] for change in (-angle, angle)]
    sizes = [law(v, mpf(w) * (1 + change))[0] for change in (-eps, eps)]
    return sum(max(abs(y - x) for y in pair) for pair in (angles, sizes))


def rounded(real, s, e, w):
    """Numbers of one format: sign, e, f = 1/2 - e and exponential."""
    return [float(real(x)) for x in (s, e, 0.5 - e, w)]


def stable_bound(p):
    """Relative error in eps: of sinpi 2.3, of a power 2 + 0.75 p, of a sum of two terms 1.

    9 + 8.4 p if all had one sign; 4.2 + 4.2 p is the worst that was seen.
    """
    return 6 + 6 * p


def check_stable(real, alpha, beta, s, e, w):
    """Where the law is skewed, angle and w may also be moved by 4 eps of their size."""
    s, e, f, w = rounded(real, s, e, w)
    with mpmath.workdps(DIGITS):
        law, v, eps = partial(exact_stable, alpha, beta), turn(s, e, f), EPS[real]
        x, p, log_g = law(v, w)
        if beyond(real, x, p, log_g):
            return
        error = abs(mpf(variate(real, "stable", alpha, beta, s, e, f, w)) - x)
        tolerance = stable_bound(abs(p)) * eps * abs(x)
        if error > tolerance and 0 < abs(beta) < 1:
            tolerance += 4 * moved(law, v, w, mpmath.pi * min(e, f) * eps, eps)
        assert error <= tolerance, f"{float(error / tolerance)} times the tolerance"


def check_near_one(real, alpha, beta, s, e, w, name="near_one"):
    """Error within (12 + 1.5 |log G^p|) eps max(|x|, 1), or angle and w moved by 4 eps of e and w.

    The logarithm is rounded three times by half a unit before it is raised: as a sum, as 1 / alpha
    and as their product.
    """
    s, e, f, w = rounded(real, s, e, w)
    with mpmath.workdps(DIGITS):
        law, v, eps = partial(exact_near_one, alpha, beta), turn(s, e, f), EPS[real]
        x, p, log_g = law(v, w)
        error = abs(mpf(variate(real, name, alpha, beta, s, e, f, w)) - x)
        tolerance = (12 + 1.5 * abs(p * log_g)) * eps * max(abs(x), 1)
        if error > tolerance:
            tolerance += 4 * moved(law, v, w, mpmath.pi * e * eps, eps)
        assert error <= tolerance, f"{float(error / tolerance)} times the tolerance"


# Arguments.

GRID_E = [(j + 0.5) * 2.0**-53 for j in (0, 1, 2**30, 2**45 + 9, 2**50 + 1, 2**51 + 3)]
GRID_E += [0.5 - e for e in GRID_E]
GRID_W = [2.0**-53, 3e-10, 0.003, 0.4, 1.3, 37.0]
GRID_ALPHA = [0.1, 0.11, 0.2, 0.3, 0.5, 0.7, 0.75, 1.25, 1.3, 1.5, 1.7, 1.9, 1.999, 2 - 1e-9, 2.0]
GRID_NEAR = [0.75, 0.9, 0.99, 0.999, 1 - 1e-9, 1 - 1e-13, 1.0]
GRID_NEAR += [1 + 1e-13, 1 + 1e-9, 1.001, 1.01, 1.1, 1.25]


def grid(e_step=1, w_step=1):
    return [(s, e, w) for s in (-1, 1) for e in GRID_E[::e_step] for w in GRID_W[::w_step]]


def uniform_pairs(n, seed=4):
    """Signs, angles and exponentials off their ends, by sixteenths of a percent."""
    u, v, w = np.random.default_rng(seed).uniform(1 / 1600, 1 - 1 / 1600, (3, n))
    return zip(np.sign(u - 0.5), v / 2, -np.log(w), strict=True)


def midpoints(low, high, bits):
    return st.integers(low, high - 1).map(lambda j: (j + 0.5) * 2.0**-bits)


signs = st.sampled_from([-1.0, 1.0])
ends = st.one_of(midpoints(0, 2**52, 53), midpoints(0, 2**20, 53))
angles = st.one_of(ends, ends.map(lambda e: 0.5 - e))
exponentials = st.one_of(st.floats(2.0**-53, 37.0), st.floats(-53, 5).map(lambda x: 2**x))
small = st.floats(-15, -1).map(lambda x: 10**x)
near_alphas = st.one_of(
    st.floats(0.75, 1.25), small.map(lambda d: 1 - d), small.map(lambda d: 1 + d), st.just(1.0)
)
away_alphas = st.one_of(st.floats(0.1, 0.75), st.floats(1.25, 2.0), small.map(lambda d: 2 - d))
extreme_betas = st.sampled_from([-1.0, 0.0, 1.0])
betas = st.one_of(
    st.floats(-1.0, 1.0), small.map(lambda d: 1 - d), small.map(lambda d: d - 1), extreme_betas
)


# The laws are their formulas.


@each_format
@pytest.mark.parametrize("alpha", GRID_ALPHA)
def test_a_stable_variate_is_its_formula_on_a_grid(real, alpha):
    for point in grid():
        for beta in (-1.0, 0.0, 1.0):
            check_stable(real, alpha, beta, *point)
    for point in grid(2, 2):
        for beta in (-0.999, -0.3, 1e-9, 0.5, 1 - 1e-9):
            check_stable(real, alpha, beta, *point)


@each_format
@pytest.mark.parametrize("alpha", GRID_NEAR)
def test_near_alpha_one_laws_of_extreme_or_no_skewness_are_their_formula_on_a_grid(real, alpha):
    for point in grid(1, 2):
        check_stable(real, alpha, 0.0, *point)
        check_stable(real, alpha, 1.0, *point)


@compiled
@given(reals, away_alphas, betas, signs, angles, exponentials)
@example(float64, 0.1, 1.0, -1.0, 2.0**-54, 2.0**-53)
@example(float64, 2.0, 0.5, 1.0, 0.25, 1.0)
def test_a_stable_variate_is_its_formula(real, alpha, beta, s, e, w):
    check_stable(real, alpha, beta, s, e, w)


@compiled
@given(reals, near_alphas, extreme_betas, signs, angles, exponentials)
@example(float32, 0.9999999762862629, -1.0, -1.0, 0.49999999999999994, 1.0)
def test_near_alpha_one_laws_of_extreme_or_no_skewness_are_their_formula(
    real, alpha, beta, s, e, w
):
    check_stable(real, alpha, beta, s, e, w)


@pytest.mark.parametrize("alpha", GRID_ALPHA)
@pytest.mark.parametrize("beta", [-1.0, 0.0, 1.0])
def test_a_double_variate_has_13_digits_at_both_ends_of_angle_and_exponential(alpha, beta):
    with mpmath.workdps(DIGITS):
        for s, e, w in grid():
            x = exact_stable(alpha, beta, turn(s, e, 0.5 - e), w)[0]
            error = mpf(variate(float64, "stable", alpha, beta, s, e, 0.5 - e, w)) - x
            assert abs(error) <= 1e-13 * abs(x)


@each_format
@pytest.mark.parametrize("alpha", GRID_NEAR)
@pytest.mark.parametrize("beta", [-1.0, -0.9, -1e-9, 0.0, 0.5, 0.999, 1.0])
def test_a_variate_near_alpha_one_is_its_formula_on_a_grid(real, alpha, beta):
    for point in grid(2, 2):
        check_near_one(real, alpha, beta, *point)
        if alpha == 1:
            check_near_one(real, alpha, beta, *point, name="at_one")


@compiled
@given(reals, near_alphas, betas, signs, angles, exponentials)
@example(float64, 1.0, 1.0, -1.0, 2.0**-54, 2.0**-53)
@example(float32, 1.25, -1.0, 1.0, 2.0**-54, 2.0**-53)
def test_a_variate_near_alpha_one_is_its_formula(real, alpha, beta, s, e, w):
    check_near_one(real, alpha, beta, s, e, w)


@compiled
@given(reals, betas, signs, angles, exponentials)
def test_a_variate_at_alpha_one_is_its_formula(real, beta, s, e, w):
    check_near_one(real, 1.0, beta, s, e, w, name="at_one")


@pytest.mark.parametrize("alpha", GRID_NEAR)
def test_a_double_variate_near_alpha_one_has_13_digits_of_the_larger_of_it_and_a_twentieth(alpha):
    """Off the ends, where G^p is below 100: near its zero the terms of a variate are so large."""
    skewness = np.random.default_rng(3).uniform(-1, 1, 300)
    with mpmath.workdps(DIGITS):
        for beta, (s, e, w) in zip(skewness, uniform_pairs(300), strict=True):
            x = exact_near_one(alpha, beta, turn(s, e, 0.5 - e), w)[0]
            error = mpf(variate(float64, "near_one", alpha, beta, s, e, 0.5 - e, w)) - x
            assert abs(error) <= 1e-13 * max(abs(x), 0.05)


# How the laws hang together.


@compiled
@given(reals, away_alphas, betas, signs, angles, exponentials)
def test_a_reflected_law_has_reflected_variates(real, alpha, beta, s, e, w):
    numbers = rounded(real, s, e, w)
    x = variate(real, "stable", alpha, beta, *numbers)
    assert variate(real, "stable", alpha, -beta, -numbers[0], *numbers[1:]) == -x


@compiled
@given(reals, near_alphas, betas, signs, angles, exponentials)
def test_near_alpha_one_a_reflected_law_has_reflected_variates(real, alpha, beta, s, e, w):
    numbers = rounded(real, s, e, w)
    x = variate(real, "near_one", alpha, beta, *numbers)
    assert variate(real, "near_one", alpha, -beta, -numbers[0], *numbers[1:]) == -x


@compiled
@given(st.floats(0.11, 2.0), signs, angles, exponentials)
def test_a_symmetric_variate_has_the_sign_of_its_angle_and_is_finite(alpha, s, e, w):
    x = variate(float64, "stable", alpha, 0.0, s, e, 0.5 - e, w)
    assert math.isfinite(x) and x * s > 0


@compiled
@given(st.floats(0.11, 1.0), signs, angles, exponentials)
def test_a_positive_variate_is_positive_and_finite(alpha, s, e, w):
    x = variate(float64, "stable", alpha, 1.0, s, e, 0.5 - e, w)
    assert math.isfinite(x) and x > 0


@each_format
@pytest.mark.parametrize("alpha, beta", [(0.43, 0.0), (0.43, 1.0), (0.6, 0.3), (1.3, -0.9)])
def test_extreme_words_give_finite_variates(real, alpha, beta):
    """From alpha = 0.43 in single: the factor is below 2^(95 (1 / 0.43 - 1)) < 2^127."""
    of, law = UNIFORMS[real], LAWS[real]
    bits = 8 * of.word().itemsize
    extremes = [of.word(w) for w in (0, 1, 2 ** (bits - 1) - 1, 2 ** (bits - 1), 2**bits - 1)]
    k = constants(real, "stable", alpha, beta)
    for a in extremes:
        for b in extremes:
            numbers = map(real, (*of.angle(a, b), law.exponential(b, a)))
            assert math.isfinite(law.stable(k, *numbers))


@compiled
@given(reals, signs, angles, exponentials)
def test_at_alpha_two_a_stable_variate_is_gaussian_of_variance_two(real, s, e, w):
    """Box & Muller (1958): 2 sqrt(W) cos(pi e')."""
    s, e, f, w = rounded(real, s, e, w)
    with mpmath.workdps(DIGITS):
        exact = 2 * mpmath.sqrt(w) * mpmath.sin(turn(s, e, f))
        x = variate(real, "stable", 2.0, 0.0, s, e, f, w)
        assert abs(mpf(x) - exact) <= stable_bound(0.5) * EPS[real] * abs(exact)


@compiled
@given(reals, signs, angles, exponentials)
def test_at_alpha_one_a_symmetric_variate_is_the_tangent_of_its_angle(real, s, e, w):
    s, e, f, w = rounded(real, s, e, w)
    with mpmath.workdps(DIGITS):
        exact = mpmath.tan(turn(s, e, f))
        x = variate(real, "stable", 1.0, 0.0, s, e, f, w)
        assert abs(mpf(x) - exact) <= stable_bound(0) * EPS[real] * abs(exact)


@compiled
@given(reals, signs, angles, exponentials)
def test_at_alpha_one_a_positive_variate_is_one(real, s, e, w):
    x = variate(real, "stable", 1.0, 1.0, *rounded(real, s, e, w))
    assert x == pytest.approx(1, rel=stable_bound(0) * EPS[real], abs=0)


@each_format
@pytest.mark.parametrize("alpha", [0.75, 1.25])
@pytest.mark.parametrize("beta", [-1.0, -0.4, 0.0, 0.7, 1.0])
def test_both_laws_agree_where_one_hands_over_to_the_other(real, alpha, beta):
    """Off the ends both are within 6 + 6/3 and 12 + 3 eps of max(|x|, 1), with its shift."""
    shift = beta * math.tan(math.pi * alpha / 2)
    scale = (1 + shift**2) ** (1 / (2 * alpha))
    beta = float(real(beta))
    for s, e, w in uniform_pairs(300):
        numbers = rounded(real, s, e, w)
        x = scale * variate(real, "stable", alpha, beta, *numbers)
        other = variate(real, "near_one", alpha, beta, *numbers)
        assert abs(x - shift - other) <= 24 * EPS[real] * max(abs(x), abs(other), 1)


@pytest.mark.parametrize("d", [-1e-12, 1e-12, -1e-9, 1e-9, -1e-6, 1e-6])
@pytest.mark.parametrize("beta", [-1.0, -0.3, 0.0, 0.5, 1.0])
def test_a_variate_passes_through_alpha_one(beta, d):
    """Off the ends |dx / dalpha| is below 100 max(|x|, 1); 12 eps of either x are rounding."""
    for s, e, w in uniform_pairs(300):
        x = variate(float64, "near_one", 1.0, beta, s, e, 0.5 - e, w)
        y = variate(float64, "near_one", 1.0 + d, beta, s, e, 0.5 - e, w)
        assert abs(y - x) <= (100 * abs(d) + 24 * EPS[float64]) * max(abs(x), 1)


# Constants.


@each_format
@pytest.mark.parametrize("alpha", [0.1, 0.3, 1 / 3, 0.75, 1.0, 1.1, 1.7, 2.0])
def test_the_power_is_told_in_two_words(real, alpha):
    """Each is rounded by half a unit: of the first by the second, that by nothing."""
    high, low = LAWS[real].stable_constants(alpha, 0.0)[:2]
    exact = (1 - Fraction(alpha)) / Fraction(alpha)
    assert abs(Fraction(high) + Fraction(low) - exact) <= abs(exact) * Fraction(EPS[real]) ** 2


@each_format
@pytest.mark.parametrize("alpha", [0.1, 0.5, 0.75, 1.25, 1.5, 1.9, 2 - 1e-9])
@pytest.mark.parametrize("beta", [-1.0, -0.3, 0.0, 1e-9, 0.5, 0.999, 1 - 1e-12, 1.0])
def test_the_distances_of_the_skewness_from_its_ends_are_relatively_accurate(real, alpha, beta):
    """Four library functions and five products in double, none at beta = -1, 0, 1; one rounding."""
    _, _, rounded_alpha, tilt, turn, slope, *ends = LAWS[real].stable_constants(alpha, beta)
    assert rounded_alpha == real(alpha) and tilt == real(abs(1 - alpha))
    assert slope == (-1 if alpha > 1 else 1)
    with mpmath.workdps(DIGITS):
        a, b = min(mpf(alpha), 2 - mpf(alpha)) / 2, mpf(beta)
        psi = b * a
        if 0 < abs(b) < 1:
            psi = mpmath.atan(b * mpmath.tan(mpmath.pi * a)) / mpmath.pi
        near = a + psi, a - psi
        begin = [1 - x if alpha > 1 else x for x in near]
        rest = [x if alpha > 1 else 1 - x for x in near]
        for value, exact in zip(
            (turn, *ends), (psi, *begin, *rest, mpf(0.5) - psi, mpf(0.5) + psi), strict=True
        ):
            error = abs(mpf(value) - exact)
            library = 8 * EPS[float64] if 0 < abs(b) < 1 else 0
            assert error <= (library + EPS[real] / 2) * abs(exact)


@pytest.mark.parametrize("alpha", [0.75, 0.99, 1 - 1e-13, 1.0, 1 + 1e-13, 1.25])
def test_the_constants_near_alpha_one_are_those_of_its_notes(alpha):
    """A library function of x, itself within an eps, and a division or two."""
    values = LAWS[float64].near_one_constants(alpha, 0.3)
    with mpmath.workdps(DIGITS):
        d = 1 - mpf(alpha)
        x = mpmath.pi * d / 2
        c, s, tan_half = mpmath.cos(x), mpmath.sin(x), mpmath.tan(x / 2)
        unit, inverse, cotangent = (d / 2 / s, 1 / d, c / s) if d else (1 / mpmath.pi, 0, 0)
        b = mpf(0.3)
        exact = (d, inverse, b * c, b * c * c, s, unit, tan_half, b * cotangent, 1 / mpf(alpha))
        exact += ((1 + b) * c, (1 - b) * c, 0)
        for value, y in zip(values, exact, strict=True):
            assert abs(mpf(value) - y) <= 4 * EPS[float64] * abs(y)


@pytest.mark.parametrize("beta", [-1.0, -0.999, 0.3, 1.0])
@each_format
def test_the_constants_of_alpha_one_keep_the_distances_of_beta_from_its_ends(real, beta):
    rounded, unit, up, down, *nothing = LAWS[real].at_one_constants(1.0, beta)
    assert (rounded, up, down) == (real(beta), real((1 + beta) / 2), real((1 - beta) / 2))
    assert unit == real(-2 / math.pi * math.log(2) * beta) and not any(nothing)


def test_laws_of_one_constant_have_those_of_the_law_that_makes_them():
    for law in LAWS.values():
        high, low, *others = law.stable_constants(0.75, 1.0)
        assert law.radius_constants(1.5, 0.3) == (high / 2, low / 2, *others)
        assert law.no_constants(1.5, 0.3) == (0,) * 12


# From words.


def random_words(real, n, seed=1):
    word = UNIFORMS[real].word
    return np.random.default_rng(seed).integers(0, 2 ** (8 * word().itemsize), (2, n), word)


def fill(real, name, alpha, beta, first, second):
    """Variates of a pair of words each, through the loop of the law."""
    law, n = getattr(cms, name), len(first)
    k = tuple(map(real, law.constants[real](alpha, beta)))
    out, base = np.empty(law.draws * n, real), np.empty((3, n), real)
    law.fill[real](k, first, second, base, out)
    return out


@each_format
def test_an_exponential_is_minus_the_logarithm_of_its_uniform(real):
    """At either end u or 1 - u is exact, or rounded twice; 3 eps are those of the logarithm.

    In the middle u is moved by at most eps, and -log u by 3 eps, as it is above log(2) / 2.
    """
    bits = 8 * UNIFORMS[real].word().itemsize
    near = [0, 1, 2, 2**14 - 1, 2**20 + 1, *range(2**13, 2 ** (bits - 1), 2 ** (bits - 7) - 1)]
    word = UNIFORMS[real].word
    with mpmath.workdps(DIGITS):
        for w in near + [2**bits - 1 - w for w in near]:
            for partner in (0, 1, 2**15, 2**16 - 1):
                cell = mpf(w >> 12) + 0.5 if bits == 64 else (w >> 1) + mpf(partner + 0.5) / 2**16
                exact = -mpmath.log(cell / (2**52 if bits == 64 else 2**31))
                x = LAWS[real].exponential(word(w), word(partner))
                assert abs(mpf(x) - exact) <= 6 * EPS[real] * exact


@each_format
@pytest.mark.parametrize("n", [1, 7, 512])
@pytest.mark.parametrize(
    "name, alpha, beta",
    [("stable", 0.6, 0.0), ("stable", 1.7, 0.4), ("near_one", 1.0, 0.5), ("at_one", 1.0, 0.5)],
)
def test_a_loop_gives_the_bits_of_its_scalar_function(real, n, name, alpha, beta):
    first, second = random_words(real, n)
    x, of = fill(real, name, alpha, beta, first, second), UNIFORMS[real]
    for i in range(n):
        w = LAWS[real].exponential(second[i], first[i])
        assert x[i] == variate(real, name, alpha, beta, *of.angle(first[i], second[i]), w)


@each_format
@pytest.mark.parametrize("n", [1, 7, 512])
def test_a_radius_is_the_root_of_twice_a_positive_variate_of_half_the_alpha(real, n):
    words = random_words(real, n)
    x = fill(real, "radius", 1.3, 0.7, *words)
    half = fill(real, "stable", 0.65, 1.0, *words)
    # two powers, of p = 0.54 and 0.27, to (2 + 0.75 p) eps, half of the first for the root
    np.testing.assert_allclose(x, np.sqrt(real(2) * half), rtol=5 * EPS[real])


@each_format
def test_a_radius_is_within_the_range_where_its_square_is_not(real):
    """Tails are those of the root of a positive 0.05-stable variate: P(R > r) = (r^2 / 2)^-0.05."""
    x = fill(real, "radius", 0.1, 0.0, *random_words(real, N)).astype(float)
    limit = float(np.sqrt(np.finfo(real).max))
    beyond = (limit**2 / 2) ** -0.05 / math.gamma(0.95)
    assert not np.isnan(x).any()
    share = np.mean(x > 10 * limit)
    expected = beyond * 10**-0.1
    assert abs(share - expected) < 5 * math.sqrt(expected / N) + 0.01 * expected


@each_format
@pytest.mark.parametrize("n", [1, 7, 512])
def test_normal_variates_lie_in_two_planes_and_have_the_bits_of_their_scalar_function(real, n):
    first, second = random_words(real, n)
    x, of, law = fill(real, "normal", 1.5, 0.0, first, second), UNIFORMS[real], LAWS[real]
    for i in range(n):
        size = np.sqrt(real(2) * real(law.exponential(second[i], first[i])))
        s, e, f = map(real, of.angle(first[i], second[i]))
        pair = law.normal(size, s, real(of.spare_sign(second[i])), e, f)
        assert (x[i], x[n + i]) == pair


@each_format
def test_the_law_one_is_one(real):
    np.testing.assert_array_equal(fill(real, "one", 1.5, 0.0, *random_words(real, 7)), np.ones(7))


@compiled
@given(reals, signs, signs, angles, exponentials)
def test_two_normal_variates_are_those_of_box_and_muller(real, s, spare, e, size):
    """The factors sinpi, 2.3 eps, and one product, or two; size is not rounded."""
    s, e, f, size = rounded(real, s, e, size)
    pair = LAWS[real].normal(*map(real, (size, s, spare, e, f)))
    with mpmath.workdps(DIGITS):
        v = turn(1, e, f)
        for x, exact in zip(pair, (s * mpmath.sin(v), spare * mpmath.cos(v)), strict=True):
            assert abs(mpf(x) - size * exact) <= 3.5 * EPS[real] * abs(size * exact)


# Laws.  With |z| < 5 and 120 such comparisons, a sound sampler fails once in 14,000 seeds; the
# seed is fixed, so that it does not fail.

N = 100_000


def within_five_errors(observed, expected):
    error = observed.std() / math.sqrt(len(observed))
    return abs(observed.mean() - expected) < 5 * error


def has_characteristic_function(t, x, expected):
    return within_five_errors(np.cos(t * x), expected.real) and within_five_errors(
        np.sin(t * x), expected.imag
    )


@each_format
@pytest.mark.parametrize("alpha", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("s", [0.3, 1.0, 3.0])
def test_a_positive_variate_has_the_laplace_transform_of_its_law(real, alpha, s):
    x = fill(real, "stable", alpha, 1.0, *random_words(real, N)).astype(float)
    assert x.min() >= 0
    assert within_five_errors(np.exp(-s * x), math.exp(-(s**alpha)))


@each_format
@pytest.mark.parametrize("alpha", [0.5, 1.5, 1.9])
@pytest.mark.parametrize("beta", [-0.5, 0.0, 1.0])
@pytest.mark.parametrize("t", [0.3, 1.0, 2.0])
def test_a_stable_variate_has_the_characteristic_function_of_its_law(real, alpha, beta, t):
    """S1 at the scale cos(pi phi)^(1 / alpha): exp(-t^alpha exp(-i pi phi))."""
    x = fill(real, "stable", alpha, beta, *random_words(real, N)).astype(float)
    angle = math.pi * float(phi(mpf(alpha), mpf(beta)))
    assert has_characteristic_function(t, x, np.exp(-(t**alpha) * np.exp(-1j * angle)))


def nolan_cf(t, alpha, beta):
    """Nolan (2020), section 1.3, S0 with scale 1 and location 0, for t > 0."""
    if alpha == 1:
        return np.exp(-t * (1 + 2j / math.pi * beta * math.log(t)))
    shift = beta * math.tan(math.pi * alpha / 2)
    return np.exp(-(t**alpha) * (1 + 1j * shift * (t ** (1 - alpha) - 1)))


@each_format
@pytest.mark.parametrize("alpha", [0.8, 1.0, 1.2])
@pytest.mark.parametrize("beta", [-0.5, 1.0])
@pytest.mark.parametrize("t", [0.3, 1.0, 2.0])
def test_near_alpha_one_a_variate_has_the_characteristic_function_of_its_law(real, alpha, beta, t):
    x = fill(real, "near_one", alpha, beta, *random_words(real, N)).astype(float)
    assert has_characteristic_function(t, x, nolan_cf(t, alpha, beta))


@each_format
@pytest.mark.parametrize("t, u", [(1.0, 0.0), (0.0, 1.0), (0.8, 0.8), (0.8, -0.8)])
def test_two_normal_variates_are_independent_and_standard(real, t, u):
    x, y = fill(real, "normal", 2.0, 0.0, *random_words(real, N)).astype(float).reshape(2, N)
    assert has_characteristic_function(1.0, t * x + u * y, np.exp(-(t * t + u * u) / 2 + 0j))


# Tails.  The words of a single variate are 32 bits long, those of its tails are not.


def test_a_single_exponential_has_both_its_tails_to_a_cell_of_2_to_47():
    """All words of the first four cells: as many are below 2^-q as there are midpoints."""
    cells, partners = np.divmod(np.arange(2**18, dtype=np.uint32), np.uint32(2**16))
    w = np.array([cms.single.exponential(2 * c, p) for c, p in zip(cells, partners, strict=True)])
    rest = np.array(
        [cms.single.exponential(~(2 * c), ~p) for c, p in zip(cells, partners, strict=True)]
    )
    for q in range(30, 44):
        assert np.count_nonzero(w > q * math.log(2)) == 2 ** (47 - q)
        assert np.count_nonzero(rest < -math.log1p(-(2.0**-q))) == 2 ** (47 - q)


def test_a_single_cauchy_variate_has_its_tails_to_a_cell_of_2_to_47():
    """P(X > x) = atan(1 / x) / pi, counted over all words of the first four cells."""
    words = np.arange(2**18, dtype=np.uint32)
    for sign in (0, 1):
        x = fill(float32, "stable", 1.0, 0.0, words >> 16 | sign << 31, words & 0xFFFF)
        for q in range(30, 44):
            quantile = 1 / math.tan(math.pi * 2.0**-q / 2)
            assert np.count_nonzero(x * (2 * sign - 1.0) > quantile) == 2 ** (47 - q)


def exceedances(alpha, first, second):
    """P values of counts beyond the quantiles 1 - 2^-q of |X|, q = 30 to 44, angle below 2^-28.

    P(|X| > x) = (2 / pi) Gamma(alpha) sin(pi alpha / 2) x^-alpha up to a factor 1 + O(x^-alpha)
    (Samorodnitsky & Taqqu 1994, 1.2.15), and an angle above 2^-28 exceeds the first quantile with a
    probability below 1e-6 of that: W would have to be above 13 or below 2^-30.
    """
    x = np.abs(fill(float32, "stable", alpha, 0.0, first, second).astype(float))
    c = 2 / math.pi * math.gamma(alpha) * math.sin(math.pi * alpha / 2)
    counts = {q: np.count_nonzero(x > (c * 2.0**q) ** (1 / alpha)) for q in range(30, 45)}
    return [binomtest(int(n), len(x), 2.0 ** (27 - q)).pvalue for q, n in counts.items()]


def words_of_small_angles(n):
    first, second = random_words(float32, n, seed=2)
    return first & np.uint32(2**31 + 2**4 - 1), second


# 45 p values above 1e-6: a sound sampler fails once in 20,000 seeds; the seed is fixed.


@pytest.mark.parametrize("alpha", [0.9, 1.5, 1.8])
def test_the_tail_of_a_single_variate_is_not_truncated(alpha):
    assert min(exceedances(alpha, *words_of_small_angles(2**22))) > 1e-6


@pytest.mark.parametrize("bits, lost", [(24, 30), (31, 32)])
def test_the_count_of_exceedances_finds_a_uniform_of_fewer_bits(bits, lost):
    """A control: the midpoints of 2^24 cells, and of 2^31 without what the partner adds."""
    first, second = words_of_small_angles(2**20)
    if bits == 24:
        first = first & np.uint32(2**31) | np.uint32(2**6)
    values = exceedances(1.5, first, second & np.uint32(0xFFFF0000) | np.uint32(0x8000))
    assert max(values[lost - 30 : 42 - 30]) < 1e-6
