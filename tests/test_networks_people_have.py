"""Networks of convolutions through every command: what layers there may be, and what is refused.

Small ones on the digits, by a file of TOML or by the metadata of their weights.  Hidden layers are
random, the last is fitted by least squares; accuracies are those of a forward pass written here, a
kernel's entry at a time.
"""

import json
import re
import struct
from functools import cache

import numpy as np
import pytest

from compress.__main__ import main
from compress.networks import archive, load_model_and_data, loading
from compress.networks.model import recognised
from stablenoise.data.datasets import load_digits
from stablenoise.layers.architecture import load_architecture, parsed

RELU, FLAT = {"kind": "relu"}, {"kind": "flatten"}
NORM = {"kind": "batchnorm"}
DENSE = {"kind": "dense", "units": 20}
LAST = {"kind": "dense", "units": 10}


def conv(units=6, size=(3, 3), **options):
    return {"kind": "conv", "units": units, "size": size, **options}


def pool(kind="maxpool", size=2, **options):
    return {"kind": kind, "size": size, **options}


COMBINATIONS = {
    "padding": [conv(padding=1), RELU, pool(), FLAT, DENSE, RELU, LAST],
    "same and stride": [conv(size=(4, 4), stride=2, padding="same"), RELU, FLAT, LAST],
    "height and width": [conv(size=(3, 2), padding=[1, 0]), RELU, pool("meanpool"), FLAT, LAST],
    "stride and padding": [conv(stride=2, padding=2), RELU, conv(8, padding=1), RELU, FLAT, LAST],
    "no relu": [conv(), pool(), conv(8, (2, 2), padding=1), pool(), FLAT, DENSE, RELU, LAST],
    "pools that overlap": [
        conv(padding=1), RELU, pool(size=3, stride=2),
        FLAT | {"order": "channels_last"}, LAST,
    ],
    "no biases": [
        conv(bias=False), RELU, pool(), FLAT, DENSE | {"bias": False}, RELU, LAST | {"bias": False}
    ],
    "some biases": [conv(bias=False), RELU, pool(), FLAT, DENSE, RELU, LAST | {"bias": False}],
    "batch norms": [
        conv(bias=False, padding=1), NORM, RELU, pool(), conv(8), NORM, RELU, FLAT,
        DENSE, NORM, RELU, LAST,
    ],
    "tanh and sigmoid": [
        conv(), {"kind": "tanh"}, pool("meanpool"), FLAT, DENSE, {"kind": "sigmoid"}, LAST
    ],
    "kernels alone": [
        conv(12, padding=1), RELU, pool(), conv(16), RELU, conv(10, (1, 1)), pool("meanpool"), FLAT
    ],
}  # fmt: skip


# A forward pass of its own


def padded(x, layer):
    """Zeros around images, by the documentation of padding."""
    high, wide = layer["size"]
    pad, step = layer.get("padding", 0), layer.get("stride", 1)
    if pad == "same":
        both = [max((-(-n // step) - 1) * step + k - n, 0)
                for n, k in zip(x.shape[2:], (high, wide), strict=True)]  # fmt: skip
        pads = [(b // 2, b - b // 2) for b in both]
    else:
        pads = [(p, p) for p in (pad if isinstance(pad, list) else [pad] * 2)]
    return np.pad(x, [(0, 0), (0, 0), *pads])


def convolved(x, kernels, layer):
    wide, step = padded(x, layer), layer.get("stride", 1)
    rows, columns = ((n - k) // step + 1
                     for n, k in zip(wide.shape[2:], layer["size"], strict=True))  # fmt: skip
    sums = 0.0
    for i, j in np.ndindex(*layer["size"]):
        seen = wide[:, :, i::step, j::step][:, :, :rows, :columns]
        sums = sums + np.einsum("nchw,uc->nuhw", seen, kernels[:, :, i, j])
    return sums


def pooled(x, layer):
    size, how = layer["size"], {"maxpool": np.max, "meanpool": np.mean}[layer["kind"]]
    step = layer.get("stride", size)
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
    return how(windows[:, :, ::step, ::step], axis=(4, 5))


def flat(x, layer):
    last = layer.get("order") == "channels_last"
    return (x.transpose(0, 2, 3, 1) if last else x).reshape(len(x), -1)


def normed(x, a, name):
    shape = (1, -1, *(1,) * (x.ndim - 2))
    mean, var, scale, shift = (
        a[f"{name}.{key}"].reshape(shape)
        for key in ("running_mean", "running_var", "weight", "bias")
    )
    return (x - mean) / np.sqrt(var + 1e-5) * scale + shift


def passed(layers, a, x, until=None):
    """What layers make of rows of 64 pixels, up to the inputs of one of them if that is said."""
    x = x.reshape(-1, 1, 8, 8)
    for number, layer in enumerate(layers):
        if number == until:
            return x
        kind, name = layer["kind"], f"layer{number}"
        if kind in ("conv", "dense"):
            w = a[f"{name}.weight"]
            x = convolved(x, w, layer) if kind == "conv" else x @ w.T
            if layer.get("bias", True):
                x = x + a[f"{name}.bias"].reshape(-1, *(1,) * (x.ndim - 2))
        elif kind == "batchnorm":
            x = normed(x, a, name)
        elif kind in ("maxpool", "meanpool"):
            x = pooled(x, layer)
        elif kind == "flatten":
            x = flat(x, layer)
        else:
            x = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh,
                 "sigmoid": lambda z: 1 / (1 + np.exp(-z))}[kind](x)  # fmt: skip
    return x


@cache
def network(kind):
    """Arrays by names, and the text of an architecture that says them."""
    layers, rng, a = COMBINATIONS[kind], np.random.default_rng(1), {}
    data = load_digits(standardise=False)
    last = max(i for i, layer in enumerate(layers) if layer["kind"] in ("conv", "dense"))
    for number, layer in enumerate(layers):
        fed, name = passed(layers, a, data.x_train[:2], number), f"layer{number}"
        if layer["kind"] in ("conv", "dense"):
            shape = (layer["units"], fed.shape[1], *layer.get("size", ()))
            a[f"{name}.weight"] = rng.normal(size=shape) * np.sqrt(2 / np.prod(shape[1:]))
            if layer.get("bias", True):
                a[f"{name}.bias"] = rng.normal(size=layer["units"]) * 0.1
        if layer["kind"] == "batchnorm":
            channels = fed.shape[1]
            a |= {f"{name}.weight": rng.uniform(1, 2, channels)}
            a |= {f"{name}.bias": rng.normal(size=channels) * 0.1}
            a |= {f"{name}.running_mean": rng.normal(size=channels) * 0.1}
            a |= {f"{name}.running_var": rng.uniform(0.5, 1.5, channels)}
    a |= fitted(passed(layers, a, data.x_train, last), data.y_train, layers[last], f"layer{last}")
    return {n: x.astype(np.float32) for n, x in a.items()}, text_of(layers)


def fitted(fed, labels, layer, name):
    """Weights of the last layer by least squares; of a kernel of one pixel by the mean of all."""
    features = fed if fed.ndim == 2 else fed.mean(axis=(2, 3))
    biased = layer.get("bias", True)
    columns = np.column_stack([features, np.ones(len(features))]) if biased else features
    found = np.linalg.lstsq(columns, np.eye(10)[labels], rcond=None)[0]
    weights = found[: features.shape[1]].T.reshape(10, -1, *(1,) * (fed.ndim - 2))
    return {f"{name}.weight": weights} | ({f"{name}.bias": found[-1]} if biased else {})


def text_of(layers, head=""):
    """A file of TOML that names the arrays of each layer."""
    lines = []
    for number, layer in enumerate(layers):
        said, name = dict(layer), f"layer{number}"
        if said["kind"] in ("conv", "dense"):
            said |= {"weights": f"{name}.weight"}
            said |= {"bias": f"{name}.bias"} if said.get("bias", True) else {"bias": False}
        if said["kind"] == "batchnorm":
            said |= {"scale": f"{name}.weight", "shift": f"{name}.bias"}
            said |= {"mean": f"{name}.running_mean", "variance": f"{name}.running_var"}
        lines.append(f"[[layers]]\n{lines_of(said)}")
    return f"version = 1\nimage = [1, 8, 8]\n{head}\n" + "\n".join(lines)


def lines_of(said):
    shown = {k: list(v) if isinstance(v, tuple) else v for k, v in said.items()}
    return "\n".join(f"{key} = {json.dumps(value)}" for key, value in shown.items())


def accuracy(kind):
    data = load_digits(standardise=False)
    right = passed(COMBINATIONS[kind], network(kind)[0], data.x_test).argmax(axis=1) == data.y_test
    return right.mean()


@pytest.fixture
def files(tmp_path):
    """Weights whose metadata say their architecture, and the same by two files."""

    def written(kind, **changed):
        arrays, text = network(kind)
        arrays = {n: x for n, x in (arrays | changed).items() if x is not None}
        archive.save(tmp_path / "w.npz", arrays)
        archive.save(tmp_path / "w.safetensors", arrays, {"architecture": text})
        (tmp_path / "plan.toml").write_text(text)
        return tmp_path

    return written


def run(*words):
    return main([str(word) for word in words])


# Every combination through every command


@pytest.mark.parametrize("kind", COMBINATIONS)
def test_outputs_are_those_of_a_pass_of_its_own(kind):
    arrays, text = network(kind)
    data = load_digits(standardise=False)
    model = recognised(arrays, 64, parsed(text.encode()))
    exact = passed(COMBINATIONS[kind], {n: a.astype(float) for n, a in arrays.items()}, data.x_test)
    np.testing.assert_allclose(model.logits(model.arrays, data.x_test), exact, atol=2e-4)
    assert accuracy(kind) > 0.5


@pytest.mark.parametrize("kind", COMBINATIONS)
def test_prune_and_coreset_take_it_and_write_what_says_itself(kind, files, capsys):
    folder = files(kind)
    for command in (
        ["prune", "--method", "magnitude"],
        ["prune", "--method", "filter"],
        ["coreset"],
    ):
        given = ["--data", "digits", "--keep", 0.7, "--out", folder / "o.safetensors"]
        assert run(command[0], folder / "w.safetensors", *given, *command[1:]) == 0
        text = capsys.readouterr().out
        before, after = re.search(r"test accuracy ([\d.]+) -> ([\d.]+)", text).groups()
        assert float(before) == pytest.approx(accuracy(kind), abs=3e-3)
        assert "its metadata say the architecture" in text and ".folded" not in text
        # the file alone is the network: a second pruning begins where the first ended
        again = ["--data", "digits", "--keep", 1, "--out", folder / "again.npz"]
        assert run("prune", folder / "o.safetensors", *again) == 0
        assert f"test accuracy {after} -> {after}" in capsys.readouterr().out


@pytest.mark.parametrize("kind", COMBINATIONS)
def test_certify_and_report_take_it(kind, files, capsys):
    folder = files(kind)
    assert run("certify", folder / "w.safetensors", "--data", "digits", "--codec", "lzma") == 0
    text = capsys.readouterr().out
    shown = float(re.search(r"test error ([\d.]+)", text)[1])
    assert shown == pytest.approx(1 - accuracy(kind), abs=3e-3)
    assert (
        "must have been fixed before the data were seen" in text and "its metadata: 1 x 8" in text
    )
    given = ["--data", "digits", "--keep", 0.7, "--points", 40]
    assert run("report", folder / "w.npz", "--architecture", folder / "plan.toml", *given) == 0
    text = capsys.readouterr().out
    whole = float(re.search(r"accuracy of the whole network: ([\d.]+)", text)[1])
    assert whole == pytest.approx(accuracy(kind), abs=3e-3)
    rows = dict(re.findall(r"^(\w+) +([\d.]+|nan)$", text.split("accuracy \\ keep")[1], re.M))
    every = {"magnitude", "filter", "corenet", "corenet_plus", "corenet_plus_plus", "poisson"}
    assert every <= rows.keys() and all(rows[name] != "nan" for name in every)


@pytest.mark.parametrize("kind", COMBINATIONS)
def test_encode_and_decode_take_it(kind, files, capsys):
    folder = files(kind)
    arrays, plan = network(kind)[0], ["--architecture", folder / "plan.toml"]
    assert (
        run("encode", folder / "w.safetensors", "--codec", "lzma", "--out", folder / "e.snc") == 0
    )
    assert "metadata of" in capsys.readouterr().out
    assert run("decode", folder / "e.snc", *plan, "--out", folder / "d.safetensors") == 0
    assert ": 1 x 8 x 8, conv" in capsys.readouterr().out
    decoded = archive.load(folder / "d.safetensors")
    assert list(decoded) == list(arrays)
    for name, array in decoded.items():
        np.testing.assert_array_equal(array, arrays[name])
    given = ["--data", "digits", "--keep", 1, "--out", folder / "p.npz"]
    assert run("prune", folder / "d.safetensors", *given) == 0
    before = re.search(r"test accuracy ([\d.]+)", capsys.readouterr().out)[1]
    assert float(before) == pytest.approx(accuracy(kind), abs=3e-3)


def test_encode_by_an_architecture_finds_the_side_of_an_image(files, capsys):
    """By the matrices after it, where nothing else says it."""
    folder = files("padding")
    plan = (folder / "plan.toml").read_text().replace("image = [1, 8, 8]", "")
    (folder / "plan.toml").write_text(plan)
    given = ["--codec", "lzma", "--out", folder / "e.snc", "--architecture", folder / "plan.toml"]
    assert run("encode", folder / "w.npz", *given) == 0
    assert ": 1 x 8 x 8, conv 6" in capsys.readouterr().out


# Metadata


def test_a_file_of_tensors_is_what_the_formats_library_reads(tmp_path):
    """Of every type, in the order of the arrays; each begins at a multiple of its numbers."""
    library = pytest.importorskip("safetensors.numpy", reason="needs the extra weights")
    kinds = "float32", "bool", "float64", "int8", "float16", "uint64", "int32", "uint16"
    arrays = {f"é{i}": np.arange(3 + i).astype(kind) for i, kind in enumerate(kinds)}
    arrays["big"] = np.arange(4, dtype=">f4").reshape(2, 2)[:, ::-1]
    arrays["number"] = np.array(7)
    path = tmp_path / "w.safetensors"
    archive.save(path, arrays, {"architecture": "é\n", "author": "me"})
    content = path.read_bytes()
    archive.save(path, arrays, {"architecture": "é\n", "author": "me"})
    assert path.read_bytes() == content
    for found in archive.load(path), library.load_file(path):
        assert set(found) == set(arrays)
        for name, array in found.items():
            np.testing.assert_array_equal(array, arrays[name])
            assert array.dtype == arrays[name].dtype.newbyteorder("=")
    assert list(archive.load(path)) == list(arrays)
    size = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8 : 8 + size])
    assert size % 8 == 0 and header.pop("__metadata__") == archive.texts(path)
    for name, entry in header.items():
        assert entry["data_offsets"][0] % arrays[name].itemsize == 0


def test_what_is_given_goes_before_what_the_file_says(files, capsys):
    folder = files("padding")
    other = (folder / "plan.toml").read_text().replace('"relu"', '"tanh"')
    (folder / "other.toml").write_text(other)
    given = ["--data", "digits", "--keep", 1, "--out", folder / "o.npz"]
    assert run("prune", folder / "w.safetensors", *given) == 0
    assert "conv 6 of 3 x 3 padding 1, relu" in capsys.readouterr().out
    plan = ["--architecture", folder / "other.toml"]
    assert run("prune", folder / "w.safetensors", *given, *plan) == 0
    assert "conv 6 of 3 x 3 padding 1, tanh" in capsys.readouterr().out
    model, _ = load_model_and_data(folder / "w.safetensors", "digits")
    assert model.architecture.name.endswith("w.safetensors, its metadata")


def test_scales_of_inputs_are_written_too(files, capsys):
    folder = files("padding")
    given = ["--data", "digits", "--keep", 1]
    for scale in "centred", "unit":
        out = ["--out", folder / "o.safetensors", "--inputs", scale]
        assert (
            run("prune", folder / "w.npz", "--architecture", folder / "plan.toml", *given, *out)
            == 0
        )
        before = re.search(r"test accuracy ([\d.]+)", capsys.readouterr().out)[1]
        assert run("prune", folder / "o.safetensors", *given, "--out", folder / "p.npz") == 0
        text = capsys.readouterr().out
        assert f"test accuracy {before} ->" in text and "as the architecture says" in text
    out = ["--out", folder / "o.safetensors", "--inputs", "standardised"]
    assert run("prune", folder / "w.safetensors", *given, *out) == 0
    assert "--inputs standardised, as before" in capsys.readouterr().out


def test_a_name_is_an_architecture_too(tmp_path):
    archive.save(tmp_path / "w.safetensors", {"w": np.eye(2)}, {"architecture": "lenet5"})
    found = loading.said_architecture(tmp_path / "w.safetensors")
    assert found.layers == load_architecture("lenet5").layers and "by " in found.name
    given = loading.said_architecture(tmp_path / "w.safetensors", "vgg-small")
    assert given == load_architecture("vgg-small")
    archive.save(tmp_path / "v.safetensors", {"w": np.eye(2)}, {"format": "pt"})
    assert loading.said_architecture(tmp_path / "v.safetensors") is None
    archive.save(tmp_path / "w.npz", {"w": np.eye(2)})
    assert loading.said_architecture(tmp_path / "w.npz") is None


def test_describe_tells_what_the_file_says(files, capsys):
    folder = files("padding")
    assert run("describe", folder / "w.safetensors") == 0
    assert (
        "its metadata say it, and other commands take that: architecture:"
        in capsys.readouterr().out
    )


def tensors(metadata):
    """Content of a file whose metadata are any JSON."""
    header = {"__metadata__": metadata, "w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + b"\0\0\x80?"


HEAD = "version = 1\n"
HOSTILE = {
    "no TOML": ("resnet50", "its metadata must be TOML, got"),
    "nothing": ("", "its metadata: version must be 1, got 'none'"),
    "another version": ("version = 2", "its metadata: version must be 1, got 2"),
    "long": (HEAD + "#" * 2**16, "architecture must have at most 65,536 characters, got 65,548"),
    "deep": (HEAD + "layers = " + "[" * 5_000, "its metadata must be TOML, got"),
    "digits": (HEAD + "layers = [" + "9" * 20_000 + "]", "its metadata must be TOML, got"),
    "many lines": (HEAD + 'layers = "a\\nb"', "layers must be a list"),
    "unknown layer": (HEAD + 'layers = [{kind = "swish"}]', "layer 1 must be of kind conv, relu"),
    "unknown key": (HEAD + 'layers = [{kind = "conv", groups = 2}]', "got 'groups'"),
}


@pytest.mark.parametrize("command", ["prune", "coreset", "certify", "report", "describe"])
@pytest.mark.parametrize("what", HOSTILE)
def test_metadata_that_are_no_architecture_are_refused_in_one_line(what, command, tmp_path, capsys):
    text, line = HOSTILE[what]
    (tmp_path / "w.safetensors").write_bytes(tensors({"architecture": text}))
    given = [] if command == "describe" else ["--data", "digits", "--out", tmp_path / "out"]
    given += ["--keep", 0.5] if command in ("prune", "coreset", "report") else []
    assert run(command, tmp_path / "w.safetensors", *given) == 1
    told = capsys.readouterr().err
    assert re.search(line, told) and told.count("\n") == 1 and "--architecture NAME" in told
    assert [path.name for path in tmp_path.iterdir()] == ["w.safetensors"]


@pytest.mark.parametrize(
    "metadata", [[1], "text", {"architecture": 3}, {"architecture": {"a": "b"}}, 7]
)
def test_metadata_that_are_no_texts_are_refused_in_one_line(metadata, tmp_path, capsys):
    path = tmp_path / "w.safetensors"
    path.write_bytes(tensors(metadata))
    with pytest.raises(ValueError, match="must be a .safetensors file, got: metadata that are no"):
        archive.texts(path)
    assert run("prune", path, "--data", "digits", "--keep", 1, "--out", tmp_path / "o.npz") == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_half_a_character_is_no_text(tmp_path):
    (tmp_path / "w.safetensors").write_bytes(tensors({"architecture": "\ud800"}))
    with pytest.raises(ValueError, match="its metadata must be TOML, got.*; --architecture NAME"):
        loading.said_architecture(tmp_path / "w.safetensors")


@pytest.mark.parametrize("length", [2**63, 2**64 - 1, 10**6])
def test_a_header_is_not_longer_than_its_file(length, tmp_path):
    (tmp_path / "w.safetensors").write_bytes(struct.pack("<Q", length) + b"{}")
    with pytest.raises(ValueError, match=r"a header of [\d,]+ bytes in a file of 10"):
        archive.texts(tmp_path / "w.safetensors")


def test_a_file_of_texts_alone_has_them(tmp_path):
    """Nothing follows the header, which is as long as the file has room for."""
    header = json.dumps({"__metadata__": {"author": "me"}}).encode()
    (tmp_path / "w.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    assert archive.texts(tmp_path / "w.safetensors") == {"author": "me"}


def test_texts_that_are_nested_too_deeply_are_told(tmp_path):
    header = b"[" * 100_000
    (tmp_path / "w.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    with pytest.raises(ValueError, match="nested too deeply"):
        archive.texts(tmp_path / "w.safetensors")


def test_truth_values_of_a_file_are_bytes_of_0_and_1(tmp_path):
    """NumPy would take others for true, and keep them."""
    path = tmp_path / "w.safetensors"
    archive.save(path, {"w": np.array([True, False])})
    path.write_bytes(path.read_bytes()[:-1] + b"\2")
    with pytest.raises(ValueError, match="w of truth values, which are bytes of 0 and 1, got 2"):
        archive.load(path)


def test_what_no_file_can_hold_is_refused(tmp_path):
    for path, arrays, beside, line in (
        ("w.npz", {"w": np.eye(2)}, {"a": "b"}, "must end in .safetensors where there are texts"),
        ("w.safetensors", {"w": np.eye(2)}, {"a": 1}, "beside must be texts by their names, got"),
        ("w.safetensors", {"w": np.eye(2)}, {"a": "\ud800"}, "beside must be texts by their names"),
        ("w.safetensors", {"w": np.eye(2)}, "text", "beside must be texts by their names, got"),
        ("w.safetensors", {"w": np.eye(2) * 1j}, {}, "w must be of a type that .safetensors files"),
        ("w.safetensors", {"__metadata__": np.eye(2)}, {}, "must be others than __metadata__"),
    ):
        with pytest.raises(ValueError, match=line):
            archive.save(tmp_path / path, arrays, beside)
    assert not list(tmp_path.iterdir())


# What does not fit is told by name, and nothing is written


def weights(*shape):
    return np.ones(shape, np.float32)


MATRIX = "dense must have a matrix of shape"
MISFITS = {
    "channels": ({"layer0.weight": weights(6, 3, 3, 3)}, "image must have the 64 n|units, 1, h"),
    "a kernel larger than the image": ({"layer0.weight": weights(6, 1, 11, 11)}, "layer 1: "),
    "flatten": ({"layer4.weight": weights(20, 95)}, rf"layer 5: {MATRIX} \(units, 96\), got"),
    "length of a bias": ({"layer0.bias": weights(7)}, r"biases of shape \(7,\) for 6 units"),
    "a missing bias": ({"layer0.bias": None}, "got no layer0.bias in"),
    "missing weights": ({"layer6.weight": None}, "got no layer6.weight in"),
    "a matrix for kernels": ({"layer0.weight": weights(6, 9)}, "conv must have kernels of shape"),
    "units that do not chain": ({"layer6.weight": weights(10, 19)}, rf"{MATRIX} \(units, 20\)"),
    "not finite": ({"layer0.weight": weights(6, 1, 3, 3) * np.inf}, r"weight'\] must be finite"),
}
COMMANDS = {
    "prune": ("--keep", 0.5),
    "coreset": ("--keep", 0.5),
    "report": ("--keep", 0.5),
    "certify": ("--codec", "lzma"),
}


@pytest.mark.parametrize("command", [*COMMANDS, "encode", "quantise"])
@pytest.mark.parametrize("what", MISFITS)
def test_arrays_that_do_not_fit_are_told_by_name(what, command, files, capsys):
    changed, line = MISFITS[what]
    folder = files("padding", **changed)
    before = sorted(folder.iterdir())
    given = ["--architecture", folder / "plan.toml", "--out", folder / "out"]
    given += ["--data", "digits", *COMMANDS[command]] if command in COMMANDS else []
    given += ["--levels", 4] if command == "quantise" else []
    assert run(command, folder / "w.npz", *given) == 1
    told = capsys.readouterr().err
    assert re.search(line, told), told
    assert told.count("\n") == 1 and sorted(folder.iterdir()) == before


@pytest.mark.parametrize("command", COMMANDS)
def test_images_of_another_size_are_refused(command, files, tmp_path, capsys):
    folder, rng = files("padding"), np.random.default_rng(1)
    x, y = rng.uniform(size=(30, 81)), np.arange(30) % 10
    np.savez(folder / "d.npz", x_train=x[:20], y_train=y[:20], x_test=x[20:], y_test=y[20:])
    given = ["--data", folder / "d.npz", "--out", folder / "out", *COMMANDS[command]]
    assert run(command, folder / "w.safetensors", *given) == 1
    told = capsys.readouterr().err
    assert "image must have the 81 numbers of an input, got 1 x 8 x 8" in told
    assert told.count("\n") == 1 and not (folder / "out").exists()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("size", [1e30, 3e38])
def test_outputs_that_are_inf_or_nan_are_refused(command, size, files, capsys):
    """Before anything is written or certified; finite weights, and sums beyond the floats."""
    arrays = network("padding")[0]
    huge = {n: np.full_like(a, size) * np.sign(a) for n, a in arrays.items() if "weight" in n}
    folder = files("padding", **huge)
    given = ["--data", "digits", "--out", folder / "out", *COMMANDS[command]]
    assert run(command, folder / "w.safetensors", *given) == 1
    out, told = capsys.readouterr()
    assert re.search(
        r"must be finite, got (360 of 360 rows with inf or NaN|some that overflow)", told
    )
    assert told.count("\n") == 1 and not (folder / "out").exists() and "risk" not in out


def test_extra_arrays_are_told_or_refused(files, capsys):
    """What an architecture that names all does not name is left out; else it does not fit."""
    folder = files("padding", other=weights(3, 3), steps=np.array(7))
    given = ["--data", "digits", "--keep", 1, "--out", folder / "o.npz"]
    assert run("prune", folder / "w.safetensors", *given) == 0
    assert "left out: other, steps" in capsys.readouterr().out
    nameless = re.sub(r'\n(weights|bias) = "[^"]*"', "", (folder / "plan.toml").read_text())
    (folder / "plan.toml").write_text(nameless)
    (folder / "o.npz").unlink()
    assert run("prune", folder / "w.npz", *given, "--architecture", folder / "plan.toml") == 1
    told = capsys.readouterr().err
    assert "weights must be 3 arrays, one for each conv and dense layer, got 4" in told
    assert told.count("\n") == 1 and not (folder / "o.npz").exists()


def test_a_network_of_kernels_alone_has_no_columns_to_prune(files, capsys):
    folder = files("kernels alone")
    for method in "column", "singular_value", "dead_unit":
        given = ["--data", "digits", "--keep", 0.5, "--out", folder / "out"]
        assert run("prune", folder / "w.safetensors", *given, "--method", method) == 1
        told = capsys.readouterr().err
        assert told.count("\n") == 1 and "must" in told and not (folder / "out").exists()
