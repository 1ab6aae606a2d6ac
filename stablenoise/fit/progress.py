"""How far long work is: told to a function, or as a bar on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import monotonic

from ..checks import check_callable

__all__ = ["Progress", "bar", "teller"]

Progress = Callable[..., object]  # of what is done and in all, and, where there is one, a note
WIDTH = 30  # characters of a bar
PAUSE = 0.1  # seconds between two bars, at least


def teller(progress: bool | Progress, what: str, units: str) -> Progress:
    """What is told how much is done, of how much.

    True is a bar that says what is done and in which units; False is nothing.
    """
    if progress is True:
        return _Terminal(what, units)
    if progress is False:
        return lambda done, total, note="": None
    check_callable("progress", progress, of=f"{units} done and in all")
    return progress


def bar(done: int, total: int) -> str:
    """A bar in brackets, which is full when all is done."""
    full = WIDTH * min(done, total) // total
    return f"[{'#' * full}{'.' * (WIDTH - full)}]"


class _Terminal:
    """A bar on standard error, where there is one, which ends with its line."""

    def __init__(self, what: str, units: str) -> None:
        self._what, self._units, self._before = what, units, -PAUSE
        self._length = 0  # of the line before, which is written over

    def __call__(self, done: int, total: int, note: str = "") -> None:
        now, is_over = monotonic(), done >= total
        if sys.stderr is None or (now - self._before < PAUSE and not is_over):
            return
        self._before = now
        end = "\n" if is_over else ""
        shown = f"{self._what} {bar(done, total)} {done:,} of {total:,} {self._units}"
        shown += f", {note}" if note else ""
        sys.stderr.write(f"\r{shown.ljust(self._length)}{end}")
        self._length = len(shown)
        sys.stderr.flush()
