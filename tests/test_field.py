"""Noise depends on its address, and on nothing else."""

import pickle
import re
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from members import each_member

from stablenoise import Lane, NoiseField, addresses, noises
from stablenoise.cms import symmetric_stable
from stablenoise.noises import common, independent, isotropic
from stablenoise.philox import philox, signed_half, uniform

alphas = st.floats(0.2, 2.0)
seeds = st.integers(0, 2**64 - 1)
steps = st.integers(0, 2**32 - 1)
particles = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=20, unique=True)
each_noise = each_member(noises)


@each_noise
@settings(deadline=None)  # the first example compiles
@given(alphas, seeds, steps, particles, st.randoms())
def test_a_variate_depends_on_its_address_alone(member, alpha, seed, step, particles, random):
    field = NoiseField(alpha, seed, member)
    order = random.sample(range(len(particles)), len(particles))
    shuffled = [particles[i] for i in order]
    expected = field.at(particles, step, dim=3)[order]
    np.testing.assert_array_equal(field.at(shuffled, step, dim=5)[:, :3], expected)


@each_noise
@settings(deadline=None)
@given(alphas, seeds, st.integers(1, 50))
def test_a_small_system_is_the_beginning_of_a_large_one(member, alpha, seed, n):
    field = NoiseField(alpha, seed, member)
    np.testing.assert_array_equal(field.at(range(n), 0, 2), field.at(range(100), 0, 2)[:n])


@each_noise
def test_any_number_of_threads_gives_the_same_bits(member, monkeypatch):
    field = NoiseField(1.5, 3, member)
    whole = field.at(range(1_001), 0, 7)
    monkeypatch.setattr(addresses, "ENOUGH", 1)
    for threads in {1, 2, numba.get_num_threads()}:
        monkeypatch.setattr(numba, "get_num_threads", lambda threads=threads: threads)
        np.testing.assert_array_equal(field.at(range(1_001), 0, 7), whole)


def test_threads_of_the_caller_do_not_disturb_each_other():
    field = NoiseField(1.5, 3)
    with ThreadPoolExecutor(8) as pool:
        parts = list(pool.map(lambda step: field.at(range(50), step, 3), range(40)))
    for step, part in enumerate(parts):
        np.testing.assert_array_equal(part, field.at(range(50), step, 3))


@settings(deadline=None)
@given(alphas, seeds)
def test_each_part_of_an_address_counts(alpha, seed):
    field = NoiseField(alpha, seed)
    elsewhere = [
        field.at([1], 0, 1),
        field.at([0], 1, 1),
        field.at([0], 0, 2)[:, 1:],
        NoiseField(alpha, seed, lane=Lane.INITIAL).at([0], 0, 1),
        NoiseField(alpha, (seed + 1) % 2**64).at([0], 0, 1),
        NoiseField(alpha, seed ^ 2**63).at([0], 0, 1),
    ]
    here = field.at([0], 0, 1)
    assert all(here != there for there in elsewhere)
    assert len({float(x[0, 0]) for x in elsewhere}) == len(elsewhere)


@pytest.mark.parametrize("noise", [common, isotropic])
def test_coordinates_share_what_they_should(noise):
    x = NoiseField(1.2, 5, noise).at(range(1_000), 0, 2)
    if noise is common:
        np.testing.assert_array_equal(x[:, 0], x[:, 1])
    else:  # sizes share the radius, signs do not: correlation of +-1 over 1000 has sd 0.032
        assert np.corrcoef(np.log(np.abs(x)).T)[0, 1] > 0.3
        assert abs(np.mean(np.sign(x[:, 0] * x[:, 1]))) < 5 * 0.032


def test_a_field_travels_to_another_process():
    field = NoiseField(1.5, 2**63, isotropic, Lane.INITIAL)
    back = pickle.loads(pickle.dumps(field))
    assert back == field
    np.testing.assert_array_equal(back.at(range(5), 1, 2), field.at(range(5), 1, 2))


def test_particles_may_be_any_sequence_of_integers():
    field = NoiseField(1.5, 1)
    expected = field.at(range(4), 0, 2)
    for same in ([0, 1, 2, 3], np.arange(4), np.arange(8, dtype=np.uint8)[:4], (0, 1, 2, 3)):
        np.testing.assert_array_equal(field.at(same, 0, 2), expected)
    np.testing.assert_array_equal(field.at(np.arange(8)[::2], 0, 2), field.at([0, 2, 4, 6], 0, 2))
    assert field.at([], 0, 2).shape == (0, 2)


@pytest.mark.parametrize("alpha", [0.0, -1.0, 2.1, np.nan])
def test_an_alpha_out_of_range_is_named(alpha):
    with pytest.raises(ValueError, match=r"^alpha must lie in \(0, 2\], got "):
        NoiseField(alpha, seed=1)


@pytest.mark.parametrize("seed", [-1, 2**64, 1.0, "1", None])
def test_a_seed_out_of_range_is_named(seed):
    line = f"seed must be an integer in [0, 2^64), got {seed!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
        NoiseField(1.5, seed)


@pytest.mark.parametrize(
    "place, line",
    [
        (([0], 0, 0), "dim must be an integer in [1, 2^32 - 1), got 0"),
        (([0], 0, 2.0), "dim must be an integer in [1, 2^32 - 1), got 2.0"),
        (([0], -1, 1), "step must be an integer in [0, 2^32), got -1"),
        (([0], 2**32, 1), "step must be an integer in [0, 2^32), got 4294967296"),
        ((3, 0, 1), "particles must be a 1-d array of integers in [0, 2^32), got int64 of"),
        (([0.5], 0, 1), "particles must be a 1-d array of integers in [0, 2^32), got float64 of"),
        (([[0]], 0, 1), "particles must be a 1-d array of integers in [0, 2^32), got int64 of"),
        (([True], 0, 1), "particles must be a 1-d array of integers in [0, 2^32), got bool of"),
        (([-1, 4], 0, 1), "particles must be a 1-d array of integers in [0, 2^32), got -1 to 4"),
        (([2**32], 0, 1), "particles must be a 1-d array of integers in [0, 2^32), got 4294967296"),
        (("ab", 0, 1), "particles must be a 1-d array of integers in [0, 2^32), got <U2 of"),
    ],
)
def test_an_address_of_the_wrong_kind_is_named(place, line):
    with pytest.raises(ValueError, match=f"^{re.escape(line)}"):
        NoiseField(1.5, 1).at(*place)


@pytest.mark.parametrize("noise", ["isotropic", np, None])
def test_a_noise_that_is_none_is_named(noise):
    with pytest.raises(ValueError, match="^noise must be a module of stablenoise.noises, got "):
        NoiseField(1.5, 1, noise)


def test_a_lane_out_of_range_is_named():
    with pytest.raises(ValueError, match=r"^lane must be an integer in \[0, 2\^32\), got -1$"):
        NoiseField(1.5, 1, independent, -1)


@settings(deadline=None)
@given(alphas, seeds, steps, st.integers(0, 2**32 - 1), st.integers(0, 9), st.sampled_from(Lane))
def test_a_variate_is_the_law_at_the_words_of_its_address(alpha, seed, step, particle, j, lane):
    """Key: the halves of the seed, low first; counter: (particle, step, coordinate, lane)."""
    address = (seed % 2**32, seed // 2**32, particle, step, j, lane)
    a, b, c, d = philox(*map(np.uint32, address))
    expected = symmetric_stable(alpha, signed_half(a, b), uniform(c, d))
    assert NoiseField(alpha, seed, lane=lane).at([particle], step, j + 1)[0, j] == expected


@pytest.mark.parametrize("particles", [range(3, 20, 5), range(9, -1, -3), range(0)])
def test_a_range_may_have_a_step(particles):
    field = NoiseField(1.5, 1)
    expected = field.at(np.array(particles, dtype=int), 0, 2)
    np.testing.assert_array_equal(field.at(particles, 0, 2), expected)


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_no_address_is_left_out_or_written_twice(threads, monkeypatch):
    """By what the threads are given, since memory that is used again may hold the right noise."""
    monkeypatch.setattr(numba, "get_num_threads", lambda: threads)
    parts = []
    addresses._in_threads(lambda low, high: parts.append((low, high)), 1_001, 2**24)
    assert len(parts) == threads
    assert [i for part in sorted(parts) for i in range(*part)] == list(range(1_001))


def test_what_goes_wrong_in_a_thread_is_raised(monkeypatch):
    def work(low, high):
        raise MemoryError(f"{low} to {high}")

    monkeypatch.setattr(numba, "get_num_threads", lambda: 2)
    with pytest.raises(MemoryError, match="^0 to 5$"):
        addresses._in_threads(work, 10, 2**24)
