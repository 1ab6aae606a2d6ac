"""The verifier of bundles, which belongs to no package, and small bundles to verify."""

import importlib.util
import json
from pathlib import Path

import numpy as np

from compress.certificates import bundled, named_sample, prior_null
from compress.certificates.ternary import (
    Configuration,
    Description,
    Domain,
    Layer,
    predictions,
)
from compress.coding.length import code_length

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "certificates" / "verify.py"
spec = importlib.util.spec_from_file_location("verify", SCRIPT)
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)

N, CLASSES = 900, 3
NAME = "pictures"
CHOSEN = Configuration(Domain(6, 6, CLASSES), (Layer(2, 3, same=True, pool=True),), reach=1)


def network(seed):
    """A description with weights by a seed."""
    rng = np.random.default_rng(seed)
    return Description(CHOSEN, [rng.integers(-1, 2, shape) for shape in CHOSEN.shapes])


NETWORK, OTHER = network(1), network(2)


def pictures():
    """Images, and labels of which the network has one in twenty or so wrong."""
    rng = np.random.default_rng(5)
    images = rng.integers(0, 256, (N, 1, 6, 6), np.uint8)
    labels = predictions(NETWORK, images)
    moved = rng.random(N) < 0.05
    return images, np.where(moved, (labels + rng.integers(1, CLASSES, N)) % CLASSES, labels)


IMAGES, LABELS = pictures()


def write_data(folder, images=IMAGES, labels=LABELS):
    """The data set as a file of a folder."""
    arrays = {"x_train": images, "y_train": labels, "x_test": images[:1], "y_test": labels[:1]}
    np.savez(folder / f"{NAME}.npz", **arrays)


def free(images=IMAGES, labels=LABELS, **more):
    """A bundle without a prior."""
    sample = named_sample(NAME, images, labels, CLASSES, part="train")
    given = predictions(NETWORK, images)
    return bundled(NETWORK, sample, labels, given, options={"widths": 12}, **more)


def from_data():
    """A bundle of the last two thirds, whose prior saw the first third."""
    images, labels, saw = IMAGES[N // 3 :], LABELS[N // 3 :], range(N // 3)
    sample = named_sample(NAME, images, labels, CLASSES, part="train", rows=range(N // 3, N))
    prior = prior_null(OTHER.to_bytes(), saw, labels, predictions(OTHER, images), 0.05)
    few = code_length({"w": np.eye(CLASSES)})  # stands for a network beside a prior
    return bundled(few, sample, labels, predictions(NETWORK, images), prior=prior)


def of_rows(rows):
    """A bundle without a prior, of some rows."""
    images, labels = IMAGES[rows], LABELS[rows]
    sample = named_sample(NAME, images, labels, CLASSES, part="train", rows=rows)
    return bundled(NETWORK, sample, labels, predictions(NETWORK, images))


def adaptive():
    """A bundle of arrays, whose code the verifier does not know."""
    inputs = IMAGES.reshape(N, -1)[:, :CLASSES] / 255
    labels = inputs.argmax(1)
    sample = named_sample(NAME, inputs, labels, CLASSES, part="train")
    return inputs, labels, bundled(code_length({"w": np.eye(CLASSES)}), sample, labels, labels)


def content(bundle):
    """What the file of a bundle holds."""
    return json.loads(bundle.to_text())


def spelt(given):
    """The text of a content."""
    return json.dumps(given, indent=1, sort_keys=True) + "\n"
