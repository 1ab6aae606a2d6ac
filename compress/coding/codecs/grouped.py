r"""Adaptive arithmetic coding with values of its own for each group of elements.

How an array is divided is chosen and sent: not at all, then it is coded as ``adaptive`` does, by
channels, or in runs of a power of two.  The codes of all groups are coded together, as one array's:
0 for zero, or the place among the values of the group.  Behind them come the values, for each group
that has any, in full: a list of them, as many as its largest code; or, where all are multiples of
the smallest size in their group, this step alone, the multiples being sent once for the array.  So
a ternary array takes the two multiples -1 and 1, and two bytes a group that is not all zeros.
"""

from itertools import islice
from math import inf, prod
from typing import NamedTuple

import numpy as np

from stablenoise.kernels.compiler import jit

from .. import arithmetic, codebook, contexts, grouping
from ..arithmetic import ONE, decide
from ..bits import Reader, Writer
from ..codebook import HALF, MAX_LEVELS, Layout, Part
from ..contexts import Channel, Model
from ..grouping import CHANNEL, SIZES, Books, Grouping

__all__ = ["PREFIX", "decode", "encode"]

PREFIX = True
WAYS: tuple[Grouping, ...] = (None, CHANNEL, *SIZES)
TRIAL = 1 << 18  # elements on which a way is chosen
FEW = 2  # values of an array that is not divided
EVEN = ONE >> 1  # chance of a bit that is sent in full
MOST_FACTOR = 2**24  # up to which multiples are exact


class Plan(NamedTuple):
    """How an array is coded."""

    way: int  # of WAYS
    kind: np.dtype  # in which values or steps are sent
    factors: np.ndarray | None  # multiples that the codes stand for; None: values are listed
    levels: int


class Coded(NamedTuple):
    """Codes of an array, by what they are coded, and what is sent in full."""

    codes: np.ndarray
    model: Model
    sent: np.ndarray


class Option(NamedTuple):
    """A plan, the bits that depend on it, the codes, and what is sent in full."""

    bits: float
    plan: Plan
    codes: np.ndarray
    sent: np.ndarray


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
        If an array has more than 4,096 values beside zero, however it is divided.

    Examples
    --------
    >>> from compress.coding.codebook import Layout
    >>> rows = np.outer([0.5, 3.0, 0.125], [1.0, -1.0, 0.0, 1.0])
    >>> payload, parts = encode([Layout("w", rows.shape, rows.dtype)], [rows])
    >>> len(payload), parts[0].codebook
    (11, 58)

    """
    head = Writer()
    pairs = [_headed(*pair, head) for pair in zip(layouts, arrays, strict=True)]
    parts = [part for _, part in pairs]
    spent = sum(part.support + part.symbols + part.codebook for part in parts)
    channel = contexts.encoding(spent)
    for coded, _ in pairs:
        contexts.run(coded.codes, coded.model, channel)
        _send(coded.sent, channel)
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
    for layout, (plan, model, book) in zip(layouts, plans, strict=True):
        codes = np.zeros(layout.size, np.int32)
        contexts.run(codes, model, channel)
        if plan.way:
            arrays.append(_joined(layout, plan, codes, channel))
        else:
            arrays.append(codebook.joined(book, codes, layout))
    arithmetic.check_finished(channel.coder, channel.stream)
    return arrays


def _headed(layout: Layout, array: np.ndarray, head: Writer) -> tuple[Coded, Part]:
    """Write the head of an array; what its symbols need, and what they will cost."""
    _, plan, codes, sent = _planned(layout, array)
    if not layout.size:
        return Coded(codes, contexts.EMPTY, sent), Part(layout.name)
    model = contexts.chosen(codes, plan.levels, layout.shape)
    start, values = head.length, Writer()
    head.put_gamma(plan.way + 1)
    if plan.way:
        _write_values(plan, values)
    else:
        codebook.write(sent, layout.dtype, values)
        sent = sent[:0]
    head.append(values)
    contexts.write(model, head)
    book = values.length + 8 * sent.nbytes
    header = head.length - start - values.length
    part = Part(layout.name, header, book, *contexts.cost(codes, model))
    return Coded(codes, model, sent), part


def _read_head(layout: Layout, head: Reader) -> tuple[Plan, Model, np.ndarray]:
    """Plan of an array, by what it is coded, and its values where it is not divided."""
    plan, book = Plan(0, layout.dtype, None, 0), np.zeros(0, layout.dtype)
    if not layout.size:
        return plan, contexts.EMPTY, book
    way = head.take_gamma() - 1
    if way not in _ways(layout.shape):
        raise ValueError(f"{layout.name} must be divided in a way that there is, got {way}")
    if way:
        plan = _read_values(way, layout, head)
    else:
        book = codebook.read(layout, head)
        plan = plan._replace(levels=book.size)
    return plan, contexts.read(plan.levels, layout.shape, head), book


def _ways(shape: tuple[int, ...]) -> list[int]:
    """Numbers of the ways to divide an array into two groups or more, after 0, not to."""
    sizes = [grouping.group_size(shape, way) for way in WAYS]
    return [0, *(way for way, size in enumerate(sizes) if size < prod(shape))]


def _planned(layout: Layout, array: np.ndarray) -> Option:
    """The way of the shortest code, as far as counts of the first elements tell."""
    flat = array.ravel()
    part = flat[:TRIAL] if np.any(flat[:TRIAL]) else flat
    options = sorted(_options(layout, part), key=lambda option: option.bits)
    if part.size < flat.size:
        whole, ways = _option(0, layout, flat), (option.plan.way for option in options)
        others = (_option(way, layout, flat) for way in ways if way)
        options = sorted([whole, *islice(others, 1)], key=lambda option: option.bits)
    if options[0].bits == inf:
        codebook.split(layout.name, flat)  # which says what is wrong
    return options[0]  # of equal ones the first, an array that is not divided


def _options(layout: Layout, flat: np.ndarray) -> list[Option]:
    """Ways that are worth a look, the array whole first."""
    options = [_option(0, layout, flat)]
    if flat.size == layout.size and options[0].plan.levels <= FEW and options[0].bits < inf:
        return options
    nonzero = np.flatnonzero(flat)
    for way in _ways(layout.shape)[1:]:
        size = grouping.group_size(layout.shape, WAYS[way])
        # A group that is not empty sends 16 bits at least: where these are more than the array
        # takes undivided, the way is not worth a look.
        if 16 * np.unique(nonzero // size).size < options[0].bits:
            options.append(_option(way, layout, flat))
    return options


def _option(way: int, layout: Layout, flat: np.ndarray) -> Option:
    return _divided(way, layout, flat) if way else _whole(layout, flat)


def _whole(layout: Layout, flat: np.ndarray) -> Option:
    """An array with one codebook, infinitely long if it has too many values."""
    try:
        book, codes = codebook.split(layout.name, flat)
    except ValueError:
        return Option(inf, Plan(0, layout.dtype, None, 0), np.zeros(0, np.int32), flat)
    head = Writer()
    codebook.write(book, layout.dtype, head)
    bits = float(round(head.length + _symbols(codes, book.size)))
    return Option(bits, Plan(0, layout.dtype, None, book.size), codes, book)


def _divided(way: int, layout: Layout, flat: np.ndarray) -> Option:
    """An array in groups, infinitely long if one has too many values."""
    found = grouping.books(flat, grouping.group_size(layout.shape, WAYS[way]))
    kind = _kind(found.values, layout.dtype)
    grid = _grid(found, kind)
    if grid is None:
        factors, of_values, sent = None, found.ranks, found.values.astype(kind)
        levels = int(found.ranks.max())
    else:
        sent, multiples = grid
        factors = np.unique(multiples)
        of_values, levels = np.searchsorted(factors, multiples) + 1, factors.size
    codes = np.zeros(flat.size, np.int32)
    codes[flat != 0] = of_values[found.entries]
    plan, head = Plan(way, kind, factors, levels), Writer()
    if levels > MAX_LEVELS:
        return Option(inf, plan, codes, sent)
    _write_values(plan, head)
    # In whole bits: the last digits of logarithms must not decide what is written.
    bits = float(round(head.length + 8 * sent.nbytes + _symbols(codes, levels)))
    return Option(bits, plan, codes, sent)


def _kind(values: np.ndarray, dtype: np.dtype) -> np.dtype:
    """The shortest type that gives the values exactly."""
    with np.errstate(all="ignore"):
        halves = values.astype(HALF)
        same = np.isfinite(halves) & (halves.astype(dtype) == values)
    return HALF if same.all() else dtype


def _grid(found: Books, kind: np.dtype) -> tuple[np.ndarray, np.ndarray] | None:
    """The smallest size of each group, and how often each value has it, if all are multiples."""
    if kind.kind != "f":
        return None
    values = found.values.astype(kind)
    steps = np.minimum.reduceat(np.abs(values), found.starts)
    each = found.spread(steps)
    with np.errstate(all="ignore"):
        factors = np.rint(values.astype(float) / each.astype(float))
        if not (np.abs(factors) < MOST_FACTOR).all():
            return None
        same = codebook.multiples(each, factors.astype(int)) == values
    return (steps, factors.astype(int)) if same.all() else None


def _symbols(codes: np.ndarray, levels: int) -> float:
    """Bits of the codes that are not zero: by their frequencies, and what learning these costs."""
    counts = np.bincount(codes[codes > 0])
    counts, size = counts[counts > 0], counts.sum()
    return float((counts * np.log2(size / counts)).sum() + (levels - 1) / 2 * np.log2(size + 1))


def _write_values(plan: Plan, head: Writer) -> None:
    """The type of what is sent in full, and the number of values of a group, or the multiples."""
    head.put(int(plan.kind != HALF), 1)
    head.put(int(plan.factors is not None), 1)
    head.put_gamma(plan.levels)
    if plan.factors is not None:
        head.put(int(plan.factors[0] < 0), 1)
        head.put_gamma(abs(int(plan.factors[0])))
        for gap in np.diff(plan.factors):
            head.put_gamma(int(gap))


def _read_values(way: int, layout: Layout, head: Reader) -> Plan:
    wide, is_grid, levels = head.take(1), head.take(1), head.take_gamma()
    kind = layout.dtype if wide else HALF
    if wide and kind == HALF:
        raise ValueError(f"{layout.name} must have values of a form that there is, got 1")
    # Before anything of this size is read: the bytes may come from anybody.
    if levels > min(MAX_LEVELS, layout.size):
        rule = f"{layout.name} must have at most {min(MAX_LEVELS, layout.size)} values"
        raise ValueError(f"{rule} in a group, got {levels}")
    if not is_grid:
        return Plan(way, kind, None, levels)
    negative = head.take(1)
    factors = [(-1) ** negative * head.take_gamma()]
    for _ in range(levels - 1):
        factors.append(factors[-1] + head.take_gamma())
    if kind.kind != "f" or max(map(abs, factors)) >= MOST_FACTOR or 0 in factors:
        raise ValueError(f"{layout.name} must have multiples of steps, got {factors[:4]}")
    return Plan(way, kind, np.array(factors), levels)


def _joined(layout: Layout, plan: Plan, codes: np.ndarray, channel: Channel) -> np.ndarray:
    """Array of the codes, with what is sent in full of each group."""
    found = grouping.books(codes, grouping.group_size(layout.shape, WAYS[plan.way]))
    if plan.factors is None:
        if (found.values != found.ranks).any():
            raise ValueError(f"payload must use all values of {layout.name}, got others")
        values = _received(found.values.size, plan.kind, channel)
    else:
        factors = plan.factors[found.values - 1]
        steps = _received(found.starts.size, plan.kind, channel)
        least = np.minimum.reduceat(np.abs(factors), found.starts) if factors.size else factors
        if (least != 1).any() or not (steps > 0).all():
            raise ValueError(
                f"payload must hold steps that are values of {layout.name}, got others"
            )
        with np.errstate(all="ignore"):
            values = codebook.multiples(found.spread(steps), factors)
    flat = np.zeros(layout.size, layout.dtype)
    flat[codes > 0] = _checked(layout, values, found)[found.entries]
    return flat.reshape(layout.shape)


def _checked(layout: Layout, values: np.ndarray, found: Books) -> np.ndarray:
    """Values in the type of the array, or ValueError unless they ascend in each group."""
    own, same = codebook.in_type(values, layout.dtype)
    rises = (own[1:] > own[:-1]) | (found.ranks[1:] == 1)
    if not (same.all() and own.all() and rises.all()):
        raise ValueError(f"payload must hold ascending values of {layout.name}, got others")
    return own


def _received(count: int, kind: np.dtype, channel: Channel) -> np.ndarray:
    """Numbers that were sent in full."""
    patterns = np.zeros(count, np.int64)
    _in_full(patterns, 8 * kind.itemsize, channel)
    return codebook.of_bits(patterns.astype(f"u{kind.itemsize}"), kind)


def _send(numbers: np.ndarray, channel: Channel) -> None:
    """Send numbers in full."""
    width = numbers.dtype.itemsize
    patterns = numbers.view(f"u{width}").astype(np.int64)
    _in_full(patterns, 8 * width, channel)


@jit(nogil=True)
def _in_full(patterns, width, channel):
    """Code all bits of numbers, the highest first, each with an even chance."""
    for i in range(patterns.size):
        pattern = patterns[i]
        number = np.int64(0)
        for place in range(width - 1, -1, -1):
            bit = (pattern >> place) & 1
            bit = decide(bit, EVEN, channel.coder, channel.stream, channel.mode)
            number = (number << 1) | bit
        patterns[i] = number
