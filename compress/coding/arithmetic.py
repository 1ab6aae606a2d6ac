r"""Binary arithmetic coding, and the chances that it codes with, in whole numbers.

No float decides anything: chances are integers over 2^24, log odds multiples of 2^-16 of a bit, and
the two tables are made by integer arithmetic.  So a stream is the same on every machine.  The coder
is a range coder: an interval [low, low + range) of 56 bits, from which bytes leave as soon as they
are settled, carries being written back.  At the end come as few bytes as name an interval of their
own within the last one: whatever follows them, the decisions are the same, so that streams are a
prefix code.  Decoding keeps low as well: it knows which bytes the encoder must have written, and
accepts no others.
"""

from functools import lru_cache
from math import isqrt

import numpy as np

from stablenoise.kernels.compiler import bits, jit, scalar

ONE = 1 << 24  # chance of 1
UNIT = 1 << 16  # log odds of 1 bit
WINDOW = 56  # bits of low
LOW_MASK = (1 << WINDOW) - 1
MIN_RANGE = 1 << (WINDOW - 8)  # a range below it makes a byte leave
MAX_ODDS = 24  # log odds beyond plus or minus this many bits are cut
STEPS = 64  # entries of a table for each bit of log odds
LOW, RANGE, SENT, AHEAD = range(4)  # words of a coder; AHEAD: what the stream holds beyond low
COST, ENCODE, DECODE = range(3)  # what to do with a decision


@lru_cache
def logarithms() -> np.ndarray:
    """log2(1 + i / 1024) for i below 1024, in units of 2^-16, rounded down."""
    return np.array([_logarithm(i) for i in range(1024)])


def _logarithm(entry: int) -> int:
    """A squaring doubles the logarithm: one more bit of it is the integer part."""
    number, logarithm = (1024 + entry) << 50, 0  # in units of 2^-60
    for _ in range(16):
        number = (number * number) >> 60
        carry = number >> 61
        logarithm, number = 2 * logarithm + carry, number >> carry
    return logarithm


@lru_cache
def chances() -> np.ndarray:
    """2^x / (1 + 2^x) in units of 2^-40, for x from -MAX_ODDS to MAX_ODDS in steps of 1 / 64."""
    root = 2 << 512
    for _ in range(6):  # root is 2^(1 + 512) at first, then 2^(1/2 + 512), 2^(1/4 + 512), ...
        root = isqrt(root << 512)
    powers, one = [1 << (512 - MAX_ODDS)], 1 << 512
    for _ in range(2 * MAX_ODDS * STEPS):
        powers.append((powers[-1] * root) >> 512)
    return np.array([(p << 40) // (one + p) for p in powers])


@scalar
def log2(number, table):
    """Logarithm of a positive integer in units of 2^-16 of a bit."""
    # The exponent of the float is the integer part, the first ten bits of its fraction the entry.
    pattern = bits(np.float64(number))
    return (((pattern >> 52) - 1023) << 16) + table[(pattern >> 42) & 1023]


@scalar
def chance(odds, table):
    """Chance of 1, out of 2^24, for log odds in units of 2^-16 of a bit."""
    at = min(max(odds, -MAX_ODDS * UNIT), MAX_ODDS * UNIT - 1) + MAX_ODDS * UNIT
    left, part = at >> 10, at & 1023
    p = (table[left] * (1024 - part) + table[left + 1] * part) >> 26
    return min(max(p, 1), ONE - 1)  # never certain: each bit must have a part of the range


@scalar
def decide(bit, p, coder, stream, mode):
    """Code a bit that is 1 with chance p out of 2^24; in decoding ``bit`` is not looked at."""
    if mode == COST:
        return bit
    # The lower part of the interval is for 1, in proportion to its chance; the division comes
    # first, so that nothing leaves 64 bits.
    bound = (coder[RANGE] >> 24) * p
    if mode == DECODE:
        bit = np.int64(coder[AHEAD] < bound)
    if bit:
        coder[RANGE] = bound
    else:
        coder[LOW] += bound
        coder[RANGE] -= bound
        coder[AHEAD] -= bound
    # A decoder moves low as the encoder did, to know at the end which bytes that one must have
    # written; what is above the mask has left as bytes, and is dropped here.
    if mode == ENCODE:
        if coder[LOW] > LOW_MASK:
            _carry(coder, stream)
        while coder[RANGE] < MIN_RANGE:
            _leave(coder, stream)
    else:
        coder[LOW] &= LOW_MASK
        while coder[RANGE] < MIN_RANGE:
            _enter(coder, stream)
    return bit


@jit
def _carry(coder, stream):
    """Add one to the bytes that have left."""
    coder[LOW] &= LOW_MASK
    at = coder[SENT] - 1
    # It ends at the first byte at the latest: low + range never exceeds the whole interval.
    while stream[at] == 255:
        stream[at] = 0
        at -= 1
    stream[at] += 1


@jit
def _leave(coder, stream):
    """Let the highest byte of low leave: no later decision changes it, except by a carry."""
    stream[coder[SENT]] = coder[LOW] >> (WINDOW - 8)
    coder[SENT] += 1
    coder[LOW] = (coder[LOW] << 8) & LOW_MASK
    coder[RANGE] <<= 8


@jit
def _enter(coder, stream):
    """Let a byte in; behind the end of the stream there are zeros."""
    at = coder[SENT] + WINDOW // 8
    coder[SENT] += 1
    coder[LOW] = (coder[LOW] << 8) & LOW_MASK
    coder[RANGE] <<= 8
    coder[AHEAD] = (coder[AHEAD] << 8) | (stream[at] if at < stream.size else 0)


def encoder() -> np.ndarray:
    """Coder at the beginning of a stream."""
    return np.array([0, 1 << WINDOW, 0, 0])


def decoder(stream: np.ndarray) -> np.ndarray:
    """Coder at the beginning of the stream that it will read."""
    first = stream[: WINDOW // 8].tobytes().ljust(WINDOW // 8, b"\0")
    return np.array([0, 1 << WINDOW, 0, int.from_bytes(first, "big")])


def finished(coder: np.ndarray, stream: np.ndarray) -> bytes:
    """All bytes of an encoder's stream, with as few at the end as fix all decisions."""
    count, value = _ending(coder)
    if value > LOW_MASK:
        _carry(coder, stream)
    end = (value & LOW_MASK).to_bytes(WINDOW // 8, "big")[:count]
    return stream[: coder[SENT]].tobytes() + end


def check_finished(coder: np.ndarray, stream: np.ndarray) -> None:
    """Raise ValueError unless the decoder's stream is the one that ``finished`` returns."""
    count, value = _ending(coder)
    size = int(coder[SENT]) + count
    if size != stream.size or value - int(coder[LOW]) != coder[AHEAD]:
        raise ValueError(f"symbols must end with the payload, got {stream.size} B for {size} B")


def _ending(coder: np.ndarray) -> tuple[int, int]:
    """Fewest bytes whose interval is within the last one, and where it begins."""
    low, width = int(coder[LOW]), int(coder[RANGE])
    for count in range(WINDOW // 8 + 1):
        unit = 1 << (WINDOW - 8 * count)
        value = -(-low // unit) * unit
        if value + unit <= low + width:
            break
    return count, value
