"""The command line: what it writes, what it keeps, and how it ends."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from math import inf

import pytest
from toy_claim import TOY

from paper_checks import decisions, evidence, registry, report, run, schedule, stamps
from paper_checks.__main__ import main
from paper_checks.claim import Finding, Interval, Verdict
from paper_checks.run import Settings
from stablenoise.data import files

QUICK = ["--budget", "200", "--workers", "1"]
NAME = "toy"
CHEAP = "zhou_mnist_row", "baykal_coreset_deviation"


def two_claims():
    return {"toy": TOY, "other": replace(TOY, id="T-2", statement="So is its median.")}


@pytest.fixture
def toys(monkeypatch):
    claims = two_claims()
    monkeypatch.setattr(registry, "all_claims", lambda: claims)
    return claims


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A ledger of both claims, made once."""
    out = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "all_claims", two_claims)
        assert main(["run", *QUICK, "--out", str(out)]) == 0
    return out


@pytest.fixture
def ledger(toys, made, tmp_path_factory):
    """A copy of it, to be changed."""
    return shutil.copytree(made, tmp_path_factory.mktemp("ledger"), dirs_exist_ok=True)


def kept(settings, out, name=NAME):
    return evidence.kept(name, run.fingerprint_of(name, settings), out)


def results(out):
    found = json.loads((out / "results.json").read_text())
    assert (found.pop("peak_memory") > 0) == bool(found["claims"])
    for claim in found["claims"]:
        assert claim.pop("seconds") >= 0
        assert claim.pop("peak_memory") > 0 and claim.pop("device")
    return found


def test_results_say_what_is_needed_to_run_them_again(ledger):
    found = results(ledger)
    assert found["schema"] == 3 and found["seed"] == 1 and found["budget"] == 200
    assert {"numpy", "scipy", "numba", "python"} <= found["versions"].keys()
    assert {"host", "commit", "code", "not_run"} <= found.keys()
    assert [c["id"] for c in found["claims"]] == ["T-1", "T-2"]
    claim = found["claims"][0]
    assert claim["verdict"] == "undecided" and claim["control_caught"] is True
    assert claim["findings"][0]["seen"].keys() == {"value", "low", "high"}


def test_twice_gives_the_same_results(ledger, tmp_path):
    assert main(["run", *QUICK, "--out", str(tmp_path)]) == 0
    assert results(tmp_path) == results(ledger)


def test_the_number_of_processes_changes_nothing(tmp_path):
    """Claims of their modules, with rows that take some time."""
    outs = [tmp_path / workers for workers in "12"]
    for out in outs:
        main(["run", *CHEAP, "--budget", "100", "--workers", out.name, "--out", str(out)])
    assert results(outs[0]) == results(outs[1])


def test_another_seed_gives_other_numbers_and_keeps_nothing(ledger, tmp_path):
    assert main(["run", *QUICK, "--seed", "2", "--out", str(tmp_path)]) == 0
    values = [
        [f["seen"]["value"] for c in results(out)["claims"] for f in c["findings"]]
        for out in (ledger, tmp_path)
    ]
    assert all(a != b for a, b in zip(*values, strict=True))


def test_what_is_finished_is_not_done_again(ledger, capsys, monkeypatch):
    def compute(*_):
        raise AssertionError("run again")

    monkeypatch.setattr(schedule, "compute", compute)
    assert main(["run", *QUICK, "--out", str(ledger)]) == 0
    assert capsys.readouterr().out.count("kept from an earlier run") == 2


@pytest.mark.parametrize("change", [{"seed": 2}, {"budget": 128}])
def test_evidence_on_something_else_is_not_kept(ledger, change):
    settings = Settings(200, 1)
    assert kept(settings, ledger) is not None
    assert kept(replace(settings, **change), ledger) is None


def test_evidence_of_other_code_is_not_kept(ledger, monkeypatch):
    monkeypatch.setattr(stamps, "code_stamp", lambda: "other")
    assert kept(Settings(200, 1), ledger) is None


@pytest.mark.parametrize("text", ["", '{"key": ', "[]", "\x00\x00"])
def test_a_damaged_file_is_done_again(toys, tmp_path, text):
    path = evidence.evidence_path(NAME, tmp_path)
    path.parent.mkdir()
    path.write_text(text)
    assert kept(Settings(200, 1), tmp_path) is None


def start(out, *arguments):
    command = [sys.executable, "-m", "paper_checks", "run", *arguments, "--out", str(out)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.fixture
def interruptible():
    """What a shell starts in the background ignores SIGINT, and so would all that it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_run_keeps_what_was_finished(tmp_path, how, capsys):
    """B-5 takes no time, P1-11a half a minute and more: the signal comes in between."""
    long = "wan_smaller_index_prunes_more_digits"
    process = start(tmp_path, "B-5", long, "--budget", "64", "--workers", "1")
    path = evidence.evidence_path("zhou_mnist_row", tmp_path)
    deadline = time.monotonic() + 300
    page = tmp_path / "index.html"
    while not page.exists() or f'id="{path.stem}"' not in page.read_text():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(how)
    output, _ = process.communicate(timeout=300)
    assert process.returncode == (-9 if how == signal.SIGKILL else 130), output
    found = results(tmp_path)
    assert [c["id"] for c in found["claims"]] == ["B-5"] and found["checked"].startswith("1 of ")
    assert "Not yet checked: P1-11a" in page.read_text()
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert how == signal.SIGKILL or "interrupted: finished claims and rows are kept in" in output
    assert main(["run", "B-5", "--budget", "64", "--out", str(tmp_path)]) in (0, 1)
    assert "B-5" in (text := capsys.readouterr().out) and "kept from an" in text


def test_a_control_that_is_not_caught_fails_the_run(toys, tmp_path, capsys):
    toys["toy"] = replace(TOY, control=TOY.experiment)
    assert main(["run", "T-1", *QUICK, "--out", str(tmp_path)]) == 1
    assert "CONTROL NOT CAUGHT" in capsys.readouterr().out
    assert "NOT CAUGHT" in (tmp_path / "index.html").read_text()


def test_a_claim_without_its_data_is_told_and_fails_only_if_asked_for(
    tmp_path, monkeypatch, capsys
):
    for variable in ("STABLENOISE_DATA", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "nothing"))
    from paper_checks.experiments import pruned_networks

    pruned_networks._data.cache_clear()
    assert main(["run", "P1-11a-mnist", "--out", str(tmp_path / "out")]) == 1
    assert "P1-11a-mnist: not run, train-images-idx3-ubyte must" in capsys.readouterr().out
    assert "P1-11a-mnist" in results(tmp_path / "out")["not_run"]


def test_damaged_data_is_told_in_a_line(tmp_path, monkeypatch, capsys):
    from paper_checks.experiments import pruned_networks

    (tmp_path / "ECG5000_TRAIN.txt").write_text("1 2 3")
    monkeypatch.setenv("STABLENOISE_DATA", str(tmp_path))
    pruned_networks._data.cache_clear()
    assert main(["run", "P1-11a-ecg5000", "--out", str(tmp_path / "out")]) == 1
    assert "sha256 of its content must be" in capsys.readouterr().out.replace("\n", " ")


def test_the_page_stands_alone(ledger):
    page = (ledger / "index.html").read_text()
    assert page.count("<script") == 1 and "<script>" in page and "@import" not in page
    assert "<link" not in page and "<img" not in page and "url(" not in page
    assert not re.search(r'src="|href="(?!#|https://arxiv.org/|https://doi.org/)', page)
    for name in ("toy", "other"):
        assert f'id="{name}"' in page
        assert f"paper-checks run {name} --budget 200 --seed 1" in page
    assert page.count('<svg class="track"') == 4  # in the forest and in the section of each claim
    assert page.count("<dd>would have caught &lt; ") == 2  # its power


def test_the_page_escapes_what_it_is_told(ledger):
    seen = kept(Settings(200, 1), ledger)
    outcome = report.Outcome([replace(seen, statement="<b>&")], {}, {}, [])
    page = report.page(outcome, results(ledger))
    assert "&lt;b&gt;&amp;" in page and "<b>&" not in page


@pytest.mark.parametrize(
    "arguments, line",
    [
        (["run", "P9-9"], "claim must be one that `paper-checks list` names, got 'P9-9'"),
        (["show", "P"], "claim must be one that `paper-checks list` names, got 'P'"),
        (["run", "--budget", "huge"], "must be an integer in [20, 1000000000), got 'huge', or"),
        (["run", "--budget", "2"], "must be an integer in [20, 1000000000), got '2', or smoke"),
        (["run", "--seed", "-1"], "must be an integer in [0, 18446744073709551616), got '-1'"),
        (["run", "--workers", "0"], "must be an integer in [1, 65536), got '0'"),
        (
            ["run", "B-5", "--scheduler", "tcp://h:1"],
            "--scheduler needs --executor dask, got local",
        ),
        (
            ["calibrate", "B-5", "--executor", "mpi", "--scheduler", "tcp://h:1"],
            "--scheduler needs --executor dask, got mpi",
        ),
        (["run", "--out", __file__], "--out must be a folder, got the file"),
        (["dance"], "invalid choice: 'dance'"),
        ([], "the following arguments are required: command"),
    ],
)
def test_bad_usage_is_one_line_and_exit_code_two(arguments, line, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert line in capsys.readouterr().err.splitlines()[-1]


def test_list_and_show_name_every_claim(capsys):
    assert main(["list"]) == 0
    listed = capsys.readouterr().out
    for name, claim in registry.all_claims().items():
        assert claim.id in listed
        assert main(["show", name]) == 0
        assert claim.id in capsys.readouterr().out


def test_an_id_stands_for_its_variants_and_for_no_other():
    assert registry.chosen(["P1-1"]) == ["wan_noise_characteristic_functions"]
    statements = "wan_smaller_index_prunes_more", "wan_noise_alone_prunes_more"
    data = "digits", "cifar10", "ecg5000", "ecg5000_shuffled", "fashion_mnist", "mnist"
    assert registry.chosen(["p1-11"]) == [f"{name}_{d}" for name in statements for d in data]
    assert registry.chosen(["P1-11b"]) == registry.chosen(["p1-11"])[6:]
    members = registry.all_claims() | registry.not_computable()
    of_p4 = [name for name, member in members.items() if member.id.startswith("P4-")]
    assert registry.chosen(["P4"]) == of_p4 and {"gribonval_limits"} < set(of_p4)
    assert len(registry.chosen([])) == len(members)


def test_the_commit_is_that_of_a_checkout_with_this_code(tmp_path):
    assert report.commit(tmp_path) == report.commit()  # a folder without code has no say
    for package in stamps.PACKAGES:
        (tmp_path / package).mkdir()
    subprocess.run(["git", "init", "-q", tmp_path], check=True, env=os.environ | {"HOME": "/"})
    assert stamps.code_stamp(tmp_path) != stamps.code_stamp()


def test_claims_stand_in_the_order_of_their_numbers():
    ids = [claim.id for claim in registry.all_claims().values()]
    assert ids.index("P1-2") < ids.index("P1-9") < ids.index("P1-11a") < ids.index("P1-11a-mnist")
    assert ids.index("P1-11b") < ids.index("P2-2") < ids.index("P4-1")


def test_evidence_comes_back_from_its_file_as_it_was(ledger, tmp_path):
    """With ends that are infinite, which JSON does not have."""
    settings = Settings(200, 1)
    seen = kept(settings, ledger)
    open_ends = replace(seen.findings[0], seen=Interval(0.5, -inf, inf), caught=(-inf, 2.0))
    seen = replace(seen, findings=(open_ends, *seen.findings[1:]))
    evidence.keep(seen, tmp_path)
    assert kept(settings, tmp_path) == seen
    text = evidence.evidence_path(NAME, tmp_path).read_text()
    assert "Infinity" not in text


@pytest.mark.parametrize("verdict", list(Verdict))
def test_only_a_contradicted_control_is_caught(verdict, toys, monkeypatch):
    found = (Finding("x", Interval(0, 0, 0), "", verdict),)
    monkeypatch.setattr(decisions, "judge", lambda *_: found)
    monkeypatch.setattr(run, "smallest_delta", lambda *_: 1.0)
    seen = run.check(NAME, Settings(16), lambda done, most: None)
    assert seen.control_caught is (verdict is Verdict.CONTRADICTED)


def test_evidence_with_other_libraries_is_not_kept(ledger, monkeypatch):
    monkeypatch.setattr(stamps, "versions", lambda: {"numpy": "0"})
    assert kept(Settings(200, 1), ledger) is None


def test_the_code_is_stamped_by_names_and_content(tmp_path):
    found = set()
    for name, text in [("a.py", "1"), ("a.py", "2"), ("b.py", "2")]:
        root = tmp_path / f"{name}{text}"
        (root / "chaos").mkdir(parents=True)
        (root / "chaos" / name).write_text(text)
        found.add(stamps.code_stamp(root))
    assert len(found) == 3


def test_a_file_gets_its_name_when_it_is_on_the_disk(tmp_path, monkeypatch):
    path, done = tmp_path / "folder" / "a.json", []
    files.write(path, "old")
    sync, rename = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda n: done.append(("sync", path.read_text(), sync(n))))
    monkeypatch.setattr(
        os, "replace", lambda a, b: done.append((a.read_text(), path.read_text(), rename(a, b)))
    )
    files.write(path, "new")
    assert done == [("sync", "old", None), ("new", "old", None)]
    assert path.read_text() == "new" and list(path.parent.iterdir()) == [path]


def test_the_page_tells_what_decided(ledger):
    seen = kept(Settings(200, 1), ledger)
    first = replace(seen.findings[0], verdict=Verdict.CONSISTENT)
    against = replace(first, verdict=Verdict.CONTRADICTED)
    mixed = replace(seen, findings=(first, against), verdict=Verdict.CONTRADICTED)
    assert report.decisive(mixed) is against
    assert report.count(mixed) == "1 of 2 contradicted"


@pytest.mark.parametrize(
    "seen, text",
    [
        (Interval(0.12345, 0.1134, 0.1335), "0.123 [0.113, 0.134]"),
        (Interval(12.345, 2.3, 22.4), "12 [2, 22]"),
        (Interval(0.5, -inf, inf), "0.5000 [-inf, inf]"),
        (Interval(-1e-12, -1e-12, -1e-12), "-1e-12"),
        (Interval(85.25, 85.25, 85.25), "85.25"),
    ],
)
def test_an_interval_is_written_with_two_digits_of_its_width(seen, text):
    assert report.interval(Finding("x", seen, "", None)) == text


def test_a_checkout_of_something_else_has_no_commit_to_tell(tmp_path):
    git = ["git", "-C", tmp_path, "-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "other"], check=True)
    assert report._git(tmp_path, "rev-parse", "HEAD")
    assert report.commit(tmp_path) == report.commit()


def test_the_same_evidence_has_the_same_page(ledger):
    seen = kept(Settings(200, 1), ledger)
    outcome = report.Outcome([seen], {}, {}, [])
    assert len({report.page(outcome, results(ledger)) for _ in range(2)}) == 1


def test_a_run_of_all_claims_passes_without_the_data_of_some(toys, tmp_path):
    toys["other"] = replace(toys["other"], needs=lambda: "a file must be there")
    arguments = [*QUICK, "--out", str(tmp_path)]
    assert main(["run", *arguments]) == 0
    assert results(tmp_path)["not_run"] == {"T-2": "a file must be there"}
    assert main(["run", "T-1", "T-2", *arguments]) == 1
