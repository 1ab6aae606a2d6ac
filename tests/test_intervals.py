"""Intervals that an estimate carries: what they are, and that they are values like it."""

import copy
import json
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stablenoise import Estimate
from stablenoise.intervals import ChiSquare, Odds, Profile, Score

levels = st.floats(0.01, 1 - 1e-9)
ROOTS = tuple(np.linspace(-9, 9, 37).tolist())
KINDS = {
    "chi-square": ChiSquare(1.5, 20),
    "odds": Odds(0.6, 0.01, 9),
    "score": Score(0.7, 100, (1.0, 0.5, 1.0)),
    "profile": Profile(tuple(1.5 + 0.1 * r for r in ROOTS), ROOTS),
    "inverse": Profile(tuple(0.7 + 0.1 * r for r in ROOTS), ROOTS, inverse=True),
}
each_kind = pytest.mark.parametrize("interval", KINDS.values(), ids=KINDS)


@given(levels, st.floats(0.5, 1e6))
def test_a_chi_square_interval_has_its_quantiles(level, dof):
    low, high = ChiSquare(2.5, dof)(level)
    tails = stats.chi2(dof).cdf(dof * low / 2.5), stats.chi2(dof).sf(dof * high / 2.5)
    assert tails == pytest.approx(((1 - level) / 2,) * 2, rel=1e-8)


def test_a_chi_square_interval_of_two_degrees_is_that_of_an_exponential_variate():
    assert ChiSquare(3.0, 2)(0.95) == pytest.approx(
        (-3 * np.log(0.975), -3 * np.log(0.025)), rel=1e-14
    )


def test_an_interval_of_odds_is_that_of_a_mean():
    half = stats.t(9).ppf(0.975) * 0.01
    ends = np.array([0.6 - half, 0.6 + half])
    assert Odds(0.6, 0.01, 9, factor=3.0)(0.95) == pytest.approx(tuple(3 * ends / (1 - ends)))
    assert Odds(0.6, 0.3)(0.95) == (pytest.approx(0.012161, rel=1e-3), np.inf)
    assert Odds(0.1, 0.3)(0.95)[0] == 0


@given(levels, st.floats(0.05, 5), st.integers(1, 10_000))
def test_ends_of_a_score_interval_are_as_far_as_their_own_deviation(level, xi, n):
    z = stats.norm.isf((1 - level) / 2)
    ends = Score(xi, n, (1.0, 0.5, 1.0))(level)
    if ends == (0, np.inf):
        assert z**2 >= n
        return
    for alpha, side in zip(ends, (1, -1), strict=True):
        if alpha < np.inf:
            far = z * np.sqrt((1 + 0.5 / alpha + alpha**-2) / n)
            assert 1 / alpha - xi == pytest.approx(side * far, rel=1e-7, abs=1e-9)
        else:  # no positive value of xi is below
            assert xi <= z / np.sqrt(n) * (1 + 1e-9)


@given(levels)
def test_a_profile_that_is_a_parabola_gives_the_normal_interval(level):
    half = 0.1 * stats.norm.isf((1 - level) / 2)
    assert KINDS["profile"](level) == pytest.approx((1.5 - half, 1.5 + half), rel=1e-12)
    low, high = KINDS["inverse"](level)
    assert low == pytest.approx(1 / (0.7 + half), rel=1e-12)
    assert high == pytest.approx(1 / (0.7 - half) if half < 0.7 else np.inf, rel=1e-9)


def test_a_profile_that_ends_leaves_the_interval_open():
    short = Profile((1.0, 2.0, 3.0), (-1.0, 0.0, 1.0))
    assert short(0.99) == (-np.inf, np.inf)
    assert Profile((0.5, 1.0, 2.0), (-1.0, 0.0, 1.0), inverse=True)(0.99) == (0, np.inf)


def test_an_inverse_that_may_be_zero_leaves_the_interval_open_above():
    crossing = Profile((-1.0, 0.5, 2.0), (-3.0, 0.0, 3.0), inverse=True)
    low, high = crossing(0.95)
    assert 0.5 < low < 1 and high == np.inf


@each_kind
@given(st.lists(levels, min_size=2, max_size=2))
def test_a_higher_level_gives_a_wider_interval(interval, pair):
    (low, high), (wide_low, wide_high) = map(interval, sorted(pair))
    assert wide_low <= low <= high <= wide_high


@each_kind
def test_an_estimate_uses_its_own_interval_and_stays_a_value(interval):
    found = Estimate(1.5, 0.1, 20, interval=interval)
    assert found.conf_int(0.9) == interval(0.9) and found.conf_int() == interval(0.95)
    for kept in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
        assert kept == found and hash(kept) == hash(found)
    assert found != Estimate(1.5, 0.1, 20)
    assert repr(found).startswith("Estimate(value=1.5, stderr=0.1, n=20, dof=inf, inverse=False, i")
    assert f"interval={interval!r}" in repr(found) and "\n" not in repr(found)
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert told["interval"] == interval.to_dict()
    with pytest.raises(ValueError, match=r"^level must lie in \(0, 1\), got 1$"):
        found.conf_int(1)


def test_an_estimate_without_one_prints_as_before():
    found = Estimate(1.5, 0.1, 400)
    assert repr(found) == "Estimate(value=1.5, stderr=0.1, n=400, dof=inf, inverse=False)"
    assert found.to_dict()["interval"] is None


def test_an_estimate_of_a_version_without_intervals_is_read():
    old = object.__new__(Estimate)
    old.__setstate__([1.5, 0.1, 400, 9.0, True])
    assert old == Estimate(1.5, 0.1, 400, 9, True)


def test_an_interval_is_called():
    with pytest.raises(ValueError, match="^interval must be a function of the level, got 0.95$"):
        Estimate(1.5, 0.1, 20, interval=0.95)
