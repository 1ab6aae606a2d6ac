"""Bytes of anybody's: what they may make a decoder do before it refuses, and what honest ones may.

The rule is one (``networks/allowances.py``): 4,096 elements a byte, a million in any case.
"""

import json
import tracemalloc
import zipfile
from io import BytesIO
from time import process_time
from zlib import crc32

import numpy as np
import pytest

from compress.__main__ import main
from compress.coding.layouts import codec_of, laid_out
from compress.coding.length import (
    LIMIT,
    MAGIC,
    VERSION,
    decode,
    decode_payload,
    encode,
    encode_payload,
)
from compress.networks import archive
from compress.networks.allowances import (
    ELEMENTS_OF_AN_ARRAY,
    ELEMENTS_PER_BYTE,
    LEAST_ELEMENTS,
    Tally,
    allowance,
)

every = pytest.mark.parametrize("codec", ["adaptive", "counts", "grouped", "lzma", "zlib"])
MOST_BYTES = 64 * LEAST_ELEMENTS  # of a million elements; a refusal comes before all of them
LATE = 3.0  # seconds of processor time; the refusals take some 0.01


def file_of(manifest, payload=b""):
    """File of a manifest and a payload with lengths and checksum in order."""
    body = MAGIC + bytes([VERSION])
    body += len(manifest).to_bytes(8, "little") + len(payload).to_bytes(8, "little")
    body += manifest + payload
    return body + crc32(body).to_bytes(4, "little")


def claiming(codec, *arrays, payload=b"\xc0"):
    """File that says to hold float64 arrays of these shapes."""
    tree = ["l", *(["a", "float64", *shape] for shape in arrays)]
    return file_of(json.dumps([codec, tree]).encode(), payload)


def refused(call, line):
    """Whether a call ends by ValueError with one line, early and in little memory."""
    start = process_time()
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=line) as caught:
            call()
        assert "\n" not in str(caught.value) and len(str(caught.value)) < 400
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        assert process_time() - start < LATE


@pytest.mark.parametrize(
    ("packed", "elements"),
    [(0, 10**6), (244, 10**6), (245, 4096 * 245), (10**4, 40_960_000)],
)
def test_the_rule_in_numbers(packed, elements):
    """4,096 elements a byte, a million in any case, and an array for every 64 of them."""
    allowed = allowance(packed)
    assert allowed == elements
    whole = Tally(allowed, "a test")
    whole.add(elements - 1)
    whole.add(1)
    whole.add(0)
    with pytest.raises(ValueError, match=f"at most {elements} elements, a test, got at least"):
        whole.add(1)
    many = Tally(allowed, "a test")
    for _ in range(elements // 64):
        many.add(0)
    with pytest.raises(ValueError, match=rf"at most {elements // 64} arrays, a test, got at least"):
        many.add(0)


def test_few_elements_that_a_user_allows_leave_room_for_arrays_all_the_same():
    few = Tally(3, "the limit")
    for _ in range(15_625):
        few.add(0)
    with pytest.raises(ValueError, match="at most 15625 arrays, the limit, got at least 15626"):
        few.add(0)


@every
@pytest.mark.parametrize(
    "shapes",
    [
        [[2**26]],
        [[2**59, 2**59]],
        [[2**32, 2**32]],  # whose product is 0 in 64 bits
        [[2**20, 2**20, 2**24]],
        [[LEAST_ELEMENTS + 1]],
        [[600_000], [600_000]],
        [[1000, 1000], [1]],
        [[10] * 64],
    ],
)
def test_a_few_bytes_that_claim_much_are_refused_before_it_is_made(codec, shapes):
    assert refused(lambda: decode(claiming(codec, *shapes)), "elements|shapes") < 1e6


def test_bytes_that_took_seconds_and_most_of_a_gigabyte_are_refused_at_once():
    """A book of one value, then zeros for ever: 2^26 decisions before its end is seen."""
    blob = claiming("adaptive", [2**13, 2**13], payload=bytes.fromhex("4c0000000000"))
    assert len(blob) < 90
    assert refused(lambda: decode(blob), "must hold at most 1000000 elements") < 1e5


@every
@pytest.mark.parametrize("shape", [[0], [0, 2**40], []])
def test_arrays_count_too(codec, shape):
    blob = claiming(codec, *[shape] * 50_000, payload=b"")
    assert refused(lambda: decode(blob), "at most 15625 arrays") < 2e8  # of 1 MB of JSON


def test_nothing_nested_or_named_takes_more_than_its_bytes():
    """JSON of 0.6 MB is lists of 56 B for each 6 B of it: linear, and no array among them."""
    lists = file_of(b'["adaptive",["l",' + b",".join([b'["l"]'] * 100_000) + b"]]")
    assert decode(lists) == [[]] * 100_000
    deep = file_of(b'["adaptive",' + b'["l",' * 200 + b"null" + b"]" * 201)
    refused(lambda: decode(deep), "container")
    refused(lambda: decode(file_of(b'["adaptive",' + b"[" * 10**6)), "manifest must be JSON")
    named = encode({"n" * 10**6: np.zeros(3)})
    assert list(decode(named)) == ["n" * 10**6]
    refused(lambda: decode(file_of(b'["' + b"x" * 10**6 + b'",["l"]]')), "codec must be one of")


@every
@pytest.mark.parametrize(
    "change", [lambda p: p[:-1], lambda p: p + b"\0", lambda p: p + b"\xff" * 99]
)
def test_truncated_and_extended_payloads_are_refused(codec, change):
    arrays = [np.where(np.arange(999) % 7, 0.0, 2.0).reshape(27, 37)]
    blob = claiming(codec, [27, 37], payload=change(encode_payload(arrays, codec)))
    refused(lambda: decode(blob), "must|end")
    refused(
        lambda: decode_payload(change(encode_payload(arrays, codec)), arrays, codec), "must|end"
    )


@every
def test_random_payloads_take_no_more_than_their_arrays(codec):
    """Of 10^5 elements some 60 B each, and a constant, whether they are refused or happen to do."""
    rng, like = np.random.default_rng(1), [np.zeros((250, 400))]
    decode_payload(encode_payload(like, codec), like, codec)  # compiles
    for size in (1, 5, 50, 500):
        for _ in range(3):
            tracemalloc.start()
            try:
                decode_payload(rng.bytes(size), like, codec)
            except ValueError as error:
                assert "\n" not in str(error)
            finally:
                peak = tracemalloc.get_traced_memory()[1]
                tracemalloc.stop()
            assert peak < 60 * 10**5 + 4e6


@every
def test_a_million_elements_need_no_bytes(codec):
    zeros = np.zeros((1000, 1000), np.float32)
    np.testing.assert_array_equal(decode(encode(zeros, codec)), zeros)


def test_an_honest_network_of_ten_million_weights_needs_no_limit():
    """One weight in 300 that is not zero takes 12 kB: 5 times what is asked for 10^7 elements."""
    weights = np.zeros((4000, 2500), np.float32)
    weights.ravel()[::300] = 0.5
    blob = encode({"w": weights})
    assert ELEMENTS_PER_BYTE * len(blob) > 10**7
    np.testing.assert_array_equal(decode(blob)["w"], weights)


def test_zeros_that_cost_nothing_need_a_limit_and_are_told_so(tmp_path, capsys):
    """10^7 zeros are a byte: they might be anybody's."""
    blob = encode({"w": np.zeros((4000, 2500), np.float32)})
    rule = (
        r"at most 1000000 elements, as its payload has 1 B \(--limit, or limit= in Python, allows"
    )
    refused(lambda: decode(blob), rule)
    assert decode(blob, limit=10**7)["w"].shape == (4000, 2500)
    refused(lambda: decode(blob, limit=10**7 - 1), "at most 9999999 elements, the limit, got at")
    path = tmp_path / "w.snc"
    path.write_bytes(blob)
    assert main(["decode", str(path)]) == 1
    assert "--limit" in capsys.readouterr().err and not (tmp_path / "w.npz").exists()
    assert main(["decode", str(path), "--limit", "10000000"]) == 0


def test_a_payload_of_any_size_does_not_go_beyond_the_most():
    blob = claiming("adaptive", [LIMIT + 1], payload=bytes(LIMIT // ELEMENTS_PER_BYTE + 1000))
    refused(lambda: decode(blob), f"at most {LIMIT} elements")


def test_a_limit_allows_for_arrays_too():
    blob = encode([np.zeros(0)] * 16_000)
    refused(lambda: decode(blob), "at most 15625 arrays")
    assert len(decode(blob, limit=16_000 * ELEMENTS_OF_AN_ARRAY)) == 16_000
    assert len(decode(encode([np.zeros(1)] * 300), limit=300)) == 300


def zipped(path, method, shape, entries, claim=None):
    """File of an array of zeros, as NumPy's but for the way it is packed and what it claims."""
    content = BytesIO()
    header = {"descr": "|i1", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(content, header)
    content.write(bytes(entries))
    with zipfile.ZipFile(path, "w", method) as file:
        file.writestr("w.npy", content.getvalue())
        file.infolist()[0].file_size = claim or len(content.getvalue())


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_file_of_numpy_packed_by_others_is_refused(tmp_path, method):
    """Zeros by bzip2 take a byte for 10^6 of them, and are unpacked by the piece of 4 kB."""
    zipped(tmp_path / "w.npz", method, (10**7,), 10**7)
    assert (tmp_path / "w.npz").stat().st_size < 3000
    rule = "must be stored or deflated, got method"
    assert refused(lambda: archive.load(tmp_path / "w.npz"), rule) < 1e6


def test_the_rule_is_that_of_files_of_numpy_too(tmp_path):
    """What NumPy packs has at most 1,032 B for each; a header may promise anything."""
    path, array = tmp_path / "w.npz", np.zeros(3 * 10**7, np.int8)
    np.savez_compressed(path, w=array)
    assert archive.load(path)["w"].size == array.size and path.stat().st_size < 30_000
    zipped(path, zipfile.ZIP_DEFLATED, (2 * 10**9,), 30, claim=2**31)
    rule = "at most 1000000 elements, as it has"
    assert refused(lambda: archive.load(path), rule) < 1e6


@every
def test_layouts_are_all_that_a_codec_takes_on_trust(codec):
    """Counts in a head, of values, classes or bytes, are held against the arrays first."""
    layouts, _ = laid_out([np.zeros((3, 4))])
    for head in (b"\0" * 40, b"\xff" * 40, b"\x01" * 40, bytes(range(40))):
        tracemalloc.start()
        try:
            with pytest.raises(ValueError):
                codec_of(codec).decode(head, layouts)
            assert tracemalloc.get_traced_memory()[1] < 1e6
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize(
    ("packed", "elements"), [(0, 10**6), (244, 10**6), (245, 1_003_520), (10**6, 4_096 * 10**6)]
)
def test_what_a_file_may_hold_is_4096_elements_a_byte_and_a_million_in_any_case(packed, elements):
    assert allowance(packed) == elements


@pytest.mark.parametrize(("allowed", "arrays"), [(100, 15_625), (10**6, 15_625), (10**7, 156_250)])
def test_the_last_element_and_the_last_array_that_are_allowed_are_taken(allowed, arrays):
    """An array counts as 64 elements besides: 15,625 of them are a million."""
    elements, empty = Tally(allowed, "of a test"), Tally(allowed, "of a test")
    elements.add(allowed - 1)
    elements.add(1)
    with pytest.raises(ValueError, match=f"hold at most {allowed} elements, of a test, got at"):
        elements.add(1)
    for _ in range(arrays):
        empty.add(0)
    with pytest.raises(ValueError, match=f"at most {arrays} arrays, of a test, got at least"):
        empty.add(0)
