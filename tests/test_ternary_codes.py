"""The family ternary-1: headers, code words and descriptions, decided exactly."""

import tracemalloc
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import ceil, log2, prod

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from compress.certificates.ternary import (
    FAMILIES,
    Configuration,
    Description,
    Domain,
    Layer,
    codewords,
    grammar,
)
from compress.coding.bits import Reader

TINY = Domain(1, 2, 2)
SQUARE = Domain(6, 6, 3)
SPLITS = [(1,), (4,), (1, 3), (2, 2, 1), (6,), (3, 3)]  # sizes of tables of weights
flags = st.booleans()
layers = st.builds(
    Layer,
    st.integers(1, 32),
    st.integers(1, 8),
    st.sampled_from([1, 2]),
    flags,
    flags,
    flags,
    flags,
)
moments = st.none() | st.tuples(st.integers(1, 32), st.integers(0, 31))
domains = st.builds(Domain, st.sampled_from([1, 8, 20]), st.integers(1, 20), st.integers(2, 4))


@st.composite
def configurations(draw):
    """Those that fit their domain, with few weights."""
    domain = draw(domains)
    few = [draw(layers) for _ in range(draw(st.integers(0, 2)))]
    own = draw(moments) if domain.rows > 1 else None
    try:
        chosen = Configuration(
            domain, tuple(few), own, draw(st.integers(0, 3)), draw(flags), draw(flags), draw(flags)
        )
    except ValueError:
        assume(False)
    assume(chosen.weights < 2000)
    return chosen


@st.composite
def descriptions(draw):
    chosen = draw(configurations())
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    few = draw(st.floats(0, 1))
    weights = [rng.integers(-1, 2, s) * (rng.random(s) < few) for s in chosen.shapes]
    try:
        return Description(chosen, weights)
    except ValueError:  # sums that could leave 62 bits
        assume(False)


def probability(tables):
    """Product of the chances of Krichevsky & Trofimov, each table counted anew: an oracle."""
    value = Fraction(1)
    for table in tables:
        for place, letter in enumerate(table):
            value *= Fraction(2 * table[:place].count(letter) + 1, 2 * place + 3)
    return value


def in_tables(letters, sizes):
    letters = list(letters)
    return [[letters.pop(0) for _ in range(size)] for size in sizes]


def all_words(sizes):
    """Each sequence in its order, with its code word as (start, width) of numbers in [0, 1)."""
    for letters in product(range(3), repeat=sum(sizes)):
        tables = in_tables(letters, sizes)
        word, length = codewords.codeword(tables)
        yield tables, Fraction(word, 2**length), Fraction(1, 2**length)


# Code words


@pytest.mark.parametrize("sizes", SPLITS)
def test_intervals_of_all_sequences_fill_the_unit_in_their_order(sizes):
    end = Fraction(0)
    for letters in product(range(3), repeat=sum(sizes)):
        tables = in_tables(letters, sizes)
        low, width, whole = codewords.interval(tables)
        assert Fraction(low, whole) == end and Fraction(width, whole) == probability(tables)
        end += probability(tables)
    assert end == 1


@pytest.mark.parametrize("sizes", SPLITS)
def test_code_words_are_a_prefix_code_whose_kraft_sum_is_below_one(sizes):
    """Numbers that begin with a word lie between those of the word before and of the next."""
    end = total = Fraction(0)
    for _, start, width in all_words(sizes):
        assert end <= start
        end, total = start + width, total + width
    assert end <= 1 and Fraction(1, 4) <= total <= Fraction(1, 2)  # of ideal + 1 to ideal + 2 bits


@pytest.mark.parametrize("sizes", SPLITS)
def test_a_code_word_is_the_middle_of_its_interval_cut_after_one_bit_more_than_the_ideal(sizes):
    end = Fraction(0)
    for tables, start, width in all_words(sizes):
        p = probability(tables)
        assert p / 4 < width <= p / 2
        assert start <= end + p / 2 < start + width
        end += p


@given(
    st.lists(st.lists(st.integers(0, 2), max_size=60), min_size=1, max_size=4),
    st.binary(max_size=9),
)
def test_words_are_read_from_whatever_follows_them(tables, further):
    word, length = codewords.codeword(tables)
    number = (word << 8 * len(further)) | int.from_bytes(further, "big")
    sizes = list(map(len, tables))
    assert codewords.read(number, length + 8 * len(further), sizes) == (tables, length)
    assert length <= codewords.longest(sum(sizes))
    if length > 1:
        with pytest.raises(ValueError, match="weights must begin with a code word, got"):
            codewords.read(word >> 1, length - 1, sizes)


def test_a_number_of_the_interval_that_does_not_begin_with_the_word_is_refused():
    """Else two strings of bits would be one description."""
    refused = 0
    for number in range(2**7):
        try:
            tables, length = codewords.read(number, 7, [2])
        except ValueError:
            refused += 1
        else:
            assert codewords.codeword(tables) == (number >> 7 - length, length)
    assert refused > 0


def test_many_zeros_cost_the_logarithm_of_their_number_and_half_of_it():
    """By Stirling's formula: P of n equal letters is pi^1/2 / 2 / n with three letters of 1/2 each.

    That is Gamma(3/2) Gamma(n + 1/2) / (Gamma(1/2) Gamma(n + 3/2)) = 1 / (2 n + 1).
    """
    for n in 1, 10, 1000:
        assert probability([[1] * n]) == Fraction(1, 2 * n + 1) or n == 1000
        assert codewords.codeword([[1] * n])[1] == ceil(log2(2 * n + 1)) + 1


# Headers


def headers(domain, *given):
    """Bits, as text, of the headers of these layers with all that is before them."""
    for own in [None, *product(range(1, 33), range(32))]:
        for reach, *three in product(range(4), *[(False, True)] * 3):
            chosen = Configuration(domain, given, own, reach, *three)
            bits = grammar.header(chosen)
            yield f"{int.from_bytes(bits.to_bytes(), 'big') >> -bits.length % 8:0{bits.length}b}"


def is_prefix_free(texts):
    texts = sorted(texts)
    return not any(b.startswith(a) for a, b in zip(texts, texts[1:], strict=False))


def kraft(texts):
    lengths = np.bincount([len(text) for text in texts])
    return sum(Fraction(int(count), 2**length) for length, count in enumerate(lengths))


def test_headers_are_a_prefix_code():
    """Those of one layer fill what the three bits of their number leave to them: an eighth."""
    one = list(headers(SQUARE))
    assert len(set(one)) == 32 * 1025 and kraft(one) == Fraction(1, 8)
    two = list(headers(SQUARE, Layer(2, 3)))
    assert is_prefix_free(one + two)


def test_all_headers_of_two_layers_that_a_domain_admits_fit_into_their_eighth():
    texts = []
    for numbers in product(range(1, 33), range(1, 9), (1, 2), *[(False, True)] * 4):
        try:
            chosen = Configuration(SQUARE, (Layer(*numbers),))
        except ValueError:
            continue
        bits = grammar.header(chosen)
        texts.append(bin(int.from_bytes(bits.to_bytes(), "big") >> -bits.length % 8))
    # Of 2^-6 that reach, mirror, lift, tables and no moments leave.
    assert Fraction(1, 4 * 2**9) < Fraction(len(set(texts)), 2**22) <= Fraction(1, 2**9)
    assert len(set(texts)) == len(texts)


@given(configurations())
def test_a_header_comes_back(chosen):
    bits = grammar.header(chosen)
    assert (
        chosen.bits
        == bits.length
        == 9 + 10 * (chosen.moments is not None) + 13 * len(chosen.layers)
    )
    assert grammar.read_header(Reader(bits.to_bytes()), chosen.domain) == chosen


def test_header_fields_are_those_of_the_specification():
    """Written out by hand: the bits are frozen."""
    hidden = Layer(3, 5, 2, same=True), Layer(6, 3, pool=True, centred=True)
    chosen = Configuration(Domain(28, 28, 10), hidden, (24, 14), 1, tables=True)
    expected = "1 10111 01110 01 0 0 1 011" + " 00010 100 1 1 0 0 0" + " 00101 010 0 0 1 0 1"
    text = expected.replace(" ", "")
    assert grammar.header(chosen).to_bytes() == int(text.ljust(48, "0"), 2).to_bytes(6, "big")


def test_a_header_of_no_layer_is_refused():
    with pytest.raises(ValueError, match="a header must name at least 1 layer, got 0"):
        Description.from_bytes(bytes(9), SQUARE)


# Shapes and bounds


def test_shapes_are_those_of_the_layers():
    hidden = (
        Layer(4, 5, stride=2, same=True),  # 9 x 7 to 5 x 4
        Layer(6, 2, depthwise=True, pool=True),  # 4 x 3 to 2 x 1
        Layer(3, 1),
    )
    chosen = Configuration(Domain(9, 7, 5, 2), hidden, lift=True)
    assert chosen.seen == ((8, 9, 7), (4, 5, 4), (6, 2, 1), (3, 2, 1))
    assert chosen.shapes == ((4, 8, 5, 5), (6, 1, 2, 2), (3, 6, 1, 1), (5, 3, 2, 1))
    series = Configuration(Domain(1, 20, 4), (Layer(3, 5, 2, same=True, pool=True),), reach=2)
    assert series.shapes == ((3, 1, 1, 5), (4, 3, 1, 5)) and series.views == 5


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ({"layers": (Layer(1, 8),)}, "kernel must be at most the 6 rows it sees, got 8"),
        ({"layers": (Layer(1, 6, pool=True),)}, "pool must see at least 2 rows, got 1"),
        ({"layers": (Layer(1, 1),) * 7}, "layers must be a tuple of at most 6, got"),
        ({"layers": (Layer(32, 8, same=True),) * 2}, "layers must have at most 16384 weights, got"),
        ({"moments": (33, 0)}, "the first of moments must be an integer in"),
        ({"moments": (1, 32)}, "the second of moments must be an integer in"),
        ({"moments": [8, 20]}, "moments must be None or two whole numbers, got"),
        ({"reach": 4}, "reach must be an integer in"),
    ],
)
def test_what_the_header_cannot_mean_is_refused(arguments, line):
    with pytest.raises(ValueError, match=line):
        Configuration(SQUARE, **arguments)


@pytest.mark.parametrize(
    ("name", "low", "high"), [("outputs", 1, 33), ("kernel", 1, 9), ("stride", 1, 3)]
)
def test_numbers_of_a_layer_are_those_that_its_bits_have(name, low, high):
    numbers = {"outputs": 2, "kernel": 2}
    for number in range(low, high):
        assert getattr(Layer(**numbers | {name: number}), name) == number
    for number in low - 1, high:
        with pytest.raises(ValueError, match=rf"{name} must be .* \[{low}, {high}\), got {number}"):
            Layer(**numbers | {name: number})


@pytest.mark.parametrize("place", range(4))
def test_numbers_of_a_domain_have_a_range(place):
    name, low = [("rows", 1), ("columns", 1), ("classes", 2), ("channels", 1)][place]
    high = 2**8 if name == "classes" else 2**12
    numbers = {"rows": 3, "columns": 3, "classes": 2, "channels": 1}
    for number in low, high - 1:
        assert getattr(Domain(**numbers | {name: number}), name) == number
    for number in low - 1, high:
        with pytest.raises(ValueError, match=rf"{name} must be .* \[{low}, {high}\), got {number}"):
            Domain(**numbers | {name: number})


def test_as_many_weights_as_are_allowed_are():
    """16,384, of a last layer: one more class has too many."""
    assert Configuration(Domain(16, 16, 64)).weights == 2**14
    with pytest.raises(ValueError, match="at most 16384 weights, got 16640"):
        Configuration(Domain(16, 16, 65))


@pytest.mark.parametrize("domain", [Domain(2, 64, 3), Domain(64, 1, 3), Domain(64, 64, 3)])
def test_moments_of_images_at_the_border_of_what_they_are_of(domain):
    for own in (1, 0), (32, 31):
        chosen = Configuration(domain, moments=own)
        assert grammar.read_header(Reader(grammar.header(chosen).to_bytes()), domain) == chosen


@pytest.mark.parametrize(
    "domain", [Domain(6, 6, 3, 3), Domain(1, 6, 3), Domain(65, 6, 3), Domain(6, 65, 3)]
)
def test_moments_are_of_small_images_of_one_channel(domain):
    with pytest.raises(ValueError, match="moments must be None but for images of 1 channel, 2 to"):
        Configuration(domain, moments=(8, 20))


def test_sums_that_could_leave_62_bits_are_refused():
    """A product of 255, of weights, of 2 x 36 for each mean and of 98 views; 2^62 is 4.6 10^18."""
    means = Layer(32, 1, centred=True), *[Layer(1, 1, centred=True)] * 5
    chosen = Configuration(SQUARE, means, reach=3, mirror=True)
    ones = [np.ones(shape) for shape in chosen.shapes]
    bounds = Description(chosen, ones).largest_sums()
    assert bounds[0] == 255 * 72 and bounds[-1] == 255 * 72**6 * 32 * 36 * 98 < 2**62
    without = [ones[0], 0 * ones[1], *ones[2:]]
    assert Description(chosen, without).largest_sums()[-1] == bounds[-1] // 32
    lifted = replace(chosen, lift=True)
    with pytest.raises(ValueError, match=r"sums must stay below 2\^62, got up to 2\^63"):
        Description(lifted, [np.ones(shape) for shape in lifted.shapes])


# Descriptions


@given(descriptions())
def test_a_description_comes_back_from_its_bytes(description):
    source = description.to_bytes()
    found = Description.from_bytes(source, description.configuration.domain)
    assert found == description and hash(found) == hash(description)
    assert len(source) == ceil(description.bits / 8) and found.bits == description.bits
    assert description.bits == description.header_bits + description.weight_bits


@given(descriptions(), st.data())
def test_changed_bytes_are_another_description_or_none(description, data):
    """Truncated, longer, or with one bit flipped: what is read has those bytes and no others."""
    source, domain = description.to_bytes(), description.configuration.domain
    bit = data.draw(st.integers(0, 8 * len(source) - 1))
    number = int.from_bytes(source, "big") ^ (1 << bit)
    for other in source[:-1], source + b"\0", source + b"\1", number.to_bytes(len(source), "big"):
        assert_canonical(other, domain)
    for longer in source + b"\0", source + bytes(10**5), source + b"\x80":
        with pytest.raises(ValueError, match=" must "):
            Description.from_bytes(longer, domain)


@given(st.binary(max_size=40), domains)
def test_hostile_bytes_are_refused_in_a_line_or_are_a_description(source, domain):
    assert_canonical(source, domain)


def assert_canonical(source, domain):
    try:
        found = Description.from_bytes(source, domain)
    except ValueError as error:
        assert " must " in str(error) and ", got " in str(error) and "\n" not in str(error)
    else:
        assert found.to_bytes() == source


def test_each_filling_bit_must_be_zero():
    description = Description(Configuration(TINY), [np.ones((2, 1, 1, 2))])
    source, filling = description.to_bytes(), -description.bits % 8
    assert filling > 0
    for bit in range(filling):
        changed = source[:-1] + bytes([source[-1] | 1 << bit])
        with pytest.raises(ValueError, match="filled by fewer than 8 zeros"):
            Description.from_bytes(changed, TINY)


def test_all_descriptions_of_a_tiny_domain_have_mass_below_one():
    """Of one layer without moments; reach and flags in all their ways, weights in all of theirs."""
    texts = []
    for reach, *three in product(range(2), *[(False, True)] * 3):
        chosen = Configuration(TINY, (), None, reach, *three)
        if chosen.weights > 4:  # lifted: 3^16 of them
            continue
        for flat in product((-1, 0, 1), repeat=chosen.weights):
            description = Description(chosen, [np.reshape(flat, chosen.shapes[0])])
            source = description.to_bytes()
            number = int.from_bytes(source, "big") >> -description.bits % 8
            texts.append(f"{number:0{description.bits}b}")
    assert len(texts) == 8 * 81 and is_prefix_free(texts) and kraft(texts) < 1


def test_the_largest_network_of_few_bytes_is_decoded_soon_and_in_little_memory():
    """16,368 zeros take 17 bits; the exact fraction behind them has 30 kB."""
    chosen = Configuration(Domain(31, 33, 16), (), None)
    description = Description(chosen, [np.zeros(chosen.shapes[0])])
    source = description.to_bytes()
    assert len(source) <= 4
    tracemalloc.start()
    found = Description.from_bytes(source, chosen.domain)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == description and peak < 4e6


@pytest.mark.parametrize(
    ("weights", "line"),
    [
        ([np.ones((2, 1, 1, 2)), 1], "weights must be 1 arrays, got"),
        ([np.ones((2, 2))], r"weights of layer 0 must have shape \(2, 1, 1, 2\), got \(2, 2\)"),
        ([np.full((2, 1, 1, 2), 2)], "weights of layer 0 must be -1, 0 or 1, got 2"),
        ([np.full((2, 1, 1, 2), np.nan)], "weights of layer 0 must be -1, 0 or 1, got nan"),
    ],
)
def test_weights_are_checked(weights, line):
    with pytest.raises(ValueError, match=line):
        Description(Configuration(TINY), weights)


def test_the_choice_of_the_family_is_an_index_into_a_list():
    assert FAMILIES == ("ternary-1",) and log2(len(FAMILIES)) == 0


def test_the_order_of_weights_is_that_of_layers_and_of_c():
    chosen = Configuration(Domain(2, 2, 2), (Layer(1, 1),))
    rng = np.random.default_rng(3)
    weights = [rng.integers(-1, 2, shape) for shape in chosen.shapes]
    flat = [int(x) + 1 for w in weights for x in w.ravel(order="C")]
    word, length = codewords.codeword([flat])
    bits = grammar.header(chosen)
    bits.put(word, length)
    assert Description(chosen, weights).to_bytes() == bits.to_bytes()
    assert len(flat) == sum(map(prod, chosen.shapes)) == 9
