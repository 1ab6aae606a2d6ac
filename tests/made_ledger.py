"""A ledger that nobody ran: evidence of every verdict, kind and guarantee."""

from dataclasses import replace
from math import inf

from paper_checks import installed, registry, stamps
from paper_checks.claim import Finding, Interval, Verdict
from paper_checks.evidence import Evidence
from paper_checks.page.outcomes import Outcome
from paper_checks.summaries import Guarantee

HALF = Finding(
    "mean of the draws",
    Interval(0.51, 0.48, 0.54),
    "0.5 ± 0.1",
    Verdict.CONSISTENT,
    region=(0.4, 0.6),
    summary="mean of values in [0, 1]",
    caught=(0.37, 0.63),
)
WRONG = replace(HALF, seen=Interval(0.9, 0.87, 0.93), verdict=Verdict.CONTRADICTED)
OPEN = replace(HALF, seen=Interval(0.5, -inf, inf), verdict=Verdict.UNDECIDED)
ABOVE = replace(HALF, label="share above", rule="> 0.2", region=(0.2, inf), caught=(0.17, inf))
EACH = replace(
    HALF,
    label="largest",
    rule="< 1.2",
    region=(-inf, 1.2),
    seen=Interval(1.1, 1.1, inf),
    guarantee=Guarantee.EACH,
    violations=0.05,
    violating=(0, 200),
    caught=(-inf, inf),
)
NUMBER = replace(HALF, seen=Interval(0.5, 0.5, 0.5), guarantee=Guarantee.COMPUTED)
NOMINAL = replace(HALF, guarantee=Guarantee.NOMINAL)


def evidence(
    id="P1-1", findings=(HALF,), verdict=Verdict.CONSISTENT, control=WRONG, **changes
) -> Evidence:
    """Evidence on a claim of that id; its control has the same finding for every quantity."""
    seen = Evidence(
        name=id.replace("-", "_").lower(),
        id=id,
        statement="Half of what is drawn lies in the lower half, whatever the index.",
        source="Wan et al., arXiv 2306.08125, theorem 1",
        broken="draws are shifted",
        unit="samples of 1,000 draws",
        kind="statistical",
        against="",
        verdict=verdict,
        findings=tuple(findings),
        budget=40,
        cap=320,
        control_caught=True,
        control=tuple(replace(control, label=f.label) for f in findings),
        control_budget=20,
        delta=1e-6,
        seed=1,
        seconds=1.5,
        fingerprint="",
    )
    return replace(seen, **changes)


def every_kind() -> list[Evidence]:
    """One of each."""
    wrong, open_ = Verdict.CONTRADICTED, Verdict.UNDECIDED
    others = [replace(HALF, label=f"quantity {i}") for i in range(20)]
    return [
        evidence("P1-1"),
        evidence("P1-2", against="the rate of theorem 2"),
        evidence("P1-3", [HALF, WRONG], wrong),
        evidence("P1-4", [OPEN], open_, delta=1.0),
        evidence("P2-5", [ABOVE, EACH], control_caught=False),
        evidence("P2-6", [NUMBER], kind="arithmetic"),
        evidence("CN-7", [NUMBER], kind="identity"),
        evidence("CN-8-digits", [NOMINAL, *others]),
    ]


def outcome(shown=None) -> Outcome:
    """What there is, a claim that failed, one without its data, and one that is not seen yet."""
    return Outcome(
        every_kind() if shown is None else shown,
        {"P1-90-mnist": "train-images must be there"},
        {"P1-91": "ValueError: no"},
        ["P1-92", "a_file"],
    )


def results(of: Outcome) -> dict:
    """What the page reads of the results."""
    return {
        "budget": "smoke",
        "seed": 1,
        "commit": None,
        "versions": {"numpy": "2.4"},
        "host": {"system": "Linux"},
        "family": {
            "size": 60,
            "error_of_a_claim": 1e-4,
            "adjusted": {e.id: 60 * e.delta for e in of.shown if e.kind == "statistical"},
        },
        "of_an_earlier_version": ["P1-1"],
        "not_looked_at": [],
    }


def forget():
    """Which sources and distributions were seen, as in a process that begins."""
    for module in (stamps, installed, registry):
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()
