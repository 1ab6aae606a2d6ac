"""Dependence: definitions, SciPy's and statsmodels' values, levels and power, exact codifferences.

Shares and means are compared at 4 standard errors: a false alarm of 6e-5 each for another seed.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.dist_dependence_measures import distance_statistics

from chaos.dependence import Dependence, codifference, distance_covariance, hsic
from chaos.solvable import Euler, LinearMeanField
from stablenoise import NoiseField, Stable
from stablenoise.noises import independent, isotropic


def cauchy(seed, *shape):
    return np.random.default_rng(seed).standard_cauchy(shape)


def centred(a):
    h = np.eye(len(a)) - 1 / len(a)
    return h @ a @ h


@given(st.integers(0, 1000), st.floats(0.1, 1.9))
def test_values_are_their_definitions(seed, s):
    x, y = cauchy(seed, 9, 2), cauchy(seed + 1, 9)
    a = np.array([[math.dist(p, q) for q in x] for p in x])
    b = abs(np.subtract.outer(y, y))
    found = distance_covariance(x, y, s, permutations=1).value
    assert found == pytest.approx((centred(a**s) * centred(b**s)).mean(), rel=1e-9)
    kernels = np.exp(-((a / 2) ** 2) / 2), np.exp(-((b / 3) ** 2) / 2)
    found = hsic(x, y, (2.0, 3.0), permutations=1).value
    assert found == pytest.approx((centred(kernels[0]) * centred(kernels[1])).mean(), abs=1e-14)
    middles = [float(np.median(d[np.triu_indices(9, 1)])) for d in (a, b)]
    one, other = (hsic(x, y, units, permutations=1) for units in (None, tuple(middles)))
    assert one.value == pytest.approx(other.value, rel=1e-12)


def test_exponent_one_is_that_of_statsmodels():
    x, y = np.random.default_rng(1).normal(size=(2, 50))
    expected = distance_statistics(x, x * y).distance_covariance ** 2
    found = distance_covariance(x, x * y, 1.0, permutations=1).value
    assert found == pytest.approx(expected, rel=1e-10)


def test_the_p_value_counts_permutations():
    """Of 4 pairs in line, 4! orders: 8 of them keep or reverse all distances of 1, 2, 4 apart."""
    x = np.array([0.0, 1.0, 2.0, 3.0])
    found = distance_covariance(x, x, 1.0, permutations=20_000, seed=1)
    share = 2 / 24  # the order itself and its reverse
    assert abs(found.pvalue - share) < 4 * math.sqrt(share / 20_000)
    assert found.permutations == 20_000
    assert distance_covariance(x, x, 1.0, permutations=20_000, seed=1) == found


@pytest.mark.parametrize("alpha", [0.8, 1.2, 1.9])
def test_independent_pairs_are_rejected_at_the_level(alpha):
    """500 samples, 19 permutations: p = 1/20 in 1/20 of them, of either statistic."""
    x, y = NoiseField(alpha, 1).at(range(500), 0, 50).reshape(500, 2, 25).transpose(1, 0, 2)
    for test in (hsic, lambda a, b, **how: distance_covariance(a, b, alpha / 4, alpha, **how)):
        pairs = zip(x, y, strict=True)
        rejected = [test(a, b, permutations=19, seed=i).pvalue for i, (a, b) in enumerate(pairs)]
        share = np.mean(np.array(rejected) <= 0.05)
        assert abs(share - 0.05) < 4 * math.sqrt(0.05 * 0.95 / 500)


def test_isotropic_pairs_are_seen_though_ranks_do_not_see_them():
    """particle-systems 4, alpha 1.2, n 150: power 1.00 and .99; Spearman .06."""
    field = NoiseField(1.2, 2, isotropic)
    samples = field.at(range(30 * 150), 0, 2).reshape(30, 150, 2).transpose(0, 2, 1)
    how = {"permutations": 199}
    assert np.mean([hsic(x, y, **how).pvalue <= 0.05 for x, y in samples]) > 0.85
    found = [distance_covariance(x, y, 0.5, 1.2, **how).pvalue <= 0.05 for x, y in samples]
    assert np.mean(found) > 0.85
    assert np.mean([stats.spearmanr(x, y).pvalue <= 0.05 for x, y in samples]) < 0.4


@given(st.integers(0, 1000), st.floats(0.01, 100))
def test_hsic_has_no_unit(seed, unit):
    x, y = cauchy(seed, 2, 12)
    one, other = hsic(x, y, permutations=9), hsic(x * unit, y + unit, permutations=9)
    assert other.value == pytest.approx(one.value, rel=1e-6, abs=1e-9)
    assert other.pvalue == one.pvalue


def test_a_constant_is_independent_of_all():
    found = distance_covariance(np.ones(10), cauchy(1, 10), 0.5)
    assert found.value == pytest.approx(0, abs=1e-12)


# --- codifference


@pytest.mark.parametrize("alpha", [0.8, 1.2, 1.5, 2.0])
@pytest.mark.parametrize("u", [0.5, -1.3])
def test_the_codifference_of_sums_is_known(alpha, u):
    """X = a S + T, Y = b S + U: |a|^alpha + |b|^alpha - |a - b|^alpha times |u|^alpha."""
    s, t, v = NoiseField(alpha, 3).at(range(20_000), 0, 3).T
    for a, b in ((0.7, 0.5), (0.7, -0.5), (0.0, 1.0)):
        found = codifference(a * s + 0.5 * t, b * s + 0.5 * v, u)
        exact = (abs(a) ** alpha + abs(b) ** alpha - abs(a - b) ** alpha) * abs(u) ** alpha
        assert abs(found.value - exact) < 4 * found.stderr
        assert found.n == 20_000


def test_the_standard_error_is_that_of_replicates():
    """The sd of 400 estimates is known to 1 / sqrt(800), 3.5 %."""
    draws = NoiseField(1.5, 4).at(range(400), 0, 2 * 500).reshape(400, 2, 500)
    found = [codifference(x, 0.5 * x + y) for x, y in draws]
    spread = np.std([e.value for e in found], ddof=1)
    assert spread == pytest.approx(np.mean([e.stderr for e in found]), rel=4 / math.sqrt(800))


@pytest.mark.parametrize("n", [2, 16])
def test_particles_have_the_codifference_of_the_oracle_and_not_that_of_another_width(n):
    """Pairs of 60,000 runs of the linear mean field."""
    system, euler, runs = LinearMeanField(1.5, 1.3, 1.3, 0.7), Euler(0.25, 8), 60_000
    field = NoiseField(1.5, 5, independent)
    x = np.zeros((runs, n))
    for k in range(euler.steps):
        pull = 1.3 * (x.mean(axis=1, keepdims=True) - x)
        x = x + euler.eta * pull
        field.add_to(x, k, 0.7 * euler.eta ** (1 / 1.5))
    found = codifference(x[:, 0], x[:, 1])
    assert abs(found.value - system.pair_codifference(n, euler)) < 4 * found.stderr
    assert abs(found.value - system.pair_codifference(4 * n, euler)) > 8 * found.stderr


# --- values of any size


@pytest.mark.parametrize("size", [1e-310, 1e-200, 1e155, 1e307])
@pytest.mark.parametrize("dim", [1, 2])
def test_statistics_have_the_units_of_their_samples(size, dim):
    """Small integers times a size, so that all products are exact, but for powers."""
    rng = np.random.default_rng(3)
    x, y = rng.integers(-9, 10, (12, dim)).astype(float), rng.integers(-9, 10, 12).astype(float)
    plain, scaled = hsic(x, y, permutations=99), hsic(size * x, y, permutations=99)
    assert scaled.value == pytest.approx(plain.value, rel=1e-12) and scaled.pvalue == plain.pvalue
    given_units = hsic(size * x, y, (2 * size, 3.0), permutations=99)
    assert given_units.value == pytest.approx(hsic(x, y, (2.0, 3.0), 99).value, rel=1e-12)
    plain, scaled = (distance_covariance(z, y, 0.7, permutations=99) for z in (x, size * x))
    assert scaled.value == pytest.approx(plain.value * size**0.7, rel=1e-12)
    assert scaled.pvalue == plain.pvalue


def test_values_beyond_the_floats_are_refused_and_below_them_are_not():
    x = np.array([1.0, -1.0, 0.5, 0.0, 0.25])
    with pytest.raises(ValueError, match="^distances to the power 1.5 must be finite, got inf$"):
        distance_covariance(1e300 * x, 1e300 * x, 1.5)
    assert distance_covariance(1.7e308 * x, x, 0.9, permutations=9).pvalue <= 1
    assert hsic(1.7e308 * x, 1.7e308 * x, permutations=99).pvalue < 0.5


X = np.arange(6.0)


@pytest.mark.parametrize(
    "call, line",
    [
        (lambda: hsic(X, X[:5]), r"x and y must have equal lengths in \[4, 10000\], got 6 and 5"),
        (lambda: hsic(X[:3], X[:3]), r"x and y must have equal lengths in \[4, 10000\], got 3 and"),
        (lambda: hsic(np.ones(10_001), np.ones(10_001)), "x and y must have equal lengths in"),
        (lambda: hsic(X * math.nan, X), "x must be finite, got nan"),
        (lambda: hsic(X, X, (1.0, 0.0)), "each of units must be positive and finite, got 0.0"),
        (lambda: hsic(np.ones(6), X), "each of units must be positive and finite, got 0.0"),
        (lambda: hsic(X, X, 1.0), "units must be two numbers, of x and of y, got 1.0"),
        (lambda: hsic(X, X, (1.0,)), r"units must be two numbers, of x and of y, got \(1.0,\)"),
        (lambda: hsic(X, X, (1.0, "a")), "each of units must be a real number, got 'a'"),
        (lambda: hsic(X, X, (1.0, 1e-320)), "distances of y must be finite in units, got 1e-320"),
        (lambda: hsic(np.ma.array(X, mask=X > 4), X), "x must have no masked values, got 1"),
        (
            lambda: codifference(X, np.ma.array(X, mask=X > 4)),
            "y must have no masked values, got 1",
        ),
        (lambda: codifference(X * 1e307, X, 100.0), r"u \(x - y\) must be finite, got u = 100.0"),
        (lambda: codifference(X * 3e307, -X * 3e307), r"u \(x - y\) must be finite, got u = 1.0"),
        (lambda: hsic(X, X, permutations=0), "permutations must be an integer in"),
        (lambda: hsic(X, X, seed=-1), "seed must be an integer in"),
        (lambda: distance_covariance(X, X, 2.0), r"exponent must lie in \(0, 2\), got 2.0"),
        (
            lambda: distance_covariance(X, X, 0.6, alpha=1.2),
            "twice the exponent must lie below alpha = 1.2, got 1.2: no moment",
        ),
        (lambda: distance_covariance(X, X + math.inf, 0.5), "y must be finite, got inf"),
        (lambda: codifference(X, X[:2]), "x and y must be at least 2 pairs, got 6 and 2"),
        (lambda: codifference([1.0], [1.0]), "x and y must be at least 2 pairs, got 1 and 1"),
        (lambda: codifference(X, X, 0.0), "u must not be 0, got 0.0"),
        (lambda: codifference(X, X, math.nan), "u must be finite, got nan"),
        (lambda: codifference(X, -X, 3.0), "mean cosines must exceed 5.0 standard errors, got"),
    ],
)
def test_what_cannot_be_tested_is_refused(call, line):
    with pytest.raises(ValueError, match=f"^{line}") as caught:
        call()
    assert "\n" not in str(caught.value)


def test_results_are_plain_values():
    found = hsic(X, Stable(1.5).rvs(6, rng=1), permutations=9)
    assert isinstance(found, Dependence)
    assert [type(part) for part in (found.value, found.pvalue)] == [float, float]


def test_the_value_is_of_the_product_where_one_power_is_beyond_the_floats():
    """Of x and y, by the formula with means of centred distances."""
    distances = abs(np.subtract.outer(np.arange(8.0), np.arange(8.0))) ** 1.9
    h = np.eye(8) - 1 / 8
    expected = np.mean(distances * (h @ distances @ h))
    assert expected == pytest.approx(76.765, rel=1e-5)
    for unit in (1e200, 1e-200, 1e300, 1e-300, 1.0):
        found = distance_covariance(np.arange(8.0) * unit, np.arange(8.0) / unit, 1.9)
        assert found.value == pytest.approx(expected, rel=1e-11)


def test_sizes_below_the_normal_floats_keep_their_dependence():
    """Multiples of the smallest float: ``hsic`` has no unit."""
    x = np.array([[0, 0], [1, 1], [2, 1], [3, 0], [1, 2], [0, 3], [2, 2], [5, 1.0]])
    expected = hsic(x, np.arange(8.0)).value
    assert expected == pytest.approx(0.027892416511, rel=1e-10)
    tiny = hsic(x * 5e-324, np.arange(8.0)).value
    assert tiny == pytest.approx(expected, rel=1e-12)
