"""States of long runs on disk: arrays as ``.npy`` files, and a JSON index with their sha256.

Noise is looked up by address, so a state is the particles and the next step, without a generator.
A run of ``particles`` that is resumed has the bits of one that was not stopped; one of ``sgd``
agrees to rounding, because a linear algebra library sums there.

The index names every file that a save has made or is about to make, and only those are ever
deleted.  The name of a file has the digest of its array, so that no state is written over another.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from stablenoise.checks import check_integer, check_unmasked, told
from stablenoise.data import files

__all__ = ["load", "save"]

INDEX = "checkpoint.json"
FILE_NAME = re.compile(r"\w+\.\d+(\.[0-9a-f]{16})?\.npy")  # without a digest until version 0.1
PIECE_BYTES = 1 << 20  # of an array that is written: no copy of it is made
MAX_NAME_BYTES = 200  # file systems take 255, with the step and the digest
RECORD = "key", "step", "arrays", "passing"  # names in the index file
Stored = dict[str, tuple[str, str]]  # file and sha256 of each array


class Index(NamedTuple):
    """Contents of a folder; the step is -1 until there is a whole state."""

    run: dict[str, Any]  # "key" in the file
    step: int = -1
    arrays: Stored = {}
    passing: tuple[str, ...] = ()  # files of a state that is being written or deleted


def save(
    folder: str | os.PathLike, step: int, arrays: Mapping[str, np.ndarray], **run: Any
) -> None:
    """Write a state; the one before stays until the new one is complete.

    Parameters
    ----------
    folder : str or path
        Made if it does not exist.  Files in it that are not of this run stay as they are.
    step : int
        The next one, not negative.
    arrays : mapping of str to ndarray
        NumPy arrays; names are letters, digits and underscores, of at most 200 bytes.
    **run
        What describes the run, by names of your own: finite numbers, strings, lists.  ``load``
        must be given the same.

    Raises
    ------
    ValueError
        If a name or an argument is of another kind, or the folder has a damaged index or the
        state of another run.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save(folder, 10, {"theta": np.ones((3, 1))}, alpha=1.5, seed=7)
    ...     step, arrays = load(folder, alpha=1.5, seed=7)
    >>> step, arrays["theta"].tolist()
    (10, [[1.0], [1.0], [1.0]])

    """
    step = check_integer("step", step, 0, 2**63)
    _check_arrays(arrays)
    path, plain_run = _index_path(folder), _plain(run)
    before = _read(path, plain_run) or Index(plain_run)
    stored = {name: _named(name, step, array) for name, array in arrays.items()}
    new, old = ([file for file, _ in s.values()] for s in (stored, before.arrays))
    # The index is written before each change of files, so that it names them wherever a run stops.
    _delete(path.parent, before.passing)
    _write(path, before._replace(passing=_without(new, old)))
    for name, array in arrays.items():
        files.write_chunks(Path(folder, stored[name][0]), pieces(array))
    leaving = _without(old, new)
    # From here on ``load`` gives the new state; if a run stops earlier, it gives the one before.
    _write(path, Index(plain_run, step, stored, leaving))
    _delete(path.parent, leaving)


def load(folder: str | os.PathLike, **run: Any) -> tuple[int, dict[str, np.ndarray]] | None:
    """Load the state in a folder, or None if there is none.

    Parameters
    ----------
    folder : str or path
    **run
        As for ``save``.

    Returns
    -------
    tuple of int and dict of ndarray, or None
        The next step, and the arrays.

    Raises
    ------
    ValueError
        If the state is of another run, or a file is damaged.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     print(load(folder, seed=7))
    None

    """
    index = _read(_index_path(folder), _plain(run))
    if index is None or index.step < 0:
        return None
    return index.step, {
        name: _array(Path(folder, file), digest) for name, (file, digest) in index.arrays.items()
    }


def _index_path(folder: str | os.PathLike) -> Path:
    """Path of the index, or ValueError if the folder is not a path."""
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
    """Return whether a file may have this name: ``load`` accepts it, and file systems take it."""
    plain = isinstance(name, str) and re.fullmatch(r"\w+", name)
    return bool(plain) and len(name.encode()) <= MAX_NAME_BYTES


def _named(name: str, step: int, array: np.ndarray) -> tuple[str, str]:
    """File and digest of an array."""
    sha256 = hashlib.sha256()
    for piece in pieces(array):
        sha256.update(piece)
    digest = sha256.hexdigest()
    return f"{name}.{step}.{digest[:16]}.npy", digest


def pieces(array: np.ndarray) -> Iterator[bytes]:
    """Yield an array as ``numpy.save`` writes it, a megabyte at a time."""
    header = BytesIO()
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(array))
    yield header.getvalue()
    by_columns = array.flags.f_contiguous and not array.flags.c_contiguous
    flat = (array.T if by_columns else array).reshape(-1)
    count = max(1, PIECE_BYTES // array.itemsize)
    for low in range(0, flat.size, count):
        yield flat[low : low + count].tobytes()


def _plain(run: dict[str, Any]) -> dict[str, Any]:
    """Description of a run as it comes back from JSON."""
    try:
        return json.loads(json.dumps(run, allow_nan=False, default=_number))
    except (TypeError, ValueError, RecursionError):
        kinds = "finite numbers, strings and lists"
        raise ValueError(f"run must be of {kinds}, got {told(run)}") from None


def _number(value: Any) -> Any:
    """Return a number of NumPy as one of Python's."""
    if isinstance(value, np.bool_ | np.integer | np.floating):
        return value.item()
    raise TypeError(f"no number, string or list: {told(value)}")


def _without(names: list[str], others: list[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names) - set(others)))


def _delete(folder: Path, names: tuple[str, ...]) -> None:
    for name in names:
        Path(folder, name).unlink(missing_ok=True)


def _write(path: Path, index: Index) -> None:
    fields = zip(RECORD, index, strict=True)
    files.write(path, json.dumps(dict(fields), indent=1))


def _read(path: Path, run: dict[str, Any]) -> Index | None:
    """Index of a run, or None if there is none."""
    if not path.is_file():
        return None
    try:
        index = _parsed(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} must be a checkpoint, got {error}") from error
    if index.run != run:
        raise ValueError(f"{path} must be of the run {told(run)}, got {told(index.run)}")
    return index


def _parsed(record: dict[str, Any]) -> Index:
    """Index from JSON, or ValueError that says what is wrong."""
    if not isinstance(record, dict):
        raise ValueError("no mapping")
    run, step, arrays, passing = (record.get(name, 0.0) for name in RECORD)
    if not isinstance(run, dict) or not isinstance(arrays, dict):
        raise ValueError("no key or no arrays")
    stored = {name: _parsed_file(entry) for name, entry in arrays.items()}
    for file, _ in stored.values():
        if file.split(".")[1] != str(step):  # of another state: the index was changed by hand
            raise ValueError(f"step {told(step)} with the file {told(file)}")
    names = passing if isinstance(passing, list) else []
    return Index(run, check_integer("step", step, -1, 2**63), stored, tuple(map(_ours, names)))


def _parsed_file(entry: Any) -> tuple[str, str]:
    if not isinstance(entry, list) or len(entry) != 2 or not isinstance(entry[1], str):
        raise ValueError(f"{told(entry)} for a file and its digest")
    return _ours(entry[0]), entry[1]


def _ours(file: Any) -> str:
    """Name of a file without its folder, or ValueError unless ``save`` may have given it."""
    name = Path(file).name if isinstance(file, str) else ""
    # An index that was tampered with must not have other files read or deleted.
    if not FILE_NAME.fullmatch(name):
        raise ValueError(f"{told(file)} for the name of a file")
    return name


def _array(path: Path, digest: str) -> np.ndarray:
    try:
        # Read once: the bytes that are parsed are those whose digest was compared.
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path} must be readable, got {error.strerror}") from error
    seen = hashlib.sha256(content).hexdigest()
    if seen != digest:
        raise ValueError(f"{path}: sha256 must be {digest}, got {seen}")
    try:
        # Loading a pickle would run the code of whoever wrote the file.
        return np.load(BytesIO(content), allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise ValueError(f"{path} must be an array, got {' '.join(str(error).split())}") from error
