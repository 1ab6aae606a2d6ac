"""The family ternary-1: scores in whole numbers against sums written out, and certificates."""

from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from itertools import product
from math import sqrt

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from compress.certificates import inequalities
from compress.certificates.ternary import (
    Configuration,
    Description,
    Domain,
    Layer,
    certified,
    ink,
    predictions,
    scores,
)
from stablenoise.data.datasets import load_digits

flags = st.booleans()
layers = st.builds(
    Layer, st.integers(1, 3), st.integers(1, 4), st.sampled_from([1, 2]), flags, flags, flags, flags
)
domains = st.builds(
    Domain, st.sampled_from([1, 4, 7]), st.integers(2, 8), st.just(3), st.integers(1, 2)
)


@pytest.fixture(scope="module")
def digits():
    """Images of 8 x 8 pixels, uint8, and labels."""
    data = load_digits(standardise=False)
    return np.rint(data.x_train * 240).astype(np.uint8).reshape(-1, 8, 8), data.y_train


@st.composite
def descriptions(draw):
    domain = draw(domains)
    few = tuple(draw(layers) for _ in range(draw(st.integers(0, 2))))
    can_move = domain.channels == 1 and domain.rows > 1
    own = (draw(st.integers(1, 32)), draw(st.integers(0, 31))) if can_move and draw(flags) else None
    try:
        chosen = Configuration(
            domain, few, own, draw(st.integers(0, 2)), *[draw(flags) for _ in "abc"]
        )
    except ValueError:
        assume(False)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return Description(chosen, [rng.integers(-1, 2, shape) for shape in chosen.shapes])


# The oracle: a picture is a function of channel, row and column that is 0 outside


def picture(values):
    """Function of a nested list of channels of rows."""
    channels, rows, columns = len(values), len(values[0]), len(values[0][0])

    def at(c, i, j):
        return values[c][i][j] if 0 <= i < rows and 0 <= j < columns else 0

    return at, (channels, rows, columns)


def drawn(at, shape):
    """Nested list of a function's values."""
    channels, rows, columns = shape
    return [[[at(c, i, j) for j in range(columns)] for i in range(rows)] for c in range(channels)]


def slow_layer(values, weights, layer, series, last=False):
    """One layer of one image by sums over places, with exact means."""
    at, (channels, rows, columns) = picture(values)
    units, inputs, height, width = weights.shape
    step, pad = (1, 0) if last else (layer.stride, layer.pad)
    down, above = (1, 0) if series else (step, pad)
    sides = (rows + 2 * above - height) // down + 1, (columns + 2 * pad - width) // step + 1

    def value(u, r, q):
        return sum(
            int(weights[u, c, i, j])
            * at(u % channels if inputs < channels else c, r * down + i - above, q * step + j - pad)
            for c, i, j in np.ndindex(inputs, height, width)
        )

    out = drawn(value, (units, *sides))
    if last:
        return out
    if layer.pool:
        tall = 1 if series else 2
        halves, before = (sides[0] // tall, sides[1] // 2), picture(out)[0]
        corners = list(product(range(tall), range(2)))
        out = drawn(
            lambda u, r, q: max(before(u, tall * r + i, 2 * q + j) for i, j in corners),
            (units, *halves),
        )
    if layer.centred:
        for plane in out:
            flat = [x for row in plane for x in row]
            mean = Fraction(sum(flat), len(flat))
            plane[:] = [[int(len(flat) * (x - mean)) for x in row] for row in plane]
    return [[[max(x, 0) for x in row] for row in plane] for plane in out]


def slow_scores(description, image):
    """Scores of one image, a nested list of channels of rows."""
    chosen = description.configuration
    at, (channels, rows, columns) = picture(image)
    total = [0] * chosen.domain.classes
    reach = range(-chosen.reach, chosen.reach + 1)
    for mirrored, down, right in product(
        (False, True) if chosen.mirror else (False,), (0,) if rows == 1 else reach, reach
    ):

        def moved(c, i, j, mirrored=mirrored, down=down, right=right):
            if not (0 <= i < rows and 0 <= j < columns):
                return 0
            place = j - right
            if not 0 <= place < columns:
                return 0
            return at(c, i - down, columns - 1 - place if mirrored else place)

        def differences(k, i, j, moved=moved):
            c, kind = divmod(k, 4)
            here = moved(c, i, j)
            other = moved(c, i, j + 1) if kind < 2 else moved(c, i + 1, j)
            return max(0, other - here if kind % 2 == 0 else here - other)

        if chosen.lift:
            values = drawn(differences, (4 * channels, rows, columns))
        else:
            values = drawn(moved, (channels, rows, columns))
        for layer, weights in zip(chosen.layers, description.weights[:-1], strict=True):
            values = slow_layer(values, weights, layer, rows == 1)
        last = slow_layer(values, description.weights[-1], None, rows == 1, last=True)
        total = [before + plane[0][0] for before, plane in zip(total, last, strict=True)]
    return total


@settings(max_examples=150)
@given(descriptions(), st.integers(0, 2**32))
def test_scores_are_sums_written_out(description, seed):
    domain = description.configuration.domain
    images = np.random.default_rng(seed).integers(0, 256, (2, *domain.shape), np.uint8)
    seen = images.tolist()
    if description.configuration.moments is not None:
        moved = ink.normalised(images[:, 0], description.configuration.moments)
        seen = [[image.tolist()] for image in moved]
    expected = [slow_scores(description, image) for image in seen]
    found = scores(description, images)
    assert found.dtype == np.int64 and found.tolist() == expected
    assert predictions(description, images).tolist() == [row.index(max(row)) for row in expected]
    bound = description.largest_sums()[-1]
    assert abs(found).max() <= bound < 2**62
    if domain.channels == 1:
        assert (scores(description, images[:, 0]) == found).all()


@pytest.mark.parametrize("sides", [(1, 1), (1, 2), (2, 1), (2, 2), (3, 2), (2, 4)])
@pytest.mark.parametrize("lift", [False, True])
def test_images_are_moved_by_more_than_their_sides(sides, lift):
    """Then nothing of them is seen."""
    rng = np.random.default_rng(1)
    chosen = Configuration(Domain(*sides, 3), reach=3, mirror=True, lift=lift)
    description = Description(chosen, [rng.integers(-1, 2, s) for s in chosen.shapes])
    images = rng.integers(0, 256, (4, 1, *sides), np.uint8)
    expected = [slow_scores(description, image) for image in images.tolist()]
    assert scores(description, images).tolist() == expected


def test_the_slow_sums_are_those_of_a_network_done_by_hand():
    """2 x 2 pixels, a difference of columns, its mean over two places taken away."""
    chosen = Configuration(Domain(2, 2, 2), (Layer(1, 1, centred=True),))
    weights = [np.ones((1, 1, 1, 1)), np.array([[[[1, 0], [0, 0]]], [[[0, 0], [0, 1]]]])]
    description = Description(chosen, weights)
    image = np.array([[[10, 2], [4, 8]]], np.uint8)
    assert scores(description, image).tolist() == [[4 * 10 - 24, 4 * 8 - 24]]
    assert slow_scores(description, [image[0].tolist()]) == [16, 8]


def test_the_widest_sums_are_exact():
    """White images, weights of one sign, means of large spread: near the bound, in 64 bits."""
    means = Layer(8, 3, same=True, centred=True), Layer(8, 3, same=True, centred=True)
    chosen = Configuration(Domain(8, 8, 2), (*means, Layer(8, 5)), (16, 14), reach=1)
    rng = np.random.default_rng(5)
    description = Description(chosen, [rng.choice([1, 1, 1, -1], s) for s in chosen.shapes])
    assert description.largest_sums()[-1] > 2**53
    images = rng.integers(0, 2, (2, 8, 8), np.uint8) * np.uint8(255)
    moved = ink.normalised(images, (16, 14))
    expected = [slow_scores(description, [image.tolist()]) for image in moved]
    assert scores(description, images).tolist() == expected
    assert np.abs(expected).max() > 2**31


def test_scores_do_not_depend_on_what_else_is_asked(digits):
    """Blocks and threads: each image by itself, in either order."""
    chosen = Configuration(Domain(8, 8, 10), (Layer(3, 3, same=True, pool=True),), (7, 13), 1)
    rng = np.random.default_rng(1)
    description = Description(chosen, [rng.integers(-1, 2, s) for s in chosen.shapes])
    together = scores(description, digits[0])
    assert np.array_equal(scores(description, digits[0][::-1])[::-1], together)
    assert np.array_equal(scores(description, digits[0][:1]), together[:1])
    assert scores(description, digits[0][:0]).shape == (0, 10)


# Laws


@settings(max_examples=40)
@given(descriptions(), st.integers(0, 2**32))
def test_no_memory_layout_of_images_changes_a_score(description, seed):
    domain = description.configuration.domain
    images = np.random.default_rng(seed).integers(0, 256, (3, *domain.shape), np.uint8)
    expected = scores(description, images)
    backwards = images[::-1, :, ::-1, ::-1].copy()[::-1, :, ::-1, ::-1]
    for same in np.asfortranarray(images), np.repeat(images, 2, -1)[..., ::2], backwards:
        np.testing.assert_array_equal(scores(description, same), expected)


@settings(max_examples=40)
@given(descriptions(), st.integers(0, 2**32))
def test_a_network_with_mirror_images_has_equal_scores_of_both(description, seed):
    chosen = replace(description.configuration, mirror=True, moments=None)
    both = Description(chosen, description.weights)
    images = np.random.default_rng(seed).integers(0, 256, (2, *chosen.domain.shape), np.uint8)
    np.testing.assert_array_equal(scores(both, images[..., ::-1]), scores(both, images))


# Moments


def float_moments(image):
    """Centre of the ink and its variances, in pixels: an oracle in floats."""
    i, j = np.indices(image.shape)
    mass = image.sum() or 1.0
    row, column = (i * image).sum() / mass, (j * image).sum() / mass
    rows, both, columns = (
        (a * b * image).sum() / mass
        for a, b in ((i - row, i - row), (i - row, j - column), (j - column, j - column))
    )
    return row, column, rows, both, columns


def float_normalised(image, spread, shape):
    """What ``normalised`` does, by real numbers: the formulas of its docstring."""
    row, column, rows, both, columns = float_moments(image)
    slant = both / rows if rows else 0.0
    tall, wide = sqrt(rows + 0.1), sqrt(max(columns - both * slant, 0.0) + 0.1)
    down, across = tall / spread, tall ** (1 - shape) * wide**shape / spread
    out = np.zeros(image.shape)
    for i, j in np.ndindex(image.shape):
        y, x = i - (image.shape[0] - 1) / 2, j - (image.shape[1] - 1) / 2
        out[i, j] = between(image, row + y * down, column + x * across + slant * y * down)
    return out


def between(image, y, x):
    a, b = int(np.floor(y)), int(np.floor(x))
    return sum(
        image[p, q] * (1 - abs(y - p)) * (1 - abs(x - q))
        for p, q in product((a, a + 1), (b, b + 1))
        if 0 <= p < image.shape[0] and 0 <= q < image.shape[1]
    )


@given(st.integers(1, 2**1000))
def test_the_fifth_root_is_rounded_down(number):
    root = ink.fifth_root(number)
    assert root**5 <= number < (root + 1) ** 5


@pytest.mark.parametrize("twentieths", [0, 14, 20, 27, 31])
def test_sizes_are_mixed_by_the_power_of_the_shape(twentieths):
    """Kept to 2^-20, and the powers rounded down."""
    for tall, wide in (3.7, 12.5), (0.1, 60.0), (41.0, 0.1):
        given = (round(side * 2**40) for side in (tall, wide))
        expected = (tall ** (1 - twentieths / 20) * wide ** (twentieths / 20)) ** 0.5
        assert ink.mean_root(*given, twentieths) / 2**20 == pytest.approx(expected, abs=2**-19)


@pytest.mark.parametrize("moments", [(24, 14), (7, 13), (10, 26), (16, 0)])
def test_images_in_whole_numbers_are_those_of_real_ones(digits, moments):
    """A place is kept to 2^-20 of some pixels, and a slope is at most 255 grey levels a pixel.

    A blank image, and one of a single row, whose slant no ink tells, are among them.
    """
    images = digits[0][:60].copy()
    images[0], images[1], images[1, 3] = 0, 0, 100
    expected = [float_normalised(image / 255, moments[0] / 4, moments[1] / 20) for image in images]
    found = ink.normalised(images, moments)
    assert found.dtype == np.int64 and found.max() <= 255 << 12
    np.testing.assert_allclose(found / 255 / 2**12, expected, rtol=0, atol=2e-5)


def test_normalised_ink_is_central_upright_and_of_one_size():
    """Interpolation smooths by less than a pixel, and a few strokes leave the frame."""
    image = np.zeros((1, 28, 28), np.uint8)
    for k in range(12):
        image[0, 4 + k, 8 + k // 3 : 12 + k // 3] = 255
    row, column, rows, both, _ = float_moments(ink.normalised(image, (16, 20))[0])
    assert abs(row - 13.5) < 0.1 and abs(column - 13.5) < 0.1
    assert abs(both) < 0.5 and abs(sqrt(rows) - 4) < 0.2
    assert not ink.normalised(np.zeros((1, 8, 8), np.uint8), (16, 20)).any()


def test_normalisation_undoes_a_shift_and_a_shear():
    image = np.zeros((28, 28), np.uint8)
    image[8:18, 9:12] = 255
    sheared = np.stack([np.roll(line, k // 2 - 5) for k, line in enumerate(image)])
    moved = np.roll(image, (3, 2), (0, 1))
    first, second, third = ink.normalised(np.stack([image, moved, sheared]), (20, 14))
    assert abs(first - second).max() <= 2**-20 * 255 * 2**12 * 60  # of places, of some 30 pixels
    before, after = (abs(float_moments(x)[3]) / float_moments(x)[2] for x in (sheared, third))
    assert before > 0.4 and after < 0.02


@pytest.mark.parametrize("shape", [(2, 64), (64, 64), (64, 1)])
@pytest.mark.parametrize("moments", [(1, 31), (32, 0), (1, 0)])
def test_the_largest_images_keep_within_64_bits(shape, moments):
    """The worst ink: nearly all in one row, far apart, so that the slant is large."""
    image = np.zeros((3, *shape), np.uint8)
    image[:, 0] = 255
    image[0, 1, -1], image[1, -1, 0], image[2] = 1, 255, 255
    for each in image:
        sums = ink.ink_sums(each[None])[0].tolist()
        row, column, down, across, slant = ink.frame(sums, moments)
        far = (shape[0] - 1) * down, (shape[1] - 1) * across
        assert abs(slant) * far[0] < 2**62 and max(*far, row, column) < 2**62
        exact = [
            exact_level(each.tolist(), (row, column, down, across, slant), i, j)
            for i, j in np.ndindex(shape)
        ]
        assert ink.normalised(each[None], moments).ravel().tolist() == exact


def exact_level(image, frame, i, j):
    """A pixel of a redrawn image by Python's integers, which have no end."""
    row, column, down, across, slant = frame
    y = (2 * i - (len(image) - 1)) * down >> 1
    x = (2 * j - (len(image[0]) - 1)) * across >> 1
    y, x = row + y, column + x + (slant * y >> 20)
    at = picture([image])[0]
    corners = product((y >> 20, (y >> 20) + 1), (x >> 20, (x >> 20) + 1))
    one = 1 << 20
    return (
        sum(at(0, p, q) * (one - abs(y - p * one)) * (one - abs(x - q * one)) for p, q in corners)
        >> 28
    )


# Certificates


def test_a_certificate_charges_exact_bits_and_counts_all_errors(digits):
    images, labels = digits
    chosen = Configuration(Domain(8, 8, 10), (Layer(4, 3, pool=True),), reach=1)
    rng = np.random.default_rng(2)
    description = Description(chosen, [rng.integers(-1, 2, s) for s in chosen.shapes])
    found = certified(description, (images, labels), 0.1, options={"seeds": 20}, repeats="drawn")
    wrong = int((predictions(description, images) != labels).sum())
    bits = description.bits + np.log2(20)
    limit = inequalities.binomial_tail(wrong, len(labels), bits * np.log(2), 0.1)
    assert found.certificate.errors == wrong and found.certificate.n == len(labels)
    assert found.certificate.value == pytest.approx(float(limit), abs=1e-12)
    charges = {charge.name: charge.bits for charge in found.certificate.charges}
    assert charges == {
        "header": pytest.approx(description.header_bits),
        "weights": pytest.approx(description.weight_bits),
        "family": 0,
        "seeds": pytest.approx(np.log2(20)),
        "delta": pytest.approx(-np.log2(0.1)),
    }
    assert (found.predictions != labels).sum() == wrong
    for fixed in "list of families", "how images become grey levels", "classes", "delta":
        assert fixed in found.certificate.assumptions[1]


def test_a_network_that_gives_all_examples_one_class_says_so(digits):
    chosen = Configuration(Domain(8, 8, 10))
    silent = Description(chosen, [np.zeros(chosen.shapes[0])])
    found = certified(silent, digits, repeats="drawn")
    assert repr(found).endswith(f"errors of {len(digits[1]):,}, all of one class)")
    rng = np.random.default_rng(1)
    other = Description(chosen, [rng.integers(-1, 2, chosen.shapes[0])])
    assert "one class" not in repr(certified(other, digits, repeats="drawn"))


def test_the_limit_of_the_best_of_all_descriptions_holds():
    """Labels are coins, so that every classifier has risk 1/2: 81 of them, 10,000 samples of 40.

    With bits at most delta of the limits may lie below 1/2, and three standard errors of that share
    are 0.007: a false alarm in 700.  Without them the least of many is taken for that of one.
    """
    chosen, n, delta = Configuration(Domain(1, 2, 2)), 40, 0.05
    images = np.array([[[a, b]] for a, b in product((0, 60, 120, 250), repeat=2)], np.uint8)
    weights = product((-1, 0, 1), repeat=4)
    all_ = [Description(chosen, [np.reshape(flat, (2, 1, 1, 2))]) for flat in weights]
    said = np.array([predictions(each, images) for each in all_])
    counts = np.random.default_rng(6).multinomial(n, np.full(32, 1 / 32), 10_000)
    first, second = counts[:, :16], counts[:, 16:]  # of each image, with label 0 and 1
    errors = first @ (said == 1).T + second @ (said == 0).T
    bits = np.array([each.bits for each in all_])
    few, nats = np.arange(n + 1)[:, None], np.arange(bits.max() + 1) * np.log(2)
    limits = inequalities.binomial_tail(few, n, nats, delta)  # by errors and bits
    assert (limits[errors, bits].min(1) < 0.5).mean() <= delta + 0.007
    assert (limits[errors, 0].min(1) < 0.5).mean() > 2 * delta


def test_labels_that_are_no_class_and_repeats_are_refused():
    plain = Description(Configuration(Domain(2, 2, 2)), [np.zeros((2, 1, 2, 2))])
    images = np.arange(12, dtype=np.uint8).reshape(3, 2, 2)
    with pytest.raises(ValueError, match=r"labels must lie in \[0, 2\), got 2"):
        certified(plain, (images, [0, 1, 2]))
    with pytest.raises(ValueError, match="examples must not repeat, unless so drawn"):
        certified(plain, (images[[0, 0]], [0, 1]))


@pytest.mark.parametrize(
    ("images", "line"),
    [
        (
            np.zeros((3, 2, 3), np.uint8),
            r"images must be an array of shape \(n, 1, 2, 2\), got uint8",
        ),
        (np.zeros((3, 2, 2)), "images must be uint8, grey levels of 0 to 255, got float64"),
        ([[[0, 1], [2, 3]]], r"images must be an array of shape \(n, 1, 2, 2\), got"),
    ],
)
def test_images_are_those_of_the_domain(images, line):
    plain = Description(Configuration(Domain(2, 2, 2)), [np.zeros((2, 1, 2, 2))])
    with pytest.raises(ValueError, match=line):
        scores(plain, images)


# What is frozen


def frozen():
    """Six descriptions with every field of the header, and their names."""
    rng = np.random.default_rng(20)
    square, series = Domain(8, 8, 10), Domain(1, 64, 5)
    hidden = Layer(4, 3, same=True, pool=True), Layer(6, 2, stride=2)
    own = Layer(8, 3, depthwise=True, centred=True), Layer(5, 2, same=True, centred=True)
    chosen = {
        "plain": Configuration(square, hidden),
        "moments": Configuration(square, hidden, (7, 13), reach=1),
        "mirror": Configuration(square, own, mirror=True, tables=True),
        "lift": Configuration(square, (Layer(3, 3), *own), lift=True),
        "series": Configuration(series, (*own, Layer(3, 7, 2, pool=True)), None, 2, True, True),
        "linear": Configuration(square, (), (24, 31)),
    }
    draws = {name: [rng.integers(-1, 2, s) for s in c.shapes] for name, c in chosen.items()}
    return {name: Description(c, draws[name]) for name, c in chosen.items()}


@pytest.mark.parametrize("tables", [False, True])
@pytest.mark.parametrize(
    ("name", "layer"),
    [("plain", 0), ("plain", 1), ("moments", 1), ("mirror", 1), ("lift", 2), ("series", 1)],
)
def test_channels_in_another_order_are_the_same_classifier_of_as_many_bits(name, layer, tables):
    """Bits depend on how often each weight occurs in a table, not on where."""
    given, rng = frozen()[name], np.random.default_rng(layer)
    given = Description(replace(given.configuration, tables=tables), given.weights)
    order, weights = rng.permutation(len(given.weights[layer])), list(given.weights)
    weights[layer], weights[layer + 1] = weights[layer][order], weights[layer + 1][:, order]
    other = Description(given.configuration, weights)
    assert other != given and other.bits == given.bits
    images = rng.integers(0, 256, (3, *given.configuration.domain.shape), np.uint8)
    np.testing.assert_array_equal(scores(other, images), scores(given, images))


FROZEN = {
    "plain": ["7a97b881cce5ccce", "2b7b392044aac4a8"],
    "moments": ["6a5cb6a5efa2d6e9", "61ac3d19beec4f13"],
    "mirror": ["124ed8c06ebed32a", "9a269cd88c27cdef"],
    "lift": ["22a7a7376849e791", "e0725aaba9856d49"],
    "series": ["ff57db685c9337cb", "e32a8cd4c4e34857"],
    "linear": ["126882edeb9fe60d", "4deb85599fee74ac"],
}


@pytest.mark.parametrize("name", FROZEN)
def test_bytes_and_scores_of_the_family_stay_as_they_are(name, digits):
    """Other ones would be another family, with another name and an index of its own."""
    description = frozen()[name]
    images = digits[0][:200].reshape(-1, *description.configuration.domain.shape)
    seen = description.to_bytes(), scores(description, images).astype("<i8").tobytes()
    assert [sha256(each).hexdigest()[:16] for each in seen] == FROZEN[name]
