"""index.json: what it says of every claim, that it is as its schema has it, and that it counts."""

import copy
import json
import re
from dataclasses import replace
from math import inf, nextafter
from pathlib import Path

import pytest
from json_schema import faults
from toy_claim import TOY

from paper_checks import command, evidence, index, papers, registry, rules
from paper_checks.claim import NotComputable, Quantity, Verdict
from paper_checks.summaries import Guarantee, Interval, computed, median, worst

SCHEMA = json.loads(index.SCHEMA_FILE.read_text(encoding="utf-8"))
DOCUMENT = Path(__file__).parents[1] / "docs" / "ledger.md"
LARGE = NotComputable("T-9", "A toy too large", "It is large.", "arXiv 1234.56789", "too large")
IDENTITY = replace(TOY, id="T-3", kind="identity", title="A toy that is so")


@pytest.fixture
def toys(monkeypatch):
    claims = {"toy": TOY, "other": replace(TOY, id="T-2", aliases=("old-2",)), "same": IDENTITY}
    monkeypatch.setattr(registry, "all_claims", lambda: claims)
    monkeypatch.setattr(registry, "not_computable", lambda: {"large": LARGE})
    monkeypatch.setattr(registry, "broken_claims", lambda: {"bad": "ImportError: no x"})
    return claims


def by_id(found):
    return {claim["id"]: claim for claim in found["claims"]}


def written(out):
    return json.loads((out / "index.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def whole():
    return index.of_claims()


def test_the_index_is_as_its_schema_has_it(whole):
    assert faults(json.loads(index.text_of(whole)), SCHEMA) == []


def test_at_least_60_claims_can_be_contradicted(whole):
    counted = [claim for claim in whole["claims"] if claim["can_be_contradicted"]]
    assert whole["counts"]["can_be_contradicted"] == len(counted) >= 60
    for claim in counted:
        assert claim["kind"] in ("statistical", "arithmetic")
        assert claim["control"] and claim["refuted_by"] and claim["budgets"]["full"] >= 1


def test_every_claim_is_in_the_index_once_and_under_its_paper(whole):
    members = registry.all_claims() | registry.not_computable()
    assert sorted(by_id(whole)) == sorted(member.id for member in members.values())
    assert len(whole["claims"]) == len(members) == whole["counts"]["listed"]
    of_papers = [id for paper in whole["papers"] for id in paper["claims"]]
    assert of_papers == [claim["id"] for claim in whole["claims"]]
    for paper in whole["papers"]:
        assert {by_id(whole)[id]["paper"] for id in paper["claims"]} == {paper["prefix"]}
        assert paper["link"] == papers.PAPERS[paper["prefix"]].link
    assert whole["broken"] == {}


def test_the_index_says_what_the_claims_say(whole):
    for name, claim in registry.all_claims().items():
        told = by_id(whole)[claim.id]
        assert (told["name"], told["title"], told["statement"]) == (
            *(name, claim.title),
            claim.statement,
        )
        assert (told["source"], told["control"], told["kind"]) == (
            *(claim.source, claim.broken),
            claim.kind,
        )
        assert [each["label"] for each in told["quantities"]] == [q.label for q in claim.quantities]
        judged = [quantity for quantity in claim.quantities if quantity.rule]
        assert len(told["refuted_by"]) == len(judged)
        for line, quantity in zip(told["refuted_by"], judged, strict=True):
            assert line.startswith(f"{quantity.label}: ")
        assert told["links"] and told["verdict"] is None and told["shipped_by"] == ""
        assert told["budgets"]["smoke"] == (claim.full if claim.is_computed else claim.smoke)
        assert told["budgets"]["full"] == claim.full


def test_the_schema_finds_what_is_wrong(whole):
    def is_found(change):
        changed = copy.deepcopy(whole)
        change(changed)
        return bool(faults(changed, SCHEMA))

    first = whole["claims"][0]
    for key in whole:
        assert is_found(lambda changed, key=key: changed.pop(key)), key
    for key in first:
        assert is_found(lambda changed, key=key: changed["claims"][0].pop(key)), key
        assert is_found(lambda changed, key=key: changed["claims"][0].update({key: 1.5})), key
    for change in (
        lambda changed: changed.update(schema=2),
        lambda changed: changed.update(more=1),
        lambda changed: changed["claims"][0].update(more=1),
        lambda changed: changed["claims"][0].update(title="x" * 61),
        lambda changed: changed["claims"][0].update(id="p1-1"),
        lambda changed: changed["claims"][0].update(verdict="proved"),
        lambda changed: changed["claims"][0]["quantities"][0].update(region=[0]),
        lambda changed: changed["counts"].update(listed=-1),
        lambda changed: changed["counts"].update(listed=True),
        lambda changed: changed["papers"][0].update(claims=[]),
        lambda changed: changed.update(broken={"a": 1}),
    ):
        assert is_found(change)


def test_every_field_is_documented():
    text = DOCUMENT.read_text(encoding="utf-8")
    claims, paper = (SCHEMA["properties"][key]["items"] for key in ("claims", "papers"))
    fields = [*SCHEMA["properties"], *claims["properties"], *paper["properties"]]
    fields += SCHEMA["properties"]["counts"]["properties"]
    fields += claims["properties"]["quantities"]["items"]["properties"]
    assert [field for field in fields if f"`{field}`" not in text] == []
    assert f"schema {index.SCHEMA}" in text and SCHEMA["properties"]["schema"]["const"] == 1


def test_kinds_are_counted_apart(toys):
    found = index.of_claims()
    assert found["counts"] == {
        "listed": 4,
        "can_be_contradicted": 2,
        "identities": 1,
        "not_computable": 1,
    }
    assert found["broken"] == {"bad": "ImportError: no x"}
    assert [claim["can_be_contradicted"] for claim in found["claims"]] == [True, True, False, False]
    assert by_id(found)["T-2"]["aliases"] == ["old-2", "T02", "T2"]
    large = by_id(found)["T-9"]
    assert (large["kind"], large["verdict"], large["reason"]) == (
        *("not computable", "not computable"),
        "too large",
    )
    assert large["links"] == ["https://arxiv.org/abs/1234.56789"]
    assert large["quantities"] == large["refuted_by"] == [] and large["budgets"] == {}
    assert faults(found, SCHEMA) == []


def test_a_run_writes_the_verdicts_and_the_reasons_why_there_is_none(toys, tmp_path):
    toys["other"] = replace(toys["other"], needs=lambda: "a file must be there")
    toys["third"] = replace(TOY, id="T-4", title="A toy that fails", experiment=lambda *_: 1 / 0)
    del toys["same"]
    arguments = ["run", "--budget", "4000", "--workers", "1", "--out", str(tmp_path)]
    command.main([*arguments, "T-1", "T-2", "T-4", "T-9"])
    found = by_id(written(tmp_path))
    assert faults(written(tmp_path), SCHEMA) == []
    keys = "verdict", "control_caught", "is_current", "reason"
    told = {id: tuple(claim[key] for key in keys) for id, claim in found.items()}
    assert told["T-1"] == ("consistent", True, True, None)
    assert told["T-2"] == (None, None, None, "a file must be there")
    assert told["T-4"][:3] == (None, None, None) and "ZeroDivisionError" in told["T-4"][3]
    assert told["T-9"] == ("not computable", None, None, "too large")
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["not_computable"] == {"T-9": "too large"}
    assert [claim["id"] for claim in results["claims"]] == ["T-1"]


def test_a_statement_that_is_not_computable_is_never_run_and_no_failure(toys, tmp_path, capsys):
    assert command.main(["run", "T-9", "--out", str(tmp_path)]) == 0
    assert "not computable, too large" in capsys.readouterr().out
    assert command.main(["show", "T-9"]) == 0
    shown = capsys.readouterr().out
    assert "not computable" in shown and "too large" in shown and "It is large." in shown


def test_statements_that_cannot_be_computed_are_a_count_unless_they_are_asked_for(
    toys, tmp_path, capsys, monkeypatch
):
    """By id, alias or name; a beginning means all that there is of a paper."""
    run = ["run", "--budget", "100", "--workers", "1", "--out", str(tmp_path)]
    for asked in ([], ["T"]):
        command.main([*run, *asked])
        said = capsys.readouterr().out.splitlines()
        assert said[0] == "1 statement cannot be computed here: paper-checks list"
        assert not any("too large" in line for line in said)
    command.main([*run, "t09"])
    assert "T-9            not computable, too large" in capsys.readouterr().out.splitlines()
    large = registry.not_computable()["large"]
    many = {"large": large, "larger": replace(large, id="T-10", aliases=())}
    monkeypatch.setattr(registry, "not_computable", lambda: many)
    command.main([*run, "T-9", "T"])
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == [
        "T-9            not computable, too large",
        "1 statement cannot be computed here: paper-checks list",
    ]


def test_what_was_seen_with_other_code_is_not_current(toys, tmp_path, monkeypatch):
    arguments = ["run", "--budget", "200", "--workers", "1", "--out", str(tmp_path)]
    assert command.main([*arguments, "T-2"]) == 0
    monkeypatch.setattr(registry, "all_claims", lambda: toys)
    toys["other"] = replace(toys["other"], data=lambda: [tmp_path / "gone"])
    assert command.main([*arguments, "T-1"]) == 0
    found = by_id(written(tmp_path))
    assert (found["T-1"]["is_current"], found["T-2"]["is_current"]) == (True, False)
    assert by_id(index.of_folder(tmp_path))["T-2"]["is_current"] is False


def test_the_command_prints_the_index(toys, tmp_path, capsys):
    assert command.main(["list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == index.of_claims()
    arguments = ["--budget", "4000", "--workers", "1", "--out", str(tmp_path)]
    assert command.main(["run", "T-1", *arguments]) == 0
    capsys.readouterr()
    assert command.main(["list", "--json", "--out", str(tmp_path)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert by_id(told)["T-1"]["verdict"] == "consistent"
    assert told == written(tmp_path)


def test_one_paper_is_listed_alone(capsys):
    for asked in ("P4", "p4", "gribonval"):
        assert command.main(["list", "--json", "--paper", asked]) == 0
        told = json.loads(capsys.readouterr().out)
        assert [paper["prefix"] for paper in told["papers"]] == ["P4"]
        assert {claim["paper"] for claim in told["claims"]} == {"P4"}
        assert told["counts"]["listed"] == len(told["claims"])
        assert command.main(["list", "--paper", asked]) == 0
        assert "P3-1" not in (listed := capsys.readouterr().out) and "P4-1" in listed


@pytest.mark.parametrize(
    "arguments, line",
    [
        (["--paper", "XY"], r"argument --paper: must be one of P1, .*, got 'XY'"),
        (["--out", "."], r"--out must be the folder of a ledger, together with --json, got \."),
        (["--json", "--out", "no/where"], r"--out must be the folder of a ledger, .*no/where"),
    ],
)
def test_bad_usage_of_the_list_is_a_line(arguments, line, capsys):
    with pytest.raises(SystemExit) as stopped:
        command.main(["list", *arguments])
    assert stopped.value.code == 2
    assert re.search(line, capsys.readouterr().err.splitlines()[-1])


def test_identities_and_arithmetic_are_marked(toys, capsys, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    toys["other"] = replace(TOY, id="T-2", kind="arithmetic")
    assert command.main(["list"]) == 0
    head, *lines, broken, last = capsys.readouterr().out.splitlines()
    counts = "2 claims that can be contradicted, 1 identity, 1 not computable"
    assert head == f"T  T: {counts}" and last == f"all  {counts}"
    assert [line.split(maxsplit=1)[1] for line in lines] == [
        "A toy: the mean is 1/2",
        "A toy: the mean is 1/2 (arithmetic)",
        "A toy that is so (identity)",
        "A toy too large (not computable: too large)",
    ]
    assert broken == "bad  broken: ImportError: no x"


@pytest.mark.parametrize("rule", [rules.above(0.25), rules.below(3), rules.equals(0.5, 0.05)])
def test_what_refutes_a_claim_is_what_contradicts_its_rule(rule):
    """The ends that are told are those beyond which an interval contradicts, and no others."""
    quantity = Quantity("a", rule, median)
    (line,) = index.refutations(replace(TOY, quantities=(quantity,)))
    told = {side: float(end) for side, end in re.findall(r"(below|above) (\S+)", line)}
    assert told.keys() == {
        side for side, end in (("below", rule.low), ("above", rule.high)) if abs(end) < inf
    }
    for side, end in told.items():
        beyond = nextafter(nextafter(end, -inf), -inf) if side == "below" else end * (1 + 1e-9)
        assert rule(Interval(beyond, beyond, beyond)) is Verdict.CONTRADICTED
        inside = end * (1 + 1e-9) if side == "below" else end * (1 - 1e-9)
        assert rule(Interval(inside, inside, inside)) is not Verdict.CONTRADICTED


def test_what_refutes_a_claim_says_how_it_is_seen():
    quantities = tuple(
        Quantity(f"q{i}", rule, summary)
        for i, (rule, summary) in enumerate(
            [(rules.below(1), worst), (rules.above(2), computed), (None, median)]
        )
    )
    quantities = (*quantities, Quantity("q3", rules.equals(0, 1), median))
    assert index.refutations(replace(TOY, quantities=quantities)) == [
        "q0: one of the draws above 1",
        "q1: a number below 2",
        "q3: an interval of its median that is wholly below -1 or above 1",
    ]
    assert {q.summary.guarantee for q in quantities} >= {Guarantee.EACH, Guarantee.COMPUTED}


def test_what_is_shown_of_a_claim_has_all_that_is_asked(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert command.main(["show", "B05"]) == 0
    shown = capsys.readouterr().out
    claim = registry.all_claims()["zhou_mnist_row"]
    for text in (claim.title, "https://arxiv.org/abs/1804.05862", "ICLR 2019", "B05, B5"):
        assert text in shown
    assert "refuted by" in shown and "arithmetic: it follows by computing alone" in shown
    assert command.main(["show", "P1-4"]) == 0
    assert "arithmetic" not in capsys.readouterr().out


def test_the_deciding_quantity_is_told(toys):
    toys["other"] = replace(TOY, id="T-2", deciding="mean")
    told = by_id(index.of_claims())
    assert (told["T-1"]["deciding"], told["T-2"]["deciding"]) == ("", "mean")


def test_a_folder_that_cannot_be_written_ends_in_a_line(toys, tmp_path, monkeypatch, capsys):
    write = evidence.write

    def refused(path, content):
        if path.name == index.NAME:
            raise evidence.OutputError(f"{path} could not be written: No space left on device")
        write(path, content)

    monkeypatch.setattr(evidence, "write", refused)
    assert command.main(["run", "T-9", "--out", str(tmp_path)]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "index.json could not be written: No space" in err


def test_the_page_tells_what_was_not_asked_for_from_what_is_not_computable(
    toys, tmp_path, monkeypatch
):
    """A paper whose claims can be run is not one of which nothing can be computed."""
    toys["of_nolan"] = replace(TOY, id="L-901")
    toys["of_zhou"] = replace(TOY, id="B-901")
    statements = {
        "large": LARGE,
        "larger": replace(LARGE, id="LN-901"),
        "b": replace(LARGE, id="B-9"),
    }
    monkeypatch.setattr(registry, "not_computable", lambda: statements)
    run = ["run", "--budget", "100", "--workers", "1", "--out", str(tmp_path)]
    command.main([*run, "T-1"])
    page = (tmp_path / "index.html").read_text()
    assert "1 of 1 claims checked.</b> Of the 5 that can be run, 4 were not asked for." in page
    (papers_left,) = [line for line in page.splitlines() if "<span>not asked for</span>" in line]
    assert papers_left.startswith("<li>2 papers: Zhou et al. (2019), Nolan (2020)")
    (others,) = [line for line in page.splitlines() if "other paper" in line]
    assert "1 other paper<" in others and ">not computable<" in others
    command.main([*run, "L", "B"])
    page = (tmp_path / "index.html").read_text()
    assert "1 more from earlier runs. Of the 5 that can be run, 2 were not asked for." in page
    assert "<span>not asked for</span>" not in page
    command.main([*run, "T"])
    page = (tmp_path / "index.html").read_text()
    assert "were not asked for" not in page and "was not asked for" not in page
