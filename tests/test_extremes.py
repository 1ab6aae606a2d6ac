"""Quantiles and probabilities beyond the data: exact laws, each other's inverse, odd samples."""

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stablenoise.tails import hill
from stablenoise.tails.extremes import probability, quantile


def pareto(seed, n=2_000, alpha=1.5):
    return np.random.default_rng(seed).pareto(alpha, n) + 1


def test_values_are_those_of_the_formula():
    """Logarithms of 8, 4, 2, 1 in twos: 1 / alpha = log(8) / 2 for k = 2 with the threshold 2."""
    x, xi = [8.0, 4.0, 2.0, 1.0], 1.5 * log(2)
    seen = quantile(x, 0.01, k=2)
    steps = log(0.5 / 0.01)
    assert seen.value == pytest.approx(2 * 50**xi, rel=1e-13)
    stderr = xi * sqrt((1 + steps**2) / 2)
    assert (seen.stderr, seen.n) == (pytest.approx(seen.value * stderr, rel=1e-13), 2)
    half = stats.norm.ppf(0.975) * stderr
    ends = seen.value * np.exp([-half, half])
    assert seen.conf_int() == pytest.approx(tuple(ends), rel=1e-10)
    other = probability(x, seen.value, k=2)
    assert other.value == pytest.approx(0.01, rel=1e-12)
    assert other.stderr == pytest.approx(0.01 * sqrt((1 + steps**2) / 2), rel=1e-12)
    half = stats.norm.ppf(0.75) * sqrt((1 + steps**2) / 2)
    assert other.conf_int(0.5) == pytest.approx(tuple(0.01 * np.exp([-half, half])), rel=1e-9)


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 2**32),
    k=st.integers(1, 150),
    share=st.floats(1e-12, 0.9),
    power=st.integers(-900, 800),
)
def test_one_undoes_the_other_in_any_unit(seed, k, share, power):
    x = np.random.default_rng(seed).standard_t(1.5, 200)
    p, unit = share * k / 200, 2.0**power
    try:
        size = quantile(unit * x, p, k)
    except ValueError as error:
        assert "quantile must lie within the floats" in str(error)
        return
    assert probability(unit * x, size.value, k).value == pytest.approx(p, rel=1e-9)
    if size.value < 1e150 * unit:
        one = quantile(x, p, k)
        assert size.value == pytest.approx(unit * one.value, rel=1e-9)
    assert quantile(np.sort(-unit * x), p, k).value == pytest.approx(size.value, rel=1e-10)
    # A size within the tail, at its threshold: k / n
    threshold = np.sort(np.abs(x))[-k - 1]
    assert probability(x, threshold, k).value == pytest.approx(k / 200, rel=1e-12)


def test_sides_are_reflections():
    x = np.random.default_rng(1).standard_t(2, 1_000)
    assert quantile(x, 1e-4, tail="right") == quantile(-x, 1e-4, tail="left")
    assert probability(x, 50.0, tail="right") == probability(-x, 50.0, tail="left")
    # Both tails hold what each does, and the right one about half of it
    both, right = probability(x, 50.0), probability(x, 50.0, tail="right")
    assert 0.2 < right.value / both.value < 0.8


@pytest.mark.parametrize("p", [0.02, 1e-4, 1e-8])
def test_intervals_of_exact_pareto_laws_hold(p):
    """Of 1,000 at 95%: 0.95 within 0.034 but for 1e-6, and 0.01 as k = 50 is not infinite."""
    size, covered, shared = p ** (-1 / 1.5), [], []
    for seed in range(1_000):
        x = pareto(seed, 1_000)
        low, high = quantile(x, p, k=50).conf_int()
        covered.append(low < size < high)
        low, high = probability(x, size, k=50).conf_int() if size > np.sort(x)[-51] else (p, p)
        shared.append(low <= p <= high)
    assert abs(np.mean(covered) - 0.95) < 0.044
    assert abs(np.mean(shared) - 0.95) < 0.044


def test_the_standard_error_is_that_of_the_logarithm():
    """A variance ratio of 400 replicates lies in [0.69, 1.385] but for 1e-6."""
    seen = [quantile(pareto(seed), 1e-5, k=200) for seed in range(400)]
    logs = np.log([e.value for e in seen])
    claimed = np.mean([(e.stderr / e.value) ** 2 for e in seen])
    assert 0.69 < logs.var(ddof=1) / claimed < 1.385


def test_the_tail_index_is_hills():
    x = np.random.default_rng(1).standard_t(2, 1_000)
    alpha = hill.estimate(x, 40).value
    ratio = quantile(x, 1e-6, 40).value / quantile(x, 1e-4, 40).value
    assert ratio == pytest.approx(100 ** (1 / alpha), rel=1e-12)


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_the_ends_of_the_floats(scale):
    x = scale * (1 + np.random.default_rng(1).random(100))
    one = quantile(x, 1e-3)
    assert one.value / scale == pytest.approx(quantile(x / scale, 1e-3).value, rel=1e-9)
    assert one.conf_int()[0] > 0 and np.isfinite(one.stderr)


def test_a_probability_below_the_floats_is_0():
    seen = probability(1 + 1e-3 * np.random.default_rng(1).random(100), 1e10)
    assert (seen.value, seen.stderr) == (0.0, 0.0) and seen.conf_int()[0] == 0.0
    low, high = probability([1.0, 2.0, 4.0], 2.0, k=1).conf_int(0.9999)
    assert 0 < low < high == 1.0


@pytest.mark.parametrize(
    "call, line",
    [
        (lambda: quantile([1.0, np.nan], 0.1), "sample must be finite, got nan in row 1"),
        (
            lambda: quantile([1.0, 2.0], 0.9),
            "p, the probability of exceeding, must lie in (0, k / n] = (0, 0.5] at k = 1, got 0.9",
        ),
        (lambda: quantile([1.0, 2.0], 0.0), "p must lie in (0, 1), got 0.0"),
        (lambda: quantile([1.0, 2.0], "a"), "p must be a real number, got 'a'"),
        (lambda: quantile([1.0, 2.0], 0.1, k=2), "k must be an integer in [1, 2), got 2"),
        (lambda: quantile([1.0, 1.0], 0.1), "largest values must differ, got all 1.0"),
        (lambda: quantile([0.0, 1.0], 0.1), "k + 1 = 2 nonzero values are needed, got 1"),
        (lambda: quantile([1.0, 1e300], 1e-9), "quantile must lie within the floats, got its"),
        (lambda: quantile([1.0, 2.0], 0.1, tail="up"), "tail must be one of both, right, left"),
        (lambda: quantile(["a"], 0.1), "sample must be a real number or an array of them"),
        (lambda: probability([1.0, 2.0], 0.5), "x must be at least the (k + 1)-th largest size 1"),
        (lambda: probability([1.0, 2.0], -1.0), "x must be positive and finite, got -1.0"),
        (lambda: probability([1.0, 2.0], np.inf), "x must be positive and finite, got inf"),
        (lambda: probability([1.0], 2.0), "sample must have at least 2 values, got 1"),
        (lambda: quantile([1.0, 2.0], 0.1).conf_int(0.0), "level must lie in (0, 1), got 0.0"),
    ],
)
def test_what_is_no_argument_is_refused_in_a_line(call, line):
    with pytest.raises(ValueError) as refused:
        call()
    assert line in str(refused.value) and "\n" not in str(refused.value)
