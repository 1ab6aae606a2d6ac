"""Philox4x32-10: random words looked up by counter, and the uniforms made from them.

Salmon, Moraes, Dror & Shaw (2011), Parallel random numbers: as easy as 1, 2, 3, SC'11.

A block of four 32-bit words is one pair of 64-bit words, or two pairs of 32-bit ones; a pair is
what one stable variate needs.  A 32-bit word alone would end the tails at 2^-33: the low bits of
its partner say where in its cell a variate is, which matters only next to an end.
"""

from collections.abc import Callable
from types import SimpleNamespace

from numpy import float32, float64, int32, int64, uint32, uint64

from .compiler import from_bits, jit, scalar

LOW = uint64(2**32 - 1)
HALF_WORD = uint64(32)


@scalar
def philox(k0, k1, c0, c1, c2, c3):
    """Four 32-bit words from a 64-bit key and a 128-bit counter, all of them in uint64.

    In uint64 a product of two words is exact, and a shift and a mask give its halves: all three
    are vectorised.
    """
    for _ in range(10):  # the authors' number; as recalled, seven pass the tests and ten are safe
        # The multipliers are the authors' too: as recalled, chosen for how soon a bit spreads.
        a = uint64(0xD2511F53) * c0
        b = uint64(0xCD9E8D57) * c2
        c0, c1 = (b >> HALF_WORD) ^ c1 ^ k0, b & LOW
        c2, c3 = (a >> HALF_WORD) ^ c3 ^ k1, a & LOW
        # Each round has another key: steps of the golden ratio and of sqrt(3) - 1, times 2^32.
        k0 = (k0 + uint64(0x9E3779B9)) & LOW
        k1 = (k1 + uint64(0xBB67AE85)) & LOW
    return c0, c1, c2, c3


@scalar
def _double_pair(block, which):
    """Two 64-bit words: the only pair of a block."""
    a, b, c, d = block
    return (a << HALF_WORD) | b, (c << HALF_WORD) | d


@scalar
def _single_pair(block, which):
    """Two 32-bit words: pair 0 or 1 of a block."""
    a, b, c, d = block
    return (uint32(c), uint32(d)) if which else (uint32(a), uint32(b))


@scalar
def _double_uniform(word, partner):
    """One of the 2^52 midpoints (j + 1/2) 2^-52 of (0, 1), and 1 minus it: both exact."""
    # 52 bits under the exponent of 1 are a number in [1, 2): no conversion of an integer, which
    # few processors vectorise.  What is subtracted is 1 less half a cell, so that u is a midpoint.
    mantissa = int64((word >> uint64(12)) | uint64(1023 << 52))
    u = from_bits(mantissa) - (1.0 - 2.0**-53)
    return u, 1.0 - u


@scalar
def _single_uniform(word, partner):
    """A float32 in (0, 1] with 47 bits next to 0, and 1 minus it with as many."""
    # 31 bits, so that the cell is a positive int32, whose conversion is vectorised.
    cell = int32(word >> uint32(1))
    inside = (float32(int32(partner & uint32(0xFFFF))) + float32(0.5)) * float32(2.0**-16)
    u = (float32(cell) + inside) * float32(2.0**-31)
    # From integers again: 1 - u would have lost the digits that u has been rounded by.
    rest = (float32(int32(0x7FFFFFFF - cell)) + (float32(1.0) - inside)) * float32(2.0**-31)
    return u, rest


def _uniforms(
    real: type, integer: type, word: type, pairs: int, pair: Callable, uniform: Callable
) -> SimpleNamespace:
    """What one format makes of a block: ``pairs`` pairs of words, and uniforms from a pair."""
    half, ones, last = real(0.5), word(real(1.0).view(integer)), word(1)
    # A sign is put into the bits of 1: a comparison with 0 needs a register of ones, which LLVM
    # makes by an instruction that waits for the one of the iteration before.
    top = word(8 * word().itemsize - 1)

    @scalar
    def signed_one(top_bit):
        """-1 if the top bit is set, else 1; the other bits must be clear."""
        return from_bits(integer(top_bit | ones))

    @scalar
    def angle(word_, partner):
        """A sign, a size in (0, 1/2], and 1/2 minus it, neither of them rounded to 0."""
        # The top bit is the sign, and is shifted out of the size: they share no bit.
        u, rest = uniform(word(word_ << last), partner)
        return signed_one(word(~word_) >> top << top), half * u, half * rest

    @scalar
    def spare_sign(word_):
        """A sign from the bit at which ``uniform`` of this word does not look."""
        return signed_one(word(~word_) << top)

    return SimpleNamespace(
        word=word, pairs=pairs, pair=pair, uniform=uniform, angle=angle, spare_sign=spare_sign,
        words=_words(pairs, pair, _listed), row_words=_words(pairs, pair, _in_row),
    )  # fmt: skip


@scalar
def _listed(particles, blocks, t):
    """Particle and block number t of two lists."""
    return uint64(particles[t]), uint64(blocks[t])


@scalar
def _in_row(particle, left, t):
    """The particle, and block number t from ``left`` on."""
    return uint64(particle), uint64(uint32(left + t))


def _words(pairs: int, pair: Callable, locate: Callable) -> Callable:
    """Loop over blocks for their words: all first pairs, then all second ones.

    ``locate`` gives particle and block number t: from two lists, or in a row of one particle.
    """
    # A loop for each number of pairs, over contiguous arrays: stores at x[t] and x[n + t] of one
    # array are not vectorised.

    @jit
    def one_pair(first, second, particles, blocks, address):
        for t in range(len(first)):
            particle, block = locate(particles, blocks, t)
            step, lane = uint64(address.step), uint64(address.lane)
            quad = philox(uint64(address.k0), uint64(address.k1), particle, step, block, lane)
            first[t], second[t] = pair(quad, 0)

    @jit
    def two_pairs(first, second, third, fourth, particles, blocks, address):
        for t in range(len(first)):
            particle, block = locate(particles, blocks, t)
            step, lane = uint64(address.step), uint64(address.lane)
            quad = philox(uint64(address.k0), uint64(address.k1), particle, step, block, lane)
            first[t], second[t] = pair(quad, 0)
            third[t], fourth[t] = pair(quad, 1)

    @jit
    def words(first, second, particles, blocks, address):
        """Words of all blocks, a pair or two of each."""
        m = len(first) // pairs
        if pairs == 1:
            one_pair(first, second, particles, blocks, address)
        else:
            planes = first[:m], second[:m], first[m:], second[m:]
            two_pairs(*planes, particles, blocks, address)

    return words


double = _uniforms(float64, int64, uint64, 1, _double_pair, _double_uniform)
single = _uniforms(float32, int32, uint32, 2, _single_pair, _single_uniform)


def cuda(real: type) -> str:
    """CUDA text of the same functions for one format."""
    return CUDA + (DOUBLE if real is float64 else SINGLE) + ANGLE


CUDA = r"""
__device__ void philox(unsigned k0, unsigned k1, unsigned c[4])
{
    for (int round = 0; round < 10; ++round) {
        unsigned long long a = 0xD2511F53ULL * c[0], b = 0xCD9E8D57ULL * c[2];
        c[0] = (unsigned)(b >> 32) ^ c[1] ^ k0;  c[1] = (unsigned)b;
        c[2] = (unsigned)(a >> 32) ^ c[3] ^ k1;  c[3] = (unsigned)a;
        k0 += 0x9E3779B9U;  k1 += 0xBB67AE85U;
    }
}
"""
DOUBLE = r"""
#define PAIRS 1
typedef unsigned long long word;
__device__ void words(const unsigned c[4], word first[PAIRS], word second[PAIRS])
{
    first[0] = (word)c[0] << 32 | c[1];
    second[0] = (word)c[2] << 32 | c[3];
}
__device__ void uniform(word w, word partner, real &u, real &rest)
{
    u = from_bits((long long)(w >> 12 | 1023ULL << 52)) - (1.0 - 0x1p-53);
    rest = 1.0 - u;
}
"""
SINGLE = r"""
#define PAIRS 2
typedef unsigned word;
__device__ void words(const unsigned c[4], word first[PAIRS], word second[PAIRS])
{
    first[0] = c[0];  second[0] = c[1];
    first[1] = c[2];  second[1] = c[3];
}
__device__ void uniform(word w, word partner, real &u, real &rest)
{
    int cell = w >> 1;
    real inside = ((real)(int)(partner & 0xFFFFU) + 0.5f) * 0x1p-16f;
    u = ((real)cell + inside) * 0x1p-31f;
    rest = ((real)(0x7FFFFFFF - cell) + (1.0f - inside)) * 0x1p-31f;
}
"""
ANGLE = r"""
__device__ void angle(word w, word partner, real &sign, real &size, real &rest)
{
    uniform(w << 1, partner, size, rest);
    size *= HALF;  rest *= HALF;
    sign = w >> (8 * sizeof(word) - 1) ? ONE : -ONE;
}
__device__ real spare_sign(word w) { return w & 1 ? ONE : -ONE; }
"""
