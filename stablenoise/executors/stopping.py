"""The end of a worker: when it is asked to, or alone; and what a long task can do about it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

LOOKS = 1.0  # seconds from one look to the next, whether who began a process is there

_STOPPED = threading.Event()  # in a process that does tasks: it was asked to end
_PARENT: list[int] = []  # there: who began it
_AT_WORK = [0]  # there: tasks that end by themselves
_CHANGE = threading.Condition()  # there: held while a task begins or ends


def ends_with(parent: int, stop: Connection) -> None:
    """End this process once ``parent``, which began it, is gone, or has closed the pipe ``stop``.

    The parent is told and not asked of the system, as it may be gone by now.
    """
    _PARENT[:] = [parent]
    threading.Thread(target=_end_if_alone, args=[stop], daemon=True).start()


def _end_if_alone(stop: Connection) -> None:
    while not stop.poll(LOOKS) and not _is_alone():
        pass
    _STOPPED.set()
    with _CHANGE:
        _CHANGE.wait_for(lambda: not _AT_WORK[0])
        os._exit(1)


def _is_alone() -> bool:
    return bool(_PARENT) and os.getppid() != _PARENT[0]


def asked_to_stop() -> bool:
    """Whether a long task should stop: it was asked to, or nobody waits for it any more.

    Returns
    -------
    bool
        False where no worker runs.

    Examples
    --------
    >>> asked_to_stop()
    False

    """
    return _STOPPED.is_set() or _is_alone() or _is_cancelled()


def _is_cancelled() -> bool:
    """Whether this is a task of Dask that was given up by who submitted it."""
    if "distributed" not in sys.modules:
        return False
    from distributed import get_worker

    try:
        worker = get_worker()
        task = worker.state.tasks.get(worker.get_current_task())
    except ValueError:  # in no worker
        return False
    return task is None or task.state in ("cancelled", "resumed")


@contextmanager
def ends_itself() -> Iterator[None]:
    """While it lasts, a task is not ended in the middle: it looks at ``asked_to_stop`` itself.

    Returns
    -------
    context manager
        Without it a process ends at once, task or not, when it is asked to or left alone.

    Examples
    --------
    >>> with ends_itself():
    ...     for step in range(3):
    ...         if asked_to_stop():
    ...             break
    >>> step
    2

    """
    _add(1)
    try:
        yield
    finally:
        _add(-1)


def _add(tasks: int) -> None:
    with _CHANGE:
        _AT_WORK[0] += tasks
        _CHANGE.notify_all()
