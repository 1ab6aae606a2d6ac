"""A sampler is looked at again and again with one level, and what is wrong is said in words."""

from __future__ import annotations

import json
from time import perf_counter, sleep

import numpy as np
import pytest
from scipy.stats import binom

from stablenoise import Stable, examine
from stablenoise.examine import budgets, known_mistakes, looks, runs, samplers
from stablenoise.examine.diagnoses import law_instead
from stablenoise.examine.looks import Examination
from stablenoise.examine.nonfinite import NonFinite
from stablenoise.examine.statistics.outcomes import Outcome
from stablenoise.examine.statistics.tallies import cells_of
from stablenoise.examine.traces import Drawn, cut_off, trace
from stablenoise.multivariate import Elliptical, Independent, Isotropic

LAW = Stable(1.5, 0.5)


def right(size, rng):
    return LAW.rvs(size, rng)


def test_the_shares_of_all_looks_are_the_whole():
    looks = 10_000
    total = sum(budgets.look_share(look) for look in range(looks))
    assert total == pytest.approx(1 - 1 / (looks + 1), rel=1e-12)


@pytest.mark.parametrize("draws", [1, 1023, 1024, 1025, 2048, 5000, 1 << 17])
def test_one_looks_at_doubling_sizes_and_at_the_end(draws):
    sizes = list(budgets.look_sizes(draws))
    assert sizes[-1] == draws
    assert sizes[:-1] == [1024 << k for k in range(len(sizes) - 1)]


def test_a_vector_costs_its_coordinates_and_projections():
    assert budgets.draws_of("smoke", None) == 1 << 17
    assert budgets.draws_of("smoke", 8) == 1 << 13
    assert budgets.draws_of("smoke", 10**6) == 1024
    assert budgets.draws_of(77, 8) == 77


@pytest.mark.parametrize("dim", [None, 3, 1000, 10**6])
def test_calls_add_up_and_hold_a_bounded_number_of_coordinates(dim):
    sizes = list(runs.pieces(200_001, dim))
    assert sum(sizes) == 200_001
    assert max(sizes) * (dim or 1) <= max(runs.BLOCK, dim or 1)


def test_equal_seeds_give_equal_reports_and_a_long_one_begins_with_the_short():
    one = examine.sampler(right, LAW, 4096, seed=5)
    assert one == examine.sampler(right, LAW, 4096, seed=5)
    assert one != examine.sampler(right, LAW, 4096, seed=6)
    long = examine.sampler(right, LAW, 16384, seed=5)
    columns = [long.tests.index(test) for test in one.tests]
    rows = [row for row, size in enumerate(long.sizes) if size in one.sizes and size]
    shorter = [row for row, size in enumerate(one.sizes) if size]
    np.testing.assert_array_equal(long.p_values[rows][:, columns], one.p_values[shorter])
    np.testing.assert_array_equal(long.levels[rows][:, columns], one.levels[shorter])


def test_levels_of_a_report_add_up_to_less_than_the_level():
    report = examine.sampler(right, LAW, 1 << 15, seed=5, level=0.01)
    assert 0 < np.nansum(report.levels) < 0.01


def test_the_first_sample_at_which_a_fault_showed_is_told():
    def wrong_later(size, rng):
        return LAW.rvs(size, rng) * (1.5 if size == 4096 else 1.0)

    report = examine.sampler(wrong_later, LAW, 1 << 15, seed=1)
    firsts = [finding.first for finding in report.findings if finding.grade == "fail"]
    assert report.grade == "fail"
    assert min(firsts) == 8192


def test_it_ends_at_a_fault_or_when_time_is_over_and_says_so():
    def wrong(size, rng):
        return 3 * right(size, rng)

    at_fault = examine.sampler(wrong, LAW, 1 << 16, seed=1, stop_at_fault=True)
    assert (at_fault.ended, at_fault.draws) == ("fault", 1024)
    slow = examine.sampler(right, LAW, 1 << 16, seed=1, seconds=1e-9)
    assert (slow.ended, slow.draws) == ("seconds", 1024)
    whole = examine.sampler(right, LAW, 3000, seed=1)
    assert (whole.ended, whole.draws) == ("budget", 3000)


def test_control_c_gives_the_report_so_far():
    calls = []

    def interrupted(size, rng):
        calls.append(size)
        if size == 16384:
            raise KeyboardInterrupt
        return right(size, rng)

    report = examine.sampler(interrupted, LAW, 1 << 16, seed=1)
    assert report.ended == "interrupted"
    assert report.draws == 16384
    assert report.grade == "pass"


def test_a_sampler_that_raises_later_has_its_reason_and_what_was_seen_before():
    def breaks(size, rng):
        if size == 8192:
            raise RuntimeError("no more\nnumbers")
        return right(size, rng)

    report = examine.sampler(breaks, LAW, 1 << 16, seed=1)
    assert (report.grade, report.ended, report.draws) == ("fail", "refusal", 8192)
    assert "RuntimeError: no more numbers" in report.diagnosis
    assert len(report.findings) > 3


def test_draws_made_elsewhere_are_asked_the_same_but_for_seeds():
    drawn = LAW.rvs(20_000, rng=3)
    report = examine.sample(drawn, LAW)
    assert report.grade == "pass"
    assert report.setting.seed is None
    assert examine.sample(2 * drawn, LAW).grade == "fail"
    unordered = examine.sample(np.sort(drawn), LAW, in_order=False)
    assert unordered.grade == "pass"
    assert examine.sample(np.sort(drawn), LAW).grade == "fail"


NAMED = [
    (Stable(1.5, 0.5), lambda law: Stable(1.5, -0.5), "beta has the wrong sign"),
    (Stable(1.5, 0.5), lambda law: Stable.from_s1(1.5, 0.5), "S1 for S0"),
    (Stable.from_s1(1.5, 0.5), lambda law: Stable(1.5, 0.5), "S0 for S1"),
    (Stable(1.2, 0.5, 3.0, 7.0), lambda law: Stable(1.2, 0.5, 1.0, 7.0), "scale is left out"),
    (Stable(1.2, 0.5, 3.0, 7.0), lambda law: Stable(1.2, 0.5, 3.0), "location is left out"),
    (Stable(1.2, 0.5, 3.0, 7.0), lambda law: Stable(1.2, 0.5, 3.0, -7.0), "has the wrong"),
    (
        Stable(1.2, 0.5, 3.0, 7.0),
        lambda law: Stable(1.2, 0.5, 3.0, 21.0),
        "multiplied by",
    ),
    (Stable(1.2, 0.5, 3.0, 7.0), lambda law: Stable(1.2, 0.0, 3.0, 7.0), "beta is left out"),
    (Stable(1.7), lambda law: Stable(1.7, scale=0.5**0.5), "factor 1/sqrt(2)"),
    (Stable(1.7), lambda law: Stable(1.7, scale=2**0.5), "factor sqrt(2)"),
    (Stable(0.7), lambda law: Stable(0.7, scale=2 ** (1 / 0.7)), "factor 2^(1/alpha)"),
    (Stable(1.7, scale=5.0), lambda law: Stable(1.7, scale=5.0**1.7), "power alpha"),
    (Stable(1.9), lambda law: Stable(2.0), "Gaussian"),
    (Stable(1.019, 0.5), lambda law: Stable(1.0, 0.5), "replaced by 1"),
    (Stable(1.5), lambda law: Stable(1.5, scale=1.1), "wrong scale, by the factor 1.1"),
    (Stable(1.5), lambda law: Stable(1.53), "alpha is off by +0.02"),
    (Stable(1.5), lambda law: Stable(1.5, 0.2), "beta is off by +0."),
    (Stable(1.5), lambda law: Stable(1.5, loc=0.1), "loc is off by +0.09"),
    (Stable(1.5), lambda law: Stable(1.3, 0.3, 1.3), "stable with other parameters: alpha = 1.29"),
]


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize(("law", "instead", "sentence"), NAMED, ids=[case[2] for case in NAMED])
def test_a_mistake_that_changes_the_law_is_named(law, instead, sentence, kind):
    # Kolmogorov and Smirnov refuse the right explanation once in 1,000 times; seeds are fixed.
    drawn = instead(law).rvs(1 << 17, rng=8).astype(kind)
    assert sentence in law_instead(law, drawn.astype(float), drawn.dtype)


WRONG = [
    (LAW, lambda size, rng: Stable.from_s1(1.5, 0.5).rvs(size, rng), "S1 for S0: the location"),
    (Stable(1.5), lambda size, rng: Stable(1.5, loc=1.0).rvs(size, rng), "loc is off by +"),
    (Stable(1.0), lambda size, rng: rng.standard_cauchy(size) + 1, "loc is off by +"),
    (Stable(2.0), lambda size, rng: rng.standard_normal(size), "wrong by the factor 1/sqrt(2)"),
    (LAW, lambda size, rng: -LAW.rvs(size, rng), "beta has the wrong sign"),
    (Stable(1.5), lambda size, rng: 1.121 * Stable(1.5).rvs(size, rng), "by the factor 1.1"),
    (LAW, lambda size, rng: Stable(1.5).rvs(size, rng), "beta is left out"),
]


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize(("law", "draw", "sentence"), WRONG, ids=[case[2] for case in WRONG])
def test_a_mistake_has_one_name_in_float32_and_float64(law, draw, sentence, kind):
    """In float32 they were told as faults of shift registers and of odd numbers of draws."""
    report = examine.sampler(lambda size, rng: draw(size, rng).astype(kind), law, 1 << 15, seed=1)
    assert report.grade == "fail"
    assert sentence in report.diagnosis


def test_a_mistake_and_a_shorter_type_are_both_named():
    def draw(size, rng):
        return (right(size, rng) + 1).astype(np.float32).astype(float)

    told = examine.sampler(draw, LAW, 1 << 15, seed=1).diagnosis
    assert told.startswith("loc is off by +") and told.endswith("; and rounded to float32")


def test_what_fails_because_the_law_is_another_is_no_diagnosis():
    """Student's t has no name here; its signs about another median, and odd calls, fail as well."""

    def draw(size, rng):
        return rng.standard_t(3.0, size) + 1

    report = examine.sampler(draw, Stable(1.5), 1 << 16, seed=1)
    failed = {finding.test for finding in report.findings if finding.grade == "fail"}
    assert {"sizes: last of odd", "three points"} <= failed
    for untrue in ("odd", "large calls", "shift register", "cut off"):
        assert untrue not in (report.diagnosis or "")


def test_what_fails_in_some_calls_alone_is_told():
    def last_of_odd(size, rng):
        drawn = right(size, rng)
        if size % 2:
            drawn[-1:] = 10 + abs(drawn[-1:])
        return drawn

    def large(size, rng):
        return right(size, rng) * (1.3 if size > 1 << 17 else 1.0)

    for draw, sentence in ((last_of_odd, "last draw of an odd"), (large, "large calls have")):
        report = examine.sampler(draw, LAW, 1 << 21, seed=1, stop_at_fault=True)
        assert sentence in report.diagnosis


def test_no_mistake_is_named_where_none_explains_the_draws():
    drawn = np.random.default_rng(1).standard_t(1.5, 1 << 16)
    assert law_instead(Stable(1.5), drawn) is None


@pytest.mark.parametrize("law", [LAW, Stable(1.0, -1.0, 2.0), Stable(2.0), Stable(0.3)])
def test_mistakes_are_laws_of_their_own(law):
    wrong = [mistake.law for mistake in known_mistakes.mistakes(law)]
    assert law not in wrong
    assert len(set(wrong)) == len(wrong) > 5


def test_a_clipped_tail_is_named_with_its_end():
    drawn = np.clip(LAW.rvs(100_000, rng=1), -50, 50)
    assert "clipped at" in examine.sample(drawn, LAW).diagnosis


def test_one_draw_at_either_end_of_a_clipped_range_is_enough():
    inside = LAW.rvs(1 << 12, rng=1)
    inside = inside[abs(inside) < 500]
    ends = np.r_[500.0, inside, -500.0]
    told = trace(LAW, Drawn(ends, np.dtype(float), len(ends), -500.0, 500.0))
    assert told == "clipped at -500 and 500: no draw is beyond, and 1 and 1 are equal to them"
    assert trace(LAW, Drawn(inside, np.dtype(float), len(inside), -499.0, 499.0)) is None


def test_a_report_is_told_as_text_page_and_numbers():
    report = examine.sampler(lambda size, rng: -right(size, rng), LAW, 4096, seed=1)
    text = report.summary(whole=True)
    passed = sum(finding.grade == "pass" for finding in report.findings)
    assert f"{passed} tests pass: the smallest" in report.summary()
    assert "more are not told here: summary(whole=True) does" in report.summary()
    assert len(report.summary().splitlines()) < 20
    assert text.startswith("fail: sampler of Stable(alpha=1.5")
    assert "seed 1, level 1e-06; all are drawn" in text
    assert all(f"{finding.test}: " in text for finding in report.findings)
    assert json.loads(json.dumps(report.to_dict()))["grade"] == "fail"
    page = report.to_html()
    assert "<svg" in page
    assert page.count("<tr>") == len(report.findings) + 1
    assert repr(report).startswith("SamplerReport(fail: ")


def test_reports_come_look_by_look():
    seen = list(samplers.reports(right, LAW, 4096, seed=1))
    assert [(report.draws, report.ended) for report in seen] == [
        (1024, "running"),
        (2048, "running"),
        (4096, "budget"),
    ]


BAD = {
    "law": (Stable([1.5, 1.6]), "law must be one law, got parameters of shape (2,)"),
    "budget": ("tiny", "budget must be one of smoke, standard, deep, got 'tiny'"),
    "level": (2.0, "level must lie in (0, 1), got 2.0"),
    "seconds": (-1, "seconds must be positive and finite, got -1"),
    "draw": (3, "draw must be a function of (size, rng), got 3"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_asked_is_told_in_one_line(name):
    value, line = BAD[name]
    with pytest.raises(ValueError) as told:
        examine.sampler(**{"draw": right, "law": LAW, "budget": 1024, "seed": 1} | {name: value})
    assert str(told.value) == line


def test_a_sample_must_have_the_shape_of_its_law():
    with pytest.raises(ValueError, match=r"^values must have the shape \(n,\), got \(50, 2\)$"):
        examine.sample(np.zeros((50, 2)), LAW)
    with pytest.raises(ValueError, match="^values must be 32 or more, got 3$"):
        examine.sample([1.0, 2.0, 3.0], LAW)


@pytest.mark.parametrize("draws", [1, 2, 3, 10, 32, 100, 1025])
def test_few_right_draws_pass(draws):
    """The mean of few waves lay beyond those of the law's quantiles, and was a fault."""
    for seed in range(20):
        assert examine.sampler(right, LAW, draws, seed=seed).grade != "fail"


def test_draws_of_float32_are_not_taken_for_rounded_ones():
    assert examine.sample(LAW.rvs(2000, 1, np.float32), LAW).grade == "pass"


def test_faults_of_dependence_that_suppose_a_wrong_law_are_counted_apart():
    report = examine.sampler(lambda size, rng: 2 * right(size, rng), LAW, 1 << 14, seed=1)
    follow = [f for f in report.findings if f.grade == "fail" and f.supposes_law]
    assert {"correlation of distances from the middle", "pairs in the tails"} <= {
        finding.test for finding in follow
    }
    assert not any(finding.test.startswith(("score in", "exceedances")) for finding in follow)
    assert "of dependence suppose the law" in report.summary()
    sorted_pairs = examine.sampler(
        lambda size, rng: np.sort(right(size, rng).reshape(-1, 2)).ravel()
        if size % 2 == 0
        else right(size, rng),
        LAW, 1 << 14, seed=1,
    )  # fmt: skip
    assert "of dependence suppose the law" not in sorted_pairs.summary()


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        (lambda size, rng: LAW.rvs(size, 7), "the generator is not advanced"),
        (lambda size, rng: np.full(size, 2.5), "all draws are 2.5"),
        (lambda size, rng: np.round(right(size, rng), 2), "rounded to multiples of 0.01"),
        (lambda size, rng: right(size, rng).astype(np.float32).astype(float), "rounded to float32"),
        (
            lambda size, rng: np.array([float(f"{x:.6g}") for x in right(size, rng)]),
            "rounded to 6 significant digits",
        ),
        (lambda size, rng: np.resize(right(size // 2 + 1, rng), size), "repeated"),
    ],
)
def test_a_trace_is_named(draw, sentence):
    assert sentence in examine.sampler(draw, LAW, 1 << 15, seed=1).diagnosis


@pytest.mark.parametrize(
    ("law", "instead", "sentence"),
    [
        (Isotropic(1.5, 3), Isotropic(1.5, 3, 0.5**0.5), "factor 1/sqrt(2)"),
        (Isotropic(1.5, 3), Independent(1.5, 3), "coordinates are independent"),
        (Independent(1.5, 3), Isotropic(1.5, 3), "one radius is common"),
        (
            Elliptical(1.5, [[2.0, 1.0], [1.0, 3.0]]),
            Elliptical(1.5, [[5.0, 5.0], [5.0, 10.0]]),
            "Sigma is taken for its root",
        ),
    ],
)
def test_a_mistake_with_vectors_is_named(law, instead, sentence):
    report = examine.sampler(lambda size, rng: instead.rvs(size[0], rng), law, 8192, seed=1)
    assert report.grade == "fail"
    assert sentence in report.diagnosis


def test_a_wide_level_makes_few_right_samplers_suspicious():
    """At level 0.01 with probability 0.05 at most: 6 of 20 have one of 3e-5."""
    reports = [examine.sampler(right, LAW, 2048, seed=seed, level=0.01) for seed in range(20)]
    assert sum(report.grade != "pass" for report in reports) < 6


def test_a_fault_that_later_draws_hide_is_told_all_the_same():
    calls = iter([True])

    def once(size, rng):
        return right(size, rng) * (1.5 if size == 1024 and next(calls, False) else 1.0)

    report = examine.sampler(once, LAW, 1 << 14, seed=1)
    scale = next(f for f in report.findings if f.test == "score in scale")
    assert (scale.grade, scale.first) == ("fail", 1024)
    column = report.tests.index("score in scale")
    assert report.p_values[-1, column] > scale.p_value


def test_nothing_drawn_is_no_pass():
    def interrupted(size, rng):
        raise KeyboardInterrupt

    report = examine.sampler(interrupted, LAW, 1 << 15, seed=1)
    assert (report.grade, report.ended, report.draws) == ("suspicious", "interrupted", 0)


def test_a_law_for_its_draws_is_told():
    with pytest.raises(ValueError, match="^draw must be a function, perhaps its rvs, got "):
        examine.sampler(LAW, LAW, 1024, seed=1)


def test_suspicion_is_a_thousand_times_the_level_and_at_most_a_twentieth():
    assert Examination(LAW, 1e-6)._suspicious == 1000
    assert Examination(LAW, 1e-2)._suspicious == pytest.approx(5)
    assert Examination(LAW, 0.5)._suspicious == 1
    for p_value, grade in ((9e-10, "fail"), (9e-7, "suspicious"), (1.1e-6, "pass")):
        asked = looks.Asked(Outcome("a test", 1.0, p_value, 5, "seen"), 1e-9)
        assert looks._finding(asked, None, 1000.0).grade == grade


@pytest.mark.parametrize("infinite", [0, 1, 2, 5])
def test_infinities_have_a_binomial_law_on_either_side(infinite):
    """At alpha 0.01 a draw is beyond the floats with a probability of some 1e-3."""
    law, draws = Stable(0.01), 2000
    seen = NonFinite(law)
    seen.without(np.r_[np.full(infinite, np.inf), np.zeros(draws - infinite)])
    largest = np.finfo(float).max
    beyond, near = (2 * float(law.sf(end)) for end in (largest, largest / 256))
    few = binom.cdf(infinite, draws, beyond)
    many = binom.sf(infinite - 1, draws, near)
    assert seen.outcomes()[1].p_value == pytest.approx(min(1, 2 * min(few, many)), rel=1e-9)


def test_an_end_is_cut_off_where_that_is_no_accident():
    values = LAW.rvs(1000, rng=1)
    end = float(LAW.isf(1e-3))
    few, many = (Drawn(values, np.dtype(float), n, -1e300, end) for n in (13_000, 15_000))
    assert cut_off(LAW, few) is None
    assert "no draw is beyond, where 15 are expected" in cut_off(LAW, many)


def test_an_end_of_another_law_is_no_cut():
    """Where draws from beyond went does not matter: they are no more than the cut explains."""
    law = Stable(1.5)
    values = law.rvs(1 << 16, rng=1)
    folded = np.where(abs(values) > 9, values % 9, values)
    normal = np.random.default_rng(1).normal(0, 2.5, 1 << 16)
    cut, other = (Drawn(x, x.dtype, len(x), x.min(), x.max()) for x in (folded, normal))
    assert "cut off at 9" in cut_off(law, cut) or "cut off at 8.99" in cut_off(law, cut)
    assert cut_off(law, other) is None


def test_what_explains_right_draws_little_better_explains_nothing():
    """Four fitted parameters gain 2 in log likelihood, and 20 with a probability of 5e-8."""
    assert [law_instead(LAW, LAW.rvs(5000, rng=seed)) for seed in range(10)] == [None] * 10


def test_cells_reach_beyond_the_rarest_exceedances_that_are_asked():
    probabilities = cells_of(LAW, np.dtype(float)).probabilities()
    assert 0 < max(probabilities[0], probabilities[-1]) < 1e-11


def test_a_slow_sampler_has_a_report_when_its_time_is_over():
    """It was asked some 800 times for seeds and sizes before the first look, whatever the time."""

    def slow(size, rng):
        sleep(0.05)
        return right(size, rng)

    started = perf_counter()
    report = examine.sampler(slow, LAW, 1 << 18, seed=1, seconds=0.6)
    assert perf_counter() - started < 5
    assert (report.ended, report.grade) == ("seconds", "pass")
    assert report.draws >= 1024


def test_mistakes_with_an_extreme_scale_are_no_traceback():
    for law in (Stable(1.5, 0, 1e300), Stable(0.1, 0.5, 1e-300, 1e300)):
        assert all(np.isfinite(mistake.law.scale) for mistake in known_mistakes.mistakes(law))
