"""What every codec is given: arrays on the host with their layouts; and the codecs by name."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import numpy as np

from stablenoise.checks import check_choice
from stablenoise.kernels.arrays import on_host

from ..networks.containers import Weights, checked_leaves
from . import codecs
from .codebook import Layout


def codec_of(name: str) -> ModuleType:
    """Codec of this name, which must be a module of the folder."""
    known = sorted(module.name for module in iter_modules(codecs.__path__))
    check_choice("codec", name, known)
    return import_module(f"{codecs.__name__}.{name}")


def laid_out(arrays: Weights) -> tuple[list[Layout], list[np.ndarray]]:
    """Layouts and arrays, on the host and of the machine's byte order."""
    layouts, leaves = [], []
    for name, array in checked_leaves(arrays, "arrays", empty=True):
        host = on_host(array)
        leaf = np.ascontiguousarray(host, host.dtype.newbyteorder("=")).reshape(host.shape)
        if leaf.dtype.kind == "b":  # other bytes than 0 and 1, which arrays of files may have
            leaf = leaf.view(np.uint8) != 0
        layouts.append(Layout(name, leaf.shape, leaf.dtype))
        leaves.append(leaf)
    return layouts, leaves


def checked_bytes(blob: Any) -> bytes:
    """Bytes of a buffer, or ValueError if it is none."""
    if not isinstance(blob, bytes | bytearray | memoryview):
        raise ValueError(f"what is decoded must be bytes, got {type(blob).__name__}")
    return bytes(blob)
