"""Runs of training as a command line asks for them: one, or one for each cell of a sweep."""

from __future__ import annotations

import json
import tomllib
from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from itertools import product
from pathlib import Path
from typing import Any

from stablenoise.checks import check_choice, check_integer, check_path, told
from stablenoise.data import by_name, files
from stablenoise.executors import NAMES

from ..training.settings import Settings
from .words import NOTHING, real, whole

INPUTS = "unit", "centred", "standardised"
REALS = "alpha", "sigma", "eta"
AXES = "alpha", "sigma", "eta", "batch", "noise", "width", "seed"  # in the names of cells
OPTIONAL = {"batch", "clip", "decay", "decay_steps", "evaluate_rows", "stop_accuracy"}
SETTINGS = tuple(field.name for field in fields(Settings))
KEYS = ("data", "data_home", "inputs", "out", "jobs", "executor", "scheduler", "sweep", *SETTINGS)
DATA_FILE, CHECKPOINT = "data.json", "checkpoint"


@dataclass(frozen=True)
class Cell:
    """One run: its settings, its data and its folder, and what sets it apart in a sweep."""

    settings: Settings
    data: str
    inputs: str
    data_home: Path | None
    out: Path
    place: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What it is called in a sweep."""
        return name_of(self.place)

    @property
    def known_by(self) -> dict[str, str]:
        """Data and scale of inputs, which a folder is for."""
        return {"data": self.data, "inputs": self.inputs}

    def check_folder(self) -> None:
        """Raise ValueError if the folder has a run on other data; note what it is for."""
        path = self.out / DATA_FILE
        if path.is_file() and (self.out / CHECKPOINT).is_dir():  # else none has begun there
            there = files.read_json(path)
            for name, value in self.known_by.items():
                if there.get(name) != value:
                    rule = f"{name} must be {told(there.get(name))}, as in {self.out}"
                    raise ValueError(f"{rule}, got {told(value)}")
        files.write(path, json.dumps(self.known_by) + "\n")


@dataclass(frozen=True)
class Plan:
    """What is to be run: cells, by which workers and how many, and whether they are a sweep."""

    cells: list[Cell]
    out: Path
    jobs: int
    is_sweep: bool
    executor: str = "local"
    scheduler: str | None = None


def planned(options: Namespace) -> Plan:
    """What switches and the file of ``--config`` ask for together.

    Parameters
    ----------
    options : Namespace
        Of ``parser``.

    Returns
    -------
    Plan

    Raises
    ------
    ValueError
        If a name is not known, or a value is out of range or of another kind.
    OSError
        If the file cannot be read.
    """
    said = _said(options)
    check_choice("data", said.get("data"), by_name.LOADERS)
    inputs = check_choice("inputs", said.get("inputs", INPUTS[0]), INPUTS)
    for name in ("out", "data_home"):
        if name in said:
            check_path(name, said[name])
    jobs = check_integer("jobs", said.get("jobs", 1), 1, 1025)
    executor = check_choice("executor", said.get("executor", "local"), NAMES)
    axes = _axes(said.get("sweep"))
    home = Path(said["data_home"]) if "data_home" in said else None
    given = {name: said[name] for name in SETTINGS if name in said}
    places = list(_places(axes))
    settings = [Settings.from_dict(_with(given, place)) for place in places]
    if "out" not in said:
        raise ValueError("out must be the folder of the run (--out DIR), got none")
    out = Path(said["out"])
    cells = [
        Cell(chosen, said["data"], inputs, home, out / name_of(place), place)
        for chosen, place in zip(settings, places, strict=True)
    ]
    return Plan(cells, out, jobs, bool(axes), executor, said.get("scheduler"))


def name_of(place: Mapping[str, Any]) -> str:
    """What a cell of a sweep, and its folder, is called; nothing for a run alone."""
    return "_".join(f"{axis}={value}" for axis, value in place.items())


def _said(options: Namespace) -> dict[str, Any]:
    """All that was said, by switches or else by the file."""
    said = {} if options.config is None else _of_file(options.config)
    given = {name: getattr(options, name) for name in KEYS}
    given = {name: value for name, value in given.items() if value is not None}
    for one, other in (("widths", "architecture"), ("architecture", "widths")):
        if one in given:
            said.pop(other, None)
    said |= given
    for name in OPTIONAL & said.keys():
        said[name] = _without_words(said[name])
    return said


def _of_file(path: Path) -> dict[str, Any]:
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} must be TOML, got: {error}") from None
    for name in said:
        if name not in KEYS:
            raise ValueError(f"names in {path} must be of {', '.join(KEYS)}, got {told(name)}")
    return said


def _axes(said: Any) -> dict[str, list[Any]]:
    """Values of each axis of a sweep, from words of the command line or a table of a file."""
    if said is None:
        return {}
    if isinstance(said, Mapping):
        pairs: Iterable = said.items()
    elif isinstance(said, list):
        pairs = (_pair(word) for word in said)
    else:
        raise ValueError(f"sweep must be a table of lists, got {told(said)}")
    axes: dict[str, list[Any]] = {}
    for axis, values in pairs:
        check_choice("each name of sweep", axis, AXES)
        values = [_spelled(axis, v) for v in (values if isinstance(values, list) else [values])]
        if axis in axes or not values or len(set(map(str, values))) < len(values):
            raise ValueError(f"sweep must have values of {axis}, each once, got {told(values)}")
        axes[axis] = values
    return {axis: axes[axis] for axis in AXES if axis in axes}


def _spelled(axis: str, value: Any) -> Any:
    """A whole number of an axis of reals as a real: 2 and 2.0 are one cell, of one folder."""
    return float(value) if axis in REALS and type(value) is int else value


def _pair(word: Any) -> tuple[str, list[Any]]:
    axis, is_pair, values = str(word).partition("=")
    if not is_pair:
        raise ValueError(f"sweep must be of words such as alpha=1.5,1.75, got {told(word)}")
    return axis, [_number(axis, text) for text in values.split(",")]


def _number(axis: str, text: str) -> Any:
    """A value of an axis, from the command line."""
    if axis == "noise" or (axis == "batch" and text in NOTHING):
        return text
    try:
        return real(text) if axis in REALS else whole(text)
    except ArgumentTypeError:
        raise ValueError(f"{axis} of sweep must be numbers between commas, got {text!r}") from None


def _places(axes: dict[str, list[Any]]) -> Iterable[dict[str, Any]]:
    for values in product(*axes.values()):
        yield dict(zip(axes, values, strict=True))


def _with(given: dict[str, Any], place: dict[str, Any]) -> dict[str, Any]:
    """Settings at a place of a sweep; a width is that of all hidden layers."""
    settings = given | place
    if "width" in settings:
        width, widths = settings.pop("width"), given.get("widths")
        if not isinstance(widths, list) or len(widths) < 3:
            rule = "widths must have a hidden layer where the width is swept"
            raise ValueError(f"{rule}, got {told(widths)}")
        settings["widths"] = [widths[0], *[width] * (len(widths) - 2), widths[-1]]
    if "batch" in settings:
        settings["batch"] = _without_words(settings["batch"])
    return settings


def _without_words(value: Any) -> Any:
    """None for a word that says so."""
    return None if isinstance(value, str) and value in NOTHING else value
