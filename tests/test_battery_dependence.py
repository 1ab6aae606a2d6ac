"""Dependence, repeats and granularity: statistics by brute force, nulls, and faults that are seen.

A draw is judged by its uniform F(x), of which blocks keep 12 binary digits; most tests here make
these digits directly.  Seeds are fixed; a test of randomness fails by chance once in 10^6 times.
"""

from itertools import pairwise, permutations, product
from math import comb, sqrt

import mpmath as mp
import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import binom, chi2, poisson

from stablenoise import Stable
from stablenoise.examine.battery.numbers import (
    all_lags,
    drift,
    evenness,
    granularity,
    lag_correlation,
    lag_digits,
    ordering,
    repeats,
    spectrum,
    tail_pairs,
    three_points,
)
from stablenoise.examine.statistics import chances, sign_products
from stablenoise.examine.statistics.blocks import LEVELS, Block
from stablenoise.examine.statistics.fineness import spacings
from stablenoise.examine.statistics.kept import Kept
from stablenoise.kernels.twins import twin

LAW = Stable(1.5, 0.5)
FILES = (
    all_lags,
    drift,
    evenness,
    granularity,
    lag_correlation,
    lag_digits,
    ordering,
    repeats,
    spectrum,
    tail_pairs,
    three_points,
)
LEVEL = 1e-10  # of what is caught below: a file's share at a look is about this


class Digits(Block):
    """A block whose first digits are given."""

    def __init__(self, levels):
        super().__init__(np.zeros(len(levels)), LAW, np.dtype(float))
        self.__dict__["levels"] = np.asarray(levels, np.int16)


def digits(n, seed=1):
    return np.random.default_rng(seed).integers(0, LEVELS, n).astype(np.int16)


def told(member, blocks, law=LAW):
    """Outcomes after some blocks."""
    test = member.make(law)
    for block in blocks:
        test.add(block)
    return test.outcomes()


def of_draws(member, values, law=LAW, size=1000):
    """Outcomes of draws that come in blocks."""
    values = np.asarray(values)
    pieces = (values[start : start + size] for start in range(0, len(values), size))
    return told(member, [Block(x.astype(float), law, values.dtype) for x in pieces], law)


def least(outcomes):
    return min(outcomes, key=lambda outcome: outcome.p_value)


# ------------------------------------------------------------------ probabilities


@pytest.mark.parametrize("n", [1, 2, 5, 12])
def test_a_weighted_sum_of_signs_is_within_its_bound(n):
    """All 2^n sums, with equal weights and with others: the bound holds, and is not idle."""
    signs = np.array(list(product((-1, 1), repeat=n)))
    for weights in np.ones(n), np.sqrt(np.arange(1, n + 1)), 2.0 ** np.arange(n):
        sizes = np.abs(signs @ weights) / sqrt((weights**2).sum())
        for z in np.unique(sizes):
            exact = np.mean(sizes >= z - 1e-9)
            assert exact <= chances.of_sum(z) + 1e-12
    assert (
        chances.of_sum(-8.0)
        == chances.of_sum(8.0)
        == pytest.approx(2 * 3.178 * ndtr(-8), rel=1e-3, abs=0)
    )
    assert chances.of_sum(0.1) == 1


@pytest.mark.parametrize(("n", "share"), [(1000, 0.5), (1 << 22, 1 / 24), (40_000, 1e-6)])
@pytest.mark.parametrize("off", [3, 8, 20])
def test_counts_have_their_exact_probability_far_out(n, share, off):
    mp.mp.dps = 30

    def at(k):
        p = mp.mpf(share)
        return mp.binomial(n, k) * p**k * (1 - p) ** (n - k)

    def summed(k, step):
        total = term = at(k)
        while term > total * mp.mpf("1e-20") and 0 < k < n:
            odds = mp.mpf(share) / (1 - mp.mpf(share))
            term *= (n - k) * odds / (k + 1) if step > 0 else k / odds / (n - k + 1)
            k += step
            total += term
        return total

    more = int(n * share + off * sqrt(n * share) + 1)
    assert chances.of_count(more, n, share) == pytest.approx(
        float(2 * summed(more, 1)), rel=1e-7, abs=0
    )
    assert chances.of_count_and_more(more, n, share) == pytest.approx(
        float(summed(more, 1)), rel=1e-7
    )
    fewer = int(n * share - off * sqrt(n * share))
    if fewer >= 0:
        expected = min(1.0, float(2 * summed(fewer, -1)))
        assert chances.of_count(fewer, n, share) == pytest.approx(expected, rel=1e-7, abs=0)


def test_counts_of_nothing_and_of_the_mean_are_usual():
    assert chances.of_count_and_more(0, 10, 0.1) == 1
    assert chances.of_count(0, 10, 0.1) == pytest.approx(2 * 0.9**10)
    assert chances.of_count(5, 10, 0.5) == 1


@pytest.mark.parametrize("size", [1, 2, 8, 40])
def test_a_squared_length_is_within_its_bound(size):
    x = size * np.array([1.5, 2, 4, 10])
    assert np.all(chi2.sf(x, size) <= chances.of_power(x, size))
    assert np.all(chances.of_power(x, size) <= 30 * size * chi2.sf(x, size) * x)
    assert np.all(chances.of_power([0, size / 2, size], size) == 1)


@pytest.mark.parametrize("mean", [1e-4, 0.3, 5.0, 1e5])
def test_repeats_are_within_chernoffs_bound_of_poissons(mean):
    count = int(mean + 6 * sqrt(mean) + 3)
    exact = poisson.sf(count - 1, mean)
    assert exact <= chances.of_repeats(count, mean) <= 40 * exact
    assert chances.of_repeats(int(mean), mean) == 1
    assert chances.of_repeats(0, 0.0) == 1 and chances.of_repeats(1, 0.0) == 0


# ------------------------------------------------------------------ what a type holds of a law


@pytest.mark.parametrize(
    ("law", "room"),
    [(Stable(1.5), 1), (Stable(2.0), 1), (Stable(1.0, 0.3, 9), 1), (Stable(0.8, -1, 2, 3.0), 2000)],
)
def test_equal_draws_are_bounded_by_the_cells_of_float16_one_by_one(law, room):
    """Exact sums over all float16: bounds are above them by the two bits, and not far above.

    But where a sampler adds a location: then its steps are coarser than those of small floats.
    """
    x = np.sort(np.arange(1 << 16, dtype=np.uint16).view(np.float16)[: 31 << 10].astype(float))
    edges = np.r_[0.0, (x[1:] + x[:-1]) / 2, np.inf]
    sizes = np.diff(np.asarray(law.cdf(edges)) - np.asarray(law.cdf(-edges)))
    known = spacings(law, np.dtype(np.float16))
    equal, one = known.pairs()
    assert 4 * (sizes**2).sum() <= equal <= 14 * room * (sizes**2).sum()
    assert 2 * sizes.max() <= one <= 17 * room * sizes.max()
    ends = (x.astype(np.float16).view(np.uint16) & 31) == 0  # five bits of zero
    assert sizes[ends].sum() <= known.zero_bits(5) <= 6 * room * sizes[ends].sum()


def test_draws_that_are_small_have_the_steps_of_what_was_added():
    """Zeros at the end of small sums are no rounding."""
    law = Stable(1.2, 0.5, 2.5, -3.0)
    added = 3 + 2.5 * 0.5 * abs(np.tan(0.6 * np.pi))
    known = spacings(law, np.dtype(np.float32))
    assert known.distance.min() == pytest.approx(2.0**-23 * added)
    assert known.distance.max() == 2.0**-23 * 2.0**126
    assert known.multiples(0.1) == 0 and 0 < known.multiples(8.0) < 1e-4
    plain = spacings(Stable(1.2, 0.0, 2.5), np.dtype(np.float32))
    assert plain.distance.min() == 2.0**-149 and plain.multiples(0.1) > 0
    assert spacings(Stable(1.0, 1.0), np.dtype(np.float32)).distance.min() == 2.0**-149
    near = spacings(Stable(1 + 1e-9, 1.0), np.dtype(np.float32))
    assert near.distance.min() == pytest.approx(2.0**-23 * 10)
    coarse = np.round(law.rvs(20_000, rng=35) * 2.0**20) / 2.0**20
    assert of_draws(granularity, coarse, law)[0].p_value < LEVEL
    exact = law.rvs(100_000, rng=35, dtype=np.float32)
    assert of_draws(granularity, exact, law, 50_000)[0].p_value > 1e-6
    shifted = law.rvs(400_000, rng=36)
    assert of_draws(granularity, shifted, law, 50_000)[0].p_value > 1e-6


def test_shares_add_up_and_multiples_are_a_sum_over_them():
    known = spacings(LAW, np.dtype(np.float32))
    assert known.share.sum() == pytest.approx(1, abs=1e-6)
    step = 2.0**-3
    most = 2.0**-20 * step * 2.0**23  # floats below this are fine for the step
    x = np.arange(1, int(most / step)) * step
    width = np.spacing(x.astype(np.float32)).astype(float)
    exact = float(((LAW.pdf(x) + LAW.pdf(-x)) * width).sum())
    assert exact <= known.multiples(step) <= 20 * exact
    assert spacings(Stable(1.5, 0, 1e-9, 1e6), np.dtype(float)).multiples(1.0) > 0.1
    fine = spacings(Stable(1.5), np.dtype(float))
    assert fine.multiples(1e-3) < 1e-10 and fine.zero_bits(29) == pytest.approx(2.0**-27, rel=0.01)
    assert spacings(Stable(1.5), np.dtype(np.int64)).pairs() == fine.pairs()


def test_the_largest_density_is_that_of_the_peak():
    """Of float64, the interval with the peak of a narrow law has its density."""
    law = Stable(1.5, 0.0, 1e-3, 0.7)
    assert spacings(law, np.dtype(float)).density.max() == pytest.approx(law.pdf(0.7), rel=1e-5)
    skewed = Stable(0.5, 1.0, 1.0, 0.0)  # Levy's, from -1 on, with its peak a third above
    assert spacings(skewed, np.dtype(float)).density.max() == pytest.approx(
        skewed.pdf(-1 + 1 / 3), rel=1e-5
    )


# ------------------------------------------------------------------ statistics by brute force


def naive_sums(g, lag):
    """Sum of products, and of squares of the sums of neighbours of odd members of chains."""
    products = sum(int(g[i]) * int(g[i + lag]) for i in range(len(g) - lag))
    squares = 0
    for i in range(len(g)):
        if (i // lag) % 2 == 1:
            squares += (int(g[i - lag]) + (int(g[i + lag]) if i + lag < len(g) else 0)) ** 2
    return [products, squares]


@pytest.mark.parametrize("lag", [1, 2, 3, 7, 50])
@pytest.mark.parametrize("n", [200, 307])
def test_products_at_a_lag_and_their_conditional_variance(lag, n):
    g = 2 * digits(n, lag) - np.int16(LEVELS - 1)
    for ends in [(0, n), (0, 1, 60, 61, 130, n)]:
        out = np.zeros(2, np.int64)
        for start, stop in pairwise(ends):
            lag_correlation.sums(g, lag, start, stop, out)
        assert out.tolist() == naive_sums(g, lag)


@pytest.mark.parametrize("which", [0, 1])
def test_the_outcome_is_the_worst_lag_in_conditional_standard_deviations(which):
    levels = digits(1500, 3)
    outcome = told(lag_correlation, [Digits(levels[:700]), Digits(levels[700:])])[which]
    score = drift.folds(levels)[which]
    variance = np.mean(np.arange(1 - (LEVELS >> which), LEVELS >> which, 2.0) ** 2)
    lags = [lag for lag in lag_correlation.LAGS if 4 * lag <= 1500]
    z = [s / sqrt(v * variance) for s, v in (naive_sums(score, lag) for lag in lags)]
    assert outcome.statistic == pytest.approx(max(z, key=abs), rel=1e-12)
    assert outcome.p_value == min(1, len(lags) * chances.of_sum(outcome.statistic))
    assert outcome.size == 1500 and f"of {len(lags)} lags this" in outcome.sentence
    seen = f"{naive_sums(score, lags[int(np.argmax(np.abs(z)))])[0] / variance / 1500:.1g}"
    assert seen[:4] in outcome.sentence


def test_words_hold_signs_and_are_read_from_any_place():
    signs = np.random.default_rng(2).random(640) < 0.5
    words = lag_digits.packed(signs)
    for lag in 0, 1, 63, 64, 65, 200:
        later = lag_digits.from_lag(words, lag)
        seen = np.unpackbits(later.view(np.uint8), bitorder="little").astype(bool)
        assert len(later) >= (640 - lag) // 64 - 1
        np.testing.assert_array_equal(seen, signs[lag : lag + len(seen)])


def test_agreements_of_digits_are_counted_at_every_lag():
    levels = digits(64 * 70, 5)
    levels[3::7] = levels[:-3:7]  # something to see
    test = lag_digits.make(LAW)
    for part in np.split(levels, [50, 64 * 20 + 5, 64 * 20 + 9]):
        test.add(Digits(part))
        test.outcomes()
    quarter = levels // 1024
    side, middle = quarter >= 2, (quarter == 1) | (quarter == 2)
    signs = side, middle, side ^ middle
    lags = [lag for lag in lag_digits.LAGS if 4 * lag <= 64 * 70]
    for place, lag in enumerate(lags):
        pairs = 64 * int(test._done[place])
        assert len(levels) - lag - 64 < pairs <= len(levels) - lag
        for i, first in enumerate(signs):
            for j, second in enumerate(signs):
                agreeing = np.count_nonzero(first[:pairs] == second[lag : lag + pairs])
                assert test._agreeing[place, i, j] == agreeing
    outcome = told(lag_digits, [Digits(levels)])[0]
    assert "at lag" not in outcome.sentence and " 3 draws later" in outcome.sentence
    assert f"of {9 * len(lags)} comparisons" in outcome.sentence and outcome.size == 64 * 70


def test_digits_that_always_agree_have_the_binomial_probability():
    """All above the median, all between the quartiles: every comparison is an agreement."""
    outcome = told(lag_digits, [Digits(np.full(1024, 2100))])[0]
    lags = int(np.sum(np.asarray(lag_digits.LAGS) <= 256))
    pairs = 1024 - 64
    assert outcome.p_value == pytest.approx(9 * lags * 2 * 0.5**pairs, rel=1e-9, abs=0)
    assert outcome.statistic == pytest.approx(sqrt(pairs))


def test_orders_of_fours_are_those_of_sorting():
    x = np.random.default_rng(6).random((500, 4))
    ranks = np.argsort(np.argsort(x, axis=1), axis=1) + 1
    known = ordering._possible()
    assert sorted(known.values()) == sorted(permutations((1, 2, 3, 4)))
    assert [known[int(code)] for code in ordering.codes(x)] == [tuple(row) for row in ranks]


def test_descents_and_orders_are_counted_through_blocks():
    x = np.random.default_rng(7).random(1001)
    whole = told(ordering, [Block(x, LAW, np.dtype(float))])
    cut = told(ordering, [Block(part, LAW, np.dtype(float)) for part in np.split(x, [1, 6, 500])])
    assert whole == cut
    down = int(np.count_nonzero(np.diff(x) < 0))
    assert f"{down} of 1,000 draws" in whole[0].sentence
    z = max(down - 1001 / 2, 1001 / 2 - down - 1, 0) / sqrt(1001 / 12)
    assert whole[0].statistic == pytest.approx(z) and whole[0].p_value == chances.of_sum(z)
    orders = [tuple(np.argsort(np.argsort(four)) + 1) for four in x[:1000].reshape(-1, 4)]
    p_values = [
        chances.of_count(orders.count(order), 250, 1 / 24) for order in permutations((1, 2, 3, 4))
    ]
    assert whole[1].p_value == min(1, 24 * min(p_values))


@pytest.mark.parametrize("n", [3, 5, 7])
def test_the_number_of_descents_is_within_its_bound(n):
    """Of all orders of n numbers."""
    counts = np.bincount([sum(a > b for a, b in pairwise(p)) for p in permutations(range(n))])
    share = counts / counts.sum()
    for off in np.arange(0, n / 2, 0.5):
        far = [k for k in range(n) if max(k - n / 2, n / 2 - k - 1) >= off - 1e-9]
        assert share[far].sum() <= chances.of_sum(off / sqrt(n / 12)) + 1e-12


def test_equal_neighbours_count_for_neither_side():
    """Of coarse but right numbers no test of order complains."""
    x = np.random.default_rng(8).integers(0, 40, 20_000) * 1.0
    descents, orders = of_draws(ordering, x)
    assert descents.p_value == 1 and orders.p_value == 1


def test_drifts_are_sums_up_to_a_part_less_their_share():
    grains = np.random.default_rng(9).normal(size=200) * 8
    z = drift.deviations(grains)
    each = np.repeat(grains / 64, 64)  # as if all draws of a grain were equal
    n = len(each)
    for part in (1, 20, 63):
        end = (part * 200 // 64) * 64
        weights = np.r_[np.full(end, 1 - end / n), np.full(n - end, -end / n)]
        assert z[part - 1] == pytest.approx(weights @ each / sqrt((weights**2).sum()))
    time = np.repeat(np.arange(200.0), 64)
    time -= time.mean()
    assert z[63] == pytest.approx(time @ each / sqrt((time**2).sum())) and len(z) == 64


def test_folded_scores_are_uniform_and_their_sums_are_exact():
    every = np.arange(LEVELS, dtype=np.int16)
    for which, score in enumerate(drift.folds(every)):
        seen, counts = np.unique(score, return_counts=True)
        np.testing.assert_array_equal(seen, np.arange(1 - (LEVELS >> which), LEVELS >> which, 2))
        assert set(counts) == {1 << which}
    np.testing.assert_array_equal(
        np.sign(drift.folds(every)[1]), np.where((every < 1024) | (every >= 3072), 1, -1)
    )
    levels, out = digits(640, 4), np.zeros((3, 10), np.int64)
    drift.add_folds(levels, out)
    for score, sums in zip(drift.folds(levels), out, strict=True):
        np.testing.assert_array_equal(score.reshape(10, 64).sum(axis=1, dtype=int), sums)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_drift_is_told_with_its_place(which):
    levels = digits(64 * 128, 10)
    at = 64 * 32
    ends = np.where(levels % 2, 2048 + levels // 8, 3584 + levels // 8)  # near and far alone
    narrow = levels // 2, 1024 + levels // 2, ends
    mixed = np.r_[narrow[which][:at], levels[at:]]
    outcome = told(drift, [Digits(mixed[:999]), Digits(mixed[999:])])[which]
    assert outcome.p_value < 1e-12 and "after draw 2,048 than before" in outcome.sentence
    assert outcome.size == 64 * 128
    score = drift.folds(mixed.astype(np.int16))[which]
    unit = sqrt(np.mean(score.astype(float) ** 2 * 0 + ((LEVELS >> which) ** 2 - 1) / 3))
    shift = (score[at:].mean() - score[:at].mean()) / unit
    assert f"is {shift:.3g} standard deviations larger" in outcome.sentence


def test_too_few_draws_show_no_drift():
    for outcome in told(drift, [Digits(np.zeros(4000))]):
        assert outcome.p_value == 1 and "too few" in outcome.sentence


def test_a_trend_is_told_as_one():
    levels = np.sort(digits(64 * 128)) // 4 + digits(64 * 128, 2) // 2
    assert "has a trend of" in told(drift, [Digits(levels)])[0].sentence


@pytest.mark.parametrize("size", [2, 16, 64])
def test_tilted_means_of_a_block_are_finite_sums(size):
    logs = evenness.log_tilted(size)
    for tilt, log in zip(evenness.TILTS[::9], logs[::9], strict=True):
        exact = sum(
            comb(size, k) / 2**size * np.exp(-tilt * (k - size / 2) ** 2 / (size / 2))
            for k in range(size + 1)
        )
        assert log == pytest.approx(np.log(exact + 2 * np.exp(-72.0)), rel=1e-9)


@pytest.mark.parametrize("size", [4, 16])
@pytest.mark.parametrize("blocks", [8, 30])
def test_evenness_is_within_its_bound(size, blocks):
    """The exact law of the sum of squares, by convolution."""
    one = np.zeros(size**2 // 4 + 1)
    for k in range(size + 1):
        one[(k - size // 2) ** 2] += comb(size, k) / 2**size
    exact = np.ones(1)
    for _ in range(blocks):
        exact = np.convolve(exact, one)
    below, above = np.cumsum(exact), np.cumsum(exact[::-1])[::-1]
    for total in range(0, len(exact), 3):
        bound = evenness.bound(total / (size / 4), blocks, size)
        tail = 2 * min(below[total], above[total])
        assert min(1, tail) <= bound * (1 + 1e-9) + 1e-15
        if 1e-30 < tail < 1e-3 and total / (size / 4) < blocks:
            assert bound < 60 * tail


def test_blocks_are_as_even_as_their_counts():
    levels = digits(16 * 40 + 5, 12)
    outcomes = told(evenness, [Digits(levels[:100]), Digits(levels[100:])])
    above, far = levels[:640] >= 2048, (levels[:640] < 1024) | (levels[:640] >= 3072)
    for outcome, signs, what in zip(
        outcomes, (above, far), ("above the median", "outside the quartiles"), strict=True
    ):
        tried = {}
        for size in (16, 64):
            counts = signs[: 640 // size * size].reshape(-1, size).sum(axis=1)
            total = ((counts - size / 2) ** 2).sum() / (size / 4)
            tried[size] = evenness.bound(total, len(counts), size), total / len(counts)
        size = min(tried, key=tried.get)
        assert outcome.p_value == pytest.approx(min(1, 2 * tried[size][0]), rel=1e-9, abs=0)
        assert outcome.statistic == pytest.approx(tried[size][1])
        assert what in outcome.sentence and f"blocks of {size}" in outcome.sentence
    few = told(evenness, [Digits(levels[:127])])
    assert [outcome.p_value for outcome in few] == [1, 1]


@pytest.mark.parametrize("n", [64, 101])
def test_ordinates_are_squared_lengths_of_two_projections(n):
    score = np.random.default_rng(13).normal(size=n)
    seen, at = spectrum.ordinates(score), np.arange(n)
    assert len(seen) == (n - 1) // 2
    for j in (1, 5, (n - 1) // 2):
        waves = np.cos(2 * np.pi * j * at / n), np.sin(2 * np.pi * j * at / n)
        exact = sum((score @ wave) ** 2 / (wave @ wave) for wave in waves)
        assert seen[j - 1] == pytest.approx(exact)


@pytest.mark.parametrize(("n", "blocks"), [(64, 1), (101, 3)])
def test_signs_are_compared_at_every_lag_of_all_blocks(n, blocks):
    parts = np.where(np.random.default_rng(14).random((blocks, n)) < 0.5, -1.0, 1.0)
    counts = sign_products.LagCounts(n)
    for part in parts:
        counts.add(part)
    lags = range(1, n // 2 + 1)
    exact = [sum(np.count_nonzero(s[:-lag] == s[lag:]) for s in parts) for lag in lags]
    np.testing.assert_array_equal(counts.agreeing(), exact)
    np.testing.assert_array_equal(counts.pairs(), [blocks * (n - lag) for lag in lags])
    outcome = sign_products.of_lags("name", counts, "values")
    z = (2 * np.array(exact) - counts.pairs()) / np.sqrt(counts.pairs())
    at = int(np.argmax(abs(z)))
    assert outcome.statistic == pytest.approx(z[at]) and outcome.size == n * blocks
    p_value = (n // 2) * chances.of_count(exact[at], int(counts.pairs()[at]), 0.5)
    assert outcome.p_value == min(1, p_value)
    assert (
        f"those {at + 1} draws later are on the same side of the median in {exact[at]}"
        in outcome.sentence
    )


def test_signs_are_those_of_the_folds():
    levels = np.arange(LEVELS, dtype=np.int16)
    for sign, fold in zip(sign_products.signs(levels), drift.folds(levels), strict=False):
        np.testing.assert_array_equal(sign, np.sign(fold))


def wave(n, period, depth):
    turned = depth * np.sin(2 * np.pi * np.arange(n) / period)
    u = np.clip(np.random.default_rng(15).random(n) + turned, 0, 1 - 1e-9)
    return (LEVELS * u).astype(np.int16)


def test_a_period_and_slow_and_fast_waves_are_told():
    odd = np.arange(1 << 14) % 2 == 1
    told_of = {
        name: told(spectrum, [Digits(levels)])[0]
        for name, levels in {
            "period": wave(1 << 14, 128, 0.1),
            "slow": np.repeat(digits(1 << 10, 16), 16),
            "fast": np.where(odd, digits(1 << 14), 4095 - np.roll(digits(1 << 14), 1)),
        }.items()
    }
    assert all(outcome.p_value < 1e-12 for outcome in told_of.values())
    assert "wave of period 128 draws has" in told_of["period"].sentence
    assert "slowest waves have" in told_of["slow"].sentence
    assert "fastest waves have" in told_of["fast"].sentence


def test_waves_are_bounded_by_the_number_of_them():
    levels = digits(1 << 12, 17)
    outcome = told(spectrum, [Digits(levels)])[0]
    power = spectrum.ordinates(drift.folds(levels)[0] / sqrt((LEVELS**2 - 1) / 3))
    bands = [1 << k for k in range(11)]
    sums = [(power[:k].sum(), k) for k in bands] + [(power[-k:].sum(), k) for k in bands]
    band = min(float(chances.of_power(total, 2 * k)) for total, k in sums)
    alone = float(chances.of_power(power.max(), 2))
    assert len(power) == 2047
    assert outcome.p_value == min(1, 2 * len(power) * alone, 4 * len(bands) * band)
    # the same of a wave, whose p-value is no 1
    outcome = told(spectrum, [Digits(wave(1 << 12, 64, 0.06))])[0]
    power = spectrum.ordinates(drift.folds(wave(1 << 12, 64, 0.06))[0] / sqrt((LEVELS**2 - 1) / 3))
    alone = float(chances.of_power(power.max(), 2))
    assert (
        outcome.p_value == pytest.approx(2 * len(power) * alone, rel=1e-9, abs=0)
        and outcome.p_value < 1e-3
    )
    assert outcome.statistic == pytest.approx(power.max() / 2)


def test_an_echo_of_any_delay_is_told():
    levels = digits(1 << 13, 18)
    levels[778:][::3] = levels[:-778][::3]
    outcomes = {outcome.test: outcome for outcome in told(all_lags, [Digits(levels)])}
    for which in ("values", "distances from the middle"):
        outcome = outcomes[f"all lags of {which}"]
        assert "those 778 draws later" in outcome.sentence
        signs = np.sign(drift.folds(levels)[which != "values"])
        agreeing = int(np.count_nonzero(signs[778:] == signs[:-778]))
        p_value = 4096 * chances.of_count(agreeing, (1 << 13) - 778, 0.5)
        assert outcome.p_value == pytest.approx(p_value, rel=1e-9, abs=0)
        z = (2 * agreeing - (1 << 13) + 778) / sqrt((1 << 13) - 778)
        assert outcome.statistic == pytest.approx(z)


def test_a_weak_echo_is_told_once_there_are_draws_enough():
    """Of 37 draws before, with a share that no block alone would show."""
    levels = digits(1 << 20, 40)
    is_taken = np.random.default_rng(41).random(1 << 20) < 0.012
    at = np.flatnonzero(is_taken[37:]) + 37
    side = LEVELS // 2
    levels[at] = levels[at] % side + np.where(levels[at - 37] >= side, side, 0)
    parts = np.array_split(levels, 13)
    few, many = (told(all_lags, map(Digits, p))[0] for p in (parts[:2], parts))
    assert many.p_value < LEVEL < 1e-3 < few.p_value
    assert "those 37 draws later are on the same side" in many.sentence and many.size == 1 << 20


def test_blocks_of_lags_are_parts_of_the_stream(monkeypatch):
    """Whatever the blocks are in which it comes, and without what is left over."""
    monkeypatch.setattr(all_lags, "LENGTH", 1 << 10)
    levels = digits(5_000, 42)
    for size in (300, 1024, 4_999, 5_000):
        parts = [Digits(levels[k : k + size]) for k in range(0, 5_000, size)]
        expected = [sign_products.LagCounts(1 << 10) for _ in range(2)]
        for k in range(4):
            for count, sign in zip(
                expected, drift.folds(levels[k << 10 :][: 1 << 10]), strict=False
            ):
                count.add(np.sign(sign) * 1.0)
        said = told(all_lags, parts)
        assert said == tuple(
            sign_products.of_lags(f"all lags of {score}", count, score)
            for score, count in zip(sign_products.SCORES, expected, strict=True)
        )
        assert said[0].size == 4096


@pytest.mark.parametrize("lag", [1, 2, 4])
def test_neighbours_in_the_tails_are_counted_in_words(lag):
    signs = np.random.default_rng(19).random(64 * 30) < 0.3
    beside = both = 0
    for word in signs.reshape(-1, 64):
        for i in range(64):
            if (i // lag) % 2 == 1:
                near = word[i - lag] or (i + lag < 64 and word[i + lag])
                beside += near
                both += near and word[i]
    assert tail_pairs.hits(lag_digits.packed(signs), lag) == (beside, both)


def test_clusters_in_the_tails_are_told():
    levels = digits(64 * 500, 20)
    far = (levels < 128) | (levels >= 3968)  # one in 16
    at = np.flatnonzero(far[:-2])
    levels[at + 2] = np.where(digits(len(at), 21) % 2, levels[at + 2], 4000)
    outcome = told(tail_pairs, [Digits(levels[:100]), Digits(levels[100:])])[0]
    assert outcome.p_value < 1e-12 and outcome.statistic > 8 and outcome.size == 64 * 500
    assert "at a distance of 2 from one of the 6.25% most extreme" in outcome.sentence
    test = tail_pairs.make(LAW)
    test.add(Digits(levels))
    beside, both = tail_pairs.hits(lag_digits.packed((levels < 128) | (levels >= 3968)), 2)
    assert test._counts[1, 1].tolist() == [beside, both]
    assert outcome.p_value == 12 * chances.of_count(both, beside, 1 / 16)


@pytest.mark.parametrize(("p", "q"), [(17, 5), (128, 64), (250, 103), (250, 147), (65, 1)])
def test_three_signs_are_compared(p, q):
    bits = digits(64 * 12, 46) >= LEVELS // 2
    even, size = three_points.counted(lag_digits.packed(bits), p, q)
    triples = [bits[n] ^ bits[n - q] ^ bits[n - p] for n in range(p, p + size)]
    assert even == size - sum(triples) and size >= 64 * 12 - p - 128 and size % 64 == 0


def feedback(words, p, q, n):
    """A shift register of so many words from the first p on."""
    words = list(words[:p])
    while len(words) < n:
        words.append(words[-p] ^ words[-q])
    return np.array(words, dtype=np.int16)


@pytest.mark.parametrize("pair", three_points.PAIRS)
def test_shift_registers_are_told(pair):
    p, q = pair
    n = 2 * p + 1024
    levels = feedback(digits(p, 47), p, q, n)
    outcome = told(three_points, [Digits(levels[:100]), Digits(levels[100:])])[0]
    size = three_points.counted(np.zeros(n // 64, np.uint64), p, q)[1]
    tried = 2 * sum(2 * pair[0] + 128 <= n // 64 * 64 for pair in three_points.PAIRS)
    assert outcome.p_value == tried * chances.of_count(size, size, 0.5)
    assert outcome.p_value < LEVEL and outcome.size == n // 64 * 64
    if p == 250:
        assert (
            f"those {q} and 250 before, an even number is above the median in" in outcome.sentence
        )
    quarters = 1024 * (feedback(digits(p, 48) & 1, p, q, n) * 3)  # the median alone says it, too
    assert told(three_points, [Digits(np.minimum(quarters, 4095))])[0].p_value < LEVEL


def test_two_numbers_a_draw_are_no_shelter():
    """A square of the feedback is one: words twice as far apart."""
    words = feedback(digits(250, 49), 250, 103, 1 << 14)
    for levels in (words[::2], words[1::2], words[::4]):
        assert told(three_points, [Digits(levels)])[0].p_value < LEVEL


# ------------------------------------------------------------------ repeats and granularity


def test_values_that_come_again_are_counted_with_their_distance():
    x = LAW.rvs(30_000, rng=22)
    x[20_000:20_010] = -x[5_000:5_010]
    outcome = of_draws(repeats, x, size=7_000)[0]
    assert outcome.statistic == 10 and "10 of them equal the draw 15,000 before" in outcome.sentence
    mean = 30_000**2 / 2 * spacings(LAW, np.dtype(float)).pairs()[0]
    assert outcome.p_value == chances.of_repeats(10, mean) < 1e-50
    assert of_draws(repeats, LAW.rvs(30_000, rng=22))[0].p_value == 1


def test_a_value_and_its_repetition_are_kept_or_dropped_together(monkeypatch):
    """However few are kept: of 50,000 repetitions the share that the hash keeps is found."""
    monkeypatch.setattr(repeats, "KEPT", 3_000)
    x = LAW.rvs(50_000, rng=23)
    test = repeats.make(LAW)
    for part in np.split(np.r_[x, x], 20):
        test.add(Block(part, LAW, np.dtype(float)))
    outcome = test.outcomes()[0]
    kept = test._kept
    assert 1_000 < kept <= 3_000 and test._zeros == 6 and outcome.size == 100_000
    assert outcome.statistic == kept / 2 and "equal the draw 50,000 before" in outcome.sentence
    equal, one = spacings(LAW, np.dtype(float)).pairs()
    mean = 100_000**2 / 2 * min(equal, 2 * equal / 64 + 40 * one**2)
    assert outcome.p_value == chances.of_repeats(kept // 2, mean)
    places = np.empty(50_000, np.int64)
    assert repeats.choose(x, 6, places) == repeats.choose(-x, 6, places) == kept / 2


def test_windows_begin_at_each_doubling(monkeypatch):
    """Repetitions are counted within each, whatever the blocks, and once it is whole."""
    monkeypatch.setattr(repeats, "FIRST_WINDOW", 128)
    monkeypatch.setattr(repeats, "WINDOW", 256)
    x = LAW.rvs(2_100, rng=43)
    windows = [(128, 256), (256, 512), (512, 768), (1024, 1280)]  # that from 2,048 on is not whole
    for low, high in windows:
        x[low], x[high - 1] = -7.5, 7.5
    for outside in (127, 768, 1023, 1280, 2047, 2_050, 2_060):
        x[outside] = 7.5
    equal = spacings(LAW, np.dtype(float)).pairs()[0]
    mean = (128**2 + 3 * 256**2) / 2 * equal
    for size in (1, 100, 128, 333, 2_100):
        first, outcome = of_draws(repeats, x, size=size)
        assert outcome.statistic == 4 and outcome.size == 896 and first.statistic > 4
        assert outcome.p_value == chances.of_repeats(4, mean)
        assert "4 of 896 draws, in 4 parts" in outcome.sentence
        assert outcome.sentence.endswith("4 of them are 7.5")
    assert [len(of_draws(repeats, x[:n])) for n in (255, 256, 257)] == [1, 2, 2]


def test_a_value_with_a_small_probability_is_told():
    """Its hash does not begin with the zeros that values have that are kept."""
    x = LAW.rvs(1 << 21, rng=44)
    x[np.random.default_rng(45).random(1 << 21) < 1e-5] = 1.2345123456789
    first, outcome = of_draws(repeats, x, size=1 << 16)
    assert outcome.p_value < LEVEL and first.p_value > 1e-6
    assert "are 1.2345123456789" in outcome.sentence
    assert of_draws(repeats, LAW.rvs(1 << 19, rng=44), size=1 << 16)[1].p_value == 1


@pytest.mark.parametrize("law", [LAW, Stable(1.0), Stable(0.5, 1.0), Stable(2.0, 0, 1, 100.0)])
def test_float32_has_equal_draws_and_no_more_than_are_allowed(law):
    x = law.rvs(200_000, rng=24, dtype=np.float32)
    outcome = of_draws(repeats, x, law, 50_000)[0]
    expected = 200_000**2 / 2 * spacings(law, np.dtype(np.float32)).pairs()[0]
    assert expected / 40 < outcome.statistic < expected and outcome.p_value == 1
    assert "float32" in outcome.sentence


ROUNDED = {
    "three decimals": (lambda x: np.round(x, 3), "multiples of 1e-3"),
    "nine decimals": (lambda x: np.round(x, 9), "multiples of 1e-9"),
    "integers": (np.rint, "multiples of 1, where at most"),
    "float32": (lambda x: x.astype(np.float32).astype(float), "floats with 29 bits of 0"),
    "float16": (lambda x: x.astype(np.float16).astype(float), "floats with 42 bits of 0"),
    "24 bits of a fraction": (lambda x: np.round(x * 2.0**24) / 2.0**24, "multiples of 2^-24"),
}


@pytest.mark.parametrize("how", ROUNDED)
def test_rounded_draws_are_told(how):
    change, sentence = ROUNDED[how]
    x = np.clip(LAW.rvs(2_000, rng=25), -60_000, 60_000)
    outcome = of_draws(granularity, change(x))[0]
    assert outcome.p_value < 1e-100 and sentence in outcome.sentence
    mixed = np.where(np.arange(2_000) % 100 == 0, change(x), x)
    assert of_draws(granularity, mixed)[0].p_value < LEVEL
    assert of_draws(granularity, x)[0].p_value > 1e-6


@pytest.mark.parametrize("bits", [8, 16, 24, 32])
def test_uniforms_of_few_bits_are_told(bits):
    u = (np.random.default_rng(26).integers(0, 1 << bits, 2_000) + 0.5) / (1 << bits)
    outcome = of_draws(granularity, LAW.ppf(u))[0]
    assert outcome.p_value < 1e-100 and f"uniforms of {bits} bits" in outcome.sentence


def test_uniforms_next_to_a_multiple_have_the_exact_share():
    """Within 5e-13 of a cell's middle or end."""
    u = (np.random.default_rng(26).integers(0, 1 << 32, 20) + 0.5) / 2.0**32
    test = granularity.make(LAW)
    test.add(Block(LAW.ppf(u), LAW, np.dtype(float)))
    one = spacings(LAW, np.dtype(float)).pairs()[1]
    for bits in (8, 12, 16, 24, 32):
        share = 2 * 5e-13 * 2.0 ** (bits + 1) + one
        assert test._shares[f"uniforms of {bits} bits"] == pytest.approx(share, rel=1e-12)
    assert test._counts["uniforms of 32 bits"] == 20 and test._counts["uniforms of 8 bits"] == 0
    p_value = len(test._counts) * share**20
    assert test.outcomes()[0].p_value == pytest.approx(p_value, rel=1e-9, abs=0)
    assert test.outcomes()[0].statistic == 20


def test_counts_of_granularity_are_binomial():
    x = LAW.rvs(5_000, rng=27)
    x[:3] = np.round(x[:3], 6)
    test = granularity.make(LAW)
    test.add(Block(x, LAW, np.dtype(float)))
    share = spacings(LAW, np.dtype(float)).multiples(1e-6)
    count = int(np.count_nonzero(np.round(x, 6) == x))
    assert count == 3 and test._counts["multiples of 1e-6"] == count
    outcome = test.outcomes()[0]
    alone = chances.of_count_and_more(count, 5_000, share)
    assert len(test._counts) > 10 and 0 < outcome.p_value == len(test._counts) * alone < 1e-6
    assert f"{count} of 5,000 draws are multiples of 1e-6" in outcome.sentence


def test_the_least_likely_count_of_granularity_is_taken_as_many_times_as_there_are():
    """Two of 5,000 draws with six decimals: rare, but not beyond what 23 counts may show."""
    x = LAW.rvs(5_000, rng=28)
    x[:2] = np.round(x[:2], 6)
    test = granularity.make(LAW)
    test.add(Block(x, LAW, np.dtype(float)))
    least = min(
        chances.of_count_and_more(count, 5_000, test._shares[name])
        for name, count in test._counts.items()
    )
    p_value = test.outcomes()[0].p_value
    assert 0 < p_value == pytest.approx(len(test._counts) * least) and len(test._counts) > 10


def test_where_floats_are_coarse_nothing_is_asked_of_them():
    law = Stable(1.5, 0.0, 1e-9, 1e6)
    x = law.rvs(3_000, rng=28)
    assert of_draws(granularity, x, law)[0].p_value > 1e-6
    assert of_draws(repeats, x, law)[0].p_value == 1
    single = Stable(1.5, 0.0, 1.0, 1e7)
    quiet = of_draws(granularity, single.rvs(3_000, rng=28, dtype=np.float32), single)[0]
    assert quiet.p_value > 1e-6


# ------------------------------------------------------------------ nulls


def shares_below(p_values, at):
    """Whether a share of p-values is at most the binomial limit, at 10^-6 / 100 each."""
    count = int(np.count_nonzero(np.asarray(p_values) <= at))
    return binom.sf(count - 1, len(p_values), at) > 1e-8


@pytest.mark.parametrize(
    ("law", "dtype"),
    [
        (LAW, np.float64),
        (Stable(0.5, 1.0, 2.0, 3.0), np.float64),
        (Stable(1.9, 0, 1, 1e4), np.float32),
    ],
)
def test_draws_that_are_right_have_p_values_that_are_not_too_small(law, dtype):
    seen = {}
    for seed in range(40):
        x = law.rvs(4096, rng=[29, seed], dtype=dtype)
        for member in FILES:
            for outcome in of_draws(member, x, law, 2048):
                seen.setdefault(outcome.test, []).append(outcome.p_value)
                assert outcome.size > 0 and outcome.sentence
    assert len(seen) == 18
    for p_values in seen.values():
        assert len(p_values) == 40 and all(
            shares_below(p_values, at) for at in (0.001, 0.01, 0.1, 0.5)
        )


def test_questions_depend_on_the_number_of_draws_alone():
    for member in FILES:
        names = [
            [outcome.test for outcome in of_draws(member, law.rvs(n, rng=1), law)]
            for law in (LAW, Stable(0.5))
            for n in (1024, 3000)
        ]
        assert all(name == names[0] for name in names)
        assert member.MOST >= 1 << 16 and getattr(member, "ORDER", False) == (
            member not in (repeats, granularity)
        )


def test_rounding_is_undone_where_floats_are_coarse():
    law = Stable(1.5, 0.0, 1.0, 1e5)  # of which float32 are steps of 1/128
    x = law.rvs(200_000, rng=30, dtype=np.float32)
    block = Block(x.astype(float), law, x.dtype)
    counts = np.bincount(block.levels, minlength=LEVELS)
    middle = counts[1024:3072].sum()
    assert chances.of_count(int(middle), 200_000, 0.5) > 1e-6
    coarse = np.unique((LEVELS * block.uniforms).astype(int))
    assert np.count_nonzero(counts) > 4000 > 2000 > len(coarse)
    again = Block(x.astype(float), law, x.dtype)
    np.testing.assert_array_equal(block.levels, again.levels)
    fine = Block(x.astype(float), law, np.dtype(float))
    assert fine.dithered is fine.uniforms
    assert Block(np.empty(0), law, x.dtype).levels.shape == (0,)


@pytest.mark.parametrize("n", [1, 5, 32, 64, 70, 200, 300])
@pytest.mark.parametrize("member", FILES)
def test_few_draws_are_too_few_or_usual(member, n):
    assert all(o.p_value > 1e-4 for o in of_draws(member, LAW.rvs(n, rng=33), size=3))


def test_what_is_kept_is_one_array():
    kept = Kept()
    assert kept.all().shape == (0,)
    for part in ([1, 2], [3], []):
        kept.add(np.array(part, int))
    assert kept.all().tolist() == [1, 2, 3] and kept.all() is kept.all()


# ------------------------------------------------------------------ faults


def moving(n, rng):
    z = rng.standard_normal(n + 1)
    return LAW.ppf(ndtr((z[1:] + 0.25 * z[:-1]) / sqrt(1 + 0.0625)))


def clustered(n, rng):
    return LAW.rvs(n, rng) * np.where(np.arange(n) // 200 % 2, 1.5, 1 / 1.5)


def stratified(n, rng):
    u = (np.argsort(rng.random((n // 64, 64)), axis=1) + rng.random((n // 64, 64))) / 64
    return LAW.ppf(u.ravel())


def antithetic(n, rng):
    half = Stable(1.5).rvs(n // 2, rng)
    return np.concatenate([half, -half])


FAULTS = {
    "a moving average": (moving, lag_correlation, 4096),
    "neighbours that share": (moving, lag_digits, 16384),
    "sorted pairs": (lambda n, rng: np.sort(LAW.rvs((n // 2, 2), rng)).ravel(), ordering, 2048),
    "a block sorted": (lambda n, rng: np.sort(LAW.rvs((n // 512, 512), rng)).ravel(), drift, 4096),
    "a wave in the scale": (
        lambda n, rng: LAW.rvs(n, rng) * (1 + 0.5 * np.sin(np.arange(n) / 20)),
        spectrum,
        16384,
    ),
    "volatility": (clustered, tail_pairs, 65536),
    "uneven blocks": (clustered, evenness, 16384),
    "stratified": (stratified, evenness, 4096),
    "the second half is wider": (
        lambda n, rng: LAW.rvs(n, rng) * np.where(np.arange(n) < n // 3, 1, 1.2),
        drift,
        16384,
    ),
    "antithetic halves": (antithetic, all_lags, 2048),
    "antithetic halves are equal in size": (antithetic, repeats, 2048),
    "every 100th again": (
        lambda n, rng: np.repeat(LAW.rvs(n, rng), np.where(np.arange(n) % 100, 1, 2))[:n],
        repeats,
        2048,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_seen(name):
    draw, member, n = FAULTS[name]
    law = Stable(1.5) if draw is antithetic else LAW
    seen = least(of_draws(member, draw(n, np.random.default_rng(31)), law))
    assert seen.p_value < LEVEL, seen


def test_hashes_are_mixed_as_written_and_fair():
    x = np.random.default_rng(34).normal(size=4000).astype(np.float32).astype(float)
    mask = (1 << 64) - 1
    for zeros in (1, 5):
        places, expected = np.empty(4000, np.int64), []
        for i, word in enumerate(np.abs(x).view(np.uint64).tolist()):
            for _ in range(2):
                word = ((word ^ (word >> 32)) * 0x9E3779B97F4A7C15) & mask
            if word >> (64 - zeros) == 0:
                expected.append(i)
        for chosen in (repeats.choose, twin(repeats.choose)):  # compiled, perhaps, and interpreted
            places[:] = 0
            count = chosen(x, zeros, places)
            assert places[:count].tolist() == expected
        assert chances.of_count(count, 4000, 2.0**-zeros) > 1e-6
