"""Files of encoded arrays: what they hold besides the payload, and that damage is found out.

A file knows its own container, names, shapes and types.
"""

import json
from collections.abc import Iterator
from typing import Any
from zlib import crc32

import numpy as np

from stablenoise.checks import check_integer, check_shape, told

from ..networks.allowances import Tally, allowance
from ..networks.containers import Weights, rebuilt
from .codebook import Layout
from .layouts import checked_bytes, codec_of, laid_out

MAGIC = b"\x93SNC"
VERSION = 1
LIMIT = 1 << 26  # elements that no file may have more of, unless the caller allows for them
REMEDY = "--limit, or limit= in Python, allows for more"
MAX_DEPTH = 64  # of containers within containers
MAX_AXES = 64  # of an array of NumPy
COUNTERS = 2  # numbers of 8 bytes between version and manifest: lengths of manifest and payload
FRAME = len(MAGIC) + 1 + 8 * COUNTERS + 4  # and 4 bytes of CRC-32 at the end
KINDS = frozenset(
    {"float64", "float32", "float16", "bool"}
    | {f"{sign}int{width}" for sign in ("", "u") for width in (8, 16, 32, 64)}
)


def encode(arrays: Weights, codec: str = "adaptive") -> bytes:
    """File of some arrays, with their container, names, shapes and types, except byte order.

    Parameters
    ----------
    arrays : ndarray, or list, tuple or dict of ndarray, nested or not
        Real and finite, of NumPy or CuPy; keys are strings or integers.
    codec : str
        A module of ``compress.coding.codecs``.

    Returns
    -------
    bytes
        Every machine decodes them to the same arrays.

    Raises
    ------
    ValueError
        As ``code_length``, or if a key is something else.

    Notes
    -----
    Four bytes that name the format, one of its version, the lengths of manifest and payload in
    eight little-endian bytes each, the manifest in JSON, the payload, and CRC-32 of all before.

    Examples
    --------
    >>> import numpy as np
    >>> decode(encode({"w": np.array([[0.0, 2.0]]), "b": [None, np.array([1.0])]}))
    {'w': array([[0., 2.]]), 'b': [None, array([1.])]}

    """
    layouts, leaves = laid_out(arrays)
    payload, _ = codec_of(codec).encode(layouts, leaves)
    return framed(payload, rebuilt(arrays, layouts), codec)


def framed(payload: bytes, tree: Any, codec: str) -> bytes:
    """File of a payload, from the layouts of its arrays in their container."""
    manifest = json.dumps([codec, _described(tree)], separators=(",", ":")).encode()
    lengths = b"".join(len(part).to_bytes(8, "little") for part in (manifest, payload))
    body = MAGIC + bytes([VERSION]) + lengths + manifest + payload
    return body + crc32(body).to_bytes(4, "little")


def decode(blob: bytes, limit: int | None = None) -> Weights:
    """Arrays of a file, in the container they were in.

    Parameters
    ----------
    blob : bytes
        From any source.
    limit : int, optional
        Elements that all arrays may have together: by default 4,096 for each byte of the payload,
        a million in any case, and at most 2^26.  Zeros cost a file next to nothing, so an array of
        zeros alone may need a limit.  Decoding takes up to some 60 B for each.  Of arrays there may
        be a 64th as many, and 15,625 in any case.

    Returns
    -------
    container
        Dicts, lists, tuples and NumPy arrays: subclasses are not remembered, and arrays are in
        the byte order of this machine, whatever that of those encoded was.

    Raises
    ------
    ValueError
        If the bytes are not a whole file, one was changed, others follow, the version is unknown,
        or the arrays are more or larger than the limit; before anything of their size is made.

    Examples
    --------
    >>> import numpy as np
    >>> blob = encode(np.zeros(1_000_000))
    >>> len(blob)
    62
    >>> decode(blob, limit=100_000)
    Traceback (most recent call last):
    ValueError: file must hold at most 100000 elements, the limit, got at least 1000000

    """
    if limit is not None:
        check_integer("limit", limit, 0, 2**63)
    # The manifest says how large the arrays are: it is held against the limit before a codec, to
    # which zeros cost next to nothing, makes anything of that size.
    manifest, payload = _taken_apart(checked_bytes(blob))
    codec, tree = _parsed(manifest)
    layouts: list[Layout] = []
    container = _restored(tree, layouts, _tally(len(payload), limit), 0)
    return rebuilt(container, codec_of(codec).decode(payload, layouts))


def _tally(payload: int, limit: int | None) -> Tally:
    """What arrays are held against: a limit, or what goes with so many bytes of payload."""
    if limit is not None:
        return Tally(limit, "the limit")
    return Tally(min(LIMIT, allowance(payload)), f"as its payload has {payload} B ({REMEDY})")


def _described(tree: Any, depth: int = 0) -> Any:
    """Container as JSON holds it: a letter for its kind, then what is in it."""
    if depth > MAX_DEPTH:
        raise ValueError(f"containers must be at most {MAX_DEPTH} deep, got a deeper one")
    if isinstance(tree, dict):
        parts = ([_key(key), _described(part, depth + 1)] for key, part in tree.items())
        return ["d", *parts]
    if isinstance(tree, list | tuple):
        kind = "l" if isinstance(tree, list) else "t"
        return [kind, *(_described(part, depth + 1) for part in tree)]
    return None if tree is None else ["a", tree.dtype.name, *tree.shape]


def _key(key: Any) -> str | int:
    """A key that JSON can hold."""
    if isinstance(key, bool) or not isinstance(key, str | int):
        raise ValueError(f"keys must be strings or integers, got {told(key)}")
    return key


def _taken_apart(blob: bytes) -> tuple[bytes, bytes]:
    """Manifest and payload of a whole file."""
    if blob[: len(MAGIC)] != MAGIC or len(blob) < FRAME:
        raise ValueError(f"file must begin with {MAGIC!r} and have {FRAME} B, got {blob[:4]!r}")
    if blob[len(MAGIC)] != VERSION:
        raise ValueError(f"file must be of version {VERSION}, got {blob[len(MAGIC)]}")
    at = len(MAGIC) + 1
    manifest, payload = np.frombuffer(blob, "<u8", COUNTERS, at).tolist()
    if FRAME + manifest + payload != len(blob):
        size = FRAME + manifest + payload
        raise ValueError(f"file must have {size} B as its header says, got {len(blob)} B")
    # Lengths first: a checksum over a part of a file would say damage where bytes are missing.
    if crc32(blob[:-4]).to_bytes(4, "little") != blob[-4:]:
        raise ValueError("file must have the checksum at its end, got other bytes")
    start = at + 8 * COUNTERS
    return blob[start : start + manifest], blob[start + manifest : -4]


def _parsed(manifest: bytes) -> tuple[str, Any]:
    """Name of the codec, and the container as JSON holds it."""
    try:
        codec, tree = json.loads(manifest)
    except (ValueError, TypeError, RecursionError):
        raise ValueError(
            f"manifest must be JSON of a codec and a container, got {told(manifest)}"
        ) from None
    if not isinstance(codec, str):
        raise ValueError(f"manifest must name a codec, got {codec!r}")
    return codec, tree


def _restored(tree: Any, layouts: list[Layout], tally: Tally, depth: int) -> Any:
    """Container of zeros where arrays shall be; their layouts are appended in order."""
    if tree is None:
        return None
    if not isinstance(tree, list) or not tree or depth > MAX_DEPTH:
        raise ValueError(f"manifest must describe a container, got {str(tree)[:40]!r}")
    kind, *rest = tree
    if kind == "a":
        layouts.append(_layout(rest, len(layouts)))
        tally.add(layouts[-1].size)
        return 0
    if kind == "d":
        return {key: _restored(part, layouts, tally, depth + 1) for key, part in _pairs(rest)}
    if kind not in ("l", "t"):
        raise ValueError(f"manifest must describe a container, got {str(tree)[:40]!r}")
    parts = [_restored(part, layouts, tally, depth + 1) for part in rest]
    return parts if kind == "l" else tuple(parts)


def _pairs(rest: list) -> Iterator[tuple[str | int, Any]]:
    """Yield keys and what they hold, as JSON has them."""
    keys = set()
    for pair in rest:
        if not isinstance(pair, list) or len(pair) != 2 or type(pair[0]) not in (str, int):
            raise ValueError(f"manifest must have keys and parts, got {str(pair)[:40]!r}")
        if pair[0] in keys:
            raise ValueError(f"manifest must not repeat a key, got {pair[0]!r}")
        keys.add(pair[0])
        yield pair[0], pair[1]


def _layout(rest: list, number: int) -> Layout:
    """Name, shape and type of an array; sizes are not yet held against a limit."""
    if not rest or not isinstance(rest[0], str) or rest[0] not in KINDS:
        raise ValueError(f"manifest must give arrays real types, got {str(rest[:1])[:40]}")
    shape = rest[1:]
    if len(shape) > MAX_AXES or not all(type(n) is int and 0 <= n < 2**60 for n in shape):
        raise ValueError(f"manifest must give arrays shapes, got {str(shape)[:40]}")
    return Layout(f"array {number}", check_shape(tuple(shape)), np.dtype(rest[0]))
