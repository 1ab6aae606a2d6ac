"""Files that may be compressed, opened by their suffix."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

OPENERS: dict[str, Callable[[Path], Any]] = {".gz": gzip.open, ".xz": lzma.open, ".bz2": bz2.open}


def suffix(path: Path) -> str:
    """The suffix that says how a file is compressed; empty if it is not."""
    last = path.suffix.lower()
    return last if last in OPENERS else ""


def kind(path: Path) -> str:
    """The suffix that says what a file holds, below that of its compression."""
    return Path(path.stem).suffix.lower() if suffix(path) else path.suffix.lower()


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Bytes of a file; ValueError, while it is read, if it is damaged."""
    packed = suffix(path)
    try:
        with OPENERS[packed](path) if packed else open(path, "rb") as file:
            yield file
    except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise ValueError(f"{path} must be a whole {packed} file, got: {error}") from None
    except OSError as error:
        if packed and error.errno is None:  # bz2 has no class of its own
            raise ValueError(f"{path} must be a whole {packed} file, got: {error}") from None
        raise
