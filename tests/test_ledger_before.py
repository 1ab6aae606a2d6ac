"""What was kept by version 0.1 is read, and written as it was.

``data/ledger`` was made by commit 3c4bd94: ``paper-checks run B-5 B-16 CN-9 --budget 64``; the name
of the host was taken out.
"""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from paper_checks import evidence, report, run
from paper_checks.command import main
from paper_checks.run import Settings

BEFORE = Path(__file__).parent / "data" / "ledger"
LATER = ["title", "paper", "looks", "peak_memory", "device"]
NAMES = ["baykal_coreset_deviation", "zhou_bits_exceed_divergence", "zhou_mnist_row"]


def record_of(name, folder=BEFORE):
    return json.loads(evidence.evidence_path(name, folder).read_text())


@pytest.fixture
def results():
    return json.loads((BEFORE / "results.json").read_text())


def test_kept_evidence_is_read_and_written_as_it_was(tmp_path):
    """To the order of the keys, with those of later versions at the end.

    One has an infinite end, one no rule, one the limit of each row.
    """
    seen = evidence.finished(BEFORE)
    assert [each.name for each in seen] == NAMES
    for each in seen:
        evidence.keep(each, tmp_path)
        written, record = record_of(each.name, tmp_path), record_of(each.name)
        later = [written.pop(name) for name in LATER]
        assert written == record and list(written) == list(record)
        assert later == ["", "", [], 0, ""]


@pytest.mark.parametrize("name", NAMES)
def test_kept_evidence_is_found_by_its_hash(name):
    record = record_of(name)
    seen = evidence.kept(name, record["key"], BEFORE)
    assert (seen.fingerprint, seen.delta) == (record["key"], record["error"])
    assert evidence.kept(name, "another", BEFORE) is None


@pytest.mark.parametrize("name", NAMES)
def test_kept_rows_are_those_that_would_be_computed(name):
    """Both roles; but for the order of the sums of matrix products, and a root of 1e-12."""
    record = record_of(name)
    with np.load(BEFORE / "rows" / f"{name}.npz") as rows:
        for role, count in ("experiment", record["budget"]), ("control", record["control_budget"]):
            assert len(rows[role]) == count
            again = run.rows_of(name, role, record["seed"], range(2))[:count]
            np.testing.assert_allclose(rows[role][:2], again, rtol=1e-9, atol=1e-12)


def test_a_page_of_earlier_evidence_has_the_keys_and_claims_of_before(tmp_path, results):
    shutil.copytree(BEFORE / "claims", tmp_path / "claims")
    outcome = report.Outcome([], {}, {}, [], report.others([], tmp_path))
    report.publish(outcome, Settings(64), tmp_path)
    again = json.loads((tmp_path / "results.json").read_text())
    keys = list(results)
    at = keys.index("commit")
    later = [*keys[:at], "peak_memory", *keys[at:-2], "not_computable", *keys[-2:]]
    later.insert(later.index("family"), "not_looked_at")
    assert list(again) == later and again["peak_memory"] == 0
    for claim in again["claims"]:
        assert [claim.pop(name) for name in LATER] == ["", "", [], 0, ""]
    assert again["claims"] == results["claims"]
    assert again["family"].keys() == results["family"].keys()
    assert again["family"]["adjusted"] == {}  # those of an earlier version take no part
    assert set(again["of_an_earlier_version"]) == {"B-5", "B-16", "CN-9"}


def lines_of(capsys):
    return capsys.readouterr().out.replace("\n", " ")


def test_a_folder_of_version_0_1_goes_on_with_a_line_and_loses_nothing(tmp_path, capsys):
    """Its rows stay, its results get another name, its evidence is on the page."""
    out = shutil.copytree(BEFORE, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in out.rglob("*.*")}
    assert main(["run", "zhou_mnist_row", "--workers", "1", "--out", str(out)]) == 0
    told = lines_of(capsys)
    assert "rows of version 0.1 stay as they are and are not used" in told
    assert "results.json is of schema 2, not 3: kept as results-schema-2.json.kept" in told
    assert (out / "results-schema-2.json.kept").read_bytes() == before["results.json"]
    for path in (out / "rows").iterdir():
        assert path.read_bytes() == before[path.name]
    assert len(json.loads((out / "results.json").read_text())["claims"]) == 3


@pytest.mark.parametrize("text", ['{"schema": 9, "claims": [1]}', "[]", "", '{"schema": "9"}'])
def test_results_and_evidence_of_another_schema_are_set_aside(tmp_path, capsys, text):
    (tmp_path / "claims").mkdir()
    files = {tmp_path / "results.json", tmp_path / "claims" / "zhou_mnist_row.json"}
    for path in files:
        path.write_text(text)
    assert main(["run", "zhou_mnist_row", "--workers", "1", "--out", str(tmp_path)]) == 0
    told = lines_of(capsys)
    assert "zhou_mnist_row.json is no evidence of this version, and passed over" in told
    assert "not 3: kept as results-schema-" in told
    kept = [path.read_text() for path in tmp_path.rglob("*.kept")]
    assert kept == [text, text]


def test_what_is_set_aside_twice_is_kept_twice(tmp_path):
    kept = []
    for content in "abc":
        (tmp_path / "results.json").write_text(content)
        kept.append(evidence.set_aside(tmp_path / "results.json", "schema-2"))
    assert [path.read_text() for path in kept] == ["a", "b", "c"]
    assert [path.name for path in kept] == [
        "results-schema-2.json.kept",
        "results-schema-2-2.json.kept",
        "results-schema-2-3.json.kept",
    ]
