r"""Bits that describe a network, proved by decoding them.

A payload is decoded knowing the shapes and types of the arrays: an architecture fixed before the
data were seen.  Its length is what a bound on the risk charges; where the codec is no prefix code,
with that of a code for the length (``length_bits``).  A file knows its own container, names, shapes
and types, and finds out when it was damaged.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any
from zlib import crc32

import numpy as np

from stablenoise.checks import check_integer, check_shape, told
from stablenoise.kernels.arrays import array_module

from ..networks.containers import Weights, checked_leaves, rebuilt
from ..table import aligned
from . import bits, codecs
from .codebook import Layout, Part

MAGIC = b"\x93SNC"
VERSION = 1
LIMIT = 1 << 26  # elements that a file may decode to, unless the caller allows for more
DEEPEST = 64  # containers within containers
AXES = 64  # of an array of NumPy
COUNTERS = 2  # numbers of 8 bytes between version and manifest: lengths of manifest and payload
FRAME = len(MAGIC) + 1 + 8 * COUNTERS + 4  # and 4 bytes of CRC-32 at the end
KINDS = frozenset(
    {"float64", "float32", "float16", "bool"}
    | {f"{sign}int{width}" for sign in ("", "u") for width in (8, 16, 32, 64)}
)
COLUMNS = ("array", "header", "codebook", "support", "symbols", "bits")


@dataclass(frozen=True, slots=True, eq=False)
class CodeLength:
    """Length of a payload, what it is spent on, and what it decodes to.

    Parameters
    ----------
    codec : str
    payload : bytes
        What the codec made of the arrays.
    parts : tuple of Part
        Bits of each array: ``header``, ``codebook``, ``support``, ``symbols``.  What a model
        spends on symbols is a fraction of a common stream.
    decoded : container
        The weights as decoded, laid out like those encoded, of NumPy and in the byte order of this
        machine: errors are measured on these.
    prefix : bool
        Whether no payload of the codec is the beginning of another, for arrays of these shapes.

    """

    codec: str
    payload: bytes
    parts: tuple[Part, ...]
    decoded: Weights
    prefix: bool

    @property
    def bytes(self) -> int:
        """Length of the payload."""
        return len(self.payload)

    @property
    def bits(self) -> int:
        """Length of the payload in bits."""
        return 8 * self.bytes

    @property
    def common(self) -> float:
        """Bits that are of no one array: rounding to bytes and words, or all of them."""
        return self.bits - sum(part.total for part in self.parts)

    @property
    def charged(self) -> int:
        """Bits of a prefix code: of the payload, and of its length where that is needed."""
        return self.bits + (0 if self.prefix else length_bits(self.bytes))

    def table(self) -> str:
        """One line for each array, then what is common and the total, in columns."""
        rows = [COLUMNS, *(_cells(p.name, p) for p in self.parts)]
        rows += [("common", *[""] * 4, f"{self.common:,.1f}")]
        rows += [("total", *[""] * 4, f"{self.bits:,.1f}")]
        return aligned(rows)


def code_length(arrays: Weights, codec: str = "adaptive") -> CodeLength:
    """Length of the payload of some arrays, after it has been decoded and compared with them.

    Parameters
    ----------
    arrays : ndarray, or list, tuple or dict of ndarray, nested or not
        Of NumPy or CuPy, real and finite.
    codec : str
        A module of ``compress.coding.codecs``.  ``adaptive`` and ``counts`` take arrays of at most
        4,096 values each beside zero (see ``quantise``), ``zlib`` and ``lzma`` any.

    Returns
    -------
    CodeLength

    Raises
    ------
    ValueError
        If the codec is unknown, or the arrays are not finite or no real numbers, or have too many
        values.
    RuntimeError
        If what is decoded is something else: a defect here or in a library.

    Notes
    -----
    Shapes and types are not charged, so they must not have been chosen by the data; nor is the
    codec: whoever takes the shortest of four charges 2 bits more.  -0 is zero, and comes back as
    +0 from the codecs of quantised arrays.

    Examples
    --------
    >>> import numpy as np
    >>> weights = {"hidden": np.zeros((50, 20)), "output": np.zeros((1, 50))}
    >>> weights["hidden"][3] = 0.5
    >>> found = code_length(weights)
    >>> found.bytes, found.charged
    (8, 64)
    >>> print(found.table())
    array             header  codebook  support  symbols  bits
    arrays['hidden']     2.0      21.0     37.5      0.0  60.5
    arrays['output']     0.0       1.0      0.0      0.0   1.0
    common                                                 2.5
    total                                                 64.0

    """
    layouts, leaves = _laid_out(arrays)
    payload, parts = _codec(codec).encode(layouts, leaves)
    decoded = _codec(codec).decode(payload, layouts)
    for layout, old, new in zip(layouts, leaves, decoded, strict=True):
        if old.dtype != new.dtype or not np.array_equal(old, new):
            raise RuntimeError(f"{layout.name} must be what was encoded, got something else")
    container = rebuilt(arrays, decoded)
    return CodeLength(codec, payload, tuple(parts), container, _codec(codec).PREFIX)


def length_bits(length: int) -> int:
    r"""Bits of a code for the length of a payload, so that both together are a prefix code.

    .. math:: 2 \lfloor \log_2 (L + 1) \rfloor + 1

    Parameters
    ----------
    length : int
        L, in bytes, not negative.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If length is negative or no integer.

    References
    ----------
    The gamma code of Elias (1975), IEEE Trans. Inf. Theory 21, 194-203.

    Examples
    --------
    >>> [length_bits(length) for length in (0, 1, 2, 3, 4297)]
    [1, 3, 3, 5, 25]

    """
    return bits.gamma_bits(check_integer("length", length, 0, 2**63) + 1)


def encode_payload(arrays: Weights, codec: str = "adaptive") -> bytes:
    """Payload of some arrays, for a decoder that knows their shapes and types.

    Parameters
    ----------
    arrays : ndarray, or list, tuple or dict of ndarray, nested or not
        Of NumPy or CuPy, real and finite.
    codec : str
        A module of ``compress.coding.codecs``.

    Returns
    -------
    bytes
        Every machine decodes them to the same arrays.

    Raises
    ------
    ValueError
        As ``code_length``.

    Examples
    --------
    >>> import numpy as np
    >>> encode_payload([np.zeros((800, 500)), np.zeros(500)]).hex()
    'c0'

    """
    return _codec(codec).encode(*_laid_out(arrays))[0]


def decode_payload(payload: bytes, like: Weights, codec: str = "adaptive") -> Weights:
    """Arrays of a payload, of the shapes and types of ``like``.

    Parameters
    ----------
    payload : bytes
        Of any source.
    like : ndarray, or list, tuple or dict of ndarray, nested or not
        Its elements are not looked at.
    codec : str
        The one that encoded it.

    Returns
    -------
    container
        Laid out like ``like``, of NumPy and in the byte order of this machine.

    Raises
    ------
    ValueError
        If the payload is not, to its last byte, one of such arrays.

    Examples
    --------
    >>> import numpy as np
    >>> decode_payload(bytes.fromhex("c0"), [np.ones((1, 2)), np.ones(3)])
    [array([[0., 0.]]), array([0., 0., 0.])]

    """
    return rebuilt(like, _codec(codec).decode(_bytes(payload), _laid_out(like)[0]))


def encode(arrays: Weights, codec: str = "adaptive") -> bytes:
    """File of some arrays, with their container, names, shapes and types but for byte order.

    Parameters
    ----------
    arrays : ndarray, or list, tuple or dict of ndarray, nested or not
        Of NumPy or CuPy, real and finite; keys are strings or integers.
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
    layouts, leaves = _laid_out(arrays)
    payload, _ = _codec(codec).encode(layouts, leaves)
    tree = rebuilt(arrays, layouts)
    manifest = json.dumps([codec, _described(tree)], separators=(",", ":")).encode()
    lengths = b"".join(len(part).to_bytes(8, "little") for part in (manifest, payload))
    body = MAGIC + bytes([VERSION]) + lengths + manifest + payload
    return body + crc32(body).to_bytes(4, "little")


def decode(blob: bytes, limit: int = LIMIT) -> Weights:
    """Arrays of a file, in the container they were in.

    Parameters
    ----------
    blob : bytes
        Of any source.
    limit : int
        Elements that all arrays may have together, 2^26 by default: zeros cost a file next to
        nothing, so its own size does not bound them.  Decoding takes up to some 60 B for each.

    Returns
    -------
    container
        Of dicts, lists, tuples and NumPy arrays: subclasses are not remembered, and arrays are in
        the byte order of this machine, whatever that of those encoded was.

    Raises
    ------
    ValueError
        If the bytes are not a whole file, one was changed, others follow, the version is unknown,
        or the arrays are larger than the limit; before anything of their size is made.

    Examples
    --------
    >>> import numpy as np
    >>> blob = encode(np.zeros(1_000_000))
    >>> len(blob)
    62
    >>> decode(blob, limit=100_000)
    Traceback (most recent call last):
    ValueError: file must hold at most 100000 elements, the limit, got 1000000

    """
    check_integer("limit", limit, 0, 2**63)
    manifest, payload = _taken_apart(_bytes(blob))
    codec, tree = _parsed(manifest)
    layouts: list[Layout] = []
    container = _restored(tree, layouts, 0)
    size = sum(layout.size for layout in layouts)
    if size > limit:
        raise ValueError(f"file must hold at most {limit} elements, the limit, got {size}")
    return rebuilt(container, _codec(codec).decode(payload, layouts))


def _bytes(blob: Any) -> bytes:
    if not isinstance(blob, bytes | bytearray | memoryview):
        raise ValueError(f"what is decoded must be bytes, got {type(blob).__name__}")
    return bytes(blob)


def _codec(name: str) -> ModuleType:
    """Module of this name, of the folder only."""
    known = sorted(module.name for module in iter_modules(codecs.__path__))
    if not isinstance(name, str) or name not in known:
        raise ValueError(f"codec must be one of {', '.join(known)}, got {told(name)}")
    return import_module(f"{codecs.__name__}.{name}")


def _laid_out(arrays: Weights) -> tuple[list[Layout], list[np.ndarray]]:
    """Layouts and arrays, on the host and of the machine's byte order."""
    layouts, leaves = [], []
    for name, array in checked_leaves(arrays, "arrays", empty=True):
        host = array if array_module(array) is np else array.get()
        leaf = np.ascontiguousarray(host, host.dtype.newbyteorder("=")).reshape(host.shape)
        layouts.append(Layout(name, leaf.shape, leaf.dtype))
        leaves.append(leaf)
    return layouts, leaves


def _described(tree: Any, depth: int = 0) -> Any:
    """Container as JSON holds it: a letter for its kind, then what is in it."""
    if depth > DEEPEST:
        raise ValueError(f"containers must be at most {DEEPEST} deep, got a deeper one")
    if isinstance(tree, dict):
        parts = ([_key(key), _described(part, depth + 1)] for key, part in tree.items())
        return ["d", *parts]
    if isinstance(tree, list | tuple):
        kind = "l" if isinstance(tree, list) else "t"
        return [kind, *(_described(part, depth + 1) for part in tree)]
    return None if tree is None else ["a", tree.dtype.name, *tree.shape]


def _key(key: Any) -> str | int:
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
    if crc32(blob[:-4]).to_bytes(4, "little") != blob[-4:]:
        raise ValueError("file must have the checksum at its end, got other bytes")
    start = at + 8 * COUNTERS
    return blob[start : start + manifest], blob[start + manifest : -4]


def _parsed(manifest: bytes) -> tuple[str, Any]:
    try:
        codec, tree = json.loads(manifest)
    except (ValueError, TypeError, RecursionError):
        raise ValueError("manifest must be JSON of a codec and a container") from None
    if not isinstance(codec, str):
        raise ValueError(f"manifest must name a codec, got {codec!r}")
    return codec, tree


def _restored(tree: Any, layouts: list[Layout], depth: int) -> Any:
    """Container of zeros where arrays shall be; their layouts are appended in order."""
    if tree is None:
        return None
    if not isinstance(tree, list) or not tree or depth > DEEPEST:
        raise ValueError(f"manifest must describe a container, got {str(tree)[:40]!r}")
    kind, *rest = tree
    if kind == "a":
        layouts.append(_layout(rest, len(layouts)))
        return 0
    if kind == "d":
        return {key: _restored(part, layouts, depth + 1) for key, part in _pairs(rest)}
    if kind not in ("l", "t"):
        raise ValueError(f"manifest must describe a container, got {str(tree)[:40]!r}")
    parts = [_restored(part, layouts, depth + 1) for part in rest]
    return parts if kind == "l" else tuple(parts)


def _pairs(rest: list) -> Iterator[tuple[str | int, Any]]:
    keys = set()
    for pair in rest:
        if not isinstance(pair, list) or len(pair) != 2 or type(pair[0]) not in (str, int):
            raise ValueError(f"manifest must have keys and parts, got {str(pair)[:40]!r}")
        if pair[0] in keys:
            raise ValueError(f"manifest must not repeat a key, got {pair[0]!r}")
        keys.add(pair[0])
        yield pair[0], pair[1]


def _layout(rest: list, place: int) -> Layout:
    """Name, shape and type of an array; sizes are not yet held against a limit."""
    if not rest or not isinstance(rest[0], str) or rest[0] not in KINDS:
        raise ValueError(f"manifest must give arrays real types, got {str(rest[:1])[:40]}")
    shape = rest[1:]
    if len(shape) > AXES or not all(type(n) is int and 0 <= n < 2**60 for n in shape):
        raise ValueError(f"manifest must give arrays shapes, got {str(shape)[:40]}")
    return Layout(f"array {place}", check_shape(tuple(shape)), np.dtype(rest[0]))


def _cells(name: str, part: Part) -> tuple[str, ...]:
    numbers = part.header, part.codebook, part.support, part.symbols, part.total
    return name, *(f"{n:,.1f}" for n in numbers)
