"""LZMA2 of the arrays' bytes, without header or checksum: a baseline that takes any numbers."""

import lzma

import numpy as np

from .. import raw
from ..codebook import Layout, Part

PREFIX = True  # a zero byte ends the chunks
MAX_DICTIONARY = 1 << 26  # bytes of a dictionary


def encode(layouts: list[Layout], arrays: list[np.ndarray]) -> tuple[bytes, list[Part]]:
    """Payload of the arrays; all of it is common to them."""
    source = raw.to_bytes(arrays)
    squeezed = lzma.compress(source, lzma.FORMAT_RAW, filters=_filters(len(source)))
    return squeezed, raw.parts(layouts)


def decode(payload: bytes, layouts: list[Layout]) -> list[np.ndarray]:
    """Arrays of these layouts, or ValueError unless the payload is theirs to its end."""
    size = raw.size(layouts)
    machine = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=_filters(size))
    try:
        decoded = machine.decompress(payload, size + 1)
    except lzma.LZMAError as error:
        raise ValueError(f"payload must be an LZMA2 stream, got {error}") from None
    if not machine.eof or machine.unused_data:
        raise ValueError("payload must end where its arrays do, got more or fewer bytes")
    return raw.from_bytes(decoded, layouts)


def _filters(size: int) -> list[dict[str, int]]:
    """Highest preset, with a dictionary no larger than the arrays have use for."""
    dictionary = min(max(1 << size.bit_length(), 4096), MAX_DICTIONARY)
    return [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": dictionary}]
