"""CIFAR-10 from files made here in the official forms, and from the pictures of a part of it."""

import hashlib
import os
import pickle
import pickletools
import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablenoise.data import by_name, cifar, load, png, source_files
from stablenoise.data.cifar import load_cifar10
from stablenoise.data.pickled import arrays_and_lists

REAL = os.environ.get("STABLENOISE_DATA")  # read before the tests are cut off from it
NAMES = ["test_batch", *(f"data_batch_{number}" for number in range(1, 6))]
ARRAYS = "numpy.core.multiarray _reconstruct"


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.delenv("STABLENOISE_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def real():
    if not (REAL and source_files("cifar10_subset", REAL)):
        pytest.skip("the environment variable STABLENOISE_DATA names no folder of the pictures")
    return Path(REAL).absolute()


def batch(seed, n=4):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, 3072), dtype=np.uint8), rng.integers(0, 10, n)


def pickled_by_python_2(x, labels):
    """A batch in the opcodes of the official files: Python 2, protocol 2."""

    def text(word):
        return b"U" + bytes([len(word)]) + word.encode()

    content = x.tobytes()
    shape = b"M" + struct.pack("<H", x.shape[0]) + b"M" + struct.pack("<H", x.shape[1])
    kind = b"cnumpy\ndtype\nq\x0e" + text("u1") + b"K\x00K\x01\x87q\x10Rq\x11(K\x03" + text("|")
    kind += b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tq\x13b"
    array = b"cnumpy.core.multiarray\n_reconstruct\nq\x07cnumpy\nndarray\nq\x08K\x00\x85q\t"
    array += text("b") + b"\x87q\x0bRq\x0c(K\x01" + shape + b"\x86q\r" + kind
    array += b"\x89T" + struct.pack("<i", len(content)) + content + b"tq\x15b"
    numbers = b"]q\x05(" + b"".join(b"K" + bytes([label]) for label in labels) + b"e"
    files = b"](" + b"".join(text(f"a_{i}.png") for i in range(len(labels))) + b"e"
    head = b"\x80\x02}q\x01(" + text("batch_label") + b"q\x02" + text("training batch 1 of 5")
    entries = text("labels") + numbers + text("data") + array + text("filenames") + files
    return head + entries + b"u."


def pickled_today(x, labels, protocol=4, **more):
    document = {b"data": x, b"labels": [int(label) for label in labels], b"filenames": [b"a.png"]}
    return pickle.dumps(document | more, protocol=protocol)


def binary(x, labels):
    return np.c_[np.array(labels, np.uint8), x].tobytes()


def write(folder, make, suffix="", names=NAMES, n=4):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / (name + suffix)).write_bytes(make(*batch(NAMES.index(name), n)))


def assert_is(data, train, n=4):
    x, y = zip(*(batch(NAMES.index(f"data_batch_{number}"), n) for number in train), strict=True)
    test_x, test_y = batch(0, n)
    for seen, expected in zip(
        (data.x_train, data.y_train, data.x_test, data.y_test),
        (np.concatenate(x) / 255, np.concatenate(y), test_x / 255, test_y),
        strict=True,
    ):
        np.testing.assert_array_equal(seen, expected)
        assert seen.dtype == (np.int64 if seen.ndim == 1 else np.float64)
        assert seen.flags.c_contiguous


# --- batches


def test_the_batches_made_here_are_pickles_of_python_2():
    x, y = batch(1)
    content = pickled_by_python_2(x, y)
    document = pickle.loads(content, encoding="bytes")
    np.testing.assert_array_equal(document[b"data"], x)
    assert document[b"labels"] == y.tolist() and document[b"filenames"][1] == b"a_1.png"
    assert not any(op.proto > 2 for op, _, _ in pickletools.genops(content))


@pytest.mark.parametrize("folder", ["cifar-10-batches-py", "cifar10", "", "cifar-10-batches-bin"])
@pytest.mark.parametrize(
    ("make", "suffix"), [(pickled_by_python_2, ""), (pickled_today, ""), (binary, ".bin")]
)
def test_every_form_in_every_folder_gives_the_same_data(tmp_path, folder, make, suffix):
    write(tmp_path / folder, make, suffix)
    data = load_cifar10(tmp_path, standardise=False)
    assert_is(data, range(1, 6))
    assert data.name == "CIFAR-10 (batches 1, 2, 3, 4, 5, not all of their images)"
    assert {path.name for path in source_files("cifar10", tmp_path)} == {
        name + suffix for name in NAMES
    }


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("order", "CF")
def test_arrays_of_every_protocol_are_read(tmp_path, protocol, order):
    x, y = batch(1)
    content = pickled_today(np.array(x, order=order), y, protocol)
    entries = arrays_and_lists(content)
    np.testing.assert_array_equal(entries[b"data"], x)
    assert entries[b"labels"] == y.tolist() and entries[b"filenames"] == [b"a.png"]


def test_there_may_be_some_batches_and_the_form_with_more_is_read(tmp_path):
    write(tmp_path, pickled_today, names=["test_batch", "data_batch_2"])
    write(tmp_path, binary, ".bin", names=["data_batch_4", "data_batch_3"])
    assert_is(load_cifar10(tmp_path, standardise=False), [2])  # the other form has no test batch
    write(tmp_path, binary, ".bin", names=["test_batch"])
    data = load_cifar10(tmp_path, standardise=False)
    assert_is(data, [3, 4])
    assert data.name == "CIFAR-10 (batches 3, 4, not all of their images)"


def test_batches_come_in_the_order_that_is_asked_for(tmp_path):
    write(tmp_path, binary, ".bin")
    for part in ([5, 2], (1,), iter([3])):
        wanted = list(part) if not hasattr(part, "__next__") else [3]
        assert_is(load_cifar10(tmp_path, False, part), wanted)


@pytest.mark.parametrize(("make", "suffix"), [(pickled_today, ""), (binary, ".bin")])
def test_the_whole_must_be_whole(tmp_path, make, suffix):
    write(tmp_path, make, suffix)
    with pytest.raises(ValueError, match=rf"{suffix} must hold 10,000 images, got 4$"):
        load_cifar10(tmp_path, part="whole")
    (tmp_path / f"data_batch_4{suffix}").unlink()
    lacking = "data_batch_4.bin" if suffix else "data_batch_4"
    with pytest.raises(FileNotFoundError, match=rf"\b{lacking} .*got none of .*/{lacking}{{,.gz"):
        load_cifar10(tmp_path, part="whole")


def test_a_whole_batch_of_the_binary_version_is_the_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(cifar, "WHOLE", 4)
    write(tmp_path, binary, ".bin")
    data = load_cifar10(tmp_path, standardise=False, part="whole")
    assert_is(data, range(1, 6))
    assert data.name == "CIFAR-10"
    (tmp_path / "data_batch_5.bin").unlink()
    assert load_cifar10(tmp_path).name == "CIFAR-10 (batches 1, 2, 3, 4)"


def test_a_whole_batch_of_the_python_version_must_be_the_official_one(tmp_path, monkeypatch):
    monkeypatch.setattr(cifar, "WHOLE", 4)
    write(tmp_path, pickled_by_python_2)
    seen = hashlib.md5((tmp_path / "data_batch_1").read_bytes()).hexdigest()
    right = "c99cafc152244af753f735de768cd75f"
    line = rf"^{tmp_path}/data_batch_1: md5 of its content must be {right}, got {seen}$"
    with pytest.raises(ValueError, match=line):
        load_cifar10(tmp_path)
    made = {name: hashlib.md5((tmp_path / name).read_bytes()).hexdigest() for name in NAMES}
    monkeypatch.setattr(cifar, "CIFAR10_MD5", made)
    assert_is(load_cifar10(tmp_path, False, "whole"), range(1, 6))


def test_without_any_file_each_path_tried_is_told(tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        load_cifar10(tmp_path)
    line = str(error.value)
    assert line.startswith("test_batch, test_batch.bin or cifar10_batch_0.png must lie where ")
    for path in ("cifar-10-batches-py/test_batch", "cifar-10-batches-bin/test_batch.bin"):
        assert f"{tmp_path}/{path}{{,.gz,.xz}}" in line
    assert f"{tmp_path}/cache/stablenoise/cifar10_subset/cifar10_batch_0.png{{" in line
    assert "\n" not in line


@pytest.mark.parametrize("label", [10, 255])
def test_a_label_out_of_range_names_its_file(tmp_path, label):
    x, _ = batch(1)
    for make, suffix in (pickled_today, ""), (binary, ".bin"):
        folder = tmp_path / f"form{suffix}"
        write(folder, make, suffix)
        (folder / f"data_batch_3{suffix}").write_bytes(make(x, [1, 2, label, 3]))
        line = rf"^labels of \S+/data_batch_3{suffix} must lie in \[0, 9\], got {label}$"
        with pytest.raises(ValueError, match=line):
            load_cifar10(folder)


def test_a_negative_label_is_told(tmp_path):
    write(tmp_path, pickled_today)
    (tmp_path / "test_batch").write_bytes(pickled_today(batch(1)[0], [0, -1, 2, 3]))
    with pytest.raises(ValueError, match=r"must lie in \[0, 9\], got -1$"):
        load_cifar10(tmp_path)


@pytest.mark.parametrize("size", [0, 1, 3072, 3074, 10_001 * 3073])
def test_records_of_the_binary_version_have_their_length(tmp_path, size):
    write(tmp_path, binary, ".bin")
    (tmp_path / "data_batch_1.bin").write_bytes(bytes(size))
    line = rf"data_batch_1.bin must hold 1 to 10,000 records of 3,073 bytes, got {size:,} bytes$"
    with pytest.raises(ValueError, match=line):
        load_cifar10(tmp_path)


@pytest.mark.parametrize(
    ("entries", "seen"),
    [
        ({"data": np.zeros((2, 5), np.uint8), "labels": [0, 1]}, r"uint8 of shape \(2, 5\)"),
        ({"data": np.zeros((2, 3072), np.uint8), "labels": [0]}, "and 1 labels"),
        ({"data": np.zeros((0, 3072), np.uint8), "labels": []}, "and 0 labels"),
        ({"data": np.zeros((1, 3072), np.uint8), "fine_labels": [0]}, "'data', 'fine_labels'"),
        ({"data": [0] * 3072, "labels": [0]}, "got entries 'data', 'labels'"),
        ({}, "got entries none"),
        ({"data": np.zeros((1, 3072), np.uint8), "labels": [b"a"]}, "must be integers"),
        ({"data": np.zeros((1, 3072), np.uint8), "labels": [True]}, "must be integers"),
        ({"data": np.zeros((1, 3072), np.int16), "labels": [0]}, "another use of numpy dtype"),
        ({"data": np.zeros((1, 3072)), "labels": [0]}, "another use of numpy dtype"),
    ],
)
def test_what_is_no_batch_says_what_it_has(tmp_path, entries, seen):
    write(tmp_path, pickled_today)
    (tmp_path / "data_batch_1").write_bytes(pickle.dumps(entries, protocol=4))
    with pytest.raises(ValueError, match=rf"data_batch_1\b.*{seen}") as error:
        load_cifar10(tmp_path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("part", ["all", b"whole", 3, [], [0], [6], [1, 1], [1.0], [True]])
def test_a_part_that_there_is_not_is_told(part):
    with pytest.raises(ValueError, match=r"^(each of )?part must be "):
        load_cifar10(part=part)


# --- nothing is unpickled


class Bad:
    def __init__(self, function, *arguments):
        self.given = function, arguments

    def __reduce__(self):
        return self.given


@pytest.mark.parametrize("protocol", range(6))
def test_a_file_that_would_run_code_runs_none(tmp_path, protocol):
    mark = tmp_path / "mark"
    for bad in (Bad(os.mkdir, str(mark)), Bad(eval, "1"), Bad(np.load, "a"), Bad(np.dtype, "O")):
        content = pickle.dumps({b"data": bad, b"labels": [0]}, protocol=protocol)
        with pytest.raises(ValueError, match="^a batch must hold arrays and lists alone, got "):
            arrays_and_lists(content)
    assert not mark.exists()


ARRAY = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
KIND = b"cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R"
STATE = b"(K\x01K\x02\x85" + KIND + b"\x89U\x02abtb"  # two bytes


def test_the_parts_of_the_next_test_make_an_array():
    entries = arrays_and_lists(b"\x80\x02}(U\x01a" + ARRAY + STATE + b"u.")
    assert entries[b"a"].tolist() == [97, 98]
    assert arrays_and_lists(b"\x80\x02}(u.") == {}


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (b"\x80\x02}U\x01acos\nsystem\ns.", "the name 'os system'"),
        (b"\x80\x04}\x8c\x01a\x8c\x02os\x8c\x06system\x93s.", "the name 'os system'"),
        (b"\x80\x02}(U\x01au.", "zip.. argument"),
        (
            b"\x80\x02}U\x01a" + ARRAY.replace(b"ndarray", b"dtype") + STATE + b"s.",
            "another use of numpy.core.multiarray _reconstruct",
        ),
        (b"\x80\x02}U\x01a" + ARRAY + STATE.replace(KIND, b"N") + b"s.", "another type"),
        (b"\x80\x02}U\x01a" + ARRAY + STATE * 2 + b"s.", "filled twice"),
        (b"\x80\x02}U\x01a" + ARRAY + STATE.replace(b"K\x02", b"K\x03") + b"s.", "reshape"),
        (b"\x80\x02}U\x01a" + ARRAY + b"s.", "an array without content"),
        (b"\x80\x02}U\x01a" + KIND + b"s.", "a type in place of an array"),
    ],
)
def test_an_array_is_made_of_what_it_must_be_made_of(content, seen):
    with pytest.raises(
        ValueError, match=f"^a batch must hold arrays and lists alone, got .*{seen}"
    ):
        arrays_and_lists(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b".",
        b"\x80\x02.",
        b"\x80\x02}(U\x01aK\x01s.",  # a mark in place of a dict
        b"\x80\x02}U\x01a}u.",  # no mark
        b"\x80\x02}}s.",
        b"\x80\x02h\x00.",
        b"\x80\x02]K\x01R.",
        b"\x80\x02cnumpy\nndarray\nK\x00\x85R.",
        b"\x80\x02}q\x00h\x00h\x00s.",  # itself a key
        b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x01a\x85R.",
        b"\x80\x02cos\nsystem\nU\x01a\x85R.",
        b"(ios\nsystem\n.",
        b"\x80\x02P1\n.",
        b"\x80\x02\x82\x01.",
        b"\x80\x02}}.",
        b"\x80\x02}U\x01acnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87Rs.",
    ],
)
def test_what_is_no_pickle_of_arrays_is_told_in_one_line(content):
    with pytest.raises(ValueError, match="^a batch must hold arrays and lists alone, got [^\n]+$"):
        arrays_and_lists(content)


def test_lists_of_lists_are_neither_copied_nor_told():
    """9^199 numbers, if they were: the refusal must not write them out either."""
    lists = b"".join(
        b"K" + bytes([i]) + b"]q" + bytes([i + 1]) + b"(" + (b"h" + bytes([i])) * 9 + b"e"
        for i in range(200)
    )
    nested = b"\x80\x02}q\x00(" + lists + b"u"
    with pytest.raises(ValueError, match="got a key that is no text$"):
        arrays_and_lists(nested + b".")


@given(st.integers(0, 400), st.binary(min_size=1, max_size=3))
def test_a_damaged_batch_is_a_dict_or_is_told(at, junk):
    whole = pickled_by_python_2(np.arange(64, dtype=np.uint8).reshape(8, 8), range(8))
    content = whole[:at] + junk + whole[at + len(junk) :]
    try:
        assert isinstance(arrays_and_lists(content), dict)
    except ValueError as error:
        assert str(error).startswith("a batch must hold arrays and lists alone, got ")


# --- pictures


def as_png(pixels, filters=None, **header):
    """A PNG file whose lines have these filters, in turn."""
    height, width, _ = pixels.shape
    kinds = filters or [0]
    rows, above = [], np.zeros(3 * width, int)
    for i, row in enumerate(pixels.reshape(height, -1).astype(int)):
        left = np.r_[0, 0, 0, row[:-3]]
        corner = np.r_[0, 0, 0, above[:-3]]
        kind = kinds[i % len(kinds)]
        guess = [0 * row, left, above, (left + above) // 2, paeth(left, above, corner)][kind]
        rows.append(bytes([kind]) + ((row - guess) % 256).astype(np.uint8).tobytes())
        above = row
    size = {"bits": 8, "colour": 2, "method": 0, "filter": 0, "interlaced": 0} | header
    head = struct.pack(">IIBBBBB", width, height, *size.values())
    packed = zlib.compress(b"".join(rows))
    data = chunk(b"IDAT", packed[:5]) + chunk(b"tEXt", b"between") + chunk(b"IDAT", packed[5:])
    return png.SIGNATURE + chunk(b"IHDR", head) + data + chunk(b"IEND", b"")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def paeth(left, above, corner):
    """By the specification's text, as an oracle: the nearest of the three, in this order."""
    far = [abs(left + above - corner - neighbour) for neighbour in (left, above, corner)]
    return np.choose(np.argmin(far, axis=0), [left, above, corner])


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 4), min_size=1, max_size=6))
def test_pixels_come_back_through_every_filter(seed, filters):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (7, rng.integers(1, 6), 3), dtype=np.uint8)
    np.testing.assert_array_equal(png.pixels(as_png(pixels, filters)), pixels)


def test_another_reader_reads_the_same(real):
    image = pytest.importorskip("PIL.Image")
    kinds = set()
    for path in source_files("cifar10_subset", real):
        if path.suffix == ".png":
            content = path.read_bytes()
            other = np.asarray(image.open(BytesIO(content)))
            np.testing.assert_array_equal(png.pixels(content), other)
            packed = b"".join(data for kind, data in png._chunks(content) if kind == b"IDAT")
            kinds |= set(zlib.decompress(packed)[:: 3 * 1024 + 1])
    assert kinds == {1, 4}  # the filters that the pictures have


@pytest.mark.parametrize(
    "header",
    [{"bits": 16}, {"colour": 6}, {"colour": 3}, {"method": 1}, {"filter": 1}, {"interlaced": 1}],
)
def test_pictures_of_another_kind_are_told(header):
    line = "^a picture must be of 8-bit red, green and blue, not interlaced, got bits, colour "
    with pytest.raises(ValueError, match=line):
        png.pixels(as_png(np.zeros((2, 2, 3), np.uint8), **header))


def test_a_damaged_picture_is_told_wherever_it_is_damaged():
    pixels = np.random.default_rng(1).integers(0, 256, (3, 2, 3), dtype=np.uint8)
    content = as_png(pixels, [4])
    for at in range(len(content)):
        for damaged in (content[:at], content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]):
            with pytest.raises(ValueError, match="^a picture must [^\n]+$"):
                png.pixels(damaged)


@pytest.mark.parametrize("lines", [b"", bytes(13), bytes(15), bytes(14_000_000)])
def test_a_picture_of_another_length_is_told(lines):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0))
    content = png.SIGNATURE + head + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    with pytest.raises(ValueError, match="^a picture must unpack to 14 bytes, got "):
        png.pixels(content)


def test_an_unknown_filter_is_told():
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\x05abc"))
    with pytest.raises(ValueError, match="^a line of a picture must name one of 5 filters, got 5$"):
        png.pixels(png.SIGNATURE + head + data + chunk(b"IEND", b""))


def test_the_pictures_are_the_first_images(real):
    data = load_cifar10(real, standardise=False, part="subset")
    assert data.x_train.shape == (4000, 3072) and data.x_test.shape == (1000, 3072)
    assert data.name == "CIFAR-10 (first 4,000 and 1,000)" and data.classes == 10
    assert (data.x_train[0, :6] * 255).tolist() == [59, 43, 50, 68, 98, 119]  # red of image 0
    assert data.y_train[:10].tolist() == [6, 9, 9, 4, 1, 1, 2, 7, 8, 3]
    assert data.y_test[:10].tolist() == [3, 8, 8, 0, 6, 6, 1, 6, 3, 1]
    counts = [396, 366, 420, 384, 422, 393, 414, 385, 407, 413]
    assert np.bincount(data.y_train).tolist() == counts
    # Known to four decimals: red, green and blue.
    for x, means in (
        (data.x_train, (0.4916, 0.4818, 0.4447)),
        (data.x_test, (0.4967, 0.4867, 0.4510)),
    ):
        np.testing.assert_allclose(x.reshape(-1, 3, 1024).mean(axis=(0, 2)), means, atol=5e-5)


def test_an_image_of_the_pictures_is_rows_of_red_then_green_then_blue(real):
    image = pytest.importorskip("PIL.Image")
    path = next(p for p in source_files("cifar10_subset", real) if p.name == "cifar10_batch_2.png")
    lines = np.asarray(image.open(path))  # a line is an image: 1,024 pixels by rows
    data = load_cifar10(real, standardise=False, part="subset")
    for n in (0, 999):
        for channel in range(3):
            seen = data.x_train[2000 + n].reshape(3, 32, 32)[channel] * 255
            np.testing.assert_array_equal(seen.round(), lines[n, :, channel].reshape(32, 32))


def test_the_pictures_serve_where_nothing_else_is_there(real, tmp_path):
    assert load_cifar10(real).name == "CIFAR-10 (first 4,000 and 1,000)"
    assert load("cifar10_subset", real, False).x_train.max() == 1
    with pytest.raises(FileNotFoundError, match="^test_batch or test_batch.bin must"):
        load_cifar10(real, part=[2])


def test_a_changed_picture_is_told(real, tmp_path):
    for path in source_files("cifar10_subset", real):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    path = tmp_path / "cifar10_batch_50.png"
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(ValueError, match=rf"^{path}: sha256 of its content must be 5cea9e8f"):
        load_cifar10(tmp_path, part="subset")


# --- by name


def test_a_data_set_is_loaded_by_its_name(tmp_path):
    write(tmp_path, binary, ".bin")
    assert_is(load("cifar10", tmp_path, standardise=False), range(1, 6))
    with pytest.raises(ValueError, match="^name must be one of digits, mnist, .*, got 'minst'$"):
        load("minst")
    assert list(by_name.LOADERS)[:3] == ["digits", "mnist", "fashion_mnist"]
