"""Certificates of networks from the bits they take, by themselves and by the command line."""

import re
from math import log2

import numpy as np
import pytest
from test_compress_command import images, run, trained

from compress import archive
from compress.certificate import occam
from compress.code_length import code_length, decode, decode_payload
from compress.model import recognised
from compress.quantise import quantise
from compress.search import Setting, certified, certify, prune_quantise_encode
from stablenoise.datasets import load_digits
from stablenoise.layers.architecture import Architecture

GRID = {"keeps": (1.0, 0.4), "levels": (4,), "rounds": 1, "examples": 300}


@pytest.fixture(scope="module")
def data():
    digits = load_digits()
    return digits.x_train, digits.y_train


@pytest.fixture(scope="module")
def small():
    """The network of the digits in few values."""
    return quantise({k: w.astype(np.float32) for k, w in trained().items()}, levels=6).weights


@pytest.fixture(scope="module")
def found(data):
    return prune_quantise_encode(trained(), data, **GRID)


def errors_of(arrays, data):
    model = recognised(arrays, data[0].shape[1])
    return np.count_nonzero(model.logits(model.arrays, data[0]).argmax(axis=1) != data[1])


def test_a_certificate_is_that_of_the_bits_and_the_errors_of_what_was_decoded(small, data):
    found = certify(small, data, delta=0.03)
    bits = code_length(small).charged
    assert found.certificate.errors == errors_of(found.arrays, data)
    assert found.certificate.n == len(data[0])
    expected = occam(errors_of(small, data), len(data[0]), bits, 0.03, prefix=None)
    assert found.certificate.value == pytest.approx(expected.value, abs=1e-12)
    assert found.certificate.bits == pytest.approx(bits + log2(1 / 0.03))


def test_the_payload_decodes_to_the_network(small, data, found):
    for encoded in (certify(small, data), found):
        arrays = decode_payload(encoded.payload, encoded.code.decoded, encoded.code.codec)
        assert len(encoded.payload) == encoded.code.bytes
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, encoded.arrays[name])


def test_a_choice_among_codecs_is_charged(small, data):
    two = certify(small, data, codecs=("zlib", "adaptive"))
    assert two.code.codec == "adaptive"
    one = certify(small, data)
    assert two.certificate.bits == pytest.approx(one.certificate.bits + 1)


def test_a_codec_without_an_end_pays_for_its_length(small):
    code = code_length(small, "counts")
    charges = {c.name: c.bits for c in certified(code, 5, 1000, 0.05).charges}
    assert charges["length"] == pytest.approx(code.charged - code.bits) and code.charged > code.bits


def test_charges_are_those_of_the_arrays(small):
    code = code_length(small)
    charges = {c.name: c.bits for c in certified(code, 5, 1000, 0.05).charges}
    for name, part in zip(small, code.parts, strict=True):
        assert charges[f"arrays['{name}']"] == pytest.approx(part.total)


@pytest.mark.parametrize("name", ["w", "length", "bytes and words", "codec", "delta", "arrays[0]"])
def test_no_name_of_an_array_hides_a_charge(name):
    rng = np.random.default_rng(1)
    code = code_length({name: quantise(rng.normal(size=(10, 64)), levels=6).weights})
    found = certified(code, 5, 1000, 0.05)
    assert found.bits == pytest.approx(code.charged + log2(20))


def test_the_search_finds_less_than_it_began_with(small, data, found):
    """Six values for each weight, unpruned, against pruned ones."""
    assert found.certificate.value < certify(small, data).certificate.value - 0.05
    assert found.certificate.errors == errors_of(found.arrays, data)
    assert found.tried > 4 and found.settings.keys() == trained().keys()


def test_the_search_is_never_worse_than_the_network_as_it_is(data):
    """Pruned and in two values already; the grid has only worse settings."""
    signs = {k: np.sign(w) * (abs(w) > np.quantile(abs(w), 0.9)) for k, w in trained().items()}
    poor = prune_quantise_encode(signs, data, keeps=(0.01,), levels=(1,), rounds=0)
    assert poor.certificate.value == certify(signs, data).certificate.value < 1
    assert poor.settings == {}


def test_weights_of_too_many_values_for_the_codec_can_be_searched():
    rng = np.random.default_rng(1)
    x, w = rng.normal(size=(500, 900)), rng.normal(size=(10, 900))
    data = x, (x @ w.T).argmax(axis=1)
    assert np.unique(w).size > 4096
    assert prune_quantise_encode({"w": w}, data, **GRID).settings


def test_arrays_are_as_their_settings_say(data):
    found = prune_quantise_encode(trained(), data, keeps=(0.3,), levels=(3,), rounds=0, examples=99)
    for name, array in found.arrays.items():
        assert found.settings[name] == Setting(0.3, 3)
        assert np.count_nonzero(array) <= 0.3 * array.size + 1
        assert np.unique(array[array != 0]).size <= 3


def test_weights_are_kept_by_what_they_add_to_sums(data):
    """Inputs of tiny scale carry tiny terms, however large their weights are."""
    scales = np.where(np.arange(64) % 2, 1e-3, 1.0)
    arrays = trained() | {"hidden": trained()["hidden"] / scales}
    scaled = (data[0] * scales, data[1])
    one = prune_quantise_encode(trained(), data, keeps=(0.3,), levels=(9,), rounds=0)
    other = prune_quantise_encode(arrays, scaled, keeps=(0.3,), levels=(9,), rounds=0)
    np.testing.assert_array_equal(one.arrays["hidden"] != 0, other.arrays["hidden"] != 0)


def test_mean_squares_are_those_of_what_weights_are_multiplied_with():
    """A sum of one weight at a time, over all places of a kernel."""
    task = images()
    points, model = task.x[:20], task.model
    squares = model.mean_squares(points)
    patches = np.lib.stride_tricks.sliding_window_view(points.reshape(20, 8, 8), (3, 3), (1, 2))
    np.testing.assert_allclose(squares["k"][0], (patches**2).mean(axis=(0, 1, 2)), rtol=1e-12)
    kernels = {name: model.arrays[name] for name in ("k", "k_bias", "v", "v_bias")}
    short = recognised(kernels, 64, Architecture(model.architecture.layers[:4]))
    hidden = np.maximum(0, short.logits(kernels, points))
    np.testing.assert_allclose(squares["w"], (hidden**2).mean(axis=0), rtol=1e-12)


def test_units_that_do_nothing_are_not_encoded(data):
    idle = trained()["output"].copy()
    idle[:, :10] = 0
    arrays = quantise(trained() | {"output": idle}, levels=6).weights
    found = certify(arrays, data)
    assert not found.arrays["hidden"][:10].any() and arrays["hidden"][:10].any()
    assert found.certificate.errors == errors_of(arrays, data)


def test_a_prediction_of_ones_own_serves_any_network(data):
    """A network without its hidden layer's relu, which no shapes would tell."""

    def linear(arrays, x):
        return x @ arrays["w"].T

    weights = {"w": trained()["output"] @ trained()["hidden"]}
    found = prune_quantise_encode(weights, data, predict=linear, **GRID)
    wrong = np.count_nonzero(linear(found.arrays, data[0]).argmax(axis=1) != data[1])
    assert found.certificate.errors == wrong and found.certificate.value < 1


def test_both_layouts_have_one_certificate(small, data):
    turned = {name: w.T for name, w in small.items()}
    one, other = certify(small, data), certify(turned, data)
    assert one.certificate == other.certificate and one.payload == other.payload
    np.testing.assert_array_equal(other.arrays["hidden"], one.arrays["hidden"].T)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"delta": 0.0}, r"delta must lie in \(0, 1\), got 0.0"),
        ({"delta": 1.0}, r"delta must lie in \(0, 1\), got 1.0"),
        ({"data": (np.ones((4, 64)), np.arange(3))}, "data must be inputs of shape"),
        ({"data": (np.ones((4, 64)), np.ones(4))}, "with n integer labels"),
        ({"weights": {"w": np.ones((10, 60))}}, "weights must be layers that chain from 64"),
        ({"codecs": ()}, "codecs must be a sequence of one or more"),
        ({"codecs": "adaptive"}, "codecs must be a sequence of one or more, got 'adaptive'"),
        ({"weights": [np.ones((10, 64))]}, "weights must be a dict of arrays of NumPy, got list"),
        ({"data": (np.ones((4, 64)), np.full(4, 10))}, r"labels must lie in \[0, 10\), got 10"),
        ({"data": (np.full((4, 64), 1j), np.arange(4))}, "data must be inputs of shape"),
        ({"codecs": ("gzip",)}, "codec must be one of adaptive, counts, lzma, zlib, got 'gzip'"),
        ({"weights": {"w": np.full((10, 64), np.nan)}}, "must be finite, got nan"),
    ],
)
@pytest.mark.parametrize("function", [certify, prune_quantise_encode])
def test_bad_input_is_refused_in_one_line(small, data, function, change, line):
    given = {"weights": small, "data": data} | change
    with pytest.raises(ValueError, match=line) as refused:
        function(given.pop("weights"), given.pop("data"), **given)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"rounds": -1}, "rounds must be an integer in"),
        ({"examples": 0}, "examples must be an integer in"),
        ({"keeps": (1.5,)}, r"keeps must lie in \(0, 1\], got 1.5"),
        ({"keeps": (0,)}, r"keeps must lie in \(0, 1\], got 0"),
        ({"keeps": ()}, "keeps must be a sequence of one or more"),
        ({"levels": (0,)}, "levels must be an integer in"),
    ],
)
def test_a_search_out_of_range_is_refused(small, data, change, line):
    with pytest.raises(ValueError, match=line):
        prune_quantise_encode(small, data, **change)


def test_an_array_of_too_many_values_says_what_to_do(data):
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="quantise"):
        certify({"w": rng.normal(size=(100, 64)), "v": rng.normal(size=(10, 100))}, data)


# ------------------------------------------------------------------------------- the command line


@pytest.fixture
def file(tmp_path, small):
    archive.save(tmp_path / "weights.npz", small)
    return tmp_path / "weights.npz"


@pytest.fixture
def examples(tmp_path):
    """Standardised digits as a file of one's own: certify takes inputs as they are."""
    digits = load_digits()
    parts = {k: getattr(digits, k) for k in ("x_train", "y_train", "x_test", "y_test")}
    np.savez(tmp_path / "digits.npz", **parts)
    return tmp_path / "digits.npz"


def test_certify_prints_every_charge_and_writes_the_network(
    file, examples, tmp_path, capsys, small, data
):
    out, plot = tmp_path / "network.snc", tmp_path / "plot.svg"
    given = ("certify", file, "--data", examples, "--delta", 0.1, "--out", out, "--plot", plot)
    assert run(*given) == 0
    text = capsys.readouterr().out
    found = certify(small, data, delta=0.1)
    assert found.certificate.table() in text and f"{len(found.payload):,} bytes" in text
    for name, array in decode(out.read_bytes()).items():
        np.testing.assert_array_equal(array, found.arrays[name])
    assert plot.read_bytes().startswith(b"<?xml")


def test_a_map_learned_from_the_sample_is_not_certified(file, capsys):
    """Standardising depends on the training inputs, and nothing charges for it."""
    with pytest.raises(SystemExit, match="2"):
        run("certify", file, "--data", "digits", "--inputs", "standardised")
    assert "invalid choice: 'standardised'" in capsys.readouterr().err


def test_certify_searches(file, examples, capsys):
    assert run("certify", file, "--data", examples, "--search") == 0
    assert re.search(r"hidden: 0\.\d+ of the nonzero weights, \d values", capsys.readouterr().out)


@pytest.mark.parametrize("codec", ["adaptive", "lzma"])
def test_a_file_is_encoded_and_decoded(file, tmp_path, capsys, codec, small):
    assert run("encode", file, "--codec", codec) == 0
    short = tmp_path / "weights.snc"
    assert short.stat().st_size < file.stat().st_size
    assert run("decode", short, "--out", tmp_path / "again.npz") == 0
    for name, array in archive.load(tmp_path / "again.npz").items():
        np.testing.assert_array_equal(array, small[name])
        assert array.dtype == small[name].dtype


def test_nothing_is_overwritten_unasked(file, tmp_path, capsys):
    assert run("encode", file) == 0
    kept = file.read_bytes()
    assert run("decode", tmp_path / "weights.snc") == 1
    assert "must be new, or named by --out" in capsys.readouterr().err
    assert file.read_bytes() == kept


@pytest.mark.parametrize(
    "change", [lambda b: b[:-3], lambda b: b[:40] + b"\xff" + b[41:], bytes.upper]
)
def test_a_damaged_file_is_refused_in_one_line(file, tmp_path, capsys, change):
    assert run("encode", file) == 0
    short = tmp_path / "weights.snc"
    short.write_bytes(change(short.read_bytes()))
    capsys.readouterr()
    assert run("decode", short, "--out", tmp_path / "again.npz") == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "again.npz").exists()


def test_a_file_of_arrays_without_names_is_refused(tmp_path, capsys):
    from compress.code_length import encode

    (tmp_path / "list.snc").write_bytes(encode([np.ones(3)]))
    assert run("decode", tmp_path / "list.snc") == 1
    assert "must hold arrays by name, got list" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["certify", "FILE", "--data", "digits", "--delta", "2"], r"delta must lie in \(0, 1\)"),
        (["encode", "none.npz"], "No such file"),
        (["decode", "none.snc"], "No such file"),
    ],
)
def test_what_cannot_be_done_is_one_line(file, capsys, words, line):
    assert run(*[file if word == "FILE" else word for word in words]) == 1
    told = capsys.readouterr().err
    assert re.search(line, told) and told.count("\n") == 1
