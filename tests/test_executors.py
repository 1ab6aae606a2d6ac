"""Workers: the same outcomes by every engine, whatever becomes of processes in the middle.

Nothing is random here.  Waits are for processes, with a limit of a minute: a quick machine takes
a second.
"""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from ast import literal_eval
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest
import worker_tasks as tasks

from stablenoise import executors
from stablenoise.executors import pool as pools
from stablenoise.executors import processes, stopping
from stablenoise.executors.tasks import (
    THREAD_COUNTS,
    Outcome,
    one_thread,
    packed,
    perform,
    unpacked,
)

SEEDS = range(12)


def outcomes(pool):
    return dict(pool.finished())


def values(pool):
    return {token: outcome.value for token, outcome in pool.finished()}


def wait_until(true, seconds=60.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.02)


def is_there(pid):
    """Whether a process runs: one that nobody has waited for is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def lines(folder, name):
    path = Path(folder, name)
    return path.read_text().splitlines() if path.exists() else []


# --- the same outcomes


@pytest.fixture(scope="module")
def expected():
    with executors.workers("serial") as pool:
        for seed in SEEDS:
            pool.submit(seed, tasks.numbers, seed)
        return values(pool)


def loky():
    return pytest.importorskip("joblib.externals.loky").get_reusable_executor(2)


ENGINES = {
    "local": lambda: "local",
    "threads": lambda: ThreadPoolExecutor(2),
    "spawned": lambda: ProcessPoolExecutor(2, get_context("spawn")),
    "loky": loky,
}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_in_any_order_gives_the_same(engine, expected):
    executor = ENGINES[engine]()
    with executors.workers(executor, 2) as pool:
        assert pool.count == 2
        for seed in reversed(SEEDS):
            pool.submit(seed, tasks.numbers, seed)
        assert values(pool) == expected
        for _ in range(4):
            pool.submit(_, tasks.thread_counts, 0.1)
        found = values(pool).values()
    assert {(numba, *blas) for _, numba, blas in found} == {(1, 1)}
    assert len({pid for pid, *_ in found}) == (1 if engine == "threads" else 2)
    if engine != "local":
        assert executor.submit(tasks.square, 3).result() == 9  # a caller's is left open
        executor.shutdown()


@pytest.mark.parametrize("engine", ["serial", "local"])
def test_tasks_may_be_submitted_while_outcomes_come_and_after(engine):
    with executors.workers(engine, 2) as pool:
        assert list(pool.finished()) == []
        pool.submit(1, tasks.square, 1)
        seen = {}
        for token, outcome in pool.finished():
            seen[token] = outcome.value
            if token < 40:
                pool.submit(2 * token, tasks.square, 2 * token)
        assert seen == {2**k: 4**k for k in range(7)}
        pool.submit(1, tasks.square, 5)  # a token that is free again
        assert values(pool) == {1: 25}


@pytest.mark.parametrize("engine", ["serial", "local"])
def test_what_a_task_raises_is_its_outcome_and_no_end_of_a_worker(engine):
    with executors.workers(engine, 1) as pool:
        pool.submit("pid", os.getpid)
        pool.submit("key", tasks.fail, "a\nb")
        pool.submit("exit", tasks.leave)
        pool.submit("odd", tasks.fail_oddly)
        pool.submit("lambda", tasks.function)
        pool.submit("again", os.getpid)
        found = outcomes(pool)
    assert found["pid"] == found["again"]
    assert type(found["key"].error) is KeyError and found["key"].error.args == ("a\nb",)
    assert type(found["exit"].error) is SystemExit and found["exit"].error.code == 3
    if engine == "serial":
        assert type(found["odd"].error) is tasks.TwoArguments
        assert found["lambda"].value() == 0
    else:
        assert str(found["odd"].error) == "TwoArguments: one"
        assert "in fail\n" in found["key"].error.__notes__[0]  # its traceback over there
        assert "pickle" in str(found["lambda"].error)
        assert found["pid"].value != os.getpid()


def test_ctrl_c_of_a_task_is_an_outcome_in_a_worker_and_ctrl_c_here():
    with executors.workers("local", 1) as pool:
        pool.submit(0, tasks.interrupt)
        assert type(outcomes(pool)[0].error) is KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt), executors.workers("serial") as pool:
        pool.submit(0, tasks.interrupt)
        pool.submit(1, tasks.square, 2)
        list(pool.finished())
    assert list(pool.finished()) == []


def test_what_cannot_be_sent_or_read_is_an_outcome_in_one_line():
    with executors.workers("local", 1) as pool:
        pool.submit(0, lambda: 0)
        pool.submit(1, tasks.square, threading.Lock())
        pool.submit(2, tasks.square, 2)
        found = outcomes(pool)
    assert found[2].value == 4
    assert all("pickle" in str(found[i].error) and found[i].value is None for i in (0, 1))
    assert "no_such" in str(unpacked(b"cno_such\nthing\n.").error)


# --- few tasks are under way


class Held(Executor):
    """One that does nothing until it is told to."""

    _max_workers = 5

    def __init__(self):
        self.given = []

    def submit(self, function, *arguments):
        self.given.append((Future(), function, arguments))
        return self.given[-1][0]

    def go_on(self, number):
        future, function, arguments = self.given[number]
        future.set_result(function(*arguments))


def test_thousands_of_tasks_are_packed_a_few_at_a_time():
    held = Held()
    with executors.workers(held) as pool:
        for i in range(5000):
            pool.submit(i, tasks.square, i)
        assert len(held.given) == pools.AHEAD * 5
        size = pool.bytes_sent
        assert 0 < size < 15 * 100
        came = pool.finished()
        for number in range(40):
            held.go_on(number)
            token, outcome = next(came)
            assert outcome.value == token**2
            assert len(held.given) == pools.AHEAD * 5 + number + 1
        assert pool.bytes_received > 0
        raise_pending = [future for future, *_ in held.given if not future.done()]
    assert all(future.cancelled() for future in raise_pending)  # what had not begun is given up


def test_processes_get_a_few_tasks_ahead_too():
    with executors.workers("local", 2) as pool:
        for i in range(1000):
            pool.submit(i, tasks.square, i)
            assert pool.bytes_sent <= pools.AHEAD * 2 * len(packed(tasks.square, (999,)))
        assert values(pool) == {i: i * i for i in range(1000)}


def test_a_token_that_is_under_way_and_what_is_no_function_are_refused():
    for engine in "serial", "local":
        with executors.workers(engine, 1) as pool:
            pool.submit("a", tasks.square, 1)
            with pytest.raises(ValueError, match="token must be of no task .*, got 'a'"):
                pool.submit("a", tasks.square, 1)
            with pytest.raises(ValueError, match="function must be callable, got 3"):
                pool.submit("b", 3)
            assert values(pool) == {"a": 1}


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (["nowhere"], r"executor must be one of local, .* or an Executor, got 'nowhere'"),
        ([None], "executor must be one of .*, got None"),
        (["local", 0], r"count must be an integer in \[1, 65536\), got 0"),
        (["local", True], r"count must be an integer in \[1, 65536\), got True"),
        (["local", 1, "tcp://a:1"], "executor must be dask where .*, got 'local'"),
        (["dask", 1, 7], "scheduler must be an address, got 7"),
        (["local", 1, None, 3], "check must be callable, got 3"),
        (["local", 1, None, lambda: 0], "check must be one that can be pickled, got <function"),
    ],
)
def test_what_is_no_engine_is_told_in_one_line(given, line):
    with pytest.raises(ValueError, match=line):
        executors.workers(*given)


# --- workers that are lost


def test_a_task_whose_process_is_killed_is_done_again_and_the_others_once(tmp_path):
    with executors.workers("local", 2) as pool:
        pool.submit("killed", tasks.killed_at_first, tmp_path, 7)
        for i in range(20):
            pool.submit(i, tasks.note, tmp_path, str(i))
        assert values(pool) == dict.fromkeys(range(20), 1) | {"killed": 49}
        assert len(lines(tmp_path, "begun")) == 2


@pytest.mark.parametrize("count", [1, 2])
def test_a_task_that_kills_its_worker_three_times_is_an_error_and_takes_none_with_it(
    count, tmp_path
):
    with executors.workers("local", count) as pool:
        pool.submit("bad", tasks.kill, tmp_path)
        for i in range(10):
            pool.submit(i, tasks.note, tmp_path, str(i))
        found = outcomes(pool)
        assert {found.pop(i).value for i in range(10)} == {1}
    assert len(lines(tmp_path, "killed")) == 3
    said = "lost with its worker 3 times, the last time as its process was ended by SIGKILL"
    assert str(found["bad"].error) == said


def test_a_process_that_ends_by_itself_is_told_with_its_status():
    with executors.workers("local", 1) as pool:
        pool.submit(0, tasks.end, 7)
        assert str(outcomes(pool)[0].error).endswith("its process ended with status 7")


def test_a_worker_that_is_killed_while_it_waits_is_replaced():
    with executors.workers("local", 1) as pool:
        for _ in range(2):
            pool.submit(0, os.getpid)
            (pid,) = values(pool).values()
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda pid=pid: not is_there(pid))
        pool.submit(0, tasks.square, 3)
        assert values(pool) == {0: 9}


def test_an_answer_that_breaks_off_is_missed(tmp_path):
    """The worker is killed in the middle of 200 MB, more than a pipe holds."""
    size = 200_000_000
    with executors.workers("local", 1) as pool:
        pool.submit(0, tasks.long_bytes, tmp_path, size)
        assert len(values(pool)[0]) == size
    assert len(lines(tmp_path, "sent")) == 2


def test_processes_that_cannot_begin_are_told_and_not_tried_for_ever(monkeypatch):
    monkeypatch.setattr(processes, "_work", tasks.end)  # takes other arguments: it ends at once
    with pytest.raises(OSError, match="processes .* must begin, got 3 that ended before"):
        with executors.workers("local", 1) as pool:
            pool.submit(0, tasks.square, 1)
            list(pool.finished())


def test_the_tasks_of_an_executor_that_breaks_are_errors_in_one_line():
    with ProcessPoolExecutor(1, get_context("spawn")) as executor:
        with executors.workers(executor) as pool:
            pool.submit(0, tasks.end, 1)
            pool.submit(1, tasks.square, 1)
            found = outcomes(pool)
            pool.submit(2, tasks.square, 1)
            found |= outcomes(pool)
    assert all(found[i].error and "\n" not in str(found[i].error) for i in range(3))


class KilledWorker(Exception):
    """Has the name of what Dask says of a task that was lost too often."""


def test_a_task_that_was_lost_by_somebody_elses_worker_is_alone_the_next_time():
    """So that it is known whose fault it is; none is begun beside it."""
    held = Held()
    with executors.workers(held) as pool:
        for i in range(40):
            pool.submit(i, tasks.square, i)
        for future, *_ in held.given[:2]:
            future.set_exception(KilledWorker())
        came, n = pool.finished(), pools.AHEAD * 5
        for number in range(2, n):
            held.go_on(number)
        for _ in range(2, n):
            next(came)
        assert len(held.given) == n + 1  # one of the two, once the others were done
        held.go_on(n)
        first = next(came)[0]
        assert len(held.given) == n + 2  # the other
        held.go_on(n + 1)
        assert {first, next(came)[0]} == {0, 1}
        assert len(held.given) == n + 2 + pools.AHEAD * 5


# --- checks of workers


def test_a_worker_that_does_not_pass_the_check_does_nothing(tmp_path):
    refuse = partial(tasks.refuse, "b")
    for engine in "local", "serial":
        with pytest.raises(ValueError, match="stamp must be b, got another one"):
            with executors.workers(engine, 2, check=refuse) as pool:
                pool.submit(0, tasks.note, tmp_path, "did")
                list(pool.finished())
    with ThreadPoolExecutor(2) as threads, executors.workers(threads, check=refuse) as pool:
        pool.submit(0, tasks.note, tmp_path, "did")
        said = str(outcomes(pool)[0].error)
    assert said == "ValueError: stamp must be b, got another one"
    assert not lines(tmp_path, "did")


def test_a_worker_is_checked_once(tmp_path):
    for engine, checks in ("local", 2), ("serial", 3):
        with executors.workers(engine, 2, check=partial(tasks.accept, tmp_path)) as pool:
            for i in range(6):
                pool.submit(i, tasks.slow, tmp_path, str(i), 0.05)
            assert len(values(pool)) == 6
        assert len(lines(tmp_path, "checked")) == checks


# --- threads


def test_the_libraries_of_this_process_get_their_threads_back():
    import numba
    from threadpoolctl import ThreadpoolController, threadpool_limits

    def now():
        return [x["num_threads"] for x in ThreadpoolController().select(user_api="blas").info()]

    with threadpool_limits(2):
        before, loops = now(), numba.get_num_threads()
        for executor in "serial", ThreadPoolExecutor(1):
            with executors.workers(executor) as pool:
                pool.submit(0, tasks.thread_counts)
                assert set(now()) == {1}
                assert values(pool)[0][1:] == (1, {1})
            assert now() == before and numba.get_num_threads() == loops
    assert 2 in before


PROCESS_OF_OTHERS = """if True:
    import os, sys
    import worker_tasks as tasks
    from stablenoise.executors.tasks import packed, perform, unpacked
    if sys.argv[1] == "late":
        import numba, scipy.linalg
    print(unpacked(perform(packed(tasks.thread_counts, ()))).value[1:])
"""


@pytest.mark.parametrize("loaded", ["before", "late"])
def test_a_process_of_somebody_elses_pool_has_one_thread_for_a_task(loaded):
    """Dask sets three of the variables, and not that of Numba: distributed, issue 9075."""
    environment = {name: x for name, x in os.environ.items() if name not in THREAD_COUNTS}
    command = [sys.executable, "-c", PROCESS_OF_OTHERS, loaded]
    path = os.pathsep.join(sys.path)
    done = subprocess.run(command, env=environment | {"PYTHONPATH": path}, capture_output=True)
    assert done.stdout.decode().strip() == "(1, {1})", done.stderr


ASKED = f"import os; print({{os.environ.get(name) for name in {THREAD_COUNTS}}})"


def test_processes_begin_with_one_thread_and_leave_no_trace_here(monkeypatch):
    """Nor while they begin: Numba looks for its number of threads at any compilation."""
    monkeypatch.setenv("NUMBA_NUM_THREADS", "7")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    before = dict(os.environ)
    with processes.for_children():
        assert subprocess.check_output([sys.executable, "-c", ASKED], text=True) == "{'1'}\n"
        assert dict(os.environ) == before
        assert signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])
    assert dict(os.environ) == before
    after = subprocess.check_output([sys.executable, "-c", ASKED], text=True)
    assert literal_eval(after) == {os.environ.get(name) for name in THREAD_COUNTS}
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


# --- the end

PROGRAM = """
import os, sys
from pathlib import Path
import worker_tasks as tasks
from stablenoise import executors

def main(folder, name, count):
    with executors.workers("local", 2) as pool:
        for i in range(count):
            pool.submit(i, getattr(tasks, name), folder, *([str(i), 0.5] if name == "slow" else []))
        for token, outcome in pool.finished():
            print(token, flush=True)

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
"""


@pytest.fixture
def started(tmp_path):
    """What starts a program with workers, as the first of a group of processes."""
    programs = []

    def start(*given):
        path = tmp_path / "program.py"
        path.write_text(PROGRAM)
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, str(path), str(tmp_path), *map(str, given)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        programs.append(subprocess.Popen(command, env=environment, start_new_session=True, **pipes))
        return programs[-1]

    yield start
    for program in programs:
        program.kill()
        program.communicate()


def begun(folder):
    return {path.name for path in Path(folder).glob("*.begun")}


def workers_in(folder):
    return {int(pid) for name in begun(folder) for pid in lines(folder, name)}


@pytest.mark.parametrize("task", ["slow", "until_asked"])
def test_no_process_stays_when_its_parent_is_killed(task, tmp_path, started):
    program = started(task, 2 if task == "until_asked" else 50)
    wait_until(lambda: len(workers_in(tmp_path)) == 2)
    pids = workers_in(tmp_path)
    program.kill()
    program.communicate(timeout=60)  # which ends when nobody holds its output open
    wait_until(lambda: not any(map(is_there, pids)), 10)
    if task == "until_asked":
        assert len(lines(tmp_path, "long.checkpoint")) == 2


def test_ctrl_c_gives_up_what_has_not_begun_and_ends_what_has(tmp_path, started):
    """It goes to the whole group, as from a terminal, while two tasks of 50 run."""
    program = started("slow", 50)
    wait_until(lambda: len(begun(tmp_path)) >= 2)
    pids, ran = workers_in(tmp_path), begun(tmp_path)
    os.killpg(program.pid, signal.SIGINT)
    said = program.communicate(timeout=60)[1]
    assert program.returncode == -signal.SIGINT and said.rstrip().endswith("KeyboardInterrupt")
    assert said.count("Traceback") == 1  # the workers say nothing
    assert not any(map(is_there, pids))
    assert len(begun(tmp_path) - ran) <= 2  # that began between the look and the signal


def test_ctrl_c_lets_a_task_that_ends_itself_do_so(tmp_path, started):
    program = started("until_asked", 2)
    wait_until(lambda: len(lines(tmp_path, "long.begun")) == 2)
    os.killpg(program.pid, signal.SIGINT)
    program.communicate(timeout=60)
    assert len(lines(tmp_path, "long.checkpoint")) == 2


def test_an_exception_beside_the_pool_ends_its_processes_at_once(tmp_path):
    with pytest.raises(ZeroDivisionError), executors.workers("local", 1) as pool:
        pool.submit(0, tasks.slow, tmp_path, "a", 60)
        wait_until(lambda: begun(tmp_path))
        (pid,) = workers_in(tmp_path)
        start = time.monotonic()
        raise ZeroDivisionError
    assert time.monotonic() - start < 10 and not is_there(pid)


def test_a_program_without_a_guard_is_told_so(tmp_path):
    path = tmp_path / "unguarded.py"
    path.write_text(PROGRAM.replace('if __name__ == "__main__":', "if True:"))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, str(path), str(tmp_path), "slow", "1"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert "ValueError: workers must be begun under `if __name__ == '__main__':`" in done.stderr
    assert "got 3 that ended before their first task" in done.stderr


@pytest.mark.parametrize(("lacks", "at_work"), [(0, False), (3, False), (3, True)])
def test_a_process_that_waits_ends_when_it_is_alone_and_after_a_task(lacks, at_work, monkeypatch):
    """It looks until its parent is gone, and lets a task that ends itself do so."""
    parents, ended = [*[7] * lacks, 1], []
    reader, writer = get_context("spawn").Pipe(duplex=False)
    monkeypatch.setattr(stopping, "_PARENT", [7])
    monkeypatch.setattr(stopping, "_STOPPED", threading.Event())
    monkeypatch.setattr(stopping, "LOOKS", 0.0)
    monkeypatch.setattr(os, "getppid", lambda: parents.pop(0) if len(parents) > 1 else parents[0])
    monkeypatch.setattr(os, "_exit", ended.append)
    watcher = threading.Thread(target=stopping._end_if_alone, args=[reader])
    if at_work:
        with executors.ends_itself():
            watcher.start()
            watcher.join(0.2)
            assert not ended and executors.asked_to_stop()
    else:
        watcher.start()
    watcher.join(60)
    assert ended == [1] and executors.asked_to_stop()
    writer.close()


def test_nobody_is_asked_to_stop_where_there_is_no_pool():
    assert not executors.asked_to_stop()
    with executors.ends_itself(), executors.ends_itself():
        assert stopping._AT_WORK == [2]
    assert stopping._AT_WORK == [0]


def test_bytes_of_a_task_hold_names_and_not_code():
    assert b"square" in packed(tasks.square, (3,)) and len(packed(tasks.square, (3,))) < 60
    assert pickle.loads(perform(packed(tasks.square, (3,)))) == Outcome(9)
    with one_thread():
        pass
