"""CIFAR-10 in the forms that it is published in, and the pictures of a part of it."""

import os
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..checks import check_integer, check_truth, told
from . import png
from .datasets import Dataset, standardised
from .official_files import (
    CIFAR10_MD5,
    CIFAR10_SUBSET_SHA256,
    SOURCES,
    check_digest,
    content,
    decompressed,
    folders,
    missing,
    search,
)
from .pickled import arrays_and_lists

SIDE, CHANNELS, CLASSES = 32, 3, 10
PIXELS = CHANNELS * SIDE * SIDE
BATCHES = range(1, 6)
WHOLE = 10_000  # images of an official batch
TEST = 0  # the number that the test batch has here

Part = str | Iterable[int] | None
Batch = tuple[np.ndarray, np.ndarray]


class Form(NamedTuple):
    """How batches are written: the suffix of their names, and what reads one."""

    suffix: str
    read: Callable[[Path], Batch]


class Look(NamedTuple):
    """Batches of a form that are there, and the first that is lacking, with where it was sought."""

    read: Callable[[Path], Batch]
    there: dict[int, Path]
    lacking: str
    tried: list[str]


def load_cifar10(
    data_home: str | os.PathLike | None = None, standardise: bool = True, part: Part = None
) -> Dataset:
    """CIFAR-10: colour images of 32 x 32 pixels of ten kinds of animals and vehicles.

    It reads the official batches of the python version (pickles, which are never unpickled: a
    parser takes arrays and lists and refuses the rest) or of the binary version, or the lossless
    pictures of the first 4,000 training and the first 1,000 test images.

    Parameters
    ----------
    data_home : str or path, optional
        Folder to search first, with ``data_batch_1``, ... and ``test_batch`` in
        ``cifar-10-batches-py/``, ``data_batch_1.bin``, ... in ``cifar-10-batches-bin/``, either
        in ``cifar10/`` or at its top, or ``cifar10_batch_0.png``, ... and ``labels.npy`` in
        ``cifar10_subset/``; see ``load_mnist`` for the folders that follow.
    standardise : bool
        As in ``load_digits``.
    part : {"whole", "subset"} or iterable of int, optional
        All five batches; the pictures; or some batches, by their numbers from 1 to 5.  The test
        batch always belongs to it.  By default what there is most of: batches of the form of
        which more are there, else the pictures.  The data set's name says which part it is.

    Returns
    -------
    Dataset
        Shapes (n, 3072) and (m, 3072), 10 classes: red, green and blue of an image one after the
        other, each by rows.  Brightness in units of the largest, in [0, 1], if not standardised;
        dimensionless if so.  The whole takes 1.5 GB, and twice as much again while it is
        standardised.

    Raises
    ------
    FileNotFoundError
        If a file is in none of the folders: every path tried is told.
    ValueError
        If a file is damaged, a label is none of the ten, or an argument is of another kind.  Of
        the python version a batch of 10,000 images must have the official md5 sum, and pictures
        their sha256.  No sum is known of a file of the binary version, or of batches of fewer
        images: their form alone is checked.

    References
    ----------
    Krizhevsky (2009), Learning multiple layers of features from tiny images.

    Examples
    --------
    >>> from stablenoise.data import source_files
    >>> if source_files("cifar10_subset"):  # else its files are not on this machine
    ...     data = load_cifar10(standardise=False, part="subset")
    ...     assert data.x_train.shape == (4000, 3072) and data.x_test.shape == (1000, 3072)

    """
    check_truth("standardise", standardise)
    wanted = _wanted(part)
    data = _subset(data_home) if part == "subset" else _batches(data_home, part, wanted)
    return standardised(data) if standardise else data


def _wanted(part: Part) -> list[int]:
    """Numbers of batches that are asked for; none by name if it is what there is."""
    if part is None or part == "subset":
        return []
    if part == "whole":
        return list(BATCHES)
    rule = "part must be 'whole', 'subset' or numbers of batches"
    if isinstance(part, str | bytes) or not isinstance(part, Iterable):
        raise ValueError(f"{rule}, got {told(part)}")
    numbers = [check_integer("each of part", n, 1, BATCHES.stop) for n in part]
    if not numbers or len(set(numbers)) < len(numbers):
        raise ValueError(f"{rule}, each once, got {numbers}")
    return numbers


def _name(number: int) -> str:
    return f"data_batch_{number}" if number else "test_batch"


def _batches(home: Any, part: Part, wanted: list[int]) -> Dataset:
    """Batches of the form of which more are there; if any will do and none is, pictures."""
    among = folders(home, *SOURCES["cifar10"][1])
    looks = [_look(form, wanted, among) for form in FORMS]
    complete = [look for look in looks if not look.lacking]
    if complete:
        best = max(complete, key=lambda look: len(look.there))
        return _of_batches(best.there, best.read, wanted, part == "whole")
    lacking, tried = [look.lacking for look in looks], sum((look.tried for look in looks), [])
    if wanted:
        raise missing(" or ".join(lacking), tried)
    picture, *_ = CIFAR10_SUBSET_SHA256
    path, also = search(picture, folders(home, *SOURCES["cifar10_subset"][1]))
    if path is None:
        raise missing(f"{', '.join(lacking)} or {picture}", [*tried, *also])
    return _subset(home)


def _look(form: Form, wanted: list[int], among: list[Path]) -> Look:
    """What there is of a form, and what is needed first that there is not."""
    names = {number: _name(number) + form.suffix for number in (TEST, *BATCHES)}
    seen = {number: search(name, among) for number, name in names.items()}
    there = {number: path for number, (path, _) in seen.items() if path}
    needed = [TEST, *(wanted or [min(there.keys() - {TEST}, default=1)])]
    for number in needed:
        if number not in there:
            return Look(form.read, there, names[number], seen[number][1])
    return Look(form.read, there, "", [])


def _of_batches(
    found: dict[int, Path], read: Callable[[Path], Batch], wanted: list[int], whole: bool
) -> Dataset:
    numbers = wanted or sorted(found.keys() - {TEST})
    train, test = [read(found[number]) for number in numbers], read(found[TEST])
    sizes = {found[n]: len(y) for n, (_, y) in zip([*numbers, TEST], [*train, test], strict=True)}
    short = {path: size for path, size in sizes.items() if size < WHOLE}
    for path, size in short.items():
        if whole:
            raise ValueError(f"{path} must hold {WHOLE:,} images, got {size:,}")
    name = "CIFAR-10"
    if short or numbers != list(BATCHES):
        batches = ", ".join(map(str, numbers))
        name += f" (batches {batches}{', not all of their images' if short else ''})"
    x, y = (np.concatenate(arrays) for arrays in zip(*train, strict=True))
    return _dataset(name, x, y, *test)


def _dataset(name: str, *parts: np.ndarray) -> Dataset:
    """A data set of pixels and labels as bytes."""
    x_train, y_train, x_test, y_test = parts
    x_train, x_test = (x / 255 for x in (x_train, x_test))
    return Dataset(name, x_train, y_train.astype(np.int64), x_test, y_test.astype(np.int64))


def _pickled(path: Path) -> Batch:
    """Pixels and labels of a batch of the python version."""
    bytes_read = decompressed(path)
    try:
        entries = arrays_and_lists(bytes_read)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    x, labels = entries.get(b"data"), entries.get(b"labels")
    rule = f"{path} must hold 'data' of bytes, {PIXELS} an image, and as many 'labels'"
    if not isinstance(x, np.ndarray) or not isinstance(labels, list):
        kinds = ", ".join(f"{key.decode('latin-1')[:40]!r}" for key in list(entries)[:6])
        raise ValueError(f"{rule}, got entries {kinds or 'none'}")
    if x.shape != (len(labels), PIXELS) or not 0 < len(x) <= WHOLE:
        raise ValueError(f"{rule}, got {told(x)} and {len(labels)} labels")
    if any(type(label) is not int for label in labels):
        raise ValueError(f"labels of {path} must be integers, got others")
    y = _labels(path, np.array(labels))
    if len(x) == WHOLE:
        check_digest(path, bytes_read, CIFAR10_MD5[path.name.partition(".")[0]])
    return x, y


def _labels(path: Path, labels: np.ndarray) -> np.ndarray:
    wrong = labels[(labels < 0) | (labels >= CLASSES)]
    if wrong.size:
        raise ValueError(f"labels of {path} must lie in [0, {CLASSES - 1}], got {wrong[0]}")
    return labels


def _binary(path: Path) -> Batch:
    """Pixels and labels of a batch of the binary version: a byte of label before each image."""
    numbers = np.frombuffer(decompressed(path), np.uint8)
    count, rest = divmod(numbers.size, 1 + PIXELS)
    if rest or not 0 < count <= WHOLE:
        rule = f"{path} must hold 1 to {WHOLE:,} records of {1 + PIXELS:,} bytes"
        raise ValueError(f"{rule}, got {numbers.size:,} bytes")
    records = numbers.reshape(count, 1 + PIXELS)
    return records[:, 1:], _labels(path, records[:, 0])


FORMS = Form("", _pickled), Form(".bin", _binary)


def _subset(home: Any) -> Dataset:
    """The pictures, whose line i is image i, pixel by pixel."""
    among = folders(home, *SOURCES["cifar10_subset"][1])
    files = {name: content(name, sha, among) for name, sha in CIFAR10_SUBSET_SHA256.items()}
    labels = np.lib.format.read_array(BytesIO(files.pop("labels.npy")), allow_pickle=False)
    *train, test = (_channels_first(png.pixels(picture)) for picture in files.values())
    x = np.concatenate(train)
    name = f"CIFAR-10 (first {len(x):,} and {len(test):,})"
    return _dataset(name, x, labels[: len(x)], test, labels[len(x) :])


def _channels_first(lines: np.ndarray) -> np.ndarray:
    return lines.transpose(0, 2, 1).reshape(len(lines), PIXELS)
