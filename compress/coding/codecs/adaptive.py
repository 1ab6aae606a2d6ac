r"""Adaptive arithmetic coding: nothing about frequencies is sent, all is learnt on the way.

Before the symbols of all arrays come, for each, its values and how much its rows and columns count;
the rest is as ``contexts`` says.  Shapes and types are not in the payload.
"""

import numpy as np

from .. import arithmetic, codebook, contexts
from ..bits import Reader, Writer
from ..codebook import Layout, Part
from ..contexts import Model

__all__ = ["PREFIX", "decode", "encode"]

PREFIX = True


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
        If an array has more than 4,096 values beside zero.

    Examples
    --------
    >>> from compress.coding.codebook import Layout
    >>> zeros = np.zeros((800, 500))
    >>> payload, parts = encode([Layout("w", zeros.shape, zeros.dtype)], [zeros])
    >>> len(payload), parts
    (1, [Part(w: 1.0 bits)])

    """
    head = Writer()
    headed = [_headed(*pair, head) for pair in zip(layouts, arrays, strict=True)]
    parts = [part for *_, part in headed]
    # Values lie in the head: in the stream are the symbols alone.
    channel = contexts.encoding(sum(part.support + part.symbols for part in parts))
    for codes, model, _ in headed:
        contexts.run(codes, model, channel)
    return head.to_bytes() + arithmetic.finished(channel.coder, channel.stream), parts


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
    plans = [_read_head(layout, head) for layout in layouts]
    channel, arrays = contexts.decoding(head.rest()), []
    for layout, (book, model) in zip(layouts, plans, strict=True):
        codes = np.zeros(layout.size, np.int32)
        contexts.run(codes, model, channel)
        arrays.append(codebook.joined(book, codes, layout))
    arithmetic.check_finished(channel.coder, channel.stream)
    return arrays


def _headed(layout: Layout, array: np.ndarray, head: Writer) -> tuple[np.ndarray, Model, Part]:
    """Write the head of an array; its codes, by what they are coded, and what they will cost."""
    if not layout.size:
        return np.zeros(0, np.int32), contexts.EMPTY, Part(layout.name)
    start = head.length
    book, codes = codebook.split(layout.name, array)
    codebook.write(book, layout.dtype, head)
    values = head.length - start
    model = contexts.chosen(codes, book.size, layout.shape)
    contexts.write(model, head)
    part = Part(layout.name, head.length - start - values, values, *contexts.cost(codes, model))
    return codes, model, part


def _read_head(layout: Layout, head: Reader) -> tuple[np.ndarray, Model]:
    book = codebook.read(layout, head) if layout.size else np.zeros(0, layout.dtype)
    return book, contexts.read(book.size, layout.shape, head)
