"""Files out of archives, and labels out of a text."""

import re
import tarfile
import zipfile
import zlib
from collections.abc import Collection, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO

import numpy as np

from ..checks import check_kind

MOST_BYTES = 1 << 26  # of a member of an archive: twice the largest
FIRST_TRAINING, FIRST_TEST = slice(0, 4000), slice(50_000, 51_000)  # of 51,000 labels


def members(address: str, archive: Path, wanted: Collection[str]) -> dict[str, bytes]:
    """Files of an archive by their names without folders: read, never extracted by a path.

    Parameters
    ----------
    address : str
        What errors call it.
    archive : Path
        A zip or a tar file, perhaps compressed.
    wanted : collection of str
        Names of files, all of which must be there.

    Returns
    -------
    dict of bytes

    Raises
    ------
    ValueError
        If it is no archive, or holds not all of the files.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, zipfile.ZipFile(f"{folder}/a.zip", "w") as archive:
    ...     archive.writestr("deep/b.txt", "content")
    ...     archive.close()
    ...     members("a.zip", Path(folder, "a.zip"), ["b.txt"])
    {'b.txt': b'content'}

    """
    check_kind("archive", archive, Path)
    try:
        with open(archive, "rb") as file:
            read = _zipped if zipfile.is_zipfile(file) else _tarred
            file.seek(0)
            found = dict(read(file, wanted))
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, zlib.error, OSError) as error:
        raise ValueError(f"{address} must be a whole archive, got: {error}") from None
    if absent := [file for file in wanted if file not in found]:
        raise ValueError(f"{address} must hold {absent[0]}, got an archive without it")
    return found


def _zipped(file: IO[bytes], wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            name = member.filename.rpartition("/")[2]
            if name in wanted and member.file_size <= MOST_BYTES:
                yield name, archive.read(member)


def _tarred(file: IO[bytes], wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=file) as archive:
        for member in archive:
            name, content = member.name.rpartition("/")[2], None
            if name in wanted and member.isreg() and member.size <= MOST_BYTES:
                content = archive.extractfile(member)
            if content is not None:
                yield name, content.read()


def labels_of_text(text: bytes) -> bytes:
    """Labels of the pictures, as NumPy's file, from all labels as a text that lists them.

    Parameters
    ----------
    text : bytes
        Of 51,000 labels: 50,000 of training images and 1,000 of test images.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        If there are not as many.

    Examples
    --------
    >>> len(labels_of_text(b"var labels=[" + b"7, " * 51_000 + b"];"))
    5128

    """
    check_kind("text", text, bytes)
    labels = np.array([int(word) for word in re.findall(rb"\b\d\b", text)], np.uint8)
    if len(labels) != FIRST_TEST.stop:
        raise ValueError(f"text must list {FIRST_TEST.stop:,} labels, got {len(labels):,}")
    content = BytesIO()
    both = np.r_[labels[FIRST_TRAINING], labels[FIRST_TEST]]
    np.lib.format.write_array(content, both, allow_pickle=False)
    return content.getvalue()
