"""How numbers decide: rules, findings, verdicts, looks, and how sure all of it is."""

import gc
import re
from dataclasses import replace
from importlib.resources import files
from math import inf
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests
from toy_claim import TOY

from paper_checks import decisions, family, registry, report, run
from paper_checks.claim import (
    Finding,
    Quantity,
    Rule,
    Verdict,
    above,
    below,
    equals,
    judge,
    overall,
)
from paper_checks.page import figures, levels, texts
from paper_checks.page.scales import EDGE, scale_of
from paper_checks.run import Settings
from paper_checks.summaries import (
    Guarantee,
    Interval,
    bounded,
    computed,
    median,
    nominal,
    proportion,
    worst,
)

MEAN = bounded(-1, 2)
CONSISTENT, CONTRADICTED, UNDECIDED = Verdict

intervals = st.tuples(st.floats(-5, 5), st.floats(0, 5), st.floats(0, 5)).map(
    lambda t: Interval(t[0], t[0] - t[1], t[0] + t[2])
)


@given(intervals)
def test_a_rule_decides_by_strict_inclusion(seen):
    inside, outside = -1 < seen.low and seen.high < 1, seen.high < -1 or 1 < seen.low
    expected = {(True, False): "consistent", (False, True): "contradicted"}
    assert equals(0, 1)(seen) == expected.get((inside, outside), "undecided")
    assert above(1)(seen) == expected.get((seen.low > 1, seen.high < 1), "undecided")
    assert below(1)(seen) == expected.get((seen.high < 1, seen.low > 1), "undecided")


def test_a_tie_with_the_bound_is_undecided():
    assert above(0)(Interval(0.0, 0.0, 0.0)) == below(0)(Interval(0.0, 0.0, 0.0)) == "undecided"


@pytest.mark.parametrize(
    "rule, text",
    [(equals(0.5, 0.005), "0.5 ± 0.005"), (above(0), "> 0"), (below(1e-10), "< 1e-10")],
)
def test_a_rule_can_be_read(rule, text):
    assert str(rule) == text


@pytest.mark.parametrize(
    "rows, verdict",
    [([0.5] * 30, CONSISTENT), ([0.5] * 29 + [1.5], CONTRADICTED), ([0.5] * 29 + [1], UNDECIDED)],
)
def test_one_counterexample_contradicts_what_must_hold_in_each_row(rows, verdict):
    """A row on the bound does not decide; the limit is that of the rows that are not inside."""
    column = np.array(rows)[:, None]
    (finding,) = judge([Quantity("x", below(1), worst)], column, 1e-4)
    assert finding.verdict is verdict and finding.seen == Interval(max(rows), max(rows), inf)
    assert finding.violations == proportion((column[:, 0] >= 1) * 1.0, 1 - 1e-4).high < 0.7
    (mirrored,) = judge([Quantity("x", above(-1), worst)], -column, 1e-4)
    assert (mirrored.verdict, mirrored.violations) == (verdict, finding.violations)


def test_each_finding_says_what_it_estimates_and_how_surely():
    quantities = [Quantity("a", below(9), s) for s in (median, nominal, worst, computed)]
    findings = judge(quantities, np.ones((30, 4)), 1e-4)
    assert [f.summary for f in findings] == ["median", "mean", "largest", "number"]
    assert [f.guarantee for f in findings] == list(Guarantee)
    assert [f.verdict for f in findings] == [UNDECIDED, UNDECIDED, CONSISTENT, CONSISTENT]
    assert all(f.region == (-inf, 9) for f in findings)


def test_the_judged_quantities_share_the_error_and_the_others_cost_nothing():
    rows = np.random.default_rng(1).uniform(size=(50, 3))
    near, told = Quantity("near", equals(0, 1), MEAN), Quantity("told", None, MEAN)
    findings = judge((near, near, told), rows, 0.01)
    assert [f.seen for f in findings] == [MEAN(x, 0.995) for x in rows.T]
    assert findings[2].verdict is None and findings[2].rule == ""
    (alone,) = judge((near,), rows[:, :1], 1e-4)
    assert judge((near, told, told), rows, 1e-4)[0] == alone


@pytest.mark.parametrize(
    "verdicts, expected",
    [
        ([CONSISTENT, None], CONSISTENT),
        ([CONSISTENT, CONSISTENT], CONSISTENT),
        ([CONSISTENT, UNDECIDED], UNDECIDED),
        ([CONSISTENT, UNDECIDED, CONTRADICTED], CONTRADICTED),
    ],
)
def test_one_contradiction_contradicts_and_all_must_be_consistent(verdicts, expected):
    assert overall(Finding("x", Interval(0, 0, 0), "", v) for v in verdicts) is expected


@pytest.mark.parametrize(
    "rule, caught, text",
    [
        (equals(1, 0.5), (0.2, 1.6), "< 0.2 or > 1.6"),
        (above(0.5), (0.2, inf), "< 0.2"),
        (below(1.5), (-inf, 1.6), "> 1.6"),
    ],
)
def test_power_is_the_estimate_that_would_just_have_been_contradicted(rule, caught, text):
    seen = Interval(1.0, 0.9, 1.3)
    assert rule.caught(seen) == pytest.approx(caught)
    for end, sign in zip(caught, (-1, 1), strict=True):
        if abs(end) < inf:
            for shift, verdict in [(1e-9, CONTRADICTED), (-1e-9, UNDECIDED)]:
                value = end + sign * shift
                moved = Interval(value, value - 0.1, value + 0.3)
                assert rule(moved) is verdict
    told = Finding("x", seen, str(rule), rule(seen), caught=caught)
    assert texts.power(told) == text


def test_an_interval_without_ends_would_have_caught_nothing():
    seen = Interval(1.0, -inf, inf)
    told = Finding("x", seen, "", UNDECIDED, caught=equals(0, 1).caught(seen))
    assert texts.power(told) == "nothing yet"


def quantities(rule, summary=MEAN):
    return (Quantity("x", rule, summary), Quantity("told", None, summary))


@pytest.mark.parametrize("rule", [equals(0.5, 0.12), above(0.9)])
def test_the_error_of_a_verdict_is_the_smallest_at_which_it_would_stand(rule):
    rows = np.random.default_rng(1).uniform(size=(800, 2))
    verdict = overall(judge(quantities(rule), rows, 1e-4))
    error = family.smallest_delta(quantities(rule), rows, 1e-4)
    assert verdict is not UNDECIDED and family.FLOOR <= error < 1e-4
    assert overall(judge(quantities(rule), rows, error)) is verdict
    assert (
        error == family.FLOOR * 1
        or error < 1.2 * family.FLOOR
        or (overall(judge(quantities(rule), rows, error / 1.2)) is UNDECIDED)
    )


def test_no_error_is_told_of_what_is_undecided_and_none_below_its_own_of_what_held_in_each_row():
    rows = np.random.default_rng(1).uniform(size=(200, 2))
    assert family.smallest_delta(quantities(above(0.5)), rows, 1e-4) == 1.0
    assert family.smallest_delta(quantities(below(2), worst), rows, 1e-4) == 1e-4
    counterexample = family.smallest_delta(quantities(below(0.5), worst), rows, 1e-4)
    assert counterexample == pytest.approx(family.FLOOR, rel=0.2)


@pytest.fixture
def toys(monkeypatch):
    claims = {"toy": TOY}
    monkeypatch.setattr(registry, "all_claims", lambda: claims)
    return claims


@pytest.fixture
def seen(toys):
    return run.check("toy", Settings(2_000), lambda done, most: None)


def test_errors_of_all_verdicts_are_adjusted_after_holm(seen, monkeypatch):
    """By hand: 6 x 1e-6, 5 x 1e-5, 4 x 2e-5, 3 x 2.5e-5 or the largest so far.

    One is undecided and one is not there: both are of the family.
    """
    errors = {"a": 1e-6, "b": 2e-5, "c": 1e-5, "d": 2.5e-5}
    some = [replace(seen, id=id, delta=error) for id, error in errors.items()]
    some.append(replace(seen, id="e", verdict=UNDECIDED, delta=1.0))
    some.append(replace(seen, id="f", kind="arithmetic", delta=1e-12))
    adjusted = family.adjusted(some, 6)
    assert adjusted == pytest.approx({"a": 6e-6, "b": 8e-5, "c": 5e-5, "d": 8e-5})
    monkeypatch.setattr(levels, "family_size", lambda _="": 6)
    text = "all 4 verdicts that rest on samples (1 is arithmetic) are right, but for a probability "
    text += "of at most 8e-05 (Holm, of 6 sampled claims)"
    assert report.together(some) == text
    nominal_one = replace(seen.findings[0], guarantee=Guarantee.NOMINAL)
    some[0] = replace(some[0], findings=(nominal_one,))
    assert report.together(some) == f"{text}; nominal only: a"
    one = "the verdict is right, but for a probability of at most 6e-05 (Holm, of 6 sampled claims)"
    assert report.together([some[2]]) == one
    told = "no claim that rests on samples is decided yet"
    told += ": more rows may tell (--budget with a larger number)"
    assert report.together([some[-2]]) == told


def test_what_is_not_judged_is_not_counted(seen):
    told = Finding("told", Interval(0, 0, 0), "", None)
    assert report.count(replace(seen, findings=(*seen.findings, told))) == "1 of 1 consistent"


def test_the_command_to_run_again_has_the_largest_budget_not_that_used(seen):
    some = replace(seen, budget=20, cap=640, seed=7)
    assert texts.again(some) == "paper-checks run toy --budget 640 --seed 7"


STYLE = (files("paper_checks") / "page/templates/style.css").read_text()
FIGURE = Finding("x", Interval(0.6, 0.5, 0.7), "> 0", CONSISTENT, region=(0.0, inf))
CONTROL = replace(FIGURE, seen=Interval(-0.3, -0.4, -0.2), verdict=CONTRADICTED)


def colours():
    """Light colours of the page, by what they are of."""
    light = STYLE[: STYLE.index("prefers-color")]
    return dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", light))


def drawn(svg, paint):
    """Place of the estimate, and ends of its interval, in percent of the axis."""
    (line,) = re.findall(rf'<line class="{paint}" x1="([\d.]+)%" x2="([\d.]+)%"', svg)
    (mark,) = re.findall(rf'<use class="{paint}" href="#m-\w+" x="([\d.]+)%"', svg)
    return [float(x) for x in (mark, *line)]


@pytest.mark.parametrize(
    "verdict, against, paint, colour",
    [
        (CONSISTENT, "", "consistent", "#176b3f"),
        (CONSISTENT, "the rate", "against", "#6a3fa0"),
        (CONTRADICTED, "", "contradicted", "#b3261e"),
        (CONTRADICTED, "the rate", "contradicted", "#b3261e"),
        (UNDECIDED, "", "undecided", "#7a5c00"),
    ],
)
def test_the_figure_has_the_colour_of_the_verdict_and_the_control_in_grey(
    seen, verdict, against, paint, colour
):
    finding = replace(FIGURE, verdict=verdict)
    some = replace(seen, findings=(finding,), control=(CONTROL,), verdict=verdict, against=against)
    ((_, svg, _),) = figures.lines(some)
    # The control is at -0.3, the experiment at 0.6.
    scale = scale_of(finding)
    for of, what in ((CONTROL, "control"), (finding, paint)):
        places = [scale.share(x) for x in (of.seen.value, of.seen.low, of.seen.high)]
        assert drawn(svg, what) == pytest.approx(places, abs=0.005)
    assert drawn(svg, "control")[0] < drawn(svg, paint)[0]
    assert svg.count('class="region"') == 1  # the rule's region
    assert svg.index("region") < svg.index('"control"') < svg.index(f'"{paint}"')
    assert colours()[paint] == colour and colours()["control"] == "#8a8a92"
    assert re.search(rf"\.{paint}\b[^}}]*{{ --paint: var\(--{paint}\)", STYLE)
    assert "svg line.control, svg use.control { stroke: var(--control)" in STYLE


def test_the_figure_leaves_out_what_is_not_judged(seen):
    told = replace(FIGURE, label="told only", verdict=None)
    some = replace(seen, findings=(FIGURE, told), control=(CONTROL, told))
    ((label, svg, _),) = figures.lines(some)
    assert label == "x" and "told only" not in svg and svg.count('<line class="control"') == 1


def test_the_axis_holds_all_that_is_finite():
    """But for what is farther than twenty half widths: that lies at its edge."""
    wide = replace(FIGURE, seen=Interval(0.6, -inf, inf), region=(-inf, 2.0))
    point = Finding("x", Interval(0.0, 0.0, inf), "", CONSISTENT, region=(0.0, inf))
    for finding in (FIGURE, wide, point):
        scale = scale_of(finding)
        drawn = [(f.seen.value, f.seen.low, f.seen.high) for f in (finding, CONTROL)]
        ends = [*finding.region, *drawn[0], *drawn[1]]
        for x in ends:
            assert (abs(scale.position(x)) == EDGE) == (abs(x) == inf)
    mirrored = replace(FIGURE, seen=Interval(-0.6, -0.7, -0.5), region=(-inf, 0.0))
    assert scale_of(FIGURE).position(0.7) == -scale_of(mirrored).position(-0.7) == 1


@pytest.mark.parametrize("summary, used", [(worst, 640), (median, 200)])
def test_what_must_always_hold_is_asked_of_every_replicate(toys, summary, used):
    toys["toy"] = replace(TOY, quantities=(Quantity("x", below(2), summary),))
    assert run.decided("toy", "experiment", Settings(640)).course.budget == used


def test_an_experiment_that_returns_no_number_fails(toys):
    toys["toy"] = replace(TOY, experiment=lambda replicates, seed: np.full((2, 3), np.nan))
    with pytest.raises(ValueError, match="^experiment of toy must return finite numbers, got"):
        run.rows_of("toy", "experiment", 1, range(2))


def test_a_claim_must_judge_something():
    with pytest.raises(ValueError, match="^T-1 must judge at least one quantity, got none$"):
        replace(TOY, quantities=(Quantity("told", None, median),))


@pytest.mark.parametrize(
    "chunk, cap, expected",
    [
        (1, 64, [20, 40, 64]),
        (1, 20, [20]),
        (8, 64, [32, 64]),
        (50, 1_000, [200, 400, 800, 1_000]),
        (7, 21, [21]),
    ],
)
def test_looks_double_and_do_not_depend_on_the_budget(chunk, cap, expected):
    claim = replace(TOY, chunk=chunk)
    assert run.looks(claim, cap) == expected
    assert run.looks(claim, 4 * cap)[: len(expected) - 1] == expected[:-1]


@pytest.mark.parametrize(
    "role, verdicts, used",
    [
        ("experiment", ["undecided"], 64),
        ("experiment", ["contradicted", "undecided"], 64),
        ("experiment", ["contradicted", "consistent"], 32),
        ("control", ["contradicted", "undecided"], 32),
        ("control", ["consistent", "undecided"], 64),
    ],
)
def test_the_budget_doubles_until_it_need_not_and_each_look_has_the_whole_error(
    role, verdicts, used, toys, monkeypatch
):
    judged = []

    def judge(quantities, rows, delta):
        judged.append((len(rows), delta))
        return tuple(Finding(v, Interval(0, 0, 0), "", Verdict(v)) for v in verdicts)

    toys["toy"] = replace(TOY, chunk=8)
    monkeypatch.setattr(decisions, "judge", judge)
    assert run.decided("toy", role, Settings(64, 20)).course.budget == used
    assert judged == [(n, 1e-4) for n in (32, 64) if n <= used]


def test_a_budget_is_a_word_or_a_number_and_arithmetic_has_its_own():
    claim = replace(TOY, smoke=128, full=1_024)
    found = [Settings(budget).cap(claim) for budget in ("smoke", "standard", "full", 99)]
    assert found == [128, 362, 1_024, 99]  # the middle one is the geometric mean
    alone = replace(claim, kind="arithmetic", smoke=1, full=1)
    assert [Settings(budget).cap(alone) for budget in ("smoke", "full", 99)] == [1, 1, 1]


def test_a_rule_is_its_region():
    assert [above(1), below(1), equals(1, 2)] == [Rule(1, inf), Rule(-inf, 1), Rule(-1, 3)]


def test_holm_keeps_its_level_where_only_some_verdicts_are_decided():
    """Twenty wrong verdicts, each decided with probability .05: some stands at .05 in .05 of runs.

    Of 100 runs more than 18 would do so with probability 5e-7; without the undecided, 64 would.
    """

    def verdict(id, p):
        seen = (CONTRADICTED, p) if p <= 0.05 else (UNDECIDED, 1.0)
        return SimpleNamespace(id=id, kind="statistical", verdict=seen[0], delta=seen[1])

    ledgers = np.random.default_rng(1).random((100, 20))
    verdicts = [[verdict(*pair) for pair in enumerate(errors)] for errors in ledgers]
    wrong = [min(family.adjusted(some, 20).values(), default=1.0) <= 0.05 for some in verdicts]
    assert 0 < sum(wrong) <= 18


@given(st.lists(st.sampled_from([1e-12, 1e-4, 0.01, 0.02, 0.3, 1.0]), min_size=1))
def test_deltas_are_adjusted_as_by_statsmodels(deltas):
    """To the bit, ties included."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gc, "collect", lambda: 0)  # statsmodels calls it, at .1 s each
        expected = multipletests(deltas, method="holm")[1]
    some = [
        SimpleNamespace(id=i, kind="", verdict=CONSISTENT, delta=x) for i, x in enumerate(deltas)
    ]
    assert list(family.adjusted(some, 0).values()) == expected.tolist()


@pytest.mark.parametrize("rows", [160, 200])
def test_a_verdict_stands_at_its_smallest_delta(rows):
    """Rounded up: at the error that is told, the verdict is the same."""
    column = (np.random.default_rng(rows).random((rows, 1)) < 0.98) * 1.0
    quantities = (Quantity("x", above(0.85), proportion),)
    error = family.smallest_delta(quantities, column, 1e-4)
    assert family.FLOOR < error < 1e-4
    assert overall(judge(quantities, column, error)) is CONSISTENT
    assert overall(judge(quantities, column, error * 0.8)) is not CONSISTENT
