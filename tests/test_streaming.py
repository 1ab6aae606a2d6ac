"""Statistics of fixed size."""

import numpy as np
import pytest
from array_libraries import doubled
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from chaos import distances
from chaos.streaming import Summary, summary  # noqa: F401  # doubled by its name
from stablenoise import Stable
from stablenoise.tails import hill

everywhere = doubled("Summary.add")
values = arrays(float, st.integers(1, 60), elements=st.floats(-1e300, 1e300))


def same(one, other):
    np.testing.assert_array_equal(one.histogram, other.histogram)
    np.testing.assert_array_equal(one.largest, other.largest)
    np.testing.assert_allclose(one.log_sums, other.log_sums, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(one.turns, other.turns, rtol=0, atol=1e-12 * max(1, one.count))


@given(values, st.integers(0, 60), st.integers(1, 10))
def test_blocks_and_their_order_do_not_matter(x, cut, most):
    whole = summary(most).add(x)
    same(summary(most).add(x[cut:]).add(x[:cut]), whole)
    same(summary(most).add(x[:cut]).merge(summary(most).add(x[cut:])), whole)


def test_blocks_inside_one_call_do_not_show(monkeypatch):
    x = Stable(1.2).rvs(1_000, rng=1)
    whole = summary().add(x)
    monkeypatch.setattr("chaos.streaming.BLOCK_VALUES", 77)
    same(summary().add(x.reshape(10, 100)), whole)


@given(values, st.floats(0.001, 1.0))
def test_a_quantile_lies_in_its_bin(x, level):
    low, high = summary().add(x).quantile(level)
    ordered = np.sort(abs(x))
    assert low <= ordered[int(np.ceil(level * x.size)) - 1] < high
    assert high <= 1.126 * low or low < 1e-300


def test_largest_values_are_kept_in_order():
    x = Stable(1.2).rvs(5_000, rng=1)
    found = summary(kept=100).add(x)
    np.testing.assert_array_equal(found.largest, np.sort(abs(x))[::-1][:100])
    expected = hill.estimate(x, 60)
    assert found.tail_index(60) == expected


def test_the_mean_of_logs_is_that_of_values_that_are_not_zero():
    x = np.concatenate([Stable(1.5).rvs(1_000, rng=1), np.zeros(50)])
    logs = np.log(abs(x[x != 0]))
    found = summary().add(x).mean_log()
    assert found.value == pytest.approx(logs.mean()) and found.n == 1_000
    assert found.stderr == pytest.approx(logs.std(ddof=1) / np.sqrt(1_000))


@given(st.integers(2, 400), st.integers(0, 400), st.sampled_from([1e-6, 1e-3, 1.0]))
def test_the_error_of_the_mean_of_logs_survives_a_large_mean(n, cut, spread):
    """Logs about 690 with a spread of 1e-6: squares about the mean, however they are merged."""
    logs = 690.0 + spread * np.random.default_rng(n).normal(size=n)
    x = np.exp(logs)
    parts = summary().add(x[:cut]).merge(summary().add(x[cut:]))
    for total in (parts, summary().add(x)):
        found = total.mean_log()
        assert found.value == pytest.approx(logs.mean(), abs=1e-12)
        assert found.stderr == pytest.approx(np.log(x).std(ddof=1) / np.sqrt(n), rel=1e-6)


def test_the_mean_of_logs_of_many_blocks_has_the_error_of_all(monkeypatch):
    x = 1e300 * np.exp(1e-6 * np.random.default_rng(1).normal(size=10_000))
    monkeypatch.setattr("chaos.streaming.BLOCK_VALUES", 77)
    found = summary().add(x).mean_log()
    assert found.stderr == pytest.approx(1e-8, rel=0.03)  # 4 / sqrt(2 n), as x is one sample
    assert found.stderr == pytest.approx(np.log(x).std(ddof=1) / 100, rel=1e-6)


def test_the_smallest_numbers_are_no_zeros():
    x = np.array([0.0, 5e-324, 1e-310, 1e-300, -1e-309])
    found, logs = summary().add(x).mean_log(), np.log(abs(x[1:]))
    assert found.n == 4 and found.value == pytest.approx(logs.mean())
    assert found.stderr == pytest.approx(logs.std(ddof=1) / 2)


def test_quantiles_are_the_edges_of_bins_of_an_eighth_of_an_octave():
    seen = summary().add([1.0, 2.0, 4.0, 8.0])
    expected = {0.25: (1, 1.125), 0.26: (2, 2.25), 0.5: (2, 2.25), 0.75: (4, 4.5), 1.0: (8, 9)}
    assert {level: seen.quantile(level) for level in expected} == expected


def test_distances_are_those_of_all_values_at_once():
    x, y = Stable(1.5).rvs(2_000, rng=1), Stable(1.8).rvs(3_000, rng=2)
    ours, theirs = summary(unit=0.7).add(x), summary(unit=0.7).add(y)
    assert ours.distance(theirs) == pytest.approx(distances.ecf(x, y, unit=0.7))
    law = Stable(1.5)
    assert ours.distance(law) == pytest.approx(distances.ecf(x, law, unit=0.7))


def test_single_precision_is_counted_as_it_is():
    x = Stable(1.5).rvs(1_000, rng=1, dtype=np.float32)
    same(summary().add(x), summary().add(x.astype(float)))


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda: summary(0), "kept must be an integer in"),
        (lambda: summary(unit=0.0), "unit must be positive"),
        (lambda: summary().add([1.0, np.nan]), "x must be finite, got nan"),
        (lambda: summary().add([np.inf]), "x must be finite, got inf"),
        (
            lambda: summary().add(np.ma.array([1.0, 2.0], mask=[0, 1])),
            "x must have no masked values",
        ),
        (lambda: summary().add(["1"]), "x must be a real number or an array of them"),
        (lambda: summary(unit=1e-320).add([1.0]), "x must be finite in units of 1e-320, got 1"),
        (lambda: summary(unit=0.01).add([1.7e308]), "x must be finite in units of 0.01, got 1.7e"),
        (lambda: summary().merge([1.0]), r"other must be a Summary, got \[1.0\]"),
        (
            lambda: summary().add([1.0]).distance(3),
            "law must be a summary, or a law with cf, got 3",
        ),
        (lambda: summary().add([1.0]).distance(Stable([1.5, 1.6])), "a law must have a cf of one"),
        (lambda: summary().add([1.0]).quantile("a"), "q must be a real number, got 'a'"),
        (lambda: summary(True), "kept must be an integer in"),
        (lambda: summary(5).merge(summary(6)), "other must keep 5, unit 1, got 6 largest"),
        (lambda: summary().quantile(0.5), "a value must have been seen, got none"),
        (lambda: summary().add([1.0]).quantile(0.0), r"q must lie in \(0, 1\], got 0"),
        (lambda: summary().add([1.0, 0.0]).mean_log(), "2 values that are not zero"),
        (lambda: summary().distance(Stable(1.5)), "a value must have been seen"),
        (lambda: summary().add([1.0]).distance(summary(unit=2.0).add([1.0])), "have unit 1, got 2"),
        (lambda: summary().add([1.0, 2.0]).tail_index(2), "k must be an integer in"),
    ],
)
def test_bad_input_is_refused_in_one_line(call, line):
    with pytest.raises(ValueError, match=line):
        call()


def test_names_of_the_version_before_go_on():
    with pytest.deprecated_call(match="most= of summary is now kept="):
        run = summary(most=3).add([1.0, 2.0, 3.0, 4.0])
    with pytest.deprecated_call(match="Summary.most is now Summary.kept"):
        assert run.most == run.kept == 3
    with pytest.deprecated_call(match="level= of quantile is now q="):
        assert run.quantile(level=0.5) == run.quantile(0.5)
