"""The battery's tests of numbers: right draws pass, each fault is found, p-values are right.

Seeds are fixed.  What is right is to have p-values above 1e-6 / 100 at each of some 100 outcomes.
"""

import warnings

import numpy as np
import pytest
from battery_draws import LAWS, SINGLE, asked, drawn, member
from scipy import stats

from stablenoise import Stable
from stablenoise.examine.statistics.counts import at_least

MEMBERS = [
    "anderson_darling",
    "block_maxima",
    "cells",
    "characteristic_function",
    "exceedances",
    "kolmogorov_smirnov",
    "maximum",
    "reflection",
    "scores",
    "sums",
    "tail_cells",
]
FALSE_ALARM = 1e-8


# All members


def test_members_say_what_they_are():
    for name in MEMBERS:
        module = member(name)
        assert module.MOST >= 1 << 20
        assert len(module.__doc__) > 300
        assert "\n\nFor " in module.__doc__  # the fault that it is for


@pytest.mark.parametrize("law", LAWS, ids=str)
def test_right_draws_are_let_pass(law):
    for n, seed in ((1024, 1), (1 << 15, 2)):
        values = drawn(law, n, seed)
        for name in MEMBERS:
            for outcome in asked(name, law, values).values():
                assert FALSE_ALARM < outcome.p_value <= 1, outcome
                assert 0 < outcome.size <= n
                assert "nan" not in outcome.sentence
                assert np.isfinite(outcome.statistic)


@pytest.mark.parametrize("law", [law for law in LAWS if 1e-9 < law.scale < 1e9], ids=str)
def test_right_draws_of_32_bits_are_let_pass(law):
    values = drawn(law, 1 << 15, 3, SINGLE)
    for name in MEMBERS:
        for outcome in asked(name, law, values, SINGLE).values():
            assert outcome.p_value > FALSE_ALARM, outcome


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("law", [Stable(1.5, 0.5), Stable(1.5, 0.5, 0.3, 2.0)], ids=str)
def test_draws_at_the_end_of_the_floats_are_counted_without_a_warning(name, law):
    """Their sums, and what they are in scales, are no floats any more."""
    values = np.random.default_rng(1).permutation(
        np.r_[drawn(law, 3000, 5), [1.7e308, -1.7e308] * 500]
    )
    with warnings.catch_warnings(), np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("error")
        outcomes = asked(name, law, values)
    assert all(0 <= outcome.p_value <= 1 for outcome in outcomes.values())


@pytest.mark.parametrize("name", MEMBERS)
def test_blocks_make_no_difference(name):
    law = Stable(1.3, 0.2)
    values = drawn(law, 1 << 14, 4)
    whole, parts = asked(name, law, values), asked(name, law, values, block=1 << 10)
    assert whole.keys() == parts.keys()
    for test, outcome in whole.items():
        assert parts[test].p_value == pytest.approx(outcome.p_value, rel=1e-6)
        assert parts[test].size == outcome.size


def test_p_values_are_uniform_or_larger():
    law, runs = Stable(1.4, 0.3, 2.0, -1.0), 150
    seen = {}
    for seed in range(runs):
        values = drawn(law, 2048, 100 + seed)
        for name in MEMBERS:
            for test, outcome in asked(name, law, values).items():
                seen.setdefault(test, []).append(outcome.p_value)
    assert seen.keys() >= UNIFORM
    for test, p_values in seen.items():
        # Saddlepoints and the like are off by some percent: 1.1 times the level is let pass
        for level in (0.02, 0.1, 0.5):
            small = int(np.sum(np.array(p_values) <= level))
            assert at_least(small, runs, 1.1 * level) > 1e-6, (test, level, small)
        if test in UNIFORM:
            assert stats.kstest(p_values, "uniform").pvalue > 1e-6, test


UNIFORM = {
    "Anderson-Darling",
    "Kolmogorov-Smirnov",
    "largest",
    "smallest",
    "score in alpha",
    "score in beta",
    "score in scale",
    "score in loc",
    "scores together",
    "some cells",
    "many cells",
    "tail cells",
    "sides by size",
    "side",
    "characteristic function",
    "scores of sums of 2",
    "scores of sums of 16",
    "sums of 2",
    "largest of 256",
}


# Faults


def faulty(name):
    """A law, and draws that are not its own, of the size at which some test sees it."""
    rng = np.random.default_rng(11)
    law, n = Stable(1.5), 1 << 20
    right = law.rvs(n, rng)
    skewed = Stable(1.5, 0.5)
    mixed = right[1:] + 0.1 * right[:-1]
    quantiles = law.ppf((np.arange(4096) + 0.5) / 4096)
    return {
        "scale off by 1%": (law, right * 1.01),
        "scale without its root of 2": (law, right[:1024] / 2**0.5),
        "alpha off by 0.02": (law, Stable(1.52).rvs(1 << 18, rng)),
        "loc off by 0.01": (law, right + 0.01),
        "sign of beta": (skewed, -skewed.rvs(1024, rng)),
        "S1 for S0": (skewed, Stable.from_s1(1.5, 0.5).rvs(1024, rng)),
        "clipped at 100": (law, np.clip(right[: 1 << 17], -100, 100)),
        "folded at 100": (law, np.where(abs(right) > 100, 1e4 / right, right)[: 1 << 19]),
        "Gauss for 1.99": (Stable(1.99), 2**0.5 * rng.standard_normal(1 << 17)),
        "Student for stable": (law, rng.standard_t(1.5, 1 << 12)),
        "mirrored": (law, np.stack([right[:4096], -right[:4096]]).ravel()),
        "evener than chance": (law, rng.permutation(quantiles)),
        "below the support": (Stable(0.5, 1.0), np.r_[Stable(0.5, 1.0).rvs(1024, rng), -1.5]),
        "1.99 for Gauss": (Stable(2.0), Stable(1.99).rvs(1 << 17, rng)),
        "a tenth of the one before": (law, mixed / (1 + 0.1**1.5) ** (2 / 3)),
        "in order of size": (law, np.sort(right[: 1 << 14])),
        "a grid of pi / 4": (law, np.round(right[: 1 << 14] * 4 / np.pi) * np.pi / 4),
    }[name]


SEEN_BY = {
    "scale off by 1%": {"scores": {"score in scale", "scores together"}},
    "scale without its root of 2": {"scores": {"score in scale"}, "cells": {"some cells"}},
    "alpha off by 0.02": {"scores": {"score in alpha"}},
    "loc off by 0.01": {
        "scores": {"score in loc"},
        "reflection": {"side"},
        "kolmogorov_smirnov": {"Kolmogorov-Smirnov"},
        "anderson_darling": {"Anderson-Darling"},
    },
    "sign of beta": {
        "characteristic_function": {"characteristic function"},
        "scores": {"score in beta"},
        "reflection": {"sides by size"},
        "anderson_darling": {"Anderson-Darling"},
    },
    "S1 for S0": {"kolmogorov_smirnov": {"Kolmogorov-Smirnov"}, "scores": {"score in loc"}},
    "clipped at 100": {"maximum": {"repeated largest", "repeated smallest"}},
    "folded at 100": {
        "exceedances": {"exceedances beyond 0.0001"},
        "maximum": {"largest", "smallest"},
        "tail_cells": {"tail cells"},
    },
    "Gauss for 1.99": {"scores": {"score in alpha"}},
    "a tenth of the one before": {"sums": {"scores of sums of 2", "scores of sums of 16"}},
    "in order of size": {
        "block_maxima": {"largest of 256", "smallest of 256"},
        "sums": {"sums of 16"},
    },
    "a grid of pi / 4": {"characteristic_function": {"characteristic function"}},
    "Student for stable": {"tail_cells": {"tail cells"}},
    "mirrored": {"reflection": {"sides by size"}},
    "evener than chance": {
        "anderson_darling": {"Anderson-Darling"},
        "cells": {"some cells", "many cells"},
    },
    "below the support": {"exceedances": {"outside the support"}, "maximum": {"smallest"}},
    "1.99 for Gauss": {
        "maximum": {"largest", "smallest"},
        "exceedances": {"exceedances beyond 1e-05"},
    },
}


@pytest.mark.parametrize("fault", SEEN_BY)
def test_each_fault_is_seen(fault):
    law, values = faulty(fault)
    for name, tests in SEEN_BY[fault].items():
        outcomes = asked(name, law, values)
        for test in tests:
            assert outcomes[test].p_value < 1e-10, outcomes[test]
