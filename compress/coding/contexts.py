r"""Codes of an array, coded by the rows and columns that they are in, all of it learnt on the way.

Whether an element is zero is a decision; its log odds are those of the array so far, plus the
amounts by which its row's and its column's own differ from them, each times a weight.  Weights are
1 at first, which is the product form, and follow the gradient of the code length.  An array of d
dimensions is a matrix in d - 1 ways (rows the first one, two, ... dimensions), and all of them
take part.  A row of n elements with k nonzeros, in an array where the share g < 1/2 is not zero,
is taken to have (k + a) : (n - k + a (1 - g) / g); the strength a is chosen, and sent in two bits.
The value of a nonzero is a walk down a binary tree over the sorted codebook, and each node counts
(k + 1/2 of Krichevsky and Trofimov).
"""

from math import prod
from typing import NamedTuple

import numpy as np

from stablenoise.kernels.compiler import jit, scalar

from . import arithmetic
from .arithmetic import COST, DECODE, ENCODE, ONE, chance, decide, log2
from .bits import Reader, Writer

STRENGTHS = np.array([0, 32, 256, 1024])  # a in units of 1 / 256; 0: rows and columns not looked at
STRENGTH_BITS = 2
CUTS = 3  # ways to be a matrix that take part, of an array of more dimensions
TRIAL = 1 << 18  # elements on which a strength is chosen
MAX_WEIGHT = 4 << 32  # weights are in units of 2^-32
RATE = 16  # a weight moves by error times amount times 2^-8: shifted from 2^-40 to 2^-32


class Model(NamedTuple):
    """By what the codes of an array are coded."""

    levels: int  # the largest code
    cuts: np.ndarray  # columns of each matrix that the array is
    strength: int = 0

    @property
    def is_chosen(self) -> bool:
        """Whether there is a strength to choose."""
        return self.levels > 0 and self.cuts.size > 0


EMPTY = Model(0, np.zeros(0, np.int64))  # of an array without elements


class Lines(NamedTuple):
    """Rows and columns of the matrices that an array is, and what was counted in them so far."""

    cuts: np.ndarray
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


def encoding(spent: float) -> Channel:
    """Channel that takes decisions of so many bits."""
    # They were summed as floats, and the coder rounds its range: there is room for both, as a
    # kernel does not look where it writes.
    stream = np.zeros(int(spent / 8 * 1.00001) + 64, np.uint8)
    return Channel(arithmetic.encoder(), stream, ENCODE)


def decoding(payload: bytes) -> Channel:
    """Channel that reads these bytes."""
    stream = np.frombuffer(payload, np.uint8).copy()  # one kernel serves both ways
    return Channel(arithmetic.decoder(stream), stream, DECODE)


def chosen(codes: np.ndarray, levels: int, shape: tuple[int, ...]) -> Model:
    """Model of the shortest code of the first elements, in whole bits; ties go to the first."""
    model = Model(levels, matrix_columns(shape))
    if not model.is_chosen:
        return model
    options = [model._replace(strength=int(strength)) for strength in STRENGTHS]
    return min(options, key=lambda option: round(sum(cost(codes[:TRIAL], option))))


def write(model: Model, head: Writer) -> None:
    """Write what a reader cannot know of a model: which of the strengths it has."""
    if model.is_chosen:
        head.put(int(np.flatnonzero(STRENGTHS == model.strength)[0]), STRENGTH_BITS)


def read(levels: int, shape: tuple[int, ...], head: Reader) -> Model:
    """Model that ``write`` wrote."""
    model = Model(levels, matrix_columns(shape))
    if not model.is_chosen:
        return model
    return model._replace(strength=int(STRENGTHS[head.take(STRENGTH_BITS)]))


def matrix_columns(shape: tuple[int, ...]) -> np.ndarray:
    """Columns of each matrix that an array of this shape is, single rows and columns left out."""
    tails = {prod(shape[axis:]) for axis in range(1, len(shape))}
    return np.array(sorted(t for t in tails if 1 < t < prod(shape))[:CUTS], np.int64)


def cost(codes: np.ndarray, model: Model) -> tuple[float, float]:
    """Bits of support and symbols, without a stream."""
    return run(codes, model, Channel(arithmetic.encoder(), np.zeros(0, np.uint8), COST))


def run(codes: np.ndarray, model: Model, channel: Channel) -> tuple[float, float]:
    """Code the codes of an array, in C order; return the bits of support and of symbols."""
    if not model.levels or not codes.size:
        return 0.0, 0.0
    used = model.cuts if model.strength else model.cuts[:0]
    counts = np.zeros((2, _line_count(codes.size, used)), np.int32)
    lines = Lines(used, model.strength, counts)
    tables = Tables(arithmetic.logarithms(), arithmetic.chances())
    return _code(codes, model.levels, lines, tables, channel)


def _line_count(size: int, cuts: np.ndarray) -> int:
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
