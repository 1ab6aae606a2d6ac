"""Seeds, sizes and workers: samplers that are right pass, each fault is told by its own question.

Seeds are fixed; a test of randomness fails by chance once in 10^6 times.
"""

import pickle
import random
from math import inf
from threading import Barrier, Lock, current_thread, main_thread
from time import perf_counter, sleep

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import binom, kstwo

from stablenoise import Stable
from stablenoise.examine.battery.streams import large_calls, seeds, sizes, workers
from stablenoise.examine.calling import Style
from stablenoise.examine.drawing import Refusal, Source
from stablenoise.examine.statistics import chances, few_draws, sign_products
from stablenoise.examine.statistics.blocks import LEVELS, Block
from stablenoise.examine.statistics.fineness import spacings
from stablenoise.multivariate import Isotropic

LAW = Stable(1.5, 0.5)
FILES = seeds, sizes, workers
LEVEL = 1e-9


def right(n, rng):
    return LAW.rvs(n, rng)


def by_seed(n, seed):
    return LAW.rvs(n, seed)


def asked(member, function, law=LAW, seed=1, dim=None):
    """Outcomes by name, and remarks."""
    source = Source(function, dim)
    said = member.outcomes(source, law, seed)
    assert all(outcome.size > 0 and outcome.sentence for outcome in said)
    return {outcome.test: outcome for outcome in said}, list(source.remarks)


def faults(member, function, law=LAW):
    said, _ = asked(member, function, law)
    return {test for test, outcome in said.items() if outcome.p_value < LEVEL}


# ------------------------------------------------------------------ what is asked of few draws


def test_the_law_of_few_draws_is_kolmogorovs():
    u = np.random.default_rng(1).random(200)
    outcome = few_draws.of_law("name", u, "it")
    off = []
    for x in (np.sort(u), np.sort(abs(2 * u - 1))):
        steps = np.arange(201) / 200
        off.append(max(max(steps[1:] - x), max(x - steps[:-1])))
    assert outcome.statistic == pytest.approx(max(off), rel=1e-12) and outcome.size == 200
    assert outcome.p_value == min(1, 2 * kstwo.sf(outcome.statistic, 200))
    near = few_draws.of_law("name", 0.25 + u / 2, "it")  # a scale, which the distances show
    assert near.statistic == pytest.approx(0.5, abs=0.02) and near.p_value < 1e-20


@pytest.mark.parametrize("rows", [2, 3, 6, 7])
@pytest.mark.parametrize("shift", [-2, -1, 0, 1])
def test_rows_are_compared_with_the_next(rows, shift):
    score = np.random.default_rng(rows).normal(size=(rows, 5))
    total, weights = 0.0, np.zeros_like(score)
    for r in range(rows - 1):
        for j in range(5):
            if 0 <= j + shift < 5:
                total += score[r, j] * score[r + 1, j + shift]
                if r % 2 == 0:
                    weights[r + 1, j + shift] += score[r, j]
                else:
                    weights[r, j] += score[r + 1, j + shift]
    expected = total / np.sqrt((weights**2).sum())
    assert few_draws.deviation(score, shift) == pytest.approx(expected)


@pytest.mark.parametrize("turned", [1, -1])
@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_rows_that_resemble_the_next_are_told(shift, turned):
    levels = np.random.default_rng(2).integers(0, LEVELS, (40, 30))
    later = np.roll(levels[::2], shift, axis=1)
    levels[1::2] = later if turned > 0 else LEVELS - 1 - later
    outcome = few_draws.of_correlation("name", levels.astype(np.int16), "a row")
    assert outcome.p_value < 1e-20 and outcome.size == 1200
    places = {-1: "at places one earlier", 0: "at the same places", 1: "at places one later"}
    assert f"a row and of the next, {places[shift]}, are correlated" in outcome.sentence
    signed = (2.0 * levels - LEVELS + 1) / np.sqrt((LEVELS**2 - 1) / 3)
    fold = (2.0 * (abs(2 * levels - LEVELS + 1) // 2) - LEVELS // 2 + 1) / np.sqrt(
        ((LEVELS // 2) ** 2 - 1) / 3
    )
    z = [few_draws.deviation(score, k) for score in (signed, fold) for k in (-1, 0, 1)]
    assert outcome.statistic == pytest.approx(max(z, key=abs), rel=1e-12)
    assert outcome.p_value == min(1, 6 * chances.of_sum(outcome.statistic))


def test_repetitions_among_few_draws_have_the_bound_of_their_type():
    x = LAW.rvs(1000, rng=3)
    x[7], x[70] = x[500], -x[501]
    outcome = few_draws.of_repetition("name", Block(x, LAW, np.dtype(float)), "it")
    mean = 1000**2 / 2 * spacings(LAW, np.dtype(float)).pairs()[0]
    assert outcome.statistic == 2 and outcome.p_value == chances.of_repeats(2, mean)


def test_vectors_are_seen_along_their_first_direction():
    law = Isotropic(1.5, dim=2, scale=2.0)
    drawn = law.rvs(50, rng=1)
    drawn[3] = np.nan
    said = few_draws.seen(drawn, law)
    assert len(said.finite) == 49 and said.uniforms.shape == said.levels.shape == (50,)
    assert said.finite.law.beta == 0 and 0 < said.uniforms[3] < 1
    np.testing.assert_array_equal(np.delete(said.uniforms, 3), said.finite.uniforms)
    np.testing.assert_array_equal(said.levels, np.floor(said.uniforms * LEVELS))


def test_what_is_beyond_the_floats_counts_as_any_other_draw():
    """Half of the draws of this law are infinite: their uniforms are made up."""
    law = Stable(0.1, 0.0, 1e307)
    for member in FILES:
        said, _ = asked(member, law.rvs, law)
        assert min(outcome.p_value for outcome in said.values()) > 1e-6
    said = few_draws.seen(law.rvs(1000, rng=2), law)
    assert 100 < len(said.finite) < 900 and len(said.uniforms) == 1000


# ------------------------------------------------------------------ samplers that are right


@pytest.mark.parametrize("member", FILES)
@pytest.mark.parametrize(
    ("function", "style"),
    [
        (right, Style.GENERATOR),
        (by_seed, Style.SEED),
        (lambda n, r: LAW.rvs(n, r.randint(1 << 31)), Style.STATE),
        (lambda n, rng: LAW.rvs(n, rng, dtype=np.float32), Style.GENERATOR),
    ],
)
def test_samplers_that_are_right_pass(member, function, style):
    source = Source(function)
    said = member.outcomes(source, LAW, 4)
    assert source.style is style and not source.remarks
    assert min(outcome.p_value for outcome in said) > 1e-6
    assert len({outcome.test for outcome in said}) == len(said)


@pytest.mark.parametrize("member", FILES)
def test_a_sampler_without_a_seed_passes_and_that_is_noted(member):
    rng = np.random.default_rng(5)
    said, remarks = asked(member, lambda n: LAW.rvs(n, rng))
    assert min(outcome.p_value for outcome in said.values()) > 1e-6
    expected = ["it takes no generator and no seed: its draws cannot be made again"]
    assert remarks == (expected if member is seeds else [])
    assert not said.keys() & {"seeds: the same again", "seeds: moves on", "workers: threads"}


@pytest.mark.parametrize("member", FILES)
def test_vectors_that_are_right_pass(member):
    law = Isotropic(1.5, dim=3)
    said, remarks = asked(member, lambda shape, rng: law.rvs(shape[0], rng), law, dim=3)
    assert min(outcome.p_value for outcome in said.values()) > 1e-6 and not remarks


def test_p_values_are_not_too_small():
    seen = {}
    for seed in range(12):
        for member in FILES:
            for outcome in member.outcomes(Source(right), LAW, seed):
                seen.setdefault(outcome.test, []).append(outcome.p_value)
    assert len(seen) == 20
    for p_values in seen.values():
        for at in (0.01, 0.1, 0.5):
            count = int(np.count_nonzero(np.array(p_values) <= at))
            assert binom.sf(count - 1, len(p_values), at) > 1e-8


@pytest.mark.parametrize("member", FILES)
def test_equal_seeds_give_equal_outcomes(member):
    first, again, other = (asked(member, right, seed=seed)[0] for seed in (7, 7, 8))
    assert first == again and first != other


@pytest.mark.parametrize("member", FILES)
def test_so_many_draws_are_asked_for(member):
    drawn = []

    def counted(n, rng):
        drawn.append(n)
        return LAW.rvs(n, rng)

    asked(member, counted)
    assert 0.9 * member.COST <= sum(drawn) <= member.COST <= 1 << 17


def test_calls_of_all_sizes_are_made():
    drawn = []

    def counted(n, rng):
        drawn.append(n)
        return LAW.rvs(n, rng)

    asked(sizes, counted)
    assert set(drawn) == {0, 1, 2, 3, 7, 63, 64, 65, 1000, 4097}


def test_seeds_are_consecutive():
    drawn = []

    def counted(n, seed):
        drawn.append(seed)
        return LAW.rvs(n, seed)

    asked(seeds, counted)
    first = drawn[0]
    assert drawn[:256] == list(range(first, first + 256)) and first + 256 <= 1 << 31
    assert drawn[256:258] == [first + 1, first] and drawn[-1] == first + 2**32


def test_what_is_not_finite_is_told_by_its_less_likely_kind():
    x = LAW.rvs(1_000, rng=13)
    clean = few_draws.of_finiteness("name", x, LAW)
    assert clean.p_value == 1 and clean.test == "name" and clean.size == 1_000
    wide = Stable(0.1, 0.0, 1e307)
    outcome = few_draws.of_finiteness("name", np.full(100, 1.0), wide)
    counts = few_draws.NonFinite(wide)
    counts.without(np.full(100, 1.0))
    alone = [o.p_value for o in counts.outcomes()]
    assert 0 < outcome.p_value == len(alone) * min(alone) < 1e-6


def test_seeds_that_are_cut_to_32_bits_are_noted():
    """It is no fault: seeds are promised to be below 2^31."""

    def by_few_bits(n, seed):
        return np.random.RandomState(seed).random_sample(n)

    cut = ["seeds are cut to 32 bits: one and that plus 2^32 give the same draws"]
    said, remarks = asked(seeds, lambda n, seed: LAW.rvs(n, seed % 2**32))
    assert remarks == cut and min(outcome.p_value for outcome in said.values()) > 1e-6
    uniform_law = asked(seeds, lambda n, seed: LAW.ppf(by_few_bits(n, seed)))
    assert uniform_law[1] == [] and min(o.p_value for o in uniform_law[0].values()) > 1e-6
    assert asked(seeds, by_seed)[1] == [] == asked(seeds, right)[1]


# ------------------------------------------------------------------ faults of seeds


class Counter:
    def __init__(self):
        self.calls = 0

    def next(self):
        self.calls += 1
        return self.calls


def test_a_seed_that_is_ignored_is_told():
    own = np.random.default_rng(6)
    assert faults(seeds, lambda n, rng: LAW.rvs(n, own)) == {"seeds: the same again"}
    said, _ = asked(seeds, lambda n, seed: LAW.rvs(n, own))
    told = said["seeds: the same again"]
    assert told.statistic == 2 and told.p_value == 0 and told.sentence.startswith("2 of 2 seeds")


def test_one_stream_for_all_seeds_is_told():
    said = faults(seeds, lambda n, seed: LAW.rvs(n, 1))
    assert {"seeds: others", "seeds: moves on", "seeds: repeats", "seeds: first draws"} <= said
    assert "seeds: the same again" not in said
    outcomes, _ = asked(seeds, lambda n, seed: LAW.rvs(n, 1))
    assert outcomes["seeds: others"].statistic == 255


def test_a_generator_that_is_not_moved_on_is_told():
    """As by a sampler that makes a seed from the generator's state without drawing."""

    def still(n, rng):
        return LAW.rvs(n, rng.bit_generator.state["state"]["state"] % 2**63)

    assert faults(seeds, still) == {"seeds: moves on"}


def test_seeds_of_few_bits_are_told():
    assert faults(seeds, lambda n, seed: LAW.rvs(n, seed % 128)) == {
        "seeds: others",
        "seeds: repeats",
    }
    assert "seeds: others" in faults(seeds, lambda n, seed: LAW.rvs(n, seed // 2))


def test_streams_that_overlap_are_told():
    long = LAW.rvs(1 << 20, rng=9)

    def shifted(n, seed):
        start = seed * 40 % ((1 << 20) - n)
        return long[start : start + n]

    assert "seeds: repeats" in faults(seeds, shifted)
    by_one = faults(seeds, lambda n, seed: long[seed % 10**6 :][:n])
    assert {"seeds: repeats", "seeds: next seed"} <= by_one


def test_first_draws_that_follow_the_seed_are_told():
    """A linear congruential generator without a warm-up."""

    def congruential(n, seed):
        state, u = seed, []
        for _ in range(n):
            state = (16807 * state) % (2**31 - 1)
            u.append((state + 0.5) / 2**31)
        return LAW.ppf(np.array(u))

    said, _ = asked(seeds, congruential)
    told = min(said.values(), key=lambda outcome: outcome.p_value)
    assert told.p_value < LEVEL and told.test in ("seeds: next seed", "seeds: first draws")


def test_streams_of_neighbours_with_the_sign_turned_are_told():
    def turned(n, seed):
        return (-1) ** seed * Stable(1.5).rvs(n, seed // 2)

    assert {"seeds: next seed", "seeds: repeats"} <= faults(seeds, turned, Stable(1.5))


# ------------------------------------------------------------------ faults of sizes


def at(place, change):
    """A sampler whose draw at a place of each call is changed."""

    def draw(n, rng):
        x = LAW.rvs(n, rng)
        if n and place(n) is not None:
            x[place(n)] = change(x[place(n)])
        return x

    return draw


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (at(lambda n: 0, lambda x: 5 * x), "sizes: first draws"),
        (at(lambda n: 0, lambda x: 0.0), "sizes: first draws"),
        (at(lambda n: -1, lambda x: x + 3), "sizes: last draws"),
        (at(lambda n: -1 if n % 2 else None, lambda x: abs(x)), "sizes: last of odd"),
        (at(lambda n: 0 if n == 1 else None, lambda x: 0.1 * x), "sizes: single draws"),
        (at(lambda n: slice(64, None), lambda x: 1.2 * x), "sizes: all draws"),
        (at(lambda n: -1 if n == 65 else None, lambda x: np.nan), "sizes: finite"),
        (at(lambda n: -1 if n == 3 else None, lambda x: np.inf), "sizes: finite"),
        (at(lambda n: slice(64, None), lambda x: np.resize(x[:9], x.shape)), "sizes: repeats"),
    ],
)
def test_faults_at_a_place_of_a_call_are_told(function, told):
    assert told in faults(sizes, function)


def test_calls_that_begin_as_the_last_one_ended_are_told():
    last = [0.0]

    def sticky(n, rng):
        x = LAW.rvs(n, rng)
        if n:
            x[0], last[0] = last[0] if last[0] else x[0], x[-1]
        return x

    assert "sizes: repeats" in faults(sizes, sticky)


def test_calls_that_resemble_the_next_are_told():
    before = [np.zeros(3)]

    def resembling(n, rng):
        x = LAW.rvs(n, rng)
        if n >= 3:
            before[0] = 0.8 * before[0] + 0.6 * rng.normal(size=3)
            x[:3] = LAW.ppf(ndtr(before[0]))
        return x

    assert "sizes: next call" in faults(sizes, resembling)


def test_no_draws_may_be_refused():
    def some(n, rng):
        if n == 0:
            raise ValueError("size must be positive")
        return LAW.rvs(n, rng)

    said, remarks = asked(sizes, some)
    assert min(outcome.p_value for outcome in said.values()) > 1e-6
    assert remarks == [
        "asked for 0 draws: called as draw(0, rng), it raised ValueError: size must be positive"
    ]


def test_a_scalar_for_one_draw_is_refused():
    def one(n, rng):
        return LAW.rvs(n, rng) if n != 1 else float(LAW.rvs(1, rng)[0])

    with pytest.raises(Refusal, match=r"shape \(1,\) and gave array"):
        asked(sizes, one)


# ------------------------------------------------------------------ faults of large calls


def shrunk(monkeypatch):
    """Large calls a 64th as large."""
    for name, value in {"LARGE": (1 << 14) + 1, "SMALLER": (1 << 11) + 1, "PART": 1 << 10}.items():
        monkeypatch.setattr(large_calls, name, value)


@pytest.mark.parametrize(
    ("function", "law", "dim"),
    [
        (right, LAW, None),
        (by_seed, LAW, None),
        (lambda n: LAW.rvs(n), LAW, None),
        (lambda n, rng: LAW.rvs(n, rng, dtype=np.float32), LAW, None),
        (Isotropic(1.5, 3).rvs, Isotropic(1.5, 3), 3),
        (Stable(0.1, 0.0, 1e307).rvs, Stable(0.1, 0.0, 1e307), None),  # half of them are infinite
    ],
)
def test_large_calls_that_are_right_pass(monkeypatch, function, law, dim):
    shrunk(monkeypatch)
    said, _ = asked(large_calls, function, law, dim=dim)
    assert min(outcome.p_value for outcome in said.values()) > 1e-6
    names = {"finite", "parts", "repeats", *(f"lags of {score}" for score in sign_products.SCORES)}
    names |= {"the same again"} if Source(function, dim).style is not Style.NOTHING else set()
    assert {name.removeprefix("large calls: ") for name in said} == names


def test_large_calls_are_as_large_as_they_are_said_to_be():
    drawn = []

    def counted(n, rng):
        drawn.append(n)
        return LAW.rvs(n, rng)

    said, _ = asked(large_calls, counted)
    assert drawn == [4097, (1 << 20) + 1, *[(1 << 17) + 1] * 3]
    assert sum(drawn) == large_calls.COST < 1 << 21
    assert min(outcome.p_value for outcome in said.values()) > 1e-6


def test_large_calls_of_long_vectors_have_a_bounded_number_of_coordinates(monkeypatch):
    shrunk(monkeypatch)
    monkeypatch.setattr(large_calls, "NUMBERS", 1 << 14)
    law, drawn = Isotropic(1.5, 8), []

    def counted(shape, rng):
        drawn.append(shape)
        return law.rvs(shape[0], rng)

    asked(large_calls, counted, law, dim=8)
    assert drawn == [(4097, 8), *[(2048, 8)] * 4]


def far(n, change):
    """A sampler that is right up to so many draws; what comes then is made of all."""

    def draw(size, rng):
        x = LAW.rvs(size, rng)
        return x if size <= n else change(x)

    return draw


def scaled(x, start, stop):
    x[start:stop] *= 2
    return x


def put(x, place, value):
    x[place] = value
    return x


def turned(x):
    """The later half has the signs of the uniforms of the earlier one, turned."""
    half = len(x) // 2
    u = LAW.cdf(x[:half])
    later = LAW.cdf(x[half : 2 * half])
    x[half : 2 * half] = LAW.ppf(np.where(u < 0.5, 0.5, 0.0) + later / 2)
    return x


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda x: np.resize(x[:10_000], x.shape), {"repeats"}),
        (lambda x: np.resize(x[:8_000], x.shape), {"repeats", "lags of values"}),
        (lambda x: scaled(x, 0, 1 << 10), {"parts"}),
        (lambda x: scaled(x, 5 << 10, 6 << 10), {"parts"}),
        (lambda x: scaled(x, -1000, None), {"parts"}),
        (lambda x: put(x, -1, np.nan), {"finite"}),
        (lambda x: put(x, -1, np.inf), {"finite"}),
        (turned, {"lags of values"}),
    ],
)
def test_faults_of_large_calls_are_told(monkeypatch, change, told):
    shrunk(monkeypatch)
    function = far(2_100, change)
    seen = {name.removeprefix("large calls: ") for name in faults(large_calls, function)}
    assert told <= seen and not faults(sizes, far(5_000, change))


def test_parts_of_a_large_call_are_told_with_their_place(monkeypatch):
    shrunk(monkeypatch)
    said, _ = asked(large_calls, far(2_100, lambda x: scaled(x, 5 << 10, 6 << 10)))
    outcome = said["large calls: parts"]
    after_the_first = np.random.default_rng([1, 4])
    LAW.rvs(large_calls.FIRST, after_the_first)
    u = few_draws.seen(far(2_100, lambda x: scaled(x, 5 << 10, 6 << 10))(
        large_calls.LARGE, after_the_first
    ), LAW).uniforms  # fmt: skip
    part = u[5 << 10 : 6 << 10]
    off = max(few_draws.distance(np.sort(x)) for x in (part, abs(2 * part - 1)))
    assert outcome.statistic == off and outcome.size == large_calls.LARGE
    assert outcome.p_value == pytest.approx(34 * kstwo.sf(off, 1024), rel=1e-9, abs=0)
    assert "1,024 draws from the 5,121th on" in outcome.sentence


def test_large_calls_for_which_there_is_no_time_are_not_begun():
    """They would take 100 s: the call before tells it."""
    drawn = []

    def slow(n, rng):
        drawn.append(n)
        sleep(1e-4 * n if n < 10_000 else 0)
        return LAW.rvs(n, rng)

    source = Source(slow)
    source.ends_at = perf_counter() + 60
    assert large_calls.outcomes(source, LAW, 1) == () and drawn == [4097]
    source.ends_at = inf
    assert len(large_calls.outcomes(source, LAW, 1)) == 6 and len(drawn) == 6


def test_what_is_left_over_after_the_last_whole_part_is_asked(monkeypatch):
    shrunk(monkeypatch)
    monkeypatch.setattr(large_calls, "LARGE", (1 << 14) + 700)
    said, _ = asked(large_calls, far(2_100, lambda x: scaled(x, -700, None)))
    outcome = said["large calls: parts"]
    assert outcome.p_value < LEVEL and "1,024 draws from the 16,061th on" in outcome.sentence


def test_large_calls_that_differ_for_one_seed_are_told(monkeypatch):
    shrunk(monkeypatch)
    own = np.random.default_rng(12)
    assert faults(large_calls, lambda n, seed: LAW.rvs(n, own)) == {"large calls: the same again"}


def test_large_calls_that_do_not_move_the_generator_on_are_told(monkeypatch):
    shrunk(monkeypatch)
    still = far(2_000, lambda x: LAW.rvs(len(x), 7))
    assert "large calls: repeats" in faults(large_calls, still)


# ------------------------------------------------------------------ faults of workers


def test_spawned_generators_that_share_a_stream_are_told():
    """By the entropy of the parent, without the key of the child."""

    def by_entropy(n, rng):
        entropy = rng.bit_generator.seed_seq.entropy
        return LAW.rvs(n, np.random.default_rng(entropy))

    assert {"workers: repeats", "workers: next generator"} <= faults(workers, by_entropy)


def test_an_array_that_is_written_again_is_told():
    buffer = np.empty(1 << 20)

    def shared(n, rng):
        buffer[:n] = LAW.rvs(n, rng)
        return buffer[:n]

    said, _ = asked(workers, shared)
    told = said["workers: memory"]
    assert (
        told.p_value == 0 and told.statistic == workers.SIZE and "1,024 of 1,024" in told.sentence
    )
    assert faults(workers, shared) >= {"workers: memory"}


def test_views_of_one_array_are_no_fault_if_nothing_changes():
    all_draws, start = LAW.rvs(1 << 20, rng=10), [0]

    def views(n):
        start[0] += n
        return all_draws[start[0] - n : start[0]]

    said, _ = asked(workers, views)
    assert said["workers: memory"].p_value == 1


def test_threads_that_meet_in_one_state_are_told():
    """Each writes its generator where the other does, and draws once both have."""
    state, meet, lock = {}, Barrier(2), Lock()

    def careless(n, seed):
        state["rng"] = np.random.default_rng(seed)
        if current_thread() is not main_thread():
            meet.wait(60)
        with lock:
            return LAW.rvs(n, state["rng"])

    assert "workers: threads" in faults(workers, careless)


class Forgetful:
    """Its copy for another process has another state."""

    def __init__(self, shift=0):
        self.shift = shift

    def __call__(self, n, seed):
        return LAW.rvs(n, seed + self.shift)

    def __reduce__(self):
        return Forgetful, (1,)


class Broken:
    """Its copy cannot draw."""

    def __call__(self, n, seed):
        return LAW.rvs(n, seed + len(self.__dict__))

    def __reduce__(self):
        return Useless, ()


class Useless:
    def __call__(self, n, seed):
        raise OSError("no file")


def test_copies_for_other_processes_draw_the_same():
    assert faults(workers, Forgetful()) == {"workers: copies"}
    said, remarks = asked(workers, right)
    assert said["workers: copies"].p_value == 1 and not remarks
    said, remarks = asked(workers, Broken())
    assert "workers: copies" not in said
    assert remarks == [
        "a copy of it cannot be used: called as draw(1024, seed), it raised OSError: no file"
    ]
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(lambda n, rng: right(n, rng))
    said, remarks = asked(workers, lambda n, rng: right(n, rng))
    assert "workers: copies" not in said and not remarks


def test_global_generators_that_are_moved_are_noted():
    def by_numpy(n, rng):
        np.random.random()  # noqa: NPY002
        return LAW.rvs(n, rng)

    def by_python(n, rng):
        random.random()
        return LAW.rvs(n, rng)

    def by_seeding(n, seed):
        np.random.seed(seed % 2**32)  # noqa: NPY002
        return LAW.rvs(n, seed)

    for function in (by_numpy, by_python, by_seeding):
        said, remarks = asked(workers, function)
        assert remarks == ["it takes a generator or a seed, and moves a global generator on"]
        assert min(outcome.p_value for outcome in said.values()) > 1e-6


def test_a_sampler_that_is_not_reproducible_is_asked_no_more_of_threads_and_copies():
    own = np.random.default_rng(11)
    said, _ = asked(workers, lambda n, rng: LAW.rvs(n, own))
    assert set(said) == {"workers: repeats", "workers: next generator", "workers: memory"}
