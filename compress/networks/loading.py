"""A network and its data, from files."""

from __future__ import annotations

import os
from dataclasses import replace
from math import prod

import numpy as np

from stablenoise.checks import check_integer, check_kind, check_path, one_line, told
from stablenoise.data import by_name, datasets
from stablenoise.data.datasets import Dataset
from stablenoise.data.rows import subset
from stablenoise.layers.architecture import NAMES, Architecture, load_architecture, parsed
from stablenoise.layers.kinds import Conv, Dense
from stablenoise.layers.scales import Scaling, scaled
from stablenoise.moved import renamed

from . import archive
from .chaining import filled
from .containers import Arrays, checked_network
from .layouts import LAYOUTS
from .linking import rows
from .model import Model, Said, recognised
from .proposals import images
from .readings import said_weights

Path = str | os.PathLike
LOADERS = by_name.LOADERS
__getattr__ = renamed(__name__, {"model_and_data": "load_model_and_data"})
ARCHITECTURE = "architecture"  # name of the text, in the metadata of a file, that says one
LONGEST = 2**16  # characters of it: some hundred layers, and no more to parse than a moment's
IMAGE_HINT = "; image = [channels, height, width] in the architecture says the size of an input"
SHOWN = 300  # characters of arrays that an error tells
LARGEST_SIDE = 300  # of an image whose size nothing tells
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
        As for ``compress.networks.recognised``; by default what the file says, see
        ``said_architecture``.

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
    architecture = said_architecture(weights, architecture)
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


def said_architecture(weights: Path, said: Said = None) -> Architecture | None:
    r"""The architecture that is given, or else that of the metadata of a ``.safetensors`` file.

    Parameters
    ----------
    weights : str or path
    said : str, path or Architecture, optional
        As for ``compress.networks.recognised``: it goes before what the file says.

    Returns
    -------
    Architecture or None
        What is given.  Else what the text "architecture" of the metadata says, a name or TOML as in
        a file of ``stablenoise.layers.load_architecture``; None if there is none.

    Raises
    ------
    FileNotFoundError
        If a file is not there.
    ValueError
        If what is given is no architecture, or else the text, or that is longer than 65,536
        characters.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     beside = {"architecture": 'version = 1\nlayers = [{kind = "dense"}]'}
    ...     archive.save(f"{folder}/w.safetensors", {"w": np.ones((10, 64))}, beside)
    ...     said_architecture(f"{folder}/w.safetensors").layers
    (Dense(),)

    """
    if said is not None:
        return load_architecture(said)
    text = archive.texts(weights).get(ARCHITECTURE)
    if text is None:
        return None
    name = f"{os.fspath(weights)}, its metadata"
    try:
        return _said_by(text, name)
    except ValueError as error:
        raise ValueError(f"{error}; --architecture NAME or FILE.toml goes before it") from None


def _said_by(text: str, name: str) -> Architecture:
    if len(text) > LONGEST:
        rule = f"{name}: {ARCHITECTURE} must have at most {LONGEST:,} characters"
        raise ValueError(f"{rule}, got {len(text):,}")
    if text in NAMES:
        return replace(NAMES[text], name=f"{text}, by {name}")
    return parsed(text.encode(errors="replace"), name)


def model_of(arrays: Arrays, architecture: Said) -> Model:
    """The network of some arrays, of whose inputs the architecture or the shapes tell the number.

    ValueError unless they fit it.
    """
    plan = None if architecture is None else load_architecture(architecture)
    given = checked_network(arrays)
    numbers = (_said_inputs(given, plan) or _square_inputs(given, plan)) if plan else []
    numbers = numbers or [prod(s) for row, *_ in rows(given) for s in images(row, None, None)]
    if not numbers:
        seen = ", ".join(f"{name} {a.shape}" for name, a in given.items())
        what = "a network" if plan is None else "the architecture, at an image of some size"
        raise ValueError(f"weights must be those of {what}, got {one_line(seen, SHOWN)}")
    errors = []
    for inputs in dict.fromkeys(numbers):
        try:
            return recognised(given, inputs, plan)
        except ValueError as error:  # of another number of inputs they may be
            errors.append(error)
    told_too = plan is not None and plan.of_images and not plan.image
    raise ValueError(f"{errors[0]}{IMAGE_HINT * told_too}") from None


def _said_inputs(arrays: Arrays, plan: Architecture) -> list[int]:
    """How many inputs there are, or may be, where the architecture tells it."""
    first = next((layer for layer in plan.layers if isinstance(layer, Conv | Dense)), None)
    if plan.image or first is None or isinstance(first, Conv):
        return [prod(plan.image)] if plan.image else []
    return list(np.shape(arrays.get(first.weights or "", 0)))[::-1]


def _square_inputs(arrays: Arrays, plan: Architecture) -> list[int]:
    """Numbers of inputs of square images at which arrays fit in the order of the file."""
    order = filled(said_weights(plan), [name for name, a in arrays.items() if a.ndim > 1])
    weights = [arrays[name] for name in order if name in arrays]
    numbers: list[int] = []
    for layout in LAYOUTS:
        shapes = [layout.turned(w).shape for w in weights]
        if shapes and len(shapes[0]) == 4:
            each = (shapes[0][1] * side**2 for side in range(1, LARGEST_SIDE + 1))
            numbers += [inputs for inputs in each if not plan.fitted(inputs, shapes)[1]]
    return numbers


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
