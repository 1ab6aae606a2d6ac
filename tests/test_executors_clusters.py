"""Workers of a Dask cluster of processes on this machine, and of MPI: the same outcomes.

Nothing is random here.  The clusters are real ones, on 127.0.0.1, and are begun for these tests.
"""

import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import worker_tasks as tasks
from test_executors import (
    begun,
    expected,
    is_there,
    lines,
    outcomes,
    values,
    wait_until,
    workers_in,
)  # fmt: skip

import stablenoise
from stablenoise import executors
from stablenoise.executors import clusters, message_passing
from stablenoise.executors.tasks import THREAD_COUNTS

__all__ = ["expected"]  # a fixture
pytestmark = pytest.mark.slow
SEEDS = range(12)


def environment(*folders, **more):
    """Without the variables by which libraries count their threads."""
    kept = {name: x for name, x in os.environ.items() if name not in THREAD_COUNTS}
    path = os.pathsep.join([*map(str, folders), *sys.path])
    return kept | {"PYTHONPATH": path, "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "10s"} | more


class Cluster:
    """A scheduler and workers of Dask, each a process that was begun by its command."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        self.file = folder / "scheduler.json"
        self.begin("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        wait_until(lambda: self.file.exists() and self.file.read_text().endswith("}"))
        self.address = json.loads(self.file.read_text())["address"]

    def begin(self, what, *words, path=()):
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *words]
        command += ["--scheduler-file", str(self.file)]
        with open(self.folder / f"{what}.{len(self.processes)}.txt", "w") as log:
            self.processes.append(
                subprocess.Popen(
                    command, env=environment(*path), cwd=self.folder, stdout=log, stderr=log
                )
            )
        return self.processes[-1]

    def add_worker(self, path=()):
        words = ["--nthreads", "1", "--no-dashboard", "--no-nanny", "--host", "127.0.0.1"]
        return self.begin("worker", *words, path=path)

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def _clusters(tmp_path_factory):
    made = []

    def make(workers):
        pytest.importorskip("distributed")
        made.append(Cluster(tmp_path_factory.mktemp("dask")))
        for _ in range(workers):
            made[-1].add_worker()
        return made[-1]

    yield make
    for cluster in made:
        cluster.end()


@pytest.fixture(scope="module")
def two(_clusters):
    """A cluster of two workers, which tests leave as it is."""
    cluster = _clusters(2)
    wait_until(lambda: _added(cluster, 2))
    return cluster


def wait_for_workers(pool, count):
    def are_there():
        pool._engine._looked = -clusters.LOOKS  # now rather than in two seconds
        pool._engine.refresh()
        return pool.count == count and len(pool._engine._good) == count

    wait_until(are_there)


def test_a_cluster_gives_what_this_process_does_with_one_thread_a_task(two, expected):
    with executors.workers("dask", scheduler=two.address) as pool:
        wait_for_workers(pool, 2)
        for seed in reversed(SEEDS):
            pool.submit(seed, tasks.numbers, seed)
        assert values(pool) == expected
        for i in range(4):
            pool.submit(i, tasks.thread_counts, 0.2)
        found = values(pool).values()
    assert {(numba, *blas) for _, numba, blas in found} == {(1, 1)}
    assert len({pid for pid, *_ in found}) == 2


def test_the_executor_of_a_caller_s_client_is_used_and_left_open(two, expected):
    import distributed

    with distributed.Client(two.address, set_as_default=False) as client:
        executor = client.get_executor(pure=False)
        with executors.workers(executor) as pool:
            assert pool.count == 2
            pool.submit("bad", tasks.fail, "why")
            for seed in SEEDS:
                pool.submit(seed, tasks.numbers, seed)
            found = outcomes(pool)
        assert str(found.pop("bad").error) == "'why'"
        assert {seed: outcome.value for seed, outcome in found.items()} == expected
        assert executor.submit(tasks.square, 5).result() == 25


def test_a_worker_that_is_killed_in_the_middle_loses_nothing(_clusters, tmp_path, expected):
    """Also one that came late, of whose first tasks nothing is known here."""
    cluster = _clusters(2)
    with executors.workers("dask", scheduler=cluster.address) as pool:
        wait_for_workers(pool, 2)
        for i in range(12):
            pool.submit(f"slow {i}", tasks.slow, tmp_path, f"{i}", 0.3)
        for seed in SEEDS:
            pool.submit(seed, tasks.numbers, seed)
        wait_until(lambda: len(workers_in(tmp_path)) == 2)
        cluster.processes[1].kill()
        late = cluster.add_worker()
        found = {token: outcome.value for token, outcome in pool.finished()}
        assert {found.pop(f"slow {i}") for i in range(12)} == {str(i) for i in range(12)}
        assert found == expected
        wait_for_workers(pool, 2)
        pool.submit(0, tasks.thread_counts, 0.5)
        pool.submit(1, tasks.thread_counts, 0.5)
        assert late.pid in {pid for pid, *_ in values(pool).values()}


def test_a_scheduler_that_is_killed_is_told_in_one_line(_clusters, tmp_path):
    cluster = _clusters(1)
    with pytest.raises(ConnectionError, match="the Dask scheduler is gone") as told:
        with executors.workers("dask", scheduler=cluster.address) as pool:
            wait_for_workers(pool, 1)
            for i in range(9):
                pool.submit(i, tasks.slow, tmp_path, str(i), 0.2)
            wait_until(lambda: begun(tmp_path))
            cluster.processes[0].kill()
            list(pool.finished())
    assert "\n" not in str(told.value)


def test_workers_of_another_version_get_no_task(_clusters, tmp_path):
    """One that says another version of this package; then one of the right version beside it."""
    other = tmp_path / "other" / "stablenoise"
    other.mkdir(parents=True)
    root = Path(executors.__file__).parents[1]
    (other / "__init__.py").write_text(f"__path__ = [{str(root)!r}]\n__version__ = '0.0.1'\n")
    cluster = _clusters(0)
    cluster.add_worker(path=[other.parent])
    ours = re.escape(stablenoise.__version__)
    line = rf"workers must have stablenoise {ours}, got 0\.0\.1 at tcp://127\.0\.0\.1:\d+$"
    with pytest.raises(ValueError, match=line):
        with executors.workers("dask", scheduler=cluster.address) as pool:
            wait_for_workers(pool, 1)
    good = cluster.add_worker()
    wait_until(lambda: _added(cluster, 2))
    with executors.workers("dask", scheduler=cluster.address) as pool:
        assert pool.count == 1
        for i in range(6):
            pool.submit(i, tasks.thread_counts)
        assert {pid for pid, *_ in values(pool).values()} == {good.pid}


def _added(cluster, count):
    """Whether a cluster has so many workers, good or not."""
    import distributed

    with distributed.Client(cluster.address, set_as_default=False) as client:
        return len(client.nthreads()) == count


def test_the_check_of_a_worker_is_asked_of_the_cluster(two, tmp_path):
    with pytest.raises(ValueError, match="stamp must be b, got another one at tcp://"):
        with executors.workers(
            "dask", scheduler=two.address, check=partial(tasks.refuse, "b")
        ) as pool:
            wait_for_workers(pool, 2)


def test_a_cluster_of_its_own_is_gone_afterwards_and_counts_losses(tmp_path):
    """A task that kills three workers is an error, and those beside it are not."""
    pytest.importorskip("distributed")
    before = os.environ.get("NUMBA_NUM_THREADS")  # Numba looks there at any compilation
    with executors.workers("dask", 2) as pool:
        assert pool.count == 2
        pool.submit("bad", tasks.kill, tmp_path)
        for i in range(10):
            pool.submit(i, tasks.square, i)
        found = outcomes(pool)
        assert {found.pop(i).value for i in range(10)} == {i * i for i in range(10)}
        assert "lost with its worker 3 times" in str(found["bad"].error)
        assert len(lines(tmp_path, "killed")) == 3
        for i in range(4):  # of processes that were begun in place of those
            pool.submit(i, tasks.thread_counts, 0.2)
        seen = values(pool).values()
    assert os.environ.get("NUMBA_NUM_THREADS") == before
    assert {(numba, *blas) for _, numba, blas in seen} == {(1, 1)}
    wait_until(lambda: not any(is_there(pid) for pid, *_ in seen))


def test_a_long_task_of_dask_hears_that_it_is_given_up(two, tmp_path):
    with pytest.raises(ZeroDivisionError):
        with executors.workers("dask", scheduler=two.address) as pool:
            pool.submit(0, tasks.until_asked, tmp_path)
            wait_until(lambda: lines(tmp_path, "long.begun"))
            raise ZeroDivisionError
    wait_until(lambda: lines(tmp_path, "long.checkpoint"), 20)


def listening(answer):
    """A server on this machine that says something, and is none of Dask."""
    import socket

    server = socket.create_server(("127.0.0.1", 0))
    thread = ThreadPoolExecutor(1)

    def serve():
        try:
            connection = server.accept()[0]
            connection.sendall(answer)
            time.sleep(1)
            connection.close()
        except OSError:
            return

    thread.submit(serve)
    return server, f"tcp://127.0.0.1:{server.getsockname()[1]}"


def test_what_is_no_scheduler_is_told_in_one_line_and_soon(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(clusters, "ANSWERS_WITHIN", 2.0)
    server, address = listening(b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n")
    for scheduler in address, "tcp://127.0.0.1:9", "nonsense", "tcp://a b:1", "http://127.0.0.1":
        start = time.monotonic()
        with pytest.raises(ValueError, match=r"scheduler must be .* answers within") as told:
            with executors.workers("dask", scheduler=scheduler):
                raise AssertionError
        assert "\n" not in str(told.value) and repr(scheduler) in str(told.value)
        assert time.monotonic() - start < 20
    server.close()


@pytest.mark.parametrize(("engine", "library"), [("dask", "distributed"), ("mpi", "mpi4py")])
def test_a_library_that_is_missing_is_told_with_its_extra(engine, library, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    line = rf'must be installed \(pip install "stablenoise\[{engine}\]"\)'
    with pytest.raises(ValueError, match=line):
        with executors.workers(engine):
            raise AssertionError


MPI = """
import sys
import worker_tasks as tasks
from stablenoise import executors

def main():
    with executors.workers("mpi", 2) as pool:
        print(pool.count)
        for seed in reversed(range(12)):
            pool.submit(seed, tasks.numbers, seed)
        found = dict(pool.finished())
        print(sorted((seed, *outcome.value) for seed, outcome in found.items()))
        pool.submit("bad", tasks.fail, "why")
        for i in range(4):
            pool.submit(i, tasks.thread_counts, 0.1)
        found = dict(pool.finished())
        print(found.pop("bad").error)
        found = [outcome.value for outcome in found.values()]
        print(len({pid for pid, *_ in found}), {(numba, *blas) for _, numba, blas in found})

if __name__ == "__main__":
    try:
        main()
    except ValueError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
"""


def mpi(tmp_path, *words):
    """Run the program above; what it says."""
    pytest.importorskip("mpi4py")
    path = tmp_path / "program.py"
    path.write_text(MPI)
    command = [word.replace("PROGRAM", str(path)) for word in words]
    more = {"HYDRA_LAUNCHER": "fork"}
    return subprocess.run(
        command, env=environment(**more), capture_output=True, text=True, timeout=120
    )


@pytest.mark.parametrize(
    "words",
    [
        ["mpiexec", "-n", "3", sys.executable, "-m", "mpi4py.futures", "PROGRAM"],
        [sys.executable, "PROGRAM"],  # alone, it begins two more
    ],
)
def test_processes_of_mpi_give_the_same(words, tmp_path, expected):
    done = mpi(tmp_path, *words)
    assert done.returncode == 0, done.stderr
    rows = [(seed, *expected[seed]) for seed in SEEDS]
    assert done.stdout.splitlines() == ["2", str(rows), "'why'", "2 {(1, 1)}"]


def test_a_program_of_mpi_without_a_pool_is_told_how_to_begin(tmp_path):
    done = mpi(tmp_path, "mpiexec", "-n", "2", sys.executable, "PROGRAM")
    assert done.returncode != 0
    assert f"mpi must be begun as `{message_passing.COMMAND}`, got 2 processes" in done.stderr
    assert "Traceback" not in done.stderr
