"""Arrays and texts of ``.safetensors`` files, whose headers must say no more than they hold."""

import json
from collections.abc import Iterator, Mapping
from itertools import accumulate, pairwise
from math import prod
from os import SEEK_END
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from stablenoise.checks import told

LENGTH = 8  # bytes of the length of the header, little-endian
METADATA = "__metadata__"
ALIGNMENT = 8  # bytes to which a header is filled up, as the format's library does
KINDS: dict[str, np.dtype[Any]] = {  # names of types in a header, and how NumPy reads them
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "BF16": np.dtype("<u2"),  # the upper half of a float32: the bits are read as an integer
    "I64": np.dtype("<i8"),
    "I32": np.dtype("<i4"),
    "I16": np.dtype("<i2"),
    "I8": np.dtype("i1"),
    "U64": np.dtype("<u8"),
    "U32": np.dtype("<u4"),
    "U16": np.dtype("<u2"),
    "U8": np.dtype("u1"),
    "BOOL": np.dtype("bool"),
}


class Entry(NamedTuple):
    """What a header says of one array: its bytes are those from ``start`` to ``stop``."""

    name: str
    kind: str
    shape: tuple[int, ...]
    start: int
    stop: int


def arrays_of(content: bytes) -> dict[str, np.ndarray]:
    """Arrays of the content of a file by their names, or ValueError that says what is wrong.

    bfloat16 becomes float32, exactly.
    """
    entries = list(_entries(content))
    # Here and not above: who has no such files needs no such library.
    import safetensors

    try:
        parts = dict(safetensors.deserialize(content))
    except safetensors.SafetensorError as error:
        raise ValueError(str(error)) from None
    return {entry.name: _array(entry, parts[entry.name]["data"]) for entry in entries}


def texts_of(file: BinaryIO) -> dict[str, str]:
    """Texts by their names in the header of an open file, or ValueError that says what is wrong."""
    length = file.read(LENGTH)
    size, room = int.from_bytes(length, "little"), file.seek(0, SEEK_END) - LENGTH
    if not 0 <= size <= room:
        raise ValueError(f"a header of {size:,} bytes in a file of {room + LENGTH:,}")
    file.seek(LENGTH)
    texts = _header(file.read(size)).get(METADATA, {})
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise ValueError(f"metadata that are no texts by names, {told(texts)}")
    return texts


def content_of(arrays: Mapping[str, np.ndarray], texts: Mapping[str, str]) -> bytes:
    """Content of a file of arrays and texts: the same for the same, as no time is in it."""
    little = {name: np.asarray(a, a.dtype.newbyteorder("<")) for name, a in arrays.items()}
    # The widest numbers come first in the data, so that each array begins at a multiple of them.
    placed = sorted(little, key=lambda name: -little[name].itemsize)
    ends = dict(zip(placed, accumulate(little[name].nbytes for name in placed), strict=True))
    entries: dict[str, Any] = {
        name: {
            "dtype": _kind(name, a),
            "shape": list(a.shape),
            "data_offsets": [ends[name] - a.nbytes, ends[name]],
        }
        for name, a in little.items()
    }
    header = json.dumps(({METADATA: dict(texts)} if texts else {}) | entries).encode()
    header = header.ljust(-(-len(header) // ALIGNMENT) * ALIGNMENT)
    data = (little[name].tobytes() for name in placed)
    return b"".join([len(header).to_bytes(LENGTH, "little"), header, *data])


def _kind(name: str, array: np.ndarray) -> str:
    if name == METADATA:
        raise ValueError(f"names of arrays must be others than {METADATA}, got it")
    names = {dtype: kind for kind, dtype in KINDS.items() if kind != "BF16"}
    if array.dtype not in names:
        rule = f"{name} must be of a type that .safetensors files have"
        raise ValueError(f"{rule}, got {array.dtype}")
    return names[array.dtype]


def _array(entry: Entry, data: bytes) -> np.ndarray:
    values = np.frombuffer(data, KINDS[entry.kind]).reshape(entry.shape)
    if entry.kind == "BOOL" and max(data, default=0) > 1:  # NumPy takes them for 1, and keeps them
        rule = f"{entry.name} of truth values, which are bytes of 0 and 1"
        raise ValueError(f"{rule}, got {max(data)}")
    if entry.kind == "BF16":
        return (values.astype(np.uint32) << 16).view(np.float32)
    return values.astype(values.dtype.newbyteorder("="))


def _entries(content: bytes) -> Iterator[Entry]:
    """What the header says of each array, checked against the size of the file."""
    size = int.from_bytes(content[:LENGTH], "little")
    if len(content) < LENGTH or size > len(content) - LENGTH:
        raise ValueError(f"a header of {size:,} bytes in a file of {len(content):,}")
    header = _header(content[LENGTH : LENGTH + size])
    room = len(content) - LENGTH - size
    entries = [_entry(name, said, room) for name, said in header.items() if name != METADATA]
    ordered = sorted(entries, key=lambda entry: (entry.start, entry.stop))
    for one, other in pairwise(ordered):
        if other.start < one.stop:
            raise ValueError(f"{one.name} and {other.name} in the same bytes")
    yield from entries


def _header(text: bytes) -> dict[str, Any]:
    try:
        header = json.loads(text.decode(), object_pairs_hook=_differing)
    except RecursionError:
        raise ValueError("a header that is nested too deeply") from None
    if not isinstance(header, dict):
        raise ValueError(f"a header that is no table, {told(header)}")
    return header


def _differing(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A table of JSON, whose names must differ: of two entries one would be lost."""
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"two arrays of the name {told(twice)}")
    return table


def _entry(name: str, said: Any, room: int) -> Entry:
    if not isinstance(said, dict) or not {"dtype", "shape", "data_offsets"} <= set(said):
        raise ValueError(f"no dtype, shape and data_offsets for {told(name)}")
    kind, shape, offsets = said["dtype"], said["shape"], said["data_offsets"]
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"{name} of type {told(kind)}, where {', '.join(KINDS)} can be read")
    if not _naturals(shape) or not _naturals(offsets) or len(offsets) != 2:
        raise ValueError(f"{name} of shape {told(shape)} at {told(offsets)}")
    start, stop = offsets
    if not start <= stop <= room or prod(shape) * KINDS[kind].itemsize != stop - start:
        # A header is a promise of any size: no memory is taken for it.
        place = f"at bytes {told(start)} to {told(stop)} of {room:,}"
        raise ValueError(f"{name} of shape {told(tuple(shape))} and type {kind} {place}")
    return Entry(name, kind, tuple(shape), start, stop)


def _naturals(values: Any) -> bool:
    return isinstance(values, list) and all(type(n) is int and n >= 0 for n in values)
