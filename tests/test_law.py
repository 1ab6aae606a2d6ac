"""The law of one variable: density, tails and quantiles against exact values and each other."""

import math
from functools import lru_cache
from pathlib import Path

import mpmath
import numba
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mpmath import mpf
from scipy.stats import norm

from stablenoise import Stable, law
from stablenoise.law.direct import direct_logs
from stablenoise.law.evaluate import POINTS_PER_LAW
from stablenoise.law.polynomials import panels

EPS = np.finfo(float).eps
LARGEST = np.finfo(float).max
PROMISE = 1e-11  # relative error of densities and tails; measured 8e-13 on the table
ORACLE = np.genfromtxt(Path(__file__).parent / "data" / "law_oracle.csv", delimiter=",", names=True)
KINDS = {"pdf": 0, "sf": 1, "cdf": 2}  # as ``direct_logs`` and panels number them
FUNCTIONS = ["pdf", "logpdf", "cdf", "sf", "logcdf", "logsf", "ppf", "isf"]
EDGES = [0.1, 0.5, 0.9, 0.98, 1.0, 1.02, 1.5, 2.0]  # of alpha: ends, closed forms and seams

signs = st.sampled_from([-1.0, 1.0])
small = st.floats(0, 16).map(lambda k: 10.0**-k)
alphas = (
    st.floats(0.1, 2)
    | st.builds(lambda sign, h: 1 + sign * 0.9 * h, signs, small)
    | small.map(lambda h: 2 - h)
    | st.sampled_from(EDGES + [math.nextafter(a, 0) for a in EDGES[1:]])
    | st.sampled_from([math.nextafter(a, 3) for a in EDGES[1:-1]])
)
betas = (
    st.floats(-1, 1)
    | st.builds(lambda sign, h: sign * h, signs, small)
    | st.builds(lambda sign, h: sign * (1 - h), signs, small)
    | st.sampled_from([-1.0, 0.0, 1.0])
)
laws = st.tuples(alphas, betas)
many = settings(deadline=None, max_examples=200)  # no deadline: the first example compiles
some = settings(deadline=None, max_examples=50)
each_side = pytest.mark.parametrize("side", [-1.0, 1.0])


def zeta(alpha, beta):
    """Where the angles of Nolan's integral end, rounded; 0 where it is of no account."""
    found = -beta * math.tan(math.pi * alpha / 2) if alpha != 1 else 0.0
    return found if abs(found) < 1e6 else 0.0


def places(alpha, beta):
    """Points of the line, in the core, far out, and about 0 and zeta, ascending."""
    sizes = 10.0 ** np.arange(-18, 30, 1.5)
    core = np.linspace(-8, 8, 41)
    middle = zeta(alpha, beta)
    about = middle + max(1.0, abs(middle)) * np.r_[-1, 1][:, None] * 10.0 ** np.arange(-17, 1)
    return np.unique(np.r_[-sizes, 0.0, sizes, core, core + middle, about.ravel(), middle])


def rounding(alpha, log_p):
    """Relative error allowed to a density or a tail.

    Its logarithm is about minus the least level g, and log g is alpha / (1 - alpha) times a sum
    that is rounded; within 0.02 of alpha = 1 it is written otherwise.  1e-13 is for sums.
    """
    depth = np.minimum(abs(log_p), 1e9)
    return 1e-13 + 4 * EPS * depth * (1 + alpha / max(0.02, abs(1 - alpha)))


def relative(value, exact):
    return np.max(abs(value / exact - 1))


# The table.


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_is_met_point_by_point(kind):
    exact, rows = ORACLE[kind], (ORACLE["x"], ORACLE["alpha"], ORACLE["beta"])
    good = exact > 1e-300
    assert good.sum() > 600
    logs = direct_logs(*rows)[KINDS[kind]]
    assert relative(np.exp(logs)[good], exact[good]) < PROMISE
    assert np.all(abs(logs - np.log(exact))[good] < PROMISE)
    np.testing.assert_array_equal(getattr(law, kind)(*rows), np.exp(logs))
    errors = abs(np.exp(logs) / exact - 1) / rounding_of_rows(exact)
    assert errors[good].max() < 1, rows[0][np.argmax(errors)]


def rounding_of_rows(exact):
    rows = zip(ORACLE["alpha"], np.log(exact), strict=True)
    return np.array([rounding(*row) for row in rows]) * 4


def test_the_table_is_met_by_panels():
    rows = np.column_stack([ORACLE[name] for name in ("alpha", "beta")])
    for alpha, beta in np.unique(rows, axis=0):
        here = ORACLE[(rows == (alpha, beta)).all(axis=1)]
        found = panels(alpha, beta)
        for kind, number in KINDS.items():
            good = here[kind] > 1e-300
            values = np.exp(found.log(number, here["x"].copy()))
            error = abs(values / here[kind] - 1)[good]
            assert np.all(error < PROMISE), (alpha, beta, kind, here["x"][good][error.argmax()])


def test_logarithms_of_the_table_are_met_where_they_are_near_zero_too():
    """Relative to themselves: the logarithm of a probability near 1 is minus the other one."""
    rows = (ORACLE["x"], ORACLE["alpha"], ORACLE["beta"])
    cdf, sf = ORACLE["cdf"], ORACLE["sf"]
    for found, p, rest in ((law.logcdf(*rows), cdf, sf), (law.logsf(*rows), sf, cdf)):
        exact = np.where(p > 0.5, np.log1p(-np.minimum(rest, 0.6)), np.log(p))
        assert relative(found, exact) < PROMISE
    assert np.all(abs(law.logpdf(*rows) - np.log(ORACLE["pdf"])) < PROMISE)


def test_logarithms_of_the_table_are_met_near_zero_by_panels():
    rows = ORACLE[ORACLE["alpha"] == 1.0]
    for beta in np.unique(rows["beta"]):
        here = rows[rows["beta"] == beta]
        x = np.resize(here["x"], POINTS_PER_LAW)
        for name, p, rest in (("logcdf", "cdf", "sf"), ("logsf", "sf", "cdf")):
            near = np.log1p(-np.minimum(here[rest], 0.6))
            exact = np.where(here[p] > 0.5, near, np.log(here[p]))
            found = getattr(law, name)(x, 1.0, beta)[: exact.size]
            assert relative(found, exact) < PROMISE


# Laws that have formulas.


@pytest.mark.parametrize("beta", [0.0, 0.5, -1.0])
def test_at_index_two_the_law_is_normal_with_variance_two(beta):
    """With SciPy the argument is over a rounded root of 2: 3e-13 of a value as small as 1e-280."""
    x = np.r_[np.linspace(-60, 60, 241), -1e-9, 1e-300, 1e5, -1e8]
    gauss = norm(scale=math.sqrt(2))
    inner = abs(x) < 51  # within the range of normal numbers
    for name in ("pdf", "cdf", "sf"):
        found, exact = getattr(law, name)(x, 2.0, beta), getattr(gauss, name)(x)
        np.testing.assert_allclose(found[inner], exact[inner], rtol=5e-13, atol=0)
        np.testing.assert_allclose(found[~inner], exact[~inner], rtol=0, atol=1e-280)
    for name in ("logpdf", "logcdf", "logsf"):
        found, exact = getattr(law, name)(x, 2.0, beta), getattr(gauss, name)(x)
        np.testing.assert_allclose(found, exact, rtol=5e-13, atol=1e-300)


def test_at_index_one_without_skewness_the_law_is_cauchys():
    x = np.r_[0.0, 1e-300, 1e-9, 10.0 ** np.linspace(-3, 9, 49), 1e100]
    for u in np.r_[-x, x]:
        with mpmath.workdps(250):
            upper, lower = mpmath.atan2(1, mpf(u)) / mpmath.pi, mpmath.atan2(1, -mpf(u)) / mpmath.pi
            density = 1 / (mpmath.pi * (1 + mpf(u) ** 2))
            logs = float(mpmath.log(density)), float(mpmath.log(upper)), float(mpmath.log(lower))
        found = law.logpdf(u, 1.0), law.logsf(u, 1.0), law.logcdf(u, 1.0)
        np.testing.assert_allclose(found, logs, rtol=1e-13)
        assert law.sf(u, 1.0) == pytest.approx(float(upper), rel=1e-13)
        assert law.cdf(u, 1.0) == pytest.approx(float(lower), rel=1e-13)


@each_side
def test_at_index_one_half_with_all_skewness_the_law_is_levys(side):
    """Density (2 pi)^(-1/2) z^(-3/2) exp(-1 / (2 z)), P(Z < z) = erfc((2 z)^(-1/2)), z = x + 1."""
    for z in [*10.0 ** np.linspace(-2.8, 9, 60), 1e20, 1e100]:
        x = z - 1  # the exact distance is the one of the rounded x
        with mpmath.workdps(40):
            z = mpf(float(x)) + 1
            density = mpmath.exp(-1 / (2 * z)) / mpmath.sqrt(2 * mpmath.pi) / z ** mpf("1.5")
            lower, upper = mpmath.erfc(1 / mpmath.sqrt(2 * z)), mpmath.erf(1 / mpmath.sqrt(2 * z))
            exact = [float(mpmath.log(v)) for v in (density, lower, upper)]
        tails = (law.logcdf, law.logsf) if side > 0 else (law.logsf, law.logcdf)
        found = [f(side * x, 0.5, side) for f in (law.logpdf, *tails)]
        np.testing.assert_allclose(found, exact, rtol=1e-13, atol=4 * EPS)
    assert law.pdf(-side, 0.5, side) == law.pdf(-2 * side, 0.5, side) == 0
    assert law.cdf(-1.5 * side, 0.5, side) == (side < 0)


def half(z, beta):
    """Density at index 1/2: Re of (1/pi) int exp(-s t - a t^(1/2)) dt, s = i z, a = 1 - i beta."""
    with mpmath.workdps(60):
        s, a = mpmath.mpc(0, z), mpmath.mpc(1, -mpf(beta))
        root = mpmath.sqrt(s)
        u = a / (2 * root)
        whole = 1 / s - a * mpmath.sqrt(mpmath.pi) / (2 * s * root) * mpmath.exp(
            u * u
        ) * mpmath.erfc(u)
        return float(whole.real / mpmath.pi)


@pytest.mark.parametrize("beta", [0.0, 0.3, -0.8, 0.999, -1.0])
def test_at_index_one_half_the_density_is_an_error_function(beta):
    for z in [1e-3, 0.02, 0.1, 0.5, 1.0, 3.0, 40.0, 1e4]:
        for x in (z - beta, -z - beta):
            with mpmath.workdps(30):
                exact = half(mpf(float(x)) + mpf(beta), beta)
            assert law.pdf(x, 0.5, beta) == pytest.approx(exact, rel=1e-12, abs=1e-30)


def holtsmark(x):
    """Density of the law of index 3/2 without skewness, by hypergeometric functions.

    Hummel, Gwinner & McKane wrote it so; it is the series (2 / 3 pi) sum (-1)^n Gamma((4 n + 2) /
    3) x^(2 n) / (2 n)! of the characteristic function's moments, in three parts.
    """
    third = [mpf(k) / 12 for k in range(24)]
    y = -4 * mpf(x) ** 6 / 729
    one = mpmath.gamma(mpf(5) / 3) * mpmath.hyper(
        [third[5], third[11]], [third[4], third[6], third[10]], y
    )
    two = mpmath.hyper([third[9], 1, third[15]], [third[8], third[10], third[14], third[16]], y)
    three = mpmath.gamma(mpf(4) / 3) * mpmath.hyper(
        [third[13], third[19]], [third[14], third[18], third[20]], y
    )
    return (one - mpf(x) ** 2 / 3 * two + 7 * mpf(x) ** 4 / 81 * three) / mpmath.pi


def holtsmark_below(x):
    """P(X < x), from the same series integrated term by term."""
    terms = (
        (-1) ** n
        * mpmath.gamma(mpf(4 * n + 2) / 3)
        * mpf(x) ** (2 * n + 1)
        / mpmath.factorial(2 * n + 1)
        for n in range(240)
    )
    return mpf(1) / 2 + 2 / (3 * mpmath.pi) * mpmath.fsum(terms)


@pytest.mark.parametrize("x", [0.0, 0.1, -0.7, 1.0, -2.0, 3.0, -4.5, 6.0])
def test_at_index_three_halves_without_skewness_the_law_is_holtsmarks(x):
    with mpmath.workdps(50):
        density, below = float(holtsmark(x)), holtsmark_below(x)
        above = float(1 - below)
    assert law.pdf(x, 1.5) == pytest.approx(density, rel=2e-13)
    assert law.cdf(x, 1.5) == pytest.approx(float(below), rel=2e-13)
    assert law.sf(x, 1.5) == pytest.approx(above, rel=2e-13)


def map_airy(y):
    """The map-Airy density of Banderier, Flajolet, Schaeffer & Soria (2001).

    Its bilateral Laplace transform E exp(s Y) is exp(s^(3/2) / 3): the least of it over exp(s y) is
    exp(-4 y^3 / 3), as the product of the exponential and the Airy function for large y has it.
    """
    y = mpf(y)
    airy, slope = mpmath.airyai(y * y), mpmath.airyai(y * y, derivative=1)
    return 2 * mpmath.exp(-2 * y**3 / 3) * (y * airy - slope)


@lru_cache
def map_airy_law(x):
    """Density, P(X > x) and P(X < x) of the law with beta = -1.

    For beta = -1 in S1, E exp(s X) = exp(2^(1/2) s^(3/2)): Y = size X, and x is 1 less in S0.
    """
    with mpmath.workdps(25):
        size = (1 / (3 * mpmath.sqrt(2))) ** (mpf(2) / 3)
        y = size * (mpf(x) + 1)
        above = mpmath.quad(map_airy, [y, y + 1, max(y, 0) + 4])
        return float(size * map_airy(y)), float(above), float(1 - above)


@each_side
@pytest.mark.parametrize("x", [-7.0, -1.5, 0.0, 2.0, 8.0])
def test_at_index_three_halves_with_all_skewness_the_law_is_the_map_airy_one(x, side):
    density, above, below = map_airy_law(x)
    light, heavy = (law.cdf, law.sf) if side > 0 else (law.sf, law.cdf)
    assert law.pdf(-side * x, 1.5, side) == pytest.approx(density, rel=1e-12)
    assert light(-side * x, 1.5, side) == pytest.approx(above, rel=1e-12)
    assert heavy(-side * x, 1.5, side) == pytest.approx(below, rel=1e-12)


def landau(x, power):
    """(1 / pi) int exp(-t log t - x t) sin(pi t) t^-power dt: density for 0, P(X > x) for 1."""

    def term(t):
        return mpmath.exp(-t * mpmath.log(t) - x * t) * mpmath.sinpi(t) / t**power

    return mpmath.quad(term, [0, mpf("0.01"), *range(1, 60)]) / mpmath.pi


@pytest.mark.parametrize("x", [-3.0, -2.0, -0.5, 0.0, 1.0, 4.0, 20.0, 300.0])
def test_at_index_one_with_all_skewness_the_law_is_landaus(x):
    """Landau's law has E exp(-s X) = exp(s log s).

    In S0 with beta = 1, scale c and location 0 that is exp((2 / pi) c s log(c s)): the same for
    c = pi / 2 but for the factor exp(s log c), which is a shift by -log c.
    """
    with mpmath.workdps(40):
        density, above = landau(mpf(x), 0), landau(mpf(x), 1)
        below = float(1 - above)
    same = Stable(1.0, 1.0, math.pi / 2, math.log(math.pi / 2))
    assert same.pdf(x) == pytest.approx(float(density), rel=1e-12)
    assert same.sf(x) == pytest.approx(float(above), rel=1e-12)
    assert same.cdf(x) == pytest.approx(below, rel=1e-12)


# The whole space of laws.


@many
@given(laws)
@example((0.1, 1.0))
@example((1.0, -1.0))
@example((math.nextafter(2.0, 0.0), 1.0))
def test_densities_and_tails_are_such(parameters):
    alpha, beta = parameters
    x = places(alpha, beta)
    pdf, cdf, sf = (getattr(law, name)(x, alpha, beta) for name in ("pdf", "cdf", "sf"))
    assert np.all((pdf >= 0) & np.isfinite(pdf))
    assert np.all((cdf >= 0) & (cdf <= 1) & (sf >= 0) & (sf <= 1))
    np.testing.assert_allclose(cdf + sf, 1, rtol=4 * EPS)
    for log_tail in (law.logcdf(x, alpha, beta), law.logsf(-x, alpha, -beta)):
        assert not np.isnan(log_tail).any() and np.all(log_tail <= 0)
        reached = np.maximum(log_tail, -1e9)
        assert np.all(np.diff(reached) >= -2 * rounding(alpha, reached[1:]))


@many
@given(laws)
def test_a_law_of_opposite_skewness_is_the_mirror_image(parameters):
    """To the bit but at zeta, where one form serves both sides."""
    alpha, beta = parameters
    x = places(alpha, beta)
    here, there = direct_logs(x, alpha, beta), direct_logs(-x, alpha, -beta)[[0, 2, 1]]
    np.testing.assert_allclose(there, here, rtol=1e-14, atol=1e-14)
    same = np.all(here == there, axis=0)
    assert np.sum(~same) <= 1


@many
@given(laws)
def test_logarithms_agree_with_values(parameters):
    alpha, beta = parameters
    x = places(alpha, beta)
    for name in ("pdf", "cdf", "sf"):
        value, log = (getattr(law, f"{p}{name}")(x, alpha, beta) for p in ("", "log"))
        # half an ulp of the logarithm, which is up to 745; a subnormal number has few digits
        np.testing.assert_allclose(np.exp(log), value, rtol=3e-13, atol=1e-320)
        assert np.all(np.isinf(log[value == 0]) | (log[value == 0] < -740))


@many
@given(laws, st.integers(-40, 40).map(lambda k: 2.0**k), st.integers(-1000, 1000))
def test_scale_and_location_move_the_law(parameters, scale, loc):
    """To the bit: unit, scale and location are such that nothing is rounded."""
    alpha, beta = parameters
    u = np.arange(-64, 65) * 2.0**-4
    x = loc + u if abs(math.log2(scale)) > 5 else loc + scale * u
    scale = 1.0 if abs(math.log2(scale)) > 5 else scale
    moved = Stable(alpha, beta, scale, loc)
    np.testing.assert_array_equal(moved.pdf(x), law.pdf(u, alpha, beta) / scale)
    np.testing.assert_array_equal(moved.logpdf(x), law.logpdf(u, alpha, beta) - math.log(scale))
    for name in ("cdf", "sf", "logcdf", "logsf"):
        np.testing.assert_array_equal(getattr(moved, name)(x), getattr(law, name)(u, alpha, beta))
    q = np.arange(1, 16) / 16
    for name in ("ppf", "isf"):
        unit = getattr(law, name)(q, alpha, beta)
        np.testing.assert_array_equal(getattr(moved, name)(q), loc + scale * unit)


@many
@given(betas, st.floats(3, 9).map(lambda k: 10.0**-k))
def test_the_law_is_continuous_through_index_one(beta, h):
    """At alpha = 1 the cf has a derivative -|t| (log|t| + i b sign(t) log^2|t| / pi) exp(-|t| ...).

    So that of the density is at most (1 / pi) int e^-t t (|log t| + log^2 t / pi) dt = 0.306, and
    that of a tail the same integral without t, 0.524.  The mean of the two sides differs by h^2
    times half the second derivative, of which a bound 10 is generous.
    """
    x = np.r_[np.linspace(-6, 12, 73), -(10.0 ** np.arange(2, 8)), 10.0 ** np.arange(2, 8)]
    below, at, above = (np.exp(direct_logs(x, a, beta)) for a in (1 - h, 1.0, 1 + h))
    for kind, slope in ((0, 0.306), (1, 0.524), (2, 0.524)):
        noise = 1e-14 + 10 * h * h
        assert np.all(abs(below - at)[kind] <= slope * h + noise)
        assert np.all(abs(above - at)[kind] <= slope * h + noise)
        assert np.all(abs((above + below) / 2 - at)[kind] <= noise)


@many
@given(betas)
def test_the_law_at_index_one_is_the_mean_of_its_neighbours(beta):
    """Relative to itself; the second derivative of log f is below 1e5 where f > e^-50."""
    x = np.r_[np.linspace(-6, 12, 73), -(10.0 ** np.arange(2, 30)), 10.0 ** np.arange(2, 30)]
    h = 1e-9
    below, at, above = (direct_logs(x, a, beta) for a in (1 - h, 1.0, 1 + h))
    good = at > -50
    good[0] = at[0] > -140
    mean = (below[good] + above[good]) / 2
    np.testing.assert_allclose(mean, at[good], rtol=2e-14, atol=2e-13)


@some
@given(laws)
@example((0.1, 0.3))
@example((0.985, -1.0))
@example((2.0, 0.0))
def test_the_density_integrates_to_what_the_distribution_gains(parameters):
    """Gauss' rule of 20 points between ends in a ratio of 1.3, about 0 and about zeta.

    Its error is below 1e-14 of the largest value where f changes little over a panel; the panels of
    the law, which serve here for the density, are good to 4e-12.
    """
    alpha, beta = parameters
    ends = mesh(alpha, beta)
    nodes, weights = np.polynomial.legendre.leggauss(20)
    half_width = np.diff(ends)[:, None] / 2
    density = law.pdf((ends[:-1] + ends[1:])[:, None] / 2 + half_width * nodes, alpha, beta)
    mass = (density * half_width) @ weights
    cdf, sf = law.cdf(ends, alpha, beta), law.sf(ends, alpha, beta)
    upper = sf[:-1] < cdf[1:]
    gain = np.where(upper, sf[:-1] - sf[1:], cdf[1:] - cdf[:-1])
    tail, rest = np.where(upper, (sf[:-1], sf[1:]), (cdf[1:], cdf[:-1]))
    fine = rest >= 1e-8 * tail  # beyond, 20 points do not follow a light tail
    error = 1e-11 + rounding(alpha, np.log(np.maximum(tail, 1e-300)))
    # nodes are rounded, which tells where f changes on the scale of few doubles about zeta
    with np.errstate(all="ignore"):
        change = abs(np.log(density[:, -1] / density[:, 0]))
        error = error + 4 * change * np.spacing(abs(ends[1:])) / np.diff(ends)
    fine &= np.isfinite(error)
    error = np.where(fine, error, 0.0)
    assert np.all((abs(mass - gain) <= error * tail + 1e-290)[fine])
    assert np.sum(fine) > 500
    assert mass.sum() + cdf[0] + sf[-1] == pytest.approx(1, rel=1e-11)


def mesh(alpha, beta):
    """Ends of short panels; more of them where a light tail falls."""
    sizes = 1.3 ** np.arange(-90, 60)
    middle = zeta(alpha, beta)
    about = 1.3 ** np.arange(-124, 60)
    about = about[about > 1e-14 * max(1.0, abs(middle))]
    ends = np.r_[-sizes, 0.0, sizes, middle - about, middle, middle + about]
    ends = np.r_[ends, np.linspace(-60, 60, 1201), np.linspace(-8, 8, 801)]
    return np.unique(ends[abs(ends) < 1e6])


@many
@given(laws.filter(lambda p: (abs(p[1]) < 0.9 or abs(p[1]) == 1) and not 1.9 < p[0] < 2))
@example((1.8, 1.0))
@example((0.3, -1.0))
def test_the_slope_of_the_logarithm_of_a_tail_is_the_density_over_it(parameters):
    """By the central difference of order 8 with step 2^-6 in asinh(x).

    Its error is h^8 / 630 times the ninth derivative, below 1e-10 where that is below 1e7, and
    rounding, 64 times 1e-14.  Points within 1 of zeta vary faster, and so do laws near one that
    has a light tail, where they leave it.
    """
    alpha, beta = parameters
    u = np.linspace(-12, 12, 97)
    x, h = np.sinh(u), 2.0**-6
    weights = np.array([4 / 5, -1 / 5, 4 / 105, -1 / 280])
    shifted = np.arange(1, 5)[:, None] * h
    good = (abs(x - zeta(alpha, beta)) > 1 + abs(x) / 4) | (abs(alpha - 1) < 0.02)
    for kind, sign in ((1, -1.0), (2, 1.0)):
        steps = [direct_logs(np.sinh(u + s * shifted), alpha, beta)[kind] for s in (-1, 1)]
        log_f, log_p = np.maximum(direct_logs(x, alpha, beta)[[0, kind]], -1e9)
        here = good & (log_p < -1e-3) & (np.minimum(*steps) > -20).all(axis=0)
        slope = weights @ (steps[1][:, here] - steps[0][:, here]) / h
        exact = sign * np.exp((log_f - log_p)[here]) * np.cosh(u[here])
        np.testing.assert_allclose(slope, exact, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("alpha, beta", [(0.6, 0.5), (1.0, -0.7), (1.01, 1.0), (1.7, 0.3)])
def test_draws_have_the_law(alpha, beta):
    """Massart: the distance exceeds c with probability at most 2 exp(-2 n c^2), here 1e-9."""
    n = 100_000
    same = Stable(alpha, beta, 2.0, -1.0)
    found = np.sort(same.cdf(same.rvs(n, 1)))
    steps = np.arange(n + 1) / n
    distance = max(np.max(steps[1:] - found), np.max(found - steps[:-1]))
    assert distance < math.sqrt(math.log(2e9) / (2 * n))


# Quantiles.

PROBABILITIES = np.r_[
    10.0 ** -np.array([300.0, 200, 100, 50, 20, 10, 5, 3, 2]), np.arange(1, 8) / 16
]
PROBABILITIES = np.r_[PROBABILITIES, 0.5]


def within_two_doubles(x, log_q, log_tail, alpha, beta, error):
    """Whether the tail reaches a probability between the second neighbours of x."""
    low, high = (neighbour(x, end) for end in (-np.inf, np.inf))
    ends = np.sort([log_tail(low, alpha, beta), log_tail(high, alpha, beta)], axis=0)
    return np.all((ends[0] - error <= log_q) & (log_q <= ends[1] + error))


def neighbour(x, end):
    """Two doubles on; back from infinity, 8e307: see the tests of the largest doubles."""
    moved = np.nextafter(np.nextafter(x, end), end)
    return np.where(np.isinf(x) & np.isfinite(moved), np.copysign(8e307, x), moved)


@many
@given(laws)
@example((0.1, 0.0))
@example((0.02, 0.5))
@example((0.1, 1.0))
def test_a_quantile_has_the_probability(parameters):
    """It is to lie within two doubles of the point, which may be coarser than 1e-10 in q."""
    alpha, beta = parameters
    log_q = np.log(PROBABILITIES)
    error = 2 * rounding(alpha, log_q)
    lower, upper = (f(PROBABILITIES, alpha, beta) for f in (law.ppf, law.isf))
    assert within_two_doubles(lower, log_q, law.logcdf, alpha, beta, error)
    assert within_two_doubles(upper, log_q, law.logsf, alpha, beta, error)
    q = np.r_[0.5, 0.75, 1 - 1e-3, 1 - 1e-9, 1 - EPS / 2]  # 1 - q is exact
    high, low = law.ppf(q, alpha, beta), law.isf(q, alpha, beta)
    error = 2 * rounding(alpha, np.log(1 - q))
    assert within_two_doubles(high, np.log(1 - q), law.logsf, alpha, beta, error)
    assert within_two_doubles(low, np.log(1 - q), law.logcdf, alpha, beta, error)
    for x in (lower, upper[::-1], high):
        assert np.all(x[1:] >= x[:-1])


@some
@given(laws)
@example((0.9, 1.0))
@example((0.1, -1.0))
@example((1.0, 1.0))
def test_many_quantiles_have_the_probabilities(parameters):
    """By panels, which are good to 4e-12 and somewhat more where the logarithm is large."""
    alpha, beta = parameters
    q = np.resize(PROBABILITIES, POINTS_PER_LAW)
    n = PROBABILITIES.size
    error = 1e-11 + 2 * rounding(alpha, np.log(q[:n]))
    lower, upper = (f(q, alpha, beta)[:n] for f in (law.ppf, law.isf))
    assert within_two_doubles(lower, np.log(q[:n]), law.logcdf, alpha, beta, error)
    assert within_two_doubles(upper, np.log(q[:n]), law.logsf, alpha, beta, error)


@many
@given(laws)
def test_the_quantile_of_a_tail_is_the_point(parameters):
    """From the smaller tail P, with its error e: to e P / f, and to the rounding of x and zeta.

    So to 1e-9 wherever P / f is below 100 times the larger of 1 and the size of x.
    """
    alpha, beta = parameters
    x = places(alpha, beta)
    cdf, sf = law.cdf(x, alpha, beta), law.sf(x, alpha, beta)
    for p, inverse in ((cdf, law.ppf), (sf, law.isf)):
        here = (p > 1e-300) & (p <= 0.5)
        back, point = inverse(p[here], alpha, beta), x[here]
        condition = p[here] / np.maximum(law.pdf(point, alpha, beta), 1e-300)
        size = abs(point) + abs(zeta(alpha, beta))
        depth = 1 + abs(np.log(np.maximum(size, 1e-30)))
        allowed = 2 * rounding(alpha, np.log(p[here])) * condition + 4 * EPS * size * depth
        assert np.all(abs(back - point) <= allowed)
        fine = condition < 100 * np.maximum(1, abs(point))
        assert np.all(abs(back - point)[fine] <= 1e-9 * np.maximum(1, abs(point[fine])))


@many
@given(laws)
def test_quantiles_of_the_mirror_image_are_the_negative_ones(parameters):
    alpha, beta = parameters
    lower, upper = law.ppf(PROBABILITIES, alpha, beta), law.isf(PROBABILITIES, alpha, -beta)
    error = 1e-13 * (1 + abs(zeta(alpha, beta)))
    np.testing.assert_allclose(lower, -upper, rtol=1e-9 if alpha < 0.2 else 1e-11, atol=error)


@pytest.mark.parametrize("size", [1, POINTS_PER_LAW])
def test_the_quantiles_of_zero_and_one_are_the_ends_of_the_support(size):
    for alpha, beta in [(0.5, 1.0), (0.7, -1.0), (0.98, 1.0), (1.0, 1.0), (1.5, -1.0), (2.0, 1.0)]:
        with mpmath.workdps(30):
            end = float(-beta * mpmath.tan(mpmath.pi * mpf(alpha) / 2))
        low = end if alpha < 1 and beta == 1 else -math.inf
        high = end if alpha < 1 and beta == -1 else math.inf
        ends = np.resize([0.0, 1.0], size + 1)
        seen = law.ppf(ends, alpha, beta), law.isf(ends, alpha, beta)[::-1]
        np.testing.assert_allclose(seen[0], np.resize([low, high], size + 1), rtol=1e-15)
        np.testing.assert_allclose(law.isf(1.0, alpha, beta), low, rtol=1e-15)
        np.testing.assert_allclose(law.isf(0.0, alpha, beta), high, rtol=1e-15)
        assert law.cdf(low, alpha, beta) == 0 and law.sf(high, alpha, beta) == 0


@many
@given(laws)
def test_the_median_halves_and_an_interval_holds_its_level(parameters):
    alpha, beta = parameters
    same = Stable(alpha, beta, 3.0, 1.0)
    assert same.median() == law.ppf(0.5, alpha, beta, 3.0, 1.0)
    for level in (0.0, 0.25, 0.5, 0.875, 1.0):
        low, high = same.interval(level)
        assert low == same.ppf((1 - level) / 2) and high == same.isf((1 - level) / 2)
        assert low <= high or level == 0
    np.testing.assert_allclose(same.interval(0.0), same.median(), rtol=1e-12, atol=1e-12)


def test_a_median_without_skewness_is_the_location():
    for alpha in EDGES:
        assert law.median(alpha, 0.0, 2.0, 3.0) == pytest.approx(3.0, rel=1e-15)


@pytest.mark.parametrize("q", [1e-5, 0.01, 0.25, 0.5, 0.75, 1 - 1e-5])
def test_quantiles_of_gauss_and_cauchy_are_the_known_ones(q):
    assert law.ppf(q, 2.0) == pytest.approx(norm.ppf(q) * math.sqrt(2), rel=1e-12, abs=1e-15)
    with mpmath.workdps(30):
        exact = float(-1 / mpmath.tan(mpmath.pi * mpf(q)))
    assert law.ppf(q, 1.0) == pytest.approx(exact, rel=1e-12, abs=1e-15)


# Arguments.


@pytest.mark.parametrize("size", [None, 1, POINTS_PER_LAW])
@pytest.mark.parametrize(
    "alpha, beta", [(0.3, 1.0), (0.95, 0.2), (1.0, 0.0), (1.0, 1.0), (2.0, 0.0)]
)
def test_the_ends_of_the_line_have_all_or_nothing(size, alpha, beta):
    def at(f, x):
        found = f(x if size is None else np.full(size, x), alpha, beta, 2.0, 1.0)
        assert np.shape(found) == (() if size is None else (size,))
        return np.unique(found)

    for end in (-math.inf, math.inf):
        assert at(law.pdf, end) == 0 and at(law.logpdf, end) == -math.inf
        assert at(law.cdf, end) == (end > 0) and at(law.sf, end) == (end < 0)
        assert at(law.logcdf, end) == (0.0 if end > 0 else -math.inf)
        assert at(law.logsf, end) == (0.0 if end < 0 else -math.inf)
    for name in FUNCTIONS:
        assert np.isnan(at(getattr(law, name), math.nan))
    for q in (-1e-300, 1 + EPS, math.inf, -math.inf, 2.0):
        assert np.isnan(at(law.ppf, q)) and np.isnan(at(law.isf, q))


BAD = {
    "alpha": [0.0, -1.0, 2.0000000000000004, math.inf, math.nan],
    "beta": [-1.0000000000000002, 1.5, -math.inf, math.nan],
    "scale": [0.0, -1.0, math.inf, math.nan],
    "loc": [math.inf, -math.inf, math.nan],
}


@pytest.mark.parametrize("size", [1, POINTS_PER_LAW])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_parameters_out_of_range_give_nan_where_the_class_raises(name, size):
    good = {"alpha": 1.5, "beta": 0.5, "scale": 1.0, "loc": 0.0}
    for parameter, values in BAD.items():
        for value in values:
            changed = good | {parameter: value}
            assert np.all(np.isnan(getattr(law, name)(np.full(size, 0.3), **changed)))
            with pytest.raises(ValueError, match=f"^{parameter} must ") as caught:
                Stable(**changed)
            assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_law_that_is_none_spoils_no_other(name):
    alpha = np.array([[1.5], [-1.0], [0.7], [math.nan], [2.5]])
    for size in (3, 2 * POINTS_PER_LAW):
        x = np.linspace(0.1, 0.9, size)
        found = getattr(law, name)(x, alpha, 0.5)
        for row, a in zip(found, alpha[:, 0], strict=True):
            np.testing.assert_array_equal(row, getattr(law, name)(x, a, 0.5))
            assert np.all(np.isnan(row)) == (not 0 < a <= 2)
        beta = np.array([[0.5], [math.nan], [-0.5], [1.5]])
        found = getattr(law, name)(x, 1.5, beta)
        for row, b in zip(found, beta[:, 0], strict=True):
            np.testing.assert_array_equal(row, getattr(law, name)(x, 1.5, b))
            assert np.all(np.isnan(row)) == (not abs(b) <= 1)
    assert np.isnan(law.median(-1.0)) and np.all(np.isnan(law.interval(0.5, 1.5, 2.0)))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_numpy_makes_an_array_of_reals_from_is_taken(name):
    f = getattr(law, name)
    x = np.array([0.25, 0.5, 0.75])
    exact = f(x, 1.3, 0.5)
    assert isinstance(f(0.5, 1.3, 0.5), float) and isinstance(f(1, 2, 0), float)
    assert f(1, 2, 0, 1, 0) == f(1.0, 2.0, 0.0, 1.0, 0.0)
    assert isinstance(f(np.array(0.5), 1.3, 0.5), float)
    frozen = x.copy()
    frozen.flags.writeable = False
    wide = np.zeros((3, 2))
    wide[:, 1] = x
    for same in (x.tolist(), tuple(x), frozen, wide[:, 1], x.astype(">f8"), x.astype(np.float32)):
        before = np.array(same)
        found = f(same, 1.3, 0.5)
        assert found.dtype == np.float64 and found.dtype.isnative
        np.testing.assert_array_equal(found, exact)
        np.testing.assert_array_equal(same, before)
    np.testing.assert_array_equal(f(x[::-1], 1.3, 0.5), exact[::-1])
    np.testing.assert_array_equal(f(x, np.float32(1.5), 0.5), f(x, 1.5, 0.5))
    np.testing.assert_array_equal(f(x[:, None], [1.3, 0.8], 0.5)[:, 0], exact)
    np.testing.assert_array_equal(f(np.array([0, 1], np.uint8), 1.3), f([0.0, 1.0], 1.3))
    np.testing.assert_array_equal(f([False, True], 1.3), f([0.0, 1.0], 1.3))
    for empty in ([], np.zeros((0, 3)), np.zeros((2, 0))):
        assert f(empty, 1.3, 0.5).shape == np.shape(empty)
    assert f(0.5, np.zeros((0, 3)) + 1.5).shape == (0, 3)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_many_points_in_any_layout_give_the_same(name):
    f = getattr(law, name)
    x = np.random.default_rng(1).uniform(0, 1, (60, 2 * POINTS_PER_LAW // 60))
    exact = f(x.ravel(), 0.7, 0.5).reshape(x.shape)
    frozen = x.copy()
    frozen.flags.writeable = False
    for same in (x, np.asfortranarray(x), frozen, x.astype(">f8"), np.repeat(x, 2, axis=1)[:, ::2]):
        np.testing.assert_array_equal(f(same, 0.7, 0.5), exact)
    np.testing.assert_array_equal(f(x[::-1, ::-1], 0.7, 0.5), exact[::-1, ::-1])
    np.testing.assert_array_equal(
        f(np.broadcast_to(0.25, POINTS_PER_LAW), 0.7, 0.5),
        f(np.full(POINTS_PER_LAW, 0.25), 0.7, 0.5),
    )
    rounded = x.astype(np.float32)
    np.testing.assert_array_equal(f(rounded, 0.7, 0.5), f(rounded.astype(float), 0.7, 0.5))


NO_NUMBERS = [1j, [1.0, 2j], "one", ["1.5"], None, [None, 1.0], [[1.0, 2.0], [3.0]], {}, object()]


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("position", range(5))
def test_what_is_not_real_is_refused_in_one_line(name, position):
    subject = ["q" if name in ("ppf", "isf") else "x", "alpha", "beta", "scale", "loc"][position]
    for value in NO_NUMBERS:
        arguments = [0.5, 1.5, 0.5, 1.0, 0.0]
        arguments[position] = value
        with pytest.raises(ValueError, match=f"^{subject} must be a real number") as caught:
            getattr(law, name)(*arguments)
        assert "\n" not in str(caught.value)


def test_a_level_or_parameter_of_a_median_that_is_not_real_is_refused():
    for value in NO_NUMBERS:
        with pytest.raises(ValueError, match="^level must be a real number"):
            law.interval(value, 1.5)
        with pytest.raises(ValueError, match="^alpha must be a real number"):
            law.median(value)
        with pytest.raises(ValueError, match="^x must be a real number"):
            Stable(1.5).pdf(value)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_shapes_that_do_not_fit_are_refused(name):
    f, three = getattr(law, name), [0.1, 0.2, 0.3]
    for arguments in (
        (three, [1.5, 1.6]),
        (0.5, three, [0.1, 0.2]),
        (three, 1.5, [0.1, 0.2]),
        (three, 1.5, 0.5, [1.0, 2.0]),
        (three, 1.5, 0.5, 1.0, [1.0, 2.0]),
        (0.5, 1.5, three, 1.0, [1.0, 2.0]),
        (0.5, 1.5, three, [1.0, 2.0]),
    ):
        with pytest.raises(ValueError, match="shape") as caught:
            f(*arguments)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("level", [-0.1, -1e-9, 1 + 1e-9, 3.0, math.inf, math.nan])
def test_the_interval_of_a_level_out_of_range_is_nan(level):
    # for a negative level the tail (1 - level) / 2 is a probability all the same
    assert np.all(np.isnan(law.interval(level, 1.5)))


# One point, many points, many laws.


@pytest.mark.parametrize("name", FUNCTIONS)
def test_arrays_of_parameters_give_what_numbers_give(name):
    f, rng = getattr(law, name), np.random.default_rng(2)
    n = 40
    x, alpha, beta = rng.uniform(0, 1, n), rng.uniform(0.1, 2, n), rng.uniform(-1, 1, n)
    scale, loc = rng.uniform(0.5, 2, n), rng.normal(size=n)
    alpha[:5], beta[:10:2] = [1.0, 2.0, 0.5, 1.001, 0.9], [0.0, 1.0, -1.0, 1.0, 1e-9]
    one_by_one = [f(*given) for given in zip(x, alpha, beta, scale, loc, strict=True)]
    np.testing.assert_array_equal(f(x, alpha, beta, scale, loc), one_by_one)
    np.testing.assert_array_equal(
        f(x, 1.3, beta), [f(u, 1.3, b) for u, b in zip(x, beta, strict=True)]
    )
    np.testing.assert_array_equal(f(0.3, alpha), [f(0.3, a) for a in alpha])
    together = f(x, alpha[:, None], 0.5, scale, loc[:, None])
    np.testing.assert_array_equal(together[3, 7], f(x[7], alpha[3], 0.5, scale[7], loc[3]))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_many_points_of_several_laws_are_those_of_each_law(name):
    f, x = getattr(law, name), np.random.default_rng(3).uniform(0, 1, 5 * POINTS_PER_LAW)
    alpha = np.array([[1.5], [0.7], [1.5], [1.0]])
    beta, scale = np.array([[0.5], [0.5], [-0.5], [1.0]]), np.array([[1.0], [2.0], [3.0], [1.0]])
    found = f(x, alpha, beta, scale, 1.0)
    for k in range(4):
        row = f(x, alpha[k, 0], beta[k, 0], scale[k, 0], 1.0)
        np.testing.assert_array_equal(found[k], row)
    whole = np.tile(alpha[:2], (1, 4)).ravel()  # a law for each point: one by one
    np.testing.assert_array_equal(
        f(x[: whole.size], whole), [f(a, b) for a, b in zip(x, whole, strict=False)]
    )
    # scattered over an axis that is not the last
    found = f(x[:, None, None], alpha.T, beta.T, scale.T, 1.0)
    np.testing.assert_array_equal(found[:, 0, 2], f(x, 1.5, -0.5, 3.0, 1.0))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_value_does_not_depend_on_the_other_points(name):
    f, rng = getattr(law, name), np.random.default_rng(4)
    for parameters in ((0.7, 0.5), (1.0, 0.9), (1.4, -1.0)):
        x = rng.uniform(0, 1, 3 * POINTS_PER_LAW)
        found = f(x, *parameters)
        order = rng.permutation(x.size)
        np.testing.assert_array_equal(f(x[order], *parameters), found[order])
        np.testing.assert_array_equal(
            f(x[7 : 7 + POINTS_PER_LAW], *parameters), found[7 : 7 + POINTS_PER_LAW]
        )
        few = f(x[:50], *parameters)
        np.testing.assert_array_equal(f(x[20:21], *parameters), few[20:21])
        assert f(x[20], *parameters) == few[20]


def test_many_points_of_one_law_are_those_of_its_panels():
    x = np.linspace(-3, 3, POINTS_PER_LAW)
    for kind, name in enumerate(["logpdf", "sf", "cdf"]):
        found = panels(1.3, 0.5).log(kind, x)
        exact = found if kind == 0 else np.exp(found)
        np.testing.assert_array_equal(getattr(law, name)(x, 1.3, 0.5), exact)
        assert np.any(getattr(law, name)(x[:-1], 1.3, 0.5) != exact[:-1])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_many_points_agree_with_few(name):
    f, x = getattr(law, name), np.random.default_rng(5).uniform(0, 1, POINTS_PER_LAW)
    for parameters in ((0.3, 0.5), (0.95, -0.5), (1.0, 0.0), (1.4, 1.0), (2.0, 0.0)):
        found = f(x, *parameters)
        few = np.concatenate([f(part, *parameters) for part in np.split(x, 2)])
        np.testing.assert_allclose(found, few, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_threads_do_not_change_a_bit(name, monkeypatch):
    f, rng = getattr(law, name), np.random.default_rng(6)
    few, many_points = rng.uniform(0, 1, 1000), rng.uniform(0, 1, 200_001)
    many_points = many_points[:20_001] if name in ("ppf", "isf") else many_points
    seen = []
    for threads in (1, 2, 3):
        monkeypatch.setattr(numba, "get_num_threads", lambda threads=threads: threads)
        seen.append(np.r_[f(few, 1.3, 0.5), f(many_points, 1.3, 0.5), f(few, few + 0.5, 0.1)])
    np.testing.assert_array_equal(seen[1], seen[0])
    np.testing.assert_array_equal(seen[2], seen[0])


def test_laws_do_not_take_each_others_panels():
    """More laws than are kept, in two orders, some with one index or one skewness in common."""
    x = np.linspace(-3, 3, POINTS_PER_LAW)
    given = [
        (a, b) for a in (0.6, 0.9, 1.0, 1.2, 1.6, 2.0) for b in (-1.0, -0.3, 0.0, 0.0004, 0.3, 1.0)
    ]
    first = {p: law.pdf(x, *p) for p in given}
    for p in reversed(given):
        np.testing.assert_array_equal(law.pdf(x, *p), first[p])
        np.testing.assert_allclose(first[p], np.exp(direct_logs(x, *p)[0]), rtol=1e-11, atol=1e-300)


def test_the_class_has_the_functions_as_methods():
    same = Stable([1.3, 0.7], 0.4, [2.0, 1.0], -1.0)
    given = same.alpha, same.beta, same.scale, same.loc
    for name in FUNCTIONS:
        x = [0.2, 0.8]
        np.testing.assert_array_equal(getattr(same, name)(x), getattr(law, name)(x, *given))
    np.testing.assert_array_equal(same.interval(0.9), law.interval(0.9, *given))
    np.testing.assert_array_equal(same.median(), law.median(*given))
    assert isinstance(Stable(1.5).pdf(0.3), float) and isinstance(Stable(1.5).median(), float)


# The ends of the range of doubles.


@many
@given(laws)
def test_points_as_large_and_as_small_as_doubles_are_have_a_law(parameters):
    alpha, beta = parameters
    x = np.r_[5e-324, 1e-310, 1e-200, 1e100, 1e300, 1e307, LARGEST / 4]
    x = np.r_[-x[::-1], x]
    cdf, sf, log = (f(x, alpha, beta) for f in (law.logcdf, law.logsf, law.logpdf))
    assert not np.isnan([cdf, sf, log]).any()
    cdf, sf = np.maximum([cdf, sf], -1e9)
    assert np.all(np.diff(cdf) >= -2 * rounding(alpha, cdf[1:]))
    assert np.all(np.diff(sf) <= 2 * rounding(alpha, sf[:-1]))


@pytest.mark.parametrize("alpha, beta", [(1 + EPS, 1.0), (1.001, 1.0), (1.01, 1.0), (1.0, 1.0)])
def test_there_is_nothing_below_the_light_side_of_the_line(alpha, beta):
    # where x over the small scale of the angle overflows
    assert law.cdf(-LARGEST, alpha, beta) == 0
    assert law.sf(-LARGEST, alpha, beta) == 1
    assert law.cdf(LARGEST, alpha, -beta) == 1


def test_the_tail_of_levys_law_reaches_to_the_largest_double():
    # where 2 z overflows
    exact = -0.5 * math.log(math.pi / 2) - 0.5 * math.log(LARGEST)
    assert law.logsf(LARGEST, 0.5, 1.0) == pytest.approx(exact, rel=1e-14)


@pytest.mark.parametrize("alpha, beta", [(0.95, 0.5), (1.0, 0.5), (1.5, -0.5)])
def test_panels_reach_to_the_largest_double(alpha, beta):
    # where x + (1 + x^2)^(1/2) overflows
    x = np.array([LARGEST / 4, LARGEST / 2, LARGEST / 1.9, LARGEST])
    found, exact = panels(alpha, beta), direct_logs(x, alpha, beta)
    for kind in range(3):
        np.testing.assert_allclose(found.log(kind, x), exact[kind], rtol=1e-11)


def test_a_quantile_is_infinite_only_beyond_the_largest_double():
    q = law.sf(np.array([LARGEST / 4, LARGEST / 1.5]), 0.8, 0.5)
    np.testing.assert_allclose(law.isf(q, 0.8, 0.5), [LARGEST / 4, LARGEST / 1.5], rtol=1e-11)
