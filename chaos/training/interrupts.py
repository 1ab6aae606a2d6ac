"""Ctrl-C that waits until a step is whole."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def deferred(wanted: bool) -> Iterator[Callable[[], bool]]:
    """Give a function that says whether Ctrl-C was pressed; a second one interrupts at once.

    Nothing is changed unless it is wanted, in the main thread, and Python's own handler is there.
    """
    pressed: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    main = threading.current_thread() is threading.main_thread()
    if not (wanted and main and before is signal.default_int_handler):
        yield lambda: False
        return

    def note(number: int, _frame: Any) -> None:
        pressed.append(number)
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)
