"""Any ``concurrent.futures.Executor`` as an engine: that of a caller, or of a library."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future

from .tasks import perform


class Shared:
    """An executor that begins and replaces its workers itself."""

    exact, losses = False, 3

    def __init__(
        self,
        executor: Executor,
        count: int,
        check: bytes,
        end: Callable[[], None] = lambda: None,
    ) -> None:
        self.count = count
        self._executor, self._check, self._end = executor, check, end

    def submit(self, content: bytes) -> Future:
        """A future of what ``perform(content)`` returns in one of the workers."""
        return self._executor.submit(perform, content, self._check)

    def refresh(self) -> None:
        """Nothing: who made the executor looks after its workers."""

    def close(self, at_once: bool) -> None:
        """End what was begun for this pool: nothing of a caller's executor."""
        self._end()
