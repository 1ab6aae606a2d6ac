"""Workers that do tasks side by side: the one place that knows engines.

  ``workers``        a pool: processes of this machine, a Dask cluster, MPI, or any Executor
  ``Outcome``        what came of a task: a value or an exception
  ``asked_to_stop``  for a long task: whether it should stop
  ``ends_itself``    for a long task: it is not ended in the middle

A task is a function that workers can import, with arguments that can be pickled.  It depends on
its arguments alone, as it may be done in any process, in any order, and twice.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager
from queue import SimpleQueue
from typing import Any

from ..checks import check_callable, check_integer, told
from .clusters import cluster, of_client
from .message_passing import ranks
from .pool import Engine, Pool
from .processes import Processes
from .serial import Serial
from .shared import Shared
from .stopping import asked_to_stop, ends_itself
from .tasks import Outcome, one_thread_here, packed

__all__ = ["NAMES", "Outcome", "asked_to_stop", "ends_itself", "workers"]

NAMES = "local", "serial", "dask", "mpi"


def workers(
    executor: str | Executor = "local",
    count: int | None = None,
    scheduler: str | None = None,
    check: Callable | None = None,
) -> AbstractContextManager[Pool | Serial]:
    """A pool of workers, which begins and ends with a ``with`` statement.

    Parameters
    ----------
    executor : str or Executor, optional
        "local": processes of this machine.  "serial": this process.  "dask": the workers of a
        Dask scheduler, or, without one, of a cluster on this machine that ends with the pool.
        "mpi": the other processes of ``mpiexec -n N python -m mpi4py.futures``.  Or any
        ``concurrent.futures.Executor``, which is left open.
    count : int, optional
        Workers, in [1, 65536): by default one for each processor that this process may use.  What
        a scheduler, MPI or an executor has is not changed by it.
    scheduler : str, optional
        Address of a Dask scheduler, such as "tcp://10.0.0.1:8786".
    check : callable, optional
        Called without arguments in each worker before its first task; what it raises ends the
        pool of "local", or is the outcome of the task.  It can be imported, as a task can, or is a
        ``functools.partial`` of what can.

    Returns
    -------
    context manager of Pool
        With ``submit(token, function, *arguments)``, where ``token`` names the task;
        ``finished()``, an iterator of (token, ``Outcome``) as they come, which ends when all that
        was submitted is done; and ``count``, the number of workers.  Tasks may be submitted while
        outcomes come.

    Raises
    ------
    ValueError
        If an argument is none of these, a scheduler does not answer, or a library is missing.

    Notes
    -----
    At most a few tasks a worker are packed and sent ahead, so that many thousands may be
    submitted.  Each task has one thread of BLAS and of Numba.  A task that is lost with its worker
    is done again; after three losses its outcome is an error.  Ctrl-C, or any other exception,
    gives up what has not begun, and ends processes that were begun for the pool, but for tasks
    that end by themselves (``ends_itself``).  Processes end when who began them is gone.

    Examples
    --------
    >>> from math import factorial
    >>> with workers("serial") as pool:
    ...     for n in 3, 4:
    ...         pool.submit(n, factorial, n)
    ...     for token, outcome in pool.finished():
    ...         print(token, outcome.value)
    3 6
    4 24

    """
    if not (isinstance(executor, Executor) or (isinstance(executor, str) and executor in NAMES)):
        rule = f"executor must be one of {', '.join(NAMES)} or an Executor"
        raise ValueError(f"{rule}, got {told(executor)}")
    if count is not None:
        check_integer("count", count, 1, 2**16)
    if not (scheduler is None or isinstance(scheduler, str)):
        raise ValueError(f"scheduler must be an address, got {told(scheduler)}")
    if scheduler is not None and executor != "dask":
        raise ValueError(f"executor must be dask where a scheduler is named, got {told(executor)}")
    return _begun(executor, count or _processors(), scheduler, _packed(check))


def _packed(check: Callable | None) -> bytes:
    """A check as bytes; none if there is none."""
    if check is None:
        return b""
    check_callable("check", check)
    try:
        return packed(check, ())
    except Exception:
        raise ValueError(f"check must be one that can be pickled, got {told(check)}") from None


@contextmanager
def _begun(
    executor: str | Executor, count: int, scheduler: str | None, check: bytes
) -> Iterator[Pool | Serial]:
    pool: Pool | Serial
    if executor == "serial":
        pool = Serial(check)
    else:
        done: SimpleQueue = SimpleQueue()
        pool = Pool(_engine(executor, count, scheduler, check, done), done)
    ended = False
    try:
        with one_thread_here():
            yield pool
        ended = True
    finally:
        pool.close(at_once=not ended)


def _engine(
    executor: Any, count: int, scheduler: str | None, check: bytes, done: SimpleQueue
) -> Engine:
    if isinstance(executor, Executor):
        if hasattr(executor, "_client"):  # of Dask
            return of_client(executor, check)
        return Shared(executor, getattr(executor, "_max_workers", None) or count, check)
    if executor == "dask":
        return cluster(scheduler, count, check)
    if executor == "mpi":
        return ranks(count, check)
    return Processes(count, check, lambda: done.put(None))


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
