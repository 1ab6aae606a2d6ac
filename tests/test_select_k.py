"""Rules that choose k: against their definitions, a published choice, and laws of known k."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from stablenoise import Stable
from stablenoise.tails import hill
from stablenoise.tails.inner import resampling, rules
from stablenoise.tails.selection import METHODS, select_k

each_method = pytest.mark.parametrize("method", METHODS)


def student(seed, n=2_000, dof=2):
    return np.random.default_rng(seed).standard_t(dof, n)


def test_danish_fire_losses_have_the_reference_choice(danish):
    """Guillou and Hall's rule: 84 and 1.69154; the second order: -1.26878 and 0.34996."""
    chosen = select_k(danish, "guillou_hall")
    assert (chosen.k, round(chosen.estimate.value, 5)) == (84, 1.69154)
    details = select_k(danish, "plug_in").details
    assert details["rho"] == pytest.approx(-1.26878, abs=5e-6)
    assert details["beta"] == pytest.approx(0.34996, abs=5e-6)


@each_method
def test_the_estimate_is_hills_at_k(method):
    x = student(1)
    chosen = select_k(x, method)
    assert chosen.method == method and 2 <= chosen.k < x.size
    assert chosen.estimate == hill.estimate(x, chosen.k)


@each_method
@settings(deadline=None, max_examples=8)
@given(seed=st.integers(0, 2**32), power=st.integers(-900, 900))
def test_unit_order_and_side_do_not_matter(method, seed, power):
    """Logarithms of another unit round differently: k is the same but where two k tie."""
    x = student(seed, 500)
    k = select_k(x, method).k
    assert select_k(2.0**power * x, method).k == k
    assert select_k(np.sort(x), method).k == select_k(-x, method).k == k
    assert select_k(x, method, tail="right").k == select_k(-x, method, tail="left").k
    assert select_k(np.append(x, [0.0, 0.0]), method).k == k


@each_method
@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_scales_at_the_ends_of_the_floats_do_nothing(method, scale):
    x = np.clip(student(3, 500), -1e6, 1e6)
    assert select_k(scale * x, method).k == select_k(x, method).k


@each_method
def test_ties_integers_and_short_samples_are_taken(method):
    rng = np.random.default_rng(1)
    for x in (
        np.floor(rng.pareto(1.5, 300) * 3).astype(int),
        np.append(np.full(15, 50.0), rng.pareto(1.5, 100)),  # the largest are equal
        rng.pareto(1.5, 20),
        np.repeat(rng.pareto(1.5, 30), 7),
        np.append(np.ones(40), 2.0),
    ):
        chosen = select_k(x, method)
        assert 2 <= chosen.k < x.size and np.isfinite(chosen.estimate.value)


@each_method
def test_of_a_pareto_law_much_is_taken(method):
    """All is tail.  Guillou and Hall's rule stops by chance: it looks at each k."""
    least = 20 if method == "guillou_hall" else 300
    ks = [select_k(np.random.default_rng(s).pareto(1.5, 1_000) + 1, method).k for s in range(20)]
    assert np.median(ks) >= least


@each_method
def test_of_a_cauchy_law_k_is_near_the_best(method):
    """Of 5,000 draws Hill's error is least at k = 732, with 0.028: over 40 samples, measured."""
    chosen = [select_k(student(seed, 5_000, 1), method) for seed in range(20)]
    assert 732 / 3 < np.median([c.k for c in chosen]) < 732 * 3
    error = np.sqrt(np.mean([(c.estimate.value - 1) ** 2 for c in chosen]))
    assert error < (0.15 if method == "guillou_hall" else 0.1)


def test_drees_kaufmanns_first_difference_is_by_its_definition():
    xi = rules.Sorted.of(np.abs(student(1, 300))).xi
    roots = np.sqrt(np.arange(1, xi.size + 1))
    largest = [np.max(roots[: k + 1] * np.abs(xi[: k + 1] - xi[k])) for k in range(xi.size)]
    for threshold in (0.5, 1.0, 2.0, 3.0, 1e9):
        beyond = [k + 1 for k, size in enumerate(largest) if size > threshold]
        assert rules._first_difference(xi, threshold) == (beyond[0] if beyond else 0)


def test_guillou_halls_rule_is_by_its_definition():
    for seed in range(5):
        x = np.sort(np.abs(student(seed, 400)))[::-1]
        u = np.arange(1, 400) * -np.diff(np.log(x))

        def score(k, u=u):
            i = np.arange(1, k + 1)
            return np.sqrt(3 / k**3) * np.sum((k - 2 * i + 1) * u[:k]) / np.mean(u[:k])

        for k in range(20, 266):
            near = range(k - k // 2, k + k // 2 + 1)
            if np.mean([score(j) ** 2 for j in near]) >= 1.25**2:
                break
        assert select_k(x, "guillou_hall").k == k


def test_trimmed_variances_are_by_their_definition():
    x = np.sort(np.abs(student(2, 200)))[::-1]
    logs, ks = np.log(x), np.array([20, 35, 100, 199])
    for k, variance in zip(ks, rules.trimmed_variances(logs, ks), strict=True):
        values = [
            np.mean(logs[:b] - logs[k]) / (1 + np.sum(1 / np.arange(b + 1.0, k + 1)))
            for b in range(1, k + 1)
        ]
        assert variance == pytest.approx(np.var(values), rel=1e-11)


def test_the_share_of_the_flattest_is_that_of_its_integrals():
    """Variance over u of the bias, and on average of the errors, of trimmed estimates; rho = -1."""

    def bias(t):
        return (np.exp(-t) / 2 - 1) / (-1 * (1 + t))

    mean, square = (
        integrate.quad(lambda t, p=p: bias(t) ** p * np.exp(-t), 0, 60, epsabs=1e-13)[0]
        for p in (1, 2)
    )

    def covariance(t, s):  # times the density of both, t > s
        u, v = np.exp(-t), np.exp(-s)
        return ((2 + t - s) / v - 1) / ((1 + t) * (1 + s)) * u * v

    whole = integrate.quad(lambda t: (2 - np.exp(-t)) / (1 + t) ** 2, 0, np.inf)[0]
    inner = lambda s: integrate.quad(covariance, s, s + 60, args=(s,))[0]  # noqa: E731
    errors = whole - 2 * integrate.quad(inner, 0, 60)[0]
    share = ((square - mean**2) * 4 / errors) ** (1 / 3)
    assert rules.TRIMMED_SHARE == pytest.approx(share, rel=1e-5)


def test_the_plateau_is_the_longest_stretch():
    for seed in range(5):
        xi = rules.Sorted.of(np.abs(student(seed, 150))).xi
        stretches = [
            ((high + 1) / (low + 1), low + 1, high + 1)
            for low in range(1, xi.size)
            for high in range(low, xi.size)
            if xi[low : high + 1].max() <= 1.1 * xi[low : high + 1].min()
        ]
        longest = max(stretches)[0]
        low, high = rules.flattest(xi, 1.1)
        assert high / low == longest and (longest, low, high) in stretches


def test_resamples_are_uniform():
    """Counts of 50 ranks in 40,000 draws are multinomial: chi-squared at 1e-6, pairs too."""
    times, total, state = np.zeros(50, np.int16), np.zeros(50), np.uint64(1)
    squares = 0.0
    for _ in range(1_000):
        state = np.uint64(resampling.draw(times, 40, state))
        assert times.sum() == 40
        total += times
        squares += np.sum(times.astype(float) * (times - 1))
    assert stats.chisquare(total).pvalue > 1e-6
    # Pairs of draws of one sample that agree: 40 * 39 / 50 on average, nearly Poisson in number
    expected = 40 * 39 / 50 * 1_000
    assert abs(squares - expected) < 4.9 * np.sqrt(2 * expected)


def test_resamples_of_an_odd_size_are_whole():
    times = np.zeros(7, np.int16)
    resampling.draw(times, 9, np.uint64(3))
    assert times.sum() == 9


def test_a_resample_is_sorted_by_counting():
    rng = np.random.default_rng(1)
    for _ in range(50):
        logs = np.sort(rng.normal(size=30))[::-1].copy()
        times = rng.multinomial(40, np.full(30, 1 / 30)).astype(np.int16)
        values = np.empty(44)
        resampling.largest(times, logs, values, 20)
        np.testing.assert_array_equal(values[:21], np.repeat(logs, times)[:21])


def test_moments_of_a_resample_are_those_of_its_excesses():
    values = np.sort(np.random.default_rng(1).exponential(size=60))[::-1].copy()
    first, second = np.empty(40), np.empty(40)
    resampling.power_sums(values, first, second)
    for k in range(1, 41):
        excess = values[:k] - values[k]
        assert first[k - 1] == pytest.approx(excess.sum(), rel=1e-12)
        assert second[k - 1] == pytest.approx((excess**2).sum(), rel=1e-12)


def test_squares_are_those_of_resamples_by_sorting():
    """Means of 4,000 against those of 4,000 by NumPy, within 4.9 standard errors (1e-6 each)."""
    logs = np.sort(np.random.default_rng(1).exponential(size=200))[::-1].copy()
    seen, _ = resampling.squares(logs, 100, 4_000, 50, np.uint64(5))
    rng, rows = np.random.default_rng(2), []
    for _ in range(4_000):
        drawn = np.sort(rng.choice(logs, 100))[::-1]
        row = []
        for k in (20, 50):
            excess = drawn[:k] - drawn[k]
            row.append((np.mean(excess**2) - 2 * np.mean(excess) ** 2) ** 2)
        rows.append(row)
    mean, error = np.mean(rows, axis=0), np.std(rows, axis=0) / np.sqrt(4_000)
    assert np.all(np.abs(seen[[19, 49]] - mean) < 4.9 * np.sqrt(2) * error)


def test_the_double_bootstrap_is_that_of_its_formula_and_of_its_seed():
    x = student(1)
    chosen = select_k(x, "double_bootstrap", seed=3)
    assert chosen == select_k(x, "double_bootstrap", seed=3)
    ks = {select_k(x, "double_bootstrap", replicates=20, seed=s).k for s in range(5)}
    assert len(ks) > 1
    (first, second), n1 = chosen.details["minima"], chosen.details["sizes"][0]
    assert chosen.details["sizes"] == (int(2_000**0.9), int(2_000**0.9) ** 2 // 2_000)
    power = (np.log(n1) - np.log(first)) / np.log(n1)
    bracket = np.log(first) ** 2 / (2 * np.log(n1) - np.log(first)) ** 2
    assert chosen.k == round(first**2 / second * bracket**power)


@pytest.mark.parametrize(
    "call, line",
    [
        (lambda: select_k(np.ones(100)), "sample must have different sizes, got all 1.0"),
        (lambda: select_k(np.arange(1.0, 20)), "sample must have 20 values in the tail, got 19"),
        (lambda: select_k(-np.arange(1.0, 90), tail="right"), "20 values in the tail, got 0"),
        (lambda: select_k([1.0, np.inf]), "sample must be finite, got inf in row 1"),
        (lambda: select_k([]), "sample must be a non-empty 1-d array"),
        (lambda: select_k(["a"]), "sample must be a real number or an array of them"),
        (lambda: select_k(np.ma.array(np.ones(30), mask=np.arange(30) < 1)), "no masked values"),
        (lambda: select_k(student(1), "hall"), "method must be one of lower_trimmed, double_boot"),
        (
            lambda: select_k(student(1), tail="up"),
            "tail must be one of both, right, left, got",
        ),
        (lambda: select_k(student(1), replicates=0), "replicates must be an integer in [1, 2^32)"),
        (lambda: select_k(student(1), seed=-1), "seed must be an integer in [0, 2^64), got -1"),
    ],
)
def test_what_is_no_argument_is_refused_in_a_line(call, line):
    with pytest.raises(ValueError) as refused:
        call()
    assert line in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize("seed", [1, 2])
def test_drees_and_kaufmann_choose_by_their_formula(seed):
    """Differences by two loops, at rho = -1; no threshold needs to shrink here."""
    x = np.sort(abs(Stable(1.2).rvs(2000, rng=seed)))[::-1]
    hills = np.array([np.mean(np.log(x[:k] / x[k])) for k in range(1, x.size)])
    start = hills[int(2 * np.sqrt(x.size)) - 1]

    def first_difference(threshold):
        for k in range(1, x.size):
            off = np.sqrt(np.arange(1, k + 1)) * abs(hills[:k] - hills[k - 1])
            if off.max() > threshold:
                return k
        raise AssertionError("nothing differs")

    threshold = 2.5 * start * x.size**0.25
    first, second = first_difference(threshold), first_difference(threshold**0.7)
    exact = (2 * start**2) ** (1 / 3) / 3 * (second / first**0.7) ** (1 / 0.3)
    assert select_k(x, "drees_kaufmann").k == pytest.approx(exact, abs=1)
