"""Files of other libraries: those that can run code are refused, with a line that converts them."""

import pickletools
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, is_zipfile

PICKLE_SUFFIXES = ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".bin", ".joblib"
KERAS_SUFFIXES = ".h5", ".keras"
SUFFIXES = (*PICKLE_SUFFIXES, *KERAS_SUFFIXES)
TORCH_SUFFIXES = ".pt", ".pth", ".ckpt", ".bin"
PROTOCOLS = range(2, 6)  # of pickles that begin with a byte of their own
OPCODES_READ = 20  # of an older pickle, which begins like any text
HDF5 = b"\x89HDF\r\n\x1a\n"
FROM_TORCH = (
    "import torch, safetensors.torch as s; s.save_file({{k: v.contiguous() for k, v in "
    "torch.load('{file}', 'cpu', weights_only=True).items()}}, '{stem}.safetensors')"
)
FROM_PICKLE = (
    "import pathlib, pickle, safetensors.numpy as s; "
    "s.save_file(dict(pickle.loads(pathlib.Path('{file}').read_bytes())), '{stem}.safetensors')"
)
FROM_KERAS = (
    "import keras, numpy; m = keras.models.load_model('{file}'); "
    "numpy.savez('{stem}.npz', **{{w.path: w.numpy() for w in m.weights}})"
)


def check_plain(path: Path, file: BinaryIO) -> None:
    """Raise ValueError if an open file is one that Keras or a pickle would have to read.

    Nothing is unpickled: a pickle is a program, and known by its first bytes.
    """
    start = file.read(len(HDF5))
    file.seek(0)
    if start == HDF5 or path.suffix in KERAS_SUFFIXES:
        rule = f"{path} must be an .npz or .safetensors file, made by {_line(FROM_KERAS, path)}"
        raise ValueError(f"{rule}, got one of Keras")
    if _holds_pickle(path, file, start):
        of_torch = path.suffix in TORCH_SUFFIXES or is_zipfile(file)
        line = _line(FROM_TORCH if of_torch else FROM_PICKLE, path)
        rule = f"{path} must be an .npz or .safetensors file, which run no code, made by {line}"
        raise ValueError(f"{rule}, got a pickle")
    file.seek(0)


def _line(command: str, path: Path) -> str:
    return f'python -c "{command.format(file=path.name, stem=path.stem)}"'


def _holds_pickle(path: Path, file: BinaryIO, start: bytes) -> bool:
    if path.suffix.lower() in PICKLE_SUFFIXES:
        return True
    if is_zipfile(file):
        return any(name.endswith(".pkl") for name in _entries(file))
    return start[:1] == b"\x80" and start[1:2] != b"" and start[1] in PROTOCOLS or _older(file)


def _entries(file: BinaryIO) -> list[str]:
    try:
        with ZipFile(file) as archive:
            return archive.namelist()
    except BadZipFile:
        return []


def _older(file: BinaryIO) -> bool:
    """Whether a file is a pickle of the first two protocols: its opcodes are read, not obeyed."""
    file.seek(0)
    start = file.read(9)
    # A length and a table of JSON are tensors, whose first byte may be any.
    if start[:1] not in (b"(", b"]", b"}", b"c") or start[8:] == b"{":
        return False
    file.seek(0)
    seen: Iterator = islice(pickletools.genops(file), OPCODES_READ)
    try:
        return len(list(seen)) > 1
    except Exception:  # whatever a text raises that is no pickle
        return False
