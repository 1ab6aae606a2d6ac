"""Text for terminals of any encoding."""

import codecs
import sys

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
