"""Matrices as arguments: checked with their rows named, their labels taken and given back."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_rows, real_array, told

__all__: list[str] = []

Table = Any  # an array, or a table or a column of pandas, which is no dependency


def finite_matrix(name: str, matrix: ArrayLike) -> np.ndarray:
    """Return ``matrix`` as floats, one row an observation, or raise ValueError."""
    x = real_array(name, matrix)
    if x.ndim != 2 or not x.size:
        raise ValueError(f"{name} must be a non-empty 2-d array, got shape {x.shape}")
    check_rows(f"{name} must be finite", x, np.isfinite(x))
    return np.ascontiguousarray(x)


def finite_column(name: str, column: ArrayLike) -> np.ndarray:
    """Return ``column`` as floats, one an observation; a matrix of one column is taken as one."""
    y = real_array(name, column)
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1 or not y.size:
        raise ValueError(f"{name} must be a non-empty 1-d array, got shape {y.shape}")
    check_rows(f"{name} must be finite", y, np.isfinite(y))
    return np.ascontiguousarray(y)


def check_height(name: str, rows: int, least: int) -> None:
    """Raise ValueError unless there are enough rows."""
    if rows < least:
        raise ValueError(f"{name} must have at least {least} rows, got {rows}")


def check_aligned(y: Any, X: Any) -> None:
    """Raise ValueError if both are of pandas and their rows are not the same ones."""
    if has_labels(y) and has_labels(X) and not y.index.equals(X.index):
        raise ValueError("y and X must have the same index, got two that differ")


def column_names(matrix: Any, letter: str = "x") -> tuple[str, ...]:
    """Names of the columns of a table of pandas or polars, else x1, x2, ..."""
    names = getattr(matrix, "columns", None)
    if names is None:
        return tuple(f"{letter}{i + 1}" for i in range(np.shape(matrix)[1]))
    return tuple(map(str, names))


def has_labels(table: Any) -> bool:
    """Whether it is a table or a column of pandas, of which results are made in kind."""
    return hasattr(table, "iloc") and hasattr(table, "index")


def as_series(values: np.ndarray, index: Any) -> Any:
    """A column of pandas, or of an index of None the array itself."""
    if index is None:
        return values
    return import_module("pandas").Series(values, index=index)


def as_table(values: np.ndarray, index: Any, columns: Any) -> Any:
    """A table of pandas, or of an index of None the array itself."""
    if index is None:
        return values
    return import_module("pandas").DataFrame(values, index=index, columns=columns)


def power_of_two(size: Any) -> Any:
    """The power of 2 at or below a positive size; 1 for 0."""
    mantissa, exponent = np.frexp(size)
    return np.ldexp(1.0, np.where(mantissa > 0, exponent - 1, 0))


def check_full_rank(name: str, rank: int, full: int) -> None:
    """Raise ValueError unless the rank is full."""
    if rank < full:
        raise ValueError(f"{name} must have full column rank, {full}, got rank {told(rank)}")
