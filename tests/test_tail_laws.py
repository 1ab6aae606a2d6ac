"""Laws of the tail estimators by simulation: exact ones, variances, and measured figures.

Each assertion fails by chance once in a million; seeds are fixed.
"""

from functools import cache, partial

import numpy as np
import pytest
from scipy import stats

from stablenoise import Estimate, Stable
from stablenoise.multivariate import Isotropic
from stablenoise.tails import (
    bias_reduced_hill,
    block,
    de_vries,
    elliptical,
    harmonic,
    hill,
    kernel,
    log_moment,
    moment,
    papers_block,
    pareto,
    permuted_block,
    pickands,
    qq,
    rank,
    ratio,
    trimmed_hill,
)

Z = 4.892  # of a normal variate, 1e-6 on both sides together


def pareto_draws(samples, n, alpha=1.5, seed=1):
    return np.random.default_rng(seed).pareto(alpha, (samples, n)) + 1


@cache
def stable(alpha, samples=100, n=10_000):
    return Stable(alpha).rvs((samples, n), rng=7)


def found(estimate, rows):
    return [estimate(row) for row in rows]


@pytest.mark.parametrize(
    ("estimate", "left"),
    [(partial(hill.estimate, k=7), 7), (partial(trimmed_hill.estimate, k=12, trim=5), 7)],
    ids=["hill", "trimmed_hill"],
)
def test_the_pivot_of_pareto_draws_is_chi_square(estimate, left):
    """Kolmogorov-Smirnov of 2,000 at 1e-6: 2 k alpha / estimate is chi2 of 2 k."""
    pivots = [2 * left * 1.5 / e.value for e in found(estimate, pareto_draws(2_000, 60))]
    assert stats.kstest(pivots, stats.chi2(2 * left).cdf).pvalue > 1e-6


@pytest.mark.parametrize("size", [2, 10])
def test_the_mean_ratio_of_pareto_draws_is_the_share_of_the_index(size):
    """E Z = alpha / (1 + alpha) in blocks of any size, Var of a ratio that of Beta(alpha, 1)."""
    values = np.array([e.value for e in found(partial(ratio.estimate, block=size), RATIOS)])
    means = values / (1 + values)
    spread = stats.beta(1.5, 1).std() / np.sqrt(1_000 // size)
    assert abs(means.mean() - 0.6) < Z * spread / np.sqrt(means.size)
    assert variance_ratio_is_one((means.var(ddof=1) / spread**2), means.size)


RATIOS = pareto_draws(500, 1_000)


def variance_ratio_is_one(seen, samples, shape=0.0):
    """Whether a variance over the one claimed is 1 but for 1e-6, with a little excess kurtosis."""
    low, high = stats.chi2(samples - 1).ppf([5e-7, 1 - 5e-7]) / (samples - 1)
    return low - shape < seen < high + shape


@pytest.mark.parametrize("power", [0.5, 1.0, 3.0])
def test_harmonic_means_of_pareto_draws_have_their_mean_and_variance(power):
    """(x(k + 1) / x)^p is a uniform variate to p / alpha: mean alpha / (alpha + p)."""
    estimates = found(partial(harmonic.estimate, k=50, power=power), RATIOS)
    means = np.array([e.value / (e.value + power) for e in estimates])
    law = stats.beta(1.5 / power, 1)
    assert abs(means.mean() - law.mean()) < Z * law.std() / np.sqrt(50 * means.size)
    assert variance_ratio_is_one(means.var(ddof=1) / law.var() * 50, means.size)


def test_one_over_the_averaged_block_estimate_is_unbiased():
    rows = Stable(1.5).rvs((300, 400), rng=3)
    inverse = 1 / np.array([permuted_block.estimate(x, permutations=3).value for x in rows])
    assert abs(inverse.mean() - 1 / 1.5) < Z * inverse.std(ddof=1) / np.sqrt(inverse.size)


STANDARD = {
    "de_vries": (partial(de_vries.estimate, k=500), "pareto"),
    "qq": (partial(qq.estimate, k=500), "pareto"),
    "rank": (partial(rank.estimate, k=500), "pareto"),
    "moment": (partial(moment.estimate, k=500), "pareto"),
    "kernel": (partial(kernel.estimate, k=1_000), "pareto"),
    "pareto": (partial(pareto.estimate, k=500), "pareto"),
    "harmonic": (partial(harmonic.estimate, k=500), "pareto"),
    "trimmed_hill": (partial(trimmed_hill.estimate, k=500, trim=50), "pareto"),
    "ratio": (ratio.estimate, "pareto"),
    "permuted_block": (partial(permuted_block.estimate, permutations=2), "stable"),
    "elliptical of 2": (elliptical.estimate, "vectors of 2"),
    "elliptical of 10": (elliptical.estimate, "vectors of 10"),
}
SAMPLES = {
    "pareto": lambda: pareto_draws(400, 5_000),
    "stable": lambda: Stable(1.5).rvs((400, 2_000), rng=1),
    "vectors of 2": lambda: Isotropic(1.5, 2).rvs((400, 2_000), rng=1),
    "vectors of 10": lambda: Isotropic(1.5, 10).rvs((400, 2_000), rng=1),
}


@cache
def sampled(name):
    return SAMPLES[name]()


@pytest.mark.parametrize(("estimate", "law"), STANDARD.values(), ids=STANDARD)
def test_the_standard_error_is_that_of_the_estimates(estimate, law):
    """Of 1 / alpha, which is nearly normal where the estimate is 1 / xi; bias below stderr / 3."""
    estimates = found(estimate, sampled(law))
    inverse = np.array([1 / e.value for e in estimates])
    claimed = np.mean([e.stderr**2 / e.value**4 for e in estimates])
    assert variance_ratio_is_one(inverse.var(ddof=1) / claimed, inverse.size, shape=0.05)
    assert abs(inverse.mean() - 1 / 1.5) < (Z / 20 + 1 / 3) * np.sqrt(claimed)


# Share of 400 intervals that hold the index: [0.890, 0.9925] but for 1e-6 where it is 0.95.
@pytest.mark.parametrize(("estimate", "law"), STANDARD.values(), ids=STANDARD)
def test_intervals_hold_the_index(estimate, law):
    ends = np.array([e.conf_int(0.95) for e in found(estimate, sampled(law))])
    assert 0.890 <= np.mean((ends[:, 0] <= 1.5) & (1.5 <= ends[:, 1])) <= 0.9925


@pytest.mark.parametrize("k", [1, 2, 5])
def test_the_hill_interval_is_exact_at_any_k(k):
    """4,000 intervals at 0.95: a share within 0.0169, 4.9 standard errors."""
    ends = np.array([hill.estimate(x, k).conf_int() for x in pareto_draws(4_000, 20)])
    assert abs(np.mean((ends[:, 0] <= 1.5) & (1.5 <= ends[:, 1])) - 0.95) < 0.0169


HILL, FIVE = "k = sqrt(n)", 500
MEASURED = [  # of the theory at n = 10,000, 400 samples: bias and root mean square error
    (hill.estimate, 1.2, 0.015, 0.122),
    (hill.estimate, 1.75, 0.146, 0.246),
    (partial(hill.estimate, k=500), 1.5, 0.131, 0.153),
    (partial(hill.estimate, k=500), 1.9, 1.768, 1.781),
    (qq.estimate, 1.5, -0.031, 0.210),
    (rank.estimate, 1.5, 0.021, 0.223),
    (rank.estimate, 1.75, 0.054, 0.288),
    (de_vries.estimate, 1.5, 0.062, 0.234),
    (de_vries.estimate, 1.9, 0.374, 0.541),
    (partial(moment.estimate, k=500), 1.5, 0.061, 0.145),
    (partial(kernel.estimate, k=500), 1.5, 0.066, 0.181),
    (partial(pareto.estimate, k=500), 1.5, 0.003, 0.176),
    (partial(pareto.estimate, k=500), 1.75, -0.117, 0.225),
    (ratio.estimate, 1.5, 0.174, 0.184),
    (ratio.estimate, 1.9, 1.014, 1.019),
    (papers_block.estimate, 1.2, 0.001, 0.026),
    (papers_block.estimate, 1.9, 0.000, 0.043),
    (partial(papers_block.estimate, permutations=5), 1.9, 0.001, 0.028),
    (partial(block.estimate, block=10), 1.5, -0.002, 0.037),
    (partial(block.estimate, block=100), 1.75, -0.001, 0.076),
    (log_moment.estimate, 1.75, 0.004, 0.054),
]


@pytest.mark.parametrize(
    ("estimate", "alpha", "bias", "error"),
    MEASURED,
    ids=[f"{i}-{case[1]}" for i, case in enumerate(MEASURED)],
)
def test_bias_and_error_are_those_that_others_measured(estimate, alpha, bias, error):
    """100 samples against 400: a bias within Z deviations, a variance by the law of F.

    F is widened by a fifth, as the laws are skewed; figures are rounded to 0.0005.
    """
    errors = np.array([e.value for e in found(estimate, stable(alpha))]) - alpha
    deviation = np.sqrt(error**2 - bias**2)
    assert abs(errors.mean() - bias) < Z * deviation * np.sqrt(1 / 100 + 1 / 400) + 1e-3
    low, high = stats.f(99, 399).ppf([5e-7, 1 - 5e-7])
    assert low / 1.2 < errors.var(ddof=1) / deviation**2 < high * 1.2


def test_bias_reduction_reduces_the_bias_of_student_draws():
    """At alpha = 2, k = n / 10, where the Hill estimate is 0.06 too small in the mean."""
    rows = np.random.default_rng(5).standard_t(2, (100, 10_000))
    plain, reduced = (
        np.array([e.value for e in found(partial(module.estimate, k=1_000), rows)]) - 2
        for module in (hill, bias_reduced_hill)
    )
    spread = np.std(plain - reduced, ddof=1) / 10
    assert abs(plain.mean()) - abs(reduced.mean()) > Z * spread


def test_one_coordinate_is_an_elliptical_vector_of_one():
    x = stable(1.5)[0]
    one, several = elliptical.estimate(x[:, None]), log_moment.estimate(x)
    assert one == elliptical.estimate(x)
    assert (one.value, one.stderr) == pytest.approx((several.value, several.stderr), rel=1e-12)


@pytest.mark.parametrize(("dim", "spread"), [(2, 1.95), (10, 0.86), (100, 0.82)])
def test_the_error_of_lengths_falls_with_the_dimension(dim, spread):
    """sqrt(n) sd at alpha = 1.8, derived in the theory: 1.95, 0.86, 0.82."""
    rows = Isotropic(1.8, dim).rvs(20_000, rng=1)
    found = elliptical.estimate(rows)
    assert found.stderr * np.sqrt(20_000) == pytest.approx(spread, rel=0.08)


def test_rows_that_point_one_way_are_no_law():
    with pytest.raises(ValueError, match="^log-variance must exceed 0 for a stable law, got 0$"):
        elliptical.estimate(np.ones((9, 3)))
    line = "^log-variance must exceed 0.822467 for a stable law, got "
    with pytest.raises(ValueError, match=line):
        elliptical.estimate([1.0, 1.1])
    with pytest.raises(ValueError, match="^sample must have no zeros, got 1$"):
        elliptical.estimate([[1.0, 2.0], [0.0, 0.0]])


@pytest.mark.parametrize(
    ("n", "sizes"),
    [
        (10_000, [2, 5, 10, 20, 50, 100, 500, 1000]),
        (10_007, [2, 5, 10, 20, 50, 100, 500, 1000]),  # a prime
        (10_006, [2, 5, 10, 20, 50, 100, 500, 1000]),  # 2 * 5003
        (1_024, [2, 4, 8, 16, 32, 64, 256]),
        (4, [2]),
        (10, [2, 5]),
    ],
)
def test_sizes_of_the_papers_divide_where_they_can(n, sizes):
    assert papers_block.sizes(n) == sizes


def test_the_median_over_sizes_is_that_of_block_estimates():
    x = stable(1.5)[0]
    values = [block.estimate(x, size).value for size in papers_block.sizes(x.size)]
    assert papers_block.estimate(x).value == pytest.approx(np.median(values), rel=1e-14)
    several = papers_block.estimate(x, permutations=5, seed=3)
    assert several == papers_block.estimate(x, permutations=5, seed=3)
    assert several != papers_block.estimate(x, permutations=5, seed=4)
    for prime in (10_007, 4_099, 5):
        found = papers_block.estimate(Stable(1.5).rvs(prime, rng=1))
        assert found.conf_int(1 - 1e-6)[0] < 1.5


def test_sorted_draws_are_shuffled():
    """One block after the other of sorted draws grows like its size: 1 in place of 1.5."""
    x = np.sort(stable(1.5)[1])
    assert block.estimate(x).value == pytest.approx(1, abs=0.01)
    low, high = permuted_block.estimate(x, seed=1).conf_int(1 - 1e-6)
    assert low < 1.5 < high
    assert permuted_block.estimate(x, seed=1) == permuted_block.estimate(x, seed=1)
    assert permuted_block.estimate(x, seed=1) != permuted_block.estimate(x, seed=2)


def test_rows_of_vectors_are_summed_in_blocks_too():
    x = Isotropic(1.7, 5).rvs(10_000, rng=1)
    for estimate in (papers_block.estimate, partial(permuted_block.estimate, permutations=3)):
        low, high = estimate(x).conf_int(1 - 1e-6)
        assert low < 1.7 < high
        assert high - low < 0.5


@pytest.mark.parametrize(
    "call, line",
    [
        (lambda x: permuted_block.estimate(x, [1]), "blocks must be at least 2, got 1"),
        (lambda x: permuted_block.estimate(x, [2.5]), "blocks must be a non-empty list of integ"),
        (lambda x: permuted_block.estimate(x[:99]), "sample must have at least 100 values, got 99"),
        (lambda x: permuted_block.estimate(x * 0), "sample must have no zeros"),
        (lambda x: permuted_block.estimate(np.resize([1.0, -1.0], 80), [2]), "block sums must not"),
        (lambda x: permuted_block.estimate(x, permutations=0), r"permutations must be an integer"),
        (lambda x: papers_block.estimate(x, seed=-1), "seed must be an integer"),
        (lambda x: papers_block.estimate([1.0, -0.9] * 8), "block sums must grow for half of the"),
        (lambda x: papers_block.estimate([1.0, 2, 3]), "sample must have at least 4 values, got 3"),
        (lambda x: pickands.estimate(x[:3]), "sample must have at least 4 values, got 3"),
    ],
)
def test_what_is_no_sample_of_a_stable_law_is_refused(call, line):
    with pytest.raises(ValueError, match=f"^{line}"):
        call(stable(1.5)[0])


@pytest.mark.parametrize("k", [20, 50])
def test_the_interval_of_the_moment_estimator_is_that_of_its_variance(k):
    """1 + xi^2 at each end of it, by the definition: the score there is the normal quantile."""
    x = np.random.default_rng(1).pareto(1.5, 1000) + 1
    result = moment.estimate(x, k=k)
    xi = 1 / result.value
    for end in result.conf_int(0.9):
        there = 1 / end
        assert abs(xi - there) == pytest.approx(1.6448536 * np.sqrt((1 + there**2) / k), rel=1e-6)


@pytest.mark.parametrize("k", [50])
def test_the_interval_of_the_kernel_estimator_depends_on_its_end(k):
    """Its variance there is larger for a larger xi, so that the upper end is farther."""
    x = np.random.default_rng(2).pareto(1.5, 2000) + 1
    result = kernel.estimate(x, k=k)
    low, high = (1 / end for end in reversed(result.conf_int(0.9)))
    assert high - 1 / result.value > 1 / result.value - low > 0


def test_the_error_of_a_median_of_two_sizes_is_at_the_median():
    """By the rule of the inverse: an error of 1 / alpha is that of alpha over its square."""
    lower, upper = (Estimate(value, 0.1, 20, inverse=True) for value in (1.0, 2.0))
    middle = papers_block._middle([upper, lower])
    assert (middle.value, middle.stderr) == (1.5, pytest.approx(0.1 * 1.5**2))
