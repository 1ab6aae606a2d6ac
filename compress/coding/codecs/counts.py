r"""Range coding with counts that are sent: ``constriction`` is the coder (extra ``compress``).

An array is a matrix; rows with 0, 1, 2-3, 4-7, ... nonzeros are classes, and so are columns.  Sent
are the class of each row and column, the number of nonzeros in each block of a class of rows and
one of columns, which elements of a block these are, and the values.  Rows or columns or both may be
one class, and an array of d dimensions is a matrix in d - 1 ways: what is shortest is chosen, and
sent.  Probabilities are counts over their sum, in the library's 24 bits.  Shapes and types are not
in the payload, nor is the number of the coder's words of 32 bits: they are the rest of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stablenoise.values import by_content, read_only

from .. import codebook
from ..bits import Reader, Writer, gamma_bits
from ..codebook import Layout, Part

__all__ = ["PREFIX", "decode", "encode"]

WORD = np.dtype("<u4")
PREFIX = False  # not known of the words of the library
AXES = (False, False), (True, False), (False, True), (True, True)  # are rows, columns in classes


@by_content
@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Counts of one array, in read-only arrays.

    Parameters
    ----------
    book : ndarray
    way : int
        The matrix and which of its sides are in classes.
    rows, columns : ndarray
        How many there are of each class.
    blocks : ndarray, shape (rows.size, columns.size)
        Nonzeros.
    values : ndarray
        How often each value occurs.

    """

    book: np.ndarray
    way: int
    rows: np.ndarray
    columns: np.ndarray
    blocks: np.ndarray
    values: np.ndarray

    def __post_init__(self) -> None:
        read_only([self.book, self.rows, self.columns, self.blocks, self.values])

    @property
    def sizes(self) -> np.ndarray:
        """Elements in each block."""
        return np.multiply.outer(self.rows, self.columns)

    @property
    def support(self) -> float:
        """Bits that say where the nonzeros are, besides counts."""
        pairs = np.stack([self.blocks, self.sizes - self.blocks])
        return _ideal(self.rows) + _ideal(self.columns) + _ideal(pairs)

    def write(self, head: Writer, layout: Layout) -> None:
        """Append the counts; those that follow from others are left out."""
        head.put(self.way, _width(layout.shape))
        for side in _sides(self):
            head.put_gamma(side.size)
            for count in side:
                head.put_gamma(int(count) + 1)
        for count in self.blocks.ravel():
            head.put_gamma(int(count) + 1)
        for count in self.values[:-1]:
            head.put_gamma(int(count))


def encode(layouts: list[Layout], arrays: list[np.ndarray]) -> tuple[bytes, list[Part]]:
    """Payload of the arrays, and what is spent on each.

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

    Raises
    ------
    ValueError
        If an array has more than 4,096 values beside zero, or ``constriction`` is not there.

    Examples
    --------
    >>> from compress.coding.codebook import Layout
    >>> zeros = np.zeros((800, 500))
    >>> payload, parts = encode([Layout("w", zeros.shape, zeros.dtype)], [zeros])
    >>> len(payload), parts
    (1, [Part(w: 1.0 bits)])

    """
    return _encoded(layouts, arrays, [None] * len(layouts))


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
    head = Reader(payload)
    models = [_read(layout, head) for layout in layouts]
    words = head.rest()
    if len(words) % WORD.itemsize:
        raise ValueError(f"symbols must be words of 4 B, got {len(words)} B")
    coder = _library().queue.RangeDecoder(np.frombuffer(words, WORD).astype(np.uint32))
    arrays = [_decoded(*pair, coder) for pair in zip(layouts, models, strict=True)]
    # The library reads words that no encoder writes: only by encoding again is a payload known to
    # be the one of its arrays, to the last bit.
    if _encoded(layouts, arrays, [None if m is None else m.way for m in models])[0] != payload:
        raise ValueError("payload must be the one that its arrays are encoded to, got another")
    return arrays


def _library() -> Any:
    try:
        import constriction
    except ImportError:
        line = "codec 'counts' needs constriction: pip install stablenoise[compress]"
        raise ValueError(line) from None
    return constriction.stream


def _encoded(
    layouts: list[Layout], arrays: list[np.ndarray], ways: Sequence[int | None]
) -> tuple[bytes, list[Part]]:
    """Payload with these ways, where they are given, and what is spent."""
    coder, head = _library().queue.RangeEncoder(), Writer()
    each = zip(layouts, arrays, ways, strict=True)
    parts = [_put_array(*one, head, coder) for one in each]
    return head.to_bytes() + coder.get_compressed().astype(WORD).tobytes(), parts


def _put_array(
    layout: Layout, array: np.ndarray, way: int | None, head: Writer, coder: Any
) -> Part:
    if not layout.size:
        return Part(layout.name)
    book, codes = codebook.split(layout.name, array)
    start = head.length
    codebook.write(book, layout.dtype, head)
    spent = head.length - start
    if not book.size:
        return Part(layout.name, codebook=spent)
    model, labels = _chosen(
        layout, book, codes, range(_ways(layout.shape)) if way is None else [way]
    )
    model.write(head, layout)
    for count, side in zip((model.rows, model.columns), labels, strict=True):
        _put(side, count, coder)
    matrix = codes.reshape(labels[0].size, labels[1].size)
    for block, inside in _blocks(model, labels):
        _put((matrix[inside] > 0).ravel(), _pair(model, block), coder)
    _put(codes[codes > 0] - 1, model.values, coder)
    rest = head.length - start - spent
    return Part(layout.name, rest, spent, model.support, _ideal(model.values))


def _decoded(layout: Layout, model: Model | None, coder: Any) -> np.ndarray:
    if model is None:
        return np.zeros(layout.shape, layout.dtype)
    labels = tuple(_take(count, coder) for count in (model.rows, model.columns))
    matrix = np.zeros((labels[0].size, labels[1].size), np.int32)
    for block, inside in _blocks(model, labels):
        decisions = _take(_pair(model, block), coder)
        matrix[inside] = decisions.reshape(matrix[inside].shape)
    matrix[matrix > 0] = _take(model.values, coder) + 1
    return codebook.joined(model.book, matrix.ravel(), layout)


def _chosen(
    layout: Layout, book: np.ndarray, codes: np.ndarray, ways: Iterable[int]
) -> tuple[Model, tuple[np.ndarray, np.ndarray]]:
    """Model of the shortest code, and the classes of its rows and columns."""
    values = np.bincount(codes[codes > 0] - 1, minlength=book.size)
    options = [_modelled(way, layout, book, codes, values) for way in ways]
    # In whole bits: the last digits of sums of logarithms must not decide what is written.
    return min(options, key=lambda option: round(_length(option[0])))


def _modelled(
    way: int, layout: Layout, book: np.ndarray, codes: np.ndarray, values: np.ndarray
) -> tuple[Model, tuple[np.ndarray, np.ndarray]]:
    columns, axes = _way(way, layout)
    # Lines of similar numbers of nonzeros share a class, so that few counts describe all of them.
    here = np.divmod(np.flatnonzero(codes), columns)
    sides = layout.size // columns, columns
    labels = [_classes(h, n, used) for h, n, used in zip(here, sides, axes, strict=True)]
    rows, across = (np.bincount(side) for side in labels)
    cell = labels[0][here[0]] * across.size + labels[1][here[1]]
    blocks = np.bincount(cell, minlength=rows.size * across.size).reshape(rows.size, across.size)
    return Model(book, way, rows, across, blocks, values), (labels[0], labels[1])


def _classes(lines: np.ndarray, size: int, used: bool) -> np.ndarray:
    """Class of each row: how many digits the number of its nonzeros has."""
    if not used:
        return np.zeros(size, np.int32)
    return np.frexp(np.bincount(lines, minlength=size))[1].astype(np.int32)


def _length(model: Model) -> float:
    """Bits that depend on the way; those of the values do not."""
    counts = np.concatenate([*_sides(model), model.blocks.ravel()])
    sent = sum(gamma_bits(int(count) + 1) for count in counts)
    return model.support + sent + sum(gamma_bits(side.size) for side in _sides(model))


def _sides(model: Model) -> Iterator[np.ndarray]:
    """Counts of the sides that are in classes: of the others there is one class."""
    for side, used in zip((model.rows, model.columns), _axes(model.way), strict=True):
        if used:
            yield side


def _axes(way: int) -> tuple[bool, bool]:
    return AXES[(way - 1) % 3 + 1 if way else 0]


def _ways(shape: tuple[int, ...]) -> int:
    """Number of ways: no classes, or for each matrix rows, columns or both."""
    return 1 + 3 * max(len(shape) - 1, 0)


def _width(shape: tuple[int, ...]) -> int:
    return (_ways(shape) - 1).bit_length()


def _way(way: int, layout: Layout) -> tuple[int, tuple[bool, bool]]:
    """Columns of the matrix, and which of its sides are in classes."""
    first = (way - 1) // 3 + 1 if way else len(layout.shape)
    return int(np.prod(layout.shape[first:], dtype=np.int64)), _axes(way)


def _read(layout: Layout, head: Reader) -> Model | None:
    """Counts of an array of this layout, or ValueError unless they fit it; None for zeros."""
    book = codebook.read(layout, head) if layout.size else np.zeros(0)
    if not book.size:
        return None
    way = head.take(_width(layout.shape))
    if way >= _ways(layout.shape):
        raise ValueError(f"{layout.name} must have a way below {_ways(layout.shape)}, got {way}")
    columns, axes = _way(way, layout)
    sides = layout.size // columns, columns
    rows, across = (_read_side(layout, n, u, head) for n, u in zip(sides, axes, strict=True))
    blocks = [head.take_gamma() - 1 for _ in range(rows.size * across.size)]
    values = [head.take_gamma() for _ in range(book.size - 1)]
    values.append(sum(blocks) - sum(values))  # not sent: all nonzeros have a value
    if sum(blocks) > layout.size or values[-1] < 1:
        raise ValueError(f"{layout.name} must have counts that fit together, got {sum(blocks)}")
    table = np.array(blocks).reshape(rows.size, across.size)
    if (table > np.multiply.outer(rows, across)).any():
        rule = f"{layout.name} must have no block with more nonzeros than elements"
        raise ValueError(f"{rule}, got {table.max()}")
    return Model(book, way, rows, across, table, np.array(values))


def _read_side(layout: Layout, size: int, used: bool, head: Reader) -> np.ndarray:
    classes = head.take_gamma() if used else 1
    if classes > 64:
        raise ValueError(f"{layout.name} must have at most 64 classes, got {classes}")
    counts = [head.take_gamma() - 1 for _ in range(classes)] if used else [size]
    if sum(counts) != size:
        raise ValueError(f"{layout.name} must have {size} rows or columns, got {sum(counts)}")
    return np.array(counts)


def _blocks(model: Model, labels: tuple) -> Iterator[tuple[tuple[int, int], Any]]:
    """Yield blocks that have elements, by row and column of the table, and those elements."""
    lines = [
        [np.flatnonzero(side == c) for c in range(n)]
        for side, n in zip(labels, model.blocks.shape, strict=True)
    ]
    for row, column in zip(*np.nonzero(model.sizes), strict=True):
        yield (row, column), np.ix_(lines[0][row], lines[1][column])


def _pair(model: Model, block: tuple[int, int]) -> np.ndarray:
    """Zeros and nonzeros of a block."""
    return np.array([model.sizes[block] - model.blocks[block], model.blocks[block]])


def _ideal(counts: np.ndarray) -> float:
    """Bits of symbols that occur so often, coded by their frequencies; axis 0 are the symbols."""
    total = counts.sum(axis=0)
    share = np.divide(counts, total, out=np.ones(counts.shape), where=counts > 0)
    return float(-(counts * np.log2(share)).sum())


def _put(symbols: np.ndarray, counts: np.ndarray, coder: Any) -> None:
    """Encode symbols that occur so often; where there is one symbol only, nothing."""
    if np.count_nonzero(counts) > 1:
        coder.encode(symbols.astype(np.int32), _categorical(counts))


def _take(counts: np.ndarray, coder: Any) -> np.ndarray:
    """Decode what ``_put`` has encoded with these counts."""
    size = int(counts.sum())
    if np.count_nonzero(counts) < 2:
        return np.full(size, np.argmax(counts), np.int32)
    try:
        symbols = coder.decode(_categorical(counts), size)
    except AssertionError:  # of the library, for words that no encoder has written
        symbols = np.zeros(size, np.int32)
    if not np.array_equal(np.bincount(symbols, minlength=counts.size), counts):
        raise ValueError("symbols must occur as often as the header says, got other numbers")
    return symbols


def _categorical(counts: np.ndarray) -> Any:
    # ``perfect`` is said: if the library changes its default, the format must not change with it.
    return _library().model.Categorical(counts / counts.sum(), perfect=False)
