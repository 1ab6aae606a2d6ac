"""The ledger on real engines: the same evidence from a Dask cluster, MPI, processes, and none."""

import json
import subprocess
import sys

import pytest
from test_executors import wait_until
from test_executors_clusters import Cluster, _added, environment

from paper_checks import evidence, registry, run
from paper_checks.run import Settings, Watch

pytestmark = pytest.mark.slow
IDS = ["P1-12", "P2-1", "P3-1", "B-5"]
SETTINGS = Settings(100)  # rows that decide little, of 4 s in all
TIMES = {"seconds", "peak_memory", "device"}


def names():
    return [name for id in IDS for name in registry.chosen([id]) if registry.id_of(name) == id]


def records(seen):
    """Evidence as it is written, but for what it took, and on what."""
    made = {}
    for name, found in seen.items():
        assert not isinstance(found, str), found
        record = evidence.to_record(found)
        made[name] = {key: x for key, x in record.items() if key not in TIMES}
    return json.loads(json.dumps(made))


def shards(out):
    return {path.name: path.stat().st_mtime_ns for path in (out / "shards").glob("??/*.npz")}


@pytest.fixture(scope="module")
def serial():
    seen = records(run.check_all(names(), SETTINGS, executor="serial"))
    assert len(seen) == len(IDS)
    return seen


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


class Killer(Watch):
    """Kills a process of a cluster when the first rows of a run are there."""

    def __init__(self, process):
        self.process, self.kills = process, 0

    def rows(self, name, role, done, at_most):
        if not self.kills:
            self.process.kill()
            self.kills += 1


MPI = """
import json, sys
from pathlib import Path
from test_ledger_engines import SETTINGS, names, records
from paper_checks import run

if __name__ == "__main__":
    seen = records(run.check_all(names(), SETTINGS, executor="mpi"))
    Path(sys.argv[1]).write_text(json.dumps(seen))
"""


def test_mpi_gives_the_evidence_of_one_process(serial, tmp_path):
    pytest.importorskip("mpi4py")
    program, out = tmp_path / "program.py", tmp_path / "seen.json"
    program.write_text(MPI)
    ranks = ["mpiexec", "-n", "3", sys.executable, "-m", "mpi4py.futures", str(program), str(out)]
    done = subprocess.run(ranks, env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert json.loads(out.read_text()) == serial


def test_dask_gives_the_same_when_a_worker_is_killed_in_the_middle(serial, cluster, tmp_path):
    killer = Killer(cluster.processes[1])
    given = {"executor": "dask", "scheduler": cluster.address, "watch": killer}
    assert records(run.check_all(names(), SETTINGS, tmp_path / "out", **given)) == serial
    assert killer.kills == 1 and _added(cluster, 1)


def test_a_scheduler_that_is_killed_ends_the_run_and_another_engine_goes_on(
    serial, cluster, tmp_path
):
    out, killer = tmp_path / "out", Killer(cluster.processes[0])
    given = {"executor": "dask", "scheduler": cluster.address, "watch": killer}
    with pytest.raises(ConnectionError, match="^the Dask scheduler is gone"):
        run.check_all(names(), SETTINGS, out, **given)
    kept = shards(out)
    assert kept
    assert records(run.check_all(names(), SETTINGS, out, executor="local", workers=2)) == serial
    assert kept.items() <= shards(out).items()  # nothing that was kept is computed again
