"""Multivariate laws have their characteristic functions, and refuse what is no law."""

import copy
import pickle
import re
from fractions import Fraction
from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stablenoise import Stable
from stablenoise.multivariate import DiscreteSpectral, Elliptical, Independent, Isotropic
from stablenoise.multivariate.vectors import mapped

N = 100_000
SIGMA = [[2.0, 1.0, 0.0], [1.0, 2.0, 0.0], [0.0, 0.0, 0.5]]
DIRECTIONS = [[1.0, 0.0, 0.0], [-2.0, 0.0, 0.0], [0.6, 0.8, 0.0], [0.0, 1.0, 1.0]]
LAWS = {
    "isotropic": Isotropic(1.5, 3, 2.0, [1.0, 2.0, 3.0]),
    "isotropic, index 0.7": Isotropic(0.7, 3),
    "elliptical": Elliptical(1.3, SIGMA, [0.1, 0.2, 0.3]),
    "elliptical, flat": Elliptical(1.8, np.outer([1.0, 2.0, -1.0], [1.0, 2.0, -1.0])),
    "independent": Independent(
        [1.2, 1.0, 0.6], 3, [1.0, 2.0, 0.5], [0.0, 1.0, 2.0], [0.5, -1, 0.3]
    ),
    **{
        f"spectral, index {alpha}": DiscreteSpectral(alpha, DIRECTIONS, [0.5, 0.2, 1.0, 0.0], 0.3)
        for alpha in (0.7, 1.0, 1.1, 1.5, 2.0)
    },
}
each_law = pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
each_real = pytest.mark.parametrize("real", [np.float64, np.float32])
FREQUENCIES = np.random.default_rng(1).normal(scale=0.6, size=(8, 3))


def spectral_cf(u, alpha, directions, weights, loc):
    """Samorodnitsky & Taqqu (1994), theorem 2.3.1, for a measure on unit vectors."""
    unit = np.asarray(directions) / np.linalg.norm(directions, axis=1, keepdims=True)
    t = u @ unit.T
    if alpha == 1:
        turn = 1 + 2j / np.pi * np.sign(t) * np.log(abs(t))
    else:
        turn = 1 - 1j * np.sign(t) * np.tan(np.pi * alpha / 2)
    return np.exp(-np.sum(weights * abs(t) ** alpha * turn, axis=-1) + 1j * (u @ loc))


@each_law
@each_real
def test_a_sample_has_the_characteristic_function_of_its_law(law, real):
    """|z| < 5.5 for 8 frequencies, two parts: false alarm 6e-7 a case."""
    x = law.rvs(N, 1, real)
    assert x.shape == (N, 3) and x.dtype == real
    turns = x.astype(float) @ FREQUENCIES.T
    for part, seen in ((np.real, np.cos(turns)), (np.imag, np.sin(turns))):
        error = seen.mean(axis=0) - part(law.cf(FREQUENCIES))
        assert np.all(abs(error) < 5.5 * seen.std(axis=0) / np.sqrt(N) + 1e-6)


def test_a_wrong_sign_of_the_skewness_would_be_seen():
    """The negative control of the test above."""
    law = DiscreteSpectral(1.5, DIRECTIONS, [0.5, 0.2, 1.0, 0.0], 0.0)
    seen = np.sin(-law.rvs(N, 1) @ FREQUENCIES.T)
    error = seen.mean(axis=0) - law.cf(FREQUENCIES).imag
    assert np.any(abs(error) > 20 * seen.std(axis=0) / np.sqrt(N))


@pytest.mark.parametrize("alpha", [0.6, 1.0, 1.4, 2.0])
def test_the_function_of_a_spectral_measure_is_the_published_one(alpha):
    weights = [0.5, 0.2, 1.0, 0.3]
    law = DiscreteSpectral(alpha, DIRECTIONS, weights, [0.1, 0.2, 0.3])
    exact = spectral_cf(FREQUENCIES, alpha, DIRECTIONS, weights, [0.1, 0.2, 0.3])
    np.testing.assert_allclose(law.cf(FREQUENCIES), exact, rtol=1e-12)


def test_elliptical_and_isotropic_functions_are_the_published_ones():
    loc = np.array([0.1, 0.2, 0.3])
    form = np.einsum("ij,jk,ik->i", FREQUENCIES, SIGMA, FREQUENCIES)
    exact = np.exp(-(form**0.65) + 1j * FREQUENCIES @ loc)
    np.testing.assert_allclose(Elliptical(1.3, SIGMA, loc).cf(FREQUENCIES), exact, rtol=1e-12)
    exact = np.exp(-((2 * np.linalg.norm(FREQUENCIES, axis=1)) ** 1.3))
    np.testing.assert_allclose(Isotropic(1.3, 3, 2.0).cf(FREQUENCIES), exact, rtol=1e-12)


@pytest.mark.parametrize("alpha", [0.8, 1.0, 1.6])
def test_axes_as_directions_give_independent_coordinates(alpha):
    """Masses a on e_j and b on -e_j make coordinate j have scale (a + b)^(1 / alpha)."""
    law = DiscreteSpectral(alpha, [[1, 0], [-1, 0], [0, 1]], [1.0, 0.5, 2.0])
    scales = np.array([1.5, 2.0]) ** (1 / alpha)
    shifts = [Stable.from_s1(alpha, b, s).loc for b, s in zip([1 / 3, 1.0], scales, strict=True)]
    same = Independent(alpha, 2, scales, shifts, [1 / 3, 1.0])
    np.testing.assert_allclose(law.cf(FREQUENCIES[:, :2]), same.cf(FREQUENCIES[:, :2]), rtol=1e-12)


@each_law
def test_size_is_the_shape_of_the_sample_and_the_seed_its_source(law):
    assert law.rvs(rng=1).shape == (3,)
    assert law.rvs((), 1).shape == (3,)
    assert law.rvs((4, 5), 1).shape == (4, 5, 3)
    assert law.rvs(0, 1).shape == (0, 3)
    np.testing.assert_array_equal(law.rvs(6, 1).ravel(), law.rvs((2, 3), 1).ravel())
    np.testing.assert_array_equal(law.rvs(6, np.random.default_rng(1)), law.rvs(6, 1))
    assert np.any(law.rvs(6, 1) != law.rvs(6, 2))
    assert law.cf([0.0, 0.0, 0.0]) == 1


@settings(deadline=None)
@given(st.integers(2, 5), st.integers(0, 2**32), st.floats(0.3, 2.0))
def test_a_flat_shape_matrix_gives_variates_in_its_range(dim, seed, alpha):
    root = np.random.default_rng(seed).normal(size=(dim, dim - 1))
    x = Elliptical(alpha, root @ root.T).rvs(20, seed)
    normal = np.linalg.svd(root)[0][:, -1]
    length = np.linalg.norm(x, axis=1)
    # rounding, 1e-15, over the length of a normal vector, below 1e-5 once in 1e5 in one dimension
    assert np.all(abs(x @ normal) <= 1e-9 * length)


def test_one_direction_gives_variates_on_a_line():
    x = DiscreteSpectral(0.5, [[3.0, 4.0]], 2.0).rvs(100, 1)
    np.testing.assert_allclose(x[:, 0] * 4, x[:, 1] * 3, rtol=1e-14)
    assert np.all(x > 0)


def test_at_index_two_the_covariance_is_twice_the_shape_matrix():
    """Entry ij of the empirical covariance has variance (c_ii c_jj + c_ij^2) / n: |z| < 5.5."""
    covariance = 2 * np.array(SIGMA)
    x = Elliptical(2.0, SIGMA).rvs(N, 3)
    diagonal = np.diag(covariance)
    sd = np.sqrt((np.outer(diagonal, diagonal) + covariance**2) / N)
    assert np.all(abs(x.T @ x / N - covariance) < 5.5 * sd)


def test_a_law_holds_arrays_of_its_own():
    sigma, loc = np.eye(2), np.array([1, 2])
    law = Elliptical(1.5, sigma, loc)
    before = law.rvs(5, 1)
    sigma[0, 0], loc[0] = 9.0, 9
    np.testing.assert_array_equal(law.shape_matrix, np.eye(2))
    np.testing.assert_array_equal(law.loc, [1.0, 2.0])
    np.testing.assert_array_equal(law.rvs(5, 1), before)
    assert Elliptical(1.5, [[1, 0], [0, 1]]).shape_matrix.dtype == float


@pytest.mark.parametrize("unit", [1e-100, 1e-20, 1e20, 1e100])
def test_a_shape_matrix_may_have_any_unit(unit):
    law, moved = Elliptical(1.3, SIGMA), Elliptical(1.3, unit**2 * np.array(SIGMA))
    np.testing.assert_allclose(moved.cf(FREQUENCIES / unit), law.cf(FREQUENCIES), rtol=1e-12)
    assert np.all(moved.rvs(20, 1) != 0)
    with pytest.raises(ValueError, match="^shape_matrix must be square and symmetric, got "):
        Elliptical(1.3, unit**2 * np.array([[1.0, 0.5], [0.4, 1.0]]))


@pytest.mark.parametrize("alpha", [1 - 1e-15, 1 + 1e-15, 1 + 1e-9, 1.0])
def test_a_symmetric_measure_near_alpha_one_is_not_moved(alpha):
    """The shifts of its atoms, up to 1e14, cancel; medians of 1000 Cauchy draws are within 0.3."""
    law = DiscreteSpectral(alpha, [[1.0, 0.0], [-1.0, 0.0]], [1.0, 1.0])
    wide, narrow = law.rvs(1_000, 1), law.rvs(1_000, 1, np.float32)
    assert abs(np.median(wide[:, 0])) < 0.3 and abs(np.median(narrow[:, 0])) < 0.3
    assert len(np.unique(narrow[:, 0])) > 990


def test_directions_of_any_length_are_divided_by_it():
    for length in (1e-200, 1.0, 1e200):
        law = DiscreteSpectral(1.5, [[3 * length, 4 * length]], [1.0])
        np.testing.assert_allclose(law.directions, [[0.6, 0.8]], rtol=1e-15)


def test_a_flat_but_not_degenerate_matrix_keeps_its_coordinate():
    law = Elliptical(1.5, np.diag([1.0, 1e-14]))
    assert law.cf([0.0, 1e7]) == pytest.approx(np.exp(-1), rel=1e-9)
    assert np.all(law.rvs(10, 1)[:, 1] != 0)


@pytest.mark.parametrize("law", [Isotropic(0.1, 2), Isotropic(0.1, 2, 1.0, 3.0)])
def test_beyond_the_range_draws_are_infinite_and_never_nan(law):
    x = law.rvs(N, 1, np.float32)
    assert not np.isnan(x).any()
    assert 0 < np.isinf(x).mean() < 1e-3


@pytest.mark.parametrize("law", [Isotropic(1.5, 2), Independent(1.5, 2), LAWS["elliptical"]])
@pytest.mark.parametrize("u", [1.0, [1.0], [1.0, 2.0, 3.0, 4.0]])
def test_a_frequency_of_another_dimension_is_named(law, u):
    with pytest.raises(ValueError, match=r"^u must have shape \(\.\.\., [23]\), got "):
        law.cf(u)


def test_what_a_law_holds_is_kept_from_change():
    scale = np.array([1.0, 2.0])
    law = Independent(1.5, 2, scale, [0.0, 1.0])
    scale[0] = 7.0
    assert law.scale[0] == 1.0
    for array in (law.scale, law.loc, Elliptical(1.5, np.eye(2), [0.0, 1.0]).loc):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5.0


# Shape matrices with units far apart.


def exact_form(matrix, u):
    """Quadratic form of these floats, without a rounding."""
    rows = [[Fraction(x) for x in row] for row in np.asarray(matrix).tolist()]
    u = [Fraction(float(x)) for x in u]
    return sum(
        a * x * b for a, row in zip(u, rows, strict=True) for x, b in zip(row, u, strict=True)
    )


def determinant(matrix):
    """Of two by two, without a rounding."""
    (a, b), (_, d) = [[Fraction(x) for x in row] for row in np.asarray(matrix).tolist()]
    return a * d - b * b


def logarithm(x):
    return log(x.numerator) - log(x.denominator)


def turned(first, second, angle):
    c, s = np.cos(angle), np.sin(angle)
    off = (first - second) * c * s
    return np.array([[first * c * c + second * s * s, off], [off, first * s * s + second * c * c]])


def graded(ratio, unit=1.0):
    """Correlation 0.6 between coordinates of scales 1 and ratio."""
    return unit * np.array([[1.0, 0.6 * ratio], [0.6 * ratio, ratio * ratio]])


APART = {
    "small last": np.diag([1.0, 1e-16]),
    "small first": np.diag([1e-16, 1.0]),
    "far apart": np.diag([1e-200, 1e200]),
    "farther": np.diag([1e308, 1e-308]),
    "subnormal": np.diag([1e-320, 1e-320]),
    "huge": np.diag([1e308, 1.5e308]),
    "correlated": graded(1e-9),
    "correlated, far apart": graded(1e100),
    "correlated, tiny": graded(1e-3, 1e-300),
    "turned": turned(1.0, 1e-5, 0.3),
    "turned, subnormal": turned(1e-320, 1e-320, 0.7),
    "turned, small": turned(1e-300, 1e-303, 1.2),
}
each_apart = pytest.mark.parametrize("sigma", APART.values(), ids=APART)


@each_apart
@pytest.mark.parametrize("alpha", [0.7, 1.5, 2.0])
def test_units_far_apart_have_one_law_in_three_methods(sigma, alpha):
    """Characteristic function and density of the matrix as it is, and a sample with the function.

    Rounding of the matrix, 1e-16, is at most 1e-11 of the smallest axis.  The sample: |z| < 5.5 for
    3 frequencies, two parts, false alarm 2.3e-7 a case.
    """
    law, scales = Elliptical(alpha, sigma), np.sqrt(np.diag(sigma))
    frequencies = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, -0.5]]) / scales
    for u in frequencies:
        form = exp(logarithm(exact_form(sigma, u)) * alpha / 2)
        assert law.cf(u) == pytest.approx(exp(-form), rel=1e-10)
    volume = logarithm(determinant(sigma)) / 2
    standard = Isotropic(alpha, 2)
    assert law.logpdf([0.0, 0.0]) == pytest.approx(standard.logpdf([0.0, 0.0]) - volume, rel=1e-10)
    (a, b), (_, d) = np.asarray(sigma).tolist()
    adjoint = np.array([[d, -b], [-b, a]])
    for x in scales * np.array([[1.0, 0.0], [0.0, 2.0], [-0.7, 1.1]]):
        distance = exp((logarithm(exact_form(adjoint, x)) - 2 * volume) / 2)
        expected = standard.logpdf([distance, 0.0]) - volume
        assert law.logpdf(x) == pytest.approx(expected, rel=1e-9)
    x = law.rvs(20_000, 1)
    turns = np.einsum("ni,fi->nf", x / scales, frequencies * scales)
    for part, seen in ((np.real, np.cos(turns)), (np.imag, np.sin(turns))):
        error = seen.mean(axis=0) - part(law.cf(frequencies))
        assert np.all(abs(error) < 5.5 * seen.std(axis=0) / np.sqrt(len(x)) + 1e-9)


@pytest.mark.parametrize("small", [1e-12, 1e-14, 1e-15, 1e-16, 1e-17, 0.0])
@pytest.mark.parametrize("angle", [0.01, 0.3, 0.785, 1.2, 1.57])
@pytest.mark.parametrize("unit", [1e-120, 1.0, 1e120])
def test_a_turned_flat_matrix_is_flat_in_all_methods_or_in_none(small, angle, unit):
    """The law is of the matrix as rounded: with a density if that has a second axis left."""
    sigma = unit**2 * turned(1.0, small, angle)
    law = Elliptical(1.5, sigma)
    normal = np.array([-np.sin(angle), np.cos(angle)])
    x = law.rvs(200, 1) / unit
    across = np.median(abs(x @ normal)) / np.median(np.linalg.norm(x, axis=1))
    try:
        peak = law.logpdf([0.0, 0.0])
    except ValueError as error:
        assert str(error) == "shape_matrix must have full rank, 2, for a density, got 1"
        assert small < 1e-14 and across < 1e-15
    else:
        assert across > 1e-9
        flatness = determinant(sigma) / Fraction(sigma[0, 0]) / Fraction(sigma[1, 1])
        doubt = 1e-16 / max(float(flatness), 1e-16)
        volume = Isotropic(1.5, 2).logpdf([0.0, 0.0]) - peak
        assert volume == pytest.approx(logarithm(determinant(sigma)) / 2, abs=20 * doubt + 1e-10)


def test_small_axes_that_are_rounding_of_large_ones_count_as_flat():
    """As a difference of matrices leaves them: the diagonal is 0 beside its row, or below 0."""
    for sigma in ([[1.0, 0.0], [0.0, -1e-17]], [[1.0, 1e-9], [1e-9, 0.0]], [[0.0, 0], [0, 0]]):
        law = Elliptical(1.5, sigma)
        assert np.all(abs(law.rvs(100, 1)[:, 1]) <= 1e-8 * abs(law.rvs(100, 1)[:, 0]))
        with pytest.raises(ValueError, match="must have full rank, 2, for a density, got [01]$"):
            law.pdf([0.0, 0.0])


@pytest.mark.parametrize(
    "sigma",
    [
        [[1e-300, 1e5], [1e5, 1.0]],
        [[1e-20, 1e-9], [1e-9, 1e-20]],
        [[1e-20, 1e-9], [1e-9, 1.0]],
        [[1e-200, 2e-100], [2e-100, 1.0]],
        [[1e-26, 2e-13], [2e-13, 1.0]],
        [[1e-300, 1e300], [1e300, 1e-300]],
    ],
)
def test_what_is_indefinite_in_its_own_units_is_named(sigma):
    with pytest.raises(
        ValueError, match="^shape_matrix must be positive semidefinite, got the eig"
    ):
        Elliptical(1.5, sigma)


@pytest.mark.parametrize(
    "sigma",
    [
        [[1e-26, 0.0], [5e-14, 1.0]],
        [[1e-300, 1e-150], [0.0, 1.0]],
        [[1e-320, 0.0], [1e-320, 1e-320]],
    ],
)
def test_what_is_asymmetric_in_its_own_units_is_refused(sigma):
    with pytest.raises(ValueError, match="^shape_matrix must be square and symmetric, got "):
        Elliptical(1.5, sigma)


@pytest.mark.parametrize("scale", [1e-320, 1e-200, 1e200, 1e307])
def test_an_isotropic_law_may_have_any_unit(scale):
    law, standard = Isotropic(1.5, 3, scale), Isotropic(1.5, 3)
    x = np.array([[0.3, -0.4, 1.0], [0.0, 0.0, 0.0]])
    expected = standard.logpdf(x) - 3 * log(scale)
    np.testing.assert_allclose(
        law.logpdf(x * scale), expected, rtol=1e-3 if scale < 1e-300 else 1e-14
    )
    u = np.array([0.5, 0.2, 0.1])
    if scale > 1e-300:  # else u / scale is beyond the floats
        assert law.cf(u / scale) == pytest.approx(standard.cf(u), rel=1e-14)
    draws = law.rvs(5, 1), scale * standard.rvs(5, 1)
    np.testing.assert_allclose(*draws, rtol=1e-15, atol=5e-324)


def test_a_distance_beyond_the_floats_from_a_point_within_them():
    """It is 2e308, in units of 1e308: the density of 2."""
    expected = Isotropic(1.5, 2).logpdf([2.0, 0.0]) - 2 * log(1e308)
    for law in (
        Isotropic(1.5, 2, 1e308, [-1e308, 0.0]),
        Elliptical(1.5, np.diag([1e308, 1e308]), [-1e308, 0.0]),
    ):
        unit = 1.0 if isinstance(law, Isotropic) else 1e154
        at = Isotropic(1.5, 2).logpdf([2.0 * unit, 0.0]) - 2 * log(1e308 / unit)
        assert law.logpdf([1e308, 0.0]) == pytest.approx(at, rel=1e-13)
    assert Isotropic(1.5, 2, 1e308, [-1e308, 0.0]).logpdf([1e308, 0.0]) == pytest.approx(expected)
    assert Isotropic(1.5, 2, 1e308).logpdf([1.5e308, 1.5e308]) == pytest.approx(
        Isotropic(1.5, 2).logpdf([1.5, 1.5]) - 2 * log(1e308)
    )


AXES = [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]


@pytest.mark.parametrize("alpha", [0.8, 1.0, 1 + 1e-9, 1.5])
@pytest.mark.parametrize("kind", ["spectral", "independent"])
def test_coordinates_far_apart_have_one_law_in_both_methods(kind, alpha):
    """Against exp(-|u_1 s_1|^alpha - |u_2 s_2|^alpha), and a sample at |z| < 5.5, as above."""
    scales = np.array([1e-120, 1e120])
    if kind == "spectral":
        law = DiscreteSpectral(alpha, AXES, np.repeat(scales**alpha / 2, 2))
    else:
        law = Independent(alpha, 2, scales)
    frequencies = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, -0.5]]) / scales
    exact = np.exp(-np.sum(abs(frequencies * scales) ** alpha, axis=1))
    np.testing.assert_allclose(law.cf(frequencies), exact, rtol=1e-10, atol=1e-12)
    seen = np.cos(np.einsum("ni,fi->nf", law.rvs(20_000, 1) / scales, frequencies * scales))
    error = seen.mean(axis=0) - exact
    assert np.all(abs(error) < 5.5 * seen.std(axis=0) / np.sqrt(len(seen)) + 1e-9)


@each_law
def test_far_frequencies_give_zero_and_no_warning(law):
    for u in ([1e300, 0.0, 1.0], [-1e200, 1e200, 1e200]):
        assert law.cf(u) == 0 or abs(law.cf(u)) == pytest.approx(1)  # 1 across a flat law


def test_a_phase_beyond_the_floats_turns_nothing_that_is_not_there():
    far = [1e10, 0.0]
    laws = Isotropic(1.5, 2, 1.0, far), Elliptical(1.5, np.eye(2), far)
    for law in (*laws, DiscreteSpectral(1.5, np.eye(2), 1.0, far)):
        assert law.cf([1e300, 1.0]) == 0
    assert [law.cf([np.inf, 0.0]) for law in laws] == [0, 0]


# Values.

COPIES = {
    "pickle": lambda law: pickle.loads(pickle.dumps(law)),
    "old pickle": lambda law: pickle.loads(pickle.dumps(law, protocol=2)),
    "deepcopy": copy.deepcopy,
    "copy": copy.copy,
}


def arrays(value):
    """All arrays that a law holds, in its own laws and tuples too."""
    if isinstance(value, np.ndarray):
        return [value]
    parts = value if isinstance(value, tuple) else []
    if hasattr(value, "__dataclass_fields__"):
        parts = [getattr(value, name) for name in value.__dataclass_fields__]
    return [array for part in parts for array in arrays(part)]


@each_law
@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
def test_a_copy_of_a_law_is_equal_and_kept_from_change(law, copied):
    twin = copied(law)
    assert twin == law and hash(twin) == hash(law) and type(twin) is type(law)
    np.testing.assert_array_equal(twin.rvs(5, 1), law.rvs(5, 1))
    held = arrays(twin)
    assert len(held) == len(arrays(law))
    for array in [*held, *arrays(law)]:
        with pytest.raises(ValueError, match="read-only"):
            array.flat[0] = 7.0


@pytest.mark.parametrize("kind", ["isotropic", "elliptical", "independent", "spectral, index 1.5"])
def test_equal_parameters_are_equal_laws_and_others_are_not(kind):
    law = LAWS[kind]
    names = [f.name for f in law.__dataclass_fields__.values() if f.init]
    given = {name: getattr(law, name) for name in names}
    again = type(law)(
        **{n: v.tolist() if isinstance(v, np.ndarray) else v for n, v in given.items()}
    )
    assert again == law and hash(again) == hash(law) and len({again, law}) == 1
    for name in names:
        value = given[name]
        if name == "dim":
            continue
        other = np.array(value) * (1 - 1e-15 if name not in ("alpha", "directions") else 0.9)
        other = np.flip(other) if name == "directions" else other if other.any() else other + 1.0
        changed = type(law)(**{**given, name: other if other.ndim else float(other)})
        assert changed != law, name
    assert law != Stable(1.5) and law != 1


def test_zero_has_one_sign_in_a_comparison_and_a_shape_is_part_of_it():
    assert Isotropic(1.5, 2, 1.0, [0.0, 1.0]) == Isotropic(1.5, 2, 1.0, [-0.0, 1.0])
    assert hash(Isotropic(1.5, 2, 1.0, -0.0)) == hash(Isotropic(1.5, 2, 1.0, 0.0))
    assert Isotropic(1.5, 2, 1.0, 0.0) != Isotropic(1.5, 2, 1.0, [0.0, 0.0])
    assert Isotropic(np.float32(1.5), np.int8(2), 1) == Isotropic(1.5, 2)
    assert Isotropic(1.5, 1) != Elliptical(1.5, [[1.0]])


def test_a_large_dimension_takes_no_memory_for_its_location():
    assert Isotropic(1.5, 2**32 - 2).loc == 0.0


BAD = {
    "scale, float32": (
        lambda: Isotropic(1.5, 2, 1e300).rvs(3, 1, np.float32),
        "scale must be finite in float32, got 1e+300",
    ),
    "ragged": (
        lambda: Elliptical(1.5, [[1.0, 2.0], [3.0]]),
        "shape_matrix must be a non-empty 2-d array of real numbers, got object of shape ()",
    ),
    "no scale": (
        lambda: DiscreteSpectral(0.01, [[1.0]], [1e-5]),
        "weights must have a power 1 / alpha in the range of floats, got 1e-05",
    ),
    "a scale among others": (
        lambda: DiscreteSpectral(0.01, [[1.0], [-1.0]], [1.0, 1e-5]),
        "weights must have a power 1 / alpha in the range of floats, got 1e-05",
    ),
    "a scale too large": (
        lambda: DiscreteSpectral(0.01, [[1.0]], [1e5]),
        "weights must have a power 1 / alpha in the range of floats, got 100000.0",
    ),
    "root, float32": (
        lambda: Elliptical(1.5, np.diag([1.0, 1e200])).rvs(3, 1, np.float32),
        "root of shape_matrix must be finite in float32, got ",
    ),
    "alpha": (lambda: Elliptical(2.5, SIGMA), "alpha must lie in (0, 2], got 2.5"),
    "alpha, array": (
        lambda: Isotropic([1.5, 1.2], 2),
        "alpha and scale must be numbers, got shape",
    ),
    "alpha, zero": (
        lambda: DiscreteSpectral(0.0, [[1.0]], [1.0]),
        "alpha must lie in (0, 2], got 0",
    ),
    "dim": (lambda: Isotropic(1.5, 0), "dim must be an integer in [1, 2^32 - 1), got 0"),
    "scale": (lambda: Isotropic(1.5, 2, -1.0), "scale must be positive and finite, got -1.0"),
    "loc": (lambda: Isotropic(1.5, 2, 1.0, [1.0]), "loc must be a number or of length 2, got 1"),
    "loc, nan": (lambda: Isotropic(1.5, 1, 1.0, [np.nan]), "loc must be finite, got nan"),
    "asymmetric": (
        lambda: Elliptical(1.5, [[1.0, 0.5], [0.4, 1.0]]),
        "shape_matrix must be square and symmetric, got [[1.0, 0.5], [0.4, 1.0]]",
    ),
    "not square": (
        lambda: Elliptical(1.5, [[1.0, 0.5]]),
        "shape_matrix must be square and symmetric, got [[1.0, 0.5]]",
    ),
    "indefinite": (
        lambda: Elliptical(1.5, [[1.0, 2.0], [2.0, 1.0]]),
        "shape_matrix must be positive semidefinite, got the eigenvalue -",
    ),
    "infinite": (lambda: Elliptical(1.5, [[np.inf]]), "shape_matrix must be finite, got inf"),
    "complex": (
        lambda: Elliptical(1.5, [[1j]]),
        "shape_matrix must be a non-empty 2-d array of real numbers, got complex128 of ",
    ),
    "no mass": (
        lambda: DiscreteSpectral(1.5, [[1.0], [-1.0]], [0.0, 0.0]),
        "weights must have a positive sum, got [0.0, 0.0]",
    ),
    "negative mass": (
        lambda: DiscreteSpectral(1.5, [[1.0], [-1.0]], [1.0, -0.1]),
        "weights must not be negative, got -0.1",
    ),
    "no direction": (
        lambda: DiscreteSpectral(1.5, [[0.0, 0.0]], [1.0]),
        "directions must have a length, got 0.0",
    ),
    "weights": (
        lambda: DiscreteSpectral(1.5, [[1.0], [-1.0]], [1.0]),
        "weights must be a number or of length 2, got 1",
    ),
    "components": (
        lambda: Independent([1.5, 1.2], 3),
        "parameters must have shapes that fit, got [(2,)",
    ),
    "components, 2-d": (
        lambda: Independent(1.5, 2, [[1.0, 2.0]]),
        "parameters must be numbers or of length 2, got (1, 2)",
    ),
    "components, none": (lambda: Independent(1.5, 0), "dim must be an integer in [1, 2^32 - 1)"),
    "components, half": (lambda: Independent(1.5, 1.5), "dim must be an integer in [1, 2^32 - 1)"),
    "alpha, one an atom": (
        lambda: DiscreteSpectral([1.5, 1.2], [[1.0], [-1.0]], 1.0),
        "alpha and scale must be numbers, got shape (2,)",
    ),
    "truth for weights": (
        lambda: DiscreteSpectral(1.5, [[1.0]], [True]),
        "weights must be a non-empty 1-d array of real numbers, got bool of shape (1,)",
    ),
    "no atoms": (
        lambda: DiscreteSpectral(1.5, np.empty((0, 2)), []),
        "directions must be a non-empty 2-d array of real numbers, got float64 of shape (0, 2)",
    ),
    "no matrix": (
        lambda: Elliptical(1.5, np.empty((0, 0))),
        "shape_matrix must be a non-empty 2-d array of real numbers, got float64 of shape (0, 0)",
    ),
    "huge with its coordinates": (
        lambda: Isotropic(1.5, 2).rvs(2**59, 1),
        "an array must have fewer than 2^60 elements, got shape (576460752303423488, 2)",
    ),
    "half": (
        lambda: Isotropic(1.5, 2).rvs(3, 1, np.float16),
        "dtype must be float64 or float32, got",
    ),
    "size": (
        lambda: Isotropic(1.5, 2).rvs(-3, 1),
        "size must be an integer or a tuple of them, not",
    ),
    "huge": (
        lambda: Isotropic(1.5, 2).rvs(2**60, 1),
        "an array must have fewer than 2^60 elements",
    ),
}


@pytest.mark.parametrize("make, line", BAD.values(), ids=BAD)
def test_what_is_no_law_is_named(make, line):
    with pytest.raises(ValueError, match=f"^{re.escape(line)}"):
        make()


@each_real
def test_a_location_brings_vectors_back_from_beyond_the_floats(real):
    """Halves of scale and location give halves, which are not beyond."""
    top = float(np.finfo(real).max)
    size, place = 0.6 * top, np.array([-0.6 * top, 0.6 * top])
    for whole, half in (
        (Isotropic(1.5, 2, size, place), Isotropic(1.5, 2, size / 2, place / 2)),
        (Isotropic(1.5, 2, size, -size), Isotropic(1.5, 2, size / 2, -size / 2)),
        (Independent(1.5, 2, size, place), Independent(1.5, 2, size / 2, place / 2)),
    ):
        x, y = whole.rvs(200, 1, real), half.rvs(200, 1, real)
        with np.errstate(over="ignore"):
            np.testing.assert_allclose(x, 2 * y, rtol=4 * np.finfo(real).eps)
        centred = np.isfinite(type(whole)(1.5, 2, size).rvs(200, 1, real))
        assert (np.isfinite(x) & ~centred).sum() > 5
    assert Isotropic(1.5, 1, 1e308, -1e308).rvs((), rng=14) == pytest.approx(9.304199878e307)


def test_a_location_brings_mapped_vectors_back_from_beyond_the_floats():
    drawn, matrix = np.array([[1e308], [1.7e308], [-1e308]]), np.array([[2.0]])
    np.testing.assert_allclose(
        mapped(drawn, matrix, -1e308)[:, 0], [1e308, np.inf, -np.inf], rtol=1e-15
    )
    np.testing.assert_allclose(
        mapped(drawn / 1e5, matrix, 1e308, np.array([1e5]))[:, 0], [np.inf, np.inf, -1e308]
    )
