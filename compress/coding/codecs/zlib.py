"""Deflate of the arrays' bytes, without header or checksum: a baseline that takes any numbers."""

import zlib

import numpy as np

from .. import raw
from ..codebook import Layout, Part

PREFIX = True  # the last block says so
LEVEL = 9
WINDOW = -15  # 2^15 bytes; negative: no header


def encode(layouts: list[Layout], arrays: list[np.ndarray]) -> tuple[bytes, list[Part]]:
    """Payload of the arrays; all of it is common to them."""
    squeezed = zlib.compress(raw.to_bytes(arrays), LEVEL, WINDOW)
    return squeezed, raw.parts(layouts)


def decode(payload: bytes, layouts: list[Layout]) -> list[np.ndarray]:
    """Arrays of these layouts, or ValueError unless the payload is theirs to its end."""
    machine = zlib.decompressobj(WINDOW)
    try:
        decoded = machine.decompress(payload, raw.size(layouts) + 1)
    except zlib.error as error:
        raise ValueError(f"payload must be a deflate stream, got {error}") from None
    if not machine.eof or machine.unused_data:
        raise ValueError("payload must end where its arrays do, got more or fewer bytes")
    return raw.from_bytes(decoded, layouts)
