"""The power law from its best threshold on: against brute force, published fits and exact laws."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, special, stats

from stablenoise.tails import power_law
from stablenoise.tails.inner import rivals, search, zeta

BLACKOUTS = np.loadtxt(Path(__file__).parent / "data" / "blackouts.txt")
RIVALS = "lognormal", "exponential", "truncated_power_law"


def pareto(seed, n=1_000, alpha=1.5):
    return np.random.default_rng(seed).pareto(alpha, n) + 1


def distances(x, discrete=False):
    """Distance for each threshold, by the definition, over all points."""
    points = np.unique(x[x > 0])
    for xmin in points[:-1]:
        top, seen = np.sort(x[x >= xmin]), points[points >= xmin]
        below = np.searchsorted(top, seen) / top.size
        if discrete:
            s = likeliest_exponent(top, xmin)
            above = np.array([zeta.sums(s, u)[0] for u in seen])  # by mpmath, below
            law = 1 - (seen / xmin) ** -s * above / above[0]
        else:
            law = 1 - (seen / xmin) ** (-top.size / np.sum(np.log(top / xmin)))
        yield np.max(np.abs(law - below))


def likeliest_exponent(top, xmin):
    """Of the zeta law, by a bounded search of its likelihood alone."""

    def cost(s):
        return s * np.mean(np.log(top / xmin)) + np.log(zeta.sums(s, xmin)[0])

    bounds = (1 + 1e-6, 400.0)
    return optimize.minimize_scalar(
        cost, bounds=bounds, method="bounded", options={"xatol": 1e-11}
    ).x


LAWS = {
    "pareto": lambda rng, n: rng.pareto(1.5, n) + 1,
    "student": lambda rng, n: np.abs(rng.standard_t(1.5, n)),
    "normal": lambda rng, n: np.abs(rng.standard_normal(n)),
    "close": lambda rng, n: 1 + 1e-9 * rng.random(n),
    "ties": lambda rng, n: np.ceil(rng.pareto(0.8, n) * 3) + 1,
    "two": lambda rng, n: 1.0 + (rng.random(n) < 0.5) + (np.arange(n) == 0),
    "wide": lambda rng, n: np.exp(rng.uniform(-300, 300, n)),
}


@pytest.mark.parametrize("law", LAWS)
@settings(deadline=None, max_examples=12)
@given(seed=st.integers(0, 2**32), n=st.integers(5, 300))
def test_the_threshold_is_that_of_brute_force(law, seed, n):
    """To the rounding of the two ways to sum logarithms, relative to how small their sum is."""
    x = LAWS[law](np.random.default_rng(seed), n)
    if np.unique(x).size < 2:
        return
    seen, all_of_them = power_law.fit(x), np.array(list(distances(x)))
    rounding = 1e-5 if law == "close" else 1e-11
    assert seen.distance == pytest.approx(all_of_them.min(), abs=rounding)
    chosen = np.searchsorted(np.unique(x), seen.xmin)
    assert all_of_them[chosen] <= all_of_them.min() + rounding


def test_the_threshold_of_a_long_sample_is_that_of_brute_force():
    """Where the witnesses rule nearly all out: 20,000 candidates, each over all of its points."""
    for x in (pareto(1, 20_000), np.abs(np.random.default_rng(2).standard_t(2, 20_000))):
        law = search.candidates(np.sort(x))
        whole = [search.pareto_distance(law, i) for i in range(0, len(law.exponent), 7)]
        seen, distance = search.least_pareto(law)
        assert distance <= min(whole)
        i = int(seen)
        model = np.exp(law.exponent[i] * (law.logs[i] - law.logs[i:]))
        brute = np.max(np.abs(model - law.above[i:] / law.above[i]))
        assert distance == pytest.approx(brute, abs=1e-14)
        for j in range(0, len(law.exponent), 997):
            model = np.exp(law.exponent[j] * (law.logs[j] - law.logs[j:]))
            brute = np.max(np.abs(model - law.above[j:] / law.above[j]))
            assert search.pareto_distance(law, j) == pytest.approx(brute, abs=1e-14)


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 2**32), kind=st.sampled_from(["zipf", "poisson", "geometric"]))
def test_the_discrete_threshold_is_that_of_brute_force(seed, kind):
    rng = np.random.default_rng(seed)
    x = {
        "zipf": lambda: rng.zipf(1.9, 200),
        "poisson": lambda: rng.poisson(40, 200) + 1,
        "geometric": lambda: rng.geometric(0.1, 200),
    }[kind]()
    seen = power_law.fit(x, discrete=True)
    all_of_them = np.array(list(distances(x.astype(float), discrete=True)))
    assert seen.distance == pytest.approx(all_of_them.min(), abs=1e-7)  # of the bounded search
    chosen = np.searchsorted(np.unique(x), seen.xmin)
    assert all_of_them[chosen] <= all_of_them.min() + 1e-7
    top = x[x >= seen.xmin]
    assert seen.pdf_exponent == pytest.approx(likeliest_exponent(top, seen.xmin), rel=1e-6)


def test_blackouts_have_the_published_fit():
    """Clauset et al. print 2.3, 230 thousand and 59; the digits are those of ``powerlaw``."""
    law = power_law.fit(BLACKOUTS)
    assert (law.xmin, law.n_tail, law.n) == (230_000.0, 59, 211)
    assert law.pdf_exponent == pytest.approx(2.27264, abs=5e-6)
    assert law.distance == pytest.approx(0.06067, abs=5e-6)
    assert law.alpha + 1 == law.pdf_exponent == law.to_dict()["pdf_exponent"]
    assert law.p_value(500, seed=1).value > 0.5  # they print 0.62, by 2,500 samples of their own


def test_alpha_is_not_bounded():
    for alpha in (0.05, 0.5, 2.5, 4.0, 30.0):
        law = power_law.fit(pareto(1, 5_000, alpha), xmin=1.0)
        assert abs(law.alpha / alpha - 1) < 4.9 / np.sqrt(5_000)  # 1e-6


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32), power=st.integers(-900, 900))
def test_a_unit_that_is_a_power_of_2_changes_no_bit(seed, power):
    x = np.abs(np.random.default_rng(seed).standard_t(1.5, 200))
    unit = 2.0**power
    one, other = power_law.fit(x), power_law.fit(unit * x)
    assert (one.alpha, one.distance, unit * one.xmin) == (other.alpha, other.distance, other.xmin)
    for rival in RIVALS:
        assert one.compare(rival).log_ratio == pytest.approx(
            other.compare(rival).log_ratio, abs=1e-8
        )


@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1e150, 1e300])
def test_scales_at_the_ends_of_the_floats_do_nothing(scale):
    x = np.minimum(pareto(3, 500), 1e6)
    one, other = power_law.fit(x), power_law.fit(scale * x)
    assert other.alpha == pytest.approx(one.alpha, rel=1e-10)
    assert other.xmin == pytest.approx(scale * one.xmin, rel=1e-12)
    for rival in RIVALS:
        assert other.compare(rival).p_value == pytest.approx(one.compare(rival).p_value, abs=1e-6)


def test_a_sample_over_all_floats_is_fitted():
    x = np.exp(np.random.default_rng(1).uniform(-690, 690, 500))
    law = power_law.fit(x, xmin=float(x.min()))
    assert law.alpha == pytest.approx(1 / np.mean(np.log(x) - np.log(x.min())), rel=1e-12)
    for rival in RIVALS:
        assert np.isfinite(law.compare(rival).p_value)
    steps = np.log([1e-300, 1e-299, 1e300])  # neighbours further apart than any quotient of floats
    alpha = power_law.fit(np.exp(steps), xmin=1e-300).alpha
    assert alpha == pytest.approx(1 / np.mean(steps - steps[0]), rel=1e-12)


@given(seed=st.integers(0, 2**32))
@settings(deadline=None, max_examples=10)
def test_the_order_and_the_side_do_not_matter(seed):
    x = np.random.default_rng(seed).standard_t(1.5, 300)
    assert power_law.fit(np.sort(x)) == power_law.fit(x) == power_law.fit(-x)
    assert power_law.fit(x, tail="right") == power_law.fit(-x, tail="left")
    right = power_law.fit(x, tail="right")
    assert right.xmin in x and right == power_law.fit(np.where(x < 0, 0.0, x), tail="right")
    once, twice = power_law.fit(x), power_law.fit(np.repeat(x, 2))  # repetition is a weight
    assert twice.n_tail == 2 * once.n_tail
    assert (once.xmin, once.alpha) == (twice.xmin, pytest.approx(twice.alpha, rel=1e-12))


def test_the_interval_for_a_given_threshold_is_exact():
    """Coverage 0.95 of 2,000 samples, within 0.024 but for 1e-6.

    2 n alpha / estimate has the law chi2 of 2 n for a threshold below the data, and of 2 (n - 1)
    for one that is the least of them.
    """
    for fixed in (True, False):
        covered = []
        for seed in range(2_000):
            x = pareto(seed, 6)
            low, high = power_law.estimate(x, xmin=1.0 if fixed else float(x.min())).conf_int()
            covered.append(low < 1.5 < high)
        assert abs(np.mean(covered) - 0.95) < 0.024


def test_intervals_and_standard_errors_are_those_of_their_formulas():
    """Chi-squared quantiles over twice the sum of logs; the curvature of log zeta."""
    x = pareto(1, 8)
    for xmin, dof in ((1.0, 16), (float(x.min()), 14)):
        ends = stats.chi2(dof).ppf([0.025, 0.975]) / (2 * np.sum(np.log(x / xmin)))
        assert power_law.estimate(x, xmin=xmin).conf_int() == pytest.approx(tuple(ends), rel=1e-10)
    x = np.random.default_rng(1).zipf(2.5, 500)
    seen = power_law.estimate(x, xmin=1, discrete=True)
    s, step = seen.value + 1, 1e-4
    logs = np.log(special.zeta([s - step, s, s + step], 1.0))
    curvature = (logs[0] - 2 * logs[1] + logs[2]) / step**2
    assert seen.stderr == pytest.approx(1 / np.sqrt(500 * curvature), rel=1e-5)
    assert -(logs[2] - logs[0]) / (2 * step) == pytest.approx(np.mean(np.log(x)), rel=1e-6)


def test_the_discrete_standard_error_is_that_of_the_estimates():
    """A variance ratio of 400 replicates lies in [0.69, 1.385] but for 1e-6."""
    rng = np.random.default_rng(1)
    seen = [power_law.estimate(rng.zipf(2.5, 2_000), xmin=1, discrete=True) for _ in range(400)]
    values = np.array([e.value for e in seen])
    claimed = np.mean([e.stderr**2 for e in seen])
    assert 0.69 < values.var(ddof=1) / claimed < 1.385
    assert abs(values.mean() - 1.5) < 4.9 * np.sqrt(claimed / 400) + 2 / 2_000


@pytest.mark.parametrize("s, q", [(1.001, 1), (1.5, 7), (2.5, 1), (2.5, 1e6), (30, 50), (250, 7)])
def test_sums_of_the_zeta_law_and_their_slopes(s, q):
    """By mpmath: sums of the first terms, and of the rest by the same formula, far out."""
    import mpmath

    with mpmath.workdps(40):

        def whole(t):
            far = 1_000
            terms = mpmath.fsum((1 + mpmath.mpf(k) / q) ** -t for k in range(far))
            start = mpmath.mpf(q) + far
            rest = (
                start / (t - 1) + 0.5 + t / (12 * start) - t * (t + 1) * (t + 2) / (720 * start**3)
            )
            return terms + (start / q) ** -t * rest

        exact = [whole(mpmath.mpf(s))] + [mpmath.diff(whole, s, n) for n in (1, 2)]
        seen = zeta.sums(s, q)
        for value, truth in zip(seen, exact, strict=True):
            assert value == pytest.approx(float(truth), rel=2e-13)


@pytest.mark.parametrize("s, q", [(1.3, 1.0), (2.5, 3.0), (4.0, 100.0)])
def test_draws_of_the_zeta_law_have_its_probabilities(s, q):
    """Chi-squared over the first values and the rest, at 1e-6."""
    uniforms = 1 - np.random.default_rng(1).random(20_000)
    x = zeta.draws(uniforms, s, q)
    assert np.all(x % 1 == 0) and x.min() == q
    values = q + np.arange(30)
    shares = values**-s / special.zeta(s, q)
    seen = np.array([np.sum(x == v) for v in values])
    shares, seen = np.append(shares, 1 - shares.sum()), np.append(seen, x.size - seen.sum())
    assert stats.chisquare(seen, x.size * shares / shares.sum()).pvalue > 1e-6


def test_likelihoods_of_rivals_are_the_greatest_and_add_up_to_one():
    """Each density is one, and no neighbour of its parameters is likelier: SciPy's integrals."""
    x = np.exp(np.random.default_rng(1).normal(0, 1, 2_000))
    law = power_law.fit(x, xmin=1.0)
    top = x[x >= 1]
    mine = {name: law.compare(name) for name in RIVALS}
    base = np.sum(np.log(law.alpha) - law.pdf_exponent * np.log(top))

    def best(log_density, start):
        cost = lambda p: -np.sum(log_density(p))  # noqa: E731
        options = {"xatol": 1e-7, "fatol": 1e-9, "maxiter": 4_000, "maxfev": 4_000}
        return optimize.minimize(cost, start, method="Nelder-Mead", options=options)

    rate = 1 / np.mean(top - 1)
    against = base - np.sum(stats.expon.logpdf(top, 1, 1 / rate))
    assert mine["exponential"].log_ratio == pytest.approx(against, rel=1e-12)
    assert mine["exponential"].parameters == {"rate": pytest.approx(rate, rel=1e-12)}

    def lognormal(p):
        mu, sigma = p[0], np.exp(p[1])
        return (
            stats.norm.logpdf(np.log(top), mu, sigma) - np.log(top) - stats.norm.logsf(-mu / sigma)
        )

    found = best(lognormal, [0.0, 0.0])
    assert mine["lognormal"].log_ratio == pytest.approx(base + found.fun, abs=1e-6)
    assert mine["lognormal"].parameters["mu"] == pytest.approx(found.x[0], abs=1e-3)
    assert mine["lognormal"].parameters["sigma"] == pytest.approx(np.exp(found.x[1]), abs=1e-3)

    def truncated(p):
        s, rate = p[0], np.exp(p[1])
        norm = integrate.quad(lambda y: y**-s * np.exp(-rate * (y - 1)), 1, np.inf)[0]
        return -s * np.log(top) - rate * (top - 1) - np.log(norm)

    found = best(truncated, [1.0, -1.0])
    assert mine["truncated_power_law"].log_ratio == pytest.approx(base + found.fun, abs=1e-6)
    assert mine["truncated_power_law"].parameters["rate"] == pytest.approx(
        np.exp(found.x[1]), abs=1e-3
    )


def test_discrete_rivals_are_the_likeliest_of_their_kind():
    """Sums over a million integers, and SciPy's search."""
    x = np.random.default_rng(1).geometric(0.05, 1_000)
    law = power_law.fit(x, xmin=5, discrete=True)
    top, k = x[x >= 5].astype(float), np.arange(5.0, 1e6)
    base = np.sum(-law.pdf_exponent * np.log(top)) - top.size * np.log(
        special.zeta(law.pdf_exponent, 5)
    )
    seen = law.compare("exponential")
    p = 1 / (1 + np.mean(top - 5))
    against = base - np.sum(stats.geom.logpmf(top - 4, p))
    assert seen.log_ratio == pytest.approx(against, rel=1e-11)
    seen = law.compare("truncated_power_law")
    s, rate = seen.parameters["exponent"], seen.parameters["rate"]

    def cost(p):
        logs = lambda y: -p[0] * np.log(y) - p[1] * (y - 5)  # noqa: E731
        return top.size * np.log(np.sum(np.exp(logs(k)))) - np.sum(logs(top))

    assert -seen.log_ratio == pytest.approx(-base - cost((s, rate)), abs=1e-6)
    for step in (1e-3, 0), (-1e-3, 0), (0, 1e-4), (0, -1e-4):
        assert cost((s + step[0], rate + step[1])) > cost((s, rate))
    seen = law.compare("lognormal")
    mu, sigma = seen.parameters["mu"], seen.parameters["sigma"]

    def cost_of_lognormal(p):
        sf = lambda y: stats.norm.sf((np.log(y - 0.5) - p[0]) / p[1])  # noqa: E731
        return -np.sum(np.log(sf(top) - sf(top + 1))) + top.size * np.log(sf(5.0))

    assert seen.log_ratio == pytest.approx(base + cost_of_lognormal((mu, sigma)), abs=1e-6)
    for step in (1e-3, 0), (-1e-3, 0), (0, 1e-3), (0, -1e-3):
        assert cost_of_lognormal((mu + step[0], sigma + step[1])) > cost_of_lognormal((mu, sigma))


def test_a_slow_cutoff_of_a_discrete_law_is_summed_beyond_the_first_terms():
    """Against four million terms, where the sum goes on as an integral after 2,000."""
    for s, rate, xmin in ((1.2, 1e-5, 1.0), (2.5, 1e-4, 3.0), (0.3, 1e-3, 10.0)):
        k = np.arange(xmin, 4e6)
        exact = np.log(np.sum(np.exp(-s * np.log(k / xmin) - rate * (k - xmin))))
        seen = rivals._log_sum(s - 1, rate * xmin * 50, np.log(50.0), xmin)
        assert seen == pytest.approx(exact, abs=1e-10)


def test_vuongs_statistic_is_that_of_the_terms():
    x = pareto(4, 2_000)
    law = power_law.fit(x, xmin=1.0)
    seen = law.compare("exponential")
    terms = (
        np.log(law.alpha) - law.pdf_exponent * np.log(x) - stats.expon.logpdf(x, 1, np.mean(x - 1))
    )
    statistic = np.sqrt(x.size) * np.mean(terms) / np.std(terms)
    assert seen.statistic == pytest.approx(statistic, rel=1e-9)
    assert seen.p_value == pytest.approx(2 * stats.norm.sf(abs(statistic)), rel=1e-9)


@pytest.mark.parametrize("alpha", [0.8, 3.0])
def test_a_power_law_gains_by_a_cutoff_no_more_than_the_test_allows(alpha):
    """Of 100 samples 5% are refused at 5%, at most: 20 or more of them but for 1e-6 (binomial)."""
    laws = [power_law.fit(pareto(seed, 300, alpha), xmin=1.0) for seed in range(100)]
    p = np.array([law.compare("truncated_power_law").p_value for law in laws])
    assert np.sum(p < 0.05) < 20 and 0 < p.min() and p.max() <= 1
    assert alpha < 1 or np.sum(p == 1.0) > 15  # half of them, of a law with a variance


def test_a_lognormal_that_would_be_a_power_law_is_one():
    """Where log(x) varies as an exponential variate or more, the limit is the likeliest."""
    logs = np.concatenate([np.full(50, 0.1), np.full(5, 3.0)])
    seen = power_law.fit(np.exp(logs), xmin=1.0).compare("lognormal")
    assert (seen.log_ratio, seen.statistic, seen.p_value) == (0.0, 0.0, 1.0)
    assert seen.parameters == {"mu": -np.inf, "sigma": np.inf}


@pytest.mark.parametrize("discrete", [False, True])
def test_p_values_of_true_power_laws_are_uniform(discrete):
    """Threshold chosen anew in each: 60 samples with 39 replicates, Kolmogorov-Smirnov at 1e-6."""
    rng, p = np.random.default_rng(7), []
    for _ in range(60):
        body, top = rng.uniform(0.2, 1, 100), rng.pareto(1.5, 100) + 1
        x = rng.zipf(2.2, 200) if discrete else np.concatenate([body, top])
        p.append(power_law.fit(x, discrete=discrete).p_value(39, seed=1).value)
    assert stats.kstest(p, "uniform").pvalue > 1e-6
    assert 0.2 < np.mean(p) < 0.8


def test_what_is_no_power_law_is_told():
    x = np.random.default_rng(1).exponential(size=2_000)
    assert power_law.fit(x, xmin=0.2).p_value(199, seed=3).value == 1 / 200
    law = power_law.fit(x, xmin=0.2)
    for rival in RIVALS:
        assert law.compare(rival).log_ratio < 0 and law.compare(rival).p_value < 1e-6


def test_the_seed_is_the_answer():
    law = power_law.fit(pareto(1, 200))
    assert law.p_value(50, seed=1) == law.p_value(50, seed=1)
    assert len({law.p_value(50, seed=s).value for s in range(5)}) > 1


@pytest.mark.parametrize(
    "call, line",
    [
        (lambda: power_law.fit([1.0, np.nan]), "sample must be finite, got nan in row 1"),
        (lambda: power_law.fit([1.0, -np.inf]), "sample must be finite, got -inf in row 1"),
        (lambda: power_law.fit([2.0, 2.0, 2.0]), "two different sizes above 0, got 1"),
        (lambda: power_law.fit([0.0, 0.0]), "two different sizes above 0, got 0"),
        (lambda: power_law.fit([-1.0, -2.0], tail="right"), "different sizes above 0, got 0"),
        (lambda: power_law.fit([1.0]), "sample must have at least 2 values, got 1"),
        (lambda: power_law.fit([]), "sample must be a non-empty 1-d array"),
        (lambda: power_law.fit(["a", "b"]), "sample must be a real number or an array of them"),
        (lambda: power_law.fit(np.array(["2020-01-01"], dtype="M8[D]")), "sample must be a real"),
        (lambda: power_law.fit(np.ma.array([1.0, 2.0], mask=[0, 1])), "must have no masked values"),
        (
            lambda: power_law.fit([1.0, 2.0, 2.5], discrete=True),
            "sample must hold integers for a discrete law, got 2.5 in row 2",
        ),
        (lambda: power_law.fit([1.0, 2.0], xmin=2.0), "sizes from xmin = 2.0 on, got 1"),
        (lambda: power_law.fit([1.0, 2.0], xmin=9.0), "sizes from xmin = 9.0 on, got 0"),
        (lambda: power_law.fit([1.0, 2.0], xmin=0.0), "xmin must be positive and finite, got 0.0"),
        (lambda: power_law.fit([1.0, 2.0], xmin=np.nan), "xmin must be positive and finite"),
        (lambda: power_law.fit([1.0, 2.0], xmin="a"), "xmin must be a real number, got 'a'"),
        (lambda: power_law.fit([1, 2], xmin=1.5, discrete=True), "xmin must be an integer"),
        (lambda: power_law.fit([1, 2], discrete=1), "discrete must be True or False, got 1"),
        (lambda: power_law.fit([1, 2], tail="up"), "tail must be one of both, right, left"),
        (lambda: power_law.fit([1.0, 2.0]).compare("normal"), "rival must be one of lognormal, "),
        (lambda: power_law.fit([1.0, 2.0]).p_value(0), "replicates must be an integer in [1, "),
        (lambda: power_law.fit([1.0, 2.0]).p_value(1, seed=-1), "seed must be an integer in [0, "),
        (lambda: power_law.estimate([1.0, 2.0]).conf_int(1.0), "level must lie in (0, 1), got 1.0"),
    ],
)
def test_what_is_no_argument_is_refused_in_a_line(call, line):
    with pytest.raises(ValueError) as refused:
        call()
    assert line in str(refused.value) and "\n" not in str(refused.value)


def test_integers_ties_and_zeros_are_taken():
    law = power_law.fit([0, 0, 1, 1, 2, 2, 4, 8, 16])
    assert law.n == 9 and law.n_tail <= 7
    assert power_law.fit([0, 1, 2, 4, 8, -9], tail="right", discrete=True).n == 6


@pytest.mark.parametrize("few", [2, 6])
def test_values_that_are_nearly_all_one_are_told(few):
    sample = [few - 1] * 1000 + [few]
    with pytest.raises(ValueError, match="sample must be spread out for a power law, got 0.999"):
        power_law.fit(sample, discrete=True)
