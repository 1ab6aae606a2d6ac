"""Groups of an array's elements, in C order, each with values of its own.

A group is all of an array, a channel (what the first axis counts), or so many elements in a row.
"""

from math import prod
from typing import Any, NamedTuple

import numpy as np

from stablenoise.checks import told

CHANNEL = "channel"
SIZES = tuple(1 << power for power in range(3, 21))  # of groups that are given as a number
Grouping = str | int | None


class Books(NamedTuple):
    """Which values occur in which groups, by group and then by value."""

    values: np.ndarray
    groups: np.ndarray
    ranks: np.ndarray  # of each value in its group, from 1
    entries: np.ndarray  # which of these each element that is not zero has

    @property
    def starts(self) -> np.ndarray:
        """Where groups begin that have values."""
        return np.flatnonzero(self.ranks == 1)

    def spread(self, of_groups: np.ndarray) -> np.ndarray:
        """What there is one of for each group with values, once for each of its values."""
        return np.repeat(of_groups, np.diff(np.append(self.starts, self.values.size)))


def check_groups(groups: Any) -> None:
    """Raise ValueError unless these are groups of elements."""
    named = groups is None or (isinstance(groups, str) and groups == CHANNEL)
    counted = isinstance(groups, int | np.integer) and groups in SIZES  # truth values are not
    if not named and not counted:
        rule = f"groups must be None, 'channel' or a power of 2 from {SIZES[0]} to {SIZES[-1]}"
        raise ValueError(f"{rule}, got {told(groups)}")


def group_size(shape: tuple[int, ...], groups: Grouping) -> int:
    """Elements of a group of an array of this shape; a vector has no channels and is one group."""
    size = prod(shape)
    if groups is None or (groups == CHANNEL and len(shape) < 2) or not size:
        return max(size, 1)
    return size // shape[0] if groups == CHANNEL else int(groups)


def of_each(groups: Grouping) -> str:
    """What has values of its own, as it stands behind a number of them; nothing for an array."""
    if groups is None:
        return ""
    return " of each channel" if groups == CHANNEL else f" of each {groups:,} entries"


def in_rows(array: np.ndarray, size: int) -> np.ndarray:
    """A group a row; the last one is filled up by zeros."""
    count = -(-array.size // size)
    if count * size == array.size:
        return array.reshape(count, size)
    rows = np.zeros(count * size, array.dtype)
    rows[: array.size] = array.ravel()
    return rows.reshape(count, size)


def books(array: np.ndarray, size: int) -> Books:
    """Values of each group of so many elements, and which each element has that is not zero."""
    flat = array.ravel()
    places = np.flatnonzero(flat)
    values, ranks = np.unique(flat[places], return_inverse=True)
    pairs, entries = np.unique(places // size * len(values) + ranks, return_inverse=True)
    groups, of_values = np.divmod(pairs, max(len(values), 1))
    ranks = np.arange(1, len(pairs) + 1) - np.searchsorted(groups, groups)
    return Books(values[of_values], groups, ranks, entries)
