"""Whatever noises, paths and data cannot take, they say so in one line."""

import numpy as np
import pytest
from doors import Door, asked_of

from stablenoise import NoiseField, StablePath
from stablenoise.data import columns, datasets, files, rows
from stablenoise.data.datasets import load_digits
from stablenoise.noises import common, independent, isotropic

FIELD, PATH = NoiseField(1.5, 1), StablePath(1.5, 1)
HOME = {"data_home": None}

# A call that is right: the function, and all that it must be given, or says that it may.

FILES = {f"stablenoise.data.datasets.load_{name}" for name in ("mnist", "fashion_mnist", "ecg5000")}
DOORS = [
    Door(NoiseField, {"alpha": 1.5, "seed": 1}, {"seed": "zero", "lane": "zero"}),
    Door(
        FIELD.at,
        {"particles": [0, 1], "step": 0, "dim": 2},
        {"particles": "empty tuple", "step": "zero", "dtype": "none"},
    ),
    Door(
        FIELD.fill,
        {"out": np.zeros((2, 3)), "step": 0},
        {"out": "eye matrix", "step": "zero", "particles": "none"},
    ),
    Door(
        FIELD.add_to,
        {"theta": np.zeros((2, 3)), "step": 0, "scale": 1.0},
        {"theta": "eye matrix", "step": "zero", "scale": "zero negative", "particles": "none"},
    ),
    Door(
        StablePath,
        {"alpha": 1.5, "seed": 1},
        {"seed": "zero", "beta": "zero negative", "lane": "zero", "strict": "truth"},
    ),
    Door(
        PATH.__call__,
        {"t0": 0.0, "t1": 0.5, "particles": [0, 1], "dim": 2},
        {"t0": "zero", "t1": "zero", "particles": "empty tuple"},
    ),
    Door(
        PATH.increments,
        {"level": 1, "particles": [0, 1], "dim": 2},
        {"level": "zero", "particles": "empty tuple"},
    ),
    Door(load_digits, {}, {"standardise": "truth"}),
    Door(datasets.standardised, {"data": load_digits(False)}),
    Door(datasets.source_files, {"name": "mnist"}, {"name": "text", "data_home": "text none"}),
    Door(files.write, {"path": "a", "content": "a"}, {"path": "text", "content": "text bytes"}),
    Door(
        files.write_chunks,
        {"path": "a", "chunks": [b"a"]},
        {"path": "text", "chunks": "empty generator"},
    ),
    Door(files.check_writable, {"folder": "."}, {"folder": "text"}),
    Door(
        rows.subset,
        {"size": 3, "count": 2, "seed": 1},
        {"size": "zero", "count": "zero", "seed": "zero"},
    ),
    Door(
        columns.column, {"path": "a.csv"}, {"path": "text", "name": "none text", "returns": "truth"}
    ),
    Door(rows.check_disjoint, {}),
    Door(common.characteristic_function, {"u": [1.0, 2.0], "alpha": 1.5}, {"u": "arrays empty"}),
    Door(
        independent.characteristic_function, {"u": [1.0, 2.0], "alpha": 1.5}, {"u": "arrays empty"}
    ),
    Door(isotropic.characteristic_function, {"u": [1.0, 2.0], "alpha": 1.5}, {"u": "arrays empty"}),
]
(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "noise", no_door=FILES)


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("standardise", [None, "a", 1, np.True_, [True]])
def test_a_loader_of_files_looks_at_its_arguments_first(name, standardise):
    load = getattr(datasets, name.rpartition(".")[2])
    with pytest.raises(ValueError, match="^standardise must be True or False, got "):
        load(standardise=standardise)
    with pytest.raises(ValueError, match="^data_home must be a string or a path, got 3$"):
        load(3)
