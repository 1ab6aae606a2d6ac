"""What goes to a worker and comes back, as bytes: a function with arguments, and its outcome."""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

from ..checks import one_line, said_by

LONGEST = 300  # characters of an error that cannot travel as it is
THREAD_COUNTS = (  # read by libraries when they are loaded
    *("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"),
    *("VECLIB_MAXIMUM_THREADS", "NUMBA_NUM_THREADS"),
)


class WorkerRefused(Exception):
    """A worker does not pass the check, and did not do the task."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task: a value, or the exception that it raised or was lost with.

    Parameters
    ----------
    value : object, optional
        What its function returned.
    error : BaseException, optional
        None if it returned.

    Examples
    --------
    >>> Outcome(9)
    Outcome(value=9, error=None)

    """

    value: Any = None
    error: BaseException | None = None


def packed(function: Callable, arguments: tuple) -> bytes:
    """A call as bytes; the function is named in them, and imported by the worker."""
    return pickle.dumps((function, arguments), pickle.HIGHEST_PROTOCOL)


def perform(content: bytes, check: bytes = b"") -> bytes:
    """Do a task in this process, after the check of the process; its outcome as bytes.

    Nothing is raised: what a task raises, ``SystemExit`` too, ends the task and not the worker.
    """
    try:
        with one_thread(), one_process():
            _checked(check)
            function, arguments = pickle.loads(content)
            return pickle.dumps(Outcome(function(*arguments)), pickle.HIGHEST_PROTOCOL)
    except BaseException as error:
        return pickle.dumps(Outcome(error=_portable(error)), pickle.HIGHEST_PROTOCOL)


@contextmanager
def one_process() -> Iterator[None]:
    """A copy of this process that a task has forked ends with it: else a task has two answers."""
    here = os.getpid()
    try:
        yield
    finally:
        if os.getpid() != here:
            os._exit(0)


def unpacked(content: bytes) -> Outcome:
    """The outcome in what a worker sent back."""
    try:
        return pickle.loads(content)
    except Exception as error:  # of classes that this process cannot import
        return Outcome(error=RuntimeError(f"what a task returned cannot be read: {_told(error)}"))


@cache
def _checked(check: bytes) -> None:
    """Call the check of a worker, once in each process unless it raises."""
    if check:
        function, arguments = pickle.loads(check)
        try:
            function(*arguments)
        except BaseException as error:
            raise WorkerRefused(_told(error)) from None


def _portable(error: BaseException) -> BaseException:
    """An exception that can be sent, with its traceback as a note."""
    error.add_note("in a worker:\n" + "".join(traceback.format_exception(error)))
    try:
        copy = pickle.loads(pickle.dumps(error))
        unchanged = type(copy) is type(error) and said_by(copy) == said_by(error)
    except Exception:  # a class that asks for other arguments than it keeps, say
        unchanged = False
    return error if unchanged else RuntimeError(_told(error))


def _told(error: BaseException) -> str:
    return one_line(f"{type(error).__name__}: {said_by(error)}", LONGEST)


class _Scope:
    """What is limited in this process while somebody in it has workers that may be its threads."""

    def __init__(self) -> None:
        self.users = 0
        self.limits: list[Any] = []
        self.modules = 0  # that were loaded when BLAS was last looked for
        self.lock = Lock()

    def limit(self) -> None:
        """Limit the libraries that have been loaded since."""
        import scipy.linalg  # noqa: F401  # a library of its own, which a task would load too late

        with self.lock:
            if self.modules != len(sys.modules):
                self.limits.append(_limit_blas())
                self.modules = len(sys.modules)

    def restore(self) -> None:
        """Give all libraries as many threads as they had, those limited last first."""
        for limits in reversed(self.limits):
            if limits is not None:
                limits.restore_original_limits()
        self.limits, self.modules = [], 0


_SCOPE = _Scope()
_LIMITED = [False]  # whether this is a process whose threads were limited before it began


def limited_from_the_start() -> None:
    """Note that this process began with one thread of each library."""
    _LIMITED[0] = True


@contextmanager
def one_thread_here() -> Iterator[None]:
    """While it lasts, this process has one thread of BLAS, whatever threads of it do tasks."""
    _SCOPE.users += 1
    _SCOPE.limit()
    try:
        yield
    finally:
        _SCOPE.users -= 1
        if not _SCOPE.users:
            _SCOPE.restore()


@contextmanager
def one_thread() -> Iterator[None]:
    """One thread of BLAS and of Numba while a task runs.

    A process of somebody else's pool keeps them afterwards: it is there for tasks.  Where tasks are
    threads of the process that submits them, ``one_thread_here`` gives them back.
    """
    if _LIMITED[0]:
        yield
        return
    if not _SCOPE.users:
        _limit_what_is_loaded_later()
    import numba

    before = numba.get_num_threads()
    numba.set_num_threads(1)  # before the limit: it may load a library of threads
    _SCOPE.limit()
    try:
        yield
    finally:
        numba.set_num_threads(before)


def _limit_what_is_loaded_later() -> None:
    """One thread for libraries that read their number from the environment."""
    loaded = "numba" in sys.modules  # which does not let its number of threads change
    names = [name for name in THREAD_COUNTS if not (loaded and name.startswith("NUMBA"))]
    os.environ.update(dict.fromkeys(names, "1"))


def _limit_blas() -> Any:
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:  # of an extra
        return None
    return threadpool_limits(1)
