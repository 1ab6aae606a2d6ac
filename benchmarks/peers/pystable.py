"""pystable: the C library libstable through ctypes, in Nolan's S0 form.

Its own search for the library fails unless the name of the platform ends in glibc 2.31 or 2.33, and
the library in its wheel asks for libgsl.so.25.  Debian 12 has that as libgsl.so.27, so that a copy
that asks for this one is loaded here, by the argument that pystable has for it.
"""

from __future__ import annotations

import ctypes
import tempfile
from functools import cache
from importlib.metadata import version as _version
from pathlib import Path
from typing import Any

import numpy as np
import pystable as library

__all__ = ["FORM", "NAME", "cdf", "library_path", "pdf", "ppf", "rvs", "sf", "version"]

NAME = "pystable"
FORM = "S0"
sf = None
S0 = 0


def version() -> str:
    """That of the installed package."""
    return _version(NAME)


@cache
def library_path() -> str:
    """A copy of the wheel's libstable.so that Debian 12 can load."""
    shipped = Path(library.__file__).parent / "_extensions/linux/gclib-2-33/libstable.so"
    text = shipped.read_bytes().replace(b"libgsl.so.25", b"libgsl.so.27")
    copy = Path(tempfile.mkdtemp()) / "libstable.so"
    copy.write_bytes(text)
    ctypes.CDLL("libgslcblas.so.0", mode=ctypes.RTLD_GLOBAL)
    return str(copy)


def _law(alpha: float, beta: float) -> Any:
    return library.create(alpha, beta, 1.0, 0.0, S0, library_path())


def pdf(x: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """Density."""
    return np.array(library.pdf(_law(alpha, beta), list(x), len(x), library_path()))


def cdf(x: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """P(X <= x)."""
    return np.array(library.cdf(_law(alpha, beta), list(x), len(x), library_path()))


def ppf(p: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """Quantiles; that of NaN is not asked, as the process would end with a segmentation fault."""
    known = ~np.isnan(p)
    x, asked = np.full(p.shape, np.nan), list(p[known])
    x[known] = library.q(_law(alpha, beta), asked, len(asked), library_path())
    return x


def rvs(size: int, alpha: float, beta: float, rng: np.random.Generator) -> np.ndarray:
    """Draws, with a seed from rng."""
    seed = int(rng.integers(1, 2**32))
    return np.array(library.rnd(_law(alpha, beta), size, seed, library_path()))
