"""Arrays in ``.npz`` files: read without unpickling anything, written whole or not at all."""

import os
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, is_zipfile
from zlib import error as BadDeflate

import numpy as np

from stablenoise import files

from .containers import checked_leaves


def load(path: str | os.PathLike) -> dict[str, np.ndarray]:
    """Arrays of a file, by their names and in its order.

    Parameters
    ----------
    path : str or path
        Of an ``.npz`` file, as ``numpy.savez`` writes it.

    Returns
    -------
    dict of ndarray
        Real, finite and not empty.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no such file, or an array holds pickled objects, is empty, not finite or no real
        numbers.

    """
    with open(path, "rb") as file:
        try:
            arrays = {name: _array(found, name) for found in [_archive(file)] for name in found}
        except (BadZipFile, BadDeflate, EOFError, OSError, ValueError) as error:
            raise ValueError(f"{path} must be an .npz file of arrays, got: {error}") from error
    checked_leaves(arrays, str(path))
    return arrays


def save(path: str | os.PathLike, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays to an ``.npz`` file; the one that was there stays until the new one is whole.

    Parameters
    ----------
    path : str or path
        Used as it is; no suffix is added.
    arrays : dict of ndarray

    """
    content = BytesIO()
    np.savez_compressed(content, allow_pickle=False, **arrays)
    files.write(Path(path), content.getvalue())


def _archive(file: BinaryIO) -> np.lib.npyio.NpzFile:
    if not is_zipfile(file):
        raise ValueError("another kind of file")
    file.seek(0)
    return np.load(file, allow_pickle=False)


def _array(found: np.lib.npyio.NpzFile, name: str) -> np.ndarray:
    try:
        return found[name]
    except ValueError as error:
        what = "pickled objects" if "allow_pickle" in str(error) else str(error)
        raise ValueError(f"{what} in {name}") from error
