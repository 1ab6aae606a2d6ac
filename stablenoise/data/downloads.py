"""Files over HTTP, which go on where they were interrupted."""

import errno
import http.client
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from ..checks import check_kind

PIECE = 1 << 16  # bytes that are held at a time
SECONDS = 30.0  # without a byte, after which a server is given up
TRIES = 4  # in a row that bring nothing new
PROTOCOLS = "http", "https"
BY_POOCH = "ftp", "sftp", "doi"

Progress = Callable[[str, int, int | None], object]
BROKEN = ConnectionError, TimeoutError, http.client.HTTPException


class WriteError(OSError):
    """What came could not be written: no other address helps."""


class NoAnswerError(OSError):
    """A server could not be reached, or ends its answers: no other address of it helps."""


def download(url: str, part: Path, progress: Progress) -> None:
    """Add to a file until it is what an address has; OSError in one line if that cannot be.

    What has come stays in the file when the connection, the server or the user ends it, and is
    not asked for again by the next call.  A server that knows no ranges begins anew.

    Parameters
    ----------
    url : str
        Of http or https; one of ftp, sftp or doi is left to pooch, and begins anew.
    part : Path
        Of which the beginning may be there.
    progress : callable
        (url, bytes there, bytes in all or None), called after each piece.

    Raises
    ------
    OSError
        If nothing is there, or it cannot be reached; WriteError if the disk is full.
    ImportError
        If pooch is needed and not there.
    ValueError
        If the address is of another kind.

    Examples
    --------
    >>> download("gopher://a/b", Path("b"), print)
    Traceback (most recent call last):
    ValueError: an address must begin with http:, https:, ftp:, sftp: or doi:, got 'gopher://a/b'

    """
    protocol = check_address("an address", url)
    if protocol in BY_POOCH:
        _by_pooch(protocol, url, part)
        return
    left = TRIES
    while left:
        before = _size(part)
        try:
            if _added(url, part, progress):
                return
            why = "the connection ended"
        except BROKEN as error:
            why = str(error) or type(error).__name__
        left = left - 1 if _size(part) <= before else TRIES
    raise NoAnswerError(
        f"{why} after {_size(part):,} bytes, which are kept: the same again goes on"
    )


def check_address(name: str, url: str) -> str:
    """Return the protocol of an address, or raise ValueError unless it is one that is known.

    Parameters
    ----------
    name : str
        What an error calls the address.
    url : str

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If it is not the address of a file of http, https, ftp, sftp or doi.

    Examples
    --------
    >>> check_address("source", "https://example.org/mnist")
    'https'

    """
    check_kind(name, url, str)
    named = ", ".join(f"{protocol}:" for protocol in (*PROTOCOLS, *BY_POOCH[:-1]))
    rule = f"{name} must begin with {named} or {BY_POOCH[-1]}:"
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ValueError(f"{rule}, got {url!r}: {error}") from None
    if parts.scheme not in (*PROTOCOLS, *BY_POOCH) or not (parts.netloc or parts.path):
        raise ValueError(f"{rule}, got {url!r}")
    return parts.scheme


def _added(url: str, part: Path, progress: Progress) -> bool:
    """Whether the file is whole, after what one answer adds to it."""
    begun = _size(part)
    headers = {"User-Agent": "stablenoise", "Accept-Encoding": "identity"}
    if begun:
        headers["Range"] = f"bytes={begun}-"
    try:
        answer = urlopen(Request(url, headers=headers), timeout=SECONDS)
    except HTTPError as error:
        error.close()
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and begun:
            return _is_whole(error.headers, part)
        raise OSError(f"{error.code} {error.reason}") from None
    except URLError as error:
        raise NoAnswerError(f"no answer: {error.reason}") from None
    with answer:
        start = _start(answer)
        if start not in (0, begun):  # another part than was asked for
            part.unlink()
            return False
        length = answer.headers.get("Content-Length")
        total = start + int(length) if length and length.isdigit() else None
        _check_space(part, total, start)
        _write(answer, part, "ab" if start else "wb", lambda done: progress(url, done, total))
    return total is None or _size(part) >= total


def _start(answer: Any) -> int:
    """Number of the first byte of an answer."""
    if answer.status != http.HTTPStatus.PARTIAL_CONTENT:
        return 0
    told = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    return int(told[1]) if told else -1


def _is_whole(headers: Any, part: Path) -> bool:
    """Whether a server that has no more has as much; a longer file is begun anew."""
    told = re.fullmatch(r"bytes \*/(\d+)", headers.get("Content-Range", ""))
    if told and int(told[1]) == _size(part):
        return True
    part.unlink()
    return False


def _check_space(part: Path, total: int | None, start: int) -> None:
    free = shutil.disk_usage(part.parent).free + (0 if start else _size(part))
    if total is not None and free < total - start:
        rule = f"{part.parent} must have {total - start:,} bytes free"
        raise WriteError(errno.ENOSPC, f"{rule}, got {free:,}")


def _write(answer: Any, part: Path, mode: str, progress: Callable[[int], object]) -> None:
    """Write what comes; where it cannot be written what was is given back, as the disk is full."""
    try:
        with open(part, mode) as file:
            for piece in _pieces(answer):
                file.write(piece)
                progress(file.tell())
            file.flush()
            os.fsync(file.fileno())
    except BROKEN:
        raise
    except OSError as error:
        part.unlink(missing_ok=True)
        raise WriteError(error.errno, f"{error.strerror}: nothing is kept", str(part)) from error


def _pieces(answer: Any) -> Iterator[bytes]:
    while piece := answer.read(PIECE):
        yield piece


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _by_pooch(protocol: str, url: str, part: Path) -> None:
    try:
        import pooch
    except ImportError as error:
        text = f'{url} needs pooch: pip install "stablenoise[data]"'
        raise ImportError(text) from error
    part.unlink(missing_ok=True)
    # By its public names, each of which is called with an address, a path and a Pooch or none.
    getattr(pooch, f"{protocol.upper()}Downloader")()(url, str(part), None)
