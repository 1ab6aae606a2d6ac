"""What workers print: brought to this process line by line, so that no display is broken by it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection

NOTICE = "stablenoise: "  # begins lines of our own, which all workers have to say
PATIENCE = 1.0  # seconds: a process that a task began may keep the pipe open
PIECE = 2**16  # bytes


class Printed:
    """Pipes for standard output and error of workers; their lines go to standard error here.

    Lines of different workers do not mix.  A notice of this package is told once.
    """

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._threads: list[threading.Thread] = []

    def listen(self, reader: Connection) -> None:
        """Bring the lines of a pipe, from now on."""
        thread = threading.Thread(target=self._bring, args=[reader], daemon=True)
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()

    def _bring(self, reader: Connection) -> None:
        with reader:
            for line in _lines(reader.fileno()):
                if line not in self._told:
                    print(f"{line}\n", end="", file=sys.stderr)
                if line.startswith(NOTICE):
                    self._told.add(line)

    def close(self) -> None:
        """Bring what there is, once the workers are gone."""
        for thread in self._threads:
            thread.join(PATIENCE)


def _lines(descriptor: int) -> Iterator[str]:
    """Lines of a pipe until all who write to it are gone, the last without an end, too."""
    rest = b""
    while piece := os.read(descriptor, PIECE):
        *lines, rest = (rest + piece).split(b"\n")
        yield from (line.decode(errors="replace") for line in lines)
    if rest:
        yield rest.decode(errors="replace")


def printed_to(writer: Connection) -> None:
    """Let all that this process prints go to a pipe, line by line."""
    for descriptor, stream in (1, sys.stdout), (2, sys.stderr):
        if stream is not None:  # who began this process may have closed its own
            stream.flush()
            stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
        os.dup2(writer.fileno(), descriptor)
    writer.close()
