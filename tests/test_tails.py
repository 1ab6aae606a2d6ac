"""Laws every tail estimator obeys; a new module in stablenoise/tails is asked them too."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from members import each_member
from scipy.special import polygamma

from stablenoise import NoiseField, tails
from stablenoise.noises import isotropic
from stablenoise.tails import block, hill, log_moment, pickands

each_tail = each_member(tails, having="estimate")
each_path = each_member(tails, having="path")
OF_BLOCKS = "block", "papers_block", "permuted_block", "ratio"


def sample(alpha, seed, n):
    return NoiseField(alpha, seed).at(range(n), step=0, dim=1).ravel()


@each_tail
@settings(deadline=None, max_examples=25)
@given(unit=st.floats(1e-30, 1e30), seed=st.integers(0, 2**32))
def test_the_tail_index_has_no_unit(member, unit, seed):
    x = sample(0.8, seed, n=20_000)
    assert member.estimate(unit * x).value == pytest.approx(member.estimate(x).value, rel=1e-9)


@each_tail
@given(seed=st.integers(0, 2**32))
@settings(deadline=None, max_examples=25)
def test_reflection_changes_nothing(member, seed):
    x = sample(0.8, seed, n=20_000)
    assert member.estimate(-x) == member.estimate(x)


@each_tail
def test_cauchy_has_tail_index_one(member):
    low, high = member.estimate(sample(1.0, seed=1, n=100_000)).conf_int(level=1 - 1e-6)
    assert low < 1 < high


@each_member(tails, having="estimate", but=OF_BLOCKS)
def test_the_order_of_the_draws_does_not_matter(member):
    x = sample(1.5, seed=1, n=5_000)
    assert member.estimate(np.sort(x)).value == pytest.approx(member.estimate(x).value, rel=1e-12)


def replicates(estimate, draw, count):
    return [estimate(draw(seed)) for seed in range(count)]


def pareto(seed, n=10_000, alpha=1.5):
    return np.random.default_rng(seed).pareto(alpha, n) + 1


# A variance ratio of 400 normal replicates lies in [0.69, 1.385] but for 1e-6 (chi-squared).
@pytest.mark.parametrize(
    "estimate, draw, alpha",
    [
        (lambda x: hill.estimate(x, 500), pareto, 1.5),
        (lambda x: pickands.estimate(x, 1_000), lambda seed: pareto(seed, 40_000), 1.5),
        (log_moment.estimate, lambda seed: sample(1.5, seed, 4_000), 1.5),
        (log_moment.estimate, lambda seed: sample(1.2, seed, 4_000), 1.2),
        (lambda x: block.estimate(x, 10), lambda seed: sample(1.5, seed, 4_000), 1.5),
    ],
    ids=["hill", "pickands", "log_moment 1.5", "log_moment 1.2", "block"],
)
def test_the_standard_error_is_that_of_the_estimates(estimate, draw, alpha):
    found = replicates(estimate, draw, 400)
    values = np.array([e.value for e in found])
    claimed = np.mean([e.stderr**2 for e in found])
    assert 0.69 < values.var(ddof=1) / claimed < 1.385
    # bias: 4.9 standard errors (1e-6), and an allowance of a third of one stderr for order 1/n
    assert abs(values.mean() - alpha) < (4.9 / 20 + 0.33) * np.sqrt(claimed)


def test_hill_on_pareto_is_gamma():
    """The pivot k alpha / estimate is Gamma(k, 1) exactly: Kolmogorov-Smirnov at 1e-6."""
    from scipy import stats

    k = 50
    pivots = [k * 1.5 / hill.estimate(pareto(seed, 500), k).value for seed in range(1_000)]
    assert stats.kstest(pivots, stats.gamma(k).cdf).pvalue > 1e-6


@pytest.mark.parametrize("m, sd", [(2, 5.01), (10, 3.69), (100, 6.04)])
def test_block_sums_have_the_derived_variance(m, sd):
    """sqrt(n) sd of the estimate at alpha = 1.5, from correlations derived in the theory."""
    n = 20_000
    stderrs = [block.estimate(sample(1.5, seed, n), m).stderr for seed in range(20)]
    assert np.sqrt(n) * np.mean(stderrs) == pytest.approx(sd, rel=0.06)


def test_one_over_the_block_estimate_is_unbiased():
    """Mean of 400 at |z| < 4.9: false alarm 1e-6."""
    inverse = np.array([1 / block.estimate(sample(1.5, s, 2_000), 20).value for s in range(400)])
    assert abs(inverse.mean() - 1 / 1.5) < 4.9 * inverse.std(ddof=1) / 20


def test_rows_of_a_vector_are_estimated_by_their_norms():
    x = NoiseField(1.5, 3, isotropic).at(range(20_000), 0, 10)
    low, high = block.estimate(x).conf_int(1 - 1e-6)
    assert low < 1.5 < high
    flat = block.estimate(x.ravel())  # the entries are dependent: biased, and by how much
    assert flat.value - 1.5 > 5 * flat.stderr


def test_hand_computed_values():
    assert hill.estimate([8.0, 4.0, 2.0, 1.0], k=2).value == pytest.approx(2 / np.log(8), rel=1e-15)
    assert pickands.estimate([1.0, 2.0, 3.0, 11.0], k=1).value == 0.5
    assert log_moment.estimate(np.exp([-2.0, 2.0])).value == pytest.approx(
        (8 * 6 / np.pi**2 - 0.5) ** -0.5, rel=1e-14
    )
    rates = 1.0, 3 - np.log2(12) / 2  # log2 of 2, and of 8 less the mean of log2 of 2 and 6
    assert block.estimate(HAND, block=2).value == pytest.approx(2 / sum(rates), rel=1e-14)


HAND = [1.0, 1.0, 2.0, 6.0]


@pytest.mark.parametrize(
    "found, stderr, count",
    [  # by 30 digits of mpmath from the formulas of the docstrings
        (lambda: hill.estimate([8.0, 4.0, 2.0, 1.0], k=2), 0.680092964397859654, 2),
        (lambda: pickands.estimate([1.0, 2.0, 3.0, 11.0], k=1), 0.690637670186366092, 1),
        (lambda: log_moment.estimate(np.exp([-2.0, 2.0])), 0.378273326888486845, 2),
        (lambda: block.estimate(HAND, block=2), 0.085168409257969905, 2),
    ],
    ids=["hill", "pickands", "log_moment", "block"],
)
def test_hand_computed_standard_errors(found, stderr, count):
    assert found().stderr == pytest.approx(stderr, rel=1e-13)
    assert found().n == count


def test_hand_computed_intervals():
    """At 0.95: 1.95996 for the normal law, tan(0.475 pi) = 12.7062 for Student's with 1 degree.

    Hill's of k = 1 is that of an exponential variate, with -log of 0.975 and 0.025.
    """
    low, high = hill.estimate([8.0, 4.0, 2.0, 1.0], k=1).conf_int()
    assert (low, high) == pytest.approx(tuple(-np.log2([0.975, 0.025])), rel=1e-12)
    for found, quantile in (
        (pickands.estimate([1.0, 2.0, 3.0, 11.0], k=1), 1.9599639845400543),
        (log_moment.estimate(np.exp([-2.0, 2.0])), 1.9599639845400543),
        (block.estimate(HAND, block=2), np.tan(0.475 * np.pi)),
    ):
        low, high = found.conf_int()
        xi, half = 1 / found.value, quantile * found.stderr / found.value**2
        assert 1 / low == pytest.approx(xi + half, rel=1e-12)
        assert 1 / high == pytest.approx(max(xi - half, 0.0), rel=1e-12)


# A share of 1,000 samples that is at least 0.92 for certain lies below 0.88 once in 1e5 (binomial).
@pytest.mark.parametrize(
    "estimate, draw, alpha",
    [
        (lambda x: pickands.estimate(x), lambda seed: pareto(seed, 100), 1.5),
        (lambda x: pickands.estimate(x), lambda seed: pareto(seed, 1_000), 1.5),
        (lambda x: block.estimate(x), lambda seed: sample(1.5, seed, 50), 1.5),
        (lambda x: block.estimate(x), lambda seed: sample(1.9, seed, 100), 1.9),
        (log_moment.estimate, lambda seed: sample(2.0, seed, 20), 2.0),
        (lambda x: hill.estimate(x, 1), lambda seed: pareto(seed, 100), 1.5),
        (lambda x: hill.estimate(x, 5), lambda seed: pareto(seed, 100), 1.5),
    ],
    ids=["pickands 100", "pickands 1000", "block 5", "block 10", "log_moment", "hill 1", "hill 5"],
)
def test_the_intervals_of_short_samples_hold_the_index(estimate, draw, alpha):
    covered = []
    for seed in range(1_000):
        try:
            low, high = estimate(draw(seed)).conf_int(0.95)
        except ValueError:
            continue
        covered.append(low <= alpha <= high)
    assert len(covered) > 550 and np.mean(covered) > 0.92 - 0.04 * np.sqrt(1_000 / len(covered))


@each_tail
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_sample_that_is_not_finite_is_refused(member, bad):
    with pytest.raises(ValueError, match=f"^sample must be finite, got {bad} in row 1$"):
        member.estimate([1.0, bad, 2.0, 3.0] + [5.0] * 100)


@each_tail
def test_an_empty_sample_is_refused(member):
    with pytest.raises(ValueError, match="^sample must be a non-empty 1-d array, got shape"):
        member.estimate([])


@pytest.mark.parametrize(
    "call, line",
    [
        (lambda: hill.estimate([1.0, 2.0], k=2), r"k must be an integer in \[1, 2\), got 2"),
        (lambda: hill.estimate([1.0, 0, 0], k=2), "k \\+ 1 = 3 nonzero values are needed, got 1"),
        (lambda: hill.estimate([2.0] * 9, k=2), "the k \\+ 1 = 3 largest values must differ"),
        (lambda: pickands.estimate([1.0] * 4, k=2), r"k must be an integer in \[1, 2\), got 2"),
        (lambda: pickands.estimate([1.0, 2, 3, 4], k=1), "spacings must grow for a power tail"),
        (lambda: log_moment.estimate([1.0, 0.0]), "sample must have no zeros, got 1"),
        (lambda: log_moment.estimate([1.0]), "sample must have at least 2 values, got 1$"),
        (lambda: hill.estimate([1.0]), "sample must have at least 2 values, got 1$"),
        (lambda: pickands.estimate([1.0, 2.0, 3.0]), "sample must have at least 4 values, got 3$"),
        (lambda: block.estimate([1.0] * 15), "sample must have at least 20 values, got 15$"),
        (lambda: hill.estimate([3.0, 2.0, 1.0], k=True), r"k must be an integer .*, got True$"),
        (lambda: pickands.estimate([1.0] * 9, k=np.True_), "k must be an integer .*, got np.True_"),
        (lambda: block.estimate([1.0] * 9, True), "block must be an integer .*, got True$"),
        (lambda: block.estimate([1.0] * 9, 1), r"block must be an integer in \[2, 2\^64\), got 1$"),
        (lambda: block.estimate([1.0, -1.0, 1.0, 2.0], 2), "block sums must not be zero, got 1$"),
        (lambda: block.estimate([0.1] * 40), "block sums must not grow all alike, got rate 1$"),
        (lambda: block.estimate([1.0, 1.0, 3.0, 3.0], 2), "block sums must not grow all alike"),
        (lambda: log_moment.estimate([1.0, 1.1]), r"log-variance must exceed pi\^2/12"),
        (lambda: block.estimate([1.0] * 9, 5), "sample must have at least 10 values, got 9$"),
        (lambda: block.estimate([0.0] * 9, 2), "sample must have no zeros, got 8"),
        (lambda: block.estimate(np.ones((2, 2, 2))), "sample must be a non-empty 1-d array"),
        (lambda: block.estimate([1.0, -0.9, 1.0, -0.9], 2), "block sums must grow"),
    ],
)
def test_what_cannot_be_estimated_is_refused(call, line):
    with pytest.raises(ValueError, match=f"^{line}"):
        call()


NO_SAMPLES = {
    "strings": ["1", "2", "3", "8"],
    "dates": np.arange("2020-01-01", "2020-03-01", dtype="datetime64[D]"),
    "durations": np.arange(1, 60).astype("timedelta64[s]"),
    "a dict": {"a": 1.0},
    "ragged rows": [[1.0, 2.0], [3.0]],
    "objects": np.array([1.0, 2.0, None] * 9),
    "complex": np.arange(1, 60) * 1j,
    "a generator": (x for x in range(1, 60)),
    "nothing": None,
}


@each_tail
@pytest.mark.parametrize("given", NO_SAMPLES.values(), ids=NO_SAMPLES)
def test_what_is_no_sample_is_named_in_one_line(member, given):
    line = "^sample must be a real number or an array of them, got [^\n]{1,100}$"
    with pytest.raises(ValueError, match=line):
        member.estimate(given)


@each_tail
def test_masked_draws_are_refused(member):
    masked = np.ma.array(np.arange(1.0, 60.0), mask=[False] * 58 + [True])
    for several in (masked, list(masked), masked.reshape(59, 1)):
        with pytest.raises(ValueError, match="^sample must have no masked values, got 1$"):
            member.estimate(several)
    whole = np.ma.array(sample(0.8, 1, 20_000))
    assert member.estimate(whole) == member.estimate(whole.data)


def test_draws_of_any_size_beside_each_other_are_none_of_them_zero():
    """As an index of 0.01 makes them: quotients beyond the range of floats."""
    x = np.array([1e-300, 3e-300, 1e300, 5e300] * 5)
    expected = [1 + np.log2(2 / np.sqrt(3)), 1 + np.log2(3 / np.sqrt(5))]
    assert block.estimate(x, 2).value == pytest.approx(2 / sum(expected), rel=1e-13)
    assert block.estimate(np.c_[x, x], 2).value == pytest.approx(2 / sum(expected), rel=1e-13)
    spread = pickands.estimate([1e-310, 3e-310, 5e-310, 1e300], k=1)
    assert spread.value == pytest.approx(1 / (np.log2(1e300) - np.log2(4e-310)), rel=1e-4)


@each_tail
@pytest.mark.parametrize("unit", [2.0**-960, 2.0**960])
def test_units_at_the_ends_of_the_doubles_change_nothing(member, unit):
    x = sample(0.8, seed=1, n=20_000)
    assert member.estimate(unit * x).value == pytest.approx(member.estimate(x).value, rel=1e-9)


def test_the_default_number_of_exceedances_is_as_documented():
    x = sample(0.8, seed=1, n=9_999)
    assert hill.estimate(x) == hill.estimate(x, k=99)  # floor(sqrt(n))
    assert pickands.estimate(x) == pickands.estimate(x, k=156)  # n // 64
    assert pickands.estimate([1.0, 2.0, 3.0, 11.0]).n == 1


def test_draws_that_fill_no_block_are_the_last_and_left_out():
    x = sample(1.5, seed=1, n=1_007)
    assert block.estimate(x, 10) == block.estimate(x[:1_000], 10)


@pytest.mark.parametrize("alpha", [0.7, 1.5, 2.0])
def test_the_standard_error_of_the_log_moment_comes_from_the_cumulants(alpha):
    """Of log |X|, by E|X|^s = 2^s G((1 + s) / 2) G(1 - s / alpha) / (sqrt(pi) G(1 - s / 2))."""
    found = log_moment.estimate(sample(alpha, seed=1, n=1_000))
    second, fourth = (
        polygamma(k - 1, 0.5) / 2**k + polygamma(k - 1, 1) * (found.value**-k - 2.0**-k)
        for k in (2, 4)
    )
    slope = 3 * found.value**3 / np.pi**2  # of alpha against the variance
    stderr = slope * np.sqrt((fourth + 2 * second**2) / 1_000)
    assert found.stderr == pytest.approx(stderr, rel=1e-12)


def test_spacings_that_grow_by_less_than_rounding_have_no_index():
    with pytest.raises(ValueError, match="^spacings must grow for a power tail, got 1e.300 above"):
        pickands.estimate([0.0, 1e300, 1e300, 2.0000000000000004e300])
