"""Files that are there whole or not at all, and files of JSON."""

import json
import os
import platform
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from ..checks import check_kind, check_path, told


def write(path: str | os.PathLike, content: str | bytes) -> None:
    """Write a file that is there whole or not at all.

    The content is written under a temporary name, brought to the disk, and renamed.  Temporary
    files that killed processes of this machine have left in the folder are removed.

    Parameters
    ----------
    path : str or path
        File to write, or to write over; missing folders are made.
    content : str or bytes
        Text is written in UTF-8.

    Raises
    ------
    OSError
        If the file cannot be written; its name is that of ``path``.
    ValueError
        If path is no path, or content neither text nor bytes.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write(Path(folder, "new", "a.txt"), "all of it")
    ...     Path(folder, "new", "a.txt").read_text()
    'all of it'

    """
    check_path("path", path)
    check_kind("content", content, str, bytes)
    write_chunks(path, [content.encode() if isinstance(content, str) else content])


def write_chunks(path: str | os.PathLike, chunks: Iterable[bytes]) -> None:
    """Write a file, whole or not at all, of chunks that are made one after the other.

    Parameters
    ----------
    path : str or path
        As for ``write``.
    chunks : iterable of bytes
        The content, of which one chunk is held at a time.

    Raises
    ------
    OSError
        If the file cannot be written; its name is that of ``path``.
    ValueError
        If path is no path, or chunks no iterable of bytes.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_chunks(Path(folder, "a.txt"), (bytes([97 + i]) for i in range(3)))
    ...     Path(folder, "a.txt").read_text()
    'abc'

    """
    check_path("path", path)
    if isinstance(chunks, bytes | str | np.ndarray) or not isinstance(chunks, Iterable):
        raise ValueError(f"chunks must be an iterable of bytes, got {told(chunks)}")
    folder = Path(path).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        with _temporary(folder, chunks) as temporary:
            os.replace(temporary, path)
    except OSError as error:  # tell what was asked for, not how it was tried
        raise OSError(error.errno, error.strerror, str(path)) from error


def check_writable(folder: str | os.PathLike) -> None:
    """Raise OSError, in one line, unless files can be written into ``folder``; nothing is left.

    Parameters
    ----------
    folder : str or path
        If it is not there yet, the nearest folder above it that is there is tried.

    Raises
    ------
    OSError
        If a file cannot be written there.
    ValueError
        If folder is no path.

    Examples
    --------
    >>> from tempfile import gettempdir
    >>> check_writable(gettempdir())

    """
    check_path("folder", folder)
    asked = Path(folder).absolute()
    there = next(path for path in (asked, *asked.parents) if os.path.lexists(path))
    try:
        with _temporary(there, [b"\0"]):  # a byte: a full disk takes empty files
            pass
    except OSError as error:
        text = f"{folder} must be a folder that can be written to, got {there}: {error.strerror}"
        raise type(error)(text) from error


def read_json(path: Path) -> dict[str, Any]:
    """Names and values of a file of JSON; ValueError if it is none."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} must be JSON, got: {error}") from None
    if not isinstance(said, dict):
        raise ValueError(f"{path} must have names and values, got {told(said)}")
    return said


@contextmanager
def _temporary(folder: Path, chunks: Iterable[bytes]) -> Iterator[Path]:
    """A file of this content, on the disk, that is gone afterwards unless it was renamed."""
    temporary = folder / f"{_own_prefix()}{os.getpid()}-{threading.get_native_id()}.tmp"
    try:
        with open(temporary, "wb") as file:
            for chunk in chunks:
                check_kind("chunks", chunk, bytes)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove temporary files whose process, one of this machine, is no more."""
    name = re.compile(re.escape(_own_prefix()) + r"(\d{1,9})-\d+\.tmp")
    for entry in os.listdir(folder):
        writer = name.fullmatch(entry)
        if writer and not is_running(int(writer[1])):
            with suppress(OSError):  # another sweeps it, or another user owns it
                os.unlink(folder / entry)


def _own_prefix() -> str:
    """What names of temporary files of this machine begin with."""
    return f".stablenoise-{platform.node()}-"


def is_running(process: int) -> bool:
    """Whether a process of this machine is there."""
    if os.name != "posix":  # elsewhere signal 0 is not a question
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    return True
