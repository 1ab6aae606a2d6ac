"""Values keep numbers as floats: an array of one number has no hash, and is no plain value."""

import numpy as np
import pytest

from chaos.interactions import Interaction, attraction
from chaos.kesten import FiniteLeastSquares, GaussianLeastSquares
from chaos.solvable import (
    BoundedDrift,
    Euler,
    Flow,
    LinearMeanField,
    OrnsteinUhlenbeck,
    SineNetwork,
)
from stablenoise import NoiseField, StablePath
from stablenoise.estimate import Estimate

VALUES = {
    "StablePath": lambda kind, whole: StablePath(kind(1.5), whole(7), kind(0.5), horizon=kind(2.0)),
    "NoiseField": lambda kind, whole: NoiseField(kind(1.5), whole(7)),
    "Euler": lambda kind, whole: Euler(kind(0.5), whole(3)),
    "Flow": lambda kind, whole: Flow(kind(1.0)),
    "OrnsteinUhlenbeck": lambda kind, whole: OrnsteinUhlenbeck(
        kind(1.5), kind(1.0), kind(0.5), kind(0.25)
    ),
    "SineNetwork": lambda kind, whole: SineNetwork(kind(1.5), kind(1.0), kind(0.5), kind(0.25)),
    "BoundedDrift": lambda kind, whole: BoundedDrift(kind(1.5), kind(1.0), kind(0.5)),
    "LinearMeanField": lambda kind, whole: LinearMeanField(
        kind(1.5), kind(1.0), kind(0.5), kind(0.5), kind(0.25)
    ),
    "GaussianLeastSquares": lambda kind, whole: GaussianLeastSquares(
        kind(0.5), whole(2), whole(3), kind(1.0), kind(0.5)
    ),
    "FiniteLeastSquares": lambda kind, whole: FiniteLeastSquares(
        [[1.0], [2.0]], [1.0, 1.0], kind(0.5), whole(1)
    ),
    "Interaction": lambda kind, whole: Interaction(
        attraction(1.0).drift, attraction(1.0).feature, whole(1), (kind(0.5),)
    ),
    "Estimate": lambda kind, whole: Estimate(kind(1.5), kind(0.5), whole(3)),
}


@pytest.mark.parametrize("make", VALUES.values(), ids=VALUES)
def test_a_value_of_arrays_of_one_number_is_that_of_the_numbers(make):
    plain, halves = make(float, int), make(np.float16, np.int64)
    arrays = make(np.array, np.array)
    assert hash(arrays) == hash(plain) == hash(halves)
    assert arrays == plain == halves
    assert repr(arrays) == repr(plain) == repr(halves)


@pytest.mark.parametrize("make", VALUES.values(), ids=VALUES)
def test_what_a_value_keeps_does_not_change_with_the_array_it_was_given(make):
    given = []

    def kept(number):
        given.append(np.array(number))
        return given[-1]

    value, expected = make(kept, int), repr(make(float, int))
    for number in given:
        number[...] = 0
    assert repr(value) == expected
