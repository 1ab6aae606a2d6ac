"""Somebody's density is graded: ours is right, and each of these wrong ones is told for what it is.

Nothing is random here.  Wrong functions are made from ours by one change each, so that what must
be said of them is known; SciPy's are a peer whose faults are known, and laws with closed forms are
another oracle of right ones.
"""

import json
import math
import threading
import time
import warnings
from itertools import product

import numpy as np
import pytest
from scipy import stats

from stablenoise import Stable, examine
from stablenoise.examine.functions import points as places
from stablenoise.examine.functions.calls import Function, OutOfTime

SKEWED, SYMMETRIC = Stable(1.5, 0.5, 2.0, 1.0), Stable(1.5)
ONE_SIDED, GAUSSIAN = Stable(0.5, 1.0), Stable(2.0, 0.0, 2.0, 1.0)
FUNCTIONS = "pdf", "cdf", "sf", "ppf"


def own(law):
    return {name: getattr(law, name) for name in FUNCTIONS}


def graded(report, grade):
    return {f.test for f in report.findings if f.grade == grade}


def asked(report, test):
    return next(f for f in report.findings if f.test == test)


LAWS = [
    *(Stable(a, b) for a, b in product((0.3, 0.7, 1.0, 1.3, 1.7), (0.0, 0.4, -0.9))),
    *(Stable(a, b) for a in (0.5, 0.97, 1.01, 1.5) for b in (1.0, -1.0)),
    *(Stable(2.0, 0.0, s, m) for s, m in ((1.0, 0.0), (3.0, -4.0))),
    Stable(1.999999, 0.3),
    Stable(0.1, 0.5),
    Stable(1.0, 1.0, 5.0, -2.0),
    Stable(1.9, -0.9, 1e-8, 1e3),
    Stable(1.5, 0.5, 1e200, 1e200),
]


def test_there_are_thirty_laws():
    assert len(LAWS) == len(set(LAWS)) == 30


@pytest.mark.parametrize("number", range(len(LAWS)), ids=map(repr, LAWS))
def test_ours_is_right(number):
    law, pair = LAWS[number], (("pdf", "cdf"), ("sf", "ppf"), ("cdf", "ppf"))[number % 3]
    functions = {name: getattr(law, name) for name in pair}
    report = examine.density(law, **functions)
    assert report.grade == "pass" and report.diagnosis is None and report.ended == ""
    assert {row.function for row in report.regions} == functions.keys()
    assert all(row.worst < 1e-10 and row.median <= row.worst for row in report.regions)


@pytest.mark.slow
@pytest.mark.parametrize("law", LAWS, ids=map(repr, LAWS))
def test_all_of_ours_are_right(law):
    report = examine.density(law, **own(law))
    assert report.grade == "pass" and report.diagnosis is None


def levy(x):
    """The density of Levy's law, which begins at 0, in S1."""
    size = np.where(x > 0, x, 1.0)
    inside = np.exp(-0.5 / size) / np.sqrt(2 * np.pi) / size**1.5
    return np.where(np.isnan(x), np.nan, np.where(x > 0, inside, 0.0))


@pytest.mark.parametrize(
    ("law", "functions"),
    [
        (Stable(1.0, 0.0, 3.0, 2.0), stats.cauchy(2, 3)),
        (Stable(2.0, 0.0, 1 / math.sqrt(2)), stats.norm()),
    ],
)
def test_closed_forms_are_right(law, functions):
    """SciPy's quantiles of Cauchy's law are a tangent of pi q, which loses the digits of q."""
    ppf = functions.ppf if law.alpha == 2 else None
    report = examine.density(law, functions.pdf, functions.cdf, ppf, sf=functions.sf)
    assert not graded(report, "fail"), report.summary()


def test_levys_density_is_right():
    report = examine.density(Stable.from_s1(0.5, 1.0), pdf=levy)
    assert report.grade == "pass", report.summary()


def zolotarev_b(alpha, beta, scale):
    k = alpha - 1 + math.copysign(1, 1 - alpha)
    turn = math.pi / 2 * k * beta
    own_beta = math.tan(turn) / math.tan(math.pi * alpha / 2)
    return Stable.from_s1(alpha, own_beta, (scale * math.cos(turn)) ** (1 / alpha))


def by_mode(law):
    scale = law.scale * law.alpha ** (-1 / law.alpha)
    return Stable(law.alpha, law.beta, scale, law.loc - scale * Stable(law.alpha, law.beta).mode())


def other(**changed):
    return Stable(**{"alpha": 1.5, "beta": 0.5, "scale": 2.0, "loc": 1.0, **changed})


S1 = "S1 for S0"
LAWS_INSTEAD = [
    (SKEWED, Stable.from_s1(1.5, 0.5, 2.0, 1.0), S1),
    (Stable.from_s1(1.3, 0.7, 1.0, 2.0), Stable(1.3, 0.7, 1.0, 2.0), "S0 for S1"),
    (ONE_SIDED, Stable.from_s1(0.5, 1.0), S1),
    (SKEWED, other(beta=-0.5), "beta has the wrong sign"),
    (SKEWED, other(beta=-0.5, loc=-1.0), "x has the wrong sign"),
    (SKEWED, Stable.from_s1(1.5, 0.5, 2.0 ** (1 / 1.5), 2.0), "Zolotarev's form A"),
    (Stable(1.5, 0.5), zolotarev_b(1.5, 0.5, 1.0), "Zolotarev's form B"),
    (Stable(0.6, 0.5), zolotarev_b(0.6, 0.5, 1.0), "Zolotarev's form B"),
    (Stable(1.6, 0.2), zolotarev_b(1.6, 0.2 * 1.6 / -0.4, 1.0), "Zolotarev's form C"),
    (SKEWED, by_mode(SKEWED), "S2 for S0"),
    (GAUSSIAN, other(alpha=2.0, beta=0.0, scale=math.sqrt(2.0)), "factor 1/sqrt(2): a variance of"),
    (SKEWED, other(scale=2.02), "the scale is wrong by the factor 1.01"),
    (SKEWED, other(scale=4.0), "the scale is wrong by the factor 2"),
    (SKEWED, other(alpha=1.502), "alpha is off by +0.002: it is 1.502 in place of 1.5"),
    (SKEWED, other(beta=0.51), "beta is off by +0.01: it is 0.51 in place of 0.5"),
    (SKEWED, other(loc=1.001), "loc is off by +0.001: it is 1.001 in place of 1"),
    (Stable(1.004, 0.5), Stable(1.0, 0.5), "alpha is replaced by 1"),
    (Stable(1.99), Stable(2.0), "the law is Gaussian: alpha is replaced by 2"),
    (SYMMETRIC, other(alpha=1.3, beta=0.2), "another stable law: alpha = 1.3, beta = 0.2, scale ="),
]


@pytest.mark.parametrize("case", range(len(LAWS_INSTEAD)))
def test_a_law_instead_of_another_is_told(case):
    law, instead, told = LAWS_INSTEAD[case]
    for name in ("pdf", ("cdf", "ppf", "sf")[case % 3]):
        report = examine.density(law, **{name: getattr(instead, name)})
        assert report.grade == "fail"
        assert told in report.diagnosis


@pytest.mark.slow
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(("law", "instead", "told"), LAWS_INSTEAD)
def test_a_law_instead_of_another_is_told_of_each_function(law, instead, told, name):
    report = examine.density(law, **{name: getattr(instead, name)})
    assert report.grade == "fail" and told in report.diagnosis


def test_one_diagnosis_is_told_once_and_two_by_their_functions():
    wrong, worse = other(beta=-0.5), other(scale=4.0)
    both = examine.density(SKEWED, wrong.pdf, wrong.cdf)
    assert both.diagnosis == "beta has the wrong sign"
    each = examine.density(SKEWED, wrong.pdf, worse.cdf, SKEWED.ppf)
    assert each.diagnosis.startswith("pdf: beta has the wrong sign; cdf: the scale is wrong by")
    assert "ppf" not in each.diagnosis


def interpolated(x):
    grid = np.linspace(-50, 50, 2001)
    return np.interp(x, grid, SYMMETRIC.pdf(grid))


def power_tail(x):
    return np.where(abs(x) > 100, SYMMETRIC.pdf(100.0) * (abs(x) / 100) ** -2.2, SYMMETRIC.pdf(x))


OTHER_FUNCTIONS = [
    (SKEWED, "pdf", lambda x: 2 * SKEWED.pdf(x), "2 times the density: it is not divided by the"),
    (SKEWED, "pdf", lambda x: 0.5 * SKEWED.pdf(x), "it is 0.5 times the density"),
    (SKEWED, "pdf", SKEWED.logpdf, "it is logpdf, the logarithm of the density, not the density"),
    (SKEWED, "pdf", SKEWED.cdf, "it is cdf, P(X <= x), not the density"),
    (SKEWED, "cdf", SKEWED.sf, "it is sf, P(X > x), not the distribution function"),
    (SKEWED, "sf", SKEWED.cdf, "it is cdf, P(X <= x), not the tail probability"),
    (SKEWED, "ppf", SKEWED.isf, "it is isf, the point with probability q above, not the quantile"),
    (SYMMETRIC, "pdf", stats.t(1.5).pdf, "Student's t with alpha degrees of freedom"),
    (SYMMETRIC, "ppf", stats.t(1.5).ppf, "Student's t with alpha degrees of freedom"),
]
LOCAL = [  # what is told, and which findings fail
    (
        lambda x: np.where(abs(x) > 500, 0, SYMMETRIC.pdf(x)),
        "right in the bulk, but below x = -500 it is 0, though P(X < x) is",
        "tail end",
    ),
    (
        lambda x: np.where(abs(x) > 100, 0.5 * SYMMETRIC.pdf(x), SYMMETRIC.pdf(x)),
        "at x = -100 it jumps by the factor 2",
        "jumps",
    ),
    (power_tail, "the tail falls with exponent 1.2 (alpha is 1.5)", "left power"),
    (lambda x: np.where(x > 5, np.nan, SYMMETRIC.pdf(x)), "are NaN or infinite", "values"),
    (lambda x: np.where(x > 5, np.inf, SYMMETRIC.pdf(x)), "such as inf at 5", "values"),
    (lambda x: SYMMETRIC.pdf(x) - 1e-12, "values are negative, such as -1e-12", "tail values"),
    (interpolated, " to 2.22447e+110 at least", "flat steps"),
    (
        lambda x: SYMMETRIC.pdf(x) / np.mean(SYMMETRIC.pdf(x)),
        "when asked alone and",
        "alone",
    ),
    (
        lambda x: SYMMETRIC.pdf(x) * (1 + 1e-3 * (np.abs(x) < 1e-9)),
        "jumps by the factor 1.001",
        "bulk",
    ),
    (
        lambda x: SYMMETRIC.pdf(x) * (1 + 1e-4 * np.tanh(x)),
        "at worst",
        "symmetry",
    ),
]


@pytest.mark.parametrize(("law", "name", "function", "told"), OTHER_FUNCTIONS)
def test_another_function_is_told(law, name, function, told):
    report = examine.density(law, **{name: function})
    assert report.grade == "fail" and told in report.diagnosis


@pytest.mark.parametrize(("function", "told", "test"), LOCAL)
def test_what_is_wrong_in_one_place_is_told(function, told, test):
    report = examine.density(SYMMETRIC, pdf=function)
    assert told in report.diagnosis
    assert f"pdf: {test}" in graded(report, "fail")


@pytest.mark.parametrize("name", ["pdf", "cdf", "ppf"])
def test_what_is_wrong_in_the_bulk_is_told_before_what_is_in_a_far_tail(name):
    """As SciPy's density, a step next to zeta and 1e-162 where 1e-17 of the draws lie."""
    right, far = getattr(SKEWED, name), {"ppf": 1e-17}.get(name, SKEWED.ppf(1e-17))
    edge = {"ppf": float(SKEWED.cdf(zeta := places.zeta_of(SKEWED)))}.get(name, zeta)
    held = float(right(edge))

    def wrong(x):
        x = np.asarray(x, float)
        return np.where(abs(x - edge) < 3e-3, held, np.where(x < far, 0.0, right(x)))

    told = examine.density(SKEWED, **{name: wrong}).diagnosis
    bulk, _, tail = told.partition("; and ")
    assert bulk.startswith(f"it is right in most of the bulk, but it is {held:.6g}"[:-2])
    assert "where it should change by" in bulk and "tail" not in bulk
    assert "it is 0" in tail or "finite" in tail or name == "ppf"


def test_where_nothing_can_be_compared_it_is_said_and_nothing_is_diagnosed():
    """Densities of a scale of 1e300 end with the floats."""
    law = Stable(2.0, 0.0, 1e300, -1e300)
    report = examine.density(law, pdf=law.pdf, cdf=law.cdf)
    found = asked(report, "pdf: bulk")
    assert found.grade == "suspicious" and "no value can be compared" in found.sentence
    assert report.diagnosis is None and asked(report, "cdf: bulk").grade == "pass"


@pytest.mark.parametrize("name", ["pdf", "cdf"])
def test_a_fault_between_the_nodes_is_seen(name):
    """One draw in two thousand lies there, and no node."""
    right = getattr(SKEWED, name)
    report = examine.density(
        SKEWED, **{name: lambda x: right(x) * (1 + 1e-3 * (np.abs(np.asarray(x) - 0.7) < 1e-3))}
    )
    assert report.grade == "fail" and f"{name}: between" in graded(report, "fail")
    assert asked(report, f"{name}: bulk").grade == "pass" and "at x = 0." in report.diagnosis


def test_a_report_of_what_is_right_speaks_of_no_error():
    report = examine.density(SYMMETRIC, pdf=SYMMETRIC.pdf, cdf=SYMMETRIC.cdf, sf=SYMMETRIC.sf)
    text = report.summary()
    for odd in ("0.0e+00 of", "but for 0 ", "at most 0 ", "by 0 of", "are 0 at worst"):
        assert odd not in text
    assert "error beyond rounding of" in text and "a point that is asked alone has the same" in text


def test_a_distribution_function_that_is_flat_near_zeta_is_told():
    """From -0.005 to 0.005, as SciPy's was in 2026."""

    def flat(x):
        return np.where(abs(x) < 0.005, 0.5, SYMMETRIC.cdf(x))

    report = examine.density(SYMMETRIC, cdf=flat)
    assert "cdf: flat steps" in graded(report, "fail")
    assert "it is 0.5 from -0.00" in report.diagnosis
    assert asked(report, "cdf: order").grade == "pass"
    worst = max(report.regions, key=lambda row: row.worst)
    assert worst.region in ("near zeta", "centre") and abs(worst.where) < 0.005


@pytest.mark.parametrize(("name", "where"), [("cdf", -500), ("sf", 500)])
def test_a_cut_distribution_function_is_told_with_its_place(name, where):
    def cut(x):
        return np.where(x * where > where**2, 0, getattr(SYMMETRIC, name)(x))

    report = examine.density(SYMMETRIC, **{name: cut})
    side, sign = ("below", "<") if where < 0 else ("above", ">")
    told = f"{side} x = {where} it is 0, though P(X {sign} x) is {SYMMETRIC.sf(500):.3g} there"
    assert told in report.diagnosis


def test_a_quantile_that_saturates_is_told():
    """As SciPy's, which is -318.36 for all q below 3.5e-5."""
    report = examine.density(SYMMETRIC, ppf=lambda q: np.maximum(SYMMETRIC.ppf(q), -318.36))
    assert "ppf: tail flat steps" in graded(report, "fail")
    assert "it is -318.36 from 4.49227e-299 to" in report.diagnosis


def test_probabilities_beyond_0_and_1_are_told():
    report = examine.density(SYMMETRIC, cdf=lambda x: SYMMETRIC.cdf(x) * 1.1 - 0.05)
    assert "values are not between 0 and 1" in report.diagnosis
    report = examine.density(SYMMETRIC, cdf=lambda x: SYMMETRIC.cdf(x) + 1e-14)
    assert asked(report, "cdf: tail values").grade == "suspicious"


def test_what_falls_back_is_told():
    def waves(x):
        return SYMMETRIC.cdf(x) * (1 + 0.01 * np.sin(300 * x) * (abs(x) < 1))

    report = examine.density(SYMMETRIC, cdf=waves)
    assert "it falls from" in asked(report, "cdf: order").sentence
    assert "cdf: order" in graded(report, "fail")
    report = examine.density(SYMMETRIC, ppf=lambda q: SYMMETRIC.ppf(q) + np.sin(90 * q))
    assert "ppf: order" in graded(report, "fail")
    report = examine.density(SYMMETRIC, sf=lambda x: 1 - waves(x))
    assert "it rises from" in asked(report, "sf: order").sentence


def test_a_tail_of_another_constant_is_told():
    far = lambda x: np.where(x > 30, 1.02, 1) * SYMMETRIC.pdf(x)  # noqa: E731
    power = asked(examine.density(SYMMETRIC, pdf=far), "pdf: right power")
    assert power.grade == "fail"
    assert "with 1.02 times the constant (1 + beta) C_alpha" in power.sentence
    low = lambda q: np.where(q < 0.01, 1.02 ** (1 / 1.5), 1) * SYMMETRIC.ppf(q)  # noqa: E731
    power = asked(examine.density(SYMMETRIC, ppf=low), "ppf: left power")
    assert "exponent 1.5 (alpha is 1.5), with 1.02 times the constant (1 - beta)" in power.sentence
    other_power = lambda q: np.sign(SYMMETRIC.ppf(q)) * abs(SYMMETRIC.ppf(q)) ** 1.5  # noqa: E731
    power = asked(examine.density(SYMMETRIC, ppf=other_power), "ppf: right power")
    assert "the tail falls with exponent 1 (alpha is 1.5)" in power.sentence


def test_a_light_tail_has_no_power():
    report = examine.density(Stable(1.5, 1.0), pdf=Stable(1.5, 1.0).pdf)
    assert {f.test for f in report.findings} >= {"pdf: right power"}
    assert not {f.test for f in report.findings} & {"pdf: left power", "pdf: left tail end"}
    assert any(row.region == "left light tail, 1e-128 to 1e-300" for row in report.regions)


@pytest.mark.parametrize("name", ["pdf", "cdf", "sf"])
def test_nothing_lies_beyond_the_end_of_a_support(name):
    def wrong(x):
        return np.where(x < -1, getattr(ONE_SIDED, name)(x) + 1e-3, getattr(ONE_SIDED, name)(x))

    report = examine.density(ONE_SIDED, **{name: wrong})
    assert f"{name}: support" in graded(report, "fail")
    assert "beyond the end of the support, -1" in report.diagnosis
    assert asked(examine.density(ONE_SIDED, **own(ONE_SIDED)), f"{name}: support").grade == "pass"


def test_ends_are_asked():
    def at_infinity(x, value=0.5):
        return np.where(np.isinf(x), value, SYMMETRIC.cdf(x))

    found = asked(examine.density(SYMMETRIC, cdf=at_infinity), "cdf: ends")
    assert found.grade == "fail" and "0.5 at -inf in place of 0" in found.sentence
    found = asked(examine.density(SYMMETRIC, cdf=lambda x: at_infinity(x, np.nan)), "cdf: ends")
    assert found.grade == "suspicious" and "nan at inf in place of 1" in found.sentence
    filled = examine.density(SYMMETRIC, pdf=lambda x: np.nan_to_num(SYMMETRIC.pdf(x)))
    found = asked(filled, "pdf: ends")
    assert found.grade == "suspicious" and "0 at nan in place of nan" in found.sentence
    inside = lambda q: SYMMETRIC.ppf(np.clip(q, 1e-300, 1 - 2**-53))  # noqa: E731
    found = asked(examine.density(SYMMETRIC, ppf=inside), "ppf: ends")
    assert found.grade == "fail" and "at 0 in place of -inf" in found.sentence


def test_an_integral_that_is_not_1_is_told():
    report = examine.density(SYMMETRIC, pdf=lambda x: SYMMETRIC.pdf(x) * (1 + 1e-5))
    found = asked(report, "pdf: integral")
    assert found.grade == "fail" and found.sentence == "it integrates to 1.00001"
    report = examine.density(SYMMETRIC, pdf=Stable(1.5, 0.0, 1.0, 0.3).pdf)
    assert asked(report, "pdf: integral").grade == "pass"  # of another law it is 1 too


def test_functions_that_do_not_belong_together_are_told():
    report = examine.density(SYMMETRIC, SYMMETRIC.pdf, Stable(1.501).cdf, SYMMETRIC.ppf)
    assert {"pdf and cdf", "ppf and cdf"} <= graded(report, "fail")
    belonging = Stable(1.501)
    report = examine.density(SYMMETRIC, **own(belonging))
    assert asked(report, "pdf and cdf").grade == asked(report, "ppf and cdf").grade == "pass"
    wrong_sum = lambda x: SYMMETRIC.sf(x) + 1e-5  # noqa: E731
    report = examine.density(SYMMETRIC, cdf=SYMMETRIC.cdf, sf=wrong_sum)
    assert asked(report, "cdf and sf").grade == "fail"


def test_single_numbers_only_are_taken_one_by_one():
    def number(x):
        return float(SYMMETRIC.pdf(float(x))) if np.ndim(x) == 0 else 1 / 0

    report = examine.density(SYMMETRIC, pdf=number)
    assert report.grade == "pass"
    assert "asked one by one" in asked(report, "pdf: calls").sentence


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (lambda x: 1 / 0, "it raised ZeroDivisionError: division by zero"),
        (lambda x: None, "gave None"),
        (lambda x: "a", "gave 'a'"),
        (lambda x: SYMMETRIC.pdf(x) + 0j, "gave complex128 of shape (16,)"),
        (lambda x: np.zeros(3), "gave float64 of shape (3,)"),
        (lambda: 3, "it raised TypeError"),
        (lambda x: exit(3), "it raised SystemExit: 3"),
    ],
)
def test_what_gives_no_numbers_is_a_finding(function, told):
    report = examine.density(SYMMETRIC, pdf=function)
    assert report.grade == "fail" and told in asked(report, "pdf: answers").sentence
    assert told in report.diagnosis and told in report.summary() and report.regions == ()
    assert "<svg" not in report.to_html()


@pytest.mark.parametrize(
    ("function", "test", "told"),
    [
        (lambda x: SYMMETRIC.pdf(np.ravel(x)), "shapes", "shape (2, 3) give values of shape (6,)"),
        (lambda x: SYMMETRIC.pdf(x)[:, None], "shape", "values of shape (16, 1)"),
        (lambda x: (SYMMETRIC.pdf(x), x.fill(0))[0], "writes", "it changes the points"),
        (lambda x: SYMMETRIC.pdf(x).astype(np.float32), "dtype", "values are float32, of 6 digits"),
        (
            lambda x: SYMMETRIC.pdf(x) if x.dtype == float else SYMMETRIC.pdf(x) + 0.1,
            "float32",
            "points of float32 add",
        ),
    ],
)
def test_what_is_odd_but_right_is_suspicious(function, test, told):
    report = examine.density(SYMMETRIC, pdf=function)
    assert report.grade == "suspicious" and graded(report, "suspicious") >= {f"pdf: {test}"}
    assert told in asked(report, f"pdf: {test}").sentence


def test_a_list_is_an_array():
    assert examine.density(SYMMETRIC, pdf=lambda x: SYMMETRIC.pdf(x).tolist()).grade == "pass"


def test_what_raises_far_out_is_asked_there_one_by_one():
    def overflows(x):
        if np.any(np.abs(x) > 1e100):
            raise OverflowError("math range error")
        return SYMMETRIC.pdf(x)

    report = examine.density(SYMMETRIC, pdf=overflows)
    assert asked(report, "pdf: bulk").grade == "pass"
    assert "OverflowError: math range error" in asked(report, "pdf: raises").sentence
    assert "pdf: tail values" in graded(report, "fail")


def test_what_never_comes_back_ends_its_examination_alone():
    release = threading.Event()
    started = time.monotonic()
    report = examine.density(
        SYMMETRIC, pdf=lambda x: release.wait(), cdf=SYMMETRIC.cdf, seconds=0.6
    )
    assert time.monotonic() - started < 20
    release.set()
    assert asked(report, "pdf: answers").grade == "fail"
    assert "it did not come back within its time" in report.diagnosis
    assert asked(report, "cdf: bulk").grade == "pass" and report.ended == "stuck"


def test_a_slow_function_is_asked_as_far_as_its_time_goes():
    def slow(x):
        time.sleep(0.005 * np.size(x))
        return SYMMETRIC.pdf(x)

    report = examine.density(SYMMETRIC, pdf=slow, seconds=0.5)
    assert report.grade == "suspicious" and report.ended == "time"
    found = asked(report, "pdf: answers")
    assert "its time was over" in found.sentence and 16 <= found.size < 200
    regions = {row.region for row in report.regions}
    assert {"centre", "near zeta"} <= regions and len(regions) > 8  # all parts are visited early
    assert "the time was over" in report.summary()


def test_a_function_is_quick_by_all_its_points_not_by_one():
    """A single point may take long, on a busy machine or as a call has its cost, and is no rate."""

    def wrong_between(x):
        if np.size(x) == 1:
            time.sleep(0.002)
        return SYMMETRIC.pdf(x) * (1.1 if np.size(x) == 4096 else 1.0)

    report = examine.density(SYMMETRIC, pdf=wrong_between)
    assert "pdf: between" in graded(report, "fail")


def test_a_call_after_a_lost_one_is_not_given_its_answer():
    release = threading.Event()
    function = Function(lambda x: (release.wait(), x)[1], 0.05)
    with pytest.raises(OutOfTime):
        function.ask(1.0)
    release.set()
    with pytest.raises(OutOfTime):
        function.ask(2.0)
    function.close()


def test_ctrl_c_gives_the_report_so_far(monkeypatch):
    calls = []
    plain = Function.values

    def values(self, x):
        calls.append(len(x))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return plain(self, x)

    monkeypatch.setattr(Function, "values", values)
    report = examine.density(SYMMETRIC, SYMMETRIC.pdf, SYMMETRIC.cdf)
    assert report.ended == "interrupted"
    found = asked(report, "pdf: answers")
    assert found.sentence == "it was interrupted: 16 of 559 points were asked"
    assert "it was interrupted" in report.summary()
    assert not any(f.test.startswith("cdf") for f in report.findings)


def test_warnings_of_a_function_are_not_ours():
    def warns(x):
        warnings.warn("slow", RuntimeWarning, stacklevel=1)
        return SYMMETRIC.pdf(x)

    assert examine.density(SYMMETRIC, pdf=warns).grade == "pass"


def test_an_error_is_a_fault_from_the_tolerance_on():
    """In the bulk from it, below 1e-4 from 1,000 times it; a ten-thousandth of it is let pass."""

    def off(by, beyond=0.0):
        return lambda x: SYMMETRIC.pdf(x) * (1 + by * (abs(x) >= beyond))

    far = SYMMETRIC.isf(0.9e-4)
    for by, beyond, tolerance, grade in (
        (2e-6, 0.0, 1e-6, "fail"),
        (0.9e-6, 0.0, 1e-6, "suspicious"),
        (2e-10, 0.0, 1e-6, "suspicious"),
        (0.5e-10, 0.0, 1e-6, "pass"),
        (2e-6, 0.0, 1e-5, "suspicious"),
        (2e-3, far, 1e-6, "fail"),
        (0.9e-3, far, 1e-6, "suspicious"),
        (0.9e-6, far, 1e-6, "pass"),
    ):
        report = examine.density(SYMMETRIC, pdf=off(by, beyond), tolerance=tolerance)
        assert report.grade == grade, (by, beyond, tolerance)
        worst = max(row.worst for row in report.regions)
        assert worst == pytest.approx(by, rel=1e-3)


def test_scipys_function_has_its_known_faults():
    """Its sf is 0 from 335 on (gh-17194), cdf flat next to zeta, and alpha = 1.004 taken for 1."""
    peer = stats.levy_stable(1.5, 0.0)
    report = examine.density(SYMMETRIC, cdf=peer.cdf, sf=peer.sf)
    assert {"cdf: flat steps", "cdf: left tail", "sf: right tail"} <= graded(report, "fail")
    assert " it is 0, though P(X " in report.diagnosis
    near = examine.density(Stable(1.004), pdf=stats.levy_stable(1.004, 0.0).pdf)
    assert "alpha is replaced by 1" in near.diagnosis


def test_a_report_prints_is_drawn_and_kept():
    from matplotlib.figure import Figure

    wrong = other(scale=2.02)
    report = examine.density(SKEWED, pdf=wrong.pdf, ppf=wrong.ppf)
    text = report.summary()
    assert text.splitlines()[0] == f"fail: pdf, ppf of {SKEWED}"
    assert text.splitlines()[1] == "diagnosis: the scale is wrong by the factor 1.01"
    assert all(f.sentence in text for f in report.findings)
    assert repr(report).startswith(
        "DensityReport(fail: pdf: bulk, pdf: left tail, ...; pdf, ppf of"
    )
    page = report.to_html()
    assert "<svg" in page and "the scale is wrong by the factor 1.01" in page
    json.dumps(report.to_dict(), allow_nan=False)
    ax = Figure().subplots()
    assert report.plot(ax) is ax and len(ax.lines) == 3
    assert [line.get_label() for line in ax.lines] == ["pdf", "ppf", "tolerance"]
    assert report == examine.density(SKEWED, pdf=wrong.pdf, ppf=wrong.ppf)
    assert len(report.names) == len(report.x) == len(report.tail) == len(report.error)


def test_regions_are_counted_and_cover_all():
    report = examine.density(SYMMETRIC, pdf=SYMMETRIC.pdf)
    assert sum(row.points for row in report.regions) == len(report.x)
    rows = {row.region: row for row in report.regions}
    assert set(rows) == {
        *("centre", "near zeta"),
        *(
            f"{side} tail, {part}"
            for side in ("left", "right")
            for part in (
                *("1e-2 to 1e-4", "1e-4 to 1e-8", "1e-8 to 1e-16", "1e-16 to 1e-32"),
                *("1e-32 to 1e-64", "1e-64 to 1e-128", "1e-128 to 1e-300"),
            )
        ),
    }


@pytest.mark.parametrize("law", [SKEWED, Stable(0.7, -0.4), Stable(1.0, 0.6)])
def test_nodes_are_where_their_names_say(law):
    points = places.points_of(law)
    there = np.isfinite(points.x)
    tail = np.where(points.upper, law.sf(points.x), law.cdf(points.x))
    np.testing.assert_allclose(tail[there], points.tail[there], rtol=1e-10)
    for region, probability in zip(points.regions, points.tail, strict=True):
        if "tail" in region:
            low, high = (float(end) for end in region.split(", ")[1].split(" to ")[::-1])
            assert low * (1 - 1e-9) <= probability <= high * (1 + 1e-9)
    steps = np.diff(points.by_panel(points.x), axis=2)
    assert not np.any(steps[0] >= 0) and not np.any(steps[1] <= 0)


def test_weights_integrate_powers():
    """Clenshaw and Curtis with n nodes: polynomials of degree n - 1, both of a panel's sums."""
    nodes = np.cos(np.pi * np.arange(places.NODES) / (places.NODES - 1))
    for degree in range(9):
        whole = (1 + (-1) ** degree) / (degree + 1)
        np.testing.assert_allclose(places.WEIGHTS @ nodes**degree, whole, atol=1e-14)
    assert places.WEIGHTS[0] @ nodes**16 == pytest.approx(2 / 17, abs=1e-14)


@pytest.mark.parametrize(
    ("law", "functions", "line"),
    [
        (SYMMETRIC, {}, "pdf must be given, or cdf, ppf or sf, got None"),
        (Stable([1.2, 1.5]), {"pdf": len}, r"law must be one law, got parameters of shape \(2,\)"),
        (1.5, {"pdf": len}, "law must be a Stable, got 1.5"),
        (SYMMETRIC, {"pdf": 3}, "pdf must be a function of an array, got 3"),
        (SYMMETRIC, {"pdf": len, "tolerance": 1.0}, r"tolerance must lie in \(0, 1\), got 1.0"),
        (SYMMETRIC, {"pdf": len, "seconds": 0}, "seconds must be positive and finite, got 0"),
    ],
)
def test_what_cannot_be_asked_is_refused(law, functions, line):
    with pytest.raises(ValueError, match=f"^{line}$"):
        examine.density(law, **functions)
