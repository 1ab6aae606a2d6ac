"""Somebody's code in a process of its own: whatever it does is told, and it does not outlive us."""

import os
import pickle
import signal
import subprocess
import sys
import time
from math import inf
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest
from small_tasks import SIZE, Calls

from stablenoise.commands import blackboard, children, confined, memory, named
from stablenoise.commands.children import Ending, Limits, watch

BAD = """
import ctypes, os, sys, time
import numpy as np

held, calls = [], []

def right(size, rng):
    return [0.0] * size

def twice(size, rng):  # right twice, then no more
    calls.append(size)
    if len(calls) == 3:
        ctypes.string_at(0)

def exits(size, rng):
    os._exit(0)

def hangs(size, rng):
    time.sleep(1000)

def holds_the_lock(size, rng):
    calls.append(size)
    if len(calls) == 2:
        ctypes.PyDLL(None).sleep(1000)

def eats(size, rng):
    while True:
        held.append(np.ones(1 << 20))

def forks(size, rng):
    os.fork()

def has_a_child(size, rng):  # which holds the pipes
    number = os.fork()
    if not number:
        time.sleep(1000)
    open("number", "w").write(str(number))
    os._exit(5)

def closes(size, rng):
    os.closerange(0, 100)

def prints(size, rng):
    print("to output")
    print("to error", file=sys.stderr)

def asks(size, rng):
    input()

def slow(size, rng):
    time.sleep(0.2)
"""


@pytest.fixture
def bad(tmp_path, monkeypatch):
    """A folder with a module of functions, which is the current one."""
    (tmp_path / "bad.py").write_text(BAD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def runs(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[:1]


def ends(process):
    until = time.monotonic() + 30
    while runs(process) and time.monotonic() < until:
        time.sleep(0.02)
    return not runs(process)


def watched(name, seconds=60.0, most=inf, **more) -> Ending:
    return watch(Calls({"sampler": name}, **more), Limits(seconds, most))


def test_all_is_well(bad):
    assert watched("bad:right") == Ending("done", "", "all done", 3 * SIZE, "")


@pytest.mark.parametrize(
    ("name", "sentence", "report", "drawn"),
    [
        ("twice", "it ended the process by SIGSEGV", "2 done", 2 * SIZE),
        ("exits", "it ended the process with status 0", None, 0),
        ("has_a_child", "it ended the process with status 5", None, 0),
        ("closes", "it ended the process as it could not be heard: its files", None, SIZE),
        ("forks", "it forked, and a second process came back from it", "all done", 3 * SIZE),
    ],
)
def test_what_ends_a_process_is_its_fault(bad, name, sentence, report, drawn):
    ending = watched(f"bad:{name}")
    assert (ending.kind, ending.report) == ("fault", report)
    assert ending.sentence.startswith(sentence)
    assert name == "forks" or ending.drawn == drawn  # both processes count


def test_what_it_has_started_is_ended_too(bad):
    watched("bad:has_a_child")
    assert ends(int((bad / "number").read_text()))


@pytest.mark.parametrize(("name", "before"), [("hangs", 0), ("holds_the_lock", SIZE)])
def test_what_hangs_is_ended_at_the_limit(bad, name, before):
    began = time.monotonic()
    ending = watched(f"bad:{name}", 1.0)
    assert time.monotonic() - began < 30
    assert ending.kind == "fault" and ending.drawn == before
    assert ending.sentence.startswith(f"a call for {SIZE} values, after {before}, had not come")
    assert ending.report == (f"{before // SIZE} done" if before else None)


def test_what_is_slow_is_stopped_between_two_calls(bad):
    ending = watched("bad:slow", 2.0, calls=100)
    assert ending.kind == "stopped" and ending.report == "stopped"
    assert "no further call was begun, to keep the time limit of 2 s" in ending.sentence
    assert 2 * SIZE <= ending.drawn <= 8 * SIZE  # 0.75 of 2 s, of 0.2 s each


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the kernel for a size")
def test_what_eats_memory_is_ended(bad):
    ending = watched("bad:eats", most=0.5 * children.GIB)
    assert ending.kind == "fault" and ending.report is None
    assert ending.sentence.endswith("of the 0.5 GiB that it may")


def test_what_is_printed_is_kept_and_nothing_is_read(bad):
    ending = watched("bad:prints")
    assert ending.kind == "done"
    assert sorted(ending.printed.split("\n")) == [""] + 3 * ["to error"] + 3 * ["to output"]
    ending = watched("bad:asks")
    assert ending.kind == "refused" and ending.sentence.startswith("EOFError")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("import os; os._exit(4)", "it ended the process with status 4"),
        ("1 / 0", "imports, got new: ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", "imports, got new: SystemExit: 3"),
        ("def f(:", "imports, got new: SyntaxError: invalid syntax (new.py, line 1)"),
        ("import nosuchmodule", "imports, got new: ModuleNotFoundError: No module named"),
        ("import bad; f = bad.right; bad.np.zeros = None; raise OSError(5)", "new: OSError: 5"),
        ("g = 3", "sampler must be a name that new has, got 'f'"),
        ("f = 3", "sampler must be callable, got 3"),
    ],
)
def test_a_module_that_cannot_be_used_is_refused(bad, content, sentence):
    (bad / "new.py").write_text(content)
    ending = watched("new:f")
    assert ending.kind == "refused" and sentence in ending.sentence and ending.drawn == 0


def test_an_error_of_the_examination_is_no_fault_of_the_function(bad):
    ending = watched("bad:right", calls="three")
    assert (ending.kind, ending.report) == ("refused", None)
    assert ending.sentence.startswith("TypeError: ") and "in _examined" in ending.printed


def test_an_import_that_hangs_is_ended(bad, monkeypatch):
    monkeypatch.setattr(children, "START", 1.0)
    (bad / "new.py").write_text("import time; time.sleep(1000)")
    ending = watched("new:f", 0.5)
    assert (ending.kind, ending.sentence) == (
        "refused",
        "new must import: it had not ended after 1 s",
    )


def test_the_progress_is_told(bad):
    told = []
    watch(Calls({"sampler": "bad:slow"}), Limits(60.0, inf), lambda *seen: told.append(seen))
    assert told[0] == (0, None)
    assert {(SIZE, "1 done"), (2 * SIZE, "2 done")} & set(told)


PARENT = """
import sys
sys.path.insert(0, {tests!r})
from math import inf
from small_tasks import Calls
from stablenoise.commands.children import Limits, watch
print(watch(Calls({{"sampler": "mine:f"}}, calls=10**6, quiet=True), Limits(100.0, inf)))
"""
MINE = """
import os, time
from pathlib import Path

def f(size, rng):
    Path("pid.new").write_text(str(os.getpid()))
    os.replace("pid.new", "pid")
    time.sleep({seconds})
"""


@pytest.fixture
def started(tmp_path):
    """What starts a process that watches a sampler that takes so long, and its child."""
    processes = []

    def start(seconds):
        (tmp_path / "mine.py").write_text(MINE.format(seconds=seconds))
        program = PARENT.format(tests=str(Path(__file__).parent))
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        command = [sys.executable, "-c", program]
        processes.append(subprocess.Popen(command, cwd=tmp_path, text=True, **pipes))
        until = time.monotonic() + 60
        while not (tmp_path / "pid").exists() and time.monotonic() < until:
            time.sleep(0.02)
        return processes[-1], int((tmp_path / "pid").read_text())

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_after_an_interrupt_no_further_call_is_begun(started):
    parent, child = started(0.05)
    parent.send_signal(signal.SIGINT)
    told, _ = parent.communicate(timeout=60)
    assert told.startswith("Ending(kind='interrupted', sentence='', report='stopped', drawn=")
    assert ends(child)


def test_after_a_second_interrupt_nothing_is_waited_for(started):
    parent, child = started(1000)
    parent.send_signal(signal.SIGINT)
    time.sleep(0.3)
    parent.send_signal(signal.SIGINT)
    told, _ = parent.communicate(timeout=60)
    assert told.startswith("Ending(kind='interrupted', sentence='', report=None, drawn=0")
    assert ends(child)


def test_interrupts_are_noted_and_the_handler_comes_back():
    before = signal.getsignal(signal.SIGINT)
    with children._interrupts() as heard:
        for _ in range(2):
            signal.raise_signal(signal.SIGINT)
    assert heard == 2 * [signal.SIGINT] and signal.getsignal(signal.SIGINT) is before
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with children._interrupts() as heard:
            signal.raise_signal(signal.SIGINT)
        assert heard == [] and signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_child_does_not_outlive_its_parent(started):
    parent, child = started(0.1)
    parent.kill()
    parent.wait()
    assert ends(child)


def test_an_alarm_ends_a_child_that_hears_nothing(bad, monkeypatch):
    """Of a parent that has died; here it looks at nothing."""
    monkeypatch.setattr(children, "START", 0.0)
    monkeypatch.setattr(children, "GRACE", 1.0)
    with children._child(Calls({"sampler": "bad:holds_the_lock"}), Limits(0.5, inf)) as child:
        assert child.process.wait(60) == -signal.SIGALRM


# ------------------------------------------------------------------ parts


def test_a_function_is_the_same_in_other_processes(tmp_path):
    board = blackboard.new(tmp_path / "board")
    watching = confined.Watched(np.sum, board, os.getppid())
    assert watching([1, 2]) == 3 and board[blackboard.DRAWN] == 2
    assert pickle.loads(pickle.dumps(watching)) is np.sum
    assert watching.__name__ == "sum"


@pytest.mark.parametrize(
    ("first", "length"),
    [(5, 5), ((4, 3), 12), (np.int32(7), 7), (np.zeros(9), 9), ([1], 1), (2.5, 1)],
)
def test_values_of_a_call_are_counted(first, length):
    assert confined._length(first) == length


def test_a_call_that_raises_has_come_back(tmp_path):
    board = blackboard.new(tmp_path / "board")
    watching = confined.Watched(lambda size: 1 / 0, board, os.getppid())
    with pytest.raises(ZeroDivisionError):
        watching(8)
    assert board[blackboard.BEGAN] == 0
    blackboard.of(tmp_path / "board")[blackboard.STOP] = 1
    with pytest.raises(KeyboardInterrupt):
        watching(8)


def test_a_call_by_keyword_is_counted(tmp_path):
    board = blackboard.new(tmp_path / "board")
    confined.Watched(lambda *, size, rng: None, board, os.getppid())(size=(5, 2), rng=3)
    assert board[blackboard.DRAWN] == 10


def test_a_call_lasts_while_one_of_its_threads_does(tmp_path):
    board = blackboard.new(tmp_path / "board")
    gate, began = Event(), Event()

    def waits(size):
        if size:
            began.set()
            gate.wait(60)

    watching = confined.Watched(waits, board, os.getppid())
    thread = Thread(target=watching, args=(1,))
    thread.start()
    assert began.wait(60)
    watching(0)
    assert board[blackboard.BEGAN] > 0
    gate.set()
    thread.join(60)
    assert board[blackboard.BEGAN] == 0


def test_in_a_thread_a_stop_is_heard_by_the_main_one_alone(tmp_path):
    """An examination that calls from a thread would tell the exception as a fault."""
    board = blackboard.new(tmp_path / "board")
    board[blackboard.STOP] = 1
    watching = confined.Watched(lambda size: answers.append(size), board, os.getppid())
    answers = []
    with pytest.raises(KeyboardInterrupt):
        for size in range(2):
            thread = Thread(target=watching, args=(size,))
            thread.start()
            thread.join(60)
            time.sleep(0.01)
    assert answers == [0]
    thread = Thread(target=watching, args=(7,))
    thread.start()
    thread.join(60)
    time.sleep(0.01)
    assert answers == [0, 7]  # it is told once


@pytest.mark.parametrize(
    "text", ["", "f", ":f", "a:", "a:b:c.d", "a b:f", "1a:f", "a:f()", ".py:f", "a..b:f", "a.py:1"]
)
def test_what_is_no_name_of_a_function_is_refused(text):
    with pytest.raises(ValueError, match="must be module:function or file.py:function, got"):
        named.parts("--cdf", text)


def test_a_function_is_found_in_a_file_beside_its_own_modules(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    folder = tmp_path / "my-code"
    folder.mkdir()
    (folder / "beside.py").write_text("class Law:\n    @staticmethod\n    def f(): return 5")
    (folder / "my-file.py").write_text("from beside import Law\nassert __name__ == 'my-file'")
    assert named.found("sampler", f"{folder}/my-file.py:Law.f")() == 5
    assert named.file_of("sampler", f"{folder}/my-file.py:Law.f") == folder / "my-file.py"
    (folder / "pickle.py").write_text("f = 7 .__add__")
    assert named.found("sampler", f"{folder}/pickle.py:f")(1) == 8
    assert sys.modules["pickle"] is pickle
    assert named.file_of("sampler", "os.path:join") is None
    assert named.found("sampler", "os.path:join") is os.path.join
    with pytest.raises(ValueError, match=r"must be of a file that is there, got no\.py"):
        named.file_of("sampler", "no.py:f")


def test_less_memory_is_allowed_than_is_free(tmp_path, monkeypatch):
    assert 0 < memory.allowed() < inf
    assert 2**20 < memory.used(os.getpid()) < 2**40 and memory.used(2**30) == 0
    monkeypatch.setattr(memory, "OF_GROUP", str(tmp_path))
    free = memory.allowed()
    (tmp_path / "memory.max").write_text("8000\n")
    (tmp_path / "memory.current").write_text("4000\n")
    assert memory.allowed() == 3000
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.allowed() == pytest.approx(free, rel=0.5)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (3, "with status 3"),
        (-9, "by SIGKILL, as when memory"),
        (-6, "by SIGABRT"),
        (-250, "by signal"),
    ],
)
def test_how_a_process_ended_is_spelled(status, words):
    assert children._spelled(status).startswith(words)
