"""States of long runs on disk: arrays as ``.npy``, a JSON beside them with their sha256.

Noise is looked up by address, so that a state is the particles and the next step: no generator.  A
run resumed from a checkpoint has the same bits where its arithmetic has (``particles``), and agrees
to rounding where a linear algebra library sums (``sgd``).
"""

import hashlib
import json
import os
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from stablenoise import files
from stablenoise.checks import check_integer

INDEX = "checkpoint.json"


def save(
    folder: str | os.PathLike, step: int, arrays: Mapping[str, np.ndarray], **key: Any
) -> None:
    """Write a state; the one that was there stays until the new one is whole.

    Parameters
    ----------
    folder : str or path
        Made if it is not there.
    step : int
        The next one, not negative.
    arrays : mapping of str to ndarray
        On the host, by names of letters, digits and underscores.
    **key
        What the run is: numbers, strings, lists; ``load`` asks for the same.

    Raises
    ------
    ValueError
        If a name or an argument is of another kind.

    """
    check_integer("step", step, 0, 2**63)
    kept = {}
    for name, array in arrays.items():
        if not name.isidentifier() or not isinstance(array, np.ndarray) or array.dtype.hasobject:
            raise ValueError(f"arrays must be of numbers, by plain names, got {name!r}")
        content = _bytes(array)
        kept[name] = f"{name}.{step}.npy", hashlib.sha256(content).hexdigest()
        files.write(Path(folder, kept[name][0]), content)
    record = {"step": step, "key": _plain(key), "arrays": kept}
    files.write(Path(folder, INDEX), json.dumps(record, indent=1))
    for path in Path(folder).glob("*.npy"):
        if path.name not in {file for file, _ in kept.values()}:
            path.unlink()


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
    index = Path(folder, INDEX)
    if not index.is_file():
        return None
    try:
        record = json.loads(index.read_text(encoding="utf-8"))
        step, kept, arrays = record["step"], record["key"], record["arrays"].items()
    except (ValueError, KeyError, AttributeError) as error:
        raise ValueError(f"{index} must be a checkpoint, got: {error}") from error
    if kept != _plain(key):
        raise ValueError(f"{index} must be of the run {_plain(key)}, got {kept}")
    return step, {
        name: _array(Path(folder, Path(file).name), digest) for name, (file, digest) in arrays
    }


def _plain(key: dict[str, Any]) -> dict[str, Any]:
    """As it comes back from JSON."""
    return json.loads(json.dumps(key))


def _bytes(array: np.ndarray) -> bytes:
    content = BytesIO()
    np.save(content, array, allow_pickle=False)
    return content.getvalue()


def _array(path: Path, digest: str) -> np.ndarray:
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise ValueError(f"{path}: sha256 must be {digest}, got {found}")
    return np.load(BytesIO(content), allow_pickle=False)
