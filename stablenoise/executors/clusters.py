"""The workers of a Dask scheduler, or of a cluster on this machine, as an engine."""

from __future__ import annotations

import asyncio
import platform
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from typing import Any

from ..checks import one_line, said_by, told
from .processes import for_children
from .tasks import LONGEST, perform, unpacked

ANSWERS_WITHIN = 10.0  # seconds that a scheduler may take to answer
LOOKS = 2.0  # seconds from one look at who the workers are to the next


class DaskWorkers:
    """The workers that a client of Dask knows, new ones too, if their versions are those here."""

    exact = False

    def __init__(self, client: Any, executor: Any, check: bytes, losses: int) -> None:
        self.losses = losses
        self._client, self._executor, self._check = client, executor, check
        self._ends: list[Callable[[], Any]] = []
        self._good: dict[str, int] = {}  # addresses of workers, and their threads
        self._refused: dict[str, str] = {}  # and why others get no tasks
        self._looked = -LOOKS

    @property
    def count(self) -> int:
        """Threads of all workers, at least 1."""
        return sum(self._good.values()) or 1

    def submit(self, content: bytes) -> Future:
        """A future of what ``perform(content)`` returns in one of the workers."""
        some = {"workers": list(self._good), "allow_other_workers": False} if self._refused else {}
        return self._executor.submit(perform, content, self._check, **some)

    def refresh(self) -> None:
        """Look who the workers are.

        Raises
        ------
        ConnectionError
            If the scheduler is gone.
        ValueError
            If all workers have other versions, or do not pass the check.
        """
        if self._client.status != "running":
            raise ConnectionError("the Dask scheduler is gone, and with it the tasks under way")
        if time.monotonic() - self._looked < LOOKS:
            return
        self._looked = time.monotonic()
        try:
            there = self._client.nthreads()
        except OSError as error:
            raise ConnectionError(f"the Dask scheduler is gone: {_told(error)}") from None
        self._refused = {address: why for address, why in self._refused.items() if address in there}
        new = there.keys() - self._good.keys() - self._refused.keys()
        self._refused |= self._wrong(sorted(new))
        self._good = {a: n for a, n in there.items() if a not in self._refused}
        if self._refused and not self._good:
            raise ValueError(min(self._refused.values()))

    def _wrong(self, addresses: list[str]) -> dict[str, str]:
        """Those of some workers that may not do tasks, and why."""
        if not addresses:
            return {}
        ask = self._client.run
        seen = ask(versions, self._check, workers=addresses, on_error="return")
        here = versions(b"")[0]
        return {a: why for a, answer in seen.items() if (why := _why(a, answer, here))}

    def close(self, at_once: bool) -> None:
        """End the client and the cluster that were begun for this pool."""
        for end in self._ends:
            end()

    def ends(self, *ends: Callable[[], Any]) -> DaskWorkers:
        """Itself, which does this when it is closed."""
        self._ends += ends
        return self


def versions(check: bytes) -> tuple[dict[str, str], bytes]:
    """Versions in this process that tasks depend on, and what the check says of it."""
    import distributed

    python = ".".join(platform.python_version_tuple()[:2])
    names = {"stablenoise": import_module("stablenoise").__version__, "python": python}
    return names | {"distributed": distributed.__version__}, perform(check) if check else b""


def _why(address: str, answer: Any, here: dict[str, str]) -> str:
    """Why a worker may do no tasks, in one line; empty if it may."""
    if isinstance(answer, BaseException):
        return f"workers must be able to import stablenoise.executors, got {_told(answer)}"
    there, checked = answer
    for name, version in here.items():
        if there[name] != version:
            return f"workers must have {name} {version}, got {there[name]} at {address}"
    error = unpacked(checked).error if checked else None
    return "" if error is None else f"{said_by(error)} at {address}"


def _told(error: BaseException) -> str:
    return one_line(f"{type(error).__name__}: {said_by(error)}", LONGEST)


def of_client(executor: Any, check: bytes) -> DaskWorkers:
    """The engine of ``Client.get_executor``, which is a caller's."""
    return _looked_at(DaskWorkers(executor._client, executor, check, losses=2))


def cluster(scheduler: str | None, count: int, check: bytes) -> DaskWorkers:
    """The workers of a scheduler, or ``count`` processes of this machine.

    A scheduler of others takes a task for lost after four losses; one here after each.
    """
    try:
        import distributed
    except ImportError as error:
        rule = 'dask and distributed must be installed (pip install "stablenoise[dask]")'
        raise ValueError(f"{rule}, got {said_by(error)}") from None
    if scheduler is not None:
        client = _connected(distributed, scheduler)
        executor = client.get_executor(pure=False)
        engine = DaskWorkers(client, executor, check, losses=2).ends(client.close)
    else:
        local = _local(distributed, count)
        client = distributed.Client(local, set_as_default=False)
        executor = client.get_executor(pure=False)
        engine = DaskWorkers(client, executor, check, losses=3).ends(client.close, local.close)
    return _looked_at(engine)


def _looked_at(engine: DaskWorkers) -> DaskWorkers:
    try:
        engine.refresh()
    except BaseException:
        engine.close(at_once=True)
        raise
    return engine


def _connected(distributed: Any, scheduler: str) -> Any:
    rule = f"scheduler must be the address of one that answers within {ANSWERS_WITHIN:.0f} s"
    try:
        with ThreadPoolExecutor(1) as thread:  # this one may have a loop that runs
            thread.submit(asyncio.run, _asked(distributed, scheduler)).result()
        return distributed.Client(scheduler, timeout=ANSWERS_WITHIN, set_as_default=False)
    except Exception as error:  # whatever listens there may answer anything
        raise ValueError(f"{rule}, got {told(scheduler)}: {_told(error)}") from None


async def _asked(distributed: Any, scheduler: str) -> None:
    """Ask a scheduler who it is: a client that is refused would take long to give up."""
    asked = distributed.rpc(scheduler, timeout=ANSWERS_WITHIN)
    try:
        await asyncio.wait_for(asked.identity(), ANSWERS_WITHIN)
    finally:
        await asked.close_rpc()


def _local(distributed: Any, count: int) -> Any:
    """Processes of one thread each on 127.0.0.1, and a scheduler in a thread of this process."""
    import dask

    settings = {
        "distributed.scheduler.allowed-failures": 0,
        "distributed.nanny.environ.NUMBA_NUM_THREADS": 1,  # "pre-spawn" would set it here, too
        "distributed.nanny.environ.STABLENOISE_QUIET": 1,  # they share this terminal
    }
    with dask.config.set(settings), for_children():
        return distributed.LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            silence_logs=50,  # what a lost worker means is said by the pool
        )
