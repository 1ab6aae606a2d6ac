"""Doors of data sets and files: what they take, and what they refuse in one line."""

import pickle
import struct
import zlib

import numpy as np
import pytest
from doors import Door, asked_of

from stablenoise.data import (
    by_name,
    cifar,
    columns,
    datasets,
    fetching,
    files,
    pickled,
    png,
    rows,
)
from stablenoise.data.datasets import load_digits

FILES = {
    *(f"stablenoise.data.datasets.load_{name}" for name in ("mnist", "fashion_mnist", "ecg5000")),
    "stablenoise.data.cifar.load_cifar10",
}


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


DOT = png.SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
DOT += chunk(b"IDAT", zlib.compress(b"\0abc")) + chunk(b"IEND", b"")
DOORS = [
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
    Door(
        fetching.fetch,
        {"name": "digits"},
        {"data_home": "text none", "source": "none", "progress": "none callback"},
    ),
    Door(fetching.destination, {"name": "mnist"}, {"data_home": "text none"}),
    Door(by_name.load, {"name": "digits"}, {"data_home": "text none", "standardise": "truth"}),
    Door(
        rows.order,
        {"size": 3, "seed": 1, "lane": 3},
        dict.fromkeys(("size", "seed", "lane"), "zero"),
    ),
    Door(png.pixels, {"content": DOT}, {}, {"content": "picture"}),
    Door(pickled.arrays_and_lists, {"content": pickle.dumps({})}, {}, {"content": "batch"}),
]
(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "data sets", no_door=FILES)


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("standardise", [None, "a", 1, np.True_, [True]])
def test_a_loader_of_files_looks_at_its_arguments_first(name, standardise):
    module, _, function = name.rpartition(".")
    load = getattr(cifar if module.endswith("cifar") else datasets, function)
    with pytest.raises(ValueError, match="^standardise must be True or False, got "):
        load(standardise=standardise)
    with pytest.raises(ValueError, match="^data_home must be a string or a path, got 3$"):
        load(3)


@pytest.mark.parametrize("seed", [-1, 0.5, None, 2**64, "1", True])
def test_the_seed_of_a_split_is_looked_at(seed):
    with pytest.raises(ValueError, match="^seed must be an integer in "):
        datasets.load_ecg5000(split="shuffled", seed=seed)
