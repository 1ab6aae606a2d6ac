"""Philox is the published generator, and its words become uniforms without an end or a middle."""

from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy import uint32

from stablenoise.philox import philox, signed_half, uniform

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
LAST = 2**32 - 1
words = st.integers(0, LAST)
compiled = settings(deadline=None)  # the first example compiles


def parse(text):
    return [uint32(int(word, 16)) for word in text.split()]


@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN)
def test_the_known_answers_of_random123_come_back(known):
    counter, key, expected = map(parse, known)
    assert list(philox(*key, *counter)) == expected


@compiled
@given(words, words)
@example(0, 0)
@example(LAST, LAST)
@example(LAST, 0)
@example(0, LAST)
def test_a_uniform_is_the_midpoint_of_one_of_2_to_52_cells(high, low):
    u = uniform(uint32(high), uint32(low))
    cell = (high * 2**32 + low) >> 12
    assert Fraction(u) == Fraction(2 * cell + 1, 2**53)
    assert 0 < u < 1


@compiled
@given(words, words)
@example(0, 0)
@example(LAST, LAST)
def test_one_minus_a_uniform_is_exact(high, low):
    u = uniform(uint32(high), uint32(low))
    assert Fraction(1.0 - u) == 1 - Fraction(u)


@compiled
@given(words, words)
@example(0, 0)
@example(LAST, LAST)
@example(2**31, 0)
@example(2**31 - 1, LAST)
def test_a_signed_half_is_the_midpoint_of_one_of_2_to_53_cells(high, low):
    h = signed_half(uint32(high), uint32(low))
    word = high * 2**32 + low
    size = Fraction(2 * ((word >> 11) % 2**52) + 1, 2**54)
    assert Fraction(h) == (size if word >> 63 else -size)
    assert 0 < abs(h) < 0.5


def test_the_extreme_words_give_the_extreme_midpoints():
    first, last, top = uint32(0), uint32(LAST), uint32(2**31)
    assert uniform(first, first) == 2.0**-53
    assert uniform(last, last) == 1 - 2.0**-53
    assert signed_half(first, first) == -(2.0**-54)
    assert signed_half(top, first) == 2.0**-54
    assert signed_half(last, last) == 0.5 - 2.0**-54
    assert signed_half(uint32(2**31 - 1), last) == -(0.5 - 2.0**-54)
