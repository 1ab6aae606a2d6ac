"""Doors of the ledger, and how its results print."""

from dataclasses import fields, replace
from functools import partial
from math import inf, nan
from pathlib import Path

import numpy as np
import pytest
from doors import Door, asked_of
from toy_claim import TOY

from paper_checks import calibration, comparison, registry, replicates, run
from paper_checks.claim import Claim, NotComputable, Quantity, Rule, above, below, equals, judge
from paper_checks.experiments.indices_compared import networks_and_noise
from paper_checks.run import Settings
from paper_checks.summaries import Interval, bounded, clipped, pooled, proportion

COIN = Quantity("heads", equals(0.5, 0.2), proportion)
ROWS = np.tile([[0.0], [1.0]], (200, 1))
CLAIM = {field.name: getattr(TOY, field.name) for field in fields(Claim)}
WORDS = (  # read by people alone, or code of the ledger
    *("statement", "source", "broken", "unit", "against", "title"),
)
CODE = ("experiment", "control", "needs", "data")
LATER = NotComputable("T-2", "A toy that is too large", "It is large.", "here", "it is too large")
NOTHING_RUN = {field.name: getattr(LATER, field.name) for field in fields(NotComputable)}
RESULTS = Path(__file__).parent / "data" / "results_of_nothing.json"
DOORS = [
    Door(Rule, {"low": 0.0, "high": 1.0}, {"low": "zero negative", "high": "infinity"}),
    Door(above, {"bound": 1.0}, {"bound": "zero negative"}, {"bound": "low"}),
    Door(below, {"bound": 1.0}, {"bound": "zero negative infinity"}, {"bound": "low"}),
    Door(equals, {"target": 1.0, "margin": 0.5}, {"target": "zero negative"}, {"target": "low"}),
    Door(bounded, {"low": 0.0, "high": 1.0}, {"low": "zero negative"}),
    Door(clipped, {"low": 0.0, "high": 1.0}, {"low": "zero negative"}),
    Door(pooled, {"trials": 2}),
    Door(judge, {"quantities": [COIN], "rows": ROWS, "delta": 0.1}, {}, {"quantities": "rows"}),
    Door(Settings, {}, {"budget": "large huge", "seed": "zero"}),
    Door(
        run.check,
        {"name": "zhou_mnist_row", "settings": Settings("smoke")},
        {"progress": "callback", "out": "none", "executor": "none"},
        {"name": "claim"},
    ),
    Door(
        run.check_all,
        {"names": ["zhou_mnist_row"], "settings": Settings("smoke")},
        {
            "out": "none",
            "executor": "none",
            "workers": "none",
            "scheduler": "none",
            "watch": "none",
            "names": "texts empty",
            "keep": "truth",
        },
        {"names": "name"},
    ),
    Door(
        replicates.shared,
        {"run": partial(networks_and_noise, load="a:b"), "take": lambda rows: rows},
        {"run": "function class", "take": "callback function class"},
    ),
    Door(
        calibration.calibrate,
        {"names": ["zhou_mnist_row"], "settings": Settings("smoke"), "seeds": 1},
        {"names": "texts empty", "out": "none", "executor": "none", "scheduler": "none"}
        | {"after": "callback"},
    ),
    Door(
        comparison.compare,
        dict.fromkeys(("old", "new"), comparison.Ledger({}, {}, {})),
    ),
    Door(
        comparison.read,
        {"path": RESULTS},
        {"path": "text"},
    ),
    Door(
        replicates.replicate_rng,
        {"replicate": 1, "seed": 1},
        {"replicate": "zero", "seed": "zero"},
    ),
    Door(
        replicates.replicate_seed,
        {"replicate": 1, "seed": 1},
        {"replicate": "zero", "seed": "zero"},
    ),
    Door(
        Claim,
        CLAIM,
        dict.fromkeys(WORDS, "text") | dict.fromkeys(CODE, "callback function class"),
        {"quantities": "T-1", "title": "title of T-1", "aliases": "aliases of T-1"},
    ),
    Door(
        NotComputable,
        NOTHING_RUN,
        dict.fromkeys(["statement", "source", "title", "reason"], "text"),
        {"title": "title of T-2", "reason": "reason", "aliases": "aliases of T-2"},
    ),
]
(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "ledger")


@pytest.mark.parametrize(
    "call, line",
    [
        (lambda: Rule(1, 1), "low must be below high, got 1 and 1"),
        (lambda: Rule(nan, 1), "low must be below high, got nan and 1"),
        (lambda: Rule("a", 1), "low must be a real number, got 'a'"),
        (lambda: equals(1, 0), "margin must be positive and finite, got 0"),
        (lambda: equals(1, "a"), "margin must be a real number, got 'a'"),
        (lambda: above([1]), "bound must be a real number, got [1]"),
        (lambda: below(-inf), "low must be below high, got -inf and -inf"),
        (lambda: bounded(1, 0), "low and high must be finite, low below high, got 1 and 0"),
        (lambda: clipped(0, inf), "low and high must be finite, low below high, got 0 and inf"),
        (lambda: bounded("a", 0), "low must be a real number, got 'a'"),
        (lambda: pooled(0), "trials must be an integer in [1, 2^32), got 0"),
        (lambda: pooled(10, -1.0), "unit must be positive and finite, got -1.0"),
        (lambda: judge([COIN], ROWS, 0), "delta must lie in (0, 1), got 0"),
        (lambda: judge([COIN], ROWS[0], 0.1), "rows must be an array of shape (n, 1), got (1,)"),
        (lambda: judge([COIN], ROWS[:0], 0.1), "rows must be an array of shape (n, 1), got (0, 1)"),
        (lambda: judge([COIN] * 2, ROWS, 0.1), "shape (n, 2), got (400, 1)"),
        (
            lambda: Settings("huge"),
            "budget must be one of smoke, standard, full or an integer from 1 on, got 'huge'",
        ),
        (lambda: Settings(0), "or an integer from 1 on, got 0"),
        (lambda: Settings([1]), "or an integer from 1 on, got [1]"),
        (lambda: Settings(True), "or an integer from 1 on, got True"),
        (lambda: Settings(seed=-1), "seed must be an integer in [0, 2^64), got -1"),
        (lambda: Settings(workers=0), "workers must be an integer in [1, 65536), got 0"),
        (
            lambda: run.check("nothing", Settings("smoke")),
            "claim must be one that `paper-checks list` names, got 'nothing'",
        ),
        (lambda: replace(TOY, chunk=0), "chunk of T-1 must be an integer in "),
        (lambda: replace(TOY, smoke=5_000), "smoke of T-1 must be an integer in [1, 4001), got"),
        (lambda: replace(TOY, full=0), "full of T-1 must be an integer in "),
        (
            lambda: replace(TOY, quantities=(replace(COIN, rule=None),)),
            "T-1 must judge at least one quantity, got none",
        ),
    ],
)
def test_what_is_no_argument_is_refused_in_a_line(call, line):
    with pytest.raises(ValueError) as refused:
        call()
    assert line in str(refused.value) and "\n" not in str(refused.value)


def test_results_print_as_a_line_and_give_their_numbers(monkeypatch):
    monkeypatch.setattr(registry, "all_claims", lambda: {"toy": TOY})
    seen = run.check("toy", Settings(4_000))
    assert (
        repr(seen) == f"Evidence(T-1: consistent, control caught, {seen.budget:,} of 4,000 draws)"
    )
    (finding,) = seen.findings
    ends = f"{finding.seen.value:.4g} [{finding.seen.low:.4g}, {finding.seen.high:.4g}]"
    assert repr(finding) == f"Finding('mean', {ends}, claimed 0.5 ± 0.05: consistent)"
    assert repr(Interval(0.5, -inf, 1.0)) == "Interval(value=0.5, low=-inf, high=1.0)"
    numbers = seen.to_dict()
    assert numbers["findings"][0]["seen"] == {
        "value": finding.seen.value,
        "low": finding.seen.low,
        "high": finding.seen.high,
    }
    assert numbers["verdict"] == numbers["findings"][0]["verdict"] == "consistent"
    assert (numbers["delta"], numbers["fingerprint"]) == (seen.delta, seen.fingerprint)


def test_a_quantity_that_is_only_reported_says_so():
    (finding,) = judge([replace(COIN, rule=None), COIN], np.tile(ROWS, 2), 0.1)[:1]
    assert repr(finding).endswith(", reported)") and finding.verdict is None
