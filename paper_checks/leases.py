"""Which rows other runs on the same folder are at work on, so that a second one helps the first.

Each run has one small file, ``running/HOST-PROCESS-NUMBER.json``, with the digests of what it
computes at present; others do something else meanwhile.  A lease only saves work: where it fails,
because two runs begin at once or a file system is slow, both compute the same rows and write the
same file.  The lease of a run that is gone is passed over, and removed.  The file is written when
something changes, but so seldom that it takes a twentieth of the time, or each half second; what a
run begins with is told at once.
"""

import json
import os
import platform
import re
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import TracebackType

from stablenoise.data import files

from .evidence import OutputError

BEAT = 5.0  # seconds between signs of life
# Until the file is written again: so many times what it took of the processor, or this long.
PAUSES, PAUSE = 20, 0.5
SILENCE = 60.0  # after so many seconds without one a run counts as gone
NUMBERS = count()  # of the runs of this process


class NoLeases:
    """Leases of a run that keeps nothing: nobody could help it."""

    def hold(self, digests: Iterable[str]) -> None:
        """Tell nobody."""

    def release(self, digests: Iterable[str]) -> None:
        """Tell nobody."""

    def of_others(self) -> frozenset[str]:
        """Nothing."""
        return frozenset()

    def __enter__(self) -> "NoLeases":
        return self

    def __exit__(self, *_: object) -> None:
        return None


class Leases:
    """What this run computes at present, and what others do.

    Parameters
    ----------
    out : Path
        Folder of the ledger.

    """

    def __init__(self, out: Path) -> None:
        self._folder = out / "running"
        name = f"{_host()}-{os.getpid()}-{next(NUMBERS)}"
        self._path = self._folder / f"{name}.json"
        self._held: set[str] = set()
        self._is_told = True  # whether the file says what is held
        self._next = 0.0  # of the clock: when it may be written again
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._beating = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> "Leases":
        self._write()
        self._next = 0.0  # two that begin together must not do the same: the first hold is told
        self._beating.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._beating.join()
        with suppress(OSError):  # nobody waits for it: the process is gone
            self._path.unlink()

    def hold(self, digests: Iterable[str]) -> None:
        """Tell other runs that this one computes these, too, or raise OutputError."""
        with self._lock:
            self._held.update(digests)
            self._is_told = False
            if time.monotonic() >= self._next:
                self._write()

    def release(self, digests: Iterable[str]) -> None:
        """Tell other runs soon that this one computes these no more: their rows are there."""
        with self._lock:
            self._held.difference_update(digests)
            self._is_told = False

    def of_others(self) -> frozenset[str]:
        """Digests of what other runs compute at present."""
        found: set[str] = set()
        with suppress(OSError):  # a folder that is gone, or may not be read: nobody is there
            for entry in os.scandir(self._folder):
                if entry.name.endswith(".json") and entry.name != self._path.name:
                    found |= _held_by(Path(entry.path))
        return frozenset(found)

    def _write(self) -> None:
        # Not brought to the disk: after a crash of the machine no run is there to be waited for.
        began = time.thread_time()
        temporary = self._path.with_suffix(".tmp")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps(sorted(self._held)))
            os.replace(temporary, self._path)
        except OSError as error:
            raise OutputError(f"{self._path} could not be written: {error.strerror}") from error
        self._next = time.monotonic() + min(PAUSES * (time.thread_time() - began), PAUSE)
        self._is_told = True

    def _beat(self) -> None:
        """Write what ``hold`` left unwritten, and give signs of life."""
        last = time.monotonic()
        while not self._ended.wait(PAUSE):
            with self._lock, suppress(OSError):  # the run itself will tell that it cannot write
                if not self._is_told:
                    self._write()
                elif time.monotonic() - last > BEAT:
                    os.utime(self._path)
                    last = time.monotonic()


def _held_by(path: Path) -> set[str]:
    """Digests of a run that is alive."""
    try:
        if not _lives(path):
            path.unlink()
            return set()
        return set(json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):  # it has just ended, or is no lease
        return set()


def _lives(path: Path) -> bool:
    """Whether the run of a lease goes on, as far as can be told."""
    if abs(time.time() - path.stat().st_mtime) > SILENCE:  # a clock may have been put back
        return False
    host, _, process = path.stem.rpartition("-")[0].rpartition("-")
    return host != _host() or not process.isdecimal() or files.is_running(int(process))


def _host() -> str:
    return re.sub(r"[^\w.-]", "_", platform.node())
