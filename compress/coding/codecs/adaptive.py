r"""Adaptive arithmetic coding: nothing about frequencies is sent, all is learnt on the way.

Whether an element is zero is a decision; its log odds are those of the array so far, plus the
amounts by which its row's and its column's own differ from them, each times a weight.  Weights are
1 at first, which is the product form, and follow the gradient of the code length.  An array of d
dimensions is a matrix in d - 1 ways (rows the first one, two, ... dimensions), and all of them
take part.  A row of n elements with k nonzeros, in an array where the share g < 1/2 is not zero,
is taken to have (k + a) : (n - k + a (1 - g) / g); the strength a is chosen, and sent in two bits.
The value of a nonzero is a walk down a binary tree over the sorted codebook, and each node counts
(k + 1/2 of Krichevsky and Trofimov).  Shapes and types are not in the payload.
"""

from math import prod
from typing import NamedTuple

import numpy as np

from stablenoise.kernels.compiler import jit, scalar

from .. import arithmetic, codebook
from ..arithmetic import COST, DECODE, ENCODE, ONE, chance, decide, log2
from ..bits import Reader, Writer
from ..codebook import Layout, Part

__all__ = ["PREFIX", "decode", "encode"]

PREFIX = True
STRENGTHS = np.array([0, 32, 256, 1024])  # a in units of 1 / 256; 0: rows and columns not looked at
CUTS = 3  # ways to be a matrix that take part, of an array of more dimensions
TRIAL = 1 << 18  # elements on which a strength is chosen
MAX_WEIGHT = 4 << 32  # weights are in units of 2^-32
RATE = 16  # a weight moves by error times amount times 2^-8: shifted from 2^-40 to 2^-32


class Lines(NamedTuple):
    """Rows and columns of the matrices that an array is, and what was counted in them so far."""

    cuts: np.ndarray  # columns of each matrix
    strength: int
    counts: np.ndarray  # of row 0 elements, of row 1 those not zero, for each row and column


class Tables(NamedTuple):
    """The two tables of the coder."""

    logarithms: np.ndarray
    chances: np.ndarray


class Channel(NamedTuple):
    """Where decisions go or come from."""

    coder: np.ndarray
    stream: np.ndarray
    mode: int


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
    head, tasks, parts = Writer(), [], []
    for layout, array in zip(layouts, arrays, strict=True):
        if layout.size:
            task, part = _headed(layout, array, head)
            tasks.append(task)
            parts.append(part)
        else:
            parts.append(Part(layout.name))
    spent = sum(part.support + part.symbols for part in parts)
    # Bits were summed as floats, and the coder rounds its range: there is room for both, as a
    # kernel does not look where it writes.
    stream = np.zeros(int(spent / 8 * 1.00001) + 64, np.uint8)
    coder = arithmetic.encoder()
    for codes, levels, cuts, strength in tasks:
        _run(codes, levels, cuts, strength, coder, stream, ENCODE)
    return head.to_bytes() + arithmetic.finished(coder, stream), parts


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
    stream = np.frombuffer(head.rest(), np.uint8).copy()  # one kernel serves both ways
    coder, arrays = arithmetic.decoder(stream), []
    for layout, (book, strength) in zip(layouts, plans, strict=True):
        codes = np.zeros(layout.size, np.int32)
        _run(codes, book.size, _cuts(layout.shape), strength, coder, stream, DECODE)
        arrays.append(codebook.joined(book, codes, layout))
    arithmetic.check_finished(coder, stream)
    return arrays


def _headed(layout: Layout, array: np.ndarray, head: Writer) -> tuple[tuple, Part]:
    """Write the head of an array; what its symbols need, and what they will cost."""
    book, codes = codebook.split(layout.name, array)
    start, cuts = head.length, _cuts(layout.shape)
    codebook.write(book, layout.dtype, head)
    task = codes, book.size, cuts, _strength(codes, book.size, cuts)
    values = head.length - start
    if book.size and len(cuts):
        head.put(int(np.flatnonzero(STRENGTHS == task[-1])[0]), 2)
    support, symbols = _cost(*task)
    return task, Part(layout.name, head.length - start - values, values, support, symbols)


def _read_head(layout: Layout, head: Reader) -> tuple[np.ndarray, int]:
    if not layout.size:
        return np.zeros(0, layout.dtype), 0
    book = codebook.read(layout, head)
    chosen = head.take(2) if book.size and len(_cuts(layout.shape)) else 0
    return book, int(STRENGTHS[chosen])


def _cuts(shape: tuple[int, ...]) -> np.ndarray:
    """Columns of each matrix that an array of this shape is, single rows and columns left out."""
    tails = {prod(shape[axis:]) for axis in range(1, len(shape))}
    return np.array(sorted(t for t in tails if 1 < t < prod(shape))[:CUTS], np.int64)


def _strength(codes: np.ndarray, levels: int, cuts: np.ndarray) -> int:
    """Strength of the shortest code of the first elements, in whole bits; ties go to the first."""
    if not levels or not len(cuts):
        return 0
    few = codes[:TRIAL]
    return int(min(STRENGTHS, key=lambda a: round(sum(_cost(few, levels, cuts, int(a))))))


def _cost(codes: np.ndarray, levels: int, cuts: np.ndarray, strength: int) -> tuple[float, float]:
    """Bits of support and symbols, without a stream."""
    none = np.zeros(0, np.uint8)
    return _run(codes, levels, cuts, strength, arithmetic.encoder(), none, COST)


def _run(codes, levels, cuts, strength, coder, stream, mode):
    """Code the codes of an array, in C order; return the bits of support and of symbols."""
    if not levels or not codes.size:
        return 0.0, 0.0
    used = cuts if strength else cuts[:0]
    lines = Lines(used, strength, np.zeros((2, _contexts(codes.size, used)), np.int32))
    tables = Tables(arithmetic.logarithms(), arithmetic.chances())
    return _code(codes, levels, lines, tables, Channel(coder, stream, mode))


def _contexts(size: int, cuts: np.ndarray) -> int:
    """How many rows and columns there are in all matrices together."""
    return int(sum(-(-size // columns) + columns for columns in cuts))


@jit(nogil=True)
def _code(codes, levels, lines, tables, channel):
    """One text for three modes: what is coded, decoded or counted is the same by construction."""
    halves = np.ones(2, np.int64)  # half counts of elements that are zero, and are not
    nodes = np.ones((levels, 2), np.int64)  # half counts at the split before each value
    own = np.empty(2 * lines.cuts.size, np.int64)  # the lines that an element is in
    amounts = np.empty(2 * lines.cuts.size, np.int64)
    weights = np.full(2 * lines.cuts.size + 1, 1 << 32)
    support, symbols = 0.0, 0.0
    for i in range(codes.size):
        # The chance rests on elements before this one alone, so that a decoder has it as well:
        # all counts and weights move after the decision.
        odds = log2(halves[1], tables.logarithms) - log2(halves[0], tables.logarithms)
        _find_lines(i, codes.size, lines.cuts, own)
        _compare(halves, lines, own, amounts, odds, tables.logarithms)
        p = chance(_mix(odds, amounts, weights), tables.chances)
        bit = decide(np.int64(codes[i] > 0), p, channel.coder, channel.stream, channel.mode)
        _learn((bit << 24) - p, odds, amounts, weights)
        halves[bit] += 2
        for line in own:
            lines.counts[0, line] += 1
            lines.counts[1, line] += bit
        # Bits are summed as floats for the table of parts; they decide the strength only, which is
        # rounded to whole bits, and nothing in the stream.
        support += _bits(bit, p)
        if bit:
            symbols += _value(codes, i, nodes, tables, channel)
    return support, symbols


@scalar
def _bits(bit, p):
    """Bits that a decision takes, of a chance out of 2^24."""
    return 24.0 - np.log2(p if bit else ONE - p)


@scalar
def _find_lines(i, size, cuts, own):
    """Write the numbers of the element's rows and columns, which follow each other by matrix."""
    start = 0
    for j in range(cuts.size):
        row = i // cuts[j]
        own[2 * j] = start + row
        start += -(-size // cuts[j])
        own[2 * j + 1] = start + i - row * cuts[j]
        start += cuts[j]


@scalar
def _compare(halves, lines, own, amounts, odds, table):
    """Log odds of rows and columns beyond those of the array."""
    # A line starts with counts in the ratio of the whole array, the rarer kind having the strength:
    # a short line then says little, whichever kind is rare.  All in units of 1 / 256.
    rare = halves[1] > halves[0]  # are zeros the rarer ones
    often = lines.strength * max(halves[0], halves[1]) // min(halves[0], halves[1])
    for j in range(own.size):
        ones = np.int64(lines.counts[1, own[j]])
        zeros = np.int64(lines.counts[0, own[j]]) - ones
        up = (ones << 8) + (often if rare else lines.strength)
        down = (zeros << 8) + (lines.strength if rare else often)
        amounts[j] = log2(up, table) - log2(down, table) - odds


@scalar
def _mix(odds, amounts, weights):
    """Log odds by which a decision is coded: the array's, and what its lines add, by weights."""
    total = (weights[-1] >> 16) * odds
    for j in range(amounts.size):
        total += (weights[j] >> 16) * amounts[j]
    return total >> 16


@scalar
def _learn(error, odds, amounts, weights):
    """Move weights along the gradient; without rows and columns there is nothing to weigh."""
    for j in range(amounts.size):
        weights[j] = _bounded(weights[j] + ((error * amounts[j]) >> RATE))
    if amounts.size:
        weights[-1] = _bounded(weights[-1] + ((error * odds) >> RATE))


@scalar
def _bounded(weight):
    """A weight within limits: products with log odds then fit 64 bits."""
    return min(max(weight, -MAX_WEIGHT), MAX_WEIGHT)


@scalar
def _value(codes, i, nodes, tables, channel):
    """Code which value a nonzero has, and return the bits."""
    # A value is known once all others are ruled out: each decision is which half of the sorted
    # codebook it is in, and each split learns its own frequency.
    low, high, spent = 0, nodes.shape[0], 0.0
    while high - low > 1:
        middle = (low + high) // 2
        odds = log2(nodes[middle, 1], tables.logarithms)
        odds -= log2(nodes[middle, 0], tables.logarithms)
        p = chance(odds, tables.chances)
        bit = decide(np.int64(codes[i] > middle), p, channel.coder, channel.stream, channel.mode)
        nodes[middle, bit] += 2
        spent += _bits(bit, p)
        low, high = (middle, high) if bit else (low, middle)
    codes[i] = low + 1
    return spent
