"""The page: which quantity decides, one axis for all, words from the rules, claims by paper."""

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from math import inf, log
from types import SimpleNamespace

import made_ledger
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_ledger import ABOVE, EACH, HALF, NOMINAL, NUMBER, OPEN, WRONG, evidence

from paper_checks import registry
from paper_checks.claim import NotComputable, Verdict
from paper_checks.decisions import Look
from paper_checks.page import figures, grouping, texts
from paper_checks.page.deciding import decisive, depth
from paper_checks.page.rendering import page
from paper_checks.page.scales import EDGE, Scale, scale_of
from paper_checks.summaries import Interval

NEAR = replace(HALF, label="near the border", seen=Interval(0.45, 0.42, 0.48))
NOT = NotComputable("P1-99", "ImageNet", "It holds there, too.", "a paper", "the data are not here")


@pytest.fixture(autouse=True)
def listed(monkeypatch):
    """No claim of ours is asked for its title or its deciding quantity, but one for each test."""
    claims: dict = {}
    monkeypatch.setattr(registry, "all_claims", lambda: claims)
    monkeypatch.setattr(registry, "not_computable", lambda: {"imagenet": NOT})
    return claims


def made(outcome=None):
    outcome = outcome or made_ledger.outcome()
    return page(outcome, made_ledger.results(outcome))


@pytest.mark.parametrize(
    "seen, region, steps",
    [
        ((0.5, 0.4, 0.6), (0.0, 1.0), 5.0),
        ((0.1, 0.0, 0.3), (0.0, 9.0), 1.0),  # the interval touches the border
        ((0.1, 0.05, 9.0), (0.0, inf), 2.0),  # the half on the border's side counts
        ((0.1, -9.0, 0.2), (-inf, 0.5), 4.0),
        ((0.0, -1.0, 1.0), (0.0, inf), 0.0),
        ((-0.3, -0.5, -0.1), (0.0, inf), -1.5),  # outside: the half towards the border
        ((2.0, 1.9, 2.5), (0.0, 1.0), -10.0),
        ((0.5, -inf, inf), (0.0, 1.0), 0.0),
    ],
)
def test_depth_is_counted_in_half_widths_of_the_interval(seen, region, steps):
    assert depth(replace(HALF, seen=Interval(*seen), region=region)) == pytest.approx(steps)


def test_what_decides_is_the_quantity_nearest_its_border():
    assert depth(HALF) == pytest.approx(3.0) and depth(NEAR) == pytest.approx(5 / 3)
    assert decisive(evidence(findings=[HALF, NEAR])) is NEAR
    assert decisive(evidence(findings=[NEAR, HALF])) is NEAR
    twin = replace(HALF, label="the same")
    assert decisive(evidence(findings=[HALF, twin])) is HALF  # of equal ones the first


def test_of_contradicted_ones_the_farthest_outside_decides():
    farther = replace(WRONG, label="farther", seen=Interval(2.0, 1.97, 2.03))
    seen = evidence(findings=[WRONG, HALF, farther], verdict=Verdict.CONTRADICTED)
    assert decisive(seen) is farther
    assert "the farthest outside its region" in texts.chosen_because(seen)


def test_a_quantity_that_is_computed_decides_only_where_none_is_sampled():
    assert decisive(evidence(findings=[NUMBER, HALF])) is HALF
    assert decisive(evidence(findings=[EACH, HALF])) is HALF
    closer = replace(NUMBER, label="closer", seen=Interval(0.41, 0.41, 0.41))
    assert decisive(evidence(findings=[NUMBER, closer])) is closer


def test_the_quantity_that_the_claim_names_decides_if_it_has_the_verdict(listed):
    seen = evidence(findings=[NEAR, HALF])
    listed[seen.name] = SimpleNamespace(title="t", deciding=HALF.label)
    assert decisive(seen) is HALF
    assert "the one that the statement is about" in texts.chosen_because(seen)
    wrong = evidence(findings=[HALF, WRONG], verdict=Verdict.CONTRADICTED)
    named_alike = replace(wrong, findings=(HALF, replace(WRONG, label="other")))
    assert decisive(named_alike).label == "other"


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.floats(-1e9, 1e9), st.floats(1e-3, 1e3))
def test_the_axis_has_no_unit(x, half, shift, unit):
    """Region, order and sign survive a change of unit, to the rounding of a sum with the shift."""
    one = Scale(0.0, half).position(x)
    other = Scale(shift, half * unit).position(shift + x * unit)
    rounding = 4e-16 * (abs(shift) + abs(x * unit)) / (half * unit)
    assert other == pytest.approx(one, abs=4 * rounding + 1e-12)


@given(st.lists(st.floats(-1e12, 1e12), min_size=2, max_size=5))
def test_the_axis_keeps_the_order_and_ends(values):
    at = [Scale(0.0, 1.0).position(x) for x in sorted(values)]
    assert at == sorted(at) and -EDGE <= at[0] and at[-1] <= EDGE


@pytest.mark.parametrize(
    "x, place", [(0, 0), (0.5, 0.5), (-1, -1), (1, 1), (2, 1 + log(2)), (-20, -(1 + log(20)))]
)
def test_the_axis_is_linear_in_the_region_and_logarithmic_beyond(x, place):
    assert Scale(0.0, 1.0).position(x) == pytest.approx(place, abs=0.005)


@pytest.mark.parametrize("x", [inf, -inf, 1e300, -1e300])
def test_what_is_far_lies_at_the_edge(x):
    assert abs(Scale(0.0, 1.0).position(x)) == EDGE
    assert Scale(0.0, 1.0).share(x) == (100 if x > 0 else 0)


def test_a_region_is_where_it_is_claimed_whatever_its_ends():
    both = scale_of(HALF)
    assert both.position(0.4) == pytest.approx(-1) and both.position(0.6) == pytest.approx(1)
    one = scale_of(ABOVE)
    assert one.position(0.2) == pytest.approx(-1) and one.position(0.54) == pytest.approx(1)
    other = scale_of(EACH)
    assert other.position(1.2) == pytest.approx(1) and other.position(1.1) == pytest.approx(-1)
    assert scale_of(replace(ABOVE, seen=Interval(0.2, 0.2, 0.2))).half == pytest.approx(0.1)
    nothing = replace(ABOVE, region=(0.0, inf), seen=Interval(0.0, -inf, inf))
    assert scale_of(nothing).half == 0.5


def test_a_line_has_the_interval_the_region_and_the_control():
    seen = evidence(control=replace(WRONG, seen=Interval(9.0, 8.9, 9.1)))
    svg = figures.lines(seen)[0].svg
    at = [f"{50 + 50 * (x - 0.5) / 0.1 / EDGE:.2f}%" for x in (0.4, 0.48, 0.54, 0.51)]
    assert f'class="region" x="{at[0]}" width="25.00%"' in svg
    assert f'class="consistent" x1="{at[1]}" x2="{at[2]}"' in svg
    assert f'href="#m-consistent" x="{at[3]}"' in svg
    assert 'href="#m-right" x="100.00%"' in svg  # a control beyond the axis is an arrow
    assert "control 9.00 [8.90, 9.10]" in svg and "claimed 0.5 ± 0.1, consistent" in svg


@pytest.mark.parametrize("finding, lines", [(HALF, 1), (EACH, 0), (NUMBER, 0), (OPEN, 1)])
def test_what_has_no_interval_has_no_line(finding, lines):
    seen = evidence(findings=[finding], verdict=finding.verdict, control=finding)
    assert figures.lines(seen)[0].svg.count("<line") == 2 * lines


def test_a_figure_begins_with_what_decides():
    seen = evidence(findings=[HALF, NEAR, replace(HALF, verdict=None, rule="")])
    assert [line.label for line in figures.lines(seen)] == [NEAR.label, HALF.label]


def look(rows, low, high, verdict):
    """Of two quantities, the second is the one that moves."""
    seen = Interval(0.5, 0.49, 0.51), Interval((low + high) / 2, low, high)
    return Look(rows, seen, (Verdict.CONSISTENT, verdict))


def test_looks_are_drawn_on_the_scale_of_the_last():
    looks = look(20, 0.2, 0.8, Verdict.UNDECIDED), look(40, 0.42, 0.48, Verdict.CONSISTENT)
    seen = evidence(findings=[HALF, NEAR], looks=looks)
    assert texts.looked(seen) == "undecided at 20, consistent at 40"
    first, last = figures.of_looks(seen)
    assert (first.label, last.label) == ("20 rows", "40 rows")
    assert first.numbers == "0.50 [0.20, 0.80], undecided" and "consistent" in last.numbers
    scale = scale_of(NEAR)
    assert f'x1="{scale.share(0.2):.2f}%" x2="{scale.share(0.8):.2f}%"' in first.svg
    text = made(made_ledger.outcome([seen]))
    assert "<dt>Looks</dt><dd>undecided at 20, consistent at 40</dd>" in text
    assert "2 looks at the deciding quantity of P1-1" in text


@pytest.mark.parametrize(
    "finding, text",
    [
        (HALF, "an interval of its mean of values in [0, 1] that is wholly below 0.4 or above 0.6"),
        (replace(ABOVE, summary=""), "an interval that is wholly below 0.2"),
        (replace(ABOVE, summary="", region=(-inf, 0.2)), "an interval that is wholly above 0.2"),
        (EACH, "one of the samples of 1,000 draws above 1.2"),
        (NUMBER, "a number below 0.4 or above 0.6"),
    ],
)
def test_what_would_refute_a_claim_is_said_from_its_rule(finding, text):
    seen = evidence(findings=[finding], verdict=finding.verdict)
    assert texts.refutation(seen, finding) == text
    assert f"<dt>Would refute it</dt><dd>{text}</dd>" in made(made_ledger.outcome([seen]))


@pytest.mark.parametrize(
    "finding, text",
    [
        (HALF, ""),
        (NOMINAL, ""),
        (OPEN, "no interval yet: there are too few rows"),
        (replace(OPEN, seen=Interval(0.5, 0.1, inf)), ""),  # one end is there
        (EACH, "no interval: it must hold in each row, and no sample bounds what it may be"),
        (NUMBER, "no interval: it is computed, not sampled"),
    ],
)
def test_an_estimate_has_an_interval_or_a_reason(finding, text):
    assert texts.no_interval(finding) == text
    seen = evidence(findings=[finding], verdict=finding.verdict)
    page_of_it = made(made_ledger.outcome([seen]))
    assert text in page_of_it
    assert ("0.5, computed</td>" in page_of_it) == (finding is NUMBER)


def test_what_a_run_took_is_told():
    told = texts.needed(evidence())
    assert told == "40 samples of 1,000 draws (at most 320; seed 1), 1.5 s"
    known = evidence(device="AMD EPYC", peak_memory=1_234_567_890)
    assert texts.needed(known) == f"{told}, on AMD EPYC, 1,235 MB at the peak"
    computed = evidence(kind="identity", budget=1, cap=1)
    assert texts.needed(computed) == "computed, not sampled, 1.5 s"


def test_a_title_stands_in_every_heading_or_the_beginning_of_the_statement(listed):
    seen = evidence("P1-5")
    assert texts.title(seen) == "Half of what is drawn lies in the lower half, whatever the…"
    listed[seen.name] = SimpleNamespace(
        id="P1-5", title="Bounded networks: chaos at n^-1/2", is_computed=False
    )
    text = made(made_ledger.outcome([seen]))
    assert ">P1-5 Bounded networks: chaos at n^-1/2</h3>" in text


def test_claims_are_counted_by_paper_and_by_what_was_seen():
    groups = grouping.by_paper(made_ledger.outcome())
    assert [group.paper.prefix for group in groups] == ["P1", "P2", "CN", "broken"]
    assert groups[0].counts == {
        "consistent": 1,
        "against": 1,
        "contradicted": 1,
        "undecided": 1,
        "not-computable": 1,
        "unseen": 3,
    }
    assert groups[2].counts == {"consistent": 1, "identity": 1}
    assert groups[3].unseen == ["a_file"]
    total = grouping.total(groups)
    assert sum(total.values()) == 8 + 1 + 4 and total["unseen"] == 4


def test_a_claim_that_failed_but_was_seen_before_is_counted_once():
    outcome = made_ledger.outcome([evidence("P1-91")])
    (group, *_) = grouping.by_paper(outcome)
    assert group.counts == {"consistent": 1, "not-computable": 1, "unseen": 2}


@pytest.mark.parametrize(
    "change, key",
    [
        ({}, "consistent"),
        ({"against": "x"}, "against"),
        ({"against": "x", "verdict": Verdict.UNDECIDED}, "undecided"),
        ({"kind": "identity"}, "identity"),
        ({"kind": "identity", "verdict": Verdict.CONTRADICTED}, "contradicted"),
        ({"kind": "arithmetic"}, "consistent"),
    ],
)
def test_an_identity_that_does_not_hold_is_contradicted(change, key):
    assert grouping.key_of(replace(evidence(), **change)) == key


class Outline(HTMLParser):
    """Headings, ids and what refers to them."""

    def __init__(self):
        super().__init__()
        self.headings, self.ids, self.wanted, self.open = [], [], [], []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.ids += [values["id"]] if "id" in values else []
        for name in ("href", "aria-labelledby", "for"):
            target = values.get(name) or ""
            if name != "href" and target or target.startswith("#"):
                self.wanted.append(target.removeprefix("#"))


def test_ids_are_unique_links_lead_somewhere_and_headings_are_in_order():
    outline = Outline()
    outline.feed(made())
    assert [id for id, n in Counter(outline.ids).items() if n > 1] == []
    assert set(outline.wanted) - set(outline.ids) == set()
    assert outline.headings[0] == 1 and outline.headings.count(1) == 1
    steps = [b - a for a, b in zip(outline.headings, outline.headings[1:], strict=False)]
    assert max(steps) == 1


def test_badges_say_what_a_verdict_rests_on():
    text = made()
    for id, words in [
        ("P1-1", ["of an earlier version of the code"]),
        ("P1-2", ["against the paper"]),
        ("P2-5", ["control NOT CAUGHT"]),
        ("P2-6", ["arithmetic"]),
        ("CN-7", ["identity"]),
        ("CN-8-digits", ["nominal level"]),
    ]:
        section = (
            text.partition(f">{id} ")[2]
            if False
            else text.partition(f'<h3 id="h-{id.replace("-", "_").lower()}"')[2]
        )
        marks = section.partition("</p>")[0]
        assert re.findall(r'class="badge[^"]*">([^<]*)<', marks) == words, id


def test_a_line_of_the_forest_has_the_colour_of_what_was_seen():
    text = made()
    for seen in made_ledger.every_kind():
        assert f'<a class="{grouping.key_of(seen)}" href="#{seen.name}">' in text


def test_what_is_not_computable_is_listed_with_its_reason():
    section = made().partition(">Not computable</h2>")[2]
    assert "P1-99 ImageNet" in section and "the data are not here" in section


def test_links_lead_to_what_the_source_names():
    section = made().partition('<section class="claim" id="p1_1"')[2].partition("</section>")[0]
    assert '<a href="https://arxiv.org/abs/2306.08125">arxiv.org/abs/2306.08125</a>' in section


def test_nothing_that_is_told_becomes_markup():
    odd = "<b>&\"'</b>"
    names = "statement", "source", "broken", "unit", "against"
    findings = [replace(HALF, label=odd, rule=odd, summary=odd)]
    seen = evidence(findings=findings, **dict.fromkeys(names, odd))
    outcome = made_ledger.outcome([seen])
    outcome.failed["P1-1"] = odd
    assert odd not in made(outcome) and "<b>&" not in made(outcome)


def test_a_page_of_120_claims_is_small_and_soon_made():
    """0.2 s of processor time on a machine of 2026, so 5 s is a failure and no accident."""
    import time

    findings = [HALF, *[replace(HALF, label=f"quantity {i}") for i in range(9)]]
    many = made_ledger.outcome([evidence(f"P1-{i}", findings) for i in range(1, 121)])
    made(many)
    start = time.process_time()
    text = made(many)
    assert time.process_time() - start < 5
    assert len(text.encode()) < 2e6


def test_papers_of_which_nothing_is_computable_share_a_line(monkeypatch):
    others = {f"q{n}": replace(NOT, id=f"Q{n}-1") for n in (1, 2)}
    monkeypatch.setattr(registry, "not_computable", lambda: others)
    text = made(made_ledger.outcome([evidence()]))
    assert '<a href="#not-computable">2 other papers</a>: Q1, Q2' in text
    assert 'id="of-Q1"' not in text and 'id="paper-Q1"' not in text
    assert text.count("<b>Q1-1 ImageNet</b>") == 1
