r"""Bits that describe a network, proved by decoding them.

A payload is decoded knowing the shapes and types of the arrays: an architecture fixed before the
data were seen.  Its length is what a bound on the risk charges; where the codec is no prefix code,
with that of a code for the length (``length_bits``).  A file knows its own container, names, shapes
and types, and finds out when it was damaged.
"""

from dataclasses import dataclass

import numpy as np

from stablenoise.checks import check_integer
from stablenoise.results import Result
from stablenoise.text_table import aligned, counted

from ..networks.containers import Weights, rebuilt
from . import bits
from .codebook import Layout, Part
from .encoded_files import LIMIT, MAGIC, VERSION, decode, encode, framed
from .layouts import checked_bytes, codec_of, laid_out

bytes_type = bytes  # a property below has this name
COLUMNS = ("array", "header", "codebook", "support", "symbols", "bits")
__all__ = [
    "LIMIT",
    "MAGIC",
    "VERSION",
    "CodeLength",
    "Layout",
    "Part",
    "code_length",
    "decode",
    "decode_payload",
    "encode",
    "encode_payload",
    "length_bits",
]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CodeLength(Result):
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

    Examples
    --------
    >>> import numpy as np
    >>> code_length(np.zeros((50, 20)))
    CodeLength(1 byte by adaptive, of 1 array, 8 bits charged)

    """

    codec: str
    payload: bytes
    parts: tuple[Part, ...]
    decoded: Weights
    prefix: bool

    @property
    def bytes(self) -> int:
        """Length of the payload.

        Returns
        -------
        int

        """
        return len(self.payload)

    @property
    def bits(self) -> int:
        """Length of the payload in bits, 8 times that in bytes.

        Returns
        -------
        int

        """
        return 8 * self.bytes

    @property
    def common(self) -> float:
        """Bits that belong to no single array: rounding to bytes and words, or all of them.

        Returns
        -------
        float

        """
        return self.bits - sum(part.total for part in self.parts)

    @property
    def charged(self) -> int:
        """Bits of a prefix code: of the payload, and of its length where that is needed.

        Returns
        -------
        int

        """
        return self.bits + (0 if self.prefix else length_bits(self.bytes))

    def _summary(self) -> str:
        size, arrays = counted(self.bytes, "byte"), counted(len(self.parts), "array")
        return f"{size} by {self.codec}, of {arrays}, {counted(self.charged, 'bit')} charged"

    def to_file(self) -> bytes_type:
        """File of the arrays as decoded: what ``encode`` makes of them, with no second encoding.

        Returns
        -------
        bytes

        Raises
        ------
        ValueError
            If a key of the container is neither a string nor an integer.

        Examples
        --------
        >>> import numpy as np
        >>> code = code_length({"w": np.eye(3)})
        >>> code.to_file() == encode(code.decoded)
        True

        """
        return framed(self.payload, rebuilt(self.decoded, laid_out(self.decoded)[0]), self.codec)

    def table(self) -> str:
        """One line for each array, then what is common and the total, in columns.

        Returns
        -------
        str

        Examples
        --------
        >>> import numpy as np
        >>> print(code_length(np.zeros((50, 20))).table())
        array   header  codebook  support  symbols  bits
        arrays     0.0       1.0      0.0      0.0   1.0
        common                                       7.0
        total                                        8.0

        """
        rows = [COLUMNS, *(_cells(p.name, p) for p in self.parts)]
        rows += [("common", *[""] * 4, f"{self.common:,.1f}")]
        rows += [("total", *[""] * 4, f"{self.bits:,.1f}")]
        return aligned(rows)


def code_length(arrays: Weights, codec: str = "adaptive") -> CodeLength:
    """Length of the payload of some arrays, after it has been decoded and compared with them.

    Parameters
    ----------
    arrays : ndarray, or list, tuple or dict of ndarray, nested or not
        Real and finite, of NumPy or CuPy.
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
    >>> code = code_length(weights)
    >>> code.bytes, code.charged
    (8, 64)
    >>> print(code.table())
    array             header  codebook  support  symbols  bits
    arrays['hidden']     2.0      21.0     37.5      0.0  60.5
    arrays['output']     0.0       1.0      0.0      0.0   1.0
    common                                                 2.5
    total                                                 64.0

    """
    layouts, leaves = laid_out(arrays)
    coder = codec_of(codec)
    payload, parts = coder.encode(layouts, leaves)
    # The proof: what is charged is the length of bytes from which the arrays came back.
    decoded = coder.decode(payload, layouts)
    for layout, old, new in zip(layouts, leaves, decoded, strict=True):
        if old.dtype != new.dtype or not np.array_equal(old, new):
            raise RuntimeError(f"{layout.name} must be what was encoded, got something else")
    container = rebuilt(arrays, decoded)
    return CodeLength(codec, payload, tuple(parts), container, coder.PREFIX)


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
        Real and finite, of NumPy or CuPy.
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
    return codec_of(codec).encode(*laid_out(arrays))[0]


def decode_payload(payload: bytes, like: Weights, codec: str = "adaptive") -> Weights:
    """Arrays of a payload, of the shapes and types of ``like``.

    Parameters
    ----------
    payload : bytes
        From any source.
    like : ndarray, or list, tuple or dict of ndarray, nested or not
        Its elements are not looked at.  Its size is the caller's, and no payload changes it: a
        codec takes some 60 B for each element, whatever the bytes are.
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
    return rebuilt(like, codec_of(codec).decode(checked_bytes(payload), laid_out(like)[0]))


def _cells(name: str, part: Part) -> tuple[str, ...]:
    """Row of the table for one array."""
    numbers = part.header, part.codebook, part.support, part.symbols, part.total
    return name, *(f"{n:,.1f}" for n in numbers)
