"""A network and its data, from files."""

from __future__ import annotations

import os
from dataclasses import replace
from math import prod

import numpy as np

from stablenoise.checks import check_integer, check_kind, check_path, told
from stablenoise.data import by_name, datasets
from stablenoise.data.datasets import Dataset
from stablenoise.data.rows import subset
from stablenoise.layers.architecture import Architecture, load_architecture
from stablenoise.layers.kinds import Conv, Dense
from stablenoise.layers.scales import Scaling, scaled
from stablenoise.moved import renamed

from . import archive
from .containers import Arrays, checked_network
from .linking import rows
from .model import Model, Said, recognised
from .proposals import images

Path = str | os.PathLike
LOADERS = by_name.LOADERS
__getattr__ = renamed(__name__, {"model_and_data": "load_model_and_data"})
PARTS = ("x_train", "y_train", "x_test", "y_test")
SCALES = {
    "unit": "as they are in the data (images in [0, 1])",
    "centred": "2 (x - 1/2)",
    "standardised": "each of mean 0 and spread 1 over the training part",
}


def load_model_and_data(
    weights: Path,
    data: str,
    data_home: Path | None = None,
    inputs: str | None = None,
    architecture: Said = None,
) -> tuple[Model, Dataset]:
    """A network of a file, and data with inputs scaled as the network wants them.

    Parameters
    ----------
    weights : str or path
        A file of arrays, see ``compress.networks.load`` and ``recognised``.
    data : str
        A name that ``stablenoise.data.load`` has, as "mnist", or an ``.npz`` file with the arrays
        ``x_train``, ``y_train``, ``x_test`` and ``y_test``.
    data_home : str or path, optional
        Folder to search first, as for ``stablenoise.data.load_mnist``.
    inputs : {"unit", "centred", "standardised"}, optional
        As they are, in [0, 1] for images; 2 (x - 1/2); or each of mean 0 and standard deviation 1
        over the training part.  By default as the architecture says, or "unit", as for all
        commands: a certificate may not use means and spreads of its sample.
    architecture : str, path or Architecture, optional
        As for ``compress.networks.recognised``.

    Returns
    -------
    tuple of Model and Dataset

    Raises
    ------
    FileNotFoundError
        If a file is not there.
    ValueError
        If a file is not what it must be, or the network does not take such inputs.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     archive.save(f"{folder}/weights.npz", {"w": np.ones((10, 64))})
    ...     model, data = load_model_and_data(f"{folder}/weights.npz", "digits")
    >>> model
    Model(1 array of 640 numbers, 64 inputs, units first in the file)

    """
    check_path("weights", weights)
    if data_home is not None:  # data in a file need none, but a wrong one is told all the same
        check_path("data_home", data_home)
    arrays = archive.load(weights)
    scale = scale_of(inputs, architecture)
    dataset = named_data(data, data_home, scale == "standardised")
    if scale not in SCALES or scale == "centred":
        # Loaded just now, for nobody else: they are changed in place.
        x_train, x_test = (scaled(x, scale, True) for x in (dataset.x_train, dataset.x_test))
        dataset = replace(dataset, x_train=x_train, x_test=x_test)
    return recognised(arrays, dataset.x_train.shape[1], architecture), dataset


def model_of(arrays: Arrays, architecture: Said) -> Model:
    """The network of some arrays, of whose inputs the architecture or the shapes tell the number.

    ValueError unless they fit it.
    """
    plan = None if architecture is None else load_architecture(architecture)
    given = checked_network(arrays)
    numbers = _said_inputs(given, plan) if plan else []
    numbers = numbers or [prod(s) for row, *_ in rows(given) for s in images(row, None, None)]
    if not numbers:
        raise ValueError(f"weights must be those of a network, got {told(', '.join(given))}")
    for inputs in dict.fromkeys(numbers[:-1]):
        try:
            return recognised(given, inputs, plan)
        except ValueError:  # of another number of inputs they may be
            continue
    return recognised(given, numbers[-1], plan)


def _said_inputs(arrays: Arrays, plan: Architecture) -> list[int]:
    """How many inputs there are, or may be, where the architecture tells it."""
    first = next((layer for layer in plan.layers if isinstance(layer, Conv | Dense)), None)
    if plan.image or first is None or isinstance(first, Conv):
        return [prod(plan.image)] if plan.image else []
    return list(np.shape(arrays.get(first.weights or "", 0)))[::-1]


def scale_of(inputs: str | None, architecture: Said = None, default: str = "unit") -> Scaling:
    """How inputs are scaled: as asked, or as the architecture says, or by default.

    Parameters
    ----------
    inputs : {"unit", "centred", "standardised"}, optional
        What was asked for.
    architecture : str, path or Architecture, optional
        As for ``compress.networks.recognised``.
    default : str

    Returns
    -------
    str or (subtract, divide)
        A name, or the numbers that the architecture says.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> scale_of(None), scale_of("centred")
    ('unit', 'centred')

    """
    if inputs is not None and (not isinstance(inputs, str) or inputs not in SCALES):
        raise ValueError(f"inputs must be one of {', '.join(SCALES)}, got {told(inputs)}")
    check_kind("default", default, str)
    wanted = None if architecture is None else load_architecture(architecture).scale
    return inputs or wanted or default


def two_samples(data: Dataset, size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two samples of the training inputs that share no example with each other or the test data.

    Parameters
    ----------
    data : Dataset
    size : int
        Size of each, in [1, n / 2] of the n training examples; examples that occur twice, or also
        in the test data, are left out.
    seed : int
        In [0, 2^64).

    Returns
    -------
    tuple of ndarray, shapes (at most size, d)

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> from stablenoise.data import load_digits
    >>> [sample.shape for sample in two_samples(load_digits(), size=100, seed=1)]
    [(100, 64), (100, 64)]

    """
    check_kind("data", data, Dataset)
    if len(data.x_train) < 2:
        raise ValueError(f"2 training examples are needed, got {len(data.x_train)}")
    check_integer("points", size, 1, len(data.x_train) // 2 + 1)
    # Repeated examples, and those of the test data, are dropped: the samples must share none.
    chosen = data.x_train[subset(len(data.x_train), 2 * size, seed)]
    test = {x.tobytes() for x in data.x_test + 0.0}  # -0.0 is 0.0
    different = {x.tobytes(): x for x in chosen + 0.0 if x.tobytes() not in test}
    if len(different) < 2:
        raise ValueError(f"2 examples that are not test data are needed, got {len(different)}")
    first, second = np.array_split(np.array(list(different.values())), 2)
    return first, second


def named_data(data: str, home: Path | None, standardise: bool = False) -> Dataset:
    """The data set of a name, or of a file."""
    if not isinstance(data, str):
        raise ValueError(f"data must be {', '.join(LOADERS)} or an .npz file, got {told(data)}")
    if data in LOADERS:
        return LOADERS[data](home, standardise)
    if not data.endswith(".npz"):
        raise ValueError(f"data must be {', '.join(LOADERS)} or an .npz file, got {told(data)}")
    dataset = _own_data(data)
    return datasets.standardised(dataset) if standardise else dataset


def _own_data(path: str) -> Dataset:
    """The data set of a file."""
    arrays = archive.load(path)
    if not set(PARTS) <= set(arrays):
        raise ValueError(f"{path} must hold {', '.join(PARTS)}, got {', '.join(arrays)}")
    x_train, y_train, x_test, y_test = (arrays[name] for name in PARTS)
    for x, y in (x_train, y_train), (x_test, y_test):
        if x.ndim != 2 or y.shape != x.shape[:1] or y.dtype.kind not in "iu":
            rule = "must hold inputs of shape (n, d) with n integer labels"
            raise ValueError(f"{path} {rule}, got {x.shape} with {y.shape} of {y.dtype}")
    if x_train.shape[1] != x_test.shape[1]:
        raise ValueError(f"{path} must hold inputs of one d, got {x_train.shape}, {x_test.shape}")
    floats = (np.ascontiguousarray(x, dtype=float) for x in (x_train, x_test))
    return Dataset(path, next(floats), y_train.astype(int), next(floats), y_test.astype(int))
