"""Claims side by side: the same evidence whatever the engine, its workers, and who is killed."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
import toy_ledger
import toy_run
from test_executors import wait_until

from paper_checks import evidence, leases, registry, run, schedule, shards, stamps, tasks
from paper_checks.leases import Leases
from paper_checks.run import Settings
from stablenoise.executors import Outcome

SETTINGS = Settings(2_000)
OWN = "seconds", "peak_memory", "device"  # what is of a run


@pytest.fixture
def toys(monkeypatch):
    claims = dict(toy_ledger.CLAIMS)
    monkeypatch.setattr(registry, "all_claims", lambda: claims)
    monkeypatch.setattr(registry, "place_of", toy_ledger.place_of)
    return claims


@pytest.fixture
def log(tmp_path, monkeypatch):
    path = tmp_path / "log"
    path.touch()
    monkeypatch.setenv("TOY_LOG", str(path))
    return path


def told(seen):
    """Evidence by name, without what is of a run."""
    return {
        name: {key: x for key, x in evidence.to_record(each).items() if key not in OWN}
        for name, each in seen.items()
    }


def checked(out=None, **engine):
    return told(run.check_all(list(registry.all_claims()), SETTINGS, out, **engine))


def lines(log):
    return log.read_text().splitlines()


@pytest.fixture
def expected(toys):
    return checked(executor="serial")


class Disorder:
    """A pool of many workers that gives outcomes in a random order."""

    def __init__(self, count, seed):
        self.count, self._random, self._waiting = count, random.Random(seed), {}

    def submit(self, token, function, *arguments):
        self._waiting[token] = function, arguments

    def finished(self):
        while self._waiting:
            token = self._random.choice(list(self._waiting))
            function, arguments = self._waiting.pop(token)
            yield token, Outcome(function(*arguments))


class AnyPool:
    def __init__(self, pool):
        self._pool = pool

    def __enter__(self):
        return self._pool

    def __exit__(self, *_):
        return None


@pytest.mark.parametrize("count, seed", [(1, 1), (2, 1), (7, 2), (100, 3)])
def test_the_order_of_outcomes_changes_nothing(toys, expected, monkeypatch, count, seed):
    """A hundred workers compute rows beyond each look: they are kept and not judged."""
    pool = AnyPool(Disorder(count, seed))
    monkeypatch.setattr(run.executors, "workers", lambda *_: pool)
    assert checked() == expected


def test_rows_beyond_a_look_are_kept(toys, tmp_path, monkeypatch):
    monkeypatch.setattr(run.executors, "workers", lambda *_: AnyPool(Disorder(100, 1)))
    checked(tmp_path)
    monkeypatch.undo()
    assert len(list(tmp_path.glob("shards/*/*.npz"))) > 0


class Together(Disorder):
    """Notes which claim and role is under way beside which others."""

    def __init__(self, count):
        super().__init__(count, seed=1)
        self.seen = []

    def submit(self, token, function, *arguments):
        super().submit(token, function, *arguments)
        self.seen.append([self._role(keys) for _, (keys, *_) in self._waiting.values()])

    def _role(self, keys):
        what = json.loads(keys[0])["run"]
        return what["claim"], what["role"]


def test_what_shares_kernels_is_not_begun_at_once_where_there_is_other_work(toys, monkeypatch):
    """Each worker would compile the same: first both are of other papers, then of any."""
    for shared_rows in "left", "right":
        del toys[shared_rows]
    toys["other"] = replace(toy_ledger.FIRST, id="U-1")
    monkeypatch.setattr(tasks, "home_of", lambda name: ("toy_ledger", "FIRST"))
    pool = Together(1)
    pool.count = 2
    monkeypatch.setattr(run.executors, "workers", lambda *_: AnyPool(pool))
    checked()
    assert {claim for claim, _ in pool.seen[1]} in ({"first", "other"}, {"second", "other"})


def test_claims_that_share_rows_compute_them_once(toys, log):
    checked(executor="serial")
    pairs = [line for line in lines(log) if line.startswith("pairs")]
    assert pairs and Counter(pairs).most_common(1)[0][1] == 1


def test_each_claim_is_told_as_it_goes_on(toys):
    class Told(run.Watch):
        def __init__(self):
            self.calls = []

        def began(self, *given):
            self.calls.append(("began", *given))

        def rows(self, *given):
            self.calls.append(("rows", *given))

        def ended(self, name, seen):
            self.calls.append(("ended", name))

    watch = Told()
    run.check_all(["first"], SETTINGS, executor="serial", watch=watch)
    kinds = [call[0] for call in watch.calls]
    assert kinds[0] == "began" and kinds[-1] == "ended" and kinds.count("ended") == 1
    done = [call[3] for call in watch.calls if call[:3] == ("rows", "first", "experiment")]
    assert done == sorted(done) and watch.calls[0][4] == 2_000


def test_a_worker_of_another_version_refuses_in_a_line(toys, monkeypatch):
    key = tasks.recipe("first", "experiment", 1).key(range(50))
    (answer,) = tasks.compute([key])
    assert len(answer.rows) == 50 and not answer.failure
    versions = stamps.versions() | {"numpy": "0.1"}
    monkeypatch.setattr(stamps, "versions", lambda: versions)
    (answer,) = tasks.compute([key, key])
    here = f"numpy 0.1 where it has {np.__version__}"
    assert "must have the same versions as the run, got " + here in answer.failure
    assert "\n" not in answer.failure


def test_a_worker_of_other_source_refuses_in_a_line(toys, monkeypatch):
    key = tasks.recipe("first", "experiment", 1).key(range(50))
    monkeypatch.setattr(stamps, "source_stamp", lambda modules: "other")
    (answer,) = tasks.compute([key], "another tree")
    assert "must have the same source as the run, got other where it has" in answer.failure


@pytest.mark.parametrize("name", ["first", "left"])
def test_a_worker_with_other_data_refuses_in_a_line(toys, name, tmp_path, monkeypatch):
    """Rows that claims share, too: the worker asks the claim that wants them."""
    data = tmp_path / "data.csv"
    data.write_text("1")
    monkeypatch.setattr(toy_ledger, name.upper(), replace(toys[name], data=lambda: [data]))
    toys[name] = getattr(toy_ledger, name.upper())
    recipe = tasks.recipe(name, "experiment", 1)
    key = recipe.key(range(50))
    assert not tasks.compute([key], home=recipe.home)[0].failure
    data.write_text("2")
    (answer,) = tasks.compute([key], home=recipe.home)
    assert "must have the same data as the run, got data.csv " in answer.failure


def test_the_data_of_shared_rows_is_asked_for_in_each_task(toys, monkeypatch):
    homes = []
    real = schedule.compute

    def compute(keys, code, patience, home):
        homes.append(home)
        return real(keys, code, patience, home)

    monkeypatch.setattr(schedule, "compute", compute)
    run.check_all(["left", "second"], SETTINGS, executor="serial")
    assert set(homes) == {("toy_ledger", "LEFT"), ("toy_ledger", "SECOND")}


def test_a_task_ends_when_its_time_is_up(toys):
    keys = [tasks.recipe("first", "experiment", 1).key(range(i, i + 1)) for i in range(50)]
    assert len(tasks.compute(keys, patience=0)) == 1
    assert len(tasks.compute(keys[:3])) == 3


def test_rows_of_cheap_claims_travel_together(toys, monkeypatch):
    sizes = []
    real = schedule.compute

    def compute(keys, *rest):
        sizes.append(len(keys))
        return real(keys, *rest)

    monkeypatch.setattr(schedule, "compute", compute)
    checked(executor="serial")
    assert max(sizes) >= 4


@pytest.mark.parametrize("executor", [ThreadPoolExecutor, None])
def test_any_executor_gives_the_same(toys, expected, executor, tmp_path):
    if executor is None:
        assert checked(tmp_path, executor="local", workers=2) == expected
        return
    with executor(2) as pool:
        assert checked(tmp_path, executor=pool, workers=2) == expected


@pytest.mark.slow
def test_a_pool_of_spawned_processes_gives_the_same(toys, expected):
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        assert checked(executor=pool, workers=2) == expected


def test_a_worker_that_is_killed_is_replaced(toys, expected, tmp_path, monkeypatch):
    monkeypatch.setenv("TOY_KILL", str(tmp_path / "killed"))
    assert checked(tmp_path / "out", executor="local", workers=2) == expected
    assert (tmp_path / "killed").exists()


@pytest.mark.slow
def test_a_claim_that_kills_its_workers_fails_alone(toys, expected, tmp_path):
    toys["deadly"] = toy_ledger.DEADLY
    seen = run.check_all(list(toys), SETTINGS, tmp_path, executor="local", workers=2)
    line = seen.pop("deadly")
    assert "lost with its worker" in line and "\n" not in line
    assert told(seen) == expected


def test_a_folder_with_the_lease_of_a_dead_run_is_no_hindrance(toys, expected, tmp_path):
    name = f"{_node()}-{_dead()}-0.json"
    path = tmp_path / "running" / name
    path.parent.mkdir()
    keys = [tasks.recipe("first", "experiment", 1).key(range(0, 50))]
    path.write_text(str([tasks.digest(key) for key in keys]).replace("'", '"'))
    began = time.monotonic()
    assert checked(tmp_path, executor="serial") == expected
    assert time.monotonic() - began < leases.SILENCE / 2
    assert not path.exists() and not list(path.parent.iterdir())


def _node():
    return Leases(Path("/nowhere"))._path.name.rpartition("-")[0].rpartition("-")[0]


def _dead():
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_what_a_run_begins_with_is_told_at_once(tmp_path, monkeypatch):
    """Two that begin together would do the same: only what follows may wait."""
    monkeypatch.setattr(leases, "PAUSES", 10**9)
    monkeypatch.setattr(leases, "PAUSE", 60.0)
    with Leases(tmp_path) as held:
        held.hold(["1"])
        assert Leases(tmp_path).of_others() == {"1"}
        held.hold(["2"])
        assert Leases(tmp_path).of_others() == {"1"}


@pytest.mark.parametrize(
    "name, seconds, lives",
    [
        ("another-1-0", 0, True),
        ("another-DEAD-0", 0, True),  # that number is of another machine
        ("another-x-0", 0, True),
        ("HERE-x-0", 0, True),  # no number to be asked for
        ("HERE-OWN-0", 0, True),
        ("HERE-DEAD-0", 0, False),
        ("another-1-0", -50, True),
        ("another-1-0", -70, False),
        ("HERE-OWN-0", -70, False),
        ("another-1-0", 50, True),  # its clock is ahead
        ("another-1-0", 70, False),  # nobody would know for so long whether it is gone
        ("another-1-0", 3600, False),
    ],
)
def test_a_lease_counts_while_its_run_gives_signs_of_life(tmp_path, name, seconds, lives):
    name = name.replace("HERE", _node()).replace("OWN", str(os.getpid()))
    path = tmp_path / "running" / f"{name.replace('DEAD', str(_dead()))}.json"
    path.parent.mkdir()
    path.write_text('["1"]')
    os.utime(path, times=(time.time() + seconds,) * 2)
    assert Leases(tmp_path).of_others() == ({"1"} if lives else frozenset())
    assert path.exists() == lives


def test_what_another_run_computes_is_done_last_and_taken_from_it(toys, expected, tmp_path, log):
    """The other holds a chunk, and brings it while this one does the rest."""
    key = tasks.recipe("first", "experiment", 1).key(range(0, 50))
    with Leases(tmp_path) as other:
        other.hold([tasks.digest(key)])

        class Bring(run.Watch):
            def rows(self, *_):
                if other._held:
                    with pytest.MonkeyPatch.context() as patch:
                        patch.delenv("TOY_LOG")
                        shards.DiskShelf(tmp_path).put([(key, *tasks.compute([key]))])
                    other.release([tasks.digest(key)])

        seen = run.check_all(list(toys), SETTINGS, tmp_path, executor="serial", watch=Bring())
    assert told(seen) == expected and "T-1 0.0 0" not in lines(log)


def test_what_is_under_way_is_told_seldom_and_whole_in_the_end(tmp_path, monkeypatch):
    """A write that takes long is not repeated for each task: the last change is told soon."""
    monkeypatch.setattr(leases, "PAUSES", 10**9)
    written = []
    with Leases(tmp_path) as held, Leases(tmp_path) as other:
        real = held._write
        monkeypatch.setattr(held, "_write", lambda: (written.append(len(held._held)), real()))
        for number in range(1000):
            held.hold([str(number)])
        held.release(["0"])
        assert len(written) <= 2
        wait_until(lambda: other.of_others() == {str(n) for n in range(1, 1000)})
        assert len(written) <= 3
    assert other.of_others() == frozenset()


def test_a_lease_that_cannot_be_written_is_an_error_of_the_run_itself(tmp_path, monkeypatch):
    with Leases(tmp_path) as held:
        held._next = time.monotonic() + leases.PAUSE / 2
        held.hold(["1"])

        def full(*_):
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(leases.os, "replace", full)
            time.sleep(2 * leases.PAUSE)  # what the thread cannot write is not lost
            assert not held._is_told
            with pytest.raises(evidence.OutputError, match="No space left on device$"):
                held.hold(["2"])
        held.hold(["3"])
        wait_until(lambda: Leases(tmp_path).of_others() == {"1", "2", "3"})


def start(out, *engine, **environment):
    path = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
    return subprocess.Popen(
        [sys.executable, toy_run.__file__, str(out), *engine],
        env=os.environ | {"PYTHONPATH": path} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kept(out):
    return told({each.name: each for each in evidence.finished(out)})


def test_two_runs_on_one_folder_share_the_work(toys, expected, tmp_path):
    """Rows that both compute are those at which both were at the same moment."""
    logs = [tmp_path / "log1", tmp_path / "log2"]
    pair = [start(tmp_path / "out", "serial", "1", TOY_LOG=str(log)) for log in logs]
    for process in pair:
        output = process.communicate(timeout=120)
        assert process.returncode == 0 and not output[1], output
    assert kept(tmp_path / "out") == expected
    both = [set(lines(log)) for log in logs]
    assert len(both[0] & both[1]) < len(both[0] | both[1]) / 2
    assert not list((tmp_path / "out" / "running").iterdir())


@pytest.mark.slow
def test_what_is_killed_at_any_moment_loses_what_was_running_alone(toys, expected, tmp_path):
    """Fifty moments, over and over from the start once all is done: then nothing is to be done."""
    rng, out, log = random.Random(1), tmp_path / "out0", tmp_path / "log"
    for kill in range(50):
        before = {path: path.read_bytes() for path in out.glob("shards/*/*.npz")}
        log.write_text("")
        process = start(out, "local", "2", TOY_LOG=str(log))
        while process.poll() is None and not list(out.glob("running/*.json")):
            time.sleep(0.02)  # what it imports takes longer than what it does
        try:
            process.communicate(timeout=rng.uniform(0, 2.5))
            assert kept(out) == expected
            out = tmp_path / f"out{kill + 1}"
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            time.sleep(0.2)  # orphans end
            for path, content in before.items():
                assert path.read_bytes() == content  # neither lost nor computed again
    process = start(out, "local", "2")
    process.communicate(timeout=120)
    assert kept(out) == expected


@pytest.mark.slow
def test_a_dask_cluster_that_loses_a_worker_gives_the_same(toys, expected, tmp_path, monkeypatch):
    distributed = pytest.importorskip("distributed", reason="an extra")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    monkeypatch.setenv("TOY_KILL", str(tmp_path / "killed"))
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(processes=True, **options) as cluster:
        address = cluster.scheduler_address
        seen = checked(tmp_path / "out", executor="dask", scheduler=address)
    assert seen == expected and (tmp_path / "killed").exists()


def test_rows_of_the_wrong_shape_of_shared_ones_fail_their_claim_alone(toys, expected):
    wrong = toy_ledger.shared(toys["left"].experiment.run, lambda raw: raw[:, :0])
    toys["left"] = replace(toys["left"], experiment=wrong)
    seen = run.check_all(list(toys), SETTINGS, executor="serial")
    assert "experiment of left must return rows of shape" in seen.pop("left")
    expected.pop("left")
    assert told(seen) == expected


def raising_from(replicates, seed, first, told):
    if replicates.stop > first:
        raise RuntimeError(f"{told} at {replicates.start}")
    return np.array([[np.random.default_rng([seed, r]).uniform()] for r in replicates])


def first_column(raw):
    if raw[0, 0] < 0:
        raise RuntimeError("no column")
    return raw[:, [0]]


def negative_from(replicates, seed, first):
    return np.where(np.arange(len(replicates))[:, None] + replicates.start < first, 0.5, -1.0)


def from_shared(first):
    return toy_ledger.shared(partial(negative_from, first=first), first_column)


@pytest.mark.parametrize("made", [partial(partial, raising_from, told="beyond"), from_shared])
@pytest.mark.parametrize("count, seed", [(1, 1), (3, 1), (100, 3)])
def test_rows_that_fail_beyond_the_deciding_look_have_no_say(toys, monkeypatch, made, count, seed):
    toys["first"] = replace(toys["first"], experiment=made(first=2_000))
    usual = run.check_all(["first"], SETTINGS, executor="serial")["first"]
    assert usual.budget < 2_000
    toys["first"] = replace(toys["first"], experiment=made(first=usual.budget))
    monkeypatch.setattr(run.executors, "workers", lambda *_: AnyPool(Disorder(count, seed)))
    seen = run.check_all(["first"], SETTINGS)["first"]
    assert (seen.verdict, seen.budget, seen.findings) == (
        usual.verdict,
        usual.budget,
        usual.findings,
    )


@pytest.mark.parametrize("first", [50, 100])
@pytest.mark.parametrize("count, seed", [(1, 1), (3, 1), (100, 3), (100, 4)])
def test_a_claim_fails_by_its_first_row_and_its_experiment_first(
    toys, monkeypatch, first, count, seed
):
    """Whatever ends first: the line is a part of the results, too."""
    roles = {
        role: partial(raising_from, first=first, told=role) for role in ("experiment", "control")
    }
    toys["first"] = replace(toys["first"], **roles)
    toys["second"] = replace(toys["second"], control=roles["control"])
    monkeypatch.setattr(run.executors, "workers", lambda *_: AnyPool(Disorder(count, seed)))
    seen = run.check_all(["first", "second"], SETTINGS)
    chunk = (first // 20) * 20
    assert seen["first"] == f"RuntimeError: experiment at {first}"
    assert seen["second"] == f"RuntimeError: control at {chunk}"


def test_a_chunk_of_another_length_is_not_wanted(toys):
    """Two claims that share rows, with caps that end their last chunks at other places."""
    recipe = tasks.recipe("left", "experiment", 1)
    stream = run.Stream("left", "experiment", recipe, 125)
    assert stream.chunks[-1] == range(100, 125) and stream.wants(range(100, 125))
    assert not stream.wants(range(100, 150)) and not stream.wants(range(150, 200))


def test_rows_that_claims_share_are_under_way_for_both(toys, log, monkeypatch):
    monkeypatch.setattr(run.executors, "workers", lambda *_: AnyPool(Disorder(7, 1)))
    run.check_all(["left", "right"], SETTINGS)
    pairs = [line for line in lines(log) if line.startswith("pairs")]
    assert pairs and Counter(pairs).most_common(1)[0][1] == 1


def test_a_function_that_an_option_names_is_a_part_of_the_key():
    what = {"function": "toy_claim:uniform", "options": {"of": "toy_ledger:pairs", "n": 1}}
    assert tasks._modules_of(what) == ("toy_claim", "toy_ledger")


def test_the_memory_of_a_claim_is_the_largest_of_its_tasks(toys, monkeypatch):
    peaks = iter(range(1, 10_000))
    monkeypatch.setattr(tasks, "peak_memory", lambda: next(peaks))
    seen = run.check_all(["first"], SETTINGS, executor="serial")["first"]
    assert seen.peak_memory >= (seen.budget + seen.control_budget) // 50
