"""Files that are there whole or not at all."""

import os
import platform
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..checks import check_kind, check_path


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
    data = content.encode() if isinstance(content, str) else content
    folder = Path(path).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        with _temporary(folder, data) as temporary:
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
        with _temporary(there, b"\0"):  # a byte: a full disk takes empty files
            pass
    except OSError as error:
        text = f"{folder} must be a folder that can be written to, got {there}: {error.strerror}"
        raise type(error)(text) from error


@contextmanager
def _temporary(folder: Path, content: bytes) -> Iterator[Path]:
    """A file of this content, on the disk, that is gone afterwards unless it was renamed."""
    temporary = folder / f"{_own_prefix()}{os.getpid()}-{threading.get_native_id()}.tmp"
    try:
        with open(temporary, "wb") as file:
            file.write(content)
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
        if writer and not _runs(int(writer[1])):
            with suppress(OSError):  # another sweeps it, or another user owns it
                os.unlink(folder / entry)


def _own_prefix() -> str:
    """What names of temporary files of this machine begin with."""
    return f".stablenoise-{platform.node()}-"


def _runs(process: int) -> bool:
    if os.name != "posix":  # elsewhere signal 0 is not a question
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    return True
