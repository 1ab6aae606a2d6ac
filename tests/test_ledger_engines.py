"""The ledger on real engines: the same results from a Dask cluster, MPI, processes, and none."""

import json
import subprocess
import sys
import time

import pytest
from test_executors import wait_until
from test_executors_clusters import Cluster, _added, environment

pytestmark = pytest.mark.slow
CLAIMS = ["P1-2", "P1-12", "L-3", "B-5", "P3-1", "P2-1"]
TIMES = {"seconds", "peak_memory", "device", "created", "time", "date", "seconds_total"}


def without_times(value):
    """Results but for what a run took, and on what."""
    if isinstance(value, dict):
        return {name: without_times(x) for name, x in value.items() if name not in TIMES}
    return [without_times(x) for x in value] if isinstance(value, list) else value


def results(out):
    return without_times(json.loads((out / "results.json").read_text()))


def command(out, *words):
    run = [sys.executable, "-m", "paper_checks", "run", *CLAIMS, "--budget", "smoke"]
    return [*run, "--out", str(out), *words]


def started(given):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(given, env=environment(), **pipes)


def ended(process):
    said = process.communicate(timeout=300)[0]
    return process.returncode, said


def shards(out):
    return list((out / "shards").glob("??/*.npz"))


@pytest.fixture(scope="module")
def serial(tmp_path_factory):
    out = tmp_path_factory.mktemp("serial")
    code, said = ended(started(command(out, "--executor", "serial")))
    assert code == 0, said
    return results(out)


@pytest.fixture
def cluster(tmp_path):
    pytest.importorskip("distributed")
    folder = tmp_path / "dask"
    folder.mkdir()
    cluster = Cluster(folder)
    for _ in range(2):
        cluster.add_worker()
    wait_until(lambda: _added(cluster, 2))
    yield cluster
    cluster.end()


def test_processes_and_mpi_give_the_results_of_one_process(serial, tmp_path):
    code, said = ended(started(command(tmp_path / "a", "--executor", "local", "--workers", "2")))
    assert code == 0, said
    assert results(tmp_path / "a") == serial
    pytest.importorskip("mpi4py")
    ranks = ["mpiexec", "-n", "3", sys.executable, "-m", "mpi4py.futures"]
    given = [*ranks, *command(tmp_path / "b", "--executor", "mpi")[1:]]
    code, said = ended(started(given))
    assert code == 0, said
    assert results(tmp_path / "b") == serial


def test_dask_gives_the_same_when_a_worker_is_killed_in_the_middle(serial, cluster, tmp_path):
    out = tmp_path / "out"
    words = ["--executor", "dask", "--scheduler", cluster.address]
    run = started(command(out, *words))
    wait_until(lambda: shards(out), 120)
    time.sleep(0.3)
    assert run.poll() is None, run.communicate()[0]
    cluster.processes[1].kill()
    code, said = ended(run)
    assert code == 0, said
    assert results(out) == serial


def test_a_scheduler_that_is_killed_ends_the_run_and_another_goes_on(serial, cluster, tmp_path):
    out = tmp_path / "out"
    words = ["--executor", "dask", "--scheduler", cluster.address]
    run = started(command(out, *words))
    wait_until(lambda: shards(out), 120)
    cluster.processes[0].kill()
    code, said = ended(run)
    assert code == 1 and "the Dask scheduler is gone" in said and "Traceback" not in said, said
    kept = {path.name: path.stat().st_mtime_ns for path in shards(out)}
    code, said = ended(started(command(out, "--executor", "local", "--workers", "2")))
    assert code == 0, said
    assert results(out) == serial
    there = {path.name: path.stat().st_mtime_ns for path in shards(out)}
    assert kept.items() <= there.items()  # nothing that was kept is computed again
