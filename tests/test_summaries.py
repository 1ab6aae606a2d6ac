"""Intervals that hold at every look: exactly where laws can be counted out, else by simulation."""

from itertools import product
from math import exp, inf, log, log1p, pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, optimize, special

from paper_checks import sequences, summaries
from paper_checks.summaries import (
    Interval,
    bounded,
    clipped,
    computed,
    median,
    nominal,
    pooled,
    proportion,
    worst,
)

SAMPLED = [proportion, pooled(5), bounded(0, 1), clipped(-1, 2), median, nominal]
DELTAS = [0.05, 1e-2, 1e-3, 1e-4]
samples = st.lists(st.floats(0, 1), min_size=1, max_size=80).map(np.array)


def jeffreys(p):
    return 1 / pi / sqrt(p * (1 - p))


@pytest.mark.parametrize("ones, rows", [(0, 1), (3, 7), (20, 20)])
def test_mixtures_are_their_integrals(ones, rows):
    def likelihood(p):
        return p**ones * (1 - p) ** (rows - ones) * jeffreys(p)

    mixed, _ = integrate.quad(likelihood, 0, 1)
    upper, _ = integrate.quad(likelihood, 0.5, 1)
    assert sequences.log_mixed(ones, rows) == pytest.approx(log(mixed), abs=1e-9)
    found = sequences.log_sign_wealth(np.array(ones), np.array(rows))
    assert found == pytest.approx(log(2 ** (rows + 1) * upper), abs=1e-9)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.999])
def test_no_wealth_can_be_expected_to_change_where_rows_are_zero_or_one(p):
    """All 2^10 samples, weighed by their probability, at each of ten looks."""
    ones, rows = np.arange(11), 10
    weights = special.binom(rows, ones) * p**ones * (1 - p) ** (rows - ones)
    ratio = np.exp(sequences.log_mixed(ones, rows)) / (p**ones * (1 - p) ** (rows - ones))
    assert weights @ ratio == pytest.approx(1, abs=1e-12)
    expected = 0.0
    for sample in product([0.0, 1.0], repeat=rows):
        k = sum(sample)
        _, last = sequences.wealth(np.array(sample), p, inf)
        expected += p**k * (1 - p) ** (rows - k) * last
    assert expected == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("p, expected", [(0.5, 1.0), (0.4, 0.6), (0.1, 0.1)])
def test_signs_earn_nothing_where_rows_lie_above_at_most_half_the_time(p, expected):
    above = np.arange(31)
    weights = special.binom(30, above) * p**above * (1 - p) ** (30 - above)
    wealth = weights @ np.exp(sequences.log_sign_wealth(above, np.full(31, 30)))
    assert wealth == pytest.approx(1, abs=1e-12) if p == 0.5 else wealth < expected


def ever(rejects, p, rows):
    """Probability that a walk of ones with probability p ever meets (rows, ones) that rejects."""
    alive, gone = np.array([1.0]), 0.0
    for n in range(1, rows + 1):
        alive = np.append(alive * (1 - p), 0) + np.append(0, alive * p)
        hit = rejects(n, np.arange(n + 1))
        gone += alive[hit].sum()
        alive[hit] = 0
    return gone


@pytest.mark.parametrize("delta", DELTAS)
@pytest.mark.parametrize("p", [0.5, 0.9, 0.999])
def test_a_proportion_is_missed_at_some_look_no_oftener_than_said(p, delta):
    """The exact probability over 500 looks; and not so seldom that the interval is idle."""

    def rejects(n, ones):
        likelihood = ones * log(p) + (n - ones) * log1p(-p)
        return sequences.log_mixed(ones, np.full(n + 1, n)) - likelihood >= -log(delta)

    assert delta / 30 < ever(rejects, p, 500) <= delta


@pytest.mark.parametrize("delta", DELTAS)
def test_a_median_is_missed_on_one_side_no_oftener_than_said(delta):
    needed = sequences.signs_needed(500, delta)
    found = ever(lambda n, above: above >= needed[n - 1], 0.5, 500)
    assert delta / 30 < found <= delta


@pytest.mark.parametrize("rows, delta", [(40, 0.1), (300, 1e-5)])
def test_the_signs_that_are_needed_are_the_fewest(rows, delta):
    n = np.arange(1, rows + 1)
    needed = sequences.signs_needed(rows, delta)
    enough = sequences.log_sign_wealth(np.minimum(needed, n), n) >= -log(delta)
    np.testing.assert_array_equal(enough, needed <= n)
    assert (sequences.log_sign_wealth(np.minimum(needed, n + 1) - 1, n) < -log(delta)).all()


def test_all_rows_on_one_side_decide_for_four_quantities_before_twenty():
    x = np.arange(1.0, 21)
    assert median(x[:19], 1 - 1e-4 / 4).low == 1.0
    assert median(x[:18], 1 - 1e-4 / 4).low == -inf


@pytest.mark.parametrize("ones", [0, 64])
def test_the_interval_of_equal_rows_is_its_formula(ones):
    """64 ones: p^64 = delta B(64.5, 0.5) / pi."""
    low = (1e-5 * special.beta(64.5, 0.5) / pi) ** (1 / 64)
    ends = (low, 1.0) if ones else (0.0, 1 - low)
    seen = proportion(np.full(64, ones / 64), 1 - 1e-5)
    assert (seen.low, seen.high) == pytest.approx(ends, abs=1e-12)
    assert low < 0.817  # the exact interval of one look


def test_a_proportion_has_the_ends_of_its_likelihood_ratios():
    """Roots at each look, and the intersection of all."""
    hits = (np.random.default_rng(1).uniform(size=90) < 0.7).astype(float)
    lows, highs = [0.0], [1.0]
    for n in range(1, 91):
        ones = hits[:n].sum()

        def excess(p, n=n, ones=ones):
            ratio = sequences.log_mixed(ones, n) - ones * log(p) - (n - ones) * log1p(-p)
            return ratio - log(100)

        if ones and excess(1e-9) > 0:
            lows.append(optimize.brentq(excess, 1e-9, ones / n - 1e-12))
        if ones < n and excess(1 - 1e-9) > 0:
            highs.append(optimize.brentq(excess, ones / n + 1e-12, 1 - 1e-9))
    seen = proportion(hits, 0.99)
    assert (seen.low, seen.high) == pytest.approx((max(lows), min(highs)), abs=1e-9)


def test_counts_of_many_trials_are_as_good_as_the_trials():
    """But for looks between rows: one row of 60 trials is one look."""
    hits = (np.random.default_rng(2).uniform(size=60) < 0.3).astype(float)
    whole, parts = pooled(60)(hits.mean(keepdims=True), 0.99), proportion(hits, 0.99)
    assert whole.value == pytest.approx(parts.value)
    assert whole.low <= parts.low and parts.high <= whole.high
    assert whole.high - whole.low < 1.5 * (parts.high - parts.low)
    scaled = pooled(60, 0.01)(hits.mean(keepdims=True) / 0.01, 0.99)
    assert (scaled.low, scaled.high) == pytest.approx((100 * whole.low, 100 * whole.high))


def test_wealth_is_the_mean_over_bettors():
    x = np.random.default_rng(3).uniform(size=50)
    factors = 1 + sequences.FRACTIONS[:, None] * (x / 0.3 - 1)
    path = factors.cumprod(axis=1).mean(axis=0)
    assert sequences.wealth(x, 0.3, inf) == pytest.approx((max(1, path.max()), path[-1]))


def test_the_mean_of_bounded_rows_has_the_ends_of_its_wealth():
    x = np.random.default_rng(4).beta(2, 5, size=200)
    seen = bounded(0, 1)(x, 0.99)
    for end, rows, mean in [("low", x, seen.low), ("high", 1 - x, 1 - seen.high)]:
        before, after = (sequences.wealth(rows, mean + d, inf)[0] for d in (-1e-9, 1e-9))
        assert before > 200 > after, end  # 2 / delta


@given(samples)
def test_more_rows_never_widen_an_interval(sample):
    half = sample[: (sample.size + 1) // 2]
    for summary in (bounded(0, 1), clipped(0.2, 0.7), median):
        less, more = summary(half, 0.9), summary(sample, 0.9)
        assert min(more.high, less.high) == more.high or more.low == less.high
        assert max(more.low, less.low) == more.low or more.high == less.low


@given(samples)
def test_a_higher_level_gives_a_wider_interval(sample):
    hits = (sample > 0.5).astype(float)
    for summary, rows in [(bounded(0, 1), sample), (median, sample), (proportion, hits)]:
        narrow, wide = summary(rows, 0.9), summary(rows, 0.999)
        assert wide.low <= narrow.low and narrow.high <= wide.high


@given(samples)
def test_units_and_reflection_change_nothing_else(sample):
    seen, other = bounded(0, 1)(sample, 0.95), bounded(-7, 3)(3 - 10 * sample, 0.95)
    assert (other.low, other.high) == pytest.approx(
        (3 - 10 * seen.high, 3 - 10 * seen.low), abs=1e-8
    )
    there, back = median(sample, 0.8), median(-sample, 0.8)
    assert (there.low, there.high) == (-back.high, -back.low)


@pytest.mark.parametrize("summary", SAMPLED)
@pytest.mark.parametrize("value", [0.0, 1.0])
@pytest.mark.parametrize("rows", [2, 64, 300])
def test_no_sample_has_an_interval_of_no_width(summary, value, rows):
    seen = summary(np.full(rows, value), 0.9)
    assert seen.low < seen.high and seen.low <= value <= seen.high


def test_a_median_among_ties_has_the_values_beside_it_for_ends():
    x = np.array([0.0] + [1.0] * 200 + [2.0])
    assert median(x, 0.99) == Interval(1.0, 0.0, 2.0)
    assert median(x[1:-1], 0.99) == Interval(1.0, -inf, inf)


@pytest.mark.parametrize("draw, summary, target", [
    (lambda rng: rng.exponential(size=200), clipped(0, 5), 1 - exp(-5)),
    (lambda rng: rng.exponential(size=200), median, log(2)),
    (lambda rng: rng.lognormal(size=200), median, 1.0),
    (lambda rng: rng.standard_t(3, size=200), clipped(-10, 10), 0.0),
    (lambda rng: rng.uniform(size=200), bounded(0, 1), 0.5),
    (lambda rng: (rng.uniform(size=200) < 0.9) * 1.0, bounded(0, 1), 0.9),
])  # fmt: skip
def test_no_look_misses_oftener_than_said(draw, summary, target):
    """Of 1,000 intervals of 200 looks at level 0.8: 5 standard errors above 200 misses are 263."""
    rng = np.random.default_rng(5)
    seen = [summary(draw(rng), 0.8) for _ in range(1_000)]
    assert 2 < sum(not i.low <= target <= i.high for i in seen) < 263


def test_a_nominal_interval_is_its_formula():
    """Waudby-Smith et al. (2024), theorem 2.2: sqrt((t r + 1) / r log((t r + 1) / a^2))."""
    x = np.random.default_rng(6).normal(size=512)
    seen = nominal(x, 0.99)
    r = (2 * log(1e5) + log(1 + 2 * log(1e5))) / 512
    half = x.std(ddof=1) * sqrt((512 * r + 1) / r * log((512 * r + 1) / 0.01**2)) / 512
    assert (seen.low, seen.high) == pytest.approx((x.mean() - half, x.mean() + half))
    assert nominal(x[:255], 0.99) == Interval(x[:255].mean(), -inf, inf)


def test_nominal_intervals_of_normal_rows_keep_their_level_at_all_looks():
    """2,000 samples of looks at 256, ..., 600 rows, level 0.8: 5 standard errors are 89."""
    x = np.random.default_rng(7).normal(size=(2_000, 600))
    missed = np.zeros(2_000, bool)
    for n in range(256, 601, 4):
        missed |= [not i.low <= 0 <= i.high for i in (nominal(row[:n], 0.8) for row in x)]
    assert 40 < missed.sum() < 489


@pytest.mark.parametrize(
    "summary, rows, line",
    [
        (proportion, [0, 1, 0.5], "rows of a proportion must be 0 or 1, got 0.5"),
        (bounded(0, 1), [0.5, 1.25], r"rows must lie in \[0, 1\], got 1.25"),
        (bounded(0, 1), [0.5, -0.25], r"rows must lie in \[0, 1\], got -0.25"),
        (computed, [1, 1, 2], "rows that are computed must be equal, got 1.0 and others"),
        (pooled(10), [0.1, 0.25], "rows must be shares of 10 trials each, got 2.5 / 10"),
        (pooled(10), [1.1], "rows must be shares of 10 trials each, got 11 / 10"),
    ],
)
def test_rows_of_another_kind_are_refused_in_a_line(summary, rows, line):
    with pytest.raises(ValueError, match=f"^{line}$"):
        summary(np.array(rows, float), 0.9)


def test_what_is_no_sample_is_told_as_it_is():
    assert computed(np.full(3, 0.25), 0.9) == Interval(0.25, 0.25, 0.25)
    assert worst(np.array([1.0, 3.0, 2.0]), 0.9) == Interval(3.0, 3.0, inf)


def test_names_say_what_is_estimated():
    names = [s.name for s in (proportion, pooled(9, 1e-5), bounded(0, 2), clipped(-1, 1), median)]
    assert names == [
        "proportion",
        "probability over 1e-05",
        "mean of values in [0, 2]",
        "mean of values clipped to [-1, 1]",
        "median",
    ]
    assert summaries.nominal.guarantee == "nominal" and median.guarantee == "exact"


@pytest.mark.parametrize("summary", [bounded(0, 1), proportion, median])
def test_rows_that_are_not_of_one_law_have_an_interval_that_spans_what_they_say(summary):
    """Zeros keep the upper end low; as many ones, and more, bring the lower one above it."""
    sample = np.repeat([0.0, 1.0], [200, 2_000])
    low, high = (summary(part, 0.9) for part in (sample[:200], sample[::-1]))
    seen = summary(sample, 0.9)
    assert seen.low <= min(low.high, 0.5) and seen.high >= 0.5
    assert seen.low < seen.high and high.low < high.high
