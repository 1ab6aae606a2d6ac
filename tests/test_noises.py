"""Laws every kind of noise obeys; a new module in stablenoise/noises is asked them too."""

import numpy as np
import pytest
from members import each_member

from stablenoise import NoiseField, noises
from stablenoise.noises import isotropic

each_noise = each_member(noises)
each_alpha = pytest.mark.parametrize("alpha", [0.5, 1.0, 1.5, 1.95, 2.0])
FREQUENCIES = np.array([[0.3, 0, 0], [1.0, 0, 0], [0, 0, 2.5], [0.5, -0.4, 0.2], [0.6, 0.6, 0.6]])
N = 200_000


@each_noise
@each_alpha
def test_vectors_have_the_characteristic_function_of_their_kind(member, alpha):
    """|z| < 5.5 at each of 5 frequencies: false alarm 2e-7 a case."""
    x = NoiseField(alpha, seed=1, noise=member).at(range(N), step=0, dim=3)
    seen = np.cos(x @ FREQUENCIES.T)
    error = seen.mean(axis=0) - member.characteristic_function(FREQUENCIES, alpha)
    assert np.all(abs(error) < 5.5 * seen.std(axis=0) / np.sqrt(N))


@each_noise
def test_at_alpha_two_a_coordinate_is_gaussian_with_variance_two(member):
    """The variance of n squares of N(0, 2) is 8 / n: |z| < 5.5."""
    x = NoiseField(2.0, seed=4, noise=member).at(range(N), step=0, dim=2)[:, 1]
    assert abs(np.mean(x**2) - 2) < 5.5 * np.sqrt(8 / N)
    assert abs(np.mean(x**4) / 12 - 1) < 5.5 * np.sqrt((105 - 9) / 9 / N)


def test_without_its_factor_two_the_radius_would_be_seen():
    """The negative control of the first test: type III, smaller by the square root of 2."""
    x = NoiseField(1.5, seed=1, noise=isotropic).at(range(N), step=0, dim=3) / np.sqrt(2)
    seen = np.cos(x @ FREQUENCIES.T)
    error = seen.mean(axis=0) - isotropic.characteristic_function(FREQUENCIES, 1.5)
    assert np.all(abs(error) > 20 * seen.std(axis=0) / np.sqrt(N))


@each_noise
def test_every_variate_is_a_number(member):
    for alpha in (0.05, 0.2, 1.0, 2.0):
        x = NoiseField(alpha, seed=9, noise=member).at(range(20_000), step=1, dim=2)
        assert not np.isnan(x).any()
        assert alpha < 0.2 or np.isfinite(x).all()


def test_signs_of_a_coordinate_are_balanced():
    """A count of n fair signs has sd sqrt(n) / 2: |z| < 5.5."""
    x = NoiseField(0.7, seed=2).at(range(N), step=0, dim=1)
    assert abs((x > 0).sum() - N / 2) < 5.5 * np.sqrt(N) / 2
