"""Text for terminals of any encoding."""

import codecs
import os
import sys
from textwrap import wrap

from rich.console import Console

ROOM, INDENT = 60, "  "  # columns that a text beside its head has at least; below it
SPELLINGS = {"±": "+-", "≤": "<=", "≥": ">=", "×": "x", "−": "-", "–": "-", "…": "..."}


def spelled(error: UnicodeError) -> tuple[str, int]:
    """Characters that an encoding lacks, written with those that all have."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(SPELLINGS.get(c, "?") for c in text), error.end


codecs.register_error("spelled", spelled)


def width_of(console: Console) -> int | None:
    """Columns of a terminal, or as COLUMNS says; None for a file or a pipe, which has no end."""
    return console.width if console.is_terminal or "COLUMNS" in os.environ else None


def entry(head: str, text: str, width: int | None, encoding: str) -> list[str]:
    """Lines of a list, in characters of this encoding: beside its head if ``text`` has room there.

    Else the text stands below, indented.  Without a width all is one line, for other programs.
    """
    head, text = (part.encode(encoding, "spelled").decode(encoding) for part in (head, text))
    if width is None:
        return [f"{head}  {text}"]
    room = width - len(head) - 2
    if room >= ROOM:
        first, *others = wrap(text, room)
        return [f"{head}  {first}", *(" " * (len(head) + 2) + line for line in others)]
    indent = INDENT if width > len(INDENT) else ""
    return wrap(head, width) + wrap(text, width, initial_indent=indent, subsequent_indent=indent)


def accept_any_text() -> None:
    """Let standard output print what its encoding lacks, rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="spelled")
