"""Codec grouped: scales and codebooks of channels and runs, sent in full and charged."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compress.coding import arithmetic, contexts
from compress.coding.bits import Writer
from compress.coding.codecs import grouped
from compress.coding.codecs.grouped import WAYS
from compress.coding.length import code_length, decode, decode_payload, encode, encode_payload
from compress.coding.quantisation import quantise

some = settings(max_examples=40, deadline=None)
ways = st.sampled_from([None, "channel", 8, 32])
methods = st.sampled_from(["kmeans", "uniform", "ternary"])


def sparse(seed, shape, keep=0.4):
    rng = np.random.default_rng(seed)
    scales = rng.lognormal(0, 2, (shape[0], *[1] * (len(shape) - 1)))
    weights = rng.standard_normal(shape) * scales
    return (weights * (rng.random(shape) < keep)).astype(np.float32)


@some
@given(
    st.integers(0, 999), methods, ways, st.sampled_from([(7, 9), (3, 4, 5), (2, 3, 4, 5), (41,)])
)
def test_what_was_quantised_comes_back_to_the_bit(seed, method, groups, shape):
    levels = None if method == "ternary" else 3
    weights = quantise(sparse(seed, shape), levels, method, groups).weights
    payload = encode_payload([weights, weights[:1]], "grouped")
    first, second = decode_payload(payload, [weights, weights[:1]], "grouped")
    np.testing.assert_array_equal(first, weights)
    np.testing.assert_array_equal(second, weights[:1])
    np.testing.assert_array_equal(decode(encode({"w": weights}, "grouped"))["w"], weights)


def test_a_scale_of_two_bytes_is_charged_for_each_channel_that_has_one():
    weights = quantise(sparse(1, (60, 200)), None, "ternary", "channel").weights.copy()
    weights[::3] = 0
    (part,) = code_length(weights, "grouped").parts
    told = part.codebook - 16 * np.count_nonzero(weights.any(axis=1))
    assert np.count_nonzero(weights.any(axis=1)) == 40 and 0 < told < 16  # that it is -1 and 1
    scales = abs(weights).max(axis=1, keepdims=True)
    np.testing.assert_array_equal(scales, scales.astype(np.float16))
    np.testing.assert_array_equal(weights, scales * np.sign(weights))  # scale times code, exactly


def test_what_is_decoded_is_the_step_times_the_code_in_any_group():
    weights = quantise(sparse(2, (30, 64)), 9, "uniform", 64).weights
    (part,) = code_length(weights, "grouped").parts
    assert part.codebook < 30 * 16 + 40  # a step a group, and the multiples once
    lists = quantise(sparse(2, (30, 64)), 5, "kmeans", 64)
    (part,) = code_length(lists.weights, "grouped").parts
    assert part.codebook == pytest.approx(16 * np.count_nonzero(lists.codebook), abs=12)


def test_bits_of_a_ternary_array_are_near_its_entropy():
    """Zeros and signs by their frequencies in each row, a scale each; 2% and 60 bytes more."""
    weights = quantise(sparse(3, (100, 400), keep=0.9), None, "ternary", "channel").weights
    shares = (weights != 0).mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        zeros = -np.nan_to_num(shares * np.log2(shares) + (1 - shares) * np.log2(1 - shares))
    ideal = 400 * zeros.sum() + np.count_nonzero(weights) + 100 * 16
    assert ideal / 8 - 10 < code_length(weights, "grouped").bytes < 1.02 * ideal / 8 + 60


@pytest.mark.parametrize("groups", ["channel", 16, 64])
def test_groups_are_found_and_take_less_than_one_codebook(groups):
    weights = quantise(sparse(4, (40, 128)), None, "ternary", groups).weights
    assert 1.2 * code_length(weights, "grouped").bytes < code_length(weights, "adaptive").bytes
    assert grouped._planned(*layout_of(weights)).plan.way == WAYS.index(groups)


def layout_of(array):
    return grouped.Layout("w", array.shape, array.dtype), array


@some
@given(st.integers(0, 999), st.integers(1, 9), st.sampled_from(["kmeans", "uniform"]))
def test_an_array_of_one_codebook_takes_a_bit_more_than_by_adaptive(seed, levels, method):
    """Or so much more as is not foretold of the codes of groups, where these were chosen."""
    weights = quantise(sparse(seed, (20, 30)), max(2, levels), method).weights
    bytes_of = [code_length(weights, codec).bytes for codec in ("grouped", "adaptive")]
    assert bytes_of[0] <= bytes_of[1] + 2


def test_a_way_is_found_where_the_first_elements_say_nothing(monkeypatch):
    """Zeros, or channels of one scale: of 2^18 elements, here 64, the way is foretold."""
    monkeypatch.setattr(grouped, "TRIAL", 64)
    weights = quantise(sparse(5, (60, 32), keep=0.9), None, "ternary", "channel").weights.copy()
    for first in (0, 1):
        weights[:4] = first * np.sign(weights[:4])
        payload = encode_payload(weights, "grouped")
        assert len(payload) < 0.8 * len(encode_payload(weights, "adaptive"))
        np.testing.assert_array_equal(decode_payload(payload, weights, "grouped"), weights)


def test_more_values_than_one_codebook_holds_are_taken_in_groups():
    weights = np.arange(1.0, 10_001.0).reshape(100, 100)
    np.testing.assert_array_equal(decode(encode(weights, "grouped")), weights)
    with pytest.raises(ValueError, match="at most 4096 values.*quantise it first"):
        encode(np.arange(1.0, 5_000.0).reshape(1, -1).repeat(2, axis=0)[:, ::-1], "adaptive")
    many = np.arange(1.0, 9_001.0)[:7]  # a vector of fewer than 8 is not divided
    np.testing.assert_array_equal(decode(encode(many, "grouped")), many)


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("divided in a way that there is, got 99", [(99 + 1, None)]),
        ("divided in a way that there is, got 18", [(18 + 1, None)]),  # 2^20 of 64 elements
        ("divided in a way that there is, got 5", [(5 + 1, None)]),  # 64 of 64: one group
        (r"at most 64 values in a group, got 65", [(2, None), (0, 1), (0, 1), (65, None)]),
        (
            "multiples of steps",
            [(2, None), (0, 1), (1, 1), (2, None), (1, 1), (1, None), (1, None)],
        ),  # -1, and then 0
        ("multiples of steps", [(2, None), (0, 1), (1, 1), (1, None), (0, 1), (2**24, None)]),
        ("not end within its header", [(2, None), (0, 1)]),
    ],
)
def test_heads_that_no_array_has_are_refused(line, numbers):
    head = Writer()
    for number, width in numbers:
        head.put_gamma(number) if width is None else head.put(number, width)
    with pytest.raises(ValueError, match=line) as caught:
        decode_payload(head.to_bytes(), np.zeros((8, 8), np.float32), "grouped")
    assert "\n" not in str(caught.value)


def written(plan, codes, sent):
    """Payload of an array of 8 x 8 with these codes at its beginning, whatever they mean."""
    whole, head = np.zeros(64, np.int32), Writer()
    whole[: len(codes)] = codes
    head.put_gamma(plan.way + 1)
    grouped._write_values(plan, head)
    model = contexts.Model(plan.levels, contexts.matrix_columns((8, 8)))
    contexts.write(model, head)
    channel = contexts.encoding(8 * 999)
    contexts.run(whole, model, channel)
    grouped._send(np.array(sent, np.float16), channel)
    return head.to_bytes() + arithmetic.finished(channel.coder, channel.stream)


HALF = np.dtype(np.float16)
LISTS = grouped.Plan(1, HALF, None, 3)
GRID = grouped.Plan(1, HALF, np.array([-2, -1, 1]), 3)


@pytest.mark.parametrize(
    ("line", "plan", "codes", "sent"),
    [
        (None, LISTS, [1, 2, 0, 3], [-1, 0.5, 2]),
        (None, GRID, [1, 2, 0, 3], [0.5]),
        ("use all values", LISTS, [1, 3, 0, 3], [-1, 2]),
        ("ascending values", LISTS, [1, 2, 0, 3], [0.5, -1, 2]),
        ("ascending values", LISTS, [1, 2, 0, 3], [-1, 0.5, 0.5]),
        ("ascending values", LISTS, [1, 2, 0, 3], [-1, 0, 2]),
        ("ascending values", LISTS, [1, 2, 0, 3], [-1, 0.5, np.inf]),
        ("ascending values", LISTS, [1, 0, 0, 0], [np.nan]),
        ("ascending values", GRID, [1, 2, 0, 3], [60_000]),  # -2 of which are beyond float16
        ("steps that are values", GRID, [1, 1, 0, 0], [0.5]),
        ("steps that are values", GRID, [1, 2, 0, 3], [-0.5]),
        ("steps that are values", GRID, [1, 2, 0, 3], [0]),
        ("steps that are values", GRID, [1, 2, 0, 3], [np.nan]),
    ],
)
def test_what_no_encoder_sends_is_refused(line, plan, codes, sent):
    """Each array has one payload, up to the way it is divided and the strength."""
    payload, like = written(plan, codes, sent), np.zeros((8, 8), np.float32)
    if line is None:
        found = decode_payload(payload, like, "grouped")
        np.testing.assert_array_equal(
            found[0, :4], [-1, 0.5 if plan is LISTS else -0.5, 0, sent[-1]]
        )
        return
    with pytest.raises(ValueError, match=line):
        decode_payload(payload, like, "grouped")


def test_values_that_integers_have_not_are_refused_and_so_is_a_form_that_there_is_not():
    """Of bytes, in float16: 2.5 would be cut, 300 would wrap; and float16 is the short type."""
    for sent, line in ((2.0, None), (2.5, "ascending values"), (300.0, "ascending values")):
        plan = grouped.Plan(1, HALF, None, 1)
        payload, like = written(plan, [1], [sent]), np.zeros((8, 8), np.int8)
        if line is None:
            assert decode_payload(payload, like, "grouped")[0, 0] == sent
        else:
            with pytest.raises(ValueError, match=line):
                decode_payload(payload, like, "grouped")
    head = Writer()
    for number, width in [(2, None), (1, 1), (0, 1), (1, None), (0, 2)]:
        head.put_gamma(number) if width is None else head.put(number, width)
    with pytest.raises(ValueError, match="values of a form that there is, got 1"):
        decode_payload(head.to_bytes(), np.zeros((8, 8), np.float16), "grouped")


def test_no_payload_of_random_bytes_behind_a_good_head_crashes():
    """Steps that are NaN, infinite, zero or negative; lists that do not ascend; codes not there."""
    like, lines = np.zeros((8, 8), np.float32), set()
    for is_grid in (0, 1):
        head = Writer()
        for number, width in [(2, None), (0, 1), (is_grid, 1), (3, None)]:
            head.put_gamma(number) if width is None else head.put(number, width)
        if is_grid:
            for number, width in [(1, 1), (1, None), (2, None), (1, None)]:
                head.put_gamma(number) if width is None else head.put(number, width)
        head.put(0, 2)
        for seed in range(200):
            payload = head.to_bytes() + np.random.default_rng(seed).bytes(40)
            try:
                decode_payload(payload, like, "grouped")
            except ValueError as error:
                assert "\n" not in str(error)
                lines.add(str(error)[:24])
    assert len(lines) >= 3


def test_empty_arrays_and_zeros_take_no_room():
    arrays = [np.zeros((0, 3)), np.zeros((5, 5)), np.zeros((3, 0, 2)), np.zeros(())]
    payload = encode_payload(arrays, "grouped")
    assert len(payload) == 1
    for old, new in zip(arrays, decode_payload(payload, arrays, "grouped"), strict=True):
        np.testing.assert_array_equal(old, new)
        assert old.shape == new.shape
