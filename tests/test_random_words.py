"""Philox is the published generator, and its words become uniforms that reach into both ends."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy import uint32, uint64

from stablenoise.kernels import random_words
from stablenoise.kernels.addresses import Address

# Salmon et al. (2011), kat_vectors of Random123 for philox4x32-10: counter, key, words.
KNOWN = {
    "zeros": (
        "00000000 00000000 00000000 00000000",
        "00000000 00000000",
        "6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    ),
    "ones": (
        "ffffffff ffffffff ffffffff ffffffff",
        "ffffffff ffffffff",
        "408f276d 41c83b0e a20bc7c6 6d5451fd",
    ),
    "digits of pi": (
        "243f6a88 85a308d3 13198a2e 03707344",
        "a4093822 299f31d0",
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
}
BITS = {"double": 64, "single": 32}  # of a word
ROUNDED_TWICE = (1 + Fraction(1, 2**24)) ** 2 - 1  # relative error of two roundings to float32

each_format = pytest.mark.parametrize("format_", BITS)
compiled = settings(deadline=None)  # the first example compiles


def word_pairs(bits):
    """Pairs of words, those next to an end of the first among them."""
    last = 2**bits - 1
    ends = st.integers(0, 2**18)
    return st.tuples(
        st.integers(0, last) | ends | ends.map(lambda w: last - w) | st.sampled_from([last // 2]),
        st.integers(0, last) | st.sampled_from([0, last]),
    )


def call(format_, name, *words):
    """Call a function of one format, of words given as integers."""
    of = getattr(random_words, format_)
    return getattr(of, name)(*(of.word(w) for w in words))


def parse(text):
    return [uint64(int(word, 16)) for word in text.split()]


@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN)
def test_the_known_answers_of_random123_come_back(known):
    counter, key, expected = map(parse, known)
    assert list(random_words.philox(*key, *counter)) == expected


# Uniforms.


@compiled
@given(word_pairs(64))
@example((0, 0))
@example((2**64 - 1, 2**64 - 1))
def test_a_double_uniform_and_one_minus_it_are_exact_midpoints_of_2_to_52_cells(pair):
    u, rest = call("double", "uniform", *pair)
    assert Fraction(u) == Fraction(2 * (pair[0] >> 12) + 1, 2**53)
    assert Fraction(rest) == 1 - Fraction(u)


def single_exactly(word, partner):
    """A cell of 2^-31 from the upper bits of a word, and one of 2^16 midpoints inside it."""
    return ((word >> 1) + (partner % 2**16 + Fraction(1, 2)) / 2**16) / 2**31


@settings(deadline=None, max_examples=500)
@given(word_pairs(32))
@example((0, 0))
@example((2**32 - 1, 2**32 - 1))
@example((2**32 - 1, 0))
@example((1, 2**32 - 1))
def test_a_single_uniform_and_one_minus_it_are_midpoints_rounded_twice_at_most(pair):
    u, rest = map(Fraction, call("single", "uniform", *pair))
    exact = single_exactly(*pair)
    assert 0 < u <= 1 and 0 < rest <= 1
    assert abs(u - exact) <= ROUNDED_TWICE * exact
    assert abs(rest - (1 - exact)) <= ROUNDED_TWICE * (1 - exact)
    assert abs(u + rest - 1) <= ROUNDED_TWICE


def test_the_first_cells_of_a_single_uniform_are_exact():
    for word in (0, 1, 2, 3, 2**7):
        for partner in (0, 1, 2, 2**15, 2**16 - 1, 2**16, 2**32 - 1):
            u, _ = call("single", "uniform", word, partner)
            assert Fraction(u) == single_exactly(word, partner)


def test_the_extreme_words_give_the_extreme_uniforms():
    assert call("double", "uniform", 0, 0) == (2.0**-53, 1 - 2.0**-53)
    assert call("double", "uniform", 2**64 - 1, 0) == (1 - 2.0**-53, 2.0**-53)
    assert call("single", "uniform", 0, 0) == (2.0**-48, 1)
    assert call("single", "uniform", 2**32 - 1, 2**32 - 1) == (1, 2.0**-48)
    assert call("single", "angle", 2**31, 0) == (1, 2.0**-49, 0.5)
    assert call("double", "angle", 2**63 - 1, 0) == (-1, 0.5 - 2.0**-54, 2.0**-54)


@each_format
@compiled
@given(st.data())
def test_complementary_words_exchange_a_uniform_and_one_minus_it(format_, data):
    last = 2 ** BITS[format_] - 1
    word, partner = data.draw(word_pairs(BITS[format_]))
    uniform = call(format_, "uniform", word, partner)
    assert call(format_, "uniform", last - word, last - partner) == uniform[::-1]


# Angles and signs.


@each_format
@compiled
@given(st.data())
def test_an_angle_is_half_the_uniform_of_all_bits_but_the_top_one_which_is_its_sign(format_, data):
    bits = BITS[format_]
    word, partner = data.draw(word_pairs(bits))
    sign, size, rest = call(format_, "angle", word, partner)
    assert sign == (1 if word >> (bits - 1) else -1)
    assert [2 * size, 2 * rest] == list(call(format_, "uniform", 2 * word % 2**bits, partner))
    assert 0 < size <= 0.5 and 0 < rest <= 0.5


@compiled
@given(word_pairs(64))
def test_the_two_parts_of_a_double_angle_add_up_to_a_half(pair):
    _, size, rest = call("double", "angle", *pair)
    assert Fraction(size) + Fraction(rest) == Fraction(1, 2)


@each_format
@compiled
@given(st.data())
def test_the_spare_sign_is_the_lowest_bit_at_which_the_uniform_does_not_look(format_, data):
    word, partner = data.draw(word_pairs(BITS[format_]))
    assert call(format_, "spare_sign", word) == (1 if word % 2 else -1)
    assert call(format_, "uniform", word, partner) == call(format_, "uniform", word ^ 1, partner)


# Words.


def words(format_, particles, blocks, k0, k1, step, lane):
    """Two arrays of words, filled for all addresses at once."""
    of = getattr(random_words, format_)
    first, second = np.empty((2, of.pairs * len(blocks)), of.word)
    arrays = np.array(particles, np.uint32), np.array(blocks, np.uint32)
    of.words(first, second, *arrays, Address(*map(uint32, (k0, k1, step, lane))))
    return first, second


def blocks_of_philox(particles, blocks, k0, k1, step, lane):
    """Four 32-bit words for each address, from the scalar function."""
    rows = [
        random_words.philox(*map(uint64, (k0, k1, particle, step, block, lane)))
        for particle, block in zip(particles, blocks, strict=True)
    ]
    return np.array(rows, dtype=np.uint64).T


half_words = st.integers(0, 2**32 - 1)
addresses = st.tuples(
    st.lists(st.tuples(half_words, half_words), min_size=1, max_size=9),
    st.tuples(half_words, half_words, half_words, half_words),
).map(lambda a: (*zip(*a[0], strict=True), *a[1]))


@compiled
@given(addresses)
def test_a_pair_of_double_words_is_a_block_of_philox(address):
    a, b, c, d = blocks_of_philox(*address)
    first, second = words("double", *address)
    np.testing.assert_array_equal(first, a << uint64(32) | b)
    np.testing.assert_array_equal(second, c << uint64(32) | d)


@compiled
@given(addresses)
def test_two_pairs_of_single_words_are_a_block_of_philox_all_first_pairs_before_the_second(address):
    a, b, c, d = blocks_of_philox(*address)
    first, second = words("single", *address)
    np.testing.assert_array_equal(first, np.r_[a, c])
    np.testing.assert_array_equal(second, np.r_[b, d])


@each_format
@compiled
@given(addresses, half_words | st.just(2**32 - 2))
def test_the_words_of_a_row_are_those_of_its_particle_and_of_blocks_in_turn(format_, address, left):
    particle, n = address[0][0], len(address[0])
    blocks = [(left + t) % 2**32 for t in range(n)]
    of = getattr(random_words, format_)
    row = np.empty((2, of.pairs * n), of.word)
    of.row_words(*row, uint32(particle), left, Address(*map(uint32, address[2:])))
    np.testing.assert_array_equal(row, words(format_, [particle] * n, blocks, *address[2:]))


@compiled
@given(addresses)
def test_both_formats_have_the_same_angle_up_to_the_cell_of_the_single_one(address):
    """A cell is 2^-32 wide, and rounding moves by ``ROUNDED_TWICE`` of at most 1/2."""
    doubles, singles = words("double", *address), words("single", *address)
    for i in range(len(address[1])):
        sign, size, _ = call("double", "angle", *(int(w[i]) for w in doubles))
        single_sign, single_size, _ = call("single", "angle", *(int(w[i]) for w in singles))
        assert sign == single_sign
        assert abs(size - single_size) <= 2.0**-32 + float(ROUNDED_TWICE) / 2
