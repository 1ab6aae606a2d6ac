"""Somebody's functions at work in a child process, which is ended when they hang or eat memory.

The child is ``confined``; it sends reports as it goes on, so that there is one whatever happens.
"""

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader, BufferedWriter
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, NamedTuple

from . import blackboard, confined, memory
from .blackboard import ASKED, BEGAN, DRAWN, FORKED, STOP
from .confined import DONE, INTERRUPTED, READY, REFUSED

FAULT, STOPPED = "fault", "stopped"
TICK = 0.05  # seconds between two looks at the child
GRACE = 10.0  # seconds in which a child that is to stop may end by itself
SOFT = 0.75  # of the limit: no call is begun after that
HUNG = 0.2  # of the limit: a call that lasts as long at its end is one that hangs
KEPT = 1 << 16  # bytes of what is printed
START = 120.0  # seconds, at least, for a module to be imported
END = 1.0  # seconds in which what a process has written is read when it has ended
GIB = 2.0**30
OWN = b"stablenoise: compiling "
PROGRAM = f"""
import sys
sys.path[:] = sys.argv[1:]
del sys.argv[1:]
from {confined.__name__} import main
main()
"""


class Limits(NamedTuple):
    """What somebody's functions may take."""

    seconds: float
    memory: float  # bytes, of their process


class Ending(NamedTuple):
    """How a child has ended."""

    kind: str  # DONE, INTERRUPTED, REFUSED, FAULT or STOPPED
    sentence: str  # why, of the last three
    report: Any  # the last one, or None
    drawn: int  # values that were asked for or given
    printed: str  # the end of what somebody's code has printed


Tell = Callable[[int, Any], object]


def watch(task: confined.Task, limits: Limits, tell: Tell | None = None) -> Ending:
    """Run a task in a child process to its end, or to one of the limits.

    ``tell`` is called with the values drawn so far and the last report.  After Ctrl-C no further
    call is begun, and after a second one the child is ended at once.
    """
    with _interrupts() as interrupts, _child(task, limits) as child:
        watching = _Watching(task, child, limits, interrupts)
        while (ending := watching.looked()) is None:
            if tell is not None:
                tell(int(child.board[DRAWN]), watching.report)
        return ending


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Each Ctrl-C while it lasts, noted rather than raised: an exception could lose a message."""
    heard: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield heard
        return
    before = signal.getsignal(signal.SIGINT)
    if before not in (None, signal.SIG_IGN):  # as in the background
        signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        yield heard
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)


class _Child:
    """A process, its messages, and the end of what it prints."""

    def __init__(self, request: confined.Request) -> None:
        self.board = blackboard.new(request.board)
        self.messages: SimpleQueue = SimpleQueue()
        self.printed = bytearray()
        command, pipe = [sys.executable, "-c", PROGRAM, *sys.path], subprocess.PIPE
        self.process = subprocess.Popen(
            command, bufsize=0, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
        )
        self._readers = [
            threading.Thread(target=_read, args=(self.process.stdout, self.messages), daemon=True),
            threading.Thread(target=_keep, args=(self.process.stderr, self.printed), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        self._send(request)

    def _send(self, request: confined.Request) -> None:
        assert self.process.stdin is not None
        with suppress(BrokenPipeError), BufferedWriter(self.process.stdin) as stream:
            pickle.dump(request, stream)

    def settle(self) -> None:
        """Read what the process has written, once it has ended."""
        for reader in self._readers:
            reader.join(END)  # what it has started may hold the pipe

    def end(self) -> None:
        """End it, and what it has started."""
        if os.name == "posix":
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        else:
            self.process.kill()
        self.process.wait()
        self.settle()
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@contextmanager
def _child(task: confined.Task, limits: Limits) -> Iterator[_Child]:
    with tempfile.TemporaryDirectory(prefix="stablenoise-", ignore_cleanup_errors=True) as folder:
        alarm = 2 * max(limits.seconds, START) + GRACE
        child = _Child(confined.Request(task, str(Path(folder, "board")), alarm))
        try:
            yield child
        finally:
            child.end()


def _read(stream: Any, messages: SimpleQueue) -> None:
    """Messages of a child, until it ends: as bytes, for what they need may take long to import."""
    buffered = BufferedReader(stream)
    while len(head := buffered.read(8)) == 8:
        body = buffered.read(size := int.from_bytes(head, "big"))
        if len(body) == size:
            messages.put(body)
    buffered.detach()


def _keep(stream: Any, printed: bytearray) -> None:
    """The end of what it prints; what this package says while it waits is passed on at once."""
    while piece := stream.read(1 << 16):
        if piece.startswith(OWN):
            sys.stderr.write(f"{piece.decode(errors='replace').rstrip()}\n")
            continue
        printed += piece
        del printed[:-KEPT]


class _Watching:
    """What is known of a child, and when it must end."""

    def __init__(
        self, task: confined.Task, child: _Child, limits: Limits, interrupts: list[int]
    ) -> None:
        self.task, self.child, self.limits, self.interrupts = task, child, limits, interrupts
        self.report: Any = None
        self.ready = self.interrupted = self.soft = False
        self.until = monotonic() + max(limits.seconds, START)

    def looked(self) -> Ending | None:
        """How the child has ended, or None after a moment if it goes on."""
        return (
            self._heard()
            or self._ended()
            or self._interrupt()
            or self._too_long()
            or self._too_large()
        )

    def _heard(self) -> Ending | None:
        try:
            body = self.child.messages.get(timeout=TICK)
        except Empty:
            return None
        kind, content = pickle.loads(body)
        if kind in (DONE, INTERRUPTED, REFUSED):
            self.child.settle()  # it ends now, and what it has printed may come later
        if kind == REFUSED:
            return self._ending(kind, content)
        if kind == READY:
            self.ready, self.until = True, monotonic() + self.limits.seconds
        elif content is not None:
            self.report = content
        return self._through() if kind in (DONE, INTERRUPTED) else None

    def _through(self) -> Ending:
        """It has come to an end by itself."""
        if self.child.board[FORKED]:
            return self._ending(FAULT, "it forked, and a second process came back from it")
        if self.interrupted:
            return self._ending(INTERRUPTED)
        if self.soft:
            limit = f"the time limit of {self.limits.seconds:.4g} s"
            return self._ending(STOPPED, f"no further call was begun, to keep {limit}")
        return self._ending(DONE)

    def _ended(self) -> Ending | None:
        """It is no more, without a word."""
        status = self.child.process.poll()
        if status is None:
            return None
        self.child.settle()
        if not self.child.messages.empty():
            return None
        return self._at_fault(f"it ended the process {_spelled(status)}")

    def _too_long(self) -> Ending | None:
        left, seconds = self.until - monotonic(), self.limits.seconds
        if self.ready and not self.soft and left < (1 - SOFT) * seconds:
            self.soft, self.child.board[STOP] = True, 1
        if left > 0:
            return None
        if self.interrupted:
            return self._ending(INTERRUPTED)
        return self._hung() or self._ending(
            STOPPED, f"the time limit of {seconds:.4g} s came between two calls"
        )

    def _hung(self) -> Ending | None:
        """It has not come back from a call."""
        board, seconds = self.child.board, self.limits.seconds
        if not self.ready:
            return self._at_fault(f"it had not ended after {max(seconds, START):g} s")
        began = board[BEGAN]
        lasted = monotonic() - began if began else 0.0
        if lasted < HUNG * seconds:
            return None
        asked = f"a call for {board[ASKED]:,.0f} values, after {board[DRAWN]:,.0f},"
        return self._at_fault(f"{asked} had not come back after {lasted:.3g} s")

    def _too_large(self) -> Ending | None:
        size, limit = memory.used(self.child.process.pid), self.limits.memory
        if size <= limit:
            return None
        return self._at_fault(f"it took {size / GIB:.3g} of the {limit / GIB:.3g} GiB that it may")

    def _at_fault(self, sentence: str) -> Ending:
        """A module that cannot be imported is no fault of a function."""
        if self.ready:
            return self._ending(FAULT, sentence)
        modules = ", ".join(text.rpartition(":")[0] for text in self.task.names.values())
        return self._ending(REFUSED, f"{modules} must import: {sentence}")

    def _ending(self, kind: str, sentence: str = "") -> Ending:
        printed = bytes(self.child.printed).decode(errors="replace")
        return Ending(kind, sentence, self.report, int(self.child.board[DRAWN]), printed)

    def _interrupt(self) -> Ending | None:
        """The first Ctrl-C lets it end by itself, a second one does not wait."""
        if len(self.interrupts) > 1:
            return self._ending(INTERRUPTED)
        if self.interrupts and not self.interrupted:
            self.interrupted, self.child.board[STOP] = True, 1
            self.until = min(self.until, monotonic() + GRACE)
        return None


def _spelled(status: int) -> str:
    """How a process ended, in words."""
    if status == confined.CLOSED:
        return "as it could not be heard: its files were closed"
    if status >= 0:
        return f"with status {status}"
    with suppress(ValueError):
        name = signal.Signals(-status).name
        return f"by {name}, as when memory runs out" if name == "SIGKILL" else f"by {name}"
    return f"by signal {-status}"
