"""What a command writes beside what it was told to, and hints where arrays and files do not fit."""

import numpy as np
import pytest

from compress import certify, prune_quantise_encode
from compress.__main__ import main
from compress.coding import length
from compress.networks import archive

NORM = 'mean = "bn.running_mean", variance = "bn.running_var"'
PLAN = (
    'version = 1\nlayers = [{kind = "dense"}, '
    f'{{kind = "batchnorm", {NORM}}}, {{kind = "relu"}}, {{kind = "dense"}}]'
)
WRITING = {
    "prune": ("p.npz", ("--data", "d.npz", "--keep", 0.5)),
    "coreset": ("p.npz", ("--data", "d.npz", "--keep", 0.9, "--points", 20)),
    "certify": ("p.snc", ("--data", "d.npz", "--codec", "lzma")),
    "quantise": ("p.npz", ("--levels", 3)),
    "encode": ("p.snc", ("--codec", "lzma")),
}


def run(*words):
    return main([str(word) for word in words])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(1)
    arrays = {"fc1.weight": rng.normal(size=(9, 6)), "bn.running_mean": rng.normal(size=9)}
    arrays |= {"bn.running_var": rng.uniform(1, 2, 9), "fc2.weight": rng.normal(size=(3, 9))}
    archive.save("w.npz", arrays)
    x, y = rng.uniform(size=(90, 6)), np.arange(90) % 3
    archive.save(
        "d.npz", {"x_train": x[:60], "y_train": y[:60], "x_test": x[60:], "y_test": y[60:]}
    )
    (tmp_path / "plan.toml").write_text(PLAN)
    return tmp_path


@pytest.mark.parametrize("command", WRITING)
def test_a_file_that_is_not_named_is_not_overwritten(folder, capsys, command):
    """The architecture of what was folded: new, or the same again."""
    out, given = WRITING[command]
    beside = folder / "p.folded.toml"
    beside.write_text("precious")
    words = command, "w.npz", *given, "--architecture", "plan.toml", "--out", out
    assert run(*words) == 1
    told = capsys.readouterr().err
    assert told.startswith("compress: p.folded.toml must be new") and told.count("\n") == 1
    assert beside.read_text() == "precious" and not (folder / out).exists()
    beside.unlink()
    assert run(*words) == run(*words) == 0
    assert "batchnorm" not in beside.read_text()


@pytest.mark.parametrize("command", WRITING)
def test_an_architecture_that_is_read_is_not_overwritten(folder, capsys, command):
    out, given = WRITING[command]
    (folder / "plan.toml").rename(folder / "p.folded.toml")
    words = command, "w.npz", *given, "--architecture", "p.folded.toml", "--out", out
    assert run(*words) == 1
    line = "compress: .folded.toml of --out must be another file than p.folded.toml, got p.folded.t"
    assert capsys.readouterr().err.startswith(line)
    assert (folder / "p.folded.toml").read_text() == PLAN and not (folder / out).exists()


def test_the_architecture_that_was_written_is_hinted_at(folder, capsys):
    given = "--architecture", "plan.toml"
    assert run("quantise", "w.npz", "--levels", 3, *given, "--out", "q.npz") == 0
    capsys.readouterr()
    assert run("certify", "q.npz", "--data", "d.npz", *given) == 1
    told = capsys.readouterr().err
    assert told.endswith("; q.folded.toml, beside it, is an architecture of folded batch norms\n")
    assert run("certify", "q.npz", "--data", "d.npz", "--architecture", "q.folded.toml") == 0


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({}, "weights of batch norms: bn.running_mean, bn.running_var"),
        ({"bn.running_mean": None, "bn.running_var": None, "n": np.array([3])}, "integers: n"),
    ],
)
def test_statistics_and_counters_are_not_quantised(folder, capsys, more, line):
    arrays = archive.load("w.npz") | more
    archive.save("v.npz", {name: a for name, a in arrays.items() if a is not None})
    assert run("quantise", "v.npz", "--levels", 3, "--out", "q.npz") == 1
    rule = "v.npz must hold weights and biases alone without --architecture, which folds or leaves"
    told = capsys.readouterr().err
    assert rule in told and told.endswith(f"got {line}\n") and not (folder / "q.npz").exists()


def test_an_encoded_file_and_one_that_is_cut_off_are_told_apart(folder, capsys):
    (folder / "e.npz").write_bytes(length.encode({"w": np.eye(3)}))
    (folder / "c.npz").write_bytes((folder / "w.npz").read_bytes()[:-30])
    (folder / "t.npz").write_text("text")
    for name, line in (
        ("e.npz", "one of compress encode or certify: compress decode makes an .npz of it"),
        ("c.npz", "one that is cut off"),
        ("t.npz", "another kind of file"),
    ):
        assert run("describe", name) == 1
        assert capsys.readouterr().err.endswith(f"an .npz file of arrays, got: {line}\n")


def test_a_row_that_repeats_is_named():
    x = np.random.default_rng(1).normal(size=(50, 4))
    x[[20, 30]] = x[7]
    with pytest.raises(ValueError, match="got 48 distinct among 50, row 20 once more$"):
        certify({"w": np.eye(4)}, (x, np.zeros(50, int)))


def test_groups_behind_a_colon_are_those_of_the_command_line():
    x = np.random.default_rng(1).normal(size=(50, 4))
    with pytest.raises(ValueError, match=r'pairs, as \("ternary", "channel"\), got .ternary:8'):
        prune_quantise_encode({"w": np.eye(4)}, (x, np.zeros(50, int)), alphabets=["ternary:8"])


def test_where_all_rows_are_unseen_it_is_said_what_that_rests_on(folder, capsys):
    archive.save("s.npz", {"w": np.eye(3, 6)})
    for rows, is_said in ("0:60", True), ("0:59", False):
        assert run("certify", "s.npz", "--data", "d.npz", "--unseen", rows) == 0
        text = capsys.readouterr().out
        assert ("if the network was trained on any of them" in text) == is_said
