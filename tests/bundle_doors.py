"""Doors of bundles, which those of certificates take in."""

from tempfile import TemporaryDirectory

from doors import Door
from verifier import IMAGES, LABELS, NAME, NETWORK, free, from_data

from compress import certificates
from compress.certificates import ternary

FREE, FROM_DATA = free(), from_data()
FOLDER = TemporaryDirectory()
FILE = f"{FOLDER.name}/a.json"
certificates.write_bundle(FILE, FREE)
SAMPLE, PRIOR = FREE.sample, FROM_DATA.prior
GIVEN = ternary.predictions(NETWORK, IMAGES)
NAMED = ("name", "part", "n", "classes", "shape", "dtype", "inputs_sha256", "labels_sha256")
DOORS = [
    Door(
        certificates.NamedSample,
        {name: getattr(SAMPLE, name) for name in (*NAMED, "rows", "repeats")},
        {"name": "text", "shape": "tuple", "repeats": "none"},
    ),
    Door(
        certificates.named_sample,
        {
            **{"name": NAME, "inputs": IMAGES, "labels": LABELS, "classes": 3},
            **{"part": "train", "rows": (), "repeats": None},
        },
        {"name": "text", "rows": "empty", "repeats": "none"},
        {"inputs": "labels|data|examples", "labels": "labels|data"},
    ),
    Door(
        certificates.PriorNull,
        {name: getattr(PRIOR, name) for name in ("payload", "rows", "mistakes", "limit")},
        {"payload": "bytes", "rows": "tuple"},
    ),
    Door(
        certificates.prior_null,
        {"payload": b"ab", "rows": (1, 2), "labels": LABELS, "predictions": GIVEN, "delta": 0.05},
        {"payload": "bytes", "rows": "tuple"},
        {"labels": "labels|predictions"},
    ),
    Door(
        certificates.Bundle,
        {
            name: getattr(FROM_DATA, name)
            for name in (
                *("codec", "payload", "sample", "mistakes", "predictions_sha256", "charges"),
                *("options", "delta", "limit", "prior", "statements"),
            )
        },
        {"options": "dict_of_1", "prior": "none"},
        {"codec": "charges", "payload": "charges|header|weights|description"},
    ),
    Door(
        certificates.bundled,
        {
            **{"network": NETWORK, "sample": SAMPLE, "labels": LABELS, "predictions": GIVEN},
            **{"delta": 0.05, "options": 1, "prior": None, "statements": ()},
        },
        {"options": "large dict_of_1", "prior": "none", "statements": "empty texts"},
    ),
    Door(certificates.write_bundle, {"path": FILE, "bundle": FREE}, {"path": "text"}),
    Door(certificates.read_bundle, {"path": FILE}, {"path": "text"}, {"path": "bundle"}),
    Door(
        certificates.verified,
        {"bundle": FREE, "inputs": IMAGES, "labels": LABELS, "predictions": None},
        {"predictions": "none"},
        {"inputs": "inputs|shape|dtype", "labels": "labels|data|labels_sha256"},
    ),
]
