"""Arrays in files: read without unpickling anything, written whole or not at all."""

import os
from collections.abc import Mapping
from io import SEEK_END, BytesIO
from math import prod
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo, is_zipfile

import numpy as np
from numpy.lib import format

from stablenoise.checks import check_kind, check_path, check_unmasked, told
from stablenoise.data import files

from . import foreign_files, tensor_files
from .allowances import Tally, allowance
from .containers import checked_leaves

TENSORS = ".safetensors"
ENCODED = b"\x93SNC"  # how files of ``compress.encode`` begin
MAX_NAME = 2**16 - 1  # bytes of a name in a zip file
# Not the time of writing: equal arrays make equal files.
ENTRY_DATE = 1980, 1, 1, 0, 0, 0


def load(path: str | os.PathLike) -> dict[str, np.ndarray]:
    """Arrays of a file, by their names and in its order.

    Parameters
    ----------
    path : str or path
        Of an ``.npz`` file, as ``numpy.savez`` writes it, or of a ``.safetensors`` file.

    Returns
    -------
    dict of ndarray
        Real, finite and not empty; bfloat16 as float32, exactly.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ImportError
        If the library ``safetensors`` (extra ``weights``) is needed and not installed.
    ValueError
        If it is no such file, or an array holds pickled objects, is empty, not finite or no real
        numbers.  Files of PyTorch and Keras are refused with the line that converts them: they are
        pickles, which run code, or need their library.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save(f"{folder}/weights.npz", {"w": np.eye(2)})
    ...     load(f"{folder}/weights.npz")
    {'w': array([[1., 0.],
           [0., 1.]])}

    """
    check_path("path", path)
    with open(path, "rb") as file:
        foreign_files.check_plain(Path(path), file)
        tensors = of_tensors(path) or _begins_as_tensors(file)
        what = "a .safetensors file" if tensors else "an .npz file"
        try:
            arrays = tensor_files.arrays_of(file.read()) if tensors else _arrays(file)
        except ImportError:
            rule = f"{path} must be an .npz file where safetensors is not installed"
            raise ImportError(f"{rule}, got {TENSORS}; pip install stablenoise[weights]") from None
        except Exception as error:  # of zip, of its compressions, or of a header
            why = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ValueError(f"{path} must be {what} of arrays, got: {why}") from error
    checked_leaves(arrays, str(path))
    return arrays


def texts(path: str | os.PathLike) -> dict[str, str]:
    """Texts that a ``.safetensors`` file has beside its arrays, by their names.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    dict of str
        Empty for a file of another format.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If its header is none, or says something else than texts.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save(f"{folder}/w.safetensors", {"w": np.eye(2)}, {"author": "me"})
    ...     texts(f"{folder}/w.safetensors")
    {'author': 'me'}

    """
    check_path("path", path)
    with open(path, "rb") as file:
        if not of_tensors(path) and not _begins_as_tensors(file):
            return {}
        try:
            return tensor_files.texts_of(file)
        except ValueError as error:
            why = str(error).splitlines()[0]
            raise ValueError(f"{path} must be a .safetensors file, got: {why}") from error


def save(
    path: str | os.PathLike,
    arrays: dict[str, np.ndarray],
    beside: Mapping[str, str] | None = None,
) -> None:
    """Write arrays to a file; one that was there stays until the new one is whole.

    Parameters
    ----------
    path : str or path
        Used as it is; no suffix is added.  One that ends in ``.safetensors`` is written in that
        format, which needs no library.  That of another format is refused: ``load`` would refuse
        the file.
    arrays : dict of ndarray
    beside : dict of str, optional
        Texts by their names, which a ``.safetensors`` file can hold.

    Raises
    ------
    ValueError
        If an entry is masked, as in the file it would be one like the others; if a name cannot be
        that of an entry, or two would be one; if what is to be written are no arrays; if the path
        ends as a file of another format; or if there are texts and the format has none.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save(f"{folder}/weights.npz", {"w": np.eye(2), "b": np.zeros(2)})
    ...     list(load(f"{folder}/weights.npz"))
    ['w', 'b']

    """
    check_suffix("path", path)
    check_kind("arrays", arrays, dict)
    entries = _entries(arrays)
    for name, array in arrays.items():
        check_unmasked(name, array)
    plain = {name: np.asanyarray(array) for name, array in arrays.items()}
    texts_given = {} if beside is None else _checked_texts(path, beside)
    tensors = of_tensors(path)
    content = tensor_files.content_of(plain, texts_given) if tensors else _zipped(entries, plain)
    files.write(Path(path), content)


def _zipped(entries: list[str], arrays: dict[str, np.ndarray]) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for entry, array in zip(entries, arrays.values(), strict=True):
            member = BytesIO()
            format.write_array(member, array, allow_pickle=False)
            archive.writestr(ZipInfo(entry, ENTRY_DATE), member.getvalue(), ZIP_DEFLATED)
    return content.getvalue()


def _checked_texts(path: str | os.PathLike, beside: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(beside, Mapping) or not all(map(_is_text, [*beside, *beside.values()])):
        raise ValueError(f"beside must be texts by their names, got {told(beside)}")
    if beside and not of_tensors(path):
        raise ValueError(f"path must end in {TENSORS} where there are texts, got {path}")
    return dict(beside)


def _is_text(value: object) -> bool:
    """Whether it is text that a file can hold."""
    return isinstance(value, str) and (not value or _bytes(value) > 0)


def check_suffix(name: str, path: str | os.PathLike) -> None:
    """Raise ValueError if a path ends as a file that ``load`` takes for another than is written."""
    check_path(name, path)
    if Path(path).suffix.lower() in foreign_files.SUFFIXES:
        rule = f"{name} must end in .npz or {TENSORS}, the formats that are written"
        raise ValueError(f"{rule}, got {path}")


def of_tensors(path: str | os.PathLike) -> bool:
    """Whether a file of this name is written as ``.safetensors``."""
    return Path(path).suffix.lower() == TENSORS


def _begins_as_tensors(file: BinaryIO) -> bool:
    """Whether a file has a table of JSON after 8 bytes, as ``.safetensors`` files have."""
    start = file.read(tensor_files.LENGTH + 1)
    file.seek(0)
    return start[tensor_files.LENGTH :] == b"{"


def _entries(arrays: dict[str, np.ndarray]) -> list[str]:
    """Names of the entries, or ValueError unless a file can hold them, each for itself."""
    entries = [f"{name}.npy" for name in arrays]
    longest = MAX_NAME - len(".npy")
    for name, entry in zip(arrays, entries, strict=True):
        if "\0" in entry or not 0 < _bytes(entry) <= MAX_NAME:  # a zip file ends a name at a zero
            rule = f"names of arrays must be at most {longest} B of UTF-8 without zeros"
            raise ValueError(f"{rule}, got {told(name)}")
    if len(set(entries)) < len(entries):
        raise ValueError(f"names of arrays must differ in a file, got {told(list(arrays))}")
    return entries


def _bytes(text: str) -> int:
    """Length in UTF-8; 0 of what cannot be written in it."""
    try:
        return len(text.encode())
    except UnicodeEncodeError:  # half of a pair of surrogates
        return 0


def _arrays(file: BinaryIO) -> dict[str, np.ndarray]:
    """Arrays of an open file, by their names."""
    if not is_zipfile(file):
        file.seek(0)
        start = file.read(len(ENCODED))
        if start == ENCODED:
            raise ValueError(
                "one of compress encode or certify: compress decode makes an .npz of it"
            )
        raise ValueError("one that is cut off" if start[:2] == b"PK" else "another kind of file")
    size, arrays = file.seek(0, SEEK_END), {}
    tally = Tally(allowance(size), f"as it has {size} B")
    with ZipFile(file) as archive:
        for info in archive.infolist():
            name = info.filename.removesuffix(".npy")
            if name in arrays:
                raise ValueError(f"two arrays of the name {name}")
            tally.add(_promised(archive, info, name))
            with archive.open(info) as member:
                arrays[name] = format.read_array(member, allow_pickle=False)
    return arrays


def _promised(archive: ZipFile, info: ZipInfo, name: str) -> int:
    """Elements of an array by its header, which must not promise more than the entry holds."""
    # Others pack zeros into next to nothing, and are unpacked by the piece, whatever is asked for.
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise ValueError(f"{name} must be stored or deflated, got method {info.compress_type}")
    with archive.open(info) as member:
        version = format.read_magic(member)
        header = format.read_array_header_1_0 if version == (1, 0) else format.read_array_header_2_0
        shape, _, dtype = header(member)
    if dtype.hasobject:
        raise ValueError(f"pickled objects in {name}")
    # A header is a promise of any size; memory is taken for what the entry holds, no more.
    if prod(shape) * dtype.itemsize > info.file_size:
        raise ValueError(f"{name} of shape {shape} in {info.file_size} bytes")
    return prod(shape)
