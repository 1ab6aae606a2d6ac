"""A ternary network coded relative to a ternary prior network: exact bits, and its null."""

import json
from math import ceil, log2

import numpy as np
import pytest

from compress.certificates import holdout, occam
from compress.certificates.nulls import CHOICE_OF_SHARE
from compress.certificates.priors import (
    Split,
    read_relative,
    ternary_from_prior,
    unseen_rows,
)
from compress.certificates.priors.ternaries import like, relative_bytes, relative_code
from compress.certificates.risks import NOTHING_SAID
from compress.certificates.ternary import Configuration, Description, Domain, Layer, predictions

CHOSEN = Configuration(Domain(6, 6, 3), (Layer(2, 3, pool=True), Layer(3, 2)))
RNG = np.random.default_rng(1)
IMAGES = RNG.integers(0, 256, (300, 6, 6), np.uint8)
WEIGHTS = CHOSEN.weights


def described(flat):
    start = Description(CHOSEN, [np.zeros(shape) for shape in CHOSEN.shapes])
    return like(start, np.asarray(flat, np.int8))


def some(seed, changed=5):
    """A prior, and another network that differs in some weights."""
    rng = np.random.default_rng(seed)
    flat = rng.integers(-1, 2, WEIGHTS)
    other = flat.copy()
    places = rng.choice(WEIGHTS, changed, replace=False)
    other[places] = (flat[places] + 1 + rng.integers(1, 3, changed)) % 3 - 1
    return described(flat), described(other)


PRIOR, CHANGED = some(1)
LABELS = predictions(CHANGED, IMAGES)
SPLIT = unseen_rows(300, range(50, 300))
FOUND = ternary_from_prior(CHANGED, PRIOR, (IMAGES, LABELS), SPLIT)


@pytest.mark.parametrize("changed", [0, 1, 30, WEIGHTS])
@pytest.mark.parametrize("seed", range(5))
def test_what_is_coded_comes_back(changed, seed):
    prior, other = some(seed, changed)
    assert read_relative(relative_bytes(other, prior), prior) == other
    assert len(relative_bytes(other, prior)) == ceil(relative_code(other, prior)[1] / 8)


def test_every_network_of_four_weights_comes_back_whatever_the_prior():
    """Also those whose letters are the dearest, which take most bits."""
    linear = Configuration(Domain(1, 2, 2))
    start = Description(linear, [np.zeros((2, 1, 1, 2))])
    all_flat = (np.indices((3,) * 4).reshape(4, -1).T - 1).astype(np.int8)
    for prior in (like(start, flat) for flat in all_flat[[0, 40, 52, 77]]):
        for other in (like(start, flat) for flat in all_flat):
            assert read_relative(relative_bytes(other, prior), prior) == other


def test_a_result_hands_out_the_code_of_its_network_given_its_prior():
    assert read_relative(FOUND.to_bytes(), PRIOR) == CHANGED != PRIOR
    assert len(FOUND.to_bytes()) == ceil(relative_code(CHANGED, PRIOR)[1] / 8)


def test_bits_are_those_of_krichevsky_and_trofimov_for_each_letter_of_the_prior():
    """Of the way that counts all layers together; a bit for the way, one, and the rounding."""
    flat = [np.concatenate([w.ravel() for w in each.weights]) for each in (PRIOR, CHANGED)]
    ideal = 0.0
    for letter in (-1, 0, 1):
        counts = [0, 0, 0]
        for symbol in flat[1][flat[0] == letter] + 1:
            ideal -= log2((2 * counts[symbol] + 1) / (2 * sum(counts) + 3))
            counts[symbol] += 1
    bits = relative_code(CHANGED, PRIOR)[1]
    assert bits <= ceil(ideal) + 2 and bits < CHANGED.weight_bits


def test_the_shorter_of_two_ways_to_count_is_taken():
    """A prior of one letter: only tables by layers tell layers of -1 from those of 1."""
    prior = described(np.zeros(WEIGHTS))
    sizes = [w.size for w in prior.weights]
    by_layers = described(np.repeat([-1, 1, -1], sizes))
    mixed = described(np.resize([-1, 1], WEIGHTS))
    ways = [relative_code(each, prior) for each in (by_layers, mixed)]
    assert [number >> (bits - 1) for number, bits in ways] == [1, 0]
    assert ways[0][1] < 45 < ways[1][1]
    assert read_relative(relative_bytes(by_layers, prior), prior) == by_layers


def test_no_change_costs_little_and_never_beats_its_null():
    found = ternary_from_prior(PRIOR, PRIOR, (IMAGES, LABELS), SPLIT)
    assert found.changed == 0 and not found.certificate.says_something
    assert NOTHING_SAID in repr(found) and NOTHING_SAID in found.table()


def test_all_code_words_of_a_prior_fit_into_one():
    """Kraft's sum over all networks of 4 weights, exactly."""
    linear = Configuration(Domain(1, 2, 2))
    start = Description(linear, [np.zeros((2, 1, 1, 2))])
    prior = like(start, np.array([1, 0, -1, 0], np.int8))
    total = 0
    for number in range(3**4):
        flat = np.array([number // 3**k % 3 - 1 for k in range(4)], np.int8)
        total += 2.0 ** -relative_code(like(start, flat), prior)[1]  # powers of 2: exact
    assert 0.1 < total <= 1


def test_errors_are_counted_on_the_rest_and_what_is_charged_adds_up():
    rest = SPLIT.bound
    wrong = int((predictions(PRIOR, IMAGES[rest]) != LABELS[rest]).sum())
    assert (FOUND.certificate.errors, FOUND.null.errors) == (0, wrong)
    assert FOUND.null.value == holdout(wrong, 250, 0.05).value
    bits = relative_code(CHANGED, PRIOR)[1]
    assert FOUND.certificate.value == occam(0, 250, bits, 0.05, prefix=None).value
    assert [c.name for c in FOUND.certificate.charges if c.nats][:-1] == [
        "weights, given the prior's"
    ]
    assert json.loads(json.dumps(FOUND.certificate.to_dict()))["null"]["errors"] == wrong


def test_several_shares_are_charged_to_both():
    split = Split(SPLIT.prior, SPLIT.bound, shares=9)
    found = ternary_from_prior(CHANGED, PRIOR, (IMAGES, LABELS), split, options={"kind": 2})
    charged = {c.name: c.bits for c in found.certificate.charges}
    assert charged[CHOICE_OF_SHARE] == pytest.approx(log2(9))
    assert charged["kind"] == pytest.approx(1)
    assert found.null.value > FOUND.null.value


def test_damaged_code_is_refused_or_another_network():
    """One code word is no beginning of another, so a changed bit is another network or nothing."""
    source = FOUND.to_bytes()
    for place in range(8 * len(source)):
        flipped = bytearray(source)
        flipped[place // 8] ^= 128 >> place % 8
        try:
            assert read_relative(bytes(flipped), PRIOR) != CHANGED
        except ValueError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize(
    "source", [b"", FOUND.to_bytes() + b"\0", FOUND.to_bytes()[:-1], b"\xff" * 99]
)
def test_bytes_of_another_length_are_refused(source):
    with pytest.raises(ValueError, match="must"):
        read_relative(source, PRIOR)


def test_bad_input_is_one_line():
    other = Description(Configuration(Domain(6, 6, 3)), [np.zeros((3, 1, 6, 6))])
    with pytest.raises(ValueError, match="prior must have the configuration of description, got D"):
        ternary_from_prior(CHANGED, other, (IMAGES, LABELS), SPLIT)
    with pytest.raises(ValueError, match="data must be images and labels, got 3"):
        ternary_from_prior(CHANGED, PRIOR, 3, SPLIT)
    with pytest.raises(ValueError, match="images must be uint8"):
        ternary_from_prior(CHANGED, PRIOR, (IMAGES / 255, LABELS), SPLIT)
    with pytest.raises(ValueError, match="split must be of the 300 rows of data, got row 300"):
        ternary_from_prior(CHANGED, PRIOR, (IMAGES, LABELS), unseen_rows(301, [300]))
