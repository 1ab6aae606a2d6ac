"""Columns of files that are not text: ``.npy``, ``.npz`` and ``.parquet``."""

from __future__ import annotations

import zlib
from importlib import import_module
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from ..checks import one_line
from . import packed
from .tables import Table, numbers

ZIP = b"PK\x03\x04"  # with which an archive begins
TOLD = 160  # characters of another library's error


def of_npy(path: Path) -> Table:
    """Columns of an array: one, those of a matrix by their numbers, or the fields of a record."""
    array = _loaded(path)
    if isinstance(array, dict):
        raise ValueError(f"{path} must be a file of one array, got an archive of several")
    if array.dtype.names:
        fields = array.dtype.names
        numeric = [i for i, name in enumerate(fields) if array.dtype[name].kind in "iuf"]
        return Table(fields, numeric, lambda i: numbers(array[fields[i]], f"{path}"))
    if array.ndim == 2 and min(array.shape) > 1:
        columns = range(array.shape[1])
        names = [str(i + 1) for i in columns]
        return Table(names, columns, lambda i: numbers(array[:, i], f"{path}"))
    _check_flat(array, path)
    return Table(["1"], [0], lambda i: numbers(array, f"{path}"))


def of_npz(path: Path) -> Table:
    """The arrays of an archive, by their names."""
    arrays = _loaded(path)
    if not isinstance(arrays, dict):
        raise ValueError(f"{path} must be an archive of arrays, got one array")
    flat = [i for i, a in enumerate(arrays.values()) if a.dtype.kind in "iuf" and _is_flat(a)]

    def read(place: int) -> np.ndarray:
        name = list(arrays)[place]
        _check_flat(arrays[name], f"{name} of {path}")
        return numbers(arrays[name], f"{name} of {path}")

    return Table(list(arrays), flat, read)


def of_parquet(path: Path) -> Table:
    """Columns of a table, by what pandas reads it with."""
    try:
        # Here and not above: pandas is not a dependency.
        frame = import_module("pandas").read_parquet(path)
    except ImportError as error:
        rule = "needs pandas with pyarrow or fastparquet"
        raise ImportError(f"{path} {rule}, got: {one_line(str(error), TOLD)}") from None
    except (ValueError, OSError) as error:
        raise _damaged(path, error) from None
    kinds = [getattr(kind, "kind", "O") for kind in frame.dtypes]

    def read(place: int) -> np.ndarray:
        what = f"column {frame.columns[place]} of {path}"
        if kinds[place] not in "iuf":
            raise ValueError(f"{what} must be of real numbers, got {frame.dtypes.iloc[place]}")
        return numbers(frame.iloc[:, place].to_numpy(dtype=float, na_value=np.nan), what)

    places = [place for place, kind in enumerate(kinds) if kind in "iuf"]
    return Table([str(name) for name in frame.columns], places, read)


def _loaded(path: Path) -> np.ndarray | dict[str, np.ndarray]:
    """An array, not read before it is used, or those of an archive; no objects: they may run."""
    with packed.opened(path) as file:
        whole = BytesIO(file.read()) if packed.suffix(path) else file
        archive = whole.read(4) == ZIP
        whole.seek(0)
        try:
            if archive:
                return dict(np.load(whole, allow_pickle=False))
            if whole is file:
                return np.load(path, mmap_mode="r", allow_pickle=False)
            return np.load(whole, allow_pickle=False)
        except (ValueError, EOFError, BadZipFile, zlib.error) as error:
            raise _damaged(path, error) from None


def _damaged(path: Path, error: Exception) -> ValueError:
    rule = "must be a whole file of numbers, without pickled objects"
    first = str(error).split(". ")[0].rstrip(".")  # another tells how to load it all the same
    return ValueError(f"{path} {rule}, got: {one_line(first, TOLD)}")


def _is_flat(array: np.ndarray) -> bool:
    return array.ndim > 0 and array.size == max(array.shape)


def _check_flat(array: np.ndarray, what: object) -> None:
    if not _is_flat(array):
        raise ValueError(f"{what} must be a column of numbers, got shape {array.shape}")
