"""What a command writes: checked before its work, whole or not at all, in any terminal."""

import os
import sys
from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from ..data import files

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PICTURES = ".png", ".pdf", ".svg"
WRITTEN = "out", "json", "html", "plot"
NO_DATE = {".png": {}, ".pdf": {"CreationDate": None}, ".svg": {"Date": None}}


def check(options: Namespace) -> None:
    """Raise ValueError, OSError or ImportError unless what a command is to write can be written.

    Parameters
    ----------
    options : Namespace
        Of the command line: ``file`` is read; ``out``, ``json``, ``html`` and ``plot`` are written.

    Raises
    ------
    ValueError
        If one of them is no file, or two of them are one, or a picture has another suffix.
    OSError
        If a folder cannot be written to.
    ImportError
        If a picture, or a page with one, is asked for and matplotlib is not there.

    Examples
    --------
    >>> check(Namespace(file=Path("prices.csv"), json=None))

    """
    taken = [options.file] if getattr(options, "file", None) else []
    for name in WRITTEN:
        path = getattr(options, name, None)
        if path:
            if name == "plot":
                check_picture(path)
            if name == "html":
                check_drawing("--html")  # a report has a picture
            check_target(f"--{name}", path, taken)
            taken.append(path)


def path_named(text: str) -> Path:
    """Path that a switch says: an empty word, as of a variable, would be the current folder."""
    if not text:
        raise ArgumentTypeError("must name a file or a folder, got ''")
    return Path(text)


def check_unread(options: Namespace, files_read: Sequence[Path]) -> None:
    """Raise ValueError if one of what is to be written is a file that is read."""
    for name in WRITTEN:
        if path := getattr(options, name, None):
            check_target(f"--{name}", path, files_read)


def check_picture(path: Path) -> None:
    """Raise an error unless a picture of this suffix can be drawn."""
    if path.suffix.lower() not in PICTURES:
        raise ValueError(f"--plot must end in {', '.join(PICTURES)}, got {path}")
    check_drawing("--plot")


def drawn(figure: "Figure", path: Path) -> bytes:
    """A picture of the kind that the suffix says, without a date: the same again is the same."""
    content, suffix = BytesIO(), path.suffix.lower()
    figure.savefig(content, format=suffix[1:], metadata=NO_DATE[suffix])
    return content.getvalue()


def tell_files(*paths: Path) -> None:
    """What was written, a line each."""
    for path in paths:
        print(f"{path}: {path.stat().st_size:,} bytes")


def check_target(name: str, path: Path, others: Sequence[Path]) -> None:
    """Raise an error unless a file can be written and is none of the others.

    Parameters
    ----------
    name : str
        Name of the option, for the error.
    path : Path
        The file to write.
    others : sequence of Path
        Files that must stay.  The same file by another path, or by a link, is the same.

    Raises
    ------
    ValueError
        If it is one of the others, or no file.
    OSError
        If its folder cannot be written to.

    Examples
    --------
    >>> check_target("--out", Path("weights.npz"), [Path("weights.npz")])
    Traceback (most recent call last):
    ValueError: --out must be another file than weights.npz, got weights.npz

    """
    if path.is_dir():
        raise ValueError(f"{name} must be a file, got the folder {path}")
    if path.exists() and not path.is_file():
        raise ValueError(f"{name} must be a file, got {path}, which is none")
    for other in others:
        if _same(path, other):
            raise ValueError(f"{name} must be another file than {other}, got {path}")
    files.check_writable(path.parent)


def check_drawing(name: str) -> None:
    """Raise ImportError unless there is what draws."""
    try:
        from matplotlib import figure  # noqa: F401
    except ImportError as error:
        rule = "needs matplotlib, which pip install 'stablenoise[checks]' brings"
        raise ImportError(f"{name} {rule}, got: {error}") from error


@contextmanager
def any_encoding() -> Iterator[None]:
    """While it lasts, what standard output cannot encode is written as an escape."""
    stream = sys.stdout
    if not isinstance(stream, TextIOWrapper):
        yield
        return
    before = stream.errors
    stream.reconfigure(errors="backslashreplace")
    try:
        yield
    finally:
        stream.reconfigure(errors=before)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return os.path.realpath(one) == os.path.realpath(other)
