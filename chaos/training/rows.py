"""Rows of a data set as a network takes them: checked once, cast as they are needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import numpy as np

from stablenoise.checks import check_fits, check_kind
from stablenoise.data.datasets import Dataset
from stablenoise.kernels.arrays import array_module
from stablenoise.layers.kinds import Shape

from ..checks import is_plain_array, told_array

BLOCK_ROWS = 64  # cast at a time: they stay in the cache
PARTS = "train", "test"


@dataclass(frozen=True, slots=True)
class Rows:
    """Inputs, one a row, with their labels; ``shape`` and ``dtype`` are what a network takes."""

    x: np.ndarray
    y: np.ndarray
    shape: Shape
    dtype: np.dtype

    def __len__(self) -> int:
        return len(self.x)

    def first(self, count: int | None) -> Rows:
        """The first rows, or all."""
        return replace(self, x=self.x[:count], y=self.y[:count])

    def taken(self, rows: np.ndarray | slice) -> tuple[np.ndarray, np.ndarray]:
        """Some inputs in the type and shape of the network, and their labels.

        The data set is never cast as a whole: that would be another copy of it.
        """
        if isinstance(rows, slice):
            inputs = self.x[rows].astype(self.dtype, copy=False)
        else:
            inputs = np.empty((len(rows), self.x.shape[1]), self.dtype)
            for low in range(0, len(rows), BLOCK_ROWS):
                inputs[low : low + BLOCK_ROWS] = self.x[rows[low : low + BLOCK_ROWS]]
        return inputs.reshape(-1, *self.shape), self.y[rows]


def check_data(data: Dataset) -> None:
    """Raise ValueError unless both parts hold finite rows, as long as each other, and labels."""
    check_kind("data", data, Dataset)
    for part in PARTS:
        x, y = getattr(data, f"x_{part}"), getattr(data, f"y_{part}")
        for name, array in ((f"x_{part}", x), (f"y_{part}", y)):
            check_on_host(name, array)
        _check_inputs(f"x_{part}", x, part == "train")
        if not is_plain_array(y) or y.shape != (len(x),) or y.dtype.kind not in "iu":
            raise ValueError(f"y_{part} must hold {len(x)} integer labels, got {told_array(y)}")
        if len(y) and y.min() < 0:
            raise ValueError(f"labels in y_{part} must not be negative, got {y.min()}")
    if data.x_test.shape[1] != data.x_train.shape[1]:
        rule = f"x_test must have {data.x_train.shape[1]} columns, as x_train"
        raise ValueError(f"{rule}, got {data.x_test.shape[1]}")


def check_on_host(name: str, array: Any) -> None:
    """Raise ValueError of an array on a device: networks are trained on the CPU."""
    library = array_module(array)
    if library is not np:
        rule = f"{name} must be an array of NumPy"
        raise ValueError(f"{rule}, got one of {library.__name__}: use .get()")


def _check_inputs(name: str, x: np.ndarray, needed: bool) -> None:
    if not is_plain_array(x) or x.ndim != 2 or x.dtype.kind not in "biuf":
        raise ValueError(f"{name} must be numbers of shape (n, inputs), got {told_array(x)}")
    if not x.shape[1] or (needed and not x.size):
        raise ValueError(f"{name} must not be empty, got shape {x.shape}")
    # The extremes are finite if all values are, and need no array of truths.
    if x.size and not (isfinite(x.max()) and isfinite(x.min())):
        wrong = sum(np.count_nonzero(~np.isfinite(row)) for row in x)
        raise ValueError(f"{name} must be finite, got {wrong} values that are not")


def both_parts(data: Dataset, shape: Shape, outputs: int, dtype: str) -> tuple[Rows, Rows]:
    """Training and test part for a network, or ValueError if it has no output for a label."""
    parts = []
    for part in PARTS:
        x, y = getattr(data, f"x_{part}"), getattr(data, f"y_{part}")
        if len(y) and y.max() >= outputs:
            raise ValueError(f"labels in y_{part} must lie in [0, {outputs}), got {int(y.max())}")
        if x.size:
            check_fits(f"x_{part}", [float(x.min()), float(x.max())], np.dtype(dtype))
        parts.append(Rows(x, y, shape, np.dtype(dtype)))
    return parts[0], parts[1]
