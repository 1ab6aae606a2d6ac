"""The verifier takes what is right and refuses each lie for its own reason; so does the package."""

import ast
import json
import re
import subprocess
import sys
from base64 import b64decode, b64encode
from copy import deepcopy
from fractions import Fraction
from hashlib import sha256
from math import comb
from time import process_time

import mpmath
import numpy as np
import pytest
import verifier
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binom
from verifier import CLASSES, IMAGES, LABELS, SCRIPT, N, verify

from compress.certificates import read_bundle, verified
from compress.certificates.bundles import exact_tails
from compress.certificates.ternary import (
    Configuration,
    Description,
    Domain,
    Layer,
    predictions,
)

FREE, FROM_DATA = verifier.content(verifier.free()), verifier.content(verifier.from_data())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    verifier.write_data(folder)
    return folder


def said(path, folder):
    """What the verifier says last: valid, or why not."""
    try:
        return verify.verify(path, folder)
    except Exception as error:
        return str(error)


def package_said(path, folder):
    """The same by the package."""
    try:
        bundle = read_bundle(path)
        with np.load(folder / "pictures.npz") as arrays:
            x, y = arrays["x_train"], arrays["y_train"]
        rows = list(bundle.sample.rows) or slice(None)
        other = bundle.codec != "ternary-1"
        given = predictions(verifier.NETWORK, x[rows]) if other else None
        verified(bundle, x[rows], y[rows], given)
    except (ValueError, IndexError) as error:
        return str(error)
    return "valid"


def written(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("right", [FREE, FROM_DATA], ids=["data-free", "prior from data"])
def test_a_right_bundle_is_valid(right, folder, tmp_path):
    path = written(tmp_path / "a.json", verifier.spelt(right))
    word = (
        "valid"
        if right is FREE
        else "not recounted: adaptive is not decoded here: its bytes may be any"
    )
    assert said(path, folder) == word
    assert package_said(path, folder) == "valid"


def test_its_limit_is_the_smallest_of_four_digits(folder, tmp_path):
    less = Fraction(FREE["limit"]) - Fraction(1, 10**4)
    assert Fraction(FREE["limit"]) < Fraction(1, 2)  # so that it says something
    path = written(tmp_path / "a.json", verifier.spelt(FREE | {"limit": f"{float(less):.4f}"}))
    assert "too small" in said(path, folder)
    more = Fraction(FREE["limit"]) + Fraction(1, 10**4)
    path = written(tmp_path / "a.json", verifier.spelt(FREE | {"limit": f"{float(more):.4f}"}))
    assert said(path, folder) == package_said(path, folder) == "valid"


# Lies ------------------------------------------------------------------------------------------


def changed(bundle, **values):
    """A bundle with other values, those of dicts in it by name__key."""
    new = deepcopy(bundle)
    for name, value in values.items():
        outer, _, inner = name.partition("__")
        if inner:
            new[outer][inner] = value
        else:
            new[outer] = value
    return new


def mistakes(bundle):
    return np.cumsum([int(d) for d in bundle["mistakes"].split()])


def with_mistakes(bundle, numbers):
    """A bundle that tells of these mistakes, and of all that follows from them."""
    numbers = sorted(numbers)
    given = LABELS.copy()
    for number in numbers:
        given[number // CLASSES] = number % CLASSES
    text = " ".join(map(str, np.diff(numbers, prepend=0)))
    digest = sha256(given.astype(np.uint8)).hexdigest()
    errors = len(numbers)
    return changed(bundle, mistakes=text, errors=errors, predictions_sha256=digest)


def with_swap():
    """Predictions of two wrong examples of different classes are exchanged."""
    at, wrong = np.divmod(mistakes(FREE), CLASSES)
    for i, j in np.ndindex(len(at), len(at)):
        free = wrong[i] != wrong[j] and LABELS[at[i]] != wrong[j] and LABELS[at[j]] != wrong[i]
        if free:
            wrong[[i, j]] = wrong[[j, i]]
            return with_mistakes(FREE, (at * CLASSES + wrong).tolist())
    raise AssertionError


def flipped(place):
    payload = bytearray(b64decode(FREE["payload"]))
    payload[place] ^= 1 << 3
    return changed(FREE, payload=b64encode(payload).decode())


def without(bundle, key):
    return {name: value for name, value in bundle.items() if name != key}


BITS = FREE["charges"]
LESS = {"header": BITS["header"], "weights": BITS["weights"] - 8}
SYMMETRY = BITS | {"symmetry": -100}
RENAMED = {"head": BITS["header"], "weights": BITS["weights"]}
ROWS = FROM_DATA["data"]["rows"]
NULL = FROM_DATA["prior"]["limit"]
LOWER = f"{float(Fraction(NULL) - Fraction(1, 10**4)):.4f}"
SMALL = "0.0051"  # above 1 - 0.05^(1/600) = .00498
LIES = {  # what is told, and what is said to it by the verifier and by the package
    "one error less": (changed(FREE, errors=FREE["errors"] - 1), "list of mistakes", "errors must"),
    "one mistake less": (
        with_mistakes(FREE, mistakes(FREE)[1:].tolist()),
        "1 predictions are others",
        "predictions must .* got 1 others",
    ),
    "one mistake more": (
        with_mistakes(FREE, {*mistakes(FREE).tolist(), CLASSES * 3 + (LABELS[3] + 1) % CLASSES}),
        "limit .* too small",
        "limit must",
    ),
    "another class": (with_swap(), "2 predictions are others", "got 2 others"),
    "a sum of predictions": (
        changed(FREE, predictions_sha256="0" * 64),
        "predictions_sha256",
        "predictions must have the sha256",
    ),
    "8 bits less": (changed(FREE, charges=LESS, bits=FREE["bits"] - 8), "charges", "charges must"),
    "bits in all": (changed(FREE, bits=FREE["bits"] - 1), "bits with options", "bits must"),
    "a renamed charge": (changed(FREE, charges=RENAMED), "charges", "charges must"),
    "a gain": (changed(FREE, charges=SYMMETRY), "charges are no counts", "charges must"),
    "a larger delta": (changed(FREE, delta="0.1"), "bits with options and delta", "bits must"),
    "delta 1": (changed(FREE, delta="1.0"), "delta is no decimal", "delta must"),
    "delta longer": (changed(FREE, delta="0.050"), "delta is no decimal", "delta must"),
    "a longer limit": (changed(FREE, limit=FREE["limit"] + "0"), "limit is no", "limit must"),
    "signs": (changed(FREE, mistakes="+" + FREE["mistakes"]), "misspelt", "mistakes must"),
    "zeros": (changed(FREE, mistakes="0" + FREE["mistakes"]), "misspelt", "mistakes must"),
    "two spaces": (
        changed(FREE, mistakes=FREE["mistakes"].replace(" ", "  ", 1)),
        "misspelt",
        "mistakes must",
    ),
    "a space": (changed(FREE, mistakes=FREE["mistakes"] + " "), "misspelt", "mistakes must"),
    "a dash": (changed(FREE, mistakes="1_0 " + FREE["mistakes"]), "misspelt", "mistakes must"),
    "odd repeats": (changed(FREE, data__repeats="nonsense"), "repeats", "repeats must"),
    "no repeats": (changed(FREE, data__repeats="drawn"), "repeats", "repeats must"),
    "odd statements": (changed(FREE, statements=[{"a": [None]}]), "no lines", "statements must"),
    "a free option": (changed(FREE, options={"widths": 12}), "^bits|valid", "bits must|valid"),
    "an option less": (changed(FREE, options={"family": 1}), "bits with options", "bits must"),
    "no option at all": (changed(FREE, options={"widths": 0}), "no counts", "options must"),
    "a smaller limit": (changed(FREE, limit="0.0600"), "limit 0.0600 is too small", "limit must"),
    "limit 0": (changed(FREE, limit="0.0000"), "no decimal", "limit must be a decimal"),
    "limit in words": (changed(FREE, limit="1e-2"), "no decimal", "limit must be a decimal"),
    "an example more": (changed(FREE, data__n=N + 1), "n is 901", "must be n = 901"),
    "an example less": (changed(FREE, data__n=N - 1), "n is 899", "limit must|must be n = 899"),
    "more classes": (changed(FREE, data__classes=4), ".", "."),
    "fewer classes": (changed(FREE, data__classes=2), "labels", "."),
    "another shape": (changed(FREE, data__shape=[1, 4, 9]), "shape or type", "."),
    "another type": (changed(FREE, data__type="float64"), "shape or type", "dtype must"),
    "another part": (changed(FREE, data__part="test"), "n is 900", "valid"),
    "no such part": (changed(FREE, data__part="x"), "x_x", "part must"),
    "other inputs": (changed(FREE, data__inputs_sha256="0" * 64), "inputs_sha256", "inputs_sha256"),
    "other labels": (changed(FREE, data__labels_sha256="0" * 64), "labels_sha256", "labels_sha256"),
    "a path outside": (changed(FREE, data__name="../pictures"), "no name of a file", "name must"),
    "an absolute path": (changed(FREE, data__name="/etc/passwd"), "no name of a file", "name must"),
    "no data set": (changed(FREE, data__name="others"), "others.npz", "valid"),
    "a row twice": (changed(FROM_DATA, data__rows="300 0" + ROWS[5:]), "twice", "rows must"),
    "a row outside": (changed(FREE, data__rows="9" + " 1" * (N - 1)), "out of bounds", "."),
    "a row before": (changed(FREE, data__rows="-1" + " 1" * (N - 1)), "twice", "rows must"),
    "no prior": (without(FROM_DATA, "prior"), "keys or types of prior", "keys"),
    "a prior in words": (changed(FROM_DATA, prior="none"), "keys or types of prior", "prior must"),
    "another kind": (
        changed(FROM_DATA, kind="data-free"),
        "keys or types of prior",
        "keys",
    ),
    "an unknown kind": (changed(FREE, kind="lucky"), "keys or types", "kind must"),
    "a prior that saw": (
        changed(FROM_DATA, prior__rows="0" + " 1" * (N // 3)),
        "rows of the prior: no others",
        "prior must have seen no",
    ),
    "a prior that saw nothing": (
        changed(FROM_DATA, prior__rows=""),
        "rows of the prior",
        "rows must",
    ),
    "rows from the end": (changed(FROM_DATA, prior__rows="-5"), "rows of the prior", "rows must"),
    "rows beyond": (changed(FROM_DATA, prior__rows="900"), "rows of the prior", "valid"),
    "a row twice of a prior": (changed(FROM_DATA, prior__rows="3 0"), "rows of the p", "rows must"),
    "no better than its null": (
        changed(FROM_DATA, prior__mistakes="", prior__errors=0, prior__limit=SMALL),
        "limit is not below its null",
        "limit must be below",
    ),
    "a better null": (
        changed(FROM_DATA, prior__limit=LOWER),
        "null, by mis.* too small",
        "limit of prior",
    ),
    "fewer errors of a null": (changed(FROM_DATA, prior__errors=1), "prior are not", "prior must"),
    "version 2": (changed(FREE, version=2), "another version", "version 1, got"),
    "version true": (changed(FREE, version=True), "keys or types of version", "version"),
    "errors as a float": (changed(FREE, errors=float(FREE["errors"])), "types of errors", "errors"),
    "another format": (changed(FREE, format="bundle"), "another version", "certificate bundle"),
    "another family": (changed(FREE, codec="ternary-2"), "charges", "charges must"),
    "a key more": (FREE | {"trust": "me"}, "keys or types of trust", "keys"),
    "a key less": (without(FREE, "statements"), "keys or types of statements", "keys"),
    "an escape": (changed(FREE, statements=["\x1b[2Jvalid"]), "one spelling", "one spelling"),
    "a quote": (changed(FREE, statements=['"']), "one spelling", "one spelling"),
    "no base64": (changed(FREE, payload="***"), "(?i)base64", "base64"),
    "a byte more": (changed(FREE, payload=FREE["payload"][:-4] + "AAAAAAAA"), ".", "."),
    "no payload": (changed(FREE, payload=""), ".", "."),
    "a bit of the header": (flipped(0), ".", "."),
    "a bit of the weights": (flipped(5), ".", "."),
    "a bit of the end": (flipped(-1), ".", "."),
    "endless mistakes": (changed(FREE, mistakes="9" * 30), ".", "mistakes must"),
    "mistakes that fall": (changed(FREE, mistakes="5 -3", errors=2), "list of mistakes", "mistak"),
}


@pytest.mark.parametrize("lie", LIES)
def test_each_lie_is_refused_for_its_own_reason(lie, folder, tmp_path):
    told, reason, of_package = LIES[lie]
    path = written(tmp_path / "a.json", verifier.spelt(told))
    for answer, pattern in (said(path, folder), reason), (package_said(path, folder), of_package):
        assert (answer != "valid") or "valid" in pattern, f"{lie} is taken"
        assert re.search(pattern, answer), f"{lie}: {answer}"


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


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_there_is_one_spelling(spelling, folder, tmp_path):
    path = written(tmp_path / "a.json", SPELLINGS[spelling])
    assert SPELLINGS[spelling] != TEXT
    assert said(path, folder) != "valid"
    assert re.search("one spelling|version 1", package_said(path, folder))


def test_a_large_file_is_not_read(folder, tmp_path):
    path = tmp_path / "a.json"
    with open(path, "wb") as file:
        file.truncate(1 << 24)
    assert "16 MiB" in said(path, folder)
    assert "16 MiB" in package_said(path, folder)
    assert "no file" in said(tmp_path, folder)
    assert "no file" in said(tmp_path / "none", folder)


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
    reason = "labels_sha256" if kind == "a permuted label" else "inputs_sha256"
    assert reason in said(path, tmp_path)
    assert reason in package_said(path, tmp_path)


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
    assert said(path, tmp_path) == package_said(path, tmp_path) == "valid"
    hidden = changed(verifier.content(drawn), data__repeats="")
    path = written(tmp_path / "a.json", verifier.spelt(hidden))
    assert "inputs repeat" in said(path, tmp_path)
    assert "must not repeat" in package_said(path, tmp_path)


def test_a_code_that_is_not_known_is_not_recounted(tmp_path):
    inputs, labels, bundle = verifier.adaptive()
    verifier.write_data(tmp_path, inputs, labels)
    path = written(tmp_path / "a.json", bundle.to_text())
    assert said(path, tmp_path).startswith("not recounted: adaptive")
    assert verified(read_bundle(path), inputs, labels, labels).errors == 0
    with pytest.raises(ValueError, match="predictions must be given"):
        verified(bundle, inputs, labels)
    less = changed(verifier.content(bundle), charges={"payload": 8}, bits=13)
    path = written(tmp_path / "a.json", verifier.spelt(less))
    assert "charges" in said(path, tmp_path)
    assert "charges must" in package_said(path, tmp_path)


def run(*arguments):
    command = [sys.executable, "-I", str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_is_a_program_that_ends_with_its_verdict(folder, tmp_path):
    done = run(written(tmp_path / "a.json", TEXT), folder)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "valid"), done.stderr
    done = run(written(tmp_path / "b.json", verifier.spelt(changed(FREE, limit="0.0600"))), folder)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith("not valid: limit 0.0600 is too small")
    inputs, labels, bundle = verifier.adaptive()
    verifier.write_data(tmp_path, inputs, labels)
    done = run(written(tmp_path / "c.json", bundle.to_text()), tmp_path)
    assert done.returncode == 2
    assert run().returncode == 1


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


# The bound --------------------------------------------------------------------------------------


def holds(k, n, p, target):
    """Whether the verifier takes p, which has at most 9 digits."""
    try:
        verify.check_limit(p, k, n, target, "limit")
    except ValueError:
        return False
    return True


def exact(k, n, p):
    """The tail as a fraction, term by term."""
    p = Fraction(p)
    return sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k + 1))


@pytest.mark.parametrize("tails", ["verifier", "package"])
@given(st.integers(1, 40), st.integers(0, 40), st.integers(1, 9999))
@settings(max_examples=60, deadline=None)
def test_the_tail_is_decided_exactly(tails, n, k, digits):
    k, text = min(k, n), f"0.{digits:04d}"
    tail, least = exact(k, n, text), Fraction(1, 10**60)

    def decided(target):
        if tails == "verifier":
            return holds(k, n, text, target)
        return exact_tails.tail_is_at_most(k, n, Fraction(text), target)

    assert decided(tail)
    assert not decided(tail - least)
    assert decided(tail + least)


@pytest.mark.parametrize("n", [1, 10, 1000, 60_000])
def test_no_error_is_a_power(n):
    for text in ("0.0534",) if n > 1000 else ("0.0001", "0.5000", "0.9999", "0.0534"):
        power = (1 - Fraction(text)) ** n
        assert holds(0, n, text, power)
        assert exact_tails.tail_is_at_most(0, n, Fraction(text), power)
        less = power * (1 - Fraction(1, 10**30))
        assert not holds(0, n, text, less)
        assert not exact_tails.tail_is_at_most(0, n, Fraction(text), less)


CASES = [(634, 60_000, "0.0180"), (12_000, 60_000, "0.2500"), (100, 4_000, "0.1234")]


@pytest.mark.parametrize(("k", "n", "text"), CASES)
def test_the_tail_is_that_of_many_digits(k, n, text):
    """With 80 digits the sum of at most 12,001 terms is right to 1e-70: the decision is near it."""
    with mpmath.workdps(80):
        p = mpmath.mpf(text)
        term = total = mpmath.binomial(n, k) * p**k * (1 - p) ** (n - k)
        for i in range(k, 0, -1):
            term *= i * (1 - p) / ((n - i + 1) * p)
            total += term
        scaled = int(mpmath.floor(total * mpmath.mpf(2) ** 2000))
    above, below = (Fraction(scaled, 2**2000) * (1 + s * Fraction(1, 10**60)) for s in (1, -1))
    for decided in holds, lambda k, n, p, t: exact_tails.tail_is_at_most(k, n, Fraction(p), t):
        assert decided(k, n, text, above)
        assert not decided(k, n, text, below)


@given(st.integers(1, 3000), st.floats(0.01, 0.99), st.floats(1e-12, 0.4))
@settings(max_examples=60, deadline=None)
def test_the_smallest_decimal_is_that_of_scipy(n, rate, target):
    """SciPy's quantiles of the beta law, right to 1e-9 there: one digit of four may differ."""
    k = int(n * rate)
    limit = float(exact_tails.decimal_limit(k, n, Fraction(target)))
    upper = beta.isf(target, k + 1, n - k) if k < n else 1.0
    assert upper - 1e-8 <= limit <= min(upper + 1.0001e-4, 1.0) + 1e-8
    if limit < 1:
        assert binom.cdf(k, n, limit) <= target * (1 + 1e-9)


def test_a_family_of_its_own_has_no_prior(folder, tmp_path):
    """Of the rest alone, as it would be if the prior were true."""
    rest = verifier.content(verifier.of_rows(np.arange(N // 3, N)))
    prior = FROM_DATA["prior"] | {"limit": "0.9990"}
    path = written(
        tmp_path / "a.json", verifier.spelt(rest | {"prior": prior, "kind": "prior from data"})
    )
    assert said(path, folder).startswith("charges are")
    assert "prior must be None for ternary-1" in package_said(path, folder)


def test_rows_that_were_chosen_are_told(folder, tmp_path):
    """Whoever leaves out what is classified wrongly gets another word than valid."""
    right = np.flatnonzero(predictions(verifier.NETWORK, IMAGES) == LABELS)
    path = written(tmp_path / "a.json", verifier.of_rows(right).to_text())
    answer = said(path, folder)
    assert answer == f"valid for the {len(right)} of 900 rows that the bundle lists"
    done = run(path, folder)
    assert done.returncode == 0
    assert done.stdout.startswith(f"data: {len(right)} of 900 rows of pictures, train;")


def test_a_long_payload_is_refused_before_its_arithmetic(folder, tmp_path):
    payload = b64encode(b64decode(FREE["payload"])[:4] + bytes(4_000_000)).decode()
    path = written(tmp_path / "a.json", verifier.spelt(changed(FREE, payload=payload)))
    start = process_time()
    assert "bits for them" in said(path, folder)
    assert process_time() - start < 5


def test_what_would_take_days_is_refused_before_it_begins():
    layers = (*[Layer(14, 7, same=True)] * 2, Layer(1, 7, stride=2, same=True))
    chosen = Configuration(Domain(28, 28, 10), layers, reach=3, mirror=True, lift=True)
    zeros = Description(chosen, [np.zeros(shape, int) for shape in chosen.shapes])
    network, _ = verify.read_network(zeros.to_bytes(), [1, 28, 28], 10)
    assert 60_000 * network.work > 100 * verify.MOST_WORK


def test_charges_that_fill_the_memory_are_refused(tmp_path):
    inputs, labels, bundle = verifier.adaptive()
    verifier.write_data(tmp_path, inputs, labels)
    many = {f"charge {i}": 2**27 - 1 for i in range(98)} | bundle.charges
    path = written(
        tmp_path / "a.json", verifier.spelt(changed(verifier.content(bundle), charges=many))
    )
    assert said(path, tmp_path).startswith("charges are")
    assert "charges must" in package_said(path, tmp_path)


def test_a_prior_beside_a_bound_of_all_rows_saw_some_of_them(folder, tmp_path):
    few = verifier.code_length({"w": np.eye(CLASSES)})
    sample = verifier.named_sample(verifier.NAME, IMAGES, LABELS, CLASSES, part="train")
    whole = verifier.bundled(few, sample, LABELS, predictions(verifier.NETWORK, IMAGES))
    every = np.arange(N) * CLASSES + (LABELS + 1) % CLASSES
    text = " ".join(map(str, np.diff(every, prepend=0)))
    prior = {"payload": "", "rows": "3", "errors": N, "mistakes": text, "limit": "1.0"}
    told = verifier.content(whole) | {"kind": "prior from data", "prior": prior}
    path = written(tmp_path / "a.json", verifier.spelt(told))
    assert "rows of the prior" in said(path, folder)
    assert "must have seen no example" in package_said(path, folder)


def test_more_options_than_a_hundred_are_refused(folder, tmp_path):
    options = {f"option {i}": 1 for i in range(100)}
    path = written(tmp_path / "a.json", verifier.spelt(changed(FREE, options=options)))
    assert "too many" in said(path, folder)
    assert "fewer than 100" in package_said(path, folder)


def test_a_name_is_that_of_the_folder_of_its_files(tmp_path):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(bytes(16 + 784))
    with pytest.raises(FileNotFoundError, match="of fashion_mnist is not in the folder"):
        verify.read_files(tmp_path, "fashion_mnist", "train")


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        ([], 1, "usage: python verify.py BUNDLE DATA_FOLDER"),
        (["digits.json"], 1, "usage: python verify.py BUNDLE DATA_FOLDER"),
        (["digits.json", "nowhere"], 2, "not looked at: digits.csv of digits is not in the folder"),
    ],
)
def test_what_is_not_there_is_told_and_is_no_word_on_the_bundle(arguments, code, words):
    bundles = SCRIPT.parent / "bundles"
    command = [sys.executable, SCRIPT, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=bundles)
    assert done.returncode == code
    assert words in done.stdout + done.stderr


def test_the_whole_of_a_file_is_both_parts(folder):
    x, labels = verify.read_files(folder, "pictures", "whole")
    assert len(x) == len(labels) == N + 1


def test_products_are_exact_where_floats_would_round():
    for largest in 24, 53:
        half = 1 << largest - 1
        w, x = np.ones((1, 3), int), np.array([[half], [half], [1]])
        assert verify.product(w, x).item() == (1 << largest) + 1


def _bytes(bits):
    whole = -(-len(bits) // 8) * 8
    return int(bits.ljust(whole, "0"), 2).to_bytes(whole // 8, "big")


def test_networks_out_of_range_are_refused():
    alone, plain = "000000001", "00" + "0" * 30
    with pytest.raises(ValueError, match="16,384"):
        verify.read_network(_bytes(alone + plain), [1, 128, 128], 2)
    with pytest.raises(ValueError, match="code of its weights"):
        verify.read_network(_bytes(alone + "1" * 40), [1, 128, 64], 2)
    for rows, columns, reason in (64, 65, "moments"), (65, 64, "moments"), (64, 64, "weights"):
        frame = "1" + "00000" * 2 + "00" + "000" + "001"
        with pytest.raises(ValueError, match=reason):
            verify.read_network(_bytes(frame + plain), [1, rows, columns], 4)


def test_sums_that_could_leave_64_bits_are_refused():
    """Six layers of 8 x 8 kernels over 2 channels, centred: 255 (128 2 m)^6 32 is beyond 2^62."""
    layer = "00001" + "111" + "0" + "1" + "0" + "0" + "1"
    head = "0" + "00" + "0" + "0" + "0" + "111" + layer * 6
    rows = columns = 8
    sizes, places, channels = [], [], 1
    for _ in range(6):
        sizes.append(2 * channels * 64)
        rows, columns, channels = rows - 1, columns - 1, 2  # 2 * 3 zeros, less 7
        places.append(rows * columns)
    sizes.append(2 * 2 * rows * columns)
    low, high = 1, 1
    for i in range(sum(sizes)):  # all weights are 1: the last of its interval, F = 1 - P
        low, high = low * (2 * i + 1), high * (2 * i + 3)
    length = (-(-high // low) - 1).bit_length() + 1
    word = ((2 * high - low) << length) // (2 * high)
    payload = _bytes(head + format(word, f"0{length}b"))
    with pytest.raises(ValueError, match="64 bits"):
        verify.read_network(payload, [1, 8, 8], 2)
    with pytest.raises(ValueError, match="below 2.62"):
        Description.from_bytes(payload, Domain(8, 8, 2))


# The family -------------------------------------------------------------------------------------


@st.composite
def descriptions(draw):
    """Networks of all kinds that the family has, with images for them."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    series = draw(st.booleans())
    rows, columns = (
        (1, draw(st.integers(8, 30)))
        if series
        else draw(st.tuples(st.integers(5, 12), st.integers(5, 12)))
    )
    channels = draw(st.sampled_from([1, 1, 2, 3]))
    domain = Domain(rows, columns, draw(st.integers(2, 5)), channels)
    flags = [draw(st.booleans()) for _ in range(8)]
    layers = []
    for _ in range(draw(st.integers(0, 3))):
        given = [bool(b) for b in rng.integers(0, 2, 4)]
        layers.append(Layer(*(int(rng.integers(1, end)) for end in (6, 5, 3)), *given))
    moments = (int(rng.integers(1, 33)), int(rng.integers(0, 32))) if flags[0] else None
    if channels > 1 or series:
        moments = None
    reach = draw(st.integers(0, 2))
    try:
        chosen = Configuration(domain, tuple(layers), moments, reach, *flags[1:4])
        weights = [rng.integers(-1, 2, s) * (rng.random(s) < rng.random()) for s in chosen.shapes]
        description = Description(chosen, [w.astype(int) for w in weights])
    except ValueError:  # no place is left, or sums are too large
        assume(False)
    images = rng.integers(0, 256, (4, *domain.shape), np.uint8) * (
        rng.random((4, *domain.shape)) < 0.5
    )
    return description, images.astype(np.uint8)


@given(descriptions())
@settings(max_examples=150, deadline=None)
def test_two_decoders_of_the_family_agree(case):
    description, images = case
    domain = description.configuration.domain
    shape = [*domain.shape]
    network, bits = verify.read_network(description.to_bytes(), shape, domain.classes)
    assert bits == {"header": description.header_bits, "weights": description.weight_bits}
    for own, theirs in zip(network.weights, description.weights, strict=True):
        np.testing.assert_array_equal(own, theirs)
    own = verify.predictions(network, images)
    np.testing.assert_array_equal(own, predictions(description, images))


@given(st.binary(max_size=40))
@settings(max_examples=300, deadline=None)
def test_two_decoders_refuse_the_same_bytes(payload):
    def taken(read):
        try:
            return read()
        except ValueError:
            return None

    domain = Domain(8, 8, 3)
    theirs = taken(lambda: Description.from_bytes(payload, domain))
    own = taken(lambda: verify.read_network(payload, [1, 8, 8], 3))
    assert (own is None) == (theirs is None)


@given(descriptions(), st.integers(0, 20), st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_both_take_code_words_alone(case, place, more):
    """An interval holds more strings than its code word: near it bits are changed, or added."""
    description = case[0]
    domain, payload = description.configuration.domain, description.to_bytes()
    number, long = int.from_bytes(payload, "big"), len(payload)
    near = [number ^ 1 << place, (number + more) % 256**long, (number - more) % 256**long]
    others = [each.to_bytes(long, "big") for each in near]
    for other in (*others, payload + bytes(more), payload[:-1]):
        both = []
        for read in (
            lambda given: verify.read_network(given, [*domain.shape], domain.classes)[1],
            lambda given: _bits(Description.from_bytes(given, domain)),
        ):
            try:
                both.append(read(other))
            except ValueError:
                both.append(None)
        assert both[0] == both[1]


def _bits(description):
    return {"header": description.header_bits, "weights": description.weight_bits}


CODE_WORDS = [(1, 30), (2, 61), (3, 200)]


@pytest.mark.parametrize(("seed", "size"), CODE_WORDS)
def test_no_other_string_of_an_interval_is_taken(seed, size):
    """All strings of up to 7 bits more: those that begin with the code word, and its neighbours."""
    rng = np.random.default_rng(seed)
    description = Description(
        Configuration(Domain(1, size, 2)), [rng.integers(-1, 2, (2, 1, 1, size))]
    )
    payload = description.to_bytes()
    number, taken = int.from_bytes(payload, "big"), []
    for change in range(-300, 301):
        other = (number + change).to_bytes(len(payload), "big")
        try:
            network, _ = verify.read_network(other, [1, 1, size], 2)
        except ValueError:
            continue
        if np.array_equal(network.weights[0], description.weights[0]):
            taken.append(change)
    assert taken == [0]
