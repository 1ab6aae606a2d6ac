"""Rows on disk: a CSV file with one row for each network, written whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from stablenoise.data.files import write

Row = Mapping[str, Any]


def read(path: Path) -> list[dict[str, str]]:
    """Rows that are there; none where there is no file."""
    return list(csv.DictReader(path.read_text().splitlines())) if path.exists() else []


def save(path: Path, rows: Sequence[Row]) -> None:
    """Write all rows, with the columns of the first."""
    text = StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write(path, text.getvalue())


def numbers(values: Iterable[float]) -> str:
    """Numbers of a list in one field."""
    return " ".join(f"{value:.4g}" for value in values)


def listed(field: str) -> list[float]:
    """The list of such a field."""
    return [float(value) for value in field.split()]
