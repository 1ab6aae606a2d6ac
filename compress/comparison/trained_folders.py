"""Networks that ``chaos train`` left in folders, pruned as the papers do: a row for each."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stablenoise.checks import check_choice, check_path, check_share, told
from stablenoise.data import files
from stablenoise.data.datasets import Dataset
from stablenoise.results import Result

from ..networks import loading
from ..networks.containers import Shares
from ..networks.facts import matrices
from ..networks.model import Arrays, Model
from ..pruning import column
from ..pruning import filter as filters
from .losses import accuracy
from .pruned_models import keep_for_error, prune

WEIGHTS, ARCHITECTURE, SETTINGS, DATA = (
    "weights.npz", "architecture.toml", "settings.json", "data.json",
)  # fmt: skip
HISTORY, OTHER = "history.csv", 0.005  # more than what rounding changes of an accuracy
METHODS = "column", "filter"  # of networks without and with convolutions
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.975, 0.99)  # of a curve
# What a run has written, and needs.
RUN_FILES = WEIGHTS, ARCHITECTURE, SETTINGS, DATA, "result.json", HISTORY
# Settings that are told of each run; others are where they differ.
SETTINGS_TOLD = "data", "alpha", "noise", "sigma", "eta", "batch", "widths", "architecture"
OF_NOISE = "alpha", "sigma", "noise_unit", "noise_first"  # they say nothing where there is none
NUMBERS = (
    *("train_before", "train_after", "test_before", "test_after"),
    *("pruned_share", "squared_error"),
)


@dataclass(frozen=True, slots=True)
class Folder:
    """A trained network and its data, as they lie in a folder."""

    path: Path
    settings: dict[str, Any]
    model: Model
    data: Dataset

    @property
    def method(self) -> str:
        """What is pruned of it."""
        return METHODS[self.model.convolves]


@dataclass(frozen=True, slots=True, repr=False)
class PrunedRun(Result):
    """A network of a folder, and what pruning makes of it.

    Parameters
    ----------
    folder : str
    settings : dict
        Those of its training, and "data" and "inputs": the data set, and how its inputs are scaled.
    train_before, train_after : float
        Accuracy on the training part, before and after pruning.
    test_before, test_after : float
        Likewise on the test part.
    pruned_share : float
        Share of the columns, or of the filters, that are zero.
    squared_error : float
        Squared relative error (Frobenius) of the weights that are pruned, all layers together.

    Examples
    --------
    >>> PrunedRun("runs/one", {"alpha": 1.75}, 0.95, 0.94, 0.93, 0.92, 0.25, 0.09).pruned_share
    0.25

    """

    folder: str
    settings: dict[str, Any]
    train_before: float
    train_after: float
    test_before: float
    test_after: float
    pruned_share: float
    squared_error: float

    @property
    def told(self) -> dict[str, Any]:
        """Settings that are told, as ``setting`` gives them."""
        return {name: self.setting(name) for name in SETTINGS_TOLD}

    def setting(self, name: str) -> Any:
        """A setting, as text if it is no number; None where it says nothing, or is not there."""
        value = self.settings.get(name)
        if name in OF_NOISE and self.settings.get("noise") == "none":
            return None
        if isinstance(value, list):
            return ",".join(map(str, value))
        return value if value is None or isinstance(value, int | float) else str(value)


def folders(path: str | Path) -> list[Path]:
    """The folder, if it has a network, or else those in it that have one.

    Parameters
    ----------
    path : str or path
        That a training wrote, or a sweep.

    Returns
    -------
    list of Path
        In the order of their names.

    Raises
    ------
    ValueError
        If there is no network.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     Path(folder, "weights.npz").touch()
    ...     len(folders(folder))
    1

    """
    check_path("path", path)
    top = Path(path)
    inside = sorted(entry for entry in top.iterdir() if entry.is_dir()) if top.is_dir() else []
    found = [folder for folder in (top, *inside) if (folder / WEIGHTS).is_file()]
    if not found:
        rule = f"{path} must be a folder of a training, or of folders of trainings"
        raise ValueError(f"{rule}, got none with {WEIGHTS}")
    return found[:1] if found[0] == top else found


def unfinished(path: Path) -> list[Path]:
    """Folders beside those of ``folders`` in which a training has begun, and left no network."""
    if (path / WEIGHTS).is_file():
        return []
    inside = sorted(entry for entry in path.iterdir() if (entry / SETTINGS).is_file())
    return [folder for folder in inside if not (folder / WEIGHTS).is_file()]


def sweeps(path: Path) -> list[Path]:
    """Folders beside those of ``folders`` that have no network, but folders that do."""
    if (path / WEIGHTS).is_file():
        return []
    deeper = sorted({file.parent.parent for file in path.glob(f"*/*/{WEIGHTS}")})
    return [folder for folder in deeper if not (folder / WEIGHTS).is_file()]


def scale_of_inputs(path: Path) -> Any:
    """What a folder says of the scale of its inputs; None if it says nothing."""
    return _json(path / DATA).get("inputs") if (path / DATA).is_file() else None


def data_of(path: Path) -> str:
    """Name of the data that a folder was trained on; ValueError if it does not say."""
    said = _json(path / DATA, ", and no --data and --inputs")
    if not isinstance(name := said.get("data"), str):
        raise ValueError(f"data of {path / DATA} must be a name, got {told(name)}")
    return name


def opened(
    path: Path,
    data: str | None = None,
    data_home: Path | None = None,
    inputs: str | None = None,
) -> Folder:
    """Network, settings and data of a folder; data and inputs may be said, or are as it says."""
    settings, name = _json(path / SETTINGS), data or data_of(path)
    inputs = inputs or scale_of_inputs(path)
    given = path / WEIGHTS, name, data_home, inputs, path / ARCHITECTURE
    model, dataset = loading.load_model_and_data(*given)
    return Folder(path, settings | {"data": name, "inputs": inputs}, model, dataset)


def other_accuracy(folder: Folder) -> str:
    """That the accuracy on the test part is another than at the end of training; or nothing."""
    _, seen = _accuracies(folder, folder.model.arrays)
    return surprise(folder.path, seen, folder.settings["data"], folder.settings["inputs"])


def surprise(folder: Path, seen: float, data: str, inputs: str | None) -> str:
    """The same of an accuracy that was seen with data and their scale."""
    path = folder / HISTORY
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        *_, last = {}, *csv.DictReader(lines)
        known = float(last.get("test_accuracy") or "nan")
    except (ValueError, csv.Error):  # a file of another kind
        return ""
    if not abs(seen - known) > OTHER:
        return ""
    why = f"are --data and --inputs ({data}, {inputs or 'unit'}) those of training?"
    return f"{folder}: test accuracy {seen:.4f}, but {known:.4f} as training ended: {why}"


def pruned(folder: Folder, squared_error: float = 0.1, method: str | None = None) -> PrunedRun:
    """The network pruned as far as the squared error of each layer allows.

    Parameters
    ----------
    folder : Folder
    squared_error : float
        Bound of each layer, in [0, 1].
    method : {"column", "filter"}, optional
        By default "filter" for networks with convolutions.

    Returns
    -------
    PrunedRun

    Raises
    ------
    ValueError
        If an argument is out of range, or the network has nothing to prune.
    """
    check_share("squared_error", squared_error, "[]")
    method = _method(folder, method)
    keep = keep_for_error(folder.model, squared_error, method)
    before = _accuracies(folder, folder.model.arrays)
    return _row(folder, keep, before, method)


def curve(
    folder: Folder, shares: Iterable[float] = SHARES, method: str | None = None
) -> list[PrunedRun]:
    """The network with these shares of each layer pruned, the shortest columns first.

    Parameters
    ----------
    folder : Folder
    shares : iterable of float
        Each in [0, 1].
    method : {"column", "filter"}, optional
        As for ``pruned``.

    Returns
    -------
    list of PrunedRun

    Raises
    ------
    ValueError
        As for ``pruned``.
    """
    method, before = _method(folder, method), _accuracies(folder, folder.model.arrays)
    # Rounded: 1 - 0.9991 is more than 0.0009, and of 10,000 units would keep one more.
    keeps = [round(1 - check_share("each of shares", share, "[]"), 12) for share in shares]
    return [_row(folder, keep, before, method) for keep in keeps]


def _method(folder: Folder, method: str | None) -> str:
    if method is None:
        method = folder.method
    check_choice("method", method, METHODS)
    if not _layers(folder.model, method):
        rule = f"{folder.path} must have a layer to prune by {method}, but for the output layer"
        raise ValueError(f"{rule}, got {len(folder.model.weights)} layers with weights")
    return method


def _layers(model: Model, method: str) -> list[str]:
    """Names of the weights that a method prunes: all of its kind but those of the outputs."""
    *hidden, _ = model.weights
    ndim = 4 if method == "filter" else 2
    return [name for name in hidden if model.weights[name].ndim == ndim]


def _accuracies(folder: Folder, arrays: Arrays) -> tuple[float, float]:
    data, logits = folder.data, folder.model.logits
    train = accuracy(logits(arrays, data.x_train), data.y_train)
    return train, accuracy(logits(arrays, data.x_test), data.y_test)


def _row(folder: Folder, keep: Shares, before: tuple[float, float], method: str) -> PrunedRun:
    """What is left of a network of which each layer keeps a share of its units."""
    model = folder.model
    share, error = _lost(model, keep, method)
    (train, test), after = before, _accuracies(folder, prune(model, keep, method))
    accuracies = train, after[0], test, after[1]
    return PrunedRun(str(folder.path), folder.settings, *accuracies, share, error)


def _lost(model: Model, keep: Shares, method: str) -> tuple[float, float]:
    """Share of the units, and of their weights' squares, that pruning takes, in all layers."""
    if method == "filter":
        whole = model.weights
        left = filters.prune(whole, keep, network=True, axis=0)
    else:
        whole = {name: w.T for name, w in matrices(model).items()}
        left = column.prune(whole, keep, network=True)
    axis = 1 if method == "column" else 0  # that of the units
    units = lost = total = 0.0
    gone = 0
    for name in _layers(model, method):
        before, after = (np.moveaxis(w[name], axis, 0).astype(float) for w in (whole, left))
        before, after = (w.reshape(len(w), -1) for w in (before, after))
        mask = (after == 0).all(axis=1)
        gone, units = gone + int(mask.sum()), units + len(mask)
        lost, total = lost + float((before[mask] ** 2).sum()), total + float((before**2).sum())
    return gone / units, lost / total if total else 0.0


def _json(path: Path, nor: str = "") -> dict[str, Any]:
    if not path.is_file():
        raise ValueError(f"{path} must be a file that chaos train writes, got none{nor}")
    return files.read_json(path)
