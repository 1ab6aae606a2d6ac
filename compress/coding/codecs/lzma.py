"""LZMA2 of the arrays' bytes, without header or checksum: a baseline that takes any numbers."""

import lzma

import numpy as np

from .. import raw
from ..codebook import Layout, Part

__all__ = ["PREFIX", "decode", "encode"]

PREFIX = True  # a zero byte ends the chunks
MAX_DICTIONARY = 1 << 26  # bytes of a dictionary


def encode(layouts: list[Layout], arrays: list[np.ndarray]) -> tuple[bytes, list[Part]]:
    """Payload of the arrays; all of it is common to them.

    Parameters
    ----------
    layouts : list of Layout
        Name, shape and type of each array.
    arrays : list of ndarray
        In C order, of these shapes and types.

    Returns
    -------
    payload : bytes
    parts : list of Part
        One for each array.

    Examples
    --------
    >>> from compress.coding.codebook import Layout
    >>> zeros = np.zeros((800, 500))
    >>> payload, parts = encode([Layout("w", zeros.shape, zeros.dtype)], [zeros])
    >>> len(payload) < zeros.nbytes / 500, parts
    (True, [Part(w: 0.0 bits)])

    """
    source = raw.to_bytes(arrays)
    squeezed = lzma.compress(source, lzma.FORMAT_RAW, filters=_filters(len(source)))
    return squeezed, raw.parts(layouts)


def decode(payload: bytes, layouts: list[Layout]) -> list[np.ndarray]:
    """Arrays of a payload.

    Parameters
    ----------
    payload : bytes
        From any source.
    layouts : list of Layout
        Those that it was encoded with.

    Returns
    -------
    list of ndarray

    Raises
    ------
    ValueError
        Unless the payload is one of arrays of these layouts, to its last byte.

    Examples
    --------
    >>> from compress.coding.codebook import Layout
    >>> array = np.array([[0.0, 2.0], [2.0, 0.0]])
    >>> layouts = [Layout("w", array.shape, array.dtype)]
    >>> decode(encode(layouts, [array])[0], layouts)
    [array([[0., 2.],
           [2., 0.]])]

    """
    size = raw.size(layouts)
    machine = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=_filters(size))
    try:
        # One byte more than the arrays have shows that there are more; the rest stays packed.
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
