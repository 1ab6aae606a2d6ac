"""The elementary functions are as accurate as they promise, with mpmath as the oracle."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mpmath import mpf
from numpy import float32, float64

from stablenoise.kernels import coefficients, elementary

FUNCTIONS = {float64: elementary.double, float32: elementary.single}
PROMISE = 3  # relative error in eps of the format; measured 2.4
EPS = {real: float(np.finfo(real).eps) for real in FUNCTIONS}
TINY = {real: float(np.finfo(real).tiny) for real in FUNCTIONS}
LEAST = {float64: -1022, float32: -126}  # exponents of normal numbers
MOST = {float64: 1023, float32: 127}
EXACT = {
    "exp2_ratio": lambda r: mpmath.expm1(r * mpmath.ln2) / r if r else +mpmath.ln2,
    "sinpi": mpmath.sinpi,
    "small_sinpi_ratio": lambda t: mpmath.sinpi(t) / t if t else +mpmath.pi,
    "small_cospi": mpmath.cospi,
}
RANGE = {"exp2_ratio": 0.5, "sinpi": 0.5, "small_sinpi_ratio": 0.0625, "small_cospi": 0.0625}

each_format = pytest.mark.parametrize("real", FUNCTIONS, ids=["double", "single"])
compiled = settings(deadline=None)  # the first example compiles
reals = st.sampled_from(list(FUNCTIONS))


def relative(real, value, exact):
    """Relative error in eps of the format: one to two such are a unit in the last place."""
    return 0.0 if value == exact else float(abs(mpf(value) - exact) / abs(exact) / EPS[real])


def test_the_literal_is_the_double_next_to_it():
    with mpmath.workdps(40):
        assert float(1 / mpmath.log(2)) == coefficients.LOG2_E


def numbers(real, low, high):
    """Numbers of one format, from an interval whose ends may belong to neither."""
    width = np.finfo(real).bits
    return st.floats(low, high).map(lambda x: float(real(x))) | st.floats(
        float(np.nextafter(real(low), real(high))),
        float(np.nextafter(real(high), real(low))),
        width=width,
    )


def grid(real, low, high, n=2000):
    """Points of an interval, its ends among them, none of them round."""
    return np.r_[low, np.random.default_rng(1).uniform(low, high, n), high].astype(real)


def normal_numbers(real):
    """Positive normal numbers, as many in one binade as in another, and those around 1."""
    mantissa = -round(math.log2(EPS[real]))
    fractions = st.integers(0, 2**mantissa - 1).map(lambda j: 1 + j * EPS[real])
    wide = st.tuples(fractions, st.integers(LEAST[real], MOST[real])).map(lambda m: math.ldexp(*m))
    return wide | fractions | fractions.map(lambda m: m / 2)


# Functions of one argument.


def error(real, name, t):
    with mpmath.workdps(50):
        return relative(real, getattr(FUNCTIONS[real], name)(real(t)), EXACT[name](mpf(float(t))))


@each_format
@pytest.mark.parametrize("name", EXACT)
def test_a_grid_of_its_range_keeps_the_promise(real, name):
    points = [*grid(real, -RANGE[name], RANGE[name]), *grid(real, -1e-6, 1e-6, 500)]
    worst = max(points, key=lambda t: error(real, name, t))
    assert error(real, name, worst) <= PROMISE, worst


@pytest.mark.parametrize("name", EXACT)
@compiled
@given(reals.flatmap(lambda real: st.tuples(st.just(real), numbers(real, -1, 1))))
@example((float64, 1.0))
@example((float32, 1.0))
@example((float64, 0.0))
@example((float32, 0.0))
@example((float64, 2.0**-54))
@example((float32, 2.0**-100))
@example((float64, math.nextafter(1.0, 0.0)))
def test_a_number_of_its_range_keeps_the_promise(name, number):
    real, t = number
    t = RANGE[name] * t
    if abs(t) > TINY[real] or t == 0:  # below, sin(pi t) is a subnormal
        assert error(real, name, t) <= PROMISE
        assert error(real, name, -t) <= PROMISE


@each_format
def test_values_that_are_exact_are_returned_exactly(real):
    of = FUNCTIONS[real]
    assert of.sinpi(real(0)) == 0
    assert of.small_cospi(real(0)) == 1
    assert of.small_sinpi_ratio(real(0)) == real(math.pi)
    assert of.exp2_ratio(real(0)) == real(math.log(2))
    assert of.log2(real(1)) == (0, 0)
    assert of.log2(real(2**-20)) == (-20, 0)
    assert of.minus_log(real(1), real(0)) == 0


# Logarithms.


def minus_log_error(real, u, rest):
    """By what is small: of u and rest = 1 - u the larger may be rounded."""
    with mpmath.workdps(50):
        exact = -mpmath.log(mpf(u)) if u < 0.5 else -mpmath.log1p(-mpf(rest))
        return relative(real, FUNCTIONS[real].minus_log(real(u), real(rest)), exact)


@each_format
def test_minus_the_logarithm_keeps_the_promise_on_a_grid(real):
    middle, small = grid(real, 0.01, 0.99, 4000), np.exp2(grid(real, -100, -2)).astype(real)
    for u in map(float, [*middle, *small]):
        rest = 1 - u  # exact for u >= 1/2, and of no account below
        assert minus_log_error(real, u, rest) <= PROMISE, u
        u, rest = float(real(1 - u / 8)), u / 8
        assert minus_log_error(real, u, rest) <= PROMISE, rest


@compiled
@given(reals.flatmap(lambda r: st.tuples(st.just(r), normal_numbers(r), st.integers(2, 60))))
@example((float64, math.sqrt(2), 1))
@example((float64, math.nextafter(math.sqrt(2), 2.0), 1))
@example((float64, TINY[float64], 4))
@example((float32, TINY[float32], 4))
@example((float32, float(float32(math.sqrt(2))), 1))
@example((float32, float(np.nextafter(float32(math.sqrt(2)), float32(2))), 1))
def test_minus_the_logarithm_keeps_the_promise_at_both_ends(number):
    real, m, shift = number
    fraction = math.frexp(m)[0]
    u = m if m < 1 else fraction
    assert minus_log_error(real, u, 1 - u) <= PROMISE
    rest = math.ldexp(fraction, -shift)
    assert minus_log_error(real, float(real(1 - rest)), rest) <= PROMISE


@each_format
def test_the_logarithm_of_two_is_told_in_two_words_of_which_multiples_of_the_first_are_exact(real):
    _, _, high, low = elementary.FORMATS[real]
    assert float(real(high)) == high
    with mpmath.workdps(50):
        assert real(low) == real(float(mpmath.ln2 - mpf(high)))
    for k in range(1, MOST[real] + 2):
        assert Fraction(float(real(k) * real(high))) == k * Fraction(high)


@compiled
@given(reals.flatmap(lambda real: st.tuples(st.just(real), normal_numbers(real))))
@example((float64, 1.0))
@example((float32, 1.0))
@example((float64, 1 - 2.0**-53))
@example((float32, 1 - 2.0**-24))
@example((float64, 1 + 2.0**-52))
@example((float64, math.sqrt(0.5)))
@example((float64, math.nextafter(math.sqrt(0.5), 0.0)))
@example((float64, np.finfo(float64).max.item()))
@example((float32, float(np.finfo(float32).max)))
def test_the_base_2_logarithm_is_an_integer_and_a_fraction_that_keeps_the_promise(number):
    real, x = number
    k, t = FUNCTIONS[real].log2(real(x))
    assert k == int(k) and abs(t) <= 0.5
    with mpmath.workdps(50):
        exact = mpmath.log(mpf(x), 2) - int(k)
        assert relative(real, t, exact) <= PROMISE


# Integers.


@compiled
@given(reals.flatmap(lambda r: st.tuples(st.just(r), numbers(r, -1e4, 1e4) | numbers(r, -3, 3))))
@example((float64, math.nextafter(0.5, 0.0)))
@example((float64, -1023.49))
@example((float32, 127.49))
@example((float64, math.inf))
@example((float64, -math.inf))
@example((float32, math.inf))
@example((float32, -math.inf))
@example((float64, 1e300))
def test_the_nearest_integer_is_within_a_half_of_where_a_power_of_two_is_told(number):
    """The sum y + 1/2 may be rounded: half a unit in the last place of the range."""
    real, y = number
    low, high = LEAST[real] - 1, MOST[real] + 1
    n = FUNCTIONS[real].nearest(real(y))
    assert n == int(n) and low <= n <= high
    assert abs(n - min(max(float(real(y)), low), high)) <= 0.5 + EPS[real] * min(abs(n) + 1, high)


@each_format
def test_the_nearest_integer_of_no_number_is_an_integer_of_the_range(real):
    n = FUNCTIONS[real].nearest(real(math.nan))
    assert n == int(n) and LEAST[real] - 1 <= n <= MOST[real] + 1


@each_format
def test_a_power_of_two_is_exact_and_0_or_inf_beyond_the_exponents(real):
    two_to = FUNCTIONS[real].two_to
    for n in range(LEAST[real], MOST[real] + 1):
        assert two_to(real(n)) == 2.0**n
    assert two_to(real(LEAST[real] - 1)) == 0
    assert two_to(real(MOST[real] + 1)) == math.inf


# Powers.


def power_bound(real, p):
    """Relative error of a power: 2 eps for its end, and that of p t, at most (0.8 + 1/4) |p| eps.

    t is within 1.6 eps of its value, at most 1/2, and p t is rounded by half a unit; in base 2, so
    that ln(2) is a factor.
    """
    return EPS[real] * (2 + 0.75 * abs(p))


def power_error(real, x, p, p_low):
    """Error in units of the bound where the power is a normal number, else 0 if it is 0 or inf."""
    value = FUNCTIONS[real].power(real(x), real(p), real(p_low))
    with mpmath.workdps(50):
        log = (mpf(p) + mpf(p_low)) * mpmath.log(mpf(x), 2)
        if LEAST[real] + 0.5 < log < MOST[real] + 0.49:
            return float(abs(mpf(value) / mpf(2) ** log - 1) / power_bound(real, p))
        below = log < 0
        within = LEAST[real] - 1 < log < MOST[real] + 1
        ends = [2 ** float(log)] if within and below else []
        ends += [0.0] if below else [math.inf]
    return 0.0 if any(abs(value - end) <= TINY[real] or value == end for end in ends) else math.inf


def powers(real):
    p = numbers(real, -9, 9) | numbers(real, -1, 1) | numbers(real, -400, 400)
    low = numbers(real, -1, 1)
    return st.tuples(st.just(real), normal_numbers(real), p, low)


@settings(deadline=None, max_examples=500)
@given(reals.flatmap(powers))
@example((float64, TINY[float64], 9.0, 0.5))
@example((float64, 2.0**100, 9.0, -1.0))
@example((float32, 2.0**12, 9.0, -1.0))
@example((float64, 1.0, 400.0, 0.0))
def test_a_power_is_within_the_bound_or_0_or_inf(number):
    real, x, p, low = number
    p_low = float(real(low * EPS[real] / 2 * p))
    assert power_error(real, x, p, p_low) <= 1


@each_format
@pytest.mark.parametrize("p", [-9.0, -0.5, -1 / 3, 0.0, 0.1, 1.0, 3.0, 9.0])
def test_a_power_is_within_the_bound_on_a_grid(real, p):
    width = 0.95 * MOST[real] / max(1, abs(p))
    p, p_low = float(real(p)), float(real(0.4 * EPS[real] * p))
    for x in np.exp2(grid(float64, -width, width)).astype(real):
        assert power_error(real, float(x), p, p_low) <= 1, x


@each_format
def test_the_low_word_of_the_exponent_tells_in_the_power(real):
    of, x, eps = FUNCTIONS[real], 1.3 * 2.0 ** (MOST[real] - 3), EPS[real]
    change = of.power(real(x), real(1), real(eps / 2)) / of.power(real(x), real(1), real(0)) - 1
    assert change == pytest.approx(eps / 2 * math.log(x), rel=0.05)


@each_format
@pytest.mark.parametrize("x", [0.3, 0.9, 1.0, 1.3, 1.5, 3.0, 1e30])
@pytest.mark.parametrize("p", [-math.inf, math.inf])
@pytest.mark.parametrize("p_low", [-math.inf, 0.0, math.nan])
def test_an_infinite_exponent_gives_0_or_inf(real, x, p, p_low):
    assert FUNCTIONS[real].power(real(x), real(p), real(p_low)) in (0.0, math.inf)


# Polynomials.


@each_format
@pytest.mark.parametrize("terms", [2, 4, 6])
def test_a_polynomial_of_integers_is_exact(real, terms):
    for _ in range(20):
        c = np.random.default_rng(_).integers(-9, 10, terms)
        for z in range(-4, 5):
            exact = sum(int(a) * z**i for i, a in enumerate(c[::-1]))
            assert elementary.polynomial(tuple(map(real, c)), real(z)) == exact


@each_format
def test_a_polynomial_is_rounded_once_a_step(real):
    """Each of the 6 terms meets at most 4 roundings, one of them of z z to each power of it."""
    rng = np.random.default_rng(2)
    for _ in range(300):
        c, z = rng.normal(size=6).astype(real), real(rng.normal())
        terms = [Fraction(float(a)) * Fraction(float(z)) ** i for i, a in enumerate(c[::-1])]
        value = elementary.polynomial(tuple(c), z)
        assert abs(Fraction(value) - sum(terms)) <= 3 * EPS[real] * sum(map(abs, terms))


# The script that made the tables.


def log_quotient(f):
    return (mpmath.log1p(f) - f + f * f / 2) / f**3 if f else mpf(1) / 3


with mpmath.workdps(50):
    ROOTS = mpmath.sqrt(mpf("0.5")) - 1, mpmath.sqrt(2) - 1
CURVES = {  # and their intervals
    "sin": (lambda z: mpmath.pi * mpmath.sincpi(mpmath.sqrt(z)), (0, 1 / 4)),
    "log": (log_quotient, ROOTS),
    "exp2": (EXACT["exp2_ratio"], (-1 / 2, 1 / 2)),
    "small_sin": (lambda z: mpmath.pi * mpmath.sincpi(mpmath.sqrt(z)), (0, 1 / 256)),
    "small_cos": (lambda z: mpmath.cospi(mpmath.sqrt(z)), (0, 1 / 256)),
}


@pytest.mark.filterwarnings("ignore:Descending")  # the order that mpmath has had so far
@each_format
@pytest.mark.parametrize("name", CURVES)
def test_a_table_is_the_chebyshev_fit_of_its_function(real, name):
    table = elementary.TABLES[real][name]
    curve, interval = CURVES[name]
    with mpmath.workdps(50):
        coefficients = mpmath.chebyfit(curve, interval, len(table))
    assert [real(c) for c in table] == [real(float(c)) for c in coefficients]


# Natural logarithm and exponential.


@compiled
@given(reals.flatmap(lambda real: st.tuples(st.just(real), normal_numbers(real))))
@example((float64, 1.0))
@example((float32, 1.0))
@example((float64, 1 - 2.0**-53))
@example((float32, 1 + 2.0**-23))
@example((float64, math.nextafter(math.sqrt(0.5), 0.0)))
@example((float64, np.finfo(float64).max.item()))
@example((float64, TINY[float64]))
@example((float32, TINY[float32]))
def test_the_logarithm_keeps_the_promise(number):
    real, x = number
    with mpmath.workdps(50):
        assert relative(real, FUNCTIONS[real].log(real(x)), mpmath.log(mpf(x))) <= PROMISE


def exponents(real):
    """Where the exponential is a normal number, and close to 0."""
    end = 0.69 * MOST[real]
    return st.tuples(st.just(real), numbers(real, -end, end) | numbers(real, -0.4, 0.4))


@compiled
@given(reals.flatmap(exponents))
@example((float64, 0.0))
@example((float64, math.log(2) / 2))
@example((float64, 700.0))
@example((float64, -700.0))
@example((float64, 1e-300))
@example((float32, float(float32(1e-30))))
def test_the_exponential_is_within_the_rounding_of_its_exponent(number):
    """The exponent in base 2 has an error of half its last place: (2 + |x|) eps at most."""
    real, x = number
    with mpmath.workdps(400):
        bound = PROMISE + 0.5 * min(abs(x), 1.0)
        exp = FUNCTIONS[real].exp(real(x))
        assert relative(real, exp, mpmath.exp(mpf(x))) <= bound
        expm1 = FUNCTIONS[real].expm1(real(x))
        assert relative(real, expm1, mpmath.expm1(mpf(x))) <= bound + 2


@each_format
def test_beyond_the_format_the_exponential_is_0_or_inf(real):
    exp, expm1 = FUNCTIONS[real].exp, FUNCTIONS[real].expm1
    for x in (-1e4, -math.inf):
        assert exp(real(x)) == 0 and expm1(real(x)) == -1
    assert exp(real(1e4)) == exp(real(math.inf)) == math.inf
    assert exp(real(0)) == 1 and expm1(real(0)) == 0
