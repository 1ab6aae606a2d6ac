"""Which examples a certificate is of, so that whoever has the data set can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_choice, check_integer, real_values, told
from stablenoise.results import Result
from stablenoise.text_table import counted

from ..sample import checked_sample
from . import mistakes, spelling

DTYPES = {"uint8": "|u1", "float64": "<f8"}  # of inputs, and of the bytes that are hashed
PARTS = "train", "test", "whole"
MAX_SIDE = 2**31
MAX_ROW = 2**53


@dataclass(frozen=True, slots=True, repr=False)
class NamedSample(Result):
    """Which examples a certificate is of, so that whoever has the data set can tell.

    ``named_sample`` makes it of arrays.

    Parameters
    ----------
    name : str
        Of the data set, as "mnist".
    part : {"train", "test", "whole"}
        Of the data set.
    n : int
        Examples, at most 131,072.
    classes : int
        In [1, 256).
    shape : tuple of int
        Channels, rows and columns of an input; (1, 1, inputs) of what is no image.
    dtype : {"uint8", "float64"}
        Of the inputs.
    inputs_sha256, labels_sha256 : str
        Of the inputs in C order, little-endian, and of the labels, a byte each.
    rows : tuple of int
        Which rows of the part, in this order; empty for all.
    repeats : {None, "drawn"}
        Whether inputs that occur more than once were so drawn.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> NamedSample("mnist", "train", 60_000, 10, (1, 28, 28), "uint8", "0" * 64, "0" * 64)
    NamedSample(60,000 examples of mnist, train)

    """

    name: str
    part: str
    n: int
    classes: int
    shape: tuple[int, ...]
    dtype: str
    inputs_sha256: str
    labels_sha256: str
    rows: tuple[int, ...] = ()
    repeats: str | None = None

    def __post_init__(self) -> None:
        spelling.check_name("name", self.name)
        check_choice("part", self.part, PARTS)
        check_integer("n", self.n, 1, mistakes.MAX_EXAMPLES + 1)
        check_integer("classes", self.classes, 1, mistakes.MAX_CLASSES)
        check_choice("dtype", self.dtype, DTYPES)
        spelling.check_digest("inputs_sha256", self.inputs_sha256)
        spelling.check_digest("labels_sha256", self.labels_sha256)
        if self.repeats is not None:
            check_choice("repeats", self.repeats, ("drawn",))
        check_integers("shape", self.shape, 1, MAX_SIDE)
        if len(self.shape) != 3:
            raise ValueError(f"shape must be channels, rows and columns, got {self.shape}")
        check_integers("rows", self.rows, 0, MAX_ROW)
        different = len(set(self.rows))
        if self.rows and not self.n == len(self.rows) == different:
            seen = f"{different} among {len(self.rows)}"
            raise ValueError(f"rows must be n = {self.n} different ones, got {seen}")

    def _summary(self) -> str:
        return f"{counted(self.n, 'example')} of {self.name}, {self.part}"


def named_sample(
    name: str,
    inputs: np.ndarray,
    labels: ArrayLike,
    classes: int,
    *,
    part: str = "whole",
    rows: Sequence[int] = (),
    repeats: str | None = None,
) -> NamedSample:
    """Name of a sample, with what makes sure that it is the same one.

    Parameters
    ----------
    name : str
        Of the data set, as "mnist": at most 61 letters, digits, _ and -.
    inputs : ndarray, shape (n, inputs), (n, rows, columns) or (n, channels, rows, columns)
        As the data set holds them: uint8, or what becomes float64.
    labels : array_like of int, shape (n,)
        In [0, classes).
    classes : int
        In [1, 256).
    part : {"train", "test", "whole"}
        Of the data set.
    rows : sequence of int
        Which rows of the part they are, in this order; by default all.
    repeats : {None, "drawn"}
        Whether inputs that occur more than once were so drawn, as for ``compress.certify``; of
        distinct ones nothing is kept.

    Returns
    -------
    NamedSample

    Raises
    ------
    ValueError
        If an argument is out of range, or inputs repeat.

    Examples
    --------
    >>> named_sample("four", np.arange(8.0).reshape(4, 2), [0, 1, 1, 0], 2).shape
    (1, 1, 2)

    """
    stored = as_stored(inputs)
    check_integer("classes", classes, 1, mistakes.MAX_CLASSES)
    sample = checked_sample(stored.reshape(len(stored), -1), labels, repeats, classes)
    inputs_sha256 = sha256(stored.tobytes()).hexdigest()
    labels_sha256 = sha256(bytes_of(sample.labels).tobytes()).hexdigest()
    what = name, part, len(stored), classes, stored.shape[1:], stored.dtype.name
    said = None if sample.distinct == len(stored) else repeats
    return NamedSample(*what, inputs_sha256, labels_sha256, as_rows(rows), said)


def as_stored(inputs: Any) -> np.ndarray:
    """Inputs as they are hashed: (n, channels, rows, columns) of uint8 or float64, in C order."""
    array = real_values("inputs", inputs)
    if not 2 <= array.ndim <= 4 or not array.size:
        raise ValueError(f"inputs must have 2, 3 or 4 axes and be some, got shape {array.shape}")
    dtype = DTYPES["uint8" if array.dtype == np.uint8 else "float64"]
    shape = len(array), *(1,) * (4 - array.ndim), *array.shape[1:]
    return np.ascontiguousarray(array.reshape(shape), dtype)


def as_rows(rows: Any) -> tuple[int, ...]:
    """Rows as a tuple of integers."""
    if isinstance(rows, np.ndarray):
        rows = rows.tolist()
    if not isinstance(rows, tuple | list | range):
        raise ValueError(f"rows must be a sequence of integers, got {told(rows)}")
    check_integers("rows", tuple(rows), 0, MAX_ROW)
    return tuple(int(row) for row in rows)


def bytes_of(classes: np.ndarray) -> np.ndarray:
    """Classes, a byte each."""
    return np.ascontiguousarray(classes, np.uint8)


def checked_classes(name: str, values: ArrayLike, sample: NamedSample | None = None) -> np.ndarray:
    """Classes as integers, those of a sample if there is one."""
    array = real_values(name, values)
    shape, classes = (array.shape, mistakes.MAX_CLASSES)
    if sample is not None:
        shape, classes = (sample.n,), sample.classes
    right = array.dtype.kind in "iu" and array.ndim == 1 and array.shape == shape and array.size
    if not right or array.min() < 0 or array.max() >= classes:
        rule = f"{name} must be integers in [0, {classes})"
        raise ValueError(f"{rule} of shape {shape}, got {told(array)}")
    return bytes_of(array).astype(np.int64)


def check_integers(what: str, values: Any, low: int, high: int) -> None:
    """Raise ValueError unless they are a tuple of integers in [low, high)."""
    if not isinstance(values, tuple):
        raise ValueError(f"{what} must be a tuple of integers, got {told(values)}")
    for value in values:
        check_integer(f"each of {what}", value, low, high)
