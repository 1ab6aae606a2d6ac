"""Arrays as the bytes of their elements, little-endian and in C order."""

import numpy as np

from .codebook import Layout, Part, of_bits


def to_bytes(arrays: list[np.ndarray]) -> bytes:
    """Elements of all arrays, one after the other."""
    return b"".join(a.astype(a.dtype.newbyteorder("<"), copy=False).tobytes() for a in arrays)


def from_bytes(source: bytes, layouts: list[Layout]) -> list[np.ndarray]:
    """Arrays of these layouts, or ValueError unless they have as many bytes and are finite."""
    if len(source) != size(layouts):
        raise ValueError(f"payload must hold {size(layouts)} B of arrays, got {len(source)} B")
    arrays, at = [], 0
    for layout in layouts:
        patterns = np.frombuffer(source, f"<u{layout.dtype.itemsize}", layout.size, at)
        flat = of_bits(patterns.astype(patterns.dtype.newbyteorder("=")), layout.dtype)
        if not np.isfinite(flat).all():
            raise ValueError(f"payload must hold finite numbers of {layout.name}, got others")
        arrays.append(flat.reshape(layout.shape))
        at += flat.nbytes
    return arrays


def size(layouts: list[Layout]) -> int:
    """Bytes of arrays of these layouts."""
    return sum(layout.size * layout.dtype.itemsize for layout in layouts)


def parts(layouts: list[Layout]) -> list[Part]:
    """What is spent on each array by a codec that does not tell them apart: nothing of its own."""
    return [Part(layout.name) for layout in layouts]
