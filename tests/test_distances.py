"""Distances against their definitions over all pairs, SciPy, optimal assignment, and known means.

Simulated means are compared at 4 standard errors: a false alarm of 6e-5 each for another seed.
"""

import math
import tracemalloc

import numpy as np
import pytest
from array_libraries import doubled
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import linear_sum_assignment

from chaos import distances
from chaos.distances import arcsinh_wasserstein, ecf, energy, mmd, sliced_ecf, wasserstein
from stablenoise import Lane, NoiseField, Stable
from stablenoise.kernels import dispatchers

NAMES = "arcsinh_wasserstein", "ecf", "energy", "mmd", "sliced_ecf", "wasserstein"
everywhere = doubled(*NAMES, *(f"distances.{name}" for name in NAMES), autouse=False)
on_both = pytest.mark.usefixtures("everywhere")

values = st.floats(-50, 50)
samples = st.lists(values, min_size=1, max_size=12)
FLAT = {
    "ecf": ecf,
    "mmd": mmd,
    "wasserstein": wasserstein,
    "wasserstein2": lambda x, y: wasserstein(x, y, p=2.0),
    "arcsinh": arcsinh_wasserstein,
    "energy": lambda x, y: energy(x, y, exponent=0.7),
    "sliced": lambda x, y: sliced_ecf(*(np.reshape(z, (-1, 1)) for z in (x, y)), directions=3),
}
each = pytest.mark.parametrize("distance", FLAT.values(), ids=FLAT)
FREQUENCIES = 0.1 * np.arange(1, 41)
WEIGHTS = np.exp(-(FREQUENCIES**2) / 2) / np.exp(-(FREQUENCIES**2) / 2).sum()


@each
@given(samples, samples, samples)
def test_distances_are_metrics_of_empirical_laws(distance, x, y, z):
    """A root of a difference of 1e-16 of the largest term is 1e-8 of its root."""
    close = 1e-6
    assert distance(x, y) == pytest.approx(distance(y, x), abs=close)
    assert distance(x, y) <= distance(x, z) + distance(z, y) + close
    assert distance(x, np.tile(x, 3)) == pytest.approx(0, abs=close)
    assert distance(x, y) >= 0


@each
@given(samples, st.randoms())
def test_the_order_of_a_sample_is_nothing(distance, x, random):
    shuffled = random.sample(x, len(x))
    other = [1.0, 2.0, 40.0]
    assert distance(shuffled, other) == pytest.approx(distance(x, other), abs=1e-7)


@on_both
@given(samples, samples, st.floats(0.1, 10))
def test_ecf_is_its_sum_over_all_pairs(x, y, unit):
    def kernel(a, b):
        gaps = np.subtract.outer(a, b) / unit
        return np.mean(np.cos(gaps[..., None] * FREQUENCIES) @ WEIGHTS)

    square = kernel(x, x) + kernel(y, y) - 2 * kernel(x, y)
    assert ecf(x, y, unit) ** 2 == pytest.approx(square, abs=1e-12)


@given(st.lists(st.floats(-2, 2), min_size=1, max_size=8), st.lists(st.floats(-2, 2), min_size=1))
def test_of_near_values_ecf_is_mmd(x, y):
    """The sum over frequencies is a trapezoid rule for the Gaussian kernel, cut off at e^-8."""
    factor = math.sqrt(2 * math.pi) / 0.2 / np.exp(-(FREQUENCIES**2) / 2).sum()
    assert ecf(x, y) ** 2 == pytest.approx(factor * mmd(x, y) ** 2, abs=4e-4)


def test_ecf_sees_the_law_wrapped_on_its_circle():
    x = Stable(1.5).rvs(500, rng=1)
    turns = 20 * math.pi * 3.0 * np.arange(500)
    assert ecf(x, x + turns, unit=3.0) < 1e-10
    assert ecf(x, x + 1.0, unit=3.0) > 0.1


@pytest.mark.parametrize("alpha", [0.8, 1.2, 2.0])
def test_squared_ecf_of_equal_laws_has_its_mean(alpha):
    law = Stable(alpha)
    lost = (1 - abs(law.cf(FREQUENCIES)) ** 2) @ WEIGHTS
    draws = law.rvs((400, 2, 200), rng=1)
    for found, mean in (
        ([ecf(x, y) ** 2 for x, y in draws], lost / 100),
        ([ecf(x, law) ** 2 for x, _ in draws], lost / 200),
    ):
        assert abs(np.mean(found) - mean) < 4 * np.std(found) / 20


def test_ecf_to_a_law_is_that_to_a_large_sample_of_it():
    """Of 1e6 draws the floor is 1e-3, and so much may the triangle be off."""
    x, law = Stable(1.8).rvs(100, rng=1), Stable(1.2, 0.5, 2.0, 1.0)
    assert ecf(x, law) == pytest.approx(ecf(x, law.rvs(10**6, rng=2)), abs=2e-3)


@on_both
@given(st.integers(1, 4), st.integers(0, 2**64 - 1), st.floats(0.5, 5))
@settings(deadline=None)
def test_the_sliced_distance_is_the_mean_over_its_directions(dim, seed, unit):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(20, dim)), rng.normal(size=(30, dim)) + 1
    axes = NoiseField(2.0, seed, lane=Lane.INITIAL).at(range(5), 0, dim)
    axes = axes / np.sqrt((axes**2).sum(axis=1, keepdims=True))
    squares = [ecf(x @ axis, y @ axis, unit) ** 2 for axis in axes]
    assert sliced_ecf(x, y, unit, 5, seed) ** 2 == pytest.approx(np.mean(squares), rel=1e-10)


@on_both
@given(samples, samples, st.floats(0.1, 10))
def test_mmd_is_its_definition(x, y, unit):
    def mean(a, b):
        return np.exp(-((np.subtract.outer(a, b) / unit) ** 2) / 2).mean()

    square = mean(x, x) + mean(y, y) - 2 * mean(x, y)
    assert mmd(x, y, unit) ** 2 == pytest.approx(square, abs=1e-13)


@on_both
@given(samples, samples)
def test_wasserstein_of_order_one_is_that_of_scipy(x, y):
    assert wasserstein(x, y) == pytest.approx(stats.wasserstein_distance(x, y), abs=1e-12)


@on_both
@given(samples, samples, st.floats(1, 4))
def test_wasserstein_is_the_best_assignment(x, y, p):
    """Of sizes made equal by repeating."""
    left, right = np.repeat(x, len(y)), np.repeat(y, len(x))
    costs = abs(np.subtract.outer(left, right)) ** p
    best = costs[linear_sum_assignment(costs)].mean() ** (1 / p)
    assert wasserstein(x, y, p) == pytest.approx(best, rel=1e-9, abs=1e-12)


def test_arcsinh_is_wasserstein_after_a_change_of_scale():
    x, y = Stable(1.2).rvs((2, 300), rng=1)
    expected = stats.wasserstein_distance(np.arcsinh(x / 3), np.arcsinh(y / 3))
    assert arcsinh_wasserstein(x, y, unit=3.0) == pytest.approx(expected, rel=1e-12)


@on_both
@given(samples, samples)
def test_energy_of_exponent_one_is_that_of_scipy(x, y):
    """Both are roots of differences; SciPy's is sqrt(2) times the l_2 distance of cdfs."""
    found = energy(x, y, exponent=1.0)
    assert found**2 == pytest.approx(stats.energy_distance(x, y) ** 2, abs=1e-11)


@on_both
@given(st.integers(1, 3), st.floats(0.1, 1.9), st.integers(0, 1000))
def test_energy_is_its_definition(dim, s, seed):
    rng = np.random.default_rng(seed)
    x, y = rng.standard_cauchy((7, dim)), rng.standard_cauchy((9, dim))

    def mean(a, b):
        return np.mean([[math.dist(p, q) ** s for q in b] for p in a])

    square = 2 * mean(x, y) - mean(x, x) - mean(y, y)
    assert energy(x, y, s) ** 2 == pytest.approx(square, rel=1e-9)


@pytest.mark.parametrize("alpha", [1.2, 1.9])
def test_bounded_distances_fall_with_the_root_of_n_and_w1_does_not(alpha):
    """Medians of 60 pairs from 500 to 8,000: 1/4 by the root; particle-systems 4 has 1 at 1.2."""
    field = NoiseField(alpha, 1)
    medians = []
    for n in (500, 8_000):
        pairs = field.at(range(120), n, n).reshape(60, 2, n)
        medians.append([np.median([d(x, y) for x, y in pairs]) for d in (
            ecf, arcsinh_wasserstein, wasserstein)])  # fmt: skip
    falls = np.array(medians[1]) / medians[0]
    assert (abs(falls[:2] - 0.25) < 0.12).all()
    assert falls[2] > 0.6 if alpha == 1.2 else falls[2] < 0.5


@pytest.mark.parametrize("size", [1, 3, 40])
def test_blocks_do_not_show(monkeypatch, size):
    x, y = Stable(1.2).rvs((2, 101, 2), rng=1)
    named = {"ecf": lambda: ecf(x[:, 0], y[:, 0]), "sliced": lambda: sliced_ecf(x, y)}
    named |= {"mmd": lambda: mmd(x, y), "energy": lambda: energy(x, y, 0.5)}
    whole = {name: call() for name, call in named.items()}
    monkeypatch.setattr(distances, "BLOCK_VALUES", size)
    for name, call in named.items():
        assert call() == pytest.approx(whole[name], rel=1e-12)


@on_both  # whose device would else still be there
@pytest.mark.on_host
def test_memory_is_linear_where_it_can_be(monkeypatch):
    """Of a million: samples sorted, or blocks; of pairs, 4 million at a time."""
    monkeypatch.setattr(dispatchers, "INTERPRET", "never")  # compiled before, not while measured
    x, y = np.random.default_rng(1).standard_cauchy((2, 10**6))
    sliced_ecf(x[:3, None], y[:3, None], directions=2)
    for call, most in (
        (lambda: ecf(x, y), 10e6),
        (lambda: sliced_ecf(x[:, None], y[:, None], directions=2), 10e6),
        (lambda: wasserstein(x, y), 41e6),
        (lambda: wasserstein(x, y[1:]), 110e6),
        (lambda: mmd(x[:3_000], y[:3_000]), 80e6),
    ):
        tracemalloc.start()
        try:
            call()
            taken = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert taken < most


@on_both
@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_extreme_values_have_distances(size):
    x, y = np.array([size, -size]), np.array([0.0, 3 * size])
    assert wasserstein(x, y, p=3.0) == pytest.approx(size * (0.5 * (1 + 8)) ** (1 / 3))
    assert energy(x / 1e10, y / 1e10, 0.5) >= 0
    for bounded in (ecf, mmd, arcsinh_wasserstein):
        assert math.isfinite(bounded(x, y))


# --- values of any size: exact by scaling, or refused

SCALES = [5e-324, 1e-310, 1e-200, 1.0, 1e155, 1e307]


def test_wasserstein_beyond_the_floats_is_infinite_and_below_it_is_not():
    assert wasserstein([1e308], [-1e308]) == math.inf
    for p in (1.0, 2.0, 7.5, 1e6):
        found = wasserstein([0.8e308, 0.8e308], [-0.8e308, 0.8e308], p)  # gaps 1.6e308 and 0
        assert found == pytest.approx(1.6e308 * 0.5 ** (1 / p))
    assert wasserstein([1e308, 0.0], [-1e308, 0.0]) == pytest.approx(1e308)


@on_both
@pytest.mark.parametrize("size", SCALES)
@pytest.mark.parametrize("dim", [1, 3])
def test_a_distance_has_the_unit_of_its_sample(size, dim):
    """Small integers times a size: all products are exact, but for powers, to 1e-12."""
    rng = np.random.default_rng(7)
    x, y = (rng.integers(-9, 10, (6, dim)).astype(float) for _ in range(2))
    for s in (0.3, 1.0):
        expected = energy(x, y, s) * size ** (s / 2)
        assert energy(size * x, size * y, s) == pytest.approx(expected, rel=1e-12, abs=0)
    assert mmd(size * x, size * y, 3 * size) == pytest.approx(mmd(x, y, 3.0), rel=1e-12)
    assert sliced_ecf(size * x, size * y, 3 * size) == pytest.approx(
        sliced_ecf(x, y, 3.0), rel=1e-12
    )
    flat = x[:, 0], y[:, 0]
    scaled = [size * z for z in flat]
    for distance in (ecf, mmd, arcsinh_wasserstein):
        assert distance(*scaled, 3 * size) == pytest.approx(distance(*flat, 3.0), rel=1e-12)
    assert wasserstein(*scaled, 3.0) == pytest.approx(wasserstein(*flat, 3.0) * size, rel=1e-12)


@on_both
def test_arcsinh_beyond_the_floats_is_a_logarithm():
    """arcsinh(t) = log(2 t) to 1e-300 there."""
    found = arcsinh_wasserstein([1e308, -1e308], [0.0, 0.0], unit=1e-320)
    assert found == pytest.approx(math.log(2) + 308 * math.log(10) - math.log(1e-320), rel=1e-14)


sizes = st.sampled_from([0.0, 5e-324, 1e-310, 1e-200, 1.0, 3.0, 1e17, 1e155, 1e200, 1.7e308])
wild = st.lists(st.tuples(sizes, st.sampled_from([-1.0, 1.0])), min_size=1, max_size=4).map(
    lambda parts: np.array([size * sign for size, sign in parts])
)
BOUNDED = {
    "ecf": (ecf, 2),
    "law": (lambda x, y, unit: ecf(x, Stable(1.5), unit), 2),
    "sliced": (lambda x, y, unit: sliced_ecf(*(z[:, None] * [1, -1] for z in (x, y)), unit, 3), 2),
    "mmd": (mmd, 2**0.5),
    "mmd of rows": (lambda x, y, unit: mmd(*(z[:, None] * [1, -1] for z in (x, y)), unit), 2**0.5),
    "arcsinh": (arcsinh_wasserstein, 3000),
    "wasserstein": (lambda x, y, unit: wasserstein(x, y, 2.5), math.inf),
    "energy": (lambda x, y, unit: energy(x[:, None] * [1, -1], y[:, None] * [1, 1], 1.2), math.inf),
}


@pytest.mark.parametrize("distance, most", BOUNDED.values(), ids=BOUNDED)
@given(wild, wild, st.sampled_from([5e-324, 1e-320, 1e-300, 0.01, 1.0, 1e300, 1.7e308]))
def test_a_distance_is_in_its_range_or_refused_in_one_line(distance, most, x, y, unit):
    try:
        found = distance(x, y, unit)
    except ValueError as refused:
        line = str(refused)
        assert " must be " in line and "\n" not in line
    else:
        assert 0 <= found <= most * (1 + 1e-12)


NAN = math.nan


@pytest.mark.parametrize(
    "call, line",
    [
        (lambda: ecf([1, NAN], [1]), "x must be finite, got nan"),
        (lambda: ecf([1], [math.inf]), "y must be finite, got inf"),
        (lambda: ecf([[1.0]], [1]), r"x must be a non-empty 1-d array, got shape \(1, 1\)"),
        (lambda: ecf([], [1]), r"x must be a non-empty 1-d array, got shape \(0,\)"),
        (lambda: ecf([1], [1], unit=0), "unit must be positive and finite, got 0"),
        (lambda: ecf(["a"], [1]), "x must be a real number or an array of them"),
        (
            lambda: ecf([1.7e308], [1.0], 0.01),
            r"x must be finite in units of 0\.01, got 1\.7e\+308",
        ),
        (lambda: ecf([1.0], [1e308], 0.01), r"y must be finite in units of 0\.01, got 1e\+308"),
        (lambda: ecf([1.0, 2.0], [1.0, 3.0], 1e-320), "x must be finite in units of 1e-320, got 2"),
        (lambda: ecf([0.0], Stable(1.5), 1e-320), "unit must be such that 4.0 / unit is finite"),
        (lambda: ecf([0.0], Stable([1.5, 1.6])), "a law must have a cf of one variable, got Stab"),
        (
            lambda: sliced_ecf([[1.5e308] * 2], [[1, 2]]),
            "x must be finite in units of 1.0, got 1.5e",
        ),
        (lambda: mmd([[1.0, 2.0]], [[1, 2]], 1e-320), "x must be finite in units of 1e-320, got 2"),
        (lambda: ecf(np.ma.array([1.0, 2], mask=[0, 1]), [1]), "x must have no masked values"),
        (lambda: energy([1], np.ma.array([1.0, 2], mask=[0, 1]), 0.5), "y must have no masked val"),
        (lambda: wasserstein(["1", "2"], [1.0]), "x must be a real number or an array of them"),
        (lambda: mmd([1.0], np.array(["2026-01-01"], "datetime64[D]")), "y must be a real number"),
        (lambda: mmd([[1.0], [1.0, 2.0]], [1.0]), "x must be a real number or an array of them"),
        (lambda: wasserstein([1], [2], "a"), "p must be a real number, got 'a'"),
        (lambda: energy([1], [2], "a"), "exponent must be a real number, got 'a'"),
        (lambda: sliced_ecf([[1, 2]], [[1, 2, 3]]), r"x and y must have equal columns, got \(1, 2"),
        (lambda: sliced_ecf([[1, 2]], [[1, 2]], directions=0), "directions must be an integer in"),
        (lambda: sliced_ecf([[1, 2]], [[1, 2]], seed=-1), "seed must be an integer in"),
        (lambda: mmd(np.ones((1, 1, 1)), [1]), "x must be a non-empty 1-d or 2-d array, got"),
        (lambda: mmd([1], [1], unit=NAN), "unit must be positive and finite, got nan"),
        (lambda: wasserstein([1], [2], p=0.5), r"p must lie in \[1, inf\), got 0.5"),
        (lambda: wasserstein([1], [2], p=NAN), r"p must lie in \[1, inf\), got nan"),
        (lambda: wasserstein([1], [2], p=math.inf), r"p must lie in \[1, inf\), got inf"),
        (
            lambda: wasserstein([1], [2], p=1.5, alpha=1.5),
            "p must lie below alpha = 1.5, got 1.5: no moment",
        ),
        (lambda: wasserstein([1], [2], alpha=0.9), "p must lie below alpha = 0.9, got 1.0: no mom"),
        (lambda: wasserstein([1], [2], alpha=2.5), r"alpha must lie in \(0, 2\], got 2.5"),
        (lambda: arcsinh_wasserstein([1], [1], unit=-1), "unit must be positive and finite, got"),
        (lambda: energy([1], [2], 2.0), r"exponent must lie in \(0, 2\), got 2.0"),
        (lambda: energy([1], [2], 0.0), r"exponent must lie in \(0, 2\), got 0.0"),
        (lambda: energy([1], [2], 1.2, alpha=1.2), "exponent must lie below alpha = 1.2, got 1.2"),
        (lambda: energy([1e300], [0], 1.9), "means of distances to the power 1.9 must be finite"),
    ],
)
def test_what_has_no_distance_is_refused(call, line):
    with pytest.raises(ValueError, match=f"^{line}") as caught:
        call()
    assert "\n" not in str(caught.value)


def test_gaussian_tails_have_every_moment():
    assert wasserstein([0.0], [2.0], p=3.0, alpha=2.0) == 2
    assert energy([0.0], [4.0], 1.9, alpha=2.0) > 0
