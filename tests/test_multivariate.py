"""Multivariate laws have their characteristic functions, and refuse what is no law."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stablenoise import Stable
from stablenoise.multivariate import DiscreteSpectral, Elliptical, Independent, Isotropic

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
        "weights must have a positive sum, got [1e-05]",
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
