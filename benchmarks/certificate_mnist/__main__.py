"""How small a risk can be certified for MNIST: four descriptions, from released to trained.

STABLENOISE_DATA=FOLDER python -m benchmarks.certificate_mnist [RUNG ...] [--out FOLDER]

Rungs are ``released``, ``pruned``, ``tuned`` and ``trained``, by default all.  Each ends in bytes
that are written, read again and decoded; errors on all 60,000 training images are those of what
was decoded.  Both parts of the bytes are prefix codes, so that no length is charged; the limit
is the inverse of the binomial tail, at confidence 0.95; test errors are for information.

What is charged is what a decoder must be told, whatever was chosen how: of LeNet-5 the widths,
codebooks and weights; of the trained network all bits of a description of the family ternary-1, and
eight more for the family, which was written after about a dozen kinds of network were tried on the
training images.  Seeds, rates, epochs and the order of a search are not: a limit holds for all
descriptions at once.  Fixed before: the data, delta, the form of the bound, the package's default
codec and, by its authors, LeNet-5.  Arrays of LeNet-5 are encoded as they are, their units in no
other order.

One thread, and processor time of a rung; the first start compiles.  ``released`` is the same on
every processor but for near ties, and what ``trained`` finds the same to the bit; what ``pruned``
and ``tuned`` find depends on the processor, as they sum floats in the order of its BLAS.
"""

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import process_time

for name in ("NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402 - after the settings above

from compress.certificates import ternary  # noqa: E402
from compress.certificates.certificate import occam  # noqa: E402
from compress.networks.loading import load_model_and_data  # noqa: E402
from stablenoise.data import files  # noqa: E402

from . import lenet  # noqa: E402
from .check import DELTA, DOMAIN, PROGRAM, grey  # noqa: E402
from .straight_through import Training  # noqa: E402

WEIGHTS = Path("weights", "lenet5_zhou2018_compressed.npz")
TUNINGS = Training(8, 0.01, 5e-4, spread=4), Training(10, 0.01, 1e-4, seed=1, spread=4)
LAYERS = ternary.Layer(5, 3, 2, pool=True), ternary.Layer(10, 3, pool=True)
CHOSEN = ternary.Configuration(DOMAIN, LAYERS, moments=(24, 14), reach=1, lift=True)
TRAININGS = (ternary.Training(epochs=15, views=3),)
COLUMNS = "bytes", "errors", "of", "test errors", "of", "risk at most", "s"


@dataclass(frozen=True, slots=True)
class Rung:
    """How a description is found, and read.

    Parameters
    ----------
    find : callable
        Of model and training data; returns the bytes of a description, and its bits by name.
    errors : callable
        Of bytes and data; decodes, and returns the number of errors.

    """

    find: Callable
    errors: Callable


def trained(model, train):
    images, labels = train
    found = ternary.searched([CHOSEN], grey(images), labels, DELTA, trainings=TRAININGS)
    bits = {"header": found.description.header_bits, "weights": found.description.weight_bits}
    return found.description.to_bytes(), bits


def trained_errors(source, data):
    images, labels = data
    given = ternary.predictions(ternary.Description.from_bytes(source, DOMAIN), grey(images))
    return int((given != labels).sum())


def in_bytes(head, payload):
    """Both parts of a description of LeNet-5, which are prefix codes, and their bits."""
    return head + payload, {"configuration": 8 * len(head), "weights": 8 * len(payload)}


def released(model, train):
    return in_bytes(*lenet.described(lenet.released(model)))


def pruned(model, train):
    network = lenet.pruned(lenet.released(model), lenet.centred(train), DELTA)
    return in_bytes(*lenet.described(network))


def tuned(model, train):
    network = lenet.tuned(lenet.released(model), lenet.centred(train), TUNINGS)
    return in_bytes(*lenet.described(network))


RUNGS = {
    "released": Rung(released, lenet.errors),
    "pruned": Rung(pruned, lenet.errors),
    "tuned": Rung(tuned, lenet.errors),
    "trained": Rung(trained, trained_errors),
}


def climbed(name, model, parts, folder):
    """Numbers of one rung, after its description has been written, read and decoded."""
    start, rung = process_time(), RUNGS[name]
    source, bits = rung.find(model, parts[0])
    path = folder / f"{name}.bin"
    files.write(path, source)
    wrong, unseen = (rung.errors(path.read_bytes(), part) for part in parts)
    n, m = (len(labels) for _, labels in parts)
    certificate = occam(wrong, n, bits, DELTA, options={"program": PROGRAM}, prefix=None)
    print(f"{name}: {path}, {wrong} errors of {n}; {certificate.table()}\n", flush=True)
    return len(source), wrong, n, unseen, m, certificate.value, process_time() - start


def loaded():
    """Released model, and images in [0, 1] with labels, of both parts."""
    path = Path(os.environ["STABLENOISE_DATA"]) / WEIGHTS
    model, data = load_model_and_data(path, "mnist", inputs="unit", architecture="lenet5-zhou")
    pairs = (data.x_train, data.y_train), (data.x_test, data.y_test)
    return model, [(x.astype(np.float32).reshape(-1, 28, 28), y) for x, y in pairs]


def arguments():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.certificate_mnist")
    parser.add_argument("rungs", nargs="*", metavar="RUNG", help=", ".join(RUNGS))
    parser.add_argument("--out", type=Path, default=Path("report", "certificate_mnist"))
    given = parser.parse_args()
    for name in given.rungs:
        if name not in RUNGS:
            parser.error(f"rungs must be among {', '.join(RUNGS)}, got {name}")
    return given


def main():
    given = arguments()
    model, parts = loaded()
    rows = {name: climbed(name, model, parts, given.out) for name in given.rungs or RUNGS}
    print(f"{'':10}" + "".join(f"{column:>14}" for column in COLUMNS))
    for name, (*counts, limit, seconds) in rows.items():
        whole = "".join(f"{count:14,d}" for count in counts)
        print(f"{name:10}{whole}{limit:14.4f}{seconds:14.0f}")


if __name__ == "__main__":
    main()
