"""Numbers of one column of a file, or the log returns of prices."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..checks import check_kind, check_path, check_truth
from . import containers, delimited, packed
from .tables import Table, chosen

__all__ = ["column"]

READERS: dict[str, Callable[[Path], Table]] = {
    **dict.fromkeys((".csv", ".tsv", ".txt", ".text", ".dat", ""), delimited.table),
    ".npy": containers.of_npy,
    ".npz": containers.of_npz,
    ".parquet": containers.of_parquet,
}
ROWS = 1 << 20  # that are looked at together


def column(
    path: str | os.PathLike, name: str | None = None, *, returns: bool = False
) -> np.ndarray:
    r"""Numbers of a column of a file: every row, or none.

    Parameters
    ----------
    path : str or path
        Text (.csv, .tsv, .txt, .dat, or no suffix: cells between commas, semicolons, tabs or
        blanks, with a row of names or not), .npy, .npz, or what pandas reads as .parquet; also
        compressed: .gz, .xz, .bz2.  Nothing that is pickled is read.
    name : str, optional
        Name of the column, or its number from 1 on; of a .npz the name of an array.  By default
        the only one that holds numbers: a column without a name, as an index is written, does
        not count beside others.
    returns : bool
        Whether the numbers are prices, of which differences of logarithms are wanted.

    Returns
    -------
    ndarray, shape (n,)
        float64; an uncompressed .npy of float64 is read as it is used, so that it may be larger
        than memory.

    Raises
    ------
    ValueError
        If there is no such column, or several could be meant; if a value is missing, no number or
        not finite, or with ``returns`` not positive: rows are counted from 1, lines of text too.
    OSError
        If the file cannot be read.
    ImportError
        If a .parquet file is asked for, and pandas or what it reads that with is not there.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "prices.csv")
    ...     _ = path.write_text("date,price\n2020-01-01,1\n2020-01-02,2\n2020-01-03,1\n")
    ...     column(path), column(path, returns=True).round(3)
    (array([1., 2., 1.]), array([ 0.693, -0.693]))

    """
    check_path("path", path)
    if name is not None:
        check_kind("name", name, str)
    check_truth("returns", returns)
    file = Path(path)
    if file.is_dir():
        raise ValueError(f"path must be a file, got the folder {file}")
    if not file.stat().st_size and file.is_file():
        raise ValueError(f"{file} must hold numbers, got an empty file")
    kind = packed.kind(file)
    if kind not in READERS:
        known = ", ".join(suffix for suffix in READERS if suffix)
        raise ValueError(f"path must end in {known}, perhaps with .gz, .xz or .bz2, got {file}")
    table = READERS[kind](file)
    place = chosen(table, name, file)
    what = f"column {table.names[place]} of {file}"
    values = table.read(place)
    if not values.size:
        raise ValueError(f"{what} must hold numbers, got none")
    _check_each(values, np.isfinite, f"{what} must be of finite numbers")
    return _log_returns(values, what) if returns else values


def _log_returns(prices: np.ndarray, what: str) -> np.ndarray:
    """Differences of the logarithms of prices."""
    _check_each(prices, lambda x: x > 0, f"{what} must be of positive prices")
    if len(prices) < 2:
        raise ValueError(f"{what} must have two prices or more, got {len(prices)}")
    return np.diff(np.log(prices))


def _check_each(values: np.ndarray, good: Callable, rule: str) -> None:
    """ValueError that names the first row that is not good."""
    for start in range(0, len(values), ROWS):
        right = good(values[start : start + ROWS])
        if not right.all():
            row = start + int(np.argmin(right))
            raise ValueError(f"{rule}, got {values[row]} in row {row + 1}")
