"""B-4-mnist: the limit of the risk of the LeNet-5 that was released with the paper."""

import os
from functools import cache, partial
from pathlib import Path

import numpy as np

from compress import archive, opened
from compress.certificate import occam
from compress.search import certify
from paper_checks.claim import Claim, Quantity, below, worst
from stablenoise.datasets import load_mnist

FILE = "weights/lenet5_zhou2018_compressed.npz"  # artifacts/lenet of the authors' repository
DELTA, EXAMPLES, WEIGHTS, DRAWN = 0.05, 60_000, 431_080, 1_000
SOME = 0.4  # the paper's limit is 0.46


def _rows(replicates: range, seed: int, raw: bool = False) -> np.ndarray:
    """The limit, what it is made of, and the error on test images drawn for each replicate."""
    rows = []
    for r in replicates:
        rng = np.random.default_rng([seed, r])
        limit, errors, bits, wrong = _uncompressed() if raw else _certified()
        fresh = float(rng.choice(wrong, DRAWN).mean())
        rows.append([limit, fresh - limit, errors / EXAMPLES, fresh, bits])
    return np.array(rows)


@cache
def _certified() -> tuple[float, int, int, np.ndarray]:
    """Limit, training errors of the decoded network, its bits, and which test images it errs in."""
    model, data = opened.model_and_data(_path(), "mnist", architecture="lenet5-zhou")
    found = certify(model, (data.x_train, data.y_train), DELTA)
    wrong = model.logits(found.code.decoded, data.x_test).argmax(axis=1) != data.y_test
    certificate = found.certificate
    return certificate.value, int(certificate.errors), found.code.charged, wrong


def _uncompressed() -> tuple[float, int, int, np.ndarray]:
    """The same of as many 32-bit floats that make no error, in training nor elsewhere."""
    bits = 32 * WEIGHTS
    limit = occam(0, EXAMPLES, bits, DELTA, prefix=None).value
    return limit, 0, bits, np.arange(DRAWN) % 100 == 0


def _path() -> Path:
    return Path(os.environ.get("STABLENOISE_DATA", ".")) / FILE


def _missing() -> str:
    if not _path().is_file():
        return f"STABLENOISE_DATA must name a folder with {FILE}, got none there"
    try:
        archive.load(_path())
        load_mnist(standardise=False)
    except (FileNotFoundError, ValueError) as error:  # MNIST is not there, or one is damaged
        return str(error)
    return ""


CLAIM = Claim(
    id="B-4-mnist",
    statement=(
        "The LeNet-5 released with the paper has a limit of its risk on MNIST, at confidence 95%, "
        "below 40%: its 431,080 weights as they are, without the hidden units that feed nothing, "
        "in a code that was decoded, and its errors on the 60,000 training images; no noise, "
        "nothing trained again. The paper's limit is 46%. Its test error is below the limit."
    ),
    source="Zhou et al., arXiv 1804.05862, theorem 4.1 and table 1 (read); measured here",
    quantities=(
        Quantity("limit of the risk", below(SOME), worst),
        Quantity("error on 1,000 test images less the limit", below(0), worst),
        Quantity("training error"),
        Quantity("error on 1,000 test images"),
        Quantity("bits of the code"),
    ),
    experiment=_rows,
    control=partial(_rows, raw=True),
    broken="weights are not compressed, 32 bits each, even if they make no training error",
    unit="draws of 1,000 test images",
    smoke=32,
    full=256,
    chunk=256,
    needs=_missing,
)
