"""The verifier as a program: what it reads, what it leaves alone, and how it ends."""

import ast
import gzip
import re
import subprocess
import sys
import zipfile
from base64 import b64decode, b64encode
from time import process_time

import numpy as np
import pytest
import verifier
from bundle_lies import FREE, FROM_DATA, changed, limit_of, package_said, verdict, written
from verifier import CLASSES, IMAGES, LABELS, SCRIPT, N, verify

from compress.certificates.ternary import (
    Configuration,
    Description,
    Domain,
    Layer,
    predictions,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    verifier.write_data(folder)
    return folder


def run(*arguments):
    command = [sys.executable, "-I", str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def bundle(folder, told):
    """A file of what is told."""
    return written(folder / "a.json", verifier.spelt(told))


def test_it_is_a_program_that_ends_with_its_verdict(folder, tmp_path):
    done = run(bundle(tmp_path, FREE), folder)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "valid"), done.stderr
    assert done.stdout.splitlines()[:4] == [
        "data: 900 of 900 rows of pictures, train; 900 are distinct",
        f"bits: {FREE['charges']}, options {FREE['options']}, delta 0.05: in all {FREE['bits']}",
        f"limit: {FREE['limit']}, by the exact binomial tail of {FREE['errors']} errors of 900",
        "stated by its author, not checked:",
    ]
    assert done.stdout.splitlines()[4:6] == [f"  {line}" for line in FREE["statements"]]
    done = run(bundle(tmp_path, changed(FREE, limit="0.0600")), folder)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "not valid: limit 0.0600 is too small for 43 errors"
    assert run(bundle(tmp_path, FROM_DATA), folder).returncode == 2
    for arguments in (), ("a.json",), ("a.json", folder, "more"):
        done = run(*arguments)
        assert done.returncode == 1
        assert done.stderr == "usage: python verify.py BUNDLE DATA_FOLDER\n"


def test_it_is_short_and_imports_nothing_of_the_project():
    text = SCRIPT.read_text()
    assert len(text.splitlines()) <= 300
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module.split(".")[0])
    assert names - {"numpy"} <= sys.stdlib_module_names


def test_whatever_went_wrong_is_one_line(tmp_path, folder):
    """Names of keys come from the bundle, and NumPy's words on a long head are several lines."""
    many = np.dtype([(f"field {i}", "u1") for i in range(1000)])
    np.savez(tmp_path / "pictures.npz", x_train=np.zeros(9, many), y_train=LABELS)
    for told, data, status in ({"x" * 900: 1} | FREE, folder, 1), (FREE, tmp_path, 2):
        done = run(bundle(tmp_path, told), data)
        last = done.stdout.splitlines()[-1]
        assert done.returncode == status
        assert last.startswith("not valid: " if status == 1 else "not looked at: data pictures, ")
        assert len(last) == 200
        assert not done.stderr


# The work -----------------------------------------------------------------------------------------


LONG = Configuration(
    Domain(28, 28, 10),
    (*[Layer(8, 7, same=True)] * 2, Layer(1, 7, stride=2, same=True)),
    reach=3,
    mirror=True,
    lift=True,
)


def of_zeros(chosen):
    """A network that gives each image the first class."""
    return Description(chosen, [np.zeros(shape, int) for shape in chosen.shapes])


def test_what_would_take_days_is_not_recounted(tmp_path):
    """More than 2^38 products: all is right but that nobody has counted, and it is said at once."""
    images = np.random.default_rng(1).integers(0, 256, (1000, 1, 28, 28), np.uint8)
    labels = np.zeros(1000, int)
    verifier.write_data(tmp_path, images, labels)
    sample = verifier.named_sample(verifier.NAME, images, labels, 10, part="train")
    made = verifier.bundled(of_zeros(LONG), sample, labels, labels)
    path = written(tmp_path / "a.json", made.to_text())
    start = process_time()
    status, said = verdict(path, tmp_path)
    assert process_time() - start < 5
    assert status == 2
    assert re.fullmatch(r"not recounted: this takes about [0-9,]{15,} products, above 2\^37", said)


def products(chosen):
    """Products of one image, counted layer by layer from the shapes of a configuration."""
    views = (2 * chosen.reach + 1) ** (1 if chosen.domain.rows == 1 else 2)
    rows, columns = chosen.domain.rows, chosen.domain.columns
    total = 0
    for layer, shape in zip(chosen.layers, chosen.shapes, strict=False):
        sizes = [(size - layer.kernel) // layer.stride + 1 for size in (rows, columns)]
        rows, columns = 1 if chosen.domain.rows == 1 else sizes[0], sizes[1]
        total += int(np.prod(shape)) * rows * columns
        if layer.pool:
            rows, columns = max(rows // 2, 1), columns // 2
    return views * (1 + chosen.mirror) * total


@pytest.mark.parametrize("depthwise", [False, True])
@pytest.mark.parametrize("pool", [False, True])
@pytest.mark.parametrize(("rows", "reach", "mirror"), [(16, 0, False), (16, 2, True), (1, 3, True)])
def test_work_is_the_products_and_little_more(rows, reach, mirror, pool, depthwise):
    """At least three quarters of the products, as the odd last row of a pool is not seen.

    At most seven times: a unit and an input more each, and four for the copies of a depthwise one.
    """
    layers = Layer(5, 3, pool=pool), Layer(7, 3, depthwise=depthwise)
    chosen = Configuration(Domain(rows, 16, 3), layers, reach=reach, mirror=mirror)
    network, _ = verify.read_network(of_zeros(chosen).to_bytes(), [1, rows, 16], 3)
    moved = 4 * rows * 16 * (2 * reach + 1) ** (1 if rows == 1 else 2) * (1 + mirror)
    assert 0.75 * products(chosen) < network.work - moved < 7 * products(chosen)


def test_images_go_in_parts_of_few_products(monkeypatch):
    """Never none of them, and the classes do not depend on it."""
    description = verifier.NETWORK
    network, _ = verify.read_network(description.to_bytes(), [1, 6, 6], CLASSES)
    own, sizes, through = predictions(description, IMAGES), [], verify.through
    monkeypatch.setattr(
        verify, "through", lambda x, of: sizes.append(x.shape[-1]) or through(x, of)
    )
    for widest, parts in (1, 1), ((1 << 22) // 100, 9), (1 << 22, N), (1 << 30, N):
        sizes.clear()
        few = IMAGES[:N] if parts < N else IMAGES[:20]
        got = verify.predictions(network._replace(widest=widest), few)
        np.testing.assert_array_equal(got, own[: len(few)])
        assert len(sizes) == 9 * (parts if parts < N else 20)
        assert min(sizes) > 0


def test_a_long_payload_is_refused_before_its_arithmetic(folder, tmp_path):
    payload = b64encode(b64decode(FREE["payload"])[:4] + bytes(4_000_000)).decode()
    path = bundle(tmp_path, changed(FREE, payload=payload))
    start = process_time()
    assert verdict(path, folder) == (1, "not valid: more than 16,384 weights, or bits")
    assert process_time() - start < 5


def test_charges_that_fill_the_memory_are_refused(tmp_path):
    inputs, labels, made = verifier.adaptive()
    verifier.write_data(tmp_path, inputs, labels)
    many = {f"charge {i}": 2**27 - 1 for i in range(98)} | made.charges
    path = bundle(tmp_path, changed(verifier.content(made), charges=many))
    assert verdict(path, tmp_path)[1].startswith("not valid: charges are")
    assert "charges must" in package_said(path, tmp_path)


def test_more_options_than_a_hundred_are_refused(folder, tmp_path):
    for count, status in (99, 0), (100, 1):
        options = {f"option {i}": 1 for i in range(count)}
        path = bundle(tmp_path, limit_of(changed(FREE, options=options)))
        assert verdict(path, folder)[0] == status
        assert (package_said(path, folder) == "valid") == (status == 0)
    assert "too many" in verdict(path, folder)[1]
    assert "fewer than 100" in package_said(path, folder)


def test_options_are_below_2_to_the_1000(folder, tmp_path):
    path = bundle(tmp_path, limit_of(changed(FREE, options={"tried": 2**1000 - 1})))
    assert verdict(path, folder) == (0, "valid")
    assert package_said(path, folder) == "valid"


def test_bits_are_no_more_than_they_must(folder, tmp_path):
    """Of delta 1/2 and one option they are whole: those of the payload, and one."""
    told = changed(FREE, delta="0.5", options={"family": 1})
    told = limit_of(told)
    assert told["bits"] == sum(FREE["charges"].values()) + 1
    assert verdict(bundle(tmp_path, told), folder) == (0, "valid")
    for other in told["bits"] - 1, told["bits"] + 1:
        path = bundle(tmp_path, changed(told, bits=other))
        assert verdict(path, folder)[0] == 1
        assert "bits must" in package_said(path, folder)


def test_the_most_that_is_counted_again_is_2_to_the_37_products(folder, tmp_path, monkeypatch):
    path, read = bundle(tmp_path, FREE), verify.read_network
    for work, word in ((1 << 37) // N, "valid"), ((1 << 37) // N + 1, "not recounted: this takes"):
        network, bits = read(b64decode(FREE["payload"]), [1, 6, 6], CLASSES)
        heavy = network._replace(work=work), bits
        monkeypatch.setattr(verify, "read_network", lambda *_, of=heavy: of)
        assert verify.verify(path, folder).startswith(word)


def test_the_largest_sample_has_131_072_examples_of_255_classes(tmp_path):
    numbers = np.arange((1 << 17) + 1)
    images = np.stack([numbers >> 16, numbers >> 8 & 255, numbers & 255], 1).astype(np.uint8)
    images = images[:, None, None]
    verifier.write_data(tmp_path, images, 0 * numbers)
    description = of_zeros(Configuration(Domain(1, 3, 255)))
    rows = np.arange(1 << 17)
    sample = verifier.named_sample(
        verifier.NAME, images[rows], 0 * rows, 255, part="train", rows=rows
    )
    made = verifier.bundled(description, sample, 0 * rows, 0 * rows)
    path = written(tmp_path / "a.json", made.to_text())
    said = "valid for the 131,072 of 131,073 rows that the bundle lists"
    assert verdict(path, tmp_path) == (0, said)
    more = changed(verifier.content(made), data__rows="", data__n=(1 << 17) + 1)
    said = "not valid: n is 131073, of 131073 examples"
    assert verdict(bundle(tmp_path, more), tmp_path) == (1, said)


# Priors and rows ----------------------------------------------------------------------------------


def test_a_family_of_its_own_has_no_prior(folder, tmp_path):
    """Of the rest alone, as it would be if the prior were true."""
    rest = verifier.content(verifier.of_rows(np.arange(N // 3, N)))
    told = rest | {"prior": FROM_DATA["prior"], "kind": "prior from data"}
    path = bundle(tmp_path, told)
    assert verdict(path, folder) == (1, "not valid: ternary-1 is of bytes, alone")
    assert "prior must be None for ternary-1" in package_said(path, folder)


def test_a_prior_beside_a_bound_of_all_rows_saw_some_of_them(folder, tmp_path):
    few = verifier.code_length({"w": np.eye(CLASSES)})
    sample = verifier.named_sample(verifier.NAME, IMAGES, LABELS, CLASSES, part="train")
    whole = verifier.bundled(few, sample, LABELS, predictions(verifier.NETWORK, IMAGES))
    every = np.arange(N) * CLASSES + (LABELS + 1) % CLASSES
    text = " ".join(map(str, np.diff(every, prepend=0)))
    for rows in "3", "":
        prior = {"payload": "", "rows": rows, "errors": N, "mistakes": text, "limit": "1.0"}
        told = verifier.content(whole) | {"kind": "prior from data", "prior": prior}
        path = bundle(tmp_path, told)
        assert verdict(path, folder) == (1, "not valid: rows of the prior: no others")
    prior["rows"] = "3"
    assert "must have seen no example" in package_said(bundle(tmp_path, told), folder)


def test_rows_that_were_chosen_are_told(folder, tmp_path):
    """Whoever leaves out what is classified wrongly gets another word than valid."""
    right = np.flatnonzero(predictions(verifier.NETWORK, IMAGES) == LABELS)
    path = written(tmp_path / "a.json", verifier.of_rows(right).to_text())
    said = f"valid for the {len(right)} of 900 rows that the bundle lists"
    assert verdict(path, folder) == (0, said)
    assert run(path, folder).stdout.startswith(
        f"data: {len(right)} of 900 rows of pictures, train;"
    )


def test_rows_may_come_in_another_order(folder, tmp_path):
    order = np.random.default_rng(1).permutation(N)
    path = written(tmp_path / "a.json", verifier.of_rows(order).to_text())
    assert verdict(path, folder) == (0, "valid")
    assert package_said(path, folder) == "valid"


# Files of data ------------------------------------------------------------------------------------


def test_a_name_is_that_of_the_folder_of_its_files(tmp_path):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(bytes(16 + 784))
    with pytest.raises(FileNotFoundError, match="fashion_mnist"):
        verify.read_files(tmp_path, "fashion_mnist", ["train"])


def test_files_of_images_are_read_as_they_are_or_packed(tmp_path):
    """Heads of 16 and 8 bytes; the whole is both parts."""
    own = np.random.default_rng(1).integers(0, 256, (5, 1, 28, 28), np.uint8)
    (tmp_path / "mnist").mkdir()
    parts = {"train": (own[:3], [7, 1, 2]), "t10k": (own[3:], [0, 9])}
    for start, (images, labels) in parts.items():
        files = {"images-idx3-ubyte": bytes(16) + images.tobytes()}
        files["labels-idx1-ubyte"] = bytes(8) + bytes(labels)
        for name, content in files.items():
            path = tmp_path / "mnist" / f"{start}-{name}"
            if start == "train":
                path.write_bytes(content)
            else:
                path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content))
    for parts, rows in (
        (["train"], slice(3)),
        (["test"], slice(3, 5)),
        (["train", "test"], slice(5)),
    ):
        x, labels = verify.read_files(tmp_path, "mnist", parts)
        np.testing.assert_array_equal(x, own[rows])
        assert labels.tolist() == [7, 1, 2, 0, 9][rows]


def test_the_whole_of_a_file_is_both_parts(folder):
    x, labels = verify.read_files(folder, "pictures", ["train", "test"])
    assert len(x) == len(labels) == N + 1


def test_a_file_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path):
    """Of a packed stream a gigabyte is read, of an archive nothing if it says so: 30 kB here."""
    with zipfile.ZipFile(tmp_path / "pictures.npz", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("x_train.npy", b"")
        archive.writestr("y_train.npy", b"")
        archive.infolist()[0].file_size = 1 << 32  # what its list of contents claims
    start = process_time()
    path = bundle(tmp_path, FREE)
    status, said = verdict(path, tmp_path)
    assert status == 2
    assert said.endswith("data above 4 GiB")
    assert process_time() - start < 5


def test_objects_of_python_are_not_loaded(tmp_path):
    """Nothing from a file is unpickled."""
    np.savez(tmp_path / "pictures.npz", x_train=np.array([None]), y_train=LABELS)
    status, said = verdict(bundle(tmp_path, FREE), tmp_path)
    assert status == 2
    assert "Object arrays cannot be loaded" in said


@pytest.mark.parametrize("content", [b"text", b"", bytes(100)])
def test_a_broken_file_of_data_is_no_word_on_the_bundle(content, tmp_path):
    (tmp_path / "pictures.npz").write_bytes(content)
    status, said = verdict(bundle(tmp_path, FREE), tmp_path)
    assert status == 2
    assert said.startswith("not looked at: data pictures, whose files README.md tells: ")
    np.savez(tmp_path / "pictures.npz", x_train=IMAGES)
    status, said = verdict(bundle(tmp_path, FREE), tmp_path)
    assert (status, "y_train" in said) == (2, True)


def test_whoever_interrupts_it_gets_one_line(folder, tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "load", interrupted)
    assert verdict(bundle(tmp_path, FREE), folder) == (2, "not looked at: KeyboardInterrupt")


@pytest.mark.parametrize("labels", [LABELS[:, None], LABELS / 1, LABELS[:-1], LABELS - 1])
def test_labels_are_a_row_of_whole_numbers(labels, tmp_path):
    np.savez(tmp_path / "pictures.npz", x_train=IMAGES, y_train=labels)
    status, said = verdict(bundle(tmp_path, FREE), tmp_path)
    assert status == 1
    assert re.search("valid: labels$|n is 900, of 900 examples$|out of bounds", said)


@pytest.mark.parametrize(
    ("name", "part", "missing"),
    [("digits", "whole", "digits.csv.gz"), ("mnist", "train", "train-images-idx3-ubyte.gz"),
     ("pictures", "train", "pictures.npz")],
)  # fmt: skip
def test_what_is_not_there_is_told_and_is_no_word_on_the_bundle(name, part, missing, tmp_path):
    path = bundle(tmp_path, changed(FREE, data__name=name, data__part=part))
    status, said = verdict(path, tmp_path)
    assert status == 2
    assert said.startswith("not looked at: ")
    assert missing in said
