"""Text for terminals of any encoding, and the interrupts that come from them."""

import codecs
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SPELLINGS = {"±": "+-", "≤": "<=", "≥": ">=", "×": "x", "−": "-", "–": "-", "…": "..."}


def spelled(error: UnicodeError) -> tuple[str, int]:
    """Characters that an encoding lacks, written with those that all have."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(SPELLINGS.get(c, "?") for c in text), error.end


codecs.register_error("spelled", spelled)


def cut(line: str, width: int, encoding: str) -> str:
    """The line in characters of this encoding, and no longer than ``width``."""
    spelt = line.encode(encoding, "spelled").decode(encoding).rstrip()
    return spelt if len(spelt) <= width else spelt[: max(width - 3, 0)] + "..."[:width]


def accept_any_text() -> None:
    """Let standard output print what its encoding lacks, rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="spelled")


@contextmanager
def heeding_interrupts() -> Iterator[Callable[[], None]]:
    """Give a function that raises KeyboardInterrupt if one has come since and was lost.

    Python loses one that falls into a destructor or into a callback of compiled code.
    """
    came = False

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal came
        came = True
        raise KeyboardInterrupt

    def stop_if_it_came() -> None:
        if came:
            raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)
    elsewhere = threading.current_thread() is not threading.main_thread()
    if elsewhere or before is not signal.default_int_handler:  # the caller's own, or none wanted
        yield stop_if_it_came
        return
    signal.signal(signal.SIGINT, interrupt)
    try:
        yield stop_if_it_came
    finally:
        signal.signal(signal.SIGINT, before)
