"""Two decoders of the family ternary-1, written apart, agree on what is right and what is not."""

from contextlib import nullcontext
from fractions import Fraction
from itertools import cycle
from math import floor, isqrt

import numpy as np
import pytest
from verifier import verify

from compress.certificates.ternary import (
    Configuration,
    Description,
    Domain,
    Layer,
    predictions,
    scores,
)
from compress.certificates.ternary.codewords import codeword


def test_products_are_exact_where_floats_would_round():
    for largest in 24, 53:
        half = 1 << largest - 1
        w, x = np.ones((1, 3), int), np.array([[half], [half], [1]])
        assert verify.product(w, x).item() == (1 << largest) + 1


def _bytes(bits):
    whole = -(-len(bits) // 8) * 8
    return int(bits.ljust(whole, "0"), 2).to_bytes(whole // 8, "big")


def test_networks_out_of_range_are_refused():
    alone, plain = "000000001", "00" + "0" * 30
    with pytest.raises(ValueError, match="16,384"):
        verify.read_network(_bytes(alone + plain), [1, 128, 128], 2)
    with pytest.raises(ValueError, match="code of its weights"):
        verify.read_network(_bytes(alone + "1" * 40), [1, 128, 64], 2)
    for rows, columns, reason in (64, 65, "moments"), (65, 64, "moments"), (64, 64, "weights"):
        frame = "1" + "00000" * 2 + "00" + "000" + "001"
        with pytest.raises(ValueError, match=reason):
            verify.read_network(_bytes(frame + plain), [1, rows, columns], 4)


@pytest.mark.parametrize(
    ("shape", "fits"),
    [([1, 2, 3], True), ([1, 64, 1], True), ([1, 3, 64], True), ([1, 1, 8], False),
     ([2, 8, 8], False), ([1, 65, 2], False), ([1, 2, 65], False)],
)  # fmt: skip
def test_moments_are_those_of_one_channel_and_a_small_image(shape, fits):
    channels, rows, columns = shape
    letters = [1] * (2 * channels * rows * columns)
    frame = "1" + "00000" * 2 + "00" + "000" + "001"
    payload = _bytes(frame + _word(letters))
    with nullcontext() if fits else pytest.raises(ValueError, match="moments"):
        verify.read_network(payload, shape, 2)
    with nullcontext() if fits else pytest.raises(ValueError, match="moments"):
        Description.from_bytes(payload, Domain(rows, columns, 2, channels))


def _word(letters):
    """The code word of letters -1, 0, 1 as 0, 1, 2, in binary."""
    number, length = codeword([letters])
    return format(number, f"0{length}b")


@pytest.mark.parametrize(
    ("shape", "pool", "fits"),
    [((5, 9), "0", True), ((9, 5), "0", True), ((4, 9), "0", False), ((9, 4), "0", False),
     ((3, 9), "0", False), ((9, 3), "0", False), ((6, 9), "1", True), ((5, 9), "1", False),
     ((9, 5), "1", False), ((3, 3), "0", False), ((1, 5), "0", True), ((1, 4), "0", False),
     ((1, 5), "1", False), ((1, 6), "1", True)],
)  # fmt: skip
def test_a_layer_leaves_a_place(shape, pool, fits):
    """A kernel of 5 x 5 places in an image, or of 5 in a series, and a pool of 2 x 2."""
    rows, columns = shape
    left = [1 if rows == 1 else (rows - 4) // (1 + int(pool)), (columns - 4) // (1 + int(pool))]
    head = "0" + "00" + "0" + "0" + "0" + "010" + "00000" + "100" + "0" + "0" + pool + "0" + "0"
    letters = [1] * ((5 if rows == 1 else 25) + 2 * max(left[0] * left[1], 0))
    payload = _bytes(head + _word(letters))
    with nullcontext() if fits else pytest.raises(ValueError, match="no place left"):
        verify.read_network(payload, [1, rows, columns], 2)
    with nullcontext() if fits else pytest.raises(ValueError):
        Description.from_bytes(payload, Domain(rows, columns, 2))


def test_a_network_has_a_layer():
    with pytest.raises(ValueError, match="layers are none"):
        verify.read_network(_bytes("0" * 40), [1, 8, 8], 2)


WIDE = {"same": True, "centred": True}


@pytest.mark.parametrize(
    ("rows", "layers", "more"),
    [(16, [Layer(4, 8, **WIDE), Layer(2, 8, **WIDE), Layer(1, 8, **WIDE)], {}),
     (16, [Layer(1, 8, **WIDE)] * 3, {"reach": 1}),
     (16, [Layer(3, 8, **WIDE), Layer(2, 8, **WIDE), Layer(1, 8, **WIDE)], {"mirror": True}),
     (16, [*[Layer(1, 8, **WIDE)] * 2, Layer(1, 2)],
      {"moments": (23, 14), "reach": 1, "mirror": True}),
     (1, [Layer(4, 8, **WIDE)] * 5, {"reach": 3}),
     (1, [*[Layer(2, 8, **WIDE)] * 2, *[Layer(2, 8, depthwise=True, **WIDE)] * 4],
      {"reach": 2, "mirror": True})],
)  # fmt: skip
def test_sums_stay_below_2_to_the_62(rows, layers, more):
    """So many ones in the last layer as are taken, and one more; all other weights are ones."""
    chosen = Configuration(Domain(rows, 16, 2), tuple(layers), **more)
    views = (2 * chosen.reach + 1) ** (1 if rows == 1 else 2) * (1 + chosen.mirror)
    largest = 255 * (2**12 if chosen.moments else 1) * views
    sizes, side = [], np.array([rows, 16])
    for layer, shape in zip(chosen.layers, chosen.shapes, strict=False):
        pad = (layer.kernel - 1) // 2 * layer.same
        side = side + 2 * pad - layer.kernel + 1
        side[0] = 1 if rows == 1 else side[0]
        largest *= int(np.prod(shape[1:])) * (2 * int(side.prod()) if layer.centred else 1)
        sizes.append(int(np.prod(shape)))
    last = int(np.prod(chosen.shapes[-1]))
    most = -(-(2**62) // largest) - 1
    assert 0 < most < last // 2
    header = _bits_of(Description(chosen, [np.zeros(shape, int) for shape in chosen.shapes]))
    for ones, fits in (most, True), (most + 1, False):
        letters = [2] * sum(sizes) + [2] * ones + [1] * (last - ones)
        payload = _bytes(header + _word(letters))
        with nullcontext() if fits else pytest.raises(ValueError, match="64 bits"):
            verify.read_network(payload, [1, rows, 16], 2)
        with nullcontext() if fits else pytest.raises(ValueError, match="below 2.62"):
            Description.from_bytes(payload, chosen.domain)


def _bits_of(description):
    """The header of a description, in binary."""
    source = description.to_bytes()
    return format(int.from_bytes(source, "big"), f"0{8 * len(source)}b")[: description.header_bits]


def test_the_string_before_the_middle_of_an_interval_is_no_code_word():
    """Zeros alone have 1/2 in the middle: their word is 10...0, and 01...1 lies in the interval."""
    zeros = Description(Configuration(Domain(1, 5, 2)), [np.zeros((2, 1, 1, 5), int)])
    header, word = _bits_of(zeros), format(1 << zeros.weight_bits - 1, "b")
    assert zeros.to_bytes() == _bytes(header + word)
    verify.read_network(_bytes(header + word), [1, 1, 5], 2)
    before = format((1 << zeros.weight_bits - 1) - 1, f"0{zeros.weight_bits}b")
    with pytest.raises(ValueError, match="code of its weights"):
        verify.read_network(_bytes(header + before), [1, 1, 5], 2)


# The family -------------------------------------------------------------------------------------


def drawn(seed):
    """A network of one of all kinds that the family has, with images for it; None if it is none."""
    rng = np.random.default_rng(seed)
    series, moments = rng.random() < 0.25, rng.random() < 0.4
    rows, columns = (1, int(rng.integers(8, 30))) if series else rng.integers(5, 13, 2).tolist()
    moments = moments and not series
    channels = 1 if moments else int(rng.integers(1, 4))
    domain = Domain(rows, columns, int(rng.integers(2, 6)), channels)
    layers = []
    for _ in range(rng.integers(0, 4)):
        sizes = [int(rng.integers(1, end)) for end in (6, 5, 3)]
        layers.append(Layer(*sizes, *(rng.integers(0, 2, 4) > 0).tolist()))
    frame = (int(rng.integers(1, 33)), int(rng.integers(0, 32))) if moments else None
    reach, flags = int(rng.integers(0, 3)), (rng.integers(0, 2, 3) > 0).tolist()
    try:
        chosen = Configuration(domain, tuple(layers), frame, reach, *flags)
        dense = rng.random()
        weights = [rng.integers(-1, 2, s) * (rng.random(s) < dense) for s in chosen.shapes]
        description = Description(chosen, [w.astype(int) for w in weights])
    except ValueError:  # no place is left
        return None
    images = rng.integers(0, 256, (4, *domain.shape)) * (rng.random((4, *domain.shape)) < 0.5)
    return description, images.astype(np.uint8)


CASES = [case for case in map(drawn, range(120)) if case is not None]


def by_the_page(image, a, b):
    """An image moved by its moments as docs/guide/ternary.md says it, in fractions and loops."""
    rows, columns = image.shape
    ink = {place: int(image[place]) for place in np.ndindex(rows, columns)}
    m = max(sum(ink.values()), 1)
    y, x = (sum(ink[place] * place[axis] for place in ink) for axis in (0, 1))
    yy, yx, xx = (sum(ink[i, j] * by(i, j) for i, j in ink) for by in PRODUCTS)
    tall, both, wide = m * yy - y * y, m * yx - y * x, m * xx - x * x
    slant = floor(Fraction(2**20 * both, tall)) if tall else 0
    middle = Fraction(wide * tall - both**2, tall * m * m) if tall else Fraction(wide, m * m)
    t = floor(2**40 * (Fraction(tall, m * m) + Fraction(1, 10)))
    w = floor(2**40 * (middle + Fraction(1, 10)))
    power = floor(Fraction(t) ** (20 - b) * w**b)
    down, right = (
        floor(Fraction(4 * floored, a + 1)) for floored in (isqrt(t), root_of(power, 40))
    )
    moved = np.zeros_like(image, dtype=int)
    for i, j in ink:
        far = floor(Fraction((2 * i - rows + 1) * down, 2))
        row = floor(Fraction(2**20 * y, m)) + far
        column = floor(Fraction(2**20 * x, m)) + floor(Fraction((2 * j - columns + 1) * right, 2))
        column += floor(Fraction(slant * far, 2**20))
        near = (
            grey * max(2**20 - abs(row - 2**20 * p), 0) * max(2**20 - abs(column - 2**20 * q), 0)
            for (p, q), grey in ink.items()
        )
        moved[i, j] = floor(Fraction(sum(near), 2**28))
    return moved


PRODUCTS = (lambda i, j: i * i, lambda i, j: i * j, lambda i, j: j * j)


def root_of(number, degree):
    """The largest whole number whose power is at most a number, by halving."""
    low, high = 0, 1 << number.bit_length() // degree + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**degree <= number else (low, middle)
    return low


@pytest.mark.parametrize("shape", [(2, 3), (6, 5), (9, 12), (5, 1)])
def test_moments_are_those_of_the_page(shape):
    """With ink in few places, in one row, in one pixel and nowhere, and all kinds of fields."""
    rng = np.random.default_rng(2)
    images = rng.integers(0, 256, (6, *shape)) * (rng.random((6, *shape)) < 0.6)
    images[3, 1:], images[4] = 0, 0
    images[5], images[0] = np.eye(*shape, dtype=int) * 9, 0
    images[0, 1, 0] = 1
    for fields in (23, 14), (0, 0), (31, 31), (7, 20):
        moved = verify.normalised(images, *fields)
        for image, own in zip(images, moved, strict=True):
            np.testing.assert_array_equal(own, by_the_page(image, *fields))


def test_the_cases_are_of_all_kinds():
    chosen = [description.configuration for description, _ in CASES]
    layers = [layer for each in chosen for layer in each.layers]
    for name in "moments", "reach", "mirror", "lift", "tables":
        seen = [bool(getattr(each, name)) for each in chosen]
        assert min(sum(seen), len(seen) - sum(seen)) > 10, name
    for name in "same", "pool", "depthwise", "centred":
        seen = [getattr(layer, name) for layer in layers]
        assert min(sum(seen), len(seen) - sum(seen)) > 10, name
    assert {len(each.layers) for each in chosen} == {0, 1, 2, 3}
    assert {each.domain.rows == 1 for each in chosen} == {False, True}


def test_two_decoders_of_the_family_agree(monkeypatch):
    """In bits, weights and scores, of which the last product of all images is made."""
    last, product = [], verify.product
    monkeypatch.setattr(verify, "product", lambda w, x: last.append(product(w, x)) or last[-1])
    for description, images in CASES:
        domain = description.configuration.domain
        payload = description.to_bytes()
        network, bits = verify.read_network(payload, [*domain.shape], domain.classes)
        assert bits == {"header": description.header_bits, "weights": description.weight_bits}
        for own, theirs in zip(network.weights, description.weights, strict=True):
            np.testing.assert_array_equal(own, theirs)
        own = verify.predictions(network, images)
        np.testing.assert_array_equal(own, predictions(description, images))
        np.testing.assert_array_equal(last[-1].T, scores(description, images))


def test_two_decoders_refuse_the_same_bytes():
    def taken(read):
        try:
            return read()
        except ValueError:
            return None

    rng, domain = np.random.default_rng(3), Domain(8, 8, 3)
    for size in rng.integers(0, 41, 150):
        payload = rng.bytes(size)
        theirs = taken(lambda: Description.from_bytes(payload, domain))  # noqa: B023
        own = taken(lambda: verify.read_network(payload, [1, 8, 8], 3))  # noqa: B023
        assert (own is None) == (theirs is None)


def test_both_take_code_words_alone():
    """An interval holds more strings than its code word: near it bits are changed, or added."""
    taken = 0
    for place, (description, _) in zip(cycle([0, 3, 7, 12]), CASES[::2], strict=False):
        domain, payload = description.configuration.domain, description.to_bytes()
        number, long, more = int.from_bytes(payload, "big"), len(payload), 1 + place % 3
        near = [number ^ 1 << place, (number + more) % 256**long, (number - more) % 256**long]
        others = [each.to_bytes(long, "big") for each in near]
        for other in (*others, payload + bytes(more), payload[:-1]):
            both = []
            for read in (
                lambda given, of: verify.read_network(given, [*of.shape], of.classes)[1],
                lambda given, of: _bits(Description.from_bytes(given, of)),
            ):
                try:
                    both.append(read(other, domain))
                except ValueError:
                    both.append(None)
            assert both[0] == both[1]
            taken += both[0] is not None
    assert taken > 3  # some are code words of other networks


def _bits(description):
    return {"header": description.header_bits, "weights": description.weight_bits}


CODE_WORDS = [(1, 30), (2, 61), (3, 200)]


@pytest.mark.parametrize(("seed", "size"), CODE_WORDS)
def test_no_other_string_of_an_interval_is_taken(seed, size):
    """All strings of up to 7 bits more: those that begin with the code word, and its neighbours."""
    rng = np.random.default_rng(seed)
    description = Description(
        Configuration(Domain(1, size, 2)), [rng.integers(-1, 2, (2, 1, 1, size))]
    )
    payload = description.to_bytes()
    number, taken = int.from_bytes(payload, "big"), []
    for change in range(-300, 301):
        other = (number + change).to_bytes(len(payload), "big")
        try:
            network, _ = verify.read_network(other, [1, 1, size], 2)
        except ValueError:
            continue
        if np.array_equal(network.weights[0], description.weights[0]):
            taken.append(change)
    assert taken == [0]
