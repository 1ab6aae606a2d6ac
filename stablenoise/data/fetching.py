"""Data sets fetched from where they are published: checked, resumable, whole or not at all."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from ..checks import check_callable, check_choice, check_path
from . import files, official_files
from .archives import labels_of_text, members
from .by_name import LOADERS
from .downloads import NoAnswerError, Progress, WriteError, check_address, download
from .official_files import CONTAINERS, SOURCES, check_digest, decompressed, search

SUFFIXES = "", *CONTAINERS
GITHUB = "https://raw.githubusercontent.com"
CONVNETJS = f"{GITHUB}/karpathy/convnetjs/39afa8cd5e4cfb5771dc8a1f51bc56aa080f0b51/demo/cifar10"
COVNETJS = f"{GITHUB}/larrabeew/covnetJS/0d2866f3c12431c9044d3f275a588c12dc785926/demo/cifar10"
LABELS, LABELS_TEXT = "labels.npy", "cifar10_labels.js"


@dataclass(frozen=True)
class Source:
    """Where a data set is published: addresses of folders, and what lies in them.

    ``suffix`` is that of its files there; ``archive`` is one file that holds all of them, whose
    ``sha256`` is known or not.
    """

    folder: str
    addresses: tuple[str, ...]
    suffix: str = ""
    archive: str = ""
    sha256: str = ""


# Addresses are those of torchvision's `MNIST`, `FashionMNIST` and `CIFAR10`, and aeon's of the UCR
# archive.  The sum of CIFAR-10's archive (170,498,071 bytes, md5 c58f30108f718f92721af3b95e74349a)
# is that of its copies on huggingface.co.
ECG5000 = Source(
    "ecg5000", ("https://www.timeseriesclassification.com/aeon-toolkit",), archive="ECG5000.zip"
)
PUBLISHED = {
    "mnist": Source(
        "mnist",
        (
            "https://ossci-datasets.s3.amazonaws.com/mnist",
            "https://storage.googleapis.com/cvdf-datasets/mnist",
        ),
        suffix=".gz",
    ),
    "fashion_mnist": Source(
        "fashion_mnist",
        ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",),
        suffix=".gz",
    ),
    "ecg5000": ECG5000,
    "ecg5000_shuffled": ECG5000,
    "cifar10": Source(
        "cifar-10-batches-py",
        ("https://www.cs.toronto.edu/~kriz",),
        archive="cifar-10-python.tar.gz",
        sha256="6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
    ),
    "cifar10_subset": Source("cifar10_subset", (CONVNETJS, COVNETJS)),
}


def fetch(
    name: str,
    data_home: str | os.PathLike | None = None,
    source: str | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Fetch the files of a data set that are not there yet.

    Each is checked by the sum that its loader asks for, and is there whole or not at all.  While
    it comes it has ``.part`` in its name: what has come stays there if the connection or the user
    ends it, and the next call goes on where the server knows ranges.  What is wrong is not kept.

    Parameters
    ----------
    name : str
        As for ``load``; "digits" needs no file.
    data_home : str or path, optional
        Folder to write to, each data set into a folder of its own; by default the one that
        ``STABLENOISE_DATA`` names, or ``stablenoise`` in the user's cache.
    source : str, optional
        Address of a mirror: a folder with the published files, or with folders named as data sets.
        Files may be compressed there as ``.gz`` or ``.xz``, or not.
    progress : callable, optional
        (address, bytes there, bytes in all or None), called as they come.

    Returns
    -------
    list of Path
        All files of the data set.

    Raises
    ------
    OSError
        If a file cannot be reached or written; every address tried is told.
    ValueError
        If no data set has this name, an argument is of another kind, or a file, of the address or
        of the folder, is not the official one.

    Examples
    --------
    >>> fetch("digits")
    []

    """
    check_choice("name", name, LOADERS)
    if data_home is not None:
        check_path("data_home", data_home)
    if source is not None:
        check_address("source", source)
    if progress is not None:
        check_callable("progress", progress, "an address and two numbers")
    if name not in PUBLISHED:  # scikit-learn brings it
        return []
    there, folder = PUBLISHED[name], destination(name, data_home)
    files.check_writable(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if source is not None:
        bases = source.rstrip("/"), f"{source.rstrip('/')}/{there.folder}"
        there = replace(there, addresses=bases)
    return Fetching(name, there, folder, source is not None, progress or _silent).all_files()


def destination(name: str, data_home: str | os.PathLike | None = None) -> Path:
    """Folder that the files of a data set are written to.

    Parameters
    ----------
    name : str
        As for ``fetch``, but "digits".
    data_home : str or path, optional
        As for ``fetch``.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        If no data set has this name, or data_home is no path.

    Examples
    --------
    >>> destination("mnist", "data").as_posix()
    'data/mnist'

    """
    check_choice("name", name, PUBLISHED)
    if data_home is not None:
        check_path("data_home", data_home)
    return official_files.folders(data_home, PUBLISHED[name].folder)[0]


def _silent(address: str, done: int, total: int | None) -> None:
    """Tell nothing."""


class Candidate(NamedTuple):
    """An address that may have a file, where it comes to, and what is done with it then.

    That raises ValueError if it is not the official one.
    """

    address: str
    part: Path
    use: Callable[[str, Path], None]


@dataclass(frozen=True)
class Fetching:
    """One call of ``fetch``: what is asked for, from where, and to which folder."""

    name: str
    source: Source
    folder: Path
    is_mirror: bool
    progress: Progress

    @property
    def sums(self) -> dict[str, str]:
        """Sums of the files that loaders want, by their names."""
        return {file: digest for file, digest in SOURCES[self.name][0].items() if digest}

    def all_files(self) -> list[Path]:
        """Fetch what is lacking."""
        present = {file: self._present(file) for file in self.sums}
        lacking = [file for file, path in present.items() if path is None]
        if lacking and self.source.archive and self._unpacked(lacking):
            lacking = []
        for file in lacking:
            self._first(file, [*self._plain(file), *self._derived(file)])
        return [path for file in self.sums if (path := self._present(file))]

    def _present(self, file: str) -> Path | None:
        """The file, if it is there; one that is wrong is the user's to remove."""
        path, _ = search(file, [self.folder])
        if path is not None:
            check_digest(path, decompressed(path), self.sums[file])
        return path

    def _unpacked(self, lacking: list[str]) -> bool:
        """Whether there is an archive, of which files are then taken: a mirror may have none."""

        def use(address: str, part: Path) -> None:
            if self.source.sha256:
                check_digest(address, part.read_bytes(), self.source.sha256)
            found = members(address, part, lacking)
            for file, content in found.items():
                check_digest(f"{file} of {address}", content, self.sums[file])
            for file, content in found.items():  # all are right
                files.write(self.folder / file, content)

        archive = self.source.archive
        part = self.folder / f"{archive}.part"
        bases = self.source.addresses
        try:
            self._first(archive, [Candidate(f"{base}/{archive}", part, use) for base in bases])
        except FileNotFoundError:
            if not self.is_mirror:
                raise
            return False
        return True

    def _plain(self, file: str) -> Iterator[Candidate]:
        """The file by itself, perhaps compressed; the published labels lie in a text alone."""
        suffixes = SUFFIXES if self.is_mirror else (self.source.suffix,)
        if file == LABELS and not self.is_mirror:
            return

        def use(address: str, part: Path) -> None:
            check_digest(address, decompressed(part), self.sums[file])
            os.replace(part, self.folder / part.name.replace(".part", ""))

        for base in self.source.addresses:
            for suffix in suffixes:
                # The suffix stays the last: it says how to read it.
                yield Candidate(f"{base}/{file}{suffix}", self.folder / f"{file}.part{suffix}", use)

    def _derived(self, file: str) -> Iterator[Candidate]:
        """Labels, from the text that they are published in."""

        def use(address: str, part: Path) -> None:
            content = labels_of_text(part.read_bytes())
            check_digest(f"labels of {address}", content, self.sums[file])
            files.write(self.folder / file, content)

        if file == LABELS:
            for base in self.source.addresses:
                part = self.folder / f"{LABELS_TEXT}.part"
                yield Candidate(f"{base}/{LABELS_TEXT}", part, use)

    def _first(self, file: str, candidates: Iterable[Candidate]) -> None:
        """Use a file from the first address that has it, whole and right."""
        failures: dict[str, Exception] = {}
        silent: set[str] = set()  # servers
        for candidate in candidates:
            server = urlsplit(candidate.address).netloc
            if server in silent:
                continue
            try:
                self._attempt(*candidate)
                return
            except WriteError:
                raise
            except (OSError, ValueError) as error:
                failures[candidate.address] = error
                silent |= {server} if isinstance(error, NoAnswerError) else set()
        told = "; ".join(f"{address}: {error}" for address, error in failures.items())
        if any(isinstance(error, ValueError) for error in failures.values()):
            raise ValueError(f"{file} must be the official file, got another: {told}")
        raise FileNotFoundError(f"{file} must be at an address that answers, got {told}")

    def _attempt(self, address: str, part: Path, use: Callable[[str, Path], None]) -> None:
        """Fetch and use a file; what is wrong is removed, and begun anew if it was resumed."""
        begun = part.exists()
        download(address, part, self.progress)
        try:
            use(address, part)
        except ValueError:
            part.unlink()
            if not begun:
                raise
            self._attempt(address, part, use)
        except OSError as error:
            raise WriteError(error.errno, error.strerror, error.filename) from error
        part.unlink(missing_ok=True)
