"""Noise depends on its address, and on nothing else."""

import math
import os
import pickle
import re
import subprocess
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import numba
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from members import each_member
from numpy import float32, float64, uint32

from stablenoise import Lane, NoiseField, noises
from stablenoise.checks import check_shape
from stablenoise.kernels import addresses, cms, dispatchers, random_words
from stablenoise.kernels.threads import in_threads
from stablenoise.noises import common, independent, isotropic

alphas = st.floats(0.2, 2.0)
seeds = st.integers(0, 2**64 - 1)
words = st.integers(0, 2**32 - 1)
particles = st.lists(words, min_size=1, max_size=20, unique=True)
formats = st.sampled_from([float64, float32])
each_noise = each_member(noises)
each_format = pytest.mark.parametrize("real", [float64, float32])
addressed = settings(deadline=None)  # the first example compiles


@each_noise
@addressed
@given(formats, alphas, seeds, words, particles, st.randoms())
def test_a_variate_depends_on_its_address_alone(member, real, alpha, seed, step, rows, random):
    field = NoiseField(alpha, seed, member)
    order = random.sample(range(len(rows)), len(rows))
    shuffled = [rows[i] for i in order]
    expected = field.at(rows, step, 3, real)[order]
    np.testing.assert_array_equal(field.at(shuffled, step, 5, real)[:, :3], expected)


@each_noise
@addressed
@given(formats, alphas, seeds, st.integers(1, 50))
def test_a_small_system_is_the_beginning_of_a_large_one(member, real, alpha, seed, n):
    field = NoiseField(alpha, seed, member)
    large = field.at(range(100), 0, 2, real)
    np.testing.assert_array_equal(field.at(range(n), 0, 2, real), large[:n])


@each_noise
@each_format
@pytest.mark.parametrize("n", [1, 3, 700])
def test_few_coordinates_are_the_first_of_many(member, real, n):
    """Around blocks of 2 and 4 variates, and tiles of 512, 1024 and 2048."""
    field = NoiseField(1.3, 5, member)
    edges = [m + d for m in (512, 1024, 2048) for d in (-1, 0, 1, 2)]
    many = field.at(range(n), 1, 5001 if n < 700 else 1025, real)
    for dim in [*range(1, 10), 255, *edges, 4097]:
        if dim <= many.shape[1]:
            np.testing.assert_array_equal(field.at(range(n), 1, dim, real), many[:, :dim])


@each_noise
@each_format
def test_any_number_of_threads_gives_the_same_bits(member, real, monkeypatch):
    field = NoiseField(1.5, 3, member)
    whole = field.at(range(5_001), 0, 7, real)
    theta = np.ones_like(whole)
    field.add_to(theta, 0, 0.3)
    monkeypatch.setattr(addresses, "TILES_PER_THREAD", 1)
    for threads in {1, 2, 5, numba.get_num_threads()}:
        monkeypatch.setattr(numba, "get_num_threads", lambda threads=threads: threads)
        np.testing.assert_array_equal(field.at(range(5_001), 0, 7, real), whole)
        again = np.ones_like(whole)
        field.add_to(again, 0, 0.3)
        np.testing.assert_array_equal(again, theta)


def test_threads_of_the_caller_do_not_disturb_each_other():
    field = NoiseField(1.5, 3)
    with ThreadPoolExecutor(8) as pool:
        parts = list(pool.map(lambda step: field.at(range(50), step, 3), range(40)))
    for step, part in enumerate(parts):
        np.testing.assert_array_equal(part, field.at(range(50), step, 3))


@each_noise
@addressed
@given(formats, st.floats(0.5, 2.0), seeds)
def test_each_part_of_an_address_counts(member, real, alpha, seed):
    """By columns of three numbers: two of them are equal by chance with odds below 2^-60."""

    def field(seed=seed, **kind):
        return NoiseField(alpha, seed, member, **kind)

    rows = [0, 7, 20]
    everywhere = [
        field().at(rows, 0, 3, real),
        field().at([1, 8, 21], 0, 3, real),
        field().at(rows, 1, 3, real),
        field(lane=Lane.INITIAL).at(rows, 0, 3, real),
        field(seed=(seed + 1) % 2**64).at(rows, 0, 3, real),
        field(seed=seed ^ 2**63).at(rows, 0, 3, real),
    ]
    own = 1 if member is common else 3
    columns = [tuple(column) for noise in everywhere for column in noise.T[:own].tolist()]
    assert len(set(columns)) == len(columns) == 6 * own


@each_noise
def test_noise_in_single_is_not_that_in_double_rounded(member):
    """They have words in common; equal variates are rarer than 1 in 100, but for alpha = 1."""
    field = NoiseField(1.5, 5, member)
    double, single = field.at(range(1000), 0, 4), field.at(range(1000), 0, 4, float32)
    assert np.mean(double.astype(float32) == single) < 0.01


@each_format
@pytest.mark.parametrize("noise", [common, isotropic])
def test_coordinates_share_what_they_should(noise, real):
    x = NoiseField(1.2, 5, noise).at(range(1_000), 0, 2, real)
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
        theta = np.zeros((4, 2))
        field.add_to(theta, 0, 1.0, particles=same)
        np.testing.assert_array_equal(theta, expected)
    np.testing.assert_array_equal(field.at(np.arange(8)[::2], 0, 2), field.at([0, 2, 4, 6], 0, 2))
    assert field.at([], 0, 2).shape == (0, 2)


@pytest.mark.parametrize("rows", [range(3, 20, 5), range(9, -1, -3), range(0)])
def test_a_range_may_have_a_step(rows):
    field = NoiseField(1.5, 1)
    expected = field.at(np.array(rows, dtype=int), 0, 2)
    np.testing.assert_array_equal(field.at(rows, 0, 2), expected)


# Layers.


@addressed
@given(alphas, seeds, st.integers(0, 255), st.integers(0, 2**24 - 1))
def test_a_layer_has_the_lane_of_its_number(alpha, seed, lane, number):
    field = NoiseField(alpha, seed, isotropic, lane)
    assert field.layer(number) == NoiseField(alpha, seed, isotropic, lane + 256 * number)
    assert field.layer(0) == field and repr(field.layer(0)) == repr(field)


@each_noise
@each_format
def test_layers_have_noise_of_their_own(member, real):
    """By columns of four numbers, of which two are equal by chance with odds below 2^-90."""
    field = NoiseField(1.5, 3, member)
    layers = [field, field.layer(1), field.layer(2), *map(field.layer, ("w", "v", "", "w.0", "0"))]
    columns = [tuple(layer.at(range(4), 0, 1, real)[:, 0].tolist()) for layer in layers]
    assert len(set(columns)) == len(layers)


@addressed
@given(seeds, st.text(), st.text(), st.integers(0, 255))
def test_the_layer_of_a_name_is_made_of_seed_and_name_alone(seed, name, other, lane):
    field = NoiseField(1.5, seed, isotropic, lane)
    layer = field.layer(name)
    assert (layer.alpha, layer.noise, layer.lane) == (1.5, isotropic, lane)
    assert layer.seed == NoiseField(1.9, seed).layer(name).seed
    assert (layer.seed == field.layer(other).seed) == (name == other)
    assert layer.seed not in (seed, NoiseField(1.5, (seed + 1) % 2**64).layer(name).seed)


def test_the_seeds_of_names_stay_as_they_are():
    """BLAKE2b by the command ``b2sum -l 64``, of which the first byte is the lowest."""
    named = NoiseField(1.5, 7).layer("fc1.weight").seed
    digest = bytes.fromhex("d54f181b84d5c720")  # printf 7.fc1.weight | b2sum -l 64
    assert named == int.from_bytes(digest, "little")
    assert NoiseField(1.5, 7).layer("\ud800").seed != NoiseField(1.5, 7).layer("?").seed


@pytest.mark.parametrize("layer", [-1, 2**24, 2**70, 1.0, None, True, b"w", ("w",)])
def test_a_layer_without_a_lane_is_named(layer):
    line = f"layer must be an integer in [0, 16777216), got {layer!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
        NoiseField(1.5, 1).layer(layer)


def test_lanes_do_not_run_over():
    last = NoiseField(1.5, 1, lane=2**32 - 256)
    assert last.layer(0) == last
    with pytest.raises(ValueError, match=r"^layer must be an integer in \[0, 1\), got 1$"):
        last.layer(1)
    assert NoiseField(1.5, 1, lane=2**32 - 257).layer(1).lane == 2**32 - 1


# The value at an address.


def variates(real, uniforms, laws):
    """Scalar functions of one format: what each law makes of constants and a pair of words."""
    angle, exponential = uniforms.angle, laws.exponential

    def stable(k, first, second):
        return [laws.stable(k, *map(real, angle(first, second)), real(exponential(second, first)))]

    def radius(k, first, second):
        return [laws.radius(k, *map(real, angle(first, second)), real(exponential(second, first)))]

    def normal(k, first, second):
        size, (s, e, f) = np.sqrt(real(2) * real(exponential(second, first))), angle(first, second)
        spare = uniforms.spare_sign(second)
        return laws.normal(size, *map(real, (s, spare, e, f)))

    return {"stable": stable, "radius": radius, "normal": normal}


FORMATS = {
    float64: (variates(float64, random_words.double, cms.double), cms.double),
    float32: (variates(float32, random_words.single, cms.single), cms.single),
}


def pairs_of_words(real, key, particle, step, block, lane):
    """Key: the halves of the seed, low first; counter: (particle, step, block, lane)."""
    a, b, c, d = map(int, random_words.philox(*map(np.uint64, (*key, particle, step, block, lane))))
    if real is float64:
        return [(np.uint64(a << 32 | b), np.uint64(c << 32 | d))]
    return [(uint32(a), uint32(b)), (uint32(c), uint32(d))]


def value(noise, real, alpha, seed, lane, particle, step, j):
    """One coordinate, by the scalar functions at the words of its address."""
    (of, laws), key = FORMATS[real], (seed % 2**32, seed // 2**32)
    pairs = 1 if real is float64 else 2

    def draws(law, constants, block):
        k = tuple(map(real, constants(alpha, 0.0)))
        found = [
            of[law](k, *pair) for pair in pairs_of_words(real, key, particle, step, block, lane)
        ]
        return [real(pair[draw]) for draw in range(len(found[0])) for pair in found]

    if noise is common:
        return draws("stable", laws.stable_constants, 0)[0]
    if noise is independent:
        return draws("stable", laws.stable_constants, j // pairs)[j % pairs]
    radius = draws("radius", laws.radius_constants, 2**32 - 1)[0]
    each = 2 * pairs
    return radius * draws("normal", laws.no_constants, j // each)[j % each]


three_noises = pytest.mark.parametrize("noise", [common, independent, isotropic])


@three_noises
@addressed
@given(formats, alphas, seeds, words, words, st.integers(0, 11), words)
@example(float32, 1.5, 2**64 - 1, 2**32 - 1, 2**32 - 1, 11, 2**32 - 1)
def test_a_variate_is_the_law_at_the_words_of_its_address(
    noise, real, alpha, seed, step, particle, j, lane
):
    found = NoiseField(alpha, seed, noise, lane).at([particle], step, j + 1, real)[0, j]
    assert found == value(noise, real, alpha, seed, lane, particle, step, j)


@three_noises
@each_format
@pytest.mark.parametrize("shape", [(3, 6_000), (2_000, 3), (130, 37)])
def test_no_tile_puts_a_variate_elsewhere(noise, real, shape):
    """Random places of arrays of many tiles, and their last one."""
    x = NoiseField(0.8, 9, noise).at(range(shape[0]), 4, shape[1], real)
    places = np.random.default_rng(1).integers(0, shape, (150, 2)).tolist()
    for i, j in [*places, [shape[0] - 1, shape[1] - 1]]:
        assert x[i, j] == value(noise, real, 0.8, 9, Lane.GRADIENT, i, 4, j)


@three_noises
@each_format
@pytest.mark.parametrize("shape", [(2**20 + 3, 2**13 + 5), (2, 2**32 - 2)], ids=["tall", "wide"])
def test_the_end_of_a_huge_array_is_right(noise, real, shape, tmp_path, monkeypatch):
    """Indices beyond 32 bits, in a sparse file of which only the last tile is written to."""
    theta = np.memmap(tmp_path / "theta", real, "w+", shape=shape)
    (tmp_path / "theta").unlink()
    monkeypatch.setattr(addresses, "in_threads", lambda work, tiles, _: work(tiles - 1, tiles))
    NoiseField(1.5, 2, noise).add_to(theta, 3, 1.0)
    tail = theta[-1, -40:].tolist()
    for j, found in zip(range(shape[1] - 40, shape[1]), tail, strict=True):
        if found:  # the last tile of a row may be short
            assert found == value(noise, real, 1.5, 2, Lane.GRADIENT, shape[0] - 1, 3, j)
    assert tail[-1] and not theta[0, :10].any()


# fill and add_to.


def rounded(exact, real):
    """The number of a format that is nearest to a fraction."""
    x = float(exact)
    if real is float64 or Fraction(x) == exact:
        return real(x)
    if not np.float64(x).view(np.int64) & 1:  # to an odd last bit: no tie for the next rounding
        x = math.nextafter(x, math.inf if exact > Fraction(x) else -math.inf)
    return real(x)


def test_rounding_to_single_by_way_of_double_is_rounding_once():
    above_a_tie = 1 + Fraction(1, 2**24) + Fraction(1, 2**80)
    assert rounded(above_a_tie, float32) == float32(1) + float32(2**-23)
    assert rounded(2 - above_a_tie, float32) == 1 - float32(2**-24)
    assert float32(float(above_a_tie)) == 1  # the negative control


@each_noise
@addressed
@given(formats, st.floats(0.5, 2.0), seeds, st.integers(1, 6), st.floats(-100, 100), st.data())
def test_adding_rounds_once(member, real, alpha, seed, dim, scale, data):
    """By fractions.  Noise may reach 2^94 here, whose products are finite in either format."""
    field = NoiseField(alpha, seed, member)
    noise = field.at(range(3), 7, dim, real)
    size = data.draw(st.sampled_from([0.0, 1.0, 1e-3, 1e6]))
    theta = size * np.random.default_rng(seed).normal(size=(3, dim)).astype(real)
    factor = Fraction(float(real(scale)))
    pairs = zip(noise.ravel().tolist(), theta.ravel().tolist(), strict=True)
    exact = [factor * Fraction(x) + Fraction(t) for x, t in pairs]
    assume(all(e == 0 or abs(e) > Fraction(2) ** -100 for e in exact))
    field.add_to(theta, 7, scale)
    np.testing.assert_array_equal(theta.ravel(), [rounded(e, real) for e in exact])


@each_format
def test_two_roundings_would_be_seen(real):
    """The negative control of the test above."""
    field = NoiseField(1.5, 1)
    theta = np.ones((100, 100), real)
    field.add_to(theta, 0, 0.3)
    twice = 1 + real(0.3) * field.at(range(100), 0, 100, real)
    assert np.count_nonzero(theta != twice) > 500
    np.testing.assert_allclose(theta, twice, rtol=0, atol=1e-2)


@each_noise
@each_format
@pytest.mark.parametrize("shape", [(0, 3), (1, 1), (5, 7), (513, 3), (2, 4099)])
def test_filling_gives_what_looking_up_gives_and_touches_nothing_else(member, real, shape):
    field, rows = NoiseField(1.4, 6, member), np.arange(shape[0])[::-1] * 3 + 2**31
    memory = np.full((shape[0] + 4, shape[1]), np.nan, real)
    out = memory[2:-2]
    field.fill(out, 8)
    np.testing.assert_array_equal(out, field.at(range(shape[0]), 8, shape[1], real))
    field.fill(out, 8, particles=rows)
    np.testing.assert_array_equal(out, field.at(rows, 8, shape[1], real))
    out[:] = 0.0
    field.add_to(out, 8, 1.0, particles=rows)
    np.testing.assert_array_equal(out, field.at(rows, 8, shape[1], real))
    assert np.isnan(memory[:2]).all() and np.isnan(memory[-2:]).all()


@each_noise
@each_format
@pytest.mark.parametrize("chunk", [1, 7, 100, 1000])
def test_a_file_may_be_worked_on_in_parts(member, real, chunk, tmp_path, monkeypatch):
    """Rows of a file on disk, with many threads, get the bits of an array in memory."""
    field, shape = NoiseField(1.6, 11, member), (300, 45)
    whole = np.full(shape, 0.5, real)
    field.add_to(whole, 2, -0.7)
    theta = np.memmap(tmp_path / "theta", real, "w+", shape=shape)
    theta[:] = 0.5
    monkeypatch.setattr(addresses, "TILES_PER_THREAD", 1)
    monkeypatch.setattr(numba, "get_num_threads", lambda: 6)
    for low in range(0, 300, chunk):
        part = range(low, min(low + chunk, 300))
        field.add_to(theta[low : low + chunk], 2, -0.7, particles=part)
    theta.flush()
    np.testing.assert_array_equal(np.fromfile(tmp_path / "theta", real).reshape(shape), whole)


def test_parts_without_their_addresses_would_be_seen():
    """The negative control of the test above: every part would get the first rows' noise."""
    field, whole, parts = NoiseField(1.6, 11), np.zeros((20, 3)), np.zeros((20, 3))
    field.add_to(whole, 2, 1.0)
    for low in (0, 10):
        field.add_to(parts[low : low + 10], 2, 1.0)
    assert (parts[:10] == whole[:10]).all() and (parts[10:] != whole[10:]).all()


@each_noise
@each_format
def test_adding_makes_no_array_of_noise_in_python(member, real, monkeypatch):
    """2^20 elements are 4 or 8 MB.

    What is small may be interpreted for some calls, and the one that then compiles it takes more.
    """
    monkeypatch.setattr(dispatchers, "INTERPRET", "never")
    field, theta = NoiseField(1.5, 1, member), np.zeros((1024, 1024), real)
    field.add_to(theta, 0, 1.0)
    tracemalloc.start()
    try:
        field.add_to(theta, 1, 1.0)
        added = tracemalloc.get_traced_memory()[1]
        theta += field.at(range(1024), 2, 1024, real)
        looked_up = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert added < 2**20 < theta.nbytes <= looked_up


PEAK = """
import re
import numpy as np
from stablenoise import NoiseField
from stablenoise.noises import {noise} as noise

def peak():  # of this process: ru_maxrss would begin with that of its parent
    with open("/proc/self/status") as status:
        return int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read())[1]) * 1024

field = NoiseField(1.5, 1, noise)
field.add_to(np.zeros((300, 300), np.float32), 0, 1.0)
theta = np.ones((2500, 20_000), np.float32)
before = peak()
field.add_to(theta, 1, 1.0)
added = peak()
theta += field.at(range(2500), 1, 20_000, np.float32)
print(added - before, peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux")
@pytest.mark.parametrize("noise", ["independent", "isotropic"])
def test_adding_to_200_MB_takes_less_than_20_MB_more(noise):
    """What Numba allocates is counted too; the noise as an array, the control, is seen."""
    command = [sys.executable, "-c", PEAK.format(noise=noise)]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    added, looked_up = map(int, run.stdout.split())
    assert added < 20e6
    assert looked_up > 190e6


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_no_address_is_left_out_or_written_twice(threads, monkeypatch):
    """By what the threads are given, since memory that is used again may hold the right noise."""
    monkeypatch.setattr(numba, "get_num_threads", lambda: threads)
    parts = []
    in_threads(lambda low, high: parts.append((low, high)), 1_001, addresses.TILES_PER_THREAD)
    assert len(parts) == threads
    assert [i for part in sorted(parts) for i in range(*part)] == list(range(1_001))


def test_little_work_stays_in_the_thread_of_the_caller(monkeypatch):
    monkeypatch.setattr(numba, "get_num_threads", lambda: 4)
    parts = []
    in_threads(lambda low, high: parts.append((low, high)), 2 * 128 - 1, per_thread=128)
    assert parts == [(0, 2 * addresses.TILES_PER_THREAD - 1)]


def test_what_goes_wrong_in_a_thread_is_raised(monkeypatch):
    def work(low, high):
        raise MemoryError(f"{low} to {high}")

    monkeypatch.setattr(numba, "get_num_threads", lambda: 2)
    with pytest.raises(MemoryError, match="^0 to 500$"):
        in_threads(work, 1_000, addresses.TILES_PER_THREAD)


# What is refused.


@pytest.mark.parametrize("alpha", [0.0, -1.0, 2.1, np.nan])
def test_an_alpha_out_of_range_is_named(alpha):
    with pytest.raises(ValueError, match=r"^alpha must lie in \(0, 2\], got "):
        NoiseField(alpha, seed=1)


@pytest.mark.parametrize("alpha", ["a", None, [1.5], np.array([1.0, 1.5]), True])
def test_an_alpha_that_is_no_number_is_named(alpha):
    with pytest.raises(ValueError, match="^alpha must be a real number, got "):
        NoiseField(alpha, seed=1)


@pytest.mark.parametrize("seed", [-1, 2**64, 1.0, "1", None])
def test_a_seed_out_of_range_is_named(seed):
    line = f"seed must be an integer in [0, 2^64), got {seed!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
        NoiseField(1.5, seed)


@pytest.mark.parametrize("noise", ["isotropic", np, None])
def test_a_noise_that_is_none_is_named(noise):
    with pytest.raises(ValueError, match="^noise must be a module of stablenoise.noises, got "):
        NoiseField(1.5, 1, noise)


@pytest.mark.parametrize("lane", [-1, 2**32, 0.5])
def test_a_lane_out_of_range_is_named(lane):
    line = rf"^lane must be an integer in \[0, 2\^32\), got {lane}$"
    with pytest.raises(ValueError, match=line):
        NoiseField(1.5, 1, independent, lane)


ADDRESSES = "particles must be a 1-d array of integers in [0, 2^32), got "


@pytest.mark.parametrize(
    "place, line",
    [
        (([0], 0, 0), "dim must be an integer in [1, 2^32 - 1), got 0"),
        (([0], 0, 2.0), "dim must be an integer in [1, 2^32 - 1), got 2.0"),
        (([0], 0, (3, 0)), "each of dim must be an integer in [1, 2^32 - 1), got 0"),
        (([0], 0, (3, 1.0)), "each of dim must be an integer in [1, 2^32 - 1), got 1.0"),
        (
            ([0], 0, (2**16, 2**16)),
            "the product of dim must be an integer in [1, 2^32 - 1), got 4294967296",
        ),
        (([0], 0, [3]), "dim must be an integer in [1, 2^32 - 1), got [3]"),
        (([0], 0, 2**32 - 1), "dim must be an integer in [1, 2^32 - 1), got 4294967295"),
        (([0], -1, 1), "step must be an integer in [0, 2^32), got -1"),
        (([0], 2**32, 1), "step must be an integer in [0, 2^32), got 4294967296"),
        (([0], 0.0, 1), "step must be an integer in [0, 2^32), got 0.0"),
        ((3, 0, 1), ADDRESSES + "int64 of shape ()"),
        (([0.5], 0, 1), ADDRESSES + "float64 of shape (1,)"),
        (([[0]], 0, 1), ADDRESSES + "int64 of shape (1, 1)"),
        (([True], 0, 1), ADDRESSES + "bool of shape (1,)"),
        (([-1, 4], 0, 1), ADDRESSES + "-1 to 4"),
        (([2**32], 0, 1), ADDRESSES + "4294967296 to 4294967296"),
        ((range(-1, 3), 0, 1), ADDRESSES + "-1 to 2"),
        ((range(2**40), 0, 1), ADDRESSES + "0 to 1099511627775"),
        ((range(2**70, 0, -1), 0, 1), ADDRESSES + "1 to 1180591620717411303424"),
        (([[1], [2, 3]], 0, 1), ADDRESSES + "[[1], [2, 3]]"),
        (("ab", 0, 1), ADDRESSES + "<U2 of shape ()"),
        (([0], 0, 1, "nonsense"), "dtype must be float64 or float32, got 'nonsense'"),
        (([0], 0, 1, np.float16), "dtype must be float64 or float32, got float16"),
        (([0], 0, 1, int), "dtype must be float64 or float32, got int64"),
        (([0], 0, 1, ">f8"), "dtype must be float64 or float32, got >f8"),
        (([0], 0, 1, complex), "dtype must be float64 or float32, got complex128"),
    ],
)
def test_an_address_of_the_wrong_kind_is_named(place, line):
    with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
        NoiseField(1.5, 1).at(*place)


def read_only():
    array = np.ones((4, 3))
    array.flags.writeable = False
    return array


KIND = "{} must be float64 or float32, got "
NO_ARRAY = "must be an array, or a list or dict of them, got "
TARGETS = {
    "half": (np.ones((4, 3), np.float16), KIND + "float16"),
    "long double": (np.ones((4, 3), np.longdouble), KIND + str(np.dtype("g"))),
    "integers": (np.ones((4, 3), int), KIND + "int64"),
    "swapped bytes": (np.ones((4, 3), ">f8"), KIND + ">f8"),
    "complex": (np.ones((4, 3), complex), KIND + "complex128"),
    "a number": (1.0, "{} " + NO_ARRAY + "float"),
    "a number of NumPy": (float64(1.0), "{} " + NO_ARRAY + "float64"),
    "a list": ([[1.0, 1.0]], "{}[0][0] " + NO_ARRAY + "float"),
    "nothing": (None, "{} " + NO_ARRAY + "NoneType"),
    "masked": (np.ma.ones((2, 3)), "{} must be an array of NumPy or CuPy, got MaskedArray"),
    "read-only": (read_only(), "{} must be writeable, got a read-only array"),
    "no columns": (np.ones((4, 0)), "columns of {} must be an integer in [1, 2^32 - 1), got 0"),
    "no pixels": (np.ones((4, 3, 0)), "columns of {} must be an integer in [1, 2^32 - 1), got 0"),
}


@pytest.mark.parametrize("target, line", TARGETS.values(), ids=TARGETS)
def test_a_target_of_the_wrong_kind_is_named_and_left_alone(target, line):
    before, field = np.array(target), NoiseField(1.5, 1)
    with pytest.raises(ValueError, match=f"^{re.escape(line.format('out'))}$"):
        field.fill(target, 0)
    with pytest.raises(ValueError, match=f"^{re.escape(line.format('theta'))}$"):
        field.add_to(target, 0, 0.5)
    np.testing.assert_array_equal(np.array(target), before)


HUGE = {
    "rows": ((2**32 + 1, 1), "rows of theta must be an integer in [0, 2^32), got 4294967297"),
    "columns": ((1, 2**32), "columns of theta must be an integer in [1, 2^32 - 1), got 4294967296"),
}


@pytest.mark.parametrize("shape, line", HUGE.values(), ids=HUGE)
def test_a_target_with_more_places_than_words_is_named(shape, line, tmp_path):
    """A sparse file: nothing of it is there."""
    theta = np.memmap(tmp_path / "theta", float32, "w+", shape=shape)
    (tmp_path / "theta").unlink()
    with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
        NoiseField(1.5, 1).add_to(theta, 0, 1.0)


ARGUMENTS = {
    "a step below": ({"step": -1}, "step must be an integer in [0, 2^32), got -1"),
    "a step above": ({"step": 2**32}, "step must be an integer in [0, 2^32), got 4294967296"),
    "half a step": ({"step": 0.5}, "step must be an integer in [0, 2^32), got 0.5"),
    "too few": (
        {"particles": [1, 2]},
        "particles must be as many as rows of {}, 4, got 2",
    ),
    "too many": (
        {"particles": range(5)},
        "particles must be as many as rows of {}, 4, got 5",
    ),
    "none": ({"particles": []}, "particles must be as many as rows of {}, 4, got 0"),
    "a negative one": ({"particles": [0, 1, 2, -3]}, ADDRESSES + "-3 to 2"),
    "one beyond": (
        {"particles": range(2**32 - 3, 2**32 + 1)},
        ADDRESSES + f"{2**32 - 3} to {2**32}",
    ),
    "floats": ({"particles": np.ones(4)}, ADDRESSES + "float64 of shape (4,)"),
    "rows": ({"particles": np.ones((4, 1), int)}, ADDRESSES + "int64 of shape (4, 1)"),
}


@each_format
@pytest.mark.parametrize("wrong, line", ARGUMENTS.values(), ids=ARGUMENTS)
def test_an_argument_out_of_range_is_named_and_the_target_left_alone(wrong, line, real):
    field, target = NoiseField(1.5, 1), np.ones((4, 3), real)
    with pytest.raises(ValueError, match=f"^{re.escape(line.format('out'))}$"):
        field.fill(target, **{"step": 0} | wrong)
    with pytest.raises(ValueError, match=f"^{re.escape(line.format('theta'))}$"):
        field.add_to(target, **{"step": 0, "scale": 1.0} | wrong)
    assert (target == 1.0).all()


@each_format
@pytest.mark.parametrize("scale", [np.nan, np.inf, -np.inf, float32(np.inf), "1", 1j, None, True])
def test_a_scale_that_is_no_finite_number_is_named_and_the_target_left_alone(scale, real):
    target, field = np.ones((4, 3), real), NoiseField(1.5, 1)
    rule = f"finite in {real.__name__}, got {scale}"
    if isinstance(scale, str | complex | bool | None):
        rule = f"a real number, got {scale!r}"
    with pytest.raises(ValueError, match=f"^scale must be {re.escape(rule)}$"):
        field.add_to(target, 0, scale)
    assert (target == 1.0).all()


def test_a_scale_that_single_cannot_hold_is_refused_there_alone():
    single, double = np.ones((4, 3), float32), np.ones((4, 3))
    with pytest.raises(ValueError, match=r"^scale must be finite in float32, got 1e\+300$"):
        NoiseField(1.5, 1).add_to(single, 0, 1e300)
    assert (single == 1.0).all()
    NoiseField(1.5, 1).add_to(double, 0, 1e300)
    assert (abs(double) > 1e290).all()


@pytest.mark.parametrize("shape", [(2**31, 2**31), (2**28, 2**32), (2**32 - 1, 2**32 - 2)])
def test_a_size_beyond_an_index_of_its_bytes_is_named(shape):
    line = f"an array must have fewer than 2^60 elements, got shape {shape}"
    with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
        check_shape(shape)


def test_a_size_within_an_index_of_its_bytes_is_not():
    assert check_shape((2**28, 2**32 - 1)) == (2**28, 2**32 - 1)
    assert (2**60 - 1) * 8 < 2**63


def test_looking_up_asks_for_the_size_before_it_allocates(monkeypatch):
    """Rows that are given as a view of one number take no memory, and are not copied."""
    monkeypatch.setattr("stablenoise.field.particle_words", lambda xp, rows: rows)
    rows = np.broadcast_to(uint32(0), 2**31)
    with pytest.raises(ValueError, match=r"^an array must have fewer than 2\^60 elements, got "):
        NoiseField(1.5, 1).at(rows, 0, 2**31)


DRAWN = """
import hashlib, numpy as np
from stablenoise import NoiseField, Stable
from stablenoise.noises import independent, isotropic
x = [NoiseField(1.3, 5, independent).at(range(100), 2, 33), Stable(1.0, 0.5).rvs(999, 1)]
x += [NoiseField(1.3, 5, isotropic).at(range(100), 2, 33, np.float32)]
print(hashlib.sha256(b"".join(part.tobytes() for part in x)).hexdigest())
"""


def test_code_for_another_processor_gives_the_same_bits():
    """One with neither wide vectors nor a fused multiply-add, which is then a function call."""
    found = [
        subprocess.run(
            [sys.executable, "-c", DRAWN],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | processor,
            check=True,
            capture_output=True,
        ).stdout
        for processor in ({}, {"NUMBA_CPU_NAME": "generic"})
    ]
    assert len(found[0]) == 65 and found[0] == found[1]
