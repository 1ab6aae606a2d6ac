"""Columns of text: cells between commas, semicolons, tabs or blanks, with a row of names or not.

No row is left out in silence.  Lines that begin with # are comments, as ``numpy.savetxt`` writes.
"""

from __future__ import annotations

import csv
from array import array
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..checks import told
from . import packed
from .tables import Table

LOOKED_AT = 100  # rows, the first, by which columns are judged
DELIMITERS = "\t;,"  # of equally frequent ones the first is meant
NUMERIC = set("0123456789.")  # with which numbers begin
MISSING = {"", "na", "n/a", "#n/a", "nan", "null", "none", "-", ".", "?"}


class Row(NamedTuple):
    """Cells of a row, and the number of its last line in the file, from 1 on."""

    cells: Sequence[str]
    line: int


def table(path: Path) -> Table:
    """Columns of a text file, by their names, or by their numbers from 1 on."""
    delimiter = _delimiter(path)
    first = list(islice(_rows(path, delimiter), LOOKED_AT))
    if not first:
        raise ValueError(f"{path} must hold numbers, got no row")
    has_names = _is_header(first)
    body = first[has_names:]
    if not body:
        raise ValueError(f"{path} must hold numbers, got a row of names alone")
    cells = [cell.strip() for cell in first[0].cells]
    names = cells if has_names else [str(i + 1) for i in range(len(cells))]
    numeric = [i for i in range(len(names)) if _is_numeric(body, i)]

    def read(place: int) -> np.ndarray:
        rows = islice(_rows(path, delimiter), int(has_names), None)
        return _column(rows, place, names, path)

    return Table(names, numeric, read)


def _column(rows: Iterator[Row], place: int, names: Sequence[str], path: Path) -> np.ndarray:
    """All numbers of a column; the first that is none is told with its row."""
    values = array("d")
    for number, row in enumerate(rows, 1):
        where = f"in row {number} (line {row.line})"
        if len(row.cells) != len(names):
            count = f"{len(row.cells)} {where}"
            raise ValueError(f"{path} must have {len(names)} cells in every row, got {count}")
        value = _number(row.cells[place])
        if value is None or not isfinite(value):
            rule = f"column {names[place]} of {path} must be of finite numbers"
            raise ValueError(f"{rule}, got {told(row.cells[place].strip())} {where}")
        values.append(value)
    return np.frombuffer(values, dtype=float).copy() if values else np.empty(0)


def _rows(path: Path, delimiter: str | None) -> Iterator[Row]:
    """Rows that are neither empty nor comments; an empty line of one column lacks its number."""
    with packed.opened(path) as file:
        text = TextIOWrapper(file, _encoding(path), errors="replace", newline="")
        if delimiter is None:
            yield from _blank_separated(text)
            return
        reader = csv.reader(text, delimiter=delimiter, skipinitialspace=True)
        empty, width = None, 0
        try:
            for cells in reader:
                if not cells:
                    empty = empty or Row([""], reader.line_num)
                elif not cells[0].startswith("#"):
                    if empty and width == 1:
                        yield empty
                    empty, width = None, len(cells)
                    yield Row(cells, reader.line_num)
        except csv.Error as error:
            raise ValueError(f"{path} must be text of rows, got: {error}") from None


def _blank_separated(text: TextIOWrapper) -> Iterator[Row]:
    for number, line in enumerate(text, 1):
        cells = line.split()
        if cells and not cells[0].startswith("#"):
            yield Row(cells, number)


def _encoding(path: Path) -> str:
    """UTF-8, or as the mark at the beginning says."""
    with packed.opened(path) as file:
        mark = file.read(2)
    return "utf-16" if mark in (BOM_UTF16_LE, BOM_UTF16_BE) else "utf-8-sig"


def _delimiter(path: Path) -> str | None:
    """What separates cells, by the suffix and the first row; None for blanks."""
    with packed.opened(path) as file:
        text = TextIOWrapper(file, _encoding(path), errors="replace")
        lines = (line for line in text if line.strip() and not line.startswith("#"))
        first = next(lines, "")
    if packed.kind(path) == ".tsv":
        return "\t"
    bare = "".join(first.split('"')[::2])  # what is not between quotes
    counts = {delimiter: bare.count(delimiter) for delimiter in DELIMITERS}
    best = max(counts, key=counts.__getitem__)
    if counts[best]:
        return best
    return "," if packed.kind(path) == ".csv" else None


def _is_header(first: Sequence[Row]) -> bool:
    """Whether some column has a word in the first row and numbers below it."""
    head, body = first[0].cells, first[1:]
    words = [i for i, cell in enumerate(head) if _is_word(cell)]
    if not body:  # words alone are names without numbers
        return len(words) == len(head)
    return any(_is_numeric(body, i) for i in words)


def _is_numeric(rows: Sequence[Row], place: int) -> bool:
    """Whether numbers are at least half of what a column has; the others are then told."""
    cells = [row.cells[place] for row in rows if place < len(row.cells)]
    there = [cell for cell in cells if not _is_missing(cell)]
    return bool(there) and 2 * sum(map(_is_number, there)) >= len(there)


def _is_missing(cell: str) -> bool:
    return cell.strip().lower() in MISSING


def _is_word(cell: str) -> bool:
    """What may be a name: a number with a slip of the pen, which begins as one, is none."""
    begins_as_number = cell.strip().lstrip("+-")[:1] in NUMERIC
    return not (begins_as_number or _is_missing(cell) or _is_number(cell))


def _is_number(cell: str) -> bool:
    return not _is_missing(cell) and _number(cell) is not None


def _number(cell: str) -> float | None:
    """A number, perhaps infinite, or None: ``float`` alone takes 1_000."""
    try:
        return None if "_" in cell else float(cell)
    except ValueError:
        return None
