"""The sample that a certificate is of: inputs and labels, and whether examples repeat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_integer, check_unmasked, real_values, told
from stablenoise.results import Result

from .certificate import INDEPENDENCE

ROWS = 64  # looked at together
DRAWN = "drawn"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sample(Result):
    """Examples that a certificate may be of.

    Parameters
    ----------
    x : ndarray, shape (n, inputs)
    labels : ndarray of int, shape (n,)
    distinct : int
        Inputs, each counted once.

    Examples
    --------
    >>> checked_sample(np.eye(3), [0, 1, 1])
    Sample(x=<float64 of shape (3, 3)>, labels=<int64 of shape (3,)>, distinct=3)

    """

    x: np.ndarray
    labels: np.ndarray
    distinct: int

    @property
    def assumption(self) -> str:
        """What is assumed of how they were drawn.

        Returns
        -------
        str

        """
        if self.distinct == len(self.x):
            return INDEPENDENCE
        repeated = f"{self.distinct:,} distinct inputs among {len(self.x):,}"
        return f"{INDEPENDENCE}, the repeats among them too ({repeated})"


def checked_sample(
    x: ArrayLike, labels: ArrayLike, repeats: str | None = None, classes: int | None = None
) -> Sample:
    """Sample of checked examples, for a certificate.

    Parameters
    ----------
    x : array_like, shape (n, inputs)
    labels : array_like of int, shape (n,)
    repeats : {None, "drawn"}
        Whether inputs that occur more than once were so drawn.  Copies made after the drawing
        (oversampling, augmentation, concatenation) are no examples of their own: with them n, and
        so the certificate, would say more than was seen.  Counting each input once would be wrong
        as well, where the law has atoms.
    classes : int, optional
        Labels lie in [0, classes), if it is known.

    Returns
    -------
    Sample

    Raises
    ------
    ValueError
        If an argument is out of range, or inputs repeat and ``repeats`` does not say "drawn".

    Examples
    --------
    >>> checked_sample(np.eye(3), np.arange(3)).distinct
    3
    >>> checked_sample(np.ones((3, 2)), np.zeros(3, int))
    Traceback (most recent call last):
    ValueError: examples must not repeat, unless so drawn (repeats="drawn"), \
got 1 distinct among 3, row 1 once more

    """
    inputs, integers = checked_arrays((x, labels))
    if not (repeats is None or (isinstance(repeats, str) and repeats == DRAWN)):
        raise ValueError(f'repeats must be None or "drawn", got {told(repeats)}')
    if classes is not None:
        check_labels(integers, classes)
    different = distinct(inputs)
    if different < len(inputs) and repeats is None:
        rule = 'examples must not repeat, unless so drawn (repeats="drawn")'
        seen = f"{different} distinct among {len(inputs)}, row {_first_repeat(inputs)} once more"
        raise ValueError(f"{rule}, got {seen}")
    return Sample(inputs, integers, different)


def _first_repeat(inputs: np.ndarray) -> int:
    """The first row that is as one before it, among inputs of which some are."""
    seen: set[bytes] = set()
    for digest in _digests(inputs, np.arange(len(inputs))):
        if digest in seen:
            return len(seen)
        seen.add(digest)
    raise ValueError(f"inputs must have rows that repeat, got {len(seen)} distinct ones")


def check_labels(labels: ArrayLike, classes: int) -> None:
    """Raise ValueError unless all labels lie in [0, classes).

    Parameters
    ----------
    labels : array_like of int
        Not empty.
    classes : int
        At least 1.

    Raises
    ------
    ValueError
        If one does not, or an argument is something else.

    Examples
    --------
    >>> check_labels([0, 2, 1], classes=3)

    """
    classes, integers = check_integer("classes", classes, 1, 2**63), real_values("labels", labels)
    if not integers.size or integers.dtype.kind not in "iu":
        seen = f"{integers.dtype} of shape {integers.shape}"
        raise ValueError(f"labels must be integers, got {seen}")
    for label in integers.min(), integers.max():
        if not 0 <= label < classes:
            raise ValueError(f"labels must {_range(classes)}, got {label}")


def _range(classes: int) -> str:
    if classes > 1:
        return f"lie in [0, {classes})"
    return "be 0 where a network has 1 output (two classes need two, as by rows -w and w)"


def distinct(x: ArrayLike) -> int:
    """Number of different rows; -0.0 counts as 0.0, and all NaNs as one.

    Parameters
    ----------
    x : array_like, shape (n, inputs)

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If x is no matrix of real numbers.

    Examples
    --------
    >>> distinct(np.array([[0.0, np.nan], [-0.0, -np.nan], [0.0, 1.0]]))
    2

    """
    rows = real_values("x", x)
    if rows.ndim != 2:
        raise ValueError(f"x must be a matrix, got shape {rows.shape}")
    # Rows of different sums are different; only of those that share one more is asked.
    sums = np.concatenate([_sums(_patterns(block)) for block in _blocks(rows)])
    _, inverse, counts = np.unique(sums, return_inverse=True, return_counts=True)
    shared = np.flatnonzero(counts[inverse] > 1)
    return int(np.count_nonzero(counts == 1)) + len(set(_digests(rows, shared)))


def _digests(rows: np.ndarray, chosen: np.ndarray) -> Iterator[bytes]:
    """Of each of the chosen rows 16 bytes, the same where the numbers are.

    Two of n different rows agree with probability n^2 / 2^129.
    """
    for some in _blocks(chosen):
        for row in _patterns(rows[some]):
            yield blake2b(row.data, digest_size=16).digest()


def _blocks(rows: np.ndarray) -> Iterator[np.ndarray]:
    """Yield some rows at a time, which stay in the cache."""
    for start in range(0, max(len(rows), 1), ROWS):
        yield rows[start : start + ROWS]


def _patterns(rows: np.ndarray) -> np.ndarray:
    """Integers of 64 bits, equal where the numbers are."""
    if rows.dtype.kind != "f":
        return np.ascontiguousarray(rows, rows.dtype if rows.dtype == np.uint64 else np.int64)
    # -0.0 + 0.0 is 0.0, and all NaNs are made one.
    floats = np.ascontiguousarray(rows, float) + 0.0
    floats[np.isnan(floats)] = np.nan
    return floats.view(np.uint64)


def _sums(patterns: np.ndarray) -> np.ndarray:
    """Sums of each row by fixed odd factors, modulo 2^64."""
    factors = np.random.default_rng(0).integers(0, 2**63, patterns.shape[1], np.uint64)
    return (patterns.astype(np.uint64, copy=False) * (2 * factors + 1)).sum(axis=1, dtype=np.uint64)


def checked_arrays(data: Any) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and labels as arrays.

    Parameters
    ----------
    data : tuple of x, shape (n, inputs), and labels, shape (n,)

    Returns
    -------
    tuple of ndarray

    Raises
    ------
    ValueError
        Unless they are real numbers and as many integers as rows.

    Examples
    --------
    >>> x, labels = checked_arrays(([[0.5, 1.0], [2.0, 3.0]], [1, 0]))
    >>> x.shape, labels.dtype.kind
    ((2, 2), 'i')

    """
    rule = "data must be inputs of shape (n, inputs) with n integer labels"
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise ValueError(f"{rule}, got {told(data)}")
    x, labels = (_array(part) for part in data)
    rows = x.dtype.kind in "biuf" and x.ndim == 2 and x.size
    if not rows or labels.shape != x.shape[:1] or labels.dtype.kind not in "iu":
        seen = f"{x.dtype} of shape {x.shape} with {labels.dtype} of shape {labels.shape}"
        raise ValueError(f"{rule}{_advice(x, labels)}, got {seen}")
    return x, labels


def _advice(x: np.ndarray, labels: np.ndarray) -> str:
    """What makes a sample of data that are nearly one, in brackets; or nothing."""
    n, kind = len(x) if x.ndim else 0, labels.dtype.kind
    cases = {
        " (images: x.reshape(len(x), -1))": x.ndim > 2,
        " (inputs in columns: x.T)": x.ndim == 2 and x.shape[1] == labels.size != n,
        " (labels in a column: labels.ravel())": labels.shape == (n, 1),
        " (one-hot labels: labels.argmax(axis=1))": labels.ndim == 2 and len(labels) == n,
        " (labels in floats: labels.astype(int))": kind == "f",
        " (labels in words: np.unique(labels, return_inverse=True)[1])": kind in "US",
    }
    return next((advice for advice, fits in cases.items() if fits), "")


def _array(values: Any) -> np.ndarray:
    """An array; one of objects where NumPy refuses."""
    check_unmasked("data", values)
    try:
        return np.asarray(values)
    except (ValueError, TypeError):  # rows of several lengths, or an array of a GPU
        return np.asarray(None)
