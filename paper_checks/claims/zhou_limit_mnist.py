"""B-4-mnist: the limit of the risk of the LeNet-5 that was released with the paper."""

import os
from functools import cache
from pathlib import Path

import numpy as np

from compress.certificates.certificate import occam
from compress.certificates.search import certify
from compress.coding.length import code_length
from compress.networks import archive, loading
from paper_checks.claim import Claim, Quantity, below
from paper_checks.summaries import computed
from stablenoise.data.datasets import load_mnist

FILE = "weights/lenet5_zhou2018_compressed.npz"  # artifacts/lenet of the authors' repository
DELTA, EXAMPLES = 0.05, 60_000
MAX_LIMIT = 0.4  # the paper's limit is 0.46
BLUR = 0.05  # of the size of a weight, either way


def _released(replicates: range, seed: int) -> np.ndarray:
    limit, errors, bits, fresh, _ = _certified()
    return _rows(replicates, (limit, errors, bits, fresh))


def _blurred(replicates: range, seed: int) -> np.ndarray:
    """Weights that are hardly ever alike, in the same code, with the errors of the released."""
    _, errors, _, fresh, arrays = _certified()
    bits = code_length({name: blurred(array) for name, array in arrays.items()}).charged
    limit = occam(errors, EXAMPLES, bits, DELTA, prefix=None).value
    return _rows(replicates, (limit, errors, bits, fresh))


def _rows(replicates: range, seen: tuple[float, int, int, float]) -> np.ndarray:
    limit, errors, bits, fresh = seen
    return np.array([[limit, fresh - limit, errors / EXAMPLES, fresh, bits]] * len(replicates))


@cache
def _certified() -> tuple[float, int, int, float, dict[str, np.ndarray]]:
    """Limit, training errors of the decoded network, its bits, test error and arrays."""
    model, data = loading.load_model_and_data(_path(), "mnist", architecture="lenet5-zhou")
    certified = certify(model, (data.x_train, data.y_train), DELTA)
    decoded = certified.code.decoded
    wrong = model.logits(decoded, data.x_test).argmax(axis=1) != data.y_test
    limit, errors = certified.certificate.value, int(certified.certificate.errors)
    return limit, errors, certified.code.charged, float(wrong.mean()), dict(decoded)


def blurred(array: np.ndarray) -> np.ndarray:
    """Each nonzero weight times a factor of its own, in 11 bits as the network's codewords are."""
    factors = np.random.default_rng(1).uniform(1 - BLUR, 1 + BLUR, size=array.shape)
    return (array * factors).astype(np.float16).astype(array.dtype)


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
    title="MNIST: the released LeNet-5 has a limit below 40%",
    statement=(
        "The LeNet-5 released with the paper has a limit of its risk on MNIST, at confidence 95%, "
        "below 40%, where the paper has 46%: its weights as they are, without the hidden units "
        "that feed nothing, in a code that was decoded, and its errors on the 60,000 training "
        "images; no noise, nothing trained again. Its test error is below the limit."
    ),
    source="Zhou et al., arXiv 1804.05862, theorem 4.1 and table 1 (read); measured here",
    quantities=(
        Quantity("limit of the risk", below(MAX_LIMIT), computed),
        Quantity("test error less the limit", below(0), computed),
        Quantity("training error", None, computed),
        Quantity("test error", None, computed),
        Quantity("bits of the code", None, computed),
    ),
    experiment=_released,
    control=_blurred,
    broken="weights are moved by up to 5% each, so that few are alike, even if no more errors come",
    unit="computations",
    smoke=1,
    full=1,
    needs=_missing,
    data=lambda: [_path()],
    kind="arithmetic",
)
