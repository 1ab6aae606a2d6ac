"""What a child process does: it finds somebody's functions, examines them, and says how it goes.

It is started by ``children``.  It reads what to do from standard input, and answers on what was its
standard output: what somebody's code prints goes to standard error, whatever it is printed on.
"""

import faulthandler
import os
import pickle
import signal
import sys
import traceback
from _thread import interrupt_main
from collections.abc import Callable, Mapping
from functools import update_wrapper
from itertools import chain
from operator import index
from threading import Lock, current_thread, main_thread
from time import monotonic, sleep
from typing import Any, BinaryIO, NamedTuple, Protocol

import numpy as np

from ..checks import one_line
from . import blackboard, named
from .blackboard import ASKED, BEGAN, DRAWN, FORKED, STOP

READY, SO_FAR, DONE, REFUSED, INTERRUPTED = "ready", "so far", "done", "refused", "interrupted"
TOLD = 300  # characters of an error
LONGEST = 2.0**31  # seconds of an alarm
MOMENT = 0.5  # seconds in which a second process, if there is one, comes back
HEEDED = 2.0  # on the board, of a stop that the main thread hears of
CLOSED = 74  # exit status of a process whose files somebody's code has closed


class Task(Protocol):
    """An examination: functions by the option that names them, and what is done with them."""

    @property
    def names(self) -> Mapping[str, str]:
        """What the options say."""

    def run(self, functions: Mapping[str, Callable], so_far: Callable[[Any], object]) -> Any:
        """The report; ``so_far`` takes those before it."""


class Request(NamedTuple):
    """What the child is told."""

    task: Task
    board: str  # its file
    alarm: float  # seconds after which the system ends the child, should its parent have died


class Watched:
    """Somebody's function, whose calls the parent sees, and before which it may stop."""

    def __init__(self, function: Callable, board: np.memmap, parent: int) -> None:
        self._function, self._board = function, board
        self._parent, self._own = parent, os.getpid()
        self._lock, self._running = Lock(), 0  # calls in several threads last together
        update_wrapper(self, function, updated=())

    def __call__(self, *given: Any, **by_name: Any) -> Any:
        self._heed()
        numbers = _length(next(chain(given, by_name.values()), ()))
        with self._lock:
            self._running += 1
            self._board[ASKED], self._board[BEGAN] = numbers, monotonic()
        try:
            answer = self._function(*given, **by_name)
            self._board[DRAWN] += numbers
            return answer
        finally:
            with self._lock:
                self._running -= 1
                if not self._running:
                    self._board[BEGAN] = 0

    def _heed(self) -> None:
        """Stop if the parent says so, or is no more."""
        if os.getpid() == self._own and os.getppid() != self._parent:
            os._exit(1)  # nobody is left who would hear
        if not self._board[STOP]:
            return
        if current_thread() is main_thread():
            raise KeyboardInterrupt
        if self._board[STOP] != HEEDED:  # the main thread waits for this one, and hears of it then
            self._board[STOP] = HEEDED
            interrupt_main()

    def __reduce__(self) -> tuple:  # in other processes it is the function alone
        return _itself, (self._function,)


def _itself(function: Callable) -> Callable:
    return function


def _length(first: Any) -> float:
    """How many numbers a call asks for, by a size or a shape, or is given."""
    if isinstance(first, tuple):
        return float(np.prod(first))
    try:
        return float(index(first))
    except TypeError:
        return float(np.size(first))


class Channel:
    """Where the child says how it goes."""

    def __init__(self, stream: BinaryIO, board: np.memmap) -> None:
        self._stream, self._board, self._own = stream, board, os.getpid()

    def send(self, kind: str, content: Any = None) -> None:
        """A message, with its length before it."""
        if os.getpid() != self._own:  # somebody's code forked, and both processes came back
            self._board[FORKED] = 1
            os._exit(0)
        body = pickle.dumps((kind, content))
        try:
            self._stream.write(len(body).to_bytes(8, "big") + body)
            self._stream.flush()
        except OSError:
            os._exit(CLOSED)


def main() -> None:
    """Do what standard input says, and end."""
    stream = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    request = pickle.load(sys.stdin.buffer)
    faulthandler.enable()
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, min(request.alarm, LONGEST))
    board = blackboard.of(request.board)
    _examined(request.task, board, Channel(stream, board))
    sys.stdout.flush()
    # At once: what somebody's code left to be done at the end, or threads of it, may hang.
    os._exit(0)


def _examined(task: Task, board: np.memmap, channel: Channel) -> None:
    parent = os.getppid()
    try:
        functions = {option: named.found(option, text) for option, text in task.names.items()}
        watched = {option: Watched(f, board, parent) for option, f in functions.items()}
        channel.send(READY)
        report = task.run(watched, lambda report: channel.send(SO_FAR, report))
    except KeyboardInterrupt:
        channel.send(INTERRUPTED)
    except ValueError as error:
        channel.send(REFUSED, one_line(str(error), TOLD))
    except Exception as error:  # of the examination itself
        traceback.print_exc()
        channel.send(REFUSED, one_line(f"{type(error).__name__}: {error}", TOLD))
    else:
        _wait_for_others(board)
        channel.send(DONE, report)


def _wait_for_others(board: np.memmap) -> None:
    """While there are processes that somebody's code has forked: they may come back as well."""
    until = monotonic() + MOMENT
    while hasattr(os, "fork") and not board[FORKED] and monotonic() < until:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                sleep(MOMENT / 100)
        except ChildProcessError:  # there is none
            return
