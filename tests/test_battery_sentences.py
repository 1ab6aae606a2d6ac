"""What the battery's tests of numbers say: counts, shifts and shares that one can count oneself."""

from pkgutil import iter_modules

import numpy as np
import pytest
from battery_draws import DOUBLE, asked, drawn, member

from stablenoise import Stable
from stablenoise.examine.battery import numbers
from stablenoise.examine.battery.numbers.sums import made_single as sums_made_single
from stablenoise.examine.statistics.counts import binomial
from stablenoise.examine.statistics.tallies import cells_of


def test_a_score_tells_the_shift():
    for name, wrong, shift in (
        ("alpha", Stable(1.51), 0.01),
        ("scale", Stable(1.5, 0.0, 1.01), 0.01),
        ("loc", Stable(1.5, 0.0, 1.0, -0.01), -0.01),
        ("beta", Stable(1.5, -0.02), -0.02),
    ):
        outcomes = asked("scores", Stable(1.5), drawn(wrong, 1 << 22, 5))
        outcome = outcomes[f"score in {name}"]
        told = float(outcome.sentence.split()[4])
        error = float(outcome.sentence.split()[6])
        assert told == pytest.approx(shift, abs=5 * error)
        assert outcome.statistic == pytest.approx(told / error, rel=0.05, abs=0)
        assert f"{name} is off by" in outcome.sentence
        together = outcomes["scores together"].sentence
        assert float(together.split(f"{name} ")[1].split()[0].strip(",")) == pytest.approx(
            shift, abs=7 * error
        )


def test_a_score_at_the_end_of_the_range_tells_the_shift():
    for law, wrong, name, shift in (
        (Stable(2.0), Stable(1.999), "alpha", -1e-3),
        (Stable(1.5, 1.0), Stable(1.5, 0.99), "beta", -1e-2),
    ):
        outcome = asked("scores", law, drawn(wrong, 1 << 22, 13))[f"score in {name}"]
        # The derivative across an end is that over a step of 1e-3 inwards: a tenth is let pass
        assert float(outcome.sentence.split()[4]) == pytest.approx(shift, rel=0.15, abs=0)


def test_an_error_of_a_score_is_that_of_fishers_information():
    sentence = asked("scores", Stable(1.0), drawn(Stable(1.0), 1 << 20, 6))["score in loc"].sentence
    # Cauchy's information is 1/2 in location and in scale
    assert float(sentence.split()[6]) == pytest.approx((2 / (1 << 20)) ** 0.5, rel=0.03, abs=0)
    shown = float(sentence.split(";")[1].split()[0])
    assert shown == pytest.approx(7 * (2 / (1 << 20)) ** 0.5, rel=0.05, abs=0)


def test_beta_is_not_asked_where_nothing_depends_on_it():
    outcomes = asked("scores", Stable(2.0), drawn(Stable(2.0), 4096, 7))
    assert outcomes.keys() == {
        "score in alpha",
        "score in scale",
        "score in loc",
        "scores together",
    }


def test_exceedances_are_counted():
    law = Stable(1.0)
    values = drawn(law, 1 << 16, 8)
    outcomes = asked("exceedances", law, values)
    assert len(outcomes) == 9  # from 1e-2 to 1e-4
    cells = cells_of(law, DOUBLE)
    for level in (1e-2, 1e-3, 1e-4):
        at = cells.borders[np.argmin(abs(np.log(cells.above / level)))]
        assert law.sf(at) == pytest.approx(level, rel=0.02, abs=0)
        above, below = int(np.sum(values >= at)), int(np.sum(values <= -at))
        assert outcomes[f"exceedances above {level:g}"].statistic == above
        assert outcomes[f"exceedances below {level:g}"].statistic == below
        both = outcomes[f"exceedances beyond {level:g}"]
        assert both.statistic == above + below
        assert both.p_value == pytest.approx(
            binomial(above + below, 1 << 16, 2 * float(law.sf(at))), rel=1e-6, abs=0
        )
        assert (
            f"{above + below:,} of 65,536 draws are beyond {-at:.4g} or {at:.4g}" in both.sentence
        )
    assert "would have been detected" in outcomes["exceedances above 0.01"].sentence
    assert "would have been detected" not in outcomes["exceedances above 0.0001"].sentence


def test_the_largest_has_its_own_law():
    law, values = Stable(1.3, 0.5, 2.0, 1.0), drawn(Stable(1.3, 0.5, 2.0, 1.0), 5000, 9)
    outcomes = asked("maximum", law, values, block=1000)
    beyond = float(law.sf(values.max()))
    exact = 2 * min((1 - beyond) ** 5000, 1 - (1 - beyond) ** 5000)
    assert outcomes["largest"].p_value == pytest.approx(exact, rel=1e-6, abs=0)
    beyond = float(law.cdf(values.min()))
    exact = 2 * min((1 - beyond) ** 5000, 1 - (1 - beyond) ** 5000)
    assert outcomes["smallest"].p_value == pytest.approx(exact, rel=1e-6, abs=0)
    assert outcomes["largest"].statistic == values.max()
    assert outcomes["repeated largest"].p_value == 1


def test_a_largest_that_is_repeated_is_counted_over_all_blocks():
    law, values = Stable(1.5), np.clip(drawn(Stable(1.5), 1 << 14, 10), -50, 50)
    outcome = asked("maximum", law, values, block=1 << 10)["repeated largest"]
    assert outcome.statistic == np.sum(values == 50) > 3
    assert outcome.p_value < 1e-30
    coarse = np.round(drawn(law, 1 << 14, 10).astype(np.float16)).astype(float)
    assert asked("maximum", law, coarse, np.dtype(np.float16))["repeated largest"].p_value > 1e-8


def test_sums_are_draws_again():
    for law in (Stable(1.5, 0.5), Stable(1.0, -0.7), Stable(0.7, 0.3), Stable(1.001, 0.9)):
        for terms in (2, 16):
            scaled = Stable(law.alpha, law.beta, terms ** (1 / law.alpha))
            # In S1 locations add up
            moved = terms * law.to_s1()[3]
            place = Stable.from_s1(law.alpha, law.beta, scaled.scale, moved).loc
            sums = np.array([-3.0, 0.0, 10.0])
            expected = (sums - place) / scaled.scale
            np.testing.assert_allclose(sums_made_single(sums, law, terms), expected, rtol=1e-9)


def test_the_reflection_knows_the_share_on_the_right():
    law = Stable(1.2, 0.8)
    values = drawn(law, 1 << 15, 12)
    outcomes = asked("reflection", law, values)
    size = cells_of(law, DOUBLE).borders[cells_of(law, DOUBLE).half - 1]
    right = int(np.sum(values >= size))
    assert outcomes["side"].statistic == right
    share = float(law.sf(size) / (law.sf(size) + law.cdf(-size)))
    all_of = int(np.sum(abs(values) >= size))
    assert outcomes["side"].p_value == pytest.approx(
        binomial(right, all_of, share), rel=1e-6, abs=0
    )
    far = outcomes["sides beyond 0.001"].sentence
    # (1 + beta) / 2 of a tail is on the right
    assert float(far.split("a share of ")[1].split()[0]) == pytest.approx(0.9, abs=0.01)
    assert member("reflection").make(Stable(0.5, 1.0)) is None
    assert member("reflection").make(Stable(0.5, 0.99)) is not None
    assert member("reflection").make(Stable(1.5, 1.0)) is not None


def test_a_probability_that_is_bounded_is_said_to_be_less():
    """Far out the limit law of A^2 is that at 600."""
    law = Stable(1.5)
    sentence = asked("anderson_darling", law, drawn(Stable(1.5, 0.0, 0.2), 1 << 14, 14))[
        "Anderson-Darling"
    ].sentence
    assert "with probability less than" in sentence
    sentence = asked("anderson_darling", law, drawn(law, 1 << 14, 14))["Anderson-Darling"].sentence
    assert "less than" not in sentence and "exceed it with probability 0." in sentence


@pytest.mark.parametrize(
    "wrong", [np.zeros, np.ones, lambda n: 1e3 * np.random.default_rng(1).random(n)]
)
def test_a_correlation_is_never_beyond_1(wrong):
    outcomes = asked("lag_correlation", Stable(1.5), wrong(1 << 12))
    for outcome in outcomes.values():
        told = float(outcome.sentence.split("later is ")[1].split(";")[0])
        assert abs(told) <= 1


def test_a_correlation_is_that_of_pairs_at_the_lag():
    law, x = Stable(1.5), drawn(Stable(1.5), 1 << 14, 15)
    x[3:] = np.where(np.arange(len(x) - 3) % 4 == 0, x[:-3], x[3:])
    outcome = asked("lag_correlation", law, x)["correlation of values"]
    u = np.asarray(law.cdf(x))
    assert "with that of the draw 3 later is" in outcome.sentence
    told = float(outcome.sentence.split("later is ")[1].split(";")[0])
    assert told == pytest.approx(np.corrcoef(u[:-3], u[3:])[0, 1], abs=0.01)


MEMBERS = [info.name for info in iter_modules(numbers.__path__)]
MARKS = "K*", "2 n K", "theta", "to first order", "would have shown", "1e-0", "e+00 ", "as uniforms"


@pytest.mark.parametrize("size", [64, 1 << 14])
def test_no_sentence_has_a_word_that_only_its_author_knows(size):
    law, x = Stable(1.5, 0.3), drawn(Stable(1.5, 0.3), size, 16)
    for name in MEMBERS:
        for outcome in asked(name, law, x).values():
            assert not any(mark in outcome.sentence for mark in MARKS), outcome.sentence
            assert not outcome.sentence.endswith(".") and "  " not in outcome.sentence
