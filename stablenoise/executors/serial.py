"""No workers: tasks are done in this process, one after the other, as outcomes are asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterator
from typing import Any

from ..checks import check_callable, told
from .tasks import Outcome, one_process, one_thread, perform, unpacked


class Serial:
    """A pool of one worker, which is this process."""

    count = 1
    bytes_sent = bytes_received = 0

    def __init__(self, check: bytes) -> None:
        self._waiting: deque[tuple[Hashable, Callable, tuple]] = deque()
        self._tokens: set[Hashable] = set()
        if check and (error := unpacked(perform(check)).error):
            raise error

    def submit(self, token: Hashable, function: Callable, *arguments: Any) -> None:
        """Add a task."""
        check_callable("function", function)
        if token in self._tokens:
            raise ValueError(f"token must be of no task that is under way, got {told(token)}")
        self._tokens.add(token)
        self._waiting.append((token, function, arguments))

    def finished(self) -> Iterator[tuple[Any, Outcome]]:
        """Do the tasks, in the order in which they were added."""
        try:
            while self._waiting:
                token, function, arguments = self._waiting.popleft()
                outcome = _outcome(function, arguments)
                self._tokens.discard(token)
                yield token, outcome
        except KeyboardInterrupt:
            self.cancel()
            raise

    def cancel(self) -> None:
        """Give up the tasks that have not begun."""
        self._waiting.clear()
        self._tokens.clear()

    def close(self, at_once: bool) -> None:
        """End the workers, of which there are none."""
        self.cancel()


def _outcome(function: Callable, arguments: tuple) -> Outcome:
    try:
        with one_thread(), one_process():
            return Outcome(function(*arguments))
    except (Exception, SystemExit) as error:
        return Outcome(error=error)
