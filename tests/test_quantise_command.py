"""Few values on the command line: ``compress quantise``, and the ways that a search may take."""

import re

import numpy as np
import pytest

from compress import prune_quantise_encode, quantise
from compress.__main__ import main
from compress.arguments import parser
from compress.coding.grouping import SIZES
from compress.networks import archive, loading

PLAN = 'version = 1\nlayers = [{kind = "dense"}, {kind = "relu"}, {kind = "dense"}]\n'


def run(*words):
    return main([str(word) for word in words])


@pytest.fixture
def arrays():
    rng = np.random.default_rng(1)
    scales = np.geomspace(0.1, 10, 12)[:, None]
    return {"hidden": scales * rng.normal(size=(12, 20)), "output": rng.normal(size=(3, 12))}


@pytest.fixture
def file(tmp_path, arrays):
    archive.save(tmp_path / "w.npz", arrays)
    return tmp_path / "w.npz"


@pytest.fixture
def data(tmp_path, arrays):
    """300 examples, whose labels are what the network says."""
    x = np.random.default_rng(2).uniform(size=(400, 20))
    y = (np.maximum(x @ arrays["hidden"].T, 0) @ arrays["output"].T).argmax(axis=1)
    parts = (x[:300], y[:300], x[300:], y[300:])
    archive.save(tmp_path / "d.npz", dict(zip(loading.PARTS, parts, strict=True)))
    return tmp_path / "d.npz"


@pytest.mark.parametrize(
    ("switches", "way"),
    [
        (("--levels", 5), (5, "kmeans", None)),
        (("--levels", 6, "--method", "uniform", "--groups", 16), (6, "uniform", 16)),
        (("--method", "ternary"), (None, "ternary", None)),
        (("--method", "ternary", "--groups", "channel"), (None, "ternary", "channel")),
    ],
)
def test_arrays_are_those_of_the_function_and_their_table_is_counted(
    file, arrays, tmp_path, capsys, switches, way
):
    assert run("quantise", file, *switches, "--out", tmp_path / "few.npz") == 0
    text, expected = capsys.readouterr().out, quantise(arrays, *way)
    for name, array in archive.load(tmp_path / "few.npz").items():
        np.testing.assert_array_equal(array, expected.weights[name])
        whole, size = arrays[name], array.size
        of_group = {None: size, "channel": array.shape[-1], 16: 16}[way[2]]
        books = np.split(array.ravel(), range(of_group, size, of_group))
        values = max(np.count_nonzero(np.unique(book)) for book in books)
        error = np.sum((array - whole) ** 2) / np.sum(whole**2)
        told = f"{np.count_nonzero(array)} +{len(books)} +{values} +{error:.4g}"
        assert re.search(rf"^{name} +\({whole.shape[0]}, {whole.shape[1]}\) +{told}$", text, re.M)
    assert ("--codec grouped" in text) == (way[2] is not None)
    for column in ("nonzeros", "groups", "values", "squared error"):
        assert re.search(rf"(^|; ){column}: ", text, re.M), column


def test_groups_are_those_of_units_where_the_architecture_is_known(tmp_path, arrays, capsys):
    """A file with units last has them in its columns; what is written has its layout again."""
    (tmp_path / "plan.toml").write_text('layout = "units_last"\n' + PLAN)
    archive.save(tmp_path / "t.npz", {name: array.T for name, array in arrays.items()})
    given = ("--method", "ternary", "--groups", "channel", "--architecture", tmp_path / "plan.toml")
    assert run("quantise", tmp_path / "t.npz", *given, "--out", tmp_path / "few.npz") == 0
    expected = quantise(arrays, None, "ternary", "channel").weights
    for name, array in archive.load(tmp_path / "few.npz").items():
        np.testing.assert_array_equal(array, expected[name].T)
    assert "units last in the file" in capsys.readouterr().out


def test_an_architecture_in_the_metadata_goes_on(tmp_path, arrays):
    file, out = tmp_path / "w.safetensors", tmp_path / "few.safetensors"
    archive.save(file, arrays, {loading.ARCHITECTURE: 'scale = "centred"\n' + PLAN})
    assert run("quantise", file, "--levels", 4, "--out", out) == 0
    said = [loading.said_architecture(path) for path in (file, out)]
    assert said[1].scale == said[0].scale == "centred"
    assert [type(layer) for layer in said[1].layers] == [type(layer) for layer in said[0].layers]


def test_an_array_of_zeros_has_no_error(tmp_path, capsys):
    archive.save(tmp_path / "w.npz", {"zeros": np.zeros((2, 9))})
    assert run("quantise", tmp_path / "w.npz", "--levels", 2, "--out", tmp_path / "few.npz") == 0
    text = capsys.readouterr().out
    assert re.search(r"^zeros +\(2, 9\) +0 +1 +0 +-$", text, re.M)


def test_a_search_takes_the_ways_that_are_asked_for(file, data, arrays, capsys):
    """The limit is that of the function, and a line says how each array was quantised."""
    ways = ("ternary:channel", "kmeans")
    given = ("--repeats", "drawn", "--search", "--codec", "grouped", "--alphabets", *ways)
    assert run("certify", file, "--data", data, *given) == 0
    text, loaded = capsys.readouterr().out, archive.load(data)
    found = prune_quantise_encode(
        arrays,
        (loaded["x_train"], loaded["y_train"]),
        codecs=("grouped",),
        repeats="drawn",
        alphabets=(("ternary", "channel"), "kmeans"),
    )
    assert f"\n{found.certificate}\n" in text
    assert any(setting.groups for setting in found.settings.values())
    for name, setting in found.settings.items():
        of = " of each channel, ternary" if setting.groups else ""
        values = f"{setting.levels} values{of}"
        assert f"{name}: {setting.keep:.4g} of the nonzero weights, {values}\n" in text


@pytest.mark.parametrize(
    ("text", "alphabet"),
    [("uniform", "uniform"), ("ternary:channel", ("ternary", "channel"))]
    + [(f"kmeans:{size}", ("kmeans", size)) for size in SIZES],
)
def test_a_way_is_a_method_or_one_with_groups(text, alphabet):
    assert parser().parse_args(["certify", "w.npz", "--alphabets", text]).alphabets == [alphabet]


@pytest.mark.parametrize(
    ("switches", "line"),
    [
        (("--search", "--alphabets", "tern"), "must be kmeans, uniform or ternary, or one with gr"),
        (("--search", "--alphabets", "ternary:7"), "groups must be channel or a power of 2 from 8"),
        (("--search", "--alphabets", "ternary:"), "groups must be channel or a power of 2 from 8"),
        (("--search", "--alphabets", f"kmeans:{2**21}"), "from 8 to 1,048,576, got '2097152'"),
        (("--search", "--alphabets", "kmeans:" + 5_000 * "1"), "groups must be channel or a power"),
        (("--search", "--alphabets", "kmeans:-8"), "groups must be channel or a power of 2"),
        (("--search", "--alphabets"), "argument --alphabets: expected at least one argument"),
        (("--alphabets", "ternary"), "--alphabets needs --search, which tries them"),
        (
            ("--search", "--alphabets", "kmeans", "ternary:64"),
            "--alphabets with groups need --codec, one of grouped, lzma, zlib",
        ),
    ],
)
def test_ways_that_there_are_not_are_told_before_anything_is_read(capsys, switches, line):
    with pytest.raises(SystemExit, match="2"):
        run("certify", "none.npz", "--data", "digits", *switches)
    told = capsys.readouterr().err
    assert line in told and "none.npz" not in told


@pytest.mark.parametrize(
    ("switches", "line"),
    [
        ((), "the following arguments are required of kmeans: --levels"),
        (("--method", "uniform"), "the following arguments are required of uniform: --levels"),
        (("--levels", 4, "--groups", "rows"), "argument --groups: groups must be channel or a"),
        (("--levels", 4, "--groups", 9), "got '9'"),
        (("--levels", "x"), "argument --levels: invalid int value: 'x'"),
    ],
)
def test_switches_of_quantise_are_asked_for(file, tmp_path, capsys, switches, line):
    with pytest.raises(SystemExit, match="2"):
        run("quantise", file, "--out", tmp_path / "few.npz", *switches)
    assert line in capsys.readouterr().err


@pytest.mark.parametrize(
    ("switches", "line"),
    [
        (("--levels", 0), r"levels must be an integer in \[1, 4097\), got 0"),
        (("--levels", 1, "--method", "uniform"), "levels must be"),
        (("--levels", 5, "--method", "ternary"), "levels of ternary must be"),
        (("--levels", 5, "--out", "few.pt"), "--out must end in .npz or .safetensors"),
    ],
)
def test_numbers_that_there_may_not_be_are_one_line(file, tmp_path, capsys, switches, line):
    assert run("quantise", file, "--out", tmp_path / "few.npz", *switches) == 1
    told = capsys.readouterr()
    assert re.search(line, told.err) and told.err.count("\n") == 1
    assert not told.out and not (tmp_path / "few.npz").exists()
