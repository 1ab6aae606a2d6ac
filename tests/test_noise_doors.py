"""Whatever noises, paths, tails, data and layers cannot take, they say so in one line."""

import inspect
import re

import numpy as np
import pytest
from noise_callables import callables, parameters
from test_noise_docs import NEVER

from stablenoise import NoiseField, StablePath
from stablenoise.data import datasets, files, rows
from stablenoise.data.datasets import load_digits
from stablenoise.layers.architecture import load_architecture, of_dense_layers, parsed
from stablenoise.layers.kinds import Conv, Dense, Flatten, MaxPool, Relu
from stablenoise.layers.stack import Architecture
from stablenoise.noises import common, independent, isotropic
from stablenoise.tails import block, hill, log_moment, pickands

FIELD, PATH = NoiseField(1.5, 1), StablePath(1.5, 1)
SAMPLE = [1.0, -2.0, 3.0, -11.0, 5.0, 7.0]
PLAN = Architecture((Dense(), Relu(), Dense()))
SHAPES = {"inputs": 64, "weights": [(40, 64), (10, 40)]}
IMAGE = {"shape": (1, 28, 28)}
HOME = {"data_home": None}

# A call that is right: the function, and all that it must be given, or says that it may.
RIGHT = {
    "field.NoiseField": (NoiseField, {"alpha": 1.5, "seed": 1}),
    "field.NoiseField.at": (FIELD.at, {"particles": [0, 1], "step": 0, "dim": 2}),
    "field.NoiseField.fill": (FIELD.fill, {"out": np.zeros((2, 3)), "step": 0}),
    "field.NoiseField.add_to": (FIELD.add_to, {"theta": np.zeros((2, 3)), "step": 0, "scale": 1.0}),
    "path.StablePath": (StablePath, {"alpha": 1.5, "seed": 1}),
    "path.StablePath.__call__": (
        PATH.__call__,
        {"t0": 0.0, "t1": 0.5, "particles": [0, 1], "dim": 2},
    ),
    "path.StablePath.increments": (PATH.increments, {"level": 1, "particles": [0, 1], "dim": 2}),
    **{
        f"noises.{module.__name__[19:]}.characteristic_function": (
            module.characteristic_function,
            {"u": [1.0, 2.0], "alpha": 1.5},
        )
        for module in (common, independent, isotropic)
    },
    "tails.block.estimate": (block.estimate, {"sample": SAMPLE, "block": 2}),
    "tails.hill.estimate": (hill.estimate, {"sample": SAMPLE}),
    "tails.log_moment.estimate": (log_moment.estimate, {"sample": [0.01, -2.0, 3.0]}),
    "tails.pickands.estimate": (pickands.estimate, {"sample": SAMPLE[:4]}),
    "data.datasets.load_digits": (load_digits, {}),
    "data.datasets.standardised": (datasets.standardised, {"data": load_digits(False)}),
    "data.datasets.source_files": (datasets.source_files, {"name": "mnist"}),
    "data.files.write": (files.write, {"path": "a", "content": "a"}),
    "data.files.check_writable": (files.check_writable, {"folder": "."}),
    "data.rows.subset": (rows.subset, {"size": 3, "count": 2, "seed": 1}),
    "data.rows.check_disjoint": (rows.check_disjoint, {}),
    "layers.architecture.of_dense_layers": (of_dense_layers, {"count": 2}),
    "layers.architecture.load_architecture": (load_architecture, {"said": "lenet5"}),
    "layers.architecture.parsed": (
        parsed,
        {"content": b'version = 1\nlayers = [{kind = "dense"}]'},
    ),
    "layers.stack.Architecture": (Architecture, {"layers": (Dense(),)}),
    "layers.stack.Architecture.input_shape": (PLAN.input_shape, SHAPES),
    "layers.stack.Architecture.shapes": (PLAN.shapes, SHAPES),
    "layers.stack.Architecture.fitted": (PLAN.fitted, SHAPES),
    "layers.stack.Architecture.line": (PLAN.line, SHAPES),
    "layers.kinds.Conv": (Conv, {}),
    "layers.kinds.Conv.outputs": (Conv().outputs, IMAGE | {"weights": (6, 1, 5, 5)}),
    "layers.kinds.Relu.outputs": (Relu().outputs, IMAGE),
    "layers.kinds.MaxPool": (MaxPool, {}),
    "layers.kinds.MaxPool.outputs": (MaxPool().outputs, IMAGE),
    "layers.kinds.Flatten": (Flatten, {}),
    "layers.kinds.Flatten.outputs": (Flatten().outputs, IMAGE),
    "layers.kinds.Dense.outputs": (Dense().outputs, {"shape": (64,), "weights": (40, 64)}),
}
FILES = {f"data.datasets.load_{name}" for name in ("mnist", "fashion_mnist", "ecg5000")}
WRONG = {
    "text": "a",
    "nothing": None,
    "an array": np.array([0.1, 2.0]),
    "a list": [0.1, 2.0],
    "a nested list": [[0.0], [1.0]],
    "a ragged list": [[0.1], [0.1, 2.0]],
    "a truth": True,
    "a complex number": 1j,
    "a masked array": np.ma.array([0.1, 2.0], mask=[0, 1]),
    "a dict": {"a": 0.1},
    "an object": object(),
}
KINDS = "common", "independent", "isotropic"
VECTORS = "an array", "a list", "a nested list"
# What is right all the same: arrays, options, and None for no option.
TAKES = {
    ("field.NoiseField.fill", "particles"): ("nothing",),
    ("field.NoiseField.add_to", "particles"): ("nothing",),
    ("path.StablePath", "strict"): ("a truth",),
    **{(f"noises.{kind}.characteristic_function", "u"): VECTORS for kind in KINDS},
    ("field.NoiseField.at", "dtype"): ("nothing",),
    ("tails.hill.estimate", "sample"): VECTORS[:2],
    ("tails.log_moment.estimate", "sample"): VECTORS[:2],
    ("tails.hill.estimate", "k"): ("nothing",),
    ("tails.pickands.estimate", "k"): ("nothing",),
    ("data.datasets.load_digits", "standardise"): ("a truth",),
    ("data.datasets.source_files", "name"): ("text",),
    ("data.datasets.source_files", "data_home"): ("nothing", "text"),
    ("data.files.write", "path"): ("text",),
    ("data.files.write", "content"): ("text",),
    ("data.files.check_writable", "folder"): ("text",),
    ("layers.architecture.parsed", "name"): ("text",),
    ("layers.stack.Architecture", "image"): ("nothing",),
    ("layers.stack.Architecture", "scale"): ("nothing",),
    ("layers.stack.Architecture", "name"): ("text",),
    ("layers.kinds.MaxPool", "stride"): ("nothing",),
}
SUBJECTS = {("layers.architecture.load_architecture", "said"): "architecture"}
DOORS = [
    (name, parameter.name)
    for name, (function, _) in RIGHT.items()
    for parameter in inspect.signature(function).parameters.values()
    if parameter.kind is not parameter.VAR_KEYWORD
]


def test_the_doors_are_all_that_take_something():
    """But files of data sets, which are not on every machine."""
    doors = {name for name, f in callables() if parameters(f) and name not in NEVER}
    assert doors - FILES == RIGHT.keys()


def call(name, changed):
    function, right = RIGHT[name]
    return function(**right | changed)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_call_is_taken(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    call(name, {})


@pytest.mark.parametrize(("name", "parameter"), DOORS, ids=map(" ".join, DOORS))
def test_a_wrong_argument_is_told_in_one_line(name, parameter, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    taken = TAKES.get((name, parameter), ())
    for kind, value in WRONG.items():
        if kind in taken:
            call(name, {parameter: value})
            continue
        with pytest.raises(ValueError, match=r" must .*, got ") as told:
            call(name, {parameter: value})
        subject = SUBJECTS.get((name, parameter), parameter)
        assert re.fullmatch(rf"[^\n]*\b{subject}\b[^\n]*", str(told.value)), kind


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("standardise", [None, "a", 1, np.True_, [True]])
def test_a_loader_of_files_looks_at_its_arguments_first(name, standardise):
    load = getattr(datasets, name.rpartition(".")[2])
    with pytest.raises(ValueError, match="^standardise must be True or False, got "):
        load(standardise=standardise)
    with pytest.raises(ValueError, match="^data_home must be a string or a path, got 3$"):
        load(3)
