"""What a file of columns is read as: names, which hold numbers, and how one of them is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..checks import one_line

NAMES_TOLD = 120  # characters of a list of names


class Table(NamedTuple):
    """Names of all columns, of those that hold numbers, and a reader of the one at a place."""

    names: Sequence[str]
    numeric: Sequence[int]
    read: Callable[[int], np.ndarray]


def chosen(table: Table, name: str | None, path: Path) -> int:
    """Place of the column asked for; without a name that of the only one that holds numbers."""
    if name is not None:
        return _named(table, name)
    # A column without a name is most often an index that was written beside the data.
    places = [place for place in table.numeric if table.names[place]] or list(table.numeric)
    if not places:
        raise ValueError(f"{path} must have a column of numbers, got {_listed(table.names)}")
    if len(places) > 1:
        several = _listed([table.names[place] for place in places])
        raise ValueError(f"column must be one of {several}, got none named")
    return places[0]


def _named(table: Table, name: str) -> int:
    """By its name, else by its number from 1 on."""
    found = [place for place, known in enumerate(table.names) if known == name]
    if len(found) > 1:
        raise ValueError(f"column must be one alone, got {name!r}, of which there are {len(found)}")
    if found:
        return found[0]
    if name.isascii() and name.isdigit() and 1 <= int(name) <= len(table.names):
        return int(name) - 1
    raise ValueError(f"column must be one of {_listed(table.names)}, got {name!r}")


def _listed(names: Sequence[str]) -> str:
    return one_line(", ".join(name or "''" for name in names), NAMES_TOLD) or "none"


def numbers(values: Any, what: str) -> np.ndarray:
    """An array of real numbers as floats, 1-d; those that are none are told."""
    array = np.asanyarray(values)
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{what} must be of real numbers, got {array.dtype}")
    with np.errstate(over="ignore"):  # of a wider type: inf, which is told
        return np.asarray(array, dtype=float).reshape(-1)
