"""What is right is taken and each lie is refused, by the verifier and by the package alike."""

import json
import re
from base64 import b64decode
from copy import deepcopy
from pkgutil import iter_modules

import numpy as np
import pytest
import verifier
from bundle_lies import (
    FREE,
    FROM_DATA,
    LIES,
    changed,
    limit_of,
    package_said,
    raised,
    verdict,
    written,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from verifier import CLASSES, IMAGES, LABELS, N

from compress.certificates import read_bundle, verified
from compress.certificates.bundles.values import PREFIX_CODECS
from compress.certificates.ternary import predictions
from compress.coding import codecs
from compress.coding.layouts import codec_of

NOT_RECOUNTED = 2, "not recounted: adaptive is not decoded here: its bytes may be any"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    verifier.write_data(folder)
    return folder


@pytest.mark.parametrize(("right", "said"), [(FREE, (0, "valid")), (FROM_DATA, NOT_RECOUNTED)])
def test_a_right_bundle_is_valid(right, said, folder, tmp_path):
    path = written(tmp_path / "a.json", verifier.spelt(right))
    assert verdict(path, folder) == said
    assert package_said(path, folder) == "valid"


def test_a_limit_may_be_larger_than_it_must(folder, tmp_path):
    assert float(FREE["limit"]) < 0.5  # so that it says something
    for limit in raised(FREE["limit"]), "1.0":
        path = written(tmp_path / "a.json", verifier.spelt(changed(FREE, limit=limit)))
        assert verdict(path, folder) == (0, "valid")
        assert package_said(path, folder) == "valid"


@pytest.mark.parametrize("lie", LIES)
def test_each_lie_is_refused_for_its_own_reason(lie, folder, tmp_path):
    path = written(tmp_path / "a.json", verifier.spelt(LIES[lie].told))
    status, said = verdict(path, folder)
    assert re.search(LIES[lie].verifier, said), said
    assert status == 2 if said.startswith("not looked at: ") else 1
    assert said.startswith("not looked at: " if status == 2 else "not valid: ")
    answer = package_said(path, folder)
    assert re.search(LIES[lie].package, answer), answer


TEXT = verifier.spelt(FREE)
SPELLINGS = {
    "a byte at the end": TEXT + " ",
    "a byte of zero": TEXT + "\0",
    "no end of line": TEXT[:-1],
    "in one line": json.dumps(FREE, sort_keys=True),
    "a key twice": TEXT.replace('{\n "bits"', '{\n "bits": 1,\n "bits"', 1),
    "NaN": TEXT.replace(f'"bits": {FREE["bits"]}', '"bits": NaN'),
    "infinity": TEXT.replace(f'"bits": {FREE["bits"]}', '"bits": 1e999'),
    "5,000 digits": TEXT.replace(f'"bits": {FREE["bits"]}', f'"bits": {"9" * 5000}'),
    "not ASCII": TEXT.replace("independently", "independ\u00e9"),
    "deep": "[" * 100_000 + "]" * 100_000,
    "nothing": "",
    "a list": "[]\n",
    "a number": "1\n",
    "bytes": bytes(range(256)),
    "a zip": b"PK\x03\x04" + bytes(100),
}


FULL_WIDTH = "".join(chr(0xFF10 + int(digit)) for digit in str(FREE["bits"]))
SPELLINGS |= {
    "keys in another order": json.dumps(dict(reversed(FREE.items())), indent=1) + "\n",
    "a mark of the order of bytes": b"\xef\xbb\xbf" + TEXT.encode(),
    "16 bits a letter": TEXT.encode("utf-16"),
    "full-width digits": TEXT.replace(f'"bits": {FREE["bits"]}', f'"bits": {FULL_WIDTH}'),
    "a Cyrillic letter": TEXT.replace('"delta"', '"d\u0435lta"'),
    "an escaped letter": TEXT.replace('"delta"', '"d\\u0065lta"'),
    "lines of another system": TEXT.replace("\n", "\r\n"),
    "a float": TEXT.replace(f'"bits": {FREE["bits"]}', f'"bits": {FREE["bits"]}.0'),
    "an exponent": TEXT.replace(f'"bits": {FREE["bits"]}', f'"bits": {FREE["bits"]}e0'),
    "minus nothing": TEXT.replace(f'"bits": {FREE["bits"]}', '"bits": -0'),
    "a key twice inside": TEXT.replace('  "classes"', '  "classes": 3,\n  "classes"', 1),
    "objects in objects": '{"a":' * 100_000,
    "a text": '"certificate bundle"\n',
    "nothing there": "null\n",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_there_is_one_spelling(spelling, folder, tmp_path):
    path = written(tmp_path / "a.json", SPELLINGS[spelling])
    assert SPELLINGS[spelling] != TEXT
    status, said = verdict(path, folder)
    assert status == 1
    assert said.startswith("not valid: ")
    assert re.search("one spelling|version 1|bits must", package_said(path, folder))


def test_what_is_no_small_file_is_not_read(folder, tmp_path):
    path = tmp_path / "a.json"
    with open(path, "wb") as file:
        file.truncate(1 << 24)
    assert verdict(path, folder) == (1, "not valid: the bundle has 16 MiB or more")
    for each in tmp_path, tmp_path / "none":
        status, said = verdict(each, folder)
        assert status == 2
        assert re.fullmatch("not looked at: .* is no file", said)
    assert "16 MiB" in package_said(path, folder)
    with open(path, "wb") as file:
        file.truncate((1 << 24) - 1)
    assert "16 MiB" not in verdict(path, folder)[1] + package_said(path, folder)


def other_data(kind):
    """The data set with a change that a bundle of it must not survive."""
    images, labels = IMAGES.copy(), LABELS.copy()
    if kind == "a permuted label":
        i, j = 0, int(np.flatnonzero(labels != labels[0])[0])
        labels[[i, j]] = labels[[j, i]]
    elif kind == "a pixel":
        images[7, 0, 3, 3] ^= 1
    elif kind == "another order":
        images, labels = images[::-1], labels[::-1]
    elif kind == "a repeated row":
        images[1], labels[1] = images[0], labels[0]
    return images, labels


@pytest.mark.parametrize("kind", ["a permuted label", "a pixel", "another order"])
def test_other_data_are_refused(kind, tmp_path):
    verifier.write_data(tmp_path, *other_data(kind))
    path = written(tmp_path / "a.json", TEXT)
    key = "labels_sha256" if kind == "a permuted label" else "inputs_sha256"
    assert verdict(path, tmp_path) == (1, f"not valid: {key} of pictures is another")
    others = key.replace("_sha256", " are others than the bundle's")
    assert package_said(path, tmp_path).startswith(f"{others}: {key} must be ")


def test_a_repeated_row_is_refused_unless_it_was_so_drawn(tmp_path):
    images, labels = other_data("a repeated row")
    verifier.write_data(tmp_path, images, labels)
    with pytest.raises(ValueError, match="must not repeat"):
        verifier.free(images, labels)
    sample = verifier.named_sample(
        verifier.NAME, images, labels, CLASSES, part="train", repeats="drawn"
    )
    drawn = verifier.bundled(
        verifier.NETWORK, sample, labels, predictions(verifier.NETWORK, images)
    )
    path = written(tmp_path / "a.json", drawn.to_text())
    assert verdict(path, tmp_path) == (0, "valid")
    assert package_said(path, tmp_path) == "valid"
    hidden = changed(verifier.content(drawn), data__repeats="")
    path = written(tmp_path / "a.json", verifier.spelt(hidden))
    assert verdict(path, tmp_path) == (1, "not valid: repeats: inputs repeat, or do not")
    assert "must not repeat" in package_said(path, tmp_path)


def test_a_code_that_is_not_known_is_not_recounted(tmp_path):
    inputs, labels, bundle = verifier.adaptive()
    verifier.write_data(tmp_path, inputs, labels)
    path = written(tmp_path / "a.json", bundle.to_text())
    assert verdict(path, tmp_path) == NOT_RECOUNTED
    assert verified(read_bundle(path), inputs, labels, labels).errors == 0
    with pytest.raises(ValueError, match="predictions must be given"):
        verified(bundle, inputs, labels)
    less = changed(verifier.content(bundle), charges={"payload": 8}, bits=13)
    path = written(tmp_path / "a.json", verifier.spelt(less))
    assert verdict(path, tmp_path)[1].startswith("not valid: charges are {'payload': 8}, and")
    assert "charges must" in package_said(path, tmp_path)


def test_a_code_without_ends_is_charged_its_length(tmp_path):
    """Two times the digits of the length and one more in binary, less 1 (Elias): 2 x 3 - 1."""
    inputs, labels, bundle = verifier.adaptive()
    verifier.write_data(tmp_path, inputs, labels)
    payload = b64decode(verifier.content(bundle)["payload"])
    assert len(payload) == 5
    without_ends = limit_of(
        changed(verifier.content(bundle), codec="mine", charges={"payload": 40, "length": 5})
    )
    path = written(tmp_path / "a.json", verifier.spelt(without_ends))
    assert verdict(path, tmp_path) == (2, NOT_RECOUNTED[1].replace("adaptive", "mine"))
    assert verified(read_bundle(path), inputs, labels, labels).errors == 0


def test_codes_that_end_by_themselves_are_those_of_the_package():
    known = [codec.name for codec in iter_modules(codecs.__path__)]
    prefix = tuple(name for name in sorted(known) if codec_of(name).PREFIX)
    assert prefix == PREFIX_CODECS


def test_a_prior_that_saw_data_has_its_null_beside_it():
    """The mistakes that are listed, on the rows of the bound."""
    bundle = verifier.from_data()
    rows = slice(N // 3, N)
    certificate = verified(
        bundle, IMAGES[rows], LABELS[rows], predictions(verifier.NETWORK, IMAGES[rows])
    )
    null = np.count_nonzero(predictions(verifier.OTHER, IMAGES[rows]) != LABELS[rows])
    assert certificate.null.errors == null
    assert f"hold-out limit {FROM_DATA['prior']['limit']}" in str(certificate)
    assert "assumed: the prior saw 300 other examples" in str(certificate)


def odd_values():
    """Values that a key of a bundle does not have, most of them."""
    numbers = st.integers(-3, 10**6) | st.sampled_from([2**63, 2**64, 10**30])
    words = st.sampled_from(["", "0", "1.0", "0.05", "drawn", "train", "ternary-1", "0 1", "a"])
    plain = numbers | words | st.booleans() | st.none() | st.floats(0, 2)
    return plain | st.lists(plain, max_size=3) | st.dictionaries(words, plain, max_size=2)


@given(st.data())
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_verifier_and_the_package_refuse_the_same(folder, tmp_path, data):
    """With any one value changed; but rows are in a file, and a prior's are known to it alone."""
    told = deepcopy(data.draw(st.sampled_from([FREE, FROM_DATA])))
    place = told
    key = data.draw(st.sampled_from(sorted(place)))
    while isinstance(place[key], dict) and data.draw(st.booleans()):
        place = place[key]
        key = data.draw(st.sampled_from(sorted(place)))
    place[key] = data.draw(odd_values())
    path = written(tmp_path / "a.json", verifier.spelt(told))
    status, said = verdict(path, folder)
    of_package = package_said(path, folder)
    apart = "out of bounds" in said or "rows of the prior" in said or "not looked at" in said
    assert ("not valid" in said) == (of_package != "valid") or apart, (said, of_package)
    assert status == (0 if said == "valid" else 1 if "not valid" in said else 2)


def test_bytes_that_are_no_text_are_told(tmp_path):
    path = written(tmp_path / "a.json", bytes(range(256)))
    with pytest.raises(ValueError, match="one spelling of its content, got bytes that are not ASC"):
        read_bundle(path)
