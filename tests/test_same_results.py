"""The same results.json, but for times, whatever engine, workers, order, and who is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import toy_run

from paper_checks import command, run
from paper_checks.commands import running

BUDGET = "--budget", "1000"
HOST = {"host", "peak_memory"}  # what is of the machine, and of how long and on what it took
TIMES = {"seconds", "peak_memory", "device"}  # the same of a claim


@pytest.fixture
def toys(monkeypatch):
    toy_run.only_these(monkeypatch.setattr)


def written(out):
    return json.loads((out / "results.json").read_text())


def results(out):
    """What a run has written, but for times; the index has none."""
    found = {key: value for key, value in written(out).items() if key not in HOST}
    for claim in found["claims"]:
        for time_of in TIMES:
            del claim[time_of]
    return found, json.loads((out / "index.json").read_text())


def start(out, *engine):
    assert command.main(["run", *BUDGET, "--out", str(out), *engine]) == 0
    return results(out)


@pytest.fixture
def serial(toys, tmp_path):
    found = start(tmp_path / "serial", "--executor", "serial")
    assert {claim["verdict"] for claim in found[0]["claims"]} == {"consistent", "undecided"}
    return found


@pytest.mark.parametrize("workers", [pytest.param("1", marks=pytest.mark.slow), "2"])
def test_processes_give_the_same_file(serial, tmp_path, workers):
    assert start(tmp_path / "out", "--executor", "local", "--workers", workers) == serial
    claims = written(tmp_path / "out")["claims"]
    assert all(claim["device"] and claim["seconds"] > 0 for claim in claims)


def test_the_default_gives_the_same_file(serial, tmp_path):
    assert start(tmp_path / "out", "--workers", "1") == serial


def test_threads_give_the_same_file(serial, tmp_path, monkeypatch):
    real = run.check_all
    with ThreadPoolExecutor(3) as pool:

        def check_all(*given, **options):
            return real(*given, **options | {"executor": pool, "workers": 3})

        monkeypatch.setattr(running.runs, "check_all", check_all)
        assert start(tmp_path / "out") == serial


def test_claims_in_another_order_give_the_same_file(serial, tmp_path):
    """The file is in the order of the ids, whatever is asked for first."""
    assert start(tmp_path / "out", "T-4", "T-2", "T-3", "T-1", "--workers", "1") == serial


def test_a_main_process_that_is_killed_leaves_what_gives_the_same_file(serial, tmp_path):
    """Killed in the middle, once it has some rows; the same command goes on."""
    out = tmp_path / "out"
    path = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
    process = subprocess.Popen(
        [sys.executable, toy_run.__file__, "run", *BUDGET, "--out", str(out), "--workers", "2"],
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
    )
    end = time.monotonic() + 60
    while not (kept := list(out.glob("shards/*/*.npz"))):
        assert time.monotonic() < end and process.poll() is None
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = {shard: shard.read_bytes() for shard in kept}
    assert start(out, "--workers", "2") == serial
    assert before == {shard: shard.read_bytes() for shard in kept}


def test_the_file_says_the_largest_memory_of_a_worker(serial, tmp_path):
    found = written(tmp_path / "serial")
    peaks = [claim["peak_memory"] for claim in found["claims"]]
    assert found["peak_memory"] == max(peaks) > 2**20
