"""Bundles that lie, and what the verifier and the package say to each."""

import io
import runpy
import sys
from base64 import b64decode, b64encode
from contextlib import redirect_stdout
from copy import deepcopy
from fractions import Fraction
from hashlib import sha256
from math import prod
from typing import NamedTuple

import numpy as np
import verifier
from verifier import CLASSES, IMAGES, LABELS, NETWORK, OTHER, SCRIPT, N

from compress.certificates import read_bundle, verified
from compress.certificates.bundles.exact_tails import decimal_limit
from compress.certificates.ternary import predictions

FREE, FROM_DATA = verifier.content(verifier.free()), verifier.content(verifier.from_data())


def verdict(path, folder):
    """Exit status and last line of the verifier, which runs as a program in this process."""
    before, said = sys.argv, io.StringIO()
    sys.argv = ["verify.py", str(path), str(folder)]
    try:
        with redirect_stdout(said):
            runpy.run_path(str(SCRIPT), run_name="__main__")
    except SystemExit as end:
        return end.code, said.getvalue().splitlines()[-1]
    finally:
        sys.argv = before
    raise AssertionError("the verifier must end with a status")


def package_said(path, folder):
    """Valid, or why not, by the package."""
    try:
        bundle = read_bundle(path)
        with np.load(folder / f"{verifier.NAME}.npz") as arrays:
            x, y = arrays["x_train"], arrays["y_train"]
        rows = list(bundle.sample.rows) or slice(None)
        other = bundle.codec != "ternary-1"
        given = predictions(NETWORK, x[rows]) if other else None
        verified(bundle, x[rows], y[rows], given)
    except (ValueError, IndexError) as error:
        return str(error)
    return "valid"


def written(path, text):
    """A file of a text or of bytes."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


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
    """Numbers of the mistakes of a bundle."""
    return np.cumsum([int(d) for d in bundle["mistakes"].split()])


def with_mistakes(bundle, numbers, **more):
    """A bundle that tells of these mistakes, and of all that follows from them."""
    numbers = sorted(numbers)
    given = LABELS.copy()
    for number in numbers:
        given[number // CLASSES] = number % CLASSES
    text = " ".join(map(str, np.diff(numbers, prepend=0)))
    digest = sha256(given.astype(np.uint8)).hexdigest()
    errors = len(numbers)
    told = changed(bundle, mistakes=text, errors=errors, predictions_sha256=digest)
    return changed(told, **more)


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
    """A bundle with a bit of its payload turned."""
    payload = bytearray(b64decode(FREE["payload"]))
    payload[place] ^= 1 << 3
    return changed(FREE, payload=b64encode(payload).decode())


def without(bundle, key):
    """A bundle that lacks a key."""
    return {name: value for name, value in bundle.items() if name != key}


def differences(numbers):
    """The text of numbers."""
    return " ".join(map(str, np.diff(numbers, prepend=0)))


def limit_of(bundle):
    """A bundle with the limit and the bits that follow from what it says."""
    bits = sum(bundle["charges"].values())
    target = Fraction(bundle["delta"]) / (prod(bundle["options"].values()) << bits)
    whole = (-(-target.denominator // target.numerator) - 1).bit_length()
    limit = decimal_limit(bundle["errors"], bundle["data"]["n"], target)
    return changed(bundle, limit=limit, bits=whole)


def of_another_network():
    """The mistakes of another network, with the limit that they have."""
    wrong = predictions(OTHER, IMAGES)
    at = np.flatnonzero(wrong != LABELS)
    return limit_of(with_mistakes(FREE, (at * CLASSES + wrong[at]).tolist()))


def another_network():
    """The payload of another network, with the charges and the limit that it has."""
    bits = {"header": OTHER.header_bits, "weights": OTHER.weight_bits}
    payload = b64encode(OTHER.to_bytes()).decode()
    return limit_of(changed(FREE, payload=payload, charges=bits))


def of_more_classes():
    """The same mistakes among four classes."""
    at, wrong = np.divmod(mistakes(FREE), CLASSES)
    return changed(FREE, data__classes=4, mistakes=differences(at * 4 + wrong))


def prior_with(numbers):
    """A prior that lists these mistakes, with the limit that they have."""
    limit = decimal_limit(len(numbers), N - N // 3, Fraction(FROM_DATA["delta"]))
    more = {"prior__mistakes": differences(numbers), "prior__errors": len(numbers)}
    return changed(FROM_DATA, **more, prior__limit=limit)


def raised(text, steps=1):
    """A limit that is so many of its last digits higher."""
    return f"{float(Fraction(text) + Fraction(steps, 10**4)):.4f}"


class Lie(NamedTuple):
    """What is told, and patterns of what the verifier and the package say to it."""

    told: dict
    verifier: str
    package: str


BITS = FREE["charges"]
LESS = {"header": BITS["header"], "weights": BITS["weights"] - 8}
SYMMETRY = BITS | {"symmetry": -100}
RENAMED = {"head": BITS["header"], "weights": BITS["weights"]}
ROWS = FROM_DATA["data"]["rows"]
NULL = FROM_DATA["prior"]["limit"]
OWN = mistakes(FREE)
THEIRS = mistakes(FROM_DATA["prior"])
RIGHT = int(np.setdiff1d(np.arange(N // 3), THEIRS // CLASSES)[0])  # of the prior
PAYLOAD = FREE["payload"]
UPPER = {key: FREE["data"][key].upper() for key in ("inputs_sha256", "labels_sha256")}
HUGE = 10**4000
LIES = {
    "one error less": (changed(FREE, errors=FREE["errors"] - 1), "list of mistakes", "errors must"),
    "one mistake less": (
        with_mistakes(FREE, mistakes(FREE)[1:].tolist()),
        "1 predictions are others",
        "predictions must .* got 1 others",
    ),
    "one mistake more": (
        with_mistakes(FREE, {*mistakes(FREE).tolist(), CLASSES * 3 + (LABELS[3] + 1) % CLASSES}),
        "limit .* is too small",
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
    "delta doubled": (
        changed(FREE, delta="0.1", limit=raised(FREE["limit"], -1)),
        "bits with options and delta",
        "limit must|bits must",
    ),
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
    "a second option": (changed(FREE, options={"widths": 24}), "bits with options", "limit must"),
    "options lowered": (changed(FREE, options={"widths": 1}), "bits with options", "bits must"),
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
    "no such part": (changed(FREE, data__part="x"), "part is none", "part must"),
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
        prior_with([]),
        "limit is not below its null",
        "limit must be below",
    ),
    "a better null": (
        changed(FROM_DATA, prior__limit=raised(NULL, -1)),
        "null by mis.* too small",
        "limit of prior must be",
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
    "no base64": (changed(FREE, payload="***"), "base64", "base64"),
    "a byte more": (changed(FREE, payload=FREE["payload"][:-4] + "AAAAAAAA"), ".", "."),
    "no payload": (changed(FREE, payload=""), ".", "."),
    "a bit of the header": (flipped(0), ".", "."),
    "a bit of the weights": (flipped(5), ".", "."),
    "a bit of the end": (flipped(-1), ".", "."),
    "endless mistakes": (changed(FREE, mistakes="9" * 30), ".", "mistakes must"),
    "mistakes that fall": (changed(FREE, mistakes="5 -3", errors=2), "list of mistakes", "mistak"),
    "a limit of a digit less": (
        changed(FREE, limit=raised(FREE["limit"], -1)),
        "too small",
        "limit must be at least",
    ),
    "errors of another network": (of_another_network(), "predictions are others", "predictions"),
    "another network": (another_network(), "predictions are others", "predictions must be"),
    "the same among more classes": (of_more_classes(), "code of its weights", "code word"),
    "mistakes from the last": (
        changed(FREE, mistakes=differences(OWN[::-1])),
        "list of mistakes",
        "mistakes must",
    ),
    "a mistake twice": (
        limit_of(changed(FREE, mistakes=differences([OWN[0], *OWN]), errors=len(OWN) + 1)),
        "list of mistakes",
        "mistakes must",
    ),
    "a mistake that is none": (
        limit_of(with_mistakes(FREE, {*OWN.tolist(), CLASSES * 3 + int(LABELS[3])})),
        "list of mistakes",
        "predictions must be",
    ),
    "a mistake before the first": (
        changed(FREE, mistakes=differences([-1, *OWN]), errors=len(OWN) + 1),
        "list of mistakes",
        "mistakes must",
    ),
    "a mistake beyond the last": (
        changed(FREE, mistakes=differences([*OWN, CLASSES * N]), errors=len(OWN) + 1),
        "out of bounds",
        "mistakes must",
    ),
    "a prior's mistake twice": (
        prior_with([THEIRS[0], *THEIRS]),
        "errors of the prior",
        "mistakes must be a tuple of pairs",
    ),
    "a prior's mistake that is none": (
        prior_with(sorted([*THEIRS, CLASSES * RIGHT + int(LABELS[N // 3 + RIGHT])])),
        "errors of the prior",
        "mistakes of prior must be none of the labels",
    ),
    "a worse null": (
        changed(FROM_DATA, prior__limit=raised(NULL)),
        "null by mis.* too large",
        "limit of prior must be",
    ),
    "as good as its null": (
        changed(FROM_DATA, limit=NULL),
        "limit is not below its null",
        "limit must be below",
    ),
    "a null of 1": (
        changed(FROM_DATA, prior__limit="1.0"),
        "null by mis.* too large",
        "limit of prior must be",
    ),
    "a null in words": (
        changed(FROM_DATA, prior__limit="none"),
        "null by .* no decimal",
        "limit must be a decimal",
    ),
    "no base64 of a prior": (changed(FROM_DATA, prior__payload="***"), "base64", "base64"),
    "a prior beside a family of its own": (
        changed(FROM_DATA, codec="ternary-1"),
        "ternary-1 is of bytes, alone",
        ".",
    ),
    "a code without ends": (changed(FROM_DATA, codec="counts"), "charges", "charges must"),
    "a code with its length": (
        limit_of(changed(FROM_DATA, charges__length=3)),
        "charges",
        "charges must",
    ),
    "no charge": (limit_of(changed(FREE, charges={})), "charges", "charges must"),
    "the header for nothing": (
        limit_of(changed(FREE, charges={"weights": BITS["weights"]})),
        "charges",
        "charges must",
    ),
    "the weights for nothing": (
        limit_of(changed(FREE, charges={"header": BITS["header"]})),
        "charges",
        "charges must",
    ),
    "a free charge": (
        changed(FREE, charges=BITS | {"more": 0}),
        "charges are no counts",
        "charges must",
    ),
    "a charge of true": (changed(FREE, charges__header=True), "no counts", "charges must"),
    "an option of true": (changed(FREE, options__family=True), "no counts", "options must"),
    "an option of 2^1000": (changed(FREE, options__family=2**1000), "no counts", "options must"),
    "inputs in upper case": (
        changed(FREE, data__inputs_sha256=UPPER["inputs_sha256"]),
        "inputs_sha256",
        "inputs_sha256",
    ),
    "labels in upper case": (
        changed(FREE, data__labels_sha256=UPPER["labels_sha256"]),
        "labels_sha256",
        "labels_sha256",
    ),
    "predictions in upper case": (
        changed(FREE, predictions_sha256=FREE["predictions_sha256"].upper()),
        "predictions_sha256",
        "predictions_sha256",
    ),
    "a row more than the file has": (
        changed(FREE, data__n=N + 1, data__rows="0" + " 1" * N),
        "out of bounds",
        "must be n = 901|out of bounds",
    ),
    "all rows, and one twice": (
        changed(FREE, data__n=N + 1, data__rows="0 0" + " 1" * (N - 1)),
        "there twice",
        "rows must",
    ),
    "a shape of true": (changed(FREE, data__shape=[True, 6, 6]), "shape or type", "shape must"),
    "a shape of floats": (changed(FREE, data__shape=[1.0, 6, 6]), "shape or type", "shape must"),
    "a shape of words": (changed(FREE, data__shape=["1", "6", "6"]), "shape or t", "shape must"),
    "two axes": (changed(FREE, data__shape=[6, 6]), "shape or type", "shape must"),
    "four axes": (changed(FREE, data__shape=[1, 1, 6, 6]), "shape or type", "shape must"),
    "no axis": (changed(FREE, data__shape=[]), "shape or type", "shape must"),
    "a file's name as a part": (changed(FREE, data__part="train.npy"), "part is", "part must"),
    "filled base64": (changed(FREE, payload=PAYLOAD + "===="), "base64", "base64"),
    "base64 of URLs": (
        changed(FREE, payload=PAYLOAD.replace("/", "_").replace("+", "-")),
        "base64|padding",
        "base64",
    ),
    "a space in base64": (changed(FREE, payload=PAYLOAD + " "), "base64", "base64"),
    "a zero byte more": (
        changed(FREE, payload=b64encode(b64decode(PAYLOAD) + b"\0").decode()),
        "code of its weights",
        "filled by fewer than 8 zeros",
    ),
    "a byte less": (
        changed(FREE, payload=b64encode(b64decode(PAYLOAD)[:-1]).decode()),
        "code of its weights",
        "weights",
    ),
    "a header alone": (
        changed(FREE, payload=b64encode(b64decode(PAYLOAD)[:1]).decode()),
        "ends within its header",
        "header|end",
    ),
    "no class": (changed(FREE, data__classes=0), "labels", "classes must"),
    "256 classes": (changed(FREE, data__classes=256), "labels", "classes must"),
    "no example": (changed(FREE, data__n=0), "n is 0", "n must"),
    "errors below none": (changed(FREE, errors=-1), "list of mistakes", "errors must"),
    "4,000 digits of n": (changed(FREE, data__n=HUGE), "n is 1000", "n must"),
    "4,000 digits of classes": (changed(FREE, data__classes=HUGE), "labels", "classes must"),
    "4,000 digits of bits": (changed(FREE, bits=HUGE), "bits with options", "bits must"),
    "4,000 digits of errors": (changed(FREE, errors=HUGE), "list of mistakes", "errors must"),
    "4,000 digits of options": (changed(FREE, options__family=HUGE), "no counts", "options must"),
    "4,000 digits of charges": (changed(FREE, charges__header=HUGE), "no counts", "charges must"),
    "4,000 digits of version": (changed(FREE, version=HUGE), "another version", "version 1, got"),
    "a million mistakes": (
        changed(FREE, mistakes="1" + " 1" * 2**20),
        "misspelt",
        "mistakes must be at most",
    ),
    "other digits": (changed(FREE, mistakes="\u0661 \u0662"), "one spelling", "one spelling"),
}
LIES = {name: Lie(*lie) for name, lie in LIES.items()}
