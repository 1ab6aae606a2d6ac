"""Pixels of PNG files of one kind: 8-bit red, green and blue, not interlaced."""

import struct
import zlib
from collections.abc import Iterator

import numpy as np

from ..kernels.compiler import jit

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = 3
KIND = (8, 2, 0, 0, 0)  # bits, colour type, compression, filter method, no interlacing
FILTERS = 5  # none, sub, up, average, Paeth: PNG specification, 3rd edition, section 9.2


def pixels(content: bytes) -> np.ndarray:
    """Red, green and blue of a PNG file.

    Parameters
    ----------
    content : bytes
        The file.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)

    Raises
    ------
    ValueError
        If it is no PNG file, of another kind, or damaged: checksums are compared.

    References
    ----------
    Portable Network Graphics specification (third edition), sections 5 and 9.

    Examples
    --------
    >>> pixels(b"GIF89a")
    Traceback (most recent call last):
    ValueError: a picture must begin with the signature of PNG, got b'GIF89a'

    """
    if not isinstance(content, bytes) or content[: len(SIGNATURE)] != SIGNATURE:
        seen = content[: len(SIGNATURE)] if isinstance(content, bytes) else type(content).__name__
        raise ValueError(f"a picture must begin with the signature of PNG, got {seen!r}")
    chunks = list(_chunks(content))
    width, height = _size(*chunks[0])
    packed = b"".join(data for kind, data in chunks if kind == b"IDAT")
    lines = np.frombuffer(_unpacked(packed, height * (1 + CHANNELS * width)), np.uint8)
    lines = lines.reshape(height, 1 + CHANNELS * width)
    if height and lines[:, 0].max() >= FILTERS:
        seen = lines[:, 0].max()
        raise ValueError(f"a line of a picture must name one of {FILTERS} filters, got {seen}")
    # Zeros above and to the left; int64, as differences of unsigned numbers would wrap.
    out = np.zeros((height + 1, CHANNELS * (width + 1)), np.int64)
    _unfilter(lines, out, 0, height)
    return out[1:, CHANNELS:].astype(np.uint8).reshape(height, width, CHANNELS)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kinds and contents of the chunks up to the last, whose checksums are right."""
    at = len(SIGNATURE)
    while True:
        head = content[at : at + 8]
        size = int.from_bytes(head[:4], "big")
        kind, data = head[4:], content[at + 8 : at + 8 + size]
        checksum = content[at + 8 + size : at + 12 + size]
        if len(checksum) < 4 or zlib.crc32(kind + data) != int.from_bytes(checksum, "big"):
            raise ValueError(f"a picture must be a whole PNG file, got damage at byte {at}")
        yield kind, data
        if kind == b"IEND":
            return
        at += 12 + size


def _size(kind: bytes, header: bytes) -> tuple[int, int]:
    """Width and height of a picture of the one kind that is read."""
    if kind != b"IHDR" or len(header) != 13:
        raise ValueError(f"a picture must begin with a header of 13 bytes, got {kind!r}")
    width, height, *rest = struct.unpack(">IIBBBBB", header)
    if tuple(rest) != KIND:
        rule = "a picture must be of 8-bit red, green and blue, not interlaced"
        raise ValueError(f"{rule}, got bits, colour type and methods {tuple(rest)}")
    return width, height


def _unpacked(packed: bytes, size: int) -> bytes:
    """What zlib makes of the bytes, which must be as long as the lines are together."""
    unpacking = zlib.decompressobj()
    try:
        lines = unpacking.decompress(packed, size + 1)  # one more: a longer one is seen, not held
    except zlib.error as error:
        raise ValueError(f"a picture must be packed by zlib, got: {error}") from None
    if len(lines) != size:
        raise ValueError(f"a picture must unpack to {size} bytes, got {len(lines)} or more")
    return lines


@jit
def _unfilter(lines, out, low, high):
    """Each byte is a difference from a guess by its neighbours: left, above, left of above."""
    for row in range(low, high):
        kind = lines[row, 0]
        for i in range(lines.shape[1] - 1):
            left, above, corner = out[row + 1, i], out[row, i + 3], out[row, i]
            guess = 0
            if kind == 1:
                guess = left
            elif kind == 2:
                guess = above
            elif kind == 3:
                guess = (left + above) // 2
            elif kind == 4:
                # Paeth: the neighbour nearest to left + above - corner; ties in this order.
                to_left, to_above = abs(above - corner), abs(left - corner)
                to_corner = abs(left + above - 2 * corner)
                if to_left <= to_above and to_left <= to_corner:
                    guess = left
                elif to_above <= to_corner:
                    guess = above
                else:
                    guess = corner
            out[row + 1, i + 3] = (lines[row, i + 1] + guess) & 255
