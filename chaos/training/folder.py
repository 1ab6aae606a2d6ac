"""The folder of a run: settings, architecture, weights, history, and a checkpoint to go on from."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO
from itertools import zip_longest
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import numpy as np

from stablenoise.checks import check_path, told
from stablenoise.data import files
from stablenoise.layers import to_toml

from .. import checkpoint
from . import schedules
from .arrays import Arrays
from .descent import Problem, State
from .rows import Rows
from .settings import FUNCTION, Settings
from .trained import COLUMNS

# What may differ when a run goes on: these change how long it is and what is seen, not its path.
FREE = (
    *("steps", "stop_accuracy", "evaluate_every", "evaluate_rows"),
    *("checkpoint_every", "memory"),
)
SEEN_ROWS = 64  # of a data set, by whose bytes a run knows it
# Not the time of writing: equal weights make equal files.
ENTRY_DATE = 1980, 1, 1, 0, 0, 0
VELOCITY, HISTORY = "velocity_", "history"
WEIGHTS = "weights.npz"


@dataclass(frozen=True, slots=True)
class Folder:
    """Where a run is kept."""

    path: Path
    given: Problem

    @classmethod
    def of(cls, path: Any, given: Problem) -> Folder:
        """Folder for a run, made if needed, or ValueError if it holds a run of other settings."""
        check_path("out", path)
        files.check_writable(path)
        folder = cls(Path(path), given)
        if folder._has_begun:
            folder._check_settings()
            folder._check_architecture()
        if not (folder.path / WEIGHTS).is_file():  # else they are of those weights
            folder._write_settings()
        files.write(folder.path / "architecture.toml", to_toml(given.net.architecture))
        return folder

    def load(self) -> tuple[State, list[tuple[float, ...]]] | None:
        """State and history of the checkpoint, or None if there is none."""
        loaded = checkpoint.load(self._states, **self._run())
        if loaded is None:
            return None
        step, named = loaded
        self._check_arrays(named)
        weights = self._arrays(named, "")
        velocity = self._arrays(named, VELOCITY) if self.given.settings.momentum else None
        if step > self.given.settings.steps:
            rule = f"steps must be at least {step}, which {self.path} has taken"
            raise ValueError(f"{rule}, got {self.given.settings.steps}")
        history = [tuple(row) for row in named[HISTORY].tolist()]
        self._check_step_sizes(history)
        return State(step, weights, velocity), history

    def save(self, state: State, history: list[tuple[float, ...]]) -> None:
        """Write a checkpoint, then the history as a table."""
        rows = np.array(history, dtype=float).reshape(-1, len(COLUMNS))
        named = state.weights.named() | {HISTORY: rows}
        if state.velocity is not None:
            named |= state.velocity.named(VELOCITY)
        checkpoint.save(self._states, state.step, named, **self._run())
        files.write(self.path / "history.csv", table(history))

    def finish(self, weights: Arrays) -> None:
        """Write the weights as a file that ``compress`` reads, and the settings they are of."""
        files.write_chunks(self.path / WEIGHTS, npz(weights.named()))
        self._write_settings()

    def _write_settings(self) -> None:
        said = json.dumps(self.given.settings.to_dict(), indent=1)
        files.write(self.path / "settings.json", said + "\n")

    @property
    def _has_begun(self) -> bool:
        """Whether there is something that a run of other settings would spoil."""
        return (self._states / checkpoint.INDEX).is_file() or (self.path / WEIGHTS).is_file()

    @property
    def _states(self) -> Path:
        return self.path / "checkpoint"

    def _run(self) -> dict[str, Any]:
        return {"settings": _kept(self.given.settings), "data": fingerprint(self.given.train)}

    def _check_settings(self) -> None:
        path = self.path / "settings.json"
        if not path.is_file():
            return
        try:
            there = _kept_in(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{path} must be the settings of a run, got: {error}") from None
        for name, value in _kept(self.given.settings).items():
            if value != there[name]:
                rule = f"{name} must be {told(there[name])}, as in {self.path}"
                raise ValueError(f"{rule}, got {told(value)}")

    def _check_arrays(self, named: dict[str, np.ndarray]) -> None:
        """Raise ValueError unless a checkpoint has the arrays of this network, and a history."""
        net, settings = self.given.net, self.given.settings
        kinds = {"": settings.dtype} | ({VELOCITY: settings.dtype} if settings.momentum else {})
        wanted = {
            f"{prefix}{name}": (shape, kind)
            for prefix, kind in kinds.items()
            for name, shape in net.named_shapes.items()
        }
        there = {name: (a.shape, a.dtype.name) for name, a in named.items() if name != HISTORY}
        history = named.get(HISTORY)
        columns = history.shape[1:] if history is not None else None
        if there != wanted or columns != (len(COLUMNS),):
            rule = f"{self._states} must hold the arrays of this network and a history"
            raise ValueError(f"{rule}, got {told(list(named))}")

    def _check_step_sizes(self, history: list[tuple[float, ...]]) -> None:
        """A function is known by its name, which another one may have, and by what it gave."""
        settings = self.given.settings
        for row in history if callable(settings.schedule) else []:
            step, eta = int(row[COLUMNS.index("step")]) - 1, row[COLUMNS.index("eta")]
            if (seen := schedules.step_size(settings, step)) != eta:
                rule = f"schedule must give {eta} at step {step}, as in {self.path}"
                raise ValueError(f"{rule}, got {seen}")

    def _check_architecture(self) -> None:
        """A file that settings name may have changed, or a data set have other images."""
        path, wanted = self.path / "architecture.toml", to_toml(self.given.net.architecture)
        there = path.read_text(encoding="utf-8") if path.is_file() else wanted
        pairs = zip_longest(there.splitlines(), wanted.splitlines(), fillvalue="nothing")
        for old, new in pairs:
            if old != new:
                rule = f"architecture must be that of {path}, which says {old.strip()}"
                raise ValueError(f"{rule}, got {new.strip()}")

    def _arrays(self, named: dict[str, np.ndarray], prefix: str) -> Arrays:
        net = self.given.net
        count = range(1, len(net.weights) + 1)
        weights = tuple(named[f"{prefix}weights_{i}"] for i in count)
        biases = tuple(named.get(f"{prefix}bias_{i}") for i in count)
        return Arrays(weights, biases)


def _kept(settings: Settings) -> dict[str, Any]:
    """Settings that a run that goes on must share, as JSON has them."""
    said = settings.to_dict()
    if settings.schedule == "cosine":
        said["decay_steps"] = settings.decay_steps or settings.steps
    return {name: value for name, value in said.items() if name not in FREE}


def _kept_in(said: Any) -> dict[str, Any]:
    """The same of what a file says, which has the name alone of a schedule that is a function."""
    schedule = said.get("schedule") if isinstance(said, dict) else None
    if not (isinstance(schedule, str) and schedule.startswith(FUNCTION)):
        return _kept(Settings.from_dict(said))
    return _kept(Settings.from_dict({**said, "schedule": "constant"})) | {"schedule": schedule}


def fingerprint(rows: Rows) -> str:
    """Digest of the shape of a training set, its labels, and some of its rows."""
    digest = sha256(repr((rows.x.shape, rows.x.dtype.str)).encode())
    digest.update(np.ascontiguousarray(rows.y, dtype=np.int64).tobytes())
    digest.update(np.ascontiguousarray(rows.x[:: max(1, len(rows) // SEEN_ROWS)]).tobytes())
    return digest.hexdigest()


def table(history: list[tuple[float, ...]]) -> str:
    """History as CSV."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([int(step), *others] for step, *others in history)
    return text.getvalue()


def npz(arrays: dict[str, np.ndarray]) -> Iterator[bytes]:
    """Yield an ``.npz`` file in pieces: no copy of an array is made."""
    sink = _Sink()
    with ZipFile(sink, "w") as archive:  # type: ignore[call-overload]
        for name, array in arrays.items():
            with archive.open(ZipInfo(f"{name}.npy", ENTRY_DATE), "w", force_zip64=True) as entry:
                for piece in checkpoint.pieces(array):
                    entry.write(piece)
                    yield from sink.drained()
    yield from sink.drained()


class _Sink:
    """A file that hands out what was written to it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing waits."""

    def drained(self) -> list[bytes]:
        parts, self._parts = self._parts, []
        return parts
