"""Diagnoses: what is not stable, or not independent, is told; what is, is not."""

import csv
import gzip
import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stablenoise import Stable, law
from stablenoise.fit.diagnosis import diagnose, two_sided
from stablenoise.fit.order import autocorrelations, ljung_box, order_tests, ranks, with_time
from stablenoise.fit.tail_reading import paths, quantile_grid, readings
from stablenoise.tails import hill

STABLE = [(1.2, 0.0), (1.5, 0.5), (1.75, -0.8), (1.9, 0.0), (2.0, 0.0), (0.8, 0.3)]
SP500 = Path("returns/sp500.csv.gz")


def mixture(rng, n):
    """Two scales of a Gaussian law."""
    return rng.standard_normal(n) * np.where(rng.random(n) < 0.5, 1.0, 10.0)


FOOLS = {
    "Laplace": lambda rng, n: rng.laplace(size=n),
    "t(3)": lambda rng, n: rng.standard_t(3, n),
    "two scales": mixture,
}


@pytest.mark.parametrize("name", FOOLS)
def test_what_fools_every_stable_estimator_is_told(name):
    """Of 100 samples of t(3) all were told: benchmarks/goodness.py."""
    for seed in range(3):
        found = diagnose(FOOLS[name](np.random.default_rng(seed), 5000), false_alarms=0.01)
        assert not found.is_stable
        assert found.pvalues["j"] < 0.05
        assert found.sentence.startswith("Not stable: a fit has index ")
        assert found.tail_index.value > found.expected[1]


@pytest.mark.parametrize(("alpha", "beta"), STABLE)
def test_stable_values_pass(alpha, beta):
    """At a rate of 1e-3 each of two false alarms: two of three samples with probability 1e-5."""
    samples = (Stable(alpha, beta, 3.0, 1.0).rvs(5000, rng=seed) for seed in range(3))
    found = [diagnose(x, k=50, false_alarms=1e-3) for x in samples]
    passed = [each for each in found if not each.refused]
    assert len(passed) >= 2
    assert all("is not refused" in each.sentence for each in passed)


def test_false_alarms_are_as_rare_as_asked():
    """Of 100 samples of 500, a tenth at most each way: 27 or more with probability 2e-6."""
    rng = np.random.default_rng(1)
    found = [diagnose(Stable(1.4).rvs(500, rng=rng), false_alarms=0.1) for _ in range(100)]
    assert sum(not each.is_stable for each in found) <= 26
    assert sum(not each.is_independent for each in found) <= 26


@pytest.mark.skipif("STABLENOISE_DATA" not in os.environ, reason="needs the data")
def test_returns_of_an_index_cluster():
    path = Path(os.environ["STABLENOISE_DATA"]) / SP500
    with gzip.open(path, "rt") as file:
        close = np.array([float(row["Adj Close"]) for row in csv.DictReader(file)])
    found = diagnose(np.diff(np.log(close)))
    assert found.counts.zeros == 3
    assert not found.is_stable and not found.is_independent
    assert found.pvalues["sizes"] < 1e-100
    assert "large values come in clusters" in found.sentence


def test_order_is_told():
    rng = np.random.default_rng(2)
    x = rng.standard_cauchy(1000)
    walk = np.cumsum(rng.standard_normal(1000))
    assert {"ranks", "sizes"} <= set(diagnose(walk).refused)
    assert "trend" in diagnose(np.arange(1000) + 100 * x).refused
    assert "drift" in diagnose(np.linspace(1, 4, 1000) * x).refused
    for ordered in np.sort(x), -np.sort(x):
        found = diagnose(ordered)
        assert found.counts.is_sorted and not found.is_independent and found.is_stable
        assert "the values are sorted" in found.sentence


def test_equal_values_stop_nothing():
    rng = np.random.default_rng(3)
    x = Stable(1.5).rvs(500, rng=rng)
    many = diagnose(np.where(rng.random(500) < 0.3, 0.0, x))
    assert f"{many.counts.zeros} of 500 values are 0" in many.sentence
    rounded = diagnose(np.round(x, 1))
    assert rounded.counts.tied > 400 and "500 values" in rounded.sentence
    few = diagnose(np.concatenate([x, [0.0, 0.0, 0.0]]))
    assert few.counts == (3, 3, 0.0, 3, False) and few.is_stable and "0" not in few.sentence[-9:]


@pytest.mark.parametrize("factor", [2.0**-980, 2.0**900, -1.0])
def test_the_unit_and_the_sign_do_not_matter(factor):
    x = Stable(1.5, 0.4).rvs(500, rng=4)
    one, other = diagnose(x), diagnose(factor * x)
    assert one.tail_index.value == pytest.approx(other.tail_index.value, rel=1e-4)
    for name, p in one.pvalues.items():
        assert p == pytest.approx(other.pvalues[name], rel=0.02, abs=2e-3)


def test_the_tail_is_read_from_the_location():
    x = Stable(1.5).rvs(2000, rng=5)
    one, other = diagnose(x), diagnose(x + 1e6)
    assert one.tail_index.value == pytest.approx(other.tail_index.value, rel=1e-3)


@pytest.mark.parametrize(("alpha", "beta"), [(1.5, 0.0), (1.9, 0.5), (2.0, 0.0), (0.5, 1.0)])
def test_readings_are_those_of_samples(alpha, beta):
    """Means of logarithms of 300 samples and of 4,000 readings, 4.9 standard errors apart."""
    law_of_sample, n, k = Stable(alpha, beta), 500, 25
    seen = np.log([hill.estimate(law_of_sample.rvs(n, rng=i), k).value for i in range(300)])
    read = np.log(readings(alpha, beta, n, k, 4000, 6))
    assert abs(seen.mean() - read.mean()) < 4.9 * read.std() * np.sqrt(1 / 300 + 1 / 4000)
    assert 0.75 < seen.std() / read.std() < 1.25  # 6 standard errors


def test_readings_have_the_bias_that_is_derived():
    """B k / n with B = 3.00 at alpha = 1.5, and 1 / k of the inverse of a mean."""
    n, k = 10**6, 5000
    read = readings(1.5, 0.0, n, k, 4000, 7)
    bias = 3.00 * k / n + 1.5 / k
    error = read.std() / np.sqrt(read.size)
    assert read.mean() - 1.5 == pytest.approx(bias, abs=4.9 * error + 0.1 * bias)


def test_paths_are_readings_at_each_k():
    ks = np.array([5, 20, 60])
    many = paths(1.7, 0.2, 1000, ks, 3000, 8)
    for column, k in zip(many.T, ks, strict=True):
        alone = readings(1.7, 0.2, 1000, int(k), 3000, 9)
        difference = np.log(column).mean() - np.log(alone).mean()
        assert abs(difference) < 4.9 * np.log(alone).std() * np.sqrt(2 / 3000)


def test_sizes_are_quantiles_of_the_law():
    depths, logs = quantile_grid(1.5, 0.5)
    t = np.exp(np.interp([1.0, 10.0, 30.0], depths, logs))
    beyond = law.sf(t, 1.5, 0.5) + law.cdf(-t, 1.5, 0.5)
    np.testing.assert_allclose(-np.log(beyond), [1.0, 10.0, 30.0], rtol=1e-4)  # linear between


@given(st.lists(st.integers(-5, 5), min_size=3, max_size=30))
@settings(max_examples=50, deadline=None)
def test_ranks_are_those_of_scipy(values):
    x = np.array(values, float)
    np.testing.assert_array_equal(ranks(x), stats.rankdata(x))


def test_tests_of_order_are_those_of_other_packages():
    from statsmodels.stats.diagnostic import acorr_ljungbox

    x = np.random.default_rng(10).standard_normal(500)
    by_other = acorr_ljungbox(ranks(x), lags=[10])["lb_pvalue"].iloc[0]
    assert ljung_box(ranks(x)) == pytest.approx(by_other, rel=1e-9)
    by_other = stats.spearmanr(x, np.arange(500)).pvalue
    assert with_time(ranks(x)) == pytest.approx(by_other, rel=1e-9)
    assert autocorrelations(np.ones(5), 2).tolist() == [0, 0]
    assert with_time(np.ones(5)) == 1


def test_tests_of_order_are_refused_as_often_as_said():
    """4,000 samples at 5%: within 4.9 standard errors, and a hundredth for small samples."""
    rng = np.random.default_rng(11)
    for n in (40, 400):
        p = np.array([order_tests(rng.standard_cauchy(n)) for _ in range(4000)])
        assert (
            abs((p < 0.05).mean(axis=0) - 0.05) < 4.9 * np.sqrt(0.05 * 0.95 / 4000) + 0.01
        ).all()


def test_a_p_value_of_two_sides():
    draws = np.arange(1.0, 100.0)
    assert two_sided(0.0, draws) == two_sided(100.0, draws) == 0.02
    assert two_sided(50.0, draws) == 1.0


def test_it_is_told_in_a_line_a_table_and_json():
    found = diagnose(Stable(1.5).rvs(300, rng=12))
    assert repr(found) == f"Diagnosis({found.sentence!r})"
    text = found.summary().as_text()
    assert found.sentence[:30] in text and "characteristic function (J)" in text
    plain = json.loads(json.dumps(found.to_dict()))
    assert plain["sentence"] == found.sentence and plain["is_stable"] is True
    assert plain["tail_index"]["n"] == found.k == 30


def test_ten_values_are_enough_and_k_is_free():
    assert diagnose(np.arange(10.0) ** 2).k == 3
    assert diagnose(Stable(1.5).rvs(50, rng=13), k=49).k == 49


@pytest.mark.parametrize(
    ("x", "arguments", "message"),
    [
        ([1.0] * 20, {}, r"x must have values that differ, got all 1"),
        ([1.0, np.nan] * 10, {}, r"x must be finite, got nan in row 1.*"),
        (range(5), {}, r"x must have at least 10 values, got 5"),
        (range(20), {"k": 20}, r"k must be an integer in \[1, 20\), got 20"),
        (range(20), {"level": 1.0}, r"level must lie in \(0, 1\), got 1.0"),
        (range(20), {"false_alarms": 1e-5}, r"false_alarms must be 0.0001 or more, got 1e-05"),
    ],
)
def test_bad_input_is_told(x, arguments, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        diagnose(x, **arguments)
