"""States of long runs on disk: arrays as ``.npy``, a JSON beside them with their sha256.

Noise is looked up by address, so that a state is the particles and the next step: no generator.  A
run resumed from a checkpoint has the same bits where its arithmetic has (``particles``), and agrees
to rounding where a linear algebra library sums (``sgd``).

The index names every file that a save has made or is about to make, and those alone are ever
deleted: an array's file carries its digest, so that no state is written over another.
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from stablenoise.checks import check_integer, check_unmasked, told
from stablenoise.data import files

INDEX = "checkpoint.json"
OUR_FILE = re.compile(r"\w+\.\d+(\.[0-9a-f]{16})?\.npy")  # without a digest until version 0.1
LONGEST = 200  # bytes of a name: file systems take 255, with the step and the digest
Stored = dict[str, tuple[str, str]]  # of each array its file and its sha256


class Index(NamedTuple):
    """What is in a folder: the step is -1 until there is a whole state."""

    key: dict[str, Any]
    step: int = -1
    arrays: Stored = {}
    passing: tuple[str, ...] = ()  # files of a state that comes or goes


def save(
    folder: str | os.PathLike, step: int, arrays: Mapping[str, np.ndarray], **key: Any
) -> None:
    """Write a state; the one that was there stays until the new one is whole.

    Parameters
    ----------
    folder : str or path
        Made if it is not there.  Files in it that are no part of this run stay as they are.
    step : int
        The next one, not negative.
    arrays : mapping of str to ndarray
        On the host, by names of letters, digits and underscores, of at most 200 bytes.
    **key
        What the run is: finite numbers, strings, lists; ``load`` asks for the same.

    Raises
    ------
    ValueError
        If a name or an argument is of another kind, or the folder holds a damaged index or the
        state of another run.

    """
    step = check_integer("step", step, 0, 2**63)
    _check_arrays(arrays)
    index, plain_key = _index(folder), _plain(key)
    before = _read(index, plain_key) or Index(plain_key)
    stored = {name: _named(name, step, array) for name, array in arrays.items()}
    new, old = ([file for file, _ in s.values()] for s in (stored, before.arrays))
    _delete(index.parent, before.passing)
    _write(index, before._replace(passing=_without(new, old)))
    for name, array in arrays.items():
        files.write(Path(folder, stored[name][0]), _content(array))
    leaving = _without(old, new)
    _write(index, Index(plain_key, step, stored, leaving))
    _delete(index.parent, leaving)


def load(folder: str | os.PathLike, **key: Any) -> tuple[int, dict[str, np.ndarray]] | None:
    """The state kept in a folder, or None if there is none.

    Parameters
    ----------
    folder : str or path
    **key
        As for ``save``.

    Returns
    -------
    tuple of int and dict of ndarray, or None
        The next step, and the arrays.

    Raises
    ------
    ValueError
        If the state is of another run, or a file is damaged.

    """
    index = _read(_index(folder), _plain(key))
    if index is None or index.step < 0:
        return None
    return index.step, {
        name: _array(Path(folder, file), digest) for name, (file, digest) in index.arrays.items()
    }


def _index(folder: str | os.PathLike) -> Path:
    """Where the index is, or ValueError if the folder is no path."""
    if not isinstance(folder, str | os.PathLike):
        raise ValueError(f"folder must be a path, got {told(folder)}")
    return Path(folder, INDEX)


def _check_arrays(arrays: Mapping[str, np.ndarray]) -> None:
    if not isinstance(arrays, Mapping):
        raise ValueError(f"arrays must be a mapping of names to arrays, got {told(arrays)}")
    for name, array in arrays.items():
        numbers = isinstance(array, np.ndarray) and array.dtype.kind in "biufc"
        if not (_is_plain(name) and numbers):
            raise ValueError(f"arrays must be of numbers, by plain names, got {told(name)}")
        check_unmasked(name, array)


def _is_plain(name: Any) -> bool:
    """Whether ``load`` finds a file of this name, and file systems take it."""
    plain = isinstance(name, str) and re.fullmatch(r"\w+", name)
    return bool(plain) and len(name.encode()) <= LONGEST


class _Digest:
    """A file that keeps the sha256 of what is written, so that no array is copied to name it."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()

    def write(self, part: bytes) -> None:
        self.sha256.update(part)


def _named(name: str, step: int, array: np.ndarray) -> tuple[str, str]:
    """File and digest of an array."""
    content = _Digest()
    np.save(content, array, allow_pickle=False)
    digest = content.sha256.hexdigest()
    return f"{name}.{step}.{digest[:16]}.npy", digest


def _content(array: np.ndarray) -> bytes:
    content = BytesIO()
    np.save(content, array, allow_pickle=False)
    return content.getvalue()


def _plain(key: dict[str, Any]) -> dict[str, Any]:
    """As it comes back from JSON."""
    try:
        return json.loads(json.dumps(key, allow_nan=False, default=_number))
    except (TypeError, ValueError, RecursionError):
        kinds = "finite numbers, strings and lists"
        raise ValueError(f"key must be of {kinds}, got {told(key)}") from None


def _number(value: Any) -> Any:
    """A number of NumPy as one of Python's."""
    if isinstance(value, np.bool_ | np.integer | np.floating):
        return value.item()
    raise TypeError(f"no number, string or list: {told(value)}")


def _without(names: list[str], others: list[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names) - set(others)))


def _delete(folder: Path, names: tuple[str, ...]) -> None:
    for name in names:
        Path(folder, name).unlink(missing_ok=True)


def _write(path: Path, index: Index) -> None:
    files.write(path, json.dumps(index._asdict(), indent=1))


def _read(path: Path, key: dict[str, Any]) -> Index | None:
    """The index of a run, or None if there is none."""
    if not path.is_file():
        return None
    try:
        index = _parsed(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} must be a checkpoint, got {error}") from error
    if index.key != key:
        raise ValueError(f"{path} must be of the run {told(key)}, got {told(index.key)}")
    return index


def _parsed(record: dict[str, Any]) -> Index:
    """An index from JSON; whatever else it is, ValueError says what is wrong."""
    if not isinstance(record, dict):
        raise ValueError("no mapping")
    key, step, arrays, passing = (record.get(name, 0.0) for name in Index._fields)
    if not isinstance(key, dict) or not isinstance(arrays, dict):
        raise ValueError("no key or no arrays")
    stored = {name: _parsed_file(found) for name, found in arrays.items()}
    names = passing if isinstance(passing, list) else []
    return Index(key, check_integer("step", step, -1, 2**63), stored, tuple(map(_ours, names)))


def _parsed_file(found: Any) -> tuple[str, str]:
    if not isinstance(found, list) or len(found) != 2 or not isinstance(found[1], str):
        raise ValueError(f"{told(found)} for a file and its digest")
    return _ours(found[0]), found[1]


def _ours(file: Any) -> str:
    """A file's name without its folder, if it is one that ``save`` gives."""
    name = Path(file).name if isinstance(file, str) else ""
    if not OUR_FILE.fullmatch(name):
        raise ValueError(f"{told(file)} for the name of a file")
    return name


def _array(path: Path, digest: str) -> np.ndarray:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path} must be readable, got {error.strerror}") from error
    seen = hashlib.sha256(content).hexdigest()
    if seen != digest:
        raise ValueError(f"{path}: sha256 must be {digest}, got {seen}")
    try:
        return np.load(BytesIO(content), allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise ValueError(f"{path} must be an array, got {' '.join(str(error).split())}") from error
