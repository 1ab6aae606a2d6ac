"""Weights of other people: what files and objects give, and what is refused in one line."""

import json
import pickle
import struct
import zipfile

import numpy as np
import pytest

from compress import code_length, pruning, quantise, relative_error
from compress.__main__ import main
from compress.certificates.search import certify
from compress.comparison import size_report, to_csr, without_dead_units
from compress.networks import archive
from compress.networks.model import recognised

try:
    import safetensors
except ImportError:
    safetensors = None
needs_safetensors = pytest.mark.skipif(safetensors is None, reason="needs the extra weights")
KINDS = {"float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64", "uint8": "U8"}


def tensor_file(entries, data=b"", length=None):
    """Content of a file by its header, which may say what is not so."""
    header = entries if isinstance(entries, bytes) else json.dumps(entries).encode()
    return struct.pack("<Q", len(header) if length is None else length) + header + data


def entry(dtype, shape, start, stop):
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, stop]}


def saved(arrays):
    """Content of a file of arrays, as its format says, in their order."""
    entries, data = {"__metadata__": {"format": "pt"}}, b""
    for name, array in arrays.items():
        start, data = len(data), data + array.tobytes()
        entries[name] = entry(KINDS[array.dtype.name], list(array.shape), start, len(data))
    return tensor_file(entries, data)


@needs_safetensors
def test_arrays_of_a_tensor_file_come_back_in_its_order(tmp_path):
    arrays = {
        "z.weight": np.arange(6.0).reshape(2, 3),
        "a": np.float32([[1.5], [2.0]]),
        "n": np.int64(7).reshape(()),
        "h": np.float16([0.25]),
    }
    (tmp_path / "w.safetensors").write_bytes(saved(arrays))
    found = archive.load(tmp_path / "w.safetensors")
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
    (tmp_path / "w").write_bytes(saved(arrays))  # known by its content
    assert list(archive.load(tmp_path / "w")) == list(arrays)


@needs_safetensors
def test_a_file_of_the_library_itself_is_read(tmp_path):
    from safetensors.numpy import save_file

    arrays = {"b": np.ones(3, np.float32), "w": np.arange(6, dtype=np.float32).reshape(3, 2)}
    save_file(arrays, tmp_path / "w.safetensors")
    found = archive.load(tmp_path / "w.safetensors")
    assert {name: a.tolist() for name, a in found.items()} == {
        name: a.tolist() for name, a in arrays.items()
    }


@needs_safetensors
def test_bfloat16_is_the_upper_half_of_float32(tmp_path):
    """All finite ones: each is read as the float32 of the same upper half."""
    halves = np.arange(2**16, dtype=np.uint16)
    halves = halves[(halves >> 7) % 256 != 255]  # neither infinite nor NaN
    content = tensor_file(
        {"w": entry("BF16", [len(halves)], 0, 2 * len(halves))}, halves.astype("<u2").tobytes()
    )
    (tmp_path / "w.safetensors").write_bytes(content)
    found = archive.load(tmp_path / "w.safetensors")["w"]
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found.view(np.uint32), halves.astype(np.uint32) << 16)
    assert found[halves == 0x3FC0] == 1.5


@needs_safetensors
@pytest.mark.parametrize("first", [b"(", b"]", b"}", b"c"])
def test_a_length_that_begins_like_a_pickle_is_a_length(tmp_path, first):
    """Of the header: 40, 93, 125 or 99 bytes, which are first opcodes of old pickles."""
    header = json.dumps({"a": entry("F32", [1], 0, 4)}).encode()
    content = tensor_file(header.ljust(first[0] + 256 * (len(header) > first[0])), b"\n\n\n?")
    assert content[:1] == first
    (tmp_path / "w").write_bytes(content)
    assert list(archive.load(tmp_path / "w")) == ["a"]


ONE, FOUR = entry("F32", [1], 0, 4), b"\0\0\x80?"
BYTES = json.dumps(ONE).encode()
BAD_FILES = {
    "long header": (tensor_file({"a": ONE}, FOUR, 2**60), "header of 1,152,921,504,606,846,976 b"),
    "no header": (b"123", "a header of .* bytes in a file of 3"),
    "empty": (b"", "a header of 0 bytes in a file of 0"),
    "a list": (tensor_file(b"[1]"), "a header that is no table"),
    "no JSON": (tensor_file(b"{no"), "got: "),
    "no text": (tensor_file(b"\xff\xfe{}"), "got: "),
    "deep": (tensor_file(b"[" * 100_000), "nested too deeply"),
    "twice": (tensor_file(b'{"a": %b, "a": %b}' % ((BYTES,) * 2), FOUR), "two arrays"),
    "overlap": (tensor_file({"a": ONE, "b": ONE}, FOUR), "a and b in the same bytes"),
    "partial overlap": (
        tensor_file({"a": entry("F32", [2], 0, 8), "b": entry("F32", [1], 4, 8)}, 2 * FOUR),
        "a and b in the same bytes",
    ),
    "promise": (tensor_file({"a": entry("F32", [10**13], 0, 4 * 10**13)}, FOUR), "of 4"),
    "shape": (tensor_file({"a": entry("F32", [2], 0, 4)}, FOUR), r"a of shape \(2,\) and type F32"),
    "backward": (tensor_file({"a": entry("F32", [1], 4, 0)}, FOUR), "at bytes 4 to 0"),
    "negative": (tensor_file({"a": entry("F32", [-1], 0, 4)}, FOUR), r"a of shape \[-1\]"),
    "true": (tensor_file({"a": entry("F32", [True], 0, 4)}, FOUR), r"a of shape \[True\]"),
    "type": (tensor_file({"a": entry("F8_E4M3", [4], 0, 4)}, FOUR), "a of type 'F8_E4M3', where"),
    "type no text": (tensor_file({"a": entry([1], [4], 0, 4)}, FOUR), "a of type"),
    "no offsets": (tensor_file({"a": {"dtype": "F32", "shape": [1]}}, FOUR), "no dtype, shape and"),
    "gap": (tensor_file({"a": ONE}, 2 * FOUR), "got: "),
    "no elements": (tensor_file({"a": entry("F32", [0], 0, 0)}), r"must not be empty, got shape"),
    "no arrays": (tensor_file({}), "must hold an array"),
    "not finite": (tensor_file({"a": ONE}, b"\0\0\x80\x7f"), "must be finite, got inf"),
}


@needs_safetensors
@pytest.mark.parametrize("what", BAD_FILES)
def test_a_tensor_file_that_lies_is_refused_in_one_line(tmp_path, what):
    content, line = BAD_FILES[what]
    (tmp_path / "w.safetensors").write_bytes(content)
    with pytest.raises(ValueError, match=line) as refused:
        archive.load(tmp_path / "w.safetensors")
    told = str(refused.value)
    assert "\n" not in told and " must " in told and ", got" in told and "w.safetensors" in told


def test_without_its_library_a_tensor_file_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "safetensors", None)
    (tmp_path / "w.safetensors").write_bytes(tensor_file({"a": ONE}, FOUR))
    with pytest.raises(ImportError, match=r"\[weights\]") as refused:
        archive.load(tmp_path / "w.safetensors")
    assert "\n" not in str(refused.value)


class Planted:
    """Writes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


def torch_file(path, planted):
    """As PyTorch writes it: a zip file with a pickle in it."""
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("archive/data.pkl", pickle.dumps(planted))
        file.writestr("archive/data/0", b"\0" * 8)


@pytest.mark.parametrize(
    "name", ["w.pt", "w.pth", "w.ckpt", "w.pkl", "w.npz", "w.safetensors", "w"]
)
@pytest.mark.parametrize("protocol", ["torch", 0, 1, 2, 3, 4, 5])
def test_a_pickle_is_refused_with_the_line_that_converts_it_and_never_obeyed(
    tmp_path, name, protocol
):
    planted = [Planted(str(tmp_path / "harm"))]
    if protocol == "torch":
        torch_file(tmp_path / name, planted)
    else:
        (tmp_path / name).write_bytes(pickle.dumps(planted, protocol))
    with pytest.raises(ValueError, match="got a pickle") as refused:
        archive.load(tmp_path / name)
    told = str(refused.value)
    assert not (tmp_path / "harm").exists()
    assert "\n" not in told and "run no code" in told
    assert 'python -c "import ' in told and f"'{name}'" in told and "safetensors" in told
    of_torch = protocol == "torch" or name in ("w.pt", "w.pth", "w.ckpt")
    assert ("import torch, safetensors.torch" in told) == of_torch


def test_the_line_that_converts_a_pickle_of_arrays_does(tmp_path, monkeypatch):
    """The line is Python; what it calls of the library is recorded."""
    pytest.importorskip("safetensors", reason="needs the extra weights")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "w.pkl").write_bytes(pickle.dumps({"w": np.eye(2)}))
    with pytest.raises(ValueError) as refused:
        archive.load("w.pkl")
    line = str(refused.value).split('python -c "')[1].split('"')[0]
    exec(line, {})
    np.testing.assert_array_equal(archive.load("w.safetensors")["w"], np.eye(2))


def test_a_file_of_keras_is_refused_with_the_line_that_converts_it(tmp_path):
    (tmp_path / "w.h5").write_bytes(b"\x89HDF\r\n\x1a\nrest")
    with pytest.raises(ValueError, match=r"import keras, numpy; .*, got one of Keras$"):
        archive.load(tmp_path / "w.h5")


class Tensor:
    """What a framework's array gives: itself as one of NumPy, unless it cannot."""

    requires_grad = False

    def __init__(self, array, fails=None):
        self.array, self.fails = np.asarray(array), fails
        self.asked = 0

    def __array__(self, dtype=None, copy=None):
        self.asked += 1
        if self.fails:
            raise TypeError(self.fails)
        return self.array if dtype is None else self.array.astype(dtype)


MATRIX = np.random.default_rng(1).normal(size=(4, 3))
KERNELS = np.random.default_rng(2).normal(size=(4, 2, 3, 3))
CALLS = {
    "magnitude": lambda w: pruning.magnitude.prune({"w": w}, 0.5)["w"],
    "column": lambda w: pruning.column.prune(w, 0.5),
    "random": lambda w: pruning.random.prune([w], 0.5, seed=1)[0],
    "sap": lambda w: pruning.sap.prune(w),
    "singular_value": lambda w: pruning.singular_value.prune(w, 0.5),
    "dead_unit": lambda w: pruning.dead_unit.prune([w])[0],
    "keep_for_error": lambda w: pruning.magnitude.keep_for_error(w, 0.1),
    "code_length": lambda w: code_length({"w": w}).payload,
    "quantise": lambda w: quantise({"w": w}, 4).weights["w"],
    "relative_error": lambda w: relative_error(w, 0.5),
    "to_csr": lambda w: to_csr(w).toarray(),
    "size_report": lambda w: size_report(w, w).table(),
    "without_dead_units": lambda w: without_dead_units([w])[0],
    "recognised": lambda w: recognised({"w": w}, 3).logits({"w": MATRIX}, np.eye(3)),
    "certify": lambda w: certify({"w": w}, (np.eye(3), np.arange(3)), codecs=["lzma"]).payload,
}


@pytest.mark.parametrize("name", CALLS)
def test_an_array_of_another_library_is_the_array_it_gives(name):
    np.testing.assert_array_equal(CALLS[name](Tensor(MATRIX)), CALLS[name](MATRIX))


@pytest.mark.parametrize("name", CALLS)
def test_an_array_that_needs_a_gradient_is_told_to_be_detached(name):
    tensor = Tensor(MATRIX)
    tensor.requires_grad = True
    with pytest.raises(ValueError, match=r" must be detached, got a Tensor .*detach\(\)$") as told:
        CALLS[name](tensor)
    assert "\n" not in str(told.value)
    assert tensor.asked == 0


@pytest.mark.parametrize("name", CALLS)
def test_an_array_on_a_device_is_refused_in_the_words_of_its_library(name):
    tensor = Tensor(MATRIX, fails="can't convert cuda:0 device type tensor to numpy.\nmore")
    with pytest.raises(ValueError, match="give an array of NumPy, got a Tensor: can't") as told:
        CALLS[name](tensor)
    assert "\n" not in str(told.value)


def test_kernels_of_another_library_are_pruned_by_filters():
    np.testing.assert_array_equal(
        pruning.filter.prune(Tensor(KERNELS), 0.5), pruning.filter.prune(KERNELS, 0.5)
    )


def test_an_object_that_gives_no_numbers_is_refused():
    for array in np.array(["a"]), np.array([{}]):
        with pytest.raises(ValueError, match=r"weights\['w'\] must be of integers or float64"):
            pruning.magnitude.prune({"w": Tensor(array)}, 0.5)


@pytest.mark.parametrize("suffix", [".pt", ".pkl", ".h5", ".keras", ".PTH"])
def test_nothing_is_written_under_a_suffix_of_another_format(suffix, tmp_path, capsys):
    """``load`` would refuse it; the commands refuse before their work."""
    path = tmp_path / f"out{suffix}"
    line = r"must end in .npz or .safetensors, the formats that are written, got .*out\."
    with pytest.raises(ValueError, match=line):
        archive.save(path, {"w": np.eye(2)})
    archive.save(tmp_path / "w.npz", {"w": np.eye(2)})
    for command in (["prune", "--keep", "0.5"], ["coreset", "--keep", "0.5"]):
        given = [str(tmp_path / "w.npz"), "--data", "none.npz", "--out", str(path)]
        assert main([command[0], *given, *command[1:]]) == 1
        assert "--out must end in .npz or .safetensors" in capsys.readouterr().err
    assert not path.exists()
