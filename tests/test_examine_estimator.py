"""The examiner finds what is wrong with an estimator, and nothing where nothing is.

Seeds are fixed.  A test of randomness fails by chance at most once in 10^6 times where it says so.
"""

from dataclasses import dataclass
from math import inf, nan, sqrt
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy import stats

from stablenoise import Estimate, Stable, examine
from stablenoise.examine.estimates import answers, bounds, figures, questions
from stablenoise.examine.findings import CERTAINTY
from stablenoise.tails import hill, log_moment


@dataclass(frozen=True)
class Normal:
    """Draws whose mean has an exactly normal estimate: what an oracle is needed for."""

    mean: float = 3.0

    def rvs(self, size, rng):
        return rng.normal(self.mean, 2.0, size)


def mean_of(x, shift=0.0, width=1.0):
    """The mean of draws with standard deviation 2, and its exact interval."""
    return Estimate(x.mean() + shift, width * 2 / sqrt(len(x)), len(x))


def report_on(estimator, replicates=400, seed=1, law=None, n=16, **options):
    options = {"parameter": "mean"} | options
    return examine.estimator(estimator, law or Normal(), n, replicates, seed, **options)


def grade(report, question):
    return {finding.question: finding.grade for finding in report.findings}[question]


def sentence(report, question):
    return {finding.question: finding.sentence for finding in report.findings}[question]


# ------------------------------------------------------------------ figures against closed forms


def test_figures_are_those_of_the_replicates():
    report = report_on(mean_of, 50)
    values = [
        np.random.default_rng([1, r]).normal(3.0, 2.0, 16).mean() for r in range(50)
    ]  # the recipe that the docstring gives
    np.testing.assert_array_equal(report.values, values)
    errors = np.array(values) - 3.0
    assert report.bias.value == pytest.approx(errors.mean(), rel=1e-12)
    assert report.sd.value == pytest.approx(np.std(values, ddof=1), rel=1e-12)
    assert report.rmse.value == pytest.approx(sqrt(np.mean(errors**2)), rel=1e-12)
    half = stats.norm.ppf(0.975) * 2 / 4
    assert report.coverage.value == np.mean(abs(errors) <= half)
    assert report.width.value == pytest.approx(2 * half) and report.width.stderr < 1e-12
    assert report.setting.bound is None and report.efficiency is None


def spreads(draw, figure, count=2000, size=60):
    """Standard deviation of a figure over repetitions, and the mean of what it states."""
    rng = np.random.default_rng(7)
    seen = [figure(draw(rng, size)) for _ in range(count)]
    return np.std([e.value for e in seen]), np.mean([e.stderr for e in seen])


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng, size: rng.normal(0.5, 1, size),
        lambda rng, size: rng.uniform(-1, 3, size),
        lambda rng, size: rng.gamma(9.0, 1, size),
    ],
    ids=["normal", "uniform", "gamma"],
)
@pytest.mark.parametrize(
    "figure",
    [figures.spread, figures.error, lambda x: figures.efficiency(x, 0.5), Estimate.mean],
    ids=["sd", "rmse", "efficiency", "bias"],
)
def test_stated_errors_are_the_spread_of_the_figures(draw, figure):
    """The delta method is right to terms of 1 / R: 12% at R = 60 is twice the largest seen."""
    seen, stated = spreads(draw, figure)
    assert stated == pytest.approx(seen, rel=0.12)


def test_figures_do_not_depend_on_the_unit():
    x = np.random.default_rng(1).normal(size=30)
    for unit in (2.0**-1000, 2.0**1000):
        for figure in (figures.spread, figures.error):
            one, other = figure(x), figure(x * unit)
            assert (other.value, other.stderr) == (one.value * unit, one.stderr * unit)
        assert figures.efficiency(x * unit, unit) == figures.efficiency(x, 1.0)
    ends = np.array([-1.7e308, -1.0, -1.0])
    assert figures.width(ends, -ends).value == 2.0  # what is beyond the floats is left out
    assert figures.width(ends[:2], -ends[:2]) is None


@pytest.mark.parametrize(
    ("law", "parameter", "known", "sd"),
    [  # a Cauchy law: information 1/2 about scale and 1/2 about loc
        (Stable(1.0), "loc", ("alpha", "beta"), sqrt(2)),
        (Stable(1.0, scale=4.0), "scale", ("alpha", "beta"), 4 * sqrt(2)),
        (Stable(1.0, scale=2.0**1000), "loc", ("alpha", "beta"), 2.0**1000 * sqrt(2)),
        # by another quadrature, in the table of Cramer-Rao bounds of ``theory``
        (Stable(1.5), "alpha", (), 1.5354),
        (Stable(1.5), "alpha", ("scale",), 1.4530),
        (Stable(1.9, scale=3.0, loc=-5.0), "alpha", (), 1.1270),
        (Stable(1.2), "alpha", (), 1.3254),
    ],
)
def test_the_bound_is_that_of_the_information(law, parameter, known, sd):
    bound, reason = bounds.cramer_rao(law, parameter, 100, known)
    assert bound == pytest.approx(sd / 10, rel=1e-4) and reason == ""


@pytest.mark.parametrize(
    ("law", "word"),
    [
        (Stable(2.0), "alpha = 2"),
        (Stable(1.5, 1.0), "beta = 1"),
        (Stable(1.5, -1.0), "beta = -1"),
        (Stable(0.1), "alpha must be at least 0.15"),
    ],
)
def test_where_there_is_no_bound_the_reason_is_told(law, word):
    report = report_on(lambda x: 1.0 + x[0] / 1e9, 2, law=law, parameter="alpha")
    assert report.efficiency is None and report.setting.bound is None
    assert word in report.setting.no_bound and word in report.summary()


def test_the_efficiency_of_log_moments_is_that_of_their_closed_form():
    """Its variance 9 a^6 (7/120 + 1/(15 a^4) + 2 (1/12 + 1/(6 a^2))^2) / n against the bound's."""
    report = examine.estimator(log_moment.estimate, Stable(1.2), 2000, 1000, seed=3)
    a = 1.2
    variance = 9 * a**6 * (7 / 120 + 1 / (15 * a**4) + 2 * (1 / 12 + 1 / (6 * a**2)) ** 2)
    assert report.efficiency.value == pytest.approx(1.3254**2 / variance, rel=0.12)
    assert report.grade == "pass"
    told = sentence(report, "efficiency")
    assert "times the bound, which is told and never counted as a fault" in told


# ------------------------------------------------------------------ no fault where there is none


def uniform(p_values):
    """Whether p-values are uniform: false once in 10^6 times."""
    return stats.kstest(p_values, "uniform").pvalue > 1e-6


def p_values(question, estimator=mean_of, reports=400, replicates=40, **options):
    seen = [report_on(estimator, replicates, seed, **options) for seed in range(reports)]
    found = [{f.question: f.p_value for f in report.findings}[question] for report in seen]
    return np.array(found, dtype=float)


def test_the_p_value_of_a_bias_is_uniform_for_normal_estimates():
    assert uniform(p_values("bias"))
    assert not uniform(p_values("bias", lambda x: mean_of(x, shift=0.2)))


def test_the_p_value_of_a_coverage_is_that_of_the_binomial_law():
    """Every probability that can be seen is one at most: exact, so nothing is left to chance."""
    for level, size in ((0.95, 40), (0.5, 7), (0.999, 300)):
        counts = np.arange(size + 1)
        found = [
            questions.about_coverage(figures.coverage(np.arange(size) < k), level).p_value
            for k in counts
        ]
        mass = stats.binom.pmf(counts, size, level)
        for p in found:
            assert mass[np.array(found) <= p].sum() <= p * (1 + 1e-9)
        exact = [
            min(1, 2 * min(stats.binom.cdf(k, size, level), stats.binom.sf(k - 1, size, level)))
            for k in counts
        ]
        np.testing.assert_allclose(found, exact, rtol=1e-9)


def test_coverages_of_an_exact_interval_are_taken():
    """Of p-values that are too large rather than too small: each bound by a binomial at 1e-6."""
    seen = p_values("coverage")
    for limit in (0.01, 0.1, 0.5):
        assert stats.binom.sf((seen <= limit).sum() - 1, len(seen), limit) > 1e-6


def test_the_p_value_of_an_efficiency_is_uniform_where_the_bound_is_reached():
    rng = np.random.default_rng(1)
    reached = [figures.efficiency(rng.normal(0, 0.5, 50), 0.5) for _ in range(500)]
    assert uniform([questions.about_efficiency(e, 50).p_value for e in reached])


@pytest.mark.parametrize("share", [0.05, 0.9, 1.2, 6.0])
def test_the_p_value_of_an_efficiency_is_that_of_chi_square(share):
    """Of 20 errors whose mean square is this share of the squared bound."""
    reached = figures.efficiency(np.full(20, sqrt(share)), 1.0)
    tails = stats.chi2.cdf(20 * share, 20), stats.chi2.sf(20 * share, 20)
    found = questions.about_efficiency(reached, 20)
    assert found.p_value == pytest.approx(2 * min(tails), rel=1e-9)
    assert ("the bound is reached" in found.sentence) == (share in (0.9, 1.2))


def test_a_bias_at_the_edge_of_harm_is_called_harmful_as_seldom_as_is_said(monkeypatch):
    """At a quarter of the standard deviation, with a certainty that can be counted.

    0.05 of 2,000 reports: within 5 binomial standard deviations, false once in 10^6 times.
    """
    monkeypatch.setattr(questions, "CERTAINTY", 0.05)
    rng = np.random.default_rng(2)
    called = 0
    for _ in range(2000):
        x = rng.normal(0.25, 1.0, 100)
        called += questions.about_bias(Estimate.mean(x), figures.spread(x)).grade == "fail"
    assert abs(called - 100) < 5 * sqrt(2000 * 0.05 * 0.95)


def test_a_right_estimator_passes():
    report = report_on(mean_of, 2000)
    assert report.grade == "pass" and report.failures == {}
    assert {finding.grade for finding in report.findings} == {"pass"}


@pytest.mark.parametrize("alpha", [1.2, 1.5])
def test_an_estimator_of_ours_passes(alpha):
    """Their intervals cover 0.954 to 0.956: 400 replicates refuse below 0.890."""
    report = examine.estimator(log_moment.estimate, Stable(alpha, scale=1e-300), 500, 400, seed=1)
    assert report.grade == "pass"


# ------------------------------------------------------------------ each fault is found


def test_a_biased_estimator_is_caught():
    report = report_on(lambda x: mean_of(x, shift=0.325))  # 0.65 of a standard deviation
    assert grade(report, "bias") == "fail" == report.grade
    assert "biased by" in sentence(report, "bias")
    p_value = next(f.p_value for f in report.findings if f.question == "bias")
    assert p_value < CERTAINTY


def test_a_bias_that_is_perhaps_harmful_is_suspicious():
    report = report_on(lambda x: mean_of(x, shift=0.2))  # 0.4 of a standard deviation
    assert grade(report, "bias") == "suspicious" == report.grade
    assert "not surely more than 0.25" in sentence(report, "bias")


def test_a_bias_too_small_to_matter_is_told_and_let_pass():
    report = report_on(lambda x: mean_of(x, shift=0.05), 10_000)  # a tenth
    assert grade(report, "bias") == "pass"
    assert "biased by" in sentence(report, "bias") and "let pass" in sentence(report, "bias")


def test_intervals_that_are_too_short_are_caught():
    """0.75 of their width covers 0.858: refused below 0.890, with probability 0.95 at least."""
    report = report_on(lambda x: mean_of(x, width=0.7))
    assert grade(report, "coverage") == "fail" == report.grade
    assert "too short" in sentence(report, "coverage")
    assert grade(report, "bias") == "pass"


def test_intervals_that_are_too_wide_are_suspicious():
    report = report_on(lambda x: mean_of(x, width=4.0))
    assert grade(report, "coverage") == "suspicious" == report.grade
    assert "too wide" in sentence(report, "coverage")


INDICES = np.linspace(0.3, 2.0, 60)
SHARES = np.array([2 * Stable(a).sf(3.0) for a in INDICES])


def test_an_estimator_that_ignores_scale_is_caught_at_scale_1():
    """There its bias is none: what tells is the sample in another unit."""

    def estimator(x):
        return float(np.interp(np.mean(abs(x) > 3), SHARES[::-1], INDICES[::-1]))

    report = examine.estimator(estimator, Stable(1.5), 500, 100, seed=1)
    assert grade(report, "bias") == "pass" and grade(report, "scale") == "fail" == report.grade
    told = examine.estimator(estimator, Stable(1.5), 500, 100, seed=1, known=("scale",))
    assert told.grade == "pass" and "scale" not in {f.question for f in told.findings}


def test_scales_and_locations_go_with_the_unit():
    law = Stable(1.5, scale=3.0, loc=2.0)
    quartiles = stats.iqr(law.ppf(np.array([0.25, 0.5, 0.75]))), law.median()
    for parameter, estimator in {
        "scale": lambda x: 3.0 * stats.iqr(x) / quartiles[0],
        "loc": lambda x: float(np.median(x)),
    }.items():
        report = examine.estimator(estimator, law, 200, 60, seed=1, parameter=parameter)
        assert grade(report, "scale") == "pass"
    stuck = examine.estimator(lambda x: min(x.std(), 9.0), law, 50, 60, 1, parameter="scale")
    assert grade(stuck, "scale") == "fail"


def test_an_estimator_with_noise_of_its_own_is_no_fault_of_scale():
    rng = np.random.default_rng(1)
    for seed in range(5):
        report = examine.estimator(
            lambda x: hill.estimate(x).value + 0.2 * rng.normal(), Stable(1.2), 500, 20, seed
        )
        assert grade(report, "scale") == "pass"


def test_a_sample_near_the_largest_float_is_made_smaller():
    seen = []

    def estimator(x):
        seen.append(np.max(np.abs(x)))
        return hill.estimate(x)

    report = examine.estimator(estimator, Stable(1.9, scale=1e306), 50, 3, seed=1)
    assert max(seen) < inf and grade(report, "scale") == "pass"


def test_an_estimator_that_refuses_another_unit_is_caught():
    def estimator(x):
        if np.median(abs(x)) > 100:
            raise ValueError("too large")
        return hill.estimate(x)

    report = examine.estimator(estimator, Stable(1.2), 500, 40, seed=1)
    assert grade(report, "scale") == "fail" and report.failures == {}


def test_a_constant_is_caught_even_if_it_is_the_true_value():
    report = report_on(lambda x: 3.0)
    assert grade(report, "spread") == "fail" == report.grade
    assert grade(report_on(lambda x: 4.0), "bias") == "fail"


def test_an_estimator_told_more_than_is_said_is_below_the_bound():
    """The median of a Cauchy sample has efficiency 8 / pi^2; half its error has four times that."""
    law = Stable(1.0)
    half = examine.estimator(lambda x: np.median(x) / 2, law, 101, 1000, 1, parameter="loc")
    whole = examine.estimator(lambda x: np.median(x), law, 101, 1000, 1, parameter="loc")
    assert whole.efficiency.value == pytest.approx(8 / np.pi**2, rel=0.2)
    assert "below the bound" in sentence(half, "efficiency")


# ------------------------------------------------------------------ failures are counted


def failing(every, error):
    def estimator(x):
        if int(1e6 * abs(x[0])) % every == 0:
            raise error(f"no estimate of {x[0]} from {len(x)} draws")
        return mean_of(x)

    return estimator


@pytest.mark.parametrize(
    "error", [ValueError, ZeroDivisionError, SystemExit, np.linalg.LinAlgError]
)
def test_failures_are_counted_by_their_message(error):
    report = report_on(failing(3, error), 300)
    (message, count), *others = report.failures.items()
    assert others == [] and count == len(report.failed) > 50
    assert message == report.failed[min(report.failed)] and message.startswith(error.__name__)
    assert len(report.values) + count == 300 and report.grade == "suspicious"
    assert set(report.numbers) | set(report.failed) == set(range(300))
    assert f"{count} of 300 times" in sentence(report, "answers") and message in report.summary()


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (nan, "estimate must be finite, got nan"),
        (inf, "estimate must be finite, got inf"),
        (-1.1e303, "estimate must be at most 1e+303 in size, got -1.1e+303"),
        ("1.5", "answer must be a number"),
        (None, "answer must be a number"),
        (True, "answer must be a number"),
        (1j, "answer must be a number"),
        ([1.5, 1.6], "answer must be a number"),
        (SimpleNamespace(alpha=1.5), "that has mean, got namespace"),
        (SimpleNamespace(mean=nan), "estimate must be finite, got nan"),
        (SimpleNamespace(mean=1.5, conf_int=lambda level: (2.0, 1.0)), "lower end first"),
        (SimpleNamespace(mean=1.5, conf_int=lambda level: (nan, 1.0)), "lower end first"),
        (SimpleNamespace(mean=1.5, conf_int=lambda level: {"alpha": (1, 2)}), "two numbers"),
        (SimpleNamespace(mean=1.5, conf_int=lambda level: (1, 2, 3)), "two numbers"),
    ],
)
def test_what_is_no_estimate_is_a_failure_with_its_reason(answer, word):
    report = report_on(lambda x: answer, 5)
    assert report.grade == "fail" and report.bias is None and len(report.values) == 0
    (message,) = report.failures
    assert word in message and report.failures[message] == 5
    assert word.split(",")[0] in report.summary()
    with pytest.raises(ValueError, match="2 or more to be drawn, got 0"):
        report.plot()


@pytest.mark.parametrize(
    "answer",
    [
        1.5,
        2,
        np.float32(1.5),
        np.array(1.5),
        Stable(1.5),
        SimpleNamespace(alpha=1.5, conf_int=lambda level: {"alpha": (1.0, 2.0)}),
        SimpleNamespace(params=Stable(1.5), conf_int=lambda level: {"alpha": [1.0, inf]}),
        Estimate(1.5, 0.1, 10),
    ],
)
def test_numbers_estimates_and_fits_are_read(answer):
    value, low, high = answers.read(answer, "alpha", 0.95)
    assert value in (1.5, 2)
    has = hasattr(answer, "conf_int")
    assert (low < value < high) if has else (np.isnan(low) and np.isnan(high))


def test_the_level_is_handed_on():
    levels = []

    def estimator(x):
        return SimpleNamespace(mean=x[0], conf_int=lambda level: levels.append(level) or (0, 1))

    report_on(estimator, 3, level=0.8)
    assert set(levels) == {0.8}


def test_estimates_at_the_end_of_the_floats_have_figures():
    report = report_on(
        lambda x: 1e303 * np.sign(x[0]),
        law=Stable(1.2, scale=1e300),
        n=5,
        parameter="scale",
        replicates=50,
    )
    assert 5e302 < report.sd.value < 1.1e303 and 9e302 < report.rmse.value < 1.1e303


def test_infinite_ends_are_counted_and_left_out_of_the_width():
    def estimator(x):
        end = inf if x[0] > 3 else x.mean() + 1
        return SimpleNamespace(mean=x.mean(), conf_int=lambda level: (x.mean() - 1, end))

    report = report_on(estimator, 60)
    assert 10 < report.unbounded < 50 and report.width.value == pytest.approx(2)
    assert report.coverage.n == 60 and report.width.n == 60 - report.unbounded


# ------------------------------------------------------------------ replicates


def test_a_replicate_depends_on_the_seed_and_its_number_alone():
    whole, part = report_on(mean_of, 40), report_on(mean_of, range(30, 40))
    np.testing.assert_array_equal(part.values, whole.values[30:])
    again = report_on(mean_of, 40)
    assert again == whole and hash(again) == hash(whole)
    assert report_on(mean_of, 40, seed=2) != whole


def test_reports_of_parts_make_that_of_the_whole():
    estimator = failing(4, ValueError)
    parts = [report_on(estimator, range(*ends)) for ends in ((25, 60), (0, 10), (10, 25))]
    assert parts[0].merge(parts[1]).merge(parts[2]) == report_on(estimator, 60)
    with pytest.raises(ValueError, match="other replicates, got 10 in both"):
        parts[2].merge(parts[2])
    with pytest.raises(ValueError, match="other must have the same setting"):
        parts[0].merge(report_on(estimator, 5, seed=2))
    with pytest.raises(ValueError, match="other must be an EstimatorReport, got 1"):
        parts[0].merge(1)


def test_an_estimator_may_write_into_its_sample():
    def destroys(x):
        value = hill.estimate(x)
        x[:] = 0
        return value

    one = examine.estimator(hill.estimate, Stable(1.5), 100, 20, seed=1)
    assert examine.estimator(destroys, Stable(1.5), 100, 20, seed=1) == one


def test_an_interrupt_gives_the_report_so_far():
    calls = iter(range(99))

    def estimator(x):
        if next(calls) == 30:
            raise KeyboardInterrupt
        return mean_of(x)

    report = report_on(estimator, 50)
    assert report.interrupted and report.asked == 50 and len(report.values) == 30
    assert "30 replicates of 50, interrupted" in report.summary()
    at_once = report_on(lambda x: (_ for _ in ()).throw(KeyboardInterrupt), 50)
    assert at_once.interrupted and at_once.bias is None and at_once.grade == "fail"


def test_progress_is_told():
    calls = []
    report_on(mean_of, 3, progress=lambda *call: calls.append(call))
    assert calls == [(1, 3), (2, 3), (3, 3)]


# ------------------------------------------------------------------ what is handed over


def test_laws_of_scipy_are_taken():
    report = examine.estimator(
        lambda x: x.mean(), stats.norm(3.0, 2.0), 10, 20, 1, parameter="mean", true_value=3.0
    )
    assert report.setting.true_value == 3.0 and report.grade == "pass"


def test_a_true_value_that_is_given_goes_without_a_bound():
    report = examine.estimator(hill.estimate, Stable(1.5), 100, 20, 1, true_value=1.4)
    assert report.setting.bound is None and "given" in report.setting.no_bound


def broken(drawn):
    return SimpleNamespace(rvs=lambda size, rng: drawn, alpha=1.0)


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"law": Stable([1.2, 1.5])}, "law must be one law, got parameters of shape (2,)"),
        ({"law": Normal()}, "true_value must be given as law has no alpha, got Normal(mean=3.0)"),
        ({"law": stats.norm()}, "true_value must be given as law has no alpha"),
        ({"law": broken(np.ones(3))}, "law must draw 10 numbers, got float64 of shape (3,)"),
        ({"law": broken("a")}, "law must draw 10 numbers"),
        ({"parameter": "gamma"}, "parameter must be one of alpha, beta, scale, loc, got 'gamma'"),
        ({"replicates": 1}, "replicates must be an integer in [2, 2^32), got 1"),
        ({"replicates": range(1)}, "replicates must be 2 or more in [0, 2^32), got range(0, 1)"),
        ({"replicates": range(-2, 1)}, "replicates must be 2 or more in [0, 2^32)"),
        ({"known": ("alpha",)}, "known must be one of beta, scale, loc, got 'alpha'"),
        ({"known": "scale"}, "known must be a tuple of names, got 'scale'"),
        ({"estimator": 1.5}, "estimator must be a function of a sample, got 1.5"),
        ({"level": 1.0}, "level must lie in (0, 1), got 1.0"),
    ],
)
def test_what_cannot_be_examined_is_told_in_one_line(changed, line):
    right = {"estimator": hill.estimate, "law": Stable(1.5), "n": 10, "replicates": 2, "seed": 1}
    with pytest.raises(ValueError) as error:
        examine.estimator(**{**right, **changed})
    assert str(error.value).startswith(line) and "\n" not in str(error.value)


# ------------------------------------------------------------------ what is shown


def test_a_summary_has_every_figure_and_finding():
    report = report_on(lambda x: mean_of(x, shift=1.0), 50)
    lines = report.summary().splitlines()
    assert lines[0] == "fail: estimator of mean = 3 of Normal(mean=3.0)"
    for name in ("bias", "sd", "rmse", "coverage", "width"):
        assert any(line.startswith(name) for line in lines)
    assert sum("biased by" in line for line in lines) == 1
    assert max(map(len, lines)) < 200


def test_a_report_is_plain_data():
    import json

    plain = report_on(failing(4, ValueError), 40).to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert plain["setting"]["law"] == "Normal(mean=3.0)" and plain["efficiency"] is None


def test_the_picture_shows_the_estimates_about_the_true_value():
    report = examine.estimator(log_moment.estimate, Stable(1.2), 500, 200, seed=1)
    ax = report.plot(Figure().subplots())
    assert ax.get_title() == "n = 500"
    (line, curve) = ax.get_lines()
    assert line.get_xdata()[0] == 1.2
    x, y = curve.get_data()
    mass = np.trapezoid(y, x)  # of a normal law within 4 standard deviations: all but 6e-5
    assert mass == pytest.approx(1, abs=1e-3)
    area = sum(bar.get_height() * bar.get_width() for bar in ax.patches)
    assert area == pytest.approx(1)
    with pytest.raises(ValueError, match="ax must be an Axes"):
        report.plot(1)


def test_an_estimate_without_an_interval_counts():
    """A fit at an end of its range has none by the normal law: its estimate is no failure."""

    class Ended:
        alpha = 2.0

        def conf_int(self, level):
            return {"alpha": (np.nan, np.nan)}

    def ended(x):
        return Ended() if x[0] > 0 else float(2 - abs(x[0]) % 1)

    report = examine.estimator(ended, Stable(1.7), 20, 50, 1)
    assert report.values.size == 50 and not report.failures


def test_a_spread_of_heavy_tails_is_no_index():
    """Its shifts have no mean, but all one sign."""
    report = examine.estimator(lambda x: float(np.std(x)), Stable(1.7), 200, 60, seed=1)
    assert report.grade == "fail"
