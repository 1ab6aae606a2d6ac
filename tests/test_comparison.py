"""What changed between two runs: every kind of change is told, and nothing else."""

import json
import math
from dataclasses import replace

import pytest
from toy_claim import TOY

from paper_checks import evidence, registry
from paper_checks.__main__ import main
from paper_checks.claim import Finding, Quantity, Verdict, equals
from paper_checks.comparison import Change, Ledger, compare, has_moved, read
from paper_checks.summaries import Guarantee, Interval, bounded


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A ledger of two claims, made once."""
    out = tmp_path_factory.mktemp("made")
    coarse = Quantity("mean", equals(0.5, 0.2), bounded(-1, 2))
    toy = replace(TOY, quantities=(coarse,))
    claims = {"toy": toy, "other": replace(toy, id="T-2")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "all_claims", lambda: claims)
        patch.setattr(registry, "not_computable", dict)
        assert main(["run", "--budget", "400", "--workers", "1", "--out", str(out)]) == 0
    return out


@pytest.fixture
def ledger(made):
    return read(made)


def changed(ledger, id="T-1", **changes):
    """The ledger with another evidence on one claim."""
    seen = replace(ledger.claims[id], **changes)
    return replace(ledger, claims=ledger.claims | {id: seen})


def finding(value, low, high, guarantee=Guarantee.EXACT):
    return Finding("mean", Interval(value, low, high), "", None, guarantee=guarantee)


def kinds(old, new):
    return [
        (change.id, change.kind, change.old, change.new) for change in compare(old, new).changes
    ]


def test_a_run_and_itself_differ_in_nothing(ledger, made):
    same = compare(ledger, read(made / "results.json"))
    assert same.changes == () and same.same == 2 and not same.of_verdicts


def test_another_verdict_is_told(ledger):
    new = changed(ledger, verdict=Verdict.CONTRADICTED)
    assert kinds(ledger, new) == [("T-1", "verdict", "consistent", "contradicted")]
    assert kinds(new, ledger) == [("T-1", "verdict", "contradicted", "consistent")]
    assert len(compare(ledger, new).of_verdicts) == 1


def test_a_control_that_is_no_longer_caught_is_told(ledger):
    new = changed(ledger, control_caught=False)
    assert kinds(ledger, new) == [("T-1", "control", "caught", "not caught")]
    assert compare(ledger, new).of_verdicts


def test_only_what_was_seen_in_both_is_counted_as_it_was(ledger):
    """What cannot be computed was seen in neither, and what failed twice was not seen, too."""
    states = {"T-8": "not computable", "T-9": "failed"}
    both = replace(ledger, states=states)
    assert compare(both, both).same == 2 and compare(both, both).changes == ()


@pytest.mark.parametrize("word", ["failed", "not run", "pending"])
def test_a_claim_that_has_no_evidence_any_more_has_no_verdict(ledger, word):
    rest = {"T-2": ledger.claims["T-2"]}
    new = replace(ledger, claims=rest, states={"T-1": word})
    assert kinds(ledger, new) == [("T-1", "verdict", "consistent", word)]
    assert compare(ledger, new).of_verdicts


def test_claims_that_are_gone_or_new_are_told(ledger):
    fewer = replace(ledger, claims={"T-1": ledger.claims["T-1"]})
    assert kinds(ledger, fewer) == [("T-2", "gone", "consistent", "absent")]
    assert kinds(fewer, ledger) == [("T-2", "new", "absent", "consistent")]
    assert compare(ledger, fewer).of_verdicts and not compare(fewer, ledger).of_verdicts


def test_budgets_and_facts_of_the_run_are_told_and_are_no_verdicts(ledger):
    new = changed(ledger, budget=399, cap=800)
    new = replace(new, facts=ledger.facts | {"numpy": "9.9", "seed": "2"})
    seen = compare(ledger, new)
    rows = ledger.claims["T-1"].budget
    assert [c for c in seen.changes if c.kind == "budget"] == [
        Change("T-1", "budget", "", f"{rows:,} rows", "399 rows"),
        Change("T-1", "budget", "at most", "400 rows", "800 rows"),
    ]
    assert [c.subject for c in seen.changes if c.kind == "run"] == ["seed", "numpy"]
    assert not seen.of_verdicts and seen.same == 1


@pytest.mark.parametrize(
    "old, new, moved",
    [
        ((0.5, 0.4, 0.6), (0.59, 0.4, 0.7), False),  # within
        ((0.5, 0.4, 0.6), (0.65, 0.45, 0.85), False),  # the old one is within the new interval
        ((0.5, 0.4, 0.6), (0.65, 0.55, 0.75), True),
        ((0.65, 0.55, 0.75), (0.5, 0.4, 0.6), True),
        ((3.0, 3.0, 3.0), (3.0, 3.0, 3.0), False),  # computed
        ((3.0, 3.0, 3.0), (3.1, 3.1, 3.1), True),
        ((0.5, -math.inf, math.inf), (9.0, 8.9, 9.1), False),
    ],
)
def test_an_estimate_has_moved_beyond_both_intervals(old, new, moved):
    assert has_moved(finding(*old), finding(*new)) == moved


def test_the_largest_of_more_rows_has_not_moved():
    old, new = (finding(x, x, math.inf, Guarantee.EACH) for x in (1.0, 2.0))
    assert not has_moved(new, old)


def test_a_moved_estimate_and_another_region_are_told(ledger):
    (seen,) = ledger.claims["T-1"].findings
    other = replace(seen, seen=Interval(0.9, 0.89, 0.91), rule="0.9 ± 0.1")
    told = kinds(ledger, changed(ledger, findings=(other,)))
    assert ("T-1", "region", "0.5 ± 0.2", "0.9 ± 0.1") in told
    assert [kind for _, kind, *_ in told] == ["region", "estimate"]
    renamed = changed(ledger, findings=(replace(seen, label="another"),))
    told = compare(ledger, renamed).changes
    assert [(c.kind, c.subject) for c in told] == [("region", "mean"), ("region", "another")]
    assert told[0].new == told[1].old == "absent"


def rewritten(made, tmp_path, **changes):
    """A copy of results.json with other values; None takes one away."""
    content = json.loads((made / "results.json").read_text()) | changes
    path = tmp_path / "results.json"
    path.write_text(json.dumps({name: x for name, x in content.items() if x is not None}))
    return path


def test_the_command_ends_with_0_where_no_verdict_changed_and_1_else(made, tmp_path, capsys):
    assert main(["report", "--compare", str(made), str(made / "results.json")]) == 0
    assert (
        "0 changes of verdicts and controls, 0 others; 2 claims seen in both"
        in capsys.readouterr().out
    )
    claims = json.loads((made / "results.json").read_text())["claims"]
    claims[0]["verdict"] = "undecided"
    path = rewritten(made, tmp_path, claims=claims, seed=9)
    assert main(["report", "--compare", str(made), str(path)]) == 1
    told = capsys.readouterr().out
    assert "undecided" in told and "1 changes of verdicts and controls, 1 others" in told
    assert main(["report", "--compare", str(made), str(path), "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["verdicts_changed"] == 1 and record["same"] == 1
    assert [change["kind"] for change in record["changes"]] == ["run", "verdict"]


def test_results_of_the_schema_before_are_read(made, tmp_path):
    claims = json.loads((made / "results.json").read_text())["claims"]
    for claim in claims:
        for name in "title", "paper", "looks", "peak_memory", "device":
            claim.pop(name)
    path = rewritten(made, tmp_path, schema=2, claims=claims, not_computable=None)
    assert [change.subject for change in compare(read(path), read(made)).changes] == ["schema"]


@pytest.mark.parametrize(
    "changes, line",
    [
        ({"schema": evidence.SCHEMA + 1}, "schema of PATH must be 2 or 3, got 4"),
        ({"schema": None}, "schema of PATH must be 2 or 3, got None"),
        ({"claims": None}, "PATH must hold the results of a run, got something else (KeyError"),
        ({"claims": [{"id": "T-1"}]}, "got something else (KeyError: 'verdict')"),
        ({"claims": 3}, "got something else (TypeError"),
        ({"failed": 3}, "got something else (TypeError"),
    ],
)
def test_a_file_that_is_none_is_told_in_a_line(made, tmp_path, capsys, changes, line):
    path = rewritten(made, tmp_path, **changes)
    assert_refused(made, path, line.replace("PATH", str(path)), capsys)


@pytest.mark.parametrize(
    "content, line",
    [
        (b"{", "must be JSON, got:"),
        (b"[1]", "must have names and values"),
        (b"\xff", "must be JSON"),
    ],
)
def test_a_file_that_is_no_json_is_told_in_a_line(made, tmp_path, capsys, content, line):
    path = tmp_path / "results.json"
    path.write_bytes(content)
    assert_refused(made, path, line, capsys)


def test_a_folder_without_results_is_told_in_a_line(made, tmp_path, capsys):
    assert_refused(made, tmp_path, "results.json could not be read: No such file", capsys)
    assert_refused(made, tmp_path / "no", "no could not be read: No such file", capsys)


def assert_refused(old, new, line, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["report", "--compare", str(old), str(new)])
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert line in told and told.strip().splitlines()[-1].startswith("paper-checks: error: ")


def test_a_ledger_says_what_it_is(ledger):
    assert repr(ledger) == "Ledger(2 claims, 0 without evidence)"
    assert isinstance(ledger, Ledger)
    assert repr(compare(ledger, ledger)) == "Comparison(0 changes, 0 of verdicts, 2 same)"


@pytest.mark.parametrize("part, word", [("failed", "failed"), ("of_an_earlier_version", "stale")])
def test_what_a_run_says_comes_before_evidence_of_an_earlier_one(made, tmp_path, part, word):
    """A claim that fails today keeps its evidence of yesterday in the file."""
    content = json.loads((made / "results.json").read_text())
    content[part] = {"T-1": "RuntimeError"} if part == "failed" else ["T-1"]
    (tmp_path / "results.json").write_text(json.dumps(content))
    changes = compare(read(made), read(tmp_path))
    assert [(c.id, c.kind, c.old, c.new) for c in changes.of_verdicts] == [
        ("T-1", "verdict", "consistent", word)
    ]


def test_a_region_that_changes_by_less_than_its_words_is_told(ledger):
    (found,) = ledger.claims["T-1"].findings
    low, high = found.region
    new = changed(ledger, findings=(replace(found, region=(low, high * (1 + 1e-9))),))
    assert [change[:2] for change in kinds(ledger, new)] == [("T-1", "region")]


def test_the_verdict_of_a_quantity_is_told_where_that_of_the_claim_is_the_same(ledger):
    (found,) = ledger.claims["T-1"].findings
    new = changed(ledger, findings=(replace(found, verdict=Verdict.UNDECIDED),))
    assert kinds(ledger, new) == [("T-1", "verdict", "consistent", "undecided")]
    assert compare(ledger, new).of_verdicts


@pytest.mark.parametrize("spelling", ["T01", "t-1", "T_1", "old-toy", "OLD-toy"])
def test_a_claim_is_the_same_under_its_old_id(ledger, spelling, monkeypatch):
    claims = {"toy": replace(TOY, aliases=("old-toy",)), "other": replace(TOY, id="T-2")}
    monkeypatch.setattr(registry, "all_claims", lambda: claims)
    seen = replace(ledger.claims["T-1"], id=spelling)
    old = replace(ledger, claims={spelling: seen, "T-2": ledger.claims["T-2"]})
    assert compare(old, ledger).changes == compare(ledger, old).changes == ()
    new = changed(ledger, verdict=Verdict.CONTRADICTED)
    assert kinds(old, new) == [("T-1", "verdict", "consistent", "contradicted")]
    failed = replace(ledger, claims={"T-2": ledger.claims["T-2"]}, states={spelling: "failed"})
    assert kinds(ledger, failed) == [("T-1", "verdict", "consistent", "failed")]
    assert compare(replace(ledger, claims=ledger.claims | {spelling: seen}), ledger).same == 2


def test_what_has_the_id_itself_comes_before_what_has_an_old_one(ledger):
    stale = ledger.claims["T-1"]
    stale = replace(stale, id="B01", verdict=Verdict.CONTRADICTED)
    seen = replace(stale, id="B-1", verdict=Verdict.CONSISTENT)
    for claims in {"B01": stale, "B-1": seen}, {"B-1": seen, "B01": stale}:
        both = Ledger(claims, {}, {})
        assert compare(both, Ledger({"B-1": seen}, {}, {})).changes == ()


@pytest.mark.parametrize("what", ["statement", "against", "unit", "source", "broken"])
def test_a_claim_that_says_something_else_is_told(ledger, what):
    old = getattr(ledger.claims["T-1"], what)
    seen = compare(ledger, changed(ledger, **{what: "another"}))
    assert seen.changes == (Change("T-1", "statement", what, old or "none", "another"),)
    assert not seen.of_verdicts and seen.same == 1


@pytest.mark.parametrize("old, new", [(1e-12, 1.0), (1e-12, 1e-4), (1e-12, 2e-12), (0.5, 1e-9)])
def test_another_delta_is_told_and_its_rounding_is_not(ledger, old, new):
    before = changed(ledger, delta=old)
    told = [("T-1", "delta", f"{old:.2g}", f"{new:.2g}")]
    assert kinds(before, changed(ledger, delta=new)) == told
    assert kinds(before, changed(ledger, delta=old * 1.09)) == []
    assert kinds(changed(ledger, delta=0.0), changed(ledger, delta=0.0)) == []


@pytest.mark.parametrize(
    "changes, told",
    [
        ({}, [("new", "consistent")]),
        ({"verdict": Verdict.UNDECIDED}, [("new", "undecided")]),
        ({"verdict": Verdict.CONTRADICTED}, [("new", "contradicted")]),
        ({"control_caught": False}, [("new", "consistent"), ("control", "not caught")]),
    ],
)
def test_a_new_claim_that_is_contradicted_or_misses_its_control_counts(
    ledger, made, tmp_path, changes, told
):
    fewer = replace(ledger, claims={"T-2": ledger.claims["T-2"]})
    seen = compare(fewer, changed(ledger, **changes))
    assert [(c.id, c.kind, c.old, c.new) for c in seen.changes] == [
        ("T-1", kind, "absent", word) for kind, word in told
    ]
    assert len(seen.of_verdicts) == (changes not in ({}, {"verdict": Verdict.UNDECIDED}))
    content = json.loads((made / "results.json").read_text())
    for claim in content["claims"]:
        claim |= changes if claim["id"] == "T-1" else {}
    paths = tmp_path / "old.json", tmp_path / "new.json"
    paths[1].write_text(json.dumps(content))
    del content["claims"][0]
    paths[0].write_text(json.dumps(content))
    assert main(["report", "--compare", *map(str, paths)]) == len(seen.of_verdicts)


def test_a_new_claim_that_fails_counts(ledger):
    new = replace(ledger, states={"T-3": "failed", "T-4": "pending"})
    assert [change.id for change in compare(ledger, new).of_verdicts] == ["T-3"]
