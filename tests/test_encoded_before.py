"""Files of earlier versions are read: ``data/encoded_before`` was written by 0.1, at 3c4bd94."""

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from compress.coding.length import decode, encode

FOLDER = Path(__file__).parent / "data" / "encoded_before"
ARRAYS = json.loads((FOLDER / "arrays.json").read_text())
CODECS = "adaptive", "counts", "lzma", "zlib"


def leaves(container):
    if isinstance(container, dict):
        return [leaf for part in container.values() for leaf in leaves(part)]
    if isinstance(container, list | tuple):
        return [leaf for part in container for leaf in leaves(part)]
    return [] if container is None else [np.asarray(container)]


def fingerprint(container):
    """Of types, shapes and elements, little-endian."""
    told = sha256()
    for array in leaves(container):
        told.update(f"{array.dtype.name} {array.shape} ".encode())
        told.update(array.astype(array.dtype.newbyteorder("<")).tobytes())
    return told.hexdigest()


@pytest.mark.parametrize("name", ARRAYS)
def test_a_file_of_before_decodes_to_the_arrays_that_were_in_it(name):
    assert fingerprint(decode((FOLDER / name).read_bytes())) == ARRAYS[name]


@pytest.mark.parametrize("codec", ["adaptive", "counts"])
@pytest.mark.parametrize("arrays", ["dense", "kernels", "lined", "zeros"])
def test_what_was_in_it_is_encoded_to_the_same_bytes_today(arrays, codec):
    """Not asked of zlib and lzma, which may find shorter ways in another version."""
    blob = (FOLDER / f"{arrays}_{codec}.snc").read_bytes()
    assert encode(decode(blob), codec) == blob


def test_there_is_a_file_of_every_codec():
    files = {path.name for path in FOLDER.glob("*.snc")}
    assert files == set(ARRAYS)
    assert {name.removesuffix(".snc").rpartition("_")[2] for name in files} == set(CODECS)


def test_another_array_has_another_fingerprint():
    arrays = decode((FOLDER / "dense_adaptive.snc").read_bytes())
    arrays["fc1.weight"][0, 0] += 1
    assert fingerprint(arrays) != ARRAYS["dense_adaptive.snc"]
