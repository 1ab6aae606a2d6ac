"""Nothing is lost: rows, claims that fail, folders that cannot be written, any terminal."""

import ast
import errno
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from toy_claim import TOY, asked, uniform

from paper_checks import evidence, registry, report, run, stamps, tasks
from paper_checks.__main__ import EXTRA, main
from paper_checks.claim import Quantity, Verdict, above, below, equals
from paper_checks.commands import running
from paper_checks.evidence import OutputError
from paper_checks.run import Settings
from paper_checks.shards import DiskShelf
from paper_checks.summaries import bounded, computed, nominal, worst
from stablenoise.data import files

ROOT = Path(__file__).parents[1]


@pytest.fixture
def toys(monkeypatch):
    """Claims that take no time, by name; the list of what was computed is emptied."""
    claims = {"toy": TOY}
    monkeypatch.setattr(registry, "all_claims", lambda: claims)
    asked.clear()
    return claims


def start(out, *arguments):
    return main(["run", "--workers", "1", "--out", str(out), *arguments])


def results(out):
    return json.loads((out / "results.json").read_text())


def run_toy(budget, out=None):
    return run.check("toy", Settings(budget), lambda done, most: None, out)


def without_time(seen):
    return replace(seen, seconds=0.0, peak_memory=0)


def shards(out):
    return sorted((out / "shards").glob("??/*.npz"))


def kept_rows(out, seed=1):
    """Rows of the toy's experiment that lie in a folder, from the first on."""
    recipe, shelf, rows = tasks.recipe("toy", "experiment", seed), DiskShelf(out), []
    while answer := shelf.get(recipe.key(range(50 * len(rows), 50 * len(rows) + 50))):
        rows.append(answer.rows)
    return np.concatenate(rows) if rows else np.empty((0, 1))


def test_a_larger_budget_goes_on_after_the_rows_that_are_kept(toys, tmp_path):
    fresh = run_toy(4_000)
    asked.clear()
    run_toy(200, tmp_path)
    assert {r for replicates in asked for r in replicates} == set(range(200))
    asked.clear()
    assert without_time(run_toy(4_000, tmp_path)) == without_time(fresh)
    assert min(min(replicates) for replicates in asked) == 200
    again = [r for replicates in asked for r in replicates]
    assert len(again) == fresh.budget - 200 + max(fresh.control_budget - 200, 0)


def test_a_smaller_budget_uses_the_first_of_the_rows_that_are_kept(toys, tmp_path):
    fresh = run_toy(200)
    run_toy(4_000, tmp_path)
    asked.clear()
    assert without_time(run_toy(200, tmp_path)) == without_time(fresh) and not asked


def test_rows_are_kept_when_a_run_is_interrupted(toys, tmp_path):
    def stop(done, most):
        if done >= 300:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.check("toy", Settings(4_000), stop, tmp_path)
    rows = kept_rows(tmp_path)
    assert len(rows) >= 200
    np.testing.assert_array_equal(rows, uniform(range(len(rows)), 1))


def test_rows_are_on_the_disk_before_they_are_told(toys, tmp_path):
    told = []
    run.check(
        "toy", Settings(200), lambda *done: told.append((*done, len(shards(tmp_path)))), tmp_path
    )
    assert told[0] == (200, 400, 4) and told[-1] == (400, 400, 8)
    assert all(there >= done / 50 for done, _, there in told)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x93NUMPY", b"cut", b"flipped"])
def test_damaged_rows_are_computed_again(toys, tmp_path, content):
    fresh = run_toy(200, tmp_path)
    for path in shards(tmp_path):
        whole = path.read_bytes()
        middle = len(whole) // 2
        flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
        path.write_bytes({b"cut": whole[:middle], b"flipped": flipped}.get(content, content))
    asked.clear()
    assert without_time(run_toy(200, tmp_path)) == without_time(fresh) and len(asked) == 8


def test_rows_under_the_name_of_others_are_not_taken(toys, tmp_path):
    fresh = run_toy(200, tmp_path)
    first, *others = (path.read_bytes() for path in shards(tmp_path))
    for path in shards(tmp_path):
        path.write_bytes(first)
    asked.clear()
    assert without_time(run_toy(200, tmp_path)) == without_time(fresh) and len(asked) == 7


@pytest.mark.parametrize("part", ["versions", "code_stamp", "data_stamp"])
def test_rows_behind_which_something_changed_are_computed_again(toys, tmp_path, monkeypatch, part):
    run_toy(200, tmp_path)
    asked.clear()
    monkeypatch.setattr(stamps, part, lambda *_: {"other": "1"})
    run_toy(200, tmp_path)
    assert asked and asked[0] == range(50)


def test_rows_of_another_seed_are_computed_again(toys, tmp_path):
    run_toy(200, tmp_path)
    other = run.check("toy", Settings(200, 2), lambda done, most: None, tmp_path)
    assert other.findings[0].seen.value == pytest.approx(uniform(range(200), 2).mean())


def test_evidence_is_of_the_data_that_it_was_seen_in(toys, tmp_path, capsys):
    data = tmp_path / "data.npz"
    toys["toy"] = replace(TOY, data=lambda: [data])
    for content, kept in [(b"1", 0), (b"1", 1), (b"2", 0)]:
        data.write_bytes(content)
        assert start(tmp_path / "out", "--budget", "200") == 0
        assert capsys.readouterr().out.count("kept from an earlier run") == kept


def test_libraries_of_the_key_are_those_that_the_packages_import():
    """But for what draws, prints, fetches, loads or starts processes: no number depends on it."""
    names = {"sklearn": "scikit-learn"}
    seen = set()
    for package in stamps.PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    seen |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    seen.add(node.module.partition(".")[0])
    libraries = seen - sys.stdlib_module_names - set(stamps.PACKAGES)
    others = {"cupy", "jinja2", "lazy_loader", "matplotlib", "pooch", "rich", "safetensors"}
    others |= {"dask", "distributed", "mpi4py", "threadpoolctl"}  # which start tasks
    assert {names.get(name, name) for name in libraries - others} == set(stamps.LIBRARIES)
    assert others < libraries  # none of them without need


def failing(replicates, seed):
    raise RuntimeError("the first line\nand the second")


def test_a_claim_that_fails_does_not_end_the_run(toys, tmp_path, capsys):
    toys["toy"] = replace(TOY, experiment=failing)
    toys["other"] = replace(TOY, id="T-2")
    assert start(tmp_path, "--budget", "4000") == 1
    out = capsys.readouterr().out
    line = "RuntimeError: the first line and the second"
    assert f"failed       {line}" in out and "Traceback" not in out
    assert results(tmp_path)["failed"] == {"T-1": line}
    assert [c["id"] for c in results(tmp_path)["claims"]] == ["T-2"]
    page = (tmp_path / "index.html").read_text()
    assert f"T-1 failed: {line}" in page and "1 of 2 claims checked" in page


def test_rows_of_the_wrong_kind_fail_the_claim(toys, tmp_path):
    toys["toy"] = replace(TOY, quantities=(Quantity("mean", equals(0.5, 0.05), bounded(0, 0.5)),))
    assert start(tmp_path, "--budget", "200") == 1
    assert results(tmp_path)["failed"]["T-1"].startswith("ValueError: rows must lie in [0, 0.5]")


def test_the_page_is_there_from_the_start_and_says_what_is_missing(toys, tmp_path, monkeypatch):
    seen = []

    def look(replicates, seed):
        page = (tmp_path / "index.html").read_text()
        seen.append((page.partition(" claims checked")[0].rpartition(">")[2], "T-2" in page))
        return uniform(replicates, seed)

    monkeypatch.setattr(running, "PAGES", 0)  # one after every claim
    toys["other"] = replace(TOY, id="T-2", experiment=look, control=look, smoke=8_000, full=8_000)
    toys["third"] = replace(TOY, id="T-3", needs=lambda: "a file must be there")
    assert start(tmp_path, "--budget", "full") == 1  # the control is the experiment
    assert seen[0] == ("0 of 3", True) and seen[-1] == ("1 of 3", True)
    assert results(tmp_path)["checked"] == "2 of 3" and results(tmp_path)["pending"] == []


def test_the_page_is_not_written_for_every_claim(toys, tmp_path, monkeypatch):
    real, calls = report.publish, []
    monkeypatch.setattr(report, "publish", lambda *given: (calls.append(1), real(*given))[1])
    toys |= {f"toy{i}": replace(TOY, id=f"T-{i}") for i in range(2, 12)}
    assert start(tmp_path, "--budget", "200") == 0
    assert len(calls) <= 3 and results(tmp_path)["checked"] == "11 of 11"


def test_a_folder_that_may_not_be_read_is_told_and_the_claim_not_run(toys, tmp_path):
    def needs():
        raise PermissionError(errno.EACCES, "Permission denied", "/closed/mnist")

    toys["toy"] = replace(TOY, needs=needs)
    assert start(tmp_path, "--budget", "200") == 0
    line = "PermissionError: [Errno 13] Permission denied: '/closed/mnist'"
    assert results(tmp_path)["not_run"] == {"T-1": line}
    assert start(tmp_path, "--budget", "200", "T-1") == 1


def test_a_folder_that_cannot_be_written_is_told_before_the_work(
    toys, tmp_path, monkeypatch, capsys
):
    """Root may write anywhere, so the file system is asked to refuse."""

    def refuse(folder):
        raise PermissionError(f"{folder} must be a folder that can be written to, got /: Read-only")

    monkeypatch.setattr(files, "check_writable", refuse)
    with pytest.raises(SystemExit) as stopped:
        start(tmp_path / "closed")
    line = capsys.readouterr().err.splitlines()[-1]
    assert stopped.value.code == 2 and not asked
    assert "--out" in line and "must be a folder that can be written to" in line


@pytest.mark.parametrize("out", ["/proc/ledger", "/dev/null/ledger"])
def test_a_place_for_no_folder_is_told_before_the_work(toys, capsys, out):
    with pytest.raises(SystemExit) as stopped:
        start(Path(out))
    assert stopped.value.code == 2 and not asked and "--out" in capsys.readouterr().err


@pytest.mark.parametrize("when", [0, 3, 11, 12])
def test_a_disk_that_fills_ends_the_run_in_one_line(toys, tmp_path, monkeypatch, capsys, when):
    """At the first page of three files, the rows in eight, evidence, and the page after it."""
    real, calls = evidence.files.write, []

    def fill(path, content):
        calls.append(path)
        if len(calls) > when:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        real(path, content)

    monkeypatch.setattr(evidence.files, "write", fill)
    assert start(tmp_path, "--budget", "200") == 1
    out, line = (text.rstrip() for text in capsys.readouterr())
    assert "failed" not in out  # the disk is to blame, not the claim
    refused = [
        f"paper-checks: {path} could not be written: No space left on device"
        for path in calls[when:]
    ]
    assert line in refused  # rows are written several at once


def test_files_of_others_are_left_alone(toys, tmp_path):
    others = [tmp_path / "mine.txt", tmp_path / "claims" / "a.json", tmp_path / "rows" / ".b.npz.7"]
    for path in others:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    assert start(tmp_path, "--budget", "200") == 0
    assert all(path.read_text() == "mine" for path in others)
    names = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    own = {"index.html", "index.json", "results.json", "toy.json"}
    own |= {path.name for path in shards(tmp_path)}
    assert names == own | {path.name for path in others}


def python(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        timeout=120,
    )


def test_any_encoding_of_the_terminal_will_do(tmp_path):
    """One process for all commands: each would import all claims again."""
    run_one = ["run", "P1-2", "--budget", "20", "--out", str(tmp_path), "--workers", "1"]
    commands = [["list"], ["show", "L-1"], run_one]
    done = python(
        "from paper_checks.__main__ import main\n"
        f"for words in {commands}: print('=>', main(words))",
        PYTHONIOENCODING="ascii",
        PYTHONUTF8="0",
    )
    assert done.returncode == 0 and not done.stderr, done.stderr
    listed, shown, ran, end = re.split(r"=> [01]\n", done.stdout)
    assert "P1-2" in listed and "+-" in shown and "ledger: " in ran and not end


@pytest.mark.parametrize("name", EXTRA)
def test_without_a_library_the_extra_is_named_in_one_line(name):
    done = python(
        f"import sys; sys.modules[{name!r}] = None\n"
        "from paper_checks.__main__ import main; raise SystemExit(main(['list']))"
    )
    assert done.returncode == 1 and not done.stdout
    assert done.stderr == f'paper-checks needs {name}: pip install "stablenoise[checks]"\n'


def test_the_command_line_says_what_the_page_says(toys, tmp_path, capsys):
    toys["toy"] = replace(TOY, against="the rate of theorem 2")
    toys["other"] = replace(
        TOY,
        id="T-2",
        kind="arithmetic",
        quantities=(Quantity("four", equals(4, 0.5), computed),),
        experiment=lambda replicates, seed: np.full((len(replicates), 1), 4.0),
        control=lambda replicates, seed: np.full((len(replicates), 1), 5.0),
        smoke=1,
        full=1,
        chunk=1,
    )
    toys["third"] = replace(TOY, id="T-3", quantities=(Quantity("mean", above(0), nominal),))
    assert start(tmp_path, "--budget", "4000") == 1  # the control of T-3 is above 0 as well
    out = capsys.readouterr().out
    page = (tmp_path / "index.html").read_text()
    for id, mark in [("T-1", "against the paper"), ("T-2", "arithmetic"), ("T-3", "nominal level")]:
        (line,) = [x for x in out.splitlines() if x.startswith(f"{id:14} ")]
        assert line.endswith(mark)
        section = page.partition(f">{id} {TOY.title}</h3>")[2].partition("</p>")[0]
        assert mark in section and ("verdict against" in section) == (id == "T-1")
    claims = results(tmp_path)["claims"]
    assert [c["against"] for c in claims] == ["the rate of theorem 2", "", ""]
    assert [c["kind"] for c in claims] == ["statistical", "arithmetic", "statistical"]
    assert claims[1]["budget"] == 1 and "T-2" not in results(tmp_path)["family"]["adjusted"]
    assert "nominal only: T-3" in out and "nominal only: T-3" in page
    adjusted = results(tmp_path)["family"]["adjusted"]
    assert adjusted.keys() == {"T-1", "T-3"} and all(0 < x < 2e-4 for x in adjusted.values())
    assert page.count('<span class="soft">all: ') == 2


def test_what_is_against_a_paper_looks_so_only_if_it_is_consistent(toys):
    seen = replace(run_toy(4_000), against="the rate")
    assert report.is_against(seen)
    for verdict in (Verdict.CONTRADICTED, Verdict.UNDECIDED):
        assert not report.is_against(replace(seen, verdict=verdict))


def test_what_holds_in_each_row_is_told_with_the_limit_of_its_violations(toys, tmp_path):
    toys["toy"] = replace(
        TOY, quantities=(Quantity("largest", below(1.2), worst),), smoke=200, full=200
    )
    assert start(tmp_path, "--budget", "smoke") == 0
    (claim,) = results(tmp_path)["claims"]
    (finding,) = claim["findings"]
    assert claim["verdict"] == "consistent" and claim["error"] == run.DELTA
    assert 0.04 < finding["violations"] < 0.08 and finding["seen"]["high"] is None
    told = (tmp_path / "index.html").read_text().partition("; none of 200 violates it; at most ")[2]
    assert 0 <= float(told.partition("%")[0]) / 100 - finding["violations"] < 0.001  # rounded up


def test_an_output_error_is_one_line():
    with pytest.raises(OutputError, match="^/proc/a could not be written: ") as stopped:
        evidence.write(Path("/proc/a"), "")
    assert "\n" not in str(stopped.value)


def test_an_interrupt_between_a_claim_and_its_page_leaves_both(toys, tmp_path, monkeypatch, capsys):
    real, calls = report.publish, []

    def publish(outcome, settings, out):
        calls.append(outcome.progress)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(outcome, settings, out)

    monkeypatch.setattr(report, "publish", publish)
    monkeypatch.setattr(running, "PAGES", 0)  # one after every claim
    toys["other"] = replace(TOY, id="T-2")
    assert start(tmp_path, "--budget", "200") == 130
    assert calls == ["0 of 2", "1 of 2", "1 of 2"]
    assert results(tmp_path)["checked"] == "1 of 2" and results(tmp_path)["pending"] == ["T-2"]
    assert "Not yet checked: T-2" in (tmp_path / "index.html").read_text()
    assert "interrupted: finished claims and rows are kept in" in capsys.readouterr().out
