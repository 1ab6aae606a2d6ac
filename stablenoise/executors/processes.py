"""Processes of this machine that do tasks: spawned, one thread each, gone when who began them is.

Each process has a thread here that hands it one task at a time, so that it is known which task a
process was lost with, and a pipe whose other end nobody else has, so that a process that is killed
in the middle of an answer is missed.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from multiprocessing import current_process, get_context, resource_tracker
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any, NamedTuple

from .printed import Printed, printed_to
from .stopping import ends_with
from .tasks import THREAD_COUNTS, limited_from_the_start, packed, perform, unpacked

PATIENCE = 10.0  # seconds until a process that has closed its pipe is ended
STARTS = 3  # processes in a row that end before their first task, until none is begun any more

_NOTHING = packed(int, ())


class WorkerLost(Exception):
    """A process ended in the middle of a task, for a reason of its own or from outside."""


class _Lane(NamedTuple):
    """One process, and the end here of the pipe to it."""

    process: Any
    connection: Connection


class Processes:
    """An engine of processes on this machine.

    Those that end are begun anew, by ``refresh``, as long as there are tasks for them.
    """

    losses = 3
    exact = True  # what is lost is the task that was running, and no other

    def __init__(self, count: int, check: bytes, wake: Callable[[], None]) -> None:
        if getattr(current_process(), "_inheriting", False):  # a program read again by a worker
            rule = "workers must be begun under `if __name__ == '__main__':`"
            raise ValueError(f"{rule}, got a program that begins them when it is imported")
        self.count = count
        self._check, self._wake = check, wake
        self._context = get_context("spawn")
        self._reader, self._writer = self._context.Pipe(duplex=False)
        self._printed = Printed()
        self._waiting: SimpleQueue[tuple[Future, bytes] | None] = SimpleQueue()
        self._lanes: set[_Lane] = set()
        self._threads: list[threading.Thread] = []
        self._unfinished = 0
        self._failed_starts = 0
        self._refusal: BaseException | None = None
        self._lock = threading.Lock()

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers that there are."""
        return sorted(lane.process.pid for lane in self._lanes)

    def submit(self, content: bytes) -> Future:
        """A future of what ``perform(content)`` returns in one of the processes."""
        future: Future = Future()
        with self._lock:
            self._unfinished += 1
        future.add_done_callback(self._one_less)
        self._waiting.put((future, content))
        return future

    def _one_less(self, future: Future) -> None:
        with self._lock:
            self._unfinished -= 1

    def refresh(self) -> None:
        """Begin the processes that are missing.

        Raises
        ------
        ValueError
            If the check of a worker raised one.
        OSError
            If processes end before they can be given a task.
        """
        if self._refusal is not None:
            raise self._refusal
        if self._failed_starts >= STARTS:
            seen = f"{self._failed_starts} that ended before their first task"
            raise OSError(f"processes of this machine must begin, got {seen}")
        while len(self._lanes) < min(self.count, self._unfinished):
            self._begin_one()

    def _begin_one(self) -> None:
        here, there = self._context.Pipe()
        heard, printed = self._context.Pipe(duplex=False)
        given = there, self._reader, printed, os.getpid(), self._check
        process = self._context.Process(target=_work, args=given, name="stablenoise-worker")
        with for_children():
            process.start()
        there.close()
        printed.close()
        self._printed.listen(heard)
        lane = _Lane(process, here)
        with self._lock:
            self._lanes.add(lane)
        thread = threading.Thread(target=self._serve, args=[lane], daemon=True)
        self._threads = [t for t in self._threads if t.is_alive()] + [thread]
        thread.start()

    def _serve(self, lane: _Lane) -> None:
        """Hand tasks to one process, one at a time, until there are no more or it is gone."""
        if self._greeted(lane):
            while (work := self._waiting.get()) is not None:
                if work[0].set_running_or_notify_cancel() and not self._done(lane, *work):
                    break
        lane.connection.close()  # which ends a process that is there
        lane.process.join()
        with self._lock:
            self._lanes.discard(lane)
        self._wake()

    def _greeted(self, lane: _Lane) -> bool:
        """Wait until a process is up, and has passed the check."""
        try:
            error = unpacked(lane.connection.recv_bytes()).error
        except (EOFError, OSError):
            self._failed_starts += 1
            return False
        self._failed_starts = 0
        self._refusal = self._refusal or error
        return error is None

    def _done(self, lane: _Lane, future: Future, content: bytes) -> bool:
        """Whether a process did a task; else it was lost with it."""
        try:
            lane.connection.send_bytes(content)
            answer = lane.connection.recv_bytes()
        except (EOFError, OSError):
            future.set_exception(WorkerLost(_ended(lane.process)))
            return False
        future.set_result(answer)
        return True

    def close(self, at_once: bool) -> None:
        """End all processes; those in the middle of a task too, if ``at_once``."""
        if at_once:
            self._writer.close()
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()
        self._writer.close()
        self._reader.close()
        self._printed.close()


def _ended(process: Any) -> str:
    """How a process ended that answers no more."""
    process.join(PATIENCE)
    code = process.exitcode
    if code is None:
        process.kill()
        return "its process did not answer"
    if code < 0:
        with suppress(ValueError):
            return f"its process was ended by {signal.Signals(-code).name}"
    return f"its process ended with status {code}"


@contextmanager
def for_children() -> Iterator[None]:
    """While it lasts, processes begin with one thread, and do not hear Ctrl-C."""
    resource_tracker.ensure_running()  # its start would let the signal through again
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    for name in THREAD_COUNTS:  # not in os.environ, which Numba reads again at any compilation
        os.putenv(name, "1")
    try:
        yield
    finally:
        for name in THREAD_COUNTS:
            if name in os.environ:
                os.putenv(name, os.environ[name])
            else:
                os.unsetenv(name)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _work(
    connection: Connection, stop: Connection, printed: Connection, parent: int, check: bytes
) -> None:
    """Do tasks that come through a pipe, in a process of their own, until it is closed."""
    printed_to(printed)
    ends_with(parent, stop)
    limited_from_the_start()
    connection.send_bytes(perform(check) if check else perform(_NOTHING))
    with suppress(EOFError, OSError):  # who would hear of it is gone
        while True:
            connection.send_bytes(perform(connection.recv_bytes()))
