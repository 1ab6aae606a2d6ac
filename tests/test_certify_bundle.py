"""``compress certify --bundle``: what it writes is what the certificate is of."""

from dataclasses import replace

import numpy as np
import pytest
from verifier import verify

from compress.__main__ import main
from compress.certificates import read_bundle, verified
from compress.certificates.bundles import data_sets
from compress.certificates.bundles.of_networks import _classes, _line

RNG = np.random.default_rng(3)
X = RNG.integers(0, 256, (400, 6), np.uint8)
LABELS = X[:, :3].argmax(1)


@pytest.fixture
def folder(tmp_path):
    np.savez(tmp_path / "w.npz", w=np.eye(3, 6))
    parts = {"x_train": X, "y_train": LABELS, "x_test": X[:9], "y_test": LABELS[:9]}
    np.savez(tmp_path / "own.npz", **parts)
    return tmp_path


def certify(folder, *more, data="own.npz"):
    file = folder / data if data.endswith(".npz") else data
    given = folder / "w.npz", "--data", file, "--codec", "adaptive", *more
    return main(["certify", *map(str, given)])


def said(folder, name="b.json"):
    return verify.verify(folder / name, folder)


def test_a_bundle_has_the_certificate_that_is_printed(folder, capsys):
    assert certify(folder, "--bundle", folder / "b.json", "--options", 5, "--delta", 0.01) == 0
    printed = capsys.readouterr().out
    bundle = read_bundle(folder / "b.json")
    assert f"risk at most {bundle.limit}, at confidence 1 - 0.01" in printed
    assert f"by the exact tail risk at most {bundle.limit}" in printed
    assert f"bytes, risk at most {bundle.limit}, " in repr(bundle)
    assert "bytes, vacuous, " in repr(replace(bundle, limit="1.0"))
    assert (bundle.codec, bundle.options, bundle.delta) == ("adaptive", {"options": 5}, "0.01")
    assert bundle.sample.name == "own"
    assert bundle.sample.dtype == "uint8"  # as the file has them
    assert verified(bundle, X, LABELS, X[:, :3].argmax(1)).errors == bundle.errors == 0
    assert said(folder).startswith("not recounted")


def test_a_code_without_ends_is_charged_its_length(folder):
    pytest.importorskip("constriction")
    assert certify(folder, "--bundle", folder / "b.json", "--codec", "counts") == 0
    bundle = read_bundle(folder / "b.json")
    assert bundle.charges["payload"] == 8 * len(bundle.payload)
    assert bundle.charges["length"] > 0
    assert said(folder).startswith("not recounted")


def test_digits_are_named_by_their_rows(tmp_path):
    np.savez(tmp_path / "w.npz", w=np.round(RNG.normal(size=(10, 64))))
    assert certify(tmp_path, "--bundle", tmp_path / "b.json", data="digits") == 0
    bundle = read_bundle(tmp_path / "b.json")
    sample = data_sets.stored("digits")
    assert (bundle.sample.part, bundle.sample.shape) == ("whole", (1, 8, 8))
    assert bundle.sample.rows == sample.rows
    assert len(set(sample.rows)) == bundle.sample.n == 1437


def test_repeats_are_told(folder):
    twice = {"x_train": np.r_[X, X], "y_train": np.r_[LABELS, LABELS]}
    np.savez(folder / "own.npz", **twice, x_test=X[:9], y_test=LABELS[:9])
    assert certify(folder, "--bundle", folder / "b.json") == 1
    assert certify(folder, "--bundle", folder / "b.json", "--repeats", "drawn") == 0
    assert read_bundle(folder / "b.json").sample.repeats == "drawn"
    assert said(folder).startswith("not recounted")


def test_bundles_that_cannot_be_are_told_before_the_work(folder, capsys):
    same = folder / "own.npz"
    prior = "--prior", folder / "w.npz", "--unseen", "0:100"
    assert certify(folder, "--bundle", same) == 1
    assert "--bundle must be" in capsys.readouterr().err
    assert certify(folder, "--bundle", folder / "b.json", "--out", folder / "b.json") == 1
    assert "--bundle must be" in capsys.readouterr().err
    assert certify(folder, "--bundle", folder / "b.json", *prior) == 1
    assert "--bundle must be without --prior" in capsys.readouterr().err
    (folder / "own.npz").rename(folder / "my own.npz")
    assert certify(folder, "--bundle", folder / "b.json", data="my own.npz") == 1
    assert "name of the file of data must be" in capsys.readouterr().err
    assert not (folder / "b.json").exists()


@pytest.mark.parametrize(
    ("switches", "line"),
    [
        (("--delta", "1e-10"), "--delta of a bundle must be a decimal in (0, 1) of at most 9 digi"),
        (("--delta", "0.1234567891"), "--delta of a bundle must be a decimal in (0, 1) of at mos"),
        (("--delta", "1.5"), "--delta of a bundle must lie in (0, 1), got 1.5"),
        (("--options", 2**1000), "--options of a bundle must be integers in [1, 2^1000), got"),
        (("--options", "0"), "--options of a bundle must be integers in [1, 2^1000), got 0"),
    ],
)
def test_what_a_bundle_cannot_spell_is_told_before_anything_is_read(folder, capsys, switches, line):
    (folder / "own.npz").unlink()  # which is not missed
    given = "--bundle", folder / "b.json", "--out", folder / "o.snc", *switches
    assert certify(folder, *given) == 1
    told = capsys.readouterr()
    assert line in told.err and told.err.count("\n") == 1 and not told.out
    assert sorted(path.name for path in folder.iterdir()) == ["w.npz"]


def test_a_bundle_that_cannot_be_made_leaves_no_other_file(folder, capsys):
    """Classes are counted once the network is known."""
    np.savez(folder / "w.npz", w=np.eye(300, 6))
    given = "--bundle", folder / "b.json", "--out", folder / "o.snc", "--plot", folder / "p.svg"
    assert certify(folder, *given) == 1
    told = capsys.readouterr()
    assert "--bundle must be of fewer than 256" in told.err and "risk at most" not in told.out
    assert sorted(path.name for path in folder.iterdir()) == ["own.npz", "w.npz"]


def test_a_row_without_a_score_is_an_error_by_another_class():
    outputs = np.array([[np.nan, 1.0], [0.0, 1.0]])
    assert _classes(outputs, np.array([1, 1])).tolist() == [0, 1]
    assert _classes(outputs, np.array([0, 1])).tolist() == [1, 1]


def test_names_of_arrays_become_lines_that_need_no_escape():
    assert _line('a "b\\c\x1b\u00e9') == "a ?b?c??"
