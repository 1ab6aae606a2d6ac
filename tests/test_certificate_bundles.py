"""The committed bundles: the README tells what they say, and the verifier takes them."""

import os

import numpy as np
import pytest
from verifier import verify

from benchmarks.certificates import publishing
from compress.certificates import read_bundle
from compress.certificates.bundles import data_sets
from stablenoise.data import load

NAMES = publishing.there()
HOME = os.environ.get("STABLENOISE_DATA")
needs_data = pytest.mark.skipif(not HOME, reason="STABLENOISE_DATA does not name the data")


def test_the_readme_has_what_the_bundles_say():
    text = publishing.README.read_text()
    assert publishing.placed(text) == text


def test_a_readme_without_marks_is_told():
    with pytest.raises(ValueError, match="once each"):
        publishing.placed("no marks")


@pytest.mark.parametrize("name", NAMES)
def test_each_record_has_its_bundle(name):
    bundle = read_bundle(publishing.bundle_of(name))
    assert bundle.payload == bytes.fromhex(publishing.record_of(name).read_text())
    assert bundle.kind == "data-free"
    assert bundle.options == {"family": 1, "runs": publishing.RECORDS[name].runs}
    assert len(bundle.to_text()) < 100_000


def test_the_verifier_takes_the_bundle_of_digits(capsys):
    if "digits" not in NAMES:
        pytest.skip("no record of digits")
    folder = publishing.data_folder("digits", None)
    said = verify.verify(publishing.bundle_of("digits"), folder)
    assert said == "valid for the 1,437 of 1,797 rows that the bundle lists"
    assert "exact binomial tail of" in capsys.readouterr().out


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_verifier_takes_all_bundles(name):
    said = publishing.verify(name)
    assert said.returncode == 0, said.stdout + said.stderr
    assert said.stdout.splitlines()[-1].startswith("valid")


@needs_data
@pytest.mark.parametrize("name", ["ecg5000", "cifar10_subset"])
def test_files_of_numpy_hold_what_the_loaders_load(name, tmp_path):
    made = publishing.data_folder(name, tmp_path)
    ours = data_sets.stored(name)
    x, labels = verify.read_files(made, name, ["train"])
    np.testing.assert_array_equal(x.reshape(ours.inputs.shape), ours.inputs)
    np.testing.assert_array_equal(labels, ours.labels)
    data = load(name, standardise=False)
    with np.load(made / f"{name}.npz") as arrays:
        np.testing.assert_array_equal(arrays["y_test"], data.y_test)


def test_beats_become_bytes_as_the_record_has_them(tmp_path):
    if not HOME:
        pytest.skip("STABLENOISE_DATA does not name the data")
    made = publishing.data_folder("ecg5000", tmp_path / "not" / "there")
    x, labels = verify.read_files(made, "ecg5000_bytes", ["train"])
    own = publishing.sample("ecg5000")
    np.testing.assert_array_equal(x, own.images)
    np.testing.assert_array_equal(labels, own.labels)


def test_digits_are_stored_as_the_verifier_reads_them():
    ours = data_sets.stored("digits")
    x, labels = verify.read_files(
        publishing.data_folder("digits", None), "digits", ["train", "test"]
    )
    rows = np.array(ours.rows)
    np.testing.assert_array_equal(x[rows], ours.inputs)
    np.testing.assert_array_equal(labels[rows], ours.labels)
    np.testing.assert_array_equal(publishing.sample("digits").images, ours.inputs)
