"""Training samples as the files of their data sets hold them, and as bundles name them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from stablenoise.checks import told
from stablenoise.data.datasets import digits_rows
from stablenoise.data.rows import order
from stablenoise.field import Lane

from ...networks import archive, loading
from .spelling import check_name


class Kind(NamedTuple):
    """How a data set is named in a bundle, and what its inputs are."""

    name: str
    shape: tuple[int, int, int]
    levels: int  # inputs are whole numbers over this one; 0 where they are kept as they are
    part: str = "train"


class Stored(NamedTuple):
    """Inputs, shape (n, channels, rows, columns), their labels, and where they are from."""

    inputs: np.ndarray
    labels: np.ndarray
    name: str
    part: str
    rows: tuple[int, ...] = ()


DATA_SETS = {
    "mnist": Kind("mnist", (1, 28, 28), 255),
    "fashion_mnist": Kind("fashion_mnist", (1, 28, 28), 255),
    "cifar10_subset": Kind("cifar10_subset", (3, 32, 32), 255),
    "digits": Kind("digits", (1, 8, 8), 240, "whole"),  # 15 times the levels 0 to 16 of the file
    "ecg5000": Kind("ecg5000", (1, 1, 140), 0),
    "ecg5000_shuffled": Kind("ecg5000", (1, 1, 140), 0, "whole"),
}


def stored(data: str, home: str | os.PathLike | None = None) -> Stored:
    """Training sample of a data set by its name, or of an ``.npz`` file."""
    if data not in DATA_SETS:
        return _own(Path(data))
    kind, given = DATA_SETS[data], loading.named_data(data, home)
    inputs = given.x_train.reshape(-1, *kind.shape)
    if kind.levels:
        inputs = np.rint(kind.levels * inputs).astype(np.uint8)
    rows = _rows(data, len(given.y_train), len(given.y_test))
    return Stored(inputs, given.y_train, kind.name, kind.part, rows)


def _rows(data: str, train: int, test: int) -> tuple[int, ...]:
    """Rows of the whole file, where a seed has chosen them."""
    if data == "digits":
        return tuple(digits_rows()[0].tolist())
    if data == "ecg5000_shuffled":
        return tuple(order(train + test, 0, Lane.SPLIT)[:train].tolist())
    return ()


def _own(path: Path) -> Stored:
    """The training part of somebody's own data."""
    if path.suffix != ".npz":
        raise ValueError(
            f"data must be {', '.join(DATA_SETS)} or an .npz file, got {told(str(path))}"
        )
    check_name("name of the file of data", path.stem)
    arrays = archive.load(path)
    return Stored(arrays["x_train"], arrays["y_train"], path.stem, "train")
