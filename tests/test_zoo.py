"""The zoo: its members have names, draw what is asked, and the battery catches ten of them."""

import numpy as np
import pytest

from stablenoise import Stable, examine
from stablenoise.examine import zoo
from stablenoise.examine.zoo import Fault
from stablenoise.examine.zoo.dependence import drawn_before
from stablenoise.multivariate import DiscreteSpectral, Elliptical, Independent, Isotropic

N = 1 << 12
LAWS = Stable, Isotropic, Elliptical, Independent, DiscreteSpectral
SHAPES = {"a column for a row": (N, 1), "one draw too few": (N - 1,)}
KINDS = {"integers": "i", "texts for numbers": "U", "complex numbers": "c"}
NOT_BY_SEED = {"the seed is ignored", "a seed of the system each call"}
QUICK = [
    *("scale over the root of 2", "S1 for S0", "beta of the other sign", "clipped at 100"),
    *("Laplace's law", "inversion of 24 bits", "the same draws each call", "integers"),
    *("radius without its factor 2", "independent for isotropic"),
]
EVERYBODY = zoo.faults() + zoo.controls()


def named(fault: Fault) -> str:
    return fault.name


def shape_of(fault: Fault, n: int = N):
    """What is asked for: n numbers, or n vectors."""
    law = fault.law
    return n if isinstance(law, Stable) else (n, law.rvs((0,), rng=0).shape[1])


def drawn(fault: Fault, seed: int = 1) -> np.ndarray:
    return np.array(fault.draw(shape_of(fault), np.random.default_rng(seed)))


def test_names_differ_and_half_are_coarse():
    faults = zoo.faults()
    assert len(faults) >= 60
    assert len({fault.name for fault in EVERYBODY}) == len(EVERYBODY)
    assert 2 * sum(fault.coarse for fault in faults) >= len(faults)
    assert not any(control.coarse or control.told for control in zoo.controls())


def test_all_kinds_of_laws_are_claimed():
    assert {type(fault.law) for fault in zoo.faults()} == set(LAWS)


@pytest.mark.parametrize("fault", EVERYBODY, ids=named)
def test_a_member_gives_what_its_name_says(fault):
    x, shape = drawn(fault), shape_of(fault)
    expected = (shape,) if isinstance(shape, int) else shape
    assert x.shape == SHAPES.get(fault.name, expected)
    assert x.dtype.kind == KINDS.get(fault.name, "f")


@pytest.mark.parametrize("place", range(len(EVERYBODY)), ids=[f.name for f in EVERYBODY])
def test_equal_generators_give_equal_draws(place):
    first, again = ((zoo.faults() + zoo.controls())[place] for _ in range(2))
    same = np.array_equal(drawn(first), drawn(again), equal_nan=first.name not in KINDS)
    assert same == (first.name != "a seed of the system each call")
    # That of an ignored seed goes on: its second call is another one.
    assert np.array_equal(drawn(first), drawn(first)) == (first.name not in NOT_BY_SEED)


def test_a_generator_keeps_count_of_its_draws():
    rng = np.random.default_rng(1)
    assert [drawn_before(rng, size) for size in (1, 1024, 5000, 1)] == [0, 1024, 2048, 7168]
    assert drawn_before(np.random.default_rng(1), 1) == 0


@pytest.mark.parametrize("name", QUICK)
def test_the_battery_catches_a_coarse_fault_at_smoke(name):
    """False alarms have a probability of 1e-6; a fault that is coarse is missed less often."""
    fault = next(fault for fault in zoo.faults() if fault.name == name)
    report = examine.sampler(fault.draw, fault.law, "smoke", seed=1)
    assert fault.coarse
    assert report.grade == "fail"
    assert (fault.told or "") in (report.diagnosis or "")
