"""What workers print, and processes of theirs: lines come to who began them, copies end."""

import os
import sys
from collections import Counter

import pytest
import worker_tasks as tasks

from stablenoise import executors

WAYS = "out", "err", "descriptor", "child"


def test_all_that_workers_print_is_told_in_whole_lines_on_standard_error(capfd):
    """By whichever way: the terminal itself, which a display may own, is not written to."""
    with executors.workers("local", 2) as pool:
        for number in range(20):
            pool.submit(number, tasks.talk, number)
        assert all(outcome.error is None for _, outcome in pool.finished())
    seen = capfd.readouterr()
    lines = Counter(seen.err.splitlines())
    assert seen.out == "" and lines.pop("stablenoise: compiling") == 1  # a notice of our own
    assert lines == {f"{way} {number}": 1 for way in WAYS for number in range(20)}


def test_what_is_printed_goes_through_the_stream_that_stands_for_standard_error(monkeypatch):
    """A display puts one there that writes above its bars."""
    said = []

    class Above:
        write = said.append

        def flush(self):
            pass

    monkeypatch.setattr(sys, "stderr", Above())
    with executors.workers("local", 1) as pool:
        pool.submit(1, tasks.talk, 7)
        list(pool.finished())
    assert "out 7\n" in said


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # a process with threads
@pytest.mark.parametrize("engine", ["serial", "local"])
def test_a_task_that_forks_has_one_answer(engine, tmp_path):
    """The copy would answer too, and the next task get an answer of this one."""
    mine = os.getpid()
    with executors.workers(engine, 1) as pool:
        for number in range(6):
            pool.submit(number, tasks.doubled if number % 2 else tasks.square, number)
        seen = {token: outcome.value for token, outcome in pool.finished()}
    (tmp_path / str(os.getpid())).touch()
    assert seen == {number: number**2 for number in range(6)}
    assert [path.name for path in tmp_path.iterdir()] == [str(mine)]


def test_the_last_words_of_a_worker_that_is_gone_are_told(capfd):
    with executors.workers("local", 1) as pool:
        pool.submit(1, tasks.whisper)
        ((_, outcome),) = pool.finished()
    assert "its process ended with status 3" in str(outcome.error)
    assert capfd.readouterr().err == "no end\n" * 3  # done three times
