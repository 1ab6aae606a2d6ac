"""Laws every kind of noise obeys; a new module in stablenoise/noises is asked them too."""

from itertools import combinations

import numpy as np
import pytest
from members import each_member
from numpy import float32, float64

from stablenoise import NoiseField, noises
from stablenoise.noises import independent, isotropic

each_noise = each_member(noises)
each_format = pytest.mark.parametrize("real", [float64, float32])
each_alpha = pytest.mark.parametrize("alpha", [0.5, 1.0, 1.5, 1.95, 2.0])
FREQUENCIES = np.array([[0.3, 0, 0], [1.0, 0, 0], [0, 0, 2.5], [0.5, -0.4, 0.2], [0.6, 0.6, 0.6]])
N = 200_000


def deviations(x, frequencies, member, alpha):
    """Standard errors between the mean of cos(u x) and the characteristic function, for each u."""
    seen = np.cos(x.astype(float) @ frequencies.T)
    error = seen.mean(axis=0) - member.characteristic_function(frequencies, alpha)
    return error / (seen.std(axis=0) / np.sqrt(len(x)))


@each_noise
@each_format
@each_alpha
def test_vectors_have_the_characteristic_function_of_their_kind(member, real, alpha):
    """|z| < 5.5 at each of 5 frequencies: false alarm 2e-7 a case, 6e-6 in all 30."""
    x = NoiseField(alpha, seed=1, noise=member).at(range(N), 0, 3, real)
    assert np.all(abs(deviations(x, FREQUENCIES, member, alpha)) < 5.5)


@each_noise
@each_format
def test_at_alpha_two_a_coordinate_is_gaussian_with_variance_two(member, real):
    """The variance of n squares of N(0, 2) is 8 / n: |z| < 5.5, false alarm 8e-8 a case."""
    x = NoiseField(2.0, seed=4, noise=member).at(range(N), 0, 2, real)[:, 1].astype(float)
    assert abs(np.mean(x**2) - 2) < 5.5 * np.sqrt(8 / N)
    assert abs(np.mean(x**4) / 12 - 1) < 5.5 * np.sqrt((105 - 9) / 9 / N)


@each_format
def test_without_its_factor_two_the_radius_would_be_seen(real):
    """The negative control of the first test: type III, smaller by the square root of 2."""
    x = NoiseField(1.5, seed=1, noise=isotropic).at(range(N), 0, 3, real) / np.sqrt(2)
    assert np.all(abs(deviations(x, FREQUENCIES, isotropic, 1.5)) > 20)


@each_noise
@each_format
def test_every_variate_is_a_number(member, real):
    for alpha in (0.05, 0.2, 0.5, 1.0, 2.0):
        x = NoiseField(alpha, seed=9, noise=member).at(range(20_000), 1, 5, real)
        assert not np.isnan(x).any()
        assert alpha < (0.2 if real is float64 else 0.5) or np.isfinite(x).all()


@each_format
def test_signs_of_a_coordinate_are_balanced(real):
    """A count of n fair signs has sd sqrt(n) / 2: |z| < 5.5, false alarm 4e-8 a coordinate."""
    x = NoiseField(0.7, seed=2).at(range(N), 0, 4, real)
    assert np.all(abs((x > 0).sum(axis=0) - N / 2) < 5.5 * np.sqrt(N) / 2)


# Coordinates that come from one block of random words: up to 4 of them, and their neighbours.

DIM = 6
PAIRS = list(combinations(range(DIM), 2))
PAIR_FREQUENCIES = np.array(
    [
        [u * (k == i) + v * (k == j) for k in range(DIM)]
        for i, j in PAIRS
        for u, v in ((0.7, 0.7), (0.7, -0.5), (1.5, 0.4), (0.4, -1.5))
    ]
)


def ranks(x):
    """Ranks in each column, from -1 to 1."""
    return np.argsort(np.argsort(x, axis=0), axis=0) / (len(x) - 1) * 2 - 1


def dependence(x):
    """Standard errors of the correlations of each pair of columns that are 0 by independence.

    Of signs, ranks, ranks of sizes, and of each of them with another; those of ranks have
    variance 1 / (n - 1), and those of fair signs 1 / n.
    """
    kinds = [np.sign(x), ranks(x), ranks(abs(x)), np.cos(3 * np.pi * ranks(abs(x)))]
    of = np.stack([((k - k.mean(axis=0)) / k.std(axis=0)).T for k in kinds], axis=1)
    return np.stack([np.einsum("an,bn->ab", of[i], of[j]) for i, j in PAIRS]) / np.sqrt(len(x))


@each_noise
@each_format
@pytest.mark.parametrize("alpha", [0.8, 1.0, 1.7, 2.0])
def test_pairs_of_coordinates_have_the_characteristic_function_of_their_kind(member, real, alpha):
    """|z| < 5.8 at 60 frequencies: false alarm 4e-7 a case, 1e-5 in all 24."""
    x = NoiseField(alpha, seed=3, noise=member).at(range(N // 2), 0, DIM, real)
    assert np.all(abs(deviations(x, PAIR_FREQUENCIES, member, alpha)) < 5.8)


@each_format
@pytest.mark.parametrize("noise, alpha", [(independent, 0.6), (independent, 1.5), (isotropic, 2.0)])
def test_coordinates_of_one_block_are_independent(noise, alpha, real):
    """|z| < 6 for 15 pairs and 16 correlations: false alarm 5e-7 a case, 3e-6 in all 6."""
    x = NoiseField(alpha, seed=5, noise=noise).at(range(N // 2), 0, DIM, real)
    assert np.all(abs(dependence(x)) < 6)


@each_format
@pytest.mark.parametrize("alpha", [0.6, 1.5])
def test_signs_of_isotropic_coordinates_are_independent(alpha, real):
    """Sizes share the radius; signs share nothing.  |z| < 6: false alarm 3e-8 a case."""
    x = NoiseField(alpha, seed=5, noise=isotropic).at(range(N // 2), 0, DIM, real)
    assert np.all(abs(dependence(x)[:, 0, 0]) < 6)


def one_sign_for_two(x):
    x[:, 1] = np.copysign(x[:, 1], x[:, 0])


def one_size_for_two(x):
    x[:, 1] = np.copysign(x[:, 0], x[:, 1])


def the_other_end_of_the_angle(x):
    """The size of one falls as that of the other grows."""
    x[:, 1] = np.sign(x[:, 1]) / (abs(x[:, 0]) + 1)


def one_in_twenty(x):
    """A weak fault: a few of the particles get one coordinate twice."""
    x[::20, 3] = x[::20, 2]


@each_format
@pytest.mark.parametrize(
    "fault", [one_sign_for_two, one_size_for_two, the_other_end_of_the_angle, one_in_twenty]
)
def test_coordinates_that_share_random_words_would_be_seen(fault, real):
    """The negative control of the tests above: independent ones, then with a fault."""
    x = NoiseField(1.5, seed=5).at(range(N // 2), 0, DIM, real)
    fault(x)
    assert abs(dependence(x)).max() > 6
    assert abs(deviations(x, PAIR_FREQUENCIES, independent, 1.5)).max() > 5.8
