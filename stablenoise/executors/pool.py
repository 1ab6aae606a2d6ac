"""A pool: tasks that wait, a bounded number of them with the workers, outcomes as they come."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Protocol

from ..checks import check_callable, one_line, said_by, told
from .processes import WorkerLost
from .tasks import LONGEST, Outcome, WorkerRefused, packed, unpacked

AHEAD = 3  # tasks that are with the workers, for each of them: the others are not packed yet


class Engine(Protocol):
    """What does tasks: packed ones, of which it gives futures."""

    exact: bool
    """Whether a task is lost only if it was the one that its worker was doing."""
    losses: int
    """Times that a task may be lost with its worker."""

    @property
    def count(self) -> int: ...

    def submit(self, content: bytes) -> Future: ...

    def refresh(self) -> None:
        """Begin workers that are missing; raise if there can be none any more."""

    def close(self, at_once: bool) -> None: ...


@dataclass(eq=False, slots=True)
class _Task:
    token: Hashable
    function: Callable
    arguments: tuple
    losses: int = 0


class Pool:
    """Workers of any engine, and the tasks that they are given."""

    def __init__(self, engine: Engine, done: SimpleQueue) -> None:
        self._engine, self._done = engine, done
        self._waiting: deque[_Task] = deque()
        self._suspects: deque[_Task] = deque()  # lost with a worker, perhaps not by their fault
        self._running: dict[Future, _Task] = {}
        self._tokens: set[Hashable] = set()
        self.bytes_sent = self.bytes_received = 0

    @property
    def count(self) -> int:
        """Number of workers."""
        return self._engine.count

    def submit(self, token: Hashable, function: Callable, *arguments: Any) -> None:
        """Add a task; the workers may begin with it at once."""
        check_callable("function", function)
        if token in self._tokens:
            raise ValueError(f"token must be of no task that is under way, got {told(token)}")
        self._tokens.add(token)
        self._waiting.append(_Task(token, function, arguments))
        self._fill()

    def finished(self) -> Iterator[tuple[Any, Outcome]]:
        """Tokens and outcomes, as they come, until all that was submitted is done."""
        try:
            while self._tokens:
                self._fill()
                future = self._done.get()
                if future in self._running:  # else a worker is gone, and another may be begun
                    task = self._running.pop(future)
                    outcome = self._came_of(task, future)
                    self._fill()
                    if outcome is not None:
                        self._tokens.discard(task.token)
                        yield task.token, outcome
        except KeyboardInterrupt:
            self.cancel()
            raise

    def _fill(self) -> None:
        """Give tasks to the engine: a few for each worker, or one that is suspected alone."""
        while self._suspects or self._waiting:
            if len(self._running) >= self._most():
                break
            self._start((self._suspects or self._waiting).popleft())
        self._engine.refresh()

    def _most(self) -> int:
        """Tasks that may be under way: one, where it is not known whose fault a loss was."""
        is_suspected = self._suspects or any(task.losses for task in self._running.values())
        if is_suspected and not self._engine.exact:
            return 1
        return AHEAD * self._engine.count

    def _start(self, task: _Task) -> None:
        try:
            content = packed(task.function, task.arguments)
            future = self._engine.submit(content)
        except Exception as error:  # it cannot be packed, or the engine is broken
            future = Future()
            future.set_exception(error)
            content = b""
        self.bytes_sent += len(content)
        self._running[future] = task
        future.add_done_callback(self._done.put)

    def _came_of(self, task: _Task, future: Future) -> Outcome | None:
        """What came of a task; None if it is to be done again."""
        try:
            content = future.result()
        except (Exception, CancelledError) as error:
            return self._lost(task, error)
        self.bytes_received += len(content)
        outcome = unpacked(content)
        if isinstance(outcome.error, WorkerRefused):
            return self._lost(task, outcome.error)
        return outcome

    def _lost(self, task: _Task, error: BaseException) -> Outcome | None:
        """Nothing that a task raises comes here, only what workers and engines do."""
        self._engine.refresh()
        task.losses += 1
        is_lost = isinstance(error, WorkerLost) or type(error).__name__ == "KilledWorker"
        if (is_lost or isinstance(error, WorkerRefused)) and task.losses < self._engine.losses:
            (self._waiting if self._engine.exact else self._suspects).appendleft(task)
            return None
        said = one_line(f"{said_by(error) or type(error).__name__}", LONGEST)
        if is_lost:
            said = f"lost with its worker {task.losses} times, the last time as {said}"
        return Outcome(error=RuntimeError(said))

    def cancel(self) -> None:
        """Give up the tasks that have not begun."""
        self._waiting.clear()
        self._suspects.clear()
        for future in self._running:
            future.cancel()
        self._tokens = {task.token for task in self._running.values()}

    def close(self, at_once: bool) -> None:
        """End the workers; ``at_once`` if a task is unfinished, too."""
        at_once = at_once or bool(self._tokens)
        self.cancel()
        self._engine.close(at_once)
